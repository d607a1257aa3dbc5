//! `range` and its iterators.
//!
//! What lives here: [`Range`], [`RangeIterator`] for machine words, [`LongRangeIterator`] for the rest, and the
//! Python methods. What must not: int arithmetic (`dispatch/binary.rs`). Start at [`Range`].

use crate::dispatch::{compare, hash, iter, number, subscript};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{Arguments, PyClass};
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::int::{self, IntRef, arithmetic};
use crate::types::payload::{Payload, PayloadData};
use crate::types::slice::Slice;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use std::cell::Cell;
use taipan_macros::py_class;

/// A range: its numbers are exact ints, `length` is how many it has.
#[repr(C)]
pub struct Range {
    pub(crate) header: Header,
    pub(crate) start: Value,
    pub(crate) stop: Value,
    pub(crate) step: Value,
    pub(crate) length: Value,
}

/// Iterates a range whose numbers are all small ints. The interpreter and native code step it inline:
/// `if remaining == 0 {exhausted}; remaining -= 1; item = current; current += step`.
#[repr(C)]
pub struct RangeIterator {
    pub(crate) header: Header,
    /// The next number. Behind the last it may be any word.
    pub(crate) current: Cell<i64>,
    pub(crate) remaining: Cell<u64>,
    pub(crate) step: i64,
}

impl RangeIterator {
    /// The next number.
    #[inline(always)]
    pub fn next(&self) -> Option<Value> {
        let remaining = self.remaining.get().checked_sub(1)?;
        self.remaining.set(remaining);
        let number = self.current.get();
        self.current.set(number.wrapping_add(self.step));
        Some(Value::small_wrapping(number))
    }

    /// An iterator over `count` numbers from `start` by `step`, all of them small ints.
    pub fn new(thread: &Thread, start: i64, count: u64, step: i64) -> Gc<RangeIterator> {
        thread.allocate(ShapeId::RANGE_ITERATOR, 0, |header| RangeIterator {
            header,
            current: Cell::new(start),
            remaining: Cell::new(count),
            step,
        })
    }
}

/// How many numbers `range(start, stop, step)` has. The step is not 0.
pub fn count_words(start: i64, stop: i64, step: i64) -> u64 {
    let (low, high, stride) = if step > 0 { (start, stop, step as u64) } else { (stop, start, step.unsigned_abs()) };
    if low >= high {
        return 0;
    }
    (high.wrapping_sub(low) as u64 - 1) / stride + 1
}

/// As [`count_words`] for ints of any size.
fn count_big(start: &BigInt, stop: &BigInt, step: &BigInt) -> BigInt {
    let span = if step.is_negative() { start - stop } else { stop - start };
    if !span.is_positive() { BigInt::ZERO } else { (span - 1) / step.abs() + 1 }
}

fn big(value: Value) -> BigInt {
    arithmetic::number_of(value).to_bigint()
}

fn add(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    arithmetic::add(thread, arithmetic::number_of(a), arithmetic::number_of(b))
}

fn multiply(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    arithmetic::multiply(thread, arithmetic::number_of(a), arithmetic::number_of(b))
}

impl Range {
    /// `range(start, stop, step)` of exact ints. Raises ValueError for a zero step.
    pub fn new(thread: &Thread, start: Value, stop: Value, step: Value) -> PyResult<Gc<Range>> {
        if step == Value::small_wrapping(0) {
            return Err(thread.raise_value_error("range() arg 3 must not be zero"));
        }
        let length = match (start.as_small(), stop.as_small(), step.as_small()) {
            (Some(start), Some(stop), Some(step)) => int::from_u64(thread, count_words(start, stop, step)),
            _ => int::from_bigint(thread, count_big(&big(start), &big(stop), &big(step))),
        };
        Ok(thread.allocate(ShapeId::RANGE, 0, |header| Range { header, start, stop, step, length }))
    }

    /// The length, if `len()` can give it.
    #[inline(always)]
    pub fn word_length(&self) -> Option<usize> {
        self.length.as_small().map(|length| length as usize)
    }

    /// Start and step, if all numbers are small ints.
    #[inline(always)]
    fn words(&self) -> Option<(i64, u64, i64)> {
        // The stop is a bound on the numbers, and so is the start.
        self.stop.as_small()?;
        Some((self.start.as_small()?, int::to_u64(self.length)?, self.step.as_small()?))
    }

    fn is_empty(&self) -> bool {
        self.length == Value::small_wrapping(0)
    }

    /// The number at `index`, which is not checked.
    fn number_at(&self, thread: &Thread, index: Value) -> PyResult<Value> {
        let offset = multiply(thread, index, self.step)?;
        add(thread, self.start, offset)
    }

    fn last(&self, thread: &Thread) -> PyResult<Value> {
        let last = int::from_bigint(thread, big(self.length) - 1);
        self.number_at(thread, last)
    }

    /// The index of an int in the range.
    fn position(&self, thread: &Thread, number: IntRef) -> Option<Value> {
        if let (Some((start, count, step)), Some(number)) = (self.words(), number.to_i64()) {
            let distance = i128::from(number) - i128::from(start);
            let (index, rest) = (distance / i128::from(step), distance % i128::from(step));
            return (rest == 0 && index >= 0 && index < i128::from(count)).then(|| int::from_i128(thread, index));
        }
        let (distance, step) = (number.to_bigint() - big(self.start), big(self.step));
        let index = &distance / &step;
        let inside = (&index * &step) == distance && !index.is_negative() && index < big(self.length);
        inside.then(|| int::from_bigint(thread, index))
    }

    /// `value in self`: ints by arithmetic, other objects by comparing with each number.
    pub fn contains(&self, thread: &Thread, value: Value) -> PyResult<bool> {
        match exact_int(value) {
            Some(number) => Ok(self.position(thread, number).is_some()),
            None => iter::contains_by_iteration(thread, Gc::from_pointer(std::ptr::NonNull::from(self)).value(), value),
        }
    }

    fn subscript(&self, thread: &Thread, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.cast::<Slice>() {
            return Ok(self.get_slice(thread, slice)?.value());
        }
        if let (Some(index), Some((start, count, step))) = (key.as_small(), self.words())
            && let Ok(count) = usize::try_from(count)
            && let Some(index) = subscript::normalize(index, count)
        {
            return Ok(Value::small_wrapping(start.wrapping_add((index as i64).wrapping_mul(step))));
        }
        if !number::has_index(thread, key) {
            let name = thread.type_name(key);
            return Err(thread.raise_type_error(format!("range indices must be integers or slices, not {name}")));
        }
        let mut index = number::index_bigint(thread, key)?;
        let length = big(self.length);
        if index.is_negative() {
            index += &length;
        }
        if index.is_negative() || index >= length {
            return Err(thread.raise_index_error("range object index out of range"));
        }
        let index = int::from_bigint(thread, index);
        self.number_at(thread, index)
    }

    fn get_slice(&self, thread: &Thread, slice: Gc<Slice>) -> PyResult<Gc<Range>> {
        let is_plain = |part: Value| part.is_none() || part.as_small().is_some();
        if let Some((first, count, stride)) = self.words()
            && let Ok(count) = usize::try_from(count)
            && [slice.start, slice.stop, slice.step].into_iter().all(is_plain)
        {
            let found = slice.indices(thread, count)?;
            // The stop lies up to one step behind the range's own.
            let number_at = |index: isize| i128::from(first) + index as i128 * i128::from(stride);
            let start = int::from_i128(thread, number_at(found.start));
            let stop = int::from_i128(thread, number_at(found.stop));
            let step = int::from_i128(thread, found.step as i128 * i128::from(stride));
            return Range::new(thread, start, stop, step);
        }
        let [start, stop, step] = crate::types::slice::indices_of_any_length(thread, &slice, &big(self.length))?;
        let step = multiply(thread, int::from_bigint(thread, step), self.step)?;
        let start = self.number_at(thread, int::from_bigint(thread, start))?;
        let stop = self.number_at(thread, int::from_bigint(thread, stop))?;
        Range::new(thread, start, stop, step)
    }

    /// What equality and hash look at: length, then start unless empty, then step unless there is one number.
    fn essence(&self) -> [Value; 3] {
        if self.is_empty() {
            [self.length, Value::NONE, Value::NONE]
        } else if self.length == Value::small_wrapping(1) {
            [self.length, self.start, Value::NONE]
        } else {
            [self.length, self.start, self.step]
        }
    }
}

/// An exact int or bool.
fn exact_int(value: Value) -> Option<IntRef> {
    match value.as_bool() {
        Some(b) => Some(IntRef::Small(i64::from(b))),
        None => int::as_exact_int(value),
    }
}

/// `iter(range)`.
#[inline]
pub fn iterator(thread: &Thread, range: Gc<Range>) -> Value {
    match range.words() {
        Some((start, count, step)) => RangeIterator::new(thread, start, count, step).value(),
        None => LongRangeIterator::make(thread, range.start, range.step, range.length),
    }
}

/// `range(...)` of the arguments that `range` and the compiler's intrinsic take.
pub fn from_arguments(thread: &Thread, arguments: &[Value]) -> PyResult<Gc<Range>> {
    let (start, stop, step) = match *arguments {
        [stop] => (Value::small_wrapping(0), stop, Value::small_wrapping(1)),
        [start, stop] => (start, stop, Value::small_wrapping(1)),
        [start, stop, step] => (start, stop, step),
        [] => return Err(thread.raise_type_error("range expected at least 1 argument, got 0")),
        _ => {
            return Err(thread.raise_type_error(format!("range expected at most 3 arguments, got {}", arguments.len())));
        }
    };
    let start = number::index(thread, start)?;
    let stop = number::index(thread, stop)?;
    let step = number::index(thread, step)?;
    Range::new(thread, start, stop, step)
}

/// range(stop) -> range object
/// range(start, stop[, step]) -> range object
///
/// Return an object that produces a sequence of integers from start (inclusive)
/// to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.
/// start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.
/// These are exactly the valid indices for a list of 4 elements.
/// When step is given, it specifies the increment (or decrement).
#[py_class(name = "range", kind = Range)]
impl Range {
    #[new]
    fn py_new(_class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Range>> {
        if arguments.keyword_count() > 0 {
            return Err(thread.raise_type_error("range() takes no keyword arguments"));
        }
        from_arguments(thread, arguments.positional())
    }

    #[getter(member)]
    fn start(this: Gc<Range>) -> Value {
        this.start
    }

    #[getter(member)]
    fn stop(this: Gc<Range>) -> Value {
        this.stop
    }

    #[getter(member)]
    fn step(this: Gc<Range>) -> Value {
        this.step
    }

    #[method]
    fn __repr__(this: Gc<Range>, thread: &Thread) -> PyResult<String> {
        let mut texts = Vec::new();
        for value in [this.start, this.stop, this.step] {
            texts.push(crate::dispatch::text::repr(thread, value)?.to_str_lossy(thread).into_owned());
        }
        if this.step == Value::small_wrapping(1) {
            texts.pop();
        }
        Ok(format!("range({})", texts.join(", ")))
    }

    #[method]
    fn __bool__(this: Gc<Range>) -> bool {
        !this.is_empty()
    }

    #[method]
    fn __len__(this: Gc<Range>, thread: &Thread) -> PyResult<usize> {
        match this.word_length() {
            Some(length) => Ok(length),
            None => match int::to_i64(this.length) {
                Some(length) => Ok(length as usize),
                None => Err(thread.raise_overflow_error("Python int too large to convert to C ssize_t")),
            },
        }
    }

    #[method]
    fn __getitem__(this: Gc<Range>, thread: &Thread, key: Value) -> PyResult<Value> {
        this.subscript(thread, key)
    }

    #[method(name = "__contains__")]
    fn py_contains(this: Gc<Range>, thread: &Thread, key: Value) -> PyResult<bool> {
        this.contains(thread, key)
    }

    #[method]
    fn __iter__(this: Gc<Range>, thread: &Thread) -> Value {
        iterator(thread, this)
    }

    /// Return a reverse iterator.
    #[method]
    fn __reversed__(this: Gc<Range>, thread: &Thread) -> PyResult<Value> {
        if let Some((start, count, step)) = this.words() {
            // Wrapping as the iterator does: an empty range yields nothing anyway.
            let last = start.wrapping_add(step.wrapping_mul(count.wrapping_sub(1) as i64));
            if step != i64::MIN {
                return Ok(RangeIterator::new(thread, last, count, -step).value());
            }
        }
        let step = arithmetic::negative(thread, arithmetic::number_of(this.step));
        let last = this.last(thread)?;
        Ok(LongRangeIterator::make(thread, last, step, this.length))
    }

    #[method]
    fn __eq__(this: Gc<Range>, thread: &Thread, other: Gc<Range>) -> PyResult<bool> {
        for (a, b) in this.essence().into_iter().zip(other.essence()) {
            if !compare::equals(thread, a, b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    #[method]
    fn __ne__(this: Gc<Range>, thread: &Thread, other: Gc<Range>) -> PyResult<bool> {
        Ok(!Range::__eq__(this, thread, other)?)
    }

    #[method]
    fn __hash__(this: Gc<Range>, thread: &Thread) -> PyResult<i64> {
        hash::of_items(thread, &this.essence())
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[method]
    fn count(this: Gc<Range>, thread: &Thread, object: Value) -> PyResult<usize> {
        if let Some(number) = exact_int(object) {
            return Ok(usize::from(this.position(thread, number).is_some()));
        }
        let mut count = 0;
        iter::for_each(thread, this.value(), |item| {
            count += usize::from(compare::equals(thread, item, object)?);
            Ok(true)
        })?;
        Ok(count)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[method]
    fn index(this: Gc<Range>, thread: &Thread, object: Value) -> PyResult<Value> {
        if let Some(number) = exact_int(object) {
            return match this.position(thread, number) {
                Some(index) => Ok(index),
                None => Err(thread.raise_value_error("range.index(x): x not in range")),
            };
        }
        let (mut index, mut found) = (0, false);
        iter::for_each(thread, this.value(), |item| {
            found = compare::equals(thread, item, object)?;
            index += usize::from(!found);
            Ok(!found)
        })?;
        if found {
            Ok(int::from_usize(thread, index))
        } else {
            Err(thread.raise_value_error("sequence.index(x): x not in sequence"))
        }
    }

    #[method]
    fn __reduce__(this: Gc<Range>, thread: &Thread) -> Gc<Tuple> {
        let parts = Tuple::new(thread, &[this.start, this.stop, this.step]);
        Tuple::new(thread, &[thread.vm().types.range.value(), parts.value()])
    }
}

/// The rest of a range as a range, for `__reduce__` of its iterators.
fn rest(thread: &Thread, next: Value, step: Value, remaining: Value) -> PyResult<Gc<Tuple>> {
    let stop = add(thread, next, multiply(thread, remaining, step)?)?;
    let range = Range::new(thread, next, stop, step)?;
    let arguments = Tuple::new(thread, &[range.value()]);
    Ok(Tuple::new(thread, &[iter::builtin(thread, "iter"), arguments.value(), Value::NONE]))
}

#[py_class(name = "range_iterator", kind = RangeIterator, no_instances)]
impl RangeIterator {
    #[method]
    fn __iter__(this: Gc<RangeIterator>) -> Gc<RangeIterator> {
        this
    }

    #[method(no_reenter)]
    fn __next__(this: Gc<RangeIterator>) -> Option<Value> {
        this.next()
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<RangeIterator>) -> u64 {
        this.remaining.get()
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<RangeIterator>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let next = int::from_i64(thread, this.current.get());
        let remaining = int::from_u64(thread, this.remaining.get());
        rest(thread, next, int::from_i64(thread, this.step), remaining)
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<RangeIterator>, thread: &Thread, state: Value) -> PyResult<()> {
        let skip = (iter::state_index(thread, state)?.max(0) as u64).min(this.remaining.get());
        this.current.set(this.current.get().wrapping_add(this.step.wrapping_mul(skip as i64)));
        this.remaining.set(this.remaining.get() - skip);
        Ok(())
    }
}

/// Iterates a range some number of which is no small int.
pub struct LongRangeIterator {
    next: Slot,
    step: Slot,
    remaining: Slot,
}

impl PayloadData for LongRangeIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.next);
        tracer.slot(&self.step);
        tracer.slot(&self.remaining);
    }
}

impl LongRangeIterator {
    fn make(thread: &Thread, next: Value, step: Value, remaining: Value) -> Value {
        let class = Type::of_spec(thread, LongRangeIterator::SPEC);
        let data = LongRangeIterator { next: Slot::new(next), step: Slot::new(step), remaining: Slot::new(remaining) };
        Payload::new(thread, class, data).value()
    }

    fn part(slot: &Slot) -> Value {
        slot.get().unwrap_or(Value::small_wrapping(0))
    }
}

#[py_class(name = "longrange_iterator", kind = Payload, no_instances)]
impl LongRangeIterator {
    #[method]
    fn __iter__(this: Gc<Payload<LongRangeIterator>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<LongRangeIterator>>, thread: &Thread) -> PyResult<Option<Value>> {
        let remaining = big(LongRangeIterator::part(&this.data.remaining));
        if remaining.is_zero() {
            return Ok(None);
        }
        let number = LongRangeIterator::part(&this.data.next);
        let next = add(thread, number, LongRangeIterator::part(&this.data.step))?;
        this.store(thread, &this.data.next, next);
        let remaining = int::from_bigint(thread, remaining - 1);
        this.store(thread, &this.data.remaining, remaining);
        Ok(Some(number))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<Payload<LongRangeIterator>>) -> Value {
        LongRangeIterator::part(&this.data.remaining)
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<Payload<LongRangeIterator>>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let data = &this.data;
        rest(
            thread,
            LongRangeIterator::part(&data.next),
            LongRangeIterator::part(&data.step),
            LongRangeIterator::part(&data.remaining),
        )
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<Payload<LongRangeIterator>>, thread: &Thread, state: Value) -> PyResult<()> {
        if !int::is_int(state) {
            return Err(thread.raise_type_error("state must be an int"));
        }
        let left = big(LongRangeIterator::part(&this.data.remaining));
        let skip = big(state).max(BigInt::ZERO).min(left.clone());
        let offset =
            multiply(thread, int::from_bigint(thread, skip.clone()), LongRangeIterator::part(&this.data.step))?;
        let next = add(thread, LongRangeIterator::part(&this.data.next), offset)?;
        this.store(thread, &this.data.next, next);
        let remaining = int::from_bigint(thread, left - skip);
        this.store(thread, &this.data.remaining, remaining);
        Ok(())
    }
}

impl HeapObject for Range {
    const KIND: Kind = Kind::Range;

    fn size(&self) -> usize {
        size_of::<Range>()
    }

    fn trace(&self, tracer: &mut Tracer) {
        for value in [self.start, self.stop, self.step, self.length] {
            tracer.value(value);
        }
    }
}

impl HeapObject for RangeIterator {
    const KIND: Kind = Kind::RangeIterator;

    fn size(&self) -> usize {
        size_of::<RangeIterator>()
    }

    fn trace(&self, _: &mut Tracer) {}
}
