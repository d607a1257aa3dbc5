//! Comparisons, truth, membership, and the jumps that depend on them.
//!
//! What lives here: choosing flags on machine values where types or feedback allow it, and what a branch never taken
//! means. What must not: arithmetic (`numbers.rs`); comparisons that classes define (`operators.rs`).

use super::numbers::{INTS, NUMBERS, within};
use super::*;
use crate::bytecode::feedback::{branch, compare, operand};
use taipan_runtime::dispatch::compare::CompareOperator as Comparison;
use taipan_runtime::dispatch::operation::Operation;

/// How often the other side of a branch must have been taken before a side never taken is left out.
const SURE: u64 = 16;

impl Builder<'_> {
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
