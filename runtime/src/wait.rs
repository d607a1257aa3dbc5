//! Waiting on a word of memory: what locks, queues and joins are made of.
//!
//! What lives here: the system's futex with absolute deadlines ([`wait`], [`wake`]), and a lock in one word over it
//! ([`acquire`], [`release`]). What must not: Python objects, and the lock of an isolate, which a thread gives up before
//! it waits here (`Thread::allow_threads`). The words may lie in GC memory, since objects do not move; the waiting thread
//! keeps the object alive. Unlike the condition variables of `std`, waiting ends when a signal comes.
#![allow(unsafe_code)] // A system call.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How a wait ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wake {
    /// Somebody woke this thread, or the word was another one already; also for no reason.
    Woken,
    /// The deadline passed.
    TimedOut,
    /// A signal came.
    Interrupted,
}

/// A point in time: nanoseconds of the monotonic clock. `None`: never.
pub type Deadline = Option<i64>;

/// The monotonic clock, in nanoseconds.
pub fn now() -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is writable; this clock exists everywhere.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}

/// The deadline this long from now.
pub fn after(time: Option<Duration>) -> Deadline {
    time.map(|time| now().saturating_add(i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)))
}

/// Waits as long as `word` is `expected`, until woken.
pub fn wait(word: &AtomicU32, expected: u32, deadline: Deadline) -> Wake {
    let time = deadline.map(|at| libc::timespec {
        tv_sec: at.div_euclid(1_000_000_000) as libc::time_t,
        tv_nsec: at.rem_euclid(1_000_000_000) as libc::c_long,
    });
    let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the word and the time are alive; with this operation the deadline is absolute and of the monotonic clock.
    let result = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG,
            expected,
            time,
            std::ptr::null::<u32>(),
            libc::FUTEX_BITSET_MATCH_ANY,
        )
    };
    match (result, std::io::Error::last_os_error().raw_os_error()) {
        (-1, Some(libc::ETIMEDOUT)) => Wake::TimedOut,
        (-1, Some(libc::EINTR)) => Wake::Interrupted,
        _ => Wake::Woken,
    }
}

/// Wakes up to `count` threads that wait on the word.
pub fn wake(word: &AtomicU32, count: i32) {
    // SAFETY: only the word's address is used.
    unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, count);
    }
}

/// States of a lock in one word. (Ulrich Drepper, "Futexes are tricky", third mutex.)
const FREE: u32 = 0;
const HELD: u32 = 1;
const AWAITED: u32 = 2;

/// Takes the lock if it is free.
#[inline]
pub fn try_acquire(word: &AtomicU32) -> bool {
    word.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok()
}

/// Somebody holds the lock.
pub fn is_held(word: &AtomicU32) -> bool {
    word.load(Ordering::Relaxed) != FREE
}

/// Takes the lock, waiting for it: [`Wake::Woken`] says that it is taken.
pub fn acquire(word: &AtomicU32, deadline: Deadline) -> Wake {
    loop {
        if word.swap(AWAITED, Ordering::Acquire) == FREE {
            return Wake::Woken;
        }
        match wait(word, AWAITED, deadline) {
            Wake::Woken => {}
            ended => return ended,
        }
    }
}

/// Gives the lock back; `false` if nobody held it.
#[inline]
pub fn release(word: &AtomicU32) -> bool {
    let before = word.swap(FREE, Ordering::Release);
    if before == AWAITED {
        wake(word, 1);
    }
    before != FREE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_excludes_and_wakes() {
        let (word, mut total) = (AtomicU32::new(0), 0_u64);
        let shared = (&raw mut total).addr();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10_000 {
                        assert_eq!(acquire(&word, None), Wake::Woken);
                        let total = std::ptr::with_exposed_provenance_mut::<u64>(shared);
                        // SAFETY: under the lock; the variable outlives the threads.
                        unsafe { total.write(total.read() + 1) };
                        assert!(release(&word));
                    }
                });
            }
        });
        assert_eq!(total, 40_000);
        assert!(!release(&word));
    }

    #[test]
    fn a_deadline_ends_the_wait() {
        let word = AtomicU32::new(0);
        assert!(try_acquire(&word) && !try_acquire(&word));
        let start = now();
        assert_eq!(acquire(&word, after(Some(Duration::from_millis(20)))), Wake::TimedOut);
        assert!(now() - start >= 20_000_000);
    }
}
