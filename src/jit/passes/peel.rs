//! Loop peeling: the first iteration stands before the loop.
//!
//! What lives here: the copy of a loop's blocks, and the repair of SSA form behind the loop. It pays where a loop
//! variable enters with another type than it has in later iterations (`total = 0`, then floats): behind the
//! first iteration the variable has one type, and can be held unboxed. What must not: unrolling.
//!
//! The repair is that of Braun et al.: "Simple and Efficient Construction of Static Single Assignment Form"
//! (CC 2013), for the values that have two definitions now.

use super::rewrite::{Substitution, copy_blocks};
use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;
use std::collections::{HashMap, HashSet};

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
    let (blocks, values) = copy_blocks(f, &l.blocks);
    let first = blocks[&l.header];
    f.blocks[first].loop_state = PackedOption::default();
    // Whatever entered the loop enters its first iteration.
    for edge in cfg.predecessors[l.header].iter().filter(|edge| !l.blocks.contains(&edge.from)) {
        let terminator = f.terminator(edge.from);
        f.values[terminator].targets[edge.index].block = first;
    }
    // Where that goes on, the loop begins.
    for latch in &l.latches {
        let terminator = f.terminator(blocks[latch]);
        for target in &mut f.values[terminator].targets {
            if target.block == first {
                target.block = l.header;
            }
        }
    }
    let at = f.order.iter().position(|block| *block == l.header).unwrap_or(f.order.len());
    let copies: Vec<Block> = l.blocks.iter().map(|block| blocks[block]).collect();
    f.order.splice(at..at, copies);
    repair(f, l, &blocks, &values);
}

/// Gives the uses behind the loop the right one of two definitions.
struct Repair<'a> {
    cfg: Cfg,
    inside: HashSet<Block>,
    copies: HashSet<Block>,
    values: &'a HashMap<Value, Value>,
    /// The value at the start of a block.
    at_start: HashMap<(Value, Block), Value>,
}

fn repair(f: &mut Function, l: &Loop, blocks: &HashMap<Block, Block>, values: &HashMap<Value, Value>) {
    let mut repair = Repair {
        cfg: Cfg::compute(f),
        inside: l.blocks.iter().copied().collect(),
        copies: blocks.values().copied().collect(),
        values,
        at_start: HashMap::new(),
    };
    let outside: Vec<Block> = repair
        .cfg
        .order
        .iter()
        .copied()
        .filter(|block| !repair.inside.contains(block) && !repair.copies.contains(block))
        .collect();
    for block in outside {
        let mut used = Vec::new();
        if let Some(state) = f.blocks[block].loop_state.expand() {
            repair.used_by_state(f, state, &mut used);
        }
        for value in f.blocks[block].instructions.clone() {
            f.values[value].for_each_use(|u| used.push(u));
            if let Some(state) = f.values[value].frame_state.expand() {
                repair.used_by_state(f, state, &mut used);
            }
        }
        used.retain(|value| repair.is_defined_inside(f, *value));
        used.sort_unstable();
        used.dedup();
        if used.is_empty() {
            continue;
        }
        let mut substitution = Substitution::default();
        for value in used {
            let here = repair.start(f, value, block);
            substitution.insert(value, here);
        }
        rewrite_block(f, block, &mut substitution);
    }
}

impl Repair<'_> {
    fn is_defined_inside(&self, f: &Function, value: Value) -> bool {
        match f.values[value].home {
            Home::Block(home) | Home::Parameter(home) => {
                self.inside.contains(&home) && self.values.contains_key(&value)
            }
            Home::Everywhere | Home::None => false,
        }
    }

    fn used_by_state(&self, f: &Function, state: FrameStateId, used: &mut Vec<Value>) {
        let mut next = Some(state);
        while let Some(id) = next {
            let mut work = Vec::new();
            f.frame_states[id].for_each_value(|value| work.push(f.resolve(value)));
            while let Some(value) = work.pop() {
                used.push(value);
                if f.values[value].home == Home::Everywhere {
                    work.extend(f.values[value].arguments.iter().map(|a| f.resolve(*a)));
                }
            }
            next = f.frame_states[id].caller.expand();
        }
    }

    /// The definition of `value` that reaches the end of a block.
    fn end(&mut self, f: &mut Function, value: Value, block: Block) -> Value {
        if self.inside.contains(&block) {
            value
        } else if self.copies.contains(&block) {
            self.values[&value]
        } else {
            self.start(f, value, block)
        }
    }

    /// The definition that reaches the start of a block behind the loop.
    fn start(&mut self, f: &mut Function, value: Value, block: Block) -> Value {
        if let Some(known) = self.at_start.get(&(value, block)) {
            return *known;
        }
        let edges = self.cfg.predecessors[block].clone();
        let result = if let [edge] = edges.as_slice() {
            self.end(f, value, edge.from)
        } else {
            let parameter = f.new_parameter(block, f.ty(value));
            self.at_start.insert((value, block), parameter);
            for edge in edges {
                let argument = self.end(f, value, edge.from);
                let terminator = f.terminator(edge.from);
                f.values[terminator].targets[edge.index].arguments.push(argument);
            }
            parameter
        };
        self.at_start.insert((value, block), result);
        result
    }
}

fn rewrite_block(f: &mut Function, block: Block, substitution: &mut Substitution) {
    if let Some(state) = f.blocks[block].loop_state.expand() {
        f.blocks[block].loop_state = substitution.state(f, state).into();
    }
    for value in f.blocks[block].instructions.clone() {
        for i in 0..f.values[value].arguments.len() {
            let argument = f.values[value].arguments[i];
            f.values[value].arguments[i] = substitution.value(f, argument);
        }
        for t in 0..f.values[value].targets.len() {
            for a in 0..f.values[value].targets[t].arguments.len() {
                let argument = f.values[value].targets[t].arguments[a];
                f.values[value].targets[t].arguments[a] = substitution.value(f, argument);
            }
        }
        if let Some(state) = f.values[value].frame_state.expand() {
            f.values[value].frame_state = substitution.state(f, state).into();
        }
    }
}
