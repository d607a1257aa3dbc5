//! Ints to bytes and back: `int.to_bytes`, `int.from_bytes`.
//!
//! What lives here: two's complement at any width. Start at [`to_bytes_le`].

use super::IntRef;
use num_bigint::{BigInt, Sign};

/// Why a number does not go into the given width.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misfit {
    /// Below zero, but unsigned was asked for.
    Negative,
    TooBig,
}

/// Bytes of a machine word.
pub const WORD: usize = size_of::<i64>();

/// The number in `length` bytes, least significant first.
pub fn to_bytes_le(number: IntRef, length: usize, signed: bool) -> Result<Vec<u8>, Misfit> {
    if number.is_negative() && !signed {
        return Err(Misfit::Negative);
    }
    let number = number.to_bigint();
    let fill = if number.sign() == Sign::Minus { 0xff } else { 0 };
    let mut bytes = number.to_signed_bytes_le();
    let fits = |byte: &u8| *byte == fill;
    if bytes.len() > length {
        if !bytes[length..].iter().all(fits) {
            return Err(Misfit::TooBig);
        }
        bytes.truncate(length);
    }
    if signed && length > 0 && bytes.len() == length && (bytes[length - 1] ^ fill) & 0x80 != 0 {
        return Err(Misfit::TooBig);
    }
    if length == 0 && fill != 0 {
        return Err(Misfit::TooBig);
    }
    bytes.resize(length, fill);
    Ok(bytes)
}

/// The number of these bytes, least significant first.
pub fn from_bytes_le(bytes: &[u8], signed: bool) -> BigInt {
    if signed { BigInt::from_signed_bytes_le(bytes) } else { BigInt::from_bytes_le(Sign::Plus, bytes) }
}

/// The number of these bytes, most significant first.
pub fn from_bytes_be(bytes: &[u8], signed: bool) -> BigInt {
    if signed { BigInt::from_signed_bytes_be(bytes) } else { BigInt::from_bytes_be(Sign::Plus, bytes) }
}

/// A machine word as the bytes of a number that has at most as many: the first `length` of what is returned, least
/// significant first.
pub fn to_few_bytes(number: i64, length: usize, signed: bool) -> Result<[u8; WORD], Misfit> {
    if number < 0 && !signed {
        return Err(Misfit::Negative);
    }
    let unused = i64::BITS - 8 * length.min(WORD) as u32;
    let fits = match (length, signed) {
        (0, _) => number == 0,
        (_, true) => number << unused >> unused == number,
        (_, false) => (number as u64) << unused >> unused == number as u64,
    };
    if fits { Ok(number.to_le_bytes()) } else { Err(Misfit::TooBig) }
}

/// The number of so few bytes that it fits into a word: least significant first if `little`.
pub fn from_few_bytes(bytes: &[u8], little: bool, signed: bool) -> Option<i64> {
    if bytes.len() >= WORD {
        return None;
    }
    let mut word = [0; WORD];
    let places = &mut word[..bytes.len()];
    places.copy_from_slice(bytes);
    if !little {
        places.reverse();
    }
    let number = i64::from_le_bytes(word);
    let unused = i64::BITS - 8 * bytes.len() as u32;
    Some(if signed && !bytes.is_empty() { number << unused >> unused } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_at_the_limits_of_twos_complement() {
        let write = |n: i64, length, signed| to_bytes_le(IntRef::Small(n), length, signed);
        assert_eq!(write(255, 1, false), Ok(vec![255]));
        assert_eq!(write(256, 1, false), Err(Misfit::TooBig));
        assert_eq!(write(128, 1, true), Err(Misfit::TooBig));
        assert_eq!(write(-128, 1, true), Ok(vec![0x80]));
        assert_eq!(write(-129, 1, true), Err(Misfit::TooBig));
        assert_eq!(write(-1, 2, true), Ok(vec![0xff, 0xff]));
        assert_eq!(write(-1, 1, false), Err(Misfit::Negative));
        assert_eq!(write(0, 0, false), Ok(vec![]));
        assert_eq!(write(-1, 0, true), Err(Misfit::TooBig));
        assert_eq!(write(-2, 9, true), Ok(vec![0xfe, 255, 255, 255, 255, 255, 255, 255, 255]));
        for number in [0, 1, -1, 127, 128, -128, -129, 255, 256, 0x7f_ffff, 0x80_0000, -0x80_0000, i64::MAX, i64::MIN] {
            for (length, signed) in (0..=WORD).flat_map(|length| [(length, false), (length, true)]) {
                let few = to_few_bytes(number, length, signed).map(|bytes| bytes[..length].to_vec());
                assert_eq!(few, write(number, length, signed), "{number} in {length}, signed: {signed}");
            }
        }
        assert_eq!(from_few_bytes(&[0xff, 1], true, true), Some(0x1ff));
        assert_eq!(from_few_bytes(&[0xff, 1], false, true), Some(-255));
        assert_eq!(from_few_bytes(&[], false, true), Some(0));
        assert_eq!(from_few_bytes(&[0xff; 7], true, false), Some((1 << 56) - 1));
        assert_eq!(from_few_bytes(&[0xff; 8], true, false), None);
        assert_eq!(from_bytes_le(&[0xff], true), BigInt::from(-1));
        assert_eq!(from_bytes_be(&[1, 0], false), BigInt::from(256));
    }
}
