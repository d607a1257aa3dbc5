//! Functions about open files: descriptors, pipes, positions, locks.
//!
//! What lives here: the functions. Start at [`functions`].
#![allow(unsafe_code)] // Calls of the C library.

use super::{Path, check, check_long, descriptor, directory_descriptor, retry};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{self, last_errno, raise_errno, tuple};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::list::List;
use crate::value::Value;

fn pair(thread: &Thread, a: i32, b: i32) -> Value {
    tuple(thread, &[Value::small_wrapping(i64::from(a)), Value::small_wrapping(i64::from(b))])
}

/// Sets or clears the close-on-exec flag.
fn set_close_on_exec(number: i32, on: bool) -> i32 {
    // SAFETY: takes numbers.
    unsafe {
        let flags = libc::fcntl(number, libc::F_GETFD);
        if flags < 0 {
            return flags;
        }
        let flags = if on { flags | libc::FD_CLOEXEC } else { flags & !libc::FD_CLOEXEC };
        libc::fcntl(number, libc::F_SETFD, flags)
    }
}

/// A count argument that must not be negative.
fn count_argument(thread: &Thread, count: i64) -> PyResult<usize> {
    usize::try_from(count).map_err(|_| raise_errno(thread, libc::EINVAL, None))
}

/// The bytes of a bytes-like object while other threads run: those of `bytes` itself, a copy of others.
pub enum Stable {
    Shared(Gc<Bytes>),
    Copied(Vec<u8>),
}

impl Stable {
    /// The bytes of `value`.
    ///
    /// # Errors
    /// TypeError if it is not bytes-like.
    pub fn of(thread: &Thread, value: Value) -> PyResult<Stable> {
        match value.cast::<Bytes>() {
            Some(bytes) => Ok(Stable::Shared(bytes)),
            None => buffer::to_vec(thread, value).map(Stable::Copied),
        }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Stable::Shared(bytes) => bytes.as_slice(),
            Stable::Copied(bytes) => bytes,
        }
    }
}

/// Functions about open files.
#[taipan_macros::py_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    #[function(signature = "(path, flags, mode=511, *, dir_fd=None)", shows_files)]
    fn open(thread: &Thread, path: Value, flags: i32, mode: Option<i64>, dir_fd: Option<Value>) -> PyResult<i32> {
        let given = path;
        let path = Path::of(thread, path, "open", "path")?;
        let directory = directory_descriptor(thread, dir_fd)?;
        crate::modules::sys::hooks::audit_event(
            thread,
            "open",
            &[given, Value::NONE, Value::small_wrapping(i64::from(flags))],
        )?;
        let name = path.c_string();
        let mode = mode.unwrap_or(0o777) as libc::mode_t;
        // SAFETY: the path is a C string.
        let result =
            retry(thread, || unsafe { libc::openat(directory, name.as_ptr(), flags | libc::O_CLOEXEC, mode) }
                as isize)?;
        path.check(thread, result as i32)
    }

    /// Close a file descriptor.
    #[function(signature = "(fd)")]
    fn close(thread: &Thread, fd: i32) -> PyResult<()> {
        // SAFETY: takes a number.
        check(thread, thread.allow_threads(|| unsafe { libc::close(fd) }))?;
        Ok(())
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[function]
    fn closerange(fd_low: i32, fd_high: i32) {
        for number in fd_low.max(0)..fd_high {
            // SAFETY: takes a number.
            unsafe { libc::close(number) };
        }
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[function]
    fn read(thread: &Thread, fd: i32, length: i64) -> PyResult<Gc<Bytes>> {
        let mut data = support::zeroed_buffer(thread, count_argument(thread, length)?)?;
        // SAFETY: the buffer is writable for its length.
        let count = retry(thread, || unsafe { libc::read(fd, data.as_mut_ptr().cast(), data.len()) })?;
        let count = check_long(thread, count)?;
        Ok(Bytes::new(thread, &data[..count]))
    }

    /// Read into a buffer object from a file descriptor.
    #[function]
    fn readinto(thread: &Thread, fd: i32, buffer: Value) -> PyResult<usize> {
        let message = "readinto() argument 2 must be read-write bytes-like object";
        buffer::with_bytes_mut(thread, buffer, message, |data| {
            // SAFETY: the buffer is writable for its length, which nobody changes meanwhile.
            let count = retry(thread, || unsafe { libc::read(fd, data.as_mut_ptr().cast(), data.len()) })?;
            check_long(thread, count)
        })?
    }

    /// Write a bytes object to a file descriptor.
    #[function]
    fn write(thread: &Thread, fd: i32, data: Value) -> PyResult<usize> {
        let data = Stable::of(thread, data)?;
        let data = data.bytes();
        // SAFETY: the buffer is readable for its length.
        let count = retry(thread, || unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) })?;
        check_long(thread, count)
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset.
    #[function]
    fn pread(thread: &Thread, fd: i32, length: i64, offset: i64) -> PyResult<Gc<Bytes>> {
        let mut data = vec![0u8; count_argument(thread, length)?];
        // SAFETY: the buffer is writable for its length.
        let count = retry(thread, || unsafe { libc::pread(fd, data.as_mut_ptr().cast(), data.len(), offset) })?;
        let count = check_long(thread, count)?;
        Ok(Bytes::new(thread, &data[..count]))
    }

    /// Write bytes to a file descriptor starting at a particular offset.
    #[function]
    fn pwrite(thread: &Thread, fd: i32, buffer: Value, offset: i64) -> PyResult<usize> {
        let data = Stable::of(thread, buffer)?;
        let data = data.bytes();
        // SAFETY: the buffer is readable for its length.
        let count = retry(thread, || unsafe { libc::pwrite(fd, data.as_ptr().cast(), data.len(), offset) })?;
        check_long(thread, count)
    }

    /// Iterate over buffers, and write the contents of each to a file descriptor.
    #[function]
    fn writev(thread: &Thread, fd: i32, buffers: Value) -> PyResult<usize> {
        let list = List::from_iterable(thread, buffers)?;
        let mut all = Vec::new();
        for index in 0..list.len() {
            if let Some(piece) = list.get(thread, index) {
                all.extend(buffer::to_vec(thread, piece)?);
            }
        }
        // SAFETY: the buffer is readable for its length.
        let count = retry(thread, || unsafe { libc::write(fd, all.as_ptr().cast(), all.len()) })?;
        check_long(thread, count)
    }

    /// Set the position of a file descriptor.  Return the new position.
    #[function]
    fn lseek(thread: &Thread, fd: i32, position: i64, how: i32) -> PyResult<i64> {
        // SAFETY: takes numbers.
        let result = unsafe { libc::lseek(fd, position, how) };
        if result < 0 { Err(raise_errno(thread, last_errno(), None)) } else { Ok(result) }
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[function]
    fn ftruncate(thread: &Thread, fd: i32, length: i64) -> PyResult<()> {
        // SAFETY: takes numbers.
        let result = retry(thread, || unsafe { libc::ftruncate(fd, length) } as isize)?;
        check_long(thread, result)?;
        Ok(())
    }

    /// Force write of fd to disk.
    #[function(signature = "(fd)")]
    fn fsync(thread: &Thread, fd: Value) -> PyResult<()> {
        let number = descriptor(thread, fd)?;
        // SAFETY: takes a number.
        let result = retry(thread, || unsafe { libc::fsync(number) } as isize)?;
        check_long(thread, result)?;
        Ok(())
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[function(signature = "(fd)")]
    fn fdatasync(thread: &Thread, fd: Value) -> PyResult<()> {
        let number = descriptor(thread, fd)?;
        // SAFETY: takes a number.
        let result = retry(thread, || unsafe { libc::fdatasync(number) } as isize)?;
        check_long(thread, result)?;
        Ok(())
    }

    /// Return a duplicate of a file descriptor.
    #[function]
    fn dup(thread: &Thread, fd: i32) -> PyResult<i32> {
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
    }

    /// Duplicate file descriptor.
    #[function(signature = "(fd, fd2, inheritable=True)")]
    fn dup2(thread: &Thread, fd: i32, fd2: i32, inheritable: Option<bool>) -> PyResult<i32> {
        let flags = if inheritable.unwrap_or(true) { 0 } else { libc::O_CLOEXEC };
        // SAFETY: takes numbers.
        let result = if fd == fd2 {
            retry(thread, || unsafe { libc::dup2(fd, fd2) } as isize)?
        } else {
            retry(thread, || unsafe { libc::dup3(fd, fd2, flags) } as isize)?
        };
        check(thread, result as i32)
    }

    /// Create a pipe.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    #[function]
    fn pipe(thread: &Thread) -> PyResult<Value> {
        pipe2(thread, libc::O_CLOEXEC)
    }

    /// Create a pipe with flags set atomically.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    ///
    /// flags can be constructed by ORing together one or more of these values:
    /// O_NONBLOCK, O_CLOEXEC.
    #[function]
    fn pipe2(thread: &Thread, flags: i32) -> PyResult<Value> {
        let mut ends = [0; 2];
        // SAFETY: the array has two places.
        check(thread, unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
        Ok(pair(thread, ends[0], ends[1]))
    }

    /// Return True if the fd is connected to a terminal.
    ///
    /// Return True if the file descriptor is an open file descriptor
    /// connected to the slave end of a terminal.
    #[function]
    fn isatty(fd: i32) -> bool {
        // SAFETY: takes a number.
        unsafe { libc::isatty(fd) == 1 }
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[function]
    fn get_inheritable(thread: &Thread, fd: i32) -> PyResult<bool> {
        // SAFETY: takes numbers.
        let flags = check(thread, unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
        Ok(flags & libc::FD_CLOEXEC == 0)
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[function]
    fn set_inheritable(thread: &Thread, fd: i32, inheritable: i32) -> PyResult<()> {
        check(thread, set_close_on_exec(fd, inheritable == 0))?;
        Ok(())
    }

    /// Get the blocking mode of the file descriptor.
    ///
    /// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
    #[function]
    fn get_blocking(thread: &Thread, fd: i32) -> PyResult<bool> {
        // SAFETY: takes numbers.
        let flags = check(thread, unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
        Ok(flags & libc::O_NONBLOCK == 0)
    }

    /// Set the blocking mode of the specified file descriptor.
    ///
    /// Set the O_NONBLOCK flag if blocking is False,
    /// clear the O_NONBLOCK flag otherwise.
    #[function]
    fn set_blocking(thread: &Thread, fd: i32, blocking: bool) -> PyResult<()> {
        // SAFETY: takes numbers.
        let flags = check(thread, unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
        let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::fcntl(fd, libc::F_SETFL, flags) })?;
        Ok(())
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    #[function]
    fn lockf(thread: &Thread, fd: i32, command: i32, length: i64) -> PyResult<()> {
        // SAFETY: takes numbers.
        let result = retry(thread, || unsafe { libc::lockf(fd, command, length) } as isize)?;
        check_long(thread, result)?;
        Ok(())
    }

    /// Announce an intention to access data in a specific pattern.
    #[function]
    fn posix_fadvise(thread: &Thread, fd: i32, offset: i64, length: i64, advice: i32) -> PyResult<()> {
        // SAFETY: takes numbers.
        match unsafe { libc::posix_fadvise(fd, offset, length, advice) } {
            0 => Ok(()),
            errno => Err(raise_errno(thread, errno, None)),
        }
    }

    /// Ensure a file has allocated at least a particular number of bytes on disk.
    #[function]
    fn posix_fallocate(thread: &Thread, fd: i32, offset: i64, length: i64) -> PyResult<()> {
        // SAFETY: takes numbers.
        match thread.allow_threads(|| unsafe { libc::posix_fallocate(fd, offset, length) }) {
            0 => Ok(()),
            errno => Err(raise_errno(thread, errno, None)),
        }
    }

    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[function(signature = "(out_fd, in_fd, offset, count)")]
    fn sendfile(thread: &Thread, out_fd: i32, in_fd: i32, offset: Value, count: i64) -> PyResult<usize> {
        let count = count_argument(thread, count)?;
        let result = if offset.is_none() {
            // SAFETY: the offset is null.
            retry(thread, || unsafe { libc::sendfile(out_fd, in_fd, std::ptr::null_mut(), count) })?
        } else {
            let mut position = dispatch::number::index_c_long(thread, offset)?;
            // SAFETY: the offset is writable.
            retry(thread, || unsafe { libc::sendfile(out_fd, in_fd, &raw mut position, count) })?
        };
        check_long(thread, result)
    }

    /// Copy count bytes from one file descriptor to another.
    #[function(signature = "(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(
        thread: &Thread,
        src: i32,
        dst: i32,
        count: i64,
        offset_src: Option<i64>,
        offset_dst: Option<i64>,
    ) -> PyResult<usize> {
        let Ok(count) = usize::try_from(count) else {
            return Err(thread.raise_value_error("negative value for 'count' not allowed"));
        };
        let (mut from, mut to) = (offset_src, offset_dst);
        let pointer = |offset: &mut Option<i64>| offset.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
        let (from, to) = (pointer(&mut from), pointer(&mut to));
        // SAFETY: the offsets are null or writable.
        let result = retry(thread, || unsafe { libc::copy_file_range(src, from, dst, to, count, 0) })?;
        check_long(thread, result)
    }

    /// Create an anonymous file.
    #[function(signature = "(name, flags=1)")]
    fn memfd_create(thread: &Thread, name: Value, flags: Option<u32>) -> PyResult<i32> {
        let path = Path::of(thread, name, "memfd_create", "name")?;
        // SAFETY: the name is a C string.
        check(thread, unsafe { libc::memfd_create(path.c_string().as_ptr(), flags.unwrap_or(libc::MFD_CLOEXEC)) })
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[function]
    fn urandom(thread: &Thread, size: i64) -> PyResult<Gc<Bytes>> {
        if size < 0 {
            return Err(thread.raise_value_error("negative argument not allowed"));
        }
        random_bytes(thread, size as usize, 0)
    }

    /// Obtain a series of random bytes.
    #[function(signature = "(size, flags=0)")]
    fn getrandom(thread: &Thread, size: i64, flags: Option<i32>) -> PyResult<Gc<Bytes>> {
        random_bytes(thread, count_argument(thread, size)?, flags.unwrap_or(0) as u32)
    }

    fn random_bytes(thread: &Thread, size: usize, flags: u32) -> PyResult<Gc<Bytes>> {
        let mut data = support::zeroed_buffer(thread, size)?;
        let mut filled = 0;
        while filled < size {
            // SAFETY: the buffer is writable for its length.
            let count =
                retry(thread, || unsafe { libc::getrandom(data[filled..].as_mut_ptr().cast(), size - filled, flags) })?;
            filled += check_long(thread, count)?;
        }
        Ok(Bytes::new(thread, &data))
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    ///
    /// The file descriptor must be attached to a terminal.
    /// If the device is not a terminal, return None.
    #[function(signature = "(fd)")]
    fn device_encoding(fd: i32) -> Option<&'static str> {
        isatty(fd).then_some("utf-8")
    }

    /// The number as a Python int; for results wider than the macros convert.
    #[function(signature = "(initval, flags=524288)")]
    fn eventfd(thread: &Thread, initval: u32, flags: Option<i32>) -> PyResult<Value> {
        // SAFETY: takes numbers.
        let number = check(thread, unsafe { libc::eventfd(initval, flags.unwrap_or(libc::EFD_CLOEXEC)) })?;
        Ok(int::from_i64(thread, i64::from(number)))
    }
}
