//! Float division, remainders and powers with Python's signs and errors.
//!
//! What lives here: operations on doubles that differ from the processor's. What must not: dispatch on
//! classes. Start at [`divmod`].

use super::libm;
use crate::error::PyResult;
use crate::text::float_digits;
use crate::thread::Thread;
use crate::types::complex::ComplexNumber;
use crate::types::complex::arithmetic as complex;

#[cold]
fn division_by_zero<T>(thread: &Thread) -> PyResult<T> {
    Err(thread.raise_zero_division_error("division by zero"))
}

#[inline(always)]
pub fn divide(thread: &Thread, a: f64, b: f64) -> PyResult<f64> {
    if b == 0.0 {
        return division_by_zero(thread);
    }
    Ok(a / b)
}

/// `a % b` for `b != 0`: the remainder has the divisor's sign, a zero remainder too.
#[inline]
pub fn modulo_nonzero(a: f64, b: f64) -> f64 {
    let remainder = libm::fmod(a, b);
    if remainder == 0.0 {
        0f64.copysign(b)
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder + b
    } else {
        remainder
    }
}

#[inline]
pub fn modulo(thread: &Thread, a: f64, b: f64) -> PyResult<f64> {
    if b == 0.0 {
        return division_by_zero(thread);
    }
    Ok(modulo_nonzero(a, b))
}

/// Floor quotient and remainder for `b != 0`.
///
/// The quotient is taken from the exact `a - remainder`, which lies within rounding of a multiple of `b`, and
/// then rounded to the nearest whole number.
pub fn divmod_nonzero(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = libm::fmod(a, b);
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    let whole = if quotient == 0.0 {
        0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    (whole, remainder)
}

pub fn divmod(thread: &Thread, a: f64, b: f64) -> PyResult<(f64, f64)> {
    if b == 0.0 {
        return division_by_zero(thread);
    }
    Ok(divmod_nonzero(a, b))
}

#[inline]
pub fn floor_divide(thread: &Thread, a: f64, b: f64) -> PyResult<f64> {
    Ok(divmod(thread, a, b)?.0)
}

/// What `a ** b` is for floats.
pub enum Power {
    Real(f64),
    /// A negative base with a fractional exponent.
    Complex(ComplexNumber),
}

/// `a ** b`, a float or (negative base, fractional exponent) complex.
pub fn power_or_complex(thread: &Thread, a: f64, b: f64) -> PyResult<Power> {
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        let (base, exponent) = (ComplexNumber { real: a, imag: 0.0 }, ComplexNumber { real: b, imag: 0.0 });
        return Ok(Power::Complex(complex::power(thread, base, exponent)?));
    }
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(thread.raise_zero_division_error("zero to a negative power"));
    }
    let result = libm::pow(a, b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(overflow(thread));
    }
    Ok(Power::Real(result))
}

/// `a ** b` where the exponent is whole, so that the result is real.
pub fn power(thread: &Thread, a: f64, b: f64) -> PyResult<f64> {
    match power_or_complex(thread, a, b)? {
        Power::Real(result) => Ok(result),
        Power::Complex(result) => Ok(result.real),
    }
}

/// `OverflowError(errno, text)`, as float powers report a range error.
#[cold]
pub fn overflow(thread: &Thread) -> crate::error::Raised {
    let text = crate::types::str::Str::new(thread, "Numerical result out of range");
    let arguments = [crate::value::Value::small_wrapping(i64::from(libc::ERANGE)), text.value()];
    thread.raise_with_arguments(thread.vm().exceptions.overflow_error, &arguments)
}

/// `round(x)`: to the nearest whole number, ties to even.
#[inline]
pub fn round_half_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// `round(x, digits)`: to the nearest multiple of `10**-digits` (exactly, ties to even), as the nearest double.
/// `None` if that overflows.
pub fn round_to_digits(x: f64, digits: i64) -> Option<f64> {
    // Beyond these nothing changes, or nothing is left: 17 digits determine a double, 308 is the range.
    if !x.is_finite() || x == 0.0 || digits > 323 {
        return Some(x);
    }
    if digits < -308 {
        return Some(0f64.copysign(x));
    }
    // A quotient of two doubles that are exact is the nearest double to the decimal.
    if let Some(scaled) = usize::try_from(digits).ok().and_then(|digits| float_digits::scaled(x.abs(), digits))
        && scaled < 1 << 53
    {
        return Some((scaled as f64 / 10f64.powi(digits as i32)).copysign(x));
    }
    let text = if digits >= 0 {
        // Rust prints the exact value, rounded half to even.
        format!("{:.*}", digits as usize, x)
    } else {
        round_text_to_tens(x, digits.unsigned_abs() as usize)
    };
    let result: f64 = text.parse().unwrap_or(x);
    result.is_finite().then_some(result)
}

/// The decimal text of `x` rounded to a multiple of `10**zeros`, ties to even, by exact integers.
fn round_text_to_tens(x: f64, zeros: usize) -> String {
    use num_bigint::BigInt;
    use num_integer::Integer;
    let (mantissa, exponent) = super::decompose(x);
    let unit = BigInt::from(10).pow(zeros as u32);
    // |x| = numerator / denominator exactly.
    let (numerator, denominator) = if exponent >= 0 {
        (BigInt::from(mantissa) << exponent as u64, BigInt::from(1))
    } else {
        (BigInt::from(mantissa), BigInt::from(1) << exponent.unsigned_abs() as u64)
    };
    let divisor = denominator * unit;
    let (mut quotient, remainder) = numerator.div_rem(&divisor);
    match (remainder * 2u8).cmp(&divisor) {
        std::cmp::Ordering::Greater => quotient += 1,
        std::cmp::Ordering::Equal if quotient.is_odd() => quotient += 1,
        std::cmp::Ordering::Equal | std::cmp::Ordering::Less => {}
    }
    format!("{}{quotient}e{zeros}", if x < 0.0 { "-" } else { "" })
}
