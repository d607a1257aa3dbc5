//! Inline caches of attribute accesses: filling the entries of `Attr` sites and reading through them.
//!
//! What lives here: which accesses an entry can describe ([`analyse_load`], [`analyse_store`]), and accesses by
//! entry ([`load`], [`store`], [`load_method`]). What must not: the meaning of entry words
//! ([`crate::bytecode::feedback::attr`]) and the generic semantics (the runtime's `dispatch::attr`).
//! Start at [`Site`].
//!
//! The first entry is tested by the interpreter's loop itself; everything else comes here.
#![allow(unsafe_code)] // Sites and slots are reached by address.

use taipan_runtime::dispatch::attr as dispatch;
use taipan_runtime::error::PyResult;
use taipan_runtime::modules::collections::tuple_getter::TupleGetter;
use taipan_runtime::object::{Gc, Header, Kind, ShapeId, Slot, WordStorage};
use taipan_runtime::shape::{Shape, shape_flags};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::descriptors::{GetSet, MemberDescriptor, MethodWrapper, Property};
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::function::{BoundMethod, Function};
use taipan_runtime::types::instance;
use taipan_runtime::types::module::Module;
use taipan_runtime::types::native_function::NativeFunction;
use taipan_runtime::types::payload::Payload;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::{Type, type_flags};
use taipan_runtime::value::Value;

use super::body::Body;
use crate::bytecode::feedback::attr;

/// The words of an `Attr` site.
#[derive(Clone, Copy)]
pub struct Site(pub *mut u64);

/// What an entry says.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// One of the kinds of [`attr`].
    pub kind: u8,
    pub shape: u32,
    pub version: u32,
    pub payload: u64,
}

impl Entry {
    /// Both add the same attribute to the same objects: one where it is a float, the other where it is not.
    fn complements(&self, other: &Entry) -> bool {
        let plain = |entry: &Entry| entry.kind == attr::ADD_SLOT && entry.payload & attr::ADDS_FLOATS == 0;
        let floats = |entry: &Entry| entry.kind == attr::ADD_DOUBLE;
        self.version == other.version && (plain(self) && floats(other) || floats(self) && plain(other))
    }
}

impl Site {
    #[inline(always)]
    fn word(self, index: usize) -> u64 {
        // SAFETY: the interpreter passes sites of the running code; an `Attr` site has ten words.
        unsafe { *self.0.add(index) }
    }

    #[inline(always)]
    fn set_word(self, index: usize, word: u64) {
        // SAFETY: as in `word`.
        unsafe { *self.0.add(index) = word };
    }

    /// Entry `index`.
    #[inline(always)]
    pub fn entry(self, index: usize) -> Entry {
        let key = self.word(attr::ENTRIES + index * attr::ENTRY_WORDS);
        Entry {
            kind: (self.word(attr::KINDS) >> (8 * index)) as u8,
            shape: key as u32,
            version: (key >> 32) as u32,
            payload: self.word(attr::ENTRIES + index * attr::ENTRY_WORDS + 1),
        }
    }

    /// The entries in use.
    pub fn entries(self) -> impl Iterator<Item = Entry> {
        (0..attr::ENTRY_COUNT).map(move |index| self.entry(index)).filter(|entry| entry.kind != 0)
    }

    fn set(self, index: usize, entry: Entry) {
        let shift = 8 * index;
        let kinds = self.word(attr::KINDS) & !(0xff << shift) | u64::from(entry.kind) << shift;
        self.set_word(attr::KINDS, kinds);
        let at = attr::ENTRIES + index * attr::ENTRY_WORDS;
        self.set_word(at, u64::from(entry.shape) | u64::from(entry.version) << 32);
        self.set_word(at + 1, entry.payload);
    }

    /// Adds an entry: in the place of a stale one of the same shape, in a free place, or in the last.
    fn add(self, thread: &Thread, body: &Body, entry: Entry) {
        if std::ptr::eq(self.0, super::profile::cold_site(body)) {
            return;
        }
        let of_class = matches!(entry.kind, attr::OF_CLASS | attr::OF_CLASS_BOUND | attr::MODULE | attr::DICTIONARY);
        let is_outdated = |other: Entry| {
            // No object need be left that has the shape.
            let class = thread.living_class_of_shape(ShapeId(other.shape));
            attr::is_of_instances(other.kind) && class.is_none_or(|class| class.version.get() != other.version)
        };
        let place = (0..attr::ENTRY_COUNT).find(|&index| {
            let other = self.entry(index);
            // Class objects, modules and dicts share shapes: their versions tell them apart.
            other.kind == 0
                || is_outdated(other)
                || other.shape == entry.shape
                    && !(of_class && other.kind == entry.kind && index + 1 < attr::ENTRY_COUNT)
                    && !other.complements(&entry)
        });
        match place {
            Some(index) => self.set(index, entry),
            None => {
                self.set_word(0, self.word(0) | attr::MEGAMORPHIC);
                self.set(attr::ENTRY_COUNT - 1, entry);
            }
        }
        thread.write_barrier(body.owner().header());
    }

    /// Remembers facts that no entry holds.
    fn flag(self, flag: u64) {
        self.set_word(0, self.word(0) | flag);
    }
}

/// The version of the class of objects of this shape.
#[inline(always)]
pub fn class_version(thread: &Thread, shape: u32) -> u32 {
    // SAFETY: shape ids of live objects lie in the table, and every such shape has a class.
    unsafe {
        let shape = &*thread.shapes.get().add(shape as usize);
        shape.class.get().unwrap_unchecked().version.get()
    }
}

/// The word at a byte offset of an object.
#[inline(always)]
pub fn slot_at<'a>(object: Gc<Header>, offset: usize) -> &'a Slot {
    // SAFETY: the entry was made for the object's shape, in which a slot lies at this offset.
    unsafe { &*object.as_pointer().byte_add(offset).cast::<Slot>() }
}

/// Offset of a slot that lies in the object.
fn slot_offset(shape: &Shape, index: u16) -> usize {
    shape.slots_offset.get() as usize + index as usize * size_of::<Slot>()
}

/// An overflow slot: address of the word that points to the storage, and index in it.
fn overflow_payload(shape: &Shape, index: u16) -> u64 {
    let word = shape.slots_offset.get() as usize - size_of::<Slot>();
    word as u64 | u64::from(index - shape.inline_capacity.get()) << 32
}

/// The slot in the overflow storage that a payload names, with the storage.
#[inline]
fn overflow_at(object: Gc<Header>, payload: u64) -> Option<(Gc<WordStorage>, usize)> {
    let storage = slot_at(object, payload as u32 as usize).get()?.header()?.cast_unchecked::<WordStorage>();
    Some((storage, (payload >> 32) as usize))
}

/// Kind and payload of an existing slot.
fn slot_entry(shape: &Shape, index: u16) -> (u8, u64) {
    if index >= shape.inline_capacity.get() {
        (attr::OVERFLOW, overflow_payload(shape, index))
    } else if shape.is_double(index) {
        (attr::DOUBLE, slot_offset(shape, index) as u64)
    } else {
        (attr::SLOT, slot_offset(shape, index) as u64)
    }
}

/// The object's attributes lie in slots by its shape.
fn has_slots(header: Gc<Header>, shape: &Shape) -> bool {
    !matches!(header.kind(), Kind::Module | Kind::Function) && shape.has_attributes() && !shape.is_dictionary()
}

/// The getter of the property that a payload names, if it is a Python function still.
#[inline]
pub fn property_getter(payload: u64) -> Option<Gc<Function>> {
    Value::from_bits(payload)?.cast::<Property>()?.getter.get()?.cast::<Function>()
}

/// How `object.name` is to be read, if an entry can say it.
pub fn analyse_load(thread: &Thread, object: Value, name: Gc<Str>) -> Option<Entry> {
    let shape_id = thread.shape_of(object);
    let class = thread.class_of(object);
    if class.flag(type_flags::CUSTOM_GETATTRIBUTE) {
        return None;
    }
    let shape = thread.vm().shapes.get(shape_id);
    let found = class.lookup(thread, name);
    let entry = |kind, payload| Some(Entry { kind, shape: shape_id.0, version: class.version.get(), payload });
    let header = object.header();
    match header.map(|header| header.kind()) {
        Some(Kind::Type) => return analyse_class_load(thread, object.cast::<Type>()?, shape_id, class, name),
        Some(Kind::Super | Kind::BoundMethod | Kind::GenericAlias) => return None,
        Some(Kind::Module) if found.is_none() => {
            let dict = object.cast::<Module>()?.dict();
            let index = dict.entry_index_str(thread, name)?;
            return Some(Entry {
                kind: attr::MODULE,
                shape: shape_id.0,
                version: dict.keys_version(thread),
                payload: index as u64,
            });
        }
        _ => {}
    }
    if let Some(attribute) = found
        && dispatch::is_data_descriptor(thread, attribute)
    {
        if let Some(member) = attribute.cast::<MemberDescriptor>() {
            if shape.inline_capacity.get() <= member.index {
                return None;
            }
            let (kind, payload) = slot_entry(shape, member.index);
            return entry(kind, payload);
        }
        // `__getattr__` must hear of an AttributeError that the descriptor raises.
        if class.flag(type_flags::HAS_GETATTR) {
            return None;
        }
        if attribute.header().is_some_and(|descriptor| dispatch::overrides_binding(thread, descriptor)) {
            return None;
        }
        if let Some(property) = attribute.cast::<Property>() {
            let kind = if property.getter.get().is_some_and(|getter| getter.cast::<Function>().is_some()) {
                attr::PROPERTY
            } else {
                attr::DESCRIPTOR
            };
            return entry(kind, attribute.to_bits());
        }
        if let Some(field) = Payload::<TupleGetter>::cast(attribute) {
            let index = usize::try_from(field.data.index).ok()?;
            let tuple = object.cast::<Tuple>()?;
            let payload = u64::from(tuple.spare_words()) << 32 | u64::from(u32::try_from(index).ok()?);
            return tuple.get(index).and_then(|_| entry(attr::TUPLE_ITEM, payload));
        }
        return attribute.cast::<GetSet>().and_then(|_| entry(attr::DESCRIPTOR, attribute.to_bits()));
    }
    if let Some(header) = header {
        if shape.has_attributes() && shape.is_dictionary() {
            return analyse_dictionary_load(thread, header, shape_id, class, name, found);
        }
        if has_slots(header, shape) {
            if let Some(index) = shape.lookup(name) {
                let (kind, payload) = slot_entry(shape, index);
                return entry(kind, payload);
            }
        } else if matches!(header.kind(), Kind::Function | Kind::Module)
            && instance::get_attribute(thread, header, name).is_some()
        {
            return None;
        }
        // A function may get an attribute of this name without changing its shape.
        if matches!(header.kind(), Kind::Function | Kind::Module) {
            return None;
        }
    }
    let attribute = found?;
    if class.has_variable(thread, name) {
        return None;
    }
    let (kind, payload) = class_attribute(thread, attribute)?;
    entry(kind, payload.to_bits())
}

/// Attribute of an object in dictionary mode: only what its own dict holds is cached.
fn analyse_dictionary_load(
    thread: &Thread,
    header: Gc<Header>,
    shape: ShapeId,
    class: Gc<Type>,
    name: Gc<Str>,
    found: Option<Value>,
) -> Option<Entry> {
    let dict = instance::existing_dictionary(thread, header)?;
    let index = dict.entry_index_str(thread, name)?;
    let _ = found;
    let payload = index as u64 | u64::from(class.version.get()) << 32;
    Some(Entry { kind: attr::DICTIONARY, shape: shape.0, version: dict.keys_version(thread), payload })
}

/// What reading a class attribute through an instance gives, as far as an entry can say it.
fn class_attribute(thread: &Thread, attribute: Value) -> Option<(u8, Value)> {
    let Some(header) = attribute.header() else { return Some((attr::CLASS_VALUE, attribute)) };
    if dispatch::overrides_binding(thread, header) {
        return None;
    }
    match header.kind() {
        Kind::Function => Some((attr::METHOD, attribute)),
        Kind::NativeFunction => {
            let native = header.cast_unchecked::<NativeFunction>();
            if native.is_method() {
                Some((attr::METHOD, attribute))
            } else if native.is_class_method() {
                None
            } else {
                Some((attr::CLASS_VALUE, attribute))
            }
        }
        Kind::MethodWrapper => {
            let wrapper = header.cast_unchecked::<MethodWrapper>();
            match (wrapper.binds_class.get(), wrapper.function()) {
                (false, function) => Some((attr::CLASS_VALUE, function)),
                (true, function) if function.cast::<Function>().is_some() => Some((attr::CLASS_METHOD, function)),
                (true, _) => None,
            }
        }
        _ if thread.class_of(attribute).flag(type_flags::HAS_GET) => None,
        _ => Some((attr::CLASS_VALUE, attribute)),
    }
}

/// `class.name`, for classes whose metaclass has nothing to say about the name.
fn analyse_class_load(
    thread: &Thread,
    class: Gc<Type>,
    shape: ShapeId,
    metaclass: Gc<Type>,
    name: Gc<Str>,
) -> Option<Entry> {
    // A metaclass written in Python can change: its version is not in the entry.
    if metaclass != thread.vm().types.type_type {
        return None;
    }
    if let Some(attribute) = metaclass.lookup(thread, name)
        && dispatch::is_data_descriptor(thread, attribute)
    {
        return None;
    }
    let attribute = class.lookup(thread, name)?;
    if class.has_variable(thread, name) {
        return None;
    }
    let entry = |kind, payload: Value| {
        Some(Entry { kind, shape: shape.0, version: class.version.get(), payload: payload.to_bits() })
    };
    let Some(header) = attribute.header() else { return entry(attr::OF_CLASS, attribute) };
    if dispatch::overrides_binding(thread, header) {
        return None;
    }
    match header.kind() {
        Kind::Function | Kind::Property | Kind::MemberDescriptor | Kind::GetSet => entry(attr::OF_CLASS, attribute),
        Kind::NativeFunction if header.cast_unchecked::<NativeFunction>().is_class_method() => None,
        Kind::NativeFunction => entry(attr::OF_CLASS, attribute),
        Kind::MethodWrapper => {
            let wrapper = header.cast_unchecked::<MethodWrapper>();
            let kind = if wrapper.binds_class.get() { attr::OF_CLASS_BOUND } else { attr::OF_CLASS };
            entry(kind, wrapper.function())
        }
        _ if thread.class_of(attribute).flag(type_flags::HAS_GET) => None,
        _ => entry(attr::OF_CLASS, attribute),
    }
}

/// What an entry found.
pub enum Found {
    /// The attribute.
    Value(Value),
    /// A callable and the receiver it takes first.
    Bound(Value, Value),
    /// A property, to be called with the object.
    Property(Gc<Property>),
    /// The entry does not hold for this object after all.
    Stale,
}

/// Looks an object up in a site's entries.
#[inline]
pub fn lookup(thread: &Thread, site: Site, object: Value) -> PyResult<Found> {
    let shape = thread.shape_of(object).0;
    for index in 0..attr::ENTRY_COUNT {
        let entry = site.entry(index);
        if entry.kind == 0 {
            break;
        }
        if entry.shape != shape {
            continue;
        }
        match read(thread, entry, object)? {
            Found::Stale => {}
            found => return Ok(found),
        }
    }
    Ok(Found::Stale)
}

/// Reads through an entry whose shape is the object's.
#[inline]
fn read(thread: &Thread, entry: Entry, object: Value) -> PyResult<Found> {
    let value_of = |payload| match Value::from_bits(payload) {
        Some(value) => value,
        None => unreachable!("entries of this kind hold a value"),
    };
    match entry.kind {
        attr::OF_CLASS | attr::OF_CLASS_BOUND => {
            let Some(class) = object.cast::<Type>() else { return Ok(Found::Stale) };
            if class.version.get() != entry.version {
                return Ok(Found::Stale);
            }
            let value = value_of(entry.payload);
            return Ok(if entry.kind == attr::OF_CLASS { Found::Value(value) } else { Found::Bound(value, object) });
        }
        attr::MODULE => {
            let Some(module) = object.cast::<Module>() else { return Ok(Found::Stale) };
            let dict = module.dict();
            if dict.current_keys_version() != entry.version {
                return Ok(Found::Stale);
            }
            return Ok(dict.entry_value(entry.payload as usize).map_or(Found::Stale, Found::Value));
        }
        attr::DICTIONARY => {
            let Some(header) = object.header() else { return Ok(Found::Stale) };
            if class_version(thread, entry.shape) != (entry.payload >> 32) as u32 {
                return Ok(Found::Stale);
            }
            let shape = thread.vm().shapes.get(ShapeId(entry.shape));
            let Some(dict) = instance::overflow_slot(header, shape).get() else { return Ok(Found::Stale) };
            let dict = dict.cast_unchecked::<Dict>();
            if dict.current_keys_version() != entry.version {
                return Ok(Found::Stale);
            }
            return Ok(dict.entry_value(entry.payload as u32 as usize).map_or(Found::Stale, Found::Value));
        }
        _ => {}
    }
    if class_version(thread, entry.shape) != entry.version {
        return Ok(Found::Stale);
    }
    let Some(header) = object.header() else {
        return Ok(match entry.kind {
            attr::METHOD => Found::Bound(value_of(entry.payload), object),
            attr::CLASS_VALUE => Found::Value(value_of(entry.payload)),
            attr::DESCRIPTOR => Found::Value(dispatch::bind_descriptor(
                thread,
                value_of(entry.payload),
                Some(object),
                thread.class_of(object),
            )?),
            attr::CLASS_METHOD => Found::Bound(value_of(entry.payload), thread.class_of(object).value()),
            _ => Found::Stale,
        });
    };
    Ok(match entry.kind {
        attr::SLOT => slot_at(header, entry.payload as usize).get().map_or(Found::Stale, Found::Value),
        attr::DOUBLE => {
            Found::Value(Float::new(thread, instance::raw_double(slot_at(header, entry.payload as usize))).value())
        }
        attr::OVERFLOW => match overflow_at(header, entry.payload) {
            Some((storage, index)) => storage.slots()[index].get().map_or(Found::Stale, Found::Value),
            None => Found::Stale,
        },
        attr::TUPLE_ITEM => object
            .cast::<Tuple>()
            .and_then(|tuple| tuple.get(entry.payload as u32 as usize))
            .map_or(Found::Stale, Found::Value),
        attr::METHOD => Found::Bound(value_of(entry.payload), object),
        attr::CLASS_VALUE => Found::Value(value_of(entry.payload)),
        attr::CLASS_METHOD => Found::Bound(value_of(entry.payload), thread.class_of(object).value()),
        attr::PROPERTY => match value_of(entry.payload).cast::<Property>() {
            Some(property) => Found::Property(property),
            None => Found::Stale,
        },
        attr::DESCRIPTOR => Found::Value(dispatch::bind_descriptor(
            thread,
            value_of(entry.payload),
            Some(object),
            thread.class_of(object),
        )?),
        _ => Found::Stale,
    })
}

/// `object.name` where the loop's own test of the first entry failed.
#[inline(never)]
pub fn load(thread: &Thread, body: &Body, site: Site, object: Value, name: Gc<Str>) -> PyResult<Value> {
    match lookup(thread, site, object)? {
        Found::Value(value) => return Ok(value),
        Found::Bound(function, receiver) => return Ok(bind(thread, function, receiver)),
        Found::Property(property) => return property.read(thread, object),
        Found::Stale => {}
    }
    load_uncached(thread, body, site, object, name)
}

/// A bound method of a Python or builtin function.
fn bind(thread: &Thread, function: Value, receiver: Value) -> Value {
    match function.cast::<NativeFunction>() {
        Some(native) => native.bind(thread, receiver).value(),
        None => BoundMethod::allocate(thread, function, receiver).value(),
    }
}

#[cold]
#[inline(never)]
fn load_uncached(thread: &Thread, body: &Body, site: Site, object: Value, name: Gc<Str>) -> PyResult<Value> {
    learn_load(thread, body, site, object, name);
    let result = dispatch::get(thread, object, name);
    if result.is_err() {
        site.flag(attr::RAISED);
    }
    result
}

/// Fills an entry for `object.name`.
fn learn_load(thread: &Thread, body: &Body, site: Site, object: Value, name: Gc<Str>) {
    modernise(thread, object);
    match analyse_load(thread, object, name) {
        Some(entry) => site.add(thread, body, entry),
        None => site.flag(attr::UNCACHED),
    }
}

/// What `object.name(...)` calls, and the receiver it takes first: `LoadMethod` off the fast path.
#[inline(never)]
pub fn load_method(
    thread: &Thread,
    body: &Body,
    site: Site,
    object: Value,
    name: Gc<Str>,
) -> PyResult<(Value, Option<Value>)> {
    match lookup(thread, site, object)? {
        Found::Value(value) => return Ok((value, None)),
        Found::Bound(function, receiver) => return Ok((function, Some(receiver))),
        Found::Property(property) => return Ok((property.read(thread, object)?, None)),
        Found::Stale => {}
    }
    learn_load(thread, body, site, object, name);
    let result = dispatch::get_method(thread, object, name);
    if result.is_err() {
        site.flag(attr::RAISED);
    }
    result
}

/// The number of an exact float.
#[inline(always)]
fn exact_float(value: Value) -> Option<f64> {
    match value.header() {
        Some(header) if header.shape() == ShapeId::FLOAT => Some(header.cast_unchecked::<Float>().value),
        _ => None,
    }
}

/// Writes through an entry whose shape is the object's. `false`: it does not hold.
#[inline(always)]
pub fn write(thread: &Thread, entry: Entry, header: Gc<Header>, value: Value) -> bool {
    match entry.kind {
        attr::SLOT => {
            slot_at(header, entry.payload as usize).init(Some(value));
            thread.write_barrier(header);
            true
        }
        attr::DOUBLE => match exact_float(value) {
            Some(number) => {
                instance::write_raw_double(slot_at(header, entry.payload as usize), number);
                true
            }
            None => false,
        },
        attr::ADD_SLOT => {
            if entry.payload & attr::ADDS_FLOATS == 0 && exact_float(value).is_some() {
                return false;
            }
            slot_at(header, (entry.payload >> 32) as u16 as usize).init(Some(value));
            header.set_shape(ShapeId(entry.payload as u32));
            thread.write_barrier(header);
            true
        }
        attr::ADD_DOUBLE => match exact_float(value) {
            Some(number) => {
                instance::write_raw_double(slot_at(header, (entry.payload >> 32) as u16 as usize), number);
                header.set_flag(instance::HAS_DOUBLES);
                header.set_shape(ShapeId(entry.payload as u32));
                true
            }
            None => false,
        },
        attr::OVERFLOW => match overflow_at(header, entry.payload) {
            Some((storage, index)) => {
                storage.slots()[index].init(Some(value));
                thread.write_barrier(storage.header());
                true
            }
            None => false,
        },
        _ => false,
    }
}

/// `object.name = value` where the loop's own test of the first entry failed.
#[inline(never)]
pub fn store(thread: &Thread, body: &Body, site: Site, object: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    if let Some(header) = object.header() {
        let shape = header.shape().0;
        for index in 0..attr::ENTRY_COUNT {
            let entry = site.entry(index);
            if entry.kind == 0 {
                break;
            }
            if entry.shape != shape {
                continue;
            }
            if entry.kind == attr::MODULE {
                if let Some(module) = object.cast::<Module>()
                    && module.dict().current_keys_version() == entry.version
                {
                    module.dict().set_entry_value(thread, entry.payload as usize, value);
                    return Ok(());
                }
                continue;
            }
            if entry.kind == attr::DICTIONARY {
                if class_version(thread, shape) == (entry.payload >> 32) as u32
                    && let Some(dict) = instance::existing_dictionary(thread, header)
                    && dict.current_keys_version() == entry.version
                {
                    dict.set_entry_value(thread, entry.payload as u32 as usize, value);
                    return Ok(());
                }
                continue;
            }
            if class_version(thread, shape) != entry.version {
                continue;
            }
            if entry.kind == attr::SETTER
                && let Some(property) = Value::from_bits(entry.payload).and_then(|property| property.cast::<Property>())
            {
                return property.write(thread, object, Some(value));
            }
            if write(thread, entry, header, value) {
                return Ok(());
            }
        }
    }
    store_uncached(thread, body, site, object, name, value)
}

/// Sees to it that entries are not made for a shape that is going out of use.
fn modernise(thread: &Thread, object: Value) {
    if let Some(header) = object.header()
        && has_slots(header, thread.vm().shapes.get(header.shape()))
    {
        instance::modernise(thread, header);
    }
}

/// How a store is to be done, if an entry can say it.
enum StorePlan {
    /// Nothing to learn.
    Generic,
    /// The entry is known before the store.
    Known(Entry),
    /// The object's shape after the store tells.
    BySlot,
}

#[cold]
#[inline(never)]
fn store_uncached(
    thread: &Thread,
    body: &Body,
    site: Site,
    object: Value,
    name: Gc<Str>,
    value: Value,
) -> PyResult<()> {
    modernise(thread, object);
    let before = thread.shape_of(object);
    let plan = plan_store(thread, object, name);
    let result = dispatch::set(thread, object, name, value);
    if result.is_err() {
        site.flag(attr::RAISED);
        return result;
    }
    let entry = match plan {
        StorePlan::Generic => None,
        StorePlan::Known(entry) => Some(entry),
        StorePlan::BySlot => object.header().and_then(|header| slot_store_entry(thread, header, before, name)),
    };
    match entry {
        Some(entry) => site.add(thread, body, entry),
        None => site.flag(attr::UNCACHED),
    }
    Ok(())
}

fn plan_store(thread: &Thread, object: Value, name: Gc<Str>) -> StorePlan {
    let class = thread.class_of(object);
    let Some(header) = object.header() else { return StorePlan::Generic };
    if class.flag(type_flags::CUSTOM_SETATTR) || header.kind() == Kind::Type {
        return StorePlan::Generic;
    }
    let shape_id = header.shape();
    let shape = thread.vm().shapes.get(shape_id);
    let entry =
        |kind, payload| StorePlan::Known(Entry { kind, shape: shape_id.0, version: class.version.get(), payload });
    if let Some(attribute) = class.lookup(thread, name)
        && dispatch::is_data_descriptor(thread, attribute)
    {
        if let Some(member) = attribute.cast::<MemberDescriptor>()
            && member.index < shape.inline_capacity.get()
        {
            let (kind, payload) = slot_entry(shape, member.index);
            return entry(kind, payload);
        }
        if let Some(property) = attribute.cast::<Property>()
            && !dispatch::overrides_binding(thread, property.header())
            && property.setter.get().is_some_and(|setter| setter.cast::<Function>().is_some())
        {
            return entry(attr::SETTER, attribute.to_bits());
        }
        return StorePlan::Generic;
    }
    if header.kind() == Kind::Module {
        let Some(module) = object.cast::<Module>() else { return StorePlan::Generic };
        let dict = module.dict();
        return match dict.entry_index_str(thread, name) {
            Some(index) => StorePlan::Known(Entry {
                kind: attr::MODULE,
                shape: shape_id.0,
                version: dict.keys_version(thread),
                payload: index as u64,
            }),
            None => StorePlan::Generic,
        };
    }
    if shape.has_attributes() && shape.is_dictionary() {
        let found = instance::existing_dictionary(thread, header)
            .and_then(|dict| Some((dict, dict.entry_index_str(thread, name)?)));
        return match found {
            Some((dict, index)) => StorePlan::Known(Entry {
                kind: attr::DICTIONARY,
                shape: shape_id.0,
                version: dict.keys_version(thread),
                payload: index as u64 | u64::from(class.version.get()) << 32,
            }),
            None => StorePlan::Generic,
        };
    }
    if has_slots(header, shape) && shape.flags.get() & shape_flags::NO_DICT == 0 {
        StorePlan::BySlot
    } else {
        StorePlan::Generic
    }
}

/// The entry of a store that wrote or added a slot.
fn slot_store_entry(thread: &Thread, header: Gc<Header>, before: ShapeId, name: Gc<Str>) -> Option<Entry> {
    let shapes = &thread.vm().shapes;
    let after = header.shape();
    let (old, new) = (shapes.get(before), shapes.get(after));
    let version = class_version(thread, before.0);
    let entry = |kind, payload| Some(Entry { kind, shape: before.0, version, payload });
    if !has_slots(header, new) {
        return None;
    }
    let index = new.lookup(name)?;
    if after == before {
        let (kind, payload) = slot_entry(new, index);
        return entry(kind, payload);
    }
    if new.parent != before || new.slot_count.get() != old.slot_count.get() + 1 || index >= new.inline_capacity.get() {
        return None;
    }
    let payload = u64::from(after.0) | (slot_offset(new, index) as u64) << 32;
    if new.is_double(index) {
        return entry(attr::ADD_DOUBLE, payload);
    }
    let floats_too = !shapes.may_be_double(before, name);
    entry(attr::ADD_SLOT, payload | if floats_too { attr::ADDS_FLOATS } else { 0 })
}
