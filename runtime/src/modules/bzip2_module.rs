//! `_bz2`: the compressor and the decompressor behind the module `bz2`.
//!
//! What lives here: the two classes. What must not: the algorithm, which is a crate.

use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use std::cell::{Cell, RefCell};
use taipan_macros::{py_class, py_module};

/// How much room for output is made at a time.
const STEP: usize = 32 << 10;
/// The library's default for how hard repetitive data is tried.
const WORK_FACTOR: u32 = 0;

#[cold]
fn raise(thread: &Thread, error: Error) -> Raised {
    match error {
        Error::Param => thread.raise_value_error("Internal error - invalid parameters passed to libbzip2"),
        Error::Data | Error::DataMagic => thread.raise_plain_os_error("Invalid data stream"),
        Error::Sequence => thread.raise_runtime_error("Internal error - Invalid sequence of commands sent to libbzip2"),
    }
}

/// A stream being compressed.
pub struct Compressor {
    stream: RefCell<Compress>,
    flushed: Cell<bool>,
}

impl PayloadData for Compressor {
    fn trace(&self, _: &mut Tracer) {}
}

impl Compressor {
    /// Feeds all of `input`, and goes on as long as `action` has something to give.
    fn run(&self, thread: &Thread, input: &[u8], action: Action) -> PyResult<Gc<Bytes>> {
        let mut stream = self.stream.borrow_mut();
        let (mut rest, mut out) = (input, Vec::new());
        loop {
            out.reserve(STEP);
            let before = stream.total_in();
            let status = stream.compress_vec(rest, &mut out, action).map_err(|error| raise(thread, error))?;
            rest = &rest[(stream.total_in() - before) as usize..];
            let done = match action {
                Action::Run => rest.is_empty(),
                Action::Flush | Action::Finish => matches!(status, Status::StreamEnd),
            };
            if done {
                return Ok(Bytes::new(thread, &out));
            }
        }
    }
}

/// Create a compressor object for compressing data incrementally.
///
///   compresslevel
///     Compression level, as a number between 1 and 9.
///
/// For one-shot compression, use the compress() function instead.
#[py_class(name = "BZ2Compressor", module = "_bz2", signature = "(compresslevel=9, /)", payload, subclassable)]
impl Compressor {
    #[new(signature = "(cls, compresslevel=9, /)")]
    fn new(class: Gc<Type>, thread: &Thread, compresslevel: Option<i64>) -> PyResult<Gc<Payload<Compressor>>> {
        let level = match compresslevel.unwrap_or(9) {
            level @ 1..=9 => level as u32,
            _ => return Err(thread.raise_value_error("compresslevel must be between 1 and 9")),
        };
        let stream = Compress::new(Compression::new(level), WORK_FACTOR);
        let data = Compressor { stream: RefCell::new(stream), flushed: Cell::new(false) };
        Ok(Payload::new(thread, class, data))
    }

    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(signature = "(self, data, /)")]
    fn compress(this: Gc<Payload<Compressor>>, thread: &Thread, data: Value) -> PyResult<Gc<Bytes>> {
        let input = buffer::to_vec(thread, data)?;
        if this.data.flushed.get() {
            return Err(thread.raise_value_error("Compressor has been flushed"));
        }
        this.data.run(thread, &input, Action::Run)
    }

    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[method(signature = "(self, /)")]
    fn flush(this: Gc<Payload<Compressor>>, thread: &Thread) -> PyResult<Gc<Bytes>> {
        if this.data.flushed.replace(true) {
            return Err(thread.raise_value_error("Repeated call to flush()"));
        }
        this.data.run(thread, b"", Action::Finish)
    }
}

/// A stream being decompressed.
pub struct Decompressor {
    stream: RefCell<Decompress>,
    ended: Cell<bool>,
    /// Input that waits for room in the output.
    waiting: RefCell<Vec<u8>>,
    /// The library may have more output without more input.
    holds_output: Cell<bool>,
    /// What came after the end of the stream.
    unused: GcSlot<Bytes>,
}

impl PayloadData for Decompressor {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.unused);
    }
}

/// Create a decompressor object for decompressing data incrementally.
///
/// For one-shot decompression, use the decompress() function instead.
#[py_class(name = "BZ2Decompressor", module = "_bz2", signature = "()", payload, subclassable)]
impl Decompressor {
    #[new(signature = "(cls)")]
    fn new(class: Gc<Type>, thread: &Thread) -> Gc<Payload<Decompressor>> {
        let data = Decompressor {
            stream: RefCell::new(Decompress::new(false)),
            ended: Cell::new(false),
            waiting: RefCell::default(),
            holds_output: Cell::new(false),
            unused: GcSlot::new(Bytes::new(thread, b"")),
        };
        Payload::new(thread, class, data)
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either because this
    /// was less than *max_length* bytes, or because *max_length* was negative),
    /// *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached raises an
    /// EOFError.  Any data found after the end of the stream is ignored and saved in
    /// the unused_data attribute.
    #[method(signature = "(self, /, data, max_length=-1)", style = "keywords")]
    fn decompress(
        this: Gc<Payload<Decompressor>>,
        thread: &Thread,
        data: Value,
        max_length: Option<i64>,
    ) -> PyResult<Gc<Bytes>> {
        let mut given = buffer::to_vec(thread, data)?;
        if this.data.ended.get() {
            return Err(thread.raise_eof_error("End of stream already reached"));
        }
        let limit = usize::try_from(max_length.unwrap_or(-1)).unwrap_or(usize::MAX);
        let mut input = this.data.waiting.take();
        input.append(&mut given);
        let mut stream = this.data.stream.borrow_mut();
        let (mut used, mut out) = (0, Vec::new());
        while out.len() < limit {
            let room = STEP.min(limit - out.len());
            let mut step = Vec::with_capacity(room);
            let (before, made) = (stream.total_in(), stream.total_out());
            // The capacity of a vector may be more than was asked for: what is written beyond is cut by the room.
            step.resize(room, 0);
            let status = stream.decompress(&input[used..], &mut step).map_err(|error| raise(thread, error))?;
            used += (stream.total_in() - before) as usize;
            let written = (stream.total_out() - made) as usize;
            out.extend_from_slice(&step[..written]);
            if matches!(status, Status::StreamEnd) {
                this.data.ended.set(true);
                break;
            }
            this.data.holds_output.set(written == room);
            if written < room && used == input.len() {
                break;
            }
        }
        let rest = &input[used..];
        if this.data.ended.get() {
            this.data.unused.init(Some(Bytes::new(thread, rest)));
            thread.write_barrier(this.header());
        } else {
            this.data.waiting.replace(rest.to_vec());
        }
        Ok(Bytes::new(thread, &out))
    }

    /// True if the end-of-stream marker has been reached.
    #[getter(member)]
    fn eof(this: Gc<Payload<Decompressor>>) -> bool {
        this.data.ended.get()
    }

    /// Data found after the end of the compressed stream.
    #[getter(member)]
    fn unused_data(this: Gc<Payload<Decompressor>>) -> Option<Gc<Bytes>> {
        this.data.unused.get()
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[getter(member)]
    fn needs_input(this: Gc<Payload<Decompressor>>) -> bool {
        !this.data.ended.get() && this.data.waiting.borrow().is_empty() && !this.data.holds_output.get()
    }
}

/// The compressor and the decompressor of the module bz2.
#[py_module(name = "_bz2")]
pub mod bz2 {
    #[class]
    use super::Compressor;
    #[class]
    use super::Decompressor;
}
