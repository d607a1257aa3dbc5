//! Running what the collector found due: `__del__`, generators to be closed, weak-reference callbacks.
//!
//! What lives here: [`run_pending`]. What must not: finding what is due (the collector). Exceptions that come
//! out of these calls cannot go anywhere: they go to `sys.unraisablehook`.

use crate::dispatch::call;
use crate::error::{PyResult, Raised};
use crate::object::{Gc, Kind};
use crate::thread::Thread;
use crate::types::generator::Generator;
use crate::types::special::Special;
use crate::types::weakref::WeakRef;
use crate::value::Value;

/// Runs every finalizer and callback that is due. The pending and the handled exception are left as they are.
pub fn run_pending(thread: &Thread) {
    let pending = thread.exception.take();
    let handled = thread.handled.take();
    while let Some(reference) = thread.vm().heap.next_weak_callback() {
        let reference: Gc<WeakRef> = reference.cast_unchecked();
        if let Some(callback) = reference.callback.get()
            && let Err(raised) = call::call(thread, callback, &[reference.value()])
        {
            report_unraisable(thread, raised, callback);
        }
    }
    while let Some(object) = thread.vm().heap.next_finalizer() {
        let value = object.to_value();
        if let Err(raised) = finalize(thread, value) {
            report_unraisable(thread, raised, value);
        }
    }
    thread.exception.set(pending);
    thread.handled.set(handled);
}

fn finalize(thread: &Thread, object: Value) -> PyResult<()> {
    if object.header().is_some_and(|header| header.kind() == Kind::Generator)
        && let Some(generator) = object.cast::<Generator>()
    {
        return Generator::finalize_dead(generator, thread);
    }
    match thread.class_of(object).special(thread, Special::Del) {
        Some(method) => call::call_unbound(thread, method, object, &[]).map(|_| ()),
        None => Ok(()),
    }
}

/// Hands an exception that has nowhere to go to `sys.unraisablehook`, or prints it.
pub fn report_unraisable(thread: &Thread, raised: Raised, object: Value) {
    let exception = thread.take_exception(raised);
    let Some(exception) = exception.cast::<crate::types::exception::Exception>() else { return };
    let what = match crate::dispatch::text::repr(thread, object) {
        Ok(text) => text.to_str_lossy(thread).into_owned(),
        Err(raised) => {
            thread.take_exception(raised);
            "<object repr() failed>".to_owned()
        }
    };
    let text = crate::traceback_format::format_exception(thread, exception);
    eprint!("Exception ignored in: {what}\n{text}");
}
