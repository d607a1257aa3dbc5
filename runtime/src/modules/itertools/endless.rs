//! Iterators without end: `count`, `cycle`, `repeat`.
//!
//! What lives here: [`Count`], [`Cycle`], [`Repeat`].

use super::trace_slots;
use crate::dispatch::{binary, iter, number, text};
use crate::error::PyResult;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::int;
use crate::types::list::List;
use crate::types::payload::Payload;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

const ONE: Value = Value::small_wrapping(1);

/// An arithmetic progression.
pub struct Count {
    next: Slot,
    step: Slot,
}

trace_slots!(Count { next, step });

/// The class has a conversion to a number.
fn is_number(thread: &Thread, value: Value) -> bool {
    let class = thread.class_of(value);
    value.cast::<crate::types::complex::Complex>().is_some()
        || [Special::Index, Special::Int, Special::Float]
            .into_iter()
            .any(|special| class.special(thread, special).is_some())
}

impl Count {
    fn parts(&self) -> (Value, Value) {
        (self.next.get().unwrap_or(ONE), self.step.get().unwrap_or(ONE))
    }
}

/// Return a count object whose .__next__() method returns consecutive values.
///
/// Equivalent to:
///     def count(firstval=0, step=1):
///         x = firstval
///         while 1:
///             yield x
///             x += step
#[py_class(name = "count", module = "itertools", signature = "(start=0, step=1)", payload, subclassable)]
impl Count {
    #[new(signature = "(cls, /, start=0, step=1)", style = "keywords")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        start: Option<Value>,
        step: Option<Value>,
    ) -> PyResult<Gc<Payload<Count>>> {
        let (start, step) = (start.unwrap_or(Value::small_wrapping(0)), step.unwrap_or(ONE));
        if !is_number(thread, start) || !is_number(thread, step) {
            return Err(thread.raise_type_error("a number is required"));
        }
        // Steps of one count in plain ints, whatever kind of int the start is.
        let start = if step == ONE {
            int::to_exact(thread, start).filter(|&n| int::to_i64(n).is_some()).unwrap_or(start)
        } else {
            start
        };
        Ok(Payload::new(thread, class, Count { next: Slot::new(start), step: Slot::new(step) }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Count>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Count>>, thread: &Thread) -> PyResult<Option<Value>> {
        let (current, step) = this.data.parts();
        let sum = if Value::both_small(current, step) { Value::add_small(current, step) } else { None };
        match sum {
            Some(next) => this.data.next.init(Some(next)),
            None => {
                let next = binary::add(thread, current, step)?;
                this.store(thread, &this.data.next, next);
            }
        }
        Ok(Some(current))
    }

    #[method]
    fn __repr__(this: Gc<Payload<Count>>, thread: &Thread) -> PyResult<String> {
        let (next, step) = this.data.parts();
        let name = thread.class_of(this.value()).name_string();
        let next = text::repr(thread, next)?.to_str_lossy(thread).into_owned();
        if int::to_i64(step) == Some(1) {
            return Ok(format!("{name}({next})"));
        }
        let step = text::repr(thread, step)?.to_str_lossy(thread).into_owned();
        Ok(format!("{name}({next}, {step})"))
    }
}

/// An iterable again and again.
pub struct Cycle {
    /// Empty once it is exhausted.
    iterator: Slot,
    /// The list of what it yielded.
    saved: Slot,
    index: Cell<usize>,
}

trace_slots!(Cycle { iterator, saved });

/// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
#[py_class(name = "cycle", module = "itertools", signature = "(iterable, /)", payload, subclassable)]
impl Cycle {
    #[new(signature = "(cls, iterable, /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, iterable: Value) -> PyResult<Gc<Payload<Cycle>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        let saved = List::empty(thread);
        let data = Cycle { iterator: Slot::new(iterator), saved: Slot::new(saved.value()), index: Cell::new(0) };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Cycle>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Cycle>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(saved) = this.data.saved.get().and_then(|saved| saved.cast::<List>()) else { return Ok(None) };
        if let Some(iterator) = this.data.iterator.get() {
            if let Some(item) = iter::next(thread, iterator)? {
                saved.push(thread, item)?;
                return Ok(Some(item));
            }
            this.data.iterator.init(None);
            thread.end_value.set(None);
        }
        let index = this.data.index.get();
        let item = saved.get(thread, index);
        this.data.index.set(if index + 1 >= saved.len() { 0 } else { index + 1 });
        Ok(item)
    }
}

/// One object again and again.
pub struct Repeat {
    object: Slot,
    /// How often still; -1 for ever.
    times: Cell<isize>,
}

trace_slots!(Repeat { object });

/// repeat(object [,times]) -> create an iterator which returns the object
/// for the specified number of times.  If not specified, returns the object
/// endlessly.
#[py_class(name = "repeat", module = "itertools", payload, subclassable)]
impl Repeat {
    #[new(signature = "(cls, /, object, times=<unrepresentable>)", style = "keywords")]
    fn py_new(class: Gc<Type>, thread: &Thread, object: Value, times: Option<Value>) -> PyResult<Gc<Payload<Repeat>>> {
        let times = match times {
            Some(times) => number::index_i64(thread, times)?.max(0) as isize,
            None => -1,
        };
        Ok(Payload::new(thread, class, Repeat { object: Slot::new(object), times: Cell::new(times) }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Repeat>>) -> Value {
        this.value()
    }

    #[method(no_reenter)]
    fn __next__(this: Gc<Payload<Repeat>>) -> Option<Value> {
        match this.data.times.get() {
            0 => return None,
            times if times > 0 => this.data.times.set(times - 1),
            _ => {}
        }
        this.data.object.get()
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<Payload<Repeat>>, thread: &Thread) -> PyResult<isize> {
        match this.data.times.get() {
            -1 => Err(thread.raise_type_error("len() of unsized object")),
            times => Ok(times),
        }
    }

    #[method]
    fn __repr__(this: Gc<Payload<Repeat>>, thread: &Thread) -> PyResult<Gc<Str>> {
        let name = thread.class_of(this.value()).name_string();
        let object =
            text::repr(thread, this.data.object.get().unwrap_or(Value::NONE))?.to_str_lossy(thread).into_owned();
        Ok(match this.data.times.get() {
            -1 => Str::new(thread, &format!("{name}({object})")),
            times => Str::new(thread, &format!("{name}({object}, {times})")),
        })
    }
}
