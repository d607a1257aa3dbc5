//! Sums, products, signs.
//!
//! What lives here: addition, subtraction, multiplication, fused multiply-add, plus, minus, absolute value. What must not:
//! division (`division.rs`). Start at [`add`].

use super::coefficient::{Coefficient, POWERS, multiply_wide};
use super::context::{Context, Rounding, Status};
use super::number::{Kind, Number, nan_among};
use std::cmp::Ordering;

/// `a + b`
#[inline]
pub fn add(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    add_signed(a, b, b.negative, context, status)
}

/// `a - b`
#[inline]
pub fn subtract(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    add_signed(a, b, !b.negative, context, status)
}

/// `a` plus the magnitude of `b` under another sign.
#[inline]
fn add_signed(a: &Number, b: &Number, b_negative: bool, context: &Context, status: &mut Status) -> Number {
    if a.is_special() || b.is_special() {
        return add_special(a, b, b_negative, context, status);
    }
    if a.exponent == b.exponent {
        let sum = add_aligned(a, &a.coefficient, &b.coefficient, b_negative, a.exponent, context);
        return context.finish(sum, status);
    }
    if let Some((sum, exponent)) = add_small(a, b, b_negative) {
        return context.finish_small(sum < 0, sum.unsigned_abs(), exponent, true, status);
    }
    add_unaligned(a, b, b_negative, context, status)
}

/// The sum of numbers with different exponents that fits 127 bits and is not zero, and its exponent.
#[inline]
fn add_small(a: &Number, b: &Number, b_negative: bool) -> Option<(i128, i64)> {
    let (Coefficient::Small(x), Coefficient::Small(y)) = (&a.coefficient, &b.coefficient) else { return None };
    let exponent = a.exponent.min(b.exponent);
    let aligned = |coefficient: u128, own: i64, negative: bool| {
        let power = POWERS.get(own.wrapping_sub(exponent) as usize)?;
        let magnitude = i128::try_from(coefficient.checked_mul(*power)?).ok()?;
        Some(if negative { -magnitude } else { magnitude })
    };
    let sum = aligned(*x, a.exponent, a.negative)?.checked_add(aligned(*y, b.exponent, b_negative)?)?;
    (sum != 0).then_some((sum, exponent))
}

#[cold]
fn add_special(a: &Number, b: &Number, b_negative: bool, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a, b], context, status) {
        return nan;
    }
    match (a.kind, b.kind) {
        (Kind::Infinity, Kind::Infinity) if a.negative != b_negative => status.fail(Status::INVALID_OPERATION),
        (Kind::Infinity, _) => a.clone(),
        _ => Number::infinity(b_negative),
    }
}

/// The sum of numbers with equal exponents, not rounded. `a` gives the sign of its coefficient.
#[inline]
fn add_aligned(
    a: &Number,
    a_coefficient: &Coefficient,
    b_coefficient: &Coefficient,
    b_negative: bool,
    exponent: i64,
    context: &Context,
) -> Number {
    if a.negative == b_negative {
        return Number::finite(b_negative, a_coefficient.add(b_coefficient), exponent);
    }
    match a_coefficient.compare(b_coefficient) {
        Ordering::Greater => Number::finite(a.negative, a_coefficient.subtract(b_coefficient), exponent),
        Ordering::Less => Number::finite(b_negative, b_coefficient.subtract(a_coefficient), exponent),
        // A difference that is zero is negative only when rounding down.
        Ordering::Equal => Number::finite(context.rounding == Rounding::Floor, Coefficient::ZERO, exponent),
    }
}

fn add_unaligned(a: &Number, b: &Number, b_negative: bool, context: &Context, status: &mut Status) -> Number {
    let (high, low) = if a.exponent > b.exponent { (a, b) } else { (b, a) };
    let (mut low_coefficient, mut exponent) = (low.coefficient.clone(), low.exponent);
    if !high.coefficient.is_zero() {
        // A number so far below the other one's last digit that it can only be told from zero may as well be one unit
        // two digits below what is kept.
        let digits = high.digits();
        let limit = high.exponent - 1 + if digits > context.precision { 0 } else { digits - context.precision - 1 };
        if low.adjusted() < limit {
            exponent = limit;
            if !low_coefficient.is_zero() {
                low_coefficient = Coefficient::ONE;
            }
        } else if low.adjusted() < high.adjusted() - 1 {
            // At most one leading digit cancels out. So what lies two digits below the precision only says whether something
            // is there, for which a 1 will do.
            let lowest = high.exponent.min(high.exponent + digits - 1 - context.precision - 2);
            if exponent < lowest - 1 {
                let (kept, discarded) = low_coefficient.shift_right((lowest - exponent) as u64);
                let tail = Coefficient::Small(u128::from(discarded.is_inexact()));
                low_coefficient = kept.multiply(&Coefficient::Small(10)).add(&tail);
                exponent = lowest - 1;
            }
        }
    }
    let Some(high_coefficient) = high.coefficient.shift_left((high.exponent - exponent) as u64) else {
        return status.fail(Status::MEMORY);
    };
    let sum = if a.exponent > b.exponent {
        add_aligned(a, &high_coefficient, &low_coefficient, b_negative, exponent, context)
    } else {
        add_aligned(a, &low_coefficient, &high_coefficient, b_negative, exponent, context)
    };
    context.finish(sum, status)
}

/// `a * b`, not rounded.
#[inline]
pub fn multiply_exactly(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    let negative = a.negative != b.negative;
    if a.is_special() || b.is_special() {
        if let Some(nan) = nan_among(&[a, b], context, status) {
            return nan;
        }
        if a.is_zero() || b.is_zero() {
            return status.fail(Status::INVALID_OPERATION);
        }
        return Number::infinity(negative);
    }
    Number::finite(negative, a.coefficient.multiply(&b.coefficient), a.exponent + b.exponent)
}

/// `a * b`
#[inline]
pub fn multiply(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let (Coefficient::Small(x), Coefficient::Small(y)) = (&a.coefficient, &b.coefficient)
        && a.is_finite()
        && b.is_finite()
    {
        let (negative, exponent) = (a.negative != b.negative, a.exponent + b.exponent);
        return match x.checked_mul(*y) {
            Some(product) => context.finish_small(negative, product, exponent, true, status),
            None => context.finish_product(negative, multiply_wide(*x, *y), exponent, status),
        };
    }
    let product = multiply_exactly(a, b, context, status);
    context.finish(product, status)
}

/// `a * b + c`, rounded once.
pub fn multiply_add(a: &Number, b: &Number, c: &Number, context: &Context, status: &mut Status) -> Number {
    let mut product_status = Status::NONE;
    let product = multiply_exactly(a, b, context, &mut product_status);
    status.add(product_status);
    if product_status.meets(Status::INVALID_OPERATION) {
        return product;
    }
    add(&product, c, context, status)
}

/// `+a`: the number fitted to the context.
pub fn plus(a: &Number, context: &Context, status: &mut Status) -> Number {
    signed(a, a.negative, context, status)
}

/// `-a`
pub fn minus(a: &Number, context: &Context, status: &mut Status) -> Number {
    signed(a, !a.negative, context, status)
}

/// The magnitude of `a`, fitted to the context.
pub fn absolute(a: &Number, context: &Context, status: &mut Status) -> Number {
    signed(a, false, context, status)
}

fn signed(a: &Number, negative: bool, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a], context, status) {
        return nan;
    }
    // Zero is positive but when rounding down.
    let negative = negative && !(a.is_zero() && context.rounding != Rounding::Floor);
    context.finish(a.clone().with_sign(negative), status)
}
