//! UTF-7 (RFC 2152).
//!
//! What lives here: the codec. Start at [`decode`].
//!
//! `+` opens a run of base64 digits that encode UTF-16 units, `-` or any other character ends it; `+-` is a
//! plus sign.

use super::super::code_points;
use super::{DecodeErrors, DecodeFault};

pub const NAME: &str = "utf7";

fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Characters that stand for themselves: RFC 2152's set D, set O (which CPython also writes plainly) and
/// white space.
fn is_direct(code_point: u32) -> bool {
    match u8::try_from(code_point) {
        Ok(b'+' | b'\\' | b'~') => false,
        Ok(b'\t' | b'\n' | b'\r' | b' '..=b'}') => true,
        _ => false,
    }
}

/// Encodes `text`, which never fails: surrogates are units like any other.
pub fn encode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut in_run, mut buffer, mut bits) = (false, 0u32, 0u32);
    for code_point in code_points::iterate(text) {
        if in_run && is_direct(code_point) {
            flush(&mut out, &mut buffer, &mut bits);
            in_run = false;
            // A digit or minus sign right after the run would be taken for part of it.
            let byte = code_point as u8;
            if digit(byte).is_some() || byte == b'-' {
                out.push(b'-');
            }
        } else if !in_run && code_point == u32::from(b'+') {
            out.extend(b"+-");
            continue;
        } else if !in_run && !is_direct(code_point) {
            out.push(b'+');
            in_run = true;
        }
        if !in_run {
            out.push(code_point as u8);
            continue;
        }
        let mut unit = |unit: u32| {
            buffer = buffer << 16 | unit;
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(DIGITS[(buffer >> bits & 63) as usize]);
            }
            buffer &= (1 << bits) - 1;
        };
        if code_point > 0xffff {
            let rest = code_point - 0x1_0000;
            unit(0xd800 | rest >> 10);
            unit(0xdc00 | rest & 0x3ff);
        } else {
            unit(code_point);
        }
    }
    if in_run {
        flush(&mut out, &mut buffer, &mut bits);
        out.push(b'-');
    }
    out
}

fn flush(out: &mut Vec<u8>, buffer: &mut u32, bits: &mut u32) {
    if *bits > 0 {
        out.push(DIGITS[(*buffer << (6 - *bits) & 63) as usize]);
    }
    (*buffer, *bits) = (0, 0);
}

/// Decodes `input` and returns how many bytes were consumed: all, or with `last` unset all before a run
/// that is still open.
pub fn decode<E: DecodeErrors>(input: &[u8], last: bool, errors: &mut E, out: &mut Vec<u8>) -> Result<usize, E::Error> {
    let mut run = Run::default();
    let mut offset = 0;
    while offset < input.len() {
        let byte = input[offset];
        let fault = |start: usize, end: usize, reason| DecodeFault { encoding: NAME, range: start..end, reason };
        if run.open {
            if let Some(digit) = digit(byte) {
                offset += 1;
                run.push(digit, out);
                continue;
            }
            // The run ends; what is left of its bits must be padding.
            run.open = false;
            let left_over = if run.bits >= 6 {
                Some("partial character in base64 sequence")
            } else if run.buffer != 0 {
                Some("non-zero padding bits in shift sequence")
            } else {
                None
            };
            if let Some(reason) = left_over {
                offset = errors.handle(input, fault(run.start, offset + 1, reason), out)?;
                run = Run::default();
                continue;
            }
            run.flush_surrogate(out);
            if byte == b'-' {
                offset += 1;
                continue;
            }
            if byte < 0x80 {
                continue;
            }
        }
        match byte {
            b'+' => match input.get(offset + 1) {
                Some(b'-') => {
                    out.push(b'+');
                    offset += 2;
                }
                Some(&next) if digit(next).is_none() => {
                    offset = errors.handle(input, fault(offset, offset + 2, "ill-formed sequence"), out)?;
                }
                _ => {
                    run = Run { open: true, start: offset, text_length: out.len(), ..Run::default() };
                    offset += 1;
                }
            },
            0x80.. => offset = errors.handle(input, fault(offset, offset + 1, "unexpected special character"), out)?,
            _ => {
                out.push(byte);
                offset += 1;
            }
        }
    }
    if run.open && !last {
        out.truncate(run.text_length);
        return Ok(run.start);
    }
    if run.open && (run.surrogate.is_some() || run.bits >= 6 || run.bits > 0 && run.buffer != 0) {
        let fault =
            DecodeFault { encoding: NAME, range: run.start..input.len(), reason: "unterminated shift sequence" };
        errors.handle(input, fault, out)?;
    }
    Ok(input.len())
}

/// A run of base64 digits.
#[derive(Default)]
struct Run {
    open: bool,
    start: usize,
    /// Length of the output before the run.
    text_length: usize,
    buffer: u32,
    bits: u32,
    surrogate: Option<u32>,
}

impl Run {
    fn push(&mut self, digit: u32, out: &mut Vec<u8>) {
        self.buffer = self.buffer << 6 | digit;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits;
        self.buffer &= (1 << self.bits) - 1;
        if let Some(lead) = self.surrogate.take() {
            if (0xdc00..=0xdfff).contains(&unit) {
                return code_points::push(out, 0x1_0000 + ((lead & 0x3ff) << 10 | unit & 0x3ff));
            }
            code_points::push(out, lead);
        }
        if (0xd800..=0xdbff).contains(&unit) {
            self.surrogate = Some(unit);
        } else {
            code_points::push(out, unit);
        }
    }

    fn flush_surrogate(&mut self, out: &mut Vec<u8>) {
        if let Some(lead) = self.surrogate.take() {
            code_points::push(out, lead);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::handlers::Builtin;
    use super::*;

    fn decoded(input: &[u8]) -> Result<Vec<u8>, DecodeFault> {
        let mut out = Vec::new();
        decode(input, true, &mut Builtin::Strict, &mut out)?;
        Ok(out)
    }

    #[test]
    fn round_trip() {
        for text in ["", "abc", "a+b", "é", "aé-b", "日本語 text", "😀x", "1€2"] {
            assert_eq!(decoded(&encode(text.as_bytes())).as_deref(), Ok(text.as_bytes()), "{text}");
        }
        assert_eq!(encode("a≢b".as_bytes()), b"a+ImI-b");
        assert!(decoded(b"\xff").is_err() && decoded(b"+!").is_err());
    }
}
