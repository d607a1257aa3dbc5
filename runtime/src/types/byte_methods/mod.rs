//! The methods that `bytes` and `bytearray` share.
//!
//! What lives here: one text of every such method ([`byte_methods!`] makes the block of each class from it) and
//! the conversion of arguments. What must not: what only one of the classes can (`bytes/class.rs`,
//! `bytearray/class.rs`), the algorithms (`text/search.rs`, `text/ascii.rs`). Start at [`ByteSequence`].

mod class;
mod making;
mod searching;
mod sequence;

pub(crate) use class::byte_methods;
pub(crate) use making::{hex, join, maketrans, mapped, pad, parse_hex, translate, zfill};
pub(crate) use searching::{affix, count, find, not_found, partition, replace, split, splitlines, strip};
pub(crate) use sequence::{
    bytes_from_iterable, concat, contains, contents_of, equality, get_item, index_argument, ordering, repeat,
};

use crate::dispatch::number;
use crate::error::PyResult;
use crate::object::{Gc, HeapObject};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::value::Value;

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
        this.pin();
        let result = f(this.as_slice());
        this.unpin();
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
