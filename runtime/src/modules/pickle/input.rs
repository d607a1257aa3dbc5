//! Where a pickle is read from: bytes in memory, and the file behind them.
//!
//! What lives here: [`Input`], a field of unpicklers. What must not: what the bytes mean. A file is asked for no more
//! than what is needed, because another pickle may follow; one with `peek` is looked into ahead of need.

use super::unpickler::UnpicklerObject;
use super::unpickling_error;
use crate::dispatch::{attr, call};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::intern;
use crate::object::{Gc, GcSlot, Slot};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::memoryview::MemoryView;
use crate::value::Value;
use std::cell::Cell;

/// How much is looked into at a time.
const PREFETCH: usize = 128 << 10;

/// Bytes at hand, and where more come from.
#[derive(Default)]
pub struct Input {
    /// What was read or peeked at last.
    bytes: GcSlot<Bytes>,
    /// How much of it was used.
    position: Cell<usize>,
    /// The file has been read up to here in `bytes`; what comes after was only peeked at.
    fetched: Cell<usize>,
    /// Methods of the file.
    read: Slot,
    readline: Slot,
    readinto: Slot,
    peek: Slot,
}

impl Input {
    /// Reports what it holds.
    pub fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.bytes);
        for slot in [&self.read, &self.readline, &self.readinto, &self.peek] {
            tracer.slot(slot);
        }
    }

    /// There is a file.
    pub fn has_file(&self) -> bool {
        self.read.get().is_some()
    }

    /// So many bytes are at hand.
    pub fn has_at_hand(&self, count: usize) -> bool {
        self.bytes.get().is_some_and(|bytes| count <= bytes.len() - self.position.get())
    }

    /// The last `count` bytes are to be read again.
    pub fn give_back(&self, count: usize) {
        self.position.set(self.position.get() - count);
    }

    /// The next byte, if it is at hand.
    #[inline(always)]
    pub fn byte_at_hand(&self) -> Option<u8> {
        let position = self.position.get();
        let byte = *self.bytes.get()?.as_slice().get(position)?;
        self.position.set(position + 1);
        Some(byte)
    }
}

#[cold]
fn truncated(thread: &Thread) -> Raised {
    unpickling_error(thread, "pickle data was truncated")
}

/// Bytes of the input: these stay as they are, whatever is read meanwhile.
#[derive(Clone, Copy)]
pub struct Chunk {
    bytes: Gc<Bytes>,
    start: usize,
    end: usize,
}

impl Chunk {
    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes.as_slice()[self.start..self.end]
    }
}

/// Reading is done by the unpickler that the input is a field of: the barrier needs it.
impl Gc<UnpicklerObject> {
    /// Reads from these bytes.
    ///
    /// # Errors
    /// TypeError if the object is not bytes-like.
    pub fn set_data(self, thread: &Thread, data: Value) -> PyResult<()> {
        self.set_bytes(thread, data).map(drop)
    }

    /// Makes a bytes-like object what is at hand; its length.
    fn set_bytes(self, thread: &Thread, data: Value) -> PyResult<usize> {
        let bytes = match data.cast::<Bytes>() {
            Some(bytes) => bytes,
            None => {
                if MemoryView::of(thread, data).is_some_and(|view| !view.data.is_c_contiguous()) {
                    return Err(thread.raise_buffer_error("memoryview: underlying buffer is not C-contiguous"));
                }
                let copy = buffer::with_bytes(thread, data, <[u8]>::to_vec)?;
                Bytes::new(thread, &copy)
            }
        };
        let input = &self.data.input;
        self.store_gc(thread, &input.bytes, bytes);
        input.position.set(0);
        input.fetched.set(bytes.len());
        Ok(bytes.len())
    }

    /// Reads from a file.
    ///
    /// # Errors
    /// TypeError if it has no `read` or no `readline`.
    pub fn set_file(self, thread: &Thread, file: Value) -> PyResult<()> {
        let method = |name: &str| attr::get_optional(thread, file, intern(thread, name));
        let (peek, readinto) = (method("peek")?, method("readinto")?);
        let (Some(read), Some(readline)) = (method("read")?, method("readline")?) else {
            return Err(thread.raise_type_error("file must have 'read' and 'readline' attributes"));
        };
        let input = &self.data.input;
        for (slot, method) in [
            (&input.peek, peek),
            (&input.readinto, readinto),
            (&input.read, Some(read)),
            (&input.readline, Some(readline)),
        ] {
            slot.init(method);
        }
        input.bytes.init(None);
        input.position.set(0);
        input.fetched.set(0);
        thread.write_barrier(self.header());
        Ok(())
    }

    /// The file is to be where the pickle ends, not where it was peeked up to.
    ///
    /// # Errors
    /// What the file's `read` raises.
    pub fn skip_peeked(self, thread: &Thread) -> PyResult<()> {
        let input = &self.data.input;
        let used = input.position.get().saturating_sub(input.fetched.get());
        if let (Some(read), true) = (input.read.get(), used > 0) {
            call::call(thread, read, &[int::from_usize(thread, used)])?;
            input.fetched.set(input.position.get());
        }
        Ok(())
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// UnpicklingError if there are not so many; what the file raises.
    #[inline(always)]
    pub fn take(self, thread: &Thread, count: usize) -> PyResult<Chunk> {
        let input = &self.data.input;
        let start = input.position.get();
        if let Some(bytes) = input.bytes.get()
            && count <= bytes.len() - start
        {
            input.position.set(start + count);
            return Ok(Chunk { bytes, start, end: start + count });
        }
        self.fetch(thread, count)
    }

    #[cold]
    fn fetch(self, thread: &Thread, count: usize) -> PyResult<Chunk> {
        let input = &self.data.input;
        let Some(read) = input.read.get() else { return Err(truncated(thread)) };
        if i64::try_from(count).is_err() {
            return Err(unpickling_error(thread, "read would overflow (invalid bytecode)"));
        }
        self.skip_peeked(thread)?;
        if !self.peek(thread, count)? {
            let data = call::call(thread, read, &[int::from_usize(thread, count)])?;
            if self.set_bytes(thread, data)? < count {
                return Err(truncated(thread));
            }
        }
        let Some(bytes) = input.bytes.get() else { return Err(truncated(thread)) };
        input.position.set(count);
        Ok(Chunk { bytes, start: 0, end: count })
    }

    /// Looks into the file ahead; `true` if what is wanted is at hand then.
    fn peek(self, thread: &Thread, count: usize) -> PyResult<bool> {
        let input = &self.data.input;
        let Some(peek) = input.peek.get().filter(|_| count < PREFETCH) else { return Ok(false) };
        match call::call(thread, peek, &[int::from_usize(thread, PREFETCH)]) {
            Ok(data) => {
                let length = self.set_bytes(thread, data)?;
                input.fetched.set(0);
                Ok(count <= length)
            }
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.not_implemented_error)?;
                input.peek.init(None);
                Ok(false)
            }
        }
    }

    /// The next line with its end.
    ///
    /// # Errors
    /// As [`Gc::take`].
    pub fn take_line(self, thread: &Thread) -> PyResult<Chunk> {
        let input = &self.data.input;
        let start = input.position.get();
        if let Some(bytes) = input.bytes.get()
            && let Some(length) = memchr::memchr(b'\n', &bytes.as_slice()[start..])
        {
            input.position.set(start + length + 1);
            return Ok(Chunk { bytes, start, end: start + length + 1 });
        }
        let Some(readline) = input.readline.get() else { return Err(truncated(thread)) };
        self.skip_peeked(thread)?;
        let data = call::call(thread, readline, &[])?;
        let length = self.set_bytes(thread, data)?;
        match input.bytes.get() {
            Some(bytes) if bytes.as_slice().last() == Some(&b'\n') => {
                input.position.set(length);
                Ok(Chunk { bytes, start: 0, end: length })
            }
            _ => Err(truncated(thread)),
        }
    }

    /// The next `count` bytes as an object of their own, read straight into it where the file can.
    ///
    /// # Errors
    /// As [`Gc::take`]; MemoryError.
    pub fn take_array(self, thread: &Thread, count: usize) -> PyResult<Gc<ByteArray>> {
        let input = &self.data.input;
        let start = input.position.get();
        let at_hand = input.bytes.get().map_or(0, |bytes| bytes.len() - start).min(count);
        if at_hand < count && !input.has_file() {
            return Err(truncated(thread));
        }
        let array = ByteArray::new(thread, b"")?;
        if at_hand > 0
            && let Some(bytes) = input.bytes.get()
        {
            ByteArray::extend(array, thread, &bytes.as_slice()[start..start + at_hand])?;
            input.position.set(start + at_hand);
        }
        let missing = count - at_hand;
        if missing == 0 {
            return Ok(array);
        }
        self.skip_peeked(thread)?;
        let Some(readinto) = input.readinto.get() else {
            let read = input.read.get().unwrap_or(Value::NONE);
            let data = call::call(thread, read, &[int::from_usize(thread, missing)])?;
            let Some(data) = data.cast::<Bytes>() else {
                let class = crate::modules::support::repr(thread, thread.class_of(data).value())?;
                return Err(thread.raise_value_error(format!("read() returned non-bytes object ({class})")));
            };
            if data.len() < missing {
                return Err(truncated(thread));
            }
            ByteArray::extend(array, thread, &data.as_slice()[..missing])?;
            return Ok(array);
        };
        let rest = ByteArray::new(thread, b"")?;
        ByteArray::resize(rest, thread, missing)?;
        let view = MemoryView::new(thread, rest.value())?;
        let answer = call::call(thread, readinto, &[view.value()])?;
        let count = crate::dispatch::number::index_i64(thread, answer)?;
        if count < 0 {
            return Err(thread.raise_value_error("readinto() returned negative size"));
        }
        if (count as usize) < missing {
            return Err(truncated(thread));
        }
        MemoryView::release(view, thread)?;
        if at_hand == 0 {
            return Ok(rest);
        }
        ByteArray::extend(array, thread, rest.as_slice())?;
        Ok(array)
    }
}
