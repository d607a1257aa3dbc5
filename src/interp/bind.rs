//! Arguments of a call to the parameters of a Python function.
//!
//! What lives here: binding for every kind of parameter, and CPython's TypeErrors when it fails. What must not:
//! binding for builtin functions (the runtime's `native::binding`), pushing activations. Start at [`bind`].
//! Rules: Python reference, "Calls" (6.3.4).
#![allow(unsafe_code)] // Registers are written by address.

use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::native::{Arguments, suggest};
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

use super::body::Body;
use super::frame::Word;
use crate::bytecode::CodeFlags;

/// Fills the defaults of trailing positional parameters when the call has too few arguments and nothing else
/// to bind: `registers` holds the `given` arguments already. `false` if some parameter has no default.
///
/// # Safety
/// `registers` has room for the function's parameters, and the function takes positional parameters only.
#[inline]
pub unsafe fn fill_defaults(function: Gc<Function>, body: &Body, registers: *mut Word, given: usize) -> bool {
    let wanted = usize::from(body.code.positional_count);
    let Some(defaults) = function.defaults.get() else { return false };
    let defaults = defaults.items();
    if given >= wanted || wanted - given > defaults.len() {
        return false;
    }
    let first = defaults.len() - (wanted - given);
    for (index, &default) in defaults[first..].iter().enumerate() {
        // SAFETY: the index is that of a parameter.
        unsafe { *registers.add(given + index) = Some(default) };
    }
    true
}

/// Binds the arguments of any call, writing one register for each parameter.
///
/// `arguments` must not overlap `registers`.
///
/// # Errors
/// TypeError, in CPython's words.
///
/// # Safety
/// `registers` has room for the function's parameters.
pub unsafe fn bind(
    thread: &Thread,
    function: Gc<Function>,
    body: &Body,
    arguments: Arguments<'_>,
    registers: *mut Word,
) -> PyResult<()> {
    let code = &*body.code;
    let positional = arguments.positional();
    let (positional_count, total) = (usize::from(code.positional_count), usize::from(code.parameter_count()));
    let set = |index: usize, value: Word| {
        debug_assert!(index < total);
        // SAFETY: the index is that of a parameter.
        unsafe { *registers.add(index) = value };
    };
    // SAFETY: as above.
    let get = |index: usize| unsafe { *registers.add(index) };

    for index in 0..total {
        set(index, None);
    }
    for (index, &value) in positional.iter().take(positional_count).enumerate() {
        set(index, Some(value));
    }
    // The collector does not look at the parameters' registers yet: until the end of this function it finds the
    // tuple and the dict through these variables.
    let extra = code.varkeywords_register().map(|register| (register, Dict::new(thread)));
    let rest = code
        .varargs_register()
        .map(|register| (register, Tuple::new(thread, positional.get(positional_count..).unwrap_or(&[]))));
    if let Some((register, tuple)) = rest {
        set(register.index(), Some(tuple.value()));
    }
    let extra = extra.map(|(register, dict)| {
        set(register.index(), Some(dict.value()));
        dict
    });

    if arguments.names.is_some() {
        for (name, value) in arguments.keywords() {
            match parameter_index(thread, body, name) {
                Some(index) if get(index).is_some() => return Err(multiple_values(thread, function, name)),
                Some(index) => set(index, Some(value)),
                None => match extra {
                    Some(dict) => dict.insert(thread, name.value(), value)?,
                    None => return Err(unexpected_keyword(thread, function, body, arguments, name)),
                },
            }
        }
    }

    if positional.len() > positional_count && !code.flags.contains(CodeFlags::VARARGS) {
        let keyword_only = (positional_count..positional_count + usize::from(code.kwonly_count))
            .filter(|&index| get(index).is_some())
            .count();
        return Err(too_many(thread, function, body, positional.len(), keyword_only));
    }
    if positional.len() < positional_count {
        let defaults = function.defaults.get();
        let defaults = defaults.as_ref().map_or(&[][..], |defaults| defaults.items());
        // More defaults than parameters can be assigned to `__defaults__`: the last ones count.
        let first = positional_count as isize - defaults.len() as isize;
        for index in positional.len()..positional_count {
            if get(index).is_none()
                && let Ok(at) = usize::try_from(index as isize - first)
            {
                set(index, Some(defaults[at]));
            }
        }
        let missing: Vec<usize> = (positional.len()..positional_count).filter(|&index| get(index).is_none()).collect();
        if !missing.is_empty() {
            return Err(missing_arguments(thread, function, body, &missing, "positional"));
        }
    }
    if code.kwonly_count > 0 {
        let defaults = function.keyword_defaults.get();
        let mut missing = Vec::new();
        for index in positional_count..positional_count + usize::from(code.kwonly_count) {
            if get(index).is_some() {
                continue;
            }
            let name = parameter_name(body, index);
            match defaults.and_then(|defaults| defaults.get_str(thread, name)) {
                Some(default) => set(index, Some(default)),
                None => missing.push(index),
            }
        }
        if !missing.is_empty() {
            return Err(missing_arguments(thread, function, body, &missing, "keyword-only"));
        }
    }
    std::hint::black_box((&rest, &extra));
    Ok(())
}

/// The name of a parameter, interned.
fn parameter_name(body: &Body, index: usize) -> Gc<Str> {
    let name = body
        .owner()
        .variables
        .get()
        .and_then(|variables| variables.items().get(index).copied())
        .and_then(|name| name.cast::<Str>());
    match name {
        Some(name) => name,
        None => unreachable!("every parameter has a name"),
    }
}

/// The parameter that a keyword argument of this name goes to.
fn parameter_index(thread: &Thread, body: &Body, name: Gc<Str>) -> Option<usize> {
    let code = &*body.code;
    let variables = body.owner().variables.get()?;
    let range = usize::from(code.posonly_count)..usize::from(code.positional_count + code.kwonly_count);
    let names = &variables.items()[range.clone()];
    // Names in source are interned: mostly identity decides.
    let identical = names.iter().position(|&parameter| parameter == name.value());
    let found = match identical {
        None if !name.is_interned() => names.iter().position(|parameter| {
            parameter.cast::<Str>().is_some_and(|parameter| Str::equals(thread, parameter, name))
        }),
        found => found,
    };
    found.map(|index| range.start + index)
}

#[cold]
fn multiple_values(thread: &Thread, function: Gc<Function>, name: Gc<Str>) -> Raised {
    let message = format!(
        "{}() got multiple values for argument '{}'",
        function.qualname_text(thread),
        name.to_str_lossy(thread)
    );
    thread.raise_type_error(message)
}

/// A keyword that no parameter takes: the name of a positional-only parameter, or nothing known.
#[cold]
fn unexpected_keyword(
    thread: &Thread,
    function: Gc<Function>,
    body: &Body,
    arguments: Arguments<'_>,
    name: Gc<Str>,
) -> Raised {
    let code = &*body.code;
    let qualname = function.qualname_text(thread);
    let given: Vec<String> = arguments.keywords().map(|(name, _)| name.to_str_lossy(thread).into_owned()).collect();
    let positional_only: Vec<&str> = code.varnames[..usize::from(code.posonly_count)]
        .iter()
        .filter(|name| given.iter().any(|given| **given == ***name))
        .map(|name| &**name)
        .collect();
    if !positional_only.is_empty() {
        let names = positional_only.join(", ");
        return thread.raise_type_error(format!(
            "{qualname}() got some positional-only arguments passed as keyword arguments: '{names}'"
        ));
    }
    let name = name.to_str_lossy(thread).into_owned();
    let candidates =
        &code.varnames[usize::from(code.posonly_count)..usize::from(code.positional_count + code.kwonly_count)];
    let hint = match suggest::closest(&name, candidates.iter().map(|candidate| &**candidate)) {
        Some(close) => format!(". Did you mean '{close}'?"),
        None => String::new(),
    };
    thread.raise_type_error(format!("{qualname}() got an unexpected keyword argument '{name}'{hint}"))
}

#[cold]
fn too_many(thread: &Thread, function: Gc<Function>, body: &Body, given: usize, keyword_only: usize) -> Raised {
    let wanted = usize::from(body.code.positional_count);
    let defaults = function.defaults.get().map_or(0, |defaults| defaults.items().len());
    let (takes, plural) = if defaults > 0 {
        (format!("from {} to {wanted}", wanted.saturating_sub(defaults)), true)
    } else {
        (wanted.to_string(), wanted != 1)
    };
    let s = |plural: bool| if plural { "s" } else { "" };
    let extra = if keyword_only > 0 {
        format!(
            " positional argument{} (and {keyword_only} keyword-only argument{})",
            s(given != 1),
            s(keyword_only != 1)
        )
    } else {
        String::new()
    };
    let verb = if given == 1 && keyword_only == 0 { "was" } else { "were" };
    thread.raise_type_error(format!(
        "{}() takes {takes} positional argument{} but {given}{extra} {verb} given",
        function.qualname_text(thread),
        s(plural)
    ))
}

#[cold]
fn missing_arguments(thread: &Thread, function: Gc<Function>, body: &Body, missing: &[usize], kind: &str) -> Raised {
    let names: Vec<String> = missing.iter().map(|&index| format!("'{}'", body.code.varnames[index])).collect();
    let list = match names.as_slice() {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
        [] => unreachable!("something is missing"),
    };
    let s = if missing.len() == 1 { "" } else { "s" };
    thread.raise_type_error(format!(
        "{}() missing {} required {kind} argument{s}: {list}",
        function.qualname_text(thread),
        missing.len()
    ))
}

/// The value of the words from `registers` on, which are all arguments.
///
/// # Safety
/// The `count` words hold values and lie in registers.
#[inline(always)]
pub unsafe fn as_values<'a>(registers: *const Word, count: usize) -> &'a [Value] {
    // SAFETY: `Option<Value>` that is not empty has the layout of `Value`.
    unsafe { std::slice::from_raw_parts(registers.cast::<Value>(), count) }
}
