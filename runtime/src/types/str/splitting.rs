//! Methods of `str` that take text apart or put it together: `split`, `strip`, `partition`, `join`, ...

use super::Str;
use crate::dispatch;
use crate::error::PyResult;
use crate::object::Gc;
use crate::text::ascii::{self, Class};
use crate::text::properties;
use crate::text::search;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::ops::Range;
use taipan_macros::py_methods;

/// A list of the parts of `this` at these byte ranges.
fn list_of_parts(this: Gc<Str>, thread: &Thread, parts: impl IntoIterator<Item = Range<usize>>) -> PyResult<Gc<List>> {
    let mut parts = parts.into_iter();
    List::from_fn(thread, 0, || {
        Ok(parts.next().map(|part| Str::byte_substring(this, thread, part.start, part.end).value()))
    })
}

/// The separator argument of `split`: `None` means white space.
fn separator(thread: &Thread, value: Option<Value>) -> PyResult<Option<Gc<Str>>> {
    let Some(value) = value else { return Ok(None) };
    let Some(separator) = value.cast::<Str>() else {
        return Err(thread.raise_type_error(format!("must be str or None, not {}", thread.type_name(value))));
    };
    if separator.is_empty() {
        return Err(thread.raise_value_error("empty separator"));
    }
    Ok(Some(separator))
}

fn limit(maxsplit: Option<isize>) -> usize {
    usize::try_from(maxsplit.unwrap_or(-1)).unwrap_or(usize::MAX)
}

/// `partition` and `rpartition` share everything but the side.
fn partition(this: Gc<Str>, thread: &Thread, separator: Gc<Str>, last: bool) -> PyResult<Gc<Tuple>> {
    if separator.is_empty() {
        return Err(thread.raise_value_error("empty separator"));
    }
    let (bytes, needle) = (this.as_bytes(thread), separator.as_bytes(thread));
    let found = if last { search::rfind(bytes, needle) } else { search::find(bytes, needle) };
    let empty = Str::empty(thread).value();
    let parts = match found {
        Some(at) => {
            let before = Str::byte_substring(this, thread, 0, at);
            let after = Str::byte_substring(this, thread, at + needle.len(), bytes.len());
            [before.value(), Str::to_exact(separator, thread).value(), after.value()]
        }
        None if last => [empty, empty, Str::to_exact(this, thread).value()],
        None => [Str::to_exact(this, thread).value(), empty, empty],
    };
    Ok(Tuple::new(thread, &parts))
}

/// `strip` and its halves.
fn strip(
    this: Gc<Str>,
    thread: &Thread,
    characters: Option<Value>,
    start: bool,
    end: bool,
    method: &str,
) -> PyResult<Gc<Str>> {
    let bytes = this.as_bytes(thread);
    let range = match characters {
        None => properties::strip(bytes, start, end, properties::is_space),
        Some(value) => {
            let Some(characters) = value.cast::<Str>() else {
                return Err(thread.raise_type_error(format!("{method} arg must be None or str")));
            };
            let set = characters.as_bytes(thread);
            if set.is_ascii() {
                properties::strip(bytes, start, end, |code_point| {
                    u8::try_from(code_point).is_ok_and(|byte| set.contains(&byte))
                })
            } else {
                let set: Vec<u32> = crate::text::code_points::iterate(set).collect();
                properties::strip(bytes, start, end, |code_point| set.contains(&code_point))
            }
        }
    };
    Ok(Str::byte_substring(this, thread, range.start, range.end))
}

#[py_methods(class = "str")]
impl Str {
    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any whitespace
    ///     character (including \n \r \t \f and spaces) and will discard
    ///     empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the front of the string and works to the end.
    ///
    /// Note, str.split() is mainly useful for data that has been intentionally
    /// delimited.  With natural text that includes punctuation, consider using
    /// the regular expression module.
    #[method(signature = "(self, /, sep=None, maxsplit=-1)")]
    fn split(this: Gc<Str>, thread: &Thread, sep: Option<Value>, maxsplit: Option<isize>) -> PyResult<Gc<List>> {
        let (bytes, limit) = (this.as_bytes(thread), limit(maxsplit));
        match separator(thread, sep)? {
            Some(separator) => {
                list_of_parts(this, thread, search::Split::new(bytes, separator.as_bytes(thread), limit))
            }
            None if this.is_ascii() => {
                let words =
                    search::split_runs(bytes.len(), limit, |from| ascii::next_run(bytes, from, Class::STR_SPACE));
                list_of_parts(this, thread, words)
            }
            None => {
                let words = search::split_runs(bytes.len(), limit, |from| properties::next_space_run(bytes, from));
                list_of_parts(this, thread, words)
            }
        }
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any whitespace
    ///     character (including \n \r \t \f and spaces) and will discard
    ///     empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the end of the string and works to the front.
    #[method(signature = "(self, /, sep=None, maxsplit=-1)")]
    fn rsplit(this: Gc<Str>, thread: &Thread, sep: Option<Value>, maxsplit: Option<isize>) -> PyResult<Gc<List>> {
        let (bytes, limit) = (this.as_bytes(thread), limit(maxsplit));
        let parts = match separator(thread, sep)? {
            Some(separator) => search::rsplit(bytes, separator.as_bytes(thread), limit),
            None => search::rsplit_runs(bytes.len(), limit, |to| properties::previous_space_run(bytes, to)),
        };
        list_of_parts(this, thread, parts)
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends is given and
    /// true.
    #[method(signature = "(self, /, keepends=False)")]
    fn splitlines(this: Gc<Str>, thread: &Thread, keepends: Option<bool>) -> PyResult<Gc<List>> {
        let lines =
            properties::lines(this.as_bytes(thread), keepends.unwrap_or(false), properties::is_line_break, true);
        list_of_parts(this, thread, lines)
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string.  If the separator is found,
    /// returns a 3-tuple containing the part before the separator, the separator
    /// itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing the original string
    /// and two empty strings.
    #[method(signature = "(self, sep, /)")]
    fn partition(this: Gc<Str>, thread: &Thread, sep: Value) -> PyResult<Gc<Tuple>> {
        let separator = required_separator(thread, sep)?;
        partition(this, thread, separator, false)
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string, starting at the end. If
    /// the separator is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing two empty strings
    /// and the original string.
    #[method(signature = "(self, sep, /)")]
    fn rpartition(this: Gc<Str>, thread: &Thread, sep: Value) -> PyResult<Gc<Tuple>> {
        let separator = required_separator(thread, sep)?;
        partition(this, thread, separator, true)
    }

    /// Concatenate any number of strings.
    ///
    /// The string whose method is called is inserted in between each given string.
    /// The result is returned as a new string.
    ///
    /// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
    #[method(signature = "(self, iterable, /)")]
    fn join(this: Gc<Str>, thread: &Thread, iterable: Value) -> PyResult<Gc<Str>> {
        dispatch::text::join(thread, this, iterable)
    }

    /// Return a copy of the string with leading and trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(signature = "(self, chars=None, /)")]
    fn strip(this: Gc<Str>, thread: &Thread, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(this, thread, chars, true, true, "strip")
    }

    /// Return a copy of the string with leading whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(signature = "(self, chars=None, /)")]
    fn lstrip(this: Gc<Str>, thread: &Thread, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(this, thread, chars, true, false, "lstrip")
    }

    /// Return a copy of the string with trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(signature = "(self, chars=None, /)")]
    fn rstrip(this: Gc<Str>, thread: &Thread, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(this, thread, chars, false, true, "rstrip")
    }
}

/// The separator of `partition`.
fn required_separator(thread: &Thread, value: Value) -> PyResult<Gc<Str>> {
    match value.cast::<Str>() {
        Some(separator) => Ok(separator),
        None => Err(thread.raise_type_error(format!("must be str, not {}", thread.type_name(value)))),
    }
}
