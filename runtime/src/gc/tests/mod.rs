//! Tests of the collector on graphs of bare storages.
//!
//! What lives here: a stand-in for the `Vm` and small helpers; the tests are in the files next to this one.
//! Start at [`TestVm`].

mod collection;
mod graph;
mod limits;
mod weak;

use super::*;
use crate::object::{Gc, Header, ShapeId, Slot, WordStorage};
use crate::value::Value;
use std::cell::{Cell, RefCell};

/// Plays the `Vm`: exact roots, a made-up stack that is scanned conservatively, classes of shapes.
pub(super) struct TestVm {
    pub heap: Heap,
    pub roots: TestRoots,
}

#[derive(Default)]
pub(super) struct TestRoots {
    pub cursor: AllocationCursor,
    /// Exact roots.
    pub exact: RefCell<Vec<usize>>,
    /// Words scanned as if they stood on a native stack.
    pub stack: RefCell<Vec<u64>>,
    /// Base of the native stack; zero for not scanning it, so that tests are exact.
    pub native_base: Cell<usize>,
    /// Class of shape 1.
    pub class: Cell<usize>,
    pub reports: RefCell<Vec<CollectionReport>>,
}

impl RootSource for TestRoots {
    fn trace_roots(&self, tracer: &mut Tracer) {
        for &address in self.exact.borrow().iter() {
            tracer.object(at(address));
        }
    }
    fn for_each_stack(&self, visit: &mut dyn FnMut(*const u8, *const u8)) {
        let marker = 0_u64;
        if self.native_base.get() != 0 {
            visit((&raw const marker).cast(), std::ptr::with_exposed_provenance(self.native_base.get()));
        }
        let stack = self.stack.borrow();
        let range = stack.as_ptr_range();
        visit(range.start.cast(), range.end.cast());
    }
    fn for_each_cursor(&self, visit: &mut dyn FnMut(&AllocationCursor)) {
        visit(&self.cursor);
    }
    fn class_of_shape(&self, shape: ShapeId) -> Option<Gc<Header>> {
        if shape.0 == 1 { Gc::from_address(self.class.get()) } else { None }
    }
    fn shape_count(&self) -> u32 {
        4
    }
    fn collection_finished(&self, report: &CollectionReport) {
        self.reports.borrow_mut().push(*report);
    }
}

/// The object at an address the test knows to be one.
pub(super) fn at(address: usize) -> Gc<Header> {
    Gc::from_address(address).expect("not null")
}

/// Options under which mistakes show.
pub(super) fn strict(mode: GcMode) -> HeapOptions {
    HeapOptions { mode, poison: true, verify: true, reserve_bytes: 1 << 30, ..HeapOptions::default() }
}

impl TestVm {
    pub fn new(options: HeapOptions) -> TestVm {
        TestVm { heap: Heap::new(options).expect("address space"), roots: TestRoots::default() }
    }

    pub fn words(&self, capacity: usize) -> Gc<WordStorage> {
        self.words_of_shape(ShapeId(0), capacity)
    }

    pub fn words_of_shape(&self, shape: ShapeId, capacity: usize) -> Gc<WordStorage> {
        self.heap.allocate_words(&self.roots.cursor, shape, capacity, &self.roots).expect("memory")
    }

    /// A new array that is an exact root from the start.
    pub fn rooted_words(&self, capacity: usize) -> Gc<WordStorage> {
        let words = self.words(capacity);
        self.roots.exact.borrow_mut().push(words.address());
        words
    }

    pub fn store(&self, owner: Gc<WordStorage>, index: usize, value: impl Into<Value>) {
        owner.slots()[index].init(Some(value.into()));
        self.heap.write_barrier(owner.header());
    }

    pub fn collect(&self, kind: CollectionKind) -> CollectionReport {
        self.heap.collect(kind, &self.roots)
    }

    pub fn full(&self) -> CollectionReport {
        self.collect(CollectionKind::Full)
    }

    pub fn minor(&self) -> CollectionReport {
        self.collect(CollectionKind::Minor)
    }

    /// A weak slot on `target` in a holder that is an exact root.
    pub fn watch(&self, target: Gc<Header>, callback: bool) -> (Gc<Header>, &'static WeakSlot) {
        // Holds the target while the holder is allocated.
        self.roots.exact.borrow_mut().push(target.address());
        let holder = self.heap.allocate_bytes(&self.roots.cursor, ShapeId(0), 8, &self.roots).expect("memory");
        let popped = self.roots.exact.borrow_mut().pop();
        assert_eq!(popped, Some(target.address()));
        self.roots.exact.borrow_mut().push(holder.address());
        let slot = Gc::<WeakSlot>::from_address(holder.data().expose_provenance()).expect("not null");
        let slot: &'static WeakSlot = slot_of(slot);
        self.heap.register_weak(holder.header(), slot, target, callback);
        (holder.header(), slot)
    }

    pub fn unroot(&self, object: Gc<Header>) {
        let mut exact = self.roots.exact.borrow_mut();
        let index = exact.iter().rposition(|&address| address == object.address()).expect("a root");
        exact.remove(index);
    }

    /// The object is among those the heap enumerates.
    pub fn exists(&self, address: usize) -> bool {
        let mut found = false;
        self.heap.for_each_object(|object| found |= object.address() == address);
        found
    }
}

#[allow(unsafe_code)]
fn slot_of(slot: Gc<WeakSlot>) -> &'static WeakSlot {
    // SAFETY: the holder is a root for the rest of the test and does not move.
    unsafe { &*slot.as_pointer() }
}

/// The array a slot refers to.
pub(super) fn child(owner: Gc<WordStorage>, index: usize) -> Option<Gc<WordStorage>> {
    owner.slots()[index].get().and_then(Value::cast::<WordStorage>)
}

pub(super) fn slot_address(owner: Gc<WordStorage>, index: usize) -> *const Slot {
    &raw const owner.slots()[index]
}

/// A small generator of pseudo-random numbers (xorshift64*), so that failures repeat.
pub(super) struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
