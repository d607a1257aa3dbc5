//! When to compile, and entering native code from the interpreter.
//!
//! What lives here: the hooks that the interpreter calls when a counter reaches its threshold, compilation from
//! request to linked code, what follows from side exits, and the answer to the interpreter. What must not: stages
//! of compilation. Start at [`HOOKS`].
//!
//! # From a hot counter to code
//!
//! The builder runs at once, because it reads objects; passes and code generator run on the worker
//! (`background.rs`), and the interpreter asks again from time to time whether they are done. Without
//! [`JitOptions::background`](super::state::JitOptions::background) it waits for them.
//!
//! # From a side exit to other code
//!
//! An exit that counts against the code (a *fault*) adds to the code's count. At the limit, which doubles with
//! each generation of a function's code, and if the exits came often enough to matter, the code is given up, and
//! made anew without the assumptions that failed. The last generation assumes nothing that was not seen; if that
//! is left too often, too, the function stays interpreted. So the work is bounded, whatever a program does.
#![allow(unsafe_code)] // The interpreter's records and native code are reached by address.

use super::background::{self, Finished, Task, Worker};
use super::build::{self, Assumptions, BuildOptions, Request};
use super::events::{Event, EventKind, ExitReason, Refusal};
use super::exits::Exit;
use super::lower::Anchors;
use super::runtime;
use super::state::{CodeState, Compiled, Jit, MAXIMUM_FORCED, Parts, Segment};
use super::stats::increment;
use crate::bytecode::{Instruction, Op, operands};
use crate::interp::body::{Body, NEVER};
use crate::interp::frame::{Frame, Link};
use crate::interp::tier::{Tier, TierHooks};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::list::List;
use taipan_runtime::value::{Value, bits};

/// What the interpreter asks.
pub const HOOKS: TierHooks = TierHooks { entered, resumed, drained, looped };

/// While code is being made, the interpreter asks again after this many calls or iterations.
const PATIENCE: u32 = 100;

/// How often an assumption may stop holding before the code stays interpreted.
const MAXIMUM_INVALIDATIONS: u32 = 20;

/// How often in a row code is made anew for other globals, after it served its own for less than [`SERVICE`].
const MAXIMUM_REBOUND: u32 = 10;

/// Code that was there so long before other globals came was worth making: a script that is executed anew again and again
/// keeps its native code, and functions that two namespaces call by turns do not make the compiler run all the time.
const SERVICE: Duration = Duration::from_millis(1);

/// How many items of a generator make the function that takes them hot.
const CONSUMED: u32 = 2048;

/// Exits into code that had never run count if they come more often than one in so many exit intervals.
const UNEXPLORED: u32 = 50;

/// A function that was called so often, and is in a hot loop again, is compiled from its start.
const CALLS_WITH_HOT_LOOPS: u32 = 3;

/// Memory of code out of use is freed when there is so much of it.
const MAXIMUM_RETIRED: usize = 16;

/// Code that was built and is not installed yet.
pub struct Pending {
    number: u64,
    pub(super) compiled: Rc<Compiled>,
    name: String,
    /// The code object; kept alive by [`Jit::kept`].
    code: Gc<CodeObject>,
    globals: u64,
    osr: Option<u32>,
    units: Vec<(u64, u64)>,
    called: Vec<u64>,
    assumptions: Assumptions,
    /// Bytecode instructions in it, inlined ones included.
    instructions: u64,
    built_in: Duration,
    generation: u32,
}

/// A function of `sys.settrace` or `sys.setprofile` is installed: everything is interpreted, because only the
/// interpreter reports events.
fn is_traced(thread: &Thread) -> bool {
    thread.trace_functions.iter().any(|function| function.get().is_some())
}

/// A function was entered that is hot.
fn entered(thread: &Thread, frame: *mut Frame) -> Tier {
    if is_traced(thread) {
        return Tier::Continue;
    }
    let jit = Jit::of(thread);
    // SAFETY: the interpreter passes the innermost activation.
    let (body, globals) = unsafe { ((*frame).body(), (*frame).globals) };
    if body.code.flags.is_resumable() {
        // Only what is behind its first `yield` is compiled: see `resumed`.
        body.entry_threshold.set(NEVER);
        return Tier::Continue;
    }
    let state = jit.state_of(body);
    let known = state.installed(None);
    let Some(compiled) = known.or_else(|| obtain(thread, jit, body, globals, None)) else { return Tier::Continue };
    if !fits(jit, state, &compiled, globals) || near_stack_end(thread) {
        return Tier::Continue;
    }
    // SAFETY: the record's registers hold the arguments.
    unsafe { enter(thread, jit, frame, &compiled) }
}

/// A loop is hot; the activation is about to go to its header.
fn looped(thread: &Thread, frame: *mut Frame, header: u32) -> Tier {
    if is_traced(thread) {
        return Tier::Continue;
    }
    let jit = Jit::of(thread);
    // SAFETY: the interpreter passes the innermost activation.
    let (body, globals) = unsafe { ((*frame).body(), (*frame).globals) };
    // SAFETY: as above. Code that `exec` runs with a mapping of its own for its variables.
    let own_locals = unsafe { (*frame).locals.is_some_and(|locals| locals != globals.value()) };
    if own_locals {
        body.loop_threshold.set(NEVER);
        return Tier::Continue;
    }
    let state = jit.state_of(body);
    let known = state.installed(Some(header));
    let Some(compiled) = known.or_else(|| obtain(thread, jit, body, globals, Some(header))) else {
        return Tier::Continue;
    };
    come_from_start_next(body);
    if !fits(jit, state, &compiled, globals) || near_stack_end(thread) {
        return Tier::Continue;
    }
    // SAFETY: the record's registers are those of the loop.
    unsafe { enter(thread, jit, frame, &compiled) }
}

/// A function whose loops are hot in one call after another: what is compiled from its start knows how the loops' iterators
/// were made, which code that is entered in the middle cannot know.
fn come_from_start_next(body: &Body) {
    let count = body.entry_count.get();
    if count >= CALLS_WITH_HOT_LOOPS && body.entry_threshold.get() != NEVER {
        body.entry_threshold.set(body.entry_threshold.get().min(count + 1));
    }
}

/// As [`come_from_start_next`], of who consumes the items of a generator: code from its start knows the generator.
fn have_consumer_come_from_start(generator: *mut Frame) {
    // SAFETY: the record of who consumes, or called the builtin that does, lies below the generator's, which is running.
    let consumer = unsafe { &*generator.sub(1) };
    if !consumer.link.has(Link::BOTTOM) {
        come_from_start_next(consumer.body());
    }
}

/// The code was made for these globals. If it was made for others again and again, it is given up for code that fits:
/// a script that is executed anew has new globals.
fn fits(jit: &Jit, state: &CodeState, compiled: &Rc<Compiled>, globals: Gc<Dict>) -> bool {
    let parts = compiled.parts();
    if parts.globals == globals.address() as u64 {
        return true;
    }
    if parts.misfits.get() == 0 && parts.installed.elapsed() >= SERVICE {
        state.rebound.set(0);
    }
    parts.misfits.set(parts.misfits.get().saturating_add(1));
    let rebound = state.rebound.get();
    if rebound < MAXIMUM_REBOUND && parts.misfits.get() >= PATIENCE << rebound {
        state.rebound.set(rebound + 1);
        increment(&jit.stats.invalidations, 1);
        jit.events.report(EventKind::Discard, || {
            let code = &Body::of_ref(parts.unit_code(0)).code;
            Event::new(EventKind::Discard, code, parts.osr.unwrap_or(0), "given up: it is called with other globals")
        });
        jit.discard(compiled);
    }
    false
}

/// A generator was resumed that is hot.
fn resumed(thread: &Thread, frame: *mut Frame) -> Tier {
    if is_traced(thread) {
        return Tier::Continue;
    }
    let jit = Jit::of(thread);
    match code_for_resumption(thread, jit, frame) {
        // SAFETY: the record's registers are the generator's.
        Some(compiled) => unsafe { enter(thread, jit, frame, &compiled) },
        None => Tier::Continue,
    }
}

/// As [`resumed`], as long as `take` takes what the generator yields where the same code goes on.
fn drained(thread: &Thread, frame: *mut Frame, take: &mut dyn FnMut(Value) -> bool) -> Tier {
    let jit = Jit::of(thread);
    super::consumers::prepare(thread, jit);
    let Some(compiled) = code_for_resumption(thread, jit, frame) else { return Tier::Continue };
    let mut items: u32 = 0;
    loop {
        // SAFETY: the record's registers are the generator's.
        let answer = unsafe { enter(thread, jit, frame, &compiled) };
        let Tier::Yielded(value) = answer else { return answer };
        // SAFETY: the record is the innermost one still, its `pc` at the `yield`.
        let (yielded, next) = unsafe {
            let next = (*frame).pc.add(operands::Yield::LENGTH);
            (operands::Yield::read((*frame).pc), next)
        };
        // SAFETY: as above.
        let goes_on_here = unsafe { Some((*frame).body().offset_of(next)) == compiled.parts().osr };
        let waits = thread.poll.load(Ordering::Relaxed) != 0;
        if !goes_on_here || waits || !compiled.is_valid() || !take(value) {
            return Tier::Yielded(value);
        }
        items += 1;
        if items == jit.options.loop_threshold {
            have_consumer_come_from_start(frame);
        }
        // SAFETY: as above.
        unsafe {
            *(*frame).base.add(yielded.dst.index()) = Some(Value::NONE);
            (*frame).pc = next;
        }
    }
}

/// The code that goes on with the generator of the innermost activation, if there is some that may be entered.
fn code_for_resumption(thread: &Thread, jit: &Jit, frame: *mut Frame) -> Option<Rc<Compiled>> {
    // SAFETY: the interpreter passes the innermost activation.
    let (body, globals, position) = unsafe { ((*frame).body(), (*frame).globals, (*frame).offset()) };
    let state = jit.state_of(body);
    if body.resume_count.get() % CONSUMED == 0 {
        have_consumer_come_from_start(frame);
    }
    let compiled = state.installed(Some(position)).or_else(|| obtain(thread, jit, body, globals, Some(position)))?;
    (fits(jit, state, &compiled, globals) && !near_stack_end(thread)).then_some(compiled)
}

/// Native code needs some native stack; near its end everything is interpreted, which needs none.
fn near_stack_end(thread: &Thread) -> bool {
    const MARGIN: usize = 64 << 10;
    taipan_runtime::thread::approximate_stack_pointer() < thread.stack_limit.get() + MARGIN
}

/// Runs native code for an activation of the interpreter.
///
/// # Safety
/// `frame` is the innermost activation, and its registers are what the code expects.
unsafe fn enter(thread: &Thread, jit: &Jit, frame: *mut Frame, compiled: &Rc<Compiled>) -> Tier {
    let parts = compiled.parts();
    let count = if parts.osr.is_some() { 1 } else { parts.arguments };
    let Ok(trampoline) = jit.trampoline(count) else { return Tier::Continue };
    // SAFETY: the contract of this function.
    if let Some(object) = unsafe { (*frame).object } {
        object.forget_locals();
    }
    let segment = Segment {
        record: frame,
        outer: thread.native_segment.get().cast(),
        outer_frame: thread.native_frame.replace(std::ptr::null_mut()),
        outer_site: thread.native_site.get(),
    };
    thread.native_segment.set((&raw const segment).cast());
    let loop_frame = thread.loop_frame.take();
    // SAFETY: the contract of this function; the code keeps itself alive through `compiled`.
    let word = unsafe {
        let function = (*frame).function.map_or(0, |function| function.value().to_bits());
        let registers = (*frame).base.cast::<u64>();
        let thread_pointer = std::ptr::from_ref(thread).cast::<u8>();
        if parts.osr.is_some() {
            trampoline(thread_pointer, parts.address, function, &raw const registers as *const u64)
        } else {
            // The activation has taken one from the recursion budget; native code counts itself.
            thread.depth_left.set(thread.depth_left.get() + 1);
            let word = trampoline(thread_pointer, parts.address, function, registers);
            thread.depth_left.set(thread.depth_left.get() - 1);
            word
        }
    };
    thread.loop_frame.set(loop_frame);
    thread.native_segment.set(segment.outer.cast());
    thread.native_frame.set(segment.outer_frame);
    thread.native_site.set(segment.outer_site);
    // SAFETY: the record is still there; a side exit wrote its registers.
    if let Some(object) = unsafe { (*frame).object }.filter(|_| word == bits::SIDE_EXIT) {
        object.locals_unknown.set(false);
    }
    match word {
        0 => {
            // The traceback has this activation's entry; whoever handles the exception stands further out.
            // SAFETY: the record is still the innermost one.
            unsafe { (*frame).pc = (*frame).body().pc_at(jit.raised_at.get()) };
            Tier::Left
        }
        _ if compiled.suspended.get() != 0 => {
            let position = compiled.suspended.replace(0) - 1;
            // SAFETY: the record is the innermost one still, its registers were stored.
            unsafe { (*frame).pc = (*frame).body().pc_at(position) };
            match Value::from_bits(word) {
                Some(value) if word != bits::SIDE_EXIT => Tier::Yielded(value),
                Some(_) | None => Tier::Continue,
            }
        }
        bits::SIDE_EXIT if jit.raising.replace(false) => Tier::Raised,
        bits::SIDE_EXIT => Tier::Continue,
        _ => match Value::from_bits(word) {
            Some(value) => Tier::Returned(value),
            None => unreachable!("zero was handled"),
        },
    }
}

// ---- compilation ----

/// The code for a function's start or a loop, made now if need be. `None`: it is being made, or never will be.
fn obtain(thread: &Thread, jit: &Jit, body: &Body, globals: Gc<Dict>, osr: Option<u32>) -> Option<Rc<Compiled>> {
    let start = Instant::now();
    install_finished(thread, jit);
    let state = jit.state_of(body);
    if !state.pending.borrow().contains(&osr) && state.installed(osr).is_none() {
        request(thread, jit, body, globals, osr);
    }
    jit.stats.paused(start.elapsed());
    let compiled = state.installed(osr);
    if compiled.is_none() && state.refused.get().is_none() {
        be_patient(body, osr);
    }
    compiled
}

/// Has the interpreter ask again later.
fn be_patient(body: &Body, osr: Option<u32>) {
    match osr {
        None => body.entry_threshold.set(body.entry_count.get().saturating_add(PATIENCE)),
        Some(header) => {
            let threshold = body.loop_threshold.get().max(loop_count(body, header));
            body.loop_threshold.set(threshold.saturating_add(PATIENCE));
            body.resume_threshold.set(body.resume_count.get().saturating_add(PATIENCE));
        }
    }
}

/// How often the back edge of a loop was taken.
fn loop_count(body: &Body, header: u32) -> u32 {
    let mut at = 0;
    let mut count = 0;
    while let Some((instruction, next)) = Instruction::try_decode(&body.code.units, at) {
        if let (Op::JumpBack, Some(distance), Some(site)) = (instruction.op(), instruction.jump(), instruction.site())
            && (at as u32).wrapping_add_signed(distance) == header
        {
            count = count.max(body.site(site).get());
        }
        at = next;
    }
    u32::try_from(count).unwrap_or(NEVER - PATIENCE)
}

/// Builds, and has the rest done.
fn request(thread: &Thread, jit: &Jit, body: &Body, globals: Gc<Dict>, osr: Option<u32>) {
    let state = jit.state_of(body);
    if state.refused.get().is_some() {
        return stop(body);
    }
    let generation = state.discards.get();
    if generation > jit.options.recompilations {
        return refuse(jit, body, Refusal::TooManyExits, 0, "");
    }
    if state.invalidations.get() > MAXIMUM_INVALIDATIONS {
        return refuse(jit, body, Refusal::TooManyChanges, 0, "");
    }
    let start = Instant::now();
    // The last attempt assumes nothing that was not seen.
    let settled = generation == jit.options.recompilations;
    let build = BuildOptions { prune: jit.options.build.prune && !settled, ..jit.options.build.clone() };
    let code = body.owner();
    let request = Request { thread, code, globals, osr, options: &build };
    let built = match background::guarded(|| build::build(&request)) {
        Ok(Ok(built)) => built,
        Ok(Err((refusal, position))) => return refuse(jit, body, refusal, position, ""),
        Err(message) => return refuse(jit, body, Refusal::Panicked, 0, &message),
    };
    let function = built.function;
    let forced = if jit.options.force_exits { MAXIMUM_FORCED } else { 0 };
    let compiled =
        Rc::new(Compiled { forced: vec![Cell::new(1); forced], owner: jit.weak_state_of(body), ..Compiled::default() });
    let anchors = Anchors {
        forced: if forced == 0 { 0 } else { compiled.forced.as_ptr().addr() as u64 },
        code: Rc::as_ptr(&compiled).addr() as u64,
        invalid: (&raw const compiled.invalid).addr() as u64,
        suspended: (&raw const compiled.suspended).addr() as u64,
        address_of: runtime::address,
    };
    keep_alive(thread, jit, code, &function);
    jit.depend(&compiled, &built.assumptions);
    state.pending.borrow_mut().insert(osr);
    let units =
        function.units.values().zip(&built.unit_globals).map(|(unit, globals)| (unit.code_object, *globals)).collect();
    if osr.is_none() {
        state.instructions.set(built.instructions);
    }
    let number = jit.requests.replace(jit.requests.get() + 1);
    jit.pending.borrow_mut().push(Pending {
        number,
        compiled,
        name: function.name.clone(),
        code,
        globals: globals.address() as u64,
        osr,
        units,
        called: built.called,
        assumptions: built.assumptions,
        instructions: built.instructions,
        built_in: start.elapsed(),
        generation,
    });
    let task = Task { number, function, anchors };
    if let Some(task) = in_background(jit, task) {
        let finished = background::finish(*task, jit.isa(), &jit.options.passes);
        install(thread, jit, finished);
    }
}

/// Hands a task to the worker; gives it back if there can be none.
fn in_background(jit: &Jit, task: Task) -> Option<Box<Task>> {
    if !jit.options.background {
        return Some(Box::new(task));
    }
    let mut worker = jit.worker.borrow_mut();
    if !worker.as_ref().is_some_and(Worker::is_here) {
        *worker = Worker::start(jit.isa().clone(), jit.options.passes.clone());
    }
    match worker.as_ref() {
        Some(worker) => worker.send(task).err(),
        None => Some(Box::new(task)),
    }
}

/// Installs what the worker has finished.
fn install_finished(thread: &Thread, jit: &Jit) {
    loop {
        let finished = jit.worker.borrow().as_ref().and_then(Worker::poll);
        match finished {
            Some(finished) => install(thread, jit, finished),
            None => break,
        }
    }
    if jit.pending.borrow().is_empty() && !jit.kept.is_empty() {
        jit.kept.clear(thread);
    }
}

/// Links finished code, and has the interpreter and other code use it.
fn install(thread: &Thread, jit: &Jit, finished: Finished) {
    let mut list = jit.pending.borrow_mut();
    let Some(index) = list.iter().position(|pending| pending.number == finished.number) else { return };
    let pending = list.swap_remove(index);
    drop(list);
    let body = Body::of_ref(pending.code);
    let state = jit.state_of(body);
    state.pending.borrow_mut().remove(&pending.osr);
    // What was compiled from its start early (`come_from_start_next`) is entered from now on.
    let from_start = pending.osr.is_none() || state.installed(None).is_some();
    body.entry_threshold.set(if from_start { 0 } else { jit.options.entry_threshold });
    body.loop_threshold.set(jit.options.loop_threshold);
    body.resume_threshold.set(jit.options.entry_threshold);
    let lowered = match finished.result {
        Ok(lowered) => lowered,
        Err((refusal, text)) => return refuse(jit, body, refusal, 0, &text),
    };
    debug_assert!(lowered.relocations.is_empty(), "native code refers to nothing but absolute addresses");
    if !pending.compiled.is_valid() || !jit.still_holds(&pending.assumptions) {
        return;
    }
    if jit.retired_count() > MAXIMUM_RETIRED {
        jit.reclaim(thread);
    }
    let Some(range) = jit.memory.borrow_mut().place(&pending.name, &lowered.bytes, |_, _| {}) else {
        return refuse(jit, body, Refusal::CodeMemoryFull, 0, "");
    };
    let address = jit.memory.borrow().address(range);
    let time = pending.built_in + finished.time;
    jit.stats.compiled(time, pending.generation > 0, pending.instructions, lowered.bytes.len());
    jit.events.report(EventKind::Compile, || {
        let from = if pending.osr.is_some() { " from its middle" } else { "" };
        let again = if pending.generation > 0 { " again" } else { "" };
        Event::new(EventKind::Compile, &body.code, pending.osr.unwrap_or(0), format!("compiled{from}{again}"))
            .with_detail(format!(
                "generation {}, {} instructions, {} bytes, {} exits, {:.2} ms, {:.2} of them building",
                pending.generation,
                pending.instructions,
                lowered.bytes.len(),
                lowered.exits.len(),
                time.as_secs_f64() * 1e3,
                pending.built_in.as_secs_f64() * 1e3,
            ))
    });
    let parts = Parts {
        name: pending.name,
        range,
        address,
        arguments: usize::from(body.code.parameter_count()),
        osr: pending.osr,
        code: pending.code.address() as u64,
        globals: pending.globals,
        units: pending.units,
        exit_counts: vec![Cell::new(0); lowered.exits.len()],
        faults: Cell::new(0),
        misfits: Cell::new(0),
        installed: Instant::now(),
        counted_from: Cell::new(Instant::now()),
        generation: pending.generation,
        exits: lowered.exits,
        call_sites: lowered.call_sites,
        return_addresses: lowered.return_addresses,
    };
    jit.add_range(address, range.len(), Rc::as_ptr(&pending.compiled));
    if pending.compiled.parts.set(parts).is_err() {
        unreachable!("the code is new");
    }
    for called in &pending.called {
        if let Some(code) = Gc::<CodeObject>::from_address(*called as usize)
            && let Err(refusal) = jit.ensure_entry(code)
        {
            return refuse(jit, body, refusal, 0, "");
        }
    }
    match pending.osr {
        Some(header) => {
            state.loops.borrow_mut().push((header, pending.compiled));
        }
        None => {
            pending.code.native_entry.set(address);
            *state.entry.borrow_mut() = Some(pending.compiled);
        }
    }
}

/// Notes that a code object stays interpreted.
fn refuse(jit: &Jit, body: &Body, refusal: Refusal, position: u32, detail: &str) {
    jit.state_of(body).refused.set(Some(refusal));
    jit.count_refusal(refusal);
    jit.events.report(EventKind::Refuse, || {
        Event::new(EventKind::Refuse, &body.code, position, refusal.sentence()).with_detail(detail.to_string())
    });
    stop(body);
}

/// The interpreter need not ask for this code again.
fn stop(body: &Body) {
    body.entry_threshold.set(NEVER);
    body.resume_threshold.set(NEVER);
    body.loop_threshold.set(NEVER);
}

/// The code object keeps what its native code mentions alive; so does the list of what is being compiled, which
/// keeps the code object, too.
fn keep_alive(thread: &Thread, jit: &Jit, code: Gc<CodeObject>, function: &super::ir::Function) {
    let list = match code.feedback.get().and_then(|value| value.cast::<List>()) {
        Some(list) => list,
        None => {
            let list = List::empty(thread);
            thread.store(code, &code.feedback, list.value());
            list
        }
    };
    let objects =
        function.objects.values().filter(|object| object.ty != super::ir::Type::POINTER).map(|object| object.word);
    for word in objects.chain(function.units.values().map(|unit| unit.code_object)) {
        if let Some(value) = Value::from_bits(word) {
            // Memory for a few words: if there is none, the limit is reported at the next poll.
            let _ = list.push(thread, value);
        }
    }
    let _ = jit.kept.push(thread, code.value());
}

// ---- side exits ----

/// Native code was left by a side exit.
pub fn left(jit: &Jit, compiled: &Rc<Compiled>, number: usize) {
    let parts = compiled.parts();
    let exit = &parts.exits[number];
    jit.count_exit(exit.reason);
    jit.events.report(EventKind::Exit, || {
        let (unit, position) = exit.origin;
        let code = &Body::of_ref(parts.unit_code(unit)).code;
        let sentence = exit.reason.sentence();
        Event::new(EventKind::Exit, code, position, sentence).with_detail(format!("left {} at +{position}", parts.name))
    });
    if !exit.reason.counts() {
        return;
    }
    let counter = &parts.exit_counts[number];
    counter.set(counter.get() + 1);
    parts.faults.set(parts.faults.get() + 1);
    let limit = jit.options.exit_limit << parts.generation.min(10);
    if parts.faults.get() < limit || !compiled.is_valid() {
        return;
    }
    // What had never run has feedback after the exit: code that knows it is worth more than the time of a few exits, as the
    // interpreter goes on behind each.
    let patience = if matches!(exit.reason, ExitReason::NeverRun | ExitReason::NeverTaken) { UNEXPLORED } else { 1 };
    let interval = Duration::from_micros(u64::from(jit.options.exit_interval)) * patience;
    if !interval.is_zero() && parts.counted_from.get().elapsed() > interval * limit {
        // So seldom that it does not matter.
        parts.faults.set(0);
        parts.counted_from.set(Instant::now());
        parts.exit_counts.iter().for_each(|count| count.set(0));
        return;
    }
    // Whatever had its share in this is not assumed any more.
    for (exit, count) in parts.exits.iter().zip(&parts.exit_counts) {
        if exit.reason.counts() && count.get() > 0 && count.get() >= limit / 8 {
            note_failure(jit, parts, exit);
        }
    }
    if exit.reason == ExitReason::NotCompiled
        && let Some(state) = compiled.owner.upgrade()
    {
        // Other code would leave there, too.
        state.discards.set(jit.options.recompilations);
    }
    increment(&jit.stats.discards, 1);
    jit.events.report(EventKind::Discard, || {
        let (unit, position) = exit.origin;
        let code = &Body::of_ref(parts.unit_code(unit)).code;
        let sentence = format!("{} is given up: {}", parts.name, exit.reason.sentence());
        Event::new(EventKind::Discard, code, position, sentence).with_detail(format!("{} exits", parts.faults.get()))
    });
    if let Some(state) = compiled.owner.upgrade() {
        state.discards.set(state.discards.get() + 1);
    }
    jit.discard(compiled);
}

/// The place of an exit is translated without what was assumed there from now on, wherever it is inlined.
fn note_failure(jit: &Jit, parts: &Parts, exit: &Exit) {
    let (unit, position) = exit.origin;
    // What never ran has feedback now; only if that did not help is it a failure.
    if exit.reason == ExitReason::NeverRun && parts.generation == 0 {
        return;
    }
    let state = jit.state_of(Body::of_ref(parts.unit_code(unit)));
    state.failed.borrow_mut().insert((position, exit.reason));
}
