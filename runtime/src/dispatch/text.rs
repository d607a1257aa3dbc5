//! Objects to text: `repr`, `str`, `ascii`, `format`, and joining of strings.
//!
//! What lives here: the protocols with their quick paths for exact builtin types. What must not: how each type
//! shows itself (`types/`), the guard of recursive containers (`dispatch/repr_guard.rs`), the mini-languages
//! (`text/`). Start at [`repr`], [`str`] and [`format`].

pub mod codecs;
pub mod percent;
pub mod template;

use crate::dispatch::{iter, number_format, special};
use crate::error::PyResult;
use crate::object::{Gc, Kind, ShapeId};
use crate::text::escape;
use crate::text::format_spec::{Defaults, FormatSpec};
use crate::thread::Thread;
use crate::types::float::{self, Float};
use crate::types::int;
use crate::types::list::List;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

pub use crate::dispatch::repr_guard::enter as enter_repr;

/// The text of a value that `repr` and `str` show alike and that needs no method call.
#[inline]
fn plain(thread: &Thread, value: Value) -> PyResult<Option<Gc<Str>>> {
    if let Some(n) = value.as_small() {
        return Ok(Some(small_int(thread, n)));
    }
    match value {
        Value::NONE => return Ok(Some(Str::new(thread, "None"))),
        Value::TRUE => return Ok(Some(Str::new(thread, "True"))),
        Value::FALSE => return Ok(Some(Str::new(thread, "False"))),
        _ => {}
    }
    let Some(header) = value.header() else { return Ok(None) };
    match header.shape() {
        ShapeId::FLOAT => Ok(Some(Str::new(thread, &float::repr(header.cast_unchecked::<Float>().get())))),
        ShapeId::BIG_INT => match int::as_exact_int(value) {
            Some(number) => Ok(Some(Str::new(thread, &int::text::to_decimal(thread, number)?))),
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The decimal text of a small int.
pub fn small_int(thread: &Thread, number: i64) -> Gc<Str> {
    let mut buffer = [0; 20];
    let digits = write_decimal(number, &mut buffer);
    Str::from_ascii_unchecked(thread, digits)
}

/// Writes `number` to the end of `buffer`.
fn write_decimal(number: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut rest = number.unsigned_abs();
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        start -= 1;
        buffer[start] = b'-';
    }
    &buffer[start..]
}

/// `repr(value)`.
pub fn repr(thread: &Thread, value: Value) -> PyResult<Gc<Str>> {
    if let Some(text) = plain(thread, value)? {
        return Ok(text);
    }
    if let Some(string) = value.cast::<Str>().filter(|string| string.is_exact()) {
        return Ok(Str::from_wtf8_bytes_unchecked(thread, &escape::repr_str(string.as_bytes(thread))));
    }
    thread.check_native_stack(" while getting the repr of an object")?;
    match special::try_call(thread, Special::Repr, value, &[])? {
        Some(result) => checked(thread, result, "__repr__"),
        None => Ok(Str::new(thread, &format!("<{} object at {:#x}>", thread.type_name(value), value.to_bits()))),
    }
}

/// `str(value)`.
pub fn str(thread: &Thread, value: Value) -> PyResult<Gc<Str>> {
    if let Some(string) = value.cast::<Str>().filter(|string| string.is_exact()) {
        return Ok(string);
    }
    if let Some(text) = plain(thread, value)? {
        return Ok(text);
    }
    thread.check_native_stack(" while getting the str of an object")?;
    match special::try_call(thread, Special::Str, value, &[])? {
        Some(result) => checked(thread, result, "__str__"),
        None => repr(thread, value),
    }
}

fn checked(thread: &Thread, result: Value, method: &str) -> PyResult<Gc<Str>> {
    match result.cast::<Str>() {
        Some(text) => Ok(text),
        None => {
            Err(thread.raise_type_error(format!("{method} returned non-string (type {})", thread.type_name(result))))
        }
    }
}

/// `ascii(value)`.
pub fn ascii(thread: &Thread, value: Value) -> PyResult<Gc<Str>> {
    let text = repr(thread, value)?;
    if text.is_ascii() {
        return Ok(text);
    }
    Ok(Str::from_ascii_unchecked(thread, &escape::ascii_of_repr(text.as_bytes(thread))))
}

/// `format(value, spec)`.
pub fn format(thread: &Thread, value: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        if let Some(string) = value.cast::<Str>().filter(|string| string.is_exact()) {
            return Ok(string);
        }
        if !value.is_none()
            && !value.is_bool()
            && let Some(text) = plain(thread, value)?
        {
            return Ok(text);
        }
    } else if let Some(number) = value.as_small() {
        return number_format::int(thread, value, int::IntRef::Small(number), spec);
    } else if let Some(header) = value.header() {
        match header.shape() {
            ShapeId::FLOAT => return number_format::float(thread, value, header.cast_unchecked::<Float>().get(), spec),
            ShapeId::STR => return format_str(thread, header.cast_unchecked::<Str>(), spec),
            _ => {}
        }
    }
    let Some(result) = special::try_call(thread, Special::Format, value, &[spec.value()])? else {
        return Err(thread.raise_type_error(format!("Type {} doesn't define __format__", thread.type_name(value))));
    };
    match result.cast::<Str>() {
        Some(text) => Ok(text),
        None => Err(thread.raise_type_error(format!("__format__ must return a str, not {}", thread.type_name(result)))),
    }
}

/// `str.__format__`.
pub fn format_str(thread: &Thread, string: Gc<Str>, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return Ok(Str::to_exact(string, thread));
    }
    let parsed = FormatSpec::parse(spec.as_wtf8(thread), Defaults::STR)
        .map_err(|error| number_format::raise(thread, error, "str"))?;
    if parsed.kind != u32::from(b's') {
        return Err(number_format::raise(thread, parsed.unknown_code(), "str"));
    }
    let mut out = Vec::new();
    parsed
        .format_str(&mut out, string.as_bytes(thread), string.code_point_count())
        .map_err(|error| number_format::raise(thread, error, "str"))?;
    Ok(Str::from_wtf8_bytes_unchecked(thread, &out))
}

/// The conversion of a replacement field: `!s`, `!r`, `!a`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conversion {
    None,
    Str,
    Repr,
    Ascii,
}

/// One replacement field of an f-string: `{value!conversion:spec}`.
pub fn format_value(thread: &Thread, value: Value, conversion: Conversion, spec: Option<Gc<Str>>) -> PyResult<Gc<Str>> {
    let value = match conversion {
        Conversion::None => value,
        Conversion::Str => str(thread, value)?.value(),
        Conversion::Repr => repr(thread, value)?.value(),
        Conversion::Ascii => ascii(thread, value)?.value(),
    };
    format(thread, value, spec.unwrap_or_else(|| Str::empty(thread)))
}

/// Appends what [`format`] gives to `out`, without an object where there is a quick path.
pub(crate) fn format_into(thread: &Thread, out: &mut Vec<u8>, value: Value, spec: Gc<Str>) -> PyResult<()> {
    if spec.is_empty()
        && let Some(number) = value.as_small()
    {
        let mut buffer = [0; 20];
        out.extend_from_slice(write_decimal(number, &mut buffer));
        return Ok(());
    }
    let text = format(thread, value, spec)?;
    out.extend_from_slice(text.as_bytes(thread));
    Ok(())
}

/// Puts strings together: the parts of an f-string. Every value is a `str`.
pub fn concatenate(thread: &Thread, parts: &[Value]) -> PyResult<Gc<Str>> {
    join_strings(thread, Str::empty(thread), parts)
}

/// `separator.join(items)`.
pub fn join(thread: &Thread, separator: Gc<Str>, iterable: Value) -> PyResult<Gc<Str>> {
    if let Some(tuple) = iterable.cast::<Tuple>().filter(|tuple| tuple.is_exact()) {
        return join_strings(thread, separator, tuple.items());
    }
    let list = match iterable.cast::<List>().filter(|list| list.is_exact()) {
        Some(list) => list,
        // The iterator is asked for its length, not the iterable.
        None => iter::get_iter(thread, iterable).and_then(|it| List::from_iterable(thread, it)).map_err(|raised| {
            let not_iterable = thread.exception_is(thread.vm().exceptions.type_error)
                && thread.class_of(iterable).special(thread, Special::Iter).is_none()
                && thread.class_of(iterable).special(thread, Special::GetItem).is_none();
            if not_iterable {
                thread.take_exception(raised);
                return thread.raise_type_error("can only join an iterable");
            }
            raised
        })?,
    };
    if !list.strategy().holds_values() && !list.is_empty() {
        return Err(not_a_string(thread, 0, list.get(thread, 0).unwrap_or(Value::NONE)));
    }
    if list.is_empty() {
        return Ok(Str::empty(thread));
    }
    join_strings(thread, separator, list.values())
}

#[cold]
fn not_a_string(thread: &Thread, index: usize, item: Value) -> crate::error::Raised {
    thread.raise_type_error(format!("sequence item {index}: expected str instance, {} found", thread.type_name(item)))
}

fn join_strings(thread: &Thread, separator: Gc<Str>, items: &[Value]) -> PyResult<Gc<Str>> {
    match items {
        [] => return Ok(Str::empty(thread)),
        [item] => {
            if let Some(string) = item.cast::<Str>().filter(|string| string.is_exact()) {
                return Ok(string);
            }
        }
        _ => {}
    }
    let gaps = items.len() - 1;
    let mut byte_length = separator.byte_len().saturating_mul(gaps);
    let mut length = separator.code_point_count().saturating_mul(gaps);
    for (index, item) in items.iter().enumerate() {
        let Some(string) = item.header().filter(|header| header.kind() == Kind::Str) else {
            return Err(not_a_string(thread, index, *item));
        };
        let string = string.cast_unchecked::<Str>();
        // Joins ropes now: below nothing may be allocated.
        string.as_bytes(thread);
        byte_length = byte_length.saturating_add(string.byte_len());
        length += string.code_point_count();
    }
    if byte_length > isize::MAX as usize {
        return Err(thread.raise_overflow_error("join() result is too long for a Python string"));
    }
    let between = separator.as_bytes(thread);
    let joined = Str::try_build(thread, byte_length, length, |target| {
        let mut offset = 0;
        let mut push = |bytes: &[u8]| {
            target[offset..offset + bytes.len()].copy_from_slice(bytes);
            offset += bytes.len();
        };
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                push(between);
            }
            if let Some(bytes) = item.cast::<Str>().as_ref().and_then(|string| string.flat_bytes()) {
                push(bytes);
            }
        }
    });
    joined.ok_or_else(|| thread.raise_memory_error(""))
}

#[cfg(test)]
mod tests {
    use super::write_decimal;

    #[test]
    fn decimals_fit_their_buffer() {
        for number in [0, 7, -1, 10, i64::MAX, i64::MIN] {
            assert_eq!(write_decimal(number, &mut [0; 20]), number.to_string().as_bytes());
        }
    }
}
