//! The threads of an isolate: starting and ending them, and giving up the lock.
//!
//! What lives here: [`Thread::allow_threads`] for calls that may block, the registry's upkeep, what a fork and the end of
//! the isolate mean for threads. What must not: the lock itself (`interpreter_lock.rs`), the Python objects about threads
//! (`modules/thread_module.rs`). Start at [`start`] and [`Thread::allow_threads`].
//!
//! A thread of Python is a thread of the system with a [`Thread`] of its own. It runs while it holds the isolate's lock,
//! so nothing of the isolate needs a lock of its own; what a thread leaves when it gives the lock up is consistent: its
//! allocation cursor lies in its `Thread`, its values in frames that the collector knows or on its native stack above
//! `parked_at`. The lock changes hands in two places only: in calls that may block, and at polls (loop back edges and
//! function entries). So what native code does between is one step for all other threads.
#![allow(unsafe_code)] // Threads are reached by address, native stacks read, errno saved.

use crate::gc::registers::{stack_pointer, with_spilled_registers};
use crate::interpreter_lock::InterpreterLock;
use crate::thread::{Thread, approximate_stack_pointer};
use crate::value::Value;
use std::os::unix::thread::JoinHandleExt;
use std::ptr::NonNull;
use std::sync::Arc;

/// The native stack of a thread that Python code starts, unless it asks for more: address space, which becomes memory as
/// it is used.
const STACK_BYTES: usize = 16 << 20;

/// Bytes of native stack that are left for unwinding when recursion is refused.
pub const STACK_RESERVE: usize = 256 << 10;

impl Thread {
    /// Runs `body`, which may block, while other threads may run Python code.
    ///
    /// `body` may not touch the isolate: no object is read but bytes that cannot change nor move (those of `bytes`, of a
    /// vector of the caller), nothing is allocated in its heap, nothing of `Vm` or `Thread` is used. The caller keeps
    /// alive what `body` reads. `errno` is afterwards what `body` left.
    #[inline]
    pub fn allow_threads<R>(&self, body: impl FnOnce() -> R) -> R {
        if self.vm().is_shared.get() { self.without_lock(body) } else { body() }
    }

    #[cold]
    #[inline(never)]
    fn without_lock<R>(&self, body: impl FnOnce() -> R) -> R {
        with_spilled_registers(|| {
            self.parked_at.set(stack_pointer());
            let lock = self.lock();
            self.is_parked.set(true);
            lock.release();
            let again = Reacquire { thread: self, lock };
            let result = body();
            // SAFETY: the place of this thread's errno.
            let errno = unsafe { *libc::__errno_location() };
            drop(again);
            // SAFETY: as above.
            unsafe { *libc::__errno_location() = errno };
            result
        })
    }

    /// Gives other threads that wait a turn: for polls.
    #[cold]
    #[inline(never)]
    pub fn hand_over(&self) {
        if !self.vm().is_shared.get() {
            return;
        }
        with_spilled_registers(|| {
            self.parked_at.set(stack_pointer());
            let lock = self.lock();
            lock.hand_over();
            drop(Reacquire { thread: self, lock });
        });
    }

    /// For code that is called back inside [`Thread::allow_threads`]: runs `body` with the lock.
    pub fn with_lock<R>(&self, body: impl FnOnce() -> R) -> R {
        if !self.is_parked.get() {
            return body();
        }
        let parked_at = self.parked_at.get();
        let lock = self.lock();
        drop(Reacquire { thread: self, lock: Arc::clone(&lock) });
        let result = body();
        self.parked_at.set(parked_at);
        self.is_parked.set(true);
        lock.release();
        result
    }

    fn lock(&self) -> Arc<InterpreterLock> {
        match &*self.vm().lock.borrow() {
            Some(lock) => Arc::clone(lock),
            None => unreachable!("an isolate with several threads has a lock"),
        }
    }

    /// Calls `visit` with the bounds of each native stack of the isolate that is in use.
    pub fn for_each_native_stack(&self, visit: &mut dyn FnMut(usize, usize)) {
        for_each(self, |other| {
            if std::ptr::eq(other, self.vm().running.get()) {
                visit(approximate_stack_pointer(), other.stack_base.get());
            } else if other.parked_at.get() != 0 {
                visit(other.parked_at.get(), other.stack_base.get());
            }
        });
    }
}

/// Takes the lock when dropped, however `body` ended.
struct Reacquire<'a> {
    thread: &'a Thread,
    lock: Arc<InterpreterLock>,
}

impl Drop for Reacquire<'_> {
    fn drop(&mut self) {
        acquire(self.thread, &self.lock);
        self.thread.is_parked.set(false);
    }
}

/// Waits for the lock.
fn acquire(thread: &Thread, lock: &InterpreterLock) {
    lock.acquire(thread);
    thread.vm().running.set(std::ptr::from_ref(thread));
}

/// Visits the threads of the isolate, the first one first.
pub fn for_each(thread: &Thread, mut visit: impl FnMut(&Thread)) {
    let threads = thread.vm().threads.borrow().clone();
    for other in threads {
        // SAFETY: a thread is in the list exactly while it lives, and we have the lock.
        visit(unsafe { other.as_ref() });
    }
}

/// Notes the system's numbers for the running thread in `thread`.
pub fn identify(thread: &Thread) {
    // SAFETY: take no arguments, cannot fail.
    unsafe {
        thread.ident.set(libc::pthread_self() as i64);
        // The program's own thread shows the number of the process, whichever thread of the system it runs on.
        let number = if thread.is_main.get() { i64::from(libc::getpid()) } else { libc::syscall(libc::SYS_gettid) };
        thread.native_id.set(number);
    }
}

/// Bounds of the native stack of the running thread: highest address, lowest address.
pub fn native_stack() -> (usize, usize) {
    // SAFETY: the attributes are initialised by the call that fills them, and destroyed once.
    unsafe {
        let mut attributes = std::mem::zeroed::<libc::pthread_attr_t>();
        let (mut address, mut size) = (std::ptr::null_mut(), 0);
        let known = libc::pthread_getattr_np(libc::pthread_self(), &raw mut attributes) == 0 && {
            let found = libc::pthread_attr_getstack(&raw const attributes, &raw mut address, &raw mut size) == 0;
            libc::pthread_attr_destroy(&raw mut attributes);
            found
        };
        if known {
            return (address.addr() + size, address.addr());
        }
    }
    let here = approximate_stack_pointer();
    (here + (1 << 16), here.saturating_sub(4 << 20))
}

/// A thread on its way to the system's thread that will run it.
struct Fresh {
    thread: NonNull<Thread>,
    lock: Arc<InterpreterLock>,
    run: fn(&Thread),
}

// SAFETY: the new thread touches the isolate only when it has the lock.
unsafe impl Send for Fresh {}

/// Starts a thread that calls `run` with itself, once it gets the lock. `work` is what it is to do; it finds that in
/// [`Thread::work`]. `configure` may set up the new thread before it starts. Returns its number.
///
/// # Errors
/// The system has no memory or no thread left.
pub fn start(parent: &Thread, work: Value, configure: impl FnOnce(&Thread), run: fn(&Thread)) -> std::io::Result<i64> {
    let vm = parent.vm();
    let thread = Box::new(Thread::new(NonNull::from(vm), 0, 0));
    thread.recursion_limit.set(parent.recursion_limit.get());
    thread.work.set(Some(work));
    (vm.hooks().prepare_thread)(&thread)?;
    let make = || Arc::new(InterpreterLock::held_by(parent, vm.switch_interval.get()));
    let lock = Arc::clone(vm.lock.borrow_mut().get_or_insert_with(make));
    vm.is_shared.set(true);
    vm.thread_count.set(vm.thread_count.get() + 1);
    thread.serial.set(vm.thread_count.get());
    configure(&thread);
    let thread = NonNull::from(Box::leak(thread));
    vm.threads.borrow_mut().push(thread);
    let fresh = Fresh { thread, lock, run };
    let spawned =
        std::thread::Builder::new().stack_size(STACK_BYTES.max(vm.stack_size.get())).spawn(move || enter(fresh));
    // SAFETY: the thread is alive until it gets the lock, which we have; nobody else knows it.
    let started = unsafe { thread.as_ref() };
    match spawned {
        Ok(handle) => {
            let ident = handle.as_pthread_t() as i64;
            started.ident.set(ident);
            Ok(ident)
        }
        Err(error) => {
            vm.threads.borrow_mut().retain(|known| *known != thread);
            // SAFETY: it was leaked above, and is in no list any more.
            drop(unsafe { Box::from_raw(thread.as_ptr()) });
            Err(error)
        }
    }
}

/// The new thread, from its first to its last step.
fn enter(fresh: Fresh) {
    // Signals are for the first thread.
    crate::modules::signal::leave_to_other_threads();
    let Fresh { thread: pointer, lock, run } = fresh;
    let (base, limit) = native_stack();
    // SAFETY: it lives until we drop it; others look at it only with the lock.
    let thread = unsafe { pointer.as_ref() };
    lock.acquire(thread);
    thread.vm().running.set(thread);
    thread.stack_base.set(base);
    thread.stack_limit.set(limit + STACK_RESERVE);
    identify(thread);
    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(thread))).is_err() {
        // A defect of ours, which has been reported; others would wait for the lock for ever.
        std::process::exit(101);
    }
    thread.vm().threads.borrow_mut().retain(|known| *known != pointer);
    // From here on the isolate may be gone.
    lock.release();
    // SAFETY: leaked by `start`; nobody knows it any more.
    drop(unsafe { Box::from_raw(pointer.as_ptr()) });
}

/// How many threads run Python code.
pub fn count(thread: &Thread) -> usize {
    thread.vm().threads.borrow().len()
}

/// How deep the thread's recursion is.
pub fn depth(thread: &Thread) -> i32 {
    thread.recursion_limit.get().min(thread.frame_capacity.get()) - thread.depth_left.get()
}

/// Changes a thread's recursion limit. Where there is no memory for as many activations, the thread gets as many as there
/// are.
pub fn set_recursion_limit(thread: &Thread, limit: i32) {
    let used = depth(thread);
    thread.recursion_limit.set(limit);
    thread.depth_left.set(limit.min(thread.frame_capacity.get()) - used);
}

/// The switch interval was changed.
pub fn set_switch_interval(thread: &Thread, seconds: f64) {
    thread.vm().switch_interval.set(seconds);
    if thread.vm().is_shared.get() {
        thread.lock().set_interval(seconds);
    }
}

/// The isolate ends: no other thread runs Python code any more.
pub fn close(thread: &Thread) {
    thread.vm().finalizing.set(true);
    if thread.vm().is_shared.get() {
        thread.lock().close(thread);
    }
}

/// In the child of a fork: only the running thread is there. It handles signals from now on.
pub fn after_fork(thread: &Thread) {
    let vm = thread.vm();
    vm.threads.borrow_mut().retain(|known| std::ptr::eq(known.as_ptr(), thread));
    vm.imports.after_fork(thread.serial.get());
    if vm.is_shared.get() {
        // The old lock may be in any state; threads that are not there hold references to it.
        let lock = Arc::new(InterpreterLock::held_by(thread, vm.switch_interval.get()));
        std::mem::forget(vm.lock.borrow_mut().replace(lock));
    }
    thread.is_main.set(true);
    identify(thread);
}
