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
use crate::types::instance;
use crate::types::list::List;
use crate::types::special::Special;
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
        size_of::<GenericAlias>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.origin);
        tracer.gc_slot(&self.arguments);
        tracer.gc_slot(&self.parameters);
        instance::trace_tail(&self.header, size_of::<GenericAlias>(), tracer);
    }
}

/// `class[item]` of builtin generic classes.
pub fn class_getitem(thread: &Thread, class: impl Into<Value>, item: Value) -> PyResult<Value> {
    Ok(GenericAlias::make(thread, class.into(), item).value())
}

impl GenericAlias {
    /// `origin[item]`; a tuple item gives several arguments.
    pub fn make(thread: &Thread, origin: Value, item: Value) -> Gc<GenericAlias> {
        GenericAlias::of_class(thread, thread.vm().types.generic_alias, origin, item)
    }

    /// As [`GenericAlias::make`], of a subclass.
    fn of_class(thread: &Thread, class: Gc<Type>, origin: Value, item: Value) -> Gc<GenericAlias> {
        let arguments = match item.cast::<Tuple>() {
            Some(tuple) => tuple,
            None => Tuple::new(thread, &[item]),
        };
        instance::allocate_instance(thread, class, |header| GenericAlias {
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
        } else if argument.cast::<Tuple>().is_some() || argument.cast::<List>().is_some() {
            collect_parameters(thread, Tuple::from_iterable(thread, argument)?, found)?;
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

/// The names that an alias has itself; all others are its origin's.
const OWN: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];

/// Names that it has as every object has, if it has them, and not its origin's.
const GENERIC: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

/// Attribute of an alias: its own, or the origin's.
pub fn attribute(thread: &Thread, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let Some(alias) = object.cast::<GenericAlias>() else { return Ok(None) };
    let text = name.to_str_lossy(thread);
    if OWN.iter().chain(GENERIC).any(|own| **own == *text) {
        return dispatch::attr::get_generic(thread, object, thread.class_of(object), name);
    }
    dispatch::attr::get(thread, alias.origin(), name).map(Some)
}

/// The arguments `arguments` with `parameters` replaced by what `item` gives for them: `alias[item]`.
///
/// # Errors
/// TypeError for too few or too many, or of what a parameter refuses.
pub fn substitute(
    thread: &Thread,
    alias: Value,
    arguments: Gc<Tuple>,
    parameters: Gc<Tuple>,
    item: Value,
) -> PyResult<Gc<Tuple>> {
    let intern = |text: &str| thread.vm().interner.intern_text(thread, text);
    let text = || -> PyResult<String> { Ok(dispatch::text::repr(thread, alias)?.to_str_lossy(thread).into_owned()) };
    if parameters.is_empty() {
        let text = text()?;
        return Err(thread.raise_type_error(format!("{text} is not a generic class")));
    }
    let mut given = unpacked_items(thread, item)?;
    for &parameter in parameters.items() {
        let prepare = dispatch::attr::get_optional(thread, parameter, intern("__typing_prepare_subst__"))?;
        if let Some(prepare) = prepare.filter(|prepare| !prepare.is_none()) {
            let prepared = dispatch::call::call(thread, prepare, &[alias, given.value()])?;
            given = prepared.cast::<Tuple>().unwrap_or_else(|| Tuple::new(thread, &[prepared]));
        }
    }
    let (have, need) = (given.len(), parameters.len());
    if have != need {
        let word = if have > need { "many" } else { "few" };
        let text = text()?;
        return Err(thread.raise_type_error(format!("Too {word} arguments for {text}; actual {have}, expected {need}")));
    }
    let position = |wanted: Value| parameters.items().iter().position(|&parameter| parameter == wanted);
    let mut result = ScratchVec::new();
    for &argument in arguments.items() {
        if argument.cast::<Type>().is_some() {
            result.push(thread, argument);
            continue;
        }
        let is_list = argument.cast::<List>().is_some();
        if is_list || argument.cast::<Tuple>().is_some() {
            let inner = substitute(thread, alias, Tuple::from_iterable(thread, argument)?, parameters, given.value())?;
            result.push(thread, if is_list { List::new(thread, inner.items()).value() } else { inner.value() });
            continue;
        }
        let unpacks =
            match dispatch::attr::get_optional(thread, argument, intern("__typing_is_unpacked_typevartuple__"))? {
                Some(flag) => dispatch::truth::truth(thread, flag)?,
                None => false,
            };
        let replaced = match dispatch::attr::get_optional(thread, argument, intern("__typing_subst__"))? {
            Some(subst) => match position(argument) {
                Some(index) => dispatch::call::call(thread, subst, &[given.items()[index]])?,
                None => argument,
            },
            None => substitute_inner(thread, argument, parameters, given)?,
        };
        match replaced.cast::<Tuple>() {
            Some(items) if unpacks => result.extend_from_slice(thread, items.items()),
            None if unpacks => {
                let (own, other) = (thread.type_name(argument), thread.type_name(replaced));
                let message = format!("expected __typing_subst__ of {own} objects to return a tuple, not {other}");
                return Err(thread.raise_type_error(message));
            }
            _ => result.push(thread, replaced),
        }
    }
    Ok(Tuple::new(thread, &result))
}

/// `item` as a tuple, with `*tuple[int, str]` in it replaced by what that stands for.
fn unpacked_items(thread: &Thread, item: Value) -> PyResult<Gc<Tuple>> {
    let items = item.cast::<Tuple>().unwrap_or_else(|| Tuple::new(thread, &[item]));
    let name = thread.vm().interner.intern_text(thread, "__typing_unpacked_tuple_args__");
    let mut result = ScratchVec::new();
    for &item in items.items() {
        let inner = match item.cast::<Type>() {
            Some(_) => None,
            None => dispatch::attr::get_optional(thread, item, name)?.and_then(|inner| inner.cast::<Tuple>()),
        };
        match inner.filter(|inner| inner.items().last() != Some(&Value::ELLIPSIS)) {
            Some(inner) => result.extend_from_slice(thread, inner.items()),
            None => result.push(thread, item),
        }
    }
    Ok(Tuple::new(thread, &result))
}

/// An argument that has parameters of its own, subscripted with what is given for them.
fn substitute_inner(thread: &Thread, argument: Value, parameters: Gc<Tuple>, given: Gc<Tuple>) -> PyResult<Value> {
    let name = thread.vm().interner.intern_text(thread, "__parameters__");
    let inner = dispatch::attr::get_optional(thread, argument, name)?.and_then(|inner| inner.cast::<Tuple>());
    let Some(inner) = inner.filter(|inner| !inner.is_empty()) else { return Ok(argument) };
    let mut chosen = ScratchVec::new();
    for &parameter in inner.items() {
        let Some(index) = parameters.items().iter().position(|&known| known == parameter) else {
            chosen.push(thread, parameter);
            continue;
        };
        let value = given.items()[index];
        // A TypeVarTuple takes several.
        match value.cast::<Tuple>() {
            Some(items) if thread.class_of(parameter).special(thread, Special::Iter).is_some() => {
                chosen.extend_from_slice(thread, items.items());
            }
            _ => chosen.push(thread, value),
        }
    }
    dispatch::subscript::get_item(thread, argument, Tuple::new(thread, &chosen).value())
}

/// How an argument is shown: what has a qualified name by that, `...`, everything else by `repr`.
pub fn argument_text(thread: &Thread, argument: Value) -> PyResult<String> {
    if argument == Value::ELLIPSIS {
        return Ok("...".to_owned());
    }
    if let Some(class) = argument.cast::<Type>() {
        return Ok(class.full_name(thread));
    }
    if let Some(list) = argument.cast::<List>() {
        let mut parts = Vec::new();
        for i in 0..list.len() {
            parts.push(argument_text(thread, list.get(thread, i).unwrap_or(Value::NONE))?);
        }
        return Ok(format!("[{}]", parts.join(", ")));
    }
    let text = |name: &str| -> PyResult<Option<String>> {
        let name = thread.vm().interner.intern_text(thread, name);
        let found = dispatch::attr::get_optional(thread, argument, name)?.and_then(|found| found.cast::<Str>());
        Ok(found.map(|found| found.to_str_lossy(thread).into_owned()))
    };
    let has = |name: &str| -> PyResult<bool> {
        let name = thread.vm().interner.intern_text(thread, name);
        Ok(dispatch::attr::get_optional(thread, argument, name)?.is_some())
    };
    if !(has("__origin__")? && has("__args__")?)
        && let (Some(qualname), Some(module)) = (text("__qualname__")?, text("__module__")?)
    {
        return Ok(if module == "builtins" { qualname } else { format!("{module}.{qualname}") });
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
        GenericAlias::of_class(thread, class, origin, arguments)
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
        let arguments = substitute(thread, this.value(), this.arguments_tuple(thread), parameters, item)?;
        let alias = GenericAlias::make(thread, this.origin(), arguments.value());
        alias.starred.set(this.starred.get());
        Ok(alias.value())
    }
    #[getter(name = "__typing_unpacked_tuple_args__")]
    fn unpacked_arguments(this: Gc<GenericAlias>, thread: &Thread) -> Value {
        match this.starred.get() && this.origin() == thread.vm().types.tuple.value() {
            true => this.arguments_tuple(thread).value(),
            false => Value::NONE,
        }
    }
    #[method(name = "__dir__")]
    fn dir(this: Gc<GenericAlias>, thread: &Thread) -> PyResult<Value> {
        let builtins = thread.vm().builtins_dict();
        let dir = builtins.get_str(thread, thread.vm().interner.intern_text(thread, "dir")).unwrap_or(Value::NONE);
        let names = List::from_iterable(thread, dispatch::call::call(thread, dir, &[this.origin()])?)?;
        for name in OWN {
            let name = thread.vm().interner.intern_text(thread, name).value();
            if !dispatch::iter::contains(thread, names.value(), name)? {
                names.push(thread, name)?;
            }
        }
        Ok(names.value())
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
