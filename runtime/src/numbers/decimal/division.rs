//! Quotients and remainders.
//!
//! What lives here: `/`, `//`, `%`, `divmod`, and the remainder nearest to zero. What must not: powers. Start at [`divide`].

use super::arithmetic;
use super::coefficient::Coefficient;
use super::compare;
use super::context::{Context, Status};
use super::number::{Number, nan_among};
use std::cmp::Ordering;

/// `a / b`
#[inline]
pub fn divide(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_among(&[a, b], context, status) {
            return nan;
        }
        if !a.is_infinite() {
            status.add(Status::CLAMPED);
            return Number::finite(negative, Coefficient::ZERO, context.etiny());
        }
        return if b.is_infinite() { status.fail(Status::INVALID_OPERATION) } else { Number::infinity(negative) };
    }
    if b.coefficient.is_zero() {
        if a.coefficient.is_zero() {
            return status.fail(Status::DIVISION_UNDEFINED);
        }
        status.add(Status::DIVISION_BY_ZERO);
        return Number::infinity(negative);
    }
    let ideal = a.exponent - b.exponent;
    if a.coefficient.is_zero() {
        return context.finish(Number::finite(negative, Coefficient::ZERO, ideal), status);
    }
    match quotient(a, b, context.precision) {
        Some((Coefficient::Small(coefficient), exponent, exact)) => {
            context.finish_small(negative, coefficient, exponent, exact, status)
        }
        Some((coefficient, exponent, exact)) => {
            let quotient = Number::finite(negative, coefficient, exponent);
            if exact { context.finish(quotient, status) } else { context.finish_cut(quotient, false, status) }
        }
        None => {
            // The precision is beyond memory; an exact quotient may not need it.
            let enough = 5 * a.digits().max(b.digits()) + 10;
            match quotient(a, b, enough) {
                Some((coefficient, exponent, true)) => {
                    context.finish(Number::finite(negative, coefficient, exponent), status)
                }
                _ => status.fail(Status::MEMORY),
            }
        }
    }
}

/// Coefficient and exponent of a quotient of at least `precision + 1` digits, and whether it is exact. An exact one has the
/// exponent `a.exponent - b.exponent`, or is as near to it as its digits allow.
#[inline]
fn quotient(a: &Number, b: &Number, precision: i64) -> Option<(Coefficient, i64, bool)> {
    let shift = b.digits() - a.digits() + precision + 1;
    let ideal_exponent = a.exponent - b.exponent;
    let exponent = ideal_exponent - shift;
    let (quotient, remainder) = if shift >= 0 {
        a.coefficient.shift_left(shift as u64)?.divide(&b.coefficient)
    } else {
        a.coefficient.divide(&b.coefficient.shift_left(shift.unsigned_abs())?)
    };
    if !remainder.is_zero() {
        return Some((quotient, exponent, false));
    }
    if shift > 0 {
        let (quotient, stripped) = quotient.strip_zeros(shift as u64);
        return Some((quotient, exponent + stripped as i64, true));
    }
    Some((quotient, exponent, true))
}

/// Whole quotient and remainder of finite numbers, `b` not zero, not fitted to the context. `None`: the quotient has more
/// digits than the precision.
fn divide_whole(a: &Number, b: &Number, context: &Context) -> Result<(Number, Number), Status> {
    let negative = a.negative != b.negative;
    let exponent = a.exponent.min(b.exponent);
    let no_quotient = Number::finite(negative, Coefficient::ZERO, 0);
    if a.coefficient.is_zero() {
        return Ok((no_quotient, Number::finite(a.negative, Coefficient::ZERO, exponent)));
    }
    let surplus = a.adjusted() - b.adjusted();
    if surplus > context.precision {
        return Err(Status::DIVISION_IMPOSSIBLE);
    }
    let Some(dividend) = a.coefficient.shift_left((a.exponent - exponent) as u64) else {
        return Err(Status::MEMORY);
    };
    if surplus < 0 {
        return Ok((no_quotient, Number::finite(a.negative, dividend, exponent)));
    }
    let Some(divisor) = b.coefficient.shift_left((b.exponent - exponent) as u64) else {
        return Err(Status::MEMORY);
    };
    let (quotient, remainder) = dividend.divide(&divisor);
    if quotient.digits() > context.precision {
        return Err(Status::DIVISION_IMPOSSIBLE);
    }
    Ok((Number::finite(negative, quotient, 0), Number::finite(a.negative, remainder, exponent)))
}

/// `a // b`, rounded towards zero.
pub fn divide_integer(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_among(&[a, b], context, status) {
            return nan;
        }
        return match (a.is_infinite(), b.is_infinite()) {
            (true, true) => status.fail(Status::INVALID_OPERATION),
            (true, false) => Number::infinity(negative),
            (false, _) => Number::finite(negative, Coefficient::ZERO, 0),
        };
    }
    if b.coefficient.is_zero() {
        if a.coefficient.is_zero() {
            return status.fail(Status::DIVISION_UNDEFINED);
        }
        status.add(Status::DIVISION_BY_ZERO);
        return Number::infinity(negative);
    }
    match divide_whole(a, b, context) {
        Ok((quotient, _)) => context.finish(quotient, status),
        Err(condition) => status.fail(condition),
    }
}

/// What `%` and the nearest remainder say to special operands and to zero divisors.
fn remainder_of_special(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Option<Number> {
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_among(&[a, b], context, status) {
            return Some(nan);
        }
        if a.is_infinite() {
            return Some(status.fail(Status::INVALID_OPERATION));
        }
        return Some(context.finish(a.clone(), status));
    }
    if b.coefficient.is_zero() {
        let condition = if a.coefficient.is_zero() { Status::DIVISION_UNDEFINED } else { Status::INVALID_OPERATION };
        return Some(status.fail(condition));
    }
    None
}

/// `a % b`, with the sign of `a`.
pub fn remainder(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(result) = remainder_of_special(a, b, context, status) {
        return result;
    }
    match divide_whole(a, b, context) {
        Ok((_, remainder)) => context.finish(remainder, status),
        Err(condition) => status.fail(condition),
    }
}

/// `divmod(a, b)`
pub fn divide_with_remainder(a: &Number, b: &Number, context: &Context, status: &mut Status) -> (Number, Number) {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_among(&[a, b], context, status) {
            return (nan.clone(), nan);
        }
        if a.is_infinite() {
            let quotient = if b.is_infinite() { Number::NAN } else { Number::infinity(negative) };
            return (quotient, status.fail(Status::INVALID_OPERATION));
        }
        let remainder = context.finish(a.clone(), status);
        return (Number::finite(negative, Coefficient::ZERO, 0), remainder);
    }
    if b.coefficient.is_zero() {
        if a.coefficient.is_zero() {
            return (Number::NAN, status.fail(Status::DIVISION_UNDEFINED));
        }
        let remainder = status.fail(Status::DIVISION_BY_ZERO.with(Status::INVALID_OPERATION));
        return (Number::infinity(negative), remainder);
    }
    match divide_whole(a, b, context) {
        Ok((quotient, remainder)) => {
            let quotient = context.finish(quotient, status);
            (quotient, context.finish(remainder, status))
        }
        Err(condition) => (Number::NAN, status.fail(condition)),
    }
}

/// `a - b * n` for the whole number `n` nearest to the exact quotient, ties to even.
pub fn remainder_near(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(result) = remainder_of_special(a, b, context, status) {
        return result;
    }
    let (quotient, remainder) = match divide_whole(a, b, context) {
        Ok(both) => both,
        Err(condition) => return status.fail(condition),
    };
    if remainder.coefficient.is_zero() || (b.adjusted() - remainder.adjusted()).abs() > 1 {
        return context.finish(remainder, status);
    }
    let mut other_status = Status::NONE;
    let other = if a.negative == b.negative {
        arithmetic::subtract(&remainder, b, &Context::MAXIMUM, &mut other_status)
    } else {
        arithmetic::add(&remainder, b, &Context::MAXIMUM, &mut other_status)
    };
    if other_status.meets(Status::ERRORS) {
        return status.fail(other_status.common(Status::ERRORS));
    }
    let order = compare::magnitudes(&other, &remainder);
    if order == Ordering::Less || order == Ordering::Equal && quotient.coefficient.is_odd() {
        if quotient.coefficient.increment().digits() > context.precision {
            return status.fail(Status::DIVISION_IMPOSSIBLE);
        }
        return context.finish(other, status);
    }
    context.finish(remainder, status)
}
