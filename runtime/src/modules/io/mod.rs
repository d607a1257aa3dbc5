//! `_io` in the making: the standard streams.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::io::Write;
use taipan_macros::py_class;

/// A standard stream.
pub struct StandardStream(i64);

impl PayloadData for StandardStream {
    fn trace(&self, _: &mut Tracer) {}
}

#[py_class(name = "TextIOWrapper", module = "_io", payload, dict, no_instances)]
impl StandardStream {
    #[method]
    fn write(this: Gc<Payload<StandardStream>>, thread: &Thread, text: Gc<Str>) -> usize {
        let bytes = text.as_bytes(thread);
        let _ = if this.data.0 == 2 { std::io::stderr().write_all(bytes) } else { std::io::stdout().write_all(bytes) };
        text.len(thread)
    }
    #[method]
    fn flush(this: Gc<Payload<StandardStream>>) {
        let _ = (this, std::io::stdout().flush());
    }
}

/// The stream of a descriptor.
pub fn standard_stream(thread: &Thread, descriptor: i64) -> PyResult<Value> {
    Ok(Payload::new(thread, Type::of_spec(thread, <StandardStream as PyClass>::SPEC), StandardStream(descriptor)).value())
}

/// Text streams.
pub mod text {
    use super::*;

    /// Writes without a Python call where that is possible.
    pub fn write_directly(thread: &Thread, file: Value, text: Gc<Str>) -> PyResult<bool> {
        match Payload::<StandardStream>::cast(file) {
            Some(stream) => {
                StandardStream::write(stream, thread, text);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Source text of a file: UTF-8, newlines made `\n`.
    pub fn decode_source(thread: &Thread, data: &[u8]) -> PyResult<Gc<Str>> {
        match std::str::from_utf8(data) {
            Ok(text) => Ok(Str::new(thread, &text.replace("\r\n", "\n"))),
            Err(_) => Err(thread.raise_plain_syntax_error("source is not UTF-8")),
        }
    }
}
