//! `str.translate` and `str.maketrans`.

use super::Str;
use crate::dispatch::subscript;
use crate::error::PyResult;
use crate::object::Gc;
use crate::text::code_points;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::int;
use crate::value::Value;
use taipan_macros::py_methods;

/// What a table says about a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mapped {
    Unknown,
    Same,
    Deleted,
    Character(u32),
    /// Too long to be remembered: look it up again.
    Text,
}

/// Looks `code_point` up in `table`; a replacement text is appended to `out` at once.
fn look_up(thread: &Thread, table: Value, code_point: u32, out: &mut Vec<u8>) -> PyResult<Mapped> {
    let key = Value::small_wrapping(i64::from(code_point));
    let found = match table.cast::<Dict>().filter(|dict| dict.is_exact()) {
        Some(dict) => dict.get(thread, key)?,
        None => match subscript::get_item(thread, table, key) {
            Ok(value) => Some(value),
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.lookup_error)?;
                None
            }
        },
    };
    let Some(found) = found else { return Ok(Mapped::Same) };
    if found.is_none() {
        return Ok(Mapped::Deleted);
    }
    if let Some(text) = found.cast::<Str>() {
        if text.code_point_count() == 1 {
            return Ok(Mapped::Character(Str::code_point_at(text, thread, 0)));
        }
        out.extend_from_slice(text.as_bytes(thread));
        return Ok(Mapped::Text);
    }
    let Some(number) = int::as_int(found) else {
        return Err(thread.raise_type_error("character mapping must return integer, None or str"));
    };
    match number.to_i64().and_then(|n| u32::try_from(n).ok()).filter(|&n| n <= 0x10_ffff) {
        Some(code_point) => Ok(Mapped::Character(code_point)),
        None => Err(thread.raise_value_error("character mapping must be in range(0x110000)")),
    }
}

/// The key of a one-argument `maketrans`: a code point, or a string of one character.
fn table_key(thread: &Thread, key: Value) -> PyResult<Value> {
    if let Some(string) = key.cast::<Str>() {
        if string.code_point_count() != 1 {
            return Err(thread.raise_value_error("string keys in translate table must be of length 1"));
        }
        return Ok(Value::small_wrapping(i64::from(Str::code_point_at(string, thread, 0))));
    }
    if int::is_int(key) {
        return Ok(key);
    }
    Err(thread.raise_type_error("keys in translate table must be strings or integers"))
}

#[py_methods(class = "str")]
impl Str {
    /// Replace each character in the string using the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a mapping of Unicode ordinals to
    ///     Unicode ordinals, strings, or None.
    ///
    /// The table must implement lookup/indexing via __getitem__, for instance a
    /// dictionary or list.  If this operation raises LookupError, the character is
    /// left untouched.  Characters mapped to None are deleted.
    #[method(signature = "(self, table, /)")]
    fn translate(this: Gc<Str>, thread: &Thread, table: Value) -> PyResult<Gc<Str>> {
        let mut known = [Mapped::Unknown; 128];
        let bytes = this.as_bytes(thread);
        let mut out = Vec::with_capacity(bytes.len());
        for code_point in code_points::iterate(bytes) {
            let mapped = match known.get(code_point as usize).copied() {
                Some(mapped) if mapped != Mapped::Unknown && mapped != Mapped::Text => mapped,
                _ => {
                    let mapped = look_up(thread, table, code_point, &mut out)?;
                    if let Some(slot) = known.get_mut(code_point as usize) {
                        *slot = mapped;
                    }
                    mapped
                }
            };
            match mapped {
                Mapped::Same | Mapped::Unknown => code_points::push(&mut out, code_point),
                Mapped::Character(code_point) => code_points::push(&mut out, code_point),
                Mapped::Deleted | Mapped::Text => {}
            }
        }
        Ok(Str::from_wtf8_bytes_unchecked(thread, &out))
    }

    /// Return a translation table usable for str.translate().
    ///
    /// If there is only one argument, it must be a dictionary mapping Unicode
    /// ordinals (integers) or characters to Unicode ordinals, strings or None.
    /// Character keys will be then converted to ordinals.
    /// If there are two arguments, they must be strings of equal length, and
    /// in the resulting dictionary, each character in x will be mapped to the
    /// character at the same position in y. If there is a third argument, it
    /// must be a string, whose characters will be mapped to None in the result.
    #[staticmethod(signature = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(thread: &Thread, x: Value, y: Option<Gc<Str>>, z: Option<Gc<Str>>) -> PyResult<Gc<Dict>> {
        let table = Dict::new(thread);
        let Some(y) = y else {
            let Some(source) = x.cast::<Dict>() else {
                return Err(thread.raise_type_error("if you give only one argument to maketrans it must be a dict"));
            };
            let mut position = 0;
            while let Some((key, value)) = source.next_entry(&mut position) {
                table.insert(thread, table_key(thread, key)?, value)?;
            }
            return Ok(table);
        };
        let Some(x) = x.cast::<Str>() else {
            return Err(
                thread.raise_type_error("first maketrans argument must be a string if there is a second argument")
            );
        };
        if x.code_point_count() != y.code_point_count() {
            return Err(thread.raise_value_error("the first two maketrans arguments must have equal length"));
        }
        let key = |code_point: u32| Value::small_wrapping(i64::from(code_point));
        let pairs = code_points::iterate(x.as_bytes(thread)).zip(code_points::iterate(y.as_bytes(thread)));
        for (from, to) in pairs {
            table.insert(thread, key(from), key(to))?;
        }
        if let Some(z) = z {
            for deleted in code_points::iterate(z.as_bytes(thread)) {
                table.insert(thread, key(deleted), Value::NONE)?;
            }
        }
        Ok(table)
    }
}
