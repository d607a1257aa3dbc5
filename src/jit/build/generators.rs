//! Generators that run inlined in the loops that consume them.
//!
//! What lives here: which loops those are, and how control goes to and fro. What must not: generators that are
//! suspended for real, which are calls.
//!
//! # How a generator runs inlined
//!
//! A `for` loop over a generator that was made in the same function, and that nobody else sees, is turned inside
//! out: the generator's code is translated in place as if it were a callee, and each of its `yield`s as if it called
//! the loop's body. So the loops of the result are the generator's; the `for` loop itself is none.
//!
//! In a frame state, the frame of a generator that runs stands on the frame of the loop, which waits for its next item
//! ([`Resume::AfterNext`]). While the body runs, a state that is no activation says what is in the registers of the
//! suspended generator ([`Resume::Suspended`]); it stands between the frame of the loop and that one's caller. The
//! generator object is an allocation that only frame states name, so exits alone make it.
//!
//! An exception that leaves the generator leaves the code: the interpreter ends the generator.

use super::*;
use crate::bytecode::CodeFlags;
use crate::bytecode::analysis::Decoded;
use crate::bytecode::{Instruction, Op as Bytecode};

/// How often a loop's body may be translated: once for each `yield`.
const MAXIMUM_YIELDS: usize = 3;

/// How long all the translations of a body may be together, in units.
const MAXIMUM_BODIES: usize = 400;

/// A generator that is made: what it takes to run it.
#[derive(Clone)]
pub(super) struct Template {
    /// The function object, if it is known now.
    pub(super) function: Option<Gc<FunctionObject>>,
    /// Its code.
    pub(super) code: Gc<CodeObject>,
    /// The function object.
    pub(super) value: Value,
    /// Its parameters.
    pub(super) bound: Vec<Value>,
    /// The globals of the code that made it.
    pub(super) globals: Gc<Dict>,
}

/// A loop over a generator that runs inlined.
pub(super) struct Consumer {
    /// Position of the `ForIter`.
    header: u32,
    /// The register for the items.
    item: Register,
    /// Where the body begins.
    body: u32,
    /// Where the loop ends.
    end: u32,
    /// Ways back to the `ForIter`.
    resumes: Vec<Edge>,
}

impl Builder<'_> {
    /// The value is a generator made here, which is its own iterator.
    pub(super) fn is_plain_generator(&self, value: Value) -> bool {
        self.generators.get(&value).is_some_and(|template| {
            let flags = Body::of_ref(template.code).code.flags;
            flags.contains(CodeFlags::GENERATOR) && !flags.contains(CodeFlags::COROUTINE)
        })
    }

    /// The generator may run inlined, as far as its own code tells.
    pub(super) fn can_inline_generator(&self, value: Value) -> bool {
        let Some(template) = self.generators.get(&value) else { return false };
        let body = Body::of_ref(template.code);
        let options = self.request.options;
        let mut yields = 0;
        let plain = Unit::new(body.code.clone()).instructions.iter().all(|decoded| {
            let op = decoded.instruction.op();
            yields += usize::from(op == Bytecode::Yield);
            !is_delegation(&decoded.instruction) && body.code.handler(decoded.position).is_none()
        });
        let raised = CodeState::known(body)
            .is_some_and(|state| state.failed.borrow().iter().any(|(_, reason)| *reason == ExitReason::Raised));
        self.is_plain_generator(value)
            && plain
            && !raised
            && (1..=MAXIMUM_YIELDS).contains(&yields)
            && body.resume_count.get() > 0
            && !body.observes_end
            && body.code.units.len() <= options.inline_units
            && self.frames.len() <= options.inline_depth
            && self.f.values.len() < options.inline_values
            && !self.frames.iter().any(|frame| std::ptr::eq(frame.body, body))
            && !looks_at_frames(&body.code)
    }

    /// At a `ForIter` over a generator that can run inlined: from now on it does.
    pub(super) fn prepare_inlined(&mut self, position: u32) -> bool {
        let inlines = self.can_inline_at(position);
        self.frame_mut().inlines_here = inlines.then_some(position);
        inlines
    }

    fn can_inline_at(&self, position: u32) -> bool {
        let frame = self.frame();
        let decoded = frame.code.instructions[frame.code.index(position)];
        let (Instruction::ForIter(o), Some(end)) = (decoded.instruction, decoded.target()) else { return false };
        let Some(edges) = frame.edges.get(&(frame.phase, position)) else { return false };
        let iterator = o.iter.0;
        let generator = edges[0].registers[usize::from(iterator)];
        if edges.iter().any(|edge| edge.registers[usize::from(iterator)] != generator)
            || !self.can_inline_generator(generator)
        {
            return false;
        }
        let Some(template) = self.generators.get(&generator) else { return false };
        let yields = Unit::new(Body::of_ref(template.code).code.clone())
            .instructions
            .iter()
            .filter(|decoded| decoded.instruction.op() == Bytecode::Yield)
            .count();
        if (end - decoded.next) as usize * yields > MAXIMUM_BODIES {
            return false;
        }
        // The body is one stretch of code, in which nobody else asks the iterator.
        let suspends = self.frames[0].body.code.flags.is_resumable() && frame.generator.is_none();
        let fits = frame.code.instructions.iter().all(|other| {
            let inside = (decoded.next..end).contains(&other.position);
            let jumps_here = other.instruction.op() == Bytecode::JumpBack && other.target() == Some(position);
            let mut reads = false;
            other.instruction.visit_reads(|register| reads |= register.0 == iterator);
            if inside {
                let yields = other.instruction.op() == Bytecode::Yield || is_delegation(&other.instruction);
                !reads && !(suspends && yields)
            } else {
                !jumps_here
            }
        });
        if !fits || frame.code.live_before(end).contains(iterator) {
            return false;
        }
        // Nobody else holds the generator, or did anything with it.
        let live = frame.code.live_before(position);
        let held = edges.iter().any(|edge| {
            live.iter().any(|register| register != iterator && edge.registers[usize::from(register)] == generator)
        });
        let mut state = frame.caller;
        while let Some(id) = state {
            if self.f.frame_states[id].registers.iter().any(|(_, value)| *value == generator) {
                return false;
            }
            state = self.f.frame_states[id].caller.expand();
        }
        !held && !self.is_used(generator)
    }

    /// An instruction uses the value, other than by making a generator that runs inlined and has it as a parameter.
    fn is_used(&self, value: Value) -> bool {
        let mut used = false;
        for block in &self.f.order {
            for instruction in &self.f.blocks[*block].instructions {
                let instruction = &self.f.values[*instruction];
                if !matches!(self.f.layout_of(instruction), Some(Layout::Generator { .. })) {
                    instruction.for_each_use(|argument| used |= argument == value);
                }
            }
        }
        used
    }

    /// `ForIter` over a generator that runs inlined: its code, and in that the loop's body.
    pub(super) fn run_inlined(
        &mut self,
        item: Register,
        iterator: Register,
        decoded: &Decoded,
    ) -> Result<(), (Refusal, u32)> {
        let generator = self.get_or_empty(iterator);
        let (Some(template), Some(end)) = (self.generators.get(&generator).cloned(), decoded.target()) else {
            unreachable!("the loop was looked at")
        };
        let body = Body::of_ref(template.code);
        let globals = match template.function {
            Some(function) => {
                self.assume_function(function);
                function.globals()
            }
            // Another function of the same code may have other globals.
            None => {
                let found = self.load(template.value, Field::FunctionGlobals);
                self.guard_same(found, template.globals.value(), ExitReason::CalleeChanged);
                template.globals
            }
        };
        let layout = self.f.layout(Layout::Generator { count: template.bound.len() as u32 });
        let made = &mut self.f.values[generator];
        made.op = Op::New;
        made.immediates = [layout].into_iter().collect();
        made.frame_state = None.into();
        made.ty = Type::OBJECT;
        self.frame_mut().consumers.push(Consumer {
            header: decoded.position,
            item,
            body: decoded.next,
            end,
            resumes: Vec::new(),
        });
        let index = self.frames.len() - 1;
        let waiting = self.waiting_for_item(index, generator);
        let carried = self.frame().carried + 1;
        let unit = self.unit(body);
        self.push_frame(body, unit, template.value, template.function, globals, Some(waiting));
        let frame = self.frame_mut();
        frame.generator = Some(generator);
        frame.carried = carried;
        for (register, argument) in template.bound.into_iter().enumerate() {
            frame.registers[register] = argument;
        }
        let origin = self.f.origin;
        let translated = self.translate(0);
        self.f.origin = origin;
        self.frames.pop();
        self.frame_mut().consumers.pop();
        self.block = None;
        self.recheck = false;
        translated
    }

    /// The state of a frame that waits at its `ForIter` for an item of the generator.
    fn waiting_for_item(&mut self, index: usize, generator: Value) -> FrameStateId {
        let frame = &self.frames[index];
        let state = FrameState {
            unit: frame.unit,
            position: frame.position,
            resume: Resume::AfterNext(generator),
            function: frame.function,
            registers: self.filled(frame, frame.code.live_before(frame.position).iter()),
            caller: frame.caller.into(),
        };
        self.f.frame_states.push(state)
    }

    /// The registers that hold something.
    fn filled(&self, frame: &Frame, registers: impl Iterator<Item = u16>) -> Vec<(u16, Value)> {
        registers
            .map(|register| (register, frame.registers[usize::from(register)]))
            .filter(|(_, value)| self.f.as_constant(*value) != Some(Constant::Empty))
            .collect()
    }

    /// The registers of frames that wait for items have changed: so have the states of what stands on them.
    pub(super) fn refresh_callers(&mut self) {
        let last = self.frames.len() - 1;
        for index in last - self.frames[last].carried..last {
            let Some(generator) = self.frames[index + 1].generator else {
                unreachable!("it yields what this consumes")
            };
            let waiting = self.waiting_for_item(index, generator);
            let caller = self.frames[index + 1].caller;
            let caller = self.on_top_of(caller, Some(waiting));
            let frame = &mut self.frames[index + 1];
            frame.caller = caller;
            frame.state = None;
            frame.site_state = None;
        }
    }

    /// The suspended generators at the start of a chain of states, with `base` below them.
    fn on_top_of(&mut self, chain: Option<FrameStateId>, base: Option<FrameStateId>) -> Option<FrameStateId> {
        let Some(id) = chain.filter(|id| !self.f.frame_states[*id].is_activation()) else { return base };
        let mut state = self.f.frame_states[id].clone();
        let below = state.caller.expand();
        state.caller = self.on_top_of(below, base).into();
        Some(self.f.frame_states.push(state))
    }

    /// `Yield` of a generator that runs inlined: the loop's body.
    pub(super) fn yield_to_loop(
        &mut self,
        src: Register,
        sent: Register,
        decoded: &Decoded,
    ) -> Result<(), (Refusal, u32)> {
        let value = self.get(src);
        let (Some(frame), origin) = (self.frames.pop(), self.f.origin) else { unreachable!("a generator runs") };
        let Some(generator) = frame.generator else { unreachable!("a generator runs") };
        let live = frame.code.live_behind(decoded.position);
        let registers = self.filled(&frame, live.iter().filter(|register| *register != sent.0));
        let outer = self.frame().caller;
        let below = self.on_top_of(frame.caller, outer);
        let suspended = FrameState {
            unit: frame.unit,
            position: decoded.position,
            resume: Resume::Suspended(generator),
            function: frame.function,
            registers,
            caller: below.into(),
        };
        let suspended = self.f.frame_states.push(suspended);
        let loops = self.frame_mut();
        loops.caller = Some(suspended);
        loops.state = None;
        loops.site_state = None;
        loops.sealed = false;
        let Some(consumer) = loops.consumers.last() else { unreachable!("a loop consumes") };
        let (header, item, body, end) = (consumer.header, consumer.item, consumer.body, consumer.end);
        self.set(item, value);
        self.jump_to(body);
        let code = Rc::clone(&self.frame().code);
        if let Err(error) = self.translate_instructions(&code, body, end) {
            self.frames.push(frame);
            return Err(error);
        }
        self.jump_to(end);
        let loops = self.frame_mut();
        loops.position = header;
        loops.caller = outer;
        loops.state = None;
        loops.site_state = None;
        loops.sealed = false;
        // The body may be translated again, for another `yield`.
        let phase = loops.phase;
        let is_inside = |(known, position): &(u32, u32)| *known == phase && (body..end).contains(position);
        loops.blocks.retain(|key, _| !is_inside(key));
        loops.headers.retain(|key, _| !is_inside(key));
        let resumes = loops.consumers.last_mut().map(|consumer| std::mem::take(&mut consumer.resumes));
        let resumes = resumes.unwrap_or_default();
        if !resumes.is_empty() {
            let block = self.new_block();
            self.join(block, &resumes, header, false);
            for edge in &resumes {
                let terminator = self.f.terminator(edge.from);
                self.f.values[terminator].targets[edge.index].block = block;
            }
        }
        self.frames.push(frame);
        self.refresh_callers();
        self.f.origin = origin;
        self.set_constant(sent, Constant::None);
        Ok(())
    }

    /// A `JumpBack` to a `ForIter` over a generator that runs inlined: notes the way. False: it is none.
    pub(super) fn resume_inlined(&mut self, position: u32) -> bool {
        if !self.frame().consumers.iter().any(|consumer| consumer.header == position) {
            return false;
        }
        let Some(from) = self.block.take() else { return true };
        self.f.append_jump(from, from, &[]);
        let registers = self.all_registers(self.frames.len() - 1);
        let edge = Edge { from, index: 0, registers, recheck: self.recheck };
        let consumers = &mut self.frame_mut().consumers;
        if let Some(consumer) = consumers.iter_mut().find(|consumer| consumer.header == position) {
            consumer.resumes.push(edge);
        }
        true
    }

    /// The end of a generator that runs inlined, and of the loop over it.
    pub(super) fn end_inlined(&mut self) {
        let Some(frame) = self.frames.pop() else { unreachable!("a generator runs") };
        if let Some(end) = self.frame().consumers.last().map(|consumer| consumer.end) {
            self.jump_to(end);
        }
        self.frames.push(frame);
    }
}

/// The instruction hands control to another generator, or to whoever awaits.
fn is_delegation(instruction: &Instruction) -> bool {
    matches!(
        instruction.op(),
        Bytecode::Send
            | Bytecode::YieldDelegate
            | Bytecode::GetYieldFromIter
            | Bytecode::GetAwaitable
            | Bytecode::GetAiter
            | Bytecode::GetAnext
            | Bytecode::EndAsyncFor
    )
}
