//! Logarithms and exponentials of binary fixed-point numbers of any length.
//!
//! What lives here: numbers as whole multiples of `2^-bits`, and series over them. What must not: decimal numbers
//! (`elementary.rs`). Start at [`exponential`].
//!
//! Sources: Brent & Zimmermann, Modern Computer Arithmetic, chapter 4 (argument reduction by halving, Newton's method).
//! The errors of the results are below `2^(8 - bits)`: each function works with bits of its own beyond those asked for.

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Bits that no function's rounding errors reach, for any length that fits memory.
const GUARD: u64 = 48;

/// `1`
pub fn one(bits: u64) -> BigInt {
    BigInt::one() << bits
}

/// The inverse hyperbolic tangent of `1 / n`.
fn inverse_tangent_of_reciprocal(n: u32, bits: u64) -> BigInt {
    let mut power = one(bits) / n;
    let square = n * n;
    let mut sum = power.clone();
    let mut divisor = 1u32;
    loop {
        power /= square;
        divisor += 2;
        if power.is_zero() {
            return sum;
        }
        sum += &power / divisor;
    }
}

/// The natural logarithm of 10, as a sum of inverse hyperbolic tangents like Machin's of arc tangents.
pub fn logarithm_of_ten(bits: u64) -> BigInt {
    let work = bits + GUARD;
    let sum = inverse_tangent_of_reciprocal(31, work) * 46
        + inverse_tangent_of_reciprocal(49, work) * 34
        + inverse_tangent_of_reciprocal(161, work) * 20;
    sum >> GUARD
}

/// `e` to a power between -3 and 3: the argument is halved often enough for a short series, whose result is squared as often.
pub fn exponential(argument: &BigInt, bits: u64) -> BigInt {
    let halvings = bits.isqrt() * 2 / 3 + 2;
    let work = bits + halvings * 2 + GUARD;
    let small = (argument << (work - bits)) >> halvings;
    let mut sum = one(work) + &small;
    let mut term = small.clone();
    let mut divisor = 2u32;
    loop {
        term = ((term * &small) >> work) / divisor;
        if term.is_zero() || term == -BigInt::one() {
            break;
        }
        sum += &term;
        divisor += 1;
    }
    for _ in 0..halvings {
        sum = (&sum * &sum) >> work;
    }
    sum >> (work - bits)
}

/// The natural logarithm of a number between 0.1 and 10.
pub fn logarithm(argument: &BigInt, bits: u64) -> BigInt {
    let work = bits + GUARD;
    let number = argument << GUARD;
    // As far as doubles go; then ln(x) = y + ln(x * e^-y), where the second argument is near 1.
    let estimate = to_f64(&number, work).ln();
    let scaled = (estimate * 2f64.powi(60)) as i64;
    let estimate = shift(&BigInt::from(scaled), work as i64 - 60);
    let near_one = (number * exponential(&-&estimate, work)) >> work;
    let one = one(work);
    let ratio = ((&near_one - &one) << work).div_floor(&(&near_one + &one));
    let square = (&ratio * &ratio) >> work;
    let (mut sum, mut power, mut divisor) = (ratio.clone(), ratio, 1u32);
    loop {
        power = (&power * &square) >> work;
        divisor += 2;
        let term = &power / divisor;
        if term.is_zero() {
            break;
        }
        sum += term;
        if power == -BigInt::one() {
            break;
        }
    }
    (estimate + sum * 2) >> GUARD
}

/// `number * 2^count`
fn shift(number: &BigInt, count: i64) -> BigInt {
    if count >= 0 { number << count } else { number >> count.unsigned_abs() }
}

/// About the value of a positive fixed-point number.
fn to_f64(number: &BigInt, bits: u64) -> f64 {
    let length = number.bits();
    let drop = length.saturating_sub(64);
    let high = (number >> drop).to_u64().unwrap_or(1) as f64;
    high * 2f64.powi((drop as i64 - bits as i64) as i32)
}

/// `numerator / denominator` of whole numbers as a fixed-point number.
pub fn fraction(numerator: &BigInt, denominator: &BigInt, bits: u64) -> BigInt {
    (numerator << bits).div_floor(denominator)
}

/// The power of ten just below the magnitude of a fixed-point number, or the one below that.
pub fn decimal_exponent(number: &BigInt, bits: u64) -> i64 {
    ((number.bits() as i64 - bits as i64 - 1) as f64 * std::f64::consts::LOG10_2).floor() as i64
}

/// The whole part of the magnitude of a fixed-point number times `10^exponent`.
pub fn to_decimal(number: &BigInt, bits: u64, exponent: i64) -> BigInt {
    let power = BigInt::from_biguint(Sign::Plus, num_bigint::BigUint::from(10u32).pow(exponent.unsigned_abs() as u32));
    let magnitude = number.abs();
    if exponent >= 0 { (magnitude * power) >> bits } else { (magnitude >> bits) / power }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digits of a number between 0 and 10.
    fn digits(number: &BigInt, bits: u64, count: i64) -> String {
        to_decimal(number, bits, count).to_string()
    }

    #[test]
    fn constants_have_their_digits() {
        for bits in [200, 1000] {
            assert_eq!(
                &digits(&logarithm_of_ten(bits), bits, 50),
                "230258509299404568401799145468436420760110148862877"
            );
            assert_eq!(
                &digits(&exponential(&one(bits), bits), bits, 50),
                "271828182845904523536028747135266249775724709369995"
            );
        }
    }

    #[test]
    fn logarithm_and_exponential_undo_each_other() {
        let bits = 700;
        for (numerator, denominator) in [(1, 2), (9, 10), (1, 1), (11, 10), (2, 1), (19, 2), (1, 9)] {
            let x = fraction(&BigInt::from(numerator), &BigInt::from(denominator), bits);
            let back = exponential(&logarithm(&x, bits), bits);
            assert!((&back - &x).abs() < BigInt::from(4096), "{numerator}/{denominator}: {}", back - x);
        }
    }
}
