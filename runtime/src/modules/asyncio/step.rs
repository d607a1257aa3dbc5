//! Steps of a task: running its coroutine to the next thing it waits for.
//!
//! What lives here: the step, and the callables by which the loop asks for one. What must not: the class
//! ([`super::task`]). Source: `Task.__step` in `Lib/asyncio/tasks.py`.

use super::future::{FutureObject, Outcome, Progress, as_future, is_plain, names};
use super::task::TASK_WAKEUP;
use super::{call_soon, enter_task, invalid_state, leave_task, state};
use crate::dispatch::{self, attr, call};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::{call_method, get, intern, repr};
use crate::native::{Arguments, PyClass};
use crate::object::{Gc, GcSlot, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::exception::{Exception, as_exception};
use crate::types::generator::{Generator, Resumed, Resumption};
use crate::types::native_function::NativeFunction;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// What the loop calls for a step.
pub struct StepCallback {
    task: GcSlot<FutureObject>,
    /// What is to be thrown into the coroutine.
    exception: Slot,
}

impl PayloadData for StepCallback {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.task);
        tracer.slot(&self.exception);
    }
}

#[py_class(name = "TaskStepMethWrapper", module = "_asyncio", payload, no_instances)]
impl StepCallback {
    #[method(signature = "(self, /)")]
    fn __call__(this: Gc<Payload<StepCallback>>, thread: &Thread) -> PyResult<()> {
        match this.data.task.get() {
            Some(task) => step(thread, task, this.data.exception.get().and_then(as_exception)),
            None => Ok(()),
        }
    }

    #[getter(name = "__self__")]
    fn task(this: Gc<Payload<StepCallback>>) -> Value {
        this.data.task.get().map_or(Value::NONE, |task| task.value())
    }

    #[getter(name = "__qualname__")]
    fn qualname(this: Gc<Payload<StepCallback>>, thread: &Thread) -> PyResult<Value> {
        let coroutine = this.data.task.get().and_then(|task| task.data.coroutine.get());
        match coroutine {
            Some(coroutine) => get(thread, coroutine, "__qualname__"),
            None => Ok(Value::NONE),
        }
    }
}

/// Has the loop make a step.
///
/// # Errors
/// What the loop raises.
pub fn step_soon(thread: &Thread, task: Gc<FutureObject>, exception: Option<Value>) -> PyResult<()> {
    let class = Type::of_spec(thread, StepCallback::SPEC);
    let data = StepCallback { task: GcSlot::new(task), exception: Slot::from_option(exception) };
    let callback = Payload::new(thread, class, data).value();
    let context = task.data.context.get().unwrap_or(Value::NONE);
    call_soon(thread, task.event_loop(thread)?, callback, None, context)
}

/// Throws a RuntimeError into the coroutine at the next step.
fn fail_soon(thread: &Thread, task: Gc<FutureObject>, message: &str) -> PyResult<()> {
    let message = Str::new(thread, message).value();
    let error = Exception::new(thread, thread.vm().exceptions.runtime_error, &[message]);
    step_soon(thread, task, Some(error.value()))
}

/// A step with the task as the loop's current one.
///
/// # Errors
/// Those that the loop is to see: of itself, and KeyboardInterrupt and SystemExit.
pub fn step(thread: &Thread, task: Gc<FutureObject>, exception: Option<Gc<Exception>>) -> PyResult<()> {
    let event_loop = task.event_loop(thread)?;
    enter_task(thread, event_loop, task.value())?;
    let result = run(thread, task, exception);
    match result {
        Ok(()) => leave_task(thread, event_loop, task.value()),
        Err(raised) => {
            let error = thread.take_exception(raised);
            if let Err(raised) = leave_task(thread, event_loop, task.value()) {
                thread.take_exception(raised);
            }
            Err(thread.reraise(error))
        }
    }
}

/// What the coroutine did.
enum Done {
    Yielded(Value),
    Returned(Value),
    Raised(Value),
}

fn resume(thread: &Thread, coroutine: Value, exception: Option<Gc<Exception>>) -> PyResult<Done> {
    let exceptions = &thread.vm().exceptions;
    let result = match (coroutine.cast::<Generator>(), exception) {
        (Some(generator), None) => match Generator::resume(generator, thread, Resumption::Send(Value::NONE)) {
            Ok(Resumed::Yielded(value)) => return Ok(Done::Yielded(value)),
            Ok(Resumed::Returned(value)) => return Ok(Done::Returned(value)),
            Err(raised) => Err(raised),
        },
        (None, None) => call_method(thread, coroutine, "send", &[Value::NONE]),
        (_, Some(exception)) => call::call_method(thread, coroutine, thread.vm().names.throw, &[exception.value()]),
    };
    match result {
        Ok(value) => Ok(Done::Yielded(value)),
        Err(raised) if thread.exception_is(exceptions.stop_iteration) => {
            let error = thread.take_exception(raised);
            Ok(Done::Returned(get(thread, error, "value")?))
        }
        Err(raised) => Ok(Done::Raised(thread.take_exception(raised))),
    }
}

/// The step itself.
///
/// # Errors
/// As [`step`].
pub fn run(thread: &Thread, task: Gc<FutureObject>, exception: Option<Gc<Exception>>) -> PyResult<()> {
    let data = &task.data;
    if data.progress.get() != Progress::Pending {
        let given = exception.map_or(Value::NONE, |exception| exception.value());
        let (task, given) = (repr(thread, task.value())?, repr(thread, given)?);
        return Err(invalid_state(thread, &format!("__step(): already done: {task} {given}")));
    }
    let mut exception = exception;
    if data.must_cancel.get() {
        let cancelled = state(thread).data.cancelled_error(thread)?;
        let is_cancelled = match exception {
            Some(exception) => dispatch::isinstance::isinstance(thread, exception.value(), cancelled)?,
            None => false,
        };
        if !is_cancelled {
            exception = Some(task.cancelled_error(thread)?);
        }
        data.must_cancel.set(false);
    }
    data.waiter.init(None);
    let Some(coroutine) = data.coroutine.get() else {
        return Err(thread.raise_runtime_error("uninitialized Task object"));
    };
    match resume(thread, coroutine, exception)? {
        Done::Yielded(value) => wait_for(thread, task, value),
        Done::Returned(value) => {
            if data.must_cancel.replace(false) {
                // It was cancelled right before it ended.
                task.cancel(thread, data.cancel_message.get()).map(drop)
            } else {
                task.set_result(thread, value)
            }
        }
        Done::Raised(error) => raised(thread, task, error),
    }
}

/// The coroutine ended by an exception.
fn raised(thread: &Thread, task: Gc<FutureObject>, error: Value) -> PyResult<()> {
    let cancelled = state(thread).data.cancelled_error(thread)?;
    if cancelled.cast::<Type>().is_some_and(|class| thread.class_of(error).is_subclass_of(class)) {
        task.set(thread, &task.data.cancelled_error, Some(error));
        return task.cancel(thread, None).map(drop);
    }
    task.set_exception(thread, error)?;
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(error);
    if class.is_subclass_of(exceptions.keyboard_interrupt) || class.is_subclass_of(exceptions.system_exit) {
        return Err(thread.reraise(error));
    }
    Ok(())
}

/// The coroutine yielded: it waits for a future, or only for its next turn.
fn wait_for(thread: &Thread, task: Gc<FutureObject>, value: Value) -> PyResult<()> {
    if value.is_none() {
        return step_soon(thread, task, None);
    }
    let shown = || -> PyResult<(String, String)> { Ok((repr(thread, task.value())?, repr(thread, value)?)) };
    if value == task.value() {
        let (task_text, _) = shown()?;
        return fail_soon(thread, task, &format!("Task cannot await on itself: {task_text}"));
    }
    let plain = as_future(value).filter(|_| is_plain(thread, value));
    let blocking = match plain {
        Some(future) => Some(future.data.blocking.get()),
        None => {
            let name = intern(thread, "_asyncio_future_blocking");
            match attr::get_optional(thread, value, name)?.filter(|blocking| !blocking.is_none()) {
                Some(blocking) => Some(dispatch::truth::truth(thread, blocking)?),
                None => None,
            }
        }
    };
    let Some(blocking) = blocking else {
        let (task_text, text) = shown()?;
        let is_generator =
            value.cast::<Generator>().is_some_and(|generator| generator.header().shape() == ShapeId::GENERATOR);
        return fail_soon(
            thread,
            task,
            &if is_generator {
                format!("yield was used instead of yield from for generator in task {task_text} with {text}")
            } else {
                format!("Task got bad yield: {text}")
            },
        );
    };
    let own_loop = match plain {
        Some(future) => future.event_loop(thread)?,
        None => loop_of(thread, value)?,
    };
    if Some(own_loop) != task.data.event_loop.get() {
        let (task_text, text) = shown()?;
        return fail_soon(thread, task, &format!("Task {task_text} got Future {text} attached to a different loop"));
    }
    if !blocking {
        let (task_text, text) = shown()?;
        let message = format!("yield was used instead of yield from in task {task_text} with {text}");
        return fail_soon(thread, task, &message);
    }
    if let Some(future) = as_future(value) {
        future.add_awaited_by(thread, task.value())?;
    }
    let wakeup = wakeup_of(thread, task);
    let context = task.data.context.get().unwrap_or(Value::NONE);
    match plain {
        Some(future) => {
            future.data.blocking.set(false);
            future.add_callback(thread, wakeup, context)?;
        }
        None => {
            attr::set(thread, value, intern(thread, "_asyncio_future_blocking"), Value::FALSE)?;
            let add = get(thread, value, "add_done_callback")?;
            let values = [wakeup, context];
            call::call_with(thread, add, Arguments { values: &values, names: Some(names(thread, "context")) })?;
        }
    }
    task.set(thread, &task.data.waiter, Some(value));
    if task.data.must_cancel.get() && cancel_any(thread, value, task.data.cancel_message.get())? {
        task.data.must_cancel.set(false);
    }
    Ok(())
}

/// `future.cancel(msg=message)` of any future.
///
/// # Errors
/// What it raises.
pub fn cancel_any(thread: &Thread, future: Value, message: Option<Value>) -> PyResult<bool> {
    let cancel = get(thread, future, "cancel")?;
    let values = [message.unwrap_or(Value::NONE)];
    let answer = call::call_with(thread, cancel, Arguments { values: &values, names: Some(names(thread, "msg")) })?;
    dispatch::truth::truth(thread, answer)
}

/// The loop of any future: of `get_loop()`, or of `_loop` where that is missing.
///
/// # Errors
/// What getting it raises.
pub fn loop_of(thread: &Thread, future: Value) -> PyResult<Value> {
    match attr::get_optional(thread, future, intern(thread, "get_loop"))? {
        Some(get_loop) => call::call(thread, get_loop, &[]),
        None => get(thread, future, "_loop"),
    }
}

/// The callback of what the task waits for.
fn wakeup_of(thread: &Thread, task: Gc<FutureObject>) -> Value {
    let state = state(thread);
    let method = state.data.wakeup.get().unwrap_or_else(|| {
        let class = Type::of_spec(thread, super::task::Task::SPEC);
        let method = NativeFunction::of_method(thread, &TASK_WAKEUP.methods[0], class);
        state.store(thread, &state.data.wakeup, method);
        method
    });
    match method.cast::<NativeFunction>() {
        Some(method) => method.bind(thread, task.value()).value(),
        None => unreachable!("a method is a native function"),
    }
}

/// What the task waits for is done.
///
/// # Errors
/// As [`step`].
pub fn wake_up(thread: &Thread, task: Gc<FutureObject>, future: Value) -> PyResult<()> {
    let native = as_future(future);
    if let Some(native) = native {
        native.discard_awaited_by(thread, task.value())?;
    }
    let result: Result<Option<Gc<Exception>>, Raised> = match native.filter(|_| is_plain(thread, future)) {
        Some(native) => native.outcome(thread).map(|outcome| match outcome {
            Outcome::Returned(_) => None,
            Outcome::Raised(exception) => Some(exception),
        }),
        None => call_method(thread, future, "result", &[]).map(|_| None),
    };
    match result {
        Ok(exception) => step(thread, task, exception),
        Err(raised) => {
            let exception = thread.take_exception(raised);
            step(thread, task, as_exception(exception))
        }
    }
}
