//! The Python class `int`.
//!
//! What lives here: constructor, methods and attributes; operators are in `operators.rs`. What must not: the
//! algorithms. Start at [`IntClass`].

use super::bytes::{Misfit, WORD, from_bytes_be, from_bytes_le, from_few_bytes, to_bytes_le, to_few_bytes};
use super::{IntObject, IntRef, arithmetic, from_bigint, operators, text};
use crate::dispatch::{call, number, number_format};
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::float;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::{buffer, instance};
use crate::value::Value;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::Signed;
use taipan_macros::py_class;

/// The specification of `int`; its instances are small values, `BigIntObject` or `IntObject`.
pub struct IntClass;

/// The number of a receiver that the wrapper has checked.
#[inline]
pub(super) fn number_of(this: Value) -> IntRef {
    arithmetic::number_of(this)
}

/// Integers of any size.
///
/// int(x) converts a number or the text of one; int(text, base) reads digits
/// of a base from 2 to 36, or with base 0 any integer literal.
#[py_class(name = "int", kind = IntObject, signature = "(x, base=10, /)", subclassable, check = super::is_int, extend = [operators::METHODS])]
impl IntClass {
    #[new(signature = "(cls, x=0, /, base=10)", style = "fastcall_keywords")]
    fn new(class: Gc<Type>, thread: &Thread, x: Option<Value>, base: Option<Value>) -> PyResult<Value> {
        let number = construct(thread, x, base)?;
        if class == thread.vm().types.int {
            return Ok(number);
        }
        of_class(thread, class, number)
    }

    /// Number of bits needed to write the magnitude in binary.
    ///
    /// # Examples
    /// `(37).bit_length() == 6`
    #[method(no_reenter)]
    fn bit_length(this: Value) -> u64 {
        number_of(this).bit_length()
    }

    /// Number of ones in the binary form of the magnitude.
    ///
    /// # Examples
    /// `(13).bit_count() == 3`
    #[method(no_reenter)]
    fn bit_count(this: Value) -> u64 {
        match number_of(this) {
            IntRef::Small(n) => u64::from(n.unsigned_abs().count_ones()),
            IntRef::Big(big) => big.limbs().iter().map(|limb| u64::from(limb.count_ones())).sum(),
        }
    }

    /// Returns self: an int is its own conjugate.
    #[method(no_reenter)]
    fn conjugate(this: Value, thread: &Thread) -> Value {
        number_of(this).to_value(thread)
    }

    /// Returns True; the counterpart of float.is_integer.
    #[method(no_reenter)]
    fn is_integer(_this: Value) -> bool {
        true
    }

    /// Returns (self, 1).
    #[method(no_reenter)]
    fn as_integer_ratio(this: Value, thread: &Thread) -> Gc<Tuple> {
        Tuple::new(thread, &[number_of(this).to_value(thread), Value::small_wrapping(1)])
    }

    /// The number as bytes, in two's complement where signed.
    ///
    /// length is the number of bytes, OverflowError if they do not suffice;
    /// byteorder is 'big' (most significant byte first) or 'little'.
    #[method(signature = "(self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        this: Value,
        thread: &Thread,
        length: Option<isize>,
        byteorder: Option<Gc<Str>>,
        signed: Option<bool>,
    ) -> PyResult<Gc<Bytes>> {
        let little = is_little_endian(thread, byteorder)?;
        let Ok(length) = usize::try_from(length.unwrap_or(1)) else {
            return Err(thread.raise_value_error("length argument must be non-negative"));
        };
        let signed = signed.unwrap_or(false);
        let made = match number_of(this) {
            IntRef::Small(number) if length <= WORD => to_few_bytes(number, length, signed).map(|mut bytes| {
                let bytes = &mut bytes[..length];
                if !little {
                    bytes.reverse();
                }
                Bytes::new(thread, bytes)
            }),
            number => {
                if Vec::<u8>::new().try_reserve_exact(length).is_err() {
                    return Err(thread.raise_memory_error(""));
                }
                to_bytes_le(number, length, signed).map(|mut bytes| {
                    if !little {
                        bytes.reverse();
                    }
                    Bytes::new(thread, &bytes)
                })
            }
        };
        match made {
            Ok(bytes) => Ok(bytes),
            Err(Misfit::Negative) => Err(thread.raise_overflow_error("can't convert negative int to unsigned")),
            Err(Misfit::TooBig) => Err(thread.raise_overflow_error("int too big to convert")),
        }
    }

    /// The int that these bytes are, in two's complement where signed.
    ///
    /// bytes is bytes-like or an iterable of ints; byteorder is 'big' (most
    /// significant byte first) or 'little'.
    #[classmethod(signature = "($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(
        class: Gc<Type>,
        thread: &Thread,
        bytes: Value,
        byteorder: Option<Gc<Str>>,
        signed: Option<bool>,
    ) -> PyResult<Value> {
        let little = is_little_endian(thread, byteorder)?;
        let signed = signed.unwrap_or(false);
        let bytes = bytes_of(thread, bytes)?;
        let number = buffer::with_bytes_in_order(thread, bytes, |bytes| match from_few_bytes(bytes, little, signed) {
            Some(number) => IntRef::Small(number).to_value(thread),
            None if little => from_bigint(thread, from_bytes_le(bytes, signed)),
            None => from_bigint(thread, from_bytes_be(bytes, signed)),
        })?;
        if class == thread.vm().types.int {
            return Ok(number);
        }
        call::call(thread, class.value(), &[number])
    }

    /// The numerator of the number in lowest terms: itself.
    #[getter]
    fn numerator(this: Value, thread: &Thread) -> Value {
        number_of(this).to_value(thread)
    }

    /// The denominator of the number in lowest terms: 1.
    #[getter]
    fn denominator(_this: Value) -> i64 {
        1
    }

    /// The real part: itself.
    #[getter]
    fn real(this: Value, thread: &Thread) -> Value {
        number_of(this).to_value(thread)
    }

    /// The imaginary part: 0.
    #[getter]
    fn imag(_this: Value) -> i64 {
        0
    }

    /// Rounds to a multiple of 10**-ndigits, ties to the even multiple; whole digits change nothing.
    #[method(signature = "(self, ndigits=<unrepresentable>, /)")]
    fn __round__(this: Value, thread: &Thread, ndigits: Option<Value>) -> PyResult<Value> {
        let Some(ndigits) = ndigits.filter(|n| !n.is_none()) else {
            return Ok(number_of(this).to_value(thread));
        };
        let ndigits = number::index_ref(thread, ndigits)?;
        if !ndigits.is_negative() {
            return Ok(number_of(this).to_value(thread));
        }
        let this = number_of(this);
        // 10**n with more digits than the number halves to zero.
        let digits = ndigits.to_i64().map_or(u64::MAX, i64::unsigned_abs);
        if digits > this.bit_length() / 3 + 1 {
            return Ok(Value::small_wrapping(0));
        }
        Ok(from_bigint(thread, round_to_multiple(&this.to_bigint(), &BigInt::from(10).pow(digits as u32))))
    }

    /// Rounding towards zero: itself.
    #[method]
    fn __trunc__(this: Value, thread: &Thread) -> Value {
        number_of(this).to_value(thread)
    }

    /// Rounding down: itself.
    #[method]
    fn __floor__(this: Value, thread: &Thread) -> Value {
        number_of(this).to_value(thread)
    }

    /// Rounding up: itself.
    #[method]
    fn __ceil__(this: Value, thread: &Thread) -> Value {
        number_of(this).to_value(thread)
    }

    /// Formats by a format specification, as format() and f-strings do.
    #[method]
    fn __format__(this: Value, thread: &Thread, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        number_format::int(thread, this, number_of(this), format_spec)
    }

    #[method]
    fn __getnewargs__(this: Value, thread: &Thread) -> Gc<Tuple> {
        Tuple::new(thread, &[number_of(this).to_value(thread)])
    }

    /// Size in memory, in bytes.
    #[method]
    fn __sizeof__(this: Value) -> u64 {
        let words = number_of(this).bit_length().div_ceil(30).max(1);
        24 + 4 * words
    }
}

/// An instance of a subclass of `int` with this exact int as its number.
pub fn of_class(thread: &Thread, class: Gc<Type>, number: Value) -> PyResult<Value> {
    Ok(instance::allocate_instance(thread, class, |header| IntObject::with_header(header, number)).value())
}

/// `True` for 'little'.
fn is_little_endian(thread: &Thread, byteorder: Option<Gc<Str>>) -> PyResult<bool> {
    match byteorder.as_ref().map(|order| order.as_bytes(thread)) {
        None | Some(b"big") => Ok(false),
        Some(b"little") => Ok(true),
        Some(_) => Err(thread.raise_value_error("byteorder must be either 'little' or 'big'")),
    }
}

/// A bytes-like object for the argument of `from_bytes`: itself, `__bytes__`, or `bytes(iterable)`.
fn bytes_of(thread: &Thread, value: Value) -> PyResult<Value> {
    if buffer::is_bytes_like(thread, value) {
        return Ok(value);
    }
    let class = thread.class_of(value);
    let convertible = class.special(thread, Special::Bytes).is_some()
        || value.cast::<Str>().is_none()
            && (class.special(thread, Special::Iter).is_some() || class.special(thread, Special::GetItem).is_some());
    if !convertible {
        let name = class.name_string();
        return Err(thread.raise_type_error(format!("cannot convert '{name}' object to bytes")));
    }
    call::call(thread, thread.vm().types.bytes.value(), &[value])
}

/// The multiple of `unit` nearest to `number`, the even one of two.
fn round_to_multiple(number: &BigInt, unit: &BigInt) -> BigInt {
    let (quotient, remainder) = number.div_mod_floor(unit);
    let up = match (&remainder * 2u8).cmp(unit) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient.is_odd(),
    };
    debug_assert!(!remainder.is_negative());
    number - remainder + if up { unit.clone() } else { BigInt::ZERO }
}

// ---- the constructor ----

/// `int(x, base)` as an exact int.
fn construct(thread: &Thread, x: Option<Value>, base: Option<Value>) -> PyResult<Value> {
    let Some(x) = x else {
        return match base {
            Some(_) => Err(thread.raise_type_error("int() missing string argument")),
            None => Ok(Value::small_wrapping(0)),
        };
    };
    match base {
        None => convert(thread, x),
        Some(base) => {
            let base = number::index_clipped(thread, base)?;
            if base != 0 && !(2..=36).contains(&base) {
                return Err(thread.raise_value_error("int() base must be >= 2 and <= 36, or 0"));
            }
            match convert_text(thread, x, base as u32)? {
                Some(number) => Ok(number),
                None => Err(thread.raise_type_error("int() can't convert non-string with explicit base")),
            }
        }
    }
}

/// `int(x)`.
pub fn convert(thread: &Thread, x: Value) -> PyResult<Value> {
    if let Some(x) = float::as_exact_float(x) {
        return float::methods::truncate(thread, x);
    }
    if let Some(number) = number::try_int(thread, x)? {
        return Ok(number);
    }
    if let Some(number) = convert_text(thread, x, 10)? {
        return Ok(number);
    }
    if buffer::is_bytes_like(thread, x) {
        let bytes = buffer::to_vec(thread, x)?;
        return convert_text_or_fail(thread, Bytes::new(thread, &bytes).value(), 10);
    }
    let name = thread.type_name(x);
    Err(thread.raise_type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
    )))
}

fn convert_text_or_fail(thread: &Thread, x: Value, base: u32) -> PyResult<Value> {
    match convert_text(thread, x, base)? {
        Some(number) => Ok(number),
        None => unreachable!("bytes are text here"),
    }
}

/// The number in a str, bytes or bytearray; `None` for other types.
fn convert_text(thread: &Thread, x: Value, base: u32) -> PyResult<Option<Value>> {
    let (content, shown) = if let Some(string) = x.cast::<Str>() {
        (text::to_ascii_digits(thread, string), x)
    } else if let Some(bytes) = x.cast::<Bytes>() {
        (String::from_utf8_lossy(bytes.as_slice()).into_owned(), x)
    } else if let Some(array) = x.cast::<ByteArray>() {
        (String::from_utf8_lossy(array.as_slice()).into_owned(), Bytes::new(thread, array.as_slice()).value())
    } else {
        return Ok(None);
    };
    // Only a str may have white space beyond ASCII around the digits.
    if content.is_ascii()
        && let Some(number) = text::parse(thread, &content, base)?
    {
        return Ok(Some(number));
    }
    let shown = crate::dispatch::text::repr(thread, shown)?;
    let shown: String = shown.to_str_lossy(thread).chars().take(200).collect();
    Err(thread.raise_value_error(format!("invalid literal for int() with base {base}: {shown}")))
}
