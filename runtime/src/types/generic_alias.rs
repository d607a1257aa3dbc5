//! `types.GenericAlias`: `list[int]` and friends (PEP 585).
//!
//! What lives here: the alias object and substitution of its type parameters. What must not: unions
//! (`union_type.rs`). Start at [`class_getitem`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Keywords;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// `origin[args]`.
#[repr(C)]
pub struct GenericAlias {
    header: Header,
    pub origin: Slot,
    pub arguments: GcSlot<Tuple>,
    parameters: GcSlot<Tuple>,
    /// `*tuple[int, ...]`.
    pub starred: Cell<bool>,
}

impl HeapObject for GenericAlias {
    const KIND: Kind = Kind::GenericAlias;
    fn size(&self) -> usize {
        size_of::<GenericAlias>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.origin);
        tracer.gc_slot(&self.arguments);
        tracer.gc_slot(&self.parameters);
    }
}

/// `class[item]` of builtin generic classes.
pub fn class_getitem(thread: &Thread, class: impl Into<Value>, item: Value) -> PyResult<Value> {
    Ok(GenericAlias::make(thread, class.into(), item).value())
}

impl GenericAlias {
    /// `origin[item]`; a tuple item gives several arguments.
    pub fn make(thread: &Thread, origin: Value, item: Value) -> Gc<GenericAlias> {
        let arguments = match item.cast::<Tuple>() {
            Some(tuple) => tuple,
            None => Tuple::new(thread, &[item]),
        };
        let shape = thread.vm().types.generic_alias.instance_shape.get();
        thread.allocate(shape, 0, |header| GenericAlias {
            header,
            origin: Slot::new(origin),
            arguments: GcSlot::new(arguments),
            parameters: GcSlot::empty(),
            starred: Cell::new(false),
        })
    }

    pub fn origin(&self) -> Value {
        self.origin.get().unwrap_or(Value::NONE)
    }

    fn arguments_tuple(&self, thread: &Thread) -> Gc<Tuple> {
        self.arguments.get().unwrap_or_else(|| Tuple::new(thread, &[]))
    }

    /// The type variables among the arguments, in order of first appearance.
    fn parameters_tuple(this: Gc<GenericAlias>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        if let Some(parameters) = this.parameters.get() {
            return Ok(parameters);
        }
        let mut found = ScratchVec::new();
        collect_parameters(thread, this.arguments_tuple(thread), &mut found)?;
        let parameters = Tuple::new(thread, &found);
        thread.store_gc(this, &this.parameters, parameters);
        Ok(parameters)
    }
}

fn collect_parameters(thread: &Thread, arguments: Gc<Tuple>, found: &mut ScratchVec) -> PyResult<()> {
    let substitute = thread.vm().interner.intern_text(thread, "__typing_subst__");
    let parameters = thread.vm().interner.intern_text(thread, "__parameters__");
    for &argument in arguments.items() {
        if argument.cast::<Type>().is_some() {
            continue;
        }
        if thread.class_of(argument).lookup(thread, substitute).is_some() {
            if !found.contains(&argument) {
                found.push(thread, argument);
            }
        } else if let Some(inner) = argument.cast::<Tuple>() {
            collect_parameters(thread, inner, found)?;
        } else if let Some(inner) =
            dispatch::attr::get_optional(thread, argument, parameters)?.and_then(|p| p.cast::<Tuple>())
        {
            for &parameter in inner.items() {
                if !found.contains(&parameter) {
                    found.push(thread, parameter);
                }
            }
        }
    }
    Ok(())
}

/// Attribute of an alias: its own, or the origin's for everything that is not a special name.
pub fn attribute(thread: &Thread, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    const OWN: &[&str] = &[
        "__class__",
        "__bases__",
        "__copy__",
        "__deepcopy__",
        "__unpacked__",
        "__typing_unpacked_tuple_args__",
        "__origin__",
        "__args__",
        "__parameters__",
        "__mro_entries__",
        "__reduce_ex__",
        "__reduce__",
    ];
    let class = thread.class_of(object);
    let text = name.to_str_lossy(thread).into_owned();
    let Some(alias) = object.cast::<GenericAlias>() else { return Ok(None) };
    if text == "__class__" || (!OWN.contains(&text.as_str()) && !(text.starts_with("__") && text.ends_with("__"))) {
        return dispatch::attr::get(thread, alias.origin(), name).map(Some);
    }
    if let Some(found) = dispatch::attr::get_generic(thread, object, class, name)? {
        return Ok(Some(found));
    }
    if OWN.contains(&text.as_str()) { Ok(None) } else { dispatch::attr::get(thread, alias.origin(), name).map(Some) }
}

/// How an argument is shown: classes by qualified name, `...`, everything else by `repr`.
pub fn argument_text(thread: &Thread, argument: Value) -> PyResult<String> {
    if argument == Value::ELLIPSIS {
        return Ok("...".to_owned());
    }
    if let Some(class) = argument.cast::<Type>() {
        return Ok(class.full_name(thread));
    }
    if let Some(list) = argument.cast::<crate::types::list::List>() {
        let mut parts = Vec::new();
        for i in 0..list.len() {
            parts.push(argument_text(thread, list.get(thread, i).unwrap_or(Value::NONE))?);
        }
        return Ok(format!("[{}]", parts.join(", ")));
    }
    Ok(dispatch::text::repr(thread, argument)?.to_str_lossy(thread).into_owned())
}

/// Represent a PEP 585 generic type
///
/// E.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).
#[py_class(name = "GenericAlias", kind = GenericAlias, module = "types", signature = "(origin, args, /)", subclassable)]
impl GenericAlias {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, origin: Value, arguments: Value) -> Gc<GenericAlias> {
        let _ = class;
        GenericAlias::make(thread, origin, arguments)
    }
    #[getter(name = "__origin__")]
    fn dunder_origin(this: Gc<GenericAlias>) -> Value {
        this.origin()
    }
    #[getter(name = "__args__")]
    fn dunder_args(this: Gc<GenericAlias>) -> Option<Gc<Tuple>> {
        this.arguments.get()
    }
    #[getter(name = "__parameters__")]
    fn dunder_parameters(this: Gc<GenericAlias>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        GenericAlias::parameters_tuple(this, thread)
    }
    #[getter(name = "__unpacked__")]
    fn unpacked(this: Gc<GenericAlias>) -> bool {
        this.starred.get()
    }
    #[method(name = "__call__", signature = "(self, /, *args, **kwargs)")]
    fn dunder_call(
        this: Gc<GenericAlias>,
        thread: &Thread,
        arguments: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult<Value> {
        let object = dispatch::call::call_keywords(thread, this.origin(), arguments, keywords)?;
        if let Err(raised) = dispatch::attr::set(thread, object, thread.vm().names.__orig_class__, this.value()) {
            // Builtin instances have nowhere to keep it.
            if !thread.exception_is(thread.vm().exceptions.type_error) {
                thread.catch(raised, thread.vm().exceptions.attribute_error)?;
            } else {
                thread.take_exception(raised);
            }
        }
        Ok(object)
    }
    #[method(name = "__getitem__")]
    fn getitem(this: Gc<GenericAlias>, thread: &Thread, item: Value) -> PyResult<Value> {
        let parameters = GenericAlias::parameters_tuple(this, thread)?;
        if parameters.items().is_empty() {
            let text = GenericAlias::repr(this, thread)?;
            return Err(thread.raise_type_error(format!("{text} is not a generic class")));
        }
        let given = match item.cast::<Tuple>() {
            Some(tuple) => tuple,
            None => Tuple::new(thread, &[item]),
        };
        let (have, need) = (given.items().len(), parameters.items().len());
        if have != need {
            let text = GenericAlias::repr(this, thread)?;
            let word = if have > need { "many" } else { "few" };
            return Err(
                thread.raise_type_error(format!("Too {word} arguments for {text}; actual {have}, expected {need}"))
            );
        }
        let substitute = thread.vm().interner.intern_text(thread, "__typing_subst__");
        let parameters_name = thread.vm().interner.intern_text(thread, "__parameters__");
        let mut result = ScratchVec::new();
        for &argument in this.arguments_tuple(thread).items() {
            if let Some(i) = parameters.items().iter().position(|&p| p == argument) {
                let replaced = dispatch::call::call_method(thread, argument, substitute, &[given.items()[i]])?;
                result.push(thread, replaced);
                continue;
            }
            let inner = match argument.cast::<Type>() {
                Some(_) => None,
                None => {
                    dispatch::attr::get_optional(thread, argument, parameters_name)?.and_then(|p| p.cast::<Tuple>())
                }
            };
            match inner.filter(|p| !p.items().is_empty()) {
                Some(inner) => {
                    let mut chosen = ScratchVec::new();
                    for &parameter in inner.items() {
                        let i = parameters.items().iter().position(|&p| p == parameter);
                        chosen.push(thread, i.map_or(parameter, |i| given.items()[i]));
                    }
                    let chosen = Tuple::new(thread, &chosen);
                    let replaced = dispatch::subscript::get_item(thread, argument, chosen.value())?;
                    result.push(thread, replaced);
                }
                None => result.push(thread, argument),
            }
        }
        let arguments = Tuple::new(thread, &result);
        Ok(GenericAlias::make(thread, this.origin(), arguments.value()).value())
    }
    #[method(name = "__mro_entries__")]
    fn mro_entries(this: Gc<GenericAlias>, thread: &Thread, bases: Value) -> Gc<Tuple> {
        let _ = bases;
        Tuple::new(thread, &[this.origin()])
    }
    #[method(name = "__instancecheck__")]
    fn instancecheck(this: Gc<GenericAlias>, thread: &Thread, instance: Value) -> PyResult<bool> {
        let _ = (this, instance);
        Err(thread.raise_type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }
    #[method(name = "__subclasscheck__")]
    fn subclasscheck(this: Gc<GenericAlias>, thread: &Thread, class: Value) -> PyResult<bool> {
        let _ = (this, class);
        Err(thread.raise_type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }
    #[method(name = "__iter__")]
    fn iter(this: Gc<GenericAlias>, thread: &Thread) -> PyResult<Value> {
        let copy = GenericAlias::make(thread, this.origin(), this.arguments_tuple(thread).value());
        copy.starred.set(true);
        dispatch::iter::get_iter(thread, Tuple::new(thread, &[copy.value()]).value())
    }
    #[method(name = "__eq__")]
    fn equals(this: Gc<GenericAlias>, thread: &Thread, other: Gc<GenericAlias>) -> PyResult<bool> {
        Ok(this.starred.get() == other.starred.get()
            && dispatch::compare::equals(thread, this.origin(), other.origin())?
            && dispatch::compare::equals(
                thread,
                this.arguments_tuple(thread).value(),
                other.arguments_tuple(thread).value(),
            )?)
    }
    #[method(name = "__hash__")]
    fn hash(this: Gc<GenericAlias>, thread: &Thread) -> PyResult<i64> {
        Ok(dispatch::hash::hash(thread, this.origin())?
            ^ dispatch::hash::hash(thread, this.arguments_tuple(thread).value())?)
    }
    #[method(name = "__or__")]
    fn or(this: Gc<GenericAlias>, thread: &Thread, other: Value) -> PyResult<Value> {
        crate::types::union_type::union_of(thread, this.value(), other)
    }
    #[method(name = "__ror__")]
    fn ror(this: Gc<GenericAlias>, thread: &Thread, other: Value) -> PyResult<Value> {
        crate::types::union_type::union_of(thread, other, this.value())
    }
    #[method(name = "__reduce__")]
    fn reduce(this: Gc<GenericAlias>, thread: &Thread) -> Value {
        let inner = Tuple::new(thread, &[this.origin(), this.arguments_tuple(thread).value()]);
        Tuple::new(thread, &[thread.vm().types.generic_alias.value(), inner.value()]).value()
    }
    #[method(name = "__repr__")]
    fn repr(this: Gc<GenericAlias>, thread: &Thread) -> PyResult<String> {
        let star = if this.starred.get() { "*" } else { "" };
        let origin = argument_text(thread, this.origin())?;
        let mut parts = Vec::new();
        for &argument in this.arguments_tuple(thread).items() {
            parts.push(argument_text(thread, argument)?);
        }
        if parts.is_empty() {
            parts.push("()".to_owned());
        }
        Ok(format!("{star}{origin}[{}]", parts.join(", ")))
    }
}
