//! `bytes`: immutable sequences of bytes.
//!
//! What lives here: the object's layout, construction and access. What must not: the Python methods
//! (beside this file), what `bytes` and `bytearray` share (`types/byte_methods.rs`).
//! Start at [`Bytes`].
#![allow(unsafe_code)] // Reads the bytes behind the struct and in raw storage.

pub mod class;
pub mod iterator;

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, RawStorage, ShapeId, header_flags};
use crate::thread::Thread;
use crate::types::instance;
use crate::types::str::hash_bytes;
use crate::types::type_object::Type;
use std::cell::Cell;

/// The data lies in a [`RawStorage`], to which the word behind the struct points.
const EXTERNAL: u8 = header_flags::KIND_0;
/// Longer objects lie in raw storage, whose allocation may fail politely.
const INLINE_LIMIT: usize = 4096;

/// A Python `bytes` object.
#[repr(C)]
pub struct Bytes {
    header: Header,
    /// Cached hash; 0: not computed yet.
    hash: Cell<u64>,
    length: usize,
    data: Cell<*const u8>,
}

/// A bytes object whose data lies elsewhere; instances of subclasses have this form, their attribute slots
/// behind it.
#[repr(C)]
pub struct ExternalBytes {
    bytes: Bytes,
    storage: GcSlot<RawStorage>,
}

impl HeapObject for ExternalBytes {
    const KIND: Kind = Kind::Bytes;
    fn size(&self) -> usize {
        self.bytes.size()
    }
    fn trace(&self, tracer: &mut Tracer) {
        self.bytes.trace(tracer);
    }
}

impl HeapObject for Bytes {
    const KIND: Kind = Kind::Bytes;
    const FIXED_SIZE: usize = size_of::<ExternalBytes>();

    fn size(&self) -> usize {
        if self.header.flag(EXTERNAL) {
            size_of::<ExternalBytes>() + instance::tail_size(&self.header)
        } else {
            size_of::<Bytes>() + self.length.next_multiple_of(8)
        }
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(slot) = self.storage_slot() {
            if let Some(storage) = slot.get() {
                tracer.object(storage.header());
            }
            instance::trace_tail(&self.header, size_of::<ExternalBytes>(), tracer);
        }
    }
}

impl Bytes {
    /// Where native code finds the first byte's address and the number of bytes.
    pub const DATA_OFFSET: usize = std::mem::offset_of!(Bytes, data);
    pub const LENGTH_OFFSET: usize = std::mem::offset_of!(Bytes, length);

    fn tail(&self) -> *mut u8 {
        // SAFETY: the tail lies in the same allocation, right behind the struct.
        unsafe { std::ptr::from_ref(self).add(1).cast::<u8>().cast_mut() }
    }

    fn storage_slot(&self) -> Option<&GcSlot<RawStorage>> {
        if self.header.flag(EXTERNAL) {
            // SAFETY: the flag says that this word follows the struct.
            Some(unsafe { &*self.tail().cast::<GcSlot<RawStorage>>() })
        } else {
            None
        }
    }

    fn allocate_inline(thread: &Thread, length: usize) -> Gc<Bytes> {
        let bytes = thread.allocate::<Bytes>(ShapeId::BYTES, length.next_multiple_of(8), |header| Bytes {
            header,
            hash: Cell::new(0),
            length,
            data: Cell::new(std::ptr::null()),
        });
        bytes.data.set(bytes.tail());
        bytes
    }

    fn build_external(header: Header, length: usize) -> ExternalBytes {
        header.set_flag(EXTERNAL);
        let bytes = Bytes { header, hash: Cell::new(0), length, data: Cell::new(std::ptr::null()) };
        ExternalBytes { bytes, storage: GcSlot::empty() }
    }

    /// Fresh bytes of this length, filled by `fill`, which may not allocate in the heap. `None` when memory
    /// is out: raise MemoryError.
    pub fn try_build(thread: &Thread, length: usize, fill: impl FnOnce(&mut [u8])) -> Option<Gc<Bytes>> {
        if length == 0 {
            return Some(Bytes::empty(thread));
        }
        let bytes = if length <= INLINE_LIMIT {
            Bytes::allocate_inline(thread, length)
        } else {
            let storage = thread.allocate_bytes(length)?;
            let bytes: Gc<Bytes> = thread
                .allocate::<ExternalBytes>(ShapeId::BYTES, 0, |header| Bytes::build_external(header, length))
                .cast_unchecked();
            bytes.attach(thread, bytes, storage);
            bytes
        };
        // SAFETY: `data` points to `length` zeroed bytes that nobody else sees yet.
        fill(unsafe { std::slice::from_raw_parts_mut(bytes.data.get().cast_mut(), length) });
        Some(bytes)
    }

    fn attach(&self, thread: &Thread, this: Gc<Bytes>, storage: Gc<RawStorage>) {
        if let Some(slot) = self.storage_slot() {
            thread.store_gc(this, slot, storage);
        }
        self.data.set(storage.data());
    }

    /// A copy of `data`.
    pub fn new(thread: &Thread, data: &[u8]) -> Gc<Bytes> {
        match Bytes::try_build(thread, data.len(), |target| target.copy_from_slice(data)) {
            Some(bytes) => bytes,
            // The data exists elsewhere already: take the copy past the limit, MemoryError follows at the
            // next poll.
            None => {
                let bytes = Bytes::allocate_inline(thread, data.len());
                // SAFETY: fresh memory of this length behind the struct.
                unsafe { std::ptr::copy_nonoverlapping(data.as_ptr(), bytes.tail(), data.len()) };
                bytes
            }
        }
    }

    /// The empty bytes object.
    #[inline]
    pub fn empty(thread: &Thread) -> Gc<Bytes> {
        thread.vm().constant(|constants| constants.empty_bytes)
    }

    /// The first empty bytes object of an isolate; afterwards use [`Bytes::empty`].
    pub fn allocate_empty(thread: &Thread) -> Gc<Bytes> {
        Bytes::allocate_inline(thread, 0)
    }

    /// An instance of a subclass of `bytes` with a copy of `data`.
    pub fn new_subclass_instance(thread: &Thread, class: Gc<Type>, data: &[u8]) -> PyResult<Gc<Bytes>> {
        let Some(storage) = thread.allocate_bytes(data.len()) else {
            return Err(thread.raise_memory_error(""));
        };
        // SAFETY: the block holds at least this many bytes.
        unsafe { std::ptr::copy_nonoverlapping(data.as_ptr(), storage.data(), data.len()) };
        let length = data.len();
        let bytes: Gc<Bytes> =
            instance::allocate_instance::<ExternalBytes>(thread, class, |header| Bytes::build_external(header, length))
                .cast_unchecked();
        bytes.attach(thread, bytes, storage);
        Ok(bytes)
    }

    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `data` points to `length` bytes that never change, in this object or in the storage it
        // keeps alive.
        unsafe { std::slice::from_raw_parts(self.data.get(), self.length) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// An instance of `bytes` itself, not of a subclass.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape() == ShapeId::BYTES
    }

    /// Python's `hash()`: that of a string with the same bytes.
    pub fn hash(&self, thread: &Thread) -> u64 {
        match self.hash.get() {
            0 => {
                let hash = hash_bytes(self.as_slice(), thread.vm().hash_keys);
                self.hash.set(hash);
                hash
            }
            known => known,
        }
    }
}

/// Offsets for native code.
pub mod offsets {
    use super::Bytes;
    pub const LENGTH: usize = std::mem::offset_of!(Bytes, length);
    pub const DATA: usize = std::mem::offset_of!(Bytes, data);
}
