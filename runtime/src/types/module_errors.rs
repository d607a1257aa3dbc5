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
        Some(name) => crate::modules::import::missing_attribute_text(thread, module, &name, attribute),
        None => format!("module has no attribute '{attribute}'"),
    }
}
