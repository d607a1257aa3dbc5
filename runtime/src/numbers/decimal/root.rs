//! Square roots.
//!
//! What lives here: `sqrt`, by the integer square root of a coefficient with enough digits. Start at [`square_root`].

use super::coefficient::Coefficient;
use super::context::{Context, Rounding, Status};
use super::number::{Number, nan_among};
use num_integer::Roots;

/// The square root, rounded to nearest, ties to even.
pub fn square_root(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_among(&[a], context, status) {
        return nan;
    }
    if a.is_infinite() && !a.negative {
        return a.clone();
    }
    let ideal = a.exponent >> 1;
    if a.is_zero() {
        return context.finish(Number::finite(a.negative, Coefficient::ZERO, ideal), status);
    }
    if a.negative {
        return status.fail(Status::INVALID_OPERATION);
    }
    let rounded = context.with_rounding(Rounding::HalfEven);
    let root = root_to_precision(a, context.precision).or_else(|| {
        // The precision is beyond memory; an exact root does not need it.
        root_to_precision(a, a.digits() + 1).filter(|(_, exact)| *exact)
    });
    match root {
        Some((root, _)) => rounded.finish(root, status),
        None => status.fail(Status::MEMORY),
    }
}

/// The root with `precision + 1` digits, and whether it is exact: then it has the ideal exponent, as far as its digits allow.
/// If it is not, its last digit is neither 0 nor 5.
fn root_to_precision(a: &Number, precision: i64) -> Option<(Number, bool)> {
    let digits = a.digits();
    let exponent = a.exponent >> 1;
    let (radicand, root_digits) = if a.exponent & 1 != 0 {
        (a.coefficient.shift_left(1)?, (digits >> 1) + 1)
    } else {
        (a.coefficient.clone(), (digits + 1) >> 1)
    };
    let shift = precision + 1 - root_digits;
    let (radicand, mut exact) = if shift >= 0 {
        (radicand.shift_left(2 * shift as u64)?, true)
    } else {
        let (radicand, discarded) = radicand.shift_right(2 * shift.unsigned_abs());
        (radicand, !discarded.is_inexact())
    };
    let root = match &radicand {
        Coefficient::Small(number) => Coefficient::Small(number.sqrt()),
        Coefficient::Large(_) => Coefficient::from_biguint(&radicand.to_biguint().sqrt()),
    };
    exact = exact && root.multiply(&root) == radicand;
    if !exact {
        let root = if root.last_digit().is_multiple_of(5) { root.increment() } else { root };
        return Some((Number::finite(false, root, exponent - shift), false));
    }
    let root = if shift >= 0 { root.shift_right(shift as u64).0 } else { root.shift_left(shift.unsigned_abs())? };
    Some((Number::finite(false, root, exponent), true))
}
