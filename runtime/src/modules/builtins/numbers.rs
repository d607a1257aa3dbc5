//! Builtin functions about numbers, and those that fold an iterable: `sum`, `min`, `max`, `any`, `all`.
//!
//! What lives here: the functions. What must not: arithmetic (`dispatch/binary.rs`). Start at [`sum_values`].

use crate::dispatch::compare::{self, CompareOperator};
use crate::dispatch::{self, binary, iter};
use crate::error::PyResult;
use crate::native::Arguments;
use crate::object::{Gc, ShapeId};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::complex::Complex;
use crate::types::float::{self, Float};
use crate::types::int;
use crate::types::list::{List, Strategy};
use crate::types::special::Special;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;

/// A sum of doubles with the error of each addition carried along (Neumaier, "Rundungsfehleranalyse einiger
/// Verfahren zur Summation endlicher Summen", ZAMM 54, 1974), as CPython sums floats since 3.12.
#[derive(Clone, Copy)]
struct CompensatedSum {
    high: f64,
    low: f64,
}

impl CompensatedSum {
    fn new(start: f64) -> CompensatedSum {
        CompensatedSum { high: start, low: 0.0 }
    }

    #[inline(always)]
    fn add(&mut self, x: f64) {
        let total = self.high + x;
        if self.high.abs() >= x.abs() {
            self.low += (self.high - total) + x;
        } else {
            self.low += (x - total) + self.high;
        }
        self.high = total;
    }

    fn value(self) -> f64 {
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

/// What has been summed so far. Each phase handles items of its own type and hands over to a later one.
enum Phase {
    Int(i64),
    Float(CompensatedSum),
    Complex(CompensatedSum, CompensatedSum),
    Any(Value),
}

impl Phase {
    fn starting_with(value: Value) -> Phase {
        if let Some(n) = value.as_small() {
            Phase::Int(n)
        } else if let Some(x) = float::as_exact_float(value) {
            Phase::Float(CompensatedSum::new(x))
        } else if let Some(z) = value.cast::<Complex>().filter(|z| z.header().shape() == ShapeId::COMPLEX) {
            Phase::Complex(CompensatedSum::new(z.value.real), CompensatedSum::new(z.value.imag))
        } else {
            Phase::Any(value)
        }
    }

    fn value(&self, thread: &Thread) -> Value {
        match *self {
            Phase::Int(n) => int::from_i64(thread, n),
            Phase::Float(sum) => Float::new(thread, sum.value()).value(),
            Phase::Complex(real, imaginary) => Complex::new(thread, real.value(), imaginary.value()).value(),
            Phase::Any(value) => value,
        }
    }

    /// Adds all items of a list at once where its storage and what has been summed say that they are plain numbers.
    /// `false`: nothing was added.
    fn add_raw_items(&mut self, list: &List) -> bool {
        match (&mut *self, list.strategy()) {
            (Phase::Int(total), Strategy::Bool) => {
                let set: usize = list.flags().iter().map(|flag| usize::from(flag.get())).sum();
                let sum = i64::try_from(set).ok().and_then(|set| total.checked_add(set));
                sum.map(|sum| *total = sum).is_some()
            }
            (Phase::Int(total), Strategy::Int) => {
                let numbers = list.values().iter().filter_map(|number| number.as_small()).map(i128::from);
                let sum = i64::try_from(i128::from(*total) + numbers.sum::<i128>());
                sum.map(|sum| *total = sum).is_ok()
            }
            // 0 + x is x, so an int start joins the first float exactly as the generic addition would.
            (Phase::Int(start), Strategy::Float) => {
                let [first, rest @ ..] = list.doubles() else { return true };
                let mut total = CompensatedSum::new(*start as f64 + first.get());
                rest.iter().for_each(|x| total.add(x.get()));
                *self = Phase::Float(total);
                true
            }
            (Phase::Float(total), Strategy::Float) => {
                list.doubles().iter().for_each(|x| total.add(x.get()));
                true
            }
            (Phase::Int(_) | Phase::Float(_) | Phase::Complex(..) | Phase::Any(_), _) => false,
        }
    }

    fn add(&mut self, thread: &Thread, item: Value) -> PyResult<()> {
        match self {
            Phase::Int(total) => {
                if let Some(n) = item.as_small().or_else(|| item.as_bool().map(i64::from))
                    && let Some(sum) = total.checked_add(n)
                {
                    *total = sum;
                    return Ok(());
                }
            }
            Phase::Float(total) => {
                if let Some(x) = float::as_exact_float(item) {
                    total.add(x);
                    return Ok(());
                }
                if int::is_int(item) {
                    total.add(dispatch::number::to_f64(thread, item)?);
                    return Ok(());
                }
            }
            Phase::Complex(real, imaginary) => {
                if let Some(z) = item.cast::<Complex>().filter(|z| z.header().shape() == ShapeId::COMPLEX) {
                    real.add(z.value.real);
                    imaginary.add(z.value.imag);
                    return Ok(());
                }
                if let Some(x) = float::as_exact_float(item) {
                    real.add(x);
                    return Ok(());
                }
                if int::is_int(item) {
                    real.add(dispatch::number::to_f64(thread, item)?);
                    return Ok(());
                }
            }
            Phase::Any(total) => {
                *total = binary::add(thread, *total, item)?;
                return Ok(());
            }
        }
        let sum = binary::add(thread, self.value(thread), item)?;
        // There is no way back to an earlier phase: an int that is no exact machine word goes on as a Python int.
        *self = match (&*self, Phase::starting_with(sum)) {
            (_, Phase::Int(n)) => Phase::Any(int::from_i64(thread, n)),
            (Phase::Complex(..), Phase::Float(_)) => Phase::Any(sum),
            (_, phase) => phase,
        };
        Ok(())
    }
}

/// `sum(iterable, start)`.
pub fn sum_values(thread: &Thread, iterable: Value, start: Option<Value>) -> PyResult<Value> {
    let start = start.unwrap_or(Value::small_wrapping(0));
    if start.cast::<Str>().is_some() {
        return Err(thread.raise_type_error("sum() can't sum strings [use ''.join(seq) instead]"));
    }
    if start.cast::<Bytes>().is_some() {
        return Err(thread.raise_type_error("sum() can't sum bytes [use b''.join(seq) instead]"));
    }
    if start.cast::<ByteArray>().is_some() {
        return Err(thread.raise_type_error("sum() can't sum bytearray [use b''.join(seq) instead]"));
    }
    let mut total = Phase::starting_with(start);
    if let Some(list) = iterable.cast::<List>()
        && list.is_exact()
        && total.add_raw_items(&list)
    {
        return Ok(total.value(thread));
    }
    // What is added up as a Python object may be added by Python code.
    let any = Cell::new(matches!(total, Phase::Any(_)));
    let is_number = |item: Value| item.is_small() || item.is_bool() || float::as_exact_float(item).is_some();
    let is_plain = |item: Value| !any.get() && is_number(item);
    iter::for_each_plain(thread, iterable, is_plain, |item| {
        total.add(thread, item)?;
        any.set(matches!(total, Phase::Any(_)));
        Ok(true)
    })?;
    Ok(total.value(thread))
}

/// `min` and `max`: which of the two, and its name.
fn extreme(thread: &Thread, arguments: Arguments<'_>, name: &str, operator: CompareOperator) -> PyResult<Value> {
    let given = arguments.positional();
    if given.is_empty() {
        return Err(thread.raise_type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let (mut key, mut default) = (None, None);
    for (keyword, value) in arguments.keywords() {
        match &*keyword.to_str_lossy(thread) {
            "key" => key = Some(value).filter(|k| !k.is_none()),
            "default" => default = Some(value),
            other => {
                let near = crate::native::suggest::closest(other, ["key", "default"]);
                let hint = near.map(|near| format!(". Did you mean '{near}'?")).unwrap_or_default();
                return Err(
                    thread.raise_type_error(format!("{name}() got an unexpected keyword argument '{other}'{hint}"))
                );
            }
        }
    }
    if given.len() > 1 && default.is_some() {
        return Err(thread
            .raise_type_error(format!("Cannot specify a default for {name}() with multiple positional arguments")));
    }
    let Some(key) = key else {
        return match extreme_item(thread, given, operator)?.or(default) {
            Some(value) => Ok(value),
            None => Err(thread.raise_value_error(format!("{name}() iterable argument is empty"))),
        };
    };
    let mut best: Option<(Value, Value)> = None;
    let consider = |item: Value| -> PyResult<bool> {
        let rank = dispatch::call::call(thread, key, &[item])?;
        best = match best {
            Some((best_item, best_rank)) if !compare::compare_truth(thread, operator, rank, best_rank)? => {
                Some((best_item, best_rank))
            }
            _ => Some((item, rank)),
        };
        Ok(true)
    };
    for_each_given(thread, given, consider)?;
    match best.map(|(item, _)| item).or(default) {
        Some(value) => Ok(value),
        None => Err(thread.raise_value_error(format!("{name}() iterable argument is empty"))),
    }
}

/// Visits the items of the only argument, or several arguments.
fn for_each_given(thread: &Thread, given: &[Value], mut visit: impl FnMut(Value) -> PyResult<bool>) -> PyResult<()> {
    if let [iterable] = *given {
        return iter::for_each(thread, iterable, visit);
    }
    for &item in given {
        visit(item)?;
    }
    Ok(())
}

/// The item of the only argument, or of several, that compares so with all before it.
fn extreme_item(thread: &Thread, given: &[Value], operator: CompareOperator) -> PyResult<Option<Value>> {
    let best: Cell<Option<Value>> = Cell::new(None);
    let consider = |item: Value| -> PyResult<bool> {
        match best.get() {
            Some(best) if !compare::compare_truth(thread, operator, item, best)? => {}
            _ => best.set(Some(item)),
        }
        Ok(true)
    };
    match *given {
        [iterable] => {
            let is_plain = |item: Value| iter::is_plain(item) && best.get().is_none_or(iter::is_plain);
            iter::for_each_plain(thread, iterable, is_plain, consider)?;
        }
        _ => for_each_given(thread, given, consider)?,
    }
    Ok(best.get())
}

/// `0x1f`, `-0b11`: the digits of an int after a prefix.
fn with_prefix(thread: &Thread, number: Value, radix: Radix, prefix: &str) -> PyResult<Gc<Str>> {
    let number = dispatch::number::index(thread, number)?;
    if let Some(n) = number.as_small() {
        // A sign, two bytes of prefix and a digit for each bit.
        let mut text = [0; 3 + u64::BITS as usize];
        let mut start = text.len();
        let mut put = |byte| {
            start -= 1;
            text[start] = byte;
        };
        let mut rest = n.unsigned_abs();
        loop {
            put(b"0123456789abcdef"[(rest & ((1 << radix as u32) - 1)) as usize]);
            rest >>= radix as u32;
            if rest == 0 {
                break;
            }
        }
        prefix.bytes().rev().for_each(&mut put);
        if n < 0 {
            put(b'-');
        }
        return Ok(Str::from_ascii_unchecked(thread, &text[start..]));
    }
    let big = int::to_bigint(number).unwrap_or_default();
    let sign = if big.sign() == num_bigint::Sign::Minus { "-" } else { "" };
    let digits = big.magnitude().to_str_radix(1 << radix as u32);
    Ok(Str::new(thread, &format!("{sign}{prefix}{digits}")))
}

/// Powers of two in which ints are written, as bits a digit.
#[derive(Clone, Copy)]
enum Radix {
    Binary = 1,
    Octal = 3,
    Hexadecimal = 4,
}

/// Functions about numbers, and folds.
#[taipan_macros::py_module(name = "builtins")]
pub mod functions {
    use super::*;

    /// Return the absolute value of the argument.
    #[function]
    fn abs(thread: &Thread, x: Value) -> PyResult<Value> {
        binary::absolute(thread, x)
    }

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[function]
    fn all(thread: &Thread, iterable: Value) -> PyResult<bool> {
        let mut result = true;
        iter::for_each_plain(thread, iterable, iter::is_plain, |item| {
            result = dispatch::truth::truth(thread, item)?;
            Ok(result)
        })?;
        Ok(result)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[function]
    fn any(thread: &Thread, iterable: Value) -> PyResult<bool> {
        let mut result = false;
        iter::for_each_plain(thread, iterable, iter::is_plain, |item| {
            result = dispatch::truth::truth(thread, item)?;
            Ok(!result)
        })?;
        Ok(result)
    }

    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    #[function]
    fn bin(thread: &Thread, number: Value) -> PyResult<Gc<Str>> {
        with_prefix(thread, number, Radix::Binary, "0b")
    }

    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    #[function]
    fn oct(thread: &Thread, number: Value) -> PyResult<Gc<Str>> {
        with_prefix(thread, number, Radix::Octal, "0o")
    }

    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    #[function]
    fn hex(thread: &Thread, number: Value) -> PyResult<Gc<Str>> {
        with_prefix(thread, number, Radix::Hexadecimal, "0x")
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[function]
    fn divmod(thread: &Thread, x: Value, y: Value) -> PyResult<Value> {
        binary::divmod(thread, x, y)
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[function(signature = "(base, exp, mod=None)")]
    fn pow(thread: &Thread, base: Value, exp: Value, modulus: Option<Value>) -> PyResult<Value> {
        match modulus.filter(|m| !m.is_none()) {
            Some(modulus) => binary::power_modulo(thread, base, exp, modulus),
            None => binary::power(thread, base, exp),
        }
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[function(signature = "(number, ndigits=None)")]
    fn round(thread: &Thread, number: Value, ndigits: Option<Value>) -> PyResult<Value> {
        let digits = ndigits.filter(|n| !n.is_none());
        let result = match digits {
            Some(digits) => dispatch::special::try_call(thread, Special::Round, number, &[digits])?,
            None => dispatch::special::try_call(thread, Special::Round, number, &[])?,
        };
        match result {
            Some(result) => Ok(result),
            None => {
                Err(thread
                    .raise_type_error(format!("type {} doesn't define __round__ method", thread.type_name(number))))
            }
        }
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[function(signature = "(iterable, /, start=0)")]
    fn sum(thread: &Thread, iterable: Value, start: Option<Value>) -> PyResult<Value> {
        sum_values(thread, iterable, start)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[function]
    fn min(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        extreme(thread, arguments, "min", CompareOperator::Lt)
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[function]
    fn max(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Value> {
        extreme(thread, arguments, "max", CompareOperator::Gt)
    }
}
