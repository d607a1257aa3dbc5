//! Quoting and escapes: `repr` of str and bytes, `ascii`.
//!
//! What lives here: writing of escapes. What must not: reading them (`codecs/escapes`).
//! Start at [`repr_str`].

use super::code_points;
use super::properties::Property;

/// The quote Python's `repr` chooses: double quotes only if there are single ones and no double ones.
fn quote_for(bytes: &[u8]) -> u8 {
    if memchr::memchr(b'\'', bytes).is_some() && memchr::memchr(b'"', bytes).is_none() { b'"' } else { b'\'' }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `\xNN`, `\uNNNN` or `\UNNNNNNNN`, whichever is the shortest that fits.
pub fn push_escape(out: &mut Vec<u8>, code_point: u32) {
    match code_point {
        0..=0xff => push_hex(out, b'x', code_point, 2),
        0x100..=0xffff => push_hex(out, b'u', code_point, 4),
        _ => push_hex(out, b'U', code_point, 8),
    }
}

/// Appends a backslash, `letter` and `digits` hexadecimal digits.
pub fn push_hex(out: &mut Vec<u8>, letter: u8, number: u32, digits: u32) {
    out.extend([b'\\', letter]);
    out.extend((0..digits).rev().map(|digit| HEX[(number >> (4 * digit) & 15) as usize]));
}

/// Appends the escapes that quoted text of every kind shares; `false` if `byte` needs none.
fn push_common(out: &mut Vec<u8>, byte: u8, quote: u8) -> bool {
    match byte {
        b'\n' => out.extend(b"\\n"),
        b'\r' => out.extend(b"\\r"),
        b'\t' => out.extend(b"\\t"),
        b'\\' => out.extend(b"\\\\"),
        _ if byte == quote => out.extend([b'\\', quote]),
        0..0x20 | 0x7f => push_hex(out, b'x', u32::from(byte), 2),
        _ => return false,
    }
    true
}

/// `repr()` of a string's bytes.
pub fn repr_str(bytes: &[u8]) -> Vec<u8> {
    quoted(bytes, Property::Printable)
}

/// `ascii()` of a string's bytes: everything above 127 is escaped.
pub fn ascii_str(bytes: &[u8]) -> Vec<u8> {
    let quote = quote_for(bytes);
    let mut out = Vec::with_capacity(bytes.len() + 2);
    out.push(quote);
    for code_point in code_points::iterate(bytes) {
        match u8::try_from(code_point) {
            Ok(byte @ 0..0x80) => {
                if !push_common(&mut out, byte, quote) {
                    out.push(byte);
                }
            }
            _ => push_escape(&mut out, code_point),
        }
    }
    out.push(quote);
    out
}

fn quoted(bytes: &[u8], printable: Property) -> Vec<u8> {
    let quote = quote_for(bytes);
    let mut out = Vec::with_capacity(bytes.len() + 2);
    out.push(quote);
    let mut offset = 0;
    while offset < bytes.len() {
        let byte = bytes[offset];
        if byte < 0x80 {
            if !push_common(&mut out, byte, quote) {
                out.push(byte);
            }
            offset += 1;
            continue;
        }
        let (code_point, next) = code_points::decode_at(bytes, offset);
        if printable.holds(code_point) {
            out.extend_from_slice(&bytes[offset..next]);
        } else {
            push_escape(&mut out, code_point);
        }
        offset = next;
    }
    out.push(quote);
    out
}

/// Escapes what `ascii()` would in text that is already quoted (another object's `repr`).
pub fn ascii_of_repr(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for code_point in code_points::iterate(bytes) {
        match u8::try_from(code_point) {
            Ok(byte @ 0..0x80) => out.push(byte),
            _ => push_escape(&mut out, code_point),
        }
    }
    out
}

/// `repr()` of a bytes object: `b'...'`.
pub fn repr_bytes(bytes: &[u8]) -> Vec<u8> {
    let quote = quote_for(bytes);
    let mut out = Vec::with_capacity(bytes.len() + 3);
    out.extend([b'b', quote]);
    for &byte in bytes {
        if !push_common(&mut out, byte, quote) {
            if byte < 0x80 {
                out.push(byte);
            } else {
                push_hex(&mut out, b'x', u32::from(byte), 2);
            }
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap_or_default()
    }

    #[test]
    fn quotes_and_escapes() {
        assert_eq!(text(repr_str(b"it's")), r#""it's""#);
        assert_eq!(text(repr_str(b"it's \"x\"")), r#"'it\'s "x"'"#);
        assert_eq!(
            text(repr_str("é\u{85}\u{a0}\u{200b}\n\0\u{10ffff}😀".as_bytes())),
            "'é\\x85\\xa0\\u200b\\n\\x00\\U0010ffff😀'"
        );
        assert_eq!(text(repr_str(b"\xed\xa0\x80")), "'\\ud800'");
        assert_eq!(text(ascii_str("é😀".as_bytes())), "'\\xe9\\U0001f600'");
        assert_eq!(text(repr_bytes(b"a\xff'\t")), "b\"a\\xff'\\t\"");
    }
}
