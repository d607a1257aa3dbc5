//! `str`: immutable text.
//!
//! What lives here: the object's layout, construction, access to its bytes, hash and equality. What must
//! not: indexing by code point ([`index`]), concatenation and ropes ([`rope`]), the Python methods (one file
//! per family beside this one), Unicode algorithms that need no object (`crate::text`).
//! Start at [`Str`].
//!
//! A string is *generalised UTF-8*: UTF-8 in which surrogate code points stand as three bytes each, a lead
//! followed by a trail included, because Python's strings are sequences of code points (the WTF-8 crate's
//! `Wtf8` is used as the view of such bytes). Bytewise comparison is comparison by code points.
//!
//! Three forms, told apart by a header flag and by `data`:
//! - *inline*: the bytes follow the struct;
//! - *external flat*: the bytes lie in a [`RawStorage`], and two words follow the struct: that storage, and
//!   the table of code point offsets once somebody asked for it;
//! - *rope*: external, not yet joined: the two words are the left and the right part, and `data` is null.
#![allow(unsafe_code)] // Reads the bytes behind the struct and in raw storage.

pub mod builder;
pub mod casing;
pub mod class;
pub mod index;
pub mod layout;
pub mod rope;
pub mod searching;
pub mod splitting;
pub mod translation;

pub use builder::StrBuilder;

use crate::error::PyResult;
use crate::gc::{AllocationCursor, Heap, Tracer};
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, RawStorage, ShapeId};
use crate::text::code_points;
use crate::thread::Thread;
use crate::types::instance;
use crate::types::tuple::Tuple;
use crate::value::Value;
use rustpython_wtf8::{CodePoint, Wtf8};
use siphasher::sip::SipHasher13;
use std::borrow::Cow;
use std::cell::Cell;
use std::hash::Hasher;

/// Header flags of strings.
pub mod flags {
    use crate::object::header_flags::{KIND_0, KIND_1, KIND_2};
    /// Every code point is below 128: byte index and code point index are the same.
    pub const ASCII: u8 = KIND_0;
    /// The two words of [`super::External`] follow the struct, not the bytes.
    pub const EXTERNAL: u8 = KIND_1;
    /// The one string of its text in the isolate's interner.
    pub const INTERNED: u8 = KIND_2;
}

/// Non-ASCII strings longer than this (in code points) are external, so that they can hold an offset table;
/// shorter ones are scanned.
pub(crate) const SCAN_LIMIT: usize = 64;
/// Longer strings lie in raw storage, whose allocation may fail politely.
const INLINE_LIMIT: usize = 4096;

/// A Python string.
#[repr(C)]
pub struct Str {
    header: Header,
    /// Cached hash; 0: not computed yet.
    hash: Cell<u64>,
    /// Bytes of the text, of a rope too.
    byte_length: Cell<usize>,
    /// Code points.
    length: Cell<usize>,
    /// First byte; null for a rope.
    data: Cell<*const u8>,
}

/// An external string as it lies in memory; instances of subclasses have this form, their attribute slots
/// behind it.
#[repr(C)]
pub struct ExternalStr {
    string: Str,
    parts: External,
}

impl HeapObject for ExternalStr {
    const KIND: Kind = Kind::Str;
    fn size(&self) -> usize {
        self.string.size()
    }
    fn trace(&self, tracer: &mut Tracer) {
        self.string.trace(tracer);
    }
}

/// What follows the struct of an external string.
#[repr(C)]
pub(crate) struct External {
    /// The storage of the bytes, or the rope's left part.
    pub(crate) left: GcSlot<Header>,
    /// The table of code point offsets (may be empty), or the rope's right part.
    pub(crate) right: GcSlot<Header>,
}

/// In the storage of an external string the bytes start here; the first word says how many bytes are in use,
/// so that a concatenation may append in place (see [`rope`]).
pub(crate) const STORAGE_PREFIX: usize = size_of::<usize>();

impl HeapObject for Str {
    const KIND: Kind = Kind::Str;
    const FIXED_SIZE: usize = size_of::<ExternalStr>();

    fn size(&self) -> usize {
        if self.header.flag(flags::EXTERNAL) {
            size_of::<ExternalStr>() + instance::tail_size(&self.header)
        } else {
            size_of::<Str>() + self.byte_length.get().next_multiple_of(8)
        }
    }

    fn trace(&self, tracer: &mut Tracer) {
        if let Some(external) = self.external() {
            for part in [&external.left, &external.right] {
                if let Some(object) = part.get() {
                    tracer.object(object);
                }
            }
            instance::trace_tail(&self.header, size_of::<ExternalStr>(), tracer);
        }
    }
}

impl Str {
    /// Where native code finds the number of code points.
    pub const LENGTH_OFFSET: usize = std::mem::offset_of!(Str, length);

    // ---- construction ----

    /// A string object that is inline, its bytes still zero. The caller fills them before anything else
    /// can see the object.
    fn allocate_inline(thread: &Thread, byte_length: usize, length: usize) -> Gc<Str> {
        let string = thread.allocate::<Str>(ShapeId::STR, byte_length.next_multiple_of(8), |header| {
            if byte_length == length {
                header.set_flag(flags::ASCII);
            }
            Str {
                header,
                hash: Cell::new(0),
                byte_length: Cell::new(byte_length),
                length: Cell::new(length),
                data: Cell::new(std::ptr::null()),
            }
        });
        string.data.set(string.tail());
        string
    }

    /// What an external string without bytes or parts starts as: a rope.
    fn build_external(header: Header, byte_length: usize, length: usize) -> ExternalStr {
        header.set_flag(flags::EXTERNAL);
        if byte_length == length {
            header.set_flag(flags::ASCII);
        }
        let string = Str {
            header,
            hash: Cell::new(0),
            byte_length: Cell::new(byte_length),
            length: Cell::new(length),
            data: Cell::new(std::ptr::null()),
        };
        ExternalStr { string, parts: External { left: GcSlot::empty(), right: GcSlot::empty() } }
    }

    /// An external string without bytes or parts yet.
    pub(crate) fn allocate_external(thread: &Thread, byte_length: usize, length: usize) -> Gc<Str> {
        thread
            .allocate::<ExternalStr>(ShapeId::STR, 0, |header| Str::build_external(header, byte_length, length))
            .cast_unchecked()
    }

    /// Storage for `byte_length` bytes of an external string; `None` when memory is out.
    pub(crate) fn allocate_storage(thread: &Thread, capacity: usize, used: usize) -> Option<Gc<RawStorage>> {
        let storage = thread.allocate_bytes(capacity.checked_add(STORAGE_PREFIX)?)?;
        // SAFETY: the block is at least one word long and 8-byte aligned.
        unsafe { storage.data().cast::<usize>().write(used) };
        Some(storage)
    }

    /// A fresh string of `byte_length` bytes that encode `length` code points, filled by `fill`.
    /// `None` when memory is out: raise MemoryError.
    ///
    /// `fill` gets zeroed bytes and must leave generalised UTF-8; it may not allocate in the heap.
    pub fn try_build(
        thread: &Thread,
        byte_length: usize,
        length: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Option<Gc<Str>> {
        if byte_length == 0 {
            return Some(Str::empty(thread));
        }
        let string = if byte_length <= INLINE_LIMIT && (byte_length == length || length <= SCAN_LIMIT) {
            Str::allocate_inline(thread, byte_length, length)
        } else {
            let storage = Str::allocate_storage(thread, byte_length, byte_length)?;
            let string = Str::allocate_external(thread, byte_length, length);
            string.attach_storage(thread, string, storage);
            string
        };
        // SAFETY: `data` points to `byte_length` initialised (zero) bytes that nobody else sees yet.
        fill(unsafe { std::slice::from_raw_parts_mut(string.data.get().cast_mut(), byte_length) });
        Some(string)
    }

    /// As [`Str::try_build`], but empty and one-character Latin-1 strings are the shared ones. Raises MemoryError.
    pub fn fresh(
        thread: &Thread,
        byte_length: usize,
        length: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> PyResult<Gc<Str>> {
        if byte_length <= 2 {
            let mut few = [0; 2];
            fill(&mut few[..byte_length]);
            if let Some(shared) = Str::shared(thread, &few[..byte_length]) {
                return Ok(shared);
            }
            return Ok(Str::build(thread, &few[..byte_length], length));
        }
        Str::try_build(thread, byte_length, length, fill).ok_or_else(|| thread.raise_memory_error(""))
    }

    #[inline]
    fn build(thread: &Thread, bytes: &[u8], length: usize) -> Gc<Str> {
        if let Some(shared) = Str::shared(thread, bytes) {
            return shared;
        }
        match Str::try_build(thread, bytes.len(), length, |target| copy_short(target, bytes)) {
            Some(string) => string,
            // The bytes exist elsewhere already, so memory for a copy is taken past the limit; the
            // MemoryError follows at the next poll.
            None => {
                let string = Str::allocate_inline(thread, bytes.len(), length);
                // SAFETY: fresh memory of this length behind the struct.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), string.tail(), bytes.len()) };
                string
            }
        }
    }

    /// The empty string or a shared string of one Latin-1 character.
    #[inline]
    fn shared(thread: &Thread, bytes: &[u8]) -> Option<Gc<Str>> {
        match *bytes {
            [] => Some(Str::empty(thread)),
            [byte] => Some(Str::latin1(thread, byte)),
            [lead @ (0xc2 | 0xc3), trail] => Some(Str::latin1(thread, (lead & 3) << 6 | trail & 0x3f)),
            _ => None,
        }
    }

    /// The string with this text. Empty and one-character Latin-1 strings are shared.
    pub fn new(thread: &Thread, text: &str) -> Gc<Str> {
        Str::from_wtf8_bytes_unchecked(thread, text.as_bytes())
    }

    /// The string with this text, which may hold lone surrogates.
    pub fn from_wtf8(thread: &Thread, text: &Wtf8) -> Gc<Str> {
        Str::from_wtf8_bytes_unchecked(thread, text.as_bytes())
    }

    /// The string with these bytes, which the caller knows to be generalised UTF-8.
    pub fn from_wtf8_bytes_unchecked(thread: &Thread, bytes: &[u8]) -> Gc<Str> {
        Str::build(thread, bytes, code_points::count(bytes))
    }

    /// The string with these bytes, which the caller knows to be below 128.
    pub fn from_ascii_unchecked(thread: &Thread, bytes: &[u8]) -> Gc<Str> {
        debug_assert!(bytes.is_ascii());
        Str::build(thread, bytes, bytes.len())
    }

    /// The string with these bytes, `length` code points of generalised UTF-8.
    pub(crate) fn from_parts_unchecked(thread: &Thread, bytes: &[u8], length: usize) -> Gc<Str> {
        Str::build(thread, bytes, length)
    }

    /// The one-character string of a code point.
    pub fn from_char(thread: &Thread, code_point: impl Into<CodePoint>) -> Gc<Str> {
        let code_point = code_point.into();
        match u8::try_from(code_point.to_u32()) {
            Ok(byte) => Str::latin1(thread, byte),
            Err(_) => {
                let mut buffer = [0; 4];
                Str::build(thread, code_point.encode_wtf8(&mut buffer).as_bytes(), 1)
            }
        }
    }

    /// The one-character string of code point `number`; `None` above 0x10FFFF.
    pub fn from_u32(thread: &Thread, number: u32) -> Option<Gc<Str>> {
        CodePoint::from_u32(number).map(|code_point| Str::from_char(thread, code_point))
    }

    /// The empty string.
    #[inline]
    pub fn empty(thread: &Thread) -> Gc<Str> {
        thread.vm().constant(|constants| constants.empty_str)
    }

    /// The shared string of one Latin-1 character.
    #[inline]
    pub fn latin1(thread: &Thread, byte: u8) -> Gc<Str> {
        thread.vm().constant(|constants| match constants.latin1.items()[byte as usize].cast::<Str>() {
            Some(string) => string,
            None => unreachable!("the table holds strings"),
        })
    }

    /// The first empty string of an isolate; afterwards use [`Str::empty`].
    pub fn allocate_empty(thread: &Thread) -> Gc<Str> {
        Str::allocate_inline(thread, 0, 0)
    }

    /// An interned string made before the first `Thread` exists.
    pub fn allocate_at_start(heap: &Heap, cursor: &AllocationCursor, text: &str, hash: u64) -> Gc<Str> {
        let size = size_of::<Str>() + text.len().next_multiple_of(8);
        let memory = heap.allocate_at_start(cursor, size).cast::<Str>();
        let header = Header::new(ShapeId::STR, Kind::Str);
        header.set_flag(flags::INTERNED);
        let length = code_points::count(text.as_bytes());
        if length == text.len() {
            header.set_flag(flags::ASCII);
        }
        let string = Str {
            header,
            hash: Cell::new(hash),
            byte_length: Cell::new(text.len()),
            length: Cell::new(length),
            data: Cell::new(std::ptr::null()),
        };
        // SAFETY: fresh zeroed memory of the size asked for.
        unsafe { memory.write(string) };
        let string = Gc::from_pointer(memory);
        // SAFETY: the tail is `text.len()` bytes long at least.
        unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), string.tail(), text.len()) };
        string.data.set(string.tail());
        string
    }

    /// An instance of a subclass of `str` with the text of `source`. The class's attribute slots start empty.
    pub fn new_subclass_instance(
        thread: &Thread,
        class: Gc<crate::types::type_object::Type>,
        source: Gc<Str>,
    ) -> crate::error::PyResult<Gc<Str>> {
        let bytes = source.as_bytes(thread);
        let Some(storage) = Str::allocate_storage(thread, bytes.len(), bytes.len()) else {
            return Err(thread.raise_memory_error(""));
        };
        let (byte_length, length) = (source.byte_length.get(), source.length.get());
        let string: Gc<Str> = instance::allocate_instance::<ExternalStr>(thread, class, |header| {
            Str::build_external(header, byte_length, length)
        })
        .cast_unchecked();
        // SAFETY: the storage holds the prefix word and at least `bytes.len()` bytes.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), storage.data().add(STORAGE_PREFIX), bytes.len()) };
        string.attach_storage(thread, string, storage);
        Ok(string)
    }

    // ---- parts ----

    /// What follows the struct.
    #[inline(always)]
    fn tail(&self) -> *mut u8 {
        // SAFETY: the tail lies in the same allocation, right behind the struct.
        unsafe { std::ptr::from_ref(self).add(1).cast::<u8>().cast_mut() }
    }

    /// The two words of an external string.
    #[inline(always)]
    pub(crate) fn external(&self) -> Option<&External> {
        if self.header.flag(flags::EXTERNAL) {
            // SAFETY: the flag says that an `External` follows the struct.
            Some(unsafe { &*self.tail().cast::<External>() })
        } else {
            None
        }
    }

    /// Makes an external string flat: its bytes are the first ones in `storage`.
    pub(crate) fn attach_storage(&self, thread: &Thread, this: Gc<Str>, storage: Gc<RawStorage>) {
        let Some(external) = self.external() else { unreachable!("only external strings have storage") };
        thread.store_gc(this, &external.left, storage.header());
        external.right.init(None);
        // SAFETY: the prefix is part of the block.
        self.data.set(unsafe { storage.data().add(STORAGE_PREFIX) });
    }

    /// The storage of an external flat string.
    pub(crate) fn storage(&self) -> Option<Gc<RawStorage>> {
        if self.is_rope() {
            return None;
        }
        Some(self.external()?.left.get()?.cast_unchecked())
    }

    /// Not yet joined.
    #[inline(always)]
    pub fn is_rope(&self) -> bool {
        self.data.get().is_null()
    }

    // ---- access ----

    /// The text's bytes: generalised UTF-8. Joins a rope.
    #[inline(always)]
    pub fn as_bytes(&self, thread: &Thread) -> &[u8] {
        if self.is_rope() {
            rope::flatten(thread, self);
        }
        self.flat_bytes_unchecked()
    }

    #[inline(always)]
    fn flat_bytes_unchecked(&self) -> &[u8] {
        debug_assert!(!self.data.get().is_null());
        // SAFETY: a flat string's `data` points to `byte_length` bytes that never change; they lie in this
        // object or in the storage it keeps alive.
        unsafe { std::slice::from_raw_parts(self.data.get(), self.byte_length.get()) }
    }

    /// The bytes, unless this is a rope.
    #[inline]
    pub fn flat_bytes(&self) -> Option<&[u8]> {
        if self.is_rope() { None } else { Some(self.flat_bytes_unchecked()) }
    }

    /// The text as generalised UTF-8.
    #[inline]
    pub fn as_wtf8(&self, thread: &Thread) -> &Wtf8 {
        // SAFETY: strings hold nothing else.
        unsafe { Wtf8::from_bytes_unchecked(self.as_bytes(thread)) }
    }

    /// The text, surrogates replaced by U+FFFD.
    pub fn to_str_lossy(&self, thread: &Thread) -> Cow<'_, str> {
        self.as_wtf8(thread).to_string_lossy()
    }

    /// The text; `None` if it holds surrogates.
    pub fn as_str(&self, thread: &Thread) -> Option<&str> {
        let bytes = self.as_bytes(thread);
        if self.is_ascii() {
            // SAFETY: ASCII is UTF-8.
            return Some(unsafe { std::str::from_utf8_unchecked(bytes) });
        }
        std::str::from_utf8(bytes).ok()
    }

    /// The text as an owned Rust string, surrogates replaced by U+FFFD: for messages.
    pub fn to_string_lossy(&self, thread: &Thread) -> String {
        self.to_str_lossy(thread).into_owned()
    }

    /// Code points.
    #[inline(always)]
    pub fn len(&self, _: &Thread) -> usize {
        self.length.get()
    }

    /// Code points.
    #[inline(always)]
    pub fn code_point_count(&self) -> usize {
        self.length.get()
    }

    /// Bytes of the text in UTF-8.
    #[inline(always)]
    pub fn byte_len(&self) -> usize {
        self.byte_length.get()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.byte_length.get() == 0
    }

    /// Every code point is below 128.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.header.flag(flags::ASCII)
    }

    /// An instance of `str` itself, not of a subclass.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape() == ShapeId::STR
    }

    /// The text as an instance of `str` itself: `this`, or a copy of a subclass instance.
    pub fn to_exact(this: Gc<Str>, thread: &Thread) -> Gc<Str> {
        if this.is_exact() { this } else { Str::build(thread, this.as_bytes(thread), this.length.get()) }
    }

    // ---- hash, equality, order ----

    /// Python's `hash()` of the text as a word: 0 for the empty string, never -1, cached.
    #[inline]
    pub fn hash(&self, thread: &Thread) -> u64 {
        match self.hash.get() {
            0 => self.compute_hash(thread),
            known => known,
        }
    }

    #[cold]
    fn compute_hash(&self, thread: &Thread) -> u64 {
        let hash = hash_bytes(self.as_bytes(thread), thread.vm().hash_keys);
        self.hash.set(hash);
        hash
    }

    /// The hash if it was computed before (the empty string's is always known).
    #[inline]
    pub fn hash_if_known(&self) -> Option<u64> {
        match self.hash.get() {
            0 if self.byte_length.get() == 0 => Some(0),
            0 => None,
            known => Some(known),
        }
    }

    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.header.flag(flags::INTERNED)
    }

    /// Called by the interner only.
    pub fn mark_interned(&self) {
        self.header.set_flag(flags::INTERNED);
    }

    /// The same text.
    #[inline]
    pub fn equals(thread: &Thread, a: Gc<Str>, b: Gc<Str>) -> bool {
        if a == b {
            return true;
        }
        if a.byte_length.get() != b.byte_length.get() || a.is_interned() && b.is_interned() {
            return false;
        }
        if let (x @ 1.., y @ 1..) = (a.hash.get(), b.hash.get())
            && x != y
        {
            return false;
        }
        a.as_bytes(thread) == b.as_bytes(thread)
    }

    /// Order by code points.
    pub fn compare(thread: &Thread, a: Gc<Str>, b: Gc<Str>) -> std::cmp::Ordering {
        a.as_bytes(thread).cmp(b.as_bytes(thread))
    }
}

/// `hash()` of a str or bytes object with these bytes: SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast
/// short-input PRF", 2012), as CPython; 0 for no bytes, and never otherwise, and never -1.
pub fn hash_bytes(bytes: &[u8], keys: (u64, u64)) -> u64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = SipHasher13::new_with_keys(keys.0, keys.1);
    hasher.write(bytes);
    match hasher.finish() {
        0 => 1,
        u64::MAX => u64::MAX - 1,
        hash => hash,
    }
}

/// The strings of one Latin-1 character, interned, in order.
pub fn make_latin1_strings(thread: &Thread) -> Gc<Tuple> {
    // The values stand on this stack frame, where the collector sees them.
    let mut strings = [Value::NONE; 256];
    for (byte, slot) in (0..=u8::MAX).zip(&mut strings) {
        let mut buffer = [0; 4];
        let bytes = char::from(byte).encode_utf8(&mut buffer).as_bytes();
        let string = Str::allocate_inline(thread, bytes.len(), 1);
        // SAFETY: fresh memory of this length behind the struct.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), string.tail(), bytes.len()) };
        *slot = thread.vm().interner.intern(thread, string).value();
    }
    Tuple::new(thread, &strings)
}

/// Offset of a flat string's data pointer, byte length, length and hash, for native code.
pub mod offsets {
    use super::Str;
    pub const HASH: usize = std::mem::offset_of!(Str, hash);
    pub const BYTE_LENGTH: usize = std::mem::offset_of!(Str, byte_length);
    pub const LENGTH: usize = std::mem::offset_of!(Str, length);
    pub const DATA: usize = std::mem::offset_of!(Str, data);
}

/// Copies bytes of the same number, most often few: two words that may overlap instead of a call.
#[inline(always)]
fn copy_short(to: &mut [u8], from: &[u8]) {
    match from.len() {
        8..=16 => copy_ends::<8>(to, from),
        4..8 => copy_ends::<4>(to, from),
        2..4 => copy_ends::<2>(to, from),
        _ => to.copy_from_slice(from),
    }
}

/// Copies the first and the last `N` bytes: all there are, if they are at most twice as many.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some((to_first, _)), Some((from_first, _))) =
        (to.split_first_chunk_mut::<N>(), from.split_first_chunk::<N>())
    {
        *to_first = *from_first;
    }
    if let (Some((_, to_last)), Some((_, from_last))) = (to.split_last_chunk_mut::<N>(), from.split_last_chunk::<N>()) {
        *to_last = *from_last;
    }
}
