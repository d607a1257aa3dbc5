//! The class `TextIOWrapper`: its methods and attributes.
//!
//! What lives here: arguments, signatures and docstrings. What must not: reading, writing and positions (the modules
//! beside this one). Start at the class.

use super::super::base::{TextIoBase, size_argument};
use super::super::newlines::Newlines;
use super::super::raise_unsupported;
use super::{LOCALE_ENCODING, Settings, TextObject, TextWrapper, begin_encoder, initialise, set_codec};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{call_method, get, intern, is_exact, repr};
use crate::native::{Nullable, PyClass};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::exception::Exception;
use crate::types::payload::Payload;
use crate::types::prompt;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A string argument that may be None.
fn text_argument(thread: &Thread, value: Option<Value>, name: &str) -> PyResult<Option<Gc<Str>>> {
    match value.filter(|value| !value.is_none()) {
        None => Ok(None),
        Some(value) => match value.cast::<Str>() {
            Some(text) => Ok(Some(text)),
            None => {
                let given = thread.type_name(value);
                Err(thread
                    .raise_type_error(format!("TextIOWrapper() argument '{name}' must be str or None, not {given}")))
            }
        },
    }
}

/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding gives the name of the encoding that the stream will be
/// decoded or encoded with. It defaults to locale.getencoding().
///
/// errors determines the strictness of encoding and decoding (see
/// help(codecs.Codec) or the documentation for codecs.register) and
/// defaults to "strict".
///
/// newline controls how line endings are handled. It can be None, '',
/// '\n', '\r', and '\r\n'.  It works as follows:
///
/// * On input, if newline is None, universal newlines mode is
///   enabled. Lines in the input can end in '\n', '\r', or '\r\n', and
///   these are translated into '\n' before being returned to the
///   caller. If it is '', universal newline mode is enabled, but line
///   endings are returned to the caller untranslated. If it has any of
///   the other legal values, input lines are only terminated by the given
///   string, and the line ending is returned to the caller untranslated.
///
/// * On output, if newline is None, any '\n' characters written are
///   translated to the system default line separator, os.linesep. If
///   newline is '' or '\n', no translation takes place. If newline is any
///   of the other legal values, any '\n' characters written are translated
///   to the given string.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[py_class(
    name = "TextIOWrapper", module = "_io", base = TextIoBase,
    signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    subclassable, dict, mutable, payload
)]
impl TextWrapper {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, args: &[Value], keywords: crate::native::Keywords<'_>) -> Gc<TextObject> {
        let _ = (args, keywords);
        Payload::new(thread, class, TextWrapper::empty())
    }

    #[method(
        signature = "(self, /, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn __init__(
        this: Gc<TextObject>,
        thread: &Thread,
        buffer: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> PyResult<()> {
        let settings = Settings {
            encoding: text_argument(thread, encoding, "encoding")?,
            errors: text_argument(thread, errors, "errors")?,
            newlines: Newlines::from_argument(thread, newline, "TextIOWrapper")?,
            line_buffering: line_buffering.unwrap_or(false),
            write_through: write_through.unwrap_or(false),
        };
        initialise(thread, this, buffer, settings)
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[method(
        signature = "(self, /, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        this: Gc<TextObject>,
        thread: &Thread,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Nullable<Value>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> PyResult<()> {
        let data = &this.data;
        let reading =
            !data.decoded.borrow().is_empty() || data.snapshot.borrow().as_ref().is_some_and(|s| !s.input.is_empty());
        let encoding = text_argument(thread, encoding, "encoding")?;
        let errors = text_argument(thread, errors, "errors")?;
        if reading && (encoding.is_some() || errors.is_some() || newline != Nullable::Absent) {
            return Err(raise_unsupported(
                thread,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        let newlines = match newline {
            Nullable::Absent => data.newlines.get(),
            Nullable::None => Newlines::Translate,
            Nullable::Given(newline) => Newlines::from_argument(thread, Some(newline), "reconfigure")?,
        };
        call_method(thread, this.value(), "flush", &[])?;
        if encoding.is_some() || errors.is_some() {
            let current = |slot: &Slot| slot.get().and_then(|value| value.cast::<Str>());
            let new_errors = match (errors, encoding) {
                (Some(errors), _) => errors,
                (None, Some(_)) => intern(thread, "strict"),
                (None, None) => current(&data.errors).unwrap_or_else(|| intern(thread, "strict")),
            };
            let new_encoding = match encoding {
                Some(encoding) if encoding.as_bytes(thread) == b"locale" => intern(thread, LOCALE_ENCODING),
                Some(encoding) => encoding,
                None => current(&data.encoding).unwrap_or_else(|| intern(thread, LOCALE_ENCODING)),
            };
            set_codec(thread, this, new_encoding, new_errors)?;
            begin_encoder(thread, this)?;
        }
        data.newlines.set(newlines);
        if let Some(line_buffering) = line_buffering {
            data.line_buffering.set(line_buffering);
        }
        if let Some(write_through) = write_through {
            data.write_through.set(write_through);
        }
        Ok(())
    }

    #[method]
    fn detach(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        let buffer = this.data.buffer(thread)?;
        call_method(thread, this.value(), "flush", &[])?;
        this.data.buffer.init(None);
        this.data.detached.set(true);
        Ok(buffer)
    }

    /// Write string s to stream.
    ///
    /// Return the number of characters written
    /// (which is always equal to the length of the string).
    #[method(shows)]
    fn write(this: Gc<TextObject>, thread: &Thread, text: Value) -> PyResult<usize> {
        let Some(text) = text.cast::<Str>() else {
            let given = if text.is_none() { "None".to_owned() } else { thread.type_name(text) };
            return Err(thread.raise_type_error(format!("write() argument must be str, not {given}")));
        };
        prompt::before_output(thread);
        this.data.check_open(thread)?;
        this.data.write_text(thread, text)?;
        Ok(text.len(thread))
    }

    /// Read at most size characters from stream.
    ///
    /// Read from underlying buffer until we have size characters or we hit EOF.
    /// If size is negative or omitted, read until EOF.
    #[method(signature = "(self, size=-1, /)")]
    fn read(this: Gc<TextObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Str>> {
        let size = size_argument(thread, size)?;
        this.data.check_open(thread)?;
        this.data.read_text(thread, size)
    }

    /// Read until newline or EOF.
    ///
    /// Return an empty string if EOF is hit immediately.
    /// If size is specified, at most size characters will be read.
    #[method(signature = "(self, size=-1, /)")]
    fn readline(this: Gc<TextObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Str>> {
        let limit = size_argument(thread, size)?;
        this.data.check_open(thread)?;
        this.data.read_line(thread, limit)
    }

    #[method]
    fn __next__(this: Gc<TextObject>, thread: &Thread) -> PyResult<Option<Value>> {
        this.data.telling.set(false);
        let line = if is_exact(thread, this.value(), TextWrapper::SPEC) {
            this.data.check_open(thread)?;
            this.data.read_line(thread, None)?
        } else {
            let line = dispatch::call::call_method(thread, this.value(), thread.vm().names.readline, &[])?;
            match line.cast::<Str>() {
                Some(line) => line,
                None => {
                    let message =
                        format!("readline() should have returned a str object, not '{}'", thread.type_name(line));
                    return Err(thread.raise_plain_os_error(message));
                }
            }
        };
        if line.is_empty() {
            this.data.snapshot.borrow_mut().take();
            this.data.telling.set(this.data.seekable.get());
            return Ok(None);
        }
        Ok(Some(line.value()))
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to restore a
    /// previous stream position.
    #[method]
    fn tell(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        this.data.position_cookie(thread)
    }

    /// Set the stream position, and return the new stream position.
    ///
    ///   cookie
    ///     Zero or an opaque number returned by tell().
    ///   whence
    ///     The relative position to seek from.
    ///
    /// Four operations are supported, given by the following argument
    /// combinations:
    ///
    /// - seek(0, SEEK_SET): Rewind to the start of the stream.
    /// - seek(cookie, SEEK_SET): Restore a previous position;
    ///   'cookie' must be a number returned by tell().
    /// - seek(0, SEEK_END): Fast-forward to the end of the stream.
    /// - seek(0, SEEK_CUR): Leave the current stream position unchanged.
    ///
    /// Any other argument combinations are invalid,
    /// and may raise exceptions.
    #[method(signature = "(self, cookie, whence=0, /)")]
    fn seek(this: Gc<TextObject>, thread: &Thread, cookie: Value, whence: Option<i32>) -> PyResult<Value> {
        this.data.seek_cookie(thread, this.value(), cookie, whence.unwrap_or(0))
    }

    #[method(signature = "(self, pos=None, /)")]
    fn truncate(this: Gc<TextObject>, thread: &Thread, pos: Option<Value>) -> PyResult<Value> {
        call_method(thread, this.value(), "flush", &[])?;
        call_method(thread, this.data.buffer(thread)?, "truncate", &[pos.unwrap_or(Value::NONE)])
    }

    #[method]
    fn flush(this: Gc<TextObject>, thread: &Thread) -> PyResult<()> {
        this.data.check_open(thread)?;
        this.data.telling.set(this.data.seekable.get());
        this.data.flush_pending(thread)?;
        dispatch::call::call_method(thread, this.data.buffer(thread)?, thread.vm().names.flush, &[])?;
        Ok(())
    }

    #[method]
    fn close(this: Gc<TextObject>, thread: &Thread) -> PyResult<()> {
        let buffer = this.data.buffer(thread)?;
        if this.data.is_closed(thread)? {
            return Ok(());
        }
        let flushed = call_method(thread, this.value(), "flush", &[]);
        let first = match flushed {
            Ok(_) => None,
            Err(raised) => Some(thread.take_exception(raised)),
        };
        let closed = call_method(thread, buffer, "close", &[]);
        match (first, closed) {
            (None, closed) => closed.map(|_| ()),
            (Some(first), Ok(_)) => Err(thread.reraise(first)),
            (Some(first), Err(raised)) => {
                let second = thread.take_exception(raised);
                if let Some(second) = second.cast::<Exception>() {
                    thread.store(second, &second.context, first);
                }
                Err(thread.reraise(second))
            }
        }
    }

    #[method]
    fn fileno(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "fileno", &[])
    }

    #[method]
    fn isatty(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "isatty", &[])
    }

    #[method]
    fn readable(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "readable", &[])
    }

    #[method]
    fn writable(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "writable", &[])
    }

    #[method]
    fn seekable(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        call_method(thread, this.data.buffer(thread)?, "seekable", &[])
    }

    #[getter(name = "buffer")]
    fn buffer_attribute(this: Gc<TextObject>) -> Value {
        this.data.buffer.get().unwrap_or(Value::NONE)
    }

    #[getter]
    fn encoding(this: Gc<TextObject>) -> Value {
        this.data.encoding.get().unwrap_or(Value::NONE)
    }

    #[getter]
    fn errors(this: Gc<TextObject>) -> Value {
        this.data.errors.get().unwrap_or(Value::NONE)
    }

    #[getter]
    fn newlines(this: Gc<TextObject>, thread: &Thread) -> Value {
        this.data.line_ends.seen_value(thread)
    }

    #[getter]
    fn line_buffering(this: Gc<TextObject>) -> bool {
        this.data.line_buffering.get()
    }

    #[getter]
    fn write_through(this: Gc<TextObject>) -> bool {
        this.data.write_through.get()
    }

    #[getter]
    fn closed(this: Gc<TextObject>, thread: &Thread) -> PyResult<bool> {
        this.data.is_closed(thread)
    }

    #[getter]
    fn name(this: Gc<TextObject>, thread: &Thread) -> PyResult<Value> {
        get(thread, this.data.buffer(thread)?, "name")
    }

    #[getter(name = "_CHUNK_SIZE")]
    fn get_chunk_size(this: Gc<TextObject>) -> usize {
        this.data.chunk_size.get()
    }
    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(this: Gc<TextObject>, thread: &Thread, value: Value) -> PyResult<()> {
        match usize::try_from(dispatch::number::index_i64(thread, value)?) {
            Ok(size @ 1..) => {
                this.data.chunk_size.set(size);
                Ok(())
            }
            _ => Err(thread.raise_value_error("a strictly positive integer is required")),
        }
    }

    #[deleter(name = "_CHUNK_SIZE")]
    fn delete_chunk_size(_this: Gc<TextObject>, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_plain_attribute_error("cannot delete attribute"))
    }

    #[method]
    fn __repr__(this: Gc<TextObject>, thread: &Thread) -> PyResult<String> {
        if this.data.buffer.get().is_none() && !this.data.detached.get() {
            this.data.buffer(thread)?;
        }
        let class = thread.class_of(this.value()).full_name(thread);
        let Some(_guard) = dispatch::repr_guard::enter(thread, this.value())? else {
            return Err(thread.raise_runtime_error(format!("reentrant call inside {class}.__repr__")));
        };
        let mut text = format!("<{class}");
        for name in ["name", "mode"] {
            let found = match dispatch::attr::get_optional(thread, this.value(), intern(thread, name)) {
                Ok(found) => found,
                Err(raised) => {
                    thread.catch(raised, thread.vm().exceptions.value_error)?;
                    None
                }
            };
            if let Some(value) = found {
                text.push_str(&format!(" {name}={}", repr(thread, value)?));
            }
        }
        let encoding = this.data.encoding.get().unwrap_or(Value::NONE);
        text.push_str(&format!(" encoding={}>", repr(thread, encoding)?));
        Ok(text)
    }

    #[method(name = "__getstate__", signature = "(self)")]
    fn getstate(this: Value, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error(format!("cannot pickle '{}' instances", thread.class_of(this).name_string())))
    }
}
