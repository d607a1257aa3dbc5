//! `importlib` over the native import system.
//!
//! What lives here: making the modules `_frozen_importlib` and `_frozen_importlib_external`, which the stdlib's
//! `importlib` expects to exist, from its own `_bootstrap.py` and `_bootstrap_external.py`, when somebody asks
//! for them. Their classes for specs, loaders and finders are replaced by the native ones, so that there is one
//! of each. What must not: importing itself. Start at [`load`].

use super::loaders::{BuiltinImporter, FrozenImporter, PathFinder, SourceFileLoader};
use super::spec::{Facts, ModuleSpec};
use super::{State, import_name, library, loaders};
use crate::error::PyResult;
use crate::modules::support::{call_method, intern, path_string, string};
use crate::native::{ClassSpec, PyClass};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::module::Module;
use crate::types::native_function::NativeFunction;
use crate::types::type_object::Type;
use crate::value::Value;

/// The two modules: name, file in the library, native classes they get.
const MODULES: &[(&str, &str, &[&ClassSpec])] = &[
    ("_frozen_importlib", "importlib/_bootstrap.py", &[ModuleSpec::SPEC, BuiltinImporter::SPEC, FrozenImporter::SPEC]),
    ("_frozen_importlib_external", "importlib/_bootstrap_external.py", &[SourceFileLoader::SPEC, PathFinder::SPEC]),
];

/// The module is one of the two.
pub fn is_bootstrap(name: &str) -> bool {
    MODULES.iter().any(|(module, ..)| *module == name)
}

/// Makes one of the two modules and puts it into `sys.modules`.
pub fn load(thread: &Thread, name: &str) -> PyResult<Value> {
    let Some(&(name, path, classes)) = MODULES.iter().find(|(module, ..)| *module == name) else {
        return Err(thread.raise_import_error(format!("{name} is no bootstrap module")));
    };
    let Some(file) = library::by_path(path) else {
        return Err(thread.raise_import_error(format!("{path} is not in the standard library")));
    };
    let location = path_string(thread, &State::of(thread).location.path_of(file))?;
    let module = Module::create(thread, name, None);
    let loader = Type::of_spec(thread, FrozenImporter::SPEC).value();
    let spec = ModuleSpec::make(
        thread,
        Facts {
            name: string(thread, name),
            loader,
            origin: string(thread, "frozen"),
            search_locations: Value::NONE,
            has_location: false,
        },
    );
    let names = &thread.vm().names;
    let dict = module.dict();
    dict.insert_str(thread, names.__loader__, loader);
    dict.insert_str(thread, names.__spec__, spec.value());
    dict.insert_str(thread, names.__package__, string(thread, ""));
    let key = intern(thread, name);
    thread.vm().modules().insert_str(thread, key, module.value());
    let result = run(thread, module, &file.unpack(), &location.to_str_lossy(thread))
        .and_then(|()| connect(thread, module, name, classes));
    if let Err(raised) = result {
        thread.vm().modules().remove_str(thread, key);
        return Err(raised);
    }
    Ok(module.value())
}

fn run(thread: &Thread, module: Gc<Module>, source: &[u8], path: &str) -> PyResult<()> {
    let code = super::compile_module(thread, Bytes::new(thread, source).value(), path)?;
    super::run_module_code(thread, code, module.dict())
}

/// Puts the native classes and functions in place and lets the module set itself up.
fn connect(thread: &Thread, module: Gc<Module>, name: &str, classes: &[&'static ClassSpec]) -> PyResult<()> {
    for spec in classes {
        module.set(thread, spec.name, Type::of_spec(thread, spec).value());
    }
    if name == "_frozen_importlib" {
        for function in loaders::functions::MODULE.functions.iter().filter(|function| function.name.starts_with('_')) {
            let object = NativeFunction::of_module(thread, function, module.value(), intern(thread, name));
            module.set(thread, function.name, object.value());
        }
        let sys = import_name(thread, "sys")?;
        let imp = import_name(thread, "_imp")?;
        call_method(thread, module.value(), "_setup", &[sys, imp])?;
    } else {
        let bootstrap = import_name(thread, "_frozen_importlib")?;
        call_method(thread, module.value(), "_set_bootstrap_module", &[bootstrap])?;
        if let Some(bootstrap) = bootstrap.cast::<Module>() {
            bootstrap.set(thread, "_bootstrap_external", module.value());
        }
    }
    Ok(())
}
