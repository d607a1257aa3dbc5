//! Builtin functions about iteration: `iter`, `next`, `len`, `sorted`, `aiter`, `anext`.
//!
//! What lives here: the functions, and the iterator of `iter(function, sentinel)`. What must not: the classes
//! `enumerate`, `zip`, `map`, `filter`, `reversed` (`types/`). Start at [`functions`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::tuple;
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::special::Special;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// `iter(function, sentinel)`: both are empty once the sentinel came.
pub struct CallableIterator {
    function: Slot,
    sentinel: Slot,
}

impl PayloadData for CallableIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.function);
        tracer.slot(&self.sentinel);
    }
}

#[py_class(name = "callable_iterator", no_instances, payload)]
impl CallableIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<Payload<CallableIterator>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(function) = this.data.function.get() else { return Ok(None) };
        match dispatch::call::call(thread, function, &[]) {
            Ok(item) => {
                // The call may have exhausted this iterator.
                let Some(sentinel) = this.data.sentinel.get() else { return Ok(None) };
                if !dispatch::compare::equals(thread, sentinel, item)? {
                    return Ok(Some(item));
                }
            }
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.stop_iteration)?;
            }
        }
        this.data.function.init(None);
        this.data.sentinel.init(None);
        Ok(None)
    }

    #[method]
    fn __reduce__(this: Gc<Payload<CallableIterator>>, thread: &Thread) -> PyResult<Value> {
        let iter = crate::modules::support::get(thread, builtins_module(thread), "iter")?;
        Ok(match (this.data.function.get(), this.data.sentinel.get()) {
            (Some(function), Some(sentinel)) => tuple(thread, &[iter, tuple(thread, &[function, sentinel])]),
            _ => tuple(thread, &[iter, tuple(thread, &[tuple(thread, &[])])]),
        })
    }
}

fn builtins_module(thread: &Thread) -> Value {
    thread.vm().builtins.get().map_or(Value::NONE, |module| module.value())
}

/// Functions about iteration.
#[taipan_macros::py_module(name = "builtins")]
pub mod functions {
    use super::*;

    /// Return an AsyncIterator for an AsyncIterable object.
    #[function]
    fn aiter(thread: &Thread, async_iterable: Value) -> PyResult<Value> {
        let Some(iterator) = dispatch::special::try_call(thread, Special::Aiter, async_iterable, &[])? else {
            return Err(thread
                .raise_type_error(format!("'{}' object is not an async iterable", thread.type_name(async_iterable))));
        };
        if thread.class_of(iterator).special(thread, Special::Anext).is_none() {
            let message = format!("aiter() returned not an async iterator of type '{}'", thread.type_name(iterator));
            return Err(thread.raise_type_error(message));
        }
        Ok(iterator)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[function(signature = "(aiterator, default=<unrepresentable>, /)")]
    fn anext(thread: &Thread, aiterator: Value, default: Option<Value>) -> PyResult<Value> {
        let Some(awaitable) = dispatch::special::try_call(thread, Special::Anext, aiterator, &[])? else {
            return Err(
                thread.raise_type_error(format!("'{}' object is not an async iterator", thread.type_name(aiterator)))
            );
        };
        match default {
            Some(default) => Ok(crate::types::async_objects::AnextAwaitable::make(thread, awaitable, default)),
            None => Ok(awaitable),
        }
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[function(signature = "(object, sentinel=<unrepresentable>, /)")]
    fn iter(thread: &Thread, object: Value, sentinel: Option<Value>) -> PyResult<Value> {
        let Some(sentinel) = sentinel else {
            return dispatch::iter::get_iter(thread, object);
        };
        if !dispatch::call::is_callable(thread, object) {
            return Err(thread.raise_type_error("iter(v, w): v must be callable"));
        }
        let class = Type::of_spec(thread, CallableIterator::SPEC);
        let data = CallableIterator { function: Slot::new(object), sentinel: Slot::new(sentinel) };
        Ok(Payload::new(thread, class, data).value())
    }

    /// Return the number of items in a container.
    #[function]
    fn len(thread: &Thread, obj: Value) -> PyResult<usize> {
        dispatch::iter::length(thread, obj)
    }

    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator. If default is given and the iterator
    /// is exhausted, it is returned instead of raising StopIteration.
    #[function(signature = "(iterator, default=<unrepresentable>, /)")]
    fn next(thread: &Thread, iterator: Value, default: Option<Value>) -> PyResult<Value> {
        if let (None, Some(generator)) = (default, iterator.cast::<crate::types::generator::Generator>())
            && thread.class_of(iterator) == thread.vm().types.generator
        {
            // The StopIteration of a generator carries its value.
            return crate::types::generator::Generator::send_value(generator, thread, Value::NONE);
        }
        match dispatch::iter::next(thread, iterator) {
            Ok(Some(item)) => Ok(item),
            Ok(None) => match default {
                Some(default) => Ok(default),
                None => Err(crate::native::exhausted(thread)),
            },
            Err(raised) => match default {
                Some(default) => {
                    thread.catch(raised, thread.vm().exceptions.stop_iteration)?;
                    Ok(default)
                }
                None => Err(raised),
            },
        }
    }

    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[function(signature = "(iterable, /, *, key=None, reverse=False)", style = "fastcall_keywords")]
    fn sorted(thread: &Thread, iterable: Value, key: Option<Value>, reverse: Option<bool>) -> PyResult<Gc<List>> {
        let list = List::from_iterable(thread, iterable)?;
        list.sort(thread, key.filter(|k| !k.is_none()), reverse.unwrap_or(false))?;
        Ok(list)
    }
}
