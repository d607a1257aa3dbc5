//! Weak references and finalizers.

use super::*;

#[test]
fn a_weak_slot_is_emptied_when_its_target_dies() {
    for kind in [CollectionKind::Minor, CollectionKind::Full] {
        let vm = TestVm::new(strict(GcMode::Normal));
        let target = vm.rooted_words(2);
        let (_, slot) = vm.watch(target.header(), false);
        vm.collect(kind);
        assert!(slot.get() == Some(target.header()));
        vm.unroot(target.header());
        vm.full();
        assert!(slot.get().is_none());
        assert!(vm.heap.next_weak_callback().is_none());
        assert_eq!(vm.heap.statistics().weak_references_cleared, 1);
    }
}

#[test]
fn a_young_target_dies_in_a_minor_collection() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let (_, slot) = vm.watch(vm.words(2).header(), false);
    assert!(slot.get().is_some());
    vm.minor();
    assert!(slot.get().is_none());
}

#[test]
fn callbacks_come_newest_first_and_only_from_living_references() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let target = vm.rooted_words(2);
    let (first, _) = vm.watch(target.header(), true);
    let (dead, _) = vm.watch(target.header(), true);
    let (last, _) = vm.watch(target.header(), true);
    let (silent, _) = vm.watch(target.header(), false);
    let mut all = Vec::new();
    vm.heap.for_each_weak_reference(target.header(), |reference| all.push(reference));
    assert!(all == [first, dead, last, silent]);
    vm.full();
    vm.unroot(dead);
    vm.unroot(target.header());
    let report = vm.full();
    assert!(report.pending && vm.heap.has_pending());
    // A queued reference is kept alive by the queue.
    vm.unroot(last);
    vm.full();
    assert!(vm.heap.next_weak_callback() == Some(last));
    assert!(vm.heap.next_weak_callback() == Some(first));
    assert!(vm.heap.next_weak_callback().is_none());
    assert!(!vm.heap.has_pending());
}

#[test]
fn an_object_is_finalized_once_and_weak_references_see_it_until_it_is_gone() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let object = vm.rooted_words(2);
    let part = vm.words(2);
    vm.store(object, 0, part);
    vm.heap.register_finalizer(object.header());
    let (holder, slot) = vm.watch(object.header(), true);
    let (_, part_slot) = vm.watch(part.header(), false);
    vm.minor();
    assert!(!vm.heap.has_pending());
    vm.unroot(object.header());
    vm.full();
    // Pending: alive with all it refers to.
    vm.full();
    assert!(slot.get().is_some() && part_slot.get().is_some());
    assert!(vm.heap.next_finalizer() == Some(object.header()));
    assert!(vm.heap.next_finalizer().is_none());
    vm.full();
    assert!(slot.get().is_none() && part_slot.get().is_none());
    assert!(vm.heap.next_finalizer().is_none());
    assert!(vm.heap.next_weak_callback() == Some(holder));
    assert_eq!(vm.heap.statistics().finalizers_queued, 1);
}

#[test]
fn owners_are_finalized_before_what_they_own() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let all = vm.rooted_words(6);
    let object = |index: usize| {
        let object = vm.words(3);
        vm.store(all, index, object);
        vm.heap.register_finalizer(object.header());
        object
    };
    // The children are made, and registered, before their parent.
    let (alone, left, leaf, right, parent, last) = (object(0), object(1), object(2), object(3), object(4), object(5));
    let between = vm.rooted_words(1);
    vm.store(between, 0, right);
    vm.store(parent, 0, left);
    vm.store(parent, 1, between);
    vm.store(left, 0, leaf);
    vm.unroot(between.header());
    vm.unroot(all.header());
    vm.minor();
    let order: Vec<_> = std::iter::from_fn(|| vm.heap.next_finalizer()).collect();
    let expected = [alone, parent, left, leaf, right, last];
    assert_eq!(order.iter().map(|object| object.address()).collect::<Vec<_>>(), expected.map(Gc::address));
}

#[test]
fn weak_references_into_cyclic_garbage_are_cleared_before_finalizers() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let (part, object) = (vm.rooted_words(1), vm.rooted_words(3));
    vm.store(object, 0, part);
    vm.store(object, 1, object);
    for each in [part, object] {
        vm.heap.register_finalizer(each.header());
    }
    let (holder, slot) = vm.watch(part.header(), true);
    let (_, plain) = vm.watch(object.header(), false);
    // A reference that dies with its target is cleared without a call.
    let (inner, inner_slot) = vm.watch(part.header(), true);
    object.slots()[2].init(Some(inner.to_value()));
    vm.heap.write_barrier(object.header());
    for root in [part.header(), object.header(), inner] {
        vm.unroot(root);
    }
    vm.minor();
    assert!(slot.get().is_none() && plain.get().is_none() && inner_slot.get().is_none());
    assert!(vm.heap.next_weak_callback() == Some(holder));
    assert!(vm.heap.next_weak_callback().is_none());
    assert!([vm.heap.next_finalizer(), vm.heap.next_finalizer()] == [Some(part.header()), Some(object.header())]);
}

#[test]
fn finalizers_of_a_cycle_all_run() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let (a, b) = (vm.rooted_words(1), vm.rooted_words(1));
    vm.store(a, 0, b);
    vm.store(b, 0, a);
    vm.heap.register_finalizer(a.header());
    vm.heap.register_finalizer(b.header());
    vm.roots.exact.borrow_mut().clear();
    vm.full();
    assert!([vm.heap.next_finalizer(), vm.heap.next_finalizer()] == [Some(a.header()), Some(b.header())]);
    assert_eq!(vm.full().marked_objects, 0);
}

#[test]
fn at_the_end_every_finalizer_is_queued() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let (a, b) = (vm.rooted_words(1), vm.rooted_words(1));
    vm.heap.register_finalizer(a.header());
    vm.minor();
    vm.heap.register_finalizer(b.header());
    vm.heap.queue_all_finalizers(&vm.roots);
    assert!([vm.heap.next_finalizer(), vm.heap.next_finalizer()] == [Some(a.header()), Some(b.header())]);
}
