//! Which registers surely hold a value, along all paths.
//!
//! What lives here: one forward data-flow analysis, used by the compiler to drop needless `CheckBound`s and by
//! the verifier to prove that every register read was written. What must not: decisions about the answer.
//! Start at [`visit_bound`].

use super::operand::Register;
use super::ops::Instruction;

/// An instruction in a flow graph, its successors given as indices of instructions.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// The instruction; its jump operand is not looked at.
    pub instruction: Instruction,
    /// Where it may jump.
    pub target: Option<u32>,
    /// Where exceptions raised by it go.
    pub handler: Option<u32>,
}

/// A set of registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterSet {
    words: Vec<u64>,
}

impl RegisterSet {
    fn filled(registers: usize, value: bool) -> RegisterSet {
        RegisterSet { words: vec![if value { u64::MAX } else { 0 }; registers.div_ceil(64)] }
    }

    /// Whether the register is in the set. Registers outside of the analysis are.
    pub fn contains(&self, register: Register) -> bool {
        let at = register.index();
        self.words.get(at / 64).is_none_or(|word| word & (1 << (at % 64)) != 0)
    }

    fn insert(&mut self, register: Register) {
        let at = register.index();
        if let Some(word) = self.words.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    fn remove(&mut self, register: Register) {
        let at = register.index();
        if let Some(word) = self.words.get_mut(at / 64) {
            *word &= !(1 << (at % 64));
        }
    }

    fn remove_from(&mut self, register: Register) {
        let at = register.index();
        for (index, word) in self.words.iter_mut().enumerate().skip(at / 64) {
            *word &= if index == at / 64 { (1 << (at % 64)) - 1 } else { 0 };
        }
    }

    /// Keeps what is in both; true if that changed the set.
    fn intersect(&mut self, other: &RegisterSet) -> bool {
        let mut changed = false;
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            changed |= *word & !other != 0;
            *word &= other;
        }
        changed
    }
}

/// A run of nodes entered only at the start, with one handler.
struct Block {
    start: usize,
    end: usize,
    /// Sure at the start; `None` until reached.
    state: Option<RegisterSet>,
}

/// Calls `visit` for each node that control can reach, in order, with the registers below `registers` that
/// surely hold a value before it. At entry, those below `bound_at_entry` do.
pub fn visit_bound(
    nodes: &[Node],
    registers: usize,
    bound_at_entry: usize,
    mut visit: impl FnMut(usize, &RegisterSet),
) {
    if nodes.is_empty() {
        return;
    }
    let (mut blocks, block_of) = split(nodes);
    let mut entry = RegisterSet::filled(registers, false);
    for register in 0..bound_at_entry {
        entry.insert(Register(register as u16));
    }
    blocks[0].state = Some(entry);
    let mut work = vec![0];
    while let Some(at) = work.pop() {
        let Some(mut state) = blocks[at].state.clone() else { continue };
        let (start, end) = (blocks[at].start, blocks[at].end);
        let mut flows: Vec<(usize, RegisterSet)> = Vec::new();
        let handler = nodes[start].handler;
        // In a block the set grows except where registers are emptied: the handler sees the least of it.
        let mut least = state.clone();
        let mut may_raise = false;
        for node in &nodes[start..end] {
            let effects = node.instruction.effects();
            may_raise |= effects.raises() || effects.calls();
            if let Some(target) = node.target {
                let mut taken = state.clone();
                if !matches!(node.instruction, Instruction::ForIter(_)) {
                    step(&node.instruction, &mut taken);
                }
                flows.push((block_of[target as usize], taken));
            }
            step(&node.instruction, &mut state);
            least.intersect(&state);
        }
        if let (Some(handler), true) = (handler, may_raise) {
            flows.push((block_of[handler as usize], least));
        }
        if !nodes[end - 1].instruction.effects().ends() && end < nodes.len() {
            flows.push((block_of[end], state));
        }
        for (successor, state) in flows {
            let changed = match &mut blocks[successor].state {
                Some(known) => known.intersect(&state),
                unknown => {
                    *unknown = Some(state);
                    true
                }
            };
            if changed && !work.contains(&successor) {
                work.push(successor);
            }
        }
    }
    for block in &blocks {
        let Some(mut state) = block.state.clone() else { continue };
        for (at, node) in nodes.iter().enumerate().take(block.end).skip(block.start) {
            visit(at, &state);
            step(&node.instruction, &mut state);
        }
    }
}

/// The effect of an instruction on the set.
fn step(instruction: &Instruction, state: &mut RegisterSet) {
    if let Some(window) = instruction.clobbers_from() {
        state.remove_from(window);
    }
    match instruction {
        Instruction::Clear(operands) => state.remove(operands.dst),
        Instruction::CheckBound(operands) => state.insert(operands.src),
        other => other.visit_writes(|register| state.insert(register)),
    }
}

/// Splits the nodes into blocks; the second part gives the block that starts at a node (meaningful for those
/// where one does).
fn split(nodes: &[Node]) -> (Vec<Block>, Vec<usize>) {
    let mut leads = vec![false; nodes.len() + 1];
    leads[0] = true;
    for (at, node) in nodes.iter().enumerate() {
        if let Some(target) = node.target {
            leads[target as usize] = true;
            leads[at + 1] = true;
        }
        if let Some(handler) = node.handler {
            leads[handler as usize] = true;
        }
        if node.instruction.effects().ends() {
            leads[at + 1] = true;
        }
        if at > 0 && nodes[at - 1].handler != node.handler {
            leads[at] = true;
        }
    }
    let mut blocks = Vec::new();
    let mut block_of = vec![0; nodes.len()];
    for at in 0..nodes.len() {
        if leads[at] {
            blocks.push(Block { start: at, end: at + 1, state: None });
        } else if let Some(block) = blocks.last_mut() {
            block.end = at + 1;
        }
        block_of[at] = blocks.len() - 1;
    }
    (blocks, block_of)
}
