//! Operations on the digits of a coefficient.
//!
//! What lives here: logical operations, `shift`, `rotate`. Start at [`and`].

use super::coefficient::Coefficient;
use super::context::{Context, Status};
use super::number::{Number, nan_among};

/// The digits of a logical operand, least significant first: a whole number of zeros and ones without sign or exponent.
fn logical_digits(a: &Number) -> Option<Vec<u8>> {
    if !a.is_finite() || a.negative || a.exponent != 0 {
        return None;
    }
    let mut digits = a.coefficient.to_text().into_bytes();
    digits.reverse();
    digits.iter().all(|digit| matches!(digit, b'0' | b'1')).then_some(digits)
}

/// The number of these digits, as far as the precision goes.
fn from_digits(mut digits: Vec<u8>, context: &Context) -> Number {
    digits.truncate(usize::try_from(context.precision).unwrap_or(usize::MAX));
    digits.reverse();
    Number::finite(false, Coefficient::from_text(&digits), 0)
}

fn digit_by_digit(
    a: &Number,
    b: &Number,
    operation: fn(bool, bool) -> bool,
    context: &Context,
    status: &mut Status,
) -> Number {
    let (Some(a), Some(b)) = (logical_digits(a), logical_digits(b)) else {
        return status.fail(Status::INVALID_OPERATION);
    };
    let is_one = |digits: &[u8], place: usize| digits.get(place) == Some(&b'1');
    let length = a.len().max(b.len());
    let digits = (0..length).map(|place| b'0' + u8::from(operation(is_one(&a, place), is_one(&b, place)))).collect();
    from_digits(digits, context)
}

pub fn and(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    digit_by_digit(a, b, |a, b| a & b, context, status)
}

pub fn or(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    digit_by_digit(a, b, |a, b| a | b, context, status)
}

pub fn xor(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    digit_by_digit(a, b, |a, b| a ^ b, context, status)
}

/// Every digit of as many as the precision has turned round.
pub fn invert(a: &Number, context: &Context, status: &mut Status) -> Number {
    let Some(mut digits) = logical_digits(a) else {
        return status.fail(Status::INVALID_OPERATION);
    };
    if context.precision > super::coefficient::MOST_DIGITS {
        return status.fail(Status::MEMORY);
    }
    let length = digits.len().max(context.precision as usize);
    digits.resize(length, b'0');
    for digit in &mut digits {
        *digit ^= 1;
    }
    from_digits(digits, context)
}

/// The places that `b` says, between minus and plus the precision.
fn places(b: &Number, context: &Context) -> Option<i64> {
    if b.is_infinite() || b.exponent != 0 {
        return None;
    }
    b.to_i64().filter(|places| places.abs() <= context.precision)
}

/// The digits of `a` moved left by `b` places, or right if that is negative; what leaves the precision is lost.
pub fn shift(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a, b], context, status) {
        return nan;
    }
    let Some(places) = places(b, context) else {
        return status.fail(Status::INVALID_OPERATION);
    };
    if a.is_infinite() {
        return a.clone();
    }
    let precision = context.precision as u64;
    let coefficient = if places >= 0 {
        // What would leave is cut off before.
        match a.coefficient.low_digits(precision - places as u64).shift_left(places as u64) {
            Some(shifted) => shifted,
            None => return status.fail(Status::MEMORY),
        }
    } else {
        a.coefficient.low_digits(precision).shift_right(places.unsigned_abs()).0
    };
    Number { coefficient, ..a.clone() }
}

/// The digits of `a`, as many as the precision has, turned left by `b` places.
pub fn rotate(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a, b], context, status) {
        return nan;
    }
    let Some(places) = places(b, context) else {
        return status.fail(Status::INVALID_OPERATION);
    };
    if a.is_infinite() {
        return a.clone();
    }
    let left = if places >= 0 { places } else { context.precision + places } as u64;
    let right = context.precision as u64 - left;
    let low = a.coefficient.low_digits(right);
    let Some(low) = low.shift_left(left) else {
        return status.fail(Status::MEMORY);
    };
    let high = a.coefficient.low_digits(context.precision as u64).shift_right(right).0;
    Number { coefficient: low.add(&high), ..a.clone() }
}
