//! Weak references and finalizers: what happens to objects that marking did not reach.
//!
//! What lives here: the side tables and their processing after marking. What must not: Python's `weakref`
//! types and calls of `__del__`; the `Vm` runs what is queued here, outside the collection.
//! Start at [`WeakSlot`] and [`Finalizers`].
//!
//! Order. In CPython an object on no reference cycle dies when its count drops to zero: its `__del__` runs while
//! weak references still see it, owners before what they own; then the weak references are cleared and their
//! callbacks called. Cyclic garbage is found by its collector: weak references are cleared and their callbacks
//! called first, then every `__del__` runs in the order of creation. Both orders are kept here: see
//! [`Finalizers::queue_dead`]. PEP 442: `__del__` runs once. The `Vm` runs weak callbacks before finalizers.

use super::heap::Heap;
use super::mark::Tracer;
use super::stats::CollectionKind;
use crate::object::{Gc, Header, KIND_OPERATIONS, header_flags};
use std::cell::Cell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

/// A word in a heap object that points to another without keeping it alive.
///
/// Written by [`Heap::register_weak`] and emptied when the target dies. The owner's `trace` does not report it.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct WeakSlot(Cell<usize>);

impl WeakSlot {
    pub const fn empty() -> WeakSlot {
        WeakSlot(Cell::new(0))
    }

    /// The target, if it is alive.
    #[inline(always)]
    pub fn get(&self) -> Option<Gc<Header>> {
        Gc::from_address(self.0.get())
    }
}

/// Tells the living from the dead, between marking and sweeping.
pub struct Liveness<'a> {
    heap: &'a Heap,
    kind: CollectionKind,
}

impl<'a> Liveness<'a> {
    pub(super) fn new(heap: &'a Heap, kind: CollectionKind) -> Self {
        Liveness { heap, kind }
    }

    /// The object survives this collection.
    #[inline]
    pub fn is_live(&self, object: Gc<Header>) -> bool {
        self.heap.is_marked(object)
    }

    /// In a minor collection only entries made since the last one need checking.
    pub fn kind(&self) -> CollectionKind {
        self.kind
    }
}

/// Hashes addresses: multiplication by the golden ratio. No seed: iteration order is never shown.
#[derive(Default)]
pub(super) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_usize(usize::from(byte));
        }
    }
    fn write_usize(&mut self, address: usize) {
        self.0 = (self.0 ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// One weak reference.
#[derive(Clone, Copy, Debug)]
struct WeakEntry {
    /// The object that holds the slot.
    reference: usize,
    slot: usize,
    has_callback: bool,
    /// Counts registrations.
    sequence: u64,
}

/// Weak references by target, and those whose callback is due.
#[derive(Default)]
pub(super) struct WeakTable {
    by_target: HashMap<usize, Vec<WeakEntry>, BuildHasherDefault<AddressHasher>>,
    /// Targets of references registered since the last collection; with repetitions.
    young: Vec<usize>,
    /// References whose target died, in the order their callbacks should run.
    due: VecDeque<usize>,
    registered: u64,
}

impl WeakTable {
    pub fn has_due(&self) -> bool {
        !self.due.is_empty()
    }

    pub fn trace_due(&self, tracer: &mut Tracer) {
        for &reference in &self.due {
            trace_address(reference, tracer);
        }
    }

    /// Empties the slots of dead targets and forgets dead references. The number of slots emptied.
    pub fn process(&mut self, liveness: &Liveness) -> u64 {
        let mut clearing = Clearing::default();
        let mut process_target = |target: usize, entries: &mut Vec<WeakEntry>| {
            entries.retain(|entry| is_live(entry.reference, liveness));
            if is_live(target, liveness) {
                return !entries.is_empty();
            }
            clearing.clear(entries, |_| true);
            false
        };
        match liveness.kind() {
            CollectionKind::Full => self.by_target.retain(|&target, entries| process_target(target, entries)),
            CollectionKind::Minor => {
                for target in std::mem::take(&mut self.young) {
                    if let Some(entries) = self.by_target.get_mut(&target)
                        && !process_target(target, entries)
                    {
                        self.by_target.remove(&target);
                    }
                }
            }
        }
        self.young.clear();
        self.finish(clearing)
    }

    /// The references with callbacks that are dead themselves; asked before anything is brought back.
    fn dead_references(&self, liveness: &Liveness) -> AddressSet {
        let entries = self.by_target.values().flatten();
        entries
            .filter(|entry| entry.has_callback && !is_live(entry.reference, liveness))
            .map(|entry| entry.reference)
            .collect()
    }

    /// Clears the references to `targets`, which are cyclic garbage whether or not they are brought back. The
    /// number of slots emptied.
    fn clear_targets(&mut self, targets: &[usize], dead_references: &AddressSet) -> u64 {
        let mut clearing = Clearing::default();
        for target in targets {
            if let Some(entries) = self.by_target.remove(target) {
                clearing.clear(&entries, |entry| !dead_references.contains(&entry.reference));
            }
        }
        self.finish(clearing)
    }

    fn finish(&mut self, mut clearing: Clearing) -> u64 {
        clearing.due.sort_unstable_by_key(|&(sequence, _)| sequence);
        self.due.extend(clearing.due.into_iter().flat_map(|(_, references)| references));
        clearing.cleared
    }
}

type AddressSet = HashSet<usize, BuildHasherDefault<AddressHasher>>;

/// What came of emptying slots.
#[derive(Default)]
struct Clearing {
    cleared: u64,
    /// References whose callback is due, in groups that are sorted by when the first reference to their target
    /// was registered: the order must not hang on addresses.
    due: Vec<(u64, Vec<usize>)>,
}

impl Clearing {
    /// Empties the slots of all references to one dead target.
    fn clear(&mut self, entries: &[WeakEntry], calls: impl Fn(&WeakEntry) -> bool) {
        for entry in entries {
            if let Some(slot) = Gc::<WeakSlot>::from_address(entry.slot) {
                slot.0.set(0);
            }
            self.cleared += 1;
        }
        // CPython calls the callbacks of one object from the newest reference to the oldest.
        let callbacks = entries.iter().rev().filter(|entry| entry.has_callback && calls(entry));
        let callbacks: Vec<usize> = callbacks.map(|entry| entry.reference).collect();
        if let Some(first) = entries.first()
            && !callbacks.is_empty()
        {
            self.due.push((first.sequence, callbacks));
        }
    }
}

fn is_live(address: usize, liveness: &Liveness) -> bool {
    Gc::from_address(address).is_some_and(|object| liveness.is_live(object))
}

fn trace_address(address: usize, tracer: &mut Tracer) {
    if let Some(object) = Gc::<Header>::from_address(address) {
        tracer.object(object);
    }
}

/// A registry of objects to look at when they die.
#[derive(Default)]
struct Registry {
    old: Vec<usize>,
    /// Registered since the last collection.
    young: Vec<usize>,
}

impl Registry {
    /// Moves the dead out of the registry, in order of registration; the living become old.
    fn take_dead(&mut self, liveness: &Liveness) -> Vec<usize> {
        let mut dead = Vec::new();
        let mut keep = |&address: &usize| {
            let live = is_live(address, liveness);
            if !live {
                dead.push(address);
            }
            live
        };
        if liveness.kind() == CollectionKind::Full {
            self.old.retain(&mut keep);
        }
        self.young.retain(&mut keep);
        self.old.append(&mut self.young);
        dead
    }
}

/// Objects with `__del__`, and objects that own something outside the heap.
#[derive(Default)]
pub(super) struct Finalizers {
    /// Objects whose `__del__` has not run.
    python: Registry,
    /// Objects of kinds with [`HeapObject::FINALIZES`](crate::object::HeapObject::FINALIZES).
    native: Registry,
    /// Found dead and brought back, in the order their `__del__` should run.
    pending: VecDeque<usize>,
}

impl Finalizers {
    pub fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Some object's `__del__` has not run.
    pub fn has_finalizable(&self) -> bool {
        !self.python.old.is_empty() || !self.python.young.is_empty()
    }

    pub fn trace_pending(&self, tracer: &mut Tracer) {
        for &object in &self.pending {
            trace_address(object, tracer);
        }
    }

    /// Queues every object with a `__del__`, as if all were dead: for the end of the interpreter. The number queued.
    pub fn queue_all(&mut self, liveness: &Liveness, tracer: &mut Tracer) -> u64 {
        let Registry { old, young } = std::mem::take(&mut self.python);
        let all: Vec<usize> = old.into_iter().chain(young).filter(|&address| still_finalizes(address)).collect();
        let plan = plan_finalization(&all, liveness, tracer);
        self.queue(&plan.order);
        plan.order.len() as u64
    }

    fn queue(&mut self, order: &[usize]) {
        for &address in order {
            if let Some(object) = Gc::<Header>::from_address(address) {
                object.clear_flag(header_flags::HAS_FINALIZER);
                self.pending.push_back(address);
            }
        }
    }

    /// Resurrects dead objects with `__del__` and queues them. Those that refer back to themselves, and what they
    /// reach, are cyclic garbage: their weak references are cleared first. Returns the numbers of finalizers
    /// queued and weak slots emptied.
    pub fn queue_dead(&mut self, liveness: &Liveness, tracer: &mut Tracer, weak: &mut WeakTable) -> (u64, u64) {
        let mut dead = self.python.take_dead(liveness);
        dead.retain(|&address| still_finalizes(address));
        if dead.is_empty() {
            return (0, 0);
        }
        let dead_references = weak.dead_references(liveness);
        let plan = plan_finalization(&dead, liveness, tracer);
        self.queue(&plan.order);
        (plan.order.len() as u64, weak.clear_targets(&plan.cyclic_targets, &dead_references))
    }

    /// Runs the native finalizers of the dead. After this nothing may be marked any more.
    pub fn finalize_native(&mut self, liveness: &Liveness) {
        for address in self.native.take_dead(liveness) {
            finalize(address);
        }
    }

    /// Runs every native finalizer: the heap is going away.
    pub fn finalize_all_native(&mut self) {
        for address in self.native.old.drain(..).chain(self.native.young.drain(..)) {
            finalize(address);
        }
    }
}

/// The finalizer of a registered object was not called off since.
fn still_finalizes(address: usize) -> bool {
    Gc::<Header>::from_address(address).is_some_and(|object| object.flag(header_flags::HAS_FINALIZER))
}

fn finalize(address: usize) {
    if let Some(object) = Gc::<Header>::from_address(address)
        && let Some(finalize) = KIND_OPERATIONS[object.kind() as usize].finalize
    {
        finalize(object);
    }
}

/// In which order to finalize, and which weak references to clear before.
struct FinalizationPlan {
    order: Vec<usize>,
    /// Targets of weak references within cyclic garbage.
    cyclic_targets: Vec<usize>,
}

/// What was reached from one finalizable object, its head.
#[derive(Default)]
struct Group {
    /// Heads of other groups, and finalizable objects, that come behind this one.
    children: Vec<usize>,
    has_parent: bool,
    /// The head refers back to itself.
    cyclic: bool,
    /// Targets of weak references in this group.
    weak_targets: Vec<usize>,
}

/// Marks the dead `finalizable` objects (given in order of creation) and all they reach.
///
/// Each object not yet reached is marked from in turn and so heads a group; those reached from it come behind
/// it, and one that headed a group earlier moves behind a later one that refers to it. So in a dead tree the
/// root comes first, as when reference counts drop to zero. Cyclic groups come last, in order of creation.
/// (Garbage that hangs on a cycle without any `__del__` upstream counts as acyclic.)
fn plan_finalization(finalizable: &[usize], liveness: &Liveness, tracer: &mut Tracer) -> FinalizationPlan {
    let position: HashMap<usize, usize, BuildHasherDefault<AddressHasher>> =
        finalizable.iter().enumerate().map(|(index, &address)| (address, index)).collect();
    let mut groups: Vec<Group> = finalizable.iter().map(|_| Group::default()).collect();
    for (index, &address) in finalizable.iter().enumerate() {
        let Some(head) = Gc::<Header>::from_address(address) else { continue };
        if liveness.is_live(head) {
            continue;
        }
        tracer.object(head);
        let mut reached = tracer.drain_watching();
        for other in reached.references.drain(..) {
            match position.get(&other) {
                Some(&other) if other == index => groups[index].cyclic = true,
                Some(&other) if !groups[other].has_parent => {
                    groups[other].has_parent = true;
                    groups[index].children.push(other);
                }
                _ => {}
            }
        }
        if head.flag(header_flags::HAS_WEAKREF) {
            reached.weak_targets.push(address);
        }
        groups[index].weak_targets = reached.weak_targets;
    }
    let heads = |cyclic: bool| {
        let groups = &groups;
        (0..finalizable.len()).rev().filter(move |&index| !groups[index].has_parent && groups[index].cyclic == cyclic)
    };
    let preorder = |mut stack: Vec<usize>| {
        let mut order = Vec::new();
        while let Some(index) = stack.pop() {
            order.push(index);
            stack.extend(groups[index].children.iter().rev());
        }
        order
    };
    let mut order = preorder(heads(false).collect());
    let mut cyclic = preorder(heads(true).collect());
    cyclic.sort_unstable();
    let cyclic_targets = cyclic.iter().flat_map(|&index| groups[index].weak_targets.iter().copied()).collect();
    order.append(&mut cyclic);
    FinalizationPlan { order: order.into_iter().map(|index| finalizable[index]).collect(), cyclic_targets }
}

impl Heap {
    /// Makes `slot`, a field of `reference`, a weak reference to `target`. With `has_callback`, the death of
    /// the target queues `reference` for [`Heap::next_weak_callback`] (if `reference` itself is alive).
    pub fn register_weak(&self, reference: Gc<Header>, slot: &WeakSlot, target: Gc<Header>, has_callback: bool) {
        slot.0.set(target.address());
        target.set_flag(header_flags::HAS_WEAKREF);
        let mut table = self.weak.borrow_mut();
        table.registered += 1;
        let entry = WeakEntry {
            reference: reference.address(),
            slot: std::ptr::from_ref(slot).expose_provenance(),
            has_callback,
            sequence: table.registered,
        };
        table.by_target.entry(target.address()).or_default().push(entry);
        table.young.push(target.address());
    }

    /// The weak references to `target` that are registered, oldest first.
    pub fn for_each_weak_reference(&self, target: Gc<Header>, mut visit: impl FnMut(Gc<Header>)) {
        if !target.flag(header_flags::HAS_WEAKREF) {
            return;
        }
        let table = self.weak.borrow();
        for entry in table.by_target.get(&target.address()).into_iter().flatten() {
            if let Some(reference) = Gc::from_address(entry.reference) {
                visit(reference);
            }
        }
    }

    /// The next weak reference whose target died and whose callback is to be called. To be emptied before
    /// [`Heap::next_finalizer`] is asked.
    pub fn next_weak_callback(&self) -> Option<Gc<Header>> {
        self.weak.borrow_mut().due.pop_front().and_then(Gc::from_address)
    }

    /// Arranges that `object`, whose class has `__del__`, is queued for [`Heap::next_finalizer`] when it dies.
    pub fn register_finalizer(&self, object: Gc<Header>) {
        object.set_flag(header_flags::HAS_FINALIZER);
        self.has_finalizable.set(true);
        self.finalizers.borrow_mut().python.young.push(object.address());
    }

    /// The next object whose `__del__` is to be called. It is alive again; `__del__` will not be queued twice.
    pub fn next_finalizer(&self) -> Option<Gc<Header>> {
        self.finalizers.borrow_mut().pending.pop_front().and_then(Gc::from_address)
    }

    /// Arranges that [`HeapObject::finalize`](crate::object::HeapObject::finalize) of `object` runs
    /// when it dies or the heap is dropped. To be called once for each object whose kind has `FINALIZES`.
    pub fn register_finalizing(&self, object: Gc<Header>) {
        debug_assert!(KIND_OPERATIONS[object.kind() as usize].finalize.is_some());
        self.finalizers.borrow_mut().native.young.push(object.address());
    }

    /// Undoes [`Heap::register_finalizer`]: the death of `object` no longer matters.
    pub fn cancel_finalizer(&self, object: Gc<Header>) {
        object.clear_flag(header_flags::HAS_FINALIZER);
    }

    /// There are objects whose `__del__` has not run, or were at the last collection.
    #[inline(always)]
    pub fn has_finalizable(&self) -> bool {
        self.has_finalizable.get()
    }

    /// Calls `visit` for the objects whose `__del__` has not run; some may be dead already.
    pub fn for_each_finalizable(&self, mut visit: impl FnMut(Gc<Header>)) {
        let finalizers = self.finalizers.borrow();
        for &address in finalizers.python.old.iter().chain(&finalizers.python.young) {
            if still_finalizes(address)
                && let Some(object) = Gc::from_address(address)
            {
                visit(object);
            }
        }
    }

    /// Some finalizer or weak reference callback waits to be called.
    pub fn has_pending(&self) -> bool {
        self.finalizers.borrow().has_pending() || self.weak.borrow().has_due()
    }
}
