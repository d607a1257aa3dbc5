//! What the methods of bytes-like objects look for: searching, counting, affixes, replacing, splitting, stripping.
//!
//! What lives here: the bodies, generic over the class. What must not: the algorithms (`text/search.rs`), what makes
//! new contents without looking for something (`making.rs`). Start at [`find`].

use super::{ByteSequence, limit, with_needle};
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::text::ascii::{self, Class};
use crate::text::search;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::ops::Range;

pub(crate) fn find<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
    last: bool,
) -> PyResult<Option<usize>> {
    with_needle_and_range(this, thread, sub, start, end, |bytes, range, needle| {
        let range = range?;
        let part = &bytes[range.clone()];
        let found = if last { search::rfind(part, needle) } else { search::find(part, needle) };
        found.map(|at| range.start + at)
    })
}

/// Evaluates bounds and needle, then runs `f` on contents, range and needle.
fn with_needle_and_range<T: ByteSequence, R>(
    this: Gc<T>,
    thread: &Thread,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
    f: impl FnOnce(&[u8], Option<Range<usize>>, &[u8]) -> R,
) -> PyResult<R> {
    let bounds = crate::types::str::searching::bounds_unclipped(thread, start, end)?;
    with_needle(thread, sub, |needle| {
        let bytes = this.contents();
        f(bytes, search::clip_range(bytes.len(), bounds.0, bounds.1), needle)
    })
}

pub(crate) fn not_found(thread: &Thread) -> Raised {
    thread.raise_value_error("subsection not found")
}

pub(crate) fn count<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<usize> {
    with_needle_and_range(this, thread, sub, start, end, |bytes, range, needle| match range {
        None => 0,
        Some(range) if needle.is_empty() => range.len() + 1,
        Some(range) => search::count(&bytes[range], needle),
    })
}

/// `startswith` and `endswith`.
pub(crate) fn affix<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    wanted: Value,
    start: Option<Value>,
    end: Option<Value>,
    at_start: bool,
) -> PyResult<bool> {
    let (start, end) = crate::types::str::searching::bounds_unclipped(thread, start, end)?;
    let matches = |part: &[u8]| {
        let bytes = this.contents();
        search::clip_range(bytes.len(), start, end).is_some_and(|range| {
            let text = &bytes[range];
            if at_start { text.starts_with(part) } else { text.ends_with(part) }
        })
    };
    if let Some(tuple) = wanted.cast::<Tuple>() {
        for &item in tuple.items() {
            if buffer::with_bytes(thread, item, matches)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !buffer::is_bytes_like(thread, wanted) {
        let method = if at_start { "startswith" } else { "endswith" };
        let name = thread.type_name(wanted);
        return Err(
            thread.raise_type_error(format!("{method} first arg must be bytes or a tuple of bytes, not {name}"))
        );
    }
    buffer::with_bytes(thread, wanted, matches)
}

pub(crate) fn replace<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    old: Value,
    new: Value,
    count: Option<isize>,
) -> PyResult<Value> {
    let replaced = buffer::with_bytes(thread, old, |old| {
        buffer::with_bytes(thread, new, |new| {
            let (bytes, limit) = (this.contents(), limit(count));
            if old.is_empty() {
                return Ok(Some(search::interleave(bytes, new, limit, |_| 1)));
            }
            let Some(found) = search::Replacement::find(bytes, old, limit) else { return Ok(None) };
            let Some(length) = found.length(new) else {
                return Err(thread.raise_overflow_error("replace bytes is too long"));
            };
            let mut out = Vec::new();
            if out.try_reserve_exact(length).is_err() {
                return Err(thread.raise_memory_error(""));
            }
            out.resize(length, 0);
            found.write(new, &mut out);
            Ok(Some(out))
        })
    })???;
    match replaced {
        Some(bytes) => T::make(thread, &bytes),
        None => T::unchanged(this, thread),
    }
}

/// A list of new objects with the parts at these ranges.
fn list_of<T: ByteSequence>(
    thread: &Thread,
    bytes: &[u8],
    parts: impl IntoIterator<Item = Range<usize>>,
) -> PyResult<Gc<List>> {
    let mut parts = parts.into_iter();
    List::from_fn(thread, 0, || parts.next().map(|part| T::make(thread, &bytes[part])).transpose())
}

pub(crate) fn split<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    sep: Option<Value>,
    maxsplit: Option<isize>,
    right: bool,
) -> PyResult<Gc<List>> {
    let limit = limit(maxsplit);
    let Some(sep) = sep else {
        let space = Class::BYTES_SPACE;
        return T::exported(this, |bytes| {
            if right {
                let parts = search::rsplit_runs(bytes.len(), limit, |to| ascii::previous_run(bytes, to, space));
                list_of::<T>(thread, bytes, parts)
            } else {
                let parts = search::split_runs(bytes.len(), limit, |from| ascii::next_run(bytes, from, space));
                list_of::<T>(thread, bytes, parts)
            }
        });
    };
    buffer::with_bytes(thread, sep, |separator| {
        if separator.is_empty() {
            return Err(thread.raise_value_error("empty separator"));
        }
        T::exported(this, |bytes| {
            if right {
                list_of::<T>(thread, bytes, search::rsplit(bytes, separator, limit))
            } else {
                list_of::<T>(thread, bytes, search::Split::new(bytes, separator, limit))
            }
        })
    })?
}

pub(crate) fn splitlines<T: ByteSequence>(this: Gc<T>, thread: &Thread, keepends: bool) -> PyResult<Gc<List>> {
    T::exported(this, |bytes| {
        let is_break = |byte: u32| byte == u32::from(b'\n') || byte == u32::from(b'\r');
        list_of::<T>(thread, bytes, crate::text::properties::lines(bytes, keepends, is_break, false))
    })
}

pub(crate) fn partition<T: ByteSequence>(this: Gc<T>, thread: &Thread, sep: Value, last: bool) -> PyResult<Gc<Tuple>> {
    let parts = buffer::with_bytes(thread, sep, |separator| {
        if separator.is_empty() {
            return Err(thread.raise_value_error("empty separator"));
        }
        T::exported(this, |bytes| {
            let found = if last { search::rfind(bytes, separator) } else { search::find(bytes, separator) };
            Ok(match found {
                Some(at) => {
                    let (before, after) =
                        (T::make(thread, &bytes[..at])?, T::make(thread, &bytes[at + separator.len()..])?);
                    [before, separator_object::<T>(thread, sep, separator)?, after]
                }
                None if last => [T::make(thread, b"")?, T::make(thread, b"")?, T::unchanged(this, thread)?],
                None => [T::unchanged(this, thread)?, T::make(thread, b"")?, T::make(thread, b"")?],
            })
        })
    })??;
    Ok(Tuple::new(thread, &parts))
}

/// The separator as part of `partition`'s result: bytes give the object that was passed.
fn separator_object<T: ByteSequence>(thread: &Thread, given: Value, separator: &[u8]) -> PyResult<Value> {
    if T::NAME == "bytes" { Ok(given) } else { T::make(thread, separator) }
}

pub(crate) fn strip<T: ByteSequence>(
    this: Gc<T>,
    thread: &Thread,
    set: Option<Value>,
    start: bool,
    end: bool,
) -> PyResult<Value> {
    let cut = |strips: &dyn Fn(u8) -> bool| {
        let bytes = this.contents();
        let from = if start { bytes.iter().position(|&byte| !strips(byte)).unwrap_or(bytes.len()) } else { 0 };
        let to =
            if end { bytes.iter().rposition(|&byte| !strips(byte)).map_or(from, |at| at + 1) } else { bytes.len() };
        from..to.max(from)
    };
    let range = match set {
        None => cut(&|byte| Class::BYTES_SPACE.contains(byte)),
        Some(set) => buffer::with_bytes(thread, set, |set| cut(&|byte| set.contains(&byte)))?,
    };
    if range.len() == this.contents().len() {
        return T::unchanged(this, thread);
    }
    T::exported(this, |bytes| T::make(thread, &bytes[range]))
}
