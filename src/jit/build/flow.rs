//! Control flow: the walk over a code object's instructions, and the edges between blocks.
//!
//! What lives here: [`Builder::translate`] and how registers come together where edges meet; `mod.rs` says how
//! control flow is translated. What must not: what single instructions do.

use super::*;

/// An edge whose target is not translated yet.
pub(super) struct Edge {
    pub(super) from: Block,
    pub(super) index: usize,
    /// Those of [`Builder::all_registers`].
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
            self.translate_instructions(&code, from, u32::MAX)?;
            self.block = None;
        }
    }

    /// Translates the instructions from `from` on that stand before `until`.
    pub(super) fn translate_instructions(&mut self, code: &Unit, from: u32, until: u32) -> Result<(), (Refusal, u32)> {
        for decoded in code.instructions.iter().skip(code.index(from)) {
            if decoded.position >= until {
                break;
            }
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
        Ok(())
    }

    /// The registers of the frame with this index and, if it is a generator's that runs inlined, behind them those of
    /// the frames that consume what it yields: they change while it is translated.
    pub(super) fn all_registers(&self, index: usize) -> Vec<Value> {
        let frame = &self.frames[index];
        let mut all = frame.registers.clone();
        for consumer in self.frames[index - frame.carried..index].iter().rev() {
            all.extend_from_slice(&consumer.registers);
        }
        all
    }

    /// What of [`Builder::all_registers`] matters at an instruction of the current frame, and whether the loop that
    /// starts there assigns it.
    fn live_registers(&self, position: u32, is_header: bool) -> Vec<(u16, bool)> {
        let frame = self.frame();
        let own = |register| (register, is_header && frame.code.assigned_in_loop(position, register));
        let mut live: Vec<(u16, bool)> = frame.code.live_before(position).iter().map(own).collect();
        let mut offset = frame.registers.len() as u16;
        let last = self.frames.len() - 1;
        for consumer in self.frames[last - frame.carried..last].iter().rev() {
            // It stands at its `ForIter`.
            let at = consumer.position;
            live.extend(
                consumer
                    .code
                    .live_before(at)
                    .iter()
                    .map(|register| (offset + register, is_header && consumer.code.assigned_in_loop(at, register))),
            );
            offset += consumer.registers.len() as u16;
        }
        live
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
        // A loop over a generator that runs inlined: the generator's loops are the loops.
        let is_header = is_header && !self.prepare_inlined(position);
        let Some(edges) = self.frame_mut().edges.remove(&(phase, position)) else { return };
        let block = self.block_at(phase, position);
        let parameters = self.join(block, &edges, position, is_header);
        if is_header {
            let state = self.state();
            self.f.blocks[block].loop_state = state.into();
            self.frame_mut().headers.insert((phase, position), Header { block, registers: parameters });
        }
    }

    /// Goes on in a block with the registers that the edges to it bring; gives those that became its parameters.
    pub(super) fn join(&mut self, block: Block, edges: &[Edge], position: u32, is_header: bool) -> Vec<u16> {
        self.enter_block(block);
        self.recheck = edges.iter().any(|edge| edge.recheck);
        let empty = self.f.constant(Constant::Empty);
        let mut registers = vec![empty; edges[0].registers.len()];
        let mut parameters = Vec::new();
        for (register, assigned) in self.live_registers(position, is_header) {
            let r = usize::from(register);
            let first = edges[0].registers[r];
            let differs = edges.iter().any(|edge| edge.registers[r] != first);
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
        let code = Rc::clone(&self.frame().code);
        for r in 0..self.frame().body.variable_count as usize {
            let first = edges[0].registers[r];
            let kept = registers[r] == empty && edges.iter().all(|edge| edge.registers[r] == first);
            if kept && !(is_header && code.assigned_in_loop(position, r as u16)) {
                registers[r] = first;
            }
        }
        for edge in edges {
            let arguments = parameters.iter().map(|register| edge.registers[usize::from(*register)]).collect();
            let terminator = self.f.terminator(edge.from);
            self.f.values[terminator].targets[edge.index].arguments = arguments;
        }
        self.set_all_registers(registers);
        parameters
    }

    /// Takes apart what [`Builder::all_registers`] put together.
    fn set_all_registers(&mut self, mut registers: Vec<Value>) {
        let last = self.frames.len() - 1;
        let carried = self.frames[last].carried;
        let mut rest = registers.split_off(self.frames[last].registers.len());
        self.frames[last].registers = registers;
        for index in (last - carried..last).rev() {
            let next = rest.split_off(self.frames[index].registers.len());
            self.frames[index].registers = std::mem::replace(&mut rest, next);
        }
        self.refresh_callers();
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
        let registers = self.all_registers(self.frames.len() - 1);
        let edge = Edge { from, index, registers, recheck: self.recheck };
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
        if self.resume_inlined(position) {
            return;
        }
        let key = (self.frame().phase, position);
        let Some(header) = self.frame().headers.get(&key) else { return self.jump_to(position) };
        let block = header.block;
        let registers = header.registers.clone();
        let all = self.all_registers(self.frames.len() - 1);
        let arguments: Vec<Value> = registers.iter().map(|register| all[usize::from(*register)]).collect();
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
