//! Constant folding.
//!
//! What lives here: the value of an expression made of literals, under the limits that CPython sets so that
//! folding never makes a program bigger (`Python/flowgraph.c`: results of more than 128 bits, strings beyond
//! 4096 and tuples beyond 256 items stay unfolded). What must not: anything that could raise, warn or differ
//! from the operation at run time: such expressions are simply not folded.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Operator, UnaryOp};

use super::Compiler;
use crate::bytecode::Constant;

/// Bits of an int that folding may make.
const MAXIMUM_INT_BITS: u64 = 128;
/// Items of a tuple that folding by `*` may make.
const MAXIMUM_TUPLE: usize = 256;
/// Characters of a string that folding may make.
const MAXIMUM_STRING: usize = 4096;

impl<'a> Compiler<'a> {
    /// The value of a constant expression.
    pub(super) fn constant_of(&mut self, expression: &Expr) -> Option<Constant> {
        match expression {
            Expr::NumberLiteral(node) => self.number(node).ok(),
            Expr::StringLiteral(node) => Some(Constant::Str(self.string(node))),
            Expr::BytesLiteral(node) => Some(Constant::Bytes(node.value.bytes().collect())),
            Expr::BooleanLiteral(node) => Some(if node.value { Constant::True } else { Constant::False }),
            Expr::NoneLiteral(_) => Some(Constant::None),
            Expr::EllipsisLiteral(_) => Some(Constant::Ellipsis),
            Expr::Name(node) if node.id == "__debug__" => {
                Some(if self.options.optimize == 0 { Constant::True } else { Constant::False })
            }
            Expr::UnaryOp(_) | Expr::BinOp(_) | Expr::Tuple(_) => {
                let key = std::ptr::from_ref(expression).addr();
                if let Some(known) = self.folded.get(&key) {
                    return known.clone();
                }
                let value = self.fold(expression);
                self.folded.insert(key, value.clone());
                value
            }
            Expr::FString(node) if node.value.elements().all(|element| element.is_literal()) => {
                Some(Constant::Str(self.literal_fstring(node)))
            }
            _ => None,
        }
    }

    fn fold(&mut self, expression: &Expr) -> Option<Constant> {
        match expression {
            Expr::UnaryOp(node) => fold_unary(node.op, &self.constant_of(&node.operand)?),
            Expr::BinOp(node) => {
                // The right side is a leaf in the usual left-deep chains: look there first.
                let right = self.constant_of(&node.right)?;
                let left = self.constant_of(&node.left)?;
                fold_binary(node.op, &left, &right)
            }
            Expr::Tuple(node) if node.ctx == ast::ExprContext::Load => {
                let items: Option<Vec<Constant>> = node.iter().map(|item| self.constant_of(item)).collect();
                Some(Constant::Tuple(items?.into()))
            }
            _ => None,
        }
    }
}

/// The truth of a constant.
pub(super) fn truth(constant: &Constant) -> bool {
    match constant {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis | Constant::BigInt(_) | Constant::Slice(_) | Constant::Code(_) => true,
        Constant::Int(value) => *value != 0,
        Constant::Float(value) => *value != 0.0,
        Constant::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
        Constant::Str(bytes) | Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

fn boolean(value: bool) -> Constant {
    if value { Constant::True } else { Constant::False }
}

/// An int constant, small if it fits.
fn int(value: BigInt) -> Constant {
    match value.to_i64() {
        Some(small) => Constant::Int(small),
        None => Constant::BigInt(value),
    }
}

/// The value of an int or bool constant.
fn as_int(constant: &Constant) -> Option<BigInt> {
    match constant {
        Constant::Int(value) => Some(BigInt::from(*value)),
        Constant::BigInt(value) => Some(value.clone()),
        Constant::True => Some(BigInt::from(1)),
        Constant::False => Some(BigInt::from(0)),
        _ => None,
    }
}

/// The value of a real number as a float, if exact.
fn as_float(constant: &Constant) -> Option<f64> {
    match constant {
        Constant::Float(value) => Some(*value),
        other => as_int(other)?.to_i64().filter(|value| value.unsigned_abs() < 1 << 53).map(|value| value as f64),
    }
}

fn fold_unary(op: UnaryOp, operand: &Constant) -> Option<Constant> {
    match (op, operand) {
        (UnaryOp::Not, operand) => Some(boolean(!truth(operand))),
        (UnaryOp::USub, Constant::Float(value)) => Some(Constant::Float(-value)),
        (UnaryOp::USub, Constant::Complex { real, imag }) => Some(Constant::Complex { real: -real, imag: -imag }),
        (UnaryOp::UAdd, Constant::Float(_) | Constant::Complex { .. }) => Some(operand.clone()),
        (UnaryOp::USub, operand) => Some(int(-as_int(operand)?)),
        (UnaryOp::UAdd, operand) => Some(int(as_int(operand)?)),
        // `~True` warns at run time.
        (UnaryOp::Invert, Constant::True | Constant::False) => None,
        (UnaryOp::Invert, operand) => Some(int(-as_int(operand)? - 1)),
    }
}

fn fold_binary(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    match (left, right) {
        (Constant::Str(a), Constant::Str(b)) if op == Operator::Add => {
            Some(Constant::Str([&a[..], &b[..]].concat().into()))
        }
        (Constant::Bytes(a), Constant::Bytes(b)) if op == Operator::Add => {
            Some(Constant::Bytes([&a[..], &b[..]].concat().into()))
        }
        (Constant::Tuple(a), Constant::Tuple(b)) if op == Operator::Add => {
            Some(Constant::Tuple([&a[..], &b[..]].concat().into()))
        }
        (sequence @ (Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)), count)
        | (count, sequence @ (Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)))
            if op == Operator::Mult =>
        {
            repeat(sequence, as_int(count)?.to_i64()?)
        }
        _ => match (as_int(left), as_int(right)) {
            (Some(a), Some(b)) => fold_ints(op, left, right, &a, &b),
            _ => fold_floats(op, as_float(left)?, as_float(right)?),
        },
    }
}

fn repeat(sequence: &Constant, count: i64) -> Option<Constant> {
    let count = usize::try_from(count.max(0)).ok()?;
    let fits = |length: usize, limit: usize| length.checked_mul(count).is_some_and(|total| total <= limit);
    Some(match sequence {
        Constant::Str(bytes) if fits(bytes.len(), MAXIMUM_STRING) => Constant::Str(bytes.repeat(count).into()),
        Constant::Bytes(bytes) if fits(bytes.len(), MAXIMUM_STRING) => Constant::Bytes(bytes.repeat(count).into()),
        Constant::Tuple(items) if fits(items.len(), MAXIMUM_TUPLE) => {
            Constant::Tuple(std::iter::repeat_n(&items[..], count).flatten().cloned().collect())
        }
        _ => return None,
    })
}

fn fold_ints(op: Operator, left: &Constant, right: &Constant, a: &BigInt, b: &BigInt) -> Option<Constant> {
    let bools = matches!(left, Constant::True | Constant::False) && matches!(right, Constant::True | Constant::False);
    let logic = |value: BigInt| if bools { boolean(!value.is_zero()) } else { int(value) };
    Some(match op {
        Operator::Add => int(a + b),
        Operator::Sub => int(a - b),
        Operator::Mult if a.bits() + b.bits() <= MAXIMUM_INT_BITS => int(a * b),
        Operator::Div if !b.is_zero() => Constant::Float(as_float(left)? / as_float(right)?),
        Operator::FloorDiv if !b.is_zero() => int(floor_division(a, b).0),
        Operator::Mod if !b.is_zero() => int(floor_division(a, b).1),
        Operator::Pow if !b.is_negative() => {
            let exponent = b.to_u32()?;
            if a.bits().checked_mul(u64::from(exponent))? > MAXIMUM_INT_BITS {
                return None;
            }
            int(a.pow(exponent))
        }
        Operator::LShift if !b.is_negative() => {
            let shift = b.to_u64().filter(|shift| *shift <= MAXIMUM_INT_BITS)?;
            if a.bits() + shift > MAXIMUM_INT_BITS {
                return None;
            }
            int(a << shift)
        }
        Operator::RShift if !b.is_negative() => int(a >> b.to_u64()?),
        Operator::BitAnd => logic(a & b),
        Operator::BitOr => logic(a | b),
        Operator::BitXor => logic(a ^ b),
        _ => return None,
    })
}

/// Quotient rounded down and the remainder that goes with it.
fn floor_division(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
    let (quotient, remainder) = (a / b, a % b);
    if !remainder.is_zero() && remainder.is_negative() != b.is_negative() {
        (quotient - 1, remainder + b)
    } else {
        (quotient, remainder)
    }
}

fn fold_floats(op: Operator, a: f64, b: f64) -> Option<Constant> {
    Some(Constant::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        _ => return None,
    }))
}
