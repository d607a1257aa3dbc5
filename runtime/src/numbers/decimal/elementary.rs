//! Exponential and logarithms, correctly rounded.
//!
//! What lives here: `exp`, `ln`, `log10` of decimal numbers: special cases, and Ziv's strategy over `fixed_point.rs` (more
//! digits until those beyond the precision decide the rounding). What must not: powers (`power.rs`). Start at
//! [`exponential`].
//!
//! Results that are not exact are irrational, so the search ends. Source of the strategy: Ziv, "Fast evaluation of elementary
//! mathematical functions with correctly rounded last bit" (ACM Transactions on Mathematical Software, 1991).

use super::coefficient::Coefficient;
use super::compare;
use super::context::{Context, Rounding, Status};
use super::fixed_point;
use super::number::{Number, nan_among};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::ToPrimitive;
use std::cmp::Ordering;

/// Precisions beyond this are refused as if memory were exhausted.
const MOST_PRECISION: i64 = 10_000_000;
/// Digits beyond the precision in the first attempt.
const EXTRA: i64 = 8;
/// Units in the last place by which the approximations may be wrong.
const ERROR: u64 = 4;

/// Binary digits that hold so many decimal ones.
fn bits_for(digits: i64) -> u64 {
    (digits.max(0) as f64 * std::f64::consts::LOG2_10).ceil() as u64 + 24
}

fn whole(coefficient: &Coefficient) -> BigInt {
    BigInt::from_biguint(Sign::Plus, coefficient.to_biguint())
}

fn power_of_ten(exponent: u64) -> BigInt {
    BigInt::from_biguint(Sign::Plus, num_bigint::BigUint::from(10u32).pow(exponent as u32))
}

/// A finite number as a fixed-point number.
fn to_fixed(a: &Number, bits: u64) -> BigInt {
    let coefficient = whole(&a.coefficient);
    let magnitude = if a.exponent >= 0 {
        (coefficient * power_of_ten(a.exponent as u64)) << bits
    } else {
        fixed_point::fraction(&coefficient, &power_of_ten(a.exponent.unsigned_abs()), bits)
    };
    if a.negative { -magnitude } else { magnitude }
}

/// Rounds what `approximate` computes, to nearest. It gets a number of digits, and returns a number of at least as many whose
/// coefficient is wrong by at most [`ERROR`].
fn round_correctly(context: &Context, status: &mut Status, approximate: impl Fn(i64) -> Number) -> Number {
    let context = context.with_rounding(Rounding::HalfEven);
    if context.precision > MOST_PRECISION {
        return status.fail(Status::MEMORY);
    }
    let mut digits = (context.precision + EXTRA).max(20);
    loop {
        let result = approximate(digits);
        if is_decided(&result, &context) {
            status.add(Status::INEXACT_ROUNDED);
            // Zeros that are cut off are not all there is: the result is never exact.
            return context.finish_cut(result, false, status);
        }
        digits += digits / 2;
    }
}

/// The digits that will be cut off are not near half a unit.
fn is_decided(result: &Number, context: &Context) -> bool {
    let digits = result.digits();
    let kept = context.precision.min(result.exponent + digits - context.etiny());
    let cut = digits - kept;
    if cut > digits {
        return true;
    }
    let tail = result.coefficient.low_digits(cut as u64);
    let Some(half) = Coefficient::power_of_ten(cut as u64 - 1).map(|unit| unit.multiply(&Coefficient::Small(5))) else {
        return true;
    };
    let distance = match tail.compare(&half) {
        Ordering::Less => half.subtract(&tail),
        Ordering::Equal | Ordering::Greater => tail.subtract(&half),
    };
    distance.to_u64().is_none_or(|distance| distance > ERROR)
}

/// `1` with as many zeros as the precision has room for: what a result that is almost 1 rounds to.
pub fn padded_one(negative: bool, zeros: i64, status: &mut Status) -> Number {
    match Coefficient::power_of_ten(zeros as u64) {
        Some(coefficient) => Number::finite(negative, coefficient, -zeros),
        None => status.fail(Status::MEMORY),
    }
}

/// `e^a`, rounded to nearest.
pub fn exponential(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a], context, status) {
        return nan;
    }
    if a.is_infinite() {
        return if a.negative { Number::ZERO } else { Number::infinity(false) };
    }
    if a.is_zero() {
        return Number::ONE;
    }
    let rounded = context.with_rounding(Rounding::HalfEven);
    let adjusted = a.adjusted();
    // Beyond every context's range: e^(10^19).
    if adjusted >= 19 {
        if a.negative {
            status.add(Status::VANISHED);
            return rounded.finish(Number::finite(false, Coefficient::ZERO, context.etiny()), status);
        }
        status.add(Status::OVERFLOWED);
        return Number::infinity(false);
    }
    let nearly_zero = Number::finite(false, Coefficient::Small(9), -context.precision - 4);
    if compare::magnitudes(a, &nearly_zero) != Ordering::Greater {
        status.add(Status::INEXACT_ROUNDED);
        let one = padded_one(false, context.precision - 1, status);
        return rounded.finish(one, status);
    }
    round_correctly(context, status, |digits| {
        // e^a = 10^k * e^r with a = k * ln(10) + r and 0 <= r < ln(10).
        let whole_digits = (adjusted + 1).max(0);
        let bits = bits_for(digits + whole_digits);
        let (quotient, rest) = to_fixed(a, bits).div_mod_floor(&fixed_point::logarithm_of_ten(bits));
        let short = bits_for(digits);
        let power = fixed_point::exponential(&(rest >> (bits - short)), short);
        let coefficient = fixed_point::to_decimal(&power, short, digits);
        let exponent = quotient.to_i64().unwrap_or(0) - digits;
        Number::finite(false, Coefficient::from_biguint(coefficient.magnitude()), exponent)
    })
}

/// What both logarithms say to zero, to negative and to special operands.
fn logarithm_of_special(a: &Number, context: &Context, status: &mut Status) -> Option<Number> {
    if let Some(nan) = nan_among(&[a], context, status) {
        return Some(nan);
    }
    if a.is_zero() {
        return Some(Number::infinity(true));
    }
    if a.negative {
        return Some(status.fail(Status::INVALID_OPERATION));
    }
    a.is_infinite().then(|| a.clone())
}

/// The natural logarithm as a fixed-point number with about `digits` significant digits, and its bits; `by_ten` divides by the
/// logarithm of ten.
fn fixed_logarithm(a: &Number, digits: i64, by_ten: bool) -> (BigInt, u64) {
    // a = v * 10^t with 0.31 < v < 3.17 or so.
    let length = a.digits();
    let leading = a.coefficient.shift_right((length - 2).max(0) as u64).0.to_u64().unwrap_or(10);
    let leading = if length == 1 { leading * 10 } else { leading };
    let places = if leading >= 32 { length } else { length - 1 };
    let scale = a.exponent + places;
    let significant = Number::finite(false, a.coefficient.clone(), -places);
    let mut needed = digits + 2;
    if scale == 0 {
        // Near 1 the logarithm is as small as the distance.
        let mut ignored = Status::NONE;
        let distance = super::arithmetic::subtract(&significant, &Number::ONE, &Context::MAXIMUM, &mut ignored);
        needed += (-distance.adjusted()).max(0);
    } else {
        needed += 20;
    }
    let bits = bits_for(needed);
    let of_ten = fixed_point::logarithm_of_ten(bits);
    let sum = fixed_point::logarithm(&to_fixed(&significant, bits), bits) + &of_ten * scale;
    (if by_ten { fixed_point::fraction(&sum, &of_ten, bits) } else { sum }, bits)
}

fn logarithm(a: &Number, by_ten: bool, context: &Context, status: &mut Status) -> Number {
    round_correctly(context, status, |digits| {
        let (logarithm, bits) = fixed_logarithm(a, digits, by_ten);
        let places = digits - fixed_point::decimal_exponent(&logarithm, bits);
        let coefficient = fixed_point::to_decimal(&logarithm, bits, places);
        let negative = logarithm.sign() == Sign::Minus;
        Number::finite(negative, Coefficient::from_biguint(coefficient.magnitude()), -places)
    })
}

/// The natural logarithm, rounded to nearest.
pub fn natural_logarithm(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(result) = logarithm_of_special(a, context, status) {
        return result;
    }
    if compare::numbers(a, &Number::ONE) == Ordering::Equal {
        return Number::ZERO;
    }
    logarithm(a, false, context, status)
}

/// The logarithm to base ten, rounded to nearest.
pub fn decimal_logarithm(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(result) = logarithm_of_special(a, context, status) {
        return result;
    }
    if a.coefficient.trailing_zeros() as i64 == a.digits() - 1
        && a.coefficient.shift_right(a.digits() as u64 - 1).0 == Coefficient::ONE
    {
        return context.with_rounding(Rounding::HalfEven).finish(Number::from_i64(a.adjusted()), status);
    }
    logarithm(a, true, context, status)
}
