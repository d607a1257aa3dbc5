//! Subscripts: `x[i]`, `x[i] = v`, `del x[i]`.
//!
//! What lives here: the protocols, with fast paths for exact builtin containers and CPython's messages for what
//! has no subscripts. What must not: the meaning of an index for any one type. Start at [`get_item`].

use crate::dispatch::{attr, call, number, special};
use crate::error::{PyResult, Raised};
use crate::modules::array::storage::ArrayObject;
use crate::object::{Gc, ShapeId};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::slice::Slice;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;

/// A subscript counted from the end if negative; `None` if it lies outside.
#[inline(always)]
pub fn normalize(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.wrapping_add(length as i64) } else { index };
    if (index as u64) < length as u64 { Some(index as usize) } else { None }
}

/// `container[key]`.
#[inline]
pub fn get_item(thread: &Thread, container: Value, key: Value) -> PyResult<Value> {
    if let Some(header) = container.header() {
        match header.shape() {
            shape if shape.is_list() => {
                let list = header.cast_unchecked::<List>();
                if let Some(index) = key.as_small()
                    && let Some(index) = normalize(index, list.len())
                    && let Some(item) = list.get(thread, index)
                {
                    return Ok(item);
                }
                return list.subscript(thread, key);
            }
            ShapeId::TUPLE => {
                let tuple = header.cast_unchecked::<Tuple>();
                if let Some(index) = key.as_small()
                    && let Some(index) = normalize(index, tuple.len())
                {
                    return Ok(tuple.items()[index]);
                }
                return tuple.subscript(thread, key);
            }
            ShapeId::DICT => {
                return match header.cast_unchecked::<Dict>().get(thread, key)? {
                    Some(value) => Ok(value),
                    None => Err(key_error(thread, key)),
                };
            }
            ShapeId::STR => {
                let string = header.cast_unchecked::<Str>();
                if let Some(index) = key.as_small()
                    && let Some(index) = normalize(index, string.code_point_count())
                {
                    return Ok(Str::char_at(string, thread, index).value());
                }
            }
            _ => {}
        }
    }
    get_item_by_methods(thread, container, key)
}

fn get_item_by_methods(thread: &Thread, container: Value, key: Value) -> PyResult<Value> {
    if let Some((array, index)) = array_item(thread, container, key) {
        return array.data.get(thread, index);
    }
    if let Some(method) = thread.class_of(container).special(thread, Special::GetItem) {
        // A named tuple: the call would cost more than the access.
        if let Some(tuple) = container.cast::<Tuple>()
            && Some(method) == thread.vm().types.tuple.special(thread, Special::GetItem)
        {
            return tuple.subscript(thread, key);
        }
        return special::call(thread, method, container, &[key]);
    }
    if let Some(class) = container.cast::<Type>() {
        return class_get_item(thread, class.value(), key);
    }
    let name = thread.type_name(container);
    Err(thread.raise_type_error(format!("'{name}' object is not subscriptable")))
}

/// An array whose class is `array.array` itself, and the place of an item that exists.
#[inline]
fn array_item(thread: &Thread, container: Value, key: Value) -> Option<(Gc<ArrayObject>, usize)> {
    let index = key.as_small()?;
    let array = ArrayObject::cast(container)?;
    // Subclasses may have methods of their own.
    if thread.class_of(container).flag(crate::types::type_object::type_flags::HEAP) {
        return None;
    }
    Some((array, normalize(index, array.data.len())?))
}

/// `class[key]`: `type[...]`, else `__class_getitem__`.
fn class_get_item(thread: &Thread, class: Value, key: Value) -> PyResult<Value> {
    if class == thread.vm().types.type_type.value() {
        return crate::types::generic_alias::class_getitem(thread, class, key);
    }
    let name = thread.vm().names.__class_getitem__;
    match attr::get_optional(thread, class, name)? {
        Some(method) if !method.is_none() => call::call(thread, method, &[key]),
        _ => {
            let name = class.cast::<Type>().map(|class| class.message_name(thread)).unwrap_or_default();
            Err(thread.raise_type_error(format!("type '{name}' is not subscriptable")))
        }
    }
}

/// KeyError with the key itself, so that a tuple stays one argument.
#[cold]
pub fn key_error(thread: &Thread, key: Value) -> Raised {
    thread.raise_with_arguments(thread.vm().exceptions.key_error, &[key])
}

/// `container[key] = value`.
#[inline]
pub fn set_item(thread: &Thread, container: Value, key: Value, value: Value) -> PyResult<()> {
    if let Some(header) = container.header() {
        match header.shape() {
            shape if shape.is_list() => {
                let list = header.cast_unchecked::<List>();
                if let Some(index) = key.as_small()
                    && let Some(index) = normalize(index, list.len())
                {
                    list.set(thread, index, value);
                    return Ok(());
                }
                return list.assign_subscript(thread, key, Some(value));
            }
            ShapeId::DICT => return header.cast_unchecked::<Dict>().insert(thread, key, value),
            _ => {}
        }
    }
    if let Some((array, index)) = array_item(thread, container, key) {
        return array.data.set(thread, index, value);
    }
    match special::try_call(thread, Special::SetItem, container, &[key, value])? {
        Some(_) => Ok(()),
        None => {
            let name = thread.type_name(container);
            Err(thread.raise_type_error(format!("'{name}' object does not support item assignment")))
        }
    }
}

/// `del container[key]`.
#[inline]
pub fn delete_item(thread: &Thread, container: Value, key: Value) -> PyResult<()> {
    if let Some(header) = container.header() {
        match header.shape() {
            shape if shape.is_list() => {
                return header.cast_unchecked::<List>().assign_subscript(thread, key, None);
            }
            ShapeId::DICT => {
                return match header.cast_unchecked::<Dict>().remove(thread, key)? {
                    Some(_) => Ok(()),
                    None => Err(key_error(thread, key)),
                };
            }
            _ => {}
        }
    }
    match special::try_call(thread, Special::DelItem, container, &[key])? {
        Some(_) => Ok(()),
        None => Err(no_deletion(thread, container)),
    }
}

/// CPython words it one way for classes with any mapping or sequence method, another for the rest.
#[cold]
fn no_deletion(thread: &Thread, container: Value) -> Raised {
    let class = thread.class_of(container);
    let name = class.message_name(thread);
    let has_slots = [Special::Len, Special::GetItem, Special::SetItem, Special::Contains]
        .into_iter()
        .any(|special| class.special(thread, special).is_some());
    let heap = class.flag(crate::types::type_object::type_flags::HEAP);
    let verb = if has_slots || heap { "doesn't" } else { "does not" };
    thread.raise_type_error(format!("'{name}' object {verb} support item deletion"))
}

/// A subscript that is no slice, as a machine word. Raises TypeError "x indices must be integers or slices, not
/// y" or IndexError if it does not fit.
pub(crate) fn word_index(thread: &Thread, what: &str, key: Value) -> PyResult<i64> {
    if !number::has_index(thread, key) {
        let name = thread.type_name(key);
        return Err(thread.raise_type_error(format!("{what} indices must be integers or slices, not {name}")));
    }
    number::subscript_i64(thread, key)
}

/// `container[start:stop]` without a step.
pub fn get_slice(thread: &Thread, container: Value, start: Value, stop: Value) -> PyResult<Value> {
    let slice = Slice::new(thread, start, stop, Value::NONE);
    get_item(thread, container, slice.value())
}
