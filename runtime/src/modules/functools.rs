//! The module `_functools`: what the stdlib's `functools` takes from native code.
//!
//! What lives here: `reduce` and `cmp_to_key`. What must not: the classes (files below). Start at [`functions`].

pub mod compare_key;
pub mod lru_cache;
pub mod partial;

pub use functions::MODULE;

/// Tools that operate on functions.
#[taipan_macros::py_module(name = "_functools")]
pub mod functions {
    use super::compare_key::CompareKey;
    use super::partial::{PlaceholderType, placeholder};
    use crate::dispatch::{call, iter};
    use crate::error::PyResult;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::payload::Payload;
    use crate::value::Value;

    #[class]
    use super::lru_cache::LruCacheWrapper;
    #[class]
    use super::partial::Partial;
    #[class]
    use super::partial::PlaceholderType as PlaceholderClass;

    #[constant(name = "Placeholder")]
    fn make_placeholder(thread: &Thread) -> Gc<Payload<PlaceholderType>> {
        placeholder(thread)
    }

    /// Turns an old-style comparison function into a key function for sorting.
    #[function(signature = "(mycmp)")]
    fn cmp_to_key(thread: &Thread, mycmp: Value) -> Gc<Payload<CompareKey>> {
        CompareKey::make(thread, mycmp, None)
    }

    /// Folds the items from the left: reduce(f, [a, b, c]) is f(f(a, b), c).
    ///
    /// With initial it stands before the items, and is the result if there are none.
    #[function(signature = "(function, iterable, /, initial=<functools initial sentinel>)")]
    fn reduce(thread: &Thread, function: Value, iterable: Value, initial: Option<Value>) -> PyResult<Value> {
        let iterator = match iter::get_iter(thread, iterable) {
            Ok(iterator) => iterator,
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.type_error)?;
                return Err(thread.raise_type_error("reduce() arg 2 must support iteration"));
            }
        };
        let first = match initial {
            Some(initial) => Some(initial),
            None => iter::next(thread, iterator)?,
        };
        let Some(mut result) = first else {
            return Err(thread.raise_type_error("reduce() of empty iterable with no initial value"));
        };
        while let Some(item) = iter::next(thread, iterator)? {
            result = call::call(thread, function, &[result, item])?;
        }
        Ok(result)
    }
}
