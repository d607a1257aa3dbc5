//! The allocation cursor: where a thread's next small object goes.
//!
//! What lives here: the words native code bumps inline. What must not: how a cursor is refilled
//! (`Heap::allocate_slow`). Start at [`AllocationCursor`].

use std::cell::Cell;

/// A run of free lines that one thread allocates from, embedded in `Thread` at a fixed offset.
///
/// Fast path, also emitted by the compiler: `end = top + size; if end > limit {slow}; top = end`. All words
/// are zero when there is no run, and always in the stress modes, so that every allocation takes the slow
/// path there.
#[derive(Debug, Default)]
#[repr(C)]
pub struct AllocationCursor {
    /// Address of the next object.
    pub top: Cell<usize>,
    /// First address behind the zeroed part of the run.
    pub limit: Cell<usize>,
    /// First address behind the run. Only the collector uses it: it zeroes a run piece by piece, so that
    /// objects are written while the zeroes are still in the nearest cache.
    pub(super) run_end: Cell<usize>,
}

impl AllocationCursor {
    pub const fn new() -> AllocationCursor {
        AllocationCursor { top: Cell::new(0), limit: Cell::new(0), run_end: Cell::new(0) }
    }

    /// Takes `size` bytes (a multiple of 8) or says that the run is too short.
    #[inline(always)]
    pub(super) fn bump(&self, size: usize) -> Option<usize> {
        let top = self.top.get();
        let end = top + size;
        if end <= self.limit.get() {
            self.top.set(end);
            Some(top)
        } else {
            None
        }
    }

    /// Gives up the run; what is left of its zeroed part stays zero until the next collection.
    pub(super) fn retire(&self) {
        self.top.set(0);
        self.limit.set(0);
        self.run_end.set(0);
    }
}
