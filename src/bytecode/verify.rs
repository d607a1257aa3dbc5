//! The verifier: checks that code keeps the invariants of [`super::ops`].
//!
//! What lives here: structural checks, run on all code in debug builds and in tests. What must not: repairs.

use std::fmt;

use super::code::{Code, Constant};
use super::flow::{Node, visit_bound};
use super::intrinsics::Intrinsic;
use super::operand::OperandKind;
use super::ops::{Instruction, Op};

/// What is wrong with code, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// The function.
    pub qualname: String,
    /// Unit offset of the instruction at fault.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at unit {}: {}", self.qualname, self.offset, self.message)
    }
}

impl std::error::Error for VerifyError {}

/// Checks one code object (not those nested in it).
///
/// # Errors
/// The first violation found.
pub fn verify(code: &Code) -> Result<(), VerifyError> {
    let fail = |offset: usize, message: String| VerifyError { qualname: code.qualname.to_string(), offset, message };
    let mut instructions: Vec<(usize, Instruction)> = Vec::new();
    let mut index_of = vec![None; code.units.len()];
    let mut at = 0;
    while at < code.units.len() {
        let Some((instruction, next)) = Instruction::try_decode(&code.units, at) else {
            return Err(fail(at, "not an instruction".into()));
        };
        index_of[at] = Some(instructions.len() as u32);
        instructions.push((at, instruction));
        at = next;
    }
    let starts = |offset: i64| -> Option<u32> { *index_of.get(usize::try_from(offset).ok()?)? };

    let mut nodes = Vec::with_capacity(instructions.len());
    for (offset, instruction) in &instructions {
        let offset = *offset;
        check_operands(code, instruction).map_err(|message| fail(offset, message))?;
        let mut target = None;
        if let Some(jump) = instruction.jump() {
            target = starts(offset as i64 + i64::from(jump));
            if target.is_none() {
                return Err(fail(offset, format!("{} jumps into nowhere", instruction.op().name())));
            }
            if (jump <= 0) != (instruction.op() == Op::JumpBack) {
                return Err(fail(offset, "only JumpBack jumps backwards".into()));
            }
        }
        let handler = match code.handler(offset as u32) {
            None => None,
            Some(handler) => match starts(i64::from(handler)) {
                Some(index) => Some(index),
                None => return Err(fail(offset, "the handler is not an instruction".into())),
            },
        };
        if let Some(handler) = handler
            && instructions[handler as usize].1.op() != Op::BeginHandler
        {
            return Err(fail(offset, "the handler does not begin with BeginHandler".into()));
        }
        nodes.push(Node { instruction: *instruction, target, handler });
    }
    match instructions.last() {
        Some((_, last)) if last.effects().ends() => {}
        _ => return Err(fail(code.units.len(), "control falls off the end".into())),
    }
    for entry in &code.exception_table {
        if entry.start >= entry.end || entry.end as usize > code.units.len() {
            return Err(fail(entry.start as usize, "empty or overlong exception range".into()));
        }
    }
    for lop in &code.loops {
        let latch = starts(i64::from(lop.latch)).map(|index| instructions[index as usize].1);
        if !matches!(latch, Some(Instruction::JumpBack(_))) {
            return Err(fail(lop.latch as usize, "the latch of a loop is not a JumpBack".into()));
        }
    }
    check_bound(code, &instructions, &nodes)
}

/// Every register read was written on all paths.
fn check_bound(code: &Code, instructions: &[(usize, Instruction)], nodes: &[Node]) -> Result<(), VerifyError> {
    let mut error = None;
    visit_bound(nodes, usize::from(code.register_count), usize::from(code.parameter_count()), |at, bound| {
        if error.is_some() || matches!(nodes[at].instruction, Instruction::CheckBound(_) | Instruction::MakeCell(_)) {
            return;
        }
        nodes[at].instruction.visit_reads(|register| {
            if !bound.contains(register) && error.is_none() {
                error = Some(VerifyError {
                    qualname: code.qualname.to_string(),
                    offset: instructions[at].0,
                    message: format!("{} reads {register}, which may be empty", nodes[at].instruction.op().name()),
                });
            }
        });
    });
    error.map_or(Ok(()), Err)
}

fn check_operands(code: &Code, instruction: &Instruction) -> Result<(), String> {
    let mut wrong = None;
    let name = instruction.op().name();
    let mut check = |condition: bool, what: String| {
        if !condition && wrong.is_none() {
            wrong = Some(format!("{name}: {what}"));
        }
    };
    let mut registers = Vec::new();
    instruction.visit_reads(|register| registers.push(register));
    instruction.visit_writes(|register| registers.push(register));
    for register in registers {
        check(register.0 < code.register_count, format!("{register} is outside of the frame"));
    }
    instruction.visit_operands(|info, value| {
        let at = value as usize;
        if info.kind == OperandKind::constant {
            check(at < code.constants.len(), format!("no constant {value}"));
        }
        if info.kind == OperandKind::name {
            check(at < code.names.len(), format!("no name {value}"));
        }
        if let Some(site) = info.kind.site_kind() {
            let end = value.cast_unsigned() + u32::from(site.words());
            check(end <= code.feedback_words, format!("site {value} is outside of the feedback vector"));
        }
        if info.name == "function" {
            check(Intrinsic::from_operand(value as u16).is_some(), format!("no intrinsic {value}"));
        }
    });
    let free = code.free_names.len();
    let constant = |index: usize| code.constants.get(index);
    match instruction {
        Instruction::LoadFree(operands) => check(usize::from(operands.index) < free, "no such closure cell".into()),
        Instruction::StoreFree(operands) => check(usize::from(operands.index) < free, "no such closure cell".into()),
        Instruction::DeleteFree(operands) => check(usize::from(operands.index) < free, "no such closure cell".into()),
        Instruction::LoadClosureCell(operands) => {
            check(usize::from(operands.index) < free, "no such closure cell".into());
        }
        Instruction::LoadNameOrFree(operands) => {
            check(usize::from(operands.index) < free, "no such closure cell".into());
        }
        Instruction::LoadDictOrFree(operands) => {
            check(usize::from(operands.index) < free, "no such closure cell".into());
        }
        Instruction::MakeFunction(operands) => {
            check(matches!(constant(operands.code.index()), Some(Constant::Code(_))), "the constant is no code".into())
        }
        Instruction::CallKw(operands) => {
            check(matches!(constant(operands.names.index()), Some(Constant::Tuple(_))), "the names are no tuple".into())
        }
        _ => {}
    }
    wrong.map_or(Ok(()), Err)
}
