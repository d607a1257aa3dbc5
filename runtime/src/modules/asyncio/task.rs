//! `_asyncio.Task`.
//!
//! What lives here: the class; its instances are [`Future`]s. What must not: stepping ([`super::step`]).

use super::future::{Future, FutureObject, Progress, cannot_delete};
use super::{library, register_task, state, step, swap_current_task};
use crate::dispatch::{self, call};
use crate::error::PyResult;
use crate::modules::contextvars;
use crate::modules::support::{call_method, repr};
use crate::native::Keywords;
use crate::object::{Gc, ShapeId};
use crate::thread::Thread;
use crate::types::generator::Generator;
use crate::types::payload::Payload;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::{py_class, py_methods};

/// Spec marker of the class.
pub struct Task;

/// Something a task can run.
fn is_coroutine(thread: &Thread, value: Value) -> PyResult<bool> {
    if value.cast::<Generator>().is_some_and(|generator| generator.header().shape() == ShapeId::COROUTINE) {
        return Ok(true);
    }
    let answer = call::call(thread, library(thread, "asyncio.coroutines", "iscoroutine")?, &[value])?;
    dispatch::truth::truth(thread, answer)
}

/// Makes the first step at once, in the task's context.
fn start_eagerly(thread: &Thread, task: Gc<FutureObject>) -> PyResult<()> {
    let (event_loop, data) = (task.event_loop(thread)?, &task.data);
    let previous = swap_current_task(thread, event_loop, task.value())?;
    let eager = state(thread).data.eager_tasks();
    eager.add(thread, task.value())?;
    let context = data.context.get().unwrap_or(Value::NONE);
    let result = contextvars::run_in_context(thread, context, || step::run(thread, task, None).map(|()| Value::NONE));
    eager.discard(thread, task.value())?;
    let restored = match result {
        Ok(_) => swap_current_task(thread, event_loop, previous).map(drop),
        Err(raised) => {
            let error = thread.take_exception(raised);
            if let Err(raised) = swap_current_task(thread, event_loop, previous) {
                thread.take_exception(raised);
            }
            Err(thread.reraise(error))
        }
    };
    if data.progress.get() == Progress::Pending {
        register_task(thread, task)?;
    } else {
        data.coroutine.init(None);
    }
    restored
}

/// A coroutine wrapped in a Future.
#[py_class(
    name = "Task",
    module = "_asyncio",
    signature = "(coro, *, loop=None, name=None, context=None, eager_start=False)",
    base = Future,
    data = Future,
    subclassable,
    mutable,
    dict
)]
impl Task {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, _arguments: &[Value], _keywords: Keywords<'_>) -> Gc<FutureObject> {
        Payload::new(thread, class, Future::default())
    }

    #[method(
        signature = "(self, /, coro, *, loop=None, name=None, context=None, eager_start=False)",
        style = "keywords"
    )]
    fn __init__(
        this: Gc<FutureObject>,
        thread: &Thread,
        coro: Value,
        event_loop: Option<Value>,
        name: Option<Value>,
        context: Option<Value>,
        eager_start: Option<bool>,
    ) -> PyResult<()> {
        this.initialise(thread, event_loop)?;
        let data = &this.data;
        if !is_coroutine(thread, coro)? {
            data.log_destroy_pending.set(false);
            let shown = repr(thread, coro)?;
            return Err(thread.raise_type_error(format!("a coroutine was expected, got {shown}")));
        }
        let name = match name {
            Some(name) if name.cast::<Str>().is_some_and(|name| name.is_exact()) => name,
            Some(name) => dispatch::text::str(thread, name)?.value(),
            None => state(thread).data.next_name(),
        };
        let context = context.unwrap_or_else(|| contextvars::copy_current(thread));
        data.waiter.init(None);
        data.must_cancel.set(false);
        data.log_destroy_pending.set(true);
        data.cancel_requests.set(0);
        for (slot, value) in [(&data.coroutine, coro), (&data.name, name), (&data.context, context)] {
            this.set(thread, slot, Some(value));
        }
        if eager_start.unwrap_or(false) {
            let running = call_method(thread, this.event_loop(thread)?, "is_running", &[])?;
            if dispatch::truth::truth(thread, running)? {
                return start_eagerly(thread, this);
            }
        }
        step::step_soon(thread, this, None)?;
        register_task(thread, this)
    }

    #[method]
    fn __repr__(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        call::call(thread, library(thread, "asyncio.base_tasks", "_task_repr")?, &[this.value()])
    }

    #[method]
    fn __del__(this: Gc<FutureObject>, thread: &Thread) -> PyResult<()> {
        let data = &this.data;
        if data.progress.get() == Progress::Pending && data.log_destroy_pending.get() {
            this.report(thread, "Task was destroyed but it is pending!", &[("task", this.value())])?;
        }
        Future::__del__(this, thread)
    }

    #[method(signature = "(self, result, /)")]
    fn set_result(_this: Gc<FutureObject>, thread: &Thread, result: Value) -> PyResult<()> {
        let _ = result;
        Err(thread.raise_runtime_error("Task does not support set_result operation"))
    }

    #[method(signature = "(self, exception, /)")]
    fn set_exception(_this: Gc<FutureObject>, thread: &Thread, exception: Value) -> PyResult<()> {
        let _ = exception;
        Err(thread.raise_runtime_error("Task does not support set_exception operation"))
    }

    /// Request that this task cancel itself.
    ///
    /// This arranges for a CancelledError to be thrown into the
    /// wrapped coroutine on the next cycle through the event loop.
    /// The coroutine then has a chance to clean up or even deny
    /// the request using try/except/finally.
    ///
    /// Unlike Future.cancel, this does not guarantee that the
    /// task will be cancelled: the exception might be caught and
    /// acted upon, delaying cancellation of the task or preventing
    /// cancellation completely.  The task may also return a value or
    /// raise a different exception.
    ///
    /// Immediately after this method is called, Task.cancelled() will
    /// not return True (unless the task was already cancelled).  A
    /// task will be marked as cancelled when the wrapped coroutine
    /// terminates with a CancelledError exception (even if cancel()
    /// was not called).
    ///
    /// This also increases the task's count of cancellation requests.
    #[method(signature = "(self, /, msg=None)", style = "keywords")]
    fn cancel(this: Gc<FutureObject>, thread: &Thread, message: Option<Value>) -> PyResult<bool> {
        let data = &this.data;
        if data.progress.get() != Progress::Pending {
            return Ok(false);
        }
        data.cancel_requests.set(data.cancel_requests.get() + 1);
        if let Some(waiter) = data.waiter.get()
            && step::cancel_any(thread, waiter, message)?
        {
            return Ok(true);
        }
        data.must_cancel.set(true);
        this.set(thread, &data.cancel_message, message.filter(|message| !message.is_none()));
        Ok(true)
    }

    /// Return the count of the task's cancellation requests.
    ///
    /// This count is incremented when .cancel() is called
    /// and may be decremented using .uncancel().
    #[method(signature = "(self, /)")]
    fn cancelling(this: Gc<FutureObject>) -> i64 {
        this.data.cancel_requests.get()
    }

    /// Decrement the task's count of cancellation requests.
    ///
    /// This should be used by tasks that catch CancelledError
    /// and wish to continue indefinitely until they are cancelled again.
    ///
    /// Returns the remaining number of cancellation requests.
    #[method(signature = "(self, /)")]
    fn uncancel(this: Gc<FutureObject>) -> i64 {
        let data = &this.data;
        let left = (data.cancel_requests.get() - 1).max(0);
        if left == 0 && data.cancel_requests.get() > 0 {
            data.must_cancel.set(false);
        }
        data.cancel_requests.set(left);
        left
    }

    /// Return the list of stack frames for this task's coroutine.
    ///
    /// If the coroutine is not done, this returns the stack where it is
    /// suspended.  If the coroutine has completed successfully or was
    /// cancelled, this returns an empty list.  If the coroutine was
    /// terminated by an exception, this returns the list of traceback
    /// frames.
    ///
    /// The frames are always ordered from oldest to newest.
    ///
    /// The optional limit gives the maximum number of frames to
    /// return; by default all available frames are returned.  Its
    /// meaning differs depending on whether a stack or a traceback is
    /// returned: the newest frames of a stack are returned, but the
    /// oldest frames of a traceback are returned.  (This matches the
    /// behavior of the traceback module.)
    ///
    /// For reasons beyond our control, only one stack frame is
    /// returned for a suspended coroutine.
    #[method(signature = "(self, /, *, limit=None)", style = "keywords")]
    fn get_stack(this: Gc<FutureObject>, thread: &Thread, limit: Option<Value>) -> PyResult<Value> {
        let function = library(thread, "asyncio.base_tasks", "_task_get_stack")?;
        call::call(thread, function, &[this.value(), limit.unwrap_or(Value::NONE)])
    }

    /// Print the stack or traceback for this task's coroutine.
    ///
    /// This produces output similar to that of the traceback module,
    /// for the frames retrieved by get_stack().  The limit argument
    /// is passed to get_stack().  The file argument is an I/O stream
    /// to which the output is written; by default output is written
    /// to sys.stderr.
    #[method(signature = "(self, /, *, limit=None, file=None)", style = "keywords")]
    fn print_stack(
        this: Gc<FutureObject>,
        thread: &Thread,
        limit: Option<Value>,
        file: Option<Value>,
    ) -> PyResult<Value> {
        let function = library(thread, "asyncio.base_tasks", "_task_print_stack")?;
        let (limit, file) = (limit.unwrap_or(Value::NONE), file.unwrap_or(Value::NONE));
        call::call(thread, function, &[this.value(), limit, file])
    }

    #[method(signature = "(self, /)")]
    fn get_name(this: Gc<FutureObject>, thread: &Thread) -> Value {
        let name = match this.data.name.get() {
            Some(name) => name,
            None => return Value::NONE,
        };
        match name.as_small() {
            Some(number) => {
                let text = Str::new(thread, &format!("Task-{number}")).value();
                this.set(thread, &this.data.name, Some(text));
                text
            }
            None => name,
        }
    }

    #[method(signature = "(self, value, /)")]
    fn set_name(this: Gc<FutureObject>, thread: &Thread, value: Value) -> PyResult<()> {
        let name = dispatch::text::str(thread, value)?;
        this.set(thread, &this.data.name, Some(name.value()));
        Ok(())
    }

    #[method(signature = "(self, /)")]
    fn get_coro(this: Gc<FutureObject>) -> Value {
        this.data.coroutine.get().unwrap_or(Value::NONE)
    }

    #[method(signature = "(self, /)")]
    fn get_context(this: Gc<FutureObject>) -> Value {
        this.data.context.get().unwrap_or(Value::NONE)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, object)
    }

    #[getter(name = "_log_destroy_pending")]
    fn logs_destroy_pending(this: Gc<FutureObject>) -> bool {
        this.data.log_destroy_pending.get()
    }

    #[setter(name = "_log_destroy_pending")]
    fn set_logs_destroy_pending(this: Gc<FutureObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.log_destroy_pending.set(dispatch::truth::truth(thread, value)?);
        Ok(())
    }

    #[deleter(name = "_log_destroy_pending")]
    fn delete_logs_destroy_pending(_this: Gc<FutureObject>, thread: &Thread) -> PyResult<()> {
        Err(cannot_delete(thread))
    }

    #[getter(name = "_must_cancel")]
    fn must_cancel(this: Gc<FutureObject>) -> bool {
        this.data.must_cancel.get()
    }

    #[getter(name = "_coro")]
    fn coroutine(this: Gc<FutureObject>) -> Value {
        this.data.coroutine.get().unwrap_or(Value::NONE)
    }

    #[getter(name = "_fut_waiter")]
    fn waiter(this: Gc<FutureObject>) -> Value {
        this.data.waiter.get().unwrap_or(Value::NONE)
    }
}

/// The method that a task gives what it waits for as callback; no attribute of the class.
#[py_methods(class = "Task", module = "_asyncio", spec = TASK_WAKEUP)]
impl Task {
    #[method(name = "task_wakeup", signature = "(self, fut, /)")]
    fn wakeup(this: Gc<FutureObject>, thread: &Thread, future: Value) -> PyResult<()> {
        step::wake_up(thread, this, future)
    }
}
