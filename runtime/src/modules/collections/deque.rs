//! `collections.deque`: a double-ended queue.
//!
//! What lives here: [`Deque`] (a ring buffer in GC memory), its iterators. Start at [`Deque::push_right`].

use crate::dispatch::compare::{self, CompareOperator};
use crate::dispatch::{call, iter, number, repr_guard, subscript, text};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::{Gc, GcSlot, Slot, WordStorage};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::list_methods::{repeat_count, search_bounds};
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A ring buffer whose capacity is a power of two.
pub struct Deque {
    storage: GcSlot<WordStorage>,
    /// Place of the first item.
    head: Cell<usize>,
    length: Cell<usize>,
    /// The most items, if bounded: a push at one end drops an item from the other.
    max: Cell<Option<usize>>,
    /// Changes whenever items come or go, so that iterators notice.
    state: Cell<usize>,
}

/// A deque object.
type DequeObject = Payload<Deque>;

impl PayloadData for Deque {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.storage);
    }
}

impl Deque {
    fn make(thread: &Thread, class: Gc<Type>, max: Option<usize>) -> Gc<DequeObject> {
        let data = Deque {
            storage: GcSlot::empty(),
            head: Cell::new(0),
            length: Cell::new(0),
            max: Cell::new(max),
            state: Cell::new(0),
        };
        Payload::new(thread, class, data)
    }

    /// The word of item `index`. Only to be used before anything is pushed, which may replace the storage.
    #[inline]
    fn slot<'a>(&self, index: usize) -> Option<&'a Slot> {
        let storage = self.storage.get()?;
        let place = self.head.get().wrapping_add(index) & (storage.capacity - 1);
        storage.slot(place)
    }

    /// The item at `index`, counted from the left.
    #[inline]
    fn get(&self, index: usize) -> Option<Value> {
        if index < self.length.get() { self.slot(index)?.get() } else { None }
    }

    fn set(&self, thread: &Thread, index: usize, value: Value) {
        if let (Some(storage), Some(slot)) = (self.storage.get(), self.slot(index)) {
            slot.init(Some(value));
            thread.vm().heap.write_barrier_slot(storage.header(), slot);
        }
    }

    fn touch(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// Makes room for one more item.
    fn reserve(this: Gc<DequeObject>, thread: &Thread) -> PyResult<()> {
        let data = &this.data;
        let capacity = data.storage.get().map_or(0, |storage| storage.capacity);
        let length = data.length.get();
        if length < capacity {
            return Ok(());
        }
        let Some(storage) = thread.allocate_words((capacity * 2).max(8)) else {
            return Err(thread.raise_memory_error(""));
        };
        for (index, slot) in storage.slots()[..length].iter().enumerate() {
            slot.init(data.get(index));
        }
        thread.write_barrier(storage.header());
        this.store_gc(thread, &data.storage, storage);
        data.head.set(0);
        Ok(())
    }

    /// Appends at the right end; a bounded full deque loses its leftmost item.
    #[inline]
    fn push_right(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<()> {
        let data = &this.data;
        if let Some(max) = data.max.get()
            && data.length.get() >= max
        {
            if max == 0 {
                return Ok(());
            }
            data.drop_left();
        }
        Deque::reserve(this, thread)?;
        let length = data.length.get();
        data.length.set(length + 1);
        data.set(thread, length, value);
        data.touch();
        Ok(())
    }

    /// Appends at the left end; a bounded full deque loses its rightmost item.
    fn push_left(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<()> {
        let data = &this.data;
        if let Some(max) = data.max.get()
            && data.length.get() >= max
        {
            if max == 0 {
                return Ok(());
            }
            data.drop_right();
        }
        Deque::reserve(this, thread)?;
        data.head.set(data.head.get().wrapping_sub(1));
        data.length.set(data.length.get() + 1);
        data.set(thread, 0, value);
        data.touch();
        Ok(())
    }

    fn drop_left(&self) -> Option<Value> {
        let length = self.length.get().checked_sub(1)?;
        let slot = self.slot(0)?;
        let value = slot.get();
        slot.init(None);
        self.head.set(self.head.get().wrapping_add(1));
        self.length.set(length);
        self.touch();
        value
    }

    fn drop_right(&self) -> Option<Value> {
        let length = self.length.get().checked_sub(1)?;
        let slot = self.slot(length)?;
        let value = slot.get();
        slot.init(None);
        self.length.set(length);
        self.touch();
        value
    }

    fn clear_items(&self) {
        self.storage.init(None);
        self.head.set(0);
        self.length.set(0);
        self.touch();
    }

    /// Rotates `n` steps to the right.
    fn rotate_by(&self, thread: &Thread, n: i64) {
        let length = self.length.get();
        if length < 2 {
            return;
        }
        let mut steps = n.rem_euclid(length as i64) as usize;
        let left = steps > length / 2;
        if left {
            steps = length - steps;
        }
        for _ in 0..steps {
            let moved = if left { self.drop_left() } else { self.drop_right() };
            let Some(value) = moved else { return };
            // There is room: an item was just taken.
            if left {
                self.length.set(length);
                self.set(thread, length - 1, value);
            } else {
                self.head.set(self.head.get().wrapping_sub(1));
                self.length.set(length);
                self.set(thread, 0, value);
            }
        }
        self.touch();
    }

    fn extend_from(
        this: Gc<DequeObject>,
        thread: &Thread,
        iterable: Value,
        push: fn(Gc<DequeObject>, &Thread, Value) -> PyResult<()>,
    ) -> PyResult<()> {
        // Its own items: as they are now.
        let iterable = if iterable == this.value() { List::from_iterable(thread, iterable)?.value() } else { iterable };
        let iterator = iter::get_iter(thread, iterable)?;
        while let Some(item) = iter::next(thread, iterator)? {
            push(this, thread, item)?;
        }
        Ok(())
    }

    /// The first index in `start..stop` of an equal item. Raises what `changed` makes if a comparison changes
    /// the deque.
    fn find(
        this: Gc<DequeObject>,
        thread: &Thread,
        value: Value,
        start: usize,
        stop: usize,
        changed: fn(&Thread) -> Raised,
    ) -> PyResult<Option<usize>> {
        let state = this.data.state.get();
        let mut index = start;
        while index < stop.min(this.data.length.get()) {
            let Some(item) = this.data.get(index) else { break };
            let equal = compare::equals(thread, item, value)?;
            if state != this.data.state.get() {
                return Err(changed(thread));
            }
            if equal {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    fn index_of(this: Gc<DequeObject>, thread: &Thread, key: Value) -> PyResult<usize> {
        if !number::has_index(thread, key) {
            let name = thread.type_name(key);
            return Err(thread.raise_type_error(format!("sequence index must be integer, not '{name}'")));
        }
        let index = number::subscript_i64(thread, key)?;
        match subscript::normalize(index, this.data.length.get()) {
            Some(index) => Ok(index),
            None => Err(thread.raise_index_error("deque index out of range")),
        }
    }

    fn remove_at(&self, thread: &Thread, index: usize) {
        self.rotate_by(thread, -(index as i64));
        self.drop_left();
        self.rotate_by(thread, index as i64);
    }

    fn copy_of(this: Gc<DequeObject>, thread: &Thread) -> PyResult<Value> {
        let class = thread.class_of(this.value());
        if class == Type::of_spec(thread, Deque::SPEC) {
            let copy = Deque::make(thread, class, this.data.max.get());
            for index in 0..this.data.length.get() {
                if let Some(item) = this.data.get(index) {
                    Deque::push_right(copy, thread, item)?;
                }
            }
            return Ok(copy.value());
        }
        match this.data.max.get() {
            None => call::call(thread, class.value(), &[this.value()]),
            Some(max) => call::call(thread, class.value(), &[this.value(), Value::small_wrapping(max as i64)]),
        }
    }

    fn repeat_items(this: Gc<DequeObject>, thread: &Thread, count: usize) -> PyResult<()> {
        let length = this.data.length.get();
        if length == 0 || count == 1 {
            return Ok(());
        }
        if count == 0 {
            this.data.clear_items();
            return Ok(());
        }
        let items = List::from_iterable(thread, this.value())?;
        let count = match this.data.max.get() {
            Some(max) => count.min(max.div_ceil(length)),
            None => count,
        };
        if length.checked_mul(count).is_none_or(|total| total > isize::MAX as usize / 8) {
            return Err(thread.raise_memory_error(""));
        }
        for _ in 1..count {
            for index in 0..items.len() {
                if let Some(item) = items.get(thread, index) {
                    Deque::push_right(this, thread, item)?;
                }
            }
        }
        Ok(())
    }

    fn compare_with(
        this: Gc<DequeObject>,
        thread: &Thread,
        op: CompareOperator,
        other: Gc<DequeObject>,
    ) -> PyResult<Value> {
        let equality = matches!(op, CompareOperator::Eq | CompareOperator::Ne);
        let same_length = this.data.length.get() == other.data.length.get();
        if equality && (this == other || !same_length) {
            return Ok(Value::from_bool((this == other) == (op == CompareOperator::Eq)));
        }
        thread.check_native_stack(" in comparison")?;
        let (a, b) = (iter::get_iter(thread, this.value())?, iter::get_iter(thread, other.value())?);
        loop {
            match (iter::next(thread, a)?, iter::next(thread, b)?) {
                (Some(x), Some(y)) => {
                    if !compare::equals(thread, x, y)? {
                        return match op {
                            CompareOperator::Eq => Ok(Value::FALSE),
                            CompareOperator::Ne => Ok(Value::TRUE),
                            CompareOperator::Lt | CompareOperator::Le | CompareOperator::Gt | CompareOperator::Ge => {
                                compare::compare(thread, op, x, y)
                            }
                        };
                    }
                }
                (x, y) => return Ok(Value::from_bool(op.holds(x.is_some().cmp(&y.is_some())))),
            }
        }
    }
}

fn changed_runtime(thread: &Thread) -> Raised {
    thread.raise_runtime_error("deque mutated during iteration")
}

fn changed_index(thread: &Thread) -> Raised {
    thread.raise_index_error("deque mutated during iteration")
}

/// A list-like sequence optimized for data accesses near its endpoints.
#[py_class(
    name = "deque",
    module = "collections",
    signature = "([iterable[, maxlen]])",
    payload,
    subclassable,
    unhashable
)]
impl Deque {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        _arguments: &[Value],
        _keywords: crate::native::Keywords<'_>,
    ) -> Gc<DequeObject> {
        Deque::make(thread, class, None)
    }

    #[method(signature = "(self, iterable=(), maxlen=None)", style = "keywords")]
    fn __init__(
        this: Gc<DequeObject>,
        thread: &Thread,
        iterable: Option<Value>,
        maxlen: Option<Value>,
    ) -> PyResult<()> {
        let max = match maxlen {
            None | Some(Value::NONE) => None,
            Some(value) => {
                if !crate::types::int::is_int(value) {
                    return Err(thread.raise_type_error("an integer is required"));
                }
                let max = number::index_i64(thread, value)?;
                match usize::try_from(max) {
                    Ok(max) => Some(max),
                    Err(_) => return Err(thread.raise_value_error("maxlen must be non-negative")),
                }
            }
        };
        this.data.max.set(max);
        if this.data.length.get() > 0 {
            this.data.clear_items();
        }
        match iterable {
            Some(iterable) => Deque::extend_from(this, thread, iterable, Deque::push_right),
            None => Ok(()),
        }
    }

    /// maximum size of a deque or None if unbounded
    #[getter]
    fn maxlen(this: Gc<DequeObject>) -> Option<usize> {
        this.data.max.get()
    }

    /// Add an element to the right side of the deque.
    #[method(no_reenter)]
    fn append(this: Gc<DequeObject>, thread: &Thread, item: Value) -> PyResult<()> {
        Deque::push_right(this, thread, item)
    }

    /// Add an element to the left side of the deque.
    #[method(no_reenter)]
    fn appendleft(this: Gc<DequeObject>, thread: &Thread, item: Value) -> PyResult<()> {
        Deque::push_left(this, thread, item)
    }

    /// Remove and return the rightmost element.
    #[method(no_reenter)]
    fn pop(this: Gc<DequeObject>, thread: &Thread) -> PyResult<Value> {
        match this.data.drop_right() {
            Some(item) => Ok(item),
            None => Err(thread.raise_index_error("pop from an empty deque")),
        }
    }

    /// Remove and return the leftmost element.
    #[method(no_reenter)]
    fn popleft(this: Gc<DequeObject>, thread: &Thread) -> PyResult<Value> {
        match this.data.drop_left() {
            Some(item) => Ok(item),
            None => Err(thread.raise_index_error("pop from an empty deque")),
        }
    }

    /// Extend the right side of the deque with elements from the iterable.
    #[method]
    fn extend(this: Gc<DequeObject>, thread: &Thread, iterable: Value) -> PyResult<()> {
        Deque::extend_from(this, thread, iterable, Deque::push_right)
    }

    /// Extend the left side of the deque with elements from the iterable.
    #[method]
    fn extendleft(this: Gc<DequeObject>, thread: &Thread, iterable: Value) -> PyResult<()> {
        Deque::extend_from(this, thread, iterable, Deque::push_left)
    }

    /// Remove all elements from the deque.
    #[method(no_reenter)]
    fn clear(this: Gc<DequeObject>) {
        this.data.clear_items();
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn copy(this: Gc<DequeObject>, thread: &Thread) -> PyResult<Value> {
        Deque::copy_of(this, thread)
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn __copy__(this: Gc<DequeObject>, thread: &Thread) -> PyResult<Value> {
        Deque::copy_of(this, thread)
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<usize> {
        let (mut count, mut start) = (0, 0);
        while let Some(index) = Deque::find(this, thread, value, start, usize::MAX, changed_runtime)? {
            count += 1;
            start = index + 1;
        }
        Ok(count)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(signature = "(self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<DequeObject>,
        thread: &Thread,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = search_bounds(thread, start, stop, this.data.length.get())?;
        match Deque::find(this, thread, value, start, stop, changed_runtime)? {
            Some(index) => Ok(index),
            None => Err(thread.raise_value_error("deque.index(x): x not in deque")),
        }
    }

    /// Insert value before index.
    #[method]
    fn insert(this: Gc<DequeObject>, thread: &Thread, index: isize, value: Value) -> PyResult<()> {
        let length = this.data.length.get();
        if this.data.max.get().is_some_and(|max| length >= max) {
            return Err(thread.raise_index_error("deque already at its maximum size"));
        }
        if index >= length as isize {
            return Deque::push_right(this, thread, value);
        }
        if index <= -(length as isize) || index == 0 {
            return Deque::push_left(this, thread, value);
        }
        this.data.rotate_by(thread, -(index as i64));
        if index < 0 {
            Deque::push_right(this, thread, value)?
        } else {
            Deque::push_left(this, thread, value)?
        }
        this.data.rotate_by(thread, index as i64);
        Ok(())
    }

    /// Remove first occurrence of value.
    #[method]
    fn remove(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<()> {
        match Deque::find(this, thread, value, 0, usize::MAX, changed_index)? {
            Some(index) => this.data.remove_at(thread, index),
            None => return Err(thread.raise_value_error("deque.remove(x): x not in deque")),
        }
        Ok(())
    }

    /// Reverse *IN PLACE*.
    #[method(no_reenter)]
    fn reverse(this: Gc<DequeObject>, thread: &Thread) {
        let length = this.data.length.get();
        for index in 0..length / 2 {
            if let (Some(a), Some(b)) = (this.data.get(index), this.data.get(length - 1 - index)) {
                this.data.set(thread, index, b);
                this.data.set(thread, length - 1 - index, a);
            }
        }
    }

    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[method(signature = "(self, n=1, /)")]
    fn rotate(this: Gc<DequeObject>, thread: &Thread, n: Option<isize>) {
        this.data.rotate_by(thread, n.unwrap_or(1) as i64);
    }

    #[method(no_reenter)]
    fn __len__(this: Gc<DequeObject>) -> usize {
        this.data.length.get()
    }

    #[method]
    fn __contains__(this: Gc<DequeObject>, thread: &Thread, key: Value) -> PyResult<bool> {
        Ok(Deque::find(this, thread, key, 0, usize::MAX, changed_runtime)?.is_some())
    }

    #[method]
    fn __getitem__(this: Gc<DequeObject>, thread: &Thread, key: Value) -> PyResult<Value> {
        let index = Deque::index_of(this, thread, key)?;
        Ok(this.data.get(index).unwrap_or(Value::NONE))
    }

    #[method]
    fn __setitem__(this: Gc<DequeObject>, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        let index = Deque::index_of(this, thread, key)?;
        this.data.set(thread, index, value);
        Ok(())
    }

    #[method]
    fn __delitem__(this: Gc<DequeObject>, thread: &Thread, key: Value) -> PyResult<()> {
        let index = Deque::index_of(this, thread, key)?;
        this.data.remove_at(thread, index);
        Ok(())
    }

    #[method]
    fn __iter__(this: Gc<DequeObject>, thread: &Thread) -> Gc<Payload<DequeIterator>> {
        DequeIterator::make(thread, this)
    }

    /// Return a reverse iterator over the deque.
    #[method]
    fn __reversed__(this: Gc<DequeObject>, thread: &Thread) -> Gc<Payload<DequeReverseIterator>> {
        DequeReverseIterator::make(thread, this)
    }

    #[method]
    fn __add__(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<Value> {
        let Some(other) = Payload::<Deque>::cast(value) else {
            let name = thread.type_name(value);
            return Err(thread.raise_type_error(format!("can only concatenate deque (not \"{name}\") to deque")));
        };
        let copy = Deque::copy_of(this, thread)?;
        if let Some(deque) = Payload::<Deque>::cast(copy) {
            Deque::extend_from(deque, thread, other.value(), Deque::push_right)?;
        }
        Ok(copy)
    }

    #[method]
    fn __iadd__(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<Gc<DequeObject>> {
        Deque::extend_from(this, thread, value, Deque::push_right)?;
        Ok(this)
    }

    #[method]
    fn __mul__(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<Value> {
        let count = repeat_count(thread, value)?;
        let copy = Deque::copy_of(this, thread)?;
        if let Some(deque) = Payload::<Deque>::cast(copy) {
            Deque::repeat_items(deque, thread, count)?;
        }
        Ok(copy)
    }

    #[method]
    fn __rmul__(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<Value> {
        Deque::__mul__(this, thread, value)
    }

    #[method]
    fn __imul__(this: Gc<DequeObject>, thread: &Thread, value: Value) -> PyResult<Gc<DequeObject>> {
        let count = repeat_count(thread, value)?;
        Deque::repeat_items(this, thread, count)?;
        Ok(this)
    }

    #[method]
    fn __eq__(this: Gc<DequeObject>, thread: &Thread, other: Gc<DequeObject>) -> PyResult<Value> {
        Deque::compare_with(this, thread, CompareOperator::Eq, other)
    }

    #[method]
    fn __ne__(this: Gc<DequeObject>, thread: &Thread, other: Gc<DequeObject>) -> PyResult<Value> {
        Deque::compare_with(this, thread, CompareOperator::Ne, other)
    }

    #[method]
    fn __lt__(this: Gc<DequeObject>, thread: &Thread, other: Gc<DequeObject>) -> PyResult<Value> {
        Deque::compare_with(this, thread, CompareOperator::Lt, other)
    }

    #[method]
    fn __le__(this: Gc<DequeObject>, thread: &Thread, other: Gc<DequeObject>) -> PyResult<Value> {
        Deque::compare_with(this, thread, CompareOperator::Le, other)
    }

    #[method]
    fn __gt__(this: Gc<DequeObject>, thread: &Thread, other: Gc<DequeObject>) -> PyResult<Value> {
        Deque::compare_with(this, thread, CompareOperator::Gt, other)
    }

    #[method]
    fn __ge__(this: Gc<DequeObject>, thread: &Thread, other: Gc<DequeObject>) -> PyResult<Value> {
        Deque::compare_with(this, thread, CompareOperator::Ge, other)
    }

    #[method]
    fn __repr__(this: Gc<DequeObject>, thread: &Thread) -> PyResult<Gc<Str>> {
        let Some(_guard) = repr_guard::enter(thread, this.value())? else { return Ok(Str::new(thread, "[...]")) };
        let items = List::from_iterable(thread, this.value())?;
        let mut builder = StrBuilder::with_capacity(16 + items.len() * 4);
        builder.push_str(&thread.class_of(this.value()).name_string());
        builder.push_str("(");
        builder.push(thread, text::repr(thread, items.value())?);
        if let Some(max) = this.data.max.get() {
            builder.push_str(&format!(", maxlen={max}"));
        }
        builder.push_str(")");
        Ok(builder.finish(thread))
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<DequeObject>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let state = call::call_method(thread, this.value(), thread.vm().names.__getstate__, &[])?;
        let items = iter::get_iter(thread, this.value())?;
        let empty = Tuple::new(thread, &[]);
        let arguments = match this.data.max.get() {
            None => empty,
            Some(max) => Tuple::new(thread, &[empty.value(), Value::small_wrapping(max as i64)]),
        };
        Ok(Tuple::new(thread, &[thread.class_of(this.value()).value(), arguments.value(), state, items]))
    }

    /// Return the size of the deque in memory, in bytes.
    #[method]
    fn __sizeof__(this: Gc<DequeObject>) -> usize {
        size_of::<Payload<Deque>>() + this.data.storage.get().map_or(0, |storage| 16 + storage.capacity * 8)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}

macro_rules! deque_iterator {
    ($(#[$doc:meta])* $marker:ident, $name:literal, $ends_first:literal, |$remaining:ident, $length:ident| $index:expr) => {
        $(#[$doc])*
        pub struct $marker {
            deque: Slot,
            remaining: Cell<usize>,
            state: Cell<usize>,
        }

        impl PayloadData for $marker {
            fn trace(&self, tracer: &mut Tracer) {
                tracer.slot(&self.deque);
            }
        }

        impl $marker {
            fn make(thread: &Thread, deque: Gc<DequeObject>) -> Gc<Payload<$marker>> {
                let data = $marker { deque: Slot::new(deque.value()), remaining: Cell::new(deque.data.length.get()), state: Cell::new(deque.data.state.get()) };
                Payload::new(thread, Type::of_spec(thread, $marker::SPEC), data)
            }

            fn deque(&self) -> Option<Gc<DequeObject>> {
                self.deque.get().and_then(Payload::<Deque>::cast)
            }
        }

        #[py_class(name = $name, module = "collections", kind = Payload)]
        impl $marker {
            #[new(signature = "(cls, deque, index=0, /, **ignored)")]
            fn py_new(
                _class: Gc<Type>,
                thread: &Thread,
                deque: Gc<Payload<Deque>>,
                index: Option<isize>,
                ignored: crate::native::Keywords<'_>,
            ) -> PyResult<Gc<Payload<$marker>>> {
                let _ = ignored;
                let iterator = $marker::make(thread, deque);
                for _ in 0..index.unwrap_or(0) {
                    if $marker::__next__(iterator, thread)?.is_none() {
                        break;
                    }
                }
                Ok(iterator)
            }

            #[method]
            fn __iter__(this: Gc<Payload<$marker>>) -> Value {
                this.value()
            }

            #[method(no_reenter)]
            fn __next__(this: Gc<Payload<$marker>>, thread: &Thread) -> PyResult<Option<Value>> {
                let Some(deque) = this.data.deque() else { return Ok(None) };
                if $ends_first && this.data.remaining.get() == 0 {
                    return Ok(None);
                }
                if deque.data.state.get() != this.data.state.get() {
                    this.data.remaining.set(0);
                    return Err(changed_runtime(thread));
                }
                let Some($remaining) = this.data.remaining.get().checked_sub(1) else { return Ok(None) };
                let $length = deque.data.length.get();
                this.data.remaining.set($remaining);
                Ok(deque.data.get($index))
            }

            /// Private method returning an estimate of len(list(it)).
            #[method]
            fn __length_hint__(this: Gc<Payload<$marker>>) -> usize {
                this.data.remaining.get()
            }

            /// Return state information for pickling.
            #[method]
            fn __reduce__(this: Gc<Payload<$marker>>, thread: &Thread) -> Gc<Tuple> {
                let done = this.data.deque().map_or(0, |deque| deque.data.length.get().saturating_sub(this.data.remaining.get()));
                let arguments = Tuple::new(thread, &[this.data.deque.get().unwrap_or(Value::NONE), Value::small_wrapping(done as i64)]);
                Tuple::new(thread, &[thread.class_of(this.value()).value(), arguments.value()])
            }
        }
    };
}

deque_iterator!(
    /// Iterates a deque from the left.
    DequeIterator, "_deque_iterator", false, |remaining, length| length - 1 - remaining
);
deque_iterator!(
    /// Iterates a deque from the right.
    DequeReverseIterator, "_deque_reverse_iterator", true, |remaining, _length| remaining
);
