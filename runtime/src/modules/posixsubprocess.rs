//! `_posixsubprocess`: starting a program in a child process.
//!
//! What lives here: `fork_exec`. What must not: waiting and pipes, which `subprocess` does in Python. Start at
//! [`Child::run`].
#![allow(unsafe_code)] // Calls of the C library, and the child between fork and exec.

use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{FileName, filesystem_bytes, last_errno, raise_last_errno};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::prompt;
use crate::types::str::Str;
use crate::value::Value;
use std::ffi::CString;
use taipan_macros::py_module;

/// What the child is to do before it becomes another program. Everything is made before the fork.
struct Child {
    arguments: Vec<CString>,
    environment: Option<Vec<CString>>,
    programs: Vec<CString>,
    directory: Option<CString>,
    /// For standard input, output and errors: the descriptor each comes from, or -1.
    standard: [i32; 3],
    /// Ends of pipes that the parent keeps.
    parents: [i32; 3],
    keep: Vec<i32>,
    close_others: bool,
    report: i32,
    restore_signals: bool,
    new_session: bool,
    group: i32,
    user: Option<u32>,
    user_group: Option<u32>,
    groups: Option<Vec<u32>>,
    umask: i32,
}

/// Where the child failed.
struct Failure {
    errno: i32,
    place: &'static str,
}

fn call(result: i32, place: &'static str) -> Result<i32, Failure> {
    if result < 0 { Err(Failure { errno: last_errno(), place }) } else { Ok(result) }
}

impl Child {
    /// In the child: everything up to the new program. Returns only if that failed.
    fn run(&mut self, prepare: impl FnOnce() -> bool) -> Failure {
        match self.set_up() {
            Ok(()) => {}
            Err(failure) => return failure,
        }
        if !prepare() {
            return Failure { errno: 0, place: "Exception occurred in preexec_fn." };
        }
        if self.close_others {
            self.close_descriptors();
        }
        self.execute()
    }

    fn set_up(&mut self) -> Result<(), Failure> {
        const BEFORE: &str = "noexec";
        // SAFETY: calls of the C library on descriptors, with strings that live as long as this object.
        unsafe {
            for descriptor in self.parents {
                if descriptor >= 0 {
                    call(libc::close(descriptor), BEFORE)?;
                }
            }
            // A descriptor that would be overwritten before it is used moves out of the way.
            for index in 0..3 {
                let source = self.standard[index];
                if (0..index as i32).contains(&source) {
                    self.standard[index] = call(libc::dup(source), BEFORE)?;
                }
            }
            if self.report < 3 {
                self.report = call(libc::fcntl(self.report, libc::F_DUPFD_CLOEXEC, 3), BEFORE)?;
            }
            for (target, source) in self.standard.into_iter().enumerate() {
                let target = target as i32;
                if source == target {
                    let flags = call(libc::fcntl(source, libc::F_GETFD), BEFORE)?;
                    call(libc::fcntl(source, libc::F_SETFD, flags & !libc::FD_CLOEXEC), BEFORE)?;
                } else if source >= 0 {
                    call(libc::dup2(source, target), BEFORE)?;
                }
            }
            for &descriptor in &self.keep {
                if descriptor != self.report {
                    let flags = libc::fcntl(descriptor, libc::F_GETFD);
                    if flags >= 0 {
                        libc::fcntl(descriptor, libc::F_SETFD, flags & !libc::FD_CLOEXEC);
                    }
                }
            }
            if let Some(directory) = &self.directory {
                call(libc::chdir(directory.as_ptr()), "noexec:chdir")?;
            }
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore_signals {
                for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(signal, libc::SIG_DFL);
                }
            }
            if self.new_session {
                call(libc::setsid(), BEFORE)?;
            }
            if self.group >= 0 {
                call(libc::setpgid(0, self.group), BEFORE)?;
            }
            if let Some(groups) = &self.groups {
                call(libc::setgroups(groups.len(), groups.as_ptr()), BEFORE)?;
            }
            if let Some(group) = self.user_group {
                call(libc::setregid(group, group), BEFORE)?;
            }
            if let Some(user) = self.user {
                call(libc::setreuid(user, user), BEFORE)?;
            }
        }
        Ok(())
    }

    /// Closes what the program is not to have.
    fn close_descriptors(&self) {
        let mut from = 3u32;
        let mut keep: Vec<u32> = self.keep.iter().map(|&descriptor| descriptor as u32).collect();
        keep.push(self.report as u32);
        keep.sort_unstable();
        for descriptor in keep.into_iter().filter(|&descriptor| descriptor >= 3) {
            Child::close_range(from, descriptor.saturating_sub(1));
            from = from.max(descriptor + 1);
        }
        Child::close_range(from, u32::MAX);
    }

    fn close_range(first: u32, last: u32) {
        if first > last {
            return;
        }
        // SAFETY: descriptors are numbers; nobody in the child uses those of this range.
        unsafe {
            if libc::syscall(libc::SYS_close_range, first, last, 0) == 0 {
                return;
            }
            for descriptor in first..last.min(4096) {
                libc::close(descriptor as i32);
            }
        }
    }

    fn execute(&self) -> Failure {
        let pointers = |strings: &[CString]| -> Vec<*const libc::c_char> {
            strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect()
        };
        let arguments = pointers(&self.arguments);
        let environment = self.environment.as_deref().map(pointers);
        let mut errno = 0;
        for program in &self.programs {
            // SAFETY: C strings and null-terminated arrays of them.
            unsafe {
                match &environment {
                    Some(environment) => libc::execve(program.as_ptr(), arguments.as_ptr(), environment.as_ptr()),
                    None => libc::execv(program.as_ptr(), arguments.as_ptr()),
                };
            }
            let failed = last_errno();
            if !matches!(failed, libc::ENOENT | libc::ENOTDIR) && errno == 0 {
                errno = failed;
            }
        }
        Failure { errno: if errno == 0 { last_errno() } else { errno }, place: "" }
    }
}

/// Bytes as C strings.
fn strings(thread: &Thread, value: Value, what: &str) -> PyResult<Vec<CString>> {
    let items = List::from_iterable(thread, value)?;
    let mut out = Vec::new();
    let mut index = 0;
    while let Some(item) = items.get(thread, index) {
        let bytes = if let Some(bytes) = item.cast::<Bytes>() {
            bytes.as_slice().to_vec()
        } else if let Some(text) = item.cast::<Str>() {
            filesystem_bytes(thread, text)?
        } else {
            FileName::from_value(thread, item, "", what)?.bytes
        };
        match CString::new(bytes) {
            Ok(string) => out.push(string),
            Err(_) => return Err(thread.raise_value_error("embedded null byte")),
        }
        index += 1;
    }
    Ok(out)
}

fn number_or_none(thread: &Thread, value: Value) -> PyResult<Option<u32>> {
    if value.is_none() {
        return Ok(None);
    }
    Ok(Some(dispatch::number::index_i64(thread, value)? as u32))
}

/// A POSIX helper for the subprocess module.
#[py_module(name = "_posixsubprocess")]
pub mod posixsubprocess {
    use super::*;

    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in the
    /// child and duplicate the few that are needed before calling exec() in the
    /// child process.
    #[function(signature = "(*args)")]
    fn fork_exec(thread: &Thread, args: &[Value]) -> PyResult<i64> {
        prompt::before_files(thread);
        let &[
            arguments,
            programs,
            close_fds,
            keep,
            directory,
            environment,
            p2cread,
            p2cwrite,
            c2pread,
            c2pwrite,
            errread,
            errwrite,
            errpipe_read,
            errpipe_write,
            restore_signals,
            new_session,
            group,
            user_group,
            groups,
            user,
            umask,
            preexec,
        ] = args
        else {
            let given = args.len();
            return Err(thread.raise_type_error(format!("fork_exec expected 22 arguments, got {given}")));
        };
        let number = |value: Value| -> PyResult<i32> { Ok(dispatch::number::index_i64(thread, value)? as i32) };
        let truth = |value: Value| dispatch::truth::truth(thread, value);
        let mut kept = Vec::new();
        let keep = List::from_iterable(thread, keep)?;
        for index in 0..keep.len() {
            kept.push(number(keep.get(thread, index).unwrap_or(Value::NONE))?);
        }
        let mut child = Child {
            arguments: strings(thread, arguments, "args")?,
            environment: match environment.is_none() {
                true => None,
                false => Some(strings(thread, environment, "env")?),
            },
            programs: strings(thread, programs, "executable")?,
            directory: match directory.is_none() {
                true => None,
                false => Some(FileName::from_value(thread, directory, "", "cwd")?.c_string()),
            },
            standard: [number(p2cread)?, number(c2pwrite)?, number(errwrite)?],
            parents: [number(p2cwrite)?, number(c2pread)?, number(errread)?],
            keep: kept,
            close_others: truth(close_fds)?,
            report: number(errpipe_write)?,
            restore_signals: truth(restore_signals)?,
            new_session: truth(new_session)?,
            group: number(group)?,
            user: number_or_none(thread, user)?,
            user_group: number_or_none(thread, user_group)?,
            groups: match groups.is_none() {
                true => None,
                false => {
                    let list = List::from_iterable(thread, groups)?;
                    let mut numbers = Vec::new();
                    for index in 0..list.len() {
                        numbers.push(number(list.get(thread, index).unwrap_or(Value::NONE))? as u32);
                    }
                    Some(numbers)
                }
            },
            umask: number(umask)?,
        };
        let error_read = number(errpipe_read)?;
        // SAFETY: the child goes on with a copy of this single thread.
        let pid = unsafe { libc::fork() };
        if pid < 0 {
            return Err(raise_last_errno(thread, None));
        }
        if pid > 0 {
            return Ok(i64::from(pid));
        }
        // SAFETY: closes the parent's end of the pipe in the child.
        unsafe { libc::close(error_read) };
        let report = |child: &Child, failure: &Failure| {
            let class = if failure.errno == 0 { "SubprocessError" } else { "OSError" };
            let text = format!("{class}:{:X}:{}", failure.errno, failure.place);
            // SAFETY: writes bytes that are there; whether it works is nobody's to know.
            unsafe { libc::write(child.report, text.as_ptr().cast(), text.len()) };
        };
        let failure = crate::modules::signal::with_initial_mask(thread, || {
            child.run(|| {
                if preexec.is_none() {
                    return true;
                }
                match dispatch::call::call(thread, preexec, &[]) {
                    Ok(_) => true,
                    Err(raised) => {
                        thread.take_exception(raised);
                        false
                    }
                }
            })
        });
        report(&child, &failure);
        // SAFETY: ends the child without running what the parent registered.
        unsafe { libc::_exit(255) }
    }
}
