//! Pattern matching: the instructions of `match` statements.
//!
//! What lives here: the tests for sequence, mapping and class patterns. What must not: control flow, which the
//! compiler emits. Start at [`match_class`]. Rules: PEP 634.

use taipan_runtime::dispatch::{attr, call, isinstance};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::object::{Gc, Kind};
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::{Type, type_flags};
use taipan_runtime::value::Value;

use super::frame::Frame;
use crate::bytecode::operands;

/// `MatchSequence`.
pub fn match_sequence(thread: &Thread, frame: &Frame, o: operands::MatchSequence) -> PyResult<()> {
    let class = thread.class_of(frame.get(o.subject));
    frame.set(o.dst, Value::from_bool(class.flag(type_flags::SEQUENCE)));
    Ok(())
}

/// `MatchMapping`.
pub fn match_mapping(thread: &Thread, frame: &Frame, o: operands::MatchMapping) -> PyResult<()> {
    let class = thread.class_of(frame.get(o.subject));
    frame.set(o.dst, Value::from_bool(class.flag(type_flags::MAPPING)));
    Ok(())
}

/// `MatchKeys`: the values for a tuple of keys, or None.
pub fn match_keys(thread: &Thread, frame: &Frame, o: operands::MatchKeys) -> PyResult<()> {
    let subject = frame.get(o.subject);
    let Some(keys) = frame.get(o.keys).cast::<Tuple>() else { unreachable!("the compiler builds a tuple of keys") };
    let result = values_for(thread, subject, keys)?;
    frame.set(o.dst, result.map_or(Value::NONE, |values| values.value()));
    Ok(())
}

fn values_for(thread: &Thread, subject: Value, keys: Gc<Tuple>) -> PyResult<Option<Gc<Tuple>>> {
    if keys.is_empty() {
        return Ok(Some(keys));
    }
    let seen = Dict::new(thread);
    let mut values = ScratchVec::with_capacity(thread, keys.len());
    // `get` with a marker of our own tells "absent" from any value; an object that nobody else has.
    let absent = Dict::new(thread).value();
    let getter = attr::get(thread, subject, thread.vm().names.get)?;
    for &key in keys.items() {
        if seen.contains(thread, key)? {
            let text = taipan_runtime::dispatch::text::repr(thread, key)?;
            return Err(thread
                .raise_value_error(format!("mapping pattern checks duplicate key ({})", text.to_str_lossy(thread))));
        }
        seen.insert(thread, key, Value::NONE)?;
        let value = call::call(thread, getter, &[key, absent])?;
        if value == absent {
            return Ok(None);
        }
        values.push(thread, value);
    }
    Ok(Some(Tuple::new(thread, &values)))
}

/// `MatchClass`: the attributes for the sub-patterns, or None.
pub fn match_class(thread: &Thread, frame: &Frame, o: operands::MatchClass) -> PyResult<()> {
    let (subject, class) = (frame.get(o.subject), frame.get(o.class));
    let Some(names) = frame.body().constant(o.names.index()).cast::<Tuple>() else {
        unreachable!("the compiler gives a tuple of names");
    };
    let result = attributes_for(thread, subject, class, usize::from(o.count), names)?;
    frame.set(o.dst, result.map_or(Value::NONE, |attributes| attributes.value()));
    Ok(())
}

/// A builtin class whose one positional sub-pattern matches the subject itself.
fn matches_itself(thread: &Thread, class: Gc<Type>) -> bool {
    let types = &thread.vm().types;
    [
        types.bool,
        types.bytearray,
        types.bytes,
        types.dict,
        types.float,
        types.frozenset,
        types.int,
        types.list,
        types.set,
        types.str,
        types.tuple,
    ]
    .iter()
    .any(|&builtin| class.is_subclass_of(builtin))
}

fn attributes_for(
    thread: &Thread,
    subject: Value,
    class_value: Value,
    count: usize,
    names: Gc<Tuple>,
) -> PyResult<Option<Gc<Tuple>>> {
    let Some(class) = class_value.cast::<Type>() else {
        return Err(thread.raise_type_error("called match pattern must be a class"));
    };
    if !isinstance::isinstance(thread, subject, class_value)? {
        return Ok(None);
    }
    let mut seen = ScratchVec::new();
    let mut attributes = ScratchVec::with_capacity(thread, count + names.len());
    if count > 0 {
        let match_args = attr::get_optional(thread, class_value, thread.vm().names.__match_args__)?;
        let (allowed, itself) = match match_args {
            Some(value) => match value
                .cast::<Tuple>()
                .filter(|_| value.header().is_some_and(|header| header.kind() == Kind::Tuple))
            {
                Some(tuple) => (Some(tuple), false),
                None => {
                    let message = format!(
                        "{}.__match_args__ must be a tuple (got {})",
                        class.name_string(),
                        thread.type_name(value)
                    );
                    return Err(thread.raise_type_error(message));
                }
            },
            None => (None, matches_itself(thread, class)),
        };
        let limit = if itself { 1 } else { allowed.map_or(0, |allowed| allowed.len()) };
        if count > limit {
            let plural = if limit == 1 { "" } else { "s" };
            let message =
                format!("{}() accepts {limit} positional sub-pattern{plural} ({count} given)", class.name_string());
            return Err(thread.raise_type_error(message));
        }
        if itself {
            attributes.push(thread, subject);
        } else {
            for &name in allowed.as_ref().map_or(&[][..], |allowed| allowed.items()).iter().take(count) {
                let Some(name) = name.cast::<Str>() else {
                    let message = format!("__match_args__ elements must be strings (got {})", thread.type_name(name));
                    return Err(thread.raise_type_error(message));
                };
                match attribute(thread, subject, class, name, &mut seen)? {
                    Some(value) => attributes.push(thread, value),
                    None => return Ok(None),
                }
            }
        }
    }
    for &name in names.items() {
        let Some(name) = name.cast::<Str>() else { unreachable!("names in patterns are strings") };
        match attribute(thread, subject, class, name, &mut seen)? {
            Some(value) => attributes.push(thread, value),
            None => return Ok(None),
        }
    }
    Ok(Some(Tuple::new(thread, &attributes)))
}

fn attribute(
    thread: &Thread,
    subject: Value,
    class: Gc<Type>,
    name: Gc<Str>,
    seen: &mut ScratchVec,
) -> PyResult<Option<Value>> {
    let name = thread.vm().interner.intern(thread, name);
    if seen.contains(&name.value()) {
        return Err(repeated(thread, class, name));
    }
    seen.push(thread, name.value());
    attr::get_optional(thread, subject, name)
}

#[cold]
fn repeated(thread: &Thread, class: Gc<Type>, name: Gc<Str>) -> Raised {
    let message =
        format!("{}() got multiple sub-patterns for attribute '{}'", class.name_string(), name.to_str_lossy(thread));
    thread.raise_type_error(message)
}
