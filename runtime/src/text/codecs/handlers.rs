//! The error handlers every Python has: `strict`, `ignore`, `replace`, ...
//!
//! What lives here: what each does to a fault. What must not: handlers registered by the program
//! (`modules/_codecs`). Start at [`Builtin`]. Source: Python library reference, "Error Handlers" of `codecs`.

use super::super::code_points;
use super::super::escape::push_escape;
use super::utf16::ByteOrder;
use super::{DecodeErrors, DecodeFault, EncodeErrors, EncodeFault, Replacement};

/// A handler known by name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Builtin {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
}

impl Builtin {
    /// All of them with their names.
    pub const ALL: [(&'static str, Builtin); 8] = [
        ("strict", Builtin::Strict),
        ("ignore", Builtin::Ignore),
        ("replace", Builtin::Replace),
        ("backslashreplace", Builtin::BackslashReplace),
        ("xmlcharrefreplace", Builtin::XmlCharRefReplace),
        ("namereplace", Builtin::NameReplace),
        ("surrogateescape", Builtin::SurrogateEscape),
        ("surrogatepass", Builtin::SurrogatePass),
    ];

    pub fn from_name(name: &str) -> Option<Builtin> {
        Builtin::ALL.iter().find(|(known, _)| *known == name).map(|(_, handler)| *handler)
    }

    /// Appends the replacement for undecodable bytes and says where to go on; `None`: raise the error.
    pub fn recover_decode(self, input: &[u8], fault: &DecodeFault, out: &mut Vec<u8>) -> Option<usize> {
        let bad = &input[fault.range.clone()];
        match self {
            // The last two have nothing to say about decoding; the caller raises TypeError.
            Builtin::Strict | Builtin::XmlCharRefReplace | Builtin::NameReplace => return None,
            Builtin::Ignore => {}
            Builtin::Replace => out.extend("\u{fffd}".bytes()),
            Builtin::BackslashReplace => bad.iter().for_each(|&byte| push_escape(out, u32::from(byte))),
            Builtin::SurrogateEscape => {
                let high = bad.iter().take(4).take_while(|byte| !byte.is_ascii()).count();
                if high == 0 {
                    return None;
                }
                bad[..high].iter().for_each(|&byte| code_points::push(out, 0xdc00 + u32::from(byte)));
                return Some(fault.range.start + high);
            }
            Builtin::SurrogatePass => {
                let (code_point, length) = surrogate_in(&input[fault.range.start..], fault.encoding)?;
                code_points::push(out, code_point);
                return Some(fault.range.start + length);
            }
        }
        Some(fault.range.end)
    }

    /// The replacement of unencodable characters; `None`: raise the error.
    pub fn recover_encode(self, text: &[u8], fault: &EncodeFault) -> Option<Replacement> {
        let bad = &text[fault.bytes.clone()];
        let mut out = Vec::new();
        match self {
            Builtin::Strict => return None,
            Builtin::Ignore => {}
            Builtin::Replace => out.resize(fault.range.len(), b'?'),
            Builtin::BackslashReplace => {
                code_points::iterate(bad).for_each(|code_point| push_escape(&mut out, code_point))
            }
            Builtin::XmlCharRefReplace => {
                code_points::iterate(bad).for_each(|code_point| out.extend(format!("&#{code_point};").bytes()));
            }
            Builtin::NameReplace => {
                for code_point in code_points::iterate(bad) {
                    match char::from_u32(code_point).and_then(rustpython_unicode::character_name) {
                        Some(name) => out.extend(format!("\\N{{{name}}}").bytes()),
                        None => push_escape(&mut out, code_point),
                    }
                }
            }
            Builtin::SurrogateEscape => {
                for code_point in code_points::iterate(bad) {
                    match code_point {
                        0xdc80..=0xdcff => out.push((code_point - 0xdc00) as u8),
                        _ => return None,
                    }
                }
                return Some(Replacement::Bytes(out));
            }
            Builtin::SurrogatePass => {
                let write = surrogate_writer(fault.encoding)?;
                for code_point in code_points::iterate(bad) {
                    if !(0xd800..=0xdfff).contains(&code_point) {
                        return None;
                    }
                    write(&mut out, code_point);
                }
                return Some(Replacement::Bytes(out));
            }
        }
        Some(Replacement::Text(out))
    }
}

/// Encodings that `surrogatepass` knows, by the names Python accepts.
enum SurrogateForm {
    Utf8,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
}

fn surrogate_form(encoding: &str) -> Option<SurrogateForm> {
    let name = encoding.to_ascii_lowercase().replace('_', "-");
    let rest = name.strip_prefix("utf").or_else(|| name.strip_prefix("cp"))?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let order = |suffix: &str| match suffix.trim_start_matches('-') {
        "" => Some(ByteOrder::NATIVE),
        "le" => Some(ByteOrder::Little),
        "be" => Some(ByteOrder::Big),
        _ => None,
    };
    match rest {
        "8" | "65001" => Some(SurrogateForm::Utf8),
        _ => match (rest.strip_prefix("16"), rest.strip_prefix("32")) {
            (Some(suffix), _) => order(suffix).map(SurrogateForm::Utf16),
            (_, Some(suffix)) => order(suffix).map(SurrogateForm::Utf32),
            (None, None) => None,
        },
    }
}

/// The surrogate at the start of `input`, and how many bytes it takes.
fn surrogate_in(input: &[u8], encoding: &str) -> Option<(u32, usize)> {
    let (code_point, length) = match surrogate_form(encoding)? {
        SurrogateForm::Utf8 => match input {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => (code_points::decode_at(input, 0).0, 3),
            _ => return None,
        },
        SurrogateForm::Utf16(order) => (u32::from(order.u16(*input.first_chunk()?)), 2),
        SurrogateForm::Utf32(ByteOrder::Little) => (u32::from_le_bytes(*input.first_chunk()?), 4),
        SurrogateForm::Utf32(ByteOrder::Big) => (u32::from_be_bytes(*input.first_chunk()?), 4),
    };
    (0xd800..=0xdfff).contains(&code_point).then_some((code_point, length))
}

fn surrogate_writer(encoding: &str) -> Option<fn(&mut Vec<u8>, u32)> {
    Some(match surrogate_form(encoding)? {
        SurrogateForm::Utf8 => code_points::push,
        SurrogateForm::Utf16(ByteOrder::Little) => |out, code_point| out.extend((code_point as u16).to_le_bytes()),
        SurrogateForm::Utf16(ByteOrder::Big) => |out, code_point| out.extend((code_point as u16).to_be_bytes()),
        SurrogateForm::Utf32(ByteOrder::Little) => |out, code_point| out.extend(code_point.to_le_bytes()),
        SurrogateForm::Utf32(ByteOrder::Big) => |out, code_point| out.extend(code_point.to_be_bytes()),
    })
}

impl DecodeErrors for Builtin {
    type Error = DecodeFault;
    fn handle(&mut self, input: &[u8], fault: DecodeFault, out: &mut Vec<u8>) -> Result<usize, DecodeFault> {
        self.recover_decode(input, &fault, out).ok_or(fault)
    }
}

impl EncodeErrors for Builtin {
    type Error = EncodeFault;
    fn handle(&mut self, text: &[u8], fault: &EncodeFault) -> Result<(Replacement, usize), EncodeFault> {
        match self.recover_encode(text, fault) {
            Some(replacement) => Ok((replacement, fault.range.end)),
            None => Err(fault.clone()),
        }
    }
    fn refuse(&mut self, _: &[u8], fault: &EncodeFault) -> EncodeFault {
        fault.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{decode, encode, single_byte, utf8};
    use super::*;

    fn utf8_decode(input: &[u8], mut handler: Builtin) -> Result<Vec<u8>, DecodeFault> {
        let mut out = Vec::new();
        decode(utf8::NAME, input, &mut handler, &mut out, |input, from, out| utf8::step(input, from, true, out))?;
        Ok(out)
    }

    fn ascii_encode(text: &str, mut handler: Builtin) -> Result<Vec<u8>, EncodeFault> {
        let mut out = Vec::new();
        encode(
            single_byte::ASCII,
            single_byte::ASCII_REASON,
            text.as_bytes(),
            &mut handler,
            &mut out,
            |text, from, out| single_byte::encode_step(text, from, 128, out),
        )?;
        Ok(out)
    }

    #[test]
    fn decoding() {
        assert_eq!(utf8_decode(b"a\xff\xe2\x82b", Builtin::Replace).as_deref(), Ok("a\u{fffd}\u{fffd}b".as_bytes()));
        assert_eq!(utf8_decode(b"a\xffb", Builtin::BackslashReplace).as_deref(), Ok(&b"a\\xffb"[..]));
        assert_eq!(utf8_decode(b"a\xff", Builtin::SurrogateEscape).as_deref(), Ok(&b"a\xed\xb3\xbf"[..]));
        assert_eq!(utf8_decode(b"\xed\xa0\x80z", Builtin::SurrogatePass).as_deref(), Ok(&b"\xed\xa0\x80z"[..]));
        assert_eq!(utf8_decode(b"a\xffb", Builtin::Ignore).as_deref(), Ok(&b"ab"[..]));
        assert_eq!(utf8_decode(b"a\xff", Builtin::Strict).map_err(|f| f.range), Err(1..2));
    }

    #[test]
    fn encoding() {
        assert_eq!(ascii_encode("aé😀b", Builtin::Replace).as_deref(), Ok(&b"a??b"[..]));
        assert_eq!(ascii_encode("é😀", Builtin::BackslashReplace).as_deref(), Ok(&b"\\xe9\\U0001f600"[..]));
        assert_eq!(ascii_encode("é", Builtin::XmlCharRefReplace).as_deref(), Ok(&b"&#233;"[..]));
        assert_eq!(
            ascii_encode("é", Builtin::NameReplace).as_deref(),
            Ok(&b"\\N{LATIN SMALL LETTER E WITH ACUTE}"[..])
        );
        assert_eq!(ascii_encode("xaé😀b", Builtin::Strict).map_err(|f| f.range), Err(2..4));
    }
}
