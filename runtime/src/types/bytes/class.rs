//! The Python class `bytes`.
//!
//! What lives here: construction and what only `bytes` has. What must not: methods shared with `bytearray`
//! (`types/byte_methods.rs`).

use super::Bytes;
use super::iterator::BytesIterator;
use crate::dispatch::special;
use crate::error::PyResult;
use crate::native::Nullable;
use crate::object::{Gc, HeapObject};
use crate::text::ascii::Class;
use crate::text::escape;
use crate::thread::Thread;
use crate::types::buffer::MemoryViewObject;
use crate::types::byte_methods::{self, ByteSequence, byte_methods};
use crate::types::list::List;
use crate::types::memoryview::MemoryView;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

byte_methods!(Bytes, "bytes");

/// What `bytes(object)` gives for an object with `__bytes__`.
fn from_special(thread: &Thread, source: Value) -> PyResult<Option<Gc<Bytes>>> {
    let Some(result) = special::try_call(thread, Special::Bytes, source, &[])? else { return Ok(None) };
    match result.cast::<Bytes>() {
        Some(bytes) => Ok(Some(bytes)),
        None => {
            Err(thread.raise_type_error(format!("__bytes__ returned non-bytes (type {})", thread.type_name(result))))
        }
    }
}

/// bytes(iterable_of_ints) -> bytes
/// bytes(string, encoding[, errors]) -> bytes
/// bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer
/// bytes(int) -> bytes object of size given by the parameter initialized with null bytes
/// bytes() -> empty bytes object
///
/// Construct an immutable array of bytes from:
///   - an iterable yielding integers in range(256)
///   - a text string encoded using the specified encoding
///   - any object implementing the buffer API.
///   - an integer
#[py_class(name = "bytes", kind = Bytes, subclassable, extend = [SHARED_METHODS])]
impl Bytes {
    #[new(signature = "(cls, source=b'', encoding='utf-8', errors='strict')", style = "keywords")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        source: Nullable<Value>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Gc<Bytes>> {
        let source = match source {
            Nullable::Absent => None,
            Nullable::None => Some(Value::NONE),
            Nullable::Given(source) => Some(source),
        };
        let exact = class == thread.vm().types.bytes;
        if let (Some(source), None, None) = (source, encoding, errors) {
            if exact && let Some(bytes) = source.cast::<Bytes>().filter(|bytes| bytes.is_exact()) {
                return Ok(bytes);
            }
            if let Some(bytes) = from_special(thread, source)? {
                return if exact { Ok(bytes) } else { Bytes::new_subclass_instance(thread, class, bytes.as_slice()) };
            }
        }
        let contents = byte_methods::contents_of(thread, source, encoding, errors, "bytes")?;
        if exact { Ok(Bytes::new(thread, &contents)) } else { Bytes::new_subclass_instance(thread, class, &contents) }
    }

    #[method]
    fn __repr__(this: Gc<Bytes>, thread: &Thread) -> Gc<Str> {
        Str::from_ascii_unchecked(thread, &escape::repr_bytes(this.as_slice()))
    }

    #[method]
    fn __str__(this: Gc<Bytes>, thread: &Thread) -> Gc<Str> {
        Bytes::__repr__(this, thread)
    }

    #[method(no_reenter)]
    fn __hash__(this: Gc<Bytes>, thread: &Thread) -> i64 {
        this.hash(thread) as i64
    }

    #[method]
    fn __iter__(this: Gc<Bytes>, thread: &Thread) -> Value {
        BytesIterator::start(thread, this).value()
    }

    #[method]
    fn __getitem__(this: Gc<Bytes>, thread: &Thread, key: Value) -> PyResult<Value> {
        byte_methods::get_item(this, thread, key, "byte", "index out of range")
    }

    /// Convert this value to exact type bytes.
    #[method(signature = "(self, /)", style = "noargs")]
    fn __bytes__(this: Gc<Bytes>, thread: &Thread) -> PyResult<Value> {
        Bytes::unchanged(this, thread)
    }

    #[method]
    fn __buffer__(this: Gc<Bytes>, thread: &Thread, _flags: i64) -> PyResult<Gc<MemoryViewObject>> {
        MemoryView::new(thread, this.value())
    }

    #[method]
    fn __getnewargs__(this: Gc<Bytes>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        Ok(Tuple::new(thread, &[Bytes::unchanged(this, thread)?]))
    }

    /// Return the size of the object in memory, in bytes.
    #[method]
    fn __sizeof__(this: Gc<Bytes>) -> usize {
        HeapObject::size(&*this)
    }
}
