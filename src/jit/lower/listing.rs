//! Cranelift's IR and machine code as lines of text that know which bytecode they come from.
//!
//! What lives here: listings for `inspect`. What must not: anything that compiling for execution needs.
//!
//! While a listing is wanted, source locations of Cranelift's instructions carry either a call site's number, as
//! always, or with the bit [`ORIGIN`] the number of an origin.

use super::CallSite;
use crate::jit::ir::{Origin, entity};
use cranelift_codegen::CompiledCode;
use cranelift_codegen::ir::{Function, SourceLoc};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Set in source locations that number an origin and not a call site.
pub(super) const ORIGIN: u32 = 1 << 31;

/// Lines, each with the bytecode it comes from.
pub type Listing = Vec<(Option<Origin>, String)>;

/// What source locations stand for.
pub(super) struct Origins<'a> {
    pub call_sites: &'a [CallSite],
    pub others: &'a [Origin],
}

impl Origins<'_> {
    fn of(&self, location: SourceLoc) -> Option<Origin> {
        if location.is_default() {
            return None;
        }
        let number = location.bits() & !ORIGIN;
        if location.bits() & ORIGIN != 0 {
            return self.others.get(number as usize).copied();
        }
        let (unit, position) = *self.call_sites.get(number as usize)?.frames.first()?;
        Some(Origin { unit: entity(unit as usize), position })
    }
}

/// Cranelift's IR.
pub(super) fn clif(function: &Function, origins: &Origins<'_>) -> Listing {
    let text = function.display().to_string();
    text.lines()
        .map(|line| {
            // With a location: "@80000001     v1 = iadd v2, v3"; the others are indented as far.
            let Some((location, rest)) = line.strip_prefix('@').and_then(|line| line.split_once(' ')) else {
                return (None, unindented(line).to_owned());
            };
            let location = u32::from_str_radix(location, 16).map_or(SourceLoc::default(), SourceLoc::new);
            (origins.of(location), format!("    {}", rest.trim_start()))
        })
        .collect()
}

/// Cranelift indents by the width of a location, a line of a block by four more.
fn unindented(line: &str) -> &str {
    let content = line.trim_start();
    let is_label = content.starts_with("block") && content.ends_with(':');
    let keep = match line.len() - content.len() {
        0 => 0,
        _ if is_label => 0,
        _ => 4,
    };
    &line[(line.len() - content.len()).saturating_sub(keep)..]
}

/// Where a branch with these operands goes: the last of them is a plain number.
fn branch_target(operands: &str) -> Option<u64> {
    let last = operands.rsplit(", ").next()?;
    u64::from_str_radix(last.trim_start_matches('#').strip_prefix("0x")?, 16).ok()
}

/// The machine code, disassembled: offset, instruction. Where a branch may go is marked, as in bytecode.
pub(super) fn assembly(
    compiled: &CompiledCode,
    isa: &OwnedTargetIsa,
    origins: &Origins<'_>,
) -> Result<Listing, String> {
    let isa: &dyn TargetIsa = &**isa;
    let mut disassembler = isa.to_capstone().map_err(|error| error.to_string())?;
    if isa.triple().architecture == target_lexicon::Architecture::X86_64 {
        disassembler.set_syntax(capstone::Syntax::Intel).map_err(|error| error.to_string())?;
    }
    let code = compiled.buffer.data();
    let locations = compiled.buffer.get_srclocs_sorted();
    let instructions = disassembler.disasm_all(code, 0).map_err(|error| error.to_string())?;
    let targets: BTreeSet<u64> = instructions.iter().filter_map(|found| branch_target(found.op_str()?)).collect();
    let mut listing = Listing::new();
    for instruction in instructions.iter() {
        let at = instruction.address() as u32;
        let index = locations.partition_point(|location| location.start <= at);
        let location = index.checked_sub(1).map(|index| &locations[index]).filter(|location| at < location.end);
        let origin = location.and_then(|location| origins.of(location.loc));
        let mark = if targets.contains(&instruction.address()) { '>' } else { ' ' };
        let mut text = format!("{mark} {at:>5x}  {:<8}", instruction.mnemonic().unwrap_or("?"));
        // Writing to a String cannot fail.
        let _ = write!(text, " {}", instruction.op_str().unwrap_or(""));
        listing.push((origin, text.trim_end().to_owned()));
    }
    Ok(listing)
}
