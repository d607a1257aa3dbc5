//! The Python methods of `tuple`.
//!
//! What lives here: the class `tuple`, searching and comparing its items. What must not: the object itself
//! (`tuple.rs`). Start at the class block.

use crate::dispatch::compare::{self, CompareOperator};
use crate::dispatch::{repr_guard, subscript};
use crate::error::PyResult;
use crate::object::{Gc, ShapeId};
use crate::thread::Thread;
use crate::types::iterators::SequenceIterator;
use crate::types::list_methods::{repeat_count, search_bounds};
use crate::types::slice::Slice;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

impl Tuple {
    /// `value in self`.
    pub fn contains(&self, thread: &Thread, value: Value) -> PyResult<bool> {
        for &item in self.items() {
            if compare::equals(thread, item, value)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `self[key]` for any key: ints, slices, `__index__`.
    pub fn subscript(&self, thread: &Thread, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.cast::<Slice>() {
            return Ok(self.get_slice(thread, slice)?.value());
        }
        let index = subscript::word_index(thread, "tuple", key)?;
        match subscript::normalize(index, self.len()) {
            Some(index) => Ok(self.items()[index]),
            None => Err(thread.raise_index_error("tuple index out of range")),
        }
    }

    fn get_slice(&self, thread: &Thread, slice: Gc<Slice>) -> PyResult<Gc<Tuple>> {
        let indices = slice.indices(thread, self.len())?;
        if indices.step == 1 {
            if indices.count == self.len() && self.is_exact() {
                return Ok(self.this());
            }
            let start = indices.start as usize;
            return Ok(Tuple::new(thread, &self.items()[start..start + indices.count]));
        }
        if indices.count == 0 {
            return Ok(Tuple::new(thread, &[]));
        }
        let tuple = Tuple::allocate(thread, indices.count);
        for (n, slot) in tuple.slots().iter().enumerate() {
            slot.init(Some(self.items()[indices.index(n)]));
        }
        thread.write_barrier(tuple.header());
        Ok(tuple)
    }

    /// `a + b`.
    pub fn concatenated(&self, thread: &Thread, other: Gc<Tuple>) -> Gc<Tuple> {
        if self.is_empty() && other.is_exact() {
            return other;
        }
        if other.is_empty() && self.is_exact() {
            return self.this();
        }
        let length = self.len() + other.len();
        if length == 0 {
            return Tuple::new(thread, &[]);
        }
        let tuple = Tuple::allocate(thread, length);
        for (slot, &item) in tuple.slots().iter().zip(self.items().iter().chain(other.items())) {
            slot.init(Some(item));
        }
        thread.write_barrier(tuple.header());
        tuple
    }

    /// The items `count` times over. Raises MemoryError.
    pub fn repeated(&self, thread: &Thread, count: usize) -> PyResult<Gc<Tuple>> {
        if (count == 1 || self.is_empty()) && self.is_exact() {
            return Ok(self.this());
        }
        let Some(total) = self.len().checked_mul(count).filter(|&total| total < isize::MAX as usize / 8) else {
            return Err(thread.raise_memory_error(""));
        };
        if total == 0 {
            return Ok(Tuple::new(thread, &[]));
        }
        // Asks politely first: the tuple itself is allocated beyond the limit if it must be.
        if total > 1 << 16 && thread.allocate_words(total).is_none() {
            return Err(thread.raise_memory_error(""));
        }
        let tuple = Tuple::allocate(thread, total);
        for (slot, &item) in tuple.slots().iter().zip(self.items().iter().cycle()) {
            slot.init(Some(item));
        }
        thread.write_barrier(tuple.header());
        Ok(tuple)
    }

    /// Compares item by item as `op` asks.
    pub fn compare_with(&self, thread: &Thread, op: CompareOperator, other: Gc<Tuple>) -> PyResult<Value> {
        let (ours, theirs) = (self.items(), other.items());
        thread.check_native_stack(" in comparison")?;
        for (&a, &b) in ours.iter().zip(theirs) {
            if !compare::equals(thread, a, b)? {
                return match op {
                    CompareOperator::Eq => Ok(Value::FALSE),
                    CompareOperator::Ne => Ok(Value::TRUE),
                    CompareOperator::Lt | CompareOperator::Le | CompareOperator::Gt | CompareOperator::Ge => {
                        compare::compare(thread, op, a, b)
                    }
                };
            }
        }
        Ok(Value::from_bool(op.holds(ours.len().cmp(&theirs.len()))))
    }
}

/// Built-in immutable sequence.
///
/// If no argument is given, the constructor returns an empty tuple.
/// If iterable is specified the tuple is initialized from iterable's items.
///
/// If the argument is a tuple, the return value is the same object.
#[py_class(name = "tuple", signature = "(iterable=(), /)", kind = Tuple, subclassable)]
impl Tuple {
    #[new(signature = "(cls, iterable=(), /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, iterable: Option<Value>) -> PyResult<Gc<Tuple>> {
        let items = match iterable {
            Some(iterable) => Tuple::from_iterable(thread, iterable)?,
            None => Tuple::new(thread, &[]),
        };
        Ok(if class == thread.vm().types.tuple { items } else { Tuple::new_of_class(thread, class, items.items()) })
    }

    #[method]
    fn __repr__(this: Gc<Tuple>, thread: &Thread) -> PyResult<Gc<Str>> {
        if this.is_empty() {
            return Ok(Str::new(thread, "()"));
        }
        let Some(_guard) = repr_guard::enter(thread, this.value())? else { return Ok(Str::new(thread, "(...)")) };
        let mut text = StrBuilder::with_capacity(this.len() * 4);
        text.push_str("(");
        let mut items = this.items().iter();
        repr_guard::join_reprs(thread, &mut text, || Ok(items.next().copied()))?;
        text.push_str(if this.len() == 1 { ",)" } else { ")" });
        Ok(text.finish(thread))
    }

    #[method]
    fn __hash__(this: Gc<Tuple>, thread: &Thread) -> PyResult<i64> {
        this.hash(thread)
    }

    #[method(no_reenter)]
    fn __len__(this: Gc<Tuple>) -> usize {
        this.len()
    }

    #[method(name = "__contains__")]
    fn py_contains(this: Gc<Tuple>, thread: &Thread, key: Value) -> PyResult<bool> {
        this.contains(thread, key)
    }

    #[method]
    fn __getitem__(this: Gc<Tuple>, thread: &Thread, key: Value) -> PyResult<Value> {
        this.subscript(thread, key)
    }

    #[method(no_reenter)]
    fn __iter__(this: Gc<Tuple>, thread: &Thread) -> Gc<SequenceIterator> {
        SequenceIterator::new(thread, ShapeId::TUPLE_ITERATOR, this.value(), 0)
    }

    #[method]
    fn __add__(this: Gc<Tuple>, thread: &Thread, value: Value) -> PyResult<Gc<Tuple>> {
        match value.cast::<Tuple>() {
            Some(other) => Ok(this.concatenated(thread, other)),
            None => {
                let name = thread.type_name(value);
                Err(thread.raise_type_error(format!("can only concatenate tuple (not \"{name}\") to tuple")))
            }
        }
    }

    #[method]
    fn __mul__(this: Gc<Tuple>, thread: &Thread, value: Value) -> PyResult<Gc<Tuple>> {
        let count = repeat_count(thread, value)?;
        this.repeated(thread, count)
    }

    #[method]
    fn __rmul__(this: Gc<Tuple>, thread: &Thread, value: Value) -> PyResult<Gc<Tuple>> {
        let count = repeat_count(thread, value)?;
        this.repeated(thread, count)
    }

    #[method]
    fn __eq__(this: Gc<Tuple>, thread: &Thread, other: Gc<Tuple>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Eq, other)
    }

    #[method]
    fn __ne__(this: Gc<Tuple>, thread: &Thread, other: Gc<Tuple>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Ne, other)
    }

    #[method]
    fn __lt__(this: Gc<Tuple>, thread: &Thread, other: Gc<Tuple>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Lt, other)
    }

    #[method]
    fn __le__(this: Gc<Tuple>, thread: &Thread, other: Gc<Tuple>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Le, other)
    }

    #[method]
    fn __gt__(this: Gc<Tuple>, thread: &Thread, other: Gc<Tuple>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Gt, other)
    }

    #[method]
    fn __ge__(this: Gc<Tuple>, thread: &Thread, other: Gc<Tuple>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Ge, other)
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(this: Gc<Tuple>, thread: &Thread, value: Value) -> PyResult<usize> {
        let mut count = 0;
        for &item in this.items() {
            count += usize::from(compare::equals(thread, item, value)?);
        }
        Ok(count)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(signature = "(self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<Tuple>,
        thread: &Thread,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = search_bounds(thread, start, stop, this.len())?;
        for (index, &item) in this.items().iter().enumerate().take(stop).skip(start) {
            if compare::equals(thread, item, value)? {
                return Ok(index);
            }
        }
        Err(thread.raise_value_error("tuple.index(x): x not in tuple"))
    }

    #[method]
    fn __getnewargs__(this: Gc<Tuple>, thread: &Thread) -> Gc<Tuple> {
        let items = Tuple::new(thread, this.items());
        Tuple::new(thread, &[items.value()])
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}
