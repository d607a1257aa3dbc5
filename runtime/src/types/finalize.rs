//! Running what the collector found due: `__del__`, generators to be closed, weak-reference callbacks.
//!
//! What lives here: [`run_pending`], and [`run_all`] for the end of the interpreter. What must not: finding what is due
//! (the collector). Exceptions that come out of these calls cannot go anywhere: they go to `sys.unraisablehook`.
//!
//! CPython counts references, so an object on no cycle dies with its last reference; here it dies at the next collection
//! that finds it, and its finalizer runs at the poll after that. `gc.collect()` makes both equal: it collects and runs
//! what is due until nothing is left.

use crate::dispatch::call;
use crate::error::Raised;
use crate::gc::{CollectionKind, with_spilled_registers};
use crate::modules::sys::unraisable;
use crate::object::{Gc, Header, Kind};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::generator::Generator;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::weakref::WeakRef;
use crate::value::Value;
use std::time::{Duration, Instant};

/// At the end, globals are dropped one by one with a collection after each, as long as collections are this quick.
const PATIENCE: Duration = Duration::from_millis(200);

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

fn call_back(thread: &Thread, reference: Gc<WeakRef>) {
    if let Some(callback) = reference.callback.get()
        && let Err(raised) = call::call(thread, callback, &[reference.value()])
    {
        report(thread, raised, "Exception ignored while calling weakref callback", callback);
    }
}

fn finalize(thread: &Thread, object: Value) {
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

/// The end of the interpreter: everything with a finalizer is finalized. The variables of `__main__` go first, in the
/// order of their definition, those with a leading underscore before the others; then all at once. Files come last, so
/// that finalizers can still write to them; the standard streams have no finalizers, whoever ends the run flushes them.
pub fn run_all(thread: &Thread, main: Gc<Dict>) {
    let vm = thread.vm();
    let any = |native: bool| {
        let mut found = false;
        vm.heap.for_each_finalizable(|object| found |= is_native(thread, object) == native);
        found
    };
    run_pending(thread);
    if any(false) {
        collect(thread);
        let start = Instant::now();
        let mut dropped = false;
        for private in [true, false] {
            for (name, value) in variables(thread, main) {
                let is_private = name.as_bytes(thread).starts_with(b"_");
                if is_private != private || name.as_bytes(thread) == b"__builtins__" || value.is_none() {
                    continue;
                }
                main.insert_str(thread, name, Value::NONE);
                dropped = true;
                if may_finalize(value) && start.elapsed() < PATIENCE {
                    collect(thread);
                    dropped = false;
                    if !any(false) {
                        break;
                    }
                }
            }
        }
        if dropped && any(false) {
            collect(thread);
        }
    }
    if any(false) || any(true) {
        with_spilled_registers(|| vm.heap.queue_all_finalizers(thread));
        let mut files = ScratchVec::new();
        while let Some(reference) = vm.heap.next_weak_callback() {
            call_back(thread, reference.cast_unchecked());
        }
        while let Some(object) = vm.heap.next_finalizer() {
            match is_native(thread, object) {
                true => files.push(thread, object.to_value()),
                false => finalize(thread, object.to_value()),
            }
        }
        for index in 0..files.len() {
            finalize(thread, files[index]);
        }
    }
}

/// The names of a namespace that are strings, with their values.
fn variables(thread: &Thread, namespace: Gc<Dict>) -> impl Iterator<Item = (Gc<Str>, Value)> + use<> {
    let mut names = ScratchVec::new();
    let mut values = ScratchVec::new();
    let mut position = 0;
    while let Some((name, value)) = namespace.next_entry(&mut position) {
        names.push(thread, name);
        values.push(thread, value);
    }
    (0..names.len()).filter_map(move |index| Some((names[index].cast::<Str>()?, values[index])))
}

/// The death of `value` may lead to a finalizer: it is neither code nor a plain value.
fn may_finalize(value: Value) -> bool {
    value.header().is_some_and(|header| {
        !matches!(
            header.kind(),
            Kind::Function | Kind::NativeFunction | Kind::Type | Kind::Module | Kind::Str | Kind::Bytes | Kind::Float
        )
    })
}

fn collect(thread: &Thread) {
    with_spilled_registers(|| thread.vm().heap.collect(CollectionKind::Full, thread));
    run_pending(thread);
}

/// The object's finalizer is native code: a file's.
fn is_native(thread: &Thread, object: Gc<Header>) -> bool {
    let object = object.to_value();
    object.cast::<Generator>().is_none()
        && finalizer_of(thread, object)
            .is_some_and(|method| method.header().is_some_and(|m| m.kind() != Kind::Function))
}
