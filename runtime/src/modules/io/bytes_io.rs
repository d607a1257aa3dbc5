//! `BytesIO`: a file in memory.
//!
//! What lives here: the class; its contents are a bytearray, whose exports keep it from being resized while
//! somebody looks at it through `getbuffer`. Start at [`BytesIo`].

use super::base::{BufferedIoBase, size_argument};
use super::raise_value_error_closed;
use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::tuple;
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::int;
use crate::types::list::List;
use crate::types::memoryview::MemoryView;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// Contents and position; no contents once closed.
pub struct BytesIo {
    contents: GcSlot<ByteArray>,
    position: Cell<usize>,
}

impl PayloadData for BytesIo {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.contents);
    }
}

type BytesIoObject = Payload<BytesIo>;

impl BytesIo {
    fn open(&self, thread: &Thread) -> PyResult<Gc<ByteArray>> {
        match self.contents.get() {
            Some(contents) => Ok(contents),
            None => Err(raise_value_error_closed(thread)),
        }
    }

    /// The next `count` bytes, as a range of the contents.
    fn take(&self, contents: Gc<ByteArray>, count: Option<usize>) -> std::ops::Range<usize> {
        let start = self.position.get().min(contents.len());
        let end = count.map_or(contents.len(), |count| start.saturating_add(count).min(contents.len()));
        self.position.set(self.position.get().max(start) + (end - start));
        start..end
    }

    fn line(&self, contents: Gc<ByteArray>, limit: Option<usize>) -> std::ops::Range<usize> {
        let start = self.position.get().min(contents.len());
        let rest = &contents.as_slice()[start..];
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        self.take(contents, Some(limit.map_or(length, |limit| length.min(limit))))
    }

    fn write_at_position(&self, thread: &Thread, contents: Gc<ByteArray>, data: &[u8]) -> PyResult<()> {
        if data.is_empty() {
            return Ok(());
        }
        let start = self.position.get();
        let end = start + data.len();
        if end > contents.len() {
            ByteArray::resize(contents, thread, end)?;
        }
        contents.with_mut(|bytes| bytes[start..end].copy_from_slice(data));
        self.position.set(end);
        Ok(())
    }
}

/// Buffered I/O implementation using an in-memory bytes buffer.
#[py_class(
    name = "BytesIO", module = "_io", base = BufferedIoBase, signature = "(initial_bytes=b'')",
    subclassable, dict, mutable, payload
)]
impl BytesIo {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> PyResult<Gc<BytesIoObject>> {
        let _ = (args, keywords);
        let contents = ByteArray::new(thread, &[])?;
        Ok(Payload::new(thread, class, BytesIo { contents: GcSlot::new(contents), position: Cell::new(0) }))
    }

    #[method(signature = "(self, /, initial_bytes=b'')")]
    fn __init__(this: Gc<BytesIoObject>, thread: &Thread, initial_bytes: Option<Value>) -> PyResult<()> {
        if let Some(contents) = this.data.contents.get() {
            contents.check_resizable(thread)?;
        }
        let data = match initial_bytes.filter(|initial| !initial.is_none()) {
            Some(initial) => buffer::with_bytes(thread, initial, <[u8]>::to_vec)?,
            None => Vec::new(),
        };
        let contents = ByteArray::new(thread, &data)?;
        this.store_gc(thread, &this.data.contents, contents);
        this.data.position.set(0);
        Ok(())
    }

    /// True if the file is closed.
    #[getter]
    fn closed(this: Gc<BytesIoObject>) -> bool {
        this.data.contents.get().is_none()
    }

    /// Disable all I/O operations.
    #[method]
    fn close(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<()> {
        if let Some(contents) = this.data.contents.get() {
            contents.check_resizable(thread)?;
            this.data.contents.init(None);
        }
        Ok(())
    }

    /// Returns True if the IO object can be read.
    #[method]
    fn readable(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.open(thread)?;
        Ok(true)
    }

    /// Returns True if the IO object can be written.
    #[method]
    fn writable(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.open(thread)?;
        Ok(true)
    }

    /// Returns True if the IO object can be seeked.
    #[method]
    fn seekable(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.open(thread)?;
        Ok(true)
    }

    /// Always returns False.
    ///
    /// BytesIO objects are not connected to a TTY-like device.
    #[method]
    fn isatty(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.open(thread)?;
        Ok(false)
    }

    /// Does nothing.
    #[method]
    fn flush(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<()> {
        this.data.open(thread)?;
        Ok(())
    }

    /// Current file position, an integer.
    #[method]
    fn tell(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<usize> {
        this.data.open(thread)?;
        Ok(this.data.position.get())
    }

    /// Change stream position.
    ///
    /// Seek to byte offset pos relative to position indicated by whence:
    ///      0  Start of stream (the default).  pos should be >= 0;
    ///      1  Current position - pos may be negative;
    ///      2  End of stream - pos usually negative.
    /// Returns the new absolute position.
    #[method(signature = "(self, pos, whence=0, /)")]
    fn seek(this: Gc<BytesIoObject>, thread: &Thread, pos: Value, whence: Option<i32>) -> PyResult<usize> {
        let contents = this.data.open(thread)?;
        let offset = dispatch::number::index_i64(thread, pos)?;
        let base = match whence.unwrap_or(0) {
            0 if offset < 0 => return Err(thread.raise_value_error(format!("negative seek value {offset}"))),
            0 => 0,
            1 => this.data.position.get(),
            2 => contents.len(),
            other => return Err(thread.raise_value_error(format!("invalid whence ({other}, should be 0, 1 or 2)"))),
        };
        let Some(target) = (base as i64).checked_add(offset) else {
            return Err(thread.raise_overflow_error("new position too large"));
        };
        this.data.position.set(target.max(0) as usize);
        Ok(this.data.position.get())
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[method(signature = "(self, size=-1, /)")]
    fn read(this: Gc<BytesIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Bytes>> {
        let size = size_argument(thread, size)?;
        let contents = this.data.open(thread)?;
        let range = this.data.take(contents, size);
        Ok(Bytes::new(thread, &contents.as_slice()[range]))
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative or omitted, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[method(signature = "(self, size=-1, /)")]
    fn read1(this: Gc<BytesIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Bytes>> {
        BytesIo::read(this, thread, size)
    }

    /// Next line from the file, as a bytes object.
    ///
    /// Retain newline.  A non-negative size argument limits the maximum
    /// number of bytes to return (an incomplete line may be returned then).
    /// Return an empty bytes object at EOF.
    #[method(signature = "(self, size=-1, /)")]
    fn readline(this: Gc<BytesIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Bytes>> {
        let size = size_argument(thread, size)?;
        let contents = this.data.open(thread)?;
        let range = this.data.line(contents, size);
        Ok(Bytes::new(thread, &contents.as_slice()[range]))
    }

    /// List of bytes objects, each a line from the file.
    ///
    /// Call readline() repeatedly and return a list of the lines so read.
    /// The optional size argument, if given, is an approximate bound on the
    /// total number of bytes in the lines returned.
    #[method(signature = "(self, size=None, /)")]
    fn readlines(this: Gc<BytesIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<List>> {
        let limit = size_argument(thread, size)?.filter(|limit| *limit > 0);
        let contents = this.data.open(thread)?;
        let list = List::empty(thread);
        let mut total = 0;
        loop {
            let range = this.data.line(contents, None);
            if range.is_empty() {
                return Ok(list);
            }
            total += range.len();
            list.push(thread, Bytes::new(thread, &contents.as_slice()[range]).value())?;
            if limit.is_some_and(|limit| total >= limit) {
                return Ok(list);
            }
        }
    }

    #[method]
    fn __next__(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<Option<Value>> {
        let contents = this.data.open(thread)?;
        let range = this.data.line(contents, None);
        Ok(if range.is_empty() { None } else { Some(Bytes::new(thread, &contents.as_slice()[range]).value()) })
    }

    /// Read bytes into buffer.
    ///
    /// Returns number of bytes read (0 for EOF), or None if the object
    /// is set not to block and has no data to read.
    #[method]
    fn readinto(this: Gc<BytesIoObject>, thread: &Thread, buffer: Value) -> PyResult<usize> {
        let contents = this.data.open(thread)?;
        let message = "readinto() argument must be read-write bytes-like object";
        let wanted = buffer::with_bytes_mut(thread, buffer, message, |target| target.len())?;
        let range = this.data.take(contents, Some(wanted));
        let data = contents.as_slice()[range].to_vec();
        buffer::with_bytes_mut(thread, buffer, message, |target| target[..data.len()].copy_from_slice(&data))?;
        Ok(data.len())
    }

    #[method]
    fn readinto1(this: Gc<BytesIoObject>, thread: &Thread, buffer: Value) -> PyResult<usize> {
        BytesIo::readinto(this, thread, buffer)
    }

    /// Write bytes to file.
    ///
    /// Return the number of bytes written.
    #[method]
    fn write(this: Gc<BytesIoObject>, thread: &Thread, b: Value) -> PyResult<usize> {
        let contents = this.data.open(thread)?;
        contents.check_resizable(thread)?;
        if let Some(bytes) = b.cast::<Bytes>() {
            this.data.write_at_position(thread, contents, bytes.as_slice())?;
            return Ok(bytes.len());
        }
        let data = buffer::with_bytes(thread, b, <[u8]>::to_vec)?;
        // Asking for the bytes may have run code that closed the file.
        let contents = this.data.open(thread)?;
        this.data.write_at_position(thread, contents, &data)?;
        Ok(data.len())
    }

    /// Truncate the file to at most size bytes.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is unchanged.  Returns the new size.
    #[method(signature = "(self, size=None, /)")]
    fn truncate(this: Gc<BytesIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<usize> {
        let contents = this.data.open(thread)?;
        contents.check_resizable(thread)?;
        let size = match size.filter(|size| !size.is_none()) {
            Some(size) => match usize::try_from(dispatch::number::index_i64(thread, size)?) {
                Ok(size) => size,
                Err(_) => {
                    let shown = crate::modules::support::repr(thread, size)?;
                    return Err(thread.raise_value_error(format!("negative size value {shown}")));
                }
            },
            None => this.data.position.get(),
        };
        if size < contents.len() {
            ByteArray::resize(contents, thread, size)?;
        }
        Ok(size)
    }

    /// Retrieve the entire contents of the BytesIO object.
    #[method]
    fn getvalue(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<Gc<Bytes>> {
        let contents = this.data.open(thread)?;
        Ok(Bytes::new(thread, contents.as_slice()))
    }

    /// Get a read-write view over the contents of the BytesIO object.
    #[method]
    fn getbuffer(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<Value> {
        let contents = this.data.open(thread)?;
        Ok(MemoryView::new(thread, contents.value())?.value())
    }

    #[method(name = "__getstate__", signature = "(self)")]
    fn getstate(this: Gc<BytesIoObject>, thread: &Thread) -> PyResult<Value> {
        let contents = this.data.open(thread)?;
        let value = Bytes::new(thread, contents.as_slice()).value();
        let dict = instance::dictionary_copy(thread, this.header()).filter(|dict| !dict.is_empty());
        let dict = dict.map_or(Value::NONE, |dict| dict.value());
        Ok(tuple(thread, &[value, int::from_usize(thread, this.data.position.get()), dict]))
    }

    #[method(name = "__setstate__")]
    fn setstate(this: Gc<BytesIoObject>, thread: &Thread, state: Value) -> PyResult<()> {
        let fits = state.cast::<Tuple>().filter(|state| state.len() >= 3);
        let Some(state) = fits else {
            let class = thread.class_of(this.value()).full_name(thread);
            return Err(thread.raise_type_error(format!(
                "{class}.__setstate__ argument should be 3-tuple, got {}",
                thread.type_name(state)
            )));
        };
        this.data.open(thread)?;
        let &[contents, position, attributes, ..] = state.items() else {
            unreachable!("the length was checked");
        };
        BytesIo::__init__(this, thread, Some(contents))?;
        if !dispatch::number::has_index(thread, position) {
            let given = thread.type_name(position);
            return Err(thread.raise_type_error(format!("second item of state must be an integer, not {given}")));
        }
        let position = dispatch::number::index_i64(thread, position)?;
        match usize::try_from(position) {
            Ok(position) => this.data.position.set(position),
            Err(_) => return Err(thread.raise_value_error("position value cannot be negative")),
        }
        if !attributes.is_none() && attributes.cast::<Dict>().is_none() {
            let given = thread.type_name(attributes);
            return Err(thread.raise_type_error(format!("third item of state should be a dict, got a {given}")));
        }
        if let Some(dict) = attributes.cast::<Dict>()
            && let Some(own) = instance::dictionary(thread, this.header())
        {
            own.update(thread, dict)?;
        }
        Ok(())
    }

    #[method(name = "__sizeof__")]
    fn sizeof(this: Gc<BytesIoObject>) -> usize {
        size_of::<BytesIoObject>() + this.data.contents.get().map_or(0, |contents| contents.allocated())
    }
}
