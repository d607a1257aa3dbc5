//! The `builtins` module.
//!
//! What lives here: the builtin functions. What must not: the builtin types (`types/`).

use taipan_macros::py_module;

/// Built-in functions, types, exceptions, and other objects.
///
/// This module provides direct access to all 'built-in'
/// identifiers of Python; for example, builtins.len is
/// the full name for the built-in function len().
///
/// This module is not normally accessed explicitly by most
/// applications, but can be useful in modules that provide
/// objects with the same name as a builtin and need to access
/// the built-in of that name.
#[py_module(name = "builtins")]
pub mod builtins {
    use crate::dispatch;
    use crate::error::PyResult;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::module::Module;
    use crate::types::str::Str;
    use crate::value::Value;

    /// Return the number of items in a container.
    #[function]
    fn len(thread: &Thread, obj: Value) -> PyResult<usize> {
        dispatch::iter::length(thread, obj)
    }

    /// Return the canonical string representation of the object.
    #[function]
    fn repr(thread: &Thread, obj: Value) -> PyResult<Gc<Str>> {
        dispatch::text::repr(thread, obj)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        for (name, value) in [("None", Value::NONE), ("True", Value::TRUE), ("False", Value::FALSE), ("Ellipsis", Value::ELLIPSIS), ("NotImplemented", Value::NOT_IMPLEMENTED)] {
            module.set(thread, name, value);
        }
        let types = &thread.vm().types;
        for class in [
            types.object, types.type_type, types.int, types.bool, types.float, types.complex, types.str, types.bytes, types.bytearray, types.list, types.tuple,
            types.dict, types.set, types.frozenset, types.range, types.slice, types.property, types.staticmethod, types.classmethod, types.super_type,
        ] {
            module.set(thread, &class.name_string(), class.value());
        }
        for (name, class) in thread.vm().exceptions.all() {
            module.set(thread, name, class.value());
        }
        Ok(())
    }
}
