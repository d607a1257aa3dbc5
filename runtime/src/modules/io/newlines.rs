//! Line endings: universal newlines on the way in, translation on the way out.
//!
//! What lives here: [`NewlineDecoder`] (the algorithm), `IncrementalNewlineDecoder` (its Python class), the
//! newline modes of text files. What must not: files. Start at [`Newlines`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{call_method, repr, string, tuple};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// What a text file does with line endings, from its `newline` argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Newlines {
    /// `None`: any ending is read as `\n`; `\n` is written as the system's ending, which is `\n`.
    Translate,
    /// `''`: any ending ends a line, none is changed.
    Keep,
    /// `'\n'`, `'\r'`, `'\r\n'`: this one ends a line, and is written for `\n`.
    Only(&'static str),
}

impl Newlines {
    /// From the argument.
    ///
    /// # Errors
    /// TypeError for anything but a string or None, ValueError for another string.
    pub fn from_argument(thread: &Thread, newline: Option<Value>, function: &str) -> PyResult<Newlines> {
        let Some(newline) = newline.filter(|newline| !newline.is_none()) else { return Ok(Newlines::Translate) };
        let Some(text) = newline.cast::<Str>() else {
            let given = thread.type_name(newline);
            return Err(
                thread.raise_type_error(format!("{function}() argument 'newline' must be str or None, not {given}"))
            );
        };
        match text.as_bytes(thread) {
            b"" => Ok(Newlines::Keep),
            b"\n" => Ok(Newlines::Only("\n")),
            b"\r" => Ok(Newlines::Only("\r")),
            b"\r\n" => Ok(Newlines::Only("\r\n")),
            _ => Err(thread.raise_value_error(format!("illegal newline value: {}", repr(thread, newline)?))),
        }
    }

    /// Any ending counts.
    pub fn is_universal(self) -> bool {
        matches!(self, Newlines::Translate | Newlines::Keep)
    }

    /// What is written for `\n`, if not itself.
    pub fn written(self) -> Option<&'static str> {
        match self {
            Newlines::Only(newline) if newline != "\n" => Some(newline),
            Newlines::Translate | Newlines::Keep | Newlines::Only(_) => None,
        }
    }

    /// Where the first line of `text` ends, its ending included.
    pub fn line_end(self, text: &[u8]) -> Option<usize> {
        match self {
            Newlines::Translate | Newlines::Only("\n") => memchr::memchr(b'\n', text).map(|at| at + 1),
            Newlines::Keep => {
                let at = memchr::memchr2(b'\n', b'\r', text)?;
                Some(if text[at] == b'\r' && text.get(at + 1) == Some(&b'\n') { at + 2 } else { at + 1 })
            }
            Newlines::Only(newline) => memchr::memmem::find(text, newline.as_bytes()).map(|at| at + newline.len()),
        }
    }
}

/// Bits of [`NewlineDecoder::seen`].
mod seen {
    pub const LF: u8 = 1;
    pub const CR: u8 = 2;
    pub const CRLF: u8 = 4;
}

/// Finds line endings in text that comes in pieces; a `\r` at the end of a piece waits for the next.
#[derive(Default)]
pub struct NewlineDecoder {
    pending_cr: Cell<bool>,
    seen: Cell<u8>,
}

impl NewlineDecoder {
    /// A `\r` is waiting.
    pub fn is_pending(&self) -> bool {
        self.pending_cr.get()
    }

    pub fn set_pending(&self, pending: bool) {
        self.pending_cr.set(pending);
    }

    /// Forgets what was seen.
    pub fn reset(&self) {
        self.pending_cr.set(false);
        self.seen.set(0);
    }

    /// The next piece of text with its endings counted, and translated to `\n` if asked for.
    pub fn decode(&self, mut text: Vec<u8>, translate: bool, last: bool) -> Vec<u8> {
        if self.pending_cr.get() && (last || !text.is_empty()) {
            text.insert(0, b'\r');
            self.pending_cr.set(false);
        }
        if !last && text.last() == Some(&b'\r') {
            text.pop();
            self.pending_cr.set(true);
        }
        if memchr::memchr(b'\r', &text).is_none() {
            if memchr::memchr(b'\n', &text).is_some() {
                self.seen.set(self.seen.get() | seen::LF);
            }
            return text;
        }
        let mut found = self.seen.get();
        let mut out = Vec::with_capacity(text.len());
        let mut rest = &text[..];
        while let Some(at) = memchr::memchr2(b'\n', b'\r', rest) {
            out.extend_from_slice(&rest[..at]);
            let length = match (rest[at], rest.get(at + 1)) {
                (b'\r', Some(b'\n')) => {
                    found |= seen::CRLF;
                    2
                }
                (b'\r', _) => {
                    found |= seen::CR;
                    1
                }
                _ => {
                    found |= seen::LF;
                    1
                }
            };
            out.push(b'\n');
            rest = &rest[at + length..];
        }
        out.extend_from_slice(rest);
        self.seen.set(found);
        if translate { out } else { text }
    }

    /// `newlines`: None, one ending, or a tuple of those seen.
    pub fn seen_value(&self, thread: &Thread) -> Value {
        let found = self.seen.get();
        // rooted: by the interner
        let all: Vec<Value> = [(seen::CR, "\r"), (seen::LF, "\n"), (seen::CRLF, "\r\n")]
            .into_iter()
            .filter(|(bit, _)| found & bit != 0)
            .map(|(_, ending)| thread.vm().interner.intern_text(thread, ending).value())
            .collect();
        // Interned strings live as long as the isolate, so they may stand in the vector.
        match *all {
            [] => Value::NONE,
            [one] => one,
            _ => tuple(thread, &all),
        }
    }
}

/// `IncrementalNewlineDecoder`: over another decoder, or over text.
pub struct IncrementalNewlineDecoder {
    decoder: Slot,
    translate: Cell<bool>,
    newlines: NewlineDecoder,
}

impl PayloadData for IncrementalNewlineDecoder {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.decoder);
    }
}

type Object = Payload<IncrementalNewlineDecoder>;

/// Codec used when reading a file in universal newlines mode.
///
/// It wraps another incremental decoder, translating \r\n and \r into \n.
/// It also records the types of newlines encountered.  When used with
/// translate=False, it ensures that the newline sequence is returned in
/// one piece. When used with decoder=None, it expects unicode strings as
/// decode input and translates newlines without first invoking an external
/// decoder.
#[py_class(
    name = "IncrementalNewlineDecoder",
    module = "_io",
    signature = "(decoder, translate, errors='strict')",
    subclassable,
    mutable,
    payload
)]
impl IncrementalNewlineDecoder {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, args: &[Value], keywords: crate::native::Keywords<'_>) -> Gc<Object> {
        let _ = (args, keywords);
        let data = IncrementalNewlineDecoder {
            decoder: Slot::empty(),
            translate: Cell::new(false),
            newlines: NewlineDecoder::default(),
        };
        Payload::new(thread, class, data)
    }

    #[method(signature = "(self, /, decoder, translate, errors='strict')")]
    fn __init__(this: Gc<Object>, thread: &Thread, decoder: Value, translate: bool, errors: Option<Value>) {
        let _ = errors;
        if decoder.is_none() {
            this.data.decoder.init(None);
        } else {
            this.store(thread, &this.data.decoder, decoder);
        }
        this.data.translate.set(translate);
        this.data.newlines.reset();
    }

    #[method(signature = "(self, /, input, final=False)")]
    fn decode(this: Gc<Object>, thread: &Thread, input: Value, last: Option<bool>) -> PyResult<Gc<Str>> {
        let last = last.unwrap_or(false);
        let output = match this.data.decoder.get() {
            Some(decoder) => call_method(thread, decoder, "decode", &[input, Value::from_bool(last)])?,
            None => input,
        };
        let Some(text) = output.cast::<Str>() else {
            let message = format!("decoder should return a string result, not '{}'", thread.type_name(output));
            return Err(thread.raise_type_error(message));
        };
        let decoded = this.data.newlines.decode(text.as_bytes(thread).to_vec(), this.data.translate.get(), last);
        Ok(Str::from_wtf8_bytes_unchecked(thread, &decoded))
    }

    #[method]
    fn getstate(this: Gc<Object>, thread: &Thread) -> PyResult<Value> {
        let (buffer, flag) = match this.data.decoder.get() {
            Some(decoder) => {
                let state = call_method(thread, decoder, "getstate", &[])?;
                match state.cast::<Tuple>().filter(|state| state.len() == 2) {
                    Some(state) => (state.items()[0], dispatch::number::index_i64(thread, state.items()[1])?),
                    None => return Err(thread.raise_type_error("illegal decoder state")),
                }
            }
            None => (Bytes::empty(thread).value(), 0),
        };
        let flag = flag << 1 | i64::from(this.data.newlines.is_pending());
        Ok(tuple(thread, &[buffer, int::from_i64(thread, flag)]))
    }

    #[method]
    fn setstate(this: Gc<Object>, thread: &Thread, state: Value) -> PyResult<()> {
        let Some(pair) = state.cast::<Tuple>().filter(|state| state.len() == 2) else {
            return Err(thread.raise_type_error("state argument must be a tuple"));
        };
        let flag = dispatch::number::index_i64(thread, pair.items()[1])?;
        this.data.newlines.set_pending(flag & 1 != 0);
        if let Some(decoder) = this.data.decoder.get() {
            let inner = tuple(thread, &[pair.items()[0], int::from_i64(thread, flag >> 1)]);
            call_method(thread, decoder, "setstate", &[inner])?;
        }
        Ok(())
    }

    #[method]
    fn reset(this: Gc<Object>, thread: &Thread) -> PyResult<()> {
        this.data.newlines.reset();
        if let Some(decoder) = this.data.decoder.get() {
            call_method(thread, decoder, "reset", &[])?;
        }
        Ok(())
    }

    #[getter]
    fn newlines(this: Gc<Object>, thread: &Thread) -> Value {
        this.data.newlines.seen_value(thread)
    }
}

/// `text` with `\n` replaced by what the mode writes for it.
pub fn encode_newlines(thread: &Thread, text: Gc<Str>, newlines: Newlines) -> Gc<Str> {
    match newlines.written() {
        Some(ending) if memchr::memchr(b'\n', text.as_bytes(thread)).is_some() => {
            let mut out = Vec::with_capacity(text.byte_len() + 16);
            for (index, line) in text.as_bytes(thread).split(|&byte| byte == b'\n').enumerate() {
                if index > 0 {
                    out.extend_from_slice(ending.as_bytes());
                }
                out.extend_from_slice(line);
            }
            Str::from_wtf8_bytes_unchecked(thread, &out)
        }
        _ => text,
    }
}

/// The argument that stands for a mode: for `reconfigure` and copies.
pub fn argument_of(thread: &Thread, newlines: Newlines) -> Value {
    match newlines {
        Newlines::Translate => Value::NONE,
        Newlines::Keep => string(thread, ""),
        Newlines::Only(newline) => string(thread, newline),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(pieces: &[&str], translate: bool) -> String {
        let decoder = NewlineDecoder::default();
        let mut out = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            out.extend(decoder.decode(piece.as_bytes().to_vec(), translate, index + 1 == pieces.len()));
        }
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn endings_are_translated_across_pieces() {
        assert_eq!(decode(&["a\r", "\nb\rc\n"], true), "a\nb\nc\n");
        assert_eq!(decode(&["a\r", "b\r"], true), "a\nb\n");
        assert_eq!(decode(&["a\r", "\nb"], false), "a\r\nb");
    }

    #[test]
    fn lines_end_where_the_mode_says() {
        assert_eq!(Newlines::Keep.line_end(b"ab\r\nc"), Some(4));
        assert_eq!(Newlines::Keep.line_end(b"ab\rc"), Some(3));
        assert_eq!(Newlines::Only("\r\n").line_end(b"a\nb\r\nc"), Some(5));
        assert_eq!(Newlines::Translate.line_end(b"abc"), None);
    }
}
