//! `_remote_debugging`: looking into other processes.
//!
//! What lives here: the names that `asyncio.tools` imports. Taipan does not look into other processes, and says so when
//! it is asked to.

use crate::error::PyResult;
use crate::native::Keywords;
use crate::object::Gc;
use crate::struct_sequence;
use crate::thread::Thread;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::{py_class, py_module};

struct_sequence! {
    /// Marks the class of the frames of another process.
    FrameInfo, FRAME_INFO, "FrameInfo", "_remote_debugging", false,
    "Information about a frame";
    items 3 {
        0 "filename" "Source code filename";
        1 "lineno" "Line number";
        2 "funcname" "Function name";
    }
    hidden {}
}

/// Spec marker of the class.
pub struct RemoteUnwinder;

/// RemoteUnwinder(pid): Inspect stacks of a remote Python process.
#[py_class(name = "RemoteUnwinder", module = "_remote_debugging", kind = Payload)]
impl RemoteUnwinder {
    #[new(signature = "(pid, *args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        pid: Value,
        arguments: &[Value],
        keywords: Keywords<'_>,
    ) -> PyResult<Value> {
        let _ = (class, pid, arguments, keywords);
        Err(thread.raise_not_implemented_error("Taipan does not look into other processes"))
    }
}

/// Looking into other processes.
#[py_module(name = "_remote_debugging")]
pub mod remote_debugging {
    #[class]
    use super::FrameInfo;
    #[class]
    use super::RemoteUnwinder;
}
