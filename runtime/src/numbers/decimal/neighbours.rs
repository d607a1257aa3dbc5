//! The representable numbers next to a number.
//!
//! What lives here: `next_minus`, `next_plus`, `next_toward`. Start at [`next`].

use super::arithmetic;
use super::coefficient::Coefficient;
use super::compare;
use super::context::{Context, Rounding, Status};
use super::number::{Number, nan_among};
use std::cmp::Ordering;

/// The next number below (`down`) or above.
fn next(a: &Number, down: bool, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a], context, status) {
        return nan;
    }
    if a.is_infinite() {
        return if a.negative == down { a.clone() } else { context.largest(a.negative, status) };
    }
    let rounded = context.with_rounding(if down { Rounding::Floor } else { Rounding::Ceiling });
    let mut steps = Status::NONE;
    let fitted = rounded.finish(a.clone(), &mut steps);
    if steps.meets(Status::INEXACT.with(Status::ERRORS)) {
        status.add(steps.common(Status::ERRORS));
        return fitted;
    }
    let tiny = Number::finite(false, Coefficient::ONE, context.etiny() - 1);
    let mut steps = Status::NONE;
    let result = match down {
        true => arithmetic::subtract(a, &tiny, &rounded, &mut steps),
        false => arithmetic::add(a, &tiny, &rounded, &mut steps),
    };
    status.add(steps.common(Status::ERRORS));
    result
}

/// The largest number below `a`.
pub fn next_minus(a: &Number, context: &Context, status: &mut Status) -> Number {
    next(a, true, context, status)
}

/// The smallest number above `a`.
pub fn next_plus(a: &Number, context: &Context, status: &mut Status) -> Number {
    next(a, false, context, status)
}

/// The number next to `a` in the direction of `b`.
pub fn next_toward(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a, b], context, status) {
        return nan;
    }
    let result = match compare::numbers(a, b) {
        Ordering::Equal => return a.clone().with_sign(b.negative),
        Ordering::Less => next_plus(a, context, status),
        Ordering::Greater => next_minus(a, context, status),
    };
    if result.is_infinite() {
        status.add(Status::OVERFLOWED);
    } else if result.adjusted() < context.emin {
        status.add(Status::VANISHED.common(Status(!Status::CLAMPED.0)));
        if result.is_zero() {
            status.add(Status::CLAMPED);
        }
    }
    result
}
