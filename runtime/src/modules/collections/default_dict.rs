//! `collections.defaultdict`: a dict that makes missing values.
//!
//! What lives here: the class. Its instances are `Dict`s with one attribute slot behind the struct for the
//! factory (see `set_native_layout` in the module's `init`).

use crate::dispatch::{call, iter, repr_guard, subscript, text};
use crate::error::PyResult;
use crate::native::Arguments;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The specification of the class `defaultdict`; its instances are [`Dict`]s.
pub struct DefaultDict;

/// The slot of the factory.
fn factory_slot<'a>(this: Gc<Dict>, thread: &Thread) -> &'a Slot {
    instance::slot_word(this.header(), thread.vm().shapes.get(this.header().shape()), 0)
}

fn factory(this: Gc<Dict>, thread: &Thread) -> Value {
    factory_slot(this, thread).get().unwrap_or(Value::NONE)
}

/// A defaultdict or an instance of a subclass: by layout all are dicts, so the class's order is asked.
fn receiver(thread: &Thread, value: Value) -> PyResult<Gc<Dict>> {
    let class = Type::of_spec(thread, <DefaultDict as crate::native::PyClass>::SPEC);
    match value.cast::<Dict>() {
        Some(dict) if thread.class_of(value).is_subclass_of(class) => Ok(dict),
        _ => {
            let name = thread.type_name(value);
            Err(thread.raise_type_error(format!(
                "descriptor requires a 'collections.defaultdict' object but received a '{name}'"
            )))
        }
    }
}

/// defaultdict(default_factory=None, /, [...]) --> dict with default factory
///
/// The default factory is called without arguments to produce
/// a new value when a key is not present, in __getitem__ only.
/// A defaultdict compares equal to a dict with the same items.
/// All remaining arguments are treated the same as if they were
/// passed to the dict constructor, including keyword arguments.
#[py_class(name = "defaultdict", module = "collections", base = Dict, kind = Dict, subclassable)]
impl DefaultDict {
    #[method]
    fn __init__(this: Value, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        let this = receiver(thread, this)?;
        let mut rest = arguments;
        let mut factory = Value::NONE;
        if let Some(&first) = arguments.positional().first() {
            if !first.is_none() && !call::is_callable(thread, first) {
                return Err(thread.raise_type_error("first argument must be callable or None"));
            }
            factory = first;
            rest = arguments.without_first();
        }
        thread.store(this, factory_slot(this, thread), factory);
        this.update_from_call(thread, "dict", rest)
    }

    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    #[method(signature = "(self, object, /)")]
    fn __missing__(this: Value, thread: &Thread, object: Value) -> PyResult<Value> {
        let dict = receiver(thread, this)?;
        let factory = factory(dict, thread);
        if factory.is_none() {
            return Err(subscript::key_error(thread, object));
        }
        let value = call::call(thread, factory, &[])?;
        subscript::set_item(thread, this, object, value)?;
        Ok(value)
    }

    #[method]
    fn __repr__(this: Value, thread: &Thread) -> PyResult<String> {
        let dict = receiver(thread, this)?;
        let items = call::call_unbound(
            thread,
            thread.vm().types.dict.special(thread, crate::types::special::Special::Repr).unwrap_or(Value::NONE),
            this,
            &[],
        )?;
        let items = items.cast::<Str>().map(|text| text.to_str_lossy(thread).into_owned()).unwrap_or_default();
        let factory = factory(dict, thread);
        let factory = match repr_guard::enter(thread, factory)? {
            _ if factory.is_none() => "None".to_owned(),
            None => "...".to_owned(),
            Some(_guard) => text::repr(thread, factory)?.to_str_lossy(thread).into_owned(),
        };
        let name = thread.class_of(this).name_string();
        Ok(format!("{name}({factory}, {items})"))
    }

    /// D.copy() -> a shallow copy of D.
    #[method]
    fn copy(this: Value, thread: &Thread) -> PyResult<Value> {
        let dict = receiver(thread, this)?;
        call::call(thread, thread.class_of(this).value(), &[factory(dict, thread), this])
    }

    /// D.copy() -> a shallow copy of D.
    #[method]
    fn __copy__(this: Value, thread: &Thread) -> PyResult<Value> {
        DefaultDict::copy(this, thread)
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Value, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let dict = receiver(thread, this)?;
        let factory = factory(dict, thread);
        let arguments = if factory.is_none() { Tuple::new(thread, &[]) } else { Tuple::new(thread, &[factory]) };
        let items = call::call_method(thread, this, thread.vm().names.items, &[])?;
        let items = iter::get_iter(thread, items)?;
        Ok(Tuple::new(thread, &[thread.class_of(this).value(), arguments.value(), Value::NONE, Value::NONE, items]))
    }

    /// Factory for default value called by __missing__().
    #[getter]
    fn default_factory(this: Value, thread: &Thread) -> PyResult<Value> {
        Ok(factory(receiver(thread, this)?, thread))
    }

    #[setter]
    fn set_default_factory(this: Value, thread: &Thread, value: Value) -> PyResult<()> {
        let this = receiver(thread, this)?;
        thread.store(this, factory_slot(this, thread), value);
        Ok(())
    }

    #[deleter]
    fn delete_default_factory(this: Value, thread: &Thread) -> PyResult<()> {
        let this = receiver(thread, this)?;
        factory_slot(this, thread).init(None);
        Ok(())
    }

    #[method]
    fn __or__(this: Value, thread: &Thread, other: Gc<Dict>) -> PyResult<Value> {
        merged(thread, this, this, other.value())
    }

    #[method]
    fn __ror__(this: Value, thread: &Thread, other: Gc<Dict>) -> PyResult<Value> {
        merged(thread, this, other.value(), this)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}

/// A defaultdict like `pattern` with the items of `left`, then of `right`.
fn merged(thread: &Thread, pattern: Value, left: Value, right: Value) -> PyResult<Value> {
    let factory = factory(receiver(thread, pattern)?, thread);
    let new = call::call(thread, thread.class_of(pattern).value(), &[factory, left])?;
    match new.cast::<Dict>() {
        Some(dict) => dict.update_from(thread, right)?,
        None => drop(call::call_method(thread, new, thread.vm().names.update, &[right])?),
    }
    Ok(new)
}
