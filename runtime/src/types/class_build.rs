//! Building classes: from specs of builtin types, and for `class` statements and `type(name, bases, dict)`.
//!
//! What lives here: C3 linearisation, the choice of metaclass and layout, `__slots__`, the hooks
//! `__set_name__` and `__init_subclass__`. What must not: look-up (`type_object.rs`).
//! Start at [`build_class`]. Rules: Python reference, "Customizing class creation" (3.3.3).

use crate::dispatch;
use crate::error::PyResult;
use crate::native::{ClassSpec, GetSetSpec};
use crate::object::{Gc, Kind, ShapeId};
use crate::scratch::ScratchVec;
use crate::shape::shape_flags;
use crate::thread::Thread;
use crate::types::cell::CellObject;
use crate::types::descriptors::{GetSet, MemberDescriptor};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::instance;
use crate::types::native_function::NativeFunction;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;
use std::ops::Range;

/// Most attribute slots that lie in an object; the rest go to the overflow storage.
const MAX_INLINE: usize = 120;
/// Slots for attributes that no method of the class assigns to through `self`.
const EXTRA_INLINE: usize = 0;
/// Inline slots of a class about which nothing is known.
const DEFAULT_INLINE: usize = 2;

/// Builtin classes whose instances can be weakly referenced, besides those that
/// [`crate::types::weakref::is_weakly_referenceable`] knows by their layout.
const WEAKLY_REFERENCEABLE: &[&str] = &[
    "BufferedRWPair",
    "BufferedRandom",
    "BufferedReader",
    "BufferedWriter",
    "BytesIO",
    "FileIO",
    "Future",
    "Match",
    "Pattern",
    "PickleBuffer",
    "SimpleQueue",
    "Task",
    "TypeAliasType",
    "TypeVar",
    "TypeVarTuple",
    "StringIO",
    "TextIOWrapper",
    "Union",
    "_lru_cache_wrapper",
    "array",
    "deque",
    "GenericAlias",
    "OrderedDict",
    "ParamSpec",
    "RLock",
    "_tee",
    "frozenset",
    "lock",
    "memoryview",
    "partial",
    "set",
];

impl Type {
    /// Completes a shell: name, base, order, layout. `base` is complete already (or this very class: object).
    pub fn fill_from_spec(&self, thread: &Thread, spec: &'static ClassSpec, base: Gc<Type>) {
        let names = &thread.vm().names;
        let this = self.gc();
        self.spec.set(Some(spec));
        let name = thread.vm().interner.intern_text(thread, spec.name);
        thread.store_gc(this, &self.name, name);
        thread.store_gc(this, &self.qualname, name);
        let dict = Dict::new(thread);
        thread.store_gc(this, &self.dict, dict);
        if base == this {
            thread.store_gc(this, &self.bases, Tuple::new(thread, &[]));
            thread.store_gc(this, &self.mro, Tuple::new(thread, &[this.value()]));
        } else {
            thread.store_gc(this, &self.base, base);
            thread.store_gc(this, &self.bases, Tuple::new(thread, &[base.value()]));
            let mut order = ScratchVec::from_slice(thread, &[this.value()]);
            order.extend_from_slice(thread, base.mro_items());
            thread.store_gc(this, &self.mro, Tuple::new(thread, &order));
        }
        let inherited = base.flags.get()
            & (type_flags::WEAKREFABLE
                | type_flags::EXCEPTION
                | type_flags::EXCEPTION_FIELDS
                | type_flags::METACLASS
                | type_flags::SEQUENCE
                | type_flags::MAPPING);
        self.flags.set(inherited);
        self.set_flag(type_flags::BASE, spec.flags.subclassable);
        if WEAKLY_REFERENCEABLE.contains(&spec.name) {
            self.set_flag(type_flags::WEAKREFABLE, true);
        }
        self.set_flag(type_flags::NO_INSTANTIATION, spec.flags.no_instances);
        self.set_flag(type_flags::IMMUTABLE, !spec.flags.mutable);
        let kind = spec.kind.unwrap_or(base.instance_kind.get());
        self.instance_kind.set(kind);
        let own_size = spec.size.unwrap_or(kind.fixed_size()) as u16;
        let inherits_layout = kind == base.instance_kind.get() && base != this && spec.size.is_none();
        self.base_size.set(if inherits_layout { base.base_size.get() } else { own_size });
        if base != this {
            self.tail_words.set(base.tail_words.get().max(u8::from(spec.flags.dict)));
        }
        let shape = crate::shape::fixed_shape_of_class(&thread.vm().types, this).unwrap_or_else(|| {
            let tail = u16::from(self.tail_words.get());
            let (offset, inline) = if tail > 0 { (self.base_size.get() + 8, tail - 1) } else { (0, 0) };
            thread.vm().shapes.new_root(this, kind, offset, inline, 0)
        });
        self.instance_shape.set(shape);
        thread.vm().native_classes.borrow_mut().insert(std::ptr::from_ref(spec).addr(), this);
        self.version.set(thread.vm().fresh_class_version());
        let module = if shares_module_name(spec) {
            thread.vm().interner.intern_text(thread, spec.module)
        } else {
            Str::new(thread, spec.module)
        };
        dict.insert_str(thread, names.__module__, module.value());
        let doc = spec.doc.map_or(Value::NONE, |doc| Str::new(thread, doc).value());
        dict.insert_str(thread, names.__doc__, doc);
        if base != this {
            // Builtin classes live as long as the isolate: a strong list would do, but one form is simpler.
            let _ = base.add_subclass(thread, this);
        }
    }

    /// Puts the methods, getters and constants of the spec into the namespace.
    pub fn add_spec_attributes(&self, thread: &Thread, spec: &'static ClassSpec) {
        let dict = self.dictionary();
        let intern = |name: &str| thread.vm().interner.intern_text(thread, name);
        for method in spec.methods() {
            let function = NativeFunction::of_method(thread, method, self.gc());
            dict.insert_str(thread, intern(method.name), function);
        }
        for getter in spec.getters() {
            let descriptor = GetSet::new(thread, getter, self.gc());
            dict.insert_str(thread, intern(getter.name), descriptor);
        }
        for constant in spec.constants() {
            match constant.value.make(thread) {
                Ok(value) => dict.insert_str(thread, intern(constant.name), value),
                Err(_) => unreachable!("constant {} of {} cannot be made", constant.name, spec.name),
            }
        }
        if spec.flags.dict {
            add_attribute_of_all_instances(thread, self.gc(), &INSTANCE_DICT);
        }
        if spec.flags.unhashable {
            dict.insert_str(thread, thread.vm().names.__hash__, Value::NONE);
        }
        self.changed(thread);
    }

    /// Gives the instances of a native class attribute storage behind their struct: one slot for each of
    /// `slots`, which no attribute look-up finds (see `instance::slot_word`), and a `__dict__` if asked for.
    /// To be called when the class was just made.
    pub fn set_native_layout(&self, thread: &Thread, slots: &[&str], has_dict: bool) {
        let shapes = &thread.vm().shapes;
        let flags = if has_dict { 0 } else { shape_flags::NO_DICT };
        let root =
            shapes.new_root(self.gc(), self.instance_kind.get(), self.base_size.get() + 8, slots.len() as u16, flags);
        for slot in slots {
            let name = Str::new(thread, slot);
            thread.vm().kept_strings.keep(thread, name);
            shapes.reserve_slot(root, name);
        }
        self.tail_words.set(1 + slots.len() as u8);
        self.instance_shape.set(root);
        if has_dict {
            add_attribute_of_all_instances(thread, self.gc(), &INSTANCE_DICT);
        }
    }

    /// The class of a native module's spec, made on first use.
    pub fn of_spec(thread: &Thread, spec: &'static ClassSpec) -> Gc<Type> {
        let key = std::ptr::from_ref(spec).addr();
        let known = thread.vm().native_classes.borrow().get(&key).copied();
        if let Some(class) = known {
            return class;
        }
        let base = match spec.base {
            Some(base) => Type::of_spec(thread, base),
            None => thread.vm().types.object,
        };
        let class = Type::allocate(thread, thread.vm().types.type_type);
        class.fill_from_spec(thread, spec, base);
        class.add_spec_attributes(thread, spec);
        class
    }
}

/// Classes that CPython lays out statically have interned module names, the same string for all of a module; others a
/// string each. Pickles show it: from protocol 4 on, a string that occurs twice is written once.
fn shares_module_name(spec: &ClassSpec) -> bool {
    match spec.module {
        "builtins" | "types" | "weakref" | "_contextvars" | "datetime" | "pickle" => true,
        "collections" => spec.name == "OrderedDict",
        _ => false,
    }
}

/// The most derived metaclass among `metaclass` and those of the bases.
///
/// TypeError if none is a subclass of all the others.
pub fn calculate_metaclass(thread: &Thread, metaclass: Gc<Type>, bases: &[Value]) -> PyResult<Gc<Type>> {
    let mut winner = metaclass;
    for &base in bases {
        let candidate = thread.class_of(base);
        if winner.is_subclass_of(candidate) {
            continue;
        }
        if candidate.is_subclass_of(winner) {
            winner = candidate;
            continue;
        }
        return Err(thread.raise_type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner)
}

/// The C3 linearisation of a class with these bases, the class itself left out.
///
/// Source: Barrett et al., "A Monotonic Superclass Linearization for Dylan", OOPSLA 1996; wording of the
/// TypeError as CPython's.
pub fn linearise(thread: &Thread, bases: &[Value]) -> PyResult<ScratchVec> {
    // All sequences lie one behind the other in `classes`; of each, what is left to be merged.
    let mut classes = ScratchVec::new();
    let mut sequences: Vec<Range<usize>> = Vec::new();
    let mut add = |values: &[Value]| {
        let start = classes.len();
        classes.extend_from_slice(thread, values);
        sequences.push(start..classes.len());
    };
    for &base in bases {
        if let Some(base) = base.cast::<Type>() {
            add(base.mro_items());
        }
    }
    add(bases);
    let mut order = ScratchVec::new();
    loop {
        let mut remaining = sequences.iter().filter(|left| !left.is_empty()).peekable();
        if remaining.peek().is_none() {
            return Ok(order);
        }
        let candidate = remaining.map(|left| classes[left.start]).find(|candidate| {
            !sequences.iter().any(|left| !left.is_empty() && classes[left.clone()][1..].contains(candidate))
        });
        let Some(next) = candidate else {
            let mut names = Vec::new();
            for class in sequences.iter().filter_map(|left| classes[left.clone()].first()?.cast::<Type>()) {
                let name = class.name_string();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            let message =
                format!("Cannot create a consistent method resolution order (MRO) for bases {}", names.join(", "));
            return Err(thread.raise_type_error(message));
        };
        order.push(thread, next);
        for left in &mut sequences {
            if classes[left.clone()].first() == Some(&next) {
                left.start += 1;
            }
        }
    }
}

/// The base whose layout the others are compatible with.
pub fn best_base(thread: &Thread, bases: &[Value]) -> PyResult<Gc<Type>> {
    let mut winner: Option<Gc<Type>> = None;
    for &base in bases {
        let Some(base) = base.cast::<Type>() else {
            return Err(thread.raise_type_error("bases must be types"));
        };
        if !base.flag(type_flags::BASE) {
            return Err(
                thread.raise_type_error(format!("type '{}' is not an acceptable base type", base.full_name(thread)))
            );
        }
        winner = Some(match winner {
            None => base,
            Some(current) => {
                let (a, b) = (solid_base(thread, current), solid_base(thread, base));
                if a.is_subclass_of(b) {
                    current
                } else if b.is_subclass_of(a) {
                    base
                } else {
                    return Err(thread.raise_type_error("multiple bases have instance lay-out conflict"));
                }
            }
        });
    }
    match winner {
        Some(base) => Ok(base),
        None => Ok(thread.vm().types.object),
    }
}

/// The nearest class at or above `class` that adds fields of its own: a builtin layout, or `__slots__`.
fn solid_base(thread: &Thread, class: Gc<Type>) -> Gc<Type> {
    let mut class = class;
    while let Some(base) = class.base.get() {
        let shapes = &thread.vm().shapes;
        let own = shapes.get(class.instance_shape.get()).reserved.get()
            != shapes.get(base.instance_shape.get()).reserved.get();
        if own || class.instance_kind.get() != base.instance_kind.get() || class.base_size.get() != base.base_size.get()
        {
            return class;
        }
        class = base;
    }
    class
}

/// `type.__new__(metaclass, name, bases, namespace, **keywords)`: makes the class and calls the hooks.
pub fn build_class(
    thread: &Thread,
    metaclass: Gc<Type>,
    name: Gc<Str>,
    bases: Gc<Tuple>,
    namespace: Gc<Dict>,
    keywords: &[(Gc<Str>, Value)],
) -> PyResult<Gc<Type>> {
    let vm = thread.vm();
    let names = &vm.names;
    for &base in bases.items() {
        if base.cast::<Type>().is_none() {
            if dispatch::attr::get_optional(thread, base, names.__mro_entries__)?.is_some() {
                return Err(
                    thread.raise_type_error("type() doesn't support MRO entry resolution; use types.new_class()")
                );
            }
            return Err(thread.raise_type_error("bases must be types"));
        }
    }
    let metaclass = calculate_metaclass(thread, metaclass, bases.items())?;
    let base = best_base(thread, bases.items())?;
    let bases = if bases.items().is_empty() { Tuple::new(thread, &[base.value()]) } else { bases };
    if name.as_bytes(thread).contains(&0) {
        return Err(thread.raise_value_error("type name must not contain null characters"));
    }

    let class = Type::allocate(thread, metaclass);
    let name = vm.interner.intern(thread, name);
    thread.store_gc(class, &class.name, name);
    thread.store_gc(class, &class.base, base);
    thread.store_gc(class, &class.bases, bases);
    let dict = namespace.copy(thread);
    thread.store_gc(class, &class.dict, dict);

    let qualname = match dict.get_str(thread, names.__qualname__) {
        Some(value) => match value.cast::<Str>() {
            Some(text) => {
                dict.remove_str(thread, names.__qualname__);
                text
            }
            None => {
                let message = format!("type __qualname__ must be a str, not {}", thread.type_name(value));
                return Err(thread.raise_type_error(message));
            }
        },
        None => name,
    };
    thread.store_gc(class, &class.qualname, qualname);
    if dict.get_str(thread, names.__module__).is_none()
        && let Some(globals) = (vm.hooks().current_globals)(thread)
        && let Some(module) = globals.get_str(thread, names.__name__)
    {
        dict.insert_str(thread, names.__module__, module);
    }
    // Flags that come with the bases.
    let mut flags = type_flags::HEAP | type_flags::BASE;
    for base in bases.items().iter().filter_map(|b| b.cast::<Type>()) {
        flags |= base.flags.get()
            & (type_flags::WEAKREFABLE | type_flags::EXCEPTION | type_flags::EXCEPTION_FIELDS | type_flags::METACLASS);
        // The first base that is a sequence or a mapping for patterns decides.
        let collection = type_flags::SEQUENCE | type_flags::MAPPING;
        if flags & collection == 0 {
            flags |= base.flags.get() & collection;
        }
    }
    class.flags.set(flags);
    class.instance_kind.set(base.instance_kind.get());
    class.base_size.set(base.base_size.get());
    class.spec.set(base.spec.get());

    // Some special methods are class or static methods without being declared so.
    for (special, wrap) in [
        (names.__new__, crate::types::descriptors::MethodWrapper::new_static as fn(&Thread, Value) -> Value),
        (names.__init_subclass__, crate::types::descriptors::MethodWrapper::new_class),
        (names.__class_getitem__, crate::types::descriptors::MethodWrapper::new_class),
    ] {
        if let Some(function) = dict.get_str(thread, special)
            && function.cast::<Function>().is_some()
        {
            dict.insert_str(thread, special, wrap(thread, function));
        }
    }
    if dict.get_str(thread, names.__eq__).is_some() && dict.get_str(thread, names.__hash__).is_none() {
        dict.insert_str(thread, names.__hash__, Value::NONE);
    }

    layout_instances(thread, class, base, dict)?;
    if dict.get_str(thread, names.__doc__).is_none() {
        dict.insert_str(thread, names.__doc__, Value::NONE);
    }
    set_order(thread, class)?;

    if let Some(cell) = dict.remove_str(thread, names.__classcell__) {
        match cell.cast::<CellObject>() {
            Some(cell) => thread.store(cell, &cell.content, class.value()),
            None => {
                let message = format!(
                    "__classcell__ must be a nonlocal cell, not <class '{}'>",
                    thread.class_of(cell).full_name(thread)
                );
                return Err(thread.raise_type_error(message));
            }
        }
    }
    if let Some(cell) = dict.remove_str(thread, names.__classdictcell__)
        && let Some(cell) = cell.cast::<CellObject>()
    {
        thread.store(cell, &cell.content, dict.value());
    }
    class.version.set(vm.fresh_class_version());
    class.refresh_flags(thread);
    for base in bases.items().iter().filter_map(|b| b.cast::<Type>()) {
        base.add_subclass(thread, class)?;
    }
    call_set_name(thread, class)?;
    call_init_subclass(thread, class, keywords)?;
    Ok(class)
}

/// Computes the method resolution order, through a metaclass's own `mro()` if it has one.
pub fn set_order(thread: &Thread, class: Gc<Type>) -> PyResult<()> {
    let bases = match class.bases.get() {
        Some(bases) => bases,
        None => Tuple::new(thread, &[]),
    };
    let metaclass = thread.class_of(class.value());
    let mro_name = thread.vm().interner.intern_text(thread, "mro");
    let custom = metaclass.lookup(thread, mro_name).filter(|m| m.cast::<NativeFunction>().is_none());
    let order = match custom {
        Some(method) => {
            let result = dispatch::call::call(thread, method, &[class.value()])?;
            let items = Tuple::from_iterable(thread, result)?;
            for &item in items.items() {
                if item.cast::<Type>().is_none() {
                    let message = format!("mro() returned a non-class ('{}')", thread.type_name(item));
                    return Err(thread.raise_type_error(message));
                }
            }
            items
        }
        None => {
            for (i, base) in bases.items().iter().enumerate() {
                if bases.items()[..i].contains(base) {
                    let name = base.cast::<Type>().map(|t| t.name_string()).unwrap_or_default();
                    return Err(thread.raise_type_error(format!("duplicate base class {name}")));
                }
            }
            let rest = linearise(thread, bases.items())?;
            let mut order = ScratchVec::from_slice(thread, &[class.value()]);
            order.extend_from_slice(thread, &rest);
            Tuple::new(thread, &order)
        }
    };
    thread.store_gc(class, &class.mro, order);
    Ok(())
}

/// Decides slots, `__dict__` and the root shape of instances.
fn layout_instances(thread: &Thread, class: Gc<Type>, base: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
    let vm = thread.vm();
    let names = &vm.names;
    let base_shape = vm.shapes.get(base.instance_shape.get());
    let has_dict = |base: Gc<Type>| {
        let shape = vm.shapes.get(base.instance_shape.get());
        shape.has_attributes() && shape.flags.get() & shape_flags::NO_DICT == 0 && base != vm.types.object
            || base.is_subclass_of(vm.types.type_type)
    };
    let base_has_dict = has_dict(base);
    let bases = class.bases.get();
    let mut all_bases = bases.iter().flat_map(|bases| bases.items()).filter_map(|base| base.cast::<Type>());
    let inherited_slots = base_shape.reserved.get() as usize;

    let declared = match dict.get_str(thread, names.__slots__) {
        None => None,
        Some(value) => Some(declared_slots(thread, class, value)?),
    };
    // Also what only a base beside the layout's has.
    let mut wants_dict = declared.is_none() || base_has_dict || all_bases.clone().any(has_dict);
    let mut wants_weakref = declared.is_none() || all_bases.any(|base| base.flag(type_flags::WEAKREFABLE));
    let mut own_slots = ScratchVec::new();
    if let Some(slots) = &declared {
        for &slot in slots.as_slice() {
            let Some(name) = slot.cast::<Str>() else { continue };
            if name == names.__dict__ {
                if base_has_dict {
                    return Err(thread.raise_type_error("__dict__ slot disallowed: we already got one"));
                }
                wants_dict = true;
            } else if name == names.__weakref__ {
                if base.flag(type_flags::WEAKREFABLE) {
                    return Err(thread.raise_type_error("__weakref__ slot disallowed: we already got one"));
                }
                wants_weakref = true;
            } else if dict.get_str(thread, name).is_some()
                && name != names.__qualname__
                && name != names.__classcell__
                && name != names.__classdictcell__
            {
                let text = name.to_str_lossy(thread).into_owned();
                return Err(thread.raise_value_error(format!("'{text}' in __slots__ conflicts with class variable")));
            } else if !own_slots.contains(&slot) {
                own_slots.push(thread, slot);
            }
        }
    }
    // CPython orders the slots by name.
    let mut sorted: Vec<(Vec<u8>, usize)> = own_slots
        .iter()
        .enumerate()
        .filter_map(|(i, s)| Some((s.cast::<Str>()?.as_bytes(thread).to_vec(), i)))
        .collect();
    sorted.sort();

    let expected = static_attribute_count(thread, class, base, dict);
    let reserved = inherited_slots + sorted.len();
    let growth = if wants_dict {
        expected.max(base.tail_words.get().saturating_sub(1) as usize).saturating_sub(inherited_slots)
    } else {
        0
    };
    let inline = (reserved + growth + EXTRA_INLINE).min(MAX_INLINE).max(reserved.min(MAX_INLINE));
    if reserved > MAX_INLINE {
        return Err(thread.raise_type_error(format!(
            "Taipan supports at most {MAX_INLINE} __slots__ entries in a class and its bases"
        )));
    }
    class.tail_words.set(1 + inline as u8);
    let flags = if wants_dict { 0 } else { shape_flags::NO_DICT };
    let offset = base.base_size.get() + 8;
    let root = vm.shapes.new_root(class, class.instance_kind.get(), offset, inline as u16, flags);
    for i in 0..inherited_slots {
        vm.shapes.reserve_slot(root, base_shape.names()[i]);
    }
    class.instance_shape.set(root);
    if wants_dict && !base_has_dict {
        add_attribute_of_all_instances(thread, class, &INSTANCE_DICT);
    }
    if wants_weakref && !base.flag(type_flags::WEAKREFABLE) {
        class.set_flag(type_flags::WEAKREFABLE, true);
        add_attribute_of_all_instances(thread, class, &INSTANCE_WEAKREF);
    }
    for (_, i) in sorted {
        if let Some(name) = own_slots[i].cast::<Str>() {
            // The placeholder is not interned, so that no attribute look-up by name finds the slot.
            let placeholder = Str::from_wtf8(thread, name.as_wtf8(thread));
            vm.kept_strings.keep(thread, placeholder);
            let index = vm.shapes.reserve_slot(root, placeholder);
            let descriptor = MemberDescriptor::new(thread, class, name, index);
            dict.insert_str(thread, name, descriptor.value());
        }
    }
    Ok(())
}

/// `__dict__` of instances of a class that introduces it.
static INSTANCE_DICT: GetSetSpec = GetSetSpec {
    name: "__dict__",
    doc: Some("dictionary for instance variables"),
    get: |thread, object| match object.header().and_then(|header| instance::dictionary(thread, header)) {
        Some(dict) => Ok(dict.value()),
        None => Err(dispatch::attr::raise_missing(thread, object, Some(thread.vm().names.__dict__))),
    },
    set: Some(|thread, object, value| match (object.header(), value.cast::<Dict>()) {
        (Some(header), Some(dict)) => {
            check_replaceable(thread, object, header)?;
            instance::replace_dictionary(thread, header, dict);
            Ok(())
        }
        _ => {
            let message = format!("__dict__ must be set to a dictionary, not a '{}'", thread.type_name(value));
            Err(thread.raise_type_error(message))
        }
    }),
    delete: Some(|thread, object| {
        // Instances of builtin classes that have a dict keep one.
        let mut class = Some(thread.class_of(object));
        while let Some(heap) = class.filter(|class| class.flag(type_flags::HEAP)) {
            class = heap.base.get();
        }
        let name = thread.vm().names.__dict__;
        if class.is_some_and(|class| class.dictionary().get_str(thread, name).is_some()) {
            return Err(thread.raise_type_error("cannot delete __dict__"));
        }
        if let Some(header) = object.header() {
            check_replaceable(thread, object, header)?;
            instance::replace_dictionary(thread, header, Dict::new(thread));
        }
        Ok(())
    }),
    member: false,
};

/// Instances of the class that have attributes give them as `__dict__`: no class defines that name otherwise.
pub fn has_plain_dict(thread: &Thread, class: Gc<Type>) -> bool {
    let found = class.lookup(thread, thread.vm().names.__dict__).and_then(|found| found.cast::<GetSet>());
    found.is_some_and(|descriptor| std::ptr::eq(descriptor.spec, &INSTANCE_DICT))
}

/// Classes and modules keep their dicts, whichever base the descriptor comes from.
fn check_replaceable(thread: &Thread, object: Value, header: Gc<crate::object::Header>) -> PyResult<()> {
    match header.kind() {
        Kind::Type => Err(thread.raise_plain_attribute_error("attribute '__dict__' of 'type' objects is not writable")),
        Kind::Module => Err(thread.raise_plain_attribute_error("readonly attribute")),
        _ if instance::has_dictionary(thread, header) => Ok(()),
        _ => Err(dispatch::attr::raise_missing(thread, object, Some(thread.vm().names.__dict__))),
    }
}

/// `__weakref__` of instances of a class that makes them weakly referenceable: the first reference.
static INSTANCE_WEAKREF: GetSetSpec = GetSetSpec {
    name: "__weakref__",
    doc: Some("list of weak references to the object"),
    get: |thread, object| {
        let mut first = None;
        if let Some(header) = object.header() {
            thread.vm().heap.for_each_weak_reference(header, |reference| first = first.or(Some(reference.to_value())));
        }
        Ok(first.unwrap_or(Value::NONE))
    },
    set: None,
    delete: None,
    member: false,
};

fn add_attribute_of_all_instances(thread: &Thread, class: Gc<Type>, spec: &'static GetSetSpec) {
    let (dict, name) = (class.dictionary(), thread.vm().interner.intern_text(thread, spec.name));
    if dict.get_str(thread, name).is_none() {
        dict.insert_str(thread, name, GetSet::new(thread, spec, class));
    }
}

/// How many attributes instances will probably have: what methods assign through `self`, as the compiler
/// counted it (`__static_attributes__`), and as many as the bases.
fn static_attribute_count(thread: &Thread, class: Gc<Type>, base: Gc<Type>, dict: Gc<Dict>) -> usize {
    let own = dict
        .get_str(thread, thread.vm().names.__static_attributes__)
        .and_then(|v| v.cast::<Tuple>())
        .map(|names| names.items().len());
    let inherited = if base.flag(type_flags::HEAP) { base.tail_words.get().saturating_sub(1) as usize } else { 0 };
    let _ = class;
    match own {
        Some(own) => own + inherited,
        None => inherited.max(DEFAULT_INLINE),
    }
}

/// The names in `__slots__`, mangled and checked.
fn declared_slots(thread: &Thread, class: Gc<Type>, value: Value) -> PyResult<ScratchVec> {
    let mut slots = ScratchVec::new();
    let items = match value.cast::<Str>() {
        Some(single) => Tuple::new(thread, &[single.value()]),
        None => Tuple::from_iterable(thread, value)?,
    };
    if matches!(class.instance_kind.get(), Kind::Tuple | Kind::BigInt | Kind::IntObject | Kind::Bytes)
        && !items.items().is_empty()
    {
        let meaningful = items.items().iter().any(|s| s.cast::<Str>().is_none_or(|s| s != thread.vm().names.__dict__));
        if meaningful {
            let base = class.base.get().map(|b| b.name_string()).unwrap_or_default();
            return Err(thread.raise_type_error(format!("nonempty __slots__ not supported for subtype of '{base}'")));
        }
    }
    for &item in items.items() {
        let Some(name) = item.cast::<Str>() else {
            return Err(
                thread.raise_type_error(format!("__slots__ items must be strings, not '{}'", thread.type_name(item)))
            );
        };
        let text = name.to_str_lossy(thread).into_owned();
        if !crate::text::properties::is_identifier(rustpython_wtf8::Wtf8::new(text.as_str())) {
            return Err(thread.raise_type_error("__slots__ must be identifiers"));
        }
        let mangled = mangle(&class.name_string(), &text);
        slots.push(thread, thread.vm().interner.intern_text(thread, &mangled).value());
    }
    Ok(slots)
}

/// Name mangling of private names: Python reference, "Identifiers (Names)".
pub fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if class.is_empty() || !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.to_owned();
    }
    format!("_{class}{name}")
}

fn call_set_name(thread: &Thread, class: Gc<Type>) -> PyResult<()> {
    let snapshot = class.dictionary().copy(thread);
    let mut position = 0;
    while let Some((key, value)) = snapshot.next_entry(&mut position) {
        let attribute_class = thread.class_of(value);
        if let Some(method) = attribute_class.lookup(thread, thread.vm().names.__set_name__) {
            let result = dispatch::call::call_unbound(thread, method, value, &[class.value(), key]);
            if let Err(raised) = result {
                let key_text = dispatch::text::repr(thread, key)?.to_str_lossy(thread).into_owned();
                let note = format!(
                    "Error calling __set_name__ on '{}' instance {} in '{}'",
                    attribute_class.name_string(),
                    key_text,
                    class.name_string()
                );
                let exception = thread.take_exception(raised);
                crate::types::exception::add_note(thread, exception, &note)?;
                return Err(thread.reraise(exception));
            }
        }
    }
    Ok(())
}

fn call_init_subclass(thread: &Thread, class: Gc<Type>, keywords: &[(Gc<Str>, Value)]) -> PyResult<()> {
    let name = thread.vm().names.__init_subclass__;
    let parent = class.mro_items()[1..].iter().find_map(|c| c.cast::<Type>()?.dictionary().get_str(thread, name));
    let Some(attribute) = parent else { return Ok(()) };
    if keywords.is_empty() && thread.vm().types.object.dictionary().get_str(thread, name) == Some(attribute) {
        return Ok(()); // object.__init_subclass__ does nothing; typing.Generic's, native too, does.
    }
    let bound = dispatch::attr::bind_descriptor(thread, attribute, None, class)?;
    let (mut names, mut values) = (ScratchVec::new(), ScratchVec::new());
    for &(key, value) in keywords {
        names.push(thread, key.value());
        values.push(thread, value);
    }
    let names = if names.is_empty() { None } else { Some(Tuple::new(thread, &names)) };
    dispatch::call::call_with(thread, bound, crate::native::Arguments { values: &values, names })?;
    Ok(())
}

/// Whether instances of `from` may become instances of `to` by `__class__` assignment.
pub fn layouts_compatible(thread: &Thread, from: Gc<Type>, to: Gc<Type>) -> bool {
    let shapes = &thread.vm().shapes;
    let (a, b) = (shapes.get(from.instance_shape.get()), shapes.get(to.instance_shape.get()));
    from.instance_kind.get() == to.instance_kind.get()
        && from.base_size.get() == to.base_size.get()
        && a.reserved.get() == b.reserved.get()
        && (a.flags.get() ^ b.flags.get()) & shape_flags::NO_DICT == 0
        && (solid_base(thread, from) == solid_base(thread, to) || same_slots(thread, from, to))
}

/// Both classes add `__slots__` entries of the same names to the same base.
fn same_slots(thread: &Thread, a: Gc<Type>, b: Gc<Type>) -> bool {
    let shapes = &thread.vm().shapes;
    let names = |class: Gc<Type>| shapes.get(class.instance_shape.get()).names();
    let (first, second) = (names(a), names(b));
    first.len() == second.len()
        && first.iter().zip(&second).all(|(&x, &y)| Str::equals(thread, x, y))
        && match (a.base.get(), b.base.get()) {
            (Some(a), Some(b)) => solid_base(thread, a) == solid_base(thread, b),
            _ => false,
        }
}

/// Gives `object` the class `to`: `object.__class__ = to`, the layouts being compatible.
pub fn change_class(thread: &Thread, object: Gc<crate::object::Header>, to: Gc<Type>) {
    use crate::types::instance;
    if object.kind() == Kind::Module {
        // The attributes of modules lie in their namespaces.
        object.shape.set(to.instance_shape.get());
        return;
    }
    let attributes = instance::dictionary_copy(thread, object);
    let shapes = &thread.vm().shapes;
    let target = shapes.get(to.instance_shape.get());
    let capacity = u16::from(object.spare.get()).saturating_sub(1);
    if target.inline_capacity.get() == capacity {
        // Same room in the object: start from the root shape and add the attributes again.
        if let Some(dict) = attributes {
            instance::make_dictionary(thread, object);
            instance::overflow_slot(object, target).init(None);
            object.shape.set(to.instance_shape.get());
            let mut position = 0;
            while let Some((key, value)) = dict.next_entry(&mut position) {
                if let Some(key) = key.cast::<Str>() {
                    instance::set_attribute(thread, object, thread.vm().interner.intern(thread, key), value);
                }
            }
        } else {
            object.shape.set(to.instance_shape.get());
        }
        return;
    }
    // Different room: the object keeps its attributes in a dict under the new class.
    let dict = instance::make_dictionary(thread, object);
    object.shape.set(shapes.dictionary_with_capacity(to.instance_shape.get(), capacity));
    instance::overflow_slot(object, shapes.get(object.shape())).init(Some(dict.header()));
    thread.write_barrier(object);
}

/// The fixed shape ids of builtin layouts may not be shared by subclasses.
pub fn is_exact(value: Value, shape: ShapeId) -> bool {
    value.header().is_some_and(|h| h.shape() == shape)
}
