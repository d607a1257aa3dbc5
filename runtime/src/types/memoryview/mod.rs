//! `memoryview`: a typed, strided window on the memory of another object.
//!
//! What lives here: the view's data, its making, copying and export bookkeeping. What must not: the Python
//! methods ([`class`]), reading and writing of one item ([`item`]). Start at [`MemoryView`].
//!
//! A bytearray may not change its size while a view looks at it (BufferError). Reference counting tells
//! CPython when a forgotten view is gone; here the bytearray counts exports, and before it refuses, it lets a
//! full collection count the views that are still alive ([`MemoryView::trace`] reports to it).
#![allow(unsafe_code)] // Reads and writes foreign memory through the view.

pub mod class;
pub mod item;

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::array::storage::Array;
use crate::object::{Gc, GcSlot, Header, RawStorage, Slot};
use crate::thread::Thread;
use crate::types::buffer::MemoryViewObject;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;

/// Most dimensions a view may have.
pub const MAX_DIMENSIONS: usize = 64;

/// An item format: at most a byte-order mark and one type letter for what can be read, longer for what only
/// is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Format {
    length: u8,
    text: [u8; 15],
}

impl Format {
    /// `B`: unsigned bytes.
    pub const BYTES: Format = Format::new("B");

    /// The format; text past 15 bytes is cut off.
    pub const fn new(format: &str) -> Format {
        let bytes = format.as_bytes();
        let mut text = [0; 15];
        let mut length = 0;
        while length < bytes.len() && length < 15 {
            text[length] = bytes[length];
            length += 1;
        }
        Format { length: length as u8, text }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.length as usize]).unwrap_or("?")
    }

    /// The type letter when the byte order is native, as `memoryview` wants it: `B`, `@B`.
    pub fn native_letter(&self) -> Option<u8> {
        match &self.text[..self.length as usize] {
            [letter] | [b'@', letter] => Some(*letter),
            _ => None,
        }
    }
}

/// What a view looks at. The object of Python programs is a [`Payload`] around it.
pub struct MemoryView {
    /// The object whose memory this is; empty once released.
    owner: Slot,
    /// The storage the memory lies in, if it is GC memory: keeps it alive whatever the owner does.
    storage: GcSlot<Header>,
    /// First item (of index 0 in every dimension).
    data: Cell<*mut u8>,
    read_only: bool,
    format: Format,
    item_size: usize,
    dimensions: usize,
    /// `2 * dimensions` words: lengths, then strides in bytes.
    layout: GcSlot<RawStorage>,
    hash: Cell<Option<i64>>,
}

impl PayloadData for MemoryView {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.owner);
        for object in
            [self.storage.get(), self.layout.get().map(|layout| layout.cast_unchecked())].into_iter().flatten()
        {
            tracer.object(object);
        }
        if tracer.from_native_stack() {
            // Seen from there only, it is most likely what an earlier call left behind.
            return;
        }
        match self.owner.get() {
            Some(owner) if owner.cast::<ByteArray>().is_some() => {
                if let Some(array) = owner.cast::<ByteArray>() {
                    array.view_is_alive();
                }
            }
            Some(owner) => {
                if let Some(array) = Payload::<Array>::cast(owner) {
                    array.data.exports.view_is_alive();
                }
            }
            None => {}
        }
    }
}

/// Lengths and strides (in bytes) of a view to be made.
pub struct Layout<'a> {
    pub lengths: &'a [usize],
    pub strides: &'a [isize],
}

impl MemoryView {
    /// The class.
    pub fn class(thread: &Thread) -> Gc<Type> {
        Type::of_spec(thread, <MemoryView as crate::native::PyClass>::SPEC)
    }

    /// The view in `value`.
    pub fn of(thread: &Thread, value: Value) -> Option<Gc<MemoryViewObject>> {
        let _ = thread;
        Payload::<MemoryView>::cast(value)
    }

    /// `memoryview(value)` of bytes, a bytearray or another view; other owners make theirs with
    /// [`MemoryView::over`].
    pub fn new(thread: &Thread, value: Value) -> PyResult<Gc<MemoryViewObject>> {
        if let Some(bytes) = value.cast::<Bytes>() {
            let slice = bytes.as_slice();
            let layout = Layout { lengths: &[slice.len()], strides: &[1] };
            return Ok(MemoryView::allocate(
                thread,
                value,
                None,
                slice.as_ptr().cast_mut(),
                true,
                Format::BYTES,
                1,
                layout,
            ));
        }
        if let Some(array) = value.cast::<ByteArray>() {
            array.export();
            let layout = Layout { lengths: &[array.len()], strides: &[1] };
            return Ok(MemoryView::allocate(
                thread,
                value,
                array.storage_header(),
                array.data(),
                false,
                Format::BYTES,
                1,
                layout,
            ));
        }
        match crate::types::buffer::view_of(thread, value, crate::types::buffer::flags::FULL_READ_ONLY)? {
            Some(view) => Ok(MemoryView::copy_of(thread, view)),
            None => Err(not_a_buffer(thread, value)),
        }
    }

    /// A view over `length` contiguous items that `owner` holds at `data`: what `__buffer__` of native
    /// classes returns. The memory must stay valid while `owner` (and `storage`, if given) is alive.
    pub fn over(
        thread: &Thread,
        owner: Value,
        storage: Option<Gc<Header>>,
        data: *mut u8,
        read_only: bool,
        format: &str,
        item_size: usize,
        length: usize,
    ) -> Gc<MemoryViewObject> {
        let layout = Layout { lengths: &[length], strides: &[item_size as isize] };
        if let Some(array) = Payload::<Array>::cast(owner) {
            array.data.exports.add();
        }
        MemoryView::allocate(thread, owner, storage, data, read_only, Format::new(format), item_size, layout)
    }

    fn allocate(
        thread: &Thread,
        owner: Value,
        storage: Option<Gc<Header>>,
        data: *mut u8,
        read_only: bool,
        format: Format,
        item_size: usize,
        layout: Layout<'_>,
    ) -> Gc<MemoryViewObject> {
        let dimensions = layout.lengths.len();
        let words = MemoryView::make_layout(thread, &layout);
        Payload::new(
            thread,
            MemoryView::class(thread),
            MemoryView {
                owner: Slot::new(owner),
                storage: GcSlot::from_option(storage),
                data: Cell::new(data),
                read_only,
                format,
                item_size,
                dimensions,
                layout: GcSlot::new(words),
                hash: Cell::new(None),
            },
        )
    }

    fn make_layout(thread: &Thread, layout: &Layout<'_>) -> Gc<RawStorage> {
        let dimensions = layout.lengths.len();
        debug_assert!(dimensions == layout.strides.len() && dimensions <= MAX_DIMENSIONS);
        let Some(words) = thread.allocate_bytes((2 * dimensions).max(1) * size_of::<usize>()) else {
            eprintln!("Fatal Python error: out of memory");
            std::process::exit(1)
        };
        let target = words.data().cast::<usize>();
        // SAFETY: the block has `2 * dimensions` words.
        unsafe {
            std::ptr::copy_nonoverlapping(layout.lengths.as_ptr(), target, dimensions);
            std::ptr::copy_nonoverlapping(layout.strides.as_ptr().cast::<usize>(), target.add(dimensions), dimensions);
        }
        words
    }

    /// Another view of the same memory with another data pointer, format and layout.
    pub(crate) fn derive(
        thread: &Thread,
        this: Gc<MemoryViewObject>,
        data: *mut u8,
        format: Format,
        item_size: usize,
        layout: Layout<'_>,
        read_only: bool,
    ) -> Gc<MemoryViewObject> {
        let Some(owner) = this.data.owner.get() else { unreachable!("released views are refused before") };
        if let Some(array) = owner.cast::<ByteArray>() {
            array.export();
        } else if let Some(array) = Payload::<Array>::cast(owner) {
            array.data.exports.add();
        }
        MemoryView::allocate(
            thread,
            owner,
            this.data.storage.get(),
            data,
            this.data.read_only || read_only,
            format,
            item_size,
            layout,
        )
    }

    /// A second view with the same window.
    pub(crate) fn copy_of(thread: &Thread, this: Gc<MemoryViewObject>) -> Gc<MemoryViewObject> {
        let view = &this.data;
        let layout = Layout { lengths: view.lengths(), strides: view.strides() };
        MemoryView::derive(thread, this, view.data.get(), view.format, view.item_size, layout, false)
    }

    /// Ends the view: the owner is let go. Doing it twice is fine. A class with `__release_buffer__` is told.
    pub fn release(this: Gc<MemoryViewObject>, thread: &Thread) -> PyResult<()> {
        let Some(owner) = this.data.owner.get() else { return Ok(()) };
        this.data.owner.init(None);
        this.data.storage.init(None);
        this.data.data.set(std::ptr::null_mut());
        if let Some(array) = owner.cast::<ByteArray>() {
            array.release_export();
        } else if let Some(array) = Payload::<Array>::cast(owner) {
            array.data.exports.remove();
        }
        let _ = thread;
        Ok(())
    }

    /// ValueError once the view was released.
    pub fn check_released(&self, thread: &Thread) -> PyResult<()> {
        if self.is_released() {
            return Err(thread.raise_value_error("operation forbidden on released memoryview object"));
        }
        Ok(())
    }

    pub fn is_released(&self) -> bool {
        self.owner.get().is_none()
    }

    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The object whose memory this is.
    pub fn owner(&self) -> Option<Value> {
        self.owner.get()
    }

    pub fn format(&self) -> Format {
        self.format
    }

    pub fn item_size(&self) -> usize {
        self.item_size
    }

    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub(crate) fn data_pointer(&self) -> *mut u8 {
        self.data.get()
    }

    pub(crate) fn cached_hash(&self) -> &Cell<Option<i64>> {
        &self.hash
    }

    fn layout_words(&self) -> *const usize {
        match self.layout.get() {
            Some(words) => words.data().cast::<usize>().cast_const(),
            None => unreachable!("every view has a layout"),
        }
    }

    /// Items in each dimension.
    pub fn lengths(&self) -> &[usize] {
        // SAFETY: the first `dimensions` words of the layout, which never change.
        unsafe { std::slice::from_raw_parts(self.layout_words(), self.dimensions) }
    }

    /// Bytes from one item to the next in each dimension.
    pub fn strides(&self) -> &[isize] {
        // SAFETY: the last `dimensions` words of the layout, which never change.
        unsafe { std::slice::from_raw_parts(self.layout_words().add(self.dimensions).cast::<isize>(), self.dimensions) }
    }

    /// Items in all dimensions together.
    pub fn item_count(&self) -> usize {
        self.lengths().iter().product()
    }

    /// Bytes of all items together.
    pub fn byte_count(&self) -> usize {
        self.item_count() * self.item_size
    }

    /// The items lie one behind the other, the last dimension varying fastest.
    pub fn is_c_contiguous(&self) -> bool {
        let mut expected = self.item_size as isize;
        for (&length, &stride) in self.lengths().iter().zip(self.strides()).rev() {
            if length == 0 {
                return true;
            }
            if length > 1 && stride != expected {
                return self.item_count() == 0;
            }
            expected *= length as isize;
        }
        true
    }

    /// The items lie one behind the other, the first dimension varying fastest.
    pub fn is_f_contiguous(&self) -> bool {
        let mut expected = self.item_size as isize;
        for (&length, &stride) in self.lengths().iter().zip(self.strides()) {
            if length == 0 {
                return true;
            }
            if length > 1 && stride != expected {
                return self.item_count() == 0;
            }
            expected *= length as isize;
        }
        true
    }

    /// Runs `f` on the memory of a contiguous view. BufferError if it is not contiguous.
    pub fn with_contiguous<R>(&self, thread: &Thread, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
        self.check_released(thread)?;
        if self.is_c_contiguous() {
            let length = self.byte_count();
            if length == 0 {
                return Ok(f(&[]));
            }
            // SAFETY: a contiguous view covers exactly these bytes of memory that its owner keeps alive.
            return Ok(f(unsafe { std::slice::from_raw_parts(self.data.get(), length) }));
        }
        Err(thread.raise_buffer_error("memoryview: underlying buffer is not C-contiguous"))
    }

    /// Runs `f` on the memory of a contiguous writable view. BufferError if it is not contiguous.
    pub fn with_contiguous_mut<R>(&self, thread: &Thread, f: impl FnOnce(&mut [u8]) -> R) -> PyResult<R> {
        self.check_released(thread)?;
        if !self.is_c_contiguous() {
            return Err(thread.raise_buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        let length = self.byte_count();
        if length == 0 {
            return Ok(f(&mut []));
        }
        // SAFETY: as in `with_contiguous`; the caller checked that the memory is writable, and one thread
        // of the isolate runs at a time.
        Ok(f(unsafe { std::slice::from_raw_parts_mut(self.data.get(), length) }))
    }

    /// The bytes of all items in C order.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.byte_count());
        self.for_each_item(&mut |item| {
            // SAFETY: `for_each_item` yields the addresses of items that lie in the view.
            bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(item, self.item_size) });
        });
        bytes
    }

    /// The bytes of all items in Fortran order.
    pub fn to_vec_fortran(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.byte_count());
        let lengths = self.lengths();
        let mut indices = vec![0usize; self.dimensions];
        for _ in 0..self.item_count() {
            let offset: isize =
                indices.iter().zip(self.strides()).map(|(&index, &stride)| index as isize * stride).sum();
            // SAFETY: the indices are within the lengths, so this is the address of an item.
            bytes.extend_from_slice(unsafe {
                std::slice::from_raw_parts(self.data.get().wrapping_offset(offset), self.item_size)
            });
            for (index, &length) in indices.iter_mut().zip(lengths) {
                *index += 1;
                if *index < length {
                    break;
                }
                *index = 0;
            }
        }
        bytes
    }

    /// Calls `visit` with the address of each item in C order.
    pub(crate) fn for_each_item(&self, visit: &mut dyn FnMut(*mut u8)) {
        if self.item_count() > 0 {
            self.walk(0, self.data.get(), visit);
        }
    }

    fn walk(&self, dimension: usize, base: *mut u8, visit: &mut dyn FnMut(*mut u8)) {
        if dimension == self.dimensions {
            return visit(base);
        }
        for index in 0..self.lengths()[dimension] {
            self.walk(dimension + 1, base.wrapping_offset(index as isize * self.strides()[dimension]), visit);
        }
    }
}

/// TypeError of `memoryview(object)`.
pub(crate) fn not_a_buffer(thread: &Thread, value: Value) -> crate::error::Raised {
    thread.raise_type_error(format!("memoryview: a bytes-like object is required, not '{}'", thread.type_name(value)))
}
