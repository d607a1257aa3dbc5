//! Where marking starts: the interface to the `Vm`, and the scan of native stacks.
//!
//! What lives here: [`RootSource`] and the conservative scan of ranges. What must not: what a root word
//! resolves to (`mark`), instructions of one machine (`registers`). Start at [`RootSource`].
#![allow(unsafe_code)] // Reads native stacks word by word.

use super::cursor::AllocationCursor;
use super::mark::Tracer;
use super::registers::with_spilled_registers;
use super::stats::CollectionReport;
use super::weak::Liveness;
use crate::object::{Gc, Header, ShapeId};

/// What the collector asks of the `Vm` (implemented by `Thread`, which knows its `Vm`).
///
/// None of these may allocate in the heap that is being collected.
pub trait RootSource {
    /// Reports every value that the `Vm` and its threads hold outside GC memory: exact roots.
    /// In minor collections too, everything that could be young must be reported.
    fn trace_roots(&self, tracer: &mut Tracer);

    /// Calls `visit(low, high)` for each range whose words are to be scanned conservatively: the native stack
    /// of every thread and the used part of every interpreter register stack. The calling thread's native
    /// stack comes last and goes from a local variable of this very function up to its base; its registers have been spilled
    /// above that. A thread that waits elsewhere has spilled its own with [`with_spilled_registers`].
    fn for_each_stack(&self, visit: &mut dyn FnMut(*const u8, *const u8));

    /// Visits the allocation cursor of every thread; the collector empties them.
    fn for_each_cursor(&self, visit: &mut dyn FnMut(&AllocationCursor));

    /// The class of a shape, which every live object of that shape keeps alive.
    fn class_of_shape(&self, shape: ShapeId) -> Option<Gc<Header>>;

    /// Reports what a shape keeps alive, by default its class. Called at most once per shape and collection, for
    /// shapes of objects found live.
    fn trace_shape(&self, shape: ShapeId, tracer: &mut Tracer) {
        if let Some(class) = self.class_of_shape(shape) {
            tracer.object(class);
        }
    }

    /// Shape ids are below this; the verifier checks it.
    fn shape_count(&self) -> u32;

    /// Marking is complete: drop entries of weak side tables (interned strings, caches, the shape table)
    /// whose objects are dead.
    fn sweep_weak(&self, liveness: &Liveness) {
        let _ = liveness;
    }

    /// The heap is usable again: log the event; if `report.pending`, arrange for the queues to be run soon.
    fn collection_finished(&self, report: &CollectionReport) {
        let _ = report;
    }
}

/// Marks from the stacks and registers.
pub(super) fn trace_stacks(context: &dyn RootSource, tracer: &mut Tracer) {
    with_spilled_registers(|| {
        let here = crate::thread::approximate_stack_pointer();
        context.for_each_stack(&mut |low, high| {
            let mut low = low;
            if (low.addr()..high.addr()).contains(&here) {
                tracer.begin_native_stack();
                if let Some(overlooked) = tracer.heap().overlooked.take()
                    && overlooked.end < high.addr()
                {
                    let below = low.with_addr(overlooked.start.max(low.addr()));
                    // SAFETY: a part of the range below.
                    unsafe { scan_range(low, below, |word| tracer.conservative_word(word)) };
                    low = low.with_addr(overlooked.end.max(low.addr()));
                }
            }
            // SAFETY: `RootSource` promises that the range is a readable part of a stack.
            unsafe { scan_range(low, high, |word| tracer.conservative_word(word)) }
        });
    });
}

/// Treats each aligned word of `low..high` as a possible pointer.
///
/// # Safety
/// The range must be readable. Words may be uninitialised in Rust's eyes, hence the volatile reads.
unsafe fn scan_range(low: *const u8, high: *const u8, mut visit: impl FnMut(u64)) {
    let mut word = low.map_addr(|address| address.next_multiple_of(size_of::<u64>())).cast::<u64>();
    let end = high.map_addr(|address| address & !(size_of::<u64>() - 1)).cast::<u64>();
    while word < end {
        // SAFETY: inside the range, aligned.
        unsafe {
            visit(word.read_volatile());
            word = word.add(1);
        }
    }
}
