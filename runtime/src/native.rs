//! The interface of builtin functions, methods, classes and modules: how they are called and described.
//!
//! What lives here: the calling convention ([`NativeFn`], [`Arguments`]), the constant descriptions that the
//! macros of `taipan-macros` write ([`MethodSpec`], [`ClassSpec`], [`ModuleSpec`]) and, in the files below,
//! what the wrappers they generate call: [`binding`] (arguments to parameters, CPython's error messages),
//! [`convert`] (Python values to Rust types and back). What must not: any particular builtin, and the objects
//! made from the descriptions (`types/native_function.rs`, `types/type_object.rs`). Start at [`MethodSpec`].

pub mod binding;
pub mod convert;
pub mod suggest;

pub use binding::{Bound, Keywords, Parameter, Parameters, Receiver, Style};
pub use convert::{Downcast, FromArgument, FromOperand, IntoNext, IntoValue, Nullable, Place};

use crate::error::{PyResult, Raised};
use crate::object::{Gc, Kind};
use crate::thread::Thread;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// What a call passes: `values` holds the positional arguments (the receiver first for methods), then the
/// values of the keyword arguments, whose names are `names` in the same order.
///
/// Names are `str` objects, but may hold duplicates or not be identifiers when they came from `**mapping`.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    pub values: &'a [Value],
    pub names: Option<Gc<Tuple>>,
}

impl<'a> Arguments<'a> {
    /// No keyword arguments.
    #[inline(always)]
    pub fn of(values: &'a [Value]) -> Arguments<'a> {
        Arguments { values, names: None }
    }

    /// How many keyword arguments there are.
    #[inline(always)]
    pub fn keyword_count(&self) -> usize {
        self.names.map_or(0, |names| names.len())
    }

    /// The positional arguments.
    #[inline(always)]
    pub fn positional(&self) -> &'a [Value] {
        &self.values[..self.values.len() - self.keyword_count()]
    }

    /// The keyword arguments in the order of the call.
    pub fn keywords(&self) -> impl Iterator<Item = (Gc<Str>, Value)> + use<'a> {
        let first = self.values.len() - self.keyword_count();
        let names = self.names;
        self.values[first..].iter().enumerate().filter_map(move |(index, &value)| {
            let name = names?.get(index)?.cast::<Str>()?;
            Some((name, value))
        })
    }

    /// The same call without its first positional argument (the receiver), which there must be.
    #[inline(always)]
    pub fn without_first(&self) -> Arguments<'a> {
        Arguments { values: &self.values[1..], names: self.names }
    }
}

/// A builtin function as the interpreter calls it.
pub type NativeFn = fn(&Thread, Arguments<'_>) -> PyResult<Value>;
/// `__next__` without StopIteration: `None` when exhausted.
pub type NextFn = fn(&Thread, Value) -> PyResult<Option<Value>>;

/// A direct entry for a call with a fixed number of positional arguments (the receiver counts) and no
/// keywords: no parsing, no slice.
#[derive(Clone, Copy)]
pub enum FastEntry {
    None,
    Zero(fn(&Thread) -> PyResult<Value>),
    One(fn(&Thread, Value) -> PyResult<Value>),
    Two(fn(&Thread, Value, Value) -> PyResult<Value>),
    Three(fn(&Thread, Value, Value, Value) -> PyResult<Value>),
}

/// The direct entries of a function, one per number of positional arguments that it accepts.
///
/// `dict.get` has `two` and `three`: the optional parameters are constants in each entry.
#[derive(Clone, Copy)]
pub struct FastEntries {
    pub zero: Option<fn(&Thread) -> PyResult<Value>>,
    pub one: Option<fn(&Thread, Value) -> PyResult<Value>>,
    pub two: Option<fn(&Thread, Value, Value) -> PyResult<Value>>,
    pub three: Option<fn(&Thread, Value, Value, Value) -> PyResult<Value>>,
}

impl FastEntries {
    /// No direct entries: every call goes through [`MethodSpec::entry`].
    pub const NONE: FastEntries = FastEntries { zero: None, one: None, two: None, three: None };

    /// The entry for `count` positional arguments.
    pub const fn for_count(&self, count: usize) -> FastEntry {
        match (count, self.zero, self.one, self.two, self.three) {
            (0, Some(entry), ..) => FastEntry::Zero(entry),
            (1, _, Some(entry), ..) => FastEntry::One(entry),
            (2, _, _, Some(entry), _) => FastEntry::Two(entry),
            (3, _, _, _, Some(entry)) => FastEntry::Three(entry),
            _ => FastEntry::None,
        }
    }
}

/// What a builtin may do besides computing its result: a set of bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects(u8);

impl Effects {
    /// May raise an exception.
    pub const RAISES: Effects = Effects(1);
    /// May allocate, and so start a collection.
    pub const COLLECTS: Effects = Effects(2);
    /// May run Python code (operators, iteration, callbacks), which may do anything.
    pub const REENTERS: Effects = Effects(4);
    /// Reads and writes no state but its own arguments' immutable contents: equal arguments give equal
    /// results, and a call whose result nobody uses may be dropped if it cannot raise.
    pub const PURE: Effects = Effects(8);
    /// It prints, which shows what has been finalized before: it asks [`crate::types::prompt`].
    pub const SHOWS: Effects = Effects(16);
    /// As `SHOWS`, by looking at the file system.
    pub const SHOWS_FILES: Effects = Effects(32);
    /// What a builtin may do unless it says otherwise.
    pub const DEFAULT: Effects = Effects(1 | 2 | 4);

    /// Both sets.
    pub const fn with(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }

    /// This set less the other.
    pub const fn without(self, other: Effects) -> Effects {
        Effects(self.0 & !other.0)
    }

    /// All bits of `other` are set.
    pub const fn contains(self, other: Effects) -> bool {
        self.0 & other.0 == other.0
    }
}

/// How a function of a class or module is found and bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MethodKind {
    /// An instance method: a `method_descriptor`, or a `wrapper_descriptor` if its receiver is
    /// [`Receiver::Slot`].
    Method,
    ClassMethod,
    StaticMethod,
    /// `__new__`: a static method whose first argument is the class. The entry checks that this argument
    /// is a class; that it is a subclass is for the `__new__` object of the class to check
    /// ([`binding::not_a_subtype`] has the message), as `type.__call__` need not.
    New,
    /// A function of a module.
    Function,
}

/// A builtin function or method.
pub struct MethodSpec {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    /// `__text_signature__`: `($self, object, /)`.
    pub text_signature: Option<&'static str>,
    pub kind: MethodKind,
    /// Takes any call.
    pub entry: NativeFn,
    /// Take calls with few positional arguments.
    pub fast: FastEntries,
    /// `__next__` of iterators that end by returning `None`.
    pub next: Option<NextFn>,
    pub effects: Effects,
    /// The parameters after the receiver, and the name and wording for messages.
    pub parameters: &'static Parameters,
}

/// A computed attribute of a class.
pub struct GetSetSpec {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub get: fn(&Thread, Value) -> PyResult<Value>,
    pub set: Option<fn(&Thread, Value, Value) -> PyResult<()>>,
    pub delete: Option<fn(&Thread, Value) -> PyResult<()>>,
    /// A structure member of CPython's: where it cannot be set, the message is another.
    pub member: bool,
}

/// A constant of a class or module.
pub struct ConstantSpec {
    pub name: &'static str,
    pub value: ConstantValue,
}

/// The value of a [`ConstantSpec`].
#[derive(Clone, Copy)]
pub enum ConstantValue {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(&'static str),
    /// Computed once per `Vm`, when the class or module is made.
    Compute(fn(&Thread) -> PyResult<Value>),
}

impl ConstantValue {
    /// The Python value.
    pub fn make(&self, thread: &Thread) -> PyResult<Value> {
        match *self {
            ConstantValue::None => Ok(Value::NONE),
            ConstantValue::Bool(b) => Ok(Value::from_bool(b)),
            ConstantValue::Int(n) => n.into_value(thread),
            ConstantValue::Float(x) => x.into_value(thread),
            ConstantValue::Str(s) => s.into_value(thread),
            ConstantValue::Compute(compute) => compute(thread),
        }
    }
}

/// Properties of a builtin class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassFlags {
    /// Python classes may derive from it (`Py_TPFLAGS_BASETYPE`).
    pub subclassable: bool,
    /// `__hash__` is `None`.
    pub unhashable: bool,
    /// Calling it is a TypeError: "cannot create 'x' instances".
    pub no_instances: bool,
    /// Instances have a `__dict__`.
    pub dict: bool,
    /// Attributes can be set on the class itself (CPython's heap types without `IMMUTABLETYPE`).
    pub mutable: bool,
}

/// Methods and attributes of a class that stand in another file than its main block.
pub struct MethodsSpec {
    pub methods: &'static [MethodSpec],
    pub getters: &'static [GetSetSpec],
    pub constants: &'static [ConstantSpec],
}

/// A builtin class.
pub struct ClassSpec {
    pub name: &'static str,
    /// `__module__`; `builtins` for the builtin classes.
    pub module: &'static str,
    pub doc: Option<&'static str>,
    /// `__text_signature__` of the class: its constructor's parameters.
    pub text_signature: Option<&'static str>,
    /// `None` is `object`.
    pub base: Option<&'static ClassSpec>,
    /// Layout of instances, if the block named it.
    pub kind: Option<Kind>,
    /// Bytes of the fixed part of instances, where the kind does not tell (payloads).
    pub size: Option<usize>,
    pub flags: ClassFlags,
    pub own: MethodsSpec,
    pub extend: &'static [&'static MethodsSpec],
}

impl ClassSpec {
    fn parts(&'static self) -> impl Iterator<Item = &'static MethodsSpec> {
        std::iter::once(&self.own).chain(self.extend.iter().copied())
    }

    /// All methods, those of the main block first.
    pub fn methods(&'static self) -> impl Iterator<Item = &'static MethodSpec> {
        self.parts().flat_map(|part| part.methods)
    }

    /// All computed attributes.
    pub fn getters(&'static self) -> impl Iterator<Item = &'static GetSetSpec> {
        self.parts().flat_map(|part| part.getters)
    }

    /// All class constants.
    pub fn constants(&'static self) -> impl Iterator<Item = &'static ConstantSpec> {
        self.parts().flat_map(|part| part.constants)
    }

    /// The name as messages about descriptors show it: `list`, `collections.deque`.
    pub fn full_name(&self) -> String {
        if self.module == "builtins" { self.name.to_owned() } else { format!("{}.{}", self.module, self.name) }
    }
}

/// A Rust type that is the implementation of a Python class; made by `#[py_class]`.
pub trait PyClass {
    const SPEC: &'static ClassSpec;
}

/// A builtin module, or the part of one that stands in one file.
pub struct ModuleSpec {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub functions: &'static [MethodSpec],
    pub constants: &'static [ConstantSpec],
    pub classes: &'static [&'static ClassSpec],
    /// Runs after everything above is in the module.
    pub init: Option<fn(&Thread, Gc<Module>) -> PyResult<()>>,
    /// Further parts of the same module.
    pub extend: &'static [&'static ModuleSpec],
}

impl ModuleSpec {
    /// This part, then the parts it names.
    pub fn parts(&'static self) -> impl Iterator<Item = &'static ModuleSpec> {
        std::iter::once(self).chain(self.extend.iter().copied())
    }
}

/// Raises the StopIteration that `__next__` gives to Python code when the iterator is exhausted, with the value by which
/// what it iterates ended.
#[cold]
pub fn exhausted(thread: &Thread) -> Raised {
    let value = thread.end_value.take().unwrap_or(Value::NONE);
    crate::types::generator::raise_stop_iteration(thread, value)
}
