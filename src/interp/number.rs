//! Operators off the fast paths, with their feedback.
//!
//! What lives here: the out-of-line parts of arithmetic, comparison, truth and membership. What must not: the
//! semantics (the runtime's `dispatch`). Start at [`binary`].
#![allow(unsafe_code)] // Feedback words are reached by address.

use taipan_runtime::dispatch::binary::{self as operators, BinaryOperator};
use taipan_runtime::dispatch::compare::{self, CompareOperator};
use taipan_runtime::dispatch::{iter, truth as truths};
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Gc, ShapeId};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;

use super::profile;
use crate::bytecode::feedback::{binary as facts, compare as compare_facts, operand};

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
    site: *mut u64,
    op: BinaryOperator,
    a: Value,
    b: Value,
    inplace: u16,
) -> PyResult<Value> {
    let kinds = profile::operand_kind(a) | profile::operand_kind(b) << facts::RHS_SHIFT;
    set(site, kinds);
    if kinds & operand::OTHER != 0 {
        profile::operand_shape(thread, site, a);
    }
    let result = if inplace == 0 { operators::binary(thread, op, a, b) } else { operators::inplace(thread, op, a, b) };
    match result {
        Err(_) => set(site, facts::RAISED),
        Ok(result) => {
            let ints = kinds == operand::SMALL_INT | operand::SMALL_INT << facts::RHS_SHIFT;
            if ints && !result.is_small() {
                let float = result.header().is_some_and(|header| header.shape() == ShapeId::FLOAT);
                set(site, if float { facts::FLOAT_RESULT } else { facts::INT_OVERFLOW });
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
pub fn compare(thread: &Thread, site: *mut u64, op: CompareOperator, a: Value, b: Value) -> PyResult<Value> {
    if let Some(truth) = string_equality(thread, site, op, a, b) {
        return Ok(Value::from_bool(truth));
    }
    profile::operands(thread, site, a, b);
    let result = compare::compare(thread, op, a, b);
    if !result.is_ok_and(Value::is_bool) {
        set(site, compare_facts::IRREGULAR);
    }
    result
}

/// The truth of `a op b`.
#[inline(never)]
pub fn compare_truth(thread: &Thread, site: *mut u64, op: CompareOperator, a: Value, b: Value) -> PyResult<bool> {
    if let Some(truth) = string_equality(thread, site, op, a, b) {
        return Ok(truth);
    }
    profile::operands(thread, site, a, b);
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
pub fn contains(thread: &Thread, site: *mut u64, item: Value, container: Value) -> PyResult<bool> {
    profile::operands(thread, site, item, container);
    let result = iter::contains(thread, container, item);
    if result.is_err() {
        set(site, compare_facts::IRREGULAR);
    }
    result
}
