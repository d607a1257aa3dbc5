//! `_typing`: type parameters, type aliases and `Generic` (PEP 484, 612, 646, 695, 696).
//!
//! What lives here: the classes that the `typing` module takes from native code, and the functions behind the
//! syntax of type parameters ([`syntax`]). What must not: unions and `list[int]` (`types/union_type.rs`,
//! `types/generic_alias.rs`). Start at [`TypeParameter`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{Keywords, PyClass};
use crate::object::{Gc, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::generic_alias::GenericAlias;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::{py_class, py_module};

/// Which kind of type parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParameterKind {
    TypeVar,
    ParamSpec,
    TypeVarTuple,
}

/// A value that is given, or computed by a function on first use.
pub struct Lazy {
    value: Slot,
    evaluate: Slot,
}

impl Lazy {
    fn of(value: Option<Value>) -> Lazy {
        Lazy { value: Slot::from_option(value), evaluate: Slot::empty() }
    }

    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.value);
        tracer.slot(&self.evaluate);
    }

    fn is_given(&self) -> bool {
        self.value.get().is_some() || self.evaluate.get().is_some()
    }
}

/// The value of a lazy part of `owner`, computed if need be.
fn force<T: PayloadData>(thread: &Thread, owner: Gc<Payload<T>>, lazy: &Lazy) -> PyResult<Option<Value>> {
    if let Some(value) = lazy.value.get() {
        return Ok(Some(value));
    }
    let Some(function) = lazy.evaluate.get() else { return Ok(None) };
    let value = dispatch::call::call(thread, function, &[Value::small_wrapping(1)])?;
    owner.store(thread, &lazy.value, value);
    Ok(Some(value))
}

/// What `evaluate_bound` and friends give: the function, or one that returns the value.
fn evaluator(thread: &Thread, lazy: &Lazy) -> Value {
    match (lazy.evaluate.get(), lazy.value.get()) {
        (Some(function), _) => function,
        (None, Some(value)) => ConstantEvaluator::make(thread, value),
        (None, None) => Value::NONE,
    }
}

/// A TypeVar, ParamSpec or TypeVarTuple.
pub struct TypeParameter {
    kind: ParameterKind,
    name: Slot,
    bound: Lazy,
    constraints: Lazy,
    default: Lazy,
    covariant: Cell<bool>,
    contravariant: Cell<bool>,
    infer_variance: Cell<bool>,
}

impl PayloadData for TypeParameter {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.name);
        self.bound.trace(tracer);
        self.constraints.trace(tracer);
        self.default.trace(tracer);
    }
}

type Parameter = Gc<Payload<TypeParameter>>;

/// The options of the constructors.
#[derive(Default)]
struct Options {
    bound: Option<Value>,
    default: Option<Value>,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

impl TypeParameter {
    fn spec(kind: ParameterKind) -> &'static crate::native::ClassSpec {
        match kind {
            ParameterKind::TypeVar => <TypeParameter as PyClass>::SPEC,
            ParameterKind::ParamSpec => <ParamSpecClass as PyClass>::SPEC,
            ParameterKind::TypeVarTuple => <TypeVarTupleClass as PyClass>::SPEC,
        }
    }

    fn allocate(
        thread: &Thread,
        kind: ParameterKind,
        name: Value,
        constraints: Option<Value>,
        options: Options,
    ) -> Parameter {
        let class = Type::of_spec(thread, TypeParameter::spec(kind));
        let parameter = Payload::new(
            thread,
            class,
            TypeParameter {
                kind,
                name: Slot::new(name),
                bound: Lazy::of(options.bound),
                constraints: Lazy::of(constraints),
                default: Lazy::of(options.default),
                covariant: Cell::new(options.covariant),
                contravariant: Cell::new(options.contravariant),
                infer_variance: Cell::new(options.infer_variance),
            },
        );
        let names = &thread.vm().names;
        if let Some(globals) = (thread.vm().hooks().current_globals)(thread)
            && let Some(module) = globals.get_str(thread, names.__name__)
        {
            crate::types::instance::set_attribute(thread, parameter.header(), names.__module__, module);
        }
        parameter
    }

    fn checked(
        thread: &Thread,
        kind: ParameterKind,
        name: Value,
        constraints: &[Value],
        options: Options,
    ) -> PyResult<Parameter> {
        let class = match kind {
            ParameterKind::TypeVar => "typevar",
            ParameterKind::ParamSpec => "paramspec",
            ParameterKind::TypeVarTuple => "typevartuple",
        };
        if name.cast::<Str>().is_none() {
            return Err(thread
                .raise_type_error(format!("{class}() argument 'name' must be str, not {}", thread.type_name(name))));
        }
        if options.covariant && options.contravariant {
            return Err(thread.raise_value_error("Bivariant types are not supported."));
        }
        if options.infer_variance && (options.covariant || options.contravariant) {
            return Err(thread.raise_value_error("Variance cannot be specified with infer_variance."));
        }
        if constraints.len() == 1 {
            return Err(thread.raise_type_error("A single constraint is not allowed"));
        }
        if !constraints.is_empty() && options.bound.is_some() {
            return Err(thread.raise_type_error("Constraints cannot be combined with bound=..."));
        }
        let constraints = if constraints.is_empty() { None } else { Some(Tuple::new(thread, constraints).value()) };
        Ok(TypeParameter::allocate(thread, kind, name, constraints, options))
    }

    fn name_text(&self, thread: &Thread) -> String {
        self.name.get().and_then(|n| n.cast::<Str>()).map(|n| n.to_str_lossy(thread).into_owned()).unwrap_or_default()
    }
}

/// Calls a function of the `typing` module.
fn call_typing(thread: &Thread, function: &str, arguments: &[Value]) -> PyResult<Value> {
    let typing = crate::modules::import::import_name(thread, "typing")?;
    let function = dispatch::attr::get(thread, typing, thread.vm().interner.intern_text(thread, function))?;
    dispatch::call::call(thread, function, arguments)
}

fn no_default(thread: &Thread) -> Value {
    let class = Type::of_spec(thread, <NoDefaultClass as PyClass>::SPEC);
    let name = thread.vm().interner.intern_text(thread, "__instance__");
    match class.dictionary().get_str(thread, name) {
        Some(instance) => instance,
        None => {
            let instance = Payload::new(thread, class, NoDefaultClass).value();
            class.dictionary().insert_str(thread, name, instance);
            instance
        }
    }
}

/// The type of the NoDefault singleton.
pub struct NoDefaultClass;

impl PayloadData for NoDefaultClass {
    fn trace(&self, _: &mut Tracer) {}
}

/// The type of the NoDefault singleton.
#[py_class(name = "NoDefaultType", module = "typing", payload)]
impl NoDefaultClass {
    #[new(signature = "()")]
    fn new(class: Gc<Type>, thread: &Thread) -> Value {
        let _ = class;
        no_default(thread)
    }
    #[method]
    fn __repr__(this: Value) -> &'static str {
        let _ = this;
        "typing.NoDefault"
    }
    #[method(signature = "(self, /)")]
    fn __reduce__(this: Value) -> &'static str {
        let _ = this;
        "NoDefault"
    }
}

/// A function that returns a constant: what `evaluate_bound` gives for an eager bound.
pub struct ConstantEvaluator {
    value: Slot,
}

impl PayloadData for ConstantEvaluator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.value);
    }
}

impl ConstantEvaluator {
    fn make(thread: &Thread, value: Value) -> Value {
        let class = Type::of_spec(thread, <ConstantEvaluator as PyClass>::SPEC);
        Payload::new(thread, class, ConstantEvaluator { value: Slot::new(value) }).value()
    }
}

#[py_class(name = "_ConstEvaluator", module = "_typing", payload, no_instances)]
impl ConstantEvaluator {
    #[method(signature = "(self, format, /)")]
    fn __call__(this: Gc<Payload<ConstantEvaluator>>, thread: &Thread, format: i64) -> PyResult<Value> {
        let value = this.data.value.get().unwrap_or(Value::NONE);
        if format == 4 {
            return Ok(Str::new(thread, &crate::types::generic_alias::argument_text(thread, value)?).value());
        }
        Ok(value)
    }
    #[method]
    fn __repr__(this: Gc<Payload<ConstantEvaluator>>, thread: &Thread) -> PyResult<String> {
        let value = this.data.value.get().unwrap_or(Value::NONE);
        Ok(format!("<constevaluator {}>", dispatch::text::repr(thread, value)?.to_str_lossy(thread)))
    }
}

macro_rules! common_members {
    ($module:ident, $name:literal, $kind:ident) => {
        mod $module {
            use super::*;
            use taipan_macros::py_methods;

            fn is_own(value: Value) -> bool {
                Payload::<TypeParameter>::cast(value).is_some_and(|p| p.data.kind == ParameterKind::$kind)
            }

            /// Groups what all type parameters have.
            pub struct Common;

            #[py_methods(class = $name, module = "typing", check = is_own)]
            impl Common {
                #[getter(name = "__name__")]
                fn name(this: Gc<Payload<TypeParameter>>) -> Value {
                    this.data.name.get().unwrap_or(Value::NONE)
                }
                #[getter(name = "__default__")]
                fn default(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> PyResult<Value> {
                    Ok(force(thread, this, &this.data.default)?.unwrap_or_else(|| no_default(thread)))
                }
                #[getter]
                fn evaluate_default(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> Value {
                    evaluator(thread, &this.data.default)
                }
                #[method(signature = "(self, /)")]
                fn has_default(this: Gc<Payload<TypeParameter>>) -> bool {
                    this.data.default.is_given()
                }
                #[method(signature = "(self, /)")]
                fn __reduce__(this: Gc<Payload<TypeParameter>>) -> Value {
                    this.data.name.get().unwrap_or(Value::NONE)
                }
                #[method(signature = "(self, bases, /)")]
                fn __mro_entries__(this: Gc<Payload<TypeParameter>>, thread: &Thread, bases: Value) -> PyResult<Value> {
                    let _ = (this, bases);
                    Err(thread.raise_type_error(concat!("Cannot subclass an instance of ", $name)))
                }
                #[method]
                fn __or__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                    crate::types::union_type::union_with_strings(thread, this, other)
                }
                #[method]
                fn __ror__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
                    crate::types::union_type::union_with_strings(thread, other, this)
                }
            }
        }
    };
}

common_members!(of_type_var, "TypeVar", TypeVar);
common_members!(of_param_spec, "ParamSpec", ParamSpec);
common_members!(of_type_var_tuple, "TypeVarTuple", TypeVarTuple);

fn variance_repr(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> String {
    let name = this.data.name_text(thread);
    match (this.data.infer_variance.get(), this.data.covariant.get(), this.data.contravariant.get()) {
        (true, ..) => name,
        (_, true, _) => format!("+{name}"),
        (_, _, true) => format!("-{name}"),
        _ => format!("~{name}"),
    }
}

/// Type variable.
///
/// The preferred way to construct a type variable is via the dedicated
/// syntax for generic functions, classes, and type aliases::
///
///     class Sequence[T]:  # T is a TypeVar
///         ...
#[py_class(name = "TypeVar", module = "typing", payload, dict, extend = [of_type_var::METHODS])]
impl TypeParameter {
    #[new(
        signature = "(name, *constraints, bound=None, default=<unrepresentable>, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        name: Value,
        constraints: &[Value],
        bound: Option<Value>,
        default: Option<Value>,
        covariant: Option<bool>,
        contravariant: Option<bool>,
        infer_variance: Option<bool>,
    ) -> PyResult<Value> {
        let _ = class;
        let bound = match bound.filter(|b| !b.is_none()) {
            Some(bound) => {
                Some(call_typing(thread, "_type_check", &[bound, Str::new(thread, "Bound must be a type.").value()])?)
            }
            None => None,
        };
        let options = Options {
            bound,
            default: default.filter(|d| *d != no_default(thread)),
            covariant: covariant.unwrap_or(false),
            contravariant: contravariant.unwrap_or(false),
            infer_variance: infer_variance.unwrap_or(false),
        };
        Ok(TypeParameter::checked(thread, ParameterKind::TypeVar, name, constraints, options)?.value())
    }
    #[getter(name = "__bound__")]
    fn bound(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> PyResult<Value> {
        Ok(force(thread, this, &this.data.bound)?.unwrap_or(Value::NONE))
    }
    #[getter]
    fn evaluate_bound(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> Value {
        evaluator(thread, &this.data.bound)
    }
    #[getter(name = "__constraints__")]
    fn constraints(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> PyResult<Value> {
        match force(thread, this, &this.data.constraints)? {
            Some(constraints) => Ok(constraints),
            None => Ok(Tuple::new(thread, &[]).value()),
        }
    }
    #[getter]
    fn evaluate_constraints(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> Value {
        evaluator(thread, &this.data.constraints)
    }
    #[getter(name = "__covariant__")]
    fn covariant(this: Gc<Payload<TypeParameter>>) -> bool {
        this.data.covariant.get()
    }
    #[getter(name = "__contravariant__")]
    fn contravariant(this: Gc<Payload<TypeParameter>>) -> bool {
        this.data.contravariant.get()
    }
    #[getter(name = "__infer_variance__")]
    fn infer_variance(this: Gc<Payload<TypeParameter>>) -> bool {
        this.data.infer_variance.get()
    }
    #[method(signature = "(self, arg, /)")]
    fn __typing_subst__(this: Gc<Payload<TypeParameter>>, thread: &Thread, argument: Value) -> PyResult<Value> {
        call_typing(thread, "_typevar_subst", &[this.value(), argument])
    }
    #[method(signature = "(self, alias, args, /)")]
    fn __typing_prepare_subst__(
        this: Gc<Payload<TypeParameter>>,
        thread: &Thread,
        alias: Value,
        arguments: Value,
    ) -> PyResult<Value> {
        prepare_with_default(thread, this, alias, arguments)
    }
    #[method]
    fn __repr__(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> String {
        variance_repr(this, thread)
    }
}

/// Fills in the default of a parameter that got no argument.
fn prepare_with_default(
    thread: &Thread,
    this: Gc<Payload<TypeParameter>>,
    alias: Value,
    arguments: Value,
) -> PyResult<Value> {
    let parameters = dispatch::attr::get(thread, alias, thread.vm().interner.intern_text(thread, "__parameters__"))?;
    let (Some(parameters), Some(given)) = (parameters.cast::<Tuple>(), arguments.cast::<Tuple>()) else {
        return Ok(arguments);
    };
    let Some(index) = parameters.items().iter().position(|&p| p == this.value()) else { return Ok(arguments) };
    if index < given.items().len() {
        return Ok(arguments);
    }
    if index == given.items().len()
        && let Some(default) = force(thread, this, &this.data.default)?
    {
        let mut values = ScratchVec::from_slice(thread, given.items());
        values.push(thread, default);
        return Ok(Tuple::new(thread, &values).value());
    }
    let shown = dispatch::text::repr(thread, alias)?.to_str_lossy(thread).into_owned();
    Err(thread.raise_type_error(format!("Too few arguments for {shown}")))
}

fn is_param_spec(value: Value) -> bool {
    Payload::<TypeParameter>::cast(value).is_some_and(|p| p.data.kind == ParameterKind::ParamSpec)
}

/// Spec marker of `ParamSpec`.
pub struct ParamSpecClass;

/// Parameter specification variable.
#[py_class(name = "ParamSpec", module = "typing", data = TypeParameter, dict, check = is_param_spec, extend = [of_param_spec::METHODS])]
impl ParamSpecClass {
    #[new(
        signature = "(name, *, bound=None, default=<unrepresentable>, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        name: Value,
        bound: Option<Value>,
        default: Option<Value>,
        covariant: Option<bool>,
        contravariant: Option<bool>,
        infer_variance: Option<bool>,
    ) -> PyResult<Value> {
        let _ = class;
        let options = Options {
            bound: bound.filter(|b| !b.is_none()),
            default: default.filter(|d| *d != no_default(thread)),
            covariant: covariant.unwrap_or(false),
            contravariant: contravariant.unwrap_or(false),
            infer_variance: infer_variance.unwrap_or(false),
        };
        Ok(TypeParameter::checked(thread, ParameterKind::ParamSpec, name, &[], options)?.value())
    }
    #[getter(name = "__bound__")]
    fn bound(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> PyResult<Value> {
        Ok(force(thread, this, &this.data.bound)?.unwrap_or(Value::NONE))
    }
    #[getter(name = "__covariant__")]
    fn covariant(this: Gc<Payload<TypeParameter>>) -> bool {
        this.data.covariant.get()
    }
    #[getter(name = "__contravariant__")]
    fn contravariant(this: Gc<Payload<TypeParameter>>) -> bool {
        this.data.contravariant.get()
    }
    #[getter(name = "__infer_variance__")]
    fn infer_variance(this: Gc<Payload<TypeParameter>>) -> bool {
        this.data.infer_variance.get()
    }
    #[getter]
    fn args(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> Value {
        ParameterPart::make(thread, this.value(), <ParameterPart as PyClass>::SPEC)
    }
    #[getter]
    fn kwargs(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> Value {
        ParameterPart::make(thread, this.value(), <KeywordPartClass as PyClass>::SPEC)
    }
    #[method(signature = "(self, arg, /)")]
    fn __typing_subst__(this: Gc<Payload<TypeParameter>>, thread: &Thread, argument: Value) -> PyResult<Value> {
        call_typing(thread, "_paramspec_subst", &[this.value(), argument])
    }
    #[method(signature = "(self, alias, args, /)")]
    fn __typing_prepare_subst__(
        this: Gc<Payload<TypeParameter>>,
        thread: &Thread,
        alias: Value,
        arguments: Value,
    ) -> PyResult<Value> {
        call_typing(thread, "_paramspec_prepare_subst", &[this.value(), alias, arguments])
    }
    #[method]
    fn __repr__(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> String {
        variance_repr(this, thread)
    }
}

/// `P.args` and `P.kwargs`.
pub struct ParameterPart {
    origin: Slot,
}

impl PayloadData for ParameterPart {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.origin);
    }
}

impl ParameterPart {
    fn make(thread: &Thread, origin: Value, spec: &'static crate::native::ClassSpec) -> Value {
        Payload::new(thread, Type::of_spec(thread, spec), ParameterPart { origin: Slot::new(origin) }).value()
    }

    fn origin(&self) -> Value {
        self.origin.get().unwrap_or(Value::NONE)
    }

    fn origin_text(&self, thread: &Thread) -> PyResult<String> {
        match Payload::<TypeParameter>::cast(self.origin()) {
            Some(parameter) => Ok(parameter.data.name_text(thread)),
            None => Ok(dispatch::text::repr(thread, self.origin())?.to_str_lossy(thread).into_owned()),
        }
    }
}

macro_rules! parameter_part {
    ($class:ident, $name:literal, $suffix:literal, $spec:ident, $layout:ident $($kind:tt)*) => {
        #[doc = concat!("The ", $suffix, " of a ParamSpec.")]
        #[py_class(name = $name, module = "typing", $layout $($kind)*)]
        impl $class {
            #[new]
            fn new(class: Gc<Type>, thread: &Thread, origin: Value) -> Value {
                let _ = class;
                ParameterPart::make(thread, origin, <$class as PyClass>::SPEC)
            }
            #[getter(name = "__origin__")]
            fn get_origin(this: Gc<Payload<ParameterPart>>) -> Value {
                this.data.origin()
            }
            #[method]
            fn __eq__(this: Gc<Payload<ParameterPart>>, thread: &Thread, other: Value) -> PyResult<Value> {
                if thread.class_of(other) != thread.class_of(this.value()) {
                    return Ok(Value::NOT_IMPLEMENTED);
                }
                match Payload::<ParameterPart>::cast(other) {
                    Some(other) => Ok(Value::from_bool(dispatch::compare::equals(thread, this.data.origin(), other.data.origin())?)),
                    None => Ok(Value::NOT_IMPLEMENTED),
                }
            }
            #[method]
            fn __repr__(this: Gc<Payload<ParameterPart>>, thread: &Thread) -> PyResult<String> {
                Ok(format!(concat!("{}.", $suffix), this.data.origin_text(thread)?))
            }
        }
    };
}

/// Spec marker of `ParamSpecKwargs`.
pub struct KeywordPartClass;

parameter_part!(ParameterPart, "ParamSpecArgs", "args", ARGS, payload);
parameter_part!(KeywordPartClass, "ParamSpecKwargs", "kwargs", KWARGS, data = ParameterPart);

fn is_type_var_tuple(value: Value) -> bool {
    Payload::<TypeParameter>::cast(value).is_some_and(|p| p.data.kind == ParameterKind::TypeVarTuple)
}

/// Spec marker of `TypeVarTuple`.
pub struct TypeVarTupleClass;

/// Type variable tuple. A specialized form of type variable that enables
/// variadic generics.
#[py_class(name = "TypeVarTuple", module = "typing", data = TypeParameter, dict, check = is_type_var_tuple, extend = [of_type_var_tuple::METHODS])]
impl TypeVarTupleClass {
    #[new(signature = "(name, *, default=<unrepresentable>)")]
    fn new(class: Gc<Type>, thread: &Thread, name: Value, default: Option<Value>) -> PyResult<Value> {
        let _ = class;
        let options = Options { default: default.filter(|d| *d != no_default(thread)), ..Options::default() };
        Ok(TypeParameter::checked(thread, ParameterKind::TypeVarTuple, name, &[], options)?.value())
    }
    #[method]
    fn __iter__(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> PyResult<Value> {
        let unpacked = unpack(thread, this.value())?;
        dispatch::iter::get_iter(thread, Tuple::new(thread, &[unpacked]).value())
    }
    #[method(signature = "(self, arg, /)")]
    fn __typing_subst__(this: Gc<Payload<TypeParameter>>, thread: &Thread, argument: Value) -> PyResult<Value> {
        let _ = (this, argument);
        Err(thread.raise_type_error("Substitution of bare TypeVarTuple is not supported"))
    }
    #[method(signature = "(self, alias, args, /)")]
    fn __typing_prepare_subst__(
        this: Gc<Payload<TypeParameter>>,
        thread: &Thread,
        alias: Value,
        arguments: Value,
    ) -> PyResult<Value> {
        call_typing(thread, "_typevartuple_prepare_subst", &[this.value(), alias, arguments])
    }
    #[method]
    fn __repr__(this: Gc<Payload<TypeParameter>>, thread: &Thread) -> String {
        this.data.name_text(thread)
    }
}

/// `typing.Unpack[parameter]`.
fn unpack(thread: &Thread, parameter: Value) -> PyResult<Value> {
    let typing = crate::modules::import::import_name(thread, "typing")?;
    let unpack = dispatch::attr::get(thread, typing, thread.vm().interner.intern_text(thread, "Unpack"))?;
    dispatch::subscript::get_item(thread, unpack, parameter)
}

/// A type alias made by the `type` statement.
pub struct TypeAlias {
    name: Slot,
    parameters: Slot,
    value: Lazy,
    module: Slot,
}

impl PayloadData for TypeAlias {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [&self.name, &self.parameters, &self.module] {
            tracer.slot(slot);
        }
        self.value.trace(tracer);
    }
}

impl TypeAlias {
    fn make(thread: &Thread, name: Value, parameters: Value, value: Lazy) -> Value {
        let module =
            (thread.vm().hooks().current_globals)(thread).and_then(|g| g.get_str(thread, thread.vm().names.__name__));
        let class = Type::of_spec(thread, <TypeAlias as PyClass>::SPEC);
        let data = TypeAlias {
            name: Slot::new(name),
            parameters: Slot::new(parameters),
            value,
            module: Slot::from_option(module),
        };
        Payload::new(thread, class, data).value()
    }
}

/// Type alias.
///
/// Type aliases are created through the type statement::
///
///     type Alias = int
#[py_class(name = "TypeAliasType", module = "typing", payload)]
impl TypeAlias {
    #[new(signature = "(name, value, *, type_params=())")]
    fn new(class: Gc<Type>, thread: &Thread, name: Value, value: Value, type_params: Option<Value>) -> PyResult<Value> {
        let _ = class;
        if name.cast::<Str>().is_none() {
            return Err(thread
                .raise_type_error(format!("typealias() argument 'name' must be str, not {}", thread.type_name(name))));
        }
        let parameters = match type_params {
            Some(parameters) if parameters.cast::<Tuple>().is_none() => {
                return Err(thread.raise_type_error("type_params must be a tuple"));
            }
            Some(parameters) => parameters,
            None => Tuple::new(thread, &[]).value(),
        };
        Ok(TypeAlias::make(thread, name, parameters, Lazy::of(Some(value))))
    }
    #[getter(name = "__name__")]
    fn name(this: Gc<Payload<TypeAlias>>) -> Value {
        this.data.name.get().unwrap_or(Value::NONE)
    }
    #[getter(name = "__value__")]
    fn value(this: Gc<Payload<TypeAlias>>, thread: &Thread) -> PyResult<Value> {
        Ok(force(thread, this, &this.data.value)?.unwrap_or(Value::NONE))
    }
    #[getter]
    fn evaluate_value(this: Gc<Payload<TypeAlias>>, thread: &Thread) -> Value {
        evaluator(thread, &this.data.value)
    }
    #[getter(name = "__type_params__")]
    fn type_params(this: Gc<Payload<TypeAlias>>, thread: &Thread) -> Value {
        this.data.parameters.get().unwrap_or_else(|| Tuple::new(thread, &[]).value())
    }
    #[getter(name = "__parameters__")]
    fn parameters(this: Gc<Payload<TypeAlias>>, thread: &Thread) -> PyResult<Value> {
        let mut result = ScratchVec::new();
        if let Some(parameters) = this.data.parameters.get().and_then(|p| p.cast::<Tuple>()) {
            for &parameter in parameters.items() {
                let shown = if is_type_var_tuple(parameter) { unpack(thread, parameter)? } else { parameter };
                result.push(thread, shown);
            }
        }
        Ok(Tuple::new(thread, &result).value())
    }
    #[getter(name = "__module__")]
    fn module(this: Gc<Payload<TypeAlias>>) -> Value {
        this.data.module.get().unwrap_or(Value::NONE)
    }
    #[method(signature = "(self, key, /)", style = "one")]
    fn __getitem__(this: Gc<Payload<TypeAlias>>, thread: &Thread, key: Value) -> PyResult<Value> {
        if this.data.parameters.get().and_then(|p| p.cast::<Tuple>()).is_none_or(|p| p.items().is_empty()) {
            return Err(thread.raise_type_error("Only generic type aliases are subscriptable"));
        }
        Ok(GenericAlias::make(thread, this.value(), key).value())
    }
    #[method]
    fn __or__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        crate::types::union_type::make_union(thread, &[this, other])
    }
    #[method]
    fn __ror__(this: Value, thread: &Thread, other: Value) -> PyResult<Value> {
        crate::types::union_type::make_union(thread, &[other, this])
    }
    #[method(signature = "(self, /)")]
    fn __reduce__(this: Gc<Payload<TypeAlias>>) -> Value {
        this.data.name.get().unwrap_or(Value::NONE)
    }
    #[method]
    fn __repr__(this: Gc<Payload<TypeAlias>>, thread: &Thread) -> String {
        this.data
            .name
            .get()
            .and_then(|n| n.cast::<Str>())
            .map(|n| n.to_str_lossy(thread).into_owned())
            .unwrap_or_default()
    }
}

/// Spec marker of `Generic`.
pub struct GenericClass;

/// Abstract base class for generic types.
///
/// On Python 3.12 and newer, generic classes implicitly inherit from
/// Generic when they declare a parameter list after the class's name::
///
///     class Mapping[KT, VT]:
///         def __getitem__(self, key: KT) -> VT:
///             ...
#[py_class(name = "Generic", module = "typing", subclassable)]
impl GenericClass {
    /// Parameterizes a generic class.
    #[classmethod(signature = "(cls, /, *args, **kwargs)")]
    fn __class_getitem__(
        class: Gc<Type>,
        thread: &Thread,
        arguments: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult<Value> {
        let _ = keywords;
        let mut values = ScratchVec::from_slice(thread, &[class.value()]);
        values.extend_from_slice(thread, arguments);
        call_typing(thread, "_generic_class_getitem", &values)
    }
    /// Function to initialize subclasses.
    #[classmethod(signature = "(cls, /, *args, **kwargs)")]
    fn __init_subclass__(
        class: Gc<Type>,
        thread: &Thread,
        arguments: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult<()> {
        let typing = crate::modules::import::import_name(thread, "typing")?;
        let name = thread.vm().interner.intern_text(thread, "_generic_init_subclass");
        let function = dispatch::attr::get(thread, typing, name)?;
        let mut values = ScratchVec::from_slice(thread, &[class.value()]);
        values.extend_from_slice(thread, arguments);
        dispatch::call::call_keywords(thread, function, &values, keywords)?;
        Ok(())
    }
}

/// What the syntax of type parameters (PEP 695, PEP 696) compiles to.
pub mod syntax {
    use super::*;

    /// A type parameter of a parameter list: variance is inferred, the module is the running one.
    pub fn parameter(thread: &Thread, kind: ParameterKind, name: Value) -> Value {
        let options = Options { infer_variance: kind != ParameterKind::TypeVarTuple, ..Options::default() };
        TypeParameter::allocate(thread, kind, name, None, options).value()
    }

    /// A TypeVar with a bound, or with constraints, computed by `evaluate`.
    pub fn bounded(thread: &Thread, name: Value, evaluate: Value, constraints: bool) -> Value {
        let parameter = TypeParameter::allocate(
            thread,
            ParameterKind::TypeVar,
            name,
            None,
            Options { infer_variance: true, ..Options::default() },
        );
        let part = if constraints { &parameter.data.constraints } else { &parameter.data.bound };
        parameter.store(thread, &part.evaluate, evaluate);
        parameter.value()
    }

    /// Makes `evaluate` the function that computes the default of `parameter`.
    pub fn set_default(thread: &Thread, parameter: Value, evaluate: Value) {
        if let Some(parameter) = Payload::<TypeParameter>::cast(parameter) {
            parameter.store(thread, &parameter.data.default.evaluate, evaluate);
        }
    }

    /// The alias of a `type` statement; `parameters` a tuple or None.
    pub fn alias(thread: &Thread, name: Value, parameters: Value, evaluate: Value) -> Value {
        let parameters = if parameters.is_none() { Tuple::new(thread, &[]).value() } else { parameters };
        TypeAlias::make(thread, name, parameters, Lazy { value: Slot::empty(), evaluate: Slot::new(evaluate) })
    }

    /// `Generic[parameters]`, TypeVarTuples unpacked: the implicit last base of a generic class.
    pub fn subscript_generic(thread: &Thread, parameters: Value) -> PyResult<Value> {
        let mut items = ScratchVec::new();
        if let Some(parameters) = parameters.cast::<Tuple>() {
            for &parameter in parameters.items() {
                let item = if is_type_var_tuple(parameter) { unpack(thread, parameter)? } else { parameter };
                items.push(thread, item);
            }
        }
        let generic = Type::of_spec(thread, <GenericClass as PyClass>::SPEC);
        let items = Tuple::new(thread, &items);
        call_typing(thread, "_GenericAlias", &[generic.value(), items.value()])
    }
}

/// Primitives and accelerators for the typing module.
#[py_module(name = "_typing")]
pub mod typing {
    use super::*;
    use crate::types::module::Module;

    #[function]
    fn _idfunc(x: Value) -> Value {
        x
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let specs = [
            <TypeParameter as PyClass>::SPEC,
            <ParamSpecClass as PyClass>::SPEC,
            <TypeVarTupleClass as PyClass>::SPEC,
            <ParameterPart as PyClass>::SPEC,
            <KeywordPartClass as PyClass>::SPEC,
            <TypeAlias as PyClass>::SPEC,
            <GenericClass as PyClass>::SPEC,
            <crate::types::union_type::UnionType as PyClass>::SPEC,
        ];
        for spec in specs {
            module.set(thread, spec.name, Type::of_spec(thread, spec).value());
        }
        module.set(thread, "NoDefault", no_default(thread));
        Ok(())
    }
}
