//! Bytes-like objects: one way to read (and write) the memory of bytes, bytearray, memoryview, array, ...
//!
//! What lives here: [`with_bytes`] and its relatives. What must not: the view object itself
//! (`memoryview.rs`). Start at [`with_bytes`].
//!
//! The protocol is PEP 688's: `bytes`, `bytearray` and `memoryview` are known here; any other class offers
//! its memory through `__buffer__(flags)`, which returns a memoryview (native modules make it with
//! `MemoryView::over`).

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::CollectionKind;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::memoryview::MemoryView;
use crate::value::Value;
use std::cell::Cell;

/// `PyBUF_SIMPLE` and `PyBUF_WRITABLE`, and full information for reading, as `__buffer__` gets them.
pub mod flags {
    pub const SIMPLE: i64 = 0;
    pub const WRITABLE: i64 = 1;
    pub const FULL_READ_ONLY: i64 = 0x11c;
}

/// Runs `f` on the bytes of a bytes-like object. TypeError "a bytes-like object is required, not 'X'"; BufferError for a
/// memoryview whose items do not lie side by side.
///
/// `f` may not run Python code that changes the object's size; a bytearray is protected by an export, so
/// that such an attempt raises BufferError.
pub fn with_bytes<R>(thread: &Thread, value: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    if let Some(bytes) = value.cast::<Bytes>() {
        return Ok(f(bytes.as_slice()));
    }
    if let Some(array) = value.cast::<ByteArray>() {
        array.pin();
        let result = f(array.as_slice());
        array.unpin();
        return Ok(result);
    }
    let Some(view) = view_of(thread, value, flags::FULL_READ_ONLY)? else {
        return Err(not_bytes_like(thread, value));
    };
    let result = view.data.with_contiguous(thread, f);
    if value != view.value() {
        MemoryView::release(view, thread)?;
    }
    result
}

/// Like [`with_bytes`]; `Ok(None)` when the object is not bytes-like.
pub fn try_with_bytes<R>(thread: &Thread, value: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<Option<R>> {
    if is_bytes_like(thread, value) { with_bytes(thread, value, f).map(Some) } else { Ok(None) }
}

/// Like [`with_bytes`]; of a memoryview whose items do not lie side by side `f` gets a copy.
pub fn with_bytes_in_order<R>(thread: &Thread, value: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    match MemoryView::of(thread, value).filter(|view| !view.data.is_c_contiguous()) {
        Some(view) => view.data.check_released(thread).map(|()| f(&view.data.to_vec())),
        None => with_bytes(thread, value, f),
    }
}

/// The object's bytes as an owned vector, in the order of its items.
pub fn to_vec(thread: &Thread, value: Value) -> PyResult<Vec<u8>> {
    with_bytes_in_order(thread, value, <[u8]>::to_vec)
}

/// Runs `f` on the bytes of a writable bytes-like object. TypeError otherwise:
/// "read-write bytes-like object expected" completed by the caller's wording through `message`.
///
/// As with [`with_bytes`], nobody may change the object's size meanwhile, other threads included.
pub fn with_bytes_mut<R>(thread: &Thread, value: Value, message: &str, f: impl FnOnce(&mut [u8]) -> R) -> PyResult<R> {
    if let Some(array) = value.cast::<ByteArray>() {
        array.pin();
        let result = array.with_mut(f);
        array.unpin();
        return Ok(result);
    }
    let view = match value.cast::<Bytes>() {
        Some(_) => None,
        None => view_of(thread, value, flags::WRITABLE)?,
    };
    let Some(view) = view.filter(|view| !view.data.is_read_only()) else {
        return Err(thread.raise_type_error(format!("{message}, not {}", thread.type_name(value))));
    };
    let result = view.data.with_contiguous_mut(thread, f);
    if value != view.value() {
        MemoryView::release(view, thread)?;
    }
    result
}

/// The object offers its memory.
pub fn is_bytes_like(thread: &Thread, value: Value) -> bool {
    value.cast::<Bytes>().is_some()
        || value.cast::<ByteArray>().is_some()
        || MemoryView::of(thread, value).is_some()
        || value.is_object() && thread.class_of(value).lookup(thread, thread.vm().names.__buffer__).is_some()
}

/// A view of the object's memory: the object itself if it is a memoryview. `None`: not bytes-like.
pub fn view_of(thread: &Thread, value: Value, flags: i64) -> PyResult<Option<Gc<MemoryViewObject>>> {
    if let Some(view) = MemoryView::of(thread, value) {
        view.data.check_released(thread)?;
        return Ok(Some(view));
    }
    if value.cast::<Bytes>().is_some() || value.cast::<ByteArray>().is_some() {
        return MemoryView::new(thread, value).map(Some);
    }
    if !value.is_object() {
        return Ok(None);
    }
    let Some(method) = dispatch::attr::lookup_special(thread, value, crate::types::special::Special::Buffer)? else {
        return Ok(None);
    };
    let result = dispatch::call::call(thread, method, &[Value::small_wrapping(flags)])?;
    match MemoryView::of(thread, result) {
        Some(view) => Ok(Some(view)),
        None => Err(thread.raise_type_error("__buffer__ returned non-memoryview object")),
    }
}

/// How many views look at an object's memory, for owners whose size may change.
///
/// Views that the program forgot without releasing them are not in the way: before an owner refuses to change
/// its size, a full collection counts those that are alive.
#[derive(Default)]
pub struct Exports {
    count: Cell<usize>,
    recounting: Cell<bool>,
}

impl Exports {
    /// A view starts to look.
    pub fn add(&self) {
        self.count.set(self.count.get() + 1);
    }

    /// A view is done.
    pub fn remove(&self) {
        self.count.set(self.count.get().saturating_sub(1));
    }

    /// Called by the collector for each view it finds alive.
    pub(crate) fn view_is_alive(&self) {
        if self.recounting.get() {
            self.add();
        }
    }

    /// Some view looks at the memory.
    pub fn any_alive(&self, thread: &Thread) -> bool {
        if self.count.get() > 0 {
            self.count.set(0);
            self.recounting.set(true);
            crate::gc::registers::collect_exactly(thread, CollectionKind::Full, false);
            self.recounting.set(false);
        }
        self.count.get() > 0
    }
}

/// The Python object of a view.
pub type MemoryViewObject = crate::types::payload::Payload<MemoryView>;

/// TypeError for an object without a buffer.
pub fn not_bytes_like(thread: &Thread, value: Value) -> crate::error::Raised {
    thread.raise_type_error(format!("a bytes-like object is required, not '{}'", thread.type_name(value)))
}
