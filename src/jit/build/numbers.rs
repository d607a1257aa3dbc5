//! Arithmetic, comparisons, truth and the jumps that depend on them.
//!
//! What lives here: choosing an instruction on machine values from the operands' types, where they are known, and
//! from feedback, where they are not. What must not: semantics of Python numbers that the runtime has already;
//! what is rare is a call of the runtime.

use super::*;
use crate::bytecode::feedback::{binary, branch, compare, operand};
use taipan_runtime::dispatch::binary::BinaryOperator as Operator;
use taipan_runtime::dispatch::compare::CompareOperator as Comparison;
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

/// How often the other side of a branch must have been taken before a side never taken is left out.
const SURE: u64 = 16;

const INTS: u64 = operand::SMALL_INT;
const NUMBERS: u64 = operand::SMALL_INT | operand::FLOAT;

fn within(kinds: u64, allowed: u64) -> bool {
    kinds != 0 && kinds & !allowed == 0
}

impl Builder<'_> {
    /// The operand kinds of a value: from its type if that says it, else from feedback.
    fn kinds(&self, value: Value, feedback: u64) -> u64 {
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
            self.number_binary(op, left, right, a, b)
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
    fn to_int(&mut self, value: Value, kinds: u64) -> Option<Value> {
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
    fn exact_double(&mut self, value: Value) -> Value {
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
    fn to_double(&mut self, value: Value, kinds: u64) -> Value {
        match kinds {
            operand::FLOAT => self.unbox_double(value),
            operand::SMALL_INT => {
                let int = self.unbox_int(value);
                self.emit(Op::IntToDouble, &[int], &[])
            }
            _ => self.double_of_either(value, |this, int| this.emit(Op::IntToDouble, &[int], &[])),
        }
    }

    /// The double of an operand that is sometimes a float and sometimes a small int, which `convert` converts.
    fn double_of_either(&mut self, value: Value, convert: impl Fn(&mut Self, Value) -> Value) -> Value {
        let number = self.guard_type(value, Type::SMALL_INT | Type::FLOAT, ExitReason::NotFloat);
        let is_int = self.emit(Op::HasType, &[number], &[Immediate::Type(Type::SMALL_INT)]);
        let (int, float, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.f.new_parameter(join, Type::DOUBLE);
        let state = self.frame().state;
        self.branch(is_int, Destination::Block(int), Destination::Block(float));
        self.enter_block(int);
        self.frame_mut().state = state;
        let checked = self.guard_type(number, Type::SMALL_INT, ExitReason::NotInt);
        let int = self.emit_folded(Op::UnboxInt, checked);
        let double = convert(self, int);
        self.jump_block(join, &[double]);
        self.enter_block(float);
        self.frame_mut().state = state;
        let double = self.unbox_double(number);
        self.jump_block(join, &[double]);
        self.enter_block(join);
        result
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

    /// Operands that may both be ints and may both be floats. Where each was either, two ints at once are rare (a
    /// vector's components of which some happen to be `0`): the code leaves if it meets them, until that has failed.
    fn number_binary(&mut self, op: Operator, left: Value, right: Value, a: u64, b: u64) -> Option<Value> {
        if !matches!(op, Operator::Add | Operator::Sub | Operator::Mul) {
            return None;
        }
        let number = Type::SMALL_INT | Type::FLOAT;
        let sides = [left, right].map(|side| self.guard_type(side, number, ExitReason::TypeChanged));
        let ints = sides.map(|side| self.emit(Op::HasType, &[side], &[Immediate::Type(Type::SMALL_INT)]));
        let both = self.emit(Op::FlagAnd, &ints, &[]);
        if a == b && !self.has_failed(ExitReason::NotFloat) {
            self.guard_false(both, ExitReason::NotFloat);
            return self.double_binary(op, sides[0], sides[1], a, b);
        }
        let (on_ints, on_doubles, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.f.new_parameter(join, number);
        let state = self.state();
        self.branch(both, Destination::Block(on_ints), Destination::Block(on_doubles));
        self.enter_block(on_ints);
        self.unseal(Some(state));
        let [x, y] = [0, 1].map(|side| {
            let int = self.emit(Op::AssumeType, &[sides[side], ints[side]], &[Immediate::Type(Type::SMALL_INT)]);
            self.emit_folded(Op::UnboxInt, int)
        });
        let value = match op {
            Operator::Add => self.emit(Op::IntAddChecked, &[x, y], &[]),
            Operator::Sub => self.emit(Op::IntSubChecked, &[x, y], &[]),
            _ => self.emit(Op::IntMulChecked, &[x, y], &[]),
        };
        let boxed = self.box_int(value);
        self.jump_block(join, &[boxed]);
        self.enter_block(on_doubles);
        self.unseal(Some(state));
        let value = self.double_binary(op, sides[0], sides[1], NUMBERS, NUMBERS)?;
        self.jump_block(join, &[value]);
        self.enter_block(join);
        Some(result)
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

    // ---- comparisons ----

    pub(super) fn compare(&mut self, op: Comparison, dst: Register, lhs: Register, rhs: Register, site: Site) {
        let (left, right) = (self.get(lhs), self.get(rhs));
        let word = self.feedback(site, 0);
        match self.compare_flag(op, left, right, word, self.is_cold(site)) {
            Some(flag) => {
                let result = self.box_flag(flag);
                self.set(dst, result);
            }
            None if self.block.is_none() => {}
            None => {
                let result = match self.comparison_by_method(op, left, right, site, Some(dst)) {
                    Some(result) => result,
                    None => {
                        let number = self.f.int(op as i64);
                        Some(self.call_helper(Helper::compare, &[number, left, right]))
                    }
                };
                if let Some(result) = result {
                    self.set(dst, result);
                }
            }
        }
    }

    /// As [`Builder::operator_by_method`].
    fn comparison_by_method(
        &mut self,
        op: Comparison,
        left: Value,
        right: Value,
        site: Site,
        dst: Option<Register>,
    ) -> Option<Option<Value>> {
        let word = self.feedback(site, 0);
        let kinds =
            (self.kinds(left, word & operand::MASK), self.kinds(right, word >> compare::RHS_SHIFT & operand::MASK));
        self.operator_by_method(Operation::Compare(op), left, right, kinds, site, dst)
    }

    /// The flag of a comparison that needs no Python code; `None` if it may need some. Where the comparison never
    /// ran, control leaves.
    fn compare_flag(&mut self, op: Comparison, left: Value, right: Value, word: u64, cold: bool) -> Option<Value> {
        let (a, b) =
            (self.kinds(left, word & operand::MASK), self.kinds(right, word >> compare::RHS_SHIFT & operand::MASK));
        if (a == 0 || b == 0) && !cold && self.leave_unknown() {
            return None;
        }
        let condition = condition_of(op);
        let equality = matches!(op, Comparison::Eq | Comparison::Ne);
        if within(a, INTS | operand::BOOL) && within(b, INTS | operand::BOOL) && !self.has_failed(ExitReason::NotInt) {
            let (x, y) = (self.to_int(left, a)?, self.to_int(right, b)?);
            return Some(self.compare_ints(condition, x, y));
        }
        let floats = (a | b) & operand::FLOAT != 0;
        if floats && within(a, NUMBERS) && within(b, NUMBERS) && !self.has_failed(ExitReason::NotFloat) {
            let (x, y) = (self.comparable_double(left, a)?, self.comparable_double(right, b)?);
            return Some(self.emit(Op::DoubleCompare, &[x, y], &[Immediate::Condition(condition)]));
        }
        if a == operand::STR && b == operand::STR && !self.has_failed(ExitReason::NotStr) {
            let x = self.guard_type(left, Type::STR, ExitReason::NotStr);
            let y = self.guard_type(right, Type::STR, ExitReason::NotStr);
            if equality {
                let equal = self.call_helper(Helper::str_equal, &[x, y]);
                let zero = self.f.int(0);
                let condition = if op == Comparison::Eq { Condition::NotEqual } else { Condition::Equal };
                return Some(self.compare_ints(condition, equal, zero));
            }
            let order = self.call_helper(Helper::str_compare, &[x, y]);
            let zero = self.f.int(0);
            return Some(self.compare_ints(condition, order, zero));
        }
        // Two different kinds of builtin scalars are never equal.
        let scalars = operand::NONE | operand::STR;
        if equality
            && within(a, scalars)
            && within(b, scalars | INTS)
            && a & b == 0
            && self.f.ty(left).is_subset(Type::NONE | Type::STR)
        {
            let expected = match b {
                operand::NONE => Some(Type::NONE),
                operand::STR => Some(Type::STR),
                operand::SMALL_INT => Some(Type::SMALL_INT),
                _ => None,
            }?;
            self.guard_type(right, expected, ExitReason::TypeChanged);
            return Some(self.f.constant(Constant::Flag(op == Comparison::Ne)));
        }
        None
    }

    /// A double to compare with one: an int must be exact, because Python compares the exact numbers.
    fn comparable_double(&mut self, value: Value, kinds: u64) -> Option<Value> {
        match kinds {
            operand::SMALL_INT if self.has_failed(ExitReason::NotInteger) => None,
            operand::SMALL_INT => {
                let int = self.unbox_int(value);
                Some(self.exact_double(int))
            }
            operand::FLOAT => Some(self.unbox_double(value)),
            NUMBERS if !self.has_failed(ExitReason::NotInteger) => {
                Some(self.double_of_either(value, Self::exact_double))
            }
            _ => None,
        }
    }

    pub(super) fn jump_on_immediate(
        &mut self,
        op: Comparison,
        lhs: Register,
        rhs: i16,
        sense: u16,
        site: Site,
        target: u32,
        next: u32,
    ) {
        let right = self.f.constant(Constant::SmallInt(i64::from(rhs)));
        let left = self.get(lhs);
        self.jump_on_values(op, left, right, sense, site, target, next);
    }

    pub(super) fn jump_on_comparison(
        &mut self,
        op: Comparison,
        lhs: Register,
        rhs: Register,
        sense: u16,
        site: Site,
        target: u32,
        next: u32,
    ) {
        let (left, right) = (self.get(lhs), self.get(rhs));
        self.jump_on_values(op, left, right, sense, site, target, next);
    }

    fn jump_on_values(
        &mut self,
        op: Comparison,
        left: Value,
        right: Value,
        sense: u16,
        site: Site,
        target: u32,
        next: u32,
    ) {
        let word = self.feedback(site, 0);
        let flag = match self.compare_flag(op, left, right, word, self.is_cold(site)) {
            Some(flag) => flag,
            None if self.block.is_none() => return,
            None => match self.comparison_by_method(op, left, right, site, None) {
                Some(Some(result)) => self.truth_of_answer(result),
                Some(None) => return,
                None => {
                    let number = self.f.int(op as i64);
                    let truth = self.call_helper(Helper::compare_truth, &[number, left, right]);
                    self.emit_folded(Op::UnboxFlag, truth)
                }
            },
        };
        self.conditional_jump(flag, sense != 0, Some(site), target, next);
    }

    /// The truth of what a method answered: a bool, nearly always.
    fn truth_of_answer(&mut self, answer: Value) -> Value {
        if self.f.ty(answer).is_subset(Type::BOOL) {
            return self.emit_folded(Op::UnboxFlag, answer);
        }
        let is_bool = self.emit(Op::HasType, &[answer], &[Immediate::Type(Type::BOOL)]);
        let (plain, other, join) = (self.new_block(), self.new_block(), self.new_block());
        let result = self.f.new_parameter(join, Type::FLAG);
        self.branch(is_bool, Destination::Block(plain), Destination::Block(other));
        self.enter_block(plain);
        let known = self.emit(Op::AssumeType, &[answer, is_bool], &[Immediate::Type(Type::BOOL)]);
        let flag = self.emit_folded(Op::UnboxFlag, known);
        self.jump_block(join, &[flag]);
        self.enter_block(other);
        let truth = self.call_helper(Helper::truth, &[answer]);
        let flag = self.emit_folded(Op::UnboxFlag, truth);
        self.jump_block(join, &[flag]);
        self.enter_block(join);
        result
    }

    pub(super) fn contains(&mut self, dst: Register, item: Register, container: Register, negate: u16) {
        let (item, container) = (self.get(item), self.get(container));
        let found = self.call_helper(Helper::contains, &[item, container]);
        let result = if negate == 0 {
            found
        } else {
            let flag = self.emit_folded(Op::UnboxFlag, found);
            let negated = self.emit(Op::FlagNot, &[flag], &[]);
            self.box_flag(negated)
        };
        self.set(dst, result);
    }

    /// `a is b`. The results of two computations are two floats, though their bits, by which the instruction
    /// compares, may be equal; and neither is one that was there before.
    pub(super) fn same_object(&mut self, a: Value, b: Value) -> Value {
        let is_new = |f: &Function, value: Value| {
            f.op(value) == Op::BoxDouble
                && matches!(
                    f.op(f.argument(value, 0)),
                    Op::DoubleAdd
                        | Op::DoubleSub
                        | Op::DoubleMul
                        | Op::DoubleDiv
                        | Op::DoubleNeg
                        | Op::DoubleSqrt
                        | Op::DoubleCall
                        | Op::IntToDouble
                )
        };
        let entry = self.f.entry();
        let is_old = |f: &Function, mut value: Value| {
            while matches!(f.op(value), Op::AssumeType | Op::GuardType) {
                value = f.argument(value, 0);
            }
            f.as_constant(value).is_some()
                || f.op(value) == Op::LoadRegister
                || f.values[value].home == Home::Parameter(entry)
        };
        let (new_a, new_b) = (is_new(&self.f, a), is_new(&self.f, b));
        if a != b && (new_a && (new_b || is_old(&self.f, b)) || new_b && is_old(&self.f, a)) {
            return self.f.constant(Constant::Flag(false));
        }
        self.emit(Op::Same, &[a, b], &[])
    }

    // ---- truth and jumps ----

    /// The truth of a value, as a flag. Where the question never was asked, control leaves.
    pub(super) fn truth(&mut self, value: Value, site: Site) -> Value {
        let word = self.feedback(site, 0);
        let kinds = self.kinds(value, word & operand::MASK);
        self.truth_of(value, kinds, self.is_cold(site))
    }

    fn truth_of(&mut self, value: Value, kinds: u64, cold: bool) -> Value {
        match kinds {
            0 if !cold && self.leave_unknown() => value,
            operand::BOOL => {
                let checked = self.guard_type(value, Type::BOOL, ExitReason::NotBool);
                self.emit_folded(Op::UnboxFlag, checked)
            }
            operand::SMALL_INT => {
                let int = self.unbox_int(value);
                let zero = self.f.int(0);
                self.compare_ints(Condition::NotEqual, int, zero)
            }
            operand::FLOAT => {
                let double = self.unbox_double(value);
                let zero = self.f.double(0.0);
                self.emit(Op::DoubleCompare, &[double, zero], &[Immediate::Condition(Condition::NotEqual)])
            }
            NUMBERS if !self.has_failed(ExitReason::NotFloat) => {
                let double = self.to_double(value, kinds);
                let zero = self.f.double(0.0);
                self.emit(Op::DoubleCompare, &[double, zero], &[Immediate::Condition(Condition::NotEqual)])
            }
            operand::NONE => {
                self.guard_type(value, Type::NONE, ExitReason::TypeChanged);
                self.f.constant(Constant::Flag(false))
            }
            operand::STR => {
                let text = self.guard_type(value, Type::STR, ExitReason::NotStr);
                let length = self.load(text, Field::StrLength);
                let zero = self.f.int(0);
                self.compare_ints(Condition::NotEqual, length, zero)
            }
            _ if self.f.ty(value) == Type::LIST || self.f.ty(value) == Type::TUPLE => {
                let field = if self.f.ty(value) == Type::LIST { Field::ListLength } else { Field::TupleLength };
                let length = self.load(value, field);
                let zero = self.f.int(0);
                self.compare_ints(Condition::NotEqual, length, zero)
            }
            _ => {
                let truth = self.call_helper(Helper::truth, &[value]);
                self.emit_folded(Op::UnboxFlag, truth)
            }
        }
    }

    pub(super) fn jump_on_truth(&mut self, src: Register, site: Site, sense: bool, target: u32, next: u32) {
        let value = self.get(src);
        let flag = self.truth(value, site);
        if self.block.is_some() {
            self.conditional_jump(flag, sense, Some(site), target, next);
        }
    }

    pub(super) fn jump_on_none(&mut self, src: Register, site: Site, sense: bool, target: u32, next: u32) {
        let value = self.get(src);
        let none = self.f.constant(Constant::None);
        let flag = self.emit(Op::Same, &[value, none], &[]);
        self.conditional_jump(flag, sense, Some(site), target, next);
    }

    /// Jumps to `target` if the flag is `sense`. A side that was never taken is an exit.
    pub(super) fn conditional_jump(&mut self, flag: Value, sense: bool, site: Option<Site>, target: u32, next: u32) {
        let word = site.map_or(0, |site| self.feedback(site, 0));
        let (taken, not_taken) = (word >> branch::TAKEN_SHIFT & 0xffff, word >> branch::NOT_TAKEN_SHIFT & 0xffff);
        let prune = self.request.options.prune && !self.has_failed(ExitReason::NeverTaken) && site.is_some();
        if let Some(known) = self.f.as_flag(flag) {
            return self.jump_to(if known == sense { target } else { next });
        }
        // The exit executes the jump again, so nothing observable may have happened in it.
        let prune = prune && !self.recheck;
        if prune && taken == 0 && not_taken >= SURE {
            if sense {
                self.guard_false(flag, ExitReason::NeverTaken)
            } else {
                self.guard_true(flag, ExitReason::NeverTaken)
            }
            return self.jump_to(next);
        }
        if prune && not_taken == 0 && taken >= SURE {
            if sense {
                self.guard_true(flag, ExitReason::NeverTaken)
            } else {
                self.guard_false(flag, ExitReason::NeverTaken)
            }
            return self.jump_to(target);
        }
        let (yes, no) = if sense { (target, next) } else { (next, target) };
        self.branch(flag, Destination::Position(yes), Destination::Position(no));
    }
}

fn condition_of(op: Comparison) -> Condition {
    match op {
        Comparison::Lt => Condition::Less,
        Comparison::Le => Condition::LessOrEqual,
        Comparison::Eq => Condition::Equal,
        Comparison::Ne => Condition::NotEqual,
        Comparison::Gt => Condition::Greater,
        Comparison::Ge => Condition::GreaterOrEqual,
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
