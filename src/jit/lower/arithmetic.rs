//! Lowering of boxes and arithmetic.

use super::*;
use crate::jit::runtime::Entry;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use taipan_runtime::layout::object;
use taipan_runtime::value::{Value as Word, bits};

impl Lowering<'_> {
    pub(super) fn conversion(&mut self, value: Value) {
        let a = self.argument(value, 0);
        let result = match self.f.op(value) {
            Op::BoxInt => self.box_int(a),
            Op::BoxIntWide => self.box_int_wide(a),
            Op::UnboxInt => self.builder.ins().sshr_imm_u(a, i64::from(bits::SMALL_INT_SHIFT)),
            Op::BoxDouble => self.box_double(a),
            Op::BoxNumber => self.box_number(value),
            Op::UnboxDouble => {
                let flags = self.access(Region::Constant, u32::MAX, true);
                self.builder.ins().load(types::F64, flags, a, object::FLOAT_VALUE)
            }
            Op::BoxFlag => {
                let wide = self.builder.ins().uextend(types::I64, a);
                let shifted = self.builder.ins().ishl_imm_u(wide, i64::from(bits::BOOL_SHIFT));
                self.builder.ins().bor_imm_u(shifted, bits::FALSE as i64)
            }
            Op::UnboxFlag => {
                let true_word = self.word(bits::TRUE);
                self.builder.ins().icmp(IntCC::Equal, a, true_word)
            }
            Op::FlagToInt => self.builder.ins().uextend(types::I64, a),
            Op::IntToDouble => self.builder.ins().fcvt_from_sint(types::F64, a),
            _ => {
                // Truncation. Below 2^62 in magnitude, the result fits the tag; NaN fails the comparison.
                let magnitude = self.builder.ins().fabs(a);
                let limit = self.builder.ins().f64const(Word::SMALL_MAX as f64);
                let fits = self.builder.ins().fcmp(FloatCC::LessThan, magnitude, limit);
                self.exit_unless(value, fits);
                self.builder.ins().fcvt_to_sint_sat(types::I64, a)
            }
        };
        self.define(value, result);
    }

    /// The tagged word of an int that fits.
    pub(super) fn box_int(&mut self, a: clif::Value) -> clif::Value {
        // `a + a + 1` is one instruction where there are addressing modes.
        let doubled = self.builder.ins().iadd(a, a);
        self.builder.ins().iadd_imm_s(doubled, bits::SMALL_INT_TAG as i64)
    }

    fn box_int_wide(&mut self, a: clif::Value) -> clif::Value {
        let big = self.cold_block();
        let done = self.builder.create_block();
        let result = self.builder.append_block_param(done, types::I64);
        let small = self.box_int(a);
        let overflow = self.misfit(a);
        self.builder.ins().brif(overflow, big, &[], done, &[small.into()]);
        self.switch_to(big);
        let thread = self.thread();
        let address = (self.anchors.address_of)(Entry::BoxInt);
        let boxed = self.call_address(address, &[thread, a], Some(types::I64)).unwrap_or(a);
        self.builder.ins().jump(done, &[boxed.into()]);
        self.switch_to(done);
        result
    }

    fn box_double(&mut self, a: clif::Value) -> clif::Value {
        let header =
            u64::from(taipan_runtime::object::ShapeId::FLOAT.0) | (taipan_runtime::object::Kind::Float as u64) << 32;
        let memory = self.allocate(i64::from(object::FLOAT_SIZE), header);
        let flags = self.access(Region::Constant, u32::MAX, false);
        self.builder.ins().store(flags, a, memory, object::FLOAT_VALUE);
        memory
    }

    /// The tagged int, or a box of the double.
    fn box_number(&mut self, value: Value) -> clif::Value {
        let [is_int, int, double] = [0, 1, 2].map(|index| self.argument(value, index));
        let (float, done) = (self.builder.create_block(), self.builder.create_block());
        let result = self.builder.append_block_param(done, types::I64);
        let small = self.box_int(int);
        self.builder.ins().brif(is_int, done, &[small.into()], float, &[]);
        self.switch_to(float);
        let boxed = self.box_double(double);
        self.builder.ins().jump(done, &[boxed.into()]);
        self.switch_to(done);
        result
    }

    /// A number that is negative if `a` does not fit the tag: its two top bits differ.
    fn misfit_number(&mut self, a: clif::Value) -> clif::Value {
        let doubled = self.builder.ins().iadd(a, a);
        self.builder.ins().bxor(doubled, a)
    }

    /// `a` does not fit the tag.
    pub(super) fn misfit(&mut self, a: clif::Value) -> clif::Value {
        let number = self.misfit_number(a);
        self.builder.ins().icmp_imm_s(IntCC::SignedLessThan, number, 0)
    }

    pub(super) fn arithmetic(&mut self, value: Value) {
        let arguments = self.arguments(value);
        let a = arguments.first().copied();
        let b = arguments.get(1).copied();
        let (Some(a), b) = (a, b.or(a)) else { unreachable!("arithmetic without operands") };
        let b = b.unwrap_or(a);
        let instruction = &self.f.values[value];
        let result = match instruction.op {
            Op::Select => {
                let c = arguments[2];
                self.builder.ins().select(a, b, c)
            }
            Op::FlagNot => self.builder.ins().bxor_imm_u(a, 1),
            Op::FlagAnd => self.builder.ins().band(a, b),
            Op::FlagOr => self.builder.ins().bor(a, b),
            Op::IntAdd => self.builder.ins().iadd(a, b),
            Op::IntSub => self.builder.ins().isub(a, b),
            Op::IntMul => self.builder.ins().imul(a, b),
            Op::IntAddChecked => {
                let sum = self.builder.ins().iadd(a, b);
                self.exit_if_misfit(value, sum)
            }
            Op::IntSubChecked => {
                let difference = self.builder.ins().isub(a, b);
                self.exit_if_misfit(value, difference)
            }
            Op::IntMulChecked => {
                // The product of `2a` and `b` overflows 64 bits exactly if that of `a` and `b` does not fit 63.
                let doubled = self.builder.ins().iadd(a, a);
                let (product, overflow) = self.builder.ins().smul_overflow(doubled, b);
                self.exit_if(value, overflow);
                self.builder.ins().sshr_imm_u(product, 1)
            }
            Op::IntFloorDiv => self.floor_div(a, b),
            Op::IntMod => self.modulo(a, b),
            Op::IntDivUnsigned => self.builder.ins().udiv(a, b),
            Op::IntModUnsigned => self.builder.ins().urem(a, b),
            Op::IntAnd => self.builder.ins().band(a, b),
            Op::IntOr => self.builder.ins().bor(a, b),
            Op::IntXor => self.builder.ins().bxor(a, b),
            Op::IntShl => self.builder.ins().ishl(a, b),
            Op::IntShlChecked => {
                let small = self.builder.ins().icmp_imm_u(IntCC::UnsignedLessThan, b, 63);
                self.exit_unless(value, small);
                let shifted = self.builder.ins().ishl(a, b);
                let back = self.builder.ins().sshr(shifted, b);
                let same = self.builder.ins().icmp(IntCC::Equal, back, a);
                self.exit_unless(value, same);
                self.exit_if_misfit(value, shifted)
            }
            Op::IntShr => self.builder.ins().sshr(a, b),
            Op::IntMin => self.builder.ins().smin(a, b),
            Op::IntMax => self.builder.ins().smax(a, b),
            Op::IntCompare => {
                let condition = int_condition(instruction.condition().unwrap_or(Condition::Equal));
                self.builder.ins().icmp(condition, a, b)
            }
            Op::DoubleAdd => self.builder.ins().fadd(a, b),
            Op::DoubleSub => self.builder.ins().fsub(a, b),
            Op::DoubleMul => self.builder.ins().fmul(a, b),
            Op::DoubleDiv => self.builder.ins().fdiv(a, b),
            Op::DoubleNeg => self.builder.ins().fneg(a),
            Op::DoubleAbs => self.builder.ins().fabs(a),
            Op::DoubleSqrt => self.builder.ins().sqrt(a),
            Op::DoubleFloor => self.builder.ins().floor(a),
            Op::DoubleCeil => self.builder.ins().ceil(a),
            Op::DoubleCompare => {
                let condition = float_condition(instruction.condition().unwrap_or(Condition::Equal));
                self.builder.ins().fcmp(condition, a, b)
            }
            _ => {
                let Some(Immediate::Math(function)) = instruction.immediates.first() else {
                    unreachable!("a call of no function")
                };
                let address = (self.anchors.address_of)(Entry::Math(*function));
                self.call_address(address, &arguments, Some(types::F64)).unwrap_or(a)
            }
        };
        self.define(value, result);
    }

    fn exit_if_misfit(&mut self, value: Value, result: clif::Value) -> clif::Value {
        let overflow = self.misfit(result);
        self.exit_if(value, overflow);
        result
    }

    /// `a // b`: the machine's quotient is rounded towards zero, Python's down.
    fn floor_div(&mut self, a: clif::Value, b: clif::Value) -> clif::Value {
        let quotient = self.builder.ins().sdiv(a, b);
        let product = self.builder.ins().imul(quotient, b);
        let remainder = self.builder.ins().isub(a, product);
        let wrong = self.remainder_has_wrong_sign(remainder, b);
        let wrong = self.builder.ins().uextend(types::I64, wrong);
        self.builder.ins().isub(quotient, wrong)
    }

    /// `a % b`: the machine's remainder has the sign of `a`, Python's that of `b`.
    fn modulo(&mut self, a: clif::Value, b: clif::Value) -> clif::Value {
        let remainder = self.builder.ins().srem(a, b);
        let wrong = self.remainder_has_wrong_sign(remainder, b);
        let adjusted = self.builder.ins().iadd(remainder, b);
        self.builder.ins().select(wrong, adjusted, remainder)
    }

    fn remainder_has_wrong_sign(&mut self, remainder: clif::Value, b: clif::Value) -> clif::Value {
        let signs = self.builder.ins().bxor(remainder, b);
        let differ = self.builder.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
        let nonzero = self.builder.ins().icmp_imm_s(IntCC::NotEqual, remainder, 0);
        self.builder.ins().band(differ, nonzero)
    }
}

/// Cranelift's condition of two ints.
pub(super) fn int_condition(condition: Condition) -> IntCC {
    match condition {
        Condition::Equal => IntCC::Equal,
        Condition::NotEqual => IntCC::NotEqual,
        Condition::Less => IntCC::SignedLessThan,
        Condition::LessOrEqual => IntCC::SignedLessThanOrEqual,
        Condition::Greater => IntCC::SignedGreaterThan,
        Condition::GreaterOrEqual => IntCC::SignedGreaterThanOrEqual,
    }
}

/// Cranelift's condition of two doubles: false for NaN, but for "not equal".
fn float_condition(condition: Condition) -> FloatCC {
    match condition {
        Condition::Equal => FloatCC::Equal,
        Condition::NotEqual => FloatCC::NotEqual,
        Condition::Less => FloatCC::LessThan,
        Condition::LessOrEqual => FloatCC::LessThanOrEqual,
        Condition::Greater => FloatCC::GreaterThan,
        Condition::GreaterOrEqual => FloatCC::GreaterThanOrEqual,
    }
}
