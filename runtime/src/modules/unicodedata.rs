//! `unicodedata`: the Unicode character database.
//!
//! What lives here: the functions, and the class of `ucd_3_2_0`. What must not: the data (`rustpython-unicode`).
//! Start at [`UcdData`].

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::Gc;
use crate::text::later_unicode;
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use rustpython_unicode::data::{LookupResult, Ucd, character_name};
use rustpython_unicode::normalize::{NormalizeForm, is_normalized, normalize};
use rustpython_wtf8::{CodePoint, Wtf8};
use taipan_macros::{py_class, py_module};

/// A version of the database.
pub struct UcdData {
    data: Ucd,
}

impl PayloadData for UcdData {
    fn trace(&self, _: &mut Tracer) {}
}

const MODERN: Ucd = Ucd::new(true);

/// The version of the modern data: that of the `icu` crates which Cargo.toml holds, and of CPython 3.14.
const UNIDATA_VERSION: &str = "16.0.0";

/// No version of the database has assigned the code point yet. The names come from newer data.
fn is_unassigned(ucd: Ucd, point: CodePoint) -> bool {
    later_unicode::is_unassigned(point.to_u32()) || ucd.category(point) == "Cn"
}

/// Tangut ideographs have names by a rule that the database of 16.0 does not follow.
fn is_nameless(character: char) -> bool {
    matches!(u32::from(character), 0x17000..=0x187ff | 0x18d00..=0x18d7f)
}

/// The character that an argument is. `place` is how messages name the argument.
fn character(thread: &Thread, function: &str, place: &str, value: Value) -> PyResult<CodePoint> {
    let Some(text) = value.cast::<Str>() else {
        let given = thread.type_name(value);
        return Err(thread.raise_type_error(format!("{function}() {place} must be a unicode character, not {given}")));
    };
    let mut points = text.as_wtf8(thread).code_points();
    match (points.next(), points.next()) {
        (Some(point), None) => Ok(point),
        _ => {
            let length = text.len(thread);
            Err(thread.raise_type_error(format!(
                "{function}(): {place} must be a unicode character, not a string of length {length}"
            )))
        }
    }
}

fn only(thread: &Thread, function: &str, value: Value) -> PyResult<CodePoint> {
    character(thread, function, "argument", value)
}

fn first(thread: &Thread, function: &str, value: Value) -> PyResult<CodePoint> {
    character(thread, function, "argument 1", value)
}

fn or_default<T>(
    thread: &Thread,
    found: Option<T>,
    default: Option<Value>,
    message: &str,
    make: impl FnOnce(T) -> Value,
) -> PyResult<Value> {
    match (found, default) {
        (Some(found), _) => Ok(make(found)),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(thread.raise_value_error(message)),
    }
}

fn name_of(thread: &Thread, ucd: Ucd, chr: Value, default: Option<Value>) -> PyResult<Value> {
    let point = first(thread, "name", chr)?;
    let found = point
        .to_char()
        .filter(|&c| ucd.membership(c) && !is_unassigned(ucd, point) && !is_nameless(c))
        .and_then(character_name);
    or_default(thread, found, default, "no such name", |name| Str::new(thread, &name).value())
}

fn look_up(thread: &Thread, ucd: Ucd, name: Gc<Str>) -> PyResult<Gc<Str>> {
    let text = name.to_str_lossy(thread);
    match ucd.lookup(&text) {
        Some(LookupResult::Character(character))
            if !is_unassigned(ucd, CodePoint::from_char(character)) && !is_nameless(character) =>
        {
            Ok(Str::new(thread, character.encode_utf8(&mut [0; 4])))
        }
        Some(LookupResult::Sequence(sequence)) => Ok(Str::new(thread, sequence)),
        Some(LookupResult::Character(_)) | None => {
            let message = Str::new(thread, &format!("undefined character name '{text}'")).value();
            Err(thread.raise_with_arguments(thread.vm().exceptions.key_error, &[message]))
        }
    }
}

fn form(thread: &Thread, name: Gc<Str>) -> PyResult<NormalizeForm> {
    match name.to_str_lossy(thread).parse() {
        Ok(form) => Ok(form),
        Err(()) => Err(thread.raise_value_error("invalid normalization form")),
    }
}

fn normalized(thread: &Thread, name: Gc<Str>, text: Gc<Str>) -> PyResult<Gc<Str>> {
    if text.is_ascii() {
        form(thread, name)?;
        return Ok(text);
    }
    let form = form(thread, name)?;
    let whole = text.as_wtf8(thread);
    if !whole.code_points().any(|point| later_unicode::is_unassigned(point.to_u32())) {
        return Ok(Str::from_wtf8(thread, &normalize(form, whole)));
    }
    // What is not assigned neither changes nor combines.
    let bytes = later_unicode::around(whole.as_bytes(), later_unicode::is_unassigned, |stretch, out| {
        if let Some(stretch) = Wtf8::from_bytes(stretch) {
            out.extend_from_slice(normalize(form, stretch).as_bytes());
        }
    });
    Ok(Str::from_wtf8_bytes_unchecked(thread, &bytes))
}

/// What the functions of the module and the methods of a database object have in common.
macro_rules! queries {
    ($($name:ident($ucd:ident, $thread:ident $(, $parameter:ident: $kind:ty)*) -> $result:ty $body:block)*) => {
        $(pub(super) fn $name($ucd: Ucd, $thread: &Thread $(, $parameter: $kind)*) -> PyResult<$result> $body)*
    };
}

mod query {
    use super::*;

    queries! {
        category(ucd, thread, chr: Value) -> &'static str {
            let point = only(thread, "category", chr)?;
            Ok(match point.to_u32() {
                _ if is_unassigned(ucd, point) => "Cn",
                later_unicode::EARLIER_LOWER => "Ll",
                _ => ucd.category(point),
            })
        }
        bidirectional(ucd, thread, chr: Value) -> &'static str {
            let point = only(thread, "bidirectional", chr)?;
            Ok(if is_unassigned(ucd, point) { "" } else { ucd.bidirectional(point) })
        }
        combining(ucd, thread, chr: Value) -> i64 {
            let point = only(thread, "combining", chr)?;
            Ok(if is_unassigned(ucd, point) { 0 } else { i64::from(ucd.combining(point)) })
        }
        mirrored(ucd, thread, chr: Value) -> i64 {
            let point = only(thread, "mirrored", chr)?;
            Ok(if is_unassigned(ucd, point) { 0 } else { i64::from(ucd.mirrored(point)) })
        }
        east_asian_width(ucd, thread, chr: Value) -> &'static str {
            let point = only(thread, "east_asian_width", chr)?;
            Ok(match point.to_u32() {
                number if !later_unicode::is_unassigned(number) => ucd.east_asian_width(point),
                // Planes 2 and 3 are for ideographs, assigned or not.
                0x20000.. => "W",
                _ => "N",
            })
        }
        decomposition(ucd, thread, chr: Value) -> String {
            let point = only(thread, "decomposition", chr)?;
            // Those of Hangul syllables follow from a rule and are not in the database.
            let by_rule = (0xac00..0xd7a4).contains(&point.to_u32());
            Ok(if by_rule || is_unassigned(ucd, point) { String::new() } else { ucd.decomposition(point) })
        }
        digit(ucd, thread, chr: Value, default: Option<Value>) -> Value {
            let point = first(thread, "digit", chr)?;
            let found = ucd.digit(point).filter(|_| !is_unassigned(ucd, point));
            or_default(thread, found, default, "not a digit", |n| Value::small_wrapping(n as i64))
        }
        decimal(ucd, thread, chr: Value, default: Option<Value>) -> Value {
            let point = first(thread, "decimal", chr)?;
            let found = ucd.decimal(point).filter(|_| !is_unassigned(ucd, point));
            or_default(thread, found, default, "not a decimal", |n| Value::small_wrapping(n as i64))
        }
        numeric(ucd, thread, chr: Value, default: Option<Value>) -> Value {
            let point = first(thread, "numeric", chr)?;
            let number = point.to_u32();
            let is_number = !is_unassigned(ucd, point) && !later_unicode::has_later_number(number);
            let found = later_unicode::earlier_number(number).or_else(|| ucd.numeric(point).filter(|_| is_number));
            or_default(thread, found, default, "not a numeric character", |x| {
                crate::types::float::Float::new(thread, x).value()
            })
        }
    }
}

#[py_class(name = "UCD", module = "unicodedata", payload, no_instances)]
impl UcdData {
    #[getter(member)]
    fn unidata_version(this: Gc<Payload<UcdData>>) -> String {
        this.data.data.unidata_version()
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(signature = "(self, chr, default=<unrepresentable>, /)")]
    fn name(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        name_of(thread, this.data.data, chr, default)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[method(signature = "(self, name, /)")]
    fn lookup(this: Gc<Payload<UcdData>>, thread: &Thread, name: Gc<Str>) -> PyResult<Gc<Str>> {
        look_up(thread, this.data.data, name)
    }

    /// Returns the general category assigned to the character chr as string.
    #[method(signature = "(self, chr, /)")]
    fn category(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value) -> PyResult<&'static str> {
        query::category(this.data.data, thread, chr)
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[method(signature = "(self, chr, /)")]
    fn bidirectional(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value) -> PyResult<&'static str> {
        query::bidirectional(this.data.data, thread, chr)
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[method(signature = "(self, chr, /)")]
    fn combining(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value) -> PyResult<i64> {
        query::combining(this.data.data, thread, chr)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[method(signature = "(self, chr, /)")]
    fn mirrored(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value) -> PyResult<i64> {
        query::mirrored(this.data.data, thread, chr)
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[method(signature = "(self, chr, /)")]
    fn east_asian_width(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value) -> PyResult<&'static str> {
        query::east_asian_width(this.data.data, thread, chr)
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[method(signature = "(self, chr, /)")]
    fn decomposition(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value) -> PyResult<String> {
        query::decomposition(this.data.data, thread, chr)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(signature = "(self, chr, default=<unrepresentable>, /)")]
    fn digit(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        query::digit(this.data.data, thread, chr, default)
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(signature = "(self, chr, default=<unrepresentable>, /)")]
    fn decimal(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        query::decimal(this.data.data, thread, chr, default)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[method(signature = "(self, chr, default=<unrepresentable>, /)")]
    fn numeric(this: Gc<Payload<UcdData>>, thread: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        query::numeric(this.data.data, thread, chr, default)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method(signature = "(self, form, unistr, /)")]
    fn normalize(_this: Gc<Payload<UcdData>>, thread: &Thread, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<Gc<Str>> {
        normalized(thread, form, unistr)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[method(signature = "(self, form, unistr, /)")]
    fn is_normalized(_this: Gc<Payload<UcdData>>, thread: &Thread, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<bool> {
        Ok(is_normalized(self::form(thread, form)?, unistr.as_wtf8(thread)))
    }
}

/// This module provides access to the Unicode Character Database which
/// defines character properties for all Unicode characters. The data in
/// this database is based on the UnicodeData.txt file version
/// 16.0.0 which is publicly available from the Unicode Consortium.
#[py_module(name = "unicodedata")]
pub mod unicodedata {
    use super::*;

    #[class]
    use super::UcdData;

    #[constant]
    fn unidata_version(thread: &Thread) -> Gc<Str> {
        Str::new(thread, UNIDATA_VERSION)
    }

    #[constant]
    fn ucd_3_2_0(thread: &Thread) -> Value {
        let class = Type::of_spec(thread, <UcdData as PyClass>::SPEC);
        Payload::new(thread, class, UcdData { data: Ucd::new(false) }).value()
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(signature = "(chr, default=<unrepresentable>, /)")]
    fn name(thread: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        name_of(thread, MODERN, chr, default)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[function(signature = "(name, /)")]
    fn lookup(thread: &Thread, name: Gc<Str>) -> PyResult<Gc<Str>> {
        look_up(thread, MODERN, name)
    }

    /// Returns the general category assigned to the character chr as string.
    #[function(signature = "(chr, /)")]
    fn category(thread: &Thread, chr: Value) -> PyResult<&'static str> {
        query::category(MODERN, thread, chr)
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[function(signature = "(chr, /)")]
    fn bidirectional(thread: &Thread, chr: Value) -> PyResult<&'static str> {
        query::bidirectional(MODERN, thread, chr)
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[function(signature = "(chr, /)")]
    fn combining(thread: &Thread, chr: Value) -> PyResult<i64> {
        query::combining(MODERN, thread, chr)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[function(signature = "(chr, /)")]
    fn mirrored(thread: &Thread, chr: Value) -> PyResult<i64> {
        query::mirrored(MODERN, thread, chr)
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[function(signature = "(chr, /)")]
    fn east_asian_width(thread: &Thread, chr: Value) -> PyResult<&'static str> {
        query::east_asian_width(MODERN, thread, chr)
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[function(signature = "(chr, /)")]
    fn decomposition(thread: &Thread, chr: Value) -> PyResult<String> {
        query::decomposition(MODERN, thread, chr)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(signature = "(chr, default=<unrepresentable>, /)")]
    fn digit(thread: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        query::digit(MODERN, thread, chr, default)
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(signature = "(chr, default=<unrepresentable>, /)")]
    fn decimal(thread: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        query::decimal(MODERN, thread, chr, default)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(signature = "(chr, default=<unrepresentable>, /)")]
    fn numeric(thread: &Thread, chr: Value, default: Option<Value>) -> PyResult<Value> {
        query::numeric(MODERN, thread, chr, default)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(signature = "(form, unistr, /)")]
    fn normalize(thread: &Thread, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<Gc<Str>> {
        normalized(thread, form, unistr)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function(signature = "(form, unistr, /)")]
    fn is_normalized(thread: &Thread, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<bool> {
        Ok(super::is_normalized(super::form(thread, form)?, unistr.as_wtf8(thread)))
    }
}
