//! Functions about who a process is: its numbers, its user and its groups.
//!
//! What lives here: the functions. Start at [`functions`].
#![allow(unsafe_code)] // Calls of the C library.

use super::check;
use crate::error::PyResult;
use crate::thread::Thread;

/// A function without arguments that returns a number and cannot fail.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        /// Functions about the identity of the process.
        #[taipan_macros::py_module(name = "posix")]
        pub mod functions {
            use super::*;

            $(
                $(#[$doc])*
                #[function]
                fn $name() -> i64 {
                    // SAFETY: takes nothing and cannot fail.
                    i64::from(unsafe { libc::$name() })
                }
            )*

            /// Set the current process's effective user id.
            #[function]
            fn seteuid(thread: &Thread, euid: u32) -> PyResult<()> {
                // SAFETY: takes a number.
                check(thread, unsafe { libc::seteuid(euid) })?;
                Ok(())
            }

            /// Set the current process's effective group id.
            #[function]
            fn setegid(thread: &Thread, egid: u32) -> PyResult<()> {
                // SAFETY: takes a number.
                check(thread, unsafe { libc::setegid(egid) })?;
                Ok(())
            }

            /// Set the current process's real and effective user ids.
            #[function]
            fn setreuid(thread: &Thread, ruid: u32, euid: u32) -> PyResult<()> {
                // SAFETY: takes numbers.
                check(thread, unsafe { libc::setreuid(ruid, euid) })?;
                Ok(())
            }

            /// Set the current process's real and effective group ids.
            #[function]
            fn setregid(thread: &Thread, rgid: u32, egid: u32) -> PyResult<()> {
                // SAFETY: takes numbers.
                check(thread, unsafe { libc::setregid(rgid, egid) })?;
                Ok(())
            }
        }
    };
}

numbers! {
    /// Return the current process id.
    getpid;
    /// Return the parent's process id.
    ///
    /// If the parent process has already exited, Windows machines will still
    /// return its id; others systems will return the id of the 'init' process (1).
    getppid;
    /// Return the current process's user id.
    getuid;
    /// Return the current process's effective user id.
    geteuid;
    /// Return the current process's group id.
    getgid;
    /// Return the current process's effective group id.
    getegid;
    /// Return the current process group id.
    getpgrp;
}
