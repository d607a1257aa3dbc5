//! `_suggestions`: the "did you mean" of the runtime's messages, for the library's `traceback`.
//!
//! What lives here: the module's one function. What must not: how names are weighed ([`crate::native::suggest`]).

use taipan_macros::py_module;

/// Accelerator for the suggestions of `traceback`.
#[py_module(name = "_suggestions")]
pub mod suggestions {
    use crate::error::PyResult;
    use crate::native::suggest::closest;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::list::List;
    use crate::types::str::Str;
    use crate::value::Value;

    /// Returns the candidate in candidates that's closest to item
    #[function(name = "_generate_suggestions", signature = "(candidates, item, /)")]
    fn generate_suggestions(thread: &Thread, candidates: Value, item: Gc<Str>) -> PyResult<Value> {
        let Some(list) = candidates.cast::<List>() else {
            return Err(thread.raise_type_error("candidates must be a list"));
        };
        let mut names = Vec::new();
        for index in 0..list.len() {
            let Some(name) = list.get(thread, index).and_then(|name| name.cast::<Str>()) else {
                return Err(thread.raise_type_error("all elements in 'candidates' must be strings"));
            };
            names.push(name.to_str_lossy(thread).into_owned());
        }
        let found = closest(&item.to_str_lossy(thread), names.iter().map(String::as_str));
        Ok(found.map_or(Value::NONE, |name| Str::new(thread, name).value()))
    }
}
