//! The Python methods of `list`.
//!
//! What lives here: the class `list` and the searching and comparing that its methods need. What must not:
//! storage (`list.rs`), sorting (`list_sort.rs`), slices (`list_slice.rs`). Start at the class block.

use crate::dispatch::compare::{self, CompareOperator};
use crate::dispatch::{number, repr_guard, subscript};
use crate::error::{PyResult, Raised};
use crate::object::{Gc, ShapeId};
use crate::thread::Thread;
use crate::types::float::Float;
use crate::types::instance;
use crate::types::iterators::SequenceIterator;
use crate::types::list::{List, Strategy};
use crate::types::slice;
use crate::types::str::{Str, StrBuilder};
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The largest magnitude below which every int is a double.
const EXACT_DOUBLE_LIMIT: u64 = 1 << 53;

/// A number that equals `value` as a double, if `value` is an exact float or a small int that is one.
fn comparable_double(value: Value) -> Option<f64> {
    match value.as_small() {
        Some(n) if n.unsigned_abs() <= EXACT_DOUBLE_LIMIT => Some(n as f64),
        Some(_) => None,
        None => value.header().filter(|h| h.shape() == ShapeId::FLOAT).map(|h| h.cast_unchecked::<Float>().value),
    }
}

impl List {
    /// The first index in `start..stop` whose item equals `value`. The list may change meanwhile: its length
    /// is asked again before each item.
    pub fn find(&self, thread: &Thread, value: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
        let end = stop.min(self.len());
        if start < end {
            match self.strategy() {
                Strategy::Int if value.is_small() => {
                    return Ok(self.values()[start..end].iter().position(|&item| item == value).map(|i| start + i));
                }
                Strategy::Float => {
                    if let Some(number) = comparable_double(value) {
                        return Ok(self.doubles()[start..end]
                            .iter()
                            .position(|item| item.get() == number)
                            .map(|i| start + i));
                    }
                }
                Strategy::Bool if value.is_bool() => {
                    let wanted = u8::from(value == Value::TRUE);
                    return Ok(self.flags()[start..end]
                        .iter()
                        .position(|flag| flag.get() == wanted)
                        .map(|i| start + i));
                }
                Strategy::Any | Strategy::Int | Strategy::Bool => {}
            }
        }
        let mut index = start;
        while index < stop {
            let Some(item) = self.get(thread, index) else { break };
            if compare::equals(thread, item, value)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    /// `value in self`.
    pub fn contains(&self, thread: &Thread, value: Value) -> PyResult<bool> {
        Ok(self.find(thread, value, 0, usize::MAX)?.is_some())
    }

    /// Compares item by item as `op` asks; both lists may change meanwhile.
    pub(crate) fn compare_with(&self, thread: &Thread, op: CompareOperator, other: Gc<List>) -> PyResult<Value> {
        let equality = matches!(op, CompareOperator::Eq | CompareOperator::Ne);
        if equality && self.len() != other.len() {
            return Ok(Value::from_bool(op == CompareOperator::Ne));
        }
        let first_difference = match (self.strategy(), other.strategy()) {
            (Strategy::Int, Strategy::Int) => self.values().iter().zip(other.values()).position(|(a, b)| a != b),
            (Strategy::Bool, Strategy::Bool) => self.flags().iter().zip(other.flags()).position(|(a, b)| a != b),
            (Strategy::Float, Strategy::Float) => {
                self.doubles().iter().zip(other.doubles()).position(|(a, b)| a.get() != b.get())
            }
            _ => {
                thread.check_native_stack(" in comparison")?;
                let mut index = 0;
                loop {
                    let (Some(a), Some(b)) = (self.get(thread, index), other.get(thread, index)) else { break None };
                    if !compare::equals(thread, a, b)? {
                        break Some(index);
                    }
                    index += 1;
                }
            }
        };
        match first_difference {
            None => Ok(Value::from_bool(op.holds(self.len().cmp(&other.len())))),
            // `__eq__` may have shortened the lists: then their lengths decide.
            Some(index) => match (self.get(thread, index), other.get(thread, index)) {
                (Some(_), Some(_)) if equality => Ok(Value::from_bool(op == CompareOperator::Ne)),
                (Some(a), Some(b)) => compare::compare(thread, op, a, b),
                _ => Ok(Value::from_bool(op.holds(self.len().cmp(&other.len())))),
            },
        }
    }

    /// A new list of this one's items `count` times over. Raises MemoryError.
    pub fn repeated(&self, thread: &Thread, count: usize) -> PyResult<Gc<List>> {
        let result = List::empty(thread);
        let length = self.len();
        let Some(total) = length.checked_mul(count) else { return Err(thread.raise_memory_error("")) };
        if total == 0 {
            return Ok(result);
        }
        result.reserve_with(thread, self.strategy(), total)?;
        result.fill_with_copies(thread, Gc::from_pointer(std::ptr::NonNull::from(self)), total);
        Ok(result)
    }

    /// Repeats the list in place. Raises MemoryError.
    fn repeat_in_place(&self, thread: &Thread, count: usize) -> PyResult<()> {
        let length = self.len();
        if count == 0 || length == 0 {
            self.clear(thread);
            return Ok(());
        }
        let Some(total) = length.checked_mul(count) else { return Err(thread.raise_memory_error("")) };
        self.reserve(thread, total - length)?;
        self.fill_with_copies(thread, self.this(), total);
        Ok(())
    }

    /// `this + other`. Raises MemoryError.
    pub fn concatenated(&self, thread: &Thread, other: Gc<List>) -> PyResult<Gc<List>> {
        let result = List::empty(thread);
        let total = self.len() + other.len();
        if total > 0 {
            let strategy = if other.is_empty() || self.strategy() == other.strategy() && !self.is_empty() {
                self.strategy()
            } else if self.is_empty() {
                other.strategy()
            } else {
                Strategy::Any
            };
            result.reserve_with(thread, strategy, total)?;
        }
        let this = self.this();
        if result.strategy() == Strategy::Any && total > 0 {
            // Boxing one side's raw items: both sides go in as values.
            for source in [this, other] {
                if !source.strategy().holds_values() {
                    for index in 0..source.len() {
                        if let Some(item) = source.get(thread, index) {
                            result.append_any(thread, item)?;
                        }
                    }
                } else {
                    result.append_values(thread, source)?;
                }
            }
            return Ok(result);
        }
        result.extend_from_list(thread, this)?;
        result.extend_from_list(thread, other)?;
        Ok(result)
    }

    /// `self[key]` for any key: ints, slices, `__index__`.
    pub fn subscript(&self, thread: &Thread, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.cast::<slice::Slice>() {
            return Ok(self.get_slice(thread, slice)?.value());
        }
        let index = subscript::word_index(thread, "list", key)?;
        match subscript::normalize(index, self.len()).and_then(|index| self.get(thread, index)) {
            Some(item) => Ok(item),
            None => Err(thread.raise_index_error("list index out of range")),
        }
    }

    /// `self[key] = value`, or `del self[key]` without a value.
    pub fn assign_subscript(&self, thread: &Thread, key: Value, value: Option<Value>) -> PyResult<()> {
        if let Some(slice) = key.cast::<slice::Slice>() {
            return match value {
                Some(value) => self.set_slice(thread, slice, value),
                None => self.delete_slice(thread, slice),
            };
        }
        let index = subscript::word_index(thread, "list", key)?;
        let Some(index) = subscript::normalize(index, self.len()) else {
            return Err(thread.raise_index_error("list assignment index out of range"));
        };
        match value {
            Some(value) => self.set(thread, index, value),
            None => drop(self.remove(thread, index)),
        }
        Ok(())
    }
}

/// How often to repeat a sequence: negative is never. (The operator `*` has checked for an int before, and has other
/// words for what is none.)
pub(crate) fn repeat_count(thread: &Thread, count: Value) -> PyResult<usize> {
    Ok(number::index_i64(thread, count)?.max(0) as usize)
}

/// Bounds of `index(value, start, stop)` on a sequence of `length` items.
pub(crate) fn search_bounds(
    thread: &Thread,
    start: Option<Value>,
    stop: Option<Value>,
    length: usize,
) -> PyResult<(usize, usize)> {
    let bound = |value: Option<Value>, default: usize| -> PyResult<usize> {
        let Some(value) = value else { return Ok(default) };
        let index = slice::required_index(thread, value)?;
        Ok(if index < 0 { index.saturating_add(length as isize).max(0) as usize } else { index as usize })
    };
    Ok((bound(start, 0)?, bound(stop, usize::MAX)?))
}

#[cold]
fn not_in_list(thread: &Thread, method: &str) -> Raised {
    thread.raise_value_error(format!("list.{method}(x): x not in list"))
}

/// Built-in mutable sequence.
///
/// If no argument is given, the constructor creates a new empty list.
/// The argument must be an iterable if specified.
#[py_class(name = "list", signature = "(iterable=(), /)", kind = List, subclassable, unhashable, extend = [crate::types::list_sort::METHODS])]
impl List {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        _arguments: &[Value],
        _keywords: crate::native::Keywords<'_>,
    ) -> Gc<List> {
        if class == thread.vm().types.list {
            return List::empty(thread);
        }
        instance::allocate_instance(thread, class, List::from_header)
    }

    #[method(signature = "(self, iterable=(), /)", style = "fastcall")]
    fn __init__(this: Gc<List>, thread: &Thread, iterable: Option<Value>) -> PyResult<()> {
        this.clear(thread);
        match iterable {
            Some(iterable) => this.extend(thread, iterable),
            None => Ok(()),
        }
    }

    #[method]
    fn __repr__(this: Gc<List>, thread: &Thread) -> PyResult<Gc<Str>> {
        if this.is_empty() {
            return Ok(Str::new(thread, "[]"));
        }
        let Some(_guard) = repr_guard::enter(thread, this.value())? else { return Ok(Str::new(thread, "[...]")) };
        let mut text = StrBuilder::with_capacity(this.len() * 4);
        text.push_str("[");
        let mut index = 0;
        repr_guard::join_reprs(thread, &mut text, || {
            index += 1;
            Ok(this.get(thread, index - 1))
        })?;
        text.push_str("]");
        Ok(text.finish(thread))
    }

    #[method(no_reenter)]
    fn __len__(this: Gc<List>) -> usize {
        this.len()
    }

    #[method(name = "__contains__")]
    fn py_contains(this: Gc<List>, thread: &Thread, key: Value) -> PyResult<bool> {
        this.contains(thread, key)
    }

    /// Return self[index].
    #[method(signature = "(self, index, /)", style = "one")]
    fn __getitem__(this: Gc<List>, thread: &Thread, index: Value) -> PyResult<Value> {
        this.subscript(thread, index)
    }

    #[method]
    fn __setitem__(this: Gc<List>, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        this.assign_subscript(thread, key, Some(value))
    }

    #[method]
    fn __delitem__(this: Gc<List>, thread: &Thread, key: Value) -> PyResult<()> {
        this.assign_subscript(thread, key, None)
    }

    #[method(no_reenter)]
    fn __iter__(this: Gc<List>, thread: &Thread) -> Gc<SequenceIterator> {
        SequenceIterator::new(thread, ShapeId::LIST_ITERATOR, this.value(), 0)
    }

    /// Return a reverse iterator over the list.
    #[method(no_reenter)]
    fn __reversed__(this: Gc<List>, thread: &Thread) -> Gc<SequenceIterator> {
        SequenceIterator::new(thread, ShapeId::LIST_REVERSE_ITERATOR, this.value(), this.len().wrapping_sub(1))
    }

    #[method]
    fn __add__(this: Gc<List>, thread: &Thread, value: Value) -> PyResult<Gc<List>> {
        match value.cast::<List>() {
            Some(other) => this.concatenated(thread, other),
            None => {
                let name = thread.type_name(value);
                Err(thread.raise_type_error(format!("can only concatenate list (not \"{name}\") to list")))
            }
        }
    }

    #[method]
    fn __iadd__(this: Gc<List>, thread: &Thread, value: Value) -> PyResult<Gc<List>> {
        this.extend(thread, value)?;
        Ok(this)
    }

    #[method]
    fn __mul__(this: Gc<List>, thread: &Thread, value: Value) -> PyResult<Gc<List>> {
        let count = repeat_count(thread, value)?;
        this.repeated(thread, count)
    }

    #[method]
    fn __rmul__(this: Gc<List>, thread: &Thread, value: Value) -> PyResult<Gc<List>> {
        let count = repeat_count(thread, value)?;
        this.repeated(thread, count)
    }

    #[method]
    fn __imul__(this: Gc<List>, thread: &Thread, value: Value) -> PyResult<Gc<List>> {
        let count = repeat_count(thread, value)?;
        this.repeat_in_place(thread, count)?;
        Ok(this)
    }

    #[method]
    fn __eq__(this: Gc<List>, thread: &Thread, other: Gc<List>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Eq, other)
    }

    #[method]
    fn __ne__(this: Gc<List>, thread: &Thread, other: Gc<List>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Ne, other)
    }

    #[method]
    fn __lt__(this: Gc<List>, thread: &Thread, other: Gc<List>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Lt, other)
    }

    #[method]
    fn __le__(this: Gc<List>, thread: &Thread, other: Gc<List>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Le, other)
    }

    #[method]
    fn __gt__(this: Gc<List>, thread: &Thread, other: Gc<List>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Gt, other)
    }

    #[method]
    fn __ge__(this: Gc<List>, thread: &Thread, other: Gc<List>) -> PyResult<Value> {
        this.compare_with(thread, CompareOperator::Ge, other)
    }

    /// Append object to the end of the list.
    #[method(no_reenter)]
    fn append(this: Gc<List>, thread: &Thread, object: Value) -> PyResult<()> {
        this.push(thread, object)
    }

    /// Remove all items from list.
    #[method(name = "clear", no_reenter)]
    fn py_clear(this: Gc<List>, thread: &Thread) {
        this.clear(thread);
    }

    /// Return a shallow copy of the list.
    #[method(name = "copy", no_reenter)]
    fn py_copy(this: Gc<List>, thread: &Thread) -> PyResult<Gc<List>> {
        this.copy_range(thread, 0, this.len())
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(this: Gc<List>, thread: &Thread, value: Value) -> PyResult<usize> {
        let mut count = 0;
        let mut start = 0;
        while let Some(index) = this.find(thread, value, start, usize::MAX)? {
            count += 1;
            start = index + 1;
        }
        Ok(count)
    }

    /// Extend list by appending elements from the iterable.
    #[method(name = "extend")]
    fn py_extend(this: Gc<List>, thread: &Thread, iterable: Value) -> PyResult<()> {
        this.extend(thread, iterable)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(signature = "(self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<List>,
        thread: &Thread,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = search_bounds(thread, start, stop, this.len())?;
        match this.find(thread, value, start, stop)? {
            Some(index) => Ok(index),
            None => Err(not_in_list(thread, "index")),
        }
    }

    /// Insert object before index.
    #[method(name = "insert")]
    fn py_insert(this: Gc<List>, thread: &Thread, index: Value, object: Value) -> PyResult<()> {
        let index = number::index_i64(thread, index)?;
        let length = this.len() as i64;
        let index = if index < 0 { index.saturating_add(length).max(0) } else { index.min(length) };
        this.insert(thread, index as usize, object)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method(name = "pop", signature = "(self, index=-1, /)")]
    fn py_pop(this: Gc<List>, thread: &Thread, index: Option<Value>) -> PyResult<Value> {
        let Some(index) = index else {
            return match this.pop(thread) {
                Some(item) => Ok(item),
                None => Err(thread.raise_index_error("pop from empty list")),
            };
        };
        let index = number::index_i64(thread, index)?;
        if this.is_empty() {
            return Err(thread.raise_index_error("pop from empty list"));
        }
        match subscript::normalize(index, this.len()) {
            Some(index) => Ok(this.remove(thread, index)),
            None => Err(thread.raise_index_error("pop index out of range")),
        }
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(name = "remove")]
    fn py_remove(this: Gc<List>, thread: &Thread, value: Value) -> PyResult<()> {
        match this.find(thread, value, 0, usize::MAX)? {
            // An `__eq__` may have shortened the list.
            Some(index) if index < this.len() => drop(this.remove(thread, index)),
            Some(_) => {}
            None => return Err(not_in_list(thread, "remove")),
        }
        Ok(())
    }

    /// Reverse *IN PLACE*.
    #[method(no_reenter)]
    fn reverse(this: Gc<List>, thread: &Thread) {
        this.reverse_range(thread, 0, this.len());
    }

    /// Return the size of the list in memory, in bytes.
    #[method]
    fn __sizeof__(this: Gc<List>) -> usize {
        // Header, length, items pointer and capacity, as CPython counts them.
        40 + this.capacity.get() * 8 + instance::tail_size(&this.header)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}
