//! Integer functions of `math`: factorials, combinations, roots.
//!
//! What lives here: algorithms on numbers. Start at [`product`].

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, ToPrimitive};

/// The product of these factors: halves first, so that the large multiplications have factors of equal size.
fn product(factors: &[u64]) -> BigInt {
    if factors.len() <= 16 {
        let mut result = BigInt::one();
        let mut word = 1u64;
        for &factor in factors {
            word = match word.checked_mul(factor) {
                Some(next) => next,
                None => {
                    result *= word;
                    factor
                }
            };
        }
        return result * word;
    }
    let (left, right) = factors.split_at(factors.len() / 2);
    product(left) * product(right)
}

/// The product `first * (first + 1) * ... * last` by halves.
fn range_product(first: u64, last: u64) -> BigInt {
    if last < first {
        return BigInt::one();
    }
    if last - first < 32 {
        return product(&(first..=last).collect::<Vec<_>>());
    }
    let middle = first + (last - first) / 2;
    range_product(first, middle) * range_product(middle + 1, last)
}

/// `n!`
///
/// The odd parts of the factors are gathered by halving: `n! = 2^(n - ones(n))` times, for each `k`, the product
/// of the odd numbers up to `n / 2^k` (P. Borwein, "On the Complexity of Calculating Factorials", 1985).
pub fn factorial(n: u64) -> BigInt {
    if n <= 20 {
        return BigInt::from((1..=n).product::<u64>());
    }
    let mut odd_product = BigInt::one();
    let mut inner = BigInt::one();
    let mut lower = 3u64;
    for k in (0..=n.ilog2()).rev() {
        let upper = ((n >> k) + 1) | 1;
        inner *= odd_range_product(lower, upper);
        lower = upper;
        odd_product *= &inner;
    }
    odd_product << (n - u64::from(n.count_ones()))
}

/// The product of the odd numbers from `start` (odd) up to but excluding `stop` (odd).
fn odd_range_product(start: u64, stop: u64) -> BigInt {
    if stop <= start {
        return BigInt::one();
    }
    let count = (stop - start) / 2;
    if count <= 32 {
        return product(&(0..count).map(|i| start + 2 * i).collect::<Vec<_>>());
    }
    let middle = (start + count) | 1;
    odd_range_product(start, middle) * odd_range_product(middle, stop)
}

/// `n * (n - 1) * ... * (n - k + 1)`, for `0 <= k <= n`.
pub fn falling_factorial(n: &BigInt, k: u64) -> BigInt {
    if k == 0 {
        return BigInt::one();
    }
    match n.to_u64() {
        Some(n) => range_product(n - k + 1, n),
        None if k == 1 => n.clone(),
        None => {
            let half = k / 2;
            falling_factorial(n, half) * falling_factorial(&(n - half), k - half)
        }
    }
}

/// `n` over `k`, for `0 <= k <= n / 2`.
pub fn combinations(n: &BigInt, k: u64) -> BigInt {
    match k {
        0 => BigInt::one(),
        1 => n.clone(),
        _ if k <= 64 && n.to_u64().is_some() => {
            // Multiply and divide in step: each prefix is a binomial coefficient itself.
            let n = n.to_u64().unwrap_or(0);
            let in_words =
                (0..k).try_fold(1u128, |result, i| Some(result.checked_mul(u128::from(n - i))? / u128::from(i + 1)));
            if let Some(result) = in_words {
                return BigInt::from(result);
            }
            let mut result = BigInt::one();
            for i in 0..k {
                result = result * (n - i) / (i + 1);
            }
            result
        }
        _ => {
            // C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j)
            let j = k / 2;
            let product = combinations(n, j) * combinations(&(n - j), k - j);
            product / combinations_of_words(k, j)
        }
    }
}

fn combinations_of_words(n: u64, k: u64) -> BigInt {
    combinations(&BigInt::from(n), k.min(n - k))
}

/// The whole part of the square root of a machine word.
pub fn square_root(n: u64) -> u64 {
    let mut root = (n as f64).sqrt() as u64;
    while root.checked_mul(root).is_none_or(|square| square > n) {
        root -= 1;
    }
    while (root + 1).checked_mul(root + 1).is_some_and(|square| square <= n) {
        root += 1;
    }
    root
}

/// A positive number as `fraction * 2^exponent`, the fraction in [0.5, 1) rounded to a double, ties to even.
pub fn fraction_and_exponent(n: &BigInt) -> (f64, i64) {
    let bits = n.bits() as i64;
    // 55 bits, the lowest set if anything was cut off: rounding those to 53 is rounding the whole.
    let shift = bits - 55;
    let top = if shift > 0 {
        let (quotient, remainder) = n.div_rem(&(BigInt::one() << shift as u64));
        quotient.to_u64().unwrap_or(0) | u64::from(remainder != BigInt::ZERO)
    } else {
        n.to_u64().unwrap_or(0) << -shift
    };
    let fraction = top as f64 / (1u64 << 55) as f64;
    if fraction == 1.0 { (0.5, bits + 1) } else { (fraction, bits) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials_and_combinations() {
        assert_eq!(factorial(21), BigInt::from(51_090_942_171_709_440_000u128));
        assert_eq!(factorial(100), range_product(1, 100));
        assert_eq!(factorial(1000), range_product(1, 1000));
        let n = BigInt::from(400);
        let expected = factorial(400) / (factorial(150) * factorial(250));
        assert_eq!(combinations(&n, 150), expected);
        assert_eq!(combinations(&BigInt::from(10), 5), BigInt::from(252));
        assert_eq!(falling_factorial(&n, 3), BigInt::from(400 * 399 * 398));
    }

    #[test]
    fn square_roots_at_the_edges() {
        for n in [0u64, 1, 3, 4, 24, 25, (1 << 62) - 1, 1 << 62, u64::MAX] {
            let root = square_root(n);
            assert!(root as u128 * root as u128 <= n as u128 && (root as u128 + 1).pow(2) > n as u128, "{n}");
        }
    }
}
