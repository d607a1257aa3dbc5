//! Cells: variables shared between a function and the functions inside it.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A cell: one variable, or empty.
#[repr(C)]
pub struct CellObject {
    header: Header,
    pub content: Slot,
}

impl HeapObject for CellObject {
    const KIND: Kind = Kind::Cell;
    fn size(&self) -> usize {
        size_of::<CellObject>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.content);
    }
}

impl CellObject {
    #[inline]
    pub fn allocate(thread: &Thread, content: Option<Value>) -> Gc<CellObject> {
        thread.allocate(ShapeId::CELL, 0, |header| CellObject { header, content: Slot::from_option(content) })
    }
}

/// Create a new cell object.
#[py_class(name = "cell", kind = Cell, module = "builtins")]
impl CellObject {
    #[new(signature = "(contents=None, /)")]
    fn new(class: Gc<Type>, thread: &Thread, contents: Option<Value>) -> Gc<CellObject> {
        let _ = class;
        CellObject::allocate(thread, contents)
    }

    #[getter]
    fn cell_contents(this: Gc<CellObject>, thread: &Thread) -> PyResult<Value> {
        this.content.get().ok_or_else(|| thread.raise_value_error("cell is empty"))
    }

    #[setter(cell_contents)]
    fn set_contents(this: Gc<CellObject>, thread: &Thread, value: Value) {
        thread.store(this, &this.content, value);
    }

    #[deleter(cell_contents)]
    fn delete_contents(this: Gc<CellObject>) {
        this.content.init(None);
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<CellObject>, thread: &Thread) -> String {
        match this.content.get() {
            Some(value) => {
                format!("<cell at {:#x}: {} object at {:#x}>", this.address(), thread.type_name(value), value.to_bits())
            }
            None => format!("<cell at {:#x}: empty>", this.address()),
        }
    }
}
