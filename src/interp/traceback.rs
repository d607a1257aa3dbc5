//! Exceptions on their way out: traceback entries, handlers, ends of activations.
//!
//! What lives here: [`unwind`], and what the end of an activation does beyond returning a value ([`leave`]).
//! What must not: making exceptions, and printing them. Start at [`unwind`].
#![allow(unsafe_code)] // Activations are reached by address.

use taipan_runtime::thread::Thread;
use taipan_runtime::types::exception::Exception;
use taipan_runtime::types::generator::GeneratorState;
use taipan_runtime::types::traceback::Traceback;
use taipan_runtime::value::Value;

use super::chain;
use super::frame::{self, Frame, Link};
use super::number;
use super::resume;
use super::run::Exit;
use super::trace;
use crate::bytecode::operands;

/// Where an exception goes.
pub enum Unwound {
    /// Execution continues at the `pc` of this activation.
    Handler(*mut Frame),
    /// To the native caller.
    Native,
}

/// Adds the running instruction of `frame` to the traceback of the pending exception.
///
/// # Safety
/// `frame` is the innermost activation.
pub unsafe fn add_traceback(thread: &Thread, frame: *mut Frame) {
    let Some(exception) = thread.exception.get().and_then(|exception| exception.cast::<Exception>()) else { return };
    // SAFETY: the contract of this function.
    if unsafe { (*frame).body() }.stands_for_native.get() {
        return;
    }
    let object = frame::object(thread, frame);
    // SAFETY: the contract of this function.
    let offset = unsafe { (*frame).offset() };
    let entry = Traceback::allocate(thread, exception.traceback.get(), object, offset, None);
    thread.store_gc(exception, &exception.traceback, entry);
}

/// Finds the handler of the pending exception, from the instruction at the `pc` of the innermost activation
/// outwards, ending activations on the way.
///
/// # Safety
/// `frame` is the innermost activation, its `pc` is saved, an exception is pending.
#[cold]
#[inline(never)]
pub unsafe fn unwind(thread: &Thread, mut frame: *mut Frame, mut entry: bool) -> Unwound {
    debug_assert!(thread.exception.get().is_some());
    // SAFETY: the contract of this function; callers of activations are activations down to native code.
    unsafe {
        loop {
            if entry {
                add_traceback(thread, frame);
                if thread.is_traced() {
                    trace::raised(thread, frame);
                }
            }
            entry = true;
            let body = (*frame).body();
            if let Some(handler) = body.code.handler((*frame).offset()) {
                (*frame).pc = body.pc_at(handler);
                return Unwound::Handler(frame);
            }
            if thread.is_traced() {
                trace::unwound(thread, frame);
            }
            let (link, generator) = ((*frame).link, (*frame).generator());
            if link.has(Link::GENERATOR) {
                resume::finish_raised(thread, frame);
            }
            frame = frame::pop(thread, frame);
            if link.has(Link::CHAIN) {
                frame = chain::expose_delegator(thread, frame, generator);
            }
            if link.has(Link::NATIVE) {
                return Unwound::Native;
            }
            if link.has(Link::NEXT) && thread.exception_is(thread.vm().exceptions.stop_iteration) {
                if thread.is_traced() {
                    trace::raised(thread, frame);
                    if !thread.exception_is(thread.vm().exceptions.stop_iteration) {
                        continue;
                    }
                }
                thread.exception.set(None);
                let target = operands::ForIter::read((*frame).pc).target;
                (*frame).pc = (*frame).pc.offset(target as isize);
                return Unwound::Handler(frame);
            }
        }
    }
}

/// What the end of an activation led to.
pub enum Left {
    /// Execution continues at the `pc` of this activation.
    Caller(*mut Frame),
    /// To the native caller.
    Native(Exit),
    /// The end raised: in the caller.
    Raised(*mut Frame),
}

/// Ends the innermost activation with a result, in all cases that the loop does not handle itself.
///
/// # Safety
/// `frame` is the innermost activation, its `pc` is saved.
#[inline(never)]
pub unsafe fn leave(thread: &Thread, frame: *mut Frame, value: Value) -> Left {
    // SAFETY: the contract of this function.
    unsafe {
        let mut link = (*frame).link;
        let mut value = value;
        let subject = (*frame).subject;
        let generator = (*frame).generator();
        if link.has(Link::GENERATOR) {
            resume::finish(thread, frame, GeneratorState::Finished);
        }
        let mut caller = frame::pop(thread, frame);
        if link.has(Link::CHAIN) {
            caller = chain::expose_delegator(thread, caller, generator);
            link.destination = operands::Send::read((*caller).pc).dst.0;
        }
        if link.has(Link::CONSTRUCT) {
            if !value.is_none() {
                let raised = thread
                    .raise_type_error(format!("__init__() should return None, not '{}'", thread.type_name(value)));
                let _ = raised;
                return if link.has(Link::NATIVE) { Left::Native(Exit::Raised) } else { Left::Raised(caller) };
            }
            value = subject.unwrap_or(Value::NONE);
        }
        if link.has(Link::NATIVE) {
            return Left::Native(Exit::Returned(value));
        }
        if link.has(Link::OPERATOR) {
            return match number::finish_operator(thread, caller, link, value) {
                Ok(()) => Left::Caller(caller),
                Err(_) => Left::Raised(caller),
            };
        }
        let pc = (*caller).pc;
        if link.has(Link::FOR_ITER) {
            // A generator that returns nothing ends without a StopIteration.
            if thread.is_traced() && !value.is_none() && trace::delegation_ended(thread, caller, value).is_err() {
                return Left::Raised(caller);
            }
            (*caller).pc = pc.offset(operands::ForIter::read(pc).target as isize);
            return Left::Caller(caller);
        }
        if link.has(Link::SEND) {
            if thread.is_traced() && trace::delegation_ended(thread, caller, value).is_err() {
                return Left::Raised(caller);
            }
            (*caller).pc = pc.offset(operands::Send::read(pc).target as isize);
        } else {
            (*caller).pc = pc.add(usize::from(link.length));
        }
        if !link.has(Link::DISCARD) {
            *(*caller).base.add(usize::from(link.destination)) = Some(value);
        }
        Left::Caller(caller)
    }
}
