//! Calling special methods that were looked up on a class, unbound.
//!
//! What lives here: binding (`__get__` where needed) and the call. What must not: which methods a protocol
//! tries (the files beside this one). Start at [`call`].

use crate::dispatch::call;
use crate::error::PyResult;
use crate::object::Kind;
use crate::thread::Thread;
use crate::types::special::Special;
use crate::types::type_object::type_flags;
use crate::value::Value;

/// Calls `method`, found on the class of `receiver`, with up to three further arguments.
pub fn call(thread: &Thread, method: Value, receiver: Value, arguments: &[Value]) -> PyResult<Value> {
    let kind = method.header().map(|header| header.kind());
    if matches!(kind, Some(Kind::Function | Kind::NativeFunction)) && thread.class_of(method).flag(type_flags::HAS_GET) {
        // Functions and method descriptors bind by passing the receiver first.
        return match *arguments {
            [] => call::call(thread, method, &[receiver]),
            [a] => call::call(thread, method, &[receiver, a]),
            [a, b] => call::call(thread, method, &[receiver, a, b]),
            [a, b, c] => call::call(thread, method, &[receiver, a, b, c]),
            _ => unreachable!("special methods take at most three arguments"),
        };
    }
    let bound = match thread.class_of(method).special(thread, Special::Get) {
        Some(get) => call(thread, get, method, &[receiver, thread.class_of(receiver).value()])?,
        None => method,
    };
    call::call(thread, bound, arguments)
}

/// Calls the special method of `receiver`'s class, if it has one.
#[inline]
pub fn try_call(thread: &Thread, special: Special, receiver: Value, arguments: &[Value]) -> PyResult<Option<Value>> {
    match thread.class_of(receiver).special(thread, special) {
        Some(method) => call(thread, method, receiver, arguments).map(Some),
        None => Ok(None),
    }
}
