//! Arithmetic.
//!
//! What lives here: choosing an instruction on machine values from the operands' types, where they are known, and
//! from feedback, where they are not. What must not: semantics of Python numbers that the runtime has already;
//! what is rare is a call of the runtime.

use super::*;
use crate::bytecode::feedback::{binary, operand};
use taipan_runtime::dispatch::binary::BinaryOperator as Operator;
use taipan_runtime::dispatch::operation::Operation;

/// A unary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unary {
    Negative,
    Positive,
    Invert,
}

impl Unary {
    fn number(self) -> i64 {
        self as i64
    }
}

/// Ints below this magnitude are exact as doubles.
const EXACT_DOUBLE: i64 = 1 << 53;

pub(super) const INTS: u64 = operand::SMALL_INT;
pub(super) const NUMBERS: u64 = operand::SMALL_INT | operand::FLOAT;

pub(super) fn within(kinds: u64, allowed: u64) -> bool {
    kinds != 0 && kinds & !allowed == 0
}

impl Builder<'_> {
    /// The operand kinds of a value: from its type if that says it, else from feedback.
    pub(super) fn kinds(&self, value: Value, feedback: u64) -> u64 {
        let ty = self.f.ty(value);
        let table = [
            (Type::SMALL_INT, operand::SMALL_INT),
            (Type::BOOL, operand::BOOL),
            (Type::BIG_INT, operand::BIG_INT),
            (Type::FLOAT, operand::FLOAT),
            (Type::STR, operand::STR),
            (Type::LIST | Type::TUPLE, operand::SEQUENCE),
            (Type::NONE, operand::NONE),
        ];
        let mut rest = ty;
        let mut kinds = 0;
        for (known, bit) in table {
            if rest.intersects(known) {
                kinds |= bit;
                rest = rest - known;
            }
        }
        if rest.is_never() && kinds.count_ones() == 1 { kinds } else { kinds_seen(feedback, kinds, rest) }
    }

    pub(super) fn binary_immediate(
        &mut self,
        op: Operator,
        dst: Register,
        lhs: Register,
        rhs: i16,
        inplace: u16,
        site: Site,
    ) {
        let right = self.f.constant(Constant::SmallInt(i64::from(rhs)));
        let left = self.get(lhs);
        self.binary_values(op, dst, left, right, inplace, site);
    }

    pub(super) fn binary(
        &mut self,
        op: Operator,
        dst: Register,
        lhs: Register,
        rhs: Register,
        inplace: u16,
        site: Site,
    ) {
        let (left, right) = (self.get(lhs), self.get(rhs));
        self.binary_values(op, dst, left, right, inplace, site);
    }

    fn binary_values(&mut self, op: Operator, dst: Register, left: Value, right: Value, inplace: u16, site: Site) {
        let word = self.feedback(site, 0);
        let (a, b) =
            (self.kinds(left, word & operand::MASK), self.kinds(right, word >> binary::RHS_SHIFT & operand::MASK));
        if (a == 0 || b == 0) && !self.is_cold(site) && self.leave_unknown() {
            return;
        }
        let overflow = word & binary::INT_OVERFLOW != 0 || self.has_failed(ExitReason::IntOverflow);
        let result = if within(a, INTS | operand::BOOL)
            && within(b, INTS | operand::BOOL)
            && !self.has_failed(ExitReason::NotInt)
        {
            match (overflow, op) {
                (true, Operator::Add | Operator::Sub | Operator::Mul | Operator::LShift) => {
                    self.masked_or_big(op, left, right, a, b)
                }
                _ => self.int_binary(op, left, right, a, b, word),
            }
        } else if within(a, NUMBERS)
            && within(b, NUMBERS)
            && (a == operand::FLOAT || b == operand::FLOAT)
            && !self.has_failed(ExitReason::NotFloat)
        {
            self.double_binary(op, left, right, a, b)
        } else if within(a, NUMBERS) && within(b, NUMBERS) && a | b == NUMBERS && !overflow {
            self.number_binary(op, left, right, a, b, word & binary::TWO_INTS != 0)
        } else if a == operand::STR && b == operand::STR && op == Operator::Add && !self.has_failed(ExitReason::NotStr)
        {
            let left = self.guard_type(left, Type::STR, ExitReason::NotStr);
            let right = self.guard_type(right, Type::STR, ExitReason::NotStr);
            Some(self.call_helper(Helper::concatenate, &[left, right]))
        } else if within(a | b, INTS | operand::BIG_INT) && !self.has_failed(ExitReason::NotInt) {
            Some(self.big_binary(op, left, right))
        } else {
            None
        };
        let operation = Operation::arithmetic(op, inplace != 0);
        let result = match result {
            Some(value) => Some(value),
            None if self.block.is_none() => return,
            None => match self.operator_by_method(operation, left, right, (a, b), site, Some(dst)) {
                Some(result) => result,
                None => Some(self.generic_binary(op, left, right, inplace)),
            },
        };
        if let Some(result) = result {
            self.set(dst, result);
        }
    }

    fn generic_binary(&mut self, op: Operator, left: Value, right: Value, inplace: u16) -> Value {
        let number = self.f.int(op as i64);
        let helper = if inplace != 0 { Helper::binary_in_place } else { Helper::binary };
        self.call_helper(helper, &[number, left, right])
    }

    /// Ints of any size: small ones by an instruction that cannot overflow 64 bits, where there is one.
    fn big_binary(&mut self, op: Operator, left: Value, right: Value) -> Value {
        let left = self.guard_type(left, Type::INT, ExitReason::NotInt);
        let right = self.guard_type(right, Type::INT, ExitReason::NotInt);
        let small = match op {
            Operator::Add => Some(Op::IntAdd),
            Operator::Sub => Some(Op::IntSub),
            Operator::BitAnd => Some(Op::IntAnd),
            Operator::BitOr => Some(Op::IntOr),
            Operator::BitXor => Some(Op::IntXor),
            Operator::Mul
            | Operator::TrueDiv
            | Operator::FloorDiv
            | Operator::Mod
            | Operator::Pow
            | Operator::LShift
            | Operator::RShift
            | Operator::MatMul => None,
        };
        match small {
            Some(instruction) => self.small_or_big(op, instruction, left, right),
            None => self.big_operation(op, left, right),
        }
    }

    /// `instruction` if both ints are small, else the runtime's operation.
    fn small_or_big(&mut self, op: Operator, instruction: Op, left: Value, right: Value) -> Value {
        let both = [left, right].map(|value| self.emit(Op::HasType, &[value], &[Immediate::Type(Type::SMALL_INT)]));
        let small = self.emit(Op::FlagAnd, &both, &[]);
        let (fast, slow, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.f.new_parameter(join, Type::INT);
        self.branch(small, Destination::Block(fast), Destination::Block(slow));
        self.enter_block(fast);
        let ints = [(left, both[0]), (right, both[1])].map(|(value, flag)| {
            let known = self.emit(Op::AssumeType, &[value, flag], &[Immediate::Type(Type::SMALL_INT)]);
            self.emit_folded(Op::UnboxInt, known)
        });
        let value = self.emit(instruction, &ints, &[]);
        let boxed = self.emit(Op::BoxIntWide, &[value], &[]);
        self.jump_block(join, &[boxed]);
        self.enter_block(slow);
        let value = self.big_operation(op, left, right);
        self.jump_block(join, &[value]);
        self.enter_block(join);
        result
    }

    fn big_operation(&mut self, op: Operator, left: Value, right: Value) -> Value {
        let number = self.f.int(op as i64);
        let helper = match op {
            Operator::TrueDiv | Operator::Pow => Helper::int_operation,
            _ => Helper::int_binary,
        };
        self.call_helper(helper, &[number, left, right])
    }

    /// An operation whose result overflowed before. If all that is done with it is a mask, the low bits are
    /// computed on machine words anyway; `ranges` finds that out. Otherwise ints of any size.
    fn masked_or_big(&mut self, op: Operator, left: Value, right: Value, a: u64, b: u64) -> Option<Value> {
        if a | b != INTS {
            return None;
        }
        Some(self.big_binary(op, left, right))
    }

    /// The machine int of an operand that is a small int or a bool.
    pub(super) fn to_int(&mut self, value: Value, kinds: u64) -> Option<Value> {
        if kinds == operand::SMALL_INT {
            return Some(self.unbox_int(value));
        }
        if kinds == operand::BOOL {
            let checked = self.guard_type(value, Type::BOOL, ExitReason::NotBool);
            let flag = self.emit_folded(Op::UnboxFlag, checked);
            return Some(self.emit(Op::FlagToInt, &[flag], &[]));
        }
        None
    }

    fn int_binary(&mut self, op: Operator, left: Value, right: Value, a: u64, b: u64, word: u64) -> Option<Value> {
        if a == operand::BOOL && b == operand::BOOL {
            let flags = match op {
                Operator::BitAnd => Some(Op::FlagAnd),
                Operator::BitOr => Some(Op::FlagOr),
                _ => None,
            };
            if let Some(op) = flags {
                let left = self.guard_type(left, Type::BOOL, ExitReason::NotBool);
                let right = self.guard_type(right, Type::BOOL, ExitReason::NotBool);
                let (x, y) = (self.emit_folded(Op::UnboxFlag, left), self.emit_folded(Op::UnboxFlag, right));
                let flag = self.emit(op, &[x, y], &[]);
                return Some(self.box_flag(flag));
            }
            if op == Operator::BitXor {
                return None;
            }
        }
        let raised = word & binary::RAISED != 0;
        match op {
            Operator::Pow | Operator::MatMul => return self.int_power(op, left, right, a, b),
            Operator::FloorDiv | Operator::Mod | Operator::TrueDiv
                if raised || self.has_failed(ExitReason::DivisionByZero) =>
            {
                return None;
            }
            Operator::LShift | Operator::RShift if raised || self.has_failed(ExitReason::ShiftCount) => return None,
            Operator::TrueDiv if self.has_failed(ExitReason::NotInteger) => return None,
            _ => {}
        }
        let (x, y) = (self.to_int(left, a)?, self.to_int(right, b)?);
        let result = match op {
            Operator::Add => self.emit(Op::IntAddChecked, &[x, y], &[]),
            Operator::Sub => self.emit(Op::IntSubChecked, &[x, y], &[]),
            Operator::Mul => self.emit(Op::IntMulChecked, &[x, y], &[]),
            Operator::FloorDiv => {
                let divisor = self.nonzero(y);
                let quotient = self.emit(Op::IntFloorDiv, &[x, divisor], &[]);
                self.emit(Op::GuardFits, &[quotient], &[Immediate::Reason(ExitReason::IntOverflow)])
            }
            Operator::Mod => {
                let divisor = self.nonzero(y);
                self.emit(Op::IntMod, &[x, divisor], &[])
            }
            Operator::TrueDiv => {
                let divisor = self.nonzero(y);
                let (p, q) = (self.exact_double(x), self.exact_double(divisor));
                let quotient = self.emit(Op::DoubleDiv, &[p, q], &[]);
                return Some(self.box_double(quotient));
            }
            Operator::BitAnd => self.emit(Op::IntAnd, &[x, y], &[]),
            Operator::BitOr => self.emit(Op::IntOr, &[x, y], &[]),
            Operator::BitXor => self.emit(Op::IntXor, &[x, y], &[]),
            Operator::LShift => self.emit(Op::IntShlChecked, &[x, y], &[]),
            Operator::RShift => {
                // A count of 63 or more leaves only the sign.
                let zero = self.f.int(0);
                let negative = self.compare_ints(Condition::Less, y, zero);
                self.guard_false(negative, ExitReason::ShiftCount);
                let limit = self.f.int(63);
                let count = self.emit(Op::IntMin, &[y, limit], &[]);
                self.emit(Op::IntShr, &[x, count], &[])
            }
            Operator::Pow | Operator::MatMul => return None,
        };
        Some(self.box_int(result))
    }

    fn nonzero(&mut self, value: Value) -> Value {
        match self.f.as_int(value) {
            Some(n) if n != 0 => value,
            _ => self.emit(Op::GuardNonZero, &[value], &[Immediate::Reason(ExitReason::DivisionByZero)]),
        }
    }

    /// The double that equals an int; leaves if there is none.
    pub(super) fn exact_double(&mut self, value: Value) -> Value {
        let is_exact = self.f.as_int(value).is_some_and(|n| n.unsigned_abs() <= EXACT_DOUBLE as u64);
        if !is_exact {
            let (low, high) = (self.f.int(-EXACT_DOUBLE), self.f.int(EXACT_DOUBLE));
            let above = self.compare_ints(Condition::GreaterOrEqual, value, low);
            let below = self.compare_ints(Condition::LessOrEqual, value, high);
            self.guard_true(above, ExitReason::NotInteger);
            self.guard_true(below, ExitReason::NotInteger);
        }
        self.emit(Op::IntToDouble, &[value], &[])
    }

    /// Small constant powers are products; the rest is for the runtime.
    fn int_power(&mut self, op: Operator, left: Value, right: Value, a: u64, b: u64) -> Option<Value> {
        if op == Operator::MatMul || a != INTS || b != INTS {
            return None;
        }
        let exponent = match self.f.as_constant(right) {
            Some(Constant::SmallInt(n)) => n,
            _ => return Some(self.big_power(left, right)),
        };
        if exponent != 2 || self.has_failed(ExitReason::IntOverflow) {
            return Some(self.big_power(left, right));
        }
        let x = self.unbox_int(left);
        let square = self.emit(Op::IntMulChecked, &[x, x], &[]);
        Some(self.box_int(square))
    }

    fn big_power(&mut self, left: Value, right: Value) -> Value {
        let left = self.guard_type(left, Type::INT, ExitReason::NotInt);
        let right = self.guard_type(right, Type::INT, ExitReason::NotInt);
        let number = self.f.int(Operator::Pow as i64);
        self.call_helper(Helper::int_operation, &[number, left, right])
    }

    /// The double of an operand that is a float or a small int.
    pub(super) fn to_double(&mut self, value: Value, kinds: u64) -> Value {
        match kinds {
            operand::FLOAT => self.unbox_double(value),
            operand::SMALL_INT => {
                let int = self.unbox_int(value);
                self.emit(Op::IntToDouble, &[int], &[])
            }
            _ => self.double_of_number(value),
        }
    }

    /// The double of an operand that is a float or a small int, whichever.
    pub(super) fn double_of_number(&mut self, value: Value) -> Value {
        match self.f.op(value) {
            Op::BoxNumber => self.f.argument(value, 2),
            _ => self.double_of_either(value, |this, int| this.emit(Op::IntToDouble, &[int], &[])),
        }
    }

    /// The double of an operand that is sometimes a float and sometimes a small int, which `convert` converts.
    pub(super) fn double_of_either(&mut self, value: Value, convert: impl Fn(&mut Self, Value) -> Value) -> Value {
        let number = self.guard_type(value, Type::NUMBER, ExitReason::NotFloat);
        let is_int = self.emit(Op::HasType, &[number], &[Immediate::Type(Type::SMALL_INT)]);
        let (int, float, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.f.new_parameter(join, Type::DOUBLE);
        let state = self.frame().state;
        self.branch(is_int, Destination::Block(int), Destination::Block(float));
        self.enter_block(int);
        self.frame_mut().state = state;
        let small = self.emit(Op::AssumeType, &[number, is_int], &[Immediate::Type(Type::SMALL_INT)]);
        let int = self.emit_folded(Op::UnboxInt, small);
        let double = convert(self, int);
        self.jump_block(join, &[double]);
        self.enter_block(float);
        self.frame_mut().state = state;
        let is_float = self.emit(Op::FlagNot, &[is_int], &[]);
        let float = self.emit(Op::AssumeType, &[number, is_float], &[Immediate::Type(Type::FLOAT)]);
        let double = self.emit_folded(Op::UnboxDouble, float);
        self.jump_block(join, &[double]);
        self.enter_block(join);
        result
    }

    /// Checks which of the two a number is that may be an int and may be a float.
    pub(super) fn guard_number(&mut self, number: Value, ty: Type, reason: ExitReason) -> Value {
        let [is_int, int, double] = [0, 1, 2].map(|part| self.f.argument(number, part));
        if ty.intersects(Type::SMALL_INT) {
            self.guard_true(is_int, reason);
            self.box_int(int)
        } else if ty.intersects(Type::FLOAT) {
            self.guard_false(is_int, reason);
            self.box_double(double)
        } else {
            self.emit(Op::GuardType, &[number], &[Immediate::Type(ty), Immediate::Reason(reason)])
        }
    }

    fn double_binary(&mut self, op: Operator, left: Value, right: Value, a: u64, b: u64) -> Option<Value> {
        match op {
            Operator::TrueDiv | Operator::FloorDiv | Operator::Mod if self.has_failed(ExitReason::DivisionByZero) => {
                return None;
            }
            Operator::Pow if self.has_failed(ExitReason::Domain) => return None,
            Operator::Add
            | Operator::Sub
            | Operator::Mul
            | Operator::TrueDiv
            | Operator::FloorDiv
            | Operator::Mod
            | Operator::Pow => {}
            Operator::LShift
            | Operator::RShift
            | Operator::BitAnd
            | Operator::BitOr
            | Operator::BitXor
            | Operator::MatMul => return None,
        }
        let (x, y) = (self.to_double(left, a), self.to_double(right, b));
        let result = match op {
            Operator::Add => self.emit(Op::DoubleAdd, &[x, y], &[]),
            Operator::Sub => self.emit(Op::DoubleSub, &[x, y], &[]),
            Operator::Mul => self.emit(Op::DoubleMul, &[x, y], &[]),
            Operator::TrueDiv => {
                self.guard_divisor(y);
                self.emit(Op::DoubleDiv, &[x, y], &[])
            }
            Operator::FloorDiv => {
                self.guard_divisor(y);
                self.emit(Op::DoubleCall, &[x, y], &[Immediate::Math(MathFunction::FloorDiv)])
            }
            Operator::Mod => {
                self.guard_divisor(y);
                self.emit(Op::DoubleCall, &[x, y], &[Immediate::Math(MathFunction::Mod)])
            }
            _ => self.double_power(x, y),
        };
        Some(self.box_double(result))
    }

    /// Operands that may both be ints and may both be floats. If two ints never met here, the code leaves when they do;
    /// else the result is either, too, and stays in its parts as long as nobody needs the object.
    fn number_binary(
        &mut self,
        op: Operator,
        left: Value,
        right: Value,
        a: u64,
        b: u64,
        two_ints: bool,
    ) -> Option<Value> {
        let on_ints = match op {
            Operator::Add => Op::IntAddChecked,
            Operator::Sub => Op::IntSubChecked,
            Operator::Mul => Op::IntMulChecked,
            _ => return None,
        };
        let sides = [left, right].map(|side| self.guard_type(side, Type::NUMBER, ExitReason::TypeChanged));
        let ints = sides.map(|side| self.is_small_int(side));
        let both = self.emit(Op::FlagAnd, &ints, &[]);
        if !two_ints && a == b && !self.has_failed(ExitReason::NotFloat) {
            self.guard_false(both, ExitReason::NotFloat);
            return self.double_binary(op, sides[0], sides[1], a, b);
        }
        let (int_block, double_block, join) = (self.new_block(), self.new_block(), self.new_block());
        let is_int = self.f.new_parameter(join, Type::FLAG);
        let int = self.f.new_parameter(join, Type::INT64);
        let double = self.f.new_parameter(join, Type::DOUBLE);
        let state = self.state();
        self.branch(both, Destination::Block(int_block), Destination::Block(double_block));
        self.enter_block(int_block);
        self.unseal(Some(state));
        let [x, y] = [0, 1].map(|side| {
            let int = self.emit(Op::AssumeType, &[sides[side], ints[side]], &[Immediate::Type(Type::SMALL_INT)]);
            self.emit_folded(Op::UnboxInt, int)
        });
        let value = self.emit(on_ints, &[x, y], &[]);
        let as_double = self.emit(Op::IntToDouble, &[value], &[]);
        let yes = self.f.constant(Constant::Flag(true));
        self.jump_block(join, &[yes, value, as_double]);
        self.enter_block(double_block);
        self.unseal(Some(state));
        let result = self.double_binary(op, sides[0], sides[1], NUMBERS, NUMBERS)?;
        let result = self.emit_folded(Op::UnboxDouble, result);
        let (no, zero) = (self.f.constant(Constant::Flag(false)), self.f.int(0));
        self.jump_block(join, &[no, zero, result]);
        self.enter_block(join);
        Some(self.emit(Op::BoxNumber, &[is_int, int, double], &[]))
    }

    /// Whether a number is an int; one in its parts says so itself.
    fn is_small_int(&mut self, number: Value) -> Value {
        if self.f.op(number) == Op::BoxNumber {
            return self.f.argument(number, 0);
        }
        self.emit(Op::HasType, &[number], &[Immediate::Type(Type::SMALL_INT)])
    }

    fn guard_divisor(&mut self, divisor: Value) {
        if self.f.as_double(divisor).is_some_and(|d| d != 0.0) {
            return;
        }
        let zero = self.f.double(0.0);
        // Zero of either sign fails, NaN does not.
        let is_zero = self.emit(Op::DoubleCompare, &[divisor, zero], &[Immediate::Condition(Condition::Equal)]);
        self.guard_false(is_zero, ExitReason::DivisionByZero);
    }

    /// A positive base and a result that is finite: nothing to raise, nothing complex.
    fn double_power(&mut self, x: Value, y: Value) -> Value {
        let zero = self.f.double(0.0);
        let positive = self.emit(Op::DoubleCompare, &[x, zero], &[Immediate::Condition(Condition::Greater)]);
        self.guard_true(positive, ExitReason::Domain);
        let result = self.emit(Op::DoubleCall, &[x, y], &[Immediate::Math(MathFunction::Pow)]);
        let infinity = self.f.double(f64::INFINITY);
        let finite = self.emit(Op::DoubleCompare, &[result, infinity], &[Immediate::Condition(Condition::Less)]);
        self.guard_true(finite, ExitReason::Domain);
        result
    }

    pub(super) fn unary(&mut self, op: Unary, dst: Register, src: Register, site: Site) {
        let value = self.get(src);
        let word = self.feedback(site, 0);
        let kinds = self.kinds(value, word & operand::MASK);
        if kinds == 0 && !self.is_cold(site) && self.leave_unknown() {
            return;
        }
        let overflow = word & binary::INT_OVERFLOW != 0 || self.has_failed(ExitReason::IntOverflow);
        let result = match (op, kinds) {
            (Unary::Negative, operand::SMALL_INT) if !overflow => {
                let int = self.unbox_int(value);
                let zero = self.f.int(0);
                let negated = self.emit(Op::IntSubChecked, &[zero, int], &[]);
                self.box_int(negated)
            }
            (Unary::Negative, operand::FLOAT) => {
                let double = self.unbox_double(value);
                let negated = self.emit(Op::DoubleNeg, &[double], &[]);
                self.box_double(negated)
            }
            (Unary::Positive, operand::SMALL_INT) => self.guard_type(value, Type::SMALL_INT, ExitReason::NotInt),
            (Unary::Positive, operand::FLOAT) => self.guard_type(value, Type::FLOAT, ExitReason::NotFloat),
            (Unary::Invert, operand::SMALL_INT) => {
                let int = self.unbox_int(value);
                let ones = self.f.int(-1);
                let inverted = self.emit(Op::IntXor, &[int, ones], &[]);
                self.box_int(inverted)
            }
            _ => {
                let number = self.f.int(op.number());
                self.call_helper(Helper::unary, &[number, value])
            }
        };
        self.set(dst, result);
    }
}

/// The kinds seen, as far as the value's type allows them; `rest` is what the type allows beyond `typed`.
fn kinds_seen(feedback: u64, typed: u64, rest: Type) -> u64 {
    if rest.is_never() {
        let narrowed = feedback & typed;
        return if narrowed == 0 { typed } else { narrowed };
    }
    feedback
}
