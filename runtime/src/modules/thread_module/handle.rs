//! `_thread._ThreadHandle`: a thread as `threading` keeps it, and starting and ending threads with one.
//!
//! What lives here: the class, and what a started thread does from its first to its last Python step ([`start`]). What
//! must not: threads of the system (`threads.rs`). Start at [`start`].

use super::local;
use crate::dispatch::call;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::signal;
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::threads;
use crate::types::dict::Dict;
use crate::types::finalize;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use crate::wait::{self, Wake};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use taipan_macros::py_class;

/// What a handle stands for.
#[derive(Default)]
pub struct ThreadHandle {
    ident: Cell<i64>,
    /// Some thread was started with it.
    started: Cell<bool>,
    /// Not zero: that thread ended, or counts as ended.
    done: AtomicU32,
}

impl PayloadData for ThreadHandle {
    fn trace(&self, _: &mut Tracer) {}
}

pub type Handle = Payload<ThreadHandle>;

impl ThreadHandle {
    /// A new handle; with a number, of a thread that runs.
    pub fn make(thread: &Thread, ident: Option<i64>) -> Gc<Handle> {
        let data = ThreadHandle::default();
        data.started.set(ident.is_some());
        data.ident.set(ident.unwrap_or(0));
        Payload::new(thread, Type::of_spec(thread, <ThreadHandle as PyClass>::SPEC), data)
    }

    /// The thread counts as ended: whoever waits for that goes on.
    pub fn set_done(&self) {
        self.done.store(1, Ordering::Release);
        wait::wake(&self.done, i32::MAX);
    }

    fn has_ended(&self) -> bool {
        self.done.load(Ordering::Acquire) != 0
    }

    /// Waits until the thread ends or the time is over.
    ///
    /// # Errors
    /// What a signal handler raised meanwhile.
    pub fn wait(&self, thread: &Thread, time: Option<std::time::Duration>) -> PyResult<()> {
        let deadline = wait::after(time);
        while !self.has_ended() {
            match thread.allow_threads(|| wait::wait(&self.done, 0, deadline)) {
                Wake::Woken => {}
                Wake::TimedOut => return Ok(()),
                Wake::Interrupted => signal::check(thread)?,
            }
        }
        Ok(())
    }
}

/// Starts a thread that calls `function`.
///
/// # Errors
/// RuntimeError if the system cannot, or the handle was used already.
pub fn start(
    thread: &Thread,
    function: Value,
    arguments: Gc<Tuple>,
    keywords: Option<Gc<Dict>>,
    handle: Option<Gc<Handle>>,
    is_daemon: bool,
) -> PyResult<i64> {
    if thread.vm().finalizing.get() {
        return Err(thread.raise_python_finalization_error("can't create new thread at interpreter shutdown"));
    }
    if let Some(handle) = handle
        && handle.data.started.replace(true)
    {
        return Err(thread.raise_runtime_error("thread already started"));
    }
    let keywords = keywords.map_or(Value::NONE, |keywords| keywords.value());
    let shown = handle.map_or(Value::NONE, |handle| handle.value());
    let work = Tuple::new(thread, &[function, arguments.value(), keywords, shown]).value();
    match threads::start(thread, work, |new| new.is_daemon.set(is_daemon), run) {
        Ok(ident) => {
            if let Some(handle) = handle {
                handle.data.ident.set(ident);
            }
            Ok(ident)
        }
        Err(_) => {
            if let Some(handle) = handle {
                handle.data.started.set(false);
            }
            Err(thread.raise_runtime_error("can't start new thread"))
        }
    }
}

/// What a started thread does.
fn run(thread: &Thread) {
    let Some(work) = thread.work.get().and_then(|work| work.cast::<Tuple>()) else { return };
    let &[function, arguments, keywords, handle] = work.items() else { return };
    // Of its work only the handle stays: who waits for all threads finds it there.
    thread.work.set(Some(handle));
    let result = match arguments.cast::<Tuple>() {
        Some(arguments) => call::call_with_dict(thread, function, arguments.items(), keywords.cast::<Dict>()),
        None => Ok(Value::NONE),
    };
    if let Err(raised) = result {
        if thread.exception_is(thread.vm().exceptions.system_exit) {
            thread.take_exception(raised);
        } else {
            finalize::report(thread, raised, "Exception ignored in thread started by", function);
        }
    }
    local::end_thread(thread);
    if let Some(handle) = Handle::cast(handle) {
        handle.data.set_done();
    }
    if thread.is_main.get() {
        // The thread forked, and this is the child: it ends with its last thread.
        while let Err(raised) = wait_for_all(thread) {
            thread.take_exception(raised);
        }
        std::process::exit(0);
    }
}

/// The handle of a thread that is not a daemon and not the running one, if there is such a thread.
fn unfinished(thread: &Thread) -> Option<Gc<Handle>> {
    let mut found = None;
    threads::for_each(thread, |other| {
        let counts = !std::ptr::eq(other, thread) && !other.is_daemon.get();
        found = found.or(handle_of(other).filter(|handle| counts && !handle.data.has_ended()));
    });
    found
}

/// Waits for all threads that are not daemons.
///
/// # Errors
/// What a signal handler raised meanwhile.
pub fn wait_for_all(thread: &Thread) -> PyResult<()> {
    while let Some(handle) = unfinished(thread) {
        handle.data.wait(thread, None)?;
    }
    Ok(())
}

/// The handle that a thread was started with.
fn handle_of(other: &Thread) -> Option<Gc<Handle>> {
    let work = other.work.get()?;
    match work.cast::<Tuple>() {
        // It has not begun yet.
        Some(work) => work.items().get(3).copied().and_then(Handle::cast),
        None => Handle::cast(work),
    }
}

/// In the child of a fork: the other threads are gone.
pub fn after_fork(thread: &Thread) {
    threads::for_each(thread, |other| {
        if let Some(handle) = handle_of(other).filter(|_| !std::ptr::eq(other, thread)) {
            handle.data.set_done();
        }
    });
    threads::after_fork(thread);
}

#[py_class(name = "_ThreadHandle", module = "_thread", payload)]
impl ThreadHandle {
    #[new(signature = "()")]
    fn new(class: Gc<Type>, thread: &Thread) -> Gc<Handle> {
        let _ = class;
        ThreadHandle::make(thread, None)
    }
    #[getter]
    fn ident(this: Gc<Handle>) -> i64 {
        this.data.ident.get()
    }
    #[method(signature = "(self, /)")]
    fn is_done(this: Gc<Handle>) -> bool {
        this.data.has_ended()
    }
    #[method(signature = "(self, /)")]
    fn _set_done(this: Gc<Handle>, thread: &Thread) -> PyResult<()> {
        if !this.data.started.get() {
            return Err(thread.raise_runtime_error("thread not started"));
        }
        this.data.set_done();
        Ok(())
    }
    #[method(signature = "(self, timeout=None, /)")]
    fn join(this: Gc<Handle>, thread: &Thread, timeout: Option<Value>) -> PyResult<()> {
        let time = match timeout.filter(|timeout| !timeout.is_none()) {
            None => None,
            Some(timeout) => {
                let rounding = crate::modules::time::clock::Rounding::Ceiling;
                let nanoseconds = crate::modules::time::clock::nanoseconds_of(thread, timeout, rounding)?;
                // Negative ones wait for ever.
                u64::try_from(nanoseconds).ok().map(std::time::Duration::from_nanos)
            }
        };
        if !this.data.started.get() {
            return Err(thread.raise_runtime_error("thread not started"));
        }
        if !this.data.has_ended() && this.data.ident.get() == thread.ident.get() {
            return Err(thread.raise_runtime_error("Cannot join current thread"));
        }
        if !this.data.has_ended() && thread.vm().finalizing.get() {
            // It never runs again.
            let message = "cannot join thread at Python shutdown";
            return Err(thread.raise_python_finalization_error(message));
        }
        this.data.wait(thread, time)
    }
    #[method]
    fn __repr__(this: Gc<Handle>) -> String {
        format!("<_ThreadHandle object: ident={}>", this.data.ident.get())
    }
}
