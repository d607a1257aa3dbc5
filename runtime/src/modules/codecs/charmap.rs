//! The `charmap` codec: encodings described by a mapping.
//!
//! What lives here: decoding and encoding through a string or any mapping. Start at [`decode`].

use crate::dispatch::subscript;
use crate::dispatch::text::codecs::Handler;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::text::code_points;
use crate::text::codecs::{Progress, decode as run_decoder, encode as run_encoder};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::str::Str;
use crate::value::Value;

const NAME: &str = "charmap";
const REASON: &str = "character maps to <undefined>";
/// Stands for "undefined" in mappings.
const UNDEFINED: u32 = 0xfffe;

/// What `mapping[key]` is; `None` for LookupError.
fn look_up(thread: &Thread, mapping: Value, key: i64) -> PyResult<Option<Value>> {
    match subscript::get_item(thread, mapping, Value::small_wrapping(key)) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            thread.catch(raised, thread.vm().exceptions.lookup_error)?;
            Ok(None)
        }
    }
}

/// The text of a byte; `None` if undefined.
fn decoded(thread: &Thread, mapping: Value, byte: u8) -> PyResult<Option<Vec<u8>>> {
    let Some(found) = look_up(thread, mapping, i64::from(byte))?.filter(|found| !found.is_none()) else {
        return Ok(None);
    };
    if let Some(text) = found.cast::<Str>() {
        let undefined = text.code_point_count() == 1 && Str::code_point_at(text, thread, 0) == UNDEFINED;
        return Ok((!undefined).then(|| text.as_bytes(thread).to_vec()));
    }
    let Some(number) = int::as_int(found) else {
        return Err(thread.raise_type_error("character mapping must return integer, None or str"));
    };
    match number.to_i64().and_then(|n| u32::try_from(n).ok()) {
        Some(UNDEFINED) => Ok(None),
        Some(code_point @ 0..=0x10_ffff) => {
            let mut text = Vec::new();
            code_points::push(&mut text, code_point);
            Ok(Some(text))
        }
        _ => Err(thread.raise_type_error("character mapping must be in range(0x110000)")),
    }
}

/// Decodes through `mapping`: a string indexed by byte, or any mapping of byte to code point, string or None.
pub fn decode(thread: &Thread, input: Gc<Bytes>, errors: Option<&str>, mapping: Value) -> PyResult<Gc<Str>> {
    let mut handler = Handler::decoding(thread, errors, input);
    let mut out = Vec::with_capacity(input.len());
    let table: Option<Vec<u32>> =
        mapping.cast::<Str>().map(|text| code_points::iterate(text.as_bytes(thread)).collect());
    let mut failure: Option<Raised> = None;
    run_decoder(NAME, input.as_slice(), &mut handler, &mut out, |input, from, out| {
        for (at, &byte) in input.iter().enumerate().skip(from) {
            let known = match &table {
                Some(table) => match table.get(byte as usize) {
                    Some(&code_point) if code_point != UNDEFINED => {
                        code_points::push(out, code_point);
                        true
                    }
                    _ => false,
                },
                None => match decoded(thread, mapping, byte) {
                    Ok(Some(text)) => {
                        out.extend(text);
                        true
                    }
                    Ok(None) => false,
                    Err(raised) => {
                        failure = Some(raised);
                        return Progress::Finished(at);
                    }
                },
            };
            if !known {
                return Progress::Stuck { range: at..at + 1, reason: REASON };
            }
        }
        Progress::Finished(input.len())
    })?;
    match failure {
        Some(raised) => Err(raised),
        None => Ok(Str::from_wtf8_bytes_unchecked(thread, &out)),
    }
}

/// The bytes of a character; `None` if undefined.
fn encoded(thread: &Thread, mapping: Value, code_point: u32) -> PyResult<Option<Vec<u8>>> {
    let Some(found) = look_up(thread, mapping, i64::from(code_point))?.filter(|found| !found.is_none()) else {
        return Ok(None);
    };
    if let Some(bytes) = found.cast::<Bytes>() {
        return Ok(Some(bytes.as_slice().to_vec()));
    }
    let Some(number) = int::as_int(found) else {
        let name = thread.type_name(found);
        return Err(
            thread.raise_type_error(format!("character mapping must return integer, bytes or None, not {name}"))
        );
    };
    match number.to_i64().and_then(|n| u8::try_from(n).ok()) {
        Some(byte) => Ok(Some(vec![byte])),
        None => Err(thread.raise_type_error("character mapping must be in range(256)")),
    }
}

/// Encodes through `mapping`, which maps code points to bytes objects, byte values or None.
pub fn encode(thread: &Thread, string: Gc<Str>, errors: Option<&str>, mapping: Value) -> PyResult<Gc<Bytes>> {
    let text = string.as_bytes(thread);
    let mut handler = Handler::encoding(thread, errors, string);
    let mut out = Vec::with_capacity(text.len());
    let mut failure: Option<Raised> = None;
    run_encoder(NAME, REASON, text, &mut handler, &mut out, |text, from, out| {
        let mut stuck: Option<usize> = None;
        let mut offset = from;
        while offset < text.len() {
            let (code_point, next) = code_points::decode_at(text, offset);
            match encoded(thread, mapping, code_point) {
                Ok(Some(bytes)) => match stuck {
                    Some(start) => return Some(start..offset),
                    None => out.extend(bytes),
                },
                Ok(None) => {
                    stuck.get_or_insert(offset);
                }
                Err(raised) => {
                    failure = Some(raised);
                    return None;
                }
            }
            offset = next;
        }
        stuck.map(|start| start..text.len())
    })?;
    match failure {
        Some(raised) => Err(raised),
        None => Ok(Bytes::new(thread, &out)),
    }
}

/// The encoding map of a decoding table: a dict from code point to byte.
pub fn build(thread: &Thread, table: Gc<Str>) -> PyResult<Value> {
    let map = Dict::new(thread);
    for (byte, code_point) in code_points::iterate(table.as_bytes(thread)).take(256).enumerate() {
        if code_point != UNDEFINED {
            map.insert(thread, Value::small_wrapping(i64::from(code_point)), Value::small_wrapping(byte as i64))?;
        }
    }
    Ok(map.value())
}
