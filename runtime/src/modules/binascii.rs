//! `binascii`: bytes as ASCII text.
//!
//! What lives here: the module's functions. What must not: the encodings (`text/binary`).

use crate::error::{PyResult, Raised};
use crate::modules::support;
use crate::object::Gc;
use crate::text::binary::crc::crc_hqx as binhex_crc;
use crate::text::binary::quoted_printable::{self, Options};
use crate::text::binary::{base64, crc, hex_digit, uu};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::types::{buffer, byte_methods, int};
use crate::value::Value;
use taipan_macros::py_module;

/// `binascii.Error`.
fn error_class(thread: &Thread) -> Gc<Type> {
    support::exception_class(thread, "binascii", "Error", thread.vm().exceptions.value_error)
}

#[cold]
fn error(thread: &Thread, message: &str) -> Raised {
    thread.raise_message(error_class(thread), message)
}

/// Runs `f` on encoded data: bytes, or a string of ASCII characters.
fn with_ascii<R>(thread: &Thread, data: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    if let Some(text) = data.cast::<Str>() {
        if !text.is_ascii() {
            return Err(thread.raise_value_error("string argument should contain only ASCII characters"));
        }
        return Ok(f(text.as_bytes(thread)));
    }
    match buffer::try_with_bytes(thread, data, f)? {
        Some(result) => Ok(result),
        None => {
            let name = thread.type_name(data);
            Err(thread.raise_type_error(format!("argument should be bytes, buffer or ASCII string, not '{name}'")))
        }
    }
}

/// The low 32 bits of a checksum argument.
fn checksum(thread: &Thread, value: Option<Value>) -> PyResult<u32> {
    let Some(value) = value else { return Ok(0) };
    let number = crate::dispatch::number::index(thread, value)?;
    Ok(int::as_int(number).map_or(0, |number| number.low_word() as u32))
}

fn hex(thread: &Thread, data: Value, sep: Option<Value>, bytes_per_sep: Option<i32>) -> PyResult<Gc<Bytes>> {
    let digits = buffer::with_bytes(thread, data, |bytes| byte_methods::hex(thread, bytes, sep, bytes_per_sep))??;
    Ok(Bytes::new(thread, digits.as_bytes(thread)))
}

fn unhex(thread: &Thread, data: Value) -> PyResult<Gc<Bytes>> {
    let decoded = with_ascii(thread, data, |digits| {
        if digits.len() % 2 != 0 {
            return Err("Odd-length string");
        }
        let (pairs, _) = digits.as_chunks::<2>();
        let byte = |&[high, low]: &[u8; 2]| Some(hex_digit(high)? << 4 | hex_digit(low)?);
        pairs.iter().map(byte).collect::<Option<Vec<u8>>>().ok_or("Non-hexadecimal digit found")
    })?;
    match decoded {
        Ok(bytes) => Ok(Bytes::new(thread, &bytes)),
        Err(message) => Err(error(thread, message)),
    }
}

/// Conversion between binary data and ASCII
#[py_module(name = "binascii")]
pub mod binascii {
    use super::*;

    /// Decode a line of uuencoded data.
    #[function]
    fn a2b_uu(thread: &Thread, data: Value) -> PyResult<Gc<Bytes>> {
        match with_ascii(thread, data, uu::decode)? {
            Ok(bytes) => Ok(Bytes::new(thread, &bytes)),
            Err(message) => Err(error(thread, message)),
        }
    }

    /// Uuencode line of data.
    #[function(signature = "(data, /, *, backtick=False)")]
    fn b2a_uu(thread: &Thread, data: Value, backtick: Option<bool>) -> PyResult<Gc<Bytes>> {
        let line = buffer::with_bytes(thread, data, |bytes| {
            (bytes.len() <= uu::LINE_BYTES).then(|| uu::encode(bytes, backtick.unwrap_or(false)))
        })?;
        match line {
            Some(line) => Ok(Bytes::new(thread, &line)),
            None => Err(error(thread, "At most 45 bytes at once")),
        }
    }

    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not in the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[function(signature = "(data, /, *, strict_mode=False)")]
    fn a2b_base64(thread: &Thread, data: Value, strict_mode: Option<bool>) -> PyResult<Gc<Bytes>> {
        match with_ascii(thread, data, |digits| base64::decode(digits, strict_mode.unwrap_or(false)))? {
            Ok(bytes) => Ok(Bytes::new(thread, &bytes)),
            Err(message) => Err(error(thread, &message)),
        }
    }

    /// Base64-code line of data.
    #[function(signature = "(data, /, *, newline=True)")]
    fn b2a_base64(thread: &Thread, data: Value, newline: Option<bool>) -> PyResult<Gc<Bytes>> {
        let mut digits = buffer::with_bytes(thread, data, base64::encode)?;
        if newline.unwrap_or(true) {
            digits.push(b'\n');
        }
        Ok(Bytes::new(thread, &digits))
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    #[function(signature = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(thread: &Thread, data: Value, sep: Option<Value>, bytes_per_sep: Option<i32>) -> PyResult<Gc<Bytes>> {
        hex(thread, data, sep, bytes_per_sep)
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[function(signature = "(data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(thread: &Thread, data: Value, sep: Option<Value>, bytes_per_sep: Option<i32>) -> PyResult<Gc<Bytes>> {
        hex(thread, data, sep, bytes_per_sep)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[function]
    fn a2b_hex(thread: &Thread, hexstr: Value) -> PyResult<Gc<Bytes>> {
        unhex(thread, hexstr)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[function]
    fn unhexlify(thread: &Thread, hexstr: Value) -> PyResult<Gc<Bytes>> {
        unhex(thread, hexstr)
    }

    /// Decode a string of qp-encoded data.
    #[function(signature = "(data, header=False)")]
    fn a2b_qp(thread: &Thread, data: Value, header: Option<bool>) -> PyResult<Gc<Bytes>> {
        let bytes = with_ascii(thread, data, |text| quoted_printable::decode(text, header.unwrap_or(false)))?;
        Ok(Bytes::new(thread, &bytes))
    }

    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[function(signature = "(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        thread: &Thread,
        data: Value,
        quotetabs: Option<bool>,
        istext: Option<bool>,
        header: Option<bool>,
    ) -> PyResult<Gc<Bytes>> {
        let options = Options {
            quote_tabs: quotetabs.unwrap_or(false),
            is_text: istext.unwrap_or(true),
            header: header.unwrap_or(false),
        };
        let text = buffer::with_bytes(thread, data, |bytes| quoted_printable::encode(bytes, options))?;
        Ok(Bytes::new(thread, &text))
    }

    /// Compute CRC-32 incrementally.
    #[function(signature = "(data, crc=0, /)")]
    fn crc32(thread: &Thread, data: Value, start: Option<Value>) -> PyResult<u32> {
        let start = checksum(thread, start)?;
        buffer::with_bytes(thread, data, |bytes| crc::crc32(bytes, start))
    }

    /// Compute CRC-CCITT incrementally.
    #[function]
    fn crc_hqx(thread: &Thread, data: Value, crc: Value) -> PyResult<u32> {
        let start = checksum(thread, Some(crc))? as u16;
        buffer::with_bytes(thread, data, |bytes| u32::from(binhex_crc(bytes, start)))
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "Error", error_class(thread).value());
        let incomplete = support::exception_class(thread, "binascii", "Incomplete", thread.vm().exceptions.exception);
        module.set(thread, "Incomplete", incomplete.value());
        Ok(())
    }
}
