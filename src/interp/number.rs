//! Operators off the fast paths, with their feedback.
//!
//! What lives here: the out-of-line parts of arithmetic, comparison, truth and membership. What must not: the
//! semantics (the runtime's `dispatch`). Start at [`binary`].
#![allow(unsafe_code)] // Feedback words are reached by address.

use taipan_runtime::dispatch::binary::{self as operators, BinaryOperator};
use taipan_runtime::dispatch::compare::{self, CompareOperator};
use taipan_runtime::dispatch::operation::{self, Operation};
use taipan_runtime::dispatch::{iter, truth as truths};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Gc, ShapeId};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;

use super::body::Body;
use super::frame::{self, Frame, Link};
use super::profile;
use crate::bytecode::feedback::{binary as facts, compare as compare_facts, operand};
use crate::bytecode::{Instruction, Register};

/// Both operands as numbers, if both are exact floats.
#[inline(always)]
pub fn both_floats(a: Value, b: Value) -> Option<(f64, f64)> {
    match (a.header(), b.header()) {
        (Some(x), Some(y)) if x.shape() == ShapeId::FLOAT && y.shape() == ShapeId::FLOAT => Some((float(x), float(y))),
        _ => None,
    }
}

#[inline(always)]
fn float(header: Gc<taipan_runtime::object::Header>) -> f64 {
    header.cast_unchecked::<Float>().value
}

/// Sets bits of a word.
#[inline(always)]
fn set(site: *mut u64, bits: u64) {
    // SAFETY: the interpreter passes the first word of a site of the running code.
    unsafe { *site |= bits };
}

/// `a op b`, or `a op= b`.
#[inline(never)]
pub fn binary(
    thread: &Thread,
    body: &Body,
    site: *mut u64,
    op: BinaryOperator,
    a: Value,
    b: Value,
    inplace: u16,
) -> PyResult<Value> {
    let kinds = profile::operands(thread, body, site, a, b);
    let result = if inplace == 0 { operators::binary(thread, op, a, b) } else { operators::inplace(thread, op, a, b) };
    match result {
        Err(_) => set(site, facts::RAISED),
        Ok(result) => {
            let ints = kinds == operand::SMALL_INT | operand::SMALL_INT << facts::RHS_SHIFT;
            if ints {
                let float = result.header().is_some_and(|header| header.shape() == ShapeId::FLOAT);
                let grown = if float { facts::FLOAT_RESULT } else { facts::INT_OVERFLOW };
                set(site, facts::TWO_INTS | if result.is_small() { 0 } else { grown });
            }
        }
    }
    result
}

/// The unary operators.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    Negative,
    Positive,
    Invert,
}

/// `op a`.
#[inline(never)]
pub fn unary(thread: &Thread, site: *mut u64, op: UnaryOperator, a: Value) -> PyResult<Value> {
    set(site, profile::operand_kind(a));
    let result = match op {
        UnaryOperator::Negative => operators::negative(thread, a),
        UnaryOperator::Positive => operators::positive(thread, a),
        UnaryOperator::Invert => operators::invert(thread, a),
    };
    match result {
        Err(_) => set(site, facts::RAISED),
        Ok(result) if a.is_small() && !result.is_small() => set(site, facts::INT_OVERFLOW),
        Ok(_) => {}
    }
    result
}

/// `==` or `!=` of two exact strings.
#[inline(always)]
fn string_equality(thread: &Thread, site: *mut u64, op: CompareOperator, a: Value, b: Value) -> Option<bool> {
    let wanted = match op {
        CompareOperator::Eq => true,
        CompareOperator::Ne => false,
        CompareOperator::Lt | CompareOperator::Le | CompareOperator::Gt | CompareOperator::Ge => return None,
    };
    let (x, y) = (a.header()?, b.header()?);
    if x.shape() != ShapeId::STR || y.shape() != ShapeId::STR {
        return None;
    }
    profile::note(site, operand::STR | operand::STR << compare_facts::RHS_SHIFT);
    Some(Str::equals(thread, x.cast_unchecked::<Str>(), y.cast_unchecked::<Str>()) == wanted)
}

/// `a op b` as a value.
#[inline(never)]
pub fn compare(
    thread: &Thread,
    body: &Body,
    site: *mut u64,
    op: CompareOperator,
    a: Value,
    b: Value,
) -> PyResult<Value> {
    if let Some(truth) = string_equality(thread, site, op, a, b) {
        return Ok(Value::from_bool(truth));
    }
    profile::operands(thread, body, site, a, b);
    let result = compare::compare(thread, op, a, b);
    if !result.is_ok_and(Value::is_bool) {
        set(site, compare_facts::IRREGULAR);
    }
    result
}

/// The truth of `a op b`.
#[inline(never)]
pub fn compare_truth(
    thread: &Thread,
    body: &Body,
    site: *mut u64,
    op: CompareOperator,
    a: Value,
    b: Value,
) -> PyResult<bool> {
    if let Some(truth) = string_equality(thread, site, op, a, b) {
        return Ok(truth);
    }
    profile::operands(thread, body, site, a, b);
    let result = compare::compare_truth(thread, op, a, b);
    if result.is_err() {
        set(site, compare_facts::IRREGULAR);
    }
    result
}

/// The truth of a value that is neither a bool nor a small int nor None.
#[inline(never)]
pub fn truth(thread: &Thread, site: *mut u64, value: Value) -> PyResult<bool> {
    set(site, profile::operand_kind(value));
    truths::truth(thread, value)
}

/// `item in container`.
#[inline(never)]
pub fn contains(thread: &Thread, body: &Body, site: *mut u64, item: Value, container: Value) -> PyResult<bool> {
    profile::operands(thread, body, site, item, container);
    let result = iter::contains(thread, container, item);
    if result.is_err() {
        set(site, compare_facts::IRREGULAR);
    }
    result
}

// ---- operators that are methods written in Python ----

/// Enters the method that answers `a op b` first, if one of the operands is of a class made by a program, the method is
/// a Python function and takes two arguments. `link`: where the instruction wants the result.
///
/// # Safety
/// `frame` is the innermost activation, `site` is one of its code's, of operands.
#[inline(never)]
pub unsafe fn enter_method(
    thread: &Thread,
    frame: *mut Frame,
    site: *mut u64,
    operation: Operation,
    a: Value,
    b: Value,
    link: Link,
) -> PyResult<Option<*mut Frame>> {
    let (left, right) = (thread.shape_of(a), thread.shape_of(b));
    if left.0.max(right.0) < ShapeId::FIXED {
        return Ok(None);
    }
    let (class_a, class_b) = (thread.class_of_shape(left), thread.class_of_shape(right));
    let Some(first) = operation::first_method(thread, operation, class_a, class_b) else { return Ok(None) };
    let body = Body::of(first.method.code());
    // SAFETY: the contract of this function; the method keeps its body alive, and `push` makes sure of the room that
    // two words above the activation take.
    unsafe {
        if (*body).exact_arguments != 2 {
            return Ok(None);
        }
        profile::operands(thread, (*frame).body(), site, a, b);
        let (receiver, argument) = if first.swapped { (b, a) } else { (a, b) };
        let top = (*frame).top;
        *top = Some(receiver);
        *top.add(1) = Some(argument);
        let link = Link { tried: first.tried as u16, ..link.with(Link::OPERATOR) };
        frame::push(thread, frame, first.method, body, top, 2, link).map(Some)
    }
}

/// Goes on in the instruction at `pc` of an activation behind the method that [`enter_method`] entered. The result is
/// stored, or decides about the jump, by `link`; what was tried stands there, too. Err: an exception is pending.
///
/// # Safety
/// `frame` is the innermost activation; the call was made by the instruction at its `pc`.
pub unsafe fn finish_operator(thread: &Thread, frame: *mut Frame, link: Link, result: Value) -> PyResult<()> {
    // SAFETY: the contract of this function; registers of an instruction lie in the activation's.
    unsafe {
        let body = (*frame).body();
        let (instruction, _) = Instruction::decode(&body.code.units, (*frame).offset() as usize);
        let Some(operator) = Operator::of(instruction) else { unreachable!("the instruction is no operator") };
        let register = |register: Register| match *(*frame).base.add(register.index()) {
            Some(value) => value,
            None => unreachable!("operands are bound"),
        };
        let result = match result {
            Value::NOT_IMPLEMENTED => {
                let a = register(operator.left);
                let b = match operator.right {
                    Right::Register(right) => register(right),
                    Right::Immediate(number) => Value::small_wrapping(i64::from(number)),
                };
                operation::after_declined(thread, operator.operation, link.tried(), a, b)?
            }
            result => result,
        };
        let length = usize::from(link.length);
        let Some(jump) = operator.jump else {
            *(*frame).base.add(usize::from(link.destination)) = Some(result);
            (*frame).pc = (*frame).pc.add(length);
            return Ok(());
        };
        let site = body.feedback.add(jump.site);
        if truths::truth(thread, result)? == jump.sense {
            profile::taken(site);
            (*frame).pc = (*frame).pc.offset(jump.target as isize);
        } else {
            profile::not_taken(site);
            (*frame).pc = (*frame).pc.add(length);
        }
        Ok(())
    }
}

/// An instruction that applies an operator, taken apart.
struct Operator {
    operation: Operation,
    left: Register,
    right: Right,
    jump: Option<Jump>,
}

enum Right {
    Register(Register),
    Immediate(i16),
}

/// What a comparison decides.
struct Jump {
    sense: bool,
    target: i32,
    site: usize,
}

impl Operator {
    fn of(instruction: Instruction) -> Option<Operator> {
        macro_rules! operators {
            (binary: $($binary:ident)*; immediate: $($immediate:ident = $operator:ident,)*; compare: $($compare:ident)*;
             jump: $($jump:ident = $jump_operator:ident,)*;
             jump_immediate: $($jump_immediate:ident = $jump_immediate_operator:ident,)*) => {
                match instruction {
                    $(Instruction::$binary(o) => Operator {
                        operation: Operation::arithmetic(BinaryOperator::$binary, o.inplace != 0),
                        left: o.lhs, right: Right::Register(o.rhs), jump: None,
                    },)*
                    $(Instruction::$immediate(o) => Operator {
                        operation: Operation::arithmetic(BinaryOperator::$operator, o.inplace != 0),
                        left: o.lhs, right: Right::Immediate(o.rhs), jump: None,
                    },)*
                    $(Instruction::$compare(o) => Operator {
                        operation: Operation::Compare(CompareOperator::$compare),
                        left: o.lhs, right: Right::Register(o.rhs), jump: None,
                    },)*
                    $(Instruction::$jump(o) => Operator {
                        operation: Operation::Compare(CompareOperator::$jump_operator),
                        left: o.lhs, right: Right::Register(o.rhs),
                        jump: Some(Jump { sense: o.sense != 0, target: o.target, site: o.site.index() }),
                    },)*
                    $(Instruction::$jump_immediate(o) => Operator {
                        operation: Operation::Compare(CompareOperator::$jump_immediate_operator),
                        left: o.lhs, right: Right::Immediate(o.rhs),
                        jump: Some(Jump { sense: o.sense != 0, target: o.target, site: o.site.index() }),
                    },)*
                    _ => return None,
                }
            };
        }
        Some(operators! {
            binary: Add Sub Mul TrueDiv FloorDiv Mod Pow LShift RShift BitAnd BitOr BitXor MatMul;
            immediate: AddImm = Add, SubImm = Sub, MulImm = Mul, FloorDivImm = FloorDiv, ModImm = Mod, LShiftImm = LShift,
                RShiftImm = RShift, BitAndImm = BitAnd,;
            compare: Lt Le Eq Ne Gt Ge;
            jump: JumpLt = Lt, JumpLe = Le, JumpEq = Eq, JumpNe = Ne, JumpGt = Gt, JumpGe = Ge,;
            jump_immediate: JumpLtImm = Lt, JumpLeImm = Le, JumpEqImm = Eq, JumpNeImm = Ne, JumpGtImm = Gt, JumpGeImm = Ge,
        })
    }
}
