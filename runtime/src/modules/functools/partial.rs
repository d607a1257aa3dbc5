//! `functools.partial` and `functools.Placeholder`.
//!
//! Start at [`Partial`].

use crate::dispatch::{call, repr_guard, text};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{Arguments, PyClass};
use crate::object::{Gc, GcSlot, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::function::BoundMethod;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::{generic_alias, instance};
use crate::value::Value;
use taipan_macros::py_class;

/// The class of `Placeholder`.
pub struct PlaceholderType;

impl PayloadData for PlaceholderType {
    fn trace(&self, _: &mut Tracer) {}
}

/// The one `Placeholder` of the isolate.
pub fn placeholder(thread: &Thread) -> Gc<Payload<PlaceholderType>> {
    let known =
        thread.vm().module_state.borrow().iter().find_map(|state| Payload::<PlaceholderType>::cast(state.to_value()));
    known.unwrap_or_else(|| {
        let class = Type::of_spec(thread, <PlaceholderType as PyClass>::SPEC);
        let object = Payload::new(thread, class, PlaceholderType);
        thread.vm().module_state.borrow_mut().push(object.header());
        object
    })
}

fn is_placeholder(value: Value) -> bool {
    Payload::<PlaceholderType>::cast(value).is_some()
}

/// The type of the Placeholder singleton, which stands for arguments of a partial that the call gives.
#[py_class(name = "_PlaceholderType", module = "functools", payload)]
impl PlaceholderType {
    #[new]
    fn new(_class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<PlaceholderType>>> {
        if !arguments.values.is_empty() {
            return Err(thread.raise_type_error("PlaceholderType takes no arguments"));
        }
        Ok(placeholder(thread))
    }

    #[method]
    fn __repr__(_this: Gc<Payload<PlaceholderType>>) -> &'static str {
        "Placeholder"
    }

    /// Pickles by name.
    #[method]
    fn __reduce__(_this: Gc<Payload<PlaceholderType>>) -> &'static str {
        "Placeholder"
    }
}

/// A callable with some of its arguments.
pub struct Partial {
    function: Slot,
    arguments: GcSlot<Tuple>,
    keywords: GcSlot<Dict>,
}

impl PayloadData for Partial {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.function);
        tracer.gc_slot(&self.arguments);
        tracer.gc_slot(&self.keywords);
    }
}

impl Partial {
    fn callee(&self) -> Value {
        self.function.get().unwrap_or(Value::NONE)
    }

    fn positional<'a>(&self) -> &'a [Value] {
        self.arguments.get().map_or(&[], |arguments| arguments.items_unbounded())
    }

    fn keyword_dict(&self, thread: &Thread) -> Gc<Dict> {
        self.keywords.get().unwrap_or_else(|| Dict::new(thread))
    }
}

/// `stored` with its placeholders replaced from `given` in order, then the rest of `given`. Placeholders that
/// `given` does not reach stay.
fn fill(thread: &Thread, stored: &[Value], given: &[Value]) -> ScratchVec {
    let mut result = ScratchVec::with_capacity(thread, stored.len() + given.len());
    let mut given = given.iter();
    for &value in stored {
        let value = if is_placeholder(value) { given.next().copied().unwrap_or(value) } else { value };
        result.push(thread, value);
    }
    for &value in given {
        result.push(thread, value);
    }
    result
}

fn placeholder_count(values: &[Value]) -> usize {
    values.iter().filter(|&&value| is_placeholder(value)).count()
}

/// The keywords of the partial, overridden by those of the call.
fn merged_keywords(thread: &Thread, this: &Partial, arguments: Arguments<'_>) -> PyResult<Gc<Dict>> {
    let merged = this.keyword_dict(thread).copy(thread);
    for (name, value) in arguments.keywords() {
        merged.insert(thread, name.value(), value)?;
    }
    Ok(merged)
}

/// A function with some arguments filled in.
///
/// partial(func, *args, **keywords) is called as func with args before and
/// keywords beside the arguments of the call. Placeholder among args leaves a
/// place for a positional argument of the call.
#[py_class(
    name = "partial",
    module = "functools",
    payload,
    signature = "(func, /, *args, **keywords)",
    subclassable,
    dict
)]
impl Partial {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<Partial>>> {
        let Some((&function, given)) = arguments.positional().split_first() else {
            return Err(thread.raise_type_error("type 'partial' takes at least one argument"));
        };
        if !call::is_callable(thread, function) {
            return Err(thread.raise_type_error("the first argument must be callable"));
        }
        if given.last().is_some_and(|&last| is_placeholder(last)) {
            return Err(thread.raise_type_error("trailing Placeholders are not allowed"));
        }
        if arguments.keywords().any(|(_, value)| is_placeholder(value)) {
            return Err(thread.raise_type_error("Placeholder cannot be passed as a keyword argument"));
        }
        // A partial of a partial is one, unless the inner one carries attributes.
        let inner = Payload::<Partial>::cast(function).filter(|&inner| !has_attributes(thread, inner));
        let (function, positional, keywords) = match inner {
            Some(inner) => {
                let positional = fill(thread, inner.data.positional(), given);
                (inner.data.callee(), Tuple::new(thread, &positional), merged_keywords(thread, &inner.data, arguments)?)
            }
            None => {
                let keywords = Dict::new(thread);
                for (name, value) in arguments.keywords() {
                    keywords.insert(thread, name.value(), value)?;
                }
                (function, Tuple::new(thread, given), keywords)
            }
        };
        let data = Partial {
            function: Slot::new(function),
            arguments: GcSlot::new(positional),
            keywords: GcSlot::new(keywords),
        };
        Ok(Payload::new(thread, class, data))
    }

    #[method]
    fn __call__(this: Gc<Payload<Partial>>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let (stored, given) = (this.data.positional(), arguments.positional());
        let needed = placeholder_count(stored);
        if given.len() < needed {
            return Err(thread.raise_type_error(format!(
                "missing positional arguments in 'partial' call; expected at least {needed}, got {}",
                given.len()
            )));
        }
        let function = this.data.callee();
        let no_keywords = this.data.keywords.get().is_none_or(|keywords| keywords.is_empty());
        if needed == 0 && no_keywords {
            return call::with_leading(thread, stored, arguments, |arguments| {
                call::call_with(thread, function, arguments)
            });
        }
        let positional = fill(thread, stored, given);
        if no_keywords {
            // The names of the call stand behind its values, in their order.
            let mut values = positional;
            for (_, value) in arguments.keywords() {
                values.push(thread, value);
            }
            return call::call_with(thread, function, Arguments { values: &values, names: arguments.names });
        }
        let keywords = merged_keywords(thread, &this.data, arguments)?;
        call::call_with_dict(thread, function, &positional, Some(keywords))
    }

    #[method]
    fn __get__(this: Gc<Payload<Partial>>, thread: &Thread, instance: Value, _owner: Option<Value>) -> Value {
        if instance.is_none() { this.value() } else { BoundMethod::allocate(thread, this.value(), instance).value() }
    }

    /// The function that is called.
    #[getter(member)]
    fn func(this: Gc<Payload<Partial>>) -> Value {
        this.data.callee()
    }

    /// The positional arguments that stand before those of the call.
    #[getter(member)]
    fn args(this: Gc<Payload<Partial>>, thread: &Thread) -> Gc<Tuple> {
        this.data.arguments.get().unwrap_or_else(|| Tuple::new(thread, &[]))
    }

    /// The keyword arguments that the call may override.
    #[getter(member)]
    fn keywords(this: Gc<Payload<Partial>>, thread: &Thread) -> Gc<Dict> {
        this.data.keyword_dict(thread)
    }

    #[method]
    fn __repr__(this: Gc<Payload<Partial>>, thread: &Thread) -> PyResult<String> {
        let Some(_guard) = repr_guard::enter(thread, this.value())? else {
            return Ok(String::from("..."));
        };
        let mut parts = vec![text::repr(thread, this.data.callee())?.to_string_lossy(thread)];
        for &value in this.data.positional() {
            parts.push(text::repr(thread, value)?.to_string_lossy(thread));
        }
        let keywords = this.data.keyword_dict(thread);
        let mut position = 0;
        while let Some((name, value)) = keywords.next_entry(&mut position) {
            let name = text::str(thread, name)?.to_string_lossy(thread);
            parts.push(format!("{name}={}", text::repr(thread, value)?.to_string_lossy(thread)));
        }
        let class = thread.class_of(this.value()).full_name(thread);
        Ok(format!("{class}({})", parts.join(", ")))
    }

    /// Pickles by class, function, arguments and attributes.
    #[method]
    fn __reduce__(this: Gc<Payload<Partial>>, thread: &Thread) -> Gc<Tuple> {
        let function = this.data.callee();
        let constructor_arguments = Tuple::new(thread, &[function]);
        let attributes = instance::dictionary_copy(thread, this.header()).filter(|dict| !dict.is_empty());
        let attributes = attributes.map_or(Value::NONE, |dict| dict.value());
        let arguments = this.data.arguments.get().unwrap_or_else(|| Tuple::new(thread, &[]));
        let keywords = this.data.keyword_dict(thread);
        let state = Tuple::new(thread, &[function, arguments.value(), keywords.value(), attributes]);
        let class = thread.class_of(this.value());
        Tuple::new(thread, &[class.value(), constructor_arguments.value(), state.value()])
    }

    #[method]
    fn __setstate__(this: Gc<Payload<Partial>>, thread: &Thread, state: Value) -> PyResult<()> {
        let invalid = || Err(thread.raise_type_error("invalid partial state"));
        let Some(state) = state.cast::<Tuple>() else { return invalid() };
        let &[function, arguments, keywords, attributes] = state.items() else { return invalid() };
        let (Some(arguments), keywords) =
            (arguments.cast::<Tuple>(), keywords.cast::<Dict>().or(keywords.is_none().then(|| Dict::new(thread))))
        else {
            return invalid();
        };
        let Some(keywords) = keywords.filter(|_| call::is_callable(thread, function)) else { return invalid() };
        if arguments.items().last().is_some_and(|&last| is_placeholder(last)) {
            return Err(thread.raise_type_error("trailing Placeholders are not allowed"));
        }
        let arguments = if arguments.is_exact() { arguments } else { Tuple::new(thread, arguments.items()) };
        this.data.function.init(Some(function));
        this.data.arguments.init(Some(arguments));
        this.data.keywords.init(Some(keywords.copy(thread)));
        thread.write_barrier(this.header());
        if let Some(attributes) = attributes.cast::<Dict>() {
            instance::replace_dictionary(thread, this.header(), attributes);
        } else if !attributes.is_none() {
            return invalid();
        }
        Ok(())
    }

    /// A generic alias, as in partial[int].
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        generic_alias::class_getitem(thread, class, item)
    }
}

/// Attributes were set on the partial itself.
fn has_attributes(thread: &Thread, partial: Gc<Payload<Partial>>) -> bool {
    instance::dictionary_copy(thread, partial.header()).is_some_and(|attributes| !attributes.is_empty())
}
