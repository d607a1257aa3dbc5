//! `list`: the struct, its storage strategies and the operations other Rust code uses.
//!
//! What lives here: [`List`], growth, reading and writing items, changing strategy. What must not: the Python
//! methods (`list_methods.rs`), sorting (`list_sort.rs`), slices of lists (`list_slice.rs`).
//! Start at [`List`].
//!
//! Storage strategies (Bolz, Diekmann, Tratt: "Storage Strategies for Collections in Dynamically Typed
//! Languages", OOPSLA 2013): the shape id says how the items behind `items` are to be read.
//!
//! | shape | items | storage |
//! |---|---|---|
//! | `LIST_ANY`, subclasses | values | `WordStorage` |
//! | `LIST_INT` | values, all small ints | `WordStorage` |
//! | `LIST_FLOAT` | raw doubles, never a NaN | `RawStorage` |
//! | `LIST_BOOL` | one byte an item, 0 or 1 | `RawStorage` |
//!
//! A list of bools takes an eighth of the memory: the flags of a sieve or a grid stay in the cache, which decides how
//! fast they are.
//!
//! Invariants: `length <= capacity`; words behind `length` are empty in a `WordStorage`; `items` points to the
//! data of `storage` (or dangles when there is none and `capacity` is 0). A NaN is compared by identity first
//! (`x in [x]`), so a list that receives one keeps its boxes: code that stores raw doubles must check.
#![allow(unsafe_code)] // Items are reached through a raw pointer, as native code does.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, RawStorage, ShapeId, Slot, WordStorage};
use crate::thread::Thread;
use crate::types::float::Float;
use crate::types::instance;
use crate::value::Value;
use std::cell::Cell;
use std::ptr::NonNull;

/// A Python list.
#[repr(C)]
pub struct List {
    pub(crate) header: Header,
    /// Items in the list.
    pub(crate) length: Cell<usize>,
    /// Items that there is room for behind `items`.
    pub(crate) capacity: Cell<usize>,
    /// First item: a value, a raw double or a byte, by strategy.
    pub(crate) items: Cell<*mut u8>,
    /// Keeps the items alive: a `WordStorage` or a `RawStorage`, or empty.
    pub(crate) storage: GcSlot<Header>,
}

/// How a list keeps its items.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strategy {
    /// Values of any kind.
    Any,
    /// Values, all of them small ints.
    Int,
    /// Raw doubles, none of them NaN.
    Float,
    /// Bytes 0 and 1 for `False` and `True`.
    Bool,
}

impl Strategy {
    /// The shape of an exact list with this strategy.
    #[inline(always)]
    pub fn shape(self) -> ShapeId {
        match self {
            Strategy::Any => ShapeId::LIST_ANY,
            Strategy::Int => ShapeId::LIST_INT,
            Strategy::Float => ShapeId::LIST_FLOAT,
            Strategy::Bool => ShapeId::LIST_BOOL,
        }
    }

    /// Items are values, that is words.
    #[inline(always)]
    pub fn holds_values(self) -> bool {
        matches!(self, Strategy::Any | Strategy::Int)
    }

    /// Bytes an item takes.
    #[inline(always)]
    pub(crate) fn item_size(self) -> usize {
        match self {
            Strategy::Any | Strategy::Int | Strategy::Float => 8,
            Strategy::Bool => 1,
        }
    }

    /// Items of both may lie in the same storage.
    fn shares_storage(self, other: Strategy) -> bool {
        self == other || self.holds_values() && other.holds_values()
    }

    /// The value may stand in a list of this strategy.
    #[inline(always)]
    pub fn admits(self, value: Value) -> bool {
        match self {
            Strategy::Any => true,
            Strategy::Int => value.is_small(),
            Strategy::Float => raw_double(value).is_some(),
            Strategy::Bool => value.is_bool(),
        }
    }

    /// The narrowest strategy for a list of this one item.
    #[inline(always)]
    pub fn of(value: Value) -> Strategy {
        if value.is_small() {
            Strategy::Int
        } else if raw_double(value).is_some() {
            Strategy::Float
        } else if value.is_bool() {
            Strategy::Bool
        } else {
            Strategy::Any
        }
    }

    /// The narrowest strategy for a list of these items.
    pub fn of_all(values: &[Value]) -> Strategy {
        match values.first() {
            None => Strategy::Any,
            Some(&first) => {
                let strategy = Strategy::of(first);
                if values.iter().all(|&value| strategy.admits(value)) { strategy } else { Strategy::Any }
            }
        }
    }
}

/// The double of an exact float that may stand raw in a list: not a NaN, not an instance of a subclass.
#[inline(always)]
pub fn raw_double(value: Value) -> Option<f64> {
    let header = value.header()?;
    if header.shape() != ShapeId::FLOAT {
        return None;
    }
    let number = header.cast_unchecked::<Float>().value;
    (!number.is_nan()).then_some(number)
}

impl List {
    /// Bytes before the attribute slots of a subclass instance.
    pub const FIXED_SIZE: usize = size_of::<List>();

    pub(crate) fn from_header(header: Header) -> List {
        List {
            header,
            length: Cell::new(0),
            capacity: Cell::new(0),
            items: Cell::new(NonNull::<u64>::dangling().as_ptr().cast()),
            storage: GcSlot::empty(),
        }
    }

    /// An empty list without storage: takes the strategy of its first item.
    #[inline]
    pub fn empty(thread: &Thread) -> Gc<List> {
        thread.allocate(ShapeId::LIST_ANY, 0, List::from_header)
    }

    /// A list of these items with the narrowest strategy for them.
    pub fn new(thread: &Thread, values: &[Value]) -> Gc<List> {
        let list = List::empty(thread);
        if values.is_empty() {
            return list;
        }
        let strategy = Strategy::of_all(values);
        list.install(thread, strategy, values.len());
        list.header.shape.set(strategy.shape());
        list.fill(thread, strategy, 0, values);
        list.length.set(values.len());
        list
    }

    /// A list of `length` items that are still missing: native code writes them before anything else happens.
    pub fn unfilled(thread: &Thread, strategy: Strategy, length: usize) -> Gc<List> {
        let list = List::empty(thread);
        list.install(thread, strategy, length);
        list.header.shape.set(strategy.shape());
        list.storage_barrier(thread);
        list.length.set(length);
        list
    }

    /// An empty list with room for `capacity` items (a hint: when memory is short there may be none).
    pub fn with_capacity(thread: &Thread, capacity: usize) -> Gc<List> {
        List::with_strategy(thread, Strategy::Any, capacity)
    }

    /// As [`List::with_capacity`], for items of one strategy: what an allocation site has seen before.
    pub fn with_strategy(thread: &Thread, strategy: Strategy, capacity: usize) -> Gc<List> {
        let list = List::empty(thread);
        list.header.shape.set(strategy.shape());
        if capacity > 0 {
            list.try_install(thread, strategy, capacity);
        }
        list
    }

    /// A list of these doubles.
    pub fn from_doubles(thread: &Thread, numbers: &[f64]) -> PyResult<Gc<List>> {
        let list = List::empty(thread);
        if numbers.is_empty() {
            return Ok(list);
        }
        let any = numbers.iter().any(|n| n.is_nan());
        list.reserve_with(thread, if any { Strategy::Any } else { Strategy::Float }, numbers.len())?;
        for &number in numbers {
            list.push(thread, Float::new(thread, number).value())?;
        }
        Ok(list)
    }

    /// Room is made beforehand for as many items as are expected, up to this number.
    pub(crate) const MOST_EXPECTED: usize = 1 << 20;

    /// A list of what `next` gives until it gives nothing, of which there may be as many as `expected`. Nobody sees the
    /// list before it is whole, so items are put into it many at a time.
    ///
    /// # Errors
    /// MemoryError, and what `next` raises.
    pub fn from_fn(
        thread: &Thread,
        expected: usize,
        mut next: impl FnMut() -> PyResult<Option<Value>>,
    ) -> PyResult<Gc<List>> {
        const BATCH: usize = 32;
        // On the native stack, where the collector sees them.
        let mut batch = [Value::NONE; BATCH];
        let mut begun: Option<Gc<List>> = None;
        loop {
            let mut count = 0;
            while count < BATCH
                && let Some(item) = next()?
            {
                batch[count] = item;
                count += 1;
            }
            let items = &batch[..count];
            let list = match begun {
                None if count < BATCH => return Ok(List::new(thread, items)),
                None => {
                    let list = List::empty(thread);
                    let room = expected.clamp(2 * BATCH, List::MOST_EXPECTED);
                    list.reserve_with(thread, Strategy::of_all(items), room)?;
                    list
                }
                Some(list) => list,
            };
            list.extend_from_slice(thread, items)?;
            if count < BATCH {
                return Ok(list);
            }
            begun = Some(list);
        }
    }

    #[inline(always)]
    pub(crate) fn this(&self) -> Gc<List> {
        Gc::from_pointer(NonNull::from(self))
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.get()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How the items are kept.
    #[inline(always)]
    pub fn strategy(&self) -> Strategy {
        match self.header.shape() {
            ShapeId::LIST_INT => Strategy::Int,
            ShapeId::LIST_FLOAT => Strategy::Float,
            ShapeId::LIST_BOOL => Strategy::Bool,
            _ => Strategy::Any,
        }
    }

    /// The class is `list` itself.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape().is_list()
    }

    // ---- the items in memory ----

    /// Where item `index` lies or will lie; `index <= capacity`.
    #[inline(always)]
    pub(crate) fn item_pointer(&self, index: usize) -> *mut u8 {
        debug_assert!(index <= self.capacity.get());
        self.items.get().wrapping_add(index * self.strategy().item_size())
    }

    /// The first `count` items as slots; `count <= capacity`, the items are values.
    #[inline(always)]
    pub(crate) fn raw_slots(&self, count: usize) -> &[Slot] {
        debug_assert!(count <= self.capacity.get());
        // SAFETY: `items` has `capacity` words (or dangles when it is 0); the storage is kept alive by this
        // slice's address on the stack even if the list takes another one meanwhile.
        unsafe { std::slice::from_raw_parts(self.items.get().cast::<Slot>(), count) }
    }

    /// The first `count` items as doubles; `count <= capacity`, the strategy is `Float`.
    #[inline(always)]
    pub(crate) fn raw_doubles(&self, count: usize) -> &[Cell<f64>] {
        debug_assert!(count <= self.capacity.get());
        // SAFETY: as in `raw_slots`; every bit pattern is a double.
        unsafe { std::slice::from_raw_parts(self.items.get().cast::<Cell<f64>>(), count) }
    }

    /// The first `count` items as bytes; `count <= capacity`, the strategy is `Bool`.
    #[inline(always)]
    pub(crate) fn raw_flags(&self, count: usize) -> &[Cell<u8>] {
        debug_assert!(count <= self.capacity.get());
        // SAFETY: as in `raw_slots`; every bit pattern is a byte.
        unsafe { std::slice::from_raw_parts(self.items.get().cast::<Cell<u8>>(), count) }
    }

    /// The items of a list that holds values. The slice goes stale when the list changes: hold
    /// it only while no Python code runs.
    #[inline(always)]
    pub fn values(&self) -> &[Value] {
        debug_assert!(self.strategy().holds_values());
        // SAFETY: as in `raw_slots`; items before `length` are never empty.
        unsafe { std::slice::from_raw_parts(self.items.get().cast::<Value>(), self.length.get()) }
    }

    /// The items of a `Float` list.
    #[inline(always)]
    pub fn doubles(&self) -> &[Cell<f64>] {
        debug_assert!(self.strategy() == Strategy::Float);
        self.raw_doubles(self.length.get())
    }

    /// The items of a `Bool` list: 0 or 1.
    #[inline(always)]
    pub fn flags(&self) -> &[Cell<u8>] {
        debug_assert!(self.strategy() == Strategy::Bool);
        self.raw_flags(self.length.get())
    }

    /// Writes values that the strategy admits from `start` on; there is room for them.
    fn fill(&self, thread: &Thread, strategy: Strategy, start: usize, values: &[Value]) {
        let end = start + values.len();
        match strategy {
            Strategy::Float => {
                for (place, &value) in self.raw_doubles(end)[start..].iter().zip(values) {
                    place.set(raw_double(value).unwrap_or_default());
                }
            }
            Strategy::Bool => {
                for (place, &value) in self.raw_flags(end)[start..].iter().zip(values) {
                    place.set(u8::from(value == Value::TRUE));
                }
            }
            Strategy::Any | Strategy::Int => {
                for (place, &value) in self.raw_slots(end)[start..].iter().zip(values) {
                    place.init(Some(value));
                }
                self.storage_barrier(thread);
            }
        }
    }

    /// Must follow every store of a heap object into the items.
    #[inline(always)]
    pub(crate) fn storage_barrier(&self, thread: &Thread) {
        if let Some(storage) = self.storage.get() {
            thread.write_barrier(storage);
        }
    }

    fn set_storage(&self, thread: &Thread, storage: Gc<Header>, data: *mut u8, capacity: usize) {
        self.items.set(data);
        self.capacity.set(capacity);
        thread.store_gc(self.this(), &self.storage, storage);
    }

    /// Gives the list fresh memory, the old items forgotten. `false` when memory is short.
    fn try_install(&self, thread: &Thread, strategy: Strategy, capacity: usize) -> bool {
        match strategy {
            Strategy::Float | Strategy::Bool => {
                match capacity.checked_mul(strategy.item_size()).and_then(|bytes| thread.allocate_bytes(bytes)) {
                    Some(storage) => self.set_storage(thread, storage.header(), storage.data().cast(), capacity),
                    None => return false,
                }
            }
            Strategy::Any | Strategy::Int => match thread.allocate_words(capacity) {
                Some(storage) => {
                    self.set_storage(thread, storage.header(), storage.slots().as_ptr().cast_mut().cast(), capacity)
                }
                None => return false,
            },
        }
        true
    }

    /// As `try_install` for what is already in memory in another form: past the limit MemoryError comes later.
    fn install(&self, thread: &Thread, strategy: Strategy, capacity: usize) {
        match strategy {
            Strategy::Float | Strategy::Bool => {
                let bytes = capacity * strategy.item_size();
                let storage = thread
                    .allocate::<RawStorage>(ShapeId::INTERNAL, bytes, |_| RawStorage::new(ShapeId::INTERNAL, bytes));
                self.set_storage(thread, storage.header(), storage.data().cast(), capacity);
            }
            Strategy::Any | Strategy::Int => {
                let storage = thread.allocate::<WordStorage>(ShapeId::INTERNAL, capacity * 8, |_| {
                    WordStorage::new(ShapeId::INTERNAL, capacity)
                });
                self.set_storage(thread, storage.header(), storage.slots().as_ptr().cast_mut().cast(), capacity);
            }
        }
    }

    /// Gives an empty list the strategy and room for `capacity` items.
    pub(crate) fn reserve_with(&self, thread: &Thread, strategy: Strategy, capacity: usize) -> PyResult<()> {
        debug_assert!(self.is_empty());
        let strategy = if self.is_exact() { strategy } else { Strategy::Any };
        if (!strategy.shares_storage(self.strategy()) || self.capacity.get() < capacity)
            && !self.try_install(thread, strategy, capacity)
        {
            return Err(thread.raise_memory_error(""));
        }
        if self.is_exact() {
            self.header.shape.set(strategy.shape());
        }
        Ok(())
    }

    /// Makes room for `additional` more items, growing geometrically.
    #[inline]
    pub fn reserve(&self, thread: &Thread, additional: usize) -> PyResult<()> {
        let needed = self.length.get().saturating_add(additional);
        if needed <= self.capacity.get() { Ok(()) } else { self.grow(thread, needed) }
    }

    #[cold]
    fn grow(&self, thread: &Thread, needed: usize) -> PyResult<()> {
        let old = self.capacity.get();
        // Twice while small, one and a half times later: a grown list leaves its old words to the collector.
        let geometric = if old < 1 << 16 { old * 2 } else { old + old / 2 };
        let wanted = geometric.max(needed).max(4);
        self.change_capacity(thread, if needed > usize::MAX / 16 { needed } else { wanted })
    }

    /// Moves the items to fresh memory of this capacity (at least the length).
    pub(crate) fn change_capacity(&self, thread: &Thread, capacity: usize) -> PyResult<()> {
        let length = self.length.get();
        let strategy = self.strategy();
        let old = self.items.get();
        if !self.try_install(thread, strategy, capacity) {
            return Err(thread.raise_memory_error(""));
        }
        // SAFETY: both have at least `length` items; the old storage is still reachable from `old`.
        unsafe { std::ptr::copy_nonoverlapping(old, self.items.get(), length * strategy.item_size()) };
        self.storage_barrier(thread);
        Ok(())
    }

    /// Makes values of raw items and forgets the narrow strategy.
    pub fn to_any(&self, thread: &Thread) {
        match self.strategy() {
            Strategy::Any => {}
            Strategy::Int => self.header.shape.set(ShapeId::LIST_ANY),
            Strategy::Float | Strategy::Bool => self.box_items(thread),
        }
    }

    #[cold]
    fn box_items(&self, thread: &Thread) {
        let length = self.length.get();
        let capacity = self.capacity.get();
        let storage = thread.allocate::<WordStorage>(ShapeId::INTERNAL, capacity * 8, |_| {
            WordStorage::new(ShapeId::INTERNAL, capacity)
        });
        for (index, place) in storage.slots().iter().enumerate().take(length) {
            // Boxing a double allocates: the storage may be old by now.
            thread.store(storage, place, self.get(thread, index).unwrap_or(Value::NONE));
        }
        self.header.shape.set(ShapeId::LIST_ANY);
        self.set_storage(thread, storage.header(), storage.slots().as_ptr().cast_mut().cast(), capacity);
    }

    // ---- items ----

    /// The item, a float boxed; `None` past the end.
    #[inline(always)]
    pub fn get(&self, thread: &Thread, index: usize) -> Option<Value> {
        if index >= self.length.get() {
            return None;
        }
        match self.header.shape() {
            ShapeId::LIST_FLOAT => Some(Float::new(thread, self.raw_doubles(index + 1)[index].get()).value()),
            ShapeId::LIST_BOOL => Some(Value::from_bool(self.raw_flags(index + 1)[index].get() != 0)),
            _ => self.raw_slots(index + 1)[index].get(),
        }
    }

    /// Makes the list able to hold `value` beside what it holds: widens the strategy, or for an empty list
    /// takes the narrowest. Returns the strategy in force then.
    #[inline(always)]
    pub(crate) fn accept(&self, thread: &Thread, value: Value) -> PyResult<Strategy> {
        match self.header.shape() {
            ShapeId::LIST_INT if value.is_small() => Ok(Strategy::Int),
            ShapeId::LIST_FLOAT if raw_double(value).is_some() => Ok(Strategy::Float),
            ShapeId::LIST_ANY if !self.is_empty() => Ok(Strategy::Any),
            ShapeId::LIST_BOOL if value.is_bool() => Ok(Strategy::Bool),
            _ => self.accept_other(thread, value),
        }
    }

    #[cold]
    fn accept_other(&self, thread: &Thread, value: Value) -> PyResult<Strategy> {
        if !self.is_exact() {
            return Ok(Strategy::Any);
        }
        if self.is_empty() {
            let strategy = Strategy::of(value);
            if strategy != self.strategy() {
                self.reserve_with(thread, strategy, self.capacity.get().max(4))?;
            }
            return Ok(strategy);
        }
        self.to_any(thread);
        Ok(Strategy::Any)
    }

    /// Replaces item `index`, which must exist.
    #[inline]
    pub fn set(&self, thread: &Thread, index: usize, value: Value) {
        debug_assert!(index < self.length.get());
        let mut strategy = self.strategy();
        if !strategy.admits(value) {
            self.to_any(thread);
            strategy = Strategy::Any;
        }
        self.write(thread, strategy, index, value);
    }

    /// Writes a value that the strategy admits to a place within the capacity.
    #[inline(always)]
    pub(crate) fn write(&self, thread: &Thread, strategy: Strategy, index: usize, value: Value) {
        match strategy {
            Strategy::Float => self.raw_doubles(index + 1)[index].set(raw_double(value).unwrap_or_default()),
            Strategy::Bool => self.raw_flags(index + 1)[index].set(u8::from(value == Value::TRUE)),
            Strategy::Int => self.raw_slots(index + 1)[index].init(Some(value)),
            Strategy::Any => {
                let slot = &self.raw_slots(index + 1)[index];
                slot.init(Some(value));
                if let Some(storage) = self.storage.get() {
                    thread.vm().heap.write_barrier_slot(storage, slot);
                }
            }
        }
    }

    /// Appends. Raises MemoryError.
    #[inline]
    pub fn push(&self, thread: &Thread, value: Value) -> PyResult<()> {
        let strategy = self.accept(thread, value)?;
        let length = self.length.get();
        if length == self.capacity.get() {
            self.grow(thread, length + 1)?;
        }
        self.write(thread, strategy, length, value);
        self.length.set(length + 1);
        Ok(())
    }

    /// Removes and returns the last item.
    pub fn pop(&self, thread: &Thread) -> Option<Value> {
        let last = self.length.get().checked_sub(1)?;
        let value = self.get(thread, last);
        self.truncate(last);
        value
    }

    /// Forgets the items from `length` on.
    pub fn truncate(&self, length: usize) {
        let old = self.length.get();
        if length >= old {
            return;
        }
        if self.strategy().holds_values() {
            for slot in &self.raw_slots(old)[length..] {
                slot.init(None);
            }
        }
        self.length.set(length);
    }

    /// Forgets all items and the storage.
    pub fn clear(&self, _: &Thread) {
        self.length.set(0);
        self.capacity.set(0);
        self.items.set(NonNull::<u64>::dangling().as_ptr().cast());
        self.storage.init(None);
        if self.is_exact() {
            self.header.shape.set(ShapeId::LIST_ANY);
        }
    }

    /// Inserts before `index` (at most the length).
    pub fn insert(&self, thread: &Thread, index: usize, value: Value) -> PyResult<()> {
        let strategy = self.accept(thread, value)?;
        self.reserve(thread, 1)?;
        let length = self.length.get();
        debug_assert!(index <= length);
        self.move_items(thread, index, index + 1, length - index);
        self.write(thread, strategy, index, value);
        self.length.set(length + 1);
        Ok(())
    }

    /// Removes item `index`, which must exist.
    pub fn remove(&self, thread: &Thread, index: usize) -> Value {
        let length = self.length.get();
        let Some(value) = self.get(thread, index) else { unreachable!("index {index} of a list of {length}") };
        self.move_items(thread, index + 1, index, length - index - 1);
        self.truncate(length - 1);
        value
    }

    /// Moves `count` items inside the storage, as `memmove`.
    #[inline(always)]
    pub(crate) fn move_items(&self, thread: &Thread, from: usize, to: usize, count: usize) {
        debug_assert!(from + count <= self.capacity.get() && to + count <= self.capacity.get());
        let bytes = count * self.strategy().item_size();
        // SAFETY: both ranges lie within the storage, which has room for `capacity` items.
        unsafe { std::ptr::copy(self.item_pointer(from), self.item_pointer(to), bytes) };
        // Young objects may have come under other cards of a large array.
        self.storage_barrier(thread);
    }

    /// Appends all values. Raises MemoryError.
    pub fn extend_from_slice(&self, thread: &Thread, values: &[Value]) -> PyResult<()> {
        let Some(&first) = values.first() else { return Ok(()) };
        if self.is_empty() && self.is_exact() {
            self.reserve_with(thread, Strategy::of_all(values), values.len())?;
        } else {
            self.accept(thread, first)?;
            self.reserve(thread, values.len())?;
        }
        let strategy = self.strategy();
        if !values.iter().all(|&value| strategy.admits(value)) {
            self.to_any(thread);
        }
        let length = self.length.get();
        self.fill(thread, self.strategy(), length, values);
        self.length.set(length + values.len());
        Ok(())
    }

    /// Appends the items of another list (or of itself), raw items without boxing them.
    pub fn extend_from_list(&self, thread: &Thread, other: Gc<List>) -> PyResult<()> {
        let count = other.len();
        if count == 0 {
            return Ok(());
        }
        if self.is_empty() && self.is_exact() {
            self.reserve_with(thread, other.strategy(), count)?;
        }
        if self.strategy() == other.strategy() {
            self.reserve(thread, count)?;
            self.append_same(thread, other, count);
            return Ok(());
        }
        if other.strategy().holds_values() {
            self.reserve(thread, count)?;
            return self.extend_from_slice(thread, &other.values()[..count]);
        }
        self.to_any(thread);
        self.reserve(thread, count)?;
        for index in 0..count {
            if let Some(value) = other.get(thread, index) {
                self.push(thread, value)?;
            }
        }
        Ok(())
    }

    /// Appends the first `count` items of a list of the same strategy; there is room for them.
    fn append_same(&self, thread: &Thread, other: Gc<List>, count: usize) {
        let length = self.length.get();
        let bytes = count * self.strategy().item_size();
        // SAFETY: the source has `count` items, the target room for them behind its own; they mean the same.
        unsafe { std::ptr::copy_nonoverlapping(other.item_pointer(0), self.item_pointer(length), bytes) };
        self.length.set(length + count);
        self.storage_barrier(thread);
    }

    /// A new list of the items `start..end`, strategy kept.
    pub fn copy_range(&self, thread: &Thread, start: usize, end: usize) -> PyResult<Gc<List>> {
        let list = List::empty(thread);
        let end = end.min(self.len());
        if start >= end {
            return Ok(list);
        }
        list.reserve_with(thread, self.strategy(), end - start)?;
        let bytes = (end - start) * self.strategy().item_size();
        // SAFETY: the source range lies within the items, the target has just that capacity; the strategies,
        // and so the meaning of the items, are the same.
        unsafe { std::ptr::copy_nonoverlapping(self.item_pointer(start), list.item_pointer(0), bytes) };
        list.length.set(end - start);
        list.storage_barrier(thread);
        Ok(list)
    }

    /// Replaces everything the list holds by what `source` holds, and leaves `source` empty.
    pub fn take_items_of(&self, thread: &Thread, source: Gc<List>) {
        let exact = self.is_exact();
        if !exact {
            source.to_any(thread);
        }
        let shape = source.strategy().shape();
        let (length, capacity, items, storage) =
            (source.length.get(), source.capacity.get(), source.items.get(), source.storage.get());
        source.clear(thread);
        self.length.set(length);
        self.capacity.set(capacity);
        self.items.set(items);
        self.storage.init(storage);
        thread.write_barrier(self.this().header());
        if exact {
            self.header.shape.set(shape);
        }
    }
}

impl HeapObject for List {
    const KIND: Kind = Kind::List;

    fn size(&self) -> usize {
        List::FIXED_SIZE + instance::tail_size(&self.header)
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(storage) = self.storage.get() {
            tracer.object(storage);
        }
        instance::trace_tail(&self.header, Self::FIXED_SIZE, tracer);
    }
}
