//! What the JIT keeps: for an isolate, for a code object, for a piece of native code.
//!
//! What lives here: [`Jit`], [`CodeState`], [`Compiled`], and their links (dependencies on classes and
//! functions, native entries of code objects). What must not: when to compile (`policy.rs`) and how native code
//! is left (`deopt.rs`). Start at [`Jit`].
#![allow(unsafe_code)] // Native code refers to these by address.

use super::build::{Assumptions, BuildOptions, FailedSites};
use super::code_memory::{CodeMemory, CodeRange};
use super::events::{ExitReason, Refusal};
use super::exits::{CallSite, Exit};
use super::isa::{IsaOptions, Target};
use super::passes::PassOptions;
use super::trampoline::{self, Trampoline};
use crate::interp::Interpreter;
use crate::interp::body::Body;
use cranelift_codegen::isa::OwnedTargetIsa;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::{Rc, Weak};
use std::time::Duration;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::type_object::{Type, type_flags};

/// What callers choose.
#[derive(Clone, Debug)]
pub struct JitOptions {
    /// Calls after which a function is compiled.
    pub entry_threshold: u32,
    /// Back edges after which a loop is compiled.
    pub loop_threshold: u32,
    /// Side exits at one place after which the code is made anew.
    pub exit_limit: u32,
    /// How often code is made anew before it stays interpreted.
    pub recompilations: u32,
    /// Limits of the builder.
    pub build: BuildOptions,
    /// The passes.
    pub passes: PassOptions,
    /// Check Cranelift's IR, too.
    pub verify: bool,
    /// Take each side exit once, whether its guard holds or not: for tests.
    pub force_exits: bool,
    /// List code for `perf`.
    pub perf_map: bool,
    /// Print what happens to the standard error stream.
    pub trace: bool,
}

impl Default for JitOptions {
    fn default() -> Self {
        JitOptions {
            entry_threshold: 300,
            loop_threshold: 1000,
            exit_limit: 6,
            recompilations: 20,
            build: BuildOptions::default(),
            passes: PassOptions::default(),
            verify: cfg!(debug_assertions),
            force_exits: false,
            perf_map: false,
            trace: false,
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
            verify: true,
            passes,
            ..JitOptions::default()
        }
    }
}

/// Counts and times, for `--stats`.
#[derive(Debug, Default)]
pub struct JitStats {
    /// Functions and loops compiled.
    pub compilations: Cell<u64>,
    /// Time that took.
    pub compile_time: Cell<Duration>,
    /// The longest.
    pub longest: Cell<Duration>,
    /// Bytecode units that were compiled, inlined ones included.
    pub units: Cell<u64>,
    /// Bytes of machine code.
    pub bytes: Cell<u64>,
    /// Refusals, by reason.
    pub refusals: RefCell<HashMap<Refusal, u64>>,
    /// Side exits, by reason.
    pub exits: RefCell<HashMap<ExitReason, u64>>,
    /// Pieces of code that an assumption took with it.
    pub invalidations: Cell<u64>,
}

/// The JIT of an isolate.
pub struct Jit {
    /// What callers chose.
    pub options: JitOptions,
    /// The code generator for this machine.
    pub isa: OwnedTargetIsa,
    /// Where code lies.
    pub memory: RefCell<CodeMemory>,
    /// Counts.
    pub stats: JitStats,
    /// Trampolines into native code, by number of arguments.
    trampolines: RefCell<Vec<Option<CodeRange>>>,
    /// Native entries that interpret, by number of arguments.
    stubs: RefCell<Vec<Option<CodeRange>>>,
    /// Native code by its end: its start, and what belongs to it (null for stubs). The code is never dropped before
    /// the JIT.
    ranges: RefCell<BTreeMap<usize, (usize, *const Compiled)>>,
    /// The innermost stretch of native frames.
    pub(super) segment: Cell<*const Segment>,
    /// The addresses that calls of trampolines return to.
    trampoline_ranges: RefCell<Vec<(usize, usize)>>,
    /// States of code objects, which their bodies point to.
    states: RefCell<Vec<Box<CodeState>>>,
    /// Code that relies on a class or function, by its address.
    dependents: RefCell<HashMap<u64, Vec<Weak<Compiled>>>>,
    /// Code that was replaced but may be running still.
    retired: RefCell<Vec<Rc<Compiled>>>,
    /// The last side exit left with an exception pending.
    pub raising: Cell<bool>,
    /// Where the last exception passed the outermost frame of native code.
    pub raised_at: Cell<u32>,
}

/// What the JIT keeps about a code object.
#[derive(Default)]
pub struct CodeState {
    /// Code for the function's start.
    pub entry: RefCell<Option<Rc<Compiled>>>,
    /// Code for loops, by header.
    pub loops: RefCell<HashMap<u32, Rc<Compiled>>>,
    /// Places where code left too often.
    pub failed: RefCell<FailedSites>,
    /// How often code was made.
    pub compilations: Cell<u32>,
    /// It is not compiled any more.
    pub refused: Cell<Option<Refusal>>,
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
#[derive(Debug, Default)]
pub struct Compiled {
    /// An assumption does not hold any more.
    pub invalid: Cell<u8>,
    /// With [`JitOptions::force_exits`] a byte for each guard: not zero until its exit was taken.
    pub forced: Vec<Cell<u8>>,
    /// What there is once it is compiled.
    pub parts: OnceCell<Parts>,
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
    /// The loop header it is entered at.
    pub osr: Option<u32>,
    /// Address of the code object it was compiled for.
    pub code: u64,
    /// Globals it was compiled for.
    pub globals: u64,
    /// Code object and globals of each unit, by address.
    pub units: Vec<(u64, u64)>,
    /// Side exits.
    pub exits: Vec<Exit>,
    /// How often each was taken.
    pub exit_counts: Vec<Cell<u32>>,
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
        let isa = super::isa::make(IsaOptions { target: Target::Host, verify: options.verify })?;
        let mut memory = CodeMemory::new().map_err(|error| error.to_string())?;
        if options.perf_map {
            memory.enable_perf_map().map_err(|error| error.to_string())?;
        }
        let interpreter = Interpreter::of(thread);
        interpreter.entry_threshold.set(options.entry_threshold);
        interpreter.loop_threshold.set(options.loop_threshold);
        let jit = Box::new(Jit {
            options,
            isa,
            memory: RefCell::new(memory),
            stats: JitStats::default(),
            trampolines: RefCell::default(),
            stubs: RefCell::default(),
            ranges: RefCell::default(),
            segment: Cell::new(std::ptr::null()),
            trampoline_ranges: RefCell::default(),
            states: RefCell::default(),
            dependents: RefCell::default(),
            retired: RefCell::default(),
            raising: Cell::new(false),
            raised_at: Cell::new(0),
        });
        interpreter.tier_pointer.set(std::ptr::from_ref(&*jit).cast());
        *interpreter.tier_state.borrow_mut() = Some(jit);
        interpreter.tier.set(Some(super::policy::HOOKS));
        interpreter.native_walk.set(Some(super::deopt::walk_native));
        interpreter.class_changed.set(Some(|thread, class| Jit::of(thread).changed(class.address() as u64)));
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
    pub fn state_of(&self, body: &Body) -> &CodeState {
        if body.tier.get().is_null() {
            let state = Box::<CodeState>::default();
            body.tier.set(std::ptr::from_ref(&*state).cast_mut().cast());
            self.states.borrow_mut().push(state);
        }
        // SAFETY: the box is never dropped before the JIT, and the isolate's code does not run after that.
        unsafe { &*body.tier.get().cast::<CodeState>() }
    }

    /// The trampoline for this number of arguments.
    pub fn trampoline(&self, count: usize) -> Result<Trampoline, Refusal> {
        let mut trampolines = self.trampolines.borrow_mut();
        if trampolines.len() <= count {
            trampolines.resize(count + 1, None);
        }
        if trampolines[count].is_none() {
            let code = trampoline::generate(&self.isa, count).map_err(|_| Refusal::CodeGenerator)?;
            let mut memory = self.memory.borrow_mut();
            let range =
                memory.place(&format!("trampoline {count}"), &code, |_, _| {}).ok_or(Refusal::CodeMemoryFull)?;
            let start = memory.address(range).addr();
            self.trampoline_ranges.borrow_mut().push((start, start + code.len()));
            trampolines[count] = Some(range);
        }
        let address = match trampolines[count] {
            Some(range) => self.memory.borrow().address(range),
            None => unreachable!("made above"),
        };
        // SAFETY: the code was generated with this signature.
        Ok(unsafe { std::mem::transmute::<*const u8, Trampoline>(address) })
    }

    /// Notes where native code lies, for walks of the native stack.
    pub fn add_range(&self, address: *const u8, length: usize, compiled: *const Compiled) {
        self.ranges.borrow_mut().insert(address.addr() + length, (address.addr(), compiled));
    }

    /// The code that a return address lies in, and the call site it belongs to.
    pub fn call_site_at(&self, address: usize) -> Option<(&Compiled, u32)> {
        let ranges = self.ranges.borrow();
        let (_, (start, compiled)) = ranges.range(address..).next()?;
        // SAFETY: code that is running is alive.
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
            let code = trampoline::generate_stub(&self.isa, count, address).map_err(|_| Refusal::CodeGenerator)?;
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
                self.stats.invalidations.set(self.stats.invalidations.get() + 1);
                self.discard(&compiled);
            }
        }
    }

    /// Takes code out of use. It may be running still, and leaves at its next check.
    pub fn discard(&self, compiled: &Rc<Compiled>) {
        compiled.invalid.set(1);
        let parts = compiled.parts();
        let Some(code) = Gc::<CodeObject>::from_address(parts.code as usize) else { return };
        let state = self.state_of(Body::of_ref(code));
        match parts.osr {
            Some(header) => {
                let mut loops = state.loops.borrow_mut();
                if loops.get(&header).is_some_and(|known| Rc::ptr_eq(known, compiled)) {
                    loops.remove(&header);
                }
            }
            None => {
                let mut entry = state.entry.borrow_mut();
                if entry.as_ref().is_some_and(|known| Rc::ptr_eq(known, compiled)) {
                    *entry = None;
                    // There was an entry, so there is a stub or one can be made.
                    if let Ok(stub) = self.stub(code.parameter_count() as usize) {
                        code.native_entry.set(stub);
                    }
                }
            }
        }
        self.retired.borrow_mut().push(Rc::clone(compiled));
    }

    /// Counts a refusal.
    pub fn count_refusal(&self, refusal: Refusal) {
        *self.stats.refusals.borrow_mut().entry(refusal).or_default() += 1;
    }

    /// Counts a side exit.
    pub fn count_exit(&self, reason: ExitReason) {
        *self.stats.exits.borrow_mut().entry(reason).or_default() += 1;
    }

    /// The function's code and globals are those the code was made for.
    pub fn fits(parts: &Parts, globals: Gc<Dict>, function: Option<Gc<Function>>) -> bool {
        let _ = function;
        parts.globals == globals.address() as u64
    }
}
