//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`, `BufferedRWPair`.
//!
//! What lives here: [`Buffered`], the one native state of the first three, and their methods. What must not:
//! system calls (`file.rs`). Start at [`Buffered`].
//!
//! A buffer holds either bytes read ahead or bytes not yet written. Before the other direction is used, read-ahead
//! is given back by seeking the raw file, or the pending bytes are written.

mod methods;
mod pair;

pub use methods::{BufferedRandom, BufferedWriter};
pub use pair::BufferedPair;

use super::file::{self, FileIo};
use super::raise_unsupported;
use super::turn::Turn;
use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{self, call_method, get, intern, is_exact, string};
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::exception::{Exception, field};
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::{Cell, RefCell};

/// State of a buffered file.
#[derive(Default)]
pub struct Buffered {
    /// The raw file; empty before `__init__` and after `detach`.
    raw: RawSlot,
    detached: Cell<bool>,
    buffer_size: Cell<usize>,
    /// How much a read is expected to bring at most: a small file is not read into a large buffer.
    expected: Cell<usize>,
    /// Bytes read ahead: those from `position` on are still to be given out.
    ahead: RefCell<Vec<u8>>,
    position: Cell<usize>,
    /// Bytes not yet written.
    pending: RefCell<Vec<u8>>,
    /// Which directions the class has.
    reads: Cell<bool>,
    writes: Cell<bool>,
    turn: Turn,
}

/// A slot with a default, for [`Buffered`].
struct RawSlot(Slot);

impl Default for RawSlot {
    fn default() -> RawSlot {
        RawSlot(Slot::empty())
    }
}

impl PayloadData for Buffered {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.raw.0);
    }
}

pub type BufferedObject = Payload<Buffered>;

/// Which of the three classes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Reader,
    Writer,
    Random,
}

impl Buffered {
    /// An object of the exact class for the direction, over `raw`.
    pub fn make(thread: &Thread, direction: Direction, raw: Value, buffer_size: usize) -> PyResult<Gc<BufferedObject>> {
        let spec = match direction {
            Direction::Reader => Buffered::SPEC,
            Direction::Writer => BufferedWriter::SPEC,
            Direction::Random => BufferedRandom::SPEC,
        };
        let object = Payload::new(thread, Type::of_spec(thread, spec), Buffered::default());
        initialise(thread, object, direction, raw, buffer_size as i64)?;
        Ok(object)
    }

    /// The raw file.
    pub fn raw(&self, thread: &Thread) -> PyResult<Value> {
        match self.raw.0.get() {
            Some(raw) => Ok(raw),
            None if self.detached.get() => Err(thread.raise_value_error("raw stream has been detached")),
            None => Err(thread.raise_value_error("I/O operation on uninitialized object")),
        }
    }

    pub(super) fn is_closed(&self, thread: &Thread) -> PyResult<bool> {
        let raw = self.raw(thread)?;
        if let Some(file) = file::exact(thread, raw) {
            return Ok(file.data.is_closed());
        }
        let closed = get(thread, raw, "closed")?;
        dispatch::truth::truth(thread, closed)
    }

    fn check_open(&self, thread: &Thread, what: &str) -> PyResult<()> {
        if self.is_closed(thread)? {
            return Err(thread.raise_value_error(format!("{what} of closed file")));
        }
        Ok(())
    }

    fn check_reads(&self, thread: &Thread) -> PyResult<()> {
        if self.reads.get() { Ok(()) } else { Err(raise_unsupported(thread, "not readable")) }
    }

    fn check_writes(&self, thread: &Thread) -> PyResult<()> {
        if self.writes.get() { Ok(()) } else { Err(raise_unsupported(thread, "not writable")) }
    }

    /// How many bytes were read ahead.
    fn ahead_count(&self) -> usize {
        self.ahead.borrow().len() - self.position.get()
    }

    /// Takes up to `count` bytes that were read ahead.
    fn take_ahead(&self, count: usize, into: &mut Vec<u8>) {
        let count = count.min(self.ahead_count());
        let start = self.position.get();
        into.extend_from_slice(&self.ahead.borrow()[start..start + count]);
        self.position.set(start + count);
    }

    fn drop_ahead(&self) {
        self.ahead.borrow_mut().clear();
        self.position.set(0);
    }

    // ---- raw file ----

    /// One read of up to `count` bytes. `None`: would block.
    fn raw_read(&self, thread: &Thread, count: usize) -> PyResult<Option<Vec<u8>>> {
        let raw = self.raw(thread)?;
        if let Some(file) = file::exact(thread, raw) {
            let mut data = support::zeroed_buffer(thread, count)?;
            return Ok(file.data.read_into(thread, &mut data)?.map(|filled| {
                data.truncate(filled);
                data
            }));
        }
        let target = ByteArray::new(thread, &support::zeroed_buffer(thread, count)?)?;
        let result = call_method(thread, raw, "readinto", &[target.value()])?;
        if result.is_none() {
            return Ok(None);
        }
        let filled = dispatch::number::index_i64(thread, result)?;
        match usize::try_from(filled) {
            Ok(filled) if filled <= count && filled <= target.len() => Ok(Some(target.as_slice()[..filled].to_vec())),
            _ => Err(thread.raise_plain_os_error(format!(
                "raw readinto() returned invalid length {filled} (should have been between 0 and {count})"
            ))),
        }
    }

    /// One read of up to `count` bytes, which may be short though the file has more. `None`: would block.
    fn read_expected(&self, thread: &Thread, count: usize) -> PyResult<Option<Vec<u8>>> {
        let expected = self.expected.get();
        let data = self.raw_read(thread, count.min(expected))?;
        if data.as_ref().is_some_and(|data| data.len() == expected) {
            // The file has grown.
            self.expected.set(usize::MAX);
        }
        Ok(data)
    }

    /// One write. `None`: would block.
    fn raw_write(&self, thread: &Thread, data: &[u8]) -> PyResult<Option<usize>> {
        let raw = self.raw(thread)?;
        if let Some(file) = file::exact(thread, raw) {
            return file.data.write_from(thread, data);
        }
        let result = call_method(thread, raw, "write", &[Bytes::new(thread, data).value()])?;
        if result.is_none() {
            return Ok(None);
        }
        let written = dispatch::number::index_i64(thread, result)?;
        match usize::try_from(written) {
            Ok(written) if written <= data.len() => Ok(Some(written)),
            _ => Err(thread.raise_plain_os_error(format!(
                "raw write() returned invalid length {written} (should have been between 0 and {})",
                data.len()
            ))),
        }
    }

    fn raw_seek(&self, thread: &Thread, offset: i64, whence: i32) -> PyResult<i64> {
        let raw = self.raw(thread)?;
        if let Some(file) = file::exact(thread, raw) {
            return file.data.seek_to(thread, offset, whence);
        }
        let result = call_method(
            thread,
            raw,
            "seek",
            &[int::from_i64(thread, offset), Value::small_wrapping(i64::from(whence))],
        )?;
        let position = dispatch::number::index_i64(thread, result)?;
        if position < 0 {
            return Err(thread.raise_plain_os_error(format!("Raw stream returned invalid position {position}")));
        }
        Ok(position)
    }

    fn raw_tell(&self, thread: &Thread) -> PyResult<i64> {
        let raw = self.raw(thread)?;
        if let Some(file) = file::exact(thread, raw) {
            return file.data.seek_to(thread, 0, libc::SEEK_CUR);
        }
        let result = call_method(thread, raw, "tell", &[])?;
        let position = dispatch::number::index_i64(thread, result)?;
        if position < 0 {
            return Err(thread.raise_plain_os_error(format!("Raw stream returned invalid position {position}")));
        }
        Ok(position)
    }

    // ---- between the directions ----

    /// Writes what is pending.
    ///
    /// # Errors
    /// BlockingIOError if the raw file takes no more; what was not written stays pending.
    pub fn flush_pending(&self, thread: &Thread) -> PyResult<()> {
        let _turn = self.turn.take(thread)?;
        let mut start = 0;
        let data = std::mem::take(&mut *self.pending.borrow_mut());
        while start < data.len() {
            let result = self.raw_write(thread, &data[start..]);
            match result {
                Ok(Some(count)) => {
                    start += count;
                    // A write that did not take all may have been interrupted.
                    if let Err(raised) = thread.poll_native() {
                        self.restore_pending(&data[start..]);
                        return Err(raised);
                    }
                }
                Ok(None) => {
                    self.restore_pending(&data[start..]);
                    return Err(raise_blocking(thread, "write could not complete without blocking", 0));
                }
                Err(raised) => {
                    self.restore_pending(&data[start..]);
                    return Err(raised);
                }
            }
        }
        // Keep the allocation for the next writes.
        let mut data = data;
        data.clear();
        let mut pending = self.pending.borrow_mut();
        if pending.is_empty() {
            *pending = data;
        }
        Ok(())
    }

    /// Puts unwritten bytes back, in front of what was written meanwhile.
    fn restore_pending(&self, rest: &[u8]) {
        self.pending.borrow_mut().splice(0..0, rest.iter().copied());
    }

    /// Gives read-ahead back to the raw file.
    fn rewind_ahead(&self, thread: &Thread) -> PyResult<()> {
        let count = self.ahead_count();
        self.drop_ahead();
        if count > 0 {
            self.raw_seek(thread, -(count as i64), libc::SEEK_CUR)?;
        }
        Ok(())
    }

    /// Before reading: nothing may be pending.
    fn prepare_read(&self, thread: &Thread) -> PyResult<()> {
        if self.pending.borrow().is_empty() { Ok(()) } else { self.flush_pending(thread) }
    }

    // ---- operations ----

    /// Reads up to `count` bytes with at most one raw read, or what was read ahead.
    pub fn read_once(&self, thread: &Thread, count: Option<usize>) -> PyResult<Option<Vec<u8>>> {
        let _turn = self.turn.take(thread)?;
        self.prepare_read(thread)?;
        let count = count.unwrap_or(self.buffer_size.get());
        if count == 0 {
            return Ok(Some(Vec::new()));
        }
        let mut data = Vec::new();
        if self.ahead_count() == 0 {
            if count >= self.buffer_size.get() {
                self.drop_ahead();
                return self.read_expected(thread, count);
            }
            if !self.fill(thread)? {
                return Ok(None);
            }
        }
        self.take_ahead(count, &mut data);
        Ok(Some(data))
    }

    /// Reads ahead once, nothing being left. `false`: would block.
    fn fill(&self, thread: &Thread) -> PyResult<bool> {
        let data = self.read_expected(thread, self.buffer_size.get())?;
        let present = data.is_some();
        *self.ahead.borrow_mut() = data.unwrap_or_default();
        self.position.set(0);
        Ok(present)
    }

    /// Reads exactly `count` bytes unless the end comes. `None`: nothing there yet.
    fn read_exactly(&self, thread: &Thread, count: usize) -> PyResult<Option<Vec<u8>>> {
        let _turn = self.turn.take(thread)?;
        self.prepare_read(thread)?;
        let mut data = Vec::with_capacity(count.min(1 << 20));
        self.take_ahead(count, &mut data);
        while data.len() < count {
            let missing = count - data.len();
            if missing >= self.buffer_size.get() {
                // Whole blocks go past the buffer.
                match self.raw_read(thread, missing - missing % self.buffer_size.get())? {
                    Some(piece) if piece.is_empty() => break,
                    Some(piece) => data.extend_from_slice(&piece),
                    None => return Ok(if data.is_empty() { None } else { Some(data) }),
                }
                continue;
            }
            if !self.fill(thread)? {
                return Ok(if data.is_empty() { None } else { Some(data) });
            }
            if self.ahead_count() == 0 {
                break;
            }
            self.take_ahead(missing, &mut data);
        }
        Ok(Some(data))
    }

    /// Reads to the end.
    fn read_rest(&self, thread: &Thread) -> PyResult<Option<Vec<u8>>> {
        let _turn = self.turn.take(thread)?;
        self.prepare_read(thread)?;
        let mut data = Vec::new();
        self.take_ahead(usize::MAX, &mut data);
        self.drop_ahead();
        let raw = self.raw(thread)?;
        let rest = if let Some(file) = file::exact(thread, raw) {
            file.data.read_all(thread)?
        } else if let Some(method) = dispatch::attr::get_optional(thread, raw, intern(thread, "readall"))? {
            let rest = dispatch::call::call(thread, method, &[])?;
            match rest.cast::<Bytes>() {
                Some(rest) => Some(rest.as_slice().to_vec()),
                None if rest.is_none() => None,
                None => return Err(thread.raise_type_error("readall() should return bytes")),
            }
        } else {
            let mut rest: Option<Vec<u8>> = None;
            loop {
                let piece = call_method(thread, raw, "read", &[])?;
                match piece.cast::<Bytes>() {
                    Some(piece) if piece.is_empty() => {
                        rest.get_or_insert_default();
                        break;
                    }
                    Some(piece) => rest.get_or_insert_default().extend_from_slice(piece.as_slice()),
                    None if piece.is_none() => break,
                    None => return Err(thread.raise_type_error("read() should return bytes")),
                }
            }
            rest
        };
        match rest {
            Some(rest) if data.is_empty() => Ok(Some(rest)),
            Some(rest) => {
                data.extend_from_slice(&rest);
                Ok(Some(data))
            }
            None if data.is_empty() => Ok(None),
            None => Ok(Some(data)),
        }
    }

    /// Appends to what is pending, writing when the buffer is full.
    pub fn write_bytes(&self, thread: &Thread, data: &[u8]) -> PyResult<()> {
        let _turn = self.turn.take(thread)?;
        if self.ahead_count() > 0 {
            self.rewind_ahead(thread)?;
        } else {
            self.drop_ahead();
        }
        let size = self.buffer_size.get();
        if self.pending.borrow().len() + data.len() <= size {
            self.pending.borrow_mut().extend_from_slice(data);
            return Ok(());
        }
        if let Err(raised) = self.flush_pending(thread) {
            let blocked = thread.exception_is(thread.vm().exceptions.blocking_io_error);
            if !blocked {
                return Err(raised);
            }
            // Take what fits, and say how much that was.
            let room = size.saturating_sub(self.pending.borrow().len());
            if data.len() <= room {
                thread.take_exception(raised);
                self.pending.borrow_mut().extend_from_slice(data);
                return Ok(());
            }
            thread.take_exception(raised);
            self.pending.borrow_mut().extend_from_slice(&data[..room]);
            return Err(raise_blocking(thread, "write could not complete without blocking", room));
        }
        let mut rest = data;
        while rest.len() > size {
            match self.raw_write(thread, rest)? {
                Some(count) => {
                    rest = &rest[count..];
                    thread.poll_native()?;
                }
                None => {
                    let taken = size.min(rest.len());
                    self.pending.borrow_mut().extend_from_slice(&rest[..taken]);
                    let written = data.len() - rest.len() + taken;
                    return Err(raise_blocking(thread, "write could not complete without blocking", written));
                }
            }
        }
        self.pending.borrow_mut().extend_from_slice(rest);
        Ok(())
    }

    fn position_now(&self, thread: &Thread) -> PyResult<i64> {
        let _turn = self.turn.take(thread)?;
        let raw = self.raw_tell(thread)?;
        // A character device has no position: it says 0 whatever was read ahead.
        Ok((raw - self.ahead_count() as i64 + self.pending.borrow().len() as i64).max(0))
    }

    /// Moves the position; the new one.
    fn seek_to(&self, thread: &Thread, offset: i64, whence: i32) -> PyResult<i64> {
        let _turn = self.turn.take(thread)?;
        if self.writes.get() {
            self.flush_pending(thread)?;
        }
        if self.reads.get() && whence != libc::SEEK_END && self.ahead_count() > 0 {
            // Within what was read ahead no system call is needed, but for the position.
            let current = self.position_now(thread)?;
            let target = if whence == libc::SEEK_CUR { current + offset } else { offset };
            let start = current - self.position.get() as i64;
            let end = current + self.ahead_count() as i64;
            if (start..=end).contains(&target) {
                self.position.set((target - start) as usize);
                return Ok(target);
            }
        }
        let offset = if whence == libc::SEEK_CUR { offset - self.ahead_count() as i64 } else { offset };
        let position = self.raw_seek(thread, offset, whence)?;
        self.drop_ahead();
        Ok(position)
    }
}

/// Raises BlockingIOError(EAGAIN, message, written).
#[cold]
fn raise_blocking(thread: &Thread, message: &str, written: usize) -> crate::error::Raised {
    let class = thread.vm().exceptions.blocking_io_error;
    let arguments = [Value::small_wrapping(i64::from(libc::EAGAIN)), string(thread, message)];
    let exception = Exception::new(thread, class, &arguments);
    exception.set_field(thread, field::FIFTH, int::from_usize(thread, written));
    thread.raise_exception_object(exception)
}

fn initialise(
    thread: &Thread,
    this: Gc<BufferedObject>,
    direction: Direction,
    raw: Value,
    buffer_size: i64,
) -> PyResult<()> {
    // An object whose initialisation fails is not what it was before.
    this.data.raw.0.init(None);
    this.data.detached.set(false);
    let Ok(size @ 1..) = usize::try_from(buffer_size) else {
        return Err(thread.raise_value_error("buffer size must be strictly positive"));
    };
    let able = |name: &str| -> PyResult<bool> {
        if let Some(file) = file::exact(thread, raw) {
            return Ok(if name == "readable" { file.data.is_readable() } else { file.data.is_writable() });
        }
        let result = call_method(thread, raw, name, &[])?;
        dispatch::truth::truth(thread, result)
    };
    if direction == Direction::Random {
        let seekable = match file::exact(thread, raw) {
            Some(file) => file.data.is_seekable(thread)?,
            None => {
                let result = call_method(thread, raw, "seekable", &[])?;
                dispatch::truth::truth(thread, result)?
            }
        };
        if !seekable {
            return Err(raise_unsupported(thread, "File or stream is not seekable."));
        }
    }
    if direction != Direction::Writer && !able("readable")? {
        return Err(raise_unsupported(thread, "File or stream is not readable."));
    }
    if direction != Direction::Reader && !able("writable")? {
        return Err(raise_unsupported(thread, "File or stream is not writable."));
    }
    let data = &this.data;
    this.store(thread, &data.raw.0, raw);
    data.detached.set(false);
    data.buffer_size.set(size);
    data.expected.set(file::exact(thread, raw).map_or(usize::MAX, |file| file.data.expected_size()));
    data.reads.set(direction != Direction::Writer);
    data.writes.set(direction != Direction::Reader);
    data.drop_ahead();
    data.pending.borrow_mut().clear();
    Ok(())
}

fn bytes_or_none(thread: &Thread, data: Option<Vec<u8>>) -> Value {
    data.map_or(Value::NONE, |data| Bytes::new(thread, &data).value())
}

/// The class has no Python code in it that could see the difference between a method call and a direct one.
pub fn is_native(thread: &Thread, value: Value) -> bool {
    [Buffered::SPEC, BufferedWriter::SPEC, BufferedRandom::SPEC].into_iter().any(|spec| is_exact(thread, value, spec))
}

/// The native state of an object of one of the exact classes.
pub fn exact(thread: &Thread, value: Value) -> Option<Gc<BufferedObject>> {
    let object = Payload::<Buffered>::cast(value)?;
    is_native(thread, value).then_some(object)
}

/// The raw file's preferred buffer size, for `open`.
pub fn preferred_size(file: Gc<Payload<FileIo>>) -> usize {
    file.data.block_size().clamp(super::DEFAULT_BUFFER_SIZE, 8 * 1024 * 1024)
}
