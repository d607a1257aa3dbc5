//! Functions about processes, users and the machine.
//!
//! What lives here: the functions and their result classes. Start at [`functions`].
#![allow(unsafe_code)] // Calls of the C library.

use super::{Path, Target, check, retry};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{FileName, filesystem_string, last_errno, raise_errno, tuple};
use crate::native::PyClass;
use crate::object::Gc;
use crate::struct_sequence;
use crate::thread::Thread;
use crate::types::int;
use crate::types::list::List;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::types::struct_sequence::{Items, make};
use crate::value::Value;
use std::ffi::{CStr, CString};

struct_sequence! {
    /// Marks the class of `os.uname` results.
    UnameResult, UNAME_RESULT, "uname_result", "posix", false,
    "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.";
    items 5 {
        0 "sysname" "operating system name";
        1 "nodename" "name of machine on network (implementation-defined)";
        2 "release" "operating system release";
        3 "version" "operating system version";
        4 "machine" "hardware identifier";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of `os.times` results.
    TimesResult, TIMES_RESULT, "times_result", "posix", false,
    "times_result: Result from os.times().";
    items 5 {
        0 "user" "user time";
        1 "system" "system time";
        2 "children_user" "user time of children";
        3 "children_system" "system time of children";
        4 "elapsed" "elapsed time since an arbitrary point in the past";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of scheduling parameters.
    SchedParam, SCHED_PARAM, "sched_param", "posix", false,
    "Currently has only one field: sched_priority";
    items 1 {
        0 "sched_priority" "the scheduling priority";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of `os.waitid` results.
    WaitidResult, WAITID_RESULT, "waitid_result", "posix", false,
    "waitid_result: Result from waitid.";
    items 5 {
        0 "si_pid" "";
        1 "si_uid" "";
        2 "si_signo" "";
        3 "si_status" "";
        4 "si_code" "";
    }
    hidden {}
}

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, length: libc::size_t) -> libc::c_int;
}

/// Strings for `execv` and the like, with the null-terminated array of pointers to them.
struct StringArray {
    strings: Vec<CString>,
}

impl StringArray {
    /// From a sequence of names.
    fn of_sequence(thread: &Thread, value: Value, function: &str, argument: &str) -> PyResult<StringArray> {
        let list = List::from_iterable(thread, value)?;
        let mut strings = Vec::new();
        for index in 0..list.len() {
            let item = list.get(thread, index).unwrap_or(Value::NONE);
            strings.push(FileName::from_value(thread, item, function, argument)?.c_string());
        }
        Ok(StringArray { strings })
    }

    /// From a mapping of environment variables.
    fn of_environment(thread: &Thread, value: Value, function: &str) -> PyResult<StringArray> {
        let items = dispatch::call::call_method(thread, value, thread.vm().names.items, &[])?;
        let list = List::from_iterable(thread, items)?;
        let mut strings = Vec::new();
        for index in 0..list.len() {
            let pair = list.get(thread, index).and_then(|pair| pair.cast::<crate::types::tuple::Tuple>());
            let Some(&[name, text]) = pair.as_ref().map(|pair| pair.items()) else {
                return Err(thread.raise_type_error("env.items() must return pairs"));
            };
            let mut bytes = FileName::from_value(thread, name, function, "env")?.bytes;
            if bytes.is_empty() || bytes.contains(&b'=') {
                return Err(thread.raise_value_error("illegal environment variable name"));
            }
            bytes.push(b'=');
            bytes.extend(FileName::from_value(thread, text, function, "env")?.bytes);
            strings.push(CString::new(bytes).unwrap_or_default());
        }
        Ok(StringArray { strings })
    }

    fn pointers(&self) -> Vec<*const libc::c_char> {
        self.strings.iter().map(|string| string.as_ptr()).chain(std::iter::once(std::ptr::null())).collect()
    }
}

/// The result of `wait` and relatives: (pid, status).
fn wait_result(thread: &Thread, pid: i32, status: i32) -> Value {
    tuple(thread, &[Value::small_wrapping(i64::from(pid)), Value::small_wrapping(i64::from(status))])
}

/// The `resource.struct_rusage` of a structure, as a tuple of its fields.
fn resource_usage(thread: &Thread, usage: &libc::rusage) -> PyResult<Value> {
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    let items = Items::new(thread)
        .float(seconds(usage.ru_utime))
        .float(seconds(usage.ru_stime))
        .int(usage.ru_maxrss)
        .int(usage.ru_ixrss)
        .int(usage.ru_idrss)
        .int(usage.ru_isrss)
        .int(usage.ru_minflt)
        .int(usage.ru_majflt)
        .int(usage.ru_nswap)
        .int(usage.ru_inblock)
        .int(usage.ru_oublock)
        .int(usage.ru_msgsnd)
        .int(usage.ru_msgrcv)
        .int(usage.ru_nsignals)
        .int(usage.ru_nvcsw)
        .int(usage.ru_nivcsw);
    Ok(tuple(thread, &items.values))
}

/// Functions without arguments that return a number of the process.
macro_rules! process_numbers {
    ($($name:ident $doc:literal;)*) => {
        /// Numbers of this process.
        #[taipan_macros::py_module(name = "posix")]
        pub mod numbers {
            $(
                #[doc = $doc]
                #[function]
                fn $name() -> i64 {
                    // SAFETY: takes no arguments, cannot fail.
                    i64::from(unsafe { libc::$name() })
                }
            )*
        }
    };
}
process_numbers! {
    getpid "Return the current process id.";
    getppid "Return the parent's process id.";
    getuid "Return the current process's user id.";
    geteuid "Return the current process's effective user id.";
    getgid "Return the current process's group id.";
    getegid "Return the current process's effective group id.";
    getpgrp "Return the current process group id.";
}

/// Functions about processes.
#[taipan_macros::py_module(name = "posix", extend = [super::numbers::MODULE])]
pub mod functions {
    use super::*;

    /// Exit to the system with specified status, without normal exit processing.
    #[function(signature = "(status)")]
    fn _exit(status: i32) -> i64 {
        // SAFETY: does not return.
        unsafe { libc::_exit(status) }
    }

    /// Abort the interpreter immediately.
    ///
    /// This function 'dumps core' or otherwise fails in the hardest way possible
    /// on the hosting operating system.  This function never returns.
    #[function]
    fn abort() {
        std::process::abort();
    }

    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[function]
    fn fork(thread: &Thread) -> PyResult<i32> {
        run_fork_hooks(thread, "before");
        let imports = &thread.vm().imports;
        imports.acquire_lock(thread)?;
        // SAFETY: the child goes on with a copy of this thread alone, and is told so.
        let pid = (thread.vm().hooks().fork)(thread, &|| unsafe { libc::fork() });
        let error = last_errno();
        if pid == 0 {
            let was_main = thread.is_main.get();
            crate::modules::thread_module::handle::after_fork(thread);
            crate::modules::signal::after_fork(thread, was_main);
        }
        imports.release_lock(thread);
        run_fork_hooks(thread, if pid == 0 { "after_in_child" } else { "after_in_parent" });
        if pid > 0 && crate::threads::count(thread) > 1 {
            let message = format!(
                "This process (pid={}) is multi-threaded, use of fork() may lead to deadlocks in the child.",
                std::process::id()
            );
            dispatch::warnings::warn(thread, thread.vm().exceptions.deprecation_warning, &message)?;
        }
        if pid < 0 { Err(raise_errno(thread, error, None)) } else { Ok(pid) }
    }

    /// Functions registered by `register_at_fork`: those for before run last to first.
    fn run_fork_hooks(thread: &Thread, when: &str) {
        let Some(list) = fork_hooks(thread, when) else { return };
        let count = list.len();
        for index in 0..count {
            let index = if when == "before" { count - 1 - index } else { index };
            if let Some(hook) = list.get(thread, index)
                && let Err(raised) = dispatch::call::call(thread, hook, &[])
            {
                crate::modules::sys::unraisable::report(thread, raised, None, Some(hook));
            }
        }
    }

    /// The list of functions for a moment, kept in the module's namespace.
    fn fork_hooks(thread: &Thread, when: &str) -> Option<Gc<List>> {
        let module = thread.vm().modules().get_str(thread, crate::modules::support::intern(thread, "posix"))?;
        module.cast::<crate::types::module::Module>()?.get(thread, &format!("_fork_{when}"))?.cast::<List>()
    }

    /// Register callables to be called when forking a new process.
    ///
    ///   before
    ///     A callable to be called in the parent before the fork() syscall.
    ///   after_in_child
    ///     A callable to be called in the child after fork().
    ///   after_in_parent
    ///     A callable to be called in the parent after fork().
    ///
    /// 'before' callbacks are called in reverse order.
    /// 'after_in_child' and 'after_in_parent' callbacks are called in order.
    #[function(
        signature = "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        thread: &Thread,
        before: Option<Value>,
        after_in_child: Option<Value>,
        after_in_parent: Option<Value>,
    ) -> PyResult<()> {
        let hooks = [("before", before), ("after_in_child", after_in_child), ("after_in_parent", after_in_parent)];
        if hooks.iter().all(|(_, hook)| hook.is_none()) {
            return Err(thread.raise_type_error("At least one argument is required."));
        }
        for (when, hook) in hooks {
            let Some(hook) = hook else { continue };
            if !dispatch::call::is_callable(thread, hook) {
                return Err(
                    thread.raise_type_error(format!("'{when}' must be callable, not {}", thread.type_name(hook)))
                );
            }
            let list = match fork_hooks(thread, when) {
                Some(list) => list,
                None => {
                    let list = List::empty(thread);
                    let posix = crate::modules::import::import_name(thread, "posix")?;
                    if let Some(module) = posix.cast::<crate::types::module::Module>() {
                        module.set(thread, &format!("_fork_{when}"), list.value());
                    }
                    list
                }
            };
            list.push(thread, hook)?;
        }
        Ok(())
    }

    /// Execute an executable path with arguments, replacing current process.
    #[function]
    fn execv(thread: &Thread, path: Value, argv: Value) -> PyResult<()> {
        let path = Path::of(thread, path, "execv", "path")?;
        let arguments = StringArray::of_sequence(thread, argv, "execv", "argv")?;
        if arguments.strings.is_empty() {
            return Err(thread.raise_value_error("execv() arg 2 must not be empty"));
        }
        let name = path.c_string();
        // SAFETY: a C string and a null-terminated array of C strings.
        crate::modules::signal::with_initial_mask(thread, || unsafe {
            libc::execv(name.as_ptr(), arguments.pointers().as_ptr())
        });
        Err(path.fail(thread))
    }

    /// Execute an executable path with arguments, replacing current process.
    #[function(signature = "(path, argv, env)")]
    fn execve(thread: &Thread, path: Value, argv: Value, env: Value) -> PyResult<()> {
        let path = Path::or_descriptor(thread, path, "execve", "path")?;
        let arguments = StringArray::of_sequence(thread, argv, "execve", "argv")?;
        if arguments.strings.is_empty() {
            return Err(thread.raise_value_error("execve: argv must not be empty"));
        }
        let environment = StringArray::of_environment(thread, env, "execve")?;
        let (name, arguments, environment) = (path.c_string(), arguments.pointers(), environment.pointers());
        crate::modules::signal::with_initial_mask(thread, || match path.name {
            // SAFETY: null-terminated arrays of C strings, which the arrays above keep alive.
            Target::Descriptor(number) => unsafe { libc::fexecve(number, arguments.as_ptr(), environment.as_ptr()) },
            // SAFETY: a C string and null-terminated arrays of C strings.
            Target::Name(_) => unsafe { libc::execve(name.as_ptr(), arguments.as_ptr(), environment.as_ptr()) },
        });
        Err(path.fail(thread))
    }

    /// Execute the command in a subshell.
    #[function(signature = "(command)")]
    fn system(thread: &Thread, command: Value) -> PyResult<i32> {
        let command = FileName::from_value(thread, command, "system", "command")?;
        let command = command.c_string();
        // SAFETY: a C string.
        let run = || unsafe { libc::system(command.as_ptr()) };
        Ok(crate::modules::signal::with_initial_mask(thread, || thread.allow_threads(run)))
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///     (pid, status)
    #[function]
    fn wait(thread: &Thread) -> PyResult<Value> {
        waitpid(thread, -1, 0)
    }

    /// Wait for completion of a given child process.
    ///
    /// Returns a tuple of information regarding the child process:
    ///     (pid, status)
    ///
    /// The options argument is ignored on Windows.
    #[function]
    fn waitpid(thread: &Thread, pid: i32, options: i32) -> PyResult<Value> {
        let mut status = 0;
        // SAFETY: the status is writable.
        let result = retry(thread, || unsafe { libc::waitpid(pid, &raw mut status, options) } as isize)?;
        check(thread, result as i32)?;
        Ok(wait_result(thread, result as i32, status))
    }

    /// Return a file descriptor referring to the process *pid*.
    ///
    /// The descriptor can be used to perform process management without races and
    /// signals.
    #[function(signature = "(pid, flags=0)")]
    fn pidfd_open(thread: &Thread, pid: i32, flags: Option<u32>) -> PyResult<i64> {
        // SAFETY: takes numbers.
        let file = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags.unwrap_or(0)) };
        check(thread, file as i32)?;
        Ok(file)
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(signature = "(options)")]
    fn wait3(thread: &Thread, options: i32) -> PyResult<Value> {
        wait4(thread, -1, options)
    }

    /// Wait for completion of a specific child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(signature = "(pid, options)")]
    fn wait4(thread: &Thread, pid: i32, options: i32) -> PyResult<Value> {
        let mut status = 0;
        // SAFETY: an all-zero rusage is valid.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: status and usage are writable.
        let result = retry(thread, || unsafe { libc::wait4(pid, &raw mut status, options, &raw mut usage) } as isize)?;
        check(thread, result as i32)?;
        let numbers = [
            Value::small_wrapping(result as i64),
            Value::small_wrapping(i64::from(status)),
            resource_usage(thread, &usage)?,
        ];
        Ok(tuple(thread, &numbers))
    }

    /// Returns the result of waiting for a process or processes.
    #[function]
    fn waitid(thread: &Thread, idtype: i64, id: u64, options: i32) -> PyResult<Value> {
        // SAFETY: an all-zero siginfo is valid.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: the structure is writable.
        let result =
            retry(
                thread,
                || unsafe { libc::waitid(idtype as libc::idtype_t, id as libc::id_t, &raw mut info, options) } as isize,
            )?;
        check(thread, result as i32)?;
        // SAFETY: waitid fills the fields of a child's signal.
        let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
        if pid == 0 {
            return Ok(Value::NONE);
        }
        let items = Items::new(thread)
            .int(pid.into())
            .int(uid.into())
            .int(info.si_signo.into())
            .int(status.into())
            .int(info.si_code.into());
        Ok(make(thread, WaitidResult::SPEC, &items.values, &[]))
    }

    /// Convert a wait status to an exit code.
    #[function(signature = "(status)")]
    fn waitstatus_to_exitcode(thread: &Thread, status: i32) -> PyResult<i32> {
        if libc::WIFEXITED(status) {
            return Ok(libc::WEXITSTATUS(status));
        }
        if libc::WIFSIGNALED(status) {
            return Ok(-libc::WTERMSIG(status));
        }
        if libc::WIFSTOPPED(status) {
            let message = format!("process stopped by delivery of signal {}", libc::WSTOPSIG(status));
            return Err(thread.raise_value_error(message));
        }
        Err(thread.raise_value_error(format!("invalid wait status: {status}")))
    }

    /// Return True if the process returning status exited via the exit() system call.
    #[function(name = "WIFEXITED", signature = "(status)")]
    fn exited(status: i32) -> bool {
        libc::WIFEXITED(status)
    }

    /// Return the process return code from status.
    #[function(name = "WEXITSTATUS", signature = "(status)")]
    fn exit_status(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }

    /// Return True if the process returning status was terminated by a signal.
    #[function(name = "WIFSIGNALED", signature = "(status)")]
    fn signaled(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }

    /// Return the signal that terminated the process that provided the status value.
    #[function(name = "WTERMSIG", signature = "(status)")]
    fn term_signal(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }

    /// Return True if the process returning status was stopped.
    #[function(name = "WIFSTOPPED", signature = "(status)")]
    fn stopped(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }

    /// Return the signal that stopped the process that provided the status value.
    #[function(name = "WSTOPSIG", signature = "(status)")]
    fn stop_signal(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }

    /// Return True if a particular process was continued from a job control stop.
    #[function(name = "WIFCONTINUED", signature = "(status)")]
    fn continued(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }

    /// Return True if the process returning status was dumped to a core file.
    #[function(name = "WCOREDUMP", signature = "(status)")]
    fn core_dump(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }

    /// Kill a process with a signal.
    #[function]
    fn kill(thread: &Thread, pid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::kill(pid, signal) })?;
        Ok(())
    }

    /// Kill a process group with a signal.
    #[function]
    fn killpg(thread: &Thread, pgid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::killpg(pgid, signal) })?;
        Ok(())
    }

    /// Add increment to the priority of process and return the new priority.
    #[function]
    fn nice(thread: &Thread, increment: i32) -> PyResult<i32> {
        // SAFETY: the C library's errno of this thread.
        unsafe { *libc::__errno_location() = 0 };
        // SAFETY: takes a number.
        let value = unsafe { libc::nice(increment) };
        if value == -1 && last_errno() != 0 { Err(raise_errno(thread, last_errno(), None)) } else { Ok(value) }
    }

    /// Return program scheduling priority.
    #[function(signature = "(which, who)")]
    fn getpriority(thread: &Thread, which: i32, who: i32) -> PyResult<i32> {
        // SAFETY: the C library's errno of this thread.
        unsafe { *libc::__errno_location() = 0 };
        // SAFETY: takes numbers.
        let value = unsafe { libc::getpriority(which as _, who as libc::id_t) };
        if value == -1 && last_errno() != 0 { Err(raise_errno(thread, last_errno(), None)) } else { Ok(value) }
    }

    /// Set program scheduling priority.
    #[function(signature = "(which, who, priority)")]
    fn setpriority(thread: &Thread, which: i32, who: i32, priority: i32) -> PyResult<()> {
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::setpriority(which as _, who as libc::id_t, priority) })?;
        Ok(())
    }

    /// Call the system call getpgid(), and return the result.
    #[function(signature = "(pid)")]
    fn getpgid(thread: &Thread, pid: i32) -> PyResult<i32> {
        // SAFETY: takes a number.
        check(thread, unsafe { libc::getpgid(pid) })
    }

    /// Call the system call setpgid(pid, pgrp).
    #[function]
    fn setpgid(thread: &Thread, pid: i32, pgrp: i32) -> PyResult<()> {
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::setpgid(pid, pgrp) })?;
        Ok(())
    }

    /// Make the current process the leader of its process group.
    #[function]
    fn setpgrp(thread: &Thread) -> PyResult<()> {
        setpgid(thread, 0, 0)
    }

    /// Call the system call getsid(pid) and return the result.
    #[function]
    fn getsid(thread: &Thread, pid: i32) -> PyResult<i32> {
        // SAFETY: takes a number.
        check(thread, unsafe { libc::getsid(pid) })
    }

    /// Call the system call setsid().
    #[function]
    fn setsid(thread: &Thread) -> PyResult<()> {
        // SAFETY: takes no arguments.
        check(thread, unsafe { libc::setsid() })?;
        Ok(())
    }

    /// Set the current process's user id.
    #[function]
    fn setuid(thread: &Thread, uid: u32) -> PyResult<()> {
        // SAFETY: takes a number.
        check(thread, unsafe { libc::setuid(uid) })?;
        Ok(())
    }

    /// Set the current process's group id.
    #[function]
    fn setgid(thread: &Thread, gid: u32) -> PyResult<()> {
        // SAFETY: takes a number.
        check(thread, unsafe { libc::setgid(gid) })?;
        Ok(())
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[function]
    fn getresuid(thread: &Thread) -> Value {
        let mut ids = [0u32; 3];
        let [real, effective, saved] = &mut ids;
        // SAFETY: the three numbers are writable.
        unsafe { libc::getresuid(real, effective, saved) };
        tuple(thread, &ids.map(|id| Value::small_wrapping(i64::from(id))))
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[function]
    fn getresgid(thread: &Thread) -> Value {
        let mut ids = [0u32; 3];
        let [real, effective, saved] = &mut ids;
        // SAFETY: the three numbers are writable.
        unsafe { libc::getresgid(real, effective, saved) };
        tuple(thread, &ids.map(|id| Value::small_wrapping(i64::from(id))))
    }

    /// Return list of supplemental group IDs for the process.
    #[function]
    fn getgroups(thread: &Thread) -> PyResult<Gc<List>> {
        // SAFETY: asks for the number only.
        let count = check(thread, unsafe { libc::getgroups(0, std::ptr::null_mut()) })?;
        let mut groups = vec![0u32; count as usize];
        // SAFETY: the array has the number of places just told.
        let count = check(thread, unsafe { libc::getgroups(count, groups.as_mut_ptr()) })?;
        let list = List::empty(thread);
        for group in &groups[..count as usize] {
            list.push(thread, Value::small_wrapping(i64::from(*group)))?;
        }
        Ok(list)
    }

    /// Return the actual login name.
    #[function]
    fn getlogin(thread: &Thread) -> PyResult<Gc<Str>> {
        let mut buffer = [0u8; 256];
        // SAFETY: the buffer is writable for its length.
        match unsafe { getlogin_r(buffer.as_mut_ptr().cast(), buffer.len()) } {
            0 => filesystem_string(thread, CStr::from_bytes_until_nul(&buffer).unwrap_or_default().to_bytes()),
            errno => Err(raise_errno(thread, errno, None)),
        }
    }

    /// Return average recent system load information.
    ///
    /// Return the number of processes in the system run queue averaged over
    /// the last 1, 5, and 15 minutes as a tuple of three floats.
    /// Raises OSError if the load average was unobtainable.
    #[function]
    fn getloadavg(thread: &Thread) -> PyResult<Value> {
        let mut loads = [0f64; 3];
        // SAFETY: the array has three places.
        if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
            return Err(thread.raise_plain_os_error("Load averages are unobtainable"));
        }
        let items = Items::new(thread).float(loads[0]).float(loads[1]).float(loads[2]);
        Ok(tuple(thread, &items.values))
    }

    /// Return the number of logical CPUs in the system.
    ///
    /// Return None if indeterminable.
    #[function]
    fn cpu_count() -> Option<i64> {
        // SAFETY: takes a number.
        let count = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
        (count > 0).then_some(count)
    }

    /// Return the affinity of the process identified by pid (or the current process if zero).
    ///
    /// The affinity is returned as a set of CPU identifiers.
    #[function]
    fn sched_getaffinity(thread: &Thread, pid: i32) -> PyResult<Gc<Set>> {
        // SAFETY: an all-zero set is valid.
        let mut cpus: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        // SAFETY: the set is writable for its size.
        check(thread, unsafe { libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &raw mut cpus) })?;
        let set = Set::new(thread);
        for cpu in 0..libc::CPU_SETSIZE as usize {
            // SAFETY: the number is below the size of the set.
            if unsafe { libc::CPU_ISSET(cpu, &cpus) } {
                set.add(thread, int::from_usize(thread, cpu))?;
            }
        }
        Ok(set)
    }

    /// Set the CPU affinity of the process identified by pid to mask.
    #[function]
    fn sched_setaffinity(thread: &Thread, pid: i32, mask: Value) -> PyResult<()> {
        // SAFETY: an all-zero set is valid.
        let mut cpus: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        dispatch::iter::for_each(thread, mask, |cpu| {
            let number = dispatch::number::index_i64(thread, cpu)?;
            match usize::try_from(number) {
                Ok(cpu) if cpu < libc::CPU_SETSIZE as usize => {
                    // SAFETY: the number is below the size of the set.
                    unsafe { libc::CPU_SET(cpu, &mut cpus) };
                    Ok(true)
                }
                Ok(_) => Err(thread.raise_overflow_error("CPU number too large")),
                Err(_) => Err(thread.raise_value_error("negative CPU number")),
            }
        })?;
        // SAFETY: the set is readable for its size.
        check(thread, unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &raw const cpus) })?;
        Ok(())
    }

    /// Voluntarily relinquish the CPU.
    #[function]
    fn sched_yield() {
        std::thread::yield_now();
    }

    /// Return an object identifying the current operating system.
    ///
    /// The object behaves like a named tuple with the following fields:
    ///   (sysname, nodename, release, version, machine)
    #[function]
    fn uname(thread: &Thread) -> PyResult<Value> {
        // SAFETY: an all-zero structure is valid.
        let mut name: libc::utsname = unsafe { std::mem::zeroed() };
        // SAFETY: the structure is writable.
        check(thread, unsafe { libc::uname(&raw mut name) })?;
        let mut items = Items::new(thread);
        for field in [&name.sysname, &name.nodename, &name.release, &name.version, &name.machine] {
            // SAFETY: uname fills every field with a C string.
            let text = unsafe { CStr::from_ptr(field.as_ptr()) };
            items = items.string(filesystem_string(thread, text.to_bytes())?);
        }
        Ok(make(thread, UnameResult::SPEC, &items.values, &[]))
    }

    /// Return a collection containing process timing information.
    ///
    /// The object returned behaves like a named tuple with these fields:
    ///   (utime, stime, cutime, cstime, elapsed_time)
    /// All fields are floating-point numbers.
    #[function]
    fn times(thread: &Thread) -> Value {
        // SAFETY: an all-zero structure is valid.
        let mut counts: libc::tms = unsafe { std::mem::zeroed() };
        // SAFETY: the structure is writable.
        let elapsed = unsafe { libc::times(&raw mut counts) };
        // SAFETY: takes a number.
        let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        let items = Items::new(thread)
            .float(counts.tms_utime as f64 / per_second)
            .float(counts.tms_stime as f64 / per_second)
            .float(counts.tms_cutime as f64 / per_second)
            .float(counts.tms_cstime as f64 / per_second)
            .float(elapsed as f64 / per_second);
        make(thread, TimesResult::SPEC, &items.values, &[])
    }

    /// Change or add an environment variable.
    #[function]
    fn putenv(thread: &Thread, name: Value, value: Value) -> PyResult<()> {
        let name = FileName::from_value(thread, name, "putenv", "name")?;
        let value = FileName::from_value(thread, value, "putenv", "value")?;
        if name.bytes.is_empty() || name.bytes.contains(&b'=') {
            return Err(thread.raise_value_error("illegal environment variable name"));
        }
        // SAFETY: C strings; the environment is changed by the one thread that runs Python code.
        check(thread, unsafe { libc::setenv(name.c_string().as_ptr(), value.c_string().as_ptr(), 1) })?;
        Ok(())
    }

    /// Delete an environment variable.
    #[function]
    fn unsetenv(thread: &Thread, name: Value) -> PyResult<()> {
        let name = FileName::from_value(thread, name, "unsetenv", "name")?;
        // SAFETY: a C string; as above.
        check(thread, unsafe { libc::unsetenv(name.c_string().as_ptr()) })?;
        Ok(())
    }
}
