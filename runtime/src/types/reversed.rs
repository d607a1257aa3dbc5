//! `reversed`: a sequence by index from its end.
//!
//! What lives here: [`Reversed`], for classes without `__reversed__`.

use crate::dispatch::{iter, special, subscript};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::special::Special;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// The iterator `reversed(sequence)`.
pub struct Reversed {
    /// Emptied when exhausted.
    sequence: Slot,
    /// The next index, -1 at the end.
    index: Cell<i64>,
}

impl PayloadData for Reversed {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.sequence);
    }
}

/// `reversed(sequence)`: what `__reversed__` returns, or an iterator of `class`.
pub fn reversed(thread: &Thread, class: Gc<Type>, sequence: Value) -> PyResult<Value> {
    let own = thread.class_of(sequence);
    match own.special(thread, Special::Reversed) {
        Some(method) if !method.is_none() => return special::call(thread, method, sequence, &[]),
        None if iter::is_sequence(thread, sequence) => {}
        Some(_) | None => {
            let name = own.message_name(thread);
            return Err(thread.raise_type_error(format!("'{name}' object is not reversible")));
        }
    }
    let length = iter::length(thread, sequence)?;
    Ok(Payload::new(thread, class, Reversed { sequence: Slot::new(sequence), index: Cell::new(length as i64 - 1) })
        .value())
}

/// Return a reverse iterator over the values of the given sequence.
#[py_class(name = "reversed", signature = "(sequence, /)", payload, subclassable)]
impl Reversed {
    #[new(signature = "(cls, sequence, /)")]
    fn py_new(class: Gc<Type>, thread: &Thread, sequence: Value) -> PyResult<Value> {
        reversed(thread, class, sequence)
    }

    #[method]
    fn __iter__(this: Gc<Payload<Reversed>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Reversed>>, thread: &Thread) -> PyResult<Option<Value>> {
        let index = this.data.index.get();
        let Some(sequence) = this.data.sequence.get().filter(|_| index >= 0) else { return Ok(None) };
        match subscript::get_item(thread, sequence, Value::small_wrapping(index)) {
            Ok(item) => {
                this.data.index.set(index - 1);
                Ok(Some(item))
            }
            Err(raised) => {
                let exceptions = &thread.vm().exceptions;
                if !thread.exception_is(exceptions.index_error) && !thread.exception_is(exceptions.stop_iteration) {
                    return Err(raised);
                }
                thread.take_exception(raised);
                this.data.index.set(-1);
                this.data.sequence.init(None);
                Ok(None)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<Payload<Reversed>>, thread: &Thread) -> PyResult<usize> {
        let Some(sequence) = this.data.sequence.get() else { return Ok(0) };
        let position = (this.data.index.get() + 1) as usize;
        let length = iter::length(thread, sequence)?;
        Ok(if length < position { 0 } else { position })
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<Payload<Reversed>>, thread: &Thread) -> Gc<Tuple> {
        let class = thread.class_of(this.value()).value();
        match this.data.sequence.get() {
            Some(sequence) => {
                let arguments = Tuple::new(thread, &[sequence]);
                Tuple::new(thread, &[class, arguments.value(), Value::small_wrapping(this.data.index.get())])
            }
            None => {
                let empty = Tuple::new(thread, &[]);
                let arguments = Tuple::new(thread, &[empty.value()]);
                Tuple::new(thread, &[class, arguments.value()])
            }
        }
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<Payload<Reversed>>, thread: &Thread, object: Value) -> PyResult<()> {
        let index = iter::state_index(thread, object)?;
        if let Some(sequence) = this.data.sequence.get() {
            let length = iter::length(thread, sequence)? as i64;
            this.data.index.set(index.clamp(-1, length - 1));
        }
        Ok(())
    }
}
