//! The disassembler: code as stable text.
//!
//! What lives here: formatting of instructions, constants and names resolved, source lines beside. What must
//! not: addresses, times, or anything that differs between machines. Start at [`disassemble`].

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use super::code::{Code, CodeFlags, Constant};
use super::intrinsics::Intrinsic;
use super::operand::{NO_REGISTER, OperandKind};
use super::ops::{Instruction, Op};

/// The text of a code object and, after it, of those nested in it. `source`: the whole source, for lines.
pub fn disassemble_all(code: &Arc<Code>, source: Option<&str>) -> String {
    let mut text = String::new();
    code.walk(&mut |code| {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&disassemble(code, source));
    });
    text
}

/// The text of one code object.
pub fn disassemble(code: &Code, source: Option<&str>) -> String {
    let mut text = String::new();
    let lines: Vec<&str> = source.map(|source| source.lines().collect()).unwrap_or_default();
    header(code, &mut text);
    let targets = targets(code);
    let mut line = 0;
    let mut at = 0;
    while let Some((instruction, next)) = Instruction::try_decode(&code.units, at) {
        let position = code.position(at as u32);
        if position.line != line && position.line != 0 {
            line = position.line;
            let shown = lines.get(line as usize - 1).map_or("", |line| line.trim());
            let _ = writeln!(text, "  ; {line}: {shown}");
        }
        let mark = if targets.contains(&at) { '>' } else { ' ' };
        let _ = writeln!(text, "{mark} {at:>4} {}", render(code, at, &instruction));
        at = next;
    }
    for entry in &code.exception_table {
        let _ = writeln!(text, "  try {}..{} -> {}", entry.start, entry.end, entry.handler);
    }
    text
}

/// Unit offsets that are jumped to, or handlers.
fn targets(code: &Code) -> BTreeSet<usize> {
    let mut targets: BTreeSet<usize> = code.exception_table.iter().map(|entry| entry.handler as usize).collect();
    let mut at = 0;
    while let Some((instruction, next)) = Instruction::try_decode(&code.units, at) {
        if let Some(jump) = instruction.jump() {
            targets.extend(at.checked_add_signed(jump as isize));
        }
        at = next;
    }
    targets
}

fn header(code: &Code, text: &mut String) {
    let parameters = usize::from(code.parameter_count());
    let _ = write!(text, "{}(", code.qualname);
    for (at, name) in code.varnames.iter().take(parameters).enumerate() {
        let stars = match at {
            _ if Some(at) == code.varargs_register().map(|register| register.index()) => "*",
            _ if Some(at) == code.varkeywords_register().map(|register| register.index()) => "**",
            _ => "",
        };
        let _ = write!(text, "{}{stars}{name}", if at == 0 { "" } else { ", " });
    }
    let _ = write!(text, ") registers {}", code.register_count);
    for (flag, name) in [
        (CodeFlags::GENERATOR, " generator"),
        (CodeFlags::COROUTINE, " coroutine"),
        (CodeFlags::ASYNC_GENERATOR, " async-generator"),
    ] {
        if code.flags.contains(flag) {
            text.push_str(name);
        }
    }
    text.push('\n');
    let mut named: Vec<String> = Vec::new();
    for (at, name) in code.varnames.iter().enumerate().skip(parameters) {
        named.push(format!("r{at}={name}"));
    }
    named.extend(code.cells.iter().map(|cell| format!("{}={}(cell)", cell.register, cell.name)));
    named.extend(code.hidden.iter().map(|hidden| format!("{}={}(hidden)", hidden.register, hidden.name)));
    named.extend(code.free_names.iter().enumerate().map(|(at, name)| format!("free{at}={name}")));
    if !named.is_empty() {
        let _ = writeln!(text, "  {}", named.join(" "));
    }
}

/// One instruction, without offset.
pub fn render(code: &Code, at: usize, instruction: &Instruction) -> String {
    let mut text = format!("{:<18}", instruction.op().name());
    let mut first = true;
    instruction.visit_operands(|info, value| {
        if info.kind.site_kind().is_some() {
            return;
        }
        text.push_str(if first { " " } else { ", " });
        first = false;
        let index = value as usize;
        match info.kind {
            OperandKind::opt if value == i32::from(NO_REGISTER) => text.push('-'),
            OperandKind::out
            | OperandKind::reg
            | OperandKind::inout
            | OperandKind::opt
            | OperandKind::call
            | OperandKind::method_call
            | OperandKind::pair
            | OperandKind::pair_out
            | OperandKind::items
            | OperandKind::item_pairs
            | OperandKind::items_out
            | OperandKind::rest_items_out => {
                let _ = write!(text, "r{value}");
            }
            OperandKind::constant => match code.constants.get(index) {
                Some(constant) => constant_text(constant, &mut text),
                None => text.push('?'),
            },
            OperandKind::name => text.push_str(code.names.get(index).map_or("?", |name| name)),
            OperandKind::imm if info.name == "function" => {
                text.push_str(Intrinsic::from_operand(value as u16).map_or("?", Intrinsic::name));
            }
            OperandKind::jump => {
                let _ = write!(text, "->{}", at as i64 + i64::from(value));
            }
            _ => {
                let _ = match info.name {
                    "rhs" | "value" => write!(text, "{value}"),
                    name => write!(text, "{name}={value}"),
                };
            }
        }
    });
    text.truncate(text.trim_end().len());
    text
}

fn constant_text(constant: &Constant, text: &mut String) {
    let whole = constant.to_string();
    match whole.char_indices().nth(60) {
        Some((end, _)) => {
            text.push_str(&whole[..end]);
            text.push('…');
        }
        None => text.push_str(&whole),
    }
}

/// The names and doc lines of all operations, for documentation.
pub fn reference() -> String {
    Op::ALL.iter().fold(String::new(), |mut text, op| {
        let _ = writeln!(text, "{}: {}", op.name(), op.doc());
        text
    })
}
