//! Builtin functions about attributes, classes and namespaces: `getattr`, `isinstance`, `dir`, `vars`, ...
//!
//! What lives here: the functions. What must not: the attribute protocol (`dispatch/attr.rs`).
//! Start at [`functions`].

use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::attribute_name;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::native_function::address_of;
use crate::types::special::Special;
use crate::value::Value;

/// The local variables of the running Python frame: the namespace itself in modules and classes, a fresh dict
/// in functions.
///
/// # Errors
/// SystemError if no Python code is running.
pub fn current_locals(thread: &Thread) -> PyResult<Value> {
    match (thread.vm().hooks().frame_at)(thread, 0) {
        Some(frame) => frame.locals_mapping(thread),
        None => Err(thread.raise_message(thread.vm().exceptions.system_error, "frame does not exist")),
    }
}

/// Sorts the names that `dir` found.
fn sorted_list(thread: &Thread, names: Value) -> PyResult<Value> {
    let list = List::from_iterable(thread, names)?;
    list.sort(thread, None, false)?;
    Ok(list.value())
}

/// Functions about attributes and classes.
#[taipan_macros::py_module(name = "builtins")]
pub mod functions {
    use super::*;

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[function(no_raise, no_collect, no_reenter)]
    fn callable(thread: &Thread, obj: Value) -> bool {
        dispatch::call::is_callable(thread, obj)
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[function]
    fn delattr(thread: &Thread, obj: Value, name: Value) -> PyResult<()> {
        dispatch::attr::delete(thread, obj, attribute_name(thread, name)?)
    }

    /// dir([object]) -> list of strings
    ///
    /// If called without an argument, return the names in the current scope.
    /// Else, return an alphabetized list of names comprising (some of) the attributes
    /// of the given object, and of attributes reachable from it.
    /// If the object supplies a method named __dir__, it will be used; otherwise
    /// the default dir() logic is used and returns:
    ///   for a module object: the module's attributes.
    ///   for a class object:  its attributes, and recursively the attributes
    ///     of its bases.
    ///   for any other object: its attributes, its class's attributes, and
    ///     recursively the attributes of its class's base classes.
    #[function(signature = "(object=None, /)")]
    fn dir(thread: &Thread, object: crate::native::Nullable<Value>) -> PyResult<Value> {
        let object = match object {
            crate::native::Nullable::Absent => {
                let locals = current_locals(thread)?;
                let keys = dispatch::call::call_method(thread, locals, thread.vm().names.keys, &[])?;
                return sorted_list(thread, keys);
            }
            crate::native::Nullable::None => Value::NONE,
            crate::native::Nullable::Given(object) => object,
        };
        match dispatch::special::try_call(thread, Special::Dir, object, &[])? {
            Some(names) => sorted_list(thread, names),
            None => Err(thread.raise_type_error("object does not provide __dir__")),
        }
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[function(signature = "(object, name, default=<unrepresentable>, /)")]
    fn getattr(thread: &Thread, object: Value, name: Value, default: Option<Value>) -> PyResult<Value> {
        let name = attribute_name(thread, name)?;
        match default {
            Some(default) => Ok(dispatch::attr::get_optional(thread, object, name)?.unwrap_or(default)),
            None => dispatch::attr::get(thread, object, name),
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[function]
    fn globals(thread: &Thread) -> PyResult<Value> {
        match (thread.vm().hooks().current_globals)(thread) {
            Some(globals) => Ok(globals.value()),
            None => Ok(Value::NONE),
        }
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[function]
    fn hasattr(thread: &Thread, obj: Value, name: Value) -> PyResult<bool> {
        Ok(dispatch::attr::get_optional(thread, obj, attribute_name(thread, name)?)?.is_some())
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[function]
    fn hash(thread: &Thread, obj: Value) -> PyResult<i64> {
        dispatch::hash::hash(thread, obj)
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    /// (CPython uses the object's memory address.)
    #[function(no_raise, no_reenter)]
    fn id(obj: Value) -> u64 {
        address_of(obj)
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[function]
    fn isinstance(thread: &Thread, obj: Value, class_or_tuple: Value) -> PyResult<bool> {
        dispatch::isinstance::isinstance(thread, obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[function]
    fn issubclass(thread: &Thread, cls: Value, class_or_tuple: Value) -> PyResult<bool> {
        dispatch::isinstance::issubclass(thread, cls, class_or_tuple)
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[function]
    fn locals(thread: &Thread) -> PyResult<Value> {
        current_locals(thread)
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[function]
    fn setattr(thread: &Thread, obj: Value, name: Value, value: Value) -> PyResult<()> {
        dispatch::attr::set(thread, obj, attribute_name(thread, name)?, value)
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[function(signature = "(object=None, /)")]
    fn vars(thread: &Thread, object: crate::native::Nullable<Value>) -> PyResult<Value> {
        let object = match object {
            crate::native::Nullable::Absent => return current_locals(thread),
            crate::native::Nullable::None => Value::NONE,
            crate::native::Nullable::Given(object) => object,
        };
        match dispatch::attr::get_optional(thread, object, thread.vm().names.__dict__)? {
            Some(dict) => Ok(dict),
            None => Err(thread.raise_type_error("vars() argument must have __dict__ attribute")),
        }
    }
}
