//! `_warnings`: the entry through which native code and `importlib` warn.
//!
//! What lives here: `warn` and `warn_explicit`, which hand over to `_py_warnings` and leave no trace of it, and
//! the filters in force from the start. Filters and registries are that module's own.

use taipan_macros::py_module;

/// _warnings provides basic warning filtering support.
/// It is a helper module to speed up interpreter start-up.
#[py_module(name = "_warnings")]
pub mod warnings_module {
    use crate::dispatch;
    use crate::error::PyResult;
    use crate::modules::support::{get, string, tuple};
    use crate::native::Arguments;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::exception::Exception;
    use crate::types::list::List;
    use crate::types::module::Module;
    use crate::value::Value;

    /// Calls the Python function. An exception that it raises shows none of its frames: in CPython there are none.
    fn forward(thread: &Thread, name: &str, arguments: Arguments<'_>) -> PyResult<Value> {
        let module = crate::modules::import::import_name(thread, "_py_warnings")?;
        // Its functions work on the module `warnings`.
        crate::modules::import::import_name(thread, "warnings")?;
        let function = get(thread, module, name)?;
        dispatch::call::call_with(thread, function, arguments).map_err(|raised| {
            let exception = thread.take_exception(raised);
            if let Some(exception) = exception.cast::<Exception>() {
                exception.traceback.init(None);
            }
            thread.reraise(exception)
        })
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    ///
    ///   message
    ///     Text of the warning message.
    ///   category
    ///     The Warning category subclass. Defaults to UserWarning.
    ///   stacklevel
    ///     How far up the call stack to make this warning appear. A value of 2 for
    ///     example attributes the warning to the caller of the code calling warn().
    ///   source
    ///     If supplied, the destroyed object which emitted a ResourceWarning
    ///   skip_file_prefixes
    ///     An optional tuple of module filename prefixes indicating frames to skip
    ///     during stacklevel computations for stack frame attribution.
    #[function]
    fn warn(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        forward(thread, "warn", arguments)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function]
    fn warn_explicit(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        forward(thread, "warn_explicit", arguments)
    }

    #[function]
    fn _acquire_lock() {}

    #[function]
    fn _release_lock() {}

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let python = crate::modules::import::import_name(thread, "_py_warnings")?;
        for (name, theirs) in [
            ("filters", "filters"),
            ("_onceregistry", "onceregistry"),
            ("_defaultaction", "defaultaction"),
            ("_warnings_context", "_warnings_context"),
            ("_filters_mutated_lock_held", "_filters_mutated_lock_held"),
        ] {
            module.set(thread, name, get(thread, python, theirs)?);
        }
        let exceptions = &thread.vm().exceptions;
        let Some(filters) = module.get(thread, "filters").and_then(|filters| filters.cast::<List>()) else {
            return Ok(());
        };
        for (action, category, module) in [
            ("default", exceptions.deprecation_warning, Some("__main__")),
            ("ignore", exceptions.deprecation_warning, None),
            ("ignore", exceptions.pending_deprecation_warning, None),
            ("ignore", exceptions.import_warning, None),
            ("ignore", exceptions.resource_warning, None),
        ] {
            let module = module.map_or(Value::NONE, |module| string(thread, module));
            let filter =
                [string(thread, action), Value::NONE, category.value(), module, Value::small_wrapping(0)];
            filters.push(thread, tuple(thread, &filter))?;
        }
        Ok(())
    }
}
