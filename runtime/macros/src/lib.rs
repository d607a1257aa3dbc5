//! The attribute macros that declare Taipan's builtin classes and modules.
//!
//! What lives here: the entry points and their documentation. What must not: anything executed at run time
//! (`runtime/src/native.rs` holds what the generated code calls). Start at [`macro@py_class`].
//!
//! A builtin is one documented Rust function: its doc comment is `__doc__`, its Python signature is the
//! argument parser, its Rust types are the conversions. Everything in a doc comment from the first rustdoc
//! heading (`# Examples`) on is for readers of the source, and left out of `__doc__`.
//!
//! # A class
//!
//! ```ignore
//! /// Built-in mutable sequence.
//! ///
//! /// If no argument is given, the constructor creates a new empty list.
//! #[py_class(name = "list", signature = "(iterable=(), /)", subclassable, unhashable, extend = [sorting::METHODS])]
//! impl List {
//!     /// Append object to the end of the list.
//!     #[method]
//!     fn append(this: Gc<List>, thread: &Thread, object: Value) { ... }
//!
//!     /// Remove and return item at index (default last).
//!     #[method(signature = "(self, index=-1, /)")]
//!     fn pop(this: Gc<List>, thread: &Thread, index: Option<isize>) -> PyResult<Value> { ... }
//!
//!     #[method(no_reenter)]
//!     fn __len__(this: Gc<List>) -> usize { ... }
//! }
//! ```
//!
//! defines `pub static LIST_CLASS: ClassSpec` beside the block and implements `PyClass for List`.
//! The Rust functions stay as they are, and callable from Rust. See [`macro@py_class`] for every attribute.
//!
//! # A module
//!
//! ```ignore
//! /// This module provides access to the mathematical functions defined by the C standard.
//! #[py_module(name = "math")]
//! pub mod math {
//!     #[constant(name = "pi")]
//!     const PI: f64 = std::f64::consts::PI;
//!
//!     /// Return the square root of x.
//!     #[function(pure)]
//!     fn sqrt(thread: &Thread, x: f64) -> PyResult<f64> { ... }
//! }
//! ```
//!
//! defines `pub static MODULE: ModuleSpec` inside the module. See [`macro@py_module`].
//!
//! # Parameters
//!
//! `thread: &Thread` may stand anywhere or be absent. The receiver (`this: Gc<T>` or `this: Value` of methods,
//! `class: Gc<Type>` of class methods and `#[new]`) comes first. Then one Rust parameter for each Python
//! parameter, in the order of the signature, whatever their Rust names:
//!
//! | Rust type | takes |
//! |---|---|
//! | `Value` | anything |
//! | `Gc<T>` | instances of `T`'s layout; others: `f() argument 1 must be str, not int` |
//! | `i64`, `i32`, `isize`, `usize`, `u32`, `u64`, `u8` | ints and `__index__`; OverflowError as for the C type |
//! | `f64` | floats, `__float__`, `__index__` |
//! | `bool` | the truth of anything |
//! | `Option<T>` | a parameter with a default: absent is `None`. If the default is written `None`, so is Python's `None`; with another default (`=-1`, `=<unrepresentable>`) it is converted to `T` like any value |
//! | `Option<T>` | a required parameter: Python's `None` is `None` |
//! | `Nullable<T>` | like `Option`, but absent and `None` are told apart |
//! | `&[Value]` | `*args` |
//! | `Keywords<'_>` | `**kwargs` |
//! | `Arguments<'_>` | the whole call after the receiver, unchecked; no other parameter beside it |
//!
//! Results are `()`, `bool`, integers, `f64`, `String`, `&str`, `Value`, `Gc<T>`, `Option` of these (`None` is
//! Python's), or `PyResult` of any.
//!
//! # Signatures
//!
//! `signature = "(self, x, /, y=None, *, key=None)"` is Python's syntax; the first `self`, `cls` or `$name` is
//! the receiver. It decides what is positional-only, what may be given by keyword, what is optional, and it is
//! `__text_signature__`. Without one, all parameters are positional-only under their Rust names, `Option`s
//! being optional with default `None`. Special methods that CPython keeps in slots have theirs built in, as
//! they have their doc.
//!
//! # Styles
//!
//! The words for a wrong number of arguments follow CPython's calling convention for that signature. When
//! CPython uses another one than Argument Clinic would choose, say so: `#[method(style = "one")]`.
//!
//! | style | words | chosen for |
//! |---|---|---|
//! | `noargs` | `list.clear() takes no arguments (1 given)` | no parameters |
//! | `one` | `list.append() takes exactly one argument (2 given)` | one required positional-only parameter |
//! | `fastcall` | `pop expected at most 1 argument, got 2` | other positional-only signatures, `#[new]` |
//! | `keywords` | `split() takes at most 2 arguments (3 given)` | signatures with keywords |
//! | `fastcall_keywords` | `int expected at most 2 arguments, got 3` | stated only: `int`, `sorted` |
//! | `anonymous` | `function takes at most 2 arguments (3 given)` | stated only: older C modules |
//! | `slot` | `expected 1 argument, got 0` | special methods in slots |
//!
//! A special method with `style = "one"` or `"noargs"` (`list.__getitem__`, `dict.__contains__`) is an ordinary
//! method descriptor, as in CPython.
//!
//! # Special methods
//!
//! Binary arithmetic and comparisons return NotImplemented when the operand is not of the Rust type
//! (`other: Gc<Set>`, `f64`, `i64`); with `other: Value` the function decides. `__next__` may return
//! `Option<T>` or `PyResult<Option<T>>`: `None` ends the iteration, and `MethodSpec::next` gives the
//! interpreter that `Option` without an exception.
//!
//! # Effects
//!
//! A builtin is taken to raise, allocate and run Python code. `no_raise`, `no_collect`, `no_reenter` take one
//! back each. `pure` says that it neither reads nor writes state (and so runs no Python code): equal arguments,
//! equal results; add `no_raise` and `no_collect` where true.

mod attributes;
mod class;
mod module;
mod signature;
mod slots;
mod wrapper;

use proc_macro::TokenStream;

/// The place of `span` for error messages, with names resolved as the generated code's own: a block that a
/// `macro_rules!` macro wrote would otherwise not see the wrapper's `thread`.
fn at(span: proc_macro2::Span) -> proc_macro2::Span {
    proc_macro2::Span::call_site().located_at(span)
}

/// Makes an inherent impl block the main block of a Python class.
///
/// Options of the block:
/// - `name = "list"`: the class's name; without it, the type's.
/// - `module = "collections"`: `__module__`; without it, `builtins`.
/// - `signature = "(iterable=(), /)"`: `__text_signature__` of the class.
/// - `base = Int`: the base class's Rust type; without it, `object`.
/// - `kind = List`: the layout of instances; without it, the base's. `payload`: instances are `Payload<Self>`;
///   `data = Deque`: they are `Payload<Deque>`, the block standing on a marker type.
/// - `check = path`: a `fn(Value) -> bool` that says whether a receiver is an instance. For classes whose
///   instances have no layout of their own (`int`), or share it with another class.
/// - `subclassable`, `unhashable` (`__hash__ = None`), `no_instances` (calling it is a TypeError), `mutable`,
///   `dict` (instances have a `__dict__`).
/// - `extend = [sorting::METHODS]`: statics of [`macro@py_methods`] blocks.
/// - `spec = NAME`: the static's name; without it, `LIST_CLASS` for the type `List`.
///
/// Attributes inside:
/// - `#[method]`, `#[classmethod]`, `#[staticmethod]`, `#[new]`, with the options `name = "..."`,
///   `signature = "..."`, `style = "..."` and effects;
/// - `#[getter]`, `#[setter(name)]`, `#[deleter(name)]`: a computed attribute; the name may be left out
///   (`fn name`, `fn set_name`, `fn delete_name`) or be written `name = "__name__"`; `#[getter(member)]` is one
///   that CPython declares as a structure member: setting it is "readonly attribute";
/// - `#[constant]` on a `const` (bool, integer, `f64`, `&str`, `()`) or on `fn(thread: &Thread) -> T`.
///
/// Other items are left alone.
///
/// # Examples
///
/// ```ignore
/// #[py_class(name = "int", signature = "(x, base=10, /)", subclassable, check = is_int, extend = [arithmetic::METHODS])]
/// impl IntClass {
///     #[new(signature = "(cls, x=0, /, base=10)", style = "fastcall_keywords")]
///     fn new(class: Gc<Type>, thread: &Thread, x: Option<Value>, base: Option<Value>) -> PyResult<Value> { ... }
///
///     /// the real part of a complex number
///     #[getter]
///     fn real(this: Value, thread: &Thread) -> Value { ... }
///
///     /// Return an array of bytes representing an integer.
///     #[method(signature = "(self, /, length=1, byteorder='big', *, signed=False)")]
///     fn to_bytes(this: Value, thread: &Thread, length: Option<isize>, byteorder: Option<Gc<Str>>, signed: Option<bool>)
///         -> PyResult<Gc<Bytes>> { ... }
/// }
///
/// #[py_class(name = "range_iterator", no_instances)]
/// impl RangeIterator {
///     #[method]
///     fn __next__(this: Gc<Self>) -> Option<i64> { ... }
/// }
///
/// #[py_class(name = "function", no_instances)]
/// impl Function {
///     #[getter(name = "__name__")]
///     fn name(this: Gc<Function>) -> Gc<Str> { ... }
///     #[setter(name = "__name__")]
///     fn set_name(this: Gc<Function>, thread: &Thread, value: Value) -> PyResult<()> { ... }
/// }
/// ```
#[proc_macro_attribute]
pub fn py_class(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(item, |block| class::class(options.into(), block))
}

/// Makes an inherent impl block a further block of a class, for another file.
///
/// Options: `class = "list"` (the Python name, for messages; required), `module`, `check`, and
/// `spec = NAME` for the static that is defined (without it, `METHODS`). The main block lists the static in
/// its `extend`.
///
/// # Examples
///
/// ```ignore
/// #[py_methods(class = "list")]
/// impl List {
///     /// Sort the list in ascending order and return None.
///     #[method(signature = "(self, /, *, key=None, reverse=False)")]
///     fn sort(this: Gc<List>, thread: &Thread, key: Option<Value>, reverse: Option<bool>) -> PyResult<()> { ... }
/// }
/// ```
#[proc_macro_attribute]
pub fn py_methods(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(item, |block| class::methods(options.into(), block))
}

/// Makes an inline Rust module a Python module, or a part of one.
///
/// Options: `name = "math"` (without it, the Rust module's name), `extend = [input::MODULE]`: parts of the
/// same Python module that stand in other files, themselves `#[py_module]`s.
///
/// Attributes inside:
/// - `#[function]`, with the options `name`, `signature`, `style` and effects;
/// - `#[constant]` on a `const` or on `fn(thread: &Thread) -> T`;
/// - `#[class]` on a `use` or a struct: the type implements `PyClass`;
/// - `#[init]` on `fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()>`: runs last.
///
/// # Examples
///
/// ```ignore
/// /// Accelerator module for time.
/// #[py_module(name = "time")]
/// pub mod time {
///     #[class]
///     use super::struct_time::StructTime;
///
///     /// Return the current time in seconds since the Epoch.
///     #[function(no_reenter)]
///     fn time() -> f64 { ... }
///
///     #[constant]
///     fn tzname(thread: &Thread) -> PyResult<Gc<Tuple>> { ... }
///
///     #[init]
///     fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> { ... }
/// }
/// ```
#[proc_macro_attribute]
pub fn py_module(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(item, |item| module::module(options.into(), item))
}

/// Parses the item and expands it; an error becomes a compile error at its place in the source.
fn expand<T: syn::parse::Parse>(
    item: TokenStream,
    expansion: impl FnOnce(T) -> syn::Result<proc_macro2::TokenStream>,
) -> TokenStream {
    match syn::parse::<T>(item).and_then(expansion) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}
