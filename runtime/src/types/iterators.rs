//! Iterators by index: over list, tuple, str, and anything with `__getitem__`.
//!
//! What lives here: [`SequenceIterator`] and the classes that share its layout. What must not: iterators of
//! hash tables (`dict_views.rs`). Start at [`SequenceIterator`].

use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::value::Value;
use std::cell::Cell;

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
/// Specification of `str_iterator`; its instances are [`SequenceIterator`]s.
pub struct StrIterator;

impl SequenceIterator {
    /// An iterator of the class that `shape` names, at `index`.
    #[inline]
    pub fn new(thread: &Thread, shape: ShapeId, sequence: Value, index: usize) -> Gc<SequenceIterator> {
        thread.allocate(shape, 0, |header| SequenceIterator { header, index: Cell::new(index), sequence: Slot::new(sequence) })
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
