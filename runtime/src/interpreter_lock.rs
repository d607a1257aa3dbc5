//! The lock that the threads of an isolate run under.
//!
//! What lives here: [`InterpreterLock`]: who runs, who waits, and how a thread that waits gets its turn. What must not:
//! what a thread leaves for the collector when it gives the lock up (`thread.rs`), and starting threads (`threads.rs`).
//!
//! A thread that runs Python code holds the lock; it gives it up around calls of the system that may block. A thread that
//! waits longer than the switch interval asks the holder to poll (`poll::SWITCH`), and the holder hands over at its next
//! loop back edge or function entry, then waits until somebody else had a turn. The scheme is that of CPython's lock since
//! 3.2 (Antoine Pitrou). As long as an isolate has one thread, nobody touches the lock.
#![allow(unsafe_code)] // The holder is asked to poll through its address.

use crate::thread::{Thread, poll};
use std::ptr::NonNull;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The lock of one isolate. It outlives the isolate for threads that still let go of it.
#[derive(Default)]
pub struct InterpreterLock {
    state: Mutex<State>,
    /// The lock became free.
    freed: Condvar,
    /// Another thread has it now.
    taken: Condvar,
}

#[derive(Default)]
struct State {
    holder: Option<Holder>,
    /// How often the lock was taken.
    turns: u64,
    waiting: usize,
    /// The only thread that still gets the lock: the isolate ends.
    last: Option<Holder>,
    /// How long a thread waits before it asks the holder to hand over.
    interval: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Holder(NonNull<Thread>);

// SAFETY: other threads only call `request_poll`, which is atomic, under the mutex and while the thread is the holder; a
// thread gives the lock up before it goes away.
unsafe impl Send for Holder {}

impl InterpreterLock {
    /// A lock that `thread` holds. Others wait for `interval` seconds before they ask for a turn.
    pub fn held_by(thread: &Thread, interval: f64) -> InterpreterLock {
        let lock = InterpreterLock::default();
        lock.state().holder = Some(Holder(NonNull::from(thread)));
        lock.set_interval(interval);
        lock
    }

    /// Changes the switch interval, in seconds.
    pub fn set_interval(&self, seconds: f64) {
        // No shorter than a microsecond, which is what CPython counts in.
        self.state().interval = Duration::try_from_secs_f64(seconds.max(1e-6)).unwrap_or(Duration::MAX);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the lock. Does not return when the isolate has ended meanwhile: nothing of it may be touched any more.
    pub fn acquire(&self, thread: &Thread) {
        let me = Holder(NonNull::from(thread));
        let mut state = self.state();
        state.waiting += 1;
        loop {
            if state.last.is_some_and(|last| last != me) {
                drop(state);
                loop {
                    std::thread::park();
                }
            }
            let Some(holder) = state.holder else { break };
            let turns = state.turns;
            let interval = state.interval;
            let (next, waited) = self.freed.wait_timeout(state, interval).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if waited.timed_out() && state.holder == Some(holder) && state.turns == turns {
                // SAFETY: the holder is alive, and stays the holder while we have the mutex.
                unsafe { holder.0.as_ref() }.request_poll(poll::SWITCH);
            }
        }
        state.waiting -= 1;
        state.holder = Some(me);
        state.turns += 1;
        drop(state);
        self.taken.notify_all();
    }

    /// Gives the lock up, for as long as the caller likes.
    pub fn release(&self) {
        self.state().holder = None;
        self.freed.notify_one();
    }

    /// Gives the lock up, and waits until another thread has had it, if one wants it.
    pub fn hand_over(&self) {
        let mut state = self.state();
        state.holder = None;
        self.freed.notify_one();
        let turns = state.turns;
        while state.waiting > 0 && state.turns == turns && state.last.is_none() {
            state = self.taken.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// From now on only `thread`, which holds the lock, gets it.
    pub fn close(&self, thread: &Thread) {
        self.state().last = Some(Holder(NonNull::from(thread)));
        self.freed.notify_all();
    }
}
