//! Iterators by index: over list, tuple, str, and anything with `__getitem__`.
//!
//! What lives here: [`SequenceIterator`] and the classes that share its layout. What must not: iterators of
//! hash tables (`dict_views.rs`). Start at [`SequenceIterator`].

use crate::dispatch::{iter, subscript};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A position in a sequence. The shape tells which class it is and how the items are read.
#[repr(C)]
pub struct SequenceIterator {
    pub(crate) header: Header,
    /// The next index; for `list_reverseiterator` too, counting down, with `usize::MAX` behind the first item.
    /// For strings: the byte offset.
    pub(crate) index: Cell<usize>,
    /// Emptied when exhausted: an exhausted iterator stays so.
    pub(crate) sequence: Slot,
}

/// Specification of `list_iterator`; its instances are [`SequenceIterator`]s.
pub struct ListIterator;
/// Specification of `list_reverseiterator`; its instances are [`SequenceIterator`]s.
pub struct ListReverseIterator;
/// Specification of `tuple_iterator`; its instances are [`SequenceIterator`]s.
pub struct TupleIterator;
/// Specification of `str_ascii_iterator`; its instances are [`SequenceIterator`]s.
pub struct StrAsciiIterator;
/// Specification of `str_iterator`; its instances are [`SequenceIterator`]s.
pub struct StrIterator;

impl SequenceIterator {
    /// An iterator of the class that `shape` names, at `index`.
    #[inline]
    pub fn new(thread: &Thread, shape: ShapeId, sequence: Value, index: usize) -> Gc<SequenceIterator> {
        thread.allocate(shape, 0, |header| SequenceIterator {
            header,
            index: Cell::new(index),
            sequence: Slot::new(sequence),
        })
    }

    /// The iterator of a string: CPython has a class of its own for ASCII ones.
    pub fn over_str(thread: &Thread, string: Gc<Str>) -> Gc<SequenceIterator> {
        let shape = if string.is_ascii() { ShapeId::STR_ASCII_ITERATOR } else { ShapeId::STR_ITERATOR };
        SequenceIterator::new(thread, shape, string.value(), 0)
    }

    /// What it iterates; `None` when it is exhausted.
    #[inline(always)]
    pub fn sequence(&self) -> Option<Value> {
        self.sequence.get()
    }

    /// As [`SequenceIterator::new`], perhaps exhausted: one that native code had taken apart.
    pub fn resume(thread: &Thread, shape: ShapeId, sequence: Option<Value>, index: usize) -> Gc<SequenceIterator> {
        thread.allocate(shape, 0, |header| SequenceIterator {
            header,
            index: Cell::new(index),
            sequence: Slot::from_option(sequence),
        })
    }

    /// The next item of a `list_iterator`: the list's length is asked each time.
    #[inline(always)]
    pub fn next_of_list(&self, thread: &Thread) -> Option<Value> {
        let list = self.sequence.get()?.header()?.cast_unchecked::<List>();
        let index = self.index.get();
        match list.get(thread, index) {
            Some(item) => {
                self.index.set(index + 1);
                Some(item)
            }
            None => {
                self.sequence.init(None);
                None
            }
        }
    }

    /// The next item of a `tuple_iterator`.
    #[inline(always)]
    pub fn next_of_tuple(&self) -> Option<Value> {
        let tuple = self.sequence.get()?.header()?.cast_unchecked::<Tuple>();
        let index = self.index.get();
        match tuple.get(index) {
            Some(item) => {
                self.index.set(index + 1);
                Some(item)
            }
            None => {
                self.sequence.init(None);
                None
            }
        }
    }

    /// The next character of a `str_iterator`.
    #[inline]
    pub fn next_of_str(&self, thread: &Thread) -> Option<Value> {
        let string = self.sequence.get()?.header()?.cast_unchecked::<Str>();
        let offset = self.index.get();
        if offset >= string.byte_len() {
            self.sequence.init(None);
            return None;
        }
        let (character, next) = Str::char_at_offset(string, thread, offset);
        self.index.set(next);
        Some(character.value())
    }

    /// The next item of a `list_reverseiterator`.
    fn next_of_list_reversed(&self, thread: &Thread) -> Option<Value> {
        let list = self.sequence.get()?.header()?.cast_unchecked::<List>();
        let index = self.index.get();
        match list.get(thread, index) {
            Some(item) => {
                self.index.set(index.wrapping_sub(1));
                Some(item)
            }
            None => {
                self.sequence.init(None);
                None
            }
        }
    }

    /// The next item by `__getitem__`: IndexError and StopIteration end it.
    fn next_by_index(&self, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(sequence) = self.sequence.get() else { return Ok(None) };
        let index = self.index.get();
        let key = Value::small_wrapping(index as i64);
        match subscript::get_item(thread, sequence, key) {
            Ok(item) => {
                self.index.set(index + 1);
                Ok(Some(item))
            }
            Err(raised) => {
                let exceptions = &thread.vm().exceptions;
                if !thread.exception_is(exceptions.index_error) && !thread.exception_is(exceptions.stop_iteration) {
                    return Err(raised);
                }
                thread.take_exception(raised);
                self.sequence.init(None);
                Ok(None)
            }
        }
    }

    /// `(iter, (sequence,), index)`, or with an empty sequence when exhausted.
    fn reduce(&self, thread: &Thread, empty: Value, index: usize) -> Gc<Tuple> {
        let function = iter::builtin(thread, "iter");
        match self.sequence.get() {
            Some(sequence) => {
                let arguments = Tuple::new(thread, &[sequence]);
                Tuple::new(thread, &[function, arguments.value(), Value::small_wrapping(index as i64)])
            }
            None => {
                let arguments = Tuple::new(thread, &[empty]);
                Tuple::new(thread, &[function, arguments.value()])
            }
        }
    }
}

impl HeapObject for SequenceIterator {
    const KIND: Kind = Kind::SequenceIterator;

    fn size(&self) -> usize {
        size_of::<SequenceIterator>()
    }

    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.sequence);
    }
}

fn has_shape(value: Value, shape: ShapeId) -> bool {
    value.header().is_some_and(|header| header.shape() == shape)
}

fn is_list_iterator(value: Value) -> bool {
    has_shape(value, ShapeId::LIST_ITERATOR)
}

fn is_list_reverse_iterator(value: Value) -> bool {
    has_shape(value, ShapeId::LIST_REVERSE_ITERATOR)
}

fn is_tuple_iterator(value: Value) -> bool {
    has_shape(value, ShapeId::TUPLE_ITERATOR)
}

fn is_str_iterator(value: Value) -> bool {
    has_shape(value, ShapeId::STR_ITERATOR) || has_shape(value, ShapeId::STR_ASCII_ITERATOR)
}

fn is_sequence_iterator(value: Value) -> bool {
    has_shape(value, ShapeId::SEQUENCE_ITERATOR)
}

#[py_class(name = "list_iterator", kind = SequenceIterator, no_instances, check = is_list_iterator)]
impl ListIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<SequenceIterator>, thread: &Thread) -> Option<Value> {
        this.next_of_list(thread)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<SequenceIterator>) -> usize {
        let length = this.sequence.get().and_then(|s| s.cast::<List>()).map_or(0, |list| list.len());
        length.saturating_sub(this.index.get())
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<SequenceIterator>, thread: &Thread) -> Gc<Tuple> {
        this.reduce(thread, List::empty(thread).value(), this.index.get())
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<SequenceIterator>, thread: &Thread, state: Value) -> PyResult<()> {
        let index = iter::state_index(thread, state)?.max(0) as usize;
        if let Some(list) = this.sequence.get().and_then(|s| s.cast::<List>()) {
            this.index.set(index.min(list.len()));
        }
        Ok(())
    }
}

#[py_class(name = "list_reverseiterator", kind = SequenceIterator, no_instances, check = is_list_reverse_iterator)]
impl ListReverseIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<SequenceIterator>, thread: &Thread) -> Option<Value> {
        this.next_of_list_reversed(thread)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<SequenceIterator>) -> usize {
        let count = this.index.get().wrapping_add(1);
        match this.sequence.get().and_then(|s| s.cast::<List>()) {
            Some(list) if list.len() >= count => count,
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<SequenceIterator>, thread: &Thread) -> Gc<Tuple> {
        match this.sequence.get() {
            Some(list) => {
                let arguments = Tuple::new(thread, &[list]);
                let index = Value::small_wrapping(this.index.get() as isize as i64);
                Tuple::new(thread, &[iter::builtin(thread, "reversed"), arguments.value(), index])
            }
            None => {
                let arguments = Tuple::new(thread, &[List::empty(thread).value()]);
                Tuple::new(thread, &[iter::builtin(thread, "reversed"), arguments.value()])
            }
        }
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<SequenceIterator>, thread: &Thread, state: Value) -> PyResult<()> {
        let index = iter::state_index(thread, state)?;
        if let Some(list) = this.sequence.get().and_then(|s| s.cast::<List>()) {
            this.index.set(index.clamp(-1, list.len() as i64 - 1) as usize);
        }
        Ok(())
    }
}

#[py_class(name = "tuple_iterator", kind = SequenceIterator, no_instances, check = is_tuple_iterator)]
impl TupleIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<SequenceIterator>) -> Option<Value> {
        this.next_of_tuple()
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<SequenceIterator>) -> usize {
        let length = this.sequence.get().and_then(|s| s.cast::<Tuple>()).map_or(0, |tuple| tuple.len());
        length.saturating_sub(this.index.get())
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<SequenceIterator>, thread: &Thread) -> Gc<Tuple> {
        this.reduce(thread, Tuple::new(thread, &[]).value(), this.index.get())
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<SequenceIterator>, thread: &Thread, state: Value) -> PyResult<()> {
        let index = iter::state_index(thread, state)?.max(0) as usize;
        if let Some(tuple) = this.sequence.get().and_then(|s| s.cast::<Tuple>()) {
            this.index.set(index.min(tuple.len()));
        }
        Ok(())
    }
}

/// Both classes of string iterators differ in nothing but the name.
macro_rules! str_iterator_class {
    ($class:ident, $name:literal) => {
        #[py_class(name = $name, kind = SequenceIterator, no_instances, check = is_str_iterator)]
        impl $class {
            #[method]
            fn __iter__(this: Value) -> Value {
                this
            }

            #[method]
            fn __next__(this: Gc<SequenceIterator>, thread: &Thread) -> Option<Value> {
                this.next_of_str(thread)
            }

            /// Private method returning an estimate of len(list(it)).
            #[method]
            fn __length_hint__(this: Gc<SequenceIterator>, thread: &Thread) -> usize {
                match this.sequence.get().and_then(|s| s.cast::<Str>()) {
                    Some(string) => string.len(thread) - Str::index_of_offset(string, thread, this.index.get()),
                    None => 0,
                }
            }

            /// Return state information for pickling.
            #[method]
            fn __reduce__(this: Gc<SequenceIterator>, thread: &Thread) -> Gc<Tuple> {
                let index = match this.sequence.get().and_then(|s| s.cast::<Str>()) {
                    Some(string) => Str::index_of_offset(string, thread, this.index.get()),
                    None => 0,
                };
                this.reduce(thread, Str::empty(thread).value(), index)
            }

            /// Set state information for unpickling.
            #[method]
            fn __setstate__(this: Gc<SequenceIterator>, thread: &Thread, state: Value) -> PyResult<()> {
                let index = iter::state_index(thread, state)?.max(0) as usize;
                if let Some(string) = this.sequence.get().and_then(|s| s.cast::<Str>()) {
                    let index = index.min(string.len(thread));
                    this.index.set(Str::offset_of(string, thread, index));
                }
                Ok(())
            }
        }
    };
}

str_iterator_class!(StrIterator, "str_iterator");
str_iterator_class!(StrAsciiIterator, "str_ascii_iterator");

#[py_class(name = "iterator", kind = SequenceIterator, no_instances, check = is_sequence_iterator)]
impl SequenceIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<SequenceIterator>, thread: &Thread) -> PyResult<Option<Value>> {
        this.next_by_index(thread)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<SequenceIterator>, thread: &Thread) -> PyResult<Value> {
        let Some(sequence) = this.sequence.get() else { return Ok(Value::small_wrapping(0)) };
        match iter::try_length(thread, sequence)? {
            Some(length) => Ok(Value::small_wrapping(length.saturating_sub(this.index.get()) as i64)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<SequenceIterator>, thread: &Thread) -> Gc<Tuple> {
        this.reduce(thread, Tuple::new(thread, &[]).value(), this.index.get())
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<SequenceIterator>, thread: &Thread, state: Value) -> PyResult<()> {
        let index = iter::state_index(thread, state)?.max(0) as usize;
        if this.sequence.get().is_some() {
            this.index.set(index);
        }
        Ok(())
    }
}
