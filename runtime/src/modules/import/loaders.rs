//! The loaders and finders that the import system has natively, as Python sees them.
//!
//! What lives here: `SourceFileLoader`, `BuiltinImporter`, `FrozenImporter`, `PathFinder`: classes with the
//! methods that `importlib` documents. What must not: the import system's own path, which does without calling
//! them (`modules/import.rs`). Start at [`SourceFileLoader`].

use super::{Source, State};
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::{call_method, get, intern, path_of, repr, string, tuple};
use crate::modules::{NATIVE_MODULES, io};
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::exception::{Exception, field};
use crate::types::module::Module;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// Loads a module from a source file, or from the embedded library.
pub struct SourceFileLoader {
    pub name: Slot,
    pub path: Slot,
}

impl PayloadData for SourceFileLoader {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.name);
        tracer.slot(&self.path);
    }
}

impl SourceFileLoader {
    /// A loader for this module and file.
    pub fn make(thread: &Thread, name: Value, path: Value) -> Value {
        let class = Type::of_spec(thread, SourceFileLoader::SPEC);
        Payload::new(thread, class, SourceFileLoader { name: Slot::new(name), path: Slot::new(path) }).value()
    }
}

/// Raises ImportError with `name` set.
#[cold]
pub fn import_error(thread: &Thread, message: &str, name: Value) -> Raised {
    named_error(thread, thread.vm().exceptions.import_error, message, name)
}

/// Raises an ImportError of a class with `name` set.
#[cold]
pub fn named_error(thread: &Thread, class: Gc<Type>, message: &str, name: Value) -> Raised {
    let exception = Exception::new(thread, class, &[string(thread, message)]);
    exception.set_field(thread, field::NAME, name);
    thread.raise_exception_object(exception)
}

/// A name that a loader method was given is the loader's own (or None).
fn check_name(thread: &Thread, this: Gc<Payload<SourceFileLoader>>, name: Option<Value>) -> PyResult<Value> {
    let own = this.data.name.get().unwrap_or(Value::NONE);
    match name.filter(|name| !name.is_none()) {
        Some(name) if !dispatch::compare::equals(thread, own, name)? => {
            let message = format!("loader for {} cannot handle {}", text(thread, own), text(thread, name));
            Err(import_error(thread, &message, name))
        }
        _ => Ok(own),
    }
}

fn text(thread: &Thread, value: Value) -> String {
    value.cast::<Str>().map(|text| text.to_str_lossy(thread).into_owned()).unwrap_or_default()
}

/// The bytes of a file, the embedded library's included.
fn read_data(thread: &Thread, path: Value) -> PyResult<Vec<u8>> {
    let Some(name) = path.cast::<Str>() else {
        return Err(thread
            .raise_type_error(format!("expected str, bytes or os.PathLike object, not {}", thread.type_name(path))));
    };
    let file = path_of(thread, name)?;
    if let Some(embedded) = State::of(thread).location.file_at(&file) {
        return Ok(embedded.unpack());
    }
    std::fs::read(&file).map_err(|error| {
        crate::modules::support::raise_errno(thread, error.raw_os_error().unwrap_or(libc::EIO), Some(path))
    })
}

/// Decodes source as the tokenizer would: UTF-8 unless a cookie says otherwise, newlines made `\n`.
fn decode_source(thread: &Thread, data: &[u8]) -> PyResult<Gc<Str>> {
    io::text::decode_source(thread, data)
}

/// Concrete implementation of SourceLoader using the file system.
#[py_class(name = "SourceFileLoader", module = "_frozen_importlib_external", subclassable, dict, mutable, payload)]
impl SourceFileLoader {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> Gc<Payload<SourceFileLoader>> {
        let _ = (args, keywords);
        Payload::new(thread, class, SourceFileLoader { name: Slot::new(Value::NONE), path: Slot::new(Value::NONE) })
    }

    /// Cache the module name and the path to the file found by the finder.
    #[method(signature = "(self, fullname, path)")]
    fn __init__(this: Gc<Payload<SourceFileLoader>>, thread: &Thread, fullname: Value, path: Value) {
        this.store(thread, &this.data.name, fullname);
        this.store(thread, &this.data.path, path);
    }

    #[getter]
    fn name(this: Gc<Payload<SourceFileLoader>>) -> Value {
        this.data.name.get().unwrap_or(Value::NONE)
    }
    #[setter]
    fn set_name(this: Gc<Payload<SourceFileLoader>>, thread: &Thread, value: Value) {
        this.store(thread, &this.data.name, value);
    }

    #[getter]
    fn path(this: Gc<Payload<SourceFileLoader>>) -> Value {
        this.data.path.get().unwrap_or(Value::NONE)
    }
    #[setter]
    fn set_path(this: Gc<Payload<SourceFileLoader>>, thread: &Thread, value: Value) {
        this.store(thread, &this.data.path, value);
    }

    #[method]
    fn __eq__(
        this: Gc<Payload<SourceFileLoader>>,
        thread: &Thread,
        other: Gc<Payload<SourceFileLoader>>,
    ) -> PyResult<bool> {
        let same = |a: &Slot, b: &Slot| {
            dispatch::compare::equals(thread, a.get().unwrap_or(Value::NONE), b.get().unwrap_or(Value::NONE))
        };
        Ok(thread.class_of(this.value()) == thread.class_of(other.value())
            && same(&this.data.name, &other.data.name)?
            && same(&this.data.path, &other.data.path)?)
    }

    #[method]
    fn __hash__(this: Gc<Payload<SourceFileLoader>>, thread: &Thread) -> PyResult<i64> {
        let hash = |slot: &Slot| dispatch::hash::hash(thread, slot.get().unwrap_or(Value::NONE));
        Ok(hash(&this.data.name)? ^ hash(&this.data.path)?)
    }

    /// Use default semantics for module creation.
    #[method(signature = "(self, spec)")]
    fn create_module(this: Value, spec: Value) {
        let _ = (this, spec);
    }

    /// Execute the module.
    #[method(signature = "(self, module)")]
    fn exec_module(this: Value, thread: &Thread, module: Value) -> PyResult<()> {
        let name = get(thread, module, "__name__")?;
        let code = call_method(thread, this, "get_code", &[name])?;
        let Some(code) = code.cast::<crate::types::code::CodeObject>() else {
            let message = format!("cannot load module {} when get_code() returns None", repr(thread, name)?);
            return Err(import_error(thread, &message, name));
        };
        let namespace = get(thread, module, "__dict__")?;
        match namespace.cast::<Dict>() {
            Some(globals) => super::run_module_code(thread, code, globals),
            None => Err(thread.raise_type_error("module namespace must be a dict")),
        }
    }

    /// Return the code object of the module.
    #[method(signature = "(self, fullname)")]
    fn get_code(this: Value, thread: &Thread, fullname: Value) -> PyResult<Value> {
        let path = call_method(thread, this, "get_filename", &[fullname])?;
        let data = call_method(thread, this, "get_data", &[path])?;
        call_method(thread, this, "source_to_code", &[data, path])
    }

    /// Return the code object compiled from source.
    ///
    /// The 'data' argument can be any object type that compile() supports.
    #[method(signature = "(self, data, path, fullname=None, *, _optimize=-1)")]
    fn source_to_code(
        this: Value,
        thread: &Thread,
        data: Value,
        path: Value,
        fullname: Option<Value>,
        _optimize: Option<i64>,
    ) -> PyResult<Value> {
        let _ = (this, fullname);
        let compile = get(thread, thread.vm().builtins.get().map_or(Value::NONE, |b| b.value()), "compile")?;
        let arguments = [data, path, string(thread, "exec"), Value::small_wrapping(0), Value::TRUE];
        dispatch::call::call(thread, compile, &arguments)
    }

    /// Concrete implementation of InspectLoader.get_source.
    #[method(signature = "(self, fullname)")]
    fn get_source(this: Gc<Payload<SourceFileLoader>>, thread: &Thread, fullname: Value) -> PyResult<Gc<Str>> {
        let name = check_name(thread, this, Some(fullname))?;
        let path = call_method(thread, this.value(), "get_filename", &[fullname])?;
        match call_method(thread, this.value(), "get_data", &[path]) {
            Ok(data) => decode_source(thread, &crate::types::buffer::to_vec(thread, data)?),
            Err(raised) => {
                let cause = thread.catch(raised, thread.vm().exceptions.os_error)?;
                let raised = import_error(thread, "source not available through get_data()", name);
                if let Some(error) = thread.exception.get().and_then(|e| e.cast::<Exception>()) {
                    thread.store(error, &error.cause, cause);
                    error.suppress_context.set(true);
                }
                Err(raised)
            }
        }
    }

    /// Return the path to the source file as found by the finder.
    #[method(signature = "(self, name=None)")]
    fn get_filename(this: Gc<Payload<SourceFileLoader>>, thread: &Thread, name: Option<Value>) -> PyResult<Value> {
        check_name(thread, this, name)?;
        Ok(this.data.path.get().unwrap_or(Value::NONE))
    }

    /// Return the data from path as raw bytes.
    #[method(signature = "(self, path)")]
    fn get_data(this: Value, thread: &Thread, path: Value) -> PyResult<Gc<Bytes>> {
        let _ = this;
        Ok(Bytes::new(thread, &read_data(thread, path)?))
    }

    /// Return the metadata for the path.
    #[method(signature = "(self, path)")]
    fn path_stats(this: Value, thread: &Thread, path: Value) -> PyResult<Gc<Dict>> {
        let _ = this;
        let (modified, size) = match path.cast::<Str>() {
            Some(name) => {
                let file = path_of(thread, name)?;
                match State::of(thread).location.file_at(&file) {
                    Some(embedded) => (0.0, embedded.unpack().len() as u64),
                    None => {
                        let facts = std::fs::metadata(&file).map_err(|error| {
                            crate::modules::support::raise_errno(
                                thread,
                                error.raw_os_error().unwrap_or(libc::EIO),
                                Some(path),
                            )
                        })?;
                        let since = facts.modified().ok().and_then(|m| m.duration_since(std::time::UNIX_EPOCH).ok());
                        (since.map_or(0.0, |s| s.as_secs_f64()), facts.len())
                    }
                }
            }
            None => (0.0, 0),
        };
        let dict = Dict::new(thread);
        dict.insert_str(thread, intern(thread, "mtime"), crate::types::float::from_f64(thread, modified));
        dict.insert_str(thread, intern(thread, "size"), crate::types::int::from_u64(thread, size));
        Ok(dict)
    }

    /// Check if the module is a package.
    #[method(signature = "(self, fullname)")]
    fn is_package(this: Value, thread: &Thread, fullname: Value) -> PyResult<bool> {
        let path = text(thread, call_method(thread, this, "get_filename", &[fullname])?);
        let file = path.rsplit('/').next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let name = text(thread, fullname);
        Ok(stem == "__init__" && name.rsplit('.').next() != Some("__init__"))
    }

    /// Load a module from a file.
    #[method(signature = "(self, name=None)")]
    fn load_module(this: Gc<Payload<SourceFileLoader>>, thread: &Thread, name: Option<Value>) -> PyResult<Value> {
        let name = check_name(thread, this, name)?;
        let bootstrap = super::import_name(thread, "importlib._bootstrap")?;
        call_method(thread, bootstrap, "_load_module_shim", &[this.value(), name])
    }

    #[method(signature = "(self, module)")]
    fn get_resource_reader(this: Value, thread: &Thread, module: Value) -> PyResult<Value> {
        let _ = module;
        let readers = super::import_name(thread, "importlib.readers")?;
        call_method(thread, readers, "FileReader", &[this])
    }
}

/// Spec marker of the importer of native modules.
pub struct BuiltinImporter;

fn is_native(thread: &Thread, name: Value) -> bool {
    let name = text(thread, name);
    NATIVE_MODULES.iter().any(|spec| spec.name == name)
}

/// Meta path import for built-in modules.
///
/// All methods are either class or static methods to avoid the need to
/// instantiate the class.
#[py_class(name = "BuiltinImporter", module = "_frozen_importlib", subclassable, mutable)]
impl BuiltinImporter {
    #[constant(name = "_ORIGIN")]
    const ORIGIN: &str = "built-in";

    #[classmethod(signature = "(cls, fullname, path=None, target=None)")]
    fn find_spec(
        class: Gc<Type>,
        thread: &Thread,
        fullname: Value,
        path: Option<Value>,
        target: Option<Value>,
    ) -> PyResult<Value> {
        let _ = (class, path, target);
        if !is_native(thread, fullname) {
            return Ok(Value::NONE);
        }
        Ok(super::spec_of(thread, fullname, &Source::Native)?.value())
    }

    /// Create a built-in module
    #[staticmethod(signature = "(spec)")]
    fn create_module(thread: &Thread, spec: Value) -> PyResult<Value> {
        let name = get(thread, spec, "name")?;
        let wanted = text(thread, name);
        match NATIVE_MODULES.iter().find(|native| native.name == wanted) {
            Some(native) => Ok(Module::from_spec(thread, native)?.value()),
            None => Err(import_error(thread, &format!("{} is not a built-in module", repr(thread, name)?), name)),
        }
    }

    /// Exec a built-in module
    #[staticmethod(signature = "(module)")]
    fn exec_module(module: Value) {
        let _ = module;
    }

    /// Return None as built-in modules do not have code objects.
    #[classmethod(signature = "(cls, fullname)")]
    fn get_code(class: Gc<Type>, thread: &Thread, fullname: Value) -> PyResult<()> {
        let _ = class;
        require_native(thread, fullname)
    }

    /// Return None as built-in modules do not have source code.
    #[classmethod(signature = "(cls, fullname)")]
    fn get_source(class: Gc<Type>, thread: &Thread, fullname: Value) -> PyResult<()> {
        let _ = class;
        require_native(thread, fullname)
    }

    /// Return False as built-in modules are never packages.
    #[classmethod(signature = "(cls, fullname)")]
    fn is_package(class: Gc<Type>, thread: &Thread, fullname: Value) -> PyResult<bool> {
        let _ = class;
        require_native(thread, fullname)?;
        Ok(false)
    }

    #[classmethod(signature = "(cls, fullname)")]
    fn load_module(class: Gc<Type>, thread: &Thread, fullname: Value) -> PyResult<Value> {
        let _ = class;
        require_native(thread, fullname)?;
        super::import_name(thread, &text(thread, fullname))
    }
}

fn require_native(thread: &Thread, name: Value) -> PyResult<()> {
    if is_native(thread, name) {
        return Ok(());
    }
    Err(import_error(thread, &format!("{} is not a built-in module", repr(thread, name)?), name))
}

/// Spec marker of the importer of frozen modules, of which there are none.
pub struct FrozenImporter;

/// Meta path import for frozen modules.
///
/// Taipan has none: its standard library is found through sys.path.
#[py_class(name = "FrozenImporter", module = "_frozen_importlib", subclassable, mutable)]
impl FrozenImporter {
    #[constant(name = "_ORIGIN")]
    const ORIGIN: &str = "frozen";

    #[classmethod(signature = "(cls, fullname, path=None, target=None)")]
    fn find_spec(class: Gc<Type>, fullname: Value, path: Option<Value>, target: Option<Value>) {
        let _ = (class, fullname, path, target);
    }

    #[staticmethod(signature = "(spec)")]
    fn create_module(spec: Value) {
        let _ = spec;
    }

    #[classmethod(signature = "(cls, fullname)")]
    fn get_source(class: Gc<Type>, fullname: Value) {
        let _ = (class, fullname);
    }
}

/// Spec marker of the finder along `sys.path`.
pub struct PathFinder;

/// Meta path finder for sys.path and package __path__ attributes.
#[py_class(name = "PathFinder", module = "_frozen_importlib_external", subclassable, mutable)]
impl PathFinder {
    /// Try to find a spec for 'fullname' on sys.path or 'path'.
    ///
    /// The search is based on sys.path_hooks and sys.path_importer_cache.
    #[classmethod(signature = "(cls, fullname, path=None, target=None)")]
    fn find_spec(
        class: Gc<Type>,
        thread: &Thread,
        fullname: Gc<Str>,
        path: Option<Value>,
        target: Option<Value>,
    ) -> PyResult<Value> {
        let _ = (class, target);
        match super::find_on_path(thread, fullname, path.filter(|p| !p.is_none()))? {
            Some(source) => super::spec_value(thread, fullname.value(), source),
            None => Ok(Value::NONE),
        }
    }

    /// Call the invalidate_caches() method on all path entry finders
    /// stored in sys.path_importer_cache (where implemented).
    #[staticmethod(signature = "()")]
    fn invalidate_caches(thread: &Thread) {
        State::of(thread).folders.clear();
    }

    /// Find distributions.
    #[staticmethod(signature = "(*args, **kwargs)")]
    fn find_distributions(thread: &Thread, args: &[Value], keywords: crate::native::Keywords<'_>) -> PyResult<Value> {
        let metadata = super::import_name(thread, "importlib.metadata")?;
        let finder = get(thread, metadata, "MetadataPathFinder")?;
        let method = get(thread, finder, "find_distributions")?;
        dispatch::call::call_keywords(thread, method, args, keywords)
    }
}

/// Functions that Python code gets in place of slower ones: the path hook, and importing by name.
#[taipan_macros::py_module(name = "_frozen_importlib")]
pub mod functions {
    use super::*;

    /// Path hook for importlib.machinery.FileFinder.
    #[function(name = "path_hook_for_FileFinder", signature = "(path)")]
    fn path_hook(thread: &Thread, path: Value) -> PyResult<Value> {
        let is_folder = match path.cast::<Str>() {
            Some(name) if name.is_empty() => true,
            Some(name) => {
                let path = path_of(thread, name)?;
                path.is_dir() || State::of(thread).location.folder_at(&path).is_some()
            }
            None => false,
        };
        if !is_folder {
            return Err(import_error(thread, "only directories are supported", Value::NONE));
        }
        let external = crate::modules::import::import_name(thread, "importlib._bootstrap_external")?;
        let suffixes = crate::types::list::List::new(thread, &[string(thread, ".py")]);
        let loader = Type::of_spec(thread, SourceFileLoader::SPEC).value();
        let details = tuple(thread, &[loader, suffixes.value()]);
        let finder = call_method(thread, external, "FileFinder", &[path, details])?;
        dispatch::attr::set(thread, finder, intern(thread, crate::modules::import::NATIVE_MARK), Value::TRUE)?;
        Ok(finder)
    }

    /// Import and return the module based on its name, package, and level.
    #[function(signature = "(name, package=None, level=0)")]
    fn _gcd_import(thread: &Thread, name: Value, package: Option<Value>, level: Option<i64>) -> PyResult<Value> {
        let Some(name) = name.cast::<Str>() else {
            return Err(thread.raise_type_error(format!("module name must be str, not {}", thread.type_name(name))));
        };
        let level = level.unwrap_or(0);
        if level < 0 {
            return Err(thread.raise_value_error("level must be >= 0"));
        }
        let relative = name.to_str_lossy(thread).into_owned();
        if level == 0 {
            if relative.is_empty() {
                return Err(thread.raise_value_error("Empty module name"));
            }
            return crate::modules::import::import_name(thread, &relative);
        }
        let Some(package) = package.and_then(|p| p.cast::<Str>()) else {
            return Err(thread.raise_type_error("__package__ not set to a string"));
        };
        if package.is_empty() {
            return Err(thread.raise_import_error("attempted relative import with no known parent package"));
        }
        let absolute = crate::modules::import::ascend(thread, &package.to_str_lossy(thread), &relative, level)?;
        crate::modules::import::import_name(thread, &absolute)
    }
}
