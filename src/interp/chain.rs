//! Chains: generators that delegate each to the next, resumed at their innermost one.
//!
//! What lives here: when generators become a chain, going on with the innermost, and the record of one in between where
//! that is needed. What must not: what a single generator does (`resume.rs`). Start at [`chained`]; what a chain is
//! stands at the runtime's [`Chain`].
#![allow(unsafe_code)] // Activations are reached by address.

use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Gc, WordStorage};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::generator::{Chain, Generator, GeneratorState};

use super::frame::{self, Frame, Link};
use super::resume::{op_at, push};
use crate::bytecode::{Op, operands};

/// From how many delegating generators on it pays to make a chain.
pub const SHORTEST_CHAIN: u32 = 3;

/// The innermost generator of the chain that `outermost` heads, if it may go on at once.
#[inline]
pub fn chained(thread: &Thread, outermost: Gc<Generator>) -> Option<Gc<Generator>> {
    let shared = outermost.chain.shared.get()?;
    let innermost = outermost.chain.innermost.get()?;
    let whole = Chain::is_waiting(shared)
        && innermost.chain.member.get() == Some(shared)
        && innermost.state.get() == GeneratorState::Suspended
        && i64::from(thread.depth_left.get()) > i64::from(innermost.chain.depth.get())
        && !thread.is_traced();
    if !whole {
        outermost.chain.innermost.init(None);
        outermost.chain.shared.init(None);
        return None;
    }
    Chain::set_running(shared, true);
    Some(innermost)
}

/// Pushes the innermost generator of a chain on the outermost one, whose record is `frame`.
///
/// # Safety
/// As [`enter`].
#[inline]
pub unsafe fn push_chained(thread: &Thread, frame: *mut Frame, innermost: Gc<Generator>) -> PyResult<*mut Frame> {
    // Those between count, too.
    let between = innermost.chain.depth.get() as i32 - 1;
    thread.depth_left.set(thread.depth_left.get() - between);
    // SAFETY: the contract of this function.
    unsafe {
        push(thread, frame, innermost, Link::to_register(0, operands::Send::LENGTH).with(Link::SEND | Link::CHAIN))
    }
}

/// The generator of a running chain that delegates to this one; `None` if that is the outermost.
pub fn chained_outside(generator: Gc<Generator>) -> Option<Gc<Generator>> {
    if generator.chain.depth.get() <= 1 {
        return None;
    }
    Gc::from_address(generator.chain.outer.get())
}

/// The innermost generator of a chain has ended, or yields by itself, and its record was popped: gives the record of the
/// one that delegated to it, at its `Send`. `frame` is the record of the outermost.
///
/// # Safety
/// `frame` is the innermost activation.
pub unsafe fn expose_delegator(thread: &Thread, frame: *mut Frame, ended: Option<Gc<Generator>>) -> *mut Frame {
    let Some(delegator) = ended.and_then(chained_outside) else { return frame };
    // It was counted with the chain, and is counted again.
    frame::leave_recursion(thread);
    let link = if delegator.chain.depth.get() > 1 {
        Link::to_register(0, operands::Send::LENGTH).with(Link::SEND | Link::CHAIN)
    } else {
        // SAFETY: the outermost stands at its `Send`.
        let send = unsafe { operands::Send::read((*frame).pc) };
        Link::to_register(send.dst.0, operands::Send::LENGTH).with(Link::SEND)
    };
    // SAFETY: the contract of this function; a generator in a chain is suspended at a `YieldDelegate`.
    unsafe {
        let Ok(frame) = push(thread, frame, delegator, link) else { unreachable!("it was counted before") };
        (*frame).pc = send_before((*frame).pc);
        frame
    }
}

/// The `Send` that a `YieldDelegate` goes back to.
///
/// # Safety
/// `pc` points to a `YieldDelegate`.
#[inline]
pub unsafe fn send_before(pc: *const u16) -> *const u16 {
    // SAFETY: the contract of this function; a jump back to the `Send` follows.
    unsafe {
        let back = pc.add(operands::YieldDelegate::LENGTH);
        debug_assert!(op_at(back) == Op::JumpBack);
        back.offset(operands::JumpBack::read(back).target as isize)
    }
}

/// A chain is suspended whose innermost generator is `last`, or was: that may delegate on to `innermost`.
#[inline]
pub fn suspend_chain(
    thread: &Thread,
    outermost: Gc<Generator>,
    last: Gc<Generator>,
    innermost: Gc<Generator>,
    shared: Gc<WordStorage>,
) {
    if Chain::is_given_up(shared) {
        last.leave_chain();
        return forget_callers(outermost);
    }
    if last == innermost {
        Chain::set_running(shared, false);
        if outermost.chain.innermost.get() != Some(last) {
            thread.store_gc(outermost, &outermost.chain.innermost, last);
        }
        return;
    }
    make_chain(thread, last, innermost, Some((outermost, shared)));
    if Chain::is_running(shared) {
        // It cannot be made longer.
        last.leave_chain();
    }
}

/// What is suspended has no caller.
#[cold]
fn forget_callers(outermost: Gc<Generator>) {
    let mut next = Some(outermost);
    while let Some(generator) = next {
        if let Some(frame) = generator.frame.get() {
            frame.back.init(None);
        }
        next = generator.delegate.get().and_then(|delegate| delegate.cast::<Generator>());
    }
}

/// Makes a chain of the generators from `first` down to `innermost`, which are suspended: `first` is its outermost, or
/// part of a chain already, which then reaches further.
#[cold]
pub fn make_chain(
    thread: &Thread,
    first: Gc<Generator>,
    innermost: Gc<Generator>,
    chain: Option<(Gc<Generator>, Gc<WordStorage>)>,
) {
    let can = |generator: Gc<Generator>| generator.handled.get().is_none() && generator.frame.get().is_none();
    let mut next = Some(first);
    while let Some(generator) = next.filter(|generator| *generator != innermost) {
        if !can(generator) {
            return;
        }
        next = generator.delegate.get().and_then(|delegate| delegate.cast::<Generator>());
    }
    let (outermost, shared) = match chain {
        Some(chain) => chain,
        None => {
            let Some(shared) = thread.allocate_words(1) else { return };
            (first, shared)
        }
    };
    if next.is_none() || !can(innermost) {
        return;
    }
    let mut outer = first;
    let mut depth = if chain.is_some() { first.chain.depth.get() } else { 0 };
    if chain.is_some() {
        first.state.set(GeneratorState::Chained);
    }
    while let Some(generator) = outer.delegate.get().and_then(|delegate| delegate.cast::<Generator>()) {
        depth += 1;
        thread.store_gc(generator, &generator.chain.member, shared);
        generator.chain.outer.set(outer.address());
        generator.chain.depth.set(depth);
        if generator == innermost {
            break;
        }
        generator.state.set(GeneratorState::Chained);
        outer = generator;
    }
    Chain::set_running(shared, false);
    thread.store_gc(outermost, &outermost.chain.shared, shared);
    thread.store_gc(outermost, &outermost.chain.innermost, innermost);
}
