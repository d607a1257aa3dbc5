//! Sums of doubles beyond double precision: `fsum`, `sumprod`, `hypot`, `dist`, and `sum` of floats.
//!
//! What lives here: error-free transformations (T. J. Dekker, "A Floating-Point Technique for Extending the
//! Available Precision", 1971) and what is built from them, in CPython's order of operations so that results
//! agree to the last bit. Start at [`ExactSum`], [`TripleLength`], [`vector_length`].

use crate::types::float::libm;

/// A sum as high part and rounding error.
#[derive(Clone, Copy)]
struct DoubleLength {
    high: f64,
    low: f64,
}

/// `a + b` exactly (Knuth's TwoSum).
#[inline]
fn two_sum(a: f64, b: f64) -> DoubleLength {
    let sum = a + b;
    let part = sum - a;
    DoubleLength { high: sum, low: (a - (sum - part)) + (b - part) }
}

/// `a + b` exactly, for `|a| >= |b|` (Dekker's FastTwoSum).
#[inline]
fn fast_two_sum(a: f64, b: f64) -> DoubleLength {
    let sum = a + b;
    DoubleLength { high: sum, low: (a - sum) + b }
}

/// `a * b` exactly.
#[inline]
fn two_product(a: f64, b: f64) -> DoubleLength {
    let product = a * b;
    DoubleLength { high: product, low: libm::fma(a, b, -product) }
}

/// A sum of products kept in three doubles (Ogita, Rump, Oishi, "Accurate Sum and Dot Product", 2005,
/// algorithm 5.10 with K = 3).
#[derive(Clone, Copy, Default)]
pub struct TripleLength {
    high: f64,
    low: f64,
    tiny: f64,
}

impl TripleLength {
    /// `self + a * b`
    #[must_use]
    pub fn add_product(self, a: f64, b: f64) -> TripleLength {
        let product = two_product(a, b);
        let sum = two_sum(self.high, product.high);
        let first = two_sum(self.low, product.low);
        let second = two_sum(first.high, sum.low);
        TripleLength { high: sum.high, low: second.high, tiny: self.tiny + first.low + second.low }
    }

    pub fn is_finite(self) -> bool {
        self.high.is_finite()
    }

    /// The sum, rounded.
    pub fn to_f64(self) -> f64 {
        let last = two_sum(self.low, self.high);
        self.tiny + last.low + last.high
    }
}

/// Why there is no exact sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SumError {
    /// A partial sum of finite numbers overflowed.
    Overflow,
    OppositeInfinities,
}

/// The exact sum of doubles as a list of non-overlapping ones (J. R. Shewchuk, "Adaptive Precision
/// Floating-Point Arithmetic", 1997).
pub struct ExactSum {
    /// Increasing magnitude, no two overlapping, none zero.
    partials: Vec<f64>,
    /// Sum of infinities and NaNs met, and of the infinities alone.
    special: f64,
    infinities: f64,
}

impl ExactSum {
    pub fn new() -> ExactSum {
        ExactSum { partials: Vec::new(), special: 0.0, infinities: 0.0 }
    }

    /// Adds one term.
    pub fn add(&mut self, x: f64) -> Result<(), SumError> {
        let mut carry = x;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let partial = self.partials[i];
            let (large, small) = if carry.abs() < partial.abs() { (partial, carry) } else { (carry, partial) };
            let sum = fast_two_sum(large, small);
            if sum.low != 0.0 {
                self.partials[kept] = sum.low;
                kept += 1;
            }
            carry = sum.high;
        }
        self.partials.truncate(kept);
        if carry == 0.0 {
            return Ok(());
        }
        if carry.is_finite() {
            self.partials.push(carry);
            return Ok(());
        }
        if x.is_finite() {
            return Err(SumError::Overflow);
        }
        if x.is_infinite() {
            self.infinities += x;
        }
        self.special += x;
        self.partials.clear();
        Ok(())
    }

    /// The sum, rounded once, ties to even.
    pub fn finish(mut self) -> Result<f64, SumError> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() { Err(SumError::OppositeInfinities) } else { Ok(self.special) };
        }
        let Some(mut high) = self.partials.pop() else {
            return Ok(0.0);
        };
        let mut low = 0.0;
        while let Some(next) = self.partials.pop() {
            let sum = fast_two_sum(high, next);
            high = sum.high;
            low = sum.low;
            if low != 0.0 {
                break;
            }
        }
        // A remainder of exactly half a unit rounds by the sign of what lies below it.
        if let Some(&next) = self.partials.last()
            && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
        {
            let doubled = low * 2.0;
            let candidate = high + doubled;
            if doubled == candidate - high {
                high = candidate;
            }
        }
        Ok(high)
    }
}

impl Default for ExactSum {
    fn default() -> Self {
        ExactSum::new()
    }
}

/// The Euclidean length of a vector of non-negative coordinates, which may be overwritten.
///
/// Coordinates are scaled by a power of two, squared exactly and summed with their rounding errors; one
/// differential correction follows the square root (Borges, "An Improved Algorithm for hypot(a,b)", 2019).
pub fn vector_length(coordinates: &mut [f64]) -> f64 {
    let largest = coordinates.iter().fold(0.0, |max: f64, &x| if x > max { x } else { max });
    if largest.is_infinite() {
        return largest;
    }
    if coordinates.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || coordinates.len() <= 1 {
        return largest;
    }
    let (_, exponent) = libm::frexp(largest);
    if exponent < -1023 {
        // Subnormal coordinates are made normal first.
        for x in coordinates.iter_mut() {
            *x /= f64::MIN_POSITIVE;
        }
        return f64::MIN_POSITIVE * vector_length(coordinates);
    }
    let scale = libm::ldexp(1.0, -exponent);
    let mut sum = 1.0;
    let (mut product_errors, mut sum_errors) = (0.0, 0.0);
    for x in coordinates.iter() {
        let x = x * scale;
        let square = two_product(x, x);
        let next = fast_two_sum(sum, square.high);
        sum = next.high;
        product_errors += square.low;
        sum_errors += next.low;
    }
    let mut length = libm::sqrt(sum - 1.0 + (product_errors + sum_errors));
    let square = two_product(-length, length);
    let next = fast_two_sum(sum, square.high);
    sum = next.high;
    product_errors += square.low;
    sum_errors += next.low;
    let rest = sum - 1.0 + (product_errors + sum_errors);
    length += rest / (2.0 * length);
    length / scale
}

/// Neumaier's compensated sum ("Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974),
/// as the builtin `sum` adds floats.
#[derive(Clone, Copy, Default)]
pub struct CompensatedSum {
    high: f64,
    low: f64,
}

impl CompensatedSum {
    pub fn new(start: f64) -> CompensatedSum {
        CompensatedSum { high: start, low: 0.0 }
    }

    /// Adds one term.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let sum = self.high + x;
        self.low += if self.high.abs() >= x.abs() { (self.high - sum) + x } else { (x - sum) + self.high };
        self.high = sum;
    }

    /// The sum; the compensation of an overflowed sum is left out.
    pub fn to_f64(self) -> f64 {
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(terms: &[f64]) -> Result<f64, SumError> {
        let mut sum = ExactSum::new();
        for &x in terms {
            sum.add(x)?;
        }
        sum.finish()
    }

    #[test]
    fn exact_sums_round_once() {
        assert_eq!(exact(&[0.1; 10]), Ok(1.0));
        assert_eq!(exact(&[1e100, 1.0, -1e100, 1e-50]), Ok(1.0));
        assert_eq!(exact(&[1e16, 1.0, 1e-16]), Ok(10000000000000002.0));
        assert_eq!(exact(&[f64::MAX, f64::MAX]), Err(SumError::Overflow));
        assert_eq!(exact(&[f64::INFINITY, f64::NEG_INFINITY]), Err(SumError::OppositeInfinities));
        assert_eq!(exact(&[f64::INFINITY, 1.0]), Ok(f64::INFINITY));
        assert_eq!(exact(&[]), Ok(0.0));
    }

    #[test]
    fn lengths_neither_overflow_nor_vanish() {
        assert_eq!(vector_length(&mut [3.0, 4.0]), 5.0);
        assert_eq!(vector_length(&mut [1e308, 1e308]), 1.4142135623730951e308);
        assert_eq!(vector_length(&mut [5e-324, 5e-324]), 5e-324);
        assert_eq!(vector_length(&mut [1.0, 2.0, 3.0]), 3.7416573867739413);
        assert_eq!(vector_length(&mut []), 0.0);
    }

    #[test]
    fn products_are_summed_in_extended_precision() {
        let mut sum = TripleLength::default();
        for _ in 0..10 {
            sum = sum.add_product(0.1, 0.1);
        }
        assert_eq!(sum.to_f64(), 0.1);
    }
}
