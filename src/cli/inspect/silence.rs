//! Hiding what a script prints.
//!
//! What lives here: [`Hidden`]. What must not: Python's streams; the process's own standard output is exchanged, so that
//! child processes are silent, too.
#![allow(unsafe_code)] // The calls of the C library.

/// While this exists, standard output goes nowhere, or to standard error.
pub struct Hidden {
    saved: libc::c_int,
}

impl Hidden {
    /// Exchanges standard output. `None` if the system has no descriptor left: then everything is shown.
    pub fn start(to_error: bool) -> Option<Hidden> {
        // SAFETY: descriptors are numbers; the path is a string that ends with a zero.
        unsafe {
            let saved = libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 3);
            let other = if to_error { libc::dup(2) } else { libc::open(c"/dev/null".as_ptr(), libc::O_WRONLY) };
            if saved < 0 || other < 0 {
                return None;
            }
            libc::dup2(other, 1);
            libc::close(other);
            Some(Hidden { saved })
        }
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // SAFETY: the descriptor was made by `start` and belongs to this value.
        unsafe {
            libc::dup2(self.saved, 1);
            libc::close(self.saved);
        }
    }
}
