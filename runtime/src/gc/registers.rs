//! The few machine instructions the collector needs.
//!
//! What lives here: spilling the callee-saved registers so that a stack scan sees them, and prefetching.
//! Everything specific to one instruction set stands in this file. Start at [`with_spilled_registers`].
#![allow(unsafe_code)] // Inline assembly.

use super::{CollectionKind, CollectionReport};
use crate::thread::{LoopFrame, Thread, approximate_stack_pointer};
use std::arch::asm;

/// Calls `body` while all registers of the caller stand in a frame above `body`'s own.
/// (Caller-saved registers were stored by whoever made the call, by the ABI.)
#[inline(never)]
pub fn with_spilled_registers<R>(body: impl FnOnce() -> R) -> R {
    let mut registers = [0_u64; 20];
    spill(&mut registers);
    std::hint::black_box(&registers);
    let result = body();
    // Keeps the array (and this frame) in place until the scan is over.
    std::hint::black_box(&registers);
    result
}

/// The stack pointer: the lowest address of the caller's frame.
#[inline(always)]
pub fn stack_pointer() -> usize {
    let pointer: usize;
    // SAFETY: reads a register.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!("mov {0}, rsp", out(reg) pointer, options(nostack, nomem, preserves_flags));
    }
    // SAFETY: as above.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!("mov {0}, sp", out(reg) pointer, options(nostack, nomem, preserves_flags));
    }
    pointer
}

/// Overwrites the native stack below the caller. The frames of a collection lie there next, and their gaps would show
/// what earlier calls left, as if it were in use.
#[inline(never)]
fn clear_stack_below() {
    let area = [0_u64; CLEARED_WORDS];
    std::hint::black_box(&area);
}

/// Collects after what is known to be forgotten was cleared away: for callers that look at what a collection leaves.
///
/// `from_loop`: the interpreter's loop itself asks, and holds no object but in registers of activations.
pub fn collect_exactly(thread: &Thread, kind: CollectionKind, from_loop: bool) -> CollectionReport {
    let at_call = thread.vm().hooks.get().is_some_and(|hooks| (hooks.clear_dead_registers)(thread));
    forget_calls(thread);
    let LoopFrame { low, high } = thread.loop_frame.get();
    let overlooked = (high != 0 && (from_loop || at_call && !thread.is_traced()))
        .then(|| if from_loop { 0 } else { low }..high - SAVED_WORDS * size_of::<u64>());
    let heap = &thread.vm().heap;
    heap.overlooked.set(overlooked);
    let report = with_spilled_registers(|| heap.collect(kind, thread));
    heap.overlooked.set(None);
    report
}

/// Makes sure that no call which has returned shows on the native stack, in the gaps of the frames of calls to come.
#[inline(always)]
pub fn forget_calls(thread: &Thread) {
    if approximate_stack_pointer() > thread.stack_limit.get() + 16 * CLEARED_WORDS {
        clear_stack_below();
    }
}

/// A function saves registers of its callers at the top of its frame: so many words at most, with the return address.
#[cfg(target_arch = "x86_64")]
const SAVED_WORDS: usize = 7;
#[cfg(target_arch = "aarch64")]
const SAVED_WORDS: usize = 20;

/// How far [`clear_stack_below`] goes: the deepest calls of a collection are not as deep.
const CLEARED_WORDS: usize = 4096;

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn spill(registers: &mut [u64; 20]) {
    // SAFETY: stores six registers into the array, touches nothing else.
    unsafe {
        asm!(
            "mov [{0}], rbx",
            "mov [{0} + 8], rbp",
            "mov [{0} + 16], r12",
            "mov [{0} + 24], r13",
            "mov [{0} + 32], r14",
            "mov [{0} + 40], r15",
            in(reg) registers.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
}

#[cfg(target_arch = "aarch64")]
#[inline(always)]
fn spill(registers: &mut [u64; 20]) {
    // SAFETY: stores the callee-saved registers into the array, touches nothing else.
    unsafe {
        asm!(
            "stp x19, x20, [{0}]",
            "stp x21, x22, [{0}, #16]",
            "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]",
            "stp x27, x28, [{0}, #64]",
            "stp x29, x30, [{0}, #80]",
            "stp d8, d9, [{0}, #96]",
            "stp d10, d11, [{0}, #112]",
            "stp d12, d13, [{0}, #128]",
            "stp d14, d15, [{0}, #144]",
            in(reg) registers.as_mut_ptr(),
            options(nostack, preserves_flags),
        );
    }
}

/// Asks for the cache line at `address`, which will be written soon.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn prefetch(address: usize) {
    // SAFETY: a hint; never faults.
    unsafe { asm!("prefetcht0 [{0}]", in(reg) address, options(nostack, preserves_flags, readonly)) }
}

/// Asks for the cache line at `address`, which will be written soon.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
pub(super) fn prefetch(address: usize) {
    // SAFETY: a hint; never faults.
    unsafe { asm!("prfm pldl1keep, [{0}]", in(reg) address, options(nostack, preserves_flags, readonly)) }
}
