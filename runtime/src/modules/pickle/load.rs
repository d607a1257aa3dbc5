//! Making objects from a pickle.
//!
//! What lives here: [`Loader`], the machine that runs a pickle's instructions on a stack. What must not: where bytes come
//! from ([`super::input`]), and what a name means ([`super::globals`]). Start at [`load`].

use super::input::Chunk;
use super::opcode::{HIGHEST_PROTOCOL, Opcode};
use super::unpickler::{Unpickler, UnpicklerObject};
use super::unpickling_error;
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::support::repr;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;

/// Runs the pickle that the unpickler's input has next.
///
/// # Errors
/// EOFError where there is none, UnpicklingError for what is no pickle, and whatever making the objects raises.
pub fn load(thread: &Thread, unpickler: Gc<UnpicklerObject>) -> PyResult<Value> {
    unpickler.data.protocol.set(0);
    let plain = Unpickler::is_plain(unpickler, thread);
    let mut loader =
        Loader { thread, unpickler, plain, stack: ScratchVec::with_capacity(thread, 32), marks: Vec::new() };
    loader.run()?;
    unpickler.skip_peeked(thread)?;
    loader.pop()
}

/// A pickle being read. It stands on the native stack.
pub(super) struct Loader<'a> {
    pub(super) thread: &'a Thread,
    pub(super) unpickler: Gc<UnpicklerObject>,
    /// No method of the unpickler is overridden.
    pub(super) plain: bool,
    pub(super) stack: ScratchVec,
    /// Lengths that the stack had where marks were set; what lies below the last one is out of reach.
    pub(super) marks: Vec<usize>,
}

impl Loader<'_> {
    fn run(&mut self) -> PyResult<()> {
        let unpickler = self.unpickler;
        loop {
            let byte = match unpickler.data.input.byte_at_hand() {
                Some(byte) => byte,
                None => self.fetch_opcode()?,
            };
            let Some(opcode) = Opcode::from_byte(byte) else { return Err(self.invalid(byte)) };
            match opcode {
                Opcode::Stop => return Ok(()),
                Opcode::Mark => self.marks.push(self.stack.len()),
                Opcode::None => self.push(Value::NONE),
                Opcode::NewTrue => self.push(Value::TRUE),
                Opcode::NewFalse => self.push(Value::FALSE),
                Opcode::BinInt => {
                    let number = i32::from_le_bytes(self.array()?);
                    self.push(Value::small_wrapping(i64::from(number)));
                }
                Opcode::BinInt1 => {
                    let [number] = self.array()?;
                    self.push(Value::small_wrapping(i64::from(number)));
                }
                Opcode::BinInt2 => {
                    let number = u16::from_le_bytes(self.array()?);
                    self.push(Value::small_wrapping(i64::from(number)));
                }
                Opcode::Int => self.int_line()?,
                Opcode::Long => self.long_line()?,
                Opcode::Long1 => {
                    let [length] = self.array()?;
                    self.long(usize::from(length))?;
                }
                Opcode::Long4 => {
                    let length = i32::from_le_bytes(self.array()?);
                    let Ok(length) = usize::try_from(length) else {
                        return Err(self.error("LONG pickle has negative byte count"));
                    };
                    self.long(length)?;
                }
                Opcode::Float => self.float_line()?,
                Opcode::BinFloat => {
                    let number = f64::from_be_bytes(self.array()?);
                    self.push(float::from_f64(self.thread, number));
                }
                Opcode::String => self.string_line()?,
                Opcode::ShortBinString => {
                    let [length] = self.array()?;
                    self.string(usize::from(length))?;
                }
                Opcode::BinString => {
                    let length = i32::from_le_bytes(self.array()?);
                    let Ok(length) = usize::try_from(length) else {
                        return Err(self.error("BINSTRING pickle has negative byte count"));
                    };
                    self.string(length)?;
                }
                Opcode::Unicode => self.unicode_line()?,
                Opcode::ShortBinUnicode => {
                    let [length] = self.array()?;
                    self.unicode(usize::from(length))?;
                }
                Opcode::BinUnicode => {
                    let length = u32::from_le_bytes(self.array()?);
                    self.unicode(length as usize)?;
                }
                Opcode::BinUnicode8 => {
                    let length = self.length("BINUNICODE exceeds system's maximum size of")?;
                    self.unicode(length)?;
                }
                Opcode::ShortBinBytes => {
                    let [length] = self.array()?;
                    self.bytes(usize::from(length))?;
                }
                Opcode::BinBytes => {
                    let length = u32::from_le_bytes(self.array()?);
                    self.bytes(length as usize)?;
                }
                Opcode::BinBytes8 => {
                    let length = self.length("BINBYTES exceeds system's maximum size of")?;
                    self.bytes(length)?;
                }
                Opcode::ByteArray8 => {
                    let length = self.length("BYTEARRAY8 exceeds system's maximum size of")?;
                    let array = unpickler.take_array(self.thread, length)?;
                    self.push(array.value());
                }
                Opcode::NextBuffer => self.next_buffer()?,
                Opcode::ReadonlyBuffer => self.readonly_buffer()?,
                Opcode::EmptyTuple => {
                    let tuple = Tuple::new(self.thread, &[]);
                    self.push(tuple.value());
                }
                Opcode::Tuple1 => self.tuple(1)?,
                Opcode::Tuple2 => self.tuple(2)?,
                Opcode::Tuple3 => self.tuple(3)?,
                Opcode::Tuple => {
                    let start = self.mark()?;
                    self.tuple(self.stack.len() - start)?;
                }
                Opcode::EmptyList => {
                    let list = List::empty(self.thread);
                    self.push(list.value());
                }
                Opcode::List => {
                    let start = self.mark()?;
                    let list = List::new(self.thread, &self.stack[start..]);
                    self.replace(start, list.value());
                }
                Opcode::EmptyDict => {
                    let dict = Dict::new(self.thread);
                    self.push(dict.value());
                }
                Opcode::Dict => self.dict()?,
                Opcode::EmptySet => {
                    let set = Set::new(self.thread);
                    self.push(set.value());
                }
                Opcode::FrozenSet => self.frozenset()?,
                Opcode::Append => {
                    if self.stack.len() < self.fence() + 2 {
                        return Err(self.underflow());
                    }
                    self.append(self.stack.len() - 1)?;
                }
                Opcode::Appends => {
                    let start = self.mark()?;
                    self.append(start)?;
                }
                Opcode::SetItem => {
                    let Some(start) = self.stack.len().checked_sub(2) else { return Err(self.underflow()) };
                    self.set_items(start)?;
                }
                Opcode::SetItems => {
                    let start = self.mark()?;
                    self.set_items(start)?;
                }
                Opcode::AddItems => self.add_items()?,
                Opcode::Pop => {
                    if self.marks.last() == Some(&self.stack.len()) {
                        self.marks.pop();
                    } else {
                        self.pop()?;
                    }
                }
                Opcode::PopMark => {
                    let start = self.mark()?;
                    self.stack.truncate(start);
                }
                Opcode::Dup => {
                    let top = self.top()?;
                    self.push(top);
                }
                Opcode::Get => {
                    let number = self.number_line()?;
                    self.recall(number)?;
                }
                Opcode::BinGet => {
                    let [number] = self.array()?;
                    self.recall(i64::from(number))?;
                }
                Opcode::LongBinGet => {
                    let number = u32::from_le_bytes(self.array()?);
                    self.recall(i64::from(number))?;
                }
                Opcode::Put => {
                    let line = self.unpickler.take_line(self.thread)?;
                    if line.as_slice().len() < 2 {
                        return Err(self.truncated());
                    }
                    let top = self.top()?;
                    match usize::try_from(self.number(line)?) {
                        Ok(number) => self.remember(number, top)?,
                        Err(_) => return Err(self.thread.raise_value_error("negative PUT argument")),
                    }
                }
                Opcode::BinPut => {
                    let [number] = self.array()?;
                    let top = self.top()?;
                    self.remember(usize::from(number), top)?;
                }
                Opcode::LongBinPut => {
                    let number = u32::from_le_bytes(self.array()?);
                    let top = self.top()?;
                    self.remember(number as usize, top)?;
                }
                Opcode::Memoize => {
                    let top = self.top()?;
                    self.remember(unpickler.data.memo.len(), top)?;
                }
                Opcode::PersistentId => self.persistent_line()?,
                Opcode::BinPersistentId => {
                    let id = self.pop()?;
                    self.persistent(id)?;
                }
                Opcode::Global => {
                    let (module, name) = (self.name_line("utf-8")?, self.name_line("utf-8")?);
                    let found = self.find_class(module, name)?;
                    self.push(found);
                }
                Opcode::StackGlobal => {
                    let (name, module) = (self.pop()?, self.pop()?);
                    let exact = |value: Value| value.cast::<Str>().is_some_and(|text| text.is_exact());
                    if !exact(name) || !exact(module) {
                        return Err(self.error("STACK_GLOBAL requires str"));
                    }
                    let found = self.find_class(module, name)?;
                    self.push(found);
                }
                Opcode::Ext1 => {
                    let [code] = self.array()?;
                    self.extension(i64::from(code))?;
                }
                Opcode::Ext2 => {
                    let code = u16::from_le_bytes(self.array()?);
                    self.extension(i64::from(code))?;
                }
                Opcode::Ext4 => {
                    let code = i32::from_le_bytes(self.array()?);
                    self.extension(i64::from(code))?;
                }
                Opcode::Reduce => self.reduce()?,
                Opcode::NewObj => self.new_object(false)?,
                Opcode::NewObjEx => self.new_object(true)?,
                Opcode::Obj => {
                    let start = self.mark()?;
                    if self.stack.len() == start {
                        return Err(self.underflow());
                    }
                    let object = self.instantiate(self.stack[start], start + 1)?;
                    self.replace(start, object);
                }
                Opcode::Inst => {
                    let start = self.mark()?;
                    let (module, name) = (self.name_line("ascii")?, self.name_line("ascii")?);
                    let class = self.find_class(module, name)?;
                    let object = self.instantiate(class, start)?;
                    self.replace(start, object);
                }
                Opcode::Build => self.build()?,
                Opcode::Proto => {
                    let [protocol] = self.array()?;
                    if protocol > HIGHEST_PROTOCOL {
                        return Err(self.thread.raise_value_error(format!("unsupported pickle protocol: {protocol}")));
                    }
                    unpickler.data.protocol.set(protocol);
                }
                Opcode::Frame => self.frame()?,
            }
        }
    }

    // ---- errors ----

    #[cold]
    pub(super) fn error(&self, message: &str) -> Raised {
        unpickling_error(self.thread, message)
    }

    #[cold]
    pub(super) fn truncated(&self) -> Raised {
        self.error("pickle data was truncated")
    }

    #[cold]
    pub(super) fn underflow(&self) -> Raised {
        self.error(if self.marks.is_empty() { "unpickling stack underflow" } else { "unexpected MARK found" })
    }

    #[cold]
    pub(super) fn invalid(&self, byte: u8) -> Raised {
        let shown = match byte {
            b'\'' | b'\\' => format!("\\x{byte:02x}"),
            0x20..=0x7e => char::from(byte).to_string(),
            _ => format!("\\x{byte:02x}"),
        };
        self.error(&format!("invalid load key, '{shown}'."))
    }

    // ---- input ----

    #[cold]
    pub(super) fn fetch_opcode(&mut self) -> PyResult<u8> {
        let thread = self.thread;
        match self.unpickler.take(thread, 1) {
            Ok(chunk) => Ok(chunk.as_slice()[0]),
            Err(raised) => {
                thread.catch(raised, super::unpickling_error_class(thread))?;
                Err(thread.raise_eof_error("Ran out of input"))
            }
        }
    }

    /// The next bytes as an array.
    #[inline(always)]
    pub(super) fn array<const N: usize>(&mut self) -> PyResult<[u8; N]> {
        let chunk = self.unpickler.take(self.thread, N)?;
        let mut array = [0; N];
        array.copy_from_slice(chunk.as_slice());
        Ok(array)
    }

    /// A length of eight bytes; the message is for one that no object can have.
    pub(super) fn length(&mut self, message: &str) -> PyResult<usize> {
        let length = u64::from_le_bytes(self.array()?);
        if i64::try_from(length).is_err() {
            return Err(self.thread.raise_overflow_error(format!("{message} {} bytes", i64::MAX)));
        }
        Ok(length as usize)
    }

    pub(super) fn frame(&mut self) -> PyResult<()> {
        let length = self.length("FRAME length exceeds system's maximum of")?;
        self.unpickler.take(self.thread, length)?;
        self.unpickler.data.input.give_back(length);
        Ok(())
    }

    /// A line with something before its end.
    pub(super) fn line(&mut self) -> PyResult<Chunk> {
        let line = self.unpickler.take_line(self.thread)?;
        if line.as_slice().len() < 2 { Err(self.truncated()) } else { Ok(line) }
    }

    /// A line without its end as a name.
    pub(super) fn name_line(&mut self, encoding: &str) -> PyResult<Value> {
        let line = self.line()?;
        let name = Bytes::new(self.thread, without_end(line.as_slice()));
        Ok(dispatch::text::codecs::decode(self.thread, name.value(), Some(encoding), None)?.value())
    }

    /// A line as the number of a remembered object.
    pub(super) fn number_line(&mut self) -> PyResult<i64> {
        let line = self.line()?;
        self.number(line)
    }

    pub(super) fn number(&self, line: Chunk) -> PyResult<i64> {
        let value = self.parse_int(line.as_slice())?;
        match int::to_i64_exact(value) {
            Some(number) => Ok(number),
            None => Err(self.thread.raise_overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// A decimal int, with white space around.
    pub(super) fn parse_int(&self, text: &[u8]) -> PyResult<Value> {
        let thread = self.thread;
        let decimal = String::from_utf8_lossy(text);
        match int::text::parse(thread, &decimal, 10)? {
            Some(number) => Ok(number),
            None => {
                let shown = repr(thread, Str::new(thread, &decimal).value())?;
                Err(thread.raise_value_error(format!("invalid literal for int() with base 10: {shown}")))
            }
        }
    }

    // ---- the stack ----

    #[inline(always)]
    pub(super) fn push(&mut self, value: Value) {
        self.stack.push(self.thread, value);
    }

    /// What lies below is out of reach.
    #[inline(always)]
    pub(super) fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> PyResult<Value> {
        if self.stack.len() <= self.fence() {
            return Err(self.underflow());
        }
        match self.stack.pop() {
            Some(value) => Ok(value),
            None => Err(self.underflow()),
        }
    }

    #[inline(always)]
    pub(super) fn top(&self) -> PyResult<Value> {
        if self.stack.len() <= self.fence() {
            return Err(self.underflow());
        }
        match self.stack.last() {
            Some(&value) => Ok(value),
            None => Err(self.underflow()),
        }
    }

    /// Takes the last mark: where what lies above it starts.
    pub(super) fn mark(&mut self) -> PyResult<usize> {
        match self.marks.pop() {
            Some(start) => Ok(start),
            None => Err(self.error("could not find MARK")),
        }
    }

    /// Puts a value in the place of all from `start` on.
    pub(super) fn replace(&mut self, start: usize, value: Value) {
        self.stack.truncate(start);
        self.push(value);
    }

    /// The object below `start`, which what lies from there on is given to.
    pub(super) fn container(&self, start: usize) -> PyResult<Value> {
        if start > self.stack.len() || start <= self.fence() {
            return Err(self.underflow());
        }
        Ok(self.stack[start - 1])
    }

    // ---- the memo ----

    pub(super) fn recall(&mut self, number: i64) -> PyResult<()> {
        let known = match usize::try_from(number) {
            Ok(number) => self.unpickler.data.memo.get(self.thread, number)?,
            Err(_) => None,
        };
        match known {
            Some(value) => {
                self.push(value);
                Ok(())
            }
            None => Err(self.error(&format!("Memo value not found at index {number}"))),
        }
    }

    #[inline(always)]
    pub(super) fn remember(&mut self, number: usize, value: Value) -> PyResult<()> {
        self.unpickler.data.memo.put(self.thread, self.unpickler.header(), number, value)
    }
}

/// A line without its end.
pub(super) fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}
