//! The module `marshal`: refused.
//!
//! Its format is CPython's own code objects, which Taipan has none of. The names exist because `importlib`
//! imports the module; using them says what is the matter.

use taipan_macros::py_module;

/// The serialisation of CPython's internal objects, which Taipan does not have.
#[py_module(name = "marshal")]
pub mod marshal {
    use crate::error::{PyResult, Raised};
    use crate::native::Arguments;
    use crate::thread::Thread;
    use crate::value::Value;

    #[constant(name = "version")]
    const VERSION: i64 = 5;

    #[cold]
    fn refuse(thread: &Thread, name: &str) -> Raised {
        let message =
            format!("marshal.{name}() is not supported: Taipan has no code objects of CPython; use pickle or json");
        thread.raise_not_implemented_error(message)
    }

    /// Not supported.
    #[function]
    fn dump(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let _ = arguments;
        Err(refuse(thread, "dump"))
    }

    /// Not supported.
    #[function]
    fn dumps(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let _ = arguments;
        Err(refuse(thread, "dumps"))
    }

    /// Not supported.
    #[function]
    fn load(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let _ = arguments;
        Err(refuse(thread, "load"))
    }

    /// Not supported.
    #[function]
    fn loads(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let _ = arguments;
        Err(refuse(thread, "loads"))
    }
}
