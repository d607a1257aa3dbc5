//! The module `cmath`.
//!
//! What lives here: Python's functions on complex numbers and their errors. What must not: the algorithms
//! (`cmath/elementary.rs`). Start at [`functions`].

pub mod elementary;

pub use functions::MODULE;

use crate::dispatch::number;
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::complex::{self, ComplexNumber};
use crate::value::Value;
use elementary::{Outcome, Trouble};

/// Applies a function to the complex number of `z`.
fn apply(thread: &Thread, z: Value, function: fn(ComplexNumber) -> Outcome) -> PyResult<Value> {
    let z = number::to_complex(thread, z)?;
    let result = checked(thread, function(z))?;
    Ok(complex::from_number(thread, result))
}

/// The result of a function, its trouble raised.
fn checked(thread: &Thread, outcome: Outcome) -> PyResult<ComplexNumber> {
    match outcome.trouble {
        None => Ok(outcome.value),
        Some(Trouble::Domain) => Err(thread.raise_value_error("math domain error")),
        Some(Trouble::Range) => Err(thread.raise_overflow_error("math range error")),
    }
}

/// Mathematical functions on complex numbers.
#[taipan_macros::py_module(name = "cmath")]
pub mod functions {
    use super::*;
    use crate::object::Gc;
    use crate::types::complex::Complex;
    use crate::types::complex::arithmetic::{self, Operand};
    use crate::types::float::{self, libm};
    use crate::types::tuple::Tuple;

    #[constant(name = "pi")]
    const PI: f64 = std::f64::consts::PI;
    #[constant(name = "e")]
    const E: f64 = std::f64::consts::E;
    #[constant(name = "tau")]
    const TAU: f64 = std::f64::consts::TAU;
    #[constant(name = "inf")]
    const INF: f64 = f64::INFINITY;
    #[constant(name = "nan")]
    const NAN: f64 = f64::NAN;

    #[constant(name = "infj")]
    fn infinite_imaginary(thread: &Thread) -> Gc<Complex> {
        Complex::new(thread, 0.0, f64::INFINITY)
    }

    #[constant(name = "nanj")]
    fn nan_imaginary(thread: &Thread) -> Gc<Complex> {
        Complex::new(thread, 0.0, f64::NAN)
    }

    /// Arc cosine.
    #[function]
    fn acos(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::acos)
    }

    /// Inverse hyperbolic cosine.
    #[function]
    fn acosh(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::acosh)
    }

    /// Arc sine.
    #[function]
    fn asin(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::asin)
    }

    /// Inverse hyperbolic sine.
    #[function]
    fn asinh(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::asinh)
    }

    /// Arc tangent.
    #[function]
    fn atan(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::atan)
    }

    /// Inverse hyperbolic tangent.
    #[function]
    fn atanh(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::atanh)
    }

    /// Cosine.
    #[function]
    fn cos(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::cos)
    }

    /// Hyperbolic cosine.
    #[function]
    fn cosh(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::cosh)
    }

    /// e to the power z.
    #[function]
    fn exp(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::exp)
    }

    /// Logarithm to base 10.
    #[function]
    fn log10(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::log10)
    }

    /// Sine.
    #[function]
    fn sin(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::sin)
    }

    /// Hyperbolic sine.
    #[function]
    fn sinh(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::sinh)
    }

    /// Square root.
    #[function]
    fn sqrt(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::sqrt)
    }

    /// Tangent.
    #[function]
    fn tan(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::tan)
    }

    /// Hyperbolic tangent.
    #[function]
    fn tanh(thread: &Thread, z: Value) -> PyResult<Value> {
        apply(thread, z, elementary::tanh)
    }

    /// Natural logarithm, or that to the given base.
    #[function(signature = "(z, base=<unrepresentable>, /)")]
    fn log(thread: &Thread, z: Value, base: Option<Value>) -> PyResult<Value> {
        let logarithm = elementary::log(number::to_complex(thread, z)?);
        let Some(base) = base else {
            return Ok(complex::from_number(thread, checked(thread, logarithm)?));
        };
        // As in CPython, only the trouble of the second logarithm and of the division is reported.
        let divisor = checked(thread, elementary::log(number::to_complex(thread, base)?))?;
        match arithmetic::quotient(Operand::Complex(logarithm.value), Operand::Complex(divisor)) {
            Some(result) => Ok(complex::from_number(thread, result)),
            None => Err(thread.raise_value_error("math domain error")),
        }
    }

    /// The angle of the number in the plane, from -pi to pi.
    #[function]
    fn phase(thread: &Thread, z: Value) -> PyResult<f64> {
        let z = number::to_complex(thread, z)?;
        Ok(libm::atan2(z.imag, z.real))
    }

    /// Polar coordinates: the distance from 0 and the phase.
    #[function]
    fn polar(thread: &Thread, z: Value) -> PyResult<Gc<Tuple>> {
        let z = number::to_complex(thread, z)?;
        let Some(length) = arithmetic::absolute(z) else {
            return Err(thread.raise_overflow_error("math range error"));
        };
        let length = float::from_f64(thread, length);
        let angle = float::from_f64(thread, libm::atan2(z.imag, z.real));
        Ok(Tuple::new(thread, &[length, angle]))
    }

    /// The complex number of these polar coordinates.
    #[function]
    fn rect(thread: &Thread, r: f64, phi: f64) -> PyResult<Value> {
        let result = checked(thread, elementary::rect(r, phi))?;
        Ok(complex::from_number(thread, result))
    }

    /// Both parts are finite.
    #[function]
    fn isfinite(thread: &Thread, z: Value) -> PyResult<bool> {
        let z = number::to_complex(thread, z)?;
        Ok(z.real.is_finite() && z.imag.is_finite())
    }

    /// A part is infinite.
    #[function]
    fn isinf(thread: &Thread, z: Value) -> PyResult<bool> {
        let z = number::to_complex(thread, z)?;
        Ok(z.real.is_infinite() || z.imag.is_infinite())
    }

    /// A part is NaN.
    #[function]
    fn isnan(thread: &Thread, z: Value) -> PyResult<bool> {
        let z = number::to_complex(thread, z)?;
        Ok(z.real.is_nan() || z.imag.is_nan())
    }

    /// The numbers differ by at most rel_tol times the larger, or by at most abs_tol.
    #[function(signature = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(thread: &Thread, a: Value, b: Value, rel_tol: Option<f64>, abs_tol: Option<f64>) -> PyResult<bool> {
        let (a, b) = (number::to_complex(thread, a)?, number::to_complex(thread, b)?);
        let (relative, absolute) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if relative < 0.0 || absolute < 0.0 {
            return Err(thread.raise_value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.real.is_infinite() || a.imag.is_infinite() || b.real.is_infinite() || b.imag.is_infinite() {
            return Ok(false);
        }
        let length = |z| arithmetic::absolute(z).unwrap_or(f64::INFINITY);
        let difference = length(ComplexNumber { real: a.real - b.real, imag: a.imag - b.imag });
        Ok(difference <= relative * length(b) || difference <= relative * length(a) || difference <= absolute)
    }
}
