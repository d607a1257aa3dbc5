//! Control-flow cleaning: constant branches, unreachable blocks, redundant parameters, straight lines.
//!
//! What lives here: what needs only the graph and constants. What must not: changes to what is computed.

use crate::jit::ir::analysis::{Cfg, reverse_postorder};
use crate::jit::ir::*;

/// Cleans until nothing changes.
pub fn run(f: &mut Function) {
    loop {
        let branches = fold_branches(f);
        let unreachable = remove_unreachable(f);
        let parameters = remove_redundant_parameters(f);
        let merged = merge_lines(f);
        if !(branches || unreachable || parameters || merged) {
            return;
        }
    }
}

/// A branch on a constant, or with equal targets, is a jump.
fn fold_branches(f: &mut Function) -> bool {
    let mut changed = false;
    for i in 0..f.order.len() {
        let terminator = f.terminator(f.order[i]);
        let instruction = &f.values[terminator];
        if instruction.op != Op::Branch {
            continue;
        }
        let taken = match f.as_flag(instruction.arguments[0]) {
            Some(true) => 0,
            Some(false) => 1,
            None if instruction.targets[0] == instruction.targets[1] => 0,
            None => {
                // A branch on `not x` is a branch on `x` the other way round.
                let flag = f.resolve(instruction.arguments[0]);
                if f.op(flag) == Op::FlagNot {
                    let inner = f.argument(flag, 0);
                    f.values[terminator].arguments[0] = inner;
                    f.values[terminator].targets.swap(0, 1);
                    changed = true;
                }
                continue;
            }
        };
        let target = f.values[terminator].targets.swap_remove(taken);
        let instruction = &mut f.values[terminator];
        instruction.op = Op::Jump;
        instruction.arguments.clear();
        instruction.targets = vec![target];
        changed = true;
    }
    changed
}

fn remove_unreachable(f: &mut Function) -> bool {
    let before = f.order.len();
    let mut reachable: SecondaryMap<Block, bool> = SecondaryMap::with_capacity(f.blocks.len());
    for block in reverse_postorder(f) {
        reachable[block] = true;
    }
    for block in f.order.clone() {
        if !reachable[block] {
            for value in std::mem::take(&mut f.blocks[block].instructions) {
                f.detach(value);
            }
            for value in std::mem::take(&mut f.blocks[block].parameters) {
                f.detach(value);
            }
        }
    }
    f.order.retain(|block| reachable[*block]);
    f.order.len() != before
}

/// A parameter that always gets the same value, or itself, is that value.
fn remove_redundant_parameters(f: &mut Function) -> bool {
    let cfg = Cfg::compute(f);
    let mut any = false;
    let mut changed = true;
    while changed {
        changed = false;
        for block in cfg.order.iter().skip(1) {
            let mut p = 0;
            while p < f.blocks[*block].parameters.len() {
                let parameter = f.blocks[*block].parameters[p];
                let mut only = None;
                let mut redundant = true;
                for edge in &cfg.predecessors[*block] {
                    let argument = f.resolve(f.values[f.terminator(edge.from)].targets[edge.index].arguments[p]);
                    if argument == parameter || only == Some(argument) {
                        continue;
                    }
                    redundant &= only.is_none();
                    only = Some(argument);
                }
                match only {
                    Some(value) if redundant => {
                        f.replace(parameter, value);
                        drop_parameter(f, &cfg, *block, p);
                        changed = true;
                    }
                    _ => p += 1,
                }
            }
        }
        any |= changed;
    }
    any |= remove_unused_parameters(f, &cfg);
    if any {
        f.apply_replacements();
    }
    any
}

/// Takes parameter `index` of `block` away, and the arguments for it.
fn drop_parameter(f: &mut Function, cfg: &Cfg, block: Block, index: usize) {
    let parameter = f.blocks[block].parameters.remove(index);
    f.detach(parameter);
    for edge in &cfg.predecessors[block] {
        let terminator = f.terminator(edge.from);
        f.values[terminator].targets[edge.index].arguments.remove(index);
    }
}

/// Parameters that only feed parameters, and in the end nothing, go.
fn remove_unused_parameters(f: &mut Function, cfg: &Cfg) -> bool {
    let mut needed: SecondaryMap<Value, bool> = SecondaryMap::new();
    let mut work = Vec::new();
    let mut states: SecondaryMap<FrameStateId, bool> = SecondaryMap::new();
    for block in &cfg.order {
        let mut roots = Vec::new();
        let data = &f.blocks[*block];
        for value in &data.instructions {
            roots.extend(f.values[*value].arguments.iter().map(|a| f.resolve(*a)));
            visit_states(f, f.values[*value].frame_state.expand(), &mut states, &mut roots);
        }
        // A loop state is worth keeping only as long as something may be hoisted to it, and what it names is
        // needed by the interpreter in any case.
        visit_states(f, data.loop_state.expand(), &mut states, &mut roots);
        work.extend(roots);
    }
    while let Some(value) = work.pop() {
        if needed[value] {
            continue;
        }
        needed[value] = true;
        match f.values[value].home {
            Home::Parameter(block) => {
                let Some(index) = f.blocks[block].parameters.iter().position(|p| *p == value) else { continue };
                for edge in &cfg.predecessors[block] {
                    work.push(f.resolve(f.values[f.terminator(edge.from)].targets[edge.index].arguments[index]));
                }
            }
            Home::Everywhere => work.extend(f.values[value].arguments.iter().map(|a| f.resolve(*a))),
            Home::Block(_) | Home::None => {}
        }
    }
    let mut changed = false;
    for block in cfg.order.iter().skip(1) {
        for index in (0..f.blocks[*block].parameters.len()).rev() {
            if !needed[f.blocks[*block].parameters[index]] {
                drop_parameter(f, cfg, *block, index);
                changed = true;
            }
        }
    }
    changed
}

fn visit_states(
    f: &Function,
    state: Option<FrameStateId>,
    visited: &mut SecondaryMap<FrameStateId, bool>,
    values: &mut Vec<Value>,
) {
    let mut next = state;
    while let Some(id) = next {
        if visited[id] {
            return;
        }
        visited[id] = true;
        f.frame_states[id].for_each_value(|value| values.push(f.resolve(value)));
        next = f.frame_states[id].caller.expand();
    }
}

/// A block with one successor that has one predecessor is one block with it. An empty block that only jumps is
/// jumped over.
fn merge_lines(f: &mut Function) -> bool {
    let mut changed = false;
    let mut gone: SecondaryMap<Block, bool> = SecondaryMap::new();
    let mut predecessors: SecondaryMap<Block, u32> = SecondaryMap::with_capacity(f.blocks.len());
    for block in &f.order {
        f.successors(*block).for_each(|next| predecessors[next] += 1);
    }
    for block in f.order.clone() {
        if gone[block] {
            continue;
        }
        loop {
            let terminator = f.terminator(block);
            if f.values[terminator].op != Op::Jump {
                break;
            }
            let next = f.values[terminator].targets[0].block;
            if next == block || predecessors[next] != 1 || next == f.entry() {
                break;
            }
            let arguments = std::mem::take(&mut f.values[terminator].targets[0].arguments);
            for (parameter, argument) in std::mem::take(&mut f.blocks[next].parameters).into_iter().zip(arguments) {
                f.replace(parameter, argument);
                f.detach(parameter);
            }
            f.blocks[block].instructions.pop();
            f.detach(terminator);
            for value in std::mem::take(&mut f.blocks[next].instructions) {
                f.values[value].home = Home::Block(block);
                f.blocks[block].instructions.push(value);
            }
            if !f.blocks[next].cold {
                f.blocks[block].cold = false;
            }
            gone[next] = true;
            changed = true;
        }
    }
    if changed {
        f.order.retain(|block| !gone[*block]);
        f.apply_replacements();
    }
    changed | skip_empty_blocks(f)
}

/// Edges to a block that has only a jump and no parameters go to where it jumps.
fn skip_empty_blocks(f: &mut Function) -> bool {
    let is_candidate = |f: &Function, block: Block| {
        let data = &f.blocks[block];
        data.instructions.len() == 1 && data.parameters.is_empty() && f.values[f.terminator(block)].op == Op::Jump
    };
    let entry = f.entry();
    if !f.order.iter().any(|block| *block != entry && is_candidate(f, *block)) {
        return false;
    }
    let cfg = Cfg::compute(f);
    let mut beyond: SecondaryMap<Block, Option<Target>> = SecondaryMap::with_capacity(f.blocks.len());
    let mut any = false;
    for block in cfg.order.iter().skip(1).copied().filter(|block| is_candidate(f, *block)) {
        let target = f.values[f.terminator(block)].targets[0].clone();
        // A preheader stays: something may be hoisted there. So does the only latch of a loop.
        if target.block != block && cfg.loop_at(target.block).is_none() {
            beyond[block] = Some(target);
            any = true;
        }
    }
    if !any {
        return false;
    }
    for block in &cfg.order {
        let terminator = f.terminator(*block);
        for target in &mut f.values[terminator].targets {
            // A chain of such blocks ends: a circle of them would be a loop, whose header none of them jumps to.
            while let Some(further) = &beyond[target.block] {
                *target = further.clone();
            }
        }
    }
    true
}
