//! When to compile, and entering native code from the interpreter.
//!
//! What lives here: the hooks that the interpreter calls when a counter reaches its threshold, compilation from
//! request to linked code, and the answer to the interpreter. What must not: stages of compilation. Start at
//! [`HOOKS`].
#![allow(unsafe_code)] // The interpreter's records and native code are reached by address.

use super::build::{self, Request};
use super::events::Refusal;
use super::lower::{self, Anchors, Keep};
use super::passes;
use super::runtime;
use super::state::{Compiled, Jit, Parts, Segment};
use crate::interp::body::{Body, NEVER};
use crate::interp::frame::{Frame, Link};
use crate::interp::tier::{Tier, TierHooks};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::list::List;
use taipan_runtime::value::{Value, bits};

/// What the interpreter asks.
pub const HOOKS: TierHooks = TierHooks { entered, looped };

/// A function was entered that is hot.
fn entered(thread: &Thread, frame: *mut Frame) -> Tier {
    let jit = Jit::of(thread);
    // SAFETY: the interpreter passes the innermost activation.
    let (body, globals) = unsafe { ((*frame).body(), (*frame).globals) };
    let state = jit.state_of(body);
    let known = state.entry.borrow().clone();
    let compiled = match known {
        Some(compiled) => compiled,
        None => match compile(thread, jit, body, globals, None) {
            Some(compiled) => compiled,
            None => return Tier::Continue,
        },
    };
    if !Jit::fits(compiled.parts(), globals, None) || near_stack_end(thread) {
        return Tier::Continue;
    }
    // SAFETY: the record's registers hold the arguments.
    unsafe { enter(thread, jit, frame, &compiled) }
}

/// A loop is hot; the activation is about to go to its header.
fn looped(thread: &Thread, frame: *mut Frame, header: u32) -> Tier {
    let jit = Jit::of(thread);
    // SAFETY: the interpreter passes the innermost activation.
    let (body, globals, is_generator) =
        unsafe { ((*frame).body(), (*frame).globals, (*frame).link.has(Link::GENERATOR)) };
    // SAFETY: as above. Code that `exec` runs with a mapping of its own for its variables.
    let own_locals = unsafe { (*frame).locals.is_some_and(|locals| locals != globals.value()) };
    if is_generator || own_locals {
        body.loop_threshold.set(NEVER);
        return Tier::Continue;
    }
    let state = jit.state_of(body);
    let known = state.loops.borrow().get(&header).cloned();
    let compiled = match known {
        Some(compiled) => compiled,
        None => match compile(thread, jit, body, globals, Some(header)) {
            Some(compiled) => compiled,
            None => return Tier::Continue,
        },
    };
    if !Jit::fits(compiled.parts(), globals, None) || near_stack_end(thread) {
        return Tier::Continue;
    }
    // SAFETY: the record's registers are those of the loop.
    unsafe { enter(thread, jit, frame, &compiled) }
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
        outer: jit.segment.get(),
        outer_frame: thread.native_frame.replace(std::ptr::null_mut()),
        outer_site: thread.native_site.get(),
    };
    jit.segment.set(&raw const segment);
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
    jit.segment.set(segment.outer);
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
        bits::SIDE_EXIT if jit.raising.replace(false) => Tier::Raised,
        bits::SIDE_EXIT => Tier::Continue,
        _ => match Value::from_bits(word) {
            Some(value) => Tier::Returned(value),
            None => unreachable!("zero was handled"),
        },
    }
}

/// Compiles a function or loop, and links the code. `None`: it is not compiled, now or ever.
fn compile(thread: &Thread, jit: &Jit, body: &Body, globals: Gc<Dict>, osr: Option<u32>) -> Option<Rc<Compiled>> {
    let state = jit.state_of(body);
    if state.refused.get().is_some() {
        stop(body);
        return None;
    }
    if state.compilations.get() > jit.options.recompilations {
        return refuse(jit, body, Refusal::TooManyExits, 0);
    }
    state.compilations.set(state.compilations.get() + 1);
    let start = Instant::now();
    match produce(thread, jit, body, globals, osr) {
        Ok(compiled) => {
            let time = start.elapsed();
            let stats = &jit.stats;
            stats.compilations.set(stats.compilations.get() + 1);
            stats.compile_time.set(stats.compile_time.get() + time);
            stats.longest.set(stats.longest.get().max(time));
            if jit.options.trace {
                let parts = compiled.parts();
                eprintln!("jit: compiled {} ({} exits) in {:?}", parts.name, parts.exits.len(), time);
            }
            Some(compiled)
        }
        Err((refusal, position)) => refuse(jit, body, refusal, position),
    }
}

/// Notes that a code object stays interpreted.
fn refuse(jit: &Jit, body: &Body, refusal: Refusal, position: u32) -> Option<Rc<Compiled>> {
    jit.state_of(body).refused.set(Some(refusal));
    jit.count_refusal(refusal);
    if jit.options.trace {
        let line = body.code.position(position).line;
        eprintln!("jit: refused {} (line {line}): {}", body.code.qualname, refusal.sentence());
    }
    stop(body);
    None
}

/// The interpreter need not ask for this code again.
fn stop(body: &Body) {
    body.entry_threshold.set(NEVER);
    body.loop_threshold.set(NEVER);
}

/// All stages.
fn produce(
    thread: &Thread,
    jit: &Jit,
    body: &Body,
    globals: Gc<Dict>,
    osr: Option<u32>,
) -> Result<Rc<Compiled>, (Refusal, u32)> {
    let state = jit.state_of(body);
    let code = body.owner();
    let failed = state.failed.borrow().clone();
    let request = Request { thread, code, globals, osr, failed: &failed, options: &jit.options.build };
    let built = build::build(&request)?;
    let mut function = built.function;
    let wrong = |error: String| {
        if cfg!(debug_assertions) || jit.options.trace {
            eprintln!("jit: {}: {error}", body.code.qualname);
        }
        (Refusal::Verifier, 0)
    };
    passes::run(&mut function, &jit.options.passes).map_err(wrong)?;

    // No instruction makes more than three guards.
    let guards = if jit.options.force_exits { 3 * function.values.len() } else { 0 };
    let compiled = Rc::new(Compiled { forced: vec![Cell::new(1); guards], ..Compiled::default() });
    let anchors = Anchors {
        forced: if guards == 0 { 0 } else { compiled.forced.as_ptr().addr() as u64 },
        code: Rc::as_ptr(&compiled).addr() as u64,
        invalid: (&raw const compiled.invalid).addr() as u64,
        address_of: runtime::address,
    };
    let lowered = lower::lower(&function, &jit.isa, anchors, Keep::default()).map_err(|error| {
        if cfg!(debug_assertions) || jit.options.trace {
            eprintln!("jit: {}: {error}", body.code.qualname);
        }
        (Refusal::CodeGenerator, 0)
    })?;
    debug_assert!(lowered.relocations.is_empty(), "native code refers to nothing but absolute addresses");
    keep_alive(thread, code, &function);
    let mut memory = jit.memory.borrow_mut();
    let range = memory.place(&function.name, &lowered.bytes, |_, _| {}).ok_or((Refusal::CodeMemoryFull, 0))?;
    let address = memory.address(range);
    drop(memory);
    let units: Vec<(u64, u64)> =
        function.units.values().zip(&built.unit_globals).map(|(unit, globals)| (unit.code_object, *globals)).collect();
    let sum =
        function.units.values().filter_map(|unit| unit.code.as_ref()).map(|code| code.units.len() as u64).sum::<u64>();
    jit.stats.units.set(jit.stats.units.get() + sum);
    jit.stats.bytes.set(jit.stats.bytes.get() + lowered.bytes.len() as u64);
    let parts = Parts {
        name: function.name.clone(),
        range,
        address,
        arguments: usize::from(body.code.parameter_count()),
        osr,
        code: code.address() as u64,
        globals: globals.address() as u64,
        units,
        exit_counts: vec![Cell::new(0); lowered.exits.len()],
        exits: lowered.exits,
        call_sites: lowered.call_sites,
        return_addresses: lowered.return_addresses,
    };
    jit.add_range(address, lowered.bytes.len(), Rc::as_ptr(&compiled));
    if compiled.parts.set(parts).is_err() {
        unreachable!("the code is new");
    }
    for called in &built.called {
        if let Some(code) = Gc::<CodeObject>::from_address(*called as usize) {
            jit.ensure_entry(code).map_err(|refusal| (refusal, 0))?;
        }
    }
    jit.depend(&compiled, &built.assumptions);
    match osr {
        Some(header) => {
            state.loops.borrow_mut().insert(header, Rc::clone(&compiled));
        }
        None => {
            code.native_entry.set(address);
            *state.entry.borrow_mut() = Some(Rc::clone(&compiled));
        }
    }
    Ok(compiled)
}

/// The code object keeps what its native code mentions alive.
fn keep_alive(thread: &Thread, code: Gc<CodeObject>, function: &super::ir::Function) {
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
}
