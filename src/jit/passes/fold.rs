//! Folding of single instructions: constants, identities, boxes that are taken apart again.
//!
//! What lives here: [`fold`], which looks at one instruction and what defines its arguments. What must not:
//! anything that needs the graph or memory; that is the business of the passes, which call this as they go.

use crate::jit::ir::*;
use taipan_runtime::value::Value as Word;

/// What folding found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folded {
    /// Nothing.
    No,
    /// The instruction was changed in place.
    Changed,
    /// The instruction's result is this value; the instruction is not needed.
    Value(Value),
    /// The instruction checks what always holds; it is not needed and has no result.
    Gone,
}

/// Looks at `value`, which stands in a block.
pub fn fold(f: &mut Function, value: Value) -> Folded {
    let argument = |f: &Function, i: usize| f.argument(value, i);
    match f.values[value].op {
        Op::UnboxInt => unbox(f, value, Op::BoxInt),
        Op::UnboxDouble => unbox(f, value, Op::BoxDouble),
        Op::UnboxFlag => unbox(f, value, Op::BoxFlag),
        Op::BoxInt => {
            let a = argument(f, 0);
            match f.as_int(a) {
                Some(n) => Folded::Value(f.constant(Constant::SmallInt(n))),
                None => rebox(f, a, Op::UnboxInt),
            }
        }
        Op::BoxIntWide => {
            let a = argument(f, 0);
            match f.as_int(a) {
                Some(n) if Word::small(n).is_some() => Folded::Value(f.constant(Constant::SmallInt(n))),
                _ => rebox(f, a, Op::UnboxInt),
            }
        }
        Op::BoxDouble => {
            let a = argument(f, 0);
            rebox(f, a, Op::UnboxDouble)
        }
        Op::BoxNumber => match f.as_flag(argument(f, 0)) {
            None => Folded::No,
            Some(is_int) => {
                let (op, part) = if is_int { (Op::BoxInt, 1) } else { (Op::BoxDouble, 2) };
                let part = argument(f, part);
                let instruction = &mut f.values[value];
                (instruction.op, instruction.arguments) = (op, smallvec::smallvec![part]);
                Folded::Changed
            }
        },
        Op::BoxFlag => {
            let a = argument(f, 0);
            match f.as_flag(a) {
                Some(flag) => Folded::Value(f.constant(Constant::Bool(flag))),
                None => rebox(f, a, Op::UnboxFlag),
            }
        }
        Op::FlagToInt => {
            let a = argument(f, 0);
            f.as_flag(a).map_or(Folded::No, |flag| Folded::Value(f.int(i64::from(flag))))
        }
        Op::IntToDouble => {
            let a = argument(f, 0);
            f.as_int(a).map_or(Folded::No, |n| Folded::Value(f.double(n as f64)))
        }
        Op::GuardType => {
            let a = argument(f, 0);
            match f.values[value].type_immediate() {
                Some(ty) if f.ty(a).is_subset(ty) => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::AssumeType => {
            let a = argument(f, 0);
            match f.values[value].type_immediate() {
                Some(ty) if f.ty(a).is_subset(ty) => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::HasType => {
            let a = argument(f, 0);
            match f.values[value].type_immediate() {
                Some(ty) if f.ty(a).is_subset(ty) => Folded::Value(f.constant(Constant::Flag(true))),
                Some(ty) if !f.ty(a).intersects(ty) => Folded::Value(f.constant(Constant::Flag(false))),
                Some(ty) if f.op(a) == Op::BoxNumber && ty.intersects(Type::SMALL_INT) => {
                    Folded::Value(f.argument(a, 0))
                }
                Some(_) if f.op(a) == Op::BoxNumber => {
                    let is_int = f.argument(a, 0);
                    let instruction = &mut f.values[value];
                    instruction.op = Op::FlagNot;
                    instruction.arguments = smallvec::smallvec![is_int];
                    instruction.immediates.clear();
                    Folded::Changed
                }
                _ => Folded::No,
            }
        }
        Op::GuardSame => {
            let a = argument(f, 0);
            match f.values[value].immediates.first() {
                Some(Immediate::Constant(constant)) if f.as_constant(a) == Some(*constant) => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::GuardTrue => {
            let a = argument(f, 0);
            if f.as_flag(a) == Some(true) { Folded::Gone } else { guard_not(f, value, Op::GuardFalse) }
        }
        Op::GuardFalse => {
            let a = argument(f, 0);
            if f.as_flag(a) == Some(false) { Folded::Gone } else { guard_not(f, value, Op::GuardTrue) }
        }
        Op::GuardBounds => {
            let (index, length) = (argument(f, 0), argument(f, 1));
            match (f.as_int(index), f.as_int(length)) {
                (Some(i), Some(n)) if 0 <= i && i < n => Folded::Value(index),
                _ => Folded::No,
            }
        }
        Op::GuardNonZero => {
            let a = argument(f, 0);
            if f.as_int(a).is_some_and(|n| n != 0) { Folded::Value(a) } else { Folded::No }
        }
        Op::GuardFits => {
            let a = argument(f, 0);
            if f.as_int(a).is_some_and(|n| Word::small(n).is_some()) { Folded::Value(a) } else { Folded::No }
        }
        Op::Same => same(f, value),
        Op::Select => {
            let (flag, a, b) = (argument(f, 0), argument(f, 1), argument(f, 2));
            match f.as_flag(flag) {
                Some(true) => Folded::Value(a),
                Some(false) => Folded::Value(b),
                None if a == b => Folded::Value(a),
                None => Folded::No,
            }
        }
        Op::FlagNot => {
            let a = argument(f, 0);
            match f.as_flag(a) {
                Some(flag) => Folded::Value(f.constant(Constant::Flag(!flag))),
                None if f.op(a) == Op::FlagNot => Folded::Value(f.argument(a, 0)),
                None => negated_compare(f, value, a),
            }
        }
        Op::FlagAnd => flag_pair(f, value, false),
        Op::FlagOr => flag_pair(f, value, true),
        Op::IntAdd | Op::IntAddChecked => int_add(f, value),
        Op::IntSub | Op::IntSubChecked => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) => exact(f, value, x.checked_sub(y)),
                (_, Some(0)) => Folded::Value(a),
                _ if a == b => Folded::Value(f.int(0)),
                // (x + y) - x = y, wrapping or not.
                _ if f.op(a) == Op::IntAdd && f.argument(a, 0) == b => Folded::Value(f.argument(a, 1)),
                _ if f.op(a) == Op::IntAdd && f.argument(a, 1) == b => Folded::Value(f.argument(a, 0)),
                _ => Folded::No,
            }
        }
        Op::IntMul | Op::IntMulChecked => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) => exact(f, value, x.checked_mul(y)),
                (Some(_), None) => swap(f, value),
                (_, Some(1)) => Folded::Value(a),
                (_, Some(0)) => Folded::Value(b),
                _ => Folded::No,
            }
        }
        Op::IntFloorDiv => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) if y != 0 => exact(f, value, Some(x.div_euclid(y) - i64::from(y < 0 && x.rem_euclid(y) != 0))),
                (_, Some(1)) => Folded::Value(a),
                (None, Some(y)) if y > 0 && y.count_ones() == 1 => {
                    let shift = f.int(i64::from(y.trailing_zeros()));
                    rewrite(f, value, Op::IntShr, &[a, shift])
                }
                _ => Folded::No,
            }
        }
        Op::IntMod => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) if y != 0 => {
                    let remainder = x.wrapping_rem(y);
                    let adjusted = if remainder != 0 && (remainder < 0) != (y < 0) { remainder + y } else { remainder };
                    exact(f, value, Some(adjusted))
                }
                (None, Some(y)) if y > 0 && y.count_ones() == 1 => {
                    let mask = f.int(y - 1);
                    rewrite(f, value, Op::IntAnd, &[a, mask])
                }
                _ => Folded::No,
            }
        }
        Op::IntDivUnsigned | Op::IntModUnsigned => Folded::No,
        Op::IntAnd => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) => Folded::Value(f.int(x & y)),
                (Some(_), None) => swap(f, value),
                (_, Some(0)) => Folded::Value(b),
                (_, Some(-1)) => Folded::Value(a),
                _ if a == b => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::IntOr => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) => Folded::Value(f.int(x | y)),
                (Some(_), None) => swap(f, value),
                (_, Some(0)) => Folded::Value(a),
                _ if a == b => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::IntXor => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) => Folded::Value(f.int(x ^ y)),
                (Some(_), None) => swap(f, value),
                (_, Some(0)) => Folded::Value(a),
                _ if a == b => Folded::Value(f.int(0)),
                _ => Folded::No,
            }
        }
        Op::IntShl => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) if (0..64).contains(&y) => Folded::Value(f.int(x << y)),
                (_, Some(0)) => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::IntShlChecked => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) if (0..62).contains(&y) => exact(f, value, x.checked_mul(1 << y)),
                (_, Some(0)) => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::IntShr => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) if (0..64).contains(&y) => Folded::Value(f.int(x >> y)),
                (_, Some(0)) => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::IntMin | Op::IntMax => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            let wanted = if f.op(value) == Op::IntMin { i64::min } else { i64::max };
            match (f.as_int(a), f.as_int(b)) {
                (Some(x), Some(y)) => Folded::Value(f.int(wanted(x, y))),
                (Some(_), None) => swap(f, value),
                _ if a == b => Folded::Value(a),
                _ => Folded::No,
            }
        }
        Op::IntCompare => int_compare(f, value),
        Op::DoubleAdd => doubles(f, value, |a, b| a + b),
        Op::DoubleSub => doubles(f, value, |a, b| a - b),
        Op::DoubleMul => doubles(f, value, |a, b| a * b),
        Op::DoubleDiv => doubles(f, value, |a, b| a / b),
        Op::DoubleNeg => double(f, value, |a| -a),
        Op::DoubleAbs => double(f, value, f64::abs),
        Op::DoubleFloor => double(f, value, f64::floor),
        Op::DoubleCeil => double(f, value, f64::ceil),
        Op::DoubleCompare => {
            let (a, b) = (argument(f, 0), argument(f, 1));
            match (f.as_double(a), f.as_double(b), f.values[value].condition()) {
                (Some(x), Some(y), Some(condition)) => {
                    let flag = condition.holds(x, y);
                    Folded::Value(f.constant(Constant::Flag(flag)))
                }
                _ => Folded::No,
            }
        }
        Op::WriteBarrier => {
            let stored = argument(f, 1);
            if f.ty(stored).intersects(Type::HEAP) { Folded::No } else { Folded::Gone }
        }
        Op::Parameter
        | Op::Constant
        | Op::DoubleToInt
        | Op::GuardShape
        | Op::HasShape
        | Op::AssumeShape
        | Op::Poll
        | Op::CheckValid
        // The square root is exact everywhere, but folding it would hide the domain check beside it.
        | Op::DoubleSqrt
        | Op::DoubleCall
        | Op::Load
        | Op::Store
        | Op::LoadElement
        | Op::StoreElement
        | Op::StoreShape
        | Op::New
        | Op::LoadRegister
        | Op::StoreRegister
        | Op::Suspend
        | Op::LoadResult
        | Op::NoteTraceback
        | Op::CallBytecode
        | Op::Enter
        | Op::CallHelper
        | Op::CallFunction
        | Op::CallObject
        | Op::MakeGenerator
        | Op::CallKeywords
        | Op::SamePointer
        | Op::Jump
        | Op::Branch
        | Op::Return
        | Op::Exit
        | Op::Unreachable => Folded::No,
    }
}

/// `unbox(box(x))` is `x`; the unboxed form of a constant is a constant.
fn unbox(f: &mut Function, value: Value, boxing: Op) -> Folded {
    let a = f.argument(value, 0);
    if f.op(a) == boxing {
        return Folded::Value(f.argument(a, 0));
    }
    if let Some(part) = number_part(f, a, boxing) {
        return Folded::Value(part);
    }
    match f.as_constant(a) {
        Some(Constant::SmallInt(n)) => Folded::Value(f.int(n)),
        Some(Constant::Bool(flag)) => Folded::Value(f.constant(Constant::Flag(flag))),
        Some(Constant::Object(object)) => match f.objects[object].double {
            Some(bits) => Folded::Value(f.constant(Constant::Double(bits))),
            None => Folded::No,
        },
        _ => Folded::No,
    }
}

/// The part of a number that is one or the other, known to be what `boxing` makes.
fn number_part(f: &Function, mut value: Value, boxing: Op) -> Option<Value> {
    while matches!(f.op(value), Op::AssumeType | Op::GuardType) {
        value = f.argument(value, 0);
    }
    let part = match boxing {
        Op::BoxInt => 1,
        Op::BoxDouble => 2,
        _ => return None,
    };
    (f.op(value) == Op::BoxNumber).then(|| f.argument(value, part))
}

/// `box(unbox(x))` is `x`.
fn rebox(f: &Function, a: Value, unboxing: Op) -> Folded {
    if f.op(a) == unboxing { Folded::Value(f.argument(a, 0)) } else { Folded::No }
}

/// The constant `n`, if it is exact and, for a checked instruction, fits the tag.
fn exact(f: &mut Function, value: Value, n: Option<i64>) -> Folded {
    match n {
        Some(n) if !f.values[value].effects().exits || Word::small(n).is_some() => Folded::Value(f.int(n)),
        _ => Folded::No,
    }
}

fn rewrite(f: &mut Function, value: Value, op: Op, arguments: &[Value]) -> Folded {
    let instruction = &mut f.values[value];
    instruction.op = op;
    instruction.arguments = arguments.into();
    Folded::Changed
}

fn swap(f: &mut Function, value: Value) -> Folded {
    f.values[value].arguments.swap(0, 1);
    Folded::Changed
}

fn int_add(f: &mut Function, value: Value) -> Folded {
    let (a, b) = (f.argument(value, 0), f.argument(value, 1));
    match (f.as_int(a), f.as_int(b)) {
        (Some(x), Some(y)) => exact(f, value, x.checked_add(y)),
        (Some(_), None) => swap(f, value),
        (_, Some(0)) => Folded::Value(a),
        // x + (y - x) = y, and the other way round.
        _ if f.op(b) == Op::IntSub && f.argument(b, 1) == a => Folded::Value(f.argument(b, 0)),
        _ if f.op(a) == Op::IntSub && f.argument(a, 1) == b => Folded::Value(f.argument(a, 0)),
        // (x + c) + d = x + (c + d), where nothing is checked.
        (None, Some(y)) if f.values[value].op == Op::IntAdd && f.op(a) == Op::IntAdd => {
            let (x, c) = (f.argument(a, 0), f.argument(a, 1));
            match f.as_int(c) {
                Some(c) => {
                    let sum = f.int(c.wrapping_add(y));
                    rewrite(f, value, Op::IntAdd, &[x, sum])
                }
                None => Folded::No,
            }
        }
        _ => Folded::No,
    }
}

fn same(f: &mut Function, value: Value) -> Folded {
    let (a, b) = (f.argument(value, 0), f.argument(value, 1));
    if a == b {
        return Folded::Value(f.constant(Constant::Flag(true)));
    }
    if !f.ty(a).intersects(f.ty(b)) {
        return Folded::Value(f.constant(Constant::Flag(false)));
    }
    // Different constants are different objects, unless both are floats.
    match (f.as_constant(a), f.as_constant(b)) {
        (Some(_), Some(_)) if !f.ty(a).intersects(Type::FLOAT) => Folded::Value(f.constant(Constant::Flag(false))),
        _ => Folded::No,
    }
}

/// `guard.true (not x)` is `guard.false x`, and the other way round.
fn guard_not(f: &mut Function, value: Value, other: Op) -> Folded {
    let a = f.argument(value, 0);
    if f.op(a) != Op::FlagNot {
        return Folded::No;
    }
    let inner = f.argument(a, 0);
    rewrite(f, value, other, &[inner])
}

/// `not (a < b)` is `a >= b` for ints.
fn negated_compare(f: &mut Function, value: Value, a: Value) -> Folded {
    let Some(condition) = f.values[a].condition().filter(|_| f.op(a) == Op::IntCompare) else { return Folded::No };
    let arguments = [f.argument(a, 0), f.argument(a, 1)];
    let instruction = &mut f.values[value];
    instruction.immediates = smallvec::smallvec![Immediate::Condition(condition.negated())];
    rewrite(f, value, Op::IntCompare, &arguments)
}

fn flag_pair(f: &mut Function, value: Value, dominant: bool) -> Folded {
    let (a, b) = (f.argument(value, 0), f.argument(value, 1));
    match (f.as_flag(a), f.as_flag(b)) {
        (Some(flag), _) => Folded::Value(if flag == dominant { a } else { b }),
        (_, Some(flag)) => Folded::Value(if flag == dominant { b } else { a }),
        _ if a == b => Folded::Value(a),
        _ => Folded::No,
    }
}

fn int_compare(f: &mut Function, value: Value) -> Folded {
    let (a, b) = (f.argument(value, 0), f.argument(value, 1));
    let Some(condition) = f.values[value].condition() else { return Folded::No };
    match (f.as_int(a), f.as_int(b)) {
        (Some(x), Some(y)) => Folded::Value(f.constant(Constant::Flag(condition.holds(x, y)))),
        _ if a == b => Folded::Value(f.constant(Constant::Flag(condition.holds(0, 0)))),
        (Some(_), None) => {
            f.values[value].immediates = smallvec::smallvec![Immediate::Condition(condition.swapped())];
            swap(f, value)
        }
        // A flag made an int, compared with 0 or 1, is the flag again.
        (None, Some(n)) if f.op(a) == Op::FlagToInt => match (condition, n) {
            (Condition::NotEqual, 0) | (Condition::Equal, 1) => Folded::Value(f.argument(a, 0)),
            (Condition::Equal, 0) | (Condition::NotEqual, 1) => {
                let flag = f.argument(a, 0);
                f.values[value].immediates.clear();
                rewrite(f, value, Op::FlagNot, &[flag])
            }
            _ => Folded::No,
        },
        _ => Folded::No,
    }
}

fn doubles(f: &mut Function, value: Value, compute: impl Fn(f64, f64) -> f64) -> Folded {
    match (f.as_double(f.argument(value, 0)), f.as_double(f.argument(value, 1))) {
        // The bits of a NaN may differ between this machine's folding and the instruction.
        (Some(a), Some(b)) if !compute(a, b).is_nan() => Folded::Value(f.double(compute(a, b))),
        _ => Folded::No,
    }
}

fn double(f: &mut Function, value: Value, compute: impl Fn(f64) -> f64) -> Folded {
    match f.as_double(f.argument(value, 0)) {
        Some(a) if !a.is_nan() => Folded::Value(f.double(compute(a))),
        _ => Folded::No,
    }
}
