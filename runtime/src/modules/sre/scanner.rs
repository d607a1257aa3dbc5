//! `Pattern.scanner` and `Pattern.finditer`: matching on from where the last match ended.

use super::match_object::Match;
use super::pattern::{Mode, PatternObject};
use super::subject::{Kind, Target};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, Slot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A pattern at work on a subject.
pub struct Scanner {
    pattern: GcSlot<Header>,
    string: Slot,
    kind: Kind,
    start: usize,
    end: usize,
    /// Where the next match is looked for; `None` when there are no more.
    next: Cell<Option<usize>>,
    /// The last match was empty and stood here.
    not_empty_at: Cell<Option<usize>>,
}

impl PayloadData for Scanner {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.pattern);
        tracer.slot(&self.string);
    }
}

impl Scanner {
    pub fn make(thread: &Thread, pattern: Gc<PatternObject>, target: &Target) -> Gc<Payload<Scanner>> {
        let data = Scanner {
            pattern: GcSlot::new(pattern.header()),
            string: Slot::new(target.string),
            kind: target.kind,
            start: target.start,
            end: target.end,
            next: Cell::new(Some(target.start)),
            not_empty_at: Cell::new(None),
        };
        Payload::new(thread, Type::of_spec(thread, &SCANNER_CLASS), data)
    }

    fn pattern_object(&self) -> Gc<PatternObject> {
        match self.pattern.get() {
            Some(pattern) => pattern.cast_unchecked(),
            None => unreachable!("every scanner has its pattern"),
        }
    }

    /// The next match.
    pub fn step(&self, thread: &Thread, mode: Mode) -> PyResult<Option<Value>> {
        let Some(from) = self.next.get() else { return Ok(None) };
        let target = Target {
            string: self.string.get().unwrap_or(Value::NONE),
            kind: self.kind,
            start: self.start,
            end: self.end,
        };
        let pattern = self.pattern_object();
        match pattern.data.find(thread, &target, from, mode, self.not_empty_at.get())? {
            Some(found) => {
                let span = found.span;
                self.not_empty_at.set((span.start == span.end).then_some(span.end));
                self.next.set(Some(span.end));
                Match::make(thread, pattern, &target, &found).map(Some)
            }
            None => {
                self.next.set(None);
                Ok(None)
            }
        }
    }
}

#[py_class(name = "SRE_Scanner", module = "_sre", payload, no_instances)]
impl Scanner {
    #[getter]
    fn pattern(this: Gc<Payload<Scanner>>) -> Value {
        this.data.pattern_object().value()
    }

    #[method(name = "match", signature = "(self, /)")]
    fn py_match(this: Gc<Payload<Scanner>>, thread: &Thread) -> PyResult<Option<Value>> {
        this.data.step(thread, Mode::Match)
    }

    #[method(signature = "(self, /)")]
    fn search(this: Gc<Payload<Scanner>>, thread: &Thread) -> PyResult<Option<Value>> {
        this.data.step(thread, Mode::Search)
    }
}

/// What `finditer` returns: in CPython an iterator that calls `scanner.search` until it returns None.
pub struct FindIterator {
    scanner: GcSlot<Header>,
}

impl PayloadData for FindIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.scanner);
    }
}

impl FindIterator {
    pub fn start(thread: &Thread, scanner: Gc<Payload<Scanner>>) -> Value {
        let data = FindIterator { scanner: GcSlot::new(scanner.header()) };
        Payload::new(thread, Type::of_spec(thread, &FIND_ITERATOR_CLASS), data).value()
    }
}

#[py_class(name = "callable_iterator", payload, no_instances)]
impl FindIterator {
    #[method]
    fn __iter__(this: Gc<Payload<FindIterator>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<FindIterator>>, thread: &Thread) -> PyResult<Option<Value>> {
        let Some(scanner) = this.data.scanner.get() else { return Ok(None) };
        let scanner: Gc<Payload<Scanner>> = scanner.cast_unchecked();
        scanner.data.step(thread, Mode::Search)
    }
}
