//! Events for `sys.settrace` and `sys.setprofile`.
//!
//! What lives here: which events an activation reports, and the calls of the functions that were installed. What must
//! not: the functions of `sys`, and when the loop asks ([`super::run`]). Start at [`instruction`].
//!
//! Tracing is a loop of its own: [`super::run`] is instantiated twice, and only the second asks here before each
//! instruction. While a function is installed, `thread.poll` keeps [`poll::TRACE`], so that the untraced loop notices
//! at its next call, return from native code, or back edge, and goes over; native code is discarded and not made.
//! Rules: reference of `sys.settrace`, and what CPython 3.14 reports where that is vague.
#![allow(unsafe_code)] // Activations are reached by address.

use taipan_runtime::dispatch::call;
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::object::Gc;
use taipan_runtime::thread::{Thread, poll};
use taipan_runtime::types::exception::Exception;
use taipan_runtime::types::frame::FrameObject;
use taipan_runtime::types::native_function::NativeFunction;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

use super::calls::Called;
use super::frame::{self, Frame, Link, Word};
use super::traceback;
use crate::bytecode::{Instruction, Op};

/// Index of the function of `sys.settrace` in `thread.trace_functions`.
const TRACE: usize = 0;
/// Index of that of `sys.setprofile`.
const PROFILE: usize = 1;

/// The hook `tracing_changed`: a function was installed or taken out.
pub fn changed(thread: &Thread) {
    if thread.trace_functions.iter().any(|function| function.get().is_some()) {
        thread.request_poll(poll::TRACE);
        if let Some(discard) = super::Interpreter::of(thread).tracing_started.get() {
            discard(thread);
        }
    }
}

/// Calls an installed function; what it raises takes it out and is raised in the traced activation.
fn notify(
    thread: &Thread,
    index: usize,
    function: Value,
    object: Gc<FrameObject>,
    event: &str,
    argument: Value,
) -> PyResult<Value> {
    let event = thread.vm().interner.intern_text(thread, event).value();
    thread.tracing_paused.set(thread.tracing_paused.get() + 1);
    let result = call::call(thread, function, &[object.value(), event, argument]);
    thread.tracing_paused.set(thread.tracing_paused.get() - 1);
    if result.is_err() {
        thread.trace_functions[index].set(None);
        object.trace_function.init(None);
        // SAFETY: the traced activation is the innermost again.
        unsafe { traceback::add_traceback(thread, frame::innermost(thread)) };
    }
    result
}

/// Reports to the function that `f_trace` holds, and keeps what it returns there.
fn notify_local(thread: &Thread, object: Gc<FrameObject>, event: &str, argument: Value) -> PyResult<()> {
    let Some(function) = object.trace_function.get().filter(|function| !function.is_none()) else { return Ok(()) };
    keep(thread, object, notify(thread, TRACE, function, object, event, argument)?);
    Ok(())
}

fn keep(thread: &Thread, object: Gc<FrameObject>, answer: Value) {
    if !answer.is_none() {
        thread.store(object, &object.trace_function, answer);
    }
}

fn installed(thread: &Thread, index: usize) -> Option<Value> {
    thread.trace_functions[index].get().filter(|_| thread.tracing_paused.get() == 0)
}

/// An activation begins, or a generator goes on: `call`.
///
/// # Errors
/// What the installed function raised.
///
/// # Safety
/// `frame` is the innermost activation.
pub unsafe fn entered(thread: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the contract of this function.
    unsafe {
        let body = (*frame).body();
        let is_generator = (*frame).link.has(Link::GENERATOR);
        if !thread.is_traced() || body.code.flags.is_resumable() && !is_generator {
            // The call of a generator function makes the generator, no more.
            return Ok(());
        }
        let object = frame::object(thread, frame);
        // What is entered stands at its first line, what is resumed at its `yield`.
        let line = match (*frame).generator() {
            Some(generator) => body.code.position(generator.instruction.get()).line,
            None => body.code.first_line,
        };
        let is_module = (*frame).function.is_none() && (*frame).locals == Some((*frame).globals.value());
        object.line_override.set(if is_module { 0 } else { line } + 1);
        object.traced_line.set(if is_generator { line } else { 0 });
        object.traced_at.set(u32::MAX);
        let mut result = Ok(());
        if let Some(function) = installed(thread, TRACE) {
            result =
                notify(thread, TRACE, function, object, "call", Value::NONE).map(|answer| keep(thread, object, answer));
        }
        if let (Ok(()), Some(function)) = (&result, installed(thread, PROFILE)) {
            result = notify(thread, PROFILE, function, object, "call", Value::NONE).map(|_| ());
        }
        object.line_override.set(0);
        result
    }
}

/// An activation ends, or a generator is suspended: `return`.
///
/// # Errors
/// What the installed functions raised.
///
/// # Safety
/// `frame` is the innermost activation, its `pc` is saved.
pub unsafe fn left(thread: &Thread, frame: *mut Frame, value: Value) -> PyResult<()> {
    if !thread.is_traced() {
        return Ok(());
    }
    let object = frame::object(thread, frame);
    if installed(thread, TRACE).is_some() {
        notify_local(thread, object, "return", value)?;
    }
    match installed(thread, PROFILE) {
        Some(function) => notify(thread, PROFILE, function, object, "return", value).map(|_| ()),
        None => Ok(()),
    }
}

/// An exception is raised in, or passes through, the activation: `exception`. What the installed function raises
/// takes its place.
///
/// # Safety
/// `frame` is the innermost activation, its `pc` is saved; an exception is pending and has its traceback entry.
#[cold]
pub unsafe fn raised(thread: &Thread, frame: *mut Frame) {
    if installed(thread, TRACE).is_none() {
        return;
    }
    let Some(exception) = thread.exception.get() else { return };
    let object = frame::object(thread, frame);
    if object.trace_function.get().is_none_or(Value::is_none) {
        return;
    }
    let traceback = exception.cast::<Exception>().and_then(|exception| exception.traceback.get());
    let traceback = traceback.map_or(Value::NONE, |traceback| traceback.value());
    let class = thread.class_of(exception).value();
    let argument = Tuple::new(thread, &[class, exception, traceback]).value();
    with_exception_aside(thread, || notify_local(thread, object, "exception", argument));
}

/// What the activation delegated to (`yield from`, `await`) returned `value`: `exception` with the StopIteration that
/// stands for that.
///
/// # Errors
/// What the installed function raised.
///
/// # Safety
/// `frame` is the innermost activation, its `pc` is saved.
#[cold]
pub unsafe fn delegation_ended(thread: &Thread, frame: *mut Frame, value: Value) -> PyResult<()> {
    if installed(thread, TRACE).is_none() {
        return Ok(());
    }
    let object = frame::object(thread, frame);
    if object.trace_function.get().is_none_or(Value::is_none) {
        return Ok(());
    }
    let class = thread.vm().exceptions.stop_iteration;
    let given = [value];
    let arguments = if value.is_none() { &given[..0] } else { &given[..] };
    let stop = Exception::new(thread, class, arguments).value();
    let argument = Tuple::new(thread, &[class.value(), stop, Value::NONE]).value();
    notify_local(thread, object, "exception", argument)
}

/// The activation ends by the pending exception: `return` with None.
///
/// # Safety
/// As [`raised`].
#[cold]
pub unsafe fn unwound(thread: &Thread, frame: *mut Frame) {
    // SAFETY: the contract of this function.
    with_exception_aside(thread, || unsafe { left(thread, frame, Value::NONE) });
}

/// Runs `report` while no exception is pending; the one that was is pending again, unless another was raised.
fn with_exception_aside(thread: &Thread, report: impl FnOnce() -> PyResult<()>) {
    let pending = thread.exception.take();
    if report().is_ok() {
        thread.exception.set(pending);
    }
}

/// Before each instruction of the traced loop: `line` and `opcode`.
///
/// # Errors
/// What the installed function raised.
///
/// # Safety
/// `frame` is the innermost activation, its `pc` is saved.
#[inline]
pub unsafe fn instruction(thread: &Thread, frame: *mut Frame) -> PyResult<()> {
    // SAFETY: the contract of this function.
    let object = unsafe { (*frame).object };
    match object {
        Some(object) if object.trace_function.get().is_some_and(|function| !function.is_none()) => {
            // SAFETY: as above.
            unsafe { traced_instruction(thread, frame, object) }
        }
        _ => Ok(()),
    }
}

/// [`instruction`] of an activation whose object has a trace function.
///
/// # Safety
/// As [`instruction`].
unsafe fn traced_instruction(thread: &Thread, frame: *mut Frame, object: Gc<FrameObject>) -> PyResult<()> {
    if installed(thread, TRACE).is_none() {
        return Ok(());
    }
    // SAFETY: the contract of `instruction`.
    let (body, at) = unsafe { ((*frame).body(), (*frame).offset()) };
    object.instruction.set(at);
    let before = object.traced_at.replace(at);
    let line = body.code.position(at).line;
    if line != 0 && object.trace_lines.get() {
        let decode = |at: u32| Instruction::try_decode(&body.code.units, at as usize);
        let previous = if before == u32::MAX { None } else { decode(before) };
        let jumped = previous.is_some_and(|(_, next)| next as u32 != at);
        let is_back = |found: Option<(Instruction, usize)>| found.is_some_and(|(found, _)| found.op() == Op::JumpBack);
        if jumped && is_back(decode(at)) {
            // `continue` leads to the one jump that ends the loop, whose line is that of the last statement.
            return opcode(thread, object);
        }
        let backward = is_back(previous);
        let starts = || at == 0 || body.code.position(at - 1).line != line;
        if backward || line != object.traced_line.get() && (jumped || starts()) {
            object.traced_line.set(line);
            notify_local(thread, object, "line", Value::NONE)?;
        }
    }
    opcode(thread, object)
}

fn opcode(thread: &Thread, object: Gc<FrameObject>) -> PyResult<()> {
    if object.trace_opcodes.get() { notify_local(thread, object, "opcode", Value::NONE) } else { Ok(()) }
}

/// The builtin function or method that `callee` with these arguments calls, as profilers are shown it.
///
/// # Safety
/// `first` points to `count` arguments.
unsafe fn profiled_callee(thread: &Thread, callee: Value, first: *const Word, count: usize) -> Option<(Value, Value)> {
    let function = installed(thread, PROFILE)?;
    let native = callee.cast::<NativeFunction>()?;
    // SAFETY: the contract of this function.
    let receiver = if native.is_method() && count > 0 { unsafe { *first } } else { None };
    Some((function, receiver.map_or(callee, |receiver| native.bind(thread, receiver).value())))
}

/// Calls something by `call`, with `c_call` before and `c_return` or `c_exception` behind if it is a builtin function.
///
/// # Errors
/// What the call or the installed function raised.
///
/// # Safety
/// `frame` is the innermost activation, its `pc` is saved; `first` points to `count` arguments.
pub unsafe fn calling<T: FromCall>(
    thread: &Thread,
    frame: *mut Frame,
    callee: Value,
    first: *const Word,
    count: usize,
    call: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    // SAFETY: the contract of this function.
    let Some((function, callee)) = (unsafe { profiled_callee(thread, callee, first, count) }) else { return call() };
    let object = frame::object(thread, frame);
    notify(thread, PROFILE, function, object, "c_call", callee)?;
    let result = call();
    let Some(function) = installed(thread, PROFILE) else { return result };
    match result {
        Ok(value) if value.is_value() => {
            notify(thread, PROFILE, function, object, "c_return", callee)?;
            Ok(value)
        }
        Ok(entered) => Ok(entered),
        Err(raised) => {
            with_exception_aside(thread, || {
                notify(thread, PROFILE, function, object, "c_exception", callee).map(|_| ())
            });
            let _: Raised = raised;
            Err(thread.raised())
        }
    }
}

/// What a call gives: a value, or an activation that is still to run.
pub trait FromCall {
    /// The call is over.
    fn is_value(&self) -> bool;
}

impl FromCall for Value {
    fn is_value(&self) -> bool {
        true
    }
}

impl FromCall for Called {
    fn is_value(&self) -> bool {
        matches!(self, Called::Value(_))
    }
}
