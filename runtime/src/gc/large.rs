//! The large-object space: objects over 8 KB, each its own allocation of the system's allocator.
//!
//! What lives here: the registry, the prefix in front of each large object, card tables. What must not: when to
//! collect (`heap`). Start at [`LargeSpace`].
//!
//! An object is large if and only if its address lies outside the reserve. A list's storage grows by `realloc`,
//! which for big ones moves pages instead of bytes.
#![allow(unsafe_code)] // Calls the system's allocator and looks at prefixes by address.

use crate::object::{Gc, Header};
use std::cell::{Cell, RefCell};

/// Objects over this size are large.
pub const LARGE_OBJECT_BYTES: usize = 8 << 10;
/// Bytes of a large array that one card stands for.
pub(super) const CARD_BYTES: usize = 512;

/// Stands right in front of a large object.
#[repr(C, align(16))]
pub(super) struct LargePrefix {
    /// Bytes of the object.
    pub size: usize,
    /// A byte per card, not zero if something was stored there since the last collection; zero until then.
    cards: Cell<usize>,
    /// Position in its registry list.
    index: Cell<u32>,
    old: Cell<bool>,
    marked: Cell<bool>,
}

const PREFIX_BYTES: usize = size_of::<LargePrefix>();

/// The prefix of a large object.
fn prefix_of(address: usize) -> &'static LargePrefix {
    // SAFETY: callers pass the address of a registered large object; its prefix lies in the same allocation.
    // The reference is dropped before the object can be freed.
    unsafe { &*std::ptr::with_exposed_provenance::<LargePrefix>(address - PREFIX_BYTES) }
}

fn prefix_pointer(address: usize) -> *mut libc::c_void {
    std::ptr::with_exposed_provenance_mut(address - PREFIX_BYTES)
}

/// The large objects of one heap.
#[derive(Debug, Default)]
pub(super) struct LargeSpace {
    /// Addresses of the objects that survived a collection, and of those that have not seen one.
    old: RefCell<Vec<usize>>,
    young: RefCell<Vec<usize>>,
    /// Old arrays with dirty cards.
    carded: RefCell<Vec<usize>>,
    /// Bytes of all large objects, and of those that are young.
    pub bytes: Cell<usize>,
    pub young_bytes: Cell<usize>,
}

impl LargeSpace {
    /// A zeroed object of `size` bytes; `None` if the system has no memory.
    pub fn allocate(&self, size: usize) -> Option<usize> {
        let total = size.checked_add(PREFIX_BYTES)?;
        // SAFETY: plain allocation of zeroed memory; the prefix is written right away.
        let pointer = unsafe { libc::calloc(1, total) };
        if pointer.is_null() {
            return None;
        }
        let address = pointer.expose_provenance() + PREFIX_BYTES;
        let mut young = self.young.borrow_mut();
        let prefix = LargePrefix {
            size,
            cards: Cell::new(0),
            index: Cell::new(young.len() as u32),
            old: Cell::new(false),
            marked: Cell::new(false),
        };
        // SAFETY: the allocation begins with room for the prefix and is aligned to 16 by the system's allocator.
        unsafe { pointer.cast::<LargePrefix>().write(prefix) };
        young.push(address);
        self.bytes.set(self.bytes.get() + size);
        self.young_bytes.set(self.young_bytes.get() + size);
        Some(address)
    }

    /// Resizes an object, which may move; new bytes are zero. On `None` the old one is untouched.
    pub fn reallocate(&self, address: usize, new_size: usize) -> Option<usize> {
        let prefix = prefix_of(address);
        let old_size = prefix.size;
        let total = new_size.checked_add(PREFIX_BYTES)?;
        let (list, index) = (self.list(prefix.old.get()), prefix.index.get() as usize);
        // SAFETY: an allocation of this space, referred to by its one owner, who takes the new address.
        let pointer = unsafe { libc::realloc(prefix_pointer(address), total) };
        if pointer.is_null() {
            return None;
        }
        let new_address = pointer.expose_provenance() + PREFIX_BYTES;
        // SAFETY: still begins with the prefix; the bytes behind the old size belong to the allocation now.
        unsafe {
            (*pointer.cast::<LargePrefix>()).size = new_size;
            if new_size > old_size {
                let tail = std::ptr::with_exposed_provenance_mut::<u8>(new_address + old_size);
                tail.write_bytes(0, new_size - old_size);
            }
        }
        list.borrow_mut()[index] = new_address;
        self.resize_cards(address, new_address, old_size);
        self.bytes.set(self.bytes.get() - old_size + new_size);
        // Growth counts as allocation.
        self.young_bytes.set(self.young_bytes.get() + new_size.saturating_sub(old_size));
        Some(new_address)
    }

    fn list(&self, old: bool) -> &RefCell<Vec<usize>> {
        if old { &self.old } else { &self.young }
    }

    pub fn count(&self) -> usize {
        self.old.borrow().len() + self.young.borrow().len()
    }

    /// Bytes of a large object as allocated.
    pub fn size_of(&self, object: Gc<Header>) -> usize {
        prefix_of(object.address()).size
    }

    /// Sets the mark; whether it was clear.
    pub fn mark(&self, object: Gc<Header>) -> bool {
        !prefix_of(object.address()).marked.replace(true)
    }

    pub fn is_marked(&self, object: Gc<Header>) -> bool {
        prefix_of(object.address()).marked.get()
    }

    /// Before a collection: sorts the registry, for [`LargeSpace::resolve`]; a full one begins with no marks.
    pub fn prepare(&self, full: bool) {
        sort(&mut self.young.borrow_mut());
        if full {
            let mut old = self.old.borrow_mut();
            sort(&mut old);
            for &address in old.iter() {
                prefix_of(address).marked.set(false);
            }
        }
    }

    /// The object that `address` points to or into. Only while a collection runs.
    pub fn resolve(&self, address: usize, old: bool) -> Option<Gc<Header>> {
        let found = find(&self.young.borrow(), address);
        let found = if found.is_none() && old { find(&self.old.borrow(), address) } else { found };
        found.and_then(Gc::from_address)
    }

    /// After marking: frees the unmarked, ages the rest. The number of bytes freed.
    pub fn sweep(&self, full: bool, poison: bool) -> usize {
        let before = self.bytes.get();
        self.carded.borrow_mut().clear();
        let mut old = self.old.borrow_mut();
        if full {
            old.retain(|&address| self.keep(address, poison));
            for (index, &address) in old.iter().enumerate() {
                prefix_of(address).index.set(index as u32);
            }
        }
        for address in self.young.borrow_mut().drain(..) {
            if self.keep(address, poison) {
                let prefix = prefix_of(address);
                prefix.old.set(true);
                prefix.index.set(old.len() as u32);
                old.push(address);
            }
        }
        self.young_bytes.set(0);
        before - self.bytes.get()
    }

    fn keep(&self, address: usize, poison: bool) -> bool {
        let prefix = prefix_of(address);
        if !prefix.marked.get() {
            self.bytes.set(self.bytes.get() - prefix.size);
            if poison {
                let object = std::ptr::with_exposed_provenance_mut::<u8>(address);
                // SAFETY: a dead object of this size.
                unsafe { object.write_bytes(super::sweep::POISON, prefix.size) };
            }
            free_cards(prefix);
            // SAFETY: nothing refers to a dead object; the registry forgets it.
            unsafe { libc::free(prefix_pointer(address)) };
            return false;
        }
        true
    }

    /// Notes a store into an old array at `slot`. `true` if the card was clean.
    pub fn dirty_card(&self, object: Gc<Header>, slot: usize) -> bool {
        let prefix = prefix_of(object.address());
        if prefix.cards.get() == 0 {
            let count = prefix.size.div_ceil(CARD_BYTES);
            // SAFETY: plain allocation of zeroed memory.
            let cards = unsafe { libc::calloc(count, 1) };
            assert!(!cards.is_null(), "no memory for a card table");
            prefix.cards.set(cards.expose_provenance());
            self.carded.borrow_mut().push(object.address());
        }
        let card = (slot - object.address()) / CARD_BYTES;
        debug_assert!(slot >= object.address() && slot < object.address() + prefix.size);
        let card = std::ptr::with_exposed_provenance_mut::<u8>(prefix.cards.get() + card);
        // SAFETY: `slot` lies in the object, so the card lies in its table.
        unsafe { card.replace(1) == 0 }
    }

    /// The card around `slot` is dirty.
    pub fn is_dirty(&self, object: Gc<Header>, slot: usize) -> bool {
        let cards = prefix_of(object.address()).cards.get();
        let card = (slot - object.address()) / CARD_BYTES;
        // SAFETY: `slot` lies in the object, so the card lies in its table.
        cards != 0 && unsafe { *std::ptr::with_exposed_provenance::<u8>(cards + card) != 0 }
    }

    /// Makes the card table of a resized object fit.
    fn resize_cards(&self, old_address: usize, new_address: usize, old_size: usize) {
        let prefix = prefix_of(new_address);
        if prefix.cards.get() == 0 {
            return;
        }
        let (old_count, count) = (old_size.div_ceil(CARD_BYTES), prefix.size.div_ceil(CARD_BYTES));
        // SAFETY: the table is this object's own; cards behind the old ones are zeroed before they are read.
        unsafe {
            let table = std::ptr::with_exposed_provenance_mut::<libc::c_void>(prefix.cards.get());
            let table = libc::realloc(table, count).cast::<u8>();
            assert!(!table.is_null(), "no memory for a card table");
            table.add(old_count.min(count)).write_bytes(0, count.saturating_sub(old_count));
            prefix.cards.set(table.expose_provenance());
        }
        let mut carded = self.carded.borrow_mut();
        if let Some(entry) = carded.iter_mut().rev().find(|entry| **entry == old_address) {
            *entry = new_address;
        }
    }

    /// Calls `visit(array, start, end)` for the address range of each run of dirty cards, and cleans them.
    pub fn take_dirty_cards(&self, mut visit: impl FnMut(Gc<Header>, usize, usize)) {
        for address in self.carded.take() {
            let Some(object) = Gc::<Header>::from_address(address) else { continue };
            let prefix = prefix_of(address);
            let cards = std::ptr::with_exposed_provenance::<u8>(prefix.cards.get());
            // SAFETY: the card table of this object, which nothing writes meanwhile.
            let cards = unsafe { std::slice::from_raw_parts(cards, prefix.size.div_ceil(CARD_BYTES)) };
            let mut position = 0;
            while let Some(offset) = memchr::memchr(1, &cards[position..]) {
                let first = position + offset;
                let end = first + cards[first..].iter().take_while(|&&card| card != 0).count();
                visit(object, address + first * CARD_BYTES, address + (end * CARD_BYTES).min(prefix.size));
                position = end;
            }
            free_cards(prefix);
        }
    }

    /// Calls `visit` for every registered object.
    pub fn for_each(&self, mut visit: impl FnMut(Gc<Header>)) {
        for list in [&self.old, &self.young] {
            for &address in list.borrow().iter() {
                if let Some(object) = Gc::from_address(address) {
                    visit(object);
                }
            }
        }
    }

    /// The object is registered, at exactly this address. Slow; for the verifier.
    pub fn is_registered(&self, object: Gc<Header>) -> bool {
        [&self.old, &self.young].into_iter().any(|list| list.borrow().contains(&object.address()))
    }
}

impl Drop for LargeSpace {
    fn drop(&mut self) {
        for list in [&self.old, &self.young] {
            for &address in list.borrow().iter() {
                free_cards(prefix_of(address));
                // SAFETY: the heap is going away, and with it every pointer to its objects.
                unsafe { libc::free(prefix_pointer(address)) };
            }
        }
    }
}

fn free_cards(prefix: &LargePrefix) {
    let cards = prefix.cards.replace(0);
    // SAFETY: a table this space allocated, or null.
    unsafe { libc::free(std::ptr::with_exposed_provenance_mut(cards)) };
}

fn sort(list: &mut [usize]) {
    if list.is_sorted() {
        return;
    }
    list.sort_unstable();
    for (index, &address) in list.iter().enumerate() {
        prefix_of(address).index.set(index as u32);
    }
}

/// Binary search for the object around `address`.
fn find(sorted: &[usize], address: usize) -> Option<usize> {
    let behind = sorted.partition_point(|&start| start <= address);
    let start = sorted[..behind].last()?;
    (address < start + prefix_of(*start).size).then_some(*start)
}
