//! The key objects of `cmp_to_key`.
//!
//! Start at [`CompareKey`].

use crate::dispatch::call;
use crate::dispatch::compare::{self, CompareOperator};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A comparison function and, once it was called as a key function, the object that it is the key of.
pub struct CompareKey {
    function: Slot,
    object: Slot,
}

impl PayloadData for CompareKey {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.function);
        tracer.slot(&self.object);
    }
}

impl CompareKey {
    /// The key function, or with an object its key.
    pub fn make(thread: &Thread, function: Value, object: Option<Value>) -> Gc<Payload<CompareKey>> {
        let class = Type::of_spec(thread, <CompareKey as PyClass>::SPEC);
        Payload::new(thread, class, CompareKey { function: Slot::new(function), object: Slot::from_option(object) })
    }
}

fn order(thread: &Thread, op: CompareOperator, this: Gc<Payload<CompareKey>>, other: Value) -> PyResult<Value> {
    let Some(other) = Payload::<CompareKey>::cast(other) else {
        return Err(thread.raise_type_error("other argument must be K instance"));
    };
    let (Some(a), Some(b), Some(function)) =
        (this.data.object.get(), other.data.object.get(), this.data.function.get())
    else {
        return Err(thread.raise_plain_attribute_error("object"));
    };
    let result = call::call(thread, function, &[a, b])?;
    compare::compare(thread, op, result, Value::small_wrapping(0))
}

/// A key that compares by a function.
#[py_class(name = "KeyWrapper", module = "functools", payload, unhashable)]
impl CompareKey {
    #[method(signature = "(self, /, obj)")]
    fn __call__(this: Gc<Payload<CompareKey>>, thread: &Thread, obj: Value) -> Gc<Payload<CompareKey>> {
        let function = this.data.function.get().unwrap_or(Value::NONE);
        CompareKey::make(thread, function, Some(obj))
    }

    /// The object this is the key of.
    #[getter]
    fn obj(this: Gc<Payload<CompareKey>>) -> Option<Value> {
        this.data.object.get()
    }

    #[setter(obj)]
    fn set_obj(this: Gc<Payload<CompareKey>>, thread: &Thread, value: Value) {
        this.data.object.init(Some(value));
        thread.write_barrier(this.header());
    }

    #[method]
    fn __lt__(this: Gc<Payload<CompareKey>>, thread: &Thread, other: Value) -> PyResult<Value> {
        order(thread, CompareOperator::Lt, this, other)
    }

    #[method]
    fn __le__(this: Gc<Payload<CompareKey>>, thread: &Thread, other: Value) -> PyResult<Value> {
        order(thread, CompareOperator::Le, this, other)
    }

    #[method]
    fn __eq__(this: Gc<Payload<CompareKey>>, thread: &Thread, other: Value) -> PyResult<Value> {
        order(thread, CompareOperator::Eq, this, other)
    }

    #[method]
    fn __ne__(this: Gc<Payload<CompareKey>>, thread: &Thread, other: Value) -> PyResult<Value> {
        order(thread, CompareOperator::Ne, this, other)
    }

    #[method]
    fn __gt__(this: Gc<Payload<CompareKey>>, thread: &Thread, other: Value) -> PyResult<Value> {
        order(thread, CompareOperator::Gt, this, other)
    }

    #[method]
    fn __ge__(this: Gc<Payload<CompareKey>>, thread: &Thread, other: Value) -> PyResult<Value> {
        order(thread, CompareOperator::Ge, this, other)
    }
}
