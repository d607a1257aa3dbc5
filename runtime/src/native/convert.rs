//! Python values to the parameter types of Rust functions, and results back.
//!
//! What lives here: [`FromArgument`], [`FromOperand`], [`IntoValue`], [`IntoNext`] with their implementations,
//! and the messages of failed conversions. What must not: counting and naming of arguments
//! ([`super::binding`]). Start at [`FromArgument`].

use super::{ClassSpec, PyClass};
use crate::dispatch::number;
use crate::error::{PyResult, Raised};
use crate::object::{Gc, HeapObject};
use crate::thread::Thread;
use crate::types::float::{self, Float};
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::value::Value;

/// Which argument a conversion is for, as messages name it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// `split`
    pub function: &'static str,
    pub label: Label,
    /// Python's `None` is accepted besides the type.
    pub or_none: bool,
}

/// How CPython points at an argument.
#[derive(Clone, Copy, Debug)]
pub enum Label {
    /// `intern() argument must be str, not int`
    Only,
    /// `replace() argument 1 must be str, not int`
    Position(usize),
    /// `encode() argument 'encoding' must be str, not int`
    Name(&'static str),
}

impl Place {
    /// Raises `f() argument 'x' must be <expected>, not <type of value>`.
    #[cold]
    pub fn mismatch(&self, thread: &Thread, expected: &str, value: Value) -> Raised {
        let given = if value.is_none() { "None".to_owned() } else { thread.type_name(value) };
        let function = self.function;
        let or_none = if self.or_none { " or None" } else { "" };
        let argument = match self.label {
            Label::Only => "argument".to_owned(),
            Label::Position(position) => format!("argument {position}"),
            Label::Name(name) => format!("argument '{name}'"),
        };
        thread.raise_type_error(format!("{function}() {argument} must be {expected}{or_none}, not {given}"))
    }
}

/// A Rust type that a parameter of a builtin may have.
///
/// Parameters of type `Option<T>`, [`Nullable<T>`], `&[Value]`, [`Keywords`](super::Keywords) and
/// [`Arguments`](super::Arguments) are handled by the macros.
pub trait FromArgument: Sized {
    /// Converts, or raises as CPython does for such a parameter.
    fn from_argument(thread: &Thread, value: Value, place: &Place) -> PyResult<Self>;
}

/// An optional parameter of which absent and Python's `None` are different things.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nullable<T> {
    /// The call did not give it.
    Absent,
    /// The call gave `None`.
    None,
    Given(T),
}

impl<T> Nullable<T> {
    /// The given value, neither absent nor `None`.
    pub fn given(self) -> Option<T> {
        match self {
            Nullable::Given(value) => Some(value),
            Nullable::Absent | Nullable::None => None,
        }
    }
}

/// For parameters of type `Nullable<T>`.
#[inline]
pub fn nullable<T: FromArgument>(thread: &Thread, value: Option<Value>, place: &Place) -> PyResult<Nullable<T>> {
    match value {
        None => Ok(Nullable::Absent),
        Some(Value::NONE) => Ok(Nullable::None),
        Some(value) => T::from_argument(thread, value, place).map(Nullable::Given),
    }
}

/// For parameters of type `Option<T>`. Whether Python's `None` means absent is up to `place.or_none`.
#[inline]
pub fn optional<T: FromArgument>(thread: &Thread, value: Option<Value>, place: &Place) -> PyResult<Option<T>> {
    match value {
        None => Ok(None),
        Some(Value::NONE) if place.or_none => Ok(None),
        Some(value) => T::from_argument(thread, value, place).map(Some),
    }
}

impl FromArgument for Value {
    #[inline(always)]
    fn from_argument(_: &Thread, value: Value, _: &Place) -> PyResult<Value> {
        Ok(value)
    }
}

/// A layout that a value can be told to have: every [`HeapObject`], and the [`Payload`]s of modules.
pub trait Downcast: Sized {
    /// The object, if this is its layout.
    fn downcast(value: Value) -> Option<Gc<Self>>;
}

impl<T: HeapObject> Downcast for T {
    #[inline(always)]
    fn downcast(value: Value) -> Option<Gc<T>> {
        value.cast::<T>()
    }
}

impl<T: PayloadData> Downcast for Payload<T> {
    #[inline(always)]
    fn downcast(value: Value) -> Option<Gc<Payload<T>>> {
        Payload::<T>::cast(value)
    }
}

impl<T: PayloadData + PyClass> PyClass for Payload<T> {
    const SPEC: &'static ClassSpec = T::SPEC;
}

impl<T: Downcast + PyClass> FromArgument for Gc<T> {
    #[inline(always)]
    fn from_argument(thread: &Thread, value: Value, place: &Place) -> PyResult<Gc<T>> {
        match T::downcast(value) {
            Some(object) => Ok(object),
            None => Err(place.mismatch(thread, &T::SPEC.full_name(), value)),
        }
    }
}

impl FromArgument for bool {
    /// The truth of any value.
    #[inline]
    fn from_argument(thread: &Thread, value: Value, _: &Place) -> PyResult<bool> {
        match value.as_bool() {
            Some(truth) => Ok(truth),
            None => number::truth(thread, value),
        }
    }
}

impl FromArgument for f64 {
    /// Floats, and what `__float__` or `__index__` converts.
    #[inline]
    fn from_argument(thread: &Thread, value: Value, _: &Place) -> PyResult<f64> {
        match float::as_float(value) {
            Some(x) => Ok(x),
            None => number::to_f64(thread, value),
        }
    }
}

/// Any value with `__index__` as an `i64`; `Ok(None)` if the number is too large.
#[inline]
fn index(thread: &Thread, value: Value) -> PyResult<Option<i64>> {
    match value.as_small() {
        Some(n) => Ok(Some(n)),
        None => Ok(int::as_int(number::index(thread, value)?).and_then(|number| number.to_i64())),
    }
}

/// `$type`: the message for numbers out of range, which says what the C type would be.
macro_rules! integer_arguments {
    ($($type:ty: $raise:ident $message:literal;)*) => {$(
        impl FromArgument for $type {
            #[inline]
            fn from_argument(thread: &Thread, value: Value, _: &Place) -> PyResult<$type> {
                match index(thread, value)?.map(<$type>::try_from) {
                    Some(Ok(n)) => Ok(n),
                    Some(Err(_)) | None => Err(thread.$raise($message)),
                }
            }
        }
    )*};
}

integer_arguments! {
    i64: raise_overflow_error "Python int too large to convert to C long";
    isize: raise_overflow_error "Python int too large to convert to C ssize_t";
    i32: raise_overflow_error "Python int too large to convert to C int";
    u8: raise_value_error "byte must be in range(0, 256)";
}

/// Unsigned types: negative numbers have a message of their own.
macro_rules! unsigned_arguments {
    ($($type:ty: $negative:literal, $large:literal;)*) => {$(
        impl FromArgument for $type {
            #[inline]
            fn from_argument(thread: &Thread, value: Value, _: &Place) -> PyResult<$type> {
                if let Some(Ok(n)) = value.as_small().map(<$type>::try_from) {
                    return Ok(n);
                }
                let number = int::as_int(number::index(thread, value)?);
                match number.as_ref().and_then(|number| number.to_u64()).map(<$type>::try_from) {
                    Some(Ok(n)) => Ok(n),
                    Some(Err(_)) | None if number.as_ref().is_some_and(|number| number.is_negative()) => {
                        Err(thread.raise_overflow_error($negative))
                    }
                    Some(Err(_)) | None => Err(thread.raise_overflow_error($large)),
                }
            }
        }
    )*};
}

unsigned_arguments! {
    u32: "can't convert negative value to unsigned int", "Python int too large to convert to C unsigned int";
    u64: "can't convert negative int to unsigned", "Python int too large to convert to C unsigned long";
    usize: "can't convert negative value to size_t", "Python int too large to convert to C size_t";
}

/// The other operand of a binary special method: no match means NotImplemented, not an error.
pub trait FromOperand: Sized {
    /// `Ok(None)` if the value is not of this type; `Err` if it is, but cannot be converted.
    fn from_operand(thread: &Thread, value: Value) -> PyResult<Option<Self>>;
}

impl FromOperand for Value {
    #[inline(always)]
    fn from_operand(_: &Thread, value: Value) -> PyResult<Option<Value>> {
        Ok(Some(value))
    }
}

impl<T: Downcast> FromOperand for Gc<T> {
    #[inline(always)]
    fn from_operand(_: &Thread, value: Value) -> PyResult<Option<Gc<T>>> {
        Ok(T::downcast(value))
    }
}

impl FromOperand for i64 {
    /// Ints that fit; no other type is converted.
    #[inline]
    fn from_operand(_: &Thread, value: Value) -> PyResult<Option<i64>> {
        match value.as_small() {
            Some(n) => Ok(Some(n)),
            None => Ok(int::as_int(value).and_then(|number| number.to_i64())),
        }
    }
}

impl FromOperand for f64 {
    /// Floats and ints; an int too large for a float raises OverflowError.
    #[inline]
    fn from_operand(thread: &Thread, value: Value) -> PyResult<Option<f64>> {
        if let Some(x) = float::as_float(value) {
            Ok(Some(x))
        } else if int::is_int(value) {
            number::to_f64(thread, value).map(Some)
        } else {
            Ok(None)
        }
    }
}

/// A Rust type that a builtin may return.
pub trait IntoValue {
    /// The Python value; `Err` passes on what was raised.
    fn into_value(self, thread: &Thread) -> PyResult<Value>;
}

impl<T: IntoValue> IntoValue for PyResult<T> {
    #[inline(always)]
    fn into_value(self, thread: &Thread) -> PyResult<Value> {
        self?.into_value(thread)
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    #[inline(always)]
    fn into_value(self, thread: &Thread) -> PyResult<Value> {
        match self {
            Some(value) => value.into_value(thread),
            None => Ok(Value::NONE),
        }
    }
}

impl IntoValue for Value {
    #[inline(always)]
    fn into_value(self, _: &Thread) -> PyResult<Value> {
        Ok(self)
    }
}

impl<T> IntoValue for Gc<T>
where
    Gc<T>: Into<Value>,
{
    #[inline(always)]
    fn into_value(self, _: &Thread) -> PyResult<Value> {
        Ok(self.into())
    }
}

impl IntoValue for () {
    #[inline(always)]
    fn into_value(self, _: &Thread) -> PyResult<Value> {
        Ok(Value::NONE)
    }
}

impl IntoValue for bool {
    #[inline(always)]
    fn into_value(self, _: &Thread) -> PyResult<Value> {
        Ok(Value::from_bool(self))
    }
}

impl IntoValue for f64 {
    #[inline(always)]
    fn into_value(self, thread: &Thread) -> PyResult<Value> {
        Ok(Float::new(thread, self).value())
    }
}

impl IntoValue for &str {
    fn into_value(self, thread: &Thread) -> PyResult<Value> {
        Ok(Str::new(thread, self).value())
    }
}

impl IntoValue for String {
    fn into_value(self, thread: &Thread) -> PyResult<Value> {
        Ok(Str::new(thread, &self).value())
    }
}

macro_rules! integer_results {
    ($($type:ty)*) => {$(
        impl IntoValue for $type {
            #[inline(always)]
            fn into_value(self, thread: &Thread) -> PyResult<Value> {
                Ok(int::from_i64(thread, i64::from(self)))
            }
        }
    )*};
}
integer_results!(i64 i32 u32 u8);

impl IntoValue for u64 {
    #[inline]
    fn into_value(self, thread: &Thread) -> PyResult<Value> {
        match i64::try_from(self) {
            Ok(n) => Ok(int::from_i64(thread, n)),
            Err(_) => Ok(int::from_u64(thread, self)),
        }
    }
}

impl IntoValue for usize {
    #[inline]
    fn into_value(self, thread: &Thread) -> PyResult<Value> {
        (self as u64).into_value(thread)
    }
}

impl IntoValue for isize {
    #[inline(always)]
    fn into_value(self, thread: &Thread) -> PyResult<Value> {
        Ok(int::from_i64(thread, self as i64))
    }
}

/// What a `__next__` that ends by `None` may return.
pub trait IntoNext {
    /// The item, or `None` when exhausted.
    fn into_next(self, thread: &Thread) -> PyResult<Option<Value>>;
}

impl<T: IntoValue> IntoNext for Option<T> {
    #[inline(always)]
    fn into_next(self, thread: &Thread) -> PyResult<Option<Value>> {
        match self {
            Some(value) => value.into_value(thread).map(Some),
            None => Ok(None),
        }
    }
}

impl<T: IntoValue> IntoNext for PyResult<Option<T>> {
    #[inline(always)]
    fn into_next(self, thread: &Thread) -> PyResult<Option<Value>> {
        self?.into_next(thread)
    }
}
