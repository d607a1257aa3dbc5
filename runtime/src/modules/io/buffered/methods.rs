//! `BufferedReader`, `BufferedWriter` and `BufferedRandom`: the classes and their methods.
//!
//! What lives here: arguments, signatures and docstrings. What must not: the buffer itself (`mod.rs`). Start at
//! [`Shared`].

use super::super::base::{BufferedIoBase, size_argument};
use super::super::file::{self};
use super::super::raise_unsupported;
use super::{Buffered, BufferedObject, Direction, bytes_or_none, initialise, is_native};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{call_method, get, intern, repr};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::exception::Exception;
use crate::types::int;
use crate::types::payload::Payload;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::{py_class, py_methods};

/// Groups the methods that all three classes have.
pub struct Shared;

#[py_methods(class = "BufferedReader", module = "_io")]
impl Shared {
    /// Disconnect this buffer from its underlying raw stream and return it.
    #[method]
    fn detach(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Value> {
        let raw = this.data.raw(thread)?;
        call_method(thread, this.value(), "flush", &[])?;
        this.data.raw.0.init(None);
        this.data.detached.set(true);
        Ok(raw)
    }

    #[method]
    fn close(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<()> {
        let raw = this.data.raw(thread)?;
        if this.data.is_closed(thread)? {
            return Ok(());
        }
        let keeps_flush = || Ok(dispatch::attr::get_method(thread, this.value(), intern(thread, "flush"))?.1.is_some());
        let flushed = if is_native(thread, this.value()) && file::exact(thread, raw).is_some() && keeps_flush()? {
            if this.data.writes.get() { this.data.flush_pending(thread) } else { Ok(()) }
        } else {
            call_method(thread, this.value(), "flush", &[]).map(|_| ())
        };
        let first = match flushed {
            Ok(()) => None,
            Err(raised) => Some(thread.take_exception(raised)),
        };
        let closed = match file::exact(thread, raw) {
            Some(file) => file.data.close_now(thread),
            None => call_method(thread, raw, "close", &[]).map(|_| ()),
        };
        this.data.drop_ahead();
        this.data.pending.borrow_mut().clear();
        match (first, closed) {
            (None, closed) => closed,
            (Some(first), Ok(())) => Err(thread.reraise(first)),
            (Some(first), Err(raised)) => {
                let second = thread.take_exception(raised);
                if let Some(second) = second.cast::<Exception>() {
                    thread.store(second, &second.context, first);
                }
                Err(thread.reraise(second))
            }
        }
    }

    #[getter]
    fn closed(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<bool> {
        this.data.is_closed(thread)
    }

    #[getter]
    fn raw(this: Gc<BufferedObject>) -> Value {
        this.data.raw.0.get().unwrap_or(Value::NONE)
    }

    #[getter]
    fn name(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Value> {
        get(thread, this.data.raw(thread)?, "name")
    }

    #[getter]
    fn mode(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Value> {
        get(thread, this.data.raw(thread)?, "mode")
    }

    #[method]
    fn readable(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Value> {
        if this.data.raw.0.get().is_some() && !this.data.reads.get() {
            return Ok(Value::FALSE);
        }
        call_method(thread, this.data.raw(thread)?, "readable", &[])
    }

    #[method]
    fn writable(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Value> {
        if this.data.raw.0.get().is_some() && !this.data.writes.get() {
            return Ok(Value::FALSE);
        }
        call_method(thread, this.data.raw(thread)?, "writable", &[])
    }

    #[method]
    fn seekable(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.raw(thread)?, "seekable", &[])
    }

    #[method]
    fn fileno(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.raw(thread)?, "fileno", &[])
    }

    #[method]
    fn isatty(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.raw(thread)?, "isatty", &[])
    }

    #[method]
    fn flush(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<()> {
        let _turn = this.data.turn.take(thread)?;
        this.data.check_open(thread, "flush")?;
        if this.data.writes.get() {
            this.data.flush_pending(thread)?;
            if this.data.reads.get() {
                this.data.rewind_ahead(thread)?;
            }
            return Ok(());
        }
        call_method(thread, this.data.raw(thread)?, "flush", &[])?;
        Ok(())
    }

    #[method]
    fn tell(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<i64> {
        this.data.position_now(thread)
    }

    #[method(signature = "(self, target, whence=0, /)")]
    fn seek(this: Gc<BufferedObject>, thread: &Thread, target: Value, whence: Option<i32>) -> PyResult<i64> {
        let whence = whence.unwrap_or(0);
        let known =
            matches!(whence, libc::SEEK_SET | libc::SEEK_CUR | libc::SEEK_END | libc::SEEK_DATA | libc::SEEK_HOLE);
        if !known {
            return Err(thread.raise_value_error(format!("whence value {whence} unsupported")));
        }
        this.data.check_open(thread, "seek")?;
        let raw = this.data.raw(thread)?;
        if file::exact(thread, raw).is_none() {
            let seekable = call_method(thread, raw, "seekable", &[])?;
            if !dispatch::truth::truth(thread, seekable)? {
                return Err(raise_unsupported(thread, "File or stream is not seekable."));
            }
        }
        let offset = dispatch::number::index_c_long(thread, target)?;
        this.data.seek_to(thread, offset, whence)
    }

    #[method(signature = "(self, pos=None, /)")]
    fn truncate(this: Gc<BufferedObject>, thread: &Thread, pos: Option<Value>) -> PyResult<Value> {
        let _turn = this.data.turn.take(thread)?;
        this.data.check_open(thread, "truncate")?;
        if !this.data.writes.get() {
            return Err(raise_unsupported(thread, "truncate"));
        }
        this.data.flush_pending(thread)?;
        let pos = match pos.filter(|pos| !pos.is_none()) {
            Some(pos) => pos,
            None => int::from_i64(thread, this.data.position_now(thread)?),
        };
        this.data.rewind_ahead(thread)?;
        call_method(thread, this.data.raw(thread)?, "truncate", &[pos])
    }

    #[method]
    fn __repr__(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<String> {
        let class = thread.class_of(this.value()).full_name(thread);
        let name = match this.data.raw.0.get() {
            Some(raw) => file::name_of(thread, raw)?,
            None => None,
        };
        let Some(name) = name else { return Ok(format!("<{class}>")) };
        match dispatch::repr_guard::enter(thread, this.value())? {
            Some(_guard) => Ok(format!("<{class} name={}>", repr(thread, name)?)),
            None => Err(thread.raise_runtime_error(format!("reentrant call inside {class}.__repr__"))),
        }
    }

    #[method(name = "__sizeof__")]
    fn sizeof(this: Gc<BufferedObject>) -> usize {
        size_of::<BufferedObject>() + this.data.buffer_size.get()
    }

    #[method(name = "__getstate__", signature = "(self)")]
    fn getstate(this: Value, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error(format!("cannot pickle '{}' instances", thread.class_of(this).name_string())))
    }
}

/// Methods of the classes that read.
mod reading {
    use super::*;

    pub struct Reading;

    #[py_methods(class = "BufferedReader", module = "_io")]
    impl Reading {
        #[method(signature = "(self, size=-1, /)")]
        fn read(this: Gc<BufferedObject>, thread: &Thread, size: Option<Value>) -> PyResult<Value> {
            let size = match size.filter(|size| !size.is_none()) {
                None => None,
                Some(value) => match dispatch::number::index_i64(thread, value)? {
                    -1 => None,
                    negative if negative < 0 => {
                        return Err(thread.raise_value_error("read length must be non-negative or -1"));
                    }
                    size => Some(size as usize),
                },
            };
            this.data.check_open(thread, "read")?;
            this.data.check_reads(thread)?;
            let data = match size {
                None => this.data.read_rest(thread)?,
                Some(size) => this.data.read_exactly(thread, size)?,
            };
            Ok(bytes_or_none(thread, data))
        }

        #[method(signature = "(self, size=-1, /)")]
        fn read1(this: Gc<BufferedObject>, thread: &Thread, size: Option<i64>) -> PyResult<Value> {
            this.data.check_open(thread, "read")?;
            this.data.check_reads(thread)?;
            let data = this.data.read_once(thread, usize::try_from(size.unwrap_or(-1)).ok())?;
            Ok(Bytes::new(thread, &data.unwrap_or_default()).value())
        }

        #[method(signature = "(self, size=0, /)")]
        fn peek(this: Gc<BufferedObject>, thread: &Thread, size: Option<i64>) -> PyResult<Gc<Bytes>> {
            let _ = size;
            let _turn = this.data.turn.take(thread)?;
            this.data.check_open(thread, "peek")?;
            this.data.check_reads(thread)?;
            this.data.prepare_read(thread)?;
            if this.data.ahead_count() == 0 {
                this.data.fill(thread)?;
            }
            let ahead = this.data.ahead.borrow();
            Ok(Bytes::new(thread, &ahead[this.data.position.get()..]))
        }

        #[method]
        fn readinto(this: Gc<BufferedObject>, thread: &Thread, buffer: Value) -> PyResult<Value> {
            fill_buffer(thread, this, buffer, false)
        }

        #[method]
        fn readinto1(this: Gc<BufferedObject>, thread: &Thread, buffer: Value) -> PyResult<Value> {
            fill_buffer(thread, this, buffer, true)
        }

        #[method(signature = "(self, size=-1, /)")]
        fn readline(this: Gc<BufferedObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Bytes>> {
            let limit = size_argument(thread, size)?;
            this.data.check_open(thread, "readline")?;
            this.data.check_reads(thread)?;
            Ok(Bytes::new(thread, &read_line(thread, this, limit)?))
        }

        #[method]
        fn __next__(this: Gc<BufferedObject>, thread: &Thread) -> PyResult<Option<Value>> {
            if !is_native(thread, this.value()) {
                let line = call_method(thread, this.value(), "readline", &[])?;
                return Ok(if dispatch::truth::truth(thread, line)? { Some(line) } else { None });
            }
            this.data.check_open(thread, "readline")?;
            this.data.check_reads(thread)?;
            let line = read_line(thread, this, None)?;
            Ok(if line.is_empty() { None } else { Some(Bytes::new(thread, &line).value()) })
        }
    }

    /// One line, its end included; at most `limit` bytes of it.
    fn read_line(thread: &Thread, this: Gc<BufferedObject>, limit: Option<usize>) -> PyResult<Vec<u8>> {
        let _turn = this.data.turn.take(thread)?;
        this.data.prepare_read(thread)?;
        let mut line = Vec::new();
        loop {
            let most = limit.map_or(usize::MAX, |limit| limit - line.len());
            let (found, count) = {
                let ahead = this.data.ahead.borrow();
                let rest = &ahead[this.data.position.get()..];
                let rest = &rest[..rest.len().min(most)];
                match memchr::memchr(b'\n', rest) {
                    Some(at) => (true, at + 1),
                    None => (rest.len() == most, rest.len()),
                }
            };
            this.data.take_ahead(count, &mut line);
            if found {
                return Ok(line);
            }
            if !this.data.fill(thread)? || this.data.ahead_count() == 0 {
                return Ok(line);
            }
        }
    }

    fn fill_buffer(thread: &Thread, this: Gc<BufferedObject>, target: Value, once: bool) -> PyResult<Value> {
        this.data.check_open(thread, "readinto")?;
        this.data.check_reads(thread)?;
        let message = "readinto() argument must be read-write bytes-like object";
        let wanted = buffer::with_bytes_mut(thread, target, message, |bytes| bytes.len())?;
        let data =
            if once { this.data.read_once(thread, Some(wanted))? } else { this.data.read_exactly(thread, wanted)? };
        let Some(data) = data else { return Ok(Value::NONE) };
        buffer::with_bytes_mut(thread, target, message, |bytes| bytes[..data.len()].copy_from_slice(&data))?;
        Ok(int::from_usize(thread, data.len()))
    }
}

/// Methods of the classes that write.
mod writing {
    use super::*;

    pub struct Writing;

    #[py_methods(class = "BufferedWriter", module = "_io")]
    impl Writing {
        /// Write buffer b to the IO stream.
        ///
        /// Return the number of bytes written, which is always
        /// the length of b in bytes.
        ///
        /// Raise BlockingIOError if the buffer is full and the
        /// underlying raw stream cannot accept more data at the moment.
        #[method]
        fn write(this: Gc<BufferedObject>, thread: &Thread, b: Value) -> PyResult<usize> {
            if b.cast::<crate::types::str::Str>().is_some() {
                return Err(buffer::not_bytes_like(thread, b));
            }
            this.data.raw(thread)?;
            if this.data.is_closed(thread)? {
                return Err(thread.raise_value_error("write to closed file"));
            }
            this.data.check_writes(thread)?;
            if let Some(bytes) = b.cast::<Bytes>() {
                this.data.write_bytes(thread, bytes.as_slice())?;
                return Ok(bytes.len());
            }
            let data = buffer::to_vec(thread, b)?;
            this.data.write_bytes(thread, &data)?;
            Ok(data.len())
        }
    }
}

/// Create a new buffered reader using the given readable raw IO object.
#[py_class(
    name = "BufferedReader", module = "_io", base = BufferedIoBase, signature = "(raw, buffer_size=131072)",
    subclassable, dict, mutable, payload, extend = [METHODS, reading::METHODS]
)]
impl Buffered {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> Gc<BufferedObject> {
        let _ = (args, keywords);
        Payload::new(thread, class, Buffered::default())
    }

    #[method(signature = "(self, /, raw, buffer_size=131072)")]
    fn __init__(this: Gc<BufferedObject>, thread: &Thread, raw: Value, buffer_size: Option<i64>) -> PyResult<()> {
        initialise(
            thread,
            this,
            Direction::Reader,
            raw,
            buffer_size.unwrap_or(super::super::DEFAULT_BUFFER_SIZE as i64),
        )
    }
}

/// Spec marker of `BufferedWriter`, whose instances are [`BufferedObject`]s.
#[repr(transparent)]
pub struct BufferedWriter(Buffered);

/// A buffer for a writeable sequential RawIO object.
///
/// The constructor creates a BufferedWriter for the given writeable raw
/// stream. If the buffer_size is not given, it defaults to
/// DEFAULT_BUFFER_SIZE.
#[py_class(
    name = "BufferedWriter", module = "_io", base = BufferedIoBase, signature = "(raw, buffer_size=131072)",
    subclassable, dict, mutable, payload, extend = [METHODS, writing::METHODS]
)]
impl BufferedWriter {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> Gc<BufferedObject> {
        let _ = (args, keywords);
        Payload::new(thread, class, Buffered::default())
    }

    #[method(signature = "(self, /, raw, buffer_size=131072)")]
    fn __init__(this: Gc<BufferedObject>, thread: &Thread, raw: Value, buffer_size: Option<i64>) -> PyResult<()> {
        initialise(
            thread,
            this,
            Direction::Writer,
            raw,
            buffer_size.unwrap_or(super::super::DEFAULT_BUFFER_SIZE as i64),
        )
    }
}

/// Spec marker of `BufferedRandom`, whose instances are [`BufferedObject`]s.
#[repr(transparent)]
pub struct BufferedRandom(Buffered);

/// A buffered interface to random access streams.
///
/// The constructor creates a reader and writer for a seekable stream,
/// raw, given in the first argument. If the buffer_size is omitted it
/// defaults to DEFAULT_BUFFER_SIZE.
#[py_class(
    name = "BufferedRandom", module = "_io", base = BufferedIoBase, signature = "(raw, buffer_size=131072)",
    subclassable, dict, mutable, payload, extend = [METHODS, reading::METHODS, writing::METHODS]
)]
impl BufferedRandom {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> Gc<BufferedObject> {
        let _ = (args, keywords);
        Payload::new(thread, class, Buffered::default())
    }

    #[method(signature = "(self, /, raw, buffer_size=131072)")]
    fn __init__(this: Gc<BufferedObject>, thread: &Thread, raw: Value, buffer_size: Option<i64>) -> PyResult<()> {
        initialise(
            thread,
            this,
            Direction::Random,
            raw,
            buffer_size.unwrap_or(super::super::DEFAULT_BUFFER_SIZE as i64),
        )
    }
}
