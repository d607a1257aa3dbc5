//! The import system.
//!
//! What lives here: finding and loading modules. What must not: module contents.

use crate::error::PyResult;
use crate::modules::NATIVE_MODULES;
use crate::thread::Thread;
use crate::types::module::Module;
use crate::value::Value;

/// `import name`, returning the module itself (the last part of a dotted name).
pub fn import_name(thread: &Thread, name: &str) -> PyResult<Value> {
    let key = thread.vm().interner.intern_text(thread, name);
    if let Some(module) = thread.vm().modules().get_str(thread, key) {
        return Ok(module);
    }
    if let Some(spec) = NATIVE_MODULES.iter().find(|spec| spec.name == name) {
        let module = Module::from_spec(thread, spec)?;
        thread.vm().modules().insert_str(thread, key, module.value());
        return Ok(module.value());
    }
    Err(thread.raise_module_not_found_error(format!("No module named '{name}'")))
}

/// The module's code is still running (circular import).
pub fn is_initialising(thread: &Thread, module: Value) -> bool {
    let _ = (thread, module);
    false
}

/// The source of a module of the embedded standard library, by the file name its code objects carry.
pub fn embedded_source(thread: &Thread, filename: &str) -> Option<String> {
    let _ = (thread, filename);
    None
}

/// The name is that of a module of the standard library (`sys.stdlib_module_names`).
pub fn is_standard_module(name: &str) -> bool {
    NATIVE_MODULES.iter().any(|spec| spec.name == name)
}
