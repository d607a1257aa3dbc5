//! `stat` and relatives.
//!
//! What lives here: the result classes and the functions. Start at [`make_stat`].
#![allow(unsafe_code)] // Calls of the C library.

use super::{Path, Target, descriptor, directory_descriptor};
use crate::error::PyResult;
use crate::native::PyClass;
use crate::struct_sequence;
use crate::thread::Thread;
use crate::types::struct_sequence::{Items, make};
use crate::value::Value;
use std::ffi::CStr;

struct_sequence! {
    /// Marks the class of `os.stat` results.
    StatResult, STAT_RESULT, "stat_result", "os", false,
    "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, st_uid, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.";
    items 10 {
        0 "st_mode" "protection bits";
        1 "st_ino" "inode";
        2 "st_dev" "device";
        3 "st_nlink" "number of hard links";
        4 "st_uid" "user ID of owner";
        5 "st_gid" "group ID of owner";
        6 "st_size" "total size, in bytes";
    }
    hidden {
        "st_atime" "st_mtime" "st_ctime" "st_atime_ns" "st_mtime_ns" "st_ctime_ns" "st_blksize" "st_blocks" "st_rdev"
    }
}

struct_sequence! {
    /// Marks the class of `os.statvfs` results.
    StatvfsResult, STATVFS_RESULT, "statvfs_result", "os", false,
    "statvfs_result: Result from statvfs or fstatvfs.";
    items 10 {
        0 "f_bsize" "";
        1 "f_frsize" "";
        2 "f_blocks" "";
        3 "f_bfree" "";
        4 "f_bavail" "";
        5 "f_files" "";
        6 "f_ffree" "";
        7 "f_favail" "";
        8 "f_flag" "";
        9 "f_namemax" "";
    }
    hidden { "f_fsid" }
}

/// An all-zero structure for a system call to fill.
fn zeroed<T>() -> T {
    // SAFETY: used for C structures of integers only.
    unsafe { std::mem::zeroed() }
}

/// `fstatat`; `None` if it failed.
pub fn stat_at(directory: i32, path: &CStr, follow: bool) -> Option<libc::stat> {
    let mut facts: libc::stat = zeroed();
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is a C string, the structure is writable.
    let result = unsafe { libc::fstatat(directory, path.as_ptr(), &raw mut facts, flags) };
    (result == 0).then_some(facts)
}

/// `fstat`; `None` if it failed.
pub fn stat_descriptor(number: i32) -> Option<libc::stat> {
    let mut facts: libc::stat = zeroed();
    // SAFETY: the structure is writable.
    let result = unsafe { libc::fstat(number, &raw mut facts) };
    (result == 0).then_some(facts)
}

/// The `os.stat_result` of a structure.
pub fn make_stat(thread: &Thread, facts: &libc::stat) -> Value {
    let items = Items::new(thread)
        .unsigned(u64::from(facts.st_mode))
        .unsigned(facts.st_ino)
        .unsigned(facts.st_dev)
        .unsigned(facts.st_nlink as u64)
        .unsigned(u64::from(facts.st_uid))
        .unsigned(u64::from(facts.st_gid))
        .int(facts.st_size)
        .int(facts.st_atime)
        .int(facts.st_mtime)
        .int(facts.st_ctime);
    let times = [
        (facts.st_atime, facts.st_atime_nsec),
        (facts.st_mtime, facts.st_mtime_nsec),
        (facts.st_ctime, facts.st_ctime_nsec),
    ];
    let mut hidden = Items::new(thread);
    for (seconds, nanoseconds) in times {
        hidden = hidden.float(seconds as f64 + 1e-9 * nanoseconds as f64);
    }
    for (seconds, nanoseconds) in times {
        let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
        hidden = hidden.value(crate::types::int::from_i128(thread, total));
    }
    let hidden = hidden.int(facts.st_blksize as i64).int(facts.st_blocks).unsigned(facts.st_rdev);
    make(thread, StatResult::SPEC, &items.values, &hidden.values)
}

fn make_statvfs(thread: &Thread, facts: &libc::statvfs) -> Value {
    let items = Items::new(thread)
        .unsigned(facts.f_bsize)
        .unsigned(facts.f_frsize)
        .unsigned(facts.f_blocks)
        .unsigned(facts.f_bfree)
        .unsigned(facts.f_bavail)
        .unsigned(facts.f_files)
        .unsigned(facts.f_ffree)
        .unsigned(facts.f_favail)
        .unsigned(facts.f_flag)
        .unsigned(facts.f_namemax);
    let hidden = Items::new(thread).unsigned(facts.f_fsid);
    make(thread, StatvfsResult::SPEC, &items.values, &hidden.values)
}

/// The status functions.
#[taipan_macros::py_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Perform a stat system call on the given path.
    #[function(signature = "(path, *, dir_fd=None, follow_symlinks=True)", shows_files)]
    fn stat(thread: &Thread, path: Value, dir_fd: Option<Value>, follow_symlinks: Option<bool>) -> PyResult<Value> {
        let path = Path::or_descriptor(thread, path, "stat", "path")?;
        let follow = follow_symlinks.unwrap_or(true);
        let facts = match path.name {
            Target::Descriptor(_) if dir_fd.is_some_and(|fd| !fd.is_none()) => {
                return Err(thread.raise_value_error("stat: can't specify dir_fd without matching path"));
            }
            Target::Descriptor(_) if !follow => {
                return Err(thread.raise_value_error("stat: cannot use fd and follow_symlinks together"));
            }
            Target::Descriptor(number) => stat_descriptor(number),
            Target::Name(_) => stat_at(directory_descriptor(thread, dir_fd)?, &path.c_string(), follow),
        };
        match facts {
            Some(facts) => Ok(make_stat(thread, &facts)),
            None => Err(path.fail(thread)),
        }
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    ///
    /// Like stat(), but do not follow symbolic links.
    /// Equivalent to stat(path, follow_symlinks=False).
    #[function(signature = "(path, *, dir_fd=None)", shows_files)]
    fn lstat(thread: &Thread, path: Value, dir_fd: Option<Value>) -> PyResult<Value> {
        let path = Path::of(thread, path, "lstat", "path")?;
        match stat_at(directory_descriptor(thread, dir_fd)?, &path.c_string(), false) {
            Some(facts) => Ok(make_stat(thread, &facts)),
            None => Err(path.fail(thread)),
        }
    }

    /// Perform a stat system call on the given file descriptor.
    ///
    /// Like stat(), but for an open file descriptor.
    /// Equivalent to os.stat(fd).
    #[function(signature = "(fd)")]
    fn fstat(thread: &Thread, fd: Value) -> PyResult<Value> {
        let number = crate::dispatch::number::index_i64(thread, fd)?;
        match stat_descriptor(number as i32) {
            Some(facts) => Ok(make_stat(thread, &facts)),
            None => Err(crate::modules::support::raise_last_errno(thread, None)),
        }
    }

    /// Perform a statvfs system call on the given path.
    #[function(signature = "(path)")]
    fn statvfs(thread: &Thread, path: Value) -> PyResult<Value> {
        let path = Path::or_descriptor(thread, path, "statvfs", "path")?;
        let mut facts: libc::statvfs = zeroed();
        let result = match path.name {
            // SAFETY: the structure is writable.
            Target::Descriptor(number) => unsafe { libc::fstatvfs(number, &raw mut facts) },
            // SAFETY: the path is a C string, the structure is writable.
            Target::Name(_) => unsafe { libc::statvfs(path.c_string().as_ptr(), &raw mut facts) },
        };
        path.check(thread, result)?;
        Ok(make_statvfs(thread, &facts))
    }

    /// Perform an fstatvfs system call on the given fd.
    #[function(signature = "(fd)")]
    fn fstatvfs(thread: &Thread, fd: Value) -> PyResult<Value> {
        let mut facts: libc::statvfs = zeroed();
        let number = descriptor(thread, fd)?;
        // SAFETY: the structure is writable.
        super::super::check(thread, unsafe { libc::fstatvfs(number, &raw mut facts) })?;
        Ok(make_statvfs(thread, &facts))
    }
}
