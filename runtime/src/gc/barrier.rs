//! The write barrier: which old objects may refer to young ones.
//!
//! What lives here: the remembered set and the dirty cards. What must not: the test of the header's gc byte that
//! native code emits; its meaning is in `object::gc_byte`. Start at [`Heap::write_barrier`].
//!
//! The barrier remembers whole objects: the first store into an old object since the last collection puts it
//! into the remembered set, and its gc byte says so to all later stores. Large arrays have 512-byte cards
//! instead, so that a minor collection need not read all of them; their gc byte stays `OLD`.
#![allow(unsafe_code)] // Reads the words under dirty cards.

use super::heap::Heap;
use super::mark::Tracer;
use crate::object::{Gc, Header, Kind, Slot, WordStorage, gc_byte};

impl Heap {
    /// To be called with every store of a heap pointer into `owner`, before or after it but with no allocation
    /// between; also when `owner` changes its shape. Not needed while `owner` is known to be young.
    #[inline(always)]
    pub fn write_barrier(&self, owner: Gc<Header>) {
        if owner.gc.get() == gc_byte::OLD {
            self.remember(owner);
        }
    }

    /// The barrier's slow path, for native code that has tested the gc byte for `OLD`.
    #[cold]
    pub fn remember(&self, owner: Gc<Header>) {
        owner.gc.set(gc_byte::REMEMBERED);
        self.remembered.borrow_mut().push(owner.address());
    }

    /// The barrier for a store into word `slot` of `owner`: cheaper than [`Heap::write_barrier`] in the long run
    /// where `owner` may be a large array.
    #[inline(always)]
    pub fn write_barrier_slot(&self, owner: Gc<Header>, slot: *const Slot) {
        if owner.gc.get() == gc_byte::OLD {
            self.remember_slot(owner, slot);
        }
    }

    /// The slot barrier's slow path, for native code that has tested the gc byte for `OLD`.
    #[cold]
    pub fn remember_slot(&self, owner: Gc<Header>, slot: *const Slot) {
        if self.space.contains(owner.address()) || owner.kind() != Kind::Words {
            self.remember(owner);
        } else if self.large.dirty_card(owner, slot.addr()) {
            self.cards_dirtied.set(self.cards_dirtied.get() + 1);
        }
    }

    /// A remembered object moved (its large allocation was resized).
    pub(super) fn move_remembered(&self, old_address: usize, new_address: usize) {
        // Most likely it was remembered not long ago.
        if let Some(entry) = self.remembered.borrow_mut().iter_mut().rev().find(|entry| **entry == old_address) {
            *entry = new_address;
        }
    }

    /// Empties the remembered set: into `tracer` for a minor collection, into nothing for a full one.
    pub(super) fn take_remembered(&self, mut tracer: Option<&mut Tracer>) {
        let mut remembered = self.remembered.take();
        self.remembered_total.set(self.remembered_total.get() + remembered.len() as u64);
        for &address in &remembered {
            let Some(owner) = Gc::<Header>::from_address(address) else { continue };
            owner.gc.set(gc_byte::OLD);
            if let Some(tracer) = tracer.as_deref_mut() {
                tracer.rescan(owner);
            }
        }
        remembered.clear();
        self.remembered.replace(remembered);
        self.large.take_dirty_cards(|array, start, end| {
            if let Some(tracer) = tracer.as_deref_mut() {
                let array = array.cast_unchecked::<WordStorage>();
                slots_between(array, start, end).iter().for_each(|slot| tracer.slot(slot));
            }
        });
    }
}

/// The slots of `array` that lie in an address range.
pub(super) fn slots_between(array: Gc<WordStorage>, start: usize, end: usize) -> &'static [Slot] {
    let first = array.address() + size_of::<WordStorage>();
    let start = start.max(first);
    let end = end.min(first + array.capacity * size_of::<Slot>());
    let length = end.saturating_sub(start) / size_of::<Slot>();
    // SAFETY: words of the array, which no one resizes while a collection looks at it.
    unsafe { std::slice::from_raw_parts(std::ptr::with_exposed_provenance::<Slot>(start), length) }
}
