//! Strings by code point: counting, offsets, subscripts and slices.
//!
//! What lives here: the mapping between code point indices and byte offsets, and what is built on it.
//! What must not: searching and splitting, which work on bytes. Start at [`Str::offset_of`].
//!
//! ASCII strings need no mapping. Short other ones are scanned from the nearer end; long ones get, on the
//! first subscript, a table with the byte offset of every 64th code point, so that a subscript is O(1).
#![allow(unsafe_code)] // Reads and writes the offset table in raw storage.

use super::{SCAN_LIMIT, Str};
use crate::object::{Gc, RawStorage};
use crate::text::code_points::{self, advance, decode_at, is_continuation, retreat, sequence_length};
use crate::thread::Thread;

/// Code points between two entries of the offset table.
const STRIDE: usize = 64;

impl Str {
    /// The byte offset of code point `index`, which may be the length.
    pub fn offset_of(this: Gc<Str>, thread: &Thread, index: usize) -> usize {
        if this.is_ascii() {
            return index;
        }
        let bytes = this.as_bytes(thread);
        let length = this.code_point_count();
        if index == length {
            return bytes.len();
        }
        if length > SCAN_LIMIT
            && let Some(offset) = Str::table_offset(this, thread, index / STRIDE)
        {
            return advance(bytes, offset, index % STRIDE);
        }
        if index <= length / 2 { advance(bytes, 0, index) } else { retreat(bytes, bytes.len(), length - index) }
    }

    /// The code point index of byte `offset`, which is the start of one (or the end).
    pub fn index_of_offset(this: Gc<Str>, thread: &Thread, offset: usize) -> usize {
        if this.is_ascii() {
            return offset;
        }
        let bytes = this.as_bytes(thread);
        if offset == bytes.len() {
            return this.code_point_count();
        }
        if this.code_point_count() > SCAN_LIMIT
            && let Some(table) = Str::offset_table(this, thread)
        {
            let entries = this.code_point_count().div_ceil(STRIDE);
            let (mut low, mut high) = (0, entries);
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if read_entry(table, middle) <= offset {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return low * STRIDE + code_points::count(&bytes[read_entry(table, low)..offset]);
        }
        code_points::count(&bytes[..offset])
    }

    fn table_offset(this: Gc<Str>, thread: &Thread, entry: usize) -> Option<usize> {
        Str::offset_table(this, thread).map(|table| read_entry(table, entry))
    }

    /// The table of a flat external string; made on the first call. `None` if there is no room for one.
    fn offset_table(this: Gc<Str>, thread: &Thread) -> Option<Gc<RawStorage>> {
        let external = this.external()?;
        if let Some(table) = external.right.get() {
            return Some(table.cast_unchecked());
        }
        let entries = this.code_point_count().div_ceil(STRIDE);
        let table = thread.allocate_bytes(entries * size_of::<usize>())?;
        let bytes = this.as_bytes(thread);
        let mut seen = 0;
        for (offset, &byte) in bytes.iter().enumerate() {
            if !is_continuation(byte) {
                if seen % STRIDE == 0 {
                    // SAFETY: `seen / STRIDE < entries`, and the block has that many words.
                    unsafe { table.data().cast::<usize>().add(seen / STRIDE).write(offset) };
                }
                seen += 1;
            }
        }
        thread.store_gc(this, &external.right, table.header());
        Some(table)
    }

    /// The code point at `index`, which is below the length.
    pub fn code_point_at(this: Gc<Str>, thread: &Thread, index: usize) -> u32 {
        let bytes = this.as_bytes(thread);
        if this.is_ascii() {
            return u32::from(bytes[index]);
        }
        decode_at(bytes, Str::offset_of(this, thread, index)).0
    }

    /// The one-character string at `index`, which is below the length.
    #[inline]
    pub fn char_at(this: Gc<Str>, thread: &Thread, index: usize) -> Gc<Str> {
        if this.is_ascii() {
            return Str::latin1(thread, this.as_bytes(thread)[index]);
        }
        Str::char_at_offset(this, thread, Str::offset_of(this, thread, index)).0
    }

    /// The one-character string at byte `offset`, and the offset behind it: for iteration.
    #[inline]
    pub fn char_at_offset(this: Gc<Str>, thread: &Thread, offset: usize) -> (Gc<Str>, usize) {
        let bytes = this.as_bytes(thread);
        let end = offset + sequence_length(bytes[offset]);
        if end == offset + 1 {
            return (Str::latin1(thread, bytes[offset]), end);
        }
        (Str::from_parts_unchecked(thread, &bytes[offset..end], 1), end)
    }

    /// Code points `start..end`, which lie in the string, in order. The whole string is `this` itself if it
    /// is exactly a `str`.
    pub fn substring(this: Gc<Str>, thread: &Thread, start: usize, end: usize) -> Gc<Str> {
        if start >= end {
            return Str::empty(thread);
        }
        if start == 0 && end == this.code_point_count() {
            return Str::to_exact(this, thread);
        }
        let (from, to) = (Str::offset_of(this, thread, start), Str::offset_of(this, thread, end));
        Str::from_parts_unchecked(thread, &this.as_bytes(thread)[from..to], end - start)
    }

    /// Bytes `start..end`, both on code point boundaries.
    #[inline]
    pub fn byte_substring(this: Gc<Str>, thread: &Thread, start: usize, end: usize) -> Gc<Str> {
        if start == 0 && end == this.byte_len() {
            return Str::to_exact(this, thread);
        }
        let bytes = &this.as_bytes(thread)[start..end];
        if this.is_ascii() {
            Str::from_parts_unchecked(thread, bytes, bytes.len())
        } else {
            Str::from_wtf8_bytes_unchecked(thread, bytes)
        }
    }
}

fn read_entry(table: Gc<RawStorage>, entry: usize) -> usize {
    debug_assert!((entry + 1) * size_of::<usize>() <= table.capacity);
    // SAFETY: the entry lies in the block, which was filled when the table was made.
    unsafe { table.data().cast::<usize>().add(entry).read() }
}
