//! The hash table behind `set` and `frozenset`: open addressing in CPython's order.
//!
//! What lives here: the layout of [`SetTable`] and the order in which places are tried. What must not:
//! equality of keys (`set.rs`). Start at [`SetTable`].
//!
//! People see the iteration order of sets of ints, so places are tried in the order of CPython's
//! `Objects/setobject.c`: nine neighbours in a row, then a jump by `i * 5 + 1 + perturb`.
#![allow(unsafe_code)] // Entries lie behind the struct.

use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::value::Value;
use std::cell::Cell;

/// How many neighbours are tried before jumping.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
/// Places of the smallest table.
pub const SMALLEST: usize = 8;
/// The hash in a place whose key was removed; no key has it.
const REMOVED: u64 = u64::MAX;

/// A place for one key. Without a key: hash 0 if it never had one, else [`REMOVED`].
#[repr(C)]
pub struct SetEntry {
    pub(crate) hash: Cell<u64>,
    pub(crate) key: Slot,
}

impl SetEntry {
    #[inline(always)]
    fn is_unused(&self) -> bool {
        self.hash.get() == 0 && self.key.get().is_none()
    }

    /// Takes the key out.
    pub(crate) fn remove(&self) {
        self.key.init(None);
        self.hash.set(REMOVED);
    }
}

/// `mask + 1` places behind this struct.
#[repr(C)]
pub struct SetTable {
    header: Header,
    pub(crate) mask: usize,
}

/// What a search ended at.
pub(crate) enum Place<R> {
    /// The closure's answer.
    Answer(R),
    /// The key is absent; a new one goes to this place.
    Unused(usize),
}

/// What a search without comparisons ended at.
pub(crate) enum Quick {
    /// The key itself is here.
    Here(usize),
    /// The key is absent; a new one goes to this place.
    Unused(usize),
    /// Another key with the same hash is there: it must be asked whether they are equal.
    Ask,
}

impl SetTable {
    /// A table of `places` (a power of two).
    pub(crate) fn new(thread: &Thread, places: usize) -> Gc<SetTable> {
        debug_assert!(places.is_power_of_two());
        thread
            .allocate(ShapeId::INTERNAL, places * size_of::<SetEntry>(), |header| SetTable { header, mask: places - 1 })
    }

    /// All places.
    #[inline(always)]
    pub(crate) fn entries(&self) -> &[SetEntry] {
        // SAFETY: the allocation has `mask + 1` entries behind the struct, zeroed at first.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast::<SetEntry>(), self.mask + 1) }
    }

    /// Searches a key by identity, as far as that tells: see [`Quick`].
    #[inline(always)]
    pub(crate) fn search_identical(&self, hash: u64, key: Value) -> Quick {
        let index = hash as usize & self.mask;
        let entry = &self.entries()[index];
        if entry.key.get() == Some(key) {
            return Quick::Here(index);
        }
        if entry.is_unused() {
            return Quick::Unused(index);
        }
        self.search_identical_further(hash, key)
    }

    /// [`SetTable::search_identical`] where another key, or a removed one, has the first place.
    #[inline(never)]
    fn search_identical_further(&self, hash: u64, key: Value) -> Quick {
        match self.search(hash, |index, other| Some(if other == key { Quick::Here(index) } else { Quick::Ask })) {
            Place::Answer(quick) => quick,
            Place::Unused(index) => Quick::Unused(index),
        }
    }

    /// Calls `matches` for each key with this hash until it answers, or ends at a place never used.
    #[inline(always)]
    pub(crate) fn search<R>(&self, hash: u64, mut matches: impl FnMut(usize, Value) -> Option<R>) -> Place<R> {
        let entries = self.entries();
        let mut perturb = hash;
        let mut base = hash as usize & self.mask;
        loop {
            let neighbours = if base + LINEAR_PROBES <= self.mask { LINEAR_PROBES } else { 0 };
            for index in base..=base + neighbours {
                let entry = &entries[index];
                if entry.hash.get() == hash
                    && let Some(key) = entry.key.get()
                {
                    if let Some(answer) = matches(index, key) {
                        return Place::Answer(answer);
                    }
                } else if entry.is_unused() {
                    return Place::Unused(index);
                }
            }
            perturb >>= PERTURB_SHIFT;
            base = base.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & self.mask;
        }
    }

    /// Takes over the places of a table of the same size; the barrier is the caller's.
    pub(crate) fn copy_entries(&self, source: &SetTable) {
        let (places, entries) = (self.entries(), source.entries());
        assert_eq!(places.len(), entries.len());
        // SAFETY: as many places on both sides, of two objects; they are plain words in cells.
        unsafe {
            std::ptr::copy_nonoverlapping(entries.as_ptr(), places.as_ptr().cast_mut(), places.len());
        }
    }

    /// Puts a key that is absent into a table without removed keys.
    pub(crate) fn insert_clean(&self, hash: u64, key: Value) {
        let entries = self.entries();
        let mut perturb = hash;
        let mut base = hash as usize & self.mask;
        loop {
            let neighbours = if base + LINEAR_PROBES <= self.mask { LINEAR_PROBES } else { 0 };
            for entry in &entries[base..=base + neighbours] {
                if entry.key.get().is_none() {
                    entry.hash.set(hash);
                    entry.key.init(Some(key));
                    return;
                }
            }
            perturb >>= PERTURB_SHIFT;
            base = base.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & self.mask;
        }
    }

    /// The keys and hashes from place `position` on; `position` moves behind the one returned.
    #[inline]
    pub(crate) fn next_key(&self, position: &mut usize) -> Option<(u64, Value)> {
        for (offset, entry) in self.entries().get(*position..)?.iter().enumerate() {
            if let Some(key) = entry.key.get() {
                *position += offset + 1;
                return Some((entry.hash.get(), key));
            }
        }
        None
    }
}

impl HeapObject for SetTable {
    const KIND: Kind = Kind::SetTable;

    fn size(&self) -> usize {
        size_of::<SetTable>() + (self.mask + 1) * size_of::<SetEntry>()
    }

    fn trace(&self, tracer: &mut Tracer) {
        for entry in self.entries() {
            tracer.slot(&entry.key);
        }
    }
}
