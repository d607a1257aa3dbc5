//! Encoding of strings and decoding of bytes, with error handlers of both kinds.
//!
//! What lives here: the choice of codec by name, the raising of Unicode errors, the call of handlers that the
//! program registered. What must not: the codecs (`text/codecs`), the module `_codecs` (`modules/`).
//! Start at [`encode`] and [`decode`].
//!
//! Common encodings are handled here; every other name goes to the registry that `_codecs` keeps in the
//! isolate, and so to the `encodings` package.

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::object::{Gc, Slot};
use crate::text::codecs::handlers::Builtin;
use crate::text::codecs::utf16::{self, ByteOrder};
use crate::text::codecs::{
    DecodeErrors, DecodeFault, EncodeErrors, EncodeFault, Replacement, decode as run_decoder, encode as run_encoder,
};
use crate::text::codecs::{single_byte, utf8, utf32};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::int;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Encodings that need no registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    Utf8,
    Latin1,
    Ascii,
    /// With a byte order mark.
    Utf16,
    Utf16Of(ByteOrder),
    Utf32,
    Utf32Of(ByteOrder),
}

impl Known {
    /// The encoding by one of its common names, in any case, `_` and space like `-`.
    pub fn from_name(name: &str) -> Option<Known> {
        let mut buffer = [0u8; 16];
        let normal = buffer.get_mut(..name.len())?;
        for (to, byte) in normal.iter_mut().zip(name.bytes()) {
            *to = match byte {
                b'_' | b' ' => b'-',
                _ => byte.to_ascii_lowercase(),
            };
        }
        Some(match &*normal {
            b"utf-8" | b"utf8" | b"u8" => Known::Utf8,
            b"latin-1" | b"latin1" | b"iso-8859-1" | b"iso8859-1" | b"l1" => Known::Latin1,
            b"ascii" | b"us-ascii" => Known::Ascii,
            b"utf-16" | b"utf16" => Known::Utf16,
            b"utf-16-le" | b"utf-16le" => Known::Utf16Of(ByteOrder::Little),
            b"utf-16-be" | b"utf-16be" => Known::Utf16Of(ByteOrder::Big),
            b"utf-32" | b"utf32" => Known::Utf32,
            b"utf-32-le" | b"utf-32le" => Known::Utf32Of(ByteOrder::Little),
            b"utf-32-be" | b"utf-32be" => Known::Utf32Of(ByteOrder::Big),
            _ => return None,
        })
    }
}

/// `string.encode(encoding, errors)`.
pub fn encode(thread: &Thread, string: Gc<Str>, encoding: Option<&str>, errors: Option<&str>) -> PyResult<Gc<Bytes>> {
    let encoding = encoding.unwrap_or("utf-8");
    match Known::from_name(encoding) {
        Some(known) => encode_known(thread, string, known, errors),
        None => encode_registered(thread, string, encoding, errors),
    }
}

/// Encodes without the registry.
pub fn encode_known(thread: &Thread, string: Gc<Str>, encoding: Known, errors: Option<&str>) -> PyResult<Gc<Bytes>> {
    let text = string.as_bytes(thread);
    if string.is_ascii() && matches!(encoding, Known::Utf8 | Known::Latin1 | Known::Ascii) {
        return Ok(Bytes::new(thread, text));
    }
    if encoding == Known::Utf8 && string.as_str(thread).is_some() {
        return Ok(Bytes::new(thread, text));
    }
    let mut handler = Handler::encoding(thread, errors, string);
    let mut out = Vec::with_capacity(text.len());
    match encoding {
        Known::Utf8 => run_encoder(utf8::NAME, utf8::ENCODE_REASON, text, &mut handler, &mut out, utf8::encode_step)?,
        Known::Latin1 => run_encoder(
            single_byte::LATIN_1,
            single_byte::LATIN_1_REASON,
            text,
            &mut handler,
            &mut out,
            |text, from, out| single_byte::encode_step(text, from, 256, out),
        )?,
        Known::Ascii => run_encoder(
            single_byte::ASCII,
            single_byte::ASCII_REASON,
            text,
            &mut handler,
            &mut out,
            |text, from, out| single_byte::encode_step(text, from, 128, out),
        )?,
        Known::Utf16 | Known::Utf16Of(_) => {
            let (name, order) = match encoding {
                Known::Utf16Of(order) => (order.utf16_name(), order),
                _ => ("utf-16", ByteOrder::NATIVE),
            };
            if encoding == Known::Utf16 {
                utf16::encode_step("\u{feff}".as_bytes(), 0, order, &mut out);
            }
            run_encoder(name, utf16::ENCODE_REASON, text, &mut handler, &mut out, |text, from, out| {
                utf16::encode_step(text, from, order, out)
            })?;
        }
        Known::Utf32 | Known::Utf32Of(_) => {
            let (name, order) = match encoding {
                Known::Utf32Of(order) => (utf32::name(order), order),
                _ => ("utf-32", ByteOrder::NATIVE),
            };
            if encoding == Known::Utf32 {
                utf32::encode_step("\u{feff}".as_bytes(), 0, order, &mut out);
            }
            run_encoder(name, utf32::ENCODE_REASON, text, &mut handler, &mut out, |text, from, out| {
                utf32::encode_step(text, from, order, out)
            })?;
        }
    }
    Ok(Bytes::new(thread, &out))
}

/// `object.decode(encoding, errors)` of a bytes-like object.
pub fn decode(thread: &Thread, object: Value, encoding: Option<&str>, errors: Option<&str>) -> PyResult<Gc<Str>> {
    let encoding = encoding.unwrap_or("utf-8");
    match Known::from_name(encoding) {
        Some(known) => Ok(decode_known(thread, object, known, errors, true)?.0),
        None => decode_registered(thread, object, encoding, errors),
    }
}

/// Decodes bytes that are no object yet, as UTF-8: for names that come from the system.
pub fn decode_utf8(thread: &Thread, bytes: &[u8], errors: Option<&str>) -> PyResult<Gc<Str>> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Str::new(thread, text));
    }
    let object = Bytes::new(thread, bytes).value();
    Ok(decode_known(thread, object, Known::Utf8, errors, true)?.0)
}

/// Decodes without the registry; returns the text and how many bytes were consumed. With `last` unset an
/// incomplete sequence at the end is left for later.
pub fn decode_known(
    thread: &Thread,
    object: Value,
    encoding: Known,
    errors: Option<&str>,
    last: bool,
) -> PyResult<(Gc<Str>, usize)> {
    // The bytes are held by an object that cannot change while handlers run Python code.
    let object = stable_bytes(thread, object)?;
    let input = object.as_slice();
    if encoding == Known::Utf8
        && let Ok(text) = std::str::from_utf8(input)
    {
        return Ok((Str::new(thread, text), input.len()));
    }
    let mut handler = Handler::decoding(thread, errors, object);
    let mut out = Vec::with_capacity(input.len());
    let consumed = match encoding {
        Known::Utf8 => run_decoder(utf8::NAME, input, &mut handler, &mut out, |input, from, out| {
            utf8::step(input, from, last, out)
        })?,
        Known::Latin1 => {
            single_byte::decode_latin_1(input, &mut out);
            input.len()
        }
        Known::Ascii => run_decoder(single_byte::ASCII, input, &mut handler, &mut out, single_byte::ascii_step)?,
        Known::Utf16 => decode_utf16(&mut handler, input, None, last, &mut out)?.0,
        Known::Utf16Of(order) => decode_utf16(&mut handler, input, Some(order), last, &mut out)?.0,
        Known::Utf32 => decode_utf32(&mut handler, input, None, last, &mut out)?.0,
        Known::Utf32Of(order) => decode_utf32(&mut handler, input, Some(order), last, &mut out)?.0,
    };
    Ok((Str::from_wtf8_bytes_unchecked(thread, &out), consumed))
}

/// UTF-16; without a byte order given, a mark at the start states it (else it is the machine's). Returns how many
/// bytes were consumed and the byte order that a mark stated.
pub fn decode_utf16(
    handler: &mut Handler<'_>,
    input: &[u8],
    order: Option<ByteOrder>,
    last: bool,
    out: &mut Vec<u8>,
) -> PyResult<(usize, Option<ByteOrder>)> {
    let (mut start, mut found) = (0, None);
    if order.is_none() {
        if input.len() < 2 && !last {
            return Ok((0, None));
        }
        found = utf16::detect(input);
        start = if found.is_some() { 2 } else { 0 };
    }
    let actual = order.or(found).unwrap_or(ByteOrder::NATIVE);
    let consumed = run_decoder(actual.utf16_name(), input, handler, out, |input, from, out| {
        utf16::step(input, from.max(start), actual, last, out)
    })?;
    Ok((consumed, found))
}

/// UTF-32; as [`decode_utf16`].
pub fn decode_utf32(
    handler: &mut Handler<'_>,
    input: &[u8],
    order: Option<ByteOrder>,
    last: bool,
    out: &mut Vec<u8>,
) -> PyResult<(usize, Option<ByteOrder>)> {
    let (mut start, mut found) = (0, None);
    if order.is_none() {
        if input.len() < 4 && !last {
            return Ok((0, None));
        }
        found = utf32::detect(input);
        start = if found.is_some() { 4 } else { 0 };
    }
    let actual = order.or(found).unwrap_or(ByteOrder::NATIVE);
    let consumed = run_decoder(utf32::name(actual), input, handler, out, |input, from, out| {
        utf32::step(input, from.max(start), actual, last, out)
    })?;
    Ok((consumed, found))
}

/// The contents of a bytes-like object as an immutable object.
pub fn stable_bytes(thread: &Thread, object: Value) -> PyResult<Gc<Bytes>> {
    match object.cast::<Bytes>() {
        Some(bytes) => Ok(bytes),
        None => {
            let copy = buffer::to_vec(thread, object)?;
            Ok(Bytes::new(thread, &copy))
        }
    }
}

// ---- error handlers ----

/// The handler of one encoding or decoding: a builtin one, or a name to look up when it is needed.
pub struct Handler<'a> {
    thread: &'a Thread,
    name: &'a str,
    builtin: Option<Builtin>,
    /// The str or bytes object being worked on.
    object: Value,
    /// What `errors` is registered as, once it was needed.
    function: Slot,
}

impl<'a> Handler<'a> {
    fn new(thread: &'a Thread, errors: Option<&'a str>, object: Value) -> Handler<'a> {
        let name = errors.unwrap_or("strict");
        Handler { thread, name, builtin: Builtin::from_name(name), object, function: Slot::empty() }
    }

    pub fn encoding(thread: &'a Thread, errors: Option<&'a str>, string: Gc<Str>) -> Handler<'a> {
        Handler::new(thread, errors, string.value())
    }

    pub fn decoding(thread: &'a Thread, errors: Option<&'a str>, bytes: Gc<Bytes>) -> Handler<'a> {
        Handler::new(thread, errors, bytes.value())
    }

    /// The handler is `strict`: the caller may raise at once.
    pub fn is_strict(&self) -> bool {
        self.builtin == Some(Builtin::Strict)
    }

    fn call(&self, exception: Gc<Exception>) -> PyResult<Value> {
        let function = match self.function.get() {
            Some(function) => function,
            None => {
                let function = lookup_error(self.thread, self.name)?;
                self.function.init(Some(function));
                function
            }
        };
        dispatch::call::call(self.thread, function, &[exception.value()])
    }

    /// The two parts of what a registered handler returned, the position made absolute.
    fn unpack(&self, result: Value, length: usize, what: &str) -> PyResult<(Value, usize)> {
        let thread = self.thread;
        let parts = result.cast::<Tuple>().filter(|tuple| tuple.len() == 2);
        let (Some(replacement), Some(position)) = (parts.and_then(|t| t.get(0)), parts.and_then(|t| t.get(1))) else {
            return Err(thread.raise_type_error(format!("{what} error handler must return {} tuple", returns(what))));
        };
        let Some(position) = int::as_int(position) else {
            return Err(thread.raise_type_error(format!("{what} error handler must return {} tuple", returns(what))));
        };
        let position = position.to_i64().unwrap_or(i64::MAX);
        let absolute = if position < 0 { position + length as i64 } else { position };
        match usize::try_from(absolute) {
            Ok(absolute) if absolute <= length => Ok((replacement, absolute)),
            _ => Err(thread.raise_index_error(format!("position {position} from error handler out of bounds"))),
        }
    }
}

fn returns(what: &str) -> &'static str {
    if what == "encoding" { "(str/bytes, int)" } else { "(str, int)" }
}

impl DecodeErrors for Handler<'_> {
    type Error = Raised;

    fn handle(&mut self, input: &[u8], fault: DecodeFault, out: &mut Vec<u8>) -> PyResult<usize> {
        let thread = self.thread;
        if let Some(builtin) = self.builtin {
            if matches!(builtin, Builtin::XmlCharRefReplace | Builtin::NameReplace) {
                return Err(thread.raise_type_error("don't know how to handle UnicodeDecodeError in error callback"));
            }
            return match builtin.recover_decode(input, &fault, out) {
                Some(position) => Ok(position),
                None => Err(thread.raise_exception_object(decode_error(thread, self.object, &fault))),
            };
        }
        let result = self.call(decode_error(thread, self.object, &fault))?;
        let (replacement, position) = self.unpack(result, input.len(), "decoding")?;
        match replacement.cast::<Str>() {
            Some(text) => out.extend_from_slice(text.as_bytes(thread)),
            None => return Err(thread.raise_type_error("decoding error handler must return (str, int) tuple")),
        }
        Ok(position)
    }
}

impl EncodeErrors for Handler<'_> {
    type Error = Raised;

    fn handle(&mut self, text: &[u8], fault: &EncodeFault) -> PyResult<(Replacement, usize)> {
        let thread = self.thread;
        if let Some(builtin) = self.builtin {
            return match builtin.recover_encode(text, fault) {
                Some(replacement) => Ok((replacement, fault.range.end)),
                None => Err(self.refuse(text, fault)),
            };
        }
        let length = crate::text::code_points::count(text);
        let result = self.call(encode_error(thread, self.object, fault))?;
        let (replacement, position) = self.unpack(result, length, "encoding")?;
        let replacement = match (replacement.cast::<Str>(), replacement.cast::<Bytes>()) {
            (Some(string), _) => Replacement::Text(string.as_bytes(thread).to_vec()),
            (_, Some(bytes)) => Replacement::Bytes(bytes.as_slice().to_vec()),
            (None, None) => {
                return Err(thread.raise_type_error("encoding error handler must return (str/bytes, int) tuple"));
            }
        };
        Ok((replacement, position))
    }

    fn refuse(&mut self, _: &[u8], fault: &EncodeFault) -> Raised {
        self.thread.raise_exception_object(encode_error(self.thread, self.object, fault))
    }
}

/// The UnicodeDecodeError of a fault.
fn decode_error(thread: &Thread, object: Value, fault: &DecodeFault) -> Gc<Exception> {
    let index = |n: usize| Value::small_wrapping(n as i64);
    let (encoding, reason) = (Str::new(thread, fault.encoding).value(), Str::new(thread, fault.reason).value());
    let arguments = [encoding, object, index(fault.range.start), index(fault.range.end), reason];
    Exception::new(thread, thread.vm().exceptions.unicode_decode_error, &arguments)
}

/// The UnicodeEncodeError of a fault.
fn encode_error(thread: &Thread, object: Value, fault: &EncodeFault) -> Gc<Exception> {
    let index = |n: usize| Value::small_wrapping(n as i64);
    let (encoding, reason) = (Str::new(thread, fault.encoding).value(), Str::new(thread, fault.reason).value());
    let arguments = [encoding, object, index(fault.range.start), index(fault.range.end), reason];
    Exception::new(thread, thread.vm().exceptions.unicode_encode_error, &arguments)
}

// ---- the registry ----

/// The isolate's codec registry.
pub struct Registry {
    /// Search functions.
    pub search_path: Gc<List>,
    /// Normalised encoding name → CodecInfo.
    pub cache: Gc<Dict>,
    /// Name → error handler.
    pub errors: Gc<Dict>,
}

/// The registry, made on first use: a tuple kept by the Vm.
pub fn registry(thread: &Thread) -> Registry {
    let tuple = match thread.vm().codec_registry.get() {
        Some(tuple) => tuple,
        None => {
            let tuple = Tuple::new(
                thread,
                &[List::empty(thread).value(), Dict::new(thread).value(), Dict::new(thread).value()],
            );
            thread.vm().codec_registry.set(Some(tuple));
            tuple
        }
    };
    let parts = tuple.items();
    match (parts[0].cast::<List>(), parts[1].cast::<Dict>(), parts[2].cast::<Dict>()) {
        (Some(search_path), Some(cache), Some(errors)) => Registry { search_path, cache, errors },
        _ => unreachable!("the registry is made above"),
    }
}

/// The registered error handler `name`. LookupError if there is none.
pub fn lookup_error(thread: &Thread, name: &str) -> PyResult<Value> {
    let registry = registry(thread);
    let mut found = registry.errors.get(thread, Str::new(thread, name).value())?;
    if found.is_none() && Builtin::from_name(name).is_some() {
        // The builtin handlers enter the table when `_codecs` starts.
        ensure_started(thread)?;
        found = registry.errors.get(thread, Str::new(thread, name).value())?;
    }
    match found {
        Some(handler) => Ok(handler),
        None => Err(thread.raise_lookup_error(format!("unknown error handler name '{name}'"))),
    }
}

/// The CodecInfo of an encoding, from the cache or from the search functions. LookupError if unknown.
pub fn lookup(thread: &Thread, encoding: &str) -> PyResult<Value> {
    let normal: String = encoding.chars().map(|c| if c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect();
    let key = Str::new(thread, &normal).value();
    let registry = registry(thread);
    if let Some(info) = registry.cache.get(thread, key)? {
        return Ok(info);
    }
    ensure_started(thread)?;
    let mut index = 0;
    while let Some(search) = registry.search_path.get(thread, index) {
        let info = dispatch::call::call(thread, search, &[key])?;
        if !info.is_none() {
            if info.cast::<Tuple>().is_none_or(|tuple| tuple.len() != 4) {
                return Err(thread.raise_type_error("codec search functions must return 4-tuples"));
            }
            registry.cache.insert(thread, key, info)?;
            return Ok(info);
        }
        index += 1;
    }
    Err(thread.raise_lookup_error(format!("unknown encoding: {encoding}")))
}

/// Imports `encodings`, which registers its search function.
fn ensure_started(thread: &Thread) -> PyResult<()> {
    let vm = thread.vm();
    if !registry(thread).search_path.is_empty() {
        return Ok(());
    }
    if let Some(import) = vm.builtins_dict().get_str(thread, vm.names.__import__) {
        dispatch::call::call(thread, import, &[Str::new(thread, "encodings").value()])?;
    }
    Ok(())
}

/// Part `index` of a codec (0: encode, 1: decode), refusing codecs that are no text encodings.
fn text_codec(thread: &Thread, encoding: &str, index: usize, alternative: &str) -> PyResult<Value> {
    let info = lookup(thread, encoding)?;
    if info.cast::<Tuple>().is_some_and(|tuple| !tuple.is_exact()) {
        let name = thread.vm().interner.intern_text(thread, "_is_text_encoding");
        if let Some(flag) = dispatch::attr::get_optional(thread, info, name)?
            && !dispatch::truth::truth(thread, flag)?
        {
            return Err(thread.raise_lookup_error(format!(
                "'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"
            )));
        }
    }
    match info.cast::<Tuple>().and_then(|tuple| tuple.get(index)) {
        Some(function) => Ok(function),
        None => Err(thread.raise_type_error("codec search functions must return 4-tuples")),
    }
}

/// Runs an encoder or decoder; the first item of the pair it returns.
pub fn run_codec(thread: &Thread, function: Value, object: Value, errors: Option<&str>, what: &str) -> PyResult<Value> {
    let result = match errors {
        Some(errors) => dispatch::call::call(thread, function, &[object, Str::new(thread, errors).value()])?,
        None => dispatch::call::call(thread, function, &[object])?,
    };
    match result.cast::<Tuple>().filter(|tuple| tuple.len() == 2).and_then(|tuple| tuple.get(0)) {
        Some(output) => Ok(output),
        None => Err(thread.raise_type_error(format!("{what} must return a tuple (object, integer)"))),
    }
}

/// `codecs.encode` and `codecs.decode`: any registered codec, on any object.
pub fn run_any_codec(
    thread: &Thread,
    object: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    encode: bool,
) -> PyResult<Value> {
    let (encoding, errors) = crate::types::str::class::codec_names(thread, encoding, errors)?;
    let encoding = encoding.as_deref().unwrap_or("utf-8");
    let info = lookup(thread, encoding)?;
    let Some(function) = info.cast::<Tuple>().and_then(|tuple| tuple.get(usize::from(!encode))) else {
        return Err(thread.raise_type_error("codec search functions must return 4-tuples"));
    };
    let (what, doing) = if encode { ("encoder", "encoding") } else { ("decoder", "decoding") };
    run_codec(thread, function, object, errors.as_deref(), what).map_err(|raised| note(thread, raised, doing, encoding))
}

#[cold]
fn encode_registered(thread: &Thread, string: Gc<Str>, encoding: &str, errors: Option<&str>) -> PyResult<Gc<Bytes>> {
    let function = text_codec(thread, encoding, 0, "codecs.encode()")?;
    let output = run_codec(thread, function, string.value(), errors, "encoder")
        .map_err(|raised| note(thread, raised, "encoding", encoding))?;
    if let Some(bytes) = output.cast::<Bytes>() {
        return Ok(bytes);
    }
    if output.cast::<crate::types::bytearray::ByteArray>().is_some() {
        return stable_bytes(thread, output);
    }
    let name = thread.type_name(output);
    Err(thread.raise_type_error(format!(
        "'{encoding}' encoder returned '{name}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

#[cold]
fn decode_registered(thread: &Thread, object: Value, encoding: &str, errors: Option<&str>) -> PyResult<Gc<Str>> {
    let function = text_codec(thread, encoding, 1, "codecs.decode()")?;
    let output = run_codec(thread, function, object, errors, "decoder")
        .map_err(|raised| note(thread, raised, "decoding", encoding))?;
    match output.cast::<Str>() {
        Some(text) => Ok(text),
        None => {
            let name = thread.type_name(output);
            Err(thread.raise_type_error(format!(
                "'{encoding}' decoder returned '{name}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
            )))
        }
    }
}

/// Adds "encoding with 'x' codec failed" to what a codec raised.
fn note(thread: &Thread, raised: Raised, what: &str, encoding: &str) -> Raised {
    if let Some(exception) = thread.exception.get() {
        let pending = thread.take_exception(raised);
        // A note that cannot be added is not worth losing the exception for.
        if let Err(raised) =
            crate::types::exception::add_note(thread, exception, &format!("{what} with '{encoding}' codec failed"))
        {
            thread.take_exception(raised);
        }
        return thread.reraise(pending);
    }
    raised
}
