//! Speed of the collector, without the rest of the runtime.
//!
//! Prints nanoseconds per step, best of several rounds: `cargo bench -p taipan-runtime --bench gc [-- name]`. What must not
//! live here: Python programs (see `benches/` of the workspace). Start at [`main`].

use std::cell::RefCell;
use std::hint::black_box;
use std::time::Instant;
use taipan_runtime::gc::{AllocationCursor, CollectionKind, Heap, HeapOptions, RootSource, Tracer};
use taipan_runtime::object::{Gc, Header, ShapeId, WordStorage};

/// A thread with nothing but a native stack and a list of roots.
struct Roots {
    cursor: AllocationCursor,
    stack_base: usize,
    exact: RefCell<Vec<usize>>,
}

impl RootSource for Roots {
    fn trace_roots(&self, tracer: &mut Tracer) {
        for &address in self.exact.borrow().iter() {
            if let Some(object) = Gc::<Header>::from_address(address) {
                tracer.object(object);
            }
        }
    }
    fn for_each_stack(&self, visit: &mut dyn FnMut(*const u8, *const u8)) {
        let marker = 0_u64;
        visit((&raw const marker).cast(), std::ptr::with_exposed_provenance(self.stack_base));
    }
    fn for_each_cursor(&self, visit: &mut dyn FnMut(&AllocationCursor)) {
        visit(&self.cursor);
    }
    fn class_of_shape(&self, _: ShapeId) -> Option<Gc<Header>> {
        None
    }
    fn shape_count(&self) -> u32 {
        1
    }
}

/// A heap and its one thread.
struct Machine {
    heap: Heap,
    roots: Roots,
}

impl Machine {
    fn new(stack_base: usize) -> Machine {
        let heap = Heap::new(HeapOptions::default()).expect("address space");
        let roots = Roots { cursor: AllocationCursor::new(), stack_base, exact: RefCell::default() };
        Machine { heap, roots }
    }

    #[inline(always)]
    fn words(&self, capacity: usize) -> Gc<WordStorage> {
        self.heap.allocate_words(&self.roots.cursor, ShapeId(0), capacity, &self.roots).expect("memory")
    }

    fn rooted_words(&self, capacity: usize) -> Gc<WordStorage> {
        let words = self.words(capacity);
        self.roots.exact.borrow_mut().push(words.address());
        words
    }
}

/// Runs `body`, which does `steps` steps, on fresh machines; prints the best time per step.
fn measure(name: &str, stack_base: usize, steps: usize, mut body: impl FnMut(&Machine)) {
    // Arguments that are no flags select benchmarks by name.
    let mut wanted = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
    if wanted.peek().is_some() && !wanted.any(|part| name.contains(&part)) {
        return;
    }
    let mut best = f64::INFINITY;
    let mut figures = String::new();
    for _ in 0..5 {
        let machine = Machine::new(stack_base);
        let started = Instant::now();
        body(&machine);
        let nanoseconds = started.elapsed().as_nanos() as f64 / steps as f64;
        if nanoseconds < best {
            best = nanoseconds;
            let statistics = machine.heap.statistics();
            figures = format!(
                "{} minor ({} us at most), {} full ({} us at most), {} chunks",
                statistics.minor_collections,
                statistics.minor_pause_max / 1000,
                statistics.full_collections,
                statistics.full_pause_max / 1000,
                statistics.chunks
            );
        }
    }
    println!("{name:<40} {best:>9.2} ns   {figures}");
}

fn tree(machine: &Machine, depth: u32) -> Gc<WordStorage> {
    if depth == 0 {
        return machine.words(2);
    }
    let (left, right) = (tree(machine, depth - 1), tree(machine, depth - 1));
    let node = machine.words(2);
    node.slots()[0].init(Some(left.value()));
    node.slots()[1].init(Some(right.value()));
    node
}

fn count(node: Gc<WordStorage>) -> usize {
    1 + node.slots().iter().filter_map(|slot| slot.get()?.cast()).map(count).sum::<usize>()
}

fn main() {
    let base = 0_u64;
    let base = (&raw const base).expose_provenance();

    measure("start a heap, allocate, drop it", base, 1, |_| {
        let machine = Machine::new(base);
        black_box(machine.words(2));
    });

    const BOXES: usize = 50_000_000;
    measure("box of 16 bytes", base, BOXES, |machine| {
        for _ in 0..BOXES {
            black_box(machine.words(0));
        }
    });

    measure("box of 16 bytes, 1 in 64 kept for a while", base, BOXES, |machine| {
        let kept = machine.rooted_words(1000);
        for step in 0..BOXES {
            let object = machine.words(0);
            if step % 64 == 0 {
                let slot = &kept.slots()[step / 64 % 1000];
                slot.init(Some(object.value()));
                machine.heap.write_barrier_slot(kept.header(), slot);
            }
        }
    });

    for depth in [10, 16, 20] {
        let trees = (1_usize << 22 >> depth).max(2);
        let nodes = trees * ((2 << depth) - 1);
        measure(&format!("binary trees of depth {depth}, per node"), base, nodes, |machine| {
            for _ in 0..trees {
                let root = tree(machine, depth);
                assert_eq!(count(black_box(root)), (2 << depth) - 1);
            }
        });
    }

    const NODES: usize = (2 << 20) - 1;
    measure("full marking of a tree, per object", base, NODES * 20, |machine| {
        let root = tree(machine, 20);
        for _ in 0..20 {
            machine.heap.collect(CollectionKind::Full, &machine.roots);
        }
        black_box(root);
    });

    const STORES: usize = 20_000_000;
    measure("store into an old object", base, STORES, |machine| {
        let owner = machine.rooted_words(64);
        machine.heap.collect(CollectionKind::Minor, &machine.roots);
        let value = machine.words(1);
        for step in 0..STORES {
            black_box(&owner).slots()[step % 64].init(Some(value.value()));
            machine.heap.write_barrier(owner.header());
        }
    });
    measure("store into an old large array", base, STORES, |machine| {
        let owner = machine.rooted_words(100_000);
        machine.heap.collect(CollectionKind::Minor, &machine.roots);
        let value = machine.words(1);
        for step in 0..STORES {
            let slot = &black_box(&owner).slots()[step % 100_000];
            slot.init(Some(value.value()));
            machine.heap.write_barrier_slot(owner.header(), slot);
        }
    });
    measure("append to a growing array", base, STORES, |machine| {
        let owner = machine.rooted_words(1);
        let mut array = machine.words(4);
        owner.slots()[0].init(Some(array.value()));
        for step in 0..STORES {
            if step == array.capacity {
                array = machine
                    .heap
                    .grow_words(&machine.roots.cursor, array, step + step / 8 + 4, &machine.roots)
                    .expect("memory");
                owner.slots()[0].init(Some(array.value()));
                machine.heap.write_barrier(owner.header());
            }
            let object = machine.words(0);
            let slot = &array.slots()[step];
            slot.init(Some(object.value()));
            machine.heap.write_barrier_slot(array.header(), slot);
        }
    });
}
