//! Texts for people who look into the compiler: what each stage makes of a code object.
//!
//! What lives here: [`stage`], which compiles without linking, and [`feedback`]. What must not: command-line
//! parsing, layout of pages. The texts are stable: no addresses of this run, no times.

use super::build::unit::Unit;
use super::build::{self, Request};
use super::isa::{self, IsaOptions, Target};
use super::lower::{self, Anchors, Keep};
use super::passes;
use super::state::{Jit, JitOptions};
use crate::interp::body::Body;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;

/// What to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The IR as it was built.
    Ssa,
    /// The IR after all passes, or behind the last run of one.
    SsaOptimised(Option<String>),
    /// Cranelift's IR.
    Clif,
    /// Machine code.
    Assembly,
}

/// Addresses mean nothing in a dump: helpers are called by their place in the tables.
fn address(_: super::runtime::Entry) -> u64 {
    0
}

/// The text of a stage, for the function's start or the loop at a header.
///
/// # Errors
/// A sentence: why the code is not compiled, with the line.
pub fn stage(
    thread: &Thread,
    code: Gc<CodeObject>,
    globals: Gc<Dict>,
    osr: Option<u32>,
    stage: &Stage,
    target: Target,
) -> Result<String, String> {
    let default = JitOptions::default();
    let options = Jit::get(thread).map_or(&default, |jit| &jit.options);
    let body = Body::of_ref(code);
    let failed = Jit::get(thread).map(|jit| jit.state_of(body).failed.borrow().clone()).unwrap_or_default();
    let request = Request { thread, code, globals, osr, failed: &failed, options: &options.build };
    let built = build::build(&request)
        .map_err(|(refusal, position)| format!("line {}: {}", body.code.position(position).line, refusal.sentence()))?;
    let mut function = built.function;
    if *stage == Stage::Ssa {
        return Ok(function.to_string());
    }
    let mut pass_options = options.passes.clone();
    if let Stage::SsaOptimised(Some(pass)) = stage {
        if passes::find(pass).is_none() {
            let names: Vec<&str> = passes::PASSES.iter().map(|pass| pass.name).collect();
            return Err(format!("there is no pass {pass:?}; there are {}", names.join(", ")));
        }
        pass_options.dump_after = Some(pass.clone());
    }
    let report = passes::run(&mut function, &pass_options)?;
    if let Stage::SsaOptimised(pass) = stage {
        return match (pass, report.dump) {
            (Some(_), Some(dump)) => Ok(dump),
            _ => Ok(function.to_string()),
        };
    }
    // Objects have other addresses in every run.
    for object in function.objects.values_mut() {
        object.word = 0;
    }
    for unit in function.units.values_mut() {
        unit.code_object = 0;
    }
    let isa = isa::make(IsaOptions { target, verify: true })?;
    let keep = Keep { clif: *stage == Stage::Clif, assembly: *stage == Stage::Assembly };
    let lowered = lower::lower(&function, &isa, Anchors { code: 0, invalid: 0, forced: 0, address_of: address }, keep)?;
    Ok(lowered.clif.or(lowered.assembly).unwrap_or_default())
}

/// What the interpreter has recorded for each instruction that has a site: position, instruction, words.
pub fn feedback(code: Gc<CodeObject>) -> String {
    use std::fmt::Write as _;
    let body = Body::of_ref(code);
    let unit = Unit::new(body.code.clone());
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}: {} calls", body.code.qualname, body.entry_count.get());
    for decoded in &unit.instructions {
        let Some(site) = decoded.instruction.site() else { continue };
        let op = decoded.instruction.op();
        let kind = op.operands().iter().find_map(|operand| operand.kind.site_kind());
        let Some(kind) = kind else { continue };
        let line = body.code.position(decoded.position).line;
        let words = &body.feedback_words()[site.index()..site.index() + usize::from(kind.words())];
        // Words that hold addresses differ from run to run: say only which are filled.
        let shown: Vec<String> = words
            .iter()
            .enumerate()
            .map(|(i, word)| {
                if i == 0 {
                    format!("{:#x}", word.get())
                } else {
                    (if word.get() == 0 { "-" } else { "set" }).to_string()
                }
            })
            .collect();
        let _ = writeln!(text, "{:5} line {line:4} {:18} {:?}: {}", decoded.position, op.name(), kind, shown.join(" "));
    }
    text
}
