//! `__build_class__`: what a `class` statement calls.
//!
//! What lives here: resolution of bases, choice of the metaclass, the namespace, the check of `__class__`.
//! What must not: making the class (`types/class_build.rs`). Start at [`build`].
//! Rules: Python reference, "Customizing class creation" (3.3.3), PEP 560, PEP 3115.

use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::repr;
use crate::native::Arguments;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::cell::CellObject;
use crate::types::class_build::calculate_metaclass;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;

/// `bases` with every object that is no class replaced by what its `__mro_entries__` gives (PEP 560). The same
/// tuple if there is none.
pub fn resolve_bases(thread: &Thread, bases: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    let mut resolved: Option<ScratchVec> = None;
    for (index, &base) in bases.items().iter().enumerate() {
        let entries = match base.cast::<Type>() {
            Some(_) => None,
            None => dispatch::attr::get_optional(thread, base, thread.vm().names.__mro_entries__)?,
        };
        let Some(method) = entries else {
            if let Some(list) = &mut resolved {
                list.push(thread, base);
            }
            continue;
        };
        let replacement = dispatch::call::call(thread, method, &[bases.value()])?;
        let Some(replacement) = replacement.cast::<Tuple>() else {
            return Err(thread.raise_type_error("__mro_entries__ must return a tuple"));
        };
        let list = resolved.get_or_insert_with(|| ScratchVec::from_slice(thread, &bases.items()[..index]));
        list.extend_from_slice(thread, replacement.items());
    }
    Ok(match resolved {
        Some(list) => Tuple::new(thread, &list),
        None => bases,
    })
}

/// Makes the class of a `class` statement: `function` is the class body, `arguments` what stands in the
/// parentheses after the name.
pub fn build(thread: &Thread, function: Gc<Function>, name: Gc<Str>, arguments: Arguments<'_>) -> PyResult<Value> {
    let names = &thread.vm().names;
    let original_bases = Tuple::new(thread, arguments.positional());
    let bases = resolve_bases(thread, original_bases)?;

    // The keyword arguments without `metaclass`.
    let mut metaclass = None;
    let (mut keywords, mut values) = (ScratchVec::new(), ScratchVec::new());
    for (keyword, value) in arguments.keywords() {
        if keyword.as_bytes(thread) == b"metaclass" {
            metaclass = Some(value);
        } else {
            keywords.push(thread, keyword.value());
            values.push(thread, value);
        }
    }
    let keyword_names = if keywords.is_empty() { None } else { Some(Tuple::new(thread, &keywords)) };
    let metaclass = match metaclass {
        Some(metaclass) => metaclass,
        None => match bases.items().first() {
            Some(&first) => thread.class_of(first).value(),
            None => thread.vm().types.type_type.value(),
        },
    };
    let metaclass = match metaclass.cast::<Type>() {
        Some(class) => calculate_metaclass(thread, class, bases.items())?.value(),
        None => metaclass,
    };
    let with_keywords = |leading: &[Value]| {
        let mut all = ScratchVec::from_slice(thread, leading);
        all.extend_from_slice(thread, &values);
        all
    };

    let namespace = if metaclass == thread.vm().types.type_type.value() {
        Dict::new(thread).value()
    } else {
        match dispatch::attr::get_optional(thread, metaclass, names.__prepare__)? {
            Some(prepare) => {
                let all = with_keywords(&[name.value(), bases.value()]);
                let namespace =
                    dispatch::call::call_with(thread, prepare, Arguments { values: &all, names: keyword_names })?;
                if thread.class_of(namespace).special(thread, Special::GetItem).is_none() {
                    let who = metaclass.cast::<Type>().map_or("<metaclass>".to_owned(), |class| class.name_string());
                    let message =
                        format!("{who}.__prepare__() must return a mapping, not {}", thread.type_name(namespace));
                    return Err(thread.raise_type_error(message));
                }
                namespace
            }
            None => Dict::new(thread).value(),
        }
    };

    let closure = function.closure.get().map(|closure| closure.value());
    let result = (thread.vm().hooks().run_code)(thread, function.code(), function.globals(), namespace, closure)?;
    let cell = result
        .cast::<CellObject>()
        .or_else(|| namespace.cast::<Dict>()?.get_str(thread, names.__classcell__)?.cast::<CellObject>());
    if bases != original_bases {
        let key = crate::modules::support::intern(thread, "__orig_bases__");
        dispatch::subscript::set_item(thread, namespace, key.value(), original_bases.value())?;
    }
    let all = with_keywords(&[name.value(), bases.value(), namespace]);
    let class = dispatch::call::call_with(thread, metaclass, Arguments { values: &all, names: keyword_names })?;
    if let Some(class) = class.cast::<Type>()
        && crate::modules::import::stands_for_native(thread, &function.code().filename_text(thread))
    {
        class.set_flag(type_flags::STANDS_FOR_NATIVE, true);
    }
    if let (Some(_), Some(cell)) = (class.cast::<Type>(), cell) {
        check_class_cell(thread, cell, class, name)?;
    }
    Ok(class)
}

/// `__class__` of the body must have been set to the class that came out.
fn check_class_cell(thread: &Thread, cell: Gc<CellObject>, class: Value, name: Gc<Str>) -> PyResult<()> {
    match cell.content.get() {
        Some(content) if content == class => Ok(()),
        Some(content) => {
            let (content, name, class) = (repr(thread, content)?, repr(thread, name.value())?, repr(thread, class)?);
            Err(thread.raise_type_error(format!("__class__ set to {content} defining {name} as {class}")))
        }
        None => {
            let (name, class) = (repr(thread, name.value())?, repr(thread, class)?);
            Err(thread.raise_runtime_error(format!(
                "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
            )))
        }
    }
}

/// The function for Python.
#[taipan_macros::py_module(name = "builtins")]
pub mod functions {
    use super::*;

    /// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
    ///
    /// Internal helper function used by the class statement.
    #[function(name = "__build_class__")]
    fn build_class(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let [function, name, ..] = *arguments.positional() else {
            return Err(thread.raise_type_error("__build_class__: not enough arguments"));
        };
        let Some(function) = function.cast::<Function>() else {
            return Err(thread.raise_type_error("__build_class__: func must be a function"));
        };
        let Some(name) = name.cast::<Str>() else {
            return Err(thread.raise_type_error("__build_class__: name is not a string"));
        };
        build(thread, function, name, Arguments { values: &arguments.values[2..], names: arguments.names })
    }
}
