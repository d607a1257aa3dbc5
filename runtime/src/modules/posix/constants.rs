//! The numbers of `posix`: open flags, access modes, signals of waiting, and so on.
//!
//! What lives here: one table. Start at [`CONSTANTS`].

macro_rules! constants {
    ($($name:ident)*) => {
        /// Names and values as the C library has them.
        pub const CONSTANTS: &[(&str, i64)] = &[$((stringify!($name), libc::$name as i64)),*];
    };
}

constants! {
    F_OK R_OK W_OK X_OK
    O_RDONLY O_WRONLY O_RDWR O_NDELAY O_NONBLOCK O_APPEND O_DSYNC O_RSYNC O_SYNC O_NOCTTY O_CREAT O_EXCL O_TRUNC
    O_LARGEFILE O_PATH O_TMPFILE O_CLOEXEC O_ACCMODE O_ASYNC O_DIRECT O_DIRECTORY O_NOFOLLOW O_NOATIME
    WNOHANG WCONTINUED WUNTRACED WEXITED WNOWAIT WSTOPPED
    CLD_EXITED CLD_KILLED CLD_DUMPED CLD_TRAPPED CLD_STOPPED CLD_CONTINUED
    P_ALL P_PID P_PGID P_PIDFD
    PRIO_PROCESS PRIO_PGRP PRIO_USER
    SCHED_OTHER SCHED_BATCH SCHED_IDLE SCHED_FIFO SCHED_RR SCHED_RESET_ON_FORK
    RTLD_LAZY RTLD_NOW RTLD_GLOBAL RTLD_LOCAL RTLD_NODELETE RTLD_NOLOAD RTLD_DEEPBIND
    SEEK_DATA SEEK_HOLE
    F_LOCK F_TLOCK F_ULOCK F_TEST
    POSIX_FADV_NORMAL POSIX_FADV_SEQUENTIAL POSIX_FADV_RANDOM POSIX_FADV_NOREUSE POSIX_FADV_WILLNEED POSIX_FADV_DONTNEED
    ST_RDONLY ST_NOSUID ST_NODEV ST_NOEXEC ST_SYNCHRONOUS ST_MANDLOCK ST_NOATIME ST_NODIRATIME ST_RELATIME
    GRND_RANDOM GRND_NONBLOCK
    XATTR_CREATE XATTR_REPLACE
    MFD_CLOEXEC MFD_ALLOW_SEALING
    POSIX_SPAWN_SETSIGMASK POSIX_SPAWN_SETSIGDEF
    CLONE_FILES CLONE_FS CLONE_NEWCGROUP CLONE_NEWIPC CLONE_NEWNET CLONE_NEWNS CLONE_NEWPID CLONE_NEWUSER CLONE_NEWUTS
    CLONE_SIGHAND CLONE_SYSVSEM CLONE_THREAD CLONE_VM
}

/// Constants that the C library has under another name, or not at all.
const FURTHER: &[(&str, i64)] = &[
    ("NGROUPS_MAX", 65_536),
    ("EX_OK", 0),
    ("EX_USAGE", 64),
    ("EX_DATAERR", 65),
    ("EX_NOINPUT", 66),
    ("EX_NOUSER", 67),
    ("EX_NOHOST", 68),
    ("EX_UNAVAILABLE", 69),
    ("EX_SOFTWARE", 70),
    ("EX_OSERR", 71),
    ("EX_OSFILE", 72),
    ("EX_CANTCREAT", 73),
    ("EX_IOERR", 74),
    ("EX_TEMPFAIL", 75),
    ("EX_PROTOCOL", 76),
    ("EX_NOPERM", 77),
    ("EX_CONFIG", 78),
    ("TMP_MAX", 238_328),
    ("XATTR_SIZE_MAX", 65_536),
    ("POSIX_SPAWN_OPEN", 0),
    ("POSIX_SPAWN_CLOSE", 1),
    ("POSIX_SPAWN_DUP2", 2),
    ("EFD_CLOEXEC", libc::EFD_CLOEXEC as i64),
    ("EFD_NONBLOCK", libc::EFD_NONBLOCK as i64),
    ("EFD_SEMAPHORE", libc::EFD_SEMAPHORE as i64),
];

/// The names of `sysconf`.
pub const SYSCONF_NAMES: &[(&str, i32)] = &[
    ("SC_ARG_MAX", libc::_SC_ARG_MAX),
    ("SC_CHILD_MAX", libc::_SC_CHILD_MAX),
    ("SC_CLK_TCK", libc::_SC_CLK_TCK),
    ("SC_HOST_NAME_MAX", libc::_SC_HOST_NAME_MAX),
    ("SC_IOV_MAX", libc::_SC_IOV_MAX),
    ("SC_LOGIN_NAME_MAX", libc::_SC_LOGIN_NAME_MAX),
    ("SC_NGROUPS_MAX", libc::_SC_NGROUPS_MAX),
    ("SC_NPROCESSORS_CONF", libc::_SC_NPROCESSORS_CONF),
    ("SC_NPROCESSORS_ONLN", libc::_SC_NPROCESSORS_ONLN),
    ("SC_OPEN_MAX", libc::_SC_OPEN_MAX),
    ("SC_PAGESIZE", libc::_SC_PAGESIZE),
    ("SC_PAGE_SIZE", libc::_SC_PAGE_SIZE),
    ("SC_PHYS_PAGES", libc::_SC_PHYS_PAGES),
    ("SC_AVPHYS_PAGES", libc::_SC_AVPHYS_PAGES),
    ("SC_SEM_NSEMS_MAX", libc::_SC_SEM_NSEMS_MAX),
    ("SC_SYMLOOP_MAX", libc::_SC_SYMLOOP_MAX),
    ("SC_THREADS", libc::_SC_THREADS),
    ("SC_TTY_NAME_MAX", libc::_SC_TTY_NAME_MAX),
    ("SC_TZNAME_MAX", libc::_SC_TZNAME_MAX),
    ("SC_VERSION", libc::_SC_VERSION),
];

/// The names of `pathconf`.
pub const PATHCONF_NAMES: &[(&str, i32)] = &[
    ("PC_LINK_MAX", libc::_PC_LINK_MAX),
    ("PC_MAX_CANON", libc::_PC_MAX_CANON),
    ("PC_MAX_INPUT", libc::_PC_MAX_INPUT),
    ("PC_NAME_MAX", libc::_PC_NAME_MAX),
    ("PC_PATH_MAX", libc::_PC_PATH_MAX),
    ("PC_PIPE_BUF", libc::_PC_PIPE_BUF),
    ("PC_CHOWN_RESTRICTED", libc::_PC_CHOWN_RESTRICTED),
    ("PC_NO_TRUNC", libc::_PC_NO_TRUNC),
    ("PC_VDISABLE", libc::_PC_VDISABLE),
];

/// Puts the constants into the module.
#[taipan_macros::py_module(name = "posix")]
pub mod functions {
    use super::{CONSTANTS, FURTHER, PATHCONF_NAMES, SYSCONF_NAMES};
    use crate::error::PyResult;
    use crate::modules::support::intern;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::dict::Dict;
    use crate::types::module::Module;
    use crate::value::Value;

    fn names(thread: &Thread, table: &[(&str, i32)]) -> Value {
        let dict = Dict::new(thread);
        for &(name, number) in table {
            dict.insert_str(thread, intern(thread, name), Value::small_wrapping(i64::from(number)));
        }
        dict.value()
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        for &(name, number) in CONSTANTS.iter().chain(FURTHER) {
            module.set(thread, name, Value::small_wrapping(number));
        }
        module.set(thread, "sysconf_names", names(thread, SYSCONF_NAMES));
        module.set(thread, "pathconf_names", names(thread, PATHCONF_NAMES));
        module.set(thread, "confstr_names", Dict::new(thread).value());
        Ok(())
    }
}
