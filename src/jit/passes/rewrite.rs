//! Tools for passes that move code: frame states with other values, preheaders, copies of blocks.
//!
//! What lives here: mechanics that keep the IR's invariants. What must not: decisions.

use super::dead::may_sink;
use crate::jit::ir::analysis::{Cfg, Loop};
use crate::jit::ir::*;
use std::collections::HashMap;

/// A replacement of values in frame states. What is sunk and made from replaced values is copied.
#[derive(Default)]
pub struct Substitution {
    map: HashMap<Value, Value>,
    states: HashMap<FrameStateId, FrameStateId>,
    /// What this block computes from what is replaced is computed anew, for the frame state alone.
    recomputed: Option<Block>,
    /// Something in that block could not be.
    failed: bool,
}

impl Substitution {
    /// Replaces `old` by `new`.
    pub fn insert(&mut self, old: Value, new: Value) {
        self.map.insert(old, new);
    }

    /// What `value` becomes.
    pub fn value(&mut self, f: &mut Function, value: Value) -> Value {
        let value = f.resolve(value);
        if let Some(new) = self.map.get(&value) {
            return *new;
        }
        let here = self.recomputed.is_some_and(|block| f.values[value].home == Home::Block(block));
        if here && !(f.effects(value).removable() && may_sink(&f.values[value])) {
            self.failed = true;
            return value;
        }
        if !(here || f.values[value].home == Home::Everywhere) || f.op(value) == Op::Constant {
            return value;
        }
        let old: Vec<Value> = f.values[value].arguments.iter().map(|a| f.resolve(*a)).collect();
        let new: Vec<Value> = old.iter().map(|a| self.value(f, *a)).collect();
        let result = if new == old && !here {
            value
        } else {
            let mut copy = f.values[value].clone();
            copy.home = Home::Everywhere;
            copy.arguments = new.into();
            copy.ty = f.result_type(&copy);
            f.values.push(copy)
        };
        self.map.insert(value, result);
        result
    }

    /// The frame state with its values, and its callers', replaced; the same state if nothing changes.
    pub fn state(&mut self, f: &mut Function, state: FrameStateId) -> FrameStateId {
        if let Some(new) = self.states.get(&state) {
            return *new;
        }
        let old = f.frame_states[state].clone();
        let mut new = old.clone();
        if let Some(caller) = old.caller.expand() {
            new.caller = self.state(f, caller).into();
        }
        let mut values = Vec::new();
        old.for_each_value(|value| values.push(value));
        let mut mapped = values.iter().map(|value| self.value(f, *value)).collect::<Vec<_>>().into_iter();
        new.for_each_value_mut(|value| {
            if let Some(new) = mapped.next() {
                *value = new;
            }
        });
        let result = if new == old { state } else { f.frame_states.push(new) };
        self.states.insert(state, result);
        result
    }
}

/// The block before the loop, from which one edge and no other enters it; made if there is none.
pub fn preheader(f: &mut Function, cfg: &Cfg, l: &Loop) -> Block {
    let entries: Vec<_> =
        cfg.predecessors[l.header].iter().filter(|edge| !l.blocks.contains(&edge.from)).copied().collect();
    if let [edge] = entries.as_slice()
        && f.op(f.terminator(edge.from)) == Op::Jump
    {
        return edge.from;
    }
    let block = f.blocks.push(BlockData::default());
    let at = f.order.iter().position(|known| *known == l.header).unwrap_or(f.order.len());
    f.order.insert(at, block);
    let parameters: Vec<Value> = f.blocks[l.header].parameters.clone();
    let arguments: Vec<Value> =
        parameters.iter().map(|parameter| f.new_parameter(block, f.values[*parameter].ty)).collect();
    for edge in entries {
        let terminator = f.terminator(edge.from);
        f.values[terminator].targets[edge.index].block = block;
    }
    f.append_jump(block, l.header, &arguments);
    block
}

/// The state at which the loop with this header is entered, in terms of what `preheader` gives it.
pub fn entry_state(f: &mut Function, header: Block, preheader: Block) -> Option<FrameStateId> {
    let state = f.blocks[header].loop_state.expand()?;
    let mut substitution = Substitution { recomputed: Some(header), ..Substitution::default() };
    let arguments = f.values[f.terminator(preheader)].targets[0].arguments.clone();
    for (parameter, argument) in f.blocks[header].parameters.clone().into_iter().zip(arguments) {
        substitution.insert(parameter, argument);
    }
    let state = substitution.state(f, state);
    (!substitution.failed).then_some(state)
}

/// Puts `value`, which stands nowhere, before the terminator of `block`.
pub fn insert_at_end(f: &mut Function, block: Block, value: Value) {
    let at = f.blocks[block].instructions.len() - 1;
    f.blocks[block].instructions.insert(at, value);
    f.values[value].home = Home::Block(block);
}

/// Puts `value`, which stands nowhere, at the start of `block`.
pub fn insert_at_start(f: &mut Function, block: Block, value: Value) {
    f.blocks[block].instructions.insert(0, value);
    f.values[value].home = Home::Block(block);
}

/// Copies `blocks`, all their parameters, instructions and frame states. Edges among them lead to copies, edges
/// that leave them to where they led. Gives the copy of each block and of each value.
pub fn copy_blocks(f: &mut Function, blocks: &[Block]) -> (HashMap<Block, Block>, HashMap<Value, Value>) {
    let mut substitution = Substitution::default();
    let mut copies = HashMap::new();
    for block in blocks {
        let copy = f.blocks.push(BlockData { cold: f.blocks[*block].cold, ..BlockData::default() });
        copies.insert(*block, copy);
        for parameter in f.blocks[*block].parameters.clone() {
            let new = f.new_parameter(copy, f.values[parameter].ty);
            substitution.insert(parameter, new);
        }
        for value in f.blocks[*block].instructions.clone() {
            let mut instruction = f.values[value].clone();
            instruction.home = Home::Block(copy);
            let new = f.values.push(instruction);
            f.blocks[copy].instructions.push(new);
            substitution.insert(value, new);
        }
    }
    for block in blocks {
        let copy = copies[block];
        if let Some(state) = f.blocks[*block].loop_state.expand() {
            f.blocks[copy].loop_state = substitution.state(f, state).into();
        }
        for value in f.blocks[copy].instructions.clone() {
            for i in 0..f.values[value].arguments.len() {
                let argument = f.values[value].arguments[i];
                f.values[value].arguments[i] = substitution.value(f, argument);
            }
            for t in 0..f.values[value].targets.len() {
                let target = f.values[value].targets[t].block;
                f.values[value].targets[t].block = copies.get(&target).copied().unwrap_or(target);
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
    (copies, substitution.map)
}
