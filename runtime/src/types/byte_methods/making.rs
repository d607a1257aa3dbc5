//! Methods of bytes-like objects that make new contents: mapping, padding, translating, joining, hexadecimal text.
//!
//! What lives here: the bodies, generic over the class. What must not: methods that look for something
//! (`searching.rs`), operators (`sequence.rs`). Start at [`mapped`].

use super::{ByteSequence, fill_byte};
use crate::dispatch::iter;
use crate::error::PyResult;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::text::ascii::Class;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

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
    iter::length_hint(thread, iterator, 0)?;
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
