//! The abstract classes of `_io`: what every file-like object inherits.
//!
//! What lives here: `_IOBase` and its three children. Their methods work on any object through its attributes,
//! so that classes written in Python can derive from them. What must not: native files. Start at [`IoBase`].

use super::file::FileIoObject;
use super::{raise_unsupported, raise_value_error_closed};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{self, call_method, get, intern, is_exact};
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::instance::{self, Instance};
use crate::types::int;
use crate::types::list::List;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The attribute that says that a file of a class without native state is closed.
const CLOSED: &str = "__IOBase_closed";

/// Bytes that `RawIOBase.readall` reads at a time.
const READ_ALL_CHUNK: i64 = super::DEFAULT_BUFFER_SIZE as i64;

fn is_true(thread: &Thread, object: Value, name: &str) -> PyResult<bool> {
    let value = get(thread, object, name)?;
    dispatch::truth::truth(thread, value)
}

/// Raises ValueError if the file's `closed` is true.
pub fn check_closed(thread: &Thread, file: Value) -> PyResult<()> {
    if is_true(thread, file, "closed")? {
        return Err(raise_value_error_closed(thread));
    }
    Ok(())
}

/// Raises UnsupportedOperation unless the method `name` of the file says true.
fn check_ability(thread: &Thread, file: Value, name: &str, message: &str) -> PyResult<()> {
    let result = call_method(thread, file, name, &[])?;
    if result == Value::TRUE {
        return Ok(());
    }
    Err(raise_unsupported(thread, message))
}

/// A size argument: None and negative numbers mean no limit.
pub fn size_argument(thread: &Thread, size: Option<Value>) -> PyResult<Option<usize>> {
    match size.filter(|size| !size.is_none()) {
        None => Ok(None),
        Some(size) => {
            if int::as_int(size).is_none() && !dispatch::number::has_index(thread, size) {
                return Err(thread.raise_type_error(format!(
                    "argument should be integer or None, not '{}'",
                    thread.type_name(size)
                )));
            }
            Ok(usize::try_from(dispatch::number::index_i64(thread, size)?).ok())
        }
    }
}

/// Spec marker of `_IOBase`.
pub struct IoBase;

/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
#[py_class(name = "_IOBase", module = "_io", kind = Instance, subclassable, dict, mutable)]
impl IoBase {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, args: &[Value], keywords: crate::native::Keywords<'_>) -> Gc<Instance> {
        let _ = (args, keywords);
        Instance::new(thread, class)
    }

    /// Change the stream position to the given byte offset.
    ///
    ///   offset
    ///     The stream position, relative to 'whence'.
    ///   whence
    ///     The relative position to seek from.
    ///
    /// The offset is interpreted relative to the position indicated by whence.
    /// Values for whence are:
    ///
    /// * os.SEEK_SET or 0 -- start of stream (the default); offset should be zero or positive
    /// * os.SEEK_CUR or 1 -- current stream position; offset may be negative
    /// * os.SEEK_END or 2 -- end of stream; offset is usually negative
    ///
    /// Return the new absolute position.
    #[method(signature = "(self, offset, whence=0, /)")]
    fn seek(this: Value, thread: &Thread, offset: Value, whence: Option<Value>) -> PyResult<Value> {
        let _ = (this, offset, whence);
        Err(raise_unsupported(thread, "seek"))
    }

    /// Return current stream position.
    #[method]
    fn tell(this: Value, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this, "seek", &[Value::small_wrapping(0), Value::small_wrapping(1)])
    }

    /// Truncate file to size bytes.
    ///
    /// File pointer is left unchanged. Size defaults to the current IO position
    /// as reported by tell(). Return the new size.
    #[method(signature = "(self, size=None, /)")]
    fn truncate(this: Value, thread: &Thread, size: Option<Value>) -> PyResult<Value> {
        let _ = (this, size);
        Err(raise_unsupported(thread, "truncate"))
    }

    /// Return underlying file descriptor if one exists.
    ///
    /// Raise OSError if the IO object does not use a file descriptor.
    #[method]
    fn fileno(this: Value, thread: &Thread) -> PyResult<Value> {
        let _ = this;
        Err(raise_unsupported(thread, "fileno"))
    }

    /// Return whether this is an 'interactive' stream.
    ///
    /// Return False if it can't be determined.
    #[method]
    fn isatty(this: Value, thread: &Thread) -> PyResult<bool> {
        check_closed(thread, this)?;
        Ok(false)
    }

    /// Return whether object was opened for reading.
    ///
    /// If False, read() will raise OSError.
    #[method]
    fn readable(this: Value) -> bool {
        let _ = this;
        false
    }

    /// Return whether object was opened for writing.
    ///
    /// If False, write() will raise OSError.
    #[method]
    fn writable(this: Value) -> bool {
        let _ = this;
        false
    }

    /// Return whether object supports random access.
    ///
    /// If False, seek(), tell() and truncate() will raise OSError.
    /// This method may need to do a test seek().
    #[method]
    fn seekable(this: Value) -> bool {
        let _ = this;
        false
    }

    /// Flush write buffers, if applicable.
    ///
    /// This is not implemented for read-only and non-blocking streams.
    #[method]
    fn flush(this: Value, thread: &Thread) -> PyResult<()> {
        let is_closed_file = FileIoObject::cast(this).is_some_and(|file| file.data.is_closed());
        if is_closed_file || closed_attribute(thread, this) {
            return Err(raise_value_error_closed(thread));
        }
        Ok(())
    }

    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    #[method]
    fn close(this: Value, thread: &Thread) -> PyResult<()> {
        if closed_attribute(thread, this) {
            return Ok(());
        }
        let flushed = call_method(thread, this, "flush", &[]);
        let pending = match flushed {
            Ok(_) => None,
            Err(raised) => Some(thread.take_exception(raised)),
        };
        dispatch::attr::set(thread, this, intern(thread, CLOSED), Value::TRUE)?;
        match pending {
            Some(exception) => Err(thread.reraise(exception)),
            None => Ok(()),
        }
    }

    #[getter(name = "closed")]
    fn get_closed(this: Value, thread: &Thread) -> bool {
        closed_attribute(thread, this)
    }

    #[getter(name = "__dict__")]
    fn get_dict(this: Value, thread: &Thread) -> Option<Gc<crate::types::dict::Dict>> {
        instance::dictionary(thread, this.header()?)
    }

    #[method(name = "_checkClosed", signature = "(self, msg=None, /)")]
    fn check_closed_method(this: Value, thread: &Thread, msg: Option<Value>) -> PyResult<bool> {
        let _ = msg;
        check_closed(thread, this)?;
        Ok(true)
    }

    #[method(name = "_checkSeekable", signature = "(self, msg=None, /)")]
    fn check_seekable(this: Value, thread: &Thread, msg: Option<Value>) -> PyResult<bool> {
        let _ = msg;
        check_ability(thread, this, "seekable", "File or stream is not seekable.")?;
        Ok(true)
    }

    #[method(name = "_checkReadable", signature = "(self, msg=None, /)")]
    fn check_readable(this: Value, thread: &Thread, msg: Option<Value>) -> PyResult<bool> {
        let _ = msg;
        check_ability(thread, this, "readable", "File or stream is not readable.")?;
        Ok(true)
    }

    #[method(name = "_checkWritable", signature = "(self, msg=None, /)")]
    fn check_writable(this: Value, thread: &Thread, msg: Option<Value>) -> PyResult<bool> {
        let _ = msg;
        check_ability(thread, this, "writable", "File or stream is not writable.")?;
        Ok(true)
    }

    #[method(signature = "(self)")]
    fn __enter__(this: Value, thread: &Thread) -> PyResult<Value> {
        check_closed(thread, this)?;
        Ok(this)
    }

    #[method(signature = "(self, /, *args)")]
    fn __exit__(this: Value, thread: &Thread, args: &[Value]) -> PyResult<Value> {
        let _ = args;
        call_method(thread, this, "close", &[])
    }

    #[method]
    fn __iter__(this: Value, thread: &Thread) -> PyResult<Value> {
        check_closed(thread, this)?;
        Ok(this)
    }

    #[method]
    fn __next__(this: Value, thread: &Thread) -> PyResult<Option<Value>> {
        let line = call_method(thread, this, "readline", &[])?;
        if dispatch::truth::truth(thread, line)? { Ok(Some(line)) } else { Ok(None) }
    }

    #[method(signature = "(self)", style = "noargs")]
    fn __del__(this: Value, thread: &Thread) -> PyResult<()> {
        close_dead(thread, this)
    }

    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    ///
    /// The line terminator is always b'\n' for binary files; for text
    /// files, the newlines argument to open can be used to select the line
    /// terminator(s) recognized.
    #[method(signature = "(self, size=-1, /)")]
    fn readline(this: Value, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Bytes>> {
        let limit = size_argument(thread, size)?;
        let peek = dispatch::attr::get_optional(thread, this, intern(thread, "peek"))?;
        let mut line: Vec<u8> = Vec::new();
        while limit.is_none_or(|limit| line.len() < limit) {
            let mut wanted = 1;
            if let Some(peek) = peek {
                let ahead = dispatch::call::call(thread, peek, &[Value::small_wrapping(1)])?;
                let Some(ahead) = ahead.cast::<Bytes>() else {
                    let message =
                        format!("peek() should have returned a bytes object, not '{}'", thread.type_name(ahead));
                    return Err(thread.raise_plain_os_error(message));
                };
                let ahead = ahead.as_slice();
                if !ahead.is_empty() {
                    let most = limit.map_or(ahead.len(), |limit| (limit - line.len()).min(ahead.len()));
                    wanted = ahead[..most].iter().position(|&b| b == b'\n').map_or(most, |at| at + 1).max(1);
                }
            }
            let piece = call_method(thread, this, "read", &[Value::small_wrapping(wanted as i64)])?;
            let Some(piece) = piece.cast::<Bytes>() else {
                let message = format!("read() should have returned a bytes object, not '{}'", thread.type_name(piece));
                return Err(thread.raise_plain_os_error(message));
            };
            if piece.is_empty() {
                break;
            }
            line.extend_from_slice(piece.as_slice());
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        Ok(Bytes::new(thread, &line))
    }

    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[method(signature = "(self, hint=-1, /)")]
    fn readlines(this: Value, thread: &Thread, hint: Option<Value>) -> PyResult<Gc<List>> {
        let hint = size_argument(thread, hint)?.filter(|hint| *hint > 0);
        let list = List::empty(thread);
        let mut total = 0;
        dispatch::iter::for_each(thread, this, |line| {
            list.push(thread, line)?;
            if let Some(hint) = hint {
                total += dispatch::iter::length(thread, line)?;
                return Ok(total <= hint);
            }
            Ok(true)
        })?;
        Ok(list)
    }

    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    #[method]
    fn writelines(this: Value, thread: &Thread, lines: Value) -> PyResult<()> {
        check_closed(thread, this)?;
        let write = thread.vm().names.write;
        dispatch::iter::for_each(thread, lines, |line| {
            dispatch::call::call_method(thread, this, write, &[line])?;
            Ok(true)
        })
    }
}

/// What `_IOBase` remembers in the instance.
fn closed_attribute(thread: &Thread, this: Value) -> bool {
    this.header().is_some_and(|header| instance::get_attribute(thread, header, intern(thread, CLOSED)).is_some())
}

/// Closes a file that was found dead and open; errors are reported, as nobody can catch them.
fn close_dead(thread: &Thread, file: Value) -> PyResult<()> {
    let closed = match get(thread, file, "closed") {
        Ok(closed) => dispatch::truth::truth(thread, closed)?,
        Err(raised) => {
            // The object was never made completely.
            thread.take_exception(raised);
            return Ok(());
        }
    };
    if !closed {
        if is_exact(thread, file, <super::bytes_io::BytesIo as PyClass>::SPEC) {
            // There is nothing to give back, and views of its bytes may be alive still.
            return Ok(());
        }
        if let Some(header) = file.header()
            && instance::has_dictionary(thread, header)
        {
            instance::set_attribute(thread, header, intern(thread, "_finalizing"), Value::TRUE);
        }
        if let Err(raised) = call_method(thread, file, "close", &[]) {
            crate::types::finalize::report(thread, raised, "Exception ignored while finalizing file", file);
        }
    }
    Ok(())
}

/// Spec marker of `_RawIOBase`.
pub struct RawIoBase;

/// Base class for raw binary I/O.
#[py_class(name = "_RawIOBase", module = "_io", base = IoBase, subclassable, dict, mutable)]
impl RawIoBase {
    #[method(signature = "(self, size=-1, /)")]
    fn read(this: Value, thread: &Thread, size: Option<i64>) -> PyResult<Value> {
        let size = size.unwrap_or(-1);
        let Ok(wanted) = usize::try_from(size) else {
            return call_method(thread, this, "readall", &[]);
        };
        let buffer = ByteArray::new(thread, &support::zeroed_buffer(thread, wanted)?)?;
        let count = call_method(thread, this, "readinto", &[buffer.value()])?;
        if count.is_none() {
            return Ok(Value::NONE);
        }
        let count = dispatch::number::index_i64(thread, count)?;
        match usize::try_from(count) {
            Ok(count) if count <= wanted => {
                Ok(Bytes::new(thread, &buffer.as_slice()[..count.min(buffer.len())]).value())
            }
            _ => Err(thread.raise_value_error(format!("readinto returned {count} outside buffer size {wanted}"))),
        }
    }

    /// Read until EOF, using multiple read() call.
    #[method]
    fn readall(this: Value, thread: &Thread) -> PyResult<Value> {
        let mut all: Vec<u8> = Vec::new();
        let mut any = false;
        loop {
            let piece = call_method(thread, this, "read", &[Value::small_wrapping(READ_ALL_CHUNK)])?;
            if piece.is_none() {
                if any {
                    break;
                }
                return Ok(Value::NONE);
            }
            let Some(piece) = piece.cast::<Bytes>() else {
                return Err(thread.raise_type_error("read() should return bytes"));
            };
            if piece.is_empty() {
                break;
            }
            any = true;
            all.extend_from_slice(piece.as_slice());
        }
        Ok(Bytes::new(thread, &all).value())
    }
}

/// Spec marker of `_BufferedIOBase`.
pub struct BufferedIoBase;

/// Base class for buffered IO objects.
///
/// The main difference with RawIOBase is that the read() method
/// supports omitting the size argument, and does not have a default
/// implementation that defers to readinto().
#[py_class(name = "_BufferedIOBase", module = "_io", base = IoBase, subclassable, dict, mutable)]
impl BufferedIoBase {
    /// Disconnect this buffer from its underlying raw stream and return it.
    #[method]
    fn detach(this: Value, thread: &Thread) -> PyResult<Value> {
        let _ = this;
        Err(raise_unsupported(thread, "detach"))
    }

    /// Read and return up to n bytes.
    #[method(signature = "(self, size=-1, /)")]
    fn read(this: Value, thread: &Thread, size: Option<Value>) -> PyResult<Value> {
        let _ = (this, size);
        Err(raise_unsupported(thread, "read"))
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    #[method(signature = "(self, size=-1, /)")]
    fn read1(this: Value, thread: &Thread, size: Option<Value>) -> PyResult<Value> {
        let _ = (this, size);
        Err(raise_unsupported(thread, "read1"))
    }

    #[method]
    fn readinto(this: Value, thread: &Thread, buffer: Value) -> PyResult<Value> {
        read_into(thread, this, "read", buffer)
    }

    #[method]
    fn readinto1(this: Value, thread: &Thread, buffer: Value) -> PyResult<Value> {
        read_into(thread, this, "read1", buffer)
    }

    /// Write buffer b to the IO stream.
    ///
    /// Return the number of bytes written, which is always
    /// the length of b in bytes.
    #[method]
    fn write(this: Value, thread: &Thread, b: Value) -> PyResult<Value> {
        let _ = (this, b);
        Err(raise_unsupported(thread, "write"))
    }
}

/// Fills `buffer` with what the file's method `read` or `read1` gives.
fn read_into(thread: &Thread, file: Value, method: &str, buffer: Value) -> PyResult<Value> {
    let wanted = crate::types::buffer::with_bytes_mut(
        thread,
        buffer,
        "readinto() argument must be read-write bytes-like object",
        |b| b.len(),
    )?;
    let data = call_method(thread, file, method, &[int::from_usize(thread, wanted)])?;
    let Some(data) = data.cast::<Bytes>() else {
        return Err(thread.raise_type_error(format!("{method}() should return bytes")));
    };
    let data = data.as_slice();
    if data.len() > wanted {
        let message = format!("{method}() returned too much data: {wanted} bytes requested, {} returned", data.len());
        return Err(thread.raise_value_error(message));
    }
    crate::types::buffer::with_bytes_mut(
        thread,
        buffer,
        "readinto() argument must be read-write bytes-like object",
        |target| {
            target[..data.len()].copy_from_slice(data);
        },
    )?;
    Ok(int::from_usize(thread, data.len()))
}

/// Spec marker of `_TextIOBase`.
pub struct TextIoBase;

/// Base class for text I/O.
///
/// This class provides a character and line based interface to stream
/// I/O. There is no readinto method because Python's character strings
/// are immutable.
#[py_class(name = "_TextIOBase", module = "_io", base = IoBase, subclassable, dict, mutable)]
impl TextIoBase {
    /// Separate the underlying buffer from the TextIOBase and return it.
    #[method]
    fn detach(this: Value, thread: &Thread) -> PyResult<Value> {
        let _ = this;
        Err(raise_unsupported(thread, "detach"))
    }

    /// Read at most size characters from stream.
    #[method(signature = "(self, size=-1, /)")]
    fn read(this: Value, thread: &Thread, size: Option<Value>) -> PyResult<Value> {
        let _ = (this, size);
        Err(raise_unsupported(thread, "read"))
    }

    /// Read until newline or EOF.
    #[method(signature = "(self, size=-1, /)")]
    fn readline(this: Value, thread: &Thread, size: Option<Value>) -> PyResult<Value> {
        let _ = (this, size);
        Err(raise_unsupported(thread, "readline"))
    }

    /// Write string s to stream.
    #[method]
    fn write(this: Value, thread: &Thread, s: Value) -> PyResult<Value> {
        let _ = (this, s);
        Err(raise_unsupported(thread, "write"))
    }

    /// Encoding of the text stream.
    #[getter]
    fn encoding(this: Value) {
        let _ = this;
    }

    /// Line endings translated so far.
    #[getter]
    fn newlines(this: Value) {
        let _ = this;
    }

    /// The error setting of the decoder or encoder.
    #[getter]
    fn errors(this: Value) {
        let _ = this;
    }
}
