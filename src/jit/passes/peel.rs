//! Loop peeling: the first iteration stands before the loop.
//!
//! What lives here: the decision, and where the edges go. It pays where a loop variable enters with another type than it has in later iterations (`total = 0`, then floats): behind the
//! first iteration the variable has one type, and can be held unboxed. What must not: unrolling.

use super::duplicate::Copy;
use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;

/// Bigger loops are not copied.
const MAXIMUM_SIZE: usize = 250;

/// Peels what is worth it. A loop is peeled once: afterwards its variables have their later types on entry.
pub fn run(f: &mut Function) {
    let cfg = Cfg::compute(f);
    let worth: Vec<Block> = (0..cfg.loops.len())
        .filter(|index| is_worth_it(f, &cfg, *index))
        .map(|index| cfg.loops[index].header)
        .collect();
    for header in worth {
        let cfg = Cfg::compute(f);
        if let Some(l) = cfg.loop_at(header).cloned() {
            peel(f, &cfg, &l);
        }
    }
}

/// An innermost loop, not too big, with a variable that is guarded in the loop to be of a type that it has in all
/// iterations but perhaps the first.
fn is_worth_it(f: &Function, cfg: &Cfg, index: usize) -> bool {
    let l = &cfg.loops[index];
    let innermost = cfg.loops.iter().all(|other| other.parent != Some(index));
    let size: usize = l.blocks.iter().map(|block| f.blocks[*block].instructions.len()).sum();
    if !innermost || size > MAXIMUM_SIZE {
        return false;
    }
    f.blocks[l.header].parameters.iter().enumerate().any(|(position, parameter)| {
        let ty = f.ty(*parameter);
        if ty.representation() != Representation::Word || ty.is_single() {
            return false;
        }
        let around = cfg.predecessors[l.header]
            .iter()
            .filter(|edge| l.blocks.contains(&edge.from))
            .map(|edge| f.ty(f.values[f.terminator(edge.from)].targets[edge.index].arguments[position]))
            .fold(Type::NEVER, Type::join);
        around.is_single()
            && around != ty
            && l.blocks
                .iter()
                .flat_map(|block| &f.blocks[*block].instructions)
                .any(|value| matches!(f.op(*value), Op::GuardType | Op::HasType) && f.argument(*value, 0) == *parameter)
    })
}

fn peel(f: &mut Function, cfg: &Cfg, l: &Loop) {
    let copy = Copy::of(f, l);
    let first = copy.blocks[&l.header];
    f.blocks[first].loop_state = PackedOption::default();
    // Whatever entered the loop enters its first iteration.
    for edge in cfg.predecessors[l.header].iter().filter(|edge| !l.blocks.contains(&edge.from)) {
        let terminator = f.terminator(edge.from);
        f.values[terminator].targets[edge.index].block = first;
    }
    // Where that goes on, the loop begins.
    for latch in &l.latches {
        let terminator = f.terminator(copy.blocks[latch]);
        for target in &mut f.values[terminator].targets {
            if target.block == first {
                target.block = l.header;
            }
        }
    }
    copy.finish(f, l);
}
