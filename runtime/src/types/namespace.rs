//! `types.SimpleNamespace`.
//!
//! What lives here: the class, whose instances hold nothing but attributes. Start at [`SimpleNamespace::make`].

use crate::dispatch;
use crate::dispatch::compare::{self, CompareOperator};
use crate::error::PyResult;
use crate::modules::support::{intern, repr, tuple};
use crate::native::{Keywords, PyClass};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance::{self, Instance};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// Spec marker of `SimpleNamespace`.
pub struct SimpleNamespace;

/// The attributes in order of definition, as a fresh dict.
fn attributes(thread: &Thread, this: Value) -> Gc<Dict> {
    this.header().and_then(|header| instance::dictionary_copy(thread, header)).unwrap_or_else(|| Dict::new(thread))
}

fn set(thread: &Thread, this: Value, name: Gc<Str>, value: Value) {
    if let Some(header) = this.header() {
        instance::set_attribute(thread, header, thread.vm().interner.intern(thread, name), value);
    }
}

fn is_namespace(thread: &Thread, value: Value) -> bool {
    thread.class_of(value).is_subclass_of(Type::of_spec(thread, SimpleNamespace::SPEC))
}

impl SimpleNamespace {
    /// A namespace with these attributes.
    pub fn make(thread: &Thread, fields: &[(&str, Value)]) -> Value {
        let object = Instance::new(thread, Type::of_spec(thread, SimpleNamespace::SPEC));
        for &(name, value) in fields {
            set(thread, object.value(), intern(thread, name), value);
        }
        object.value()
    }
}

/// A simple attribute-based namespace.
#[py_class(name = "SimpleNamespace", module = "types", signature = "(mapping_or_iterable=(), /, **kwargs)", kind = Instance, subclassable, unhashable, dict)]
impl SimpleNamespace {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, args: &[Value], keywords: Keywords<'_>) -> Gc<Instance> {
        let _ = (args, keywords);
        Instance::new(thread, class)
    }

    #[method(signature = "(self, mapping_or_iterable=(), /, **kwargs)")]
    fn __init__(this: Value, thread: &Thread, source: Option<Value>, keywords: Keywords<'_>) -> PyResult<()> {
        if let Some(source) = source {
            let dict = match source.cast::<Dict>() {
                Some(dict) => dict,
                None => {
                    let made = dispatch::call::call(thread, thread.vm().types.dict.value(), &[source])?;
                    made.cast::<Dict>().unwrap_or_else(|| Dict::new(thread))
                }
            };
            let mut position = 0;
            while let Some((key, value)) = dict.next_entry(&mut position) {
                match key.cast::<Str>() {
                    Some(name) => set(thread, this, name, value),
                    None => return Err(thread.raise_type_error("keywords must be strings")),
                }
            }
        }
        for (name, value) in keywords.iter() {
            set(thread, this, name, value);
        }
        Ok(())
    }

    #[getter(name = "__dict__")]
    fn dict(this: Value, thread: &Thread) -> Option<Gc<Dict>> {
        instance::dictionary(thread, this.header()?)
    }

    #[method]
    fn __repr__(this: Value, thread: &Thread) -> PyResult<String> {
        let class = thread.class_of(this);
        let name = if class == Type::of_spec(thread, SimpleNamespace::SPEC) {
            "namespace".to_owned()
        } else {
            class.name_string()
        };
        let Some(_guard) = dispatch::repr_guard::enter(thread, this)? else {
            return Ok(format!("{name}(...)"));
        };
        let dict = attributes(thread, this);
        let mut parts = Vec::new();
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            if let Some(key) = key.cast::<Str>().filter(|key| !key.is_empty()) {
                parts.push(format!("{}={}", key.to_str_lossy(thread), repr(thread, value)?));
            }
        }
        Ok(format!("{name}({})", parts.join(", ")))
    }

    #[method]
    fn __eq__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        compare_attributes(thread, this, other, CompareOperator::Eq)
    }

    #[method]
    fn __ne__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        compare_attributes(thread, this, other, CompareOperator::Ne)
    }

    /// Return state information for pickling
    #[method]
    fn __reduce__(this: Value, thread: &Thread) -> Value {
        tuple(thread, &[thread.class_of(this).value(), tuple(thread, &[]), attributes(thread, this).value()])
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method(name = "__replace__", signature = "(self, /, **changes)")]
    fn replace(this: Value, thread: &Thread, changes: Keywords<'_>) -> PyResult<Value> {
        let copy = dispatch::call::call(thread, thread.class_of(this).value(), &[])?;
        let dict = attributes(thread, this);
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            if let Some(name) = key.cast::<Str>() {
                set(thread, copy, name, value);
            }
        }
        for (name, value) in changes.iter() {
            set(thread, copy, name, value);
        }
        Ok(copy)
    }
}

fn compare_attributes(thread: &Thread, this: Value, other: Value, operator: CompareOperator) -> PyResult<Value> {
    if !is_namespace(thread, this) || !is_namespace(thread, other) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    compare::compare(thread, operator, attributes(thread, this).value(), attributes(thread, other).value())
}
