//! The Python class `float`.
//!
//! What lives here: constructor, methods, and operators as special methods. What must not: algorithms on
//! doubles (`arithmetic.rs`, `hex.rs`). Start at the `py_class` block.

use super::{Float, arithmetic, as_float, from_f64, hex};
use crate::dispatch::binary::{self, BinaryOperator};
use crate::dispatch::compare::CompareOperator;
use crate::dispatch::{call, hash, number, number_format, special};
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::{buffer, instance};
use crate::value::Value;
use num_bigint::BigInt;
use taipan_macros::{py_class, py_methods};

/// Double-precision floating-point numbers.
///
/// float(x) converts a number or the text of one.
#[py_class(name = "float", signature = "(x=0, /)", subclassable, kind = Float, extend = [METHODS])]
impl Float {
    #[new(signature = "(cls, x=0, /)")]
    fn construct(class: Gc<Type>, thread: &Thread, x: Option<Value>) -> PyResult<Value> {
        let number = match x {
            None => 0.0,
            Some(x) if class == thread.vm().types.float && super::as_exact_float(x).is_some() => return Ok(x),
            Some(x) => convert(thread, x)?,
        };
        of_class(thread, class, number)
    }

    /// A float from a real number; unlike the constructor it takes no text.
    #[classmethod]
    fn from_number(class: Gc<Type>, thread: &Thread, number: Value) -> PyResult<Value> {
        if class == thread.vm().types.float && super::as_exact_float(number).is_some() {
            return Ok(number);
        }
        let number = from_f64(thread, number::to_f64(thread, number)?);
        if class == thread.vm().types.float {
            return Ok(number);
        }
        call::call(thread, class.value(), &[number])
    }

    /// The exact hexadecimal text of the number.
    ///
    /// # Examples
    /// `(-0.1).hex() == '-0x1.999999999999ap-4'`
    #[method]
    fn hex(this: Gc<Float>) -> String {
        hex::format(this.value)
    }

    /// Reads hexadecimal text.
    ///
    /// # Examples
    /// `float.fromhex('0x1.ffffp10') == 2047.984375`
    #[classmethod]
    fn fromhex(class: Gc<Type>, thread: &Thread, string: Value) -> PyResult<Value> {
        let Some(string) = string.cast::<Str>() else {
            return Err(thread.raise_type_error("bad argument type for built-in operation"));
        };
        let number = match hex::parse(&string.to_str_lossy(thread)) {
            Ok(number) => from_f64(thread, number),
            Err(hex::ParseError::Malformed) => {
                return Err(thread.raise_value_error("invalid hexadecimal floating-point string"));
            }
            Err(hex::ParseError::Overflow) => {
                return Err(thread.raise_overflow_error("hexadecimal value too large to represent as a float"));
            }
            Err(hex::ParseError::TooLong) => {
                return Err(thread.raise_value_error("hexadecimal string too long to convert"));
            }
        };
        if class == thread.vm().types.float {
            return Ok(number);
        }
        call::call(thread, class.value(), &[number])
    }

    /// The number is whole.
    #[method]
    fn is_integer(this: Gc<Float>) -> bool {
        this.value.is_finite() && this.value.floor() == this.value
    }

    /// The exact fraction in lowest terms: two ints, the second positive.
    #[method]
    fn as_integer_ratio(this: Gc<Float>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let x = this.value;
        if x.is_infinite() {
            return Err(thread.raise_overflow_error("cannot convert Infinity to integer ratio"));
        }
        if x.is_nan() {
            return Err(thread.raise_value_error("cannot convert NaN to integer ratio"));
        }
        let (mantissa, exponent) = super::decompose(x);
        let shared = (mantissa.trailing_zeros() as i32).min(-exponent.min(0));
        let (mantissa, exponent) = if mantissa == 0 { (0, 0) } else { (mantissa >> shared, exponent + shared) };
        let magnitude = BigInt::from(mantissa) << exponent.max(0) as u64;
        let numerator = int::from_bigint(thread, if x < 0.0 { -magnitude } else { magnitude });
        let denominator = int::from_bigint(thread, BigInt::from(1) << (-exponent).max(0) as u64);
        Ok(Tuple::new(thread, &[numerator, denominator]))
    }

    /// Returns self: a real number is its own conjugate.
    #[method]
    fn conjugate(this: Gc<Float>, thread: &Thread) -> Value {
        exact(thread, this)
    }

    /// The real part: itself.
    #[getter]
    fn real(this: Gc<Float>, thread: &Thread) -> Value {
        exact(thread, this)
    }

    /// The imaginary part: 0.0.
    #[getter]
    fn imag(_this: Gc<Float>) -> f64 {
        0.0
    }

    /// Rounds to an int (ties to even), or with ndigits to a float with so many decimal digits.
    #[method(signature = "(self, ndigits=None, /)")]
    fn __round__(this: Gc<Float>, thread: &Thread, ndigits: Option<Value>) -> PyResult<Value> {
        let x = this.value;
        let Some(ndigits) = ndigits else {
            return truncate(thread, arithmetic::round_half_even(x));
        };
        let ndigits = number::index_clipped(thread, ndigits)?;
        match arithmetic::round_to_digits(x, ndigits) {
            Some(rounded) => Ok(from_f64(thread, rounded)),
            None => Err(thread.raise_overflow_error("rounded value too large to represent")),
        }
    }

    /// The whole part, as an int.
    #[method]
    fn __trunc__(this: Gc<Float>, thread: &Thread) -> PyResult<Value> {
        truncate(thread, this.value)
    }

    /// The largest int that is not above.
    #[method]
    fn __floor__(this: Gc<Float>, thread: &Thread) -> PyResult<Value> {
        truncate(thread, this.value.floor())
    }

    /// The smallest int that is not below.
    #[method]
    fn __ceil__(this: Gc<Float>, thread: &Thread) -> PyResult<Value> {
        truncate(thread, this.value.ceil())
    }

    /// Formats by a format specification, as format() and f-strings do.
    #[method]
    fn __format__(this: Gc<Float>, thread: &Thread, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        number_format::float(thread, this.value(), this.value, format_spec)
    }

    #[method]
    fn __getnewargs__(this: Gc<Float>, thread: &Thread) -> Gc<Tuple> {
        let number = from_f64(thread, this.value);
        Tuple::new(thread, &[number])
    }

    /// The memory format of C's 'double' or 'float'; for Python's own tests.
    #[classmethod]
    fn __getformat__(_class: Gc<Type>, thread: &Thread, typestr: Gc<Str>) -> PyResult<&'static str> {
        match &*typestr.to_str_lossy(thread) {
            "double" | "float" if cfg!(target_endian = "little") => Ok("IEEE, little-endian"),
            "double" | "float" => Ok("IEEE, big-endian"),
            _ => Err(thread.raise_value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        }
    }
}

/// A float of exact class `float` with the number of `this`.
fn exact(thread: &Thread, this: Gc<Float>) -> Value {
    if super::as_exact_float(this.value()).is_some() { this.value() } else { from_f64(thread, this.value) }
}

fn of_class(thread: &Thread, class: Gc<Type>, number: f64) -> PyResult<Value> {
    if class == thread.vm().types.float {
        return Ok(from_f64(thread, number));
    }
    Ok(instance::allocate_instance(thread, class, |header| Float::with_header(header, number)).value())
}

/// `int(x)` of a double.
pub fn truncate(thread: &Thread, x: f64) -> PyResult<Value> {
    if x.is_finite() {
        return Ok(int::from_whole_f64(thread, x.trunc()));
    }
    Err(if x.is_nan() {
        thread.raise_value_error("cannot convert float NaN to integer")
    } else {
        thread.raise_overflow_error("cannot convert float infinity to integer")
    })
}

/// `float(x)`: a number, or its text.
pub fn convert(thread: &Thread, x: Value) -> PyResult<f64> {
    let content = if let Some(string) = x.cast::<Str>() {
        int::text::to_ascii_digits(thread, string)
    } else if let Some(bytes) = x.cast::<Bytes>() {
        String::from_utf8_lossy(bytes.as_slice()).into_owned()
    } else if let Some(array) = x.cast::<ByteArray>() {
        String::from_utf8_lossy(array.as_slice()).into_owned()
    } else {
        let overrides = super::as_float(x).is_some()
            && thread.class_of(x).special(thread, Special::Float)
                != thread.vm().types.float.special(thread, Special::Float);
        let number = match overrides {
            true => special::try_call(thread, Special::Float, x, &[])?.and_then(super::as_float),
            false => None,
        };
        if let Some(number) = number.map_or_else(|| number::try_f64(thread, x), |number| Ok(Some(number)))? {
            return Ok(number);
        }
        if !buffer::is_bytes_like(thread, x) {
            let name = thread.type_name(x);
            return Err(
                thread.raise_type_error(format!("float() argument must be a string or a real number, not '{name}'"))
            );
        }
        String::from_utf8_lossy(&buffer::to_vec(thread, x)?).into_owned()
    };
    if content.is_ascii()
        && let Some(number) = super::parse(&content)
    {
        return Ok(number);
    }
    let shown = crate::dispatch::text::repr(thread, x)?;
    let shown: String = shown.to_str_lossy(thread).chars().take(200).collect();
    Err(thread.raise_value_error(format!("could not convert string to float: {shown}")))
}

/// The double of a float or int operand; `None` for other types.
fn operand(thread: &Thread, value: Value) -> PyResult<Option<f64>> {
    if let Some(x) = as_float(value) {
        return Ok(Some(x));
    }
    match int::as_int(value) {
        Some(n) => int::arithmetic::to_f64_or_overflow(thread, n).map(Some),
        None => Ok(None),
    }
}

fn operate(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    match (operand(thread, a)?, operand(thread, b)?) {
        (Some(a), Some(b)) => binary::on_floats(thread, op, a, b).unwrap_or(Ok(Value::NOT_IMPLEMENTED)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn order(op: CompareOperator, a: f64, b: Value) -> Value {
    if let Some(b) = as_float(b) {
        return Value::from_bool(op.holds_partial(a.partial_cmp(&b)));
    }
    match int::as_int(b) {
        Some(b) => Value::from_bool(op.holds_partial(b.compare_f64(a).map(std::cmp::Ordering::reverse))),
        None => Value::NOT_IMPLEMENTED,
    }
}

fn divide_with_remainder(thread: &Thread, a: Value, b: Value) -> PyResult<Value> {
    match (operand(thread, a)?, operand(thread, b)?) {
        (Some(a), Some(b)) => {
            let (quotient, remainder) = arithmetic::divmod(thread, a, b)?;
            let quotient = from_f64(thread, quotient);
            let remainder = from_f64(thread, remainder);
            Ok(Tuple::new(thread, &[quotient, remainder]).value())
        }
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn raise_to_power(thread: &Thread, a: Value, b: Value, modulus: Option<Value>) -> PyResult<Value> {
    if modulus.is_some() {
        return Err(thread.raise_type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    operate(thread, BinaryOperator::Pow, a, b)
}

macro_rules! float_operators {
    (binary { $($name:ident, $reflected:ident = $op:ident;)* } compare { $($comparison:ident = $compare_op:ident;)* }) => {
        #[py_methods(class = "float")]
        impl Float {
            $(
                #[method]
                fn $name(this: Gc<Float>, thread: &Thread, value: Value) -> PyResult<Value> {
                    operate(thread, BinaryOperator::$op, this.value(), value)
                }

                #[method]
                fn $reflected(this: Gc<Float>, thread: &Thread, value: Value) -> PyResult<Value> {
                    operate(thread, BinaryOperator::$op, value, this.value())
                }
            )*

            $(
                #[method(no_reenter, no_raise)]
                fn $comparison(this: Gc<Float>, value: Value) -> Value {
                    order(CompareOperator::$compare_op, this.value, value)
                }
            )*

            #[method]
            fn __divmod__(this: Gc<Float>, thread: &Thread, value: Value) -> PyResult<Value> {
                divide_with_remainder(thread, this.value(), value)
            }

            #[method]
            fn __rdivmod__(this: Gc<Float>, thread: &Thread, value: Value) -> PyResult<Value> {
                divide_with_remainder(thread, value, this.value())
            }

            #[method]
            fn __pow__(this: Gc<Float>, thread: &Thread, value: Value, modulus: Option<Value>) -> PyResult<Value> {
                raise_to_power(thread, this.value(), value, modulus)
            }

            #[method]
            fn __rpow__(this: Gc<Float>, thread: &Thread, value: Value, modulus: Option<Value>) -> PyResult<Value> {
                raise_to_power(thread, value, this.value(), modulus)
            }

            #[method]
            fn __neg__(this: Gc<Float>) -> f64 {
                -this.value
            }

            #[method]
            fn __pos__(this: Gc<Float>, thread: &Thread) -> Value {
                exact(thread, this)
            }

            #[method]
            fn __abs__(this: Gc<Float>) -> f64 {
                this.value.abs()
            }

            #[method]
            fn __bool__(this: Gc<Float>) -> bool {
                this.value != 0.0
            }

            #[method]
            fn __int__(this: Gc<Float>, thread: &Thread) -> PyResult<Value> {
                truncate(thread, this.value)
            }

            #[method]
            fn __float__(this: Gc<Float>, thread: &Thread) -> Value {
                exact(thread, this)
            }

            #[method]
            fn __hash__(this: Gc<Float>) -> i64 {
                hash::of_f64(this.value, this.value())
            }

            #[method]
            fn __repr__(this: Gc<Float>) -> String {
                super::repr(this.value)
            }
        }
    };
}

float_operators! {
    binary {
        __add__, __radd__ = Add;
        __sub__, __rsub__ = Sub;
        __mul__, __rmul__ = Mul;
        __truediv__, __rtruediv__ = TrueDiv;
        __floordiv__, __rfloordiv__ = FloorDiv;
        __mod__, __rmod__ = Mod;
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
