//! `PickleBuffer`: memory that a pickler may leave out of the pickle (PEP 574).
//!
//! What lives here: the class. What must not: when its memory is written ([`super::save`]).

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::buffer::MemoryViewObject;
use crate::types::memoryview::{Format, Layout, MemoryView};
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A view of memory that can be given up.
pub struct PickleBuffer {
    /// Empty once released.
    view: GcSlot<MemoryViewObject>,
}

impl PayloadData for PickleBuffer {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.view);
    }
}

impl PickleBuffer {
    /// The view.
    ///
    /// # Errors
    /// ValueError once it was released.
    pub fn view(this: Gc<Payload<PickleBuffer>>, thread: &Thread) -> PyResult<Gc<MemoryViewObject>> {
        match this.data.view.get() {
            Some(view) => Ok(view),
            None => Err(thread.raise_value_error("operation forbidden on released PickleBuffer object")),
        }
    }
}

/// Wrapper for potentially out-of-band buffers
#[py_class(name = "PickleBuffer", module = "pickle", payload)]
impl PickleBuffer {
    #[new(signature = "(cls, object, /)", style = "keywords")]
    fn new(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Gc<Payload<PickleBuffer>>> {
        let view = match Payload::<PickleBuffer>::cast(object) {
            Some(other) => MemoryView::copy_of(thread, PickleBuffer::view(other, thread)?),
            None => match crate::types::buffer::view_of(thread, object, 0)? {
                Some(view) => MemoryView::copy_of(thread, view),
                None => return Err(crate::types::buffer::not_bytes_like(thread, object)),
            },
        };
        Ok(Payload::new(thread, class, PickleBuffer { view: GcSlot::new(view) }))
    }

    /// Return a memoryview of the raw memory underlying this buffer.
    /// Will raise BufferError is the buffer isn't contiguous.
    #[method(signature = "(self, /)")]
    pub fn raw(this: Gc<Payload<PickleBuffer>>, thread: &Thread) -> PyResult<Gc<MemoryViewObject>> {
        let view = PickleBuffer::view(this, thread)?;
        if !view.data.is_c_contiguous() && !view.data.is_f_contiguous() {
            return Err(thread.raise_buffer_error("cannot extract raw buffer from non-contiguous buffer"));
        }
        let layout = Layout { lengths: &[view.data.byte_count()], strides: &[1] };
        Ok(MemoryView::derive(thread, view, view.data.data_pointer(), Format::BYTES, 1, layout, false))
    }

    /// Release the underlying buffer exposed by the PickleBuffer object.
    #[method(signature = "(self, /)")]
    fn release(this: Gc<Payload<PickleBuffer>>, thread: &Thread) -> PyResult<()> {
        let Some(view) = this.data.view.get() else { return Ok(()) };
        this.data.view.init(None);
        MemoryView::release(view, thread)
    }

    #[method]
    fn __buffer__(this: Gc<Payload<PickleBuffer>>, thread: &Thread, _flags: i64) -> PyResult<Gc<MemoryViewObject>> {
        Ok(MemoryView::copy_of(thread, PickleBuffer::view(this, thread)?))
    }

    #[method]
    fn __release_buffer__(_this: Gc<Payload<PickleBuffer>>, thread: &Thread, buffer: Value) -> PyResult<()> {
        match MemoryView::of(thread, buffer) {
            Some(view) => MemoryView::release(view, thread),
            None => Err(thread.raise_type_error("expected a memoryview object")),
        }
    }
}
