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
        assert_eq!(from_bytes_le(&[0xff], true), BigInt::from(-1));
        assert_eq!(from_bytes_be(&[1, 0], false), BigInt::from(256));
    }
}
