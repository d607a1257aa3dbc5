//! Writing values of builtin types.
//!
//! What lives here: [`Saver`], which writes one pickle, its choice among ways to write a value, and those of builtin
//! types. What must not: what is reduced first ([`super::reduce`]) or named ([`super::globals`]), and bytes
//! ([`super::output`]). Start at [`Saver::save`].

use super::opcode::{BATCH, Opcode};
use super::output::Output;
use super::pickler::{Pickler, PicklerObject};
use super::{State, buffer, pickling_error, state};
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::support::{call_method, intern, repr};
use crate::object::{Gc, Kind, ShapeId};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::float::Float;
use crate::types::int::IntRef;
use crate::types::list::List;
use crate::types::memoryview::MemoryView;
use crate::types::payload::Payload;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{exception, float, int};
use crate::value::Value;
use std::collections::HashSet;

/// Containers within containers. The native stack would bear more, but each level adds a note to the error.
const DEEPEST: usize = 100_000;
/// From this depth on, objects that are being written in fast mode are noted, to find cycles.
const FAST_NESTING_LIMIT: usize = 50;

/// One pickle being written. It stands on the native stack.
pub struct Saver<'a> {
    pub(super) thread: &'a Thread,
    pub(super) pickler: Gc<PicklerObject>,
    pub(super) state: Gc<Payload<State>>,
    pub(super) output: Output,
    pub(super) protocol: u8,
    pub(super) binary: bool,
    /// `persistent_id`, if the program has one of its own.
    persistent_id: Option<Value>,
    /// `reducer_override`.
    reducer_override: Option<Value>,
    /// How many containers are open.
    depth: usize,
    fast_nesting: usize,
    /// Addresses of the containers being written in fast mode.
    fast_open: HashSet<u64>,
}

/// `pickler.dump(value)`.
///
/// # Errors
/// Whatever pickling raises.
pub fn dump_to_file(thread: &Thread, pickler: Gc<PicklerObject>, value: Value) -> PyResult<()> {
    let mut saver = Saver::new(thread, pickler)?;
    saver.dump(value)?;
    saver.output.flush(thread)
}

/// The pickle of `value` by a pickler without a file.
///
/// # Errors
/// Whatever pickling raises.
pub fn dump_to_bytes(thread: &Thread, pickler: Gc<PicklerObject>, value: Value) -> PyResult<Gc<Bytes>> {
    let mut saver = Saver::new(thread, pickler)?;
    saver.dump(value)?;
    Ok(Bytes::new(thread, &saver.output.finish()))
}

impl Saver<'_> {
    fn new(thread: &Thread, pickler: Gc<PicklerObject>) -> PyResult<Saver<'_>> {
        let data = &pickler.data;
        Ok(Saver {
            thread,
            pickler,
            state: state(thread),
            output: Output::new(data.write.get()),
            protocol: data.protocol.get(),
            binary: data.binary.get() != 0,
            persistent_id: Pickler::own_persistent_id(pickler, thread)?,
            reducer_override: Pickler::reducer_override(pickler, thread)?,
            depth: 0,
            fast_nesting: 0,
            fast_open: HashSet::new(),
        })
    }

    fn dump(&mut self, value: Value) -> PyResult<()> {
        if self.protocol >= 2 {
            self.output.instruction(Opcode::Proto, &[self.protocol]);
        }
        if self.protocol >= 4 {
            self.output.start_framing();
        }
        self.save(value)?;
        self.output.opcode(Opcode::Stop);
        self.output.commit();
        Ok(())
    }

    /// Writes a value.
    ///
    /// # Errors
    /// PicklingError, RecursionError, and what code of the program raises on the way.
    pub fn save(&mut self, value: Value) -> PyResult<()> {
        self.output.boundary(self.thread)?;
        if let Some(persistent_id) = self.persistent_id
            && self.save_persistent(persistent_id, value)?
        {
            return Ok(());
        }
        self.save_plain(value)
    }

    /// Writes a value for which nobody asks for a persistent id.
    fn save_plain(&mut self, value: Value) -> PyResult<()> {
        if let Some(number) = value.as_small() {
            self.small_int(number);
            return Ok(());
        }
        let Some(header) = value.header() else {
            match value {
                Value::NONE => self.output.opcode(Opcode::None),
                Value::TRUE if self.protocol >= 2 => self.output.opcode(Opcode::NewTrue),
                Value::FALSE if self.protocol >= 2 => self.output.opcode(Opcode::NewFalse),
                Value::TRUE => self.output.instruction(Opcode::Int, b"01\n"),
                Value::FALSE => self.output.instruction(Opcode::Int, b"00\n"),
                _ => return self.save_container(value),
            }
            return Ok(());
        };
        match header.kind() {
            Kind::Float if header.shape() == ShapeId::FLOAT => {
                self.float(header.cast_unchecked::<Float>().value);
                Ok(())
            }
            Kind::BigInt => match int::as_exact_int(value) {
                Some(number) => self.big_int(number),
                None => self.save_container(value),
            },
            Kind::Str if header.cast_unchecked::<Str>().is_exact() => {
                if self.get(value) {
                    Ok(())
                } else {
                    self.str(header.cast_unchecked())
                }
            }
            Kind::Bytes if header.cast_unchecked::<Bytes>().is_exact() => {
                if self.get(value) {
                    Ok(())
                } else {
                    self.bytes(header.cast_unchecked())
                }
            }
            _ => self.save_container(value),
        }
    }

    /// Writes a value whose parts are written in turn.
    fn save_container(&mut self, value: Value) -> PyResult<()> {
        if self.get(value) {
            return Ok(());
        }
        self.thread.check_native_stack(" while pickling an object")?;
        if self.depth == DEEPEST {
            let message = "maximum recursion depth exceeded while pickling an object";
            return Err(self.thread.raise_recursion_error(message));
        }
        self.depth += 1;
        let result = self.save_open(value);
        self.depth -= 1;
        result
    }

    /// Writes a value that is no number or text, by its kind.
    fn save_open(&mut self, value: Value) -> PyResult<()> {
        let Some(header) = value.header() else { return self.save_object(value) };
        match header.kind() {
            Kind::Dict if header.cast_unchecked::<Dict>().is_exact() => self.dict(header.cast_unchecked()),
            Kind::Set if header.cast_unchecked::<Set>().is_exact() => self.set(header.cast_unchecked()),
            Kind::List if header.cast_unchecked::<List>().is_exact() => self.list(header.cast_unchecked()),
            Kind::Tuple if header.cast_unchecked::<Tuple>().is_exact() => self.tuple(header.cast_unchecked()),
            Kind::ByteArray if self.thread.class_of(value) == self.thread.vm().types.bytearray => {
                self.bytearray(header.cast_unchecked())
            }
            Kind::Payload if Payload::<buffer::PickleBuffer>::cast(value).is_some() => {
                match Payload::<buffer::PickleBuffer>::cast(value) {
                    Some(view) => self.pickle_buffer(view),
                    None => Ok(()),
                }
            }
            _ => self.save_object(value),
        }
    }

    /// Writes a value by what the program says of it, or by its class.
    fn save_object(&mut self, value: Value) -> PyResult<()> {
        if let Some(reducer) = self.reducer_override {
            let reduced = dispatch::call::call(self.thread, reducer, &[value])?;
            if reduced != Value::NOT_IMPLEMENTED {
                return self.save_reduced(value, reduced);
            }
        }
        self.save_by_class(value)
    }

    fn save_persistent(&mut self, persistent_id: Value, value: Value) -> PyResult<bool> {
        let thread = self.thread;
        let id = dispatch::call::call(thread, persistent_id, &[value])?;
        if id.is_none() {
            return Ok(false);
        }
        if self.binary {
            self.output.boundary(thread)?;
            self.save_plain(id)?;
            self.output.opcode(Opcode::BinPersistentId);
        } else {
            let text = dispatch::text::str(thread, id)?;
            if !text.is_ascii() {
                return Err(pickling_error(thread, "persistent IDs in protocol 0 must be ASCII strings"));
            }
            self.output.instruction(Opcode::PersistentId, text.as_bytes(thread));
            self.output.raw(b"\n");
        }
        Ok(true)
    }

    // ---- the memo ----

    /// Writes the number of a value that was written before; `false`: it was not.
    pub(super) fn get(&mut self, value: Value) -> bool {
        let Some(number) = self.pickler.data.memo.get(value) else { return false };
        if !self.binary {
            self.output.instruction(Opcode::Get, number.to_string().as_bytes());
            self.output.raw(b"\n");
        } else if let Ok(number) = u8::try_from(number) {
            self.output.instruction(Opcode::BinGet, &[number]);
        } else {
            self.output.instruction(Opcode::LongBinGet, &(number as u32).to_le_bytes());
        }
        true
    }

    /// Gives the value that was just written a number.
    pub(super) fn put(&mut self, value: Value) {
        let data = &self.pickler.data;
        if data.fast.get() != 0 {
            return;
        }
        let number = data.memo.len();
        data.memo.put(self.thread, self.pickler.header(), value, number);
        if self.protocol >= 4 {
            self.output.opcode(Opcode::Memoize);
        } else if !self.binary {
            self.output.instruction(Opcode::Put, number.to_string().as_bytes());
            self.output.raw(b"\n");
        } else if let Ok(number) = u8::try_from(number) {
            self.output.instruction(Opcode::BinPut, &[number]);
        } else {
            self.output.instruction(Opcode::LongBinPut, &(number as u32).to_le_bytes());
        }
    }

    /// In fast mode nothing is remembered, so cycles are found by what is being written. Runs `body` between.
    fn nested(&mut self, value: Value, body: impl FnOnce(&mut Self) -> PyResult<()>) -> PyResult<()> {
        if self.pickler.data.fast.get() == 0 {
            return body(self);
        }
        self.fast_nesting += 1;
        let noted = self.fast_nesting >= FAST_NESTING_LIMIT;
        if noted && !self.fast_open.insert(value.to_bits()) {
            let (thread, address) = (self.thread, value.to_bits());
            let class = thread.type_name(value);
            let message =
                format!("fast mode: can't pickle cyclic objects including object type {class} at {address:#x}");
            return Err(thread.raise_value_error(message));
        }
        let result = body(self);
        self.fast_nesting -= 1;
        if noted {
            self.fast_open.remove(&value.to_bits());
        }
        result
    }

    /// Notes at the exception on its way what was being written.
    #[cold]
    pub(super) fn note(&self, raised: Raised, note: impl FnOnce() -> PyResult<String>) -> Raised {
        let exception = self.thread.take_exception(raised);
        let added = note().and_then(|note| exception::add_note(self.thread, exception, &note));
        match added {
            Ok(()) => self.thread.reraise(exception),
            Err(raised) => raised,
        }
    }

    /// The class of a value as notes and messages name it.
    pub(super) fn class_name(&self, value: Value) -> String {
        self.thread.class_of(value).qualified_name(self.thread)
    }

    // ---- numbers and texts ----

    fn small_int(&mut self, number: i64) {
        if let Ok(number) = i32::try_from(number) {
            if !self.binary {
                self.output.instruction(Opcode::Int, number.to_string().as_bytes());
                self.output.raw(b"\n");
            } else if let Ok(number) = u8::try_from(number) {
                self.output.instruction(Opcode::BinInt1, &[number]);
            } else if let Ok(number) = u16::try_from(number) {
                self.output.instruction(Opcode::BinInt2, &number.to_le_bytes());
            } else {
                self.output.instruction(Opcode::BinInt, &number.to_le_bytes());
            }
        } else if self.protocol >= 2 {
            let bytes = number.to_le_bytes();
            // The sign's bit is part of the number.
            let length = 8 - (number ^ number >> 63).leading_zeros().saturating_sub(1) as usize / 8;
            self.output.instruction(Opcode::Long1, &[length as u8]);
            self.output.raw(&bytes[..length]);
        } else {
            self.output.instruction(Opcode::Long, number.to_string().as_bytes());
            self.output.raw(b"L\n");
        }
    }

    fn big_int(&mut self, number: IntRef) -> PyResult<()> {
        let thread = self.thread;
        if self.protocol < 2 {
            let text = int::text::to_decimal(thread, number)?;
            self.output.instruction(Opcode::Long, text.as_bytes());
            self.output.raw(b"L\n");
            return Ok(());
        }
        let bytes = number.to_bigint().to_signed_bytes_le();
        if let Ok(length) = u8::try_from(bytes.len()) {
            self.output.instruction(Opcode::Long1, &[length]);
        } else if let Ok(length) = i32::try_from(bytes.len()) {
            self.output.instruction(Opcode::Long4, &length.to_le_bytes());
        } else {
            return Err(thread.raise_overflow_error("int too large to pickle"));
        }
        self.output.raw(&bytes);
        Ok(())
    }

    fn float(&mut self, number: f64) {
        if self.binary {
            self.output.instruction(Opcode::BinFloat, &number.to_be_bytes());
        } else {
            self.output.instruction(Opcode::Float, float::repr(number).as_bytes());
            self.output.raw(b"\n");
        }
    }

    fn str(&mut self, text: Gc<Str>) -> PyResult<()> {
        let (thread, value) = (self.thread, text.value());
        let bytes = text.as_bytes(thread);
        let length = bytes.len();
        if !self.binary {
            self.output.instruction(Opcode::Unicode, &escape_line(bytes));
            self.output.raw(b"\n");
        } else if length <= 0xff && self.protocol >= 4 {
            self.output.instruction(Opcode::ShortBinUnicode, &[length as u8]);
            self.output.raw(bytes);
        } else if let Ok(short) = u32::try_from(length) {
            self.output.counted(thread, (Opcode::BinUnicode, &short.to_le_bytes()), length, value, value)?;
        } else if self.protocol >= 4 {
            let header = (length as u64).to_le_bytes();
            self.output.counted(thread, (Opcode::BinUnicode8, &header), length, value, value)?;
        } else {
            return Err(thread.raise_overflow_error("cannot serialize a string larger than 4 GiB"));
        }
        self.put(value);
        Ok(())
    }

    fn bytes(&mut self, bytes: Gc<Bytes>) -> PyResult<()> {
        let (thread, value) = (self.thread, bytes.value());
        if self.protocol >= 3 {
            return self.bytes_data(bytes.len(), value, value);
        }
        // Python 2 has no bytes: its str stands for them.
        if bytes.is_empty() {
            let class = thread.vm().types.bytes.value();
            return self.save_reduce(value, Tuple::new(thread, &[class, Tuple::new(thread, &[]).value()]));
        }
        let mut text = Vec::with_capacity(bytes.len());
        bytes
            .as_slice()
            .iter()
            .for_each(|&byte| text.extend_from_slice(char::from(byte).encode_utf8(&mut [0; 2]).as_bytes()));
        let text = Str::from_wtf8_bytes_unchecked(thread, &text);
        let arguments = Tuple::new(thread, &[text.value(), intern(thread, "latin1").value()]);
        let encode = self.state.data.encode.get().unwrap_or(Value::NONE);
        self.save_reduce(value, Tuple::new(thread, &[encode, arguments.value()]))
    }

    /// Writes the bytes of `data` as `bytes` that are remembered as `value`.
    fn bytes_data(&mut self, length: usize, data: Value, value: Value) -> PyResult<()> {
        let thread = self.thread;
        if let Ok(short) = u8::try_from(length) {
            self.output.counted(thread, (Opcode::ShortBinBytes, &[short]), length, data, value)?;
        } else if let Ok(short) = u32::try_from(length) {
            self.output.counted(thread, (Opcode::BinBytes, &short.to_le_bytes()), length, data, value)?;
        } else if self.protocol >= 4 {
            let header = (length as u64).to_le_bytes();
            self.output.counted(thread, (Opcode::BinBytes8, &header), length, data, value)?;
        } else {
            return Err(thread.raise_overflow_error("cannot serialize a bytes object larger than 4 GiB"));
        }
        self.put(value);
        Ok(())
    }

    /// Writes the bytes of `data` as a `bytearray` that is remembered as `value`.
    fn bytearray_data(&mut self, length: usize, data: Value, value: Value) -> PyResult<()> {
        let header = (length as u64).to_le_bytes();
        self.output.counted(self.thread, (Opcode::ByteArray8, &header), length, data, value)?;
        self.put(value);
        Ok(())
    }

    fn bytearray(&mut self, array: Gc<ByteArray>) -> PyResult<()> {
        let (thread, value) = (self.thread, array.value());
        if self.protocol >= 5 {
            return self.bytearray_data(array.len(), value, value);
        }
        let arguments = if array.is_empty() {
            Tuple::new(thread, &[])
        } else {
            Tuple::new(thread, &[Bytes::new(thread, array.as_slice()).value()])
        };
        let class = thread.vm().types.bytearray.value();
        self.save_reduce(value, Tuple::new(thread, &[class, arguments.value()]))
    }

    fn pickle_buffer(&mut self, buffer: Gc<Payload<buffer::PickleBuffer>>) -> PyResult<()> {
        let (thread, value) = (self.thread, buffer.value());
        if self.protocol < 5 {
            return Err(pickling_error(thread, "PickleBuffer can only be pickled with protocol >= 5"));
        }
        let view = buffer::PickleBuffer::view(buffer, thread)?;
        if !view.data.is_c_contiguous() && !view.data.is_f_contiguous() {
            let message = "PickleBuffer can not be pickled when pointing to a non-contiguous buffer";
            return Err(pickling_error(thread, message));
        }
        // The callback may release the buffer.
        let flat = buffer::PickleBuffer::raw(buffer, thread)?;
        let (read_only, length) = (view.data.is_read_only(), view.data.byte_count());
        let in_band = match self.pickler.data.buffer_callback.get() {
            Some(callback) => {
                let answer = dispatch::call::call(thread, callback, &[value])?;
                dispatch::truth::truth(thread, answer)?
            }
            None => true,
        };
        if in_band {
            if read_only {
                self.bytes_data(length, flat.value(), value)?;
            } else {
                self.bytearray_data(length, flat.value(), value)?;
            }
            return MemoryView::release(flat, thread);
        }
        MemoryView::release(flat, thread)?;
        self.output.opcode(Opcode::NextBuffer);
        if read_only {
            self.output.opcode(Opcode::ReadonlyBuffer);
        }
        Ok(())
    }

    // ---- containers ----

    /// Writes an item of a container, with a note if that fails.
    fn item(&mut self, container: Value, index: usize, item: Value) -> PyResult<()> {
        let result = self.save(item);
        result.map_err(|raised| {
            self.note(raised, || Ok(format!("when serializing {} item {index}", self.class_name(container))))
        })
    }

    fn tuple(&mut self, tuple: Gc<Tuple>) -> PyResult<()> {
        let (value, length) = (tuple.value(), tuple.len());
        if length == 0 {
            self.output.opcode(if self.binary { Opcode::EmptyTuple } else { Opcode::Mark });
            if !self.binary {
                self.output.opcode(Opcode::Tuple);
            }
            return Ok(());
        }
        let short = match length {
            1 if self.protocol >= 2 => Some(Opcode::Tuple1),
            2 if self.protocol >= 2 => Some(Opcode::Tuple2),
            3 if self.protocol >= 2 => Some(Opcode::Tuple3),
            _ => None,
        };
        if short.is_none() {
            self.output.opcode(Opcode::Mark);
        }
        for (index, &item) in tuple.items().iter().enumerate() {
            self.item(value, index, item)?;
        }
        // A tuple that holds itself was written meanwhile: what was pushed is dropped for it.
        if self.pickler.data.memo.get(value).is_some() {
            if short.is_some() || !self.binary {
                let marks = usize::from(short.is_none());
                (0..length + marks).for_each(|_| self.output.opcode(Opcode::Pop));
            } else {
                self.output.opcode(Opcode::PopMark);
            }
            self.get(value);
            return Ok(());
        }
        self.output.opcode(short.unwrap_or(Opcode::Tuple));
        self.put(value);
        Ok(())
    }

    fn list(&mut self, list: Gc<List>) -> PyResult<()> {
        let value = list.value();
        self.nested(value, |saver| {
            saver.start(Opcode::EmptyList, Opcode::List);
            saver.put(value);
            if list.is_empty() {
                return Ok(());
            }
            if saver.protocol == 0 {
                let iterator = dispatch::iter::get_iter(saver.thread, value)?;
                return saver.append_all(iterator, value);
            }
            saver.append_list(list)
        })
    }

    /// Starts an empty container.
    fn start(&mut self, binary: Opcode, text: Opcode) {
        if self.binary {
            self.output.opcode(binary);
        } else {
            self.output.opcode(Opcode::Mark);
            self.output.opcode(text);
        }
    }

    fn append_list(&mut self, list: Gc<List>) -> PyResult<()> {
        let (thread, value) = (self.thread, list.value());
        if list.len() == 1 {
            if let Some(item) = list.get(thread, 0) {
                self.item(value, 0, item)?;
            }
            self.output.opcode(Opcode::Append);
            return Ok(());
        }
        let mut index = 0;
        loop {
            self.output.opcode(Opcode::Mark);
            let end = index + BATCH;
            while index < end
                && let Some(item) = list.get(thread, index)
            {
                self.item(value, index, item)?;
                index += 1;
            }
            self.output.opcode(Opcode::Appends);
            if index >= list.len() {
                return Ok(());
            }
        }
    }

    /// Writes what an iterator yields as items of the list-like `value`.
    pub(super) fn append_all(&mut self, iterator: Value, value: Value) -> PyResult<()> {
        let thread = self.thread;
        let mut index = 0;
        if self.protocol == 0 {
            while let Some(item) = dispatch::iter::next(thread, iterator)? {
                self.item(value, index, item)?;
                self.output.opcode(Opcode::Append);
                index += 1;
            }
            return Ok(());
        }
        while let Some(first) = dispatch::iter::next(thread, iterator)? {
            let Some(second) = dispatch::iter::next(thread, iterator)? else {
                self.item(value, index, first)?;
                self.output.opcode(Opcode::Append);
                return Ok(());
            };
            self.output.opcode(Opcode::Mark);
            self.item(value, index, first)?;
            let end = index + BATCH;
            index += 1;
            let mut next = Some(second);
            while let Some(item) = next {
                self.item(value, index, item)?;
                index += 1;
                next = if index < end { dispatch::iter::next(thread, iterator)? } else { None };
            }
            self.output.opcode(Opcode::Appends);
            if index < end {
                return Ok(());
            }
        }
        Ok(())
    }

    fn dict(&mut self, dict: Gc<Dict>) -> PyResult<()> {
        let value = dict.value();
        self.nested(value, |saver| {
            saver.start(Opcode::EmptyDict, Opcode::Dict);
            saver.put(value);
            if dict.is_empty() {
                return Ok(());
            }
            if saver.protocol == 0 {
                let items = call_method(saver.thread, value, "items", &[])?;
                let iterator = dispatch::iter::get_iter(saver.thread, items)?;
                return saver.set_all(iterator, value);
            }
            saver.set_dict(dict)
        })
    }

    /// Writes a key and its value.
    fn entry(&mut self, container: Value, key: Value, value: Value) -> PyResult<()> {
        self.save(key)?;
        let result = self.save(value);
        result.map_err(|raised| {
            self.note(raised, || {
                let key = repr(self.thread, key)?;
                Ok(format!("when serializing {} item {key}", self.class_name(container)))
            })
        })
    }

    fn set_dict(&mut self, dict: Gc<Dict>) -> PyResult<()> {
        let (thread, value, length) = (self.thread, dict.value(), dict.len());
        let mut position = 0;
        if length == 1 {
            if let Some((key, item)) = dict.next_entry(&mut position) {
                self.entry(value, key, item)?;
            }
            self.output.opcode(Opcode::SetItem);
            return Ok(());
        }
        loop {
            let mut count = 0;
            self.output.opcode(Opcode::Mark);
            while count < BATCH
                && let Some((key, item)) = dict.next_entry(&mut position)
            {
                self.entry(value, key, item)?;
                count += 1;
            }
            self.output.opcode(Opcode::SetItems);
            if dict.len() != length {
                return Err(thread.raise_runtime_error("dictionary changed size during iteration"));
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    /// Writes the pairs that an iterator yields as items of the dict-like `value`.
    pub(super) fn set_all(&mut self, iterator: Value, value: Value) -> PyResult<()> {
        let thread = self.thread;
        let next = || -> PyResult<Option<Gc<Tuple>>> {
            let Some(pair) = dispatch::iter::next(thread, iterator)? else { return Ok(None) };
            match pair.cast::<Tuple>().filter(|pair| pair.len() == 2) {
                Some(pair) => Ok(Some(pair)),
                None => Err(thread.raise_type_error("dict items iterator must return 2-tuples")),
            }
        };
        if self.protocol == 0 {
            while let Some(pair) = next()? {
                self.entry(value, pair.items()[0], pair.items()[1])?;
                self.output.opcode(Opcode::SetItem);
            }
            return Ok(());
        }
        while let Some(first) = next()? {
            let Some(second) = next()? else {
                self.entry(value, first.items()[0], first.items()[1])?;
                self.output.opcode(Opcode::SetItem);
                return Ok(());
            };
            self.output.opcode(Opcode::Mark);
            self.entry(value, first.items()[0], first.items()[1])?;
            let mut count = 1;
            let mut pair = Some(second);
            while let Some(item) = pair {
                self.entry(value, item.items()[0], item.items()[1])?;
                count += 1;
                pair = if count < BATCH { next()? } else { None };
            }
            self.output.opcode(Opcode::SetItems);
            if count < BATCH {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Writes an element of a set.
    fn element(&mut self, set: Value, item: Value) -> PyResult<()> {
        let result = self.save(item);
        result.map_err(|raised| self.note(raised, || Ok(format!("when serializing {} element", self.class_name(set)))))
    }

    fn set(&mut self, set: Gc<Set>) -> PyResult<()> {
        let (thread, value) = (self.thread, set.value());
        if self.protocol < 4 {
            let items = List::from_iterable(thread, value)?;
            let arguments = Tuple::new(thread, &[items.value()]);
            let class = thread.class_of(value).value();
            return self.save_reduce(value, Tuple::new(thread, &[class, arguments.value()]));
        }
        if set.is_frozen() { self.frozenset(set) } else { self.mutable_set(set) }
    }

    fn mutable_set(&mut self, set: Gc<Set>) -> PyResult<()> {
        let (thread, value, length) = (self.thread, set.value(), set.len());
        self.output.opcode(Opcode::EmptySet);
        self.put(value);
        let mut position = 0;
        let mut count = if length == 0 { 0 } else { BATCH };
        while count == BATCH {
            count = 0;
            self.output.opcode(Opcode::Mark);
            while count < BATCH
                && let Some(item) = set.next_key(&mut position)
            {
                self.element(value, item)?;
                count += 1;
            }
            self.output.opcode(Opcode::AddItems);
            if set.len() != length {
                return Err(thread.raise_runtime_error("set changed size during iteration"));
            }
        }
        Ok(())
    }

    fn frozenset(&mut self, set: Gc<Set>) -> PyResult<()> {
        let value = set.value();
        self.output.opcode(Opcode::Mark);
        let mut position = 0;
        while let Some(item) = set.next_key(&mut position) {
            self.element(value, item)?;
        }
        // As with tuples: it may hold itself.
        if self.pickler.data.memo.get(value).is_some() {
            self.output.opcode(Opcode::PopMark);
            self.get(value);
            return Ok(());
        }
        self.output.opcode(Opcode::FrozenSet);
        self.put(value);
        Ok(())
    }
}

/// A str in raw-unicode-escape in which nothing ends the line.
fn escape_line(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for code_point in crate::text::code_points::iterate(text) {
        match code_point {
            0 | 0x0a | 0x0d | 0x1a | 0x5c => out.extend_from_slice(format!("\\u{code_point:04x}").as_bytes()),
            0..0x100 => out.push(code_point as u8),
            0x100..0x1_0000 => out.extend_from_slice(format!("\\u{code_point:04x}").as_bytes()),
            _ => out.extend_from_slice(format!("\\U{code_point:08x}").as_bytes()),
        }
    }
    out
}
