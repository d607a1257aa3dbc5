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
use crate::thread::Thread;

/// Code points between two entries of the offset table.
const STRIDE: usize = 64;

/// How many code points generalised UTF-8 `bytes` hold: its bytes that are not continuation bytes.
pub fn count_code_points(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    // Chunks of 255 let the compiler count in bytes of vector registers.
    bytes.chunks(255).map(|chunk| chunk.iter().map(|&byte| u8::from(!is_continuation(byte))).sum::<u8>() as usize).sum()
}

/// The byte continues a code point.
#[inline(always)]
pub(crate) const fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// Bytes of the code point that starts with `lead`.
#[inline(always)]
pub(crate) const fn sequence_length(lead: u8) -> usize {
    match lead {
        0..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
    }
}

/// The code point at byte `offset`, which is the start of one, and the offset behind it.
#[inline]
pub(crate) fn decode_at(bytes: &[u8], offset: usize) -> (u32, usize) {
    let lead = bytes[offset];
    let length = sequence_length(lead);
    let bits = |i: usize| u32::from(bytes[offset + i] & 0x3f);
    let code_point = match length {
        1 => u32::from(lead),
        2 => u32::from(lead & 0x1f) << 6 | bits(1),
        3 => u32::from(lead & 0x0f) << 12 | bits(1) << 6 | bits(2),
        _ => u32::from(lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3),
    };
    (code_point, offset + length)
}

/// The byte offset `count` code points after `offset`.
fn advance(bytes: &[u8], mut offset: usize, count: usize) -> usize {
    for _ in 0..count {
        offset += sequence_length(bytes[offset]);
    }
    offset
}

/// The byte offset `count` code points before `offset`.
fn retreat(bytes: &[u8], mut offset: usize, count: usize) -> usize {
    for _ in 0..count {
        offset -= 1;
        while is_continuation(bytes[offset]) {
            offset -= 1;
        }
    }
    offset
}

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
        if length > SCAN_LIMIT {
            if let Some(offset) = Str::table_offset(this, thread, index / STRIDE) {
                return advance(bytes, offset, index % STRIDE);
            }
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
        if this.code_point_count() > SCAN_LIMIT {
            if let Some(table) = Str::offset_table(this, thread) {
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
                return low * STRIDE + count_code_points(&bytes[read_entry(table, low)..offset]);
            }
        }
        count_code_points(&bytes[..offset])
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
    pub fn byte_substring(this: Gc<Str>, thread: &Thread, start: usize, end: usize) -> Gc<Str> {
        if start == 0 && end == this.byte_len() {
            return Str::to_exact(this, thread);
        }
        let bytes = &this.as_bytes(thread)[start..end];
        if this.is_ascii() { Str::from_parts_unchecked(thread, bytes, bytes.len()) } else { Str::from_wtf8_bytes_unchecked(thread, bytes) }
    }
}

fn read_entry(table: Gc<RawStorage>, entry: usize) -> usize {
    debug_assert!((entry + 1) * size_of::<usize>() <= table.capacity);
    // SAFETY: the entry lies in the block, which was filled when the table was made.
    unsafe { table.data().cast::<usize>().add(entry).read() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_sees_every_lead_byte() {
        assert_eq!(count_code_points(b""), 0);
        assert_eq!(count_code_points("aé€😀".as_bytes()), 4);
        assert_eq!(count_code_points("é".repeat(1000).as_bytes()), 1000);
        // Two surrogates stay two code points.
        assert_eq!(count_code_points(b"\xed\xa0\xbd\xed\xb8\x80"), 2);
    }

    #[test]
    fn decoding_steps_over_each_length() {
        let bytes = "aé€😀".as_bytes();
        let mut offset = 0;
        let mut found = Vec::new();
        while offset < bytes.len() {
            let (code_point, next) = decode_at(bytes, offset);
            found.push(code_point);
            offset = next;
        }
        assert_eq!(found, ['a', 'é', '€', '😀'].map(u32::from));
        assert_eq!(retreat(bytes, bytes.len(), 2), advance(bytes, 0, 2));
    }
}
