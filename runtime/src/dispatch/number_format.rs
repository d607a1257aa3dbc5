//! `__format__` of builtin numbers.
//!
//! What lives here: the step from a number and a specification to a `str`, with the exceptions. What must not:
//! the mini-language itself (`text/format_spec.rs`, `text/format_number.rs`). Start at [`int`].

use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::text::format_number::{self, IntPresentation};
use crate::text::format_spec::{Defaults, FormatError, FormatSpec};
use crate::thread::Thread;
use crate::types::complex::ComplexNumber;
use crate::types::int::{self, IntRef, text};
use crate::types::str::Str;
use crate::value::Value;

/// Raises what formatting an object of class `type_name` failed with.
#[cold]
pub fn raise(thread: &Thread, error: FormatError, type_name: &str) -> Raised {
    match error {
        FormatError::Value(message) => thread.raise_value_error(message),
        FormatError::ForType(message) => {
            thread.raise_value_error(format!("{message} for object of type '{type_name}'"))
        }
        FormatError::Overflow(message) => thread.raise_overflow_error(message),
        FormatError::Memory => thread.raise_memory_error(""),
    }
}

/// Runs `write` on the parsed specification; an empty one is answered by `str(object)`.
fn with_spec(
    thread: &Thread,
    object: Value,
    spec: Gc<Str>,
    defaults: Defaults,
    write: impl FnOnce(&FormatSpec, &mut Vec<u8>) -> PyResult<Result<(), FormatError>>,
) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return super::text::str(thread, object);
    }
    let mut out = Vec::new();
    let written = match FormatSpec::parse(spec.as_wtf8(thread), defaults) {
        Ok(parsed) => write(&parsed, &mut out)?,
        Err(error) => Err(error),
    };
    written.map_err(|error| raise(thread, error, &thread.type_name(object)))?;
    Ok(Str::from_wtf8_bytes_unchecked(thread, &out))
}

/// `int.__format__`; `object` is what messages name the class of.
pub fn int(thread: &Thread, object: Value, number: IntRef, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    with_spec(thread, object, spec, Defaults::INT, |spec, out| {
        let presentation = match format_number::int_presentation(spec) {
            Ok(presentation) => presentation,
            Err(error) => return Ok(Err(error)),
        };
        Ok(match presentation {
            IntPresentation::Character => {
                let Some(number) = number.to_i64() else {
                    return Err(thread.raise_overflow_error("Python int too large to convert to C long"));
                };
                let code_point = u32::try_from(number).ok();
                format_number::format_character(out, spec, code_point)
            }
            IntPresentation::Digits { radix, upper } => {
                let digits =
                    if radix == 10 { text::to_decimal(thread, number)? } else { text::to_string_radix(number, radix) };
                let magnitude = digits.strip_prefix('-').unwrap_or(&digits);
                format_number::format_int(out, spec, number.is_negative(), magnitude.as_bytes(), radix, upper)
            }
            IntPresentation::Float => {
                let number = int::arithmetic::to_f64_or_overflow(thread, number)?;
                format_number::format_float(out, spec, number)
            }
        })
    })
}

/// `float.__format__`; `object` is what messages name the class of.
pub fn float(thread: &Thread, object: Value, number: f64, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    with_spec(thread, object, spec, Defaults::FLOAT, |spec, out| Ok(format_number::format_float(out, spec, number)))
}

/// `complex.__format__`; `object` is what messages name the class of.
pub fn complex(thread: &Thread, object: Value, number: ComplexNumber, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    with_spec(thread, object, spec, Defaults::COMPLEX, |spec, out| {
        Ok(format_number::format_complex(out, spec, number.real, number.imag))
    })
}
