//! What a pattern is matched against: a string or a bytes-like object, and the part of it that counts.
//!
//! What lives here: [`Target`], and running the engine on it ([`with_subject!`]). What must not: what is done
//! with a match.

use crate::error::{PyResult, Raised};
use crate::text::regex::machine::Interrupt;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;

/// What the object is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Every byte is a character.
    Ascii,
    Unicode,
    Bytes,
}

/// A subject with the limits of the search, as byte offsets.
#[derive(Clone, Copy)]
pub struct Target {
    pub string: Value,
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// The kind and the length in characters of a subject. TypeError if it is none.
fn kind_of(thread: &Thread, string: Value) -> PyResult<(Kind, usize)> {
    if let Some(text) = string.cast::<Str>() {
        return Ok((if text.is_ascii() { Kind::Ascii } else { Kind::Unicode }, text.code_point_count()));
    }
    if let Some(bytes) = string.cast::<Bytes>() {
        return Ok((Kind::Bytes, bytes.len()));
    }
    match buffer::try_with_bytes(thread, string, <[u8]>::len)? {
        Some(length) => Ok((Kind::Bytes, length)),
        None => {
            let name = thread.type_name(string);
            Err(thread.raise_type_error(format!("expected string or bytes-like object, got '{name}'")))
        }
    }
}

impl Target {
    /// The part of `string` between two character indices, which are clipped to it. `pattern_is_bytes` must
    /// fit the subject, if the pattern was made of text at all.
    pub fn new(
        thread: &Thread,
        string: Value,
        start: isize,
        end: isize,
        pattern_is_bytes: Option<bool>,
    ) -> PyResult<Target> {
        let (kind, length) = kind_of(thread, string)?;
        match (pattern_is_bytes, kind) {
            (Some(true), Kind::Ascii | Kind::Unicode) => {
                return Err(thread.raise_type_error("cannot use a bytes pattern on a string-like object"));
            }
            (Some(false), Kind::Bytes) => {
                return Err(thread.raise_type_error("cannot use a string pattern on a bytes-like object"));
            }
            _ => {}
        }
        let clip = |index: isize| usize::try_from(index).unwrap_or(0).min(length);
        let (start, end) = (clip(start), clip(end));
        let mut target = Target { string, kind, start, end };
        if let (Kind::Unicode, Some(text)) = (kind, string.cast::<Str>()) {
            target.start = Str::offset_of(text, thread, start);
            target.end = Str::offset_of(text, thread, end);
        }
        Ok(target)
    }

    /// A byte offset as a character index.
    pub fn index(&self, thread: &Thread, offset: usize) -> usize {
        match (self.kind, self.string.cast::<Str>()) {
            (Kind::Unicode, Some(text)) => Str::index_of_offset(text, thread, offset),
            _ => offset,
        }
    }

    /// The text between two byte offsets.
    pub fn slice(&self, thread: &Thread, start: usize, end: usize) -> PyResult<Value> {
        if let Some(text) = self.string.cast::<Str>() {
            return Ok(Str::byte_substring(text, thread, start, end).value());
        }
        if let Some(bytes) = self.string.cast::<Bytes>() {
            if start == 0 && end == bytes.len() && bytes.is_exact() {
                return Ok(self.string);
            }
            return Ok(Bytes::new(thread, &bytes.as_slice()[start..end]).value());
        }
        // The object may have shrunk since the match.
        let part = buffer::with_bytes(thread, self.string, |bytes| {
            let end = end.min(bytes.len());
            bytes[start.min(end)..end].to_vec()
        })?;
        Ok(Bytes::new(thread, &part).value())
    }

    /// The empty string of the subject's kind.
    pub fn empty(&self, thread: &Thread) -> Value {
        match self.kind {
            Kind::Ascii | Kind::Unicode => Str::empty(thread).value(),
            Kind::Bytes => Bytes::empty(thread).value(),
        }
    }

    /// Runs `f` on all bytes of the subject up to the end of the search.
    pub fn with_bytes<R>(&self, thread: &Thread, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
        if let Some(text) = self.string.cast::<Str>() {
            return Ok(f(&text.as_bytes(thread)[..self.end]));
        }
        buffer::with_bytes(thread, self.string, |bytes| f(&bytes[..self.end.min(bytes.len())]))
    }
}

/// Runs `$body` with `$subject` bound to the engine's view of `$target`.
macro_rules! with_subject {
    ($thread:expr, $target:expr, |$subject:ident| $body:expr) => {
        match $target.kind {
            $crate::modules::sre::subject::Kind::Unicode => $target.with_bytes($thread, |bytes| {
                let $subject = $crate::text::regex::Utf8(bytes);
                $body
            })?,
            $crate::modules::sre::subject::Kind::Ascii | $crate::modules::sre::subject::Kind::Bytes => $target
                .with_bytes($thread, |bytes| {
                    let $subject = $crate::text::regex::Latin1(bytes);
                    $body
                })?,
        }
    };
}
pub(crate) use with_subject;

/// Lets signals through during long matches.
pub struct Poll<'a>(pub &'a Thread);

impl Interrupt for Poll<'_> {
    type Error = Raised;
    fn poll(&mut self) -> PyResult<()> {
        self.0.poll_native()
    }
}
