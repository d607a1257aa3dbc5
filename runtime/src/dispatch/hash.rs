//! `hash()`: numeric hashes as CPython defines them, and the protocol for everything else.
//!
//! What lives here: [`hash`], the hashes of numbers and tuples. What must not: the hash function of text
//! (`types/str.rs`) and of sets. Start at [`hash`].
//!
//! Numbers hash to their residue modulo the prime 2^61 - 1, so that equal numbers of different types agree
//! (Python reference, "Hashing of numeric types").

use crate::dispatch::special;
use crate::error::PyResult;
use crate::object::ShapeId;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::complex::{Complex, ComplexNumber};
use crate::types::float::{self, Float};
use crate::types::int::{self, BigIntObject, IntRef};
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The prime modulus of numeric hashes, `sys.hash_info.modulus`.
pub const MODULUS: u64 = (1 << BITS) - 1;
const BITS: u32 = 61;
/// `sys.hash_info.inf`
pub const INFINITY: i64 = 314_159;
/// `sys.hash_info.imag`
pub const IMAGINARY: u64 = 1_000_003;
/// The hash of `None`: fixed, so that runs agree.
const NONE: i64 = 0xfca8_6420;

/// `hash(value)`.
///
/// # Errors
/// TypeError "unhashable type: 'list'", or what `__hash__` raises.
#[inline]
pub fn hash(thread: &Thread, value: Value) -> PyResult<i64> {
    if let Some(n) = value.as_small() {
        return Ok(of_i64(n));
    }
    let Some(header) = value.header() else {
        return Ok(of_immediate(value));
    };
    match header.shape() {
        ShapeId::STR => Ok(header.cast_unchecked::<Str>().hash(thread) as i64),
        ShapeId::FLOAT => Ok(of_f64(header.cast_unchecked::<Float>().value, value)),
        ShapeId::TUPLE => header.cast_unchecked::<Tuple>().hash(thread),
        ShapeId::BIG_INT => Ok(of_big_int(&header.cast_unchecked::<BigIntObject>())),
        ShapeId::BYTES => Ok(of_bytes(thread, header.cast_unchecked::<Bytes>().as_slice())),
        ShapeId::COMPLEX => Ok(of_complex(header.cast_unchecked::<Complex>().value, value)),
        _ => by_method(thread, value),
    }
}

fn of_immediate(value: Value) -> i64 {
    match value.as_bool() {
        Some(b) => i64::from(b),
        None if value.is_none() => NONE,
        None => identity(value),
    }
}

fn by_method(thread: &Thread, value: Value) -> PyResult<i64> {
    let class = thread.class_of(value);
    let method = class.special(thread, Special::Hash).unwrap_or(Value::NONE);
    if method.is_none() {
        let name = class.message_name(thread);
        return Err(thread.raise_type_error(format!("unhashable type: '{name}'")));
    }
    // What `object` and `tuple` define is computed here: the call would cost more than the hash.
    let types = &thread.vm().types;
    if Some(method) == types.object.special(thread, Special::Hash) {
        return Ok(identity(value));
    }
    if Some(method) == types.tuple.special(thread, Special::Hash)
        && let Some(tuple) = value.cast::<Tuple>()
    {
        return tuple.hash(thread);
    }
    let result = special::call(thread, method, value, &[])?;
    match int::as_int(result) {
        // A result that is no machine word is hashed in turn.
        Some(number) => Ok(match number.to_i64() {
            Some(n) => avoid_minus_one(n),
            None => of_int(number),
        }),
        None => Err(thread.raise_type_error("__hash__ method should return an integer")),
    }
}

/// -1 reports an error in CPython's C interface, so no hash is -1.
#[inline(always)]
const fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// The hash by identity that `object.__hash__` gives: the address, its always-zero bits rotated to the top.
pub fn identity(value: Value) -> i64 {
    avoid_minus_one(value.to_bits().rotate_right(4) as i64)
}

/// The hash of the int `n`.
#[inline(always)]
pub fn of_i64(n: i64) -> i64 {
    const LIMIT: u64 = MODULUS;
    if n.unsigned_abs() < LIMIT {
        return avoid_minus_one(n);
    }
    avoid_minus_one((n.unsigned_abs() % MODULUS) as i64 * n.signum())
}

/// The hash of an int.
pub fn of_int(number: IntRef) -> i64 {
    match number {
        IntRef::Small(n) => of_i64(n),
        IntRef::Big(big) => of_big_int(&big),
    }
}

fn of_big_int(number: &BigIntObject) -> i64 {
    // 2^64 = 2^3 and 2^61 = 1 modulo 2^61 - 1: each limb rotates what lies above it, and its own high bits wrap around.
    let residue = number.limbs().iter().rev().fold(0u64, |residue, &limb| {
        let sum = rotate(residue, 64 % BITS) + (limb & MODULUS) + (limb >> BITS);
        let sum = (sum & MODULUS) + (sum >> BITS);
        if sum >= MODULUS { sum - MODULUS } else { sum }
    });
    avoid_minus_one(if number.is_negative() { -(residue as i64) } else { residue as i64 })
}

/// The hash of a double; a NaN hashes by the identity of its object.
pub fn of_f64(x: f64, object: Value) -> i64 {
    if x.is_nan() {
        return identity(object);
    }
    if x.is_infinite() {
        return if x > 0.0 { INFINITY } else { -INFINITY };
    }
    // A power of two is a rotation modulo 2^61 - 1.
    let (mantissa, exponent) = float::decompose(x);
    let rotation = exponent.rem_euclid(BITS as i32) as u32;
    let residue = rotate(mantissa, rotation);
    avoid_minus_one(if x < 0.0 { -(residue as i64) } else { residue as i64 })
}

/// `n * 2^count` modulo 2^61 - 1, for `n < 2^61`.
fn rotate(n: u64, count: u32) -> u64 {
    if count == 0 {
        return n;
    }
    let rotated = n << count & MODULUS | n >> (BITS - count);
    if rotated == MODULUS { 0 } else { rotated }
}

/// The hash of a complex number, whose parts' NaNs hash by the identity of the object.
pub fn of_complex(z: ComplexNumber, object: Value) -> i64 {
    let real = of_f64(z.real, object) as u64;
    let imag = of_f64(z.imag, object) as u64;
    avoid_minus_one(real.wrapping_add(imag.wrapping_mul(IMAGINARY)) as i64)
}

/// The hash of bytes; empty is 0.
pub fn of_bytes(thread: &Thread, bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    avoid_minus_one(crate::types::str::hash_bytes(bytes, thread.vm().hash_keys) as i64)
}

/// The hash of a tuple of these items: xxHash's lanes (Yann Collet, xxHash specification), as CPython uses them.
pub fn of_items(thread: &Thread, items: &[Value]) -> PyResult<i64> {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;
    thread.check_native_stack("")?;
    let mut accumulator = PRIME_5;
    for &item in items {
        let lane = hash(thread, item)? as u64;
        accumulator = accumulator.wrapping_add(lane.wrapping_mul(PRIME_2));
        accumulator = accumulator.rotate_left(31).wrapping_mul(PRIME_1);
    }
    accumulator = accumulator.wrapping_add(items.len() as u64 ^ (PRIME_5 ^ 3_527_539));
    Ok(if accumulator == u64::MAX { 1_546_275_796 } else { accumulator as i64 })
}
