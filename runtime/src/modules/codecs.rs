//! `_codecs`: the codec registry and the encodings that need no Python code.
//!
//! What lives here: the module's functions and the builtin error handlers as functions. What must not: the
//! encodings (`text/codecs`), the choice of codec for `str.encode` (`dispatch/text/codecs.rs`).
//! Start at [`codecs`].

pub mod charmap;
pub mod handlers;

use crate::dispatch::text::codecs::{self as encoding, Handler, Known, lookup as registry_codec, run_any_codec};
use crate::dispatch::{call, warnings};
use crate::error::PyResult;
use crate::object::Gc;
use crate::text::codecs::utf16::ByteOrder;
use crate::text::codecs::{Progress, decode as run_decoder, escapes, utf7};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::str::class::codec_name;
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_macros::py_module;

/// `(output, consumed)`.
fn pair(thread: &Thread, output: impl Into<Value>, consumed: usize) -> Gc<Tuple> {
    Tuple::new(thread, &[output.into(), Value::small_wrapping(consumed as i64)])
}

fn name(thread: &Thread, errors: Option<Gc<Str>>) -> PyResult<Option<String>> {
    errors.map(|errors| codec_name(thread, errors)).transpose()
}

/// A decoder of `dispatch/text/codecs.rs` as a module function.
fn decode(thread: &Thread, data: Value, errors: Option<Gc<Str>>, last: bool, known: Known) -> PyResult<Gc<Tuple>> {
    let errors = name(thread, errors)?;
    let (text, consumed) = encoding::decode_known(thread, data, known, errors.as_deref(), last)?;
    Ok(pair(thread, text, consumed))
}

/// An encoder of `dispatch/text/codecs.rs` as a module function.
fn encode(thread: &Thread, string: Gc<Str>, errors: Option<Gc<Str>>, known: Known) -> PyResult<Gc<Tuple>> {
    let errors = name(thread, errors)?;
    let bytes = encoding::encode_known(thread, string, known, errors.as_deref())?;
    Ok(pair(thread, bytes, string.code_point_count()))
}

/// The byte order of an `encode` or `ex_decode` argument: negative little, positive big, 0 by mark.
fn byte_order(order: Option<i32>) -> Option<ByteOrder> {
    match order.unwrap_or(0) {
        0 => None,
        1.. => Some(ByteOrder::Big),
        _ => Some(ByteOrder::Little),
    }
}

fn byte_order_number(order: Option<ByteOrder>) -> i64 {
    match order {
        None => 0,
        Some(ByteOrder::Little) => -1,
        Some(ByteOrder::Big) => 1,
    }
}

/// A string's UTF-8, or the contents of a bytes-like object: what the escape decoders take.
fn text_or_bytes(thread: &Thread, data: Value) -> PyResult<Gc<Bytes>> {
    match data.cast::<Str>() {
        Some(string) => encoding::encode_known(thread, string, Known::Utf8, None),
        None => encoding::stable_bytes(thread, data),
    }
}

/// Warns of the first escape that means nothing.
fn warn_invalid_escape(thread: &Thread, input: &[u8], invalid: escapes::InvalidEscape) -> PyResult<()> {
    let Some(at) = invalid else { return Ok(()) };
    let shown = escapes::shown_escape(input, at);
    let octal = if shown.as_bytes().get(1).is_some_and(u8::is_ascii_digit) { "octal " } else { "" };
    let message =
        format!("\"{shown}\" is an invalid {octal}escape sequence. Such sequences will not work in the future. ");
    warnings::deprecation(thread, &message)
}

/// Decodes with one of the escape decoders.
fn decode_escapes(
    thread: &Thread,
    data: Value,
    errors: Option<Gc<Str>>,
    encoding_name: &'static str,
    step: impl FnMut(&[u8], usize, &mut Vec<u8>) -> Progress,
) -> PyResult<(Gc<Tuple>, Gc<Bytes>)> {
    let errors = name(thread, errors)?;
    let input = text_or_bytes(thread, data)?;
    let mut handler = Handler::decoding(thread, errors.as_deref(), input);
    let mut out = Vec::new();
    let consumed = run_decoder(encoding_name, input.as_slice(), &mut handler, &mut out, step)?;
    Ok((pair(thread, Str::from_wtf8_bytes_unchecked(thread, &out), consumed), input))
}

/// The bytes that a bytes literal with these escapes stands for; `bad_hex` in place of `\\x` without digits, unless that
/// is an error.
fn unescape_bytes(thread: &Thread, input: &[u8], errors: &str, bad_hex: Option<&[u8]>) -> PyResult<Gc<Bytes>> {
    let mut invalid = None;
    match escapes::decode_bytes(input, bad_hex, &mut invalid) {
        Ok(decoded) => {
            warn_invalid_escape(thread, input, invalid)?;
            Ok(Bytes::new(thread, &decoded))
        }
        Err(escapes::BytesEscapeError::TrailingBackslash) => Err(thread.raise_value_error("Trailing \\ in string")),
        Err(escapes::BytesEscapeError::InvalidHex(at)) if errors == "strict" => {
            Err(thread.raise_value_error(format!("invalid \\x escape at position {at}")))
        }
        Err(escapes::BytesEscapeError::InvalidHex(_)) => {
            Err(thread.raise_value_error(format!("decoding error; unknown error handling code: {errors}")))
        }
    }
}

/// The bytes that a bytes literal with these escapes stands for.
///
/// # Errors
/// ValueError for escapes that are cut off.
pub fn decode_bytes_escapes(thread: &Thread, input: &[u8]) -> PyResult<Gc<Bytes>> {
    unescape_bytes(thread, input, "strict", None)
}

/// Text in raw-unicode-escape.
///
/// # Errors
/// UnicodeDecodeError for escapes that are cut off or too large.
pub fn decode_raw_unicode(thread: &Thread, input: Gc<Bytes>) -> PyResult<Gc<Str>> {
    let mut handler = Handler::decoding(thread, None, input);
    let mut out = Vec::new();
    run_decoder("rawunicodeescape", input.as_slice(), &mut handler, &mut out, |input, from, out| {
        escapes::raw_unicode_escape_step(input, from, true, out)
    })?;
    Ok(Str::from_wtf8_bytes_unchecked(thread, &out))
}

/// Codec registry and the encodings implemented natively.
#[py_module(name = "_codecs")]
pub mod codecs {
    use super::*;

    /// Register a codec search function.
    ///
    /// Search functions are expected to take one argument, the encoding name in
    /// all lower case letters, and either return None, or a tuple of functions
    /// (encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).
    #[function]
    fn register(thread: &Thread, search_function: Value) -> PyResult<()> {
        if !call::is_callable(thread, search_function) {
            return Err(thread.raise_type_error("argument must be callable"));
        }
        encoding::registry(thread).search_path.push(thread, search_function)
    }

    /// Unregister a codec search function and clear the registry's cache.
    ///
    /// If the search function is not registered, do nothing.
    #[function]
    fn unregister(thread: &Thread, search_function: Value) -> PyResult<()> {
        let registry = encoding::registry(thread);
        let path = registry.search_path;
        if let Some(index) = (0..path.len()).find(|&index| path.get(thread, index) == Some(search_function)) {
            path.remove(thread, index);
            registry.cache.clear(thread);
        }
        Ok(())
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[function]
    fn lookup(thread: &Thread, encoding: Gc<Str>) -> PyResult<Value> {
        registry_codec(thread, &codec_name(thread, encoding)?)
    }

    /// Encodes obj using the codec registered for encoding.
    ///
    /// The default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that encoding
    /// errors raise a ValueError.  Other possible values are 'ignore', 'replace'
    /// and 'backslashreplace' as well as any other name registered with
    /// codecs.register_error that can handle ValueErrors.
    #[function(name = "encode", signature = "(obj, encoding='utf-8', errors='strict')")]
    fn py_encode(thread: &Thread, obj: Value, encoding: Option<Gc<Str>>, errors: Option<Gc<Str>>) -> PyResult<Value> {
        run_any_codec(thread, obj, encoding, errors, true)
    }

    /// Decodes obj using the codec registered for encoding.
    ///
    /// Default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that encoding
    /// errors raise a ValueError.  Other possible values are 'ignore', 'replace'
    /// and 'backslashreplace' as well as any other name registered with
    /// codecs.register_error that can handle ValueErrors.
    #[function(name = "decode", signature = "(obj, encoding='utf-8', errors='strict')")]
    fn py_decode(thread: &Thread, obj: Value, encoding: Option<Gc<Str>>, errors: Option<Gc<Str>>) -> PyResult<Value> {
        run_any_codec(thread, obj, encoding, errors, false)
    }

    /// Register the specified error handler under the name errors.
    ///
    /// handler must be a callable object, that
    /// will be called with an exception instance containing
    /// information about the location of the encoding/decoding
    /// error and must return a (replacement, new position) tuple.
    #[function]
    fn register_error(thread: &Thread, errors: Gc<Str>, handler: Value) -> PyResult<()> {
        if !call::is_callable(thread, handler) {
            return Err(thread.raise_type_error("handler must be callable"));
        }
        encoding::registry(thread).errors.insert(thread, Str::to_exact(errors, thread).value(), handler)
    }

    /// Un-register the specified error handler for the error handling `errors'.
    ///
    /// Only custom error handlers can be un-registered. An exception is raised
    /// if the error handling is a built-in one (e.g., 'strict'), or if an error
    /// occurs.
    ///
    /// Otherwise, this returns True if a custom handler has been successfully
    /// un-registered, and False if no custom handler for the specified error
    /// handling exists.
    #[function]
    fn _unregister_error(thread: &Thread, errors: Gc<Str>) -> PyResult<bool> {
        let name = codec_name(thread, errors)?;
        if crate::text::codecs::handlers::Builtin::from_name(&name).is_some() {
            return Err(thread.raise_value_error(format!("cannot un-register built-in error handler '{name}'")));
        }
        Ok(encoding::registry(thread).errors.remove(thread, errors.value())?.is_some())
    }

    /// lookup_error(errors) -> handler
    ///
    /// Return the error handler for the specified error handling name or raise a
    /// LookupError, if no handler exists under this name.
    #[function]
    fn lookup_error(thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        encoding::lookup_error(thread, &codec_name(thread, name)?)
    }

    #[function(signature = "(data, errors=None, final=False, /)")]
    fn utf_8_decode(thread: &Thread, data: Value, errors: Option<Gc<Str>>, last: Option<bool>) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, last.unwrap_or(false), Known::Utf8)
    }

    #[function(signature = "(str, errors=None, /)")]
    fn utf_8_encode(thread: &Thread, string: Gc<Str>, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, Known::Utf8)
    }

    #[function(signature = "(data, errors=None, /)")]
    fn latin_1_decode(thread: &Thread, data: Value, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, true, Known::Latin1)
    }

    #[function(signature = "(str, errors=None, /)")]
    fn latin_1_encode(thread: &Thread, string: Gc<Str>, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, Known::Latin1)
    }

    #[function(signature = "(data, errors=None, /)")]
    fn ascii_decode(thread: &Thread, data: Value, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, true, Known::Ascii)
    }

    #[function(signature = "(str, errors=None, /)")]
    fn ascii_encode(thread: &Thread, string: Gc<Str>, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, Known::Ascii)
    }

    #[function(signature = "(data, errors=None, final=False, /)")]
    fn utf_16_decode(thread: &Thread, data: Value, errors: Option<Gc<Str>>, last: Option<bool>) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, last.unwrap_or(false), Known::Utf16)
    }

    #[function(signature = "(data, errors=None, final=False, /)")]
    fn utf_16_le_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        last: Option<bool>,
    ) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, last.unwrap_or(false), Known::Utf16Of(ByteOrder::Little))
    }

    #[function(signature = "(data, errors=None, final=False, /)")]
    fn utf_16_be_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        last: Option<bool>,
    ) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, last.unwrap_or(false), Known::Utf16Of(ByteOrder::Big))
    }

    #[function(signature = "(str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(
        thread: &Thread,
        string: Gc<Str>,
        errors: Option<Gc<Str>>,
        byteorder: Option<i32>,
    ) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, byte_order(byteorder).map_or(Known::Utf16, Known::Utf16Of))
    }

    #[function(signature = "(str, errors=None, /)")]
    fn utf_16_le_encode(thread: &Thread, string: Gc<Str>, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, Known::Utf16Of(ByteOrder::Little))
    }

    #[function(signature = "(str, errors=None, /)")]
    fn utf_16_be_encode(thread: &Thread, string: Gc<Str>, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, Known::Utf16Of(ByteOrder::Big))
    }

    #[function(signature = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        byteorder: Option<i32>,
        last: Option<bool>,
    ) -> PyResult<Gc<Tuple>> {
        let (errors, input) = (name(thread, errors)?, encoding::stable_bytes(thread, data)?);
        let mut handler = Handler::decoding(thread, errors.as_deref(), input);
        let (mut out, order) = (Vec::new(), byte_order(byteorder));
        let (consumed, found) =
            encoding::decode_utf16(&mut handler, input.as_slice(), order, last.unwrap_or(false), &mut out)?;
        extended(thread, &out, consumed, order.or(found))
    }

    #[function(signature = "(data, errors=None, final=False, /)")]
    fn utf_32_decode(thread: &Thread, data: Value, errors: Option<Gc<Str>>, last: Option<bool>) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, last.unwrap_or(false), Known::Utf32)
    }

    #[function(signature = "(data, errors=None, final=False, /)")]
    fn utf_32_le_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        last: Option<bool>,
    ) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, last.unwrap_or(false), Known::Utf32Of(ByteOrder::Little))
    }

    #[function(signature = "(data, errors=None, final=False, /)")]
    fn utf_32_be_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        last: Option<bool>,
    ) -> PyResult<Gc<Tuple>> {
        decode(thread, data, errors, last.unwrap_or(false), Known::Utf32Of(ByteOrder::Big))
    }

    #[function(signature = "(str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(
        thread: &Thread,
        string: Gc<Str>,
        errors: Option<Gc<Str>>,
        byteorder: Option<i32>,
    ) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, byte_order(byteorder).map_or(Known::Utf32, Known::Utf32Of))
    }

    #[function(signature = "(str, errors=None, /)")]
    fn utf_32_le_encode(thread: &Thread, string: Gc<Str>, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, Known::Utf32Of(ByteOrder::Little))
    }

    #[function(signature = "(str, errors=None, /)")]
    fn utf_32_be_encode(thread: &Thread, string: Gc<Str>, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        encode(thread, string, errors, Known::Utf32Of(ByteOrder::Big))
    }

    #[function(signature = "(data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        byteorder: Option<i32>,
        last: Option<bool>,
    ) -> PyResult<Gc<Tuple>> {
        let (errors, input) = (name(thread, errors)?, encoding::stable_bytes(thread, data)?);
        let mut handler = Handler::decoding(thread, errors.as_deref(), input);
        let (mut out, order) = (Vec::new(), byte_order(byteorder));
        let (consumed, found) =
            encoding::decode_utf32(&mut handler, input.as_slice(), order, last.unwrap_or(false), &mut out)?;
        extended(thread, &out, consumed, order.or(found))
    }

    #[function(signature = "(data, errors=None, final=False, /)")]
    fn utf_7_decode(thread: &Thread, data: Value, errors: Option<Gc<Str>>, last: Option<bool>) -> PyResult<Gc<Tuple>> {
        let (errors, input) = (name(thread, errors)?, encoding::stable_bytes(thread, data)?);
        let mut handler = Handler::decoding(thread, errors.as_deref(), input);
        let mut out = Vec::new();
        let consumed = utf7::decode(input.as_slice(), last.unwrap_or(false), &mut handler, &mut out)?;
        Ok(pair(thread, Str::from_wtf8_bytes_unchecked(thread, &out), consumed))
    }

    #[function(signature = "(str, errors=None, /)")]
    fn utf_7_encode(thread: &Thread, string: Gc<Str>, _errors: Option<Gc<Str>>) -> Gc<Tuple> {
        let bytes = Bytes::new(thread, &utf7::encode(string.as_bytes(thread)));
        pair(thread, bytes, string.code_point_count())
    }

    #[function(signature = "(data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        last: Option<bool>,
    ) -> PyResult<Gc<Tuple>> {
        let mut invalid = None;
        let last = last.unwrap_or(true);
        let (result, input) = decode_escapes(thread, data, errors, "unicodeescape", |input, from, out| {
            escapes::unicode_escape_step(input, from, last, out, &mut invalid)
        })?;
        warn_invalid_escape(thread, input.as_slice(), invalid)?;
        Ok(result)
    }

    #[function(signature = "(str, errors=None, /)")]
    fn unicode_escape_encode(thread: &Thread, string: Gc<Str>, _errors: Option<Gc<Str>>) -> Gc<Tuple> {
        let bytes = Bytes::new(thread, &escapes::encode_unicode_escape(string.as_bytes(thread)));
        pair(thread, bytes, string.code_point_count())
    }

    #[function(signature = "(data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        last: Option<bool>,
    ) -> PyResult<Gc<Tuple>> {
        let last = last.unwrap_or(true);
        let step =
            |input: &[u8], from: usize, out: &mut Vec<u8>| escapes::raw_unicode_escape_step(input, from, last, out);
        Ok(decode_escapes(thread, data, errors, "rawunicodeescape", step)?.0)
    }

    #[function(signature = "(str, errors=None, /)")]
    fn raw_unicode_escape_encode(thread: &Thread, string: Gc<Str>, _errors: Option<Gc<Str>>) -> Gc<Tuple> {
        let bytes = Bytes::new(thread, &escapes::encode_raw_unicode_escape(string.as_bytes(thread)));
        pair(thread, bytes, string.code_point_count())
    }

    #[function(signature = "(data, errors=None, /)")]
    fn escape_decode(thread: &Thread, data: Value, errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        let errors = name(thread, errors)?;
        let input = text_or_bytes(thread, data)?;
        let errors = errors.as_deref().unwrap_or("strict");
        let bad_hex: Option<&[u8]> = match errors {
            "replace" => Some(b"?"),
            "ignore" => Some(b""),
            _ => None,
        };
        let decoded = unescape_bytes(thread, input.as_slice(), errors, bad_hex)?;
        Ok(pair(thread, decoded, input.len()))
    }

    #[function(signature = "(data, errors=None, /)")]
    fn escape_encode(thread: &Thread, data: Gc<Bytes>, _errors: Option<Gc<Str>>) -> Gc<Tuple> {
        pair(thread, Bytes::new(thread, &escapes::encode_bytes(data.as_slice())), data.len())
    }

    #[function(signature = "(data, errors=None, /)")]
    fn readbuffer_encode(thread: &Thread, data: Value, _errors: Option<Gc<Str>>) -> PyResult<Gc<Tuple>> {
        let bytes = match data.cast::<Str>() {
            Some(string) => encoding::encode_known(thread, string, Known::Utf8, None)?,
            None => Bytes::new(thread, &buffer::to_vec(thread, data)?),
        };
        Ok(pair(thread, bytes, bytes.len()))
    }

    #[function(signature = "(data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        thread: &Thread,
        data: Value,
        errors: Option<Gc<Str>>,
        mapping: Option<Value>,
    ) -> PyResult<Gc<Tuple>> {
        let Some(mapping) = mapping else { return decode(thread, data, errors, true, Known::Latin1) };
        let (errors, input) = (name(thread, errors)?, encoding::stable_bytes(thread, data)?);
        let text = charmap::decode(thread, input, errors.as_deref(), mapping)?;
        Ok(pair(thread, text, input.len()))
    }

    #[function(signature = "(str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        thread: &Thread,
        string: Gc<Str>,
        errors: Option<Gc<Str>>,
        mapping: Option<Value>,
    ) -> PyResult<Gc<Tuple>> {
        let Some(mapping) = mapping else { return encode(thread, string, errors, Known::Latin1) };
        let errors = name(thread, errors)?;
        let bytes = charmap::encode(thread, string, errors.as_deref(), mapping)?;
        Ok(pair(thread, bytes, string.code_point_count()))
    }

    #[function]
    fn charmap_build(thread: &Thread, map: Gc<Str>) -> PyResult<Value> {
        charmap::build(thread, map)
    }

    /// Puts the builtin error handlers into the registry.
    #[init]
    fn init(thread: &Thread, _module: Gc<Module>) -> PyResult<()> {
        handlers::register(thread)
    }
}

/// `(text, consumed, byte order)` of the `ex_decode` functions.
fn extended(thread: &Thread, text: &[u8], consumed: usize, order: Option<ByteOrder>) -> PyResult<Gc<Tuple>> {
    let text = Str::from_wtf8_bytes_unchecked(thread, text);
    let order = Value::small_wrapping(byte_order_number(order));
    Ok(Tuple::new(thread, &[text.value(), Value::small_wrapping(consumed as i64), order]))
}
