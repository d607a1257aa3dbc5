//! Lowering of calls: of runtime helpers, of Python functions with native code, of anything.
//!
//! A call that may raise or be walked over by a traceback carries its call site's number as source location;
//! Cranelift gives it back for the return address.

use super::*;
use crate::bytecode::Op as Bytecode;
use crate::jit::deopt::NativeSite;
use crate::jit::events::ExitReason;
use crate::jit::runtime::Entry;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{SourceLoc, StackSlot, StackSlotData, StackSlotKind};
use taipan_runtime::helpers::HelperClass;
use taipan_runtime::layout::{object, thread};
use taipan_runtime::value::bits;

/// Instructions that every handled exception meets: functions of their own execute them.
const HANDLER_ENTRIES: [(Bytecode, Entry); 3] = [
    (Bytecode::BeginHandler, Entry::BeginHandler),
    (Bytecode::EndHandler, Entry::EndHandler),
    (Bytecode::ExceptionMatch, Entry::ExceptionMatch),
];

impl Lowering<'_> {
    pub(super) fn call(&mut self, value: Value) {
        let state = self.f.values[value].frame_state.expand();
        let site = state.map(|state| self.call_site(state));
        let inlined = state.map_or(0, |state| self.inlined_frames(state));
        let counts = self.f.values[value].reenters();
        if counts {
            self.move_depth(-inlined);
        }
        if let Some(site) = site {
            self.builder.set_srcloc(SourceLoc::new(site));
            if counts && self.f.op(value) != Op::CallFunction {
                self.note_frame(site);
            }
        }
        let result = match self.f.op(value) {
            Op::CallHelper => self.call_helper(value),
            Op::CallFunction => Some(self.call_function(value, site)),
            Op::CallBytecode => Some(self.call_bytecode(value)),
            Op::CallKeywords => Some(self.call_object(value, Entry::CallKeywords)),
            Op::MakeGenerator => Some(self.call_object(value, Entry::MakeGenerator)),
            _ => Some(self.call_object(value, Entry::CallObject)),
        };
        self.locate(self.f.values[value].origin);
        if counts {
            self.move_depth(inlined);
        }
        let checked = self.f.op(value) == Op::CallBytecode || self.f.values[value].caught;
        if let (Some(result), Some(state), true) = (result, state, self.f.effects(value).raises && !checked) {
            self.check_raised(result, state);
        }
        if let Some(result) = result {
            self.define(value, result);
        }
    }

    /// Says where this activation is, for walks of the native stack, before something is called that may look.
    fn note_frame(&mut self, site: u32) {
        let base = self.thread();
        let frame = self.builder.ins().get_frame_pointer(types::I64);
        let flags = self.access(Region::Thread, thread::NATIVE_FRAME as u32, false);
        self.builder.ins().store(flags, frame, base, thread::NATIVE_FRAME);
        let word = self.word(NativeSite::pack(self.anchors.code, site.min(NativeSite::MAXIMUM)));
        let flags = self.access(Region::Thread, thread::NATIVE_SITE as u32, false);
        self.builder.ins().store(flags, word, base, thread::NATIVE_SITE);
    }

    /// How many frames above the outermost a frame state has.
    fn inlined_frames(&self, state: FrameStateId) -> i64 {
        self.f.inlined_frames(state)
    }

    /// Frames that were inlined count as calls while something is called from them.
    fn move_depth(&mut self, by: i64) {
        if by == 0 {
            return;
        }
        let base = self.thread();
        let flags = self.access(Region::Thread, thread::DEPTH_LEFT as u32, false);
        let depth = self.builder.ins().load(types::I32, flags, base, thread::DEPTH_LEFT);
        let moved = self.builder.ins().iadd_imm_s(depth, by);
        self.builder.ins().store(flags, moved, base, thread::DEPTH_LEFT);
    }

    /// Leaves if the result says that an exception is pending: to the interpreter if one of the frames handles
    /// exceptions there, else to the caller.
    fn check_raised(&mut self, result: clif::Value, state: FrameStateId) {
        let leave = if self.f.frame_states[state].resume == Resume::Raise {
            // The frame's variables are wanted.
            self.exit_to(state, ExitReason::Reraised, true)
        } else if self.is_handled(state) {
            self.exit_to(state, ExitReason::Raised, true)
        } else {
            let site = self.call_site(state);
            self.raise_block(site)
        };
        let next = self.builder.create_block();
        self.builder.ins().brif(result, next, &[], leave, &[]);
        self.builder.switch_to_block(next);
    }

    /// One of the frames has a handler at its position.
    fn is_handled(&self, state: FrameStateId) -> bool {
        let mut next = Some(state);
        while let Some(id) = next {
            let data = &self.f.frame_states[id];
            // An exception that leaves a generator ends it: the interpreter does that.
            if matches!(data.resume, Resume::AfterNext(_)) {
                return true;
            }
            if data.is_activation()
                && self.f.units[data.unit].code.as_ref().is_some_and(|code| code.handler(data.position).is_some())
            {
                return true;
            }
            next = data.caller.expand();
        }
        false
    }

    fn call_helper(&mut self, value: Value) -> Option<clif::Value> {
        let Some(helper) = self.f.values[value].helper() else { unreachable!("a call of no helper") };
        let mut arguments = vec![self.thread()];
        arguments.extend(self.arguments(value));
        let result = match helper.info().result {
            HelperClass::nothing => None,
            HelperClass::double => Some(types::F64),
            HelperClass::word
            | HelperClass::any
            | HelperClass::any_or_empty
            | HelperClass::bool
            | HelperClass::integer
            | HelperClass::str
            | HelperClass::list
            | HelperClass::tuple
            | HelperClass::dict
            | HelperClass::int
            | HelperClass::pointer
            | HelperClass::done => Some(types::I64),
        };
        let address = (self.anchors.address_of)(Entry::Helper(helper));
        self.call_address(address, &arguments, result)
    }

    /// Calls the native entry of a function; there always is one, if need be one that interprets.
    fn call_function(&mut self, value: Value, site: Option<u32>) -> clif::Value {
        let arguments = self.arguments(value);
        let flags = self.access(Region::Objects, Field::FunctionCode as u32, false);
        let code = self.builder.ins().load(types::I64, flags, arguments[0], object::FUNCTION_CODE);
        let flags = self.access(Region::Objects, Field::CodeEntry as u32, false);
        let entry = self.builder.ins().load(types::I64, flags, code, object::CODE_NATIVE_ENTRY);
        let signature = self.signature(&vec![types::I64; arguments.len()], Some(types::I64));
        let call = self.builder.ins().call_indirect(signature, entry, &arguments);
        let result = self.builder.inst_results(call)[0];
        self.finish_exit(result, site)
    }

    /// If the callee left through a side exit, the interpreter runs it to its end.
    fn finish_exit(&mut self, result: clif::Value, site: Option<u32>) -> clif::Value {
        let slow = self.cold_block();
        let done = self.builder.create_block();
        let merged = self.builder.append_block_param(done, types::I64);
        let exited = self.builder.ins().icmp_imm_u(IntCC::Equal, result, bits::SIDE_EXIT as i64);
        self.builder.ins().brif(exited, slow, &[], done, &[result.into()]);
        self.switch_to(slow);
        if let Some(site) = site {
            self.note_frame(site);
        }
        let thread = self.thread();
        let address = (self.anchors.address_of)(Entry::FinishExit);
        let finished = self.call_address(address, &[thread], Some(types::I64)).unwrap_or(result);
        self.builder.ins().jump(done, &[finished.into()]);
        self.switch_to(done);
        merged
    }

    /// Passes what is called and arguments to `entry`; the arguments go through memory.
    pub(super) fn call_object(&mut self, value: Value, entry: Entry) -> clif::Value {
        let arguments = self.arguments(value);
        // What is called, and the tuple of names.
        let (first, passed) = arguments.split_at(if entry == Entry::CallKeywords { 2 } else { 1 });
        let buffer = self.pass_in_memory(passed);
        let thread = self.thread();
        let count = self.builder.ins().iconst(types::I64, passed.len() as i64);
        let all = [&[thread], first, &[buffer, count]].concat();
        self.call_address((self.anchors.address_of)(entry), &all, Some(types::I64)).unwrap_or(thread)
    }

    /// Writes words to memory of the native frame; gives the address.
    pub(super) fn pass_in_memory(&mut self, words: &[clif::Value]) -> clif::Value {
        let size = 8 * words.len().max(1) as u32;
        let slot = self.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3));
        for (i, word) in words.iter().enumerate() {
            self.builder.ins().stack_store(types::I64, *word, slot, 8 * i as i32);
        }
        self.builder.ins().stack_addr(types::I64, slot, 0)
    }

    /// The memory that registers are passed in.
    pub(super) fn register_slot(&mut self) -> StackSlot {
        if let Some(slot) = self.registers {
            return slot;
        }
        let codes = self.f.units.values().filter_map(|unit| unit.code.as_ref());
        let count =
            codes.map(|code| u32::from(code.register_count.max(code.parameter_count()))).max().unwrap_or(0).max(1);
        let slot = self.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8 * count, 3));
        self.registers = Some(slot);
        slot
    }

    /// Has one instruction executed: what it reads is written to a register file, and what it writes read.
    fn call_bytecode(&mut self, value: Value) -> clif::Value {
        let instruction = &self.f.values[value];
        let &[Immediate::Int(unit), Immediate::Int(position)] = instruction.immediates.as_slice() else {
            unreachable!("a call of no bytecode")
        };
        let unit = &self.f.units[entity::<UnitId>(unit as usize)];
        let slot = self.register_slot();
        let arguments = self.arguments(value);
        let mut written = None;
        let mut entry = Entry::ExecuteInstruction;
        if let Some(code) = &unit.code {
            let (decoded, _) = crate::bytecode::Instruction::decode(&code.units, position as usize);
            let mut index = 1;
            decoded.visit_reads(|register| {
                self.builder.ins().stack_store(types::I64, arguments[index], slot, 8 * i32::from(register.0));
                index += 1;
            });
            decoded.visit_writes(|register| {
                written = written.or(Some(register));
            });
            if let Some((_, special)) = HANDLER_ENTRIES.iter().find(|(op, _)| *op == decoded.op()) {
                entry = *special;
            }
        }
        let thread = self.thread();
        let code_object = self.word(unit.code_object);
        let position = self.builder.ins().iconst(types::I32, position);
        let registers = self.builder.ins().stack_addr(types::I64, slot, 0);
        let address = (self.anchors.address_of)(entry);
        let status =
            self.call_address(address, &[thread, code_object, position, registers, arguments[0]], Some(types::I64));
        let status = status.unwrap_or(thread);
        let caught = self.f.values[value].caught;
        if let Some(state) = self.f.values[value].frame_state.expand().filter(|_| !caught) {
            self.check_raised(status, state);
        }
        let Some(register) = written else { return status };
        let result = self.builder.ins().stack_load(types::I64, types::I64, slot, 8 * i32::from(register.0));
        if caught { self.builder.ins().select(status, result, status) } else { result }
    }
}
