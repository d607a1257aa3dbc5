//! The methods that `bytes` and `bytearray` share.
//!
//! What lives here: one text of every such method ([`byte_methods!`] makes the block of each class from it) and
//! the conversion of arguments. What must not: what only one of the classes can (`bytes/class.rs`,
//! `bytearray/class.rs`), the algorithms (`text/search.rs`, `text/ascii.rs`). Start at [`ByteSequence`].

use crate::dispatch::{self, iter, number};
use crate::error::{PyResult, Raised};
use crate::object::{Gc, HeapObject};
use crate::scratch::ScratchVec;
use crate::text::ascii::Class;
use crate::text::search;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::list::List;
use crate::types::slice::Slice;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::ops::Range;

/// What the shared methods need of a class.
pub trait ByteSequence: HeapObject + Sized {
    /// `bytes` or `bytearray`.
    const NAME: &'static str;
    /// The contents; stale after any Python code ran.
    fn contents(&self) -> &[u8];
    /// A new object of the exact class.
    fn make(thread: &Thread, data: &[u8]) -> PyResult<Value>;
    /// What a method returns that changes nothing: the object itself if it is immutable, else a copy.
    fn unchanged(this: Gc<Self>, thread: &Thread) -> PyResult<Value>;
    /// Runs `f` while the contents cannot be resized by Python code that arguments run.
    fn exported<R>(this: Gc<Self>, f: impl FnOnce(&[u8]) -> R) -> R;
    /// Comparisons with `other` are this class's to answer: `bytes` leaves all but `bytes` to the other operand.
    fn compares_with(thread: &Thread, other: Value) -> bool;
}

impl ByteSequence for Bytes {
    const NAME: &'static str = "bytes";
    fn contents(&self) -> &[u8] {
        self.as_slice()
    }
    fn make(thread: &Thread, data: &[u8]) -> PyResult<Value> {
        Ok(Bytes::new(thread, data).value())
    }
    fn unchanged(this: Gc<Bytes>, thread: &Thread) -> PyResult<Value> {
        Ok(if this.is_exact() { this.value() } else { Bytes::new(thread, this.as_slice()).value() })
    }
    fn exported<R>(this: Gc<Bytes>, f: impl FnOnce(&[u8]) -> R) -> R {
        f(this.as_slice())
    }
    fn compares_with(_: &Thread, other: Value) -> bool {
        other.cast::<Bytes>().is_some()
    }
}

impl ByteSequence for ByteArray {
    const NAME: &'static str = "bytearray";
    fn contents(&self) -> &[u8] {
        self.as_slice()
    }
    fn make(thread: &Thread, data: &[u8]) -> PyResult<Value> {
        Ok(ByteArray::new(thread, data)?.value())
    }
    fn unchanged(this: Gc<ByteArray>, thread: &Thread) -> PyResult<Value> {
        ByteArray::make(thread, this.as_slice())
    }
    fn exported<R>(this: Gc<ByteArray>, f: impl FnOnce(&[u8]) -> R) -> R {
        this.export();
        let result = f(this.as_slice());
        this.release_export();
        result
    }
    fn compares_with(_: &Thread, _: Value) -> bool {
        true
    }
}

// ---- arguments ----

/// A number that must be a byte. `what` is "byte" or "bytes", as the caller words it.
pub fn byte_value(thread: &Thread, value: Value, what: &str) -> PyResult<u8> {
    let number = match value.as_small() {
        Some(number) => Some(number),
        None => int::to_i64(number::index(thread, value)?),
    };
    match number.map(u8::try_from) {
        Some(Ok(byte)) => Ok(byte),
        _ => Err(thread.raise_value_error(format!("{what} must be in range(0, 256)"))),
    }
}

/// Runs `f` on what to look for: a bytes-like object or a byte's number.
pub fn with_needle<R>(thread: &Thread, value: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    if buffer::is_bytes_like(thread, value) {
        return buffer::with_bytes(thread, value, f);
    }
    if !number::has_index(thread, value) {
        let name = thread.type_name(value);
        return Err(thread.raise_type_error(format!("argument should be integer or bytes-like object, not '{name}'")));
    }
    Ok(f(&[byte_value(thread, value, "byte")?]))
}

/// The fill byte of `center` and its like.
fn fill_byte(thread: &Thread, fill: Option<Value>, method: &str) -> PyResult<u8> {
    let Some(value) = fill else { return Ok(b' ') };
    let contents = match (value.cast::<Bytes>(), value.cast::<ByteArray>()) {
        (Some(bytes), _) => Some((bytes.len(), bytes.as_slice().first().copied(), "bytes")),
        (_, Some(array)) => Some((array.len(), array.as_slice().first().copied(), "bytearray")),
        (None, None) => None,
    };
    match contents {
        Some((1, Some(byte), _)) => Ok(byte),
        Some((length, _, name)) => Err(thread.raise_type_error(format!(
            "{method}(): argument 2 must be a byte string of length 1, not a {name} object of length {length}"
        ))),
        None => {
            let name = thread.type_name(value);
            Err(thread.raise_type_error(format!("{method}() argument 2 must be a byte string of length 1, not {name}")))
        }
    }
}

pub(crate) fn limit(count: Option<isize>) -> usize {
    usize::try_from(count.unwrap_or(-1)).unwrap_or(usize::MAX)
}

// ---- the methods' bodies, generic over the class ----

pub(crate) fn find<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
    last: bool,
) -> PyResult<Option<usize>> {
    with_needle_and_range(this, thread, sub, start, end, |bytes, range, needle| {
        let range = range?;
        let part = &bytes[range.clone()];
        let found = if last { search::rfind(part, needle) } else { search::find(part, needle) };
        found.map(|at| range.start + at)
    })
}

/// Evaluates bounds and needle, then runs `f` on contents, range and needle.
fn with_needle_and_range<T: ByteSequence, R>(
    this: Gc<T>,
    thread: &Thread,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
    f: impl FnOnce(&[u8], Option<Range<usize>>, &[u8]) -> R,
) -> PyResult<R> {
    let bounds = crate::types::str::searching::bounds_unclipped(thread, start, end)?;
    with_needle(thread, sub, |needle| {
        let bytes = this.contents();
        f(bytes, search::clip_range(bytes.len(), bounds.0, bounds.1), needle)
    })
}

pub(crate) fn not_found(thread: &Thread) -> Raised {
    thread.raise_value_error("subsection not found")
}

pub(crate) fn count<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<usize> {
    with_needle_and_range(this, thread, sub, start, end, |bytes, range, needle| match range {
        None => 0,
        Some(range) if needle.is_empty() => range.len() + 1,
        Some(range) => search::count(&bytes[range], needle),
    })
}

/// `startswith` and `endswith`.
pub(crate) fn affix<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    wanted: Value,
    start: Option<Value>,
    end: Option<Value>,
    at_start: bool,
) -> PyResult<bool> {
    let (start, end) = crate::types::str::searching::bounds_unclipped(thread, start, end)?;
    let matches = |part: &[u8]| {
        let bytes = this.contents();
        search::clip_range(bytes.len(), start, end).is_some_and(|range| {
            let text = &bytes[range];
            if at_start { text.starts_with(part) } else { text.ends_with(part) }
        })
    };
    if let Some(tuple) = wanted.cast::<Tuple>() {
        for &item in tuple.items() {
            if buffer::with_bytes(thread, item, matches)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !buffer::is_bytes_like(thread, wanted) {
        let method = if at_start { "startswith" } else { "endswith" };
        let name = thread.type_name(wanted);
        return Err(
            thread.raise_type_error(format!("{method} first arg must be bytes or a tuple of bytes, not {name}"))
        );
    }
    buffer::with_bytes(thread, wanted, matches)
}

pub(crate) fn replace<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    old: Value,
    new: Value,
    count: Option<isize>,
) -> PyResult<Value> {
    let replaced = buffer::with_bytes(thread, old, |old| {
        buffer::with_bytes(thread, new, |new| {
            let (bytes, limit) = (this.contents(), limit(count));
            if old.is_empty() {
                Some(search::interleave(bytes, new, limit, |_| 1))
            } else {
                search::replace(bytes, old, new, limit)
            }
        })
    })??;
    match replaced {
        Some(bytes) => T::make(thread, &bytes),
        None => T::unchanged(this, thread),
    }
}

/// A list of new objects with the parts at these ranges.
fn list_of<T: ByteSequence>(
    thread: &Thread,
    bytes: &[u8],
    parts: impl IntoIterator<Item = Range<usize>>,
) -> PyResult<Gc<List>> {
    let list = List::with_capacity(thread, 0);
    for part in parts {
        list.push(thread, T::make(thread, &bytes[part])?)?;
    }
    Ok(list)
}

pub(crate) fn split<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    sep: Option<Value>,
    maxsplit: Option<isize>,
    right: bool,
) -> PyResult<Gc<List>> {
    let limit = limit(maxsplit);
    let Some(sep) = sep else {
        let space = Class::BYTES_SPACE;
        return T::exported(this, |bytes| {
            let parts = if right {
                search::rsplit_runs(bytes.len(), limit, |to| crate::text::ascii::previous_run(bytes, to, space))
            } else {
                search::split_runs(bytes.len(), limit, |from| crate::text::ascii::next_run(bytes, from, space))
            };
            list_of::<T>(thread, bytes, parts)
        });
    };
    buffer::with_bytes(thread, sep, |separator| {
        if separator.is_empty() {
            return Err(thread.raise_value_error("empty separator"));
        }
        T::exported(this, |bytes| {
            if right {
                list_of::<T>(thread, bytes, search::rsplit(bytes, separator, limit))
            } else {
                list_of::<T>(thread, bytes, search::Split::new(bytes, separator, limit))
            }
        })
    })?
}

pub(crate) fn splitlines<T: ByteSequence>(this: Gc<T>, thread: &Thread, keepends: bool) -> PyResult<Gc<List>> {
    T::exported(this, |bytes| {
        let is_break = |byte: u32| byte == u32::from(b'\n') || byte == u32::from(b'\r');
        list_of::<T>(thread, bytes, crate::text::properties::lines(bytes, keepends, is_break, false))
    })
}

pub(crate) fn partition<T: ByteSequence>(this: Gc<T>, thread: &Thread, sep: Value, last: bool) -> PyResult<Gc<Tuple>> {
    let parts = buffer::with_bytes(thread, sep, |separator| {
        if separator.is_empty() {
            return Err(thread.raise_value_error("empty separator"));
        }
        T::exported(this, |bytes| {
            let found = if last { search::rfind(bytes, separator) } else { search::find(bytes, separator) };
            Ok(match found {
                Some(at) => {
                    let (before, after) =
                        (T::make(thread, &bytes[..at])?, T::make(thread, &bytes[at + separator.len()..])?);
                    [before, separator_object::<T>(thread, sep, separator)?, after]
                }
                None if last => [T::make(thread, b"")?, T::make(thread, b"")?, T::unchanged(this, thread)?],
                None => [T::unchanged(this, thread)?, T::make(thread, b"")?, T::make(thread, b"")?],
            })
        })
    })??;
    Ok(Tuple::new(thread, &parts))
}

/// The separator as part of `partition`'s result: the given object if it is immutable bytes already.
fn separator_object<T: ByteSequence>(thread: &Thread, given: Value, separator: &[u8]) -> PyResult<Value> {
    match given.cast::<Bytes>() {
        Some(bytes) if T::NAME == "bytes" && bytes.is_exact() => Ok(given),
        _ => T::make(thread, separator),
    }
}

pub(crate) fn strip<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    set: Option<Value>,
    start: bool,
    end: bool,
) -> PyResult<Value> {
    let cut = |strips: &dyn Fn(u8) -> bool| {
        let bytes = this.contents();
        let from = if start { bytes.iter().position(|&byte| !strips(byte)).unwrap_or(bytes.len()) } else { 0 };
        let to =
            if end { bytes.iter().rposition(|&byte| !strips(byte)).map_or(from, |at| at + 1) } else { bytes.len() };
        from..to.max(from)
    };
    let range = match set {
        None => cut(&|byte| Class::BYTES_SPACE.contains(byte)),
        Some(set) => buffer::with_bytes(thread, set, |set| cut(&|byte| set.contains(&byte)))?,
    };
    if range.len() == this.contents().len() {
        return T::unchanged(this, thread);
    }
    T::exported(this, |bytes| T::make(thread, &bytes[range]))
}

/// A changed copy.
pub(crate) fn mapped<T: ByteSequence>(this: Gc<T>, thread: &Thread, map: impl FnOnce(&mut [u8])) -> PyResult<Value> {
    let mut bytes = this.contents().to_vec();
    map(&mut bytes);
    T::make(thread, &bytes)
}

/// `center`, `ljust`, `rjust`: `left_of(padding, width)` says how much of the padding goes to the left.
pub(crate) fn pad<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    width: isize,
    fill: Option<Value>,
    method: &str,
    left_of: impl FnOnce(usize, usize) -> usize,
) -> PyResult<Value> {
    let fill = fill_byte(thread, fill, method)?;
    let bytes = this.contents();
    let width = usize::try_from(width).unwrap_or(0);
    let padding = width.saturating_sub(bytes.len());
    if padding == 0 {
        return T::unchanged(this, thread);
    }
    let left = left_of(padding, width);
    let mut out = Vec::new();
    if out.try_reserve_exact(bytes.len() + padding).is_err() {
        return Err(thread.raise_memory_error(""));
    }
    out.resize(left, fill);
    out.extend_from_slice(bytes);
    out.resize(bytes.len() + padding, fill);
    T::make(thread, &out)
}

pub(crate) fn zfill<T: ByteSequence>(this: Gc<T>, thread: &Thread, width: isize) -> PyResult<Value> {
    let bytes = this.contents();
    let width = usize::try_from(width).unwrap_or(0);
    if width <= bytes.len() {
        return T::unchanged(this, thread);
    }
    if Vec::<u8>::new().try_reserve(width).is_err() {
        return Err(thread.raise_memory_error(""));
    }
    let filled = crate::text::ascii::zero_fill(bytes, bytes.len(), width);
    T::make(thread, &filled)
}

pub(crate) fn translate<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    table: Option<Value>,
    delete: Option<Value>,
) -> PyResult<Value> {
    let mut map: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    if let Some(table) = table {
        let valid = buffer::with_bytes(thread, table, |table| {
            let valid = table.len() == map.len();
            if valid {
                map.copy_from_slice(table);
            }
            valid
        })?;
        if !valid {
            return Err(thread.raise_value_error("translation table must be 256 characters long"));
        }
    }
    let mut deleted = [false; 256];
    if let Some(delete) = delete {
        buffer::with_bytes(thread, delete, |delete| delete.iter().for_each(|&byte| deleted[byte as usize] = true))?;
    }
    let out: Vec<u8> =
        this.contents().iter().filter(|&&byte| !deleted[byte as usize]).map(|&byte| map[byte as usize]).collect();
    T::make(thread, &out)
}

pub(crate) fn maketrans(thread: &Thread, from: Value, to: Value) -> PyResult<Gc<Bytes>> {
    let mut map: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    let equal = buffer::with_bytes(thread, from, |from| {
        buffer::with_bytes(thread, to, |to| {
            if from.len() != to.len() {
                return false;
            }
            for (&from, &to) in from.iter().zip(to) {
                map[from as usize] = to;
            }
            true
        })
    })??;
    if !equal {
        return Err(thread.raise_value_error("maketrans arguments must have same length"));
    }
    Ok(Bytes::new(thread, &map))
}

pub(crate) fn join<T: ByteSequence>(this: Gc<T>, thread: &Thread, iterable: Value) -> PyResult<Value> {
    let items = collect(thread, iterable)?;
    let separator = this.contents().to_vec();
    let mut out = Vec::new();
    for (index, &item) in items.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(&separator);
        }
        if !buffer::is_bytes_like(thread, item) {
            let name = thread.type_name(item);
            return Err(
                thread.raise_type_error(format!("sequence item {index}: expected a bytes-like object, {name} found"))
            );
        }
        buffer::with_bytes(thread, item, |bytes| out.extend_from_slice(bytes))?;
    }
    T::make(thread, &out)
}

/// The items of the argument of `join`.
fn collect(thread: &Thread, iterable: Value) -> PyResult<ScratchVec> {
    if let Some(tuple) = iterable.cast::<Tuple>() {
        return Ok(ScratchVec::from_slice(thread, tuple.items()));
    }
    let class = thread.class_of(iterable);
    if class.special(thread, Special::Iter).is_none() && class.special(thread, Special::GetItem).is_none() {
        return Err(thread.raise_type_error("can only join an iterable"));
    }
    let iterator = iter::get_iter(thread, iterable)?;
    let mut items = ScratchVec::new();
    while let Some(item) = iter::next(thread, iterator)? {
        items.push(thread, item);
    }
    Ok(items)
}

/// `hex(sep, bytes_per_sep)` of any bytes.
pub fn hex(thread: &Thread, bytes: &[u8], sep: Option<Value>, bytes_per_sep: Option<i32>) -> PyResult<Gc<Str>> {
    let separator = match sep {
        None => None,
        Some(sep) => {
            if iter::length(thread, sep)? != 1 {
                return Err(thread.raise_value_error("sep must be length 1."));
            }
            let byte = match (sep.cast::<Str>(), sep.cast::<Bytes>()) {
                (Some(string), _) => {
                    if !string.is_ascii() {
                        return Err(thread.raise_value_error("sep must be ASCII."));
                    }
                    string.as_bytes(thread).first().copied()
                }
                (_, Some(bytes)) => bytes.as_slice().first().copied(),
                (None, None) => return Err(thread.raise_type_error("sep must be str or bytes.")),
            };
            byte.filter(u8::is_ascii)
                .map_or_else(|| Err(thread.raise_value_error("sep must be ASCII.")), |byte| Ok(Some(byte)))?
        }
    };
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let group = bytes_per_sep.unwrap_or(1);
    let mut out = Vec::with_capacity(bytes.len() * 3);
    for (index, &byte) in bytes.iter().enumerate() {
        if let Some(separator) = separator {
            let size = group.unsigned_abs() as usize;
            // Positive: groups are counted from the right.
            let boundary = if group >= 0 { bytes.len() - index } else { index };
            if index > 0 && size > 0 && boundary % size == 0 {
                out.push(separator);
            }
        }
        out.extend([DIGITS[(byte >> 4) as usize], DIGITS[(byte & 15) as usize]]);
    }
    Ok(Str::from_ascii_unchecked(thread, &out))
}

/// The bytes that `fromhex` reads out of a string or bytes-like object.
pub(crate) fn parse_hex(thread: &Thread, source: Value) -> PyResult<Vec<u8>> {
    let digits = match source.cast::<Str>() {
        Some(string) => string.as_bytes(thread).to_vec(),
        None if buffer::is_bytes_like(thread, source) => buffer::to_vec(thread, source)?,
        None => {
            let name = thread.type_name(source);
            return Err(thread.raise_type_error(format!("fromhex() argument must be str or bytes-like, not {name}")));
        }
    };
    let bad = |position: usize| {
        // Positions count characters.
        let position = if source.cast::<Str>().is_some() {
            crate::text::code_points::count(&digits[..position])
        } else {
            position
        };
        thread.raise_value_error(format!("non-hexadecimal number found in fromhex() arg at position {position}"))
    };
    let digit =
        |position: usize| digits.get(position).and_then(|&byte| char::from(byte).to_digit(16)).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(digits.len() / 2);
    let mut position = 0;
    while position < digits.len() {
        if Class::BYTES_SPACE.contains(digits[position]) {
            position += 1;
            continue;
        }
        let Some(high) = digit(position) else { return Err(bad(position)) };
        position += 1;
        if position >= digits.len() {
            return Err(thread.raise_value_error("fromhex() arg must contain an even number of hexadecimal digits"));
        }
        let Some(low) = digit(position) else { return Err(bad(position)) };
        out.push(high << 4 | low);
        position += 1;
    }
    Ok(out)
}

/// `key in this`.
pub(crate) fn contains<T: ByteSequence>(this: Gc<T>, thread: &Thread, key: Value) -> PyResult<bool> {
    if number::has_index(thread, key) {
        let byte = byte_value(thread, key, "byte")?;
        return Ok(memchr::memchr(byte, this.contents()).is_some());
    }
    buffer::with_bytes(thread, key, |needle| search::find(this.contents(), needle).is_some())
}

/// `this[key]` with an index or a slice.
pub(crate) fn get_item<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    key: Value,
    kind: &str,
    out_of_range: &str,
) -> PyResult<Value> {
    if let Some(slice) = key.cast::<Slice>() {
        let (start, stop, step) = slice.unpack(thread)?;
        let length = this.contents().len();
        let indices = crate::types::slice::adjust(start, stop, step, length);
        if indices.step == 1 && indices.count == length {
            return T::unchanged(this, thread);
        }
        let out: Vec<u8> = if indices.step == 1 {
            this.contents()[indices.index(0)..][..indices.count].to_vec()
        } else {
            (0..indices.count).map(|n| this.contents()[indices.index(n)]).collect()
        };
        return T::make(thread, &out);
    }
    let index = index_argument(thread, key, kind)?;
    let bytes = this.contents();
    let absolute = if index < 0 { index + bytes.len() as i64 } else { index };
    match usize::try_from(absolute).ok().and_then(|index| bytes.get(index)) {
        Some(&byte) => Ok(Value::small_wrapping(i64::from(byte))),
        None => Err(thread.raise_index_error(out_of_range)),
    }
}

/// A subscript that must be an int.
pub(crate) fn index_argument(thread: &Thread, key: Value, kind: &str) -> PyResult<i64> {
    if let Some(index) = key.as_small() {
        return Ok(index);
    }
    if !number::has_index(thread, key) {
        let name = thread.type_name(key);
        return Err(thread.raise_type_error(format!("{kind} indices must be integers or slices, not {name}")));
    }
    number::subscript_i64(thread, key)
}

/// `this + other`.
pub(crate) fn concat<T: ByteSequence>(this: Gc<T>, thread: &Thread, other: Value) -> PyResult<Value> {
    if !buffer::is_bytes_like(thread, other) {
        let (left, right) = (thread.type_name(this.value()), thread.type_name(other));
        return Err(thread.raise_type_error(format!("can't concat {right} to {left}")));
    }
    let joined = buffer::with_bytes(thread, other, |other| [this.contents(), other].concat())?;
    T::make(thread, &joined)
}

/// `this * count`.
pub(crate) fn repeat<T: ByteSequence>(this: Gc<T>, thread: &Thread, count: Value) -> PyResult<Value> {
    let count = usize::try_from(number::index_i64(thread, count)?).unwrap_or(0);
    let bytes = this.contents();
    if count == 1 {
        return T::unchanged(this, thread);
    }
    let Some(length) = bytes.len().checked_mul(count).filter(|&n| n <= isize::MAX as usize) else {
        return Err(if T::NAME == "bytes" {
            thread.raise_overflow_error("repeated bytes are too long")
        } else {
            thread.raise_memory_error("")
        });
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(length).is_err() {
        return Err(thread.raise_memory_error(""));
    }
    out.resize(length, 0);
    crate::types::str::class::repeat_into(&mut out, bytes);
    T::make(thread, &out)
}

/// The order against another bytes-like object; `None` if it is none, or answers itself.
pub(crate) fn compare<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    other: Value,
) -> PyResult<Option<std::cmp::Ordering>> {
    if !T::compares_with(thread, other) {
        return Ok(None);
    }
    buffer::try_with_bytes(thread, other, |other| this.contents().cmp(other))
}

/// `==` and `!=`: NotImplemented unless the other is bytes-like.
pub(crate) fn equality<T: ByteSequence>(this: Gc<T>, thread: &Thread, other: Value, wanted: bool) -> PyResult<Value> {
    if other == this.value() {
        return Ok(Value::from_bool(wanted));
    }
    if !T::compares_with(thread, other) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let equal = buffer::try_with_bytes(thread, other, |other| this.contents() == other)?;
    Ok(equal.map_or(Value::NOT_IMPLEMENTED, |equal| Value::from_bool(equal == wanted)))
}

/// `<` and its like: NotImplemented unless the other is bytes-like.
pub(crate) fn ordering<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    other: Value,
    holds: impl FnOnce(std::cmp::Ordering) -> bool,
) -> PyResult<Value> {
    Ok(compare(this, thread, other)?.map_or(Value::NOT_IMPLEMENTED, |order| Value::from_bool(holds(order))))
}

/// What the constructors of both classes accept as contents: encoded text, a count of zeros, a bytes-like
/// object, or an iterable of byte values.
pub(crate) fn contents_of(
    thread: &Thread,
    source: Option<Value>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    kind: &str,
) -> PyResult<Vec<u8>> {
    let text = source.and_then(|source| source.cast::<Str>());
    if let Some(text) = text {
        if encoding.is_none() {
            return Err(thread.raise_type_error("string argument without an encoding"));
        }
        let (encoding, errors) = crate::types::str::class::codec_names(thread, encoding, errors)?;
        let bytes = dispatch::text::codecs::encode(thread, text, encoding.as_deref(), errors.as_deref())?;
        return Ok(bytes.as_slice().to_vec());
    }
    if encoding.is_some() {
        return Err(thread.raise_type_error("encoding without a string argument"));
    }
    if errors.is_some() {
        return Err(thread.raise_type_error("errors without a string argument"));
    }
    let Some(source) = source else { return Ok(Vec::new()) };
    if number::has_index(thread, source) {
        let count = number::index_i64(thread, source)?;
        let Ok(count) = usize::try_from(count) else {
            return Err(thread.raise_value_error("negative count"));
        };
        let mut zeros = Vec::new();
        if zeros.try_reserve_exact(count).is_err() {
            return Err(thread.raise_memory_error(""));
        }
        zeros.resize(count, 0);
        return Ok(zeros);
    }
    if buffer::is_bytes_like(thread, source) {
        return buffer::to_vec(thread, source);
    }
    bytes_from_iterable(thread, source, kind, if kind == "bytes" { "bytes" } else { "byte" })
}

/// The byte values of an iterable.
pub(crate) fn bytes_from_iterable(thread: &Thread, source: Value, kind: &str, range_word: &str) -> PyResult<Vec<u8>> {
    let class = thread.class_of(source);
    if class.special(thread, Special::Iter).is_none() && class.special(thread, Special::GetItem).is_none() {
        let name = thread.type_name(source);
        return Err(thread.raise_type_error(format!("cannot convert '{name}' object to {kind}")));
    }
    let iterator = iter::get_iter(thread, source)?;
    let mut out = Vec::new();
    while let Some(item) = iter::next(thread, iterator)? {
        out.push(byte_value(thread, item, range_word)?);
    }
    Ok(out)
}

/// Makes the block of shared methods of a class: `byte_methods!(Bytes, "bytes")`.
macro_rules! byte_methods {
    ($class:ident, $name:tt) => {
        #[taipan_macros::py_methods(class = $name, spec = SHARED_METHODS)]
        impl $class {
            #[method(no_reenter)]
            fn __len__(this: Gc<$class>) -> usize {
                this.len()
            }

            #[method]
            fn __contains__(this: Gc<$class>, thread: &Thread, key: Value) -> PyResult<bool> {
                byte_methods::contains(this, thread, key)
            }

            #[method]
            fn __add__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::concat(this, thread, other)
            }

            #[method]
            fn __mul__(this: Gc<$class>, thread: &Thread, count: Value) -> PyResult<Value> {
                byte_methods::repeat(this, thread, count)
            }

            #[method]
            fn __rmul__(this: Gc<$class>, thread: &Thread, count: Value) -> PyResult<Value> {
                byte_methods::repeat(this, thread, count)
            }

            #[method]
            fn __eq__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::equality(this, thread, other, true)
            }

            #[method]
            fn __ne__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::equality(this, thread, other, false)
            }

            #[method]
            fn __lt__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::ordering(this, thread, other, |order| order.is_lt())
            }

            #[method]
            fn __le__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::ordering(this, thread, other, |order| order.is_le())
            }

            #[method]
            fn __gt__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::ordering(this, thread, other, |order| order.is_gt())
            }

            #[method]
            fn __ge__(this: Gc<$class>, thread: &Thread, other: Value) -> PyResult<Value> {
                byte_methods::ordering(this, thread, other, |order| order.is_ge())
            }

            #[method]
            fn __mod__(this: Gc<$class>, thread: &Thread, values: Value) -> PyResult<Value> {
                let format = this.as_slice().to_vec();
                let formatted = crate::dispatch::text::percent::format_bytes(thread, &format, values)?;
                <$class as ByteSequence>::make(thread, &formatted)
            }

            #[method]
            fn __rmod__(this: Gc<$class>, thread: &Thread, format: Value) -> PyResult<Value> {
                match format.cast::<$class>() {
                    Some(format) => $class::__mod__(format, thread, this.value()),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }

            /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Return -1 on failure.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn find(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<i64> {
                Ok(byte_methods::find(this, thread, sub, start, end, false)?.map_or(-1, |index| index as i64))
            }

            /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Return -1 on failure.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn rfind(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<i64> {
                Ok(byte_methods::find(this, thread, sub, start, end, true)?.map_or(-1, |index| index as i64))
            }

            /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Raise ValueError if the subsection is not found.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn index(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                byte_methods::find(this, thread, sub, start, end, false)?.ok_or_else(|| byte_methods::not_found(thread))
            }

            /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Raise ValueError if the subsection is not found.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn rindex(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                byte_methods::find(this, thread, sub, start, end, true)?.ok_or_else(|| byte_methods::not_found(thread))
            }

            /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[method(signature = "(self, sub, start=None, end=None, /)")]
            fn count(
                this: Gc<$class>,
                thread: &Thread,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                byte_methods::count(this, thread, sub, start, end)
            }

            /// Return True if the bytes starts with the specified prefix, False otherwise.
            ///
            ///   prefix
            ///     A bytes or a tuple of bytes to try.
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[method(signature = "(self, prefix, start=None, end=None, /)")]
            fn startswith(
                this: Gc<$class>,
                thread: &Thread,
                prefix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<bool> {
                byte_methods::affix(this, thread, prefix, start, end, true)
            }

            /// Return True if the bytes ends with the specified suffix, False otherwise.
            ///
            ///   suffix
            ///     A bytes or a tuple of bytes to try.
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[method(signature = "(self, suffix, start=None, end=None, /)")]
            fn endswith(
                this: Gc<$class>,
                thread: &Thread,
                suffix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<bool> {
                byte_methods::affix(this, thread, suffix, start, end, false)
            }

            /// Return a copy with all occurrences of substring old replaced by new.
            ///
            ///   count
            ///     Maximum number of occurrences to replace.
            ///     -1 (the default value) means replace all occurrences.
            ///
            /// If the optional argument count is given, only the first count occurrences are
            /// replaced.
            #[method(signature = "(self, old, new, count=-1, /)")]
            fn replace(
                this: Gc<$class>,
                thread: &Thread,
                old: Value,
                new: Value,
                count: Option<isize>,
            ) -> PyResult<Value> {
                byte_methods::replace(this, thread, old, new, count)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace characters
            ///     (space, tab, return, newline, formfeed, vertical tab).
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            #[method(signature = "(self, /, sep=None, maxsplit=-1)")]
            fn split(
                this: Gc<$class>,
                thread: &Thread,
                sep: Option<Value>,
                maxsplit: Option<isize>,
            ) -> PyResult<Gc<List>> {
                byte_methods::split(this, thread, sep, maxsplit, false)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace characters
            ///     (space, tab, return, newline, formfeed, vertical tab).
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            ///
            /// Splitting is done starting at the end of the bytes and working to the front.
            #[method(signature = "(self, /, sep=None, maxsplit=-1)")]
            fn rsplit(
                this: Gc<$class>,
                thread: &Thread,
                sep: Option<Value>,
                maxsplit: Option<isize>,
            ) -> PyResult<Gc<List>> {
                byte_methods::split(this, thread, sep, maxsplit, true)
            }

            /// Return a list of the lines in the bytes, breaking at line boundaries.
            ///
            /// Line breaks are not included in the resulting list unless keepends is given and
            /// true.
            #[method(signature = "(self, /, keepends=False)")]
            fn splitlines(this: Gc<$class>, thread: &Thread, keepends: Option<bool>) -> PyResult<Gc<List>> {
                byte_methods::splitlines(this, thread, keepends.unwrap_or(false))
            }

            /// Partition the bytes into three parts using the given separator.
            ///
            /// This will search for the separator sep in the bytes. If the separator is found,
            /// returns a 3-tuple containing the part before the separator, the separator
            /// itself, and the part after it.
            ///
            /// If the separator is not found, returns a 3-tuple containing the original bytes
            /// object and two empty bytes objects.
            #[method(signature = "(self, sep, /)")]
            fn partition(this: Gc<$class>, thread: &Thread, sep: Value) -> PyResult<Gc<Tuple>> {
                byte_methods::partition(this, thread, sep, false)
            }

            /// Partition the bytes into three parts using the given separator.
            ///
            /// This will search for the separator sep in the bytes, starting at the end. If
            /// the separator is found, returns a 3-tuple containing the part before the
            /// separator, the separator itself, and the part after it.
            ///
            /// If the separator is not found, returns a 3-tuple containing two empty bytes
            /// objects and the original bytes object.
            #[method(signature = "(self, sep, /)")]
            fn rpartition(this: Gc<$class>, thread: &Thread, sep: Value) -> PyResult<Gc<Tuple>> {
                byte_methods::partition(this, thread, sep, true)
            }

            /// Concatenate any number of bytes objects.
            ///
            /// The bytes whose method is called is inserted in between each pair.
            ///
            /// The result is returned as a new bytes object.
            ///
            /// Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.
            #[method(signature = "(self, iterable_of_bytes, /)")]
            fn join(this: Gc<$class>, thread: &Thread, iterable_of_bytes: Value) -> PyResult<Value> {
                byte_methods::join(this, thread, iterable_of_bytes)
            }

            /// Strip leading and trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading and trailing ASCII whitespace.
            #[method(signature = "(self, bytes=None, /)")]
            fn strip(this: Gc<$class>, thread: &Thread, bytes: Option<Value>) -> PyResult<Value> {
                byte_methods::strip(this, thread, bytes, true, true)
            }

            /// Strip leading bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading  ASCII whitespace.
            #[method(signature = "(self, bytes=None, /)")]
            fn lstrip(this: Gc<$class>, thread: &Thread, bytes: Option<Value>) -> PyResult<Value> {
                byte_methods::strip(this, thread, bytes, true, false)
            }

            /// Strip trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip trailing ASCII whitespace.
            #[method(signature = "(self, bytes=None, /)")]
            fn rstrip(this: Gc<$class>, thread: &Thread, bytes: Option<Value>) -> PyResult<Value> {
                byte_methods::strip(this, thread, bytes, false, true)
            }

            /// Return a bytes object with the given prefix string removed if present.
            ///
            /// If the bytes starts with the prefix string, return bytes[len(prefix):].
            /// Otherwise, return a copy of the original bytes.
            #[method(signature = "(self, prefix, /)")]
            fn removeprefix(this: Gc<$class>, thread: &Thread, prefix: Value) -> PyResult<Value> {
                let length = crate::types::buffer::with_bytes(thread, prefix, |part| {
                    this.as_slice().starts_with(part).then_some(part.len())
                })?;
                match length {
                    Some(length @ 1..) => <$class as ByteSequence>::make(thread, &this.as_slice()[length..]),
                    _ => <$class as ByteSequence>::unchanged(this, thread),
                }
            }

            /// Return a bytes object with the given suffix string removed if present.
            ///
            /// If the bytes ends with the suffix string and that suffix is not empty,
            /// return bytes[:-len(prefix)].  Otherwise, return a copy of the original
            /// bytes.
            #[method(signature = "(self, suffix, /)")]
            fn removesuffix(this: Gc<$class>, thread: &Thread, suffix: Value) -> PyResult<Value> {
                let length = crate::types::buffer::with_bytes(thread, suffix, |part| {
                    this.as_slice().ends_with(part).then_some(part.len())
                })?;
                match length {
                    Some(length @ 1..) => {
                        <$class as ByteSequence>::make(thread, &this.as_slice()[..this.len() - length])
                    }
                    _ => <$class as ByteSequence>::unchanged(this, thread),
                }
            }

            /// Return a left-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(signature = "(self, width, fillchar=b' ', /)")]
            fn ljust(this: Gc<$class>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                byte_methods::pad(this, thread, width, fillchar, "ljust", |_, _| 0)
            }

            /// Return a right-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(signature = "(self, width, fillchar=b' ', /)")]
            fn rjust(this: Gc<$class>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                byte_methods::pad(this, thread, width, fillchar, "rjust", |padding, _| padding)
            }

            /// Return a centered string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(signature = "(self, width, fillchar=b' ', /)")]
            fn center(this: Gc<$class>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Value> {
                byte_methods::pad(this, thread, width, fillchar, "center", |padding, width| {
                    padding / 2 + (padding & width & 1)
                })
            }

            /// Pad a numeric string with zeros on the left, to fill a field of the given width.
            ///
            /// The original string is never truncated.
            #[method(signature = "(self, width, /)")]
            fn zfill(this: Gc<$class>, thread: &Thread, width: isize) -> PyResult<Value> {
                byte_methods::zfill(this, thread, width)
            }

            /// Return a copy where all tab characters are expanded using spaces.
            ///
            /// If tabsize is not given, a tab size of 8 characters is assumed.
            #[method(signature = "(self, /, tabsize=8)")]
            fn expandtabs(this: Gc<$class>, thread: &Thread, tabsize: Option<i32>) -> PyResult<Value> {
                let size = usize::try_from(tabsize.unwrap_or(8)).unwrap_or(0);
                let expanded = crate::text::ascii::expand_tabs(this.as_slice(), size, |_| true);
                <$class as ByteSequence>::make(thread, &expanded)
            }

            /// Return a copy with each character mapped by the given translation table.
            ///
            ///   table
            ///     Translation table, which must be a bytes object of length 256.
            ///
            /// All characters occurring in the optional argument delete are removed.
            /// The remaining characters are mapped through the given translation table.
            #[method(signature = "(self, table, /, delete=b'')")]
            fn translate(
                this: Gc<$class>,
                thread: &Thread,
                table: Option<Value>,
                delete: Option<Value>,
            ) -> PyResult<Value> {
                byte_methods::translate(this, thread, table, delete)
            }

            /// Return a translation table usable for the bytes or bytearray translate method.
            ///
            /// The returned table will be one where each byte in frm is mapped to the byte at
            /// the same position in to.
            ///
            /// The bytes objects frm and to must be of the same length.
            #[staticmethod(signature = "(frm, to, /)")]
            fn maketrans(thread: &Thread, frm: Value, to: Value) -> PyResult<Gc<Bytes>> {
                byte_methods::maketrans(thread, frm, to)
            }

            /// Create a bytes object from a string of hexadecimal numbers.
            ///
            /// Spaces between two numbers are accepted.
            /// Example: bytes.fromhex('B9 01EF') -> b'\\xb9\\x01\\xef'.
            #[classmethod(signature = "(cls, string, /)")]
            fn fromhex(class: Gc<Type>, thread: &Thread, string: Value) -> PyResult<Value> {
                let parsed = byte_methods::parse_hex(thread, string)?;
                let made = <$class as ByteSequence>::make(thread, &parsed)?;
                if thread.class_of(made) == class {
                    Ok(made)
                } else {
                    crate::dispatch::call::call(thread, class.value(), &[made])
                }
            }

            /// Create a string of hexadecimal numbers from a bytes object.
            ///
            ///   sep
            ///     An optional single character or byte to separate hex bytes.
            ///   bytes_per_sep
            ///     How many bytes between separators.  Positive values count from the
            ///     right, negative values count from the left.
            ///
            /// Example:
            /// >>> value = b'\xb9\x01\xef'
            /// >>> value.hex()
            /// 'b901ef'
            /// >>> value.hex(':')
            /// 'b9:01:ef'
            /// >>> value.hex(':', 2)
            /// 'b9:01ef'
            /// >>> value.hex(':', -2)
            /// 'b901:ef'
            #[method(signature = "(self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(
                this: Gc<$class>,
                thread: &Thread,
                sep: Option<Value>,
                bytes_per_sep: Option<i32>,
            ) -> PyResult<Gc<Str>> {
                <$class as ByteSequence>::exported(this, |bytes| byte_methods::hex(thread, bytes, sep, bytes_per_sep))
            }

            /// Decode the bytes using the codec registered for encoding.
            ///
            ///   encoding
            ///     The encoding with which to decode the bytes.
            ///   errors
            ///     The error handling scheme to use for the handling of decoding errors.
            ///     The default is 'strict' meaning that decoding errors raise a
            ///     UnicodeDecodeError. Other possible values are 'ignore' and 'replace'
            ///     as well as any other name registered with codecs.register_error that
            ///     can handle UnicodeDecodeErrors.
            #[method(signature = "(self, /, encoding='utf-8', errors='strict')")]
            fn decode(
                this: Gc<$class>,
                thread: &Thread,
                encoding: Option<Gc<Str>>,
                errors: Option<Gc<Str>>,
            ) -> PyResult<Gc<Str>> {
                let (encoding, errors) = crate::types::str::class::codec_names(thread, encoding, errors)?;
                crate::dispatch::text::codecs::decode(thread, this.value(), encoding.as_deref(), errors.as_deref())
            }

            /// B.capitalize() -> copy of B
            ///
            /// Return a copy of B with only its first character capitalized (ASCII)
            /// and the rest lower-cased.
            #[method(signature = "(self, /)")]
            fn capitalize(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, crate::text::ascii::capitalize)
            }

            /// B.lower() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to lowercase.
            #[method(signature = "(self, /)")]
            fn lower(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, <[u8]>::make_ascii_lowercase)
            }

            /// B.upper() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to uppercase.
            #[method(signature = "(self, /)")]
            fn upper(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, <[u8]>::make_ascii_uppercase)
            }

            /// B.title() -> copy of B
            ///
            /// Return a titlecased version of B, i.e. ASCII words start with uppercase
            /// characters, all remaining cased characters have lowercase.
            #[method(signature = "(self, /)")]
            fn title(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, crate::text::ascii::title)
            }

            /// B.swapcase() -> copy of B
            ///
            /// Return a copy of B with uppercase ASCII characters converted
            /// to lowercase ASCII and vice versa.
            #[method(signature = "(self, /)")]
            fn swapcase(this: Gc<$class>, thread: &Thread) -> PyResult<Value> {
                byte_methods::mapped(this, thread, crate::text::ascii::swap_case)
            }

            /// B.isalnum() -> bool
            ///
            /// Return True if all characters in B are alphanumeric
            /// and there is at least one character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isalnum(this: Gc<$class>) -> bool {
                crate::text::ascii::all(this.as_slice(), Class::ALNUM)
            }

            /// B.isalpha() -> bool
            ///
            /// Return True if all characters in B are alphabetic
            /// and there is at least one character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isalpha(this: Gc<$class>) -> bool {
                crate::text::ascii::all(this.as_slice(), Class::ALPHA)
            }

            /// B.isascii() -> bool
            ///
            /// Return True if B is empty or all characters in B are ASCII,
            /// False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isascii(this: Gc<$class>) -> bool {
                this.as_slice().is_ascii()
            }

            /// B.isdigit() -> bool
            ///
            /// Return True if all characters in B are digits
            /// and there is at least one character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isdigit(this: Gc<$class>) -> bool {
                crate::text::ascii::all(this.as_slice(), Class::DIGIT)
            }

            /// B.isspace() -> bool
            ///
            /// Return True if all characters in B are whitespace
            /// and there is at least one character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isspace(this: Gc<$class>) -> bool {
                crate::text::ascii::all(this.as_slice(), Class::BYTES_SPACE)
            }

            /// B.islower() -> bool
            ///
            /// Return True if all cased characters in B are lowercase and there is
            /// at least one cased character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn islower(this: Gc<$class>) -> bool {
                crate::text::ascii::is_cased(this.as_slice(), Class::LOWER, Class::UPPER)
            }

            /// B.isupper() -> bool
            ///
            /// Return True if all cased characters in B are uppercase and there is
            /// at least one cased character in B, False otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn isupper(this: Gc<$class>) -> bool {
                crate::text::ascii::is_cased(this.as_slice(), Class::UPPER, Class::LOWER)
            }

            /// B.istitle() -> bool
            ///
            /// Return True if B is a titlecased string and there is at least one
            /// character in B, i.e. uppercase characters may only follow uncased
            /// characters and lowercase characters only cased ones. Return False
            /// otherwise.
            #[method(signature = "(self, /)", no_raise, no_collect, no_reenter)]
            fn istitle(this: Gc<$class>) -> bool {
                crate::text::ascii::is_title(this.as_slice())
            }
        }
    };
}
pub(crate) use byte_methods;
