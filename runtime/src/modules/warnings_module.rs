//! `_warnings`: the entry through which native code and `importlib` warn.
//!
//! What lives here: `warn` and `warn_explicit`, which hand over to the `warnings` module. Filters and
//! registries are that module's own (its Python half runs in full).

use taipan_macros::py_module;

/// _warnings provides basic warning filtering support.
/// It is a helper module to speed up interpreter start-up.
#[py_module(name = "_warnings")]
pub mod warnings_module {
    use crate::dispatch;
    use crate::error::PyResult;
    use crate::native::Arguments;
    use crate::thread::Thread;
    use crate::value::Value;

    fn forward(thread: &Thread, name: &str, arguments: Arguments<'_>) -> PyResult<Value> {
        let module = crate::modules::import::import_name(thread, "warnings")?;
        let function = dispatch::attr::get(thread, module, thread.vm().interner.intern_text(thread, name))?;
        dispatch::call::call_with(thread, function, arguments)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function]
    fn warn(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        forward(thread, "warn", arguments)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function]
    fn warn_explicit(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        forward(thread, "warn_explicit", arguments)
    }
}
