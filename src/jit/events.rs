//! What the JIT reports: exit reasons, refusals, and the events of the log.
//!
//! What lives here: the tables, one line a fact; counters, `--stats`, `--trace` and `inspect` follow from
//! them; the log. What must not: counting (`stats.rs`). Start at
//! [`for_each_exit_reason!`](crate::for_each_exit_reason), then at [`EventLog`].

use crate::bytecode::{Code, Position};
use std::cell::{Cell, RefCell};
use std::fmt;

/// Calls `$callback!` with the table of exit reasons: name, name in IR dumps, the sentence people read, and
/// whether the exit counts against the code (`fault`: the compiled code assumed something that did not hold)
/// or not (`plan`).
#[macro_export]
macro_rules! for_each_exit_reason {
    ($callback:ident) => {
        $callback! {
            NotInt "not_int" "expected a small int and met something else" fault;
            NotFloat "not_float" "expected a float and met something else" fault;
            NotBool "not_bool" "expected a bool and met something else" fault;
            NotStr "not_str" "expected a str and met something else" fault;
            TypeChanged "type_changed" "met a value of a type not seen before" fault;
            ShapeChanged "shape_changed" "met an object of a class or layout not seen before" fault;
            ListChanged "list_changed" "met a list that stores its items in another way" fault;
            CalleeChanged "callee_changed" "called something else than before" fault;
            GlobalChanged "global_changed" "a global variable was added, removed or rebound" fault;
            ConstantChanged "constant_changed" "expected one certain object and met another" fault;
            IntOverflow "int_overflow" "an int grew past 63 bits" fault;
            ShiftCount "shift_count" "shifted by a negative or very large count" fault;
            DivisionByZero "division_by_zero" "divided by zero" fault;
            IndexOutOfRange "index_out_of_range" "an index was outside the sequence" fault;
            LoopRange "loop_range" "an index that comes later would be outside its sequence, or grow past 63 bits on the way" fault;
            Unbound "unbound" "a variable had no value" fault;
            WrongLength "wrong_length" "unpacked a sequence of another length" fault;
            NotInteger "not_integer" "a float had no exact small int" fault;
            Domain "domain" "a mathematical function got an argument outside its domain" fault;
            NeverTaken "never_taken" "took a branch that was never taken before" fault;
            NeverRun "never_run" "reached code that had never run" fault;
            NotCompiled "not_compiled" "reached an instruction that is left to the interpreter" plan;
            Raised "raised" "an exception was raised where this function handles it" fault;
            Reraised "reraised" "an exception was left to the interpreter to raise" plan;
            Poll "poll" "an interrupt, a signal or a collection was waiting" plan;
            Invalidated "invalidated" "an assumption of this code stopped holding" plan;
            RecursionLimit "recursion_limit" "came near the recursion limit" plan;
            OuterLoop "outer_loop" "left the loop that was entered in its middle" plan;
            Test "test" "asked for by a test" plan;
        }
    };
}

macro_rules! define_exit_reasons {
    ($($name:ident $text:literal $sentence:literal $blame:ident;)*) => {
        /// Why compiled code was left.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum ExitReason { $($name,)* }

        impl ExitReason {
            /// All reasons, in table order.
            pub const ALL: &[ExitReason] = &[$(ExitReason::$name,)*];
            /// The name in IR dumps and counters.
            pub const fn name(self) -> &'static str {
                match self { $(ExitReason::$name => $text,)* }
            }
            /// The sentence people read; "the code ... ".
            pub const fn sentence(self) -> &'static str {
                match self { $(ExitReason::$name => $sentence,)* }
            }
            /// The compiled code expected something that did not hold: many such exits ask for new code.
            pub const fn is_fault(self) -> bool {
                match self { $(ExitReason::$name => define_exit_reasons!(@blame $blame),)* }
            }
            /// Many such exits ask for other code, or for none.
            pub const fn counts(self) -> bool {
                self.is_fault() || matches!(self, ExitReason::NotCompiled)
            }
            /// The reason with this name in dumps.
            pub fn from_name(name: &str) -> Option<ExitReason> {
                ExitReason::ALL.iter().copied().find(|reason| reason.name() == name)
            }
        }
    };
    (@blame fault) => { true };
    (@blame plan) => { false };
}
for_each_exit_reason!(define_exit_reasons);

/// Calls `$callback!` with the table of refusals: name and the sentence people read.
#[macro_export]
macro_rules! for_each_refusal {
    ($callback:ident) => {
        $callback! {
            TooBig "the function is too long to compile";
            TooManyRegisters "the function has too many variables";
            TooManyExits "compiled code of it was left too often by side exits; it stays interpreted";
            TooManyChanges "what its code relied on changed too often; it stays interpreted";
            Suspends "generators and coroutines are compiled behind their first `yield` only";
            ClassOrModuleBody "code that runs once is not compiled";
            LooksAtFrames "the function looks at frames or at its variables as a mapping; it stays interpreted";
            Verifier "the compiler made wrong IR (a bug in Taipan)";
            CodeGenerator "the code generator refused (a bug in Taipan)";
            CodeMemoryFull "the memory for native code is full";
            Panicked "the compiler failed (a bug in Taipan); it stays interpreted";
        }
    };
}

macro_rules! define_refusals {
    ($($name:ident $sentence:literal;)*) => {
        /// Why something is not compiled.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Refusal { $($name,)* }

        impl Refusal {
            /// All refusals, in table order.
            pub const ALL: &[Refusal] = &[$(Refusal::$name,)*];
            /// The sentence people read.
            pub const fn sentence(self) -> &'static str {
                match self { $(Refusal::$name => $sentence,)* }
            }
        }
    };
}
for_each_refusal!(define_refusals);

/// Calls `$callback!` with the table of kinds of events: name, name for `--trace`, what is reported.
#[macro_export]
macro_rules! for_each_event_kind {
    ($callback:ident) => {
        $callback! {
            Compile "compile" "code was made, and in what time";
            Refuse "refuse" "something is not compiled, now or ever";
            Exit "exit" "compiled code was left for the interpreter";
            Discard "discard" "compiled code was given up, because of exits or of an assumption";
        }
    };
}

macro_rules! define_event_kinds {
    ($($name:ident $text:literal $doc:literal;)*) => {
        /// What sort of thing happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum EventKind { $(#[doc = $doc] $name,)* }

        impl EventKind {
            /// All kinds, in table order.
            pub const ALL: &[EventKind] = &[$(EventKind::$name,)*];
            /// The name for `--trace`.
            pub const fn name(self) -> &'static str {
                match self { $(EventKind::$name => $text,)* }
            }
            /// What is reported.
            pub const fn doc(self) -> &'static str {
                match self { $(EventKind::$name => $doc,)* }
            }
        }
    };
}
for_each_event_kind!(define_event_kinds);

/// A set of kinds of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventKinds(u8);

impl EventKinds {
    /// Nothing.
    pub const NONE: EventKinds = EventKinds(0);
    /// Everything.
    pub const ALL: EventKinds = EventKinds(u8::MAX);

    /// The kind is in the set.
    pub const fn contains(self, kind: EventKind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }

    /// The set with another kind in it.
    #[must_use]
    pub const fn with(self, kind: EventKind) -> EventKinds {
        EventKinds(self.0 | 1 << kind as u8)
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What sort of thing.
    pub kind: EventKind,
    /// The qualified name of the function it is about.
    pub function: String,
    /// Its file.
    pub filename: String,
    /// Where in it.
    pub position: Position,
    /// What happened: the same text in every run.
    pub sentence: String,
    /// Times and sizes, which differ from run to run.
    pub detail: String,
}

impl Event {
    /// An event about the instruction at a unit offset of a code object.
    pub fn new(kind: EventKind, code: &Code, offset: u32, sentence: impl Into<String>) -> Event {
        let mut position = code.position(offset);
        // The loop of a comprehension starts with an instruction that no line of the source stands for.
        if position.line == 0 {
            position.line = code.first_line;
        }
        Event {
            kind,
            function: code.qualname.to_string(),
            filename: code.filename.to_string(),
            position,
            sentence: sentence.into(),
            detail: String::new(),
        }
    }

    /// The event with times or sizes.
    #[must_use]
    pub fn with_detail(mut self, detail: String) -> Event {
        self.detail = detail;
        self
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Event { kind, function, filename, position, sentence, detail } = self;
        write!(f, "{}: {function} ({filename}:{}): {sentence}", kind.name(), position.line)?;
        if detail.is_empty() { Ok(()) } else { write!(f, "; {detail}") }
    }
}

/// What happened, in the order in which it did: printed as it comes, or kept for who asks later.
#[derive(Debug, Default)]
pub struct EventLog {
    /// What is printed to the standard error stream.
    pub printed: Cell<EventKinds>,
    /// What is kept.
    pub kept: Cell<EventKinds>,
    events: RefCell<Vec<Event>>,
}

impl EventLog {
    /// Notes an event, which is made only if somebody listens.
    #[inline]
    pub fn report(&self, kind: EventKind, event: impl FnOnce() -> Event) {
        if self.printed.get().contains(kind) || self.kept.get().contains(kind) {
            self.note(event());
        }
    }

    #[cold]
    fn note(&self, event: Event) {
        if self.printed.get().contains(event.kind) {
            eprintln!("jit: {event}");
        }
        if self.kept.get().contains(event.kind) {
            self.events.borrow_mut().push(event);
        }
    }

    /// What was kept so far; it is kept no longer.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.borrow_mut())
    }
}
