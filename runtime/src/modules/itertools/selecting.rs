//! Iterators over some of the items: `islice`, `takewhile`, `dropwhile`, `filterfalse`, `compress`.
//!
//! What lives here: [`ISlice`], [`TakeWhile`], [`DropWhile`], [`FilterFalse`], [`Compress`].

use super::trace_slots;
use crate::dispatch::{iter, number, truth};
use crate::error::{PyResult, Raised};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::filter;
use crate::types::payload::Payload;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// Items by position.
pub struct ISlice {
    /// Empty at the end.
    iterator: Slot,
    /// Position of the next item to yield.
    next: Cell<usize>,
    /// Position to stop before; `None` never.
    stop: Option<usize>,
    step: usize,
    /// Items read so far.
    count: Cell<usize>,
}

trace_slots!(ISlice { iterator });

/// A bound of `islice`: `Err` for what is neither `None` nor an int from 0 to `sys.maxsize`.
fn bound(thread: &Thread, value: Value) -> PyResult<Result<Option<usize>, ()>> {
    if value.is_none() {
        return Ok(Ok(None));
    }
    match number::index_i64(thread, value) {
        Ok(number) => Ok(usize::try_from(number).map(Some).map_err(|_| ())),
        Err(raised) => {
            thread.take_exception(raised);
            Ok(Err(()))
        }
    }
}

#[cold]
fn bad_bound(thread: &Thread, what: &str) -> Raised {
    thread.raise_value_error(format!("{what} for islice() must be None or an integer: 0 <= x <= sys.maxsize."))
}

/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// Return an iterator whose next() method returns selected values from an
/// iterable.  If start is specified, will skip all preceding elements;
/// otherwise, start defaults to zero.  Step defaults to one.  If
/// specified as another value, step determines how many values are
/// skipped between successive calls.  Works like a slice() on a list
/// but returns an iterator.
#[py_class(name = "islice", module = "itertools", payload, subclassable)]
impl ISlice {
    #[new(signature = "(cls, iterable, start, stop=<unrepresentable>, step=None, /)")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        iterable: Value,
        start: Value,
        stop: Option<Value>,
        step: Option<Value>,
    ) -> PyResult<Gc<Payload<ISlice>>> {
        let (start, stop) = match stop {
            Some(stop) => (start, stop),
            None => (Value::NONE, start),
        };
        let first = bound(thread, start)?;
        let Ok(stop) = bound(thread, stop)? else { return Err(bad_bound(thread, "Stop argument")) };
        let Ok(first) = first else { return Err(bad_bound(thread, "Indices")) };
        let step = match step {
            Some(step) => bound(thread, step)?.unwrap_or(Some(0)).unwrap_or(1),
            None => 1,
        };
        if step < 1 {
            return Err(thread.raise_value_error("Step for islice() must be a positive integer or None."));
        }
        let iterator = iter::get_iter(thread, iterable)?;
        let data = ISlice {
            iterator: Slot::new(iterator),
            next: Cell::new(first.unwrap_or(0)),
            stop,
            step,
            count: Cell::new(0),
        };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __iter__(this: Gc<Payload<ISlice>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<ISlice>>, thread: &Thread) -> PyResult<Option<Value>> {
        let data = &this.data;
        let Some(iterator) = data.iterator.get() else { return Ok(None) };
        while data.count.get() < data.next.get() {
            if iter::next(thread, iterator)?.is_none() {
                data.iterator.init(None);
                return Ok(None);
            }
            data.count.set(data.count.get() + 1);
        }
        let item =
            if data.stop.is_some_and(|stop| data.count.get() >= stop) { None } else { iter::next(thread, iterator)? };
        if item.is_none() {
            data.iterator.init(None);
            return Ok(None);
        }
        data.count.set(data.count.get() + 1);
        let next = data.next.get().saturating_add(data.step);
        data.next.set(data.stop.map_or(next, |stop| next.min(stop)));
        Ok(item)
    }
}

/// Items as long as a predicate holds.
pub struct TakeWhile {
    predicate: Slot,
    iterator: Slot,
    ended: Cell<bool>,
}

trace_slots!(TakeWhile { predicate, iterator });

/// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
#[py_class(name = "takewhile", module = "itertools", signature = "(predicate, iterable, /)", payload, subclassable)]
impl TakeWhile {
    #[new(signature = "(cls, predicate, iterable, /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, predicate: Value, iterable: Value) -> PyResult<Gc<Payload<TakeWhile>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        let data =
            TakeWhile { predicate: Slot::new(predicate), iterator: Slot::new(iterator), ended: Cell::new(false) };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __iter__(this: Gc<Payload<TakeWhile>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<TakeWhile>>, thread: &Thread) -> PyResult<Option<Value>> {
        let (Some(predicate), Some(iterator)) = (this.data.predicate.get(), this.data.iterator.get()) else {
            return Ok(None);
        };
        if this.data.ended.get() {
            return Ok(None);
        }
        let Some(item) = iter::next(thread, iterator)? else { return Ok(None) };
        if holds(thread, predicate, item)? {
            return Ok(Some(item));
        }
        this.data.ended.set(true);
        thread.end_value.set(None);
        Ok(None)
    }
}

/// The truth of `predicate(item)`.
fn holds(thread: &Thread, predicate: Value, item: Value) -> PyResult<bool> {
    let answer = crate::dispatch::call::call(thread, predicate, &[item])?;
    truth::truth(thread, answer)
}

/// Items from the first for which a predicate does not hold.
pub struct DropWhile {
    predicate: Slot,
    iterator: Slot,
    started: Cell<bool>,
}

trace_slots!(DropWhile { predicate, iterator });

/// Drop items from the iterable while predicate(item) is true.
///
/// Afterwards, return every element until the iterable is exhausted.
#[py_class(name = "dropwhile", module = "itertools", signature = "(predicate, iterable, /)", payload, subclassable)]
impl DropWhile {
    #[new(signature = "(cls, predicate, iterable, /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, predicate: Value, iterable: Value) -> PyResult<Gc<Payload<DropWhile>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        let data =
            DropWhile { predicate: Slot::new(predicate), iterator: Slot::new(iterator), started: Cell::new(false) };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __iter__(this: Gc<Payload<DropWhile>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<DropWhile>>, thread: &Thread) -> PyResult<Option<Value>> {
        let (Some(predicate), Some(iterator)) = (this.data.predicate.get(), this.data.iterator.get()) else {
            return Ok(None);
        };
        while let Some(item) = iter::next(thread, iterator)? {
            if this.data.started.get() {
                return Ok(Some(item));
            }
            if !holds(thread, predicate, item)? {
                this.data.started.set(true);
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

/// Items for which a function says no.
pub struct FilterFalse {
    function: Slot,
    iterator: Slot,
}

trace_slots!(FilterFalse { function, iterator });

/// Return those items of iterable for which function(item) is false.
///
/// If function is None, return the items that are false.
#[py_class(name = "filterfalse", module = "itertools", signature = "(function, iterable, /)", payload, subclassable)]
impl FilterFalse {
    #[new(signature = "(cls, function, iterable, /)")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        function: Value,
        iterable: Value,
    ) -> PyResult<Gc<Payload<FilterFalse>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        Ok(Payload::new(thread, class, FilterFalse { function: Slot::new(function), iterator: Slot::new(iterator) }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<FilterFalse>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<FilterFalse>>, thread: &Thread) -> PyResult<Option<Value>> {
        let (Some(function), Some(iterator)) = (this.data.function.get(), this.data.iterator.get()) else {
            return Ok(None);
        };
        while let Some(item) = iter::next(thread, iterator)? {
            if !filter::accepts(thread, function, item)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
}

/// Items whose selector is true.
pub struct Compress {
    data: Slot,
    selectors: Slot,
}

trace_slots!(Compress { data, selectors });

/// Return data elements corresponding to true selector elements.
///
/// Forms a shorter iterator from selected data elements using the selectors to
/// choose the data elements.
#[py_class(name = "compress", module = "itertools", signature = "(data, selectors)", payload, subclassable)]
impl Compress {
    #[new(signature = "(cls, /, data, selectors)", style = "keywords")]
    fn py_new(class: Gc<Type>, thread: &Thread, data: Value, selectors: Value) -> PyResult<Gc<Payload<Compress>>> {
        let data = iter::get_iter(thread, data)?;
        let selectors = iter::get_iter(thread, selectors)?;
        Ok(Payload::new(thread, class, Compress { data: Slot::new(data), selectors: Slot::new(selectors) }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Compress>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Compress>>, thread: &Thread) -> PyResult<Option<Value>> {
        let (Some(data), Some(selectors)) = (this.data.data.get(), this.data.selectors.get()) else { return Ok(None) };
        loop {
            let Some(item) = iter::next(thread, data)? else { return Ok(None) };
            let Some(selector) = iter::next(thread, selectors)? else { return Ok(None) };
            if truth::truth(thread, selector)? {
                return Ok(Some(item));
            }
        }
    }
}
