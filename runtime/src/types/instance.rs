//! Attribute storage of objects: plain instances, and the attribute tail of subclasses of builtin types.
//!
//! What lives here: how a shape's slots lie in memory, reading, writing, adding and deleting attributes by
//! shape, dictionary mode, `__dict__`. What must not: descriptor semantics (`dispatch/attr.rs`).
//! Start at [`slot_word`], then [`get_attribute`] and [`set_attribute`].
//!
//! Layout: the fixed struct of the kind, then (if `header.spare > 0`) the overflow word and
//! `header.spare - 1` slots. The shape's `slots_offset` is the offset of the first slot. The overflow word
//! is empty, or a `WordStorage` with the slots past `inline_capacity`, or in dictionary mode a `Dict`.
#![allow(unsafe_code)] // Slots behind the struct are reached by address.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId, Slot, WordStorage, header_flags};
use crate::shape::{Added, Shape, shape_flags};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::float::Float;
use crate::types::function::Function;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;

/// The object has raw doubles among its slots: the collector treats them conservatively.
pub const HAS_DOUBLES: u8 = header_flags::KIND_3;

/// An instance of a class without a builtin base: nothing but attribute storage.
#[repr(C)]
pub struct Instance {
    header: Header,
}

impl HeapObject for Instance {
    const KIND: Kind = Kind::Instance;
    fn size(&self) -> usize {
        size_of::<Instance>() + tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        trace_tail(&self.header, size_of::<Instance>(), tracer);
    }
}

impl Instance {
    /// A new instance without attributes. The class's kind is `Instance`.
    #[inline]
    pub fn new(thread: &Thread, class: Gc<Type>) -> Gc<Instance> {
        allocate_instance(thread, class, |header| Instance { header })
    }
}

/// Bytes behind the fixed struct.
#[inline(always)]
pub fn tail_size(header: &Header) -> usize {
    header.spare.get() as usize * size_of::<Slot>()
}

/// Reports the attribute storage that starts `fixed_size` bytes into the object.
pub fn trace_tail(header: &Header, fixed_size: usize, tracer: &mut Tracer) {
    let words = header.spare.get() as usize;
    if words == 0 {
        return;
    }
    // SAFETY: `spare` words lie behind the fixed part.
    let slots =
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(header).byte_add(fixed_size).cast::<Slot>(), words) };
    if header.flag(HAS_DOUBLES) {
        tracer.slot(&slots[0]);
        for slot in &slots[1..] {
            tracer.conservative_word(slot.get().map_or(0, Value::to_bits));
        }
    } else {
        for slot in slots {
            tracer.slot(slot);
        }
    }
}

/// Allocates an instance of `class`, whose layout is `T` (itself or a subclass): fixed struct and tail.
#[inline]
pub fn allocate_instance<T: HeapObject>(thread: &Thread, class: Gc<Type>, build: impl FnOnce(Header) -> T) -> Gc<T> {
    // (A class that is still a shell has version 0: start-up makes a few weak references before all are filled.)
    debug_assert!(
        class.version.get() == 0 || class.instance_kind.get() == T::KIND,
        "the spec of {} must say its kind",
        class.name_string()
    );
    let shape = class.instance_shape.get();
    let tail = class.tail_words.get();
    let object = thread.allocate::<T>(shape, tail as usize * size_of::<Slot>(), |header| {
        header.spare.set(tail);
        if class.has_finalizer() {
            header.set_flag(header_flags::HAS_FINALIZER);
        }
        build(header)
    });
    if class.has_finalizer() {
        thread.vm().heap.register_finalizer(object.header());
    }
    object
}

/// Address of slot `index` of an object of this shape.
#[inline(always)]
pub fn slot_word<'a>(object: Gc<Header>, shape: &Shape, index: u16) -> &'a Slot {
    let inline = shape.inline_capacity.get();
    if index < inline {
        let offset = shape.slots_offset.get() as usize + index as usize * size_of::<Slot>();
        // SAFETY: the shape says that the slot lies in the object.
        unsafe { &*object.as_pointer().byte_add(offset).cast::<Slot>() }
    } else {
        match overflow_slot(object, shape).get() {
            Some(storage) => {
                let storage: Gc<WordStorage> = storage.cast_unchecked();
                // SAFETY: storage is kept alive by the object; its slots do not move.
                unsafe { &*std::ptr::from_ref(&storage.slots()[(index - inline) as usize]) }
            }
            None => unreachable!("a slot past the object needs overflow storage"),
        }
    }
}

/// Writes a word of the attribute storage of a fresh object that native code had taken apart; its shape follows.
pub fn restore_word(object: Gc<Header>, offset: i32, word: u64) {
    // SAFETY: the offset is that of a slot in the object, as its shape says.
    unsafe { object.as_pointer().byte_offset(offset as isize).cast::<u64>().write(word) };
}

/// Gives a fresh object, whose slots were written by [`restore_word`], its shape.
pub fn restore_shape(thread: &Thread, object: Gc<Header>, shape: ShapeId) {
    object.shape.set(shape);
    if thread.vm().shapes.get(shape).double_mask.get() != 0 {
        object.set_flag(HAS_DOUBLES);
    }
    thread.write_barrier(object);
}

/// The overflow word of an object of this shape.
#[inline(always)]
pub fn overflow_slot<'a>(object: Gc<Header>, shape: &Shape) -> &'a GcSlot<Header> {
    let offset = shape.slots_offset.get() as usize - size_of::<Slot>();
    // SAFETY: shapes with attributes have the overflow word right before slot 0.
    unsafe { &*object.as_pointer().byte_add(offset).cast::<GcSlot<Header>>() }
}

/// Reads slot `index`; a raw double is boxed. `None`: an unset `__slots__` entry.
#[inline]
pub fn read_slot(thread: &Thread, object: Gc<Header>, shape: &Shape, index: u16) -> Option<Value> {
    let word = slot_word(object, shape, index);
    if shape.is_double(index) { Some(Float::new(thread, raw_double(word)).value()) } else { word.get() }
}

/// The raw double in a slot.
#[inline(always)]
pub fn raw_double(slot: &Slot) -> f64 {
    // SAFETY: a slot is eight bytes; any bits are an f64.
    f64::from_bits(unsafe { *std::ptr::from_ref(slot).cast::<u64>() })
}

/// Writes raw double bits into a slot.
#[inline(always)]
pub fn write_raw_double(slot: &Slot, number: f64) {
    // SAFETY: a slot is a cell of eight bytes, and the shape says that this one holds a raw double.
    unsafe { std::ptr::from_ref(slot).cast::<u64>().cast_mut().write(number.to_bits()) };
}

/// Writes an existing slot. May change the object's shape if the slot held raw doubles.
pub fn write_slot(thread: &Thread, object: Gc<Header>, shape_id: ShapeId, index: u16, value: Value) {
    let shape = thread.vm().shapes.get(shape_id);
    if shape.is_double(index) {
        if let Some(float) = value.cast::<Float>().filter(|f| f.header().shape() == ShapeId::FLOAT) {
            write_raw_double(slot_word(object, shape, index), float.value);
            return;
        }
        generalise(thread, object, shape_id, index);
    }
    let shape = thread.vm().shapes.get(object.shape());
    slot_word(object, shape, index).init(Some(value));
    barrier_of_slot(thread, object, shape, index);
}

/// The owner of a slot past the object is the overflow storage.
#[inline(always)]
fn barrier_of_slot(thread: &Thread, object: Gc<Header>, shape: &Shape, index: u16) {
    if index < shape.inline_capacity.get() {
        thread.write_barrier(object);
    } else if let Some(storage) = overflow_slot(object, shape).get() {
        thread.write_barrier(storage);
    }
}

/// Moves an object to the shape in which `index` is tagged, boxing what is raw in it.
fn generalise(thread: &Thread, object: Gc<Header>, from: ShapeId, index: u16) {
    let Added { shape: to, layouts_changed: changed } = thread.vm().shapes.generalise(from, index);
    box_doubles(thread, object, from, to);
    if changed {
        layouts_changed(thread, from);
    }
}

/// Code and caches that make or read objects with raw doubles of this class are to forget it.
#[cold]
fn layouts_changed(thread: &Thread, shape: ShapeId) {
    if let Some(class) = thread.vm().shapes.get(shape).class.get() {
        class.changed(thread);
    }
}

/// Gives an object whose class has tagged attributes that were raw doubles when it was made the shape it would have
/// now, so that code sees one shape and not two. Nobody notices.
pub fn modernise(thread: &Thread, object: Gc<Header>) {
    let from = object.shape();
    if let Some(to) = thread.vm().shapes.successor(from) {
        box_doubles(thread, object, from, to);
    }
}

/// Moves an object to a shape with the same attributes, fewer of them raw.
fn box_doubles(thread: &Thread, object: Gc<Header>, from: ShapeId, to: ShapeId) {
    let (old, new) = (thread.vm().shapes.get(from), thread.vm().shapes.get(to));
    for slot in 0..old.slot_count.get() {
        if old.is_double(slot) && !new.is_double(slot) {
            let boxed = Float::new(thread, raw_double(slot_word(object, old, slot)));
            slot_word(object, old, slot).init(Some(boxed.value()));
        }
    }
    object.shape.set(to);
    if new.double_mask.get() == 0 {
        object.clear_flag(HAS_DOUBLES);
    }
    thread.write_barrier(object);
}

/// Adds attribute `name`; the object's shape must not have it.
fn add_attribute(thread: &Thread, object: Gc<Header>, name: Gc<Str>, value: Value) {
    let from = object.shape();
    let float = value.cast::<Float>().filter(|f| f.header().shape() == ShapeId::FLOAT);
    let Some(Added { shape: to, layouts_changed: changed }) = thread.vm().shapes.add(from, name, float.is_some())
    else {
        let dict = make_dictionary(thread, object);
        dict.insert_str(thread, name, value);
        return;
    };
    if changed {
        layouts_changed(thread, from);
    }
    transition(thread, object, to);
    let shape = thread.vm().shapes.get(to);
    let index = shape.slot_count.get() - 1;
    match float {
        Some(float) if shape.is_double(index) => write_raw_double(slot_word(object, shape, index), float.value),
        _ => {
            slot_word(object, shape, index).init(Some(value));
            barrier_of_slot(thread, object, shape, index);
        }
    }
}

/// Gives the object a shape with one more attribute, making room for it; the new slot is not yet written.
pub fn transition(thread: &Thread, object: Gc<Header>, to: ShapeId) {
    let shape = thread.vm().shapes.get(to);
    let index = shape.slot_count.get() - 1;
    if index >= shape.inline_capacity.get() {
        let needed = (index - shape.inline_capacity.get()) as usize + 1;
        let overflow = overflow_slot(object, shape);
        let current = overflow.get().map(|storage| storage.cast_unchecked::<WordStorage>());
        if current.is_none_or(|storage| storage.capacity < needed) {
            let Some(storage) = thread.allocate_words((needed + 1).next_power_of_two().max(4)) else {
                unreachable!("a few words are always to be had")
            };
            for (to, from) in storage.slots().iter().zip(current.iter().flat_map(|c| c.slots())) {
                to.init(from.get());
            }
            overflow.init(Some(storage.header()));
            thread.write_barrier(object);
        }
    }
    if shape.is_double(index) {
        object.set_flag(HAS_DOUBLES);
    }
    object.shape.set(to);
}

/// Puts the object into dictionary mode and returns its dict: the live `__dict__`.
pub fn make_dictionary(thread: &Thread, object: Gc<Header>) -> Gc<Dict> {
    let from = object.shape();
    let shape = thread.vm().shapes.get(from);
    if shape.is_dictionary()
        && let Some(dict) = overflow_slot(object, shape).get()
    {
        return dict.cast_unchecked();
    }
    let dict = Dict::new(thread);
    if !shape.is_dictionary() {
        for (index, name) in shape.names().into_iter().enumerate().skip(shape.reserved.get() as usize) {
            if let Some(value) = read_slot(thread, object, shape, index as u16) {
                dict.insert_str(thread, name, value);
            }
        }
    }
    let reserved_overflow = shape.reserved.get() > shape.inline_capacity.get();
    debug_assert!(!reserved_overflow, "__slots__ entries always lie in the object");
    // What the slots hold is dead now: do not keep it alive.
    for index in shape.reserved.get()..shape.slot_count.get().min(shape.inline_capacity.get()) {
        slot_word(object, shape, index).init(None);
    }
    object.clear_flag(HAS_DOUBLES);
    overflow_slot(object, shape).init(Some(dict.header()));
    object.shape.set(thread.vm().shapes.dictionary(from));
    thread.write_barrier(object);
    dict
}

/// Replaces `__dict__` by another dict.
pub fn replace_dictionary(thread: &Thread, object: Gc<Header>, dict: Gc<Dict>) {
    match object.kind() {
        Kind::Module => {
            thread.store_gc(object.cast_unchecked::<Module>(), &object.cast_unchecked::<Module>().namespace, dict)
        }
        Kind::Function => {
            thread.store_gc(object.cast_unchecked::<Function>(), &object.cast_unchecked::<Function>().attributes, dict)
        }
        _ => {
            make_dictionary(thread, object);
            overflow_slot(object, thread.vm().shapes.get(object.shape())).init(Some(dict.header()));
            thread.write_barrier(object);
        }
    }
}

/// The dict that holds the attributes of kinds with one of their own, or of an object in dictionary mode.
pub fn existing_dictionary(thread: &Thread, object: Gc<Header>) -> Option<Gc<Dict>> {
    match object.kind() {
        Kind::Module => object.cast_unchecked::<Module>().namespace.get(),
        Kind::Function => object.cast_unchecked::<Function>().attributes.get(),
        _ => {
            let shape = thread.vm().shapes.get(object.shape());
            if !shape.is_dictionary() {
                return None;
            }
            overflow_slot(object, shape).get().map(|dict| dict.cast_unchecked())
        }
    }
}

/// The object can have attributes of its own (has a `__dict__`).
pub fn has_dictionary(thread: &Thread, object: Gc<Header>) -> bool {
    match object.kind() {
        Kind::Module | Kind::Function => true,
        _ => {
            let shape = thread.vm().shapes.get(object.shape());
            shape.has_attributes() && shape.flags.get() & shape_flags::NO_DICT == 0
        }
    }
}

/// `object.__dict__`: a live dict. Instances go to dictionary mode.
pub fn dictionary(thread: &Thread, object: Gc<Header>) -> Option<Gc<Dict>> {
    if !has_dictionary(thread, object) {
        return None;
    }
    if let Some(dict) = existing_dictionary(thread, object) {
        return Some(dict);
    }
    match object.kind() {
        Kind::Module | Kind::Function => {
            let dict = Dict::new(thread);
            replace_dictionary(thread, object, dict);
            Some(dict)
        }
        _ => Some(make_dictionary(thread, object)),
    }
}

/// A copy of the attributes as a dict, the object staying as it is.
pub fn dictionary_copy(thread: &Thread, object: Gc<Header>) -> Option<Gc<Dict>> {
    if !has_dictionary(thread, object) {
        return None;
    }
    if let Some(dict) = existing_dictionary(thread, object) {
        return Some(dict.copy(thread));
    }
    let copy = Dict::new(thread);
    if !matches!(object.kind(), Kind::Module | Kind::Function) {
        let shape = thread.vm().shapes.get(object.shape());
        for (index, name) in shape.names().into_iter().enumerate().skip(shape.reserved.get() as usize) {
            if let Some(value) = read_slot(thread, object, shape, index as u16) {
                copy.insert_str(thread, name, value);
            }
        }
    }
    Some(copy)
}

/// The object's own attribute `name` (interned), no class look-up.
#[inline]
pub fn get_attribute(thread: &Thread, object: Gc<Header>, name: Gc<Str>) -> Option<Value> {
    if matches!(object.kind(), Kind::Module | Kind::Function) {
        return existing_dictionary(thread, object)?.get_str(thread, name);
    }
    let shape = thread.vm().shapes.get(object.shape());
    if !shape.has_attributes() {
        return None;
    }
    if shape.is_dictionary() {
        return overflow_slot(object, shape).get()?.cast_unchecked::<Dict>().get_str(thread, name);
    }
    read_slot(thread, object, shape, shape.lookup(name)?)
}

/// Sets the object's own attribute. `false`: the object has no attribute storage.
pub fn set_attribute(thread: &Thread, object: Gc<Header>, name: Gc<Str>, value: Value) -> bool {
    if !has_dictionary(thread, object) {
        return false;
    }
    if let Some(dict) = existing_dictionary(thread, object) {
        dict.insert_str(thread, name, value);
        return true;
    }
    if matches!(object.kind(), Kind::Module | Kind::Function) {
        if let Some(dict) = dictionary(thread, object) {
            dict.insert_str(thread, name, value);
        }
        return true;
    }
    let shape_id = object.shape();
    match thread.vm().shapes.get(shape_id).lookup(name) {
        Some(index) => write_slot(thread, object, shape_id, index, value),
        None => add_attribute(thread, object, name, value),
    }
    true
}

/// Deletes the object's own attribute; `false` if it has none of this name.
pub fn delete_attribute(thread: &Thread, object: Gc<Header>, name: Gc<Str>) -> PyResult<bool> {
    if get_attribute(thread, object, name).is_none() {
        return Ok(false);
    }
    match dictionary(thread, object) {
        Some(dict) => Ok(dict.remove_str(thread, name).is_some()),
        None => Ok(false),
    }
}
