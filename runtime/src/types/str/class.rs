//! The Python class `str`: construction and special methods.
//!
//! What lives here: `str(...)`, operators, subscripts, iteration. What must not: the named methods
//! ([`super::searching`], [`super::splitting`], [`super::casing`], [`super::layout`], [`super::translation`]).

use super::{Str, casing, layout, searching, splitting, translation};
use crate::dispatch::text::{codecs, percent};
use crate::dispatch::{self, number};
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::slice::Slice;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The name of an encoding or error handler, given as an argument.
pub(crate) fn codec_name(thread: &Thread, name: Gc<Str>) -> PyResult<String> {
    let text = name.to_string_lossy(thread);
    if text.contains('\0') {
        return Err(thread.raise_value_error("embedded null character"));
    }
    Ok(text)
}

/// The names of an encoding and an error handler, given as optional arguments.
pub(crate) fn codec_names(
    thread: &Thread,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<(Option<String>, Option<String>)> {
    let encoding = encoding.map(|name| codec_name(thread, name)).transpose()?;
    let errors = errors.map(|name| codec_name(thread, name)).transpose()?;
    Ok((encoding, errors))
}

/// `str(object, encoding, errors)`: decodes a bytes-like object.
fn decode(thread: &Thread, object: Value, encoding: Option<Gc<Str>>, errors: Option<Gc<Str>>) -> PyResult<Gc<Str>> {
    if object.cast::<Str>().is_some() {
        return Err(thread.raise_type_error("decoding str is not supported"));
    }
    if !buffer::is_bytes_like(thread, object) {
        let name = thread.type_name(object);
        return Err(thread.raise_type_error(format!("decoding to str: need a bytes-like object, {name} found")));
    }
    let (encoding, errors) = codec_names(thread, encoding, errors)?;
    codecs::decode(thread, object, encoding.as_deref(), errors.as_deref())
}

#[cold]
fn repeated_too_long(thread: &Thread) -> Raised {
    thread.raise_overflow_error("repeated string is too long")
}

impl Str {
    /// `this * count`.
    pub fn repeat(this: Gc<Str>, thread: &Thread, count: usize) -> PyResult<Gc<Str>> {
        if count == 1 && this.is_exact() {
            return Ok(this);
        }
        let Some(byte_length) = this.byte_len().checked_mul(count).filter(|&n| n <= isize::MAX as usize) else {
            return Err(repeated_too_long(thread));
        };
        let bytes = this.as_bytes(thread);
        let repeated = Str::try_build(thread, byte_length, this.code_point_count() * count, |target| {
            if let [byte] = bytes {
                target.fill(*byte);
            } else {
                repeat_into(target, bytes);
            }
        });
        repeated.ok_or_else(|| thread.raise_memory_error(""))
    }

    /// `this[key]`.
    pub fn get_item(this: Gc<Str>, thread: &Thread, key: Value) -> PyResult<Value> {
        let index = match key.as_small() {
            Some(index) => index,
            None => {
                if let Some(slice) = key.cast::<Slice>() {
                    return Str::get_slice(this, thread, slice).map(|text| text.value());
                }
                if !number::has_index(thread, key) {
                    let name = thread.type_name(key);
                    return Err(thread.raise_type_error(format!("string indices must be integers, not '{name}'")));
                }
                number::subscript_i64(thread, key)?
            }
        };
        let length = this.code_point_count() as i64;
        let absolute = if index < 0 { index + length } else { index };
        if absolute < 0 || absolute >= length {
            return Err(thread.raise_index_error("string index out of range"));
        }
        Ok(Str::char_at(this, thread, absolute as usize).value())
    }

    fn get_slice(this: Gc<Str>, thread: &Thread, slice: Gc<Slice>) -> PyResult<Gc<Str>> {
        let indices = slice.indices(thread, this.code_point_count())?;
        if indices.count == 0 {
            return Ok(Str::empty(thread));
        }
        if indices.step == 1 {
            let start = indices.index(0);
            return Ok(Str::substring(this, thread, start, start + indices.count));
        }
        let bytes = this.as_bytes(thread);
        let mut out = Vec::with_capacity(indices.count);
        if this.is_ascii() {
            out.extend((0..indices.count).map(|n| bytes[indices.index(n)]));
            return Ok(Str::from_ascii_unchecked(thread, &out));
        }
        // Wide steps use the offset table, others walk.
        for n in 0..indices.count {
            crate::text::code_points::push(&mut out, Str::code_point_at(this, thread, indices.index(n)));
        }
        Ok(Str::from_parts_unchecked(thread, &out, indices.count))
    }
}

/// Fills `target`, a multiple of `pattern` long, by copies that double in size.
pub(crate) fn repeat_into(target: &mut [u8], pattern: &[u8]) {
    let mut filled = pattern.len().min(target.len());
    target[..filled].copy_from_slice(&pattern[..filled]);
    while filled < target.len() && filled > 0 {
        let (done, rest) = target.split_at_mut(filled);
        let count = done.len().min(rest.len());
        rest[..count].copy_from_slice(&done[..count]);
        filled += count;
    }
}

/// str(object='') -> str
/// str(bytes_or_buffer[, encoding[, errors]]) -> str
///
/// Create a new string object from the given object. If encoding or
/// errors is specified, then the object must expose a data buffer
/// that will be decoded using the given encoding and error handler.
/// Otherwise, returns the result of object.__str__() (if defined)
/// or repr(object).
/// encoding defaults to 'utf-8'.
/// errors defaults to 'strict'.
#[py_class(
    name = "str",
    kind = Str,
    subclassable,
    extend = [searching::METHODS, splitting::METHODS, casing::METHODS, layout::METHODS, translation::METHODS]
)]
impl Str {
    #[new(signature = "(cls, object='', encoding='utf-8', errors='strict')", style = "fastcall_keywords")]
    fn py_new(
        class: Gc<Type>,
        thread: &Thread,
        object: Option<Value>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Gc<Str>> {
        let text = match object {
            None => Str::empty(thread),
            Some(object) if encoding.is_some() || errors.is_some() => decode(thread, object, encoding, errors)?,
            Some(object) => dispatch::text::str(thread, object)?,
        };
        if class == thread.vm().types.str { Ok(text) } else { Str::new_subclass_instance(thread, class, text) }
    }

    #[method]
    fn __repr__(this: Gc<Str>, thread: &Thread) -> Gc<Str> {
        Str::from_wtf8_bytes_unchecked(thread, &crate::text::escape::repr_str(this.as_bytes(thread)))
    }

    #[method]
    fn __str__(this: Gc<Str>, thread: &Thread) -> Gc<Str> {
        Str::to_exact(this, thread)
    }

    #[method(no_reenter)]
    fn __hash__(this: Gc<Str>, thread: &Thread) -> i64 {
        this.hash(thread) as i64
    }

    #[method(no_reenter)]
    fn __len__(this: Gc<Str>) -> usize {
        this.code_point_count()
    }

    #[method]
    fn __iter__(this: Gc<Str>, thread: &Thread) -> Value {
        crate::types::iterators::SequenceIterator::over_str(thread, this).value()
    }

    #[method]
    fn __getitem__(this: Gc<Str>, thread: &Thread, key: Value) -> PyResult<Value> {
        Str::get_item(this, thread, key)
    }

    #[method]
    fn __contains__(this: Gc<Str>, thread: &Thread, key: Value) -> PyResult<bool> {
        match key.cast::<Str>() {
            Some(part) => Ok(crate::text::search::find(this.as_bytes(thread), part.as_bytes(thread)).is_some()),
            None => {
                let name = thread.type_name(key);
                Err(thread.raise_type_error(format!("'in <string>' requires string as left operand, not {name}")))
            }
        }
    }

    #[method]
    fn __add__(this: Gc<Str>, thread: &Thread, other: Value) -> PyResult<Gc<Str>> {
        match other.cast::<Str>() {
            Some(other) => Str::concat(thread, this, other),
            None => {
                let name = thread.type_name(other);
                Err(thread.raise_type_error(format!("can only concatenate str (not \"{name}\") to str")))
            }
        }
    }

    #[method]
    fn __mul__(this: Gc<Str>, thread: &Thread, count: Value) -> PyResult<Gc<Str>> {
        let count = usize::try_from(number::index_i64(thread, count)?).unwrap_or(0);
        Str::repeat(this, thread, count)
    }

    #[method]
    fn __rmul__(this: Gc<Str>, thread: &Thread, count: Value) -> PyResult<Gc<Str>> {
        Str::__mul__(this, thread, count)
    }

    #[method]
    fn __mod__(this: Gc<Str>, thread: &Thread, values: Value) -> PyResult<Gc<Str>> {
        percent::format_str(thread, this, values)
    }

    #[method]
    fn __rmod__(this: Gc<Str>, thread: &Thread, format: Value) -> PyResult<Value> {
        match format.cast::<Str>() {
            Some(format) => percent::format_str(thread, format, this.value()).map(|text| text.value()),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method(no_reenter)]
    fn __eq__(this: Gc<Str>, thread: &Thread, other: Gc<Str>) -> bool {
        Str::equals(thread, this, other)
    }

    #[method(no_reenter)]
    fn __ne__(this: Gc<Str>, thread: &Thread, other: Gc<Str>) -> bool {
        !Str::equals(thread, this, other)
    }

    #[method(no_reenter)]
    fn __lt__(this: Gc<Str>, thread: &Thread, other: Gc<Str>) -> bool {
        Str::compare(thread, this, other).is_lt()
    }

    #[method(no_reenter)]
    fn __le__(this: Gc<Str>, thread: &Thread, other: Gc<Str>) -> bool {
        Str::compare(thread, this, other).is_le()
    }

    #[method(no_reenter)]
    fn __gt__(this: Gc<Str>, thread: &Thread, other: Gc<Str>) -> bool {
        Str::compare(thread, this, other).is_gt()
    }

    #[method(no_reenter)]
    fn __ge__(this: Gc<Str>, thread: &Thread, other: Gc<Str>) -> bool {
        Str::compare(thread, this, other).is_ge()
    }

    /// Return a formatted version of the string as described by format_spec.
    #[method]
    fn __format__(this: Gc<Str>, thread: &Thread, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        if format_spec.is_empty() && !this.is_exact() {
            return dispatch::text::str(thread, this.value());
        }
        dispatch::text::format_str(thread, this, format_spec)
    }

    /// Return the size of the string in memory, in bytes.
    #[method]
    fn __sizeof__(this: Gc<Str>) -> usize {
        use crate::object::HeapObject;
        let storage = this.storage().map_or(0, |storage| storage.size());
        HeapObject::size(&*this) + storage
    }

    #[method]
    fn __getnewargs__(this: Gc<Str>, thread: &Thread) -> Gc<Tuple> {
        Tuple::new(thread, &[Str::to_exact(this, thread).value()])
    }

    /// Encode the string using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding in which to encode the string.
    ///   errors
    ///     The error handling scheme to use for encoding errors.
    ///     The default is 'strict' meaning that encoding errors raise a
    ///     UnicodeEncodeError.  Other possible values are 'ignore', 'replace' and
    ///     'xmlcharrefreplace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeEncodeErrors.
    #[method(signature = "(self, /, encoding='utf-8', errors='strict')")]
    fn encode(
        this: Gc<Str>,
        thread: &Thread,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Gc<Bytes>> {
        let (encoding, errors) = codec_names(thread, encoding, errors)?;
        codecs::encode(thread, this, encoding.as_deref(), errors.as_deref())
    }
}
