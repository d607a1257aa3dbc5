//! The import system.
//!
//! What lives here: `import` from name to module, in the order that the Python reference gives (chapter 5):
//! `sys.modules`, the finders of `sys.meta_path`, loading. The three standard finders are not called but known;
//! any other object a program puts into `sys.meta_path` or `sys.path_hooks` is called as documented. What must
//! not: module contents. Start at [`import`] and [`find_and_load`].

pub mod bootstrap;
pub mod finder;
pub mod in_progress;
pub mod library;
pub mod loaders;
pub mod spec;

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::NATIVE_MODULES;
use crate::modules::builtins::execute::ensure_builtins;
use crate::modules::support::{call_method, get, intern, path_of, path_string, repr, string, text_of};
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::code::CodeObject;
use crate::types::dict::Dict;
use crate::types::exception::{Exception, field};
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::native_function::NativeFunction;
use crate::types::payload::Payload;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use crate::vm::{CompileFlags, CompileMode};
use finder::{FolderCache, Found};
use library::{LibraryFile, Location};
use spec::{Facts, ModuleSpec};
use std::path::{Path, PathBuf};

/// Attribute of path entry finders that stand for what the native finder does itself.
pub const NATIVE_MARK: &str = "_taipan_native";

/// What the import system remembers, without any Python value.
pub struct State {
    pub location: Location,
    pub folders: FolderCache,
}

impl State {
    /// The isolate's.
    pub fn of(thread: &Thread) -> &State {
        match thread.vm().import_state.get() {
            Some(state) => state,
            None => unreachable!("the import system starts with sys"),
        }
    }
}

/// Where the contents of a module come from.
pub enum Source {
    /// The table of native modules.
    Native,
    Embedded(&'static LibraryFile, bool),
    File {
        path: PathBuf,
        is_package: bool,
    },
    Namespace(Vec<PathBuf>),
}

/// What a search found: a source the native loader knows, or a spec that a finder in Python made.
pub enum Located {
    Source(Source),
    Spec(Value),
}

/// Starts the import system: fills in the attributes of `sys` that belong to it. `library` is the path that
/// stands for the embedded standard library.
pub fn add_to_sys(thread: &Thread, sys: Gc<Module>, library: &Path) -> PyResult<()> {
    let state = State { location: Location::new(library.to_path_buf()), folders: FolderCache::default() };
    // Set once, when the isolate starts.
    let _ = thread.vm().import_state.set(state);
    let finders = [
        Type::of_spec(thread, loaders::BuiltinImporter::SPEC).value(),
        Type::of_spec(thread, loaders::FrozenImporter::SPEC).value(),
        Type::of_spec(thread, loaders::PathFinder::SPEC).value(),
    ];
    sys.set(thread, "meta_path", List::new(thread, &finders).value());
    let hook = &loaders::functions::MODULE.functions[0];
    let hook = NativeFunction::of_module(thread, hook, Value::NONE, intern(thread, "_frozen_importlib_external"));
    sys.set(thread, "path_hooks", List::new(thread, &[hook.value()]).value());
    sys.set(thread, "path_importer_cache", Dict::new(thread).value());
    Ok(())
}

/// `__import__(name, globals, locals, fromlist, level)`.
///
/// # Errors
/// ImportError and ModuleNotFoundError; whatever the module's code raises.
pub fn import(
    thread: &Thread,
    name: Gc<Str>,
    globals: Option<Value>,
    fromlist: Option<Value>,
    level: i64,
) -> PyResult<Value> {
    if level < 0 {
        return Err(thread.raise_value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        let package = package_of(thread, globals)?;
        ascend(thread, &package, &name.to_str_lossy(thread), level)?
    } else {
        if name.is_empty() {
            return Err(thread.raise_value_error("Empty module name"));
        }
        name.to_str_lossy(thread).into_owned()
    };
    let module = import_name(thread, &absolute)?;
    let has_from = match fromlist {
        Some(list) => dispatch::truth::truth(thread, list)?,
        None => false,
    };
    if has_from {
        let fromlist = fromlist.unwrap_or(Value::NONE);
        if dispatch::attr::get_optional(thread, module, thread.vm().names.__path__)?.is_some() {
            import_submodules(thread, module, fromlist, false)?;
        }
        return Ok(module);
    }
    if level > 0 && name.is_empty() {
        return Ok(module);
    }
    // `import a.b` binds `a`.
    let relative = name.to_str_lossy(thread).into_owned();
    let Some((front, _)) = relative.split_once('.') else { return Ok(module) };
    if level == 0 {
        return import_name(thread, front);
    }
    let top = &absolute[..absolute.len() - (relative.len() - front.len())];
    match thread.vm().modules().get_str(thread, intern(thread, top)) {
        Some(module) => Ok(module),
        None => {
            let shown = repr(thread, string(thread, top))?;
            Err(thread.raise_plain_key_error(format!("{shown} not in sys.modules as expected")))
        }
    }
}

/// The package that a relative import starts from, by the importing module's globals.
fn package_of(thread: &Thread, globals: Option<Value>) -> PyResult<String> {
    let Some(globals) = globals.filter(|g| !g.is_none()) else {
        return Err(thread.raise_plain_key_error("'__name__' not in globals"));
    };
    let Some(globals) = globals.cast::<Dict>() else {
        return Err(thread.raise_type_error("globals must be a dict"));
    };
    let names = &thread.vm().names;
    let given = |name| globals.get_str(thread, name).filter(|value| !value.is_none());
    let no_parent = || thread.raise_import_error("attempted relative import with no known parent package");
    let package = if let Some(package) = given(names.__package__) {
        match text_of(thread, package) {
            Some(package) => package,
            None => return Err(thread.raise_type_error("package must be a string")),
        }
    } else if let Some(spec) = given(names.__spec__) {
        match text_of(thread, get(thread, spec, "parent")?) {
            Some(parent) => parent,
            None => return Err(thread.raise_type_error("__spec__.parent must be a string")),
        }
    } else {
        let Some(name) = globals.get_str(thread, names.__name__) else {
            return Err(thread.raise_plain_key_error("'__name__' not in globals"));
        };
        let Some(name) = text_of(thread, name) else {
            return Err(thread.raise_type_error("__name__ must be a string"));
        };
        if globals.get_str(thread, names.__path__).is_some() {
            name
        } else {
            match name.rsplit_once('.') {
                Some((parent, _)) => parent.to_owned(),
                None => return Err(no_parent()),
            }
        }
    };
    if package.is_empty() { Err(no_parent()) } else { Ok(package) }
}

/// The absolute name of `name` seen from `package`, `level` dots up (one dot being the package itself).
pub fn ascend(thread: &Thread, package: &str, name: &str, level: i64) -> PyResult<String> {
    let mut base = package;
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((parent, _)) => base = parent,
            None => return Err(thread.raise_import_error("attempted relative import beyond top-level package")),
        }
    }
    Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

/// `from package import a, b`: makes sure that those that are submodules are loaded.
fn import_submodules(thread: &Thread, module: Value, fromlist: Value, recursive: bool) -> PyResult<()> {
    let items = List::from_iterable(thread, fromlist)?;
    let mut index = 0;
    while let Some(item) = items.get(thread, index) {
        index += 1;
        let Some(name) = item.cast::<Str>() else {
            let place = if recursive {
                format!("{}.__all__", text_of(thread, get(thread, module, "__name__")?).unwrap_or_default())
            } else {
                "``from list''".to_owned()
            };
            return Err(thread.raise_type_error(format!("Item in {place} must be str, not {}", thread.type_name(item))));
        };
        if name.as_bytes(thread) == b"*" {
            if !recursive && let Some(all) = dispatch::attr::get_optional(thread, module, thread.vm().names.__all__)? {
                import_submodules(thread, module, all, true)?;
            }
            continue;
        }
        let name = thread.vm().interner.intern(thread, name);
        if dispatch::attr::get_optional(thread, module, name)?.is_some() {
            continue;
        }
        let package = text_of(thread, get(thread, module, "__name__")?).unwrap_or_default();
        let full = format!("{package}.{}", name.to_str_lossy(thread));
        if let Err(raised) = import_name(thread, &full) {
            // That there is no such submodule is for the `from` to say.
            let missing = thread.exception_is(thread.vm().exceptions.module_not_found_error)
                && thread
                    .exception
                    .get()
                    .and_then(|e| e.cast::<Exception>())
                    .and_then(|e| e.field(field::NAME))
                    .and_then(|n| text_of(thread, n))
                    == Some(full.clone())
                && thread.vm().modules().get_str(thread, intern(thread, &full)).is_none_or(|module| !module.is_none());
            if !missing {
                return Err(raised);
            }
            thread.take_exception(raised);
        }
    }
    Ok(())
}

/// `import name`, returning the module itself (the last part of a dotted name).
pub fn import_name(thread: &Thread, name: &str) -> PyResult<Value> {
    let key = intern(thread, name);
    match thread.vm().modules().get_str(thread, key) {
        Some(module) if module.is_none() => {
            let message = format!("import of {name} halted; None in sys.modules");
            Err(loaders::named_error(thread, thread.vm().exceptions.module_not_found_error, &message, key.value()))
        }
        Some(module) if !thread.vm().is_shared.get() => Ok(module),
        Some(module) => {
            let waited = in_progress::wait(thread, name)?;
            match thread.vm().modules().get_str(thread, key).filter(|_| waited) {
                Some(module) => Ok(module),
                // Another thread failed to import it.
                None if waited => find_and_load(thread, key),
                None => Ok(module),
            }
        }
        None => find_and_load(thread, key),
    }
}

/// Finds and loads a module that is not in `sys.modules`, its parent packages first.
fn find_and_load(thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
    thread.check_native_stack(" while importing a module")?;
    let text = name.to_str_lossy(thread).into_owned();
    if in_progress::wait(thread, &text)? {
        return import_name(thread, &text);
    }
    let _begun = in_progress::begin(thread, &text);
    let not_found = |message: &str| {
        Err(loaders::named_error(thread, thread.vm().exceptions.module_not_found_error, message, name.value()))
    };
    let modules = thread.vm().modules();
    let mut parent_module = None;
    let mut path = None;
    if let Some((parent, _)) = text.rsplit_once('.') {
        let module = import_name(thread, parent)?;
        // Importing the parent may have imported this module.
        if let Some(module) = modules.get_str(thread, name) {
            return Ok(module);
        }
        match dispatch::attr::get_optional(thread, module, thread.vm().names.__path__)? {
            Some(found) => path = Some(found),
            None => return not_found(&format!("No module named '{text}'; '{parent}' is not a package")),
        }
        parent_module = Some(module);
    }
    let module = if bootstrap::is_bootstrap(&text) {
        bootstrap::load(thread, &text)?
    } else {
        match find_spec(thread, name, path)? {
            Some(Located::Source(source)) => load(thread, name, &text, source)?,
            Some(Located::Spec(spec)) => {
                let bootstrap = import_name(thread, "importlib._bootstrap")?;
                call_method(thread, bootstrap, "_load_unlocked", &[spec])?
            }
            None => return not_found(&format!("No module named '{text}'")),
        }
    };
    if let (Some(parent), Some((parent_name, child))) = (parent_module, text.rsplit_once('.'))
        && let Err(raised) = dispatch::attr::set(thread, parent, intern(thread, child), module)
    {
        thread.catch(raised, thread.vm().exceptions.attribute_error)?;
        let message = format!("Cannot set an attribute on '{parent_name}' for child module '{child}'");
        dispatch::warnings::warn(thread, thread.vm().exceptions.import_warning, &message)?;
    }
    Ok(module)
}

/// Asks the finders of `sys.meta_path`.
fn find_spec(thread: &Thread, name: Gc<Str>, path: Option<Value>) -> PyResult<Option<Located>> {
    let Some(sys) = thread.vm().sys.get() else {
        // Before `sys` there are only native modules.
        return Ok(is_native_name(&name.to_str_lossy(thread)).then_some(Located::Source(Source::Native)));
    };
    let meta_path = sys.get(thread, "meta_path").filter(|finders| !finders.is_none());
    let Some(meta_path) = meta_path else {
        return Err(thread.raise_import_error("sys.meta_path is None, Python is likely shutting down"));
    };
    let finders = List::from_iterable(thread, meta_path)?;
    let builtin = Type::of_spec(thread, loaders::BuiltinImporter::SPEC).value();
    let frozen = Type::of_spec(thread, loaders::FrozenImporter::SPEC).value();
    let along_path = Type::of_spec(thread, loaders::PathFinder::SPEC).value();
    let mut index = 0;
    while let Some(finder) = finders.get(thread, index) {
        index += 1;
        if finder == builtin {
            if is_native_name(&name.to_str_lossy(thread)) {
                return Ok(Some(Located::Source(Source::Native)));
            }
        } else if finder == along_path {
            if let Some(found) = find_on_path(thread, name, path)? {
                return Ok(Some(found));
            }
        } else if finder != frozen
            && let Some(method) = dispatch::attr::get_optional(thread, finder, intern(thread, "find_spec"))?
        {
            let spec = dispatch::call::call(thread, method, &[name.value(), path.unwrap_or(Value::NONE), Value::NONE])?;
            if !spec.is_none() {
                return Ok(Some(Located::Spec(spec)));
            }
        }
    }
    Ok(None)
}

/// There is a native module of this name.
pub fn is_native_name(name: &str) -> bool {
    NATIVE_MODULES.iter().any(|spec| spec.name == name)
}

/// Searches the folders of `path`, or of `sys.path`.
pub fn find_on_path(thread: &Thread, name: Gc<Str>, path: Option<Value>) -> PyResult<Option<Located>> {
    let Some(sys) = thread.vm().sys.get() else { return Ok(None) };
    let Some(path) = path.or_else(|| sys.get(thread, "path")) else { return Ok(None) };
    let entries = List::from_iterable(thread, path)?;
    let text = name.to_str_lossy(thread).into_owned();
    let tail = text.rsplit('.').next().unwrap_or_default();
    let mut namespace: Vec<PathBuf> = Vec::new();
    let mut index = 0;
    while let Some(entry) = entries.get(thread, index) {
        index += 1;
        let Some(entry_name) = entry.cast::<Str>() else { continue };
        if let Some(finder) = custom_finder(thread, sys, entry_name)? {
            let spec = call_method(thread, finder, "find_spec", &[name.value()])?;
            if spec.is_none() {
                continue;
            }
            if !get(thread, spec, "loader")?.is_none() {
                return Ok(Some(Located::Spec(spec)));
            }
            let parts = get(thread, spec, "submodule_search_locations")?;
            let parts = List::from_iterable(thread, parts)?;
            for part in (0..parts.len()).filter_map(|i| parts.get(thread, i)?.cast::<Str>()) {
                namespace.push(path_of(thread, part)?);
            }
            continue;
        }
        let folder = if entry_name.is_empty() {
            match std::env::current_dir() {
                Ok(folder) => folder,
                Err(_) => continue,
            }
        } else {
            path_of(thread, entry_name)?
        };
        let state = State::of(thread);
        if let Some(inner) = state.location.folder_at(&folder) {
            if let Some((file, is_package)) = find_embedded(inner, tail) {
                return Ok(Some(Located::Source(Source::Embedded(file, is_package))));
            }
            if inner.is_empty() || !folder.is_dir() {
                continue;
            }
        }
        match state.folders.find(&folder, tail) {
            Some(Found::Source { path, is_package }) => {
                return Ok(Some(Located::Source(Source::File { path, is_package })));
            }
            Some(Found::NamespacePart(part)) => namespace.push(part),
            None => {}
        }
    }
    Ok(if namespace.is_empty() { None } else { Some(Located::Source(Source::Namespace(namespace))) })
}

fn find_embedded(folder: &str, tail: &str) -> Option<(&'static LibraryFile, bool)> {
    if folder.is_empty() { library::find(tail) } else { library::find(&format!("{folder}/{tail}")) }
}

/// The path entry finder, other than the native one, that is responsible for a path entry.
fn custom_finder(thread: &Thread, sys: Gc<Module>, entry: Gc<Str>) -> PyResult<Option<Value>> {
    let cache = sys.get(thread, "path_importer_cache").and_then(|cache| cache.cast::<Dict>());
    if let Some(cache) = cache.filter(|cache| !cache.is_empty())
        && let Some(finder) = cache.get(thread, entry.value())?
    {
        if finder.is_none() {
            return Ok(None);
        }
        let native = dispatch::attr::get_optional(thread, finder, intern(thread, NATIVE_MARK))?.is_some();
        return Ok(if native { None } else { Some(finder) });
    }
    let Some(hooks) = sys.get(thread, "path_hooks").and_then(|hooks| hooks.cast::<List>()) else { return Ok(None) };
    let native = |hook: Value| {
        hook.cast::<NativeFunction>()
            .is_some_and(|function| std::ptr::eq(function.spec, &loaders::functions::MODULE.functions[0]))
    };
    let mut index = 0;
    while let Some(hook) = hooks.get(thread, index) {
        index += 1;
        if native(hook) {
            let file = path_of(thread, entry)?;
            if !is_archive(&file) {
                return Ok(None);
            }
            // An archive: the stdlib's finder is made on demand.
            let zipimport = import_name(thread, "zipimport")?;
            match call_method(thread, zipimport, "zipimporter", &[entry.value()]) {
                Ok(finder) => {
                    if let Some(cache) = cache {
                        cache.insert(thread, entry.value(), finder)?;
                    }
                    return Ok(Some(finder));
                }
                Err(raised) => {
                    thread.catch(raised, thread.vm().exceptions.import_error)?;
                    return Ok(None);
                }
            }
        }
        match dispatch::call::call(thread, hook, &[entry.value()]) {
            Ok(finder) => {
                if let Some(cache) = cache {
                    cache.insert(thread, entry.value(), finder)?;
                }
                return Ok(Some(finder));
            }
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.import_error)?;
            }
        }
    }
    Ok(None)
}

/// The path names a file that may be a zip archive of modules, or lies in one.
fn is_archive(path: &Path) -> bool {
    let archive = |path: &Path| path.extension().is_some_and(|e| e == "zip" || e == "egg" || e == "whl" || e == "pyz");
    path.ancestors().any(|ancestor| archive(ancestor) && ancestor.is_file())
}

/// The spec of a module from a source the native loader knows.
pub fn spec_of(thread: &Thread, name: Value, source: &Source) -> PyResult<Gc<Payload<ModuleSpec>>> {
    let located = |path: &Path, is_package: bool| -> PyResult<Facts> {
        let origin = path_string(thread, path)?.value();
        let search_locations = match path.parent() {
            Some(folder) if is_package => List::new(thread, &[path_string(thread, folder)?.value()]).value(),
            _ => Value::NONE,
        };
        let loader = loaders::SourceFileLoader::make(thread, name, origin);
        Ok(Facts { name, loader, origin, search_locations, has_location: true })
    };
    let facts = match source {
        Source::Native => Facts {
            name,
            loader: Type::of_spec(thread, loaders::BuiltinImporter::SPEC).value(),
            origin: string(thread, "built-in"),
            search_locations: Value::NONE,
            has_location: false,
        },
        Source::Embedded(file, is_package) => located(&State::of(thread).location.path_of(file), *is_package)?,
        Source::File { path, is_package } => located(path, *is_package)?,
        Source::Namespace(parts) => {
            let list = List::empty(thread);
            for part in parts {
                list.push(thread, path_string(thread, part)?.value())?;
            }
            Facts {
                name,
                loader: Value::NONE,
                origin: Value::NONE,
                search_locations: list.value(),
                has_location: false,
            }
        }
    };
    Ok(ModuleSpec::make(thread, facts))
}

/// The spec of what a search found, for Python code.
pub fn spec_value(thread: &Thread, name: Value, found: Located) -> PyResult<Value> {
    match found {
        Located::Source(source) => Ok(spec_of(thread, name, &source)?.value()),
        Located::Spec(spec) => Ok(spec),
    }
}

/// Makes the module, puts it into `sys.modules` and runs its code.
fn load(thread: &Thread, name: Gc<Str>, text: &str, source: Source) -> PyResult<Value> {
    let names = &thread.vm().names;
    let spec = spec_of(thread, name.value(), &source)?;
    let module = Module::create(thread, text, None);
    let dict = module.dict();
    let value = |slot: &crate::object::Slot| slot.get().unwrap_or(Value::NONE);
    let locations = value(&spec.data.search_locations);
    let package = if locations.is_none() { text.rsplit_once('.').map_or("", |(parent, _)| parent) } else { text };
    dict.insert_str(thread, names.__package__, intern(thread, package).value());
    dict.insert_str(thread, names.__loader__, value(&spec.data.loader));
    dict.insert_str(thread, names.__spec__, spec.value());
    if !locations.is_none() {
        dict.insert_str(thread, names.__path__, locations);
    }
    if spec.data.has_location.get() {
        dict.insert_str(thread, names.__file__, value(&spec.data.origin));
        dict.insert_str(thread, names.__cached__, Value::NONE);
    } else if matches!(source, Source::Namespace(_)) {
        dict.insert_str(thread, names.__file__, Value::NONE);
    }
    let modules = thread.vm().modules();
    modules.insert_str(thread, name, module.value());
    spec.data.initializing.set(true);
    let result = fill(thread, module, text, &source);
    spec.data.initializing.set(false);
    if let Err(raised) = result {
        modules.remove_str(thread, name);
        return Err(raised);
    }
    // The code may have put something else in the module's place.
    match modules.remove_str(thread, name) {
        Some(module) => {
            modules.insert_str(thread, name, module);
            Ok(module)
        }
        None => Err(dispatch::subscript::key_error(thread, name.value())),
    }
}

/// Gives the module its contents.
fn fill(thread: &Thread, module: Gc<Module>, name: &str, source: &Source) -> PyResult<()> {
    let (bytes, path) = match source {
        Source::Native => {
            let Some(native) = NATIVE_MODULES.iter().find(|spec| spec.name == name) else {
                return Err(loaders::import_error(
                    thread,
                    &format!("'{name}' is not a built-in module"),
                    string(thread, name),
                ));
            };
            if let Some(doc) = native.doc {
                module.dict().insert_str(thread, thread.vm().names.__doc__, string(thread, doc));
            }
            return module.add_spec(thread, native);
        }
        Source::Namespace(_) => return Ok(()),
        Source::Embedded(file, _) => (file.unpack(), State::of(thread).location.path_of(file)),
        Source::File { path, .. } => match std::fs::read(path) {
            Ok(bytes) => (bytes, path.clone()),
            Err(error) => {
                let shown = path_string(thread, path)?.value();
                return Err(crate::modules::support::raise_errno(
                    thread,
                    error.raw_os_error().unwrap_or(libc::EIO),
                    Some(shown),
                ));
            }
        },
    };
    let code = compile_module(thread, Bytes::new(thread, &bytes).value(), &path.to_string_lossy())?;
    run_module_code(thread, code, module.dict())
}

/// Compiles the source of a module (bytes).
pub fn compile_module(thread: &Thread, source: Value, path: &str) -> PyResult<Gc<CodeObject>> {
    let flags = CompileFlags { optimize: thread.vm().options.optimize, ..CompileFlags::default() };
    (thread.vm().hooks().compile)(thread, source, path, CompileMode::Module, flags)
}

/// Runs the code of a module in its namespace.
pub fn run_module_code(thread: &Thread, code: Gc<CodeObject>, globals: Gc<Dict>) -> PyResult<()> {
    ensure_builtins(thread, globals);
    (thread.vm().hooks().run_code)(thread, code, globals, globals.value(), None)?;
    Ok(())
}

/// The module `__main__`, made if it does not exist.
pub fn main_module(thread: &Thread) -> Gc<Module> {
    let key = thread.vm().names.__main__;
    let modules = thread.vm().modules();
    if let Some(module) = modules.get_str(thread, key).and_then(|module| module.cast::<Module>()) {
        return module;
    }
    let module = Module::create(thread, "__main__", None);
    ensure_builtins(thread, module.dict());
    modules.insert_str(thread, key, module.value());
    module
}

/// The module's code is still running (circular import).
pub fn is_initialising(thread: &Thread, module: Value) -> bool {
    match spec_in_module(thread, module) {
        Some(spec) => spec_is_initialising(thread, spec),
        None => false,
    }
}

fn spec_in_module(thread: &Thread, module: Value) -> Option<Value> {
    let module = module.cast::<Module>()?;
    module.dict().get_str(thread, thread.vm().names.__spec__).filter(|spec| !spec.is_none())
}

fn spec_is_initialising(thread: &Thread, spec: Value) -> bool {
    if let Some(spec) = Payload::<ModuleSpec>::cast(spec) {
        return spec.data.initializing.get();
    }
    let found = dispatch::attr::get_optional(thread, spec, intern(thread, "_initializing"));
    match found.and_then(|value| value.map_or(Ok(false), |value| dispatch::truth::truth(thread, value))) {
        Ok(initialising) => initialising,
        Err(raised) => {
            thread.take_exception(raised);
            false
        }
    }
}

/// The file that a spec says its module is from.
fn file_origin(thread: &Thread, spec: Value) -> Option<String> {
    if let Some(spec) = Payload::<ModuleSpec>::cast(spec) {
        return if spec.data.has_location.get() { text_of(thread, spec.data.origin.get()?) } else { None };
    }
    let read = |name: &str| match dispatch::attr::get_optional(thread, spec, intern(thread, name)) {
        Ok(value) => value,
        Err(raised) => {
            thread.take_exception(raised);
            None
        }
    };
    let has_location = read("has_location")?;
    if has_location == Value::TRUE { text_of(thread, read("origin")?) } else { None }
}

/// The file may hide a library of the same name: it lies in the folder that `sys.path` begins with.
fn is_possibly_shadowing(thread: &Thread, origin: &str) -> bool {
    if thread.vm().options.isolated {
        return false;
    }
    let path = Path::new(origin);
    let mut folder = path.parent().unwrap_or(Path::new(""));
    if path.file_name().is_some_and(|name| name == "__init__.py") {
        folder = folder.parent().unwrap_or(Path::new(""));
    }
    let first = thread
        .vm()
        .sys
        .get()
        .and_then(|sys| sys.get(thread, "path"))
        .and_then(|path| path.cast::<List>())
        .and_then(|path| path.get(thread, 0));
    let Some(first) = first.and_then(|first| text_of(thread, first)) else { return false };
    if first.is_empty() {
        return std::env::current_dir().is_ok_and(|current| current == folder);
    }
    Path::new(&first) == folder && State::of(thread).location.root() != folder
}

/// What is wrong with a module that lacks a name, as far as its spec tells.
struct Suspicion {
    origin: Option<String>,
    initialising: bool,
    shadowing: bool,
    shadowing_standard: bool,
}

fn suspect(thread: &Thread, spec: Value, module_name: &str) -> Suspicion {
    let origin = file_origin(thread, spec);
    let shadowing = origin.as_ref().is_some_and(|origin| is_possibly_shadowing(thread, origin));
    Suspicion {
        initialising: spec_is_initialising(thread, spec),
        shadowing,
        shadowing_standard: shadowing && is_standard_module(module_name),
        origin,
    }
}

/// The AttributeError text of a module without this attribute.
pub fn missing_attribute_text(thread: &Thread, module: Value, name: &str, attribute: &str) -> String {
    let plain = format!("module '{name}' has no attribute '{attribute}'");
    let Some(spec) = spec_in_module(thread, module) else { return plain };
    let suspicion = suspect(thread, spec, name);
    match suspicion.origin {
        Some(origin) if suspicion.shadowing_standard => format!(
            "module '{name}' has no attribute '{attribute}' (consider renaming '{origin}' since it has the same name as the standard library module named '{name}' and prevents importing that standard library module)"
        ),
        Some(origin) if suspicion.initialising && suspicion.shadowing => {
            format!(
                "module '{name}' has no attribute '{attribute}' (consider renaming '{origin}' if it has the same name as a library you intended to import)"
            )
        }
        Some(origin) if suspicion.initialising => format!(
            "partially initialized module '{name}' from '{origin}' has no attribute '{attribute}' (most likely due to a circular import)"
        ),
        None if suspicion.initialising => {
            format!(
                "partially initialized module '{name}' has no attribute '{attribute}' (most likely due to a circular import)"
            )
        }
        _ => {
            let submodule = thread.vm().modules().get_str(thread, intern(thread, &format!("{name}.{attribute}")));
            if submodule.is_some_and(|submodule| is_initialising(thread, submodule)) {
                return format!(
                    "cannot access submodule '{attribute}' of module '{name}' (most likely due to a circular import)"
                );
            }
            plain
        }
    }
}

/// `from module import name`: the attribute, else the submodule that is loaded but not yet an attribute.
///
/// # Errors
/// ImportError, with CPython's guess at what went wrong.
pub fn import_from(thread: &Thread, module: Value, name: Gc<Str>) -> PyResult<Value> {
    if let Some(value) = dispatch::attr::get_optional(thread, module, name)? {
        return Ok(value);
    }
    let names = &thread.vm().names;
    let module_name = dispatch::attr::get_optional(thread, module, names.__name__)?.and_then(|name| name.cast::<Str>());
    if let Some(package) = module_name {
        let full = format!("{}.{}", package.to_str_lossy(thread), name.to_str_lossy(thread));
        if let Some(submodule) = thread.vm().modules().get_str(thread, intern(thread, &full)) {
            return Ok(submodule);
        }
    }
    Err(cannot_import(thread, module, module_name, name))
}

#[cold]
fn cannot_import(thread: &Thread, module: Value, module_name: Option<Gc<Str>>, name: Gc<Str>) -> Raised {
    let package =
        module_name.map_or_else(|| "<unknown module name>".to_owned(), |name| name.to_str_lossy(thread).into_owned());
    let wanted = match repr(thread, name.value()) {
        Ok(shown) => shown,
        Err(raised) => return raised,
    };
    let spec = match dispatch::attr::get_optional(thread, module, thread.vm().names.__spec__) {
        Ok(spec) => spec.filter(|spec| !spec.is_none()),
        Err(raised) => return raised,
    };
    let suspicion = spec.map(|spec| suspect(thread, spec, &package));
    let origin = suspicion.as_ref().and_then(|suspicion| suspicion.origin.clone());
    let initialising = suspicion.as_ref().is_some_and(|s| s.initialising);
    let shadowing = suspicion.as_ref().is_some_and(|s| s.shadowing);
    let message = match &origin {
        Some(origin) if suspicion.as_ref().is_some_and(|s| s.shadowing_standard) => format!(
            "cannot import name {wanted} from '{package}' (consider renaming '{origin}' since it has the same name as the standard library module named '{package}' and prevents importing that standard library module)"
        ),
        Some(origin) if initialising && shadowing => format!(
            "cannot import name {wanted} from '{package}' (consider renaming '{origin}' if it has the same name as a library you intended to import)"
        ),
        Some(origin) if initialising => {
            format!(
                "cannot import name {wanted} from partially initialized module '{package}' (most likely due to a circular import) ({origin})"
            )
        }
        None if initialising => {
            format!(
                "cannot import name {wanted} from partially initialized module '{package}' (most likely due to a circular import)"
            )
        }
        Some(origin) => format!("cannot import name {wanted} from '{package}' ({origin})"),
        None => format!("cannot import name {wanted} from '{package}' (unknown location)"),
    };
    let exception = Exception::new(thread, thread.vm().exceptions.import_error, &[string(thread, &message)]);
    exception.set_field(thread, field::NAME, module_name.map_or(Value::NONE, |name| name.value()));
    let path = origin.map_or(Value::NONE, |origin| string(thread, &origin));
    exception.set_field(thread, field::SECOND, path);
    exception.set_field(thread, field::THIRD, name.value());
    thread.raise_exception_object(exception)
}

/// Code with this file name is of a module that is C in CPython: see [`Location::stands_for_native`].
pub fn stands_for_native(thread: &Thread, filename: &str) -> bool {
    thread.vm().import_state.get().is_some_and(|state| state.location.stands_for_native(filename))
}

/// The source of a module of the embedded standard library, by the file name its code objects carry.
pub fn embedded_source(thread: &Thread, filename: &str) -> Option<String> {
    let state = thread.vm().import_state.get()?;
    let file = state.location.file_at(Path::new(filename))?;
    Some(String::from_utf8_lossy(&file.unpack()).into_owned())
}

/// The name is that of a module of the standard library (`sys.stdlib_module_names`).
pub fn is_standard_module(name: &str) -> bool {
    crate::modules::sys::stdlib_names::STANDARD_MODULES.binary_search(&name).is_ok()
}
