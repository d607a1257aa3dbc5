//! ASCII and Latin-1.
//!
//! What lives here: the codecs whose bytes are code points. Start at [`encode_step`].

use super::super::code_points;
use super::Progress;
use std::ops::Range;

pub const ASCII: &str = "ascii";
pub const LATIN_1: &str = "latin-1";
pub const ASCII_REASON: &str = "ordinal not in range(128)";
pub const LATIN_1_REASON: &str = "ordinal not in range(256)";

/// Decodes ASCII from `from` on.
pub fn ascii_step(input: &[u8], from: usize, out: &mut Vec<u8>) -> Progress {
    let rest = &input[from..];
    let valid = rest.iter().position(|byte| !byte.is_ascii());
    out.extend_from_slice(&rest[..valid.unwrap_or(rest.len())]);
    match valid {
        None => Progress::Finished(input.len()),
        Some(at) => Progress::Stuck { range: from + at..from + at + 1, reason: ASCII_REASON },
    }
}

/// Decodes Latin-1, which never fails.
pub fn decode_latin_1(input: &[u8], out: &mut Vec<u8>) {
    if input.is_ascii() {
        return out.extend_from_slice(input);
    }
    out.reserve(input.len() * 2);
    for &byte in input {
        if byte < 0x80 {
            out.push(byte);
        } else {
            out.extend([0xc0 | byte >> 6, 0x80 | byte & 0x3f]);
        }
    }
}

/// Encodes characters below `limit` (128 or 256) from `from` on, up to the next run of others.
pub fn encode_step(text: &[u8], from: usize, limit: u32, out: &mut Vec<u8>) -> Option<Range<usize>> {
    let mut offset = from;
    while offset < text.len() {
        let ascii = text[offset..].iter().position(|byte| !byte.is_ascii()).unwrap_or(text.len() - offset);
        out.extend_from_slice(&text[offset..offset + ascii]);
        offset += ascii;
        if offset >= text.len() {
            break;
        }
        let (code_point, next) = code_points::decode_at(text, offset);
        if code_point < limit {
            out.push(code_point as u8);
            offset = next;
            continue;
        }
        let mut end = next;
        while end < text.len() {
            let (code_point, next) = code_points::decode_at(text, end);
            if code_point < limit {
                break;
            }
            end = next;
        }
        return Some(offset..end);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let mut text = Vec::new();
        decode_latin_1(b"a\xe9\xff", &mut text);
        assert_eq!(text, "aéÿ".as_bytes());
        let mut bytes = Vec::new();
        assert_eq!(encode_step(&text, 0, 256, &mut bytes), None);
        assert_eq!(bytes, b"a\xe9\xff");
        assert_eq!(encode_step("aéÿb".as_bytes(), 0, 128, &mut Vec::new()), Some(1..5));
        assert_eq!(ascii_step(b"ab\xff", 0, &mut Vec::new()), Progress::Stuck { range: 2..3, reason: ASCII_REASON });
    }
}
