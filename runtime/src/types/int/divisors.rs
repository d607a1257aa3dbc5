//! The greatest common divisor of ints.
//!
//! What lives here: Euclid's algorithm for words and, after Lehmer, for long numbers. Start at [`gcd`].

use super::limbs::{self, Scratch};
use super::{IntRef, from_limbs, from_u64};
use crate::thread::Thread;
use crate::value::Value;
use num_integer::Integer;
use std::cmp::Ordering;

/// The greatest common divisor, not negative.
pub fn gcd(thread: &Thread, a: IntRef, b: IntRef) -> Value {
    match (a, b) {
        (IntRef::Small(a), IntRef::Small(b)) => from_u64(thread, gcd_word(a.unsigned_abs(), b.unsigned_abs())),
        _ => {
            let divisor = gcd_limbs(a.operand().limbs(), b.operand().limbs());
            from_limbs(thread, false, &divisor)
        }
    }
}

/// Euclid's algorithm on machine words (Stein's binary form).
pub fn gcd_word(a: u64, b: u64) -> u64 {
    a.gcd(&b)
}

/// Lehmer's algorithm (Knuth, TAOCP volume 2, 4.5.2, algorithm L): long divisions are replaced by steps on the
/// leading words. The numbers are trimmed.
fn gcd_limbs(a: &[u64], b: &[u64]) -> Scratch {
    let (mut a, mut b) = (Scratch::from_slice(a), Scratch::from_slice(b));
    if limbs::compare(&a, &b) == Ordering::Less {
        std::mem::swap(&mut a, &mut b);
    }
    while b.len() > 1 {
        // The leading 62 bits of the larger, and what stands at their place in the other.
        let shift = limbs::bits(&a) - 62;
        let (mut x, mut y) = (word_at(&a, shift), word_at(&b, shift));
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
            let mut quotient = Scratch::from_elem(0, a.len() - b.len() + 1);
            let mut remainder = limbs::divide(&mut quotient, &a, &b);
            let length = limbs::trim(&remainder).len();
            remainder.truncate(length);
            a = std::mem::replace(&mut b, remainder);
        } else {
            (a, b) = (combine(&a, p, &b, q), combine(&a, r, &b, s));
        }
    }
    match b[..] {
        [] => a,
        [word, ..] => {
            let rest = limbs::remainder_word(&a, word);
            Scratch::from_slice(&[gcd_word(word, rest)])
        }
    }
}

/// The 62 bits from this place on of a number that has no bits above them.
fn word_at(magnitude: &[u64], shift: u64) -> i64 {
    let (whole, bits) = ((shift / 64) as usize, shift % 64);
    let limb = |place: usize| u128::from(magnitude.get(place).copied().unwrap_or(0));
    ((limb(whole + 1) << 64 | limb(whole)) >> bits) as i64
}

/// `a - quotient * b` if the cofactor stays small enough for exact word arithmetic.
fn step(a: i64, quotient: i64, b: i64) -> Option<i64> {
    let next = a.checked_sub(quotient.checked_mul(b)?)?;
    (next.abs() < 1 << 31).then_some(next)
}

/// `a * p + b * q`, a remainder of the two and so neither negative nor longer than `a`; trimmed.
fn combine(a: &[u64], p: i64, b: &[u64], q: i64) -> Scratch {
    let (p, q) = (i128::from(p), i128::from(q));
    let mut carry = 0i128;
    let mut out: Scratch = (0..a.len())
        .map(|place| {
            // Cofactors have opposite signs and 31 bits: the sum stays far below 127 bits.
            let sum = a[place] as i128 * p + b.get(place).copied().unwrap_or(0) as i128 * q + carry;
            carry = sum >> 64;
            sum as u64
        })
        .collect();
    debug_assert_eq!(carry, 0, "a remainder of Euclid's algorithm");
    let length = limbs::trim(&out).len();
    out.truncate(length);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;

    #[test]
    fn long_numbers_agree_with_num_bigint() {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 29
        };
        for round in 0..400u64 {
            let mut number = |length: u64| limbs::to_biguint(&(0..length).map(|_| next()).collect::<Vec<_>>());
            let factor = number(round % 3 + 1);
            let (a, b) = (number(round % 7 + 1) * &factor, number(round % 5 + 1) * &factor);
            let digits = |n: &BigUint| n.iter_u64_digits().collect::<Vec<_>>();
            assert_eq!(limbs::to_biguint(&gcd_limbs(&digits(&a), &digits(&b))), a.gcd(&b));
        }
    }
}
