//! Builtin functions and methods as objects, and their descriptors.
//!
//! What lives here: [`NativeFunction`] (functions, bound builtin methods, method descriptors, slot wrappers),
//! made from `MethodSpec`s. What must not: argument parsing (`native/binding.rs`). Start at
//! [`NativeFunction::of_method`].

use crate::dispatch::call::with_receiver;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{Arguments, FastEntry, MethodKind, MethodSpec, Receiver};
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::prompt;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use taipan_macros::{py_class, py_methods};

/// A builtin function, a method descriptor of a builtin class, or a builtin method bound to its receiver.
#[repr(C)]
pub struct NativeFunction {
    header: Header,
    pub spec: &'static MethodSpec,
    /// Bound: the receiver. Function of a module: the module. Otherwise empty.
    pub receiver: Slot,
    /// The class it was defined on, or empty for functions of modules.
    pub owner: Slot,
    /// `__module__`: the module's name, or empty.
    pub module: Slot,
}

impl HeapObject for NativeFunction {
    const KIND: Kind = Kind::NativeFunction;
    fn size(&self) -> usize {
        size_of::<NativeFunction>() + crate::types::instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.receiver);
        tracer.slot(&self.owner);
        tracer.slot(&self.module);
    }
}

impl NativeFunction {
    fn allocate(
        thread: &Thread,
        shape: ShapeId,
        spec: &'static MethodSpec,
        receiver: Option<Value>,
        owner: Option<Value>,
        module: Option<Value>,
    ) -> Gc<NativeFunction> {
        thread.allocate(shape, 0, |header| NativeFunction {
            header,
            spec,
            receiver: Slot::from_option(receiver),
            owner: Slot::from_option(owner),
            module: Slot::from_option(module),
        })
    }

    /// What stands in the namespace of `owner` for this method: a method descriptor, a slot wrapper, a class
    /// method descriptor, a static method, or the `__new__` function.
    pub fn of_method(thread: &Thread, spec: &'static MethodSpec, owner: Gc<Type>) -> Value {
        let class = Some(owner.value());
        match spec.kind {
            MethodKind::Method if spec.parameters.receiver == Receiver::Slot => {
                NativeFunction::allocate(thread, ShapeId::SLOT_WRAPPER, spec, None, class, None).value()
            }
            MethodKind::Method => {
                NativeFunction::allocate(thread, ShapeId::NATIVE_METHOD, spec, None, class, None).value()
            }
            MethodKind::ClassMethod => {
                NativeFunction::allocate(thread, ShapeId::NATIVE_CLASS_METHOD, spec, None, class, None).value()
            }
            MethodKind::StaticMethod => {
                let function = NativeFunction::allocate(thread, ShapeId::NATIVE_FUNCTION, spec, None, class, None);
                crate::types::descriptors::MethodWrapper::new_static(thread, function.value())
            }
            // The receiver of `__new__` is its class, as `list.__new__.__self__` shows.
            MethodKind::New => {
                NativeFunction::allocate(thread, ShapeId::NATIVE_FUNCTION, spec, class, class, None).value()
            }
            MethodKind::Function => {
                NativeFunction::allocate(thread, ShapeId::NATIVE_FUNCTION, spec, None, None, None).value()
            }
        }
    }

    /// A function of a module.
    pub fn of_module(thread: &Thread, spec: &'static MethodSpec, module: Value, name: Gc<Str>) -> Gc<NativeFunction> {
        NativeFunction::allocate(thread, ShapeId::NATIVE_FUNCTION, spec, Some(module), None, Some(name.value()))
    }

    /// This method bound to a receiver.
    pub fn bind(&self, thread: &Thread, receiver: Value) -> Gc<NativeFunction> {
        let shape = if self.header.shape() == ShapeId::SLOT_WRAPPER {
            thread.vm().types.method_wrapper.instance_shape.get()
        } else {
            ShapeId::NATIVE_FUNCTION
        };
        NativeFunction::allocate(thread, shape, self.spec, Some(receiver), self.owner.get(), None)
    }

    /// Methods get their receiver from an instance (`__get__` binds); functions do not.
    #[inline(always)]
    pub fn is_method(&self) -> bool {
        matches!(self.header.shape(), ShapeId::NATIVE_METHOD | ShapeId::SLOT_WRAPPER)
    }

    /// A class method descriptor: binds to the class.
    #[inline(always)]
    pub fn is_class_method(&self) -> bool {
        self.header.shape() == ShapeId::NATIVE_CLASS_METHOD
    }

    /// The receiver that a call passes first: bound methods only (a module's function has the module as
    /// `__self__`, `__new__` its class, and neither passes it).
    #[inline(always)]
    pub fn bound_receiver(&self) -> Option<Value> {
        match self.spec.kind {
            MethodKind::Method | MethodKind::ClassMethod => self.receiver.get(),
            MethodKind::StaticMethod | MethodKind::New | MethodKind::Function => None,
        }
    }

    /// A class's `__new__`: a call of the function object itself must check its class argument.
    #[inline(always)]
    pub fn is_constructor(&self) -> bool {
        self.spec.kind == MethodKind::New
    }

    /// The first argument of a call of `__new__` is a class whose instances this function may make: a subclass,
    /// and no builtin class between has a `__new__` of its own, which would be left out.
    fn check_class_argument(&self, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        let owner = self.owner.get().and_then(|owner| owner.cast::<Type>());
        let first = arguments.positional().first().and_then(|class| class.cast::<Type>());
        let (Some(owner), Some(class)) = (owner, first) else {
            return Ok(());
        };
        let shown =
            |class: Gc<Type>| if class.flag(type_flags::HEAP) { class.name_string() } else { class.full_name(thread) };
        if !class.is_subclass_of(owner) {
            return Err(crate::native::binding::not_a_subtype(thread, &shown(owner), &shown(class)));
        }
        // Classes that override `__new__` in Python are passed over: they got here through it.
        let own = Gc::from_pointer(std::ptr::NonNull::from(self)).value();
        let mut base = Some(class);
        while let Some(candidate) = base {
            match candidate.special(thread, Special::New) {
                Some(new) if new == own => return Ok(()),
                Some(new) if new.cast::<NativeFunction>().is_some() => {
                    let (owner, class, candidate) = (shown(owner), shown(class), shown(candidate));
                    return Err(thread
                        .raise_type_error(format!("{owner}.__new__({class}) is not safe, use {candidate}.__new__()")));
                }
                _ => base = candidate.base.get(),
            }
        }
        Ok(())
    }

    /// One of the attribute access methods whose effect `dispatch::attr` knows by itself.
    pub fn is_known_attribute_access(&self) -> bool {
        let is_access = matches!(self.spec.name, "__getattribute__" | "__setattr__" | "__delattr__");
        is_access && !matches!(self.spec.parameters.module, "weakref" | "_thread" | "decimal" | "_pickle")
    }

    /// Calls it.
    #[inline]
    pub fn call(&self, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        prompt::before_call(thread, self.spec.effects);
        let Some(receiver) = self.bound_receiver() else {
            if self.is_constructor() {
                self.check_class_argument(thread, arguments)?;
            }
            return self.call_unbound(thread, arguments);
        };
        self.call_with_receiver(thread, receiver, arguments)
    }

    /// Calls a method with its receiver apart from the arguments.
    #[inline]
    pub fn call_with_receiver(&self, thread: &Thread, receiver: Value, arguments: Arguments<'_>) -> PyResult<Value> {
        if arguments.names.is_none() {
            match (self.spec.fast.for_count(arguments.values.len() + 1), arguments.values) {
                (FastEntry::One(entry), _) => return entry(thread, receiver),
                (FastEntry::Two(entry), &[a]) => return entry(thread, receiver, a),
                (FastEntry::Three(entry), &[a, b]) => return entry(thread, receiver, a, b),
                (FastEntry::None | FastEntry::Zero(_) | FastEntry::Two(_) | FastEntry::Three(_), _) => {}
            }
        }
        self.check_keywords(thread, receiver, arguments)?;
        with_receiver(thread, receiver, arguments, |arguments| (self.spec.entry)(thread, arguments))
    }

    /// Refuses keywords for a class method without any: the message names the class it is bound to.
    #[inline]
    fn check_keywords(&self, thread: &Thread, receiver: Value, arguments: Arguments<'_>) -> PyResult<()> {
        if arguments.names.is_none()
            || self.spec.kind != MethodKind::ClassMethod
            || self.spec.parameters.accepts_keywords()
        {
            return Ok(());
        }
        match receiver.cast::<Type>() {
            Some(class) => {
                let (class, name) = (class.name_string(), self.spec.name);
                Err(thread.raise_type_error(format!("{class}.{name}() takes no keyword arguments")))
            }
            None => Ok(()),
        }
    }

    /// Calls it with the receiver, if it takes one, among the arguments.
    #[inline]
    pub fn call_unbound(&self, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        if arguments.names.is_none() {
            match (self.spec.fast.for_count(arguments.values.len()), arguments.values) {
                (FastEntry::Zero(entry), _) => return entry(thread),
                (FastEntry::One(entry), &[a]) => return entry(thread, a),
                (FastEntry::Two(entry), &[a, b]) => return entry(thread, a, b),
                (FastEntry::Three(entry), &[a, b, c]) => return entry(thread, a, b, c),
                (FastEntry::None | FastEntry::One(_) | FastEntry::Two(_) | FastEntry::Three(_), _) => {}
            }
        }
        if let Some(&receiver) = arguments.values.first() {
            self.check_keywords(thread, receiver, arguments)?;
        }
        (self.spec.entry)(thread, arguments)
    }

    fn owner_name(&self, thread: &Thread) -> String {
        self.owner.get().and_then(|o| o.cast::<Type>()).map(|t| t.full_name(thread)).unwrap_or_default()
    }

    fn qualified_name(&self, thread: &Thread) -> String {
        match self.owner.get().and_then(|o| o.cast::<Type>()) {
            Some(class) => format!(
                "{}.{}",
                class.qualname.get().map(|q| q.to_str_lossy(thread).into_owned()).unwrap_or_default(),
                self.spec.name
            ),
            None => self.spec.name.to_owned(),
        }
    }
}

/// Built-in functions and methods.
#[py_class(name = "builtin_function_or_method", kind = NativeFunction, module = "builtins", no_instances)]
impl NativeFunction {
    #[getter(name = "__name__")]
    fn name(this: Gc<NativeFunction>) -> &'static str {
        this.spec.name
    }

    #[getter(name = "__qualname__")]
    fn qualname(this: Gc<NativeFunction>, thread: &Thread) -> String {
        match this.receiver.get() {
            Some(receiver) if this.spec.kind != MethodKind::Function => {
                let class = receiver.cast::<Type>().unwrap_or_else(|| thread.class_of(receiver));
                format!("{}.{}", class.name_string(), this.spec.name)
            }
            _ if this.spec.kind == MethodKind::StaticMethod => this.qualified_name(thread),
            _ => this.spec.name.to_owned(),
        }
    }

    #[getter(name = "__self__")]
    fn receiver(this: Gc<NativeFunction>) -> Value {
        this.receiver.get().unwrap_or(Value::NONE)
    }

    #[getter(name = "__module__")]
    fn module(this: Gc<NativeFunction>) -> Value {
        this.module.get().unwrap_or(Value::NONE)
    }

    #[getter(name = "__doc__")]
    fn doc(this: Gc<NativeFunction>) -> Option<&'static str> {
        this.spec.doc
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(this: Gc<NativeFunction>) -> Option<&'static str> {
        this.spec.text_signature
    }

    #[method(name = "__call__", signature = "(self, /, *args, **kwargs)")]
    fn dunder_call(
        this: Gc<NativeFunction>,
        thread: &Thread,
        arguments: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> PyResult<Value> {
        crate::dispatch::call::call_keywords(thread, this.value(), arguments, keywords)
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<NativeFunction>, thread: &Thread) -> String {
        match this.receiver.get() {
            Some(receiver) if this.spec.kind != MethodKind::Function => {
                let class = thread.class_of(receiver).full_name(thread);
                format!("<built-in method {} of {class} object at {:#x}>", this.spec.name, address_of(receiver))
            }
            None if this.static_owner().is_some() => {
                let class = this.static_owner().map_or(0, address_of);
                format!("<built-in method {} of type object at {class:#x}>", this.spec.name)
            }
            _ => format!("<built-in function {}>", this.spec.name),
        }
    }

    #[method(name = "__eq__")]
    fn equals(this: Gc<NativeFunction>, other: Gc<NativeFunction>) -> bool {
        std::ptr::eq(this.spec, other.spec) && this.receiver.get() == other.receiver.get()
    }

    #[method(name = "__hash__")]
    fn hash(this: Gc<NativeFunction>) -> i64 {
        let receiver = this.receiver.get().map_or(0, Value::to_bits);
        (std::ptr::from_ref(this.spec).addr() as u64 ^ receiver) as i64 >> 4
    }

    #[method(name = "__reduce__")]
    fn reduce(this: Gc<NativeFunction>, thread: &Thread) -> Value {
        match this.receiver.get().or(this.static_owner()) {
            Some(receiver) if this.spec.kind != MethodKind::Function => {
                this.as_attribute_of(thread, receiver, Str::new(thread, this.spec.name))
            }
            _ => Str::new(thread, this.spec.name).value(),
        }
    }
}

impl NativeFunction {
    /// The class of a static method.
    fn static_owner(&self) -> Option<Value> {
        self.owner.get().filter(|_| self.spec.kind == MethodKind::StaticMethod)
    }

    /// What `__reduce__` returns for what `getattr(object, name)` gives.
    fn as_attribute_of(&self, thread: &Thread, object: Value, name: Gc<Str>) -> Value {
        let interner = &thread.vm().interner;
        let getattr = thread.vm().builtins_dict().get_str(thread, interner.intern_text(thread, "getattr"));
        let arguments = Tuple::new(thread, &[object, name.value()]);
        Tuple::new(thread, &[getattr.unwrap_or(Value::NONE), arguments.value()]).value()
    }
}

/// The number that `repr` and `id` show for a value.
pub fn address_of(value: Value) -> u64 {
    value.to_bits()
}

macro_rules! descriptor_class {
    ($marker:ident, $name:literal, $word:literal, $extend:tt) => {
        /// Spec marker of a class of builtin method descriptors.
        pub struct $marker;

        #[py_class(name = $name, kind = NativeFunction, module = "builtins", no_instances, extend = $extend)]
        impl $marker {
            #[getter(name = "__name__")]
            fn name(this: Gc<NativeFunction>) -> &'static str {
                this.spec.name
            }

            #[getter(name = "__qualname__")]
            fn qualname(this: Gc<NativeFunction>, thread: &Thread) -> String {
                this.qualified_name(thread)
            }

            #[getter(member, name = "__objclass__")]
            fn objclass(this: Gc<NativeFunction>) -> Value {
                this.owner.get().unwrap_or(Value::NONE)
            }

            #[getter(name = "__doc__")]
            fn doc(this: Gc<NativeFunction>) -> Option<&'static str> {
                this.spec.doc
            }

            #[getter(name = "__text_signature__")]
            fn text_signature(this: Gc<NativeFunction>) -> Option<&'static str> {
                this.spec.text_signature
            }

            #[method(name = "__repr__")]
            fn repr(this: Gc<NativeFunction>, thread: &Thread) -> String {
                format!(concat!("<", $word, " '{}' of '{}' objects>"), this.spec.name, this.owner_name(thread))
            }

            #[method(name = "__call__", signature = "(self, /, *args, **kwargs)")]
            fn dunder_call(
                this: Gc<NativeFunction>,
                thread: &Thread,
                arguments: &[Value],
                keywords: crate::native::Keywords<'_>,
            ) -> PyResult<Value> {
                crate::dispatch::call::call_keywords(thread, this.value(), arguments, keywords)
            }

            #[method(name = "__get__", signature = "(self, instance, owner=None, /)")]
            fn get(
                this: Gc<NativeFunction>,
                thread: &Thread,
                instance: Value,
                owner: Option<Value>,
            ) -> PyResult<Value> {
                let class = match owner.and_then(|o| o.cast::<Type>()) {
                    Some(class) => class,
                    None => thread.class_of(instance),
                };
                let instance = if instance.is_none() && owner.is_some() { None } else { Some(instance) };
                crate::dispatch::attr::bind_descriptor(thread, this.value(), instance, class)
            }
        }
    };
}

descriptor_class!(MethodDescriptorClass, "method_descriptor", "method", [REDUCED_METHOD]);
descriptor_class!(SlotWrapperClass, "wrapper_descriptor", "slot wrapper", [REDUCED_WRAPPER]);
descriptor_class!(ClassMethodDescriptorClass, "classmethod_descriptor", "method", []);

macro_rules! descriptor_reduced {
    ($marker:ident, $name:literal, $spec:ident) => {
        /// Descriptors are pickled as attributes of their class.
        #[py_methods(class = $name, module = "builtins", spec = $spec)]
        impl $marker {
            #[method(name = "__reduce__")]
            fn reduce(this: Gc<NativeFunction>, thread: &Thread) -> Value {
                let name = thread.vm().interner.intern_text(thread, this.spec.name);
                this.as_attribute_of(thread, this.owner.get().unwrap_or(Value::NONE), name)
            }
        }
    };
}

descriptor_reduced!(MethodDescriptorClass, "method_descriptor", REDUCED_METHOD);
descriptor_reduced!(SlotWrapperClass, "wrapper_descriptor", REDUCED_WRAPPER);

/// Spec marker of slot wrappers bound to an instance.
pub struct MethodWrapperClass;

#[py_class(name = "method-wrapper", kind = NativeFunction, module = "builtins", no_instances)]
impl MethodWrapperClass {
    #[getter(name = "__name__")]
    fn name(this: Gc<NativeFunction>) -> &'static str {
        this.spec.name
    }

    #[getter(name = "__qualname__")]
    fn qualname(this: Gc<NativeFunction>, thread: &Thread) -> String {
        this.qualified_name(thread)
    }

    #[method(name = "__reduce__")]
    fn reduce(this: Gc<NativeFunction>, thread: &Thread) -> Value {
        let name = thread.vm().interner.intern_text(thread, this.spec.name);
        this.as_attribute_of(thread, this.receiver.get().unwrap_or(Value::NONE), name)
    }

    #[getter(name = "__self__")]
    fn receiver(this: Gc<NativeFunction>) -> Value {
        this.receiver.get().unwrap_or(Value::NONE)
    }

    #[getter(member, name = "__objclass__")]
    fn objclass(this: Gc<NativeFunction>) -> Value {
        this.owner.get().unwrap_or(Value::NONE)
    }

    #[getter(name = "__doc__")]
    fn doc(this: Gc<NativeFunction>) -> Option<&'static str> {
        this.spec.doc
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(this: Gc<NativeFunction>) -> Option<&'static str> {
        this.spec.text_signature
    }

    #[method(name = "__call__", signature = "(self, /, *args, **kwargs)")]
    fn dunder_call(
        this: Gc<NativeFunction>,
        thread: &Thread,
        arguments: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> PyResult<Value> {
        crate::dispatch::call::call_keywords(thread, this.value(), arguments, keywords)
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<NativeFunction>, thread: &Thread) -> String {
        let receiver = this.receiver.get().unwrap_or(Value::NONE);
        format!(
            "<method-wrapper '{}' of {} object at {:#x}>",
            this.spec.name,
            thread.type_name(receiver),
            address_of(receiver)
        )
    }

    #[method(name = "__eq__")]
    fn equals(this: Gc<NativeFunction>, other: Gc<NativeFunction>) -> bool {
        std::ptr::eq(this.spec, other.spec) && this.receiver.get() == other.receiver.get()
    }

    #[method(name = "__hash__")]
    fn hash(this: Gc<NativeFunction>) -> i64 {
        NativeFunction::hash(this)
    }
}

/// The callable looks at its caller's frame or variables: `locals`, `eval`, `sys._getframe`, `super` and the like.
/// A caller that is compiled has no frame that would show them.
pub fn looks_at_frames(thread: &Thread, callee: Value) -> bool {
    if callee == thread.vm().types.super_type.value() {
        return true;
    }
    callee.cast::<NativeFunction>().is_some_and(|function| {
        matches!(
            function.spec.name,
            "locals" | "vars" | "dir" | "eval" | "exec" | "breakpoint" | "_getframe" | "_current_frames"
        )
    })
}
