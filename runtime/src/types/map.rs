//! `map`: a function applied to items of one or several iterables.
//!
//! What lives here: [`Map`].

use crate::dispatch::{call, iter};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Arguments;
use crate::object::{Gc, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::zip::Together;
use crate::value::Value;
use taipan_macros::py_class;

/// The iterator `map(...)`.
pub struct Map {
    function: Slot,
    together: Together,
}

impl PayloadData for Map {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.function);
        self.together.trace(tracer);
    }
}

/// Make an iterator that computes the function using arguments from
/// each of the iterables.  Stops when the shortest iterable is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the others,
/// raise a ValueError.
#[py_class(name = "map", signature = "(function, iterable, /, *iterables, strict=False)", payload, subclassable)]
impl Map {
    #[new]
    fn py_new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<Map>>> {
        let strict = Together::strict_keyword(thread, "map", arguments)?;
        let [function, ref iterables @ ..] = *arguments.positional() else {
            return Err(thread.raise_type_error("map() must have at least two arguments."));
        };
        if iterables.is_empty() {
            return Err(thread.raise_type_error("map() must have at least two arguments."));
        }
        let together = Together::new(thread, iterables, strict)?;
        Ok(Payload::new(thread, class, Map { function: Slot::new(function), together }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Map>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Map>>, thread: &Thread) -> PyResult<Option<Value>> {
        let function = this.data.function.get().unwrap_or(Value::NONE);
        let together = &this.data.together;
        let iterators = together.tuple(thread);
        if let [iterator] = *iterators.items() {
            let Some(item) = iter::next(thread, iterator)? else { return Ok(None) };
            return call::call(thread, function, &[item]).map(Some);
        }
        if let [a, b] = *iterators.items() {
            let Some(first) = iter::next(thread, a)? else { return together.ended(thread, "map", iterators, 0) };
            let Some(second) = iter::next(thread, b)? else { return together.ended(thread, "map", iterators, 1) };
            return call::call(thread, function, &[first, second]).map(Some);
        }
        match together.step(thread, "map")? {
            Some(items) => call::call(thread, function, items.items()).map(Some),
            None => Ok(None),
        }
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<Payload<Map>>, thread: &Thread) -> Gc<Tuple> {
        let mut arguments = ScratchVec::new();
        arguments.push(thread, this.data.function.get().unwrap_or(Value::NONE));
        arguments.extend_from_slice(thread, this.data.together.tuple(thread).items());
        let arguments = Tuple::new(thread, &arguments);
        this.data.together.reduce(thread, this.value(), arguments)
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<Payload<Map>>, thread: &Thread, object: Value) -> PyResult<()> {
        this.data.together.set_state(thread, object)
    }
}
