//! `_thread`: locks, identities and thread-local data.
//!
//! What lives here: the primitives `threading` builds on. An isolate runs one thread of Python so far: starting
//! another raises RuntimeError, and a lock that would never be released raises it too instead of hanging.

use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::native::{Keywords, PyClass};
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use std::time::Duration;
use taipan_macros::{py_class, py_module};

/// The longest timeout `acquire` takes, in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// The identity of the running thread, as `get_ident` shows it.
#[allow(unsafe_code)] // Asks the system for its number of the thread.
pub fn identity(thread: &Thread) -> i64 {
    let _ = thread;
    // SAFETY: takes no arguments, cannot fail.
    unsafe { libc::pthread_self() as i64 }
}

/// Checks the arguments of `acquire`; gives the time to wait, `None` for ever.
fn timeout_of(thread: &Thread, blocking: Option<bool>, timeout: Option<f64>) -> PyResult<Option<Duration>> {
    let (blocking, timeout) = (blocking.unwrap_or(true), timeout.unwrap_or(-1.0));
    if !blocking && timeout != -1.0 {
        return Err(thread.raise_value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(thread.raise_value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(thread.raise_overflow_error("timeout value is too large"));
    }
    Ok(match (blocking, timeout) {
        (false, _) => Some(Duration::ZERO),
        (true, -1.0) => None,
        (true, seconds) => Some(Duration::from_secs_f64(seconds)),
    })
}

/// The lock is held, and nobody is there who could release it.
fn deadlock(thread: &Thread) -> Raised {
    thread.raise_runtime_error("deadlock: the lock is held and no other thread can release it")
}

/// `_thread.lock`.
#[derive(Default)]
pub struct Lock {
    held: Cell<bool>,
}

impl PayloadData for Lock {
    fn trace(&self, _: &mut Tracer) {}
}

impl Lock {
    fn make(thread: &Thread) -> Value {
        Payload::new(thread, Type::of_spec(thread, <Lock as PyClass>::SPEC), Lock::default()).value()
    }

    fn acquire_within(&self, thread: &Thread, time: Option<Duration>) -> PyResult<bool> {
        if !self.held.replace(true) {
            return Ok(true);
        }
        match time {
            Some(time) => {
                std::thread::sleep(time);
                Ok(false)
            }
            None => Err(deadlock(thread)),
        }
    }

    fn release_held(&self, thread: &Thread) -> PyResult<()> {
        if !self.held.replace(false) {
            return Err(thread.raise_runtime_error("release unlocked lock"));
        }
        Ok(())
    }
}

/// A lock object is a synchronization primitive.
#[py_class(name = "lock", module = "_thread", payload)]
impl Lock {
    #[new(signature = "()")]
    fn new(class: Gc<Type>, thread: &Thread) -> Value {
        let _ = class;
        Lock::make(thread)
    }
    /// Lock the lock.
    #[method(signature = "(self, /, blocking=True, timeout=-1)")]
    fn acquire(
        this: Gc<Payload<Lock>>,
        thread: &Thread,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        let time = timeout_of(thread, blocking, timeout)?;
        this.data.acquire_within(thread, time)
    }
    /// Release the lock, allowing another thread that is blocked waiting for
    /// the lock to acquire the lock.
    #[method(signature = "(self, /)")]
    fn release(this: Gc<Payload<Lock>>, thread: &Thread) -> PyResult<()> {
        this.data.release_held(thread)
    }
    /// Return whether the lock is in the locked state.
    #[method(signature = "(self, /)")]
    fn locked(this: Gc<Payload<Lock>>) -> bool {
        this.data.held.get()
    }
    /// Lock the lock.
    #[method(signature = "(self, /)")]
    fn __enter__(this: Gc<Payload<Lock>>, thread: &Thread) -> PyResult<bool> {
        this.data.acquire_within(thread, None)
    }
    /// Release the lock.
    #[method(signature = "(self, /, *exc_info)")]
    fn __exit__(this: Gc<Payload<Lock>>, thread: &Thread, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        this.data.release_held(thread)
    }
    #[method(signature = "(self, /)")]
    fn _at_fork_reinit(this: Gc<Payload<Lock>>) {
        this.data.held.set(false);
    }
    #[method]
    fn __repr__(this: Gc<Payload<Lock>>) -> String {
        let state = if this.data.held.get() { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {:#x}>", this.address())
    }
}

/// `_thread.RLock`.
#[derive(Default)]
pub struct ReentrantLock {
    count: Cell<u64>,
    owner: Cell<i64>,
}

impl PayloadData for ReentrantLock {
    fn trace(&self, _: &mut Tracer) {}
}

impl ReentrantLock {
    fn release_once(&self, thread: &Thread) -> PyResult<()> {
        if self.count.get() == 0 || self.owner.get() != identity(thread) {
            return Err(thread.raise_runtime_error("cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        Ok(())
    }
}

#[py_class(name = "RLock", module = "_thread", payload, subclassable)]
impl ReentrantLock {
    #[new(signature = "()")]
    fn new(class: Gc<Type>, thread: &Thread) -> Value {
        Payload::new(thread, class, ReentrantLock::default()).value()
    }
    /// Lock the lock.
    #[method(signature = "(self, /, blocking=True, timeout=-1)")]
    fn acquire(
        this: Gc<Payload<ReentrantLock>>,
        thread: &Thread,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        timeout_of(thread, blocking, timeout)?;
        this.data.owner.set(identity(thread));
        this.data.count.set(this.data.count.get() + 1);
        Ok(true)
    }
    /// Release the lock.
    #[method(signature = "(self, /)")]
    fn release(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> PyResult<()> {
        this.data.release_once(thread)
    }
    /// Return a boolean indicating whether this object is locked right now.
    #[method(signature = "(self, /)")]
    fn locked(this: Gc<Payload<ReentrantLock>>) -> bool {
        this.data.count.get() > 0
    }
    /// Lock the lock.
    #[method(signature = "(self, /)")]
    fn __enter__(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> bool {
        this.data.owner.set(identity(thread));
        this.data.count.set(this.data.count.get() + 1);
        true
    }
    /// Release the lock.
    #[method(signature = "(self, /, *exc_info)")]
    fn __exit__(this: Gc<Payload<ReentrantLock>>, thread: &Thread, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        this.data.release_once(thread)
    }
    /// For internal use by `threading.Condition`.
    #[method(signature = "(self, /)")]
    fn _is_owned(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> bool {
        this.data.count.get() > 0 && this.data.owner.get() == identity(thread)
    }
    /// For internal use by reentrancy checks.
    #[method(signature = "(self, /)")]
    fn _recursion_count(this: Gc<Payload<ReentrantLock>>) -> u64 {
        this.data.count.get()
    }
    /// For internal use by `threading.Condition`.
    #[method(signature = "(self, /)")]
    fn _release_save(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> PyResult<Value> {
        if this.data.count.get() == 0 {
            return Err(thread.raise_runtime_error("cannot release un-acquired lock"));
        }
        let state = [Value::small_wrapping(this.data.count.get() as i64), Value::small_wrapping(this.data.owner.get())];
        this.data.count.set(0);
        Ok(Tuple::new(thread, &state).value())
    }
    /// For internal use by `threading.Condition`.
    #[method(signature = "(self, state, /)")]
    fn _acquire_restore(this: Gc<Payload<ReentrantLock>>, thread: &Thread, state: Gc<Tuple>) -> PyResult<()> {
        let &[count, owner] = state.items() else {
            return Err(thread.raise_type_error("a state of two numbers is required"));
        };
        this.data.count.set(count.as_small().unwrap_or(0) as u64);
        this.data.owner.set(owner.as_small().unwrap_or(0));
        Ok(())
    }
    #[method(signature = "(self, /)")]
    fn _at_fork_reinit(this: Gc<Payload<ReentrantLock>>) {
        this.data.count.set(0);
    }
    #[method]
    fn __repr__(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> String {
        let (count, owner) = (this.data.count.get(), if this.data.count.get() > 0 { this.data.owner.get() } else { 0 });
        let state = if count > 0 { "locked" } else { "unlocked" };
        let class = thread.class_of(this.value()).full_name(thread);
        format!("<{state} {class} object owner={owner} count={count} at {:#x}>", this.address())
    }
}

/// `_thread._local`: attributes of one thread.
pub struct ThreadLocal {
    namespace: GcSlot<Dict>,
}

impl PayloadData for ThreadLocal {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.namespace);
    }
}

/// Thread-local data
#[py_class(name = "_local", module = "_thread", payload, dict, subclassable)]
impl ThreadLocal {
    #[new(signature = "(*args, **kw)")]
    fn new(class: Gc<Type>, thread: &Thread, arguments: &[Value], keywords: Keywords<'_>) -> PyResult<Value> {
        let object = thread.vm().types.object;
        let plain_init = class.special(thread, crate::types::special::Special::Init)
            == object.special(thread, crate::types::special::Special::Init);
        if plain_init && (!arguments.is_empty() || keywords.iter().next().is_some()) {
            return Err(thread.raise_type_error("Initialization arguments are not supported"));
        }
        Ok(Payload::new(thread, class, ThreadLocal { namespace: GcSlot::empty() }).value())
    }
}

/// A handle of a thread, as `threading` keeps them.
#[derive(Default)]
pub struct ThreadHandle {
    identity: Cell<i64>,
    done: Cell<bool>,
}

impl PayloadData for ThreadHandle {
    fn trace(&self, _: &mut Tracer) {}
}

#[py_class(name = "_ThreadHandle", module = "_thread", payload)]
impl ThreadHandle {
    #[new(signature = "()")]
    fn new(class: Gc<Type>, thread: &Thread) -> Value {
        Payload::new(thread, class, ThreadHandle::default()).value()
    }
    #[getter]
    fn ident(this: Gc<Payload<ThreadHandle>>) -> i64 {
        this.data.identity.get()
    }
    #[method(signature = "(self, /)")]
    fn is_done(this: Gc<Payload<ThreadHandle>>) -> bool {
        this.data.done.get()
    }
    #[method(signature = "(self, /)")]
    fn _set_done(this: Gc<Payload<ThreadHandle>>) {
        this.data.done.set(true);
    }
    #[method(signature = "(self, timeout=None, /)")]
    fn join(this: Gc<Payload<ThreadHandle>>, thread: &Thread, timeout: Option<Value>) -> PyResult<()> {
        let _ = timeout;
        if this.data.identity.get() == identity(thread) {
            return Err(thread.raise_runtime_error("Cannot join current thread"));
        }
        Ok(())
    }
}

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[py_module(name = "_thread")]
pub mod thread_module {
    use super::*;
    use crate::types::module::Module;

    #[constant(name = "TIMEOUT_MAX")]
    const TIMEOUT_MAX: f64 = super::TIMEOUT_MAX;

    /// Allocate a new lock object. See help(type(threading.Lock())) for information about locks.
    #[function]
    fn allocate_lock(thread: &Thread) -> Value {
        Lock::make(thread)
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[function]
    fn get_ident(thread: &Thread) -> i64 {
        identity(thread)
    }

    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel).
    #[function]
    #[allow(unsafe_code)]
    fn get_native_id() -> i64 {
        // SAFETY: no arguments, no effects.
        i64::from(unsafe { libc::getpid() })
    }

    #[function]
    fn _get_main_thread_ident(thread: &Thread) -> i64 {
        identity(thread)
    }

    #[function]
    fn _is_main_interpreter() -> bool {
        true
    }

    #[function]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Return the number of existing threads.
    #[function]
    fn _count() -> i64 {
        0
    }

    /// Return the thread stack size used when creating new threads.
    #[function(signature = "(size=0, /)")]
    fn stack_size(size: Option<i64>) -> i64 {
        let _ = size;
        0
    }

    /// Start a new thread and return its identifier.
    #[function(signature = "(function, args, kwargs={}, /)")]
    fn start_new_thread(thread: &Thread, function: Value, args: Value, kwargs: Option<Value>) -> PyResult<Value> {
        let _ = (function, args, kwargs);
        Err(thread.raise_runtime_error("can't start new thread: Taipan runs one thread so far"))
    }

    /// For internal use only: start a new thread.
    #[function(signature = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        thread: &Thread,
        function: Value,
        handle: Option<Value>,
        daemon: Option<bool>,
    ) -> PyResult<Value> {
        let _ = (function, handle, daemon);
        Err(thread.raise_runtime_error("can't start new thread: Taipan runs one thread so far"))
    }

    /// Internal only. Make a thread handle for threads not spawned
    /// by the _thread or threading module.
    #[function]
    fn _make_thread_handle(thread: &Thread, ident: i64) -> Value {
        let handle = ThreadHandle { identity: Cell::new(ident), done: Cell::new(false) };
        Payload::new(thread, Type::of_spec(thread, <ThreadHandle as PyClass>::SPEC), handle).value()
    }

    #[function]
    fn _shutdown() {}

    /// Raise a SIGINT in the main thread.
    #[function(signature = "(signum=2, /)")]
    fn interrupt_main(thread: &Thread, signum: Option<i64>) {
        let _ = signum;
        thread.request_poll(crate::thread::poll::SIGNAL);
    }

    /// Raise SystemExit: it ends the thread.
    #[function]
    fn exit(thread: &Thread) -> PyResult<()> {
        Err(thread.raise_with_arguments(thread.vm().exceptions.system_exit, &[]))
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let lock = Type::of_spec(thread, <Lock as PyClass>::SPEC).value();
        module.set(thread, "LockType", lock);
        module.set(thread, "lock", lock);
        for spec in [<ReentrantLock as PyClass>::SPEC, <ThreadLocal as PyClass>::SPEC, <ThreadHandle as PyClass>::SPEC]
        {
            module.set(thread, spec.name, Type::of_spec(thread, spec).value());
        }
        module.set(thread, "error", thread.vm().exceptions.runtime_error.value());
        Ok(())
    }
}
