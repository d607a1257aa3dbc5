//! Builtin descriptors: property, staticmethod, classmethod, `__slots__` members, computed attributes.
//!
//! What lives here: the objects and what Python sees of them. `dispatch/attr.rs` knows their semantics
//! directly for speed; the `__get__`/`__set__` methods here give the same results to who calls them by name.

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{GetSetSpec, Keywords};
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, Slot};
use crate::thread::Thread;
use crate::types::instance;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// `property`.
#[repr(C)]
pub struct Property {
    header: Header,
    pub getter: Slot,
    pub setter: Slot,
    pub deleter: Slot,
    pub doc: Slot,
    pub name: Slot,
    /// The docstring came from the getter.
    getter_doc: Cell<bool>,
}

impl HeapObject for Property {
    const KIND: Kind = Kind::Property;
    fn size(&self) -> usize {
        size_of::<Property>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [&self.getter, &self.setter, &self.deleter, &self.doc, &self.name] {
            tracer.slot(slot);
        }
        instance::trace_tail(&self.header, size_of::<Property>(), tracer);
    }
}

fn given(value: Option<Value>) -> Option<Value> {
    value.filter(|v| !v.is_none())
}

impl Property {
    /// Reads the attribute of `object`.
    pub fn read(&self, thread: &Thread, object: Value) -> PyResult<Value> {
        match self.getter.get() {
            Some(getter) => dispatch::call::call(thread, getter, &[object]),
            None => Err(self.missing(thread, object, "getter")),
        }
    }

    /// Writes the attribute of `object`, or deletes it.
    pub fn write(&self, thread: &Thread, object: Value, value: Option<Value>) -> PyResult<()> {
        let result = match (value, self.setter.get(), self.deleter.get()) {
            (Some(value), Some(setter), _) => dispatch::call::call(thread, setter, &[object, value]),
            (None, _, Some(deleter)) => dispatch::call::call(thread, deleter, &[object]),
            (Some(_), None, _) => Err(self.missing(thread, object, "setter")),
            (None, _, None) => Err(self.missing(thread, object, "deleter")),
        };
        result.map(|_| ())
    }

    fn name_text(&self, thread: &Thread) -> Option<String> {
        let name = match self.name.get() {
            Some(name) => Some(name),
            None => self
                .getter
                .get()
                .and_then(|g| dispatch::attr::get_optional(thread, g, thread.vm().names.__name__).ok().flatten()),
        };
        name.and_then(|n| dispatch::text::repr(thread, n).ok()).map(|t| t.to_str_lossy(thread).into_owned())
    }

    fn missing(&self, thread: &Thread, object: Value, what: &str) -> crate::error::Raised {
        let class =
            thread.class_of(object).qualname.get().map(|q| q.to_str_lossy(thread).into_owned()).unwrap_or_default();
        let message = match self.name_text(thread) {
            Some(name) => format!("property {name} of '{class}' object has no {what}"),
            None => format!("property of '{class}' object has no {what}"),
        };
        thread.raise_plain_attribute_error(message)
    }

    fn copy_with(
        this: Gc<Property>,
        thread: &Thread,
        getter: Option<Value>,
        setter: Option<Value>,
        deleter: Option<Value>,
    ) -> PyResult<Value> {
        let pick = |new: Option<Value>, old: &Slot| given(new).or(old.get()).unwrap_or(Value::NONE);
        let doc = if this.getter_doc.get() && given(getter).is_some() {
            Value::NONE
        } else {
            this.doc.get().unwrap_or(Value::NONE)
        };
        let arguments = [pick(getter, &this.getter), pick(setter, &this.setter), pick(deleter, &this.deleter), doc];
        let copy = dispatch::call::call(thread, thread.class_of(this.value()).value(), &arguments)?;
        if let (Some(copy), Some(name)) = (copy.cast::<Property>(), this.name.get()) {
            thread.store(copy, &copy.name, name);
        }
        Ok(copy)
    }
}

/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for del'ing an attribute
///   doc
///     docstring
///
/// Typical use is to define a managed attribute x:
///
/// class C(object):
///     def getx(self): return self._x
///     def setx(self, value): self._x = value
///     def delx(self): del self._x
///     x = property(getx, setx, delx, "I'm the 'x' property.")
///
/// Decorators make defining new properties or modifying existing ones easy:
///
/// class C(object):
///     @property
///     def x(self):
///         "I am the 'x' property."
///         return self._x
///     @x.setter
///     def x(self, value):
///         self._x = value
///     @x.deleter
///     def x(self):
///         del self._x
#[py_class(name = "property", kind = Property, module = "builtins", signature = "(fget=None, fset=None, fdel=None, doc=None)", subclassable)]
impl Property {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, arguments: &[Value], keywords: Keywords<'_>) -> Gc<Property> {
        let _ = (arguments, keywords);
        instance::allocate_instance(thread, class, |header| Property {
            header,
            getter: Slot::empty(),
            setter: Slot::empty(),
            deleter: Slot::empty(),
            doc: Slot::empty(),
            name: Slot::empty(),
            getter_doc: Cell::new(false),
        })
    }

    #[method(name = "__init__", signature = "(self, /, fget=None, fset=None, fdel=None, doc=None)")]
    fn init(
        this: Gc<Property>,
        thread: &Thread,
        fget: Option<Value>,
        fset: Option<Value>,
        fdel: Option<Value>,
        doc: Option<Value>,
    ) -> PyResult<()> {
        this.getter.init(given(fget));
        this.setter.init(given(fset));
        this.deleter.init(given(fdel));
        this.doc.init(given(doc));
        this.name.init(None);
        thread.write_barrier(this.header());
        if given(doc).is_none()
            && let Some(getter) = given(fget)
            && let Some(text) = dispatch::attr::get_optional(thread, getter, thread.vm().names.__doc__)?
            && !text.is_none()
        {
            this.getter_doc.set(true);
            thread.store(this, &this.doc, text);
        }
        let doc = this.doc.get();
        if let Some(doc) = doc
            && thread.class_of(this.value()) != thread.vm().types.property
        {
            dispatch::attr::set(thread, this.value(), thread.vm().names.__doc__, doc)?;
        }
        Ok(())
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method]
    fn getter(this: Gc<Property>, thread: &Thread, function: Value) -> PyResult<Value> {
        Property::copy_with(this, thread, Some(function), None, None)
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method]
    fn setter(this: Gc<Property>, thread: &Thread, function: Value) -> PyResult<Value> {
        Property::copy_with(this, thread, None, Some(function), None)
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method]
    fn deleter(this: Gc<Property>, thread: &Thread, function: Value) -> PyResult<Value> {
        Property::copy_with(this, thread, None, None, Some(function))
    }

    #[getter(member)]
    fn fget(this: Gc<Property>) -> Value {
        this.getter.get().unwrap_or(Value::NONE)
    }
    #[getter(member)]
    fn fset(this: Gc<Property>) -> Value {
        this.setter.get().unwrap_or(Value::NONE)
    }
    #[getter(member)]
    fn fdel(this: Gc<Property>) -> Value {
        this.deleter.get().unwrap_or(Value::NONE)
    }
    #[getter(name = "__doc__")]
    fn doc(this: Gc<Property>) -> Value {
        this.doc.get().unwrap_or(Value::NONE)
    }
    #[setter(__doc__)]
    fn set_doc(this: Gc<Property>, thread: &Thread, value: Value) {
        thread.store(this, &this.doc, value);
    }
    #[getter(name = "__name__")]
    fn name(this: Gc<Property>, thread: &Thread) -> PyResult<Value> {
        if let Some(name) = this.name.get() {
            return Ok(name);
        }
        if let Some(getter) = this.getter.get()
            && let Some(name) = dispatch::attr::get_optional(thread, getter, thread.vm().names.__name__)?
        {
            return Ok(name);
        }
        Err(thread.raise_plain_attribute_error("'property' object has no attribute '__name__'"))
    }
    #[setter(__name__)]
    fn set_property_name(this: Gc<Property>, thread: &Thread, value: Value) {
        thread.store(this, &this.name, value);
    }

    #[getter(name = "__isabstractmethod__")]
    fn is_abstract(this: Gc<Property>, thread: &Thread) -> PyResult<bool> {
        for part in [&this.getter, &this.setter, &this.deleter] {
            if let Some(function) = part.get()
                && let Some(flag) =
                    dispatch::attr::get_optional(thread, function, thread.vm().names.__isabstractmethod__)?
                && dispatch::truth::truth(thread, flag)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[method(name = "__get__", signature = "(self, instance, owner=None, /)")]
    fn get(this: Gc<Property>, thread: &Thread, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        let _ = owner;
        if instance.is_none() { Ok(this.value()) } else { this.read(thread, instance) }
    }

    #[method(name = "__set__")]
    fn set(this: Gc<Property>, thread: &Thread, instance: Value, value: Value) -> PyResult<()> {
        this.write(thread, instance, Some(value))
    }

    #[method(name = "__delete__")]
    fn delete(this: Gc<Property>, thread: &Thread, instance: Value) -> PyResult<()> {
        this.write(thread, instance, None)
    }

    /// Method to set name of a property.
    #[method(name = "__set_name__")]
    fn set_name(this: Gc<Property>, thread: &Thread, owner: Value, name: Value) {
        let _ = owner;
        thread.store(this, &this.name, name);
    }
}

/// `staticmethod` and `classmethod`.
#[repr(C)]
pub struct MethodWrapper {
    header: Header,
    pub function: Slot,
    /// A classmethod: binds the class.
    pub binds_class: Cell<bool>,
}

impl HeapObject for MethodWrapper {
    const KIND: Kind = Kind::MethodWrapper;
    fn size(&self) -> usize {
        size_of::<MethodWrapper>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.function);
        instance::trace_tail(&self.header, size_of::<MethodWrapper>(), tracer);
    }
}

impl MethodWrapper {
    fn allocate(thread: &Thread, class: Gc<Type>, function: Value, binds_class: bool) -> Gc<MethodWrapper> {
        instance::allocate_instance(thread, class, |header| MethodWrapper {
            header,
            function: Slot::new(function),
            binds_class: Cell::new(binds_class),
        })
    }

    /// `staticmethod(function)`.
    pub fn new_static(thread: &Thread, function: Value) -> Value {
        MethodWrapper::allocate(thread, thread.vm().types.staticmethod, function, false).value()
    }

    /// `classmethod(function)`.
    pub fn new_class(thread: &Thread, function: Value) -> Value {
        MethodWrapper::allocate(thread, thread.vm().types.classmethod, function, true).value()
    }

    /// The wrapped callable.
    pub fn function(&self) -> Value {
        self.function.get().unwrap_or(Value::NONE)
    }

    /// Copies the names of the wrapped function, as `functools.wraps` does.
    fn copy_names(this: Gc<MethodWrapper>, thread: &Thread) -> PyResult<()> {
        let names = &thread.vm().names;
        for name in [names.__module__, names.__name__, names.__qualname__, names.__doc__] {
            if let Some(value) = dispatch::attr::get_optional(thread, this.function(), name)? {
                instance::set_attribute(thread, this.header(), name, value);
            }
        }
        Ok(())
    }
}

/// An attribute that the wrapped function provides until it is set, or was asked for: kept in the instance's dict.
fn wrapped_attribute(this: Gc<MethodWrapper>, thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
    if let Some(own) = instance::get_attribute(thread, this.header(), name) {
        return Ok(own);
    }
    let value = dispatch::attr::get(thread, this.function(), name)?;
    instance::set_attribute(thread, this.header(), name, value);
    Ok(value)
}

fn delete_wrapped_attribute(this: Gc<MethodWrapper>, thread: &Thread, name: Gc<Str>) -> PyResult<()> {
    if instance::delete_attribute(thread, this.header(), name)? {
        return Ok(());
    }
    let class = thread.type_name(this.value());
    let message = format!("'{class}' object has no attribute '{}'", name.to_str_lossy(thread));
    Err(dispatch::attr::raise_attribute_error(thread, &message, this.value(), Some(name)))
}

macro_rules! method_wrapper_class {
    ($marker:ident, $name:literal, $binds:literal, $doc:literal, { $($extra:tt)* }) => {
        /// Spec marker.
        pub struct $marker;

        #[doc = $doc]
        #[py_class(name = $name, module = "builtins", kind = MethodWrapper, dict, signature = "(function, /)", subclassable)]
        impl $marker {
            #[new]
            fn new(class: Gc<Type>, thread: &Thread, function: Value) -> PyResult<Gc<MethodWrapper>> {
                let wrapper = MethodWrapper::allocate(thread, class, function, $binds);
                MethodWrapper::copy_names(wrapper, thread)?;
                Ok(wrapper)
            }

            #[method(name = "__init__", signature = "(self, function, /)")]
            fn init(this: Gc<MethodWrapper>, thread: &Thread, function: Value) {
                thread.store(this, &this.function, function);
            }

            #[getter(member, name = "__func__")]
            fn func(this: Gc<MethodWrapper>) -> Value {
                this.function()
            }

            #[getter(member, name = "__wrapped__")]
            fn wrapped(this: Gc<MethodWrapper>) -> Value {
                this.function()
            }

            #[getter(name = "__annotations__")]
            fn annotations(this: Gc<MethodWrapper>, thread: &Thread) -> PyResult<Value> {
                wrapped_attribute(this, thread, thread.vm().names.__annotations__)
            }
            #[setter(__annotations__)]
            fn set_annotations(this: Gc<MethodWrapper>, thread: &Thread, value: Value) {
                instance::set_attribute(thread, this.header(), thread.vm().names.__annotations__, value);
            }
            #[deleter(__annotations__)]
            fn delete_annotations(this: Gc<MethodWrapper>, thread: &Thread) -> PyResult<()> {
                delete_wrapped_attribute(this, thread, thread.vm().names.__annotations__)
            }

            #[getter(name = "__annotate__")]
            fn annotate(this: Gc<MethodWrapper>, thread: &Thread) -> PyResult<Value> {
                wrapped_attribute(this, thread, thread.vm().names.__annotate__)
            }
            #[setter(__annotate__)]
            fn set_annotate(this: Gc<MethodWrapper>, thread: &Thread, value: Value) {
                instance::set_attribute(thread, this.header(), thread.vm().names.__annotate__, value);
            }
            #[deleter(__annotate__)]
            fn delete_annotate(this: Gc<MethodWrapper>, thread: &Thread) -> PyResult<()> {
                delete_wrapped_attribute(this, thread, thread.vm().names.__annotate__)
            }

            #[getter(name = "__isabstractmethod__")]
            fn is_abstract(this: Gc<MethodWrapper>, thread: &Thread) -> PyResult<bool> {
                match dispatch::attr::get_optional(thread, this.function(), thread.vm().names.__isabstractmethod__)? {
                    Some(flag) => dispatch::truth::truth(thread, flag),
                    None => Ok(false),
                }
            }

            #[method(name = "__get__", signature = "(self, instance, owner=None, /)")]
            fn get(this: Gc<MethodWrapper>, thread: &Thread, instance: Value, owner: Option<Value>) -> PyResult<Value> {
                let class = match owner.and_then(|o| o.cast::<Type>()) {
                    Some(class) => class,
                    None => thread.class_of(instance),
                };
                // As the builtin class binds, whatever subclass this is an instance of.
                if $binds { dispatch::attr::bind_class_method(thread, this.function(), class) } else { Ok(this.function()) }
            }

            #[method(name = "__repr__")]
            fn repr(this: Gc<MethodWrapper>, thread: &Thread) -> PyResult<String> {
                let inner = dispatch::text::repr(thread, this.function())?.to_str_lossy(thread).into_owned();
                Ok(format!(concat!("<", $name, "({})>"), inner))
            }

            $($extra)*
        }
    };
}

method_wrapper_class!(
    ClassMethodClass,
    "classmethod",
    true,
    "Convert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.",
    {}
);
method_wrapper_class!(
    StaticMethodClass,
    "staticmethod",
    false,
    "Convert a function to be a static method.\n\nA static method does not receive an implicit first argument.",
    {
        #[method(name = "__call__", signature = "(self, /, *args, **kwargs)")]
        fn call(
            this: Gc<MethodWrapper>,
            thread: &Thread,
            arguments: &[Value],
            keywords: Keywords<'_>,
        ) -> PyResult<Value> {
            dispatch::call::call_keywords(thread, this.function(), arguments, keywords)
        }
    }
);

/// Access to one `__slots__` entry.
#[repr(C)]
pub struct MemberDescriptor {
    header: Header,
    pub owner: GcSlot<Type>,
    pub name: GcSlot<Str>,
    /// The slot's index in instances of the owner and its subclasses.
    pub index: u16,
}

impl HeapObject for MemberDescriptor {
    const KIND: Kind = Kind::MemberDescriptor;
    fn size(&self) -> usize {
        size_of::<MemberDescriptor>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.owner);
        tracer.gc_slot(&self.name);
    }
}

impl MemberDescriptor {
    pub fn new(thread: &Thread, owner: Gc<Type>, name: Gc<Str>, index: u16) -> Gc<MemberDescriptor> {
        let shape = thread.vm().types.member_descriptor.instance_shape.get();
        thread.allocate(shape, 0, |header| MemberDescriptor {
            header,
            owner: GcSlot::new(owner),
            name: GcSlot::new(name),
            index,
        })
    }

    fn check(&self, thread: &Thread, object: Value) -> PyResult<Gc<Header>> {
        let class = thread.class_of(object);
        match (object.header(), self.owner.get()) {
            (Some(header), Some(owner)) if class.is_subclass_of(owner) => Ok(header),
            (_, owner) => {
                let name = self.name.get().map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default();
                let owner = owner.map(|o| o.name_string()).unwrap_or_default();
                Err(thread.raise_type_error(format!(
                    "descriptor '{name}' for '{owner}' objects doesn't apply to a '{}' object",
                    class.name_string()
                )))
            }
        }
    }

    /// Reads the slot of `object`.
    pub fn read(&self, thread: &Thread, object: Value) -> PyResult<Value> {
        let header = self.check(thread, object)?;
        let shape = thread.vm().shapes.get(header.shape());
        match instance::read_slot(thread, header, shape, self.index) {
            Some(value) => Ok(value),
            None => Err(dispatch::attr::raise_missing(thread, object, self.name.get())),
        }
    }

    /// AttributeError with nothing but the name, as CPython's member descriptors raise it.
    fn raise_unset(&self, thread: &Thread) -> crate::error::Raised {
        let name = self.name.get().map(|n| n.value()).unwrap_or(Value::NONE);
        thread.raise_with_arguments(thread.vm().exceptions.attribute_error, &[name])
    }

    /// Writes the slot, or empties it.
    pub fn write(&self, thread: &Thread, object: Value, value: Option<Value>) -> PyResult<()> {
        let header = self.check(thread, object)?;
        let shape = thread.vm().shapes.get(header.shape());
        match value {
            Some(value) => instance::write_slot(thread, header, header.shape(), self.index, value),
            None if instance::slot_word(header, shape, self.index).get().is_none() => {
                return Err(self.raise_unset(thread));
            }
            None => instance::slot_word(header, shape, self.index).init(None),
        }
        Ok(())
    }
}

/// Access to a slot of instances.
#[py_class(name = "member_descriptor", kind = MemberDescriptor, module = "builtins", no_instances)]
impl MemberDescriptor {
    #[getter(name = "__name__")]
    fn name(this: Gc<MemberDescriptor>) -> Option<Gc<Str>> {
        this.name.get()
    }
    #[getter(name = "__qualname__")]
    fn qualname(this: Gc<MemberDescriptor>, thread: &Thread) -> String {
        let owner = this
            .owner
            .get()
            .and_then(|o| o.qualname.get())
            .map(|q| q.to_str_lossy(thread).into_owned())
            .unwrap_or_default();
        format!("{owner}.{}", this.name.get().map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default())
    }
    #[getter(member, name = "__objclass__")]
    fn objclass(this: Gc<MemberDescriptor>) -> Option<Gc<Type>> {
        this.owner.get()
    }
    #[getter(name = "__doc__")]
    fn doc(this: Gc<MemberDescriptor>) -> Value {
        let _ = this;
        Value::NONE
    }
    #[method(name = "__get__", signature = "(self, instance, owner=None, /)")]
    fn get(this: Gc<MemberDescriptor>, thread: &Thread, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        let _ = owner;
        if instance.is_none() { Ok(this.value()) } else { this.read(thread, instance) }
    }
    #[method(name = "__set__")]
    fn set(this: Gc<MemberDescriptor>, thread: &Thread, instance: Value, value: Value) -> PyResult<()> {
        this.write(thread, instance, Some(value))
    }
    #[method(name = "__delete__")]
    fn delete(this: Gc<MemberDescriptor>, thread: &Thread, instance: Value) -> PyResult<()> {
        this.write(thread, instance, None)
    }
    #[method(name = "__repr__")]
    fn repr(this: Gc<MemberDescriptor>, thread: &Thread) -> String {
        let name = this.name.get().map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default();
        format!("<member '{name}' of '{}' objects>", this.owner.get().map(|o| o.full_name(thread)).unwrap_or_default())
    }
}

/// A computed attribute of a builtin class.
#[repr(C)]
pub struct GetSet {
    header: Header,
    pub spec: &'static GetSetSpec,
    pub owner: GcSlot<Type>,
}

impl HeapObject for GetSet {
    const KIND: Kind = Kind::GetSet;
    fn size(&self) -> usize {
        size_of::<GetSet>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.owner);
    }
}

impl GetSet {
    pub fn new(thread: &Thread, spec: &'static GetSetSpec, owner: Gc<Type>) -> Value {
        let shape = thread.vm().types.getset_descriptor.instance_shape.get();
        thread.allocate(shape, 0, |header| GetSet { header, spec, owner: GcSlot::new(owner) }).value()
    }

    /// Computes the attribute of `object`.
    #[inline]
    pub fn read(&self, thread: &Thread, object: Value) -> PyResult<Value> {
        (self.spec.get)(thread, object)
    }

    /// Sets or deletes the attribute of `object`.
    pub fn write(&self, thread: &Thread, object: Value, value: Option<Value>) -> PyResult<()> {
        match (value, self.spec.set, self.spec.delete) {
            (Some(value), Some(set), _) => set(thread, object, value),
            (None, _, Some(delete)) => delete(thread, object),
            (None, Some(_), None) => {
                Err(thread.raise_type_error(format!("cannot delete attribute '{}'", self.spec.name)))
            }
            (Some(_), None, _) | (None, None, None) if self.spec.member => {
                Err(thread.raise_plain_attribute_error("readonly attribute"))
            }
            (Some(_), None, _) | (None, None, None) => {
                let class = self.owner.get().map(|o| o.full_name(thread)).unwrap_or_default();
                Err(thread.raise_plain_attribute_error(format!(
                    "attribute '{}' of '{class}' objects is not writable",
                    self.spec.name
                )))
            }
        }
    }
}

/// A computed attribute of a builtin class.
#[py_class(name = "getset_descriptor", kind = GetSet, module = "builtins", no_instances)]
impl GetSet {
    #[getter(name = "__name__")]
    fn name(this: Gc<GetSet>) -> &'static str {
        this.spec.name
    }
    #[getter(name = "__qualname__")]
    fn qualname(this: Gc<GetSet>, thread: &Thread) -> String {
        let owner = this
            .owner
            .get()
            .and_then(|o| o.qualname.get())
            .map(|q| q.to_str_lossy(thread).into_owned())
            .unwrap_or_default();
        format!("{owner}.{}", this.spec.name)
    }
    #[getter(member, name = "__objclass__")]
    fn objclass(this: Gc<GetSet>) -> Option<Gc<Type>> {
        this.owner.get()
    }
    #[getter(name = "__doc__")]
    fn doc(this: Gc<GetSet>) -> Option<&'static str> {
        this.spec.doc
    }
    #[method(name = "__get__", signature = "(self, instance, owner=None, /)")]
    fn get(this: Gc<GetSet>, thread: &Thread, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        let _ = owner;
        if instance.is_none() && this.owner.get() != Some(thread.vm().types.none_type) {
            Ok(this.value())
        } else {
            this.read(thread, instance)
        }
    }
    #[method(name = "__set__")]
    fn set(this: Gc<GetSet>, thread: &Thread, instance: Value, value: Value) -> PyResult<()> {
        this.write(thread, instance, Some(value))
    }
    #[method(name = "__delete__")]
    fn delete(this: Gc<GetSet>, thread: &Thread, instance: Value) -> PyResult<()> {
        this.write(thread, instance, None)
    }
    #[method(name = "__repr__")]
    fn repr(this: Gc<GetSet>, thread: &Thread) -> String {
        format!(
            "<{} '{}' of '{}' objects>",
            if this.spec.member { "member" } else { "attribute" },
            this.spec.name,
            this.owner.get().map(|o| o.full_name(thread)).unwrap_or_default()
        )
    }
}
