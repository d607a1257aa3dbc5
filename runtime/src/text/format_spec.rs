//! The format specification mini-language of `format()` and f-strings.
//!
//! What lives here: parsing of a specification, its messages, padding, and formatting of strings. What must
//! not: numbers (`format_number`), replacement fields (`template`). Start at [`FormatSpec::parse`].
//! Source: Python library reference, "Format Specification Mini-Language" (PEP 3101, 378, 515, 682).

use super::code_points;
use rustpython_wtf8::{CodePoint, Wtf8};
use smallvec::SmallVec;

/// What formatting can fail with; the message is the exception's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    Value(String),
    /// ValueError; the message is completed by " for object of type 'X'".
    ForType(String),
    Overflow(String),
    Memory,
}

impl FormatError {
    pub(crate) fn value(message: impl Into<String>) -> FormatError {
        FormatError::Value(message.into())
    }
}

/// Where padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Center,
    /// `=`: between the sign and the digits.
    AfterSign,
}

/// When positive numbers show a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Nothing was said: as `-`.
    Default,
    Minus,
    Plus,
    Space,
}

/// The thousands separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    None,
    Comma,
    Underscore,
}

impl Grouping {
    /// The character between groups.
    pub fn separator(self) -> Option<u8> {
        match self {
            Grouping::None => None,
            Grouping::Comma => Some(b','),
            Grouping::Underscore => Some(b'_'),
        }
    }
}

/// A parsed specification: `[[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision [grouping]][type]`.
#[derive(Clone, Copy, Debug)]
pub struct FormatSpec {
    pub fill: CodePoint,
    pub align: Align,
    pub align_given: bool,
    pub sign: Sign,
    /// `z`: a result of zero has no minus sign.
    pub no_negative_zero: bool,
    /// `#`.
    pub alternate: bool,
    pub width: usize,
    pub grouping: Grouping,
    pub precision: Option<usize>,
    pub fraction_grouping: Grouping,
    /// The presentation type; 0 if none was given and the type has no default.
    pub kind: u32,
}

/// What the object to be formatted takes for granted.
#[derive(Clone, Copy)]
pub struct Defaults {
    pub kind: u8,
    pub align: Align,
}

impl Defaults {
    pub const STR: Defaults = Defaults { kind: b's', align: Align::Left };
    pub const INT: Defaults = Defaults { kind: b'd', align: Align::Right };
    pub const FLOAT: Defaults = Defaults { kind: 0, align: Align::Right };
    pub const COMPLEX: Defaults = Defaults { kind: 0, align: Align::Right };
}

fn align_of(code_point: u32) -> Option<Align> {
    match u8::try_from(code_point) {
        Ok(b'<') => Some(Align::Left),
        Ok(b'>') => Some(Align::Right),
        Ok(b'^') => Some(Align::Center),
        Ok(b'=') => Some(Align::AfterSign),
        _ => None,
    }
}

/// A character in a message: itself if it is printable ASCII, else its number.
pub(crate) fn shown(kind: u32) -> String {
    match u8::try_from(kind) {
        Ok(byte @ 33..=127) => char::from(byte).to_string(),
        _ => format!("\\x{kind:x}"),
    }
}

/// The characters of a specification, read one by one.
struct Reader<'a> {
    points: &'a [u32],
    position: usize,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u32> {
        self.points.get(self.position + ahead).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek(0) == Some(u32::from(byte));
        self.position += usize::from(found);
        found
    }

    /// Decimal digits as a number, if there are any.
    fn number(&mut self) -> Result<Option<usize>, FormatError> {
        let start = self.position;
        let mut number: usize = 0;
        while let Some(digit) = self.peek(0).and_then(decimal_digit) {
            number = number
                .checked_mul(10)
                .and_then(|n| n.checked_add(digit))
                .filter(|&n| n <= isize::MAX as usize)
                .ok_or_else(|| FormatError::value("Too many decimal digits in format string"))?;
            self.position += 1;
        }
        Ok((self.position > start).then_some(number))
    }

    /// A `,` or `_`, or both, which is refused.
    fn grouping(&mut self) -> Result<Grouping, FormatError> {
        let both = || FormatError::value("Cannot specify both ',' and '_'.");
        let comma = self.accept(b',');
        if self.accept(b'_') {
            if comma || self.peek(0) == Some(u32::from(b',')) {
                return Err(both());
            }
            return Ok(Grouping::Underscore);
        }
        Ok(if comma { Grouping::Comma } else { Grouping::None })
    }
}

fn decimal_digit(code_point: u32) -> Option<usize> {
    match code_point {
        0x30..=0x39 => Some(code_point as usize - 0x30),
        0..0x80 => None,
        _ => {
            let character = char::from_u32(code_point).filter(|&c| rustpython_unicode::classify::is_decimal(c))?;
            rustpython_unicode::Ucd::new(true).decimal(CodePoint::from_char(character)).map(|digit| digit as usize)
        }
    }
}

impl FormatSpec {
    /// Parses `text`. ValueError with CPython's messages.
    pub fn parse(text: &Wtf8, defaults: Defaults) -> Result<FormatSpec, FormatError> {
        let points: SmallVec<[u32; 16]> = text.code_points().map(CodePoint::to_u32).collect();
        let mut reader = Reader { points: &points, position: 0 };
        let mut spec = FormatSpec {
            fill: CodePoint::from_char(' '),
            align: defaults.align,
            align_given: false,
            sign: Sign::Default,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: Grouping::None,
            precision: None,
            fraction_grouping: Grouping::None,
            kind: u32::from(defaults.kind),
        };
        let mut fill_given = false;
        if let Some(align) = reader.peek(1).and_then(align_of) {
            if let Some(fill) = reader.peek(0).and_then(CodePoint::from_u32) {
                (spec.fill, fill_given) = (fill, true);
            }
            (spec.align, spec.align_given) = (align, true);
            reader.position += 2;
        } else if let Some(align) = reader.peek(0).and_then(align_of) {
            (spec.align, spec.align_given) = (align, true);
            reader.position += 1;
        }
        for (byte, sign) in [(b'+', Sign::Plus), (b'-', Sign::Minus), (b' ', Sign::Space)] {
            if spec.sign == Sign::Default && reader.accept(byte) {
                spec.sign = sign;
            }
        }
        spec.no_negative_zero = reader.accept(b'z');
        spec.alternate = reader.accept(b'#');
        if !fill_given && reader.accept(b'0') {
            spec.fill = CodePoint::from_char('0');
            if !spec.align_given && defaults.align == Align::Right {
                spec.align = Align::AfterSign;
            }
        }
        spec.width = reader.number()?.unwrap_or(0);
        spec.grouping = reader.grouping()?;
        if reader.accept(b'.') {
            spec.precision = reader.number()?;
            spec.fraction_grouping = reader.grouping()?;
            if spec.precision.is_none() && spec.fraction_grouping == Grouping::None {
                return Err(FormatError::value("Format specifier missing precision"));
            }
        }
        match points.len() - reader.position {
            0 => {}
            1 => spec.kind = points[reader.position],
            _ => {
                return Err(FormatError::ForType(format!("Invalid format specifier '{}'", text.to_string_lossy())));
            }
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    /// The separators fit the presentation type.
    fn check_grouping(&self) -> Result<(), FormatError> {
        let cannot = |separator: u8| {
            FormatError::Value(format!("Cannot specify '{}' with '{}'.", char::from(separator), shown(self.kind)))
        };
        if let Some(separator) = self.grouping.separator() {
            match u8::try_from(self.kind) {
                Ok(b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0) => {}
                Ok(b'b' | b'o' | b'x' | b'X') if self.grouping == Grouping::Underscore => {}
                _ => return Err(cannot(separator)),
            }
        }
        match self.fraction_grouping.separator() {
            Some(separator) if self.kind == u32::from(b'n') => Err(cannot(separator)),
            _ => Ok(()),
        }
    }

    /// "Unknown format code 'q' for object of type 'int'".
    pub fn unknown_code(&self) -> FormatError {
        FormatError::ForType(format!("Unknown format code '{}'", shown(self.kind)))
    }

    /// Appends `text`, of `length` code points, padded to the width.
    pub fn pad(&self, out: &mut Vec<u8>, text: &[u8], length: usize) -> Result<(), FormatError> {
        let padding = self.width.saturating_sub(length);
        let left = match self.align {
            Align::Left => 0,
            Align::Right | Align::AfterSign => padding,
            Align::Center => padding / 2,
        };
        reserve(out, padding.checked_mul(self.fill.len_wtf8()).and_then(|n| n.checked_add(text.len())))?;
        self.fill(out, left);
        out.extend_from_slice(text);
        self.fill(out, padding - left);
        Ok(())
    }

    /// Appends the fill character `count` times; the room was reserved.
    pub(crate) fn fill(&self, out: &mut Vec<u8>, count: usize) {
        if self.fill.is_ascii() {
            out.resize(out.len() + count, self.fill.to_u32() as u8);
        } else {
            for _ in 0..count {
                code_points::push(out, self.fill.to_u32());
            }
        }
    }

    /// `str.__format__`: appends `text` (of `length` code points), cut to the precision and padded.
    pub fn format_str(&self, out: &mut Vec<u8>, text: &[u8], length: usize) -> Result<(), FormatError> {
        match self.sign {
            Sign::Default => {}
            Sign::Space => return Err(FormatError::value("Space not allowed in string format specifier")),
            Sign::Minus | Sign::Plus => return Err(FormatError::value("Sign not allowed in string format specifier")),
        }
        if self.no_negative_zero {
            return Err(FormatError::value("Negative zero coercion (z) not allowed in string format specifier"));
        }
        if self.alternate {
            return Err(FormatError::value("Alternate form (#) not allowed in string format specifier"));
        }
        if self.align == Align::AfterSign {
            return Err(FormatError::value("'=' alignment not allowed in string format specifier"));
        }
        match self.precision {
            Some(precision) if precision < length => {
                let end = code_points::advance(text, 0, precision);
                self.pad(out, &text[..end], precision)
            }
            _ => self.pad(out, text, length),
        }
    }
}

/// Makes room for `additional` bytes; MemoryError if there is none.
pub(crate) fn reserve(out: &mut Vec<u8>, additional: Option<usize>) -> Result<(), FormatError> {
    let additional = additional.ok_or(FormatError::Memory)?;
    out.try_reserve(additional).map_err(|_| FormatError::Memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn str_format(text: &str, spec: &str) -> Result<String, FormatError> {
        let mut out = Vec::new();
        FormatSpec::parse(Wtf8::new(spec), Defaults::STR)?.format_str(
            &mut out,
            text.as_bytes(),
            text.chars().count(),
        )?;
        Ok(String::from_utf8(out).unwrap_or_default())
    }

    #[test]
    fn strings_are_cut_and_padded() {
        assert_eq!(str_format("xa", "é^9").as_deref(), Ok("éééxaéééé"));
        assert_eq!(str_format("a", "05").as_deref(), Ok("a0000"));
        assert_eq!(str_format("éab", ".1").as_deref(), Ok("é"));
        assert_eq!(str_format("ab", ">4").as_deref(), Ok("  ab"));
    }

    #[test]
    fn mistakes_have_their_messages() {
        let message = |text: &str| match FormatSpec::parse(Wtf8::new(text), Defaults::INT) {
            Err(FormatError::Value(message) | FormatError::ForType(message)) => message,
            other => format!("{other:?}"),
        };
        assert_eq!(message(",_"), "Cannot specify both ',' and '_'.");
        assert_eq!(message("_,"), "Cannot specify both ',' and '_'.");
        assert_eq!(message(",,"), "Cannot specify ',' with ','.");
        assert_eq!(message("5."), "Format specifier missing precision");
        assert_eq!(message(",\u{1}"), "Cannot specify ',' with '\\x1'.");
        assert_eq!(message("99999999999999999999d"), "Too many decimal digits in format string");
        assert_eq!(message("zxy"), "Invalid format specifier 'zxy'");
    }
}
