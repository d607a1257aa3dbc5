//! `_abc`: the quick half of abstract base classes.
//!
//! What lives here: registration and the caches of `isinstance`/`issubclass` on ABCs. The rules are those of
//! `_py_abc` in the standard library. Start at [`abc::_abc_subclasscheck`].

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::payload::{Payload, PayloadData};
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::type_object::{Type, type_flags};
use crate::types::weakref::WeakRef;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::{py_class, py_module};

/// What an ABC remembers. Classes are held by weak references, keyed by their identity.
pub struct AbcData {
    registry: GcSlot<Dict>,
    cache: GcSlot<Dict>,
    negative_cache: GcSlot<Dict>,
    negative_version: Cell<u64>,
}

impl PayloadData for AbcData {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.registry);
        tracer.gc_slot(&self.cache);
        tracer.gc_slot(&self.negative_cache);
    }
}

/// Internal state held by ABC machinery.
#[py_class(name = "_abc_data", module = "_abc", payload, no_instances)]
impl AbcData {}

fn data_name(thread: &Thread) -> Gc<Str> {
    thread.vm().interner.intern_text(thread, "_abc_impl")
}

fn data_of(thread: &Thread, class: Value) -> PyResult<Gc<Payload<AbcData>>> {
    let data = dispatch::attr::get(thread, class, data_name(thread))?;
    match Payload::<AbcData>::cast(data) {
        Some(data) => Ok(data),
        None => Err(thread.raise_type_error("_abc_impl is set to a wrong type")),
    }
}

/// Identity of a class as a dict key: its address never changes, and the weak reference beside tells whether
/// it is still the same class.
fn key_of(class: Value) -> Value {
    Value::small_wrapping((class.to_bits() >> 3) as i64)
}

fn remembers(thread: &Thread, table: &GcSlot<Dict>, class: Value) -> PyResult<bool> {
    let Some(dict) = table.get() else { return Ok(false) };
    let entry = dict.get(thread, key_of(class))?;
    Ok(entry.and_then(|r| r.cast::<WeakRef>()).and_then(|r| r.referent()) == Some(class))
}

fn remember(thread: &Thread, data: Gc<Payload<AbcData>>, table: &GcSlot<Dict>, class: Value) -> PyResult<()> {
    let dict = match table.get() {
        Some(dict) => dict,
        None => {
            let dict = Dict::new(thread);
            data.store_gc(thread, table, dict);
            dict
        }
    };
    let reference = WeakRef::new(thread, class, None);
    dict.insert(thread, key_of(class), reference.value())
}

/// How often a class was registered anywhere: negative caches older than that are stale. Kept in the module's
/// namespace, so that isolates have their own.
fn invalidation_counter(thread: &Thread) -> (Gc<Dict>, Gc<Str>, u64) {
    let name = thread.vm().interner.intern_text(thread, "__invalidation_counter__");
    let namespace = Type::of_spec(thread, <AbcData as PyClass>::SPEC).dictionary();
    let count = namespace.get_str(thread, name).and_then(|v| v.as_small()).unwrap_or(0);
    (namespace, name, count as u64)
}

/// Names in `class` and its bases that are abstract and not overridden.
fn compute_abstract_methods(thread: &Thread, class: Value) -> PyResult<()> {
    let names = &thread.vm().names;
    let result = Set::new(thread);
    let Some(own) = class.cast::<Type>() else { return Ok(()) };
    let is_abstract = |value: Value| -> PyResult<bool> {
        match dispatch::attr::get_optional(thread, value, names.__isabstractmethod__)? {
            Some(flag) => dispatch::truth::truth(thread, flag),
            None => Ok(false),
        }
    };
    let snapshot = own.dictionary().copy(thread);
    let mut position = 0;
    while let Some((key, value)) = snapshot.next_entry(&mut position) {
        if is_abstract(value)? {
            result.add(thread, key)?;
        }
    }
    let abstract_name = thread.vm().interner.intern_text(thread, "__abstractmethods__");
    for &base in own.bases.get().map_or(&[][..], |b| b.items_unbounded()) {
        let Some(inherited) = dispatch::attr::get_optional(thread, base, abstract_name)? else { continue };
        let iterator = dispatch::iter::get_iter(thread, inherited)?;
        while let Some(key) = dispatch::iter::next(thread, iterator)? {
            let Some(name) = key.cast::<Str>() else { continue };
            let value = dispatch::attr::get_optional(thread, class, thread.vm().interner.intern(thread, name))?;
            if let Some(value) = value
                && is_abstract(value)?
            {
                result.add(thread, key)?;
            }
        }
    }
    let frozen = dispatch::call::call(thread, thread.vm().types.frozenset.value(), &[result.value()])?;
    dispatch::attr::set(thread, class, abstract_name, frozen)
}

/// Module contains faster C implementation of abc.ABCMeta
#[py_module(name = "_abc")]
pub mod abc {
    use super::*;

    /// Returns the current ABC cache token.
    #[function]
    fn get_cache_token(thread: &Thread) -> i64 {
        invalidation_counter(thread).2 as i64
    }

    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[function]
    fn _abc_init(thread: &Thread, object: Value) -> PyResult<()> {
        compute_abstract_methods(thread, object)?;
        let class = Type::of_spec(thread, <AbcData as PyClass>::SPEC);
        let data = AbcData {
            registry: GcSlot::empty(),
            cache: GcSlot::empty(),
            negative_cache: GcSlot::empty(),
            negative_version: Cell::new(invalidation_counter(thread).2),
        };
        let data = Payload::new(thread, class, data);
        dispatch::attr::set(thread, object, data_name(thread), data.value())?;
        // `collections.abc` marks its classes for pattern matching.
        let flags_name = thread.vm().interner.intern_text(thread, "__abc_tpflags__");
        if let Some(class) = object.cast::<Type>()
            && let Some(flags) = class.dictionary().get_str(thread, flags_name).and_then(|f| f.as_small())
        {
            class.set_flag(type_flags::SEQUENCE, flags & (1 << 5) != 0);
            class.set_flag(type_flags::MAPPING, flags & (1 << 6) != 0);
            class.delete_attribute(thread, flags_name);
        }
        Ok(())
    }

    /// Internal ABC helper for subclasss registration. Should be never used outside abc module.
    #[function]
    fn _abc_register(thread: &Thread, object: Value, subclass: Value) -> PyResult<Value> {
        let Some(class) = subclass.cast::<Type>() else {
            return Err(thread.raise_type_error("Can only register classes"));
        };
        if dispatch::isinstance::issubclass(thread, subclass, object)? {
            return Ok(subclass);
        }
        if dispatch::isinstance::issubclass(thread, object, subclass)? {
            return Err(thread.raise_runtime_error("Refusing to create an inheritance cycle"));
        }
        let data = data_of(thread, object)?;
        remember(thread, data, &data.data.registry, subclass)?;
        let (namespace, name, count) = invalidation_counter(thread);
        namespace.insert_str(thread, name, Value::small_wrapping(count as i64 + 1));
        if let Some(abc) = object.cast::<Type>() {
            mark_collection(thread, class, abc.flags.get() & (type_flags::SEQUENCE | type_flags::MAPPING));
        }
        Ok(subclass)
    }

    fn mark_collection(thread: &Thread, class: Gc<Type>, flags: u32) {
        // Builtin classes stay what they are: `str` is registered as a Sequence, but no sequence pattern takes it.
        if flags == 0 || class.flag(type_flags::IMMUTABLE) {
            return;
        }
        class.flags.set(class.flags.get() & !(type_flags::SEQUENCE | type_flags::MAPPING) | flags);
        for subclass in class.live_subclasses(thread) {
            mark_collection(thread, subclass, flags);
        }
    }

    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[function]
    fn _abc_instancecheck(thread: &Thread, object: Value, instance: Value) -> PyResult<Value> {
        let data = data_of(thread, object)?;
        let subclass = dispatch::attr::get(thread, instance, thread.vm().names.__class__)?;
        if remembers(thread, &data.data.cache, subclass)? {
            return Ok(Value::TRUE);
        }
        let subtype = thread.class_of(instance).value();
        let check = thread.vm().names.__subclasscheck__;
        if subtype == subclass {
            if data.data.negative_version.get() == invalidation_counter(thread).2
                && remembers(thread, &data.data.negative_cache, subclass)?
            {
                return Ok(Value::FALSE);
            }
            return dispatch::call::call_method(thread, object, check, &[subclass]);
        }
        let result = dispatch::call::call_method(thread, object, check, &[subclass])?;
        if dispatch::truth::truth(thread, result)? {
            return Ok(result);
        }
        dispatch::call::call_method(thread, object, check, &[subtype])
    }

    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[function]
    pub fn _abc_subclasscheck(thread: &Thread, object: Value, subclass: Value) -> PyResult<bool> {
        let Some(class) = subclass.cast::<Type>() else {
            return Err(thread.raise_type_error("issubclass() arg 1 must be a class"));
        };
        let data = data_of(thread, object)?;
        if remembers(thread, &data.data.cache, subclass)? {
            return Ok(true);
        }
        let version = invalidation_counter(thread).2;
        if data.data.negative_version.get() < version {
            data.data.negative_cache.init(None);
            data.data.negative_version.set(version);
        } else if remembers(thread, &data.data.negative_cache, subclass)? {
            return Ok(false);
        }
        let verdict = decide(thread, object, data, class)?;
        let table = if verdict { &data.data.cache } else { &data.data.negative_cache };
        remember(thread, data, table, subclass)?;
        Ok(verdict)
    }

    fn decide(thread: &Thread, object: Value, data: Gc<Payload<AbcData>>, subclass: Gc<Type>) -> PyResult<bool> {
        let hook =
            dispatch::call::call_method(thread, object, thread.vm().names.__subclasshook__, &[subclass.value()])?;
        match hook {
            Value::TRUE => return Ok(true),
            Value::FALSE => return Ok(false),
            Value::NOT_IMPLEMENTED => {}
            _ => {
                return Err(
                    thread.raise_assertion_error("__subclasshook__ must return either False, True, or NotImplemented")
                );
            }
        }
        if object.cast::<Type>().is_some_and(|abc| subclass.is_subclass_of(abc)) {
            return Ok(true);
        }
        if let Some(registry) = data.data.registry.get() {
            let snapshot = registry.copy(thread);
            let mut position = 0;
            while let Some((_, reference)) = snapshot.next_entry(&mut position) {
                if let Some(registered) = reference.cast::<WeakRef>().and_then(|r| r.referent())
                    && dispatch::isinstance::issubclass(thread, subclass.value(), registered)?
                {
                    return Ok(true);
                }
            }
        }
        let subclasses = dispatch::call::call_method(thread, object, thread.vm().names.__subclasses__, &[])?;
        let iterator = dispatch::iter::get_iter(thread, subclasses)?;
        while let Some(direct) = dispatch::iter::next(thread, iterator)? {
            if dispatch::isinstance::issubclass(thread, subclass.value(), direct)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[function]
    fn _get_dump(thread: &Thread, object: Value) -> PyResult<Value> {
        let data = data_of(thread, object)?;
        let collect = |table: &GcSlot<Dict>| -> PyResult<Value> {
            let set = Set::new(thread);
            if let Some(dict) = table.get() {
                let mut position = 0;
                while let Some((_, reference)) = dict.next_entry(&mut position) {
                    set.add(thread, reference)?;
                }
            }
            Ok(set.value())
        };
        let parts = [
            collect(&data.data.registry)?,
            collect(&data.data.cache)?,
            collect(&data.data.negative_cache)?,
            Value::small_wrapping(data.data.negative_version.get() as i64),
        ];
        Ok(crate::types::tuple::Tuple::new(thread, &parts).value())
    }

    /// Internal ABC helper to reset registry. Should be only used by refleak.py
    #[function]
    fn _reset_registry(thread: &Thread, object: Value) -> PyResult<()> {
        data_of(thread, object)?.data.registry.init(None);
        Ok(())
    }

    /// Internal ABC helper to reset both caches of a given class.
    #[function]
    fn _reset_caches(thread: &Thread, object: Value) -> PyResult<()> {
        let data = data_of(thread, object)?;
        data.data.cache.init(None);
        data.data.negative_cache.init(None);
        Ok(())
    }
}
