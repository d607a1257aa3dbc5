//! Lowering of side exits.
//!
//! Each pair of frame state and reason has one block, out of the way, that stores what the interpreter needs
//! into a buffer in the native frame, and jumps to the one block that calls the exit helper. Bounds on how much
//! is stored keep register allocation quick: see DESIGN, "Side exits".

use super::*;
use crate::jit::events::ExitReason;
use crate::jit::exits::*;
use crate::jit::runtime::Entry;
use crate::jit::state::MAXIMUM_FORCED;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{StackSlot, StackSlotData, StackSlotKind};
use taipan_runtime::layout::thread;
use taipan_runtime::value::bits;

/// The side exits of a function being lowered.
#[derive(Default)]
pub(super) struct Exits {
    blocks: HashMap<Wanted, clif::Block>,
    pending: Vec<(Wanted, clif::Block)>,
    pub(super) descriptors: Vec<Exit>,
    /// Blocks that note where an exception passed, and leave.
    raises: HashMap<u32, clif::Block>,
    pending_raises: Vec<(u32, clif::Block)>,
    sites: HashMap<FrameStateId, u32>,
}

/// What makes exits different.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Wanted {
    state: FrameStateId,
    reason: ExitReason,
    /// An exception is pending, and the innermost frame unwinds.
    raising: bool,
    /// The instruction that is to blame, if it is not that of the frame state.
    origin: Option<Origin>,
}

/// Collects what one exit stores.
struct Collector {
    stored: Vec<Value>,
    objects: Vec<(Value, ObjectRecipe)>,
}

impl Lowering<'_> {
    /// Leaves if `flag` is not zero.
    pub(super) fn exit_if(&mut self, value: Value, flag: clif::Value) {
        let exit = self.exit_block(value, self.f.values[value].reason());
        self.forced_exit(exit);
        let next = self.builder.create_block();
        self.builder.ins().brif(flag, exit, &[], next, &[]);
        self.continue_in(next);
    }

    /// Leaves if `flag` is zero.
    pub(super) fn exit_unless(&mut self, value: Value, flag: clif::Value) {
        let exit = self.exit_block(value, self.f.values[value].reason());
        self.forced_exit(exit);
        let next = self.builder.create_block();
        self.builder.ins().brif(flag, next, &[], exit, &[]);
        self.continue_in(next);
    }

    /// In the test mode that takes every exit: leaves the first time.
    fn forced_exit(&mut self, exit: clif::Block) {
        if self.anchors.forced == 0 || self.guards as usize >= MAXIMUM_FORCED {
            return;
        }
        let table = self.word(self.anchors.forced);
        let flags = self.access(Region::Objects, u32::MAX - 1, false);
        let pending = self.builder.ins().load(types::I8, flags, table, self.guards);
        let cleared = self.builder.ins().iconst(types::I8, 0);
        self.builder.ins().store(flags, cleared, table, self.guards);
        self.guards += 1;
        let next = self.builder.create_block();
        self.builder.ins().brif(pending, exit, &[], next, &[]);
        self.continue_in(next);
    }

    /// Goes on in a block that the current one dominates: the thread need not be read again.
    fn continue_in(&mut self, next: clif::Block) {
        self.builder.switch_to_block(next);
    }

    /// The block that leaves for `reason` at the instruction's frame state.
    pub(super) fn exit_block(&mut self, value: Value, reason: ExitReason) -> clif::Block {
        match self.f.values[value].frame_state.expand() {
            Some(state) => {
                let data = &self.f.frame_states[state];
                let here = Origin { unit: data.unit, position: data.position };
                let origin = self.f.values[value].origin.filter(|origin| *origin != here);
                self.exit_block_of(Wanted { state, reason, raising: false, origin })
            }
            None => unreachable!("{value} exits without a frame state"),
        }
    }

    /// The block that leaves at a frame state; `raising`: an exception is pending, and the innermost frame
    /// unwinds.
    pub(super) fn exit_to(&mut self, state: FrameStateId, reason: ExitReason, raising: bool) -> clif::Block {
        self.exit_block_of(Wanted { state, reason, raising, origin: None })
    }

    fn exit_block_of(&mut self, wanted: Wanted) -> clif::Block {
        if let Some(block) = self.exits.blocks.get(&wanted) {
            return *block;
        }
        let block = self.cold_block();
        self.exits.blocks.insert(wanted, block);
        self.exits.pending.push((wanted, block));
        block
    }

    /// The block that notes the frames of `site` in the traceback and returns "raised".
    pub(super) fn raise_block(&mut self, site: u32) -> clif::Block {
        if let Some(block) = self.exits.raises.get(&site) {
            return *block;
        }
        let block = self.cold_block();
        self.exits.raises.insert(site, block);
        self.exits.pending_raises.push((site, block));
        block
    }

    /// The number of the call site that a frame state describes.
    pub(super) fn call_site(&mut self, state: FrameStateId) -> u32 {
        if let Some(site) = self.exits.sites.get(&state) {
            return *site;
        }
        let mut frames = Vec::new();
        let mut next = Some(state);
        while let Some(id) = next {
            let data = &self.f.frame_states[id];
            frames.push((data.unit.as_u32(), data.position));
            next = data.caller.expand();
        }
        let site = self.call_sites.len() as u32;
        self.call_sites.push(CallSite { frames, whole: true });
        self.exits.sites.insert(state, site);
        site
    }

    /// The pending exception passed the innermost frames of the frame state.
    pub(super) fn note_traceback(&mut self, value: Value) {
        let instruction = &self.f.values[value];
        let (Some(state), Some(Immediate::Int(count))) =
            (instruction.frame_state.expand(), instruction.immediates.first().copied())
        else {
            return;
        };
        let whole = self.call_site(state);
        let frames = &self.call_sites[whole as usize].frames;
        let site = if frames.len() == count as usize {
            whole
        } else {
            let frames = frames[..count as usize].to_vec();
            self.call_sites.push(CallSite { frames, whole: false });
            (self.call_sites.len() - 1) as u32
        };
        self.add_traceback(site);
    }

    fn add_traceback(&mut self, site: u32) {
        let thread = self.thread();
        let code = self.word(self.anchors.code);
        let number = self.builder.ins().iconst(types::I32, i64::from(site));
        let address = (self.anchors.address_of)(Entry::AddTraceback);
        let frame = self.builder.ins().get_frame_pointer(types::I64);
        self.call_address(address, &[thread, code, number, frame], None);
    }

    /// Emits the blocks of all exits that were asked for.
    pub(super) fn emit_exits(&mut self) {
        let mut tail: Option<(clif::Block, StackSlot, u32)> = None;
        while let Some((wanted, block)) = self.exits.pending.pop() {
            let (_, slot, _) = *tail.get_or_insert_with(|| {
                let block = self.builder.create_block();
                self.builder.set_cold_block(block);
                self.builder.append_block_param(block, types::I32);
                let slot = self.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 0, 3));
                (block, slot, 0)
            });
            self.switch_to(block);
            if self.keeps_origins {
                let FrameState { unit, position, .. } = self.f.frame_states[wanted.state];
                self.locate(Some(wanted.origin.unwrap_or(Origin { unit, position })));
            }
            let (exit, stored) = self.describe(wanted);
            for (i, value) in stored.iter().enumerate() {
                let word = self.value(*value);
                let word = match self.f.ty(*value).representation() {
                    Representation::Flag => self.builder.ins().uextend(types::I64, word),
                    _ => word,
                };
                self.builder.ins().stack_store(types::I64, word, slot, 8 * i as i32);
            }
            let number = self.exits.descriptors.len() as i64;
            self.exits.descriptors.push(exit);
            if let Some((tail_block, _, words)) = &mut tail {
                *words = (*words).max(stored.len() as u32);
                let number = self.builder.ins().iconst(types::I32, number);
                self.builder.ins().jump(*tail_block, &[number.into()]);
            }
        }
        if let Some((block, slot, words)) = tail {
            self.builder.func.sized_stack_slots[slot].size = 8 * words.max(1);
            self.switch_to(block);
            self.locate(None);
            let number = self.builder.block_params(block)[0];
            self.restore_depth();
            let thread = self.thread();
            let code = self.word(self.anchors.code);
            let buffer = self.builder.ins().stack_addr(types::I64, slot, 0);
            let address = (self.anchors.address_of)(Entry::SideExit);
            let frame = self.builder.ins().get_frame_pointer(types::I64);
            self.call_address(address, &[thread, code, number, buffer, frame], None);
            let result = self.word(bits::SIDE_EXIT);
            self.builder.ins().return_(&[result]);
        }
        while let Some((site, block)) = self.exits.pending_raises.pop() {
            self.switch_to(block);
            self.add_traceback(site);
            let result = self.word(0);
            self.leave(result);
        }
    }

    /// The descriptor of an exit, and the values it stores.
    fn describe(&mut self, wanted: Wanted) -> (Exit, Vec<Value>) {
        let Wanted { state, reason, raising, origin } = wanted;
        let mut collector = Collector { stored: Vec::new(), objects: Vec::new() };
        let mut frames = Vec::new();
        let mut next = Some(state);
        let mut innermost = true;
        while let Some(id) = next {
            let data = &self.f.frame_states[id];
            let resume = match data.resume {
                _ if raising && innermost => ResumeRecipe::Raise,
                Resume::Here => ResumeRecipe::Here,
                Resume::Raise => ResumeRecipe::Raise,
                Resume::AfterCall => ResumeRecipe::AfterCall,
                Resume::AfterIgnored => ResumeRecipe::AfterIgnored,
                Resume::AfterInit(object) => ResumeRecipe::AfterInit(self.recipe(&mut collector, object)),
            };
            innermost = false;
            let function = self.recipe(&mut collector, data.function);
            let registers = data
                .registers
                .iter()
                .map(|(register, value)| (*register, self.recipe(&mut collector, *value)))
                .collect();
            frames.push(FrameRecipe { unit: data.unit.as_u32(), position: data.position, resume, function, registers });
            next = data.caller.expand();
        }
        let objects = collector.objects.into_iter().map(|(_, recipe)| recipe).collect();
        let data = &self.f.frame_states[state];
        let Origin { unit, position } = origin.unwrap_or(Origin { unit: data.unit, position: data.position });
        let origin = (unit.as_u32(), position);
        (Exit { reason, origin, frames, objects, words: collector.stored.len() as u16 }, collector.stored)
    }

    fn recipe(&self, collector: &mut Collector, value: Value) -> Recipe {
        let instruction = &self.f.values[value];
        if let Some(constant) = self.f.as_constant(value) {
            return match constant {
                Constant::Object(object) => Recipe::Constant(self.f.objects[object].word),
                Constant::Pointer(object) => Recipe::RawConstant(self.f.objects[object].word),
                Constant::Int64(n) => Recipe::RawConstant(n.cast_unsigned()),
                Constant::Double(bits) => Recipe::RawConstant(bits),
                Constant::Flag(flag) => Recipe::RawConstant(u64::from(flag)),
                _ => Recipe::Constant(constant.immediate_word().unwrap_or(0)),
            };
        }
        if instruction.home == Home::Everywhere {
            match instruction.op {
                Op::BoxInt | Op::BoxIntWide => return Recipe::Int(collector.store(instruction.arguments[0])),
                Op::BoxDouble => {
                    return match self.f.as_constant(instruction.arguments[0]) {
                        Some(Constant::Double(bits)) => Recipe::DoubleConstant(bits),
                        _ => Recipe::Double(collector.store(instruction.arguments[0])),
                    };
                }
                Op::BoxFlag => return Recipe::Flag(collector.store(instruction.arguments[0])),
                Op::New => {
                    if let Some(index) = collector.objects.iter().position(|(known, _)| *known == value) {
                        return Recipe::Object(index as u16);
                    }
                    let Some(layout) = self.f.layout_of(instruction).cloned() else {
                        unreachable!("an allocation without layout")
                    };
                    let fields = instruction.arguments.iter().map(|field| self.recipe(collector, *field)).collect();
                    collector.objects.push((value, ObjectRecipe { layout, fields }));
                    return Recipe::Object((collector.objects.len() - 1) as u16);
                }
                _ => {}
            }
        }
        let slot = collector.store(value);
        match self.f.ty(value).representation() {
            Representation::Word => Recipe::Word(slot),
            Representation::Int64 | Representation::Double | Representation::Flag | Representation::Pointer => {
                Recipe::Raw(slot)
            }
        }
    }

    // ---- entry and return ----

    /// The start of the function: asks whether there is room for a call, and counts its depth, unless nothing is
    /// called from here.
    pub(super) fn enter(&mut self, value: Value) {
        let base = self.thread();
        let depth_flags = self.access(Region::Thread, thread::DEPTH_LEFT as u32, false);
        if self.counts_depth {
            // Before the first exit: all exits give it back, those of this instruction without any change.
            self.depth = Some(self.builder.ins().load(types::I32, depth_flags, base, thread::DEPTH_LEFT));
        }
        let flags = self.access(Region::Thread, thread::POLL as u32, false);
        let waiting = self.builder.ins().load(types::I32, flags, base, thread::POLL);
        self.exit_if(value, waiting);
        let Some(depth) = self.depth else { return };
        let flags = self.access(Region::Thread, thread::STACK_LIMIT as u32, false);
        let limit = self.builder.ins().load(types::I64, flags, base, thread::STACK_LIMIT);
        let pointer = self.builder.ins().get_stack_pointer(types::I64);
        let near = self.builder.ins().icmp(IntCC::UnsignedLessThan, pointer, limit);
        self.exit_if(value, near);
        // Frames that are inlined here count, too: near the limit the interpreter counts exactly.
        let few = self.builder.ins().icmp_imm_s(IntCC::SignedLessThanOrEqual, depth, i64::from(self.inline_depth));
        self.exit_if(value, few);
        let less = self.builder.ins().iadd_imm_s(depth, -1);
        self.builder.ins().store(depth_flags, less, base, thread::DEPTH_LEFT);
    }

    /// Gives the call's depth back.
    fn restore_depth(&mut self) {
        if let Some(depth) = self.depth {
            let base = self.thread();
            let flags = self.access(Region::Thread, thread::DEPTH_LEFT as u32, false);
            self.builder.ins().store(flags, depth, base, thread::DEPTH_LEFT);
        }
    }

    /// Returns `result`.
    pub(super) fn leave(&mut self, result: clif::Value) {
        self.restore_depth();
        self.builder.ins().return_(&[result]);
    }
}

impl Collector {
    /// The word of the buffer that `value` is stored in.
    fn store(&mut self, value: Value) -> u16 {
        match self.stored.iter().position(|known| *known == value) {
            Some(index) => index as u16,
            None => {
                self.stored.push(value);
                (self.stored.len() - 1) as u16
            }
        }
    }
}
