//! Loop-invariant code motion, of guards and loads too.
//!
//! What lives here: moving to the preheader what a loop computes again and again. What must not: copying loops
//! (`peel.rs`).
//!
//! A guard that is moved resumes, when it fails, at the entry of the loop (`BlockData::loop_state`): the
//! interpreter then executes the loop from its start, so nothing is lost. It is moved only if every iteration
//! executes it; a loop that ends before it gets there would otherwise leave for no reason.
//!
//! A guard on a loop variable cannot move. But if the variable satisfies it in every later iteration, given
//! that it does in the first, checking the value that enters the loop is enough (`check_entries`).

use super::memory::{Aliasing, LoopWrites};
use super::rewrite::{entry_state, insert_at_end, preheader};
use super::types;
use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;

/// Hoists out of all loops, the inner ones first.
pub fn run(f: &mut Function) {
    check_entries(f);
    make_preheaders(f);
    let cfg = Cfg::compute(f);
    for index in 0..cfg.loops.len() {
        hoist_loop(f, &cfg, index);
    }
    f.apply_replacements();
}

fn make_preheaders(f: &mut Function) {
    let cfg = Cfg::compute(f);
    let headers: Vec<Block> = cfg.loops.iter().map(|l| l.header).collect();
    let mut cfg = cfg;
    for header in headers {
        if let Some(current) = cfg.loop_at(header).cloned() {
            make_preheader(f, &mut cfg, &current);
        }
    }
}

/// The block before the loop; `cfg` is brought up to date if it had to be made.
fn make_preheader(f: &mut Function, cfg: &mut Cfg, l: &Loop) -> Block {
    let before = f.blocks.len();
    let block = preheader(f, cfg, l);
    if f.blocks.len() != before {
        *cfg = Cfg::compute(f);
    }
    block
}

fn hoist_loop(f: &mut Function, cfg: &Cfg, index: usize) {
    let l = &cfg.loops[index];
    let Some(edge) = cfg.predecessors[l.header].iter().find(|edge| !cfg.loop_contains(index, edge.from)) else {
        return;
    };
    let preheader = edge.from;
    if f.op(f.terminator(preheader)) != Op::Jump {
        return;
    }
    let writes = LoopWrites::of(f, l);
    let aliasing = Aliasing::new(f, cfg);
    let state = entry_state(f, l.header, preheader);
    for block in l.blocks.clone() {
        let every_iteration = l.latches.iter().all(|latch| cfg.dominates(block, *latch));
        let mut moved = false;
        for i in 0..f.blocks[block].instructions.len() {
            let value = f.blocks[block].instructions[i];
            if !is_invariant(f, cfg, index, value) || !may_move(f, &writes, &aliasing, value) {
                continue;
            }
            if f.effects(value).exits {
                match state {
                    Some(state) if every_iteration => f.values[value].frame_state = state.into(),
                    _ => continue,
                }
            } else if !every_iteration && !f.effects(value).reads.is_empty() {
                // A load that is not always executed: its operand was checked, so it could be executed, but it
                // costs a register for nothing.
                continue;
            }
            f.detach(value);
            insert_at_end(f, preheader, value);
            moved = true;
        }
        if moved {
            f.sweep(block);
        }
    }
}

/// All arguments are defined outside of the loop.
fn is_invariant(f: &Function, cfg: &Cfg, index: usize, value: Value) -> bool {
    f.values[value].arguments.iter().all(|argument| match f.values[f.resolve(*argument)].home {
        Home::Block(home) | Home::Parameter(home) => !cfg.loop_contains(index, home),
        Home::Everywhere => true,
        Home::None => false,
    })
}

fn may_move(f: &Function, writes: &LoopWrites, aliasing: &Aliasing<'_>, value: Value) -> bool {
    let instruction = &f.values[value];
    let effects = instruction.effects();
    if effects.terminates || effects.raises || !effects.writes.is_empty() || instruction.is_fresh() {
        return false;
    }
    match instruction.op {
        // These ask anew each time.
        Op::Poll | Op::CheckValid | Op::Enter | Op::LoadResult => false,
        // They say something only behind the checks.
        Op::AssumeType | Op::AssumeShape => false,
        // A box is better made where it is needed.
        Op::BoxDouble | Op::BoxNumber | Op::BoxIntWide => false,
        _ => effects.reads.is_empty() || !writes.may_change(f, aliasing, value),
    }
}

/// Replaces type guards on loop variables by guards on what enters the loop.
fn check_entries(f: &mut Function) {
    let cfg = Cfg::compute(f);
    let mut candidates: Vec<(Value, Type, Value)> = Vec::new();
    for l in &cfg.loops {
        if f.blocks[l.header].loop_state.is_none() {
            continue;
        }
        for block in l.blocks.iter().filter(|block| l.latches.iter().all(|latch| cfg.dominates(**block, *latch))) {
            for value in &f.blocks[*block].instructions {
                let instruction = &f.values[*value];
                if instruction.op != Op::GuardType {
                    continue;
                }
                let parameter = f.argument(*value, 0);
                let (Some(ty), Home::Parameter(home)) = (instruction.type_immediate(), f.values[parameter].home) else {
                    continue;
                };
                if home == l.header && !candidates.iter().any(|(known, _, _)| *known == parameter) {
                    candidates.push((parameter, ty, *value));
                }
            }
        }
    }
    if candidates.is_empty() {
        return;
    }
    // Candidates that do not hold under the assumption of all the others are dropped until all hold.
    let original: Vec<(Value, Type)> = f.values.iter().map(|(value, instruction)| (value, instruction.ty)).collect();
    loop {
        if candidates.is_empty() {
            break;
        }
        let assumed: Vec<(Value, Type)> = candidates.iter().map(|(parameter, ty, _)| (*parameter, *ty)).collect();
        types::infer(f, &assumed);
        let before = candidates.len();
        candidates.retain(|(parameter, ty, _)| f.ty(*parameter).is_subset(*ty) && !f.ty(*parameter).is_never());
        if candidates.len() == before {
            break;
        }
    }
    for (value, ty) in original {
        f.values[value].ty = ty;
    }
    let mut cfg = cfg;
    for (parameter, ty, guard) in candidates {
        guard_entry(f, &mut cfg, parameter, ty, guard);
    }
    types::run(f);
}

/// Guards what enters the loop whose header has `parameter`.
fn guard_entry(f: &mut Function, cfg: &mut Cfg, parameter: Value, ty: Type, guard: Value) {
    let Home::Parameter(header) = f.values[parameter].home else { return };
    let Some(l) = cfg.loop_at(header).cloned() else { return };
    let block = make_preheader(f, cfg, &l);
    let Some(index) = f.blocks[header].parameters.iter().position(|p| *p == parameter) else { return };
    let terminator = f.terminator(block);
    let argument = f.values[terminator].targets[0].arguments[index];
    if f.ty(argument).is_subset(ty) {
        return;
    }
    let Some(state) = entry_state(f, header, block) else { return };
    let reason = f.values[guard].reason();
    let check = f.make(Op::GuardType, &[argument], &[Immediate::Type(ty), Immediate::Reason(reason)], Some(state));
    f.values[check].origin = f.values[guard].origin;
    insert_at_end(f, block, check);
    let terminator = f.terminator(block);
    f.values[terminator].targets[0].arguments[index] = check;
}
