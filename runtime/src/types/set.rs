//! `set` and `frozenset`: the struct, and membership, adding, removing and iteration for Rust code.
//!
//! What lives here: [`Set`]. What must not: the order of places (`set_table.rs`), Python methods and set
//! algebra (`set_methods.rs`). Start at [`Set`].
//!
//! When the table grows, by how much, and in which order keys are carried over is as in CPython's
//! `Objects/setobject.c`, since the iteration order of ints depends on it.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId, header_flags};
use crate::thread::Thread;
use crate::types::dict::{Dict, describe_unhashable, hash_value, keys_equal};
use crate::types::instance;
use crate::types::set_table::{Place, Quick, SMALLEST, SetTable};
use crate::value::Value;
use std::cell::Cell;
use std::ptr::NonNull;

/// A Python set or frozenset (or an instance of a subclass of either): the class tells which.
#[repr(C)]
pub struct Set {
    pub(crate) header: Header,
    /// Keys in the set.
    pub(crate) used: Cell<usize>,
    /// Places that hold a key or held one.
    pub(crate) fill: Cell<usize>,
    /// Where `pop` goes on searching.
    pub(crate) finger: Cell<usize>,
    /// A frozenset's hash once computed; 0 if not.
    pub(crate) hash: Cell<u64>,
    /// Empty until the first key.
    pub(crate) table: GcSlot<SetTable>,
}

/// Header flag of frozensets and instances of their subclasses.
const FROZEN: u8 = header_flags::KIND_0;

/// The specification of the class `frozenset`; its instances are [`Set`]s.
pub struct FrozenSet;

/// The hash of a set element. An unhashable one raises TypeError in the words for set elements.
#[inline]
pub fn hash_element(thread: &Thread, key: Value) -> PyResult<u64> {
    hash_value(thread, key).map_err(|raised| describe_unhashable(thread, raised, key, "set element"))
}

impl Set {
    /// Bytes before the attribute slots of a subclass instance.
    pub const FIXED_SIZE: usize = size_of::<Set>();

    pub(crate) fn from_header(header: Header) -> Set {
        Set {
            header,
            used: Cell::new(0),
            fill: Cell::new(0),
            finger: Cell::new(0),
            hash: Cell::new(0),
            table: GcSlot::empty(),
        }
    }

    /// An empty set.
    pub fn new(thread: &Thread) -> Gc<Set> {
        thread.allocate(ShapeId::SET, 0, Set::from_header)
    }

    pub(crate) fn from_header_frozen(header: Header) -> Set {
        header.set_flag(FROZEN);
        Set::from_header(header)
    }

    /// An empty frozenset, to be filled before anybody sees it.
    pub fn new_frozen(thread: &Thread) -> Gc<Set> {
        thread.allocate(ShapeId::FROZEN_SET, 0, Set::from_header_frozen)
    }

    /// An empty set, or frozenset if this is one (or an instance of a subclass of it).
    pub(crate) fn new_alike(&self, thread: &Thread) -> Gc<Set> {
        if self.is_frozen() { Set::new_frozen(thread) } else { Set::new(thread) }
    }

    /// A set of the items that `iterable` yields.
    pub fn from_iterable(thread: &Thread, iterable: Value) -> PyResult<Gc<Set>> {
        let set = Set::new(thread);
        set.update(thread, iterable)?;
        Ok(set)
    }

    #[inline(always)]
    pub(crate) fn this(&self) -> Gc<Set> {
        Gc::from_pointer(NonNull::from(self))
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The class is `set` or `frozenset` itself.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        matches!(self.header.shape(), ShapeId::SET | ShapeId::FROZEN_SET)
    }

    /// The class is `frozenset` or a subclass of it.
    #[inline(always)]
    pub fn is_frozen(&self) -> bool {
        self.header.flag(FROZEN)
    }

    pub(crate) fn mask(&self) -> usize {
        self.table.get().map_or(SMALLEST - 1, |t| t.mask)
    }

    /// Searches `key`: mostly it is there itself, or no other key has its hash.
    #[inline(always)]
    fn search(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<Place<usize>> {
        let Some(table) = self.table.get() else { return Ok(Place::Unused(hash as usize & (SMALLEST - 1))) };
        match table.search_identical(hash, key) {
            Quick::Here(index) => Ok(Place::Answer(index)),
            Quick::Unused(index) => Ok(Place::Unused(index)),
            Quick::Ask => self.search_equal(thread, key, hash),
        }
    }

    /// Searches `key`, restarting when its `__eq__` changes the set.
    #[cold]
    #[inline(never)]
    fn search_equal(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<Place<usize>> {
        loop {
            let table = match self.table.get() {
                Some(table) => table,
                None => return Ok(Place::Unused(hash as usize & (SMALLEST - 1))),
            };
            let place = table.search(hash, |index, other| match keys_equal(thread, other, key) {
                Err(raised) => Some(Err(raised)),
                Ok(equal) => {
                    if self.table.get() != Some(table) || table.entries()[index].key.get() != Some(other) {
                        Some(Ok(None))
                    } else {
                        equal.then_some(Ok(Some(index)))
                    }
                }
            });
            match place {
                Place::Answer(Err(raised)) => return Err(raised),
                Place::Answer(Ok(Some(index))) => return Ok(Place::Answer(index)),
                Place::Answer(Ok(None)) => continue,
                Place::Unused(index) => return Ok(Place::Unused(index)),
            }
        }
    }

    /// `key in self`. Raises what `__hash__` and `__eq__` raise.
    pub fn contains(&self, thread: &Thread, key: Value) -> PyResult<bool> {
        let hash = hash_element(thread, key)?;
        self.contains_hashed(thread, key, hash)
    }

    /// `key in self`, the hash being known.
    #[inline(always)]
    pub fn contains_hashed(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<bool> {
        let Some(table) = self.table.get() else { return Ok(false) };
        match table.search_identical(hash, key) {
            Quick::Here(_) => Ok(true),
            Quick::Unused(_) => Ok(false),
            Quick::Ask => Ok(matches!(self.search_equal(thread, key, hash)?, Place::Answer(_))),
        }
    }

    /// Adds a key; `true` if it is new. Raises what `__hash__` and `__eq__` raise.
    pub fn add(&self, thread: &Thread, key: Value) -> PyResult<bool> {
        let hash = hash_element(thread, key)?;
        self.add_hashed(thread, key, hash)
    }

    /// Adds a key whose hash is known; `true` if it is new.
    pub fn add_hashed(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<bool> {
        let Place::Unused(index) = self.search(thread, key, hash)? else { return Ok(false) };
        let table = match self.table.get() {
            Some(table) => table,
            None => {
                let table = SetTable::new(thread, SMALLEST);
                thread.store_gc(self.this(), &self.table, table);
                table
            }
        };
        let entry = &table.entries()[index];
        entry.hash.set(hash);
        thread.store(table, &entry.key, key);
        self.fill.set(self.fill.get() + 1);
        self.used.set(self.used.get() + 1);
        if self.fill.get() * 5 >= table.mask * 3 {
            let used = self.used.get();
            self.resize(thread, if used > 50_000 { used * 2 } else { used * 4 });
        }
        Ok(true)
    }

    /// Gives the set a table of more than `minimum` places, without removed keys.
    pub(crate) fn resize(&self, thread: &Thread, minimum: usize) {
        let places = (minimum + 1).next_power_of_two().max(SMALLEST);
        let table = SetTable::new(thread, places);
        if let Some(old) = self.table.get() {
            let mut position = 0;
            while let Some((hash, key)) = old.next_key(&mut position) {
                table.insert_clean(hash, key);
            }
        }
        thread.write_barrier(table.header());
        thread.store_gc(self.this(), &self.table, table);
        self.fill.set(self.used.get());
    }

    /// Removes a key; `true` if it was there. Raises what `__hash__` and `__eq__` raise.
    pub fn discard(&self, thread: &Thread, key: Value) -> PyResult<bool> {
        let hash = hash_element(thread, key)?;
        self.discard_hashed(thread, key, hash)
    }

    /// Removes a key whose hash is known; `true` if it was there.
    pub fn discard_hashed(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<bool> {
        let Place::Answer(index) = self.search(thread, key, hash)? else { return Ok(false) };
        if let Some(table) = self.table.get() {
            table.entries()[index].remove();
            self.used.set(self.used.get() - 1);
        }
        Ok(true)
    }

    /// Removes and returns some key: the next one behind the last that was popped.
    pub fn pop(&self) -> Option<Value> {
        let table = self.table.get()?;
        if self.is_empty() {
            return None;
        }
        let mut index = self.finger.get() & table.mask;
        loop {
            let entry = &table.entries()[index];
            if let Some(key) = entry.key.get() {
                entry.remove();
                self.used.set(self.used.get() - 1);
                self.finger.set(index + 1);
                return Some(key);
            }
            index = (index + 1) & table.mask;
        }
    }

    /// Removes everything.
    pub fn clear(&self) {
        self.used.set(0);
        self.fill.set(0);
        self.finger.set(0);
        self.table.init(None);
    }

    /// The next key at or after `position`, which moves behind it.
    #[inline]
    pub fn next_key(&self, position: &mut usize) -> Option<Value> {
        self.table.get()?.next_key(position).map(|(_, key)| key)
    }

    /// As [`Set::next_key`], with the key's hash.
    #[inline]
    pub(crate) fn next_key_hashed(&self, position: &mut usize) -> Option<(u64, Value)> {
        self.table.get()?.next_key(position)
    }

    /// Adds all keys of another set.
    pub fn update_from_set(&self, thread: &Thread, other: Gc<Set>) -> PyResult<()> {
        if other == self.this() || other.is_empty() {
            return Ok(());
        }
        if (self.fill.get() + other.len()) * 5 >= self.mask() * 3 {
            self.resize(thread, (self.used.get() + other.len()) * 2);
        }
        if self.fill.get() == 0 {
            // Nothing to compare with: keys go in as they come.
            let table = match self.table.get() {
                Some(table) => table,
                None => {
                    let table = SetTable::new(thread, SMALLEST);
                    thread.store_gc(self.this(), &self.table, table);
                    table
                }
            };
            if table.mask == other.mask() && other.fill.get() == other.len() {
                if let Some(source) = other.table.get() {
                    table.copy_entries(&source);
                }
            } else {
                let mut position = 0;
                while let Some((hash, key)) = other.next_key_hashed(&mut position) {
                    table.insert_clean(hash, key);
                }
            }
            thread.write_barrier(table.header());
            self.fill.set(other.len());
            self.used.set(other.len());
            return Ok(());
        }
        let mut position = 0;
        while let Some((hash, key)) = other.next_key_hashed(&mut position) {
            self.add_hashed(thread, key, hash)?;
        }
        Ok(())
    }

    /// Adds the keys of a dict.
    pub fn update_from_dict(&self, thread: &Thread, other: Gc<Dict>) -> PyResult<()> {
        if (self.fill.get() + other.len()) * 5 >= self.mask() * 3 {
            self.resize(thread, (self.used.get() + other.len()) * 2);
        }
        let mut position = 0;
        while let Some((hash, key, _)) = other.next_entry_hashed(&mut position) {
            self.add_hashed(thread, key, hash)?;
        }
        Ok(())
    }

    /// Adds everything that `iterable` yields.
    pub fn update(&self, thread: &Thread, iterable: Value) -> PyResult<()> {
        if let Some(set) = iterable.cast::<Set>() {
            return self.update_from_set(thread, set);
        }
        if let Some(dict) = iterable.cast::<Dict>()
            && dict.is_exact()
        {
            return self.update_from_dict(thread, dict);
        }
        // Among plain keys nothing is compared by Python code.
        let only_plain = Cell::new(self.used.get() == 0);
        let is_plain = |item| {
            only_plain.set(only_plain.get() && crate::dispatch::iter::is_plain(item));
            only_plain.get()
        };
        crate::dispatch::iter::for_each_plain(thread, iterable, is_plain, |item| {
            self.add(thread, item)?;
            Ok(true)
        })
    }

    /// A new set or frozenset with the same keys.
    pub fn copy(&self, thread: &Thread, frozen: bool) -> PyResult<Gc<Set>> {
        let set = if frozen { Set::new_frozen(thread) } else { Set::new(thread) };
        set.update_from_set(thread, self.this())?;
        Ok(set)
    }

    /// The hash that a frozenset of these keys has, as CPython computes it.
    pub fn frozen_hash(&self) -> u64 {
        let shuffle = |hash: u64| ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167);
        let mut hash = 0;
        let mut position = 0;
        while let Some((key_hash, _)) = self.next_key_hashed(&mut position) {
            hash ^= shuffle(key_hash);
        }
        hash ^= (self.len() as u64 + 1).wrapping_mul(1_927_868_237);
        // Nested frozensets give patterns: dispersed.
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
        if hash == u64::MAX { 590_923_713 } else { hash }
    }

    /// The hash of something looked for: a set stands for the frozenset with the same keys.
    pub(crate) fn hash_of_sought(thread: &Thread, key: Value) -> PyResult<u64> {
        hash_element(thread, key).or_else(|raised| match key.cast::<Set>() {
            Some(set) if !set.is_frozen() => {
                thread.catch(raised, thread.vm().exceptions.type_error)?;
                Ok(set.frozen_hash())
            }
            _ => Err(raised),
        })
    }

    /// `key in self` as Python code asks it: a set is found if an equal frozenset is there.
    #[inline]
    pub fn contains_or_equal_set(&self, thread: &Thread, key: Value) -> PyResult<bool> {
        let hash = Set::hash_of_sought(thread, key)?;
        self.contains_hashed(thread, key, hash)
    }

    /// Replaces the keys by those of `source`, which is left empty.
    pub(crate) fn take_keys_of(&self, thread: &Thread, source: Gc<Set>) {
        self.used.set(source.used.get());
        self.fill.set(source.fill.get());
        self.finger.set(0);
        self.table.init(source.table.get());
        thread.write_barrier(self.this().header());
        source.clear();
    }
}

impl HeapObject for Set {
    const KIND: Kind = Kind::Set;

    fn size(&self) -> usize {
        Set::FIXED_SIZE + instance::tail_size(&self.header)
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(table) = self.table.get() {
            tracer.object(table.header());
        }
        instance::trace_tail(&self.header, Self::FIXED_SIZE, tracer);
    }
}
