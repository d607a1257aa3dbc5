//! Calls: from a window of registers to a new activation, or to a result.
//!
//! What lives here: what each kind of callee needs ([`call`]), construction of instances, `f(*a, **k)`, and the
//! hook through which native code calls Python functions. What must not: binding ([`super::bind`]) and the
//! loop ([`super::run`]). Start at [`call`].
#![allow(unsafe_code)] // Windows are reached by address.

use taipan_runtime::dispatch::{self, attr, call as generic, iter};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::native::{Arguments, FastEntry};
use taipan_runtime::object::{Gc, Kind};
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::{BoundMethod, Function};
use taipan_runtime::types::instance::Instance;
use taipan_runtime::types::native_function::NativeFunction;
use taipan_runtime::types::prompt;
use taipan_runtime::types::special::Special;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::{Type, type_flags};
use taipan_runtime::value::Value;

use crate::bytecode::feedback::unpack;

use super::bind;
use super::body::{Body, NEVER};
use super::frame::{self, Frame, Link, Word};
use super::objects;
use super::profile;
use super::resume;
use super::run::{self, Exit};

/// What a call led to.
pub enum Called {
    /// A new innermost activation, ready to run.
    Entered(*mut Frame),
    /// The result.
    Value(Value),
}

/// Calls `callee` with `count` arguments from `first` on, the last ones named by `names`. The word before
/// `first` is free. The caller's `pc` is saved.
///
/// # Safety
/// The words are registers of `caller`, the innermost activation, at the end of those in use.
pub unsafe fn call(
    thread: &Thread,
    caller: *mut Frame,
    mut callee: Value,
    mut first: *mut Word,
    mut count: usize,
    names: Option<Gc<Tuple>>,
    link: Link,
) -> PyResult<Called> {
    loop {
        let Some(header) = callee.header() else { return Err(not_callable(thread, callee)) };
        // SAFETY: the contract of this function; `count` words from `first` on are arguments, and the word before
        // is free.
        unsafe {
            match header.kind() {
                Kind::Function => {
                    return enter(thread, caller, header.cast_unchecked::<Function>(), first, count, names, link)
                        .map(Called::Entered);
                }
                Kind::NativeFunction => {
                    let arguments = Arguments { values: bind::as_values(first, count), names };
                    return header.cast_unchecked::<NativeFunction>().call(thread, arguments).map(Called::Value);
                }
                Kind::BoundMethod => {
                    let method = header.cast_unchecked::<BoundMethod>();
                    first = first.sub(1);
                    *first = Some(method.receiver());
                    count += 1;
                    callee = method.function();
                    if let Some(native) = callee.cast::<NativeFunction>() {
                        // The receiver is among the arguments now.
                        let arguments = Arguments { values: bind::as_values(first, count), names };
                        return native.call(thread, arguments).map(Called::Value);
                    }
                    if callee.cast::<Function>().is_none() {
                        // The word before the receiver may be in use.
                        let arguments = Arguments { values: bind::as_values(first, count), names };
                        return generic::call_with(thread, callee, arguments).map(Called::Value);
                    }
                }
                Kind::Type => {
                    return construct(thread, caller, header.cast_unchecked::<Type>(), first, count, names, link);
                }
                _ => match thread.class_of(callee).special(thread, Special::Call) {
                    Some(method) if method.cast::<Function>().is_some() => {
                        first = first.sub(1);
                        *first = Some(callee);
                        count += 1;
                        callee = method;
                    }
                    _ => {
                        let arguments = Arguments { values: bind::as_values(first, count), names };
                        return generic::call_with(thread, callee, arguments).map(Called::Value);
                    }
                },
            }
        }
    }
}

#[cold]
fn not_callable(thread: &Thread, callee: Value) -> Raised {
    thread.raise_type_error(format!("'{}' object is not callable", thread.type_name(callee)))
}

/// Binds the arguments and pushes an activation of `function`.
///
/// # Safety
/// As [`call`].
pub unsafe fn enter(
    thread: &Thread,
    caller: *mut Frame,
    function: Gc<Function>,
    first: *mut Word,
    count: usize,
    names: Option<Gc<Tuple>>,
    link: Link,
) -> PyResult<*mut Frame> {
    let body = Body::of(function.code());
    // SAFETY: the contract of this function; a function's body lives as long as the function.
    unsafe {
        let body_ref = &*body;
        // The registers of a generator lie on the heap: its callees start at the top of the stack.
        let base = if (*caller).link.has(Link::GENERATOR) { (*caller).top } else { first };
        check_room(thread, base, body_ref)?;
        if names.is_none() && body_ref.exact_arguments != NEVER && count <= body_ref.exact_arguments as usize {
            if base != first {
                std::ptr::copy_nonoverlapping(first, base, count);
            }
            let wanted = body_ref.exact_arguments as usize;
            if count == wanted || bind::fill_defaults(function, body_ref, base, count) {
                return frame::push(thread, caller, function, body, base, wanted, link);
            }
        }
        let filled = usize::from(body_ref.code.parameter_count());
        with_copy(thread, bind::as_values(first, count), |values| {
            bind::bind(thread, function, body_ref, Arguments { values, names }, base)
        })?;
        frame::push(thread, caller, function, body, base, filled, link)
    }
}

/// RecursionError if the registers of `body` at `base` would not fit.
#[inline(always)]
fn check_room(thread: &Thread, base: *mut Word, body: &Body) -> PyResult<()> {
    let limit = thread.register_limit.get().addr();
    if base.addr() + body.register_count as usize * size_of::<Word>() > limit {
        return Err(frame::raise_recursion(thread));
    }
    Ok(())
}

/// Runs `body` on a copy of `values` that does not lie in registers.
fn with_copy<R>(thread: &Thread, values: &[Value], body: impl FnOnce(&[Value]) -> R) -> R {
    const INLINE: usize = 12;
    if values.len() <= INLINE {
        let mut copy = [Value::NONE; INLINE];
        copy[..values.len()].copy_from_slice(values);
        body(&copy[..values.len()])
    } else {
        let copy = ScratchVec::from_slice(thread, values);
        body(&copy)
    }
}

/// Calls a class. An `__init__` in Python runs in an activation whose end gives the instance.
///
/// # Safety
/// As [`call`].
unsafe fn construct(
    thread: &Thread,
    caller: *mut Frame,
    class: Gc<Type>,
    first: *mut Word,
    count: usize,
    names: Option<Gc<Tuple>>,
    link: Link,
) -> PyResult<Called> {
    // SAFETY: the contract of this function.
    unsafe {
        if class.instance_kind.get() == Kind::Instance
            && !class.flag(type_flags::NO_INSTANTIATION | type_flags::ABSTRACT)
            && let Some(init) = plain_init(thread, class)
        {
            let instance = Instance::new(thread, class).value();
            let first = first.sub(1);
            *first = Some(instance);
            let entered = enter(thread, caller, init, first, count + 1, names, link.with(Link::CONSTRUCT))?;
            (*entered).subject = Some(instance);
            return Ok(Called::Entered(entered));
        }
        let arguments = Arguments { values: bind::as_values(first, count), names };
        generic::call_class(thread, class, arguments).map(Called::Value)
    }
}

/// The `__init__` that construction of `class` comes down to: metaclass and `__new__` are the default ones.
#[inline]
fn plain_init(thread: &Thread, class: Gc<Type>) -> Option<Gc<Function>> {
    let types = &thread.vm().types;
    let metaclass = thread.class_of(class.value());
    if metaclass != types.type_type
        && metaclass.special(thread, Special::Call) != types.type_type.special(thread, Special::Call)
    {
        return None;
    }
    if class.special(thread, Special::New) != types.object.special(thread, Special::New) {
        return None;
    }
    class.special(thread, Special::Init)?.cast::<Function>()
}

/// Calls a builtin function with a few positional arguments directly. Only for the loop: all arguments are registers of
/// the innermost activation.
#[inline(always)]
pub fn call_native(thread: &Thread, native: Gc<NativeFunction>, arguments: &[Value]) -> PyResult<Value> {
    prompt::before_call_from_loop(thread, native.spec.effects);
    if native.bound_receiver().is_none() && !native.is_constructor() {
        match (native.spec.fast.for_count(arguments.len()), arguments) {
            (FastEntry::Zero(entry), _) => return entry(thread),
            (FastEntry::One(entry), &[a]) => return entry(thread, a),
            (FastEntry::Two(entry), &[a, b]) => return entry(thread, a, b),
            (FastEntry::Three(entry), &[a, b, c]) => return entry(thread, a, b, c),
            (FastEntry::None | FastEntry::One(_) | FastEntry::Two(_) | FastEntry::Three(_), _) => {}
        }
        return (native.spec.entry)(thread, Arguments::of(arguments));
    }
    native.call(thread, Arguments::of(arguments))
}

/// The arguments of a `CallEx`, from the operands. Its site learns what they were.
///
/// # Errors
/// TypeError: one is not what can be unpacked; what unpacking raises.
pub fn unpack(
    thread: &Thread,
    callee: Value,
    args: Value,
    kwargs: Option<Value>,
    site: *mut u64,
) -> PyResult<(Gc<Tuple>, Option<Gc<Dict>>)> {
    let plain = args.cast::<Tuple>().filter(|tuple| tuple.is_exact());
    let kwargs = match kwargs {
        None => None,
        Some(kwargs) => Some(match kwargs.cast::<Dict>().filter(|dict| dict.is_exact()) {
            // Nobody can change it before it is taken apart.
            Some(dict) if plain.is_some() => dict,
            _ => {
                let dict = Dict::new(thread);
                objects::merge_keywords(thread, dict, kwargs, callee)?;
                dict
            }
        }),
    };
    let tuple = match plain {
        Some(tuple) => tuple,
        None => star_arguments(thread, callee, args)?,
    };
    profile::unpacked(site, args, tuple.len());
    if kwargs.is_some_and(|kwargs| !kwargs.is_empty()) {
        profile::note(site, unpack::KEYWORDS);
    }
    Ok((tuple, kwargs))
}

/// The tuple of positional arguments that `*value` alone stands for.
#[cold]
#[inline(never)]
fn star_arguments(thread: &Thread, callee: Value, value: Value) -> PyResult<Gc<Tuple>> {
    let class = thread.class_of(value);
    if class.special(thread, Special::Iter).is_none() && !iter::is_sequence(thread, value) {
        let message = format!(
            "{} argument after * must be an iterable, not {}",
            callee_text(thread, callee),
            class.name_string()
        );
        return Err(thread.raise_type_error(message));
    }
    Tuple::from_iterable(thread, value)
}

/// `callee(*args, **kwargs)`: `args` is a tuple, `kwargs` a dict.
///
/// # Safety
/// `caller` is the innermost activation; its `pc` is saved.
pub unsafe fn call_ex(
    thread: &Thread,
    caller: *mut Frame,
    callee: Value,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
    link: Link,
) -> PyResult<Called> {
    let kwargs = kwargs.filter(|kwargs| !kwargs.is_empty());
    if let (Some(function), None) = (callee.cast::<Function>(), kwargs) {
        // SAFETY: the contract of this function.
        return unsafe { push_bound(thread, caller, function, Arguments::of(args.items()), link) }.map(Called::Entered);
    }
    let mut values = ScratchVec::with_capacity(thread, args.items().len() + 2);
    let (mut target, mut subject) = (callee, None);
    if let Some(method) = callee.cast::<BoundMethod>()
        && method.function().cast::<Function>().is_some()
    {
        values.push(thread, method.receiver());
        target = method.function();
    } else if let Some(class) = callee.cast::<Type>()
        && class.instance_kind.get() == Kind::Instance
        && !class.flag(type_flags::NO_INSTANTIATION | type_flags::ABSTRACT)
        && let Some(init) = plain_init(thread, class)
    {
        let instance = Instance::new(thread, class).value();
        values.push(thread, instance);
        (target, subject) = (init.value(), Some(instance));
    }
    values.extend_from_slice(thread, args.items());
    let names = match kwargs {
        None => None,
        Some(kwargs) => {
            let mut names = ScratchVec::with_capacity(thread, kwargs.len());
            let mut position = 0;
            while let Some((key, value)) = kwargs.next_entry(&mut position) {
                if key.cast::<Str>().is_none() {
                    return Err(thread.raise_type_error("keywords must be strings"));
                }
                names.push(thread, key);
                values.push(thread, value);
            }
            Some(Tuple::new(thread, &names))
        }
    };
    let arguments = Arguments { values: &values, names };
    let Some(function) = target.cast::<Function>() else {
        return generic::call_with(thread, callee, arguments).map(Called::Value);
    };
    // SAFETY: the contract of this function.
    unsafe {
        let link = if subject.is_some() { link.with(Link::CONSTRUCT) } else { link };
        let entered = push_bound(thread, caller, function, arguments, link)?;
        (*entered).subject = subject;
        Ok(Called::Entered(entered))
    }
}

/// Pushes an activation at the top of the register stack for arguments that lie elsewhere.
///
/// # Safety
/// `caller` is the innermost activation.
#[inline]
unsafe fn push_bound(
    thread: &Thread,
    caller: *mut Frame,
    function: Gc<Function>,
    arguments: Arguments<'_>,
    link: Link,
) -> PyResult<*mut Frame> {
    // SAFETY: the contract of this function.
    unsafe {
        let body = Body::of(function.code());
        let body_ref = &*body;
        let base = thread.register_top.get();
        check_room(thread, base, body_ref)?;
        let count = arguments.values.len();
        let wanted = body_ref.exact_arguments;
        if arguments.names.is_none() && wanted != NEVER && count <= wanted as usize {
            std::ptr::copy_nonoverlapping(arguments.values.as_ptr().cast::<Word>(), base, count);
            let wanted = wanted as usize;
            if count == wanted || bind::fill_defaults(function, body_ref, base, count) {
                return frame::push(thread, caller, function, body, base, wanted, link);
            }
        }
        bind::bind(thread, function, body_ref, arguments, base)?;
        frame::push(thread, caller, function, body, base, usize::from(body_ref.code.parameter_count()), link)
    }
}

/// The hook `call_function`: a call from native code.
pub fn call_function(thread: &Thread, function: Gc<Function>, arguments: Arguments<'_>) -> PyResult<Value> {
    thread.check_native_stack("")?;
    let body = Body::of_ref(function.code());
    if body.code.flags.is_resumable()
        && arguments.names.is_none()
        && body.exact_arguments as usize == arguments.values.len()
    {
        // Its code does nothing but make the generator.
        return resume::make(thread, function, arguments.values.iter().copied().map(Some), 0);
    }
    // SAFETY: the innermost activation is the caller, whose `pc` is saved while native code runs.
    unsafe {
        let entered = push_bound(thread, frame::innermost(thread), function, arguments, Link::TO_NATIVE)?;
        finish(thread, run::run_entered(thread, entered))
    }
}

/// The result of running an activation that is not a generator's.
pub fn finish(thread: &Thread, exit: Exit) -> PyResult<Value> {
    match exit {
        Exit::Returned(value) => Ok(value),
        Exit::Raised => Err(thread.raised()),
        Exit::Yielded(_) => unreachable!("only generators yield"),
    }
}

/// What `*argument` or `**argument` of a call that cannot be unpacked is called in messages.
pub fn callee_text(thread: &Thread, callee: Value) -> String {
    let names = &thread.vm().names;
    let text = |value: Value| value.cast::<Str>().map(|text| text.to_str_lossy(thread).into_owned());
    let get = |name| attr::get_optional(thread, callee, name).ok().flatten();
    match get(names.__qualname__).and_then(text) {
        None => match dispatch::text::str(thread, callee) {
            Ok(text) => text.to_str_lossy(thread).into_owned(),
            Err(raised) => {
                thread.take_exception(raised);
                String::new()
            }
        },
        Some(qualname) => match get(names.__module__).and_then(text) {
            Some(module) if module != "builtins" => format!("{module}.{qualname}()"),
            _ => format!("{qualname}()"),
        },
    }
}
