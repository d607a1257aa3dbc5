//! `int`: the two heap layouts, the view [`IntRef`] over all of its representations, and conversions.
//!
//! What lives here: structs, [`as_int`], constructors from machine numbers. What must not: arithmetic
//! (`int/arithmetic.rs`), text (`int/text.rs`), Python methods (`int/methods.rs`). Start at [`IntRef`].
//!
//! An int that fits 63 bits is always a small `Value`; a [`BigIntObject`] never holds such a number. So
//! equality of representation is equality of numbers, except for instances of subclasses ([`IntObject`]).

#![allow(unsafe_code)] // Limbs lie behind the struct.

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, Header, HeapObject, Kind, ShapeId, Slot, header_flags};
use crate::thread::Thread;
use crate::types::instance;
use crate::value::Value;
use num_bigint::{BigInt, Sign};
use num_traits::Zero;
use std::cell::Cell;
use std::cmp::Ordering;

pub mod arithmetic;
pub mod bytes;
pub mod divisors;
pub mod limbs;
pub mod methods;
pub mod operators;
pub mod powers;
pub mod text;

pub use methods::IntClass;
pub use text::{parse, to_string_radix};

/// Header flag: the number is below zero.
const NEGATIVE: u8 = header_flags::KIND_0;

/// An int that needs more than 63 bits. Behind the struct lie the limbs of its magnitude (`limbs.rs`).
#[repr(C)]
pub struct BigIntObject {
    header: Header,
    /// Limbs in use, the highest not zero.
    length: Cell<u32>,
    /// Limbs that there is room for.
    capacity: u32,
}

impl BigIntObject {
    /// The magnitude, trimmed.
    #[inline(always)]
    pub fn limbs(&self) -> &[u64] {
        // SAFETY: the allocation has room for `capacity` limbs behind the struct, and `length` is not more.
        unsafe { std::slice::from_raw_parts(std::ptr::from_ref(self).add(1).cast(), self.length.get() as usize) }
    }

    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.header.flag(NEGATIVE)
    }
}

impl HeapObject for BigIntObject {
    const KIND: Kind = Kind::BigInt;
    fn size(&self) -> usize {
        size_of::<BigIntObject>() + self.capacity as usize * size_of::<u64>()
    }
    fn trace(&self, _: &mut Tracer) {}
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

/// Sign and magnitude of an int of any representation, for code that treats all alike.
pub struct Operand<'a> {
    negative: bool,
    /// The magnitude of a small one.
    word: u64,
    big: Option<&'a [u64]>,
}

impl Operand<'_> {
    #[inline]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// The magnitude, trimmed; that of 0 is empty.
    #[inline]
    pub fn limbs(&self) -> &[u64] {
        match self.big {
            Some(limbs) => limbs,
            None if self.word == 0 => &[],
            None => std::slice::from_ref(&self.word),
        }
    }
}

impl IntRef {
    /// Sign and magnitude.
    #[inline]
    pub fn operand(&self) -> Operand<'_> {
        match self {
            IntRef::Small(n) => Operand { negative: *n < 0, word: n.unsigned_abs(), big: None },
            IntRef::Big(big) => Operand { negative: big.is_negative(), word: 0, big: Some(big.limbs()) },
        }
    }

    /// As `num-bigint` has it, for what is rare or too long for `limbs.rs`.
    pub fn to_bigint(&self) -> BigInt {
        match self {
            IntRef::Small(n) => BigInt::from(*n),
            IntRef::Big(big) => {
                let sign = if big.is_negative() { Sign::Minus } else { Sign::Plus };
                BigInt::from_biguint(sign, limbs::to_biguint(big.limbs()))
            }
        }
    }

    /// As a machine word, if it fits.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            IntRef::Small(n) => Some(*n),
            IntRef::Big(big) => match big.limbs() {
                [limb] if big.is_negative() => 0i64.checked_sub_unsigned(*limb),
                [limb] => i64::try_from(*limb).ok(),
                _ => None,
            },
        }
    }

    /// As an unsigned machine word, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        match self {
            IntRef::Small(n) => u64::try_from(*n).ok(),
            IntRef::Big(big) => match big.limbs() {
                [limb] if !big.is_negative() => Some(*limb),
                _ => None,
            },
        }
    }

    /// The lowest 64 bits in two's complement.
    pub fn low_word(&self) -> u64 {
        match self {
            IntRef::Small(n) => *n as u64,
            IntRef::Big(big) if big.is_negative() => big.limbs()[0].wrapping_neg(),
            IntRef::Big(big) => big.limbs()[0],
        }
    }

    /// -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        match self {
            IntRef::Small(n) => n.signum() as i32,
            IntRef::Big(big) => {
                if big.is_negative() {
                    -1
                } else {
                    1
                }
            }
        }
    }

    #[inline]
    pub fn is_negative(&self) -> bool {
        match self {
            IntRef::Small(n) => *n < 0,
            IntRef::Big(big) => big.is_negative(),
        }
    }

    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(self, IntRef::Small(0))
    }

    pub fn is_odd(&self) -> bool {
        self.low_word() & 1 != 0
    }

    /// Bits of the magnitude: `int.bit_length`.
    pub fn bit_length(&self) -> u64 {
        match self {
            IntRef::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
            IntRef::Big(big) => limbs::bits(big.limbs()),
        }
    }

    /// The nearest double, ties to even; `None` when it exceeds the range of doubles.
    #[inline]
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            IntRef::Small(n) => Some(*n as f64),
            IntRef::Big(big) => magnitude_to_f64(big.limbs()).map(|x| if big.is_negative() { -x } else { x }),
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
                if b.is_negative() {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (IntRef::Big(_), IntRef::Small(_)) => other.compare(self).reverse(),
            (IntRef::Big(a), IntRef::Big(b)) => match (a.is_negative(), b.is_negative()) {
                (false, false) => limbs::compare(a.limbs(), b.limbs()),
                (true, true) => limbs::compare(b.limbs(), a.limbs()),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
            },
        }
    }

    /// Exact comparison with a double; `None` for NaN.
    pub fn compare_f64(&self, other: f64) -> Option<Ordering> {
        match self {
            IntRef::Small(n) => compare_i64_f64(*n, other),
            IntRef::Big(_) => {
                if other.is_nan() {
                    return None;
                }
                if other.is_infinite() {
                    return Some(if other > 0.0 { Ordering::Less } else { Ordering::Greater });
                }
                let whole = bigint_from_f64(other.trunc());
                Some(self.to_bigint().cmp(&whole).then_with(|| 0.0f64.total_cmp(&(other.fract() + 0.0))))
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
        None => from_limbs(thread, n < 0, &[n.unsigned_abs()]),
    }
}

/// The int `n`.
#[inline]
pub fn from_u64(thread: &Thread, n: u64) -> Value {
    match i64::try_from(n).ok().and_then(Value::small) {
        Some(value) => value,
        None => from_limbs(thread, false, &[n]),
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
    let magnitude = n.unsigned_abs();
    from_limbs(thread, n < 0, &[magnitude as u64, (magnitude >> 64) as u64])
}

/// The int `number`, small where it fits.
pub fn from_bigint(thread: &Thread, number: BigInt) -> Value {
    let digits = number.magnitude().iter_u64_digits();
    let fill = |limbs: &mut [u64]| {
        for (limb, digit) in limbs.iter_mut().zip(number.magnitude().iter_u64_digits()) {
            *limb = digit;
        }
    };
    build_beyond_limit(thread, digits.len(), number.sign() == Sign::Minus, fill)
}

/// The int with this sign and magnitude, which need not be trimmed.
pub fn from_limbs(thread: &Thread, negative: bool, magnitude: &[u64]) -> Value {
    let magnitude = limbs::trim(magnitude);
    if let Some(value) = small_from(negative, magnitude) {
        return value;
    }
    let object = thread.allocate::<BigIntObject>(ShapeId::BIG_INT, size_of_val(magnitude), |header| {
        header_for(header, negative, magnitude.len())
    });
    fresh_limbs(object).copy_from_slice(magnitude);
    object.value()
}

/// The small int of a trimmed magnitude, if it is one.
#[inline]
fn small_from(negative: bool, magnitude: &[u64]) -> Option<Value> {
    match magnitude {
        [] => Some(Value::small_wrapping(0)),
        [limb] if negative => 0i64.checked_sub_unsigned(*limb).and_then(Value::small),
        [limb] => i64::try_from(*limb).ok().and_then(Value::small),
        _ => None,
    }
}

fn header_for(header: Header, negative: bool, capacity: usize) -> BigIntObject {
    if negative {
        header.set_flag(NEGATIVE);
    }
    // Operations whose result would be longer than 2^32 limbs are refused before.
    BigIntObject { header, length: Cell::new(capacity as u32), capacity: capacity as u32 }
}

/// The limbs of an object that nobody else has seen yet.
#[inline]
fn fresh_limbs<'a>(object: Gc<BigIntObject>) -> &'a mut [u64] {
    // SAFETY: the limbs lie behind the struct in one allocation; there is no other reference to them before the
    // caller's use of this one ends, as the object is fresh.
    unsafe { std::slice::from_raw_parts_mut(object.as_pointer().add(1).cast::<u64>(), object.length.get() as usize) }
}

/// An int whose magnitude `fill` writes into `capacity` limbs, all zero; more than needed is cut off. The sign of 0
/// does not matter.
///
/// # Errors
/// MemoryError, before `fill` runs.
pub(crate) fn build(
    thread: &Thread,
    capacity: usize,
    negative: bool,
    fill: impl FnOnce(&mut [u64]),
) -> PyResult<Value> {
    if capacity > LIMBS_SERVED_ANYWAY {
        let made = thread.try_allocate::<BigIntObject>(ShapeId::BIG_INT, capacity * size_of::<u64>(), |header| {
            header_for(header, negative, capacity)
        });
        return match made {
            Some(object) => Ok(finish(thread, object, fill)),
            None => Err(thread.raise_memory_error("")),
        };
    }
    Ok(build_beyond_limit(thread, capacity, negative, fill))
}

/// Numbers up to this length are made even at the limit of memory; the exception then comes at the next poll.
const LIMBS_SERVED_ANYWAY: usize = 1000;

/// As [`build`], for results that are not longer than numbers which exist: no error, but a MemoryError at the next poll.
pub(crate) fn build_beyond_limit(
    thread: &Thread,
    capacity: usize,
    negative: bool,
    fill: impl FnOnce(&mut [u64]),
) -> Value {
    if capacity <= 2 {
        // Often small in the end.
        let mut limbs = [0; 2];
        fill(&mut limbs[..capacity]);
        return from_limbs(thread, negative, &limbs);
    }
    let object = thread.allocate::<BigIntObject>(ShapeId::BIG_INT, capacity * size_of::<u64>(), |header| {
        header_for(header, negative, capacity)
    });
    finish(thread, object, fill)
}

/// Fills a fresh object and gives it its length; much unused room is given up.
fn finish(thread: &Thread, object: Gc<BigIntObject>, fill: impl FnOnce(&mut [u64])) -> Value {
    let capacity = object.capacity as usize;
    let limbs = fresh_limbs(object);
    fill(limbs);
    let length = limbs::trim(limbs).len();
    if length <= 1 || length < capacity - capacity / 4 - 1 {
        return from_limbs(thread, object.is_negative(), &limbs[..length]);
    }
    object.length.set(length as u32);
    object.value()
}

/// The int that a whole, finite double is.
pub fn from_whole_f64(thread: &Thread, x: f64) -> Value {
    if x.abs() < 4_611_686_018_427_387_904.0 {
        return Value::small_wrapping(x as i64);
    }
    from_bigint(thread, bigint_from_f64(x))
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

/// The double nearest to a trimmed magnitude, ties to even; `None` beyond the range of doubles.
pub fn magnitude_to_f64(magnitude: &[u64]) -> Option<f64> {
    let bits = limbs::bits(magnitude);
    if bits > 1024 {
        return None;
    }
    let absolute = match magnitude {
        [] => 0.0,
        [limb] => *limb as f64,
        [lower @ .., below, top] => {
            // The highest 64 bits, with the lowest of them set if anything was cut off: rounding those to 53
            // bits is rounding the whole.
            let shift = top.leading_zeros();
            let both = (u128::from(*top) << 64 | u128::from(*below)) << shift;
            let cut_off = both as u64 != 0 || lower.iter().any(|&limb| limb != 0);
            let word = (both >> 64) as u64 | u64::from(cut_off);
            word as f64 * 2f64.powi((bits - 64) as i32)
        }
    };
    (!absolute.is_infinite()).then_some(absolute)
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
