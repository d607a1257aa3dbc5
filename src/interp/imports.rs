//! Import statements.
//!
//! What lives here: the instructions `ImportName`, `ImportFrom`, `ImportStar`. What must not: finding and
//! loading modules (the runtime's `modules::import`). Start at [`import_name`].
//! Rules: Python reference, "The import statement" (7.11).

use taipan_runtime::dispatch::{attr, call, iter, subscript};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::exception::{Exception, field};
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

use super::frame::Frame;
use super::names;
use crate::bytecode::operands;

/// `ImportName`: calls `builtins.__import__`.
pub fn import_name(thread: &Thread, frame: &Frame, o: operands::ImportName) -> PyResult<()> {
    let builtins = names::builtins_of(thread, frame.globals);
    let name = frame.body().name(o.name.index());
    let function = match builtins.cast::<Dict>() {
        Some(dict) => dict.get_str(thread, thread.vm().names.__import__),
        None => None,
    };
    let Some(function) = function else { return Err(thread.raise_import_error("__import__ not found")) };
    let locals = frame.locals.unwrap_or(Value::NONE);
    let level = Value::small_wrapping(i64::from(o.level));
    let module =
        call::call(thread, function, &[name.value(), frame.globals.value(), locals, frame.get(o.fromlist), level])?;
    frame.set(o.dst, module);
    Ok(())
}

/// `ImportFrom`: the attribute, or the submodule that is loaded but not yet an attribute.
pub fn import_from(thread: &Thread, frame: &Frame, o: operands::ImportFrom) -> PyResult<()> {
    let module = frame.get(o.module);
    let name = frame.body().name(o.name.index());
    if let Some(value) = attr::get_optional(thread, module, name)? {
        frame.set(o.dst, value);
        return Ok(());
    }
    let names = &thread.vm().names;
    let module_name = attr::get_optional(thread, module, names.__name__)?.and_then(|name| name.cast::<Str>());
    if let Some(package) = module_name {
        let full = format!("{}.{}", package.to_str_lossy(thread), name.to_str_lossy(thread));
        let full = thread.vm().interner.intern_text(thread, &full);
        if let Some(submodule) = thread.vm().modules().get_str(thread, full) {
            frame.set(o.dst, submodule);
            return Ok(());
        }
    }
    Err(cannot_import(thread, module, module_name, name))
}

#[cold]
fn cannot_import(thread: &Thread, module: Value, module_name: Option<Gc<Str>>, name: Gc<Str>) -> Raised {
    let names = &thread.vm().names;
    let attribute = |name| attr::get_optional(thread, module, name).ok().flatten();
    let path = attribute(names.__file__).and_then(|file| file.cast::<Str>());
    let module_text =
        module_name.map_or_else(|| "<unknown module name>".to_owned(), |name| name.to_str_lossy(thread).into_owned());
    let location = path.map_or_else(|| "unknown location".to_owned(), |path| path.to_str_lossy(thread).into_owned());
    let wanted = name.to_str_lossy(thread);
    let message = if taipan_runtime::modules::import::is_initialising(thread, module) {
        format!(
            "cannot import name '{wanted}' from partially initialized module '{module_text}' (most likely due to a circular import) ({location})"
        )
    } else {
        format!("cannot import name '{wanted}' from '{module_text}' ({location})")
    };
    let raised = thread.raise_import_error(message);
    if let Some(error) = thread.exception.get().and_then(|error| error.cast::<Exception>()) {
        error.set_field(thread, field::NAME, module_name.map_or(Value::NONE, |name| name.value()));
        let text = |text: &str| thread.vm().interner.intern_text(thread, text);
        let path = path.map_or(Value::NONE, |path| path.value());
        // Attributes of ImportError: `path`, and `name_from` for suggestions.
        let _ = attr::set(thread, error.value(), text("path"), path);
        let _ = attr::set(thread, error.value(), text("name_from"), name.value());
    }
    raised
}

/// `ImportStar`: the names of `__all__`, or all that do not start with an underscore.
pub fn import_star(thread: &Thread, frame: &Frame, o: operands::ImportStar) -> PyResult<()> {
    let module = frame.get(o.module);
    let names = &thread.vm().names;
    let locals = names::locals(frame);
    let module_name = || match attr::get_optional(thread, module, names.__name__) {
        Ok(Some(name)) => name.cast::<Str>().map_or_else(String::new, |name| name.to_str_lossy(thread).into_owned()),
        _ => String::new(),
    };
    let store = |name: Gc<Str>, value: Value| match locals.cast::<Dict>().filter(|dict| dict.is_exact()) {
        Some(dict) => {
            dict.insert_str(thread, name, value);
            Ok(())
        }
        None => subscript::set_item(thread, locals, name.value(), value),
    };
    if let Some(all) = attr::get_optional(thread, module, names.__all__)? {
        return iter::for_each(thread, all, |item| {
            let Some(name) = item.cast::<Str>() else {
                let message = format!("Item in {}.__all__ must be str, not {}", module_name(), thread.type_name(item));
                return Err(thread.raise_type_error(message));
            };
            let name = thread.vm().interner.intern(thread, name);
            store(name, attr::get(thread, module, name)?)?;
            Ok(true)
        });
    }
    let Some(dict) = attr::get_optional(thread, module, names.__dict__)? else {
        return Err(thread.raise_import_error("from-import-* object has no __dict__ and no __all__"));
    };
    let keys = match dict.cast::<Dict>() {
        Some(dict) => {
            let mut keys = taipan_runtime::scratch::ScratchVec::with_capacity(thread, dict.len());
            let mut position = 0;
            while let Some((key, _)) = dict.next_entry(&mut position) {
                keys.push(thread, key);
            }
            Tuple::new(thread, &keys)
        }
        None => Tuple::from_iterable(thread, call::call_method(thread, dict, names.keys, &[])?)?,
    };
    for &key in keys.items() {
        let Some(name) = key.cast::<Str>() else {
            let message = format!("Key in {}.__dict__ must be str, not {}", module_name(), thread.type_name(key));
            return Err(thread.raise_type_error(message));
        };
        if name.as_bytes(thread).starts_with(b"_") {
            continue;
        }
        let name = thread.vm().interner.intern(thread, name);
        store(name, attr::get(thread, module, name)?)?;
    }
    Ok(())
}
