//! Python functions and bound methods.
//!
//! What lives here: the objects and their attributes. What must not: calling (the interpreter's hook) and
//! argument binding. Start at [`Function`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::Keywords;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::cell::CellObject;
use crate::types::code::CodeObject;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A function made by `def` or `lambda`.
#[repr(C)]
pub struct Function {
    header: Header,
    pub code: GcSlot<CodeObject>,
    pub globals: GcSlot<Dict>,
    /// Cells of the free variables, or empty.
    pub closure: GcSlot<Tuple>,
    /// Defaults of the last positional parameters, or empty.
    pub defaults: GcSlot<Tuple>,
    pub keyword_defaults: GcSlot<Dict>,
    pub name: GcSlot<Str>,
    pub qualname: GcSlot<Str>,
    pub module: Slot,
    pub doc: Slot,
    pub annotations: GcSlot<Dict>,
    /// `__annotate__` (PEP 649), or empty.
    pub annotate: Slot,
    pub type_parameters: GcSlot<Tuple>,
    /// `__dict__`, made on demand.
    pub attributes: GcSlot<Dict>,
}

impl HeapObject for Function {
    const KIND: Kind = Kind::Function;
    fn size(&self) -> usize {
        size_of::<Function>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.code);
        tracer.gc_slot(&self.globals);
        tracer.gc_slot(&self.closure);
        tracer.gc_slot(&self.defaults);
        tracer.gc_slot(&self.keyword_defaults);
        tracer.gc_slot(&self.name);
        tracer.gc_slot(&self.qualname);
        tracer.slot(&self.module);
        tracer.slot(&self.doc);
        tracer.gc_slot(&self.annotations);
        tracer.slot(&self.annotate);
        tracer.gc_slot(&self.type_parameters);
        tracer.gc_slot(&self.attributes);
    }
}

impl Function {
    /// A function of `code`. `doc` is the first constant if the code has a docstring.
    pub fn allocate(
        thread: &Thread,
        code: Gc<CodeObject>,
        globals: Gc<Dict>,
        closure: Option<Gc<Tuple>>,
    ) -> Gc<Function> {
        let module = globals.get_str(thread, thread.vm().names.__name__);
        let doc = if code.has_flag(crate::types::code::code_flags::HAS_DOCSTRING) {
            code.visible_constants.get().and_then(|c| c.items().first().copied())
        } else {
            None
        };
        thread.allocate(ShapeId::FUNCTION, 0, |header| Function {
            header,
            code: GcSlot::new(code),
            globals: GcSlot::new(globals),
            closure: GcSlot::from_option(closure),
            defaults: GcSlot::empty(),
            keyword_defaults: GcSlot::empty(),
            name: GcSlot::from_option(code.name.get()),
            qualname: GcSlot::from_option(code.qualname.get()),
            module: Slot::from_option(module),
            doc: Slot::from_option(doc),
            annotations: GcSlot::empty(),
            annotate: Slot::empty(),
            type_parameters: GcSlot::empty(),
            attributes: GcSlot::empty(),
        })
    }

    /// The code; functions always have one.
    #[inline(always)]
    pub fn code(&self) -> Gc<CodeObject> {
        match self.code.get() {
            Some(code) => code,
            None => unreachable!("functions are made with code"),
        }
    }

    /// The globals; functions always have them.
    #[inline(always)]
    pub fn globals(&self) -> Gc<Dict> {
        match self.globals.get() {
            Some(globals) => globals,
            None => unreachable!("functions are made with globals"),
        }
    }

    /// `__qualname__` as Rust text, as call errors name the function.
    pub fn qualname_text(&self, thread: &Thread) -> String {
        self.qualname.get().map(|q| q.to_str_lossy(thread).into_owned()).unwrap_or_default()
    }

    /// The annotations, evaluated on first use.
    fn evaluated_annotations(this: Gc<Function>, thread: &Thread) -> PyResult<Gc<Dict>> {
        if let Some(annotations) = this.annotations.get() {
            return Ok(annotations);
        }
        let dict = match this.annotate.get().filter(|a| !a.is_none()) {
            Some(annotate) => {
                let result = dispatch::call::call(thread, annotate, &[Value::small_wrapping(1)])?;
                match result.cast::<Dict>() {
                    Some(dict) => dict,
                    None => {
                        let message = format!("__annotate__() must return a dict, not {}", thread.type_name(result));
                        return Err(thread.raise_type_error(message));
                    }
                }
            }
            None => Dict::new(thread),
        };
        thread.store_gc(this, &this.annotations, dict);
        Ok(dict)
    }
}

/// Create a function object.
#[py_class(name = "function", kind = Function, module = "builtins", signature = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
impl Function {
    #[new(signature = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        code: Gc<CodeObject>,
        globals: Gc<Dict>,
        name: Option<Value>,
        argdefs: Option<Value>,
        closure: Option<Value>,
        kwdefaults: Option<Value>,
    ) -> PyResult<Gc<Function>> {
        let _ = class;
        if name.is_some_and(|name| !name.is_none() && name.cast::<Str>().is_none()) {
            return Err(thread.raise_type_error("arg 3 (name) must be None or string"));
        }
        if argdefs.is_some_and(|defaults| !defaults.is_none() && defaults.cast::<Tuple>().is_none()) {
            return Err(thread.raise_type_error("arg 4 (defaults) must be None or tuple"));
        }
        let cells = closure.and_then(|c| c.cast::<Tuple>());
        let needed = code.free.get().map_or(0, |f| f.items().len());
        match (cells, needed) {
            (None, 0) => {}
            (None, _) => return Err(thread.raise_type_error("arg 5 (closure) must be tuple")),
            (Some(cells), needed) if cells.items().len() != needed => {
                let message = format!(
                    "{} requires closure of length {needed}, not {}",
                    code.name_text(thread),
                    cells.items().len()
                );
                return Err(thread.raise_value_error(message));
            }
            (Some(cells), _) => {
                for &cell in cells.items() {
                    if cell.cast::<CellObject>().is_none() {
                        let message = format!("arg 5 (closure) expected cell, found {}", thread.type_name(cell));
                        return Err(thread.raise_type_error(message));
                    }
                }
            }
        }
        let function = Function::allocate(thread, code, globals, cells);
        if let Some(name) = name.and_then(|n| n.cast::<Str>()) {
            thread.store_gc(function, &function.name, name);
        }
        if let Some(defaults) = argdefs.and_then(|d| d.cast::<Tuple>()) {
            thread.store_gc(function, &function.defaults, defaults);
        }
        if let Some(defaults) = kwdefaults.and_then(|d| d.cast::<Dict>()) {
            thread.store_gc(function, &function.keyword_defaults, defaults);
        }
        Ok(function)
    }

    #[method(name = "__call__", signature = "(self, /, *args, **kwargs)")]
    fn dunder_call(
        this: Gc<Function>,
        thread: &Thread,
        arguments: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult<Value> {
        dispatch::call::call_keywords(thread, this.value(), arguments, keywords)
    }

    #[method(name = "__get__", signature = "(self, instance, owner=None, /)")]
    fn get(this: Gc<Function>, thread: &Thread, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        if instance.is_none() && owner.is_some_and(|o| !o.is_none()) {
            return Ok(this.value());
        }
        if instance.is_none() {
            return Err(thread.raise_type_error("__get__(None, None) is invalid"));
        }
        Ok(BoundMethod::allocate(thread, this.value(), instance).value())
    }

    #[getter(name = "__name__")]
    fn name(this: Gc<Function>) -> Option<Gc<Str>> {
        this.name.get()
    }
    #[setter(__name__)]
    fn set_name(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        let Some(name) = value.cast::<Str>() else {
            return Err(thread.raise_type_error("__name__ must be set to a string object"));
        };
        thread.store_gc(this, &this.name, name);
        Ok(())
    }

    #[deleter(__name__)]
    fn delete_name(_this: Gc<Function>, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error("__name__ must be set to a string object"))
    }

    #[getter(name = "__qualname__")]
    fn qualname(this: Gc<Function>) -> Option<Gc<Str>> {
        this.qualname.get()
    }
    #[setter(__qualname__)]
    fn set_qualname(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        let Some(name) = value.cast::<Str>() else {
            return Err(thread.raise_type_error("__qualname__ must be set to a string object"));
        };
        thread.store_gc(this, &this.qualname, name);
        Ok(())
    }

    #[deleter(__qualname__)]
    fn delete_qualname(_this: Gc<Function>, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error("__qualname__ must be set to a string object"))
    }

    #[getter(name = "__module__")]
    fn module(this: Gc<Function>) -> Value {
        this.module.get().unwrap_or(Value::NONE)
    }
    #[setter(__module__)]
    fn set_module(this: Gc<Function>, thread: &Thread, value: Value) {
        thread.store(this, &this.module, value);
    }
    #[deleter(__module__)]
    fn delete_module(this: Gc<Function>) {
        this.module.init(None);
    }

    #[getter(name = "__doc__")]
    fn doc(this: Gc<Function>) -> Value {
        this.doc.get().unwrap_or(Value::NONE)
    }
    #[setter(__doc__)]
    fn set_doc(this: Gc<Function>, thread: &Thread, value: Value) {
        thread.store(this, &this.doc, value);
    }
    #[deleter(__doc__)]
    fn delete_doc(this: Gc<Function>) {
        this.doc.init(None);
    }

    #[getter(name = "__code__")]
    fn code_object(this: Gc<Function>) -> Gc<CodeObject> {
        this.code()
    }
    #[setter(__code__)]
    fn set_code(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        let Some(code) = value.cast::<CodeObject>() else {
            return Err(thread.raise_type_error("__code__ must be set to a code object"));
        };
        let (have, need) =
            (this.closure.get().map_or(0, |c| c.items().len()), code.free.get().map_or(0, |f| f.items().len()));
        if have != need {
            let message = format!(
                "{}() requires a code object with {have} free vars, not {need}",
                this.name.get().map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default()
            );
            return Err(thread.raise_value_error(message));
        }
        thread.store_gc(this, &this.code, code);
        (thread.vm().hooks().function_changed)(thread, this);
        Ok(())
    }

    #[deleter(__code__)]
    fn delete_code(_this: Gc<Function>, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error("__code__ must be set to a code object"))
    }

    #[getter(member, name = "__globals__")]
    fn globals_dict(this: Gc<Function>) -> Gc<Dict> {
        this.globals()
    }

    #[getter(member, name = "__builtins__")]
    fn builtins(this: Gc<Function>, thread: &Thread) -> Value {
        let _ = this;
        thread.vm().builtins_dict().value()
    }

    #[getter(member, name = "__closure__")]
    fn closure_cells(this: Gc<Function>) -> Option<Gc<Tuple>> {
        this.closure.get()
    }

    #[getter(name = "__defaults__")]
    fn default_values(this: Gc<Function>) -> Option<Gc<Tuple>> {
        this.defaults.get()
    }
    #[setter(__defaults__)]
    fn set_defaults(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        match value.cast::<Tuple>() {
            None if !value.is_none() => {
                return Err(thread.raise_type_error("__defaults__ must be set to a tuple object"));
            }
            defaults => this.defaults.init(defaults),
        }
        thread.write_barrier(this.header());
        (thread.vm().hooks().function_changed)(thread, this);
        Ok(())
    }

    #[deleter(__defaults__)]
    fn delete_defaults(this: Gc<Function>, thread: &Thread) -> PyResult<()> {
        Function::set_defaults(this, thread, Value::NONE)
    }

    #[getter(name = "__kwdefaults__")]
    fn keyword_default_values(this: Gc<Function>) -> Option<Gc<Dict>> {
        this.keyword_defaults.get()
    }
    #[setter(__kwdefaults__)]
    fn set_keyword_defaults(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        match value.cast::<Dict>() {
            None if !value.is_none() => {
                return Err(thread.raise_type_error("__kwdefaults__ must be set to a dict object"));
            }
            defaults => this.keyword_defaults.init(defaults),
        }
        thread.write_barrier(this.header());
        (thread.vm().hooks().function_changed)(thread, this);
        Ok(())
    }

    #[deleter(__kwdefaults__)]
    fn delete_keyword_defaults(this: Gc<Function>, thread: &Thread) -> PyResult<()> {
        Function::set_keyword_defaults(this, thread, Value::NONE)
    }

    #[getter(name = "__annotations__")]
    fn annotations_dict(this: Gc<Function>, thread: &Thread) -> PyResult<Gc<Dict>> {
        Function::evaluated_annotations(this, thread)
    }
    #[setter(__annotations__)]
    fn set_annotations(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        match value.cast::<Dict>() {
            None if !value.is_none() => {
                return Err(thread.raise_type_error("__annotations__ must be set to a dict object"));
            }
            annotations => this.annotations.init(annotations),
        }
        this.annotate.init(Some(Value::NONE));
        thread.write_barrier(this.header());
        Ok(())
    }

    #[getter(name = "__annotate__")]
    fn annotate_function(this: Gc<Function>) -> Value {
        this.annotate.get().unwrap_or(Value::NONE)
    }
    #[setter(__annotate__)]
    fn set_annotate(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        if !value.is_none() && !dispatch::call::is_callable(thread, value) {
            return Err(thread.raise_type_error("__annotate__ must be callable or None"));
        }
        if !value.is_none() {
            this.annotations.init(None);
        }
        thread.store(this, &this.annotate, value);
        Ok(())
    }

    #[getter(name = "__type_params__")]
    fn type_params(this: Gc<Function>, thread: &Thread) -> Gc<Tuple> {
        this.type_parameters.get().unwrap_or_else(|| Tuple::new(thread, &[]))
    }
    #[setter(__type_params__)]
    fn set_type_params(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        let Some(parameters) = value.cast::<Tuple>() else {
            return Err(thread.raise_type_error("__type_params__ must be set to a tuple"));
        };
        thread.store_gc(this, &this.type_parameters, parameters);
        Ok(())
    }

    #[getter(name = "__dict__")]
    fn dict(this: Gc<Function>, thread: &Thread) -> Option<Gc<Dict>> {
        crate::types::instance::dictionary(thread, this.header())
    }
    #[setter(__dict__)]
    fn set_dict(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> {
        let Some(dict) = value.cast::<Dict>() else {
            let message = format!("__dict__ must be set to a dictionary, not a '{}'", thread.type_name(value));
            return Err(thread.raise_type_error(message));
        };
        crate::types::instance::replace_dictionary(thread, this.header(), dict);
        Ok(())
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<Function>, thread: &Thread) -> String {
        format!("<function {} at {:#x}>", this.qualname_text(thread), this.address())
    }
}

/// A method bound to its receiver.
#[repr(C)]
pub struct BoundMethod {
    header: Header,
    pub function: Slot,
    pub receiver: Slot,
}

impl HeapObject for BoundMethod {
    const KIND: Kind = Kind::BoundMethod;
    fn size(&self) -> usize {
        size_of::<BoundMethod>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.function);
        tracer.slot(&self.receiver);
    }
}

impl BoundMethod {
    #[inline]
    pub fn allocate(thread: &Thread, function: Value, receiver: Value) -> Gc<BoundMethod> {
        thread.allocate(ShapeId::BOUND_METHOD, 0, |header| BoundMethod {
            header,
            function: Slot::new(function),
            receiver: Slot::new(receiver),
        })
    }

    /// The callable.
    #[inline(always)]
    pub fn function(&self) -> Value {
        self.function.get().unwrap_or(Value::NONE)
    }

    /// What is passed first.
    #[inline(always)]
    pub fn receiver(&self) -> Value {
        self.receiver.get().unwrap_or(Value::NONE)
    }
}

/// Create a bound instance method object.
#[py_class(name = "method", kind = BoundMethod, module = "builtins", signature = "(function, instance, /)")]
impl BoundMethod {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, function: Value, instance: Value) -> PyResult<Gc<BoundMethod>> {
        let _ = class;
        if !dispatch::call::is_callable(thread, function) {
            return Err(thread.raise_type_error("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(thread.raise_type_error("instance must not be None"));
        }
        Ok(BoundMethod::allocate(thread, function, instance))
    }

    #[getter(member, name = "__func__")]
    fn func(this: Gc<BoundMethod>) -> Value {
        this.function()
    }

    #[getter(member, name = "__self__")]
    fn self_object(this: Gc<BoundMethod>) -> Value {
        this.receiver()
    }

    /// Attributes of the function show through.
    #[method(name = "__getattribute__")]
    fn getattribute(this: Gc<BoundMethod>, thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        dispatch::attr::bound_method_attribute(thread, this, thread.vm().interner.intern(thread, name))
    }

    #[method(name = "__call__", signature = "(self, /, *args, **kwargs)")]
    fn dunder_call(
        this: Gc<BoundMethod>,
        thread: &Thread,
        arguments: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult<Value> {
        dispatch::call::call_keywords(thread, this.value(), arguments, keywords)
    }

    #[method(name = "__get__", signature = "(self, instance, owner=None, /)")]
    fn get(this: Gc<BoundMethod>, instance: Value, owner: Option<Value>) -> Value {
        let _ = (instance, owner);
        this.value()
    }

    #[method(name = "__eq__")]
    fn equals(this: Gc<BoundMethod>, thread: &Thread, other: Gc<BoundMethod>) -> PyResult<bool> {
        Ok(this.receiver() == other.receiver() && dispatch::compare::equals(thread, this.function(), other.function())?)
    }

    #[method(name = "__hash__")]
    fn hash(this: Gc<BoundMethod>, thread: &Thread) -> PyResult<i64> {
        let function = dispatch::hash::hash(thread, this.function())?;
        Ok(function ^ (this.receiver().to_bits() >> 4) as i64)
    }

    #[method(name = "__repr__")]
    fn repr(this: Gc<BoundMethod>, thread: &Thread) -> PyResult<String> {
        let names = &thread.vm().names;
        let mut name = dispatch::attr::get_optional(thread, this.function(), names.__qualname__)?;
        if name.is_none() {
            name = dispatch::attr::get_optional(thread, this.function(), names.__name__)?;
        }
        let name = name
            .and_then(|n| n.cast::<Str>())
            .map(|n| n.to_str_lossy(thread).into_owned())
            .unwrap_or_else(|| "?".to_owned());
        let receiver = dispatch::text::repr(thread, this.receiver())?.to_str_lossy(thread).into_owned();
        Ok(format!("<bound method {name} of {receiver}>"))
    }

    #[method(name = "__reduce__")]
    fn reduce(this: Gc<BoundMethod>, thread: &Thread) -> PyResult<Value> {
        let names = &thread.vm().names;
        let getattr = thread
            .vm()
            .builtins_dict()
            .get_str(thread, thread.vm().interner.intern_text(thread, "getattr"))
            .unwrap_or(Value::NONE);
        let name = dispatch::attr::get(thread, this.function(), names.__name__)?;
        let arguments = Tuple::new(thread, &[this.receiver(), name]);
        Ok(Tuple::new(thread, &[getattr, arguments.value()]).value())
    }
}
