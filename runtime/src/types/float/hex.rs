//! Hexadecimal text of floats: `float.hex` and `float.fromhex`.
//!
//! What lives here: exact formatting and correctly rounded reading. Start at [`format`].

use super::{decompose, libm};

/// `x.hex()`: `0x1.8p+1`, always with 13 hexadecimal digits after the point.
pub fn format(x: f64) -> String {
    if !x.is_finite() {
        return super::repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (mantissa, exponent) = decompose(x);
    let (whole, fraction) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    let exponent = exponent + 52;
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}0x{whole}.{fraction:013x}p{exponent_sign}{}", exponent.abs())
}

/// Why a text is no hexadecimal float.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParseError {
    Malformed,
    /// Beyond the range of doubles.
    Overflow,
    /// An exponent or digit string that no double needs.
    TooLong,
}

/// Reads `[sign] [0x] digits [. digits] [p exponent]`, or `inf` and `nan`; blanks around are ignored.
pub fn parse(text: &str) -> Result<f64, ParseError> {
    let text = text.trim_matches(|c: char| matches!(c, '\t'..='\r' | ' '));
    let (negative, body) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = if body.eq_ignore_ascii_case("inf") || body.eq_ignore_ascii_case("infinity") {
        f64::INFINITY
    } else if body.eq_ignore_ascii_case("nan") {
        f64::NAN
    } else {
        parse_magnitude(body)?
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn parse_magnitude(body: &str) -> Result<f64, ParseError> {
    let body = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")).unwrap_or(body);
    let (digits, exponent) = match body.find(['p', 'P']) {
        Some(position) => (&body[..position], Some(&body[position + 1..])),
        None => (body, None),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_hex = |part: &str| part.bytes().all(|b| b.is_ascii_hexdigit());
    if whole.len() + fraction.len() == 0 || !all_hex(whole) || !all_hex(fraction) {
        return Err(ParseError::Malformed);
    }
    let exponent = match exponent {
        None => 0,
        Some(text) => {
            let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
            if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
                return Err(ParseError::Malformed);
            }
            // Saturates: such exponents overflow or vanish anyway.
            let size = unsigned
                .bytes()
                .fold(0i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')).min(1 << 50));
            if text.starts_with('-') { -size } else { size }
        }
    };
    // The first 16 significant digits decide; any non-zero digit behind them only breaks ties.
    let mut mantissa = 0u64;
    let mut kept = 0;
    let mut dropped = 0i64;
    let mut sticky = false;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = u64::from((digit as char).to_digit(16).unwrap_or(0));
        if kept == 0 && digit == 0 {
            continue;
        }
        if kept < 15 {
            mantissa = mantissa << 4 | digit;
            kept += 1;
        } else {
            sticky |= digit != 0;
            dropped += 1;
        }
    }
    if mantissa == 0 {
        return Ok(0.0);
    }
    // value = mantissa * 2^scale, the mantissa having at most 60 bits; bit 0 of the doubled form is sticky.
    let scale = exponent + 4 * (dropped - fraction.len() as i64) - 1;
    let mantissa = mantissa << 1 | u64::from(sticky);
    let top = i64::from(64 - mantissa.leading_zeros()) + scale;
    if top > 1024 {
        return Err(ParseError::Overflow);
    }
    if top < -1080 {
        return Ok(0.0);
    }
    // Round once, to the bits that a double of this size has.
    let lowest = (top - 53).max(-1074);
    let drop = lowest - scale;
    let result = if drop <= 0 {
        libm::ldexp(mantissa as f64, scale as i32)
    } else {
        let drop = drop as u32;
        if drop > 63 {
            return Ok(0.0);
        }
        let (kept, rest, half) = (mantissa >> drop, mantissa & ((1 << drop) - 1), 1u64 << (drop - 1));
        let rounded = kept + u64::from(rest > half || rest == half && kept & 1 != 0);
        libm::ldexp(rounded as f64, lowest as i32)
    };
    if result.is_infinite() { Err(ParseError::Overflow) } else { Ok(result) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_round_trip() {
        for x in [1.0, 0.1, -2.5, f64::MAX, f64::MIN_POSITIVE, 5e-324, 1e-310, std::f64::consts::PI, -0.0] {
            assert_eq!(parse(&format(x)).map(f64::to_bits), Ok(x.to_bits()), "{x:e}");
        }
        assert_eq!(format(0.1), "0x1.999999999999ap-4");
        assert_eq!(format(5e-324), "0x0.0000000000001p-1022");
    }

    #[test]
    fn reading_rounds_half_to_even_at_every_size() {
        assert_eq!(parse("0x1.00000000000008p0"), Ok(1.0));
        assert_eq!(parse("0x1.00000000000008000000000001p0"), Ok(1.0 + f64::EPSILON));
        assert_eq!(parse("0x1.00000000000018p0"), Ok(1.0 + 2.0 * f64::EPSILON));
        assert_eq!(parse("0x1p-1075"), Ok(0.0));
        assert_eq!(parse("0x1.8p-1075"), Ok(5e-324));
        assert_eq!(parse("0x1.fffffffffffffp1023"), Ok(f64::MAX));
        assert_eq!(parse("0x1.fffffffffffff8p1023"), Err(ParseError::Overflow));
        assert_eq!(parse("0x1p5000"), Err(ParseError::Overflow));
        assert_eq!(parse(" -.8p1 "), Ok(-1.0));
        assert_eq!(parse("zz"), Err(ParseError::Malformed));
        assert_eq!(parse("0x"), Err(ParseError::Malformed));
        assert_eq!(parse("1p"), Err(ParseError::Malformed));
    }
}
