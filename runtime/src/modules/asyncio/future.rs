//! `_asyncio.Future`, and the state that tasks share with it.
//!
//! What lives here: the class and what happens to its state. What must not: stepping of tasks ([`super::step`]).
//! Source: `Lib/asyncio/futures.py`, which does the same in Python.

use super::iterator::FutureIterator;
use super::{call_soon, get_event_loop, invalid_state, library, state};
use crate::dispatch::{self, attr, call};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::contextvars;
use crate::modules::support::{intern, tuple};
use crate::native::{Keywords, PyClass};
use crate::object::{Gc, GcSlot, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::exception::{Exception, as_exception};
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// How far a future is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Progress {
    #[default]
    Pending,
    Cancelled,
    Finished,
}

impl Progress {
    fn name(self) -> &'static str {
        match self {
            Progress::Pending => "PENDING",
            Progress::Cancelled => "CANCELLED",
            Progress::Finished => "FINISHED",
        }
    }
}

/// A future; tasks use the second half too.
#[derive(Default)]
pub struct Future {
    /// Empty until `__init__` ran.
    pub(super) event_loop: Slot,
    pub(super) progress: Cell<Progress>,
    result: Slot,
    exception: Slot,
    /// The traceback that the exception had when it was set.
    exception_traceback: GcSlot<Traceback>,
    source_traceback: Slot,
    pub(super) cancel_message: Slot,
    /// The CancelledError that ended the task, to be raised again.
    pub(super) cancelled_error: Slot,
    /// Pairs of callback and context, in turn.
    callbacks: GcSlot<List>,
    /// Who waits for this one: a future, or a set of some.
    awaited_by: Slot,
    /// It was yielded by `await`, not by `yield`.
    pub(super) blocking: Cell<bool>,
    /// Nobody has seen the exception.
    log_traceback: Cell<bool>,

    pub(super) coroutine: Slot,
    pub(super) context: Slot,
    /// The name, or the number it is made of.
    pub(super) name: Slot,
    /// What the task waits for.
    pub(super) waiter: Slot,
    pub(super) must_cancel: Cell<bool>,
    pub(super) log_destroy_pending: Cell<bool>,
    pub(super) cancel_requests: Cell<i64>,
}

/// A future or a task.
pub type FutureObject = Payload<Future>;

impl PayloadData for Future {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [
            &self.event_loop,
            &self.result,
            &self.exception,
            &self.source_traceback,
            &self.cancel_message,
            &self.cancelled_error,
            &self.awaited_by,
            &self.coroutine,
            &self.context,
            &self.name,
            &self.waiter,
        ] {
            tracer.slot(slot);
        }
        tracer.gc_slot(&self.exception_traceback);
        tracer.gc_slot(&self.callbacks);
    }
}

/// How a finished future ended.
pub enum Outcome {
    Returned(Value),
    Raised(Gc<Exception>),
}

impl Gc<FutureObject> {
    /// A slot's value, or Python's `None`.
    fn shown(self, slot: &Slot) -> Value {
        slot.get().unwrap_or(Value::NONE)
    }

    /// Writes a slot that may be emptied.
    pub(super) fn set(self, thread: &Thread, slot: &Slot, value: Option<Value>) {
        slot.init(value);
        thread.write_barrier(self.header());
    }

    /// The event loop.
    ///
    /// # Errors
    /// RuntimeError before `__init__`.
    pub fn event_loop(self, thread: &Thread) -> PyResult<Value> {
        match self.data.event_loop.get() {
            Some(event_loop) => Ok(event_loop),
            None => Err(thread.raise_runtime_error("Future object is not initialized.")),
        }
    }

    /// What `Future.__init__` does.
    ///
    /// # Errors
    /// What finding the loop raises.
    pub fn initialise(self, thread: &Thread, event_loop: Option<Value>) -> PyResult<()> {
        let event_loop = match event_loop {
            Some(event_loop) => event_loop,
            None => get_event_loop(thread)?,
        };
        let data = &self.data;
        for slot in [&data.result, &data.exception, &data.source_traceback, &data.cancel_message, &data.cancelled_error]
        {
            slot.init(None);
        }
        data.exception_traceback.init(None);
        data.callbacks.init(None);
        data.progress.set(Progress::Pending);
        data.log_traceback.set(false);
        data.blocking.set(false);
        self.set(thread, &data.event_loop, Some(event_loop));
        let debug = call::call_method(thread, event_loop, intern(thread, "get_debug"), &[])?;
        if dispatch::truth::truth(thread, debug)? {
            let stack = call::call(thread, library(thread, "traceback", "extract_stack")?, &[])?;
            self.set(thread, &data.source_traceback, Some(stack));
        }
        Ok(())
    }

    /// Has the loop call what waits for the end.
    fn schedule_callbacks(self, thread: &Thread) -> PyResult<()> {
        let Some(callbacks) = self.data.callbacks.get() else { return Ok(()) };
        self.data.callbacks.init(None);
        let event_loop = self.event_loop(thread)?;
        let mut index = 0;
        while let (Some(callback), Some(context)) = (callbacks.get(thread, index), callbacks.get(thread, index + 1)) {
            call_soon(thread, event_loop, callback, Some(self.value()), context)?;
            index += 2;
        }
        Ok(())
    }

    /// Ends a pending future.
    fn end(self, thread: &Thread, progress: Progress) -> PyResult<()> {
        self.data.progress.set(progress);
        self.schedule_callbacks(thread)
    }

    /// `Future.cancel`.
    ///
    /// # Errors
    /// What the loop raises.
    pub fn cancel(self, thread: &Thread, message: Option<Value>) -> PyResult<bool> {
        self.event_loop(thread)?;
        self.data.log_traceback.set(false);
        if self.data.progress.get() != Progress::Pending {
            return Ok(false);
        }
        self.set(thread, &self.data.cancel_message, message.filter(|message| !message.is_none()));
        self.end(thread, Progress::Cancelled)?;
        Ok(true)
    }

    fn check_pending(self, thread: &Thread) -> PyResult<()> {
        self.event_loop(thread)?;
        match self.data.progress.get() {
            Progress::Pending => Ok(()),
            Progress::Cancelled | Progress::Finished => Err(invalid_state(thread, "invalid state")),
        }
    }

    /// `Future.set_result`.
    ///
    /// # Errors
    /// InvalidStateError if it is done.
    pub fn set_result(self, thread: &Thread, result: Value) -> PyResult<()> {
        self.check_pending(thread)?;
        self.set(thread, &self.data.result, Some(result));
        self.end(thread, Progress::Finished)
    }

    /// `Future.set_exception`.
    ///
    /// # Errors
    /// InvalidStateError if it is done, TypeError for no exception.
    pub fn set_exception(self, thread: &Thread, exception: Value) -> PyResult<()> {
        self.check_pending(thread)?;
        let exceptions = &thread.vm().exceptions;
        let is_class = exception.cast::<Type>().is_some_and(|class| class.flag(type_flags::EXCEPTION));
        let value = if is_class { call::call(thread, exception, &[])? } else { exception };
        let Some(mut exception) = as_exception(value) else {
            return Err(thread.raise_type_error("invalid exception object"));
        };
        if thread.class_of(value).is_subclass_of(exceptions.stop_iteration) {
            let message = "StopIteration interacts badly with generators and cannot be raised into a Future";
            let message = Str::new(thread, message).value();
            let wrapped = Exception::new(thread, exceptions.runtime_error, &[message]);
            thread.store(wrapped, &wrapped.context, value);
            attr::set(thread, wrapped.value(), thread.vm().names.__cause__, value)?;
            exception = wrapped;
        }
        let data = &self.data;
        data.exception_traceback.init(exception.traceback.get());
        self.set(thread, &data.exception, Some(exception.value()));
        self.end(thread, Progress::Finished)?;
        data.log_traceback.set(true);
        Ok(())
    }

    /// Makes the CancelledError to be raised.
    ///
    /// # Errors
    /// What making it raises.
    pub fn cancelled_error(self, thread: &Thread) -> PyResult<Gc<Exception>> {
        let data = &self.data;
        let error = match data.cancelled_error.get() {
            Some(error) => {
                data.cancelled_error.init(None);
                error
            }
            None => {
                let class = state(thread).data.cancelled_error(thread)?;
                match data.cancel_message.get() {
                    Some(message) => call::call(thread, class, &[message])?,
                    None => call::call(thread, class, &[])?,
                }
            }
        };
        match as_exception(error) {
            Some(error) => Ok(error),
            None => Err(thread.raise_type_error("exceptions must derive from BaseException")),
        }
    }

    /// Raises the CancelledError of a cancelled future.
    fn raise_cancelled(self, thread: &Thread) -> Raised {
        match self.cancelled_error(thread) {
            Ok(error) => thread.raise_exception_object(error),
            Err(raised) => raised,
        }
    }

    /// How the future ended. An exception has the traceback that it was set with.
    ///
    /// # Errors
    /// CancelledError if it was cancelled, InvalidStateError if it is not done.
    pub fn outcome(self, thread: &Thread) -> PyResult<Outcome> {
        let data = &self.data;
        if data.event_loop.get().is_none() {
            return Err(invalid_state(thread, "Future object is not initialized."));
        }
        match data.progress.get() {
            Progress::Cancelled => return Err(self.raise_cancelled(thread)),
            Progress::Pending => return Err(invalid_state(thread, "Result is not set.")),
            Progress::Finished => data.log_traceback.set(false),
        }
        match data.exception.get().and_then(as_exception) {
            Some(exception) => {
                exception.traceback.init(data.exception_traceback.get());
                thread.write_barrier(exception.header());
                data.exception_traceback.init(None);
                Ok(Outcome::Raised(exception))
            }
            None => Ok(Outcome::Returned(self.shown(&data.result))),
        }
    }

    /// `Future.result`.
    ///
    /// # Errors
    /// The exception that was set; else as [`Gc::outcome`].
    pub fn result(self, thread: &Thread) -> PyResult<Value> {
        match self.outcome(thread)? {
            Outcome::Returned(value) => Ok(value),
            Outcome::Raised(exception) => Err(thread.raise_exception_object(exception)),
        }
    }

    /// `Future.add_done_callback`.
    ///
    /// # Errors
    /// What the loop raises, where the future is done.
    pub fn add_callback(self, thread: &Thread, callback: Value, context: Value) -> PyResult<()> {
        let event_loop = self.event_loop(thread)?;
        if self.data.progress.get() != Progress::Pending {
            return call_soon(thread, event_loop, callback, Some(self.value()), context);
        }
        match self.data.callbacks.get() {
            Some(callbacks) => callbacks.extend_from_slice(thread, &[callback, context]),
            None => {
                let callbacks = List::new(thread, &[callback, context]);
                self.store_gc(thread, &self.data.callbacks, callbacks);
                Ok(())
            }
        }
    }

    /// Notes that `waiter` waits for this one.
    ///
    /// # Errors
    /// None but those of a set.
    pub fn add_awaited_by(self, thread: &Thread, waiter: Value) -> PyResult<()> {
        let slot = &self.data.awaited_by;
        match slot.get() {
            None => self.set(thread, slot, Some(waiter)),
            Some(known) => match known.cast::<Set>() {
                Some(set) => {
                    set.add(thread, waiter)?;
                }
                None if known == waiter => {}
                None => {
                    let set = Set::new(thread);
                    set.add(thread, known)?;
                    set.add(thread, waiter)?;
                    self.set(thread, slot, Some(set.value()));
                }
            },
        }
        Ok(())
    }

    /// Notes that `waiter` waits no more.
    ///
    /// # Errors
    /// None but those of a set.
    pub fn discard_awaited_by(self, thread: &Thread, waiter: Value) -> PyResult<()> {
        let slot = &self.data.awaited_by;
        match slot.get() {
            Some(known) if known == waiter => slot.init(None),
            Some(known) => {
                if let Some(set) = known.cast::<Set>() {
                    set.discard(thread, waiter)?;
                }
            }
            None => {}
        }
        Ok(())
    }

    /// Tells the loop of something that went unseen.
    pub(super) fn report(self, thread: &Thread, message: &str, entries: &[(&str, Value)]) -> PyResult<()> {
        let Some(event_loop) = self.data.event_loop.get() else { return Ok(()) };
        let context = Dict::new(thread);
        context.insert_str(thread, intern(thread, "message"), Str::new(thread, message).value());
        for (name, value) in entries {
            context.insert_str(thread, intern(thread, name), *value);
        }
        if let Some(stack) = self.data.source_traceback.get() {
            context.insert_str(thread, intern(thread, "source_traceback"), stack);
        }
        call::call_method(thread, event_loop, intern(thread, "call_exception_handler"), &[context.value()])?;
        Ok(())
    }
}

/// This class is *almost* compatible with concurrent.futures.Future.
///
///     Differences:
///
///     - result() and exception() do not take a timeout argument and
///       raise an exception when the future isn't done yet.
///
///     - Callbacks registered with add_done_callback() are always called
///       via the event loop's call_soon_threadsafe().
///
///     - This class is not compatible with the wait() and as_completed()
///       methods in the concurrent.futures package.
#[py_class(name = "Future", module = "_asyncio", signature = "(*, loop=None)", payload, subclassable, mutable, dict)]
impl Future {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, _arguments: &[Value], _keywords: Keywords<'_>) -> Gc<FutureObject> {
        Payload::new(thread, class, Future::default())
    }

    #[method(signature = "(self, /, *, loop=None)", style = "keywords")]
    fn __init__(this: Gc<FutureObject>, thread: &Thread, event_loop: Option<Value>) -> PyResult<()> {
        this.initialise(thread, event_loop)
    }

    #[method]
    fn __repr__(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        let show = library(thread, "asyncio.base_futures", "_future_repr")?;
        call::call(thread, show, &[this.value()])
    }

    #[method]
    pub fn __del__(this: Gc<FutureObject>, thread: &Thread) -> PyResult<()> {
        let data = &this.data;
        if !data.log_traceback.replace(false) {
            return Ok(());
        }
        let class = thread.class_of(this.value()).name_string();
        let message = format!("{class} exception was never retrieved");
        this.report(thread, &message, &[("exception", this.shown(&data.exception)), ("future", this.value())])
    }

    #[method]
    fn __iter__(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        FutureIterator::make(thread, this)
    }

    #[method]
    fn __await__(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        FutureIterator::make(thread, this)
    }

    /// Return the result this future represents.
    ///
    /// If the future has been cancelled, raises CancelledError.  If the
    /// future's result isn't yet available, raises InvalidStateError.  If
    /// the future is done and has an exception set, this exception is raised.
    #[method(name = "result", signature = "(self, /)")]
    fn py_result(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        this.result(thread)
    }

    /// Return the exception that was set on this future.
    ///
    /// The exception (or None if no exception was set) is returned only if
    /// the future is done.  If the future has been cancelled, raises
    /// CancelledError.  If the future isn't done yet, raises
    /// InvalidStateError.
    #[method(signature = "(self, /)")]
    fn exception(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        if this.data.event_loop.get().is_none() {
            return Err(invalid_state(thread, "Future object is not initialized."));
        }
        match this.data.progress.get() {
            Progress::Cancelled => Err(this.raise_cancelled(thread)),
            Progress::Pending => Err(invalid_state(thread, "Exception is not set.")),
            Progress::Finished => {
                this.data.log_traceback.set(false);
                Ok(this.shown(&this.data.exception))
            }
        }
    }

    /// Mark the future done and set its result.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(name = "set_result", signature = "(self, result, /)")]
    fn py_set_result(this: Gc<FutureObject>, thread: &Thread, result: Value) -> PyResult<()> {
        this.set_result(thread, result)
    }

    /// Mark the future done and set an exception.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(name = "set_exception", signature = "(self, exception, /)")]
    fn py_set_exception(this: Gc<FutureObject>, thread: &Thread, exception: Value) -> PyResult<()> {
        this.set_exception(thread, exception)
    }

    /// Add a callback to be run when the future becomes done.
    ///
    /// The callback is called with a single argument - the future object. If
    /// the future is already done when this is called, the callback is
    /// scheduled with call_soon.
    #[method(signature = "(self, fn, /, *, context=<unrepresentable>)", style = "keywords")]
    fn add_done_callback(
        this: Gc<FutureObject>,
        thread: &Thread,
        callback: Value,
        context: Option<Value>,
    ) -> PyResult<()> {
        let context = context.unwrap_or_else(|| contextvars::copy_current(thread));
        this.add_callback(thread, callback, context)
    }

    /// Remove all instances of a callback from the "call when done" list.
    ///
    /// Returns the number of callbacks removed.
    #[method(signature = "(self, fn, /)")]
    fn remove_done_callback(this: Gc<FutureObject>, thread: &Thread, callback: Value) -> PyResult<usize> {
        this.event_loop(thread)?;
        let Some(callbacks) = this.data.callbacks.get() else { return Ok(0) };
        let (mut kept, mut removed, mut index) = (ScratchVec::new(), 0, 0);
        while let (Some(known), Some(context)) = (callbacks.get(thread, index), callbacks.get(thread, index + 1)) {
            if known == callback || dispatch::compare::equals(thread, known, callback)? {
                removed += 1;
            } else {
                kept.push(thread, known);
                kept.push(thread, context);
            }
            index += 2;
        }
        if removed > 0 {
            let kept = if kept.is_empty() { None } else { Some(List::new(thread, &kept)) };
            this.data.callbacks.init(kept);
            thread.write_barrier(this.header());
        }
        Ok(removed)
    }

    /// Cancel the future and schedule callbacks.
    ///
    /// If the future is already done or cancelled, return False.  Otherwise,
    /// change the future's state to cancelled, schedule the callbacks and
    /// return True.
    #[method(name = "cancel", signature = "(self, /, msg=None)", style = "keywords")]
    fn py_cancel(this: Gc<FutureObject>, thread: &Thread, message: Option<Value>) -> PyResult<bool> {
        this.cancel(thread, message)
    }

    /// Return True if the future was cancelled.
    #[method(signature = "(self, /)")]
    fn cancelled(this: Gc<FutureObject>) -> bool {
        this.data.progress.get() == Progress::Cancelled
    }

    /// Return True if the future is done.
    ///
    /// Done means either that a result / exception are available, or that the
    /// future was cancelled.
    #[method(signature = "(self, /)")]
    fn done(this: Gc<FutureObject>) -> bool {
        this.data.progress.get() != Progress::Pending
    }

    /// Return the event loop the Future is bound to.
    #[method(signature = "(self, /)")]
    fn get_loop(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        this.event_loop(thread)
    }

    /// Create the CancelledError to raise if the Future is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[method(signature = "(self, /)")]
    fn _make_cancelled_error(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        Ok(this.cancelled_error(thread)?.value())
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, object)
    }

    #[getter(name = "_state")]
    fn state(this: Gc<FutureObject>) -> &'static str {
        this.data.progress.get().name()
    }

    #[getter(name = "_asyncio_future_blocking")]
    fn future_blocking(this: Gc<FutureObject>) -> bool {
        this.data.blocking.get()
    }

    #[setter(name = "_asyncio_future_blocking")]
    fn set_future_blocking(this: Gc<FutureObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.event_loop(thread)?;
        this.data.blocking.set(dispatch::truth::truth(thread, value)?);
        Ok(())
    }

    #[deleter(name = "_asyncio_future_blocking")]
    fn delete_future_blocking(_this: Gc<FutureObject>, thread: &Thread) -> PyResult<()> {
        Err(cannot_delete(thread))
    }

    #[getter(name = "_loop")]
    fn loop_of(this: Gc<FutureObject>) -> Value {
        this.shown(&this.data.event_loop)
    }

    #[getter(name = "_callbacks")]
    fn callbacks(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        let Some(callbacks) = this.data.callbacks.get() else { return Ok(Value::NONE) };
        let pairs = List::empty(thread);
        let mut index = 0;
        while let (Some(callback), Some(context)) = (callbacks.get(thread, index), callbacks.get(thread, index + 1)) {
            pairs.push(thread, tuple(thread, &[callback, context]))?;
            index += 2;
        }
        Ok(pairs.value())
    }

    #[getter(name = "_result")]
    fn result_of(this: Gc<FutureObject>) -> Value {
        this.shown(&this.data.result)
    }

    #[getter(name = "_exception")]
    fn exception_of(this: Gc<FutureObject>) -> Value {
        this.shown(&this.data.exception)
    }

    #[getter(name = "_log_traceback")]
    fn logs_traceback(this: Gc<FutureObject>) -> bool {
        this.data.log_traceback.get()
    }

    #[setter(name = "_log_traceback")]
    fn set_logs_traceback(this: Gc<FutureObject>, thread: &Thread, value: Value) -> PyResult<()> {
        if dispatch::truth::truth(thread, value)? {
            return Err(thread.raise_value_error("_log_traceback can only be set to False"));
        }
        this.data.log_traceback.set(false);
        Ok(())
    }

    #[deleter(name = "_log_traceback")]
    fn delete_logs_traceback(_this: Gc<FutureObject>, thread: &Thread) -> PyResult<()> {
        Err(cannot_delete(thread))
    }

    #[getter(name = "_source_traceback")]
    fn source_traceback(this: Gc<FutureObject>) -> Value {
        this.shown(&this.data.source_traceback)
    }

    #[getter(name = "_cancel_message")]
    fn cancel_message(this: Gc<FutureObject>) -> Value {
        this.shown(&this.data.cancel_message)
    }

    #[setter(name = "_cancel_message")]
    fn set_cancel_message(this: Gc<FutureObject>, thread: &Thread, value: Value) {
        this.set(thread, &this.data.cancel_message, Some(value).filter(|value| !value.is_none()));
    }

    #[deleter(name = "_cancel_message")]
    fn delete_cancel_message(_this: Gc<FutureObject>, thread: &Thread) -> PyResult<()> {
        Err(cannot_delete(thread))
    }

    #[getter(name = "_asyncio_awaited_by")]
    fn awaited_by(this: Gc<FutureObject>, thread: &Thread) -> PyResult<Value> {
        let waiting = Set::new_frozen(thread);
        match this.data.awaited_by.get() {
            None => return Ok(Value::NONE),
            Some(known) => match known.cast::<Set>() {
                Some(set) => waiting.update_from_set(thread, set)?,
                None => {
                    waiting.add(thread, known)?;
                }
            },
        }
        Ok(waiting.value())
    }
}

/// Raises what deleting an attribute that may be set gives.
#[cold]
pub(super) fn cannot_delete(thread: &Thread) -> Raised {
    thread.raise_plain_attribute_error("cannot delete attribute")
}

/// The future in a value: a future, a task, or an instance of a subclass.
pub fn as_future(value: Value) -> Option<Gc<FutureObject>> {
    FutureObject::cast(value)
}

/// The class of a value is `Future` or `Task` itself.
pub fn is_plain(thread: &Thread, value: Value) -> bool {
    let class = thread.class_of(value);
    class == Type::of_spec(thread, Future::SPEC) || class == Type::of_spec(thread, super::task::Task::SPEC)
}

/// A one-element tuple, as `Arguments` want names.
pub fn names(thread: &Thread, name: &str) -> Gc<Tuple> {
    Tuple::new(thread, &[intern(thread, name).value()])
}
