//! `object`: what every class inherits.
//!
//! What lives here: default attribute access, comparison, representation, copying and pickling support.

use crate::dispatch;
use crate::error::PyResult;
use crate::native::Arguments;
use crate::object::{Gc, Kind};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::class_build;
use crate::types::dict::Dict;
use crate::types::instance::{self, Instance};
use crate::types::list::List;
use crate::types::memoryview::MemoryView;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use taipan_macros::py_class;

/// Spec marker of `object`.
pub struct ObjectClass;

fn interned(thread: &Thread, name: Value, what: &str) -> PyResult<Gc<Str>> {
    match name.cast::<Str>() {
        Some(name) => Ok(thread.vm().interner.intern(thread, name)),
        None => {
            let message = format!("attribute name must be string, not '{}'", thread.type_name(name));
            let _ = what;
            Err(thread.raise_type_error(message))
        }
    }
}

/// TypeError about the abstract methods that `class` still has.
pub fn raise_abstract(thread: &Thread, class: Gc<Type>) -> PyResult<crate::error::Raised> {
    let name = thread.vm().interner.intern_text(thread, "__abstractmethods__");
    let methods = dispatch::attr::get(thread, class.value(), name)?;
    let list = List::from_iterable(thread, methods)?;
    let mut names = Vec::new();
    for i in 0..list.len() {
        if let Some(name) = list.get(thread, i).and_then(|n| n.cast::<Str>()) {
            names.push(format!("'{}'", name.to_str_lossy(thread)));
        }
    }
    names.sort();
    let plural = if names.len() == 1 { "" } else { "s" };
    let message = format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} {}",
        class.name_string(),
        names.join(", ")
    );
    Ok(thread.raise_type_error(message))
}

/// The base class of the class hierarchy.
///
/// When called, it accepts no arguments and returns a new featureless
/// instance that has no instance attributes and cannot be given any.
#[py_class(name = "object", kind = Instance, subclassable, signature = "()")]
impl ObjectClass {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let object = thread.vm().types.object;
        if !arguments.values.is_empty() {
            let custom_new = class.special(thread, Special::New) != object.special(thread, Special::New);
            if custom_new {
                return Err(
                    thread.raise_type_error("object.__new__() takes exactly one argument (the type to instantiate)")
                );
            }
            if class.special(thread, Special::Init) == object.special(thread, Special::Init) {
                return Err(thread.raise_type_error(format!("{}() takes no arguments", class.name_string())));
            }
        }
        if class.flag(type_flags::ABSTRACT) {
            return Err(raise_abstract(thread, class)?);
        }
        if class.instance_kind.get() != Kind::Instance {
            let name = class.full_name(thread);
            if class.flag(type_flags::NO_INSTANTIATION) {
                return Err(thread.raise_type_error(format!("cannot create '{name}' instances")));
            }
            return Err(thread.raise_type_error(format!("object.__new__({name}) is not safe, use {name}.__new__()")));
        }
        Ok(Instance::new(thread, class).value())
    }

    #[method]
    fn __init__(this: Value, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        if arguments.values.is_empty() {
            return Ok(());
        }
        let object = thread.vm().types.object;
        let class = thread.class_of(this);
        if class.special(thread, Special::Init) != object.special(thread, Special::Init) {
            return Err(
                thread.raise_type_error("object.__init__() takes exactly one argument (the instance to initialize)")
            );
        }
        if class.special(thread, Special::New) == object.special(thread, Special::New) {
            return Err(thread.raise_type_error(format!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                class.name_string()
            )));
        }
        Ok(())
    }

    #[method]
    fn __getattribute__(this: Value, thread: &Thread, name: Value) -> PyResult<Value> {
        let name = interned(thread, name, "name")?;
        let class = thread.class_of(this);
        match dispatch::attr::get_default(thread, this, class, name)? {
            Some(value) => Ok(value),
            None => Err(dispatch::attr::raise_missing(thread, this, Some(name))),
        }
    }

    #[method]
    fn __setattr__(this: Value, thread: &Thread, name: Value, value: Value) -> PyResult<()> {
        let name = interned(thread, name, "name")?;
        if this.cast::<Type>().is_some() {
            return Err(
                thread.raise_type_error(format!("can't apply this __setattr__ to {} object", thread.type_name(this)))
            );
        }
        dispatch::attr::set_default(thread, this, thread.class_of(this), name, Some(value))
    }

    #[method]
    fn __delattr__(this: Value, thread: &Thread, name: Value) -> PyResult<()> {
        let name = interned(thread, name, "name")?;
        if this.cast::<Type>().is_some() {
            return Err(
                thread.raise_type_error(format!("can't apply this __delattr__ to {} object", thread.type_name(this)))
            );
        }
        dispatch::attr::set_default(thread, this, thread.class_of(this), name, None)
    }

    #[method]
    fn __eq__(this: Value, other: Value) -> Value {
        if this == other { Value::TRUE } else { Value::NOT_IMPLEMENTED }
    }

    #[method]
    fn __ne__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        let Some(method) = thread.class_of(this).special(thread, Special::Eq) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let result = dispatch::call::call_unbound(thread, method, this, &[other])?;
        if result == Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
        Ok(Value::from_bool(!dispatch::truth::truth(thread, result)?))
    }

    #[method]
    fn __lt__(this: Value, other: Value) -> Value {
        let _ = (this, other);
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __le__(this: Value, other: Value) -> Value {
        let _ = (this, other);
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __gt__(this: Value, other: Value) -> Value {
        let _ = (this, other);
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __ge__(this: Value, other: Value) -> Value {
        let _ = (this, other);
        Value::NOT_IMPLEMENTED
    }

    #[method]
    fn __hash__(this: Value) -> i64 {
        dispatch::hash::identity(this)
    }

    #[method]
    fn __str__(this: Value, thread: &Thread) -> PyResult<Gc<Str>> {
        dispatch::text::repr(thread, this)
    }

    #[method]
    fn __repr__(this: Value, thread: &Thread) -> String {
        format!("<{} object at {:#x}>", default_name(thread, thread.class_of(this)), this.to_bits())
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method]
    fn __format__(this: Value, thread: &Thread, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        if format_spec.byte_len() > 0 {
            let message = format!("unsupported format string passed to {}.__format__", thread.type_name(this));
            return Err(thread.raise_type_error(message));
        }
        dispatch::text::str(thread, this)
    }

    /// Size of object in memory, in bytes.
    #[method]
    fn __sizeof__(this: Value) -> usize {
        this.header().map_or(28, |header| (crate::object::KIND_OPERATIONS[header.kind() as usize].size)(header))
    }

    /// Default dir() implementation.
    #[method]
    fn __dir__(this: Value, thread: &Thread) -> PyResult<Value> {
        let names = Dict::new(thread);
        if let Some(dict) =
            dispatch::attr::get_optional(thread, this, thread.vm().names.__dict__)?.and_then(|d| d.cast::<Dict>())
        {
            add_keys(thread, names, dict)?;
        }
        if let Some(class) =
            dispatch::attr::get_optional(thread, this, thread.vm().names.__class__)?.and_then(|c| c.cast::<Type>())
        {
            for class in class.mro_items() {
                if let Some(class) = class.cast::<Type>() {
                    add_keys(thread, names, class.dictionary())?;
                }
            }
        }
        Ok(List::from_iterable(thread, names.value())?.value())
    }

    #[getter(name = "__class__")]
    fn class(this: Value, thread: &Thread) -> Gc<Type> {
        thread.class_of(this)
    }

    #[setter(__class__)]
    fn set_class(this: Value, thread: &Thread, value: Value) -> PyResult<()> {
        let Some(class) = value.cast::<Type>() else {
            let message = format!("__class__ must be set to a class, not '{}' object", thread.type_name(value));
            return Err(thread.raise_type_error(message));
        };
        let current = thread.class_of(this);
        let module = thread.vm().types.module;
        let modules = current.is_subclass_of(module) && class.is_subclass_of(module);
        if !modules && !(current.flag(type_flags::HEAP) && class.flag(type_flags::HEAP)) {
            return Err(thread
                .raise_type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
        }
        if !class_build::layouts_compatible(thread, current, class) {
            let message = format!(
                "__class__ assignment: '{}' object layout differs from '{}'",
                class.name_string(),
                current.name_string()
            );
            return Err(thread.raise_type_error(message));
        }
        if let Some(header) = this.header() {
            class_build::change_class(thread, header, class);
        }
        Ok(())
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[classmethod(signature = "(cls, /)")]
    fn __init_subclass__(class: Gc<Type>) {
        let _ = class;
    }

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[classmethod(signature = "(cls, object, /)")]
    fn __subclasshook__(class: Gc<Type>, object: Value) -> Value {
        let _ = (class, object);
        Value::NOT_IMPLEMENTED
    }

    /// Helper for pickle.
    #[method(signature = "(self, /)")]
    fn __getstate__(this: Value, thread: &Thread) -> PyResult<Value> {
        default_state(thread, this)
    }

    /// Helper for pickle.
    #[method(signature = "(self, /)")]
    fn __reduce__(this: Value, thread: &Thread) -> PyResult<Value> {
        reduce(thread, this, 0)
    }

    /// Helper for pickle.
    #[method(signature = "(self, protocol, /)")]
    fn __reduce_ex__(this: Value, thread: &Thread, protocol: i64) -> PyResult<Value> {
        let names = &thread.vm().names;
        let class = thread.class_of(this);
        let default = thread.vm().types.object.lookup(thread, names.__reduce__);
        if class.lookup(thread, names.__reduce__) != default {
            return dispatch::call::call_method(thread, this, names.__reduce__, &[]);
        }
        reduce(thread, this, protocol)
    }
}

fn default_name(thread: &Thread, class: Gc<Type>) -> String {
    class.full_name(thread)
}

fn add_keys(thread: &Thread, names: Gc<Dict>, dict: Gc<Dict>) -> PyResult<()> {
    let mut position = 0;
    while let Some((key, _)) = dict.next_entry(&mut position) {
        names.insert(thread, key, Value::NONE)?;
    }
    Ok(())
}

/// `object.__getstate__`: the attributes, with those in `__slots__` beside them if there are any.
pub fn default_state(thread: &Thread, this: Value) -> PyResult<Value> {
    let Some(header) = this.header() else { return Ok(Value::NONE) };
    let state = match instance::dictionary_copy(thread, header).filter(|d| !d.is_empty()) {
        Some(dict) => dict.value(),
        None => Value::NONE,
    };
    let mut slots = None;
    for class in thread.class_of(this).mro_items() {
        let Some(class) = class.cast::<Type>().filter(|class| class.flag(type_flags::HEAP)) else { continue };
        if let Some(names) = class.dictionary().get_str(thread, thread.vm().names.__slots__) {
            let slots = *slots.get_or_insert_with(|| Dict::new(thread));
            add_slots(thread, this, class, names, slots)?;
        }
    }
    match slots.filter(|slots| !slots.is_empty()) {
        Some(slots) => Ok(Tuple::new(thread, &[state, slots.value()]).value()),
        None => Ok(state),
    }
}

/// Adds what the object has in the slots that `class` declares, in the order of `__slots__`.
fn add_slots(thread: &Thread, this: Value, class: Gc<Type>, names: Value, slots: Gc<Dict>) -> PyResult<()> {
    let known = &thread.vm().names;
    let names = match names.cast::<Str>() {
        Some(name) => List::new(thread, &[name.value()]),
        None => List::from_iterable(thread, names)?,
    };
    let mut index = 0;
    while let Some(name) = names.get(thread, index) {
        index += 1;
        let Some(name) = name.cast::<Str>() else { continue };
        let mangled = class_build::mangle(&class.name_string(), &name.to_str_lossy(thread));
        let name = thread.vm().interner.intern_text(thread, &mangled);
        if name == known.__dict__ || name == known.__weakref__ {
            continue;
        }
        if let Some(value) = dispatch::attr::get_optional(thread, this, name)? {
            slots.insert_str(thread, name, value);
        }
    }
    Ok(())
}

/// The class says what its state is: it has a `__getstate__` of its own.
fn has_own_state(thread: &Thread, class: Gc<Type>) -> bool {
    let name = thread.vm().names.__getstate__;
    class.lookup(thread, name) != thread.vm().types.object.lookup(thread, name)
}

/// What `object.__reduce_ex__` finds from protocol 2 on: how to make the object again.
pub struct Reduction {
    pub class: Gc<Type>,
    /// Arguments of `__new__` behind the class.
    pub arguments: Gc<Tuple>,
    pub keywords: Option<Gc<Dict>>,
    /// What `__getstate__` returned; `None` is no state.
    pub state: Value,
    /// An iterator over the items of a list, or `None`.
    pub list_items: Value,
    /// An iterator over the pairs of a dict, or `None`.
    pub dict_items: Value,
}

impl Reduction {
    /// The tuple that `__reduce_ex__` returns.
    ///
    /// # Errors
    /// Those of importing `copyreg`.
    pub fn into_tuple(self, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let (function, inner) = match self.keywords {
            Some(keywords) => (
                copyreg(thread, "__newobj_ex__")?,
                Tuple::new(thread, &[self.class.value(), self.arguments.value(), keywords.value()]),
            ),
            None => {
                let mut values = ScratchVec::from_slice(thread, &[self.class.value()]);
                values.extend_from_slice(thread, self.arguments.items());
                (copyreg(thread, "__newobj__")?, Tuple::new(thread, &values))
            }
        };
        Ok(Tuple::new(thread, &[function, inner.value(), self.state, self.list_items, self.dict_items]))
    }
}

/// An attribute of the module `copyreg`.
fn copyreg(thread: &Thread, name: &str) -> PyResult<Value> {
    let module = crate::modules::import::import_name(thread, "copyreg")?;
    dispatch::attr::get(thread, module, thread.vm().interner.intern_text(thread, name))
}

/// `object.__reduce_ex__`: `copyreg.__newobj__` with state and items for protocol 2 and up, else
/// `copyreg._reduce_ex`.
fn reduce(thread: &Thread, this: Value, protocol: i64) -> PyResult<Value> {
    if protocol < 2 {
        let function = copyreg(thread, "_reduce_ex")?;
        return dispatch::call::call(thread, function, &[this, Value::small_wrapping(protocol)]);
    }
    Ok(reduction(thread, this)?.into_tuple(thread)?.value())
}

/// Asks the object for what makes it again, as `object.__reduce_ex__` does from protocol 2 on.
///
/// # Errors
/// TypeError for an object that cannot be pickled, and what its methods raise.
pub fn reduction(thread: &Thread, this: Value) -> PyResult<Reduction> {
    let names = &thread.vm().names;
    let class = thread.class_of(this);
    let (mut arguments, mut keywords) = (None, None);
    if let Some(method) = class.lookup(thread, names.__getnewargs_ex__) {
        let pair = dispatch::call::call_unbound(thread, method, this, &[])?;
        let Some(pair) = pair.cast::<Tuple>() else {
            let message = format!("__getnewargs_ex__ should return a tuple, not '{}'", thread.type_name(pair));
            return Err(thread.raise_type_error(message));
        };
        let &[positional, named] = pair.items() else {
            return Err(thread.raise_value_error(format!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.items().len()
            )));
        };
        let wrong = |place: &str, wanted: &str, value: Value| {
            let given = thread.type_name(value);
            let message =
                format!("{place} item of the tuple returned by __getnewargs_ex__ must be a {wanted}, not '{given}'");
            Err(thread.raise_type_error(message))
        };
        let Some(positional) = positional.cast::<Tuple>() else { return wrong("first", "tuple", positional) };
        let Some(named) = named.cast::<Dict>() else { return wrong("second", "dict", named) };
        arguments = Some(positional);
        keywords = Some(named).filter(|named| !named.is_empty());
    } else if let Some(method) = class.lookup(thread, names.__getnewargs__) {
        let result = dispatch::call::call_unbound(thread, method, this, &[])?;
        let Some(result) = result.cast::<Tuple>() else {
            let message = format!("__getnewargs__ should return a tuple, not '{}'", thread.type_name(result));
            return Err(thread.raise_type_error(message));
        };
        arguments = Some(result);
    } else if class.instance_kind.get() != Kind::Instance
        && !matches!(class.instance_kind.get(), Kind::List | Kind::Dict)
        && !has_own_state(thread, class)
    {
        // What has as many items as it was made with says so.
        let sized = class.instance_kind.get() == Kind::Code || class == MemoryView::class(thread);
        let name = class.message_name(thread);
        return Err(thread.raise_type_error(if sized {
            format!("cannot pickle {name} objects")
        } else {
            format!("cannot pickle '{name}' object")
        }));
    }
    let own_state = has_own_state(thread, class)
        || this.header().is_some_and(|header| instance::get_attribute(thread, header, names.__getstate__).is_some());
    let state = if own_state {
        dispatch::call::call_method(thread, this, names.__getstate__, &[])?
    } else {
        default_state(thread, this)?
    };
    let list_items = match this.cast::<List>() {
        Some(_) => dispatch::iter::get_iter(thread, this)?,
        None => Value::NONE,
    };
    let dict_items = match this.cast::<Dict>() {
        Some(_) => {
            let items = dispatch::call::call_method(thread, this, names.items, &[])?;
            dispatch::iter::get_iter(thread, items)?
        }
        None => Value::NONE,
    };
    let arguments = arguments.unwrap_or_else(|| Tuple::new(thread, &[]));
    Ok(Reduction { class, arguments, keywords, state, list_items, dict_items })
}
