//! The builtin error handlers as Python functions, for programs that call them or delegate to them.
//!
//! What lives here: one function per handler, on exception objects. What must not: what the handlers do to a
//! fault (`text/codecs/handlers.rs`). Start at [`register`].

use crate::dispatch::text::codecs as encoding;
use crate::error::PyResult;
use crate::text::codecs::handlers::Builtin;
use crate::text::codecs::{DecodeFault, EncodeFault, Replacement};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::exception::{Exception, field};
use crate::types::int;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_macros::py_module;

/// Enters the functions below in the registry.
pub fn register(thread: &Thread) -> PyResult<()> {
    let functions = Module::from_spec(thread, &functions::MODULE)?;
    let names = [
        ("strict", "strict_errors"),
        ("ignore", "ignore_errors"),
        ("replace", "replace_errors"),
        ("backslashreplace", "backslashreplace_errors"),
        ("xmlcharrefreplace", "xmlcharrefreplace_errors"),
        ("namereplace", "namereplace_errors"),
        ("surrogateescape", "surrogateescape"),
        ("surrogatepass", "surrogatepass"),
    ];
    let registry = encoding::registry(thread).errors;
    for (name, function) in names {
        if let Some(function) = functions.get(thread, function) {
            let key = Str::new(thread, name).value();
            registry.set_default(thread, key, function)?;
        }
    }
    Ok(())
}

/// `(replacement, position)`.
fn answer(thread: &Thread, replacement: Value, position: usize) -> Value {
    Tuple::new(thread, &[replacement, Value::small_wrapping(position as i64)]).value()
}

/// What the handler makes of an exception object.
fn recover(thread: &Thread, exception: Value, handler: Builtin) -> PyResult<Value> {
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(exception);
    let unknown = || {
        let name = class.name_string();
        Err(thread.raise_type_error(format!("don't know how to handle {name} in error callback")))
    };
    let Some(object) = exception.cast::<Exception>() else { return unknown() };
    let is_encode = class.is_subclass_of(exceptions.unicode_encode_error);
    let is_decode = class.is_subclass_of(exceptions.unicode_decode_error);
    let is_translate = class.is_subclass_of(exceptions.unicode_translate_error);
    // The object and range stand in the same fields in all three.
    let text = object.field(field::SECOND);
    let index = |which: usize| object.field(which).and_then(int::to_i64).unwrap_or(0);
    let clip = |length: usize| {
        let start = usize::try_from(index(field::THIRD)).unwrap_or(0).min(length.saturating_sub(1));
        let end = usize::try_from(index(field::FOURTH))
            .unwrap_or(0)
            .clamp(start.min(length), length)
            .max((start + 1).min(length));
        start..end
    };
    if is_decode {
        let Some(bytes) = text.and_then(|bytes| bytes.cast::<Bytes>()) else { return unknown() };
        if matches!(handler, Builtin::XmlCharRefReplace | Builtin::NameReplace) {
            return unknown();
        }
        let encoding = object
            .field(field::FIRST)
            .and_then(|e| e.cast::<Str>())
            .map(|e| e.to_string_lossy(thread))
            .unwrap_or_default();
        let fault = DecodeFault { encoding: static_name(&encoding), range: clip(bytes.len()), reason: "" };
        let mut out = Vec::new();
        return match handler.recover_decode(bytes.as_slice(), &fault, &mut out) {
            Some(position) => Ok(answer(thread, Str::from_wtf8_bytes_unchecked(thread, &out).value(), position)),
            None => Err(thread.reraise(exception)),
        };
    }
    if !is_encode && !is_translate {
        return unknown();
    }
    let Some(string) = text.and_then(|text| text.cast::<Str>()) else { return unknown() };
    let range = clip(string.code_point_count());
    if is_translate {
        match handler {
            Builtin::Replace => {
                let replacement = "\u{fffd}".repeat(range.len());
                return Ok(answer(thread, Str::new(thread, &replacement).value(), range.end));
            }
            Builtin::Ignore | Builtin::BackslashReplace => {}
            Builtin::Strict
            | Builtin::XmlCharRefReplace
            | Builtin::NameReplace
            | Builtin::SurrogateEscape
            | Builtin::SurrogatePass => {
                return unknown();
            }
        }
    }
    let encoding =
        object.field(field::FIRST).and_then(|e| e.cast::<Str>()).map(|e| e.to_string_lossy(thread)).unwrap_or_default();
    let bytes = Str::offset_of(string, thread, range.start)..Str::offset_of(string, thread, range.end);
    let fault = EncodeFault { encoding: static_name(&encoding), range: range.clone(), bytes, reason: "" };
    match handler.recover_encode(string.as_bytes(thread), &fault) {
        Some(Replacement::Text(text)) => {
            Ok(answer(thread, Str::from_wtf8_bytes_unchecked(thread, &text).value(), range.end))
        }
        Some(Replacement::Bytes(bytes)) => Ok(answer(thread, Bytes::new(thread, &bytes).value(), range.end)),
        None => Err(thread.reraise(exception)),
    }
}

/// The encodings `surrogatepass` tells apart, as the names that faults carry.
fn static_name(encoding: &str) -> &'static str {
    let normal = encoding.to_ascii_lowercase().replace('_', "-");
    let names = ["utf-8", "utf-16-le", "utf-16-be", "utf-16", "utf-32-le", "utf-32-be", "utf-32"];
    match names.into_iter().find(|name| *name == normal || name.replacen('-', "", 1) == normal) {
        Some(name) => name,
        None if normal == "cp65001" => "utf-8",
        None => "",
    }
}

#[py_module(name = "_codecs")]
pub mod functions {
    use super::*;

    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    #[function]
    fn strict_errors(thread: &Thread, exception: Value) -> PyResult<Value> {
        match exception.cast::<Exception>() {
            Some(_) => Err(thread.reraise(exception)),
            None => Err(thread.raise_type_error("codec must pass exception instance")),
        }
    }

    /// Implements the 'ignore' error handling, which ignores malformed data and continues.
    #[function]
    fn ignore_errors(thread: &Thread, exception: Value) -> PyResult<Value> {
        recover(thread, exception, Builtin::Ignore)
    }

    /// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
    #[function]
    fn replace_errors(thread: &Thread, exception: Value) -> PyResult<Value> {
        recover(thread, exception, Builtin::Replace)
    }

    /// Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.
    #[function]
    fn xmlcharrefreplace_errors(thread: &Thread, exception: Value) -> PyResult<Value> {
        recover(thread, exception, Builtin::XmlCharRefReplace)
    }

    /// Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.
    #[function]
    fn backslashreplace_errors(thread: &Thread, exception: Value) -> PyResult<Value> {
        recover(thread, exception, Builtin::BackslashReplace)
    }

    /// Implements the 'namereplace' error handling, which replaces an unencodable character with a \N{...} escape sequence.
    #[function]
    fn namereplace_errors(thread: &Thread, exception: Value) -> PyResult<Value> {
        recover(thread, exception, Builtin::NameReplace)
    }

    #[function]
    fn surrogateescape(thread: &Thread, exception: Value) -> PyResult<Value> {
        recover(thread, exception, Builtin::SurrogateEscape)
    }

    #[function]
    fn surrogatepass(thread: &Thread, exception: Value) -> PyResult<Value> {
        recover(thread, exception, Builtin::SurrogatePass)
    }
}
