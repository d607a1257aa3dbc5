//! A collection from beginning to end.
//!
//! What lives here: the order of the steps, the pauses' accounting, and the policy of the next collection. What
//! must not: the steps themselves. Start at [`Heap::collect`].

use super::block::BLOCK_BYTES;
use super::heap::Heap;
use super::mark::Tracer;
use super::roots::{RootSource, trace_stacks};
use super::stats::{CollectionKind, CollectionReport};
use super::weak::Liveness;
use std::time::Instant;

/// A full collection comes no sooner than after this much growth of the old generation...
pub(super) const MIN_FULL_GROWTH: usize = 24 << 20;
/// ...and not before it has grown by this part of itself (numerator, denominator).
const FULL_GROWTH: (usize, usize) = (3, 4);
/// The nursery grows up to this many times its first size.
const MAX_NURSERY_FACTOR: usize = 8;
/// It doubles when more than one in `GROW_AT` bytes survives, and halves at fewer than one in `SHRINK_AT`.
const GROW_AT: usize = 8;
const SHRINK_AT: usize = 64;

impl Heap {
    /// Collects now.
    ///
    /// `__del__` methods and weak reference callbacks are only queued; [`Heap::has_pending`] tells. An object
    /// brought back for its `__del__` is freed by a later collection, so `gc.collect()` means: collect, run
    /// what is pending (callbacks first), and again while anything was.
    #[inline(never)]
    pub fn collect(&self, kind: CollectionKind, context: &dyn RootSource) -> CollectionReport {
        self.collect_and_queue(kind, false, context)
    }

    /// A full collection for the end of the interpreter: every `__del__` that has not run is queued, as if its object
    /// were dead, owners before what they own.
    #[inline(never)]
    pub fn queue_all_finalizers(&self, context: &dyn RootSource) -> CollectionReport {
        self.collect_and_queue(CollectionKind::Full, true, context)
    }

    fn collect_and_queue(&self, kind: CollectionKind, queue_all: bool, context: &dyn RootSource) -> CollectionReport {
        assert!(!self.collecting.replace(true), "collection while collecting");
        let started = Instant::now();
        let full = kind == CollectionKind::Full;
        let (before_bytes, young_bytes) = (self.occupied_bytes(), self.young_bytes());
        if self.options.verify {
            self.verify_barriers(context);
        }

        context.for_each_cursor(&mut |cursor| cursor.retire());
        self.overflow.retire();
        self.stress.retire();
        self.space.reset_position();
        self.large.prepare(full);

        let mut tracer = Tracer::marking(self, context, kind);
        if full {
            self.take_remembered(None);
            self.space.clear_marks();
        } else {
            self.take_remembered(Some(&mut tracer));
        }
        let mut queued_at_end = 0;
        if queue_all {
            // Before anything is marked, so that it is seen what refers to what.
            queued_at_end = self.finalizers.borrow_mut().queue_all(&Liveness::new(self, kind), &mut tracer);
        }
        context.trace_roots(&mut tracer);
        self.weak.borrow().trace_due(&mut tracer);
        self.finalizers.borrow().trace_pending(&mut tracer);
        trace_stacks(context, &mut tracer);
        tracer.drain();

        let liveness = Liveness::new(self, kind);
        let mut finalizers = self.finalizers.borrow_mut();
        let mut weak = self.weak.borrow_mut();
        let (queued, cleared_in_cycles) = finalizers.queue_dead(&liveness, &mut tracer, &mut weak);
        let cleared = cleared_in_cycles + weak.process(&liveness);
        drop(weak);
        context.sweep_weak(&liveness);
        finalizers.finalize_native(&liveness);
        self.has_finalizable.set(finalizers.has_finalizable());
        drop(finalizers);
        let (marked_objects, marked_bytes) = (tracer.marked_objects(), tracer.marked_bytes());
        drop(tracer);

        let young_line_bytes = self.space.young_line_bytes.get();
        self.large.sweep(full, self.options.poison);
        self.space.sweep(full, self.options.poison);
        self.external_young_bytes.set(0);
        let returned = self.plan_next(kind, young_bytes, marked_bytes);
        if self.options.verify {
            self.verify_marked(context);
        }
        self.collecting.set(false);

        let pause = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let mut statistics = self.statistics.get();
        statistics.bytes_allocated += young_line_bytes as u64;
        statistics.finalizers_queued += queued + queued_at_end;
        statistics.weak_references_cleared += cleared;
        statistics.returned_bytes += returned as u64;
        let (count, total, max) = match kind {
            CollectionKind::Minor => {
                statistics.promoted_objects += marked_objects as u64;
                statistics.promoted_bytes += marked_bytes as u64;
                (&mut statistics.minor_collections, &mut statistics.minor_pause_total, &mut statistics.minor_pause_max)
            }
            CollectionKind::Full => {
                statistics.live_objects = marked_objects as u64;
                statistics.live_bytes = marked_bytes as u64;
                (&mut statistics.full_collections, &mut statistics.full_pause_total, &mut statistics.full_pause_max)
            }
        };
        *count += 1;
        *total += pause;
        *max = (*max).max(pause);
        self.statistics.set(statistics);

        let report = CollectionReport {
            kind,
            pause_nanoseconds: pause,
            young_bytes,
            marked_objects,
            marked_bytes,
            before_bytes,
            after_bytes: self.occupied_bytes(),
            pending: self.has_pending(),
            weak_references_cleared: cleared,
        };
        context.collection_finished(&report);
        report
    }

    /// Adapts the nursery, sets the trigger of the next full collection, gives back memory. Bytes given back.
    fn plan_next(&self, kind: CollectionKind, young_bytes: usize, marked_bytes: usize) -> usize {
        let nursery = self.nursery_bytes.get();
        match kind {
            CollectionKind::Minor => {
                // A collection that came early (asked for, or in a stress mode) says nothing about survival.
                if young_bytes >= nursery {
                    let first = self.options.nursery_bytes;
                    if marked_bytes > young_bytes / GROW_AT {
                        self.nursery_bytes.set((nursery * 2).min(first * MAX_NURSERY_FACTOR));
                    } else if marked_bytes < young_bytes / SHRINK_AT {
                        self.nursery_bytes.set((nursery / 2).max(first));
                    }
                }
                0
            }
            CollectionKind::Full => {
                let live = self.occupied_bytes();
                let growth = (live / FULL_GROWTH.1 * FULL_GROWTH.0).max(MIN_FULL_GROWTH);
                self.full_threshold.set(live + growth);
                // The next nursery is filled from what is kept; a quarter more for holes not worth using.
                self.space.return_free_blocks(nursery * 5 / 4 / BLOCK_BYTES)
            }
        }
    }
}
