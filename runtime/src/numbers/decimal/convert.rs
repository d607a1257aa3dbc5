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

/// The residue of the magnitude of a finite number modulo a prime below `2^62` other than 2 and 5.
pub fn residue(number: &Number, modulus: u64) -> u64 {
    let multiply = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64;
    let power = |mut base: u64, mut exponent: u64| {
        let mut result = 1;
        while exponent > 0 {
            if exponent & 1 != 0 {
                result = multiply(result, base);
            }
            base = multiply(base, base);
            exponent >>= 1;
        }
        result
    };
    let mut room = [0; 2];
    let limbs = number.coefficient.limbs(&mut room);
    let coefficient = limbs
        .iter()
        .rev()
        .fold(0u64, |residue, &limb| ((u128::from(residue) << 64 | u128::from(limb)) % u128::from(modulus)) as u64);
    // Division is multiplication by the inverse, which Fermat's little theorem gives.
    let ten = if number.exponent >= 0 { 10 } else { power(10, modulus - 2) };
    multiply(coefficient, power(ten, number.exponent.unsigned_abs()))
}
