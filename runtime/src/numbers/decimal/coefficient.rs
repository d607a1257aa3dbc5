//! Coefficients: whole numbers of any length that count and move decimal digits.
//!
//! What lives here: [`Coefficient`], which holds up to 128 bits in place, and its arithmetic. What must not: signs,
//! exponents, rounding modes. Start at [`Coefficient::shift_right`].
//!
//! The numbers are binary: sums, products and quotients run at the machine's speed, and the price is paid where digits are
//! counted (by logarithm, exactly only near powers of ten) and cut off (a division). For the 28 digits that Python starts
//! with nothing is allocated: products of two such coefficients fit the four limbs that [`Limbs`] has in place.

use crate::types::int::limbs::{self, WordDivisor};
use num_bigint::BigUint;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// A magnitude beyond 128 bits: least significant limb first, the highest not zero.
pub type Limbs = SmallVec<[u64; 6]>;

/// Coefficients of more digits are refused as if memory were exhausted.
pub const MOST_DIGITS: i64 = 425_000_000;

/// The powers of ten that fit 128 bits.
pub const POWERS: [u128; 39] = {
    let mut powers = [1u128; 39];
    let mut exponent = 1;
    while exponent < 39 {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

/// The most digits of a power of ten that fits one limb.
const WORD_DIGITS: u64 = 19;

/// The powers of ten that fit one limb, for division.
static WORD_POWERS: [WordDivisor; WORD_DIGITS as usize + 1] = {
    let mut divisors = [WordDivisor::new(1); WORD_DIGITS as usize + 1];
    let mut exponent = 1;
    while exponent <= WORD_DIGITS as usize {
        divisors[exponent] = WordDivisor::new(POWERS[exponent] as u64);
        exponent += 1;
    }
    divisors
};

/// The powers of ten that fit four limbs, in which lie the products of two small coefficients.
static WIDE_POWERS: [[u64; 4]; 78] = {
    let mut powers = [[1, 0, 0, 0]; 78];
    let mut exponent = 1;
    while exponent < 78 {
        let mut carry = 0u128;
        let mut place = 0;
        while place < 4 {
            let product = powers[exponent - 1][place] as u128 * 10 + carry;
            powers[exponent][place] = product as u64;
            carry = product >> 64;
            place += 1;
        }
        exponent += 1;
    }
    powers
};

/// Digits between the entries of [`LONG_POWERS`], and how many of these there are.
const LONG_STEP: u64 = 64;
const LONG_COUNT: usize = 32;
/// Limbs of the longest: log2(10) * 64 * 32 / 64 is less than 107.
const LONG_LIMBS: usize = 107;

/// `10^64`, `10^128`, ..., with their lengths in limbs.
static LONG_POWERS: [([u64; LONG_LIMBS], usize); LONG_COUNT] = {
    let mut powers = [([0; LONG_LIMBS], 0); LONG_COUNT];
    let mut current = [0u64; LONG_LIMBS];
    current[0] = 1;
    let mut length = 1;
    let mut entry = 0;
    while entry < LONG_COUNT {
        // 10^64 as 10^16 four times.
        let mut step = 0;
        while step < 4 {
            let mut carry = 0u128;
            let mut place = 0;
            while place < length {
                let product = current[place] as u128 * POWERS[16] + carry;
                current[place] = product as u64;
                carry = product >> 64;
                place += 1;
            }
            if carry != 0 {
                current[length] = carry as u64;
                length += 1;
            }
            step += 1;
        }
        powers[entry] = (current, length);
        entry += 1;
    }
    powers
};

/// A whole number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coefficient {
    Small(u128),
    /// Never a number that [`Coefficient::Small`] could hold.
    Large(Limbs),
}

/// What was cut off, as a fraction of a unit in the last place that is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Discarded {
    /// Nothing, or zeros.
    Nothing,
    BelowHalf,
    Half,
    AboveHalf,
}

impl Discarded {
    /// From twice the fraction compared with one.
    #[inline]
    pub fn of(is_zero: bool, twice_to_one: Ordering) -> Discarded {
        match (is_zero, twice_to_one) {
            (true, _) => Discarded::Nothing,
            (false, Ordering::Less) => Discarded::BelowHalf,
            (false, Ordering::Equal) => Discarded::Half,
            (false, Ordering::Greater) => Discarded::AboveHalf,
        }
    }

    /// With further digits behind.
    #[inline]
    pub fn with_tail(self, tail_is_zero: bool) -> Discarded {
        match self {
            Discarded::Nothing if !tail_is_zero => Discarded::BelowHalf,
            Discarded::Half if !tail_is_zero => Discarded::AboveHalf,
            other => other,
        }
    }

    /// Something other than zeros was cut off.
    pub fn is_inexact(self) -> bool {
        self != Discarded::Nothing
    }
}

/// Decimal digits of a number of 128 bits; those of 0 are one.
#[inline]
pub fn count_digits(number: u128) -> i64 {
    // 1233/4096 is a little more than log10(2): the estimate is right or one short.
    let bits = 128 - (number | 1).leading_zeros();
    let estimate = (bits * 1233 >> 12) as usize;
    (estimate + usize::from(estimate == POWERS.len() || number >= POWERS[estimate])).max(1) as i64
}

/// The product of two numbers, least significant limb first.
#[inline]
pub fn multiply_wide(a: u128, b: u128) -> [u64; 4] {
    let [a, b] = [a, b].map(|number| [number as u64, (number >> 64) as u64]);
    let mut product = [0; 4];
    for (place, &factor) in b.iter().enumerate() {
        let (low, carry) = a[0].carrying_mul_add(factor, 0, product[place]);
        let (high, top) = a[1].carrying_mul_add(factor, carry, product[place + 1]);
        (product[place], product[place + 1], product[place + 2]) = (low, high, top);
    }
    product
}

/// Quotient and remainder by a power of ten.
#[inline]
pub fn divide_by_power(number: u128, exponent: usize) -> (u128, u128) {
    let power = POWERS[exponent];
    match (u64::try_from(number), u64::try_from(power)) {
        (Ok(number), Ok(power)) => (u128::from(number / power), u128::from(number % power)),
        (Err(_), Ok(_)) => {
            let mut limbs = [number as u64, (number >> 64) as u64];
            let remainder = WORD_POWERS[exponent].divide(&mut limbs);
            (u128::from(limbs[1]) << 64 | u128::from(limbs[0]), u128::from(remainder))
        }
        (_, Err(_)) => {
            let quotient = number / power;
            (quotient, number - quotient * power)
        }
    }
}

impl From<u128> for Coefficient {
    fn from(number: u128) -> Coefficient {
        Coefficient::Small(number)
    }
}

impl Coefficient {
    pub const ZERO: Coefficient = Coefficient::Small(0);
    pub const ONE: Coefficient = Coefficient::Small(1);

    /// The number with these limbs, which need not be trimmed.
    pub fn from_limbs(limbs: &[u64]) -> Coefficient {
        match limbs::trim(limbs) {
            [] => Coefficient::ZERO,
            [low] => Coefficient::Small(u128::from(*low)),
            [low, high] => Coefficient::Small(u128::from(*high) << 64 | u128::from(*low)),
            long => Coefficient::Large(Limbs::from_slice(long)),
        }
    }

    fn from_owned(mut limbs: Limbs) -> Coefficient {
        let length = limbs::trim(&limbs).len();
        if length <= 2 {
            return Coefficient::from_limbs(&limbs[..length]);
        }
        limbs.truncate(length);
        Coefficient::Large(limbs)
    }

    /// The number that `num-bigint` has.
    pub fn from_biguint(number: &BigUint) -> Coefficient {
        Coefficient::from_owned(number.iter_u64_digits().collect())
    }

    /// As `num-bigint` has it.
    pub fn to_biguint(&self) -> BigUint {
        match self {
            Coefficient::Small(number) => BigUint::from(*number),
            Coefficient::Large(limbs) => limbs::to_biguint(limbs),
        }
    }

    /// The trimmed limbs; `room` holds those of a small number.
    #[inline]
    pub fn limbs<'a>(&'a self, room: &'a mut [u64; 2]) -> &'a [u64] {
        match self {
            Coefficient::Small(number) => {
                *room = [*number as u64, (*number >> 64) as u64];
                limbs::trim(room)
            }
            Coefficient::Large(limbs) => limbs,
        }
    }

    /// `10^exponent`; `None` beyond [`MOST_DIGITS`].
    pub fn power_of_ten(exponent: u64) -> Option<Coefficient> {
        match POWERS.get(exponent as usize) {
            Some(power) => Some(Coefficient::Small(*power)),
            None if exponent > MOST_DIGITS as u64 => None,
            None if exponent < LONG_STEP * (LONG_COUNT as u64 + 1) => {
                let rest = Coefficient::Small(POWERS[(exponent % LONG_STEP).min(38) as usize]);
                let beyond = Coefficient::Small(POWERS[(exponent % LONG_STEP).saturating_sub(38) as usize]);
                Some(match exponent / LONG_STEP {
                    0 => rest.multiply(&beyond),
                    count => {
                        let (limbs, length) = &LONG_POWERS[count as usize - 1];
                        let long = Coefficient::Large(Limbs::from_slice(&limbs[..*length]));
                        long.multiply(&rest.multiply(&beyond))
                    }
                })
            }
            None => {
                let power = BigUint::from(5u32).pow(exponent as u32) << exponent;
                Some(Coefficient::from_biguint(&power))
            }
        }
    }

    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(self, Coefficient::Small(0))
    }

    #[inline]
    pub fn is_odd(&self) -> bool {
        match self {
            Coefficient::Small(number) => number & 1 != 0,
            Coefficient::Large(limbs) => limbs[0] & 1 != 0,
        }
    }

    /// As a machine word, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        match self {
            Coefficient::Small(number) => u64::try_from(*number).ok(),
            Coefficient::Large(_) => None,
        }
    }

    /// The last decimal digit.
    pub fn last_digit(&self) -> u64 {
        match self {
            Coefficient::Small(number) => (number % 10) as u64,
            Coefficient::Large(limbs) => limbs::remainder_word(limbs, 10),
        }
    }

    /// Decimal digits; zero has one.
    #[inline]
    pub fn digits(&self) -> i64 {
        match self {
            Coefficient::Small(number) => count_digits(*number),
            Coefficient::Large(limbs) => count_digits_of_limbs(limbs),
        }
    }

    #[inline]
    pub fn compare(&self, other: &Coefficient) -> Ordering {
        match (self, other) {
            (Coefficient::Small(a), Coefficient::Small(b)) => a.cmp(b),
            (Coefficient::Small(_), Coefficient::Large(_)) => Ordering::Less,
            (Coefficient::Large(_), Coefficient::Small(_)) => Ordering::Greater,
            (Coefficient::Large(a), Coefficient::Large(b)) => limbs::compare(a, b),
        }
    }

    #[inline]
    pub fn add(&self, other: &Coefficient) -> Coefficient {
        if let (Coefficient::Small(a), Coefficient::Small(b)) = (self, other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Coefficient::Small(sum);
        }
        let (mut room_a, mut room_b) = ([0; 2], [0; 2]);
        let (a, b) = (self.limbs(&mut room_a), other.limbs(&mut room_b));
        let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
        let mut sum = Limbs::from_elem(0, long.len() + 1);
        sum[long.len()] = u64::from(limbs::add(&mut sum[..long.len()], long, short));
        Coefficient::from_owned(sum)
    }

    /// `self - other`, which is not negative.
    #[inline]
    pub fn subtract(&self, other: &Coefficient) -> Coefficient {
        if let (Coefficient::Small(a), Coefficient::Small(b)) = (self, other) {
            return Coefficient::Small(a - b);
        }
        let (mut room_a, mut room_b) = ([0; 2], [0; 2]);
        let (a, b) = (self.limbs(&mut room_a), other.limbs(&mut room_b));
        let mut difference = Limbs::from_elem(0, a.len());
        limbs::subtract(&mut difference, a, b);
        Coefficient::from_owned(difference)
    }

    #[inline]
    pub fn multiply(&self, other: &Coefficient) -> Coefficient {
        if let (Coefficient::Small(a), Coefficient::Small(b)) = (self, other)
            && let Some(product) = a.checked_mul(*b)
        {
            return Coefficient::Small(product);
        }
        self.multiply_long(other)
    }

    fn multiply_long(&self, other: &Coefficient) -> Coefficient {
        let (mut room_a, mut room_b) = ([0; 2], [0; 2]);
        let (a, b) = (self.limbs(&mut room_a), other.limbs(&mut room_b));
        if a.is_empty() || b.is_empty() {
            return Coefficient::ZERO;
        }
        let mut product = Limbs::from_elem(0, a.len() + b.len());
        limbs::multiply(&mut product, a, b);
        Coefficient::from_owned(product)
    }

    /// Quotient and remainder; `divisor` is not zero.
    pub fn divide(&self, divisor: &Coefficient) -> (Coefficient, Coefficient) {
        if let (Coefficient::Small(a), Coefficient::Small(b)) = (self, divisor) {
            if let (Ok(a), Ok(b)) = (u64::try_from(*a), u64::try_from(*b)) {
                return (Coefficient::Small(u128::from(a / b)), Coefficient::Small(u128::from(a % b)));
            }
            let quotient = a / b;
            return (Coefficient::Small(quotient), Coefficient::Small(a - quotient * b));
        }
        if self.compare(divisor) == Ordering::Less {
            return (Coefficient::ZERO, self.clone());
        }
        let (mut room_a, mut room_b) = ([0; 2], [0; 2]);
        let (a, b) = (self.limbs(&mut room_a), divisor.limbs(&mut room_b));
        if let &[word] = b {
            let mut quotient = Limbs::from_slice(a);
            let remainder = limbs::divide_word(&mut quotient, word);
            return (Coefficient::from_owned(quotient), Coefficient::Small(u128::from(remainder)));
        }
        let mut quotient = Limbs::from_elem(0, a.len() - b.len() + 1);
        let remainder = limbs::divide(&mut quotient, a, b);
        (Coefficient::from_owned(quotient), Coefficient::from_limbs(&remainder))
    }

    /// `self + 1`.
    pub fn increment(&self) -> Coefficient {
        self.add(&Coefficient::ONE)
    }

    /// With `count` zeros behind; `None` beyond [`MOST_DIGITS`].
    #[inline]
    pub fn shift_left(&self, count: u64) -> Option<Coefficient> {
        if let (Coefficient::Small(number), Some(power)) = (self, POWERS.get(count as usize))
            && let Some(product) = number.checked_mul(*power)
        {
            return Some(Coefficient::Small(product));
        }
        if self.is_zero() {
            return Some(Coefficient::ZERO);
        }
        if count.saturating_add(self.digits() as u64) > MOST_DIGITS as u64 {
            return None;
        }
        Some(self.multiply_long(&Coefficient::power_of_ten(count)?))
    }

    /// Without its last `count` digits, and what these were worth.
    #[inline]
    pub fn shift_right(&self, count: u64) -> (Coefficient, Discarded) {
        match self {
            Coefficient::Small(number) => {
                if count as usize >= POWERS.len() {
                    // Half of 10^39 is more than 128 bits hold.
                    return (Coefficient::ZERO, Discarded::of(*number == 0, Ordering::Less));
                }
                let (quotient, remainder) = divide_by_power(*number, count as usize);
                let half = POWERS[count as usize] / 2;
                let order = if count == 0 { Ordering::Less } else { remainder.cmp(&half) };
                (Coefficient::Small(quotient), Discarded::of(remainder == 0, order))
            }
            Coefficient::Large(limbs) => shift_limbs_right(limbs, count),
        }
    }

    /// The last `count` digits.
    pub fn low_digits(&self, count: u64) -> Coefficient {
        if count as i64 >= self.digits() {
            return self.clone();
        }
        match Coefficient::power_of_ten(count) {
            Some(power) => self.divide(&power).1,
            None => self.clone(),
        }
    }

    /// Without up to `most` of its trailing zeros, and how many these were. Zero has none.
    pub fn strip_zeros(&self, most: u64) -> (Coefficient, u64) {
        let (mut number, mut stripped) = (self.clone(), 0);
        if number.is_zero() {
            return (number, 0);
        }
        // The longest run that may be there first, then halves of it.
        let mut step = (number.digits() as u64).min(most).next_power_of_two();
        while step > 0 {
            while stripped + step <= most && number.is_multiple_of_power(step) {
                let (shorter, discarded) = number.shift_right(step);
                if discarded.is_inexact() {
                    break;
                }
                (number, stripped) = (shorter, stripped + step);
            }
            step /= 2;
        }
        (number, stripped)
    }

    /// May be a multiple of `10^exponent`: divisible by that power of two.
    fn is_multiple_of_power(&self, exponent: u64) -> bool {
        match self {
            Coefficient::Small(number) => u64::from(number.trailing_zeros()) >= exponent && exponent < 39,
            Coefficient::Large(limbs) => {
                let zero_limbs = limbs.iter().take_while(|&&limb| limb == 0).count();
                zero_limbs as u64 * 64 + u64::from(limbs[zero_limbs].trailing_zeros()) >= exponent
            }
        }
    }

    /// Trailing zeros; none of zero.
    pub fn trailing_zeros(&self) -> u64 {
        self.strip_zeros(u64::MAX / 2).1
    }

    /// The decimal digits.
    pub fn to_text(&self) -> String {
        match self {
            Coefficient::Small(number) => number.to_string(),
            Coefficient::Large(limbs) => {
                let mut text = String::new();
                write_digits(&mut text, self.clone(), limbs.len() as u64 * WORD_DIGITS, None);
                text
            }
        }
    }

    /// Reads ASCII digits, which may start with zeros; none are zero.
    pub fn from_text(text: &[u8]) -> Coefficient {
        let start = text.iter().take_while(|&&byte| byte == b'0').count();
        let text = &text[start..];
        if text.len() <= 38 {
            return Coefficient::Small(text.iter().fold(0, |number, &byte| number * 10 + u128::from(byte - b'0')));
        }
        let (high, low) = text.split_at(text.len() / 2);
        let shifted = Coefficient::from_text(high).shift_left(low.len() as u64);
        shifted.unwrap_or(Coefficient::ZERO).add(&Coefficient::from_text(low))
    }
}

/// Digits of a trimmed magnitude of at least three limbs.
pub fn count_digits_of_limbs(number: &[u64]) -> i64 {
    let bits = limbs::bits(number);
    if let Some(power) = WIDE_POWERS.get((bits * 1233 >> 12) as usize)
        && number.len() <= 4
    {
        // As in `count_digits`: right or one short.
        let reached = limbs::compare(number, limbs::trim(power)) != Ordering::Less;
        return (bits * 1233 >> 12) as i64 + i64::from(reached);
    }
    let (top, below) = (number[number.len() - 1], number[number.len() - 2]);
    let leading = top.leading_zeros();
    let high = (u128::from(top) << 64 | u128::from(below)) << leading >> 64;
    let logarithm = (high as f64).log10() + (bits - 64) as f64 * std::f64::consts::LOG10_2;
    // Numbers of this length: the error of both terms is below a millionth.
    let (lower, upper) = ((logarithm - 1e-6).floor(), (logarithm + 1e-6).floor());
    if lower == upper {
        return lower as i64 + 1;
    }
    let power = Coefficient::power_of_ten(upper as u64).map(|power| {
        let mut room = [0; 2];
        limbs::compare(number, power.limbs(&mut room))
    });
    upper as i64 + i64::from(power != Some(Ordering::Less))
}

/// Cuts off the last digits of a magnitude, word by word, and says what they were worth.
#[inline]
pub fn cut_digits(limbs: &mut [u64], count: u64) -> Discarded {
    let (mut left, mut discarded) = (count, Discarded::Nothing);
    while left > 0 {
        let step = left.min(WORD_DIGITS);
        let power = POWERS[step as usize] as u64;
        let remainder = WORD_POWERS[step as usize].divide(limbs);
        discarded = Discarded::of(remainder == 0, remainder.cmp(&(power / 2))).with_tail(!discarded.is_inexact());
        left -= step;
    }
    discarded
}

/// [`Coefficient::shift_right`] of a magnitude of at least three limbs.
fn shift_limbs_right(number: &[u64], count: u64) -> (Coefficient, Discarded) {
    if count <= 3 * WORD_DIGITS {
        let mut rest = Limbs::from_slice(number);
        let discarded = cut_digits(&mut rest, count);
        return (Coefficient::from_owned(rest), discarded);
    }
    let whole = Coefficient::Large(Limbs::from_slice(number));
    if count > whole.digits() as u64 {
        return (Coefficient::ZERO, Discarded::BelowHalf);
    }
    let Some(power) = Coefficient::power_of_ten(count) else {
        unreachable!("no coefficient is longer than the longest");
    };
    let (quotient, remainder) = whole.divide(&power);
    let order = remainder.add(&remainder).compare(&power);
    (quotient, Discarded::of(remainder.is_zero(), order))
}

/// Appends the digits of `number`, with zeros in front up to `width`. It has no more than `most` digits: halves of that
/// many are split off until they are short.
fn write_digits(text: &mut String, number: Coefficient, most: u64, width: Option<usize>) {
    if let Coefficient::Small(short) = number {
        let digits = short.to_string();
        if let Some(missing) = width.and_then(|width| width.checked_sub(digits.len())) {
            text.extend(std::iter::repeat_n('0', missing));
        }
        text.push_str(&digits);
        return;
    }
    let low_digits = most.next_power_of_two() / 2;
    let Some(power) = Coefficient::power_of_ten(low_digits) else {
        unreachable!("no coefficient is longer than the longest");
    };
    let (high, low) = number.divide(&power);
    if high.is_zero() && width.is_none() {
        return write_digits(text, low, low_digits, None);
    }
    write_digits(text, high, low_digits, width.map(|width| width - low_digits as usize));
    write_digits(text, low, low_digits, Some(low_digits as usize));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Coefficient {
        Coefficient::from_text(text.as_bytes())
    }

    #[test]
    fn digits_are_counted_at_the_edges() {
        for count in 1..120 {
            let power = number(&format!("1{}", "0".repeat(count - 1)));
            assert_eq!(power.digits(), count as i64);
            assert_eq!(power.trailing_zeros(), count as u64 - 1);
            if count > 1 {
                assert_eq!(power.subtract(&Coefficient::ONE).digits(), count as i64 - 1);
            }
            assert_eq!(power.increment().digits(), count as i64);
        }
        assert_eq!(Coefficient::ZERO.digits(), 1);
        assert_eq!(Coefficient::Small(u128::MAX).digits(), 39);
    }

    #[test]
    fn text_there_and_back() {
        for length in [1, 19, 38, 39, 57, 58, 300, 2000] {
            let text: String = (0..length).map(|place| char::from(b'1' + (place * 7 % 9) as u8)).collect();
            assert_eq!(number(&text).to_text(), text);
            assert_eq!(number(&format!("000{text}")).to_text(), text);
            let round = format!("{text}{}1", "0".repeat(length));
            assert_eq!(number(&round).to_text(), round);
        }
    }

    #[test]
    fn shifting_right_says_what_was_lost() {
        for zeros in [0, 10, 18, 19, 37, 38, 56, 60, 200] {
            for head in ["7", "123456789012345678901234567890", &"8".repeat(70)] {
                let with = |tail: &str| number(&format!("{head}{tail}"));
                let zeros_text = "0".repeat(zeros);
                let count = zeros as u64 + 1;
                let expected = number(head);
                for (tail, discarded) in [
                    (format!("0{zeros_text}"), Discarded::Nothing),
                    (format!("5{zeros_text}"), Discarded::Half),
                    (format!("4{}", "9".repeat(zeros)), Discarded::BelowHalf),
                    (format!("9{zeros_text}"), Discarded::AboveHalf),
                ] {
                    assert_eq!(with(&tail).shift_right(count), (expected.clone(), discarded), "{head} {tail}");
                }
                if zeros > 0 {
                    let above = format!("5{}1", "0".repeat(zeros - 1));
                    assert_eq!(with(&above).shift_right(count), (expected.clone(), Discarded::AboveHalf));
                    let below = format!("0{}1", "0".repeat(zeros - 1));
                    assert_eq!(with(&below).shift_right(count), (expected.clone(), Discarded::BelowHalf));
                }
            }
        }
        assert_eq!(number("5").shift_right(1), (Coefficient::ZERO, Discarded::Half));
        assert_eq!(number("51").shift_right(2), (Coefficient::ZERO, Discarded::AboveHalf));
        assert_eq!(number("99").shift_right(3), (Coefficient::ZERO, Discarded::BelowHalf));
        assert_eq!(number(&"9".repeat(60)).shift_right(60), (Coefficient::ZERO, Discarded::AboveHalf));
        assert_eq!(number(&"9".repeat(60)).shift_right(500), (Coefficient::ZERO, Discarded::BelowHalf));
    }

    #[test]
    fn quotients_of_all_lengths() {
        for (long, short) in [(20, 3), (40, 39), (80, 19), (80, 25), (120, 60), (50, 50)] {
            let (a, b) = (number(&"7".repeat(long)), number(&"3".repeat(short)));
            let (quotient, remainder) = a.divide(&b);
            assert!(remainder.compare(&b) == Ordering::Less);
            assert_eq!(quotient.multiply(&b).add(&remainder), a);
        }
    }
}
