//! `float`: its layout, the shortest decimal text of a double, and bit-level helpers.
//!
//! What lives here: [`Float`], [`repr`], [`parse`], [`decompose`]. What must not: Python methods
//! (`float/methods.rs`), hexadecimal text (`float/hex.rs`). Start at [`Float`].

use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId};
use crate::text::float_digits::FloatStyle;
use crate::thread::Thread;
use crate::types::instance;
use crate::value::Value;
use std::borrow::Cow;

pub mod arithmetic;
pub mod hex;
pub mod libm;
pub mod methods;

/// A boxed double; instances of subclasses have their attributes behind it.
#[repr(C)]
pub struct Float {
    header: Header,
    pub value: f64,
}

impl HeapObject for Float {
    const KIND: Kind = Kind::Float;
    #[inline]
    fn size(&self) -> usize {
        size_of::<Float>() + instance::tail_size(&self.header)
    }
    #[inline]
    fn trace(&self, tracer: &mut Tracer) {
        instance::trace_tail(&self.header, size_of::<Float>(), tracer);
    }
}

impl Float {
    /// A float of exact class `float`.
    #[inline(always)]
    pub fn new(thread: &Thread, value: f64) -> Gc<Float> {
        thread.allocate::<Float>(ShapeId::FLOAT, 0, |header| Float { header, value })
    }

    /// The struct under `header` (for instances of subclasses).
    pub fn with_header(header: Header, value: f64) -> Float {
        Float { header, value }
    }
}

impl Float {
    /// The number.
    #[inline(always)]
    pub fn get(&self) -> f64 {
        self.value
    }
}

/// The double in a value of class `float` or a subclass.
#[inline(always)]
pub fn as_float(value: Value) -> Option<f64> {
    value.cast::<Float>().map(|float| float.value)
}

/// The double in a value whose class is exactly `float`.
#[inline(always)]
pub fn as_exact_float(value: Value) -> Option<f64> {
    match value.header() {
        Some(header) if header.shape() == ShapeId::FLOAT => Some(header.cast_unchecked::<Float>().value),
        _ => None,
    }
}

/// Shorthand for `Float::new(thread, x).value()`.
#[inline(always)]
pub fn from_f64(thread: &Thread, x: f64) -> Value {
    Float::new(thread, x).value()
}

/// `|x| == mantissa * 2^exponent`, exactly; `x` is finite.
pub fn decompose(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52 & 0x7ff) as i32 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased - 1075),
    }
}

/// `repr(x)`: the shortest text that reads back as `x`, in exponent notation outside 1e-4..1e16.
pub fn repr(x: f64) -> String {
    FloatStyle::REPR.render(x)
}

/// As [`repr`], but whole numbers have no `.0` (the parts of a complex number).
pub fn repr_without_suffix(x: f64) -> String {
    FloatStyle { add_dot_zero: false, ..FloatStyle::REPR }.render(x)
}

/// Reads the text `float()` accepts: surrounding white space and single underscores between digits allowed,
/// `inf`, `infinity` and `nan` in any case. `None` if it is malformed. `text` has ASCII digits only.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim_matches(crate::types::int::text::is_python_space);
    parse_strict(&remove_underscores(text)?)
}

/// The text without its underscores; `None` if one does not stand between digits.
pub fn remove_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let digit_at = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let proper = text.match_indices('_').all(|(i, _)| i > 0 && digit_at(i - 1) && digit_at(i + 1));
    proper.then(|| Cow::Owned(text.replace('_', "")))
}

/// Reads a decimal floating-point literal without white space or underscores.
pub fn parse_strict(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let first = *unsigned.as_bytes().first()?;
    if first.is_ascii_digit() || first == b'.' {
        return text.parse().ok();
    }
    let magnitude = if unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity") {
        f64::INFINITY
    } else if unsigned.eq_ignore_ascii_case("nan") {
        f64::NAN
    } else {
        return None;
    };
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}
