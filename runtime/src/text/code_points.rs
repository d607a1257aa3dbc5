//! Code points in generalised UTF-8: counting, decoding, stepping.
//!
//! What lives here: functions on byte slices that are known to be generalised UTF-8 (surrogates allowed,
//! each as three bytes). What must not: string objects. Start at [`decode_at`].

use rustpython_wtf8::CodePoint;

/// How many code points `bytes` hold: its bytes that are not continuation bytes.
pub fn count(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    // Chunks of 255 let the compiler count in bytes of vector registers.
    bytes.chunks(255).map(|chunk| chunk.iter().map(|&byte| u8::from(!is_continuation(byte))).sum::<u8>() as usize).sum()
}

/// The byte continues a code point.
#[inline(always)]
pub const fn is_continuation(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// Bytes of the code point that starts with `lead`.
#[inline(always)]
pub const fn sequence_length(lead: u8) -> usize {
    match lead {
        0..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xff => 4,
    }
}

/// The code point at byte `offset`, which is the start of one, and the offset behind it.
#[inline]
pub fn decode_at(bytes: &[u8], offset: usize) -> (u32, usize) {
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

/// The code points one after the other.
pub fn iterate(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let mut offset = 0;
    std::iter::from_fn(move || {
        if offset >= bytes.len() {
            return None;
        }
        let (code_point, next) = decode_at(bytes, offset);
        offset = next;
        Some(code_point)
    })
}

/// The byte offset `count` code points after `offset`.
pub fn advance(bytes: &[u8], mut offset: usize, count: usize) -> usize {
    for _ in 0..count {
        offset += sequence_length(bytes[offset]);
    }
    offset
}

/// The byte offset `count` code points before `offset`.
pub fn retreat(bytes: &[u8], mut offset: usize, count: usize) -> usize {
    for _ in 0..count {
        offset -= 1;
        while is_continuation(bytes[offset]) {
            offset -= 1;
        }
    }
    offset
}

/// Appends a code point, surrogates included. Numbers above 0x10FFFF are a bug of the caller.
#[inline]
pub fn push(bytes: &mut Vec<u8>, code_point: u32) {
    match code_point {
        0..0x80 => bytes.push(code_point as u8),
        _ => match CodePoint::from_u32(code_point) {
            Some(code_point) => bytes.extend_from_slice(code_point.encode_wtf8(&mut [0; 4]).as_bytes()),
            None => unreachable!("not a code point: {code_point:#x}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_sees_every_lead_byte() {
        assert_eq!(count(b""), 0);
        assert_eq!(count("aé€😀".as_bytes()), 4);
        assert_eq!(count("é".repeat(1000).as_bytes()), 1000);
        // Two surrogates stay two code points.
        assert_eq!(count(b"\xed\xa0\xbd\xed\xb8\x80"), 2);
    }

    #[test]
    fn decoding_steps_over_each_length() {
        let bytes = "aé€😀".as_bytes();
        let found: Vec<u32> = iterate(bytes).collect();
        assert_eq!(found, ['a', 'é', '€', '😀'].map(u32::from));
        assert_eq!(retreat(bytes, bytes.len(), 2), advance(bytes, 0, 2));
        let mut copy = Vec::new();
        found.iter().for_each(|&code_point| push(&mut copy, code_point));
        assert_eq!(copy, bytes);
    }
}
