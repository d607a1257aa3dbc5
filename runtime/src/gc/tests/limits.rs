//! Limits, adaptation, isolation: the heap and the system around it.

use super::*;

#[test]
fn the_limit_is_an_error_and_the_heap_recovers() {
    for capacity in [2, 30, 500, 5000] {
        let vm = TestVm::new(HeapOptions { max_bytes: Some(8 << 20), verify: false, ..strict(GcMode::Normal) });
        let root = vm.rooted_words(1);
        let allocate = || vm.heap.allocate_words(&vm.roots.cursor, ShapeId(0), capacity, &vm.roots);
        for _ in 0..2 {
            let mut held = 0;
            while let Ok(object) = allocate() {
                object.slots()[0].init(root.slots()[0].get());
                vm.store(root, 0, object);
                held += 16 + capacity * 8;
                assert!(held <= 9 << 20, "the limit did not hold");
            }
            assert!(held > 6 << 20, "only {held} bytes fitted");
            // There is room for the exception.
            let object = vm.heap.allocate_words(&vm.roots.cursor, ShapeId(0), 10, &vm.roots).expect("grace");
            assert_eq!(object.capacity, 10);
            root.slots()[0].init(None);
            assert!(vm.full().after_bytes < 1 << 20);
        }
        let endless = vm.heap.allocate_words(&vm.roots.cursor, ShapeId(0), usize::MAX / 4, &vm.roots);
        assert_eq!(endless, Err(OutOfMemory));
        assert!(vm.heap.allocate_beyond_limit(&vm.roots.cursor, 16 << 20, &vm.roots).is_ok());
    }
}

#[test]
fn external_bytes_drive_collections() {
    let vm = TestVm::new(strict(GcMode::Normal));
    for _ in 0..40 {
        vm.heap.add_external(1 << 20);
        vm.words(4000);
        vm.heap.remove_external(1 << 20);
    }
    let collections = vm.roots.reports.borrow().len();
    assert!((5..=15).contains(&collections), "{collections} collections");
    assert_eq!(vm.heap.statistics().external_bytes, 0);
}

#[test]
fn free_blocks_go_back_to_the_system_and_come_again() {
    let vm = TestVm::new(HeapOptions { poison: false, nursery_bytes: 1 << 20, ..strict(GcMode::Normal) });
    let root = vm.rooted_words(1);
    for round in 0..3 {
        for _ in 0..200_000 {
            let object = vm.words(20);
            assert!(object.slots().iter().all(|slot| slot.get().is_none()));
            object.slots()[0].init(root.slots()[0].get());
            object.slots()[19].init(Some(Value::TRUE));
            vm.store(root, 0, object);
        }
        root.slots()[0].init(None);
        vm.full();
        let statistics = vm.heap.statistics();
        assert!(statistics.returned_bytes > (round + 1) * (16 << 20), "{statistics:?}");
        assert!(statistics.occupied_bytes < 1 << 20);
        assert!(statistics.chunks < 24, "{} chunks", statistics.chunks);
    }
}

#[test]
fn the_nursery_grows_with_survival_and_shrinks_again() {
    let vm = TestVm::new(HeapOptions { verify: false, nursery_bytes: 256 << 10, ..strict(GcMode::Normal) });
    let root = vm.rooted_words(1);
    while vm.heap.statistics().minor_collections < 10 {
        let object = vm.words(4);
        object.slots()[0].init(root.slots()[0].get());
        vm.store(root, 0, object);
    }
    assert_eq!(vm.heap.statistics().nursery_bytes, 2 << 20);
    root.slots()[0].init(None);
    for _ in 0..500_000 {
        vm.words(4);
    }
    assert_eq!(vm.heap.statistics().nursery_bytes, 256 << 10);
}

#[test]
fn garbage_is_bounded_without_asking() {
    let vm = TestVm::new(HeapOptions { verify: false, poison: false, ..strict(GcMode::Normal) });
    let root = vm.rooted_words(20_000);
    let mut random = Random(7);
    for _ in 0..1_000_000 {
        let object = vm.words(40);
        if random.one_in(4) {
            vm.store(root, random.below(20_000), object);
        }
    }
    let statistics = vm.heap.statistics();
    assert!(statistics.minor_collections > 3 && statistics.full_collections > 0, "{statistics:?}");
    assert!(statistics.chunks <= 24, "{statistics:?}");
}

#[test]
fn a_heap_may_move_to_another_thread() {
    fn assert_send<T: Send>() {}
    assert_send::<Heap>();
}

/// Runs `body` in a forked child; whether it returned normally.
#[allow(unsafe_code)]
fn in_child(body: impl FnOnce()) -> bool {
    // SAFETY: the child runs `body`, which allocates but takes no lock of other threads, and leaves.
    match unsafe { libc::fork() } {
        0 => {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
            // SAFETY: leaves without running the test harness's exit code.
            unsafe { libc::_exit(i32::from(result.is_err())) }
        }
        child => {
            let mut status = 0;
            // SAFETY: waits for the child just made.
            unsafe { libc::waitpid(child, &raw mut status, 0) };
            libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
        }
    }
}

#[test]
fn a_forked_child_has_a_working_copy() {
    let vm = TestVm::new(strict(GcMode::Normal));
    let root = vm.rooted_words(100);
    let fill = |offset: usize| {
        for index in 0..100 {
            let object = vm.words(300);
            object.slots()[7].init(Some(Value::small_wrapping((index + offset) as i64)));
            vm.store(root, index, object);
        }
    };
    let check = |offset: usize| {
        for index in 0..100 {
            let found = child(root, index).and_then(|object| object.slots()[7].get());
            assert_eq!(found, Some(Value::small_wrapping((index + offset) as i64)));
        }
    };
    fill(0);
    assert!(in_child(|| {
        vm.full();
        check(0);
        fill(5000);
        vm.full();
        check(5000);
    }));
    vm.full();
    check(0);
}

#[test]
#[allow(unsafe_code)]
fn a_smaller_reserve_does_when_address_space_is_limited() {
    assert!(in_child(|| {
        let in_use = std::fs::read_to_string("/proc/self/statm").expect("Linux");
        let pages: u64 = in_use.split(' ').next().and_then(|field| field.parse().ok()).expect("a number");
        let bytes = pages * 4096 + (200 << 20);
        let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
        // SAFETY: plain system call, in the child.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const limit) }, 0);
        let vm =
            TestVm::new(HeapOptions { reserve_bytes: HeapOptions::default().reserve_bytes, ..strict(GcMode::Normal) });
        let root = vm.rooted_words(1);
        let object = vm.words(3);
        vm.store(root, 0, object);
        vm.full();
        assert_eq!(child(root, 0), Some(object));
    }));
}

#[test]
fn nothing_is_collected_while_disabled() {
    let vm = TestVm::new(strict(GcMode::EveryAllocation));
    vm.heap.disable();
    let first = vm.heap.allocate_at_start(&vm.roots.cursor, 16);
    assert!(vm.roots.cursor.limit.get() > first.as_ptr().addr());
    vm.words(3);
    assert!(vm.roots.reports.borrow().is_empty());
    vm.heap.enable(&vm.roots.cursor);
    assert_eq!(vm.roots.cursor.limit.get(), 0);
    vm.words(3);
    assert_eq!((vm.roots.reports.borrow().len(), vm.roots.cursor.limit.get()), (1, 0));
}
