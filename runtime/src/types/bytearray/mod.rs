//! `bytearray`: mutable sequences of bytes.
//!
//! What lives here: the object's layout, growth and access. What must not: the Python methods (beside this
//! file), what it shares with `bytes` (`types/byte_methods.rs`). Start at [`ByteArray`].
#![allow(unsafe_code)] // The data lies in raw storage.

pub mod class;

use crate::error::PyResult;
use crate::gc::{CollectionKind, Tracer};
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, RawStorage, ShapeId, header_flags};
use crate::thread::Thread;
use crate::types::instance;
use crate::types::type_object::Type;
use std::cell::Cell;

/// A full collection runs to find out which views are alive.
const RECOUNTING: u8 = header_flags::KIND_0;

/// A Python `bytearray`.
#[repr(C)]
pub struct ByteArray {
    header: Header,
    length: Cell<usize>,
    /// First byte in use; bytes before it in the storage were deleted from the front.
    data: Cell<*mut u8>,
    storage: GcSlot<RawStorage>,
    /// How many memoryviews look at the data: while there are any, the size may not change.
    exports: Cell<usize>,
    /// Rust code that looks at the data just now.
    pins: Cell<usize>,
}

impl HeapObject for ByteArray {
    const KIND: Kind = Kind::ByteArray;

    fn size(&self) -> usize {
        size_of::<ByteArray>() + instance::tail_size(&self.header)
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(storage) = self.storage.get() {
            tracer.object(storage.header());
        }
        instance::trace_tail(&self.header, size_of::<ByteArray>(), tracer);
    }
}

impl ByteArray {
    fn build(header: Header) -> ByteArray {
        ByteArray {
            header,
            length: Cell::new(0),
            data: Cell::new(std::ptr::null_mut()),
            storage: GcSlot::empty(),
            exports: Cell::new(0),
            pins: Cell::new(0),
        }
    }

    /// A bytearray with a copy of `data`. Raises MemoryError.
    pub fn new(thread: &Thread, data: &[u8]) -> PyResult<Gc<ByteArray>> {
        let array = thread.allocate::<ByteArray>(ShapeId::BYTE_ARRAY, 0, ByteArray::build);
        ByteArray::extend(array, thread, data)?;
        Ok(array)
    }

    /// An empty instance of a subclass.
    pub fn new_subclass_instance(thread: &Thread, class: Gc<Type>) -> Gc<ByteArray> {
        instance::allocate_instance::<ByteArray>(thread, class, ByteArray::build)
    }

    /// The bytes. The slice is only good until the next call that may run Python code or resize.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        if self.length.get() == 0 {
            return &[];
        }
        // SAFETY: `data` points to `length` initialised bytes of the storage this object keeps alive.
        unsafe { std::slice::from_raw_parts(self.data.get(), self.length.get()) }
    }

    /// Runs `f` on the bytes for writing. `f` may not reach this object by another way.
    #[inline]
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        if self.length.get() == 0 {
            return f(&mut []);
        }
        // SAFETY: as in `as_slice`; the isolate runs one thread at a time and `f` does not re-enter.
        f(unsafe { std::slice::from_raw_parts_mut(self.data.get(), self.length.get()) })
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.get()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length.get() == 0
    }

    /// Where the data starts, for views that hold an export.
    pub fn data(&self) -> *mut u8 {
        self.data.get()
    }

    /// Bytes the object may hold before it needs new storage, plus one for the terminator CPython counts.
    pub fn allocated(&self) -> usize {
        match self.storage.get() {
            Some(_) => self.room() + 1,
            None => 0,
        }
    }

    /// A view starts to look at the data.
    pub fn export(&self) {
        self.exports.set(self.exports.get() + 1);
    }

    /// A view is done with the data.
    pub fn release_export(&self) {
        self.exports.set(self.exports.get().saturating_sub(1));
    }

    /// Rust code begins to look at the data, and may call Python code meanwhile.
    pub fn pin(&self) {
        self.pins.set(self.pins.get() + 1);
    }

    /// It is done.
    pub fn unpin(&self) {
        self.pins.set(self.pins.get().saturating_sub(1));
    }

    /// The storage, for views to keep alive.
    pub(crate) fn storage_header(&self) -> Option<Gc<Header>> {
        self.storage.get().map(|storage| storage.cast_unchecked())
    }

    /// Called by the collector for each view it finds alive: counts them while [`RECOUNTING`].
    pub(crate) fn view_is_alive(&self) {
        if self.header.flag(RECOUNTING) {
            self.export();
        }
    }

    /// Raises BufferError while views look at the data. To be called before any change of size.
    ///
    /// Views that the program forgot without releasing them are not in the way: before it refuses, this
    /// lets a full collection count those that are alive.
    pub fn check_resizable(&self, thread: &Thread) -> PyResult<()> {
        if self.exports.get() > 0 {
            self.exports.set(0);
            self.header.set_flag(RECOUNTING);
            crate::gc::registers::collect_exactly(thread, CollectionKind::Full, false);
            self.header.clear_flag(RECOUNTING);
        }
        if self.exports.get() > 0 || self.pins.get() > 0 {
            return Err(thread.raise_buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Bytes from `data` to the end of the storage.
    fn room(&self) -> usize {
        match self.storage.get() {
            Some(storage) => storage.capacity - (self.data.get().addr() - storage.data().addr()),
            None => 0,
        }
    }

    /// Makes room for `capacity` bytes from `data` on; the bytes in use move along.
    fn reserve(this: Gc<ByteArray>, thread: &Thread, capacity: usize) -> PyResult<()> {
        if capacity <= this.room() && !this.data.get().is_null() {
            return Ok(());
        }
        let grown = if this.storage.get().is_some() {
            capacity.max(capacity / 8 + capacity.saturating_add(6))
        } else {
            capacity
        };
        let Some(storage) = thread.allocate_bytes(grown.max(8)) else {
            return Err(thread.raise_memory_error(""));
        };
        let old = this.as_slice();
        // SAFETY: the new block is at least as long as the bytes in use.
        unsafe { std::ptr::copy_nonoverlapping(old.as_ptr(), storage.data(), old.len()) };
        thread.store_gc(this, &this.storage, storage);
        this.data.set(storage.data());
        Ok(())
    }

    /// Changes the length; new bytes are zero. Raises BufferError, MemoryError.
    pub fn resize(this: Gc<ByteArray>, thread: &Thread, length: usize) -> PyResult<()> {
        let old = this.length.get();
        if length == old {
            return Ok(());
        }
        this.check_resizable(thread)?;
        ByteArray::reserve(this, thread, length)?;
        if length > old {
            // SAFETY: `reserve` made room for `length` bytes.
            unsafe { std::ptr::write_bytes(this.data.get().add(old), 0, length - old) };
        }
        this.length.set(length);
        Ok(())
    }

    /// Appends a copy of `data`, which may be this array's own bytes.
    pub fn extend(this: Gc<ByteArray>, thread: &Thread, data: &[u8]) -> PyResult<()> {
        if data.is_empty() {
            return Ok(());
        }
        this.check_resizable(thread)?;
        let old = this.length.get();
        let Some(length) = old.checked_add(data.len()) else {
            return Err(thread.raise_memory_error(""));
        };
        // If `data` lies in the old storage, that storage stays alive: the slice's pointer is on the stack.
        ByteArray::reserve(this, thread, length)?;
        // SAFETY: room for `length` bytes; the target is behind all bytes in use.
        unsafe { std::ptr::copy_nonoverlapping(data.as_ptr(), this.data.get().add(old), data.len()) };
        this.length.set(length);
        Ok(())
    }

    /// Replaces bytes `start..end` by `data`, which must not be this array's own bytes.
    pub fn splice(this: Gc<ByteArray>, thread: &Thread, start: usize, end: usize, data: &[u8]) -> PyResult<()> {
        let old = this.length.get();
        let length = old - (end - start) + data.len();
        if length != old {
            this.check_resizable(thread)?;
        }
        if start == 0 && data.is_empty() && end > 0 {
            // Deleting from the front only moves the start.
            // SAFETY: `end <= length`, so the pointer stays inside the storage (or at its end).
            this.data.set(unsafe { this.data.get().add(end) });
            this.length.set(length);
            return Ok(());
        }
        ByteArray::reserve(this, thread, length)?;
        let base = this.data.get();
        // SAFETY: all ranges lie within the room reserved; `copy` allows overlap.
        unsafe {
            std::ptr::copy(base.add(end), base.add(start + data.len()), old - end);
            std::ptr::copy_nonoverlapping(data.as_ptr(), base.add(start), data.len());
        }
        this.length.set(length);
        Ok(())
    }
}

/// Offsets for native code.
pub mod offsets {
    use super::ByteArray;
    pub const LENGTH: usize = std::mem::offset_of!(ByteArray, length);
    pub const DATA: usize = std::mem::offset_of!(ByteArray, data);
}
