//! Operations on the exponent of a number.
//!
//! What lives here: `quantize`, rounding to whole numbers, `normalize`, `scaleb`, `logb`. What must not: shifts of the digits
//! (`digits.rs`). Start at [`quantize`].

use super::coefficient::Coefficient;
use super::context::{Context, INFINITE_EXPONENT, MAX_EMAX, MAX_PRECISION, MIN_ETINY, Status, VANISHING_EXPONENT};
use super::number::{Number, nan_among};

/// `a` with the exponent of `b`.
pub fn quantize(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_among(&[a, b], context, status) {
            return nan;
        }
        if a.is_infinite() && b.is_infinite() {
            return a.clone();
        }
        return status.fail(Status::INVALID_OPERATION);
    }
    to_exponent(a, b.exponent, context, status)
}

/// A finite number with this exponent.
pub fn to_exponent(a: &Number, exponent: i64, context: &Context, status: &mut Status) -> Number {
    if exponent > context.emax || exponent < context.etiny() {
        return status.fail(Status::INVALID_OPERATION);
    }
    if a.coefficient.is_zero() {
        return context.finish(Number::finite(a.negative, Coefficient::ZERO, exponent), status);
    }
    let difference = a.exponent - exponent;
    if a.digits() + difference > context.precision {
        return status.fail(Status::INVALID_OPERATION);
    }
    let mut rounding = Status::NONE;
    let coefficient = if difference >= 0 {
        match a.coefficient.shift_left(difference as u64) {
            Some(coefficient) => coefficient,
            None => return status.fail(Status::MEMORY),
        }
    } else {
        round_off(a, difference.unsigned_abs(), context, &mut rounding)
    };
    let result = Number::finite(a.negative, coefficient, exponent);
    if result.digits() > context.precision
        || !result.is_zero() && (result.adjusted() > context.emax || result.adjusted() < context.etiny())
    {
        return status.fail(Status::INVALID_OPERATION);
    }
    status.add(rounding);
    context.finish(result, status)
}

/// The coefficient without its last `count` digits, rounded.
fn round_off(a: &Number, count: u64, context: &Context, status: &mut Status) -> Coefficient {
    let (coefficient, discarded) = a.coefficient.shift_right(count);
    status.add(Status::ROUNDED);
    if discarded.is_inexact() {
        status.add(Status::INEXACT);
    }
    if context.rounding.increments(a.negative, &coefficient, discarded) { coefficient.increment() } else { coefficient }
}

/// A number with this exponent under the rounding of the context, whatever its precision and range. Special numbers stay.
/// With `for_text` the exponent may be lower than that of any number, by as much as there are digits.
pub fn rescale(a: &Number, exponent: i64, for_text: bool, context: &Context, status: &mut Status) -> Number {
    let lowest = if for_text { MIN_ETINY - MAX_PRECISION } else { MIN_ETINY };
    if exponent > MAX_EMAX + 1 || exponent < lowest {
        return status.fail(Status::INVALID_OPERATION);
    }
    if a.is_special() {
        return a.clone();
    }
    if a.coefficient.is_zero() {
        return Number::finite(a.negative, Coefficient::ZERO, exponent);
    }
    let difference = a.exponent - exponent;
    let coefficient = if difference >= 0 {
        if a.digits() + difference > MAX_PRECISION + 1 {
            return status.fail(Status::INVALID_OPERATION);
        }
        match a.coefficient.shift_left(difference as u64) {
            Some(coefficient) => coefficient,
            None => return status.fail(Status::MEMORY),
        }
    } else {
        round_off(a, difference.unsigned_abs(), context, status)
    };
    Number::finite(a.negative, coefficient, exponent)
}

/// A number rounded to so many digits, for text: whatever the range of the context.
pub fn to_digits(a: &Number, precision: i64, context: &Context, status: &mut Status) -> Number {
    if precision <= 0 {
        return status.fail(Status::INVALID_OPERATION);
    }
    if a.is_special() || a.coefficient.is_zero() {
        return a.clone();
    }
    let exponent = a.exponent + a.digits() - precision;
    let rounded = rescale(a, exponent, true, context, status);
    if rounded.digits() > precision {
        return rescale(&rounded, exponent + 1, true, context, status);
    }
    rounded
}

/// `to_integral_value`: a number without fraction. With `exact`, losing one is a condition.
pub fn to_integral(a: &Number, exact: bool, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a], context, status) {
        return nan;
    }
    if a.is_special() || a.exponent >= 0 {
        return a.clone();
    }
    if a.coefficient.is_zero() {
        return Number::finite(a.negative, Coefficient::ZERO, 0);
    }
    let mut rounding = Status::NONE;
    let coefficient = round_off(a, a.exponent.unsigned_abs(), context, &mut rounding);
    if exact {
        status.add(rounding);
    }
    Number::finite(a.negative, coefficient, 0)
}

/// `normalize`: without trailing zeros.
pub fn reduce(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a], context, status) {
        return nan;
    }
    let mut number = context.finish(a.clone(), status);
    if number.is_special() {
        return number;
    }
    if number.coefficient.is_zero() {
        return Number::finite(a.negative, Coefficient::ZERO, 0);
    }
    let highest = if context.clamp { context.etop() } else { context.emax };
    let (coefficient, stripped) = number.coefficient.strip_zeros((highest - number.exponent).max(0) as u64);
    number.coefficient = coefficient;
    number.exponent += stripped as i64;
    number
}

/// `a * 10^b` for a whole number `b`.
pub fn scale(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a, b], context, status) {
        return nan;
    }
    if b.is_infinite() || b.exponent != 0 {
        return status.fail(Status::INVALID_OPERATION);
    }
    let farthest = 2 * (context.emax + context.precision);
    let Some(jump) = b.to_i64().filter(|jump| jump.abs() <= farthest) else {
        return status.fail(Status::INVALID_OPERATION);
    };
    if a.is_infinite() {
        return a.clone();
    }
    let exponent = (a.exponent + jump).clamp(VANISHING_EXPONENT, INFINITE_EXPONENT);
    context.finish(Number { exponent, ..a.clone() }, status)
}

/// The exponent of the most significant digit, as a number.
pub fn logb(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a], context, status) {
        return nan;
    }
    if a.is_infinite() {
        return Number::infinity(false);
    }
    if a.coefficient.is_zero() {
        status.add(Status::DIVISION_BY_ZERO);
        return Number::infinity(true);
    }
    context.finish(Number::from_i64(a.adjusted()), status)
}
