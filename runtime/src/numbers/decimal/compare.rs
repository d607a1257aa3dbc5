//! Comparisons, and the operations that choose one of two numbers.
//!
//! What lives here: numerical order, the total order of representations, `max` and `min`, classes of numbers. What must
//! not: comparisons with other types (`modules/decimal`). Start at [`numbers`].

use super::context::{Context, Status};
use super::number::{Kind, Number, nan_among};
use std::cmp::Ordering;

/// The order of the magnitudes of numbers that are no NaNs.
pub fn magnitudes(a: &Number, b: &Number) -> Ordering {
    match (a.is_infinite(), b.is_infinite()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    if a.exponent == b.exponent {
        return a.coefficient.compare(&b.coefficient);
    }
    match (a.coefficient.is_zero(), b.coefficient.is_zero()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        (false, false) => {}
    }
    a.adjusted().cmp(&b.adjusted()).then_with(|| {
        // Equal leading exponents: the difference of the others is less than the digits that one of them has.
        let (high, low) = if a.exponent > b.exponent { (a, b) } else { (b, a) };
        let order = match high.coefficient.shift_left((high.exponent - low.exponent) as u64) {
            Some(aligned) => aligned.compare(&low.coefficient),
            None => Ordering::Greater,
        };
        if a.exponent > b.exponent { order } else { order.reverse() }
    })
}

/// The order of numbers that are no NaNs.
#[inline]
pub fn numbers(a: &Number, b: &Number) -> Ordering {
    if a.is_zero() && b.is_zero() {
        return Ordering::Equal;
    }
    match (a.negative, b.negative) {
        (false, false) => magnitudes(a, b),
        (true, true) => magnitudes(b, a),
        (false, true) if a.is_zero() || b.is_zero() => by_zero(a, b),
        (true, false) if a.is_zero() || b.is_zero() => by_zero(a, b),
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
    }
}

/// The order of two numbers one of which is zero.
fn by_zero(a: &Number, b: &Number) -> Ordering {
    let side = |number: &Number| match (number.is_zero(), number.negative) {
        (true, _) => 0,
        (false, true) => -1,
        (false, false) => 1,
    };
    side(a).cmp(&side(b))
}

/// Equal numbers by their exponents, the larger one being further from zero.
fn by_exponent(a: &Number, b: &Number) -> Ordering {
    match (a.negative, b.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => a.exponent.cmp(&b.exponent),
        (true, true) => b.exponent.cmp(&a.exponent),
    }
}

fn as_number(order: Ordering) -> Number {
    Number::from_i64(order as i64)
}

/// `compare`: -1, 0, 1 or a NaN.
pub fn compare(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    nan_among(&[a, b], context, status).unwrap_or_else(|| as_number(numbers(a, b)))
}

/// `compare_signal`: as [`compare`], but every NaN signals.
pub fn compare_signal(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if a.is_nan() || b.is_nan() {
        status.add(Status::INVALID_OPERATION);
    }
    compare(a, b, context, status)
}

/// The total order of all representations.
pub fn total(a: &Number, b: &Number) -> Ordering {
    match (a.negative, b.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => total_magnitude(a, b),
        (true, true) => total_magnitude(b, a),
    }
}

/// The total order without regard to signs.
pub fn total_magnitude(a: &Number, b: &Number) -> Ordering {
    let rank = |number: &Number| match number.kind {
        Kind::Finite | Kind::Infinity => 0,
        Kind::SignalingNan => 1,
        Kind::QuietNan => 2,
    };
    rank(a).cmp(&rank(b)).then_with(|| match a.is_nan() {
        true => a.coefficient.compare(&b.coefficient),
        false => magnitudes(a, b).then(a.exponent.cmp(&b.exponent)),
    })
}

/// `compare_total` as a number.
pub fn compare_total(a: &Number, b: &Number) -> Number {
    as_number(total(a, b))
}

/// `compare_total_mag` as a number.
pub fn compare_total_magnitude(a: &Number, b: &Number) -> Number {
    as_number(total_magnitude(a, b))
}

/// The larger (`sought` is `Greater`) or smaller of two numbers by `order`. A number wins over a quiet NaN.
fn choose(
    a: &Number,
    b: &Number,
    sought: Ordering,
    order: fn(&Number, &Number) -> Ordering,
    context: &Context,
    status: &mut Status,
) -> Number {
    let chosen = match (a.kind, b.kind) {
        (Kind::QuietNan, _) if !b.is_nan() => b,
        (_, Kind::QuietNan) if !a.is_nan() => a,
        _ => {
            if let Some(nan) = nan_among(&[a, b], context, status) {
                return nan;
            }
            let order = order(a, b).then_with(|| by_exponent(a, b));
            if order == sought.reverse() { b } else { a }
        }
    };
    context.finish(chosen.clone(), status)
}

pub fn max(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    choose(a, b, Ordering::Greater, numbers, context, status)
}

pub fn min(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    choose(a, b, Ordering::Less, numbers, context, status)
}

pub fn max_magnitude(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    choose(a, b, Ordering::Greater, magnitudes, context, status)
}

pub fn min_magnitude(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    choose(a, b, Ordering::Less, magnitudes, context, status)
}

/// Equal exponents, or both NaN, or both infinite.
pub fn same_quantum(a: &Number, b: &Number) -> bool {
    if a.is_special() || b.is_special() {
        return a.is_nan() && b.is_nan() || a.is_infinite() && b.is_infinite();
    }
    a.exponent == b.exponent
}

/// The specification's name for the class of a number.
pub fn class_of(number: &Number, context: &Context) -> &'static str {
    let by_sign = |negative, positive| if number.negative { negative } else { positive };
    match number.kind {
        Kind::SignalingNan => "sNaN",
        Kind::QuietNan => "NaN",
        Kind::Infinity => by_sign("-Infinity", "+Infinity"),
        Kind::Finite if number.coefficient.is_zero() => by_sign("-Zero", "+Zero"),
        Kind::Finite if number.is_subnormal(context) => by_sign("-Subnormal", "+Subnormal"),
        Kind::Finite => by_sign("-Normal", "+Normal"),
    }
}
