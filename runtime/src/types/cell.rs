//! Cells: variables shared between a function and the functions inside it.

use crate::dispatch::compare::{CompareOperator, compare};
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

/// Cells compare by what they hold; an empty one is less than any other.
fn compared(this: Gc<CellObject>, thread: &Thread, other: Value, operator: CompareOperator) -> PyResult<Value> {
    let Some(other) = other.cast::<CellObject>() else { return Ok(Value::NOT_IMPLEMENTED) };
    match (this.content.get(), other.content.get()) {
        (Some(a), Some(b)) => compare(thread, operator, a, b),
        (a, b) => {
            let flags = [a, b].map(|content| Value::small_wrapping(i64::from(content.is_some())));
            compare(thread, operator, flags[0], flags[1])
        }
    }
}

/// Create a new cell object.
#[py_class(name = "cell", kind = Cell, module = "builtins", unhashable)]
impl CellObject {
    #[method]
    fn __eq__(this: Gc<CellObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        compared(this, thread, other, CompareOperator::Eq)
    }

    #[method]
    fn __ne__(this: Gc<CellObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        compared(this, thread, other, CompareOperator::Ne)
    }

    #[method]
    fn __lt__(this: Gc<CellObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        compared(this, thread, other, CompareOperator::Lt)
    }

    #[method]
    fn __le__(this: Gc<CellObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        compared(this, thread, other, CompareOperator::Le)
    }

    #[method]
    fn __gt__(this: Gc<CellObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        compared(this, thread, other, CompareOperator::Gt)
    }

    #[method]
    fn __ge__(this: Gc<CellObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        compared(this, thread, other, CompareOperator::Ge)
    }

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
