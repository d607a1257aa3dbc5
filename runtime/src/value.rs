//! The tagged word that every Python value is.
//!
//! What lives here: the bits of [`Value`] and nothing else; no other file of the project may know them
//! (native code takes [`bits`] constants). What must not: anything that looks inside a heap object
//! beyond its [`Header`]. Start at [`Value`].
//!
//! | low bits | meaning |
//! |---|---|
//! | `...1` | small int, 63 bits: `n << 1 \| 1` |
//! | `.010` | immediate: `None`, `False`, `True`, `NotImplemented`, `Ellipsis` |
//! | `.000` | address of a heap object (8-byte aligned, never zero) |
//!
//! The zero word is not a `Value`: as `Option<Value>::None` it means "empty".

use crate::object::{Gc, Header, HeapObject};
use std::num::NonZeroU64;

/// A Python value: a small int, an immediate, or a pointer to a heap object.
///
/// `Copy`, and free to stand in locals, arguments and GC memory; never in malloc memory, where the
/// collector does not look. `==` on values is identity (`is`).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(NonZeroU64);

/// The bit patterns native code is generated with.
pub mod bits {
    /// Set in every small int.
    pub const SMALL_INT_TAG: u64 = 1;
    /// A small int is its value shifted left by this.
    pub const SMALL_INT_SHIFT: u32 = 1;
    /// Word & this is zero for heap objects (and the empty word).
    pub const NON_OBJECT_MASK: u64 = 3;
    /// Word & 7 of an immediate.
    pub const IMMEDIATE_TAG: u64 = 2;
    pub const NONE: u64 = 0x02;
    pub const FALSE: u64 = 0x0a;
    pub const TRUE: u64 = 0x1a;
    pub const NOT_IMPLEMENTED: u64 = 0x22;
    pub const ELLIPSIS: u64 = 0x2a;
    /// Never a Python value: "looked up and found absent" in caches.
    pub const ABSENT: u64 = 0x32;
    /// Never a Python value: native code's "this activation left through a side exit".
    pub const SIDE_EXIT: u64 = 0x04;
    /// `FALSE ^ TRUE`: a bool is `FALSE | b << BOOL_SHIFT`.
    pub const BOOL_SHIFT: u32 = 4;
}

impl Value {
    pub const NONE: Value = Value::constant(bits::NONE);
    pub const FALSE: Value = Value::constant(bits::FALSE);
    pub const TRUE: Value = Value::constant(bits::TRUE);
    pub const NOT_IMPLEMENTED: Value = Value::constant(bits::NOT_IMPLEMENTED);
    pub const ELLIPSIS: Value = Value::constant(bits::ELLIPSIS);
    /// Marks "known to be absent" in caches and dict tables; no Python program ever sees it.
    pub const ABSENT: Value = Value::constant(bits::ABSENT);

    /// The smallest and largest small int.
    pub const SMALL_MIN: i64 = i64::MIN >> bits::SMALL_INT_SHIFT;
    pub const SMALL_MAX: i64 = i64::MAX >> bits::SMALL_INT_SHIFT;

    #[inline(always)]
    const fn constant(bits: u64) -> Value {
        match NonZeroU64::new(bits) {
            Some(word) => Value(word),
            None => panic!("the zero word is not a value"),
        }
    }

    /// The small int `n`, or `None` if it needs a BigInt object.
    #[inline(always)]
    pub const fn small(n: i64) -> Option<Value> {
        if n >= Value::SMALL_MIN && n <= Value::SMALL_MAX { Some(Value::small_wrapping(n)) } else { None }
    }

    /// The small int `n`, which the caller knows to fit (a length, an index, a code point).
    #[inline(always)]
    pub const fn small_wrapping(n: i64) -> Value {
        debug_assert!(n >= Value::SMALL_MIN && n <= Value::SMALL_MAX);
        Value::constant(((n as u64) << bits::SMALL_INT_SHIFT) | bits::SMALL_INT_TAG)
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn from_bool(b: bool) -> Value {
        Value::constant(bits::FALSE | (b as u64) << bits::BOOL_SHIFT)
    }

    /// The word itself, for native code and the collector.
    #[inline(always)]
    pub const fn to_bits(self) -> u64 {
        self.0.get()
    }

    /// The value of a word, `None` for the empty word. The word must have come from [`Value::to_bits`].
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Option<Value> {
        match NonZeroU64::new(bits) {
            Some(word) => Some(Value(word)),
            None => None,
        }
    }

    /// The value that points to the heap object at `header`.
    #[inline(always)]
    pub fn from_header(header: *const Header) -> Value {
        debug_assert!(!header.is_null() && header.addr() & 7 == 0);
        Value::constant(header.expose_provenance() as u64)
    }

    #[inline(always)]
    pub const fn is_small(self) -> bool {
        self.to_bits() & bits::SMALL_INT_TAG != 0
    }

    /// The small int's number.
    #[inline(always)]
    pub const fn as_small(self) -> Option<i64> {
        if self.is_small() { Some(self.to_small_unchecked()) } else { None }
    }

    /// The number of a value known to be a small int (otherwise some other number; never undefined).
    #[inline(always)]
    pub const fn to_small_unchecked(self) -> i64 {
        self.to_bits() as i64 >> bits::SMALL_INT_SHIFT
    }

    /// Both words are small ints.
    #[inline(always)]
    pub const fn both_small(a: Value, b: Value) -> bool {
        a.to_bits() & b.to_bits() & bits::SMALL_INT_TAG != 0
    }

    /// `a + b` of two small ints on the tagged words; `None` on overflow of the 63 bits.
    #[inline(always)]
    pub const fn add_small(a: Value, b: Value) -> Option<Value> {
        match ((a.to_bits() - bits::SMALL_INT_TAG) as i64).checked_add(b.to_bits() as i64) {
            Some(word) => Value::from_bits(word as u64),
            None => None,
        }
    }

    /// `a - b` of two small ints on the tagged words; `None` on overflow of the 63 bits.
    #[inline(always)]
    pub const fn sub_small(a: Value, b: Value) -> Option<Value> {
        match (a.to_bits() as i64).checked_sub((b.to_bits() - bits::SMALL_INT_TAG) as i64) {
            Some(word) => Value::from_bits(word as u64),
            None => None,
        }
    }

    /// `a * b` of two small ints; `None` on overflow of the 63 bits.
    #[inline(always)]
    pub const fn mul_small(a: Value, b: Value) -> Option<Value> {
        let factor = (a.to_bits() - bits::SMALL_INT_TAG) as i64;
        match factor.checked_mul(b.to_small_unchecked()) {
            Some(word) => Value::from_bits(word as u64 | bits::SMALL_INT_TAG),
            None => None,
        }
    }

    /// Ordering key of two small ints: the tagged words compare as the numbers do.
    #[inline(always)]
    pub const fn small_order_key(self) -> i64 {
        self.to_bits() as i64
    }

    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.to_bits() == bits::NONE
    }

    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.to_bits() | 1 << bits::BOOL_SHIFT == bits::TRUE
    }

    #[inline(always)]
    pub const fn as_bool(self) -> Option<bool> {
        if self.is_bool() { Some(self.to_bits() == bits::TRUE) } else { None }
    }

    /// Points to a heap object.
    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self.to_bits() & bits::NON_OBJECT_MASK == 0
    }

    /// The header of the heap object, `None` for small ints and immediates.
    #[inline(always)]
    pub fn header(self) -> Option<Gc<Header>> {
        if self.is_object() { Gc::from_address(self.to_bits() as usize) } else { None }
    }

    /// The object as a `T`, if its kind is `T`'s.
    #[inline(always)]
    pub fn cast<T: HeapObject>(self) -> Option<Gc<T>> {
        match self.header() {
            Some(header) if header.kind() == T::KIND => Some(header.cast_unchecked::<T>()),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Value::NONE => f.write_str("None"),
            Value::TRUE => f.write_str("True"),
            Value::FALSE => f.write_str("False"),
            Value::NOT_IMPLEMENTED => f.write_str("NotImplemented"),
            Value::ELLIPSIS => f.write_str("Ellipsis"),
            v => match (v.as_small(), v.header()) {
                (Some(n), _) => write!(f, "{n}"),
                (None, Some(header)) => write!(f, "<{:?}>", header.kind()),
                (None, None) => write!(f, "<invalid word>"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_ints_round_trip_at_the_tag_limits() {
        for n in [0, 1, -1, 42, Value::SMALL_MIN, Value::SMALL_MAX] {
            assert_eq!(Value::small(n).and_then(Value::as_small), Some(n));
        }
        assert_eq!(Value::small(Value::SMALL_MAX + 1), None);
        assert_eq!(Value::small(Value::SMALL_MIN - 1), None);
    }

    #[test]
    fn tagged_arithmetic_is_exact_or_declines() {
        let v = Value::small_wrapping;
        assert_eq!(Value::add_small(v(3), v(-5)), Some(v(-2)));
        assert_eq!(Value::sub_small(v(3), v(-5)), Some(v(8)));
        assert_eq!(Value::mul_small(v(-3), v(5)), Some(v(-15)));
        assert_eq!(Value::add_small(v(Value::SMALL_MAX), v(1)), None);
        assert_eq!(Value::sub_small(v(Value::SMALL_MIN), v(1)), None);
        assert_eq!(Value::mul_small(v(Value::SMALL_MAX), v(2)), None);
        assert_eq!(Value::mul_small(v(Value::SMALL_MIN), v(-1)), None);
    }

    #[test]
    fn immediates_are_told_apart() {
        assert_eq!(Value::from_bool(true), Value::TRUE);
        assert_eq!(Value::from_bool(false), Value::FALSE);
        assert_eq!(Value::TRUE.as_bool(), Some(true));
        assert_eq!(Value::NONE.as_bool(), None);
        assert!(!Value::ELLIPSIS.is_object() && !Value::NOT_IMPLEMENTED.is_small());
    }
}
