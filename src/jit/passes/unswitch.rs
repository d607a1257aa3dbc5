//! Loop unswitching: a question that has one answer for the whole loop is asked before it.
//!
//! What lives here: the decision, and where the edges go. It pays where the answer decides how a loop's values are
//! held: items of a list that keeps raw doubles, or boxes. Only such questions are taken out, one for each run.
//! What must not: finding out that the answer does not change (`hoist.rs`).

use super::duplicate::Copy;
use super::rewrite::preheader;
use crate::jit::ir::analysis::Cfg;
use crate::jit::ir::*;

/// Bigger loops are not copied.
const MAXIMUM_SIZE: usize = 250;

/// Unswitches what is worth it.
pub fn run(f: &mut Function) {
    let cfg = Cfg::compute(f);
    let worth: Vec<(Block, Value)> = (0..cfg.loops.len())
        .filter_map(|index| question(f, &cfg, index).map(|flag| (cfg.loops[index].header, flag)))
        .collect();
    for (header, flag) in worth {
        unswitch(f, header, flag);
    }
}

/// The flag that an innermost loop branches on and that was computed before it: of the shape or type of an object.
fn question(f: &Function, cfg: &Cfg, index: usize) -> Option<Value> {
    let l = &cfg.loops[index];
    let innermost = cfg.loops.iter().all(|other| other.parent != Some(index));
    let size: usize = l.blocks.iter().map(|block| f.blocks[*block].instructions.len()).sum();
    if !innermost || size > MAXIMUM_SIZE {
        return None;
    }
    l.blocks.iter().find_map(|block| {
        let terminator = f.terminator(*block);
        if f.op(terminator) != Op::Branch {
            return None;
        }
        let flag = f.argument(terminator, 0);
        let outside = matches!(f.values[flag].home, Home::Block(home) if !l.blocks.contains(&home));
        let stays = f.values[terminator].targets.iter().all(|target| l.blocks.contains(&target.block));
        (outside && stays && matches!(f.op(flag), Op::HasShape | Op::HasType)).then_some(flag)
    })
}

fn unswitch(f: &mut Function, header: Block, flag: Value) {
    let cfg = Cfg::compute(f);
    let Some(l) = cfg.loop_at(header).cloned() else { return };
    let before = preheader(f, &cfg, &l);
    let arguments = f.values[f.terminator(before)].targets[0].arguments.clone();
    let copy = Copy::of(f, &l);
    // Each loop gets a block of its own before it, where the answer is known.
    let [yes, no] = [copy.blocks[&header], header].map(|target| {
        let block = f.blocks.push(BlockData::default());
        f.append_jump(block, target, &arguments);
        block
    });
    let jump = f.terminator(before);
    f.detach(jump);
    f.sweep(before);
    let target = |block| Target { block, arguments: Vec::new() };
    f.append_branch(before, flag, target(yes), target(no));
    let at = f.order.iter().position(|block| *block == header).unwrap_or(f.order.len());
    f.order.splice(at..at, [yes, no]);
    copy.finish(f, &l);
}
