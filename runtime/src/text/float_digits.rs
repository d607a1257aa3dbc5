//! Decimal renderings of doubles: the conversions `e`, `f`, `g` and `r` (repr) that formatting is built on.
//!
//! What lives here: digits, exponent layout, signs, infinities. What must not: padding and grouping
//! (`format_number`). Start at [`FloatStyle::render`].
//!
//! Rust's formatting is exact for any precision, as C's `printf` is. The shortest digits come from Ryu (Ulf Adams,
//! "Ryū: fast float-to-string conversion", PLDI 2018), which rounds a tie to the even digit as David Gay's algorithm
//! does in CPython; Rust's own shortest digits do not.

/// How a number is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// `1.500000e+00`: `precision` digits after the point.
    Exponent,
    /// `1.500000`: `precision` digits after the point.
    Fixed,
    /// `1.5`: `precision` significant digits, trailing zeros dropped, exponent if that is shorter.
    General,
    /// The shortest text that reads back as the same number.
    Repr,
}

/// A conversion with its flags.
#[derive(Clone, Copy, Debug)]
pub struct FloatStyle {
    pub conversion: Conversion,
    pub precision: usize,
    /// `1E+16`, `INF`, `NAN`.
    pub upper: bool,
    /// Always a decimal point, and no dropping of trailing zeros.
    pub alternate: bool,
    /// `1.0` and not `1`, when the result would look like an int.
    pub add_dot_zero: bool,
    /// A result of zero has no minus sign.
    pub no_negative_zero: bool,
}

/// The most digits behind the point for which [`scaled`] has room.
const MAX_SCALED_DIGITS: usize = 22;

/// `magnitude * 10**digits` to the nearest whole number, ties to even: what fixed notation shows without its point.
/// `None` if a machine word pair may be too small for the exact product.
pub fn scaled(magnitude: f64, digits: usize) -> Option<u128> {
    if digits > MAX_SCALED_DIGITS || !magnitude.is_finite() {
        return None;
    }
    let bits = magnitude.to_bits() & !(1 << 63);
    let (biased, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    // 53 bits and at most 74 (10**22): exact.
    let product = u128::from(mantissa) * 10u128.pow(digits as u32);
    match u32::try_from(exponent) {
        Ok(shift) => (shift < product.leading_zeros()).then(|| product << shift),
        Err(_) => match exponent.unsigned_abs() {
            // Less than a half.
            128.. => Some(0),
            shift => {
                let (whole, rest, half) = (product >> shift, product & ((1 << shift) - 1), 1 << (shift - 1));
                Some(whole + u128::from(rest > half || rest == half && whole & 1 == 1))
            }
        },
    }
}

/// More digits than any double has behind the point; the rest is zeros.
const MAX_EXACT_DIGITS: usize = 1100;

impl FloatStyle {
    /// `repr()`.
    pub const REPR: FloatStyle = FloatStyle {
        conversion: Conversion::Repr,
        precision: 0,
        upper: false,
        alternate: false,
        add_dot_zero: true,
        no_negative_zero: false,
    };

    /// The number's text: a minus sign if negative, digits, point, exponent; or `inf`, `nan`.
    pub fn render(&self, number: f64) -> String {
        if number.is_nan() {
            return if self.upper { "NAN" } else { "nan" }.to_owned();
        }
        if number.is_infinite() {
            let text = if number < 0.0 { "-inf" } else { "inf" };
            return if self.upper { text.to_ascii_uppercase() } else { text.to_owned() };
        }
        let magnitude = number.abs();
        if let Some(text) = self.render_plainly(number, magnitude) {
            return text;
        }
        let mut digits = Digits::of(magnitude, self);
        let zero = digits.text.iter().all(|&digit| digit == b'0');
        let negative = number.is_sign_negative() && !(zero && self.no_negative_zero);
        let precision = match self.conversion {
            Conversion::General => self.precision.max(1),
            Conversion::Exponent | Conversion::Fixed | Conversion::Repr => self.precision,
        };
        let exponent_shown = match self.conversion {
            Conversion::Exponent => true,
            Conversion::Fixed => false,
            Conversion::General => {
                let limit = precision as i64 - i64::from(self.add_dot_zero);
                digits.point <= -4 || digits.point > limit
            }
            Conversion::Repr => digits.point <= -4 || digits.point > 16,
        };
        if self.conversion == Conversion::General {
            if self.alternate {
                digits.text.resize(precision, b'0');
            } else {
                digits.drop_trailing_zeros();
            }
        }
        let mut out = String::with_capacity(digits.text.len() + 8);
        if negative {
            out.push('-');
        }
        let exponent = digits.point - 1;
        if exponent_shown {
            digits.point = 1;
        }
        digits.write(&mut out, self.alternate, self.add_dot_zero && !exponent_shown);
        if exponent_shown {
            let letter = if self.upper { 'E' } else { 'e' };
            let sign = if exponent < 0 { '-' } else { '+' };
            out.push_str(&format!("{letter}{sign}{:02}", exponent.unsigned_abs()));
        }
        out
    }

    /// The common cases of [`FloatStyle::render`], with no steps between: `repr` without an exponent, and fixed
    /// notation with few digits. `None`: it is none of these.
    fn render_plainly(&self, number: f64, magnitude: f64) -> Option<String> {
        match self.conversion {
            Conversion::Repr => {
                // Here Ryu's layout is Python's.
                let same_layout = magnitude == 0.0 || (1e-4..1e16).contains(&magnitude);
                (same_layout && self.add_dot_zero && !self.no_negative_zero)
                    .then(|| ryu::Buffer::new().format_finite(number).to_owned())
            }
            Conversion::Fixed => {
                let scaled = scaled(magnitude, self.precision)?;
                if self.alternate || self.add_dot_zero || scaled == 0 && self.no_negative_zero {
                    return None;
                }
                // 39 digits has the greatest number of 128 bits.
                let mut digits = [b'0'; 40];
                let (mut first, mut rest) = (digits.len(), scaled);
                while rest > 0 || digits.len() - first <= self.precision {
                    first -= 1;
                    // Division of one word is much quicker than that of two.
                    let (quotient, digit) = match u64::try_from(rest) {
                        Ok(word) => (u128::from(word / 10), (word % 10) as u8),
                        Err(_) => (rest / 10, (rest % 10) as u8),
                    };
                    digits[first] = b'0' + digit;
                    rest = quotient;
                }
                let (whole, fraction) = digits[first..].split_at(digits.len() - first - self.precision);
                let mut out = String::with_capacity(digits.len() - first + 2);
                if number.is_sign_negative() {
                    out.push('-');
                }
                out.extend(whole.iter().map(|&digit| char::from(digit)));
                if !fraction.is_empty() {
                    out.push('.');
                    out.extend(fraction.iter().map(|&digit| char::from(digit)));
                }
                Some(out)
            }
            Conversion::Exponent | Conversion::General => None,
        }
    }
}

/// Decimal digits with the place of the point: `0.d1d2d3... * 10^point`.
struct Digits {
    text: Vec<u8>,
    point: i64,
}

impl Digits {
    /// The digits of a finite number that is not negative.
    fn of(magnitude: f64, style: &FloatStyle) -> Digits {
        match style.conversion {
            Conversion::Repr => Digits::shortest(magnitude),
            Conversion::General => {
                let precision = style.precision.max(1) - 1;
                Digits::from_scientific(&format!("{magnitude:.*e}", precision.min(MAX_EXACT_DIGITS)))
            }
            Conversion::Exponent => {
                let mut digits =
                    Digits::from_scientific(&format!("{magnitude:.*e}", style.precision.min(MAX_EXACT_DIGITS)));
                digits.text.resize(style.precision + 1, b'0');
                digits
            }
            Conversion::Fixed => {
                let text = format!("{magnitude:.*}", style.precision.min(MAX_EXACT_DIGITS));
                let point = text.find('.').unwrap_or(text.len());
                let mut digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
                digits.resize(point + style.precision, b'0');
                Digits { text: digits, point: point as i64 }
            }
        }
    }

    /// The shortest digits that read back as the same number, of those the nearest.
    fn shortest(magnitude: f64) -> Digits {
        let mut buffer = ryu::Buffer::new();
        // `125.0`, `0.00125` or `1.25e-10`
        let text = buffer.format_finite(magnitude);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
        if zeros == digits.len() {
            return Digits { text: vec![b'0'], point: 1 };
        }
        let exponent = exponent.parse::<i64>().unwrap_or(0);
        let point = whole.len() as i64 + exponent - zeros as i64;
        let mut digits = Digits { text: digits[zeros..].to_vec(), point };
        digits.drop_trailing_zeros();
        digits
    }

    /// From Rust's `1.25e-3`.
    fn from_scientific(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        Digits { text: digits, point: exponent.parse::<i64>().unwrap_or(0) + 1 }
    }

    fn drop_trailing_zeros(&mut self) {
        while self.text.len() > 1 && self.text.last() == Some(&b'0') {
            self.text.pop();
        }
    }

    /// Writes the digits with the point in its place.
    fn write(&self, out: &mut String, keep_point: bool, add_dot_zero: bool) {
        let push = |out: &mut String, digits: &[u8]| out.extend(digits.iter().map(|&digit| char::from(digit)));
        let count = self.text.len() as i64;
        let whole = self.point.max(0);
        if whole == 0 {
            out.push('0');
        } else {
            push(out, &self.text[..whole.min(count) as usize]);
            out.extend(std::iter::repeat_n('0', (whole - count).max(0) as usize));
        }
        let has_fraction = count > self.point;
        if has_fraction {
            out.push('.');
            out.extend(std::iter::repeat_n('0', (-self.point).max(0) as usize));
            push(out, &self.text[whole.min(count) as usize..]);
        } else if keep_point {
            out.push('.');
            if add_dot_zero {
                out.push('0');
            }
        } else if add_dot_zero {
            out.push_str(".0");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(conversion: Conversion, precision: usize) -> FloatStyle {
        FloatStyle { conversion, precision, ..FloatStyle { add_dot_zero: false, ..FloatStyle::REPR } }
    }

    #[test]
    fn repr_is_shortest() {
        for (number, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (5e-324, "5e-324"),
            // Between ...12 and ...13: the even one.
            (161852602146008.125, "161852602146008.12"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(FloatStyle::REPR.render(number), text);
        }
    }

    #[test]
    fn plain_fixed_notation_is_the_exact_one() {
        // Rust's own formatting is exact, ties to even.
        let mut bits = 0x9e37_79b9_7f4a_7c15u64;
        for round in 0..20_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Exponents around 1, and halves and quarters, where ties are.
            let number = match round % 3 {
                0 => f64::from_bits(bits >> 12 | (960 + (bits & 127)) << 52),
                1 => (bits >> 40) as f64 / 8.0,
                _ => (bits >> 30) as f64 / 1000.0,
            };
            for digits in [0, 1, 2, 3, 6, 12, 17] {
                assert_eq!(style(Conversion::Fixed, digits).render(number), format!("{number:.digits$}"));
                assert_eq!(style(Conversion::Fixed, digits).render(-number), format!("{:.digits$}", -number));
            }
        }
        assert_eq!(style(Conversion::Fixed, 2).render(5e-324), "0.00");
        assert_eq!(style(Conversion::Fixed, 2).render(-0.0), "-0.00");
        assert_eq!(style(Conversion::Fixed, 0).render(1.5e22), "15000000000000000000000");
    }

    #[test]
    fn conversions_follow_c() {
        assert_eq!(style(Conversion::Exponent, 3).render(1234.5), "1.234e+03");
        assert_eq!(style(Conversion::Exponent, 0).render(1234.5), "1e+03");
        assert_eq!(style(Conversion::Fixed, 2).render(2.675), "2.67");
        assert_eq!(style(Conversion::Fixed, 0).render(2.5), "2");
        assert_eq!(style(Conversion::Fixed, 0).render(0.5), "0");
        assert_eq!(style(Conversion::General, 6).render(1234567.0), "1.23457e+06");
        assert_eq!(style(Conversion::General, 6).render(0.0001), "0.0001");
        assert_eq!(style(Conversion::General, 6).render(100000.0), "100000");
        assert_eq!(style(Conversion::General, 0).render(12.0), "1e+01");
        assert_eq!(FloatStyle { alternate: true, ..style(Conversion::General, 6) }.render(1.0), "1.00000");
        assert_eq!(FloatStyle { alternate: true, ..style(Conversion::Fixed, 0) }.render(1.0), "1.");
        assert_eq!(style(Conversion::Fixed, 3).render(0.0), "0.000");
        assert_eq!(style(Conversion::Exponent, 2).render(0.0), "0.00e+00");
    }
}
