//! `_thread`: what `threading` builds on.
//!
//! What lives here: the module's functions and the default hook for exceptions that end a thread. Locks, thread-local
//! data and handles have files of their own. What must not: threads of the system and the isolate's lock (`threads.rs`).
#![allow(unsafe_code)] // Names a thread for the system.

pub mod handle;
pub mod local;
pub mod locks;

use crate::dispatch::call;
use crate::error::PyResult;
use crate::modules::builtins::text::{of_sys, write_to};
use crate::modules::support::{get, is_exact, text_of};
use crate::native::PyClass;
use crate::object::Gc;
use crate::struct_sequence;
use crate::thread::Thread;
use crate::threads;
use crate::traceback_format;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::str::Str;
use crate::types::struct_sequence::item;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use handle::{Handle, ThreadHandle};
use local::ThreadLocal;
use locks::{Lock, ReentrantLock};
use taipan_macros::py_module;

/// The longest timeout `acquire` takes, in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// The smallest native stack that may be asked for.
const LEAST_STACK: i64 = 32 << 10;

struct_sequence! {
    /// Marks the class of the arguments of `threading.excepthook`.
    ExceptHookArguments, EXCEPT_HOOK_ARGUMENTS, "_ExceptHookArgs", "_thread", false,
    "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.";
    items 4 {
        0 "exc_type" "Exception type";
        1 "exc_value" "Exception value";
        2 "exc_traceback" "Exception traceback";
        3 "thread" "Thread";
    }
    hidden {}
}

/// What the default hook of `threading` prints.
fn show(thread: &Thread, arguments: Value) -> PyResult<()> {
    let class = item::<0>(thread, arguments)?;
    if class == thread.vm().exceptions.system_exit.value() {
        return Ok(());
    }
    let subject = Some(item::<3>(thread, arguments)?).filter(|subject| !subject.is_none());
    let file = match of_sys(thread, thread.vm().names.stderr).filter(|file| !file.is_none()) {
        Some(file) => file,
        // What it was when the thread was made.
        None => match subject.map(|subject| get(thread, subject, "_stderr")).transpose()? {
            Some(file) if !file.is_none() => file,
            _ => return Ok(()),
        },
    };
    let name = match subject {
        Some(subject) => match get(thread, subject, "name").and_then(|name| crate::dispatch::text::str(thread, name)) {
            Ok(name) => name.to_str_lossy(thread).into_owned(),
            Err(raised) => {
                thread.take_exception(raised);
                "<failed to get thread name>".to_owned()
            }
        },
        None => thread.ident.get().to_string(),
    };
    let mut text = format!("Exception in thread {name}:\n");
    if let Some(exception) = item::<1>(thread, arguments)?.cast::<Exception>() {
        text.push_str(&traceback_format::format_exception(thread, exception));
    }
    write_to(thread, file, Str::new(thread, &text))?;
    call::call_method(thread, file, thread.vm().names.flush, &[])?;
    Ok(())
}

/// This module provides primitive operations to write multi-threaded programs.
/// The 'threading' module provides a more convenient interface.
#[py_module(name = "_thread")]
pub mod thread_module {
    use super::*;
    use crate::types::module::Module;

    #[constant(name = "TIMEOUT_MAX")]
    const TIMEOUT_MAX: f64 = super::TIMEOUT_MAX;

    /// Allocate a new lock object. See help(type(threading.Lock())) for information about locks.
    #[function]
    fn allocate_lock(thread: &Thread) -> Value {
        Lock::make(thread)
    }

    /// An obsolete synonym of allocate_lock().
    #[function]
    fn allocate(thread: &Thread) -> Value {
        Lock::make(thread)
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    ///
    /// This may be used to identify per-thread resources.  Even though on
    /// some platforms threads identities may appear to be allocated
    /// consecutive numbers starting at 1, this behavior should not be relied
    /// upon, and the number should be seen purely as a magic cookie.
    /// A thread's identity may be reused for another thread after it exits.
    #[function]
    fn get_ident(thread: &Thread) -> i64 {
        thread.ident.get()
    }

    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel). This may be used to uniquely identify a
    /// particular thread within a system.
    #[function]
    fn get_native_id(thread: &Thread) -> i64 {
        thread.native_id.get()
    }

    #[function]
    fn _get_main_thread_ident(thread: &Thread) -> i64 {
        let mut ident = 0;
        threads::for_each(thread, |other| {
            if other.is_main.get() {
                ident = other.ident.get();
            }
        });
        ident
    }

    #[function]
    fn _is_main_interpreter() -> bool {
        true
    }

    /// Return True if daemon threads are allowed in the current interpreter,
    /// and False otherwise.
    #[function]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Return the number of currently running Python threads, excluding
    /// the main thread. The returned number comprises all threads created
    /// through `start_new_thread()` as well as `threading.Thread`, and not
    /// yet finished.
    #[function]
    fn _count(thread: &Thread) -> usize {
        threads::count(thread) - 1
    }

    /// Return the thread stack size used when creating new threads.
    ///
    /// The optional size argument specifies the stack size (in bytes) to be used
    /// for subsequently created threads.  The size must be 0 (use platform or
    /// configured default) or a positive integer value of at least 32,768 (32k).
    #[function(signature = "(size=0, /)")]
    fn stack_size(thread: &Thread, size: Option<i64>) -> PyResult<usize> {
        let new = size.unwrap_or(0);
        if new < 0 {
            return Err(thread.raise_value_error("size must be 0 or a positive value"));
        }
        if new != 0 && new < LEAST_STACK {
            return Err(thread.raise_value_error(format!("size not valid: {new} bytes")));
        }
        Ok(thread.vm().stack_size.replace(new as usize))
    }

    /// Start a new thread and return its identifier.
    ///
    /// The thread will call the function with positional arguments from the
    /// tuple args and keyword arguments taken from the optional dictionary
    /// kwargs.  The thread exits when the function returns; the return value
    /// is ignored.  The thread will also exit when the function raises an
    /// unhandled exception; a stack trace will be printed unless the exception
    /// is SystemExit.
    #[function(signature = "(function, args, kwargs={}, /)")]
    fn start_new_thread(thread: &Thread, function: Value, args: Value, kwargs: Option<Value>) -> PyResult<i64> {
        if !call::is_callable(thread, function) {
            return Err(thread.raise_type_error("first arg must be callable"));
        }
        let Some(args) = args.cast::<Tuple>() else {
            return Err(thread.raise_type_error("2nd arg must be a tuple"));
        };
        let kwargs = match kwargs {
            None => None,
            Some(kwargs) => match kwargs.cast::<Dict>() {
                Some(kwargs) => Some(kwargs),
                None => return Err(thread.raise_type_error("optional 3rd arg must be a dictionary")),
            },
        };
        handle::start(thread, function, args, kwargs, None, true)
    }

    /// An obsolete synonym of start_new_thread().
    #[function(signature = "(function, args, kwargs={}, /)")]
    fn start_new(thread: &Thread, function: Value, args: Value, kwargs: Option<Value>) -> PyResult<i64> {
        start_new_thread(thread, function, args, kwargs)
    }

    /// *For internal use only*: start a new thread.
    ///
    /// Like start_new_thread(), this starts a new thread calling the given function.
    /// Unlike start_new_thread(), this returns a handle object with methods to join
    /// or detach the given thread.
    /// This function is not for third-party code, please use the
    /// `threading` module instead. During finalization the runtime will not wait for
    /// the thread to exit if daemon is True. If handle is provided it must be a
    /// newly created thread._ThreadHandle instance.
    #[function(signature = "(function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        thread: &Thread,
        function: Value,
        handle: Option<Value>,
        daemon: Option<bool>,
    ) -> PyResult<Gc<Handle>> {
        if !call::is_callable(thread, function) {
            return Err(thread.raise_type_error("thread function must be callable"));
        }
        let handle = match handle.filter(|handle| !handle.is_none()) {
            None => ThreadHandle::make(thread, None),
            Some(given) => match Handle::cast(given) {
                Some(handle) => handle,
                None => return Err(thread.raise_type_error("'handle' must be a _ThreadHandle")),
            },
        };
        let arguments = thread.vm().constant(|constants| constants.empty_tuple);
        handle::start(thread, function, arguments, None, Some(handle), daemon.unwrap_or(true))?;
        Ok(handle)
    }

    /// Internal only. Make a thread handle for threads not spawned
    /// by the _thread or threading module.
    #[function]
    fn _make_thread_handle(thread: &Thread, ident: i64) -> Gc<Handle> {
        ThreadHandle::make(thread, Some(ident))
    }

    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[function]
    fn _shutdown(thread: &Thread) -> PyResult<()> {
        handle::wait_for_all(thread)
    }

    /// Simulate the arrival of the given signal in the main thread,
    /// where the corresponding signal handler will be executed.
    /// If *signum* is omitted, SIGINT is assumed.
    /// A subthread can use this function to interrupt the main thread.
    ///
    /// Note: the default signal handler for SIGINT raises ``KeyboardInterrupt``.
    #[function(signature = "(signum=signal.SIGINT, /)")]
    fn interrupt_main(thread: &Thread, signum: Option<i64>) -> PyResult<()> {
        crate::modules::signal::simulate(thread, signum.unwrap_or(i64::from(libc::SIGINT)))
    }

    /// This is synonymous to ``raise SystemExit''.  It will cause the current
    /// thread to exit silently unless the exception is caught.
    #[function]
    fn exit(thread: &Thread) -> PyResult<()> {
        Err(thread.raise_with_arguments(thread.vm().exceptions.system_exit, &[]))
    }

    /// An obsolete synonym of exit().
    #[function]
    fn exit_thread(thread: &Thread) -> PyResult<()> {
        exit(thread)
    }

    /// Set the name of the current thread.
    #[function(signature = "(name)")]
    fn set_name(thread: &Thread, name: Gc<Str>) {
        let text = text_of(thread, name.value()).unwrap_or_default();
        // The system takes 15 bytes.
        let bytes: Vec<u8> = text.bytes().take_while(|byte| *byte != 0).take(15).chain([0]).collect();
        // SAFETY: a C string; the thread is the running one.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
    }

    /// Handle uncaught Thread.run() exception.
    #[function]
    fn _excepthook(thread: &Thread, args: Value) -> PyResult<()> {
        if !is_exact(thread, args, ExceptHookArguments::SPEC) {
            return Err(thread.raise_type_error("_thread._excepthook argument type must be ExceptHookArgs"));
        }
        show(thread, args)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let lock = Type::of_spec(thread, <Lock as PyClass>::SPEC).value();
        module.set(thread, "LockType", lock);
        for spec in [
            <Lock as PyClass>::SPEC,
            <ReentrantLock as PyClass>::SPEC,
            <ThreadLocal as PyClass>::SPEC,
            <ThreadHandle as PyClass>::SPEC,
            ExceptHookArguments::SPEC,
        ] {
            module.set(thread, spec.name, Type::of_spec(thread, spec).value());
        }
        module.set(thread, "error", thread.vm().exceptions.runtime_error.value());
        Ok(())
    }
}
