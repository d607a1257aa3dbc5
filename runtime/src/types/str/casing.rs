//! Methods of `str` about the case and classes of characters.

use super::Str;
use crate::error::PyResult;
use crate::object::Gc;
use crate::text::ascii::{self, Class};
use crate::text::properties::{self, CaseMapping, Property};
use crate::thread::Thread;
use taipan_macros::py_methods;

/// The text under a case mapping.
fn map(this: Gc<Str>, thread: &Thread, mapping: CaseMapping) -> PyResult<Gc<Str>> {
    if this.is_ascii() {
        let bytes = this.as_bytes(thread);
        return Str::fresh(thread, bytes.len(), bytes.len(), |target| {
            target.copy_from_slice(bytes);
            mapping.apply_ascii(target);
        });
    }
    Ok(Str::from_wtf8_bytes_unchecked(thread, &mapping.apply(this.as_wtf8(thread))))
}

/// Every character has the property, and there is one.
fn has(this: Gc<Str>, thread: &Thread, class: Class, property: Property) -> bool {
    let bytes = this.as_bytes(thread);
    if this.is_ascii() { ascii::all(bytes, class) } else { property.holds_for_all(bytes) }
}

#[py_methods(class = "str")]
impl Str {
    /// Return a copy of the string converted to lowercase.
    #[method(signature = "(self, /)", pure)]
    fn lower(this: Gc<Str>, thread: &Thread) -> PyResult<Gc<Str>> {
        map(this, thread, CaseMapping::Lower)
    }

    /// Return a copy of the string converted to uppercase.
    #[method(signature = "(self, /)", pure)]
    fn upper(this: Gc<Str>, thread: &Thread) -> PyResult<Gc<Str>> {
        map(this, thread, CaseMapping::Upper)
    }

    /// Return a version of the string where each word is titlecased.
    ///
    /// More specifically, words start with uppercased characters and all remaining
    /// cased characters have lower case.
    #[method(signature = "(self, /)", pure)]
    fn title(this: Gc<Str>, thread: &Thread) -> PyResult<Gc<Str>> {
        map(this, thread, CaseMapping::Title)
    }

    /// Return a capitalized version of the string.
    ///
    /// More specifically, make the first character have upper case and the rest lower
    /// case.
    #[method(signature = "(self, /)", pure)]
    fn capitalize(this: Gc<Str>, thread: &Thread) -> PyResult<Gc<Str>> {
        map(this, thread, CaseMapping::Capitalize)
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[method(signature = "(self, /)", pure)]
    fn swapcase(this: Gc<Str>, thread: &Thread) -> PyResult<Gc<Str>> {
        map(this, thread, CaseMapping::Swap)
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[method(signature = "(self, /)", pure)]
    fn casefold(this: Gc<Str>, thread: &Thread) -> PyResult<Gc<Str>> {
        map(this, thread, CaseMapping::Fold)
    }

    /// Return True if all characters in the string are ASCII, False otherwise.
    ///
    /// ASCII characters have code points in the range U+0000-U+007F.
    /// Empty string is ASCII too.
    #[method(signature = "(self, /)", pure, no_raise, no_collect)]
    fn isascii(this: Gc<Str>) -> bool {
        this.is_ascii()
    }

    /// Return True if the string is a lowercase string, False otherwise.
    ///
    /// A string is lowercase if all cased characters in the string are lowercase and
    /// there is at least one cased character in the string.
    #[method(signature = "(self, /)", pure)]
    fn islower(this: Gc<Str>, thread: &Thread) -> bool {
        let bytes = this.as_bytes(thread);
        if this.is_ascii() {
            ascii::is_cased(bytes, Class::LOWER, Class::UPPER)
        } else {
            properties::is_lower_text(bytes)
        }
    }

    /// Return True if the string is an uppercase string, False otherwise.
    ///
    /// A string is uppercase if all cased characters in the string are uppercase and
    /// there is at least one cased character in the string.
    #[method(signature = "(self, /)", pure)]
    fn isupper(this: Gc<Str>, thread: &Thread) -> bool {
        let bytes = this.as_bytes(thread);
        if this.is_ascii() {
            ascii::is_cased(bytes, Class::UPPER, Class::LOWER)
        } else {
            properties::is_upper_text(bytes)
        }
    }

    /// Return True if the string is a title-cased string, False otherwise.
    ///
    /// In a title-cased string, upper- and title-case characters may only
    /// follow uncased characters and lowercase characters only cased ones.
    #[method(signature = "(self, /)", pure)]
    fn istitle(this: Gc<Str>, thread: &Thread) -> bool {
        let bytes = this.as_bytes(thread);
        if this.is_ascii() { ascii::is_title(bytes) } else { properties::is_title_text(bytes) }
    }

    /// Return True if the string is a whitespace string, False otherwise.
    ///
    /// A string is whitespace if all characters in the string are whitespace and there
    /// is at least one character in the string.
    #[method(signature = "(self, /)", pure)]
    fn isspace(this: Gc<Str>, thread: &Thread) -> bool {
        has(this, thread, Class::STR_SPACE, Property::Space)
    }

    /// Return True if the string is a decimal string, False otherwise.
    ///
    /// A string is a decimal string if all characters in the string are decimal and
    /// there is at least one character in the string.
    #[method(signature = "(self, /)", pure)]
    fn isdecimal(this: Gc<Str>, thread: &Thread) -> bool {
        has(this, thread, Class::DIGIT, Property::Decimal)
    }

    /// Return True if the string is a digit string, False otherwise.
    ///
    /// A string is a digit string if all characters in the string are digits and there
    /// is at least one character in the string.
    #[method(signature = "(self, /)", pure)]
    fn isdigit(this: Gc<Str>, thread: &Thread) -> bool {
        has(this, thread, Class::DIGIT, Property::Digit)
    }

    /// Return True if the string is a numeric string, False otherwise.
    ///
    /// A string is numeric if all characters in the string are numeric and there is at
    /// least one character in the string.
    #[method(signature = "(self, /)", pure)]
    fn isnumeric(this: Gc<Str>, thread: &Thread) -> bool {
        has(this, thread, Class::DIGIT, Property::Numeric)
    }

    /// Return True if the string is an alphabetic string, False otherwise.
    ///
    /// A string is alphabetic if all characters in the string are alphabetic and there
    /// is at least one character in the string.
    #[method(signature = "(self, /)", pure)]
    fn isalpha(this: Gc<Str>, thread: &Thread) -> bool {
        has(this, thread, Class::ALPHA, Property::Alpha)
    }

    /// Return True if the string is an alpha-numeric string, False otherwise.
    ///
    /// A string is alpha-numeric if all characters in the string are alpha-numeric and
    /// there is at least one character in the string.
    #[method(signature = "(self, /)", pure)]
    fn isalnum(this: Gc<Str>, thread: &Thread) -> bool {
        has(this, thread, Class::ALNUM, Property::Alnum)
    }

    /// Return True if the string is a valid Python identifier, False otherwise.
    ///
    /// Call keyword.iskeyword(s) to test whether string s is a reserved identifier,
    /// such as "def" or "class".
    #[method(signature = "(self, /)", pure)]
    fn isidentifier(this: Gc<Str>, thread: &Thread) -> bool {
        properties::is_identifier(this.as_wtf8(thread))
    }

    /// Return True if all characters in the string are printable, False otherwise.
    ///
    /// A character is printable if repr() may use it in its output.
    #[method(signature = "(self, /)", pure)]
    fn isprintable(this: Gc<Str>, thread: &Thread) -> bool {
        this.is_empty() || Property::Printable.holds_for_all(this.as_bytes(thread))
    }
}
