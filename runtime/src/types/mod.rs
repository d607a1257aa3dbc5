//! Builtin types: one file each.
//!
//! What lives here: the layout, the Rust interface and the Python methods of every builtin type. What must not:
//! protocols over all types (`dispatch/`). Start at `type_object` and `instance`.

pub mod async_objects;
pub mod bool_class;
pub mod buffer;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod class_build;
pub mod code;
pub mod complex;
pub mod descriptors;
pub mod dict;
pub mod dict_table;
pub mod dict_views;
pub mod exception;
pub mod exception_fields;
pub mod exception_group;
pub mod float;
pub mod frame;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod instance;
pub mod int;
pub mod iterators;
pub mod list;
pub mod list_methods;
pub mod list_slice;
pub mod list_sort;
pub mod mapping_proxy;
pub mod memoryview;
pub mod merge_sort;
pub mod module;
pub mod module_errors;
pub mod native_function;
pub mod object_class;
pub mod payload;
pub mod range;
pub mod set;
pub mod set_table;
pub mod singletons;
pub mod slice;
pub mod special;
pub mod str;
pub mod super_object;
pub mod traceback;
pub mod tuple;
pub mod tuple_methods;
pub mod type_class;
pub mod type_object;
pub mod union_type;
pub mod weakref;
