//! The operations of `Context`: those of numbers, with numbers or ints as arguments.
//!
//! What lives here: a table of names, operations and documentation, and the methods that are not like the others. What must
//! not: the operations (`numbers/decimal`). Start at [`binary`].

use super::context::{ContextData, ContextObject};
use super::convert::{self, required_operand};
use super::number::{Decimal, DecimalObject};
use super::number_methods::{compare_total, compare_total_magnitude, copy_sign};
use super::number_operators::{Binary, Unary};
use super::{signals, state};
use crate::error::PyResult;
use crate::modules::support::tuple;
use crate::numbers::decimal::text::{Notation, to_text};
use crate::numbers::decimal::{
    Context, Kind, Number, Status, arithmetic, compare, digits, division, elementary, neighbours, power, quantize, root,
};
use crate::object::Gc;
use crate::thread::Thread;
use crate::value::Value;
use taipan_macros::py_methods;

fn unary(thread: &Thread, context: Gc<ContextObject>, x: Value, operation: Unary) -> PyResult<Value> {
    let state = state::get(thread)?;
    let x = required_operand(thread, x)?;
    let mut status = Status::NONE;
    let result = operation(&x, &context.data.settings.get(), &mut status);
    signals::report(thread, &state.data, context, status)?;
    Ok(Decimal::make(thread, &state.data, result))
}

fn binary(thread: &Thread, context: Gc<ContextObject>, x: Value, y: Value, operation: Binary) -> PyResult<Value> {
    let state = state::get(thread)?;
    let (x, y) = (required_operand(thread, x)?, required_operand(thread, y)?);
    let mut status = Status::NONE;
    let result = operation(&x, &y, &context.data.settings.get(), &mut status);
    signals::report(thread, &state.data, context, status)?;
    Ok(Decimal::make(thread, &state.data, result))
}

fn to_integral_value(a: &Number, context: &Context, status: &mut Status) -> Number {
    quantize::to_integral(a, false, context, status)
}

fn to_integral_exact(a: &Number, context: &Context, status: &mut Status) -> Number {
    quantize::to_integral(a, true, context, status)
}

fn copy_abs(a: &Number, _: &Context, _: &mut Status) -> Number {
    a.clone().with_sign(false)
}

fn copy_negate(a: &Number, _: &Context, _: &mut Status) -> Number {
    a.clone().with_sign(!a.negative)
}

fn fitted(a: &Number, context: &Context, status: &mut Status) -> Number {
    context.finish(a.clone(), status)
}

macro_rules! operations {
    (
        unary { $($(#[$unary_doc:meta])* $unary:ident = $on_one:path;)* }
        binary { $($(#[$binary_doc:meta])* $binary:ident = $on_two:path;)* }
        questions { $($(#[$question_doc:meta])* $question:ident = $ask:expr;)* }
    ) => {
        #[py_methods(class = "Context", module = "decimal", spec = UNARY)]
        impl ContextData {
            $(
                $(#[$unary_doc])*
                #[method(signature = "(self, x, /)")]
                fn $unary(this: Gc<ContextObject>, thread: &Thread, x: Value) -> PyResult<Value> {
                    unary(thread, this, x, $on_one)
                }
            )*
        }

        #[py_methods(class = "Context", module = "decimal", spec = BINARY)]
        impl ContextData {
            $(
                $(#[$binary_doc])*
                #[method(signature = "(self, x, y, /)", style = "anonymous")]
                fn $binary(this: Gc<ContextObject>, thread: &Thread, x: Value, y: Value) -> PyResult<Value> {
                    binary(thread, this, x, y, $on_two)
                }
            )*
        }

        #[py_methods(class = "Context", module = "decimal", spec = QUESTIONS)]
        impl ContextData {
            $(
                $(#[$question_doc])*
                #[method(signature = "(self, x, /)")]
                fn $question(this: Gc<ContextObject>, thread: &Thread, x: Value) -> PyResult<bool> {
                    let ask: fn(&Number, &Context) -> bool = $ask;
                    Ok(ask(&required_operand(thread, x)?, &this.data.settings.get()))
                }
            )*
        }
    };
}

operations! {
    unary {
        /// The absolute value of x.
        abs = arithmetic::absolute;
        /// e to the power of x.
        exp = elementary::exponential;
        /// The natural logarithm of x.
        ln = elementary::natural_logarithm;
        /// The logarithm of x to base ten.
        log10 = elementary::decimal_logarithm;
        /// -x.
        minus = arithmetic::minus;
        /// The largest number below x.
        next_minus = neighbours::next_minus;
        /// The smallest number above x.
        next_plus = neighbours::next_plus;
        /// x without trailing zeros.
        normalize = quantize::reduce;
        /// x, fitted to the context.
        plus = arithmetic::plus;
        /// As to_integral_value.
        to_integral = to_integral_value;
        /// x rounded to a whole number, signalling what is lost.
        to_integral_exact = to_integral_exact;
        /// x rounded to a whole number.
        to_integral_value = to_integral_value;
        /// The square root of x.
        sqrt = root::square_root;
        /// x without its sign.
        copy_abs = copy_abs;
        /// x with the other sign.
        copy_negate = copy_negate;
        /// The exponent of the most significant digit of x.
        logb = quantize::logb;
        /// All digits of x inverted.
        logical_invert = digits::invert;
        _apply = fitted;
    }
    binary {
        /// x + y.
        add = arithmetic::add;
        /// -1, 0 or 1 as x is less than, equal to or greater than y; NaN if one is a NaN.
        compare = compare::compare;
        /// As compare, but every NaN signals.
        compare_signal = compare::compare_signal;
        /// x / y.
        divide = division::divide;
        /// x / y, cut to a whole number.
        divide_int = division::divide_integer;
        /// The larger of two numbers.
        max = compare::max;
        /// The number with the larger absolute value.
        max_mag = compare::max_magnitude;
        /// The smaller of two numbers.
        min = compare::min;
        /// The number with the smaller absolute value.
        min_mag = compare::min_magnitude;
        /// x * y.
        multiply = arithmetic::multiply;
        /// The number next to x in the direction of y.
        next_toward = neighbours::next_toward;
        /// x rounded to the exponent of y.
        quantize = quantize::quantize;
        /// The remainder of x / y, with the sign of x.
        remainder = division::remainder;
        /// The remainder of x / y that is nearest to zero.
        remainder_near = division::remainder_near;
        /// x - y.
        subtract = arithmetic::subtract;
        /// -1, 0 or 1 by the total order of all representations.
        compare_total = compare_total;
        /// As compare_total, without regard to signs.
        compare_total_mag = compare_total_magnitude;
        /// x with the sign of y.
        copy_sign = copy_sign;
        /// The digits of x and y combined by 'and'.
        logical_and = digits::and;
        /// The digits of x and y combined by 'or'.
        logical_or = digits::or;
        /// The digits of x and y combined by 'xor'.
        logical_xor = digits::xor;
        /// The digits of x rotated by y places.
        rotate = digits::rotate;
        /// x times ten to the power y.
        scaleb = quantize::scale;
        /// The digits of x shifted by y places.
        shift = digits::shift;
    }
    questions {
        /// x is finite.
        is_finite = |x, _| x.is_finite();
        /// x is infinite.
        is_infinite = |x, _| x.is_infinite();
        /// x is a NaN.
        is_nan = |x, _| x.is_nan();
        /// x is a normal number.
        is_normal = |x, context| x.is_normal(context);
        /// x is a quiet NaN.
        is_qnan = |x, _| x.kind == Kind::QuietNan;
        /// x has a minus sign.
        is_signed = |x, _| x.negative;
        /// x is a signalling NaN.
        is_snan = |x, _| x.kind == Kind::SignalingNan;
        /// x is subnormal.
        is_subnormal = |x, context| x.is_subnormal(context);
        /// x is zero.
        is_zero = |x, _| x.is_zero();
    }
}

/// The argument, which must be a decimal number.
fn decimal(thread: &Thread, x: Value) -> PyResult<Gc<DecimalObject>> {
    match DecimalObject::cast(x) {
        Some(decimal) => Ok(decimal),
        None => Err(thread.raise_type_error("argument must be a Decimal")),
    }
}

fn text(thread: &Thread, context: Gc<ContextObject>, x: Value, notation: Notation) -> PyResult<String> {
    Ok(to_text(&required_operand(thread, x)?, notation, context.data.capitals.get()))
}

#[py_methods(class = "Context", module = "decimal", spec = OTHERS)]
impl ContextData {
    /// The pair of x // y and x % y.
    #[method(signature = "(self, x, y, /)", style = "anonymous")]
    fn divmod(this: Gc<ContextObject>, thread: &Thread, x: Value, y: Value) -> PyResult<Value> {
        let state = state::get(thread)?;
        let (x, y) = (required_operand(thread, x)?, required_operand(thread, y)?);
        let mut status = Status::NONE;
        let (quotient, remainder) = division::divide_with_remainder(&x, &y, &this.data.settings.get(), &mut status);
        signals::report(thread, &state.data, this, status)?;
        let quotient = Decimal::make(thread, &state.data, quotient);
        let remainder = Decimal::make(thread, &state.data, remainder);
        Ok(tuple(thread, &[quotient, remainder]))
    }

    /// a ** b, or a ** b % modulo.
    #[method(signature = "(self, a, b, modulo=None)", style = "anonymous")]
    fn power(this: Gc<ContextObject>, thread: &Thread, a: Value, b: Value, modulo: Option<Value>) -> PyResult<Value> {
        let Some(modulo) = modulo else {
            return binary(thread, this, a, b, power::power);
        };
        let state = state::get(thread)?;
        let (a, b) = (required_operand(thread, a)?, required_operand(thread, b)?);
        let modulo = required_operand(thread, modulo)?;
        let mut status = Status::NONE;
        let result = power::power_modulo(&a, &b, &modulo, &this.data.settings.get(), &mut status);
        signals::report(thread, &state.data, this, status)?;
        Ok(Decimal::make(thread, &state.data, result))
    }

    /// x * y + z, rounded once.
    #[method(signature = "(self, x, y, z, /)", style = "anonymous")]
    fn fma(this: Gc<ContextObject>, thread: &Thread, x: Value, y: Value, z: Value) -> PyResult<Value> {
        let state = state::get(thread)?;
        let [x, y, z] = [required_operand(thread, x)?, required_operand(thread, y)?, required_operand(thread, z)?];
        let mut status = Status::NONE;
        let result = arithmetic::multiply_add(&x, &y, &z, &this.data.settings.get(), &mut status);
        signals::report(thread, &state.data, this, status)?;
        Ok(Decimal::make(thread, &state.data, result))
    }

    /// Both have the same exponent, or both are infinite, or both are NaN.
    #[method(signature = "(self, x, y, /)", style = "anonymous")]
    fn same_quantum(_this: Gc<ContextObject>, thread: &Thread, x: Value, y: Value) -> PyResult<bool> {
        Ok(compare::same_quantum(&required_operand(thread, x)?, &required_operand(thread, y)?))
    }

    /// Decimal(10).
    #[method]
    fn radix(_this: Gc<ContextObject>, thread: &Thread) -> PyResult<Value> {
        Ok(Decimal::make(thread, &state::get(thread)?.data, Number::whole(false, 10)))
    }

    /// True: every number here is canonical.
    #[method(signature = "(self, x, /)")]
    fn is_canonical(_this: Gc<ContextObject>, thread: &Thread, x: Value) -> PyResult<bool> {
        decimal(thread, x).map(|_| true)
    }

    /// x itself.
    #[method(signature = "(self, x, /)")]
    fn canonical(_this: Gc<ContextObject>, thread: &Thread, x: Value) -> PyResult<Value> {
        decimal(thread, x).map(|decimal| decimal.value())
    }

    /// x itself, or the Decimal of an int.
    #[method(signature = "(self, x, /)")]
    fn copy_decimal(_this: Gc<ContextObject>, thread: &Thread, x: Value) -> PyResult<Value> {
        if DecimalObject::cast(x).is_some() {
            return Ok(x);
        }
        let number = required_operand(thread, x)?;
        Ok(Decimal::make(thread, &state::get(thread)?.data, number))
    }

    /// The name of the class of x: '+Normal', '-Zero', 'NaN' and the like.
    #[method(signature = "(self, x, /)")]
    fn number_class(this: Gc<ContextObject>, thread: &Thread, x: Value) -> PyResult<&'static str> {
        Ok(compare::class_of(&required_operand(thread, x)?, &this.data.settings.get()))
    }

    /// x in scientific notation.
    #[method(signature = "(self, x, /)")]
    fn to_sci_string(this: Gc<ContextObject>, thread: &Thread, x: Value) -> PyResult<String> {
        text(thread, this, x, Notation::Scientific)
    }

    /// x in engineering notation, with exponents that are multiples of three.
    #[method(signature = "(self, x, /)")]
    fn to_eng_string(this: Gc<ContextObject>, thread: &Thread, x: Value) -> PyResult<String> {
        text(thread, this, x, Notation::Engineering)
    }

    /// A number from anything that Decimal accepts, fitted to this context.
    #[method(signature = "(self, num=\"0\", /)", style = "anonymous")]
    fn create_decimal(this: Gc<ContextObject>, thread: &Thread, number: Option<Value>) -> PyResult<Value> {
        let state = state::get(thread)?;
        let number = match number {
            Some(number) => convert::from_object(thread, &state.data, number, this, false)?,
            None => convert::fit(thread, &state.data, Number::ZERO, this)?,
        };
        Ok(Decimal::make(thread, &state.data, number))
    }

    /// The number of a float, fitted to this context.
    #[method(signature = "(self, f, /)")]
    fn create_decimal_from_float(this: Gc<ContextObject>, thread: &Thread, f: Value) -> PyResult<Value> {
        let state = state::get(thread)?;
        let number = convert::from_float(thread, f)?;
        let number = convert::fit(thread, &state.data, number, this)?;
        Ok(Decimal::make(thread, &state.data, number))
    }
}
