//! The hash table behind `dict`: entries in insertion order and an index into them, in one GC block.
//!
//! What lives here: the layout of [`Table`], probing, rebuilding. What must not: equality of arbitrary keys,
//! which runs Python code (`dict.rs`), and the open-addressed table of sets (`set_table.rs`).
//! Start at [`Table`].
//!
//! The compact layout is Raymond Hettinger's ("More compact dictionaries with faster iteration", python-dev
//! 2012), as PyPy and CPython have it. An index slot holds 0 (never used) or the entry's number plus one, in
//! 1, 2 or 4 bytes by size. Removing a key empties its entry and leaves the index slot, which then points to
//! an entry without key: the tombstone. When the last entries are popped their places are used again, so
//! that several index slots may point to one entry; a look-up compares the entry's hash and key, so that is
//! harmless. Each insertion takes one of `usable`, which is never given back: some index slot stays unused,
//! and probing ends.
#![allow(unsafe_code)] // Entries and index lie behind the struct.

use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::value::Value;
use std::cell::Cell;

/// One key and its value. Without a key it is a tombstone.
#[repr(C)]
pub struct Entry {
    pub(crate) hash: Cell<u64>,
    pub(crate) key: Slot,
    pub(crate) value: Slot,
}

/// Entries, then the index, behind this struct.
#[repr(C)]
pub struct Table {
    header: Header,
    /// Entries there is room for.
    capacity: u32,
    /// The index has this many slots less one.
    mask: u32,
    /// Entries in use, tombstones included: those behind are empty.
    filled: Cell<u32>,
    /// How many insertions remain until the table must be rebuilt: at most the empty entries at the end and the
    /// tombstones that were left in front on purpose.
    usable: Cell<u32>,
    /// All entries before this one are tombstones.
    first: Cell<u32>,
    /// 0, 1 or 2: an index slot has `1 << width` bytes.
    width: u32,
}

/// The most entries a table can hold.
pub const MAX_ENTRIES: usize = 1 << 30;

/// Walks the index slots that belong to a hash.
struct Probe {
    slot: u32,
    perturb: u64,
    mask: u32,
}

impl Probe {
    #[inline(always)]
    fn new(hash: u64, mask: u32) -> Probe {
        Probe { slot: hash as u32 & mask, perturb: hash, mask }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= 5;
        self.slot = self.slot.wrapping_mul(5).wrapping_add(self.perturb as u32).wrapping_add(1) & self.mask;
    }
}

impl Table {
    /// Bytes before the entries: native code reads entry `i` at `ENTRIES_OFFSET + i * size_of::<Entry>()`.
    pub const ENTRIES_OFFSET: usize = size_of::<Table>();

    /// An empty table with room for `wanted` entries.
    pub(crate) fn new(thread: &Thread, wanted: usize) -> Gc<Table> {
        let slots = (wanted.min(MAX_ENTRIES) * 3).div_ceil(2).next_power_of_two().max(8);
        let capacity = slots * 2 / 3;
        let width: u32 = match slots {
            0..=256 => 0,
            257..=65536 => 1,
            _ => 2,
        };
        let extra = (capacity * size_of::<Entry>() + (slots << width)).next_multiple_of(8);
        thread.allocate(ShapeId::INTERNAL, extra, |header| Table {
            header,
            capacity: capacity as u32,
            mask: slots as u32 - 1,
            filled: Cell::new(0),
            usable: Cell::new(capacity as u32),
            first: Cell::new(0),
            width,
        })
    }

    /// All places for entries.
    #[inline(always)]
    pub(crate) fn all_entries(&self) -> &[Entry] {
        // SAFETY: the allocation has `capacity` entries behind the struct, zeroed at first.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast::<Entry>(), self.capacity as usize) }
    }

    /// The entries in use, tombstones included.
    #[inline(always)]
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.all_entries()[..self.filled.get() as usize]
    }

    #[inline(always)]
    pub(crate) fn filled(&self) -> usize {
        self.filled.get() as usize
    }

    #[inline(always)]
    pub(crate) fn is_full(&self) -> bool {
        self.usable.get() == 0
    }

    /// The first entry that may be live.
    #[inline(always)]
    pub(crate) fn first(&self) -> usize {
        self.first.get() as usize
    }

    pub(crate) fn set_first(&self, index: usize) {
        self.first.set(index as u32);
    }

    #[inline(always)]
    fn index_base(&self) -> *mut u8 {
        // SAFETY: the index lies behind the entries, in the same allocation.
        unsafe { std::ptr::from_ref(self).add(1).cast::<Entry>().add(self.capacity as usize).cast::<u8>().cast_mut() }
    }

    #[inline(always)]
    fn read_index(&self, slot: u32) -> u32 {
        let base = self.index_base();
        // SAFETY: `slot <= mask`, and the index has `mask + 1` slots of this width, aligned.
        unsafe {
            match self.width {
                0 => u32::from(*base.add(slot as usize)),
                1 => u32::from(*base.cast::<u16>().add(slot as usize)),
                _ => *base.cast::<u32>().add(slot as usize),
            }
        }
    }

    #[inline(always)]
    fn write_index(&self, slot: u32, entry: u32) {
        let base = self.index_base();
        // SAFETY: as in `read_index`; the width was chosen so that every entry number fits.
        unsafe {
            match self.width {
                0 => *base.add(slot as usize) = entry as u8,
                1 => *base.cast::<u16>().add(slot as usize) = entry as u16,
                _ => *base.cast::<u32>().add(slot as usize) = entry,
            }
        }
    }

    /// Calls `matches(index, entry)` for each entry with this hash until it answers; `None` when there is none.
    /// `matches` sees live entries only.
    #[inline(always)]
    pub(crate) fn search<R>(&self, hash: u64, mut matches: impl FnMut(usize, &Entry, Value) -> Option<R>) -> Option<R> {
        let mut probe = Probe::new(hash, self.mask);
        let entries = self.all_entries();
        loop {
            let index = self.read_index(probe.slot);
            if index == 0 {
                return None;
            }
            let entry = &entries[index as usize - 1];
            if entry.hash.get() == hash
                && let Some(key) = entry.key.get()
                && let Some(answer) = matches(index as usize - 1, entry, key)
            {
                return Some(answer);
            }
            probe.advance();
        }
    }

    /// Adds an entry for a key that the table does not hold. The caller has made sure that it is not full,
    /// and counts the entry.
    #[inline]
    pub(crate) fn add(&self, thread: &Thread, hash: u64, key: Value, value: Value) -> usize {
        debug_assert!(!self.is_full());
        let number = self.filled.get();
        let mut probe = Probe::new(hash, self.mask);
        while self.read_index(probe.slot) != 0 {
            probe.advance();
        }
        self.write_index(probe.slot, number + 1);
        let entry = &self.all_entries()[number as usize];
        entry.hash.set(hash);
        entry.key.init(Some(key));
        entry.value.init(Some(value));
        self.filled.set(number + 1);
        self.usable.set(self.usable.get() - 1);
        thread.write_barrier(self.as_header());
        number as usize
    }

    /// Makes entry `index` a tombstone.
    pub(crate) fn bury(&self, index: usize) {
        let entry = &self.all_entries()[index];
        entry.key.init(None);
        entry.value.init(None);
        if index == self.first() {
            self.set_first(index + 1);
        }
    }

    /// Forgets the tombstones at the end, so that popping from the end again and again is quick.
    pub(crate) fn shorten(&self, filled: usize) {
        self.filled.set(filled as u32);
        if self.first() > filled {
            self.set_first(filled);
        }
    }

    /// Adds an entry in front of all others, where there is a tombstone before the first live entry. As
    /// [`Table::add`] otherwise.
    pub(crate) fn add_in_front(&self, thread: &Thread, hash: u64, key: Value, value: Value) {
        debug_assert!(!self.is_full() && self.first() > 0);
        let number = self.first.get() - 1;
        let mut probe = Probe::new(hash, self.mask);
        while self.read_index(probe.slot) != 0 {
            probe.advance();
        }
        self.write_index(probe.slot, number + 1);
        let entry = &self.all_entries()[number as usize];
        entry.hash.set(hash);
        entry.key.init(Some(key));
        entry.value.init(Some(value));
        self.first.set(number);
        self.usable.set(self.usable.get() - 1);
        thread.write_barrier(self.as_header());
    }

    /// A table with room for `wanted` entries that holds this one's live entries, in order.
    pub(crate) fn rebuilt(&self, thread: &Thread, wanted: usize) -> Gc<Table> {
        self.rebuilt_with_gap(thread, wanted, 0)
    }

    /// As [`Table::rebuilt`], with `gap` tombstones in front.
    pub(crate) fn rebuilt_with_gap(&self, thread: &Thread, wanted: usize, gap: usize) -> Gc<Table> {
        let table = Table::new(thread, wanted + gap);
        // No allocation from here on: the fresh table needs no barrier but the one at the end.
        let mut number = gap as u32;
        let places = table.all_entries();
        for entry in &self.entries()[self.first().min(self.filled())..] {
            let Some(key) = entry.key.get() else { continue };
            let hash = entry.hash.get();
            let place = &places[number as usize];
            place.hash.set(hash);
            place.key.init(Some(key));
            place.value.init(entry.value.get());
            number += 1;
            let mut probe = Probe::new(hash, table.mask);
            while table.read_index(probe.slot) != 0 {
                probe.advance();
            }
            table.write_index(probe.slot, number);
        }
        table.filled.set(number);
        table.first.set(gap as u32);
        table.usable.set(table.capacity - number);
        thread.write_barrier(table.header());
        table
    }

    #[inline(always)]
    pub(crate) fn as_header(&self) -> Gc<Header> {
        Gc::from_pointer(std::ptr::NonNull::from(self)).header()
    }
}

impl HeapObject for Table {
    const KIND: Kind = Kind::Table;

    fn size(&self) -> usize {
        let index = (self.mask as usize + 1) << self.width;
        size_of::<Table>() + (self.capacity as usize * size_of::<Entry>() + index).next_multiple_of(8)
    }

    fn trace(&self, tracer: &mut Tracer) {
        for entry in self.entries() {
            tracer.slot(&entry.key);
            tracer.slot(&entry.value);
        }
    }
}
