//! Counts and times of the JIT, for `--stats`.
//!
//! What lives here: [`JitStats`] and its text. What must not: decisions; nothing reads these numbers but reports.

use super::events::{ExitReason, Refusal};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

/// What the JIT did so far.
#[derive(Debug, Default)]
pub struct JitStats {
    /// Functions and loops compiled.
    pub compilations: Cell<u64>,
    /// Those of them that had been compiled before.
    pub recompilations: Cell<u64>,
    /// Time that took, on whichever thread.
    pub compile_time: Cell<Duration>,
    /// The part of it for which Python code had to wait.
    pub pause_time: Cell<Duration>,
    /// The longest time in one piece for which Python code had to wait.
    pub longest_pause: Cell<Duration>,
    /// The longest compilation.
    pub longest: Cell<Duration>,
    /// Bytecode instructions that were compiled, inlined ones included.
    pub instructions: Cell<u64>,
    /// Bytes of machine code made.
    pub bytes: Cell<u64>,
    /// Bytes of machine code freed again.
    pub bytes_freed: Cell<u64>,
    /// Refusals, by reason.
    pub refusals: RefCell<HashMap<Refusal, u64>>,
    /// Side exits, by reason.
    pub exits: RefCell<HashMap<ExitReason, u64>>,
    /// Pieces of code given up because they were left too often.
    pub discards: Cell<u64>,
    /// Pieces of code that a changed assumption took with it.
    pub invalidations: Cell<u64>,
}

impl JitStats {
    /// Python code waited for the compiler.
    pub fn paused(&self, time: Duration) {
        self.pause_time.set(self.pause_time.get() + time);
        self.longest_pause.set(self.longest_pause.get().max(time));
    }

    /// A compilation came to its end.
    pub fn compiled(&self, time: Duration, again: bool, instructions: u64, bytes: usize) {
        increment(&self.compilations, 1);
        increment(&self.recompilations, u64::from(again));
        self.compile_time.set(self.compile_time.get() + time);
        self.longest.set(self.longest.get().max(time));
        increment(&self.instructions, instructions);
        increment(&self.bytes, bytes as u64);
    }

    /// Milliseconds per 1,000 bytecode instructions.
    pub fn milliseconds_per_1000(&self) -> f64 {
        let instructions = self.instructions.get().max(1) as f64;
        self.compile_time.get().as_secs_f64() * 1e6 / instructions
    }
}

/// Adds to a counter.
pub(super) fn increment(counter: &Cell<u64>, by: u64) {
    counter.set(counter.get() + by);
}

impl fmt::Display for JitStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        writeln!(
            f,
            "compiled: {} functions and loops, {} of them again; {} bytecode instructions, {} bytes of machine code, {} freed",
            self.compilations.get(),
            self.recompilations.get(),
            self.instructions.get(),
            self.bytes.get(),
            self.bytes_freed.get()
        )?;
        writeln!(
            f,
            "compile time: {:.1} ms, {:.2} ms per 1,000 instructions, longest {:.1} ms",
            ms(self.compile_time.get()),
            self.milliseconds_per_1000(),
            ms(self.longest.get())
        )?;
        writeln!(
            f,
            "waited for the compiler: {:.1} ms, longest {:.1} ms",
            ms(self.pause_time.get()),
            ms(self.longest_pause.get())
        )?;
        writeln!(
            f,
            "given up: {} for too many exits, {} for changed assumptions",
            self.discards.get(),
            self.invalidations.get()
        )?;
        let refusals = self.refusals.borrow();
        for refusal in Refusal::ALL {
            if let Some(count) = refusals.get(refusal) {
                writeln!(f, "refused {count} times: {}", refusal.sentence())?;
            }
        }
        let exits = self.exits.borrow();
        writeln!(f, "side exits: {}", exits.values().sum::<u64>())?;
        for reason in ExitReason::ALL {
            if let Some(count) = exits.get(reason) {
                writeln!(f, "  {count} times: {}", reason.sentence())?;
            }
        }
        Ok(())
    }
}
