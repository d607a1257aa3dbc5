//! The extra attributes of standard exceptions: which class has which, and how they follow from the arguments.
//!
//! What lives here: one table of fields, `str()` of the classes that format themselves, keyword arguments of
//! ImportError, NameError and AttributeError, OSError's subclasses by errno. Start at [`FIELDS`].

use crate::dispatch;
use crate::error::PyResult;
use crate::native::{GetSetSpec, Keywords};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::descriptors::GetSet;
use crate::types::dict::Dict;
use crate::types::exception::{Exception, field};
use crate::types::int;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::{Type, type_flags};
use crate::value::Value;

/// Reads field `INDEX` of an exception.
fn get_field<const INDEX: usize>(thread: &Thread, object: Value) -> PyResult<Value> {
    match object.cast::<Exception>() {
        Some(exception) => Ok(exception.field(INDEX).unwrap_or(Value::NONE)),
        None => {
            Err(thread.raise_type_error(format!("descriptor doesn't apply to a '{}' object", thread.type_name(object))))
        }
    }
}

fn set_field<const INDEX: usize>(thread: &Thread, object: Value, value: Value) -> PyResult<()> {
    if let Some(exception) = object.cast::<Exception>() {
        exception.set_field(thread, INDEX, value);
    }
    Ok(())
}

fn delete_field<const INDEX: usize>(thread: &Thread, object: Value) -> PyResult<()> {
    set_field::<INDEX>(thread, object, Value::NONE)
}

macro_rules! fields {
    ($($class:literal { $($name:literal = $index:expr, $doc:literal;)* })*) => {
        /// Class name and its fields.
        pub static FIELDS: &[(&str, &[GetSetSpec])] = &[$(($class, &[$(GetSetSpec {
            name: $name,
            doc: Some($doc),
            get: get_field::<{ $index }>,
            set: Some(set_field::<{ $index }>),
            delete: Some(delete_field::<{ $index }>),
            member: true,
        }),*])),*];
    };
}

fields! {
    "StopIteration" { "value" = field::FIRST, "generator return value"; }
    "SystemExit" { "code" = field::FIRST, "exception code"; }
    "ImportError" {
        "msg" = field::FIRST, "exception message";
        "name" = field::NAME, "module name";
        "path" = field::SECOND, "module path";
        "name_from" = field::THIRD, "name imported from module";
    }
    "NameError" { "name" = field::NAME, "name"; }
    "AttributeError" { "name" = field::NAME, "attribute name"; "obj" = field::OBJECT, "object"; }
    "OSError" {
        "errno" = field::FIRST, "POSIX exception code";
        "strerror" = field::SECOND, "exception strerror";
        "filename" = field::THIRD, "exception filename";
        "filename2" = field::FOURTH, "second exception filename";
        "characters_written" = field::FIFTH, "characters written before the error";
    }
    "SyntaxError" {
        "msg" = field::FIRST, "exception msg";
        "filename" = field::SECOND, "exception filename";
        "lineno" = field::THIRD, "exception lineno";
        "offset" = field::FOURTH, "exception offset";
        "text" = field::FIFTH, "exception text";
        "end_lineno" = field::NAME, "exception end lineno";
        "end_offset" = field::OBJECT, "exception end offset";
        "print_file_and_line" = field::SEVENTH, "exception print_file_and_line";
    }
    "UnicodeEncodeError" {
        "encoding" = field::FIRST, "exception encoding";
        "object" = field::SECOND, "exception object";
        "start" = field::THIRD, "exception start";
        "end" = field::FOURTH, "exception end";
        "reason" = field::FIFTH, "exception reason";
    }
    "UnicodeDecodeError" {
        "encoding" = field::FIRST, "exception encoding";
        "object" = field::SECOND, "exception object";
        "start" = field::THIRD, "exception start";
        "end" = field::FOURTH, "exception end";
        "reason" = field::FIFTH, "exception reason";
    }
    "UnicodeTranslateError" {
        "object" = field::SECOND, "exception object";
        "start" = field::THIRD, "exception start";
        "end" = field::FOURTH, "exception end";
        "reason" = field::FIFTH, "exception reason";
    }
}

/// Adds the field attributes to their classes, and marks these and the standard classes below them.
pub fn add_attributes(thread: &Thread) {
    for (_, class) in thread.vm().exceptions.all() {
        let mut bases = class.mro_items().iter().filter_map(|base| base.cast::<Type>());
        if bases.any(|base| FIELDS.iter().any(|(owner, _)| base.is_named(owner))) {
            class.set_flag(type_flags::EXCEPTION_FIELDS, true);
        }
    }
    for (name, class) in thread.vm().exceptions.all() {
        for (_, fields) in FIELDS.iter().filter(|(owner, _)| *owner == name) {
            for spec in *fields {
                let descriptor = GetSet::new(thread, spec, class);
                class.dictionary().insert_str(thread, thread.vm().interner.intern_text(thread, spec.name), descriptor);
            }
        }
    }
    crate::types::exception_group::add_attributes(thread);
}

/// Checks the arguments of `__init__` where a class is particular about them. Raises TypeError.
pub fn check_arguments(thread: &Thread, exception: Gc<Exception>, arguments: &[Value]) -> PyResult<()> {
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(exception.value());
    if !class.flag(type_flags::EXCEPTION_FIELDS) {
        return Ok(());
    }
    let is = |standard: Gc<Type>| class.is_subclass_of(standard);
    if is(exceptions.syntax_error) {
        return match *arguments {
            [_, location] => location_of(thread, location).map(|_| ()),
            _ => Ok(()),
        };
    }
    let decode = is(exceptions.unicode_decode_error);
    let translate = is(exceptions.unicode_translate_error);
    if !decode && !translate && !is(exceptions.unicode_encode_error) {
        return Ok(());
    }
    let count = if translate { 4 } else { 5 };
    if arguments.len() != count {
        let given = arguments.len();
        return Err(thread.raise_type_error(format!("function takes exactly {count} arguments ({given} given)")));
    }
    for (index, &argument) in arguments.iter().enumerate() {
        let is_number = index == count - 3 || index == count - 2;
        let is_bytes = decode && index == 1;
        if is_number {
            dispatch::number::index_i64(thread, argument)?;
        } else if !is_bytes && argument.cast::<Str>().is_none() {
            let given = thread.type_name(argument);
            return Err(thread.raise_type_error(format!("argument {} must be str, not {given}", index + 1)));
        }
    }
    if decode && !crate::types::buffer::is_bytes_like(thread, arguments[1]) {
        let given = thread.type_name(arguments[1]);
        return Err(thread.raise_type_error(format!("a bytes-like object is required, not '{given}'")));
    }
    Ok(())
}

/// The place given to SyntaxError: file, line, column, text, and perhaps the end and more.
fn location_of(thread: &Thread, location: Value) -> PyResult<Gc<Tuple>> {
    let location = Tuple::from_iterable(thread, location)?;
    let given = location.len();
    if given < 4 {
        return Err(thread.raise_type_error(format!("function takes at least 4 arguments ({given} given)")));
    }
    if given > 7 {
        return Err(thread.raise_type_error(format!("function takes at most 7 arguments ({given} given)")));
    }
    if given == 5 {
        return Err(thread.raise_type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(location)
}

/// Empties the fields that every `__init__` sets anew.
pub fn reset(thread: &Thread, exception: Gc<Exception>) {
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(exception.value());
    if !class.flag(type_flags::EXCEPTION_FIELDS) {
        return;
    }
    let is = |standard: Gc<Type>| class.is_subclass_of(standard);
    let fields: &[usize] = if is(exceptions.import_error) {
        &[field::FIRST, field::SECOND, field::THIRD, field::NAME]
    } else if is(exceptions.name_error) {
        &[field::NAME]
    } else if is(exceptions.attribute_error) {
        &[field::NAME, field::OBJECT]
    } else {
        &[]
    };
    for &index in fields {
        exception.set_field(thread, index, Value::NONE);
    }
}

/// What `__reduce__` gives besides the class: the arguments, with the file names of an OSError, and the state,
/// with the fields that come from keywords.
pub fn reduced(thread: &Thread, exception: Gc<Exception>, state: Option<Gc<Dict>>) -> (Value, Option<Gc<Dict>>) {
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(exception.value());
    let given = |index: usize| exception.field(index).filter(|value| !value.is_none());
    let mut arguments = exception.arguments.get().map_or(Value::NONE, |arguments| arguments.value());
    let mut state = state;
    let mut add = |name: &str, value: Value| {
        let dict = state.unwrap_or_else(|| Dict::new(thread));
        dict.insert_str(thread, thread.vm().interner.intern_text(thread, name), value);
        state = Some(dict);
    };
    if class.is_subclass_of(exceptions.os_error)
        && let &[errno, message] = exception.arguments()
        && let Some(file) = given(field::THIRD)
    {
        arguments = match given(field::FOURTH) {
            Some(second) => Tuple::new(thread, &[errno, message, file, Value::NONE, second]).value(),
            None => Tuple::new(thread, &[errno, message, file]).value(),
        };
    } else if class.is_subclass_of(exceptions.import_error) {
        for (name, index) in [("name", field::NAME), ("path", field::SECOND), ("name_from", field::THIRD)] {
            if let Some(value) = given(index) {
                add(name, value);
            }
        }
    } else if class.is_subclass_of(exceptions.attribute_error)
        && let Some(name) = given(field::NAME)
    {
        add("name", name);
        add("args", arguments);
    }
    (arguments, state)
}

/// Fills the fields that follow from `args`.
pub fn set_from_arguments(thread: &Thread, exception: Gc<Exception>) {
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(exception.value());
    let is = |standard: Gc<Type>| class.is_subclass_of(standard);
    let arguments = exception.arguments();
    if arguments.is_empty() || !class.flag(type_flags::EXCEPTION_FIELDS) {
        return;
    }
    if is(exceptions.stop_iteration) {
        exception.set_field(thread, field::FIRST, arguments[0]);
    } else if is(exceptions.system_exit) {
        let code = if arguments.len() == 1 { arguments[0] } else { Tuple::new(thread, arguments).value() };
        exception.set_field(thread, field::FIRST, code);
    } else if is(exceptions.import_error) {
        if let [message] = *arguments {
            exception.set_field(thread, field::FIRST, message);
        }
    } else if is(exceptions.os_error) {
        set_os_error(thread, exception, class);
    } else if is(exceptions.syntax_error) {
        exception.set_field(thread, field::FIRST, arguments[0]);
        if let [_, location] = *arguments
            && let Ok(location) = Tuple::from_iterable(thread, location)
        {
            let targets = [field::SECOND, field::THIRD, field::FOURTH, field::FIFTH, field::NAME, field::OBJECT];
            for (&index, &value) in targets.iter().zip(location.items()) {
                exception.set_field(thread, index, value);
            }
        }
    } else if is(exceptions.unicode_encode_error) || is(exceptions.unicode_decode_error) {
        for (index, &value) in arguments.iter().take(5).enumerate() {
            exception.set_field(thread, index, value);
        }
    } else if is(exceptions.unicode_translate_error) {
        for (index, &value) in arguments.iter().take(4).enumerate() {
            exception.set_field(thread, index + 1, value);
        }
    }
}

/// OSError(errno, strerror[, filename[, winerror[, filename2]]]): fields, and `args` cut to two.
fn set_os_error(thread: &Thread, exception: Gc<Exception>, class: Gc<Type>) {
    let arguments = exception.arguments();
    if arguments.len() < 2 || arguments.len() > 5 {
        return;
    }
    exception.set_field(thread, field::FIRST, arguments[0]);
    exception.set_field(thread, field::SECOND, arguments[1]);
    let filename = arguments.get(2).copied().filter(|f| !f.is_none());
    let filename2 = arguments.get(4).copied().filter(|f| !f.is_none());
    if let Some(filename) = filename {
        if class.is_subclass_of(thread.vm().exceptions.blocking_io_error) && int::as_int(filename).is_some() {
            exception.set_field(thread, field::FIFTH, filename);
            return;
        }
        exception.set_field(thread, field::THIRD, filename);
        let short = Tuple::new(thread, &arguments[..2]);
        thread.store_gc(exception, &exception.arguments, short);
    }
    if let Some(filename2) = filename2 {
        exception.set_field(thread, field::FOURTH, filename2);
    }
}

/// The subclass of OSError that CPython chooses for an errno.
pub fn os_error_class(thread: &Thread, errno: i32) -> Gc<Type> {
    let e = &thread.vm().exceptions;
    match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => e.blocking_io_error,
        libc::EPIPE | libc::ESHUTDOWN => e.broken_pipe_error,
        libc::ECHILD => e.child_process_error,
        libc::ECONNABORTED => e.connection_aborted_error,
        libc::ECONNREFUSED => e.connection_refused_error,
        libc::ECONNRESET => e.connection_reset_error,
        libc::EEXIST => e.file_exists_error,
        libc::ENOENT => e.file_not_found_error,
        libc::EISDIR => e.is_a_directory_error,
        libc::ENOTDIR => e.not_a_directory_error,
        libc::EINTR => e.interrupted_error,
        libc::EACCES | libc::EPERM => e.permission_error,
        libc::ESRCH => e.process_lookup_error,
        libc::ETIMEDOUT => e.timeout_error,
        _ => e.os_error,
    }
}

/// The text of an errno.
pub fn strerror(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Raises the OSError for `errno` with file names as CPython does.
pub fn raise_os_error(thread: &Thread, errno: i32, filename: Option<Value>) -> crate::error::Raised {
    let message = Str::new(thread, &strerror(errno)).value();
    let number = Value::small_wrapping(i64::from(errno));
    let class = os_error_class(thread, errno);
    match filename {
        Some(filename) => thread.raise_with_arguments(class, &[number, message, filename]),
        None => thread.raise_with_arguments(class, &[number, message]),
    }
}

/// Keyword arguments of the constructors that take some.
pub fn apply_keywords(thread: &Thread, exception: Gc<Exception>, keywords: Keywords<'_>) -> PyResult<()> {
    for (name, value) in keywords.iter() {
        let text = name.to_str_lossy(thread).into_owned();
        if let Some(index) = keyword_field(thread, exception, &text) {
            exception.set_field(thread, index, value);
        }
    }
    Ok(())
}

/// The name of a keyword argument, and the field that it sets.
type KeywordField = (&'static str, usize);

/// The standard class, above or at `exception`'s own, that takes keyword arguments, and these.
fn keyword_fields(thread: &Thread, exception: Gc<Exception>) -> Option<(&'static str, &'static [KeywordField])> {
    let (standard, class) = (&thread.vm().exceptions, thread.class_of(exception.value()));
    let takers: [(Gc<Type>, &'static str, &'static [KeywordField]); 3] = [
        (
            standard.import_error,
            "ImportError",
            &[("name", field::NAME), ("path", field::SECOND), ("name_from", field::THIRD)],
        ),
        (standard.name_error, "NameError", &[("name", field::NAME)]),
        (standard.attribute_error, "AttributeError", &[("name", field::NAME), ("obj", field::OBJECT)]),
    ];
    takers.into_iter().find(|(taker, ..)| class.is_subclass_of(*taker)).map(|(_, name, fields)| (name, fields))
}

fn keyword_field(thread: &Thread, exception: Gc<Exception>, name: &str) -> Option<usize> {
    let (_, fields) = keyword_fields(thread, exception)?;
    fields.iter().find(|(field, _)| *field == name).map(|&(_, index)| index)
}

/// OSError reads its arguments in `__new__` where a subclass has one and no `__init__` of its own: what that passed on
/// stays, and the arguments of the call are the subclass's affair.
pub fn is_made_by_new(thread: &Thread, exception: Gc<Exception>) -> bool {
    let (class, os_error) = (thread.class_of(exception.value()), thread.vm().exceptions.os_error);
    if !class.flag(crate::types::type_object::type_flags::HEAP) || !class.is_subclass_of(os_error) {
        return false;
    }
    let names = &thread.vm().names;
    let inherits = |name| class.lookup(thread, name) == os_error.lookup(thread, name);
    !inherits(names.__new__) && inherits(names.__init__)
}

/// TypeError for keyword arguments the class does not take. A class of the program's is called by the name of the
/// standard class that reads them, as CPython's `__init__` of that class calls itself.
pub fn check_keywords(thread: &Thread, exception: Gc<Exception>, keywords: Keywords<'_>) -> PyResult<()> {
    if keywords.is_empty() {
        return Ok(());
    }
    let Some((class, fields)) = keyword_fields(thread, exception) else {
        let class = thread.type_name(exception.value());
        return Err(thread.raise_type_error(format!("{class}() takes no keyword arguments")));
    };
    let (most, given) = (fields.len(), keywords.len());
    if given > most {
        let plural = if most == 1 { "" } else { "s" };
        let message = format!("{class}() takes at most {most} keyword argument{plural} ({given} given)");
        return Err(thread.raise_type_error(message));
    }
    for (name, _) in keywords.iter() {
        let text = name.to_str_lossy(thread);
        if !fields.iter().any(|(field, _)| *field == text) {
            return Err(thread.raise_type_error(format!("{class}() got an unexpected keyword argument '{text}'")));
        }
    }
    Ok(())
}

/// `str(exception)`.
pub fn to_str(thread: &Thread, exception: Gc<Exception>) -> PyResult<Value> {
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(exception.value());
    let is = |standard: Gc<Type>| class.is_subclass_of(standard);
    let repr = |value: Value| -> PyResult<String> {
        Ok(dispatch::text::repr(thread, value)?.to_str_lossy(thread).into_owned())
    };
    let text = |value: Value| -> PyResult<String> {
        Ok(dispatch::text::str(thread, value)?.to_str_lossy(thread).into_owned())
    };
    let given = |index: usize| exception.field(index).filter(|v| !v.is_none());
    if is(exceptions.key_error)
        && let [key] = *exception.arguments()
    {
        return Ok(dispatch::text::repr(thread, key)?.value());
    }
    if is(exceptions.os_error)
        && let (Some(errno), Some(message)) = (given(field::FIRST), given(field::SECOND))
    {
        let head = format!("[Errno {}] {}", text(errno)?, text(message)?);
        let full = match (given(field::THIRD), given(field::FOURTH)) {
            (Some(file), Some(second)) => format!("{head}: {} -> {}", repr(file)?, repr(second)?),
            (Some(file), None) => format!("{head}: {}", repr(file)?),
            (None, _) => head,
        };
        return Ok(Str::new(thread, &full).value());
    }
    if is(exceptions.import_error)
        && let Some(message) = given(field::FIRST)
        && message.cast::<Str>().is_some()
    {
        return Ok(message);
    }
    if is(exceptions.syntax_error) {
        let message = text(exception.field(field::FIRST).unwrap_or(Value::NONE))?;
        let file = given(field::SECOND).and_then(|f| f.cast::<Str>()).map(|f| f.to_str_lossy(thread).into_owned());
        let file = file.map(|f| f.rsplit('/').next().unwrap_or_default().to_owned());
        let line = given(field::THIRD).and_then(|l| l.as_small());
        let full = match (file, line) {
            (Some(file), Some(line)) => format!("{message} ({file}, line {line})"),
            (Some(file), None) => format!("{message} ({file})"),
            (None, Some(line)) => format!("{message} (line {line})"),
            (None, None) => message,
        };
        return Ok(Str::new(thread, &full).value());
    }
    if is(exceptions.unicode_error)
        && let Some(full) = unicode_message(thread, exception)?
    {
        return Ok(Str::new(thread, &full).value());
    }
    if is(exceptions.base_exception_group) {
        return crate::types::exception_group::to_str(thread, exception);
    }
    match *exception.arguments() {
        [] => Ok(thread.vm().constant(|c| c.empty_str).value()),
        [single] => Ok(dispatch::text::str(thread, single)?.value()),
        _ => {
            let tuple = exception.arguments.get().map_or(Value::NONE, |a| a.value());
            Ok(dispatch::text::str(thread, tuple)?.value())
        }
    }
}

/// The text of the three Unicode errors with position.
fn unicode_message(thread: &Thread, exception: Gc<Exception>) -> PyResult<Option<String>> {
    let exceptions = &thread.vm().exceptions;
    let class = thread.class_of(exception.value());
    let number = |index: usize| exception.field(index).and_then(|v| v.as_small());
    let text = |index: usize| -> PyResult<String> {
        match exception.field(index) {
            Some(value) => Ok(dispatch::text::str(thread, value)?.to_str_lossy(thread).into_owned()),
            None => Ok(String::new()),
        }
    };
    let (Some(start), Some(end), Some(object)) =
        (number(field::THIRD), number(field::FOURTH), exception.field(field::SECOND))
    else {
        return Ok(None);
    };
    let decode = class.is_subclass_of(exceptions.unicode_decode_error);
    let verb = if decode {
        "decode"
    } else if class.is_subclass_of(exceptions.unicode_encode_error) {
        "encode"
    } else {
        "translate"
    };
    // The program may have set anything since.
    if decode != object.cast::<Str>().is_none() || decode && !crate::types::buffer::is_bytes_like(thread, object) {
        let wanted = if decode { "bytes" } else { "string" };
        return Err(thread.raise_type_error(format!("UnicodeError 'object' attribute must be a {wanted}")));
    }
    let length = match object.cast::<Str>() {
        Some(string) => string.len(thread),
        None => crate::types::buffer::with_bytes(thread, object, |bytes| bytes.len())?,
    };
    let (encoding, reason) = (text(field::FIRST)?, text(field::FIFTH)?);
    let prefix =
        if verb == "translate" { "can't translate".to_owned() } else { format!("'{encoding}' codec can't {verb}") };
    if end == start.wrapping_add(1) && (0..length as i64).contains(&start) {
        let one = Value::small_wrapping(start);
        let shown = match object.cast::<Str>() {
            Some(string) if start >= 0 && (start as usize) < string.len(thread) => {
                let code = Str::code_point_at(string, thread, start as usize);
                match code {
                    0..=0xff => format!("character '\\x{code:02x}'"),
                    0x100..=0xffff => format!("character '\\u{code:04x}'"),
                    _ => format!("character '\\U{code:08x}'"),
                }
            }
            Some(_) => "character".to_owned(),
            None => {
                let byte = dispatch::subscript::get_item(thread, object, one)?.as_small().unwrap_or(0);
                format!("byte 0x{byte:02x}")
            }
        };
        return Ok(Some(format!("{prefix} {shown} in position {start}: {reason}")));
    }
    let what = if decode { "bytes" } else { "characters" };
    Ok(Some(format!("{prefix} {what} in position {start}-{}: {reason}", end.wrapping_sub(1))))
}

/// The docstring of a standard exception class.
pub fn doc(name: &str) -> &'static str {
    match name {
        "Exception" => "Common base class for all non-exit exceptions.",
        "BaseExceptionGroup" => "A combination of multiple unrelated exceptions.",
        "GeneratorExit" => "Request that a generator exit.",
        "KeyboardInterrupt" => "Program interrupted by user.",
        "SystemExit" => "Request to exit from the interpreter.",
        "ArithmeticError" => "Base class for arithmetic errors.",
        "FloatingPointError" => "Floating-point operation failed.",
        "OverflowError" => "Result too large to be represented.",
        "ZeroDivisionError" => "Second argument to a division or modulo operation was zero.",
        "AssertionError" => "Assertion failed.",
        "AttributeError" => "Attribute not found.",
        "BufferError" => "Buffer error.",
        "EOFError" => "Read beyond end of file.",
        "ImportError" => "Import can't find module, or can't find name in module.",
        "ModuleNotFoundError" => "Module not found.",
        "LookupError" => "Base class for lookup errors.",
        "IndexError" => "Sequence index out of range.",
        "KeyError" => "Mapping key not found.",
        "MemoryError" => "Out of memory.",
        "NameError" => "Name not found globally.",
        "UnboundLocalError" => "Local name referenced but not bound to a value.",
        "OSError" => "Base class for I/O related errors.",
        "BlockingIOError" => "I/O operation would block.",
        "ChildProcessError" => "Child process error.",
        "ConnectionError" => "Connection error.",
        "BrokenPipeError" => "Broken pipe.",
        "ConnectionAbortedError" => "Connection aborted.",
        "ConnectionRefusedError" => "Connection refused.",
        "ConnectionResetError" => "Connection reset.",
        "FileExistsError" => "File already exists.",
        "FileNotFoundError" => "File not found.",
        "InterruptedError" => "Interrupted by signal.",
        "IsADirectoryError" => "Operation doesn't work on directories.",
        "NotADirectoryError" => "Operation only works on directories.",
        "PermissionError" => "Not enough permissions.",
        "ProcessLookupError" => "Process not found.",
        "TimeoutError" => "Timeout expired.",
        "ReferenceError" => "Weak ref proxy used after referent went away.",
        "RuntimeError" => "Unspecified run-time error.",
        "NotImplementedError" => "Method or function hasn't been implemented yet.",
        "PythonFinalizationError" => "Operation blocked during Python finalization.",
        "RecursionError" => "Recursion limit exceeded.",
        "StopAsyncIteration" => "Signal the end from iterator.__anext__().",
        "StopIteration" => "Signal the end from iterator.__next__().",
        "SyntaxError" => "Invalid syntax.",
        "IndentationError" => "Improper indentation.",
        "_IncompleteInputError" => "incomplete input.",
        "TabError" => "Improper mixture of spaces and tabs.",
        "SystemError" => {
            "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version."
        }
        "TypeError" => "Inappropriate argument type.",
        "ValueError" => "Inappropriate argument value (of correct type).",
        "UnicodeError" => "Unicode related error.",
        "UnicodeDecodeError" => "Unicode decoding error.",
        "UnicodeEncodeError" => "Unicode encoding error.",
        "UnicodeTranslateError" => "Unicode translation error.",
        "Warning" => "Base class for warning categories.",
        "BytesWarning" => {
            "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str."
        }
        "DeprecationWarning" => "Base class for warnings about deprecated features.",
        "EncodingWarning" => "Base class for warnings about encodings.",
        "FutureWarning" => "Base class for warnings about constructs that will change semantically\nin the future.",
        "ImportWarning" => "Base class for warnings about probable mistakes in module imports",
        "PendingDeprecationWarning" => {
            "Base class for warnings about features which will be deprecated\nin the future."
        }
        "ResourceWarning" => "Base class for warnings about resource usage.",
        "RuntimeWarning" => "Base class for warnings about dubious runtime behavior.",
        "SyntaxWarning" => "Base class for warnings about dubious syntax.",
        "UnicodeWarning" => {
            "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems."
        }
        "UserWarning" => "Base class for warnings generated by user code.",
        _ => "",
    }
}
