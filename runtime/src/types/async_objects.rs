//! The awaitables behind coroutines and async generators.

use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::generator::Generator;
use crate::value::Value;

/// What `coroutine.__await__()` returns.
pub struct CoroutineWrapper;

impl CoroutineWrapper {
    pub fn make(thread: &Thread, coroutine: Gc<Generator>) -> Value {
        let _ = thread;
        coroutine.value()
    }
}

/// `agen.asend(value)`.
pub fn asend(thread: &Thread, generator: Gc<Generator>, value: Value) -> PyResult<Value> {
    let _ = (generator, value);
    Err(thread.raise_not_implemented_error("async generators"))
}

/// `agen.athrow(...)`.
pub fn athrow(thread: &Thread, generator: Gc<Generator>, class: Value, value: Value, traceback: Value) -> PyResult<Value> {
    let _ = (generator, class, value, traceback);
    Err(thread.raise_not_implemented_error("async generators"))
}

/// `agen.aclose()`.
pub fn aclose(thread: &Thread, generator: Gc<Generator>) -> PyResult<Value> {
    let _ = generator;
    Err(thread.raise_not_implemented_error("async generators"))
}
