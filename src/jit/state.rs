//! What the JIT keeps: for an isolate, for a code object, for a piece of native code.
//!
//! What lives here: [`Jit`], [`CodeState`], [`Compiled`], and their links (dependencies on classes and
//! functions, native entries of code objects), and taking code out of use. What must not: when to compile
//! (`policy.rs`) and how native code is left (`deopt.rs`). Start at [`Jit`].
#![allow(unsafe_code)] // Native code refers to these by address.

use super::background::Worker;
use super::build::{Assumptions, BuildOptions};
use super::code_memory::{CodeMemory, CodeRange};
use super::events::{Event, EventKind, EventKinds, EventLog, ExitReason, Refusal};
use super::exits::{CallSite, Exit};
use super::isa::{IsaOptions, Target};
use super::passes::PassOptions;
use super::policy::Pending;
use super::stats::{JitStats, increment};
use super::trampoline::{self, Trampoline};
use crate::interp::Interpreter;
use crate::interp::body::Body;
use cranelift_codegen::isa::OwnedTargetIsa;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::{Rc, Weak};
use std::time::Instant;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::list::List;
use taipan_runtime::types::type_object::{Type, type_flags};

/// How many guards of a function fail at most with [`JitOptions::force_exits`].
pub const MAXIMUM_FORCED: usize = 1 << 14;

/// What callers choose.
#[derive(Clone, Debug)]
pub struct JitOptions {
    /// Calls after which a function is compiled.
    pub entry_threshold: u32,
    /// Back edges after which a loop is compiled.
    pub loop_threshold: u32,
    /// Side exits after which code is made anew the first time; each time takes twice as many.
    pub exit_limit: u32,
    /// How often a function's code is made anew before it stays interpreted.
    pub recompilations: u32,
    /// Exits count only if they come often: more than one in this many microseconds. Zero: they always count.
    pub exit_interval: u32,
    /// Memory of code is not used again: for emulators that do not notice what is written through another mapping.
    pub fresh_code: bool,
    /// Limits of the builder.
    pub build: BuildOptions,
    /// The passes.
    pub passes: PassOptions,
    /// Compile on another thread while the interpreter goes on. Without it everything happens in the same order
    /// every time.
    pub background: bool,
    /// Check Cranelift's IR, too.
    pub verify: bool,
    /// Take each side exit once, whether its guard holds or not: for tests.
    pub force_exits: bool,
    /// List code for `perf`.
    pub perf_map: bool,
    /// What happens that is printed to the standard error stream.
    pub trace: EventKinds,
}

impl Default for JitOptions {
    fn default() -> Self {
        JitOptions {
            entry_threshold: 600,
            loop_threshold: 2000,
            exit_limit: 20,
            recompilations: 6,
            exit_interval: 1000,
            fresh_code: false,
            build: BuildOptions::default(),
            passes: PassOptions::default(),
            background: true,
            verify: cfg!(debug_assertions),
            force_exits: false,
            perf_map: false,
            trace: EventKinds::NONE,
        }
    }
}

impl JitOptions {
    /// Compiles everything as soon as it has run once: for tests.
    pub fn always() -> JitOptions {
        let passes = PassOptions { verify: true, ..PassOptions::default() };
        JitOptions {
            entry_threshold: 2,
            loop_threshold: 2,
            exit_limit: 2,
            recompilations: 20,
            exit_interval: 0,
            background: false,
            verify: true,
            passes,
            ..JitOptions::default()
        }
    }
}

/// The JIT of an isolate.
pub struct Jit {
    /// What callers chose.
    pub options: JitOptions,
    /// The code generator for this machine, once there was something to compile.
    isa: OnceCell<OwnedTargetIsa>,
    /// Where code lies.
    pub memory: RefCell<CodeMemory>,
    /// Counts.
    pub stats: JitStats,
    /// What happened.
    pub events: EventLog,
    /// The thread that compiles, once there was something to compile.
    pub worker: RefCell<Option<Worker>>,
    /// How many tasks there were.
    pub requests: Cell<u64>,
    /// What it was given and did not bring back yet.
    pub pending: RefCell<Vec<Pending>>,
    /// Code objects in `pending`, and objects that code being compiled mentions.
    pub kept: Gc<List>,
    /// The functions of `consumers.rs`, once they are made, and whether that was tried.
    pub consumers: Cell<Option<Gc<Dict>>>,
    pub consumers_tried: Cell<bool>,
    /// Trampolines into native code, by number of arguments.
    trampolines: RefCell<Vec<Option<Trampoline>>>,
    /// Native entries that interpret, by number of arguments.
    stubs: RefCell<Vec<Option<CodeRange>>>,
    /// Native code by its end: its start, and what belongs to it.
    ranges: RefCell<BTreeMap<usize, (usize, *const Compiled)>>,
    /// The addresses that calls of trampolines return to.
    trampoline_ranges: RefCell<Vec<(usize, usize)>>,
    /// Code that relies on a class or function, by its address.
    dependents: RefCell<HashMap<u64, Vec<Weak<Compiled>>>>,
    /// Code that was replaced or whose code object is gone, but may be running still.
    retired: Rc<RefCell<Vec<Rc<Compiled>>>>,
    /// The last side exit left with an exception pending.
    pub raising: Cell<bool>,
    /// Where the last exception passed the outermost frame of native code.
    pub raised_at: Cell<u32>,
}

/// What the JIT keeps about a code object. The code object's body owns it.
pub struct CodeState {
    /// Code for the function's start.
    pub entry: RefCell<Option<Rc<Compiled>>>,
    /// Code that is entered elsewhere, by unit offset: few enough to search.
    pub loops: RefCell<Vec<(u32, Rc<Compiled>)>>,
    /// What is being compiled: loop headers, or the function's start.
    pub pending: RefCell<HashSet<Option<u32>>>,
    /// Places of this code where native code left too often, and why: they are translated without that assumption.
    pub failed: RefCell<HashSet<(u32, ExitReason)>>,
    /// Bytecode instructions in what was last built for the function's start, those inlined into it included.
    pub instructions: Cell<u64>,
    /// How often code was given up because of its exits.
    pub discards: Cell<u32>,
    /// How often code was given up because an assumption stopped holding.
    pub invalidations: Cell<u32>,
    /// How often code was given up because it was made for other globals.
    pub rebound: Cell<u32>,
    /// It is not compiled any more.
    pub refused: Cell<Option<Refusal>>,
    retired: Rc<RefCell<Vec<Rc<Compiled>>>>,
}

impl CodeState {
    /// The code for a function's start or for another place.
    pub fn installed(&self, osr: Option<u32>) -> Option<Rc<Compiled>> {
        match osr {
            None => self.entry.borrow().clone(),
            Some(position) => {
                self.loops.borrow().iter().find(|(at, _)| *at == position).map(|(_, compiled)| Rc::clone(compiled))
            }
        }
    }

    /// The state of a code object, if the JIT has dealt with it.
    pub fn known(body: &Body) -> Option<&CodeState> {
        // SAFETY: `Jit::state_of` set it to what the body owns.
        unsafe { body.tier.get().cast::<CodeState>().cast_const().as_ref() }
    }
}

impl Drop for CodeState {
    /// The code object is gone; its code may be running still.
    fn drop(&mut self) {
        let entry = self.entry.take();
        let loops = self.loops.take().into_iter().map(|(_, compiled)| compiled);
        for compiled in entry.into_iter().chain(loops) {
            compiled.invalid.set(1);
            self.retired.borrow_mut().push(compiled);
        }
    }
}

/// A stretch of native frames, from where the interpreter entered native code up to where that called out. It
/// stands on the native stack.
pub struct Segment {
    /// The interpreter's record of the activation that was entered.
    pub record: *mut crate::interp::frame::Frame,
    /// The stretch below.
    pub outer: *const Segment,
    /// What [`Thread::native_frame`] and [`Thread::native_site`] say of the stretch below.
    pub outer_frame: *mut u8,
    /// See `outer_frame`.
    pub outer_site: u64,
}

/// Native code of a function or loop. It does not move: native code knows its address.
#[derive(Default)]
pub struct Compiled {
    /// An assumption does not hold any more.
    pub invalid: Cell<u8>,
    /// With [`JitOptions::force_exits`] a byte for each guard: not zero until its exit was taken.
    pub forced: Vec<Cell<u8>>,
    /// One more than the unit offset at which the code suspended its generator; zero if it left otherwise.
    pub suspended: Cell<u32>,
    /// What there is once it is compiled.
    pub parts: OnceCell<Parts>,
    /// The state of the code object it was made for.
    pub owner: Weak<CodeState>,
}

/// A piece of native code and what belongs to it.
#[derive(Debug)]
pub struct Parts {
    /// How it is called in reports.
    pub name: String,
    /// Where it lies.
    pub range: CodeRange,
    /// Its first instruction.
    pub address: *const u8,
    /// How many arguments it takes after the function.
    pub arguments: usize,
    /// Where it is entered, if that is not the function's start: a loop header, or behind a `yield`.
    pub osr: Option<u32>,
    /// Address of the code object it was compiled for.
    pub code: u64,
    /// Globals it was compiled for.
    pub globals: u64,
    /// Code object and globals of each unit, by address.
    pub units: Vec<(u64, u64)>,
    /// Side exits.
    pub exits: Vec<Exit>,
    /// How often each was taken, since `counted_from`.
    pub exit_counts: Vec<Cell<u32>>,
    /// How often those were taken that count against the code.
    pub faults: Cell<u32>,
    /// When it was there to be run.
    pub installed: Instant,
    /// How often it was asked for with other globals.
    pub misfits: Cell<u32>,
    /// When counting began.
    pub counted_from: Cell<Instant>,
    /// How many times code was made for this before.
    pub generation: u32,
    /// Call sites.
    pub call_sites: Vec<CallSite>,
    /// Return addresses, as offsets, and their call sites.
    pub return_addresses: Vec<(u32, u32)>,
}

impl Compiled {
    /// What there is once it is compiled.
    pub fn parts(&self) -> &Parts {
        match self.parts.get() {
            Some(parts) => parts,
            None => unreachable!("the code is complete before it runs"),
        }
    }

    /// Its assumptions hold.
    pub fn is_valid(&self) -> bool {
        self.invalid.get() == 0
    }
}

impl Parts {
    /// The code object of a unit.
    pub fn unit_code(&self, unit: u32) -> Gc<CodeObject> {
        match Gc::from_address(self.units[unit as usize].0 as usize) {
            Some(code) => code,
            None => unreachable!("units have code"),
        }
    }

    /// The globals of a unit.
    pub fn unit_globals(&self, unit: u32) -> Gc<Dict> {
        match Gc::from_address(self.units[unit as usize].1 as usize) {
            Some(globals) => globals,
            None => unreachable!("units have globals"),
        }
    }
}

impl Jit {
    /// Gives the isolate a JIT, and tells its interpreter when to ask it.
    ///
    /// # Errors
    /// The machine is not supported, or there is no memory for code.
    pub fn install(thread: &Thread, options: JitOptions) -> Result<(), String> {
        if !super::isa::supports_host() {
            return Err("there is no code generator for this machine".to_owned());
        }
        let mut memory = CodeMemory::new().map_err(|error| error.to_string())?;
        if options.fresh_code {
            memory.use_once();
        }
        if options.perf_map {
            memory.enable_perf_map().map_err(|error| error.to_string())?;
        }
        let interpreter = Interpreter::of(thread);
        interpreter.entry_threshold.set(options.entry_threshold);
        interpreter.loop_threshold.set(options.loop_threshold);
        let kept = List::empty(thread);
        thread.vm().module_state.borrow_mut().push(kept.header());
        let events = EventLog::default();
        events.printed.set(options.trace);
        let jit = Box::new(Jit {
            options,
            isa: OnceCell::new(),
            memory: RefCell::new(memory),
            stats: JitStats::default(),
            events,
            worker: RefCell::default(),
            requests: Cell::new(0),
            pending: RefCell::default(),
            kept,
            consumers: Cell::new(None),
            consumers_tried: Cell::new(false),
            trampolines: RefCell::default(),
            stubs: RefCell::default(),
            ranges: RefCell::default(),
            trampoline_ranges: RefCell::default(),
            dependents: RefCell::default(),
            retired: Rc::default(),
            raising: Cell::new(false),
            raised_at: Cell::new(0),
        });
        interpreter.tier_pointer.set(std::ptr::from_ref(&*jit).cast());
        *interpreter.tier_state.borrow_mut() = Some(jit);
        interpreter.tier.set(Some(super::policy::HOOKS));
        interpreter.native_walk.set(Some(super::deopt::walk_native));
        interpreter.class_changed.set(Some(|thread, class| Jit::of(thread).changed(class.address() as u64)));
        interpreter.forking.set(Some(|thread, fork| Jit::of(thread).fork(fork)));
        interpreter.tracing_started.set(Some(|thread| Jit::of(thread).discard_all()));
        interpreter.function_changed.set(Some(|thread, function| Jit::of(thread).changed(function.address() as u64)));
        Ok(())
    }

    /// The JIT of a thread's isolate, if it has one.
    pub fn get(thread: &Thread) -> Option<&Jit> {
        let pointer = Interpreter::of(thread).tier_pointer.get().cast::<Jit>();
        // SAFETY: set by `install` to a box that the interpreter owns for as long as the isolate lives.
        unsafe { pointer.as_ref() }
    }

    /// The JIT of a thread's isolate: for what only runs if there is one.
    pub fn of(thread: &Thread) -> &Jit {
        match Jit::get(thread) {
            Some(jit) => jit,
            None => unreachable!("native code runs only where there is a JIT"),
        }
    }

    /// The state of a code object.
    pub fn state_of<'b>(&self, body: &'b Body) -> &'b CodeState {
        if body.tier.get().is_null() {
            let state = Rc::new(CodeState {
                entry: RefCell::default(),
                loops: RefCell::default(),
                pending: RefCell::default(),
                failed: RefCell::default(),
                instructions: Cell::new(0),
                discards: Cell::new(0),
                invalidations: Cell::new(0),
                rebound: Cell::new(0),
                refused: Cell::new(None),
                retired: Rc::clone(&self.retired),
            });
            // SAFETY: the body calls this once, when it is dropped, with what it was given here.
            let drop_state = |pointer: *mut u8| drop(unsafe { Rc::from_raw(pointer.cast::<CodeState>().cast_const()) });
            body.set_tier(Rc::into_raw(state).cast_mut().cast(), drop_state);
        }
        match CodeState::known(body) {
            Some(state) => state,
            None => unreachable!("made above"),
        }
    }

    /// A reference to the state of a code object that does not keep it.
    pub fn weak_state_of(&self, body: &Body) -> Weak<CodeState> {
        let state = std::ptr::from_ref(self.state_of(body));
        // SAFETY: the pointer came from `Rc::into_raw`, and the body keeps one count.
        unsafe {
            Rc::increment_strong_count(state);
            Rc::downgrade(&Rc::from_raw(state))
        }
    }

    /// The code generator for this machine.
    pub fn isa(&self) -> &OwnedTargetIsa {
        self.isa.get_or_init(|| {
            let options = IsaOptions { target: Target::Host, verify: self.options.verify };
            super::isa::make(options).unwrap_or_else(|error| unreachable!("a supported machine: {error}"))
        })
    }

    /// The trampoline for this number of arguments.
    pub fn trampoline(&self, count: usize) -> Result<Trampoline, Refusal> {
        if let Some(Some(known)) = self.trampolines.borrow().get(count) {
            return Ok(*known);
        }
        let code = trampoline::generate(self.isa(), count).map_err(|_| Refusal::CodeGenerator)?;
        let mut memory = self.memory.borrow_mut();
        let range = memory.place(&format!("trampoline {count}"), &code, |_, _| {}).ok_or(Refusal::CodeMemoryFull)?;
        let address = memory.address(range);
        self.trampoline_ranges.borrow_mut().push((address.addr(), address.addr() + code.len()));
        // SAFETY: the code was generated with this signature.
        let trampoline = unsafe { std::mem::transmute::<*const u8, Trampoline>(address) };
        let mut trampolines = self.trampolines.borrow_mut();
        if trampolines.len() <= count {
            trampolines.resize(count + 1, None);
        }
        trampolines[count] = Some(trampoline);
        Ok(trampoline)
    }

    /// Notes where native code lies, for walks of the native stack.
    pub fn add_range(&self, address: *const u8, length: usize, compiled: *const Compiled) {
        self.ranges.borrow_mut().insert(address.addr() + length, (address.addr(), compiled));
    }

    /// The code that a return address lies in, and the call site it belongs to.
    pub fn call_site_at(&self, address: usize) -> Option<(&Compiled, u32)> {
        let ranges = self.ranges.borrow();
        let (_, (start, compiled)) = ranges.range(address..).next()?;
        // SAFETY: code that is running is alive; `reclaim` takes out what it frees.
        let compiled = unsafe { compiled.as_ref() }?;
        let offset = u32::try_from(address.checked_sub(*start)?).ok()?;
        let addresses = &compiled.parts().return_addresses;
        let index = addresses.binary_search_by_key(&offset, |(offset, _)| *offset).ok()?;
        Some((compiled, addresses[index].1))
    }

    /// The return address lies in a trampoline: native code was entered by the interpreter.
    pub fn is_in_trampoline(&self, address: usize) -> bool {
        self.trampoline_ranges.borrow().iter().any(|(start, end)| (*start..*end).contains(&address))
    }

    /// Makes sure that `code` has a native entry: if it has no code, one that interprets.
    pub fn ensure_entry(&self, code: Gc<CodeObject>) -> Result<(), Refusal> {
        if code.native_entry.get().is_null() {
            code.native_entry.set(self.stub(code.parameter_count() as usize)?);
        }
        Ok(())
    }

    /// The native entry that interprets a function with this number of parameters.
    fn stub(&self, count: usize) -> Result<*const u8, Refusal> {
        let mut stubs = self.stubs.borrow_mut();
        if stubs.len() <= count {
            stubs.resize(count + 1, None);
        }
        if stubs[count].is_none() {
            let address = super::runtime::address(super::runtime::Entry::Interpret);
            let code = trampoline::generate_stub(self.isa(), count, address).map_err(|_| Refusal::CodeGenerator)?;
            let range = self.memory.borrow_mut().place(&format!("interpret {count}"), &code, |_, _| {});
            stubs[count] = Some(range.ok_or(Refusal::CodeMemoryFull)?);
        }
        match stubs[count] {
            Some(range) => Ok(self.memory.borrow().address(range)),
            None => unreachable!("made above"),
        }
    }

    /// Notes what new code relies on.
    pub fn depend(&self, compiled: &Rc<Compiled>, assumptions: &Assumptions) {
        let mut dependents = self.dependents.borrow_mut();
        for (address, _) in &assumptions.classes {
            dependents.entry(*address).or_default().push(Rc::downgrade(compiled));
            if let Some(class) = Gc::<Type>::from_address(*address as usize) {
                class.set_flag(type_flags::WATCHED, true);
            }
        }
        for address in &assumptions.functions {
            dependents.entry(*address).or_default().push(Rc::downgrade(compiled));
        }
    }

    /// The classes and functions are still as they were assumed to be.
    pub fn still_holds(&self, assumptions: &Assumptions) -> bool {
        assumptions.classes.iter().all(|(address, version)| {
            Gc::<Type>::from_address(*address as usize).is_some_and(|class| class.version.get() == *version)
        })
    }

    /// A class or function changed: code that relies on it is not entered any more, and leaves where it runs.
    fn changed(&self, address: u64) {
        let Some(dependents) = self.dependents.borrow_mut().remove(&address) else { return };
        for compiled in dependents.into_iter().filter_map(|weak| weak.upgrade()) {
            if compiled.is_valid() {
                increment(&self.stats.invalidations, 1);
                self.events.report(EventKind::Discard, || {
                    let sentence = "given up: something it relied on changed";
                    // The code object lives as long as its state.
                    match compiled.parts.get().filter(|_| compiled.owner.strong_count() > 0) {
                        Some(parts) => Event::new(
                            EventKind::Discard,
                            &Body::of_ref(parts.unit_code(0)).code,
                            parts.osr.unwrap_or(0),
                            sentence,
                        ),
                        None => Event {
                            kind: EventKind::Discard,
                            function: String::new(),
                            filename: String::new(),
                            position: Default::default(),
                            sentence: sentence.to_string(),
                            detail: "before it was finished".to_string(),
                        },
                    }
                });
                if let Some(state) = compiled.owner.upgrade() {
                    state.invalidations.set(state.invalidations.get() + 1);
                }
                self.discard(&compiled);
            }
        }
    }

    /// Takes all code out of use, and what is being made: events are to be reported, which only the interpreter does.
    fn discard_all(&self) {
        for pending in self.pending.borrow().iter() {
            pending.compiled.invalid.set(1);
        }
        let installed: Vec<*const Compiled> = self.ranges.borrow().values().map(|(_, compiled)| *compiled).collect();
        for compiled in installed {
            // SAFETY: code that has a range is alive, and was made by `Rc::new`: `reclaim` takes the range first.
            let compiled = unsafe {
                Rc::increment_strong_count(compiled);
                Rc::from_raw(compiled)
            };
            if compiled.is_valid() {
                self.discard(&compiled);
            }
        }
    }

    /// Takes code out of use. It may be running still, and leaves at its next check.
    pub fn discard(&self, compiled: &Rc<Compiled>) {
        compiled.invalid.set(1);
        let (Some(parts), Some(state)) = (compiled.parts.get(), compiled.owner.upgrade()) else { return };
        match parts.osr {
            Some(header) => {
                state.loops.borrow_mut().retain(|(at, known)| *at != header || !Rc::ptr_eq(known, compiled));
            }
            None => {
                let mut entry = state.entry.borrow_mut();
                if entry.as_ref().is_some_and(|known| Rc::ptr_eq(known, compiled)) {
                    *entry = None;
                    // The state is alive, so the code object is. There was an entry, so there is a stub or one can
                    // be made.
                    if let Some(code) = Gc::<CodeObject>::from_address(parts.code as usize)
                        && let Ok(stub) = self.stub(code.parameter_count() as usize)
                    {
                        code.native_entry.set(stub);
                    }
                }
            }
        }
        self.retired.borrow_mut().push(Rc::clone(compiled));
    }

    /// Forks the process; the child gets code memory of its own.
    fn fork(&self, fork: &dyn Fn() -> i32) -> i32 {
        let Ok(copy) = self.memory.borrow().copy_for_child() else { return -1 };
        let child = fork();
        if child == 0 && self.memory.borrow_mut().adopt(copy).is_err() {
            eprintln!("Fatal Python error: no memory for code in the child of a fork");
            std::process::abort()
        }
        child
    }

    /// How many pieces of code are out of use.
    pub fn retired_count(&self) -> usize {
        self.retired.borrow().len()
    }

    /// Frees the memory of code that is out of use, but for what is running still: what the native stack has an
    /// address of.
    pub fn reclaim(&self, thread: &Thread) {
        if self.retired.borrow().is_empty() {
            return;
        }
        let retired = std::mem::take(&mut *self.retired.borrow_mut());
        let mut memory = self.memory.borrow_mut();
        let bounds = |compiled: &Compiled| {
            compiled.parts.get().map(|parts| {
                let start = parts.address.addr();
                (start, start + parts.range.len())
            })
        };
        let mut ranges: Vec<(usize, usize, bool)> =
            retired.iter().filter_map(|compiled| bounds(compiled)).map(|(start, end)| (start, end, false)).collect();
        ranges.sort_unstable();
        let (lowest, highest) = (ranges.first().map_or(0, |r| r.0), ranges.last().map_or(0, |r| r.1));
        thread.for_each_native_stack(&mut |from, to| {
            for at in ((from & !7)..to).step_by(8) {
                // SAFETY: between a stack pointer and the stack's base every word can be read.
                let word = unsafe { std::ptr::read_volatile(at as *const usize) };
                if (lowest..=highest).contains(&word) {
                    // A return address may be the address behind the code's last instruction.
                    let index = ranges.partition_point(|(start, _, _)| *start < word);
                    if let Some(range) = index.checked_sub(1).map(|index| &mut ranges[index]) {
                        range.2 |= word <= range.1;
                    }
                }
            }
        });
        for compiled in retired {
            let running = bounds(&compiled).is_some_and(|(start, _)| {
                ranges.binary_search_by_key(&start, |range| range.0).is_ok_and(|index| ranges[index].2)
            });
            if running || Rc::strong_count(&compiled) > 1 {
                self.retired.borrow_mut().push(compiled);
            } else if let Some(parts) = compiled.parts.get() {
                increment(&self.stats.bytes_freed, parts.range.len() as u64);
                self.ranges.borrow_mut().remove(&(parts.address.addr() + parts.range.len()));
                memory.free(parts.range);
            }
        }
        memory.reclaim(|_, _| false);
        // Links to what is gone are gone, too.
        let mut dependents = self.dependents.borrow_mut();
        dependents.retain(|_, users| {
            users.retain(|user| user.strong_count() != 0);
            !users.is_empty()
        });
    }

    /// Counts a refusal.
    pub fn count_refusal(&self, refusal: Refusal) {
        *self.stats.refusals.borrow_mut().entry(refusal).or_default() += 1;
    }

    /// Counts a side exit.
    pub fn count_exit(&self, reason: ExitReason) {
        *self.stats.exits.borrow_mut().entry(reason).or_default() += 1;
    }
}
