//! `TextIOWrapper`: text over a buffered binary file.
//!
//! What lives here: decoding by chunks, lines, encoding into a buffer of pending bytes, positions as cookies.
//! What must not: newline algorithms (`newlines.rs`), codecs (`text/codecs`, the `encodings` package).
//! Start at [`TextWrapper`].
//!
//! UTF-8, ASCII and Latin-1 are handled natively; every other encoding through the incremental encoder and
//! decoder that the codec registry gives.

use super::base::{TextIoBase, size_argument};
use super::buffered;
use super::newlines::{NewlineDecoder, Newlines, encode_newlines};
use super::{raise_unsupported, raise_value_error_closed};
use crate::dispatch;
use crate::dispatch::text::codecs::{self, Known};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{call_method, get, intern, is_exact, repr, text_of, tuple};
use crate::native::{Nullable, PyClass};
use crate::object::{Gc, Slot};
use crate::text::code_points;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::exception::Exception;
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use num_bigint::BigInt;
use std::cell::{Cell, RefCell};
use taipan_macros::py_class;

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
        let closed = get(thread, self.buffer(thread)?, "closed")?;
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
            *self.pending.borrow_mut() = data;
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
                let rest = if rest.is_none() { Vec::new() } else { buffer::to_vec(thread, rest)? };
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

    // ---- positions ----

    /// The text that the first `count` bytes of the snapshot decode to, and whether nothing is held back then
    /// but a `\r`. For `tell`: the decoder is left in that state.
    fn replay(&self, thread: &Thread, input: &[u8], pending_cr: bool) -> PyResult<(usize, bool, bool)> {
        if let Some(decoder) = self.decoder.get() {
            let flags = self.snapshot_flags.get().unwrap_or(Value::small_wrapping(0));
            let state = tuple(thread, &[Bytes::empty(thread).value(), flags]);
            call_method(thread, decoder, "setstate", &[state])?;
        }
        self.undecoded.borrow_mut().clear();
        self.line_ends.set_pending(pending_cr);
        let text = self.decode(thread, input, false)?;
        let clean = match self.decoder.get() {
            None => self.undecoded.borrow().is_empty(),
            Some(decoder) => {
                let state = call_method(thread, decoder, "getstate", &[])?;
                let kept = state.cast::<Tuple>().and_then(|state| state.get(0));
                kept.and_then(|kept| kept.cast::<Bytes>()).is_some_and(|kept| kept.is_empty())
            }
        };
        Ok((text.len(), clean, self.line_ends.is_pending()))
    }

    /// The position as an opaque number.
    fn position_cookie(&self, thread: &Thread) -> PyResult<Value> {
        self.check_open(thread)?;
        if !self.seekable.get() {
            return Err(raise_unsupported(thread, "underlying stream is not seekable"));
        }
        if !self.telling.get() {
            return Err(thread.raise_plain_os_error("telling position disabled by next() call"));
        }
        self.flush_pending(thread)?;
        self.flush_buffer(thread)?;
        let raw = call_method(thread, self.buffer(thread)?, "tell", &[])?;
        let Some(snapshot) = self.snapshot.borrow_mut().take() else { return Ok(raw) };
        let result = self.tell_in_chunk(thread, dispatch::number::index_i64(thread, raw)?, &snapshot);
        *self.snapshot.borrow_mut() = Some(snapshot);
        result
    }

    fn tell_in_chunk(&self, thread: &Thread, raw: i64, snapshot: &Snapshot) -> PyResult<Value> {
        let start = raw - snapshot.input.len() as i64;
        let used = self.position.get();
        let kept = self.undecoded.borrow().clone();
        let state_now = match self.decoder.get() {
            Some(decoder) => Some(call_method(thread, decoder, "getstate", &[])?),
            None => None,
        };
        let pending_now = self.line_ends.is_pending();
        let result = self.cookie_for(thread, start, used, snapshot);
        // Whatever came of it, the decoder goes on from where it was.
        if let (Some(decoder), Some(state)) = (self.decoder.get(), state_now) {
            call_method(thread, decoder, "setstate", &[state])?;
        }
        *self.undecoded.borrow_mut() = kept;
        self.line_ends.set_pending(pending_now);
        result
    }

    fn cookie_for(&self, thread: &Thread, start: i64, used: usize, snapshot: &Snapshot) -> PyResult<Value> {
        let input = &snapshot.input;
        let flags = |pending: bool, thread: &Thread| -> PyResult<i64> {
            let inner = match self.snapshot_flags.get() {
                Some(flags) if self.decoder.get().is_some() => dispatch::number::index_i64(thread, flags)?,
                _ => 0,
            };
            Ok(inner << 1 | i64::from(pending))
        };
        if used == 0 {
            return pack_cookie(
                thread,
                &Cookie { start, flags: flags(snapshot.pending_cr, thread)?, ..Cookie::default() },
            );
        }
        // More input never gives less text: bisect for the last point that gives no more than was used.
        let (mut low, mut high) = (0, input.len());
        while low < high {
            let middle = (low + high).div_ceil(2);
            if self.replay(thread, &input[..middle], snapshot.pending_cr)?.0 <= used {
                low = middle
            } else {
                high = middle - 1
            }
        }
        // The first of the points that give as much, if possible one with a clean state.
        let mut point = low;
        let (mut length, mut clean, mut pending) = self.replay(thread, &input[..point], snapshot.pending_cr)?;
        while point > 0 {
            let (shorter, shorter_clean, shorter_pending) =
                self.replay(thread, &input[..point - 1], snapshot.pending_cr)?;
            if shorter < length && clean {
                break;
            }
            if clean && (!shorter_clean || shorter_pending) {
                break;
            }
            point -= 1;
            (length, clean, pending) = (shorter, shorter_clean, shorter_pending);
        }
        if length == used {
            return pack_cookie(
                thread,
                &Cookie { start: start + point as i64, flags: flags(pending, thread)?, ..Cookie::default() },
            );
        }
        let skipped = {
            let decoded = self.decoded.borrow();
            code_points::count(&decoded[length..used])
        };
        let mut feed = 1;
        while point + feed < input.len() && self.replay(thread, &input[..point + feed], snapshot.pending_cr)?.0 < used {
            feed += 1;
        }
        let cookie = Cookie {
            start: start + point as i64,
            flags: flags(pending, thread)?,
            feed: feed as i64,
            skip: skipped as i64,
            need_end: point + feed >= input.len(),
        };
        pack_cookie(thread, &cookie)
    }

    fn seek_cookie(&self, thread: &Thread, this: Value, cookie: Value, whence: i32) -> PyResult<Value> {
        self.check_open(thread)?;
        if !self.seekable.get() {
            return Err(raise_unsupported(thread, "underlying stream is not seekable"));
        }
        let zero = Value::small_wrapping(0);
        let is_zero = dispatch::compare::equals(thread, cookie, zero)?;
        let cookie = match whence {
            0 => cookie,
            1 if !is_zero => return Err(raise_unsupported(thread, "can't do nonzero cur-relative seeks")),
            1 => call_method(thread, this, "tell", &[])?,
            2 if !is_zero => return Err(raise_unsupported(thread, "can't do nonzero end-relative seeks")),
            2 => {
                call_method(thread, this, "flush", &[])?;
                self.forget_decoded();
                self.snapshot.borrow_mut().take();
                self.reset_decoder(thread)?;
                let position = call_method(thread, self.buffer(thread)?, "seek", &[zero, Value::small_wrapping(2)])?;
                if let Some(encoder) = self.encoder.get() {
                    let at_start = dispatch::compare::equals(thread, position, zero)?;
                    restart_encoder(thread, encoder, at_start)?;
                }
                return Ok(position);
            }
            other => return Err(thread.raise_value_error(format!("invalid whence ({other}, should be 0, 1 or 2)"))),
        };
        if int::is_negative(dispatch::number::index(thread, cookie)?) {
            return Err(thread.raise_value_error(format!("negative seek position {}", repr(thread, cookie)?)));
        }
        call_method(thread, this, "flush", &[])?;
        let parts = unpack_cookie(thread, cookie)?;
        let binary = self.buffer(thread)?;
        call_method(thread, binary, "seek", &[int::from_i64(thread, parts.start)])?;
        self.forget_decoded();
        self.snapshot.borrow_mut().take();
        self.undecoded.borrow_mut().clear();
        self.line_ends.set_pending(parts.flags & 1 != 0);
        if let Some(decoder) = self.decoder.get() {
            if parts.start == 0 && parts.flags == 0 {
                call_method(thread, decoder, "reset", &[])?;
            } else {
                let state = tuple(thread, &[Bytes::empty(thread).value(), int::from_i64(thread, parts.flags >> 1)]);
                call_method(thread, decoder, "setstate", &[state])?;
            }
        }
        if parts.skip > 0 {
            let pending_cr = self.line_ends.is_pending();
            let input = call_method(thread, binary, "read", &[int::from_i64(thread, parts.feed)])?;
            let input = buffer::to_vec(thread, input)?;
            let text = self.decode(thread, &input, parts.need_end)?;
            if code_points::count(&text) < parts.skip as usize {
                return Err(thread.raise_plain_os_error("can't restore logical file position"));
            }
            self.position.set(code_points::advance(&text, 0, parts.skip as usize));
            *self.decoded.borrow_mut() = text;
            *self.snapshot.borrow_mut() = Some(Snapshot { input, pending_cr });
        } else if self.telling.get() {
            *self.snapshot.borrow_mut() = Some(Snapshot { input: Vec::new(), pending_cr: self.line_ends.is_pending() });
        }
        if let Some(encoder) = self.encoder.get() {
            restart_encoder(thread, encoder, parts.start == 0 && parts.flags == 0)?;
        }
        Ok(cookie)
    }
}

/// Makes an encoder write its mark again at the start of the file, and not elsewhere.
fn restart_encoder(thread: &Thread, encoder: Value, at_start: bool) -> PyResult<()> {
    if at_start {
        call_method(thread, encoder, "reset", &[])?;
    } else {
        call_method(thread, encoder, "setstate", &[Value::small_wrapping(0)])?;
    }
    Ok(())
}

/// A position in a text file: 64 bits each of byte position, decoder flags, bytes to feed and characters to skip
/// (the layout that CPython's cookies have too).
#[derive(Default)]
struct Cookie {
    start: i64,
    flags: i64,
    feed: i64,
    skip: i64,
    need_end: bool,
}

fn pack_cookie(thread: &Thread, cookie: &Cookie) -> PyResult<Value> {
    if cookie.flags == 0 && cookie.feed == 0 && cookie.skip == 0 {
        return Ok(int::from_i64(thread, cookie.start));
    }
    let parts = [cookie.start, cookie.flags, cookie.feed, cookie.skip, i64::from(cookie.need_end)];
    let number = parts.iter().rev().fold(BigInt::ZERO, |number, &part| (number << 64) + BigInt::from(part));
    Ok(int::from_bigint(thread, number))
}

fn unpack_cookie(thread: &Thread, cookie: Value) -> PyResult<Cookie> {
    let number = dispatch::number::index_bigint(thread, cookie)?;
    let digits: Vec<u64> = number.magnitude().to_u64_digits();
    let part = |index: usize| digits.get(index).copied().unwrap_or(0) as i64;
    if digits.len() > 5 {
        return Err(thread.raise_overflow_error("Python int too large to convert to C long"));
    }
    Ok(Cookie { start: part(0), flags: part(1), feed: part(2), skip: part(3), need_end: part(4) != 0 })
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
    if seekable && data.writes.get() && data.encoder.get().is_some() {
        let position = call_method(thread, binary, "tell", &[])?;
        if !dispatch::compare::equals(thread, position, Value::small_wrapping(0))?
            && let Some(encoder) = data.encoder.get()
        {
            restart_encoder(thread, encoder, false)?;
        }
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

/// A string argument that may be None.
fn text_argument(thread: &Thread, value: Option<Value>, name: &str) -> PyResult<Option<Gc<Str>>> {
    match value.filter(|value| !value.is_none()) {
        None => Ok(None),
        Some(value) => match value.cast::<Str>() {
            Some(text) => Ok(Some(text)),
            None => {
                let given = thread.type_name(value);
                Err(thread
                    .raise_type_error(format!("TextIOWrapper() argument '{name}' must be str or None, not {given}")))
            }
        },
    }
}

/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding gives the name of the encoding that the stream will be
/// decoded or encoded with. It defaults to locale.getencoding().
///
/// errors determines the strictness of encoding and decoding (see
/// help(codecs.Codec) or the documentation for codecs.register) and
/// defaults to "strict".
///
/// newline controls how line endings are handled. It can be None, '',
/// '\n', '\r', and '\r\n'.  It works as follows:
///
/// * On input, if newline is None, universal newlines mode is
///   enabled. Lines in the input can end in '\n', '\r', or '\r\n', and
///   these are translated into '\n' before being returned to the
///   caller. If it is '', universal newline mode is enabled, but line
///   endings are returned to the caller untranslated. If it has any of
///   the other legal values, input lines are only terminated by the given
///   string, and the line ending is returned to the caller untranslated.
///
/// * On output, if newline is None, any '\n' characters written are
///   translated to the system default line separator, os.linesep. If
///   newline is '' or '\n', no translation takes place. If newline is any
///   of the other legal values, any '\n' characters written are translated
///   to the given string.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[py_class(
    name = "TextIOWrapper", module = "_io", base = TextIoBase,
    signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    subclassable, dict, mutable, payload
)]
impl TextWrapper {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, args: &[Value], keywords: crate::native::Keywords<'_>) -> Gc<TextObject> {
        let _ = (args, keywords);
        Payload::new(thread, class, TextWrapper::empty())
    }

    #[method(
        signature = "(self, /, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn __init__(
        this: Gc<TextObject>,
        thread: &Thread,
        buffer: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> PyResult<()> {
        let settings = Settings {
            encoding: text_argument(thread, encoding, "encoding")?,
            errors: text_argument(thread, errors, "errors")?,
            newlines: Newlines::from_argument(thread, newline, "TextIOWrapper")?,
            line_buffering: line_buffering.unwrap_or(false),
            write_through: write_through.unwrap_or(false),
        };
        initialise(thread, this, buffer, settings)
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[method(
        signature = "(self, /, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        this: Gc<TextObject>,
        thread: &Thread,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Nullable<Value>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> PyResult<()> {
        let data = &this.data;
        let reading =
            !data.decoded.borrow().is_empty() || data.snapshot.borrow().as_ref().is_some_and(|s| !s.input.is_empty());
        let encoding = text_argument(thread, encoding, "encoding")?;
        let errors = text_argument(thread, errors, "errors")?;
        if reading && (encoding.is_some() || errors.is_some() || newline != Nullable::Absent) {
            return Err(raise_unsupported(
                thread,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        let newlines = match newline {
            Nullable::Absent => data.newlines.get(),
            Nullable::None => Newlines::Translate,
            Nullable::Given(newline) => Newlines::from_argument(thread, Some(newline), "reconfigure")?,
        };
        call_method(thread, this.value(), "flush", &[])?;
        if encoding.is_some() || errors.is_some() {
            let current = |slot: &Slot| slot.get().and_then(|value| value.cast::<Str>());
            let new_errors = match (errors, encoding) {
                (Some(errors), _) => errors,
                (None, Some(_)) => intern(thread, "strict"),
                (None, None) => current(&data.errors).unwrap_or_else(|| intern(thread, "strict")),
            };
            let new_encoding = match encoding {
                Some(encoding) if encoding.as_bytes(thread) == b"locale" => intern(thread, LOCALE_ENCODING),
                Some(encoding) => encoding,
                None => current(&data.encoding).unwrap_or_else(|| intern(thread, LOCALE_ENCODING)),
            };
            set_codec(thread, this, new_encoding, new_errors)?;
        }
        data.newlines.set(newlines);
        if let Some(line_buffering) = line_buffering {
            data.line_buffering.set(line_buffering);
        }
        if let Some(write_through) = write_through {
            data.write_through.set(write_through);
        }
        Ok(())
    }

    #[method]
    fn detach(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        let buffer = this.data.buffer(thread)?;
        call_method(thread, this.value(), "flush", &[])?;
        this.data.buffer.init(None);
        this.data.detached.set(true);
        Ok(buffer)
    }

    /// Write string s to stream.
    ///
    /// Return the number of characters written
    /// (which is always equal to the length of the string).
    #[method]
    fn write(this: Gc<TextObject>, thread: &Thread, text: Value) -> PyResult<usize> {
        let Some(text) = text.cast::<Str>() else {
            let given = if text.is_none() { "None".to_owned() } else { thread.type_name(text) };
            return Err(thread.raise_type_error(format!("write() argument must be str, not {given}")));
        };
        this.data.check_open(thread)?;
        this.data.write_text(thread, text)?;
        Ok(text.len(thread))
    }

    /// Read at most size characters from stream.
    ///
    /// Read from underlying buffer until we have size characters or we hit EOF.
    /// If size is negative or omitted, read until EOF.
    #[method(signature = "(self, size=-1, /)")]
    fn read(this: Gc<TextObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Str>> {
        let size = size_argument(thread, size)?;
        this.data.check_open(thread)?;
        this.data.read_text(thread, size)
    }

    /// Read until newline or EOF.
    ///
    /// Return an empty string if EOF is hit immediately.
    /// If size is specified, at most size characters will be read.
    #[method(signature = "(self, size=-1, /)")]
    fn readline(this: Gc<TextObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Str>> {
        let limit = size_argument(thread, size)?;
        this.data.check_open(thread)?;
        this.data.read_line(thread, limit)
    }

    #[method]
    fn __next__(this: Gc<TextObject>, thread: &Thread) -> PyResult<Option<Value>> {
        this.data.telling.set(false);
        let line = if is_exact(thread, this.value(), TextWrapper::SPEC) {
            this.data.check_open(thread)?;
            this.data.read_line(thread, None)?
        } else {
            let line = dispatch::call::call_method(thread, this.value(), thread.vm().names.readline, &[])?;
            match line.cast::<Str>() {
                Some(line) => line,
                None => {
                    let message =
                        format!("readline() should have returned a str object, not '{}'", thread.type_name(line));
                    return Err(thread.raise_plain_os_error(message));
                }
            }
        };
        if line.is_empty() {
            this.data.snapshot.borrow_mut().take();
            this.data.telling.set(this.data.seekable.get());
            return Ok(None);
        }
        Ok(Some(line.value()))
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to restore a
    /// previous stream position.
    #[method]
    fn tell(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        this.data.position_cookie(thread)
    }

    /// Set the stream position, and return the new stream position.
    ///
    ///   cookie
    ///     Zero or an opaque number returned by tell().
    ///   whence
    ///     The relative position to seek from.
    ///
    /// Four operations are supported, given by the following argument
    /// combinations:
    ///
    /// - seek(0, SEEK_SET): Rewind to the start of the stream.
    /// - seek(cookie, SEEK_SET): Restore a previous position;
    ///   'cookie' must be a number returned by tell().
    /// - seek(0, SEEK_END): Fast-forward to the end of the stream.
    /// - seek(0, SEEK_CUR): Leave the current stream position unchanged.
    ///
    /// Any other argument combinations are invalid,
    /// and may raise exceptions.
    #[method(signature = "(self, cookie, whence=0, /)")]
    fn seek(this: Gc<TextObject>, thread: &Thread, cookie: Value, whence: Option<i32>) -> PyResult<Value> {
        this.data.seek_cookie(thread, this.value(), cookie, whence.unwrap_or(0))
    }

    #[method(signature = "(self, pos=None, /)")]
    fn truncate(this: Gc<TextObject>, thread: &Thread, pos: Option<Value>) -> PyResult<Value> {
        call_method(thread, this.value(), "flush", &[])?;
        call_method(thread, this.data.buffer(thread)?, "truncate", &[pos.unwrap_or(Value::NONE)])
    }

    #[method]
    fn flush(this: Gc<TextObject>, thread: &Thread) -> PyResult<()> {
        this.data.check_open(thread)?;
        this.data.telling.set(this.data.seekable.get());
        this.data.flush_pending(thread)?;
        dispatch::call::call_method(thread, this.data.buffer(thread)?, thread.vm().names.flush, &[])?;
        Ok(())
    }

    #[method]
    fn close(this: Gc<TextObject>, thread: &Thread) -> PyResult<()> {
        let buffer = this.data.buffer(thread)?;
        if this.data.is_closed(thread)? {
            return Ok(());
        }
        let flushed = call_method(thread, this.value(), "flush", &[]);
        let first = match flushed {
            Ok(_) => None,
            Err(raised) => Some(thread.take_exception(raised)),
        };
        let closed = call_method(thread, buffer, "close", &[]);
        match (first, closed) {
            (None, closed) => closed.map(|_| ()),
            (Some(first), Ok(_)) => Err(thread.reraise(first)),
            (Some(first), Err(raised)) => {
                let second = thread.take_exception(raised);
                if let Some(second) = second.cast::<Exception>() {
                    thread.store(second, &second.context, first);
                }
                Err(thread.reraise(second))
            }
        }
    }

    #[method]
    fn fileno(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "fileno", &[])
    }

    #[method]
    fn isatty(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "isatty", &[])
    }

    #[method]
    fn readable(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "readable", &[])
    }

    #[method]
    fn writable(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "writable", &[])
    }

    #[method]
    fn seekable(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "seekable", &[])
    }

    #[getter(name = "buffer")]
    fn buffer_attribute(this: Gc<TextObject>) -> Value {
        this.data.buffer.get().unwrap_or(Value::NONE)
    }

    #[getter]
    fn encoding(this: Gc<TextObject>) -> Value {
        this.data.encoding.get().unwrap_or(Value::NONE)
    }

    #[getter]
    fn errors(this: Gc<TextObject>) -> Value {
        this.data.errors.get().unwrap_or(Value::NONE)
    }

    #[getter]
    fn newlines(this: Gc<TextObject>, thread: &Thread) -> Value {
        this.data.line_ends.seen_value(thread)
    }

    #[getter]
    fn line_buffering(this: Gc<TextObject>) -> bool {
        this.data.line_buffering.get()
    }

    #[getter]
    fn write_through(this: Gc<TextObject>) -> bool {
        this.data.write_through.get()
    }

    #[getter]
    fn closed(this: Gc<TextObject>, thread: &Thread) -> PyResult<bool> {
        this.data.is_closed(thread)
    }

    #[getter]
    fn name(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        get(thread, this.data.buffer(thread)?, "name")
    }

    #[getter(name = "_CHUNK_SIZE")]
    fn get_chunk_size(this: Gc<TextObject>) -> usize {
        this.data.chunk_size.get()
    }
    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(this: Gc<TextObject>, thread: &Thread, value: Value) -> PyResult<()> {
        match usize::try_from(dispatch::number::index_i64(thread, value)?) {
            Ok(size @ 1..) => {
                this.data.chunk_size.set(size);
                Ok(())
            }
            _ => Err(thread.raise_value_error("a strictly positive integer is required")),
        }
    }

    #[method]
    fn __repr__(this: Gc<TextObject>, thread: &Thread) -> PyResult<String> {
        let class = thread.class_of(this.value()).full_name(thread);
        let Some(_guard) = dispatch::repr_guard::enter(thread, this.value())? else {
            return Err(thread.raise_runtime_error(format!("reentrant call inside {class}.__repr__")));
        };
        let mut text = format!("<{class}");
        for name in ["name", "mode"] {
            let found = match dispatch::attr::get_optional(thread, this.value(), intern(thread, name)) {
                Ok(found) => found,
                Err(raised) => {
                    thread.catch(raised, thread.vm().exceptions.value_error)?;
                    None
                }
            };
            if let Some(value) = found {
                text.push_str(&format!(" {name}={}", repr(thread, value)?));
            }
        }
        let encoding = this.data.encoding.get().unwrap_or(Value::NONE);
        text.push_str(&format!(" encoding={}>", repr(thread, encoding)?));
        Ok(text)
    }

    #[method(name = "__getstate__", signature = "(self)")]
    fn getstate(this: Value, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error(format!("cannot pickle '{}' instances", thread.class_of(this).full_name(thread))))
    }
}
