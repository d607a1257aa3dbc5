//! `gc`: Python's view of the collector.
//!
//! What lives here: starting collections, enumeration of objects. What must not: the collector (`crate::gc`).
//! Generations and thresholds are those of CPython's interface only: the heap decides by bytes when to collect.
//! There is no reference count that would free most objects while the collector is disabled, so `disable` is
//! remembered and otherwise ignored. `collect` returns 0: the dead are not counted.

use taipan_macros::py_module;

/// This module provides access to the garbage collector for reference cycles.
///
/// enable() -- Enable automatic garbage collection.
/// disable() -- Disable automatic garbage collection.
/// isenabled() -- Returns true if automatic collection is enabled.
/// collect() -- Do a full collection right now.
/// get_count() -- Return the current collection counts.
/// get_objects() -- Return a list of all objects tracked by the collector.
/// get_referrers() -- Return the list of objects that refer to an object.
/// get_referents() -- Return the list of objects that an object refers to.
/// get_stats() -- Return list of dictionaries containing per-generation stats.
#[py_module(name = "gc")]
pub mod gc_module {
    use crate::dispatch;
    use crate::error::PyResult;
    use crate::gc::registers::collect_exactly;
    use crate::gc::{CollectionKind, with_spilled_registers};
    use crate::object::{Gc, Header, Kind, ShapeId, header_flags};
    use crate::scratch::ScratchVec;
    use crate::thread::Thread;
    use crate::types::dict::Dict;
    use crate::types::list::List;
    use crate::types::module::Module;
    use crate::types::str::Str;
    use crate::types::tuple::Tuple;
    use crate::value::Value;

    #[constant(name = "DEBUG_STATS")]
    const DEBUG_STATS: i64 = 1;
    #[constant(name = "DEBUG_COLLECTABLE")]
    const DEBUG_COLLECTABLE: i64 = 2;
    #[constant(name = "DEBUG_UNCOLLECTABLE")]
    const DEBUG_UNCOLLECTABLE: i64 = 4;
    #[constant(name = "DEBUG_SAVEALL")]
    const DEBUG_SAVEALL: i64 = 32;
    #[constant(name = "DEBUG_LEAK")]
    const DEBUG_LEAK: i64 = 38;

    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The optional argument
    /// may be an integer specifying which generation to collect.  A ValueError
    /// is raised if the generation number is invalid.
    ///
    /// The number of unreachable objects is returned.
    #[function(signature = "(generation=2)")]
    fn collect(thread: &Thread, generation: Option<i64>) -> PyResult<i64> {
        let generation = generation.unwrap_or(2);
        let kind = match generation {
            0 => CollectionKind::Minor,
            1 | 2 => CollectionKind::Full,
            _ => return Err(thread.raise_value_error("invalid generation")),
        };
        run_callbacks(thread, "start", generation);
        // Finalizers may free more: go on while there is something to run.
        loop {
            let pending = collect_exactly(thread, kind, false).pending;
            if !pending && !thread.vm().heap.has_pending() {
                break;
            }
            crate::types::finalize::run_pending(thread);
        }
        run_callbacks(thread, "stop", generation);
        Ok(0)
    }

    /// Calls the functions in `gc.callbacks`.
    fn run_callbacks(thread: &Thread, phase: &str, generation: i64) {
        let vm = thread.vm();
        let name = |text: &str| vm.interner.intern_text(thread, text);
        let module = vm.modules().get_str(thread, name("gc")).and_then(|module| module.cast::<Module>());
        let callbacks = module.and_then(|module| module.get(thread, "callbacks")).and_then(|list| list.cast::<List>());
        let Some(callbacks) = callbacks else { return };
        for index in 0..callbacks.len() {
            let Some(callback) = callbacks.get(thread, index) else { break };
            let info = Dict::new(thread);
            for (key, number) in [("generation", generation), ("collected", 0), ("uncollectable", 0)] {
                info.insert_str(thread, name(key), Value::small_wrapping(number));
            }
            let arguments = [Str::new(thread, phase).value(), info.value()];
            if let Err(raised) = dispatch::call::call(thread, callback, &arguments) {
                crate::types::finalize::report(thread, raised, "Exception ignored while calling GC callback", callback);
            }
        }
    }

    /// Enable automatic garbage collection.
    #[function]
    fn enable(thread: &Thread) {
        thread.vm().automatic_collection.set(true);
    }

    /// Disable automatic garbage collection.
    #[function]
    fn disable(thread: &Thread) {
        thread.vm().automatic_collection.set(false);
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function]
    fn isenabled(thread: &Thread) -> bool {
        thread.vm().automatic_collection.get()
    }

    /// Return a three-tuple of the current collection counts.
    #[function]
    fn get_count(thread: &Thread) -> Gc<Tuple> {
        let statistics = thread.vm().heap.statistics();
        // The young bytes stand for objects of 64 bytes.
        let young = thread.vm().heap.young_bytes() / 64;
        let minor = statistics.minor_collections % 10;
        Tuple::new(thread, &[young as i64, minor as i64, 0].map(Value::small_wrapping))
    }

    /// Return the current collection thresholds.
    #[function]
    fn get_threshold(thread: &Thread) -> Gc<Tuple> {
        Tuple::new(thread, &[2000, 10, 0].map(Value::small_wrapping))
    }

    /// set_threshold(threshold0, [threshold1, [threshold2]])
    /// Set the collection thresholds (the collection frequency).
    ///
    /// Setting 'threshold0' to zero disables collection.
    #[function(signature = "(threshold0, threshold1=10, threshold2=10, /)")]
    fn set_threshold(thread: &Thread, threshold0: i64, threshold1: Option<i64>, threshold2: Option<i64>) {
        let _ = (threshold1, threshold2);
        if threshold0 == 0 { disable(thread) } else { enable(thread) }
    }

    /// Set the garbage collection debugging flags.
    #[function]
    fn set_debug(flags: i64) {
        let _ = flags;
    }

    /// Get the garbage collection debugging flags.
    #[function]
    fn get_debug() -> i64 {
        0
    }

    /// Returns true if the object is tracked by the garbage collector.
    ///
    /// Simple atomic objects will return false.
    #[function]
    fn is_tracked(obj: Value) -> bool {
        obj.header().is_some_and(|header| {
            !matches!(header.kind(), Kind::Float | Kind::BigInt | Kind::Str | Kind::Bytes | Kind::Complex)
        })
    }

    /// Returns true if the object has been already finalized by the GC.
    #[function]
    fn is_finalized(thread: &Thread, obj: Value) -> bool {
        let has_finalizer = thread.class_of(obj).has_finalizer();
        has_finalizer && obj.header().is_some_and(|header| !header.flag(header_flags::HAS_FINALIZER))
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    ///
    ///   generation
    ///     Generation to extract the objects from.
    ///
    /// If generation is not None, return only the objects tracked by the collector
    /// that are in that generation.
    #[function(signature = "(generation=None)")]
    fn get_objects(thread: &Thread, generation: Option<Value>) -> PyResult<Gc<List>> {
        let old = match generation.filter(|generation| !generation.is_none()) {
            None => None,
            Some(generation) => match dispatch::number::index_i64(thread, generation)? {
                0 => Some(false),
                1 | 2 => Some(true),
                number if number < 0 => return Err(thread.raise_value_error("generation parameter cannot be negative")),
                _ => {
                    return Err(thread.raise_value_error(
                        "generation parameter must be less than the number of available generations (3)",
                    ));
                }
            },
        };
        with_spilled_registers(|| thread.vm().heap.collect(CollectionKind::Full, thread));
        list_of(thread, |object| old != Some(false) && is_tracked(object.to_value()))
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[function(signature = "(*objs)")]
    fn get_referrers(thread: &Thread, objs: &[Value]) -> PyResult<Gc<List>> {
        with_spilled_registers(|| thread.vm().heap.collect(CollectionKind::Full, thread));
        list_of(thread, |object| {
            let mut refers = false;
            for_each_referent(thread, object, &mut |target| refers |= objs.contains(&target.to_value()));
            refers && is_tracked(object.to_value())
        })
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[function(signature = "(*objs)")]
    fn get_referents(thread: &Thread, objs: &[Value]) -> PyResult<Gc<List>> {
        let mut found = ScratchVec::new();
        for object in objs.iter().filter_map(|object| object.header()).filter(|o| is_tracked(o.to_value())) {
            let mut count = 0;
            for_each_referent(thread, object, &mut |_| count += 1);
            // With the room there, nothing is allocated while the collector's own tables are read.
            let mut targets = ScratchVec::with_capacity(thread, count);
            for_each_referent(thread, object, &mut |target| targets.push(thread, target.to_value()));
            found.extend_from_slice(thread, &targets);
        }
        let list = List::new(thread, &[]);
        for &object in found.as_slice() {
            list.push(thread, object)?;
        }
        Ok(list)
    }

    /// The live objects that `wanted` says yes to. A collection was full just now.
    fn list_of(thread: &Thread, wanted: impl Fn(Gc<Header>) -> bool) -> PyResult<Gc<List>> {
        let heap = &thread.vm().heap;
        let mut count = 0;
        heap.for_each_object(|object| count += usize::from(is_visible(object) && wanted(object)));
        let mut found = ScratchVec::with_capacity(thread, count);
        heap.for_each_object(|object| {
            if found.len() < count && is_visible(object) && wanted(object) {
                found.push(thread, object.to_value());
            }
        });
        let list = List::new(thread, &[]);
        for &object in found.as_slice() {
            list.push(thread, object)?;
        }
        Ok(list)
    }

    /// The object is one of Python's, not a storage that belongs to one.
    fn is_visible(object: Gc<Header>) -> bool {
        object.shape() != ShapeId::INTERNAL && !matches!(object.kind(), Kind::Free | Kind::Words | Kind::Bytes8)
    }

    /// Calls `visit` for what `object` refers to, through its storages. Its class is left out, which CPython counts only
    /// for classes made by class statements.
    pub fn for_each_referent(thread: &Thread, object: Gc<Header>, visit: &mut dyn FnMut(Gc<Header>)) {
        let class = thread.class_of_shape(object.shape());
        thread.vm().heap.for_each_referent(object, thread, &mut |target| {
            if target == class.header() {
                return;
            }
            if is_visible(target) {
                visit(target);
            } else {
                for_each_referent(thread, target, visit);
            }
        });
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    #[function]
    fn freeze() {}

    /// Unfreeze all objects in the permanent generation.
    #[function]
    fn unfreeze() {}

    /// Return the number of objects in the permanent generation.
    #[function]
    fn get_freeze_count() -> i64 {
        0
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[function]
    fn get_stats(thread: &Thread) -> PyResult<Gc<List>> {
        let statistics = thread.vm().heap.statistics();
        let list = List::new(thread, &[]);
        for collections in [statistics.minor_collections, 0, statistics.full_collections] {
            let dict = Dict::new(thread);
            for (name, number) in [("collections", collections as i64), ("collected", 0), ("uncollectable", 0)] {
                dict.insert_str(thread, thread.vm().interner.intern_text(thread, name), Value::small_wrapping(number));
            }
            list.push(thread, dict.value())?;
        }
        Ok(list)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "garbage", List::new(thread, &[]).value());
        module.set(thread, "callbacks", List::new(thread, &[]).value());
        Ok(())
    }
}
