//! The backtracking machine.
//!
//! What lives here: [`Machine`], which tries a program at one position. What must not: choosing positions
//! ([`super::search`]). Start at [`Machine::run`].
//!
//! State that a failed attempt must restore (marks, registers) is changed through a log: the stack of
//! alternatives holds, between the alternatives, what the changed places held before. Backtracking pops the
//! log until it meets an alternative. Atomic groups and lookarounds remember the height of the stack and
//! remove the alternatives above it, but keep the log. Nothing recurses, so no pattern or subject can
//! exhaust the native stack.

use super::compile::bound;
use super::program::{Anchor, CharTest, Greed, Instruction, Program};
use super::{Case, Category, Subject};

/// No position: an unset mark.
pub const NOWHERE: usize = usize::MAX;

/// What backtracking finds on the stack.
#[derive(Clone, Copy)]
enum Entry {
    /// Go on there.
    Alternative {
        label: u32,
        position: usize,
    },
    /// A greedy repeat of single characters may give back down to `least`; the rest of the pattern is at `label`.
    GiveBack {
        label: u32,
        least: usize,
        position: usize,
    },
    /// A lazy repeat (the instruction at `label`) may take one more.
    TakeMore {
        label: u32,
        position: usize,
        left: usize,
    },
    Mark {
        index: u32,
        old: usize,
    },
    Register {
        index: u32,
        old: usize,
    },
    LastGroup {
        old: usize,
    },
}

/// The outcome of a step limit or signal check: the caller's error.
pub trait Interrupt {
    type Error;
    /// Called every so often while matching.
    fn poll(&mut self) -> Result<(), Self::Error>;
}

/// Steps between two polls.
const POLL_INTERVAL: u32 = 1 << 14;

/// What a match may not be.
#[derive(Clone, Copy)]
pub struct Constraints {
    /// It must reach the end (`fullmatch`).
    pub whole: bool,
    /// It may not be empty at this position (after an empty match there).
    pub not_empty_at: Option<usize>,
}

/// The memory of a machine, to be used again.
#[derive(Default)]
pub struct Buffers {
    marks: Vec<usize>,
    registers: Vec<usize>,
    stack: Vec<Entry>,
}

/// The state of matching.
pub struct Machine<'p, S> {
    program: &'p Program,
    subject: S,
    pub marks: Vec<usize>,
    /// The group that ended last, plus one; 0: none.
    pub last_group: usize,
    registers: Vec<usize>,
    stack: Vec<Entry>,
    steps: u32,
}

/// A stack longer than this is not kept for the next use.
const KEPT_STACK: usize = 1 << 12;

impl<'p, S: Subject> Machine<'p, S> {
    /// A machine for this program and subject, in memory that an earlier one may have left.
    pub fn new(program: &'p Program, subject: S, buffers: Buffers) -> Machine<'p, S> {
        let Buffers { mut marks, mut registers, mut stack } = buffers;
        marks.clear();
        marks.resize(program.groups * 2, NOWHERE);
        registers.clear();
        registers.resize(program.registers, 0);
        stack.clear();
        Machine { program, subject, marks, last_group: 0, registers, stack, steps: 0 }
    }

    /// The memory, for the next machine.
    pub fn into_buffers(mut self) -> Buffers {
        if self.stack.capacity() > KEPT_STACK {
            self.stack = Vec::new();
        }
        Buffers { marks: self.marks, registers: self.registers, stack: self.stack }
    }

    /// Forgets the last match.
    pub fn reset(&mut self) {
        self.stack.clear();
        // Filling nothing is a masked store to the address of an empty `Vec`, no page: on processors with
        // AVX-512 that costs more than the whole attempt.
        if !self.marks.is_empty() {
            self.marks.fill(NOWHERE);
        }
        self.last_group = 0;
    }

    fn set_register(&mut self, register: u16, value: usize) {
        let slot = &mut self.registers[register as usize];
        let old = std::mem::replace(slot, value);
        self.stack.push(Entry::Register { index: u32::from(register), old });
    }

    /// Undoes the log down to the newest alternative and takes it.
    fn backtrack(&mut self) -> Option<(usize, usize)> {
        while let Some(entry) = self.stack.pop() {
            match entry {
                Entry::Alternative { label, position } => return Some((label as usize, position)),
                Entry::GiveBack { label, least, position } => {
                    let position = self.give_back(label, least, position);
                    if position.is_some() {
                        return position;
                    }
                }
                Entry::TakeMore { label, position, left } => {
                    let taken = self.take_more(label, position, left);
                    if taken.is_some() {
                        return taken;
                    }
                }
                Entry::Mark { .. } | Entry::Register { .. } | Entry::LastGroup { .. } => self.undo(entry),
            }
        }
        None
    }

    fn undo(&mut self, entry: Entry) {
        match entry {
            Entry::Mark { index, old } => self.marks[index as usize] = old,
            Entry::Register { index, old } => self.registers[index as usize] = old,
            Entry::LastGroup { old } => self.last_group = old,
            Entry::Alternative { .. } | Entry::GiveBack { .. } | Entry::TakeMore { .. } => {}
        }
    }

    /// One character less for a greedy repeat, or as many until what follows can match.
    fn give_back(&mut self, label: u32, least: usize, position: usize) -> Option<(usize, usize)> {
        let mut position = position;
        let literal = self.literal_at(label as usize);
        loop {
            if position <= least {
                return None;
            }
            position = self.subject.previous(position);
            match literal {
                Some(literal) if self.subject.next(position).0 != literal => {}
                _ => break,
            }
        }
        if position > least {
            self.stack.push(Entry::GiveBack { label, least, position });
        }
        Some((label as usize, position))
    }

    /// One character more for a lazy repeat.
    fn take_more(&mut self, label: u32, position: usize, left: usize) -> Option<(usize, usize)> {
        let program = self.program;
        let Instruction::RepeatOne { test, .. } = &program.instructions[label as usize] else { return None };
        let literal = self.literal_at(label as usize + 1);
        let (mut position, mut left) = (position, left);
        loop {
            if left == 0 || position >= self.subject.end() {
                return None;
            }
            let (character, next) = self.subject.next(position);
            if !test.matches(character) {
                return None;
            }
            (position, left) = (next, left - 1);
            match literal {
                Some(literal) if position >= self.subject.end() || self.subject.next(position).0 != literal => {}
                _ => break,
            }
        }
        self.stack.push(Entry::TakeMore { label, position, left });
        Some((label as usize + 1, position))
    }

    /// The character that must follow at an instruction, if it is a literal.
    #[inline]
    fn literal_at(&self, label: usize) -> Option<u32> {
        match &self.program.instructions[label] {
            Instruction::One(CharTest::Literal(character)) => Some(*character),
            Instruction::Text { latin1: Some(text), .. } => {
                text.first().filter(|_| S::SINGLE_BYTE).map(|&byte| u32::from(byte))
            }
            _ => None,
        }
    }

    /// The instruction cannot match at `position`: a quick look that saves an alternative.
    #[inline]
    fn is_hopeless(&self, label: usize, position: usize) -> bool {
        match &self.program.instructions[label] {
            Instruction::One(test) => position >= self.subject.end() || !test.matches(self.subject.next(position).0),
            Instruction::Text { latin1, utf8 } => match (latin1, S::SINGLE_BYTE) {
                (Some(text), true) => self.subject.bytes().get(position) != text.first(),
                (None, true) => true,
                (_, false) => self.subject.bytes().get(position) != utf8.first(),
            },
            _ => false,
        }
    }

    /// Removes the alternatives above `height`, keeping the log.
    fn cut(&mut self, height: usize) {
        let mut kept = height;
        for index in height..self.stack.len() {
            if let Entry::Mark { .. } | Entry::Register { .. } | Entry::LastGroup { .. } = self.stack[index] {
                self.stack[kept] = self.stack[index];
                kept += 1;
            }
        }
        self.stack.truncate(kept);
    }

    /// Undoes everything above `height`.
    fn unwind(&mut self, height: usize) {
        while self.stack.len() > height {
            if let Some(entry) = self.stack.pop() {
                self.undo(entry);
            }
        }
    }

    /// `count` characters before `position`.
    fn step_back(&self, position: usize, count: u32) -> Option<usize> {
        // A character has a byte at least.
        let earliest = position.checked_sub(count as usize)?;
        if S::SINGLE_BYTE {
            return Some(earliest);
        }
        let mut position = position;
        for _ in 0..count {
            if position == 0 {
                return None;
            }
            position = self.subject.previous(position);
        }
        Some(position)
    }

    /// As many characters as pass, at most `maximum`; the position behind them and how many.
    #[inline]
    fn span(&self, test: &CharTest, from: usize, maximum: usize) -> (usize, usize) {
        let bytes = self.subject.bytes();
        let end = self.subject.end();
        if S::SINGLE_BYTE {
            let limit = if maximum < end - from { from + maximum } else { end };
            let rest = &bytes[from..limit];
            let stop = match test {
                CharTest::Any => None,
                CharTest::NotNewline => memchr::memchr(b'\n', rest),
                CharTest::NotLiteral(literal) => {
                    u8::try_from(*literal).ok().and_then(|literal| memchr::memchr(literal, rest))
                }
                CharTest::Literal(literal) => rest.iter().position(|&byte| u32::from(byte) != *literal),
                CharTest::Set(set) => rest.iter().position(|&byte| !set.contains_byte(byte)),
            };
            let stop = from + stop.unwrap_or(rest.len());
            return (stop, stop - from);
        }
        let (mut position, mut count) = (from, 0);
        while position < end && count < maximum {
            let (character, next) = self.subject.next(position);
            if !test.matches(character) {
                break;
            }
            (position, count) = (next, count + 1);
        }
        (position, count)
    }

    fn holds(&self, anchor: Anchor, position: usize) -> bool {
        let end = self.subject.end();
        let newline_at = |at: usize| self.subject.bytes()[at] == b'\n';
        match anchor {
            Anchor::Start => position == 0,
            Anchor::LineStart => position == 0 || newline_at(position - 1),
            Anchor::End => position == end || position + 1 == end && newline_at(position),
            Anchor::LineEnd => position == end || newline_at(position),
            Anchor::TextEnd => position == end,
            Anchor::Boundary { unicode } => self.is_boundary(position, unicode),
            Anchor::NotBoundary { unicode } => !self.is_boundary(position, unicode),
        }
    }

    fn is_boundary(&self, position: usize, unicode: bool) -> bool {
        let category = if unicode { Category::UnicodeWord } else { Category::Word };
        let before = position > 0 && category.contains(self.subject.next(self.subject.previous(position)).0);
        let after = position < self.subject.end() && category.contains(self.subject.next(position).0);
        before != after
    }

    /// The position behind the text of a group if it stands at `position` again.
    fn group_again(&self, group: u16, case: Case, position: usize) -> Option<usize> {
        let (start, end) = (self.marks[group as usize * 2], self.marks[group as usize * 2 + 1]);
        if start == NOWHERE || end == NOWHERE || end < start {
            return None;
        }
        let bytes = self.subject.bytes();
        if case == Case::Exact {
            let text = &bytes[start..end];
            return bytes[position..].starts_with(text).then_some(position + text.len());
        }
        let (mut of_group, mut position) = (start, position);
        while of_group < end {
            if position >= self.subject.end() {
                return None;
            }
            let ((a, next_of_group), (b, next)) = (self.subject.next(of_group), self.subject.next(position));
            if a != b && case.fold(a) != case.fold(b) {
                return None;
            }
            (of_group, position) = (next_of_group, next);
        }
        Some(position)
    }

    /// Tries the program at `start`; the end of the match.
    pub fn run<I: Interrupt>(
        &mut self,
        start: usize,
        constraints: Constraints,
        interrupt: &mut I,
    ) -> Result<Option<usize>, I::Error> {
        let program = self.program;
        let (mut label, mut position) = (0usize, start);
        macro_rules! fail {
            () => {
                match self.backtrack() {
                    Some(next) => (label, position) = next,
                    None => return Ok(None),
                }
            };
        }
        loop {
            self.steps += 1;
            if self.steps >= POLL_INTERVAL {
                self.steps = 0;
                interrupt.poll()?;
            }
            match &program.instructions[label] {
                Instruction::Fail => fail!(),
                Instruction::Accept => {
                    let refused = constraints.whole && position != self.subject.end()
                        || constraints.not_empty_at == Some(position) && position == start;
                    if !refused {
                        return Ok(Some(position));
                    }
                    fail!();
                }
                Instruction::One(test) => {
                    if position < self.subject.end() {
                        let (character, next) = self.subject.next(position);
                        if test.matches(character) {
                            (label, position) = (label + 1, next);
                            continue;
                        }
                    }
                    fail!();
                }
                Instruction::Text { latin1, utf8 } => {
                    let text: Option<&[u8]> = if S::SINGLE_BYTE { latin1.as_deref() } else { Some(utf8) };
                    match text {
                        Some(text) if self.subject.bytes()[position..].starts_with(text) => {
                            (label, position) = (label + 1, position + text.len());
                        }
                        _ => fail!(),
                    }
                }
                Instruction::At(anchor) => {
                    if self.holds(*anchor, position) {
                        label += 1;
                    } else {
                        fail!();
                    }
                }
                Instruction::Jump(target) => label = *target as usize,
                Instruction::Try { other } => {
                    if self.is_hopeless(label + 1, position) {
                        label = *other as usize;
                    } else {
                        self.stack.push(Entry::Alternative { label: *other, position });
                        label += 1;
                    }
                }
                Instruction::Mark(index) => {
                    let old = std::mem::replace(&mut self.marks[*index as usize], position);
                    self.stack.push(Entry::Mark { index: u32::from(*index), old });
                    if index & 1 != 0 {
                        let old = std::mem::replace(&mut self.last_group, *index as usize / 2 + 1);
                        self.stack.push(Entry::LastGroup { old });
                    }
                    label += 1;
                }
                Instruction::GroupRef { group, case } => match self.group_again(*group, *case, position) {
                    Some(next) => (label, position) = (label + 1, next),
                    None => fail!(),
                },
                Instruction::IfGroup { group, absent } => {
                    let (start, end) = (self.marks[*group as usize * 2], self.marks[*group as usize * 2 + 1]);
                    let matched = start != NOWHERE && end != NOWHERE && end >= start;
                    label = if matched { label + 1 } else { *absent as usize };
                }
                Instruction::RepeatOne { test, minimum, maximum, greed } => {
                    let (minimum, maximum) = (*minimum as usize, bound(*maximum));
                    match greed {
                        Greed::Greedy | Greed::Possessive => {
                            let (stop, count) = self.span(test, position, maximum);
                            if count < minimum {
                                fail!();
                                continue;
                            }
                            if *greed == Greed::Greedy && count > minimum {
                                let least = if S::SINGLE_BYTE {
                                    position + minimum
                                } else {
                                    self.span(test, position, minimum).0
                                };
                                let next = label as u32 + 1;
                                self.stack.push(Entry::GiveBack { label: next, least, position: stop });
                            }
                            (label, position) = (label + 1, stop);
                        }
                        Greed::Lazy => {
                            let (stop, count) = self.span(test, position, minimum);
                            if count < minimum {
                                fail!();
                                continue;
                            }
                            self.stack.push(Entry::TakeMore {
                                label: label as u32,
                                position: stop,
                                left: maximum - minimum,
                            });
                            (label, position) = (label + 1, stop);
                        }
                    }
                }
                Instruction::RepeatStart { count, last, until } => {
                    self.set_register(*count, 0);
                    self.set_register(*last, NOWHERE);
                    label = *until as usize;
                }
                Instruction::Until { count, last, minimum, maximum, body } => {
                    let rounds = self.registers[*count as usize];
                    if rounds < *minimum as usize {
                        self.set_register(*count, rounds + 1);
                        label = *body as usize;
                    } else if rounds < bound(*maximum) && position != self.registers[*last as usize] {
                        if !self.is_hopeless(*body as usize, position) {
                            self.stack.push(Entry::Alternative { label: label as u32 + 1, position });
                            self.set_register(*count, rounds + 1);
                            self.set_register(*last, position);
                            label = *body as usize;
                        } else {
                            label += 1;
                        }
                    } else {
                        label += 1;
                    }
                }
                Instruction::UntilLazy { count, minimum, body } => {
                    let rounds = self.registers[*count as usize];
                    if rounds < *minimum as usize {
                        self.set_register(*count, rounds + 1);
                        label = *body as usize;
                    } else {
                        self.stack.push(Entry::Alternative { label: label as u32 + 1, position });
                        label += 2;
                    }
                }
                Instruction::UntilLazyAgain { count, last, maximum, body } => {
                    let rounds = self.registers[*count as usize];
                    if rounds >= bound(*maximum) || position == self.registers[*last as usize] {
                        fail!();
                    } else {
                        self.set_register(*count, rounds + 1);
                        self.set_register(*last, position);
                        label = *body as usize;
                    }
                }
                Instruction::PossessiveStart { count, last } => {
                    self.set_register(*count, 0);
                    self.set_register(*last, NOWHERE);
                    label += 1;
                }
                Instruction::PossessiveRound { count, last, height, minimum, maximum, exit } => {
                    let rounds = self.registers[*count as usize];
                    if rounds >= *minimum as usize
                        && (rounds >= bound(*maximum) || position == self.registers[*last as usize])
                    {
                        label = *exit as usize;
                        continue;
                    }
                    self.set_register(*last, position);
                    let before = self.stack.len();
                    self.set_register(*height, before);
                    if rounds >= *minimum as usize {
                        self.stack.push(Entry::Alternative { label: *exit, position });
                    }
                    label += 1;
                }
                Instruction::PossessiveEnd { count, height, round } => {
                    self.cut(self.registers[*height as usize]);
                    self.set_register(*count, self.registers[*count as usize] + 1);
                    label = *round as usize;
                }
                Instruction::Hold { height, position: saved, back } => {
                    let Some(inner) = self.step_back(position, *back) else {
                        fail!();
                        continue;
                    };
                    let before = self.stack.len();
                    self.set_register(*height, before);
                    if let Some(saved) = saved {
                        self.set_register(*saved, position);
                    }
                    (label, position) = (label + 1, inner);
                }
                Instruction::Cut { height, position: saved } => {
                    let saved = saved.map(|saved| self.registers[saved as usize]);
                    self.cut(self.registers[*height as usize]);
                    if let Some(saved) = saved {
                        position = saved;
                    }
                    label += 1;
                }
                Instruction::HoldNot { height, back, otherwise } => match self.step_back(position, *back) {
                    None => label = *otherwise as usize,
                    Some(inner) => {
                        let before = self.stack.len();
                        self.set_register(*height, before);
                        self.stack.push(Entry::Alternative { label: *otherwise, position });
                        (label, position) = (label + 1, inner);
                    }
                },
                Instruction::CutNot { height } => {
                    self.unwind(self.registers[*height as usize]);
                    fail!();
                }
            }
        }
    }
}
