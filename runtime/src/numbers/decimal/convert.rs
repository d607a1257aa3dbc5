//! Numbers from and to other kinds.
//!
//! What lives here: doubles, whole numbers, residues for hashing. What must not: text. Start at [`from_double`].

use super::coefficient::Coefficient;
use super::context::{Context, Rounding, Status};
use super::number::Number;
use super::quantize;
use num_bigint::BigUint;

/// The exact value of a double. A NaN loses its sign.
pub fn from_double(number: f64) -> Number {
    if number.is_nan() {
        return Number::NAN;
    }
    let negative = number.is_sign_negative();
    if number.is_infinite() {
        return Number::infinity(negative);
    }
    let (mantissa, exponent) = crate::types::float::decompose(number);
    if mantissa == 0 {
        return Number::finite(negative, Coefficient::ZERO, 0);
    }
    // m * 2^-k in lowest terms is m * 5^k * 10^-k.
    let mantissa_zeros = i64::from(mantissa.trailing_zeros());
    let (mantissa, exponent) = (mantissa >> mantissa_zeros, i64::from(exponent) + mantissa_zeros);
    let coefficient = if exponent >= 0 {
        BigUint::from(mantissa) << exponent as u64
    } else {
        BigUint::from(mantissa) * BigUint::from(5u32).pow(exponent.unsigned_abs() as u32)
    };
    Number::finite(negative, Coefficient::from_biguint(&coefficient), exponent.min(0))
}

/// The whole number nearest to a finite number by a rounding mode; `None` beyond all memory.
pub fn to_whole(number: &Number, rounding: Rounding) -> Option<Coefficient> {
    let context = Context::MAXIMUM.with_rounding(rounding);
    let whole = quantize::to_integral(number, false, &context, &mut Status::default());
    whole.coefficient.shift_left(whole.exponent.max(0) as u64)
}

/// The residue of the magnitude of a finite number modulo `2^61 - 1`, with division as multiplication by the inverse.
pub fn residue(number: &Number) -> u64 {
    const BITS: u32 = 61;
    const MODULUS: u64 = (1 << BITS) - 1;
    /// `10 * INVERSE = 1`.
    const INVERSE_OF_TEN: u64 = 2_075_258_708_292_324_556;
    // 2^61 = 1: what lies above is added to what lies below.
    let reduce = |number: u128| {
        let folded = (number & u128::from(MODULUS)) + (number >> BITS);
        let folded = (folded as u64 & MODULUS) + (folded >> BITS) as u64;
        if folded >= MODULUS { folded - MODULUS } else { folded }
    };
    let multiply = |a: u64, b: u64| reduce(u128::from(a) * u128::from(b));
    let mut room = [0; 2];
    let limbs = number.coefficient.limbs(&mut room);
    // 2^64 = 2^3.
    let coefficient =
        limbs.iter().rev().fold(0u64, |residue, &limb| reduce((u128::from(residue) << 3) + u128::from(limb)));
    let (mut base, mut exponent) =
        (if number.exponent >= 0 { 10 } else { INVERSE_OF_TEN }, number.exponent.unsigned_abs());
    let mut result = coefficient;
    while exponent > 0 {
        if exponent & 1 != 0 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}
