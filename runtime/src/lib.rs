//! Taipan's runtime: values, objects, memory, dispatch, builtin types and native modules.
//!
//! What lives here: everything both tiers share. What must not: bytecode, compilation, Cranelift; Python
//! functions are called through the hooks that the interpreter installs in the `Vm`.
//! Start at [`value`], [`object`], then `vm`.
// The macros name this crate by its outside name, so that they work here and in tests alike.
extern crate self as taipan_runtime;

pub mod gc;
pub mod object;
pub mod value;
