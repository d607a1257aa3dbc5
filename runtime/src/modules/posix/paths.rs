//! Functions about names of files: making, removing, renaming, linking, permissions, the current folder.
//!
//! What lives here: the functions. Start at [`functions`].
#![allow(unsafe_code)] // Calls of the C library.

use super::{Path, Target, check, descriptor, directory_descriptor};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{FileName, filesystem_string, last_errno, raise_errno, raise_errno_two, string, tuple};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::os::unix::ffi::OsStrExt;

/// Renames, for `rename` and `replace`.
fn move_file(
    thread: &Thread,
    function: &str,
    from: Value,
    to: Value,
    from_directory: Option<Value>,
    to_directory: Option<Value>,
) -> PyResult<()> {
    let source = Path::of(thread, from, function, "src")?;
    let target = Path::of(thread, to, function, "dst")?;
    let (from_directory, to_directory) =
        (directory_descriptor(thread, from_directory)?, directory_descriptor(thread, to_directory)?);
    // SAFETY: both paths are C strings.
    let result =
        unsafe { libc::renameat(from_directory, source.c_string().as_ptr(), to_directory, target.c_string().as_ptr()) };
    if result < 0 {
        return Err(raise_errno_two(thread, last_errno(), from, to));
    }
    Ok(())
}

/// Splits off the root: POSIX leaves two leading slashes alone.
fn root_length(path: &[u8]) -> usize {
    match path {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

/// A path without `.`, `..` and repeated slashes.
fn normal_path(path: &[u8]) -> Vec<u8> {
    let root = &path[..root_length(path)];
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if root.is_empty() && parts.last().is_none_or(|last| *last == b"..") => parts.push(part),
            b".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let mut normal = root.to_vec();
    normal.extend(parts.join(&b'/'));
    if normal.is_empty() { b".".to_vec() } else { normal }
}

/// The bytes of a path that is `str` or `bytes`, and which.
fn path_bytes(thread: &Thread, path: Value, function: &str) -> PyResult<(Vec<u8>, bool)> {
    if let Some(text) = path.cast::<Str>() {
        return Ok((text.as_bytes(thread).to_vec(), false));
    }
    match path.cast::<Bytes>() {
        Some(bytes) => Ok((bytes.as_slice().to_vec(), true)),
        None => {
            let message = format!("{function}: path should be string or bytes, not {}", thread.type_name(path));
            Err(thread.raise_type_error(message))
        }
    }
}

fn path_value(thread: &Thread, bytes: &[u8], is_bytes: bool) -> Value {
    if is_bytes { Bytes::new(thread, bytes).value() } else { Str::from_wtf8_bytes_unchecked(thread, bytes).value() }
}

/// A time as seconds and nanoseconds.
fn time_of(thread: &Thread, value: Value) -> PyResult<libc::timespec> {
    if let Some(x) = crate::types::float::as_float(value) {
        if x.is_nan() {
            return Err(thread.raise_value_error("Invalid value NaN (not a number)"));
        }
        let seconds = x.floor();
        let nanoseconds = ((x - seconds) * 1e9).floor();
        if seconds.abs() >= 9.2e18 {
            return Err(thread.raise_overflow_error("timestamp out of range for platform time_t"));
        }
        return Ok(libc::timespec { tv_sec: seconds as i64, tv_nsec: nanoseconds as i64 });
    }
    Ok(libc::timespec { tv_sec: dispatch::number::index_c_long(thread, value)?, tv_nsec: 0 })
}

fn time_of_nanoseconds(thread: &Thread, value: Value) -> PyResult<libc::timespec> {
    let total = dispatch::number::index_i64(thread, value)?;
    Ok(libc::timespec { tv_sec: total.div_euclid(1_000_000_000), tv_nsec: total.rem_euclid(1_000_000_000) })
}

/// Functions about names.
#[taipan_macros::py_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Return the file system path representation of the object.
    ///
    /// If the object is str or bytes, then allow it to pass through as-is. If the
    /// object defines __fspath__(), then return the result of that method. All other
    /// types raise a TypeError.
    #[function(signature = "(path)")]
    fn fspath(thread: &Thread, path: Value) -> PyResult<Value> {
        match crate::modules::support::fspath_or_none(thread, path)? {
            Some(path) => Ok(path),
            None => Err(thread.raise_type_error(format!(
                "expected str, bytes or os.PathLike object, not {}",
                thread.type_name(path)
            ))),
        }
    }

    /// Splits a pathname into drive, root and tail.
    #[function(signature = "(p, /)")]
    fn _path_splitroot_ex(thread: &Thread, path: Value) -> PyResult<Value> {
        let (bytes, is_bytes) = path_bytes(thread, path, "_path_splitroot_ex")?;
        let (root, tail) = bytes.split_at(root_length(&bytes));
        let part = |bytes: &[u8]| path_value(thread, bytes, is_bytes);
        Ok(tuple(thread, &[part(b""), part(root), part(tail)]))
    }

    /// Normalize path, eliminating double slashes, etc.
    #[function(signature = "(path)")]
    fn _path_normpath(thread: &Thread, path: Value) -> PyResult<Value> {
        let (bytes, is_bytes) = path_bytes(thread, path, "_path_normpath")?;
        Ok(path_value(thread, &normal_path(&bytes), is_bytes))
    }

    /// Use the real uid/gid to test for access to a path.
    #[function(signature = "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(
        thread: &Thread,
        path: Value,
        mode: i32,
        dir_fd: Option<Value>,
        effective_ids: Option<bool>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<bool> {
        let path = Path::of(thread, path, "access", "path")?;
        let mut flags = 0;
        if effective_ids.unwrap_or(false) {
            flags |= libc::AT_EACCESS;
        }
        if !follow_symlinks.unwrap_or(true) {
            flags |= libc::AT_SYMLINK_NOFOLLOW;
        }
        let directory = directory_descriptor(thread, dir_fd)?;
        // SAFETY: the path is a C string.
        Ok(unsafe { libc::faccessat(directory, path.c_string().as_ptr(), mode, flags) } == 0)
    }

    /// Change the current working directory to the specified path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
    #[function(signature = "(path)")]
    fn chdir(thread: &Thread, path: Value) -> PyResult<()> {
        let path = Path::or_descriptor(thread, path, "chdir", "path")?;
        let result = match path.name {
            // SAFETY: takes a number.
            Target::Descriptor(number) => unsafe { libc::fchdir(number) },
            // SAFETY: the path is a C string.
            Target::Name(_) => unsafe { libc::chdir(path.c_string().as_ptr()) },
        };
        path.check(thread, result)?;
        Ok(())
    }

    /// Change to the directory of the given file descriptor.
    ///
    /// fd must be opened on a directory, not a file.
    /// Equivalent to os.chdir(fd).
    #[function(signature = "(fd)")]
    fn fchdir(thread: &Thread, fd: Value) -> PyResult<()> {
        let number = descriptor(thread, fd)?;
        // SAFETY: takes a number.
        check(thread, unsafe { libc::fchdir(number) })?;
        Ok(())
    }

    /// Change root directory to path.
    #[function(signature = "(path)")]
    fn chroot(thread: &Thread, path: Value) -> PyResult<()> {
        let path = Path::of(thread, path, "chroot", "path")?;
        // SAFETY: the path is a C string.
        path.check(thread, unsafe { libc::chroot(path.c_string().as_ptr()) })?;
        Ok(())
    }

    /// Return a unicode string representing the current working directory.
    #[function]
    fn getcwd(thread: &Thread) -> PyResult<Gc<Str>> {
        match std::env::current_dir() {
            Ok(path) => filesystem_string(thread, path.as_os_str().as_bytes()),
            Err(error) => Err(raise_errno(thread, error.raw_os_error().unwrap_or(libc::ENOENT), None)),
        }
    }

    /// Return a bytes string representing the current working directory.
    #[function]
    fn getcwdb(thread: &Thread) -> PyResult<Gc<Bytes>> {
        match std::env::current_dir() {
            Ok(path) => Ok(Bytes::new(thread, path.as_os_str().as_bytes())),
            Err(error) => Err(raise_errno(thread, error.raw_os_error().unwrap_or(libc::ENOENT), None)),
        }
    }

    /// Change the access permissions of a file.
    #[function(signature = "(path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(
        thread: &Thread,
        path: Value,
        mode: i64,
        dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let path = Path::or_descriptor(thread, path, "chmod", "path")?;
        let mode = mode as libc::mode_t;
        let flags = if follow_symlinks.unwrap_or(true) { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let result = match path.name {
            // SAFETY: takes numbers.
            Target::Descriptor(number) => unsafe { libc::fchmod(number, mode) },
            Target::Name(_) => {
                let directory = directory_descriptor(thread, dir_fd)?;
                // SAFETY: the path is a C string.
                unsafe { libc::fchmodat(directory, path.c_string().as_ptr(), mode, flags) }
            }
        };
        path.check(thread, result)?;
        Ok(())
    }

    /// Change the access permissions of the file given by file descriptor fd.
    ///
    /// Equivalent to os.chmod(fd, mode).
    #[function(signature = "(fd, mode)")]
    fn fchmod(thread: &Thread, fd: Value, mode: i64) -> PyResult<()> {
        let number = descriptor(thread, fd)?;
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::fchmod(number, mode as libc::mode_t) })?;
        Ok(())
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    #[function(signature = "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        thread: &Thread,
        path: Value,
        uid: i64,
        gid: i64,
        dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let path = Path::or_descriptor(thread, path, "chown", "path")?;
        let flags = if follow_symlinks.unwrap_or(true) { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let result = match path.name {
            // SAFETY: takes numbers.
            Target::Descriptor(number) => unsafe { libc::fchown(number, uid as u32, gid as u32) },
            Target::Name(_) => {
                let directory = directory_descriptor(thread, dir_fd)?;
                // SAFETY: the path is a C string.
                unsafe { libc::fchownat(directory, path.c_string().as_ptr(), uid as u32, gid as u32, flags) }
            }
        };
        path.check(thread, result)?;
        Ok(())
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    /// This function will not follow symbolic links.
    /// Equivalent to os.chown(path, uid, gid, follow_symlinks=False).
    #[function(signature = "(path, uid, gid)")]
    fn lchown(thread: &Thread, path: Value, uid: i64, gid: i64) -> PyResult<()> {
        chown(thread, path, uid, gid, None, Some(false))
    }

    /// Change the owner and group id of the file specified by file descriptor.
    ///
    /// Equivalent to os.chown(fd, uid, gid).
    #[function(signature = "(fd, uid, gid)")]
    fn fchown(thread: &Thread, fd: Value, uid: i64, gid: i64) -> PyResult<()> {
        let number = descriptor(thread, fd)?;
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::fchown(number, uid as u32, gid as u32) })?;
        Ok(())
    }

    /// Create a hard link to a file.
    #[function(signature = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        thread: &Thread,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let source = Path::of(thread, src, "link", "src")?;
        let target = Path::of(thread, dst, "link", "dst")?;
        let (from, to) = (directory_descriptor(thread, src_dir_fd)?, directory_descriptor(thread, dst_dir_fd)?);
        let flags = if follow_symlinks.unwrap_or(true) { libc::AT_SYMLINK_FOLLOW } else { 0 };
        // SAFETY: both paths are C strings.
        let result = unsafe { libc::linkat(from, source.c_string().as_ptr(), to, target.c_string().as_ptr(), flags) };
        if result < 0 {
            return Err(raise_errno_two(thread, last_errno(), src, dst));
        }
        Ok(())
    }

    /// Create a symbolic link pointing to src named dst.
    #[function(signature = "(src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        thread: &Thread,
        src: Value,
        dst: Value,
        target_is_directory: Option<bool>,
        dir_fd: Option<Value>,
    ) -> PyResult<()> {
        let _ = target_is_directory;
        let source = Path::of(thread, src, "symlink", "src")?;
        let target = Path::of(thread, dst, "symlink", "dst")?;
        let directory = directory_descriptor(thread, dir_fd)?;
        // SAFETY: both paths are C strings.
        let result = unsafe { libc::symlinkat(source.c_string().as_ptr(), directory, target.c_string().as_ptr()) };
        if result < 0 {
            return Err(raise_errno_two(thread, last_errno(), src, dst));
        }
        Ok(())
    }

    /// Return a string representing the path to which the symbolic link points.
    #[function(signature = "(path, *, dir_fd=None)")]
    fn readlink(thread: &Thread, path: Value, dir_fd: Option<Value>) -> PyResult<Value> {
        let path = Path::of(thread, path, "readlink", "path")?;
        let directory = directory_descriptor(thread, dir_fd)?;
        let mut buffer = vec![0u8; libc::PATH_MAX as usize + 1];
        // SAFETY: the path is a C string, the buffer is writable for its length.
        let length =
            unsafe { libc::readlinkat(directory, path.c_string().as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) };
        let Ok(length) = usize::try_from(length) else { return Err(path.fail(thread)) };
        let found = &buffer[..length];
        if path.is_bytes() {
            Ok(Bytes::new(thread, found).value())
        } else {
            Ok(filesystem_string(thread, found)?.value())
        }
    }

    /// Create a directory.
    #[function(signature = "(path, mode=511, *, dir_fd=None)")]
    fn mkdir(thread: &Thread, path: Value, mode: Option<i64>, dir_fd: Option<Value>) -> PyResult<()> {
        let path = Path::of(thread, path, "mkdir", "path")?;
        let directory = directory_descriptor(thread, dir_fd)?;
        // SAFETY: the path is a C string.
        path.check(thread, unsafe {
            libc::mkdirat(directory, path.c_string().as_ptr(), mode.unwrap_or(0o777) as libc::mode_t)
        })?;
        Ok(())
    }

    /// Create a "fifo" (a POSIX named pipe).
    #[function(signature = "(path, mode=438, *, dir_fd=None)")]
    fn mkfifo(thread: &Thread, path: Value, mode: Option<i64>, dir_fd: Option<Value>) -> PyResult<()> {
        let path = Path::of(thread, path, "mkfifo", "path")?;
        let directory = directory_descriptor(thread, dir_fd)?;
        // SAFETY: the path is a C string.
        path.check(thread, unsafe {
            libc::mkfifoat(directory, path.c_string().as_ptr(), mode.unwrap_or(0o666) as libc::mode_t)
        })?;
        Ok(())
    }

    /// Create a node in the file system.
    #[function(signature = "(path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(
        thread: &Thread,
        path: Value,
        mode: Option<i64>,
        device: Option<u64>,
        dir_fd: Option<Value>,
    ) -> PyResult<()> {
        let path = Path::of(thread, path, "mknod", "path")?;
        let directory = directory_descriptor(thread, dir_fd)?;
        let mode = mode.unwrap_or(0o600) as libc::mode_t;
        // SAFETY: the path is a C string.
        path.check(thread, unsafe { libc::mknodat(directory, path.c_string().as_ptr(), mode, device.unwrap_or(0)) })?;
        Ok(())
    }

    /// Remove a file (same as unlink()).
    #[function(signature = "(path, *, dir_fd=None)")]
    fn remove(thread: &Thread, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        unlink_named(thread, path, dir_fd, "remove", 0)
    }

    /// Remove a file (same as remove()).
    #[function(signature = "(path, *, dir_fd=None)")]
    fn unlink(thread: &Thread, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        unlink_named(thread, path, dir_fd, "unlink", 0)
    }

    /// Remove a directory.
    #[function(signature = "(path, *, dir_fd=None)")]
    fn rmdir(thread: &Thread, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        unlink_named(thread, path, dir_fd, "rmdir", libc::AT_REMOVEDIR)
    }

    fn unlink_named(thread: &Thread, path: Value, dir_fd: Option<Value>, function: &str, flags: i32) -> PyResult<()> {
        let path = Path::of(thread, path, function, "path")?;
        let directory = directory_descriptor(thread, dir_fd)?;
        // SAFETY: the path is a C string.
        path.check(thread, unsafe { libc::unlinkat(directory, path.c_string().as_ptr(), flags) })?;
        Ok(())
    }

    /// Rename a file or directory.
    #[function(signature = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", shows_files)]
    fn rename(
        thread: &Thread,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
    ) -> PyResult<()> {
        move_file(thread, "rename", src, dst, src_dir_fd, dst_dir_fd)
    }

    /// Rename a file or directory, overwriting the destination.
    #[function(signature = "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)", shows_files)]
    fn replace(
        thread: &Thread,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
    ) -> PyResult<()> {
        move_file(thread, "replace", src, dst, src_dir_fd, dst_dir_fd)
    }

    /// Truncate a file, specified by path, to a specific length.
    #[function(signature = "(path, length)", shows_files)]
    fn truncate(thread: &Thread, path: Value, length: i64) -> PyResult<()> {
        let path = Path::or_descriptor(thread, path, "truncate", "path")?;
        let result = match path.name {
            // SAFETY: takes numbers.
            Target::Descriptor(number) => unsafe { libc::ftruncate(number, length) },
            // SAFETY: the path is a C string.
            Target::Name(_) => unsafe { libc::truncate(path.c_string().as_ptr(), length) },
        };
        path.check(thread, result)?;
        Ok(())
    }

    /// Set the access and modified time of path.
    #[function(signature = "(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(
        thread: &Thread,
        path: Value,
        times: Option<Value>,
        ns: Option<Value>,
        dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let path = Path::or_descriptor(thread, path, "utime", "path")?;
        let pair = |value: Value, name: &str| match value.cast::<Tuple>().filter(|tuple| tuple.len() == 2) {
            Some(pair) => Ok(pair),
            None => Err(thread.raise_type_error(format!(
                "utime: '{name}' must be {}a tuple of two ints",
                if name == "times" { "either " } else { "" }
            ))),
        };
        let times = times.filter(|times| !times.is_none());
        let stamps = match (times, ns) {
            (Some(_), Some(_)) => {
                return Err(thread.raise_value_error("utime: you may specify either 'times' or 'ns' but not both"));
            }
            (Some(times), None) => {
                let Ok(pair) = pair(times, "times") else {
                    thread.exception.set(None);
                    return Err(thread.raise_type_error("utime: 'times' must be either a tuple of two ints or None"));
                };
                Some([time_of(thread, pair.items()[0])?, time_of(thread, pair.items()[1])?])
            }
            (None, Some(ns)) => {
                let pair = pair(ns, "ns")?;
                Some([time_of_nanoseconds(thread, pair.items()[0])?, time_of_nanoseconds(thread, pair.items()[1])?])
            }
            (None, None) => None,
        };
        let pointer = stamps.as_ref().map_or(std::ptr::null(), |stamps| stamps.as_ptr());
        let flags = if follow_symlinks.unwrap_or(true) { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let result = match path.name {
            // SAFETY: the pointer is null or to two times.
            Target::Descriptor(number) => unsafe { libc::futimens(number, pointer) },
            Target::Name(_) => {
                let directory = directory_descriptor(thread, dir_fd)?;
                // SAFETY: the path is a C string, the pointer null or to two times.
                unsafe { libc::utimensat(directory, path.c_string().as_ptr(), pointer, flags) }
            }
        };
        path.check(thread, result)?;
        Ok(())
    }

    /// Set the current numeric umask and return the previous umask.
    #[function]
    fn umask(mask: i32) -> i64 {
        // SAFETY: takes a number.
        i64::from(unsafe { libc::umask(mask as libc::mode_t) })
    }

    /// Force write of everything to disk.
    #[function]
    fn sync() {
        // SAFETY: no arguments.
        unsafe { libc::sync() };
    }

    /// Return the configuration limit name for the file or directory path.
    #[function(signature = "(path, name)")]
    fn pathconf(thread: &Thread, path: Value, name: Value) -> PyResult<i64> {
        let path = Path::or_descriptor(thread, path, "pathconf", "path")?;
        let number = configuration_name(thread, name, super::super::constants::PATHCONF_NAMES)?;
        let result = match path.name {
            // SAFETY: takes numbers.
            Target::Descriptor(descriptor) => unsafe { libc::fpathconf(descriptor, number) },
            // SAFETY: the path is a C string.
            Target::Name(_) => unsafe { libc::pathconf(path.c_string().as_ptr(), number) },
        };
        Ok(result)
    }

    /// Return the configuration limit name for the file descriptor fd.
    #[function(signature = "(fd, name)")]
    fn fpathconf(thread: &Thread, fd: Value, name: Value) -> PyResult<i64> {
        pathconf(thread, fd, name)
    }

    /// Return an integer-valued system configuration variable.
    #[function(signature = "(name)")]
    fn sysconf(thread: &Thread, name: Value) -> PyResult<i64> {
        let number = configuration_name(thread, name, super::super::constants::SYSCONF_NAMES)?;
        // SAFETY: takes a number.
        Ok(unsafe { libc::sysconf(number) })
    }

    /// The number of a configuration name, given by name or by number.
    fn configuration_name(thread: &Thread, name: Value, names: &[(&str, i32)]) -> PyResult<i32> {
        if let Some(text) = name.cast::<Str>() {
            let text = text.to_str_lossy(thread);
            return match names.iter().find(|(known, _)| *known == text) {
                Some((_, number)) => Ok(*number),
                None => Err(thread.raise_value_error("unrecognized configuration name")),
            };
        }
        if crate::types::int::is_int(name) {
            return Ok(dispatch::number::index_i64(thread, name)? as i32);
        }
        Err(thread.raise_type_error("configuration names must be strings or integers"))
    }

    /// Return the value of extended attribute attribute on path.
    #[function(signature = "(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(thread: &Thread, path: Value, attribute: Value, follow_symlinks: Option<bool>) -> PyResult<Gc<Bytes>> {
        let path = Path::of(thread, path, "getxattr", "path")?;
        let attribute = FileName::from_value(thread, attribute, "getxattr", "attribute")?;
        let mut buffer = vec![0u8; 65_536];
        let call = if follow_symlinks.unwrap_or(true) { libc::getxattr } else { libc::lgetxattr };
        // SAFETY: both names are C strings, the buffer is writable for its length.
        let length = unsafe {
            call(path.c_string().as_ptr(), attribute.c_string().as_ptr(), buffer.as_mut_ptr().cast(), buffer.len())
        };
        match usize::try_from(length) {
            Ok(length) => Ok(Bytes::new(thread, &buffer[..length])),
            Err(_) => Err(path.fail(thread)),
        }
    }

    /// Return a list of extended attributes on path.
    #[function(signature = "(path=None, *, follow_symlinks=True)")]
    fn listxattr(thread: &Thread, path: Option<Value>, follow_symlinks: Option<bool>) -> PyResult<Value> {
        let given = path.filter(|path| !path.is_none()).unwrap_or_else(|| string(thread, "."));
        let path = Path::of(thread, given, "listxattr", "path")?;
        let mut buffer = vec![0u8; 65_536];
        let call = if follow_symlinks.unwrap_or(true) { libc::listxattr } else { libc::llistxattr };
        // SAFETY: the name is a C string, the buffer is writable for its length.
        let length = unsafe { call(path.c_string().as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) };
        let Ok(length) = usize::try_from(length) else { return Err(path.fail(thread)) };
        let list = crate::types::list::List::empty(thread);
        for name in buffer[..length].split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
            list.push(thread, filesystem_string(thread, name)?.value())?;
        }
        Ok(list.value())
    }

    /// The last error, for functions without a path.
    #[function(name = "strerror", signature = "(code)")]
    fn error_text(code: i32) -> String {
        crate::types::exception_fields::strerror(code)
    }

    /// Compose a raw device number from the major and minor device numbers.
    #[function]
    fn makedev(major: u32, minor: u32) -> u64 {
        libc::makedev(major, minor)
    }

    /// Extracts a device major number from a raw device number.
    #[function]
    fn major(device: u64) -> u32 {
        libc::major(device)
    }

    /// Extracts a device minor number from a raw device number.
    #[function]
    fn minor(device: u64) -> u32 {
        libc::minor(device)
    }
}

#[cfg(test)]
mod tests {
    use super::{normal_path, root_length};

    #[test]
    fn paths_are_normalised() {
        for (given, expected) in [
            ("a//b/./c/../d", "a/b/d"),
            ("/../a", "/a"),
            ("../../a", "../../a"),
            ("", "."),
            ("//x/", "//x"),
            ("///x", "/x"),
            ("a/..", "."),
        ] {
            assert_eq!(String::from_utf8_lossy(&normal_path(given.as_bytes())), expected);
        }
        assert_eq!(root_length(b"//a"), 2);
    }
}
