//! Integer arithmetic over [`IntRef`], with Python's signs, limits and errors.
//!
//! What lives here: the operators on numbers already known to be ints. What must not: dispatch on classes
//! (`dispatch/binary.rs`), the arithmetic of magnitudes (`limbs.rs`), powers (`powers.rs`) and greatest common
//! divisors (`divisors.rs`). Start at [`add`]; each function is small-first with a big tail.

use super::limbs::{self, Scratch};
use super::{IntRef, Operand, as_int, build, build_beyond_limit, from_i64, from_i128, from_limbs};
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::float::libm;
use crate::value::Value;
use std::cmp::Ordering;

/// Results with more bits than this raise MemoryError instead of being tried (8 GiB).
pub(super) const MAX_RESULT_BITS: u128 = 1 << 36;

/// `a + b`. Raises MemoryError.
#[inline]
pub fn add(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    match (a, b) {
        // Two 63-bit numbers cannot overflow 64 bits.
        (IntRef::Small(a), IntRef::Small(b)) => Ok(from_i64(thread, a + b)),
        _ => add_big(thread, &a.operand(), &b.operand(), b.is_negative()),
    }
}

/// `a - b`. Raises MemoryError.
#[inline]
pub fn subtract(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Ok(from_i64(thread, a - b)),
        _ => add_big(thread, &a.operand(), &b.operand(), !b.is_negative()),
    }
}

/// `a` and the magnitude of `b` under another sign added up.
#[inline(never)]
fn add_big(thread: &Thread, a: &Operand, b: &Operand, b_negative: bool) -> PyResult<Value> {
    let (x, y) = (a.limbs(), b.limbs());
    if a.is_negative() == b_negative {
        let (long, short) = if x.len() >= y.len() { (x, y) } else { (y, x) };
        return build(thread, long.len() + 1, b_negative, |out| {
            let (top, out) = out.split_last_mut().unwrap_or_else(|| unreachable!("a limb for the carry"));
            *top = u64::from(limbs::add(out, long, short));
        });
    }
    let (long, short, negative) = match limbs::compare(x, y) {
        Ordering::Less => (y, x, b_negative),
        Ordering::Equal => return Ok(Value::small_wrapping(0)),
        Ordering::Greater => (x, y, a.is_negative()),
    };
    build(thread, long.len(), negative, |out| {
        limbs::subtract(out, long, short);
    })
}

/// `a * b`. Raises MemoryError.
#[inline]
pub fn multiply(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Ok(match a.checked_mul(b) {
            Some(product) => from_i64(thread, product),
            None => from_i128(thread, i128::from(a) * i128::from(b)),
        }),
        _ => multiply_big(thread, &a.operand(), &b.operand()),
    }
}

#[inline(never)]
fn multiply_big(thread: &Thread, a: &Operand, b: &Operand) -> PyResult<Value> {
    let (x, y) = (a.limbs(), b.limbs());
    if x.is_empty() || y.is_empty() {
        return Ok(Value::small_wrapping(0));
    }
    if (x.len() + y.len()) as u128 * 64 > MAX_RESULT_BITS {
        return Err(thread.raise_memory_error(""));
    }
    build(thread, x.len() + y.len(), a.is_negative() != b.is_negative(), |out| limbs::multiply(out, x, y))
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

/// `a // b`. Raises ZeroDivisionError, MemoryError.
#[inline]
pub fn floor_divide(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    match (a, b) {
        (_, IntRef::Small(0)) => division_by_zero(thread),
        (IntRef::Small(a), IntRef::Small(b)) => Ok(from_i64(thread, floor_div_rem(a, b).0)),
        _ => {
            let (quotient, _) = divide_big(thread, &a.operand(), &b.operand(), true)?;
            Ok(quotient)
        }
    }
}

/// `a % b`. Raises ZeroDivisionError.
#[inline]
pub fn modulo(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<Value> {
    match (a, b) {
        (_, IntRef::Small(0)) => division_by_zero(thread),
        (IntRef::Small(a), IntRef::Small(b)) => Ok(Value::small_wrapping(floor_div_rem(a, b).1)),
        _ => {
            let (a, b) = (a.operand(), b.operand());
            let remainder = match b.limbs() {
                &[divisor] => Scratch::from_slice(&[limbs::remainder_word(a.limbs(), divisor)]),
                _ => divide_big(thread, &a, &b, false)?.1,
            };
            Ok(signed_remainder(thread, &a, &b, &remainder))
        }
    }
}

/// Quotient and remainder of `divmod`. Raises ZeroDivisionError, MemoryError.
pub fn divmod(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<(Value, Value)> {
    match (a, b) {
        (_, IntRef::Small(0)) => division_by_zero(thread),
        (IntRef::Small(a), IntRef::Small(b)) => {
            let (quotient, remainder) = floor_div_rem(a, b);
            Ok((from_i64(thread, quotient), Value::small_wrapping(remainder)))
        }
        _ => {
            let (a, b) = (a.operand(), b.operand());
            let (quotient, remainder) = divide_big(thread, &a, &b, true)?;
            Ok((quotient, signed_remainder(thread, &a, &b, &remainder)))
        }
    }
}

/// The quotient rounded down (0 if it is not asked for), and the remainder of the magnitudes. `b` is not 0.
#[inline(never)]
fn divide_big(thread: &Thread, a: &Operand, b: &Operand, with_quotient: bool) -> PyResult<(Value, Scratch)> {
    let (x, y) = (a.limbs(), b.limbs());
    let negative = a.is_negative() != b.is_negative();
    if limbs::compare(x, y) == Ordering::Less {
        let quotient = if negative && !x.is_empty() { -1 } else { 0 };
        return Ok((Value::small_wrapping(quotient), Scratch::from_slice(x)));
    }
    let mut remainder = Scratch::new();
    // A limb more than the quotient's: rounding down may add one to its magnitude.
    let capacity = x.len() - y.len() + 2;
    let mut fill = |out: &mut [u64]| {
        match y {
            &[divisor] => {
                out[..x.len()].copy_from_slice(x);
                remainder.push(limbs::divide_word(&mut out[..x.len()], divisor));
            }
            _ => remainder = limbs::divide(out, x, y),
        }
        if negative && remainder.iter().any(|&limb| limb != 0) {
            limbs::increment(out);
        }
    };
    if with_quotient {
        let quotient = build(thread, capacity, negative, fill)?;
        return Ok((quotient, remainder));
    }
    fill(&mut Scratch::from_elem(0, capacity));
    Ok((Value::small_wrapping(0), remainder))
}

/// The remainder with the divisor's sign, from that of the magnitudes.
fn signed_remainder(thread: &Thread, a: &Operand, b: &Operand, remainder: &[u64]) -> Value {
    let remainder = limbs::trim(remainder);
    if a.is_negative() == b.is_negative() || remainder.is_empty() {
        return from_limbs(thread, b.is_negative(), remainder);
    }
    build_beyond_limit(thread, b.limbs().len(), b.is_negative(), |out| {
        limbs::subtract(out, b.limbs(), remainder);
    })
}

/// `a / b`: the nearest double to the exact quotient, ties to even.
pub fn true_divide(thread: &Thread, a: IntRef, b: IntRef) -> PyResult<f64> {
    const EXACT: i64 = 1 << 53;
    match (a, b) {
        (_, IntRef::Small(0)) => division_by_zero(thread),
        (IntRef::Small(a), IntRef::Small(b)) if a.abs() <= EXACT && b.abs() <= EXACT => Ok(a as f64 / b as f64),
        _ => match divide_to_nearest(&a.operand(), &b.operand()) {
            Some(quotient) => Ok(quotient),
            None => Err(thread.raise_overflow_error("integer division result too large for a float")),
        },
    }
}

/// The double nearest to `a / b`, ties to even; `None` beyond the range of doubles. `b` is not 0.
///
/// The numerator is scaled so that the integer quotient has at least two bits more than the result can hold;
/// a remainder only sets the lowest bit, so that one rounding of the integer decides.
fn divide_to_nearest(a: &Operand, b: &Operand) -> Option<f64> {
    let negative = a.is_negative() != b.is_negative();
    let (x, y) = (a.limbs(), b.limbs());
    if x.is_empty() {
        return Some(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let difference = limbs::bits(x) as i64 - limbs::bits(y) as i64;
    if difference > 1024 {
        return None;
    }
    if difference < -1076 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // The quotient's lowest bit stands for 2^shift: 55 or 56 bits, fewer for subnormal results.
    let shift = difference.max(-1021) - 55;
    let (x, y) = (shifted(x, (-shift).max(0) as u64), shifted(y, shift.max(0) as u64));
    let (mut quotient, inexact) = small_quotient(&x, &y)?;
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

/// The trimmed magnitude `limbs << count`.
fn shifted(magnitude: &[u64], count: u64) -> Scratch {
    let whole = (count / 64) as usize;
    let mut out = Scratch::from_elem(0, whole + magnitude.len() + 1);
    let top = limbs::shift_left(&mut out[whole..], magnitude, (count % 64) as u32);
    out[whole + magnitude.len()] = top;
    let length = limbs::trim(&out).len();
    out.truncate(length);
    out
}

/// A quotient of trimmed magnitudes that fits a word, and whether it left a remainder.
fn small_quotient(a: &[u64], b: &[u64]) -> Option<(u64, bool)> {
    if limbs::compare(a, b) == Ordering::Less {
        return Some((0, !a.is_empty()));
    }
    let mut quotient = Scratch::from_slice(a);
    let inexact = match b {
        &[divisor] => limbs::divide_word(&mut quotient, divisor) != 0,
        _ => limbs::divide(&mut quotient, a, b).iter().any(|&limb| limb != 0),
    };
    match limbs::trim(&quotient) {
        [] => Some((0, inexact)),
        &[word] => Some((word, inexact)),
        _ => None,
    }
}

// ---- shifts ----

/// `a << b`. Raises ValueError, OverflowError, MemoryError.
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
    let a = a.operand();
    let (whole, bits) = ((count / 64) as usize, (count % 64) as u32);
    let length = a.limbs().len();
    build(thread, whole + length + 1, a.is_negative(), |out| {
        out[whole + length] = limbs::shift_left(&mut out[whole..], a.limbs(), bits);
    })
}

/// `a >> b`, rounding down. Raises ValueError.
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
        IntRef::Big(big) if count < a.bit_length() => {
            let (whole, bits) = ((count / 64) as usize, (count % 64) as u32);
            let (cut_off, kept) = big.limbs().split_at(whole);
            let negative = big.is_negative();
            let inexact = negative && (cut_off.iter().any(|&limb| limb != 0) || kept[0] & ((1 << bits) - 1) != 0);
            // A limb more if rounding may carry into it.
            build_beyond_limit(thread, kept.len() + usize::from(inexact), negative, |out| {
                limbs::shift_right(out, kept, bits);
                if inexact {
                    limbs::increment(out);
                }
            })
        }
        IntRef::Big(_) => Value::small_wrapping(if a.is_negative() { -1 } else { 0 }),
    })
}

// ---- bits ----

/// `a & b`.
#[inline]
pub fn and(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Value::small_wrapping(a & b),
        // The mask of a machine word is common enough (hashes, random numbers) to avoid long operations.
        (IntRef::Small(mask), big @ IntRef::Big(_)) | (big @ IntRef::Big(_), IntRef::Small(mask)) if mask >= 0 => {
            Value::small_wrapping((big.low_word() & mask as u64) as i64)
        }
        _ => bitwise(thread, &a.operand(), &b.operand(), |a, b| a & b),
    }
}

/// `a | b`.
#[inline]
pub fn or(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Value::small_wrapping(a | b),
        _ => bitwise(thread, &a.operand(), &b.operand(), |a, b| a | b),
    }
}

/// `a ^ b`.
#[inline]
pub fn xor(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => Value::small_wrapping(a ^ b),
        _ => bitwise(thread, &a.operand(), &b.operand(), |a, b| a ^ b),
    }
}

/// The limbs in two's complement, one after the other, without end.
fn twos_complement(operand: &Operand) -> impl Iterator<Item = u64> {
    let flip = if operand.is_negative() { u64::MAX } else { 0 };
    let mut carry = operand.is_negative();
    operand.limbs().iter().copied().chain(std::iter::repeat(0)).map(move |limb| {
        let (limb, overflow) = (limb ^ flip).overflowing_add(u64::from(carry));
        carry = overflow;
        limb
    })
}

/// The operation on each pair of limbs in two's complement.
fn bitwise(thread: &Thread, a: &Operand, b: &Operand, operation: impl Fn(u64, u64) -> u64) -> Value {
    let sign = |operand: &Operand| if operand.is_negative() { u64::MAX } else { 0 };
    let negative = operation(sign(a), sign(b)) != 0;
    // The limb above both holds the sign, or the carry of the result's complement.
    let capacity = a.limbs().len().max(b.limbs().len()) + usize::from(negative);
    build_beyond_limit(thread, capacity, negative, |out| {
        for ((out, a), b) in out.iter_mut().zip(twos_complement(a)).zip(twos_complement(b)) {
            *out = operation(a, b);
        }
        if negative {
            limbs::negate(out);
        }
    })
}

/// `-a`.
#[inline]
pub fn negative(thread: &Thread, a: IntRef) -> Value {
    match a {
        IntRef::Small(n) => from_i64(thread, -n),
        IntRef::Big(big) => from_limbs(thread, !big.is_negative(), big.limbs()),
    }
}

/// `~a`.
#[inline]
pub fn invert(thread: &Thread, a: IntRef) -> Value {
    match a {
        IntRef::Small(n) => Value::small_wrapping(!n),
        IntRef::Big(big) => {
            let (negative, magnitude) = (!big.is_negative(), big.limbs());
            build_beyond_limit(thread, magnitude.len() + 1, negative, |out| {
                if negative {
                    out[..magnitude.len()].copy_from_slice(magnitude);
                    limbs::increment(out);
                } else {
                    limbs::subtract(&mut out[..magnitude.len()], magnitude, &[1]);
                }
            })
        }
    }
}

/// `abs(a)`.
pub fn absolute(thread: &Thread, a: IntRef) -> Value {
    if a.is_negative() { negative(thread, a) } else { a.to_value(thread) }
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
        IntRef::Big(_) => match a.to_f64() {
            Some(x) => Ok(x),
            None => Err(thread.raise_overflow_error("int too large to convert to float")),
        },
    }
}
