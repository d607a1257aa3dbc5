//! The methods of `type`.
//!
//! What lives here: what Python sees of classes as objects. What must not: building classes
//! (`class_build.rs`) and look-up (`type_object.rs`).

use crate::dispatch;
use crate::error::PyResult;
use crate::native::Arguments;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::class_build;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::mapping_proxy::MappingProxy;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use taipan_macros::py_class;

fn require_mutable(thread: &Thread, class: Gc<Type>, attribute: &str) -> PyResult<()> {
    if class.flag(type_flags::IMMUTABLE) {
        let message = format!("cannot set '{attribute}' attribute of immutable type '{}'", class.full_name(thread));
        return Err(thread.raise_type_error(message));
    }
    Ok(())
}

/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[py_class(name = "type", kind = Type, subclassable)]
impl Type {
    #[new]
    fn py_new(metaclass: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let positional = arguments.positional();
        if metaclass == thread.vm().types.type_type && positional.len() == 1 && arguments.names.is_none() {
            return Ok(thread.class_of(positional[0]).value());
        }
        let &[name, bases, namespace] = positional else {
            return Err(thread.raise_type_error("type() takes 1 or 3 arguments"));
        };
        let wrong = |index: usize, expected: &str, got: Value| {
            thread.raise_type_error(format!(
                "type.__new__() argument {index} must be {expected}, not {}",
                thread.type_name(got)
            ))
        };
        let Some(name) = name.cast::<Str>() else { return Err(wrong(1, "str", name)) };
        let Some(bases) = bases.cast::<Tuple>() else { return Err(wrong(2, "tuple", bases)) };
        let Some(namespace) = namespace.cast::<Dict>() else { return Err(wrong(3, "dict", namespace)) };
        // A more derived metaclass with its own __new__ takes over.
        let winner = class_build::calculate_metaclass(thread, metaclass, bases.items())?;
        let new_name = thread.vm().names.__new__;
        if winner != metaclass
            && winner.lookup(thread, new_name) != thread.vm().types.type_type.lookup(thread, new_name)
        {
            let function = dispatch::attr::get(thread, winner.value(), new_name)?;
            return dispatch::call::with_receiver(thread, winner.value(), arguments, |arguments| {
                dispatch::call::call_with(thread, function, arguments)
            });
        }
        // rooted: by `arguments`, of which these are copies
        let keywords: Vec<(Gc<Str>, Value)> =
            arguments.keywords().filter(|(k, _)| k.flat_bytes() != Some(b"metaclass")).collect();
        Ok(class_build::build_class(thread, winner, name, bases, namespace, &keywords)?.value())
    }

    #[method]
    fn __init__(this: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        let _ = this;
        match arguments.positional().len() {
            1 if arguments.names.is_some() => {
                Err(thread.raise_type_error("type.__init__() takes no keyword arguments"))
            }
            1 | 3 => Ok(()),
            _ => Err(thread.raise_type_error("type.__init__() takes 1 or 3 arguments")),
        }
    }

    #[method]
    fn __call__(this: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        dispatch::call::construct(thread, this, arguments)
    }

    #[method]
    fn __getattribute__(this: Gc<Type>, thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        let name = thread.vm().interner.intern(thread, name);
        match dispatch::attr::get_default(thread, this.value(), thread.class_of(this.value()), name)? {
            Some(value) => Ok(value),
            None => Err(dispatch::attr::raise_missing(thread, this.value(), Some(name))),
        }
    }

    #[method]
    fn __setattr__(this: Gc<Type>, thread: &Thread, name: Gc<Str>, value: Value) -> PyResult<()> {
        let name = thread.vm().interner.intern(thread, name);
        dispatch::attr::set_default(thread, this.value(), thread.class_of(this.value()), name, Some(value))
    }

    #[method]
    fn __delattr__(this: Gc<Type>, thread: &Thread, name: Gc<Str>) -> PyResult<()> {
        let name = thread.vm().interner.intern(thread, name);
        dispatch::attr::set_default(thread, this.value(), thread.class_of(this.value()), name, None)
    }

    #[getter(name = "__name__")]
    fn get_name(this: Gc<Type>) -> Option<Gc<Str>> {
        this.name.get()
    }
    #[setter(__name__)]
    fn set_name(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        require_mutable(thread, this, "__name__")?;
        let Some(name) = value.cast::<Str>() else {
            let message =
                format!("can only assign string to {}.__name__, not '{}'", this.name_string(), thread.type_name(value));
            return Err(thread.raise_type_error(message));
        };
        thread.store_gc(this, &this.name, thread.vm().interner.intern(thread, name));
        Ok(())
    }

    #[getter(name = "__qualname__")]
    fn get_qualname(this: Gc<Type>) -> Option<Gc<Str>> {
        this.qualname.get()
    }
    #[setter(__qualname__)]
    fn set_qualname(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        require_mutable(thread, this, "__qualname__")?;
        let Some(name) = value.cast::<Str>() else {
            let message = format!(
                "can only assign string to {}.__qualname__, not '{}'",
                this.name_string(),
                thread.type_name(value)
            );
            return Err(thread.raise_type_error(message));
        };
        thread.store_gc(this, &this.qualname, name);
        Ok(())
    }

    #[getter(name = "__module__")]
    fn get_module(this: Gc<Type>, thread: &Thread) -> PyResult<Value> {
        match this.dictionary().get_str(thread, thread.vm().names.__module__) {
            // What stands in the namespace of `type` is this very descriptor.
            Some(module) if !this.flag(type_flags::HEAP) && module.cast::<Str>().is_none() => {
                let module = this.spec.get().map_or("builtins", |spec| spec.module);
                Ok(thread.vm().interner.intern_text(thread, module).value())
            }
            Some(module) => Ok(module),
            None => Err(thread.raise_plain_attribute_error("__module__")),
        }
    }
    #[setter(__module__)]
    fn set_module(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        require_mutable(thread, this, "__module__")?;
        this.set_attribute(thread, thread.vm().names.__module__, value);
        Ok(())
    }

    #[getter(name = "__doc__")]
    fn get_doc(this: Gc<Type>, thread: &Thread) -> PyResult<Value> {
        match this.dictionary().get_str(thread, thread.vm().names.__doc__) {
            // What stands in the namespace of `type` is this very descriptor.
            Some(doc) if !this.flag(type_flags::HEAP) && doc.cast::<Str>().is_none() && !doc.is_none() => {
                let doc = this.spec.get().and_then(|spec| spec.doc);
                Ok(doc.map_or(Value::NONE, |doc| Str::new(thread, doc).value()))
            }
            Some(doc) => dispatch::attr::bind_descriptor(thread, doc, None, this),
            None => Ok(Value::NONE),
        }
    }
    #[setter(__doc__)]
    fn set_doc(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        require_mutable(thread, this, "__doc__")?;
        this.set_attribute(thread, thread.vm().names.__doc__, value);
        Ok(())
    }

    #[getter(name = "__bases__")]
    fn get_bases(this: Gc<Type>) -> Option<Gc<Tuple>> {
        this.bases.get()
    }
    #[setter(__bases__)]
    fn set_bases(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        assign_bases(thread, this, value)
    }

    #[getter(name = "__base__")]
    fn get_base(this: Gc<Type>) -> Option<Gc<Type>> {
        this.base.get()
    }

    #[getter(name = "__mro__")]
    fn get_mro(this: Gc<Type>) -> Option<Gc<Tuple>> {
        this.mro.get()
    }

    #[getter(name = "__dict__")]
    fn get_dict(this: Gc<Type>, thread: &Thread) -> Gc<MappingProxy> {
        MappingProxy::wrap(thread, this.dictionary().value())
    }

    #[getter(name = "__flags__")]
    fn get_flags(this: Gc<Type>) -> i64 {
        let bit = |flag, value: i64| if this.flag(flag) { value } else { 0 };
        bit(type_flags::HEAP, 1 << 9)
            | bit(type_flags::BASE, 1 << 10)
            | bit(type_flags::IMMUTABLE, 1 << 8)
            | bit(type_flags::ABSTRACT, 1 << 20)
            | 1 << 12
    }

    #[getter(name = "__basicsize__")]
    fn get_basicsize(this: Gc<Type>) -> i64 {
        i64::from(this.base_size.get()) + i64::from(this.tail_words.get()) * 8
    }

    #[getter(name = "__itemsize__")]
    fn get_itemsize(this: Gc<Type>) -> i64 {
        i64::from(this.instance_kind.get() == crate::object::Kind::Tuple) * 8
    }

    #[getter(name = "__dictoffset__")]
    fn get_dictoffset(this: Gc<Type>) -> i64 {
        if this.tail_words.get() > 0 { i64::from(this.base_size.get()) } else { 0 }
    }

    #[getter(name = "__weakrefoffset__")]
    fn get_weakrefoffset(this: Gc<Type>) -> i64 {
        if this.flag(type_flags::WEAKREFABLE) { i64::from(this.base_size.get()) } else { 0 }
    }

    #[getter(name = "__text_signature__")]
    fn get_text_signature(this: Gc<Type>) -> Option<&'static str> {
        if this.flag(type_flags::HEAP) { None } else { this.spec.get()?.text_signature }
    }

    #[getter(name = "__abstractmethods__")]
    fn get_abstractmethods(this: Gc<Type>, thread: &Thread) -> PyResult<Value> {
        let name = thread.vm().interner.intern_text(thread, "__abstractmethods__");
        match this.dictionary().get_str(thread, name) {
            Some(value) if this != thread.vm().types.type_type => Ok(value),
            _ => Err(thread.raise_plain_attribute_error("__abstractmethods__")),
        }
    }
    #[deleter(__abstractmethods__)]
    fn delete_abstractmethods(this: Gc<Type>, thread: &Thread) -> PyResult<()> {
        require_mutable(thread, this, "__abstractmethods__")?;
        let name = thread.vm().interner.intern_text(thread, "__abstractmethods__");
        match this.dictionary().remove_str(thread, name) {
            Some(_) => {
                this.set_flag(type_flags::ABSTRACT, false);
                Ok(())
            }
            None => Err(thread.raise_plain_attribute_error("__abstractmethods__")),
        }
    }
    #[setter(__abstractmethods__)]
    fn set_abstractmethods(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        let name = thread.vm().interner.intern_text(thread, "__abstractmethods__");
        let abstract_left = dispatch::truth::truth(thread, value)?;
        this.set_attribute(thread, name, value);
        this.set_flag(type_flags::ABSTRACT, abstract_left);
        Ok(())
    }

    #[getter(name = "__annotations__")]
    fn get_annotations(this: Gc<Type>, thread: &Thread) -> PyResult<Value> {
        class_annotations(thread, this)
    }
    #[setter(__annotations__)]
    fn set_annotations(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        require_mutable(thread, this, "__annotations__")?;
        let dict = this.dictionary();
        let cache = annotations_cache_name(thread);
        let direct = thread.vm().names.__annotations__;
        let name = if dict.get_str(thread, direct).is_some() { direct } else { cache };
        this.set_attribute(thread, name, value);
        dict.remove_str(thread, annotate_slot_name(thread));
        dict.remove_str(thread, thread.vm().names.__annotate__);
        Ok(())
    }
    #[deleter(__annotations__)]
    fn delete_annotations(this: Gc<Type>, thread: &Thread) -> PyResult<()> {
        require_mutable(thread, this, "__annotations__")?;
        let removed = this.delete_attribute(thread, thread.vm().names.__annotations__)
            | this.delete_attribute(thread, annotations_cache_name(thread));
        this.delete_attribute(thread, annotate_slot_name(thread));
        if removed { Ok(()) } else { Err(thread.raise_plain_attribute_error("__annotations__")) }
    }

    #[getter(name = "__annotate__")]
    fn get_annotate(this: Gc<Type>, thread: &Thread) -> PyResult<Value> {
        if this.flag(type_flags::IMMUTABLE) {
            let message = format!("type object '{}' has no attribute '__annotate__'", this.name_string());
            return Err(thread.raise_plain_attribute_error(message));
        }
        Ok(annotate_function(thread, this).unwrap_or(Value::NONE))
    }
    #[setter(__annotate__)]
    fn set_annotate(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        require_mutable(thread, this, "__annotate__")?;
        if !value.is_none() && !dispatch::call::is_callable(thread, value) {
            return Err(thread.raise_type_error("__annotate__ must be callable or None"));
        }
        this.set_attribute(thread, annotate_slot_name(thread), value);
        if !value.is_none() {
            this.delete_attribute(thread, annotations_cache_name(thread));
        }
        Ok(())
    }

    #[getter(name = "__type_params__")]
    fn get_type_params(this: Gc<Type>, thread: &Thread) -> Value {
        match this.dictionary().get_str(thread, thread.vm().names.__type_params__) {
            // What stands in the namespace of `type` is this very descriptor.
            Some(parameters) if this.flag(type_flags::HEAP) => parameters,
            Some(_) | None => Tuple::new(thread, &[]).value(),
        }
    }
    #[setter(__type_params__)]
    fn set_type_params(this: Gc<Type>, thread: &Thread, value: Value) -> PyResult<()> {
        require_mutable(thread, this, "__type_params__")?;
        this.set_attribute(thread, thread.vm().names.__type_params__, value);
        Ok(())
    }

    /// Return a type's method resolution order.
    #[method(signature = "(self, /)")]
    fn mro(this: Gc<Type>, thread: &Thread) -> PyResult<Gc<List>> {
        let bases = this.bases.get().unwrap_or_else(|| Tuple::new(thread, &[]));
        let rest = class_build::linearise(thread, bases.items())?;
        let mut order = ScratchVec::from_slice(thread, &[this.value()]);
        order.extend_from_slice(thread, &rest);
        Ok(List::new(thread, &order))
    }

    /// Return a list of immediate subclasses.
    #[method(signature = "(self, /)")]
    fn __subclasses__(this: Gc<Type>, thread: &Thread) -> PyResult<Gc<List>> {
        let list = List::new(thread, &[]);
        for class in this.live_subclasses(thread) {
            list.push(thread, class.value())?;
        }
        Ok(list)
    }

    /// Create the namespace for the class statement
    #[classmethod(signature = "(cls, name, bases, /, **kwds)")]
    fn __prepare__(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> Gc<Dict> {
        let _ = (class, arguments);
        Dict::new(thread)
    }

    /// Check if an object is an instance.
    #[method(signature = "(self, instance, /)")]
    fn __instancecheck__(this: Gc<Type>, thread: &Thread, instance: Value) -> PyResult<bool> {
        dispatch::isinstance::real_isinstance(thread, instance, this)
    }

    /// Check if a class is a subclass.
    #[method(signature = "(self, subclass, /)")]
    fn __subclasscheck__(this: Gc<Type>, thread: &Thread, subclass: Value) -> PyResult<bool> {
        dispatch::isinstance::real_issubclass(thread, subclass, this.value())
    }

    /// Specialized __dir__ implementation for types.
    #[method(signature = "(self, /)")]
    fn __dir__(this: Gc<Type>, thread: &Thread) -> PyResult<Value> {
        let names = Dict::new(thread);
        for class in this.mro_items() {
            let Some(class) = class.cast::<Type>() else { continue };
            let mut position = 0;
            while let Some((key, _)) = class.dictionary().next_entry(&mut position) {
                names.insert(thread, key, Value::NONE)?;
            }
        }
        Ok(List::from_iterable(thread, names.value())?.value())
    }

    #[method]
    fn __or__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        crate::types::union_type::union_of(thread, this, other)
    }

    #[method]
    fn __ror__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        crate::types::union_type::union_of(thread, other, this)
    }

    /// Return memory consumption of the type object.
    #[method(signature = "(self, /)")]
    fn __sizeof__(this: Gc<Type>) -> usize {
        let _ = this;
        size_of::<Type>()
    }

    #[method]
    fn __repr__(this: Gc<Type>, thread: &Thread) -> String {
        format!("<class '{}'>", this.full_name(thread))
    }
}

fn annotations_cache_name(thread: &Thread) -> Gc<Str> {
    thread.vm().interner.intern_text(thread, "__annotations_cache__")
}

fn annotate_slot_name(thread: &Thread) -> Gc<Str> {
    thread.vm().interner.intern_text(thread, "__annotate_func__")
}

fn annotate_function(thread: &Thread, class: Gc<Type>) -> Option<Value> {
    let dict = class.dictionary();
    dict.get_str(thread, annotate_slot_name(thread)).or_else(|| dict.get_str(thread, thread.vm().names.__annotate__))
}

/// `class.__annotations__`: what the class body made, or what `__annotate__` computes (PEP 649).
fn class_annotations(thread: &Thread, class: Gc<Type>) -> PyResult<Value> {
    if class.flag(type_flags::IMMUTABLE) {
        let message = format!("type object '{}' has no attribute '__annotations__'", class.name_string());
        return Err(thread.raise_plain_attribute_error(message));
    }
    let dict = class.dictionary();
    for name in [thread.vm().names.__annotations__, annotations_cache_name(thread)] {
        if let Some(annotations) = dict.get_str(thread, name) {
            return dispatch::attr::bind_descriptor(thread, annotations, None, class);
        }
    }
    let annotations = match annotate_function(thread, class).filter(|f| !f.is_none()) {
        Some(function) => {
            let bound = dispatch::attr::bind_descriptor(thread, function, None, class)?;
            let result = dispatch::call::call(thread, bound, &[Value::small_wrapping(1)])?;
            if result.cast::<Dict>().is_none() {
                let message = format!("__annotate__() must return a dict, not {}", thread.type_name(result));
                return Err(thread.raise_type_error(message));
            }
            result
        }
        None => Dict::new(thread).value(),
    };
    dict.insert_str(thread, annotations_cache_name(thread), annotations);
    Ok(annotations)
}

/// `class.__bases__ = value`.
fn assign_bases(thread: &Thread, class: Gc<Type>, value: Value) -> PyResult<()> {
    require_mutable(thread, class, "__bases__")?;
    let Some(bases) = value.cast::<Tuple>() else {
        let message =
            format!("can only assign tuple to {}.__bases__, not {}", class.name_string(), thread.type_name(value));
        return Err(thread.raise_type_error(message));
    };
    if bases.items().is_empty() {
        return Err(thread.raise_type_error(format!(
            "can only assign non-empty tuple to {}.__bases__, not ()",
            class.name_string()
        )));
    }
    for &base in bases.items() {
        let Some(base) = base.cast::<Type>() else {
            let message =
                format!("{}.__bases__ must be tuple of classes, not '{}'", class.name_string(), thread.type_name(base));
            return Err(thread.raise_type_error(message));
        };
        if base.is_subclass_of(class) || descends_from(base, class) {
            return Err(thread.raise_type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let base = class_build::best_base(thread, bases.items())?;
    let Some(old_base) = class.base.get() else {
        return Err(thread.raise_type_error("cannot change the bases of object"));
    };
    // Python classes share one way to free their instances; each builtin class has its own.
    let same_deallocator = old_base == base || (old_base.flag(type_flags::HEAP) && base.flag(type_flags::HEAP));
    if !same_deallocator || !class_build::layouts_compatible(thread, old_base, base) {
        let message = format!(
            "__bases__ assignment: '{}' {} differs from '{}'",
            base.name_string(),
            if same_deallocator { "object layout" } else { "deallocator" },
            old_base.name_string()
        );
        return Err(thread.raise_type_error(message));
    }
    let (old_bases, old_mro) = (class.bases.get(), class.mro.get());
    thread.store_gc(class, &class.bases, bases);
    thread.store_gc(class, &class.base, base);
    if let Err(raised) = class_build::set_order(thread, class) {
        if class.bases.get() == Some(bases) {
            class.bases.init(old_bases);
            class.mro.init(old_mro);
            class.base.init(Some(old_base));
            thread.write_barrier(class.header());
        }
        return Err(raised);
    }
    if class.bases.get() != Some(bases) {
        // A `mro` method assigned other bases meanwhile: those hold, and their assignment did the rest.
        return Ok(());
    }
    if let Some(old) = old_bases {
        for base in old.items().iter().filter_map(|b| b.cast::<Type>()) {
            base.remove_subclass(thread, class)?;
        }
    }
    for base in bases.items().iter().filter_map(|b| b.cast::<Type>()) {
        base.add_subclass(thread, class)?;
    }
    class.changed(thread);
    reorder_subclasses(thread, class)?;
    class.changed(thread);
    Ok(())
}

/// Computes the orders of all classes below `class` anew.
fn reorder_subclasses(thread: &Thread, class: Gc<Type>) -> PyResult<()> {
    thread.check_native_stack("")?;
    for subclass in class.live_subclasses(thread) {
        class_build::set_order(thread, subclass)?;
        reorder_subclasses(thread, subclass)?;
    }
    Ok(())
}

/// `class` is among the first bases of `of`, whatever the orders say: a `mro` method may run before they do.
fn descends_from(of: Gc<Type>, class: Gc<Type>) -> bool {
    let mut base = Some(of);
    while let Some(current) = base {
        if current == class {
            return true;
        }
        base = current.base.get().filter(|&next| next != current);
    }
    false
}
