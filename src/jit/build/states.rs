//! Frame states: how the interpreter would go on at a point of the translation.
//!
//! What lives here: making them, and sharing those of one instruction. What must not: using them; that is for the
//! exits and the passes.

use super::*;

impl Builder<'_> {
    /// The state before the instruction being translated.
    pub(super) fn state(&mut self) -> FrameStateId {
        if let Some(state) = self.frame().state {
            return state;
        }
        debug_assert!(!self.frame().sealed, "{} would be executed again", self.frame().position);
        let id = self.snapshot();
        self.frame_mut().state = Some(id);
        id
    }

    /// The registers as they are before the instruction being translated.
    pub(super) fn snapshot(&mut self) -> FrameStateId {
        let frame = self.frame();
        let empty = Constant::Empty;
        let registers = frame
            .code
            .live_before(frame.position)
            .iter()
            .map(|register| (register, frame.registers[usize::from(register)]))
            .filter(|(_, value)| self.f.as_constant(*value) != Some(empty))
            .collect();
        let state = FrameState {
            unit: frame.unit,
            position: frame.position,
            resume: Resume::Here,
            function: frame.function,
            registers,
            caller: frame.caller.into(),
        };
        self.f.frame_states.push(state)
    }

    /// The state for an instruction that only raises: with registers only if it leaves for a handler.
    pub(super) fn raise_state(&mut self) -> FrameStateId {
        if self.is_handled() && self.handler_here().is_none() {
            // Nothing is executed again there: it does not matter what happened in the instruction so far.
            return match self.frame().state {
                Some(state) => state,
                None => self.snapshot(),
            };
        }
        if let Some(state) = self.frame().site_state {
            return state;
        }
        // Callers without their registers, too: nothing but the traceback reads them.
        let mut caller: Option<FrameStateId> = None;
        for index in 0..self.frames.len() {
            let frame = &self.frames[index];
            let state = FrameState {
                unit: frame.unit,
                position: frame.position,
                resume: if index + 1 == self.frames.len() { Resume::Here } else { Resume::AfterCall },
                function: frame.function,
                registers: Vec::new(),
                caller: caller.into(),
            };
            caller = Some(self.f.frame_states.push(state));
        }
        let state = caller.unwrap_or_else(|| entity(0));
        self.frame_mut().site_state = Some(state);
        state
    }

    /// Some frame has a handler where it stands, or is a generator's, which an exception ends.
    pub(super) fn is_handled(&self) -> bool {
        self.frames.iter().any(|frame| frame.generator.is_some() || frame.body.code.handler(frame.position).is_some())
    }

    /// The state of the current frame while it waits for a callee.
    pub(super) fn waiting_state(&mut self, destination: Option<Register>, resume: Resume) -> FrameStateId {
        let frame = self.frame();
        let registers = frame
            .code
            .live_behind(frame.position)
            .iter()
            // The destination gets the result; only a handler sees what it held before.
            .filter(|register| {
                destination.is_none_or(|d| d.0 != *register) || frame.code.is_live_in_handler(frame.position, *register)
            })
            .map(|register| (register, frame.registers[usize::from(register)]))
            .filter(|(_, value)| self.f.as_constant(*value) != Some(Constant::Empty))
            .collect();
        let state = FrameState {
            unit: frame.unit,
            position: frame.position,
            resume,
            function: frame.function,
            registers,
            caller: frame.caller.into(),
        };
        self.f.frame_states.push(state)
    }
}
