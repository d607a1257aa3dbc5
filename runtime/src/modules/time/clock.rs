//! Reading clocks, sleeping, and times as Python passes them.
//!
//! What lives here: nanoseconds in 64 bits, as CPython keeps times. Start at [`read`].
#![allow(unsafe_code)] // Clocks are read through the C library.

use crate::dispatch::number;
use crate::error::PyResult;
use crate::modules::support;
use crate::thread::{Thread, poll};
use crate::types::{float, int};
use crate::value::Value;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering;

const SECOND: i64 = 1_000_000_000;

fn to_nanoseconds(time: libc::timespec) -> i64 {
    time.tv_sec.saturating_mul(SECOND).saturating_add(time.tv_nsec)
}

fn to_timespec(nanoseconds: i64) -> libc::timespec {
    libc::timespec { tv_sec: nanoseconds.div_euclid(SECOND), tv_nsec: nanoseconds.rem_euclid(SECOND) }
}

/// Nanoseconds as seconds, whole ones exactly.
pub fn to_seconds(nanoseconds: i64) -> f64 {
    if nanoseconds % SECOND == 0 { (nanoseconds / SECOND) as f64 } else { nanoseconds as f64 / 1e9 }
}

/// The time of a clock in nanoseconds.
pub fn read(thread: &Thread, id: libc::clockid_t) -> PyResult<i64> {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the call fills the struct or fails.
    if unsafe { libc::clock_gettime(id, time.as_mut_ptr()) } != 0 {
        return Err(support::raise_last_errno(thread, None));
    }
    // SAFETY: filled, as the call did not fail.
    Ok(to_nanoseconds(unsafe { time.assume_init() }))
}

/// The resolution of a clock in nanoseconds.
pub fn resolution(thread: &Thread, id: libc::clockid_t) -> PyResult<i64> {
    let mut time = MaybeUninit::<libc::timespec>::uninit();
    // SAFETY: the call fills the struct or fails.
    if unsafe { libc::clock_getres(id, time.as_mut_ptr()) } != 0 {
        return Err(support::raise_last_errno(thread, None));
    }
    // SAFETY: filled, as the call did not fail.
    Ok(to_nanoseconds(unsafe { time.assume_init() }))
}

/// Sets a clock.
pub fn set(thread: &Thread, id: libc::clockid_t, nanoseconds: i64) -> PyResult<()> {
    let time = to_timespec(nanoseconds);
    // SAFETY: the struct is only read.
    if unsafe { libc::clock_settime(id, &raw const time) } != 0 {
        return Err(support::raise_last_errno(thread, None));
    }
    Ok(())
}

/// The processor-time clock of a thread.
pub fn of_thread(thread: &Thread, thread_id: u64) -> PyResult<i64> {
    let mut known = false;
    crate::threads::for_each(thread, |other| known |= other.ident.get() as u64 == thread_id);
    if !known {
        // The C library believes any number and reads the memory there.
        return Err(support::raise_errno(thread, libc::ESRCH, None));
    }
    let mut id: libc::clockid_t = 0;
    // SAFETY: `id` is only written; the number is that of a thread which runs.
    let error = unsafe { libc::pthread_getcpuclockid(thread_id as libc::pthread_t, &raw mut id) };
    if error != 0 {
        return Err(support::raise_errno(thread, error, None));
    }
    Ok(i64::from(id))
}

/// A clock number argument.
pub fn id_of(thread: &Thread, value: Value) -> PyResult<libc::clockid_t> {
    let Some(number) = int::as_int(value) else {
        let name = thread.type_name(value);
        return Err(thread.raise_type_error(format!("clk_id should be integer, not {name}")));
    };
    match number.to_i64().and_then(|n| libc::clockid_t::try_from(n).ok()) {
        Some(id) => Ok(id),
        None => Err(thread.raise_overflow_error("clk_id is too large to be a clock number")),
    }
}

/// Waits until the time has passed. A signal whose handler has yet to run ends the wait, so that it may raise.
pub fn sleep(thread: &Thread, nanoseconds: i64) -> PyResult<()> {
    let deadline = read(thread, libc::CLOCK_MONOTONIC)?.saturating_add(nanoseconds);
    let deadline = to_timespec(deadline);
    loop {
        let time = &raw const deadline;
        // SAFETY: the deadline is only read; an absolute wait reports no rest.
        let error = thread.allow_threads(|| unsafe {
            libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, time, std::ptr::null_mut())
        });
        match error {
            0 => return Ok(()),
            libc::EINTR => {
                // Sleep on after a signal whose handler raises nothing (PEP 475).
                crate::modules::signal::check(thread)?;
                if thread.poll.load(Ordering::Acquire) & (poll::INTERRUPT | poll::LIMIT) != 0 {
                    return Ok(());
                }
            }
            _ => return Err(support::raise_errno(thread, error, None)),
        }
    }
}

/// Where fractions go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    Floor,
    Ceiling,
}

impl Rounding {
    fn apply(self, x: f64) -> f64 {
        match self {
            Rounding::Floor => x.floor(),
            Rounding::Ceiling => x.ceil(),
        }
    }
}

#[cold]
fn out_of_range<T>(thread: &Thread) -> PyResult<T> {
    Err(thread.raise_overflow_error("timestamp out of range for platform time_t"))
}

#[cold]
fn not_a_number<T>(thread: &Thread) -> PyResult<T> {
    Err(thread.raise_value_error("Invalid value NaN (not a number)"))
}

/// Seconds, a float or an int, in nanoseconds.
pub fn nanoseconds_of(thread: &Thread, seconds: Value, rounding: Rounding) -> PyResult<i64> {
    if let Some(x) = float::as_float(seconds) {
        if x.is_nan() {
            return not_a_number(thread);
        }
        let nanoseconds = rounding.apply(x * 1e9);
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&nanoseconds) {
            return out_of_range(thread);
        }
        return Ok(nanoseconds as i64);
    }
    let Some(whole) = number::try_index(thread, seconds)? else {
        let name = thread.type_name(seconds);
        return Err(thread.raise_type_error(format!("'{name}' object cannot be interpreted as an integer or float")));
    };
    match int::to_i64(whole).and_then(|whole| whole.checked_mul(SECOND)) {
        Some(nanoseconds) => Ok(nanoseconds),
        None => out_of_range(thread),
    }
}

/// Whole seconds since the epoch, a fraction rounded down; now for `None`.
pub fn whole_seconds(thread: &Thread, seconds: Option<Value>) -> PyResult<i64> {
    let Some(seconds) = seconds.filter(|seconds| !seconds.is_none()) else {
        return Ok(read(thread, libc::CLOCK_REALTIME)?.div_euclid(SECOND));
    };
    if let Some(x) = float::as_float(seconds) {
        if x.is_nan() {
            return not_a_number(thread);
        }
        let whole = x.floor();
        if !(-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
            return out_of_range(thread);
        }
        return Ok(whole as i64);
    }
    match number::index_ref(thread, seconds)?.to_i64() {
        Some(whole) => Ok(whole),
        None => out_of_range(thread),
    }
}
