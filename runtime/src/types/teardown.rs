//! The end of an interpreter: what is left is finalized in the order in which CPython does it.
//!
//! What lives here: [`run_all`], and the order. What must not: calling a finalizer (`finalize.rs`), finding what has died
//! (the collector). Start at [`run_all`].
//!
//! CPython drops `sys.modules` and collects. A script that defines a function is garbage on a cycle then (the function
//! refers to the globals it stands in), and a cycle's finalizers all run before anything of it is cleared: the script's
//! names still mean what they meant. They run in the order of the collector's list, which the collection before that has
//! left in the order of a breadth-first search from the modules (`move_unreachable` in CPython's `Python/gc.c`). A
//! script without functions is on no cycle: its globals are dropped one after another.

use super::finalize::{call_back, finalize, run_pending};
use crate::gc::{CollectionKind, with_spilled_registers};
use crate::modules::gc_module::gc_module::for_each_referent;
use crate::object::{Gc, Header, Kind, header_flags};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

/// How long the order may be looked for, and globals may be dropped with a collection after each.
const PATIENCE: Duration = Duration::from_millis(200);

/// Finalizers may make objects that have one themselves: so often they are run.
const ROUNDS: u32 = 8;

/// Finalizes everything that has a finalizer, files among it. `main`: the globals of `__main__`.
pub fn run_all(thread: &Thread, main: Gc<Dict>) {
    let vm = thread.vm();
    run_pending(thread);
    if vm.heap.has_finalizable() {
        collect(thread);
    }
    if !vm.heap.has_finalizable() {
        return;
    }
    if !has_functions(thread, main) {
        drop_one_by_one(thread, main);
    }
    for _ in 0..ROUNDS {
        finalize_all(thread);
        if !vm.heap.has_finalizable() {
            break;
        }
    }
}

/// Finalizes what there is now.
fn finalize_all(thread: &Thread) {
    let heap = &thread.vm().heap;
    let mut search = Search::new();
    search.find_all(thread);
    with_spilled_registers(|| heap.queue_all_finalizers(thread));
    while let Some(reference) = heap.next_weak_callback() {
        call_back(thread, reference.cast_unchecked());
    }
    let mut objects = ScratchVec::new();
    let mut ranks = Vec::new();
    while let Some(object) = heap.next_finalizer() {
        ranks.push((search.rank(object), objects.len()));
        objects.push(thread, object.to_value());
    }
    ranks.sort_unstable();
    for (_, index) in ranks {
        finalize(thread, objects[index]);
    }
}

/// There is a function that refers to these globals.
fn has_functions(thread: &Thread, globals: Gc<Dict>) -> bool {
    let mut found = false;
    thread.vm().heap.for_each_object(|object| {
        found |= object.kind() == Kind::Function && object.cast_unchecked::<Function>().globals.get() == Some(globals);
    });
    found
}

/// The globals of a script that nothing but the module refers to die one after another.
fn drop_one_by_one(thread: &Thread, main: Gc<Dict>) {
    let start = Instant::now();
    for name in names(thread, main) {
        let value = main.get_str(thread, name).filter(|value| !value.is_none());
        if let Some(value) = value.filter(|_| name.as_bytes(thread) != b"__builtins__") {
            let may_finalize = may_finalize(value);
            main.insert_str(thread, name, Value::NONE);
            if may_finalize && start.elapsed() < PATIENCE && thread.vm().heap.has_finalizable() {
                collect(thread);
            }
        }
    }
    collect(thread);
}

/// The names of a namespace that are strings.
fn names(thread: &Thread, namespace: Gc<Dict>) -> impl Iterator<Item = Gc<Str>> + use<> {
    let mut names = ScratchVec::new();
    let mut position = 0;
    while let Some((name, _)) = namespace.next_entry(&mut position) {
        names.push(thread, name);
    }
    (0..names.len()).filter_map(move |index| names[index].cast::<Str>())
}

/// The death of `value` may lead to a finalizer: it is neither code nor a plain value.
fn may_finalize(value: Value) -> bool {
    value.header().is_some_and(|header| {
        !matches!(
            header.kind(),
            Kind::NativeFunction | Kind::Type | Kind::Module | Kind::Str | Kind::Bytes | Kind::Float
        )
    })
}

fn collect(thread: &Thread) {
    with_spilled_registers(|| thread.vm().heap.collect(CollectionKind::Full, thread));
    run_pending(thread);
}

/// A breadth-first search for objects with finalizers. It keeps addresses: nothing is collected while it goes on, and
/// behind it they are only numbers.
struct Search {
    seen: HashSet<usize>,
    waiting: VecDeque<usize>,
    ranks: HashMap<usize, usize>,
    started: Instant,
}

impl Search {
    fn new() -> Search {
        Search { seen: HashSet::new(), waiting: VecDeque::new(), ranks: HashMap::new(), started: Instant::now() }
    }

    fn reach(&mut self, object: Gc<Header>) {
        if self.seen.insert(object.address()) {
            if object.flag(header_flags::HAS_FINALIZER) {
                self.ranks.insert(object.address(), self.ranks.len());
            }
            self.waiting.push_back(object.address());
        }
    }

    /// Starts from the namespaces of the modules, in the order of `sys.modules`, and ends when all objects with
    /// finalizers were found or it took too long.
    fn find_all(&mut self, thread: &Thread) {
        let mut wanted = 0;
        thread.vm().heap.for_each_finalizable(|_| wanted += 1);
        let modules = thread.vm().modules();
        for name in names(thread, modules) {
            if let Some(module) = modules.get_str(thread, name).and_then(|module| module.cast::<Module>()) {
                self.reach(module.dict().header());
            }
        }
        let mut references = Vec::new();
        while self.ranks.len() < wanted
            && let Some(object) = self.waiting.pop_front().and_then(Gc::<Header>::from_address)
        {
            if self.seen.len() % 1024 == 0 && self.started.elapsed() > PATIENCE {
                break;
            }
            for_each_referent(thread, object, &mut |target| references.push(target.address()));
            // CPython visits the items of these from the last to the first.
            if matches!(object.kind(), Kind::List | Kind::Tuple) {
                references.reverse();
            }
            references.drain(..).filter_map(Gc::from_address).for_each(|target| self.reach(target));
            self.reach(thread.class_of_shape(object.shape()).header());
        }
    }

    /// Where the object comes in the order; behind all others if it was not found.
    fn rank(&self, object: Gc<Header>) -> usize {
        self.ranks.get(&object.address()).copied().unwrap_or(usize::MAX)
    }
}
