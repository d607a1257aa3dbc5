//! Warnings that the runtime itself issues.
//!
//! What lives here: the call of `warnings.warn`. What must not: filters and their state (the stdlib's
//! `warnings`). Start at [`warn`].

use crate::dispatch::{attr, call};
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;

/// Issues a warning of `category` at the line of the running Python frame.
///
/// # Errors
/// The warning itself, where the filters turn it into an exception.
#[cold]
pub fn warn(thread: &Thread, category: Gc<Type>, message: &str) -> PyResult<()> {
    let vm = thread.vm();
    // Before `builtins` is complete there is no import, and nobody to warn.
    let Some(import) = vm.builtins_dict().get_str(thread, vm.names.__import__) else {
        return Ok(());
    };
    let module = call::call(thread, import, &[Str::new(thread, "warnings").value()])?;
    let function = attr::get(thread, module, vm.interner.intern_text(thread, "warn"))?;
    let text = Str::new(thread, message).value();
    call::call(thread, function, &[text, category.value(), Value::small_wrapping(1)])?;
    Ok(())
}

/// Issues a DeprecationWarning.
#[cold]
pub fn deprecation(thread: &Thread, message: &str) -> PyResult<()> {
    warn(thread, thread.vm().exceptions.deprecation_warning, message)
}
