//! Figures about the heap: for `--stats`, the event log and `gc.get_stats`.
//!
//! What lives here: plain data. What must not: how it is measured. Start at [`Statistics`].

use std::fmt;

/// How much a collection looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CollectionKind {
    /// Only objects allocated since the last collection can die.
    Minor,
    /// Everything is traced.
    Full,
}

/// Totals over the life of a heap; sizes are bytes, times nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    pub minor_collections: u64,
    pub full_collections: u64,
    pub minor_pause_total: u64,
    pub minor_pause_max: u64,
    pub full_pause_total: u64,
    pub full_pause_max: u64,
    /// Handed out since the heap was made; runs of lines count when they are taken.
    pub bytes_allocated: u64,
    /// Objects and bytes that survived their first collection.
    pub promoted_objects: u64,
    pub promoted_bytes: u64,
    /// Live objects and bytes found by the last full collection.
    pub live_objects: u64,
    pub live_bytes: u64,
    /// Lines in use, in bytes, after the last collection.
    pub occupied_bytes: u64,
    /// Blocks that hold objects, and blocks ready for reuse.
    pub used_blocks: u64,
    pub free_blocks: u64,
    pub chunks: u64,
    pub large_objects: u64,
    pub large_bytes: u64,
    /// Bytes reported by [`Heap::add_external`](super::Heap::add_external).
    pub external_bytes: u64,
    /// Bytes allocated between two minor collections, as adapted by now.
    pub nursery_bytes: u64,
    /// Bytes of blocks given back to the system.
    pub returned_bytes: u64,
    pub finalizers_queued: u64,
    pub weak_references_cleared: u64,
    /// Owners put into the remembered set and cards dirtied by the write barrier.
    pub remembered: u64,
    pub cards_dirtied: u64,
}

/// One collection, as told to [`RootSource::collection_finished`](super::RootSource::collection_finished).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectionReport {
    pub kind: CollectionKind,
    pub pause_nanoseconds: u64,
    /// Allocated since the collection before.
    pub young_bytes: usize,
    /// Newly marked: survivors of the nursery (minor) or everything live (full).
    pub marked_objects: usize,
    pub marked_bytes: usize,
    /// Occupied lines, large objects and external bytes before and after.
    pub before_bytes: usize,
    pub after_bytes: usize,
    /// `__del__` methods and weak reference callbacks now waiting for the `Vm` to run them.
    pub pending: bool,
    /// Weak references whose target died.
    pub weak_references_cleared: u64,
}

impl fmt::Display for CollectionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mb = |bytes: usize| bytes as f64 / 1e6;
        let kind = match self.kind {
            CollectionKind::Minor => "minor",
            CollectionKind::Full => "full",
        };
        write!(
            f,
            "{kind} collection: {:.2} ms; {:.1} MB new, {} objects ({:.1} MB) {}; in use {:.1} MB, before {:.1} MB",
            self.pause_nanoseconds as f64 / 1e6,
            mb(self.young_bytes),
            self.marked_objects,
            mb(self.marked_bytes),
            if self.kind == CollectionKind::Minor { "survived" } else { "alive" },
            mb(self.after_bytes),
            mb(self.before_bytes),
        )
    }
}
