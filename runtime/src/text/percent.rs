//! printf-style formatting: `format % values`, for str and bytes.
//!
//! What lives here: the directive parser and the layout of converted numbers and texts. What must not:
//! fetching and converting the values (`dispatch/percent.rs`). Start at [`Parser`].
//! Source: Python library reference, "printf-style String Formatting".

use super::code_points;
use super::float_digits::{Conversion, FloatStyle};
use std::ops::Range;

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    Absent,
    Number(usize),
    /// `*`: the next value says.
    Star,
}

/// One `%...` of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Byte range of the key in `%(key)s`.
    pub key: Option<Range<usize>>,
    /// `-`: pad on the right.
    pub left: bool,
    /// `+`.
    pub plus: bool,
    /// A space: where a plus sign would stand.
    pub blank: bool,
    /// `#`.
    pub alternate: bool,
    /// `0`: pad numbers with zeros.
    pub zero: bool,
    pub width: Count,
    pub precision: Count,
    /// The conversion character; `None` if the format ends before it.
    pub conversion: Option<u32>,
    /// Index of the conversion character in the format, in code points (bytes for a bytes format).
    pub index: usize,
}

/// A part of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the format to be copied.
    Literal(Range<usize>),
    /// `%%`.
    Percent,
    Directive(Directive),
}

/// ValueErrors of the format itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentError {
    IncompleteKey,
    WidthTooBig,
    PrecisionTooBig,
}

impl PercentError {
    pub fn message(self) -> &'static str {
        match self {
            PercentError::IncompleteKey => "incomplete format key",
            PercentError::WidthTooBig => "width too big",
            PercentError::PrecisionTooBig => "precision too big",
        }
    }
}

/// Takes a format apart: an iterator of pieces.
pub struct Parser<'a> {
    format: &'a [u8],
    offset: usize,
    /// The format is generalised UTF-8, not bytes.
    unicode: bool,
}

impl<'a> Parser<'a> {
    pub fn new(format: &'a [u8], unicode: bool) -> Parser<'a> {
        Parser { format, offset: 0, unicode }
    }

    /// `s` or `d`, if the next piece is such a directive and nothing else; most are.
    pub fn plain(&mut self) -> Option<u8> {
        match self.format[self.offset..] {
            [b'%', letter @ (b's' | b'd'), ..] => {
                self.offset += 2;
                Some(letter)
            }
            _ => None,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.offset).copied()
    }

    fn count(&mut self, limit: usize, too_big: PercentError) -> Result<Count, PercentError> {
        if self.peek() == Some(b'*') {
            self.offset += 1;
            return Ok(Count::Star);
        }
        let start = self.offset;
        let mut number = 0usize;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number
                .checked_mul(10)
                .and_then(|n| n.checked_add((digit - b'0') as usize))
                .filter(|&n| n <= limit)
                .ok_or(too_big)?;
            self.offset += 1;
        }
        Ok(if self.offset > start { Count::Number(number) } else { Count::Absent })
    }

    fn key(&mut self) -> Result<Range<usize>, PercentError> {
        let start = self.offset;
        let mut depth = 1;
        while let Some(byte) = self.peek() {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            self.offset += 1;
            if depth == 0 {
                return Ok(start..self.offset - 1);
            }
        }
        Err(PercentError::IncompleteKey)
    }

    fn directive(&mut self) -> Result<Piece, PercentError> {
        let mut directive = Directive {
            key: None,
            left: false,
            plus: false,
            blank: false,
            alternate: false,
            zero: false,
            width: Count::Absent,
            precision: Count::Absent,
            conversion: None,
            index: 0,
        };
        if self.peek() == Some(b'%') {
            self.offset += 1;
            return Ok(Piece::Percent);
        }
        if self.peek() == Some(b'(') {
            self.offset += 1;
            directive.key = Some(self.key()?);
        }
        while let Some(flag) = self.peek() {
            match flag {
                b'-' => directive.left = true,
                b'+' => directive.plus = true,
                b' ' => directive.blank = true,
                b'#' => directive.alternate = true,
                b'0' => directive.zero = true,
                _ => break,
            }
            self.offset += 1;
        }
        directive.width = self.count(isize::MAX as usize, PercentError::WidthTooBig)?;
        if self.peek() == Some(b'.') {
            self.offset += 1;
            directive.precision = match self.count(i32::MAX as usize - 1, PercentError::PrecisionTooBig)? {
                Count::Absent => Count::Number(0),
                precision => precision,
            };
        }
        // C's length modifiers mean nothing.
        if let Some(b'h' | b'l' | b'L') = self.peek() {
            self.offset += 1;
        }
        directive.index = if self.unicode { code_points::count(&self.format[..self.offset]) } else { self.offset };
        if self.offset < self.format.len() {
            let (conversion, next) = if self.unicode {
                code_points::decode_at(self.format, self.offset)
            } else {
                (u32::from(self.format[self.offset]), self.offset + 1)
            };
            directive.conversion = Some(conversion);
            self.offset = next;
        }
        Ok(Piece::Directive(directive))
    }
}

impl Iterator for Parser<'_> {
    type Item = Result<Piece, PercentError>;

    fn next(&mut self) -> Option<Result<Piece, PercentError>> {
        let rest = &self.format[self.offset..];
        if rest.is_empty() {
            return None;
        }
        let literal = memchr::memchr(b'%', rest).unwrap_or(rest.len());
        if literal > 0 {
            let start = self.offset;
            self.offset += literal;
            return Some(Ok(Piece::Literal(start..self.offset)));
        }
        self.offset += 1;
        Some(self.directive())
    }
}

/// "unsupported format character 'q' (0x71) at index 1"
pub fn unsupported(conversion: u32, index: usize) -> String {
    let shown = match u8::try_from(conversion) {
        Ok(byte @ 31..=126) => char::from(byte),
        _ => '?',
    };
    format!("unsupported format character '{shown}' (0x{conversion:x}) at index {index}")
}

/// The style of a float conversion: `e`, `E`, `f`, `F`, `g`, `G`.
pub fn float_style(conversion: u8, precision: Option<usize>, alternate: bool) -> FloatStyle {
    let kind = match conversion.to_ascii_lowercase() {
        b'e' => Conversion::Exponent,
        b'f' => Conversion::Fixed,
        _ => Conversion::General,
    };
    FloatStyle {
        conversion: kind,
        precision: precision.unwrap_or(6),
        upper: conversion.is_ascii_uppercase(),
        alternate,
        add_dot_zero: false,
        no_negative_zero: false,
    }
}

/// Width, precision and flags with `*` resolved.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout {
    pub left: bool,
    pub plus: bool,
    pub blank: bool,
    pub alternate: bool,
    pub zero: bool,
    pub width: usize,
    pub precision: Option<usize>,
}

/// The digits of an int made into its text: at least `precision` digits, the prefix of `#`, the sign.
/// `digits` have no sign and are in lower case.
pub fn int_text(layout: &Layout, negative: bool, digits: &[u8], conversion: u8) -> (Vec<u8>, usize) {
    let prefix: &[u8] = match (layout.alternate, conversion) {
        (true, b'o') => b"0o",
        (true, b'x') => b"0x",
        (true, b'X') => b"0X",
        _ => b"",
    };
    let mut text = Vec::with_capacity(digits.len() + 3);
    if negative {
        text.push(b'-');
    }
    text.extend_from_slice(prefix);
    let zeros = layout.precision.unwrap_or(0).saturating_sub(digits.len());
    text.resize(text.len() + zeros, b'0');
    if conversion == b'X' {
        text.extend(digits.iter().map(u8::to_ascii_uppercase));
    } else {
        text.extend_from_slice(digits);
    }
    (text, prefix.len())
}

/// Appends a number: `text` may start with a minus sign, then `prefix` bytes of prefix.
pub fn push_number(out: &mut Vec<u8>, layout: &Layout, text: &[u8], prefix: usize) {
    let (sign, rest): (&[u8], &[u8]) = match text {
        [b'-', rest @ ..] => (b"-", rest),
        _ if layout.plus => (b"+", text),
        _ if layout.blank => (b" ", text),
        _ => (b"", text),
    };
    let padding = layout.width.saturating_sub(sign.len() + rest.len());
    let (prefix, digits) = rest.split_at(prefix);
    let (before, zeros, after) = match (layout.left, layout.zero) {
        (true, _) => (0, 0, padding),
        (false, true) => (0, padding, 0),
        (false, false) => (padding, 0, 0),
    };
    out.resize(out.len() + before, b' ');
    out.extend_from_slice(sign);
    out.extend_from_slice(prefix);
    out.resize(out.len() + zeros, b'0');
    out.extend_from_slice(digits);
    out.resize(out.len() + after, b' ');
}

/// Appends text of `length` units, padded with spaces.
pub fn push_text(out: &mut Vec<u8>, layout: &Layout, text: &[u8], length: usize) {
    let padding = layout.width.saturating_sub(length);
    if !layout.left {
        out.resize(out.len() + padding, b' ');
    }
    out.extend_from_slice(text);
    if layout.left {
        out.resize(out.len() + padding, b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives() {
        let pieces: Vec<_> = Parser::new("é%%%(a(b)c)-+05.3ld%".as_bytes(), true).collect();
        assert_eq!(pieces[0], Ok(Piece::Literal(0..2)));
        assert_eq!(pieces[1], Ok(Piece::Percent));
        match &pieces[2] {
            Ok(Piece::Directive(d)) => {
                assert!(d.left && d.plus && d.zero && !d.blank && !d.alternate);
                assert_eq!(
                    (d.width, d.precision, d.conversion, d.index),
                    (Count::Number(5), Count::Number(3), Some(u32::from('d')), 18)
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(&pieces[3], Ok(Piece::Directive(Directive { conversion: None, .. }))));
        assert_eq!(Parser::new(b"%(a", true).next(), Some(Err(PercentError::IncompleteKey)));
    }

    #[test]
    fn numbers() {
        let layout =
            Layout { left: false, plus: false, blank: false, alternate: true, zero: true, width: 8, precision: None };
        let mut out = Vec::new();
        let (text, prefix) = int_text(&layout, true, b"ff", b'x');
        push_number(&mut out, &layout, &text, prefix);
        assert_eq!(out, b"-0x000ff");
    }
}
