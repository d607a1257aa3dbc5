//! `_contextvars`: context variables (PEP 567).
//!
//! What lives here: `ContextVar`, `Context`, `Token`. A context is an immutable mapping shared by copies; setting
//! a variable replaces the mapping of the current context. Start at [`ContextVariable`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{Arguments, PyClass};
use crate::object::{Gc, GcSlot, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::{py_class, py_module};

/// A mapping of variables to values.
pub struct Context {
    /// Replaced, never changed, when a variable is set.
    values: GcSlot<Dict>,
    entered: Cell<bool>,
    previous: Slot,
}

impl PayloadData for Context {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.values);
        tracer.slot(&self.previous);
    }
}

impl Context {
    fn make(thread: &Thread, values: Gc<Dict>) -> Gc<Payload<Context>> {
        let class = Type::of_spec(thread, <Context as PyClass>::SPEC);
        Payload::new(
            thread,
            class,
            Context { values: GcSlot::new(values), entered: Cell::new(false), previous: Slot::empty() },
        )
    }

    fn values(&self) -> Gc<Dict> {
        match self.values.get() {
            Some(values) => values,
            None => unreachable!("contexts are made with a mapping"),
        }
    }

    /// The context of the running thread, made on first use.
    fn current(thread: &Thread) -> Gc<Payload<Context>> {
        if let Some(context) = thread.context.get().and_then(Payload::<Context>::cast) {
            return context;
        }
        let context = Context::make(thread, Dict::new(thread));
        thread.context.set(Some(context.value()));
        context
    }
}

/// Runs `body` in `context`.
fn run_in(thread: &Thread, context: Gc<Payload<Context>>, body: impl FnOnce() -> PyResult<Value>) -> PyResult<Value> {
    if context.data.entered.replace(true) {
        let shown = dispatch::text::repr(thread, context.value())?.to_str_lossy(thread).into_owned();
        return Err(thread.raise_runtime_error(format!("cannot enter context: {shown} is already entered")));
    }
    let previous = thread.context.replace(Some(context.value()));
    let result = body();
    thread.context.set(previous);
    context.data.entered.set(false);
    result
}

/// A copy of the running thread's context.
pub fn copy_current(thread: &Thread) -> Value {
    Context::make(thread, Context::current(thread).data.values()).value()
}

/// Runs `body` in `context`.
///
/// # Errors
/// TypeError if it is no context, RuntimeError if it is entered; what `body` raises.
pub fn run_in_context(thread: &Thread, context: Value, body: impl FnOnce() -> PyResult<Value>) -> PyResult<Value> {
    match Payload::<Context>::cast(context) {
        Some(context) => run_in(thread, context, body),
        None => Err(thread.raise_type_error("an instance of Context was expected")),
    }
}

#[py_class(name = "Context", module = "_contextvars", payload)]
impl Context {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let _ = class;
        if !arguments.values.is_empty() {
            return Err(thread.raise_type_error("Context() does not accept any arguments"));
        }
        Ok(Context::make(thread, Dict::new(thread)).value())
    }
    /// Run a callable inside this context.
    #[method]
    fn run(this: Gc<Payload<Context>>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let Some((&callable, _)) = arguments.positional().split_first() else {
            return Err(thread.raise_type_error("run() missing 1 required positional argument"));
        };
        run_in(thread, this, || dispatch::call::call_with(thread, callable, arguments.without_first()))
    }
    /// Return a shallow copy of the context object.
    #[method]
    fn copy(this: Gc<Payload<Context>>, thread: &Thread) -> Value {
        Context::make(thread, this.data.values()).value()
    }
    #[method(signature = "(self, key, /)", style = "one")]
    fn __getitem__(this: Gc<Payload<Context>>, thread: &Thread, key: Value) -> PyResult<Value> {
        match this.data.values().get(thread, require_variable(thread, key)?)? {
            Some(value) => Ok(value),
            None => Err(thread.raise_with_arguments(thread.vm().exceptions.key_error, &[key])),
        }
    }
    #[method]
    fn __contains__(this: Gc<Payload<Context>>, thread: &Thread, key: Value) -> PyResult<bool> {
        Ok(this.data.values().get(thread, require_variable(thread, key)?)?.is_some())
    }
    /// Return the value for `key` if `key` has the value in the context object.
    #[method(signature = "(self, key, default=None, /)")]
    fn get(this: Gc<Payload<Context>>, thread: &Thread, key: Value, default: Option<Value>) -> PyResult<Value> {
        Ok(this.data.values().get(thread, require_variable(thread, key)?)?.or(default).unwrap_or(Value::NONE))
    }
    #[method]
    fn __len__(this: Gc<Payload<Context>>) -> usize {
        this.data.values().len()
    }
    #[method]
    fn __iter__(this: Gc<Payload<Context>>, thread: &Thread) -> PyResult<Value> {
        dispatch::iter::get_iter(thread, this.data.values().value())
    }
    /// Return a list of all variables in the context object.
    #[method]
    fn keys(this: Gc<Payload<Context>>, thread: &Thread) -> PyResult<Value> {
        dispatch::call::call_method(thread, this.data.values().value(), thread.vm().names.keys, &[])
    }
    /// Return a list of all variables' values in the context object.
    #[method(name = "values")]
    fn py_values(this: Gc<Payload<Context>>, thread: &Thread) -> PyResult<Value> {
        dispatch::call::call_method(thread, this.data.values().value(), thread.vm().names.values, &[])
    }
    /// Return all variables and their values in the context object.
    #[method]
    fn items(this: Gc<Payload<Context>>, thread: &Thread) -> PyResult<Value> {
        dispatch::call::call_method(thread, this.data.values().value(), thread.vm().names.items, &[])
    }
    #[method]
    fn __eq__(this: Gc<Payload<Context>>, thread: &Thread, other: Value) -> PyResult<Value> {
        match Payload::<Context>::cast(other) {
            Some(other) => Ok(Value::from_bool(dispatch::compare::equals(
                thread,
                this.data.values().value(),
                other.data.values().value(),
            )?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
}

/// A context variable.
pub struct ContextVariable {
    name: GcSlot<Str>,
    default: Slot,
    /// The value that was read last, and the mapping it stands in: mappings do not change.
    read: Slot,
    read_from: GcSlot<Dict>,
}

impl PayloadData for ContextVariable {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.name);
        tracer.slot(&self.default);
        tracer.slot(&self.read);
        tracer.gc_slot(&self.read_from);
    }
}

impl ContextVariable {
    /// A variable, which no context has a value for.
    pub fn make(thread: &Thread, name: Gc<Str>, default: Option<Value>) -> Gc<Payload<ContextVariable>> {
        let variable = ContextVariable {
            name: GcSlot::new(name),
            default: Slot::from_option(default),
            read: Slot::empty(),
            read_from: GcSlot::empty(),
        };
        Payload::new(thread, Type::of_spec(thread, <ContextVariable as PyClass>::SPEC), variable)
    }

    /// The value in the current context.
    #[inline]
    pub fn value(this: Gc<Payload<ContextVariable>>, thread: &Thread) -> PyResult<Option<Value>> {
        let values = Context::current(thread).data.values();
        if this.data.read_from.get() == Some(values) {
            return Ok(this.data.read.get());
        }
        let found = values.get(thread, this.value())?;
        if let Some(found) = found {
            this.store(thread, &this.data.read, found);
            this.store_gc(thread, &this.data.read_from, values);
        }
        Ok(found)
    }

    /// Sets the value in the current context.
    pub fn assign(this: Gc<Payload<ContextVariable>>, thread: &Thread, value: Value) -> PyResult<()> {
        replace(thread, this.value(), Some(value)).map(drop)
    }
}

fn require_variable(thread: &Thread, key: Value) -> PyResult<Value> {
    match Payload::<ContextVariable>::cast(key) {
        Some(_) => Ok(key),
        None => {
            let shown = dispatch::text::repr(thread, key)?.to_str_lossy(thread).into_owned();
            Err(thread.raise_type_error(format!("a ContextVar key was expected, got {shown}")))
        }
    }
}

/// Sets or, with `None`, unsets a variable in the current context; returns the old value.
fn replace(thread: &Thread, variable: Value, value: Option<Value>) -> PyResult<Option<Value>> {
    let context = Context::current(thread);
    let values = context.data.values().copy(thread);
    let old = match value {
        Some(value) => {
            let old = values.get(thread, variable)?;
            values.insert(thread, variable, value)?;
            old
        }
        None => values.remove(thread, variable)?,
    };
    context.store_gc(thread, &context.data.values, values);
    Ok(old)
}

#[py_class(name = "ContextVar", module = "_contextvars", payload)]
impl ContextVariable {
    #[new(signature = "(name, /, *, default=<unrepresentable>)")]
    fn new(class: Gc<Type>, thread: &Thread, name: Value, default: Option<Value>) -> PyResult<Value> {
        let Some(name) = name.cast::<Str>() else {
            return Err(thread.raise_type_error("context variable name must be a str"));
        };
        // CPython's variables hash by their names.
        dispatch::hash::hash(thread, name.value())?;
        let _ = class;
        Ok(ContextVariable::make(thread, name, default).value())
    }
    #[getter]
    fn name(this: Gc<Payload<ContextVariable>>) -> Option<Gc<Str>> {
        this.data.name.get()
    }
    /// Return a value for the context variable for the current context.
    ///
    /// If there is no value for the variable in the current context, the method will:
    ///  * return the value of the default argument of the method, if provided; or
    ///  * return the default value for the context variable, if it was created
    ///    with one; or
    ///  * raise a LookupError.
    #[method(signature = "(self, default=<unrepresentable>, /)")]
    fn get(this: Gc<Payload<ContextVariable>>, thread: &Thread, default: Option<Value>) -> PyResult<Value> {
        let found = ContextVariable::value(this, thread)?;
        match found.or(default).or(this.data.default.get()) {
            Some(value) => Ok(value),
            None => Err(thread.raise_with_arguments(thread.vm().exceptions.lookup_error, &[this.value()])),
        }
    }
    /// Call to set a new value for the context variable in the current context.
    ///
    /// The required *value* argument is the new value for the context variable.
    ///
    /// Returns a Token object that can be used to restore the variable to its previous
    /// value via the `ContextVar.reset()` method.
    #[method]
    fn set(this: Gc<Payload<ContextVariable>>, thread: &Thread, value: Value) -> PyResult<Value> {
        let context = Context::current(thread);
        let old = replace(thread, this.value(), Some(value))?;
        let token = Token {
            context: Slot::new(context.value()),
            variable: Slot::new(this.value()),
            old: Slot::from_option(old),
            used: Cell::new(false),
        };
        Ok(Payload::new(thread, Type::of_spec(thread, <Token as PyClass>::SPEC), token).value())
    }
    /// Reset the context variable.
    ///
    /// The variable is reset to the value it had before the `ContextVar.set()` that
    /// created the token was used.
    #[method]
    fn reset(this: Gc<Payload<ContextVariable>>, thread: &Thread, token: Value) -> PyResult<()> {
        let Some(token) = Payload::<Token>::cast(token) else {
            return Err(
                thread.raise_type_error(format!("expected an instance of Token, got {}", thread.type_name(token)))
            );
        };
        let shown = |value: Value| -> PyResult<String> {
            Ok(dispatch::text::repr(thread, value)?.to_str_lossy(thread).into_owned())
        };
        if token.data.used.get() {
            return Err(thread.raise_runtime_error(format!("{} has already been used once", shown(token.value())?)));
        }
        if token.data.variable.get() != Some(this.value()) {
            return Err(
                thread.raise_value_error(format!("{} was created by a different ContextVar", shown(token.value())?))
            );
        }
        if token.data.context.get() != Some(Context::current(thread).value()) {
            return Err(
                thread.raise_value_error(format!("{} was created in a different Context", shown(token.value())?))
            );
        }
        token.data.used.set(true);
        replace(thread, this.value(), token.data.old.get())?;
        Ok(())
    }
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
    #[method]
    fn __hash__(this: Value) -> i64 {
        dispatch::hash::identity(this)
    }
    #[method]
    fn __repr__(this: Gc<Payload<ContextVariable>>, thread: &Thread) -> PyResult<String> {
        let name = match this.data.name.get() {
            Some(name) => dispatch::text::repr(thread, name.value())?.to_str_lossy(thread).into_owned(),
            None => String::new(),
        };
        let default = match this.data.default.get() {
            Some(default) => format!(" default={}", dispatch::text::repr(thread, default)?.to_str_lossy(thread)),
            None => String::new(),
        };
        Ok(format!("<ContextVar name={name}{default} at {:#x}>", this.address()))
    }
}

/// What `ContextVar.set` returns.
pub struct Token {
    context: Slot,
    variable: Slot,
    old: Slot,
    used: Cell<bool>,
}

impl PayloadData for Token {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [&self.context, &self.variable, &self.old] {
            tracer.slot(slot);
        }
    }
}

/// Marks a variable that had no value.
pub struct MissingClass;

impl PayloadData for MissingClass {
    fn trace(&self, _: &mut Tracer) {}
}

#[py_class(name = "Token.MISSING", module = "builtins", payload, no_instances)]
impl MissingClass {
    #[method]
    fn __repr__(this: Value) -> &'static str {
        let _ = this;
        "<Token.MISSING>"
    }
}

fn missing(thread: &Thread) -> Value {
    let class = Type::of_spec(thread, <MissingClass as PyClass>::SPEC);
    let name = thread.vm().interner.intern_text(thread, "__instance__");
    match class.dictionary().get_str(thread, name) {
        Some(instance) => instance,
        None => {
            let instance = Payload::new(thread, class, MissingClass).value();
            class.dictionary().insert_str(thread, name, instance);
            instance
        }
    }
}

#[py_class(name = "Token", module = "_contextvars", payload, no_instances)]
impl Token {
    #[constant(name = "MISSING")]
    fn missing_marker(thread: &Thread) -> Value {
        missing(thread)
    }
    #[getter]
    fn var(this: Gc<Payload<Token>>) -> Value {
        this.data.variable.get().unwrap_or(Value::NONE)
    }
    #[getter]
    fn old_value(this: Gc<Payload<Token>>, thread: &Thread) -> Value {
        this.data.old.get().unwrap_or_else(|| missing(thread))
    }
    /// Enter into Token context manager.
    #[method(signature = "(self, /)")]
    fn __enter__(this: Gc<Payload<Token>>) -> Value {
        this.value()
    }
    /// Exit from Token context manager, restore the linked ContextVar.
    #[method(signature = "(self, type, value, traceback, /)")]
    fn __exit__(
        this: Gc<Payload<Token>>,
        thread: &Thread,
        class: Value,
        value: Value,
        traceback: Value,
    ) -> PyResult<()> {
        let _ = (class, value, traceback);
        let variable = this.data.variable.get().unwrap_or(Value::NONE);
        dispatch::call::call_method(
            thread,
            variable,
            thread.vm().interner.intern_text(thread, "reset"),
            &[this.value()],
        )?;
        Ok(())
    }
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
    #[method]
    fn __repr__(this: Gc<Payload<Token>>, thread: &Thread) -> PyResult<String> {
        let used = if this.data.used.get() { " used" } else { "" };
        let variable = dispatch::text::repr(thread, this.data.variable.get().unwrap_or(Value::NONE))?;
        Ok(format!("<Token{used} var={} at {:#x}>", variable.to_str_lossy(thread), this.address()))
    }
}

/// Context Variables
#[py_module(name = "_contextvars")]
pub mod contextvars {
    use super::*;
    use crate::types::module::Module;

    #[function]
    fn copy_context(thread: &Thread) -> Value {
        copy_current(thread)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        for spec in [<Context as PyClass>::SPEC, <ContextVariable as PyClass>::SPEC, <Token as PyClass>::SPEC] {
            module.set(thread, spec.name, Type::of_spec(thread, spec).value());
        }
        Ok(())
    }
}
