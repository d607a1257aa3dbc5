//! `range` and its iterators.
//!
//! What lives here: [`Range`], [`RangeIterator`] for machine words, [`LongRangeIterator`] for the rest, and the
//! Python methods. What must not: int arithmetic (`dispatch/binary.rs`). Start at [`Range`].

use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId};
use crate::thread::Thread;
use crate::value::Value;
use std::cell::Cell;

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
        thread.allocate(ShapeId::RANGE_ITERATOR, 0, |header| RangeIterator { header, current: Cell::new(start), remaining: Cell::new(count), step })
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
