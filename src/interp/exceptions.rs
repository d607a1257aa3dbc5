//! Raising, matching and handling: the instructions about exceptions and context managers.
//!
//! What lives here: the out-of-line parts of those instructions. What must not: finding handlers
//! ([`super::traceback`]). Start at [`raise`]. Rules: Python reference, "The raise statement" (7.8),
//! "The try statement" (8.4), PEP 654 for `except*`.

use taipan_runtime::dispatch::{attr, call};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::object::Gc;
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::exception::{Exception, instance_to_raise};
use taipan_runtime::types::exception_group;
use taipan_runtime::types::generator::Generator;
use taipan_runtime::types::list::List;
use taipan_runtime::types::special::Special;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::{Type, type_flags};
use taipan_runtime::value::Value;

use super::frame::{Frame, Link};
use crate::bytecode::{Register, operands};

/// `Raise`: always an error.
pub fn raise(thread: &Thread, frame: &Frame, o: operands::Raise) -> PyResult<()> {
    let exception = instance_to_raise(thread, frame.get(o.exc))?;
    if let Some(cause) = frame.optional(o.cause) {
        let cause = cause_to_set(thread, cause)?;
        exception.suppress_context.set(true);
        exception.cause.init(cause);
        thread.write_barrier(exception.header());
    }
    Err(thread.raise_exception_object(exception))
}

/// What `from value` sets.
fn cause_to_set(thread: &Thread, value: Value) -> PyResult<Option<Value>> {
    if value.is_none() {
        return Ok(None);
    }
    if value.cast::<Exception>().is_some() {
        return Ok(Some(value));
    }
    if value.cast::<Type>().is_some_and(|class| class.flag(type_flags::EXCEPTION)) {
        let made = call::call(thread, value, &[])?;
        return match made.cast::<Exception>() {
            Some(_) => Ok(Some(made)),
            None => instance_to_raise(thread, value).map(|exception| Some(exception.value())),
        };
    }
    Err(thread.raise_type_error("exception causes must derive from BaseException"))
}

/// `ReraiseCurrent`: always an error. `true` in the second place if the traceback is to be extended.
pub fn reraise_current(thread: &Thread) -> (Raised, bool) {
    match thread.handled.get() {
        Some(exception) => (thread.reraise(exception), false),
        None => (thread.raise_runtime_error("No active exception to reraise"), true),
    }
}

/// `RaiseAssertion`: always an error.
pub fn raise_assertion(thread: &Thread, frame: &Frame, o: operands::RaiseAssertion) -> PyResult<()> {
    let class = thread.vm().exceptions.assertion_error;
    Err(match frame.optional(o.message) {
        Some(message) => thread.raise_with_arguments(class, &[message]),
        None => thread.raise_with_arguments(class, &[]),
    })
}

fn is_exception_class(value: Value) -> bool {
    value.cast::<Type>().is_some_and(|class| class.flag(type_flags::EXCEPTION))
}

/// The classes of an `except` clause: one, or those of a tuple.
fn clause_classes(clause: &Value) -> &[Value] {
    match clause.cast::<Tuple>() {
        Some(tuple) => tuple.items_unbounded(),
        None => std::slice::from_ref(clause),
    }
}

/// The exception is an instance of one of the classes.
fn matches(thread: &Thread, exception: Value, clause: Value) -> PyResult<bool> {
    let classes = clause_classes(&clause);
    if !classes.iter().all(|&class| is_exception_class(class)) {
        return Err(thread.raise_type_error("catching classes that do not inherit from BaseException is not allowed"));
    }
    let class = thread.class_of(exception);
    Ok(classes.iter().any(|&wanted| wanted.cast::<Type>().is_some_and(|wanted| class.is_subclass_of(wanted))))
}

/// `BeginHandler`: the pending exception is the one being handled.
#[inline]
pub fn begin_handler(thread: &Thread, frame: &Frame, o: operands::BeginHandler) {
    let handled = thread.handled.get();
    // In a generator, what its resumer handles is not the generator's.
    let handles = own_generator(thread, frame).is_some_and(|generator| generator.handles.replace(true));
    let inherited = frame.link.has(Link::GENERATOR) && !handles && handled == frame.inherited;
    frame.set_word(o.saved, if inherited { None } else { handled });
    let exception = thread.exception.take();
    frame.set_word(o.exc, exception);
    thread.handled.set(exception);
}

/// `EndHandler`: the exception handled before is current again.
#[inline]
pub fn end_handler(thread: &Thread, frame: &Frame, o: operands::EndHandler) {
    let saved = frame.word(o.saved);
    let inherited = saved.is_none() && frame.link.has(Link::GENERATOR);
    thread.handled.set(if inherited { frame.inherited } else { saved });
    if let Some(generator) = own_generator(thread, frame) {
        generator.handles.set(!inherited);
    }
}

/// The generator whose code runs: that of the innermost record.
fn own_generator(thread: &Thread, frame: &Frame) -> Option<Gc<Generator>> {
    if frame.link.has(Link::GENERATOR) { super::frame::innermost_generator(thread) } else { None }
}

/// `ExceptionMatch`: whether it matches.
pub fn exception_match(thread: &Thread, frame: &Frame, o: operands::ExceptionMatch) -> PyResult<bool> {
    matches(thread, frame.get(o.exc), frame.get(o.class))
}

fn is_group(thread: &Thread, exception: Value) -> bool {
    thread.class_of(exception).is_subclass_of(thread.vm().exceptions.base_exception_group)
}

/// `ExceptionGroupMatch`: what a clause takes is the exception that its body handles.
pub fn group_match(thread: &Thread, frame: &Frame, o: operands::ExceptionGroupMatch) -> PyResult<()> {
    split_for_clause(thread, frame, o)?;
    let matched = frame.get(o.matched);
    if !matched.is_none() {
        thread.handled.set(Some(matched));
    }
    Ok(())
}

fn split_for_clause(thread: &Thread, frame: &Frame, o: operands::ExceptionGroupMatch) -> PyResult<()> {
    let (exception, clause) = (frame.get(o.exc), frame.get(o.class));
    let group_class = thread.vm().exceptions.base_exception_group;
    if exception.is_none() {
        frame.set(o.matched, Value::NONE);
        frame.set(o.rest, Value::NONE);
        return Ok(());
    }
    let matched = matches(thread, exception, clause)?;
    if clause_classes(&clause)
        .iter()
        .any(|class| class.cast::<Type>().is_some_and(|class| class.is_subclass_of(group_class)))
    {
        return Err(thread.raise_type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
    }
    if matched {
        let wrapped = if is_group(thread, exception) { exception } else { wrap(thread, frame, exception)? };
        frame.set(o.matched, wrapped);
        // The clause handles its part: a bare `raise` in it raises that.
        thread.handled.set(Some(wrapped));
        frame.set(o.rest, Value::NONE);
        return Ok(());
    }
    if !is_group(thread, exception) {
        frame.set(o.matched, Value::NONE);
        frame.set(o.rest, exception);
        return Ok(());
    }
    let name = thread.vm().interner.intern_text(thread, "split");
    let pair = call::call_method(thread, exception, name, &[clause])?;
    let Some(pair) = pair.cast::<Tuple>() else {
        let message =
            format!("{}.split must return a tuple, not {}", thread.type_name(exception), thread.type_name(pair));
        return Err(thread.raise_type_error(message));
    };
    if pair.len() < 2 {
        let message =
            format!("{}.split must return a 2-tuple, got tuple of size {}", thread.type_name(exception), pair.len());
        return Err(thread.raise_type_error(message));
    }
    frame.set(o.matched, pair.items()[0]);
    frame.set(o.rest, pair.items()[1]);
    if !pair.items()[0].is_none() {
        thread.handled.set(Some(pair.items()[0]));
    }
    Ok(())
}

/// A naked exception that `except*` caught, as the group that its handler sees.
fn wrap(thread: &Thread, frame: &Frame, exception: Value) -> PyResult<Value> {
    let _ = frame;
    let class = thread.vm().builtins_dict().get_str(thread, thread.vm().interner.intern_text(thread, "ExceptionGroup"));
    let base = thread.class_of(exception).is_subclass_of(thread.vm().exceptions.exception);
    let class = match class {
        Some(class) if base => class,
        _ => thread.vm().exceptions.base_exception_group.value(),
    };
    let empty = taipan_runtime::types::str::Str::empty(thread).value();
    let group = call::call(thread, class, &[empty, Tuple::new(thread, &[exception]).value()])?;
    if let (Some(group), Some(inner)) = (group.cast::<Exception>(), exception.cast::<Exception>())
        && let Some(traceback) = inner.traceback.get()
    {
        thread.store_gc(group, &group.traceback, traceback);
    }
    Ok(group)
}

/// `ExceptionGroupFinish`: what is left to raise after all `except*` clauses.
///
/// `raised` is a list of what the handlers raised and of what no handler took.
pub fn group_finish(thread: &Thread, frame: &Frame, o: operands::ExceptionGroupFinish) -> PyResult<()> {
    let original = frame.get(o.original);
    let Some(list) = frame.get(o.raised).cast::<List>() else { unreachable!("the compiler builds a list") };
    let result = to_reraise(thread, original, list)?;
    frame.set(o.dst, result);
    Ok(())
}

fn to_reraise(thread: &Thread, original: Value, list: Gc<List>) -> PyResult<Value> {
    let mut all = ScratchVec::new();
    for index in 0..list.len() {
        if let Some(exception) = list.get(thread, index).filter(|exception| !exception.is_none()) {
            all.push(thread, exception);
        }
    }
    if all.is_empty() {
        return Ok(Value::NONE);
    }
    if !is_group(thread, original) {
        // A naked exception was caught: at most one clause ran.
        return Ok(all[0]);
    }
    let (mut raised, mut leaves) = (ScratchVec::new(), ScratchVec::new());
    for &exception in all.as_slice() {
        if same_metadata(thread, exception, original) {
            collect_leaves(thread, exception, &mut leaves);
        } else {
            raised.push(thread, exception);
        }
    }
    let unhandled = project(thread, original, &leaves)?;
    if raised.is_empty() {
        return Ok(unhandled.unwrap_or(Value::NONE));
    }
    if let Some(unhandled) = unhandled {
        raised.push(thread, unhandled);
    }
    if raised.len() == 1 {
        return Ok(raised[0]);
    }
    let class = thread.vm().exceptions.base_exception_group.value();
    let empty = taipan_runtime::types::str::Str::empty(thread).value();
    call::call(thread, class, &[empty, List::new(thread, &raised).value()])
}

/// The two exceptions come from one: traceback, cause, context and notes are the same objects.
fn same_metadata(thread: &Thread, a: Value, b: Value) -> bool {
    let (Some(a), Some(b)) = (a.cast::<Exception>(), b.cast::<Exception>()) else { return false };
    let notes = |exception: Gc<Exception>| {
        taipan_runtime::types::instance::get_attribute(thread, exception.header(), thread.vm().names.__notes__)
    };
    a.traceback.get() == b.traceback.get()
        && a.cause.get() == b.cause.get()
        && a.context.get() == b.context.get()
        && notes(a) == notes(b)
}

fn collect_leaves(thread: &Thread, exception: Value, leaves: &mut ScratchVec) {
    match exception.cast::<Exception>() {
        Some(group) if is_group(thread, exception) => {
            for &member in exception_group::members(group) {
                collect_leaves(thread, member, leaves);
            }
        }
        _ => leaves.push(thread, exception),
    }
}

/// The part of a group that consists of these leaves, with its structure and metadata.
fn project(thread: &Thread, group: Value, leaves: &ScratchVec) -> PyResult<Option<Value>> {
    let Some(exception) = group.cast::<Exception>() else { return Ok(None) };
    let mut kept = ScratchVec::new();
    for &member in exception_group::members(exception) {
        if is_group(thread, member) {
            if let Some(part) = project(thread, member, leaves)? {
                kept.push(thread, part);
            }
        } else if leaves.contains(&member) {
            kept.push(thread, member);
        }
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let derive = thread.vm().interner.intern_text(thread, "derive");
    let part = call::call_method(thread, group, derive, &[List::new(thread, &kept).value()])?;
    if let Some(part) = part.cast::<Exception>() {
        part.traceback.init(exception.traceback.get());
        part.context.init(exception.context.get());
        part.cause.init(exception.cause.get());
        part.suppress_context.set(exception.suppress_context.get());
        thread.write_barrier(part.header());
        let notes = thread.vm().names.__notes__;
        if let Some(list) = attr::get_optional(thread, group, notes)?.and_then(|notes| notes.cast::<List>()) {
            let copy = list.copy_range(thread, 0, list.len())?;
            attr::set(thread, part.value(), notes, copy.value())?;
        }
    }
    Ok(Some(part))
}

/// `LoadContext`: `__exit__` and `__enter__` of a context manager, each as a callable and its receiver.
pub fn load_context(thread: &Thread, frame: &Frame, o: operands::LoadContext) -> PyResult<()> {
    let manager = frame.get(o.manager);
    let is_async = o.is_async == 1;
    let (enter, exit) = if is_async { (Special::Aenter, Special::Aexit) } else { (Special::Enter, Special::Exit) };
    load_special(thread, frame, manager, exit, o.exit, is_async)?;
    load_special(thread, frame, manager, enter, o.window, is_async)
}

fn load_special(
    thread: &Thread,
    frame: &Frame,
    manager: Value,
    which: Special,
    pair: Register,
    is_async: bool,
) -> PyResult<()> {
    let class = thread.class_of(manager);
    let Some(method) = class.special(thread, which) else {
        let (kind, other_kind, statement) = if is_async {
            ("asynchronous context manager", "context manager", "with")
        } else {
            ("context manager", "asynchronous context manager", "async with")
        };
        let has = |special| class.special(thread, special).is_some();
        let other = if is_async {
            has(Special::Enter) && has(Special::Exit)
        } else {
            has(Special::Aenter) && has(Special::Aexit)
        };
        let hint = if other {
            format!(" but it supports the {other_kind} protocol. Did you mean to use '{statement}'?")
        } else {
            String::new()
        };
        return Err(thread.raise_type_error(format!(
            "'{}' object does not support the {kind} protocol (missed {} method){hint}",
            class.qualified_name(thread),
            which.text()
        )));
    };
    if attr::is_plain_method(method) {
        frame.set(pair, method);
        frame.set(pair.plus(1), manager);
    } else {
        let bound = attr::bind_descriptor(thread, method, Some(manager), class)?;
        frame.set(pair, bound);
        frame.set_word(pair.plus(1), None);
    }
    Ok(())
}

/// `CallExitWithException`.
pub fn call_exit(thread: &Thread, frame: &Frame, o: operands::CallExitWithException) -> PyResult<()> {
    let exception = frame.get(o.exc);
    let class = thread.class_of(exception).value();
    let traceback = exception
        .cast::<Exception>()
        .and_then(|exception| exception.traceback.get())
        .map_or(Value::NONE, |traceback| traceback.value());
    let callee = frame.get(o.window);
    let result = match frame.word(o.window.plus(1)) {
        Some(receiver) => call::call_unbound(thread, callee, receiver, &[class, exception, traceback])?,
        None => call::call(thread, callee, &[class, exception, traceback])?,
    };
    frame.set(o.dst, result);
    Ok(())
}
