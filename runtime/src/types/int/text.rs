//! Ints to text and back.
//!
//! What lives here: digits in any base, the limit on decimal conversions. What must not: the constructor's rules
//! about argument types (`methods.rs`), format specifications. Start at [`parse`] and [`to_decimal`].

use super::limbs::{self, Scratch};
use super::{IntRef, from_bigint, from_i64};
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::str::Str;
use crate::value::Value;
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{Num, Zero};
use rustpython_unicode::{Ucd, classify};
use std::borrow::Cow;
use std::fmt::Write;

/// `sys.int_info.default_max_str_digits`
pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;
/// `sys.int_info.str_digits_check_threshold`: shorter texts are never refused.
pub const STR_DIGITS_CHECK_THRESHOLD: usize = 640;

/// Why a text is no int.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseError {
    /// Not digits of the base.
    Malformed,
    /// A valid number of this many digits, more than the limit.
    TooLong(usize),
}

/// White space that `int()`, `float()` and `complex()` strip.
pub fn is_python_space(c: char) -> bool {
    match c {
        '\t'..='\r' | ' ' | '\x1c'..='\x1f' => true,
        _ if c.is_ascii() => false,
        _ => classify::is_space(c),
    }
}

/// The text with every Unicode decimal digit replaced by its ASCII digit and other white space by a blank, which
/// is what number constructors read. Other characters stay (and make the text malformed later).
pub fn to_ascii_digits(thread: &Thread, text: Gc<Str>) -> String {
    if text.is_ascii() {
        return text.to_str_lossy(thread).into_owned();
    }
    let database = Ucd::new(true);
    text.as_wtf8(thread)
        .code_points()
        .map(|code_point| match code_point.to_char() {
            None => '?',
            Some(c) if c.is_ascii() => c,
            Some(c) if classify::is_space(c) => ' ',
            Some(c) => match database.decimal(c.into()) {
                Some(digit) => char::from(b'0' + digit as u8),
                None => c,
            },
        })
        .collect()
}

/// Reads an int as `int(text, base)` does: white space around it, a sign, the prefix of bases 2, 8 and 16 (or
/// of any literal when `base` is 0), and single underscores between digits. `text` has ASCII digits only.
pub fn parse_number(text: &str, base: u32, max_digits: usize) -> Result<BigInt, ParseError> {
    let text = text.trim_matches(is_python_space);
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (prefix_base, rest) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        _ => (0, text),
    };
    let (base, mut digits) = match base {
        0 if prefix_base != 0 => (prefix_base, rest),
        // A literal may not start with a zero unless it is zero.
        0 if text.starts_with('0') && !text.bytes().all(|b| matches!(b, b'0' | b'_')) => {
            return Err(ParseError::Malformed);
        }
        0 => (10, text),
        _ if prefix_base == base => (base, rest),
        _ => (base, text),
    };
    if digits.len() < text.len() {
        // One underscore may follow the prefix.
        digits = digits.strip_prefix('_').unwrap_or(digits);
    }
    let mut clean = Cow::Borrowed(digits);
    if digits.contains('_') {
        if digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
            return Err(ParseError::Malformed);
        }
        clean = Cow::Owned(digits.replace('_', ""));
    }
    if clean.is_empty() || !clean.bytes().all(|b| (b as char).is_digit(base)) {
        return Err(ParseError::Malformed);
    }
    if !base.is_power_of_two() && max_digits > 0 && clean.len() > max_digits.max(STR_DIGITS_CHECK_THRESHOLD) {
        return Err(ParseError::TooLong(clean.len()));
    }
    let magnitude = match u64::from_str_radix(&clean, base) {
        Ok(small) => BigUint::from(small),
        Err(_) => digits_to_number(clean.as_bytes(), base),
    };
    Ok(BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, magnitude))
}

/// The number of these valid digits: halves are read apart and joined by one multiplication, so that the cost
/// is that of multiplying.
fn digits_to_number(digits: &[u8], base: u32) -> BigUint {
    const PIECE: usize = 512;
    if digits.len() <= PIECE || base.is_power_of_two() {
        let text = String::from_utf8_lossy(digits);
        return BigUint::from_str_radix(&text, base).unwrap_or_default();
    }
    // Powers base^PIECE, base^(2 PIECE), ... as far as needed.
    let mut powers = vec![BigUint::from(base).pow(PIECE as u32)];
    while PIECE << powers.len() < digits.len() {
        let last = &powers[powers.len() - 1];
        let square = last * last;
        powers.push(square);
    }
    join(digits, base, PIECE, &powers)
}

fn join(digits: &[u8], base: u32, piece: usize, powers: &[BigUint]) -> BigUint {
    let Some((power, lower)) = powers.split_last() else {
        let text = String::from_utf8_lossy(digits);
        return BigUint::from_str_radix(&text, base).unwrap_or_default();
    };
    let low = piece << lower.len();
    if digits.len() <= low {
        return join(digits, base, piece, lower);
    }
    let (high_digits, low_digits) = digits.split_at(digits.len() - low);
    join(high_digits, base, piece, lower) * power + join(low_digits, base, piece, lower)
}

/// As `int(text, base)`; `None` if the text is malformed, so that the caller can show its original.
///
/// # Errors
/// ValueError beyond the limit of digits.
pub fn parse(thread: &Thread, text: &str, base: u32) -> PyResult<Option<Value>> {
    // Most texts are short decimal numbers.
    if (base == 10 || base == 0 && !text.starts_with('0'))
        && text.len() <= 18
        && text.bytes().all(|b| b.is_ascii_digit())
        && let Ok(n) = text.parse::<i64>()
    {
        return Ok(Some(from_i64(thread, n)));
    }
    let limit = thread.vm().int_max_str_digits.get();
    match parse_number(text, base, limit) {
        Ok(number) => Ok(Some(from_bigint(thread, number))),
        Err(ParseError::Malformed) => Ok(None),
        Err(ParseError::TooLong(count)) => Err(thread.raise_value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {count} digits; use \
             sys.set_int_max_str_digits() to increase the limit"
        ))),
    }
}

/// `str(number)`.
///
/// # Errors
/// ValueError beyond the limit of digits; for long numbers KeyboardInterrupt and the like.
pub fn to_decimal(thread: &Thread, number: IntRef) -> PyResult<String> {
    let big = match number {
        IntRef::Small(n) => return Ok(n.to_string()),
        IntRef::Big(big) => big,
    };
    let limit = thread.vm().int_max_str_digits.get();
    if limit > 0 {
        // A little less than log10(2), so that the estimate is not above the length: certainly too long, and not worth converting.
        let least_digits = (number.bit_length() - 1) as f64 * 0.301;
        if least_digits > limit.max(STR_DIGITS_CHECK_THRESHOLD) as f64 {
            return Err(too_long(thread, limit));
        }
    }
    let mut text = String::from(if big.is_negative() { "-" } else { "" });
    match big.limbs() {
        short if short.len() <= STEP_BY_STEP => short_to_decimal(&mut text, short),
        long => long_to_decimal(thread, &mut text, long)?,
    }
    let digits = text.len() - usize::from(text.starts_with('-'));
    if limit > 0 && digits > limit.max(STR_DIGITS_CHECK_THRESHOLD) {
        return Err(too_long(thread, limit));
    }
    Ok(text)
}

/// Magnitudes of this many limbs are divided step by step by a power of ten that fits one limb.
const STEP_BY_STEP: usize = 30;
/// Decimal digits of the pieces that a longer magnitude is divided into: less than [`STEP_BY_STEP`] limbs.
const PIECE_DIGITS: usize = 512;

/// The decimal digits of a long magnitude: it is divided by a power of ten of half its length, both halves in turn, so
/// that the cost is that of dividing. Between two divisions it serves what waits: Ctrl-C, a time limit.
///
/// # Errors
/// What serving it raises.
fn long_to_decimal(thread: &Thread, text: &mut String, magnitude: &[u64]) -> PyResult<()> {
    // 10^PIECE_DIGITS, its square, ... as far as they are not longer than the number.
    let number = limbs::to_biguint(magnitude);
    let mut powers = vec![BigUint::from(10u32).pow(PIECE_DIGITS as u32)];
    while let Some(last) = powers.last()
        && last.bits() * 2 <= number.bits() + 1
    {
        thread.poll_native()?;
        let square = last * last;
        powers.push(square);
    }
    write_halves(thread, text, number, &powers, None)
}

/// Appends the digits of a number below the square of the last of `powers`, with zeros in front up to `width`.
fn write_halves(
    thread: &Thread,
    text: &mut String,
    number: BigUint,
    powers: &[BigUint],
    width: Option<usize>,
) -> PyResult<()> {
    let Some((power, lower)) = powers.split_last() else {
        let digits: Scratch = number.iter_u64_digits().collect();
        let start = text.len();
        short_to_decimal(text, &digits);
        if let Some(missing) = width.and_then(|width| width.checked_sub(text.len() - start)) {
            text.insert_str(start, &"0".repeat(missing));
        }
        return Ok(());
    };
    thread.poll_native()?;
    let low_digits = PIECE_DIGITS << lower.len();
    let (high, low) = number.div_rem(power);
    if width.is_none() && high.is_zero() {
        return write_halves(thread, text, low, lower, None);
    }
    write_halves(thread, text, high, lower, width.map(|width| width - low_digits))?;
    write_halves(thread, text, low, lower, Some(low_digits))
}

/// Appends the decimal digits of a magnitude of a few limbs.
fn short_to_decimal(text: &mut String, magnitude: &[u64]) {
    const PIECE: u64 = 10_000_000_000_000_000_000;
    let mut rest = Scratch::from_slice(magnitude);
    let mut pieces = Scratch::new();
    while !rest.is_empty() {
        pieces.push(limbs::divide_word(&mut rest, PIECE));
        let length = limbs::trim(&rest).len();
        rest.truncate(length);
    }
    for (place, piece) in pieces.iter().rev().enumerate() {
        let written = if place == 0 { write!(text, "{piece}") } else { write!(text, "{piece:019}") };
        debug_assert!(written.is_ok(), "a String takes everything");
    }
}

#[cold]
fn too_long(thread: &Thread, limit: usize) -> crate::error::Raised {
    thread.raise_value_error(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to \
         increase the limit"
    ))
}

/// Digits in `radix` (2 to 36, lower case) after a minus where needed; no prefix, no limit.
pub fn to_string_radix(number: IntRef, radix: u32) -> String {
    match number {
        IntRef::Small(n) => BigInt::from(n).to_str_radix(radix),
        IntRef::Big(_) => number.to_bigint().to_str_radix(radix),
    }
}

/// `hex()`, `oct()`, `bin()`: sign, prefix, digits.
pub fn to_prefixed(number: IntRef, radix: u32) -> String {
    let digits = to_string_radix(number, radix);
    let prefix = match radix {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    match digits.strip_prefix('-') {
        Some(magnitude) => format!("-{prefix}{magnitude}"),
        None => format!("{prefix}{digits}"),
    }
}

/// The magnitude of a number written in decimal digits that a compiler has already checked; underscores allowed.
pub fn literal(text: &str, base: u32) -> BigInt {
    parse_number(text, base, 0).unwrap_or_else(|_| BigInt::zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, base: u32) -> Option<i64> {
        use num_traits::ToPrimitive;
        parse_number(text, base, 0).ok().and_then(|n| n.to_i64())
    }

    #[test]
    fn prefixes_and_underscores_follow_the_literal_grammar() {
        assert_eq!(read(" 12 ", 10), Some(12));
        assert_eq!(read("-0x_ff", 16), Some(-255));
        assert_eq!(read("0b1_0", 0), Some(2));
        assert_eq!(read("00", 0), Some(0));
        assert_eq!(read("0_0", 0), Some(0));
        assert_eq!(read("z", 36), Some(35));
        assert_eq!(read("0b1", 16), Some(0xb1));
        for malformed in ["", "_1", "1_", "1__2", "0x", "0x_", "- 1", "+-1", "1.0", "\u{661}"] {
            assert_eq!(parse_number(malformed, 10, 0).err(), Some(ParseError::Malformed), "{malformed:?}");
        }
        for malformed in ["012", "0_1", "0x__1", "0o8"] {
            assert_eq!(parse_number(malformed, 0, 0).err(), Some(ParseError::Malformed), "{malformed:?}");
        }
    }

    #[test]
    fn long_texts_are_read_in_pieces() {
        let text = "123456789".repeat(700);
        let expected = BigInt::from_str_radix(&text, 10).ok();
        assert_eq!(parse_number(&text, 10, 0).ok(), expected);
        assert_eq!(parse_number(&text, 10, 4300).err(), Some(ParseError::TooLong(6300)));
        assert!(parse_number(&text, 16, 4300).is_ok());
    }
}
