//! Exceptions that nobody can catch: raised by finalizers, weak reference callbacks, at exit.
//!
//! What lives here: [`report`], which passes them to `sys.unraisablehook`, and the default hook. What must not:
//! the text of tracebacks (`traceback_format`). Start at [`report`].

use super::info::UnraisableHookArguments;
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::builtins::text::{of_sys, write_to};
use crate::modules::support::{intern, string};
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::traceback_format;
use crate::types::exception::Exception;
use crate::types::str::Str;
use crate::types::struct_sequence::{Items, make};
use crate::value::Value;

/// Reports the pending exception: `message` says what was going on ("Exception ignored while ..."), `object` is
/// what it was about, if that is not in the message.
#[cold]
pub fn report(thread: &Thread, raised: Raised, message: Option<&str>, object: Option<Value>) {
    let exception = thread.take_exception(raised);
    if report_or_fail(thread, exception, message, object).is_err()
        && let Some(second) = thread.exception.take()
    {
        // The hook itself failed: tell both, in the plainest way.
        let text =
            second.cast::<Exception>().map(|e| traceback_format::format_exception(thread, e)).unwrap_or_default();
        eprintln!("Exception ignored in sys.unraisablehook:\n{text}");
    }
}

fn report_or_fail(thread: &Thread, exception: Value, message: Option<&str>, object: Option<Value>) -> PyResult<()> {
    let traceback = exception.cast::<Exception>().and_then(|e| e.traceback.get()).map_or(Value::NONE, |t| t.value());
    let items = Items::new(thread)
        .value(thread.class_of(exception).value())
        .value(exception)
        .value(traceback)
        .value(message.map_or(Value::NONE, |message| string(thread, message)))
        .value(object.unwrap_or(Value::NONE));
    let arguments = make(thread, UnraisableHookArguments::SPEC, &items.values, &[]);
    match of_sys(thread, intern(thread, "unraisablehook")) {
        Some(hook) if !hook.is_none() => {
            dispatch::call::call(thread, hook, &[arguments])?;
            Ok(())
        }
        _ => show(thread, exception, message.map(|m| Str::new(thread, m)), object),
    }
}

/// The `repr` of an object in a message that must come out whatever happens.
pub fn shown(thread: &Thread, object: Value) -> String {
    match dispatch::text::repr(thread, object) {
        Ok(shown) => shown.to_str_lossy(thread).into_owned(),
        Err(raised) => {
            thread.take_exception(raised);
            "<object repr() failed>".to_owned()
        }
    }
}

/// What the default hook does: message and traceback to `sys.stderr`.
pub fn show(thread: &Thread, exception: Value, message: Option<Gc<Str>>, object: Option<Value>) -> PyResult<()> {
    let file = match of_sys(thread, thread.vm().names.stderr) {
        Some(file) if !file.is_none() => file,
        _ => return Ok(()),
    };
    let mut text = String::new();
    let object = object.filter(|o| !o.is_none()).map(|object| shown(thread, object));
    match (message, object) {
        (Some(message), Some(object)) => text.push_str(&format!("{}: {object}\n", message.to_str_lossy(thread))),
        (Some(message), None) => text.push_str(&format!("{}:\n", message.to_str_lossy(thread))),
        (None, Some(object)) => text.push_str(&format!("Exception ignored in: {object}\n")),
        (None, None) => {}
    }
    if let Some(exception) = exception.cast::<Exception>() {
        text.push_str(&traceback_format::format_unraisable(thread, exception));
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    write_to(thread, file, Str::new(thread, &text))?;
    dispatch::call::call_method(thread, file, thread.vm().names.flush, &[])?;
    Ok(())
}
