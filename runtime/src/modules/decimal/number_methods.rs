//! The methods of `Decimal` that take a context.
//!
//! What lives here: a table of names, operations and documentation, and the methods that are not like the others. What must
//! not: the operations (`numbers/decimal`). Start at [`binary`].

use super::convert::{context_argument, required_operand, settings_with_rounding};
use super::number::{Decimal, DecimalObject};
use super::number_operators::{Binary, Unary};
use super::{signals, state};
use crate::error::PyResult;
use crate::numbers::decimal::text::{Notation, to_text};
use crate::numbers::decimal::{
    Kind, Number, Status, arithmetic, compare, digits, division, elementary, neighbours, quantize, root,
};
use crate::object::Gc;
use crate::thread::Thread;
use crate::value::Value;
use taipan_macros::py_methods;

/// A method without operand.
fn unary(thread: &Thread, this: Gc<DecimalObject>, context: Option<Value>, operation: Unary) -> PyResult<Value> {
    let state = state::get(thread)?;
    let context = context_argument(thread, &state, context)?;
    let mut status = Status::NONE;
    let result = operation(&this.data.number(), &context.data.settings.get(), &mut status);
    signals::report(thread, &state.data, context, status)?;
    Ok(Decimal::make(thread, &state.data, result))
}

/// A method with an operand.
fn binary(
    thread: &Thread,
    this: Gc<DecimalObject>,
    other: Value,
    context: Option<Value>,
    operation: Binary,
) -> PyResult<Value> {
    let state = state::get(thread)?;
    let context = context_argument(thread, &state, context)?;
    let other = required_operand(thread, other)?;
    let mut status = Status::NONE;
    let result = operation(&this.data.number(), &other, &context.data.settings.get(), &mut status);
    signals::report(thread, &state.data, context, status)?;
    Ok(Decimal::make(thread, &state.data, result))
}

/// `to_integral_value` and `to_integral_exact`.
fn to_integral(
    thread: &Thread,
    this: Gc<DecimalObject>,
    rounding: Option<Value>,
    context: Option<Value>,
    exact: bool,
) -> PyResult<Value> {
    let state = state::get(thread)?;
    let context = context_argument(thread, &state, context)?;
    let settings = settings_with_rounding(thread, context, rounding)?;
    let mut status = Status::NONE;
    let result = quantize::to_integral(&this.data.number(), exact, &settings, &mut status);
    signals::report(thread, &state.data, context, status)?;
    Ok(Decimal::make(thread, &state.data, result))
}

/// A new number; such methods do without context.
fn changed(thread: &Thread, number: Number) -> PyResult<Value> {
    Ok(Decimal::make(thread, &state::get(thread)?.data, number))
}

/// The total order needs no context, like the sign of another number.
pub fn compare_total(a: &Number, b: &Number, _: &crate::numbers::decimal::Context, _: &mut Status) -> Number {
    compare::compare_total(a, b)
}

/// As [`compare_total`].
pub fn compare_total_magnitude(a: &Number, b: &Number, _: &crate::numbers::decimal::Context, _: &mut Status) -> Number {
    compare::compare_total_magnitude(a, b)
}

/// `a` with the sign of `b`.
pub fn copy_sign(a: &Number, b: &Number, _: &crate::numbers::decimal::Context, _: &mut Status) -> Number {
    a.clone().with_sign(b.negative)
}

macro_rules! methods_with_context {
    (
        unary { $($(#[$unary_doc:meta])* $unary:ident = $on_one:path;)* }
        binary { $($(#[$binary_doc:meta])* $binary:ident = $on_two:path;)* }
    ) => {
        #[py_methods(class = "Decimal", module = "decimal", spec = UNARY)]
        impl Decimal {
            $(
                $(#[$unary_doc])*
                #[method(signature = "(self, context=None)", style = "anonymous")]
                fn $unary(this: Gc<DecimalObject>, thread: &Thread, context: Option<Value>) -> PyResult<Value> {
                    unary(thread, this, context, $on_one)
                }
            )*
        }

        #[py_methods(class = "Decimal", module = "decimal", spec = BINARY)]
        impl Decimal {
            $(
                $(#[$binary_doc])*
                #[method(signature = "(self, other, context=None)", style = "anonymous")]
                fn $binary(
                    this: Gc<DecimalObject>,
                    thread: &Thread,
                    other: Value,
                    context: Option<Value>,
                ) -> PyResult<Value> {
                    binary(thread, this, other, context, $on_two)
                }
            )*
        }
    };
}

methods_with_context! {
    unary {
        /// e to the power of the number, correctly rounded.
        exp = elementary::exponential;
        /// The natural logarithm, correctly rounded.
        ln = elementary::natural_logarithm;
        /// The logarithm to base ten, correctly rounded.
        log10 = elementary::decimal_logarithm;
        /// The largest number of the context below this one.
        next_minus = neighbours::next_minus;
        /// The smallest number of the context above this one.
        next_plus = neighbours::next_plus;
        /// The number without trailing zeros; zero has the exponent 0.
        normalize = quantize::reduce;
        /// The square root, correctly rounded.
        sqrt = root::square_root;
        /// The exponent of the most significant digit.
        logb = quantize::logb;
        /// All digits of a logical number inverted.
        logical_invert = digits::invert;
    }
    binary {
        /// -1, 0 or 1 as the number is less than, equal to or greater than the other one; NaN if one is a NaN.
        compare = compare::compare;
        /// As compare, but every NaN signals.
        compare_signal = compare::compare_signal;
        /// The larger of two numbers.
        max = compare::max;
        /// The number with the larger absolute value.
        max_mag = compare::max_magnitude;
        /// The smaller of two numbers.
        min = compare::min;
        /// The number with the smaller absolute value.
        min_mag = compare::min_magnitude;
        /// The number of the context next to this one in the direction of the other.
        next_toward = neighbours::next_toward;
        /// The remainder of a division by the other number that is nearest to zero.
        remainder_near = division::remainder_near;
        /// -1, 0 or 1 by the total order of all representations.
        compare_total = compare_total;
        /// As compare_total, without regard to signs.
        compare_total_mag = compare_total_magnitude;
        /// The number with the sign of the other one.
        copy_sign = copy_sign;
        /// The digits of two logical numbers combined by 'and'.
        logical_and = digits::and;
        /// The digits of two logical numbers combined by 'or'.
        logical_or = digits::or;
        /// The digits of two logical numbers combined by 'xor'.
        logical_xor = digits::xor;
        /// The digits rotated by so many places, to the left if that is positive.
        rotate = digits::rotate;
        /// The number times ten to the power of a whole number.
        scaleb = quantize::scale;
        /// The digits shifted by so many places, to the left if that is positive.
        shift = digits::shift;
    }
}

#[py_methods(class = "Decimal", module = "decimal", spec = OTHERS)]
impl Decimal {
    /// As to_integral_value.
    #[method(signature = "(self, rounding=None, context=None)", style = "anonymous")]
    fn to_integral(
        this: Gc<DecimalObject>,
        thread: &Thread,
        rounding: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        to_integral(thread, this, rounding, context, false)
    }

    /// Rounded to a whole number, signalling what is lost.
    #[method(signature = "(self, rounding=None, context=None)", style = "anonymous")]
    fn to_integral_exact(
        this: Gc<DecimalObject>,
        thread: &Thread,
        rounding: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        to_integral(thread, this, rounding, context, true)
    }

    /// Rounded to a whole number, quietly.
    #[method(signature = "(self, rounding=None, context=None)", style = "anonymous")]
    fn to_integral_value(
        this: Gc<DecimalObject>,
        thread: &Thread,
        rounding: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        to_integral(thread, this, rounding, context, false)
    }

    /// The number rounded to the exponent of another.
    #[method(signature = "(self, exp, rounding=None, context=None)", style = "anonymous")]
    fn quantize(
        this: Gc<DecimalObject>,
        thread: &Thread,
        exponent: Value,
        rounding: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        let state = state::get(thread)?;
        let context = context_argument(thread, &state, context)?;
        let settings = settings_with_rounding(thread, context, rounding)?;
        let exponent = required_operand(thread, exponent)?;
        let mut status = Status::NONE;
        let result = quantize::quantize(&this.data.number(), &exponent, &settings, &mut status);
        signals::report(thread, &state.data, context, status)?;
        Ok(Decimal::make(thread, &state.data, result))
    }

    /// self * other + third, rounded once.
    #[method(signature = "(self, other, third, context=None)", style = "anonymous")]
    fn fma(
        this: Gc<DecimalObject>,
        thread: &Thread,
        other: Value,
        third: Value,
        context: Option<Value>,
    ) -> PyResult<Value> {
        let state = state::get(thread)?;
        let context = context_argument(thread, &state, context)?;
        let (other, third) = (required_operand(thread, other)?, required_operand(thread, third)?);
        let mut status = Status::NONE;
        let settings = context.data.settings.get();
        let result = arithmetic::multiply_add(&this.data.number(), &other, &third, &settings, &mut status);
        signals::report(thread, &state.data, context, status)?;
        Ok(Decimal::make(thread, &state.data, result))
    }

    /// Both have the same exponent, or both are infinite, or both are NaN.
    #[method(signature = "(self, other, context=None)", style = "anonymous")]
    fn same_quantum(this: Gc<DecimalObject>, thread: &Thread, other: Value, context: Option<Value>) -> PyResult<bool> {
        context_argument(thread, &state::get(thread)?, context)?;
        Ok(compare::same_quantum(&this.data.number(), &required_operand(thread, other)?))
    }

    /// A finite number, not zero, that is not subnormal in the context.
    #[method(signature = "(self, context=None)", style = "anonymous")]
    fn is_normal(this: Gc<DecimalObject>, thread: &Thread, context: Option<Value>) -> PyResult<bool> {
        let context = context_argument(thread, &state::get(thread)?, context)?;
        Ok(this.data.number().is_normal(&context.data.settings.get()))
    }

    /// A finite number, not zero, whose adjusted exponent is below Emin.
    #[method(signature = "(self, context=None)", style = "anonymous")]
    fn is_subnormal(this: Gc<DecimalObject>, thread: &Thread, context: Option<Value>) -> PyResult<bool> {
        let context = context_argument(thread, &state::get(thread)?, context)?;
        Ok(this.data.number().is_subnormal(&context.data.settings.get()))
    }

    /// The name of the number's class: '+Normal', '-Zero', 'NaN' and the like.
    #[method(signature = "(self, context=None)", style = "anonymous")]
    fn number_class(this: Gc<DecimalObject>, thread: &Thread, context: Option<Value>) -> PyResult<&'static str> {
        let context = context_argument(thread, &state::get(thread)?, context)?;
        Ok(compare::class_of(&this.data.number(), &context.data.settings.get()))
    }

    /// The number in engineering notation, with exponents that are multiples of three.
    #[method(signature = "(self, context=None)", style = "anonymous")]
    fn to_eng_string(this: Gc<DecimalObject>, thread: &Thread, context: Option<Value>) -> PyResult<String> {
        let context = context_argument(thread, &state::get(thread)?, context)?;
        Ok(to_text(&this.data.number(), Notation::Engineering, context.data.capitals.get()))
    }

    /// True: every number here is canonical.
    #[method]
    fn is_canonical(_this: Gc<DecimalObject>) -> bool {
        true
    }

    /// The number is neither infinite nor a NaN.
    #[method]
    fn is_finite(this: Gc<DecimalObject>) -> bool {
        this.data.number().is_finite()
    }

    /// The number is infinite.
    #[method]
    fn is_infinite(this: Gc<DecimalObject>) -> bool {
        this.data.number().is_infinite()
    }

    /// The number is a NaN, quiet or signalling.
    #[method]
    fn is_nan(this: Gc<DecimalObject>) -> bool {
        this.data.number().is_nan()
    }

    /// The number is a quiet NaN.
    #[method]
    fn is_qnan(this: Gc<DecimalObject>) -> bool {
        this.data.number().kind == Kind::QuietNan
    }

    /// The number is a signalling NaN.
    #[method]
    fn is_snan(this: Gc<DecimalObject>) -> bool {
        this.data.number().kind == Kind::SignalingNan
    }

    /// The number has a minus sign.
    #[method]
    fn is_signed(this: Gc<DecimalObject>) -> bool {
        this.data.number().negative
    }

    /// The number is 0 or -0.
    #[method]
    fn is_zero(this: Gc<DecimalObject>) -> bool {
        this.data.number().is_zero()
    }

    /// The exponent of the most significant digit; 0 for special numbers.
    #[method]
    fn adjusted(this: Gc<DecimalObject>) -> i64 {
        let number = this.data.number();
        if number.is_special() { 0 } else { number.adjusted() }
    }

    /// The number itself.
    #[method]
    fn canonical(this: Gc<DecimalObject>) -> Value {
        this.value()
    }

    /// The number itself.
    #[method]
    fn conjugate(this: Gc<DecimalObject>) -> Value {
        this.value()
    }

    /// Decimal(10).
    #[method]
    fn radix(_this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        changed(thread, Number::whole(false, 10))
    }

    /// The number without its sign.
    #[method]
    fn copy_abs(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        changed(thread, this.data.number().with_sign(false))
    }

    /// The number with the other sign.
    #[method]
    fn copy_negate(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        let number = this.data.number();
        let negative = !number.negative;
        changed(thread, number.with_sign(negative))
    }
}
