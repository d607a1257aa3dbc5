//! Calling special methods that were looked up on a class, unbound.
//!
//! What lives here: the two forms of the call that protocols need. What must not: which methods a protocol tries
//! (the files beside this one), binding (`attr.rs`). Start at [`call`].

use crate::dispatch::call;
use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::special::Special;
use crate::value::Value;

/// Calls `method`, found on the class of `receiver`, with further arguments.
#[inline]
pub fn call(thread: &Thread, method: Value, receiver: Value, arguments: &[Value]) -> PyResult<Value> {
    call::call_unbound(thread, method, receiver, arguments)
}

/// Calls the special method of `receiver`'s class, if it has one.
#[inline]
pub fn try_call(thread: &Thread, special: Special, receiver: Value, arguments: &[Value]) -> PyResult<Option<Value>> {
    match thread.class_of(receiver).special(thread, special) {
        Some(method) => call(thread, method, receiver, arguments).map(Some),
        None => Ok(None),
    }
}
