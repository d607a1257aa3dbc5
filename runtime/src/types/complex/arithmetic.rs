//! Complex arithmetic, with the mixed real-complex rules of Python 3.14 (ISO C annex G without the
//! recovery of infinities).
//!
//! What lives here: the operators on numbers. What must not: dispatch on classes. Start at [`Operand`].

use super::ComplexNumber;
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::float::libm;

/// One side of a complex operation: a real number stays real, so that `2.0 * z` does not multiply by a zero
/// imaginary part.
#[derive(Clone, Copy)]
pub enum Operand {
    Real(f64),
    Complex(ComplexNumber),
}

impl Operand {
    /// As a complex number, real ones with imaginary part +0.
    pub fn widen(self) -> ComplexNumber {
        match self {
            Operand::Real(real) => ComplexNumber { real, imag: 0.0 },
            Operand::Complex(z) => z,
        }
    }
}

const fn complex(real: f64, imag: f64) -> ComplexNumber {
    ComplexNumber { real, imag }
}

pub fn add(a: Operand, b: Operand) -> ComplexNumber {
    match (a, b) {
        (Operand::Real(x), Operand::Complex(z)) | (Operand::Complex(z), Operand::Real(x)) => {
            complex(z.real + x, z.imag)
        }
        _ => {
            let (a, b) = (a.widen(), b.widen());
            complex(a.real + b.real, a.imag + b.imag)
        }
    }
}

pub fn subtract(a: Operand, b: Operand) -> ComplexNumber {
    match (a, b) {
        (Operand::Complex(z), Operand::Real(x)) => complex(z.real - x, z.imag),
        (Operand::Real(x), Operand::Complex(z)) => complex(x - z.real, -z.imag),
        _ => {
            let (a, b) = (a.widen(), b.widen());
            complex(a.real - b.real, a.imag - b.imag)
        }
    }
}

pub fn multiply(a: Operand, b: Operand) -> ComplexNumber {
    match (a, b) {
        (Operand::Real(x), Operand::Complex(z)) | (Operand::Complex(z), Operand::Real(x)) => {
            complex(z.real * x, z.imag * x)
        }
        _ => product(a.widen(), b.widen()),
    }
}

/// Multiplication with recovery of infinities (ISO C, annex G.5.1, example 1).
fn product(z: ComplexNumber, w: ComplexNumber) -> ComplexNumber {
    let (mut a, mut b, mut c, mut d) = (z.real, z.imag, w.real, w.imag);
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let result = complex(ac - bd, ad + bc);
    if !(result.real.is_nan() && result.imag.is_nan()) {
        return result;
    }
    let unit = |x: f64| if x.is_infinite() { 1f64 } else { 0f64 }.copysign(x);
    let zero_if_nan = |x: f64| if x.is_nan() { 0f64.copysign(x) } else { x };
    let mut recalculate = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b) = (unit(a), unit(b));
        (c, d) = (zero_if_nan(c), zero_if_nan(d));
        recalculate = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (c, d) = (unit(c), unit(d));
        (a, b) = (zero_if_nan(a), zero_if_nan(b));
        recalculate = true;
    }
    if !recalculate && (ac.is_infinite() || bd.is_infinite() || ad.is_infinite() || bc.is_infinite()) {
        (a, b, c, d) = (zero_if_nan(a), zero_if_nan(b), zero_if_nan(c), zero_if_nan(d));
        recalculate = true;
    }
    if recalculate {
        return complex(f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c));
    }
    result
}

/// `a / b`; `None` if `b` is zero.
pub fn quotient(a: Operand, b: Operand) -> Option<ComplexNumber> {
    match (a, b) {
        (_, Operand::Real(0.0)) => None,
        (Operand::Complex(z), Operand::Real(x)) => Some(complex(z.real / x, z.imag / x)),
        (Operand::Real(x), Operand::Complex(w)) => divide_real(x, w),
        _ => divide_complex(a.widen(), b.widen()),
    }
}

/// Smith's method (CACM 5, 1962, algorithm 116) for a complex numerator.
fn divide_complex(z: ComplexNumber, w: ComplexNumber) -> Option<ComplexNumber> {
    let mut result = if w.real.abs() >= w.imag.abs() {
        if w.real == 0.0 {
            return None;
        }
        let ratio = w.imag / w.real;
        let denominator = w.real + w.imag * ratio;
        complex((z.real + z.imag * ratio) / denominator, (z.imag - z.real * ratio) / denominator)
    } else if w.imag.abs() >= w.real.abs() {
        let ratio = w.real / w.imag;
        let denominator = w.real * ratio + w.imag;
        complex((z.real * ratio + z.imag) / denominator, (z.imag * ratio - z.real) / denominator)
    } else {
        complex(f64::NAN, f64::NAN)
    };
    // Recover infinities and zeros that came out as NaN (ISO C, annex G.5.1, example 2).
    if result.real.is_nan() && result.imag.is_nan() {
        if (z.real.is_infinite() || z.imag.is_infinite()) && w.real.is_finite() && w.imag.is_finite() {
            let x = if z.real.is_infinite() { 1f64 } else { 0f64 }.copysign(z.real);
            let y = if z.imag.is_infinite() { 1f64 } else { 0f64 }.copysign(z.imag);
            result = complex(f64::INFINITY * (x * w.real + y * w.imag), f64::INFINITY * (y * w.real - x * w.imag));
        } else if (w.real.is_infinite() || w.imag.is_infinite()) && z.real.is_finite() && z.imag.is_finite() {
            let x = if w.real.is_infinite() { 1f64 } else { 0f64 }.copysign(w.real);
            let y = if w.imag.is_infinite() { 1f64 } else { 0f64 }.copysign(w.imag);
            result = complex(0.0 * (z.real * x + z.imag * y), 0.0 * (z.imag * x - z.real * y));
        }
    }
    Some(result)
}

/// Smith's method for a real numerator.
fn divide_real(x: f64, w: ComplexNumber) -> Option<ComplexNumber> {
    let mut result = if w.real.abs() >= w.imag.abs() {
        if w.real == 0.0 {
            return None;
        }
        let ratio = w.imag / w.real;
        let denominator = w.real + w.imag * ratio;
        complex(x / denominator, -x * ratio / denominator)
    } else if w.imag.abs() >= w.real.abs() {
        let ratio = w.real / w.imag;
        let denominator = w.real * ratio + w.imag;
        complex(x * ratio / denominator, -x / denominator)
    } else {
        complex(f64::NAN, f64::NAN)
    };
    if result.real.is_nan() && result.imag.is_nan() && x.is_finite() && (w.real.is_infinite() || w.imag.is_infinite()) {
        let real = if w.real.is_infinite() { 1f64 } else { 0f64 }.copysign(w.real);
        let imag = if w.imag.is_infinite() { 1f64 } else { 0f64 }.copysign(w.imag);
        result = complex(0.0 * (x * real), 0.0 * (-x * imag));
    }
    Some(result)
}

pub fn divide(thread: &Thread, a: Operand, b: Operand) -> PyResult<ComplexNumber> {
    match quotient(a, b) {
        Some(result) => Ok(result),
        None => Err(thread.raise_zero_division_error("division by zero")),
    }
}

/// `z ** w`: by repeated multiplication for small whole exponents, else through polar form.
pub fn power(thread: &Thread, z: ComplexNumber, w: ComplexNumber) -> PyResult<ComplexNumber> {
    const MAX_WHOLE_EXPONENT: f64 = 100.0;
    let result = if w.imag == 0.0 && w.real == w.real.floor() && w.real.abs() <= MAX_WHOLE_EXPONENT {
        match whole_power(z, w.real as i32) {
            Some(result) => result,
            None => return Err(zero_to_negative(thread)),
        }
    } else if w.real == 0.0 && w.imag == 0.0 {
        complex(1.0, 0.0)
    } else if z.real == 0.0 && z.imag == 0.0 {
        if w.imag != 0.0 || w.real < 0.0 {
            return Err(zero_to_negative(thread));
        }
        complex(0.0, 0.0)
    } else {
        let modulus = libm::hypot(z.real, z.imag);
        let mut length = libm::pow(modulus, w.real);
        let angle = libm::atan2(z.imag, z.real);
        let mut phase = angle * w.real;
        if w.imag != 0.0 {
            length *= libm::exp(-angle * w.imag);
            phase += w.imag * libm::log(modulus);
        }
        complex(length * libm::cos(phase), length * libm::sin(phase))
    };
    if result.real.is_infinite() || result.imag.is_infinite() {
        return Err(thread.raise_overflow_error("complex exponentiation"));
    }
    Ok(result)
}

#[cold]
fn zero_to_negative(thread: &Thread) -> crate::error::Raised {
    thread.raise_zero_division_error("zero to a negative or complex power")
}

/// `z ** n` by squaring; `None` for zero to a negative power.
fn whole_power(z: ComplexNumber, n: i32) -> Option<ComplexNumber> {
    let mut result = complex(1.0, 0.0);
    let mut square = z;
    let count = n.unsigned_abs();
    let mut bit = 1;
    while bit <= count {
        if count & bit != 0 {
            result = product(result, square);
        }
        square = product(square, square);
        bit <<= 1;
    }
    if n > 0 {
        Some(result)
    } else if n == 0 {
        Some(complex(1.0, 0.0))
    } else {
        quotient(Operand::Complex(complex(1.0, 0.0)), Operand::Complex(result))
    }
}

pub fn negative(z: ComplexNumber) -> ComplexNumber {
    complex(-z.real, -z.imag)
}

/// `abs(z)`; `None` if it overflows.
pub fn absolute(z: ComplexNumber) -> Option<f64> {
    if z.real.is_infinite() || z.imag.is_infinite() {
        return Some(f64::INFINITY);
    }
    if z.real.is_nan() || z.imag.is_nan() {
        return Some(f64::NAN);
    }
    let length = libm::hypot(z.real, z.imag);
    length.is_finite().then_some(length)
}
