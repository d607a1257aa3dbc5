//! `TextIOWrapper`: text over a buffered binary file.
//!
//! What lives here: decoding by chunks, lines, encoding into a buffer of pending bytes, positions as cookies.
//! What must not: newline algorithms (`newlines.rs`), codecs (`text/codecs`, the `encodings` package).
//! Start at [`TextWrapper`].
//!
//! UTF-8, ASCII and Latin-1 are handled natively; every other encoding through the incremental encoder and
//! decoder that the codec registry gives.

mod class;
mod position;

use super::buffered;
use super::newlines::{NewlineDecoder, Newlines, encode_newlines};
use super::{raise_unsupported, raise_value_error_closed};
use crate::dispatch;
use crate::dispatch::text::codecs::{self, Known};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{call_method, get, intern, is_exact, text_of};
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::text::code_points;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use position::restart_encoder;
use std::cell::{Cell, RefCell};

/// Bytes decoded at a time, and pending bytes that are written at the latest.
const CHUNK: usize = 8192;

/// State of a text file.
pub struct TextWrapper {
    buffer: Slot,
    detached: Cell<bool>,
    encoding: Slot,
    errors: Slot,
    /// The codec, if it is a native one.
    codec: Cell<Option<Known>>,
    /// The incremental encoder and decoder of other codecs.
    encoder: Slot,
    decoder: Slot,
    newlines: Cell<Newlines>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    reads: Cell<bool>,
    writes: Cell<bool>,
    seekable: Cell<bool>,
    telling: Cell<bool>,
    chunk_size: Cell<usize>,
    /// Encoded text not yet given to the buffer.
    pending: RefCell<Vec<u8>>,
    /// Decoded text; what lies before `position` was given out.
    decoded: RefCell<Vec<u8>>,
    position: Cell<usize>,
    /// Bytes that the native decoder needs more input for.
    undecoded: RefCell<Vec<u8>>,
    line_ends: NewlineDecoder,
    /// For `tell`: the bytes that `decoded` was made of, and the decoder's state before them.
    snapshot: RefCell<Option<Snapshot>>,
    snapshot_flags: Slot,
}

/// Where the current chunk came from.
struct Snapshot {
    input: Vec<u8>,
    pending_cr: bool,
}

impl PayloadData for TextWrapper {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [&self.buffer, &self.encoding, &self.errors, &self.encoder, &self.decoder, &self.snapshot_flags] {
            tracer.slot(slot);
        }
    }
}

pub type TextObject = Payload<TextWrapper>;

/// What a text file is made with.
pub struct Settings {
    /// `None`: the locale's, which is UTF-8.
    pub encoding: Option<Gc<Str>>,
    pub errors: Option<Gc<Str>>,
    pub newlines: Newlines,
    pub line_buffering: bool,
    pub write_through: bool,
}

/// The name of the locale's encoding.
pub const LOCALE_ENCODING: &str = "UTF-8";

impl TextWrapper {
    fn empty() -> TextWrapper {
        TextWrapper {
            buffer: Slot::empty(),
            detached: Cell::new(false),
            encoding: Slot::empty(),
            errors: Slot::empty(),
            codec: Cell::new(None),
            encoder: Slot::empty(),
            decoder: Slot::empty(),
            newlines: Cell::new(Newlines::Translate),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            reads: Cell::new(false),
            writes: Cell::new(false),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            chunk_size: Cell::new(CHUNK),
            pending: RefCell::default(),
            decoded: RefCell::default(),
            position: Cell::new(0),
            undecoded: RefCell::default(),
            line_ends: NewlineDecoder::default(),
            snapshot: RefCell::default(),
            snapshot_flags: Slot::empty(),
        }
    }

    /// A text file of the exact class over `buffer`.
    pub fn make(thread: &Thread, buffer: Value, settings: Settings) -> PyResult<Gc<TextObject>> {
        let object = Payload::new(thread, Type::of_spec(thread, TextWrapper::SPEC), TextWrapper::empty());
        initialise(thread, object, buffer, settings)?;
        Ok(object)
    }

    fn buffer(&self, thread: &Thread) -> PyResult<Value> {
        match self.buffer.get() {
            Some(buffer) => Ok(buffer),
            None if self.detached.get() => Err(thread.raise_value_error("underlying buffer has been detached")),
            None => Err(thread.raise_value_error("I/O operation on uninitialized object")),
        }
    }

    fn is_closed(&self, thread: &Thread) -> PyResult<bool> {
        let buffer = self.buffer(thread)?;
        if let Some(native) = buffered::exact(thread, buffer) {
            return native.data.is_closed(thread);
        }
        let closed = get(thread, buffer, "closed")?;
        dispatch::truth::truth(thread, closed)
    }

    fn check_open(&self, thread: &Thread) -> PyResult<()> {
        if self.is_closed(thread)? { Err(raise_value_error_closed(thread)) } else { Ok(()) }
    }

    fn errors_text(&self, thread: &Thread) -> Option<String> {
        self.errors.get().and_then(|errors| text_of(thread, errors)).filter(|errors| errors != "strict")
    }

    // ---- writing ----

    /// Gives the pending bytes to the buffer.
    fn flush_pending(&self, thread: &Thread) -> PyResult<()> {
        if self.pending.borrow().is_empty() {
            return Ok(());
        }
        let buffer = self.buffer(thread)?;
        let data = std::mem::take(&mut *self.pending.borrow_mut());
        if let Some(native) = buffered::exact(thread, buffer) {
            native.data.write_bytes(thread, &data)?;
            // Keep the allocation for the next writes.
            let mut data = data;
            data.clear();
            let mut pending = self.pending.borrow_mut();
            if pending.is_empty() {
                *pending = data;
            }
            return Ok(());
        }
        dispatch::call::call_method(thread, buffer, thread.vm().names.write, &[Bytes::new(thread, &data).value()])?;
        Ok(())
    }

    /// Encodes text into the pending bytes.
    fn encode(&self, thread: &Thread, text: Gc<Str>) -> PyResult<()> {
        if let Some(codec) = self.codec.get() {
            let plain = text.is_ascii() || codec == Known::Utf8 && text.as_str(thread).is_some();
            if plain {
                self.pending.borrow_mut().extend_from_slice(text.as_bytes(thread));
                return Ok(());
            }
            let errors = self.errors_text(thread);
            let bytes = codecs::encode_known(thread, text, codec, errors.as_deref())?;
            self.pending.borrow_mut().extend_from_slice(bytes.as_slice());
            return Ok(());
        }
        let Some(encoder) = self.encoder.get() else {
            return Err(raise_unsupported(thread, "not writable"));
        };
        let bytes = call_method(thread, encoder, "encode", &[text.value()])?;
        let Some(bytes) = bytes.cast::<Bytes>() else {
            let message = format!("encoder should return a bytes object, not '{}'", thread.type_name(bytes));
            return Err(thread.raise_type_error(message));
        };
        self.pending.borrow_mut().extend_from_slice(bytes.as_slice());
        Ok(())
    }

    fn write_text(&self, thread: &Thread, text: Gc<Str>) -> PyResult<()> {
        if !self.writes.get() {
            return Err(raise_unsupported(thread, "not writable"));
        }
        let bytes = text.as_bytes(thread);
        let has_newline = self.line_buffering.get() && memchr::memchr2(b'\n', b'\r', bytes).is_some();
        let text = encode_newlines(thread, text, self.newlines.get());
        // A large text is not copied behind others.
        if self.pending.borrow().len() + text.byte_len() > self.chunk_size.get() {
            self.flush_pending(thread)?;
        }
        self.encode(thread, text)?;
        if self.pending.borrow().len() >= self.chunk_size.get() || has_newline || self.write_through.get() {
            self.flush_pending(thread)?;
        }
        if has_newline {
            self.flush_buffer(thread)?;
        }
        // Reading on would give text from before the write.
        if self.reads.get() {
            self.forget_decoded();
            self.snapshot.borrow_mut().take();
            self.reset_decoder(thread)?;
        }
        Ok(())
    }

    fn flush_buffer(&self, thread: &Thread) -> PyResult<()> {
        let buffer = self.buffer(thread)?;
        if let Some(native) = buffered::exact(thread, buffer) {
            return native.data.flush_pending(thread);
        }
        dispatch::call::call_method(thread, buffer, thread.vm().names.flush, &[])?;
        Ok(())
    }

    // ---- reading ----

    fn forget_decoded(&self) {
        self.decoded.borrow_mut().clear();
        self.position.set(0);
    }

    fn reset_decoder(&self, thread: &Thread) -> PyResult<()> {
        self.undecoded.borrow_mut().clear();
        self.line_ends.set_pending(false);
        if let Some(decoder) = self.decoder.get() {
            call_method(thread, decoder, "reset", &[])?;
        }
        Ok(())
    }

    /// Decodes by the codec alone.
    fn decode_bytes(&self, thread: &Thread, input: &[u8], last: bool) -> PyResult<Vec<u8>> {
        if let Some(decoder) = self.decoder.get() {
            let input = Bytes::new(thread, input).value();
            let text = call_method(thread, decoder, "decode", &[input, Value::from_bool(last)])?;
            return match text.cast::<Str>() {
                Some(text) => Ok(text.as_bytes(thread).to_vec()),
                None => {
                    let message = format!("decoder should return a string result, not '{}'", thread.type_name(text));
                    Err(thread.raise_type_error(message))
                }
            };
        }
        let codec = self.codec.get().unwrap_or(Known::Utf8);
        let mut input: Vec<u8> = [&std::mem::take(&mut *self.undecoded.borrow_mut())[..], input].concat();
        if codec != Known::Latin1 {
            match std::str::from_utf8(&input) {
                Ok(text) if codec == Known::Utf8 || text.is_ascii() => return Ok(input),
                Err(error) if codec == Known::Utf8 && error.error_len().is_none() && !last => {
                    *self.undecoded.borrow_mut() = input.split_off(error.valid_up_to());
                    return Ok(input);
                }
                _ => {}
            }
        }
        let errors = self.errors_text(thread);
        let object = Bytes::new(thread, &input);
        let (text, consumed) = codecs::decode_known(thread, object.value(), codec, errors.as_deref(), last)?;
        self.undecoded.borrow_mut().extend_from_slice(&input[consumed..]);
        Ok(text.as_bytes(thread).to_vec())
    }

    fn decode(&self, thread: &Thread, input: &[u8], last: bool) -> PyResult<Vec<u8>> {
        let text = self.decode_bytes(thread, input, last)?;
        let newlines = self.newlines.get();
        if newlines.is_universal() {
            Ok(self.line_ends.decode(text, newlines == Newlines::Translate, last))
        } else {
            Ok(text)
        }
    }

    /// Reads and decodes the next chunk, the current one being used up. `false`: the end.
    fn read_chunk(&self, thread: &Thread, hint: usize) -> PyResult<bool> {
        if !self.reads.get() {
            return Err(raise_unsupported(thread, "not readable"));
        }
        if self.telling.get()
            && let Some(decoder) = self.decoder.get()
        {
            let state = call_method(thread, decoder, "getstate", &[])?;
            let Some(state) = state.cast::<Tuple>().filter(|state| state.len() == 2) else {
                return Err(thread.raise_type_error("illegal decoder state"));
            };
            self.snapshot_flags.init(Some(state.items()[1]));
            *self.undecoded.borrow_mut() = buffer::to_vec(thread, state.items()[0])?;
        }
        let mut before = self.undecoded.borrow().clone();
        if self.decoder.get().is_some() {
            // The bytes are in the decoder; they were only noted for the snapshot.
            self.undecoded.borrow_mut().clear();
        }
        let pending_cr = self.line_ends.is_pending();
        let size = self.chunk_size.get().max(hint);
        let binary = self.buffer(thread)?;
        let input = match buffered::exact(thread, binary) {
            Some(native) => native.data.read_once(thread, Some(size))?.unwrap_or_default(),
            None => {
                let method = match dispatch::attr::get_optional(thread, binary, intern(thread, "read1"))? {
                    Some(_) => "read1",
                    None => "read",
                };
                let data = call_method(thread, binary, method, &[int::from_usize(thread, size)])?;
                if !buffer::is_bytes_like(thread, data) {
                    let given = thread.type_name(data);
                    return Err(thread.raise_type_error(format!(
                        "underlying {method}() should have returned a bytes-like object, not '{given}'"
                    )));
                }
                buffer::to_vec(thread, data)?
            }
        };
        let at_end = input.is_empty();
        let text = self.decode(thread, &input, at_end)?;
        let more = !at_end || !text.is_empty();
        *self.decoded.borrow_mut() = text;
        self.position.set(0);
        if self.telling.get() {
            before.extend_from_slice(&input);
            *self.snapshot.borrow_mut() = Some(Snapshot { input: before, pending_cr });
        }
        Ok(more)
    }

    /// Takes up to `count` code points of decoded text; the number taken.
    fn take_decoded(&self, count: usize, into: &mut Vec<u8>) -> usize {
        let decoded = self.decoded.borrow();
        let rest = &decoded[self.position.get()..];
        let total = code_points::count(rest);
        let (bytes, taken) =
            if total <= count { (rest.len(), total) } else { (code_points::advance(rest, 0, count), count) };
        into.extend_from_slice(&rest[..bytes]);
        self.position.set(self.position.get() + bytes);
        taken
    }

    fn read_text(&self, thread: &Thread, size: Option<usize>) -> PyResult<Gc<Str>> {
        if !self.reads.get() {
            return Err(raise_unsupported(thread, "not readable"));
        }
        self.flush_pending(thread)?;
        let mut text = Vec::new();
        match size {
            None => {
                self.take_decoded(usize::MAX, &mut text);
                let rest = call_method(thread, self.buffer(thread)?, "read", &[])?;
                if rest.is_none() {
                    return Err(thread.raise_blocking_io_error("Read returned None."));
                }
                let rest = buffer::to_vec(thread, rest)?;
                text.extend(self.decode(thread, &rest, true)?);
                self.forget_decoded();
                self.snapshot.borrow_mut().take();
            }
            Some(size) => {
                let mut left = size;
                loop {
                    left -= self.take_decoded(left, &mut text);
                    if left == 0 || !self.read_chunk(thread, left)? {
                        break;
                    }
                }
            }
        }
        Ok(Str::from_wtf8_bytes_unchecked(thread, &text))
    }

    /// One line, its ending included; at most `limit` code points of it.
    fn read_line(&self, thread: &Thread, limit: Option<usize>) -> PyResult<Gc<Str>> {
        self.flush_pending(thread)?;
        if !self.reads.get() {
            return Err(raise_unsupported(thread, "not readable"));
        }
        let newlines = self.newlines.get();
        let mut line: Vec<u8> = Vec::new();
        loop {
            let (start, end) = {
                let decoded = self.decoded.borrow();
                let start = self.position.get();
                let rest = &decoded[start..];
                let split =
                    newlines == Newlines::Only("\r\n") && line.last() == Some(&b'\r') && rest.first() == Some(&b'\n');
                (start, if split { Some(1) } else { newlines.line_end(rest) }.map(|length| start + length))
            };
            let decoded = self.decoded.borrow();
            let upto = end.unwrap_or(decoded.len());
            if line.is_empty() && limit.is_none() && end.is_some() {
                // The common case: the whole line is there.
                let text = Str::from_wtf8_bytes_unchecked(thread, &decoded[start..upto]);
                self.position.set(upto);
                return Ok(text);
            }
            line.extend_from_slice(&decoded[start..upto]);
            drop(decoded);
            self.position.set(upto);
            if let Some(limit) = limit
                && code_points::count(&line) >= limit
            {
                let keep = code_points::advance(&line, 0, limit);
                // What is too much goes back.
                self.position.set(self.position.get() - (line.len() - keep));
                line.truncate(keep);
                break;
            }
            if end.is_some() {
                break;
            }
            if !self.read_chunk(thread, 0)? {
                break;
            }
        }
        Ok(Str::from_wtf8_bytes_unchecked(thread, &line))
    }
}

/// The value of the method `name` as a truth.
fn asks(thread: &Thread, object: Value, name: &str) -> PyResult<bool> {
    let result = call_method(thread, object, name, &[])?;
    dispatch::truth::truth(thread, result)
}

/// Sets codec, encoder and decoder for an encoding.
fn set_codec(thread: &Thread, this: Gc<TextObject>, encoding: Gc<Str>, errors: Gc<Str>) -> PyResult<()> {
    let data = &this.data;
    let name = encoding.to_str_lossy(thread).into_owned();
    let known = Known::from_name(&name).filter(|codec| matches!(codec, Known::Utf8 | Known::Latin1 | Known::Ascii));
    data.encoder.init(None);
    data.decoder.init(None);
    data.codec.set(known);
    if known.is_none() {
        let info = codecs::lookup(thread, &name)?;
        let is_text = dispatch::attr::get_optional(thread, info, intern(thread, "_is_text_encoding"))?;
        if let Some(is_text) = is_text
            && !dispatch::truth::truth(thread, is_text)?
        {
            let message = format!("'{name}' is not a text encoding; use codecs.open() to handle arbitrary codecs");
            return Err(thread.raise_lookup_error(message));
        }
        if data.reads.get() {
            let decoder = call_method(thread, info, "incrementaldecoder", &[errors.value()])?;
            this.store(thread, &data.decoder, decoder);
        }
        if data.writes.get() {
            let encoder = call_method(thread, info, "incrementalencoder", &[errors.value()])?;
            this.store(thread, &data.encoder, encoder);
        }
    }
    this.store(thread, &data.encoding, encoding.value());
    this.store(thread, &data.errors, errors.value());
    Ok(())
}

fn initialise(thread: &Thread, this: Gc<TextObject>, binary: Value, settings: Settings) -> PyResult<()> {
    let data = &this.data;
    let encoding = match settings.encoding {
        Some(encoding) if encoding.as_bytes(thread) != b"locale" => encoding,
        _ => intern(thread, LOCALE_ENCODING),
    };
    let errors = settings.errors.unwrap_or_else(|| intern(thread, "strict"));
    for text in [encoding, errors] {
        if text.as_bytes(thread).contains(&0) {
            return Err(thread.raise_value_error("embedded null character"));
        }
    }
    data.reads.set(asks(thread, binary, "readable")?);
    data.writes.set(asks(thread, binary, "writable")?);
    data.newlines.set(settings.newlines);
    data.line_buffering.set(settings.line_buffering);
    data.write_through.set(settings.write_through);
    data.pending.borrow_mut().clear();
    data.forget_decoded();
    data.undecoded.borrow_mut().clear();
    data.line_ends.reset();
    data.snapshot.borrow_mut().take();
    set_codec(thread, this, encoding, errors)?;
    this.store(thread, &data.buffer, binary);
    data.detached.set(false);
    let seekable = asks(thread, binary, "seekable")?;
    data.seekable.set(seekable);
    data.telling.set(seekable);
    begin_encoder(thread, this)
}

/// Tells a new encoder where it begins: in the middle of a file it writes no mark.
fn begin_encoder(thread: &Thread, this: Gc<TextObject>) -> PyResult<()> {
    let data = &this.data;
    let Some(encoder) = data.encoder.get().filter(|_| data.seekable.get() && data.writes.get()) else { return Ok(()) };
    let position = call_method(thread, data.buffer(thread)?, "tell", &[])?;
    if !dispatch::compare::equals(thread, position, Value::small_wrapping(0))? {
        restart_encoder(thread, encoder, false)?;
    }
    Ok(())
}

/// Writes to a text file of the exact class, past its method. `false`: the file is another object.
#[inline]
pub fn write_directly(thread: &Thread, file: Value, text: Gc<Str>) -> PyResult<bool> {
    let Some(object) = Payload::<TextWrapper>::cast(file) else { return Ok(false) };
    if !is_exact(thread, file, TextWrapper::SPEC)
        || crate::types::instance::get_attribute(thread, object.header(), thread.vm().names.write).is_some()
    {
        return Ok(false);
    }
    object.data.check_open(thread)?;
    object.data.write_text(thread, text)?;
    Ok(true)
}

/// Flushes an open text file of ours; for the end of the program.
pub fn flush_object(thread: &Thread, object: Gc<TextObject>) -> PyResult<()> {
    if object.data.buffer.get().is_none() || object.data.is_closed(thread)? {
        return Ok(());
    }
    object.data.flush_pending(thread)?;
    object.data.flush_buffer(thread)
}

/// Source code as text: UTF-8 unless a coding cookie says otherwise (PEP 263), line endings made `\n`.
pub fn decode_source(thread: &Thread, data: &[u8]) -> PyResult<Gc<Str>> {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let cookie = data.split(|&byte| byte == b'\n').take(2).find_map(coding_cookie);
    let text = codecs::decode(thread, Bytes::new(thread, data).value(), cookie.as_deref(), None)?;
    let decoded = NewlineDecoder::default().decode(text.as_bytes(thread).to_vec(), true, true);
    Ok(Str::from_wtf8_bytes_unchecked(thread, &decoded))
}

/// The encoding that a comment line declares.
fn coding_cookie(line: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(line).ok()?;
    let comment = line.trim_start_matches([' ', '\t', '\x0c']).strip_prefix('#')?;
    let at = comment.find("coding")?;
    let rest = comment[at + "coding".len()..].strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}
