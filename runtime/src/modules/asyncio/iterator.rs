//! What awaiting a future iterates over.
//!
//! What lives here: `FutureIter`, which yields the future once if it is pending, and then returns its result.

use super::future::{Future, FutureObject, Progress};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::exception::as_exception;
use crate::types::generator;
use crate::types::payload::{Payload, PayloadData};
use crate::types::traceback::Traceback;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use taipan_macros::py_class;

/// An iterator over a future; empty when it is exhausted.
pub struct FutureIterator {
    future: GcSlot<Payload<Future>>,
}

impl PayloadData for FutureIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.future);
    }
}

impl FutureIterator {
    /// The iterator of a future.
    ///
    /// # Errors
    /// RuntimeError before the future's `__init__`.
    pub fn make(thread: &Thread, future: Gc<FutureObject>) -> PyResult<Value> {
        future.event_loop(thread)?;
        let class = Type::of_spec(thread, FutureIterator::SPEC);
        Ok(Payload::new(thread, class, FutureIterator { future: GcSlot::new(future) }).value())
    }
}

#[py_class(name = "FutureIter", module = "_asyncio", payload, no_instances)]
impl FutureIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<Payload<FutureIterator>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(future) = this.data.future.get() else { return Ok(None) };
        if future.data.progress.get() == Progress::Pending {
            if !future.data.blocking.replace(true) {
                return Ok(Some(future.value()));
            }
            this.data.future.init(None);
            return Err(thread.raise_runtime_error("await wasn't used with future"));
        }
        this.data.future.init(None);
        let result = future.result(thread)?;
        thread.end_value.set(Some(result).filter(|result| !result.is_none()));
        Ok(None)
    }

    #[method(signature = "(self, object, /)")]
    fn send(this: Gc<Payload<FutureIterator>>, thread: &Thread, object: Value) -> PyResult<Value> {
        // The value is of no use to anybody.
        let _ = object;
        match FutureIterator::__next__(this, thread)? {
            Some(value) => Ok(value),
            None => {
                let value = thread.end_value.take().unwrap_or(Value::NONE);
                Err(generator::raise_stop_iteration(thread, value))
            }
        }
    }

    #[method(signature = "(self, typ, val=None, tb=None, /)", style = "fastcall")]
    fn throw(
        this: Gc<Payload<FutureIterator>>,
        thread: &Thread,
        class: Value,
        value: Option<Value>,
        traceback: Option<Value>,
    ) -> PyResult<Value> {
        let given = generator::given_to_throw(thread, "throw", class, value, traceback)?;
        let [class, _, traceback] = given;
        if !traceback.is_none() && traceback.cast::<Traceback>().is_none() {
            return Err(thread.raise_type_error("throw() third argument must be a traceback"));
        }
        let is_class = class.cast::<Type>().is_some_and(|class| class.flag(type_flags::EXCEPTION));
        if !is_class && as_exception(class).is_none() {
            let message = "exceptions must be classes deriving BaseException or instances of such a class";
            return Err(thread.raise_type_error(message));
        }
        let exception = generator::exception_of_throw(thread, given)?;
        this.data.future.init(None);
        match as_exception(exception) {
            Some(exception) => Err(thread.raise_exception_object(exception)),
            None => Err(thread.raise_type_error("exceptions must derive from BaseException")),
        }
    }

    #[method(signature = "(self, /)")]
    fn close(this: Gc<Payload<FutureIterator>>) {
        this.data.future.init(None);
    }
}
