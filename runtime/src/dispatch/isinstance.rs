//! `isinstance` and `issubclass`.

use crate::dispatch::{attr, call, truth};
use crate::error::PyResult;
use crate::object::{Gc, Kind};
use crate::thread::Thread;
use crate::types::special::Special;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;

/// Tuples of classes may lie this deep in each other: walking the last item of each takes no native stack, so that
/// does not end the walk.
const DEEPEST_TUPLE: usize = 20_000;

fn check_depth(thread: &Thread, depth: usize, what: &str) -> PyResult<()> {
    if depth > DEEPEST_TUPLE {
        return Err(thread.raise_recursion_error(format!("maximum recursion depth exceeded{what}")));
    }
    thread.check_native_stack(what)
}

/// `isinstance(object, class)`; `class` may be a class, a tuple, a union, or have `__instancecheck__`.
pub fn isinstance(thread: &Thread, object: Value, class: Value) -> PyResult<bool> {
    isinstance_of(thread, object, class, 0)
}

fn isinstance_of(thread: &Thread, object: Value, class: Value, depth: usize) -> PyResult<bool> {
    if let Some(exact) = class.cast::<Type>() {
        if thread.class_of(object) == exact {
            return Ok(true);
        }
        if thread.class_of(class) == thread.vm().types.type_type {
            return real_isinstance(thread, object, exact);
        }
    }
    if let Some(classes) = class.cast::<Tuple>() {
        check_depth(thread, depth, " in __instancecheck__")?;
        for &class in classes.items() {
            if isinstance_of(thread, object, class, depth + 1)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match thread.class_of(class).special(thread, Special::InstanceCheck) {
        Some(method) => {
            thread.check_native_stack(" in __instancecheck__")?;
            let result = call::call_unbound(thread, method, class, &[object])?;
            truth::truth(thread, result)
        }
        None => match class_like_bases(thread, class)? {
            Some(_) => {
                let object_class = attr::get_optional(thread, object, thread.vm().names.__class__)?;
                match object_class {
                    Some(object_class) => abstract_issubclass(thread, object_class, class),
                    None => Ok(false),
                }
            }
            None => Err(thread.raise_type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")),
        },
    }
}

/// `type.__instancecheck__`: the real class, or what `__class__` claims.
pub fn real_isinstance(thread: &Thread, object: Value, class: Gc<Type>) -> PyResult<bool> {
    let own = thread.class_of(object);
    if own.is_subclass_of(class) {
        return Ok(true);
    }
    // Only instances of Python classes and proxies can claim another class.
    match object.header().map(|h| h.kind()) {
        Some(Kind::Instance | Kind::Payload | Kind::GenericAlias | Kind::WeakRef) => {
            // What `object` defines is a data descriptor: it comes before the instance's own attributes.
            let (names, object_class) = (&thread.vm().names, thread.vm().types.object);
            if own.special(thread, Special::GetAttribute) == object_class.special(thread, Special::GetAttribute)
                && own.lookup(thread, names.__class__) == object_class.lookup(thread, names.__class__)
            {
                return Ok(false);
            }
            let claimed = attr::get_optional(thread, object, thread.vm().names.__class__)?;
            Ok(claimed.and_then(|c| c.cast::<Type>()).is_some_and(|c| c != own && c.is_subclass_of(class)))
        }
        _ => Ok(false),
    }
}

/// `issubclass(subclass, class)`.
pub fn issubclass(thread: &Thread, subclass: Value, class: Value) -> PyResult<bool> {
    issubclass_of(thread, subclass, class, 0)
}

fn issubclass_of(thread: &Thread, subclass: Value, class: Value, depth: usize) -> PyResult<bool> {
    if class.cast::<Type>().is_some() && thread.class_of(class) == thread.vm().types.type_type {
        if subclass == class {
            return Ok(true);
        }
        return real_issubclass(thread, subclass, class);
    }
    if let Some(classes) = class.cast::<Tuple>() {
        check_depth(thread, depth, " in __subclasscheck__")?;
        for &class in classes.items() {
            if issubclass_of(thread, subclass, class, depth + 1)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match thread.class_of(class).special(thread, Special::SubclassCheck) {
        Some(method) => {
            thread.check_native_stack(" in __subclasscheck__")?;
            let result = call::call_unbound(thread, method, class, &[subclass])?;
            truth::truth(thread, result)
        }
        None => real_issubclass(thread, subclass, class),
    }
}

/// `type.__subclasscheck__`, and the protocol of objects that only have `__bases__`.
pub fn real_issubclass(thread: &Thread, subclass: Value, class: Value) -> PyResult<bool> {
    if let (Some(subclass), Some(class)) = (subclass.cast::<Type>(), class.cast::<Type>()) {
        return Ok(subclass.is_subclass_of(class));
    }
    if class_like_bases(thread, subclass)?.is_none() {
        return Err(thread.raise_type_error("issubclass() arg 1 must be a class"));
    }
    if class_like_bases(thread, class)?.is_none() {
        return Err(thread.raise_type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union"));
    }
    abstract_issubclass(thread, subclass, class)
}

fn class_like_bases(thread: &Thread, class: Value) -> PyResult<Option<Gc<Tuple>>> {
    Ok(attr::get_optional(thread, class, thread.vm().names.__bases__)?.and_then(|b| b.cast::<Tuple>()))
}

fn abstract_issubclass(thread: &Thread, subclass: Value, class: Value) -> PyResult<bool> {
    if subclass == class {
        return Ok(true);
    }
    thread.check_native_stack(" in __issubclass__")?;
    if let Some(bases) = class_like_bases(thread, subclass)? {
        for &base in bases.items() {
            if abstract_issubclass(thread, base, class)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
