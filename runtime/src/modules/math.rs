//! The module `math`.
//!
//! What lives here: Python's functions with their errors; each is a thin step from arguments to the C library or
//! to an algorithm in the files below. Start at [`functions`].

pub mod gamma;
pub mod integers;
pub mod sums;

pub use functions::MODULE;

use crate::dispatch::number;
use crate::error::{PyResult, Raised};
use crate::thread::Thread;
use crate::types::float::{self, libm};
use crate::types::int;
use crate::value::Value;

/// What a function of one real argument does with results that are not finite.
struct Real {
    function: extern "C" fn(f64) -> f64,
    /// An infinite result is an overflow, not a pole.
    can_overflow: bool,
    /// What is expected of the argument, completed by ", got x".
    expected: Option<&'static str>,
}

impl Real {
    fn apply(&self, thread: &Thread, x: f64) -> PyResult<f64> {
        let result = (self.function)(x);
        if result.is_finite() || !x.is_finite() && !result.is_nan() || x.is_nan() {
            return Ok(result);
        }
        if result.is_infinite() && self.can_overflow {
            return Err(range_error(thread));
        }
        Err(match self.expected {
            Some(expected) => expected_error(thread, expected, x),
            None => domain_error(thread),
        })
    }
}

#[cold]
fn range_error(thread: &Thread) -> Raised {
    thread.raise_overflow_error("math range error")
}

#[cold]
fn domain_error(thread: &Thread) -> Raised {
    thread.raise_value_error("math domain error")
}

#[cold]
fn expected_error(thread: &Thread, expected: &str, x: f64) -> Raised {
    thread.raise_value_error(format!("expected {expected}, got {}", float::repr(x)))
}

/// The logarithm of a float or of an int of any size.
fn logarithm(thread: &Thread, x: Value, function: extern "C" fn(f64) -> f64) -> PyResult<f64> {
    let Some(n) = int::as_int(x) else {
        let x = number::to_f64(thread, x)?;
        if x <= 0.0 {
            return Err(expected_error(thread, "a positive input", x));
        }
        return Ok(function(x));
    };
    if n.is_zero() || n.is_negative() {
        return Err(thread.raise_value_error("expected a positive input"));
    }
    if let Some(x) = n.to_f64() {
        return Ok(function(x));
    }
    let (fraction, exponent) = integers::fraction_and_exponent(&n.to_bigint());
    Ok(function(fraction) + function(2.0) * exponent as f64)
}

/// Mathematical functions on real numbers, most of them the C library's.
#[taipan_macros::py_module(name = "math")]
pub mod functions {
    use super::*;
    use crate::dispatch::binary;
    use crate::dispatch::iter;
    use crate::dispatch::special;
    use crate::object::Gc;
    use crate::scratch::ScratchVec;
    use crate::types::special::Special;
    use crate::types::tuple::Tuple;
    use num_bigint::BigInt;
    use smallvec::SmallVec;

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

    // ---- one real argument ----

    /// Arc cosine in radians, from 0 to pi.
    #[function(pure)]
    fn acos(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::acos, can_overflow: false, expected: Some("a number in range from -1 up to 1") }
            .apply(thread, x)
    }

    /// Inverse hyperbolic cosine.
    #[function(pure)]
    fn acosh(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::acosh, can_overflow: false, expected: Some("argument value not less than 1") }
            .apply(thread, x)
    }

    /// Arc sine in radians, from -pi/2 to pi/2.
    #[function(pure)]
    fn asin(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::asin, can_overflow: false, expected: Some("a number in range from -1 up to 1") }
            .apply(thread, x)
    }

    /// Inverse hyperbolic sine.
    #[function(pure)]
    fn asinh(x: f64) -> f64 {
        libm::asinh(x)
    }

    /// Arc tangent in radians, from -pi/2 to pi/2.
    #[function(pure)]
    fn atan(x: f64) -> f64 {
        libm::atan(x)
    }

    /// Inverse hyperbolic tangent.
    #[function(pure)]
    fn atanh(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::atanh, can_overflow: false, expected: Some("a number between -1 and 1") }
            .apply(thread, x)
    }

    /// Cube root.
    #[function(pure)]
    fn cbrt(x: f64) -> f64 {
        libm::cbrt(x)
    }

    /// Cosine of an angle in radians.
    #[function(pure)]
    fn cos(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::cos, can_overflow: false, expected: Some("a finite input") }.apply(thread, x)
    }

    /// Hyperbolic cosine.
    #[function(pure)]
    fn cosh(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::cosh, can_overflow: true, expected: None }.apply(thread, x)
    }

    /// Error function.
    #[function(pure)]
    fn erf(x: f64) -> f64 {
        libm::erf(x)
    }

    /// Complementary error function, 1 - erf(x) without cancellation.
    #[function(pure)]
    fn erfc(x: f64) -> f64 {
        libm::erfc(x)
    }

    /// e to the power x.
    #[function(pure)]
    fn exp(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::exp, can_overflow: true, expected: None }.apply(thread, x)
    }

    /// 2 to the power x.
    #[function(pure)]
    fn exp2(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::exp2, can_overflow: true, expected: None }.apply(thread, x)
    }

    /// exp(x) - 1 without cancellation for small x.
    #[function(pure)]
    fn expm1(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::expm1, can_overflow: true, expected: None }.apply(thread, x)
    }

    /// Absolute value as a float.
    #[function(pure)]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Gamma function.
    #[function(pure)]
    fn gamma(thread: &Thread, x: f64) -> PyResult<f64> {
        match gamma::gamma(x) {
            Ok(result) => Ok(result),
            Err(gamma::Pole) => Err(expected_error(thread, "a noninteger or positive integer", x)),
        }
        .and_then(|result| if result.is_infinite() && x.is_finite() { Err(range_error(thread)) } else { Ok(result) })
    }

    /// Logarithm of the absolute value of the Gamma function.
    #[function(pure)]
    fn lgamma(thread: &Thread, x: f64) -> PyResult<f64> {
        match gamma::log_gamma(x) {
            Ok(result) if result.is_infinite() && x.is_finite() => Err(range_error(thread)),
            Ok(result) => Ok(result),
            Err(gamma::Pole) => Err(expected_error(thread, "a noninteger or positive integer", x)),
        }
    }

    /// log(1 + x) without cancellation for small x.
    #[function(pure)]
    fn log1p(thread: &Thread, x: f64) -> PyResult<f64> {
        // Some C libraries lose the sign of zero.
        if x == 0.0 {
            return Ok(x);
        }
        Real { function: libm::log1p, can_overflow: false, expected: Some("argument value > -1") }.apply(thread, x)
    }

    /// Sine of an angle in radians.
    #[function(pure)]
    fn sin(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::sin, can_overflow: false, expected: Some("a finite input") }.apply(thread, x)
    }

    /// Hyperbolic sine.
    #[function(pure)]
    fn sinh(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::sinh, can_overflow: true, expected: None }.apply(thread, x)
    }

    /// Square root.
    #[function(pure)]
    fn sqrt(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::sqrt, can_overflow: false, expected: Some("a nonnegative input") }.apply(thread, x)
    }

    /// Tangent of an angle in radians.
    #[function(pure)]
    fn tan(thread: &Thread, x: f64) -> PyResult<f64> {
        Real { function: libm::tan, can_overflow: false, expected: Some("a finite input") }.apply(thread, x)
    }

    /// Hyperbolic tangent.
    #[function(pure)]
    fn tanh(x: f64) -> f64 {
        libm::tanh(x)
    }

    /// An angle in degrees from one in radians.
    #[function(pure)]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }

    /// An angle in radians from one in degrees.
    #[function(pure)]
    fn radians(x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }

    /// The value of the least significant bit of x.
    #[function(pure)]
    fn ulp(x: f64) -> f64 {
        if !x.is_finite() {
            return x.abs();
        }
        let x = x.abs();
        let next = x.next_up();
        if next.is_infinite() { x - x.next_down() } else { next - x }
    }

    /// The number is neither infinite nor NaN.
    #[function(pure)]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// The number is an infinity.
    #[function(pure)]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// The number is NaN.
    #[function(pure)]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// Mantissa m and exponent e with x == m * 2**e and 0.5 <= abs(m) < 1.
    #[function]
    fn frexp(thread: &Thread, x: f64) -> Gc<Tuple> {
        let (fraction, exponent) = libm::frexp(x);
        Tuple::new(thread, &[float::from_f64(thread, fraction), int::from_i64(thread, i64::from(exponent))])
    }

    /// Fractional and whole part, both with the sign of x.
    #[function]
    fn modf(thread: &Thread, x: f64) -> Gc<Tuple> {
        let (fraction, whole) =
            if x.is_infinite() { (0f64.copysign(x), x) } else { ((x - x.trunc()).copysign(x), x.trunc()) };
        let fraction = float::from_f64(thread, if x.is_nan() { x } else { fraction });
        let whole = float::from_f64(thread, whole);
        Tuple::new(thread, &[fraction, whole])
    }

    // ---- two and three real arguments ----

    /// Arc tangent of y/x in radians, in the quadrant of the point (x, y).
    #[function(pure)]
    fn atan2(y: f64, x: f64) -> f64 {
        libm::atan2(y, x)
    }

    /// The magnitude of x with the sign of y.
    #[function(pure)]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Remainder of x / y with the sign of x; x % y has the sign of y.
    #[function(pure)]
    fn fmod(thread: &Thread, x: f64, y: f64) -> PyResult<f64> {
        let result = libm::fmod(x, y);
        if result.is_nan() && !x.is_nan() && !y.is_nan() {
            return Err(domain_error(thread));
        }
        Ok(result)
    }

    /// x to the power y, as a float.
    #[function(pure)]
    fn pow(thread: &Thread, x: f64, y: f64) -> PyResult<f64> {
        let result = libm::pow(x, y);
        if result.is_finite() || !x.is_finite() || !y.is_finite() {
            return Ok(result);
        }
        // A pole at zero is a matter of the domain, other infinities are overflows.
        Err(if result.is_nan() || x == 0.0 { domain_error(thread) } else { range_error(thread) })
    }

    /// The difference of x and the multiple of y nearest to it.
    #[function(pure)]
    fn remainder(thread: &Thread, x: f64, y: f64) -> PyResult<f64> {
        let result = libm::remainder(x, y);
        if result.is_nan() && !x.is_nan() && !y.is_nan() {
            return Err(domain_error(thread));
        }
        Ok(result)
    }

    /// x * 2**i; the inverse of frexp.
    #[function]
    fn ldexp(thread: &Thread, x: f64, i: Value) -> PyResult<f64> {
        let Some(exponent) = int::as_int(i) else {
            return Err(thread.raise_type_error("Expected an int as second argument to ldexp."));
        };
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        let exponent = exponent.to_i64().unwrap_or(if exponent.is_negative() { i64::MIN } else { i64::MAX });
        let result = libm::ldexp(x, exponent.clamp(-10_000, 10_000) as i32);
        if result.is_infinite() { Err(range_error(thread)) } else { Ok(result) }
    }

    /// The fused x * y + z, rounded once.
    #[function(pure)]
    fn fma(thread: &Thread, x: f64, y: f64, z: f64) -> PyResult<f64> {
        let result = libm::fma(x, y, z);
        if result.is_finite() {
            return Ok(result);
        }
        if result.is_nan() {
            if !x.is_nan() && !y.is_nan() && !z.is_nan() {
                return Err(thread.raise_value_error("invalid operation in fma"));
            }
        } else if x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(thread.raise_overflow_error("overflow in fma"));
        }
        Ok(result)
    }

    /// The float that is so many steps (1 if not given) from x towards y.
    #[function(signature = "(x, y, /, *, steps=None)")]
    fn nextafter(thread: &Thread, x: f64, y: f64, steps: Option<Value>) -> PyResult<f64> {
        let Some(steps) = steps else {
            return Ok(libm::nextafter(x, y));
        };
        let steps = number::index_ref(thread, steps)?;
        if steps.is_negative() {
            return Err(thread.raise_value_error("steps must be a non-negative integer"));
        }
        // More steps than there are doubles reach y in any case.
        let steps = steps.to_u64().unwrap_or(u64::MAX);
        if steps == 0 || x.is_nan() {
            return Ok(x);
        }
        if y.is_nan() {
            return Ok(y);
        }
        if x == y {
            return Ok(y);
        }
        // Doubles in order are their bit patterns in order, each sign apart.
        const SIGN: u64 = 1 << 63;
        let (x_bits, y_bits) = (x.to_bits(), y.to_bits());
        let (x_size, y_size) = (x_bits & !SIGN, y_bits & !SIGN);
        if (x_bits ^ y_bits) & SIGN != 0 {
            return Ok(if x_size.checked_add(y_size).is_some_and(|distance| distance <= steps) {
                y
            } else if x_size < steps {
                f64::from_bits(y_bits & SIGN | (steps - x_size))
            } else {
                f64::from_bits(x_bits - steps)
            });
        }
        let toward_zero = x_size > y_size;
        let distance = x_size.abs_diff(y_size);
        Ok(if distance <= steps {
            y
        } else if toward_zero {
            f64::from_bits(x_bits - steps)
        } else {
            f64::from_bits(x_bits + steps)
        })
    }

    /// The numbers differ by at most rel_tol times the larger, or by at most abs_tol.
    #[function(signature = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(thread: &Thread, a: f64, b: f64, rel_tol: Option<f64>, abs_tol: Option<f64>) -> PyResult<bool> {
        let (relative, absolute) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if relative < 0.0 || absolute < 0.0 {
            return Err(thread.raise_value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute)
    }

    // ---- logarithms ----

    /// Natural logarithm, or that to the given base; of ints of any size.
    #[function(signature = "(x, base=<unrepresentable>, /)")]
    fn log(thread: &Thread, x: Value, base: Option<Value>) -> PyResult<f64> {
        let numerator = logarithm(thread, x, libm::log)?;
        match base {
            None => Ok(numerator),
            Some(base) => float::arithmetic::divide(thread, numerator, logarithm(thread, base, libm::log)?),
        }
    }

    /// Logarithm to base 2; of ints of any size.
    #[function]
    fn log2(thread: &Thread, x: Value) -> PyResult<f64> {
        logarithm(thread, x, libm::log2)
    }

    /// Logarithm to base 10; of ints of any size.
    #[function]
    fn log10(thread: &Thread, x: Value) -> PyResult<f64> {
        logarithm(thread, x, libm::log10)
    }

    // ---- rounding ----

    /// The largest int that is not above x.
    #[function]
    fn floor(thread: &Thread, x: Value) -> PyResult<Value> {
        round_by(thread, x, Special::Floor, f64::floor)
    }

    /// The smallest int that is not below x.
    #[function]
    fn ceil(thread: &Thread, x: Value) -> PyResult<Value> {
        round_by(thread, x, Special::Ceil, f64::ceil)
    }

    fn round_by(thread: &Thread, x: Value, method: Special, round: fn(f64) -> f64) -> PyResult<Value> {
        if let Some(x) = float::as_exact_float(x) {
            return float::methods::truncate(thread, round(x));
        }
        if x.is_small() {
            return Ok(x);
        }
        match special::try_call(thread, method, x, &[])? {
            Some(result) => Ok(result),
            None => float::methods::truncate(thread, round(number::to_f64(thread, x)?)),
        }
    }

    /// The whole part of x, by its method __trunc__.
    #[function]
    fn trunc(thread: &Thread, x: Value) -> PyResult<Value> {
        match special::try_call(thread, Special::Trunc, x, &[])? {
            Some(result) => Ok(result),
            None => {
                let name = thread.type_name(x);
                Err(thread.raise_type_error(format!("type {name} doesn't define __trunc__ method")))
            }
        }
    }

    // ---- sums and products ----

    /// The sum of floats, rounded once.
    #[function]
    fn fsum(thread: &Thread, seq: Value) -> PyResult<f64> {
        let iterator = iter::get_iter(thread, seq)?;
        let mut sum = sums::ExactSum::new();
        while let Some(item) = iter::next(thread, iterator)? {
            sum.add(number::to_f64(thread, item)?).map_err(|error| raise_sum_error(thread, error))?;
        }
        sum.finish().map_err(|error| raise_sum_error(thread, error))
    }

    #[cold]
    fn raise_sum_error(thread: &Thread, error: sums::SumError) -> Raised {
        match error {
            sums::SumError::Overflow => thread.raise_overflow_error("intermediate overflow in fsum"),
            sums::SumError::OppositeInfinities => thread.raise_value_error("-inf + inf in fsum"),
        }
    }

    /// The product of the items, times start.
    #[function(signature = "(iterable, /, *, start=1)")]
    fn prod(thread: &Thread, iterable: Value, start: Option<Value>) -> PyResult<Value> {
        let iterator = iter::get_iter(thread, iterable)?;
        let mut result = start.unwrap_or(Value::small_wrapping(1));
        while let Some(item) = iter::next(thread, iterator)? {
            result = binary::multiply(thread, result, item)?;
        }
        Ok(result)
    }

    /// The sum of the products of items at the same place in both; floats are summed in extended precision.
    #[function]
    fn sumprod(thread: &Thread, p: Value, q: Value) -> PyResult<Value> {
        let (p, q) = (iter::get_iter(thread, p)?, iter::get_iter(thread, q)?);
        let mut total = Value::small_wrapping(0);
        // Ints, then floats, are summed apart until something else comes.
        let mut ints_allowed = true;
        let mut int_total: Option<i128> = None;
        let mut floats_allowed = true;
        let mut float_total: Option<sums::TripleLength> = None;
        loop {
            let pair = match (iter::next(thread, p)?, iter::next(thread, q)?) {
                (Some(a), Some(b)) => Some((a, b)),
                (None, None) => None,
                _ => return Err(thread.raise_value_error("Inputs are not the same length")),
            };
            if ints_allowed {
                let words = pair.and_then(|(a, b)| Some((a.as_small()?, b.as_small()?)));
                if let Some((a, b)) = words
                    && let Some(sum) = int_total.unwrap_or(0).checked_add(i128::from(a) * i128::from(b))
                {
                    int_total = Some(sum);
                    continue;
                }
                ints_allowed = false;
                if let Some(sum) = int_total.take() {
                    total = binary::add(thread, total, int::from_i128(thread, sum))?;
                }
            }
            if floats_allowed {
                if let Some((a, b)) = pair.and_then(|(a, b)| float_pair(a, b)) {
                    let sum = float_total.unwrap_or_default().add_product(a, b);
                    if sum.is_finite() {
                        float_total = Some(sum);
                        continue;
                    }
                }
                floats_allowed = false;
                if let Some(sum) = float_total.take() {
                    total = binary::add(thread, total, float::from_f64(thread, sum.to_f64()))?;
                }
            }
            let Some((a, b)) = pair else {
                return Ok(total);
            };
            let product = binary::multiply(thread, a, b)?;
            total = binary::add(thread, total, product)?;
        }
    }

    /// Both as doubles, if both are floats, or one is and the other an int or bool that fits.
    fn float_pair(a: Value, b: Value) -> Option<(f64, f64)> {
        let plain_int = |value: Value| match value.as_bool() {
            Some(b) => Some(f64::from(u8::from(b))),
            None => int::as_exact_int(value)?.to_f64(),
        };
        match (float::as_exact_float(a), float::as_exact_float(b)) {
            (Some(a), Some(b)) => Some((a, b)),
            (Some(a), None) => Some((a, plain_int(b)?)),
            (None, Some(b)) => Some((plain_int(a)?, b)),
            (None, None) => None,
        }
    }

    /// The Euclidean length of the vector of these coordinates.
    #[function(signature = "(*coordinates)")]
    fn hypot(thread: &Thread, coordinates: &[Value]) -> PyResult<f64> {
        let lengths = coordinates.iter().map(|&x| Ok(number::to_f64(thread, x)?.abs()));
        Ok(sums::vector_length(&mut lengths.collect::<PyResult<SmallVec<[f64; 8]>>>()?))
    }

    /// The Euclidean distance between two points given by their coordinates.
    #[function]
    fn dist(thread: &Thread, p: Value, q: Value) -> PyResult<f64> {
        let (p, q) = (coordinates_of(thread, p)?, coordinates_of(thread, q)?);
        if p.len() != q.len() {
            return Err(thread.raise_value_error("both points must have the same number of dimensions"));
        }
        let mut differences = SmallVec::<[f64; 8]>::with_capacity(p.len());
        for (&a, &b) in p.as_slice().iter().zip(q.as_slice()) {
            differences.push((number::to_f64(thread, a)? - number::to_f64(thread, b)?).abs());
        }
        Ok(sums::vector_length(&mut differences))
    }

    fn coordinates_of(thread: &Thread, point: Value) -> PyResult<ScratchVec> {
        if let Some(tuple) = point.cast::<Tuple>() {
            return Ok(ScratchVec::from_slice(thread, tuple.items()));
        }
        let iterator = iter::get_iter(thread, point)?;
        let mut items = ScratchVec::new();
        while let Some(item) = iter::next(thread, iterator)? {
            items.push(thread, item);
        }
        Ok(items)
    }

    // ---- integers ----

    /// n!, the product of the ints from 1 to n.
    #[function]
    fn factorial(thread: &Thread, n: Value) -> PyResult<Value> {
        let n = number::index_ref(thread, n)?;
        if n.is_negative() {
            return Err(thread.raise_value_error("factorial() not defined for negative values"));
        }
        match n.to_i64() {
            Some(n) => Ok(int::from_bigint(thread, integers::factorial(n as u64))),
            None => Err(thread.raise_overflow_error(format!("factorial() argument should not exceed {}", i64::MAX))),
        }
    }

    /// The number of ways to choose k of n things, without order or repetition.
    #[function]
    fn comb(thread: &Thread, n: Value, k: Value) -> PyResult<Value> {
        let (n, k) = (number::index_bigint(thread, n)?, number::index_bigint(thread, k)?);
        let zero = BigInt::ZERO;
        if n < zero {
            return Err(thread.raise_value_error("n must be a non-negative integer"));
        }
        if k < zero {
            return Err(thread.raise_value_error("k must be a non-negative integer"));
        }
        let rest = &n - &k;
        if rest < zero {
            return Ok(Value::small_wrapping(0));
        }
        match u64::try_from(&k.min(rest)).ok().filter(|&k| k <= i64::MAX as u64) {
            Some(k) => Ok(int::from_bigint(thread, integers::combinations(&n, k))),
            None => Err(thread.raise_overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX))),
        }
    }

    /// The number of ways to choose k of n things, without repetition and with order; all n without k.
    #[function(signature = "(n, k=None, /)")]
    fn perm(thread: &Thread, n: Value, k: Option<Value>) -> PyResult<Value> {
        let Some(k) = k else {
            return factorial(thread, n);
        };
        let (n, k) = (number::index_bigint(thread, n)?, number::index_bigint(thread, k)?);
        let zero = BigInt::ZERO;
        if n < zero {
            return Err(thread.raise_value_error("n must be a non-negative integer"));
        }
        if k < zero {
            return Err(thread.raise_value_error("k must be a non-negative integer"));
        }
        if n < k {
            return Ok(Value::small_wrapping(0));
        }
        match u64::try_from(&k).ok().filter(|&k| k <= i64::MAX as u64) {
            Some(k) => Ok(int::from_bigint(thread, integers::falling_factorial(&n, k))),
            None => Err(thread.raise_overflow_error(format!("k must not exceed {}", i64::MAX))),
        }
    }

    /// The whole part of the square root of a non-negative int.
    #[function]
    fn isqrt(thread: &Thread, n: Value) -> PyResult<Value> {
        let n = number::index_ref(thread, n)?;
        if n.is_negative() {
            return Err(thread.raise_value_error("isqrt() argument must be nonnegative"));
        }
        Ok(match n {
            int::IntRef::Small(n) => int::from_i64(thread, integers::square_root(n as u64) as i64),
            int::IntRef::Big(_) => int::from_bigint(thread, n.to_bigint().sqrt()),
        })
    }

    /// The greatest common divisor of all arguments.
    #[function(signature = "(*integers)")]
    fn gcd(thread: &Thread, integers: &[Value]) -> PyResult<Value> {
        let mut result = Value::small_wrapping(0);
        for &n in integers {
            let n = number::index_ref(thread, n)?;
            result = int::divisors::gcd(thread, int::arithmetic::number_of(result), n);
        }
        Ok(result)
    }

    /// The least common multiple of all arguments.
    #[function(signature = "(*integers)")]
    fn lcm(thread: &Thread, integers: &[Value]) -> PyResult<Value> {
        let mut result = Value::small_wrapping(1);
        for &n in integers {
            let n = number::index_ref(thread, n)?;
            let so_far = int::arithmetic::number_of(result);
            if n.is_zero() || so_far.is_zero() {
                result = Value::small_wrapping(0);
                continue;
            }
            let divisor = int::divisors::gcd(thread, so_far, n);
            let quotient = int::arithmetic::floor_divide(thread, so_far, int::arithmetic::number_of(divisor))?;
            let product = int::arithmetic::multiply(thread, int::arithmetic::number_of(quotient), n)?;
            result = int::arithmetic::absolute(thread, int::arithmetic::number_of(product));
        }
        Ok(result)
    }
}
