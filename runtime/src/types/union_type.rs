//! `types.UnionType` / `typing.Union`: `int | str` (PEP 604).

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::{Gc, GcSlot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::generic_alias::{GenericAlias, argument_text};
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The members of a union, in order, without repetition.
pub struct UnionType {
    pub members: GcSlot<Tuple>,
}

impl PayloadData for UnionType {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.members);
    }
}

/// `left | right` of classes and type-like things; NotImplemented for what cannot be in a union.
pub fn union_of(thread: &Thread, left: Value, right: Value) -> PyResult<Value> {
    // Beside a union, a string is a forward reference.
    if [left, right].iter().any(|side| Payload::<UnionType>::cast(*side).is_some())
        && [left, right].iter().any(|side| side.cast::<crate::types::str::Str>().is_some())
    {
        return union_with_strings(thread, left, right);
    }
    if !is_unionable(thread, left)? || !is_unionable(thread, right)? {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    make_union(thread, &[left, right])
}

/// The union of these members, flattened, without repetition; a single member is itself.
pub fn make_union(thread: &Thread, items: &[Value]) -> PyResult<Value> {
    let mut members = ScratchVec::new();
    for &item in items {
        let item = if item.is_none() { thread.vm().types.none_type.value() } else { item };
        match Payload::<UnionType>::cast(item) {
            Some(inner) => {
                for &member in members_of(inner) {
                    add_member(thread, &mut members, member)?;
                }
            }
            None => add_member(thread, &mut members, item)?,
        }
    }
    if members.len() == 1 {
        return Ok(members[0]);
    }
    let members = Tuple::new(thread, &members);
    let class = Type::of_spec(thread, <UnionType as PyClass>::SPEC);
    Ok(Payload::new(thread, class, UnionType { members: GcSlot::new(members) }).value())
}

fn add_member(thread: &Thread, members: &mut ScratchVec, member: Value) -> PyResult<()> {
    for i in 0..members.len() {
        if dispatch::compare::equals(thread, members[i], member)? {
            return Ok(());
        }
    }
    members.push(thread, member);
    Ok(())
}

/// An argument of `Union[...]`: a string becomes a forward reference, as `typing` makes it.
fn type_argument(thread: &Thread, item: Value) -> PyResult<Value> {
    if item.cast::<crate::types::str::Str>().is_none() {
        return Ok(item);
    }
    let typing = crate::modules::import::import_name(thread, "typing")?;
    crate::modules::support::call_method(thread, typing, "_type_convert", &[item])
}

fn members_of<'a>(union: Gc<Payload<UnionType>>) -> &'a [Value] {
    union.data.members.get().map_or(&[], |m| m.items_unbounded())
}

/// The union of two things of which strings are forward references: `|` of type variables.
pub fn union_with_strings(thread: &Thread, left: Value, right: Value) -> PyResult<Value> {
    make_union(thread, &[type_argument(thread, left)?, type_argument(thread, right)?])
}

fn is_unionable(thread: &Thread, value: Value) -> PyResult<bool> {
    Ok(value.is_none()
        || value.cast::<Type>().is_some()
        || value.cast::<GenericAlias>().is_some()
        || Payload::<UnionType>::cast(value).is_some()
        || matches!(thread.type_name(value).as_str(), "TypeAliasType" | "TypeVar" | "ParamSpec" | "TypeVarTuple"))
}

/// Represent a union type
///
/// E.g. for int | str
#[py_class(name = "Union", payload, module = "typing", no_instances)]
impl UnionType {
    #[getter(name = "__args__")]
    fn args(this: Gc<Payload<UnionType>>) -> Option<Gc<Tuple>> {
        this.data.members.get()
    }
    #[getter(name = "__origin__")]
    fn origin(this: Gc<Payload<UnionType>>, thread: &Thread) -> Gc<Type> {
        thread.class_of(this.value())
    }
    #[getter(name = "__name__")]
    fn name(this: Gc<Payload<UnionType>>) -> &'static str {
        let _ = this;
        "Union"
    }
    #[getter(name = "__qualname__")]
    fn qualname(this: Gc<Payload<UnionType>>) -> &'static str {
        let _ = this;
        "Union"
    }
    #[getter(name = "__parameters__")]
    fn parameters(this: Gc<Payload<UnionType>>, thread: &Thread) -> PyResult<Value> {
        let members = this.data.members.get().map_or(Value::NONE, |m| m.value());
        let alias = GenericAlias::make(thread, thread.vm().types.tuple.value(), members);
        dispatch::attr::get(thread, alias.value(), thread.vm().interner.intern_text(thread, "__parameters__"))
    }
    /// `typing.Union[int, str]`: the union of the arguments.
    #[classmethod]
    fn __class_getitem__(_class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        match object.cast::<Tuple>() {
            Some(items) if items.is_empty() => Err(thread.raise_type_error("Cannot take a Union of no types.")),
            Some(items) => {
                let mut members = ScratchVec::new();
                for &item in items.items() {
                    members.push(thread, type_argument(thread, item)?);
                }
                make_union(thread, &members)
            }
            None => make_union(thread, &[type_argument(thread, object)?]),
        }
    }

    /// Fills the type parameters of the members.
    #[method]
    fn __getitem__(this: Gc<Payload<UnionType>>, thread: &Thread, item: Value) -> PyResult<Value> {
        let members = this.data.members.get().map_or(Value::NONE, |m| m.value());
        let alias = GenericAlias::make(thread, thread.vm().types.tuple.value(), members);
        let filled = dispatch::subscript::get_item(thread, alias.value(), item)?;
        let arguments = crate::modules::support::get(thread, filled, "__args__")?;
        match arguments.cast::<Tuple>() {
            Some(arguments) => make_union(thread, arguments.items()),
            None => Ok(filled),
        }
    }

    #[method]
    fn __mro_entries__(this: Value, thread: &Thread, bases: Value) -> PyResult<Value> {
        let _ = bases;
        let text = crate::modules::support::repr(thread, this)?;
        Err(thread.raise_type_error(format!("Cannot subclass {text}")))
    }

    #[method]
    fn __or__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        union_of(thread, this, other)
    }
    #[method]
    fn __ror__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        union_of(thread, other, this)
    }
    #[method(signature = "(self, instance, /)")]
    fn __instancecheck__(this: Gc<Payload<UnionType>>, thread: &Thread, instance: Value) -> PyResult<bool> {
        for &member in members_of(this) {
            if member.cast::<GenericAlias>().is_some() {
                return Err(thread.raise_type_error("isinstance() argument 2 cannot be a parameterized generic"));
            }
            if dispatch::isinstance::isinstance(thread, instance, member)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[method(signature = "(self, subclass, /)")]
    fn __subclasscheck__(this: Gc<Payload<UnionType>>, thread: &Thread, subclass: Value) -> PyResult<bool> {
        for &member in members_of(this) {
            if member.cast::<GenericAlias>().is_some() {
                return Err(thread.raise_type_error("issubclass() argument 2 cannot be a parameterized generic"));
            }
            if dispatch::isinstance::issubclass(thread, subclass, member)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[method]
    fn __eq__(this: Gc<Payload<UnionType>>, thread: &Thread, other: Value) -> PyResult<Value> {
        let Some(other) = Payload::<UnionType>::cast(other) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (a, b) = (members_of(this), members_of(other));
        if a.len() != b.len() {
            return Ok(Value::FALSE);
        }
        for &member in a {
            let mut found = false;
            for &candidate in b {
                found = found || dispatch::compare::equals(thread, member, candidate)?;
            }
            if !found {
                return Ok(Value::FALSE);
            }
        }
        Ok(Value::TRUE)
    }
    #[method]
    fn __hash__(this: Gc<Payload<UnionType>>, thread: &Thread) -> PyResult<i64> {
        let mut hash = 0x2545_f491;
        for &member in members_of(this) {
            hash ^= dispatch::hash::hash(thread, member)?;
        }
        Ok(hash)
    }
    #[method]
    fn __repr__(this: Gc<Payload<UnionType>>, thread: &Thread) -> PyResult<String> {
        let mut parts = Vec::new();
        for &member in members_of(this) {
            parts.push(if member == thread.vm().types.none_type.value() {
                "None".to_owned()
            } else {
                argument_text(thread, member)?
            });
        }
        Ok(parts.join(" | "))
    }
}
