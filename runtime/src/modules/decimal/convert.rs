//! From Python objects to decimal numbers, and the arguments that many methods have.
//!
//! What lives here: what the constructor and operands accept, contexts and roundings as arguments. What must not: conversions
//! of decimal numbers to other objects (`number.rs`). Start at [`from_object`].

use super::context::{ContextData, ContextObject};
use super::number::{Decimal, DecimalObject};
use super::signals;
use super::state::{self, State};
use crate::error::PyResult;
use crate::numbers::decimal::{Coefficient, Context, Kind, Number, Rounding, Status, convert, text};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::int::{self, IntRef};
use crate::types::list::List;
use crate::types::payload::Payload;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{float, int::text::is_python_space};
use crate::value::Value;
use rustpython_wtf8::CodePoint;

/// An int that fits a machine word. Raises TypeError and OverflowError.
pub fn machine_int(thread: &Thread, value: Value) -> PyResult<i64> {
    match int::as_int(value) {
        Some(number) => match number.to_i64() {
            Some(number) => Ok(number),
            None => Err(thread.raise_overflow_error("Python int too large to convert to C ssize_t")),
        },
        None => Err(thread.raise_type_error("an integer is required")),
    }
}

/// A rounding mode by its name.
pub fn rounding(thread: &Thread, value: Value) -> PyResult<Rounding> {
    let known = value.cast::<Str>().and_then(|text| {
        let text = text.as_bytes(thread);
        Rounding::NAMES.iter().find(|(_, name)| name.as_bytes() == text)
    });
    match known {
        Some((rounding, _)) => Ok(*rounding),
        None => Err(thread.raise_type_error(
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, \
             ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
        )),
    }
}

/// The context that a method was given, or the current one.
#[inline]
pub fn context_argument(
    thread: &Thread,
    state: &Gc<Payload<State>>,
    context: Option<Value>,
) -> PyResult<Gc<ContextObject>> {
    match context {
        None => state::current_context(thread, state),
        Some(context) => match Payload::<ContextData>::cast(context) {
            Some(context) => Ok(context),
            None => Err(thread.raise_type_error("optional argument must be a context")),
        },
    }
}

/// The settings of a context, under another rounding if one is given.
pub fn settings_with_rounding(thread: &Thread, context: Gc<ContextObject>, given: Option<Value>) -> PyResult<Context> {
    let settings = context.data.settings.get();
    match given {
        Some(given) => Ok(settings.with_rounding(rounding(thread, given)?)),
        None => Ok(settings),
    }
}

/// The number of an int.
#[inline]
pub fn from_int(number: IntRef) -> Number {
    match number {
        IntRef::Small(number) => Number::from_i64(number),
        IntRef::Big(big) => Number::finite(big.is_negative(), Coefficient::from_limbs(big.limbs()), 0),
    }
}

/// The number of an operand: a decimal number or an int. `None` for other types.
#[inline]
pub fn operand(value: Value) -> Option<Number> {
    match Payload::<Decimal>::cast(value) {
        Some(decimal) => Some(decimal.data.number()),
        None => int::as_int(value).map(from_int),
    }
}

/// As [`operand`], but TypeError for other types.
pub fn required_operand(thread: &Thread, value: Value) -> PyResult<Number> {
    match operand(value) {
        Some(number) => Ok(number),
        None => Err(unsupported(thread, value)),
    }
}

#[cold]
fn unsupported(thread: &Thread, value: Value) -> crate::error::Raised {
    let name = thread.type_name(value);
    thread.raise_type_error(format!("conversion from {name} to Decimal is not supported"))
}

/// The text of a numeric string in ASCII: decimal digits of all scripts, every space as ' '. Empty if there are other characters.
/// With `lenient`, spaces around it are taken off and underscores left out.
fn to_ascii(thread: &Thread, string: Gc<Str>, lenient: bool) -> Vec<u8> {
    if string.is_ascii() {
        let mut bytes = string.as_bytes(thread);
        if !lenient {
            return bytes.to_vec();
        }
        let is_space = |byte: &u8| is_python_space(char::from(*byte));
        while let [first, rest @ ..] = bytes
            && is_space(first)
        {
            bytes = rest;
        }
        while let [rest @ .., last] = bytes
            && is_space(last)
        {
            bytes = rest;
        }
        return bytes.iter().copied().filter(|&byte| byte != b'_').collect();
    }
    let text = string.to_str_lossy(thread);
    let text = if lenient { text.trim_matches(is_python_space) } else { &text };
    let digits = rustpython_unicode::Ucd::new(true);
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '_' if lenient => {}
            _ if character.is_ascii() => bytes.push(character as u8),
            _ if is_python_space(character) => bytes.push(b' '),
            _ => match digits.decimal(CodePoint::from_char(character)) {
                Some(digit) => bytes.push(b'0' + digit as u8),
                None => return Vec::new(),
            },
        }
    }
    bytes
}

/// What a conversion to a number that must be exact has met, as it counts.
fn exactly(number: Number, status: Status) -> (Number, Status) {
    if status.meets(Status::INEXACT.with(Status::ROUNDED).with(Status::CLAMPED)) {
        return (Number::NAN, status.with(Status::INVALID_OPERATION).common(Status::ERRORS));
    }
    (number, status.common(Status::ERRORS))
}

/// Reads text, exactly or under the context.
fn from_bytes(
    thread: &Thread,
    state: &State,
    bytes: &[u8],
    context: Gc<ContextObject>,
    exact: bool,
) -> PyResult<Number> {
    let mut status = Status::NONE;
    let number = if exact {
        let number = text::parse(bytes, &Context::MAXIMUM, &mut status);
        let (number, errors) = exactly(number, status);
        status = errors;
        number
    } else {
        text::parse(bytes, &context.data.settings.get(), &mut status)
    };
    signals::report(thread, state, context, status)?;
    Ok(number)
}

/// A tuple, or the items of a list.
fn sequence(thread: &Thread, value: Value) -> Option<Gc<Tuple>> {
    value.cast::<Tuple>().or_else(|| value.cast::<List>().map(|list| Tuple::from_list(thread, list)))
}

/// `(sign, digits, exponent)` as numeric text.
fn sequence_to_text(thread: &Thread, parts: Gc<Tuple>) -> PyResult<Vec<u8>> {
    let &[sign, digits, exponent] = parts.items() else {
        return Err(thread.raise_value_error("argument must be a sequence of length 3"));
    };
    let wrong_sign = || thread.raise_value_error("sign must be an integer with the value 0 or 1");
    let mut bytes = match int::as_int(sign) {
        Some(_) => match int_as_long(thread, sign)? {
            0 => Vec::from(b"+"),
            1 => Vec::from(b"-"),
            _ => return Err(wrong_sign()),
        },
        None => return Err(wrong_sign()),
    };
    let mut finite = None;
    let mut is_infinite = false;
    if let Some(text) = exponent.cast::<Str>() {
        match text.as_bytes(thread) {
            b"F" => {
                bytes.extend(b"Inf");
                is_infinite = true;
            }
            b"n" => bytes.extend(b"NaN"),
            b"N" => bytes.extend(b"sNaN"),
            _ => {
                let message = "string argument in the third position must be 'F', 'n' or 'N'";
                return Err(thread.raise_value_error(message));
            }
        }
    } else if int::is_int(exponent) {
        finite = Some(machine_int(thread, exponent)?);
    } else {
        return Err(thread.raise_value_error("exponent must be an integer"));
    }
    let wrong_digits = || thread.raise_value_error("coefficient must be a tuple of digits");
    let Some(digits) = sequence(thread, digits) else { return Err(wrong_digits()) };
    if digits.is_empty() && finite.is_some() {
        bytes.push(b'0');
    }
    for &digit in digits.items() {
        let digit = match int::as_int(digit) {
            Some(_) => int_as_long(thread, digit)?,
            None => return Err(wrong_digits()),
        };
        if !(0..=9).contains(&digit) {
            return Err(wrong_digits());
        }
        if !is_infinite {
            bytes.push(b'0' + digit as u8);
        }
    }
    if let Some(exponent) = finite {
        bytes.extend(format!("E{exponent}").bytes());
    }
    Ok(bytes)
}

fn int_as_long(thread: &Thread, value: Value) -> PyResult<i64> {
    match int::to_i64(value) {
        Some(number) => Ok(number),
        None => Err(thread.raise_overflow_error("Python int too large to convert to C long")),
    }
}

/// The exact number of an int or a float. Raises TypeError for other types.
pub fn from_float(thread: &Thread, value: Value) -> PyResult<Number> {
    if let Some(number) = int::as_int(value) {
        return Ok(from_int(number));
    }
    match float::as_float(value) {
        Some(number) => Ok(convert::from_double(number)),
        None => Err(thread.raise_type_error("argument must be int or float")),
    }
}

/// What the constructor makes of a value: exact, whatever the context, which only says what raises. With `exact` unset it is
/// `create_decimal`: fitted to the context.
pub fn from_object(
    thread: &Thread,
    state: &State,
    value: Value,
    context: Gc<ContextObject>,
    exact: bool,
) -> PyResult<Number> {
    let number = if let Some(number) = int::as_int(value) {
        from_int(number)
    } else if let Some(string) = value.cast::<Str>() {
        return from_bytes(thread, state, &to_ascii(thread, string, exact), context, exact);
    } else if let Some(decimal) = DecimalObject::cast(value) {
        let number = decimal.data.number();
        let settings = context.data.settings.get();
        let most = settings.precision - i64::from(settings.clamp);
        if !exact && number.is_nan() && !number.coefficient.is_zero() && number.digits() > most {
            signals::report(thread, state, context, Status::CONVERSION_SYNTAX)?;
            return Ok(Number::NAN);
        }
        number
    } else if let Some(parts) = sequence(thread, value) {
        let bytes = sequence_to_text(thread, parts)?;
        return from_bytes(thread, state, &bytes, context, exact);
    } else if let Some(number) = float::as_float(value) {
        signals::report(thread, state, context, Status::FLOAT_OPERATION)?;
        convert::from_double(number)
    } else {
        return Err(unsupported(thread, value));
    };
    if exact {
        return Ok(number);
    }
    fit(thread, state, number, context)
}

/// A number fitted to the context.
pub fn fit(thread: &Thread, state: &State, number: Number, context: Gc<ContextObject>) -> PyResult<Number> {
    let mut status = Status::NONE;
    let number = context.data.settings.get().finish(number, &mut status);
    signals::report(thread, state, context, status)?;
    Ok(number)
}

/// The word for what a NaN is that cannot be converted.
pub fn special_name(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Finite => None,
        Kind::Infinity => Some("Infinity"),
        Kind::QuietNan | Kind::SignalingNan => Some("NaN"),
    }
}
