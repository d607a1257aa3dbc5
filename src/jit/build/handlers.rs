//! Exceptions that are handled in the code being compiled.
//!
//! What lives here: the way from an instruction that raises to its handler. What must not: what handlers do, which
//! are instructions like others.
//!
//! A handler is compiled for the instructions that were seen to raise, all others leave the code for it: an exit
//! takes less room than a way to the handler, and most instructions in a `try` never raise.

use super::*;
use crate::bytecode::analysis::Decoded;

impl Builder<'_> {
    /// The frame, by index, and the position of the handler that gets what the current instruction raises, if the way
    /// there is to be compiled.
    pub(super) fn handler_here(&self) -> Option<(usize, u32)> {
        if self.request.options.prune && !self.has_failed(ExitReason::Raised) {
            return None;
        }
        for (index, frame) in self.frames.iter().enumerate().rev() {
            if let Some(handler) = frame.body.code.handler(frame.position) {
                return Some((index, handler));
            }
            if frame.generator.is_some() {
                // What passes through a generator ends it, which the interpreter does.
                return None;
            }
        }
        None
    }

    /// If what the instruction raises is handled here, goes to the handler where it raised. Gives its result where it
    /// did not.
    pub(super) fn catch(&mut self, value: Value) -> Value {
        let Some((index, handler)) = self.handler_here() else { return value };
        let ty = self.f.ty(value);
        let instruction = &mut self.f.values[value];
        instruction.caught = true;
        instruction.ty = ty | Type::EMPTY;
        let (state, reenters) = (instruction.frame_state.expand(), instruction.reenters());
        let empty = self.f.constant(Constant::Empty);
        let raised = self.emit(Op::Same, &[value, empty], &[]);
        let (landing, next) = (self.new_block(), self.new_block());
        self.branch(raised, Destination::Block(landing), Destination::Block(next));
        self.enter_block(landing);
        self.f.blocks[landing].cold = true;
        let passed = Immediate::Int((self.frames.len() - index) as i64);
        self.f.append(landing, Op::NoteTraceback, &[], &[passed], state);
        self.jump_to_handler(index, handler, self.recheck || reenters);
        self.enter_block(next);
        if ty.is_never() {
            return value;
        }
        let fine = self.emit(Op::FlagNot, &[raised], &[]);
        self.emit(Op::AssumeType, &[value, fine], &[Immediate::Type(ty)])
    }

    /// Ends the block with a jump to a handler of this frame or one around it.
    fn jump_to_handler(&mut self, index: usize, position: u32, recheck: bool) {
        let Some(from) = self.block.take() else { return };
        let terminator = self.f.append_jump(from, from, &[]);
        let registers = self.all_registers(index);
        let frame = &mut self.frames[index];
        let phase = frame.phase + u32::from(position < frame.position);
        let block = *frame.blocks.entry((phase, position)).or_insert_with(|| self.f.new_block());
        let edge = Edge { from, index: 0, registers, recheck };
        frame.edges.entry((phase, position)).or_default().push(edge);
        self.f.values[terminator].targets[0].block = block;
    }

    /// An instruction that always raises.
    pub(super) fn raise(&mut self, decoded: &Decoded) {
        if self.is_handled() && self.handler_here().is_none() {
            return self.exit(ExitReason::Raised);
        }
        self.execute(decoded);
        self.recheck = false;
        self.emit(Op::Unreachable, &[], &[]);
        self.block = None;
    }
}
