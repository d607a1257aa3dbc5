//! The `builtins` module.
//!
//! What lives here: the list of its parts, and the classes it shows. What must not: the functions (the files
//! below, by family) and the builtin types (`types/`). Start at [`builtins`].

pub mod attributes;
pub mod class_statement;
pub mod execute;
pub mod iteration;
pub mod numbers;
pub mod site;
pub mod text;

use taipan_macros::py_module;

/// The builtins that compiled code refers to by number, whatever their names are bound to when it runs.
pub const COMMON: [&str; 3] = ["all", "any", "tuple"];

/// Built-in functions, types, exceptions, and other objects.
///
/// This module provides direct access to all 'built-in'
/// identifiers of Python; for example, builtins.len is
/// the full name for the built-in function len().
///
/// This module is not normally accessed explicitly by most
/// applications, but can be useful in modules that provide
/// objects with the same name as a builtin and need to access
/// the built-in of that name.
#[py_module(
    name = "builtins",
    extend = [
        super::attributes::functions::MODULE,
        super::class_statement::functions::MODULE,
        super::execute::functions::MODULE,
        super::iteration::functions::MODULE,
        super::numbers::functions::MODULE,
        super::text::functions::MODULE
    ]
)]
pub mod builtins {
    use crate::error::PyResult;
    use crate::native::PyClass;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::enumerate::Enumerate;
    use crate::types::filter::Filter;
    use crate::types::map::Map;
    use crate::types::memoryview::MemoryView;
    use crate::types::module::Module;
    use crate::types::native_function::NativeFunction;
    use crate::types::reversed::Reversed;
    use crate::types::type_object::{Type, type_flags};
    use crate::types::zip::Zip;
    use crate::value::Value;

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let debug = Value::from_bool(thread.vm().options.optimize == 0);
        for (name, value) in [
            ("None", Value::NONE),
            ("Ellipsis", Value::ELLIPSIS),
            ("NotImplemented", Value::NOT_IMPLEMENTED),
            ("False", Value::FALSE),
            ("True", Value::TRUE),
            ("__debug__", debug),
        ] {
            module.set(thread, name, value);
        }
        let types = &thread.vm().types;
        for class in [
            types.bool,
            types.bytearray,
            types.bytes,
            types.classmethod,
            types.complex,
            types.dict,
            types.float,
            types.frozenset,
            types.property,
            types.int,
            types.list,
            types.object,
            types.range,
            types.set,
            types.slice,
            types.staticmethod,
            types.str,
            types.super_type,
            types.tuple,
            types.type_type,
            Type::of_spec(thread, MemoryView::SPEC),
            Type::of_spec(thread, Enumerate::SPEC),
            Type::of_spec(thread, Filter::SPEC),
            Type::of_spec(thread, Map::SPEC),
            Type::of_spec(thread, Reversed::SPEC),
            Type::of_spec(thread, Zip::SPEC),
        ] {
            module.set(thread, &class.name_string(), class.value());
        }
        Type::of_spec(thread, MemoryView::SPEC).set_flag(type_flags::SEQUENCE, true);
        for (name, class) in thread.vm().exceptions.all() {
            module.set(thread, name, class.value());
        }
        for (alias, class) in [("EnvironmentError", "OSError"), ("IOError", "OSError")] {
            if let Some(class) = module.get(thread, class) {
                module.set(thread, alias, class);
            }
        }
        module.set(thread, "ExceptionGroup", crate::types::exception_group::make_exception_group(thread)?.value());
        // `open` belongs to `_io`, which takes this very object when it is imported.
        let owner = crate::modules::support::intern(thread, "_io");
        for function in crate::modules::io::io::MODULE.functions.iter().filter(|function| function.name == "open") {
            let open = NativeFunction::of_module(thread, function, Value::NONE, owner);
            module.set(thread, function.name, open.value());
        }
        super::site::add_to(thread, module);
        Ok(())
    }
}
