//! Arithmetic on magnitudes: slices of 64-bit limbs, least significant first.
//!
//! What lives here: the elementary operations, without memory of their own except for long division and
//! multiplication. What must not: signs, Python objects. Start at [`multiply`] and [`divide`].
//!
//! Sources: Knuth, TAOCP volume 2, 4.3.1 (algorithms A, S, M, D); Möller & Granlund, "Improved division by invariant
//! integers" (IEEE Transactions on Computers, 2011) for the quotient estimates. Products and quotients that are long
//! enough for better algorithms than these are left to `num-bigint` (Karatsuba, Toom-Cook, Burnikel-Ziegler).

use num_bigint::BigUint;
use num_integer::Integer;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// Working memory: on the native stack for the sizes that are common.
pub type Scratch = SmallVec<[u64; 36]>;

/// Both factors have at least this many limbs: `num-bigint` multiplies (conversion there and back included).
const LONG_PRODUCT: usize = 48;
/// Divisor and quotient have at least this many limbs: `num-bigint` divides.
const LONG_QUOTIENT: usize = 96;

/// The number without zero limbs at its high end.
#[inline]
pub fn trim(limbs: &[u64]) -> &[u64] {
    let length = limbs.iter().rposition(|&limb| limb != 0).map_or(0, |last| last + 1);
    &limbs[..length]
}

/// Numeric order of two trimmed numbers.
#[inline]
pub fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Bits of a trimmed number.
#[inline]
pub fn bits(limbs: &[u64]) -> u64 {
    match limbs.last() {
        Some(top) => limbs.len() as u64 * 64 - u64::from(top.leading_zeros()),
        None => 0,
    }
}

/// The number as `num-bigint` has it.
pub fn to_biguint(limbs: &[u64]) -> BigUint {
    BigUint::new(limbs.iter().flat_map(|&limb| [limb as u32, (limb >> 32) as u32]).collect())
}

fn store(out: &mut [u64], number: &BigUint) {
    let mut digits = number.iter_u64_digits();
    for limb in out {
        *limb = digits.next().unwrap_or(0);
    }
}

// ---- sums ----

/// `out = a + b`, the carry returned; `a` is not shorter than `b`, `out` as long as `a`.
#[inline]
pub fn add(out: &mut [u64], a: &[u64], b: &[u64]) -> bool {
    let (low, high) = out.split_at_mut(b.len());
    let (a_low, a_high) = a.split_at(b.len());
    let mut carry = false;
    for ((out, &a), &b) in low.iter_mut().zip(a_low).zip(b) {
        (*out, carry) = a.carrying_add(b, carry);
    }
    for (out, &a) in high.iter_mut().zip(a_high) {
        (*out, carry) = a.overflowing_add(u64::from(carry));
    }
    carry
}

/// `out = a - b`, the borrow returned; `a` is not shorter than `b`, `out` as long as `a`.
#[inline]
pub fn subtract(out: &mut [u64], a: &[u64], b: &[u64]) -> bool {
    let (low, high) = out.split_at_mut(b.len());
    let (a_low, a_high) = a.split_at(b.len());
    let mut borrow = false;
    for ((out, &a), &b) in low.iter_mut().zip(a_low).zip(b) {
        (*out, borrow) = a.borrowing_sub(b, borrow);
    }
    for (out, &a) in high.iter_mut().zip(a_high) {
        (*out, borrow) = a.overflowing_sub(u64::from(borrow));
    }
    borrow
}

/// `a += b` for equal lengths, the carry returned.
fn add_assign(a: &mut [u64], b: &[u64]) -> bool {
    let mut carry = false;
    for (a, &b) in a.iter_mut().zip(b) {
        (*a, carry) = a.carrying_add(b, carry);
    }
    carry
}

/// Adds one in place; the carry is returned.
#[inline]
pub fn increment(limbs: &mut [u64]) -> bool {
    for limb in limbs {
        let (sum, carry) = limb.overflowing_add(1);
        *limb = sum;
        if !carry {
            return false;
        }
    }
    true
}

/// The two's complement in place.
pub fn negate(limbs: &mut [u64]) {
    let mut carry = true;
    for limb in limbs {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
}

// ---- products ----

/// `out = a * factor`, the highest limb returned.
#[inline]
pub fn multiply_word(out: &mut [u64], a: &[u64], factor: u64) -> u64 {
    let mut carry = 0;
    for (out, &a) in out.iter_mut().zip(a) {
        (*out, carry) = a.carrying_mul(factor, carry);
    }
    carry
}

/// `out += a * factor`, the highest limb returned.
#[inline]
fn add_product(out: &mut [u64], a: &[u64], factor: u64) -> u64 {
    let mut carry = 0;
    for (out, &a) in out.iter_mut().zip(a) {
        (*out, carry) = a.carrying_mul_add(factor, carry, *out);
    }
    carry
}

/// `out -= a * factor`, what is to be taken from the next limb returned.
#[inline]
fn subtract_product(out: &mut [u64], a: &[u64], factor: u64) -> u64 {
    let mut carry = 0;
    for (out, &a) in out.iter_mut().zip(a) {
        let (low, high) = a.carrying_mul(factor, carry);
        let (difference, borrow) = out.overflowing_sub(low);
        *out = difference;
        carry = high + u64::from(borrow);
    }
    carry
}

/// `out = a * b`; neither is empty, and `out` has as many limbs as both together.
pub fn multiply(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if b.len() >= LONG_PRODUCT {
        return store(out, &(to_biguint(a) * to_biguint(b)));
    }
    out[a.len()] = multiply_word(out, a, b[0]);
    for (place, &factor) in b.iter().enumerate().skip(1) {
        out[place + a.len()] = add_product(&mut out[place..], a, factor);
    }
}

// ---- shifts ----

/// `out = a << count` for `count < 64`, the limb that leaves returned.
#[inline]
pub fn shift_left(out: &mut [u64], a: &[u64], count: u32) -> u64 {
    if count == 0 {
        out[..a.len()].copy_from_slice(a);
        return 0;
    }
    let mut carry = 0;
    for (out, &limb) in out.iter_mut().zip(a) {
        *out = limb << count | carry;
        carry = limb >> (64 - count);
    }
    carry
}

/// `out = a >> count` for `count < 64`.
#[inline]
pub fn shift_right(out: &mut [u64], a: &[u64], count: u32) {
    if count == 0 {
        return out[..a.len()].copy_from_slice(a);
    }
    let mut carry = 0;
    for (out, &limb) in out[..a.len()].iter_mut().zip(a).rev() {
        *out = limb >> count | carry;
        carry = limb << (64 - count);
    }
}

// ---- quotients ----

/// `(2^128 - 1) / divisor - 2^64` for a divisor with its highest bit set: the reciprocal with which
/// [`divide_2_by_1`] estimates.
const fn reciprocal(divisor: u64) -> u64 {
    (u128::MAX / divisor as u128) as u64
}

/// Quotient and remainder of two limbs by one whose highest bit is set; `high < divisor`.
#[inline(always)]
fn divide_2_by_1(high: u64, low: u64, divisor: u64, reciprocal: u64) -> (u64, u64) {
    let estimate = (u128::from(reciprocal) * u128::from(high)).wrapping_add(u128::from(high) << 64 | u128::from(low));
    let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
    let mut remainder = low.wrapping_sub(quotient.wrapping_mul(divisor));
    if remainder > estimate as u64 {
        quotient = quotient.wrapping_sub(1);
        remainder = remainder.wrapping_add(divisor);
    }
    if remainder >= divisor {
        quotient = quotient.wrapping_add(1);
        remainder -= divisor;
    }
    (quotient, remainder)
}

/// A divisor of one limb that many numbers are divided by: shifted so that its highest bit is set, with its reciprocal.
#[derive(Clone, Copy)]
pub struct WordDivisor {
    shift: u32,
    divisor: u64,
    reciprocal: u64,
}

impl WordDivisor {
    /// The divisor is not 0.
    pub const fn new(divisor: u64) -> WordDivisor {
        let shift = divisor.leading_zeros();
        WordDivisor { shift, divisor: divisor << shift, reciprocal: reciprocal(divisor << shift) }
    }

    /// Quotient and remainder of `limbs`, which become the quotient.
    #[inline]
    pub fn divide(&self, limbs: &mut [u64]) -> u64 {
        let WordDivisor { shift, divisor, reciprocal } = *self;
        // The dividend is shifted as it is read: `remainder` holds the bits above the current limb.
        let mut remainder = match limbs.last() {
            Some(top) if shift > 0 => top >> (64 - shift),
            _ => 0,
        };
        for place in (0..limbs.len()).rev() {
            let below = match place.checked_sub(1) {
                Some(next) if shift > 0 => limbs[next] >> (64 - shift),
                _ => 0,
            };
            (limbs[place], remainder) = divide_2_by_1(remainder, limbs[place] << shift | below, divisor, reciprocal);
        }
        remainder >> shift
    }
}

/// Quotient and remainder of `limbs`, which become the quotient, by one limb that is not 0.
pub fn divide_word(limbs: &mut [u64], divisor: u64) -> u64 {
    if let [low, high] = limbs {
        // One division by the machine costs less than the reciprocal.
        let number = u128::from(*high) << 64 | u128::from(*low);
        let (quotient, remainder) = (number / u128::from(divisor), number % u128::from(divisor));
        (*low, *high) = (quotient as u64, (quotient >> 64) as u64);
        return remainder as u64;
    }
    WordDivisor::new(divisor).divide(limbs)
}

/// The remainder of `limbs` by one limb that is not 0.
pub fn remainder_word(limbs: &[u64], divisor: u64) -> u64 {
    let shift = divisor.leading_zeros();
    let divisor = divisor << shift;
    let reciprocal = reciprocal(divisor);
    let mut remainder = match limbs.last() {
        Some(top) if shift > 0 => top >> (64 - shift),
        _ => 0,
    };
    for place in (0..limbs.len()).rev() {
        let below = match place.checked_sub(1) {
            Some(next) if shift > 0 => limbs[next] >> (64 - shift),
            _ => 0,
        };
        remainder = divide_2_by_1(remainder, limbs[place] << shift | below, divisor, reciprocal).1;
    }
    remainder >> shift
}

/// The two highest limbs of a divisor, the highest bit set, and their reciprocal.
struct Leading {
    high: u64,
    low: u64,
    reciprocal: u64,
}

impl Leading {
    fn new(high: u64, low: u64) -> Leading {
        let mut estimate = reciprocal(high);
        let mut product = high.wrapping_mul(estimate).wrapping_add(low);
        if product < low {
            estimate = estimate.wrapping_sub(1);
            if product >= high {
                estimate = estimate.wrapping_sub(1);
                product = product.wrapping_sub(high);
            }
            product = product.wrapping_sub(high);
        }
        let (tail, carry) = estimate.carrying_mul(low, 0);
        let (product, overflow) = product.overflowing_add(carry);
        if overflow {
            estimate = estimate.wrapping_sub(1);
            if (product, tail) >= (high, low) {
                estimate = estimate.wrapping_sub(1);
            }
        }
        Leading { high, low, reciprocal: estimate }
    }

    /// The quotient of three limbs, the upper two less than the divisor's.
    #[inline(always)]
    fn quotient(&self, n2: u64, n1: u64, n0: u64) -> u64 {
        let divisor = u128::from(self.high) << 64 | u128::from(self.low);
        let estimate =
            (u128::from(self.reciprocal) * u128::from(n2)).wrapping_add(u128::from(n2) << 64 | u128::from(n1));
        let mut quotient = (estimate >> 64) as u64;
        let rest = n1.wrapping_sub(quotient.wrapping_mul(self.high));
        let mut remainder = (u128::from(rest) << 64 | u128::from(n0))
            .wrapping_sub(u128::from(self.low) * u128::from(quotient))
            .wrapping_sub(divisor);
        quotient = quotient.wrapping_add(1);
        if (remainder >> 64) as u64 >= estimate as u64 {
            quotient = quotient.wrapping_sub(1);
            remainder = remainder.wrapping_add(divisor);
        }
        if remainder >= divisor {
            quotient = quotient.wrapping_add(1);
        }
        quotient
    }
}

/// Quotient and remainder of trimmed numbers, the divisor of two limbs at least and not longer than the dividend.
/// `quotient` has room for `a.len() - b.len() + 1` limbs (what lies above becomes zero); the remainder has as many limbs as `b`.
pub fn divide(quotient: &mut [u64], a: &[u64], b: &[u64]) -> Scratch {
    let (length, steps) = (b.len(), a.len() - b.len() + 1);
    quotient[steps..].fill(0);
    if length >= LONG_QUOTIENT && steps > LONG_QUOTIENT {
        let (whole, rest) = to_biguint(a).div_rem(&to_biguint(b));
        store(quotient, &whole);
        let mut remainder = Scratch::from_elem(0, length);
        store(&mut remainder, &rest);
        return remainder;
    }
    let shift = b[length - 1].leading_zeros();
    let mut shifted = Scratch::new();
    let divisor = if shift == 0 {
        b
    } else {
        shifted.resize(length, 0);
        shift_left(&mut shifted, b, shift);
        &shifted[..]
    };
    let mut rest = Scratch::from_elem(0, a.len() + 1);
    rest[a.len()] = shift_left(&mut rest, a, shift);
    let leading = Leading::new(divisor[length - 1], divisor[length - 2]);
    for place in (0..steps).rev() {
        let part = &mut rest[place..=place + length];
        let (n2, n1, n0) = (part[length], part[length - 1], part[length - 2]);
        let mut digit = if (n2, n1) >= (leading.high, leading.low) { u64::MAX } else { leading.quotient(n2, n1, n0) };
        let taken = subtract_product(&mut part[..length], divisor, digit);
        let (top, short) = n2.overflowing_sub(taken);
        part[length] = top;
        if short {
            digit -= 1;
            let carry = add_assign(&mut part[..length], divisor);
            part[length] = top.wrapping_add(u64::from(carry));
        }
        quotient[place] = digit;
    }
    rest.truncate(length);
    if shift > 0 {
        let mut carry = 0;
        for limb in rest.iter_mut().rev() {
            let bits = *limb;
            *limb = bits >> shift | carry;
            carry = bits << (64 - shift);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A generator of numbers with many extreme limbs (Marsaglia, "Xorshift RNGs", 2003).
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        fn number(&mut self, most: usize) -> Vec<u64> {
            let length = self.next() as usize % most + 1;
            let mut limbs: Vec<u64> = (0..length)
                .map(|_| match self.next() % 6 {
                    0 => 0,
                    1 => u64::MAX,
                    2 => 1 << 63,
                    3 => 1,
                    _ => self.next(),
                })
                .collect();
            limbs[length - 1] |= 1 << (self.next() % 64);
            limbs
        }
    }

    #[test]
    fn operations_agree_with_num_bigint() {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for round in 0..6000 {
            let most = if round % 100 == 0 { 260 } else { 9 };
            let (mut a, mut b) = (random.number(most), random.number(most));
            if compare(&a, &b) == Ordering::Less {
                std::mem::swap(&mut a, &mut b);
            }
            let (big_a, big_b) = (to_biguint(&a), to_biguint(&b));
            let mut out = vec![0; a.len()];
            let carry = add(&mut out, &a, &b);
            out.push(u64::from(carry));
            assert_eq!(to_biguint(&out), &big_a + &big_b);
            let mut out = vec![0; a.len()];
            assert!(!subtract(&mut out, &a, &b));
            assert_eq!(to_biguint(&out), &big_a - &big_b);
            let mut out = vec![0; a.len() + b.len()];
            multiply(&mut out, &a, &b);
            assert_eq!(to_biguint(&out), &big_a * &big_b);
            let divisor = b[b.len() - 1];
            let mut out = a.clone();
            let remainder = divide_word(&mut out, divisor);
            assert_eq!(to_biguint(&out), &big_a / divisor);
            assert_eq!(BigUint::from(remainder), &big_a % divisor);
            assert_eq!(remainder_word(&a, divisor), remainder);
            if b.len() >= 2 {
                let mut out = vec![7; a.len() - b.len() + 2];
                let rest = divide(&mut out, &a, &b);
                assert_eq!(to_biguint(&out), &big_a / &big_b, "{a:x?} {b:x?}");
                assert_eq!(to_biguint(&rest), &big_a % &big_b);
            }
            let count = random.next() as u32 % 64;
            let mut out = vec![0; a.len() + 1];
            out[a.len()] = shift_left(&mut out, &a, count);
            assert_eq!(to_biguint(&out), &big_a << count);
            shift_right(&mut out, &a, count);
            assert_eq!(to_biguint(&out[..a.len()]), &big_a >> count);
        }
    }
}
