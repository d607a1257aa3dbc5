//! Operators that methods of classes answer: `a + b`, `a < b` where an operand is an object.
//!
//! What lives here: calling, and so inlining, the method that the classes seen at a site would ask first, and what
//! follows if it declines. What must not: which method that is (the runtime's `dispatch/operation.rs`), and operators
//! on builtin values (`numbers.rs`).

use super::*;
use crate::bytecode::feedback::{operand, pair};
use taipan_runtime::dispatch::operation::{self, FirstMethod, Operation};

/// The shapes of two operands, and what answers them first.
struct Seen {
    shapes: [u32; 2],
    first: FirstMethod,
}

impl Builder<'_> {
    /// `left op right` by the methods of the classes seen here; `a` and `b` are the kinds of the operands. `None` if that
    /// is left to the runtime, `Some(None)` if control does not come back.
    pub(super) fn operator_by_method(
        &mut self,
        operation: Operation,
        left: Value,
        right: Value,
        (a, b): (u64, u64),
        site: Site,
        dst: Option<Register>,
    ) -> Option<Option<Value>> {
        if (a | b) & operand::OTHER == 0 || self.is_cold(site) || self.has_failed(ExitReason::ShapeChanged) {
            return None;
        }
        let seen = self.seen_operators(operation, site)?;
        // Other operands, which need no method, came by too: they are the runtime's.
        let complete = a == operand::OTHER || b == operand::OTHER;
        let mut cases = self.begin_cases(&[Type::ANY]);
        for (index, seen_here) in seen.iter().enumerate() {
            let last = complete && index + 1 == seen.len();
            let flag = (!last).then(|| {
                let flags = [(left, 0), (right, 1)].map(|(value, side)| {
                    self.emit(Op::HasShape, &[value], &[Immediate::Shape(seen_here.shapes[side])])
                });
                self.emit(Op::FlagAnd, &flags, &[])
            });
            self.case(&mut cases, flag, |this| {
                this.call_first_method(operation, seen_here, left, right, dst).map(|value| [value])
            });
        }
        if !complete {
            self.case(&mut cases, None, |this| Some([this.operator_by_runtime(operation, left, right)]));
        }
        Some(Some(self.end_cases(cases)[0]))
    }

    /// The pairs of shapes of a site, if every one has a method written in Python that is asked first.
    fn seen_operators(&mut self, operation: Operation, site: Site) -> Option<Vec<Seen>> {
        if self.feedback(site, 0) & pair::MEGAMORPHIC != 0 {
            return None;
        }
        let mut seen = Vec::new();
        for index in pair::FIRST..pair::FIRST + pair::COUNT {
            let word = self.feedback(site, index);
            if word == 0 {
                continue;
            }
            let shapes = [word as u32, (word >> 32) as u32];
            let outdated = |shape: &u32| self.thread.vm().shapes.successor(ShapeId(*shape)).is_some();
            if shapes.iter().any(outdated) {
                continue;
            }
            let [Some(class_a), Some(class_b)] = shapes.map(|shape| self.thread.living_class_of_shape(ShapeId(shape)))
            else {
                continue;
            };
            let first = operation::first_method(self.thread, operation, class_a, class_b)?;
            seen.push(Seen { shapes, first });
        }
        (!seen.is_empty()).then_some(seen)
    }

    /// Calls the method that operands of these shapes ask first. `None`: control does not come back.
    fn call_first_method(
        &mut self,
        operation: Operation,
        seen: &Seen,
        left: Value,
        right: Value,
        dst: Option<Register>,
    ) -> Option<Value> {
        let [a, b] = [(left, seen.shapes[0]), (right, seen.shapes[1])].map(|(value, shape)| {
            self.assume_class(self.thread.class_of_shape(ShapeId(shape)));
            match type_of_shape(ShapeId(shape)) {
                Type::OBJECT | Type::LIST => self.guard_shape(value, shape),
                ty => self.guard_type(value, ty, ExitReason::ShapeChanged),
            }
        });
        let arguments = if seen.first.swapped { [b, a] } else { [a, b] };
        let answer = self.call_method_of_operator(seen.first.method, &arguments, seen.first.tried, dst)?;
        if !self.f.ty(answer).intersects(Type::SINGLETON) {
            return Some(answer);
        }
        let declined = self.f.constant(Constant::NotImplemented);
        let has_declined = self.emit(Op::Same, &[answer, declined], &[]);
        let (rest, join) = (self.new_block(), self.new_block());
        let answered = self.new_block();
        let result = self.f.new_parameter(join, Type::ANY);
        self.branch(has_declined, Destination::Block(rest), Destination::Block(answered));
        self.enter_block(answered);
        self.jump_block(join, &[answer]);
        self.enter_block(rest);
        let numbers = [operation.number(), seen.first.tried as i64].map(|number| self.f.int(number));
        let value = self.call_helper(Helper::operator_declined, &[numbers[0], numbers[1], left, right]);
        self.jump_block(join, &[value]);
        self.enter_block(join);
        Some(result)
    }

    fn operator_by_runtime(&mut self, operation: Operation, left: Value, right: Value) -> Value {
        let (helper, number) = match operation {
            Operation::Binary(op) => (Helper::binary, op as i64),
            Operation::InPlace(op) => (Helper::binary_in_place, op as i64),
            Operation::Compare(op) => (Helper::compare, op as i64),
        };
        let number = self.f.int(number);
        self.call_helper(helper, &[number, left, right])
    }
}
