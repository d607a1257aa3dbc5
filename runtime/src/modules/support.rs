//! Small steps that many native modules share: names, text arguments, errno errors, file names.
//!
//! What lives here: helpers without state. What must not: anything one module alone needs. Start anywhere.

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::class_build;
use crate::types::dict::Dict;
use crate::types::exception_fields;
use crate::types::payload::{Payload, PayloadData};
use crate::types::prompt;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use taipan_macros::py_class;

/// The interned string of `text`.
#[inline]
pub fn intern(thread: &Thread, text: &str) -> Gc<Str> {
    thread.vm().interner.intern_text(thread, text)
}

/// A new string as a value.
#[inline]
pub fn string(thread: &Thread, text: &str) -> Value {
    Str::new(thread, text).value()
}

/// A tuple as a value.
#[inline]
pub fn tuple(thread: &Thread, items: &[Value]) -> Value {
    Tuple::new(thread, items).value()
}

/// The text of a `str`, surrogates replaced; `None` for other objects.
pub fn text_of(thread: &Thread, value: Value) -> Option<String> {
    value.cast::<Str>().map(|text| text.to_str_lossy(thread).into_owned())
}

/// An attribute name given as an argument. Raises TypeError for anything but a `str`.
pub fn attribute_name(thread: &Thread, name: Value) -> PyResult<Gc<Str>> {
    match name.cast::<Str>() {
        Some(name) => Ok(thread.vm().interner.intern(thread, name)),
        None => {
            Err(thread.raise_type_error(format!("attribute name must be string, not '{}'", thread.type_name(name))))
        }
    }
}

/// `object.name`.
pub fn get(thread: &Thread, object: Value, name: &str) -> PyResult<Value> {
    dispatch::attr::get(thread, object, intern(thread, name))
}

/// `object.name(*arguments)`.
pub fn call_method(thread: &Thread, object: Value, name: &str, arguments: &[Value]) -> PyResult<Value> {
    dispatch::call::call_method(thread, object, intern(thread, name), arguments)
}

/// `repr(value)` as Rust text.
pub fn repr(thread: &Thread, value: Value) -> PyResult<String> {
    Ok(dispatch::text::repr(thread, value)?.to_str_lossy(thread).into_owned())
}

/// The errno of the system call that failed last.
pub fn last_errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Raises the OSError of the system call that failed last.
#[cold]
pub fn raise_last_errno(thread: &Thread, filename: Option<Value>) -> Raised {
    exception_fields::raise_os_error(thread, last_errno(), filename)
}

/// Raises the OSError of `errno`.
#[cold]
pub fn raise_errno(thread: &Thread, errno: i32, filename: Option<Value>) -> Raised {
    exception_fields::raise_os_error(thread, errno, filename)
}

/// Raises the OSError of `errno` about two files.
#[cold]
pub fn raise_errno_two(thread: &Thread, errno: i32, first: Value, second: Value) -> Raised {
    let message = string(thread, &exception_fields::strerror(errno));
    let class = exception_fields::os_error_class(thread, errno);
    thread.raise_with_arguments(class, &[Value::small_wrapping(i64::from(errno)), message, first, Value::NONE, second])
}

/// The bytes that the system knows a string by (UTF-8 with `surrogateescape`, PEP 383).
pub fn filesystem_bytes(thread: &Thread, text: Gc<Str>) -> PyResult<Vec<u8>> {
    if text.is_ascii() || text.as_str(thread).is_some() {
        return Ok(text.as_bytes(thread).to_vec());
    }
    Ok(dispatch::text::codecs::encode(thread, text, None, Some("surrogateescape"))?.as_slice().to_vec())
}

/// The string for bytes that the system gave (UTF-8 with `surrogateescape`, PEP 383).
pub fn filesystem_string(thread: &Thread, bytes: &[u8]) -> PyResult<Gc<Str>> {
    dispatch::text::codecs::decode_utf8(thread, bytes, Some("surrogateescape"))
}

/// A file name argument: `str`, `bytes` or an object with `__fspath__`.
pub struct FileName {
    /// As the system takes it, without the final zero.
    pub bytes: Vec<u8>,
    /// The argument was `bytes`: names in results are bytes too.
    pub is_bytes: bool,
}

impl FileName {
    /// Reads the argument. `function` and `argument` are for the messages.
    ///
    /// # Errors
    /// TypeError for another type, ValueError for an embedded zero.
    pub fn from_value(thread: &Thread, value: Value, function: &str, argument: &str) -> PyResult<FileName> {
        let plain = fspath_or_none(thread, value)?;
        prompt::before_files(thread);
        let Some(plain) = plain else {
            let (prefix, given) = (prefix(function), thread.type_name(value));
            return Err(thread
                .raise_type_error(format!("{prefix}{argument} should be string, bytes or os.PathLike, not {given}")));
        };
        let name = match plain.cast::<Str>() {
            Some(text) => FileName { bytes: filesystem_bytes(thread, text)?, is_bytes: false },
            None => FileName {
                bytes: plain.cast::<Bytes>().map(|b| b.as_slice().to_vec()).unwrap_or_default(),
                is_bytes: true,
            },
        };
        if name.bytes.contains(&0) {
            let (prefix, word) = (prefix(function), if name.is_bytes { "byte" } else { "character" });
            return Err(thread.raise_value_error(format!("{prefix}embedded null {word} in {argument}")));
        }
        Ok(name)
    }

    /// As a C string; zeros were refused before.
    pub fn c_string(&self) -> CString {
        CString::new(self.bytes.clone()).unwrap_or_default()
    }

    pub fn path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.bytes))
    }

    /// A name the system gave, as the type the argument had.
    pub fn like(&self, thread: &Thread, bytes: &[u8]) -> PyResult<Value> {
        if self.is_bytes {
            Ok(Bytes::new(thread, bytes).value())
        } else {
            Ok(filesystem_string(thread, bytes)?.value())
        }
    }
}

fn prefix(function: &str) -> String {
    if function.is_empty() { String::new() } else { format!("{function}: ") }
}

/// `os.fspath`, but `None` for objects that are no file names.
pub fn fspath_or_none(thread: &Thread, value: Value) -> PyResult<Option<Value>> {
    if value.cast::<Str>().is_some() || value.cast::<Bytes>().is_some() {
        return Ok(Some(value));
    }
    let Some(result) = dispatch::special::try_call(thread, crate::types::special::Special::Fspath, value, &[])? else {
        return Ok(None);
    };
    if result.cast::<Str>().is_some() || result.cast::<Bytes>().is_some() {
        return Ok(Some(result));
    }
    let (given, found) = (thread.type_name(value), thread.type_name(result));
    Err(thread.raise_type_error(format!("expected {given}.__fspath__() to return str or bytes, not {found}")))
}

/// A path as a Python string.
pub fn path_string(thread: &Thread, path: &Path) -> PyResult<Gc<Str>> {
    filesystem_string(thread, path.as_os_str().as_bytes())
}

/// The path that a Python string names.
pub fn path_of(thread: &Thread, text: Gc<Str>) -> PyResult<PathBuf> {
    Ok(PathBuf::from(OsStr::from_bytes(&filesystem_bytes(thread, text)?)))
}

/// The object's class is the builtin one of this spec, not derived from it.
#[inline]
pub fn is_exact(thread: &Thread, value: Value, spec: &'static crate::native::ClassSpec) -> bool {
    let class = thread.class_of(value);
    class.spec.get().is_some_and(|own| std::ptr::eq(own, spec))
        && !class.flag(crate::types::type_object::type_flags::HEAP)
}

/// The method `name` that an object of the exact class `spec` is asked for is the class's: neither a subclass nor the
/// object has one of its own.
///
/// # Errors
/// AttributeError if there is none.
pub fn keeps_method(
    thread: &Thread,
    value: Value,
    spec: &'static crate::native::ClassSpec,
    name: &str,
) -> PyResult<bool> {
    Ok(is_exact(thread, value, spec)
        && crate::dispatch::attr::get_method(thread, value, intern(thread, name))?.1.is_some())
}

/// The exception class `name` of a native module, made on first use: a subclass of `base`.
///
/// The classes of an isolate stand among its module state; modules put theirs into their namespace.
pub fn exception_class(thread: &Thread, module: &'static str, name: &'static str, base: Gc<Type>) -> Gc<Type> {
    let vm = thread.vm();
    let (module, name) = (intern(thread, module), intern(thread, name));
    let is_known = |class: &Gc<Type>| {
        class.name.get() == Some(name)
            && class.dictionary().get_str(thread, vm.names.__module__) == Some(module.value())
    };
    let known = vm.module_state.borrow().iter().filter_map(|state| state.to_value().cast::<Type>()).find(is_known);
    if let Some(class) = known {
        return class;
    }
    let namespace = Dict::new(thread);
    namespace.insert_str(thread, vm.names.__module__, module.value());
    let bases = Tuple::new(thread, &[base.value()]);
    match class_build::build_class(thread, vm.types.type_type, name, bases, namespace, &[]) {
        Ok(class) => {
            vm.module_state.borrow_mut().push(class.header());
            class
        }
        Err(raised) => {
            // Nothing of a class without methods can fail but memory.
            thread.take_exception(raised);
            base
        }
    }
}

/// The class of what [`module_state`] keeps; no program sees an instance.
struct NativeState;

impl PayloadData for NativeState {
    fn trace(&self, _: &mut Tracer) {}
}

/// The state of a native module.
#[py_class(name = "native_module_state", payload, no_instances)]
impl NativeState {}

/// `size` zero bytes to read into. Raises MemoryError.
pub fn zeroed_buffer(thread: &Thread, size: usize) -> PyResult<Vec<u8>> {
    let mut buffer = Vec::new();
    if buffer.try_reserve_exact(size).is_err() {
        return Err(thread.raise_memory_error(""));
    }
    buffer.resize(size, 0);
    Ok(buffer)
}

/// The native state of type `T` that a module keeps per isolate, made on first use.
pub fn module_state<T: PayloadData>(thread: &Thread, make: impl FnOnce() -> T) -> Gc<Payload<T>> {
    let mut states = thread.vm().module_state.borrow_mut();
    let known = states
        .iter()
        .enumerate()
        .find_map(|(index, state)| Payload::<T>::cast(state.to_value()).map(|state| (index, state)));
    match known {
        Some((index, state)) => {
            // What is asked for often comes to stand in front.
            states.swap(index, index / 2);
            state
        }
        None => {
            drop(states);
            let state = Payload::new(thread, Type::of_spec(thread, <NativeState as PyClass>::SPEC), make());
            thread.vm().module_state.borrow_mut().push(state.header());
            state
        }
    }
}
