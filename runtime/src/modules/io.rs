//! The module `_io`: files.
//!
//! What lives here: `open`, the standard streams, what all classes share. What must not: the classes (the files
//! below). Start at [`open_file`].

pub mod base;
pub mod buffered;
pub mod bytes_io;
pub mod file;
pub mod newlines;
pub mod string_io;
pub mod text;
mod turn;

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::support::{intern, string, tuple};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::instance;
use crate::types::payload::Payload;
use crate::types::prompt;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use buffered::{Buffered, Direction};
use file::FileIo;
use newlines::Newlines;
use taipan_macros::py_module;
use text::{Settings, TextWrapper};

/// The least size of buffers.
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// The class `io.UnsupportedOperation`.
pub fn unsupported_operation(thread: &Thread) -> PyResult<Gc<Type>> {
    if let Some(class) = thread.vm().unsupported_operation.get() {
        return Ok(class);
    }
    let exceptions = &thread.vm().exceptions;
    let namespace = Dict::new(thread);
    namespace.insert_str(thread, thread.vm().names.__module__, string(thread, "io"));
    let bases = tuple(thread, &[exceptions.os_error.value(), exceptions.value_error.value()]);
    let name = string(thread, "UnsupportedOperation");
    let class = dispatch::call::call(thread, thread.vm().types.type_type.value(), &[name, bases, namespace.value()])?;
    match class.cast::<Type>() {
        Some(class) => {
            thread.vm().unsupported_operation.set(Some(class));
            Ok(class)
        }
        None => Err(thread.raise_type_error("UnsupportedOperation is no class")),
    }
}

/// Raises `io.UnsupportedOperation`.
#[cold]
pub fn raise_unsupported(thread: &Thread, message: &str) -> Raised {
    match unsupported_operation(thread) {
        Ok(class) => thread.raise_message(class, message),
        Err(raised) => raised,
    }
}

/// Raises the ValueError of operations on closed files.
#[cold]
pub fn raise_value_error_closed(thread: &Thread) -> Raised {
    thread.raise_value_error("I/O operation on closed file.")
}

/// Arguments of `open` besides the file.
pub struct OpenArguments {
    pub mode: String,
    pub buffering: i64,
    pub encoding: Option<Gc<Str>>,
    pub errors: Option<Gc<Str>>,
    pub newline: Option<Value>,
    pub close_descriptor: bool,
    pub opener: Option<Value>,
}

/// What a mode of `open` means.
struct OpenMode {
    raw: String,
    text: bool,
    binary: bool,
    updating: bool,
    reading: bool,
    writing: bool,
}

fn parse_mode(thread: &Thread, mode: &str) -> PyResult<OpenMode> {
    let has = |letter: char| mode.contains(letter);
    let repeated = mode.char_indices().any(|(at, letter)| mode[..at].contains(letter));
    if repeated || mode.chars().any(|letter| !"xrwabt+".contains(letter)) {
        return Err(thread.raise_value_error(format!("invalid mode: '{mode}'")));
    }
    if has('t') && has('b') {
        return Err(thread.raise_value_error("can't have text and binary mode at once"));
    }
    match ['x', 'r', 'w', 'a'].into_iter().filter(|&letter| has(letter)).count() {
        1 => {}
        // What opens the file finds this one out.
        0 => {
            let message = "Must have exactly one of create/read/write/append mode and at most one plus";
            return Err(thread.raise_value_error(message));
        }
        _ => return Err(thread.raise_value_error("must have exactly one of create/read/write/append mode")),
    }
    Ok(OpenMode {
        raw: "xrwa+".chars().filter(|&letter| has(letter)).collect(),
        text: !has('b'),
        binary: has('b'),
        updating: has('+'),
        reading: has('r'),
        writing: has('x') || has('w') || has('a'),
    })
}

/// `open(file, mode, buffering, encoding, errors, newline, closefd, opener)`.
pub fn open_file(thread: &Thread, file: Value, arguments: OpenArguments) -> PyResult<Value> {
    let file = match crate::modules::support::fspath_or_none(thread, file)? {
        Some(path) => path,
        None if crate::types::int::is_int(file) => file,
        None => {
            let message = format!("expected str, bytes or os.PathLike object, not {}", thread.type_name(file));
            return Err(thread.raise_type_error(message));
        }
    };
    let mode = parse_mode(thread, &arguments.mode)?;
    if mode.binary {
        for (given, name) in [
            (arguments.encoding.is_some(), "an encoding"),
            (arguments.errors.is_some(), "an errors"),
            (arguments.newline.is_some(), "a newline"),
        ] {
            if given {
                return Err(thread.raise_value_error(format!("binary mode doesn't take {name} argument")));
            }
        }
    }
    // A newline that is wrong must not leave a new file behind.
    let newlines = Newlines::from_argument(thread, arguments.newline, "open")?;
    if mode.binary && arguments.buffering == 1 {
        let message =
            "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
        dispatch::warnings::warn(thread, thread.vm().exceptions.runtime_warning, message)?;
    }
    let raw = FileIo::open(thread, file, &mode.raw, arguments.close_descriptor, arguments.opener)?;
    let opened = wrap(thread, raw, &mode, newlines, &arguments);
    if let Err(raised) = opened {
        // Close what was opened, and let the first error stand.
        let pending = thread.take_exception(raised);
        if let Err(raised) = raw.data.close_now(thread) {
            thread.take_exception(raised);
        }
        return Err(thread.reraise(pending));
    }
    opened
}

fn wrap(
    thread: &Thread,
    raw: Gc<Payload<FileIo>>,
    mode: &OpenMode,
    newlines: Newlines,
    arguments: &OpenArguments,
) -> PyResult<Value> {
    let mut buffering = arguments.buffering;
    let terminal = buffering < 0 && raw.data.is_terminal();
    let line_buffering = buffering == 1 && mode.text || terminal;
    if buffering < 0 || buffering == 1 {
        buffering = buffered::preferred_size(raw) as i64;
    }
    if buffering == 0 {
        if mode.text {
            return Err(thread.raise_value_error("can't have unbuffered text I/O"));
        }
        return Ok(raw.value());
    }
    let direction = if mode.updating {
        Direction::Random
    } else if mode.writing {
        Direction::Writer
    } else {
        debug_assert!(mode.reading);
        Direction::Reader
    };
    let buffer = Buffered::make(thread, direction, raw.value(), buffering as usize)?;
    if mode.binary {
        return Ok(buffer.value());
    }
    let settings = Settings {
        encoding: arguments.encoding,
        errors: arguments.errors,
        newlines,
        line_buffering,
        write_through: false,
    };
    let text = TextWrapper::make(thread, buffer.value(), settings)?;
    instance::set_attribute(thread, text.header(), thread.vm().names.mode, string(thread, &arguments.mode));
    Ok(text.value())
}

/// `sys.stdin`, `sys.stdout` or `sys.stderr`; None if the descriptor is closed.
pub fn standard_stream(thread: &Thread, descriptor: i32) -> PyResult<Value> {
    let (name, raw_mode, mode) = match descriptor {
        0 => ("<stdin>", "rb", "r"),
        1 => ("<stdout>", "wb", "w"),
        _ => ("<stderr>", "wb", "w"),
    };
    if !file::is_open(descriptor) {
        return Ok(Value::NONE);
    }
    let name = string(thread, name);
    let raw = FileIo::of_descriptor(thread, descriptor, raw_mode, name)?;
    let unbuffered = thread.vm().options.unbuffered && descriptor != 0;
    let terminal = raw.data.is_terminal();
    let (buffer, direction) = match (descriptor, unbuffered) {
        (0, _) => (Buffered::make(thread, Direction::Reader, raw.value(), DEFAULT_BUFFER_SIZE)?.value(), 'r'),
        (_, true) => (raw.value(), 'w'),
        (_, false) => (Buffered::make(thread, Direction::Writer, raw.value(), DEFAULT_BUFFER_SIZE)?.value(), 'w'),
    };
    let configured = if thread.vm().options.ignore_environment { None } else { std::env::var("PYTHONIOENCODING").ok() };
    let (encoding, errors) = match &configured {
        Some(setting) => {
            let (encoding, errors) = setting.split_once(':').unwrap_or((setting, ""));
            (Some(encoding).filter(|e| !e.is_empty()), Some(errors).filter(|e| !e.is_empty()))
        }
        None => (None, None),
    };
    let errors = if descriptor == 2 { "backslashreplace" } else { errors.unwrap_or(default_errors(thread)) };
    let settings = Settings {
        encoding: Some(intern(thread, encoding.unwrap_or("utf-8"))),
        errors: Some(intern(thread, errors)),
        newlines: if direction == 'r' { Newlines::Translate } else { Newlines::Only("\n") },
        line_buffering: descriptor == 2 || terminal,
        write_through: unbuffered,
    };
    let text = TextWrapper::make(thread, buffer, settings)?;
    instance::set_attribute(thread, text.header(), thread.vm().names.mode, string(thread, mode));
    // These are flushed at the end, but never closed.
    for file in [text.value(), buffer, raw.value()] {
        if let Some(header) = file.header() {
            thread.vm().heap.cancel_finalizer(header);
        }
    }
    Ok(text.value())
}

/// The error handler of standard input and output: lenient in the C locale (PEP 538).
fn default_errors(thread: &Thread) -> &'static str {
    let _ = thread;
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match locale.as_deref() {
        None | Some("C" | "POSIX" | "C.UTF-8" | "C.utf8") => "surrogateescape",
        Some(_) => "strict",
    }
}

/// A text argument of `open` that may be None.
fn text_or_none(thread: &Thread, value: Option<Value>, name: &str) -> PyResult<Option<Gc<Str>>> {
    match value.filter(|value| !value.is_none()) {
        None => Ok(None),
        Some(value) => match value.cast::<Str>() {
            Some(text) => Ok(Some(text)),
            None => Err(thread.raise_type_error(format!(
                "open() argument '{name}' must be str or None, not {}",
                thread.type_name(value)
            ))),
        },
    }
}

/// The io module provides the Python interfaces to stream handling. The
/// builtin open function is defined in this module.
#[py_module(name = "_io")]
pub mod io {
    use super::*;
    use crate::types::module::Module;

    #[class]
    use super::base::BufferedIoBase;
    #[class]
    use super::base::IoBase;
    #[class]
    use super::base::RawIoBase;
    #[class]
    use super::base::TextIoBase;
    #[class]
    use super::buffered::Buffered;
    #[class]
    use super::buffered::BufferedPair;
    #[class]
    use super::buffered::BufferedRandom;
    #[class]
    use super::buffered::BufferedWriter;
    #[class]
    use super::bytes_io::BytesIo;
    #[class]
    use super::file::FileIo;
    #[class]
    use super::newlines::IncrementalNewlineDecoder;
    #[class]
    use super::string_io::StringIo;
    #[class]
    use super::text::TextWrapper;

    #[constant]
    const DEFAULT_BUFFER_SIZE: i64 = super::DEFAULT_BUFFER_SIZE as i64;

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// file is either a text or byte string giving the name (and the path
    /// if the file isn't in the current working directory) of the file to
    /// be opened or an integer file descriptor of the file to be
    /// wrapped. (If a file descriptor is given, it is closed when the
    /// returned I/O object is closed, unless closefd is set to False.)
    ///
    /// mode is an optional string that specifies the mode in which the file
    /// is opened. It defaults to 'r' which means open for reading in text
    /// mode.  Other common values are 'w' for writing (truncating the file if
    /// it already exists), 'x' for creating and writing to a new file, and
    /// 'a' for appending (which on some Unix systems, means that all writes
    /// append to the end of the file regardless of the current seek position).
    #[function(
        signature = "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
        shows_files
    )]
    pub fn open(
        thread: &Thread,
        file: Value,
        mode: Option<Gc<Str>>,
        buffering: Option<i64>,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        closefd: Option<bool>,
        opener: Option<Value>,
    ) -> PyResult<Value> {
        // Here, because deeper calls find on the stack what the last `open` left there.
        prompt::before_files(thread);
        let mode = mode.map_or_else(|| "r".to_owned(), |mode| mode.to_str_lossy(thread).into_owned());
        let given = |value: Option<Value>| value.filter(|value| !value.is_none());
        let buffering = buffering.unwrap_or(-1);
        if buffering < -1 {
            return Err(thread.raise_value_error("invalid buffering size"));
        }
        let arguments = OpenArguments {
            mode,
            buffering,
            encoding: text_or_none(thread, encoding, "encoding")?,
            errors: text_or_none(thread, errors, "errors")?,
            newline: given(newline),
            close_descriptor: closefd.unwrap_or(true),
            opener: given(opener),
        };
        open_file(thread, file, arguments)
    }

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise interchangeable
    /// with calling open(path, 'rb').
    #[function(signature = "(path)")]
    fn open_code(thread: &Thread, path: Value) -> PyResult<Value> {
        if path.cast::<Str>().is_none() {
            return Err(thread
                .raise_type_error(format!("open_code() argument 'path' must be str, not {}", thread.type_name(path))));
        }
        let arguments = OpenArguments {
            mode: "rb".to_owned(),
            buffering: -1,
            encoding: None,
            errors: None,
            newline: None,
            close_descriptor: true,
            opener: None,
        };
        open_file(thread, path, arguments)
    }

    /// A helper function to choose the text encoding.
    ///
    /// When encoding is not None, this function returns it.
    /// Otherwise, this function returns the default text encoding
    /// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
    #[function(signature = "(encoding, stacklevel=2, /)")]
    fn text_encoding(thread: &Thread, encoding: Value, stacklevel: Option<i64>) -> Value {
        let _ = stacklevel;
        if encoding.is_none() { intern(thread, "locale").value() } else { encoding }
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        if let Some(open) = thread.vm().builtins.get().and_then(|builtins| builtins.get(thread, "open")) {
            module.set(thread, "open", open);
        }
        module.set(thread, "UnsupportedOperation", unsupported_operation(thread)?.value());
        module.set(thread, "BlockingIOError", thread.vm().exceptions.blocking_io_error.value());
        Ok(())
    }
}
