//! Regular expressions: programs made of the codes of the stdlib's `re._compiler`, and the machine that runs them.
//!
//! What lives here: translation of codes ([`program`], [`compile`]), character sets ([`charset`]), matching
//! ([`machine`]) and searching ([`search`]). What must not: the Python objects (`modules/sre`).
//! Start at [`search::search`].
//!
//! Subjects are bytes: Latin-1 for bytes objects and ASCII strings, generalised UTF-8 for other strings
//! ([`Subject`]). Positions are byte offsets throughout; only who reports them to Python counts code points.

pub mod charset;
pub mod compile;
pub mod machine;
pub mod program;
pub mod search;

use super::code_points;
use super::properties::{self, Property, is_space};
use rustpython_unicode::case;

/// How the bytes of a subject are characters.
pub trait Subject: Copy {
    /// The character at `at`, which is before the end, and the offset behind it.
    fn next(self, at: usize) -> (u32, usize);
    /// The offset of the character before `at`, which is behind the start.
    fn previous(self, at: usize) -> usize;
    /// All bytes up to the end of the search.
    fn bytes(&self) -> &[u8];
    /// Every byte is a character.
    const SINGLE_BYTE: bool;

    fn end(self) -> usize;
}

/// Every byte is a character: bytes objects, and strings that are ASCII.
#[derive(Clone, Copy)]
pub struct Latin1<'a>(pub &'a [u8]);

/// Generalised UTF-8.
#[derive(Clone, Copy)]
pub struct Utf8<'a>(pub &'a [u8]);

impl Subject for Latin1<'_> {
    const SINGLE_BYTE: bool = true;
    #[inline(always)]
    fn next(self, at: usize) -> (u32, usize) {
        (u32::from(self.0[at]), at + 1)
    }
    #[inline(always)]
    fn previous(self, at: usize) -> usize {
        at - 1
    }
    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        self.0
    }
    #[inline(always)]
    fn end(self) -> usize {
        self.0.len()
    }
}

impl Subject for Utf8<'_> {
    const SINGLE_BYTE: bool = false;
    #[inline(always)]
    fn next(self, at: usize) -> (u32, usize) {
        let byte = self.0[at];
        if byte < 0x80 { (u32::from(byte), at + 1) } else { code_points::decode_at(self.0, at) }
    }
    #[inline(always)]
    fn previous(self, at: usize) -> usize {
        code_points::retreat(self.0, at, 1)
    }
    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        self.0
    }
    #[inline(always)]
    fn end(self) -> usize {
        self.0.len()
    }
}

/// How two characters are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    Exact,
    /// `re.IGNORECASE` with `re.ASCII`.
    Ascii,
    /// `re.IGNORECASE` with `re.LOCALE`, in the C locale: patterns keep their case.
    Locale,
    Unicode,
}

impl Case {
    /// The character that stands for all of its cases.
    #[inline]
    pub fn fold(self, character: u32) -> u32 {
        match self {
            Case::Exact => character,
            Case::Ascii | Case::Locale => lower_ascii(character),
            Case::Unicode => lower_unicode(character),
        }
    }
}

/// ASCII letters in lower case.
pub fn lower_ascii(character: u32) -> u32 {
    match u8::try_from(character) {
        Ok(byte) => u32::from(byte.to_ascii_lowercase()),
        Err(_) => character,
    }
}

/// The simple lower-case mapping.
pub fn lower_unicode(character: u32) -> u32 {
    match character {
        0..0x80 => lower_ascii(character),
        _ => char::from_u32(character).map_or(character, |c| u32::from(case::simple_lowercase(c))),
    }
}

/// The simple upper-case mapping.
pub fn upper_unicode(character: u32) -> u32 {
    char::from_u32(character).map_or(character, |c| u32::from(case::simple_uppercase(c)))
}

/// A class of characters in a pattern: `\d`, `\s`, `\w` and where `.` stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Category {
    Digit,
    Space,
    Word,
    LineBreak,
    UnicodeDigit,
    UnicodeSpace,
    UnicodeWord,
    UnicodeLineBreak,
}

impl Category {
    pub fn contains(self, character: u32) -> bool {
        let ascii = |test: fn(&u8) -> bool| u8::try_from(character).is_ok_and(|byte| test(&byte));
        match self {
            Category::Digit => ascii(u8::is_ascii_digit),
            Category::Space => matches!(character, 9..=13 | 32),
            Category::Word => ascii(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'),
            Category::LineBreak => character == 10,
            Category::UnicodeDigit => Property::Decimal.holds(character),
            Category::UnicodeSpace => is_space(character),
            Category::UnicodeWord => character == u32::from(b'_') || Property::Alnum.holds(character),
            Category::UnicodeLineBreak => properties::is_line_break(character),
        }
    }
}
