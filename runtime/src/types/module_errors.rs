//! The words of errors about modules.

use crate::thread::Thread;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;

/// The AttributeError text of a module without this attribute.
pub fn missing_attribute(thread: &Thread, module: Value, attribute: &str) -> String {
    let names = &thread.vm().names;
    let namespace = module.cast::<Module>().map(|m| m.dict());
    let name = namespace.and_then(|d| d.get_str(thread, names.__name__)).and_then(|n| n.cast::<Str>());
    match name.map(|n| n.to_str_lossy(thread).into_owned()) {
        Some(name) if crate::modules::import::is_initialising(thread, module) => {
            format!("partially initialized module '{name}' has no attribute '{attribute}' (most likely due to a circular import)")
        }
        Some(name) => format!("module '{name}' has no attribute '{attribute}'"),
        None => format!("module has no attribute '{attribute}'"),
    }
}
