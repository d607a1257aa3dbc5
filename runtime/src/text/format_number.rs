//! Formatting of numbers by a format specification.
//!
//! What lives here: sign, prefix, grouping, padding of int, float and complex. What must not: digit
//! generation (`float_digits`; ints come as text). Start at [`format_float`] and [`Number::write`].

use super::float_digits::{Conversion, FloatStyle};
use super::format_spec::{Align, FormatError, FormatSpec, Grouping, Sign, reserve};

/// The precision of `e`, `f`, `g` and `%` when none is given.
const DEFAULT_PRECISION: usize = 6;

/// A number as the parts of its text.
struct Number<'a> {
    negative: bool,
    /// `0x` and the like.
    prefix: &'a str,
    /// Digits before the point (or `inf`, `nan`).
    whole: &'a [u8],
    group_size: usize,
    grouping: Grouping,
    /// Point, fraction with its separators.
    fraction: &'a [u8],
    /// Exponent, percent sign.
    rest: &'a [u8],
}

impl Number<'_> {
    /// Appends the number with sign and padding.
    fn write(&self, out: &mut Vec<u8>, spec: &FormatSpec) -> Result<(), FormatError> {
        let sign: &[u8] = match (self.negative, spec.sign) {
            (true, _) => b"-",
            (false, Sign::Plus) => b"+",
            (false, Sign::Space) => b" ",
            (false, Sign::Default | Sign::Minus) => b"",
        };
        let fixed = sign.len() + self.prefix.len() + self.fraction.len() + self.rest.len();
        let zero_filled = spec.fill == '0' && spec.align == Align::AfterSign;
        let least = if zero_filled { spec.width.saturating_sub(fixed) } else { 0 };
        let grouped = match self.grouping.separator() {
            None => None,
            Some(separator) => Some(group_whole(self.whole, self.group_size, separator, least)?),
        };
        let whole = grouped.as_deref().unwrap_or(self.whole);
        let zeros = least.saturating_sub(whole.len());
        let padding = spec.width.saturating_sub(fixed + zeros + whole.len());
        let (left, inner) = match spec.align {
            Align::Left => (0, 0),
            Align::Right => (padding, 0),
            Align::Center => (padding / 2, 0),
            Align::AfterSign => (0, padding),
        };
        let bytes = padding.checked_mul(spec.fill.len_wtf8()).and_then(|n| n.checked_add(zeros));
        reserve(out, bytes.and_then(|n| n.checked_add(fixed + whole.len())))?;
        spec.fill(out, left);
        out.extend_from_slice(sign);
        out.extend_from_slice(self.prefix.as_bytes());
        spec.fill(out, inner);
        out.resize(out.len() + zeros, b'0');
        out.extend_from_slice(whole);
        out.extend_from_slice(self.fraction);
        out.extend_from_slice(self.rest);
        spec.fill(out, padding - left - inner);
        Ok(())
    }
}

/// Digits with a separator before each group from the right, zeros in front up to `least` characters.
/// A separator never comes first, so the result may be one longer than `least`.
fn group_whole(digits: &[u8], group_size: usize, separator: u8, least: usize) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    reserve(&mut out, least.checked_add(digits.len() * 2))?;
    let mut remaining = digits.len();
    let mut least = least;
    // Built from the right.
    loop {
        let size = group_size.min(remaining.max(least).max(1));
        let taken = remaining.min(size);
        out.extend(digits[remaining - taken..remaining].iter().rev());
        out.resize(out.len() + size - taken, b'0');
        remaining -= taken;
        least = least.saturating_sub(size);
        if remaining == 0 && least == 0 {
            break;
        }
        out.push(separator);
        least = least.saturating_sub(1);
    }
    out.reverse();
    Ok(out)
}

/// What `int.__format__` needs to know before it makes digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntPresentation {
    /// The character with this number.
    Character,
    /// Digits of a radix.
    Digits { radix: u32, upper: bool },
    /// As a float: `e`, `f`, `g`, `%`.
    Float,
}

/// The presentation of an int, checked against the rest of the specification.
pub fn int_presentation(spec: &FormatSpec) -> Result<IntPresentation, FormatError> {
    let digits = |radix, upper| Ok(IntPresentation::Digits { radix, upper });
    let presentation = match u8::try_from(spec.kind) {
        Ok(b'd' | b'n') => digits(10, false),
        Ok(b'b') => digits(2, false),
        Ok(b'o') => digits(8, false),
        Ok(b'x') => digits(16, false),
        Ok(b'X') => digits(16, true),
        Ok(b'c') => Ok(IntPresentation::Character),
        Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%') => return Ok(IntPresentation::Float),
        _ => return Err(spec.unknown_code()),
    };
    if spec.precision.is_some() {
        return Err(FormatError::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(FormatError::value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if presentation == Ok(IntPresentation::Character) {
        if spec.sign != Sign::Default {
            return Err(FormatError::value("Sign not allowed with integer format specifier 'c'"));
        }
        if spec.alternate {
            return Err(FormatError::value("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
    }
    presentation
}

/// Appends an int whose digits (without sign, in the presentation's radix) are `digits`.
pub fn format_int(
    out: &mut Vec<u8>,
    spec: &FormatSpec,
    negative: bool,
    digits: &[u8],
    radix: u32,
    upper: bool,
) -> Result<(), FormatError> {
    let uppercase;
    let digits = if upper {
        uppercase = digits.to_ascii_uppercase();
        &uppercase
    } else {
        digits
    };
    let prefix = match (spec.alternate, radix, upper) {
        (true, 2, _) => "0b",
        (true, 8, _) => "0o",
        (true, 16, false) => "0x",
        (true, 16, true) => "0X",
        _ => "",
    };
    let group_size = if radix == 10 { 3 } else { 4 };
    Number { negative, prefix, whole: digits, group_size, grouping: spec.grouping, fraction: b"", rest: b"" }
        .write(out, spec)
}

/// Appends the character of code point `number`, padded like a number.
pub fn format_character(out: &mut Vec<u8>, spec: &FormatSpec, number: Option<u32>) -> Result<(), FormatError> {
    let Some(code_point) = number.and_then(rustpython_wtf8::CodePoint::from_u32) else {
        return Err(FormatError::Overflow("%c arg not in range(0x110000)".to_owned()));
    };
    let mut buffer = [0; 4];
    spec.pad(out, code_point.encode_wtf8(&mut buffer).as_bytes(), 1)
}

/// The presentation type of a float and its default precision.
fn float_style(spec: &FormatSpec) -> Result<(FloatStyle, bool), FormatError> {
    let (conversion, upper, percent) = match u8::try_from(spec.kind) {
        Ok(0) if spec.precision.is_none() => (Conversion::Repr, false, false),
        Ok(0) => (Conversion::General, false, false),
        Ok(b'e') => (Conversion::Exponent, false, false),
        Ok(b'E') => (Conversion::Exponent, true, false),
        Ok(b'f') => (Conversion::Fixed, false, false),
        Ok(b'F') => (Conversion::Fixed, true, false),
        Ok(b'g' | b'n') => (Conversion::General, false, false),
        Ok(b'G') => (Conversion::General, true, false),
        Ok(b'%') => (Conversion::Fixed, false, true),
        _ => return Err(spec.unknown_code()),
    };
    let precision = spec.precision.unwrap_or(DEFAULT_PRECISION);
    if precision > i32::MAX as usize {
        return Err(FormatError::value("precision too big"));
    }
    let style = FloatStyle {
        conversion,
        precision,
        upper,
        alternate: spec.alternate,
        add_dot_zero: spec.kind == 0,
        no_negative_zero: spec.no_negative_zero,
    };
    Ok((style, percent))
}

/// `float.__format__`: appends `number`.
pub fn format_float(out: &mut Vec<u8>, spec: &FormatSpec, number: f64) -> Result<(), FormatError> {
    let (style, percent) = float_style(spec)?;
    let text = style.render(if percent { number * 100.0 } else { number });
    write_float(out, spec, &text, if percent { "%" } else { "" })
}

/// Appends the text of a float with grouping and padding, `suffix` behind it.
fn write_float(out: &mut Vec<u8>, spec: &FormatSpec, text: &str, suffix: &str) -> Result<(), FormatError> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let bytes = text.as_bytes();
    let whole_end = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    if whole_end == 0 {
        // `inf`, `nan`: letters are padded with zeros like digits, but not grouped.
        let number = Number {
            negative,
            prefix: "",
            whole: bytes,
            group_size: 3,
            grouping: Grouping::None,
            fraction: b"",
            rest: suffix.as_bytes(),
        };
        return number.write(out, spec);
    }
    let (whole, tail) = bytes.split_at(whole_end);
    let (mut fraction, mut exponent) = (&b""[..], tail);
    if let Some(after_point) = tail.strip_prefix(b".") {
        let end = after_point.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(after_point.len());
        (fraction, exponent) = tail.split_at(end + 1);
    }
    let mut grouped = Vec::new();
    if let Some(separator) = spec.fraction_grouping.separator()
        && let Some((point, digits)) = fraction.split_first()
    {
        // A separator after each three digits from the left.
        grouped.push(*point);
        grouped.extend(digits.chunks(3).collect::<Vec<_>>().join(&separator));
        fraction = &grouped;
    }
    let with_suffix;
    let rest = match suffix {
        "" => exponent,
        _ => {
            with_suffix = [exponent, suffix.as_bytes()].concat();
            &with_suffix
        }
    };
    Number { negative, prefix: "", whole, group_size: 3, grouping: spec.grouping, fraction, rest }.write(out, spec)
}

/// `complex.__format__`: appends `real + imaginary j`.
pub fn format_complex(out: &mut Vec<u8>, spec: &FormatSpec, real: f64, imaginary: f64) -> Result<(), FormatError> {
    if spec.kind == u32::from(b'%') {
        return Err(spec.unknown_code());
    }
    let (mut style, _) = float_style(spec)?;
    if spec.fill == '0' {
        return Err(FormatError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    style.add_dot_zero = false;
    let bare = spec.kind == 0;
    let skip_real = bare && real == 0.0 && real.is_sign_positive();
    let parentheses = bare && !skip_real;
    let part = FormatSpec { width: 0, align: Align::Left, ..*spec };
    let mut text = Vec::new();
    if parentheses {
        text.push(b'(');
    }
    if !skip_real {
        write_float(&mut text, &part, &style.render(real), "")?;
    }
    let imaginary_part = if skip_real { part } else { FormatSpec { sign: Sign::Plus, ..part } };
    write_float(&mut text, &imaginary_part, &style.render(imaginary), "j")?;
    if parentheses {
        text.push(b')');
    }
    spec.pad(out, &text, text.len())
}

#[cfg(test)]
mod tests {
    use super::super::format_spec::Defaults;
    use super::*;
    use rustpython_wtf8::Wtf8;

    fn float(number: f64, spec: &str) -> Result<String, FormatError> {
        let mut out = Vec::new();
        format_float(&mut out, &FormatSpec::parse(Wtf8::new(spec), Defaults::FLOAT)?, number)?;
        Ok(String::from_utf8(out).unwrap_or_default())
    }

    fn int(number: i64, spec: &str) -> Result<String, FormatError> {
        let mut out = Vec::new();
        let spec = FormatSpec::parse(Wtf8::new(spec), Defaults::INT)?;
        match int_presentation(&spec)? {
            IntPresentation::Digits { radix, upper } => {
                let n = number.unsigned_abs();
                let digits = match radix {
                    2 => format!("{n:b}"),
                    8 => format!("{n:o}"),
                    16 => format!("{n:x}"),
                    _ => n.to_string(),
                };
                format_int(&mut out, &spec, number < 0, digits.as_bytes(), radix, upper)?;
            }
            IntPresentation::Character => format_character(&mut out, &spec, u32::try_from(number).ok())?,
            IntPresentation::Float => format_float(&mut out, &spec, number as f64)?,
        }
        Ok(String::from_utf8(out).unwrap_or_default())
    }

    // Expected texts are CPython 3.14's.
    #[test]
    fn floats() {
        for (number, spec, text) in [
            (1234.56789, ".6_f", "1234.567_890"),
            (1234567.1234567, "_.6_f", "1_234_567.123_457"),
            (1234567.1234567, ",.,f", "1,234,567.123,457"),
            (12.123456789, "._", "12.123_456_789"),
            (12345678.0, ",.3_f", "12,345,678.000"),
            (f64::NAN, "010", "0000000nan"),
            (f64::INFINITY, "=+010", "+000000inf"),
            (0.00001, "_.8,f", "0.000,010,00"),
            (1234.5, ".3,e", "1.234e+03"),
            (1.23456789, ".,g", "1.234,57"),
            (123456.123456, ".12_", "123456.123_456"),
            (-0.0001, "z.2f", "0.00"),
            (12345.6, "015,.2f", "0,000,012,345.60"),
            (1e16, "#", "1.e+16"),
            (1.0, ".0", "1e+00"),
            (12.0, ".1", "1e+01"),
            (123456789.0, ".3", "1.23e+08"),
            (3.0, "%", "300.000000%"),
            (f64::NAN, "F", "NAN"),
            (1e-7, "G", "1E-07"),
        ] {
            assert_eq!(float(number, spec).as_deref(), Ok(text), "{number} {spec}");
        }
        assert_eq!(float(1.5, "d"), Err(FormatError::ForType("Unknown format code 'd'".to_owned())));
    }

    #[test]
    fn ints() {
        for (number, spec, text) in [
            (12345, "010,", "00,012,345"),
            (12345, "010_x", "0_0000_3039"),
            (1234, ".,d", "1234"),
            (-255, "#010x", "-0x00000ff"),
            (255, "#X", "0XFF"),
            (5, "+d", "+5"),
            (-5, "*^9", "***-5****"),
            (5, "=+5", "+   5"),
            (65, "c", "A"),
            (3, "e", "3.000000e+00"),
            (1234567, "_b", "1_0010_1101_0110_1000_0111"),
        ] {
            assert_eq!(int(number, spec).as_deref(), Ok(text), "{number} {spec}");
        }
        assert_eq!(int(5, ".3d"), Err(FormatError::value("Precision not allowed in integer format specifier")));
        assert_eq!(int(-1, "c"), Err(FormatError::Overflow("%c arg not in range(0x110000)".to_owned())));
    }

    #[test]
    fn complex_numbers() {
        let complex = |real, imaginary, spec: &str| {
            let mut out = Vec::new();
            let spec = FormatSpec::parse(Wtf8::new(spec), Defaults::COMPLEX)?;
            format_complex(&mut out, &spec, real, imaginary)?;
            Ok::<_, FormatError>(String::from_utf8(out).unwrap_or_default())
        };
        assert_eq!(complex(3.0, 4.0, ".2f").as_deref(), Ok("3.00+4.00j"));
        assert_eq!(complex(3.0, 4.0, ">20").as_deref(), Ok("              (3+4j)"));
        assert_eq!(complex(0.0, 1.0, "").as_deref(), Ok("1j"));
        assert_eq!(
            complex(0.0, 1.0, "05"),
            Err(FormatError::value("Zero padding is not allowed in complex format specifier"))
        );
    }
}
