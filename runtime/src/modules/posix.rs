//! The module `posix`: the system calls under `os`.
//!
//! What lives here: what the families below share: path arguments, results of system calls. What must not: the
//! functions (the files below, by family). Start at [`posix`].

pub mod constants;
pub mod directory;
pub mod files;
pub mod identity;
pub mod paths;
pub mod process;
pub mod status;
pub mod terminal;

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::support::{FileName, fspath_or_none, last_errno, raise_errno};
use crate::thread::Thread;
use crate::types::int;
use crate::value::Value;
use std::ffi::CString;
use taipan_macros::py_module;

/// A path argument: a name, or for some functions an open descriptor.
pub struct Path {
    /// As the call gave it, for errors.
    pub given: Value,
    pub name: Target,
}

/// What a path argument names.
pub enum Target {
    Name(FileName),
    Descriptor(i32),
}

impl Path {
    /// A path that must be a name.
    pub fn of(thread: &Thread, given: Value, function: &str, argument: &str) -> PyResult<Path> {
        let name = Target::Name(FileName::from_value(thread, given, function, argument)?);
        Ok(Path { given, name })
    }

    /// A path or a descriptor.
    pub fn or_descriptor(thread: &Thread, given: Value, function: &str, argument: &str) -> PyResult<Path> {
        if !int::is_int(given) && fspath_or_none(thread, given)?.is_some() {
            return Path::of(thread, given, function, argument);
        }
        if !int::is_int(given) && !dispatch::number::has_index(thread, given) {
            let class = thread.type_name(given);
            let message =
                format!("{function}: {argument} should be string, bytes, os.PathLike or integer, not {class}");
            return Err(thread.raise_type_error(message));
        }
        Ok(Path { given, name: Target::Descriptor(descriptor(thread, given)?) })
    }

    /// The name as a C string; empty for a descriptor.
    pub fn c_string(&self) -> CString {
        match &self.name {
            Target::Name(name) => name.c_string(),
            Target::Descriptor(_) => CString::default(),
        }
    }

    /// Results that name files are bytes, because the argument was.
    pub fn is_bytes(&self) -> bool {
        matches!(&self.name, Target::Name(name) if name.is_bytes)
    }

    /// Raises the OSError of the last system call about this path.
    #[cold]
    pub fn fail(&self, thread: &Thread) -> Raised {
        raise_errno(thread, last_errno(), Some(self.given))
    }

    /// `Ok` for a result of 0 or more, else the OSError about this path.
    pub fn check(&self, thread: &Thread, result: i32) -> PyResult<i32> {
        if result < 0 { Err(self.fail(thread)) } else { Ok(result) }
    }
}

/// A file descriptor argument: an int, or an object with `fileno()`.
pub fn descriptor(thread: &Thread, value: Value) -> PyResult<i32> {
    let number = if int::is_int(value) {
        value
    } else {
        match dispatch::attr::get_optional(thread, value, crate::modules::support::intern(thread, "fileno"))? {
            Some(method) => {
                let number = dispatch::call::call(thread, method, &[])?;
                if !int::is_int(number) {
                    return Err(thread.raise_type_error("fileno() returned a non-integer"));
                }
                number
            }
            None if dispatch::number::has_index(thread, value) => dispatch::number::index(thread, value)?,
            None => return Err(thread.raise_type_error("argument must be an int, or have a fileno() method.")),
        }
    };
    match int::to_i64(number).map(i32::try_from) {
        Some(Ok(descriptor)) if descriptor >= 0 => Ok(descriptor),
        Some(Ok(descriptor)) => {
            Err(thread.raise_value_error(format!("file descriptor cannot be a negative integer ({descriptor})")))
        }
        _ if int::is_negative(number) => Err(thread.raise_overflow_error("fd is less than minimum")),
        _ => Err(thread.raise_overflow_error("fd is greater than maximum")),
    }
}

/// A `dir_fd` argument.
pub fn directory_descriptor(thread: &Thread, value: Option<Value>) -> PyResult<i32> {
    match value.filter(|value| !value.is_none()) {
        None => Ok(libc::AT_FDCWD),
        Some(value) if int::is_int(value) || dispatch::number::has_index(thread, value) => {
            match dispatch::number::index_c_long(thread, value).map(i32::try_from)? {
                Ok(descriptor) => Ok(descriptor),
                Err(_) => Err(thread.raise_overflow_error("fd is greater than maximum")),
            }
        }
        Some(value) => {
            Err(thread.raise_type_error(format!("argument should be integer or None, not {}", thread.type_name(value))))
        }
    }
}

/// `Ok` for a result of 0 or more, else the OSError of the call.
pub fn check(thread: &Thread, result: i32) -> PyResult<i32> {
    if result < 0 { Err(raise_errno(thread, last_errno(), None)) } else { Ok(result) }
}

/// As [`check`] for wider results.
pub fn check_long(thread: &Thread, result: isize) -> PyResult<usize> {
    usize::try_from(result).map_err(|_| raise_errno(thread, last_errno(), None))
}

/// A call that may block: other threads may run meanwhile, and it is called again while a signal interrupts, whose
/// handler runs first (PEP 475). `call` keeps to the rules of [`Thread::allow_threads`].
///
/// # Errors
/// What a signal handler raises.
pub fn retry(thread: &Thread, mut call: impl FnMut() -> isize) -> PyResult<isize> {
    loop {
        let result = thread.allow_threads(&mut call);
        if result >= 0 || last_errno() != libc::EINTR {
            return Ok(result);
        }
        crate::modules::signal::check(thread)?;
    }
}

/// This module provides access to operating system functionality that is
/// standardized by the C Standard and the POSIX standard (a thinly
/// disguised Unix interface).  Refer to the library manual and
/// corresponding Unix manual entries for more information on calls.
#[py_module(
    name = "posix",
    extend = [
        super::constants::functions::MODULE,
        super::directory::functions::MODULE,
        super::files::functions::MODULE,
        super::identity::functions::MODULE,
        super::paths::functions::MODULE,
        super::process::functions::MODULE,
        super::process::numbers::MODULE,
        super::status::functions::MODULE,
        super::terminal::functions::MODULE
    ]
)]
pub mod posix {
    use crate::error::PyResult;
    use crate::modules::support::{intern, string};
    use crate::native::PyClass;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::bytes::Bytes;
    use crate::types::dict::Dict;
    use crate::types::list::List;
    use crate::types::module::Module;
    use crate::types::type_object::Type;
    use std::os::unix::ffi::OsStrExt;

    /// What `os` needs to know to say which functions take `dir_fd`, descriptors and `follow_symlinks`.
    const HAVE_FUNCTIONS: &[&str] = &[
        "HAVE_FACCESSAT",
        "HAVE_FCHDIR",
        "HAVE_FCHMOD",
        "HAVE_FCHMODAT",
        "HAVE_FCHOWN",
        "HAVE_FCHOWNAT",
        "HAVE_FDOPENDIR",
        "HAVE_FEXECVE",
        "HAVE_FPATHCONF",
        "HAVE_FSTATAT",
        "HAVE_FSTATVFS",
        "HAVE_FTRUNCATE",
        "HAVE_FUTIMENS",
        "HAVE_LINKAT",
        "HAVE_LCHOWN",
        "HAVE_LSTAT",
        "HAVE_MKDIRAT",
        "HAVE_MKFIFOAT",
        "HAVE_MKNODAT",
        "HAVE_OPENAT",
        "HAVE_READLINKAT",
        "HAVE_RENAMEAT",
        "HAVE_SYMLINKAT",
        "HAVE_UNLINKAT",
        "HAVE_UTIMENSAT",
    ];

    /// Create the environment dictionary.
    #[function]
    pub fn _create_environ(thread: &Thread) -> PyResult<Gc<Dict>> {
        let dict = Dict::new(thread);
        for (name, value) in std::env::vars_os() {
            let name = Bytes::new(thread, name.as_bytes()).value();
            // The first of several settings counts.
            if !dict.contains(thread, name)? {
                dict.insert(thread, name, Bytes::new(thread, value.as_bytes()).value())?;
            }
        }
        Ok(dict)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "environ", _create_environ(thread)?.value());
        module.set(thread, "error", thread.vm().exceptions.os_error.value());
        let names = List::empty(thread);
        for name in HAVE_FUNCTIONS {
            names.push(thread, string(thread, name))?;
        }
        module.set(thread, "_have_functions", names.value());
        for spec in [
            super::status::StatResult::SPEC,
            super::status::StatvfsResult::SPEC,
            super::terminal::TerminalSize::SPEC,
            super::process::UnameResult::SPEC,
            super::process::TimesResult::SPEC,
            super::process::SchedParam::SPEC,
            super::process::WaitidResult::SPEC,
            super::directory::DirEntry::SPEC,
        ] {
            let class = Type::of_spec(thread, spec);
            module.dict().insert_str(thread, intern(thread, spec.name), class.value());
        }
        Ok(())
    }
}
