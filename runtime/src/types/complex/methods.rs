//! The Python class `complex`.
//!
//! What lives here: constructor, methods, and operators as special methods. What must not: arithmetic on numbers
//! (`arithmetic.rs`). Start at the `py_class` block.

use super::arithmetic::{self, Operand};
use super::{Complex, ComplexNumber, as_complex, from_number, text};
use crate::dispatch::binary::{self, BinaryOperator};
use crate::dispatch::compare::CompareOperator;
use crate::dispatch::{call, hash, number, number_format, warnings};
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::{float, instance, int};
use crate::value::Value;
use taipan_macros::{py_class, py_methods};

/// Complex numbers: a real and an imaginary part, both floats.
///
/// complex(real, imag) adds its parts; complex(text) reads a number such as '1+2j'.
#[py_class(name = "complex", signature = "(real=0, imag=0)", subclassable, kind = Complex, extend = [METHODS])]
impl Complex {
    #[new(signature = "(cls, real=0, imag=0)", style = "keywords")]
    fn construct(class: Gc<Type>, thread: &Thread, real: Option<Value>, imag: Option<Value>) -> PyResult<Value> {
        let exact = class == thread.vm().types.complex;
        let number = match (real, imag) {
            (None, None) => ComplexNumber { real: 0.0, imag: 0.0 },
            (Some(value), None) => {
                if exact && thread.class_of(value) == class {
                    return Ok(value);
                }
                convert(thread, value)?
            }
            (real, Some(imag)) => from_parts(thread, real, imag)?,
        };
        of_class(thread, class, number)
    }

    /// A complex from a number; unlike the constructor it takes no text.
    #[classmethod]
    fn from_number(class: Gc<Type>, thread: &Thread, number: Value) -> PyResult<Value> {
        if class == thread.vm().types.complex && thread.class_of(number) == class {
            return Ok(number);
        }
        let number = from_number(thread, number::to_complex(thread, number)?);
        if class == thread.vm().types.complex {
            return Ok(number);
        }
        call::call(thread, class.value(), &[number])
    }

    /// The number with its imaginary part negated.
    #[method]
    fn conjugate(this: Gc<Complex>, thread: &Thread) -> Gc<Complex> {
        Complex::new(thread, this.value.real, -this.value.imag)
    }

    /// the real part of a complex number
    #[getter(member)]
    fn real(this: Gc<Complex>) -> f64 {
        this.value.real
    }

    /// the imaginary part of a complex number
    #[getter(member)]
    fn imag(this: Gc<Complex>) -> f64 {
        this.value.imag
    }

    /// The number as an exact complex.
    #[method]
    fn __complex__(this: Gc<Complex>, thread: &Thread) -> Value {
        exact(thread, this)
    }

    /// Formats by a format specification, as format() and f-strings do.
    #[method]
    fn __format__(this: Gc<Complex>, thread: &Thread, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        number_format::complex(thread, this.value(), this.value, format_spec)
    }

    #[method]
    fn __getnewargs__(this: Gc<Complex>, thread: &Thread) -> Gc<Tuple> {
        let real = float::from_f64(thread, this.value.real);
        let imag = float::from_f64(thread, this.value.imag);
        Tuple::new(thread, &[real, imag])
    }
}

fn exact(thread: &Thread, this: Gc<Complex>) -> Value {
    if thread.class_of(this.value()) == thread.vm().types.complex {
        return this.value();
    }
    from_number(thread, this.value)
}

fn of_class(thread: &Thread, class: Gc<Type>, number: ComplexNumber) -> PyResult<Value> {
    if class == thread.vm().types.complex {
        return Ok(from_number(thread, number));
    }
    Ok(instance::allocate_instance(thread, class, |header| Complex::with_header(header, number)).value())
}

/// `complex(value)`.
fn convert(thread: &Thread, value: Value) -> PyResult<ComplexNumber> {
    if let Some(string) = value.cast::<Str>() {
        let content = int::text::to_ascii_digits(thread, string);
        return match text::parse(&content) {
            Some(number) => Ok(number),
            None => Err(thread.raise_value_error("complex() arg is a malformed string")),
        };
    }
    if let Some(number) = number::try_complex(thread, value)? {
        return Ok(number);
    }
    match number::try_f64(thread, value)? {
        Some(real) => Ok(ComplexNumber { real, imag: 0.0 }),
        None => {
            let name = thread.type_name(value);
            Err(thread.raise_type_error(format!("complex() argument must be a string or a number, not {name}")))
        }
    }
}

/// `complex(real, imag)`: `real + imag * 1j`, each possibly complex itself (which is deprecated).
fn from_parts(thread: &Thread, real: Option<Value>, imag: Value) -> PyResult<ComplexNumber> {
    let mismatch = |which: &str, value: Value| {
        let name = thread.type_name(value);
        format!("complex() argument '{which}' must be a real number, not {name}")
    };
    let mut sum = ComplexNumber { real: 0.0, imag: 0.0 };
    let mut real_is_complex = false;
    if let Some(value) = real {
        if let Some(number) = as_complex(value) {
            warnings::deprecation(thread, &mismatch("real", value))?;
            sum = number;
            real_is_complex = true;
        } else if thread.class_of(value).special(thread, Special::Complex).is_some()
            && let Some(number) = number::try_complex(thread, value)?
        {
            sum = number;
            real_is_complex = true;
        } else {
            match number::try_f64(thread, value)? {
                Some(x) => sum.real = x,
                None => return Err(thread.raise_type_error(mismatch("real", value))),
            }
        }
    }
    let second = if let Some(number) = as_complex(imag) {
        warnings::deprecation(thread, &mismatch("imag", imag))?;
        sum.real -= number.imag;
        number.real
    } else {
        match number::try_f64(thread, imag)? {
            Some(x) => x,
            None => return Err(thread.raise_type_error(mismatch("imag", imag))),
        }
    };
    sum.imag = if real_is_complex { second + sum.imag } else { second };
    Ok(sum)
}

/// The operand of a complex operator; `None` for what is no number.
fn operand(thread: &Thread, value: Value) -> PyResult<Option<Operand>> {
    if let Some(z) = as_complex(value) {
        return Ok(Some(Operand::Complex(z)));
    }
    if let Some(x) = float::as_float(value) {
        return Ok(Some(Operand::Real(x)));
    }
    match int::as_int(value) {
        Some(n) => Ok(Some(Operand::Real(int::arithmetic::to_f64_or_overflow(thread, n)?))),
        None => Ok(None),
    }
}

fn operate(thread: &Thread, op: BinaryOperator, a: Value, b: Value) -> PyResult<Value> {
    match (operand(thread, a)?, operand(thread, b)?) {
        (Some(a), Some(b)) => binary::on_complex(thread, op, a, b).unwrap_or(Ok(Value::NOT_IMPLEMENTED)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// Whether the numbers are equal, without rounding an int; `None` for what is no number.
fn is_equal(z: ComplexNumber, other: Value) -> Option<bool> {
    if let Some(w) = as_complex(other) {
        return Some(z.real == w.real && z.imag == w.imag);
    }
    if let Some(x) = float::as_float(other) {
        return Some(z.real == x && z.imag == 0.0);
    }
    int::as_int(other).map(|n| z.imag == 0.0 && n.compare_f64(z.real).is_some_and(std::cmp::Ordering::is_eq))
}

fn raise_to_power(thread: &Thread, a: Value, b: Value, modulus: Option<Value>) -> PyResult<Value> {
    let (Some(_), Some(_)) = (operand(thread, a)?, operand(thread, b)?) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if modulus.is_some() {
        return Err(thread.raise_value_error("complex modulo"));
    }
    operate(thread, BinaryOperator::Pow, a, b)
}

macro_rules! complex_operators {
    (binary { $($name:ident, $reflected:ident = $op:ident;)* } unordered { $($comparison:ident = $compare_op:ident;)* }) => {
        #[py_methods(class = "complex")]
        impl Complex {
            $(
                #[method]
                fn $name(this: Gc<Complex>, thread: &Thread, value: Value) -> PyResult<Value> {
                    operate(thread, BinaryOperator::$op, this.value(), value)
                }

                #[method]
                fn $reflected(this: Gc<Complex>, thread: &Thread, value: Value) -> PyResult<Value> {
                    operate(thread, BinaryOperator::$op, value, this.value())
                }
            )*

            $(
                #[method(no_reenter, no_raise)]
                fn $comparison(this: Gc<Complex>, value: Value) -> Value {
                    match (CompareOperator::$compare_op, is_equal(this.value, value)) {
                        (CompareOperator::Eq, Some(equal)) => Value::from_bool(equal),
                        (CompareOperator::Ne, Some(equal)) => Value::from_bool(!equal),
                        _ => Value::NOT_IMPLEMENTED,
                    }
                }
            )*

            #[method]
            fn __pow__(this: Gc<Complex>, thread: &Thread, value: Value, modulus: Option<Value>) -> PyResult<Value> {
                raise_to_power(thread, this.value(), value, modulus)
            }

            #[method]
            fn __rpow__(this: Gc<Complex>, thread: &Thread, value: Value, modulus: Option<Value>) -> PyResult<Value> {
                raise_to_power(thread, value, this.value(), modulus)
            }

            #[method]
            fn __neg__(this: Gc<Complex>, thread: &Thread) -> Value {
                from_number(thread, arithmetic::negative(this.value))
            }

            #[method]
            fn __pos__(this: Gc<Complex>, thread: &Thread) -> Value {
                exact(thread, this)
            }

            #[method]
            fn __abs__(this: Gc<Complex>, thread: &Thread) -> PyResult<f64> {
                match arithmetic::absolute(this.value) {
                    Some(length) => Ok(length),
                    None => Err(thread.raise_overflow_error("absolute value too large")),
                }
            }

            #[method]
            fn __bool__(this: Gc<Complex>) -> bool {
                this.value.real != 0.0 || this.value.imag != 0.0
            }

            #[method]
            fn __hash__(this: Gc<Complex>) -> i64 {
                hash::of_complex(this.value, this.value())
            }

            #[method]
            fn __repr__(this: Gc<Complex>) -> String {
                super::repr(this.value)
            }
        }
    };
}

complex_operators! {
    binary {
        __add__, __radd__ = Add;
        __sub__, __rsub__ = Sub;
        __mul__, __rmul__ = Mul;
        __truediv__, __rtruediv__ = TrueDiv;
    }
    unordered {
        __eq__ = Eq;
        __ne__ = Ne;
        __lt__ = Lt;
        __le__ = Le;
        __gt__ = Gt;
        __ge__ = Ge;
    }
}
