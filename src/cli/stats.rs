//! `--stats`: what was compiled, collected and used, as text.
//!
//! What lives here: the report at the end of a run. What must not: counting; the JIT and the heap keep their figures
//! themselves. Start at [`report`].
#![allow(unsafe_code)] // The call of the C library that knows the peak of memory.

use std::fmt::Write;

use taipan_runtime::thread::Thread;

use crate::jit::events::{Event, EventKind, EventKinds};
use crate::jit::state::Jit;

/// Asks the JIT to keep what the report names one by one.
pub fn prepare(thread: &Thread) {
    if let Some(jit) = Jit::get(thread) {
        jit.events.kept.set(EventKinds::NONE.with(EventKind::Refuse));
    }
}

/// The report.
pub fn report(thread: &Thread) -> String {
    let mut text = String::from("Compiler\n");
    match Jit::get(thread) {
        None => text.push_str("  off\n"),
        Some(jit) => {
            indent(&mut text, &jit.stats.to_string());
            let refused = jit.events.take();
            for event in refused.iter().filter(|event| event.kind == EventKind::Refuse) {
                let Event { function, filename, position, sentence, .. } = event;
                let _ = writeln!(text, "  not compiled: {function} ({filename}:{}): {sentence}", position.line);
            }
        }
    }
    memory(thread, &mut text);
    text
}

fn indent(text: &mut String, lines: &str) {
    for line in lines.lines() {
        let _ = writeln!(text, "  {line}");
    }
}

/// Collections, pauses, and how much memory there was. Writing to a String cannot fail.
fn memory(thread: &Thread, text: &mut String) {
    let heap = thread.vm().heap.statistics();
    let ms = |nanoseconds: u64| nanoseconds as f64 / 1e6;
    let mb = |bytes: u64| bytes as f64 / 1e6;
    text.push_str("Memory\n");
    for (name, count, total, longest) in [
        ("minor", heap.minor_collections, heap.minor_pause_total, heap.minor_pause_max),
        ("full", heap.full_collections, heap.full_pause_total, heap.full_pause_max),
    ] {
        let _ = writeln!(
            text,
            "  {name} collections: {count}, {:.2} ms together, longest pause {:.2} ms",
            ms(total),
            ms(longest)
        );
    }
    let _ = writeln!(
        text,
        "  allocated: {:.1} MB, of which {:.1} MB survived their first collection",
        mb(heap.bytes_allocated),
        mb(heap.promoted_bytes)
    );
    let _ = writeln!(text, "  in use after the last collection: {:.1} MB", mb(heap.occupied_bytes + heap.large_bytes));
    if let Some(peak) = peak_memory() {
        let _ = writeln!(text, "  peak of the process: {:.1} MB", mb(peak));
    }
}

/// The most memory that the process had, in bytes.
fn peak_memory() -> Option<u64> {
    // SAFETY: the record is written by the call.
    let usage = unsafe {
        let mut usage = std::mem::zeroed::<libc::rusage>();
        if libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) != 0 {
            return None;
        }
        usage
    };
    // Linux counts kibibytes, macOS bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(usage.ru_maxrss).ok().map(|most| most * unit)
}
