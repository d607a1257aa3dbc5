//! Classes as heap objects: layout, method resolution, look-up caches, versions.
//!
//! What lives here: [`Type`], cached look-up of attributes and special methods, class mutation and its
//! invalidation. What must not: building classes from `class` statements (`class_build.rs`), the methods of
//! `type` (`type_class.rs`), attribute access on instances (`dispatch/attr.rs`). Start at [`Type`].
#![allow(unsafe_code)] // Class shells are allocated before a Thread exists.

use crate::error::PyResult;
use crate::gc::{AllocationCursor, Heap, Tracer};
use crate::native::ClassSpec;
use crate::object::{Gc, GcSlot, Header, HeapObject, Kind, ShapeId, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::weakref::WeakRef;
use crate::value::Value;
use std::cell::Cell;

/// Facts about a class, kept true by class creation and mutation.
pub mod type_flags {
    /// Made by a `class` statement or `type()`: its attributes may be changed.
    pub const HEAP: u32 = 1;
    /// May be subclassed.
    pub const BASE: u32 = 1 << 1;
    /// Instances (of this very class or a subclass) are classes.
    pub const METACLASS: u32 = 1 << 2;
    /// A subclass of BaseException.
    pub const EXCEPTION: u32 = 1 << 3;
    /// Overrides `__getattribute__`.
    pub const CUSTOM_GETATTRIBUTE: u32 = 1 << 4;
    /// Has `__getattr__`.
    pub const HAS_GETATTR: u32 = 1 << 5;
    /// Overrides `__setattr__` or `__delattr__`.
    pub const CUSTOM_SETATTR: u32 = 1 << 6;
    /// Instances are descriptors: `__get__`.
    pub const HAS_GET: u32 = 1 << 7;
    /// Instances are data descriptors: `__set__` or `__delete__`.
    pub const HAS_SET: u32 = 1 << 8;
    /// Has `__del__`.
    pub const HAS_DEL: u32 = 1 << 9;
    /// Has abstract methods left.
    pub const ABSTRACT: u32 = 1 << 10;
    /// `object.__new__` and friends may not create it.
    pub const NO_INSTANTIATION: u32 = 1 << 11;
    /// For pattern matching: sequence and mapping patterns.
    pub const SEQUENCE: u32 = 1 << 12;
    pub const MAPPING: u32 = 1 << 13;
    /// Instances have a weak reference list.
    pub const WEAKREFABLE: u32 = 1 << 14;
    /// Something outside watches the version (compiled code).
    pub const WATCHED: u32 = 1 << 15;
    /// Overrides `__eq__` or `__hash__` in Python code.
    pub const CUSTOM_EQUALITY: u32 = 1 << 16;
    /// A builtin class whose attributes cannot be set.
    pub const IMMUTABLE: u32 = 1 << 17;
    /// A class of the library's Python half that stands for one of CPython's C half: messages name it with its
    /// module, as they name those.
    pub const STANDS_FOR_NATIVE: u32 = 1 << 18;
    /// An exception class whose instances have fields besides `args` (`exception_fields`).
    pub const EXCEPTION_FIELDS: u32 = 1 << 19;
}

/// After so many assignments an attribute that holds data counts as a variable.
const ASSIGNMENTS_OF_VARIABLE: i64 = 4;

/// An object of a builtin class that is no descriptor and cannot become one.
fn is_plain_data(value: Value) -> bool {
    let Some(header) = value.header() else { return true };
    let shape = header.shape();
    shape.is_list()
        || matches!(
            shape,
            ShapeId::STR
                | ShapeId::FLOAT
                | ShapeId::BIG_INT
                | ShapeId::BYTES
                | ShapeId::TUPLE
                | ShapeId::DICT
                | ShapeId::SET
                | ShapeId::FROZEN_SET
        )
}

/// Names that the interpreter itself looks up.
fn is_special_name(name: Gc<Str>) -> bool {
    name.flat_bytes().is_none_or(|bytes| bytes.starts_with(b"__"))
}

/// A class.
#[repr(C)]
pub struct Type {
    header: Header,
    /// Changes whenever an attribute of the class or of a base changes; never reused.
    pub version: Cell<u32>,
    pub flags: Cell<u32>,
    /// Root shape of instances.
    pub instance_shape: Cell<ShapeId>,
    /// `header.spare` of fresh instances: 0 or 1 + slots in the object.
    pub tail_words: Cell<u8>,
    /// Rust layout of instances.
    pub instance_kind: Cell<Kind>,
    /// Size of the fixed struct of instances.
    pub base_size: Cell<u16>,
    pub name: GcSlot<Str>,
    pub qualname: GcSlot<Str>,
    /// The base that determines the layout (`__base__`).
    pub base: GcSlot<Type>,
    pub bases: GcSlot<Tuple>,
    pub mro: GcSlot<Tuple>,
    pub dict: GcSlot<Dict>,
    /// Weak references to direct subclasses, in order of creation.
    subclasses: GcSlot<List>,
    /// How often attributes were assigned that hold data: see [`Type::set_attribute`]. Empty until one is.
    assignments: GcSlot<Dict>,
    pub spec: Cell<Option<&'static ClassSpec>>,
    /// Resolved special methods: empty = not looked up, `ABSENT` = there is none.
    specials: [Slot; Special::COUNT],
}

impl HeapObject for Type {
    const KIND: Kind = Kind::Type;
    fn size(&self) -> usize {
        size_of::<Type>() + crate::types::instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.name);
        tracer.gc_slot(&self.qualname);
        tracer.gc_slot(&self.base);
        tracer.gc_slot(&self.bases);
        tracer.gc_slot(&self.mro);
        tracer.gc_slot(&self.dict);
        tracer.gc_slot(&self.subclasses);
        tracer.gc_slot(&self.assignments);
        for special in &self.specials {
            if special.get() != Some(Value::ABSENT) {
                tracer.slot(special);
            }
        }
        crate::types::instance::trace_tail(&self.header, size_of::<Type>(), tracer);
    }
}

impl Type {
    fn blank(header: Header) -> Type {
        Type {
            header,
            version: Cell::new(0),
            flags: Cell::new(0),
            instance_shape: Cell::new(ShapeId::INTERNAL),
            tail_words: Cell::new(0),
            instance_kind: Cell::new(Kind::Instance),
            base_size: Cell::new(0),
            name: GcSlot::empty(),
            qualname: GcSlot::empty(),
            base: GcSlot::empty(),
            bases: GcSlot::empty(),
            mro: GcSlot::empty(),
            dict: GcSlot::empty(),
            subclasses: GcSlot::empty(),
            assignments: GcSlot::empty(),
            spec: Cell::new(None),
            specials: [const { Slot::empty() }; Special::COUNT],
        }
    }

    /// An empty class allocated while the Vm is being made; [`Type::fill_from_spec`] completes it.
    pub fn shell(heap: &Heap, cursor: &AllocationCursor) -> Gc<Type> {
        let memory = heap.allocate_at_start(cursor, size_of::<Type>()).cast::<Type>();
        // SAFETY: fresh memory of this size.
        unsafe { memory.write(Type::blank(Header::new(ShapeId::TYPE, Kind::Type))) };
        Gc::from_pointer(memory)
    }

    /// A blank class that is an instance of `metaclass`.
    pub fn allocate(thread: &Thread, metaclass: Gc<Type>) -> Gc<Type> {
        crate::types::instance::allocate_instance(thread, metaclass, Type::blank)
    }

    // ---- facts ----

    #[inline(always)]
    pub fn flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    pub fn set_flag(&self, flag: u32, on: bool) {
        self.flags.set(if on { self.flags.get() | flag } else { self.flags.get() & !flag });
    }

    #[inline(always)]
    pub fn has_finalizer(&self) -> bool {
        self.flag(type_flags::HAS_DEL)
    }

    /// `__name__` as Rust text.
    pub fn name_string(&self) -> String {
        match self.name.get() {
            Some(name) => String::from_utf8_lossy(name.flat_bytes().unwrap_or(b"?")).into_owned(),
            None => "?".to_owned(),
        }
    }

    /// The name is this one.
    pub fn is_named(&self, name: &str) -> bool {
        self.name.get().is_some_and(|own| own.flat_bytes() == Some(name.as_bytes()))
    }

    /// The name as error messages show it: builtin classes of modules with their module.
    pub fn message_name(&self, thread: &Thread) -> String {
        if self.flag(type_flags::STANDS_FOR_NATIVE) {
            return self.full_name(thread);
        }
        match self.spec.get() {
            Some(spec) if !self.flag(type_flags::HEAP) && spec.module != "builtins" => spec.full_name(),
            Some(_) | None => self.name_string(),
        }
    }

    /// `module.qualname`, without `builtins.` and `__main__` kept: as tracebacks name a class.
    pub fn full_name(&self, thread: &Thread) -> String {
        let qualname = self.qualname.get();
        let qualname = match &qualname {
            Some(qualname) => qualname.to_str_lossy(thread),
            None => self.name_string().into(),
        };
        let module =
            self.dict.get().and_then(|d| d.get_str(thread, thread.vm().names.__module__)).and_then(|m| m.cast::<Str>());
        match module.as_ref().map(|module| module.to_str_lossy(thread)) {
            Some(module) if module != "builtins" => [&*module, ".", &*qualname].concat(),
            _ => qualname.into_owned(),
        }
    }

    /// `module.qualname` without `builtins.` and without `__main__.`: what CPython's `%T` and `%N` print.
    pub fn qualified_name(&self, thread: &Thread) -> String {
        let name = self.full_name(thread);
        match name.strip_prefix("__main__.") {
            Some(rest) => rest.to_owned(),
            None => name,
        }
    }

    /// The method resolution order, this class first.
    #[inline]
    pub fn mro_items(&self) -> &[Value] {
        match self.mro.get() {
            // SAFETY: the tuple is kept alive by this class for as long as `self` is borrowed; replacing the
            // order keeps the old tuple on the native stack of whoever iterates it.
            Some(mro) => unsafe { std::slice::from_raw_parts(mro.items().as_ptr(), mro.items().len()) },
            None => &[],
        }
    }

    /// Real subclass test along the method resolution order (`type.__subclasscheck__`).
    #[inline]
    pub fn is_subclass_of(&self, other: Gc<Type>) -> bool {
        std::ptr::eq(self, other.as_pointer()) || self.mro_items().iter().any(|&class| class == other.value())
    }

    /// The namespace.
    #[inline]
    pub fn dictionary(&self) -> Gc<Dict> {
        match self.dict.get() {
            Some(dict) => dict,
            None => unreachable!("every class has a namespace"),
        }
    }

    // ---- look-up ----

    /// The attribute `name` (interned) along the method resolution order, unbound.
    #[inline]
    pub fn lookup(&self, thread: &Thread, name: Gc<Str>) -> Option<Value> {
        let version = self.version.get();
        let cache = &thread.vm().method_cache;
        match cache.get(version, name) {
            Some(Value::ABSENT) => None,
            Some(value) => Some(value),
            None => self.lookup_slow(thread, name),
        }
    }

    #[cold]
    fn lookup_slow(&self, thread: &Thread, name: Gc<Str>) -> Option<Value> {
        let found = self.lookup_with_owner(thread, name);
        let value = found.map(|(_, value)| value);
        if thread.vm().classes_settled.get() && !found.is_some_and(|(owner, _)| owner.is_variable(thread, name)) {
            thread.vm().method_cache.put(self.version.get(), name, value.unwrap_or(Value::ABSENT));
        }
        value
    }

    fn lookup_uncached(&self, thread: &Thread, name: Gc<Str>) -> Option<Value> {
        self.mro_items().iter().find_map(|class| class.cast::<Type>()?.dict.get()?.get_str(thread, name))
    }

    /// As [`Type::lookup`], with the class that has it.
    pub fn lookup_with_owner(&self, thread: &Thread, name: Gc<Str>) -> Option<(Gc<Type>, Value)> {
        self.mro_items().iter().find_map(|class| {
            let class = class.cast::<Type>()?;
            Some((class, class.dict.get()?.get_str(thread, name)?))
        })
    }

    /// The special method as the class has it, unbound; `None` if there is none.
    #[inline(always)]
    pub fn special(&self, thread: &Thread, special: Special) -> Option<Value> {
        match self.specials[special as usize].get() {
            Some(Value::ABSENT) => None,
            Some(method) => Some(method),
            None => self.special_slow(thread, special),
        }
    }

    #[cold]
    fn special_slow(&self, thread: &Thread, special: Special) -> Option<Value> {
        let found = self.lookup_uncached(thread, special.name(&thread.vm().names));
        if !thread.vm().classes_settled.get() {
            return found;
        }
        self.specials[special as usize].init(Some(found.unwrap_or(Value::ABSENT)));
        thread.write_barrier(self.gc().header());
        found
    }

    /// This class as a pointer.
    #[inline(always)]
    pub fn gc(&self) -> Gc<Type> {
        Gc::from_pointer(std::ptr::NonNull::from(self))
    }

    // ---- mutation ----

    /// Sets a class attribute and tells everyone who relied on the old one.
    ///
    /// An attribute that holds data and is assigned again and again (a counter of instances, a setting) becomes a
    /// *variable*: from then on its value is not part of what the class's version stands for, so that an assignment
    /// leaves caches and compiled code alone, and nobody may keep the value ([`Type::has_variable`]). That ends when it
    /// is deleted or holds something that may be a descriptor. (After PyPy's mutable cells in type dictionaries.)
    pub fn set_attribute(&self, thread: &Thread, name: Gc<Str>, value: Value) {
        let held_data = self.dictionary().get_str(thread, name).is_some_and(is_plain_data);
        self.dictionary().insert_str(thread, name, value);
        if held_data && is_plain_data(value) && !is_special_name(name) {
            let before = self.assignments_of(thread, name);
            if before >= ASSIGNMENTS_OF_VARIABLE {
                return;
            }
            self.note_assignments(thread, name, before + 1);
        } else if self.assignments_of(thread, name) > 0 {
            self.note_assignments(thread, name, 0);
        }
        self.changed(thread);
    }

    /// How often the attribute was assigned data in place of data.
    fn assignments_of(&self, thread: &Thread, name: Gc<Str>) -> i64 {
        let noted = self.assignments.get().and_then(|noted| noted.get_str(thread, name));
        noted.and_then(Value::as_small).unwrap_or(0)
    }

    fn note_assignments(&self, thread: &Thread, name: Gc<Str>, count: i64) {
        let noted = self.assignments.get().unwrap_or_else(|| {
            let dict = Dict::new(thread);
            thread.store_gc(self.gc(), &self.assignments, dict);
            dict
        });
        noted.insert_str(thread, name, Value::small_wrapping(count));
    }

    /// This class's own attribute is a variable.
    fn is_variable(&self, thread: &Thread, name: Gc<Str>) -> bool {
        self.assignments.get().is_some() && self.assignments_of(thread, name) >= ASSIGNMENTS_OF_VARIABLE
    }

    /// The attribute `name` along the method resolution order is a variable: its value may change while the version of
    /// this class stays.
    pub fn has_variable(&self, thread: &Thread, name: Gc<Str>) -> bool {
        self.lookup_with_owner(thread, name).is_some_and(|(owner, _)| owner.is_variable(thread, name))
    }

    /// Deletes a class attribute; `false` if this class itself has none of this name.
    pub fn delete_attribute(&self, thread: &Thread, name: Gc<Str>) -> bool {
        let removed = self.dictionary().remove_str(thread, name).is_some();
        if removed {
            if self.assignments_of(thread, name) > 0 {
                self.note_assignments(thread, name, 0);
            }
            self.changed(thread);
        }
        removed
    }

    /// An attribute, the bases or the order changed: new versions for this class and all below it. Before the first
    /// classes are settled nobody knows a version yet: `Vm::new` does all at once.
    pub fn changed(&self, thread: &Thread) {
        if !thread.vm().classes_settled.get() {
            return;
        }
        self.version.set(thread.vm().fresh_class_version());
        for special in &self.specials {
            special.init(None);
        }
        self.refresh_flags(thread);
        if self.flag(type_flags::WATCHED) {
            self.set_flag(type_flags::WATCHED, false);
            (thread.vm().hooks().class_changed)(thread, self.gc());
        }
        for subclass in self.live_subclasses(thread) {
            subclass.changed(thread);
        }
    }

    /// Recomputes the flags that depend on which special methods the class has.
    pub fn refresh_flags(&self, thread: &Thread) {
        let vm = thread.vm();
        let object = vm.types.object;
        let overrides = |special: Special| match (self.special(thread, special), object.special(thread, special)) {
            (Some(own), Some(default)) => own != default,
            (Some(_), None) => true,
            (None, _) => false,
        };
        self.set_flag(type_flags::HAS_GETATTR, self.special(thread, Special::GetAttr).is_some());
        self.set_flag(type_flags::HAS_GET, self.special(thread, Special::Get).is_some());
        let data = self.special(thread, Special::Set).is_some() || self.special(thread, Special::Delete).is_some();
        self.set_flag(type_flags::HAS_SET, data);
        self.set_flag(type_flags::HAS_DEL, self.special(thread, Special::Del).is_some());
        let custom_get = overrides(Special::GetAttribute) && !self.uses_native(thread, Special::GetAttribute);
        self.set_flag(type_flags::CUSTOM_GETATTRIBUTE, custom_get);
        let custom_set = |s| overrides(s) && !self.uses_native(thread, s);
        self.set_flag(type_flags::CUSTOM_SETATTR, custom_set(Special::SetAttr) || custom_set(Special::DelAttr));
        let custom_eq = |s| {
            self.special(thread, s).is_some_and(|m| m.cast::<crate::types::native_function::NativeFunction>().is_none())
        };
        self.set_flag(type_flags::CUSTOM_EQUALITY, custom_eq(Special::Eq) || custom_eq(Special::Hash));
    }

    /// The special method is a native one of a builtin kind that `dispatch::attr` knows by itself.
    fn uses_native(&self, thread: &Thread, special: Special) -> bool {
        self.special(thread, special)
            .and_then(|m| m.cast::<crate::types::native_function::NativeFunction>())
            .is_some_and(|m| m.is_known_attribute_access())
    }

    /// Direct subclasses that are alive.
    pub fn live_subclasses(&self, thread: &Thread) -> LiveClasses {
        let list = self.subclasses.get();
        let mut classes = ScratchVec::with_capacity(thread, list.map_or(0, |list| list.len()));
        for index in 0..list.map_or(0, |list| list.len()) {
            let reference = list.and_then(|list| list.get(thread, index)?.cast::<WeakRef>());
            if let Some(class) = reference.and_then(|reference| reference.referent()) {
                classes.push(thread, class);
            }
        }
        LiveClasses { classes, next: 0 }
    }

    /// Records a direct subclass.
    pub fn add_subclass(&self, thread: &Thread, subclass: Gc<Type>) -> PyResult<()> {
        let list = match self.subclasses.get() {
            Some(list) => list,
            None => {
                let list = List::new(thread, &[]);
                thread.store_gc(self.gc(), &self.subclasses, list);
                list
            }
        };
        // Dead entries are dropped when the list has grown to twice what lives.
        if list.len() >= 16 && list.len().is_power_of_two() {
            let live = self.live_subclasses(thread);
            list.clear(thread);
            for class in live {
                list.push(thread, WeakRef::new(thread, class.value(), None).value())?;
            }
        }
        list.push(thread, WeakRef::new(thread, subclass.value(), None).value())
    }

    /// Forgets a direct subclass (`__bases__` was assigned).
    pub fn remove_subclass(&self, thread: &Thread, subclass: Gc<Type>) -> PyResult<()> {
        let Some(list) = self.subclasses.get() else { return Ok(()) };
        let live = self.live_subclasses(thread);
        list.clear(thread);
        for class in live.into_iter().filter(|&class| class != subclass) {
            list.push(thread, WeakRef::new(thread, class.value(), None).value())?;
        }
        Ok(())
    }
}

/// The classes that a weak list named when it was asked: nothing else may keep them, so this does.
pub struct LiveClasses {
    classes: ScratchVec,
    next: usize,
}

impl Iterator for LiveClasses {
    type Item = Gc<Type>;

    fn next(&mut self) -> Option<Gc<Type>> {
        let class = self.classes.as_slice().get(self.next)?.cast::<Type>();
        self.next += 1;
        class
    }
}

/// The isolate's cache of class attribute look-ups, keyed by class version and name.
///
/// Entries are not traced: an entry can only hit while a class with that version lives, whose namespace
/// (or a base's) keeps the value alive, since any change gives new versions.
pub struct MethodCache {
    entries: Box<[MethodCacheEntry]>,
}

#[derive(Default)]
struct MethodCacheEntry {
    version: Cell<u32>,
    name: Cell<usize>,
    value: Cell<u64>,
}

const METHOD_CACHE_SIZE: usize = 4096;

impl Default for MethodCache {
    fn default() -> Self {
        MethodCache::new()
    }
}

impl MethodCache {
    pub fn new() -> MethodCache {
        MethodCache { entries: (0..METHOD_CACHE_SIZE).map(|_| MethodCacheEntry::default()).collect() }
    }

    #[inline(always)]
    fn entry(&self, version: u32, name: Gc<Str>) -> &MethodCacheEntry {
        let hash = (version as usize).wrapping_mul(0x9e37_79b1) ^ (name.address() >> 4);
        &self.entries[hash % METHOD_CACHE_SIZE]
    }

    #[inline(always)]
    fn get(&self, version: u32, name: Gc<Str>) -> Option<Value> {
        let entry = self.entry(version, name);
        if entry.version.get() == version && entry.name.get() == name.address() {
            Value::from_bits(entry.value.get())
        } else {
            None
        }
    }

    fn put(&self, version: u32, name: Gc<Str>, value: Value) {
        // Only immortal names are cached: a dead name's address could come back as another name.
        if version == 0 || !name.is_interned() {
            return;
        }
        let entry = self.entry(version, name);
        entry.version.set(version);
        entry.name.set(name.address());
        entry.value.set(value.to_bits());
    }
}
