//! The `_bisect` module: searching and inserting in sorted sequences.
//!
//! What lives here: the functions. Start at [`search`].

use crate::dispatch::compare::{self, CompareOperator};
use crate::dispatch::{call, iter, number, subscript};
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::int;
use crate::types::list::List;
use crate::value::Value;
use taipan_macros::py_module;

/// Which side of equal items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// Where `x` belongs in the sorted sequence `a[low:high]`. `key` is applied to items, not to `x`.
fn search(
    thread: &Thread,
    side: Side,
    a: Value,
    x: Value,
    low: isize,
    high: Option<isize>,
    key: Option<Value>,
) -> PyResult<usize> {
    if low < 0 {
        return Err(thread.raise_value_error("lo must be non-negative"));
    }
    let mut low = low as usize;
    let mut high = match high {
        Some(high) if high >= 0 => high as usize,
        Some(_) | None => iter::length(thread, a)?,
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let item = subscript::get_item(thread, a, int::from_i64(thread, middle as i64))?;
        let item = match key {
            Some(key) => call::call(thread, key, &[item])?,
            None => item,
        };
        let goes_right = match side {
            Side::Left => compare::compare_truth(thread, CompareOperator::Lt, item, x)?,
            Side::Right => !compare::compare_truth(thread, CompareOperator::Lt, x, item)?,
        };
        if goes_right {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// An optional `hi`: `None` is the length, and so is -1 as in CPython.
fn high_bound(thread: &Thread, high: Option<Value>) -> PyResult<Option<isize>> {
    match high {
        None | Some(Value::NONE) => Ok(None),
        Some(high) => number::index_i64(thread, high).map(|high| Some(high as isize)),
    }
}

fn insert(
    thread: &Thread,
    side: Side,
    a: Value,
    x: Value,
    low: Option<isize>,
    high: Option<Value>,
    key: Option<Value>,
) -> PyResult<()> {
    let high = high_bound(thread, high)?;
    let sought = match key {
        Some(key) => call::call(thread, key, &[x])?,
        None => x,
    };
    let index = search(thread, side, a, sought, low.unwrap_or(0), high, key)?;
    match a.cast::<List>().filter(|list| list.is_exact()) {
        Some(list) => list.insert(thread, index.min(list.len()), x),
        None => {
            let name = thread.vm().interner.intern_text(thread, "insert");
            call::call_method(thread, a, name, &[crate::types::int::from_usize(thread, index), x]).map(drop)
        }
    }
}

/// Bisection algorithms.
///
/// This module provides support for maintaining a list in sorted order without
/// having to sort the list after each insertion. For long lists of items with
/// expensive comparison operations, this can be an improvement over the more
/// common approach.
#[py_module(name = "_bisect")]
pub mod _bisect {
    use super::{Side, high_bound, insert, search};
    use crate::error::PyResult;
    use crate::thread::Thread;
    use crate::value::Value;

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        thread: &Thread,
        a: Value,
        x: Value,
        lo: Option<isize>,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<usize> {
        let high = high_bound(thread, hi)?;
        search(thread, Side::Left, a, x, lo.unwrap_or(0), high, key)
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        thread: &Thread,
        a: Value,
        x: Value,
        lo: Option<isize>,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<usize> {
        let high = high_bound(thread, hi)?;
        search(thread, Side::Right, a, x, lo.unwrap_or(0), high, key)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        thread: &Thread,
        a: Value,
        x: Value,
        lo: Option<isize>,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<()> {
        insert(thread, Side::Left, a, x, lo, hi, key)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(signature = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        thread: &Thread,
        a: Value,
        x: Value,
        lo: Option<isize>,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<()> {
        insert(thread, Side::Right, a, x, lo, hi, key)
    }
}
