//! Pickling arrays in a form that every machine can read.
//!
//! What lives here: `__reduce_ex__` and `_array_reconstructor`. The numbers of the machine formats are part of
//! the pickle format (CPython's `Modules/arraymodule.c`, `enum machine_format_code`).

use super::items::{self, Layout, TypeCode};
use super::storage::{Array, ArrayObject};
use crate::dispatch::{attr, call, number};
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use num_bigint::{BigInt, Sign};

/// `array.__reduce_ex__(protocol)`; `list` holds the items.
pub fn reduce(thread: &Thread, this: Gc<ArrayObject>, list: Gc<List>, protocol: Value) -> PyResult<Gc<Tuple>> {
    if !int::is_int(protocol) {
        return Err(thread.raise_type_error("__reduce_ex__ argument should be an integer"));
    }
    let protocol = number::index_i64(thread, protocol)?;
    let state = attr::get_optional(thread, this.value(), thread.vm().names.__dict__)?.unwrap_or(Value::NONE);
    let class = thread.class_of(this.value()).value();
    let code = Str::latin1(thread, this.data.kind.code).value();
    if protocol < 3 {
        let arguments = Tuple::new(thread, &[code, list.value()]);
        return Ok(Tuple::new(thread, &[class, arguments.value(), state]));
    }
    let module = crate::modules::import::import_name(thread, "array")?;
    let reconstruct = attr::get(thread, module, thread.vm().interner.intern_text(thread, "_array_reconstructor"))?;
    let bytes = Bytes::new(thread, this.data.bytes());
    let format = Value::small_wrapping(i64::from(this.data.kind.machine_format));
    let arguments = Tuple::new(thread, &[class, code, format, bytes.value()]);
    Ok(Tuple::new(thread, &[reconstruct, arguments.value(), state]))
}

/// A machine format: what an item's bytes mean wherever they were written.
struct Format {
    size: usize,
    layout: Layout,
    big_endian: bool,
}

fn format(code: i32) -> Option<Format> {
    let (size, layout) = match code {
        0 => (1, Layout::Unsigned),
        1 => (1, Layout::Signed),
        2 | 3 => (2, Layout::Unsigned),
        4 | 5 => (2, Layout::Signed),
        6 | 7 => (4, Layout::Unsigned),
        8 | 9 => (4, Layout::Signed),
        10 | 11 => (8, Layout::Unsigned),
        12 | 13 => (8, Layout::Signed),
        14 | 15 => (4, Layout::Float),
        16 | 17 => (8, Layout::Float),
        18 | 19 => (2, Layout::Character),
        20 | 21 => (4, Layout::Character),
        _ => return None,
    };
    Some(Format { size, layout, big_endian: code > 1 && code & 1 == 1 })
}

/// `_array_reconstructor(arraytype, typecode, mformat_code, items)`.
pub fn reconstruct(thread: &Thread, class: Value, code: Value, machine_format: i32, items: Value) -> PyResult<Value> {
    let Some(class) = class.cast::<Type>() else {
        let name = thread.type_name(class);
        return Err(thread.raise_type_error(format!("first argument must be a type object, not {name}")));
    };
    let array_class = Array::class(thread);
    if !class.is_subclass_of(array_class) {
        let (name, base) = (class.message_name(thread), array_class.message_name(thread));
        return Err(thread.raise_type_error(format!("{name} is not a subtype of {base}")));
    }
    let letter =
        code.cast::<Str>().filter(|code| code.len(thread) == 1).map(|code| Str::code_point_at(code, thread, 0));
    let Some(kind) = letter.and_then(|letter| u8::try_from(letter).ok()).and_then(items::find) else {
        return Err(thread.raise_value_error("second argument must be a valid type code"));
    };
    let Some(format) = format(machine_format) else {
        return Err(thread.raise_value_error("third argument must be a valid machine format code."));
    };
    let Some(bytes) = items.cast::<Bytes>() else {
        let name = thread.type_name(items);
        return Err(thread.raise_type_error(format!("fourth argument should be bytes, not {name}")));
    };
    if i32::from(kind.machine_format) == machine_format {
        // The same format here: the bytes are the memory.
        return call::call(thread, class.value(), &[code, items]);
    }
    let data = bytes.as_slice();
    if data.len() % format.size != 0 {
        return Err(thread.raise_value_error("bytes length not a multiple of item size"));
    }
    let kind = kind_for(kind, &format);
    let array = Array::make(thread, class, kind);
    for item in data.chunks_exact(format.size) {
        let value = decode(thread, &format, item)?;
        Array::push(array, thread, value)?;
    }
    Ok(array.value())
}

/// The type code for items of a foreign format: ints keep their width, whatever the code was called there.
fn kind_for(kind: &'static TypeCode, format: &Format) -> &'static TypeCode {
    let is_integer = matches!(format.layout, Layout::Signed | Layout::Unsigned);
    let same = |candidate: &&TypeCode| candidate.layout == format.layout && candidate.size == format.size;
    if is_integer { items::TYPE_CODES.iter().find(same).unwrap_or(kind) } else { kind }
}

fn decode(thread: &Thread, format: &Format, item: &[u8]) -> PyResult<Value> {
    let mut word: Vec<u8> = item.to_vec();
    if format.big_endian {
        word.reverse();
    }
    Ok(match format.layout {
        Layout::Unsigned => int::from_bigint(thread, BigInt::from_bytes_le(Sign::Plus, &word)),
        Layout::Signed => int::from_bigint(thread, BigInt::from_signed_bytes_le(&word)),
        Layout::Float => crate::types::float::from_f64(
            thread,
            match <[u8; 8]>::try_from(word.as_slice()) {
                Ok(bytes) => f64::from_le_bytes(bytes),
                Err(_) => f64::from(f32::from_le_bytes(<[u8; 4]>::try_from(word.as_slice()).unwrap_or_default())),
            },
        ),
        Layout::Character => {
            let number = word.iter().rev().fold(0u32, |number, &byte| number << 8 | u32::from(byte));
            match Str::from_u32(thread, number) {
                Some(character) => character.value(),
                None => return Err(thread.raise_value_error("invalid code point in pickled array")),
            }
        }
    })
}
