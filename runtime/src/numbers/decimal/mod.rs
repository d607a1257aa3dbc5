//! Decimal floating-point arithmetic: the numbers and contexts of Python's `decimal`.
//!
//! What lives here: the General Decimal Arithmetic Specification (Mike Cowlishaw, speleotrove.com/decimal, version 1.70)
//! split by family of operations. An operation takes [`Number`]s and a [`Context`], adds the conditions that it met to a
//! [`Status`], and returns a number; what is done about a condition is the caller's. Where the specification leaves a
//! choice, `libmpdec`'s is taken, which CPython's `decimal` shows. What must not: Python (`modules/decimal`).
//! Start at [`number::Number`], then [`context::Context::finish`].

pub mod arithmetic;
pub mod coefficient;
pub mod compare;
pub mod context;
pub mod convert;
pub mod digits;
pub mod division;
pub mod elementary;
pub mod fixed_point;
pub mod format;
pub mod neighbours;
pub mod number;
pub mod power;
pub mod quantize;
pub mod root;
pub mod text;

#[cfg(test)]
mod tests;

pub use coefficient::Coefficient;
pub use context::{Context, Rounding, Status};
pub use number::{Kind, Number};
