//! Reading complex numbers from text.
//!
//! Start at [`parse`].

use super::ComplexNumber;
use crate::types::float;
use crate::types::int::text::is_python_space;

/// Reads what `complex()` accepts: a real part, an imaginary part ending in `j`, or both with a sign between,
/// with parentheses and white space around. `None` if it is malformed. `text` has ASCII digits only.
pub fn parse(text: &str) -> Option<ComplexNumber> {
    let text = float::remove_underscores(text)?;
    let mut text = text.trim_matches(is_python_space);
    if let Some(inner) = text.strip_prefix('(') {
        text = inner.strip_suffix(')')?.trim_matches(is_python_space);
    }
    let (first, rest) = split_float(text)?;
    match rest {
        "" => Some(ComplexNumber { real: read(first)?, imag: 0.0 }),
        "j" | "J" => Some(ComplexNumber { real: 0.0, imag: read_imaginary(first)? }),
        _ => {
            // A sign must separate the parts, and the first must be a number.
            if !rest.starts_with(['+', '-']) {
                return None;
            }
            let (second, end) = split_float(rest)?;
            matches!(end, "j" | "J").then_some(())?;
            Some(ComplexNumber { real: read(first)?, imag: read_imaginary(second)? })
        }
    }
}

fn read(text: &str) -> Option<f64> {
    float::parse_strict(text)
}

/// `j`, `+j` and `-j` have an implied 1.
fn read_imaginary(text: &str) -> Option<f64> {
    match text {
        "" | "+" => Some(1.0),
        "-" => Some(-1.0),
        _ => read(text),
    }
}

/// Splits off the longest prefix that is a float, or only its sign.
fn split_float(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let digits_from = |start: usize| start + bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let lower = text.get(sign..)?.to_ascii_lowercase();
    for name in ["infinity", "inf", "nan"] {
        if lower.starts_with(name) {
            return Some(text.split_at(sign + name.len()));
        }
    }
    let mut end = digits_from(sign);
    let mut count = end - sign;
    if bytes.get(end) == Some(&b'.') {
        let fraction_end = digits_from(end + 1);
        count += fraction_end - end - 1;
        end = fraction_end;
    }
    if count == 0 {
        return Some(text.split_at(sign));
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let digits = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if digits <= bytes.len() {
            let exponent_end = digits_from(digits);
            if exponent_end > digits {
                end = exponent_end;
            }
        }
    }
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn parts(text: &str) -> Option<(f64, f64)> {
        parse(text).map(|z| (z.real, z.imag))
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(parts("1"), Some((1.0, 0.0)));
        assert_eq!(parts(" ( 1-2.5e3j ) "), Some((1.0, -2500.0)));
        assert_eq!(parts("-j"), Some((0.0, -1.0)));
        assert_eq!(parts("1e5J"), Some((0.0, 1e5)));
        assert_eq!(parts("1_0+2_0j"), Some((10.0, 20.0)));
        assert_eq!(parts("-inf-infinityj"), Some((f64::NEG_INFINITY, f64::NEG_INFINITY)));
        assert_eq!(parts(".5+.5j"), Some((0.5, 0.5)));
    }

    #[test]
    fn malformed_texts_are_refused() {
        for text in ["", "j1", "1+", "1+2", "1 + 2j", "1j+2", "(1", "1)", "1__0j", "+", "1e", "()", "1++2j", "1j2j"] {
            assert_eq!(parts(text), None, "{text:?}");
        }
    }
}
