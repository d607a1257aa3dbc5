//! `_asyncio`: futures and tasks, the quick half of the package `asyncio`.
//!
//! What lives here: the module's functions, and what is known of running loops and of tasks. Futures are in [`future`],
//! tasks in [`task`] and [`step`]. What must not: event loops, which are Python. Sources: `Lib/asyncio` for what each
//! does, PEP 3156, PEP 567 (contexts).

pub mod future;
pub mod iterator;
pub mod step;
pub mod task;

use crate::dispatch::{self, attr, call};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::import::import_name;
use crate::modules::support::{call_method, get, intern, module_state, repr};
use crate::native::Arguments;
use crate::object::{Gc, GcSlot, Slot};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::weakref::WeakRef;
use crate::value::Value;
use future::{FutureObject, Progress, as_future};
use std::cell::Cell;
use taipan_macros::py_module;

/// Dead and finished tasks are dropped from the list when it has grown to this.
const FIRST_CLEARING: usize = 128;

/// What the module keeps per isolate.
pub struct State {
    /// Weak references to tasks of this module that were scheduled.
    scheduled: GcSlot<List>,
    /// How long that list may get.
    limit: Cell<usize>,
    /// A `WeakSet` of tasks of other classes, once there is one.
    foreign: Slot,
    /// Tasks in their first step.
    eager: GcSlot<Set>,
    /// The number in the name of the next task.
    next_number: Cell<i64>,
    /// `asyncio.CancelledError`, once somebody needed it.
    cancelled_error: Slot,
    /// The method descriptor of `Task.task_wakeup`.
    pub(super) wakeup: Slot,
    /// `("context",)`: the keyword of `call_soon`.
    context_name: GcSlot<Tuple>,
}

impl PayloadData for State {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.scheduled);
        tracer.gc_slot(&self.eager);
        tracer.gc_slot(&self.context_name);
        for slot in [&self.foreign, &self.cancelled_error, &self.wakeup] {
            tracer.slot(slot);
        }
    }
}

impl State {
    /// `asyncio.CancelledError`.
    fn cancelled_error(&self, thread: &Thread) -> PyResult<Value> {
        match self.cancelled_error.get() {
            Some(class) => Ok(class),
            None => {
                let class = library(thread, "asyncio.exceptions", "CancelledError")?;
                let state = state(thread);
                state.store(thread, &state.data.cancelled_error, class);
                Ok(class)
            }
        }
    }

    /// The number that stands for the next task's name.
    fn next_name(&self) -> Value {
        let number = self.next_number.get();
        self.next_number.set(number + 1);
        Value::small_wrapping(number)
    }

    fn eager_tasks(&self) -> Gc<Set> {
        match self.eager.get() {
            Some(eager) => eager,
            None => unreachable!("the state is made with a set"),
        }
    }
}

/// The module's state.
fn state(thread: &Thread) -> Gc<Payload<State>> {
    module_state(thread, || State {
        scheduled: GcSlot::new(List::empty(thread)),
        limit: Cell::new(FIRST_CLEARING),
        foreign: Slot::empty(),
        eager: GcSlot::new(Set::new(thread)),
        next_number: Cell::new(1),
        cancelled_error: Slot::empty(),
        wakeup: Slot::empty(),
        context_name: GcSlot::new(future::names(thread, "context")),
    })
}

/// An attribute of a module of the library.
fn library(thread: &Thread, module: &str, name: &str) -> PyResult<Value> {
    get(thread, import_name(thread, module)?, name)
}

/// Raises `asyncio.InvalidStateError`.
#[cold]
fn invalid_state(thread: &Thread, message: &str) -> Raised {
    match library(thread, "asyncio.exceptions", "InvalidStateError").map(|class| class.cast::<Type>()) {
        Ok(Some(class)) => thread.raise_message(class, message),
        Ok(None) => thread.raise_runtime_error(message),
        Err(raised) => raised,
    }
}

/// `loop.call_soon(callback, argument, context=context)`.
fn call_soon(
    thread: &Thread,
    event_loop: Value,
    callback: Value,
    argument: Option<Value>,
    context: Value,
) -> PyResult<()> {
    let names = state(thread).data.context_name.get();
    let (method, receiver) = attr::get_method(thread, event_loop, intern(thread, "call_soon"))?;
    let with_argument = [callback, argument.unwrap_or(Value::NONE), context];
    let values = if argument.is_some() { &with_argument[..] } else { &[callback, context][..] };
    let arguments = Arguments { values, names };
    match receiver {
        Some(receiver) => call::call_unbound_with(thread, method, receiver, arguments)?,
        None => call::call_with(thread, method, arguments)?,
    };
    Ok(())
}

// ---- loops ----

/// The running loop, or what the policy gives.
fn get_event_loop(thread: &Thread) -> PyResult<Value> {
    match thread.running_loop.get() {
        Some(event_loop) => Ok(event_loop),
        None => {
            let policy = call::call(thread, library(thread, "asyncio.events", "_get_event_loop_policy")?, &[])?;
            call_method(thread, policy, "get_event_loop", &[])
        }
    }
}

fn running_loop(thread: &Thread) -> PyResult<Value> {
    match thread.running_loop.get() {
        Some(event_loop) => Ok(event_loop),
        None => Err(thread.raise_runtime_error("no running event loop")),
    }
}

fn check_running(thread: &Thread, event_loop: Value) -> PyResult<()> {
    if thread.running_loop.get() == Some(event_loop) {
        return Ok(());
    }
    let shown = repr(thread, event_loop)?;
    Err(thread.raise_runtime_error(format!("loop {shown} is not the running loop")))
}

// ---- tasks ----

/// Makes the task the current one.
fn enter_task(thread: &Thread, event_loop: Value, task: Value) -> PyResult<()> {
    check_running(thread, event_loop)?;
    if let Some(other) = thread.running_task.get() {
        let (task, other) = (repr(thread, task)?, repr(thread, other)?);
        let message = format!("Cannot enter into task {task} while another task {other} is being executed.");
        return Err(thread.raise_runtime_error(message));
    }
    thread.running_task.set(Some(task));
    Ok(())
}

/// The task is the current one no more.
fn leave_task(thread: &Thread, event_loop: Value, task: Value) -> PyResult<()> {
    check_running(thread, event_loop)?;
    let current = thread.running_task.get();
    if current != Some(task) {
        let (task, current) = (repr(thread, task)?, repr(thread, current.unwrap_or(Value::NONE))?);
        let message = format!("Invalid attempt to leave task {task} while task {current} is entered.");
        return Err(thread.raise_runtime_error(message));
    }
    thread.running_task.set(None);
    Ok(())
}

/// Makes the task the current one, or with `None` no task; the one before.
fn swap_current_task(thread: &Thread, event_loop: Value, task: Value) -> PyResult<Value> {
    check_running(thread, event_loop)?;
    let previous = thread.running_task.replace(Some(task).filter(|task| !task.is_none()));
    Ok(previous.unwrap_or(Value::NONE))
}

/// The task may be found by `all_tasks` as long as it lives.
fn register_task(thread: &Thread, task: Gc<FutureObject>) -> PyResult<()> {
    let state = state(thread);
    let Some(scheduled) = state.data.scheduled.get() else { unreachable!("the state is made with a list") };
    if scheduled.len() >= state.data.limit.get() {
        let kept = List::empty(thread);
        let mut index = 0;
        while let Some(reference) = scheduled.get(thread, index) {
            if pending(reference).is_some() {
                kept.push(thread, reference)?;
            }
            index += 1;
        }
        state.data.limit.set((2 * kept.len()).max(FIRST_CLEARING));
        state.store_gc(thread, &state.data.scheduled, kept);
        return kept.push(thread, WeakRef::new(thread, task.value(), None).value());
    }
    scheduled.push(thread, WeakRef::new(thread, task.value(), None).value())
}

/// The task of a weak reference, if it is alive and not done.
fn pending(reference: Value) -> Option<Gc<FutureObject>> {
    let task = as_future(reference.cast::<WeakRef>()?.referent()?)?;
    (task.data.progress.get() == Progress::Pending).then_some(task)
}

/// The `WeakSet` of tasks of other classes.
fn foreign_tasks(thread: &Thread) -> PyResult<Value> {
    let state = state(thread);
    match state.data.foreign.get() {
        Some(set) => Ok(set),
        None => {
            let set = call::call(thread, library(thread, "weakref", "WeakSet")?, &[])?;
            state.store(thread, &state.data.foreign, set);
            Ok(set)
        }
    }
}

/// A task of this module.
fn native_task(thread: &Thread, value: Value) -> Option<Gc<FutureObject>> {
    use crate::native::PyClass;
    let class = Type::of_spec(thread, task::Task::SPEC);
    as_future(value).filter(|_| thread.class_of(value).is_subclass_of(class))
}

/// Accelerator module for asyncio
#[py_module(name = "_asyncio")]
pub mod asyncio {
    use super::*;

    #[class]
    use crate::modules::asyncio::future::Future;
    #[class]
    use crate::modules::asyncio::task::Task;

    /// Return the running event loop or None.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function(signature = "()")]
    fn _get_running_loop(thread: &Thread) -> Value {
        thread.running_loop.get().unwrap_or(Value::NONE)
    }

    /// Set the running event loop.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function(signature = "(loop, /)")]
    fn _set_running_loop(thread: &Thread, event_loop: Value) {
        thread.running_loop.set(Some(event_loop).filter(|event_loop| !event_loop.is_none()));
    }

    /// Return an asyncio event loop.
    ///
    /// When called from a coroutine or a callback (e.g. scheduled with
    /// call_soon or similar API), this function will always return the
    /// running event loop.
    ///
    /// If there is no running event loop set, the function will return
    /// the result of `get_event_loop_policy().get_event_loop()` call.
    #[function(name = "get_event_loop", signature = "()")]
    fn py_get_event_loop(thread: &Thread) -> PyResult<Value> {
        get_event_loop(thread)
    }

    /// Return the running event loop.  Raise a RuntimeError if there is none.
    ///
    /// This function is thread-specific.
    #[function(signature = "()")]
    fn get_running_loop(thread: &Thread) -> PyResult<Value> {
        running_loop(thread)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(signature = "(task)")]
    fn _register_task(thread: &Thread, task: Value) -> PyResult<()> {
        match native_task(thread, task) {
            Some(task) => register_task(thread, task),
            None => call_method(thread, foreign_tasks(thread)?, "add", &[task]).map(drop),
        }
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(signature = "(task)")]
    fn _register_eager_task(thread: &Thread, task: Value) -> PyResult<()> {
        state(thread).data.eager_tasks().add(thread, task).map(drop)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(signature = "(task)")]
    fn _unregister_task(thread: &Thread, task: Value) -> PyResult<()> {
        if native_task(thread, task).is_none() {
            return call_method(thread, foreign_tasks(thread)?, "discard", &[task]).map(drop);
        }
        let Some(scheduled) = state(thread).data.scheduled.get() else { return Ok(()) };
        let mut index = scheduled.len();
        while index > 0 {
            index -= 1;
            let reference = scheduled.get(thread, index).and_then(|reference| reference.cast::<WeakRef>());
            if reference.and_then(|reference| reference.referent()) == Some(task) {
                scheduled.remove(thread, index);
            }
        }
        Ok(())
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(signature = "(task)")]
    fn _unregister_eager_task(thread: &Thread, task: Value) -> PyResult<()> {
        state(thread).data.eager_tasks().discard(thread, task).map(drop)
    }

    /// Enter into task execution or resume suspended task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(name = "_enter_task", signature = "(loop, task)")]
    fn py_enter_task(thread: &Thread, event_loop: Value, task: Value) -> PyResult<()> {
        enter_task(thread, event_loop, task)
    }

    /// Leave task execution or suspend a task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(name = "_leave_task", signature = "(loop, task)")]
    fn py_leave_task(thread: &Thread, event_loop: Value, task: Value) -> PyResult<()> {
        leave_task(thread, event_loop, task)
    }

    /// Temporarily swap in the supplied task and return the original one (or None).
    ///
    /// This is intended for use during eager coroutine execution.
    #[function(name = "_swap_current_task", signature = "(loop, task)")]
    fn py_swap_current_task(thread: &Thread, event_loop: Value, task: Value) -> PyResult<Value> {
        swap_current_task(thread, event_loop, task)
    }

    /// Return a currently executed task.
    #[function(signature = "(loop=None)")]
    fn current_task(thread: &Thread, event_loop: Option<Value>) -> PyResult<Value> {
        let event_loop = match event_loop {
            Some(event_loop) => event_loop,
            None => running_loop(thread)?,
        };
        let mut found = Value::NONE;
        crate::threads::for_each(thread, |other| {
            if other.running_loop.get() == Some(event_loop) {
                found = other.running_task.get().unwrap_or(Value::NONE);
            }
        });
        Ok(found)
    }

    /// Return a set of all tasks for the loop.
    #[function(signature = "(loop=None)")]
    fn all_tasks(thread: &Thread, event_loop: Option<Value>) -> PyResult<Gc<Set>> {
        let event_loop = match event_loop {
            Some(event_loop) => event_loop,
            None => running_loop(thread)?,
        };
        let (state, found) = (state(thread), Set::new(thread));
        let candidates = List::from_iterable(thread, state.data.eager_tasks().value())?;
        if let Some(foreign) = state.data.foreign.get() {
            candidates.extend(thread, foreign)?;
        }
        let Some(scheduled) = state.data.scheduled.get() else { unreachable!("the state is made with a list") };
        let mut index = 0;
        while let Some(reference) = scheduled.get(thread, index) {
            if let Some(task) = pending(reference) {
                candidates.push(thread, task.value())?;
            }
            index += 1;
        }
        let mut index = 0;
        while let Some(task) = candidates.get(thread, index) {
            index += 1;
            if step::loop_of(thread, task)? != event_loop {
                continue;
            }
            let done = call_method(thread, task, "done", &[])?;
            if !dispatch::truth::truth(thread, done)? {
                found.add(thread, task)?;
            }
        }
        Ok(found)
    }

    /// Record that `fut` is awaited on by `waiter`.
    #[function(signature = "(fut, waiter, /)")]
    fn future_add_to_awaited_by(thread: &Thread, fut: Value, waiter: Value) -> PyResult<()> {
        match (as_future(fut), as_future(waiter)) {
            (Some(future), Some(_)) => future.add_awaited_by(thread, waiter),
            _ => Ok(()),
        }
    }

    #[function(signature = "(fut, waiter, /)")]
    fn future_discard_from_awaited_by(thread: &Thread, fut: Value, waiter: Value) -> PyResult<()> {
        match (as_future(fut), as_future(waiter)) {
            (Some(future), Some(_)) => future.discard_awaited_by(thread, waiter),
            _ => Ok(()),
        }
    }
}
