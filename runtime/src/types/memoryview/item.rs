//! One item of a view: native formats to Python values and back.
//!
//! What lives here: [`ItemType`] with its table. What must not: byte orders and sizes of the `struct` module.
#![allow(unsafe_code)] // Reads and writes items through the view's pointer.

use super::Format;
use crate::dispatch::{number, truth};
use crate::error::{PyResult, Raised};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::value::Value;

/// The C type behind a format letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemType {
    /// `c`: a bytes object of length 1.
    Char,
    /// `?`.
    Bool,
    Signed(usize),
    Unsigned(usize),
    /// `e`, `f`, `d`.
    Half,
    Float,
    Double,
    /// `P`: an address.
    Pointer,
}

impl ItemType {
    /// The type of a letter in native size.
    pub fn from_letter(letter: u8) -> Option<ItemType> {
        Some(match letter {
            b'c' => ItemType::Char,
            b'?' => ItemType::Bool,
            b'b' => ItemType::Signed(1),
            b'h' => ItemType::Signed(2),
            b'i' => ItemType::Signed(4),
            b'l' | b'q' | b'n' => ItemType::Signed(8),
            b'B' => ItemType::Unsigned(1),
            b'H' => ItemType::Unsigned(2),
            b'I' => ItemType::Unsigned(4),
            b'L' | b'Q' | b'N' => ItemType::Unsigned(8),
            b'e' => ItemType::Half,
            b'f' => ItemType::Float,
            b'd' => ItemType::Double,
            b'P' => ItemType::Pointer,
            _ => return None,
        })
    }

    /// The type of a native format.
    pub fn from_format(format: &Format) -> Option<ItemType> {
        format.native_letter().and_then(ItemType::from_letter)
    }

    /// Bytes of an item.
    pub fn size(self) -> usize {
        match self {
            ItemType::Char | ItemType::Bool => 1,
            ItemType::Signed(size) | ItemType::Unsigned(size) => size,
            ItemType::Half => 2,
            ItemType::Float => 4,
            ItemType::Double | ItemType::Pointer => 8,
        }
    }

    /// The item at `address` as a Python value.
    pub(crate) fn read(self, thread: &Thread, address: *const u8) -> Value {
        let mut raw = [0u8; 8];
        // SAFETY: the caller's address is that of an item of this size inside a view.
        unsafe { std::ptr::copy_nonoverlapping(address, raw.as_mut_ptr(), self.size()) };
        let word = u64::from_le_bytes(raw);
        match self {
            ItemType::Char => Bytes::new(thread, &raw[..1]).value(),
            ItemType::Bool => Value::from_bool(raw[0] != 0),
            ItemType::Signed(size) => {
                let shift = 64 - 8 * size as u32;
                int::from_i64(thread, (word << shift) as i64 >> shift)
            }
            ItemType::Unsigned(_) | ItemType::Pointer => int::from_u64(thread, word),
            ItemType::Half => crate::types::float::from_f64(thread, half_to_f64(word as u16)),
            ItemType::Float => crate::types::float::from_f64(thread, f64::from(f32::from_bits(word as u32))),
            ItemType::Double => crate::types::float::from_f64(thread, f64::from_bits(word)),
        }
    }

    /// The bytes of `value` as such an item, in the first `size()` of the result.
    pub fn encode(self, thread: &Thread, value: Value, format: &Format) -> PyResult<[u8; 8]> {
        let wrong_type =
            || thread.raise_type_error(format!("memoryview: invalid type for format '{}'", format.as_str()));
        let wrong_value =
            || thread.raise_value_error(format!("memoryview: invalid value for format '{}'", format.as_str()));
        let type_error_to = |raised: Raised| {
            if thread.exception_is(thread.vm().exceptions.type_error) {
                thread.take_exception(raised);
                return wrong_type();
            }
            raised
        };
        let word = match self {
            ItemType::Char => match value.cast::<Bytes>() {
                Some(bytes) if bytes.len() == 1 => u64::from(bytes.as_slice()[0]),
                Some(_) => return Err(wrong_value()),
                None => return Err(wrong_type()),
            },
            ItemType::Bool => u64::from(truth::truth(thread, value)?),
            ItemType::Signed(size) => {
                let number = number::index(thread, value).map_err(type_error_to)?;
                let shift = 64 - 8 * size as u32;
                match int::to_i64(number) {
                    Some(n) if (n << shift) >> shift == n => n as u64,
                    _ => return Err(wrong_value()),
                }
            }
            ItemType::Unsigned(_) | ItemType::Pointer => {
                let number = number::index(thread, value).map_err(type_error_to)?;
                match int::to_u64(number) {
                    Some(n) if self.size() == 8 || n >> (8 * self.size()) == 0 => n,
                    _ => return Err(wrong_value()),
                }
            }
            ItemType::Half => {
                u64::from(f64_to_half(number::to_f64(thread, value).map_err(type_error_to)?).ok_or_else(wrong_value)?)
            }
            ItemType::Float => u64::from((number::to_f64(thread, value).map_err(type_error_to)? as f32).to_bits()),
            ItemType::Double => number::to_f64(thread, value).map_err(type_error_to)?.to_bits(),
        };
        Ok(word.to_le_bytes())
    }
}

/// IEEE 754 binary16 to binary64, exactly.
pub fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits >> 15 != 0 { -1.0 } else { 1.0 };
    let fraction = f64::from(bits & 0x3ff);
    match bits >> 10 & 0x1f {
        0 => sign * fraction * 2f64.powi(-24),
        0x1f if bits & 0x3ff == 0 => sign * f64::INFINITY,
        0x1f => f64::from_bits(u64::from(bits >> 15) << 63 | 0x7ff << 52 | u64::from(bits & 0x3ff) << 42),
        exponent => sign * (1.0 + fraction / 1024.0) * 2f64.powi(i32::from(exponent) - 15),
    }
}

/// Binary64 to binary16, to nearest, ties to even. `None` if a finite number is too large.
pub fn f64_to_half(number: f64) -> Option<u16> {
    let bits = number.to_bits();
    let sign = (bits >> 48) as u16 & 0x8000;
    if number.is_nan() {
        return Some(sign | 0x7c00 | ((bits >> 42) as u16 & 0x3ff).max(u16::from(bits >> 42 & 0x3ff == 0)));
    }
    if number.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let magnitude = number.abs();
    if magnitude < 2f64.powi(-14) {
        // Subnormal: a multiple of 2^-24; rounding up to 1024 of them gives the smallest normal number.
        return Some(sign | (magnitude * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1023;
    let rounded = (magnitude * 2f64.powi(10 - exponent)).round_ties_even();
    let (rounded, exponent) = if rounded >= 2048.0 { (1024.0, exponent + 1) } else { (rounded, exponent) };
    if exponent > 15 {
        return None;
    }
    Some(sign | ((exponent + 15) as u16) << 10 | (rounded as u16 - 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_round_trips() {
        for bits in 0..=u16::MAX {
            let number = half_to_f64(bits);
            if number.is_nan() {
                assert!(f64_to_half(number).is_some_and(|half| half_to_f64(half).is_nan()));
            } else {
                assert_eq!(f64_to_half(number), Some(bits), "{bits:#x}");
            }
        }
        assert_eq!(f64_to_half(65520.0), None);
        assert_eq!(f64_to_half(65519.0), Some(0x7bff));
    }
}
