//! `**` and three-argument `pow` on ints.
//!
//! What lives here: powers. What must not: other operators. Start at [`power`].

use super::arithmetic::{MAX_RESULT_BITS, shift_left};
use super::{IntRef, from_bigint, from_i64, limbs};
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::float;
use crate::value::Value;
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

/// `a ** b`: an int, or a float for negative exponents.
pub fn power(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    if b.is_negative() {
        let (Some(base), Some(exponent)) = (a.to_f64(), b.to_f64()) else {
            return Err(thread.raise_overflow_error("int too large to convert to float"));
        };
        return Ok(float::from_f64(thread, float::arithmetic::power(thread, base, exponent)?));
    }
    match a {
        IntRef::Small(0) => return Ok(Value::small_wrapping(i64::from(b.is_zero()))),
        IntRef::Small(1) => return Ok(a.to_value(thread)),
        IntRef::Small(-1) => return Ok(Value::small_wrapping(if b.is_odd() { -1 } else { 1 })),
        _ => {}
    }
    let IntRef::Small(exponent) = b else {
        return Err(thread.raise_memory_error(""));
    };
    if let IntRef::Small(n) = a
        && let Some(result) = u32::try_from(exponent).ok().and_then(|exponent| n.checked_pow(exponent))
    {
        return Ok(from_i64(thread, result));
    }
    // A base of n bits is at least 2^(n-1).
    if u128::from(a.bit_length() - 1) * exponent as u128 > MAX_RESULT_BITS {
        return Err(thread.raise_memory_error(""));
    }
    let exponent = exponent as u64;
    // Powers of two are shifts.
    if let IntRef::Small(n) = a
        && n.unsigned_abs().is_power_of_two()
    {
        let sign = if n < 0 && exponent & 1 != 0 { -1 } else { 1 };
        let count = i64::from(n.trailing_zeros()) * exponent as i64;
        return shift_left(thread, IntRef::Small(sign), IntRef::Small(count));
    }
    // Room for the result first, so that the limit of memory is respected.
    let limbs = (u128::from(a.bit_length()) * u128::from(exponent) / 64 + 1) as usize;
    if limbs > LONG && thread.allocate_bytes(limbs * 8).is_none() {
        return Err(thread.raise_memory_error(""));
    }
    let magnitude = power_of_magnitude(thread, &limbs::to_biguint(a.operand().limbs()), exponent)?;
    let sign = if a.is_negative() && exponent & 1 != 0 { Sign::Minus } else { Sign::Plus };
    Ok(from_bigint(thread, BigInt::from_biguint(sign, magnitude)))
}

/// Results of more limbs than this are looked at twice.
const LONG: usize = 1000;

/// `base ** exponent` from the exponent's highest bit down. Between two multiplications of long numbers it serves what
/// waits: Ctrl-C, a time limit.
fn power_of_magnitude(thread: &Thread, base: &BigUint, exponent: u64) -> PyResult<BigUint> {
    let mut result = BigUint::one();
    for bit in (0..64 - exponent.leading_zeros()).rev() {
        result = &result * &result;
        if exponent >> bit & 1 != 0 {
            result *= base;
        }
        if result.bits() > 64 * LONG as u64 {
            thread.poll_native()?;
        }
    }
    Ok(result)
}

/// `pow(a, b, modulus)`.
pub fn power_modulo(thread: &Thread, a: IntRef, b: IntRef, modulus: IntRef) -> PyResult<Value> {
    if modulus.is_zero() {
        return Err(thread.raise_value_error("pow() 3rd argument cannot be 0"));
    }
    if let (IntRef::Small(a), IntRef::Small(b), IntRef::Small(m)) = (a, b, modulus)
        && b >= 0
    {
        let result = power_modulo_word(a.rem_euclid(m.abs()) as u64, b as u64, m.unsigned_abs());
        return Ok(Value::small_wrapping(if m < 0 && result != 0 { result as i64 + m } else { result as i64 }));
    }
    let signed_modulus = modulus.to_bigint();
    let size = BigInt::from(signed_modulus.magnitude().clone());
    if size.is_one() {
        return Ok(Value::small_wrapping(0));
    }
    let mut base = a.to_bigint().mod_floor(&size);
    let mut exponent = b.to_bigint();
    if exponent.is_negative() {
        base = match inverse_modulo(&base, &size) {
            Some(inverse) => inverse,
            None => return Err(thread.raise_value_error("base is not invertible for the given modulus")),
        };
        exponent = -exponent;
    }
    let mut result = base.modpow(&exponent, &size);
    if signed_modulus.is_negative() && !result.is_zero() {
        result += signed_modulus;
    }
    Ok(from_bigint(thread, result))
}

fn power_modulo_word(base: u64, exponent: u64, modulus: u64) -> u64 {
    let multiply = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64;
    let mut result = 1 % modulus;
    let mut base = base;
    let mut exponent = exponent;
    while exponent != 0 {
        if exponent & 1 != 0 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

/// The number `x` in `0..modulus` with `a * x = 1`, if `a` and `modulus` share no factor (extended Euclid).
pub fn inverse_modulo(a: &BigInt, modulus: &BigInt) -> Option<BigInt> {
    let gcd = a.extended_gcd(modulus);
    gcd.gcd.is_one().then(|| gcd.x.mod_floor(modulus))
}
