//! The Python methods of `dict`.
//!
//! What lives here: the class `dict` and updating from arbitrary mappings. What must not: the table and its
//! look-ups (`dict.rs`), views (`dict_views.rs`). Start at the class block.

use crate::dispatch::compare;
use crate::dispatch::{attr, call, iter, repr_guard, subscript, text};
use crate::error::PyResult;
use crate::native::{Arguments, Keywords};
use crate::object::{Gc, HeapObject, ShapeId};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::dict_views::{DictIterator, DictView, Part};
use crate::types::exception;
use crate::types::instance;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

impl Dict {
    /// `self[key]` with `__missing__` of subclasses. Raises KeyError.
    pub fn subscript(&self, thread: &Thread, key: Value) -> PyResult<Value> {
        if let Some(value) = self.get(thread, key)? {
            return Ok(value);
        }
        if !self.is_exact() {
            let this = self.this().value();
            if let Some(method) = thread.class_of(this).special(thread, crate::types::special::Special::Missing) {
                return crate::dispatch::special::call(thread, method, this, &[key]);
            }
        }
        Err(subscript::key_error(thread, key))
    }

    /// Sets all items of a mapping (by `keys()`) or of an iterable of pairs, as `dict.update` does.
    pub fn update_from(&self, thread: &Thread, source: Value) -> PyResult<()> {
        if let Some(dict) = source.cast::<Dict>()
            && dict.is_exact()
        {
            return self.update(thread, dict);
        }
        match attr::get_optional(thread, source, thread.vm().names.keys)? {
            Some(_) => self.update_from_mapping(thread, source),
            None => self.update_from_pairs(thread, source),
        }
    }

    /// Sets all items of a mapping: `for key in mapping.keys(): self[key] = mapping[key]`. A dict whose class
    /// does not iterate in its own way is read directly.
    pub fn update_from_mapping(&self, thread: &Thread, mapping: Value) -> PyResult<()> {
        if let Some(dict) = mapping.cast::<Dict>()
            && (dict.is_exact() || iter::has_native_iter(thread, mapping))
        {
            return self.update(thread, dict);
        }
        let keys = call::call_method(thread, mapping, thread.vm().names.keys, &[])?;
        iter::for_each(thread, keys, |key| {
            let value = subscript::get_item(thread, mapping, key)?;
            self.insert(thread, key, value)?;
            Ok(true)
        })
    }

    /// Sets the items that an iterable yields as pairs.
    pub fn update_from_pairs(&self, thread: &Thread, pairs: Value) -> PyResult<()> {
        let mut number = 0;
        iter::for_each(thread, pairs, |pair| {
            let items = iter::as_list_or_tuple(thread, pair, "object is not iterable").inspect_err(|_| {
                if let Some(exception) = thread.exception.get()
                    && thread.exception_is(thread.vm().exceptions.type_error)
                {
                    let note = format!("Cannot convert dictionary update sequence element #{number} to a sequence");
                    exception::add_note(thread, exception, &note).unwrap_or_default();
                }
            })?;
            let item = |index| match (items.cast::<List>(), items.cast::<Tuple>()) {
                (Some(list), _) => list.get(thread, index),
                (None, Some(tuple)) => tuple.get(index),
                (None, None) => None,
            };
            let length = items
                .cast::<List>()
                .map(|list| list.len())
                .or(items.cast::<Tuple>().map(|tuple| tuple.len()))
                .unwrap_or(0);
            let (Some(key), Some(value), 2) = (item(0), item(1), length) else {
                let message =
                    format!("dictionary update sequence element #{number} has length {length}; 2 is required");
                return Err(thread.raise_value_error(message));
            };
            self.insert(thread, key, value)?;
            number += 1;
            Ok(true)
        })
    }

    /// The arguments of `dict()` and `dict.update`.
    pub(crate) fn update_from_call(&self, thread: &Thread, method: &str, arguments: Arguments<'_>) -> PyResult<()> {
        match *arguments.positional() {
            [] => {}
            [source] => self.update_from(thread, source)?,
            ref many => {
                let count = many.len();
                return Err(thread.raise_type_error(format!("{method} expected at most 1 argument, got {count}")));
            }
        }
        for (name, value) in arguments.keywords() {
            self.insert_str(thread, name, value);
        }
        Ok(())
    }

    /// `self == other`.
    pub fn equals(&self, thread: &Thread, other: Gc<Dict>) -> PyResult<bool> {
        if self.len() != other.len() {
            return Ok(false);
        }
        thread.check_native_stack(" in comparison")?;
        let mut position = 0;
        while let Some((hash, key, value)) = self.next_entry_hashed(&mut position) {
            match other.get_hashed(thread, key, hash)? {
                Some(theirs) if compare::equals(thread, value, theirs)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// `D[key]` for each key that `iterable` yields set to `value`.
    fn fill_from_keys(&self, thread: &Thread, iterable: Value, value: Value) -> PyResult<()> {
        if let Some(dict) = iterable.cast::<Dict>().filter(|dict| dict.is_exact()) {
            self.reserve(thread, dict.len());
            let mut position = 0;
            while let Some((hash, key, _)) = dict.next_entry_hashed(&mut position) {
                self.insert_hashed(thread, key, hash, value)?;
            }
            return Ok(());
        }
        if let Some(set) = iterable.cast::<Set>().filter(|set| set.is_exact()) {
            self.reserve(thread, set.len());
            let mut position = 0;
            while let Some((hash, key)) = set.next_key_hashed(&mut position) {
                self.insert_hashed(thread, key, hash, value)?;
            }
            return Ok(());
        }
        iter::for_each(thread, iterable, |key| {
            self.insert(thread, key, value)?;
            Ok(true)
        })
    }
}

/// dict() -> new empty dictionary
/// dict(mapping) -> new dictionary initialized from a mapping object's
///     (key, value) pairs
/// dict(iterable) -> new dictionary initialized as if via:
///     d = {}
///     for k, v in iterable:
///         d[k] = v
/// dict(**kwargs) -> new dictionary initialized with the name=value pairs
///     in the keyword argument list.  For example:  dict(one=1, two=2)
#[py_class(name = "dict", kind = Dict, subclassable, unhashable)]
impl Dict {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn py_new(class: Gc<Type>, thread: &Thread, _arguments: &[Value], _keywords: Keywords<'_>) -> Gc<Dict> {
        if class == thread.vm().types.dict {
            return Dict::new(thread);
        }
        instance::allocate_instance(thread, class, Dict::from_header)
    }

    #[method]
    fn __init__(this: Gc<Dict>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        this.update_from_call(thread, "dict", arguments)
    }

    #[method]
    fn __repr__(this: Gc<Dict>, thread: &Thread) -> PyResult<Gc<Str>> {
        if this.is_empty() {
            return Ok(Str::new(thread, "{}"));
        }
        let Some(_guard) = repr_guard::enter(thread, this.value())? else { return Ok(Str::new(thread, "{...}")) };
        let mut builder = StrBuilder::with_capacity(this.len() * 8);
        builder.push_str("{");
        let (mut position, mut first) = (0, true);
        while let Some((key, value)) = this.next_entry(&mut position) {
            if !first {
                builder.push_str(", ");
            }
            first = false;
            builder.push(thread, text::repr(thread, key)?);
            builder.push_str(": ");
            builder.push(thread, text::repr(thread, value)?);
        }
        builder.push_str("}");
        Ok(builder.finish(thread))
    }

    #[method(no_reenter)]
    fn __len__(this: Gc<Dict>) -> usize {
        this.len()
    }

    /// True if the dictionary has the specified key, else False.
    #[method(signature = "(self, key, /)", style = "one")]
    fn __contains__(this: Gc<Dict>, thread: &Thread, key: Value) -> PyResult<bool> {
        this.contains(thread, key)
    }

    /// Return self[key].
    #[method(signature = "(self, key, /)", style = "one")]
    fn __getitem__(this: Gc<Dict>, thread: &Thread, key: Value) -> PyResult<Value> {
        this.subscript(thread, key)
    }

    #[method]
    fn __setitem__(this: Gc<Dict>, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        this.insert(thread, key, value)
    }

    #[method]
    fn __delitem__(this: Gc<Dict>, thread: &Thread, key: Value) -> PyResult<()> {
        match this.remove(thread, key)? {
            Some(_) => Ok(()),
            None => Err(subscript::key_error(thread, key)),
        }
    }

    #[method(no_reenter)]
    fn __iter__(this: Gc<Dict>, thread: &Thread) -> Gc<DictIterator> {
        DictIterator::over_dict(thread, ShapeId::DICT_KEY_ITERATOR, this)
    }

    /// Return a reverse iterator over the dict keys.
    #[method(no_reenter)]
    fn __reversed__(this: Gc<Dict>, thread: &Thread) -> Gc<DictIterator> {
        DictIterator::over_dict_reversed(thread, ShapeId::DICT_REVERSE_KEY_ITERATOR, this)
    }

    #[method]
    fn __eq__(this: Gc<Dict>, thread: &Thread, other: Gc<Dict>) -> PyResult<bool> {
        this.equals(thread, other)
    }

    #[method]
    fn __ne__(this: Gc<Dict>, thread: &Thread, other: Gc<Dict>) -> PyResult<bool> {
        Ok(!this.equals(thread, other)?)
    }

    #[method]
    fn __lt__(_this: Gc<Dict>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __le__(_this: Gc<Dict>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __gt__(_this: Gc<Dict>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __ge__(_this: Gc<Dict>, _other: Value) -> Value {
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __or__(this: Gc<Dict>, thread: &Thread, other: Gc<Dict>) -> PyResult<Gc<Dict>> {
        let result = this.copy(thread);
        result.update_from(thread, other.value())?;
        Ok(result)
    }

    #[method]
    fn __ror__(this: Gc<Dict>, thread: &Thread, other: Gc<Dict>) -> PyResult<Gc<Dict>> {
        let result = other.copy(thread);
        result.update_from(thread, this.value())?;
        Ok(result)
    }

    #[method]
    fn __ior__(this: Gc<Dict>, thread: &Thread, other: Value) -> PyResult<Gc<Dict>> {
        this.update_from(thread, other)?;
        Ok(this)
    }

    /// Remove all items from the dict.
    #[method(name = "clear", no_reenter)]
    fn py_clear(this: Gc<Dict>, thread: &Thread) {
        this.clear(thread);
    }

    /// Return a shallow copy of the dict.
    #[method(name = "copy", no_reenter)]
    fn py_copy(this: Gc<Dict>, thread: &Thread) -> Gc<Dict> {
        this.copy(thread)
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod(signature = "(cls, iterable, value=None, /)")]
    fn fromkeys(class: Gc<Type>, thread: &Thread, iterable: Value, value: Option<Value>) -> PyResult<Value> {
        let value = value.unwrap_or(Value::NONE);
        let made = call::call(thread, class.value(), &[])?;
        if let Some(dict) = made.cast::<Dict>()
            && dict.is_exact()
        {
            dict.fill_from_keys(thread, iterable, value)?;
            return Ok(made);
        }
        iter::for_each(thread, iterable, |key| {
            subscript::set_item(thread, made, key, value)?;
            Ok(true)
        })?;
        Ok(made)
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method(name = "get", signature = "(self, key, default=None, /)")]
    fn py_get(this: Gc<Dict>, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        Ok(this.get(thread, key)?.or(default).unwrap_or(Value::NONE))
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method(no_reenter)]
    fn keys(this: Gc<Dict>, thread: &Thread) -> Gc<DictView> {
        DictView::new(thread, ShapeId::DICT_KEYS, Part::Keys, this)
    }

    /// Return an object providing a view on the dict's values.
    #[method(no_reenter)]
    fn values(this: Gc<Dict>, thread: &Thread) -> Gc<DictView> {
        DictView::new(thread, ShapeId::DICT_VALUES, Part::Values, this)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method(no_reenter)]
    fn items(this: Gc<Dict>, thread: &Thread) -> Gc<DictView> {
        DictView::new(thread, ShapeId::DICT_ITEMS, Part::Items, this)
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(signature = "(self, key, default=<unrepresentable>, /)")]
    fn pop(this: Gc<Dict>, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        // An empty dict does not hash the key.
        let found = if this.is_empty() { None } else { this.remove(thread, key)? };
        match found.or(default) {
            Some(value) => Ok(value),
            None => Err(subscript::key_error(thread, key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[method(no_reenter)]
    fn popitem(this: Gc<Dict>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        match this.pop_last(thread) {
            Some((key, value)) => Ok(Tuple::new(thread, &[key, value])),
            None => Err(thread.raise_plain_key_error("popitem(): dictionary is empty")),
        }
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(signature = "(self, key, default=None, /)")]
    fn setdefault(this: Gc<Dict>, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        this.set_default(thread, key, default.unwrap_or(Value::NONE))
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[method(name = "update")]
    fn py_update(this: Gc<Dict>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        this.update_from_call(thread, "update", arguments)
    }

    /// Return the size of the dict in memory, in bytes.
    #[method]
    fn __sizeof__(this: Gc<Dict>) -> usize {
        let table = this.table.get().map_or(0, |table| table.size());
        size_of::<Dict>() + table + instance::tail_size(&this.header)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}
