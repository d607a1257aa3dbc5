//! `_thread.lock` and `_thread.RLock`.
//!
//! What lives here: the two classes over the lock in one word of `wait.rs`, and waiting with the isolate's lock given up.
//! What must not: waiting itself. Start at [`Lock`].

use super::TIMEOUT_MAX;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::signal;
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use crate::wait::{self, Wake};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use taipan_macros::py_class;

/// Checks the arguments of `acquire`; gives the time to wait, `None` for ever.
fn timeout_of(thread: &Thread, blocking: Option<bool>, timeout: Option<f64>) -> PyResult<Option<Duration>> {
    let (blocking, timeout) = (blocking.unwrap_or(true), timeout.unwrap_or(-1.0));
    if !blocking && timeout != -1.0 {
        return Err(thread.raise_value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout.is_nan() {
        return Err(thread.raise_value_error("Invalid value NaN (not a number)"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(thread.raise_value_error("timeout value must be a non-negative number"));
    }
    if timeout * 1e9 >= i64::MAX as f64 {
        return Err(thread.raise_overflow_error("timestamp out of range for platform time_t"));
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

/// Takes the lock in `word`, which lies in an object that the caller keeps alive. `false`: the time was over.
///
/// # Errors
/// What a signal handler raised meanwhile; the lock is not taken then.
pub fn acquire(thread: &Thread, word: &AtomicU32, time: Option<Duration>) -> PyResult<bool> {
    if wait::try_acquire(word) {
        return Ok(true);
    }
    if time == Some(Duration::ZERO) {
        return Ok(false);
    }
    let deadline = wait::after(time);
    loop {
        match thread.allow_threads(|| wait::acquire(word, deadline)) {
            Wake::Woken => return Ok(true),
            Wake::TimedOut => return Ok(false),
            Wake::Interrupted => signal::check(thread)?,
        }
    }
}

/// `_thread.lock`.
#[derive(Default)]
pub struct Lock {
    word: AtomicU32,
}

impl PayloadData for Lock {
    fn trace(&self, _: &mut Tracer) {}
}

impl Lock {
    /// A free lock.
    pub fn make(thread: &Thread) -> Value {
        Payload::new(thread, Type::of_spec(thread, <Lock as PyClass>::SPEC), Lock::default()).value()
    }

    fn release_held(&self, thread: &Thread) -> PyResult<()> {
        if wait::release(&self.word) { Ok(()) } else { Err(thread.raise_runtime_error("release unlocked lock")) }
    }

    fn acquire_as_asked(&self, thread: &Thread, blocking: Option<bool>, timeout: Option<f64>) -> PyResult<bool> {
        acquire(thread, &self.word, timeout_of(thread, blocking, timeout)?)
    }
}

/// A lock object is a synchronization primitive.  To create a lock,
/// call threading.Lock().  Methods are:
///
/// acquire() -- lock the lock, possibly blocking until it can be obtained
/// release() -- unlock of the lock
/// locked() -- test whether the lock is currently locked
///
/// A lock is not owned by the thread that locked it; another thread may
/// unlock it.  A thread attempting to lock a lock that it has already locked
/// will block until another thread unlocks it.  Deadlocks may ensue.
#[py_class(name = "lock", module = "_thread", payload)]
impl Lock {
    #[new(signature = "()")]
    fn new(class: Gc<Type>, thread: &Thread) -> Value {
        let _ = class;
        Lock::make(thread)
    }
    /// Lock the lock.
    ///
    /// Without argument, this blocks if the lock is already
    /// locked (even by the same thread), waiting for another thread to release
    /// the lock, and return True once the lock is acquired.
    /// With an argument, this will only block if the argument is true,
    /// and the return value reflects whether the lock is acquired.
    /// The blocking operation is interruptible.
    #[method(signature = "(self, /, blocking=True, timeout=-1)")]
    fn acquire(
        this: Gc<Payload<Lock>>,
        thread: &Thread,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        this.data.acquire_as_asked(thread, blocking, timeout)
    }
    /// An obsolete synonym of acquire().
    #[method(signature = "(self, /, blocking=True, timeout=-1)")]
    fn acquire_lock(
        this: Gc<Payload<Lock>>,
        thread: &Thread,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        this.data.acquire_as_asked(thread, blocking, timeout)
    }
    /// Release the lock, allowing another thread that is blocked waiting for
    /// the lock to acquire the lock.
    ///
    /// The lock must be in the locked state,
    /// but it needn't be locked by the same thread that unlocks it.
    #[method(signature = "(self, /)")]
    fn release(this: Gc<Payload<Lock>>, thread: &Thread) -> PyResult<()> {
        this.data.release_held(thread)
    }
    /// An obsolete synonym of release().
    #[method(signature = "(self, /)")]
    fn release_lock(this: Gc<Payload<Lock>>, thread: &Thread) -> PyResult<()> {
        this.data.release_held(thread)
    }
    /// Return whether the lock is in the locked state.
    #[method(signature = "(self, /)")]
    fn locked(this: Gc<Payload<Lock>>) -> bool {
        wait::is_held(&this.data.word)
    }
    /// An obsolete synonym of locked().
    #[method(signature = "(self, /)")]
    fn locked_lock(this: Gc<Payload<Lock>>) -> bool {
        wait::is_held(&this.data.word)
    }
    /// Lock the lock.
    #[method(signature = "(self, /)")]
    fn __enter__(this: Gc<Payload<Lock>>, thread: &Thread) -> PyResult<bool> {
        acquire(thread, &this.data.word, None)
    }
    /// Release the lock.
    #[method(signature = "(self, /, *exc_info)")]
    fn __exit__(this: Gc<Payload<Lock>>, thread: &Thread, exc_info: &[Value]) -> PyResult<()> {
        let _ = exc_info;
        this.data.release_held(thread)
    }
    #[method(signature = "(self, /)")]
    fn _at_fork_reinit(this: Gc<Payload<Lock>>) {
        this.data.word.store(0, Ordering::Relaxed);
    }
    #[method]
    fn __repr__(this: Gc<Payload<Lock>>) -> String {
        let state = if wait::is_held(&this.data.word) { "locked" } else { "unlocked" };
        format!("<{state} _thread.lock object at {:#x}>", this.address())
    }
}

/// `_thread.RLock`.
#[derive(Default)]
pub struct ReentrantLock {
    word: AtomicU32,
    /// How often its owner holds it.
    count: Cell<u64>,
    owner: Cell<i64>,
}

impl PayloadData for ReentrantLock {
    fn trace(&self, _: &mut Tracer) {}
}

impl ReentrantLock {
    fn is_mine(&self, thread: &Thread) -> bool {
        self.count.get() > 0 && self.owner.get() == thread.ident.get()
    }

    fn acquire_within(&self, thread: &Thread, time: Option<Duration>) -> PyResult<bool> {
        if self.is_mine(thread) {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        if !acquire(thread, &self.word, time)? {
            return Ok(false);
        }
        self.owner.set(thread.ident.get());
        self.count.set(1);
        Ok(true)
    }

    fn release_once(&self, thread: &Thread) -> PyResult<()> {
        if !self.is_mine(thread) {
            return Err(thread.raise_runtime_error("cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.owner.set(0);
            wait::release(&self.word);
        }
        Ok(())
    }
}

#[py_class(name = "RLock", module = "_thread", payload, subclassable)]
impl ReentrantLock {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, args: &[Value], keywords: crate::native::Keywords<'_>) -> Value {
        let _ = (args, keywords);
        Payload::new(thread, class, ReentrantLock::default()).value()
    }
    /// Lock the lock.
    ///
    /// `blocking` indicates whether we should wait
    /// for the lock to be available or not.  If `blocking` is False
    /// and another thread holds the lock, the method will return False
    /// immediately.  If `blocking` is True and another thread holds
    /// the lock, the method will wait for the lock to be released,
    /// take it and then return True.
    /// (note: the blocking operation is interruptible.)
    ///
    /// In all other cases, the method will return True immediately.
    /// Precisely, if the current thread already holds the lock, its
    /// internal counter is simply incremented. If nobody holds the lock,
    /// the lock is taken and its internal counter initialized to 1.
    #[method(signature = "(self, /, blocking=True, timeout=-1)")]
    fn acquire(
        this: Gc<Payload<ReentrantLock>>,
        thread: &Thread,
        blocking: Option<bool>,
        timeout: Option<f64>,
    ) -> PyResult<bool> {
        let time = timeout_of(thread, blocking, timeout)?;
        this.data.acquire_within(thread, time)
    }
    /// Release the lock, allowing another thread that is blocked waiting for
    /// the lock to acquire the lock.
    ///
    /// The lock must be in the locked state, and must be locked by the same
    /// thread that unlocks it; otherwise a `RuntimeError` is raised.
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
    fn __enter__(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> PyResult<bool> {
        this.data.acquire_within(thread, None)
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
        this.data.is_mine(thread)
    }
    /// For internal use by reentrancy checks.
    #[method(signature = "(self, /)")]
    fn _recursion_count(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> u64 {
        if this.data.is_mine(thread) { this.data.count.get() } else { 0 }
    }
    /// For internal use by `threading.Condition`.
    #[method(signature = "(self, /)")]
    fn _release_save(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> PyResult<Value> {
        let count = this.data.count.get();
        if count == 0 {
            return Err(thread.raise_runtime_error("cannot release un-acquired lock"));
        }
        let state = [Value::small_wrapping(count as i64), Value::small_wrapping(this.data.owner.get())];
        let state = Tuple::new(thread, &state).value();
        this.data.count.set(0);
        this.data.owner.set(0);
        wait::release(&this.data.word);
        Ok(state)
    }
    /// For internal use by `threading.Condition`.
    #[method(signature = "(self, state, /)")]
    fn _acquire_restore(this: Gc<Payload<ReentrantLock>>, thread: &Thread, state: Gc<Tuple>) -> PyResult<()> {
        let &[count, owner] = state.items() else {
            return Err(thread.raise_type_error("a state of two numbers is required"));
        };
        // As in CPython, a handler that raises does not keep the lock from being restored.
        let mut pending = None;
        while !wait::try_acquire(&this.data.word) {
            if thread.allow_threads(|| wait::acquire(&this.data.word, None)) == Wake::Woken {
                break;
            }
            if let Err(raised) = signal::check(thread) {
                pending = Some(thread.take_exception(raised));
            }
        }
        this.data.count.set(count.as_small().unwrap_or(0) as u64);
        this.data.owner.set(owner.as_small().unwrap_or(0));
        pending.map_or(Ok(()), |exception| Err(thread.reraise(exception)))
    }
    #[method(signature = "(self, /)")]
    fn _at_fork_reinit(this: Gc<Payload<ReentrantLock>>) {
        this.data.word.store(0, Ordering::Relaxed);
        this.data.count.set(0);
        this.data.owner.set(0);
    }
    #[method]
    fn __repr__(this: Gc<Payload<ReentrantLock>>, thread: &Thread) -> String {
        let (count, owner) = (this.data.count.get(), this.data.owner.get());
        let state = if count > 0 { "locked" } else { "unlocked" };
        let class = thread.class_of(this.value()).full_name(thread);
        format!("<{state} {class} object owner={owner} count={count} at {:#x}>", this.address())
    }
}
