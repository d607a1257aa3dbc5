//! One thread at a time in a buffered file.
//!
//! What lives here: [`Turn`], which a thread takes while it works on a buffer, since the calls of the raw file between let
//! other threads run. What must not: the isolate's lock, and files that one thread alone uses, which take no turns.

use crate::error::PyResult;
use crate::modules::thread_module::locks;
use crate::thread::Thread;
use crate::threads;
use crate::wait;
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whose turn it is. The thread may take it again while it has it.
#[derive(Default)]
pub struct Turn {
    word: AtomicU32,
    /// The serial number of the thread that has it.
    owner: Cell<i64>,
    depth: Cell<u32>,
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
        if self.depth.get() == 0 || self.owner.get() != me {
            if !wait::try_acquire(&self.word) {
                self.drop_if_abandoned(thread);
                locks::acquire(thread, &self.word, None)?;
            }
            self.owner.set(me);
            self.depth.set(0);
        }
        self.depth.set(self.depth.get() + 1);
        Ok(Taken(Some(self)))
    }

    /// A thread that a fork left behind, or that does not run any more because the isolate ends, has had its turn.
    fn drop_if_abandoned(&self, thread: &Thread) {
        // A turn without an owner was just taken by a thread that waits for the isolate's lock.
        let mut is_there = self.owner.get() == 0;
        threads::for_each(thread, |other| is_there |= other.serial.get() == self.owner.get());
        if !is_there || thread.vm().finalizing.get() {
            self.word.store(0, Ordering::Relaxed);
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let Some(turn) = self.0 else { return };
        turn.depth.set(turn.depth.get().saturating_sub(1));
        if turn.depth.get() == 0 {
            turn.owner.set(0);
            wait::release(&turn.word);
        }
    }
}
