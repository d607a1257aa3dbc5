//! What happens at polls: signals, finalizers, limits.
//!
//! What lives here: [`handle`]. What must not: who asks for a poll. Start at [`handle`].

use std::sync::atomic::Ordering;

use taipan_runtime::error::PyResult;
use taipan_runtime::thread::{Thread, poll};

/// Serves every reason that waits in `thread.poll`.
///
/// # Errors
/// KeyboardInterrupt, MemoryError, or what a signal handler raised.
#[cold]
#[inline(never)]
pub fn handle(thread: &Thread) -> PyResult<()> {
    if thread.poll.fetch_and(!poll::SWITCH, Ordering::AcqRel) & poll::SWITCH != 0 {
        thread.hand_over();
    }
    handle_alone(thread)
}

/// As [`handle`], but other threads get no turn: the hook for native code.
///
/// # Errors
/// As [`handle`].
#[cold]
#[inline(never)]
pub fn handle_alone(thread: &Thread) -> PyResult<()> {
    let reasons = thread.poll.fetch_and(poll::SWITCH, Ordering::AcqRel);
    if reasons & poll::TRACE != 0 && thread.trace_functions.iter().any(|function| function.get().is_some()) {
        // Stays for as long as a function is installed.
        thread.request_poll(poll::TRACE);
    }
    if reasons & poll::PENDING_CALLS != 0 {
        run_pending(thread);
    }
    if reasons & poll::MEMORY != 0 {
        return Err(thread.raise_memory_error(""));
    }
    if reasons & poll::SIGNAL != 0 {
        taipan_runtime::modules::signal::run_pending(thread)?;
    }
    if reasons & poll::INTERRUPT != 0 {
        return Err(thread.raise_with_arguments(thread.vm().exceptions.keyboard_interrupt, &[]));
    }
    if reasons & poll::LIMIT != 0 {
        return Err(thread.raise_timeout_error("the time limit was reached"));
    }
    Ok(())
}

/// As [`handle`], for the traced loop, which need not be told that it traces.
///
/// # Errors
/// As [`handle`].
pub fn handle_others(thread: &Thread) -> PyResult<()> {
    if thread.poll.load(Ordering::Relaxed) & !poll::TRACE == 0 { Ok(()) } else { handle(thread) }
}

/// Runs finalizers and weak-reference callbacks that the collector found due.
pub fn run_pending(thread: &Thread) {
    taipan_runtime::types::finalize::run_pending(thread);
}
