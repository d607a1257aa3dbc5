//! Ctrl-C: a thread waits for SIGINT and asks the engine to poll.
//!
//! What lives here: [`forward_interrupts`], and how an interrupted process ends. What must not: Python's `signal`
//! module. No signal handler of ours touches any state: the signal is blocked everywhere and taken by `sigwait`.
#![allow(unsafe_code)] // The calls of the C library.

use crate::engine::InterruptHandle;
use taipan_runtime::modules::signal::leave_to_other_threads;

/// The calling thread leaves Ctrl-C to the thread that waits for it. For the process's first thread, before it starts
/// others: a signal goes to any thread that does not block it.
pub fn leave_to_waiter() {
    // SAFETY: the set is initialised before use.
    unsafe {
        if is_ignored() {
            return;
        }
        let mut wanted = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&raw mut wanted);
        libc::sigaddset(&raw mut wanted, libc::SIGINT);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const wanted, std::ptr::null_mut());
    }
}

/// Started in the background: Ctrl-C is for others.
fn is_ignored() -> bool {
    // SAFETY: the record is written by the call.
    unsafe {
        let mut action = std::mem::zeroed::<libc::sigaction>();
        libc::sigaction(libc::SIGINT, std::ptr::null(), &raw mut action);
        action.sa_sigaction == libc::SIG_IGN
    }
}

/// From now on Ctrl-C raises KeyboardInterrupt in the engine.
pub fn forward_interrupts(handle: InterruptHandle) {
    // SAFETY: the sets are initialised before use. Threads made later inherit the mask.
    let (wanted, waiting) = unsafe {
        if is_ignored() {
            return;
        }
        let mut wanted = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&raw mut wanted);
        libc::sigaddset(&raw mut wanted, libc::SIGINT);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const wanted, std::ptr::null_mut());
        // A signal that does nothing, to end blocking calls of the engine's thread.
        let mut quiet = std::mem::zeroed::<libc::sigaction>();
        quiet.sa_sigaction = nothing as extern "C" fn(libc::c_int) as usize;
        libc::sigaction(libc::SIGURG, &raw const quiet, std::ptr::null_mut());
        (wanted, libc::pthread_self())
    };
    let spawned = std::thread::Builder::new().name("signals".into()).stack_size(64 << 10).spawn(move || {
        leave_to_other_threads();
        loop {
            let mut signal = 0;
            // SAFETY: the set is initialised; `waiting` runs until the process ends.
            unsafe {
                if libc::sigwait(&raw const wanted, &raw mut signal) != 0 {
                    return;
                }
                handle.signal();
                libc::pthread_kill(waiting, libc::SIGURG);
            }
        }
    });
    if spawned.is_err() {
        eprintln!("taipan: Ctrl-C will not be noticed");
    }
}

/// Ends the process as an unhandled SIGINT does, so that whoever started it can tell.
pub fn end_by_interrupt() {
    // SAFETY: the set is initialised before use; the action is the system's own.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        let mut interrupt = std::mem::zeroed::<libc::sigset_t>();
        libc::sigemptyset(&raw mut interrupt);
        libc::sigaddset(&raw mut interrupt, libc::SIGINT);
        // To this thread, because another waits for those of the process.
        libc::raise(libc::SIGINT);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const interrupt, std::ptr::null_mut());
    }
}

extern "C" fn nothing(_: libc::c_int) {}
