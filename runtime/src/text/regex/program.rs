//! The instructions of the matching machine.
//!
//! What lives here: [`Instruction`], [`Program`]. What must not: how they are made ([`super::compile`]) or run
//! ([`super::machine`]).

use super::Case;
use super::charset::CharSet;

/// Index of an instruction.
pub type Label = u32;
/// Index of a register: counters and positions that backtracking restores.
pub type Register = u16;

/// A test of one character.
#[derive(Clone, Debug)]
pub enum CharTest {
    /// `.` without DOTALL.
    NotNewline,
    Any,
    Literal(u32),
    NotLiteral(u32),
    Set(Box<CharSet>),
}

impl CharTest {
    #[inline(always)]
    pub fn matches(&self, character: u32) -> bool {
        match self {
            CharTest::NotNewline => character != 10,
            CharTest::Any => true,
            CharTest::Literal(literal) => character == *literal,
            CharTest::NotLiteral(literal) => character != *literal,
            CharTest::Set(set) => set.contains(character),
        }
    }
}

/// A position test.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Anchor {
    /// `\A`, and `^` without MULTILINE.
    Start,
    /// `^` with MULTILINE.
    LineStart,
    /// `$` without MULTILINE: the end, or before a newline at the end.
    End,
    /// `$` with MULTILINE.
    LineEnd,
    /// `\Z`.
    TextEnd,
    Boundary {
        unicode: bool,
    },
    NotBoundary {
        unicode: bool,
    },
}

/// How eagerly a repeat takes more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Greed {
    Greedy,
    Lazy,
    /// Greedy, and never gives back.
    Possessive,
}

/// No upper bound of a repeat.
pub const UNBOUNDED: u32 = u32::MAX;

/// One step. Matching goes on with the next instruction unless said otherwise; "fails" means backtracking.
#[derive(Clone, Debug)]
pub enum Instruction {
    Fail,
    /// The whole pattern matched.
    Accept,
    One(CharTest),
    /// Several literal characters, as bytes of the subject's encoding in Latin-1 and in UTF-8.
    Text {
        latin1: Option<Box<[u8]>>,
        utf8: Box<[u8]>,
    },
    At(Anchor),
    Jump(Label),
    /// Tries the next instruction, then `other`.
    Try {
        other: Label,
    },
    /// Records the position as a mark: group start (even) or end (odd).
    Mark(u16),
    /// The text of a group again.
    GroupRef {
        group: u16,
        case: Case,
    },
    /// Goes to `absent` if the group has not matched.
    IfGroup {
        group: u16,
        absent: Label,
    },
    /// `test` repeated.
    RepeatOne {
        test: CharTest,
        minimum: u32,
        maximum: u32,
        greed: Greed,
    },
    /// Resets the counter of a general repeat and goes to its [`Instruction::Until`].
    RepeatStart {
        count: Register,
        last: Register,
        until: Label,
    },
    /// After each round (and at the start): another round at `body`, or on.
    Until {
        count: Register,
        last: Register,
        minimum: u32,
        maximum: u32,
        body: Label,
    },
    /// As `Until`, on being tried first. [`Instruction::UntilLazyAgain`] follows.
    UntilLazy {
        count: Register,
        minimum: u32,
        body: Label,
    },
    /// Backtracked to: one more round after all. What follows it is the rest of the pattern.
    UntilLazyAgain {
        count: Register,
        last: Register,
        maximum: u32,
        body: Label,
    },
    /// Begins a possessive repeat: the counter is reset, [`Instruction::PossessiveRound`] follows.
    PossessiveStart {
        count: Register,
        last: Register,
    },
    /// Begins a round, or goes on at `exit` when there were enough.
    PossessiveRound {
        count: Register,
        last: Register,
        height: Register,
        minimum: u32,
        maximum: u32,
        exit: Label,
    },
    /// Ends a round: forgets its alternatives and goes back to `round`.
    PossessiveEnd {
        count: Register,
        height: Register,
        round: Label,
    },
    /// Begins an atomic group or lookahead whose end cuts back to here. `back`: characters to step back first.
    Hold {
        height: Register,
        position: Option<Register>,
        back: u32,
    },
    /// Ends an atomic group (no `position`) or positive lookaround: forgets the alternatives inside.
    Cut {
        height: Register,
        position: Option<Register>,
    },
    /// Begins a negative lookaround: if what is inside fails, on at `otherwise`.
    HoldNot {
        height: Register,
        back: u32,
        otherwise: Label,
    },
    /// The inside of a negative lookaround matched: it fails.
    CutNot {
        height: Register,
    },
}

/// What every match starts with, so that a search can skip ahead.
#[derive(Clone, Debug)]
pub enum Start {
    Unknown,
    /// Only at the start of the text.
    Anchored,
    /// This text; for each encoding.
    Prefix {
        latin1: Option<Box<[u8]>>,
        utf8: Box<[u8]>,
    },
    /// A character of this set.
    Set(Box<CharSet>),
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    pub instructions: Vec<Instruction>,
    pub registers: usize,
    /// Groups, without the whole match.
    pub groups: usize,
    pub start: Start,
    /// The fewest characters a match has.
    pub minimum_length: usize,
}
