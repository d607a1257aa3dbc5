//! `enumerate`: pairs of a count and an item.
//!
//! What lives here: [`Enumerate`].

use crate::dispatch::{iter, number};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Arguments;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::int::arithmetic;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// Counts what an iterator yields.
pub struct Enumerate {
    pub(crate) iterator: Slot,
    /// The next count: an exact int.
    pub(crate) count: Slot,
}

impl PayloadData for Enumerate {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.iterator);
        tracer.slot(&self.count);
    }
}

impl Enumerate {
    /// `enumerate(iterable, start)`, `start` being an exact int.
    pub fn make(thread: &Thread, class: Gc<Type>, iterable: Value, start: Value) -> PyResult<Gc<Payload<Enumerate>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        Ok(Payload::new(thread, class, Enumerate { iterator: Slot::new(iterator), count: Slot::new(start) }))
    }

    /// The class `enumerate`.
    pub fn class(thread: &Thread) -> Gc<Type> {
        Type::of_spec(thread, &ENUMERATE_CLASS)
    }

    /// An exact `enumerate` that goes on with `count` and the next item of `iterator`.
    pub fn resume(thread: &Thread, iterator: Value, count: Value) -> Value {
        let data = Enumerate { iterator: Slot::new(iterator), count: Slot::new(count) };
        Payload::new(thread, Enumerate::class(thread), data).value()
    }

    fn parts(&self) -> (Value, Value) {
        (self.iterator.get().unwrap_or(Value::NONE), self.count.get().unwrap_or(Value::small_wrapping(0)))
    }
}

/// Return an enumerate object.
///
///   iterable
///     an object supporting iteration
///
/// The enumerate object yields pairs containing a count (from start, which
/// defaults to zero) and a value yielded by the iterable argument.
///
/// enumerate is useful for obtaining an indexed list:
///     (0, seq[0]), (1, seq[1]), (2, seq[2]), ...
#[py_class(name = "enumerate", signature = "(iterable, start=0)", payload, subclassable)]
impl Enumerate {
    #[new]
    fn py_new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<Enumerate>>> {
        let given = arguments.values.len();
        if given > 2 {
            return Err(thread.raise_type_error(format!("enumerate() takes at most 2 arguments ({given} given)")));
        }
        let positional = arguments.positional();
        let (mut iterable, mut start) = (positional.first().copied(), positional.get(1).copied());
        for (name, value) in arguments.keywords() {
            match name.to_str_lossy(thread).as_ref() {
                "iterable" if iterable.is_none() => iterable = Some(value),
                "start" if start.is_none() => start = Some(value),
                name => {
                    let message = format!("'{name}' is an invalid keyword argument for enumerate()");
                    return Err(thread.raise_type_error(message));
                }
            }
        }
        let Some(iterable) = iterable else {
            return Err(thread.raise_type_error("enumerate() missing required argument 'iterable'"));
        };
        let start = match start {
            Some(start) => number::index(thread, start)?,
            None => Value::small_wrapping(0),
        };
        Enumerate::make(thread, class, iterable, start)
    }

    #[method]
    fn __iter__(this: Gc<Payload<Enumerate>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Enumerate>>, thread: &Thread) -> PyResult<Option<Value>> {
        let (iterator, count) = this.data.parts();
        let Some(item) = iter::next(thread, iterator)? else { return Ok(None) };
        let one = Value::small_wrapping(1);
        match count.as_small().and_then(|_| Value::add_small(count, one)) {
            Some(next) => this.data.count.init(Some(next)),
            None => {
                let next = arithmetic::add(thread, arithmetic::number_of(count), arithmetic::number_of(one))?;
                this.store(thread, &this.data.count, next);
            }
        }
        Ok(Some(Tuple::new(thread, &[count, item]).value()))
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<Payload<Enumerate>>, thread: &Thread) -> Gc<Tuple> {
        let (iterator, count) = this.data.parts();
        let arguments = Tuple::new(thread, &[iterator, count]);
        Tuple::new(thread, &[thread.class_of(this.value()).value(), arguments.value()])
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}
