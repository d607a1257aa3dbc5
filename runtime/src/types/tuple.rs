//! `tuple`: the struct and the operations other Rust code uses; its Python methods.
//!
//! What lives here: [`Tuple`]. What must not: hashing and comparison of values (`dispatch/`).
//! Start at [`Tuple`].
#![allow(unsafe_code)] // Items lie behind the struct.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot, header_flags};
use crate::thread::Thread;
use crate::types::instance;
use crate::types::list::List;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use std::ptr::NonNull;

/// A Python tuple. Behind the struct lie the attribute storage of a subclass instance (`header.spare` words,
/// none in an exact tuple), then `length` items.
#[repr(C)]
pub struct Tuple {
    pub(crate) header: Header,
    pub(crate) length: usize,
    /// The hash of the items once somebody asked for it, else 0, which native code that makes tuples relies on:
    /// fresh memory is zero.
    hash: Cell<u64>,
}

impl Tuple {
    /// Bytes before the items of an exact tuple, and before the attribute storage of a subclass instance.
    pub const FIXED_SIZE: usize = size_of::<Tuple>();

    /// A tuple of these items; the shared one if there are none.
    pub fn new(thread: &Thread, values: &[Value]) -> Gc<Tuple> {
        if values.is_empty() {
            return thread.vm().constant(|c| c.empty_tuple);
        }
        let tuple = Tuple::allocate(thread, values.len());
        for (slot, &value) in tuple.slots().iter().zip(values) {
            slot.init(Some(value));
        }
        // A large one may have been allocated old.
        thread.write_barrier(tuple.header());
        tuple
    }

    /// The empty tuple itself: for start-up only.
    pub fn allocate_empty(thread: &Thread) -> Gc<Tuple> {
        Tuple::allocate(thread, 0)
    }

    /// A tuple whose items are still empty: the caller fills all of them before anybody sees it.
    pub(crate) fn allocate(thread: &Thread, length: usize) -> Gc<Tuple> {
        thread.allocate(ShapeId::TUPLE, length * size_of::<Slot>(), |header| Tuple {
            header,
            length,
            hash: Cell::new(0),
        })
    }

    /// An instance of `class`, a subclass of tuple, with these items.
    pub fn new_of_class(thread: &Thread, class: Gc<Type>, values: &[Value]) -> Gc<Tuple> {
        let length = values.len();
        let tail = class.tail_words.get();
        let extra = (usize::from(tail) + length) * size_of::<Slot>();
        let tuple = thread.allocate(class.instance_shape.get(), extra, |header| {
            header.spare.set(tail);
            if class.has_finalizer() {
                header.set_flag(header_flags::HAS_FINALIZER);
            }
            Tuple { header, length, hash: Cell::new(0) }
        });
        for (slot, &value) in tuple.slots().iter().zip(values) {
            slot.init(Some(value));
        }
        thread.write_barrier(tuple.header());
        if class.has_finalizer() {
            thread.vm().heap.register_finalizer(tuple.header());
        }
        tuple
    }

    /// A tuple of the items that `iterable` yields; an exact tuple is returned as it is.
    pub fn from_iterable(thread: &Thread, iterable: Value) -> PyResult<Gc<Tuple>> {
        if let Some(tuple) = iterable.cast::<Tuple>()
            && tuple.is_exact()
        {
            return Ok(tuple);
        }
        if let Some(list) = iterable.cast::<List>()
            && list.is_exact()
        {
            return Ok(Tuple::from_list(thread, list));
        }
        // Unlike a list's, a tuple's items are not asked how many they are.
        let list = List::empty(thread);
        match crate::dispatch::iter::get_iter(thread, iterable)? {
            range if range.cast::<crate::types::range::RangeIterator>().is_some() => list.extend(thread, range)?,
            iterator => list.extend_from_iterator(thread, iterator)?,
        }
        Ok(Tuple::from_list(thread, list))
    }

    /// A tuple of the list's items.
    pub fn from_list(thread: &Thread, list: Gc<List>) -> Gc<Tuple> {
        if list.strategy().holds_values() {
            return Tuple::new(thread, list.values());
        }
        let length = list.len();
        if length == 0 {
            return Tuple::new(thread, &[]);
        }
        let tuple = Tuple::allocate(thread, length);
        for (index, slot) in tuple.slots().iter().enumerate() {
            // Boxing allocates: the tuple may be old by now.
            thread.store(tuple, slot, list.get(thread, index).unwrap_or(Value::NONE));
        }
        tuple
    }

    #[inline(always)]
    pub(crate) fn this(&self) -> Gc<Tuple> {
        Gc::from_pointer(NonNull::from(self))
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The class is `tuple` itself.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape() == ShapeId::TUPLE
    }

    #[inline(always)]
    fn first(&self) -> *const Slot {
        // SAFETY: `spare` words of attribute storage lie between the struct and the items, in one allocation.
        unsafe { std::ptr::from_ref(self).add(1).cast::<Slot>().add(self.header.spare.get() as usize) }
    }

    /// How many words of attribute storage stand before the items.
    pub fn spare_words(&self) -> u8 {
        self.header.spare.get()
    }

    /// The items as slots, for filling a fresh tuple.
    #[inline(always)]
    pub(crate) fn slots(&self) -> &[Slot] {
        // SAFETY: the allocation has room for `length` items, zeroed, and the zero word is an empty slot.
        unsafe { std::slice::from_raw_parts(self.first(), self.length) }
    }

    /// As [`Tuple::items`], for callers that keep the tuple alive by other means than the borrow (the slice's
    /// address stands on the native stack, where the collector finds it as an interior pointer).
    #[inline(always)]
    pub fn items_unbounded<'a>(&self) -> &'a [Value] {
        // SAFETY: items never move, and the slice itself keeps the tuple alive (interior pointers are roots).
        unsafe { std::slice::from_raw_parts(self.items().as_ptr(), self.items().len()) }
    }

    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: as in `slots`; once a tuple can be reached all its items are filled.
        unsafe { std::slice::from_raw_parts(self.first().cast::<Value>(), self.length) }
    }

    /// The hash by the items, whatever a subclass says. Items of a tuple never change, and neither may the hash of a
    /// hashable object: it is computed once.
    ///
    /// # Errors
    /// What the items' `__hash__` raises.
    #[inline]
    pub fn hash(&self, thread: &Thread) -> PyResult<i64> {
        match self.hash.get() {
            0 => {
                let hash = crate::dispatch::hash::of_items(thread, self.items())?;
                self.hash.set(hash as u64);
                Ok(hash)
            }
            known => Ok(known as i64),
        }
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).copied()
    }
}

impl HeapObject for Tuple {
    const KIND: Kind = Kind::Tuple;

    fn size(&self) -> usize {
        Tuple::FIXED_SIZE + self.length * size_of::<Slot>() + instance::tail_size(&self.header)
    }

    fn trace(&self, tracer: &mut Tracer) {
        instance::trace_tail(&self.header, Tuple::FIXED_SIZE, tracer);
        for slot in self.slots() {
            tracer.slot(slot);
        }
    }
}
