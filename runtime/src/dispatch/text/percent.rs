//! `format % values` of str and bytes.
//!
//! What lives here: fetching the values, their conversion, the exceptions. What must not: the syntax of formats
//! and the layout of converted text (`text/percent.rs`). Start at [`format_str`] and [`format_bytes`].

use crate::dispatch::{self, number, special};
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::text::percent::{self, Count, Directive, Layout, Parser, Piece};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int::{self, IntRef};
use crate::types::special::Special;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::io::Write;

/// The right operand, handed out value by value.
struct Values {
    /// A tuple gives its items; anything else is the only value.
    tuple: Option<Gc<Tuple>>,
    single: Value,
    next: usize,
    /// The operand, if keys may be looked up in it.
    mapping: Option<Value>,
}

impl Values {
    fn new(thread: &Thread, operand: Value, bytes: bool) -> Values {
        let tuple = operand.cast::<Tuple>();
        let is_text = operand.cast::<Str>().is_some()
            || bytes && (operand.cast::<Bytes>().is_some() || operand.cast::<ByteArray>().is_some());
        let is_mapping =
            tuple.is_none() && !is_text && thread.class_of(operand).special(thread, Special::GetItem).is_some();
        Values { tuple, single: operand, next: 0, mapping: is_mapping.then_some(operand) }
    }

    fn next(&mut self, thread: &Thread) -> PyResult<Value> {
        let value = match self.tuple {
            Some(tuple) => tuple.get(self.next),
            None => (self.next == 0).then_some(self.single),
        };
        self.next += 1;
        value.ok_or_else(|| thread.raise_type_error("not enough arguments for format string"))
    }

    /// From here on `value`, looked up by key, is the only value.
    fn use_keyed(&mut self, value: Value) {
        (self.tuple, self.single, self.next) = (None, value, 0);
    }

    fn finish(&self, thread: &Thread, what: &str) -> PyResult<()> {
        let left = match self.tuple {
            Some(tuple) => self.next < tuple.len(),
            None => self.next == 0,
        };
        if left && self.mapping.is_none() {
            return Err(thread.raise_type_error(format!("not all arguments converted during {what} formatting")));
        }
        Ok(())
    }
}

/// `format % operand` for a string.
pub fn format_str(thread: &Thread, format: Gc<Str>, operand: Value) -> PyResult<Gc<Str>> {
    let mut out = Vec::with_capacity(format.byte_len() + 16);
    let source = format.as_bytes(thread);
    run(thread, source, operand, Target::Str, &mut out)?;
    Ok(Str::from_wtf8_bytes_unchecked(thread, &out))
}

/// `format % operand` for bytes.
pub fn format_bytes(thread: &Thread, format: &[u8], operand: Value) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(format.len() + 16);
    run(thread, format, operand, Target::Bytes, &mut out)?;
    Ok(out)
}

/// What is being formatted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Str,
    Bytes,
}

fn run(thread: &Thread, format: &[u8], operand: Value, target: Target, out: &mut Vec<u8>) -> PyResult<()> {
    let mut values = Values::new(thread, operand, target == Target::Bytes);
    let mut parser = Parser::new(format, target == Target::Str);
    loop {
        if target == Target::Str
            && let Some(letter) = parser.plain()
        {
            let value = values.next(thread)?;
            push_plain(thread, out, letter, value)?;
            continue;
        }
        let Some(piece) = parser.next() else { break };
        match piece.map_err(|error| thread.raise_value_error(error.message()))? {
            Piece::Literal(range) => out.extend_from_slice(&format[range]),
            Piece::Percent => out.push(b'%'),
            Piece::Directive(directive) => convert(thread, format, &directive, &mut values, target, out)?,
        }
    }
    values.finish(thread, if target == Target::Str { "string" } else { "bytes" })
}

/// `%s` or `%d` of a string format, without flags.
fn push_plain(thread: &Thread, out: &mut Vec<u8>, letter: u8, value: Value) -> PyResult<()> {
    match (letter, value.as_small()) {
        (b's', None) => out.extend_from_slice(dispatch::text::str(thread, value)?.as_bytes(thread)),
        (_, Some(number)) => {
            let result = write!(out, "{number}");
            debug_assert!(result.is_ok(), "a `Vec` takes everything");
        }
        (_, None) => push_int(thread, out, &Layout::default(), letter, value)?,
    }
    Ok(())
}

fn convert(
    thread: &Thread,
    format: &[u8],
    directive: &Directive,
    values: &mut Values,
    target: Target,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    if let Some(range) = directive.key.clone() {
        let Some(mapping) = values.mapping else {
            return Err(thread.raise_type_error("format requires a mapping"));
        };
        let key = match target {
            Target::Str => Str::from_wtf8_bytes_unchecked(thread, &format[range]).value(),
            Target::Bytes => Bytes::new(thread, &format[range]).value(),
        };
        values.use_keyed(dispatch::subscript::get_item(thread, mapping, key)?);
    }
    let mut layout = Layout {
        left: directive.left,
        plus: directive.plus,
        blank: directive.blank,
        alternate: directive.alternate,
        zero: directive.zero,
        width: 0,
        precision: None,
    };
    match directive.width {
        Count::Absent => {}
        Count::Number(width) => layout.width = width,
        Count::Star => {
            let width = star(thread, values.next(thread)?)?;
            layout.left |= width < 0;
            layout.width = width.unsigned_abs() as usize;
        }
    }
    match directive.precision {
        Count::Absent => {}
        Count::Number(precision) => layout.precision = Some(precision),
        Count::Star => {
            let precision = star(thread, values.next(thread)?)?;
            if precision > i64::from(i32::MAX) {
                return Err(thread.raise_overflow_error("Python int too large to convert to C int"));
            }
            layout.precision = Some(precision.max(0) as usize);
        }
    }
    let Some(conversion) = directive.conversion else {
        return Err(thread.raise_value_error("incomplete format"));
    };
    let value = values.next(thread)?;
    let room = layout.width.max(layout.precision.unwrap_or(0));
    if out.try_reserve(room).is_err() {
        return Err(thread.raise_memory_error(""));
    }
    let unsupported = || thread.raise_value_error(percent::unsupported(conversion, directive.index));
    let Ok(letter) = u8::try_from(conversion) else { return Err(unsupported()) };
    match (letter, target) {
        (b's', Target::Str) => push_str(thread, out, &layout, dispatch::text::str(thread, value)?),
        (b'r', Target::Str) => push_str(thread, out, &layout, dispatch::text::repr(thread, value)?),
        (b'a', _) | (b'r', Target::Bytes) => push_str(thread, out, &layout, dispatch::text::ascii(thread, value)?),
        (b's' | b'b', Target::Bytes) => push_bytes_value(thread, out, &layout, value)?,
        (b'c', Target::Str) => {
            let character = character(thread, value)?;
            percent::push_text(out, &layout, character.as_bytes(thread), 1);
        }
        (b'c', Target::Bytes) => {
            let byte = byte(thread, value)?;
            percent::push_text(out, &layout, &[byte], 1);
        }
        (b'd' | b'i' | b'u' | b'o' | b'x' | b'X', _) => push_int(thread, out, &layout, letter, value)?,
        (b'e' | b'E' | b'f' | b'F' | b'g' | b'G', _) => {
            let number =
                number::to_f64(thread, value).map_err(|raised| float_required(thread, raised, value, target))?;
            let text = percent::float_style(letter, layout.precision, layout.alternate).render(number);
            percent::push_number(out, &layout, text.as_bytes(), 0);
        }
        _ => return Err(unsupported()),
    }
    Ok(())
}

/// bytes formatting words its complaint differently.
fn float_required(thread: &Thread, raised: Raised, value: Value, target: Target) -> Raised {
    let is_type_error = target == Target::Bytes
        && thread
            .exception
            .get()
            .is_some_and(|exception| thread.class_of(exception) == thread.vm().exceptions.type_error);
    if is_type_error {
        thread.take_exception(raised);
        return thread.raise_type_error(format!("float argument required, not {}", thread.type_name(value)));
    }
    raised
}

/// The value of a `*`.
fn star(thread: &Thread, value: Value) -> PyResult<i64> {
    match int::as_int(value) {
        Some(number) => match number.to_i64() {
            Some(number) => Ok(number),
            None => Err(thread.raise_overflow_error("Python int too large to convert to C ssize_t")),
        },
        None => Err(thread.raise_type_error("* wants int")),
    }
}

fn push_str(thread: &Thread, out: &mut Vec<u8>, layout: &Layout, text: Gc<Str>) {
    let length = text.code_point_count();
    match layout.precision {
        Some(precision) if precision < length => {
            let end = Str::offset_of(text, thread, precision);
            percent::push_text(out, layout, &text.as_bytes(thread)[..end], precision);
        }
        _ => percent::push_text(out, layout, text.as_bytes(thread), length),
    }
}

/// `%s` of bytes: the contents of a bytes-like object, or what `__bytes__` returns.
fn push_bytes_value(thread: &Thread, out: &mut Vec<u8>, layout: &Layout, value: Value) -> PyResult<()> {
    let push = |bytes: &[u8]| {
        let end = layout.precision.map_or(bytes.len(), |precision| precision.min(bytes.len()));
        percent::push_text(out, layout, &bytes[..end], end);
    };
    if value.cast::<Bytes>().is_some() || value.cast::<ByteArray>().is_some() {
        return buffer::with_bytes(thread, value, push);
    }
    if let Some(result) = special::try_call(thread, Special::Bytes, value, &[])? {
        return match result.cast::<Bytes>() {
            Some(_) => buffer::with_bytes(thread, result, push),
            None => {
                Err(thread
                    .raise_type_error(format!("__bytes__ returned non-bytes (type {})", thread.type_name(result))))
            }
        };
    }
    if buffer::is_bytes_like(thread, value) {
        return buffer::with_bytes_in_order(thread, value, push);
    }
    Err(thread.raise_type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        thread.type_name(value)
    )))
}

/// `%c` of str: a string of one character, or a code point.
fn character(thread: &Thread, value: Value) -> PyResult<Gc<Str>> {
    let wanted = "%c requires an int or a unicode character, not";
    if let Some(string) = value.cast::<Str>() {
        return match string.code_point_count() {
            1 => Ok(string),
            length => Err(thread.raise_type_error(format!("{wanted} a string of length {length}"))),
        };
    }
    let Some(number) = number::try_index(thread, value)? else {
        return Err(thread.raise_type_error(format!("{wanted} {}", thread.type_name(value))));
    };
    match int::to_i64(number).and_then(|n| u32::try_from(n).ok()).and_then(|n| Str::from_u32(thread, n)) {
        Some(character) => Ok(character),
        None => Err(thread.raise_overflow_error("%c arg not in range(0x110000)")),
    }
}

/// `%c` of bytes: one byte, or its number.
fn byte(thread: &Thread, value: Value) -> PyResult<u8> {
    let wanted = "%c requires an integer in range(256) or a single byte, not";
    let contents = value.cast::<Bytes>().map(|bytes| (bytes.len(), bytes.as_slice().first().copied(), "bytes"));
    let contents = contents.or_else(|| {
        value.cast::<ByteArray>().map(|array| (array.len(), array.as_slice().first().copied(), "bytearray"))
    });
    match contents {
        Some((1, Some(byte), _)) => return Ok(byte),
        Some((length, _, name)) => {
            return Err(thread.raise_type_error(format!("{wanted} a {name} object of length {length}")));
        }
        None => {}
    }
    let Some(number) = number::try_index(thread, value)? else {
        return Err(thread.raise_type_error(format!("{wanted} {}", thread.type_name(value))));
    };
    match int::to_i64(number).map(u8::try_from) {
        Some(Ok(byte)) => Ok(byte),
        _ => Err(thread.raise_overflow_error("%c arg not in range(256)")),
    }
}

fn push_int(thread: &Thread, out: &mut Vec<u8>, layout: &Layout, letter: u8, value: Value) -> PyResult<()> {
    let number = int_value(thread, letter, value)?;
    let number = match int::as_int(number) {
        Some(number) => number,
        None => IntRef::Small(0),
    };
    let text = match letter {
        b'o' => int::text::to_string_radix(number, 8),
        b'x' | b'X' => int::text::to_string_radix(number, 16),
        _ => int::text::to_decimal(thread, number)?,
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (text, prefix) = percent::int_text(layout, number.is_negative(), digits.as_bytes(), letter);
    percent::push_number(out, layout, &text, prefix);
    Ok(())
}

/// The int that `%d` and `%x` show.
fn int_value(thread: &Thread, letter: u8, value: Value) -> PyResult<Value> {
    if int::as_int(value).is_some() {
        return Ok(value);
    }
    let hexadecimal = matches!(letter, b'o' | b'x' | b'X');
    let converted = if hexadecimal { number::try_index(thread, value) } else { number::try_int(thread, value) };
    match converted {
        Ok(Some(number)) => return Ok(number),
        Ok(None) => {}
        Err(raised) => {
            thread.catch(raised, thread.vm().exceptions.type_error)?;
        }
    }
    let wanted = if hexadecimal { "an integer" } else { "a real number" };
    Err(thread.raise_type_error(format!(
        "%{} format: {wanted} is required, not {}",
        char::from(letter),
        thread.type_name(value)
    )))
}
