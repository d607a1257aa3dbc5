//! Elementary functions of complex numbers.
//!
//! What lives here: algorithms that neither overflow nor lose accuracy needlessly, in CPython's order of
//! operations so that results agree to the last bit; for infinities and NaN the values of ISO C, annex G.6.
//! What must not: Python objects. Start at [`sqrt`].
//! Source: W. Kahan, "Branch Cuts for Complex Elementary Functions; or, Much Ado About Nothing's Sign Bit", 1987.

use crate::types::complex::ComplexNumber;
use crate::types::float::libm;
use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

/// What the C standard would signal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// An invalid operation or a pole.
    Domain,
    Range,
}

/// A result, and what was signalled with it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outcome {
    pub value: ComplexNumber,
    pub trouble: Option<Trouble>,
}

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
/// Beyond this, sums of squares and doubled values may overflow.
const LARGE: f64 = f64::MAX / 4.0;

fn complex(real: f64, imag: f64) -> ComplexNumber {
    ComplexNumber { real, imag }
}

fn fine(real: f64, imag: f64) -> Outcome {
    Outcome { value: complex(real, imag), trouble: None }
}

fn domain_if(condition: bool, real: f64, imag: f64) -> Outcome {
    Outcome { value: complex(real, imag), trouble: condition.then_some(Trouble::Domain) }
}

/// A result that overflowed if it is infinite.
fn ranged(real: f64, imag: f64) -> Outcome {
    let trouble = (real.is_infinite() || imag.is_infinite()).then_some(Trouble::Range);
    Outcome { value: complex(real, imag), trouble }
}

fn is_special(z: ComplexNumber) -> bool {
    !z.real.is_finite() || !z.imag.is_finite()
}

fn is_huge(z: ComplexNumber) -> bool {
    z.real.abs() > LARGE || z.imag.abs() > LARGE
}

fn log1p(x: f64) -> f64 {
    if x == 0.0 { x } else { libm::log1p(x) }
}

/// `f` of `i z`, turned back: `-i f(i z)`.
fn rotated(z: ComplexNumber, f: fn(ComplexNumber) -> Outcome) -> Outcome {
    let Outcome { value, trouble } = f(complex(-z.imag, z.real));
    Outcome { value: complex(value.imag, -value.real), trouble }
}

/// The square root with non-negative real part.
pub fn sqrt(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        return if y.is_infinite() {
            fine(INF, y)
        } else if x == -INF {
            if y.is_nan() { fine(NAN, INF) } else { fine(0.0, INF.copysign(y)) }
        } else if x == INF {
            if y.is_nan() { fine(INF, NAN) } else { fine(INF, 0f64.copysign(y)) }
        } else {
            fine(NAN, NAN)
        };
    }
    if x == 0.0 && y == 0.0 {
        return fine(0.0, y);
    }
    let (ax, ay) = (x.abs(), y.abs());
    let large = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        // Scaled by an even power of two times two, so that the square root scales exactly.
        const UP: i32 = 53;
        const DOWN: i32 = -27;
        let ax = libm::ldexp(ax, UP);
        libm::ldexp(libm::sqrt(ax + libm::hypot(ax, libm::ldexp(ay, UP))), DOWN)
    } else {
        let ax = ax / 8.0;
        2.0 * libm::sqrt(ax + libm::hypot(ax, ay / 8.0))
    };
    let small = ay / (2.0 * large);
    if x >= 0.0 { fine(large, small.copysign(y)) } else { fine(small, large.copysign(y)) }
}

/// The root of a finite number, which no trouble accompanies.
fn root(real: f64, imag: f64) -> ComplexNumber {
    sqrt(complex(real, imag)).value
}

/// log |z| + 2 log 2 by halves, for huge z.
fn huge_log(z: ComplexNumber) -> f64 {
    libm::log(libm::hypot(z.real / 2.0, z.imag / 2.0)) + LN_2 * 2.0
}

pub fn acos(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        return match (x.is_nan(), y.is_nan()) {
            (false, false) => fine(libm::atan2(y.abs(), x), -INF.copysign(y)),
            (false, true) if x.is_infinite() => fine(NAN, INF),
            (false, true) if x == 0.0 => fine(FRAC_PI_2, NAN),
            (true, false) if y.is_infinite() => fine(NAN, -y),
            _ => fine(NAN, NAN),
        };
    }
    if is_huge(z) {
        return fine(libm::atan2(y.abs(), x), -huge_log(z).copysign(y));
    }
    let (s, t) = (root(1.0 - x, -y), root(1.0 + x, y));
    fine(2.0 * libm::atan2(s.real, t.real), libm::asinh(t.real * s.imag - t.imag * s.real))
}

pub fn acosh(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        return match (x.is_nan(), y.is_nan()) {
            (false, false) => fine(INF, libm::atan2(y, x)),
            (false, true) if x.is_infinite() => fine(INF, NAN),
            (false, true) if x == 0.0 => fine(NAN, FRAC_PI_2),
            (true, false) if y.is_infinite() => fine(INF, NAN),
            _ => fine(NAN, NAN),
        };
    }
    if is_huge(z) {
        return fine(huge_log(z), libm::atan2(y, x));
    }
    let (s, t) = (root(x - 1.0, y), root(x + 1.0, y));
    fine(libm::asinh(s.real * t.real + s.imag * t.imag), 2.0 * libm::atan2(s.imag, t.real))
}

pub fn asin(z: ComplexNumber) -> Outcome {
    rotated(z, asinh)
}

pub fn asinh(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        return match (x.is_nan(), y.is_nan()) {
            (false, false) => fine(INF.copysign(x), libm::atan2(y, x.abs())),
            (false, true) if x.is_infinite() => fine(x, NAN),
            (true, false) if y.is_infinite() => fine(INF, NAN),
            (true, false) if y == 0.0 => fine(NAN, y),
            _ => fine(NAN, NAN),
        };
    }
    if is_huge(z) {
        return fine(huge_log(z).copysign(x), libm::atan2(y, x.abs()));
    }
    let (s, t) = (root(1.0 + y, -x), root(1.0 - y, x));
    fine(libm::asinh(s.real * t.imag - t.real * s.imag), libm::atan2(y, s.real * t.real - s.imag * t.imag))
}

pub fn atan(z: ComplexNumber) -> Outcome {
    rotated(z, atanh)
}

pub fn atanh(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        return match (x.is_nan(), y.is_nan()) {
            (false, false) => fine(0f64.copysign(x), FRAC_PI_2.copysign(y)),
            (false, true) if x.is_infinite() || x == 0.0 => fine(0f64.copysign(x), NAN),
            (true, false) if y.is_infinite() => fine(0.0, FRAC_PI_2.copysign(y)),
            _ => fine(NAN, NAN),
        };
    }
    if x < 0.0 {
        let Outcome { value, trouble } = atanh(complex(-x, -y));
        return Outcome { value: complex(-value.real, -value.imag), trouble };
    }
    let ay = y.abs();
    let sqrt_large = libm::sqrt(LARGE);
    if x > sqrt_large || ay > sqrt_large {
        // 1/z, and a right angle.
        let half = libm::hypot(x / 2.0, y / 2.0);
        return fine(x / 4.0 / half / half, FRAC_PI_2.copysign(y));
    }
    if x == 1.0 && ay < libm::sqrt(f64::MIN_POSITIVE) {
        if ay == 0.0 {
            return domain_if(true, INF, y);
        }
        let real = -libm::log(libm::sqrt(ay) / libm::sqrt(libm::hypot(ay, 2.0)));
        return fine(real, (libm::atan2(2.0, -ay) / 2.0).copysign(y));
    }
    let real = log1p(4.0 * x / ((1.0 - x) * (1.0 - x) + ay * ay)) / 4.0;
    let imag = -libm::atan2(-2.0 * y, (1.0 - x) * (1.0 + x) - ay * ay) / 2.0;
    fine(real, imag)
}

pub fn cos(z: ComplexNumber) -> Outcome {
    cosh(complex(-z.imag, z.real))
}

pub fn cosh(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        let (real, imag) = if x.is_infinite() {
            if y == 0.0 {
                (INF, y.copysign(x.signum() * y.signum()))
            } else if y.is_finite() {
                (INF.copysign(libm::cos(y)), x.signum() * INF.copysign(libm::sin(y)))
            } else {
                (INF, NAN)
            }
        } else if x == 0.0 || x.is_nan() && y == 0.0 {
            (NAN, 0.0)
        } else {
            (NAN, NAN)
        };
        return domain_if(y.is_infinite() && !x.is_nan(), real, imag);
    }
    if x.abs() > libm::log(LARGE) {
        let less = x - 1f64.copysign(x);
        return ranged(libm::cos(y) * libm::cosh(less) * E, libm::sin(y) * libm::sinh(less) * E);
    }
    ranged(libm::cos(y) * libm::cosh(x), libm::sin(y) * libm::sinh(x))
}

pub fn exp(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        let (real, imag) = if x.is_infinite() {
            let size = if x > 0.0 { INF } else { 0.0 };
            if y == 0.0 {
                (size, y)
            } else if y.is_finite() {
                (size.copysign(libm::cos(y)), size.copysign(libm::sin(y)))
            } else if x > 0.0 {
                (INF, NAN)
            } else {
                (0.0, 0.0)
            }
        } else if x.is_nan() && y == 0.0 {
            (NAN, y)
        } else {
            (NAN, NAN)
        };
        return domain_if(y.is_infinite() && (x.is_finite() || x == INF), real, imag);
    }
    if x > libm::log(LARGE) {
        let length = libm::exp(x - 1.0);
        return ranged(length * libm::cos(y) * E, length * libm::sin(y) * E);
    }
    let length = libm::exp(x);
    ranged(length * libm::cos(y), length * libm::sin(y))
}

pub fn log(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        let real = if x.is_infinite() || y.is_infinite() { INF } else { NAN };
        return fine(real, if x.is_nan() || y.is_nan() { NAN } else { libm::atan2(y, x) });
    }
    let (ax, ay) = (x.abs(), y.abs());
    let angle = libm::atan2(y, x);
    if ax > LARGE || ay > LARGE {
        return fine(libm::log(libm::hypot(ax / 2.0, ay / 2.0)) + LN_2, angle);
    }
    if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return domain_if(true, -INF, angle);
        }
        const DIGITS: i32 = 53;
        let length = libm::hypot(libm::ldexp(ax, DIGITS), libm::ldexp(ay, DIGITS));
        return fine(libm::log(length) - f64::from(DIGITS) * LN_2, angle);
    }
    let length = libm::hypot(ax, ay);
    if (0.71..=1.73).contains(&length) {
        // Near 1 the difference from 1 decides.
        let (larger, smaller) = if ax > ay { (ax, ay) } else { (ay, ax) };
        return fine(log1p((larger - 1.0) * (larger + 1.0) + smaller * smaller) / 2.0, angle);
    }
    fine(libm::log(length), angle)
}

pub fn log10(z: ComplexNumber) -> Outcome {
    let Outcome { value, trouble } = log(z);
    Outcome { value: complex(value.real / LN_10, value.imag / LN_10), trouble }
}

pub fn sin(z: ComplexNumber) -> Outcome {
    rotated(z, sinh)
}

pub fn sinh(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        let (real, imag) = if x.is_infinite() {
            if y == 0.0 {
                (x, y)
            } else if y.is_finite() {
                (x.signum() * INF.copysign(libm::cos(y)), INF.copysign(libm::sin(y)))
            } else {
                (INF, NAN)
            }
        } else if x == 0.0 {
            (0.0, NAN)
        } else if x.is_nan() && y == 0.0 {
            (NAN, y)
        } else {
            (NAN, NAN)
        };
        return domain_if(y.is_infinite() && !x.is_nan(), real, imag);
    }
    if x.abs() > libm::log(LARGE) {
        let less = x - 1f64.copysign(x);
        return ranged(libm::cos(y) * libm::sinh(less) * E, libm::sin(y) * libm::cosh(less) * E);
    }
    ranged(libm::cos(y) * libm::sinh(x), libm::sin(y) * libm::cosh(x))
}

pub fn tan(z: ComplexNumber) -> Outcome {
    rotated(z, tanh)
}

pub fn tanh(z: ComplexNumber) -> Outcome {
    let (x, y) = (z.real, z.imag);
    if is_special(z) {
        let (real, imag) = if x.is_infinite() {
            let imag = if y == 0.0 {
                y
            } else if y.is_finite() {
                0f64.copysign(2.0 * libm::sin(y) * libm::cos(y))
            } else {
                0.0
            };
            (1f64.copysign(x), imag)
        } else if x == 0.0 {
            (x, NAN)
        } else if x.is_nan() && y == 0.0 {
            (NAN, y)
        } else {
            (NAN, NAN)
        };
        return domain_if(y.is_infinite() && x.is_finite(), real, imag);
    }
    if x.abs() > libm::log(LARGE) {
        return fine(1f64.copysign(x), 4.0 * libm::sin(y) * libm::cos(y) * libm::exp(-2.0 * x.abs()));
    }
    // 1 - tanh(x)^2 is better taken as 1 / cosh(x)^2.
    let (tx, ty, secant) = (libm::tanh(x), libm::tan(y), 1.0 / libm::cosh(x));
    let both = tx * ty;
    let denominator = 1.0 + both * both;
    fine(tx * (1.0 + ty * ty) / denominator, ty / denominator * secant * secant)
}

/// `r * exp(i phi)`
pub fn rect(r: f64, phi: f64) -> Outcome {
    if !r.is_finite() || !phi.is_finite() {
        let (real, imag) = if r.is_infinite() {
            if phi == 0.0 {
                (r, phi.copysign(r.signum() * phi.signum()))
            } else if phi.is_finite() {
                (r.signum() * INF.copysign(libm::cos(phi)), r.signum() * INF.copysign(libm::sin(phi)))
            } else {
                (INF, NAN)
            }
        } else if r == 0.0 {
            (0.0, 0.0)
        } else if r.is_nan() && phi == 0.0 {
            (NAN, 0.0)
        } else {
            (NAN, NAN)
        };
        return domain_if(r != 0.0 && !r.is_nan() && phi.is_infinite(), real, imag);
    }
    if phi == 0.0 {
        return fine(r, r * phi);
    }
    fine(r * libm::cos(phi), r * libm::sin(phi))
}
