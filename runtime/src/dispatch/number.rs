//! Conversions of arbitrary objects to numbers: `__index__`, `__int__`, `__float__`, `__complex__`.
//!
//! What lives here: the protocols with CPython's errors. What must not: parsing of text (`types/int/text.rs`,
//! `types/float.rs`) and arithmetic. Start at [`index`] and [`to_f64`].

use crate::dispatch::{special, warnings};
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::complex::{self, ComplexNumber};
use crate::types::float;
use crate::types::int::{self, IntRef};
use crate::types::special::Special;
use crate::value::Value;
use num_bigint::BigInt;

pub use crate::dispatch::truth::truth;

/// `operator.index(value)`: an exact int.
///
/// # Errors
/// TypeError if the class has no `__index__`, or it returns no int.
#[inline]
pub fn index(thread: &Thread, value: Value) -> PyResult<Value> {
    if value.is_small() {
        return Ok(value);
    }
    index_slow(thread, value)
}

fn index_slow(thread: &Thread, value: Value) -> PyResult<Value> {
    if let Some(exact) = int::to_exact(thread, value) {
        return Ok(exact);
    }
    match try_index(thread, value)? {
        Some(exact) => Ok(exact),
        None => {
            let name = thread.type_name(value);
            Err(thread.raise_type_error(format!("'{name}' object cannot be interpreted as an integer")))
        }
    }
}

/// As [`index`], but `None` if the class has no `__index__`.
pub fn try_index(thread: &Thread, value: Value) -> PyResult<Option<Value>> {
    if let Some(exact) = int::to_exact(thread, value) {
        return Ok(Some(exact));
    }
    match special::try_call(thread, Special::Index, value, &[])? {
        Some(result) => checked_int_result(thread, result, "__index__").map(Some),
        None => Ok(None),
    }
}

/// The class has `__index__`.
pub fn has_index(thread: &Thread, value: Value) -> bool {
    int::is_int(value) || thread.class_of(value).special(thread, Special::Index).is_some()
}

/// The result of `__index__` or `__int__` as an exact int; instances of subclasses are taken with a warning.
fn checked_int_result(thread: &Thread, result: Value, method: &str) -> PyResult<Value> {
    if int::as_exact_int(result).is_some() {
        return Ok(result);
    }
    let name = thread.type_name(result);
    let Some(exact) = int::to_exact(thread, result) else {
        return Err(thread.raise_type_error(format!("{method} returned non-int (type {name})")));
    };
    warnings::deprecation(
        thread,
        &format!(
            "{method} returned non-int (type {name}).  The ability to return an instance of a strict subclass of int \
             is deprecated, and may be removed in a future version of Python."
        ),
    )?;
    Ok(exact)
}

/// The number of an int or of what `__index__` returns, as a view.
#[inline]
pub fn index_ref(thread: &Thread, value: Value) -> PyResult<IntRef> {
    Ok(int::arithmetic::number_of(index(thread, value)?))
}

/// `__index__` as a machine word.
///
/// # Errors
/// OverflowError "cannot fit 'int' into an index-sized integer".
#[inline]
pub fn index_i64(thread: &Thread, value: Value) -> PyResult<i64> {
    if let Some(n) = value.as_small() {
        return Ok(n);
    }
    match index_ref(thread, value)?.to_i64() {
        Some(n) => Ok(n),
        None => {
            let name = thread.type_name(value);
            Err(thread.raise_overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// As [`index_i64`] for subscripts: out of range is IndexError.
#[inline]
pub fn subscript_i64(thread: &Thread, value: Value) -> PyResult<i64> {
    if let Some(n) = value.as_small() {
        return Ok(n);
    }
    match index_ref(thread, value)?.to_i64() {
        Some(n) => Ok(n),
        None => {
            let name = thread.type_name(value);
            Err(thread.raise_index_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

/// `__index__` clipped to the range of machine words, as slices use it.
#[inline]
pub fn index_clipped(thread: &Thread, value: Value) -> PyResult<i64> {
    if let Some(n) = value.as_small() {
        return Ok(n);
    }
    let number = index_ref(thread, value)?;
    Ok(number.to_i64().unwrap_or(if number.is_negative() { i64::MIN } else { i64::MAX }))
}

/// `__index__` as a C `long`, as many functions of modules take it.
///
/// # Errors
/// OverflowError "Python int too large to convert to C long".
pub fn index_c_long(thread: &Thread, value: Value) -> PyResult<i64> {
    match index_ref(thread, value)?.to_i64() {
        Some(n) => Ok(n),
        None => Err(thread.raise_overflow_error("Python int too large to convert to C long")),
    }
}

/// `__index__` as a big integer.
pub fn index_bigint(thread: &Thread, value: Value) -> PyResult<BigInt> {
    Ok(index_ref(thread, value)?.to_bigint())
}

/// The double of a real number: a float, `__float__`, or `__index__`.
///
/// # Errors
/// TypeError "must be real number, not str"; OverflowError for an int beyond the range of doubles.
#[inline]
pub fn to_f64(thread: &Thread, value: Value) -> PyResult<f64> {
    if let Some(x) = float::as_exact_float(value) {
        return Ok(x);
    }
    if let Some(n) = value.as_small() {
        return Ok(n as f64);
    }
    match try_f64(thread, value)? {
        Some(x) => Ok(x),
        None => {
            let name = thread.type_name(value);
            Err(thread.raise_type_error(format!("must be real number, not {name}")))
        }
    }
}

/// As [`to_f64`], but `None` for what is no real number.
pub fn try_f64(thread: &Thread, value: Value) -> PyResult<Option<f64>> {
    if let Some(x) = float::as_float(value) {
        return Ok(Some(x));
    }
    if let Some(n) = int::as_exact_int(value) {
        return int::arithmetic::to_f64_or_overflow(thread, n).map(Some);
    }
    if let Some(result) = special::try_call(thread, Special::Float, value, &[])? {
        return match float::as_float(result) {
            Some(x) => {
                if float::as_exact_float(result).is_none() {
                    let (class, name) = (thread.type_name(value), thread.type_name(result));
                    warnings::deprecation(
                        thread,
                        &format!(
                            "{class}.__float__ returned non-float (type {name}).  The ability to return an instance of \
                             a strict subclass of float is deprecated, and may be removed in a future version of Python."
                        ),
                    )?;
                }
                Ok(Some(x))
            }
            None => {
                let (class, name) = (thread.type_name(value), thread.type_name(result));
                Err(thread.raise_type_error(format!("{class}.__float__ returned non-float (type {name})")))
            }
        };
    }
    match try_index(thread, value)? {
        Some(n) => int::arithmetic::to_f64_or_overflow(thread, int::arithmetic::number_of(n)).map(Some),
        None => Ok(None),
    }
}

/// What `__complex__` returns, if the class has it (`complex` itself included).
pub fn try_complex(thread: &Thread, value: Value) -> PyResult<Option<ComplexNumber>> {
    if let Some(z) = complex::as_complex(value) {
        return Ok(Some(z));
    }
    let Some(result) = special::try_call(thread, Special::Complex, value, &[])? else {
        return Ok(None);
    };
    let name = thread.type_name(result);
    let Some(z) = complex::as_complex(result) else {
        return Err(thread.raise_type_error(format!("__complex__ returned non-complex (type {name})")));
    };
    if thread.class_of(result) != thread.vm().types.complex {
        warnings::deprecation(
            thread,
            &format!(
                "__complex__ returned non-complex (type {name}).  The ability to return an instance of a strict subclass \
                 of complex is deprecated, and may be removed in a future version of Python."
            ),
        )?;
    }
    Ok(Some(z))
}

/// The complex number of `__complex__`, `__float__` or `__index__`.
pub fn to_complex(thread: &Thread, value: Value) -> PyResult<ComplexNumber> {
    match try_complex(thread, value)? {
        Some(z) => Ok(z),
        None => Ok(ComplexNumber { real: to_f64(thread, value)?, imag: 0.0 }),
    }
}

/// `int(value)` for something that is not text: `__int__`, then `__index__`; `None` if there is neither.
pub fn try_int(thread: &Thread, value: Value) -> PyResult<Option<Value>> {
    if int::as_exact_int(value).is_some() {
        return Ok(Some(value));
    }
    if let Some(result) = special::try_call(thread, Special::Int, value, &[])? {
        return checked_int_result(thread, result, "__int__").map(Some);
    }
    try_index(thread, value)
}
