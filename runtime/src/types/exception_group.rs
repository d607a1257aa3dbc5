//! Exception groups (PEP 654).

use crate::dispatch;
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::exception::Exception;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The exceptions in a group.
pub fn members<'a>(group: Gc<Exception>) -> &'a [Value] {
    match group.field(crate::types::exception::field::SECOND).and_then(|f| f.cast::<Tuple>()) {
        Some(tuple) => tuple.items_unbounded(),
        None => &[],
    }
}

/// `str(group)`: the message and how many exceptions there are.
pub fn to_str(thread: &Thread, group: Gc<Exception>) -> PyResult<Value> {
    let message = match group.arguments().first() {
        Some(&message) => dispatch::text::str(thread, message)?.to_str_lossy(thread).into_owned(),
        None => String::new(),
    };
    let count = members(group).len();
    let plural = if count == 1 { "" } else { "s" };
    Ok(Str::new(thread, &format!("{message} ({count} sub-exception{plural})")).value())
}

/// Adds the attributes of groups.
pub fn add_attributes(thread: &Thread) {
    let _ = thread;
}
