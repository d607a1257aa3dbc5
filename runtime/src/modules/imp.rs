//! The module `_imp`: what `importlib` asks the interpreter for.
//!
//! What lives here: questions about native modules, the import lock, source hashes. There are no frozen and no
//! dynamic modules. What must not: importing (`modules/import.rs`). Start at [`imp`].

use taipan_macros::py_module;

/// (Extremely) low-level import machinery bits as used by importlib.
#[py_module(name = "_imp")]
pub mod imp {
    use crate::error::PyResult;
    use crate::modules::import::{is_native_name, loaders};
    use crate::modules::support::{get, repr, text_of};
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::buffer;
    use crate::types::bytes::Bytes;
    use crate::types::list::List;
    use crate::types::str::Str;
    use crate::value::Value;
    use siphasher::sip::SipHasher13;
    use std::hash::Hasher;

    #[constant(name = "check_hash_based_pycs")]
    const CHECK_HASH_BASED_PYCS: &str = "default";

    #[constant(name = "pyc_magic_number_token")]
    const MAGIC_NUMBER_TOKEN: i64 = 168_627_187;

    /// Returns 1 if the module name corresponds to a built-in module, 0 otherwise.
    #[function]
    fn is_builtin(thread: &Thread, name: Gc<Str>) -> i64 {
        i64::from(is_native_name(&name.to_str_lossy(thread)))
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[function]
    fn is_frozen(name: Gc<Str>) -> bool {
        let _ = name;
        false
    }

    /// Returns True if the module name is of a frozen package.
    #[function]
    fn is_frozen_package(thread: &Thread, name: Gc<Str>) -> PyResult<bool> {
        Err(no_frozen_module(thread, name))
    }

    fn no_frozen_module(thread: &Thread, name: Gc<Str>) -> crate::error::Raised {
        let text = format!("No such frozen object named {}", name.to_str_lossy(thread));
        loaders::import_error(thread, &text, name.value())
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    #[function(signature = "(name, /, *, withdata=False)")]
    fn find_frozen(name: Gc<Str>, withdata: Option<bool>) {
        let _ = (name, withdata);
    }

    /// Create a code object for a frozen module.
    #[function(signature = "(name, data=None, /)")]
    fn get_frozen_object(thread: &Thread, name: Gc<Str>, data: Option<Value>) -> PyResult<Value> {
        let _ = data;
        Err(no_frozen_module(thread, name))
    }

    /// Initializes a frozen module.
    #[function]
    fn init_frozen(thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        Err(no_frozen_module(thread, name))
    }

    /// Returns the list of available frozen modules.
    #[function]
    fn _frozen_module_names(thread: &Thread) -> Gc<List> {
        List::empty(thread)
    }

    /// Create an extension module.
    #[function]
    fn create_builtin(thread: &Thread, spec: Value) -> PyResult<Value> {
        let name = get(thread, spec, "name")?;
        match text_of(thread, name) {
            Some(text) if is_native_name(&text) => crate::modules::import::import_name(thread, &text),
            _ => Ok(Value::NONE),
        }
    }

    /// Initialize a built-in module.
    #[function]
    fn exec_builtin(module: Value) -> i64 {
        let _ = module;
        0
    }

    /// Create an extension module.
    #[function(signature = "(spec, file=<unrepresentable>, /)")]
    fn create_dynamic(thread: &Thread, spec: Value, file: Option<Value>) -> PyResult<Value> {
        let _ = file;
        let name = get(thread, spec, "name")?;
        let message = format!("Taipan does not load extension modules of CPython: {}", repr(thread, name)?);
        Err(loaders::import_error(thread, &message, name))
    }

    /// Initialize an extension module.
    #[function]
    fn exec_dynamic(module: Value) -> i64 {
        let _ = module;
        0
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[function]
    fn extension_suffixes(thread: &Thread) -> Gc<List> {
        List::empty(thread)
    }

    /// Return True if the import lock is currently held, else False.
    #[function]
    fn lock_held(thread: &Thread) -> bool {
        thread.vm().imports.is_locked()
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// This lock should be used by import hooks to ensure thread-safety when importing
    /// modules. On platforms without threads, this function does nothing.
    #[function]
    fn acquire_lock(thread: &Thread) -> PyResult<()> {
        thread.vm().imports.acquire_lock(thread)
    }

    /// Release the interpreter's import lock.
    #[function]
    fn release_lock(thread: &Thread) -> PyResult<()> {
        match thread.vm().imports.release_lock(thread) {
            true => Ok(()),
            false => Err(thread.raise_runtime_error("not holding the import lock")),
        }
    }

    #[function]
    fn source_hash(thread: &Thread, key: i64, source: Value) -> PyResult<Gc<Bytes>> {
        let hash = buffer::with_bytes(thread, source, |source| {
            let mut hasher = SipHasher13::new_with_keys(key as u64, 0);
            hasher.write(source);
            hasher.finish()
        })?;
        Ok(Bytes::new(thread, &hash.to_le_bytes()))
    }

    #[function]
    fn _fix_co_filename(code: Value, path: Gc<Str>) {
        let _ = (code, path);
    }

    /// (internal-only) Override PyConfig.use_frozen_modules.
    #[function]
    fn _override_frozen_modules_for_tests(value: i64) {
        let _ = value;
    }

    /// (internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.
    #[function]
    fn _override_multi_interp_extensions_check(value: i64) -> i64 {
        let _ = value;
        0
    }
}
