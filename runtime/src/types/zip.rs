//! `zip`: tuples of one item from each of several iterables; and what it shares with `map`.
//!
//! What lives here: [`Zip`], [`Together`]. Start at [`Together::step`].

use crate::dispatch::{iter, truth};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Arguments;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// Several iterators stepped together.
pub struct Together {
    /// A tuple of iterators.
    pub iterators: Slot,
    /// Unequal lengths are an error.
    pub strict: Cell<bool>,
}

impl Together {
    /// Iterators of `iterables`.
    pub fn new(thread: &Thread, iterables: &[Value], strict: bool) -> PyResult<Together> {
        if iterables.is_empty() {
            return Ok(Together { iterators: Slot::new(Tuple::new(thread, &[]).value()), strict: Cell::new(strict) });
        }
        let iterators = Tuple::allocate(thread, iterables.len());
        for (slot, &iterable) in iterators.slots().iter().zip(iterables) {
            let iterator = iter::get_iter(thread, iterable)?;
            thread.store(iterators, slot, iterator);
        }
        Ok(Together { iterators: Slot::new(iterators.value()), strict: Cell::new(strict) })
    }

    pub fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.iterators);
    }

    /// The iterators.
    pub fn tuple(&self, thread: &Thread) -> Gc<Tuple> {
        self.iterators.get().and_then(|v| v.cast::<Tuple>()).unwrap_or_else(|| Tuple::new(thread, &[]))
    }

    /// One item of each, or `None` when the first of them ends. `function` names the class in errors.
    pub fn step(&self, thread: &Thread, function: &str) -> PyResult<Option<Gc<Tuple>>> {
        let iterators = self.tuple(thread);
        if iterators.is_empty() {
            return Ok(None);
        }
        if let [a, b] = *iterators.items() {
            let Some(first) = iter::next(thread, a)? else { return self.ended(thread, function, iterators, 0) };
            let Some(second) = iter::next(thread, b)? else { return self.ended(thread, function, iterators, 1) };
            return Ok(Some(Tuple::new(thread, &[first, second])));
        }
        let items = Tuple::allocate(thread, iterators.len());
        for (index, (&iterator, slot)) in iterators.items().iter().zip(items.slots()).enumerate() {
            match iter::next(thread, iterator)? {
                Some(item) => thread.store(items, slot, item),
                None => return self.ended(thread, function, iterators, index),
            }
        }
        Ok(Some(items))
    }

    /// Iterator `index` has ended: the end, unless `strict` and the others have not.
    pub fn ended<T>(&self, thread: &Thread, function: &str, iterators: Gc<Tuple>, index: usize) -> PyResult<Option<T>> {
        if !self.strict.get() {
            return Ok(None);
        }
        let earlier = |count: usize| if count == 1 { "argument 1".to_owned() } else { format!("arguments 1-{count}") };
        if index > 0 {
            let (number, earlier) = (index + 1, earlier(index));
            return Err(thread.raise_value_error(format!("{function}() argument {number} is shorter than {earlier}")));
        }
        for (index, &iterator) in iterators.items().iter().enumerate().skip(1) {
            if iter::next(thread, iterator)?.is_some() {
                let (number, earlier) = (index + 1, earlier(index));
                return Err(
                    thread.raise_value_error(format!("{function}() argument {number} is longer than {earlier}"))
                );
            }
        }
        Ok(None)
    }

    /// `strict=` from the arguments of `zip` and `map`, which take no other keyword.
    pub fn strict_keyword(thread: &Thread, function: &str, arguments: Arguments<'_>) -> PyResult<bool> {
        let mut strict = false;
        for (name, value) in arguments.keywords() {
            let name = name.to_str_lossy(thread);
            if name != "strict" {
                return Err(
                    thread.raise_type_error(format!("{function}() got an unexpected keyword argument '{name}'"))
                );
            }
            strict = truth::truth(thread, value)?;
        }
        Ok(strict)
    }

    /// `__setstate__`: the state is `strict`.
    pub fn set_state(&self, thread: &Thread, state: Value) -> PyResult<()> {
        self.strict.set(truth::truth(thread, state)?);
        Ok(())
    }

    /// `__reduce__`: `(class, arguments)`, with `strict` as the state if it is set.
    pub fn reduce(&self, thread: &Thread, object: Value, arguments: Gc<Tuple>) -> Gc<Tuple> {
        let class = thread.class_of(object).value();
        if self.strict.get() {
            Tuple::new(thread, &[class, arguments.value(), Value::TRUE])
        } else {
            Tuple::new(thread, &[class, arguments.value()])
        }
    }
}

/// The iterator `zip(...)`.
pub struct Zip {
    pub(crate) together: Together,
}

impl PayloadData for Zip {
    fn trace(&self, tracer: &mut Tracer) {
        self.together.trace(tracer);
    }
}

impl Zip {
    /// The class `zip`.
    pub fn class(thread: &Thread) -> Gc<Type> {
        Type::of_spec(thread, &ZIP_CLASS)
    }

    /// An exact `zip` that goes on with the next items of a tuple of iterators.
    pub fn resume(thread: &Thread, iterators: Value) -> Value {
        let together = Together { iterators: Slot::new(iterators), strict: Cell::new(false) };
        Payload::new(thread, Zip::class(thread), Zip { together }).value()
    }
}

/// The zip object yields n-length tuples, where n is the number of iterables
/// passed as positional arguments to zip().  The i-th element in every tuple
/// comes from the i-th iterable argument to zip().  This continues until the
/// shortest argument is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the others,
/// raise a ValueError.
///
///    >>> list(zip('abcdefg', range(3), range(4)))
///    [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]
#[py_class(name = "zip", signature = "(*iterables, strict=False)", payload, subclassable)]
impl Zip {
    #[new]
    fn py_new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<Zip>>> {
        let strict = Together::strict_keyword(thread, "zip", arguments)?;
        let together = Together::new(thread, arguments.positional(), strict)?;
        Ok(Payload::new(thread, class, Zip { together }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Zip>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Zip>>, thread: &Thread) -> PyResult<Option<Gc<Tuple>>> {
        this.data.together.step(thread, "zip")
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<Payload<Zip>>, thread: &Thread) -> Gc<Tuple> {
        let iterators = this.data.together.tuple(thread);
        this.data.together.reduce(thread, this.value(), iterators)
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<Payload<Zip>>, thread: &Thread, object: Value) -> PyResult<()> {
        this.data.together.set_state(thread, object)
    }
}
