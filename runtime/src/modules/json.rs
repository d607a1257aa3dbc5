//! `_json`: the quick half of the module `json`.
//!
//! What lives here: strings to and from JSON, and the two classes. What must not: the module's Python half.
//! The scanner is in [`scanner`], the encoder in [`encoder`]. Source: RFC 8259, and the library reference for
//! what Python adds (`NaN`, `Infinity`, control characters where `strict` is false).

pub mod encoder;
pub mod scanner;

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::support::{get, string};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::str::Str;
use crate::value::Value;
use rustpython_wtf8::CodePoint;
use taipan_macros::py_module;

/// Text being decoded, as bytes of generalised UTF-8; places in it are byte offsets.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    text: Gc<Str>,
    bytes: &'a [u8],
}

impl<'a> Source<'a> {
    fn new(thread: &Thread, text: Gc<Str>, bytes: &'a [u8]) -> Source<'a> {
        let _ = thread;
        Source { text, bytes }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// The byte offset of a character's index, clipped to the end.
    fn offset(&self, index: usize) -> usize {
        if self.text.is_ascii() {
            return index.min(self.bytes.len());
        }
        let starts = |&(_, byte): &(usize, &u8)| !matches!(byte, 0x80..=0xbf);
        self.bytes.iter().enumerate().filter(starts).nth(index).map_or(self.bytes.len(), |(offset, _)| offset)
    }

    /// The index of the character at a byte offset.
    fn index(&self, offset: usize) -> usize {
        if self.text.is_ascii() {
            return offset;
        }
        self.bytes[..offset.min(self.bytes.len())].iter().filter(|byte| !matches!(byte, 0x80..=0xbf)).count()
    }

    /// `json.JSONDecodeError(message, text, place)`.
    #[cold]
    fn error(&self, thread: &Thread, message: &str, offset: usize) -> Raised {
        let make = || -> PyResult<Value> {
            let decoder = crate::modules::import::import_name(thread, "json.decoder")?;
            let class = get(thread, decoder, "JSONDecodeError")?;
            let place = Value::small_wrapping(self.index(offset) as i64);
            dispatch::call::call(thread, class, &[string(thread, message), self.text.value(), place])
        };
        match make() {
            Ok(exception) => match exception.cast::<crate::types::exception::Exception>() {
                Some(exception) => thread.raise_exception_object(exception),
                None => thread.raise_value_error(message),
            },
            Err(raised) => raised,
        }
    }
}

/// The string whose opening quote is before `start`; also the offset behind the closing quote.
fn scan_string(thread: &Thread, source: Source<'_>, start: usize, strict: bool) -> PyResult<(Gc<Str>, usize)> {
    let bytes = source.bytes;
    let plain = |from: usize| {
        bytes[from..].iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20).map(|n| from + n)
    };
    let unterminated = || source.error(thread, "Unterminated string starting at", start - 1);
    let Some(mut at) = plain(start) else { return Err(unterminated()) };
    if bytes[at] == b'"' {
        return Ok((Str::from_wtf8_bytes_unchecked(thread, &bytes[start..at]), at + 1));
    }
    let mut text = rustpython_wtf8::Wtf8Buf::new();
    let push = |text: &mut rustpython_wtf8::Wtf8Buf, from: usize, to: usize| {
        text.push_wtf8(rustpython_wtf8::Wtf8::from_bytes(&bytes[from..to]).unwrap_or_default());
    };
    let mut from = start;
    loop {
        push(&mut text, from, at);
        match bytes[at] {
            b'"' => return Ok((Str::from_wtf8(thread, &text), at + 1)),
            b'\\' => {
                let Some(escape) = source.byte(at + 1) else { return Err(unterminated()) };
                let character = match escape {
                    b'"' | b'\\' | b'/' => char::from(escape),
                    b'b' => '\x08',
                    b'f' => '\x0c',
                    b'n' => '\n',
                    b'r' => '\r',
                    b't' => '\t',
                    b'u' => {
                        let Some(mut unit) = hex4(bytes, at + 2) else {
                            return Err(source.error(thread, "Invalid \\uXXXX escape", at + 1));
                        };
                        at += 6;
                        if (0xd800..0xdc00).contains(&unit)
                            && bytes[at..].starts_with(b"\\u")
                            && let Some(low) = hex4(bytes, at + 2)
                            && (0xdc00..0xe000).contains(&low)
                        {
                            unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                            at += 6;
                        }
                        if let Some(point) = CodePoint::from_u32(unit) {
                            text.push(point);
                        }
                        from = at;
                        match plain(at) {
                            Some(next) => at = next,
                            None => return Err(unterminated()),
                        }
                        continue;
                    }
                    _ => return Err(source.error(thread, "Invalid \\escape", at)),
                };
                text.push_char(character);
                at += 2;
            }
            _ if strict => return Err(source.error(thread, "Invalid control character at", at)),
            control => {
                text.push_char(char::from(control));
                at += 1;
            }
        }
        from = at;
        match plain(at) {
            Some(next) => at = next,
            None => return Err(unterminated()),
        }
    }
}

/// Four hexadecimal digits.
fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |number, &digit| Some(number << 4 | char::from(digit).to_digit(16)?))
}

/// Appends a string as JSON; `ascii`: with every other character escaped.
fn write_string(out: &mut Vec<u8>, text: &rustpython_wtf8::Wtf8, ascii: bool) {
    let bytes = text.as_bytes();
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f) || (ascii && (*byte >= 0x7f));
    out.push(b'"');
    if !bytes.iter().any(special) {
        out.extend_from_slice(bytes);
        out.push(b'"');
        return;
    }
    let unit = |out: &mut Vec<u8>, unit: u32| {
        out.extend_from_slice(b"\\u");
        for shift in [12, 8, 4, 0] {
            out.push(b"0123456789abcdef"[(unit >> shift & 15) as usize]);
        }
    };
    for point in text.code_points() {
        let number = point.to_u32();
        match number {
            0x22 => out.extend_from_slice(b"\\\""),
            0x5c => out.extend_from_slice(b"\\\\"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0d => out.extend_from_slice(b"\\r"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            0..=0x1f => unit(out, number),
            0x20..=0x7e => out.push(number as u8),
            _ if !ascii => {
                let mut one = rustpython_wtf8::Wtf8Buf::new();
                one.push(point);
                out.extend_from_slice(one.as_bytes());
            }
            0..=0xffff => unit(out, number),
            _ => {
                let high = number - 0x10000;
                unit(out, 0xd800 + (high >> 10));
                unit(out, 0xdc00 + (high & 0x3ff));
            }
        }
    }
    out.push(b'"');
}

fn encoded(thread: &Thread, value: Value, ascii: bool) -> PyResult<Gc<Str>> {
    let Some(text) = value.cast::<Str>() else {
        let given = thread.type_name(value);
        return Err(thread.raise_type_error(format!("first argument must be a string, not {given}")));
    };
    let mut out = Vec::new();
    write_string(&mut out, text.as_wtf8(thread), ascii);
    Ok(Str::from_wtf8_bytes_unchecked(thread, &out))
}

/// json speedups
#[py_module(name = "_json")]
pub mod json {
    use super::*;
    use crate::modules::support::tuple;

    #[class]
    use super::encoder::EncoderData;
    #[class]
    use super::scanner::ScannerData;

    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[function]
    fn encode_basestring(thread: &Thread, string: Value) -> PyResult<Gc<Str>> {
        encoded(thread, string, false)
    }

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[function]
    fn encode_basestring_ascii(thread: &Thread, string: Value) -> PyResult<Gc<Str>> {
        encoded(thread, string, true)
    }

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[function(signature = "(string, end, strict=True, /)")]
    fn scanstring(thread: &Thread, string: Value, end: isize, strict: Option<bool>) -> PyResult<Value> {
        let Some(text) = string.cast::<Str>() else {
            let given = thread.type_name(string);
            return Err(thread.raise_type_error(format!("first argument must be a string, not {given}")));
        };
        let source = Source::new(thread, text, text.as_bytes(thread));
        if end < 0 || end as usize > text.len(thread) {
            return Err(thread.raise_value_error("end is out of bounds"));
        }
        let (scanned, next) = scan_string(thread, source, source.offset(end as usize), strict.unwrap_or(true))?;
        Ok(tuple(thread, &[scanned.value(), Value::small_wrapping(source.index(next) as i64)]))
    }

    #[init]
    fn init(thread: &Thread, module: Gc<crate::types::module::Module>) -> PyResult<()> {
        // The classes go by the names of what they make.
        for (alias, name) in [("make_scanner", "Scanner"), ("make_encoder", "Encoder")] {
            if let Some(class) = module.get(thread, name) {
                module.set(thread, alias, class);
            }
        }
        Ok(())
    }
}
