//! The module `marshal`: values as bytes, in the format of CPython 3.14 (version 5).
//!
//! What lives here: writing and reading of everything but code objects, of which Taipan has none of CPython's: those are
//! refused with NotImplementedError. Start at [`Writer::object`] and [`Reader::object`]. The format is described in
//! CPython's `Python/marshal.c`.

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::support::call_method;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::code::CodeObject;
use crate::types::complex::Complex;
use crate::types::dict::Dict;
use crate::types::float::Float;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{buffer, int};
use crate::value::Value;
use num_bigint::{BigInt, Sign};
use std::collections::HashMap;
use taipan_macros::py_module;

/// The newest version of the format.
const VERSION: i64 = 5;
/// Containers within containers.
const MAX_DEPTH: usize = 2000;
/// In a type byte: the object gets the next number, which [`tag::REF`] names.
const FLAG_REF: u8 = 0x80;
/// Bits of an int's digit.
const DIGIT_BITS: u64 = 15;

/// The type bytes.
mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const LONG: u8 = b'l';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const INTERNED: u8 = b't';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const CODE: u8 = b'c';
    pub const UNICODE: u8 = b'u';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
}

struct Writer<'a> {
    thread: &'a Thread,
    version: i64,
    out: Vec<u8>,
    /// Objects that occur more than once, and their numbers once they were written.
    shared: HashMap<u64, Option<u32>>,
    /// How many numbers were given.
    numbered: u32,
}

impl Writer<'_> {
    /// Notes which objects occur more than once. CPython numbers what has several references; that tells no reader
    /// anything else.
    fn survey(&mut self, value: Value, seen: &mut HashMap<u64, ()>, depth: usize) -> PyResult<()> {
        if self.version < 3 || value.header().is_none() || int::as_exact_int(value).is_some() {
            return Ok(());
        }
        if seen.insert(value.to_bits(), ()).is_some() {
            self.shared.insert(value.to_bits(), None);
            return Ok(());
        }
        if depth > MAX_DEPTH {
            return Err(self.thread.raise_value_error("object too deeply nested to marshal"));
        }
        let mut inner = ScratchVec::new();
        self.items(value, &mut inner);
        for index in 0..inner.len() {
            self.survey(inner[index], seen, depth + 1)?;
        }
        Ok(())
    }

    /// What a container holds.
    fn items(&self, value: Value, items: &mut ScratchVec) {
        let thread = self.thread;
        if let Some(tuple) = value.cast::<Tuple>() {
            items.extend_from_slice(thread, tuple.items());
        } else if let Some(list) = value.cast::<List>() {
            (0..list.len()).filter_map(|index| list.get(thread, index)).for_each(|item| items.push(thread, item));
        } else if let Some(dict) = value.cast::<Dict>() {
            let mut position = 0;
            while let Some((key, value)) = dict.next_entry(&mut position) {
                items.push(thread, key);
                items.push(thread, value);
            }
        } else if let Some(set) = value.cast::<Set>() {
            let mut position = 0;
            while let Some(key) = set.next_key(&mut position) {
                items.push(thread, key);
            }
        } else if let Some(slice) = value.cast::<Slice>() {
            items.extend_from_slice(thread, &[slice.start, slice.stop, slice.step]);
        }
    }

    fn long(&mut self, number: i64) {
        self.out.extend_from_slice(&(number as i32).to_le_bytes());
    }

    fn size(&mut self, size: usize) -> PyResult<()> {
        if size > i32::MAX as usize {
            return Err(self.thread.raise_value_error("unmarshallable object"));
        }
        self.long(size as i64);
        Ok(())
    }

    fn big(&mut self, flag: u8, number: &BigInt) -> PyResult<()> {
        self.out.push(tag::LONG | flag);
        let mut digits: Vec<u16> = Vec::new();
        let mut bits = (0_u64, 0_u64);
        for word in number.magnitude().iter_u32_digits() {
            bits = (bits.0 | u64::from(word) << bits.1, bits.1 + 32);
            while bits.1 >= DIGIT_BITS {
                digits.push((bits.0 & ((1 << DIGIT_BITS) - 1)) as u16);
                bits = (bits.0 >> DIGIT_BITS, bits.1 - DIGIT_BITS);
            }
        }
        digits.push(bits.0 as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let count = digits.len() as i64;
        self.long(if number.sign() == Sign::Minus { -count } else { count });
        digits.iter().for_each(|digit| self.out.extend_from_slice(&digit.to_le_bytes()));
        Ok(())
    }

    fn float(&mut self, number: f64) {
        if self.version > 1 {
            self.out.extend_from_slice(&number.to_le_bytes());
        } else {
            let style = crate::text::float_digits::FloatStyle {
                conversion: crate::text::float_digits::Conversion::General,
                precision: 17,
                add_dot_zero: false,
                ..crate::text::float_digits::FloatStyle::REPR
            };
            let text = style.render(number);
            self.out.push(text.len() as u8);
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    fn text(&mut self, flag: u8, text: Gc<Str>) -> PyResult<()> {
        let thread = self.thread;
        let bytes = text.as_bytes(thread);
        let interned = self.version >= 3 && text.is_interned();
        if self.version >= 4 && text.is_ascii() {
            let short = bytes.len() < 256;
            self.out.push(
                flag | match (short, interned) {
                    (true, true) => tag::SHORT_ASCII_INTERNED,
                    (true, false) => tag::SHORT_ASCII,
                    (false, true) => tag::ASCII_INTERNED,
                    (false, false) => tag::ASCII,
                },
            );
            if short {
                self.out.push(bytes.len() as u8);
            } else {
                self.size(bytes.len())?;
            }
        } else {
            self.out.push(flag | if interned { tag::INTERNED } else { tag::UNICODE });
            self.size(bytes.len())?;
        }
        // Surrogates pass as they are, which is what WTF-8 has.
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes a value.
    fn object(&mut self, value: Value, depth: usize) -> PyResult<()> {
        let thread = self.thread;
        if depth > MAX_DEPTH {
            return Err(thread.raise_value_error("object too deeply nested to marshal"));
        }
        let plain = [
            (Value::NONE, tag::NONE),
            (Value::TRUE, tag::TRUE),
            (Value::FALSE, tag::FALSE),
            (Value::ELLIPSIS, tag::ELLIPSIS),
            (thread.vm().exceptions.stop_iteration.value(), tag::STOP_ITERATION),
        ];
        if let Some((_, plain)) = plain.iter().find(|(known, _)| *known == value) {
            self.out.push(*plain);
            return Ok(());
        }
        let flag = match self.shared.get_mut(&value.to_bits()) {
            Some(Some(number)) => {
                let number = i64::from(*number);
                self.out.push(tag::REF);
                self.long(number);
                return Ok(());
            }
            Some(number) => {
                *number = Some(self.numbered);
                self.numbered += 1;
                FLAG_REF
            }
            None => 0,
        };
        if let Some(number) = int::as_exact_int(value) {
            return match number.to_i64().and_then(|number| i32::try_from(number).ok()) {
                Some(number) => {
                    self.out.push(tag::INT | flag);
                    self.long(i64::from(number));
                    Ok(())
                }
                None => self.big(flag, &number.to_bigint()),
            };
        }
        let exact = thread.class_of(value);
        let types = &thread.vm().types;
        if let Some(number) = value.cast::<Float>().filter(|_| exact == types.float) {
            self.out.push(flag | if self.version > 1 { tag::BINARY_FLOAT } else { tag::FLOAT });
            self.float(number.value);
        } else if let Some(number) = value.cast::<Complex>().filter(|_| exact == types.complex) {
            self.out.push(flag | if self.version > 1 { tag::BINARY_COMPLEX } else { tag::COMPLEX });
            self.float(number.value.real);
            self.float(number.value.imag);
        } else if let Some(text) = value.cast::<Str>().filter(|_| exact == types.str) {
            self.text(flag, text)?;
        } else if let Some(bytes) = value.cast::<Bytes>().filter(|_| exact == types.bytes) {
            self.out.push(tag::BYTES | flag);
            self.size(bytes.len())?;
            self.out.extend_from_slice(bytes.as_slice());
        } else if value.cast::<CodeObject>().is_some() {
            return Err(no_code(thread));
        } else if [types.tuple, types.list, types.dict, types.set, types.frozenset, types.slice].contains(&exact) {
            self.container(value, flag, depth)?;
        } else {
            let bytes = buffer::try_with_bytes(thread, value, <[u8]>::to_vec)?;
            let Some(bytes) = bytes else { return Err(thread.raise_value_error("unmarshallable object")) };
            self.out.push(tag::BYTES | flag);
            self.size(bytes.len())?;
            self.out.extend_from_slice(&bytes);
        }
        Ok(())
    }

    fn container(&mut self, value: Value, flag: u8, depth: usize) -> PyResult<()> {
        let mut items = ScratchVec::new();
        self.items(value, &mut items);
        if let Some(tuple) = value.cast::<Tuple>() {
            if self.version >= 4 && tuple.len() < 256 {
                self.out.push(tag::SMALL_TUPLE | flag);
                self.out.push(tuple.len() as u8);
            } else {
                self.out.push(tag::TUPLE | flag);
                self.size(tuple.len())?;
            }
        } else if value.cast::<Dict>().is_some() {
            self.out.push(tag::DICT | flag);
        } else if value.cast::<Slice>().is_some() {
            if self.version < 5 {
                return Err(self.thread.raise_value_error("unmarshallable object"));
            }
            self.out.push(tag::SLICE | flag);
        } else {
            let tag = match value.cast::<Set>() {
                Some(set) if set.is_frozen() => tag::FROZENSET,
                Some(_) => tag::SET,
                None => tag::LIST,
            };
            self.out.push(tag | flag);
            self.size(items.len())?;
            if tag != tag::LIST {
                // In the order of what each is written as, so that equal sets give equal bytes.
                let mut written = Vec::new();
                for index in 0..items.len() {
                    let start = self.out.len();
                    self.object(items[index], depth + 1)?;
                    written.push(self.out.split_off(start));
                }
                written.sort();
                written.iter().for_each(|bytes| self.out.extend_from_slice(bytes));
                return Ok(());
            }
        }
        for index in 0..items.len() {
            self.object(items[index], depth + 1)?;
        }
        if value.cast::<Dict>().is_some() {
            self.out.push(tag::NULL);
        }
        Ok(())
    }
}

#[cold]
fn no_code(thread: &Thread) -> Raised {
    thread.raise_not_implemented_error("Taipan has no code objects of CPython to marshal")
}

struct Reader<'a> {
    thread: &'a Thread,
    data: &'a [u8],
    at: usize,
    /// What has a number.
    numbered: Gc<List>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> PyResult<&'a [u8]> {
        match self.data.get(self.at..self.at.saturating_add(count)) {
            Some(bytes) => {
                self.at += count;
                Ok(bytes)
            }
            None => Err(self.thread.raise_message(self.thread.vm().exceptions.eof_error, "marshal data too short")),
        }
    }

    fn byte(&mut self) -> PyResult<u8> {
        Ok(self.take(1)?[0])
    }

    fn long(&mut self) -> PyResult<i32> {
        let bytes = self.take(4)?;
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    fn bad(&self, what: &str) -> Raised {
        self.thread.raise_value_error(format!("bad marshal data ({what})"))
    }

    fn size(&mut self, what: &str) -> PyResult<usize> {
        let size = self.long()?;
        usize::try_from(size).map_err(|_| self.bad(&format!("{what} size out of range")))
    }

    fn float(&mut self, binary: bool) -> PyResult<f64> {
        if binary {
            let bytes = self.take(8)?;
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            return Ok(f64::from_le_bytes(word));
        }
        let length = usize::from(self.byte()?);
        let text = String::from_utf8_lossy(self.take(length)?).into_owned();
        text.parse().map_err(|_| self.thread.raise_value_error(format!("could not convert string to float: '{text}'")))
    }

    fn big(&mut self) -> PyResult<Value> {
        let count = self.long()?;
        let mut number = BigInt::from(0);
        let bytes = self.take(count.unsigned_abs() as usize * 2)?;
        for (index, pair) in bytes.chunks_exact(2).enumerate().rev() {
            let digit = u16::from_le_bytes([pair[0], pair[1]]);
            if digit >> DIGIT_BITS != 0 {
                return Err(self.bad("digit out of range in long"));
            }
            if digit == 0 && (index + 1) * 2 == bytes.len() {
                return Err(self.bad("unnormalized long data"));
            }
            number = (number << DIGIT_BITS) + digit;
        }
        Ok(int::from_bigint(self.thread, if count < 0 { -number } else { number }))
    }

    fn text(&mut self, length: usize, ascii: bool) -> PyResult<Value> {
        let (thread, bytes) = (self.thread, self.take(length)?);
        let bytes = Bytes::new(thread, bytes);
        let encoding = if ascii { "latin-1" } else { "utf-8" };
        Ok(dispatch::text::codecs::decode(thread, bytes.value(), Some(encoding), Some("surrogatepass"))?.value())
    }

    /// An object that must be there.
    fn item(&mut self, container: &str, depth: usize) -> PyResult<Value> {
        match self.object(depth)? {
            Some(value) => Ok(value),
            None => Err(self.thread.raise_type_error(format!("NULL object in marshal data for {container}"))),
        }
    }

    /// Reads a value; `None` for the mark that ends a dict.
    fn object(&mut self, depth: usize) -> PyResult<Option<Value>> {
        let thread = self.thread;
        if depth > MAX_DEPTH {
            return Err(self.bad("recursion limit exceeded"));
        }
        let Some(&first) = self.data.get(self.at) else {
            let message = "EOF read where object expected";
            return Err(thread.raise_message(thread.vm().exceptions.eof_error, message));
        };
        self.at += 1;
        let (kind, flagged) = (first & !FLAG_REF, first & FLAG_REF != 0);
        // Containers are numbered before what they hold.
        let slot = self.numbered.len();
        if flagged {
            self.numbered.push(thread, Value::NONE)?;
        }
        let note = |reader: &Reader<'_>, value: Value| -> PyResult<()> {
            if flagged {
                dispatch::subscript::set_item(thread, reader.numbered.value(), int::from_usize(thread, slot), value)
            } else {
                Ok(())
            }
        };
        let value = match kind {
            tag::NULL => return Ok(None),
            tag::NONE => Value::NONE,
            tag::FALSE => Value::FALSE,
            tag::TRUE => Value::TRUE,
            tag::ELLIPSIS => Value::ELLIPSIS,
            tag::STOP_ITERATION => thread.vm().exceptions.stop_iteration.value(),
            tag::INT => int::from_i64(thread, i64::from(self.long()?)),
            tag::INT64 => {
                let (low, high) = (self.long()?, self.long()?);
                int::from_i64(thread, i64::from(high) << 32 | i64::from(low.cast_unsigned()))
            }
            tag::LONG => self.big()?,
            tag::FLOAT | tag::BINARY_FLOAT => Float::new(thread, self.float(kind == tag::BINARY_FLOAT)?).value(),
            tag::COMPLEX | tag::BINARY_COMPLEX => {
                let binary = kind == tag::BINARY_COMPLEX;
                let (real, imag) = (self.float(binary)?, self.float(binary)?);
                Complex::new(thread, real, imag).value()
            }
            tag::BYTES => {
                let size = self.size("bytes object")?;
                Bytes::new(thread, self.take(size)?).value()
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let length = usize::from(self.byte()?);
                self.text(length, true)?
            }
            tag::ASCII | tag::ASCII_INTERNED | tag::UNICODE | tag::INTERNED => {
                let length = self.size("string")?;
                self.text(length, matches!(kind, tag::ASCII | tag::ASCII_INTERNED))?
            }
            tag::TUPLE | tag::SMALL_TUPLE => {
                let count = if kind == tag::TUPLE { self.size("tuple")? } else { usize::from(self.byte()?) };
                let mut items = ScratchVec::new();
                for _ in 0..count {
                    let item = self.item("tuple", depth + 1)?;
                    items.push(thread, item);
                }
                Tuple::new(thread, &items).value()
            }
            tag::LIST => {
                let (count, list) = (self.size("list")?, List::empty(thread));
                note(self, list.value())?;
                for _ in 0..count {
                    let item = self.item("list", depth + 1)?;
                    list.push(thread, item)?;
                }
                list.value()
            }
            tag::DICT => {
                let dict = Dict::new(thread);
                note(self, dict.value())?;
                while let Some(key) = self.object(depth + 1)? {
                    let Some(value) = self.object(depth + 1)? else { break };
                    dict.insert(thread, key, value)?;
                }
                dict.value()
            }
            tag::SET | tag::FROZENSET => {
                let count = self.size("set")?;
                let set = if kind == tag::SET { Set::new(thread) } else { Set::new_frozen(thread) };
                if kind == tag::SET {
                    note(self, set.value())?;
                }
                for _ in 0..count {
                    let item = self.item("set", depth + 1)?;
                    set.add(thread, item)?;
                }
                set.value()
            }
            tag::SLICE => {
                let start = self.item("slice", depth + 1)?;
                let stop = self.item("slice", depth + 1)?;
                let step = self.item("slice", depth + 1)?;
                Slice::new(thread, start, stop, step).value()
            }
            tag::REF => {
                let number = self.long()?;
                let found = usize::try_from(number).ok().and_then(|number| self.numbered.get(thread, number));
                return match found {
                    Some(value) => Ok(Some(value)),
                    None => Err(self.bad("invalid reference")),
                };
            }
            tag::CODE => return Err(no_code(thread)),
            _ => return Err(self.bad("unknown type code")),
        };
        note(self, value)?;
        Ok(Some(value))
    }
}

fn write(thread: &Thread, value: Value, version: Option<i64>) -> PyResult<Gc<Bytes>> {
    let version = version.unwrap_or(VERSION);
    let mut writer = Writer { thread, version, out: Vec::new(), shared: HashMap::new(), numbered: 0 };
    writer.survey(value, &mut HashMap::new(), 0)?;
    writer.object(value, 0)?;
    Ok(Bytes::new(thread, &writer.out))
}

fn read(thread: &Thread, data: &[u8]) -> PyResult<Value> {
    let mut reader = Reader { thread, data, at: 0, numbered: List::empty(thread) };
    match reader.object(0)? {
        Some(value) => Ok(value),
        None => Err(thread.raise_type_error("NULL object in marshal data for object")),
    }
}

/// This module contains functions that can read and write Python values in
/// a binary format. The format is specific to Python, but independent of
/// machine architecture issues.
#[py_module(name = "marshal")]
pub mod marshal {
    use super::*;

    #[constant(name = "version")]
    const MARSHAL_VERSION: i64 = super::VERSION;

    /// Write the value on the open file.
    #[function(signature = "(value, file, version=5, /, *, allow_code=True)")]
    fn dump(
        thread: &Thread,
        value: Value,
        file: Value,
        version: Option<i64>,
        allow_code: Option<bool>,
    ) -> PyResult<Value> {
        let _ = allow_code;
        let bytes = write(thread, value, version)?;
        call_method(thread, file, "write", &[bytes.value()])
    }

    /// Read one value from the open file and return it.
    #[function(signature = "(file, /, *, allow_code=True)")]
    fn load(thread: &Thread, file: Value, allow_code: Option<bool>) -> PyResult<Value> {
        let _ = allow_code;
        let data = call_method(thread, file, "read", &[])?;
        let Some(bytes) = data.cast::<Bytes>() else {
            let given = thread.type_name(data);
            return Err(thread.raise_type_error(format!("file.read() returned not bytes but {given}")));
        };
        let mut reader = Reader { thread, data: bytes.as_slice(), at: 0, numbered: List::empty(thread) };
        let value = reader.object(0)?;
        // What was read too much is given back.
        let rest = bytes.len() - reader.at;
        if rest > 0 {
            call_method(thread, file, "seek", &[int::from_i64(thread, -(rest as i64)), int::from_i64(thread, 1)])?;
        }
        value.ok_or_else(|| thread.raise_type_error("NULL object in marshal data for object"))
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function(signature = "(value, version=5, /, *, allow_code=True)")]
    fn dumps(thread: &Thread, value: Value, version: Option<i64>, allow_code: Option<bool>) -> PyResult<Gc<Bytes>> {
        let _ = allow_code;
        write(thread, value, version)
    }

    /// Convert the bytes-like object to a value.
    #[function(signature = "(bytes, /, *, allow_code=True)")]
    fn loads(thread: &Thread, bytes: Value, allow_code: Option<bool>) -> PyResult<Value> {
        let _ = allow_code;
        let data = buffer::to_vec(thread, bytes)?;
        read(thread, &data)
    }
}
