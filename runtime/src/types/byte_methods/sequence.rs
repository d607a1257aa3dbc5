//! Bytes-like objects as sequences: subscripts, `in`, `+`, `*`, comparisons, and what their constructors accept.
//!
//! What lives here: the bodies, generic over the class. What must not: named methods (`searching.rs`, `making.rs`).
//! Start at [`get_item`].

use super::{ByteSequence, byte_value};
use crate::dispatch::{self, iter, number};
use crate::error::PyResult;
use crate::object::Gc;
use crate::text::search;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::slice::Slice;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::value::Value;

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
    if kind == "bytes" {
        iter::length_hint(thread, source, 64)?;
    }
    let iterator = iter::get_iter(thread, source)?;
    let mut out = Vec::new();
    while let Some(item) = iter::next(thread, iterator)? {
        out.push(byte_value(thread, item, range_word)?);
    }
    Ok(out)
}
