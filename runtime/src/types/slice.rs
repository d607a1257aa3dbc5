//! `slice`: the object, and its meaning for a sequence of a given length.
//!
//! What lives here: [`Slice`], [`SliceIndices`], the Python methods. What must not: slicing of any one type.
//! Start at [`Slice::indices`].

use crate::dispatch::compare::CompareOperator;
use crate::dispatch::{hash, number, text};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Arguments;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::int;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use taipan_macros::py_class;

/// `slice(start, stop, step)`.
#[repr(C)]
pub struct Slice {
    pub(crate) header: Header,
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

/// The items a slice selects: `start`, `start + step`, ... `count` of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SliceIndices {
    /// The first index; where an empty slice inserts. May be -1 for an empty slice that runs backwards.
    pub start: isize,
    pub stop: isize,
    pub step: isize,
    pub count: usize,
}

impl SliceIndices {
    /// The index of the `n`th selected item.
    #[inline(always)]
    pub fn index(self, n: usize) -> usize {
        (self.start + n as isize * self.step) as usize
    }
}

impl Slice {
    /// A slice object.
    pub fn new(thread: &Thread, start: Value, stop: Value, step: Value) -> Gc<Slice> {
        thread.allocate(ShapeId::SLICE, 0, |header| Slice { header, start, stop, step })
    }

    /// The three numbers, missing ones as the extremes. Raises what `__index__` raises, TypeError for anything
    /// that has none, ValueError for a zero step. To be clipped to the length read afterwards.
    pub fn unpack(&self, thread: &Thread) -> PyResult<(isize, isize, isize)> {
        unpack_parts(thread, self.start, self.stop, self.step)
    }

    /// What the slice selects of a sequence of `length` items. Runs `__index__` methods first, so the caller
    /// must not have read a mutable sequence's length before them if they could change it: see [`Slice::unpack`].
    pub fn indices(&self, thread: &Thread, length: usize) -> PyResult<SliceIndices> {
        let (start, stop, step) = self.unpack(thread)?;
        Ok(adjust(start, stop, step, length))
    }
}

/// As [`Slice::unpack`], of a slice that has these parts.
pub fn unpack_parts(thread: &Thread, start: Value, stop: Value, step: Value) -> PyResult<(isize, isize, isize)> {
    let step = if step.is_none() {
        1
    } else {
        let step = slice_index(thread, step)?;
        if step == 0 {
            return Err(thread.raise_value_error("slice step cannot be zero"));
        }
        // So that it can be negated.
        step.max(-isize::MAX)
    };
    let backwards = step < 0;
    let start = match start.is_none() {
        true => {
            if backwards {
                isize::MAX
            } else {
                0
            }
        }
        false => slice_index(thread, start)?,
    };
    let stop = match stop.is_none() {
        true => {
            if backwards {
                isize::MIN
            } else {
                isize::MAX
            }
        }
        false => slice_index(thread, stop)?,
    };
    Ok((start, stop, step))
}

/// Clips a slice's numbers to a sequence of `length` items.
pub fn adjust(start: isize, stop: isize, step: isize, length: usize) -> SliceIndices {
    let length = length as isize;
    let clip = |index: isize| {
        if index < 0 {
            let index = index.saturating_add(length);
            if index < 0 { if step < 0 { -1 } else { 0 } } else { index }
        } else if index >= length {
            if step < 0 { length - 1 } else { length }
        } else {
            index
        }
    };
    let (start, stop) = (clip(start), clip(stop));
    let count = if step < 0 {
        if stop < start { strides(start - stop, -step) } else { 0 }
    } else if start < stop {
        strides(stop - start, step)
    } else {
        0
    };
    SliceIndices { start, stop, step, count: count as usize }
}

/// How many strides it takes to cover a distance. Strides of one are most, and dividing is slow.
#[inline]
fn strides(distance: isize, stride: isize) -> isize {
    if stride == 1 { distance } else { (distance - 1) / stride + 1 }
}

/// A slice's number, clipped to the machine word. Raises TypeError if it is neither an int nor has `__index__`.
#[inline]
pub fn slice_index(thread: &Thread, value: Value) -> PyResult<isize> {
    match value.as_small() {
        Some(number) => Ok(number as isize),
        None => slice_index_slow(thread, value),
    }
}

#[cold]
fn slice_index_slow(thread: &Thread, value: Value) -> PyResult<isize> {
    if number::has_index(thread, value) {
        return Ok(number::index_clipped(thread, value)? as isize);
    }
    Err(thread.raise_type_error("slice indices must be integers or None or have an __index__ method"))
}

/// As [`slice_index`] for bounds that may not be `None` (`list.index(x, start)`).
pub fn required_index(thread: &Thread, value: Value) -> PyResult<isize> {
    if number::has_index(thread, value) {
        return Ok(number::index_clipped(thread, value)? as isize);
    }
    Err(thread.raise_type_error("slice indices must be integers or have an __index__ method"))
}

/// The three numbers of a slice for a sequence of any length, as `slice.indices` gives them.
pub(crate) fn indices_of_any_length(thread: &Thread, slice: &Slice, length: &BigInt) -> PyResult<[BigInt; 3]> {
    let evaluate = |value: Value| -> PyResult<Option<BigInt>> {
        if value.is_none() {
            return Ok(None);
        }
        if !number::has_index(thread, value) {
            return Err(thread.raise_type_error("slice indices must be integers or None or have an __index__ method"));
        }
        number::index_bigint(thread, value).map(Some)
    };
    let step = evaluate(slice.step)?.unwrap_or_else(|| BigInt::from(1));
    if step.is_zero() {
        return Err(thread.raise_value_error("slice step cannot be zero"));
    }
    let backwards = step.is_negative();
    let (lower, upper) = if backwards { (BigInt::from(-1), length - 1) } else { (BigInt::ZERO, length.clone()) };
    let clip = |index: BigInt| {
        if index.is_negative() { (index + length).max(lower.clone()) } else { index.min(upper.clone()) }
    };
    let start = evaluate(slice.start)?.map_or_else(|| if backwards { upper.clone() } else { lower.clone() }, clip);
    let stop = evaluate(slice.stop)?.map_or_else(|| if backwards { lower.clone() } else { upper.clone() }, clip);
    Ok([start, stop, step])
}

/// slice(stop)
/// slice(start, stop[, step])
///
/// Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).
#[py_class(name = "slice", kind = Slice)]
impl Slice {
    #[new]
    fn py_new(_class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Slice>> {
        if arguments.keyword_count() > 0 {
            return Err(thread.raise_type_error("slice() takes no keyword arguments"));
        }
        match *arguments.positional() {
            [stop] => Ok(Slice::new(thread, Value::NONE, stop, Value::NONE)),
            [start, stop] => Ok(Slice::new(thread, start, stop, Value::NONE)),
            [start, stop, step] => Ok(Slice::new(thread, start, stop, step)),
            [] => Err(thread.raise_type_error("slice expected at least 1 argument, got 0")),
            ref many => Err(thread.raise_type_error(format!("slice expected at most 3 arguments, got {}", many.len()))),
        }
    }

    #[getter(member)]
    fn start(this: Gc<Slice>) -> Value {
        this.start
    }

    #[getter(member)]
    fn stop(this: Gc<Slice>) -> Value {
        this.stop
    }

    #[getter(member)]
    fn step(this: Gc<Slice>) -> Value {
        this.step
    }

    fn parts(&self, thread: &Thread) -> Gc<Tuple> {
        Tuple::new(thread, &[self.start, self.stop, self.step])
    }

    #[method]
    fn __repr__(this: Gc<Slice>, thread: &Thread) -> PyResult<String> {
        let mut texts = Vec::new();
        for value in [this.start, this.stop, this.step] {
            texts.push(text::repr(thread, value)?.to_str_lossy(thread).into_owned());
        }
        Ok(format!("slice({})", texts.join(", ")))
    }

    #[method]
    fn __eq__(this: Gc<Slice>, thread: &Thread, other: Gc<Slice>) -> PyResult<Value> {
        if this == other {
            return Ok(Value::TRUE);
        }
        this.parts(thread).compare_with(thread, CompareOperator::Eq, other.parts(thread))
    }

    #[method]
    fn __ne__(this: Gc<Slice>, thread: &Thread, other: Gc<Slice>) -> PyResult<Value> {
        if this == other {
            return Ok(Value::FALSE);
        }
        this.parts(thread).compare_with(thread, CompareOperator::Ne, other.parts(thread))
    }

    #[method]
    fn __lt__(this: Gc<Slice>, thread: &Thread, other: Gc<Slice>) -> PyResult<Value> {
        this.parts(thread).compare_with(thread, CompareOperator::Lt, other.parts(thread))
    }

    #[method]
    fn __le__(this: Gc<Slice>, thread: &Thread, other: Gc<Slice>) -> PyResult<Value> {
        this.parts(thread).compare_with(thread, CompareOperator::Le, other.parts(thread))
    }

    #[method]
    fn __gt__(this: Gc<Slice>, thread: &Thread, other: Gc<Slice>) -> PyResult<Value> {
        this.parts(thread).compare_with(thread, CompareOperator::Gt, other.parts(thread))
    }

    #[method]
    fn __ge__(this: Gc<Slice>, thread: &Thread, other: Gc<Slice>) -> PyResult<Value> {
        this.parts(thread).compare_with(thread, CompareOperator::Ge, other.parts(thread))
    }

    #[method]
    fn __hash__(this: Gc<Slice>, thread: &Thread) -> PyResult<i64> {
        hash::of_items(thread, this.parts(thread).items())
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[method(name = "indices")]
    fn py_indices(this: Gc<Slice>, thread: &Thread, object: Value) -> PyResult<Gc<Tuple>> {
        let length = number::index_bigint(thread, object)?;
        if length.is_negative() {
            return Err(thread.raise_value_error("length should not be negative"));
        }
        let [start, stop, step] = indices_of_any_length(thread, &this, &length)?;
        let start = int::from_bigint(thread, start);
        let stop = int::from_bigint(thread, stop);
        let step = int::from_bigint(thread, step);
        Ok(Tuple::new(thread, &[start, stop, step]))
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<Slice>, thread: &Thread) -> Gc<Tuple> {
        let parts = this.parts(thread);
        Tuple::new(thread, &[thread.vm().types.slice.value(), parts.value()])
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}

impl HeapObject for Slice {
    const KIND: Kind = Kind::Slice;

    fn size(&self) -> usize {
        size_of::<Slice>()
    }

    fn trace(&self, tracer: &mut Tracer) {
        for value in [self.start, self.stop, self.step] {
            tracer.value(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(start: isize, stop: isize, step: isize, length: usize) -> Vec<usize> {
        let indices = adjust(start, stop, step, length);
        (0..indices.count).map(|n| indices.index(n)).collect()
    }

    #[test]
    fn clipping_follows_the_sequence_rules() {
        assert_eq!(select(0, isize::MAX, 1, 3), [0, 1, 2]);
        assert_eq!(select(isize::MAX, isize::MIN, -1, 3), [2, 1, 0]);
        assert_eq!(select(-2, isize::MAX, 1, 3), [1, 2]);
        assert_eq!(select(-9, 9, 2, 5), [0, 2, 4]);
        assert_eq!(select(4, 0, -2, 5), [4, 2]);
        assert_eq!(select(3, 1, 1, 5), []);
        assert_eq!(select(0, 5, isize::MAX, 5), [0]);
        assert_eq!(select(4, isize::MIN, -isize::MAX, 5), [4]);
        assert_eq!(adjust(7, 9, 1, 5).start, 5);
    }
}
