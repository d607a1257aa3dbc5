//! `fcntl`: control of open files.
//!
//! What lives here: the module. Start at [`fcntl`].
#![allow(unsafe_code)] // Calls of the C library.

use crate::dispatch;
use crate::error::PyResult;
use crate::modules::posix::{check, descriptor, retry};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::module::Module;
use crate::value::Value;
use taipan_macros::py_module;

/// The most that a call may exchange through a bytes argument.
const MOST: usize = 1024;

/// This module performs file control and I/O control on file descriptors.
///
/// It is an interface to the fcntl() and ioctl() Unix routines.  File
/// descriptors can be obtained with the fileno() method of a file or
/// socket object.
#[py_module(name = "fcntl")]
pub mod fcntl {
    use super::*;

    /// Runs a call with a number or with bytes that the system may change.
    fn exchange(
        thread: &Thread,
        name: &str,
        argument: Option<Value>,
        with_number: impl FnOnce(libc::c_long) -> i32,
        with_bytes: impl FnOnce(*mut u8) -> i32,
    ) -> PyResult<Value> {
        let argument = argument.unwrap_or(Value::small_wrapping(0));
        if crate::types::int::as_int(argument).is_some() || !buffer::is_bytes_like(thread, argument) {
            let number = dispatch::number::index_i64(thread, argument)?;
            let result = check(thread, with_number(number as libc::c_long))?;
            return Ok(Value::small_wrapping(i64::from(result)));
        }
        let mut bytes = buffer::to_vec(thread, argument)?;
        if bytes.len() > MOST {
            return Err(thread.raise_value_error(format!("{name} argument 3 is too long")));
        }
        let length = bytes.len();
        bytes.resize(MOST + 8, 0);
        check(thread, with_bytes(bytes.as_mut_ptr()))?;
        Ok(Bytes::new(thread, &bytes[..length]).value())
    }

    /// Perform the operation `cmd` on file descriptor fd.
    ///
    /// The values used for `cmd` are operating system dependent, and are
    /// available as constants in the fcntl module, using the same names as used
    /// in the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an int or a string.
    #[function(signature = "(fd, cmd, arg=0, /)")]
    fn fcntl(thread: &Thread, fd: Value, cmd: i32, arg: Option<Value>) -> PyResult<Value> {
        let fd = descriptor(thread, fd)?;
        // SAFETY: numbers, or a buffer with room for what the system exchanges.
        exchange(
            thread,
            "fcntl",
            arg,
            |number| thread.allow_threads(|| unsafe { libc::fcntl(fd, cmd, number) }),
            |bytes| thread.allow_threads(|| unsafe { libc::fcntl(fd, cmd, bytes) }),
        )
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are
    /// available as constants in the fcntl or termios library modules, using
    /// the same names as used in the relevant C header files.
    #[function(signature = "(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(
        thread: &Thread,
        fd: Value,
        request: u64,
        arg: Option<Value>,
        mutate_flag: Option<bool>,
    ) -> PyResult<Value> {
        let fd = descriptor(thread, fd)?;
        let result = exchange(
            thread,
            "ioctl",
            arg,
            // SAFETY: numbers.
            |number| thread.allow_threads(|| unsafe { libc::ioctl(fd, request as _, number) }),
            // SAFETY: a buffer with room for what the system exchanges.
            |bytes| thread.allow_threads(|| unsafe { libc::ioctl(fd, request as _, bytes) }),
        )?;
        // A buffer that can be written gets the answer itself.
        if let (Some(target), Some(answer), true) = (arg, result.cast::<Bytes>(), mutate_flag.unwrap_or(true))
            && target.cast::<Bytes>().is_none()
        {
            let message = "a read-write bytes-like object is required";
            buffer::with_bytes_mut(thread, target, message, |bytes| bytes.copy_from_slice(answer.as_slice()))?;
            return Ok(Value::small_wrapping(0));
        }
        Ok(result)
    }

    /// Perform the lock operation `operation` on file descriptor fd.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[function]
    fn flock(thread: &Thread, fd: Value, operation: i32) -> PyResult<()> {
        let fd = descriptor(thread, fd)?;
        // SAFETY: takes numbers.
        let result = retry(thread, || unsafe { libc::flock(fd, operation) } as isize)?;
        check(thread, result as i32)?;
        Ok(())
    }

    /// A wrapper around the fcntl() locking calls.
    #[function(signature = "(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        thread: &Thread,
        fd: Value,
        cmd: i32,
        len: Option<i64>,
        start: Option<i64>,
        whence: Option<i32>,
    ) -> PyResult<()> {
        let fd = descriptor(thread, fd)?;
        // SAFETY: an all-zero structure is valid.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = if cmd == libc::LOCK_UN {
            libc::F_UNLCK
        } else if cmd & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if cmd & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            return Err(thread.raise_value_error("unrecognized lockf argument"));
        } as _;
        lock.l_start = start.unwrap_or(0);
        lock.l_len = len.unwrap_or(0);
        lock.l_whence = whence.unwrap_or(0) as _;
        let operation = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        // SAFETY: the structure is valid.
        let result = retry(thread, || unsafe { libc::fcntl(fd, operation, &raw mut lock) } as isize)?;
        check(thread, result as i32)?;
        Ok(())
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        for (name, number) in [
            ("LOCK_SH", libc::LOCK_SH),
            ("LOCK_EX", libc::LOCK_EX),
            ("LOCK_NB", libc::LOCK_NB),
            ("LOCK_UN", libc::LOCK_UN),
            ("F_DUPFD", libc::F_DUPFD),
            ("F_DUPFD_CLOEXEC", libc::F_DUPFD_CLOEXEC),
            ("F_GETFD", libc::F_GETFD),
            ("F_SETFD", libc::F_SETFD),
            ("F_GETFL", libc::F_GETFL),
            ("F_SETFL", libc::F_SETFL),
            ("F_GETLK", libc::F_GETLK),
            ("F_SETLK", libc::F_SETLK),
            ("F_SETLKW", libc::F_SETLKW),
            ("F_RDLCK", i32::from(libc::F_RDLCK)),
            ("F_WRLCK", i32::from(libc::F_WRLCK)),
            ("F_UNLCK", i32::from(libc::F_UNLCK)),
            ("F_GETOWN", libc::F_GETOWN),
            ("F_SETOWN", libc::F_SETOWN),
            ("F_GETPIPE_SZ", libc::F_GETPIPE_SZ),
            ("F_SETPIPE_SZ", libc::F_SETPIPE_SZ),
            ("FD_CLOEXEC", libc::FD_CLOEXEC),
        ] {
            module.set(thread, name, Value::small_wrapping(i64::from(number)));
        }
        Ok(())
    }
}
