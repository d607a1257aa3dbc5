//! Iterators over bytes and bytearrays.

use super::Bytes;
use crate::dispatch::{iter, number};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// Where an iteration stands; the sequence is empty once it ended.
struct Cursor {
    sequence: Slot,
    index: Cell<usize>,
}

impl Cursor {
    fn new(sequence: Value) -> Cursor {
        Cursor { sequence: Slot::new(sequence), index: Cell::new(0) }
    }

    /// The next byte of the contents that `contents` gives for the sequence.
    fn next(&self, byte_at: impl FnOnce(Value, usize) -> Option<u8>) -> Option<i64> {
        let sequence = self.sequence.get()?;
        match byte_at(sequence, self.index.get()) {
            Some(byte) => {
                self.index.set(self.index.get() + 1);
                Some(i64::from(byte))
            }
            None => {
                self.sequence.init(None);
                None
            }
        }
    }

    fn length_hint(&self, length: impl FnOnce(Value) -> usize) -> usize {
        self.sequence.get().map_or(0, |sequence| length(sequence).saturating_sub(self.index.get()))
    }

    fn reduce(&self, thread: &Thread) -> Gc<Tuple> {
        let function = iter::builtin(thread, "iter");
        match self.sequence.get() {
            Some(sequence) => {
                let arguments = Tuple::new(thread, &[sequence]);
                Tuple::new(thread, &[function, arguments.value(), Value::small_wrapping(self.index.get() as i64)])
            }
            None => {
                let empty = Tuple::new(thread, &[]);
                let arguments = Tuple::new(thread, &[empty.value()]);
                Tuple::new(thread, &[function, arguments.value()])
            }
        }
    }

    fn set_state(&self, thread: &Thread, state: Value, length: impl FnOnce(Value) -> usize) -> PyResult<()> {
        let index = number::index_i64(thread, state)?;
        if let Some(sequence) = self.sequence.get() {
            self.index.set(usize::try_from(index).unwrap_or(0).min(length(sequence)));
        }
        Ok(())
    }
}

/// Iterator over a bytes object.
pub struct BytesIterator(Cursor);

/// Iterator over a bytearray, which may change meanwhile.
pub struct ByteArrayIterator(Cursor);

impl PayloadData for BytesIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.0.sequence);
    }
}

impl PayloadData for ByteArrayIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.0.sequence);
    }
}

fn bytes_length(value: Value) -> usize {
    value.cast::<Bytes>().map_or(0, |bytes| bytes.len())
}

fn array_length(value: Value) -> usize {
    value.cast::<ByteArray>().map_or(0, |array| array.len())
}

impl BytesIterator {
    /// An iterator at the start.
    pub fn start(thread: &Thread, bytes: Gc<Bytes>) -> Gc<Payload<BytesIterator>> {
        Payload::new(thread, Type::of_spec(thread, &BYTES_ITERATOR_CLASS), BytesIterator(Cursor::new(bytes.value())))
    }
}

impl ByteArrayIterator {
    /// An iterator at the start.
    pub fn start(thread: &Thread, array: Gc<ByteArray>) -> Gc<Payload<ByteArrayIterator>> {
        Payload::new(
            thread,
            Type::of_spec(thread, &BYTE_ARRAY_ITERATOR_CLASS),
            ByteArrayIterator(Cursor::new(array.value())),
        )
    }
}

#[py_class(name = "bytes_iterator", payload, no_instances)]
impl BytesIterator {
    #[method]
    fn __iter__(this: Gc<Payload<BytesIterator>>) -> Value {
        this.value()
    }

    #[method(no_raise, no_reenter)]
    fn __next__(this: Gc<Payload<BytesIterator>>) -> Option<i64> {
        this.data.0.next(|sequence, index| sequence.cast::<Bytes>()?.as_slice().get(index).copied())
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(signature = "(self, /)")]
    fn __length_hint__(this: Gc<Payload<BytesIterator>>) -> usize {
        this.data.0.length_hint(bytes_length)
    }

    /// Return state information for pickling.
    #[method(signature = "(self, /)")]
    fn __reduce__(this: Gc<Payload<BytesIterator>>, thread: &Thread) -> Gc<Tuple> {
        this.data.0.reduce(thread)
    }

    /// Set state information for unpickling.
    #[method(signature = "(self, state, /)")]
    fn __setstate__(this: Gc<Payload<BytesIterator>>, thread: &Thread, state: Value) -> PyResult<()> {
        this.data.0.set_state(thread, state, bytes_length)
    }
}

#[py_class(name = "bytearray_iterator", payload, no_instances)]
impl ByteArrayIterator {
    #[method]
    fn __iter__(this: Gc<Payload<ByteArrayIterator>>) -> Value {
        this.value()
    }

    #[method(no_raise, no_reenter)]
    fn __next__(this: Gc<Payload<ByteArrayIterator>>) -> Option<i64> {
        this.data.0.next(|sequence, index| sequence.cast::<ByteArray>()?.as_slice().get(index).copied())
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(signature = "(self, /)")]
    fn __length_hint__(this: Gc<Payload<ByteArrayIterator>>) -> usize {
        this.data.0.length_hint(array_length)
    }

    /// Return state information for pickling.
    #[method(signature = "(self, /)")]
    fn __reduce__(this: Gc<Payload<ByteArrayIterator>>, thread: &Thread) -> Gc<Tuple> {
        this.data.0.reduce(thread)
    }

    /// Set state information for unpickling.
    #[method(signature = "(self, state, /)")]
    fn __setstate__(this: Gc<Payload<ByteArrayIterator>>, thread: &Thread, state: Value) -> PyResult<()> {
        this.data.0.set_state(thread, state, array_length)
    }
}
