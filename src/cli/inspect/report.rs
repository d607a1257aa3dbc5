//! The pages of `taipan inspect`.
//!
//! What lives here: the table of all functions, and the views of one. What must not: how stages make their texts
//! (`jit/inspect`). Start at [`Page`].

use std::collections::BTreeMap;

use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;

use super::functions;
use super::{Options, View};
use crate::bytecode::disasm;
use crate::bytecode::{CodeKind, Position};
use crate::interp::body::Body;
use crate::jit::events::{Event, EventKind, Refusal};
use crate::jit::inspect::{self, Declined, Sources, Stage, Subject};
use crate::jit::isa::Target;
use crate::jit::state::Compiled;

/// What the pages are made from.
pub struct Page<'a> {
    pub thread: &'a Thread,
    /// What happened while the script ran.
    pub events: &'a [Event],
    pub globals: Gc<Dict>,
    pub sources: &'a Sources,
    pub target: Target,
}

/// The same thing at the same place, and how often it happened.
struct Repeated<'a> {
    event: &'a Event,
    count: usize,
}

impl Page<'_> {
    // ---- all functions ----

    /// The table of all functions, then refusals and side exits as sentences.
    pub fn summary(&self, module: Gc<CodeObject>) -> String {
        let codes = functions::all(self.thread, module);
        let mut rows = vec![["line", "function", "calls", "tier", "exits", "native code"].map(str::to_owned)];
        let mut remarks = String::new();
        for code in codes.iter().filter_map(|value| value.cast::<CodeObject>()) {
            let body = Body::of_ref(code);
            let pieces = inspect::pieces(self.thread, code);
            let left = self.repeated(code, |event| event.kind == EventKind::Exit);
            let bytes: usize = pieces.iter().map(|piece| piece.parts().range.len()).sum();
            let exits: usize = left.iter().map(|exit| exit.count).sum();
            rows.push([
                body.code.first_line.to_string(),
                body.code.qualname.to_string(),
                body.entry_count.get().to_string(),
                self.tier(code, &pieces),
                if pieces.is_empty() && exits == 0 { "-".to_owned() } else { exits.to_string() },
                if bytes == 0 { "-".to_owned() } else { format!("{bytes} bytes") },
            ]);
            for refusal in self.repeated(code, |event| event.kind == EventKind::Refuse) {
                remarks.push_str(&self.sentence(&refusal));
            }
            for exit in &left {
                remarks.push_str(&self.sentence(exit));
            }
        }
        let mut text = table(&rows);
        if !remarks.is_empty() {
            text.push('\n');
            text.push_str(&remarks);
        }
        text.push_str("\nMore about one: taipan inspect ... --function NAME --stage source,bytecode,feedback,ssa,ssa-opt,clif,asm,events\n");
        text
    }

    /// How a function runs now.
    fn tier(&self, code: Gc<CodeObject>, pieces: &[std::rc::Rc<Compiled>]) -> String {
        let mut tiers: Vec<String> = Vec::new();
        for piece in pieces {
            tiers.push(match piece.parts().osr {
                None => "compiled".to_owned(),
                Some(header) => format!("loop at line {} compiled", line_of(code, header)),
            });
        }
        if tiers.is_empty() {
            let refused = inspect::refusal(self.thread, code).is_some();
            tiers.push(if refused { "interpreted (refused)" } else { "interpreted" }.to_owned());
        }
        tiers.join(", ")
    }

    /// What happened to a function, the same things at the same places together, in the order of their first time.
    fn repeated(&self, code: Gc<CodeObject>, wanted: impl Fn(&Event) -> bool) -> Vec<Repeated<'_>> {
        let code = &Body::of_ref(code).code;
        let mut found: Vec<Repeated<'_>> = Vec::new();
        let of_code = |event: &&Event| *event.function == *code.qualname && *event.filename == *code.filename;
        for event in self.events.iter().filter(of_code).filter(|event| wanted(event)) {
            let same = |known: &&mut Repeated<'_>| {
                let known = known.event;
                known.kind == event.kind && known.position == event.position && known.sentence == event.sentence
            };
            match found.iter_mut().find(same) {
                Some(known) => known.count += 1,
                None => found.push(Repeated { event, count: 1 }),
            }
        }
        found
    }

    /// "file:line: what happened", the line, the caret.
    fn sentence(&self, repeated: &Repeated<'_>) -> String {
        let Event { kind, function, filename, position, sentence, .. } = repeated.event;
        let times = if repeated.count == 1 { String::new() } else { format!(" ({} times)", repeated.count) };
        let carets = self.sources.with_carets(filename, *position);
        format!("{filename}:{}: {}: {function}: {sentence}{times}\n{carets}", position.line, kind.name())
    }

    /// "file:line: sentence", the line, the caret.
    fn refused(&self, code: Gc<CodeObject>, refusal: Refusal, position: Position) -> String {
        let code = &Body::of_ref(code).code;
        let carets = self.sources.with_carets(&code.filename, position);
        format!(
            "{}:{}: {} is not compiled: {}\n{carets}",
            code.filename,
            position.line,
            code.qualname,
            refusal.sentence()
        )
    }

    // ---- one function ----

    /// The views that were asked for.
    pub fn function(&self, code: Gc<CodeObject>, options: &Options) -> String {
        let views = if options.views.is_empty() { &[View::Source][..] } else { &options.views };
        let mut text = String::new();
        for view in views {
            if !text.is_empty() {
                text.push('\n');
            }
            match view {
                View::Source => text.push_str(&self.source(code)),
                View::Bytecode => text.push_str(&self.bytecode(code)),
                View::Feedback => text.push_str(&self.feedback(code)),
                View::Ssa => text.push_str(&self.stage(code, &Stage::Ssa)),
                View::SsaOptimised => {
                    text.push_str(&self.stage(code, &Stage::SsaOptimised(options.after.clone())));
                }
                View::Clif => text.push_str(&self.stage(code, &Stage::Clif)),
                View::Assembly => text.push_str(&self.stage(code, &Stage::Assembly)),
                View::Events => text.push_str(&self.events(code)),
            }
        }
        text
    }

    /// The function's lines, and beside them what was seen there.
    fn source(&self, code: Gc<CodeObject>) -> String {
        let pieces = inspect::pieces(self.thread, code);
        let body = Body::of_ref(code);
        let mut notes: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let mut note = |line: u32, text: String| {
            let notes = notes.entry(line).or_default();
            // "range" adds nothing to "range, came to its end".
            if !text.is_empty() && !notes.iter().any(|known| known.starts_with(&text)) {
                notes.retain(|known| !text.starts_with(&format!("{known}, ")));
                notes.push(text);
            }
        };
        for seen in inspect::feedback(self.thread, code) {
            if seen.what != "a global variable" && seen.what != "a builtin" {
                note(seen.position.line, seen.what);
            }
        }
        for exit in self.repeated(code, |event| event.kind == EventKind::Exit) {
            note(exit.event.position.line, format!("LEFT {}: {}", times(exit.count), exit.event.sentence));
        }
        let lines: Vec<u32> = body.code.positions.entries().map(|(_, position)| position.end_line).collect();
        let last = lines.into_iter().max().unwrap_or(0).max(body.code.first_line);
        let shown: Vec<(u32, String)> = (body.code.first_line.max(1)..=last)
            .map(|line| (line, self.sources.line(&body.code.filename, line).unwrap_or_default()))
            .collect();
        let width = shown.iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0).min(60);
        let mut text = format!("{}: {}\n", body.code.qualname, self.tier(code, &pieces));
        for (line, source) in shown {
            let notes = notes.get(&line).map(|notes| notes.join("; ")).unwrap_or_default();
            let row = if notes.is_empty() { source } else { format!("{source:<width$}  # {notes}") };
            text.push_str(format!("{line:>5} | {row}").trim_end());
            text.push('\n');
        }
        text
    }

    fn bytecode(&self, code: Gc<CodeObject>) -> String {
        let body = Body::of_ref(code);
        let source = self.sources.text(&body.code.filename);
        disasm::disassemble(&body.code, Some(&source))
    }

    fn feedback(&self, code: Gc<CodeObject>) -> String {
        let body = Body::of_ref(code);
        let mut text = format!("{}: entered {} times\n", body.code.qualname, body.entry_count.get());
        let mut shown = None;
        for seen in inspect::feedback(self.thread, code) {
            let remark = self.sources.remark(&body.code, seen.offset);
            if remark.is_some() && remark != shown {
                text.push_str(&format!("  ; {}\n", remark.as_deref().unwrap_or_default()));
                shown = remark;
            }
            let what = if seen.what.is_empty() { "never executed" } else { &seen.what };
            text.push_str(&format!("  {:>4} {:<18} {what}\n", seen.offset, seen.op));
        }
        text
    }

    /// A stage of each piece of native code; where there is none yet, of what would be compiled.
    fn stage(&self, code: Gc<CodeObject>, stage: &Stage) -> String {
        let body = Body::of_ref(code);
        let pieces = inspect::pieces(self.thread, code);
        let mut entries: Vec<Option<u32>> = pieces.iter().map(|piece| piece.parts().osr).collect();
        let mut text = String::new();
        if entries.is_empty() {
            // A module's code runs once: only its loops can get hot.
            let runs_once = matches!(body.code.kind, CodeKind::Module | CodeKind::Class);
            if runs_once {
                entries.extend(body.code.loops.iter().map(|found| Some(found.header)));
            }
            if entries.is_empty() {
                entries.push(None);
            }
            text.push_str("; not compiled in this run: shown is what would be compiled now\n");
        }
        for osr in entries {
            match osr {
                None => text.push_str(&format!("; {}, from its start\n", body.code.qualname)),
                Some(header) => {
                    let line = line_of(code, header);
                    text.push_str(&format!("; {}, entered in the loop at line {line}\n", body.code.qualname));
                }
            }
            let subject = Subject { code, globals: self.globals, osr };
            match inspect::stage(self.thread, subject, stage, self.target, self.sources) {
                Ok(listing) => text.push_str(&listing),
                Err(Declined::Refused(refusal, position)) => {
                    let position = if position.line == 0 { Position::line(body.code.first_line) } else { position };
                    text.push_str(&self.refused(code, refusal, position));
                }
                Err(Declined::Failed(error)) => text.push_str(&format!("{error}\n")),
            }
        }
        text
    }

    fn events(&self, code: Gc<CodeObject>) -> String {
        let body = Body::of_ref(code);
        let mut text = String::new();
        for event in self.repeated(code, |_| true) {
            text.push_str(&self.sentence(&event));
        }
        if text.is_empty() {
            text.push_str(&format!("{}: it was never hot enough to be compiled\n", body.code.qualname));
        }
        text
    }
}

/// The line at which the loop with this header stands.
fn line_of(code: Gc<CodeObject>, header: u32) -> u32 {
    Body::of_ref(code).code.position(header).line
}

fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Columns as wide as their widest cell. Numbers stand on the right; they are the first, third and fifth.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let separator = if column == 0 { "" } else { "  " };
            let cell = if column % 2 == 1 { format!("{cell:<width$}") } else { format!("{cell:>width$}") };
            line.push_str(separator);
            line.push_str(&cell);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
