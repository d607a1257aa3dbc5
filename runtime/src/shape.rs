//! Shapes: what an object's header says about its class, its attribute layout and its storage strategy.
//!
//! What lives here: [`Shape`], the [`ShapeTable`] of a `Vm`, property look-up and transitions. What must
//! not: reading or writing attributes of objects (`types/instance.rs`), class semantics
//! (`types/type_object.rs`). Start at [`Shape`].
//!
//! The scheme is the hidden classes of Self (Chambers, Ungar, Lee: "An Efficient Implementation of SELF",
//! OOPSLA 1989) with V8's shared descriptor arrays: shapes of one lineage share one list of properties, and
//! a shape with `slot_count == n` sees the first `n`.
#![allow(unsafe_code)] // Shapes lie in a reserved address range that native code indexes.

use crate::gc::{CollectionKind, Liveness};
use crate::native::NextFn;
use crate::object::{Gc, GcSlot, Kind, ShapeId};
use crate::types::str::Str;
use crate::types::type_object::Type;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How many attributes an object may have before it goes to dictionary mode.
pub const MAX_SLOTS: u16 = 128;
/// Only the first slots may hold raw doubles: `double_mask` has a bit for each.
pub const MAX_DOUBLE_SLOTS: u16 = 64;
/// Bytes of address space reserved for a `Vm`'s shapes.
const RESERVE_BYTES: usize = 64 << 20;

/// Ids of the shapes that every `Vm` has from the start, in table order. Native code compares with them.
macro_rules! fixed_shapes {
    ($($(#[$doc:meta])* $name:ident = $kind:ident of $class:ident;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u32)]
        enum FixedIndex { $($name,)* COUNT }
        impl ShapeId {
            $($(#[$doc])* pub const $name: ShapeId = ShapeId(FixedIndex::$name as u32);)*
            /// How many fixed shapes there are.
            pub const FIXED: u32 = FixedIndex::COUNT as u32;
        }
        /// Name, kind and class field of each fixed shape.
        pub(crate) const FIXED_SHAPES: &[(&str, Kind)] = &[$((stringify!($name), Kind::$kind),)*];
        /// The first fixed shape whose class this is.
        pub(crate) fn fixed_shape_of_class(types: &crate::vm::BuiltinTypes, class: Gc<Type>) -> Option<ShapeId> {
            $(if types.$class == class { return Some(ShapeId::$name); })*
            None
        }
        /// Gives every fixed shape its class, once the classes exist.
        pub(crate) fn assign_fixed_classes(table: &ShapeTable, types: &crate::vm::BuiltinTypes) {
            $(table.get(ShapeId::$name).class.init(Some(types.$class));)*
        }
    };
}

fixed_shapes! {
    /// Memory the collector or an object owns; no Python program sees it.
    INTERNAL = Free of not_implemented_type;
    /// Plain `object()`.
    OBJECT = Instance of object;
    SMALL_INT = Free of int;
    NONE = Free of none_type;
    BOOL = Free of bool;
    NOT_IMPLEMENTED = Free of not_implemented_type;
    ELLIPSIS = Free of ellipsis;
    FLOAT = Float of float;
    BIG_INT = BigInt of int;
    COMPLEX = Complex of complex;
    STR = Str of str;
    BYTES = Bytes of bytes;
    BYTE_ARRAY = ByteArray of bytearray;
    /// Tagged words.
    LIST_ANY = List of list;
    /// Tagged words, all of them small ints. Becomes `LIST_ANY` without touching the items.
    LIST_INT = List of list;
    /// Raw doubles.
    LIST_FLOAT = List of list;
    /// One byte an item: 0 or 1. The last strategy: `ShapeId::is_list` and native guards test the range.
    LIST_BOOL = List of list;
    TUPLE = Tuple of tuple;
    DICT = Dict of dict;
    SET = Set of set;
    FROZEN_SET = Set of frozenset;
    RANGE = Range of range;
    RANGE_ITERATOR = RangeIterator of range_iterator;
    LIST_ITERATOR = SequenceIterator of list_iterator;
    TUPLE_ITERATOR = SequenceIterator of tuple_iterator;
    STR_ITERATOR = SequenceIterator of str_iterator;
    STR_ASCII_ITERATOR = SequenceIterator of str_ascii_iterator;
    LIST_REVERSE_ITERATOR = SequenceIterator of list_reverseiterator;
    /// Iterator by `__getitem__`.
    SEQUENCE_ITERATOR = SequenceIterator of iterator;
    DICT_KEYS = DictView of dict_keys;
    DICT_VALUES = DictView of dict_values;
    DICT_ITEMS = DictView of dict_items;
    DICT_KEY_ITERATOR = DictIterator of dict_keyiterator;
    DICT_VALUE_ITERATOR = DictIterator of dict_valueiterator;
    DICT_ITEM_ITERATOR = DictIterator of dict_itemiterator;
    DICT_REVERSE_KEY_ITERATOR = DictIterator of dict_reversekeyiterator;
    DICT_REVERSE_VALUE_ITERATOR = DictIterator of dict_reversevalueiterator;
    DICT_REVERSE_ITEM_ITERATOR = DictIterator of dict_reverseitemiterator;
    SET_ITERATOR = DictIterator of set_iterator;
    SLICE = Slice of slice;
    CELL = Cell of cell;
    FUNCTION = Function of function;
    BOUND_METHOD = BoundMethod of method;
    NATIVE_FUNCTION = NativeFunction of builtin_function_or_method;
    NATIVE_METHOD = NativeFunction of method_descriptor;
    NATIVE_CLASS_METHOD = NativeFunction of classmethod_descriptor;
    SLOT_WRAPPER = NativeFunction of wrapper_descriptor;
    TYPE = Type of type_type;
    CODE = Code of code;
    FRAME = Frame of frame;
    TRACEBACK = Traceback of traceback;
    GENERATOR = Generator of generator;
    COROUTINE = Generator of coroutine;
    ASYNC_GENERATOR = Generator of async_generator;
}

impl ShapeId {
    /// An object of the class `list` itself, in whatever storage strategy.
    #[inline(always)]
    pub const fn is_list(self) -> bool {
        self.0.wrapping_sub(ShapeId::LIST_ANY.0) <= ShapeId::LIST_BOOL.0 - ShapeId::LIST_ANY.0
    }
}

/// Facts about a shape.
pub mod shape_flags {
    /// All attributes are in a `Dict` that the overflow word points to.
    pub const DICTIONARY: u8 = 1;
    /// Instances have no `__dict__`: only the slots that `__slots__` declared.
    pub const NO_DICT: u8 = 2;
    /// Instances have a variable-size tail (tuple, int subclasses): the overflow word is the last word.
    pub const TRAILING_OVERFLOW: u8 = 4;
}

/// What objects of one layout have in common.
#[repr(C)]
pub struct Shape {
    /// The class; held weakly by the table, strongly through every object with this shape.
    pub class: GcSlot<Type>,
    /// Raw-double slots.
    pub double_mask: Cell<u64>,
    /// Byte offset of attribute slot 0; the overflow word lies right before it. 0: no attributes at all.
    pub slots_offset: Cell<u16>,
    /// How many slots lie in the object.
    pub inline_capacity: Cell<u16>,
    /// How many attributes the object has.
    pub slot_count: Cell<u16>,
    /// How many leading slots are `__slots__` entries, not part of `__dict__`.
    pub reserved: Cell<u16>,
    pub flags: Cell<u8>,
    pub kind: Kind,
    /// The shape without the newest attribute; itself for a root.
    pub parent: ShapeId,
    /// The class's first shape.
    pub root: ShapeId,
    lineage: RefCell<Option<Rc<Lineage>>>,
    transitions: RefCell<Option<Box<FxHashMap<(usize, bool), ShapeId>>>>,
    /// `__next__` of a builtin class that nobody can change, once it was looked up.
    pub next: Cell<Option<NextFn>>,
}

/// The properties that a family of shapes shares.
struct Lineage {
    /// Interned strings, but for the placeholders of [`ShapeTable::reserve_slot`].
    names: RefCell<Vec<Gc<Str>>>, // rooted: by `KeptStrings` of the `Vm`
    index: RefCell<FxHashMap<usize, u16>>,
    /// Of the root only: names whose field once held something that is not a float.
    tagged_names: RefCell<FxHashSet<usize>>,
    /// Of the root only: how often an attribute was added as a float where it had been added as something else, or the
    /// other way round.
    forks: Cell<u32>,
}

/// Objects of a class that are all floats and objects of it that are none have shapes of their own; at the next fork
/// the class's attributes are all tagged, because each attribute that is now an int and now a float would double the
/// number of its shapes.
const MAX_FORKS: u32 = 1;

/// As many attributes that were raw doubles may become tagged one by one; then all of them are.
const MAX_TAGGED: usize = 8;

/// What [`ShapeTable::add`] or [`ShapeTable::generalise`] found.
pub struct Added {
    /// The shape that the object gets.
    pub shape: ShapeId,
    /// Attributes that were raw doubles are tagged from now on: what relies on the class's layouts must be made anew.
    pub layouts_changed: bool,
}

impl Lineage {
    fn new() -> Rc<Lineage> {
        Rc::new(Lineage {
            names: RefCell::default(),
            index: RefCell::default(),
            tagged_names: RefCell::default(),
            forks: Cell::new(0),
        })
    }
}

impl Shape {
    /// Dictionary mode.
    #[inline(always)]
    pub fn is_dictionary(&self) -> bool {
        self.flags.get() & shape_flags::DICTIONARY != 0
    }

    /// Slot `index` holds raw double bits.
    #[inline(always)]
    pub fn is_double(&self, index: u16) -> bool {
        index < MAX_DOUBLE_SLOTS && self.double_mask.get() >> index & 1 != 0
    }

    /// The slot of attribute `name` (interned), if the shape has it.
    pub fn lookup(&self, name: Gc<Str>) -> Option<u16> {
        let lineage = self.lineage.borrow();
        let index = *lineage.as_ref()?.index.borrow().get(&name.address())?;
        (index < self.slot_count.get()).then_some(index)
    }

    /// The attribute names in order of definition, `__slots__` entries first.
    // rooted: by the table
    pub fn names(&self) -> Vec<Gc<Str>> {
        match self.lineage.borrow().as_ref() {
            Some(lineage) => lineage.names.borrow()[..self.slot_count.get() as usize].to_vec(),
            None => Vec::new(),
        }
    }

    /// Objects of this shape can have instance attributes.
    #[inline(always)]
    pub fn has_attributes(&self) -> bool {
        self.slots_offset.get() != 0
    }
}

/// All shapes of a `Vm`: an array in reserved address space, so that shapes never move.
pub struct ShapeTable {
    base: *mut Shape,
    count: Cell<u32>,
    /// How many there were at the last collection.
    swept: Cell<u32>,
}

impl Default for ShapeTable {
    fn default() -> Self {
        ShapeTable::new()
    }
}

impl ShapeTable {
    /// Reserves the address range and makes the fixed shapes (without classes yet).
    pub fn new() -> ShapeTable {
        // SAFETY: an anonymous private reservation; pages come into being when touched.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                RESERVE_BYTES,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        assert!(base != libc::MAP_FAILED, "cannot reserve address space for shapes");
        let table = ShapeTable { base: base.cast(), count: Cell::new(0), swept: Cell::new(0) };
        for (_, kind) in FIXED_SHAPES {
            table.push(None, *kind, 0, 0, 0, None);
        }
        table
    }

    /// First shape; native code adds `id * size_of::<Shape>()`.
    pub fn base(&self) -> *const Shape {
        self.base
    }

    /// Forgets classes that have died: who remembers a shape without having an object of it finds that out. A class that
    /// dies in a minor collection is younger than the last one, and so are its shapes.
    pub fn sweep(&self, liveness: &Liveness) {
        let first = match liveness.kind() {
            CollectionKind::Full => 0,
            CollectionKind::Minor => self.swept.get(),
        };
        for id in first..self.count.get() {
            let class = &self.get(ShapeId(id)).class;
            if class.get().is_some_and(|class| !liveness.is_live(class.header())) {
                class.init(None);
            }
        }
        self.swept.set(self.count.get());
    }

    /// How many shapes were made.
    pub fn count(&self) -> u32 {
        self.count.get()
    }

    /// The shape with this id.
    #[inline(always)]
    pub fn get(&self, id: ShapeId) -> &Shape {
        debug_assert!(id.0 < self.count.get());
        // SAFETY: ids are only handed out by `push`, which initialised the element; elements never move.
        unsafe { &*self.base.add(id.0 as usize) }
    }

    fn push(
        &self,
        class: Option<Gc<Type>>,
        kind: Kind,
        slots_offset: u16,
        inline_capacity: u16,
        flags: u8,
        parent: Option<(ShapeId, ShapeId)>,
    ) -> ShapeId {
        let id = ShapeId(self.count.get());
        assert!((id.0 as usize + 1) * size_of::<Shape>() <= RESERVE_BYTES, "too many shapes");
        let (parent, root) = parent.unwrap_or((id, id));
        let shape = Shape {
            class: GcSlot::from_option(class),
            double_mask: Cell::new(0),
            slots_offset: Cell::new(slots_offset),
            inline_capacity: Cell::new(inline_capacity),
            slot_count: Cell::new(0),
            reserved: Cell::new(0),
            flags: Cell::new(flags),
            kind,
            parent,
            root,
            lineage: RefCell::new(None),
            transitions: RefCell::new(None),
            next: Cell::new(None),
        };
        // SAFETY: within the reservation (asserted), and this element has not been handed out yet.
        unsafe { self.base.add(id.0 as usize).write(shape) };
        self.count.set(id.0 + 1);
        id
    }

    /// A root shape for instances of `class`.
    pub fn new_root(&self, class: Gc<Type>, kind: Kind, slots_offset: u16, inline_capacity: u16, flags: u8) -> ShapeId {
        let id = self.push(Some(class), kind, slots_offset, inline_capacity, flags, None);
        *self.get(id).lineage.borrow_mut() = Some(Lineage::new());
        id
    }

    /// Adds a `__slots__` entry to a root shape that has no objects yet; returns its slot. The caller has seen to it
    /// that the name is kept (`Vm::kept_strings`).
    pub fn reserve_slot(&self, root: ShapeId, placeholder: Gc<Str>) -> u16 {
        let shape = self.get(root);
        let slot = shape.slot_count.get();
        debug_assert_eq!(slot, shape.reserved.get());
        if let Some(lineage) = shape.lineage.borrow().as_ref() {
            lineage.names.borrow_mut().push(placeholder);
        }
        shape.slot_count.set(slot + 1);
        shape.reserved.set(slot + 1);
        slot
    }

    /// The shape after adding attribute `name` (interned) to an object of shape `from`; `None` if there are
    /// too many and the object must go to dictionary mode. `double`: the value is a float.
    pub fn add(&self, from: ShapeId, name: Gc<Str>, double: bool) -> Option<Added> {
        debug_assert!(name.is_interned());
        let shape = self.get(from);
        let slot = shape.slot_count.get();
        if slot >= MAX_SLOTS || shape.is_dictionary() {
            return None;
        }
        let key = name.address();
        let next = |double| shape.transitions.borrow().as_ref().and_then(|t| t.get(&(key, double)).copied());
        let mut double = double && self.may_be_double(from, name);
        let mut layouts_changed = false;
        let mut known = next(double);
        if known.is_none() && next(!double).is_some() && self.may_be_double(from, name) {
            layouts_changed = self.note_fork(shape.root);
            if layouts_changed {
                double = false;
                known = next(false);
            }
        }
        let shape = known.unwrap_or_else(|| self.push_with(from, name, double));
        Some(Added { shape, layouts_changed })
    }

    /// An attribute `name` that is added to an object of shape `from` may become a slot of raw doubles.
    pub fn may_be_double(&self, from: ShapeId, name: Gc<Str>) -> bool {
        let shape = self.get(from);
        shape.slot_count.get() < MAX_DOUBLE_SLOTS.min(shape.inline_capacity.get())
            && !self.is_forced_tagged(shape.root, name)
    }

    /// Counts a fork; `true` if it was the one that ends raw doubles for the class.
    fn note_fork(&self, root: ShapeId) -> bool {
        let lineage = self.get(root).lineage.borrow();
        let Some(lineage) = lineage.as_ref() else { return false };
        lineage.forks.set(lineage.forks.get() + 1);
        lineage.forks.get() > MAX_FORKS
    }

    /// A new shape with one attribute more than `from`.
    fn push_with(&self, from: ShapeId, name: Gc<Str>, double: bool) -> ShapeId {
        let shape = self.get(from);
        let slot = shape.slot_count.get();
        let id = self.push(
            shape.class.get(),
            shape.kind,
            shape.slots_offset.get(),
            shape.inline_capacity.get(),
            shape.flags.get(),
            Some((from, shape.root)),
        );
        let next = self.get(id);
        next.slot_count.set(slot + 1);
        next.reserved.set(shape.reserved.get());
        next.double_mask.set(shape.double_mask.get() | (double as u64) << ((slot & 63) * double as u16));
        let mut lineage = shape.lineage.borrow().clone().unwrap_or_else(Lineage::new);
        if lineage.names.borrow().len() != slot as usize {
            let copy = Lineage::new();
            for (i, &n) in lineage.names.borrow()[..slot as usize].iter().enumerate() {
                copy.names.borrow_mut().push(n);
                copy.index.borrow_mut().insert(n.address(), i as u16);
            }
            lineage = copy;
        }
        lineage.names.borrow_mut().push(name);
        lineage.index.borrow_mut().insert(name.address(), slot);
        *next.lineage.borrow_mut() = Some(lineage);
        shape.transitions.borrow_mut().get_or_insert_default().insert((name.address(), double), id);
        id
    }

    fn is_forced_tagged(&self, root: ShapeId, name: Gc<Str>) -> bool {
        self.get(root).lineage.borrow().as_ref().is_some_and(|l| {
            let tagged = l.tagged_names.borrow();
            l.forks.get() > MAX_FORKS || tagged.len() >= MAX_TAGGED || tagged.contains(&name.address())
        })
    }

    /// The shape that an object of shape `from` would have if it were made now, if that is another one: raw doubles
    /// of attributes that have become tagged since are boxed in it.
    pub fn successor(&self, from: ShapeId) -> Option<ShapeId> {
        let shape = self.get(from);
        if shape.double_mask.get() == 0 {
            return None;
        }
        let tagged = |slot: usize, name| shape.is_double(slot as u16) && self.is_forced_tagged(shape.root, name);
        let outdated = shape.names().into_iter().enumerate().any(|(slot, name)| tagged(slot, name));
        outdated.then(|| self.with_doubles(from, |slot, name| !tagged(slot, name)))
    }

    /// The shape with the same attributes as `from`, slot `slot` being tagged. The class remembers it, so
    /// that later objects take that path from the start: the first time, layouts change.
    pub fn generalise(&self, from: ShapeId, slot: u16) -> Added {
        let shape = self.get(from);
        let name = shape.names()[slot as usize];
        let layouts_changed = !self.is_forced_tagged(shape.root, name);
        if let Some(lineage) = self.get(shape.root).lineage.borrow().as_ref() {
            lineage.tagged_names.borrow_mut().insert(name.address());
        }
        let to = self.with_doubles(from, |_, name| !self.is_forced_tagged(shape.root, name));
        Added { shape: to, layouts_changed }
    }

    /// The shape with the attributes of `from`, of whose raw doubles those stay raw that `keep` accepts.
    fn with_doubles(&self, from: ShapeId, keep: impl Fn(usize, Gc<Str>) -> bool) -> ShapeId {
        let shape = self.get(from);
        let mut id = shape.root;
        for (slot, name) in shape.names().into_iter().enumerate().skip(shape.reserved.get() as usize) {
            let double = shape.is_double(slot as u16) && keep(slot, name);
            let known =
                self.get(id).transitions.borrow().as_ref().and_then(|t| t.get(&(name.address(), double)).copied());
            id = known.unwrap_or_else(|| self.push_with(id, name, double));
        }
        id
    }

    /// The dictionary-mode shape of the same class.
    pub fn dictionary(&self, from: ShapeId) -> ShapeId {
        let root = self.get(self.get(from).root);
        let root_id = self.get(from).root;
        let key = (0, false);
        if let Some(id) = root.transitions.borrow().as_ref().and_then(|t| t.get(&key).copied()) {
            return id;
        }
        let flags = root.flags.get() | shape_flags::DICTIONARY;
        let id = self.push(
            root.class.get(),
            root.kind,
            root.slots_offset.get(),
            root.inline_capacity.get(),
            flags,
            Some((root_id, root_id)),
        );
        self.get(id).reserved.set(root.reserved.get());
        self.get(id).slot_count.set(root.reserved.get());
        root.transitions.borrow_mut().get_or_insert_default().insert(key, id);
        id
    }

    /// As [`ShapeTable::dictionary`], for an object with room for `capacity` slots in it (it changed class).
    pub fn dictionary_with_capacity(&self, root: ShapeId, capacity: u16) -> ShapeId {
        let shape = self.get(root);
        let flags = shape.flags.get() | shape_flags::DICTIONARY;
        let id =
            self.push(shape.class.get(), shape.kind, shape.slots_offset.get(), capacity, flags, Some((root, root)));
        self.get(id).reserved.set(shape.reserved.get());
        self.get(id).slot_count.set(shape.reserved.get());
        id
    }
}

impl Drop for ShapeTable {
    fn drop(&mut self) {
        for i in 0..self.count.get() {
            // SAFETY: the element was written by `push`, and the table goes away with it.
            unsafe { std::ptr::drop_in_place(self.base.add(i as usize)) };
        }
        // SAFETY: the range was reserved in `new` with this size.
        unsafe { libc::munmap(self.base.cast(), RESERVE_BYTES) };
    }
}
