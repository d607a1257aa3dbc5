//! What a collection keeps and what it frees, step by step.

use super::*;

#[test]
fn unreachable_objects_die_and_reachable_ones_keep_their_contents() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let root = vm.rooted_words(2);
    let kept = vm.words(3);
    kept.slots()[2].init(Some(Value::small_wrapping(77)));
    vm.store(root, 0, kept);
    let dropped = vm.words(3).address();
    let report = vm.minor();
    assert_eq!(report.marked_objects, 2);
    assert!(vm.exists(kept.address()) && !vm.exists(dropped));
    assert_eq!(child(root, 0).map(|object| object.slots()[2].get()), Some(Some(Value::small_wrapping(77))));
}

#[test]
fn a_minor_collection_leaves_old_garbage_to_a_full_one() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let root = vm.rooted_words(1);
    let object = vm.words(4);
    vm.store(root, 0, object);
    vm.minor();
    root.slots()[0].init(None);
    vm.minor();
    assert!(vm.exists(object.address()));
    vm.full();
    assert!(!vm.exists(object.address()));
}

#[test]
fn the_barrier_keeps_young_objects_that_only_old_ones_know() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let root = vm.rooted_words(2);
    vm.minor();
    let young = vm.words(1);
    vm.store(root, 0, young);
    vm.minor();
    assert_eq!(child(root, 0), Some(young));
    // The owner can be remembered again.
    let young = vm.words(1);
    vm.store(root, 1, young);
    vm.minor();
    assert_eq!(child(root, 1), Some(young));
}

#[test]
#[should_panic(expected = "missing write barrier")]
fn the_verifier_finds_a_missing_barrier() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let root = vm.rooted_words(1);
    vm.minor();
    let young = vm.words(1);
    root.slots()[0].init(Some(young.value()));
    vm.minor();
}

#[test]
fn cycles_die() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let (a, b) = (vm.words(1), vm.words(1));
    vm.store(a, 0, b);
    vm.store(b, 0, a);
    vm.roots.exact.borrow_mut().push(a.address());
    vm.full();
    assert!(vm.exists(a.address()) && vm.exists(b.address()));
    vm.unroot(a.header());
    vm.full();
    assert!(!vm.exists(a.address()) && !vm.exists(b.address()));
}

#[test]
fn a_long_list_does_not_overflow_the_native_stack() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let root = vm.rooted_words(1);
    for _ in 0..200_000 {
        let node = vm.words(1);
        node.slots()[0].init(root.slots()[0].get());
        vm.store(root, 0, node);
    }
    let report = vm.full();
    assert_eq!(report.marked_objects, 200_001);
}

#[test]
fn marking_an_object_marks_its_class() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let class = vm.words(1);
    vm.roots.class.set(class.address());
    vm.roots.exact.borrow_mut().push(class.address());
    let instance = vm.words_of_shape(ShapeId(1), 1);
    vm.roots.exact.borrow_mut().push(instance.address());
    vm.unroot(class.header());
    vm.full();
    assert!(vm.exists(class.address()));
    vm.unroot(instance.header());
    vm.full();
    assert!(!vm.exists(class.address()));
}

/// Words that point at `offset` bytes behind the start of a new object keep it, young and old.
fn check_conservative_word(capacity: usize, offset: usize) {
    let vm = TestVm::new(strict(GcMode::Normal));
    for _ in 0..10 {
        vm.words(5);
    }
    let object = vm.words(capacity);
    let neighbour = vm.words(3);
    vm.roots.stack.borrow_mut().push((object.address() + offset) as u64);
    vm.minor();
    assert!(vm.exists(object.address()), "young, {capacity} words, offset {offset}");
    assert!(!vm.exists(neighbour.address()));
    vm.words(2);
    vm.full();
    vm.full();
    assert!(vm.exists(object.address()), "old, {capacity} words, offset {offset}");
    vm.roots.stack.borrow_mut().clear();
    vm.full();
    assert!(!vm.exists(object.address()));
    // A stale word that points to the dead object brings nothing back.
    vm.roots.stack.borrow_mut().push((object.address() + offset) as u64);
    assert_eq!(vm.full().marked_objects, 0);
}

#[test]
fn conservative_words_resolve_to_objects_at_any_offset() {
    for capacity in [0, 1, 40, 900, 3000] {
        let size = 16 + capacity * 8;
        for offset in [0, 1, 8, size / 2, size - 1] {
            check_conservative_word(capacity, offset);
        }
    }
}

#[test]
fn conservative_words_that_point_to_no_object_are_ignored() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let object = vm.words(4);
    let big = vm.words(4000);
    let chunk = object.address() & !((4 << 20) - 1);
    let end_of_big = big.address() + 16 + 4000 * 8;
    let words = [
        0,
        8,
        chunk,
        chunk + 4096,
        chunk - 8,
        object.address() + (1 << 20),
        usize::MAX,
        object.address() - 8,
        big.address() - 8,
        end_of_big,
    ];
    vm.roots.stack.borrow_mut().extend(words.map(|word| word as u64));
    assert_eq!(vm.minor().marked_objects, 0);
    assert_eq!(vm.full().marked_objects, 0);
}

#[test]
fn memory_without_a_header_is_tolerated() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let before = vm.words(2);
    let bare = vm.heap.allocate(&vm.roots.cursor, 64, &vm.roots).expect("memory").as_ptr().expose_provenance();
    let after = vm.words(2);
    let words = [before.address(), bare, bare + 24, after.address()];
    vm.roots.stack.borrow_mut().extend(words.map(|word| word as u64));
    assert_eq!(vm.minor().marked_objects, 2);
    assert!(vm.exists(before.address()) && vm.exists(after.address()));
    let bare = vm.heap.allocate_large(100_000, &vm.roots).expect("memory").as_ptr().expose_provenance();
    vm.roots.stack.borrow_mut().push(bare as u64 + 50_000);
    vm.heap.collect(CollectionKind::Minor, &vm.roots);
    assert!(vm.heap.statistics().large_objects == 1);
}

/// Builds a chain that only locals of Rust frames hold on to.
#[inline(never)]
fn build_in_frames(vm: &TestVm, depth: i64) -> i64 {
    let mine = vm.words(2);
    mine.slots()[0].init(Some(Value::small_wrapping(depth)));
    let sum = if depth == 0 { 0 } else { build_in_frames(vm, depth - 1) };
    for _ in 0..10 {
        vm.words(7);
    }
    sum + mine.slots()[0].get().and_then(Value::as_small).expect("still mine")
}

#[test]
fn native_frames_and_registers_hold_objects() {
    for mode in [GcMode::EveryAllocation, GcMode::EveryNth(1), GcMode::Normal] {
        let vm = TestVm::new(HeapOptions { nursery_bytes: 4096, ..strict(mode) });
        let base = 0_u64;
        vm.roots.native_base.set((&raw const base).expose_provenance());
        assert_eq!(build_in_frames(&vm, 40), 820);
        assert!(!vm.roots.reports.borrow().is_empty());
    }
}

#[test]
fn other_threads_runs_are_kept_apart() {
    // Two cursors on one heap, as two threads under the lock have.
    struct Two<'a>(&'a TestRoots, AllocationCursor);
    impl RootSource for Two<'_> {
        fn trace_roots(&self, tracer: &mut Tracer) {
            self.0.trace_roots(tracer);
        }
        fn for_each_stack(&self, visit: &mut dyn FnMut(*const u8, *const u8)) {
            self.0.for_each_stack(visit);
        }
        fn for_each_cursor(&self, visit: &mut dyn FnMut(&AllocationCursor)) {
            visit(&self.0.cursor);
            visit(&self.1);
        }
        fn class_of_shape(&self, _: ShapeId) -> Option<Gc<Header>> {
            None
        }
        fn shape_count(&self) -> u32 {
            4
        }
    }
    let vm = TestVm::new(HeapOptions { nursery_bytes: 100_000, ..strict(GcMode::Normal) });
    let two = Two(&vm.roots, AllocationCursor::new());
    let root = vm.rooted_words(1000);
    for index in 0..1000 {
        let cursor = if index % 3 == 0 { &two.1 } else { &vm.roots.cursor };
        let object = vm.heap.allocate_words(cursor, ShapeId(0), index % 60, &two).expect("memory");
        vm.store(root, index, object);
    }
    vm.heap.collect(CollectionKind::Full, &two);
    for index in 0..1000 {
        assert_eq!(child(root, index).map(|object| object.capacity), Some(index % 60));
    }
}

#[test]
fn large_arrays_keep_contents_and_cards_when_they_grow() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let owner = vm.rooted_words(1);
    let mut array = vm.words(2000);
    vm.store(owner, 0, array);
    vm.minor();
    for step in 0..20 {
        let value = vm.words(1);
        value.slots()[0].init(Some(Value::small_wrapping(step as i64)));
        let index = step * 100;
        array.slots()[index].init(Some(value.value()));
        vm.heap.write_barrier_slot(array.header(), slot_address(array, index));
        array = vm.heap.grow_words(&vm.roots.cursor, array, array.capacity * 5 / 4, &vm.roots).expect("memory");
        vm.store(owner, 0, array);
        assert!(array.slots()[array.capacity * 4 / 5 + 1..].iter().all(|slot| slot.get().is_none()));
        if step % 3 == 0 {
            vm.minor();
        }
    }
    vm.minor();
    assert!(vm.heap.is_large(array.header()));
    assert!(vm.heap.statistics().cards_dirtied >= 20);
    for step in 0..20 {
        let value = child(array, step * 100).and_then(|value| value.slots()[0].get());
        assert_eq!(value, Some(Value::small_wrapping(step as i64)));
    }
    // The whole array remembered, then moved.
    let value = vm.words(1);
    vm.store(array, 3, value);
    array = vm.heap.grow_words(&vm.roots.cursor, array, array.capacity * 4, &vm.roots).expect("memory");
    vm.store(owner, 0, array);
    vm.minor();
    assert_eq!(child(array, 3), Some(value));
}

#[test]
fn bytes_grow_from_small_to_large_and_back() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let mut bytes = vm.heap.allocate_bytes(&vm.roots.cursor, ShapeId(0), 3, &vm.roots).expect("memory");
    write(bytes, b"abc");
    for capacity in [10, 500, 9000, 1_000_000, 100] {
        bytes = vm.heap.grow_bytes(&vm.roots.cursor, bytes, capacity, &vm.roots).expect("memory");
        assert_eq!((bytes.capacity, read(bytes, 5)), (capacity, *b"abc\0\0"));
    }
}

#[allow(unsafe_code)]
fn write(bytes: Gc<crate::object::RawStorage>, data: &[u8]) {
    // SAFETY: within the capacity.
    unsafe { bytes.data().copy_from_nonoverlapping(data.as_ptr(), data.len()) }
}

#[allow(unsafe_code)]
fn read(bytes: Gc<crate::object::RawStorage>, index: usize) -> [u8; 5] {
    assert!(index <= bytes.capacity);
    // SAFETY: within the capacity.
    unsafe { bytes.data().cast::<[u8; 5]>().read() }
}

#[test]
fn referents_are_reported_with_the_class() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let class = vm.rooted_words(0);
    vm.roots.class.set(class.address());
    let big = vm.rooted_words(5000);
    let object = vm.words_of_shape(ShapeId(1), 2);
    vm.store(object, 1, big);
    let mut seen = Vec::new();
    vm.heap.for_each_referent(object.header(), &vm.roots, &mut |referent| seen.push(referent.address()));
    assert_eq!(seen, [class.address(), big.address()]);
}
