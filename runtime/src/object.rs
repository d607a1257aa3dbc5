//! Heap objects: the header, the table of kinds, and the pointer type `Gc`.
//!
//! What lives here: [`Header`], [`for_each_kind!`], [`HeapObject`], [`Gc`], [`Slot`]. What must not: the
//! structs of the builtin types (each stands in its file under `types/`), and the collector's policy.
//! Start at [`for_each_kind!`], then [`HeapObject`].
#![allow(unsafe_code)] // The pointer type and the typed view of headers are made here.

use crate::gc::Tracer;
use crate::value::Value;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

/// Calls `$callback!` with the table of kinds: one line for every Rust layout a heap object may have.
///
/// `Name: path::to::Struct` — the struct implements [`HeapObject`] with `KIND = Kind::Name`. Types of
/// modules need no line: they are `Payload` objects (see `types/payload.rs`).
#[macro_export]
macro_rules! for_each_kind {
    ($callback:ident) => {
        $callback! {
            /// Never a live object: what lies in free memory.
            Free: $crate::object::Free;
            /// Raw bytes owned by one object: list items of floats, string data, index tables.
            Bytes8: $crate::object::RawStorage;
            /// An array of words the collector reads: list items, dict tables, scratch vectors.
            Words: $crate::object::WordStorage;
            /// The table of a dict: entries and index in one block.
            Table: $crate::types::dict::Table;
            /// The table of a set.
            SetTable: $crate::types::set_table::SetTable;
            Float: $crate::types::float::Float;
            BigInt: $crate::types::int::BigIntObject;
            /// An instance of a subclass of int: holds its number as a value.
            IntObject: $crate::types::int::IntObject;
            Complex: $crate::types::complex::Complex;
            Str: $crate::types::str::Str;
            Bytes: $crate::types::bytes::Bytes;
            ByteArray: $crate::types::bytearray::ByteArray;
            List: $crate::types::list::List;
            Tuple: $crate::types::tuple::Tuple;
            Dict: $crate::types::dict::Dict;
            /// set and frozenset.
            Set: $crate::types::set::Set;
            Range: $crate::types::range::Range;
            RangeIterator: $crate::types::range::RangeIterator;
            /// Iterator over a list, tuple or anything indexed.
            SequenceIterator: $crate::types::iterators::SequenceIterator;
            DictIterator: $crate::types::dict_views::DictIterator;
            DictView: $crate::types::dict_views::DictView;
            Slice: $crate::types::slice::Slice;
            Cell: $crate::types::cell::CellObject;
            /// A plain instance: header, overflow word, attribute slots.
            Instance: $crate::types::instance::Instance;
            Type: $crate::types::type_object::Type;
            Function: $crate::types::function::Function;
            BoundMethod: $crate::types::function::BoundMethod;
            NativeFunction: $crate::types::native_function::NativeFunction;
            GetSet: $crate::types::descriptors::GetSet;
            Property: $crate::types::descriptors::Property;
            /// staticmethod and classmethod.
            MethodWrapper: $crate::types::descriptors::MethodWrapper;
            /// Access to a `__slots__` entry or a struct field.
            MemberDescriptor: $crate::types::descriptors::MemberDescriptor;
            GenericAlias: $crate::types::generic_alias::GenericAlias;
            MappingProxy: $crate::types::mapping_proxy::MappingProxy;
            Super: $crate::types::super_object::Super;
            Code: $crate::types::code::CodeObject;
            Module: $crate::types::module::Module;
            Exception: $crate::types::exception::Exception;
            Traceback: $crate::types::traceback::Traceback;
            Frame: $crate::types::frame::FrameObject;
            Generator: $crate::types::generator::Generator;
            WeakRef: $crate::types::weakref::WeakRef;
            /// Native data of a type that some module defines.
            Payload: $crate::types::payload::PayloadHeader;
        }
    };
}

macro_rules! define_kind {
    ($($(#[$doc:meta])* $name:ident : $struct:path;)*) => {
        /// Which Rust struct lies behind a header.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// How many kinds there are.
            pub const COUNT: usize = [$(Kind::$name),*].len();
            /// Bytes before the attribute slots of an instance of a subclass.
            pub const fn fixed_size(self) -> usize {
                match self { $(Kind::$name => <$struct as HeapObject>::FIXED_SIZE,)* }
            }
            /// The kinds in table order: `ALL[kind as usize] == kind`.
            pub const ALL: [Kind; Kind::COUNT] = [$(Kind::$name),*];
        }

        /// What the collector does with an object of each kind, indexed by `Kind as usize`.
        pub static KIND_OPERATIONS: [KindOperations; Kind::COUNT] = [$(KindOperations {
            kind: Kind::$name,
            size: |header| header.cast_unchecked::<$struct>().size(),
            trace: |header, tracer| header.cast_unchecked::<$struct>().trace(tracer),
            finalize: if <$struct as HeapObject>::FINALIZES { Some(|header| header.cast_unchecked::<$struct>().finalize()) } else { None },
        },)*];
    };
}
for_each_kind!(define_kind);

/// The collector's view of one kind.
pub struct KindOperations {
    pub kind: Kind,
    /// Bytes the object occupies, header included; stable while it lives.
    pub size: fn(Gc<Header>) -> usize,
    /// Reports every value and storage the object holds.
    pub trace: fn(Gc<Header>, &mut Tracer),
    /// Frees what the object owns outside GC memory; called once, when it is found dead.
    pub finalize: Option<fn(Gc<Header>)>,
}

/// A struct that may lie in GC memory. It is `#[repr(C)]` and its first field is the [`Header`].
pub trait HeapObject: Sized + 'static {
    const KIND: Kind;
    /// Bytes before the attribute slots of an instance of a subclass; more than the struct's where such
    /// instances have another form.
    const FIXED_SIZE: usize = size_of::<Self>();
    /// The object owns memory or handles outside the heap: `finalize` runs when it dies.
    const FINALIZES: bool = false;
    /// Bytes the object occupies, tail and attribute slots included.
    fn size(&self) -> usize;
    /// Reports every value, object and storage that this object holds, its attribute slots included.
    fn trace(&self, tracer: &mut Tracer);
    /// Frees what the object owns outside the heap. May not touch other objects.
    fn finalize(&self) {}
}

/// The first 8 bytes of every heap object.
#[repr(C)]
pub struct Header {
    pub(crate) shape: Cell<ShapeId>,
    kind: Kind,
    pub(crate) flags: Cell<u8>,
    /// The collector's byte: see [`gc_byte`].
    pub(crate) gc: Cell<u8>,
    /// 0: no attribute storage; otherwise 1 + the number of attribute slots in the object.
    pub(crate) spare: Cell<u8>,
}

/// Values of [`Header::gc`].
pub mod gc_byte {
    /// Not yet survived a collection: stores into it need no barrier.
    pub const YOUNG: u8 = 0;
    /// Survived: a store into it takes the barrier's slow path once.
    pub const OLD: u8 = 1;
    /// Old and already in the remembered set.
    pub const REMEMBERED: u8 = 2;
}

/// Bits of [`Header::flags`] that all kinds share.
pub mod header_flags {
    /// A weak reference to this object exists (side table of the heap).
    pub const HAS_WEAKREF: u8 = 1;
    /// The class has `__del__`, and it has not run for this object.
    pub const HAS_FINALIZER: u8 = 2;
    /// Lies in the large-object space.
    pub const LARGE: u8 = 4;
    /// `id()` was taken or the object hashed by address (never moves, kept for statistics).
    pub const KIND_0: u8 = 16;
    pub const KIND_1: u8 = 32;
    pub const KIND_2: u8 = 64;
    pub const KIND_3: u8 = 128;
}

/// Index of a shape in the `Vm`'s shape table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(transparent)]
pub struct ShapeId(pub u32);

impl Header {
    /// A header for a fresh (young) object.
    #[inline(always)]
    pub fn new(shape: ShapeId, kind: Kind) -> Header {
        Header {
            shape: Cell::new(shape),
            kind,
            flags: Cell::new(0),
            gc: Cell::new(gc_byte::YOUNG),
            spare: Cell::new(0),
        }
    }

    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    #[inline(always)]
    pub fn shape(&self) -> ShapeId {
        self.shape.get()
    }

    /// Changes the shape; whoever does it keeps the object's storage in accord with it.
    #[inline(always)]
    pub fn set_shape(&self, shape: ShapeId) {
        self.shape.set(shape);
    }

    #[inline(always)]
    pub fn flag(&self, flag: u8) -> bool {
        self.flags.get() & flag != 0
    }

    #[inline(always)]
    pub fn set_flag(&self, flag: u8) {
        self.flags.set(self.flags.get() | flag);
    }

    #[inline(always)]
    pub fn clear_flag(&self, flag: u8) {
        self.flags.set(self.flags.get() & !flag);
    }
}

/// A pointer to a live heap object of layout `T`.
///
/// `Copy`; dereferences to `T`, whose mutable fields are cells. The collector finds it on the native stack
/// and in GC memory, so it may not be stored in malloc memory.
#[repr(transparent)]
pub struct Gc<T> {
    pointer: NonNull<T>,
    marker: PhantomData<*const T>,
}

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}

impl<T> PartialEq for Gc<T> {
    /// Identity.
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.pointer == other.pointer
    }
}
impl<T> Eq for Gc<T> {}

impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Gc` is only made from the address of a live object of this layout, and the holder
        // keeps it live by standing on the stack or in GC memory.
        unsafe { self.pointer.as_ref() }
    }
}

impl<T> Gc<T> {
    /// The object at `address`; `None` for zero. The caller took the address from a live object.
    #[inline(always)]
    pub fn from_address(address: usize) -> Option<Gc<T>> {
        NonNull::new(std::ptr::with_exposed_provenance_mut::<T>(address))
            .map(|pointer| Gc { pointer, marker: PhantomData })
    }

    /// The object behind a pointer the allocator returned.
    #[inline(always)]
    pub fn from_pointer(pointer: NonNull<T>) -> Gc<T> {
        pointer.as_ptr().expose_provenance();
        Gc { pointer, marker: PhantomData }
    }

    #[inline(always)]
    pub fn as_pointer(self) -> *mut T {
        self.pointer.as_ptr()
    }

    /// The address, as `id()` shows it.
    #[inline(always)]
    pub fn address(self) -> usize {
        self.pointer.as_ptr().addr()
    }

    /// The same address under another layout; the caller has checked the kind.
    #[inline(always)]
    pub fn cast_unchecked<U>(self) -> Gc<U> {
        Gc { pointer: self.pointer.cast(), marker: PhantomData }
    }
}

impl<T: HeapObject> Gc<T> {
    #[inline(always)]
    pub fn header(self) -> Gc<Header> {
        self.cast_unchecked()
    }

    #[inline(always)]
    pub fn value(self) -> Value {
        Value::from_header(self.header().as_pointer())
    }
}

impl Gc<Header> {
    #[inline(always)]
    pub fn to_value(self) -> Value {
        Value::from_header(self.as_pointer())
    }
}

impl<T: HeapObject> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(object: Gc<T>) -> Value {
        object.value()
    }
}

impl<T: HeapObject> std::fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{:?}>", T::KIND)
    }
}

/// A word in a heap object that holds a value or is empty.
///
/// Reading is free; writing goes through `Thread::store` (with the barrier) or, for an object that was
/// allocated with nothing allocated since, through [`Slot::init`].
#[repr(transparent)]
pub struct Slot(Cell<Option<Value>>);

impl Default for Slot {
    fn default() -> Slot {
        Slot::empty()
    }
}

impl Slot {
    pub const fn empty() -> Slot {
        Slot(Cell::new(None))
    }

    #[inline(always)]
    pub const fn new(value: Value) -> Slot {
        Slot(Cell::new(Some(value)))
    }

    #[inline(always)]
    pub const fn from_option(value: Option<Value>) -> Slot {
        Slot(Cell::new(value))
    }

    #[inline(always)]
    pub fn get(&self) -> Option<Value> {
        self.0.get()
    }

    /// Writes without a barrier: right for immediates and small ints, for emptying, for a young owner,
    /// and when the caller takes the barrier itself.
    #[inline(always)]
    pub fn init(&self, value: Option<Value>) {
        self.0.set(value);
    }
}

/// A word in a heap object that points to an object of layout `T` or is empty. Written like [`Slot`].
#[repr(transparent)]
pub struct GcSlot<T>(Cell<Option<Gc<T>>>);

impl<T> Default for GcSlot<T> {
    fn default() -> Self {
        GcSlot::empty()
    }
}

impl<T> GcSlot<T> {
    pub const fn empty() -> Self {
        GcSlot(Cell::new(None))
    }

    #[inline(always)]
    pub const fn new(object: Gc<T>) -> Self {
        GcSlot(Cell::new(Some(object)))
    }

    #[inline(always)]
    pub const fn from_option(object: Option<Gc<T>>) -> Self {
        GcSlot(Cell::new(object))
    }

    #[inline(always)]
    pub fn get(&self) -> Option<Gc<T>> {
        self.0.get()
    }

    /// Writes without a barrier: see [`Slot::init`].
    #[inline(always)]
    pub fn init(&self, object: Option<Gc<T>>) {
        self.0.set(object);
    }
}

/// What lies in free memory; never reached by a live pointer.
#[repr(C)]
pub struct Free {
    header: Header,
}

impl HeapObject for Free {
    const KIND: Kind = Kind::Free;
    fn size(&self) -> usize {
        size_of::<Header>()
    }
    fn trace(&self, _: &mut Tracer) {}
}

/// A block of bytes the collector does not look into.
#[repr(C)]
pub struct RawStorage {
    header: Header,
    /// Bytes after this struct.
    pub capacity: usize,
}

impl RawStorage {
    pub fn new(shape: ShapeId, capacity: usize) -> RawStorage {
        RawStorage { header: Header::new(shape, Kind::Bytes8), capacity }
    }

    /// First byte of the data, 8-byte aligned.
    #[inline(always)]
    pub fn data(&self) -> *mut u8 {
        // SAFETY: the tail lies in the same allocation, right behind the struct.
        unsafe { std::ptr::from_ref(self).add(1).cast::<u8>().cast_mut() }
    }
}

impl HeapObject for RawStorage {
    const KIND: Kind = Kind::Bytes8;
    fn size(&self) -> usize {
        size_of::<RawStorage>() + self.capacity
    }
    fn trace(&self, _: &mut Tracer) {}
}

/// A block of words, each a value or empty, which the collector reads.
#[repr(C)]
pub struct WordStorage {
    header: Header,
    /// Words after this struct.
    pub capacity: usize,
}

impl WordStorage {
    pub fn new(shape: ShapeId, capacity: usize) -> WordStorage {
        WordStorage { header: Header::new(shape, Kind::Words), capacity }
    }

    /// The words.
    #[inline(always)]
    pub fn slots(&self) -> &[Slot] {
        // SAFETY: the allocator zeroed `capacity` words behind the struct; the zero word is an empty slot.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast::<Slot>(), self.capacity) }
    }
}

impl WordStorage {
    pub fn header(&self) -> Gc<Header> {
        Gc::from_pointer(NonNull::from(&self.header))
    }

    /// The first `count` words, all known to be values.
    #[inline(always)]
    pub fn values(&self, count: usize) -> &[Value] {
        debug_assert!(count <= self.capacity && self.slots()[..count].iter().all(|s| s.get().is_some()));
        // SAFETY: within the block; a non-empty slot has the layout of a value.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast::<Value>(), count) }
    }

    /// As [`WordStorage::values`], to be reordered in place. No other reference to them may be alive.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    pub fn values_mut(&self, count: usize) -> &mut [Value] {
        debug_assert!(count <= self.capacity);
        // SAFETY: as above; the words are cells, and the caller holds no other reference to them.
        unsafe { std::slice::from_raw_parts_mut(std::ptr::from_ref(self).add(1).cast::<Value>().cast_mut(), count) }
    }
}

impl Gc<WordStorage> {
    /// Word `index`. The caller keeps the block alive: it is on the stack, or in an object that is.
    #[inline(always)]
    pub fn slot<'a>(self, index: usize) -> Option<&'a Slot> {
        let slot = std::ptr::from_ref(self.slots().get(index)?);
        // SAFETY: objects do not move, and the caller keeps this one alive.
        Some(unsafe { &*slot })
    }
}

impl HeapObject for WordStorage {
    const KIND: Kind = Kind::Words;
    fn size(&self) -> usize {
        size_of::<WordStorage>() + self.capacity * size_of::<Slot>()
    }
    fn trace(&self, tracer: &mut Tracer) {
        for slot in self.slots() {
            tracer.slot(slot);
        }
    }
}
