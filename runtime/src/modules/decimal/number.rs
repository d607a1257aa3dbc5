//! `Decimal`: the object, its constructors, and its conversions to other objects.
//!
//! What lives here: how a number lies in the heap, [`Decimal::make`], text and hash. What must not: operators
//! (`number_operators.rs`), methods with a context (`number_methods.rs`). Start at [`Decimal`].

use super::context::ContextObject;
use super::convert::{self, context_argument, special_name};
use super::{number_methods, number_operators, signals, state};
use crate::dispatch::{call, hash, warnings};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::import::import_name;
use crate::modules::support::{call_method, get, string, tuple};
use crate::native::Arguments;
use crate::numbers::decimal::convert::{residue, to_whole};
use crate::numbers::decimal::format::{Separators, Specification};
use crate::numbers::decimal::quantize;
use crate::numbers::decimal::text::{Notation, to_text};
use crate::numbers::decimal::{Coefficient, Kind, Number, Rounding, Status};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::complex::Complex;
use crate::types::dict::Dict;
use crate::types::float;
use crate::types::int::{self, IntRef};
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use taipan_macros::py_class;

/// A decimal number.
pub struct Decimal {
    /// A coefficient of up to 128 bits.
    low: u64,
    high: u64,
    exponent: i64,
    kind: Kind,
    negative: bool,
    /// A longer coefficient, as an int.
    long: Slot,
}

pub type DecimalObject = Payload<Decimal>;

impl PayloadData for Decimal {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.long);
    }
}

impl Decimal {
    /// The number.
    #[inline]
    pub fn number(&self) -> Number {
        let coefficient = match self.long.get() {
            None => Coefficient::Small(u128::from(self.high) << 64 | u128::from(self.low)),
            Some(long) => match int::as_int(long) {
                Some(IntRef::Big(big)) => Coefficient::from_limbs(big.limbs()),
                Some(IntRef::Small(_)) | None => unreachable!("only a number of three limbs is held as an int"),
            },
        };
        Number { negative: self.negative, kind: self.kind, exponent: self.exponent, coefficient }
    }

    /// A new object of `class`, which is `Decimal` or a subclass.
    #[inline]
    pub fn of_class(thread: &Thread, class: Gc<Type>, number: Number) -> Value {
        let (low, high, long) = match &number.coefficient {
            Coefficient::Small(small) => (*small as u64, (*small >> 64) as u64, Slot::empty()),
            Coefficient::Large(limbs) => (0, 0, Slot::new(int::from_limbs(thread, false, limbs))),
        };
        let Number { negative, kind, exponent, .. } = number;
        Payload::new(thread, class, Decimal { low, high, exponent, kind, negative, long }).value()
    }

    /// A new `Decimal`.
    #[inline]
    pub fn make(thread: &Thread, state: &state::State, number: Number) -> Value {
        Decimal::of_class(thread, state.classes.decimal(), number)
    }
}

/// The text of a number as `str` shows it under the current context.
fn text_of(thread: &Thread, this: Gc<DecimalObject>) -> PyResult<String> {
    let context = state::current_context(thread, &state::get(thread)?)?;
    Ok(to_text(&this.data.number(), Notation::Scientific, context.data.capitals.get()))
}

/// The int of a whole coefficient.
fn to_int(thread: &Thread, negative: bool, coefficient: &Coefficient) -> Value {
    let mut room = [0; 2];
    int::from_limbs(thread, negative, coefficient.limbs(&mut room))
}

/// The int nearest to a number by a rounding mode.
fn rounded_to_int(thread: &Thread, this: Gc<DecimalObject>, rounding: Rounding) -> PyResult<Value> {
    let number = this.data.number();
    if let Some(name) = special_name(number.kind) {
        let message = format!("cannot convert {name} to integer");
        return Err(if number.is_nan() {
            thread.raise_value_error(message)
        } else {
            thread.raise_overflow_error(message)
        });
    }
    match to_whole(&number, rounding) {
        Some(whole) => Ok(to_int(thread, number.negative, &whole)),
        None => Err(thread.raise_memory_error("")),
    }
}

/// The nearest double.
fn to_double(thread: &Thread, this: Gc<DecimalObject>) -> PyResult<f64> {
    let number = this.data.number();
    match number.kind {
        Kind::SignalingNan => Err(thread.raise_value_error("cannot convert signaling NaN to float")),
        Kind::QuietNan => Ok(if number.negative { -f64::NAN } else { f64::NAN }),
        Kind::Infinity => Ok(if number.negative { f64::NEG_INFINITY } else { f64::INFINITY }),
        Kind::Finite => Ok(float::parse(&to_text(&number, Notation::Scientific, true)).unwrap_or(f64::NAN)),
    }
}

/// A decimal floating-point number.
///
/// The value may be an int, a string, a tuple of sign, digits and exponent, a float, or another Decimal; without one it
/// is 0. The number is exact: the context only says whether a value that is none raises.
#[py_class(
    name = "Decimal",
    module = "decimal",
    payload,
    signature = "(value=\"0\", context=None)",
    subclassable,
    extend = [
        number_operators::OPERATORS, number_methods::UNARY, number_methods::BINARY, number_methods::OTHERS
    ]
)]
impl Decimal {
    #[new(signature = "(cls, value='0', context=None)", style = "anonymous")]
    fn new(class: Gc<Type>, thread: &Thread, value: Option<Value>, context: Option<Value>) -> PyResult<Value> {
        let state = state::get(thread)?;
        let Some(value) = value else {
            context_argument(thread, &state, context)?;
            return Ok(Decimal::of_class(thread, class, Number::ZERO));
        };
        if context.is_none()
            && let Some(number) = int::as_int(value)
        {
            return Ok(Decimal::of_class(thread, class, convert::from_int(number)));
        }
        let context = context_argument(thread, &state, context)?;
        let decimal = state.data.classes.decimal();
        if class == decimal && DecimalObject::cast(value).is_some() && thread.class_of(value) == decimal {
            return Ok(value);
        }
        let number = convert::from_object(thread, &state.data, value, context, true)?;
        Ok(Decimal::of_class(thread, class, number))
    }

    /// The exact number of a float or an int.
    #[classmethod(signature = "(cls, f, /)")]
    fn from_float(class: Gc<Type>, thread: &Thread, number: Value) -> PyResult<Value> {
        let state = state::get(thread)?;
        let number = Decimal::make(thread, &state.data, convert::from_float(thread, number)?);
        if class == state.data.classes.decimal() {
            return Ok(number);
        }
        call::call(thread, class.value(), &[number])
    }

    /// The exact number of a real number: an int, a float or a Decimal.
    #[classmethod(signature = "(cls, number, /)")]
    fn from_number(class: Gc<Type>, thread: &Thread, number: Value) -> PyResult<Value> {
        let state = state::get(thread)?;
        let is_real = int::is_int(number) || float::as_float(number).is_some() || DecimalObject::cast(number).is_some();
        if !is_real {
            convert::required_operand(thread, number)?;
        }
        let decimal = state.data.classes.decimal();
        let result = match thread.class_of(number) == decimal {
            true => number,
            false => {
                let context = state::current_context(thread, &state)?;
                let number = match float::as_float(number) {
                    Some(_) => convert::from_float(thread, number)?,
                    None => convert::from_object(thread, &state.data, number, context, true)?,
                };
                Decimal::make(thread, &state.data, number)
            }
        };
        if class == decimal {
            return Ok(result);
        }
        call::call(thread, class.value(), &[result])
    }

    #[method]
    fn __str__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<String> {
        text_of(thread, this)
    }

    #[method]
    fn __repr__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<String> {
        Ok(format!("Decimal('{}')", text_of(thread, this)?))
    }

    #[method]
    fn __hash__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<i64> {
        let number = this.data.number();
        let result = match number.kind {
            Kind::SignalingNan => return Err(thread.raise_type_error("Cannot hash a signaling NaN value")),
            Kind::QuietNan => return Ok(hash::identity(this.value())),
            Kind::Infinity => hash::INFINITY,
            Kind::Finite => residue(&number) as i64,
        };
        Ok(hash::of_i64(if number.negative { -result } else { result }))
    }

    /// The number by a format specification.
    #[method]
    fn __format__(this: Gc<DecimalObject>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let given = arguments.positional();
        if arguments.keyword_count() > 0 {
            return Err(thread.raise_type_error("Decimal.__format__() takes no keyword arguments"));
        }
        match *given {
            [] => Err(thread.raise_type_error("function takes at least 1 argument (0 given)")),
            [specification] => format(thread, this, specification, None),
            [specification, locale] => format(thread, this, specification, Some(locale)),
            _ => {
                let message = format!("function takes at most 2 arguments ({} given)", given.len());
                Err(thread.raise_type_error(message))
            }
        }
    }

    /// Rounded to an int, or with an argument to so many digits behind the point.
    #[method]
    fn __round__(this: Gc<DecimalObject>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        let places = match *arguments.positional() {
            [] => return rounded_to_int(thread, this, Rounding::HalfEven),
            [places] => places,
            _ => {
                let given = arguments.positional().len();
                return Err(thread.raise_type_error(format!("function takes at most 1 argument ({given} given)")));
            }
        };
        if !int::is_int(places) {
            return Err(thread.raise_type_error("optional arg must be an integer"));
        }
        let places = convert::machine_int(thread, places)?;
        let state = state::get(thread)?;
        let context = state::current_context(thread, &state)?;
        let unit = Number::finite(false, Coefficient::ONE, places.checked_neg().unwrap_or(i64::MAX));
        let mut status = Status::NONE;
        let result = quantize::quantize(&this.data.number(), &unit, &context.data.settings.get(), &mut status);
        signals::report(thread, &state.data, context, status)?;
        Ok(Decimal::make(thread, &state.data, result))
    }

    #[method]
    fn __ceil__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        rounded_to_int(thread, this, Rounding::Ceiling)
    }

    #[method]
    fn __floor__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        rounded_to_int(thread, this, Rounding::Floor)
    }

    #[method]
    fn __trunc__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        rounded_to_int(thread, this, Rounding::Down)
    }

    #[method]
    fn __int__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        rounded_to_int(thread, this, Rounding::Down)
    }

    #[method]
    fn __float__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<f64> {
        to_double(thread, this)
    }

    #[method]
    fn __complex__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Gc<Complex>> {
        Ok(Complex::new(thread, to_double(thread, this)?, 0.0))
    }

    /// Sign, digits and exponent.
    #[method]
    fn as_tuple(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        let number = this.data.number();
        let exponent = match number.kind {
            Kind::Finite => int::from_i64(thread, number.exponent),
            Kind::Infinity => string(thread, "F"),
            Kind::QuietNan => string(thread, "n"),
            Kind::SignalingNan => string(thread, "N"),
        };
        let digits = match number.is_nan() && number.coefficient.is_zero() {
            true => String::new(),
            false => number.coefficient.to_text(),
        };
        let mut items = crate::scratch::ScratchVec::with_capacity(thread, digits.len());
        for digit in digits.bytes() {
            items.push(thread, Value::small_wrapping(i64::from(digit - b'0')));
        }
        let digits = Tuple::new(thread, &items);
        let sign = Value::small_wrapping(i64::from(number.negative));
        let class = state::get(thread)?.data.classes.tuple();
        call::call(thread, class, &[sign, digits.value(), exponent])
    }

    /// The fraction in lowest terms that the number is: two ints, the second positive.
    #[method]
    fn as_integer_ratio(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        let number = this.data.number();
        if let Some(name) = special_name(number.kind) {
            let message = format!("cannot convert {name} to integer ratio");
            return Err(if number.is_nan() {
                thread.raise_value_error(message)
            } else {
                thread.raise_overflow_error(message)
            });
        }
        let one = Value::small_wrapping(1);
        if number.coefficient.is_zero() {
            return Ok(tuple(thread, &[Value::small_wrapping(0), one]));
        }
        if number.exponent >= 0 {
            let Some(whole) = number.coefficient.shift_left(number.exponent as u64) else {
                return Err(thread.raise_memory_error(""));
            };
            return Ok(tuple(thread, &[to_int(thread, number.negative, &whole), one]));
        }
        let Some(power) = Coefficient::power_of_ten(number.exponent.unsigned_abs()) else {
            return Err(thread.raise_memory_error(""));
        };
        let (numerator, denominator) = (number.coefficient.to_biguint(), power.to_biguint());
        let shared = numerator.gcd(&denominator);
        let sign = if number.negative { Sign::Minus } else { Sign::Plus };
        let numerator = int::from_bigint(thread, BigInt::from_biguint(sign, numerator / &shared));
        let denominator = int::from_bigint(thread, BigInt::from_biguint(Sign::Plus, denominator / &shared));
        Ok(tuple(thread, &[numerator, denominator]))
    }

    #[method]
    fn __reduce__(this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        let text = string(thread, &text_of(thread, this)?);
        Ok(tuple(thread, &[thread.class_of(this.value()).value(), tuple(thread, &[text])]))
    }

    #[method]
    fn __copy__(this: Gc<DecimalObject>) -> Value {
        this.value()
    }

    #[method]
    fn __deepcopy__(this: Gc<DecimalObject>, object: Value) -> Value {
        let _ = object;
        this.value()
    }

    /// The size that the number has in CPython: four words of 19 digits are in the object.
    #[method]
    fn __sizeof__(this: Gc<DecimalObject>) -> i64 {
        const IN_PLACE: i64 = 4;
        let words = (this.data.number().digits() + 18) / 19;
        104 + if words > IN_PLACE { words * 8 } else { 0 }
    }

    /// The number itself.
    #[getter]
    fn real(this: Gc<DecimalObject>) -> Value {
        this.value()
    }

    /// 0.
    #[getter]
    fn imag(_this: Gc<DecimalObject>, thread: &Thread) -> PyResult<Value> {
        Ok(Decimal::make(thread, &state::get(thread)?.data, Number::ZERO))
    }
}

/// `format(this, specification)`; `locale` is a dict with what else is the locale's.
fn format(thread: &Thread, this: Gc<DecimalObject>, specification: Value, locale: Option<Value>) -> PyResult<Value> {
    let context = state::current_context(thread, &state::get(thread)?)?;
    let Some(given) = specification.cast::<Str>() else {
        return Err(thread.raise_type_error("format arg must be str"));
    };
    let source = given.to_string_lossy(thread);
    if source.ends_with('N') {
        warnings::deprecation(thread, "Format specifier 'N' is deprecated")?;
    }
    let Some(mut parsed) = Specification::parse(&source, context.data.capitals.get()) else {
        return format_by_library(thread, this, given, context);
    };
    if let Some(locale) = locale {
        let Some(locale) = locale.cast::<Dict>() else {
            return Err(thread.raise_type_error("optional argument must be a dict"));
        };
        parsed.separators = Some(separators(thread, locale, &parsed)?);
    } else if parsed.is_localized {
        let locale = call_method(thread, import_name(thread, "_locale")?, "localeconv", &[])?;
        if let Some(locale) = locale.cast::<Dict>() {
            parsed.separators = Some(separators(thread, locale, &parsed)?);
        }
    }
    match parsed.format(&this.data.number(), &context.data.settings.get()) {
        Some(text) => Ok(string(thread, &text)),
        None => Err(thread.raise_value_error("format specification exceeds internal limits of _decimal")),
    }
}

/// Point, separator and groups as a dict like that of `localeconv` says.
fn separators(thread: &Thread, locale: Gc<Dict>, parsed: &Specification) -> PyResult<Separators> {
    let text = |name: &str| {
        let value = locale.get_str(thread, thread.vm().interner.intern_text(thread, name))?;
        value.cast::<Str>().map(|text| text.to_string_lossy(thread))
    };
    let groups = locale.get_str(thread, thread.vm().interner.intern_text(thread, "grouping"));
    let groups = match groups {
        Some(groups) => match groups.cast::<Str>() {
            Some(groups) => groups.as_bytes(thread).to_vec(),
            None => {
                let list = List::from_iterable(thread, groups)?;
                let sizes = (0..list.len()).filter_map(|index| list.get(thread, index));
                sizes.map(|size| int::to_i64(size).unwrap_or(0) as u8).collect()
            }
        },
        None => Vec::new(),
    };
    // As in C, where zero ends the text: then the group before repeats.
    let groups: Vec<u8> = groups.into_iter().take_while(|&size| size != 0).collect();
    let known = parsed.separators.clone();
    let default = if parsed.is_localized || known.is_some() { "." } else { "" };
    let point = text("decimal_point").unwrap_or_else(|| String::from(default));
    let separator = text("thousands_sep").or(known.map(|known| known.separator)).unwrap_or_default();
    if point.is_empty() || point.len() > 4 || separator.len() > 4 || groups.iter().any(|&size| size > 127) {
        return Err(thread.raise_value_error("invalid override dict"));
    }
    Ok(Separators { point, separator, groups })
}

/// What only the library's own formatting knows (`z`, `_`, separators behind the point).
fn format_by_library(
    thread: &Thread,
    this: Gc<DecimalObject>,
    specification: Gc<Str>,
    context: Gc<ContextObject>,
) -> PyResult<Value> {
    let class = get(thread, import_name(thread, "_pydecimal")?, "Decimal")?;
    let text = string(thread, &text_of(thread, this)?);
    let number = call::call(thread, class, &[text])?;
    let result = call_method(thread, number, "__format__", &[specification.value(), context.value()]);
    result.or_else(|raised| {
        thread.catch(raised, thread.vm().exceptions.value_error)?;
        Err(thread.raise_value_error("invalid format string"))
    })
}
