//! Boxes are made where they are needed.
//!
//! What lives here: moving each box (which may be made more than once, see the invariants in `ir/ops.rs`) from
//! where its number is computed to where somebody needs the box: into the branch that stores it, behind the
//! loop that returns it. What must not: boxes that only exits need (`dead.rs` sinks those).

use crate::jit::ir::analysis::Cfg;
use crate::jit::ir::*;

/// Places all boxes anew. Nothing is hoisted after this, so that loop states no longer keep anything alive.
pub fn run(f: &mut Function) {
    for block in f.order.clone() {
        f.blocks[block].loop_state = PackedOption::default();
    }
    super::cleanup::run(f);
    super::dead::run(f);
    let cfg = Cfg::compute(f);
    let boxes: Vec<Value> = cfg
        .order
        .iter()
        .flat_map(|block| f.blocks[*block].instructions.iter().copied())
        .filter(|value| {
            matches!(f.op(*value), Op::BoxInt | Op::BoxDouble | Op::BoxNumber | Op::BoxFlag | Op::BoxIntWide)
        })
        .collect();
    let mut uses: SecondaryMap<Value, Vec<(Block, Value)>> = SecondaryMap::new();
    for block in &cfg.order {
        for value in &f.blocks[*block].instructions {
            f.values[*value].for_each_use(|used| {
                if uses[used].last() != Some(&(*block, *value)) {
                    uses[used].push((*block, *value));
                }
            });
        }
    }
    // Later boxes first: what a box needs is not a box, so the order does not matter for correctness.
    for value in boxes {
        place(f, &cfg, value, std::mem::take(&mut uses[value]));
    }
    for block in f.order.clone() {
        f.sweep(block);
    }
}

fn place(f: &mut Function, cfg: &Cfg, value: Value, uses: Vec<(Block, Value)>) {
    let Home::Block(home) = f.values[value].home else { return };
    let mut copies: Vec<(Block, Value)> = Vec::new();
    for (block, user) in uses {
        let at = outside_of_loops(cfg, home, block);
        let found = copies.iter().copied().find(|(other, copy)| {
            if *other != at {
                return cfg.dominates(*other, at);
            }
            // In the same block, the copy must stand before the user.
            let list = &f.blocks[at].instructions;
            at != block || list.iter().position(|v| v == copy) < list.iter().position(|v| *v == user)
        });
        let copy = match found {
            Some((_, copy)) => copy,
            None => {
                let mut instruction = f.values[value].clone();
                instruction.home = Home::Block(at);
                let copy = f.values.push(instruction);
                let position = match f.blocks[at].instructions.iter().position(|v| *v == user) {
                    Some(position) => position,
                    None => f.blocks[at].instructions.len() - 1,
                };
                f.blocks[at].instructions.insert(position, copy);
                copies.push((at, copy));
                copy
            }
        };
        let instruction = &mut f.values[user];
        for argument in &mut instruction.arguments {
            if *argument == value {
                *argument = copy;
            }
        }
        for target in &mut instruction.targets {
            for argument in &mut target.arguments {
                if *argument == value {
                    *argument = copy;
                }
            }
        }
    }
    // The original stands for the box in frame states only.
    f.values[value].home = Home::Everywhere;
}

/// The last block on the way from `home` to `block` that is in no loop that `home` is not in.
fn outside_of_loops(cfg: &Cfg, home: Block, block: Block) -> Block {
    let mut at = block;
    while cfg.loop_depth(at) > cfg.loop_depth(home) {
        match cfg.dominator[at].expand() {
            Some(parent) if at != home => at = parent,
            _ => return home,
        }
    }
    at
}
