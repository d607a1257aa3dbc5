//! The class `array.array` and its iterator.
//!
//! What lives here: the Python methods. What must not: memory (`storage.rs`). Start at the class block.

use super::items;
use super::pickling;
use super::storage::{Array, ArrayObject};
use crate::dispatch::compare::{self, CompareOperator};
use crate::dispatch::{call, iter, number, subscript, text, warnings};
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::native::{Arguments, PyClass};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::list::List;
use crate::types::list_methods::{repeat_count, search_bounds};
use crate::types::memoryview::MemoryView;
use crate::types::payload::{Payload, PayloadData};
use crate::types::slice::{self, Slice};
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

const NOT_TEXT: &str = "may only be called on unicode type arrays ('u' or 'w')";

/// A plain array of the same kind with these bytes.
fn alike(thread: &Thread, array: Gc<ArrayObject>, bytes: &[u8]) -> PyResult<Gc<ArrayObject>> {
    Array::from_bytes(thread, Array::class(thread), array.data.kind, bytes)
}

fn same_kind(a: Gc<ArrayObject>, b: Gc<ArrayObject>) -> bool {
    a.data.kind.code == b.data.kind.code
}

#[cold]
fn bad_argument(thread: &Thread) -> Raised {
    thread.raise_type_error("bad argument type for built-in operation")
}

fn word_index(thread: &Thread, key: Value) -> PyResult<i64> {
    if !number::has_index(thread, key) {
        return Err(thread.raise_type_error("array indices must be integers"));
    }
    number::subscript_i64(thread, key)
}

/// Appends what an iterable yields.
fn extend_from(thread: &Thread, array: Gc<ArrayObject>, iterable: Value) -> PyResult<()> {
    if let Some(other) = Payload::<Array>::cast(iterable) {
        if !same_kind(array, other) {
            return Err(thread.raise_type_error("can only extend with array of same kind"));
        }
        let bytes = other.data.bytes().to_vec();
        return Array::append_bytes(array, thread, &bytes);
    }
    iter::for_each(thread, iterable, |item| {
        Array::push(array, thread, item)?;
        Ok(true)
    })
}

fn append_buffer(thread: &Thread, array: Gc<ArrayObject>, source: Value) -> PyResult<()> {
    let bytes = buffer::to_vec(thread, source)?;
    if bytes.len() % array.data.kind.size != 0 {
        return Err(thread.raise_value_error("bytes length not a multiple of item size"));
    }
    Array::append_bytes(array, thread, &bytes)
}

fn append_text(thread: &Thread, array: Gc<ArrayObject>, source: Gc<Str>) -> PyResult<()> {
    let mut bytes = Vec::with_capacity(source.len(thread) * 4);
    for code_point in source.as_wtf8(thread).code_points() {
        bytes.extend_from_slice(&code_point.to_u32().to_ne_bytes());
    }
    Array::append_bytes(array, thread, &bytes)
}

fn to_text(thread: &Thread, array: Gc<ArrayObject>) -> PyResult<Gc<Str>> {
    let mut builder = StrBuilder::with_capacity(array.data.len());
    for index in 0..array.data.len() {
        if let Some(character) = array.data.get(thread, index)?.cast::<Str>() {
            builder.push(thread, character);
        }
    }
    Ok(builder.finish(thread))
}

fn to_list(thread: &Thread, array: Gc<ArrayObject>) -> PyResult<Gc<List>> {
    let list = List::with_capacity(thread, array.data.len());
    let mut index = 0;
    while index < array.data.len() {
        let item = array.data.get(thread, index)?;
        list.push(thread, item)?;
        index += 1;
    }
    Ok(list)
}

fn find(thread: &Thread, array: Gc<ArrayObject>, value: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let mut index = start;
    while index < stop.min(array.data.len()) {
        let item = array.data.get(thread, index)?;
        if compare::equals(thread, item, value)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

fn repeated(thread: &Thread, array: Gc<ArrayObject>, count: usize) -> PyResult<Vec<u8>> {
    let bytes = array.data.bytes();
    if bytes.len().checked_mul(count).is_none_or(|total| total > isize::MAX as usize) {
        return Err(thread.raise_memory_error(""));
    }
    if Vec::<u8>::new().try_reserve_exact(bytes.len() * count).is_err() {
        return Err(thread.raise_memory_error(""));
    }
    Ok(bytes.repeat(count))
}

fn compare_with(thread: &Thread, a: Gc<ArrayObject>, op: CompareOperator, b: Gc<ArrayObject>) -> PyResult<Value> {
    let (mut ours, mut theirs) = (a.data.len(), b.data.len());
    if ours != theirs && matches!(op, CompareOperator::Eq | CompareOperator::Ne) {
        return Ok(Value::from_bool(op == CompareOperator::Ne));
    }
    let mut index = 0;
    while index < ours.min(theirs) {
        let (x, y) = (a.data.get(thread, index)?, b.data.get(thread, index)?);
        if !compare::equals(thread, x, y)? {
            return match op {
                CompareOperator::Eq => Ok(Value::FALSE),
                CompareOperator::Ne => Ok(Value::TRUE),
                CompareOperator::Lt | CompareOperator::Le | CompareOperator::Gt | CompareOperator::Ge => {
                    compare::compare(thread, op, x, y)
                }
            };
        }
        index += 1;
        (ours, theirs) = (a.data.len(), b.data.len());
    }
    Ok(Value::from_bool(op.holds(ours.cmp(&theirs))))
}

/// The typecode argument of the constructor.
fn type_code(thread: &Thread, value: Value) -> PyResult<&'static items::TypeCode> {
    let given = match value.cast::<Str>() {
        Some(string) => match string.len(thread) {
            1 => {
                let code = u8::try_from(Str::code_point_at(string, thread, 0)).ok();
                let message = "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)";
                return code.and_then(items::find).ok_or_else(|| thread.raise_value_error(message));
            }
            length => format!("a string of length {length}"),
        },
        None => thread.type_name(value),
    };
    Err(thread.raise_type_error(format!("array() argument 1 must be a unicode character, not {given}")))
}

/// array(typecode [, initializer]) -> array
///
/// Return a new array whose items are restricted by typecode, and
/// initialized from the optional initializer value, which must be a list,
/// string or iterable over elements of the appropriate type.
///
/// Arrays represent basic values and behave very much like lists, except
/// the type of objects stored in them is constrained. The type is specified
/// at object creation time by using a type code, which is a single character.
/// The following type codes are defined:
///
///     Type code   C Type             Minimum size in bytes
///     'b'         signed integer     1
///     'B'         unsigned integer   1
///     'u'         Unicode character  2 (see note)
///     'h'         signed integer     2
///     'H'         unsigned integer   2
///     'i'         signed integer     2
///     'I'         unsigned integer   2
///     'l'         signed integer     4
///     'L'         unsigned integer   4
///     'q'         signed integer     8 (see note)
///     'Q'         unsigned integer   8 (see note)
///     'f'         floating-point     4
///     'd'         floating-point     8
///
/// NOTE: The 'u' typecode corresponds to Python's unicode character. On
/// narrow builds this is 2-bytes on wide builds this is 4-bytes.
///
/// NOTE: The 'q' and 'Q' type codes are only available if the platform
/// C compiler used to build Python supports 'long long', or, on Windows,
/// '__int64'.
///
/// Methods:
///
/// append() -- append a new item to the end of the array
/// buffer_info() -- return information giving the current memory info
/// byteswap() -- byteswap all the items of the array
/// count() -- return number of occurrences of an object
/// extend() -- extend array by appending multiple elements from an iterable
/// fromfile() -- read items from a file object
/// fromlist() -- append items from the list
/// frombytes() -- append items from the string
/// index() -- return index of first occurrence of an object
/// insert() -- insert a new item into the array at a provided position
/// pop() -- remove and return item (default last)
/// remove() -- remove first occurrence of an object
/// reverse() -- reverse the order of the items in the array
/// tofile() -- write all items to a file object
/// tolist() -- return the array converted to an ordinary list
/// tobytes() -- return the array converted to a string
///
/// Attributes:
///
/// typecode -- the typecode character used to create the array
/// itemsize -- the length in bytes of one array item
#[py_class(name = "array", module = "array", payload, subclassable, unhashable)]
impl Array {
    #[new]
    fn py_new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<ArrayObject>> {
        if class == Array::class(thread) && arguments.keyword_count() > 0 {
            return Err(thread.raise_type_error("array.array() takes no keyword arguments"));
        }
        let (code, initial) = match *arguments.positional() {
            [code] => (code, None),
            [code, initial] => (code, Some(initial)),
            [] => return Err(thread.raise_type_error("array() takes at least 1 argument (0 given)")),
            ref many => {
                let count = many.len();
                return Err(thread.raise_type_error(format!("array() takes at most 2 arguments ({count} given)")));
            }
        };
        let kind = type_code(thread, code)?;
        if kind.code == b'u' {
            warnings::deprecation(thread, "The 'u' type code is deprecated and will be removed in Python 3.16")?;
        }
        let array = Array::make(thread, class, kind);
        let Some(initial) = initial else { return Ok(array) };
        if !kind.is_text() {
            let what = if initial.cast::<Str>().is_some() {
                "str"
            } else if Payload::<Array>::cast(initial).is_some_and(|source| source.data.kind.is_text()) {
                "unicode array"
            } else {
                ""
            };
            if !what.is_empty() {
                let code = kind.code as char;
                return Err(thread
                    .raise_type_error(format!("cannot use a {what} to initialize an array with typecode '{code}'")));
            }
        }
        if let Some(string) = initial.cast::<Str>() {
            append_text(thread, array, string)?;
        } else if initial.cast::<Bytes>().is_some() || initial.cast::<ByteArray>().is_some() {
            append_buffer(thread, array, initial)?;
        } else if let Some(source) = Payload::<Array>::cast(initial).filter(|&source| !same_kind(array, source)) {
            let items = to_list(thread, source)?;
            extend_from(thread, array, items.value())?;
        } else {
            extend_from(thread, array, initial)?;
        }
        Ok(array)
    }

    /// the typecode character used to create the array
    #[getter]
    fn typecode(this: Gc<ArrayObject>, thread: &Thread) -> Gc<Str> {
        Str::latin1(thread, this.data.kind.code)
    }

    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(this: Gc<ArrayObject>) -> usize {
        this.data.kind.size
    }

    #[method(no_reenter)]
    fn __len__(this: Gc<ArrayObject>) -> usize {
        this.data.len()
    }

    #[method]
    fn __getitem__(this: Gc<ArrayObject>, thread: &Thread, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.cast::<Slice>() {
            let indices = slice.indices(thread, this.data.len())?;
            let bytes = this.data.selected(indices);
            return Ok(alike(thread, this, &bytes)?.value());
        }
        let index = word_index(thread, key)?;
        match subscript::normalize(index, this.data.len()) {
            Some(index) => this.data.get(thread, index),
            None => Err(thread.raise_index_error("array index out of range")),
        }
    }

    #[method]
    fn __setitem__(this: Gc<ArrayObject>, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        if let Some(slice) = key.cast::<Slice>() {
            let Some(source) = Payload::<Array>::cast(value) else {
                let name = thread.type_name(value);
                return Err(thread.raise_type_error(format!("can only assign array (not \"{name}\") to array slice")));
            };
            if !same_kind(this, source) {
                return Err(bad_argument(thread));
            }
            let indices = slice.indices(thread, this.data.len())?;
            let items = source.data.bytes().to_vec();
            let start = indices.start as usize;
            if indices.step == 1 {
                return Array::splice(this, thread, start, start + indices.count, &items);
            }
            let (count, size) = (source.data.len(), this.data.kind.size);
            if count != indices.count {
                let wanted = indices.count;
                return Err(thread.raise_value_error(format!(
                    "attempt to assign array of size {count} to extended slice of size {wanted}"
                )));
            }
            this.data.with_bytes_mut(|bytes| {
                for (n, item) in items.chunks_exact(size).enumerate() {
                    bytes[indices.index(n) * size..][..size].copy_from_slice(item);
                }
            });
            return Ok(());
        }
        let index = word_index(thread, key)?;
        match subscript::normalize(index, this.data.len()) {
            Some(index) => this.data.set(thread, index, value),
            None => Err(thread.raise_index_error("array assignment index out of range")),
        }
    }

    #[method]
    fn __delitem__(this: Gc<ArrayObject>, thread: &Thread, key: Value) -> PyResult<()> {
        let length = this.data.len();
        if let Some(slice) = key.cast::<Slice>() {
            let (start, stop, step) = slice.unpack(thread)?;
            let indices = slice::adjust(start, stop, step, this.data.len());
            if indices.count == 0 {
                return Ok(());
            }
            this.data.check_resizable(thread)?;
            let size = this.data.kind.size;
            let mut doomed = vec![false; this.data.len()];
            (0..indices.count).for_each(|n| doomed[indices.index(n)] = true);
            let kept: Vec<u8> = this
                .data
                .bytes()
                .chunks_exact(size)
                .zip(&doomed)
                .filter(|(_, doomed)| !**doomed)
                .flat_map(|(item, _)| item)
                .copied()
                .collect();
            return Array::splice(this, thread, 0, this.data.len(), &kept);
        }
        let index = word_index(thread, key)?;
        match subscript::normalize(index, length) {
            Some(index) => Array::splice(this, thread, index, index + 1, &[]),
            None => Err(thread.raise_index_error("array assignment index out of range")),
        }
    }

    #[method]
    fn __contains__(this: Gc<ArrayObject>, thread: &Thread, key: Value) -> PyResult<bool> {
        Ok(find(thread, this, key, 0, usize::MAX)?.is_some())
    }

    #[method]
    fn __iter__(this: Gc<ArrayObject>, thread: &Thread) -> Gc<Payload<ArrayIterator>> {
        let data = ArrayIterator { array: Slot::new(this.value()), index: Cell::new(0) };
        Payload::new(thread, Type::of_spec(thread, ArrayIterator::SPEC), data)
    }

    #[method]
    fn __add__(this: Gc<ArrayObject>, thread: &Thread, value: Value) -> PyResult<Gc<ArrayObject>> {
        let Some(other) = Payload::<Array>::cast(value) else {
            let name = thread.type_name(value);
            return Err(thread.raise_type_error(format!("can only append array (not \"{name}\") to array")));
        };
        if !same_kind(this, other) {
            return Err(bad_argument(thread));
        }
        alike(thread, this, &[this.data.bytes(), other.data.bytes()].concat())
    }

    #[method]
    fn __iadd__(this: Gc<ArrayObject>, thread: &Thread, value: Value) -> PyResult<Gc<ArrayObject>> {
        if Payload::<Array>::cast(value).is_none() {
            let name = thread.type_name(value);
            return Err(thread.raise_type_error(format!("can only extend array with array (not \"{name}\")")));
        }
        extend_from(thread, this, value)?;
        Ok(this)
    }

    #[method]
    fn __mul__(this: Gc<ArrayObject>, thread: &Thread, value: Value) -> PyResult<Gc<ArrayObject>> {
        let count = repeat_count(thread, value)?;
        let bytes = repeated(thread, this, count)?;
        alike(thread, this, &bytes)
    }

    #[method]
    fn __rmul__(this: Gc<ArrayObject>, thread: &Thread, value: Value) -> PyResult<Gc<ArrayObject>> {
        Array::__mul__(this, thread, value)
    }

    #[method]
    fn __imul__(this: Gc<ArrayObject>, thread: &Thread, value: Value) -> PyResult<Gc<ArrayObject>> {
        let count = repeat_count(thread, value)?;
        let bytes = repeated(thread, this, count)?;
        Array::splice(this, thread, 0, this.data.len(), &bytes)?;
        Ok(this)
    }

    #[method]
    fn __eq__(this: Gc<ArrayObject>, thread: &Thread, other: Gc<ArrayObject>) -> PyResult<Value> {
        compare_with(thread, this, CompareOperator::Eq, other)
    }

    #[method]
    fn __ne__(this: Gc<ArrayObject>, thread: &Thread, other: Gc<ArrayObject>) -> PyResult<Value> {
        compare_with(thread, this, CompareOperator::Ne, other)
    }

    #[method]
    fn __lt__(this: Gc<ArrayObject>, thread: &Thread, other: Gc<ArrayObject>) -> PyResult<Value> {
        compare_with(thread, this, CompareOperator::Lt, other)
    }

    #[method]
    fn __le__(this: Gc<ArrayObject>, thread: &Thread, other: Gc<ArrayObject>) -> PyResult<Value> {
        compare_with(thread, this, CompareOperator::Le, other)
    }

    #[method]
    fn __gt__(this: Gc<ArrayObject>, thread: &Thread, other: Gc<ArrayObject>) -> PyResult<Value> {
        compare_with(thread, this, CompareOperator::Gt, other)
    }

    #[method]
    fn __ge__(this: Gc<ArrayObject>, thread: &Thread, other: Gc<ArrayObject>) -> PyResult<Value> {
        compare_with(thread, this, CompareOperator::Ge, other)
    }

    #[method]
    fn __repr__(this: Gc<ArrayObject>, thread: &Thread) -> PyResult<String> {
        let name = thread.class_of(this.value()).name_string();
        let code = this.data.kind.code as char;
        if this.data.is_empty() {
            return Ok(format!("{name}('{code}')"));
        }
        let items =
            if this.data.kind.is_text() { to_text(thread, this)?.value() } else { to_list(thread, this)?.value() };
        let items = text::repr(thread, items)?;
        Ok(format!("{name}('{code}', {})", items.to_str_lossy(thread)))
    }

    #[method]
    fn __buffer__(this: Gc<ArrayObject>, thread: &Thread, _flags: Value) -> Value {
        let data = &this.data;
        let storage = data.storage().map(|storage| storage.cast_unchecked());
        MemoryView::over(
            thread,
            this.value(),
            storage,
            data.address(),
            false,
            data.kind.format,
            data.kind.size,
            data.len(),
        )
        .value()
    }

    /// Append new value v to the end of the array.
    #[method]
    fn append(this: Gc<ArrayObject>, thread: &Thread, v: Value) -> PyResult<()> {
        Array::push(this, thread, v)
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to calculate
    /// the buffer length in bytes.
    #[method]
    fn buffer_info(this: Gc<ArrayObject>, thread: &Thread) -> Gc<Tuple> {
        let address = int::from_usize(thread, this.data.address().addr());
        Tuple::new(thread, &[address, int::from_usize(thread, this.data.len())])
    }

    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is
    /// raised.
    #[method]
    fn byteswap(this: Gc<ArrayObject>) {
        let size = this.data.kind.size;
        this.data.with_bytes_mut(|bytes| bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse));
    }

    /// Remove all items from the array.
    #[method]
    fn clear(this: Gc<ArrayObject>, thread: &Thread) -> PyResult<()> {
        Array::resize(this, thread, 0)
    }

    /// Return number of occurrences of v in the array.
    #[method]
    fn count(this: Gc<ArrayObject>, thread: &Thread, v: Value) -> PyResult<usize> {
        let (mut count, mut start) = (0, 0);
        while let Some(index) = find(thread, this, v, start, usize::MAX)? {
            count += 1;
            start = index + 1;
        }
        Ok(count)
    }

    /// Append items to the end of the array.
    #[method]
    fn extend(this: Gc<ArrayObject>, thread: &Thread, bb: Value) -> PyResult<()> {
        extend_from(thread, this, bb)
    }

    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[method]
    fn frombytes(this: Gc<ArrayObject>, thread: &Thread, buffer: Value) -> PyResult<()> {
        append_buffer(thread, this, buffer)
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[method]
    fn fromfile(this: Gc<ArrayObject>, thread: &Thread, f: Value, n: isize) -> PyResult<()> {
        let Some(wanted) = n.checked_mul(this.data.kind.size as isize) else {
            return Err(thread.raise_memory_error(""));
        };
        let read = thread.vm().interner.intern_text(thread, "read");
        let data = call::call_method(thread, f, read, &[int::from_i64(thread, wanted as i64)])?;
        let Some(bytes) = data.cast::<Bytes>() else {
            return Err(thread.raise_type_error("read() didn't return bytes"));
        };
        append_buffer(thread, this, data)?;
        if bytes.as_slice().len() as isize != wanted {
            return Err(thread.raise_eof_error("read() didn't return enough bytes"));
        }
        Ok(())
    }

    /// Append items to array from list.
    #[method]
    fn fromlist(this: Gc<ArrayObject>, thread: &Thread, list: Value) -> PyResult<()> {
        let Some(list) = list.cast::<List>() else { return Err(thread.raise_type_error("arg must be list")) };
        let (old, count) = (this.data.len(), list.len());
        let mut bytes = Vec::with_capacity(count * this.data.kind.size);
        for index in 0..count {
            let Some(item) = list.get(thread, index) else { break };
            let word = this.data.kind.encode(thread, item)?;
            bytes.extend_from_slice(&word[..this.data.kind.size]);
            if list.len() != count || this.data.len() != old {
                return Err(thread.raise_runtime_error("list changed size during iteration"));
            }
        }
        Array::append_bytes(this, thread, &bytes)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is raised.
    /// Use array.frombytes(ustr.encode(...)) to append Unicode data to an array of
    /// some other type.
    #[method]
    fn fromunicode(this: Gc<ArrayObject>, thread: &Thread, ustr: Gc<Str>) -> PyResult<()> {
        if !this.data.kind.is_text() {
            return Err(thread.raise_value_error(format!("fromunicode() {NOT_TEXT}")));
        }
        append_text(thread, this, ustr)
    }

    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[method(signature = "(self, v, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<ArrayObject>,
        thread: &Thread,
        v: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = search_bounds(thread, start, stop, this.data.len())?;
        match find(thread, this, v, start, stop)? {
            Some(index) => Ok(index),
            None => Err(thread.raise_value_error("array.index(x): x not in array")),
        }
    }

    /// Insert a new item v into the array before position i.
    #[method(name = "insert")]
    fn py_insert(this: Gc<ArrayObject>, thread: &Thread, i: isize, v: Value) -> PyResult<()> {
        let word = this.data.kind.encode(thread, v)?;
        let length = this.data.len() as isize;
        let index = if i < 0 { i.saturating_add(length).max(0) } else { i.min(length) };
        Array::insert(this, thread, index as usize, word)
    }

    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[method(signature = "(self, i=-1, /)")]
    fn pop(this: Gc<ArrayObject>, thread: &Thread, i: Option<isize>) -> PyResult<Value> {
        if this.data.is_empty() {
            return Err(thread.raise_index_error("pop from empty array"));
        }
        let Some(index) = subscript::normalize(i.unwrap_or(-1) as i64, this.data.len()) else {
            return Err(thread.raise_index_error("pop index out of range"));
        };
        let value = this.data.get(thread, index)?;
        Array::splice(this, thread, index, index + 1, &[])?;
        Ok(value)
    }

    /// Remove the first occurrence of v in the array.
    #[method]
    fn remove(this: Gc<ArrayObject>, thread: &Thread, v: Value) -> PyResult<()> {
        match find(thread, this, v, 0, usize::MAX)? {
            Some(index) if index < this.data.len() => Array::splice(this, thread, index, index + 1, &[]),
            Some(_) => Ok(()),
            None => Err(thread.raise_value_error("array.remove(x): x not in array")),
        }
    }

    /// Reverse the order of the items in the array.
    #[method]
    fn reverse(this: Gc<ArrayObject>) {
        let size = this.data.kind.size;
        this.data.with_bytes_mut(|bytes| {
            bytes.reverse();
            bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        });
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[method]
    fn tobytes(this: Gc<ArrayObject>, thread: &Thread) -> Gc<Bytes> {
        Bytes::new(thread, this.data.bytes())
    }

    /// Write all items (as machine values) to the file object f.
    #[method]
    fn tofile(this: Gc<ArrayObject>, thread: &Thread, f: Value) -> PyResult<()> {
        const BLOCK: usize = 64 * 1024;
        let write = thread.vm().names.write;
        let mut done = 0;
        while done < this.data.bytes().len() {
            let bytes = this.data.bytes();
            let end = (done + BLOCK).min(bytes.len());
            let block = Bytes::new(thread, &bytes[done..end]);
            call::call_method(thread, f, write, &[block.value()])?;
            done = end;
        }
        Ok(())
    }

    /// Convert array to an ordinary list with the same items.
    #[method]
    fn tolist(this: Gc<ArrayObject>, thread: &Thread) -> PyResult<Gc<List>> {
        to_list(thread, this)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode type array;
    /// otherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a
    /// unicode string from an array of some other type.
    #[method]
    fn tounicode(this: Gc<ArrayObject>, thread: &Thread) -> PyResult<Gc<Str>> {
        if !this.data.kind.is_text() {
            return Err(thread.raise_value_error(format!("tounicode() {NOT_TEXT}")));
        }
        to_text(thread, this)
    }

    /// Return a copy of the array.
    #[method]
    fn __copy__(this: Gc<ArrayObject>, thread: &Thread) -> PyResult<Gc<ArrayObject>> {
        alike(thread, this, this.data.bytes())
    }

    /// Return a copy of the array.
    #[method]
    fn __deepcopy__(this: Gc<ArrayObject>, thread: &Thread, _unused: Value) -> PyResult<Gc<ArrayObject>> {
        alike(thread, this, this.data.bytes())
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce_ex__(this: Gc<ArrayObject>, thread: &Thread, value: Value) -> PyResult<Gc<Tuple>> {
        let list = to_list(thread, this)?;
        pickling::reduce(thread, this, list, value)
    }

    /// Size of the array in memory, in bytes.
    #[method]
    fn __sizeof__(this: Gc<ArrayObject>) -> usize {
        size_of::<ArrayObject>() + this.data.storage().map_or(0, |storage| storage.capacity)
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}

/// Iterates an array.
pub struct ArrayIterator {
    /// Emptied at the end.
    array: Slot,
    index: Cell<usize>,
}

impl PayloadData for ArrayIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.array);
    }
}

#[py_class(name = "arrayiterator", module = "array", kind = Payload, no_instances)]
impl ArrayIterator {
    #[method]
    fn __iter__(this: Gc<Payload<ArrayIterator>>) -> Value {
        this.value()
    }

    #[method(no_reenter)]
    fn __next__(this: Gc<Payload<ArrayIterator>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(array) = this.data.array.get().and_then(Payload::<Array>::cast) else { return Ok(None) };
        let index = this.data.index.get();
        if index >= array.data.len() {
            this.data.array.init(None);
            return Ok(None);
        }
        this.data.index.set(index + 1);
        array.data.get(thread, index).map(Some)
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(this: Gc<Payload<ArrayIterator>>, thread: &Thread) -> Gc<Tuple> {
        let function = iter::builtin(thread, "iter");
        match this.data.array.get() {
            Some(array) => {
                let arguments = Tuple::new(thread, &[array]);
                Tuple::new(thread, &[function, arguments.value(), Value::small_wrapping(this.data.index.get() as i64)])
            }
            None => {
                let empty = List::empty(thread);
                let arguments = Tuple::new(thread, &[empty.value()]);
                Tuple::new(thread, &[function, arguments.value()])
            }
        }
    }

    /// Set state information for unpickling.
    #[method]
    fn __setstate__(this: Gc<Payload<ArrayIterator>>, thread: &Thread, state: Value) -> PyResult<()> {
        let index = iter::state_index(thread, state)?.max(0) as usize;
        if let Some(array) = this.data.array.get().and_then(Payload::<Array>::cast) {
            this.data.index.set(index.min(array.data.len()));
        }
        Ok(())
    }
}
