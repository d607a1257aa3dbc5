//! The heap verifier, and walks over all objects.
//!
//! What lives here: checks of the collector's invariants, and enumeration for the `gc` module. What must not:
//! anything a production run needs while collecting. Start at [`Heap::for_each_object`].
//!
//! Invariants. Between collections: every reference of a marked (old) object leads to a marked object, unless
//! the owner is remembered or the reference lies under a dirty card. After a collection: the marked objects are
//! closed under reference, lie apart from each other in live lines, and their headers make sense.
#![allow(unsafe_code)] // Reads a kind as a byte before it is trusted.

use super::barrier::slots_between;
use super::block::{BLOCK_BYTES, Block, BlockState, line_of};
use super::heap::Heap;
use super::mark::{Tracer, for_each_in_run, size_of_object};
use super::roots::RootSource;
use super::sweep::for_each_marked;
use crate::object::{Gc, Header, Kind, ShapeId, WordStorage, gc_byte};
use std::cell::Cell;

impl Heap {
    /// Calls `visit` for every object: those that survived the last collection, dead since or not, and those
    /// allocated since. After a full collection, exactly the live ones. `visit` may not allocate.
    pub fn for_each_object(&self, mut visit: impl FnMut(Gc<Header>)) {
        for block in self.used_blocks() {
            for_each_marked(block, &mut visit);
            let runs = &block.meta().run_starts;
            let mut next = runs.next(0, true);
            while let Some(first_line) = next {
                for_each_in_run(block, first_line, &mut visit);
                next =
                    if first_line + 1 < super::block::LINES_PER_BLOCK { runs.next(first_line + 1, true) } else { None };
            }
        }
        self.large.for_each(visit);
    }

    /// Calls `visit` for every object that `object` refers to, its class included, with repetitions.
    pub fn for_each_referent(&self, object: Gc<Header>, context: &dyn RootSource, visit: &mut dyn FnMut(Gc<Header>)) {
        Tracer::visiting(self, context, visit).rescan(object);
    }

    fn used_blocks(&self) -> impl Iterator<Item = Block> + use<> {
        self.space.blocks().filter(|block| block.meta().state() == BlockState::Used)
    }

    fn for_each_marked_object(&self, mut visit: impl FnMut(Gc<Header>)) {
        self.used_blocks().for_each(|block| for_each_marked(block, &mut visit));
        self.large.for_each(|object| {
            if self.large.is_marked(object) {
                visit(object);
            }
        });
    }

    /// Before a collection: no unremembered reference from old to young. Panics if there is one.
    pub(super) fn verify_barriers(&self, context: &dyn RootSource) {
        let owner = Cell::new(None::<Gc<Header>>);
        let mut visitor = |target: Gc<Header>| {
            assert!(
                self.is_marked(target),
                "missing write barrier: old {}, held by {}, refers to young {}",
                owner.get().map_or_else(String::new, describe),
                owner.get().map_or_else(String::new, |owner| self.describe_holders(owner, context)),
                describe(target)
            );
        };
        let mut tracer = Tracer::visiting(self, context, &mut visitor);
        self.for_each_marked_object(|object| {
            if object.gc.get() != gc_byte::OLD {
                return;
            }
            owner.set(Some(object));
            if self.is_large(object) && object.kind() == Kind::Words {
                let array = object.cast_unchecked::<WordStorage>();
                let end = object.address() + self.large.size_of(object);
                for slot in slots_between(array, object.address(), end) {
                    if !self.large.is_dirty(object, std::ptr::from_ref(slot).addr()) {
                        tracer.slot(slot);
                    }
                }
            } else {
                tracer.rescan(object);
            }
        });
    }

    /// Which objects refer to `object`, for the report of a broken invariant.
    fn describe_holders(&self, object: Gc<Header>, context: &dyn RootSource) -> String {
        let mut holders = Vec::new();
        self.for_each_object(|holder| {
            let mut holds = false;
            self.for_each_referent(holder, context, &mut |target| holds |= target == object);
            if holds {
                holders.push(describe(holder));
            }
        });
        if holders.is_empty() { "roots only".to_owned() } else { holders.join(" and ") }
    }

    /// After a collection. Panics if an invariant is broken.
    pub(super) fn verify_marked(&self, context: &dyn RootSource) {
        let shapes = context.shape_count();
        let owner = Cell::new(None::<Gc<Header>>);
        let mut visitor = |target: Gc<Header>| {
            let from = || owner.get().map_or_else(|| "a root".to_owned(), describe);
            assert!(target.address().is_multiple_of(8), "{} refers to no object: {:#x}", from(), target.address());
            assert!(
                self.space.contains(target.address()) || self.large.is_registered(target),
                "{} refers outside the heap: {:#x}",
                from(),
                target.address()
            );
            assert!(self.is_marked(target), "{} refers to dead {}", from(), describe(target));
        };
        let mut tracer = Tracer::visiting(self, context, &mut visitor);
        context.trace_roots(&mut tracer);
        let mut end_of_previous = 0;
        self.for_each_marked_object(|object| {
            let kind = kind_byte(object);
            // A large object may be seen before its header is written.
            let unwritten = kind == Kind::Free as u8 && self.is_large(object);
            assert!((kind as usize) < Kind::COUNT, "{:#x} has kind {kind}", object.address());
            assert!(kind != Kind::Free as u8 || unwritten, "{} is marked", describe(object));
            assert!(object.shape().0 < shapes, "{} has no shape: {:?}", describe(object), object.shape());
            assert!(object.gc.get() != gc_byte::YOUNG, "{} survived as young", describe(object));
            let size = size_of_object(object);
            if self.is_large(object) {
                assert!(
                    size <= self.large.size_of(object).next_multiple_of(8),
                    "{} outgrew its allocation",
                    describe(object)
                );
            } else {
                let last = object.address() + size - 1;
                let block = Block::containing(object.address());
                assert!(object.address() >= end_of_previous, "{} overlaps its neighbour", describe(object));
                assert!(last < block.0 + BLOCK_BYTES, "{} leaves its block", describe(object));
                let live = &block.meta().live;
                let covered = live.next(line_of(object.address()), false).is_none_or(|line| line > line_of(last));
                assert!(covered, "{} lies in free lines", describe(object));
                end_of_previous = last + 1;
            }
            owner.set(Some(object));
            tracer.rescan(object);
        });
    }
}

/// The kind of an object whose header is not yet trusted.
fn kind_byte(object: Gc<Header>) -> u8 {
    // SAFETY: the header of a marked object is readable; the kind follows the shape.
    unsafe { object.as_pointer().cast::<u8>().add(size_of::<ShapeId>()).read() }
}

fn describe(object: Gc<Header>) -> String {
    let kind = kind_byte(object);
    match Kind::ALL.get(kind as usize) {
        Some(kind) => format!("<{kind:?} of shape {} at {:#x}>", object.shape().0, object.address()),
        None => format!("<kind {kind} at {:#x}>", object.address()),
    }
}
