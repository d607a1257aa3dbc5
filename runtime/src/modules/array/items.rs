//! The items of arrays: type codes, and conversion between values and machine words.
//!
//! What lives here: [`TypeCode`] and its table. What must not: arrays. Start at [`TYPE_CODES`].

use crate::dispatch::number;
use crate::error::{PyResult, Raised};
use crate::thread::Thread;
use crate::types::float;
use crate::types::int::{self, IntRef};
use crate::types::str::Str;
use crate::value::Value;

/// How an item lies in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    Signed,
    Unsigned,
    Float,
    /// A code point.
    Character,
}

/// The kind of an array's items.
#[derive(Debug)]
pub struct TypeCode {
    pub code: u8,
    /// Bytes of an item.
    pub size: usize,
    pub layout: Layout,
    /// The format of its buffer.
    pub format: &'static str,
    /// The number that pickles use for this memory format.
    pub machine_format: u8,
}

const fn type_code(code: u8, size: usize, layout: Layout, format: &'static str, little_endian_format: u8) -> TypeCode {
    // Formats of several bytes come in pairs: little endian, big endian.
    let big = cfg!(target_endian = "big") && size > 1;
    TypeCode { code, size, layout, format, machine_format: little_endian_format + big as u8 }
}

/// All type codes, as on a 64-bit Unix.
pub static TYPE_CODES: [TypeCode; 14] = [
    type_code(b'b', 1, Layout::Signed, "b", 1),
    type_code(b'B', 1, Layout::Unsigned, "B", 0),
    type_code(b'u', 4, Layout::Character, "w", 20),
    type_code(b'w', 4, Layout::Character, "w", 20),
    type_code(b'h', 2, Layout::Signed, "h", 4),
    type_code(b'H', 2, Layout::Unsigned, "H", 2),
    type_code(b'i', 4, Layout::Signed, "i", 8),
    type_code(b'I', 4, Layout::Unsigned, "I", 6),
    type_code(b'l', 8, Layout::Signed, "l", 12),
    type_code(b'L', 8, Layout::Unsigned, "L", 10),
    type_code(b'q', 8, Layout::Signed, "q", 12),
    type_code(b'Q', 8, Layout::Unsigned, "Q", 10),
    type_code(b'f', 4, Layout::Float, "f", 14),
    type_code(b'd', 8, Layout::Float, "d", 16),
];

/// The table's line for a code.
pub fn find(code: u8) -> Option<&'static TypeCode> {
    TYPE_CODES.iter().find(|line| line.code == code)
}

impl TypeCode {
    pub fn is_text(&self) -> bool {
        self.layout == Layout::Character
    }

    /// The item in these bytes, of which there are [`TypeCode::size`], in the machine's order.
    pub fn read(&self, thread: &Thread, bytes: &[u8]) -> PyResult<Value> {
        let mut word = [0; 8];
        word[..self.size].copy_from_slice(bytes);
        let small = <[u8; 4]>::try_from(&word[..4]).unwrap_or_default();
        let half = <[u8; 2]>::try_from(&word[..2]).unwrap_or_default();
        Ok(match (self.layout, self.size) {
            (Layout::Signed, 1) => Value::small_wrapping(i64::from(word[0] as i8)),
            (Layout::Signed, 2) => Value::small_wrapping(i64::from(i16::from_ne_bytes(half))),
            (Layout::Signed, 4) => Value::small_wrapping(i64::from(i32::from_ne_bytes(small))),
            (Layout::Signed, _) => int::from_i64(thread, i64::from_ne_bytes(word)),
            (Layout::Unsigned, 1) => Value::small_wrapping(i64::from(word[0])),
            (Layout::Unsigned, 2) => Value::small_wrapping(i64::from(u16::from_ne_bytes(half))),
            (Layout::Unsigned, 4) => Value::small_wrapping(i64::from(u32::from_ne_bytes(small))),
            (Layout::Unsigned, _) => int::from_u64(thread, u64::from_ne_bytes(word)),
            (Layout::Float, 4) => float::from_f64(thread, f64::from(f32::from_ne_bytes(small))),
            (Layout::Float, _) => float::from_f64(thread, f64::from_ne_bytes(word)),
            (Layout::Character, _) => {
                let number = u32::from_ne_bytes(small);
                match Str::from_u32(thread, number) {
                    Some(character) => character.value(),
                    None => {
                        return Err(thread
                            .raise_value_error(format!("character U+{number:x} is not in range [U+0000; U+10ffff]")));
                    }
                }
            }
        })
    }

    /// The bytes of a value as an item, at the start of the array. Raises TypeError or OverflowError in the words
    /// of CPython's argument converters.
    pub fn encode(&self, thread: &Thread, value: Value) -> PyResult<[u8; 8]> {
        let mut word = [0; 8];
        match (self.layout, self.size) {
            (Layout::Signed | Layout::Unsigned, 1 | 2 | 4) => {
                let number = self.small_integer(thread, value)?;
                let bytes = number.to_ne_bytes();
                let start = if cfg!(target_endian = "big") { 8 - self.size } else { 0 };
                word[..self.size].copy_from_slice(&bytes[start..start + self.size]);
            }
            (Layout::Signed, _) => word = self.signed_word(thread, value)?.to_ne_bytes(),
            (Layout::Unsigned, _) => word = self.unsigned_word(thread, value)?.to_ne_bytes(),
            (Layout::Float, 4) => word[..4].copy_from_slice(&(number::to_f64(thread, value)? as f32).to_ne_bytes()),
            (Layout::Float, _) => word = number::to_f64(thread, value)?.to_ne_bytes(),
            (Layout::Character, _) => word[..4].copy_from_slice(&character(thread, value)?.to_ne_bytes()),
        }
        Ok(word)
    }

    fn signed_word(&self, thread: &Thread, value: Value) -> PyResult<i64> {
        let too_large =
            if self.code == b'q' { "int too big to convert" } else { "Python int too large to convert to C long" };
        number::index_ref(thread, value)?.to_i64().ok_or_else(|| thread.raise_overflow_error(too_large))
    }

    fn unsigned_word(&self, thread: &Thread, value: Value) -> PyResult<u64> {
        let (negative, too_large) = match self.code {
            b'Q' => ("can't convert negative int to unsigned", "int too big to convert"),
            _ => ("can't convert negative value to unsigned int", "Python int too large to convert to C unsigned long"),
        };
        let number = number::index_ref(thread, value)?;
        if number.is_negative() {
            return Err(thread.raise_overflow_error(negative));
        }
        number.to_u64().ok_or_else(|| thread.raise_overflow_error(too_large))
    }

    /// An item of up to four bytes. CPython first converts to some C type, whose range is checked in its own
    /// words, then checks the item's range.
    fn small_integer(&self, thread: &Thread, value: Value) -> PyResult<i64> {
        if self.code == b'I' {
            let number = self.unsigned_word(thread, value)?;
            return match u32::try_from(number) {
                Ok(number) => Ok(i64::from(number)),
                Err(_) => Err(thread.raise_overflow_error("unsigned int is greater than maximum")),
            };
        }
        let number = match number::index_ref(thread, value)? {
            IntRef::Small(number) => number,
            big @ IntRef::Big(_) => match big.to_i64() {
                Some(number) => number,
                None => return Err(thread.raise_overflow_error("Python int too large to convert to C long")),
            },
        };
        let (c_type, c_low, c_high) = match self.code {
            b'H' | b'i' => ("signed integer", i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => ("signed short integer", i64::from(i16::MIN), i64::from(i16::MAX)),
        };
        let (item, low, high) = match self.code {
            b'b' => ("signed char", i64::from(i8::MIN), i64::from(i8::MAX)),
            b'B' => ("unsigned byte integer", 0, i64::from(u8::MAX)),
            b'H' => ("unsigned short", 0, i64::from(u16::MAX)),
            _ => (c_type, c_low, c_high),
        };
        in_range(thread, c_type, c_low, c_high, number)?;
        in_range(thread, item, low, high, number)?;
        Ok(number)
    }
}

fn in_range(thread: &Thread, what: &str, low: i64, high: i64, number: i64) -> PyResult<()> {
    if number < low {
        return Err(thread.raise_overflow_error(format!("{what} is less than minimum")));
    }
    if number > high {
        return Err(thread.raise_overflow_error(format!("{what} is greater than maximum")));
    }
    Ok(())
}

#[cold]
fn no_character(thread: &Thread, given: &str) -> Raised {
    thread.raise_type_error(format!("array item must be a unicode character, not {given}"))
}

/// The code point of a string of one character.
fn character(thread: &Thread, value: Value) -> PyResult<u32> {
    let Some(string) = value.cast::<Str>() else {
        let name = thread.type_name(value);
        return Err(no_character(thread, &name));
    };
    match string.len(thread) {
        1 => Ok(Str::code_point_at(string, thread, 0)),
        length => Err(no_character(thread, &format!("a string of length {length}"))),
    }
}
