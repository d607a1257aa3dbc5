//! Marking: the tracer that objects and roots report to.
//!
//! What lives here: [`Tracer`], the mark stack with its prefetch queue, and what a conservative word resolves to.
//! What must not: where roots come from (`roots`), what happens to the unmarked (`sweep`, `weak`).
//! Start at [`Tracer::mark`].
//!
//! The mark bit is set when an object is discovered, so each object stands on the stack once. Full marking
//! passes objects through a short queue between the stack and the scan, prefetching at entry (Cher, Hosking &
//! Vitek, "Software prefetching for mark-sweep garbage collection", ASPLOS 2004).
#![allow(unsafe_code)] // Reads headers at addresses that words resolve to.

use super::block::{Block, BlockState, GRAIN_BYTES, LINE_BYTES, LINES_PER_BLOCK, chunk_of, grain_bit, line_of};
use super::heap::Heap;
use super::registers::prefetch;
use super::roots::RootSource;
use super::stats::CollectionKind;
use crate::object::{Gc, GcSlot, Header, KIND_OPERATIONS, Kind, ShapeId, Slot, gc_byte, header_flags};
use crate::value::Value;

/// Length of the prefetch queue; a power of two.
const QUEUE_LENGTH: usize = 16;

/// What [`Tracer::drain_watching`] met.
#[derive(Default)]
pub(super) struct Watched {
    /// References to objects with finalizers, marked before or not, in the order met.
    pub references: Vec<usize>,
    /// Newly marked objects that have weak references.
    pub weak_targets: Vec<usize>,
}

/// Receives the references an object or the root set holds.
///
/// While collecting it marks what it is told of. With [`Heap::for_each_referent`] and in the verifier it
/// reports them to a callback instead; kinds need not care.
pub struct Tracer<'a> {
    /// The committed part of the small-object space; empty when visiting instead of marking.
    base: usize,
    extent: usize,
    /// Marked, not yet scanned.
    stack: Vec<usize>,
    /// One bit per shape already reported in this collection.
    seen_shapes: Vec<u64>,
    heap: &'a Heap,
    context: &'a dyn RootSource,
    visitor: Option<&'a mut dyn FnMut(Gc<Header>)>,
    watched: Option<Watched>,
    full: bool,
    /// What is marked now is reached from words of native stacks only.
    from_native_stack: bool,
    marked_objects: usize,
    marked_bytes: usize,
}

impl<'a> Tracer<'a> {
    /// What is reported now was reached from words of native stacks only, which may be left from earlier calls. For
    /// counts that tell a program something; what is kept alive does not depend on it.
    pub fn from_native_stack(&self) -> bool {
        self.from_native_stack
    }

    /// Marks all that was reached so far; what follows is reached from native stacks.
    pub(super) fn begin_native_stack(&mut self) {
        self.drain();
        self.from_native_stack = true;
    }

    pub(super) fn marking(heap: &'a Heap, context: &'a dyn RootSource, kind: CollectionKind) -> Tracer<'a> {
        Tracer {
            base: heap.space.base(),
            extent: heap.space.extent(),
            stack: Vec::with_capacity(1024),
            seen_shapes: vec![0; context.shape_count() as usize / 64 + 1],
            heap,
            context,
            visitor: None,
            watched: None,
            full: kind == CollectionKind::Full,
            from_native_stack: false,
            marked_objects: 0,
            marked_bytes: 0,
        }
    }

    /// A tracer that calls `visitor` for every reference, with repetitions.
    pub(super) fn visiting(
        heap: &'a Heap,
        context: &'a dyn RootSource,
        visitor: &'a mut dyn FnMut(Gc<Header>),
    ) -> Tracer<'a> {
        Tracer {
            base: 0,
            extent: 0,
            stack: Vec::new(),
            seen_shapes: Vec::new(),
            heap,
            context,
            visitor: Some(visitor),
            watched: None,
            full: true,
            from_native_stack: false,
            marked_objects: 0,
            marked_bytes: 0,
        }
    }

    /// Reports a value.
    #[inline(always)]
    pub fn value(&mut self, value: Value) {
        if let Some(header) = value.header() {
            self.mark(header.address());
        }
    }

    /// Reports a value or nothing.
    #[inline(always)]
    pub fn option(&mut self, value: Option<Value>) {
        if let Some(value) = value {
            self.value(value);
        }
    }

    /// Reports what a slot holds.
    #[inline(always)]
    pub fn slot(&mut self, slot: &Slot) {
        self.option(slot.get());
    }

    /// Reports what a typed slot holds.
    #[inline(always)]
    pub fn gc_slot<T>(&mut self, slot: &GcSlot<T>) {
        if let Some(object) = slot.get() {
            self.mark(object.address());
        }
    }

    /// Reports an object.
    #[inline(always)]
    pub fn object<T>(&mut self, object: Gc<T>) {
        self.mark(object.address());
    }

    /// Reports a shape, and through it the class and the names it keeps alive. The collector does this itself
    /// for the header of every live object; only holders of bare [`ShapeId`]s need to call it.
    #[inline(always)]
    pub fn shape(&mut self, shape: ShapeId) {
        let (word, bit) = (shape.0 as usize / 64, 1_u64 << (shape.0 % 64));
        match self.seen_shapes.get(word) {
            Some(seen) if seen & bit != 0 => {}
            _ => self.first_sight_of_shape(shape),
        }
    }

    #[cold]
    fn first_sight_of_shape(&mut self, shape: ShapeId) {
        let word = shape.0 as usize / 64;
        if word >= self.seen_shapes.len() {
            self.seen_shapes.resize((word + 1).max(self.seen_shapes.len() * 2), 0);
        }
        self.seen_shapes[word] |= 1 << (shape.0 % 64);
        let context = self.context;
        context.trace_shape(shape, self);
    }

    /// The `Vm`'s shape table, for kinds whose layout the shape decides.
    #[inline(always)]
    pub fn context(&self) -> &'a dyn RootSource {
        self.context
    }

    /// Marks the object that starts at `address`.
    #[inline(always)]
    fn mark(&mut self, address: usize) {
        if address.wrapping_sub(self.base) < self.extent {
            let (word, bit) = grain_bit(address);
            let marks = &chunk_of(address).marks[word];
            let old = marks.get();
            if old & bit == 0 {
                marks.set(old | bit);
                self.stack.push(address);
            }
        } else {
            self.mark_outside(address);
        }
    }

    /// Large objects, and the other uses of a tracer.
    #[cold]
    fn mark_outside(&mut self, address: usize) {
        let Some(object) = Gc::<Header>::from_address(address) else { return };
        if let Some(visitor) = &mut self.visitor {
            visitor(object);
            return;
        }
        let newly_marked = self.heap.mark_object(object);
        if newly_marked {
            self.stack.push(address);
        }
        if let Some(watched) = &mut self.watched {
            if object.flag(header_flags::HAS_FINALIZER) {
                watched.references.push(address);
            }
            if newly_marked && object.flag(header_flags::HAS_WEAKREF) {
                watched.weak_targets.push(address);
            }
        }
    }

    /// Reports an object that is stored into without a barrier, now and until the next collection: whoever reports
    /// it does so at every collection, and took the barrier once when these stores began.
    pub fn written_without_barrier(&mut self, object: Gc<Header>) {
        self.mark(object.address());
        if self.visitor.is_none() && object.gc.get() != gc_byte::REMEMBERED {
            self.heap.remember(object);
        }
    }

    /// Marks what `word` points to or into, if it points to an object at all. Visitors are not told: what a word
    /// resolves to is known only during a collection.
    #[inline]
    pub fn conservative_word(&mut self, word: u64) {
        if self.visitor.is_some() {
            return;
        }
        let address = word as usize;
        if let Some(object) = self.heap.resolve(address, self.full) {
            self.mark(object.address());
        }
    }

    pub(super) fn heap(&self) -> &'a Heap {
        self.heap
    }

    /// Scans until the stack is empty.
    pub(super) fn drain(&mut self) {
        if self.full { self.drain_prefetching() } else { self.drain_directly() }
    }

    /// Scans until the stack is empty, and returns what passed by.
    pub(super) fn drain_watching(&mut self) -> Watched {
        self.watched = Some(Watched::default());
        // With an empty extent every reference takes the way through `mark_outside`.
        let extent = std::mem::replace(&mut self.extent, 0);
        self.drain_directly();
        self.extent = extent;
        self.watched.take().unwrap_or_default()
    }

    /// Young objects were written a moment ago: no need to prefetch.
    fn drain_directly(&mut self) {
        while let Some(address) = self.stack.pop() {
            self.scan(address);
        }
    }

    fn drain_prefetching(&mut self) {
        let mut queue = [0_usize; QUEUE_LENGTH];
        let mut queued = 0_usize;
        let mut next = 0_usize;
        loop {
            if let Some(address) = self.stack.pop() {
                prefetch(address);
                let oldest = std::mem::replace(&mut queue[next % QUEUE_LENGTH], address);
                next += 1;
                if oldest != 0 {
                    self.scan(oldest);
                } else {
                    queued += 1;
                }
            } else if queued > 0 {
                let oldest = std::mem::replace(&mut queue[next % QUEUE_LENGTH], 0);
                next += 1;
                if oldest != 0 {
                    queued -= 1;
                    self.scan(oldest);
                }
            } else {
                return;
            }
        }
    }

    /// Ages a marked object, notes the lines it covers and reports what it refers to.
    #[inline(always)]
    fn scan(&mut self, address: usize) {
        let Some(header) = Gc::<Header>::from_address(address) else { return };
        if header.gc.get() == gc_byte::YOUNG {
            header.gc.set(gc_byte::OLD);
        }
        let operations = &KIND_OPERATIONS[header.kind() as usize];
        let size = (operations.size)(header);
        self.marked_objects += 1;
        self.marked_bytes += size;
        let last = address + size - 1;
        if (address ^ last) >= LINE_BYTES && self.heap.space.contains(address) {
            Block::containing(address).meta().live.insert_range(line_of(address)..line_of(last) + 1);
        }
        self.shape(header.shape());
        (operations.trace)(header, self);
    }

    /// Reports what a live object refers to, without marking it itself: for remembered owners.
    pub(super) fn rescan(&mut self, object: Gc<Header>) {
        self.shape(object.shape());
        (KIND_OPERATIONS[object.kind() as usize].trace)(object, self);
    }

    pub(super) fn marked_objects(&self) -> usize {
        self.marked_objects
    }

    pub(super) fn marked_bytes(&self) -> usize {
        self.marked_bytes
    }
}

impl Heap {
    /// The object carries a mark: it is old, or was reached by the collection in progress.
    #[inline]
    pub(super) fn is_marked(&self, object: Gc<Header>) -> bool {
        if self.space.contains(object.address()) {
            let (word, bit) = grain_bit(object.address());
            chunk_of(object.address()).marks[word].get() & bit != 0
        } else {
            self.large.is_marked(object)
        }
    }

    /// Sets an object's mark; whether it was clear.
    fn mark_object(&self, object: Gc<Header>) -> bool {
        if !self.space.contains(object.address()) {
            return self.large.mark(object);
        }
        let (word, bit) = grain_bit(object.address());
        let marks = &chunk_of(object.address()).marks[word];
        let old = marks.replace(marks.get() | bit);
        old & bit == 0
    }

    /// The object that `address` points to or into, as of the last collection plus what was allocated since.
    /// Without `old`, only objects allocated since the last collection are found. Right only while a
    /// collection is running (bitmaps of starts are filled on demand).
    pub(super) fn resolve(&self, address: usize, old: bool) -> Option<Gc<Header>> {
        if !self.space.contains(address) {
            return self.large.resolve(address, old);
        }
        let block = Block::containing(address);
        let meta = block.meta();
        // Metadata blocks stay in the state `Fresh`.
        if meta.state() != BlockState::Used {
            return None;
        }
        let line = line_of(address);
        let first_line = if meta.young.contains(line) {
            let first_line = meta.run_starts.previous(line)?;
            if !meta.parsed.contains(first_line) {
                parse_run(block, first_line);
            }
            first_line
        } else if old {
            0
        } else {
            return None;
        };
        let start = previous_start(block, address, block.0 + first_line * LINE_BYTES)?;
        let header = Gc::<Header>::from_address(start)?;
        (address < start + size_of_object(header)).then_some(header)
    }
}

/// Size of an object in bytes.
pub(super) fn size_of_object(header: Gc<Header>) -> usize {
    (KIND_OPERATIONS[header.kind() as usize].size)(header).next_multiple_of(GRAIN_BYTES)
}

/// Calls `visit` for every object of the young run that begins at `first_line`.
///
/// A zero word is a gap (an object whose header is not written yet, or the run's unused end).
pub(super) fn for_each_in_run(block: Block, first_line: usize, mut visit: impl FnMut(Gc<Header>)) {
    let young = &block.meta().young;
    let end_line = young.next(first_line, false).unwrap_or(LINES_PER_BLOCK);
    let end = block.0 + end_line * LINE_BYTES;
    let mut address = block.0 + first_line * LINE_BYTES;
    while address < end {
        // SAFETY: inside a young run; its words were zeroed when the run was taken.
        let word = unsafe { *std::ptr::with_exposed_provenance::<u64>(address) };
        match Gc::<Header>::from_address(address) {
            Some(header) if word != 0 && header.kind() != Kind::Free => {
                let size = size_of_object(header);
                visit(header);
                address += size;
            }
            _ => address += GRAIN_BYTES,
        }
    }
}

/// Records where the objects of a young run start.
fn parse_run(block: Block, first_line: usize) {
    let meta = block.meta();
    meta.parsed.insert(first_line);
    let end_line = meta.young.next(first_line, false).unwrap_or(LINES_PER_BLOCK);
    let starts = block.starts();
    const LINES_PER_WORD: usize = 64 * GRAIN_BYTES / LINE_BYTES;
    for line in first_line..end_line {
        let word = &starts[line / LINES_PER_WORD];
        let bits_of_line =
            u64::MAX >> (64 - LINE_BYTES / GRAIN_BYTES) << (line % LINES_PER_WORD * (LINE_BYTES / GRAIN_BYTES));
        word.set(word.get() & !bits_of_line);
    }
    for_each_in_run(block, first_line, |header| {
        let (word, bit) = grain_bit(header.address());
        let starts = &chunk_of(header.address()).starts[word];
        starts.set(starts.get() | bit);
    });
}

/// The last object start at or before `address`, not below `low`; both in `block`.
fn previous_start(block: Block, address: usize, low: usize) -> Option<usize> {
    let starts = block.starts();
    let grain = (address - block.0) / GRAIN_BYTES;
    let low_grain = (low - block.0) / GRAIN_BYTES;
    let mut index = grain / 64;
    let mut candidates = starts[index].get() & (u64::MAX >> (63 - grain % 64));
    loop {
        if candidates != 0 {
            let found = index * 64 + 63 - candidates.leading_zeros() as usize;
            return (found >= low_grain).then_some(block.0 + found * GRAIN_BYTES);
        }
        if index * 64 <= low_grain {
            return None;
        }
        index -= 1;
        candidates = starts[index].get();
    }
}
