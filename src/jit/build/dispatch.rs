//! One arm for each bytecode instruction.
//!
//! What lives here: the match, moves and constants, and the fallback that has the interpreter's own code execute
//! an instruction. What must not: anything longer than a few lines; families have their files.

use super::numbers::Unary;
use super::*;
use crate::bytecode::analysis::Decoded;
use crate::bytecode::{Instruction, OptionalRegister};
use taipan_runtime::dispatch::binary::BinaryOperator as Operator;
use taipan_runtime::dispatch::compare::CompareOperator as Comparison;

impl Builder<'_> {
    /// Translates one instruction.
    pub(super) fn instruction(&mut self, decoded: &Decoded) -> Result<(), (Refusal, u32)> {
        use Instruction as I;
        let target = decoded.target().unwrap_or(0);
        match decoded.instruction {
            I::Nop(_) => {}
            I::Move(o) => {
                let value = self.get_or_empty(o.src);
                self.set(o.dst, value);
            }
            I::LoadConst(o) => self.load_constant(o.dst, o.value.index()),
            I::LoadConstWide(o) => self.load_constant(o.dst, o.value as usize),
            I::LoadInt(o) => self.set_constant(o.dst, Constant::SmallInt(i64::from(o.value))),
            I::LoadNone(o) => self.set_constant(o.dst, Constant::None),
            I::LoadCommon(o) => {
                let value = self.thread.vm().common_builtin(usize::from(o.which));
                let value = self.word_constant(value);
                self.set(o.dst, value);
            }
            I::LoadTrue(o) => self.set_constant(o.dst, Constant::Bool(true)),
            I::LoadFalse(o) => self.set_constant(o.dst, Constant::Bool(false)),
            I::Clear(o) => self.set_constant(o.dst, Constant::Empty),
            I::CheckBound(o) => {
                let value = self.get_or_empty(o.src);
                let bound = self.guard_type(value, Type::ANY, ExitReason::Unbound);
                self.set(o.src, bound);
            }

            I::LoadGlobal(o) => self.load_global(o.dst, o.site),
            I::StoreGlobal(o) => self.store_global(o.src, o.name),
            I::LoadName(o) => self.load_name(o.dst, o.site),
            I::StoreName(o) => self.store_name(o.src, o.name),
            I::MakeCell(o) => self.make_cell(o.cell),
            I::LoadCell(o) => {
                let cell = self.get(o.cell);
                let content = self.load_cell(cell);
                self.set(o.dst, content);
            }
            I::StoreCell(o) => {
                let (cell, value) = (self.get(o.cell), self.get(o.src));
                self.store_cell(cell, value);
            }
            I::LoadFree(o) => {
                let cell = self.closure_cell(o.index);
                let content = self.load_cell(cell);
                self.set(o.dst, content);
            }
            I::StoreFree(o) => {
                let cell = self.closure_cell(o.index);
                let value = self.get(o.src);
                self.store_cell(cell, value);
            }
            I::LoadClosureCell(o) => {
                let cell = self.closure_cell(o.index);
                self.set(o.dst, cell);
            }

            I::Add(o) => self.binary(Operator::Add, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::Sub(o) => self.binary(Operator::Sub, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::Mul(o) => self.binary(Operator::Mul, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::TrueDiv(o) => self.binary(Operator::TrueDiv, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::FloorDiv(o) => self.binary(Operator::FloorDiv, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::Mod(o) => self.binary(Operator::Mod, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::Pow(o) => self.binary(Operator::Pow, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::LShift(o) => self.binary(Operator::LShift, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::RShift(o) => self.binary(Operator::RShift, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::BitAnd(o) => self.binary(Operator::BitAnd, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::BitOr(o) => self.binary(Operator::BitOr, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::BitXor(o) => self.binary(Operator::BitXor, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::MatMul(o) => self.binary(Operator::MatMul, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::AddImm(o) => self.binary_immediate(Operator::Add, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::SubImm(o) => self.binary_immediate(Operator::Sub, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::MulImm(o) => self.binary_immediate(Operator::Mul, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::FloorDivImm(o) => self.binary_immediate(Operator::FloorDiv, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::ModImm(o) => self.binary_immediate(Operator::Mod, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::LShiftImm(o) => self.binary_immediate(Operator::LShift, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::RShiftImm(o) => self.binary_immediate(Operator::RShift, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::BitAndImm(o) => self.binary_immediate(Operator::BitAnd, o.dst, o.lhs, o.rhs, o.inplace, o.site),
            I::Negative(o) => self.unary(Unary::Negative, o.dst, o.src, o.site),
            I::Positive(o) => self.unary(Unary::Positive, o.dst, o.src, o.site),
            I::Invert(o) => self.unary(Unary::Invert, o.dst, o.src, o.site),
            I::Not(o) => {
                let value = self.get(o.src);
                let flag = self.truth(value, o.site);
                if self.block.is_some() {
                    let negated = self.emit(Op::FlagNot, &[flag], &[]);
                    let result = self.box_flag(negated);
                    self.set(o.dst, result);
                }
            }

            I::Lt(o) => self.compare(Comparison::Lt, o.dst, o.lhs, o.rhs, o.site),
            I::Le(o) => self.compare(Comparison::Le, o.dst, o.lhs, o.rhs, o.site),
            I::Eq(o) => self.compare(Comparison::Eq, o.dst, o.lhs, o.rhs, o.site),
            I::Ne(o) => self.compare(Comparison::Ne, o.dst, o.lhs, o.rhs, o.site),
            I::Gt(o) => self.compare(Comparison::Gt, o.dst, o.lhs, o.rhs, o.site),
            I::Ge(o) => self.compare(Comparison::Ge, o.dst, o.lhs, o.rhs, o.site),
            I::Is(o) => {
                let (a, b) = (self.get(o.lhs), self.get(o.rhs));
                let mut flag = self.same_object(a, b);
                if o.negate != 0 {
                    flag = self.emit(Op::FlagNot, &[flag], &[]);
                }
                let result = self.box_flag(flag);
                self.set(o.dst, result);
            }
            I::Contains(o) => self.contains(o.dst, o.item, o.container, o.negate),

            I::Jump(_) => self.jump_to(target),
            I::JumpBack(_) => {
                self.emit(Op::Poll, &[], &[]);
                self.jump_back_to(target);
            }
            I::JumpIfTrue(o) => self.jump_on_truth(o.src, o.site, true, target, decoded.next),
            I::JumpIfFalse(o) => self.jump_on_truth(o.src, o.site, false, target, decoded.next),
            I::JumpIfNone(o) => self.jump_on_none(o.src, o.site, true, target, decoded.next),
            I::JumpIfNotNone(o) => self.jump_on_none(o.src, o.site, false, target, decoded.next),
            I::JumpLt(o) => {
                self.jump_on_comparison(Comparison::Lt, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpLe(o) => {
                self.jump_on_comparison(Comparison::Le, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpEq(o) => {
                self.jump_on_comparison(Comparison::Eq, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpNe(o) => {
                self.jump_on_comparison(Comparison::Ne, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpGt(o) => {
                self.jump_on_comparison(Comparison::Gt, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpGe(o) => {
                self.jump_on_comparison(Comparison::Ge, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpLtImm(o) => {
                self.jump_on_immediate(Comparison::Lt, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpLeImm(o) => {
                self.jump_on_immediate(Comparison::Le, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpEqImm(o) => {
                self.jump_on_immediate(Comparison::Eq, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpNeImm(o) => {
                self.jump_on_immediate(Comparison::Ne, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpGtImm(o) => {
                self.jump_on_immediate(Comparison::Gt, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpGeImm(o) => {
                self.jump_on_immediate(Comparison::Ge, o.lhs, o.rhs, o.sense, o.site, target, decoded.next)
            }
            I::JumpIs(o) => {
                let (a, b) = (self.get(o.lhs), self.get(o.rhs));
                let flag = self.same_object(a, b);
                self.conditional_jump(flag, o.sense != 0, Some(o.site), target, decoded.next);
            }

            I::LoadAttr(o) => self.load_attribute(o.dst, o.object, o.name, o.site),
            I::StoreAttr(o) => self.store_attribute(o.object, o.name, o.src, o.site),
            I::LoadMethod(o) => self.load_method(o.window, o.object, o.name, o.site),
            I::LoadSubscript(o) => self.load_subscript(o.dst, o.object, o.index, o.site),
            I::StoreSubscript(o) => self.store_subscript(o.object, o.index, o.src, o.site),
            I::BuildSlice(o) => {
                let parts = [self.get(o.start), self.get(o.stop), self.get(o.step)];
                let layout = self.f.layout(Layout::Slice);
                let slice = self.emit(Op::New, &parts, &[layout]);
                self.set(o.dst, slice);
            }

            I::BuildList(o) => self.build_list(o.dst, o.first, o.count),
            I::BuildTuple(o) => self.build_tuple(o.dst, o.first, o.count),
            I::ListAppend(o) => {
                let (list, item) = (self.get(o.list), self.get(o.item));
                self.append_to_list(list, item);
            }
            I::BuildSet(o) if o.count == 0 => {
                let set = self.call_helper(Helper::new_set, &[]);
                self.set(o.dst, set);
            }
            I::SetAdd(o) => {
                let (set, item) = (self.get(o.set), self.get(o.item));
                self.call_helper(Helper::set_add, &[set, item]);
            }
            I::BuildKeywords(o) => self.build_keywords(o),
            I::DictMerge(o) => self.merge_keywords(o, decoded),
            I::TupleExtend(o) => self.extend_tuple(o, decoded),
            I::ListToTuple(o) => {
                let list = self.get(o.list);
                let tuple = self.call_helper(Helper::list_to_tuple, &[list]);
                self.set(o.dst, tuple);
            }
            I::UnpackSequence(o) => self.unpack_sequence(o.src, o.first, o.count, o.site, decoded),

            I::GetIter(o) => self.get_iterator(o.dst, o.src, o.site),
            I::ForIter(o) if self.frame().inlines_here == Some(decoded.position) => {
                return self.run_inlined(o.dst, o.iter, decoded);
            }
            I::ForIter(o) => self.for_iterator(o.dst, o.iter, o.site, target, decoded.next),

            I::MakeFunction(o) => match (o.defaults.get(), o.kwdefaults.get(), o.annotate.get()) {
                (None, None, None) => self.make_function(o.dst, o.code.index(), o.closure),
                _ => self.execute(decoded),
            },
            I::Call(o) => self.call(o.dst, o.window, o.argc, None, o.site),
            I::CallMethod(o) => self.call_method(o.dst, o.window, o.argc, None, o.site),
            I::CallKw(o) => self.call(o.dst, o.window, o.argc, Some(o.names.index()), o.site),
            I::CallMethodKw(o) => self.call_method(o.dst, o.window, o.argc, Some(o.names.index()), o.site),
            I::Return(o) => {
                let value = self.get(o.src);
                self.return_value(value);
            }

            I::Yield(o) if self.frame().generator.is_some() => return self.yield_to_loop(o.src, o.dst, decoded),
            I::ReturnGenerator(_) if self.frame().generator.is_some() => {}
            I::Yield(o) => {
                let value = self.get(o.src);
                self.suspend(decoded, &[value]);
            }
            // Delegation is the interpreter's: it goes down to the innermost generator at once.
            I::GetYieldFromIter(_)
            | I::GetAwaitable(_)
            | I::GetAiter(_)
            | I::GetAnext(_)
            | I::Send(_)
            | I::YieldDelegate(_) => self.suspend(decoded, &[]),

            I::Raise(_) | I::RaiseAssertion(_) => self.raise(decoded),

            // What the interpreter's own code does, on registers that are passed to it.
            I::DeleteGlobal(_)
            | I::DeleteName(_)
            | I::DeleteCell(_)
            | I::DeleteFree(_)
            | I::LoadNameOrFree(_)
            | I::LoadDictOrGlobal(_)
            | I::LoadDictOrFree(_)
            | I::LoadBuildClass(_)
            | I::DeleteAttr(_)
            | I::LoadSuperAttr(_)
            | I::LoadSuperMethod(_)
            | I::DeleteSubscript(_)
            | I::BuildSet(_)
            | I::BuildDict(_)
            | I::BuildString(_)
            | I::ListExtend(_)
            | I::SetUpdate(_)
            | I::DictInsert(_)
            | I::DictUpdate(_)
            | I::FormatValue(_)
            | I::BuildInterpolation(_)
            | I::BuildTemplate(_)
            | I::UnpackEx(_)
            | I::Intrinsic1(_)
            | I::Intrinsic2(_)
            | I::LoadContext(_)
            | I::ImportName(_)
            | I::ImportFrom(_)
            | I::MatchSequence(_)
            | I::MatchMapping(_)
            | I::GetLen(_)
            | I::MatchKeys(_)
            | I::MatchClass(_)
            | I::BeginHandler(_)
            | I::EndHandler(_)
            | I::ExceptionMatch(_)
            | I::ExceptionGroupMatch(_)
            | I::ExceptionGroupFinish(_)
            | I::CallExitWithException(_) => self.execute(decoded),
            I::CallEx(o) => self.call_unpacked(o, decoded),

            // The exception goes on without another entry in its traceback: the interpreter unwinds.
            I::Reraise(_) | I::ReraiseCurrent(_) | I::EndAsyncFor(_) => self.exit(ExitReason::Reraised),
            // What concerns the frame's own locals mapping stays with the interpreter.
            I::LoadLocals(_) | I::SetupAnnotations(_) | I::ImportStar(_) | I::ReturnGenerator(_) => {
                self.exit(ExitReason::NotCompiled);
            }
        }
        Ok(())
    }

    pub(super) fn set_constant(&mut self, register: Register, constant: Constant) {
        let value = self.f.constant(constant);
        self.set(register, value);
    }

    fn load_constant(&mut self, register: Register, index: usize) {
        let word = self.frame().body.constant(index);
        let value = self.word_constant(word);
        self.set(register, value);
    }

    /// The value of an optional register.
    pub(super) fn optional(&mut self, register: OptionalRegister) -> Option<Value> {
        register.get().map(|register| self.get(register))
    }

    /// The instruction being translated.
    pub(super) fn current(&self) -> Decoded {
        let frame = self.frame();
        frame.code.instructions[frame.code.index(frame.position)]
    }

    /// Has the interpreter's code execute the instruction; gives the first register it writes.
    pub(super) fn execute_for_result(&mut self, decoded: &Decoded) -> Value {
        let arguments = self.registers_read(decoded);
        let result = self.emit(Op::CallBytecode, &arguments, &self.place_of(decoded));
        self.called();
        result
    }

    /// The function, and what is in the registers that the instruction reads: what `call.bytecode` takes.
    pub(super) fn registers_read(&self, decoded: &Decoded) -> Vec<Value> {
        let mut arguments = vec![self.frame().function];
        decoded.instruction.visit_reads(|register| arguments.push(self.get_or_empty(register)));
        arguments
    }

    /// Which instruction it is, for `call.bytecode`.
    pub(super) fn place_of(&self, decoded: &Decoded) -> [Immediate; 2] {
        let unit = self.frame().unit.as_u32();
        [Immediate::Int(i64::from(unit)), Immediate::Int(i64::from(decoded.position))]
    }

    /// Has the interpreter's code execute the instruction.
    pub(super) fn execute(&mut self, decoded: &Decoded) {
        let result = self.execute_for_result(decoded);
        let mut written = Vec::new();
        decoded.instruction.visit_writes(|register| written.push(register));
        for (i, register) in written.into_iter().enumerate() {
            let value = match i {
                0 => result,
                _ => self.emit(Op::LoadResult, &[], &[Immediate::Int(i64::from(register.0))]),
            };
            self.set(register, value);
        }
    }

    /// Suspends the generator with what it yields, or has the interpreter go on here; its registers must be as the
    /// bytecode left them.
    fn suspend(&mut self, decoded: &Decoded, yielded: &[Value]) {
        // With a caller it is in a loop over a generator that runs inlined.
        let (Some(registers), 1, None) = (self.registers, self.frames.len(), self.frame().caller) else {
            return self.exit(ExitReason::NotCompiled);
        };
        let code = Rc::clone(&self.frame().code);
        for register in code.live_before(decoded.position).iter() {
            let value = self.frame().registers[usize::from(register)];
            let index = Immediate::Int(i64::from(register));
            // What was read from there is there still.
            if self.f.op(value) != Op::LoadRegister || self.f.values[value].immediates.first() != Some(&index) {
                self.emit(Op::StoreRegister, &[registers, value], &[index]);
            }
        }
        self.emit(Op::Suspend, yielded, &[Immediate::Int(i64::from(decoded.position))]);
        self.block = None;
    }

    /// Returns from the innermost frame.
    fn return_value(&mut self, value: Value) {
        if self.frame().generator.is_some() {
            return self.end_inlined();
        }
        match self.frame().returns_to {
            None => {
                self.emit(Op::Return, &[value], &[]);
                self.block = None;
            }
            Some(block) => {
                let value = match self.frame().constructs {
                    None => value,
                    Some(instance) => {
                        // The interpreter raises the TypeError.
                        self.guard_type(value, Type::NONE, ExitReason::TypeChanged);
                        instance
                    }
                };
                let recheck = self.recheck || self.frame().returned == Some(true);
                self.frame_mut().returned = Some(recheck);
                self.jump_block(block, &[value]);
            }
        }
    }
}
