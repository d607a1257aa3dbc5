//! Building text piece by piece.
//!
//! What lives here: [`StrBuilder`]. What must not: anything that holds values: the buffer is malloc memory.

use super::Str;
use crate::object::Gc;
use crate::text::code_points;
use crate::thread::Thread;
use rustpython_wtf8::{CodePoint, Wtf8};

/// A growing buffer of generalised UTF-8 that becomes a string.
#[derive(Default, Clone)]
pub struct StrBuilder {
    bytes: Vec<u8>,
}

impl StrBuilder {
    pub const fn new() -> StrBuilder {
        StrBuilder { bytes: Vec::new() }
    }

    pub fn with_capacity(bytes: usize) -> StrBuilder {
        StrBuilder { bytes: Vec::with_capacity(bytes) }
    }

    #[inline]
    pub fn push_str(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    #[inline]
    pub fn push_wtf8(&mut self, text: &Wtf8) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends the text of a string.
    #[inline]
    pub fn push(&mut self, thread: &Thread, string: Gc<Str>) {
        self.bytes.extend_from_slice(string.as_bytes(thread));
    }

    /// Appends bytes that are generalised UTF-8.
    #[inline]
    pub fn push_bytes_unchecked(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Appends one code point.
    #[inline]
    pub fn push_char(&mut self, code_point: impl Into<CodePoint>) {
        code_points::push(&mut self.bytes, code_point.into().to_u32());
    }

    /// Appends one ASCII character.
    #[inline]
    pub fn push_ascii(&mut self, byte: u8) {
        debug_assert!(byte.is_ascii());
        self.bytes.push(byte);
    }

    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes so far.
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// The string.
    pub fn finish(self, thread: &Thread) -> Gc<Str> {
        Str::from_parts_unchecked(thread, &self.bytes, code_points::count(&self.bytes))
    }
}

impl std::fmt::Write for StrBuilder {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
