//! `unicode_escape`, `raw_unicode_escape`, and the escapes of bytes literals.
//!
//! What lives here: the codecs. What must not: quoting for `repr` (`text::escape`).
//! Start at [`unicode_escape_step`].

use super::super::code_points;
use super::super::escape::push_hex;
use super::Progress;
use std::ops::Range;

/// An escape that means nothing: the byte offset of its backslash.
pub type InvalidEscape = Option<usize>;

fn hex_digits(input: &[u8], from: usize, count: usize) -> (u32, usize) {
    let mut number = 0;
    let mut end = from;
    while end < from + count {
        let Some(digit) = input.get(end).and_then(|&byte| char::from(byte).to_digit(16)) else { break };
        number = number << 4 | digit;
        end += 1;
    }
    (number, end)
}

/// Up to three octal digits.
fn octal_digits(input: &[u8], from: usize) -> (u32, usize) {
    let mut number = 0;
    let mut end = from;
    while end < from + 3 {
        let Some(digit @ b'0'..=b'7') = input.get(end) else { break };
        number = number << 3 | u32::from(digit - b'0');
        end += 1;
    }
    (number, end)
}

/// The character of a one-letter escape.
fn simple_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'b' => 0x08,
        b'f' => 0x0c,
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        b'v' => 0x0b,
        b'a' => 0x07,
        _ => return None,
    })
}

/// Decodes `unicode_escape` from `from` on: Latin-1 with escapes. The first escape without a meaning is noted in
/// `invalid`.
pub fn unicode_escape_step(
    input: &[u8],
    from: usize,
    last: bool,
    out: &mut Vec<u8>,
    invalid: &mut InvalidEscape,
) -> Progress {
    let mut offset = from;
    while offset < input.len() {
        if input[offset] != b'\\' {
            code_points::push(out, u32::from(input[offset]));
            offset += 1;
            continue;
        }
        let start = offset;
        let stuck = |end: usize, reason| Progress::Stuck { range: start..end, reason };
        let Some(&letter) = input.get(start + 1) else {
            return if last { stuck(start + 1, "\\ at end of string") } else { Progress::Finished(start) };
        };
        offset = start + 2;
        if let Some(byte) = simple_escape(letter) {
            out.push(byte);
            continue;
        }
        let (count, reason) = match letter {
            b'\n' => continue,
            b'0'..=b'7' => {
                let (number, end) = octal_digits(input, start + 1);
                if !last && end == input.len() && end < start + 4 {
                    return Progress::Finished(start);
                }
                if number > 0xff && invalid.is_none() {
                    *invalid = Some(start);
                }
                code_points::push(out, number);
                offset = end;
                continue;
            }
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            b'N' => {
                match named_character(input, offset, last) {
                    Named::Found(character, end) => {
                        code_points::push(out, u32::from(character));
                        offset = end;
                        continue;
                    }
                    Named::Incomplete => return Progress::Finished(start),
                    Named::Bad(end, reason) => return stuck(end, reason),
                };
            }
            _ => {
                if invalid.is_none() {
                    *invalid = Some(start);
                }
                out.push(b'\\');
                code_points::push(out, u32::from(letter));
                continue;
            }
        };
        let (number, end) = hex_digits(input, offset, count);
        if end < offset + count {
            return if !last && end == input.len() { Progress::Finished(start) } else { stuck(end, reason) };
        }
        if number > 0x10_ffff {
            return stuck(end, "illegal Unicode character");
        }
        code_points::push(out, number);
        offset = end;
    }
    Progress::Finished(input.len())
}

enum Named {
    Found(char, usize),
    Incomplete,
    Bad(usize, &'static str),
}

/// The `{NAME}` of `\N{NAME}` at `offset`.
fn named_character(input: &[u8], offset: usize, last: bool) -> Named {
    let malformed = "malformed \\N character escape";
    match input.get(offset) {
        Some(b'{') => {}
        None if !last => return Named::Incomplete,
        _ => return Named::Bad(offset, malformed),
    }
    let Some(length) = memchr::memchr(b'}', &input[offset..]) else {
        return if last { Named::Bad(input.len(), malformed) } else { Named::Incomplete };
    };
    let end = offset + length + 1;
    let name = &input[offset + 1..end - 1];
    if name.is_empty() {
        return Named::Bad(end, malformed);
    }
    match std::str::from_utf8(name).ok().and_then(rustpython_unicode::lookup_character) {
        Some(character) => Named::Found(character, end),
        None => Named::Bad(end, "unknown Unicode character name"),
    }
}

/// Decodes `raw_unicode_escape` from `from` on: Latin-1 where `\uXXXX` and `\UXXXXXXXX` are escapes.
pub fn raw_unicode_escape_step(input: &[u8], from: usize, last: bool, out: &mut Vec<u8>) -> Progress {
    let mut offset = from;
    while offset < input.len() {
        let byte = input[offset];
        if byte != b'\\' {
            code_points::push(out, u32::from(byte));
            offset += 1;
            continue;
        }
        let (count, reason) = match input.get(offset + 1) {
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            None if !last => return Progress::Finished(offset),
            // Any other backslash stands for itself, and so does the byte behind it.
            other => {
                out.push(b'\\');
                offset += 1;
                if let Some(&byte) = other {
                    code_points::push(out, u32::from(byte));
                    offset += 1;
                }
                continue;
            }
        };
        let (number, end) = hex_digits(input, offset + 2, count);
        if end < offset + 2 + count {
            return if !last && end == input.len() {
                Progress::Finished(offset)
            } else {
                Progress::Stuck { range: offset..end, reason }
            };
        }
        if number > 0x10_ffff {
            return Progress::Stuck { range: offset..end, reason: "\\Uxxxxxxxx out of range" };
        }
        code_points::push(out, number);
        offset = end;
    }
    Progress::Finished(input.len())
}

/// Encodes to `unicode_escape`, which never fails.
pub fn encode_unicode_escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for code_point in code_points::iterate(text) {
        match code_point {
            0x5c => out.extend(b"\\\\"),
            0x09 => out.extend(b"\\t"),
            0x0a => out.extend(b"\\n"),
            0x0d => out.extend(b"\\r"),
            0x20..0x7f => out.push(code_point as u8),
            0..0x100 => push_hex(&mut out, b'x', code_point, 2),
            0x100..0x1_0000 => push_hex(&mut out, b'u', code_point, 4),
            _ => push_hex(&mut out, b'U', code_point, 8),
        }
    }
    out
}

/// Encodes to `raw_unicode_escape`, which never fails.
pub fn encode_raw_unicode_escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for code_point in code_points::iterate(text) {
        match code_point {
            0..0x100 => out.push(code_point as u8),
            0x100..0x1_0000 => push_hex(&mut out, b'u', code_point, 4),
            _ => push_hex(&mut out, b'U', code_point, 8),
        }
    }
    out
}

/// What is wrong with an escape of a bytes literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeError {
    TrailingBackslash,
    /// `\x` without two digits, at this position.
    InvalidHex(usize),
}

/// Decodes the escapes of a bytes literal (`codecs.escape_decode`). `replace_invalid`: what `\x` without digits
/// becomes, if it is no error.
pub fn decode_bytes(
    input: &[u8],
    bad_hex: Option<&[u8]>,
    invalid: &mut InvalidEscape,
) -> Result<Vec<u8>, BytesEscapeError> {
    let mut out = Vec::with_capacity(input.len());
    let mut offset = 0;
    while offset < input.len() {
        let byte = input[offset];
        offset += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let start = offset - 1;
        let Some(&letter) = input.get(offset) else { return Err(BytesEscapeError::TrailingBackslash) };
        offset += 1;
        if let Some(byte) = simple_escape(letter) {
            out.push(byte);
            continue;
        }
        match letter {
            b'\n' => {}
            b'0'..=b'7' => {
                let (number, end) = octal_digits(input, start + 1);
                if number > 0xff && invalid.is_none() {
                    *invalid = Some(start);
                }
                out.push(number as u8);
                offset = end;
            }
            b'x' => {
                let (number, end) = hex_digits(input, offset, 2);
                if end == offset + 2 {
                    out.push(number as u8);
                } else {
                    match bad_hex {
                        Some(replacement) => out.extend_from_slice(replacement),
                        None => return Err(BytesEscapeError::InvalidHex(start)),
                    }
                }
                offset = end;
            }
            _ => {
                if invalid.is_none() {
                    *invalid = Some(start);
                }
                out.extend([b'\\', letter]);
            }
        }
    }
    Ok(out)
}

/// Escapes bytes as in a bytes literal (`codecs.escape_encode`): `repr` without prefix and quotes.
pub fn encode_bytes(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    for &byte in input {
        match byte {
            b'\\' | b'\'' => out.extend([b'\\', byte]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            0x20..0x7f => out.push(byte),
            _ => push_hex(&mut out, b'x', u32::from(byte), 2),
        }
    }
    out
}

/// The text of an invalid escape for the warning: `\d`, or up to three octal digits.
pub fn shown_escape(input: &[u8], at: usize) -> String {
    let digits = octal_digits(input, at + 1).1;
    let range: Range<usize> = at..if digits > at + 1 { digits } else { (at + 2).min(input.len()) };
    input[range].iter().map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescape(input: &[u8]) -> Result<String, (Range<usize>, &'static str)> {
        let mut out = Vec::new();
        match unicode_escape_step(input, 0, true, &mut out, &mut None) {
            Progress::Finished(_) => Ok(String::from_utf8(out).unwrap_or_default()),
            Progress::Stuck { range, reason } => Err((range, reason)),
        }
    }

    #[test]
    fn unicode_escapes() {
        assert_eq!(unescape(br"a\n\x41\u00e9\U0001F600\101\N{BULLET}\q\\").as_deref(), Ok("a\nAé😀A•\\q\\"));
        assert_eq!(unescape(br"\x4"), Err((0..3, "truncated \\xXX escape")));
        assert_eq!(unescape(br"a\"), Err((1..2, "\\ at end of string")));
        assert_eq!(unescape(br"\U00110000"), Err((0..10, "illegal Unicode character")));
        assert_eq!(unescape(br"\N{nothing}"), Err((0..11, "unknown Unicode character name")));
        assert_eq!(encode_unicode_escape("aé😀\n".as_bytes()), br"a\xe9\U0001f600\n");
    }

    #[test]
    fn bytes_escapes() {
        assert_eq!(decode_bytes(br"a\x41\101\q", None, &mut None).as_deref(), Ok(&b"aAA\\q"[..]));
        assert_eq!(decode_bytes(br"\x4", None, &mut None), Err(BytesEscapeError::InvalidHex(0)));
        assert_eq!(encode_bytes(b"a'\n\xff"), br"a\'\n\xff");
    }
}
