//! Texts for people who look into the compiler: what each stage makes of a code object.
//!
//! What lives here: [`stage`], which compiles without linking, [`feedback`], and what the JIT knows about a piece of
//! code ([`pieces`]). What must not: command-line parsing, layout of pages. The texts are stable: no addresses of
//! this run, no times.

mod feedback;
mod names;
mod sources;

use super::build::{self, Request};
use super::events::Refusal;
use super::ir::{self, Function};
use super::isa::{self, IsaOptions, Target};
use super::lower::{self, Anchors, Keep, Listing};
use super::passes;
use super::state::{Compiled, Jit, JitOptions};
use crate::bytecode::{Instruction, Position};
use crate::interp::body::Body;
use std::rc::Rc;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;

pub use sources::Sources;

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

/// Why there is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declined {
    /// The code is not compiled; the place to blame.
    Refused(Refusal, Position),
    /// A sentence.
    Failed(String),
}

/// What is compiled: the code, the globals it runs with, and the loop header it is entered at, if not at its start.
#[derive(Clone, Copy)]
pub struct Subject {
    /// The code.
    pub code: Gc<CodeObject>,
    /// Its global variables.
    pub globals: Gc<Dict>,
    /// The loop header.
    pub osr: Option<u32>,
}

/// The text of a stage, Python's lines between its own as comments.
///
/// # Errors
/// Why there is none.
pub fn stage(
    thread: &Thread,
    subject: Subject,
    stage: &Stage,
    target: Target,
    sources: &Sources,
) -> Result<String, Declined> {
    let Subject { code, globals, osr } = subject;
    let default = JitOptions::default();
    let options = Jit::get(thread).map_or(&default, |jit| &jit.options);
    let body = Body::of_ref(code);
    let request = Request { thread, code, globals, osr, options: &options.build };
    let built = build::build(&request)
        .map_err(|(refusal, position)| Declined::Refused(refusal, body.code.position(position)))?;
    let mut function = built.function;
    if *stage == Stage::Ssa {
        return Ok(ir_text(&function, sources));
    }
    let mut pass_options = options.passes.clone();
    if let Stage::SsaOptimised(Some(pass)) = stage {
        if passes::find(pass).is_none() {
            let names: Vec<&str> = passes::PASSES.iter().map(|pass| pass.name).collect();
            return Err(Declined::Failed(format!("there is no pass {pass:?}; there are {}", names.join(", "))));
        }
        pass_options.dump_after = Some(pass.clone());
    }
    let report = passes::run(&mut function, &pass_options).map_err(Declined::Failed)?;
    if let Stage::SsaOptimised(_) = stage {
        return Ok(ir_text(report.dump.as_ref().unwrap_or(&function), sources));
    }
    names::replace_addresses(&mut function);
    let isa = isa::make(IsaOptions { target, verify: true }).map_err(Declined::Failed)?;
    let keep = Keep { clif: *stage == Stage::Clif, assembly: *stage == Stage::Assembly };
    let anchors = Anchors {
        code: names::DESCRIPTOR,
        invalid: names::INVALID,
        suspended: names::SUSPENDED,
        forced: 0,
        address_of: names::address,
    };
    let lowered = lower::lower(&function, &isa, anchors, keep).map_err(Declined::Failed)?;
    Ok(listing_text(&function, &lowered.clif.or(lowered.assembly).unwrap_or_default(), sources))
}

/// "12: total += x"; for an inlined function its name before that.
fn remark(function: &Function, sources: &Sources, origin: ir::Origin) -> Option<String> {
    let unit = &function.units[origin.unit];
    let text = sources.remark(unit.code.as_ref()?, origin.position)?;
    let is_outermost = function.units.keys().next() == Some(origin.unit);
    Some(if is_outermost { text } else { format!("{} {text}", unit.label) })
}

fn ir_text(function: &Function, sources: &Sources) -> String {
    ir::print::print_beside(function, &|origin| remark(function, sources, origin))
}

fn listing_text(function: &Function, listing: &Listing, sources: &Sources) -> String {
    let mut text = String::new();
    let mut shown = None;
    for (origin, line) in listing {
        if let Some(remark) = origin.and_then(|origin| remark(function, sources, origin)) {
            if shown.as_ref() != Some(&remark) {
                text.push_str(&format!("                                ; {remark}\n"));
            }
            shown = Some(remark);
        }
        text.push_str(&names::explain(function, line));
        text.push('\n');
    }
    text
}

/// What the interpreter has seen at an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Unit offset of the instruction.
    pub offset: u32,
    /// Its name.
    pub op: &'static str,
    /// Where it stands in the source.
    pub position: Position,
    /// What was seen; empty if the instruction was never executed.
    pub what: String,
}

/// What the interpreter has seen at each instruction that has a feedback site.
pub fn feedback(thread: &Thread, code: Gc<CodeObject>) -> Vec<Seen> {
    let body = Body::of_ref(code);
    let mut seen = Vec::new();
    let mut at = 0;
    while let Some((instruction, next)) = Instruction::try_decode(&body.code.units, at) {
        let offset = at as u32;
        at = next;
        let op = instruction.op();
        let kind = op.operands().iter().find_map(|operand| operand.kind.site_kind());
        let (Some(site), Some(kind)) = (instruction.site(), kind) else { continue };
        let what = if body.is_cold(site) {
            "not recorded: the function has too many sites".to_owned()
        } else {
            let words = &body.feedback_words()[site.index()..site.index() + usize::from(kind.words())];
            feedback::describe(thread, kind, words)
        };
        seen.push(Seen { offset, op: op.name(), position: body.code.position(offset), what });
    }
    seen
}

/// The native code that there is for a code object: for its start, then for its loops by their headers.
pub fn pieces(thread: &Thread, code: Gc<CodeObject>) -> Vec<Rc<Compiled>> {
    let Some(jit) = Jit::get(thread) else { return Vec::new() };
    let state = jit.state_of(Body::of_ref(code));
    let mut pieces: Vec<Rc<Compiled>> = state.entry.borrow().iter().cloned().collect();
    let mut loops = state.loops.borrow().clone();
    loops.sort_by_key(|(header, _)| *header);
    pieces.extend(loops.into_iter().map(|(_, compiled)| compiled));
    pieces
}

/// Why a code object stays interpreted, if the JIT refused it.
pub fn refusal(thread: &Thread, code: Gc<CodeObject>) -> Option<Refusal> {
    Jit::get(thread).and_then(|jit| jit.state_of(Body::of_ref(code)).refused.get())
}
