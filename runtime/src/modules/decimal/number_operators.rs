//! The operators of `Decimal`.
//!
//! What lives here: arithmetic with decimal numbers and ints, comparisons with all numbers. What must not: the arithmetic
//! (`numbers/decimal`). Start at [`operate`].

use super::number::{Decimal, DecimalObject};
use super::state::{self, State};
use super::{convert, signals};
use crate::dispatch::compare::CompareOperator;
use crate::dispatch::isinstance;
use crate::error::PyResult;
use crate::modules::support::{get, tuple};
use crate::numbers::decimal::{Coefficient, Context, Kind, Number, Status, arithmetic, compare, division, power};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::payload::Payload;
use crate::types::{complex, float, int};
use crate::value::Value;
use std::cmp::Ordering;
use taipan_macros::py_methods;

/// An operation on two numbers.
pub type Binary = fn(&Number, &Number, &Context, &mut Status) -> Number;
/// An operation on one number.
pub type Unary = fn(&Number, &Context, &mut Status) -> Number;

/// `a op b` under the current context; NotImplemented for other types.
#[inline]
fn operate(thread: &Thread, a: Value, b: Value, operation: Binary) -> PyResult<Value> {
    let (Some(a), Some(b)) = (convert::operand(a), convert::operand(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let state = state::get(thread)?;
    let context = state::current_context(thread, &state)?;
    let mut status = Status::NONE;
    let result = operation(&a, &b, &context.data.settings.get(), &mut status);
    signals::report(thread, &state.data, context, status)?;
    Ok(Decimal::make(thread, &state.data, result))
}

fn operate_on_one(thread: &Thread, a: Gc<DecimalObject>, operation: Unary) -> PyResult<Value> {
    let state = state::get(thread)?;
    let context = state::current_context(thread, &state)?;
    let mut status = Status::NONE;
    let result = operation(&a.data.number(), &context.data.settings.get(), &mut status);
    signals::report(thread, &state.data, context, status)?;
    Ok(Decimal::make(thread, &state.data, result))
}

fn divide_with_remainder(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    let (Some(a), Some(b)) = (convert::operand(a), convert::operand(b)) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let state = state::get(thread)?;
    let context = state::current_context(thread, &state)?;
    let mut status = Status::NONE;
    let (quotient, remainder) = division::divide_with_remainder(&a, &b, &context.data.settings.get(), &mut status);
    signals::report(thread, &state.data, context, status)?;
    let quotient = Decimal::make(thread, &state.data, quotient);
    let remainder = Decimal::make(thread, &state.data, remainder);
    Ok(tuple(thread, &[quotient, remainder]))
}

/// `a ** b`, or `a ** b % modulus`, of decimal numbers and ints; NotImplemented for other types.
pub fn raise_to_power(thread: &Thread, a: Value, b: Value, modulus: Option<Value>) -> PyResult<Value> {
    let Some(modulus) = modulus else {
        return operate(thread, a, b, power::power);
    };
    let operands = (convert::operand(a), convert::operand(b), convert::operand(modulus));
    let (Some(a), Some(b), Some(modulus)) = operands else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let state = state::get(thread)?;
    let context = state::current_context(thread, &state)?;
    let mut status = Status::NONE;
    let result = power::power_modulo(&a, &b, &modulus, &context.data.settings.get(), &mut status);
    signals::report(thread, &state.data, context, status)?;
    Ok(Decimal::make(thread, &state.data, result))
}

/// Two numbers to be compared instead of a number and another object, or `None` if they are not comparable.
fn comparable(
    thread: &Thread,
    state: &Gc<Payload<State>>,
    op: CompareOperator,
    a: Number,
    b: Value,
) -> PyResult<Option<(Number, Number)>> {
    if let Some(b) = convert::operand(b) {
        return Ok(Some((a, b)));
    }
    let for_equality = matches!(op, CompareOperator::Eq | CompareOperator::Ne);
    let double = match (float::as_float(b), complex::as_complex(b)) {
        (Some(number), _) => Some(number),
        (None, Some(number)) if for_equality => {
            if number.imag != 0.0 {
                return Ok(None);
            }
            Some(number.real)
        }
        (None, _) => None,
    };
    if let Some(double) = double {
        let context = state::current_context(thread, state)?;
        if for_equality {
            // A flag, but never an exception.
            context.data.flags.set(context.data.flags.get().with(Status::FLOAT_OPERATION));
        } else {
            signals::report(thread, &state.data, context, Status::FLOAT_OPERATION)?;
        }
        return Ok(Some((a, crate::numbers::decimal::convert::from_double(double))));
    }
    if !isinstance::isinstance(thread, b, state.data.classes.rational())? {
        return Ok(None);
    }
    let part = |name: &str| {
        let value = get(thread, b, name)?;
        match int::as_int(value) {
            Some(number) => Ok(convert::from_int(number)),
            None => Err(thread.raise_type_error("argument must be an integer")),
        }
    };
    let numerator = part("numerator")?;
    if a.is_special() {
        return Ok(Some((a, numerator)));
    }
    let denominator = part("denominator")?;
    let coefficient: Coefficient = a.coefficient.multiply(&denominator.coefficient);
    Ok(Some((Number { coefficient, ..a }, numerator)))
}

fn order(thread: &Thread, op: CompareOperator, this: Gc<DecimalObject>, other: Value) -> PyResult<Value> {
    let state = state::get(thread)?;
    let Some((a, b)) = comparable(thread, &state, op, this.data.number(), other)? else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if a.is_nan() || b.is_nan() {
        let signals = a.kind == Kind::SignalingNan || b.kind == Kind::SignalingNan;
        if signals || !matches!(op, CompareOperator::Eq | CompareOperator::Ne) {
            let context = state::current_context(thread, &state)?;
            signals::report(thread, &state.data, context, Status::INVALID_OPERATION)?;
        }
        return Ok(Value::from_bool(op == CompareOperator::Ne));
    }
    let order: Ordering = compare::numbers(&a, &b);
    Ok(Value::from_bool(op.holds_partial(Some(order))))
}

macro_rules! decimal_operators {
    (
        binary { $($name:ident, $reflected:ident = $operation:path;)* }
        unary { $($one:ident = $on_one:path;)* }
        compare { $($comparison:ident = $compare_op:ident;)* }
    ) => {
        #[py_methods(class = "Decimal", module = "decimal", spec = OPERATORS)]
        impl Decimal {
            $(
                #[method]
                fn $name(this: Gc<DecimalObject>, thread: &Thread, value: Value) -> PyResult<Value> {
                    operate(thread, this.value(), value, $operation)
                }

                #[method]
                fn $reflected(this: Gc<DecimalObject>, thread: &Thread, value: Value) -> PyResult<Value> {
                    operate(thread, value, this.value(), $operation)
                }
            )*

            $(
                #[method]
                fn $one(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
                    operate_on_one(thread, this, $on_one)
                }
            )*

            $(
                #[method]
                fn $comparison(this: Gc<DecimalObject>, thread: &Thread, value: Value) -> PyResult<Value> {
                    order(thread, CompareOperator::$compare_op, this, value)
                }
            )*

            #[method]
            fn __divmod__(this: Gc<DecimalObject>, thread: &Thread, value: Value) -> PyResult<Value> {
                divide_with_remainder(thread, this.value(), value)
            }

            #[method]
            fn __rdivmod__(this: Gc<DecimalObject>, thread: &Thread, value: Value) -> PyResult<Value> {
                divide_with_remainder(thread, value, this.value())
            }

            #[method]
            fn __pow__(
                this: Gc<DecimalObject>,
                thread: &Thread,
                value: Value,
                modulus: Option<Value>,
            ) -> PyResult<Value> {
                raise_to_power(thread, this.value(), value, modulus)
            }

            #[method]
            fn __rpow__(
                this: Gc<DecimalObject>,
                thread: &Thread,
                value: Value,
                modulus: Option<Value>,
            ) -> PyResult<Value> {
                raise_to_power(thread, value, this.value(), modulus)
            }

            #[method]
            fn __bool__(this: Gc<DecimalObject>) -> bool {
                !this.data.number().is_zero()
            }
        }
    };
}

decimal_operators! {
    binary {
        __add__, __radd__ = arithmetic::add;
        __sub__, __rsub__ = arithmetic::subtract;
        __mul__, __rmul__ = arithmetic::multiply;
        __truediv__, __rtruediv__ = division::divide;
        __floordiv__, __rfloordiv__ = division::divide_integer;
        __mod__, __rmod__ = division::remainder;
    }
    unary {
        __neg__ = arithmetic::minus;
        __pos__ = arithmetic::plus;
        __abs__ = arithmetic::absolute;
    }
    compare {
        __eq__ = Eq;
        __ne__ = Ne;
        __lt__ = Lt;
        __le__ = Le;
        __gt__ = Gt;
        __ge__ = Ge;
    }
}
