//! `BufferedRWPair`: two raw files as one object that reads from the first and writes to the second.
//!
//! What lives here: the class, which forwards to a reader and a writer. What must not: buffering (`mod.rs`). Start at
//! [`BufferedPair`].

use super::super::base::BufferedIoBase;
use super::{Buffered, Direction};
use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{call_method, get};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::{py_class, py_methods};

/// Two raw files as one object that reads from the first and writes to the second.
pub struct BufferedPair {
    reader: Slot,
    writer: Slot,
}

impl PayloadData for BufferedPair {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.reader);
        tracer.slot(&self.writer);
    }
}

fn half(thread: &Thread, slot: &Slot) -> PyResult<Value> {
    match slot.get() {
        Some(half) => Ok(half),
        None => Err(thread.raise_value_error("I/O operation on uninitialized object")),
    }
}

macro_rules! forward {
    ($($name:literal, $function:ident, $half:ident;)*) => {
        mod forwarding {
            use super::*;

            pub struct Forwarding;

            #[py_methods(class = "BufferedRWPair", module = "_io")]
            impl Forwarding {
                $(
                    #[method(name = $name, signature = "(self, /, *args)")]
                    fn $function(this: Gc<Payload<BufferedPair>>, thread: &Thread, args: &[Value]) -> PyResult<Value> {
                        call_method(thread, half(thread, &this.data.$half)?, $name, args)
                    }
                )*
            }
        }
    };
}
forward! {
    "read", read, reader;
    "read1", read1, reader;
    "peek", peek, reader;
    "readinto", readinto, reader;
    "readinto1", readinto1, reader;
    "readable", readable, reader;
    "write", write, writer;
    "flush", flush, writer;
    "writable", writable, writer;
}

/// A buffered reader and writer object together.
///
/// A buffered reader object and buffered writer object put together to
/// form a sequential IO object that can read and write. This is typically
/// used with a socket or two-way pipe.
///
/// reader and writer are RawIOBase objects that are readable and
/// writeable respectively. If the buffer_size is omitted it defaults to
/// DEFAULT_BUFFER_SIZE.
#[py_class(
    name = "BufferedRWPair", module = "_io", base = BufferedIoBase, signature = "(reader, writer, buffer_size=131072, /)",
    subclassable, dict, mutable, payload, extend = [forwarding::METHODS]
)]
impl BufferedPair {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> Gc<Payload<BufferedPair>> {
        let _ = (args, keywords);
        Payload::new(thread, class, BufferedPair { reader: Slot::empty(), writer: Slot::empty() })
    }

    #[method(signature = "(self, reader, writer, buffer_size=131072, /)")]
    fn __init__(
        this: Gc<Payload<BufferedPair>>,
        thread: &Thread,
        reader: Value,
        writer: Value,
        buffer_size: Option<i64>,
    ) -> PyResult<()> {
        let size = match usize::try_from(buffer_size.unwrap_or(super::super::DEFAULT_BUFFER_SIZE as i64)) {
            Ok(size @ 1..) => size,
            _ => return Err(thread.raise_value_error("buffer size must be strictly positive")),
        };
        let reader = Buffered::make(thread, Direction::Reader, reader, size)?;
        this.store(thread, &this.data.reader, reader.value());
        let writer = Buffered::make(thread, Direction::Writer, writer, size)?;
        this.store(thread, &this.data.writer, writer.value());
        Ok(())
    }

    #[method]
    fn close(this: Gc<Payload<BufferedPair>>, thread: &Thread) -> PyResult<()> {
        let first = call_method(thread, half(thread, &this.data.writer)?, "close", &[]);
        let pending = match first {
            Ok(_) => None,
            Err(raised) => Some(thread.take_exception(raised)),
        };
        call_method(thread, half(thread, &this.data.reader)?, "close", &[])?;
        match pending {
            Some(exception) => Err(thread.reraise(exception)),
            None => Ok(()),
        }
    }

    #[method]
    fn isatty(this: Gc<Payload<BufferedPair>>, thread: &Thread) -> PyResult<bool> {
        let writer = call_method(thread, half(thread, &this.data.writer)?, "isatty", &[])?;
        if dispatch::truth::truth(thread, writer)? {
            return Ok(true);
        }
        let reader = call_method(thread, half(thread, &this.data.reader)?, "isatty", &[])?;
        dispatch::truth::truth(thread, reader)
    }

    #[getter]
    fn closed(this: Gc<Payload<BufferedPair>>, thread: &Thread) -> PyResult<Value> {
        match this.data.writer.get() {
            Some(writer) => get(thread, writer, "closed"),
            None => Err(thread.raise_runtime_error("the BufferedRWPair object is being garbage-collected")),
        }
    }
}
