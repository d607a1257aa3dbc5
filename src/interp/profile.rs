//! Writing feedback: what kinds of operands, callees and containers the sites of a function have seen.
//!
//! What lives here: classification of values and the recorders. What must not: the layout of the words
//! ([`crate::bytecode::feedback`]) and attribute caches ([`super::cache`]). Start at [`operand_kind`].
//!
//! The recorders are called when a site's word lacks the bits of what just happened, so that a warm site
//! costs one test. The first word of the cold site collects counts of many sites; nobody reads it.
#![allow(unsafe_code)] // Sites are reached by address.

use taipan_runtime::modules::array::storage::Array;
use taipan_runtime::object::{Kind, ShapeId};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::function::{BoundMethod, Function};
use taipan_runtime::types::payload::Payload;
use taipan_runtime::value::Value;

use crate::bytecode::feedback::{binary, call, iter, operand, pair, subscript, unpack};

/// The part of a feedback word that may be an address.
pub const POINTER_MASK: u64 = 0x0000_ffff_ffff_ffff;

/// The feedback bit of a value as an operand.
#[inline]
pub fn operand_kind(value: Value) -> u64 {
    if value.is_small() {
        return operand::SMALL_INT;
    }
    let Some(header) = value.header() else {
        return if value.is_bool() {
            operand::BOOL
        } else if value.is_none() {
            operand::NONE
        } else {
            operand::OTHER
        };
    };
    match header.shape() {
        ShapeId::FLOAT => operand::FLOAT,
        ShapeId::STR => operand::STR,
        ShapeId::BIG_INT => operand::BIG_INT,
        ShapeId::LIST_ANY | ShapeId::LIST_INT | ShapeId::LIST_FLOAT | ShapeId::LIST_BOOL | ShapeId::TUPLE => {
            operand::SEQUENCE
        }
        _ => operand::OTHER,
    }
}

/// Records the operands of a `Binary` or `Compare` site; gives their kinds.
#[inline]
pub fn operands(thread: &Thread, body: &super::body::Body, site: *mut u64, a: Value, b: Value) -> u64 {
    let kinds = operand_kind(a) | operand_kind(b) << binary::RHS_SHIFT;
    note(site, kinds);
    if kinds & (operand::OTHER | operand::OTHER << binary::RHS_SHIFT) != 0 && !std::ptr::eq(site, cold_site(body)) {
        operand_shapes(thread, site, a, b);
    }
    kinds
}

/// Records the shapes of operands, for operations on objects.
fn operand_shapes(thread: &Thread, site: *mut u64, a: Value, b: Value) {
    let (left, right) = (thread.shape_of(a), thread.shape_of(b));
    let seen = u64::from(left.0) | u64::from(right.0) << 32;
    let outdated = |word: u64| {
        let outdated = |half: u64| thread.vm().shapes.successor(ShapeId(half as u32)).is_some();
        outdated(word & 0xffff_ffff) || outdated(word >> 32)
    };
    for index in pair::FIRST..pair::FIRST + pair::COUNT {
        // SAFETY: as in `note`; a site of operands has these words.
        let word = unsafe { &mut *site.add(index) };
        if *word == seen {
            return;
        }
        if *word == 0 || outdated(*word) {
            *word = seen;
            return;
        }
    }
    note(site, pair::MEGAMORPHIC);
}

/// Sets bits of a site's first word.
#[inline(always)]
pub fn note(site: *mut u64, bits: u64) {
    // SAFETY: the interpreter passes a word of the running code's feedback vector.
    unsafe {
        if *site & bits != bits {
            *site |= bits;
        }
    }
}

/// Records the container's shape at a `Subscript` site.
#[inline(always)]
pub fn note_shape(site: *mut u64, shape: u32) {
    // SAFETY: as in `note`; the upper half of the word is the shape.
    unsafe {
        let half = site.cast::<u32>().add(1);
        if *half != shape {
            *half = shape;
        }
    }
}

/// Counts a jump taken (or a true result) in a `Compare` or `Branch` site.
#[inline(always)]
pub fn taken(site: *mut u64) {
    count(site, 2);
}

/// Counts a jump not taken.
#[inline(always)]
pub fn not_taken(site: *mut u64) {
    count(site, 3);
}

/// Increments one of the four 16-bit parts of a word, saturating.
#[inline(always)]
fn count(site: *mut u64, part: usize) {
    // SAFETY: as in `note`; a word has four such parts.
    unsafe {
        let counter = site.cast::<u16>().add(part);
        let (next, overflow) = (*counter).overflowing_add(1);
        *counter = if overflow { u16::MAX } else { next };
    }
}

/// Records what `*iterable` in a call stood for: so many items.
pub fn unpacked(site: *mut u64, iterable: Value, count: usize) {
    let kind = match iterable.header() {
        Some(header) if header.shape() == ShapeId::TUPLE => unpack::TUPLE,
        _ => unpack::OTHER,
    };
    // SAFETY: as in `note`; the upper half of the word is the number of items.
    unsafe {
        let (seen, half) = (*site & (unpack::TUPLE | unpack::OTHER), site.cast::<u32>().add(1));
        if seen != 0 && *half != count as u32 {
            note(site, unpack::VARIED);
        }
        note(site, kind);
        *half = count as u32;
    }
}

/// The feedback bit of something iterated, or of an iterator.
pub fn iteration_kind(thread: &Thread, value: Value) -> u64 {
    let Some(header) = value.header() else { return iter::OTHER };
    match header.shape() {
        ShapeId::RANGE | ShapeId::RANGE_ITERATOR => iter::RANGE,
        ShapeId::LIST_ANY | ShapeId::LIST_INT | ShapeId::LIST_FLOAT | ShapeId::LIST_BOOL | ShapeId::LIST_ITERATOR => {
            iter::LIST
        }
        ShapeId::TUPLE | ShapeId::TUPLE_ITERATOR => iter::TUPLE,
        ShapeId::STR | ShapeId::STR_ITERATOR | ShapeId::STR_ASCII_ITERATOR => iter::STR,
        ShapeId::GENERATOR => iter::GENERATOR,
        ShapeId::DICT
        | ShapeId::DICT_KEYS
        | ShapeId::DICT_VALUES
        | ShapeId::DICT_ITEMS
        | ShapeId::DICT_KEY_ITERATOR
        | ShapeId::DICT_VALUE_ITERATOR
        | ShapeId::DICT_ITEM_ITERATOR => iter::DICT,
        ShapeId::SET | ShapeId::FROZEN_SET | ShapeId::SET_ITERATOR => iter::SET,
        _ => match thread.class_of(value).spec.get().map(|spec| spec.name) {
            Some("enumerate") => iter::ENUMERATE,
            Some("zip") => iter::ZIP,
            _ => iter::OTHER,
        },
    }
}

/// Records what an `Iter` site iterates.
#[cold]
#[inline(never)]
pub fn iteration(thread: &Thread, site: *mut u64, value: Value) {
    let kind = iteration_kind(thread, value);
    // SAFETY: as in `note`.
    let word = unsafe { &mut *site };
    *word = *word & 0xffff_ffff | kind | u64::from(thread.shape_of(value).0) << iter::SHAPE_SHIFT;
}

/// The bits of a `Subscript` word for an item of a list of this shape, by a small int.
#[inline(always)]
pub const fn list_item(shape: ShapeId) -> u64 {
    subscript::LIST | operand::SMALL_INT << subscript::INDEX_SHIFT | strategy(shape)
}

/// The bit of a list's storage strategy.
#[inline(always)]
const fn strategy(shape: ShapeId) -> u64 {
    1 << (subscript::STRATEGIES_SHIFT + (shape.0 - ShapeId::LIST_ANY.0))
}

/// Records container and index of a `Subscript` site.
#[inline(never)]
pub fn subscription(thread: &Thread, site: *mut u64, container: Value, index: Value) {
    let shape = thread.shape_of(container);
    let kind = match shape {
        shape if shape.is_list() => subscript::LIST | strategy(shape),
        ShapeId::TUPLE => subscript::TUPLE,
        ShapeId::DICT => subscript::DICT,
        ShapeId::STR => subscript::STR,
        ShapeId::BYTES | ShapeId::BYTE_ARRAY => subscript::BYTES,
        _ => match thread.class_of(container).spec.get().map(|spec| spec.name) {
            Some("array" | "memoryview") => subscript::ARRAY,
            _ => subscript::OTHER,
        },
    };
    let mut bits = kind | operand_kind(index) << subscript::INDEX_SHIFT;
    if index.as_small().is_some_and(|index| index < 0) {
        bits |= subscript::NEGATIVE;
    }
    if thread.shape_of(index) == ShapeId::SLICE {
        bits |= subscript::SLICE;
    }
    // SAFETY: as in `note`.
    let word = unsafe { &mut *site };
    if let Some(array) = Payload::<Array>::cast(container) {
        *word &= !(0xff << subscript::TYPE_CODE_SHIFT);
        bits |= u64::from(array.data.kind.code) << subscript::TYPE_CODE_SHIFT;
    }
    *word = *word & 0xffff_ffff | bits | u64::from(shape.0) << subscript::SHAPE_SHIFT;
}

/// The key under which a `Call` site remembers a callee; see [`call`].
#[inline]
pub fn callee_key(thread: &Thread, callee: Value) -> u64 {
    let Some(header) = callee.header() else { return key(call::OTHER, u64::from(thread.shape_of(callee).0)) };
    match header.kind() {
        Kind::Function => {
            let function = header.cast_unchecked::<Function>();
            key(call::FUNCTION, function.code().address() as u64)
        }
        Kind::BoundMethod => match header.cast_unchecked::<BoundMethod>().function().cast::<Function>() {
            Some(function) => key(call::METHOD, function.code().address() as u64),
            None => key(call::OTHER, u64::from(header.shape().0)),
        },
        Kind::NativeFunction => key(call::NATIVE, callee.to_bits()),
        Kind::Type => key(call::CLASS, callee.to_bits()),
        _ => key(call::OTHER, u64::from(header.shape().0)),
    }
}

/// A callee key: kind in the highest byte, identity below.
#[inline(always)]
pub const fn key(kind: u64, identity: u64) -> u64 {
    kind << call::KIND_SHIFT | identity & POINTER_MASK
}

/// Records a callee of a `Call` site whose first entry is another one.
///
/// Up to three are kept; with a fourth the site is marked megamorphic. The caller takes the barrier for the
/// code object.
#[cold]
#[inline(never)]
pub fn callee(thread: &Thread, body: &super::body::Body, site: *mut u64, key: u64) {
    if std::ptr::eq(site, cold_site(body)) {
        return;
    }
    // SAFETY: a `Call` site has four words.
    let words = unsafe { std::slice::from_raw_parts_mut(site, 4) };
    for word in &mut words[1..] {
        if *word == key {
            return;
        }
        if *word == 0 {
            *word = key;
            thread.write_barrier(body.owner().header());
            return;
        }
    }
    words[0] |= call::MEGAMORPHIC;
}

/// Address of the cold site, or null.
#[inline]
pub fn cold_site(body: &super::body::Body) -> *mut u64 {
    match body.code.cold_site {
        // SAFETY: the site lies in the feedback vector.
        Some(site) => unsafe { body.feedback.add(site.index()) },
        None => std::ptr::null_mut(),
    }
}
