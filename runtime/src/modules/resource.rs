//! `resource`: what a process has used and may use.
//!
//! What lives here: the module. Start at [`resource`].
#![allow(unsafe_code)] // Calls of the C library.

use crate::error::PyResult;
use crate::modules::posix::check;
use crate::modules::support::tuple;
use crate::native::PyClass;
use crate::object::Gc;
use crate::struct_sequence;
use crate::thread::Thread;
use crate::types::int;
use crate::types::struct_sequence::{Items, make};
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_macros::py_module;

struct_sequence! {
    /// Marks the class of `getrusage` results.
    StructRusage, STRUCT_RUSAGE, "struct_rusage", "resource", false,
    "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.";
    items 16 {
        0 "ru_utime" "user time used";
        1 "ru_stime" "system time used";
        2 "ru_maxrss" "max. resident set size";
        3 "ru_ixrss" "shared memory size";
        4 "ru_idrss" "unshared data size";
        5 "ru_isrss" "unshared stack size";
        6 "ru_minflt" "page faults not requiring I/O";
        7 "ru_majflt" "page faults requiring I/O";
        8 "ru_nswap" "number of swap outs";
        9 "ru_inblock" "block input operations";
        10 "ru_oublock" "block output operations";
        11 "ru_msgsnd" "IPC messages sent";
        12 "ru_msgrcv" "IPC messages received";
        13 "ru_nsignals" "signals received";
        14 "ru_nvcsw" "voluntary context switches";
        15 "ru_nivcsw" "involuntary context switches";
    }
    hidden {}
}

fn seconds(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 * 1e-6
}

/// A limit as Python sees it: no limit is -1.
fn limit_value(thread: &Thread, limit: libc::rlim_t) -> Value {
    if limit == libc::RLIM_INFINITY { Value::small_wrapping(-1) } else { int::from_u64(thread, limit) }
}

/// Resource usage and limits.
#[py_module(name = "resource")]
pub mod resource {
    use super::*;
    use crate::types::module::Module;

    #[class]
    use super::StructRusage;

    #[function]
    fn getrusage(thread: &Thread, who: i32) -> PyResult<Value> {
        if !matches!(who, libc::RUSAGE_SELF | libc::RUSAGE_CHILDREN | libc::RUSAGE_THREAD) {
            return Err(thread.raise_value_error("invalid who parameter"));
        }
        // SAFETY: an all-zero structure is valid, and writable.
        let usage = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            check(thread, libc::getrusage(who, &raw mut usage))?;
            usage
        };
        let mut items = Items::new(thread).float(seconds(usage.ru_utime)).float(seconds(usage.ru_stime));
        for number in [
            usage.ru_maxrss,
            usage.ru_ixrss,
            usage.ru_idrss,
            usage.ru_isrss,
            usage.ru_minflt,
            usage.ru_majflt,
            usage.ru_nswap,
            usage.ru_inblock,
            usage.ru_oublock,
            usage.ru_msgsnd,
            usage.ru_msgrcv,
            usage.ru_nsignals,
            usage.ru_nvcsw,
            usage.ru_nivcsw,
        ] {
            items = items.int(number);
        }
        Ok(make(thread, StructRusage::SPEC, &items.values, &[]))
    }

    fn limits(thread: &Thread, which: i32) -> PyResult<libc::rlimit> {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the structure is writable.
        if !(0..16).contains(&which) || unsafe { libc::getrlimit(which as _, &raw mut limit) } < 0 {
            return Err(thread.raise_value_error("invalid resource specified"));
        }
        Ok(limit)
    }

    #[function]
    fn getrlimit(thread: &Thread, resource: i32) -> PyResult<Value> {
        let limit = limits(thread, resource)?;
        Ok(tuple(thread, &[limit_value(thread, limit.rlim_cur), limit_value(thread, limit.rlim_max)]))
    }

    #[function]
    fn setrlimit(thread: &Thread, resource: i32, limits: Value) -> PyResult<()> {
        self::limits(thread, resource)?;
        let pair = Tuple::from_iterable(thread, limits)?;
        let &[soft, hard] = pair.items() else {
            return Err(thread.raise_value_error("expected a tuple of 2 integers"));
        };
        let number = |value: Value| -> PyResult<libc::rlim_t> {
            Ok(crate::dispatch::number::index_i64(thread, value)? as libc::rlim_t)
        };
        let limit = libc::rlimit { rlim_cur: number(soft)?, rlim_max: number(hard)? };
        // SAFETY: the structure is valid.
        if unsafe { libc::setrlimit(resource as _, &raw const limit) } < 0 {
            return Err(match crate::modules::support::last_errno() {
                libc::EINVAL => thread.raise_value_error("current limit exceeds maximum limit"),
                libc::EPERM => thread.raise_value_error("not allowed to raise maximum limit"),
                errno => crate::modules::support::raise_errno(thread, errno, None),
            });
        }
        Ok(())
    }

    #[function]
    fn getpagesize() -> i64 {
        // SAFETY: takes a number.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "error", thread.vm().exceptions.os_error.value());
        module.set(thread, "RLIM_INFINITY", Value::small_wrapping(-1));
        for (name, number) in [
            ("RUSAGE_SELF", libc::RUSAGE_SELF),
            ("RUSAGE_CHILDREN", libc::RUSAGE_CHILDREN),
            ("RUSAGE_THREAD", libc::RUSAGE_THREAD),
            ("RLIMIT_AS", libc::RLIMIT_AS as i32),
            ("RLIMIT_CORE", libc::RLIMIT_CORE as i32),
            ("RLIMIT_CPU", libc::RLIMIT_CPU as i32),
            ("RLIMIT_DATA", libc::RLIMIT_DATA as i32),
            ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE as i32),
            ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK as i32),
            ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE as i32),
            ("RLIMIT_NPROC", libc::RLIMIT_NPROC as i32),
            ("RLIMIT_RSS", libc::RLIMIT_RSS as i32),
            ("RLIMIT_STACK", libc::RLIMIT_STACK as i32),
        ] {
            module.set(thread, name, Value::small_wrapping(i64::from(number)));
        }
        Ok(())
    }
}
