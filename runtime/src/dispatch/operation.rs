//! Operators that methods written in Python answer, taken apart: which method is asked first, and what is left to do
//! if it declines.
//!
//! What lives here: the first step of the special-method protocol of binary operators, augmented assignments and
//! comparisons, for callers that call that method themselves (the interpreter in its own loop, compiled code in
//! place), and the rest of the protocol behind it. What must not: the protocol as a whole (`binary.rs`,
//! `compare.rs`), which these two functions must agree with. Start at [`first_method`].

use super::binary::{self, BinaryOperator};
use super::compare::{self, CompareOperator};
use super::special;
use crate::error::PyResult;
use crate::object::{Gc, Kind};
use crate::thread::Thread;
use crate::types::function::Function;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;

/// An operator with two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// `a op b`.
    Binary(BinaryOperator),
    /// `a op= b`.
    InPlace(BinaryOperator),
    /// `a op b` of a comparison.
    Compare(CompareOperator),
}

impl Operation {
    /// A number for each, for native code.
    pub const fn number(self) -> i64 {
        match self {
            Operation::Binary(op) => op as i64,
            Operation::InPlace(op) => (BinaryOperator::COUNT + op as usize) as i64,
            Operation::Compare(op) => (2 * BinaryOperator::COUNT + op as usize) as i64,
        }
    }

    /// The operation with a [`Operation::number`].
    pub fn of_number(number: i64) -> Operation {
        let number = number as usize;
        match number.checked_sub(BinaryOperator::COUNT) {
            None => Operation::Binary(BinaryOperator::ALL[number]),
            Some(number) => match number.checked_sub(BinaryOperator::COUNT) {
                None => Operation::InPlace(BinaryOperator::ALL[number]),
                Some(number) => Operation::Compare(CompareOperator::ALL[number]),
            },
        }
    }

    /// A binary operator, or its augmented assignment.
    pub const fn arithmetic(op: BinaryOperator, in_place: bool) -> Operation {
        if in_place { Operation::InPlace(op) } else { Operation::Binary(op) }
    }
}

/// How far the protocol has come when a method returns NotImplemented.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Tried {
    /// The in-place method of the left operand.
    InPlace,
    /// The method of the left operand.
    Left,
    /// The reflected method of the right operand, whose class is a subclass of the left one's.
    RightFirst,
    /// Both methods.
    Both,
}

impl Tried {
    /// All of them: `ALL[tried as usize] == tried`.
    pub const ALL: [Tried; 4] = [Tried::InPlace, Tried::Left, Tried::RightFirst, Tried::Both];
}

/// The method that an operator asks first.
#[derive(Clone, Copy)]
pub struct FirstMethod {
    pub method: Gc<Function>,
    /// It is the right operand's: the left one is its argument.
    pub swapped: bool,
    /// How far the protocol is when it declines.
    pub tried: Tried,
}

/// The method that decides about `a op b` first, if it is a Python function; the operands are of these classes.
pub fn first_method(
    thread: &Thread,
    operation: Operation,
    class_a: Gc<Type>,
    class_b: Gc<Type>,
) -> Option<FirstMethod> {
    let python = |method: Value, swapped: bool, tried: Tried| {
        method.cast::<Function>().map(|method| FirstMethod { method, swapped, tried })
    };
    let op = match operation {
        Operation::Compare(op) => {
            let reflected = op.reflected().special();
            if class_a != class_b
                && class_b.is_subclass_of(class_a)
                && let Some(method) = class_b.special(thread, reflected)
            {
                return python(method, true, Tried::RightFirst);
            }
            return python(class_a.special(thread, op.special())?, false, Tried::Left);
        }
        Operation::InPlace(op) => {
            if let Some(method) = binary::numeric_method(thread, class_a, op.inplace()) {
                return python(method, false, Tried::InPlace);
            }
            op
        }
        Operation::Binary(op) => op,
    };
    let left = binary::numeric_method(thread, class_a, op.special());
    let right = match class_a == class_b {
        true => None,
        false => binary::numeric_method(thread, class_b, op.reflected()),
    };
    if let Some(method) = right
        && class_b.is_subclass_of(class_a)
        && class_a.special(thread, op.reflected()) != Some(method)
    {
        return python(method, true, Tried::RightFirst);
    }
    match (left, right) {
        // What a builtin number's own method would say to an object that is no number is known.
        (Some(left), Some(right)) if left.cast::<Function>().is_none() => {
            let declines = is_builtin_number(thread, class_a) && class_b.instance_kind.get() == Kind::Instance;
            declines.then(|| python(right, true, Tried::Both)).flatten()
        }
        (Some(left), _) => python(left, false, Tried::Left),
        (None, Some(right)) => python(right, true, Tried::Both),
        (None, None) => None,
    }
}

fn is_builtin_number(thread: &Thread, class: Gc<Type>) -> bool {
    let types = &thread.vm().types;
    !class.flag(type_flags::HEAP) && [types.int, types.float, types.bool, types.complex].contains(&class)
}

/// `a op b` after the first method returned NotImplemented.
pub fn after_declined(thread: &Thread, operation: Operation, tried: Tried, a: Value, b: Value) -> PyResult<Value> {
    let (class_a, class_b) = (thread.class_of(a), thread.class_of(b));
    let (op, in_place) = match operation {
        Operation::Compare(op) => {
            let remaining = match tried {
                Tried::RightFirst => class_a.special(thread, op.special()).map(|method| (method, a, b)),
                Tried::Left => class_b.special(thread, op.reflected().special()).map(|method| (method, b, a)),
                Tried::InPlace | Tried::Both => None,
            };
            if let Some((method, receiver, argument)) = remaining {
                let result = special::call(thread, method, receiver, &[argument])?;
                if result != Value::NOT_IMPLEMENTED {
                    return Ok(result);
                }
            }
            return compare::undecided(thread, op, a, b);
        }
        Operation::Binary(op) => (op, false),
        Operation::InPlace(op) => (op, true),
    };
    let result = match tried {
        Tried::InPlace => binary::try_methods(thread, op.special(), op.reflected(), a, b)?,
        Tried::RightFirst => match binary::numeric_method(thread, class_a, op.special()) {
            Some(method) => special::call(thread, method, a, &[b])?,
            None => Value::NOT_IMPLEMENTED,
        },
        Tried::Left if class_a != class_b => match binary::numeric_method(thread, class_b, op.reflected()) {
            Some(method) => special::call(thread, method, b, &[a])?,
            None => Value::NOT_IMPLEMENTED,
        },
        Tried::Left | Tried::Both => Value::NOT_IMPLEMENTED,
    };
    binary::after_methods(thread, op, in_place, result, a, b)
}
