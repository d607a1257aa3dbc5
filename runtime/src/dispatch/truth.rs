//! The truth of values: `bool(x)`, `if x`, `not x`.
//!
//! What lives here: the protocol `__bool__`, `__len__`, true. Start at [`truth`].

use crate::dispatch::{number, special};
use crate::error::PyResult;
use crate::object::ShapeId;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::complex::Complex;
use crate::types::dict::Dict;
use crate::types::float::Float;
use crate::types::int;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The truth of `value`.
#[inline(always)]
pub fn truth(thread: &Thread, value: Value) -> PyResult<bool> {
    if value == Value::TRUE {
        return Ok(true);
    }
    if value == Value::FALSE || value.is_none() {
        return Ok(false);
    }
    match value.as_small() {
        Some(n) => Ok(n != 0),
        None => truth_slow(thread, value),
    }
}

fn truth_slow(thread: &Thread, value: Value) -> PyResult<bool> {
    let Some(header) = value.header() else {
        if value == Value::NOT_IMPLEMENTED {
            return Err(thread.raise_type_error("NotImplemented should not be used in a boolean context"));
        }
        return Ok(true);
    };
    match header.shape() {
        ShapeId::FLOAT => Ok(header.cast_unchecked::<Float>().value != 0.0),
        ShapeId::BIG_INT => Ok(true),
        ShapeId::STR => Ok(header.cast_unchecked::<Str>().byte_len() != 0),
        shape if shape.is_list() => Ok(!header.cast_unchecked::<List>().is_empty()),
        ShapeId::TUPLE => Ok(!header.cast_unchecked::<Tuple>().is_empty()),
        ShapeId::DICT => Ok(!header.cast_unchecked::<Dict>().is_empty()),
        ShapeId::SET | ShapeId::FROZEN_SET => Ok(!header.cast_unchecked::<Set>().is_empty()),
        ShapeId::BYTES => Ok(!header.cast_unchecked::<Bytes>().as_slice().is_empty()),
        ShapeId::COMPLEX => {
            let z = header.cast_unchecked::<Complex>().value;
            Ok(z.real != 0.0 || z.imag != 0.0)
        }
        _ => truth_by_methods(thread, value),
    }
}

fn truth_by_methods(thread: &Thread, value: Value) -> PyResult<bool> {
    let class = thread.class_of(value);
    if let Some(method) = class.special(thread, Special::Bool) {
        if method.is_none() {
            let name = class.name_string();
            return Err(thread.raise_type_error(format!("'{name}' cannot be interpreted as a boolean")));
        }
        let result = special::call(thread, method, value, &[])?;
        return match result.as_bool() {
            Some(b) => Ok(b),
            None => {
                let name = thread.type_name(result);
                Err(thread.raise_type_error(format!("__bool__ should return bool, returned {name}")))
            }
        };
    }
    match class.special(thread, Special::Len) {
        Some(method) => {
            let result = special::call(thread, method, value, &[])?;
            Ok(length_from(thread, result)? != 0)
        }
        None => Ok(true),
    }
}

/// The result of `__len__` as a length.
///
/// # Errors
/// TypeError without `__index__`, ValueError below zero, OverflowError beyond machine words.
pub fn length_from(thread: &Thread, result: Value) -> PyResult<usize> {
    let result = number::index(thread, result)?;
    if int::is_negative(result) {
        return Err(thread.raise_value_error("__len__() should return >= 0"));
    }
    Ok(number::index_i64(thread, result)? as usize)
}
