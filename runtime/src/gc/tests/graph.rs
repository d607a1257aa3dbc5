//! Random object graphs against a model that knows what must live.

use super::*;
use std::collections::{HashMap, HashSet};

/// What the model knows of one object; its number stands in slot 0 of the real one.
struct ModelNode {
    children: Vec<Option<usize>>,
    watch: Option<(&'static WeakSlot, usize)>,
}

/// A real graph and its model, mutated in step. Numbers name objects.
struct Twin<'a> {
    vm: &'a TestVm,
    nodes: HashMap<usize, ModelNode>,
    /// Roots: slots of one array that is an exact root.
    root_array: Gc<WordStorage>,
    roots: Vec<Option<usize>>,
    /// Growing lists: each storage is known to its owner only.
    lists: Vec<(Gc<WordStorage>, Vec<Option<usize>>)>, // rooted: by `root_array`
    random: Random,
    made: usize,
}

const ROOTS: usize = 40;
const LISTS: usize = 3;

impl<'a> Twin<'a> {
    fn new(vm: &'a TestVm, seed: u64) -> Twin<'a> {
        let root_array = vm.rooted_words(ROOTS);
        let lists = (0..LISTS)
            .map(|_| {
                let owner = vm.rooted_words(1);
                let storage = vm.words(4);
                vm.store(owner, 0, storage);
                (owner, vec![None; 4])
            })
            .collect();
        Twin { vm, nodes: HashMap::new(), root_array, roots: vec![None; ROOTS], lists, random: Random(seed), made: 0 }
    }

    fn number(object: Gc<WordStorage>) -> usize {
        object.slots()[0].get().and_then(Value::as_small).expect("every node has its number") as usize
    }

    /// Walks from a random root along random edges, in both graphs.
    fn pick(&mut self) -> Option<(usize, Gc<WordStorage>)> {
        let root = self.random.below(ROOTS);
        let mut number = self.roots[root]?;
        let mut object = child(self.root_array, root).expect("the model has a root here");
        for _ in 0..self.random.below(6) {
            let edge = self.random.below(self.nodes[&number].children.len());
            if let Some(next) = self.nodes[&number].children[edge] {
                number = next;
                object = child(object, edge + 1).expect("the model has an edge here");
            }
        }
        assert_eq!(Self::number(object), number);
        Some((number, object))
    }

    fn make(&mut self) {
        let degree = match self.random.below(30) {
            0 => 1100 + self.random.below(3000),
            1 | 2 => 20 + self.random.below(400),
            _ => 1 + self.random.below(8),
        };
        let object = self.vm.words(degree + 1);
        let number = self.made;
        self.made += 1;
        object.slots()[0].init(Some(Value::small_wrapping(number as i64)));
        let root = self.random.below(ROOTS);
        self.vm.store(self.root_array, root, object);
        self.roots[root] = Some(number);
        let watch = self.random.one_in(3).then(|| {
            let (holder, slot) = self.vm.watch(object.header(), false);
            (slot, holder.address())
        });
        self.nodes.insert(number, ModelNode { children: vec![None; degree], watch });
    }

    fn link(&mut self) {
        let (Some((from, from_object)), Some((to, to_object))) = (self.pick(), self.pick()) else { return };
        let edge = self.random.below(self.nodes[&from].children.len());
        from_object.slots()[edge + 1].init(Some(to_object.value()));
        if self.random.one_in(2) {
            self.vm.heap.write_barrier(from_object.header());
        } else {
            self.vm.heap.write_barrier_slot(from_object.header(), slot_address(from_object, edge + 1));
        }
        self.node(from).children[edge] = Some(to);
    }

    fn node(&mut self, number: usize) -> &mut ModelNode {
        self.nodes.get_mut(&number).expect("in the model")
    }

    fn unlink(&mut self) {
        if self.random.one_in(2) {
            let root = self.random.below(ROOTS);
            self.root_array.slots()[root].init(None);
            self.roots[root] = None;
        } else if let Some((number, object)) = self.pick() {
            let edge = self.random.below(self.nodes[&number].children.len());
            object.slots()[edge + 1].init(None);
            self.node(number).children[edge] = None;
        }
    }

    /// Stores into a list, or makes it grow or shrink.
    fn change_list(&mut self) {
        let which = self.random.below(LISTS);
        let (owner, length) = (self.lists[which].0, self.lists[which].1.len());
        if self.random.one_in(8) {
            let capacity = if length > 20_000 { 4 } else { length + 1 + length / 2 };
            let storage = child(owner, 0).expect("a storage");
            let new =
                self.vm.heap.grow_words(&self.vm.roots.cursor, storage, capacity, &self.vm.roots).expect("memory");
            self.vm.store(owner, 0, new);
            self.lists[which].1.resize(capacity, None);
        } else if let Some((number, object)) = self.pick() {
            let index = self.random.below(length);
            let storage = child(owner, 0).expect("a storage");
            storage.slots()[index].init(Some(object.value()));
            self.vm.heap.write_barrier_slot(storage.header(), slot_address(storage, index));
            self.lists[which].1[index] = Some(number);
        }
    }

    /// Compares the graphs; drops the dead from the model. With `exact`, the dead must be gone.
    fn check(&mut self, exact: bool) {
        let mut reached: HashSet<usize> = HashSet::new();
        let mut pending: Vec<(usize, Gc<WordStorage>)> = Vec::new(); // rooted: nothing is allocated meanwhile
        let mut edges = |array: Gc<WordStorage>, first: usize, model: &[Option<usize>], pending: &mut Vec<_>| {
            for (index, &expected) in model.iter().enumerate() {
                let found = child(array, first + index);
                assert_eq!(found.map(Self::number), expected);
                if let (Some(number), Some(object)) = (expected, found)
                    && reached.insert(number)
                {
                    pending.push((number, object));
                }
            }
        };
        edges(self.root_array, 0, &self.roots, &mut pending);
        for (owner, model) in &self.lists {
            let storage = child(*owner, 0).expect("a storage");
            assert_eq!(storage.capacity, model.len());
            edges(storage, 0, model, &mut pending);
        }
        while let Some((number, object)) = pending.pop() {
            assert_eq!(object.capacity, self.nodes[&number].children.len() + 1);
            edges(object, 1, &self.nodes[&number].children, &mut pending);
        }
        let vm = self.vm;
        let mut dead_holders = HashSet::new();
        self.nodes.retain(|number, node| {
            let live = reached.contains(number);
            if let Some((slot, holder)) = node.watch {
                match slot.get() {
                    Some(target) => {
                        assert!(live || !exact, "{number} is dead, but a weak slot holds it");
                        assert!(!live || Self::number(target.cast_unchecked()) == *number);
                    }
                    None => assert!(!live, "{number} lives, but its weak slot is empty"),
                }
                if !live && exact {
                    dead_holders.insert(holder);
                }
            }
            live || !exact
        });
        vm.roots.exact.borrow_mut().retain(|address| !dead_holders.contains(address));
    }

    fn run(&mut self, steps: usize) {
        for step in 1..=steps {
            match self.random.below(20) {
                0..=5 => self.make(),
                6..=11 => self.link(),
                12..=13 => self.unlink(),
                14..=18 => self.change_list(),
                _ => {
                    // Garbage of all sizes between, so that holes are uneven.
                    for _ in 0..self.random.below(40) {
                        let capacity = self.random.below(60);
                        self.vm.words(capacity);
                    }
                }
            }
            if step % 500 == 0 {
                if self.random.one_in(2) {
                    self.vm.minor();
                    self.check(false);
                } else {
                    self.vm.full();
                    self.check(true);
                }
            }
        }
        self.vm.full();
        self.check(true);
        self.roots.fill(None);
        self.root_array.slots().iter().for_each(|slot| slot.init(None));
        for (owner, model) in &mut self.lists {
            owner.slots()[0].init(None);
            model.clear();
        }
        self.nodes.clear();
        self.vm.roots.exact.borrow_mut().clear();
        assert_eq!(self.vm.full().marked_objects, 0);
        assert_eq!(self.vm.heap.occupied_bytes(), 0);
    }
}

fn check_random_graphs(options: &HeapOptions, seeds: std::ops::Range<u64>, steps: usize) {
    for seed in seeds {
        let vm = TestVm::new(options.clone());
        Twin::new(&vm, seed * 7919 + 1).run(steps);
    }
}

#[test]
fn random_graphs_with_a_tiny_nursery() {
    check_random_graphs(&HeapOptions { nursery_bytes: 32 << 10, ..strict(GcMode::Normal) }, 0..4, 10_000);
}

#[test]
fn random_graphs_with_the_usual_nursery() {
    check_random_graphs(&strict(GcMode::Normal), 10..12, 20_000);
}

#[test]
fn random_graphs_collected_at_every_allocation() {
    check_random_graphs(&strict(GcMode::EveryAllocation), 20..22, 1500);
}

#[test]
fn random_graphs_collected_fully_at_every_third_allocation() {
    check_random_graphs(&strict(GcMode::EveryNth(3)), 30..32, 1500);
}

#[test]
fn heaps_on_several_threads_do_not_know_each_other() {
    std::thread::scope(|scope| {
        for seed in 40..43 {
            scope.spawn(move || {
                let options = HeapOptions { nursery_bytes: 64 << 10, ..strict(GcMode::Normal) };
                check_random_graphs(&options, seed..seed + 1, 5000);
            });
        }
    });
}
