//! The memory of arrays.
//!
//! What lives here: [`Array`], reading, writing and moving its items. What must not: Python methods
//! (`class.rs`), the meaning of an item's bytes (`items.rs`). Start at [`Array`].
#![allow(unsafe_code)] // Items lie in raw storage.

use super::items::TypeCode;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::{Gc, GcSlot, RawStorage};
use crate::thread::Thread;
use crate::types::buffer::Exports;
use crate::types::payload::{Payload, PayloadData};
use crate::types::slice::SliceIndices;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;

/// An array of machine words. The object of Python programs is a `Payload` around it.
pub struct Array {
    pub kind: &'static TypeCode,
    /// The type code of `kind`, where native code finds it.
    pub(crate) code: u8,
    pub(crate) length: Cell<usize>,
    pub(crate) storage: GcSlot<RawStorage>,
    /// Views of the memory: while there are any, the size may not change.
    pub exports: Exports,
}

/// An array object.
pub type ArrayObject = Payload<Array>;

impl PayloadData for Array {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.storage);
    }
}

impl Array {
    /// The class `array.array`.
    pub fn class(thread: &Thread) -> Gc<Type> {
        Type::of_spec(thread, Array::SPEC)
    }

    /// An empty array.
    pub fn make(thread: &Thread, class: Gc<Type>, kind: &'static TypeCode) -> Gc<ArrayObject> {
        let data = Array {
            kind,
            code: kind.code,
            length: Cell::new(0),
            storage: GcSlot::empty(),
            exports: Exports::default(),
        };
        Payload::new(thread, class, data)
    }

    /// An array whose memory is these bytes (whole items). Raises MemoryError.
    pub fn from_bytes(
        thread: &Thread,
        class: Gc<Type>,
        kind: &'static TypeCode,
        bytes: &[u8],
    ) -> PyResult<Gc<ArrayObject>> {
        let array = Array::make(thread, class, kind);
        Array::append_bytes(array, thread, bytes)?;
        Ok(array)
    }

    /// Items.
    pub fn len(&self) -> usize {
        self.length.get()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The memory in use. Valid until the size changes.
    pub fn bytes(&self) -> &[u8] {
        match self.storage.get() {
            // SAFETY: the storage has room for all items, and lives as long as the array does.
            Some(storage) => unsafe { std::slice::from_raw_parts(storage.data(), self.len() * self.kind.size) },
            None => &[],
        }
    }

    /// Runs `change` on the memory in use.
    pub fn with_bytes_mut<R>(&self, change: impl FnOnce(&mut [u8]) -> R) -> R {
        match self.storage.get() {
            // SAFETY: as in `bytes`; `change` gets no other way to the memory.
            Some(storage) => {
                change(unsafe { std::slice::from_raw_parts_mut(storage.data(), self.len() * self.kind.size) })
            }
            None => change(&mut []),
        }
    }

    /// First byte, for views and `buffer_info`.
    pub fn address(&self) -> *mut u8 {
        self.storage.get().map_or(std::ptr::null_mut(), |storage| storage.data())
    }

    /// The storage, for views to keep alive.
    pub fn storage(&self) -> Option<Gc<RawStorage>> {
        self.storage.get()
    }

    /// The item at `index`, which must exist.
    pub fn get(&self, thread: &Thread, index: usize) -> PyResult<Value> {
        let size = self.kind.size;
        self.kind.read(thread, &self.bytes()[index * size..(index + 1) * size])
    }

    /// Writes an encoded item to `index`, which must exist.
    pub fn write(&self, index: usize, word: [u8; 8]) {
        let size = self.kind.size;
        self.with_bytes_mut(|bytes| bytes[index * size..(index + 1) * size].copy_from_slice(&word[..size]));
    }

    /// Replaces item `index`, which must exist.
    pub fn set(&self, thread: &Thread, index: usize, value: Value) -> PyResult<()> {
        let word = self.kind.encode(thread, value)?;
        // Converting may have run Python code that shortened the array.
        if index >= self.len() {
            return Err(thread.raise_index_error("array assignment index out of range"));
        }
        self.write(index, word);
        Ok(())
    }

    /// Raises BufferError while views look at the memory.
    pub fn check_resizable(&self, thread: &Thread) -> PyResult<()> {
        if self.exports.any_alive(thread) {
            return Err(thread.raise_buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }

    /// Changes the number of items; new ones are zero. Raises BufferError, MemoryError.
    pub fn resize(this: Gc<ArrayObject>, thread: &Thread, length: usize) -> PyResult<()> {
        let array = &this.data;
        let (old, size) = (array.len(), array.kind.size);
        if length == old {
            return Ok(());
        }
        array.check_resizable(thread)?;
        let capacity = array.storage.get().map_or(0, |storage| storage.capacity / size);
        if length > capacity {
            let grown = if old == 0 { length } else { length.saturating_add(length / 8 + 8) };
            let Some(storage) = grown.checked_mul(size).and_then(|bytes| thread.allocate_bytes(bytes)) else {
                return Err(thread.raise_memory_error(""));
            };
            let bytes = array.bytes();
            // SAFETY: the new block is longer than the memory in use, and another one.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), storage.data(), bytes.len()) };
            this.store_gc(thread, &array.storage, storage);
        }
        array.length.set(length);
        if length > old {
            array.with_bytes_mut(|bytes| bytes[old * size..].fill(0));
        }
        Ok(())
    }

    /// Appends a value. Raises what converting it raises, BufferError, MemoryError.
    pub fn push(this: Gc<ArrayObject>, thread: &Thread, value: Value) -> PyResult<()> {
        let word = this.data.kind.encode(thread, value)?;
        let length = this.data.len();
        Array::resize(this, thread, length + 1)?;
        this.data.write(length, word);
        Ok(())
    }

    /// Appends a copy of whole items, which may be the array's own.
    pub fn append_bytes(this: Gc<ArrayObject>, thread: &Thread, bytes: &[u8]) -> PyResult<()> {
        let start = this.data.len() * this.data.kind.size;
        Array::resize(this, thread, this.data.len() + bytes.len() / this.data.kind.size)?;
        this.data.with_bytes_mut(|target| {
            // SAFETY: there is room for the bytes, which may lie in the storage before the array grew.
            unsafe { std::ptr::copy(bytes.as_ptr(), target[start..].as_mut_ptr(), bytes.len()) };
        });
        Ok(())
    }

    /// Inserts before `index`, which is at most the length.
    pub fn insert(this: Gc<ArrayObject>, thread: &Thread, index: usize, word: [u8; 8]) -> PyResult<()> {
        let (length, size) = (this.data.len(), this.data.kind.size);
        let index = index.min(length);
        Array::resize(this, thread, length + 1)?;
        this.data.with_bytes_mut(|bytes| bytes.copy_within(index * size..length * size, (index + 1) * size));
        this.data.write(index, word);
        Ok(())
    }

    /// Replaces the items `start..end` by whole items of the same kind.
    pub fn splice(this: Gc<ArrayObject>, thread: &Thread, start: usize, end: usize, items: &[u8]) -> PyResult<()> {
        let (length, size) = (this.data.len(), this.data.kind.size);
        let items = items.to_vec();
        let count = items.len() / size;
        let new_length = length - (end - start) + count;
        if new_length != length {
            this.data.check_resizable(thread)?;
        }
        if new_length > length {
            Array::resize(this, thread, new_length)?;
        }
        this.data.with_bytes_mut(|bytes| {
            bytes.copy_within(end * size..length * size, (start + count) * size);
            bytes[start * size..(start + count) * size].copy_from_slice(&items);
        });
        if new_length < length {
            Array::resize(this, thread, new_length)?;
        }
        Ok(())
    }

    /// The bytes of the selected items.
    pub fn selected(&self, indices: SliceIndices) -> Vec<u8> {
        let size = self.kind.size;
        if indices.step == 1 {
            let start = indices.start as usize;
            return self.bytes()[start * size..(start + indices.count) * size].to_vec();
        }
        (0..indices.count).flat_map(|n| &self.bytes()[indices.index(n) * size..][..size]).copied().collect()
    }
}
