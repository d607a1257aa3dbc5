//! Calling things: functions, methods, classes, and anything with `__call__`.
//!
//! What lives here: the generic call protocol and construction of instances. What must not: argument binding
//! of Python functions (the interpreter's hook) or of native ones (`native/binding.rs`). Start at [`call`].

use crate::dispatch::attr;
use crate::error::PyResult;
use crate::native::{Arguments, Keywords};
use crate::object::{Gc, Kind};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::function::{BoundMethod, Function};
use crate::types::instance::Instance;
use crate::types::native_function::NativeFunction;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;

/// `callee(*arguments)`.
#[inline]
pub fn call(thread: &Thread, callee: Value, arguments: &[Value]) -> PyResult<Value> {
    call_with(thread, callee, Arguments { values: arguments, names: None })
}

/// `callee(...)` with keyword arguments in the form of [`Arguments`].
pub fn call_with(thread: &Thread, callee: Value, arguments: Arguments<'_>) -> PyResult<Value> {
    match callee.header().map(|h| (h.kind(), h)) {
        Some((Kind::Function, header)) => {
            (thread.vm().hooks().call_function)(thread, header.cast_unchecked::<Function>(), arguments)
        }
        Some((Kind::NativeFunction, header)) => header.cast_unchecked::<NativeFunction>().call(thread, arguments),
        Some((Kind::BoundMethod, header)) => {
            let method = header.cast_unchecked::<BoundMethod>();
            with_receiver(thread, method.receiver(), arguments, |arguments| {
                call_with(thread, method.function(), arguments)
            })
        }
        Some((Kind::Type, header)) => call_class(thread, header.cast_unchecked::<Type>(), arguments),
        _ => call_object(thread, callee, arguments),
    }
}

/// Calls an instance through its class's `__call__`.
#[inline(never)]
fn call_object(thread: &Thread, callee: Value, arguments: Arguments<'_>) -> PyResult<Value> {
    match thread.class_of(callee).special(thread, Special::Call) {
        Some(method) => {
            thread.check_native_stack("")?;
            match method.cast::<NativeFunction>().filter(|native| native.is_method()) {
                Some(native) => native.call_with_receiver(thread, callee, arguments),
                None => call_unbound_with(thread, method, callee, arguments),
            }
        }
        None => Err(thread.raise_type_error(format!("'{}' object is not callable", thread.type_name(callee)))),
    }
}

/// Runs `body` with `receiver` put in front of the arguments.
#[inline]
pub fn with_receiver<R>(
    thread: &Thread,
    receiver: Value,
    arguments: Arguments<'_>,
    body: impl FnOnce(Arguments<'_>) -> R,
) -> R {
    with_leading(thread, &[receiver], arguments, body)
}

/// Runs `body` with some values put in front of the arguments.
#[inline]
pub fn with_leading<R>(
    thread: &Thread,
    leading: &[Value],
    arguments: Arguments<'_>,
    body: impl FnOnce(Arguments<'_>) -> R,
) -> R {
    const INLINE: usize = 8;
    let count = leading.len() + arguments.values.len();
    if count <= INLINE {
        let mut values = [Value::NONE; INLINE];
        for (place, &value) in values.iter_mut().zip(leading.iter().chain(arguments.values)) {
            *place = value;
        }
        return body(Arguments { values: &values[..count], names: arguments.names });
    }
    let mut values = ScratchVec::with_capacity(thread, count);
    values.extend_from_slice(thread, leading);
    values.extend_from_slice(thread, arguments.values);
    body(Arguments { values: &values, names: arguments.names })
}

/// Calls a class attribute `method` found for `receiver`, as `receiver.method(*arguments)` would: plain
/// functions get the receiver as first argument, other descriptors are bound first.
#[inline]
pub fn call_unbound(thread: &Thread, method: Value, receiver: Value, arguments: &[Value]) -> PyResult<Value> {
    call_unbound_with(thread, method, receiver, Arguments { values: arguments, names: None })
}

/// As [`call_unbound`] with keyword arguments.
pub fn call_unbound_with(thread: &Thread, method: Value, receiver: Value, arguments: Arguments<'_>) -> PyResult<Value> {
    if attr::is_plain_method(method) {
        return with_receiver(thread, receiver, arguments, |arguments| match method.cast::<NativeFunction>() {
            Some(native) => native.call_unbound(thread, arguments),
            None => call_with(thread, method, arguments),
        });
    }
    let bound = attr::bind_descriptor(thread, method, Some(receiver), thread.class_of(receiver))?;
    call_with(thread, bound, arguments)
}

/// `receiver.name(*arguments)`.
pub fn call_method(thread: &Thread, receiver: Value, name: Gc<Str>, arguments: &[Value]) -> PyResult<Value> {
    match attr::get_method(thread, receiver, name)? {
        (method, Some(receiver)) => call_unbound(thread, method, receiver, arguments),
        (callable, None) => call(thread, callable, arguments),
    }
}

/// Calls with keyword arguments as native functions receive them.
pub fn call_keywords(thread: &Thread, callee: Value, arguments: &[Value], keywords: Keywords<'_>) -> PyResult<Value> {
    let (mut names, mut values) = (ScratchVec::new(), ScratchVec::from_slice(thread, arguments));
    for (name, value) in keywords.iter() {
        names.push(thread, name.value());
        values.push(thread, value);
    }
    let names = if names.is_empty() { None } else { Some(Tuple::new(thread, &names)) };
    call_with(thread, callee, Arguments { values: &values, names })
}

/// `callee(*arguments, **keywords)` with a dict of keywords; TypeError if a key is not a string.
pub fn call_with_dict(
    thread: &Thread,
    callee: Value,
    arguments: &[Value],
    keywords: Option<Gc<Dict>>,
) -> PyResult<Value> {
    let Some(dict) = keywords.filter(|d| !d.is_empty()) else {
        return call(thread, callee, arguments);
    };
    let (mut names, mut values) = (ScratchVec::new(), ScratchVec::from_slice(thread, arguments));
    let mut position = 0;
    while let Some((key, value)) = dict.next_entry(&mut position) {
        if key.cast::<Str>().is_none() {
            return Err(thread.raise_type_error("keywords must be strings"));
        }
        names.push(thread, key);
        values.push(thread, value);
    }
    let names = Tuple::new(thread, &names);
    call_with(thread, callee, Arguments { values: &values, names: Some(names) })
}

/// `class(...)`: through the metaclass's `__call__` if it has its own, else [`construct`].
pub fn call_class(thread: &Thread, class: Gc<Type>, arguments: Arguments<'_>) -> PyResult<Value> {
    let metaclass = thread.class_of(class.value());
    if metaclass != thread.vm().types.type_type
        && let Some(method) = metaclass.special(thread, Special::Call)
        && method.cast::<NativeFunction>().is_none()
    {
        return call_unbound_with(thread, method, class.value(), arguments);
    }
    construct(thread, class, arguments)
}

/// `type.__call__`: `__new__`, then `__init__` if the result is an instance of the class.
pub fn construct(thread: &Thread, class: Gc<Type>, arguments: Arguments<'_>) -> PyResult<Value> {
    let vm = thread.vm();
    if class == vm.types.type_type && arguments.names.is_none() && arguments.values.len() == 1 {
        return Ok(thread.class_of(arguments.values[0]).value());
    }
    if class.flag(type_flags::NO_INSTANTIATION) {
        return Err(thread.raise_type_error(format!("cannot create '{}' instances", class.full_name(thread))));
    }
    let (Some(new), Some(init)) = (class.special(thread, Special::New), class.special(thread, Special::Init)) else {
        return Err(thread.raise_type_error(format!("cannot create '{}' instances", class.full_name(thread))));
    };
    let default_new = Some(new) == vm.types.object.special(thread, Special::New);
    let default_init = Some(init) == vm.types.object.special(thread, Special::Init);
    if default_new && class.instance_kind.get() == Kind::Instance && !class.flag(type_flags::ABSTRACT) {
        if default_init {
            if !arguments.values.is_empty() {
                return Err(thread.raise_type_error(format!("{}() takes no arguments", class.name_string())));
            }
            return Ok(Instance::new(thread, class).value());
        }
        let object = Instance::new(thread, class).value();
        initialise(thread, class, init, object, arguments)?;
        return Ok(object);
    }
    let object = match new.cast::<NativeFunction>() {
        Some(native) => {
            // Constructors of builtin classes without keywords leave them to an `__init__` of Python code.
            let to_init = arguments.names.is_some()
                && init.cast::<Function>().is_some()
                && !native.spec.parameters.accepts_keywords();
            let given = Arguments { values: arguments.positional(), names: None };
            let arguments = if to_init { given } else { arguments };
            with_receiver(thread, class.value(), arguments, |arguments| native.call_unbound(thread, arguments))?
        }
        None => {
            let function = attr::bind_descriptor(thread, new, None, class)?;
            with_receiver(thread, class.value(), arguments, |arguments| call_with(thread, function, arguments))?
        }
    };
    let result_class = thread.class_of(object);
    if !result_class.is_subclass_of(class) {
        return Ok(object);
    }
    match result_class.special(thread, Special::Init) {
        // Builtin classes whose `__new__` does everything inherit `object.__init__`, which would complain.
        Some(init) if Some(init) != vm.types.object.special(thread, Special::Init) => {
            initialise(thread, result_class, init, object, arguments)?;
        }
        _ if default_new && !arguments.values.is_empty() => {
            return Err(thread.raise_type_error(format!("{}() takes no arguments", class.name_string())));
        }
        _ => {}
    }
    Ok(object)
}

fn initialise(thread: &Thread, class: Gc<Type>, init: Value, object: Value, arguments: Arguments<'_>) -> PyResult<()> {
    let _ = class;
    let result = call_unbound_with(thread, init, object, arguments)?;
    if result.is_none() {
        return Ok(());
    }
    Err(thread.raise_type_error(format!("__init__() should return None, not '{}'", thread.type_name(result))))
}

/// `callable(value)`.
pub fn is_callable(thread: &Thread, value: Value) -> bool {
    match value.header().map(|h| h.kind()) {
        Some(Kind::Function | Kind::NativeFunction | Kind::BoundMethod | Kind::Type) => true,
        _ => thread.class_of(value).special(thread, Special::Call).is_some(),
    }
}
