//! Integer arithmetic over [`IntRef`], with Python's signs, limits and errors.
//!
//! What lives here: the operators on numbers already known to be ints. What must not: dispatch on classes
//! (`dispatch/binary.rs`). Start at [`add`]; each function is small-first with a big tail.

use super::{IntRef, as_int, bigint_to_f64, from_bigint, from_i64, from_i128};
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::float::{self, libm};
use crate::value::Value;
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};

/// Results with more bits than this raise MemoryError instead of being tried (8 GiB).
const MAX_RESULT_BITS: u128 = 1 << 36;

#[inline]
pub fn add(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        // Two 63-bit numbers cannot overflow 64 bits.
        (IntRef::Small(a), IntRef::Small(b)) => from_i64(thread, a + b),
        (IntRef::Small(small), IntRef::Big(big)) | (IntRef::Big(big), IntRef::Small(small)) => {
            from_bigint(thread, &big.number + small)
        }
        (IntRef::Big(a), IntRef::Big(b)) => from_bigint(thread, &a.number + &b.number),
    }
}

#[inline]
pub fn subtract(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => from_i64(thread, a - b),
        (IntRef::Small(a), IntRef::Big(b)) => from_bigint(thread, a - &b.number),
        (IntRef::Big(a), IntRef::Small(b)) => from_bigint(thread, &a.number - b),
        (IntRef::Big(a), IntRef::Big(b)) => from_bigint(thread, &a.number - &b.number),
    }
}

#[inline]
pub fn multiply(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => match a.checked_mul(b) {
            Some(product) => from_i64(thread, product),
            None => from_i128(thread, i128::from(a) * i128::from(b)),
        },
        (IntRef::Small(small), IntRef::Big(big)) | (IntRef::Big(big), IntRef::Small(small)) => {
            from_bigint(thread, &big.number * small)
        }
        (IntRef::Big(a), IntRef::Big(b)) => from_bigint(thread, &a.number * &b.number),
    }
}

/// Quotient rounded down and remainder with the divisor's sign; `b` is not 0.
#[inline]
pub fn floor_div_rem(a: i64, b: i64) -> (i64, i64) {
    // 63-bit numbers: `SMALL_MIN / -1` fits a machine word.
    let (quotient, remainder) = (a / b, a % b);
    if remainder != 0 && (remainder ^ b) < 0 { (quotient - 1, remainder + b) } else { (quotient, remainder) }
}

#[cold]
fn division_by_zero<T>(thread: &Thread) -> PyResult<T> {
    Err(thread.raise_zero_division_error("division by zero"))
}

#[inline]
pub fn floor_divide(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    match (a, b) {
        (_, IntRef::Small(0)) => division_by_zero(thread),
        (IntRef::Small(a), IntRef::Small(b)) => Ok(from_i64(thread, floor_div_rem(a, b).0)),
        _ => Ok(from_bigint(thread, a.to_cow().div_floor(&b.to_cow()))),
    }
}

#[inline]
pub fn modulo(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    match (a, b) {
        (_, IntRef::Small(0)) => division_by_zero(thread),
        (IntRef::Small(a), IntRef::Small(b)) => Ok(Value::small_wrapping(floor_div_rem(a, b).1)),
        _ => Ok(from_bigint(thread, a.to_cow().mod_floor(&b.to_cow()))),
    }
}

/// Quotient and remainder of `divmod`.
pub fn divmod(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<(Value, Value)> {
    match (a, b) {
        (_, IntRef::Small(0)) => division_by_zero(thread),
        (IntRef::Small(a), IntRef::Small(b)) => {
            let (quotient, remainder) = floor_div_rem(a, b);
            Ok((from_i64(thread, quotient), Value::small_wrapping(remainder)))
        }
        _ => {
            let (quotient, remainder) = a.to_cow().div_mod_floor(&b.to_cow());
            let quotient = from_bigint(thread, quotient);
            Ok((quotient, from_bigint(thread, remainder)))
        }
    }
}

/// `a / b`: the nearest double to the exact quotient, ties to even.
pub fn true_divide(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<f64> {
    const EXACT: i64 = 1 << 53;
    match (a, b) {
        (_, IntRef::Small(0)) => division_by_zero(thread),
        (IntRef::Small(a), IntRef::Small(b)) if a.abs() <= EXACT && b.abs() <= EXACT => Ok(a as f64 / b as f64),
        _ => match divide_to_nearest(&a.to_cow(), &b.to_cow()) {
            Some(quotient) => Ok(quotient),
            None => Err(thread.raise_overflow_error("integer division result too large for a float")),
        },
    }
}

/// The double nearest to `a / b`, ties to even; `None` beyond the range of doubles. `b` is not 0.
///
/// The numerator is scaled so that the integer quotient has at least two bits more than the result can hold;
/// a remainder only sets the lowest bit, so that one rounding of the integer decides.
pub fn divide_to_nearest(a: &BigInt, b: &BigInt) -> Option<f64> {
    if a.is_zero() {
        return Some(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = a.is_negative() != b.is_negative();
    let (a, b) = (a.magnitude(), b.magnitude());
    let difference = a.bits() as i64 - b.bits() as i64;
    if difference > 1024 {
        return None;
    }
    if difference < -1076 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // The quotient's lowest bit stands for 2^shift: 55 or 56 bits, fewer for subnormal results.
    let shift = difference.max(-1021) - 55;
    let (mut quotient, inexact) = if shift <= 0 {
        let (quotient, remainder) = (a << shift.unsigned_abs()).div_rem(b);
        (quotient.to_u64()?, !remainder.is_zero())
    } else {
        let (quotient, remainder) = a.div_rem(&(b << shift as u64));
        (quotient.to_u64()?, !remainder.is_zero())
    };
    let bits = i64::from(64 - quotient.leading_zeros());
    // Bits below the result's last place; -1074 is the exponent of the smallest subnormal.
    let extra = bits.max(-1021 - shift) - 53;
    debug_assert!((2..=3).contains(&extra), "two or three spare bits");
    let half = 1u64 << (extra - 1);
    quotient |= u64::from(inexact);
    if quotient & half != 0 && quotient & (3 * half - 1) != 0 {
        quotient += half;
    }
    quotient &= !(2 * half - 1);
    let result = libm::ldexp(quotient as f64, shift as i32);
    if result.is_infinite() {
        return None;
    }
    Some(if negative { -result } else { result })
}

// ---- shifts ----

/// `a << b`.
pub fn shift_left(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    if b.is_negative() {
        return Err(thread.raise_value_error("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Value::small_wrapping(0));
    }
    let IntRef::Small(count) = b else {
        return Err(thread.raise_overflow_error("too many digits in integer"));
    };
    if let IntRef::Small(n) = a
        && count < 63
        && let shifted = n << count
        && shifted >> count == n
        && let Some(value) = Value::small(shifted)
    {
        return Ok(value);
    }
    if count as u128 + u128::from(a.bit_length()) > MAX_RESULT_BITS {
        return Err(thread.raise_memory_error(""));
    }
    Ok(from_bigint(thread, &*a.to_cow() << count as u64))
}

/// `a >> b`, rounding down.
pub fn shift_right(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    if b.is_negative() {
        return Err(thread.raise_value_error("negative shift count"));
    }
    let count = match b {
        IntRef::Small(count) => count as u64,
        IntRef::Big(_) => u64::MAX,
    };
    Ok(match a {
        IntRef::Small(n) => Value::small_wrapping(n >> count.min(63)),
        IntRef::Big(big) if count < big.number.bits() => from_bigint(thread, &big.number >> count),
        IntRef::Big(_) => Value::small_wrapping(if a.is_negative() { -1 } else { 0 }),
    })
}

// ---- bits ----

#[inline]
pub fn and(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Value::small_wrapping(a & b),
        // The mask of a machine word is common enough (hashes, random numbers) to avoid big arithmetic.
        (IntRef::Small(mask), IntRef::Big(big)) | (IntRef::Big(big), IntRef::Small(mask)) if mask >= 0 => {
            Value::small_wrapping((low_word(&big.number) & mask as u64) as i64)
        }
        _ => from_bigint(thread, &*a.to_cow() & &*b.to_cow()),
    }
}

/// The lowest 64 bits in two's complement.
pub fn low_word(number: &BigInt) -> u64 {
    let low = number.magnitude().iter_u64_digits().next().unwrap_or(0);
    if number.sign() == Sign::Minus { low.wrapping_neg() } else { low }
}

#[inline]
pub fn or(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Value::small_wrapping(a | b),
        _ => from_bigint(thread, &*a.to_cow() | &*b.to_cow()),
    }
}

#[inline]
pub fn xor(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Value::small_wrapping(a ^ b),
        _ => from_bigint(thread, &*a.to_cow() ^ &*b.to_cow()),
    }
}

#[inline]
pub fn negative(thread: &Thread, a: IntRef) -> Value {
    match a {
        IntRef::Small(n) => from_i64(thread, -n),
        IntRef::Big(big) => from_bigint(thread, -&big.number),
    }
}

#[inline]
pub fn invert(thread: &Thread, a: IntRef) -> Value {
    match a {
        IntRef::Small(n) => Value::small_wrapping(!n),
        IntRef::Big(big) => from_bigint(thread, !&big.number),
    }
}

pub fn absolute(thread: &Thread, a: IntRef) -> Value {
    if a.is_negative() { negative(thread, a) } else { a.to_value(thread) }
}

// ---- powers ----

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
        let magnitude = BigUint::one() << (u64::from(n.trailing_zeros()) * exponent);
        let sign = if n < 0 && exponent & 1 != 0 { Sign::Minus } else { Sign::Plus };
        return Ok(from_bigint(thread, BigInt::from_biguint(sign, magnitude)));
    }
    Ok(from_bigint(thread, Pow::pow(&*a.to_cow(), exponent)))
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
    let signed_modulus = modulus.to_cow();
    let size = BigInt::from(signed_modulus.magnitude().clone());
    if size.is_one() {
        return Ok(Value::small_wrapping(0));
    }
    let mut base = a.to_cow().mod_floor(&size);
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
        result += &*signed_modulus;
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

// ---- roots and divisors ----

/// The greatest common divisor, not negative.
pub fn gcd(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => super::from_u64(thread, gcd_word(a.unsigned_abs(), b.unsigned_abs())),
        _ => from_bigint(thread, big_gcd(a.to_bigint(), b.to_bigint())),
    }
}

/// Euclid's algorithm on machine words (Stein's binary form).
pub fn gcd_word(a: u64, b: u64) -> u64 {
    a.gcd(&b)
}

/// Lehmer's algorithm (Knuth, TAOCP volume 2, 4.5.2, algorithm L): long divisions are replaced by steps on the
/// leading words.
pub fn big_gcd(a: BigInt, b: BigInt) -> BigInt {
    let (mut a, mut b) = (a.magnitude().clone(), b.magnitude().clone());
    if a < b {
        std::mem::swap(&mut a, &mut b);
    }
    while b.bits() > 62 {
        // The leading 62 bits of both, aligned.
        let shift = a.bits() - 62;
        let (mut x, mut y) = match ((&a >> shift).to_i64(), (&b >> shift).to_i64()) {
            (Some(x), Some(y)) => (x, y),
            _ => break,
        };
        let (mut p, mut q, mut r, mut s) = (1i64, 0i64, 0i64, 1i64);
        // The quotient is certain while both bounds agree.
        while y + r != 0 && y + s != 0 {
            let quotient = (x + p) / (y + r);
            if quotient != (x + q) / (y + s) || quotient > i64::from(i32::MAX) {
                break;
            }
            let (Some(next_r), Some(next_s)) = (step(p, quotient, r), step(q, quotient, s)) else { break };
            (p, r) = (r, next_r);
            (q, s) = (s, next_s);
            (x, y) = (y, x - quotient * y);
        }
        if q == 0 {
            let remainder = &a % &b;
            a = std::mem::replace(&mut b, remainder);
        } else {
            let next_a = combine(&a, p, &b, q);
            let next_b = combine(&a, r, &b, s);
            a = next_a;
            b = next_b;
            if a < b {
                std::mem::swap(&mut a, &mut b);
            }
        }
    }
    if b.is_zero() {
        return BigInt::from(a);
    }
    let rest = (&a % &b).to_u64().unwrap_or(0);
    BigInt::from(gcd_word(b.to_u64().unwrap_or(0), rest))
}

/// `a - quotient * b` if the cofactor stays small enough for exact word arithmetic.
fn step(a: i64, quotient: i64, b: i64) -> Option<i64> {
    let next = a.checked_sub(quotient.checked_mul(b)?)?;
    (next.abs() < 1 << 31).then_some(next)
}

/// `|a * p + b * q|`.
fn combine(a: &BigUint, p: i64, b: &BigUint, q: i64) -> BigUint {
    let sum = BigInt::from(a * p.unsigned_abs()) * p.signum() + BigInt::from(b * q.unsigned_abs()) * q.signum();
    sum.magnitude().clone()
}

/// The int operand of a function that already converted by `__index__`.
pub fn number_of(value: Value) -> IntRef {
    match as_int(value) {
        Some(number) => number,
        None => unreachable!("converted to an int before"),
    }
}

/// `x` as a double or OverflowError, as mixed arithmetic with floats does.
#[inline]
pub fn to_f64_or_overflow(thread: &Thread, a: IntRef) -> PyResult<f64> {
    match a {
        IntRef::Small(n) => Ok(n as f64),
        IntRef::Big(big) => match bigint_to_f64(&big.number) {
            Some(x) => Ok(x),
            None => Err(thread.raise_overflow_error("int too large to convert to float")),
        },
    }
}
