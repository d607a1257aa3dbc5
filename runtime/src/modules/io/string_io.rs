//! `StringIO`: a text file in memory.
//!
//! What lives here: the class. Its text is WTF-8; positions count code points, and are byte offsets while the
//! text is ASCII. Start at [`StringIo`].

use super::base::{TextIoBase, size_argument};
use super::newlines::{NewlineDecoder, Newlines, argument_of, encode_newlines};
use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{string, tuple};
use crate::object::Gc;
use crate::text::code_points;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use taipan_macros::py_class;

/// Text and position.
pub struct StringIo {
    text: RefCell<Vec<u8>>,
    /// Code points in the text.
    length: Cell<usize>,
    /// In code points; may lie behind the end.
    position: Cell<usize>,
    /// Where `position` is in bytes, while it is known and within the text.
    byte_position: Cell<Option<usize>>,
    newlines: Cell<Newlines>,
    decoder: NewlineDecoder,
    closed: Cell<bool>,
}

impl PayloadData for StringIo {
    fn trace(&self, _: &mut Tracer) {}
}

type StringIoObject = Payload<StringIo>;

impl StringIo {
    fn empty() -> StringIo {
        StringIo {
            text: RefCell::default(),
            length: Cell::new(0),
            position: Cell::new(0),
            byte_position: Cell::new(Some(0)),
            newlines: Cell::new(Newlines::Only("\n")),
            decoder: NewlineDecoder::default(),
            closed: Cell::new(false),
        }
    }

    fn check_open(&self, thread: &Thread) -> PyResult<()> {
        if self.closed.get() { Err(thread.raise_value_error("I/O operation on closed file")) } else { Ok(()) }
    }

    /// The position as a byte offset; the end if it lies behind.
    fn byte_offset(&self) -> usize {
        if let Some(offset) = self.byte_position.get() {
            return offset;
        }
        let text = self.text.borrow();
        let offset = if self.position.get() >= self.length.get() {
            text.len()
        } else if text.len() == self.length.get() {
            self.position.get()
        } else {
            code_points::advance(&text, 0, self.position.get())
        };
        drop(text);
        self.byte_position.set(Some(offset));
        offset
    }

    fn move_to(&self, position: usize) {
        self.position.set(position);
        self.byte_position.set(None);
    }

    /// Takes the text from the position to `end` (a byte offset).
    fn take_to(&self, thread: &Thread, start: usize, end: usize) -> Gc<Str> {
        let text = self.text.borrow();
        let taken = Str::from_wtf8_bytes_unchecked(thread, &text[start..end]);
        self.position.set(self.position.get() + taken.len(thread));
        self.byte_position.set(Some(end));
        taken
    }

    /// Takes the next line, at most `limit` code points of it.
    fn take_line(&self, thread: &Thread, limit: Option<usize>) -> Gc<Str> {
        if self.position.get() >= self.length.get() {
            return Str::empty(thread);
        }
        let start = self.byte_offset();
        let end = {
            let text = self.text.borrow();
            let rest = &text[start..];
            let length = self.newlines.get().line_end(rest).unwrap_or(rest.len());
            match limit {
                Some(limit) if code_points::count(&rest[..length]) > limit => {
                    start + code_points::advance(rest, 0, limit)
                }
                _ => start + length,
            }
        };
        self.take_to(thread, start, end)
    }

    /// Writes at the position, over what is there.
    fn write_text(&self, thread: &Thread, given: Gc<Str>) -> PyResult<()> {
        let newlines = self.newlines.get();
        let given = if newlines.is_universal() {
            let decoded = self.decoder.decode(given.as_bytes(thread).to_vec(), newlines == Newlines::Translate, true);
            Str::from_wtf8_bytes_unchecked(thread, &decoded)
        } else {
            encode_newlines(thread, given, newlines)
        };
        let count = given.len(thread);
        if count == 0 {
            return Ok(());
        }
        let (position, length) = (self.position.get(), self.length.get());
        let start = self.byte_offset();
        let mut text = self.text.borrow_mut();
        let text: &mut Vec<u8> = &mut text;
        if position >= length {
            // Positions behind the end are filled with zeros.
            if text.try_reserve(position - length).is_err() {
                return Err(thread.raise_memory_error(""));
            }
            text.resize(text.len() + (position - length), 0);
            text.extend_from_slice(given.as_bytes(thread));
            self.byte_position.set(Some(text.len()));
        } else {
            let overwritten = count.min(length - position);
            let end =
                if text.len() == length { start + overwritten } else { code_points::advance(text, start, overwritten) };
            text.splice(start..end, given.as_bytes(thread).iter().copied());
            self.byte_position.set(Some(start + given.byte_len()));
        }
        self.position.set(position + count);
        self.length.set(length.max(position + count));
        Ok(())
    }
}

/// Text I/O implementation using an in-memory buffer.
///
/// The initial_value argument sets the value of object.  The newline
/// argument is like the one of TextIOWrapper's constructor.
#[py_class(
    name = "StringIO", module = "_io", base = TextIoBase, signature = "(initial_value='', newline='\\n')",
    subclassable, dict, mutable, payload
)]
impl StringIo {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> Gc<StringIoObject> {
        let _ = (args, keywords);
        Payload::new(thread, class, StringIo::empty())
    }

    #[method(signature = "(self, /, initial_value='', newline='\\n')")]
    fn __init__(
        this: Gc<StringIoObject>,
        thread: &Thread,
        initial_value: Option<Value>,
        newline: Option<Value>,
    ) -> PyResult<()> {
        let newlines = match newline {
            None => Newlines::Only("\n"),
            Some(newline) => Newlines::from_argument(thread, Some(newline), "StringIO")?,
        };
        let initial = match initial_value.filter(|initial| !initial.is_none()) {
            None => None,
            Some(initial) => match initial.cast::<Str>() {
                Some(text) => Some(text),
                None => {
                    let message = format!("initial_value must be str or None, not {}", thread.type_name(initial));
                    return Err(thread.raise_type_error(message));
                }
            },
        };
        let data = &this.data;
        data.text.borrow_mut().clear();
        data.length.set(0);
        data.move_to(0);
        data.newlines.set(newlines);
        data.decoder.reset();
        data.closed.set(false);
        if let Some(initial) = initial {
            data.write_text(thread, initial)?;
            data.move_to(0);
        }
        Ok(())
    }

    /// Retrieve the entire contents of the object.
    #[method]
    fn getvalue(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<Gc<Str>> {
        this.data.check_open(thread)?;
        Ok(Str::from_wtf8_bytes_unchecked(thread, &this.data.text.borrow()))
    }

    /// Tell the current file position.
    #[method]
    fn tell(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<usize> {
        this.data.check_open(thread)?;
        Ok(this.data.position.get())
    }

    /// Read at most size characters, returned as a string.
    ///
    /// If the argument is negative or omitted, read until EOF
    /// is reached. Return an empty string at EOF.
    #[method(signature = "(self, size=-1, /)")]
    fn read(this: Gc<StringIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Str>> {
        let size = size_argument(thread, size)?;
        this.data.check_open(thread)?;
        if this.data.position.get() >= this.data.length.get() {
            return Ok(Str::empty(thread));
        }
        let start = this.data.byte_offset();
        let end = {
            let text = this.data.text.borrow();
            let left = this.data.length.get() - this.data.position.get();
            match size {
                Some(size) if size < left && text.len() == this.data.length.get() => start + size,
                Some(size) if size < left => code_points::advance(&text, start, size),
                _ => text.len(),
            }
        };
        Ok(this.data.take_to(thread, start, end))
    }

    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[method(signature = "(self, size=-1, /)")]
    fn readline(this: Gc<StringIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<Gc<Str>> {
        let size = size_argument(thread, size)?;
        this.data.check_open(thread)?;
        Ok(this.data.take_line(thread, size))
    }

    #[method]
    fn __next__(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<Option<Value>> {
        this.data.check_open(thread)?;
        let line = this.data.take_line(thread, None);
        Ok(if line.is_empty() { None } else { Some(line.value()) })
    }

    /// Truncate size to pos.
    ///
    /// The pos argument defaults to the current file position, as
    /// returned by tell().  The current file position is unchanged.
    /// Returns the new absolute position.
    #[method(signature = "(self, pos=None, /)")]
    fn truncate(this: Gc<StringIoObject>, thread: &Thread, pos: Option<Value>) -> PyResult<usize> {
        this.data.check_open(thread)?;
        let size = match pos.filter(|pos| !pos.is_none()) {
            Some(pos) => {
                let number = dispatch::number::index_i64(thread, pos)?;
                match usize::try_from(number) {
                    Ok(size) => size,
                    Err(_) => return Err(thread.raise_value_error(format!("negative pos value {number}"))),
                }
            }
            None => this.data.position.get(),
        };
        if size < this.data.length.get() {
            let mut text = this.data.text.borrow_mut();
            let end = code_points::advance(&text, 0, size);
            text.truncate(end);
            this.data.length.set(size);
            this.data.byte_position.set(None);
        }
        Ok(size)
    }

    /// Change stream position.
    ///
    /// Seek to character offset pos relative to position indicated by whence:
    ///     0  Start of stream (the default).  pos should be >= 0;
    ///     1  Current position - pos must be 0;
    ///     2  End of stream - pos must be 0.
    /// Returns the new absolute position.
    #[method(signature = "(self, pos, whence=0, /)")]
    fn seek(this: Gc<StringIoObject>, thread: &Thread, pos: Value, whence: Option<i32>) -> PyResult<usize> {
        let offset = dispatch::number::index_i64(thread, pos)?;
        this.data.check_open(thread)?;
        let target = match whence.unwrap_or(0) {
            0 => match usize::try_from(offset) {
                Ok(target) => target,
                Err(_) => return Err(thread.raise_value_error(format!("Negative seek position {offset}"))),
            },
            1 | 2 if offset != 0 => return Err(thread.raise_plain_os_error("Can't do nonzero cur-relative seeks")),
            1 => this.data.position.get(),
            2 => this.data.length.get(),
            other => return Err(thread.raise_value_error(format!("Invalid whence ({other}, should be 0, 1 or 2)"))),
        };
        this.data.move_to(target);
        Ok(target)
    }

    /// Write string to file.
    ///
    /// Returns the number of characters written, which is always equal to
    /// the length of the string.
    #[method]
    fn write(this: Gc<StringIoObject>, thread: &Thread, s: Value) -> PyResult<usize> {
        let Some(text) = s.cast::<Str>() else {
            return Err(thread.raise_type_error(format!("string argument expected, got '{}'", thread.type_name(s))));
        };
        this.data.check_open(thread)?;
        this.data.write_text(thread, text)?;
        Ok(text.len(thread))
    }

    /// Close the IO object.
    ///
    /// Attempting any further operation after the object is closed
    /// will raise a ValueError.
    ///
    /// This method has no effect if the file is already closed.
    #[method]
    fn close(this: Gc<StringIoObject>) {
        this.data.closed.set(true);
        *this.data.text.borrow_mut() = Vec::new();
        this.data.length.set(0);
        this.data.move_to(0);
    }

    /// Returns True if the IO object can be read.
    #[method]
    fn readable(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.check_open(thread)?;
        Ok(true)
    }

    /// Returns True if the IO object can be written.
    #[method]
    fn writable(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.check_open(thread)?;
        Ok(true)
    }

    /// Returns True if the IO object can be seeked.
    #[method]
    fn seekable(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.check_open(thread)?;
        Ok(true)
    }

    #[getter]
    fn closed(this: Gc<StringIoObject>) -> bool {
        this.data.closed.get()
    }

    #[getter]
    fn line_buffering(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.check_open(thread)?;
        Ok(false)
    }

    #[getter]
    fn newlines(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<Value> {
        this.data.check_open(thread)?;
        Ok(this.data.decoder.seen_value(thread))
    }

    #[method(name = "__getstate__", signature = "(self)")]
    fn getstate(this: Gc<StringIoObject>, thread: &Thread) -> PyResult<Value> {
        let value = StringIo::getvalue(this, thread)?.value();
        let newline = argument_of(thread, this.data.newlines.get());
        let dict = instance::dictionary_copy(thread, this.header()).filter(|dict| !dict.is_empty());
        let dict = dict.map_or(Value::NONE, |dict| dict.value());
        Ok(tuple(thread, &[value, newline, int::from_usize(thread, this.data.position.get()), dict]))
    }

    #[method(name = "__setstate__")]
    fn setstate(this: Gc<StringIoObject>, thread: &Thread, state: Value) -> PyResult<()> {
        let Some(state) = state.cast::<Tuple>().filter(|state| state.len() >= 4) else {
            let class = thread.class_of(this.value()).full_name(thread);
            return Err(thread.raise_type_error(format!(
                "{class}.__setstate__ argument should be 4-tuple, got {}",
                thread.type_name(state)
            )));
        };
        let &[value, newline, position, attributes, ..] = state.items() else {
            unreachable!("the length was checked");
        };
        this.data.check_open(thread)?;
        let text = value.cast::<Str>();
        if text.is_none() {
            // Says what is wrong with the value, or empties the stream for None.
            StringIo::__init__(this, thread, Some(value), Some(newline))?;
        }
        let newlines = Newlines::from_argument(thread, Some(newline), "StringIO")?;
        // The text was translated when it was written: it is taken as it is.
        StringIo::__init__(this, thread, None, Some(string(thread, "")))?;
        if let Some(text) = text {
            this.data.write_text(thread, text)?;
        }
        this.data.newlines.set(newlines);
        if !dispatch::number::has_index(thread, position) {
            let given = thread.type_name(position);
            return Err(thread.raise_type_error(format!("third item of state must be an integer, got {given}")));
        }
        match usize::try_from(dispatch::number::index_i64(thread, position)?) {
            Ok(position) => this.data.move_to(position),
            Err(_) => return Err(thread.raise_value_error("position value cannot be negative")),
        }
        if !attributes.is_none() && attributes.cast::<Dict>().is_none() {
            let given = thread.type_name(attributes);
            return Err(thread.raise_type_error(format!("fourth item of state should be a dict, got a {given}")));
        }
        if let Some(dict) = attributes.cast::<Dict>()
            && let Some(own) = instance::dictionary(thread, this.header())
        {
            own.update(thread, dict)?;
        }
        Ok(())
    }
}
