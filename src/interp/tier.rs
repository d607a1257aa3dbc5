//! The boundary to the tiers above: when they are asked, and what they may answer.
//!
//! What lives here: [`TierHooks`], the counters' cold paths. What must not: anything about native code.
//! Start at [`TierHooks`].
#![allow(unsafe_code)] // Activations are reached by address.

use std::sync::atomic::Ordering;

use taipan_runtime::thread::Thread;
use taipan_runtime::value::Value;

use super::frame::Frame;
use super::{Interpreter, poll};

/// What became of an activation that a tier above was given.
pub enum Tier {
    /// The interpreter goes on at the `pc` of the innermost activation: the same one, or others that were
    /// pushed on it (frames of inlined calls that native code was in when it left).
    Continue,
    /// The activation that was given returned this value; its record is still the innermost one.
    Returned(Value),
    /// The activation that was given is a generator's, and yielded this value by the instruction at its `pc`.
    Yielded(Value),
    /// An exception is pending, raised by the instruction at the `pc` of the innermost activation.
    Raised,
    /// As `Raised`, and the traceback has the innermost activation's entry already.
    Left,
}

/// What a tier above installs.
#[derive(Clone, Copy)]
pub struct TierHooks {
    /// A function was entered whose count has reached its threshold. The record is complete, arguments bound.
    pub entered: fn(&Thread, *mut Frame) -> Tier,
    /// A generator was resumed whose code's count of that has reached the threshold. The record's `pc` is behind the
    /// instruction that suspended it.
    pub resumed: fn(&Thread, *mut Frame) -> Tier,
    /// As `resumed`; what the generator yields may be given to the function, as long as that takes it (true), and the
    /// generator resumed again. The function runs no Python code. What it did not take is the answer.
    pub drained: fn(&Thread, *mut Frame, &mut dyn FnMut(Value) -> bool) -> Tier,
    /// A back edge was taken whose count has reached the threshold; the loop header is at this unit offset.
    /// The record's `pc` is at the `JumpBack`.
    pub looped: fn(&Thread, *mut Frame, u32) -> Tier,
}

/// A function was entered: its counter reached the threshold, or a poll is due.
#[cold]
#[inline(never)]
pub fn entered(thread: &Thread, frame: *mut Frame) -> Tier {
    if thread.poll.load(Ordering::Relaxed) != 0 && poll::handle(thread).is_err() {
        return Tier::Raised;
    }
    // SAFETY: the interpreter passes the innermost activation.
    let body = unsafe { (*frame).body() };
    if body.entry_count.get() < body.entry_threshold.get() {
        return Tier::Continue;
    }
    match Interpreter::of(thread).tier.get() {
        Some(hooks) => (hooks.entered)(thread, frame),
        None => {
            body.entry_threshold.set(super::body::NEVER);
            Tier::Continue
        }
    }
}

/// A generator was resumed: its counter reached the threshold.
pub fn resumed(thread: &Thread, frame: *mut Frame) -> Tier {
    match Interpreter::of(thread).tier.get() {
        Some(hooks) => (hooks.resumed)(thread, frame),
        None => {
            // SAFETY: as in `entered`.
            unsafe { (*frame).body() }.resume_threshold.set(super::body::NEVER);
            Tier::Continue
        }
    }
}

/// A generator was resumed whose items go to `take`: its counter reached the threshold.
pub fn drained(thread: &Thread, frame: *mut Frame, take: &mut dyn FnMut(Value) -> bool) -> Tier {
    match Interpreter::of(thread).tier.get() {
        Some(hooks) => (hooks.drained)(thread, frame, take),
        None => resumed(thread, frame),
    }
}

/// A back edge was taken whose counter reached the threshold.
#[cold]
#[inline(never)]
pub fn looped(thread: &Thread, frame: *mut Frame, header: u32) -> Tier {
    match Interpreter::of(thread).tier.get() {
        Some(hooks) => (hooks.looped)(thread, frame, header),
        None => {
            // SAFETY: as in `entered`.
            unsafe { (*frame).body() }.loop_threshold.set(super::body::NEVER);
            Tier::Continue
        }
    }
}
