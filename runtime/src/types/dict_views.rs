//! Views and iterators of dicts, and the iterator of sets.
//!
//! What lives here: [`DictView`] (`dict_keys`, `dict_values`, `dict_items`), [`DictIterator`] (their iterators,
//! forward and backward, and `set_iterator`). What must not: the dict itself. Start at [`DictIterator::next`].

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::set::Set;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// `d.keys()`, `d.values()` or `d.items()`: the shape tells which.
#[repr(C)]
pub struct DictView {
    pub(crate) header: Header,
    pub(crate) dict: Gc<Dict>,
}

/// A position in a dict or set: the shape tells which class it is and what it yields.
#[repr(C)]
pub struct DictIterator {
    pub(crate) header: Header,
    /// The next entry to look at (going backwards: the one behind it).
    pub(crate) position: Cell<usize>,
    /// The container's length when iteration began; `usize::MAX` after it was found changed.
    pub(crate) expected: Cell<usize>,
    /// Entries not yet yielded.
    pub(crate) remaining: Cell<usize>,
    /// The `Dict` or `Set`; emptied when exhausted.
    pub(crate) container: GcSlot<Header>,
}

/// Specification of `dict_keys`; its instances are [`DictView`]s.
pub struct DictKeys;
/// Specification of `dict_values`; its instances are [`DictView`]s.
pub struct DictValues;
/// Specification of `dict_items`; its instances are [`DictView`]s.
pub struct DictItems;
/// Specification of `dict_keyiterator`; its instances are [`DictIterator`]s.
pub struct DictKeyIterator;
/// Specification of `dict_valueiterator`; its instances are [`DictIterator`]s.
pub struct DictValueIterator;
/// Specification of `dict_itemiterator`; its instances are [`DictIterator`]s.
pub struct DictItemIterator;
/// Specification of `dict_reversekeyiterator`; its instances are [`DictIterator`]s.
pub struct DictReverseKeyIterator;
/// Specification of `dict_reversevalueiterator`; its instances are [`DictIterator`]s.
pub struct DictReverseValueIterator;
/// Specification of `dict_reverseitemiterator`; its instances are [`DictIterator`]s.
pub struct DictReverseItemIterator;
/// Specification of `set_iterator`; its instances are [`DictIterator`]s.
pub struct SetIterator;

impl DictView {
    /// A view of the class that `shape` names.
    pub fn new(thread: &Thread, shape: ShapeId, dict: Gc<Dict>) -> Gc<DictView> {
        thread.allocate(shape, 0, |header| DictView { header, dict })
    }
}

impl DictIterator {
    fn new(thread: &Thread, shape: ShapeId, container: Gc<Header>, length: usize, position: usize) -> Gc<DictIterator> {
        thread.allocate(shape, 0, |header| DictIterator {
            header,
            position: Cell::new(position),
            expected: Cell::new(length),
            remaining: Cell::new(length),
            container: GcSlot::new(container),
        })
    }

    /// An iterator of the class that `shape` names, over a dict from its start.
    #[inline]
    pub fn over_dict(thread: &Thread, shape: ShapeId, dict: Gc<Dict>) -> Gc<DictIterator> {
        DictIterator::new(thread, shape, dict.header(), dict.len(), 0)
    }

    /// An iterator of the class that `shape` names, over a dict from its end backwards.
    pub fn over_dict_reversed(thread: &Thread, shape: ShapeId, dict: Gc<Dict>) -> Gc<DictIterator> {
        DictIterator::new(thread, shape, dict.header(), dict.len(), dict.end_position())
    }

    /// An iterator over a set.
    #[inline]
    pub fn over_set(thread: &Thread, set: Gc<Set>) -> Gc<DictIterator> {
        DictIterator::new(thread, ShapeId::SET_ITERATOR, set.header(), set.len(), 0)
    }

    /// The next item. Raises RuntimeError if the container was resized, or its keys exchanged, meanwhile.
    #[inline]
    pub fn next(&self, thread: &Thread) -> PyResult<Option<Value>> {
        let shape = self.header.shape();
        if shape == ShapeId::SET_ITERATOR {
            return self.next_of_set(thread);
        }
        let Some((key, value)) = self.next_entry(thread, shape)? else { return Ok(None) };
        Ok(Some(match shape {
            ShapeId::DICT_KEY_ITERATOR | ShapeId::DICT_REVERSE_KEY_ITERATOR => key,
            ShapeId::DICT_VALUE_ITERATOR | ShapeId::DICT_REVERSE_VALUE_ITERATOR => value,
            _ => Tuple::new(thread, &[key, value]).value(),
        }))
    }

    /// The next entry of a dict iterator, whichever part of it the class yields.
    #[inline]
    pub fn next_entry(&self, thread: &Thread, shape: ShapeId) -> PyResult<Option<(Value, Value)>> {
        let Some(container) = self.container.get() else { return Ok(None) };
        let dict = container.cast_unchecked::<Dict>();
        if dict.len() != self.expected.get() {
            return Err(self.changed(thread, "dictionary changed size during iteration"));
        }
        let mut position = self.position.get();
        let backwards = matches!(
            shape,
            ShapeId::DICT_REVERSE_KEY_ITERATOR | ShapeId::DICT_REVERSE_VALUE_ITERATOR | ShapeId::DICT_REVERSE_ITEM_ITERATOR
        );
        let entry = if backwards { dict.previous_entry(&mut position) } else { dict.next_entry(&mut position) };
        if entry.is_none() {
            self.container.init(None);
            return Ok(None);
        }
        // Backwards, CPython does not count: an entry may be seen that was not there at first.
        if !backwards && self.remaining.get() == 0 {
            return Err(self.changed(thread, "dictionary keys changed during iteration"));
        }
        self.position.set(position);
        self.remaining.set(self.remaining.get().saturating_sub(1));
        Ok(entry)
    }

    #[inline]
    fn next_of_set(&self, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(container) = self.container.get() else { return Ok(None) };
        let set = container.cast_unchecked::<Set>();
        if set.len() != self.expected.get() {
            return Err(self.changed(thread, "Set changed size during iteration"));
        }
        let mut position = self.position.get();
        let key = set.next_key(&mut position);
        match key {
            Some(_) => {
                self.position.set(position);
                self.remaining.set(self.remaining.get().saturating_sub(1));
            }
            None => self.container.init(None),
        }
        Ok(key)
    }

    #[cold]
    fn changed(&self, thread: &Thread, message: &str) -> crate::error::Raised {
        self.expected.set(usize::MAX);
        thread.raise_runtime_error(message)
    }
}

impl HeapObject for DictView {
    const KIND: Kind = Kind::DictView;

    fn size(&self) -> usize {
        size_of::<DictView>()
    }

    fn trace(&self, tracer: &mut Tracer) {
        tracer.object(self.dict.header());
    }
}

impl HeapObject for DictIterator {
    const KIND: Kind = Kind::DictIterator;

    fn size(&self) -> usize {
        size_of::<DictIterator>()
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(container) = self.container.get() {
            tracer.object(container);
        }
    }
}
