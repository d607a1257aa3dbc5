//! Control flow: the walk over a code object's instructions, and the edges between blocks.
//!
//! What lives here: [`Builder::translate`] and how registers come together where edges meet; `mod.rs` says how
//! control flow is translated. What must not: what single instructions do.

use super::*;

/// An edge whose target is not translated yet.
pub(super) struct Edge {
    pub(super) from: Block,
    pub(super) index: usize,
    pub(super) registers: Vec<Value>,
    /// The assumptions must be checked at the target.
    pub(super) recheck: bool,
}

/// A loop header that has been translated.
pub(super) struct Header {
    block: Block,
    /// The registers that are parameters.
    registers: Vec<u16>,
}

/// Where a branch goes.
#[derive(Clone, Copy)]
pub(super) enum Destination {
    /// To an instruction of the current frame.
    Position(u32),
    /// To a block that the handler made.
    Block(Block),
}

impl Builder<'_> {
    /// Translates the innermost frame's code from `start` on.
    pub(super) fn translate(&mut self, start: u32) -> Result<(), (Refusal, u32)> {
        self.frame_mut().position = start;
        self.jump_to(start);
        loop {
            let code = Rc::clone(&self.frame().code);
            let phase = self.frame().phase;
            let from = self.frame().edges.keys().filter(|(p, _)| *p == phase).map(|(_, position)| *position).min();
            let Some(from) = from else {
                // The next phase, if there is one.
                let next = self.frame().edges.keys().map(|(p, _)| *p).min();
                match next {
                    Some(next) => {
                        self.frame_mut().phase = next;
                        continue;
                    }
                    None => return Ok(()),
                }
            };
            for decoded in code.instructions.iter().skip(code.index(from)) {
                let frame = self.frame_mut();
                let origin = Origin { unit: frame.unit, position: decoded.position };
                frame.position = decoded.position;
                frame.next = decoded.next;
                frame.state = None;
                frame.site_state = None;
                frame.sealed = false;
                self.f.origin = Some(origin);
                self.arrive(decoded.position);
                if self.block.is_none() {
                    continue;
                }
                if self.has_failed(ExitReason::LoopRange) {
                    self.f.stay.insert(origin);
                }
                if self.recheck {
                    self.recheck = false;
                    self.emit(Op::CheckValid, &[], &[]);
                }
                if self.f.values.len() > self.request.options.maximum_values {
                    return Err((Refusal::TooBig, decoded.position));
                }
                self.instructions += 1;
                self.instruction(decoded)?;
                if let Some(failure) = self.failure.take() {
                    return Err(failure);
                }
            }
            self.block = None;
        }
    }

    /// Brings the edges to the instruction at `position` together, if there are any.
    pub(super) fn arrive(&mut self, position: u32) {
        let phase = self.frame().phase;
        let is_header = self.frame().code.is_header(position);
        if !self.frame().edges.contains_key(&(phase, position)) && !(is_header && self.block.is_some()) {
            return;
        }
        if self.block.is_some() {
            self.jump_to(position);
        }
        let Some(edges) = self.frame_mut().edges.remove(&(phase, position)) else { return };
        let block = self.block_at(phase, position);
        // Blocks stand in the order in which they are filled.
        self.f.order.retain(|known| *known != block);
        self.f.order.push(block);
        self.block = Some(block);
        self.recheck = edges.iter().any(|edge| edge.recheck);
        let code = Rc::clone(&self.frame().code);
        let empty = self.f.constant(Constant::Empty);
        let mut registers = vec![empty; self.frame().registers.len()];
        let mut parameters = Vec::new();
        for register in code.live_before(position).iter() {
            let r = usize::from(register);
            let first = edges[0].registers[r];
            let differs = edges.iter().any(|edge| edge.registers[r] != first);
            let assigned = is_header && code.assigned_in_loop(position, register);
            registers[r] = if differs || assigned {
                let ty = if assigned {
                    Type::ANY_OR_EMPTY
                } else {
                    edges.iter().fold(Type::NEVER, |ty, edge| ty | self.f.ty(edge.registers[r]))
                };
                parameters.push(register);
                self.f.new_parameter(block, ty)
            } else {
                first
            };
        }
        // Variables that are not read any more keep what they held on all ways here, for who asks for all variables.
        for r in 0..self.frame().body.variable_count as usize {
            let first = edges[0].registers[r];
            let kept = registers[r] == empty && edges.iter().all(|edge| edge.registers[r] == first);
            if kept && !(is_header && code.assigned_in_loop(position, r as u16)) {
                registers[r] = first;
            }
        }
        for edge in &edges {
            let arguments = parameters.iter().map(|register| edge.registers[usize::from(*register)]).collect();
            let terminator = self.f.terminator(edge.from);
            self.f.values[terminator].targets[edge.index].arguments = arguments;
        }
        self.frame_mut().registers = registers;
        if is_header {
            let state = self.state();
            self.f.blocks[block].loop_state = state.into();
            self.frame_mut().headers.insert((phase, position), Header { block, registers: parameters });
        }
    }

    pub(super) fn block_at(&mut self, phase: u32, position: u32) -> Block {
        if let Some(block) = self.frame().blocks.get(&(phase, position)) {
            return *block;
        }
        let block = self.f.new_block();
        self.frame_mut().blocks.insert((phase, position), block);
        block
    }

    /// Notes that target `index` of the terminator of `from` goes to `position`; gives the block.
    pub(super) fn add_edge(&mut self, from: Block, index: usize, position: u32) -> Block {
        let mut phase = self.frame().phase;
        if position < self.frame().position {
            // Into a loop from its inside, without having passed its header: a new phase.
            phase += 1;
        }
        let block = self.block_at(phase, position);
        let edge = Edge { from, index, registers: self.frame().registers.clone(), recheck: self.recheck };
        self.frame_mut().edges.entry((phase, position)).or_default().push(edge);
        block
    }

    /// Ends the block with a jump to an instruction.
    pub(super) fn jump_to(&mut self, position: u32) {
        let Some(from) = self.block.take() else { return };
        let placeholder = from;
        let terminator = self.f.append_jump(from, placeholder, &[]);
        let block = self.add_edge(from, 0, position);
        self.f.values[terminator].targets[0].block = block;
    }

    /// Ends the block with a jump back to a loop header.
    pub(super) fn jump_back_to(&mut self, position: u32) {
        let key = (self.frame().phase, position);
        let Some(header) = self.frame().headers.get(&key) else { return self.jump_to(position) };
        let block = header.block;
        let registers = header.registers.clone();
        let arguments: Vec<Value> =
            registers.iter().map(|register| self.frame().registers[usize::from(*register)]).collect();
        if let Some(from) = self.block.take() {
            self.f.append_jump(from, block, &arguments);
        }
    }

    /// Ends the block with a branch.
    pub(super) fn branch(&mut self, flag: Value, then: Destination, otherwise: Destination) {
        let Some(from) = self.block.take() else { return };
        let nowhere = |block| Target { block, arguments: Vec::new() };
        let terminator = self.f.append_branch(from, flag, nowhere(from), nowhere(from));
        for (index, destination) in [then, otherwise].into_iter().enumerate() {
            let block = match destination {
                Destination::Position(position) => self.add_edge(from, index, position),
                Destination::Block(block) => block,
            };
            self.f.values[terminator].targets[index].block = block;
        }
    }

    /// Ends the block with a branch to blocks that the handler made.
    pub(super) fn branch_with(&mut self, flag: Value, then: (Block, &[Value]), otherwise: (Block, &[Value])) {
        let Some(from) = self.block.take() else { return };
        let [then, otherwise] =
            [then, otherwise].map(|(block, arguments)| Target { block, arguments: arguments.to_vec() });
        self.f.append_branch(from, flag, then, otherwise);
    }

    /// A new block that stands nowhere yet.
    pub(super) fn new_block(&mut self) -> Block {
        self.f.new_block()
    }

    /// Goes on in `block`, which stands behind what was translated so far.
    pub(super) fn enter_block(&mut self, block: Block) {
        self.f.order.retain(|known| *known != block);
        self.f.order.push(block);
        self.block = Some(block);
    }

    /// Ends the block with a jump to a block that the handler made.
    pub(super) fn jump_block(&mut self, block: Block, arguments: &[Value]) {
        if let Some(from) = self.block.take() {
            self.f.append_jump(from, block, arguments);
        }
    }
}
