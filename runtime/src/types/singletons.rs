//! The classes of `None`, `NotImplemented` and `...`, whose only instances are immediate values.
//!
//! Start at [`NoneClass`].

use crate::error::PyResult;
use crate::native::Arguments;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The specification of `NoneType`.
pub struct NoneClass;
/// The specification of `NotImplementedType`.
pub struct NotImplementedClass;
/// The specification of `ellipsis`.
pub struct EllipsisClass;

/// The singleton, from a constructor that takes nothing.
fn without_arguments(thread: &Thread, arguments: Arguments<'_>, class: &str, singleton: Value) -> PyResult<Value> {
    if arguments.values.is_empty() {
        return Ok(singleton);
    }
    Err(thread.raise_type_error(format!("{class} takes no arguments")))
}

/// What comparing None says: only about itself it knows.
fn same(this: Value, other: Value, equal: bool) -> Value {
    if this == other { Value::from_bool(equal) } else { Value::NOT_IMPLEMENTED }
}

fn not_ordered(_this: Value, _other: Value) -> Value {
    Value::NOT_IMPLEMENTED
}

fn is_none(value: Value) -> bool {
    value.is_none()
}

fn is_not_implemented(value: Value) -> bool {
    value == Value::NOT_IMPLEMENTED
}

fn is_ellipsis(value: Value) -> bool {
    value == Value::ELLIPSIS
}

/// The class of None.
#[py_class(name = "NoneType", check = is_none)]
impl NoneClass {
    #[new]
    fn new(_class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        without_arguments(thread, arguments, "NoneType", Value::NONE)
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "None"
    }

    #[method]
    fn __bool__(_this: Value) -> bool {
        false
    }

    #[method]
    fn __hash__(this: Value, thread: &Thread) -> PyResult<i64> {
        crate::dispatch::hash::hash(thread, this)
    }

    #[method]
    fn __eq__(this: Value, other: Value) -> Value {
        same(this, other, true)
    }

    #[method]
    fn __ne__(this: Value, other: Value) -> Value {
        same(this, other, false)
    }

    #[method]
    fn __lt__(this: Value, other: Value) -> Value {
        not_ordered(this, other)
    }

    #[method]
    fn __le__(this: Value, other: Value) -> Value {
        not_ordered(this, other)
    }

    #[method]
    fn __gt__(this: Value, other: Value) -> Value {
        not_ordered(this, other)
    }

    #[method]
    fn __ge__(this: Value, other: Value) -> Value {
        not_ordered(this, other)
    }
}

/// The class of NotImplemented, which operator methods return for operands they do not know.
#[py_class(name = "NotImplementedType", check = is_not_implemented)]
impl NotImplementedClass {
    #[new]
    fn new(_class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        without_arguments(thread, arguments, "NotImplementedType", Value::NOT_IMPLEMENTED)
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "NotImplemented"
    }

    #[method]
    fn __bool__(this: Value, thread: &Thread) -> PyResult<bool> {
        crate::dispatch::truth::truth(thread, this)
    }

    /// Pickles by name.
    #[method]
    fn __reduce__(_this: Value) -> &'static str {
        "NotImplemented"
    }
}

/// The class of Ellipsis, written `...`.
#[py_class(name = "ellipsis", check = is_ellipsis)]
impl EllipsisClass {
    #[new]
    fn new(_class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        without_arguments(thread, arguments, "EllipsisType", Value::ELLIPSIS)
    }

    #[method]
    fn __repr__(_this: Value) -> &'static str {
        "Ellipsis"
    }

    /// Pickles by name.
    #[method]
    fn __reduce__(_this: Value) -> &'static str {
        "Ellipsis"
    }
}
