//! One thread at a time in a buffered file.
//!
//! What lives here: [`Turn`], which a thread takes while it works on a buffer, since the calls of the raw file between let
//! other threads run. What must not: the isolate's lock, and files that one thread alone uses, which take no turns.

use crate::error::PyResult;
use crate::modules::signal;
use crate::thread::Thread;
use crate::threads;
use crate::wait::{self, Wake};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whose turn it is. The thread may take it again while it has it.
///
/// All but the wait itself happens under the isolate's lock, so a turn is taken and noted in one step: nobody finds one
/// that seems to be nobody's.
#[derive(Default)]
pub struct Turn {
    /// The serial number of the thread that has it, and how often it has taken it.
    taken: Cell<Option<(i64, u32)>>,
    waiting: Cell<u32>,
    /// How many turns ended; who waits waits on this word.
    ended: AtomicU32,
}

/// Ends the turn when dropped.
pub struct Taken<'a>(Option<&'a Turn>);

impl Turn {
    /// Waits for the turn. The object that holds this must be kept alive by the caller.
    ///
    /// # Errors
    /// What a signal handler raised meanwhile.
    #[inline]
    pub fn take(&self, thread: &Thread) -> PyResult<Taken<'_>> {
        if !thread.vm().is_shared.get() {
            return Ok(Taken(None));
        }
        self.take_among_others(thread)
    }

    #[cold]
    fn take_among_others(&self, thread: &Thread) -> PyResult<Taken<'_>> {
        let me = thread.serial.get();
        loop {
            match self.taken.get() {
                Some((owner, depth)) if owner == me => self.taken.set(Some((me, depth + 1))),
                Some((owner, _)) if !is_abandoned(thread, owner) => {
                    let seen = self.ended.load(Ordering::Relaxed);
                    self.waiting.set(self.waiting.get() + 1);
                    let woken = thread.allow_threads(|| wait::wait(&self.ended, seen, None));
                    self.waiting.set(self.waiting.get().saturating_sub(1));
                    if woken == Wake::Interrupted {
                        signal::check(thread)?;
                    }
                    continue;
                }
                Some(_) | None => self.taken.set(Some((me, 1))),
            }
            return Ok(Taken(Some(self)));
        }
    }
}

/// A thread that a fork left behind, or that does not run any more because the isolate ends, has had its turn.
fn is_abandoned(thread: &Thread, owner: i64) -> bool {
    let mut is_there = false;
    threads::for_each(thread, |other| is_there |= other.serial.get() == owner);
    !is_there || thread.vm().finalizing.get()
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let Some(turn) = self.0 else { return };
        if let Some((owner, depth @ 2..)) = turn.taken.get() {
            return turn.taken.set(Some((owner, depth - 1)));
        }
        turn.taken.set(None);
        turn.ended.fetch_add(1, Ordering::Relaxed);
        if turn.waiting.get() > 0 {
            wait::wake(&turn.ended, 1);
        }
    }
}
