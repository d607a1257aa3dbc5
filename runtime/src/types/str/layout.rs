//! Methods of `str` that lay text out: padding, tabs, `format`.

use super::Str;
use crate::dispatch::text::template::{self, Named};
use crate::error::PyResult;
use crate::native::Keywords;
use crate::object::Gc;
use crate::text::ascii;
use crate::text::code_points;
use crate::thread::Thread;
use crate::value::Value;
use taipan_macros::py_methods;

/// The text with `left` and `right` fill characters around it.
fn pad(this: Gc<Str>, thread: &Thread, left: usize, right: usize, fill: Option<Value>) -> PyResult<Gc<Str>> {
    let fill = match fill {
        None => Str::latin1(thread, b' '),
        Some(value) => {
            let Some(fill) = value.cast::<Str>() else {
                let name = thread.type_name(value);
                return Err(
                    thread.raise_type_error(format!("The fill character must be a unicode character, not {name}"))
                );
            };
            if fill.code_point_count() != 1 {
                return Err(thread.raise_type_error("The fill character must be exactly one character long"));
            }
            fill
        }
    };
    if left + right == 0 {
        return Ok(Str::to_exact(this, thread));
    }
    let (text, unit) = (this.as_bytes(thread), fill.as_bytes(thread));
    let Some(byte_length) = (left + right).checked_mul(unit.len()).and_then(|n| n.checked_add(text.len())) else {
        return Err(thread.raise_overflow_error("padded string is too long"));
    };
    let padded = Str::try_build(thread, byte_length, left + this.code_point_count() + right, |target| {
        let (before, rest) = target.split_at_mut(left * unit.len());
        let (middle, after) = rest.split_at_mut(text.len());
        super::class::repeat_into(before, unit);
        middle.copy_from_slice(text);
        super::class::repeat_into(after, unit);
    });
    padded.ok_or_else(|| thread.raise_memory_error(""))
}

/// How many characters are missing to `width`.
fn missing(this: Gc<Str>, width: isize) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(this.code_point_count())
}

#[py_methods(class = "str")]
impl Str {
    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(signature = "(self, width, fillchar=' ', /)")]
    fn ljust(this: Gc<Str>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Gc<Str>> {
        pad(this, thread, 0, missing(this, width), fillchar)
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(signature = "(self, width, fillchar=' ', /)")]
    fn rjust(this: Gc<Str>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Gc<Str>> {
        pad(this, thread, missing(this, width), 0, fillchar)
    }

    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(signature = "(self, width, fillchar=' ', /)")]
    fn center(this: Gc<Str>, thread: &Thread, width: isize, fillchar: Option<Value>) -> PyResult<Gc<Str>> {
        let padding = missing(this, width);
        let left = padding / 2 + (padding & width as usize & 1);
        pad(this, thread, left, padding - left, fillchar)
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The string is never truncated.
    #[method(signature = "(self, width, /)")]
    fn zfill(this: Gc<Str>, thread: &Thread, width: isize) -> PyResult<Gc<Str>> {
        let missing = missing(this, width);
        if missing == 0 {
            return Ok(Str::to_exact(this, thread));
        }
        if missing > isize::MAX as usize - this.byte_len() || Vec::<u8>::new().try_reserve(missing).is_err() {
            return Err(thread.raise_memory_error(""));
        }
        let filled = ascii::zero_fill(this.as_bytes(thread), this.code_point_count(), width as usize);
        Ok(Str::from_wtf8_bytes_unchecked(thread, &filled))
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[method(signature = "(self, /, tabsize=8)")]
    fn expandtabs(this: Gc<Str>, thread: &Thread, tabsize: Option<i32>) -> Gc<Str> {
        let size = usize::try_from(tabsize.unwrap_or(8)).unwrap_or(0);
        let bytes = this.as_bytes(thread);
        if memchr::memchr(b'\t', bytes).is_none() {
            return Str::to_exact(this, thread);
        }
        let expanded = ascii::expand_tabs(bytes, size, |byte| !code_points::is_continuation(byte));
        Str::from_wtf8_bytes_unchecked(thread, &expanded)
    }

    /// Return a formatted version of the string, using substitutions from args and kwargs.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[method(signature = "(self, /, *args, **kwargs)")]
    fn format(this: Gc<Str>, thread: &Thread, args: &[Value], kwargs: Keywords<'_>) -> PyResult<Gc<Str>> {
        template::format(thread, this, args, Named::Keywords(kwargs))
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[method(signature = "(self, mapping, /)")]
    fn format_map(this: Gc<Str>, thread: &Thread, mapping: Value) -> PyResult<Gc<Str>> {
        template::format(thread, this, &[], Named::Mapping(mapping))
    }
}
