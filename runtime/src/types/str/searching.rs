//! Methods of `str` that look for text: `find`, `count`, `replace`, `startswith`, ...
//!
//! What must not stand here: the search itself (`text/search.rs`).

use super::Str;
use crate::error::PyResult;
use crate::object::Gc;
use crate::text::code_points;
use crate::text::search;
use crate::thread::Thread;
use crate::types::slice::slice_index;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::ops::Range;
use taipan_macros::py_methods;

/// `start` and `end` of a search as numbers.
pub(crate) fn bounds_unclipped(
    thread: &Thread,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<(Option<isize>, Option<isize>)> {
    let start = start.map(|value| slice_index(thread, value)).transpose()?;
    let end = end.map(|value| slice_index(thread, value)).transpose()?;
    Ok((start, end))
}

/// `start` and `end` of a search in a sequence of `length` items: `None` if nothing can be found there.
pub(crate) fn bounds(
    thread: &Thread,
    length: usize,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<Option<Range<usize>>> {
    let (start, end) = bounds_unclipped(thread, start, end)?;
    Ok(search::clip_range(length, start, end))
}

/// Which occurrence is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    First,
    Last,
}

/// The index of an occurrence of `sub`.
fn find(
    this: Gc<Str>,
    thread: &Thread,
    sub: Gc<Str>,
    start: Option<Value>,
    end: Option<Value>,
    side: Side,
) -> PyResult<Option<usize>> {
    let Some(range) = bounds(thread, this.code_point_count(), start, end)? else { return Ok(None) };
    if sub.code_point_count() > range.len() || this.is_ascii() && !sub.is_ascii() {
        return Ok(None);
    }
    let from = Str::offset_of(this, thread, range.start);
    let to = Str::offset_of(this, thread, range.end);
    let (bytes, needle) = (this.as_bytes(thread), sub.as_bytes(thread));
    let found = match side {
        Side::First => search::find(&bytes[from..to], needle),
        Side::Last => search::rfind(&bytes[from..to], needle),
    };
    Ok(found.map(|at| Str::index_of_offset(this, thread, from + at)))
}

fn found_or_minus_one(found: Option<usize>) -> i64 {
    found.map_or(-1, |index| index as i64)
}

fn required(thread: &Thread, found: Option<usize>) -> PyResult<usize> {
    found.ok_or_else(|| thread.raise_value_error("substring not found"))
}

/// `startswith` and `endswith` with a string or a tuple of strings.
fn affix(
    this: Gc<Str>,
    thread: &Thread,
    wanted: Value,
    start: Option<Value>,
    end: Option<Value>,
    side: Side,
) -> PyResult<bool> {
    let range = bounds(thread, this.code_point_count(), start, end)?;
    let text = match &range {
        Some(range) => {
            let (from, to) = (Str::offset_of(this, thread, range.start), Str::offset_of(this, thread, range.end));
            Some(&this.as_bytes(thread)[from..to])
        }
        None => None,
    };
    let matches = |part: Gc<Str>| {
        let part = part.as_bytes(thread);
        text.is_some_and(|text| if side == Side::First { text.starts_with(part) } else { text.ends_with(part) })
    };
    if let Some(part) = wanted.cast::<Str>() {
        return Ok(matches(part));
    }
    let method = if side == Side::First { "startswith" } else { "endswith" };
    let Some(tuple) = wanted.cast::<Tuple>() else {
        let name = thread.type_name(wanted);
        return Err(thread.raise_type_error(format!("{method} first arg must be str or a tuple of str, not {name}")));
    };
    for &item in tuple.items() {
        let Some(part) = item.cast::<Str>() else {
            let name = thread.type_name(item);
            return Err(thread.raise_type_error(format!("tuple for {method} must only contain str, not {name}")));
        };
        if matches(part) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[py_methods(class = "str")]
impl Str {
    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Return -1 on failure.
    #[method(signature = "(self, sub, start=None, end=None, /)")]
    fn find(this: Gc<Str>, thread: &Thread, sub: Gc<Str>, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
        Ok(found_or_minus_one(find(this, thread, sub, start, end, Side::First)?))
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Return -1 on failure.
    #[method(signature = "(self, sub, start=None, end=None, /)")]
    fn rfind(this: Gc<Str>, thread: &Thread, sub: Gc<Str>, start: Option<Value>, end: Option<Value>) -> PyResult<i64> {
        Ok(found_or_minus_one(find(this, thread, sub, start, end, Side::Last)?))
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Raises ValueError when the substring is not found.
    #[method(signature = "(self, sub, start=None, end=None, /)")]
    fn index(
        this: Gc<Str>,
        thread: &Thread,
        sub: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        let found = find(this, thread, sub, start, end, Side::First)?;
        required(thread, found)
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Raises ValueError when the substring is not found.
    #[method(signature = "(self, sub, start=None, end=None, /)")]
    fn rindex(
        this: Gc<Str>,
        thread: &Thread,
        sub: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        let found = find(this, thread, sub, start, end, Side::Last)?;
        required(thread, found)
    }

    /// Return the number of non-overlapping occurrences of substring sub in string S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    #[method(signature = "(self, sub, start=None, end=None, /)")]
    fn count(
        this: Gc<Str>,
        thread: &Thread,
        sub: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        let Some(range) = bounds(thread, this.code_point_count(), start, end)? else { return Ok(0) };
        if sub.is_empty() {
            return Ok(range.len() + 1);
        }
        let (from, to) = (Str::offset_of(this, thread, range.start), Str::offset_of(this, thread, range.end));
        Ok(search::count(&this.as_bytes(thread)[from..to], sub.as_bytes(thread)))
    }

    /// Return True if the string starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[method(signature = "(self, prefix, start=None, end=None, /)")]
    fn startswith(
        this: Gc<Str>,
        thread: &Thread,
        prefix: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<bool> {
        affix(this, thread, prefix, start, end, Side::First)
    }

    /// Return True if the string ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[method(signature = "(self, suffix, start=None, end=None, /)")]
    fn endswith(
        this: Gc<Str>,
        thread: &Thread,
        suffix: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<bool> {
        affix(this, thread, suffix, start, end, Side::Last)
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    ///
    /// If the optional argument count is given, only the first count occurrences are
    /// replaced.
    #[method(signature = "(self, old, new, /, count=-1)")]
    fn replace(this: Gc<Str>, thread: &Thread, old: Gc<Str>, new: Gc<Str>, count: Option<isize>) -> PyResult<Gc<Str>> {
        let limit = usize::try_from(count.unwrap_or(-1)).unwrap_or(usize::MAX);
        let (bytes, needle, replacement) = (this.as_bytes(thread), old.as_bytes(thread), new.as_bytes(thread));
        if needle.is_empty() {
            if limit == 0 {
                return Ok(Str::to_exact(this, thread));
            }
            let out =
                search::interleave(bytes, replacement, limit, |offset| code_points::sequence_length(bytes[offset]));
            return Ok(Str::from_wtf8_bytes_unchecked(thread, &out));
        }
        let Some(found) = search::Replacement::find(bytes, needle, limit) else {
            return Ok(Str::to_exact(this, thread));
        };
        let Some(byte_length) = found.length(replacement) else {
            return Err(thread.raise_overflow_error("replace string is too long"));
        };
        let length =
            this.code_point_count() - found.count() * old.code_point_count() + found.count() * new.code_point_count();
        Str::fresh(thread, byte_length, length, |target| found.write(replacement, target))
    }

    /// Return a str with the given prefix string removed if present.
    ///
    /// If the string starts with the prefix string, return string[len(prefix):].
    /// Otherwise, return a copy of the original string.
    #[method(signature = "(self, prefix, /)")]
    fn removeprefix(this: Gc<Str>, thread: &Thread, prefix: Gc<Str>) -> Gc<Str> {
        let (bytes, part) = (this.as_bytes(thread), prefix.as_bytes(thread));
        let start = if bytes.starts_with(part) { part.len() } else { 0 };
        Str::byte_substring(this, thread, start, bytes.len())
    }

    /// Return a str with the given suffix string removed if present.
    ///
    /// If the string ends with the suffix string and that suffix is not empty,
    /// return string[:-len(suffix)]. Otherwise, return a copy of the original
    /// string.
    #[method(signature = "(self, suffix, /)")]
    fn removesuffix(this: Gc<Str>, thread: &Thread, suffix: Gc<Str>) -> Gc<Str> {
        let (bytes, part) = (this.as_bytes(thread), suffix.as_bytes(thread));
        let end = if bytes.ends_with(part) { bytes.len() - part.len() } else { bytes.len() };
        Str::byte_substring(this, thread, 0, end)
    }
}
