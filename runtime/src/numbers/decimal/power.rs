//! Powers.
//!
//! What lives here: `power`, and `power` with a modulus. What must not: the exponential function (`elementary.rs`).
//! Start at [`power`].
//!
//! Whole exponents go by repeated squaring with a few digits more than the precision; others by `e^(b * ln(a))`. As in
//! `libmpdec`, whose steps and precisions these are, such a result may in rare cases be one unit off in the last place.

use super::arithmetic;
use super::coefficient::Coefficient;
use super::compare;
use super::context::{Context, INFINITE_EXPONENT, Rounding, Status};
use super::division;
use super::elementary::{self, padded_one};
use super::number::{Number, nan_among};
use num_bigint::BigUint;
use num_traits::{One, Zero};
use std::cmp::Ordering;

/// Digits of the largest exponent of all contexts, and a few: what `e^(b * ln(a))` needs beyond the precision.
const EXTRA: i64 = 4 + 19;

/// `a ** b`
pub fn power(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a, b], context, status) {
        return nan;
    }
    let whole = b.is_whole();
    let negative = whole && a.negative && b.is_odd();
    let zero = Number::finite(negative, Coefficient::ZERO, 0);
    let one = Number::finite(negative, Coefficient::ONE, 0);
    if a.is_zero() {
        return match (b.is_zero(), b.negative) {
            (true, _) => status.fail(Status::INVALID_OPERATION),
            (false, true) => Number::infinity(negative),
            (false, false) => zero,
        };
    }
    if a.negative && (!whole || b.is_infinite()) {
        return status.fail(Status::INVALID_OPERATION);
    }
    if b.is_infinite() {
        return match compare::numbers(a, &Number::ONE) {
            Ordering::Equal => {
                status.add(Status::INEXACT_ROUNDED);
                padded_one(negative, context.precision - 1, status)
            }
            order if (order == Ordering::Less) == b.negative => Number::infinity(negative),
            _ => zero,
        };
    }
    if a.is_infinite() {
        return match (b.is_zero(), b.negative) {
            (true, _) => one,
            (false, true) => zero,
            (false, false) => Number::infinity(negative),
        };
    }
    if b.is_zero() {
        return one;
    }
    if compare::magnitudes(a, &Number::ONE) == Ordering::Equal {
        return power_of_one(a, b, whole, negative, context, status);
    }
    if let Some(exponent) = certain_excess(a, b, context) {
        return context.finish(Number::finite(negative, Coefficient::ONE, exponent), status);
    }
    if whole {
        return whole_power(a, b, negative, context, status);
    }
    let result = real_power(a, b, context, status);
    let result = if result.is_infinite() {
        // Rounding may make the largest number of it.
        Number::finite(false, Coefficient::ONE, INFINITE_EXPONENT)
    } else if result.is_finite() && compare::numbers(&result, &Number::ONE) == Ordering::Equal {
        padded_one(false, context.precision - 1, status)
    } else {
        result
    };
    context.finish(result, status)
}

/// Powers of 1 and -1: trailing zeros multiply.
fn power_of_one(a: &Number, b: &Number, whole: bool, negative: bool, context: &Context, status: &mut Status) -> Number {
    if !whole {
        status.add(Status::INEXACT_ROUNDED);
        return padded_one(negative, context.precision - 1, status);
    }
    if b.negative {
        return Number::finite(negative, Coefficient::ONE, 0);
    }
    let most = context.precision - 1;
    let zeros = b.to_i64().and_then(|b| b.checked_mul(-a.exponent)).unwrap_or(i64::MAX);
    let zeros = if a.exponent == 0 { 0 } else { zeros };
    if zeros > most {
        status.add(Status::ROUNDED);
    }
    padded_one(negative, zeros.min(most), status)
}

fn digits_of(number: i64) -> i64 {
    super::coefficient::count_digits(u128::from(number.unsigned_abs()))
}

/// An exponent with which the result overflows or vanishes, if it certainly does: by bounds for the logarithms of the
/// logarithm of `a` and of `b`.
fn certain_excess(a: &Number, b: &Number, context: &Context) -> Option<i64> {
    let adjusted = a.adjusted();
    let lower_bound = match adjusted {
        1.. => digits_of(adjusted) - 1,
        ..-1 => digits_of(adjusted + 1) - 1,
        -1 | 0 => {
            let mut ignored = Status::NONE;
            let magnitude = a.clone().with_sign(false);
            let distance = arithmetic::subtract(&magnitude, &Number::ONE, &Context::MAXIMUM, &mut ignored);
            distance.adjusted() - if adjusted == 0 { 2 } else { 1 }
        }
    };
    let least = lower_bound + b.adjusted();
    if (adjusted < 0) == b.negative {
        (digits_of(context.emax) < least).then_some(INFINITE_EXPONENT)
    } else {
        (digits_of(context.etiny()) < least).then_some(context.etiny() - 1)
    }
}

fn whole_power(a: &Number, b: &Number, negative: bool, context: &Context, status: &mut Status) -> Number {
    let mut work = Context { clamp: false, ..context.with_rounding(Rounding::HalfEven) };
    work.precision += b.digits() + b.exponent + 2;
    let base = if b.negative {
        work.precision += 1;
        let base = division::divide(&Number::ONE, a, &work, status);
        if status.meets(Status::ERRORS) {
            return context.finish(Number::NAN, status);
        }
        base
    } else {
        a.clone()
    };
    let result = match b.magnitude_to_u64() {
        Some(exponent) => power_by_word(&base, exponent, &work, status),
        None => power_by_number(&base, b, &work, status),
    };
    let result = if result.is_infinite() {
        Number::finite(negative, Coefficient::ONE, INFINITE_EXPONENT)
    } else {
        result.with_sign(negative)
    };
    context.finish(result, status)
}

/// The result so far stays as it is from here on.
fn is_final(result: &Number, status: Status) -> bool {
    result.is_special() || result.is_zero() && status.meets(Status::CLAMPED)
}

/// Powers from the highest bit of the exponent down.
fn power_by_word(base: &Number, exponent: u64, work: &Context, status: &mut Status) -> Number {
    let mut steps = Status::NONE;
    let mut result = base.clone();
    let mut bit = 1u64 << (63 - exponent.leading_zeros());
    while bit > 1 {
        bit >>= 1;
        result = arithmetic::multiply(&result, &result, work, &mut steps);
        if exponent & bit != 0 {
            result = arithmetic::multiply(&result, base, work, &mut steps);
        }
        if is_final(&result, steps) {
            break;
        }
    }
    status.add(steps);
    result
}

/// Powers with exponents beyond a machine word, from the lowest bit up.
fn power_by_number(base: &Number, exponent: &Number, work: &Context, status: &mut Status) -> Number {
    let Some(exponent) = exponent.coefficient.shift_left(exponent.exponent.max(0) as u64) else {
        return status.fail(Status::MEMORY);
    };
    let exponent = exponent.to_biguint();
    let mut steps = Status::NONE;
    let (mut result, mut base) = (Number::ONE, base.clone());
    for bit in 0..exponent.bits() {
        if exponent.bit(bit) {
            result = arithmetic::multiply(&result, &base, work, &mut steps);
            status.add(steps);
            if is_final(&result, steps) {
                break;
            }
        }
        base = arithmetic::multiply(&base, &base, work, &mut steps);
        if base.is_nan() {
            return status.fail(steps.common(Status::ERRORS));
        }
    }
    result
}

/// `e^(b * ln(a))` with more digits than the context's.
fn real_power(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    let work = Context { precision: a.digits().max(context.precision) + EXTRA, ..Context::MAXIMUM };
    let mut steps = Status::NONE;
    let logarithm = elementary::natural_logarithm(a, &work, &mut steps);
    let product = arithmetic::multiply(&logarithm, b, &work, &mut steps);
    let result = elementary::exponential(&product, &work, status);
    status.add(steps.common(Status::ERRORS).with(Status::INEXACT_ROUNDED));
    result
}

/// `a ** b % modulus` of whole numbers.
pub fn power_modulo(a: &Number, b: &Number, modulus: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a, b, modulus], context, status) {
        return nan;
    }
    let invalid = !a.is_whole()
        || !b.is_whole()
        || !modulus.is_whole()
        || modulus.is_zero()
        || modulus.digits() + modulus.exponent > context.precision;
    if invalid {
        return status.fail(Status::INVALID_OPERATION);
    }
    let negative = a.negative && b.is_odd();
    if b.is_zero() {
        if a.is_zero() {
            return status.fail(Status::INVALID_OPERATION);
        }
        let is_one = compare::magnitudes(modulus, &Number::ONE) == Ordering::Equal;
        return Number::finite(negative, Coefficient::Small(u128::from(!is_one)), 0);
    }
    if b.negative {
        return status.fail(Status::INVALID_OPERATION);
    }
    if a.is_zero() {
        return Number::finite(negative, Coefficient::ZERO, 0);
    }
    let Some(modulus) = whole_magnitude(modulus) else {
        return status.fail(Status::MEMORY);
    };
    let ten = BigUint::from(10u32);
    let (base, base_exponent) = split(a);
    let base = base % &modulus * ten.modpow(&BigUint::from(base_exponent), &modulus) % &modulus;
    // a^(c * 10^n) as n tenth powers, then the power c.
    let (exponent, tens) = split(b);
    let mut base = base;
    for _ in 0..tens {
        base = base.modpow(&ten, &modulus);
        if base.is_zero() || base.is_one() {
            break;
        }
    }
    let result = base.modpow(&exponent, &modulus);
    Number::finite(negative, Coefficient::from_biguint(&result), 0)
}

/// A whole number as a coefficient and an exponent that is not negative.
fn split(a: &Number) -> (BigUint, u64) {
    match a.exponent {
        0.. => (a.coefficient.to_biguint(), a.exponent as u64),
        _ => (a.coefficient.shift_right(a.exponent.unsigned_abs()).0.to_biguint(), 0),
    }
}

fn whole_magnitude(a: &Number) -> Option<BigUint> {
    let (coefficient, exponent) = split(a);
    Some(Coefficient::from_biguint(&coefficient).shift_left(exponent)?.to_biguint())
}
