//! `dict`: the struct, look-up, insertion, removal and iteration for Rust code.
//!
//! What lives here: [`Dict`] and [`hash_key`]. What must not: the table's layout (`dict_table.rs`), Python
//! methods (`dict_methods.rs`), views and iterators (`dict_views.rs`). Start at [`Dict`].
//!
//! Comparing keys may run Python code that changes the dict under us. As in CPython, a comparison's result
//! counts only if the dict still has the same table and the entry the same key; otherwise the look-up starts
//! again. After the last comparison of a look-up no Python code runs until the entry is written.

use crate::dispatch::compare::plain_equals;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::instance;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;
use std::ptr::NonNull;

pub use crate::types::dict_table::{Entry, Table};

/// Bits of [`Dict::flags`].
pub mod dict_flags {
    /// Compiled code assumed something about the keys or values: changes call `hooks.global_changed`.
    pub const WATCHED: u32 = 1;
    /// The globals of code: new keys that hide no builtin leave the keys version as it is.
    pub const NAMESPACE: u32 = 1 << 1;
}

/// A Python dict.
#[repr(C)]
pub struct Dict {
    pub(crate) header: Header,
    /// Live entries.
    pub(crate) used: Cell<usize>,
    /// 0, or a number that no other dict has and that lasts until keys or their places change. See also
    /// [`Dict::mark_namespace`].
    pub(crate) keys_version: Cell<u32>,
    pub(crate) flags: Cell<u32>,
    /// Empty until the first insertion.
    pub(crate) table: GcSlot<Table>,
}

/// The hash of any value: quick for small ints and exact strings. Raises what `__hash__` raises.
#[inline]
pub fn hash_value(thread: &Thread, key: Value) -> PyResult<u64> {
    if let Some(number) = key.as_small() {
        return Ok(crate::dispatch::hash::of_i64(number) as u64);
    }
    if let Some(string) = key.cast::<Str>()
        && string.header().shape() == ShapeId::STR
    {
        return Ok(string.hash(thread));
    }
    Ok(crate::dispatch::hash::hash(thread, key)? as u64)
}

/// The hash of a dict key. An unhashable key raises TypeError in the words for dict keys.
#[inline]
pub fn hash_key(thread: &Thread, key: Value) -> PyResult<u64> {
    hash_value(thread, key).map_err(|raised| describe_unhashable(thread, raised, key, "dict key"))
}

/// Rewords the TypeError of a failed `hash()` for the container it was for; other exceptions pass.
#[cold]
pub(crate) fn describe_unhashable(
    thread: &Thread,
    raised: crate::error::Raised,
    key: Value,
    role: &str,
) -> crate::error::Raised {
    let type_error = thread.vm().exceptions.type_error;
    let Some(exception) = thread.exception.get() else { return raised };
    if thread.class_of(exception) != type_error {
        return raised;
    }
    thread.exception.set(None);
    let reason = match crate::dispatch::text::str(thread, exception) {
        Ok(text) => text.to_str_lossy(thread).into_owned(),
        Err(raised) => return raised,
    };
    let class = thread.class_of(key).qualified_name(thread);
    thread.raise_type_error(format!("cannot use '{class}' as a {role} ({reason})"))
}

/// `a == b` as containers ask it: identical values are equal.
#[inline]
pub(crate) fn keys_equal(thread: &Thread, a: Value, b: Value) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    if Value::both_small(a, b) {
        return Ok(false);
    }
    if let (Some(x), Some(y)) = (exact_str(a), exact_str(b)) {
        return Ok(Str::equals(thread, x, y));
    }
    crate::dispatch::compare::equals(thread, a, b)
}

#[inline(always)]
fn exact_str(value: Value) -> Option<Gc<Str>> {
    value.cast::<Str>().filter(|s| s.header().shape() == ShapeId::STR)
}

/// What a look-up found out.
#[derive(Clone, Copy)]
pub(crate) struct Lookup {
    pub hash: u64,
    /// The entry's number, if the key is there.
    pub index: Option<usize>,
}

impl Dict {
    /// Bytes before the attribute slots of a subclass instance.
    pub const FIXED_SIZE: usize = size_of::<Dict>();

    pub(crate) fn from_header(header: Header) -> Dict {
        Dict { header, used: Cell::new(0), keys_version: Cell::new(0), flags: Cell::new(0), table: GcSlot::empty() }
    }

    /// An empty dict.
    #[inline]
    pub fn new(thread: &Thread) -> Gc<Dict> {
        thread.allocate(ShapeId::DICT, 0, Dict::from_header)
    }

    /// An empty dict with room for `capacity` entries.
    pub fn with_capacity(thread: &Thread, capacity: usize) -> Gc<Dict> {
        let dict = Dict::new(thread);
        if capacity > 0 {
            let table = Table::new(thread, capacity);
            thread.store_gc(dict, &dict.table, table);
        }
        dict
    }

    #[inline(always)]
    pub(crate) fn this(&self) -> Gc<Dict> {
        Gc::from_pointer(NonNull::from(self))
    }

    /// The class is `dict` itself.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape() == ShapeId::DICT
    }

    /// How many keys there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number that stands for the present keys and their places: caches hold it beside an entry number.
    pub fn keys_version(&self, thread: &Thread) -> u32 {
        if self.keys_version.get() == 0 {
            self.keys_version.set(thread.vm().fresh_keys_version());
        }
        self.keys_version.get()
    }

    /// The present keys version, 0 if none was given out: what caches compare with.
    #[inline(always)]
    pub fn current_keys_version(&self) -> u32 {
        self.keys_version.get()
    }

    /// Code runs with this dict as its globals. What it remembers beside the keys version is where a key is, or that a
    /// builtin is not hidden: so from now on only those additions change the version that could hide one. (A script
    /// that defines one variable after the other would make all its functions look up their globals anew each time.)
    pub fn mark_namespace(&self) {
        self.flags.set(self.flags.get() | dict_flags::NAMESPACE);
    }

    fn is_namespace(&self) -> bool {
        self.flags.get() & dict_flags::NAMESPACE != 0
    }

    /// `key`, which is new, is no name of a builtin. Keys that are no exact strings may equal any name.
    fn hides_nothing(&self, thread: &Thread, key: Value) -> bool {
        let name = key.cast::<Str>().filter(|name| name.header().shape() == ShapeId::STR);
        name.is_some_and(|name| {
            thread.vm().builtins.get().is_some()
                && name != thread.vm().names.__builtins__
                && thread.vm().builtins_dict().entry_index_str(thread, name).is_none()
        })
    }

    /// From now on changes are reported to `hooks.global_changed`.
    pub fn watch(&self) {
        self.flags.set(self.flags.get() | dict_flags::WATCHED);
    }

    /// Changes are no longer reported.
    pub fn unwatch(&self) {
        self.flags.set(self.flags.get() & !dict_flags::WATCHED);
    }

    #[inline(always)]
    pub fn is_watched(&self) -> bool {
        self.flags.get() & dict_flags::WATCHED != 0
    }

    #[inline(always)]
    fn keys_changed(&self, thread: &Thread) {
        self.keys_version.set(0);
        self.report_change(thread);
    }

    #[inline(always)]
    fn report_change(&self, thread: &Thread) {
        if self.is_watched() {
            self.call_watcher(thread);
        }
    }

    #[cold]
    fn call_watcher(&self, thread: &Thread) {
        if let Some(hooks) = thread.vm().hooks.get() {
            (hooks.global_changed)(thread, self.this());
        }
    }

    // ---- looking up ----

    /// The entry of a string key whose hash is known. Keys that are not strings are not asked.
    #[inline]
    fn find_str(&self, thread: &Thread, name: Gc<Str>, hash: u64) -> Option<usize> {
        let wanted = name.value();
        self.table.get()?.search(hash, |index, _, key| {
            if key == wanted {
                return Some(index);
            }
            let other = key.cast::<Str>()?;
            // Two interned strings with different addresses differ.
            if other.is_interned() && name.is_interned() {
                return None;
            }
            Str::equals(thread, other, name).then_some(index)
        })
    }

    /// The entry of any key.
    pub(crate) fn find(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<Option<usize>> {
        'restart: loop {
            let Some(table) = self.table.get() else { return Ok(None) };
            // First without running Python code: enough for strings, small ints, tuples of those and identical keys. It
            // stops at the first key that has to be asked.
            let found = table.search(hash, |index, _, other| match plain_equals(thread, key, other) {
                Some(equal) => equal.then_some(Some(index)),
                None => Some(None),
            });
            match found {
                None => return Ok(None),
                Some(Some(index)) => return Ok(Some(index)),
                Some(None) => {}
            }
            // Some key with this hash needs its `__eq__`, in probing order.
            let answer = table.search(hash, |index, entry, other| match keys_equal(thread, other, key) {
                Err(raised) => Some(Err(raised)),
                Ok(equal) => {
                    if self.table.get() != Some(table) || entry.key.get() != Some(other) {
                        Some(Ok(None))
                    } else {
                        equal.then_some(Ok(Some(index)))
                    }
                }
            });
            match answer {
                None => return Ok(None),
                Some(Err(raised)) => return Err(raised),
                Some(Ok(Some(index))) => return Ok(Some(index)),
                Some(Ok(None)) => continue 'restart,
            }
        }
    }

    /// Hashes the key and looks it up. Raises what `__hash__` and `__eq__` raise.
    #[inline]
    pub(crate) fn look_up(&self, thread: &Thread, key: Value) -> PyResult<Lookup> {
        let hash = hash_key(thread, key)?;
        Ok(Lookup { hash, index: self.find(thread, key, hash)? })
    }

    /// The value of `key`. Raises what `__hash__` and `__eq__` raise.
    #[inline]
    pub fn get(&self, thread: &Thread, key: Value) -> PyResult<Option<Value>> {
        let hash = hash_key(thread, key)?;
        self.get_hashed(thread, key, hash)
    }

    /// The value of `key`, whose hash is known.
    #[inline]
    pub fn get_hashed(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<Option<Value>> {
        let index = self.find(thread, key, hash)?;
        Ok(index.and_then(|index| self.entry_value(index)))
    }

    /// `key in self`.
    pub fn contains(&self, thread: &Thread, key: Value) -> PyResult<bool> {
        Ok(self.look_up(thread, key)?.index.is_some())
    }

    /// The value of a string key; never raises. Only string keys are compared, by their text.
    #[inline]
    pub fn get_str(&self, thread: &Thread, name: Gc<Str>) -> Option<Value> {
        let index = self.entry_index_str(thread, name)?;
        self.entry_value(index)
    }

    /// As [`Dict::get_str`] for a name whose hash is known, as that of every interned string is.
    #[inline]
    pub fn get_interned(&self, name: Gc<Str>) -> Option<Value> {
        let hash = name.hash_if_known()?;
        let wanted = name.value();
        let index = self.table.get()?.search(hash, |index, _, key| {
            let same = key == wanted
                || key.cast::<Str>().is_some_and(|other| {
                    !other.is_interned() && other.flat_bytes().is_some() && other.flat_bytes() == name.flat_bytes()
                });
            same.then_some(index)
        })?;
        self.entry_value(index)
    }

    /// The entry number of a string key, for caches beside [`Dict::keys_version`].
    #[inline]
    pub fn entry_index_str(&self, thread: &Thread, name: Gc<Str>) -> Option<usize> {
        self.find_str(thread, name, name.hash(thread))
    }

    /// The value of a live entry.
    #[inline(always)]
    pub fn entry_value(&self, index: usize) -> Option<Value> {
        self.table.get()?.entries().get(index)?.value.get()
    }

    /// Replaces the value of entry `index`, which is live (its keys version was checked).
    #[inline]
    pub fn set_entry_value(&self, thread: &Thread, index: usize, value: Value) {
        let Some(table) = self.table.get() else { unreachable!("a cached entry of an empty dict") };
        thread.store(table, &table.entries()[index].value, value);
        self.report_change(thread);
    }

    // ---- changing ----

    /// Sets the value of `key`. Raises what `__hash__` and `__eq__` raise.
    #[inline]
    pub fn insert(&self, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        let hash = hash_key(thread, key)?;
        self.insert_hashed(thread, key, hash, value)
    }

    /// Sets the value of `key`, whose hash is known.
    #[inline]
    pub fn insert_hashed(&self, thread: &Thread, key: Value, hash: u64, value: Value) -> PyResult<()> {
        match self.find(thread, key, hash)? {
            Some(index) => self.set_entry_value(thread, index, value),
            None => self.add_entry(thread, key, hash, value),
        }
        Ok(())
    }

    /// Sets the value of a string key; cannot fail.
    #[inline]
    pub fn insert_str(&self, thread: &Thread, name: Gc<Str>, value: Value) {
        let hash = name.hash(thread);
        match self.find_str(thread, name, hash) {
            Some(index) => self.set_entry_value(thread, index, value),
            None => self.add_entry(thread, name.value(), hash, value),
        }
    }

    /// Adds a key known to be absent.
    pub(crate) fn add_entry(&self, thread: &Thread, key: Value, hash: u64, value: Value) {
        let table = match self.table.get() {
            Some(table) if !table.is_full() => table,
            _ => self.rebuild(thread, self.used.get() * 2),
        };
        table.add(thread, hash, key, value);
        self.used.set(self.used.get() + 1);
        if self.keys_version.get() != 0 && self.is_namespace() && self.hides_nothing(thread, key) {
            return self.report_change(thread);
        }
        self.keys_changed(thread);
    }

    /// Gives the dict a table without tombstones, with room for `wanted` entries (at least one more than now).
    #[cold]
    fn rebuild(&self, thread: &Thread, wanted: usize) -> Gc<Table> {
        let wanted = wanted.max(self.used.get() + 1);
        let (table, moved) = match self.table.get() {
            Some(old) => (old.rebuilt(thread, wanted), old.filled() != self.used.get()),
            None => (Table::new(thread, wanted), false),
        };
        thread.store_gc(self.this(), &self.table, table);
        if moved || !self.is_namespace() {
            self.keys_version.set(0);
        }
        table
    }

    /// Makes room for `additional` more keys.
    pub fn reserve(&self, thread: &Thread, additional: usize) {
        let needed = self.used.get() + additional;
        let room = self.table.get().map_or(0, |t| t.all_entries().len() - t.filled());
        if additional > room {
            self.rebuild(thread, needed);
        }
    }

    /// The value of `key`, set to `default` first if it is absent. One look-up.
    pub fn set_default(&self, thread: &Thread, key: Value, default: Value) -> PyResult<Value> {
        let found = self.look_up(thread, key)?;
        if let Some(value) = found.index.and_then(|index| self.entry_value(index)) {
            return Ok(value);
        }
        self.add_entry(thread, key, found.hash, default);
        Ok(default)
    }

    /// Removes `key` and returns its value. Raises what `__hash__` and `__eq__` raise.
    pub fn remove(&self, thread: &Thread, key: Value) -> PyResult<Option<Value>> {
        if self.is_empty() {
            hash_key(thread, key)?;
            return Ok(None);
        }
        let found = self.look_up(thread, key)?;
        Ok(found.index.and_then(|index| self.remove_entry(thread, index)))
    }

    /// Removes a key whose hash is known and returns its value. Raises what `__eq__` raises.
    pub fn remove_hashed(&self, thread: &Thread, key: Value, hash: u64) -> PyResult<Option<Value>> {
        Ok(self.find(thread, key, hash)?.and_then(|index| self.remove_entry(thread, index)))
    }

    /// Removes a string key and returns its value.
    pub fn remove_str(&self, thread: &Thread, name: Gc<Str>) -> Option<Value> {
        let index = self.entry_index_str(thread, name)?;
        self.remove_entry(thread, index)
    }

    /// Removes a live entry and returns its value.
    pub(crate) fn remove_entry(&self, thread: &Thread, index: usize) -> Option<Value> {
        let table = self.table.get()?;
        let value = table.entries().get(index)?.value.get()?;
        table.bury(index);
        self.used.set(self.used.get() - 1);
        self.keys_changed(thread);
        Some(value)
    }

    /// Removes and returns the entry that was inserted last.
    pub fn pop_last(&self, thread: &Thread) -> Option<(Value, Value)> {
        let table = self.table.get()?;
        let (index, key, value) = table
            .entries()
            .iter()
            .enumerate()
            .rev()
            .find_map(|(index, entry)| Some((index, entry.key.get()?, entry.value.get()?)))?;
        table.bury(index);
        table.shorten(index);
        self.used.set(self.used.get() - 1);
        self.keys_changed(thread);
        Some((key, value))
    }

    /// Makes a live entry the last one.
    pub(crate) fn move_to_end(&self, thread: &Thread, index: usize) {
        let Some(table) = self.table.get() else { return };
        let entry = &table.entries()[index];
        let (hash, Some(key), Some(value)) = (entry.hash.get(), entry.key.get(), entry.value.get()) else { return };
        if index + 1 == table.filled() {
            return;
        }
        table.bury(index);
        self.used.set(self.used.get() - 1);
        self.add_entry(thread, key, hash, value);
    }

    /// Makes a live entry the first one. Room in front is made in growing portions.
    pub(crate) fn move_to_front(&self, thread: &Thread, index: usize) {
        let Some(table) = self.table.get() else { return };
        let entry = &table.entries()[index];
        let (hash, Some(key), Some(value)) = (entry.hash.get(), entry.key.get(), entry.value.get()) else { return };
        let mut first = 0;
        if self.next_entry(&mut first).is_none() || first == index + 1 {
            return;
        }
        table.bury(index);
        let table = if table.is_full() || table.first() == 0 {
            let used = self.used.get();
            let table = table.rebuilt_with_gap(thread, used + used / 2 + 4, used / 2 + 4);
            thread.store_gc(self.this(), &self.table, table);
            table
        } else {
            table
        };
        table.add_in_front(thread, hash, key, value);
        self.keys_changed(thread);
    }

    /// Removes and returns the first entry.
    pub(crate) fn pop_first(&self, thread: &Thread) -> Option<(Value, Value)> {
        let mut position = 0;
        let (key, value) = self.next_entry(&mut position)?;
        self.remove_entry(thread, position - 1);
        Some((key, value))
    }

    /// Removes everything.
    pub fn clear(&self, thread: &Thread) {
        self.used.set(0);
        self.table.init(None);
        self.keys_changed(thread);
    }

    // ---- all entries ----

    /// The next live entry at or after `position`, which moves behind it. Keys may be added and removed in
    /// between; what is then seen is as in CPython.
    #[inline]
    pub fn next_entry(&self, position: &mut usize) -> Option<(Value, Value)> {
        let (_, key, value) = self.next_entry_hashed(position)?;
        Some((key, value))
    }

    /// As [`Dict::next_entry`], with the key's hash.
    #[inline]
    pub(crate) fn next_entry_hashed(&self, position: &mut usize) -> Option<(u64, Value, Value)> {
        let table = self.table.get()?;
        let entries = table.entries();
        let start = (*position).max(table.first());
        for (offset, entry) in entries.get(start..)?.iter().enumerate() {
            if let (Some(key), Some(value)) = (entry.key.get(), entry.value.get()) {
                if start == table.first() {
                    table.set_first(start + offset);
                }
                *position = start + offset + 1;
                return Some((entry.hash.get(), key, value));
            }
        }
        None
    }

    /// The live entry before `position`, which moves to it: iteration backwards, from `end_position`.
    pub(crate) fn previous_entry(&self, position: &mut usize) -> Option<(Value, Value)> {
        let table = self.table.get()?;
        let entries = table.entries();
        let end = (*position).min(entries.len());
        for index in (0..end).rev() {
            if let (Some(key), Some(value)) = (entries[index].key.get(), entries[index].value.get()) {
                *position = index;
                return Some((key, value));
            }
        }
        None
    }

    /// Where iteration backwards starts.
    pub(crate) fn end_position(&self) -> usize {
        self.table.get().map_or(0, |t| t.filled())
    }

    /// A new exact dict with the same entries.
    pub fn copy(&self, thread: &Thread) -> Gc<Dict> {
        let dict = Dict::new(thread);
        if let Some(table) = self.table.get()
            && self.used.get() > 0
        {
            let table = table.rebuilt(thread, self.used.get());
            thread.store_gc(dict, &dict.table, table);
            dict.used.set(self.used.get());
        }
        dict
    }

    /// Sets all entries of another dict's table, without calling any method of it. A key that `other` gets or
    /// loses meanwhile (by an `__eq__` of ours) raises RuntimeError.
    pub fn update(&self, thread: &Thread, other: Gc<Dict>) -> PyResult<()> {
        if other == self.this() || other.is_empty() {
            return Ok(());
        }
        if self.is_empty() && self.table.get().is_none() {
            let copy = other.copy(thread);
            let Some(table) = copy.table.get() else { return Ok(()) };
            thread.store_gc(self.this(), &self.table, table);
            self.used.set(copy.used.get());
            self.keys_changed(thread);
            return Ok(());
        }
        let table = other.table.get();
        let used = other.len();
        let mut position = 0;
        while let Some((hash, key, value)) = other.next_entry_hashed(&mut position) {
            self.insert_hashed(thread, key, hash, value)?;
            if other.table.get() != table || other.len() != used {
                return Err(thread.raise_runtime_error("dict mutated during update"));
            }
        }
        Ok(())
    }
}

impl HeapObject for Dict {
    const KIND: Kind = Kind::Dict;

    fn size(&self) -> usize {
        Dict::FIXED_SIZE + instance::tail_size(&self.header)
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(table) = self.table.get() {
            tracer.object(table.header());
        }
        instance::trace_tail(&self.header, Self::FIXED_SIZE, tracer);
    }
}
