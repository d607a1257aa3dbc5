//! `gc`: Python's view of the collector.
//!
//! What lives here: starting collections, switching the automatic ones off, enumeration. What must not: the
//! collector (`crate::gc`). Generations and thresholds are those of CPython's interface only: the heap decides
//! by bytes when to collect.

use taipan_macros::py_module;

/// This module provides access to the garbage collector for reference cycles.
///
/// enable() -- Enable automatic garbage collection.
/// disable() -- Disable automatic garbage collection.
/// isenabled() -- Returns true if automatic collection is enabled.
/// collect() -- Do a full collection right now.
/// get_count() -- Return the current collection counts.
/// get_stats() -- Return list of dictionaries containing per-generation stats.
#[py_module(name = "gc")]
pub mod gc_module {
    use crate::error::PyResult;
    use crate::gc::CollectionKind;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::dict::Dict;
    use crate::types::list::List;
    use crate::types::module::Module;
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
        let kind = match generation.unwrap_or(2) {
            0 => CollectionKind::Minor,
            1 | 2 => CollectionKind::Full,
            _ => return Err(thread.raise_value_error("invalid generation")),
        };
        // Finalizers may free more: go on while there is something to run.
        loop {
            let pending = crate::gc::with_spilled_registers(|| thread.vm().heap.collect(kind, thread).pending);
            if !pending && !thread.vm().heap.has_pending() {
                return Ok(0);
            }
            crate::types::finalize::run_pending(thread);
        }
    }

    /// Enable automatic garbage collection.
    #[function]
    fn enable(thread: &Thread) {
        thread.vm().automatic_collection.set(true);
        thread.vm().heap.enable(&thread.cursor);
    }

    /// Disable automatic garbage collection.
    #[function]
    fn disable(thread: &Thread) {
        thread.vm().automatic_collection.set(false);
        thread.vm().heap.disable();
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function]
    fn isenabled(thread: &Thread) -> bool {
        thread.vm().automatic_collection.get()
    }

    /// Return a three-tuple of the current collection counts.
    #[function]
    fn get_count(thread: &Thread) -> Gc<Tuple> {
        Tuple::new(thread, &[Value::small_wrapping(0); 3])
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
        use crate::object::Kind;
        obj.header().is_some_and(|header| !matches!(header.kind(), Kind::Float | Kind::BigInt | Kind::Str | Kind::Bytes | Kind::Complex))
    }

    /// Returns true if the object has been already finalized by the GC.
    #[function]
    fn is_finalized(obj: Value) -> bool {
        let _ = obj;
        false
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
