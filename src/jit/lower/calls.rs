//! Lowering of calls: of runtime helpers, of Python functions with native code, of anything.
//!
//! A call that may raise or be walked over by a traceback carries its call site's number as source location;
//! Cranelift gives it back for the return address.

use super::*;
use crate::jit::events::ExitReason;
use crate::jit::runtime::Entry;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{SourceLoc, StackSlotData, StackSlotKind};
use taipan_runtime::helpers::HelperClass;
use taipan_runtime::layout::{object, thread};
use taipan_runtime::value::bits;

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
        }
        let result = match self.f.op(value) {
            Op::CallHelper => self.call_helper(value),
            Op::CallFunction => Some(self.call_function(value)),
            _ => Some(self.call_object(value)),
        };
        self.builder.set_srcloc(SourceLoc::default());
        if counts {
            self.move_depth(inlined);
        }
        if let (Some(result), Some(state), true) = (result, state, self.f.effects(value).raises) {
            self.check_raised(result, state);
        }
        if let Some(result) = result {
            self.define(value, result);
        }
    }

    /// How many frames above the outermost a frame state has.
    fn inlined_frames(&self, state: FrameStateId) -> i64 {
        let mut count = 0;
        let mut next = self.f.frame_states[state].caller.expand();
        while let Some(id) = next {
            count += 1;
            next = self.f.frame_states[id].caller.expand();
        }
        count
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
        let leave = if self.is_handled(state) {
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
            if self.f.units[data.unit].code.as_ref().is_some_and(|code| code.handler(data.position).is_some()) {
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
    fn call_function(&mut self, value: Value) -> clif::Value {
        let arguments = self.arguments(value);
        let flags = self.access(Region::Constant, Field::FunctionCode as u32, false);
        let code = self.builder.ins().load(types::I64, flags, arguments[0], object::FUNCTION_CODE);
        let flags = self.access(Region::Objects, Field::CodeEntry as u32, false);
        let entry = self.builder.ins().load(types::I64, flags, code, object::CODE_NATIVE_ENTRY);
        let signature = self.signature(&vec![types::I64; arguments.len()], Some(types::I64));
        let call = self.builder.ins().call_indirect(signature, entry, &arguments);
        let result = self.builder.inst_results(call)[0];
        self.finish_exit(result)
    }

    /// If the callee left through a side exit, the interpreter runs it to its end.
    fn finish_exit(&mut self, result: clif::Value) -> clif::Value {
        let slow = self.cold_block();
        let done = self.builder.create_block();
        let merged = self.builder.append_block_param(done, types::I64);
        let exited = self.builder.ins().icmp_imm_u(IntCC::Equal, result, bits::SIDE_EXIT as i64);
        self.builder.ins().brif(exited, slow, &[], done, &[result.into()]);
        self.switch_to(slow);
        let thread = self.thread();
        let address = (self.anchors.address_of)(Entry::FinishExit);
        let finished = self.call_address(address, &[thread], Some(types::I64)).unwrap_or(result);
        self.builder.ins().jump(done, &[finished.into()]);
        self.switch_to(done);
        merged
    }

    /// Calls any object: the arguments go through memory.
    fn call_object(&mut self, value: Value) -> clif::Value {
        let arguments = self.arguments(value);
        let size = 8 * arguments.len().max(2) as u32;
        let slot = self.builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3));
        for (i, argument) in arguments.iter().enumerate().skip(1) {
            self.builder.ins().stack_store(types::I64, *argument, slot, 8 * (i as i32 - 1));
        }
        let thread = self.thread();
        let buffer = self.builder.ins().stack_addr(types::I64, slot, 0);
        let count = self.builder.ins().iconst(types::I64, arguments.len() as i64 - 1);
        let address = (self.anchors.address_of)(Entry::CallObject);
        self.call_address(address, &[thread, arguments[0], buffer, count], Some(types::I64)).unwrap_or(thread)
    }
}
