//! Compiled code as bytes, to be kept in a file.
//!
//! What lives here: [`encode`] and [`decode`], which are each other's inverse. What must not: files (`interp/code_cache`).
//!
//! An image belongs to the build that wrote it: there is no version in it, and operation numbers stand as they are. It
//! holds a table of all names, then the outermost code with the inner ones among its constants. Numbers are LEB128
//! varints, texts and lists have their length in front. Start at [`encode`].

use std::sync::Arc;

use num_bigint::BigInt;

use super::code::{Code, CodeFlags, CodeKind, Constant, ExceptionEntry, Loop, NamedRegister};
use super::operand::{Register, Site};
use super::positions::PositionTable;

/// Every kind of scope; its index stands for it.
const KINDS: [CodeKind; 7] = [
    CodeKind::Module,
    CodeKind::Function,
    CodeKind::Lambda,
    CodeKind::Class,
    CodeKind::Comprehension,
    CodeKind::GeneratorExpression,
    CodeKind::Annotation,
];

/// What stands before a constant.
mod tag {
    pub const NONE: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const ELLIPSIS: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG_INT: u8 = 5;
    pub const FLOAT: u8 = 6;
    pub const COMPLEX: u8 = 7;
    pub const STR: u8 = 8;
    pub const BYTES: u8 = 9;
    pub const TUPLE: u8 = 10;
    pub const FROZEN_SET: u8 = 11;
    pub const SLICE: u8 = 12;
    pub const CODE: u8 = 13;
}

/// The image of `code`.
pub fn encode(code: &Code) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.code(code);
    let mut image = Writer::default();
    image.number(writer.names.len() as u64);
    for name in &writer.names {
        image.bytes(name.as_bytes());
    }
    image.out.append(&mut writer.out);
    image.out
}

/// The code of an image; `None` if it is damaged.
pub fn decode(image: &[u8]) -> Option<Arc<Code>> {
    let mut reader = Reader { rest: image, names: Vec::new() };
    let count = reader.length()?;
    for _ in 0..count {
        let name = std::str::from_utf8(reader.bytes()?).ok()?.into();
        reader.names.push(name);
    }
    let code = reader.code()?;
    reader.rest.is_empty().then(|| Arc::new(code))
}

#[derive(Default)]
struct Writer<'a> {
    out: Vec<u8>,
    names: Vec<&'a str>,
    numbers: std::collections::HashMap<&'a str, usize>,
}

impl<'a> Writer<'a> {
    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    fn name(&mut self, name: &'a str) {
        let next = self.names.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.names.push(name);
        }
        self.number(number as u64);
    }

    fn list<T>(&mut self, items: &'a [T], mut write: impl FnMut(&mut Self, &'a T)) {
        self.number(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }

    fn list_of_names(&mut self, names: &'a [Arc<str>]) {
        self.list(names, |writer, name| writer.name(name));
    }

    fn named_registers(&mut self, entries: &'a [NamedRegister]) {
        self.list(entries, |writer, NamedRegister { name, register }| {
            writer.name(name);
            writer.number(u64::from(register.0));
        });
    }

    fn code(&mut self, code: &'a Code) {
        // Without `..`: a new field must be thought of here.
        let Code {
            name,
            qualname,
            filename,
            kind,
            flags,
            first_line,
            posonly_count,
            positional_count,
            kwonly_count,
            varnames,
            cells,
            hidden,
            free_names,
            units,
            constants,
            names,
            register_count,
            exception_table,
            positions,
            feedback_words,
            cold_site,
            loops,
            docstring,
            static_attributes,
        } = code;
        for name in [name, qualname, filename] {
            self.name(name);
        }
        self.number(KINDS.iter().position(|other| other == kind).unwrap_or(0) as u64);
        for number in [flags.0, *first_line, *feedback_words] {
            self.number(u64::from(number));
        }
        for number in [*posonly_count, *positional_count, *kwonly_count, *register_count] {
            self.number(u64::from(number));
        }
        for list in [varnames, free_names, names, static_attributes] {
            self.list_of_names(list);
        }
        self.named_registers(cells);
        self.named_registers(hidden);
        self.number(units.len() as u64);
        self.out.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        self.list(constants, Writer::constant);
        self.list(exception_table, |writer, ExceptionEntry { start, end, handler }| {
            for number in [start, end, handler] {
                writer.number(u64::from(*number));
            }
        });
        let (bytes, checkpoints) = positions.parts();
        self.bytes(bytes);
        self.number(checkpoints.len() as u64);
        for number in checkpoints.flatten() {
            self.number(u64::from(number));
        }
        self.number(cold_site.map_or(0, |site| u64::from(site.0) + 1));
        self.list(loops, |writer, Loop { header, latch, site }| {
            for number in [*header, *latch, u32::from(site.0)] {
                writer.number(u64::from(number));
            }
        });
        match docstring {
            None => self.number(0),
            Some(text) => {
                self.number(1);
                self.bytes(text);
            }
        }
    }

    fn constant(&mut self, constant: &'a Constant) {
        let tag = match constant {
            Constant::None => tag::NONE,
            Constant::True => tag::TRUE,
            Constant::False => tag::FALSE,
            Constant::Ellipsis => tag::ELLIPSIS,
            Constant::Int(_) => tag::INT,
            Constant::BigInt(_) => tag::BIG_INT,
            Constant::Float(_) => tag::FLOAT,
            Constant::Complex { .. } => tag::COMPLEX,
            Constant::Str(_) => tag::STR,
            Constant::Bytes(_) => tag::BYTES,
            Constant::Tuple(_) => tag::TUPLE,
            Constant::FrozenSet(_) => tag::FROZEN_SET,
            Constant::Slice(_) => tag::SLICE,
            Constant::Code(_) => tag::CODE,
        };
        self.out.push(tag);
        match constant {
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis => {}
            Constant::Int(value) => self.out.extend(value.to_le_bytes()),
            Constant::BigInt(value) => self.bytes(&value.to_signed_bytes_le()),
            Constant::Float(value) => self.out.extend(value.to_bits().to_le_bytes()),
            Constant::Complex { real, imag } => {
                self.out.extend(real.to_bits().to_le_bytes());
                self.out.extend(imag.to_bits().to_le_bytes());
            }
            Constant::Str(text) | Constant::Bytes(text) => self.bytes(text),
            Constant::Tuple(items) | Constant::FrozenSet(items) => self.list(items, Writer::constant),
            Constant::Slice(parts) => parts.iter().for_each(|part| self.constant(part)),
            Constant::Code(code) => self.code(code),
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    names: Vec<Arc<str>>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            shift += 7;
        }
    }

    fn small<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(self.number()?).ok()
    }

    /// The length of a list: what is left holds at least one byte for each item.
    fn length(&mut self) -> Option<usize> {
        self.small().filter(|&length: &usize| length <= self.rest.len())
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    fn eight(&mut self) -> Option<[u8; 8]> {
        self.take(8)?.try_into().ok()
    }

    fn float(&mut self) -> Option<f64> {
        Some(f64::from_bits(u64::from_le_bytes(self.eight()?)))
    }

    fn name(&mut self) -> Option<Arc<str>> {
        let number: usize = self.small()?;
        self.names.get(number).cloned()
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Box<[T]>> {
        let length = self.length()?;
        (0..length).map(|_| read(self)).collect()
    }

    fn named_registers(&mut self) -> Option<Box<[NamedRegister]>> {
        self.list(|reader| Some(NamedRegister { name: reader.name()?, register: Register(reader.small()?) }))
    }

    fn code(&mut self) -> Option<Code> {
        let (name, qualname, filename) = (self.name()?, self.name()?, self.name()?);
        let kind = *KINDS.get(self.small::<usize>()?)?;
        let (flags, first_line, feedback_words) = (CodeFlags(self.small()?), self.small()?, self.small()?);
        let (posonly_count, positional_count) = (self.small()?, self.small()?);
        let (kwonly_count, register_count) = (self.small()?, self.small()?);
        let (varnames, free_names) = (self.list(Reader::name)?, self.list(Reader::name)?);
        let (names, static_attributes) = (self.list(Reader::name)?, self.list(Reader::name)?);
        let (cells, hidden) = (self.named_registers()?, self.named_registers()?);
        let unit_bytes = self.length()?.checked_mul(2)?;
        let units = self.take(unit_bytes)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let constants = self.list(Reader::constant)?;
        let exception_table = self.list(|reader| {
            Some(ExceptionEntry { start: reader.small()?, end: reader.small()?, handler: reader.small()? })
        })?;
        let bytes = self.bytes()?.into();
        let checkpoints =
            self.list(|reader| Some([reader.small()?, reader.small()?, reader.small()?, reader.small()?]))?;
        let positions = PositionTable::from_parts(bytes, &checkpoints);
        let cold_site = match self.small::<u32>()? {
            0 => None,
            site => Some(Site(u16::try_from(site - 1).ok()?)),
        };
        let loops = self.list(|reader| {
            Some(Loop { header: reader.small()?, latch: reader.small()?, site: Site(reader.small()?) })
        })?;
        let docstring = match self.number()? {
            0 => None,
            _ => Some(self.bytes()?.into()),
        };
        Some(Code {
            name,
            qualname,
            filename,
            kind,
            flags,
            first_line,
            posonly_count,
            positional_count,
            kwonly_count,
            varnames,
            cells,
            hidden,
            free_names,
            units,
            constants,
            names,
            register_count,
            exception_table,
            positions,
            feedback_words,
            cold_site,
            loops,
            docstring,
            static_attributes,
        })
    }

    fn constant(&mut self) -> Option<Constant> {
        Some(match self.byte()? {
            tag::NONE => Constant::None,
            tag::TRUE => Constant::True,
            tag::FALSE => Constant::False,
            tag::ELLIPSIS => Constant::Ellipsis,
            tag::INT => Constant::Int(i64::from_le_bytes(self.eight()?)),
            tag::BIG_INT => Constant::BigInt(BigInt::from_signed_bytes_le(self.bytes()?)),
            tag::FLOAT => Constant::Float(self.float()?),
            tag::COMPLEX => Constant::Complex { real: self.float()?, imag: self.float()? },
            tag::STR => Constant::Str(self.bytes()?.into()),
            tag::BYTES => Constant::Bytes(self.bytes()?.into()),
            tag::TUPLE => Constant::Tuple(self.list(Reader::constant)?),
            tag::FROZEN_SET => Constant::FrozenSet(self.list(Reader::constant)?),
            tag::SLICE => Constant::Slice(Box::new([self.constant()?, self.constant()?, self.constant()?])),
            tag::CODE => Constant::Code(Arc::new(self.code()?)),
            _ => return None,
        })
    }
}
