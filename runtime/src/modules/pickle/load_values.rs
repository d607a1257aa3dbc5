//! Numbers, texts and bytes of a pickle.
//!
//! What lives here: the instructions that push a value without parts. What must not: the machine ([`super::load`]).

use super::load::{Loader, without_end};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::codecs;
use crate::modules::support::call_method;
use crate::object::Gc;
use crate::types::bytes::Bytes;
use crate::types::memoryview::MemoryView;
use crate::types::str::Str;
use crate::types::{float, int};
use crate::value::Value;

impl Loader<'_> {
    pub(super) fn int_line(&mut self) -> PyResult<()> {
        let (thread, line) = (self.thread, self.line()?);
        let number = match self.parse_int(line.as_slice()) {
            Ok(number) => number,
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.value_error)?;
                return Err(thread.raise_value_error("could not convert string to int"));
            }
        };
        // Two digits, `00` or `01`, are bools.
        let value = match number.as_small() {
            Some(number @ 0..=1) if line.as_slice().len() == 3 => Value::from_bool(number == 1),
            _ => number,
        };
        self.push(value);
        Ok(())
    }

    pub(super) fn long_line(&mut self) -> PyResult<()> {
        let line = self.line()?;
        let text = without_end(line.as_slice());
        let value = match text.strip_suffix(b"L") {
            Some(digits) => self.parse_int(digits)?,
            None => self.parse_int(line.as_slice())?,
        };
        self.push(value);
        Ok(())
    }

    pub(super) fn long(&mut self, length: usize) -> PyResult<()> {
        let chunk = self.unpickler.take(self.thread, length)?;
        let bytes = chunk.as_slice();
        let value = match bytes.last() {
            None => Value::small_wrapping(0),
            Some(last) if length <= 8 => {
                let mut word = [if last & 0x80 != 0 { 0xff } else { 0 }; 8];
                word[..length].copy_from_slice(bytes);
                int::from_i64(self.thread, i64::from_le_bytes(word))
            }
            Some(_) => int::from_bigint(self.thread, int::bytes::from_bytes_le(bytes, true)),
        };
        self.push(value);
        Ok(())
    }

    pub(super) fn float_line(&mut self) -> PyResult<()> {
        let (thread, line) = (self.thread, self.line()?);
        let text = String::from_utf8_lossy(line.as_slice()).into_owned();
        let digits = text.trim_end_matches('\n');
        let number = match float::parse_strict(digits) {
            Some(number) if number.is_infinite() && digits.contains(|c: char| c.is_ascii_digit()) => {
                return Err(thread.raise_overflow_error(format!("value too large to convert to float: '{text}'")));
            }
            Some(number) => number,
            None => {
                // The start may be a number.
                let starts = (1..digits.len()).filter_map(|end| digits.get(..end));
                let begins = starts.into_iter().any(|start| float::parse_strict(start).is_some());
                let given = if begins { String::new() } else { format!(": '{text}'") };
                return Err(thread.raise_value_error(format!("could not convert string to float{given}")));
            }
        };
        self.push(float::from_f64(thread, number));
        Ok(())
    }

    /// Pushes a string of Python 2: decoded, or as bytes if the program wants that.
    pub(super) fn push_string(&mut self, bytes: Gc<Bytes>) -> PyResult<()> {
        let (thread, data) = (self.thread, &self.unpickler.data);
        let text_of = |name: Option<Gc<Str>>| name.map(|name| name.to_str_lossy(thread).into_owned());
        let (encoding, errors) = (text_of(data.encoding.get()), text_of(data.errors.get()));
        let value = match encoding.as_deref().unwrap_or("ASCII") {
            "bytes" => bytes.value(),
            encoding => {
                let errors = errors.as_deref().unwrap_or("strict");
                dispatch::text::codecs::decode(thread, bytes.value(), Some(encoding), Some(errors))?.value()
            }
        };
        self.push(value);
        Ok(())
    }

    pub(super) fn string_line(&mut self) -> PyResult<()> {
        let line = self.unpickler.take_line(self.thread)?;
        let text = without_end(line.as_slice());
        let quoted = match text {
            [first @ (b'\'' | b'"'), inner @ .., last] if first == last => inner,
            _ => return Err(self.error("the STRING opcode argument must be quoted")),
        };
        let escaped = Bytes::new(self.thread, quoted);
        let decoded = codecs::decode_bytes_escapes(self.thread, escaped.as_slice())?;
        self.push_string(decoded)
    }

    pub(super) fn string(&mut self, length: usize) -> PyResult<()> {
        let chunk = self.unpickler.take(self.thread, length)?;
        self.push_string(Bytes::new(self.thread, chunk.as_slice()))
    }

    pub(super) fn unicode_line(&mut self) -> PyResult<()> {
        let line = self.unpickler.take_line(self.thread)?;
        let bytes = Bytes::new(self.thread, without_end(line.as_slice()));
        let text = codecs::decode_raw_unicode(self.thread, bytes)?;
        self.push(text.value());
        Ok(())
    }

    pub(super) fn unicode(&mut self, length: usize) -> PyResult<()> {
        let (thread, chunk) = (self.thread, self.unpickler.take(self.thread, length)?);
        let bytes = chunk.as_slice();
        let text = if bytes.is_ascii() {
            Str::from_ascii_unchecked(thread, bytes)
        } else {
            dispatch::text::codecs::decode_utf8(thread, bytes, Some("surrogatepass"))?
        };
        self.push(text.value());
        Ok(())
    }

    pub(super) fn bytes(&mut self, length: usize) -> PyResult<()> {
        let (thread, input) = (self.thread, &self.unpickler.data.input);
        let bytes = if input.has_file() && !input.has_at_hand(length) {
            let array = self.unpickler.take_array(thread, length)?;
            Bytes::new(thread, array.as_slice())
        } else {
            let chunk = self.unpickler.take(thread, length)?;
            Bytes::new(thread, chunk.as_slice())
        };
        self.push(bytes.value());
        Ok(())
    }

    pub(super) fn next_buffer(&mut self) -> PyResult<()> {
        let Some(buffers) = self.unpickler.data.buffers.get() else {
            let message = "pickle stream refers to out-of-band data but no *buffers* argument was given";
            return Err(self.error(message));
        };
        match dispatch::iter::next(self.thread, buffers)? {
            Some(buffer) => {
                self.push(buffer);
                Ok(())
            }
            None => Err(self.error("not enough out-of-band buffers")),
        }
    }

    pub(super) fn readonly_buffer(&mut self) -> PyResult<()> {
        let (thread, top) = (self.thread, self.top()?);
        let view = MemoryView::new(thread, top)?;
        if view.data.is_read_only() {
            return Ok(());
        }
        let view = call_method(thread, view.value(), "toreadonly", &[])?;
        self.pop()?;
        self.push(view);
        Ok(())
    }
}
