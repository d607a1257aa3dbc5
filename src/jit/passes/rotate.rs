//! Loop rotation: a loop asks at its end whether it goes on, not by going back to ask at its start.
//!
//! What lives here: the decision, and where the edges go. A header that ends with a branch is copied; the copy stands
//! behind the last block, and the original is executed once, before the first iteration. What must not: anything that
//! needs to know where a loop is entered (`BlockData::loop_state`): it is gone afterwards, so this runs last.

use super::duplicate::Copy;
use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;

/// Longer headers are not copied.
const MAXIMUM_SIZE: usize = 10;

/// Rotates all loops whose header is short.
pub fn run(f: &mut Function) {
    let cfg = Cfg::compute(f);
    let worth: Vec<Block> = cfg.loops.iter().filter(|l| is_worth_it(f, l)).map(|l| l.header).collect();
    for header in worth {
        let cfg = Cfg::compute(f);
        if let Some(l) = cfg.loop_at(header).cloned() {
            rotate(f, &l);
        }
    }
}

/// The header is short, and one way from it leads out of the loop. A loop of one block asks at its end already.
fn is_worth_it(f: &Function, l: &Loop) -> bool {
    let terminator = f.terminator(l.header);
    f.op(terminator) == Op::Branch
        && f.blocks[l.header].instructions.len() <= MAXIMUM_SIZE
        && l.blocks.len() > 1
        && f.values[terminator].targets.iter().any(|target| !l.blocks.contains(&target.block))
        && f.values[terminator].targets.iter().all(|target| target.block != l.header)
}

fn rotate(f: &mut Function, l: &Loop) {
    let header = Loop { blocks: vec![l.header], ..l.clone() };
    let copy = Copy::of(f, &header);
    let again = copy.blocks[&l.header];
    for block in [l.header, again] {
        f.blocks[block].loop_state = PackedOption::default();
    }
    for latch in &l.latches {
        let terminator = f.terminator(*latch);
        for target in &mut f.values[terminator].targets {
            if target.block == l.header {
                target.block = again;
            }
        }
    }
    copy.finish(f, &header);
}
