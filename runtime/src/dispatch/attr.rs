//! Attribute access: the descriptor protocol, `__getattr__` and friends, binding, error messages.
//!
//! What lives here: the generic (uncached) semantics; the interpreter's inline caches remember what
//! [`resolve`] finds. What must not: storage of attributes (`types/instance.rs`).
//! Start at [`get`]. Rules: Python reference, "Implementing Descriptors" (3.3.2.2) and "Invoking Descriptors".

use crate::dispatch::call;
use crate::error::{PyResult, Raised};
use crate::object::{Gc, Kind};
use crate::thread::Thread;
use crate::types::descriptors::{GetSet, MemberDescriptor, MethodWrapper, Property};
use crate::types::exception::Exception;
use crate::types::function::BoundMethod;
use crate::types::instance;
use crate::types::module::Module;
use crate::types::native_function::NativeFunction;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::super_object::Super;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;

/// `object.name`; `name` is interned. Raises AttributeError if there is none.
#[inline]
pub fn get(thread: &Thread, object: Value, name: Gc<Str>) -> PyResult<Value> {
    match get_or_missing(thread, object, name)? {
        Some(value) => Ok(value),
        None => Err(raise_missing(thread, object, Some(name))),
    }
}

/// `object.name`, or `None` where AttributeError would be raised (by whatever means).
pub fn get_optional(thread: &Thread, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    match get_or_missing(thread, object, name) {
        Ok(found) => Ok(found),
        Err(raised) => {
            thread.catch(raised, thread.vm().exceptions.attribute_error)?;
            Ok(None)
        }
    }
}

/// `object.name`; `None` if the default access finds nothing, so that no exception need be made.
fn get_or_missing(thread: &Thread, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let class = thread.class_of(object);
    if class.flag(type_flags::CUSTOM_GETATTRIBUTE | type_flags::HAS_GETATTR) {
        return get_customised(thread, object, class, name);
    }
    get_default(thread, object, class, name)
}

/// Access on an object whose class has `__getattribute__` or `__getattr__`.
#[cold]
fn get_customised(thread: &Thread, object: Value, class: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
    thread.check_native_stack("")?;
    let result = if class.flag(type_flags::CUSTOM_GETATTRIBUTE) {
        match class.special(thread, Special::GetAttribute) {
            Some(method) => call::call_unbound(thread, method, object, &[name.value()]).map(Some),
            None => get_default(thread, object, class, name),
        }
    } else {
        get_default(thread, object, class, name)
    };
    let Some(fallback) = class.special(thread, Special::GetAttr) else {
        return result;
    };
    match result {
        Ok(Some(value)) => Ok(Some(value)),
        Ok(None) => call::call_unbound(thread, fallback, object, &[name.value()]).map(Some),
        Err(raised) => {
            thread.catch(raised, thread.vm().exceptions.attribute_error)?;
            call::call_unbound(thread, fallback, object, &[name.value()]).map(Some)
        }
    }
}

/// The access of the object's builtin kind: what `object.__getattribute__`, `type.__getattribute__`,
/// `super.__getattribute__` and a module's do. `None`: not found.
pub fn get_default(thread: &Thread, object: Value, class: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
    match object.header().map(|h| h.kind()) {
        Some(Kind::Type) => get_of_class(thread, object.cast::<Type>(), class, name),
        Some(Kind::Super) => match object.cast::<Super>() {
            Some(object) => object.attribute(thread, name),
            None => Ok(None),
        },
        Some(Kind::BoundMethod) => match object.cast::<BoundMethod>() {
            Some(method) => bound_method_attribute_optional(thread, method, name),
            None => Ok(None),
        },
        Some(Kind::GenericAlias) => crate::types::generic_alias::attribute(thread, object, name),
        Some(Kind::Module) => match get_generic(thread, object, class, name)? {
            Some(value) => Ok(Some(value)),
            None => module_fallback(thread, object, name),
        },
        _ => get_generic(thread, object, class, name),
    }
}

/// `object.__getattribute__(object, name)`, without raising.
pub fn get_generic(thread: &Thread, object: Value, class: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let found = class.lookup(thread, name);
    if let Some(attribute) = found
        && is_data_descriptor(thread, attribute)
        && has_getter(thread, attribute)
    {
        return bind_descriptor(thread, attribute, Some(object), class).map(Some);
    }
    if let Some(header) = object.header()
        && let Some(value) = instance::get_attribute(thread, header, name)
    {
        return Ok(Some(value));
    }
    match found {
        Some(attribute) => bind_descriptor(thread, attribute, Some(object), class).map(Some),
        None => Ok(None),
    }
}

/// `type.__getattribute__(class, name)`, without raising.
fn get_of_class(
    thread: &Thread,
    class: Option<Gc<Type>>,
    metaclass: Gc<Type>,
    name: Gc<Str>,
) -> PyResult<Option<Value>> {
    let Some(class) = class else { return Ok(None) };
    let on_metaclass = metaclass.lookup(thread, name);
    if let Some(attribute) = on_metaclass
        && is_data_descriptor(thread, attribute)
        && has_getter(thread, attribute)
    {
        return bind_descriptor(thread, attribute, Some(class.value()), metaclass).map(Some);
    }
    if let Some(attribute) = class.lookup(thread, name) {
        return bind_descriptor(thread, attribute, None, class).map(Some);
    }
    match on_metaclass {
        Some(attribute) => bind_descriptor(thread, attribute, Some(class.value()), metaclass).map(Some),
        None => Ok(None),
    }
}

/// A module's `__getattr__` (PEP 562).
fn module_fallback(thread: &Thread, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let Some(module) = object.cast::<Module>() else { return Ok(None) };
    match module.dict().get_str(thread, thread.vm().names.__getattr__) {
        Some(function) => call::call(thread, function, &[name.value()]).map(Some),
        None => Ok(None),
    }
}

/// A data descriptor can be read. One with `__set__` alone lets the instance's attribute be read.
#[inline]
fn has_getter(thread: &Thread, attribute: Value) -> bool {
    match attribute.header().map(|h| h.kind()) {
        Some(Kind::Property | Kind::MemberDescriptor | Kind::GetSet) => true,
        _ => thread.class_of(attribute).flag(type_flags::HAS_GET),
    }
}

/// The attribute overrides one of the same name in the instance.
#[inline]
pub fn is_data_descriptor(thread: &Thread, attribute: Value) -> bool {
    match attribute.header().map(|h| h.kind()) {
        Some(Kind::Function | Kind::NativeFunction | Kind::MethodWrapper) | None => false,
        Some(Kind::Property | Kind::MemberDescriptor | Kind::GetSet) => true,
        Some(_) => thread.class_of(attribute).flag(type_flags::HAS_SET),
    }
}

/// What reading a class attribute gives: `attribute.__get__(instance, class)`, or the attribute itself.
/// `instance` is `None` for access through the class.
#[inline]
pub fn bind_descriptor(thread: &Thread, attribute: Value, instance: Option<Value>, class: Gc<Type>) -> PyResult<Value> {
    let Some(header) = attribute.header() else { return Ok(attribute) };
    if overrides_binding(thread, header) {
        return bind_by_method(thread, attribute, instance, class);
    }
    match (header.kind(), instance) {
        (Kind::Function, Some(receiver)) => Ok(BoundMethod::allocate(thread, attribute, receiver).value()),
        (Kind::Function, None) => Ok(attribute),
        (Kind::NativeFunction, instance) => {
            let function = header.cast_unchecked::<NativeFunction>();
            match instance {
                Some(receiver) if function.is_method() => Ok(function.bind(thread, receiver).value()),
                _ if function.is_class_method() => Ok(function.bind(thread, class.value()).value()),
                _ => Ok(attribute),
            }
        }
        (Kind::MethodWrapper, _) => {
            let wrapper = header.cast_unchecked::<MethodWrapper>();
            if wrapper.binds_class.get() {
                bind_class_method(thread, wrapper.function(), class)
            } else {
                Ok(wrapper.function())
            }
        }
        (Kind::Property, Some(receiver)) => header.cast_unchecked::<Property>().read(thread, receiver),
        (Kind::MemberDescriptor, Some(receiver)) => header.cast_unchecked::<MemberDescriptor>().read(thread, receiver),
        (Kind::GetSet, Some(receiver)) => header.cast_unchecked::<GetSet>().read(thread, receiver),
        (Kind::Property | Kind::MemberDescriptor | Kind::GetSet, None) => Ok(attribute),
        (_, instance) => bind_by_method(thread, attribute, instance, class),
    }
}

/// The descriptor is an instance of a Python subclass of `property`, `staticmethod` or `classmethod`, which may have
/// its own `__get__` and `__set__`.
#[inline]
pub fn overrides_binding(thread: &Thread, descriptor: Gc<crate::object::Header>) -> bool {
    matches!(descriptor.kind(), Kind::Property | Kind::MethodWrapper)
        && thread.class_of_shape(descriptor.shape()).flag(type_flags::HEAP)
}

/// What the `__get__` of the attribute's class gives; the attribute itself without one.
fn bind_by_method(thread: &Thread, attribute: Value, instance: Option<Value>, class: Gc<Type>) -> PyResult<Value> {
    let attribute_class = thread.class_of(attribute);
    if !attribute_class.flag(type_flags::HAS_GET) {
        return Ok(attribute);
    }
    match attribute_class.special(thread, Special::Get) {
        Some(getter) => {
            thread.check_native_stack("")?;
            call::call_unbound(thread, getter, attribute, &[instance.unwrap_or(Value::NONE), class.value()])
        }
        None => Ok(attribute),
    }
}

/// `classmethod(function).__get__(..., class)`.
pub fn bind_class_method(thread: &Thread, function: Value, class: Gc<Type>) -> PyResult<Value> {
    Ok(BoundMethod::allocate(thread, function, class.value()).value())
}

/// `object.name = value`.
#[inline]
pub fn set(thread: &Thread, object: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    set_or_delete(thread, object, name, Some(value))
}

/// `del object.name`.
pub fn delete(thread: &Thread, object: Value, name: Gc<Str>) -> PyResult<()> {
    set_or_delete(thread, object, name, None)
}

fn set_or_delete(thread: &Thread, object: Value, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
    let class = thread.class_of(object);
    if class.flag(type_flags::CUSTOM_SETATTR) {
        let special = if value.is_some() { Special::SetAttr } else { Special::DelAttr };
        if let Some(method) = class.special(thread, special) {
            match value {
                Some(value) => call::call_unbound(thread, method, object, &[name.value(), value])?,
                None => call::call_unbound(thread, method, object, &[name.value()])?,
            };
            return Ok(());
        }
    }
    set_default(thread, object, class, name, value)
}

/// What `object.__setattr__` / `type.__setattr__` do; `None` deletes.
pub fn set_default(
    thread: &Thread,
    object: Value,
    class: Gc<Type>,
    name: Gc<Str>,
    value: Option<Value>,
) -> PyResult<()> {
    if let Some(target) = object.cast::<Type>() {
        return set_of_class(thread, target, class, name, value);
    }
    let found = class.lookup(thread, name);
    if let Some(attribute) = found
        && is_data_descriptor(thread, attribute)
    {
        return write_descriptor(thread, attribute, object, value);
    }
    let Some(header) = object.header() else {
        return Err(raise_cannot_set(thread, object, found, name));
    };
    match value {
        Some(value) => {
            if instance::set_attribute(thread, header, name, value) {
                return Ok(());
            }
            Err(raise_cannot_set(thread, object, found, name))
        }
        None => {
            if instance::delete_attribute(thread, header, name)? {
                return Ok(());
            }
            if !instance::has_dictionary(thread, header) && found.is_some() {
                return Err(raise_cannot_set(thread, object, found, name));
            }
            Err(raise_missing(thread, object, Some(name)))
        }
    }
}

fn write_descriptor(thread: &Thread, attribute: Value, object: Value, value: Option<Value>) -> PyResult<()> {
    if let Some(property) = attribute.cast::<Property>()
        && !overrides_binding(thread, property.header())
    {
        return property.write(thread, object, value);
    }
    if let Some(member) = attribute.cast::<MemberDescriptor>() {
        return member.write(thread, object, value);
    }
    if let Some(getset) = attribute.cast::<GetSet>() {
        return getset.write(thread, object, value);
    }
    thread.check_native_stack("")?;
    let class = thread.class_of(attribute);
    let special = if value.is_some() { Special::Set } else { Special::Delete };
    match (class.special(thread, special), value) {
        (Some(method), Some(value)) => call::call_unbound(thread, method, attribute, &[object, value])?,
        (Some(method), None) => call::call_unbound(thread, method, attribute, &[object])?,
        (None, _) => {
            let name = if value.is_some() { "__set__" } else { "__delete__" };
            return Err(thread.raise_plain_attribute_error(name));
        }
    };
    Ok(())
}

fn set_of_class(
    thread: &Thread,
    class: Gc<Type>,
    metaclass: Gc<Type>,
    name: Gc<Str>,
    value: Option<Value>,
) -> PyResult<()> {
    if class.flag(type_flags::IMMUTABLE) {
        let message = format!(
            "cannot set '{}' attribute of immutable type '{}'",
            name.to_str_lossy(thread),
            class.full_name(thread)
        );
        return Err(thread.raise_type_error(message));
    }
    if let Some(attribute) = metaclass.lookup(thread, name)
        && is_data_descriptor(thread, attribute)
    {
        return write_descriptor(thread, attribute, class.value(), value);
    }
    match value {
        Some(value) => {
            class.set_attribute(thread, name, value);
            Ok(())
        }
        None if class.delete_attribute(thread, name) => Ok(()),
        None => Err(raise_missing(thread, class.value(), Some(name))),
    }
}

/// Raises the AttributeError of a missing attribute, with `name` and `obj` set for suggestions.
#[cold]
pub fn raise_missing(thread: &Thread, object: Value, name: Option<Gc<Str>>) -> Raised {
    let attribute = name.map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default();
    let message = match object.header().map(|h| h.kind()) {
        Some(Kind::Type) => {
            let class = object.cast::<Type>().map(|c| c.message_name(thread)).unwrap_or_default();
            format!("type object '{class}' has no attribute '{attribute}'")
        }
        Some(Kind::Module) => crate::types::module_errors::missing_attribute(thread, object, &attribute),
        Some(Kind::Super) => format!("'super' object has no attribute '{attribute}'"),
        _ => format!("'{}' object has no attribute '{attribute}'", thread.type_name(object)),
    };
    raise_attribute_error(thread, &message, object, name)
}

/// Raises `AttributeError(message)` with `name` and `obj`.
#[cold]
pub fn raise_attribute_error(thread: &Thread, message: &str, object: Value, name: Option<Gc<Str>>) -> Raised {
    let text = Str::new(thread, message);
    let exception = Exception::new(thread, thread.vm().exceptions.attribute_error, &[text.value()]);
    exception.set_field(thread, crate::types::exception::field::NAME, name.map_or(Value::NONE, |n| n.value()));
    exception.set_field(thread, crate::types::exception::field::OBJECT, object);
    thread.raise_exception_object(exception)
}

#[cold]
fn raise_cannot_set(thread: &Thread, object: Value, found: Option<Value>, name: Gc<Str>) -> Raised {
    let class = thread.type_name(object);
    let attribute = name.to_str_lossy(thread).into_owned();
    let message = match found {
        Some(_) => format!("'{class}' object attribute '{attribute}' is read-only"),
        // The hint is for classes that set attributes by the default alone.
        None if thread.class_of(object).flag(type_flags::CUSTOM_SETATTR)
            || object.header().is_some_and(|h| instance::has_dictionary(thread, h)) =>
        {
            format!("'{class}' object has no attribute '{attribute}'")
        }
        None => format!("'{class}' object has no attribute '{attribute}' and no __dict__ for setting new attributes"),
    };
    raise_attribute_error(thread, &message, object, Some(name))
}

/// Attribute of a bound method: its own, then the function's.
fn bound_method_attribute_optional(thread: &Thread, method: Gc<BoundMethod>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let class = thread.vm().types.method;
    if let Some(attribute) = class.lookup(thread, name)
        && name != thread.vm().names.__doc__
    {
        return bind_descriptor(thread, attribute, Some(method.value()), class).map(Some);
    }
    get_or_missing(thread, method.function(), name)
}

/// Attribute of a bound method, raising AttributeError.
pub fn bound_method_attribute(thread: &Thread, method: Gc<BoundMethod>, name: Gc<Str>) -> PyResult<Value> {
    match bound_method_attribute_optional(thread, method, name)? {
        Some(value) => Ok(value),
        None => Err(raise_missing(thread, method.value(), Some(name))),
    }
}

/// A special method looked up on the class, bound to `object` if it is a descriptor (for calls that must
/// respect arbitrary descriptors; plain functions are called unbound by `call::call_unbound`).
pub fn lookup_special(thread: &Thread, object: Value, special: Special) -> PyResult<Option<Value>> {
    let class = thread.class_of(object);
    match class.special(thread, special) {
        Some(method) => bind_descriptor(thread, method, Some(object), class).map(Some),
        None => Ok(None),
    }
}

/// What a method call `object.name(...)` needs: the callable, and the receiver to pass first if the callable
/// is an unbound function.
#[inline]
pub fn get_method(thread: &Thread, object: Value, name: Gc<Str>) -> PyResult<(Value, Option<Value>)> {
    let class = thread.class_of(object);
    let special_kind = matches!(
        object.header().map(|h| h.kind()),
        Some(Kind::Type | Kind::Super | Kind::BoundMethod | Kind::GenericAlias)
    );
    if !special_kind
        && !class.flag(type_flags::CUSTOM_GETATTRIBUTE)
        && let Some(attribute) = class.lookup(thread, name)
        && is_plain_method(attribute)
    {
        let shadowed = match object.header() {
            Some(header) => instance::get_attribute(thread, header, name),
            None => None,
        };
        return match shadowed {
            Some(own) => Ok((own, None)),
            None => Ok((attribute, Some(object))),
        };
    }
    Ok((get(thread, object, name)?, None))
}

/// A class attribute that a call may take unbound, with the receiver as first argument.
#[inline(always)]
pub fn is_plain_method(attribute: Value) -> bool {
    match attribute.header() {
        Some(header) if header.kind() == Kind::Function => true,
        Some(header) if header.kind() == Kind::NativeFunction => header.cast_unchecked::<NativeFunction>().is_method(),
        _ => false,
    }
}
