//! Arithmetic and bitwise operators on arbitrary values.
//!
//! What lives here: the table of operators, fast paths for builtin numbers, the special-method protocol with
//! reflected and in-place methods, and its error messages. What must not: the arithmetic itself
//! (`types/int/arithmetic.rs` and its neighbours). Start at [`for_each_binary_operator!`], then [`binary`].
//!
//! Sequences take part in `+` and `*` by another protocol than numbers: the numeric methods of *both* operands
//! are tried first, and only then does the left sequence concatenate (Python's C interface keeps `sq_concat`
//! apart from `nb_add`). So `[1] + x` asks `x.__radd__` before `list.__add__`; see [`is_sequence_method`].

use crate::dispatch::text::percent;
use crate::dispatch::{number, special};
use crate::error::PyResult;
use crate::modules::decimal::{self, number::DecimalObject};
use crate::object::{Gc, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::complex::{self, arithmetic as complex_arithmetic, arithmetic::Operand};
use crate::types::float::{self, arithmetic as float_arithmetic, arithmetic::Power};
use crate::types::int::{self, IntRef, arithmetic as int_arithmetic};
use crate::types::list::List;
use crate::types::native_function::NativeFunction;
use crate::types::set::Set;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;

/// Calls `$callback!` with the operators:
/// `Variant: function, in-place function, symbol, in-place symbol, special, reflected, in-place special;`.
#[macro_export]
macro_rules! for_each_binary_operator {
    ($callback:ident) => {
        $callback! {
            Add: add, inplace_add, "+", "+=", Add, RAdd, IAdd;
            Sub: subtract, inplace_subtract, "-", "-=", Sub, RSub, ISub;
            Mul: multiply, inplace_multiply, "*", "*=", Mul, RMul, IMul;
            TrueDiv: true_divide, inplace_true_divide, "/", "/=", TrueDiv, RTrueDiv, ITrueDiv;
            FloorDiv: floor_divide, inplace_floor_divide, "//", "//=", FloorDiv, RFloorDiv, IFloorDiv;
            Mod: modulo, inplace_modulo, "%", "%=", Mod, RMod, IMod;
            Pow: power, inplace_power, "** or pow()", "**=", Pow, RPow, IPow;
            LShift: shift_left, inplace_shift_left, "<<", "<<=", LShift, RLShift, ILShift;
            RShift: shift_right, inplace_shift_right, ">>", ">>=", RShift, RRShift, IRShift;
            BitAnd: bit_and, inplace_bit_and, "&", "&=", And, RAnd, IAnd;
            BitOr: bit_or, inplace_bit_or, "|", "|=", Or, ROr, IOr;
            BitXor: bit_xor, inplace_bit_xor, "^", "^=", Xor, RXor, IXor;
            MatMul: matrix_multiply, inplace_matrix_multiply, "@", "@=", MatMul, RMatMul, IMatMul;
        }
    };
}

macro_rules! define_binary_operators {
    ($($variant:ident: $function:ident, $inplace:ident, $symbol:literal, $inplace_symbol:literal,
       $special:ident, $reflected:ident, $inplace_special:ident;)*) => {
        /// A binary operator that has an augmented assignment.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum BinaryOperator { $($variant,)* }

        impl BinaryOperator {
            /// How many there are.
            pub const COUNT: usize = [$(BinaryOperator::$variant),*].len();
            /// All of them: `ALL[op as usize] == op`.
            pub const ALL: [BinaryOperator; BinaryOperator::COUNT] = [$(BinaryOperator::$variant),*];

            /// As error messages show it.
            pub const fn symbol(self) -> &'static str {
                match self { $(BinaryOperator::$variant => $symbol,)* }
            }

            /// The augmented assignment, as error messages show it.
            pub const fn inplace_symbol(self) -> &'static str {
                match self { $(BinaryOperator::$variant => $inplace_symbol,)* }
            }

            /// The special method of the left operand.
            pub const fn special(self) -> Special {
                match self { $(BinaryOperator::$variant => Special::$special,)* }
            }

            /// The special method of the right operand.
            pub const fn reflected(self) -> Special {
                match self { $(BinaryOperator::$variant => Special::$reflected,)* }
            }

            /// The special method that augmented assignment tries first.
            pub const fn inplace(self) -> Special {
                match self { $(BinaryOperator::$variant => Special::$inplace_special,)* }
            }
        }

        $(
            #[doc = concat!("`a ", $inplace_symbol, " b`: the value to assign.")]
            #[inline]
            pub fn $inplace(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
                match on_numbers(thread, BinaryOperator::$variant, a, b) {
                    Some(result) => result,
                    None => inplace_by_methods(thread, BinaryOperator::$variant, a, b),
                }
            }
        )*

        /// The operators without their fast paths: `(thread, a, b)`, indexed by `BinaryOperator as usize`.
        pub static FUNCTIONS: [fn(&Thread, Value, Value) -> PyResult<Value>; BinaryOperator::COUNT] = [$($function),*];
        /// The augmented assignments, indexed by `BinaryOperator as usize`.
        pub static INPLACE_FUNCTIONS: [fn(&Thread, Value, Value) -> PyResult<Value>; BinaryOperator::COUNT] = [$($inplace),*];
    };
}
for_each_binary_operator!(define_binary_operators);

// ---- entry points ----

/// `a op b`.
pub fn binary(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    FUNCTIONS[op as usize](thread, a, b)
}

/// `a op= b`: the value to assign.
pub fn inplace(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    INPLACE_FUNCTIONS[op as usize](thread, a, b)
}

/// The operator when no inline case of its function applied.
#[inline(never)]
fn general(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    match on_numbers(thread, op, a, b) {
        Some(result) => result,
        None => by_methods(thread, op, a, b),
    }
}

/// Both operands as doubles, if both are exact floats.
#[inline(always)]
fn both_floats(a: Value, b: Value) -> Option<(f64, f64)> {
    match (a.header(), b.header()) {
        (Some(ha), Some(hb)) if ha.shape() == ShapeId::FLOAT && hb.shape() == ShapeId::FLOAT => {
            Some((ha.cast_unchecked::<float::Float>().value, hb.cast_unchecked::<float::Float>().value))
        }
        _ => None,
    }
}

/// `a + b`
#[inline]
pub fn add(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if Value::both_small(a, b)
        && let Some(sum) = Value::add_small(a, b)
    {
        return Ok(sum);
    }
    if let Some((x, y)) = both_floats(a, b) {
        return Ok(float::from_f64(thread, x + y));
    }
    if let Some((a, b)) = both_exact_strings(a, b) {
        return Ok(Str::concat(thread, a, b)?.value());
    }
    general(thread, BinaryOperator::Add, a, b)
}

#[inline(always)]
fn both_exact_strings(a: Value, b: Value) -> Option<(Gc<Str>, Gc<Str>)> {
    match (a.header(), b.header()) {
        (Some(ha), Some(hb)) if ha.shape() == ShapeId::STR && hb.shape() == ShapeId::STR => {
            Some((ha.cast_unchecked(), hb.cast_unchecked()))
        }
        _ => None,
    }
}

/// `a - b`
#[inline]
pub fn subtract(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if Value::both_small(a, b)
        && let Some(difference) = Value::sub_small(a, b)
    {
        return Ok(difference);
    }
    if let Some((x, y)) = both_floats(a, b) {
        return Ok(float::from_f64(thread, x - y));
    }
    general(thread, BinaryOperator::Sub, a, b)
}

/// `a * b`
#[inline]
pub fn multiply(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if Value::both_small(a, b)
        && let Some(product) = Value::mul_small(a, b)
    {
        return Ok(product);
    }
    if let Some((x, y)) = both_floats(a, b) {
        return Ok(float::from_f64(thread, x * y));
    }
    general(thread, BinaryOperator::Mul, a, b)
}

/// `a / b`
#[inline]
pub fn true_divide(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if let Some((x, y)) = both_floats(a, b) {
        return Ok(float::from_f64(thread, float_arithmetic::divide(thread, x, y)?));
    }
    general(thread, BinaryOperator::TrueDiv, a, b)
}

/// `a // b`
#[inline]
pub fn floor_divide(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
        && y > 0
    {
        return Ok(Value::small_wrapping(x.div_euclid(y)));
    }
    general(thread, BinaryOperator::FloorDiv, a, b)
}

/// `a % b`
#[inline]
pub fn modulo(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
        && y > 0
    {
        return Ok(Value::small_wrapping(x.rem_euclid(y)));
    }
    general(thread, BinaryOperator::Mod, a, b)
}

/// `a ** b`
#[inline]
pub fn power(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    general(thread, BinaryOperator::Pow, a, b)
}

/// `a << b`
#[inline]
pub fn shift_left(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    general(thread, BinaryOperator::LShift, a, b)
}

/// `a >> b`
#[inline]
pub fn shift_right(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small())
        && y >= 0
    {
        return Ok(Value::small_wrapping(x >> y.min(63)));
    }
    general(thread, BinaryOperator::RShift, a, b)
}

/// `a & b`
#[inline]
pub fn bit_and(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
        return Ok(Value::small_wrapping(x & y));
    }
    general(thread, BinaryOperator::BitAnd, a, b)
}

/// `a | b`
#[inline]
pub fn bit_or(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
        return Ok(Value::small_wrapping(x | y));
    }
    general(thread, BinaryOperator::BitOr, a, b)
}

/// `a ^ b`
#[inline]
pub fn bit_xor(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
        return Ok(Value::small_wrapping(x ^ y));
    }
    general(thread, BinaryOperator::BitXor, a, b)
}

/// `a @ b`
#[inline]
pub fn matrix_multiply(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    general(thread, BinaryOperator::MatMul, a, b)
}

// ---- builtin numbers ----

/// A value of an exact builtin number class.
#[derive(Clone, Copy)]
enum Number {
    Bool(bool),
    Int(IntRef),
    Float(f64),
    Complex(complex::ComplexNumber),
}

#[inline]
fn exact_number(value: Value) -> Option<Number> {
    if let Some(n) = value.as_small() {
        return Some(Number::Int(IntRef::Small(n)));
    }
    let Some(header) = value.header() else {
        return value.as_bool().map(Number::Bool);
    };
    match header.shape() {
        ShapeId::FLOAT => Some(Number::Float(header.cast_unchecked::<float::Float>().value)),
        ShapeId::BIG_INT => Some(Number::Int(IntRef::Big(header.cast_unchecked()))),
        ShapeId::COMPLEX => Some(Number::Complex(header.cast_unchecked::<complex::Complex>().value)),
        _ => None,
    }
}

/// The operator on two exact builtin numbers; `None` if one is something else or they do not support it.
fn on_numbers(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> Option<PyResult<Value>> {
    let (a, b) = (exact_number(a)?, exact_number(b)?);
    match (a, b) {
        (Number::Bool(a), Number::Bool(b)) => match op {
            BinaryOperator::BitAnd => Some(Ok(Value::from_bool(a & b))),
            BinaryOperator::BitOr => Some(Ok(Value::from_bool(a | b))),
            BinaryOperator::BitXor => Some(Ok(Value::from_bool(a ^ b))),
            _ => on_ints(thread, op, IntRef::Small(i64::from(a)), IntRef::Small(i64::from(b))),
        },
        (Number::Bool(a), Number::Int(b)) => on_ints(thread, op, IntRef::Small(i64::from(a)), b),
        (Number::Int(a), Number::Bool(b)) => on_ints(thread, op, a, IntRef::Small(i64::from(b))),
        (Number::Int(a), Number::Int(b)) => on_ints(thread, op, a, b),
        (Number::Complex(_), _) | (_, Number::Complex(_)) => {
            let operands = complex_operand(thread, a).and_then(|a| Ok((a, complex_operand(thread, b)?)));
            match operands {
                Ok((a, b)) => on_complex(thread, op, a, b),
                Err(raised) => supports_complex(op).then_some(Err(raised)),
            }
        }
        (Number::Float(a), b) => float_operand(thread, op, b).and_then(|b| match b {
            Ok(b) => on_floats(thread, op, a, b),
            Err(raised) => Some(Err(raised)),
        }),
        (a, Number::Float(b)) => float_operand(thread, op, a).and_then(|a| match a {
            Ok(a) => on_floats(thread, op, a, b),
            Err(raised) => Some(Err(raised)),
        }),
    }
}

/// The operator on two ints, as `int`'s methods define it; `None` for `@`.
#[inline]
pub fn on_ints(thread: &Thread, op: BinaryOperator, a: IntRef, b: IntRef) -> Option<PyResult<Value>> {
    Some(match op {
        BinaryOperator::Add => int_arithmetic::add(thread, a, b),
        BinaryOperator::Sub => int_arithmetic::subtract(thread, a, b),
        BinaryOperator::Mul => int_arithmetic::multiply(thread, a, b),
        BinaryOperator::TrueDiv => int_arithmetic::true_divide(thread, a, b).map(|x| float::from_f64(thread, x)),
        BinaryOperator::FloorDiv => int_arithmetic::floor_divide(thread, a, b),
        BinaryOperator::Mod => int_arithmetic::modulo(thread, a, b),
        BinaryOperator::Pow => int::powers::power(thread, a, b),
        BinaryOperator::LShift => int_arithmetic::shift_left(thread, a, b),
        BinaryOperator::RShift => int_arithmetic::shift_right(thread, a, b),
        BinaryOperator::BitAnd => Ok(int_arithmetic::and(thread, a, b)),
        BinaryOperator::BitOr => Ok(int_arithmetic::or(thread, a, b)),
        BinaryOperator::BitXor => Ok(int_arithmetic::xor(thread, a, b)),
        BinaryOperator::MatMul => return None,
    })
}

/// The operator on two doubles, as `float`'s methods define it; `None` for bitwise operators and `@`.
#[inline]
pub fn on_floats(thread: &Thread, op: BinaryOperator, a: f64, b: f64) -> Option<PyResult<Value>> {
    let result = match op {
        BinaryOperator::Add => Ok(a + b),
        BinaryOperator::Sub => Ok(a - b),
        BinaryOperator::Mul => Ok(a * b),
        BinaryOperator::TrueDiv => float_arithmetic::divide(thread, a, b),
        BinaryOperator::FloorDiv => float_arithmetic::floor_divide(thread, a, b),
        BinaryOperator::Mod => float_arithmetic::modulo(thread, a, b),
        BinaryOperator::Pow => {
            return Some(float_arithmetic::power_or_complex(thread, a, b).map(|result| match result {
                Power::Real(x) => float::from_f64(thread, x),
                Power::Complex(z) => complex::from_number(thread, z),
            }));
        }
        BinaryOperator::LShift
        | BinaryOperator::RShift
        | BinaryOperator::BitAnd
        | BinaryOperator::BitOr
        | BinaryOperator::BitXor
        | BinaryOperator::MatMul => return None,
    };
    Some(result.map(|x| float::from_f64(thread, x)))
}

/// The operators that `complex` has.
const fn supports_complex(op: BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Add | BinaryOperator::Sub | BinaryOperator::Mul | BinaryOperator::TrueDiv | BinaryOperator::Pow
    )
}

/// The operator on complex operands, as `complex`'s methods define it; `None` for those it does not have.
#[inline]
pub fn on_complex(thread: &Thread, op: BinaryOperator, a: Operand, b: Operand) -> Option<PyResult<Value>> {
    let result = match op {
        BinaryOperator::Add => Ok(complex_arithmetic::add(a, b)),
        BinaryOperator::Sub => Ok(complex_arithmetic::subtract(a, b)),
        BinaryOperator::Mul => Ok(complex_arithmetic::multiply(a, b)),
        BinaryOperator::TrueDiv => complex_arithmetic::divide(thread, a, b),
        BinaryOperator::Pow => complex_arithmetic::power(thread, a.widen(), b.widen()),
        BinaryOperator::FloorDiv
        | BinaryOperator::Mod
        | BinaryOperator::LShift
        | BinaryOperator::RShift
        | BinaryOperator::BitAnd
        | BinaryOperator::BitOr
        | BinaryOperator::BitXor
        | BinaryOperator::MatMul => return None,
    };
    Some(result.map(|z| complex::from_number(thread, z)))
}

/// The other operand of a float operator; `None` if floats lack the operator, so that an int too large for a
/// double raises TypeError and not OverflowError.
fn float_operand(thread: &Thread, op: BinaryOperator, number: Number) -> Option<PyResult<f64>> {
    let has = matches!(
        op,
        BinaryOperator::Add
            | BinaryOperator::Sub
            | BinaryOperator::Mul
            | BinaryOperator::TrueDiv
            | BinaryOperator::FloorDiv
            | BinaryOperator::Mod
            | BinaryOperator::Pow
    );
    has.then(|| match number {
        Number::Float(x) => Ok(x),
        Number::Bool(b) => Ok(f64::from(u8::from(b))),
        Number::Int(n) => int_arithmetic::to_f64_or_overflow(thread, n),
        Number::Complex(z) => Ok(z.real),
    })
}

fn complex_operand(thread: &Thread, number: Number) -> PyResult<Operand> {
    Ok(match number {
        Number::Complex(z) => Operand::Complex(z),
        Number::Float(x) => Operand::Real(x),
        Number::Bool(b) => Operand::Real(f64::from(u8::from(b))),
        Number::Int(n) => Operand::Real(int_arithmetic::to_f64_or_overflow(thread, n)?),
    })
}

// ---- the protocol ----

/// The method belongs to a builtin sequence class, for which `+` and `*` are not numeric operators.
fn is_sequence_method(class: Gc<Type>, method: Value) -> bool {
    let sequence =
        matches!(class.instance_kind.get(), Kind::Str | Kind::List | Kind::Tuple | Kind::Bytes | Kind::ByteArray)
            || class.flag(type_flags::SEQUENCE) && class.instance_kind.get() == Kind::Payload;
    sequence && method.cast::<NativeFunction>().is_some()
}

/// The method of `class` is a numeric operator; see the module's doc about those that are not.
///
/// A Python subclass of a sequence that defines one method of a pair (`__radd__`) makes numeric operators of
/// both, and its inherited `+=` is always one: so CPython fills the slots of such classes.
fn is_numeric(thread: &Thread, class: Gc<Type>, special: Special, method: Value) -> bool {
    let partner = match special {
        Special::Add => Special::RAdd,
        Special::Mul => Special::RMul,
        Special::RMul => Special::Mul,
        Special::IAdd | Special::IMul => special,
        _ => return true,
    };
    if !is_sequence_method(class, method) {
        return true;
    }
    if !class.flag(type_flags::HEAP) {
        return false;
    }
    special == Special::IAdd
        || class.special(thread, partner).is_some_and(|partner| partner.cast::<NativeFunction>().is_none())
}

/// The numeric method of `class`, leaving out `+` and `*` of sequences.
#[inline]
pub(super) fn numeric_method(thread: &Thread, class: Gc<Type>, special: Special) -> Option<Value> {
    class.special(thread, special).filter(|&method| is_numeric(thread, class, special, method))
}

/// The sequence method of `class`, complementing [`numeric_method`].
fn sequence_method(thread: &Thread, class: Gc<Type>, special: Special) -> Option<Value> {
    class.special(thread, special).filter(|&method| !is_numeric(thread, class, special, method))
}

/// Tries the method of `a` and the reflected one of `b`, in the order the classes ask for; NotImplemented if
/// neither answers.
pub(super) fn try_methods(thread: &Thread, method: Special, reflected: Special, a: Value, b: Value) -> PyResult<Value> {
    let (class_a, class_b) = (thread.class_of(a), thread.class_of(b));
    let left = numeric_method(thread, class_a, method);
    let mut right = if class_a == class_b { None } else { numeric_method(thread, class_b, reflected) };
    if let Some(right_method) = right
        && class_b.is_subclass_of(class_a)
        && class_a.special(thread, reflected) != Some(right_method)
    {
        right = None;
        let result = special::call(thread, right_method, b, &[a])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if let Some(left_method) = left {
        let result = special::call(thread, left_method, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    match right {
        Some(right_method) => special::call(thread, right_method, b, &[a]),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Algebra of exact sets and frozensets, whose methods no class overrides. `None`: the operator is none of it.
#[inline]
fn on_sets(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> Option<PyResult<Value>> {
    let (left, right) = (a.cast::<Set>()?, b.cast::<Set>()?);
    if !left.is_exact() || !right.is_exact() {
        return None;
    }
    let result = match op {
        BinaryOperator::Sub => left.difference(thread, b),
        BinaryOperator::BitAnd => left.intersection(thread, b),
        BinaryOperator::BitOr => left.union(thread, &[b]),
        BinaryOperator::BitXor => left.symmetric_difference(thread, b),
        BinaryOperator::Add
        | BinaryOperator::Mul
        | BinaryOperator::TrueDiv
        | BinaryOperator::FloorDiv
        | BinaryOperator::Mod
        | BinaryOperator::Pow
        | BinaryOperator::LShift
        | BinaryOperator::RShift
        | BinaryOperator::MatMul => return None,
    };
    Some(result.map(|set| set.value()))
}

/// `+`, `*` and `%` of exact builtin sequences, where the protocol could only come to the same. `None`: the operands
/// are no such pair.
#[inline]
fn on_exact_sequences(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> Option<PyResult<Value>> {
    let left = a.header()?;
    let right = b.header().map(|header| header.shape());
    match op {
        BinaryOperator::Add if left.shape().is_list() && right?.is_list() => {
            let sum = left.cast_unchecked::<List>().concatenated(thread, b.cast::<List>()?);
            Some(sum.map(|list| list.value()))
        }
        BinaryOperator::Add if left.shape() == ShapeId::TUPLE && right? == ShapeId::TUPLE => {
            Some(Ok(left.cast_unchecked::<Tuple>().concatenated(thread, b.cast::<Tuple>()?).value()))
        }
        BinaryOperator::Mul => {
            let count = usize::try_from(b.as_small()?).unwrap_or(0);
            match left.shape() {
                shape if shape.is_list() => {
                    Some(left.cast_unchecked::<List>().repeated(thread, count).map(|list| list.value()))
                }
                ShapeId::STR => Some(Str::repeat(left.cast_unchecked(), thread, count).map(|text| text.value())),
                _ => None,
            }
        }
        // A format never declines; only subclasses of `str` would be asked before it.
        BinaryOperator::Mod
            if left.shape() == ShapeId::STR
                && right.is_none_or(|shape| matches!(shape, ShapeId::TUPLE | ShapeId::STR | ShapeId::FLOAT)) =>
        {
            Some(percent::format_str(thread, left.cast_unchecked(), b).map(|text| text.value()))
        }
        BinaryOperator::Add
        | BinaryOperator::Sub
        | BinaryOperator::TrueDiv
        | BinaryOperator::FloorDiv
        | BinaryOperator::Mod
        | BinaryOperator::Pow
        | BinaryOperator::LShift
        | BinaryOperator::RShift
        | BinaryOperator::BitAnd
        | BinaryOperator::BitOr
        | BinaryOperator::BitXor
        | BinaryOperator::MatMul => None,
    }
}

#[inline(never)]
fn by_methods(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    if let Some(result) = on_sets(thread, op, a, b) {
        return result;
    }
    thread.check_native_stack("")?;
    if let Some(result) = on_exact_sequences(thread, op, a, b) {
        return result;
    }
    let result = try_methods(thread, op.special(), op.reflected(), a, b)?;
    after_methods(thread, op, false, result, a, b)
}

/// What the methods answered, or what sequences do if they all declined.
pub(super) fn after_methods(
    thread: &Thread,
    op: BinaryOperator,
    in_place: bool,
    result: Value,
    a: Value,
    b: Value,
) -> PyResult<Value> {
    if result != Value::NOT_IMPLEMENTED {
        return Ok(result);
    }
    match on_sequences(thread, op, in_place, a, b)? {
        Some(result) => Ok(result),
        None => Err(unsupported(thread, if in_place { op.inplace_symbol() } else { op.symbol() }, a, b)),
    }
}

#[inline(never)]
fn inplace_by_methods(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    if op == BinaryOperator::Add
        && let Some((a, b)) = both_exact_strings(a, b)
    {
        return Ok(Str::concat(thread, a, b)?.value());
    }
    thread.check_native_stack("")?;
    if let Some(method) = numeric_method(thread, thread.class_of(a), op.inplace()) {
        let result = special::call(thread, method, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    let result = try_methods(thread, op.special(), op.reflected(), a, b)?;
    after_methods(thread, op, true, result, a, b)
}

/// Instances may have sequence methods: those of Python classes, and of builtin ones with items or a length.
fn may_be_sequence(thread: &Thread, class: Gc<Type>) -> bool {
    class.flag(type_flags::HEAP)
        || [Special::Len, Special::Contains, Special::GetItem]
            .iter()
            .any(|&special| class.special(thread, special).is_some())
}

/// `+` and `*` of builtin sequences, after the numeric methods declined.
fn on_sequences(thread: &Thread, op: BinaryOperator, in_place: bool, a: Value, b: Value) -> PyResult<Option<Value>> {
    let (class_a, class_b) = (thread.class_of(a), thread.class_of(b));
    let preferred = |class| {
        in_place
            .then(|| sequence_method(thread, class, op.inplace()))
            .flatten()
            .or_else(|| sequence_method(thread, class, op.special()))
    };
    if op == BinaryOperator::Add {
        return match preferred(class_a) {
            Some(method) => special::call(thread, method, a, &[b]).map(Some),
            None => Ok(None),
        };
    }
    if op != BinaryOperator::Mul {
        return Ok(None);
    }
    let (sequence, count, method) = match preferred(class_a) {
        Some(method) => (a, b, method),
        // `a *= b` looks at the right side only if the left could not be a sequence at all.
        None if in_place && may_be_sequence(thread, class_a) => return Ok(None),
        None => match sequence_method(thread, class_b, Special::Mul) {
            Some(method) => (b, a, method),
            None => return Ok(None),
        },
    };
    if !number::has_index(thread, count) {
        let name = thread.type_name(count);
        return Err(thread.raise_type_error(format!("can't multiply sequence by non-int of type '{name}'")));
    }
    let count = number::index_i64(thread, count)?;
    special::call(thread, method, sequence, &[int::from_i64(thread, count)]).map(Some)
}

#[cold]
fn unsupported(thread: &Thread, symbol: &str, a: Value, b: Value) -> crate::error::Raised {
    let (left, right) = (thread.type_name(a), thread.type_name(b));
    thread.raise_type_error(format!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))
}

// ---- operators outside the table ----

/// `divmod(a, b)`.
pub fn divmod(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    match (exact_number(a), exact_number(b)) {
        (Some(Number::Int(x)), Some(Number::Int(y))) => {
            let (quotient, remainder) = int_arithmetic::divmod(thread, x, y)?;
            Ok(Tuple::new(thread, &[quotient, remainder]).value())
        }
        (Some(Number::Float(x)), Some(Number::Float(y))) => {
            let (quotient, remainder) = float_arithmetic::divmod(thread, x, y)?;
            let quotient = float::from_f64(thread, quotient);
            let remainder = float::from_f64(thread, remainder);
            Ok(Tuple::new(thread, &[quotient, remainder]).value())
        }
        _ => {
            let result = try_methods(thread, Special::DivMod, Special::RDivMod, a, b)?;
            if result == Value::NOT_IMPLEMENTED {
                return Err(unsupported(thread, "divmod()", a, b));
            }
            Ok(result)
        }
    }
}

/// `pow(a, b, modulus)`; `None` as modulus is two-argument `pow`.
pub fn power_modulo(thread: &Thread, a: Value, b: Value, modulus: Value) -> PyResult<Value> {
    if modulus.is_none() {
        return power(thread, a, b);
    }
    if let (Some(x), Some(y), Some(z)) = (int::as_exact_int(a), int::as_exact_int(b), int::as_exact_int(modulus)) {
        return int::powers::power_modulo(thread, x, y, z);
    }
    let (class_a, class_b) = (thread.class_of(a), thread.class_of(b));
    let left = class_a.special(thread, Special::Pow);
    let mut right = if class_a == class_b { None } else { class_b.special(thread, Special::RPow) };
    if let Some(method) = right
        && class_b.is_subclass_of(class_a)
        && class_a.special(thread, Special::RPow) != Some(method)
    {
        right = None;
        let result = special::call(thread, method, b, &[a, modulus])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if let Some(method) = left {
        let result = special::call(thread, method, a, &[b, modulus])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if let Some(method) = right {
        let result = special::call(thread, method, b, &[a, modulus])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    // A float or complex modulus answers for builtin numbers, whose methods all take three operands.
    if float::as_float(modulus).is_some() && is_real(a) && is_real(b) {
        return Err(thread.raise_type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    if complex::as_complex(modulus).is_some() && (is_real(a) || complex::as_complex(a).is_some()) && is_real(b) {
        return Err(thread.raise_value_error("complex modulo"));
    }
    // A decimal modulus makes decimal numbers of ints.
    if DecimalObject::cast(modulus).is_some() {
        let result = decimal::number_operators::raise_to_power(thread, a, b, Some(modulus))?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    let names = [a, b, modulus].map(|operand| thread.type_name(operand));
    let [a, b, modulus] = names;
    Err(thread.raise_type_error(format!("unsupported operand type(s) for ** or pow(): '{a}', '{b}', '{modulus}'")))
}

fn is_real(value: Value) -> bool {
    int::is_int(value) || float::as_float(value).is_some()
}

/// `-value`
#[inline]
pub fn negative(thread: &Thread, value: Value) -> PyResult<Value> {
    match exact_number(value) {
        Some(Number::Int(n)) => Ok(int_arithmetic::negative(thread, n)),
        Some(Number::Float(x)) => Ok(float::from_f64(thread, -x)),
        Some(Number::Bool(b)) => Ok(Value::small_wrapping(-i64::from(b))),
        Some(Number::Complex(z)) => Ok(complex::from_number(thread, complex_arithmetic::negative(z))),
        None => unary_method(thread, Special::Neg, "unary -", value),
    }
}

/// `+value`
#[inline]
pub fn positive(thread: &Thread, value: Value) -> PyResult<Value> {
    match exact_number(value) {
        Some(Number::Bool(b)) => Ok(Value::small_wrapping(i64::from(b))),
        Some(Number::Int(_) | Number::Float(_) | Number::Complex(_)) => Ok(value),
        None => unary_method(thread, Special::Pos, "unary +", value),
    }
}

/// `~value`
#[inline]
pub fn invert(thread: &Thread, value: Value) -> PyResult<Value> {
    match exact_number(value) {
        Some(Number::Int(n)) => Ok(int_arithmetic::invert(thread, n)),
        Some(Number::Bool(_) | Number::Float(_) | Number::Complex(_)) | None => {
            unary_method(thread, Special::Invert, "unary ~", value)
        }
    }
}

/// `abs(value)`
pub fn absolute(thread: &Thread, value: Value) -> PyResult<Value> {
    match exact_number(value) {
        Some(Number::Int(n)) => Ok(int_arithmetic::absolute(thread, n)),
        Some(Number::Float(x)) => Ok(float::from_f64(thread, x.abs())),
        Some(Number::Bool(_) | Number::Complex(_)) | None => unary_method(thread, Special::Abs, "abs()", value),
    }
}

fn unary_method(thread: &Thread, special: Special, what: &str, value: Value) -> PyResult<Value> {
    match special::try_call(thread, special, value, &[])? {
        Some(result) => Ok(result),
        None => {
            let name = thread.type_name(value);
            Err(thread.raise_type_error(format!("bad operand type for {what}: '{name}'")))
        }
    }
}
