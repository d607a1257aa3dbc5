//! Character classes, case and line structure of Unicode text.
//!
//! What lives here: what the `str` methods ask about code points, with quick paths for ASCII. What must not:
//! string objects. Start at [`Property`]. Data: `rustpython-unicode` (ICU4X).

use super::ascii::{self, Class};
use super::{code_points, later_unicode};
use rustpython_unicode::{case, classify, identifier};
use rustpython_wtf8::Wtf8;
use std::ops::Range;

/// A class of characters that a `str.is...` method asks about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Property {
    Alpha,
    Alnum,
    Decimal,
    Digit,
    Numeric,
    Space,
    Printable,
}

impl Property {
    /// The character has the property; surrogates have none.
    pub fn holds(self, code_point: u32) -> bool {
        if code_point < 128 {
            let byte = code_point as u8;
            return match self {
                Property::Alpha => Class::ALPHA.contains(byte),
                Property::Alnum => Class::ALNUM.contains(byte),
                Property::Decimal | Property::Digit | Property::Numeric => Class::DIGIT.contains(byte),
                Property::Space => Class::STR_SPACE.contains(byte),
                Property::Printable => matches!(byte, 0x20..=0x7e),
            };
        }
        if later_unicode::is_unassigned(code_point) {
            return false;
        }
        let is_numeric = |c| classify::is_numeric(c) && !later_unicode::has_later_number(code_point);
        char::from_u32(code_point).is_some_and(|character| match self {
            Property::Alpha => classify::is_alpha(character),
            // CPython: isalpha() or isdecimal() or isdigit() or isnumeric().
            Property::Alnum => classify::is_alpha(character) || is_numeric(character),
            Property::Decimal => classify::is_decimal(character),
            Property::Digit => classify::is_digit(character),
            Property::Numeric => is_numeric(character),
            Property::Space => is_space(code_point),
            Property::Printable => classify::is_printable(character),
        })
    }

    /// Every character has the property, and there is one.
    pub fn holds_for_all(self, bytes: &[u8]) -> bool {
        !bytes.is_empty() && code_points::iterate(bytes).all(|code_point| self.holds(code_point))
    }
}

/// White space as `str.split`, `str.strip` and `str.isspace` see it.
#[inline]
pub fn is_space(code_point: u32) -> bool {
    match code_point {
        0..0x80 => Class::STR_SPACE.contains(code_point as u8),
        0x85 | 0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000 => true,
        _ => false,
    }
}

/// Where `str.splitlines` cuts.
#[inline]
pub fn is_line_break(code_point: u32) -> bool {
    match code_point {
        0..0x80 => Class::LINE_BREAK.contains(code_point as u8),
        0x85 | 0x2028 | 0x2029 => true,
        _ => false,
    }
}

/// Upper-, lower- and title-case letters, as `str.isupper` and its like see them.
fn is_upper(character: char) -> bool {
    case::is_uppercase(character) && !later_unicode::is_unassigned(u32::from(character))
}

fn is_lower(character: char) -> bool {
    let code_point = u32::from(character);
    case::is_lowercase(character) && !later_unicode::is_unassigned(code_point)
        || code_point == later_unicode::EARLIER_LOWER
}

/// `str.islower`: a cased character, and none of upper or title case.
pub fn is_lower_text(bytes: &[u8]) -> bool {
    let mut cased = false;
    for code_point in code_points::iterate(bytes) {
        let Some(character) = char::from_u32(code_point) else { continue };
        if is_upper(character) || case::is_titlecase(character) {
            return false;
        }
        cased = cased || is_lower(character);
    }
    cased
}

/// `str.isupper`: a cased character, and none of lower or title case.
pub fn is_upper_text(bytes: &[u8]) -> bool {
    let mut cased = false;
    for code_point in code_points::iterate(bytes) {
        let Some(character) = char::from_u32(code_point) else { continue };
        if is_lower(character) || case::is_titlecase(character) {
            return false;
        }
        cased = cased || is_upper(character);
    }
    cased
}

/// `str.istitle`: upper- or title-case letters only after uncased characters, lower-case ones only after
/// cased ones, and there is one.
pub fn is_title_text(bytes: &[u8]) -> bool {
    let (mut found, mut after_cased) = (false, false);
    for code_point in code_points::iterate(bytes) {
        let character = char::from_u32(code_point);
        if character.is_some_and(|c| is_upper(c) || case::is_titlecase(c)) {
            if after_cased {
                return false;
            }
            (found, after_cased) = (true, true);
        } else if character.is_some_and(is_lower) {
            if !after_cased {
                return false;
            }
        } else {
            after_cased = false;
        }
    }
    found
}

/// `str.isidentifier`: the text is a Python identifier (PEP 3131).
pub fn is_identifier(text: &Wtf8) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_ascii() {
        return bytes.first().is_some_and(|&byte| !Class::DIGIT.contains(byte)) && ascii::all(bytes, Class::IDENTIFIER);
    }
    let mut characters = text.code_points();
    characters.next().is_some_and(|first| first.is_char_and(identifier::is_start))
        && characters.all(|code_point| code_point.is_char_and(identifier::is_continue))
        && !code_points::iterate(bytes).any(later_unicode::is_unassigned)
}

/// The first run of white space at or after byte `from`.
pub fn next_space_run(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let mut offset = from;
    while offset < bytes.len() {
        let (code_point, next) = code_points::decode_at(bytes, offset);
        if is_space(code_point) {
            let mut end = next;
            while end < bytes.len() {
                let (code_point, next) = code_points::decode_at(bytes, end);
                if !is_space(code_point) {
                    break;
                }
                end = next;
            }
            return Some(offset..end);
        }
        offset = next;
    }
    None
}

/// The last run of white space before byte `to`.
pub fn previous_space_run(bytes: &[u8], to: usize) -> Option<Range<usize>> {
    let mut end = to;
    while end > 0 {
        let start = code_points::retreat(bytes, end, 1);
        if is_space(code_points::decode_at(bytes, start).0) {
            let mut first = start;
            while first > 0 {
                let previous = code_points::retreat(bytes, first, 1);
                if !is_space(code_points::decode_at(bytes, previous).0) {
                    break;
                }
                first = previous;
            }
            return Some(first..end);
        }
        end = start;
    }
    None
}

/// Ranges of lines; `keep_ends` includes the line break in its line. `is_break` says whether a code point
/// breaks lines (`\r\n` counts as one break).
pub fn lines(
    bytes: &[u8],
    keep_ends: bool,
    is_break: impl Fn(u32) -> bool,
    unicode: bool,
) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= bytes.len() {
            return None;
        }
        let mut offset = start;
        while offset < bytes.len() {
            let byte = bytes[offset];
            let (code_point, mut next) = if byte < 0x80 || !unicode {
                (u32::from(byte), offset + 1)
            } else {
                code_points::decode_at(bytes, offset)
            };
            if is_break(code_point) {
                if code_point == u32::from(b'\r') && bytes.get(next) == Some(&b'\n') {
                    next += 1;
                }
                let line = start..if keep_ends { next } else { offset };
                start = next;
                return Some(line);
            }
            offset = next;
        }
        let line = start..bytes.len();
        start = bytes.len();
        Some(line)
    })
}

/// The text without the leading (`start`) and trailing (`end`) code points for which `strips` holds.
pub fn strip(bytes: &[u8], start: bool, end: bool, strips: impl Fn(u32) -> bool) -> Range<usize> {
    let (mut from, mut to) = (0, bytes.len());
    while start && from < to {
        let (code_point, next) = code_points::decode_at(bytes, from);
        if !strips(code_point) {
            break;
        }
        from = next;
    }
    while end && to > from {
        let previous = code_points::retreat(bytes, to, 1);
        if !strips(code_points::decode_at(bytes, previous).0) {
            break;
        }
        to = previous;
    }
    from..to
}

/// A case mapping of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaseMapping {
    Lower,
    Upper,
    Title,
    Capitalize,
    Swap,
    Fold,
}

impl CaseMapping {
    /// The mapping of ASCII text, in place.
    pub fn apply_ascii(self, bytes: &mut [u8]) {
        match self {
            CaseMapping::Lower | CaseMapping::Fold => bytes.make_ascii_lowercase(),
            CaseMapping::Upper => bytes.make_ascii_uppercase(),
            CaseMapping::Title => ascii::title(bytes),
            CaseMapping::Capitalize => ascii::capitalize(bytes),
            CaseMapping::Swap => ascii::swap_case(bytes),
        }
    }

    /// The full mapping of Unicode text.
    pub fn apply(self, text: &Wtf8) -> Vec<u8> {
        if code_points::iterate(text.as_bytes()).any(later_unicode::has_later_case) {
            return later_unicode::with_case_aside(text.as_bytes(), |text| {
                Wtf8::from_bytes(text).map_or_else(|| text.to_vec(), |text| self.apply(text))
            });
        }
        if code_points::iterate(text.as_bytes()).any(later_unicode::is_unassigned) {
            return later_unicode::around(text.as_bytes(), later_unicode::is_unassigned, |stretch, out| {
                // What stands between whole code points is WTF-8 again.
                out.extend(Wtf8::from_bytes(stretch).map_or_else(|| stretch.to_vec(), |stretch| self.apply(stretch)));
            });
        }
        let mapped = match self {
            CaseMapping::Lower => text.to_lowercase(),
            CaseMapping::Upper => text.to_uppercase(),
            CaseMapping::Title => case::title_wtf8(text),
            CaseMapping::Capitalize => case::capitalize_wtf8(text),
            CaseMapping::Swap => case::swapcase_wtf8(text),
            CaseMapping::Fold => case::casefold_wtf8(text),
        };
        mapped.into_bytes()
    }
}

/// Columns a character takes in a terminal: two for wide East Asian ones.
pub fn display_columns(c: char) -> usize {
    let width = rustpython_unicode::Ucd::new(true).east_asian_width(rustpython_wtf8::CodePoint::from_char(c));
    if matches!(width, "W" | "F") { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_texts() {
        assert!(Property::Decimal.holds_for_all("٣4".as_bytes()) && !Property::Decimal.holds_for_all("²".as_bytes()));
        assert!(Property::Digit.holds_for_all("²".as_bytes()) && Property::Numeric.holds_for_all("½".as_bytes()));
        assert!(Property::Alpha.holds_for_all("éß".as_bytes()) && !Property::Alpha.holds_for_all(b""));
        assert!(is_title_text("Éa Bb".as_bytes()) && is_lower_text("é1".as_bytes()) && is_upper_text("É1".as_bytes()));
        assert!(is_identifier(Wtf8::new("naïve_1")) && !is_identifier(Wtf8::new("1é")));
    }

    #[test]
    fn spaces_agree_with_the_database() {
        for character in (0..0x11_0000).filter_map(char::from_u32) {
            assert_eq!(is_space(u32::from(character)), classify::is_space(character), "{character:?}");
        }
    }

    #[test]
    fn lines_and_strips() {
        let text = "a\r\nb\u{2028}c\n".as_bytes();
        assert!(lines(text, false, is_line_break, true).eq([0..1, 3..4, 7..8]));
        assert!(lines(text, true, is_line_break, true).eq([0..3, 3..7, 7..9]));
        let text = "\u{3000}é ".as_bytes();
        assert_eq!(strip(text, true, true, is_space), 3..5);
    }
}
