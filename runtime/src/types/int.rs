//! `int`: the two heap layouts, the view [`IntRef`] over all of its representations, and conversions.
//!
//! What lives here: structs, [`as_int`], constructors from machine numbers. What must not: arithmetic
//! (`int/arithmetic.rs`), text (`int/text.rs`), Python methods (`int/methods.rs`). Start at [`IntRef`].
//!
//! An int that fits 63 bits is always a small `Value`; a [`BigIntObject`] never holds such a number. So
//! equality of representation is equality of numbers, except for instances of subclasses ([`IntObject`]).

#![allow(unsafe_code)] // Frees the digits of a dead number.

use crate::gc::{Heap, Tracer};
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot};
use crate::thread::Thread;
use crate::types::instance;
use crate::value::Value;
use num_bigint::{BigInt, Sign};
use num_traits::{ToPrimitive, Zero};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::ptr::NonNull;

pub mod arithmetic;
pub mod bytes;
pub mod methods;
pub mod operators;
pub mod text;

pub use methods::IntClass;
pub use text::{parse, to_string_radix};

/// An int that needs more than 63 bits.
#[repr(C)]
pub struct BigIntObject {
    header: Header,
    pub number: BigInt,
    /// Where the digits, which lie outside, are accounted for.
    heap: NonNull<Heap>,
}

/// Bytes that a number's digits take outside the heap.
fn external_bytes(number: &BigInt) -> usize {
    number.magnitude().iter_u64_digits().len() * 8 + 16
}

impl HeapObject for BigIntObject {
    const KIND: Kind = Kind::BigInt;
    const FINALIZES: bool = true;
    fn size(&self) -> usize {
        size_of::<BigIntObject>()
    }
    fn trace(&self, _: &mut Tracer) {}
    fn finalize(&self) {
        // SAFETY: the heap that runs this finalizer is alive.
        unsafe { self.heap.as_ref() }.remove_external(external_bytes(&self.number));
        // SAFETY: the collector calls this once, on an object nothing reaches any more.
        unsafe { std::ptr::drop_in_place(std::ptr::from_ref(&self.number).cast_mut()) };
    }
}

/// An instance of a subclass of `int` (`bool` excepted): its number is a small int or a [`BigIntObject`].
#[repr(C)]
pub struct IntObject {
    header: Header,
    pub value: Slot,
}

impl IntObject {
    /// The object under `header`, with this plain int as its number.
    pub fn with_header(header: Header, number: Value) -> IntObject {
        IntObject { header, value: Slot::new(number) }
    }

    /// The number as an exact int.
    #[inline]
    pub fn number(&self) -> Value {
        self.value.get().unwrap_or(Value::small_wrapping(0))
    }
}

impl HeapObject for IntObject {
    const KIND: Kind = Kind::IntObject;
    fn size(&self) -> usize {
        size_of::<IntObject>() + instance::tail_size(&self.header)
    }
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.value);
        instance::trace_tail(&self.header, size_of::<IntObject>(), tracer);
    }
}

/// The number behind a value of class `int` or a subclass.
#[derive(Clone, Copy)]
pub enum IntRef {
    /// Fits 63 bits.
    Small(i64),
    /// Does not.
    Big(Gc<BigIntObject>),
}

/// The number behind `value`, if its class is `int`, `bool` or another subclass of `int`.
#[inline(always)]
pub fn as_int(value: Value) -> Option<IntRef> {
    match value.as_small() {
        Some(n) => Some(IntRef::Small(n)),
        None => as_int_slow(value),
    }
}

fn as_int_slow(value: Value) -> Option<IntRef> {
    if let Some(b) = value.as_bool() {
        return Some(IntRef::Small(i64::from(b)));
    }
    let header = value.header()?;
    match header.kind() {
        Kind::BigInt => Some(IntRef::Big(header.cast_unchecked())),
        Kind::IntObject => as_int(header.cast_unchecked::<IntObject>().number()),
        _ => None,
    }
}

/// The number behind `value`, if its class is exactly `int`.
#[inline(always)]
pub fn as_exact_int(value: Value) -> Option<IntRef> {
    match value.as_small() {
        Some(n) => Some(IntRef::Small(n)),
        None => value.cast::<BigIntObject>().map(IntRef::Big),
    }
}

/// The class of `value` is `int` or a subclass.
#[inline]
pub fn is_int(value: Value) -> bool {
    as_int(value).is_some()
}

impl IntRef {
    /// As a big integer, borrowed where one exists.
    pub fn to_cow(&self) -> Cow<'_, BigInt> {
        match self {
            IntRef::Small(n) => Cow::Owned(BigInt::from(*n)),
            IntRef::Big(big) => Cow::Borrowed(&big.number),
        }
    }

    /// As an owned big integer.
    pub fn to_bigint(&self) -> BigInt {
        self.to_cow().into_owned()
    }

    /// As a machine word, if it fits.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            IntRef::Small(n) => Some(*n),
            IntRef::Big(big) => big.number.to_i64(),
        }
    }

    /// As an unsigned machine word, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        match self {
            IntRef::Small(n) => u64::try_from(*n).ok(),
            IntRef::Big(big) => big.number.to_u64(),
        }
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match self {
            IntRef::Small(n) => n.signum() as i32,
            IntRef::Big(big) => {
                if big.number.sign() == Sign::Minus {
                    -1
                } else {
                    1
                }
            }
        }
    }

    #[inline]
    pub fn is_negative(&self) -> bool {
        self.signum() < 0
    }

    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(self, IntRef::Small(0))
    }

    pub fn is_odd(&self) -> bool {
        match self {
            IntRef::Small(n) => n & 1 != 0,
            IntRef::Big(big) => big.number.bit(0),
        }
    }

    /// Bits of the magnitude: `int.bit_length`.
    pub fn bit_length(&self) -> u64 {
        match self {
            IntRef::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
            IntRef::Big(big) => big.number.bits(),
        }
    }

    /// The nearest double, ties to even; `None` when it exceeds the range of doubles.
    #[inline]
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            IntRef::Small(n) => Some(*n as f64),
            IntRef::Big(big) => bigint_to_f64(&big.number),
        }
    }

    /// The exact int with this number.
    pub fn to_value(&self, _thread: &Thread) -> Value {
        match self {
            IntRef::Small(n) => Value::small_wrapping(*n),
            IntRef::Big(big) => big.value(),
        }
    }

    /// Numeric order.
    pub fn compare(&self, other: &IntRef) -> Ordering {
        match (self, other) {
            (IntRef::Small(a), IntRef::Small(b)) => a.cmp(b),
            // A big int lies beyond every small one, on the side of its sign.
            (IntRef::Small(_), IntRef::Big(b)) => {
                if b.number.sign() == Sign::Minus {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (IntRef::Big(a), IntRef::Small(_)) => {
                if a.number.sign() == Sign::Minus {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (IntRef::Big(a), IntRef::Big(b)) => a.number.cmp(&b.number),
        }
    }

    /// Exact comparison with a double; `None` for NaN.
    pub fn compare_f64(&self, other: f64) -> Option<Ordering> {
        match self {
            IntRef::Small(n) => compare_i64_f64(*n, other),
            IntRef::Big(big) => {
                if other.is_nan() {
                    return None;
                }
                if other.is_infinite() {
                    return Some(if other > 0.0 { Ordering::Less } else { Ordering::Greater });
                }
                let whole = bigint_from_f64(other.trunc());
                Some(big.number.cmp(&whole).then_with(|| 0.0f64.total_cmp(&(other.fract() + 0.0))))
            }
        }
    }
}

/// Exact comparison of a 63-bit int with a double; `None` for NaN.
#[inline]
pub fn compare_i64_f64(n: i64, x: f64) -> Option<Ordering> {
    const EXACT: i64 = 1 << 53;
    if (-EXACT..=EXACT).contains(&n) || x.is_nan() {
        return (n as f64).partial_cmp(&x);
    }
    if x >= 9_223_372_036_854_775_808.0 {
        return Some(Ordering::Less);
    }
    if x < -9_223_372_036_854_775_808.0 {
        return Some(Ordering::Greater);
    }
    let whole = x.trunc();
    // `|n| > 2^53`, so if the whole parts agree `x` has no fraction.
    Some(n.cmp(&(whole as i64)))
}

// ---- making ints ----

/// The int `n`.
#[inline(always)]
pub fn from_i64(thread: &Thread, n: i64) -> Value {
    match Value::small(n) {
        Some(value) => value,
        None => allocate(thread, BigInt::from(n)),
    }
}

/// The int `n`.
#[inline]
pub fn from_u64(thread: &Thread, n: u64) -> Value {
    match i64::try_from(n).ok().and_then(Value::small) {
        Some(value) => value,
        None => allocate(thread, BigInt::from(n)),
    }
}

/// The int `n`.
#[inline]
pub fn from_usize(thread: &Thread, n: usize) -> Value {
    from_u64(thread, n as u64)
}

/// The int `n`.
#[inline]
pub fn from_i128(thread: &Thread, n: i128) -> Value {
    match i64::try_from(n).ok().and_then(Value::small) {
        Some(value) => value,
        None => allocate(thread, BigInt::from(n)),
    }
}

/// The int `number`, small where it fits.
#[inline]
pub fn from_bigint(thread: &Thread, number: BigInt) -> Value {
    if number.bits() <= 63
        && let Some(value) = number.to_i64().and_then(Value::small)
    {
        return value;
    }
    allocate(thread, number)
}

/// The int that a whole, finite double is.
pub fn from_whole_f64(thread: &Thread, x: f64) -> Value {
    if x.abs() < 4_611_686_018_427_387_904.0 {
        return Value::small_wrapping(x as i64);
    }
    from_bigint(thread, bigint_from_f64(x))
}

#[cold]
#[inline(never)]
fn allocate(thread: &Thread, number: BigInt) -> Value {
    debug_assert!(number.to_i64().and_then(Value::small).is_none());
    let heap = NonNull::from(&thread.vm().heap);
    thread.vm().heap.add_external(external_bytes(&number));
    thread.allocate::<BigIntObject>(ShapeId::BIG_INT, 0, |header| BigIntObject { header, number, heap }).value()
}

// ---- reading ints ----

/// The number of an `int` (or subclass) value as a big integer.
pub fn to_bigint(value: Value) -> Option<BigInt> {
    as_int(value).map(|n| n.to_bigint())
}

/// The number of an `int` (or subclass) value, if it fits a machine word.
#[inline]
pub fn to_i64_exact(value: Value) -> Option<i64> {
    as_int(value)?.to_i64()
}

/// As [`to_i64_exact`].
#[inline]
pub fn to_i64(value: Value) -> Option<i64> {
    to_i64_exact(value)
}

/// The number of an `int` (or subclass) value, if it fits an unsigned machine word.
#[inline]
pub fn to_u64(value: Value) -> Option<u64> {
    as_int(value)?.to_u64()
}

/// The value is an int below zero.
#[inline]
pub fn is_negative(value: Value) -> bool {
    as_int(value).is_some_and(|n| n.is_negative())
}

/// The value as an exact int: instances of subclasses (`bool` too) give their number.
#[inline]
pub fn to_exact(thread: &Thread, value: Value) -> Option<Value> {
    if value.is_small() {
        return Some(value);
    }
    as_int(value).map(|n| n.to_value(thread))
}

/// The nearest double, ties to even; `None` beyond the range of doubles.
pub fn bigint_to_f64(number: &BigInt) -> Option<f64> {
    let magnitude = number.magnitude();
    let bits = magnitude.bits();
    if bits > 1024 {
        return None;
    }
    let absolute = if bits <= 64 {
        magnitude.to_u64()? as f64
    } else {
        // The highest 64 bits, with the lowest of them set if anything was cut off: rounding those to 53
        // bits is rounding the whole.
        let shift = bits - 64;
        let mut top = (magnitude >> shift).to_u64()?;
        if magnitude.trailing_zeros().is_some_and(|zeros| zeros < shift) {
            top |= 1;
        }
        top as f64 * 2f64.powi(shift as i32)
    };
    if absolute.is_infinite() {
        return None;
    }
    Some(if number.sign() == Sign::Minus { -absolute } else { absolute })
}

/// The exact value of a finite double, its fraction cut off.
pub fn bigint_from_f64(x: f64) -> BigInt {
    let (mantissa, exponent) = crate::types::float::decompose(x);
    let number = if exponent >= 0 {
        BigInt::from(mantissa) << exponent as u64
    } else if exponent > -64 {
        BigInt::from(mantissa >> -exponent)
    } else {
        BigInt::zero()
    };
    if x < 0.0 { -number } else { number }
}
