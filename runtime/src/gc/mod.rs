//! The garbage collector: mark-region, generational by sticky mark bits, non-moving.
//!
//! What lives here: memory for heap objects and everything that finds out which are dead. What must not: Python
//! semantics, shapes, threads; those reach the collector through [`RootSource`] and the table of kinds.
//! Start at [`Heap::allocate`], then `collect`, then `mark`.
//!
//! In short: native stacks are scanned conservatively, heap objects exactly, so objects never move. Small objects
//! lie in 32 KiB blocks and are bump-allocated into runs of free 128-byte lines (`block`); objects over 8 KB have
//! allocations of their own (`large`). Survivors keep their mark, which makes them old; a minor collection marks
//! from roots and from old objects that were stored into (`barrier`), a full one clears all marks first.
//!
//! Sources: Blackburn & McKinley, "Immix" (PLDI 2008); Demers et al., "Combining generational and conservative
//! garbage collection" (POPL 1990) for sticky mark bits; Shahriyar, Blackburn & McKinley, "Fast conservative
//! garbage collection" (OOPSLA 2014) for conservative roots over an Immix heap.
//!
//! Rules for users of the heap:
//! - Live pointers stand on the native stack, in registers, in GC memory or behind [`RootSource`].
//! - Any allocation may collect. An object is written whole before the next one is allocated.
//! - A store of a pointer into an object that may be old takes the barrier; so does a change of its shape.

mod barrier;
mod block;
mod collect;
mod cursor;
mod heap;
mod large;
mod mark;
mod options;
pub mod registers;
mod roots;
mod stats;
mod sweep;
#[cfg(test)]
mod tests;
mod verify;
mod weak;

pub use cursor::AllocationCursor;
pub use heap::Heap;
pub use large::LARGE_OBJECT_BYTES;
pub use mark::Tracer;
pub use options::{GcMode, HeapError, HeapOptions, OutOfMemory};
pub use registers::with_spilled_registers;
pub use roots::RootSource;
pub use stats::{CollectionKind, CollectionReport, Statistics};
pub use weak::{Liveness, WeakSlot};
