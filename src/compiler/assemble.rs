//! From a finished unit to a `Code`.
//!
//! What lives here: jump threading, removal of code that cannot be reached and of `CheckBound`s that cannot
//! fail, layout of feedback sites, encoding. What must not: the syntax tree.

use std::sync::Arc;

use ruff_text_size::TextRange;

use super::emit::{Emitted, NO_RANGE, REGISTERS, Unit};
use super::{Compiler, Result};
use crate::bytecode::code::{Loop, NamedRegister};
use crate::bytecode::feedback::MAXIMUM_SITE_WORDS;
use crate::bytecode::flow::{Node, visit_bound};
use crate::bytecode::positions::PositionTableBuilder;
use crate::bytecode::{Code, ExceptionEntry, Instruction, Op, OperandKind, Position, Site};
use crate::syntax::{CompileError, SourceText};

/// Jumps to jumps are followed this far.
const THREADING_LIMIT: usize = 32;

impl<'a> Compiler<'a> {
    pub(super) fn assemble(&mut self, unit: Unit<'a>) -> Result<Arc<Code>> {
        if unit.overflow == Some(REGISTERS) && usize::from(unit.first_temporary) < usize::from(u16::MAX) / 2 {
            // Temporaries run out only where operands nest that deeply.
            return Err(CompileError::Recursion("maximum recursion depth exceeded during compilation"));
        }
        if let Some(feature) = unit.overflow {
            let range = self.definition_range(unit.first_line);
            return Err(CompileError::Unsupported(Box::new(self.source.error(feature, range))));
        }
        let mut graph = Graph::new(&unit);
        graph.thread_jumps();
        graph.drop_unreachable();
        graph.drop_needless_checks(&unit);
        graph.drop_empty_jumps(self.source);
        let code = Arc::new(graph.encode(unit, self.source));
        #[cfg(debug_assertions)]
        if let Err(error) = crate::bytecode::verify::verify(&code) {
            let text = crate::bytecode::disasm::disassemble(&code, Some(self.source.text()));
            panic!("the compiler made wrong code: {error}\n{text}");
        }
        Ok(code)
    }
}

/// A unit's instructions with jumps and handlers as indices of instructions.
struct Graph {
    code: Vec<Emitted>,
    targets: Vec<Option<u32>>,
    handlers: Vec<Option<u32>>,
    keep: Vec<bool>,
}

impl Graph {
    fn new(unit: &Unit<'_>) -> Graph {
        let place = |label: u32| unit.labels[label as usize];
        let targets =
            unit.code.iter().map(|emitted| emitted.instruction.jump().map(|label| place(label.cast_unsigned())));
        let handlers = unit.code.iter().map(|emitted| emitted.handler.map(|label| place(label.0)));
        Graph {
            targets: targets.collect(),
            handlers: handlers.collect(),
            keep: vec![true; unit.code.len()],
            code: unit.code.clone(),
        }
    }

    fn instruction(&self, at: u32) -> Option<&Instruction> {
        self.code.get(at as usize).map(|emitted| &emitted.instruction)
    }

    /// Jumps that lead to jumps go to their end at once.
    fn thread_jumps(&mut self) {
        for at in 0..self.code.len() {
            let Some(mut target) = self.targets[at] else { continue };
            if self.code[at].instruction.op() == Op::JumpBack {
                continue;
            }
            for _ in 0..THREADING_LIMIT {
                let next = match (&self.code[at].instruction, self.instruction(target)) {
                    (_, Some(Instruction::Jump(_))) => self.targets[target as usize],
                    // The same register tested again: the outcome is known.
                    (Instruction::JumpIfTrue(first), Some(Instruction::JumpIfTrue(second)))
                        if first.src == second.src =>
                    {
                        self.targets[target as usize]
                    }
                    (Instruction::JumpIfFalse(first), Some(Instruction::JumpIfFalse(second)))
                        if first.src == second.src =>
                    {
                        self.targets[target as usize]
                    }
                    (Instruction::JumpIfTrue(first), Some(Instruction::JumpIfFalse(second)))
                        if first.src == second.src =>
                    {
                        Some(target + 1)
                    }
                    (Instruction::JumpIfFalse(first), Some(Instruction::JumpIfTrue(second)))
                        if first.src == second.src =>
                    {
                        Some(target + 1)
                    }
                    _ => None,
                };
                match next {
                    Some(next) => target = next,
                    None => break,
                }
            }
            self.targets[at] = Some(target);
        }
    }

    fn drop_unreachable(&mut self) {
        let mut reached = vec![false; self.code.len()];
        let mut work = vec![0u32];
        while let Some(at) = work.pop() {
            let index = at as usize;
            if index >= reached.len() || std::mem::replace(&mut reached[index], true) {
                continue;
            }
            let effects = self.code[index].instruction.effects();
            if !effects.ends() {
                work.push(at + 1);
            }
            work.extend(self.targets[index]);
            if effects.raises() || effects.calls() {
                work.extend(self.handlers[index]);
            }
        }
        self.keep = reached;
    }

    /// Removes each `CheckBound` of a register that surely holds a value.
    fn drop_needless_checks(&mut self, unit: &Unit<'_>) {
        if !self.code.iter().any(|emitted| emitted.instruction.op() == Op::CheckBound) {
            return;
        }
        let nodes: Vec<Node> = self
            .code
            .iter()
            .zip(self.targets.iter().zip(&self.handlers))
            .map(|(emitted, (target, handler))| Node {
                instruction: emitted.instruction,
                target: *target,
                handler: *handler,
            })
            .collect();
        let parameters = unit_parameter_count(unit);
        let keep = &mut self.keep;
        visit_bound(&nodes, usize::from(unit.first_temporary), parameters, |at, bound| {
            if let Instruction::CheckBound(operands) = &nodes[at].instruction
                && bound.contains(operands.src)
            {
                keep[at] = false;
            }
        });
    }

    /// The first kept instruction from `at` on.
    fn next_kept(&self, at: u32) -> u32 {
        let rest = &self.keep[(at as usize).min(self.keep.len())..];
        at + rest.iter().position(|keep| *keep).unwrap_or(rest.len()) as u32
    }

    /// Removes jumps to the next instruction, and moves of a register to itself.
    fn drop_empty_jumps(&mut self, source: &SourceText) {
        for at in (0..self.code.len()).rev() {
            if !self.keep[at] {
                continue;
            }
            let empty = match (&self.code[at].instruction, self.targets[at]) {
                (Instruction::Jump(_), Some(target)) => self.next_kept(target) == self.next_kept(at as u32 + 1),
                (Instruction::Move(operands), _) => operands.dst == operands.src,
                (Instruction::Nop(_), _) => self.is_needless(at, source),
                _ => false,
            };
            if !empty {
                continue;
            }
            let is_jump = matches!(self.code[at].instruction, Instruction::Jump(_));
            if is_jump && !self.is_needless(at, source) {
                // A `break` or `continue` that has a line of its own.
                self.code[at].instruction = crate::bytecode::operands::Nop {}.into();
                self.targets[at] = None;
            } else {
                self.keep[at] = false;
            }
        }
    }

    /// A `Nop` without a line, or beside an instruction of its line: tracers see that line without it.
    fn is_needless(&self, at: usize, source: &SourceText) -> bool {
        let line = |at: usize| {
            let range = self.code.get(at)?.range;
            (range != NO_RANGE).then(|| source.position(range).line)
        };
        let own = line(at);
        let before = (0..at).rev().find(|&at| self.keep[at]).and_then(line);
        own.is_none() || own == before || own == line(self.next_kept(at as u32 + 1) as usize)
    }

    fn encode(self, unit: Unit<'_>, source: &SourceText) -> Code {
        // Unit offset of each instruction; of a dropped one, that of the next kept.
        let mut offsets = Vec::with_capacity(self.code.len() + 1);
        let mut offset = 0u32;
        for (emitted, keep) in self.code.iter().zip(&self.keep) {
            offsets.push(offset);
            if *keep {
                offset += emitted.instruction.op().length() as u32;
            }
        }
        offsets.push(offset);

        let mut sites = Sites::new(self.code.iter().zip(&self.keep).filter(|(_, keep)| **keep).map(|(e, _)| e));
        let mut units = Vec::with_capacity(offset as usize);
        let mut positions = PositionTableBuilder::default();
        let mut positioned = (NO_RANGE, Position::NONE);
        let mut loops = Vec::new();
        let mut exception_table: Vec<ExceptionEntry> = Vec::new();
        for (at, emitted) in self.code.iter().enumerate().filter(|(at, _)| self.keep[*at]) {
            let mut instruction = emitted.instruction;
            let start = offsets[at];
            if let (Some(jump), Some(target)) = (instruction.jump_mut(), self.targets[at]) {
                *jump = offsets[target as usize].cast_signed() - start.cast_signed();
            }
            sites.assign(&mut instruction);
            if let Instruction::JumpBack(operands) = &instruction {
                let header = start.saturating_add_signed(operands.target);
                loops.push(Loop { header, latch: start, site: operands.site });
            }
            positioned = locate(source, emitted.range, positioned);
            positions.push(start, positioned.1);
            instruction.encode(&mut units);
            if let Some(handler) = self.handlers[at]
                && self.keep[handler as usize]
            {
                let (handler, end) = (offsets[handler as usize], units.len() as u32);
                match exception_table.last_mut() {
                    Some(last) if last.end == start && last.handler == handler => last.end = end,
                    _ => exception_table.push(ExceptionEntry { start, end, handler }),
                }
            }
        }
        loops.sort_by_key(|lop| (lop.header, std::cmp::Reverse(lop.latch)));

        let named = |list: Vec<(Arc<str>, crate::bytecode::Register)>| {
            list.into_iter().map(|(name, register)| NamedRegister { name, register }).collect()
        };
        Code {
            name: unit.name,
            qualname: unit.qualname,
            filename: source.filename().clone(),
            kind: unit.kind,
            flags: unit.flags,
            first_line: unit.first_line,
            posonly_count: unit.posonly_count,
            positional_count: unit.positional_count,
            kwonly_count: unit.kwonly_count,
            varnames: unit.varnames.into(),
            cells: named(unit.cells),
            hidden: named(unit.hidden),
            free_names: unit.free_names.into(),
            units: units.into(),
            constants: unit.constants.into(),
            names: unit.names.into(),
            register_count: unit.register_count,
            exception_table: exception_table.into(),
            positions: positions.finish(),
            feedback_words: sites.words,
            cold_site: sites.cold,
            loops: loops.into(),
            docstring: unit.docstring,
            static_attributes: unit.static_attributes.into(),
        }
    }
}

/// The position of a range; that of the range before is known.
fn locate(source: &SourceText, range: TextRange, known: (TextRange, Position)) -> (TextRange, Position) {
    if range == known.0 {
        return known;
    }
    (range, if range == NO_RANGE { Position::NONE } else { source.position(range) })
}

fn unit_parameter_count(unit: &Unit<'_>) -> usize {
    use crate::bytecode::CodeFlags;
    usize::from(unit.positional_count)
        + usize::from(unit.kwonly_count)
        + usize::from(unit.flags.contains(CodeFlags::VARARGS))
        + usize::from(unit.flags.contains(CodeFlags::VARKEYWORDS))
}

/// Gives feedback sites to instructions. When there are more than operands can tell apart, loops are served
/// first, then instructions in order; the rest share a site that stays empty.
struct Sites {
    next: u32,
    next_loop: u32,
    words: u32,
    limit: u32,
    cold: Option<Site>,
}

impl Sites {
    const ADDRESSABLE: u32 = 1 << 16;

    fn new<'e>(code: impl Iterator<Item = &'e Emitted>) -> Sites {
        let (mut total, mut loops) = (0, 0);
        for emitted in code {
            let words = site_words(&emitted.instruction);
            total += words;
            if emitted.instruction.op() == Op::JumpBack {
                loops += words;
            }
        }
        if total <= Self::ADDRESSABLE {
            return Sites { next: 0, next_loop: 0, words: total, limit: Self::ADDRESSABLE, cold: None };
        }
        let limit = Self::ADDRESSABLE - u32::from(MAXIMUM_SITE_WORDS);
        Sites { next: loops, next_loop: 0, words: Self::ADDRESSABLE, limit, cold: Some(Site(limit as u16)) }
    }

    fn assign(&mut self, instruction: &mut Instruction) {
        let words = site_words(instruction);
        let is_loop = instruction.op() == Op::JumpBack;
        let Some(site) = instruction.site_mut() else { return };
        let next = if is_loop && self.cold.is_some() { &mut self.next_loop } else { &mut self.next };
        match self.cold {
            Some(cold) if *next + words > self.limit => *site = cold,
            _ => {
                *site = Site(*next as u16);
                *next += words;
            }
        }
    }
}

fn site_words(instruction: &Instruction) -> u32 {
    let kind = |kind: OperandKind| kind.site_kind().map_or(0, |site| u32::from(site.words()));
    instruction.op().operands().iter().map(|operand| kind(operand.kind)).sum()
}
