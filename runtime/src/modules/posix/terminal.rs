//! Functions about terminals.
//!
//! What lives here: the functions. Start at [`functions`].
#![allow(unsafe_code)] // Calls of the C library.

use super::check;
use crate::error::PyResult;
use crate::modules::support::{filesystem_string, raise_errno, tuple};
use crate::native::PyClass;
use crate::object::Gc;
use crate::struct_sequence;
use crate::thread::Thread;
use crate::types::str::Str;
use crate::types::struct_sequence::{Items, make};
use crate::value::Value;
use std::ffi::CStr;

struct_sequence! {
    /// Marks the class of terminal sizes.
    TerminalSize, TERMINAL_SIZE, "terminal_size", "os", false,
    "A tuple of (columns, lines) for holding terminal window size";
    items 2 {
        0 "columns" "width of the terminal window in characters";
        1 "lines" "height of the terminal window in characters";
    }
    hidden {}
}

/// Functions about terminals.
#[taipan_macros::py_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Return the size of the terminal window as (columns, lines).
    ///
    /// The optional argument fd (default standard output) specifies
    /// which file descriptor should be queried.
    ///
    /// If the file descriptor is not connected to a terminal, an OSError
    /// is thrown.
    #[function(signature = "(fd=<unrepresentable>, /)")]
    fn get_terminal_size(thread: &Thread, fd: Option<i32>) -> PyResult<Value> {
        let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
        // SAFETY: the structure is writable.
        check(thread, unsafe { libc::ioctl(fd.unwrap_or(1), libc::TIOCGWINSZ, &raw mut size) })?;
        let items = Items::new(thread).int(i64::from(size.ws_col)).int(i64::from(size.ws_row));
        Ok(make(thread, TerminalSize::SPEC, &items.values, &[]))
    }

    /// Return the name of the terminal device connected to 'fd'.
    #[function]
    fn ttyname(thread: &Thread, fd: i32) -> PyResult<Gc<Str>> {
        let mut buffer = [0u8; 256];
        // SAFETY: the buffer is writable for its length.
        match unsafe { libc::ttyname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) } {
            0 => {
                let name = CStr::from_bytes_until_nul(&buffer).unwrap_or_default();
                filesystem_string(thread, name.to_bytes())
            }
            errno => Err(raise_errno(thread, errno, None)),
        }
    }

    /// Return the name of the controlling terminal for this process.
    #[function]
    fn ctermid() -> &'static str {
        "/dev/tty"
    }

    /// Return the process group associated with the terminal specified by fd.
    #[function]
    fn tcgetpgrp(thread: &Thread, fd: i32) -> PyResult<i32> {
        // SAFETY: takes a number.
        check(thread, unsafe { libc::tcgetpgrp(fd) })
    }

    /// Set the process group associated with the terminal specified by fd.
    #[function]
    fn tcsetpgrp(thread: &Thread, fd: i32, pgid: i32) -> PyResult<()> {
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::tcsetpgrp(fd, pgid) })?;
        Ok(())
    }

    /// Open a pseudo-terminal.
    ///
    /// Return a tuple of (master_fd, slave_fd) containing open file descriptors
    /// for both the master and slave ends.
    #[function]
    fn openpty(thread: &Thread) -> PyResult<Value> {
        let (mut master, mut slave) = (0, 0);
        // SAFETY: both numbers are writable, the other arguments are null.
        let result = unsafe {
            libc::openpty(&raw mut master, &raw mut slave, std::ptr::null_mut(), std::ptr::null(), std::ptr::null())
        };
        check(thread, result)?;
        for number in [master, slave] {
            // SAFETY: takes numbers.
            unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) };
        }
        Ok(tuple(thread, &[Value::small_wrapping(i64::from(master)), Value::small_wrapping(i64::from(slave))]))
    }
}
