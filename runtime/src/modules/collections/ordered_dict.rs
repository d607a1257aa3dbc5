//! `collections.OrderedDict`: a dict that can be reordered.
//!
//! What lives here: the class. Its instances are `Dict`s, which are ordered anyway, with an attribute dict.
//! What must not: its views and iterators (`ordered_dict_views.rs`). Start at the class block.

use super::ordered_dict_views::{OrderedIterator, OrderedView};
use crate::dispatch::{attr, call, compare, iter, repr_guard, subscript, text};
use crate::error::PyResult;
use crate::native::{Arguments, PyClass};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::dict_views::{DictView, Part};
use crate::types::list::List;
use crate::types::payload::Payload;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The specification of the class `OrderedDict`; its instances are [`Dict`]s.
pub struct OrderedDict;

fn class(thread: &Thread) -> Gc<Type> {
    Type::of_spec(thread, OrderedDict::SPEC)
}

/// The class is `OrderedDict` itself: no method is overridden.
fn is_exact(thread: &Thread, value: Value) -> bool {
    thread.class_of(value) == class(thread)
}

/// An OrderedDict or an instance of a subclass: by layout all are dicts, so the class's order is asked.
pub(super) fn receiver(thread: &Thread, value: Value) -> PyResult<Gc<Dict>> {
    match value.cast::<Dict>() {
        Some(dict) if thread.class_of(value).is_subclass_of(class(thread)) => Ok(dict),
        _ => {
            let name = thread.type_name(value);
            Err(thread.raise_type_error(format!(
                "descriptor requires a 'collections.OrderedDict' object but received a '{name}'"
            )))
        }
    }
}

/// `mapping[key] = value`, through an overridden `__setitem__` if there is one.
fn set(thread: &Thread, mapping: Value, key: Value, value: Value) -> PyResult<()> {
    match mapping.cast::<Dict>().filter(|_| is_exact(thread, mapping)) {
        Some(dict) => dict.insert(thread, key, value),
        None => subscript::set_item(thread, mapping, key, value),
    }
}

fn set_pairs(thread: &Thread, target: Value, pairs: Value) -> PyResult<()> {
    iter::for_each(thread, pairs, |pair| {
        let iterator = iter::get_iter(thread, pair)?;
        let Some(key) = iter::next(thread, iterator)? else {
            return Err(thread.raise_value_error("need more than 0 values to unpack"));
        };
        let Some(value) = iter::next(thread, iterator)? else {
            return Err(thread.raise_value_error("need more than 1 value to unpack"));
        };
        if iter::next(thread, iterator)?.is_some() {
            return Err(thread.raise_value_error("too many values to unpack (expected 2)"));
        }
        set(thread, target, key, value)?;
        Ok(true)
    })
}

/// Sets the items of a mapping or of pairs.
fn update_from(thread: &Thread, target: Value, source: Value) -> PyResult<()> {
    if let Some(dict) = source.cast::<Dict>().filter(|dict| dict.is_exact()) {
        let copy = dict.copy(thread);
        let mut position = 0;
        while let Some((key, value)) = copy.next_entry(&mut position) {
            set(thread, target, key, value)?;
        }
        return Ok(());
    }
    let names = &thread.vm().names;
    if let Some(keys) = attr::get_optional(thread, source, names.keys)? {
        let keys = call::call(thread, keys, &[])?;
        return iter::for_each(thread, keys, |key| {
            let value = subscript::get_item(thread, source, key)?;
            set(thread, target, key, value)?;
            Ok(true)
        });
    }
    match attr::get_optional(thread, source, names.items)? {
        Some(items) => {
            let items = call::call(thread, items, &[])?;
            set_pairs(thread, target, items)
        }
        None => set_pairs(thread, target, source),
    }
}

fn update_from_call(thread: &Thread, target: Value, arguments: Arguments<'_>) -> PyResult<()> {
    if let Some(&source) = arguments.positional().first() {
        update_from(thread, target, source)?;
    }
    for (name, value) in arguments.keywords() {
        set(thread, target, name.value(), value)?;
    }
    Ok(())
}

/// A new object of the class of `pattern` with the items of `left`, then of `right`.
fn merged(thread: &Thread, pattern: Value, left: Value, right: Value) -> PyResult<Value> {
    let new = call::call(thread, thread.class_of(pattern).value(), &[left])?;
    update_from(thread, new, right)?;
    Ok(new)
}

/// The keys of both, in order, are equal.
fn same_order(thread: &Thread, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
    let (mut in_a, mut in_b) = (0, 0);
    loop {
        match (a.next_entry(&mut in_a), b.next_entry(&mut in_b)) {
            (Some((x, _)), Some((y, _))) => {
                if !compare::equals(thread, x, y)? {
                    return Ok(false);
                }
            }
            (x, y) => return Ok(x.is_none() && y.is_none()),
        }
    }
}

fn equal(thread: &Thread, this: Gc<Dict>, other: Gc<Dict>) -> PyResult<bool> {
    if !this.equals(thread, other)? {
        return Ok(false);
    }
    if thread.class_of(other.value()).is_subclass_of(class(thread)) {
        same_order(thread, this, other)
    } else {
        Ok(true)
    }
}

/// Dictionary that remembers insertion order
#[py_class(name = "OrderedDict", module = "collections", base = Dict, kind = Dict, subclassable, unhashable)]
impl OrderedDict {
    #[method]
    fn __init__(this: Value, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        receiver(thread, this)?;
        let count = arguments.positional().len();
        if count > 1 {
            return Err(thread.raise_type_error(format!("expected at most 1 argument, got {count}")));
        }
        update_from_call(thread, this, arguments)
    }

    #[method]
    fn update(this: Value, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        receiver(thread, this)?;
        let count = arguments.positional().len();
        if count > 1 {
            return Err(
                thread.raise_type_error(format!("update() takes at most 1 positional argument ({count} given)"))
            );
        }
        update_from_call(thread, this, arguments)
    }

    #[method]
    fn __repr__(this: Value, thread: &Thread) -> PyResult<Gc<Str>> {
        let dict = receiver(thread, this)?;
        let name = thread.class_of(this).name_string();
        if dict.is_empty() {
            return Ok(Str::new(thread, &format!("{name}()")));
        }
        let Some(_guard) = repr_guard::enter(thread, this)? else { return Ok(Str::new(thread, "...")) };
        let items = if is_exact(thread, this) {
            dict.copy(thread)
        } else {
            let items = call::call_method(thread, this, thread.vm().names.items, &[])?;
            let copy = Dict::new(thread);
            copy.update_from_pairs(thread, items)?;
            copy
        };
        let mut builder = StrBuilder::with_capacity(16 + items.len() * 8);
        builder.push_str(&name);
        builder.push_str("(");
        builder.push(thread, text::repr(thread, items.value())?);
        builder.push_str(")");
        Ok(builder.finish(thread))
    }

    #[method]
    fn __iter__(this: Value, thread: &Thread) -> PyResult<Gc<Payload<OrderedIterator>>> {
        Ok(OrderedIterator::make(thread, receiver(thread, this)?, Part::Keys, false))
    }

    /// od.__reversed__() <==> reversed(od)
    #[method]
    fn __reversed__(this: Value, thread: &Thread) -> PyResult<Gc<Payload<OrderedIterator>>> {
        Ok(OrderedIterator::make(thread, receiver(thread, this)?, Part::Keys, true))
    }

    #[method]
    fn __eq__(this: Value, thread: &Thread, other: Gc<Dict>) -> PyResult<bool> {
        equal(thread, receiver(thread, this)?, other)
    }

    #[method]
    fn __ne__(this: Value, thread: &Thread, other: Gc<Dict>) -> PyResult<bool> {
        Ok(!equal(thread, receiver(thread, this)?, other)?)
    }

    #[method]
    fn __or__(this: Value, thread: &Thread, other: Gc<Dict>) -> PyResult<Value> {
        merged(thread, this, this, other.value())
    }

    #[method]
    fn __ror__(this: Value, thread: &Thread, other: Gc<Dict>) -> PyResult<Value> {
        merged(thread, this, other.value(), this)
    }

    #[method]
    fn __ior__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        receiver(thread, this)?;
        update_from(thread, this, other)?;
        Ok(this)
    }

    #[method]
    fn keys(this: Value, thread: &Thread) -> PyResult<Gc<DictView>> {
        Ok(OrderedView::make(thread, receiver(thread, this)?, Part::Keys))
    }

    #[method]
    fn values(this: Value, thread: &Thread) -> PyResult<Gc<DictView>> {
        Ok(OrderedView::make(thread, receiver(thread, this)?, Part::Values))
    }

    #[method]
    fn items(this: Value, thread: &Thread) -> PyResult<Gc<DictView>> {
        Ok(OrderedView::make(thread, receiver(thread, this)?, Part::Items))
    }

    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[classmethod(signature = "(cls, /, iterable, value=None)")]
    fn fromkeys(class: Gc<Type>, thread: &Thread, iterable: Value, value: Option<Value>) -> PyResult<Value> {
        let new = call::call(thread, class.value(), &[])?;
        iter::for_each(thread, iterable, |key| {
            set(thread, new, key, value.unwrap_or(Value::NONE))?;
            Ok(true)
        })?;
        Ok(new)
    }

    /// Remove all items from ordered dict.
    #[method]
    fn clear(this: Value, thread: &Thread) -> PyResult<()> {
        receiver(thread, this)?.clear(thread);
        Ok(())
    }

    /// A shallow copy of ordered dict.
    #[method]
    fn copy(this: Value, thread: &Thread) -> PyResult<Value> {
        let dict = receiver(thread, this)?;
        let exact = is_exact(thread, this);
        let new = call::call(thread, thread.class_of(this).value(), &[])?;
        let keys = List::empty(thread);
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            if exact {
                set(thread, new, key, value)?;
            } else {
                keys.push(thread, key)?;
            }
        }
        for index in 0..keys.len() {
            if let Some(key) = keys.get(thread, index) {
                let value = subscript::get_item(thread, this, key)?;
                set(thread, new, key, value)?;
            }
        }
        Ok(new)
    }

    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[method(signature = "(self, /, key, last=True)")]
    fn move_to_end(this: Value, thread: &Thread, key: Value, last: Option<bool>) -> PyResult<()> {
        let dict = receiver(thread, this)?;
        let Some(index) = dict.look_up(thread, key)?.index else { return Err(subscript::key_error(thread, key)) };
        if last.unwrap_or(true) {
            dict.move_to_end(thread, index)
        } else {
            dict.move_to_front(thread, index)
        }
        Ok(())
    }

    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(signature = "(self, /, key, default=<unrepresentable>)")]
    fn pop(this: Value, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        let dict = receiver(thread, this)?;
        match dict.remove(thread, key)?.or(default) {
            Some(value) => Ok(value),
            None => Err(subscript::key_error(thread, key)),
        }
    }

    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if false.
    #[method(signature = "(self, /, last=True)")]
    fn popitem(this: Value, thread: &Thread, last: Option<bool>) -> PyResult<Gc<Tuple>> {
        let dict = receiver(thread, this)?;
        let entry = if last.unwrap_or(true) { dict.pop_last(thread) } else { dict.pop_first(thread) };
        match entry {
            Some((key, value)) => Ok(Tuple::new(thread, &[key, value])),
            None => Err(thread.raise_plain_key_error("dictionary is empty")),
        }
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(signature = "(self, /, key, default=None)")]
    fn setdefault(this: Value, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        let dict = receiver(thread, this)?;
        let default = default.unwrap_or(Value::NONE);
        if is_exact(thread, this) {
            return dict.set_default(thread, key, default);
        }
        if iter::contains(thread, this, key)? {
            return subscript::get_item(thread, this, key);
        }
        subscript::set_item(thread, this, key, default)?;
        Ok(default)
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(this: Value, thread: &Thread) -> PyResult<Gc<Tuple>> {
        receiver(thread, this)?;
        let state = call::call_method(thread, this, thread.vm().names.__getstate__, &[])?;
        let items = call::call_method(thread, this, thread.vm().names.items, &[])?;
        let items = iter::get_iter(thread, items)?;
        let arguments = Tuple::new(thread, &[]);
        Ok(Tuple::new(thread, &[thread.class_of(this).value(), arguments.value(), state, Value::NONE, items]))
    }
}
