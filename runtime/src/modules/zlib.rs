//! `zlib`: deflate compression.
//!
//! What lives here: the functions and the stream objects. What must not: the algorithm (the crate `flate2`).
//! Start at [`inflate`].

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::exception_class;
use crate::object::{Gc, GcSlot};
use crate::text::binary::crc;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::types::{buffer, int};
use crate::value::Value;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::cell::{Cell, RefCell};
use taipan_macros::{py_class, py_module};

/// Bytes that one step makes at most.
const STEP: usize = 16 * 1024;

/// `zlib.error`.
fn error_class(thread: &Thread) -> Gc<Type> {
    exception_class(thread, "zlib", "error", thread.vm().exceptions.exception)
}

#[cold]
fn error(thread: &Thread, message: impl AsRef<str>) -> Raised {
    thread.raise_message(error_class(thread), message.as_ref())
}

/// The format that `wbits` asks for.
fn compressor(thread: &Thread, level: i64, wbits: i64) -> PyResult<Compress> {
    let level = match level {
        -1 => Compression::default(),
        0..=9 => Compression::new(level as u32),
        _ => return Err(error(thread, "Bad compression level")),
    };
    // A window of 2**8 bytes is made one of 2**9, as zlib makes it.
    let bits = |bits: i64| bits.max(9) as u8;
    match wbits {
        8..=15 => Ok(Compress::new_with_window_bits(level, true, bits(wbits))),
        -15..=-8 => Ok(Compress::new_with_window_bits(level, false, bits(-wbits))),
        24..=31 => Ok(Compress::new_gzip(level, bits(wbits - 16))),
        _ => Err(thread.raise_value_error("Invalid initialization option")),
    }
}

/// As [`compressor`]; the formats that tell by their header are told apart when the first bytes are there.
fn decompressor(thread: &Thread, wbits: i64, input: &[u8]) -> PyResult<Decompress> {
    let bits = |bits: i64| bits.max(9) as u8;
    match wbits {
        0 => Ok(Decompress::new_with_window_bits(true, 15)),
        8..=15 => Ok(Decompress::new_with_window_bits(true, bits(wbits))),
        -15..=-8 => Ok(Decompress::new_with_window_bits(false, bits(-wbits))),
        24..=31 => Ok(Decompress::new_gzip(bits(wbits - 16))),
        40..=47 if input.first() == Some(&0x1f) => Ok(Decompress::new_gzip(bits(wbits - 32))),
        40..=47 => Ok(Decompress::new_with_window_bits(true, bits(wbits - 32))),
        _ => Err(thread.raise_value_error("Invalid initialization option")),
    }
}

/// What a step of decompression gave.
struct Inflated {
    output: Vec<u8>,
    consumed: usize,
    ended: bool,
}

/// Decompresses `input`, at most `limit` bytes of output.
fn inflate(
    thread: &Thread,
    stream: &mut Decompress,
    input: &[u8],
    limit: usize,
    dictionary: Option<&[u8]>,
) -> PyResult<Inflated> {
    let (mut output, mut consumed) = (Vec::new(), 0);
    let mut buffer = vec![0; STEP.min(limit.max(1))];
    loop {
        let room = buffer.len().min(limit - output.len());
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let status = stream.decompress(&input[consumed..], &mut buffer[..room], FlushDecompress::Sync);
        let made = (stream.total_out() - before_out) as usize;
        let taken = (stream.total_in() - before_in) as usize;
        consumed += taken;
        output.extend_from_slice(&buffer[..made]);
        match status {
            Ok(Status::StreamEnd) => return Ok(Inflated { output, consumed, ended: true }),
            Ok(Status::Ok | Status::BufError) => {}
            Err(problem) if problem.needs_dictionary().is_some() => {
                let Some(dictionary) = dictionary else {
                    return Err(error(thread, "Error 2 while decompressing data"));
                };
                if stream.set_dictionary(dictionary).is_err() {
                    return Err(error(thread, "Error -3 while setting zdict"));
                }
                continue;
            }
            Err(problem) => {
                let detail = problem.message().map(|text| format!(": {text}")).unwrap_or_default();
                return Err(error(thread, format!("Error -3 while decompressing data{detail}")));
            }
        }
        if output.len() >= limit || (made < room && consumed >= input.len()) || (made == 0 && taken == 0) {
            return Ok(Inflated { output, consumed, ended: false });
        }
    }
}

fn deflate(thread: &Thread, stream: &mut Compress, input: &[u8], flush: FlushCompress) -> PyResult<Vec<u8>> {
    let (mut output, mut consumed) = (Vec::new(), 0);
    let mut buffer = vec![0; STEP];
    loop {
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let status = stream.compress(&input[consumed..], &mut buffer, flush);
        consumed += (stream.total_in() - before_in) as usize;
        let made = (stream.total_out() - before_out) as usize;
        output.extend_from_slice(&buffer[..made]);
        match status {
            Ok(Status::StreamEnd) => return Ok(output),
            Ok(Status::Ok | Status::BufError) if made == buffer.len() || consumed < input.len() => {}
            Ok(Status::Ok | Status::BufError) => return Ok(output),
            Err(problem) => return Err(error(thread, format!("Error -2 while compressing data: {problem}"))),
        }
    }
}

fn flush_mode(thread: &Thread, mode: i64) -> PyResult<Option<FlushCompress>> {
    match mode {
        0 => Ok(None),
        1 => Ok(Some(FlushCompress::Partial)),
        2 => Ok(Some(FlushCompress::Sync)),
        3 => Ok(Some(FlushCompress::Full)),
        4 => Ok(Some(FlushCompress::Finish)),
        _ => Err(error(thread, "Error -2 while flushing: inconsistent stream state")),
    }
}

/// A stream being compressed.
pub struct Compressor {
    stream: RefCell<Compress>,
}

impl PayloadData for Compressor {
    fn trace(&self, _: &mut Tracer) {}
}

#[py_class(name = "Compress", module = "zlib", payload, no_instances)]
impl Compressor {
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method]
    fn compress(this: Gc<Payload<Compressor>>, thread: &Thread, data: Value) -> PyResult<Gc<Bytes>> {
        let data = buffer::to_vec(thread, data)?;
        let output = deflate(thread, &mut this.data.stream.borrow_mut(), &data, FlushCompress::None)?;
        Ok(Bytes::new(thread, &output))
    }

    /// Return a bytes object containing any remaining compressed data.
    #[method(signature = "(self, mode=4, /)")]
    fn flush(this: Gc<Payload<Compressor>>, thread: &Thread, mode: Option<i64>) -> PyResult<Gc<Bytes>> {
        let Some(mode) = flush_mode(thread, mode.unwrap_or(4))? else { return Ok(Bytes::new(thread, b"")) };
        let output = deflate(thread, &mut this.data.stream.borrow_mut(), b"", mode)?;
        Ok(Bytes::new(thread, &output))
    }
}

/// A stream being decompressed.
pub struct Decompressor {
    stream: RefCell<Option<Decompress>>,
    wbits: i64,
    dictionary: Option<Vec<u8>>,
    /// Bytes behind the end of the stream.
    unused: GcSlot<Bytes>,
    /// Bytes that wait because the output was limited.
    waiting: GcSlot<Bytes>,
    ended: Cell<bool>,
}

impl PayloadData for Decompressor {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.unused);
        tracer.gc_slot(&self.waiting);
    }
}

type DecompressObject = Payload<Decompressor>;

impl Decompressor {
    fn make(thread: &Thread, wbits: Option<i64>, zdict: Option<Value>) -> PyResult<Decompressor> {
        let wbits = wbits.unwrap_or(15);
        // Refuses what no stream can be.
        decompressor(thread, wbits, b"")?;
        let empty = Bytes::new(thread, b"");
        Ok(Decompressor {
            stream: RefCell::new(None),
            wbits,
            dictionary: zdict.map(|zdict| buffer::to_vec(thread, zdict)).transpose()?,
            unused: GcSlot::new(empty),
            waiting: GcSlot::new(empty),
            ended: Cell::new(false),
        })
    }

    /// Decompresses `input`; what is left of it goes to `unused` and `waiting`.
    fn run(this: Gc<DecompressObject>, thread: &Thread, input: &[u8], limit: usize) -> PyResult<Vec<u8>> {
        let data = &this.data;
        let keep = |slot: &GcSlot<Bytes>, bytes: &[u8]| this.store_gc(thread, slot, Bytes::new(thread, bytes));
        if data.ended.get() {
            let mut unused = data.unused.get().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default();
            unused.extend_from_slice(input);
            keep(&data.unused, &unused);
            return Ok(Vec::new());
        }
        let mut stream = match data.stream.borrow_mut().take() {
            Some(stream) => stream,
            None if input.is_empty() => return Ok(Vec::new()),
            None => {
                let mut stream = decompressor(thread, data.wbits, input)?;
                if let (Some(dictionary), true) = (&data.dictionary, data.wbits < 0) {
                    let _ = stream.set_dictionary(dictionary);
                }
                stream
            }
        };
        let inflated = inflate(thread, &mut stream, input, limit, data.dictionary.as_deref());
        *data.stream.borrow_mut() = Some(stream);
        let inflated = inflated?;
        let rest = &input[inflated.consumed..];
        data.ended.set(inflated.ended);
        keep(if inflated.ended { &data.unused } else { &data.waiting }, rest);
        if inflated.ended || rest.is_empty() {
            keep(&data.waiting, b"");
        }
        Ok(inflated.output)
    }
}

#[py_class(name = "Decompress", module = "zlib", payload, no_instances)]
impl Decompressor {
    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be stored in
    /// internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(signature = "(self, data, /, max_length=0)")]
    fn decompress(
        this: Gc<DecompressObject>,
        thread: &Thread,
        data: Value,
        max_length: Option<i64>,
    ) -> PyResult<Gc<Bytes>> {
        let limit = match max_length.unwrap_or(0) {
            0 => usize::MAX,
            limit @ 1.. => limit as usize,
            _ => return Err(thread.raise_value_error("max_length must be non-negative")),
        };
        let input = buffer::to_vec(thread, data)?;
        let output = Decompressor::run(this, thread, &input, limit)?;
        Ok(Bytes::new(thread, &output))
    }

    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[method(signature = "(self, length=16384, /)")]
    fn flush(this: Gc<DecompressObject>, thread: &Thread, length: Option<i64>) -> PyResult<Gc<Bytes>> {
        if length.is_some_and(|length| length <= 0) {
            return Err(thread.raise_value_error("length must be greater than zero"));
        }
        let waiting = this.data.waiting.get().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default();
        let output = Decompressor::run(this, thread, &waiting, usize::MAX)?;
        Ok(Bytes::new(thread, &output))
    }

    #[getter(member)]
    fn unused_data(this: Gc<DecompressObject>) -> Option<Gc<Bytes>> {
        this.data.unused.get()
    }

    #[getter(member)]
    fn unconsumed_tail(this: Gc<DecompressObject>) -> Option<Gc<Bytes>> {
        this.data.waiting.get()
    }

    #[getter(member)]
    fn eof(this: Gc<DecompressObject>) -> bool {
        this.data.ended.get()
    }
}

/// A decompressor that keeps its own input, for files.
pub struct FileDecompressor;

/// Create a decompressor object for decompressing data incrementally.
#[py_class(name = "_ZlibDecompressor", module = "zlib", data = Decompressor)]
impl FileDecompressor {
    #[new(signature = "(wbits=15, zdict=b'')")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        wbits: Option<i64>,
        zdict: Option<Value>,
    ) -> PyResult<Gc<DecompressObject>> {
        Ok(Payload::new(thread, class, Decompressor::make(thread, wbits, zdict)?))
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
    #[method(signature = "(self, /, data, max_length=-1)")]
    fn decompress(
        this: Gc<DecompressObject>,
        thread: &Thread,
        data: Value,
        max_length: Option<i64>,
    ) -> PyResult<Gc<Bytes>> {
        if this.data.ended.get() {
            return Err(thread.raise_eof_error("End of stream already reached"));
        }
        let limit = usize::try_from(max_length.unwrap_or(-1)).unwrap_or(usize::MAX);
        let mut input = this.data.waiting.get().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default();
        buffer::with_bytes(thread, data, |bytes| input.extend_from_slice(bytes))?;
        let output = Decompressor::run(this, thread, &input, limit)?;
        Ok(Bytes::new(thread, &output))
    }

    #[getter(member)]
    fn unused_data(this: Gc<DecompressObject>) -> Option<Gc<Bytes>> {
        this.data.unused.get()
    }

    #[getter(member)]
    fn needs_input(this: Gc<DecompressObject>) -> bool {
        !this.data.ended.get() && this.data.waiting.get().is_none_or(|waiting| waiting.as_slice().is_empty())
    }

    #[getter(member)]
    fn eof(this: Gc<DecompressObject>) -> bool {
        this.data.ended.get()
    }
}

/// The low 32 bits of a checksum argument.
fn checksum(thread: &Thread, value: Option<Value>, default: u32) -> PyResult<u32> {
    let Some(value) = value else { return Ok(default) };
    let number = dispatch::number::index(thread, value)?;
    Ok(int::as_int(number).map_or(0, |number| number.low_word() as u32))
}

/// The functions in this module allow compression and decompression using the
/// zlib library, which is based on GNU zip.
#[py_module(name = "zlib")]
pub mod zlib {
    use super::*;
    use crate::native::PyClass;
    use crate::types::module::Module;

    #[class]
    use super::FileDecompressor;

    #[constant]
    const __version__: &str = "1.0";
    #[constant]
    const ZLIB_VERSION: &str = "1.3.1";
    #[constant]
    const ZLIB_RUNTIME_VERSION: &str = "1.3.1";
    #[constant]
    const MAX_WBITS: i64 = 15;
    #[constant]
    const DEFLATED: i64 = 8;
    #[constant]
    const DEF_MEM_LEVEL: i64 = 8;
    #[constant]
    const DEF_BUF_SIZE: i64 = 16 * 1024;
    #[constant]
    const Z_NO_COMPRESSION: i64 = 0;
    #[constant]
    const Z_BEST_SPEED: i64 = 1;
    #[constant]
    const Z_BEST_COMPRESSION: i64 = 9;
    #[constant]
    const Z_DEFAULT_COMPRESSION: i64 = -1;
    #[constant]
    const Z_FILTERED: i64 = 1;
    #[constant]
    const Z_HUFFMAN_ONLY: i64 = 2;
    #[constant]
    const Z_RLE: i64 = 3;
    #[constant]
    const Z_FIXED: i64 = 4;
    #[constant]
    const Z_DEFAULT_STRATEGY: i64 = 0;
    #[constant]
    const Z_NO_FLUSH: i64 = 0;
    #[constant]
    const Z_PARTIAL_FLUSH: i64 = 1;
    #[constant]
    const Z_SYNC_FLUSH: i64 = 2;
    #[constant]
    const Z_FULL_FLUSH: i64 = 3;
    #[constant]
    const Z_FINISH: i64 = 4;
    #[constant]
    const Z_BLOCK: i64 = 5;
    #[constant]
    const Z_TREES: i64 = 6;

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[function(signature = "(data, /, level=-1, wbits=15)")]
    fn compress(thread: &Thread, data: Value, level: Option<i64>, wbits: Option<i64>) -> PyResult<Gc<Bytes>> {
        let data = buffer::to_vec(thread, data)?;
        let mut stream = compressor(thread, level.unwrap_or(-1), wbits.unwrap_or(15))?;
        let output = deflate(thread, &mut stream, &data, FlushCompress::Finish)?;
        Ok(Bytes::new(thread, &output))
    }

    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[function(signature = "(data, /, wbits=15, bufsize=16384)")]
    fn decompress(thread: &Thread, data: Value, wbits: Option<i64>, bufsize: Option<i64>) -> PyResult<Gc<Bytes>> {
        if bufsize.is_some_and(|size| size < 0) {
            return Err(thread.raise_value_error("bufsize must be non-negative"));
        }
        let data = buffer::to_vec(thread, data)?;
        let mut stream = decompressor(thread, wbits.unwrap_or(15), &data)?;
        let inflated = inflate(thread, &mut stream, &data, usize::MAX, None)?;
        if !inflated.ended {
            return Err(error(thread, "Error -5 while decompressing data: incomplete or truncated stream"));
        }
        Ok(Bytes::new(thread, &inflated.output))
    }

    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is
    ///     currently equivalent to 6).  Higher compression levels are slower,
    ///     but produce smaller results.
    ///   method
    ///     The compression algorithm.  If given, this must be DEFLATED.
    ///   wbits
    ///     +9 to +15: The base-two logarithm of the window size.  Include a zlib
    ///         container.
    ///     -9 to -15: Generate a raw stream.
    ///     +25 to +31: Include a gzip container.
    ///   memLevel
    ///     Controls the amount of memory used for internal compression state.
    ///     Valid values range from 1 to 9.  Higher values result in higher memory
    ///     usage, faster compression, and smaller output.
    ///   strategy
    ///     Used to tune the compression algorithm.  Possible values are
    ///     Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.
    ///   zdict
    ///     The predefined compression dictionary - a sequence of bytes
    ///     containing subsequences that are likely to occur in the input data.
    #[function(signature = "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)")]
    fn compressobj(
        thread: &Thread,
        level: Option<i64>,
        method: Option<i64>,
        wbits: Option<i64>,
        mem_level: Option<i64>,
        strategy: Option<i64>,
        zdict: Option<Value>,
    ) -> PyResult<Value> {
        let valid = method.unwrap_or(8) == 8
            && (1..=9).contains(&mem_level.unwrap_or(8))
            && (0..=4).contains(&strategy.unwrap_or(0))
            && (-1..=9).contains(&level.unwrap_or(-1));
        if !valid {
            return Err(thread.raise_value_error("Invalid initialization option"));
        }
        let mut stream = compressor(thread, level.unwrap_or(-1), wbits.unwrap_or(15))?;
        if let Some(zdict) = zdict {
            let dictionary = buffer::to_vec(thread, zdict)?;
            if stream.set_dictionary(&dictionary).is_err() {
                return Err(thread.raise_value_error("Invalid dictionary"));
            }
        }
        let class = Type::of_spec(thread, <Compressor as PyClass>::SPEC);
        Ok(Payload::new(thread, class, Compressor { stream: RefCell::new(stream) }).value())
    }

    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[function(signature = "(wbits=15, zdict=b'')")]
    fn decompressobj(thread: &Thread, wbits: Option<i64>, zdict: Option<Value>) -> PyResult<Value> {
        let class = Type::of_spec(thread, <Decompressor as PyClass>::SPEC);
        Ok(Payload::new(thread, class, Decompressor::make(thread, wbits, zdict)?).value())
    }

    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(signature = "(data, value=1, /)")]
    fn adler32(thread: &Thread, data: Value, value: Option<Value>) -> PyResult<u32> {
        let start = checksum(thread, value, 1)?;
        buffer::with_bytes(thread, data, |bytes| crc::adler32(bytes, start))
    }

    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(signature = "(data, value=0, /)")]
    fn crc32(thread: &Thread, data: Value, value: Option<Value>) -> PyResult<u32> {
        let start = checksum(thread, value, 0)?;
        buffer::with_bytes(thread, data, |bytes| crc::crc32(bytes, start))
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "error", error_class(thread).value());
        Ok(())
    }
}
