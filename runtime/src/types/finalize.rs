//! Running what the collector found due: `__del__`, generators to be closed, weak-reference callbacks.
//!
//! What lives here: [`run_pending`]. What must not: finding what is due (the collector), the end of the interpreter
//! (`teardown.rs`). Exceptions that come out of these calls cannot go anywhere: they go to `sys.unraisablehook`.
//!
//! CPython counts references, so an object on no cycle dies with its last reference; here it dies at the next collection
//! that finds it, and its finalizer runs at the poll after that. `gc.collect()` makes both equal: it collects and runs
//! what is due until nothing is left.

use crate::dispatch::call;
use crate::error::Raised;
use crate::modules::sys::unraisable;
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
        call_back(thread, reference.cast_unchecked());
    }
    while let Some(object) = thread.vm().heap.next_finalizer() {
        finalize(thread, object.to_value());
    }
    thread.exception.set(pending);
    thread.handled.set(handled);
}

/// Calls the callback of a weak reference.
pub(super) fn call_back(thread: &Thread, reference: Gc<WeakRef>) {
    if let Some(callback) = reference.callback.get()
        && let Err(raised) = call::call(thread, callback, &[reference.value()])
    {
        report(thread, raised, "Exception ignored while calling weakref callback", callback);
    }
}

/// Calls `__del__`, or closes a generator.
pub(super) fn finalize(thread: &Thread, object: Value) {
    if object.header().is_some_and(|header| header.kind() == Kind::Generator)
        && let Some(generator) = object.cast::<Generator>()
    {
        if let Err(raised) = Generator::finalize_dead(generator, thread) {
            report(thread, raised, "Exception ignored while closing generator", object);
        }
    } else if let Some(method) = finalizer_of(thread, object)
        && let Err(raised) = call::call_unbound(thread, method, object, &[]).map(|_| ())
    {
        report(thread, raised, "Exception ignored while calling deallocator", method);
    }
}

fn finalizer_of(thread: &Thread, object: Value) -> Option<Value> {
    thread.class_of(object).special(thread, Special::Del)
}

/// Hands an exception that has nowhere to go to `sys.unraisablehook`: it came out of doing `what` with `object`.
pub fn report(thread: &Thread, raised: Raised, what: &str, object: Value) {
    // The exception waits in the thread: out of the way while `repr` runs.
    let exception = thread.take_exception(raised);
    let shown = unraisable::shown(thread, object);
    let raised = thread.reraise(exception);
    unraisable::report(thread, raised, Some(&format!("{what} {shown}")), None);
}
