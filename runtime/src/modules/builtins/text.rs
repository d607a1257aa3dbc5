//! Builtin functions about text, input and output: `print`, `input`, `repr`, `ascii`, `format`, `chr`, `ord`.
//!
//! What lives here: the functions. What must not: files (`modules/io`), formatting (`dispatch/text.rs`).
//! Start at [`functions`].

use crate::dispatch;
use crate::error::PyResult;
use crate::modules::io;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::prompt;
use crate::types::str::Str;
use crate::value::Value;

/// `sys.name`, if it is there.
pub fn of_sys(thread: &Thread, name: Gc<Str>) -> Option<Value> {
    thread.vm().sys.get().and_then(|sys| sys.dict().get_str(thread, name))
}

/// Writes a string to a file object: directly to our own text files, by `write` to others.
pub fn write_to(thread: &Thread, file: Value, text: Gc<Str>) -> PyResult<()> {
    if io::text::write_directly(thread, file, text)? {
        return Ok(());
    }
    dispatch::call::call_method(thread, file, thread.vm().names.write, &[text.value()])?;
    Ok(())
}

/// `print(*values, sep=sep, end=end, file=file, flush=flush)`.
fn print_values(
    thread: &Thread,
    values: &[Value],
    sep: Option<Value>,
    end: Option<Value>,
    file: Option<Value>,
    flush: bool,
) -> PyResult<()> {
    let file = match file {
        Some(file) => file,
        None => match of_sys(thread, thread.vm().names.stdout) {
            None => return Err(thread.raise_runtime_error("lost sys.stdout")),
            Some(stdout) if stdout.is_none() => return Ok(()),
            Some(stdout) => stdout,
        },
    };
    let text_or_none =
        |value: Option<Value>, name: &str| match value {
            None => Ok(None),
            Some(value) => match value.cast::<Str>() {
                Some(text) => Ok(Some(text)),
                None => Err(thread
                    .raise_type_error(format!("{name} must be None or a string, not {}", thread.type_name(value)))),
            },
        };
    prompt::before_output(thread);
    let sep = text_or_none(sep, "sep")?;
    let end = text_or_none(end, "end")?;
    let (space, newline) = (Str::latin1(thread, b' '), Str::latin1(thread, b'\n'));
    for (index, &value) in values.iter().enumerate() {
        if index > 0 {
            write_to(thread, file, sep.unwrap_or(space))?;
        }
        write_to(thread, file, dispatch::text::str(thread, value)?)?;
    }
    write_to(thread, file, end.unwrap_or(newline))?;
    if flush {
        dispatch::call::call_method(thread, file, thread.vm().names.flush, &[])?;
    }
    Ok(())
}

/// One line from standard input, as `input` returns it.
fn read_line(thread: &Thread, prompt: Option<Value>) -> PyResult<Value> {
    let names = &thread.vm().names;
    let lost = |name: &str| thread.raise_runtime_error(format!("input(): lost sys.{name}"));
    let present = |name| of_sys(thread, name).filter(|stream| !stream.is_none());
    let Some(stdin) = present(names.stdin) else { return Err(lost("stdin")) };
    let Some(stdout) = present(names.stdout) else { return Err(lost("stdout")) };
    let Some(stderr) = present(names.stderr) else { return Err(lost("stderr")) };
    // What was written before comes first; failing here must not hide the prompt.
    if let Err(raised) = dispatch::call::call_method(thread, stderr, names.flush, &[]) {
        thread.take_exception(raised);
    }
    if let Some(prompt) = prompt {
        write_to(thread, stdout, dispatch::text::str(thread, prompt)?)?;
    }
    if let Err(raised) = dispatch::call::call_method(thread, stdout, names.flush, &[]) {
        thread.take_exception(raised);
    }
    let line = dispatch::call::call_method(thread, stdin, names.readline, &[])?;
    let Some(text) = line.cast::<Str>() else {
        return Err(thread.raise_type_error("object.readline() returned non-string"));
    };
    if text.is_empty() {
        return Err(thread.raise_eof_error("EOF when reading a line"));
    }
    if text.as_bytes(thread).ends_with(b"\n") {
        return Ok(Str::substring(text, thread, 0, text.len(thread) - 1).value());
    }
    Ok(line)
}

/// Functions about text.
#[taipan_macros::py_module(name = "builtins")]
pub mod functions {
    use super::*;

    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[function]
    fn ascii(thread: &Thread, obj: Value) -> PyResult<Gc<Str>> {
        dispatch::text::ascii(thread, obj)
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[function]
    fn chr(thread: &Thread, i: Value) -> PyResult<Gc<Str>> {
        let number = dispatch::number::index(thread, i)?;
        let code_point = int::to_i64_exact(number).and_then(|n| u32::try_from(n).ok());
        match code_point.and_then(|code_point| Str::from_u32(thread, code_point)) {
            Some(text) => Ok(text),
            None => Err(thread.raise_value_error("chr() arg not in range(0x110000)")),
        }
    }

    /// Return type(value).__format__(value, format_spec)
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING') for
    /// details.
    #[function(signature = "(value, format_spec='', /)")]
    fn format(thread: &Thread, value: Value, format_spec: Option<Gc<Str>>) -> PyResult<Gc<Str>> {
        dispatch::text::format(thread, value, format_spec.unwrap_or_else(|| Str::empty(thread)))
    }

    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    ///
    /// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
    #[function(signature = "(prompt='', /)")]
    fn input(thread: &Thread, prompt: Option<Value>) -> PyResult<Value> {
        read_line(thread, prompt)
    }

    /// Return the ordinal value of a character.
    ///
    /// If the argument is a one-character string, return the Unicode code
    /// point of that character.
    ///
    /// If the argument is a bytes or bytearray object of length 1, return its
    /// single byte value.
    #[function]
    fn ord(thread: &Thread, character: Value) -> PyResult<i64> {
        let length = if let Some(text) = character.cast::<Str>() {
            if text.len(thread) == 1 {
                return Ok(i64::from(Str::code_point_at(text, thread, 0)));
            }
            text.len(thread)
        } else if let Some(bytes) = character.cast::<Bytes>() {
            if let [byte] = *bytes.as_slice() {
                return Ok(i64::from(byte));
            }
            bytes.len()
        } else if let Some(bytes) = character.cast::<ByteArray>() {
            if let [byte] = *bytes.as_slice() {
                return Ok(i64::from(byte));
            }
            bytes.len()
        } else {
            let message = format!("ord() expected string of length 1, but {} found", thread.type_name(character));
            return Err(thread.raise_type_error(message));
        };
        Err(thread.raise_type_error(format!("ord() expected a character, but string of length {length} found")))
    }

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    /// sep
    ///   string inserted between values, default a space.
    /// end
    ///   string appended after the last value, default a newline.
    /// file
    ///   a file-like object (stream); defaults to the current sys.stdout.
    /// flush
    ///   whether to forcibly flush the stream.
    #[function(signature = "(*args, sep=' ', end='\\n', file=None, flush=False)", shows)]
    fn print(
        thread: &Thread,
        args: &[Value],
        sep: Option<Value>,
        end: Option<Value>,
        file: Option<Value>,
        flush: Option<bool>,
    ) -> PyResult<()> {
        let given = |value: Option<Value>| value.filter(|v| !v.is_none());
        print_values(thread, args, given(sep), given(end), given(file), flush.unwrap_or(false))
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval() will return
    /// an equal object.
    #[function]
    fn repr(thread: &Thread, obj: Value) -> PyResult<Gc<Str>> {
        dispatch::text::repr(thread, obj)
    }

    /// Call sys.breakpointhook(*args, **kws).
    ///
    /// sys.breakpointhook() must accept whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[function(signature = "(*args, **kws)")]
    fn breakpoint(thread: &Thread, args: &[Value], keywords: crate::native::Keywords<'_>) -> PyResult<Value> {
        let hook = crate::modules::support::intern(thread, "breakpointhook");
        let Some(hook) = of_sys(thread, hook) else {
            return Err(thread.raise_runtime_error("lost sys.breakpointhook"));
        };
        dispatch::call::call_keywords(thread, hook, args, keywords)
    }
}
