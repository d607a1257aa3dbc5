//! Iterators over several sources or their items as arguments: `chain`, `zip_longest`, `starmap`.
//!
//! What lives here: [`Chain`], [`ZipLongest`], [`StarMap`].

use super::trace_slots;
use crate::dispatch::{call, iter};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Arguments;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::zip::Together;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use taipan_macros::py_class;

/// One iterable after the other.
pub struct Chain {
    /// An iterator of iterables; empty at the end.
    source: Slot,
    /// The iterator being read, if any.
    active: Slot,
}

trace_slots!(Chain { source, active });

impl Chain {
    fn make(thread: &Thread, class: Gc<Type>, iterables: Value) -> PyResult<Gc<Payload<Chain>>> {
        let source = iter::get_iter(thread, iterables)?;
        Ok(Payload::new(thread, class, Chain { source: Slot::new(source), active: Slot::empty() }))
    }
}

/// Return a chain object whose .__next__() method returns elements from the
/// first iterable until it is exhausted, then elements from the next
/// iterable, until all of the iterables are exhausted.
#[py_class(name = "chain", module = "itertools", signature = "(*iterables)", payload, subclassable)]
impl Chain {
    #[new(signature = "(cls, /, *iterables)")]
    fn py_new(class: Gc<Type>, thread: &Thread, iterables: &[Value]) -> PyResult<Gc<Payload<Chain>>> {
        let iterables = Tuple::new(thread, iterables);
        Chain::make(thread, class, iterables.value())
    }

    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod]
    fn from_iterable(class: Gc<Type>, thread: &Thread, iterable: Value) -> PyResult<Gc<Payload<Chain>>> {
        Chain::make(thread, class, iterable)
    }

    #[method]
    fn __iter__(this: Gc<Payload<Chain>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Chain>>, thread: &Thread) -> PyResult<Option<Value>> {
        while let Some(source) = this.data.source.get() {
            let active = match this.data.active.get() {
                Some(active) => active,
                None => {
                    let Some(iterable) = iter::next(thread, source)? else {
                        this.data.source.init(None);
                        thread.end_value.set(None);
                        return Ok(None);
                    };
                    let active = iter::get_iter(thread, iterable).inspect_err(|_| this.data.source.init(None))?;
                    this.store(thread, &this.data.active, active);
                    active
                }
            };
            if let Some(item) = iter::next(thread, active)? {
                return Ok(Some(item));
            }
            this.data.active.init(None);
        }
        Ok(None)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}

/// As `zip`, until the longest ends.
pub struct ZipLongest {
    together: Together,
    fill: Slot,
    /// Which iterators have ended.
    ended: RefCell<Vec<bool>>,
    active: Cell<usize>,
}

impl PayloadData for ZipLongest {
    fn trace(&self, tracer: &mut Tracer) {
        self.together.trace(tracer);
        tracer.slot(&self.fill);
    }
}

/// Return a zip_longest object whose .__next__() method returns a tuple where
/// the i-th element comes from the i-th iterable argument.  The .__next__()
/// method continues until the longest iterable in the argument sequence
/// is exhausted and then it raises StopIteration.  When the shorter iterables
/// are exhausted, the fillvalue is substituted in their place.  The fillvalue
/// defaults to None or can be specified by a keyword argument.
#[py_class(
    name = "zip_longest",
    module = "itertools",
    signature = "(*iterables, fillvalue=None)",
    payload,
    subclassable
)]
impl ZipLongest {
    #[new]
    fn py_new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<ZipLongest>>> {
        let mut fill = Value::NONE;
        for (name, value) in arguments.keywords() {
            if name.to_str_lossy(thread) != "fillvalue" {
                return Err(thread.raise_type_error("zip_longest() got an unexpected keyword argument"));
            }
            fill = value;
        }
        let iterables = arguments.positional();
        let together = Together::new(thread, iterables, false)?;
        let ended = RefCell::new(vec![false; iterables.len()]);
        let data = ZipLongest { together, fill: Slot::new(fill), ended, active: Cell::new(iterables.len()) };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __iter__(this: Gc<Payload<ZipLongest>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<ZipLongest>>, thread: &Thread) -> PyResult<Option<Gc<Tuple>>> {
        let data = &this.data;
        if data.active.get() == 0 {
            return Ok(None);
        }
        let iterators = data.together.tuple(thread);
        let fill = data.fill.get().unwrap_or(Value::NONE);
        let items = Tuple::allocate(thread, iterators.len());
        for (index, (&iterator, slot)) in iterators.items().iter().zip(items.slots()).enumerate() {
            let ended = data.ended.borrow()[index];
            let item = if ended { None } else { iter::next(thread, iterator).inspect_err(|_| data.active.set(0))? };
            if item.is_none() && !ended {
                data.ended.borrow_mut()[index] = true;
                data.active.set(data.active.get().saturating_sub(1));
                if data.active.get() == 0 {
                    thread.end_value.set(None);
                    return Ok(None);
                }
            }
            thread.store(items, slot, item.unwrap_or(fill));
        }
        Ok(Some(items))
    }
}

/// A function called with each item as its arguments.
pub struct StarMap {
    function: Slot,
    iterator: Slot,
}

trace_slots!(StarMap { function, iterator });

/// Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.
#[py_class(name = "starmap", module = "itertools", signature = "(function, iterable, /)", payload, subclassable)]
impl StarMap {
    #[new(signature = "(cls, function, iterable, /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, function: Value, iterable: Value) -> PyResult<Gc<Payload<StarMap>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        Ok(Payload::new(thread, class, StarMap { function: Slot::new(function), iterator: Slot::new(iterator) }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<StarMap>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<StarMap>>, thread: &Thread) -> PyResult<Option<Value>> {
        let (Some(function), Some(iterator)) = (this.data.function.get(), this.data.iterator.get()) else {
            return Ok(None);
        };
        let Some(item) = iter::next(thread, iterator)? else { return Ok(None) };
        let arguments = match item.cast::<Tuple>() {
            Some(tuple) => tuple,
            None => Tuple::from_iterable(thread, item)?,
        };
        call::call(thread, function, arguments.items()).map(Some)
    }
}
