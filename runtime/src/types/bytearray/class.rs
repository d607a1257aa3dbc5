//! The Python class `bytearray`.
//!
//! What lives here: construction and what changes the object. What must not: methods shared with `bytes`
//! (`types/byte_methods.rs`).

use super::ByteArray;
use crate::dispatch::number;
use crate::error::PyResult;
use crate::native::{Keywords, Nullable};
use crate::object::{Gc, HeapObject};
use crate::text::ascii::Class;
use crate::text::escape;
use crate::thread::Thread;
use crate::types::buffer::{self, MemoryViewObject};
use crate::types::byte_methods::{self, ByteSequence, byte_methods};
use crate::types::bytes::Bytes;
use crate::types::bytes::iterator::ByteArrayIterator;
use crate::types::list::List;
use crate::types::memoryview::MemoryView;
use crate::types::slice::{self, Slice};
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use crate::{dispatch, types};
use taipan_macros::py_class;

byte_methods!(ByteArray, "bytearray");

/// The bytes that may be assigned to a slice or appended.
fn assignable(thread: &Thread, value: Value) -> PyResult<Vec<u8>> {
    if buffer::is_bytes_like(thread, value) {
        return buffer::to_vec(thread, value);
    }
    let class = thread.class_of(value);
    let iterable = class.special(thread, Special::Iter).is_some() || class.special(thread, Special::GetItem).is_some();
    if value.cast::<Str>().is_some() || number::has_index(thread, value) || !iterable {
        return Err(thread.raise_type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    }
    byte_methods::bytes_from_iterable(thread, value, "bytearray", "byte")
}

impl ByteArray {
    /// `this[slice] = bytes`; deletes with no bytes.
    fn assign_slice(this: Gc<ByteArray>, thread: &Thread, slice: Gc<Slice>, bytes: Option<&[u8]>) -> PyResult<()> {
        let (start, stop, step) = slice.unpack(thread)?;
        let indices = slice::adjust(start, stop, step, this.len());
        let new = bytes.unwrap_or(&[]);
        if indices.step == 1 {
            let from = usize::try_from(indices.start).unwrap_or(0).min(this.len());
            return ByteArray::splice(this, thread, from, from + indices.count, new);
        }
        if bytes.is_none() {
            if indices.count == 0 {
                return Ok(());
            }
            this.check_resizable(thread)?;
            let mut doomed: Vec<usize> = (0..indices.count).map(|n| indices.index(n)).collect();
            doomed.sort_unstable();
            let kept: Vec<u8> = this
                .as_slice()
                .iter()
                .enumerate()
                .filter(|(index, _)| doomed.binary_search(index).is_err())
                .map(|(_, &byte)| byte)
                .collect();
            return ByteArray::splice(this, thread, 0, this.len(), &kept);
        }
        if new.len() != indices.count {
            if indices.count == 0 && new.is_empty() {
                return Ok(());
            }
            let (given, wanted) = (new.len(), indices.count);
            return Err(thread.raise_value_error(format!(
                "attempt to assign bytes of size {given} to extended slice of size {wanted}"
            )));
        }
        this.with_mut(|target| new.iter().enumerate().for_each(|(n, &byte)| target[indices.index(n)] = byte));
        Ok(())
    }

    /// The position of an existing byte.
    fn position(&self, thread: &Thread, index: i64, message: &str) -> PyResult<usize> {
        let length = self.len() as i64;
        let absolute = if index < 0 { index + length } else { index };
        match usize::try_from(absolute) {
            Ok(position) if position < self.len() => Ok(position),
            _ => Err(thread.raise_index_error(message)),
        }
    }
}

/// bytearray(iterable_of_ints) -> bytearray
/// bytearray(string, encoding[, errors]) -> bytearray
/// bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer
/// bytearray(int) -> bytes array of size given by the parameter initialized with null bytes
/// bytearray() -> empty bytes array
///
/// Construct a mutable bytearray object from:
///   - an iterable yielding integers in range(256)
///   - a text string encoded using the specified encoding
///   - a bytes or a buffer object
///   - any object implementing the buffer API.
///   - an integer
#[py_class(name = "bytearray", kind = ByteArray, subclassable, unhashable, extend = [SHARED_METHODS])]
impl ByteArray {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        _arguments: &[Value],
        _keywords: Keywords<'_>,
    ) -> PyResult<Gc<ByteArray>> {
        if class == thread.vm().types.bytearray {
            ByteArray::new(thread, b"")
        } else {
            Ok(ByteArray::new_subclass_instance(thread, class))
        }
    }

    #[method(signature = "(self, /, source=b'', encoding='utf-8', errors='strict')", style = "keywords")]
    fn __init__(
        this: Gc<ByteArray>,
        thread: &Thread,
        source: Nullable<Value>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<()> {
        let source = match source {
            Nullable::Absent => None,
            Nullable::None => Some(Value::NONE),
            Nullable::Given(source) => Some(source),
        };
        let contents = byte_methods::contents_of(thread, source, encoding, errors, "bytearray")?;
        ByteArray::splice(this, thread, 0, this.len(), &contents)
    }

    #[method]
    fn __repr__(this: Gc<ByteArray>, thread: &Thread) -> Gc<Str> {
        let class = thread.class_of(this.value()).name_string();
        let contents = escape::repr_bytes(this.as_slice());
        Str::from_wtf8_bytes_unchecked(thread, &[class.as_bytes(), b"(", &contents, b")"].concat())
    }

    #[method]
    fn __str__(this: Gc<ByteArray>, thread: &Thread) -> Gc<Str> {
        ByteArray::__repr__(this, thread)
    }

    #[method]
    fn __iter__(this: Gc<ByteArray>, thread: &Thread) -> Value {
        ByteArrayIterator::start(thread, this).value()
    }

    #[method]
    fn __getitem__(this: Gc<ByteArray>, thread: &Thread, key: Value) -> PyResult<Value> {
        byte_methods::get_item(this, thread, key, "bytearray", "bytearray index out of range")
    }

    #[method]
    fn __setitem__(this: Gc<ByteArray>, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        if let Some(slice) = key.cast::<Slice>() {
            let bytes = assignable(thread, value)?;
            return ByteArray::assign_slice(this, thread, slice, Some(&bytes));
        }
        let index = byte_methods::index_argument(thread, key, "bytearray")?;
        let position = this.position(thread, index, "bytearray index out of range")?;
        let byte = byte_methods::byte_value(thread, value, "byte")?;
        // Converting the value may have changed the length.
        if position >= this.len() {
            return Err(thread.raise_index_error("bytearray index out of range"));
        }
        this.with_mut(|bytes| bytes[position] = byte);
        Ok(())
    }

    #[method]
    fn __delitem__(this: Gc<ByteArray>, thread: &Thread, key: Value) -> PyResult<()> {
        if let Some(slice) = key.cast::<Slice>() {
            return ByteArray::assign_slice(this, thread, slice, None);
        }
        let index = byte_methods::index_argument(thread, key, "bytearray")?;
        let position = this.position(thread, index, "bytearray index out of range")?;
        ByteArray::splice(this, thread, position, position + 1, &[])
    }

    #[method]
    fn __iadd__(this: Gc<ByteArray>, thread: &Thread, other: Value) -> PyResult<Value> {
        if !buffer::is_bytes_like(thread, other) {
            let (left, right) = (thread.type_name(this.value()), thread.type_name(other));
            return Err(thread.raise_type_error(format!("can't concat {right} to {left}")));
        }
        if other == this.value() && !this.is_empty() {
            // The operand is exported while the target grows.
            return Err(thread.raise_buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        let bytes = buffer::to_vec(thread, other)?;
        ByteArray::extend(this, thread, &bytes)?;
        Ok(this.value())
    }

    #[method]
    fn __imul__(this: Gc<ByteArray>, thread: &Thread, count: Value) -> PyResult<Value> {
        let count = usize::try_from(number::index_i64(thread, count)?).unwrap_or(0);
        let length = this.len();
        let Some(total) = length.checked_mul(count) else {
            return Err(thread.raise_memory_error(""));
        };
        if total != length {
            let pattern = this.as_slice().to_vec();
            ByteArray::resize(this, thread, total)?;
            this.with_mut(|bytes| types::str::class::repeat_into(bytes, &pattern));
        }
        Ok(this.value())
    }

    #[method]
    fn __buffer__(this: Gc<ByteArray>, thread: &Thread, _flags: i64) -> PyResult<Gc<MemoryViewObject>> {
        MemoryView::new(thread, this.value())
    }

    #[method]
    fn __release_buffer__(_this: Gc<ByteArray>, thread: &Thread, buffer: Value) -> PyResult<()> {
        match MemoryView::of(thread, buffer) {
            Some(view) => MemoryView::release(view, thread),
            None => Err(thread.raise_type_error("expected a memoryview object")),
        }
    }

    /// Append a single item to the end of the bytearray.
    ///
    ///   item
    ///     The item to be appended.
    #[method(signature = "(self, item, /)")]
    fn append(this: Gc<ByteArray>, thread: &Thread, item: Value) -> PyResult<()> {
        let byte = byte_methods::byte_value(thread, item, "byte")?;
        ByteArray::extend(this, thread, &[byte])
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    ///
    ///   iterable_of_ints
    ///     The iterable of items to append.
    #[method(name = "extend", signature = "(self, iterable_of_ints, /)")]
    fn py_extend(this: Gc<ByteArray>, thread: &Thread, iterable_of_ints: Value) -> PyResult<()> {
        if buffer::is_bytes_like(thread, iterable_of_ints) {
            let bytes = buffer::to_vec(thread, iterable_of_ints)?;
            return ByteArray::extend(this, thread, &bytes);
        }
        let class = thread.class_of(iterable_of_ints);
        if class.special(thread, Special::Iter).is_none() && class.special(thread, Special::GetItem).is_none() {
            let name = thread.type_name(iterable_of_ints);
            return Err(thread.raise_type_error(format!("can't extend bytearray with {name}")));
        }
        if iterable_of_ints.cast::<Str>().is_some() {
            return Err(thread.raise_type_error("expected iterable of integers; got: 'str'"));
        }
        let bytes = byte_methods::bytes_from_iterable(thread, iterable_of_ints, "bytearray", "byte")?;
        ByteArray::extend(this, thread, &bytes)
    }

    /// Insert a single item into the bytearray before the given index.
    ///
    ///   index
    ///     The index where the value is to be inserted.
    ///   item
    ///     The item to be inserted.
    #[method(signature = "(self, index, item, /)")]
    fn insert(this: Gc<ByteArray>, thread: &Thread, index: isize, item: Value) -> PyResult<()> {
        let byte = byte_methods::byte_value(thread, item, "byte")?;
        let length = this.len() as isize;
        let position = if index < 0 { (index + length).max(0) } else { index.min(length) } as usize;
        ByteArray::splice(this, thread, position, position, &[byte])
    }

    /// Remove and return a single item from B.
    ///
    ///   index
    ///     The index from where to remove the item.
    ///     -1 (the default value) means remove the last item.
    ///
    /// If no index argument is given, will pop the last item.
    #[method(signature = "(self, index=-1, /)")]
    fn pop(this: Gc<ByteArray>, thread: &Thread, index: Option<isize>) -> PyResult<i64> {
        if this.is_empty() {
            return Err(thread.raise_index_error("pop from empty bytearray"));
        }
        let position = this.position(thread, index.unwrap_or(-1) as i64, "pop index out of range")?;
        let byte = this.as_slice()[position];
        ByteArray::splice(this, thread, position, position + 1, &[])?;
        Ok(i64::from(byte))
    }

    /// Remove the first occurrence of a value in the bytearray.
    ///
    ///   value
    ///     The value to remove.
    #[method(signature = "(self, value, /)")]
    fn remove(this: Gc<ByteArray>, thread: &Thread, value: Value) -> PyResult<()> {
        let byte = byte_methods::byte_value(thread, value, "byte")?;
        match memchr::memchr(byte, this.as_slice()) {
            Some(position) => ByteArray::splice(this, thread, position, position + 1, &[]),
            None => Err(thread.raise_value_error("value not found in bytearray")),
        }
    }

    /// Reverse the order of the values in B in place.
    #[method(signature = "(self, /)")]
    fn reverse(this: Gc<ByteArray>) {
        this.with_mut(<[u8]>::reverse);
    }

    /// Remove all items from the bytearray.
    #[method(signature = "(self, /)")]
    fn clear(this: Gc<ByteArray>, thread: &Thread) -> PyResult<()> {
        ByteArray::resize(this, thread, 0)
    }

    /// Return a copy of B.
    #[method(signature = "(self, /)")]
    fn copy(this: Gc<ByteArray>, thread: &Thread) -> PyResult<Gc<ByteArray>> {
        ByteArray::new(thread, this.as_slice())
    }

    /// Resize the internal buffer of bytearray to len.
    ///
    ///   size
    ///     New size to resize to.
    #[method(name = "resize", signature = "(self, size, /)")]
    fn py_resize(this: Gc<ByteArray>, thread: &Thread, size: isize) -> PyResult<()> {
        match usize::try_from(size) {
            Ok(size) => ByteArray::resize(this, thread, size),
            Err(_) => Err(thread.raise_value_error(format!("Can only resize to positive sizes, got {size}"))),
        }
    }

    /// B.__alloc__() -> int
    ///
    /// Return the number of bytes actually allocated.
    #[method(signature = "(self, /)")]
    fn __alloc__(this: Gc<ByteArray>) -> usize {
        this.allocated()
    }

    /// Return state information for pickling.
    #[method(signature = "(self, /)")]
    fn __reduce__(this: Gc<ByteArray>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        reduce(this, thread, 2)
    }

    /// Return state information for pickling.
    #[method(signature = "(self, proto=0, /)")]
    fn __reduce_ex__(this: Gc<ByteArray>, thread: &Thread, proto: Option<i32>) -> PyResult<Gc<Tuple>> {
        reduce(this, thread, proto.unwrap_or(0))
    }

    /// Returns the size of the bytearray object in memory, in bytes.
    #[method(signature = "(self, /)")]
    fn __sizeof__(this: Gc<ByteArray>) -> usize {
        HeapObject::size(&*this) + this.allocated()
    }
}

/// The class, how to make the object again, and its attributes: as bytes from protocol 3 on, before as text.
fn reduce(this: Gc<ByteArray>, thread: &Thread, protocol: i32) -> PyResult<Gc<Tuple>> {
    let class = thread.class_of(this.value()).value();
    let state = dispatch::call::call_method(thread, this.value(), thread.vm().names.__getstate__, &[])?;
    let arguments = if this.is_empty() {
        Tuple::new(thread, &[])
    } else if protocol < 3 {
        let text = dispatch::text::codecs::decode(thread, this.value(), Some("latin-1"), None)?;
        Tuple::new(thread, &[text.value(), Str::new(thread, "latin-1").value()])
    } else {
        Tuple::new(thread, &[Bytes::new(thread, this.as_slice()).value()])
    };
    Ok(Tuple::new(thread, &[class, arguments.value(), state]))
}
