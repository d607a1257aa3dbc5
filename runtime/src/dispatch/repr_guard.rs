//! Recursive containers: which objects are being shown by `repr` right now.
//!
//! What lives here: [`ReprGuard`]. What must not: the texts themselves. Start at [`enter`].

use crate::error::PyResult;
use crate::thread::Thread;
use crate::types::list::List;
use crate::value::Value;

/// Containers nested deeper are refused: somewhat deeper than CPython's native stack lets it go. The search for an object
/// among those on the way takes time in proportion to the depth.
const MAX_DEPTH: usize = 30_000;

/// While it lives, `repr` of the object is being made.
pub struct ReprGuard<'a> {
    thread: &'a Thread,
}

/// Begins the `repr` of a container; `None` if it is being made already further out, and is to be shown as
/// `[...]` or the like. Raises RecursionError when the native stack is nearly used up.
pub fn enter(thread: &Thread, object: Value) -> PyResult<Option<ReprGuard<'_>>> {
    thread.check_native_stack(" while getting the repr of an object")?;
    let stack = match thread.repr_stack.get().and_then(|stack| stack.cast::<List>()) {
        Some(stack) => stack,
        None => {
            let stack = List::empty(thread);
            thread.repr_stack.set(Some(stack.value()));
            stack
        }
    };
    if stack.len() >= MAX_DEPTH {
        return Err(
            thread.raise_recursion_error("maximum recursion depth exceeded while getting the repr of an object")
        );
    }
    if !stack.is_empty() && stack.values().contains(&object) {
        return Ok(None);
    }
    stack.push(thread, object)?;
    Ok(Some(ReprGuard { thread }))
}

impl Drop for ReprGuard<'_> {
    fn drop(&mut self) {
        if let Some(stack) = self.thread.repr_stack.get().and_then(|stack| stack.cast::<List>()) {
            stack.truncate(stack.len().saturating_sub(1));
        }
    }
}

/// Shows the items of a container, separated by `, `.
pub fn join_reprs(
    thread: &Thread,
    text: &mut crate::types::str::StrBuilder,
    mut next: impl FnMut() -> PyResult<Option<Value>>,
) -> PyResult<usize> {
    let mut count = 0;
    while let Some(item) = next()? {
        if count > 0 {
            text.push_str(", ");
        }
        text.push(thread, crate::dispatch::text::repr(thread, item)?);
        count += 1;
    }
    Ok(count)
}
