//! The module `_signal`: handlers of signals, timers, waiting for signals.
//!
//! What lives here: the module, and the way of a signal from the system to its Python handler. What must not:
//! polling (`Thread::request_poll` and whoever serves it). Start at [`SignalHub`] and [`run_pending`].
//!
//! No C signal handler of ours touches any state. A signal that has a Python handler is blocked in every
//! thread, and one waiting thread per signal takes it by `sigwait`, notes it, asks the Python thread to poll,
//! and ends its blocking system call with SIGURG, which does nothing. Processes that are started get the
//! signal mask from before.
#![allow(unsafe_code)] // Calls of the C library.

use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{raise_errno, raise_last_errno, tuple};
use crate::object::Gc;
use crate::thread::{Thread, poll};
use crate::types::int;
use crate::types::list::List;
use crate::value::Value;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use taipan_macros::py_module;

/// One more than the highest signal.
const SIGNAL_COUNT: i32 = 65;

/// Handlers that are no functions.
const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;

/// What the waiting threads share with the isolate.
#[derive(Default)]
pub struct SignalHub {
    /// Bit `n - 1`: signal `n` came.
    pending: AtomicU64,
    /// Bit `n - 1`: a thread waits for signal `n`.
    waited_for: AtomicU64,
    /// Bit `n - 1`: the program blocked signal `n`, which a thread waits for, in the first thread: its handler is to be
    /// called later. In the eyes of the system such signals are blocked everywhere anyway.
    masked: AtomicU64,
    /// The thread to wake, while it lives.
    target: Mutex<Option<Wake>>,
    /// One more than the file that is told the number of each signal (`set_wakeup_fd`); zero: none.
    wakeup: AtomicI32,
}

/// A thread that may be asked to poll, and its system identity.
struct Wake {
    thread: NonNull<Thread>,
    native: libc::pthread_t,
}

// SAFETY: other threads only call `request_poll`, which is atomic, under the mutex that `detach` empties before
// the thread goes away.
unsafe impl Send for Wake {}

impl SignalHub {
    /// Signals from now on wake this thread, which is the running one, if it is the first.
    fn attach(&self, thread: &Thread) {
        if !thread.is_main.get() {
            return;
        }
        let mut target = self.target.lock().unwrap_or_else(PoisonError::into_inner);
        if target.is_none() {
            // SAFETY: takes no arguments.
            let native = unsafe { libc::pthread_self() };
            *target = Some(Wake { thread: NonNull::from(thread), native });
        }
    }

    /// Nobody is woken any more.
    pub fn detach(&self) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Notes that a signal came. Whoever calls this asks the first thread to poll.
    pub fn note(&self, signal: i32) {
        self.pending.fetch_or(1 << (signal - 1), Ordering::AcqRel);
        let file = self.wakeup.load(Ordering::Acquire) - 1;
        if file >= 0 {
            let byte = signal as u8;
            // SAFETY: one byte is readable. A file that is full or closed has been told enough.
            unsafe { libc::write(file, (&raw const byte).cast(), 1) };
        }
    }

    /// A signal came.
    fn deliver(&self, signal: i32) {
        self.note(signal);
        let target = self.target.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wake) = &*target {
            // SAFETY: the thread lives while the mutex holds it.
            unsafe { wake.thread.as_ref() }.request_poll(poll::SIGNAL);
            // SAFETY: as above; SIGURG does nothing but end a blocking call.
            unsafe { libc::pthread_kill(wake.native, libc::SIGURG) };
        }
    }
}

extern "C" fn nothing(_: libc::c_int) {}

/// The address of the handler that does nothing, as the C library takes it.
fn quiet_handler() -> libc::sighandler_t {
    nothing as extern "C" fn(libc::c_int) as libc::sighandler_t
}

/// A set with these signals.
fn signal_set(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: sigemptyset initialises the set.
    unsafe {
        let mut set = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&raw mut set);
        for &signal in signals {
            libc::sigaddset(&raw mut set, signal);
        }
        set
    }
}

fn change_mask(how: i32, set: &libc::sigset_t) -> libc::sigset_t {
    let mut old = signal_set(&[]);
    // SAFETY: both sets are initialised.
    unsafe { libc::pthread_sigmask(how, set, &raw mut old) };
    old
}

/// Keeps signals away from the calling thread: those that a program handles are blocked where it runs, and would be lost,
/// or end the process, if another thread took them.
pub fn leave_to_other_threads() {
    // SAFETY: the set is initialised before use.
    unsafe {
        let mut all = std::mem::zeroed::<libc::sigset_t>();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, std::ptr::null_mut());
    }
}

/// Makes sure that a thread waits for the signal, which is blocked in this one.
fn wait_for(thread: &Thread, signal: i32) -> PyResult<()> {
    let hub = &thread.vm().signals;
    hub.attach(thread);
    let set = signal_set(&[signal]);
    change_mask(libc::SIG_BLOCK, &set);
    let bit = 1 << (signal - 1);
    if hub.waited_for.fetch_or(bit, Ordering::AcqRel) & bit != 0 {
        return Ok(());
    }
    // SAFETY: an action without flags (blocking calls are not restarted) whose handler does nothing.
    unsafe {
        let mut quiet = std::mem::zeroed::<libc::sigaction>();
        quiet.sa_sigaction = quiet_handler();
        libc::sigaction(libc::SIGURG, &raw const quiet, std::ptr::null_mut());
    }
    let hub = Arc::clone(hub);
    let spawned = std::thread::Builder::new().name("signals".into()).stack_size(64 << 10).spawn(move || {
        leave_to_other_threads();
        loop {
            let mut taken = 0;
            // SAFETY: the set is initialised, the number writable.
            if unsafe { libc::sigwait(&raw const set, &raw mut taken) } != 0 {
                return;
            }
            hub.deliver(taken);
        }
    });
    match spawned {
        Ok(_) => Ok(()),
        Err(error) => Err(raise_errno(thread, error.raw_os_error().unwrap_or(libc::EAGAIN), None)),
    }
}

/// The handlers by signal number; made when first needed.
fn handlers(thread: &Thread) -> PyResult<Gc<List>> {
    if let Some(list) = thread.vm().signal_handlers.get() {
        return Ok(list);
    }
    let list = List::empty(thread);
    for signal in 0..SIGNAL_COUNT {
        list.push(thread, initial_handler(thread, signal)?)?;
    }
    thread.vm().signal_handlers.set(Some(list));
    Ok(list)
}

/// The handler that a signal has when the program starts.
fn initial_handler(thread: &Thread, signal: i32) -> PyResult<Value> {
    if signal == 0 {
        return Ok(Value::NONE);
    }
    if signal == libc::SIGINT {
        let module = crate::modules::import::import_name(thread, "_signal")?;
        return crate::modules::support::get(thread, module, "default_int_handler");
    }
    // SAFETY: the number is a signal's.
    Ok(match unsafe { current_action(signal) } {
        Some(libc::SIG_IGN) => Value::small_wrapping(IGNORE),
        Some(libc::SIG_DFL) => Value::small_wrapping(DEFAULT),
        _ => Value::NONE,
    })
}

/// Calls the Python handlers of the signals that came. To be called when a poll finds `poll::SIGNAL`.
///
/// # Errors
/// What a handler raises; KeyboardInterrupt for Ctrl-C unless the program has its own handler.
pub fn run_pending(thread: &Thread) -> PyResult<()> {
    let hub = &thread.vm().signals;
    let came = hub.pending.swap(0, Ordering::AcqRel);
    let later = came & hub.masked.load(Ordering::Acquire);
    hub.pending.fetch_or(later, Ordering::AcqRel);
    let mut pending = came & !later;
    if came == 0 {
        // The command line's own waiting thread takes SIGINT and only asks for the poll.
        pending = 1 << (libc::SIGINT - 1);
    }
    for signal in 1..SIGNAL_COUNT {
        if pending & 1 << (signal - 1) == 0 {
            continue;
        }
        pending &= !(1 << (signal - 1));
        if let Err(raised) = run_handler(thread, signal) {
            // Those after it wait for the next poll.
            if pending != 0 {
                thread.vm().signals.pending.fetch_or(pending, Ordering::AcqRel);
                thread.request_poll(poll::SIGNAL);
            }
            return Err(raised);
        }
    }
    Ok(())
}

fn run_handler(thread: &Thread, signal: i32) -> PyResult<()> {
    let handler = match thread.vm().signal_handlers.get() {
        Some(list) => list.get(thread, signal as usize).unwrap_or(Value::NONE),
        None if signal == libc::SIGINT => return Err(keyboard_interrupt(thread)),
        None => return Ok(()),
    };
    if handler.is_none() || handler == Value::small_wrapping(IGNORE) {
        return Ok(());
    }
    if handler == Value::small_wrapping(DEFAULT) {
        // The system's own action, now that the signal is taken: let it through.
        // SAFETY: takes numbers.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
        change_mask(libc::SIG_UNBLOCK, &signal_set(&[signal]));
        // SAFETY: takes a number.
        unsafe { libc::raise(signal) };
        return Ok(());
    }
    let frame = (thread.vm().hooks().frame_at)(thread, 0).map_or(Value::NONE, |frame| frame.value());
    dispatch::call::call(thread, handler, &[Value::small_wrapping(i64::from(signal)), frame])?;
    Ok(())
}

#[cold]
fn keyboard_interrupt(thread: &Thread) -> crate::error::Raised {
    thread.raise_with_arguments(thread.vm().exceptions.keyboard_interrupt, &[])
}

/// After a system call was interrupted (EINTR): runs the handlers of signals that came meanwhile (PEP 475).
pub fn check(thread: &Thread) -> PyResult<()> {
    let waiting = thread.poll.load(Ordering::Acquire) & poll::SIGNAL != 0;
    if waiting {
        thread.poll.fetch_and(!poll::SIGNAL, Ordering::AcqRel);
        run_pending(thread)?;
    }
    Ok(())
}

/// As if the signal had come: its handler runs in the first thread at its next poll. Nothing happens if there is none.
///
/// # Errors
/// ValueError for a number that is no signal's.
pub fn simulate(thread: &Thread, number: i64) -> PyResult<()> {
    let signal = signal_number(thread, number)?;
    let handler = match thread.vm().signal_handlers.get() {
        Some(list) => list.get(thread, signal as usize).unwrap_or(Value::NONE),
        None => initial_handler(thread, signal)?,
    };
    if handler.is_none() || int::as_int(handler).is_some() {
        return Ok(());
    }
    thread.vm().signals.note(signal);
    crate::threads::for_each(thread, |other| {
        if other.is_main.get() {
            other.request_poll(poll::SIGNAL);
            // SAFETY: the thread is in the isolate's list, so it runs.
            unsafe { libc::pthread_kill(other.ident.get() as libc::pthread_t, libc::SIGURG) };
        }
    });
    check(thread)
}

/// In the child of a fork, whose only thread is the running one: nobody waits for signals there yet.
pub fn after_fork(thread: &Thread, was_main: bool) {
    let hub = &thread.vm().signals;
    hub.detach();
    hub.pending.store(0, Ordering::Release);
    let waited_for = hub.waited_for.swap(0, Ordering::AcqRel);
    if !was_main {
        // Threads other than the first have everything blocked.
        change_mask(libc::SIG_SETMASK, &signal_set(&[]));
    }
    for signal in 1..SIGNAL_COUNT {
        let interrupts = signal == libc::SIGINT && run_for_interrupts(thread);
        if (interrupts || waited_for & 1 << (signal - 1) != 0)
            && let Err(raised) = wait_for(thread, signal)
        {
            thread.take_exception(raised);
        }
    }
}

/// Ctrl-C is to raise KeyboardInterrupt, and no Python code said otherwise.
fn run_for_interrupts(thread: &Thread) -> bool {
    let handler = match thread.vm().signal_handlers.get() {
        Some(list) => list.get(thread, libc::SIGINT as usize),
        // SAFETY: asks for the action only.
        None => return unsafe { current_action(libc::SIGINT) } != Some(libc::SIG_IGN),
    };
    handler.is_some_and(|handler| !handler.is_none() && int::as_int(handler).is_none())
}

/// What the system does at the signal.
///
/// # Safety
/// The number is that of a signal.
unsafe fn current_action(signal: i32) -> Option<libc::sighandler_t> {
    // SAFETY: asks for the action only.
    unsafe {
        let mut action = std::mem::zeroed::<libc::sigaction>();
        (libc::sigaction(signal, std::ptr::null(), &raw mut action) == 0).then_some(action.sa_sigaction)
    }
}

/// Runs `start`, which starts a process or replaces this one, with the signals unblocked that we wait for.
pub fn with_initial_mask<R>(thread: &Thread, start: impl FnOnce() -> R) -> R {
    if !thread.is_main.get() {
        // Everything is blocked in threads other than the first.
        let old = change_mask(libc::SIG_SETMASK, &signal_set(&[]));
        let result = start();
        change_mask(libc::SIG_SETMASK, &old);
        return result;
    }
    let waited_for = thread.vm().signals.waited_for.load(Ordering::Acquire) | 1 << (libc::SIGINT - 1);
    let signals: Vec<i32> = (1..SIGNAL_COUNT).filter(|signal| waited_for & 1 << (signal - 1) != 0).collect();
    let old = change_mask(libc::SIG_UNBLOCK, &signal_set(&signals));
    let result = start();
    change_mask(libc::SIG_SETMASK, &old);
    result
}

/// A signal number argument.
fn signal_number(thread: &Thread, number: i64) -> PyResult<i32> {
    match i32::try_from(number) {
        Ok(signal) if (1..SIGNAL_COUNT).contains(&signal) => Ok(signal),
        _ => Err(thread.raise_value_error("signal number out of range")),
    }
}

/// A set of signals from an iterable of numbers.
fn set_argument(thread: &Thread, signals: Value) -> PyResult<libc::sigset_t> {
    let mut numbers = Vec::new();
    dispatch::iter::for_each(thread, signals, |signal| {
        let number = dispatch::number::index_i64(thread, signal)?;
        match i32::try_from(number) {
            Ok(signal) if (1..SIGNAL_COUNT).contains(&signal) => numbers.push(signal),
            _ => {
                return Err(
                    thread.raise_value_error(format!("signal number {number} out of range [1; {}]", SIGNAL_COUNT - 1))
                );
            }
        }
        Ok(true)
    })?;
    Ok(signal_set(&numbers))
}

/// The set of numbers in a signal set.
fn set_value(thread: &Thread, set: &libc::sigset_t) -> PyResult<Value> {
    let result = crate::types::set::Set::new(thread);
    for signal in 1..SIGNAL_COUNT {
        // SAFETY: the set is initialised.
        if unsafe { libc::sigismember(set, signal) } == 1 {
            result.add(thread, Value::small_wrapping(i64::from(signal)))?;
        }
    }
    Ok(result.value())
}

fn timer_value(seconds: f64) -> libc::timeval {
    let whole = seconds.floor();
    libc::timeval { tv_sec: whole as i64, tv_usec: ((seconds - whole) * 1e6).round() as i64 }
}

fn timer_pair(thread: &Thread, timer: &libc::itimerval) -> Value {
    let seconds =
        |time: libc::timeval| crate::types::float::from_f64(thread, time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    tuple(thread, &[seconds(timer.it_value), seconds(timer.it_interval)])
}

const NO_TIME: libc::timeval = libc::timeval { tv_sec: 0, tv_usec: 0 };

macro_rules! signal_numbers {
    ($($name:ident)*) => {
        /// Names and numbers of the signals.
        const SIGNALS: &[(&str, i32)] = &[$((stringify!($name), libc::$name)),*];
    };
}
signal_numbers! {
    SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGFPE SIGKILL SIGBUS SIGSEGV SIGSYS SIGPIPE SIGALRM SIGTERM SIGUSR1
    SIGUSR2 SIGCHLD SIGPWR SIGIO SIGURG SIGWINCH SIGPOLL SIGSTOP SIGTSTP SIGCONT SIGTTIN SIGTTOU SIGVTALRM SIGPROF
    SIGXCPU SIGXFSZ SIGSTKFLT
}

/// This module provides mechanisms to use signal handlers in Python.
#[py_module(name = "_signal")]
pub mod signal {
    use super::*;
    use crate::types::module::Module;
    use crate::types::set::Set;

    /// Set the action for the given signal.
    ///
    /// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
    /// The previous action is returned.  See getsignal() for possible return values.
    ///
    /// *** IMPORTANT NOTICE ***
    /// A signal handler function is called with two arguments:
    /// the first is the signal number, the second is the interrupted stack frame.
    #[function(name = "signal")]
    fn set_handler(thread: &Thread, signalnum: i64, handler: Value) -> PyResult<Value> {
        if !thread.is_main.get() {
            return Err(thread.raise_value_error("signal only works in main thread of the main interpreter"));
        }
        let number = signal_number(thread, signalnum)?;
        let list = handlers(thread)?;
        let action = match int::as_int(handler).and_then(|n| n.to_i64()) {
            Some(DEFAULT) => Some(libc::SIG_DFL),
            Some(IGNORE) => Some(libc::SIG_IGN),
            _ if dispatch::call::is_callable(thread, handler) => None,
            _ => {
                return Err(thread
                    .raise_type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"));
            }
        };
        let bit = 1u64 << (number - 1);
        match action {
            Some(action) => {
                // SAFETY: takes a number and a standard action.
                if unsafe { libc::signal(number, action) } == libc::SIG_ERR {
                    return Err(raise_last_errno(thread, None));
                }
                // What nobody waits for acts as the system has it.
                let waited_for = thread.vm().signals.waited_for.load(Ordering::Acquire) & bit != 0;
                if !waited_for && number != libc::SIGINT {
                    change_mask(libc::SIG_UNBLOCK, &signal_set(&[number]));
                }
            }
            None if number == libc::SIGKILL || number == libc::SIGSTOP => {
                return Err(raise_errno(thread, libc::EINVAL, None));
            }
            None => {
                // A blocked signal that is to be ignored would be dropped, not kept for the waiting thread.
                // SAFETY: the handler does nothing.
                unsafe { libc::signal(number, quiet_handler()) };
                wait_for(thread, number)?;
            }
        }
        let old = list.get(thread, number as usize).unwrap_or(Value::NONE);
        list.set(thread, number as usize, handler);
        Ok(old)
    }

    /// Return the current action for the given signal.
    ///
    /// The return value can be:
    ///   SIG_IGN -- if the signal is being ignored
    ///   SIG_DFL -- if the default action for the signal is in effect
    ///   None    -- if an unknown handler is in effect
    ///   anything else -- the callable Python object used as a handler
    #[function]
    fn getsignal(thread: &Thread, signalnum: i64) -> PyResult<Value> {
        let number = signal_number(thread, signalnum)?;
        Ok(handlers(thread)?.get(thread, number as usize).unwrap_or(Value::NONE))
    }

    /// The default handler for SIGINT installed by Python.
    ///
    /// It raises KeyboardInterrupt.
    #[function]
    fn default_int_handler(thread: &Thread, signalnum: Value, frame: Value) -> PyResult<()> {
        let _ = (signalnum, frame);
        Err(keyboard_interrupt(thread))
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function]
    fn alarm(seconds: i32) -> i64 {
        // SAFETY: takes a number.
        i64::from(unsafe { libc::alarm(seconds.max(0) as u32) })
    }

    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    ///
    /// The timer will fire after value seconds and after that every interval seconds.
    /// The itimer can be cleared by setting seconds to zero.
    ///
    /// Returns old values as a tuple: (delay, interval).
    #[function(signature = "(which, seconds, interval=0.0, /)")]
    fn setitimer(thread: &Thread, which: i32, seconds: f64, interval: Option<f64>) -> PyResult<Value> {
        let new = libc::itimerval { it_value: timer_value(seconds), it_interval: timer_value(interval.unwrap_or(0.0)) };
        let mut old = libc::itimerval { it_value: NO_TIME, it_interval: NO_TIME };
        // SAFETY: both structures are initialised.
        if unsafe { libc::setitimer(which as _, &raw const new, &raw mut old) } != 0 {
            return Err(raise_last_errno(thread, None));
        }
        Ok(timer_pair(thread, &old))
    }

    /// Returns current value of given itimer.
    #[function]
    fn getitimer(thread: &Thread, which: i32) -> PyResult<Value> {
        let mut timer = libc::itimerval { it_value: NO_TIME, it_interval: NO_TIME };
        // SAFETY: the structure is writable.
        if unsafe { libc::getitimer(which as _, &raw mut timer) } != 0 {
            return Err(raise_last_errno(thread, None));
        }
        Ok(timer_pair(thread, &timer))
    }

    /// Wait until a signal arrives.
    #[function]
    fn pause(thread: &Thread) -> PyResult<()> {
        // SAFETY: takes no arguments; SIGURG ends it.
        thread.allow_threads(|| unsafe { libc::pause() });
        check(thread)
    }

    /// Send a signal to the executing process.
    #[function]
    fn raise_signal(thread: &Thread, signalnum: i64) -> PyResult<()> {
        let number = signal_number(thread, signalnum)?;
        let handler = handlers(thread)?.get(thread, number as usize).unwrap_or(Value::NONE);
        if !handler.is_none() && int::as_int(handler).is_none() {
            // Straight to the handler: the waiting thread need not be asked.
            return if thread.is_main.get() { run_handler(thread, number) } else { simulate(thread, signalnum) };
        }
        // Threads other than the first have everything blocked: there the signal goes to the process.
        // SAFETY: takes numbers.
        let sent =
            unsafe { if thread.is_main.get() { libc::raise(number) } else { libc::kill(libc::getpid(), number) } };
        if sent != 0 {
            return Err(raise_last_errno(thread, None));
        }
        Ok(())
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    ///
    /// The previous fd or -1 is returned.
    #[function(signature = "(fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(thread: &Thread, fd: i32, warn_on_full_buffer: Option<bool>) -> PyResult<i32> {
        let _ = warn_on_full_buffer;
        if !thread.is_main.get() {
            let message = "set_wakeup_fd only works in main thread of the main interpreter";
            return Err(thread.raise_value_error(message));
        }
        if fd != -1 {
            // SAFETY: takes numbers.
            let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
            if flags < 0 {
                return Err(raise_last_errno(thread, None));
            }
            if flags & libc::O_NONBLOCK == 0 {
                return Err(thread.raise_value_error(format!("the fd {fd} must be in non-blocking mode")));
            }
        }
        Ok(thread.vm().signals.wakeup.swap(fd.max(-1) + 1, Ordering::AcqRel) - 1)
    }

    /// Change system call restart behaviour.
    #[function]
    fn siginterrupt(thread: &Thread, signalnum: i64, flag: i32) -> PyResult<()> {
        let _ = flag;
        signal_number(thread, signalnum)?;
        Ok(())
    }

    /// Return the system description of the given signal.
    #[function]
    fn strsignal(thread: &Thread, signalnum: i64) -> PyResult<Option<String>> {
        let number = signal_number(thread, signalnum)?;
        // SAFETY: the result is a C string, or null.
        let text = unsafe { libc::strsignal(number) };
        if text.is_null() {
            return Ok(None);
        }
        // SAFETY: as above.
        Ok(Some(unsafe { std::ffi::CStr::from_ptr(text) }.to_string_lossy().into_owned()))
    }

    /// Return a set of valid signal numbers on this platform.
    #[function]
    fn valid_signals(thread: &Thread) -> PyResult<Gc<Set>> {
        let set = Set::new(thread);
        // The C library keeps 32 and 33 for itself.
        for signal in (1..SIGNAL_COUNT).filter(|signal| !(32..=33).contains(signal)) {
            set.add(thread, Value::small_wrapping(i64::from(signal)))?;
        }
        Ok(set)
    }

    /// Fetch and/or change the signal mask of the calling thread.
    #[function]
    fn pthread_sigmask(thread: &Thread, how: i32, mask: Value) -> PyResult<Value> {
        let mut set = set_argument(thread, mask)?;
        let mut old = signal_set(&[]);
        let hub = &thread.vm().signals;
        let (waited_for, masked) = (hub.waited_for.load(Ordering::Acquire), hub.masked.load(Ordering::Acquire));
        let mut asked = 0;
        for signal in (1..SIGNAL_COUNT).filter(|signal| waited_for & 1 << (signal - 1) != 0) {
            // SAFETY: the set is initialised. Signals that a thread waits for stay blocked in all others.
            unsafe {
                if libc::sigismember(&raw const set, signal) == 1 {
                    asked |= 1 << (signal - 1);
                }
                match how {
                    libc::SIG_UNBLOCK => libc::sigdelset(&raw mut set, signal),
                    _ => libc::sigaddset(&raw mut set, signal),
                };
            }
        }
        // SAFETY: both sets are initialised.
        let errno = unsafe { libc::pthread_sigmask(how, &raw const set, &raw mut old) };
        if errno != 0 {
            return Err(raise_errno(thread, errno, None));
        }
        for signal in (1..SIGNAL_COUNT).filter(|signal| waited_for & !masked & 1 << (signal - 1) != 0) {
            // SAFETY: the set is initialised.
            unsafe { libc::sigdelset(&raw mut old, signal) };
        }
        if thread.is_main.get() {
            let masked = match how {
                libc::SIG_BLOCK => masked | asked,
                libc::SIG_UNBLOCK => masked & !asked,
                _ => asked,
            };
            hub.masked.store(masked, Ordering::Release);
            if hub.pending.load(Ordering::Acquire) & !masked != 0 {
                run_pending(thread)?;
            }
        }
        set_value(thread, &old)
    }

    /// Send a signal to a thread.
    #[function]
    fn pthread_kill(thread: &Thread, thread_id: u64, signalnum: i64) -> PyResult<()> {
        let mut known = false;
        crate::threads::for_each(thread, |other| known |= other.ident.get() as u64 == thread_id);
        if !known {
            // The C library believes any number and reads the memory there.
            return Err(raise_errno(thread, libc::ESRCH, None));
        }
        let number = if signalnum == 0 { return Ok(()) } else { signal_number(thread, signalnum)? };
        let hub = &thread.vm().signals;
        if hub.waited_for.load(Ordering::Acquire) & 1 << (number - 1) != 0 {
            // Blocked everywhere, and taken from the process by who waits: a handler runs in the first thread anyway.
            hub.deliver(number);
            return check(thread);
        }
        // SAFETY: the thread is one of ours and runs.
        match unsafe { libc::pthread_kill(thread_id as libc::pthread_t, number) } {
            0 => Ok(()),
            errno => Err(raise_errno(thread, errno, None)),
        }
    }

    /// Examine pending signals.
    #[function]
    fn sigpending(thread: &Thread) -> PyResult<Value> {
        let mut set = signal_set(&[]);
        // SAFETY: the set is initialised.
        if unsafe { libc::sigpending(&raw mut set) } != 0 {
            return Err(raise_last_errno(thread, None));
        }
        set_value(thread, &set)
    }

    /// Wait for a signal.
    #[function]
    fn sigwait(thread: &Thread, sigset: Value) -> PyResult<i32> {
        let set = set_argument(thread, sigset)?;
        let mut number = 0;
        // SAFETY: the set is initialised, the number writable.
        match thread.allow_threads(|| unsafe { libc::sigwait(&raw const set, &raw mut number) }) {
            0 => Ok(number),
            errno => Err(raise_errno(thread, errno, None)),
        }
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        for &(name, number) in SIGNALS {
            module.set(thread, name, Value::small_wrapping(i64::from(number)));
        }
        for (name, number) in [
            ("SIG_DFL", DEFAULT),
            ("SIG_IGN", IGNORE),
            ("SIG_BLOCK", i64::from(libc::SIG_BLOCK)),
            ("SIG_UNBLOCK", i64::from(libc::SIG_UNBLOCK)),
            ("SIG_SETMASK", i64::from(libc::SIG_SETMASK)),
            ("NSIG", i64::from(SIGNAL_COUNT)),
            ("SIGCLD", i64::from(libc::SIGCHLD)),
            ("SIGIOT", i64::from(libc::SIGABRT)),
            ("SIGRTMIN", 34),
            ("SIGRTMAX", 64),
            ("ITIMER_REAL", libc::ITIMER_REAL as i64),
            ("ITIMER_VIRTUAL", libc::ITIMER_VIRTUAL as i64),
            ("ITIMER_PROF", libc::ITIMER_PROF as i64),
        ] {
            module.set(thread, name, Value::small_wrapping(number));
        }
        let class =
            crate::modules::support::exception_class(thread, "signal", "itimer_error", thread.vm().exceptions.os_error);
        module.set(thread, "ItimerError", class.value());
        Ok(())
    }
}
