//! Taipan's runtime: values, objects, memory, dispatch, builtin types and native modules.
//!
//! What lives here: everything both tiers share. What must not: bytecode, compilation, Cranelift; Python
//! functions are called through the hooks that the interpreter installs in the `Vm`.
//! Start at [`value`], [`object`], then `vm`.
// The macros name this crate by its outside name, so that they work here and in tests alike.
extern crate self as taipan_runtime;

pub mod dispatch;
pub mod error;
pub mod gc;
pub mod helpers;
pub mod interpreter_lock;
pub mod layout;
pub mod modules;
pub mod native;
pub mod numbers;
pub mod object;
pub mod scratch;
pub mod shape;
pub mod text;
pub mod thread;
pub mod threads;
pub mod traceback_format;
pub mod types;
pub mod value;
pub mod vm;
pub mod wait;
