//! Iteration, length and membership: `iter(x)`, `next(x)`, unpacking, `len(x)`, `x in y`.
//!
//! What lives here: the protocols, with fast paths for the builtin containers and iterators that call no
//! special method. What must not: subscripts (`subscript.rs`), and the iterators themselves (`types/`).
//! Start at [`get_iter`] and [`next`].

use crate::dispatch::{compare, number, special, truth};
use crate::error::{PyResult, Raised};
use crate::object::{Gc, Header, ShapeId};
use crate::text::search;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::dict_views::{DictIterator, DictView};
use crate::types::exception::Exception;
use crate::types::generator::{Generator, Resumed, Resumption};
use crate::types::iterators::SequenceIterator;
use crate::types::list::{List, Strategy};
use crate::types::native_function::NativeFunction;
use crate::types::range::{self, Range, RangeIterator};
use crate::types::set::Set;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::type_flags;
use crate::value::Value;

// ---- iter() ----

/// `iter(value)`. Raises TypeError if there is no way to iterate it.
#[inline]
pub fn get_iter(thread: &Thread, value: Value) -> PyResult<Value> {
    if let Some(header) = value.header()
        && let Some(iterator) = builtin_iter(thread, header)
    {
        return Ok(iterator);
    }
    iter_by_methods(thread, value)
}

/// The iterator of an exact builtin container, or an exact builtin iterator itself.
#[inline]
fn builtin_iter(thread: &Thread, header: Gc<Header>) -> Option<Value> {
    let value = header.to_value();
    Some(match header.shape() {
        shape if shape.is_list() => SequenceIterator::new(thread, ShapeId::LIST_ITERATOR, value, 0).value(),
        ShapeId::TUPLE => SequenceIterator::new(thread, ShapeId::TUPLE_ITERATOR, value, 0).value(),
        ShapeId::STR => SequenceIterator::over_str(thread, header.cast_unchecked()).value(),
        ShapeId::RANGE => range::iterator(thread, header.cast_unchecked::<Range>()),
        ShapeId::DICT => {
            DictIterator::over_dict(thread, ShapeId::DICT_KEY_ITERATOR, header.cast_unchecked::<Dict>()).value()
        }
        ShapeId::DICT_KEYS => {
            DictIterator::over_dict(thread, ShapeId::DICT_KEY_ITERATOR, header.cast_unchecked::<DictView>().dict)
                .value()
        }
        ShapeId::DICT_VALUES => {
            DictIterator::over_dict(thread, ShapeId::DICT_VALUE_ITERATOR, header.cast_unchecked::<DictView>().dict)
                .value()
        }
        ShapeId::DICT_ITEMS => {
            DictIterator::over_dict(thread, ShapeId::DICT_ITEM_ITERATOR, header.cast_unchecked::<DictView>().dict)
                .value()
        }
        ShapeId::SET | ShapeId::FROZEN_SET => DictIterator::over_set(thread, header.cast_unchecked::<Set>()).value(),
        ShapeId::LIST_ITERATOR
        | ShapeId::LIST_REVERSE_ITERATOR
        | ShapeId::TUPLE_ITERATOR
        | ShapeId::STR_ITERATOR
        | ShapeId::STR_ASCII_ITERATOR
        | ShapeId::SEQUENCE_ITERATOR
        | ShapeId::RANGE_ITERATOR
        | ShapeId::DICT_KEY_ITERATOR
        | ShapeId::DICT_VALUE_ITERATOR
        | ShapeId::DICT_ITEM_ITERATOR
        | ShapeId::DICT_REVERSE_KEY_ITERATOR
        | ShapeId::DICT_REVERSE_VALUE_ITERATOR
        | ShapeId::DICT_REVERSE_ITEM_ITERATOR
        | ShapeId::SET_ITERATOR
        | ShapeId::GENERATOR => value,
        _ => return None,
    })
}

fn iter_by_methods(thread: &Thread, value: Value) -> PyResult<Value> {
    let class = thread.class_of(value);
    match class.special(thread, Special::Iter) {
        Some(method) if method.is_none() => Err(not_iterable(thread, value)),
        Some(method) => {
            let iterator = special::call(thread, method, value, &[])?;
            if !is_iterator(thread, iterator) {
                let name = thread.type_name(iterator);
                return Err(thread.raise_type_error(format!("iter() returned non-iterator of type '{name}'")));
            }
            Ok(iterator)
        }
        None if is_sequence(thread, value) => {
            Ok(SequenceIterator::new(thread, ShapeId::SEQUENCE_ITERATOR, value, 0).value())
        }
        None => Err(not_iterable(thread, value)),
    }
}

#[cold]
fn not_iterable(thread: &Thread, value: Value) -> Raised {
    let name = thread.type_name(value);
    thread.raise_type_error(format!("'{name}' object is not iterable"))
}

/// The class has `__getitem__` and is not a dict: old-style iteration by index works.
pub fn is_sequence(thread: &Thread, value: Value) -> bool {
    value.cast::<Dict>().is_none() && thread.class_of(value).special(thread, Special::GetItem).is_some()
}

/// The class has `__next__`.
pub fn is_iterator(thread: &Thread, value: Value) -> bool {
    thread.class_of(value).special(thread, Special::Next).is_some()
}

// ---- next() ----

/// The next item of an iterator, `None` when it is exhausted. Raises TypeError if it is no iterator.
///
/// Serves what waits to be polled: a loop of Rust code over an iterator may be endless.
#[inline]
pub fn next(thread: &Thread, iterator: Value) -> PyResult<Option<Value>> {
    thread.poll_native()?;
    let Some(header) = iterator.header() else { return Err(not_an_iterator(thread, iterator)) };
    let item = match header.shape() {
        ShapeId::RANGE_ITERATOR => header.cast_unchecked::<RangeIterator>().next(),
        ShapeId::LIST_ITERATOR => header.cast_unchecked::<SequenceIterator>().next_of_list(thread),
        ShapeId::TUPLE_ITERATOR => header.cast_unchecked::<SequenceIterator>().next_of_tuple(),
        ShapeId::STR_ITERATOR | ShapeId::STR_ASCII_ITERATOR => {
            header.cast_unchecked::<SequenceIterator>().next_of_str(thread)
        }
        ShapeId::DICT_KEY_ITERATOR
        | ShapeId::DICT_VALUE_ITERATOR
        | ShapeId::DICT_ITEM_ITERATOR
        | ShapeId::SET_ITERATOR => header.cast_unchecked::<DictIterator>().next(thread)?,
        ShapeId::GENERATOR => {
            let generator = header.cast_unchecked::<Generator>();
            match Generator::resume(generator, thread, Resumption::Send(Value::NONE))? {
                Resumed::Yielded(item) => Some(item),
                // What it returned is for who passes it on, or calls `__next__` himself.
                Resumed::Returned(value) => return ended(thread, value),
            }
        }
        shape => {
            return match thread.vm().shapes.get(shape).next.get() {
                Some(next) => next(thread, iterator).or_else(|raised| stopped(thread, raised)),
                None => next_by_methods(thread, iterator),
            };
        }
    };
    if item.is_none() {
        thread.end_value.set(None);
    }
    Ok(item)
}

/// The end of an iterator that returned `value`.
fn ended(thread: &Thread, value: Value) -> PyResult<Option<Value>> {
    thread.end_value.set(Some(value).filter(|value| !value.is_none()));
    Ok(None)
}

fn next_by_methods(thread: &Thread, iterator: Value) -> PyResult<Option<Value>> {
    let class = thread.class_of(iterator);
    let Some(method) = class.special(thread, Special::Next) else { return Err(not_an_iterator(thread, iterator)) };
    let item =
        match method.cast::<NativeFunction>().filter(|native| native.is_method()).and_then(|native| native.spec.next) {
            Some(next) => {
                if class.flag(type_flags::IMMUTABLE) {
                    thread.vm().shapes.get(thread.shape_of(iterator)).next.set(Some(next));
                }
                next(thread, iterator)
            }
            None => special::call(thread, method, iterator, &[]).map(Some),
        };
    item.or_else(|raised| stopped(thread, raised))
}

/// The end of an iterator, if it was StopIteration that its `__next__` raised.
#[cold]
fn stopped(thread: &Thread, raised: Raised) -> PyResult<Option<Value>> {
    let stop = thread.catch(raised, thread.vm().exceptions.stop_iteration)?;
    ended(thread, stop.cast::<Exception>().and_then(|stop| stop.field(0)).unwrap_or(Value::NONE))
}

#[cold]
fn not_an_iterator(thread: &Thread, value: Value) -> Raised {
    let name = thread.type_name(value);
    thread.raise_type_error(format!("'{name}' object is not an iterator"))
}

/// Gives items of an iterator to `take` until one is not taken: that one, or `None` at the end. An item is not taken if
/// `take` says so (false), or is not asked because something waits to be polled. `take` may run no Python code: a
/// generator counts as running meanwhile, which spares suspending it after each item.
///
/// # Errors
/// As [`next`].
pub fn drain(thread: &Thread, iterator: Value, take: &mut dyn FnMut(Value) -> bool) -> PyResult<Option<Value>> {
    if let Some(header) = iterator.header()
        && header.shape() == ShapeId::GENERATOR
    {
        thread.poll_native()?;
        return match (thread.vm().hooks().drain)(thread, header.cast_unchecked::<Generator>(), take)? {
            Resumed::Yielded(item) => Ok(Some(item)),
            Resumed::Returned(value) => ended(thread, value),
        };
    }
    while let Some(item) = next(thread, iterator)? {
        if !take(item) {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

/// The value has no code in Python that its truth, hash, comparison or arithmetic with its like could run.
#[inline]
pub fn is_plain(value: Value) -> bool {
    match value.header() {
        None => true,
        Some(header) => matches!(header.shape(), ShapeId::FLOAT | ShapeId::STR | ShapeId::BIG_INT),
    }
}

/// As [`for_each`]; `plain` says of an item that visiting it runs no Python code.
///
/// # Errors
/// As [`for_each`].
pub fn for_each_plain(
    thread: &Thread,
    iterable: Value,
    plain: impl Fn(Value) -> bool,
    mut visit: impl FnMut(Value) -> PyResult<bool>,
) -> PyResult<()> {
    if iterable.header().is_none_or(|header| header.shape() != ShapeId::GENERATOR) {
        return for_each(thread, iterable, visit);
    }
    loop {
        let mut outcome = None;
        let item = drain(thread, iterable, &mut |item| {
            plain(item) && {
                let visited = visit(item);
                let more = matches!(visited, Ok(true));
                outcome = Some(visited).filter(|_| !more);
                more
            }
        })?;
        let more = match (outcome, item) {
            (Some(visited), _) => visited?,
            (None, Some(item)) => visit(item)?,
            (None, None) => false,
        };
        if !more {
            return Ok(());
        }
    }
}

/// Calls `visit` with every item of `iterable`, until it says `false` or raises. Lists, tuples and frozensets are read
/// in place, with the list's length asked again before each item, as their iterators do.
pub fn for_each(thread: &Thread, iterable: Value, mut visit: impl FnMut(Value) -> PyResult<bool>) -> PyResult<()> {
    if let Some(header) = iterable.header() {
        match header.shape() {
            shape if shape.is_list() => {
                let list = header.cast_unchecked::<List>();
                let mut index = 0;
                while let Some(item) = list.get(thread, index) {
                    if !visit(item)? {
                        break;
                    }
                    index += 1;
                }
                return Ok(());
            }
            ShapeId::TUPLE => {
                let tuple = header.cast_unchecked::<Tuple>();
                for &item in tuple.items() {
                    if !visit(item)? {
                        break;
                    }
                }
                return Ok(());
            }
            ShapeId::FROZEN_SET => {
                let set = header.cast_unchecked::<Set>();
                let mut position = 0;
                while let Some(item) = set.next_key(&mut position) {
                    if !visit(item)? {
                        break;
                    }
                }
                return Ok(());
            }
            _ => {}
        }
    }
    let iterator = get_iter(thread, iterable)?;
    while let Some(item) = next(thread, iterator)? {
        if !visit(item)? {
            break;
        }
    }
    Ok(())
}

impl List {
    /// Appends the items of `iterable`. What was appended before an exception stays.
    pub fn extend(&self, thread: &Thread, iterable: Value) -> PyResult<()> {
        if let Some(header) = iterable.header() {
            match header.shape() {
                shape if shape.is_list() => {
                    return self.extend_from_list(thread, header.cast_unchecked());
                }
                ShapeId::TUPLE => return self.extend_from_slice(thread, header.cast_unchecked::<Tuple>().items()),
                _ => {}
            }
        }
        let iterator = get_iter(thread, iterable)?;
        if let Some(range) = iterator.cast::<RangeIterator>() {
            return self.extend_from_range(thread, range);
        }
        let expected = self.expected_items(thread, iterable)?;
        // A hint that lies must not cost more than a moment.
        if expected <= List::MOST_EXPECTED && !self.is_empty() {
            self.reserve(thread, expected)?;
        }
        self.extend_from_iterator(thread, iterator)
    }

    /// How many items `iterable` says that it has.
    fn expected_items(&self, thread: &Thread, iterable: Value) -> PyResult<usize> {
        let expected = length_hint(thread, iterable, 8)?;
        // A report that leaves no room beside what the list holds cannot be true, and is passed over.
        if expected <= isize::MAX as usize - self.len() && expected > isize::MAX as usize / size_of::<Value>() {
            return Err(thread.raise_memory_error(""));
        }
        Ok(expected)
    }

    /// A list of the items that `iterable` yields.
    pub fn from_iterable(thread: &Thread, iterable: Value) -> PyResult<Gc<List>> {
        let list = List::empty(thread);
        if let Some(header) = iterable.header()
            && (header.shape().is_list() || header.shape() == ShapeId::TUPLE)
        {
            list.extend(thread, iterable)?;
            return Ok(list);
        }
        let iterator = get_iter(thread, iterable)?;
        if let Some(range) = iterator.cast::<RangeIterator>() {
            list.extend_from_range(thread, range)?;
            return Ok(list);
        }
        let expected = list.expected_items(thread, iterable)?;
        if iterator.header().is_some_and(|header| header.shape() == ShapeId::GENERATOR) {
            list.extend_from_iterator(thread, iterator)?;
            return Ok(list);
        }
        List::from_fn(thread, expected, || next(thread, iterator))
    }

    /// Appends what an iterator yields, without asking anything for its length.
    pub fn extend_from_iterator(&self, thread: &Thread, iterator: Value) -> PyResult<()> {
        if iterator.header().is_none_or(|header| header.shape() != ShapeId::GENERATOR) {
            while let Some(item) = next(thread, iterator)? {
                self.push(thread, item)?;
            }
            return Ok(());
        }
        loop {
            let mut failure = None;
            let left = drain(thread, iterator, &mut |item| match self.push(thread, item) {
                Ok(()) => true,
                Err(raised) => {
                    failure = Some(raised);
                    false
                }
            })?;
            match (failure, left) {
                (Some(raised), _) => return Err(raised),
                // It was not taken because something waits to be polled.
                (None, Some(item)) => self.push(thread, item)?,
                (None, None) => return Ok(()),
            }
        }
    }

    fn extend_from_range(&self, thread: &Thread, range: Gc<RangeIterator>) -> PyResult<()> {
        let count = usize::try_from(range.remaining.get()).unwrap_or(usize::MAX);
        if count == 0 {
            return Ok(());
        }
        if self.is_empty() {
            self.reserve_with(thread, Strategy::Int, count)?;
        } else {
            self.reserve(thread, count)?;
        }
        while let Some(number) = range.next() {
            self.push(thread, number)?;
        }
        Ok(())
    }
}

/// A list of everything `iterable` yields.
pub fn collect(thread: &Thread, iterable: Value) -> PyResult<Gc<List>> {
    List::from_iterable(thread, iterable)
}

/// `iterable` as it is if it is a list or tuple (exact or of a subclass), otherwise a list of its items: what
/// CPython's `PySequence_Fast` gives. `message` replaces "'x' object is not iterable".
pub fn as_list_or_tuple(thread: &Thread, iterable: Value, message: &str) -> PyResult<Value> {
    if iterable.cast::<List>().is_some() || iterable.cast::<Tuple>().is_some() {
        return Ok(iterable);
    }
    let iterator = match get_iter(thread, iterable) {
        Ok(iterator) => iterator,
        Err(raised) => {
            thread.catch(raised, thread.vm().exceptions.type_error)?;
            return Err(thread.raise_type_error(message));
        }
    };
    Ok(collect(thread, iterator)?.value())
}

// ---- unpacking ----

/// `a, b, c = value`: calls `store(i, item)` for exactly `count` items. Nothing is stored when the number is
/// wrong. Raises ValueError or TypeError in CPython's words.
#[inline]
pub fn unpack(thread: &Thread, value: Value, count: usize, mut store: impl FnMut(usize, Value)) -> PyResult<()> {
    if let Some(header) = value.header() {
        match header.shape() {
            ShapeId::TUPLE => {
                let items = header.cast_unchecked::<Tuple>();
                if items.len() == count {
                    for (index, &item) in items.items().iter().enumerate() {
                        store(index, item);
                    }
                    return Ok(());
                }
                return Err(wrong_count(thread, count, items.len()));
            }
            shape if shape.is_list() => {
                let list = header.cast_unchecked::<List>();
                if list.len() == count {
                    for index in 0..count {
                        if let Some(item) = list.get(thread, index) {
                            store(index, item);
                        }
                    }
                    return Ok(());
                }
                return Err(wrong_count(thread, count, list.len()));
            }
            _ => {}
        }
    }
    // Instances of subclasses (named tuples) that iterate as tuples do.
    if let Some(items) = value.cast::<Tuple>().filter(|items| items.len() == count)
        && thread.class_of(value).special(thread, Special::Iter)
            == thread.vm().types.tuple.special(thread, Special::Iter)
    {
        for (index, &item) in items.items().iter().enumerate() {
            store(index, item);
        }
        return Ok(());
    }
    let items = unpack_iterable(thread, value, count)?;
    for index in 0..count {
        if let Some(item) = items.get(thread, index) {
            store(index, item);
        }
    }
    Ok(())
}

#[cold]
fn wrong_count(thread: &Thread, expected: usize, got: usize) -> Raised {
    let few_or_many = if got > expected { "too many" } else { "not enough" };
    thread.raise_value_error(format!("{few_or_many} values to unpack (expected {expected}, got {got})"))
}

fn unpack_iterable(thread: &Thread, value: Value, count: usize) -> PyResult<Gc<List>> {
    let iterator = unpacking_iterator(thread, value)?;
    let items = List::with_capacity(thread, count);
    for index in 0..count {
        match next(thread, iterator)? {
            Some(item) => items.push(thread, item)?,
            None => return Err(wrong_count(thread, count, index)),
        }
    }
    if next(thread, iterator)?.is_none() {
        return Ok(items);
    }
    match value.cast::<Dict>().filter(|dict| dict.is_exact() && dict.len() > count) {
        Some(dict) => Err(wrong_count(thread, count, dict.len())),
        None => Err(thread.raise_value_error(format!("too many values to unpack (expected {count})"))),
    }
}

fn unpacking_iterator(thread: &Thread, value: Value) -> PyResult<Value> {
    get_iter(thread, value).map_err(|raised| {
        let class = thread.class_of(value);
        let no_way = class.special(thread, Special::Iter).is_none() && !is_sequence(thread, value);
        if !no_way || thread.catch(raised, thread.vm().exceptions.type_error).is_err() {
            return raised;
        }
        thread.raise_type_error(format!("cannot unpack non-iterable {} object", class.message_name(thread)))
    })
}

/// `a, *b, c = value`: calls `store(i, item)` for the `before` items in front, then with the list of the rest,
/// then for the `after` items at the end. Nothing is stored when there are too few.
pub fn unpack_starred(
    thread: &Thread,
    value: Value,
    before: usize,
    after: usize,
    mut store: impl FnMut(usize, Value),
) -> PyResult<()> {
    let items = if let Some(list) = value.cast::<List>().filter(|list| list.is_exact()) {
        list
    } else if let Some(tuple) = value.cast::<Tuple>().filter(|tuple| tuple.is_exact()) {
        List::new(thread, tuple.items())
    } else {
        let iterator = unpacking_iterator(thread, value)?;
        List::from_iterable(thread, iterator)?
    };
    let count = items.len();
    if count < before + after {
        let expected = before + after;
        return Err(thread
            .raise_value_error(format!("not enough values to unpack (expected at least {expected}, got {count})")));
    }
    let rest = items.copy_range(thread, before, count - after)?;
    for index in 0..before {
        if let Some(item) = items.get(thread, index) {
            store(index, item);
        }
    }
    store(before, rest.value());
    for index in 0..after {
        if let Some(item) = items.get(thread, count - after + index) {
            store(before + 1 + index, item);
        }
    }
    Ok(())
}

// ---- len() ----

/// `len(value)`. Raises TypeError if the class has no `__len__`.
#[inline]
pub fn length(thread: &Thread, value: Value) -> PyResult<usize> {
    if let Some(length) = value.header().and_then(builtin_length) {
        return Ok(length);
    }
    match try_length(thread, value)? {
        Some(length) => Ok(length),
        None => {
            let name = thread.type_name(value);
            Err(thread.raise_type_error(format!("object of type '{name}' has no len()")))
        }
    }
}

/// The length of an exact builtin container.
#[inline]
fn builtin_length(header: Gc<Header>) -> Option<usize> {
    Some(match header.shape() {
        shape if shape.is_list() => header.cast_unchecked::<List>().len(),
        ShapeId::TUPLE => header.cast_unchecked::<Tuple>().len(),
        ShapeId::DICT => header.cast_unchecked::<Dict>().len(),
        ShapeId::SET | ShapeId::FROZEN_SET => header.cast_unchecked::<Set>().len(),
        ShapeId::STR => header.cast_unchecked::<Str>().code_point_count(),
        ShapeId::RANGE => return header.cast_unchecked::<Range>().word_length(),
        _ => return None,
    })
}

/// The length by `__len__`; `None` if the class has none.
pub fn try_length(thread: &Thread, value: Value) -> PyResult<Option<usize>> {
    if let Some(length) = value.header().and_then(builtin_length) {
        return Ok(Some(length));
    }
    match special::try_call(thread, Special::Len, value, &[])? {
        Some(result) => truth::length_from(thread, result).map(Some),
        None => Ok(None),
    }
}

/// `operator.length_hint(value, default)`: `__len__`, else `__length_hint__`, else the default.
pub fn length_hint(thread: &Thread, value: Value, default: usize) -> PyResult<usize> {
    let class = thread.class_of(value);
    let type_error = thread.vm().exceptions.type_error;
    if class.special(thread, Special::Len).is_some() {
        match try_length(thread, value) {
            Ok(Some(length)) => return Ok(length),
            Ok(None) => {}
            Err(raised) => drop(thread.catch(raised, type_error)?),
        }
    }
    let hint = match special::try_call(thread, Special::LengthHint, value, &[]) {
        Ok(Some(hint)) => hint,
        Ok(None) => return Ok(default),
        Err(raised) => {
            thread.catch(raised, type_error)?;
            return Ok(default);
        }
    };
    if hint == Value::NOT_IMPLEMENTED {
        return Ok(default);
    }
    if !crate::types::int::is_int(hint) {
        let name = thread.type_name(hint);
        return Err(thread.raise_type_error(format!("__length_hint__ must be an integer, not {name}")));
    }
    let hint = number::index_i64(thread, hint)?;
    usize::try_from(hint).map_err(|_| thread.raise_value_error("__length_hint__() should return >= 0"))
}

// ---- in ----

/// `item in container`.
#[inline]
pub fn contains(thread: &Thread, container: Value, item: Value) -> PyResult<bool> {
    if let Some(header) = container.header() {
        match header.shape() {
            ShapeId::DICT => return header.cast_unchecked::<Dict>().contains(thread, item),
            ShapeId::SET | ShapeId::FROZEN_SET => {
                return header.cast_unchecked::<Set>().contains_or_equal_set(thread, item);
            }
            shape if shape.is_list() => {
                return header.cast_unchecked::<List>().contains(thread, item);
            }
            ShapeId::TUPLE => return header.cast_unchecked::<Tuple>().contains(thread, item),
            ShapeId::RANGE => return header.cast_unchecked::<Range>().contains(thread, item),
            ShapeId::STR => {
                if let Some(part) = item.cast::<Str>() {
                    let text = header.cast_unchecked::<Str>();
                    return Ok(search::find(text.as_bytes(thread), part.as_bytes(thread)).is_some());
                }
            }
            _ => {}
        }
    }
    contains_by_methods(thread, container, item)
}

fn contains_by_methods(thread: &Thread, container: Value, item: Value) -> PyResult<bool> {
    let class = thread.class_of(container);
    match class.special(thread, Special::Contains) {
        Some(method) if method.is_none() => {
            let name = class.message_name(thread);
            Err(thread.raise_type_error(format!("'{name}' object is not a container")))
        }
        Some(method) => {
            let result = special::call(thread, method, container, &[item])?;
            truth::truth(thread, result)
        }
        None => contains_by_iteration(thread, container, item),
    }
}

/// `item in iterable` by looking at every item.
pub fn contains_by_iteration(thread: &Thread, iterable: Value, item: Value) -> PyResult<bool> {
    let iterator = get_iter(thread, iterable).map_err(|raised| {
        if thread.catch(raised, thread.vm().exceptions.type_error).is_err() {
            return raised;
        }
        let name = thread.type_name(iterable);
        thread.raise_type_error(format!("argument of type '{name}' is not a container or iterable"))
    })?;
    while let Some(candidate) = next(thread, iterator)? {
        if compare::equals(thread, candidate, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

// ---- shared by iterators' methods ----

/// `getattr(builtins, name)`, for `__reduce__` of iterators.
pub(crate) fn builtin(thread: &Thread, name: &str) -> Value {
    let name = thread.vm().interner.intern_text(thread, name);
    thread.vm().builtins_dict().get_str(thread, name).unwrap_or(Value::NONE)
}

/// A class that is not changed by `#[py_class]` options: whether a class is exactly one of ours with a native
/// `__iter__`, so that iterating its layout directly is not observable.
pub fn has_native_iter(thread: &Thread, value: Value) -> bool {
    thread.class_of(value).special(thread, Special::Iter).is_some_and(|m| m.cast::<NativeFunction>().is_some())
}

/// `__index__` of a `__setstate__` argument of iterators: any int, clipped.
pub(crate) fn state_index(thread: &Thread, state: Value) -> PyResult<i64> {
    if !crate::types::int::is_int(state) {
        return Err(thread.raise_type_error("an integer is required"));
    }
    number::index_i64(thread, state)
}
