//! Lowering of side exits.
//!
//! Each pair of frame state and reason has one block, out of the way. What the interpreter needs is stored into a
//! buffer in the native frame by a chain of blocks, one for each frame of the state, from the innermost out, which
//! ends at the one block that calls the exit helper. Exits in inlined code share the blocks of the callers' frames, so
//! that the code grows with the number of exits, and not with that of their frames. The chain passes the exit's number.

use super::*;
use crate::jit::events::ExitReason;
use crate::jit::exits::*;
use crate::jit::runtime::Entry;
use crate::jit::state::MAXIMUM_FORCED;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{StackSlot, StackSlotData, StackSlotKind};
use std::cell::OnceCell;
use taipan_runtime::layout::thread;
use taipan_runtime::value::bits;

/// The side exits of a function being lowered.
#[derive(Default)]
pub(super) struct Exits {
    blocks: HashMap<Wanted, clif::Block>,
    pending: Vec<(Wanted, clif::Block)>,
    pub(super) descriptors: Vec<Exit>,
    /// Frames to rebuild, each with those around it.
    parts: Vec<Part>,
    part_of: HashMap<(FrameStateId, bool), usize>,
    part_index: HashMap<PartKey, usize>,
    /// Blocks that note where an exception passed, and leave.
    raises: HashMap<u32, clif::Block>,
    pending_raises: Vec<(u32, clif::Block)>,
    sites: HashMap<FrameStateId, u32>,
}

/// A frame to rebuild, and what is stored and made for it and the frames around it.
struct Part {
    /// The frame around it.
    parent: Option<usize>,
    frame: FrameRecipe,
    collector: Collector,
    /// How much of that is the parent's.
    inherited: usize,
    /// The block that stores its own values, once it was asked for.
    block: Option<clif::Block>,
    /// Exits whose innermost frame this is.
    exits: u32,
}

/// What makes frames to rebuild different: the frame around it, its recipe, what is stored and made for it.
type PartKey = (Option<usize>, FrameRecipe, Vec<Value>, Vec<(Value, ObjectRecipe)>);

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
#[derive(Clone, Default)]
struct Collector {
    stored: Vec<Value>,
    /// What is made, with the allocation that it stands for: an inner frame may name the same object.
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
            if data.is_activation() {
                frames.push((data.unit.as_u32(), data.position));
            }
            next = data.caller.expand();
        }
        let site = self.call_sites.len() as u32;
        self.call_sites.push(CallSite { frames, whole: true, lines: OnceCell::new() });
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
            self.call_sites.push(CallSite { frames, whole: false, lines: OnceCell::new() });
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
        let pending = std::mem::take(&mut self.exits.pending);
        if !pending.is_empty() {
            let slot = self.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 0, 3));
            let innermost: Vec<usize> =
                pending.iter().map(|(wanted, _)| self.part(wanted.state, wanted.raising)).collect();
            for part in &innermost {
                self.exits.parts[*part].exits += 1;
            }
            let words = self.exits.parts.iter().map(|part| part.collector.stored.len()).max().unwrap_or(0);
            self.builder.func.sized_stack_slots[slot].size = 8 * words.max(1) as u32;
            let tail = self.chain_block();
            for ((wanted, block), part) in pending.into_iter().zip(innermost) {
                self.switch_to(block);
                if self.keeps_origins {
                    let FrameState { unit, position, .. } = self.f.frame_states[wanted.state];
                    self.locate(Some(wanted.origin.unwrap_or(Origin { unit, position })));
                }
                let exit = self.describe(wanted, part);
                let number = self.builder.ins().iconst(types::I32, self.exits.descriptors.len() as i64);
                self.exits.descriptors.push(exit);
                let next = if self.exits.parts[part].exits == 1 {
                    self.store_part(part, slot);
                    self.block_of_part(self.exits.parts[part].parent, tail)
                } else {
                    self.block_of_part(Some(part), tail)
                };
                self.builder.ins().jump(next, &[number.into()]);
            }
            // Children stand behind their parents: the blocks of all parents were asked for when they are emitted.
            for part in (0..self.exits.parts.len()).rev() {
                let Some(block) = self.exits.parts[part].block else { continue };
                self.switch_to(block);
                self.locate(None);
                self.store_part(part, slot);
                let number = self.builder.block_params(block)[0];
                let next = self.block_of_part(self.exits.parts[part].parent, tail);
                self.builder.ins().jump(next, &[number.into()]);
            }
            self.leave_for_interpreter(tail, slot);
        }
        while let Some((site, block)) = self.exits.pending_raises.pop() {
            self.switch_to(block);
            self.add_traceback(site);
            let result = self.word(0);
            self.leave(result);
        }
    }

    /// A block that takes the number of an exit.
    fn chain_block(&mut self) -> clif::Block {
        let block = self.cold_block();
        self.builder.append_block_param(block, types::I32);
        block
    }

    /// The block that stores for this frame and those around it and leaves.
    fn block_of_part(&mut self, part: Option<usize>, tail: clif::Block) -> clif::Block {
        let Some(index) = part else { return tail };
        let part = &self.exits.parts[index];
        if part.collector.stored.len() == part.inherited {
            return self.block_of_part(part.parent, tail);
        }
        match part.block {
            Some(block) => block,
            None => {
                let block = self.chain_block();
                self.exits.parts[index].block = Some(block);
                block
            }
        }
    }

    /// Stores the values that are a frame's own.
    fn store_part(&mut self, part: usize, slot: StackSlot) {
        let Part { collector, inherited, .. } = &self.exits.parts[part];
        let (inherited, own) = (*inherited, collector.stored[*inherited..].to_vec());
        for (i, value) in own.into_iter().enumerate() {
            let word = self.value(value);
            let word = match self.f.ty(value).representation() {
                Representation::Flag => self.builder.ins().uextend(types::I64, word),
                Representation::Word | Representation::Int64 | Representation::Double | Representation::Pointer => word,
            };
            self.builder.ins().stack_store(types::I64, word, slot, 8 * (inherited + i) as i32);
        }
    }

    /// The end of all exits: the helper rebuilds the frames from the buffer.
    fn leave_for_interpreter(&mut self, tail: clif::Block, slot: StackSlot) {
        self.switch_to(tail);
        self.locate(None);
        let number = self.builder.block_params(tail)[0];
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

    /// The part of a frame state; the same one for states that are rebuilt in the same way.
    fn part(&mut self, state: FrameStateId, raising: bool) -> usize {
        if let Some(part) = self.exits.part_of.get(&(state, raising)) {
            return *part;
        }
        let data = &self.f.frame_states[state];
        let parent = data.caller.expand().map(|caller| self.part(caller, false));
        let mut collector = parent.map_or_else(Collector::default, |parent| self.exits.parts[parent].collector.clone());
        let (inherited, made) = (collector.stored.len(), collector.objects.len());
        let resume = match data.resume {
            _ if raising => ResumeRecipe::Raise,
            Resume::Here => ResumeRecipe::Here,
            Resume::Raise => ResumeRecipe::Raise,
            Resume::AfterCall => ResumeRecipe::AfterCall,
            Resume::AfterOperator(tried) => ResumeRecipe::AfterOperator(tried),
            Resume::AfterIgnored => ResumeRecipe::AfterIgnored,
            Resume::AfterInit(object) => ResumeRecipe::AfterInit(self.recipe(&mut collector, object)),
            Resume::AfterNext(object) => ResumeRecipe::AfterNext(self.recipe(&mut collector, object)),
            Resume::Suspended(object) => ResumeRecipe::Suspended(self.recipe(&mut collector, object)),
        };
        let function = self.recipe(&mut collector, data.function);
        let registers =
            data.registers.iter().map(|(register, value)| (*register, self.recipe(&mut collector, *value))).collect();
        let frame = FrameRecipe { unit: data.unit.as_u32(), position: data.position, resume, function, registers };
        let objects = collector.objects[made..].to_vec();
        let key = (parent, frame.clone(), collector.stored[inherited..].to_vec(), objects);
        let next = self.exits.parts.len();
        let part = *self.exits.part_index.entry(key).or_insert(next);
        if part == next {
            self.exits.parts.push(Part { parent, frame, collector, inherited, block: None, exits: 0 });
        }
        self.exits.part_of.insert((state, raising), part);
        part
    }

    /// The descriptor of an exit.
    fn describe(&self, wanted: Wanted, part: usize) -> Exit {
        let Wanted { state, reason, origin, .. } = wanted;
        let parts = &self.exits.parts;
        let frames = std::iter::successors(Some(part), |part| parts[*part].parent)
            .map(|part| parts[part].frame.clone())
            .collect();
        let collector = &parts[part].collector;
        let objects = collector.objects.iter().map(|(_, recipe)| recipe.clone()).collect();
        let data = &self.f.frame_states[state];
        let Origin { unit, position } = origin.unwrap_or(Origin { unit: data.unit, position: data.position });
        Exit { reason, origin: (unit.as_u32(), position), frames, objects, words: collector.stored.len() as u16 }
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
                Op::BoxNumber => {
                    let parts = [0, 1, 2].map(|part| collector.store(instruction.arguments[part]));
                    return Recipe::Number(parts);
                }
                Op::BoxFlag => return Recipe::Flag(collector.store(instruction.arguments[0])),
                Op::New => {
                    let object = instruction.stands_for.expand().unwrap_or(value);
                    if let Some(index) = collector.objects.iter().position(|(known, _)| *known == object) {
                        return Recipe::Object(index as u16);
                    }
                    let Some(layout) = self.f.layout_of(instruction).cloned() else {
                        unreachable!("an allocation without layout")
                    };
                    let fields = instruction.arguments.iter().map(|field| self.recipe(collector, *field)).collect();
                    collector.objects.push((object, ObjectRecipe { layout, fields }));
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
