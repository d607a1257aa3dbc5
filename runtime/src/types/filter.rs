//! `filter`: the items for which a function says yes.
//!
//! What lives here: [`Filter`].

use crate::dispatch::{call, iter, truth};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The iterator `filter(function, iterable)`.
pub struct Filter {
    function: Slot,
    iterator: Slot,
}

impl PayloadData for Filter {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.function);
        tracer.slot(&self.iterator);
    }
}

impl Filter {
    fn parts(&self) -> (Value, Value) {
        (self.function.get().unwrap_or(Value::NONE), self.iterator.get().unwrap_or(Value::NONE))
    }
}

/// The truth of `predicate(item)`, or of the item itself if the predicate is `None` or `bool`.
pub fn accepts(thread: &Thread, predicate: Value, item: Value) -> PyResult<bool> {
    if predicate.is_none() || predicate == thread.vm().types.bool.value() {
        return truth::truth(thread, item);
    }
    let answer = call::call(thread, predicate, &[item])?;
    truth::truth(thread, answer)
}

/// Return an iterator yielding those items of iterable for which function(item)
/// is true. If function is None, return the items that are true.
#[py_class(name = "filter", signature = "(function, iterable, /)", payload, subclassable)]
impl Filter {
    #[new(signature = "(cls, function, iterable, /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, function: Value, iterable: Value) -> PyResult<Gc<Payload<Filter>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        Ok(Payload::new(thread, class, Filter { function: Slot::new(function), iterator: Slot::new(iterator) }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Filter>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Filter>>, thread: &Thread) -> PyResult<Option<Value>> {
        let (function, iterator) = this.data.parts();
        while let Some(item) = iter::next(thread, iterator)? {
            if accepts(thread, function, item)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<Payload<Filter>>, thread: &Thread) -> Gc<Tuple> {
        let (function, iterator) = this.data.parts();
        let arguments = Tuple::new(thread, &[function, iterator]);
        Tuple::new(thread, &[thread.class_of(this.value()).value(), arguments.value()])
    }
}
