//! `_tuplegetter`: the descriptor behind the fields of named tuples.
//!
//! What lives here: [`TupleGetter`].

use crate::dispatch::text;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// Reads item `index` of a tuple.
pub struct TupleGetter {
    pub index: isize,
    doc: Slot,
}

impl PayloadData for TupleGetter {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.doc);
    }
}

#[py_class(name = "_tuplegetter", module = "collections", kind = Payload)]
impl TupleGetter {
    #[new(signature = "(cls, index, doc, /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, index: isize, doc: Value) -> Gc<Payload<TupleGetter>> {
        Payload::new(thread, class, TupleGetter { index, doc: Slot::new(doc) })
    }

    #[method]
    fn __get__(
        this: Gc<Payload<TupleGetter>>,
        thread: &Thread,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        let index = this.data.index;
        let Some(tuple) = instance.cast::<Tuple>() else {
            if instance.is_none() {
                return match owner {
                    Some(_) => Ok(this.value()),
                    None => Err(thread.raise_type_error("__get__(None, None) is invalid")),
                };
            }
            let name = thread.type_name(instance);
            let message =
                format!("descriptor for index '{index}' for tuple subclasses doesn't apply to '{name}' object");
            return Err(thread.raise_type_error(message));
        };
        match usize::try_from(index).ok().and_then(|index| tuple.get(index)) {
            Some(item) => Ok(item),
            None => Err(thread.raise_index_error("tuple index out of range")),
        }
    }

    #[method]
    fn __set__(_this: Gc<Payload<TupleGetter>>, thread: &Thread, _instance: Value, _value: Value) -> PyResult<()> {
        Err(thread.raise_plain_attribute_error("can't set attribute"))
    }

    #[method]
    fn __delete__(_this: Gc<Payload<TupleGetter>>, thread: &Thread, _instance: Value) -> PyResult<()> {
        Err(thread.raise_plain_attribute_error("can't delete attribute"))
    }

    #[getter(name = "__doc__")]
    fn doc(this: Gc<Payload<TupleGetter>>) -> Value {
        this.data.doc.get().unwrap_or(Value::NONE)
    }

    #[setter(name = "__doc__")]
    fn set_doc(this: Gc<Payload<TupleGetter>>, thread: &Thread, value: Value) {
        this.store(thread, &this.data.doc, value);
    }

    #[method]
    fn __reduce__(this: Gc<Payload<TupleGetter>>, thread: &Thread) -> Gc<Tuple> {
        let arguments = Tuple::new(thread, &[Value::small_wrapping(this.data.index as i64), TupleGetter::doc(this)]);
        Tuple::new(thread, &[thread.class_of(this.value()).value(), arguments.value()])
    }

    #[method]
    fn __repr__(this: Gc<Payload<TupleGetter>>, thread: &Thread) -> PyResult<String> {
        let doc = text::repr(thread, TupleGetter::doc(this))?;
        let name = thread.class_of(this.value()).name_string();
        Ok(format!("{name}({}, {})", this.data.index, doc.to_str_lossy(thread)))
    }
}
