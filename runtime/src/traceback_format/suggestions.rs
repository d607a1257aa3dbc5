//! "Did you mean": names close to the one that was not found.

use crate::dispatch;
use crate::native::suggest;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::exception::{Exception, field};
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::Value;

/// More candidates than this are not searched.
const MAX_CANDIDATES: usize = 750;

/// What to add to the message of a NameError, AttributeError or ImportError.
pub fn hint(thread: &Thread, exception: Gc<Exception>) -> Option<String> {
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(exception.value());
    let text = |index: usize| {
        exception.field(index).and_then(|n| n.cast::<Str>()).and_then(|n| n.as_str(thread).map(str::to_owned))
    };
    if class.is_subclass_of(exceptions.import_error) {
        let wrong = text(field::THIRD)?;
        let module = text(field::NAME)?;
        let module = thread.vm().modules().get_str(thread, thread.vm().interner.intern_text(thread, &module))?;
        let names = visible(names_of(thread, module)?, &wrong);
        return Some(format!(". Did you mean: '{}'?", closest(&wrong, &names)?));
    }
    if class.is_subclass_of(exceptions.attribute_error) {
        let wrong = text(field::NAME)?;
        let object = exception.field(field::OBJECT)?;
        let mut names = names_of(thread, object)?;
        if !is_own_self(thread, exception, object) {
            names = visible(names, &wrong);
        }
        return Some(format!(". Did you mean: '{}'?", closest(&wrong, &names)?));
    }
    if class.is_subclass_of(exceptions.name_error) {
        let wrong = text(field::NAME)?;
        let suggestion = name_suggestion(thread, exception, &wrong);
        let is_module = crate::modules::import::is_standard_module(&wrong);
        return match (suggestion, is_module) {
            (Some(name), true) => Some(format!(". Did you mean: '{name}'? Or did you forget to import '{wrong}'?")),
            (Some(name), false) => Some(format!(". Did you mean: '{name}'?")),
            (None, true) => Some(format!(". Did you forget to import '{wrong}'?")),
            (None, false) => None,
        };
    }
    None
}

fn closest(wrong: &str, names: &[String]) -> Option<String> {
    if names.len() > MAX_CANDIDATES {
        return None;
    }
    suggest::closest(wrong, names.iter().map(String::as_str).filter(|name| *name != wrong)).map(str::to_owned)
}

/// Private names are suggested only for private names.
fn visible(mut names: Vec<String>, wrong: &str) -> Vec<String> {
    if !wrong.starts_with('_') {
        names.retain(|name| !name.starts_with('_'));
    }
    names
}

/// `sorted(object.__dir__())`, strings only.
fn names_of(thread: &Thread, object: Value) -> Option<Vec<String>> {
    let result = match dispatch::attr::lookup_special(thread, object, crate::types::special::Special::Dir) {
        Ok(Some(method)) => {
            dispatch::call::call(thread, method, &[]).and_then(|names| List::from_iterable(thread, names))
        }
        Ok(None) => return None,
        Err(raised) => Err(raised),
    };
    match result {
        Ok(list) => {
            let mut names: Vec<String> = (0..list.len())
                .filter_map(|i| list.get(thread, i)?.cast::<Str>()?.as_str(thread).map(str::to_owned))
                .collect();
            names.sort();
            Some(names)
        }
        Err(raised) => {
            thread.take_exception(raised);
            None
        }
    }
}

fn innermost_locals(thread: &Thread, exception: Gc<Exception>) -> Option<(Gc<Dict>, Gc<Dict>)> {
    let mut entry = exception.traceback.get()?;
    while let Some(next) = entry.next.get() {
        entry = next;
    }
    let frame = entry.frame.get()?;
    let locals = match frame.locals_mapping(thread) {
        Ok(locals) => locals.cast::<Dict>()?,
        Err(raised) => {
            thread.take_exception(raised);
            return None;
        }
    };
    Some((locals, frame.globals.get()?))
}

/// The failing access was on the method's own `self`: private names are fair game.
fn is_own_self(thread: &Thread, exception: Gc<Exception>, object: Value) -> bool {
    innermost_locals(thread, exception)
        .and_then(|(locals, _)| locals.get_str(thread, thread.vm().interner.intern_text(thread, "self")))
        == Some(object)
}

fn name_suggestion(thread: &Thread, exception: Gc<Exception>, wrong: &str) -> Option<String> {
    let (locals, globals) = innermost_locals(thread, exception)?;
    if let Some(receiver) = locals.get_str(thread, thread.vm().interner.intern_text(thread, "self")) {
        match dispatch::attr::get_optional(thread, receiver, thread.vm().interner.intern_text(thread, wrong)) {
            Ok(Some(_)) => return Some(format!("self.{wrong}")),
            Ok(None) => {}
            Err(raised) => {
                thread.take_exception(raised);
            }
        }
    }
    let mut names = Vec::new();
    for dict in [locals, globals, thread.vm().builtins_dict()] {
        let mut position = 0;
        while let Some((key, _)) = dict.next_entry(&mut position) {
            if let Some(name) = key.cast::<Str>().and_then(|k| k.as_str(thread).map(str::to_owned)) {
                names.push(name);
            }
        }
    }
    closest(wrong, &names)
}
