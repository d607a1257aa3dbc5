//! A second copy of a loop: its blocks, and the repair of SSA form behind it.
//!
//! What lives here: the mechanics that `peel.rs` and `unswitch.rs` share. What must not: decisions, and where the
//! edges into the copies go.
//!
//! The repair is that of Braun et al.: "Simple and Efficient Construction of Static Single Assignment Form"
//! (CC 2013), for the values that have two definitions now.

use super::rewrite::{Substitution, copy_blocks};
use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;
use std::collections::{HashMap, HashSet};

/// The copy of a loop.
pub struct Copy {
    /// The copy of each block of the loop.
    pub blocks: HashMap<Block, Block>,
    values: HashMap<Value, Value>,
}

impl Copy {
    /// Copies the blocks of a loop. Edges out of the copy lead to where those of the loop do; none leads into it.
    pub fn of(f: &mut Function, l: &Loop) -> Copy {
        let (blocks, values) = copy_blocks(f, &l.blocks);
        Copy { blocks, values }
    }

    /// Puts the copy before the loop, and gives the uses behind both the right one of two definitions. The edges into
    /// the copy must be there.
    pub fn finish(&self, f: &mut Function, l: &Loop) {
        let at = f.order.iter().position(|block| *block == l.header).unwrap_or(f.order.len());
        let copies: Vec<Block> = l.blocks.iter().map(|block| self.blocks[block]).collect();
        f.order.splice(at..at, copies);
        repair(f, l, &self.blocks, &self.values);
    }
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
