//! `_struct`: bytes to values and back by format strings.
//!
//! What lives here: packing and unpacking, `Struct`, the module's functions. What must not: the syntax of formats
//! (`text/struct_format.rs`). Start at [`Struct`].

use crate::dispatch::{number, text::codecs as encoding, truth};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support;
use crate::native::Arguments;
use crate::object::{Gc, GcSlot, Header, Slot};
use crate::scratch::ScratchVec;
use crate::text::struct_format::{ItemKind, Layout, Run};
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::complex::Complex;
use crate::types::dict::Dict;
use crate::types::memoryview::item::{f64_to_half, half_to_f64};
use crate::types::module::Module;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::types::{buffer, float, int};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use taipan_macros::{py_class, py_module};

/// `struct.error`.
fn error_class(thread: &Thread) -> Gc<Type> {
    support::exception_class(thread, "struct", "error", thread.vm().exceptions.exception)
}

#[cold]
fn error(thread: &Thread, message: impl AsRef<str>) -> Raised {
    thread.raise_message(error_class(thread), message.as_ref())
}

/// A parsed format.
pub struct Struct {
    /// What `__init__` read last.
    layout: RefCell<Rc<Layout>>,
    /// The format as a string.
    format: Slot,
}

impl PayloadData for Struct {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.format);
    }
}

type StructObject = Payload<Struct>;

// ---- packing ----

/// The range message of an integer that does not fit.
#[cold]
fn out_of_range(thread: &Thread, run: &Run) -> Raised {
    let letter = char::from(run.letter);
    match run.kind {
        ItemKind::Signed(size) => {
            let limit = i128::from(i64::MAX >> (64 - 8 * u32::from(size)));
            error(thread, format!("'{letter}' format requires {} <= number <= {limit}", -limit - 1))
        }
        _ => {
            let limit = u64::MAX >> (64 - 8 * run.kind.size() as u32);
            error(thread, format!("'{letter}' format requires 0 <= number <= {limit}"))
        }
    }
}

/// A number for an integer item.
fn integer(thread: &Thread, value: Value) -> PyResult<Value> {
    if int::as_int(value).is_some() {
        return Ok(value);
    }
    if !number::has_index(thread, value) {
        return Err(error(thread, "required argument is not an integer"));
    }
    number::index(thread, value)
}

/// A number for a float item.
fn real(thread: &Thread, value: Value) -> PyResult<f64> {
    match number::to_f64(thread, value) {
        Ok(number) => Ok(number),
        Err(raised) if thread.exception_is(thread.vm().exceptions.type_error) => {
            thread.take_exception(raised);
            Err(error(thread, "required argument is not a float"))
        }
        Err(raised) => Err(raised),
    }
}

fn single(thread: &Thread, layout: &Layout, number: f64) -> PyResult<u64> {
    let narrow = number as f32;
    if !layout.native && narrow.is_infinite() && number.is_finite() {
        return Err(thread.raise_overflow_error("float too large to pack with f format"));
    }
    Ok(u64::from(narrow.to_bits()))
}

/// Writes `value` as one item.
fn pack_item(thread: &Thread, layout: &Layout, run: &Run, value: Value, item: &mut [u8]) -> PyResult<()> {
    let word = match run.kind {
        ItemKind::Char => match value.cast::<Bytes>() {
            Some(bytes) if bytes.len() == 1 => u64::from(bytes.as_slice()[0]),
            _ => return Err(error(thread, "char format requires a bytes object of length 1")),
        },
        ItemKind::Bool => u64::from(truth::truth(thread, value)?),
        ItemKind::Signed(size) => {
            let shift = 64 - 8 * u32::from(size);
            match int::to_i64(integer(thread, value)?) {
                Some(number) if (number << shift) >> shift == number => number as u64,
                _ => return Err(out_of_range(thread, run)),
            }
        }
        ItemKind::Unsigned(size) => match int::to_u64(integer(thread, value)?) {
            Some(number) if size == 8 || number >> (8 * size) == 0 => number,
            _ => return Err(out_of_range(thread, run)),
        },
        ItemKind::Pointer => {
            let number = integer(thread, value)?;
            match int::to_u64(number).or_else(|| int::to_i64(number).map(|number| number as u64)) {
                Some(word) => word,
                None => return Err(error(thread, "int too large to convert")),
            }
        }
        ItemKind::Half => match f64_to_half(real(thread, value)?) {
            Some(bits) => u64::from(bits),
            None => return Err(thread.raise_overflow_error("float too large to pack with e format")),
        },
        ItemKind::Float => single(thread, layout, real(thread, value)?)?,
        ItemKind::Double => real(thread, value)?.to_bits(),
        ItemKind::ComplexFloat | ItemKind::ComplexDouble => {
            let Ok(number) = number::to_complex(thread, value) else {
                let raised = thread.raised();
                thread.catch(raised, thread.vm().exceptions.type_error)?;
                return Err(error(thread, "required argument is not a complex"));
            };
            let (real, imaginary) = item.split_at_mut(run.kind.size() / 2);
            for (part, number) in [(real, number.real), (imaginary, number.imag)] {
                let word =
                    if run.kind == ItemKind::ComplexFloat { single(thread, layout, number)? } else { number.to_bits() };
                layout.write_word(part, word);
            }
            return Ok(());
        }
        ItemKind::Bytes(_) | ItemKind::Pascal(_) => return pack_bytes(thread, run, value, item),
    };
    layout.write_word(item, word);
    Ok(())
}

fn pack_bytes(thread: &Thread, run: &Run, value: Value, item: &mut [u8]) -> PyResult<()> {
    let contents = match (value.cast::<Bytes>(), value.cast::<ByteArray>()) {
        (Some(bytes), _) => bytes.as_slice().to_vec(),
        (_, Some(array)) => array.as_slice().to_vec(),
        (None, None) => {
            return Err(error(thread, format!("argument for '{}' must be a bytes object", char::from(run.letter))));
        }
    };
    let target = match run.kind {
        ItemKind::Pascal(_) => {
            let Some((length, target)) = item.split_first_mut() else { return Ok(()) };
            *length = contents.len().min(target.len()).min(255) as u8;
            target
        }
        _ => item,
    };
    let count = contents.len().min(target.len());
    target[..count].copy_from_slice(&contents[..count]);
    target[count..].fill(0);
    Ok(())
}

/// How the messages about a record's place in a buffer are worded.
struct BufferWords {
    function: &'static str,
    action: &'static str,
    crosses_the_end: &'static str,
}

const PACKING: BufferWords =
    BufferWords { function: "pack_into", action: "packing", crosses_the_end: "no space to pack" };
const UNPACKING: BufferWords =
    BufferWords { function: "unpack_from", action: "unpacking", crosses_the_end: "not enough data to unpack" };

impl Struct {
    fn layout(&self) -> Rc<Layout> {
        self.layout.borrow().clone()
    }

    /// Parses a format object. `struct.error` if it is malformed.
    fn parse(thread: &Thread, format: Value) -> PyResult<Struct> {
        let (bytes, shown) = match (format.cast::<Str>(), format.cast::<Bytes>()) {
            (Some(text), _) => (encoding::encode(thread, text, Some("ascii"), None)?, text),
            (_, Some(bytes)) => (bytes, encoding::decode(thread, format, Some("latin-1"), None)?),
            (None, None) => {
                let name = thread.type_name(format);
                return Err(
                    thread.raise_type_error(format!("Struct() argument 1 must be a str or bytes object, not {name}"))
                );
            }
        };
        match Layout::parse(bytes.as_slice()) {
            Ok(layout) => Ok(Struct {
                layout: RefCell::new(Rc::new(layout)),
                format: Slot::new(Str::to_exact(shown, thread).value()),
            }),
            Err(message) => Err(error(thread, message)),
        }
    }

    fn pack_values(&self, thread: &Thread, values: &[Value], function: &str, out: &mut [u8]) -> PyResult<()> {
        if values.len() != self.layout().values {
            let (wanted, given) = (self.layout().values, values.len());
            return Err(error(thread, format!("{function} expected {wanted} items for packing (got {given})")));
        }
        let mut values = values.iter();
        for run in &self.layout().runs {
            let size = run.kind.size();
            for index in 0..run.count {
                if let Some(&value) = values.next() {
                    let at = run.offset + index * size;
                    pack_item(thread, &self.layout(), run, value, &mut out[at..at + size])?;
                }
            }
        }
        Ok(())
    }

    fn pack_to_bytes(&self, thread: &Thread, values: &[Value]) -> PyResult<Gc<Bytes>> {
        let mut out = Vec::new();
        if out.try_reserve_exact(self.layout().size).is_err() {
            return Err(thread.raise_memory_error(""));
        }
        out.resize(self.layout().size, 0);
        self.pack_values(thread, values, "pack", &mut out)?;
        Ok(Bytes::new(thread, &out))
    }

    /// `pack_into(buffer, offset, *values)`.
    fn pack_into_buffer(&self, thread: &Thread, arguments: &[Value]) -> PyResult<()> {
        let [target, offset, values @ ..] = arguments else {
            let missing = if arguments.is_empty() { "buffer" } else { "offset" };
            return Err(error(thread, format!("pack_into expected {missing} argument")));
        };
        if values.len() != self.layout().values {
            let (wanted, given) = (self.layout().values, values.len());
            return Err(error(thread, format!("pack_into expected {wanted} items for packing (got {given})")));
        }
        let offset = number::index_i64(thread, *offset)?;
        let length =
            buffer::with_bytes_mut(thread, *target, "argument must be read-write bytes-like object", |bytes| {
                bytes.len()
            })? as i64;
        let at = self.place(thread, offset, length, &PACKING)?;
        let mut packed = support::zeroed_buffer(thread, self.layout().size)?;
        self.pack_values(thread, values, "pack_into", &mut packed)?;
        buffer::with_bytes_mut(thread, *target, "argument must be read-write bytes-like object", |bytes| {
            if let Some(place) = bytes.get_mut(at..at + packed.len()) {
                place.copy_from_slice(&packed);
            }
        })
    }

    /// Where the record starts in a buffer of `length` bytes; a negative `offset` counts from its end.
    fn place(&self, thread: &Thread, offset: i64, length: i64, words: &BufferWords) -> PyResult<usize> {
        let size = self.layout().size as i64;
        let at = if offset < 0 {
            if offset + size > 0 {
                return Err(error(thread, format!("{} {size} bytes at offset {offset}", words.crosses_the_end)));
            }
            if offset + length < 0 {
                return Err(error(thread, format!("offset {offset} out of range for {length}-byte buffer")));
            }
            offset + length
        } else {
            offset
        };
        if length - at < size {
            let (function, action, needed) = (words.function, words.action, size as u64 + at as u64);
            return Err(error(
                thread,
                format!(
                    "{function} requires a buffer of at least {needed} bytes for {action} {size} bytes at offset {at} \
                     (actual buffer size is {length})"
                ),
            ));
        }
        Ok(at as usize)
    }

    // ---- unpacking ----

    /// The values in `bytes`, which are as long as the format says.
    fn unpack_bytes(&self, thread: &Thread, bytes: &[u8]) -> Gc<Tuple> {
        let mut values = ScratchVec::with_capacity(thread, self.layout().values);
        for run in &self.layout().runs {
            let size = run.kind.size();
            for index in 0..run.count {
                let at = run.offset + index * size;
                values.push(thread, self.unpack_item(thread, run.kind, &bytes[at..at + size]));
            }
        }
        Tuple::new(thread, &values)
    }

    fn unpack_item(&self, thread: &Thread, kind: ItemKind, item: &[u8]) -> Value {
        let layout = &self.layout();
        match kind {
            ItemKind::Char | ItemKind::Bytes(_) => Bytes::new(thread, item).value(),
            ItemKind::Pascal(_) => match item.split_first() {
                Some((&length, rest)) => Bytes::new(thread, &rest[..(length as usize).min(rest.len())]).value(),
                None => Bytes::empty(thread).value(),
            },
            ItemKind::Bool => Value::from_bool(item[0] != 0),
            ItemKind::Signed(size) => {
                let shift = 64 - 8 * u32::from(size);
                int::from_i64(thread, (layout.read_word(item) << shift) as i64 >> shift)
            }
            ItemKind::Unsigned(_) | ItemKind::Pointer => int::from_u64(thread, layout.read_word(item)),
            ItemKind::Half => float::from_f64(thread, half_to_f64(layout.read_word(item) as u16)),
            ItemKind::Float => float::from_f64(thread, f64::from(f32::from_bits(layout.read_word(item) as u32))),
            ItemKind::Double => float::from_f64(thread, f64::from_bits(layout.read_word(item))),
            ItemKind::ComplexFloat | ItemKind::ComplexDouble => {
                let part = |bytes: &[u8]| match kind {
                    ItemKind::ComplexFloat => f64::from(f32::from_bits(layout.read_word(bytes) as u32)),
                    _ => f64::from_bits(layout.read_word(bytes)),
                };
                let (real, imaginary) = item.split_at(item.len() / 2);
                Complex::new(thread, part(real), part(imaginary)).value()
            }
        }
    }

    fn unpack_object(&self, thread: &Thread, object: Value) -> PyResult<Gc<Tuple>> {
        let size = self.layout().size;
        let found = buffer::with_bytes(thread, object, |bytes| {
            (bytes.len() == size).then(|| self.unpack_bytes(thread, bytes))
        })?;
        found.ok_or_else(|| error(thread, format!("unpack requires a buffer of {size} bytes")))
    }

    fn unpack_at(&self, thread: &Thread, object: Value, offset: isize) -> PyResult<Gc<Tuple>> {
        let offset = offset as i64;
        buffer::with_bytes(thread, object, |bytes| {
            let at = self.place(thread, offset, bytes.len() as i64, &UNPACKING)?;
            Ok(self.unpack_bytes(thread, &bytes[at..at + self.layout().size]))
        })?
    }

    fn iterate(this: Gc<StructObject>, thread: &Thread, object: Value) -> PyResult<Value> {
        let size = this.data.layout().size;
        if size == 0 {
            return Err(error(thread, "cannot iteratively unpack with a struct of length 0"));
        }
        let length = buffer::with_bytes(thread, object, <[u8]>::len)?;
        if length % size != 0 {
            return Err(error(thread, format!("iterative unpacking requires a buffer of a multiple of {size} bytes")));
        }
        let data =
            UnpackIterator { layout: GcSlot::new(this.header()), object: Slot::new(object), offset: Cell::new(0) };
        Ok(Payload::new(thread, Type::of_spec(thread, &UNPACK_ITERATOR_CLASS), data).value())
    }
}

/// Struct(fmt) --> compiled struct object
#[py_class(name = "Struct", module = "_struct", payload, subclassable, mutable)]
impl Struct {
    #[new(signature = "(cls, /, *args, **kwargs)")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        _arguments: &[Value],
        _keywords: crate::native::Keywords<'_>,
    ) -> Gc<Payload<Struct>> {
        let data = Struct { layout: RefCell::default(), format: Slot::empty() };
        Payload::new(thread, class, data)
    }

    #[method(signature = "(self, /, format)", style = "keywords")]
    fn __init__(this: Gc<Payload<Struct>>, thread: &Thread, format: Value) -> PyResult<()> {
        let read = Struct::parse(thread, format)?;
        this.data.layout.replace(read.layout.into_inner());
        this.data.format.init(read.format.get());
        thread.write_barrier(this.header());
        Ok(())
    }

    /// struct format string
    #[getter(name = "format")]
    fn py_format(this: Gc<Payload<Struct>>) -> Value {
        this.data.format.get().unwrap_or(Value::NONE)
    }

    /// struct size in bytes
    #[getter]
    fn size(this: Gc<Payload<Struct>>) -> usize {
        this.data.layout().size
    }

    #[method]
    fn __repr__(this: Gc<Payload<Struct>>, thread: &Thread) -> PyResult<String> {
        let format = support::repr(thread, Struct::py_format(this))?;
        Ok(format!("{}({format})", thread.class_of(this.value()).name_string()))
    }

    /// Return the size of the object in memory, in bytes.
    #[method(signature = "(self, /)")]
    fn __sizeof__(this: Gc<Payload<Struct>>) -> usize {
        size_of::<StructObject>() + this.data.layout().runs.len() * size_of::<Run>()
    }

    /// pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method(signature = "(self, /, *values)")]
    fn pack(this: Gc<Payload<Struct>>, thread: &Thread, values: &[Value]) -> PyResult<Gc<Bytes>> {
        this.data.pack_to_bytes(thread, values)
    }

    /// pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  See
    /// help(struct) for more on format strings.
    #[method(signature = "(self, /, *arguments)")]
    fn pack_into(this: Gc<Payload<Struct>>, thread: &Thread, arguments: &[Value]) -> PyResult<()> {
        this.data.pack_into_buffer(thread, arguments)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method(signature = "(self, buffer, /)")]
    fn unpack(this: Gc<Payload<Struct>>, thread: &Thread, buffer: Value) -> PyResult<Gc<Tuple>> {
        this.data.unpack_object(thread, buffer)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method(signature = "(self, /, buffer, offset=0)")]
    fn unpack_from(
        this: Gc<Payload<Struct>>,
        thread: &Thread,
        buffer: Value,
        offset: Option<isize>,
    ) -> PyResult<Gc<Tuple>> {
        this.data.unpack_at(thread, buffer, offset.unwrap_or(0))
    }

    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method(signature = "(self, buffer, /)")]
    fn iter_unpack(this: Gc<Payload<Struct>>, thread: &Thread, buffer: Value) -> PyResult<Value> {
        Struct::iterate(this, thread, buffer)
    }
}

/// What `iter_unpack` returns.
pub struct UnpackIterator {
    layout: GcSlot<Header>,
    object: Slot,
    offset: Cell<usize>,
}

impl PayloadData for UnpackIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.layout);
        tracer.slot(&self.object);
    }
}

#[py_class(name = "unpack_iterator", module = "_struct", payload, no_instances)]
impl UnpackIterator {
    #[method]
    fn __iter__(this: Gc<Payload<UnpackIterator>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<UnpackIterator>>, thread: &Thread) -> PyResult<Option<Gc<Tuple>>> {
        let (Some(layout), Some(object)) = (this.data.layout.get(), this.data.object.get()) else { return Ok(None) };
        let layout: Gc<StructObject> = layout.cast_unchecked();
        let (at, size) = (this.data.offset.get(), layout.data.layout().size);
        let values = buffer::with_bytes(thread, object, |bytes| {
            bytes.get(at..at + size).map(|bytes| layout.data.unpack_bytes(thread, bytes))
        })?;
        match values {
            Some(_) => this.data.offset.set(at + size),
            None => this.data.object.init(None),
        }
        Ok(values)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(signature = "(self, /)")]
    fn __length_hint__(this: Gc<Payload<UnpackIterator>>, thread: &Thread) -> PyResult<usize> {
        let (Some(layout), Some(object)) = (this.data.layout.get(), this.data.object.get()) else { return Ok(0) };
        let layout: Gc<StructObject> = layout.cast_unchecked();
        let length = buffer::with_bytes(thread, object, <[u8]>::len)?;
        Ok(length.saturating_sub(this.data.offset.get()) / layout.data.layout().size.max(1))
    }
}

/// Formats that were used by the module's functions, parsed: format object → `Struct`.
struct Cache {
    formats: GcSlot<Dict>,
}

impl PayloadData for Cache {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.formats);
    }
}

/// Formats the cache holds before it is emptied.
const CACHE_SIZE: usize = 100;

/// The parsed form of a format, from the cache.
fn cached(thread: &Thread, format: Value) -> PyResult<Gc<StructObject>> {
    let state = support::module_state(thread, || Cache { formats: GcSlot::empty() });
    let formats = match state.data.formats.get() {
        Some(formats) => formats,
        None => {
            let formats = Dict::new(thread);
            state.store_gc(thread, &state.data.formats, formats);
            formats
        }
    };
    let usable_key = format.cast::<Str>().is_some_and(|text| text.is_exact())
        || format.cast::<Bytes>().is_some_and(|bytes| bytes.is_exact());
    if usable_key && let Some(found) = formats.get(thread, format)?.and_then(StructObject::cast) {
        return Ok(found);
    }
    let data = Struct::parse(thread, format)?;
    let made = Payload::new(thread, Type::of_spec(thread, &STRUCT_CLASS), data);
    if usable_key {
        if formats.len() >= CACHE_SIZE {
            formats.clear(thread);
        }
        formats.insert(thread, format, made.value())?;
    }
    Ok(made)
}

/// Functions to convert between Python values and C structs.
/// Python bytes objects are used to hold the data representing the C struct
/// and also as format strings (explained below) to describe the layout of data
/// in the C struct.
#[py_module(name = "_struct")]
pub mod structs {
    #[class]
    use super::Struct as StructClass;
    use super::*;

    /// Return size in bytes of the struct described by the format string.
    #[function]
    fn calcsize(thread: &Thread, format: Value) -> PyResult<usize> {
        Ok(cached(thread, format)?.data.layout().size)
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[function]
    fn pack(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Bytes>> {
        let [format, values @ ..] = positional(thread, arguments, "pack")? else {
            return Err(thread.raise_type_error("missing format argument"));
        };
        cached(thread, *format)?.data.pack_to_bytes(thread, values)
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  See help(struct) for more
    /// on format strings.
    #[function]
    fn pack_into(thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        let [format, rest @ ..] = positional(thread, arguments, "pack_into")? else {
            return Err(thread.raise_type_error("missing format argument"));
        };
        cached(thread, *format)?.data.pack_into_buffer(thread, rest)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function]
    fn unpack(thread: &Thread, format: Value, buffer: Value) -> PyResult<Gc<Tuple>> {
        cached(thread, format)?.data.unpack_object(thread, buffer)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function(signature = "(format, /, buffer, offset=0)")]
    fn unpack_from(thread: &Thread, format: Value, buffer: Value, offset: Option<isize>) -> PyResult<Gc<Tuple>> {
        cached(thread, format)?.data.unpack_at(thread, buffer, offset.unwrap_or(0))
    }

    /// Return an iterator yielding tuples unpacked according to the format string.
    ///
    /// The bytes are unpacked from the given bytes source, like a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[function]
    fn iter_unpack(thread: &Thread, format: Value, buffer: Value) -> PyResult<Value> {
        Struct::iterate(cached(thread, format)?, thread, buffer)
    }

    /// Clear the internal cache.
    #[function]
    fn _clearcache(thread: &Thread) {
        if let Some(formats) = support::module_state(thread, || Cache { formats: GcSlot::empty() }).data.formats.get() {
            formats.clear(thread);
        }
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "error", error_class(thread).value());
        Ok(())
    }
}

/// The arguments of a function that takes no keywords.
fn positional<'a>(thread: &Thread, arguments: Arguments<'a>, function: &str) -> PyResult<&'a [Value]> {
    if arguments.keyword_count() > 0 {
        return Err(thread.raise_type_error(format!("_struct.{function}() takes no keyword arguments")));
    }
    Ok(arguments.positional())
}
