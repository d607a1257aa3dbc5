//! Numbers from text and to text.
//!
//! What lives here: the grammar of numeric strings, scientific and engineering notation. What must not: the format
//! specification (`format.rs`). Start at [`parse`] and [`to_text`].

use super::coefficient::{Coefficient, MOST_DIGITS};
use super::context::{Context, INFINITE_EXPONENT, Status, VANISHING_EXPONENT};
use super::number::{Kind, Number};

/// Reads a number and fits it to the context. Text that is none is the condition CONVERSION_SYNTAX.
pub fn parse(text: &[u8], context: &Context, status: &mut Status) -> Number {
    match parse_exactly(text) {
        Some(number) if number.is_nan() => {
            let most = context.precision - i64::from(context.clamp);
            if !number.coefficient.is_zero() && number.digits() > most {
                return status.fail(Status::CONVERSION_SYNTAX);
            }
            number
        }
        Some(number) if number.digits() > MOST_DIGITS => status.fail(Status::MEMORY),
        Some(number) => context.finish(number, status),
        None => status.fail(Status::CONVERSION_SYNTAX),
    }
}

/// The rest of `text` behind `word`, which is in lower case.
fn strip_word<'a>(text: &'a [u8], word: &str) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word.as_bytes()).then_some(rest)
}

fn parse_exactly(text: &[u8]) -> Option<Number> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    for (word, kind) in [("snan", Kind::SignalingNan), ("nan", Kind::QuietNan)] {
        if let Some(payload) = strip_word(text, word) {
            if !payload.iter().all(u8::is_ascii_digit) {
                return None;
            }
            return Some(Number { negative, kind, exponent: 0, coefficient: Coefficient::from_text(payload) });
        }
    }
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        return Some(Number::infinity(negative));
    }
    let end = text.iter().position(|byte| byte.eq_ignore_ascii_case(&b'e'));
    let (digits, exponent) = match end {
        Some(end) => (&text[..end], parse_exponent(&text[end + 1..])?),
        None => (text, 0),
    };
    let (whole, fraction) = match digits.iter().position(|&byte| byte == b'.') {
        Some(point) => (&digits[..point], &digits[point + 1..]),
        None => (digits, &digits[..0]),
    };
    let is_number = !(whole.is_empty() && fraction.is_empty()) && whole.iter().chain(fraction).all(u8::is_ascii_digit);
    if !is_number {
        return None;
    }
    let coefficient = if fraction.is_empty() {
        Coefficient::from_text(whole)
    } else if whole.len() + fraction.len() <= 64 {
        let mut joined = [0; 64];
        joined[..whole.len()].copy_from_slice(whole);
        joined[whole.len()..whole.len() + fraction.len()].copy_from_slice(fraction);
        Coefficient::from_text(&joined[..whole.len() + fraction.len()])
    } else {
        Coefficient::from_text(&[whole, fraction].concat())
    };
    let exponent = exponent.saturating_sub(fraction.len() as i64);
    Some(Number::finite(negative, coefficient, exponent.clamp(VANISHING_EXPONENT, INFINITE_EXPONENT)))
}

/// A sign and digits; what is too large becomes as large as possible.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let step = |number: i64, digit: &u8| number.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    let magnitude = digits.iter().fold(0i64, step);
    Some(if negative { -magnitude } else { magnitude })
}

/// How the exponent is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notation {
    /// One digit before the point.
    Scientific,
    /// Exponents are multiples of three.
    Engineering,
}

/// `str(number)`; `capital` is the letter before the exponent.
pub fn to_text(number: &Number, notation: Notation, capital: bool) -> String {
    let mut text = String::with_capacity(32);
    if number.negative {
        text.push('-');
    }
    if number.is_special() {
        push_special(&mut text, number);
        return text;
    }
    let left = number.exponent + number.digits();
    let point = if number.exponent <= 0 && left > -6 {
        left
    } else {
        match notation {
            Notation::Scientific => 1,
            Notation::Engineering if number.coefficient.is_zero() => (left + 1).rem_euclid(3) - 1,
            Notation::Engineering => (left - 1).rem_euclid(3) + 1,
        }
    };
    push_digits(&mut text, &number.coefficient.to_text(), point);
    if left != point {
        push_exponent(&mut text, left - point, capital);
    }
    text
}

/// `Infinity`, `NaN123`.
pub fn push_special(text: &mut String, number: &Number) {
    text.push_str(match number.kind {
        Kind::Finite => "",
        Kind::Infinity => "Infinity",
        Kind::QuietNan => "NaN",
        Kind::SignalingNan => "sNaN",
    });
    if !number.coefficient.is_zero() {
        text.push_str(&number.coefficient.to_text());
    }
}

/// The digits with a point behind so many of them, zeros where there are none.
pub fn push_digits(text: &mut String, digits: &str, point: i64) {
    match usize::try_from(point) {
        Ok(point) if point >= digits.len() && point > 0 => {
            text.push_str(digits);
            text.extend(std::iter::repeat_n('0', point - digits.len()));
        }
        Ok(point) if point > 0 => {
            text.push_str(&digits[..point]);
            text.push('.');
            text.push_str(&digits[point..]);
        }
        _ => {
            text.push_str("0.");
            text.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
            text.push_str(digits);
        }
    }
}

/// `E+10`
pub fn push_exponent(text: &mut String, exponent: i64, capital: bool) {
    text.push(if capital { 'E' } else { 'e' });
    text.push(if exponent < 0 { '-' } else { '+' });
    text.push_str(&exponent.unsigned_abs().to_string());
}
