//! From the codes of `re._compiler` to a [`Program`].
//!
//! What lives here: the code format and its translation. What must not: the syntax of patterns, which is the
//! stdlib's. Start at [`compile`]. Source of the format: `Lib/re/_compiler.py` and `_constants.py`.
//!
//! Codes are words; skips are relative to the word that holds them. The translation walks them once in order;
//! skips become labels, which are resolved at the end. Constructs that end by SUCCESS note beforehand what
//! that SUCCESS means for them.

use super::charset::{self, CharSet};
use super::program::{Anchor, CharTest, Greed, Instruction, Label, Program, Register, Start, UNBOUNDED};
use super::{Case, code_points};
use std::collections::HashMap;

/// Numbers of the operations.
pub mod opcode {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_LOC_IGNORE: u32 = 34;
    pub const IN_LOC_IGNORE: u32 = 35;
    pub const LITERAL_LOC_IGNORE: u32 = 36;
    pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

/// Bits of the INFO block.
mod info {
    pub const PREFIX: u32 = 1;
    pub const CHARSET: u32 = 4;
}

/// The codes are not what the stdlib's compiler makes.
#[derive(Debug, PartialEq, Eq)]
pub struct InvalidCode;

/// What a SUCCESS or UNTIL at some index ends.
#[derive(Clone, Copy)]
enum Ending {
    Accept,
    Cut { height: Register, position: Option<Register> },
    CutNot { height: Register },
    Possessive { count: Register, height: Register, round: Label },
    Until { count: Register, last: Register, minimum: u32, maximum: u32, body: Label },
}

/// A word in the midst of codes that is not an operation.
#[derive(Clone, Copy)]
enum Arm {
    /// Starts an alternative; the next one starts at this code.
    Alternative { next: usize },
    /// Starts the last alternative.
    Last,
    /// Ends the branch.
    End,
}

struct Compiler<'a> {
    codes: &'a [u32],
    out: Vec<Instruction>,
    registers: Register,
    groups: usize,
    /// Instruction that each code index became.
    labels: HashMap<usize, Label>,
    /// Instructions whose label is still a code index.
    pending: Vec<usize>,
    endings: HashMap<usize, Ending>,
    arms: HashMap<usize, Arm>,
}

/// Translates the codes of a pattern with this many groups.
pub fn compile(codes: &[u32], groups: usize) -> Result<Program, InvalidCode> {
    if groups > u16::MAX as usize / 2 {
        return Err(InvalidCode);
    }
    let mut compiler = Compiler {
        codes,
        out: Vec::new(),
        registers: 0,
        groups,
        labels: HashMap::new(),
        pending: Vec::new(),
        endings: HashMap::new(),
        arms: HashMap::new(),
    };
    let (start, minimum_length, body) = compiler.read_info()?;
    if let Some(last) = codes.len().checked_sub(1) {
        compiler.endings.insert(last, Ending::Accept);
    }
    compiler.translate(body)?;
    compiler.resolve()?;
    let mut instructions = compiler.out;
    let registers = compiler.registers as usize;
    join_literals(&mut instructions);
    let start = match (&start, instructions.first()) {
        (Start::Unknown, Some(Instruction::At(Anchor::Start))) => Start::Anchored,
        _ => start,
    };
    Ok(Program { instructions, registers, groups, start, minimum_length })
}

/// `text` in both encodings.
pub(super) fn encoded(text: &[u32]) -> Option<(Option<Box<[u8]>>, Box<[u8]>)> {
    let latin1: Option<Vec<u8>> = text.iter().map(|&character| u8::try_from(character).ok()).collect();
    let mut utf8 = Vec::new();
    for &character in text {
        if character > 0x10_ffff {
            return None;
        }
        code_points::push(&mut utf8, character);
    }
    Some((latin1.map(Vec::into_boxed_slice), utf8.into_boxed_slice()))
}

impl Compiler<'_> {
    fn word(&self, at: usize) -> Result<u32, InvalidCode> {
        self.codes.get(at).copied().ok_or(InvalidCode)
    }

    /// The code index a skip word leads to.
    fn target(&self, at: usize) -> Result<usize, InvalidCode> {
        let target = at + self.word(at)? as usize;
        if target > self.codes.len() { Err(InvalidCode) } else { Ok(target) }
    }

    fn register(&mut self) -> Result<Register, InvalidCode> {
        let register = self.registers;
        self.registers = register.checked_add(1).ok_or(InvalidCode)?;
        Ok(register)
    }

    fn group(&self, at: usize) -> Result<u16, InvalidCode> {
        let group = self.word(at)? as usize;
        if group < self.groups { Ok(group as u16) } else { Err(InvalidCode) }
    }

    /// The INFO block at the start: what to look for, the minimum length, where the pattern proper begins.
    fn read_info(&self) -> Result<(Start, usize, usize), InvalidCode> {
        if self.codes.first() != Some(&opcode::INFO) {
            return Ok((Start::Unknown, 0, 0));
        }
        let body = self.target(1)?;
        let (flags, minimum) = (self.word(2)?, self.word(3)? as usize);
        let start = if flags & info::PREFIX != 0 {
            let length = self.word(5)? as usize;
            let prefix = self.codes.get(7..7 + length).ok_or(InvalidCode)?;
            let (latin1, utf8) = encoded(prefix).ok_or(InvalidCode)?;
            Start::Prefix { latin1, utf8 }
        } else if flags & info::CHARSET != 0 {
            Start::Set(Box::new(CharSet::read(self.codes, 5, Case::Exact).ok_or(InvalidCode)?.0))
        } else {
            Start::Unknown
        };
        Ok((start, minimum, body))
    }

    /// Emits an instruction whose label is a code index for now.
    fn emit_pending(&mut self, instruction: Instruction) {
        self.pending.push(self.out.len());
        self.out.push(instruction);
    }

    fn next_label(&self) -> Label {
        self.out.len() as Label
    }

    fn translate(&mut self, start: usize) -> Result<(), InvalidCode> {
        let mut at = start;
        while at < self.codes.len() {
            self.labels.insert(at, self.next_label());
            if let Some(&arm) = self.arms.get(&at) {
                if let Arm::Alternative { next } = arm {
                    self.emit_pending(Instruction::Try { other: next as Label });
                }
                at += 1;
                continue;
            }
            at = self.operation(at)?;
        }
        self.labels.insert(at, self.next_label());
        self.out.push(Instruction::Fail);
        Ok(())
    }

    /// Translates the operation at `at`; returns the index of the next.
    fn operation(&mut self, at: usize) -> Result<usize, InvalidCode> {
        let code = self.word(at)?;
        if let Some((test, next)) = self.char_test(at)? {
            self.out.push(Instruction::One(test));
            return Ok(next);
        }
        match code {
            opcode::FAILURE => {
                self.out.push(Instruction::Fail);
                Ok(at + 1)
            }
            opcode::SUCCESS | opcode::MAX_UNTIL | opcode::MIN_UNTIL => self.ending(at, code),
            opcode::AT => {
                let anchor = anchor(self.word(at + 1)?).ok_or(InvalidCode)?;
                self.out.push(Instruction::At(anchor));
                Ok(at + 2)
            }
            opcode::MARK => {
                let mark = self.word(at + 1)?;
                if mark as usize >= self.groups * 2 {
                    return Err(InvalidCode);
                }
                self.out.push(Instruction::Mark(mark as u16));
                Ok(at + 2)
            }
            opcode::JUMP => {
                let target = self.target(at + 1)?;
                self.emit_pending(Instruction::Jump(target as Label));
                Ok(at + 2)
            }
            opcode::BRANCH => self.branch(at),
            opcode::GROUPREF | opcode::GROUPREF_IGNORE | opcode::GROUPREF_LOC_IGNORE | opcode::GROUPREF_UNI_IGNORE => {
                let case = match code {
                    opcode::GROUPREF => Case::Exact,
                    opcode::GROUPREF_UNI_IGNORE => Case::Unicode,
                    _ => Case::Ascii,
                };
                let group = self.group(at + 1)?;
                self.out.push(Instruction::GroupRef { group, case });
                Ok(at + 2)
            }
            opcode::GROUPREF_EXISTS => {
                let group = self.group(at + 1)?;
                // This skip counts from the group's word.
                let absent = at + 1 + self.word(at + 2)? as usize;
                self.emit_pending(Instruction::IfGroup { group, absent: absent as Label });
                Ok(at + 3)
            }
            opcode::REPEAT_ONE | opcode::MIN_REPEAT_ONE | opcode::POSSESSIVE_REPEAT_ONE => {
                let next = self.target(at + 1)?;
                let (minimum, maximum) = (self.word(at + 2)?, self.word(at + 3)?);
                let Some((test, _)) = self.char_test(at + 4)? else { return Err(InvalidCode) };
                let greed = match code {
                    opcode::REPEAT_ONE => Greed::Greedy,
                    opcode::MIN_REPEAT_ONE => Greed::Lazy,
                    _ => Greed::Possessive,
                };
                self.out.push(Instruction::RepeatOne { test, minimum, maximum, greed });
                Ok(next)
            }
            opcode::REPEAT => {
                let until = self.target(at + 1)?;
                let (minimum, maximum) = (self.word(at + 2)?, self.word(at + 3)?);
                let (count, last) = (self.register()?, self.register()?);
                self.emit_pending(Instruction::RepeatStart { count, last, until: until as Label });
                let body = self.next_label();
                self.endings.insert(until, Ending::Until { count, last, minimum, maximum, body });
                Ok(at + 4)
            }
            opcode::POSSESSIVE_REPEAT => {
                let end = self.target(at + 1)?;
                let (minimum, maximum) = (self.word(at + 2)?, self.word(at + 3)?);
                let (count, last, height) = (self.register()?, self.register()?, self.register()?);
                self.out.push(Instruction::PossessiveStart { count, last });
                let round = self.next_label();
                self.emit_pending(Instruction::PossessiveRound {
                    count,
                    last,
                    height,
                    minimum,
                    maximum,
                    exit: end as Label + 1,
                });
                self.endings.insert(end, Ending::Possessive { count, height, round });
                Ok(at + 4)
            }
            opcode::ATOMIC_GROUP => {
                let end = self.target(at + 1)?;
                let height = self.register()?;
                self.out.push(Instruction::Hold { height, position: None, back: 0 });
                self.endings.insert(end.checked_sub(1).ok_or(InvalidCode)?, Ending::Cut { height, position: None });
                Ok(at + 2)
            }
            opcode::ASSERT => {
                let end = self.target(at + 1)?;
                let back = self.word(at + 2)?;
                let height = self.register()?;
                let position = Some(self.register()?);
                self.out.push(Instruction::Hold { height, position, back });
                self.endings.insert(end.checked_sub(1).ok_or(InvalidCode)?, Ending::Cut { height, position });
                Ok(at + 3)
            }
            opcode::ASSERT_NOT => {
                let end = self.target(at + 1)?;
                let back = self.word(at + 2)?;
                let height = self.register()?;
                self.emit_pending(Instruction::HoldNot { height, back, otherwise: end as Label });
                self.endings.insert(end.checked_sub(1).ok_or(InvalidCode)?, Ending::CutNot { height });
                Ok(at + 3)
            }
            opcode::INFO => self.target(at + 1),
            _ => Err(InvalidCode),
        }
    }

    fn ending(&mut self, at: usize, code: u32) -> Result<usize, InvalidCode> {
        let ending = *self.endings.get(&at).ok_or(InvalidCode)?;
        match (ending, code) {
            (Ending::Accept, opcode::SUCCESS) => self.out.push(Instruction::Accept),
            (Ending::Cut { height, position }, opcode::SUCCESS) => self.out.push(Instruction::Cut { height, position }),
            (Ending::CutNot { height }, opcode::SUCCESS) => self.out.push(Instruction::CutNot { height }),
            (Ending::Possessive { count, height, round }, opcode::SUCCESS) => {
                self.out.push(Instruction::PossessiveEnd { count, height, round });
            }
            (Ending::Until { count, last, minimum, maximum, body }, opcode::MAX_UNTIL) => {
                self.out.push(Instruction::Until { count, last, minimum, maximum, body });
            }
            (Ending::Until { count, last, minimum, maximum, body }, opcode::MIN_UNTIL) => {
                self.out.push(Instruction::UntilLazy { count, minimum, body });
                self.out.push(Instruction::UntilLazyAgain { count, last, maximum, body });
            }
            _ => return Err(InvalidCode),
        }
        Ok(at + 1)
    }

    /// Notes the arms of a branch.
    fn branch(&mut self, at: usize) -> Result<usize, InvalidCode> {
        let mut arm = at + 1;
        loop {
            let next = self.target(arm)?;
            if next <= arm {
                return Err(InvalidCode);
            }
            if self.word(next)? == 0 {
                self.arms.insert(arm, Arm::Last);
                self.arms.insert(next, Arm::End);
                return Ok(at + 1);
            }
            self.arms.insert(arm, Arm::Alternative { next });
            arm = next;
        }
    }

    /// The operation at `at` as a test of one character, and the index behind it.
    fn char_test(&self, at: usize) -> Result<Option<(CharTest, usize)>, InvalidCode> {
        let literal = |case: Case, wanted: bool| -> Result<CharTest, InvalidCode> {
            let character = self.word(at + 1)?;
            Ok(match (case, wanted) {
                (Case::Exact, true) => CharTest::Literal(character),
                (Case::Exact, false) => CharTest::NotLiteral(character),
                _ => CharTest::Set(Box::new(CharSet::of_literal(character, case, wanted))),
            })
        };
        let set = |case: Case| -> Result<(CharTest, usize), InvalidCode> {
            let next = self.target(at + 1)?;
            let (set, _) = CharSet::read(self.codes, at + 2, case).ok_or(InvalidCode)?;
            let test = match set.single() {
                Some(character) => CharTest::Literal(character),
                None => CharTest::Set(Box::new(set)),
            };
            Ok((test, next))
        };
        Ok(Some(match self.word(at)? {
            opcode::ANY => (CharTest::NotNewline, at + 1),
            opcode::ANY_ALL => (CharTest::Any, at + 1),
            opcode::LITERAL => (literal(Case::Exact, true)?, at + 2),
            opcode::NOT_LITERAL => (literal(Case::Exact, false)?, at + 2),
            // One character folds the same way in ASCII and in the C locale.
            opcode::LITERAL_IGNORE | opcode::LITERAL_LOC_IGNORE => (literal(Case::Ascii, true)?, at + 2),
            opcode::NOT_LITERAL_IGNORE | opcode::NOT_LITERAL_LOC_IGNORE => (literal(Case::Ascii, false)?, at + 2),
            opcode::LITERAL_UNI_IGNORE => (literal(Case::Unicode, true)?, at + 2),
            opcode::NOT_LITERAL_UNI_IGNORE => (literal(Case::Unicode, false)?, at + 2),
            opcode::IN => set(Case::Exact)?,
            opcode::IN_IGNORE => set(Case::Ascii)?,
            opcode::IN_LOC_IGNORE => set(Case::Locale)?,
            opcode::IN_UNI_IGNORE => set(Case::Unicode)?,
            opcode::CATEGORY => {
                let (category, wanted) = charset::category(self.word(at + 1)?).ok_or(InvalidCode)?;
                (CharTest::Set(Box::new(CharSet::of_category(category, wanted))), at + 2)
            }
            _ => return Ok(None),
        }))
    }

    /// Turns code indices into instruction indices.
    fn resolve(&mut self) -> Result<(), InvalidCode> {
        for &index in &self.pending {
            let label = match &mut self.out[index] {
                Instruction::Jump(label)
                | Instruction::Try { other: label }
                | Instruction::IfGroup { absent: label, .. }
                | Instruction::RepeatStart { until: label, .. }
                | Instruction::PossessiveRound { exit: label, .. }
                | Instruction::HoldNot { otherwise: label, .. } => label,
                _ => return Err(InvalidCode),
            };
            *label = *self.labels.get(&(*label as usize)).ok_or(InvalidCode)?;
        }
        Ok(())
    }
}

fn anchor(code: u32) -> Option<Anchor> {
    Some(match code {
        0 | 2 => Anchor::Start,
        1 => Anchor::LineStart,
        // In the C locale its words are the ASCII ones.
        3 | 8 => Anchor::Boundary { unicode: false },
        4 | 9 => Anchor::NotBoundary { unicode: false },
        5 => Anchor::End,
        6 => Anchor::LineEnd,
        7 => Anchor::TextEnd,
        10 => Anchor::Boundary { unicode: true },
        11 => Anchor::NotBoundary { unicode: true },
        _ => return None,
    })
}

/// Makes runs of literals into one comparison. Nothing may jump into the midst of a run: labels other than
/// its first instruction's stay valid because the run keeps its length, padded by jumps that are never run.
fn join_literals(instructions: &mut [Instruction]) {
    let mut targets = vec![false; instructions.len() + 1];
    for instruction in instructions.iter() {
        match instruction {
            Instruction::Jump(label)
            | Instruction::Try { other: label }
            | Instruction::IfGroup { absent: label, .. }
            | Instruction::RepeatStart { until: label, .. }
            | Instruction::Until { body: label, .. }
            | Instruction::UntilLazy { body: label, .. }
            | Instruction::UntilLazyAgain { body: label, .. }
            | Instruction::PossessiveRound { exit: label, .. }
            | Instruction::PossessiveEnd { round: label, .. }
            | Instruction::HoldNot { otherwise: label, .. } => targets[*label as usize] = true,
            Instruction::Fail
            | Instruction::Accept
            | Instruction::One(_)
            | Instruction::Text { .. }
            | Instruction::At(_)
            | Instruction::Mark(_)
            | Instruction::GroupRef { .. }
            | Instruction::RepeatOne { .. }
            | Instruction::PossessiveStart { .. }
            | Instruction::Hold { .. }
            | Instruction::Cut { .. }
            | Instruction::CutNot { .. } => {}
        }
    }
    let mut first = 0;
    while first < instructions.len() {
        let mut text = Vec::new();
        while let Some(Instruction::One(CharTest::Literal(character))) = instructions.get(first + text.len()) {
            if !text.is_empty() && targets[first + text.len()] {
                break;
            }
            text.push(*character);
        }
        if text.len() < 2 {
            first += text.len().max(1);
            continue;
        }
        let Some((latin1, utf8)) = encoded(&text) else {
            first += text.len();
            continue;
        };
        let end = first + text.len();
        instructions[first] = Instruction::Text { latin1, utf8 };
        instructions[first + 1] = Instruction::Jump(end as Label);
        for unused in &mut instructions[first + 2..end] {
            *unused = Instruction::Fail;
        }
        first = end;
    }
}

/// The bound of a repeat as a number of characters.
pub(super) fn bound(maximum: u32) -> usize {
    if maximum == UNBOUNDED { usize::MAX } else { maximum as usize }
}
