//! Iterators that put neighbouring items together: `groupby`, `batched`, `pairwise`, `accumulate`.
//!
//! What lives here: [`GroupBy`], [`Grouper`], [`Batched`], [`Pairwise`], [`Accumulate`].

use super::trace_slots;
use crate::dispatch::{binary, call, compare, iter};
use crate::error::PyResult;
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::payload::Payload;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// Runs of items with equal keys.
pub struct GroupBy {
    iterator: Slot,
    key_function: Slot,
    /// Key of the group handed out last.
    target_key: Slot,
    /// Key and value of an item read but not handed out.
    current_key: Slot,
    current_value: Slot,
    /// The group that may still read.
    current_group: Slot,
}

trace_slots!(GroupBy { iterator, key_function, target_key, current_key, current_value, current_group });

impl GroupBy {
    /// Reads the next item; `false` at the end.
    fn step(this: Gc<Payload<GroupBy>>, thread: &Thread) -> PyResult<bool> {
        let data = &this.data;
        let Some(iterator) = data.iterator.get() else { return Ok(false) };
        let Some(value) = iter::next(thread, iterator)? else { return Ok(false) };
        let key = match data.key_function.get() {
            Some(function) if !function.is_none() => call::call(thread, function, &[value])?,
            Some(_) | None => value,
        };
        this.store(thread, &data.current_value, value);
        this.store(thread, &data.current_key, key);
        Ok(true)
    }
}

/// make an iterator that returns consecutive keys and groups from the iterable
///
///   iterable
///     Elements to divide into groups according to the key function.
///   key
///     A function for computing the group category for each element.
///     If the key function is not specified or is None, the element itself
///     is used for grouping.
#[py_class(name = "groupby", module = "itertools", signature = "(iterable, key=None)", payload, subclassable)]
impl GroupBy {
    #[new(signature = "(cls, /, iterable, key=None)", style = "keywords")]
    fn py_new(class: Gc<Type>, thread: &Thread, iterable: Value, key: Option<Value>) -> PyResult<Gc<Payload<GroupBy>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        let data = GroupBy {
            iterator: Slot::new(iterator),
            key_function: Slot::new(key.unwrap_or(Value::NONE)),
            target_key: Slot::empty(),
            current_key: Slot::empty(),
            current_value: Slot::empty(),
            current_group: Slot::empty(),
        };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __iter__(this: Gc<Payload<GroupBy>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<GroupBy>>, thread: &Thread) -> PyResult<Option<Gc<Tuple>>> {
        let data = &this.data;
        data.current_group.init(None);
        // Whatever of the last group nobody read is skipped.
        let key = loop {
            if let Some(current) = data.current_key.get() {
                match data.target_key.get() {
                    None => break current,
                    Some(target) if !compare::equals(thread, target, current)? => break current,
                    Some(_) => {}
                }
            }
            if !GroupBy::step(this, thread)? {
                return Ok(None);
            }
        };
        this.store(thread, &data.target_key, key);
        let group = Grouper::make(thread, this, key);
        Ok(Some(Tuple::new(thread, &[key, group.value()])))
    }
}

/// The items of one group.
pub struct Grouper {
    parent: Slot,
    key: Slot,
}

trace_slots!(Grouper { parent, key });

impl Grouper {
    fn make(thread: &Thread, parent: Gc<Payload<GroupBy>>, key: Value) -> Gc<Payload<Grouper>> {
        let class = Type::of_spec(thread, Grouper::SPEC);
        let group = Payload::new(thread, class, Grouper { parent: Slot::new(parent.value()), key: Slot::new(key) });
        parent.store(thread, &parent.data.current_group, group.value());
        group
    }
}

#[py_class(name = "_grouper", module = "itertools", kind = Payload)]
impl Grouper {
    #[new(signature = "(cls, parent, tgtkey, /)")]
    fn py_new(_class: Gc<Type>, thread: &Thread, parent: Gc<Payload<GroupBy>>, key: Value) -> Gc<Payload<Grouper>> {
        Grouper::make(thread, parent, key)
    }

    #[method]
    fn __iter__(this: Gc<Payload<Grouper>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Grouper>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(parent) = this.data.parent.get().and_then(Payload::<GroupBy>::cast) else { return Ok(None) };
        let data = &parent.data;
        if data.current_group.get() != Some(this.value()) {
            return Ok(None);
        }
        if data.current_value.get().is_none() && !GroupBy::step(parent, thread)? {
            return Ok(None);
        }
        let (Some(key), Some(current)) = (this.data.key.get(), data.current_key.get()) else { return Ok(None) };
        if !compare::equals(thread, key, current)? {
            return Ok(None);
        }
        let value = data.current_value.get();
        data.current_value.init(None);
        data.current_key.init(None);
        Ok(value)
    }
}

/// Tuples of so many items.
pub struct Batched {
    /// Empty at the end.
    iterator: Slot,
    size: usize,
    strict: bool,
}

trace_slots!(Batched { iterator });

/// Batch data into tuples of length n. The last batch may be shorter than n.
///
/// Loops over the input iterable and accumulates data into tuples
/// up to size n.  The input is consumed lazily, just enough to
/// fill a batch.  The result is yielded as soon as a batch is full
/// or when the input iterable is exhausted.
///
///     >>> for batch in batched('ABCDEFG', 3):
///     ...     print(batch)
///     ...
///     ('A', 'B', 'C')
///     ('D', 'E', 'F')
///     ('G',)
///
/// If "strict" is True, raises a ValueError if the final batch is shorter
/// than n.
#[py_class(name = "batched", module = "itertools", signature = "(iterable, n, *, strict=False)", payload, subclassable)]
impl Batched {
    #[new(signature = "(cls, /, iterable, n, *, strict=False)", style = "keywords")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        iterable: Value,
        n: isize,
        strict: Option<bool>,
    ) -> PyResult<Gc<Payload<Batched>>> {
        if n < 1 {
            return Err(thread.raise_value_error("n must be at least one"));
        }
        let iterator = iter::get_iter(thread, iterable)?;
        let data = Batched { iterator: Slot::new(iterator), size: n as usize, strict: strict.unwrap_or(false) };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Batched>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Batched>>, thread: &Thread) -> PyResult<Option<Gc<Tuple>>> {
        let data = &this.data;
        let Some(iterator) = data.iterator.get() else { return Ok(None) };
        let mut items = ScratchVec::with_capacity(thread, data.size.min(1024));
        while items.len() < data.size {
            match iter::next(thread, iterator) {
                Ok(Some(item)) => items.push(thread, item),
                Ok(None) => {
                    data.iterator.init(None);
                    if items.is_empty() {
                        return Ok(None);
                    }
                    if data.strict {
                        return Err(thread.raise_value_error("batched(): incomplete batch"));
                    }
                    break;
                }
                Err(raised) => {
                    data.iterator.init(None);
                    return Err(raised);
                }
            }
        }
        Ok(Some(Tuple::new(thread, &items)))
    }
}

/// Overlapping pairs.
pub struct Pairwise {
    /// Empty at the end.
    iterator: Slot,
    /// The item before, if any.
    last: Slot,
}

trace_slots!(Pairwise { iterator, last });

/// Return an iterator of overlapping pairs taken from the input iterator.
///
///     s -> (s0,s1), (s1,s2), (s2, s3), ...
#[py_class(name = "pairwise", module = "itertools", signature = "(iterable, /)", payload, subclassable)]
impl Pairwise {
    #[new(signature = "(cls, iterable, /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, iterable: Value) -> PyResult<Gc<Payload<Pairwise>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        Ok(Payload::new(thread, class, Pairwise { iterator: Slot::new(iterator), last: Slot::empty() }))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Pairwise>>) -> Value {
        this.value()
    }

    /// The next item; at the end or on an error the iterator is forgotten.
    fn read(&self, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(iterator) = self.iterator.get() else { return Ok(None) };
        let item = iter::next(thread, iterator);
        if !matches!(item, Ok(Some(_))) {
            self.iterator.init(None);
            self.last.init(None);
        }
        item
    }

    #[method]
    fn __next__(this: Gc<Payload<Pairwise>>, thread: &Thread) -> PyResult<Option<Gc<Tuple>>> {
        let first = match this.data.last.get() {
            Some(first) => first,
            None => {
                let Some(first) = this.data.read(thread)? else { return Ok(None) };
                this.store(thread, &this.data.last, first);
                first
            }
        };
        let Some(second) = this.data.read(thread)? else { return Ok(None) };
        this.store(thread, &this.data.last, second);
        Ok(Some(Tuple::new(thread, &[first, second])))
    }
}

/// Running totals.
pub struct Accumulate {
    iterator: Slot,
    /// `None` is addition.
    function: Slot,
    total: Slot,
    /// The total before the first item, until it was handed out.
    initial: Slot,
}

trace_slots!(Accumulate { iterator, function, total, initial });

/// Return series of accumulated sums (or other binary function results).
#[py_class(
    name = "accumulate",
    module = "itertools",
    signature = "(iterable, func=None, *, initial=None)",
    payload,
    subclassable
)]
impl Accumulate {
    #[new(signature = "(cls, /, iterable, func=None, *, initial=None)", style = "keywords")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        iterable: Value,
        func: Option<Value>,
        initial: Option<Value>,
    ) -> PyResult<Gc<Payload<Accumulate>>> {
        let iterator = iter::get_iter(thread, iterable)?;
        let data = Accumulate {
            iterator: Slot::new(iterator),
            function: Slot::from_option(func.filter(|f| !f.is_none())),
            total: Slot::empty(),
            initial: Slot::from_option(initial.filter(|i| !i.is_none())),
        };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __iter__(this: Gc<Payload<Accumulate>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Accumulate>>, thread: &Thread) -> PyResult<Option<Value>> {
        let data = &this.data;
        if let Some(initial) = data.initial.get() {
            data.initial.init(None);
            this.store(thread, &data.total, initial);
            return Ok(Some(initial));
        }
        let Some(iterator) = data.iterator.get() else { return Ok(None) };
        let Some(item) = iter::next(thread, iterator)? else { return Ok(None) };
        let total = match (data.total.get(), data.function.get()) {
            (None, _) => item,
            (Some(total), None) => binary::add(thread, total, item)?,
            (Some(total), Some(function)) => call::call(thread, function, &[total, item])?,
        };
        this.store(thread, &data.total, total);
        Ok(Some(total))
    }
}
