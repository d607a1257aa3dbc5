//! `re.Pattern`.
//!
//! What lives here: the object and its methods. What must not: replacement ([`super::substitute`]).
//! Start at [`Pattern`].

use super::match_object::Match;
use super::scanner::{FindIterator, Scanner};
use super::subject::{Poll, Target, with_subject};
use super::substitute;
use crate::dispatch::{self, compare, hash};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Slot};
use crate::text::regex::compile;
use crate::text::regex::machine::{Buffers, Constraints, Machine, NOWHERE};
use crate::text::regex::program::Program;
use crate::text::regex::search::{Span, match_at, search};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::dict::Dict;
use crate::types::generic_alias::GenericAlias;
use crate::types::list::List;
use crate::types::mapping_proxy::MappingProxy;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A compiled pattern.
pub struct Pattern {
    program: Program,
    /// The codes it was made of, for equality.
    codes: Vec<u32>,
    /// The source: a string, bytes, or None.
    pattern: Slot,
    flags: i32,
    /// The source is bytes; unknown if there is none.
    is_bytes: Option<bool>,
    /// Name → number, and number → name.
    group_index: GcSlot<Dict>,
    index_group: GcSlot<Tuple>,
    /// Memory of the last machine.
    buffers: Cell<Option<Buffers>>,
}

impl PayloadData for Pattern {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.pattern);
        tracer.gc_slot(&self.group_index);
        tracer.gc_slot(&self.index_group);
    }
}

/// The Python object.
pub type PatternObject = Payload<Pattern>;

/// Where a match was found, its groups (byte offsets of starts and ends), and the group that ended last.
pub struct Found {
    pub span: Span,
    pub marks: Vec<usize>,
    pub last_group: usize,
}

/// What kind of match is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// At the start only.
    Match,
    /// At the start, and all of the text.
    FullMatch,
    Search,
}

/// Makes the object of `_sre.compile`. RuntimeError "invalid SRE code".
pub fn make(
    thread: &Thread,
    pattern: Value,
    flags: i32,
    codes: Vec<u32>,
    groups: usize,
    groupindex: Gc<Dict>,
    indexgroup: Gc<Tuple>,
) -> PyResult<Value> {
    let is_bytes = if pattern.is_none() {
        None
    } else if pattern.cast::<Str>().is_some() {
        Some(false)
    } else if buffer::is_bytes_like(thread, pattern) {
        Some(true)
    } else {
        let name = thread.type_name(pattern);
        return Err(thread.raise_type_error(format!("expected string or bytes-like object, got '{name}'")));
    };
    let Ok(program) = compile::compile(&codes, groups) else {
        return Err(thread.raise_runtime_error("invalid SRE code"));
    };
    let data = Pattern {
        program,
        codes,
        pattern: Slot::new(pattern),
        flags,
        is_bytes,
        group_index: GcSlot::new(groupindex),
        index_group: GcSlot::new(indexgroup),
        buffers: Cell::new(None),
    };
    Ok(Payload::new(thread, Type::of_spec(thread, &PATTERN_CLASS), data).value())
}

impl Pattern {
    /// Groups, the whole match not counted.
    pub fn group_count(&self) -> usize {
        self.program.groups
    }

    /// The subject between two character indices.
    pub fn target(
        &self,
        thread: &Thread,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Target> {
        Target::new(thread, string, pos.unwrap_or(0), endpos.unwrap_or(isize::MAX), self.is_bytes)
    }

    /// Finds one match from byte `from` of the target on. `not_empty_at`: an empty match there does not count.
    pub fn find(
        &self,
        thread: &Thread,
        target: &Target,
        from: usize,
        mode: Mode,
        not_empty_at: Option<usize>,
    ) -> PyResult<Option<Found>> {
        if from > target.end {
            return Ok(None);
        }
        let constraints = Constraints { whole: mode == Mode::FullMatch, not_empty_at };
        let buffers = self.buffers.take().unwrap_or_default();
        with_subject!(thread, target, |subject| {
            let mut machine = Machine::new(&self.program, subject, buffers);
            let mut poll = Poll(thread);
            let span = match mode {
                Mode::Search => search(&self.program, &mut machine, subject, from, constraints, &mut poll)?,
                Mode::Match | Mode::FullMatch => match_at(&mut machine, from, constraints, &mut poll)?,
            };
            let found = span.map(|span| Found { span, marks: machine.marks.clone(), last_group: machine.last_group });
            self.buffers.set(Some(machine.into_buffers()));
            Ok(found)
        })
    }

    /// The number of a group given by number or name; `None` if there is no such group.
    pub fn group_number(&self, thread: &Thread, group: Value) -> PyResult<Option<usize>> {
        let number = if dispatch::number::has_index(thread, group) {
            dispatch::number::index_clipped(thread, group)?
        } else {
            let Some(names) = self.group_index.get() else { return Ok(None) };
            match names.get(thread, group) {
                Ok(Some(number)) => number.as_small().unwrap_or(-1),
                Ok(None) => -1,
                // Unhashable things name no group.
                Err(raised) => {
                    thread.catch(raised, thread.vm().exceptions.type_error)?;
                    -1
                }
            }
        };
        Ok(usize::try_from(number).ok().filter(|&number| number <= self.program.groups))
    }

    /// The name of a group.
    pub fn group_name(&self, number: usize) -> Option<Value> {
        self.index_group.get()?.get(number).filter(|name| !name.is_none())
    }

    pub fn group_index(&self) -> Option<Gc<Dict>> {
        self.group_index.get()
    }

    pub fn source(&self) -> Value {
        self.pattern.get().unwrap_or(Value::NONE)
    }
}

/// The text of group `number` (0: the whole match); `None` if it did not take part.
pub fn group_text(thread: &Thread, target: &Target, found: &Found, number: usize) -> PyResult<Option<Value>> {
    let (start, end) = match number {
        0 => (found.span.start, found.span.end),
        _ => (found.marks[number * 2 - 2], found.marks[number * 2 - 1]),
    };
    if start == NOWHERE || end == NOWHERE || end < start {
        return Ok(None);
    }
    target.slice(thread, start, end).map(Some)
}

/// Calls `each` for every match from the left until it says no.
pub fn for_each_match(
    pattern: &Pattern,
    thread: &Thread,
    target: &Target,
    mut each: impl FnMut(Found) -> PyResult<bool>,
) -> PyResult<()> {
    let (mut from, mut not_empty_at) = (target.start, None);
    while let Some(found) = pattern.find(thread, target, from, Mode::Search, not_empty_at)? {
        let Span { start, end } = found.span;
        if !each(found)? {
            break;
        }
        not_empty_at = (start == end).then_some(end);
        from = end;
    }
    Ok(())
}

/// Names of the flags in the order `repr` shows them.
const FLAG_NAMES: [(i32, &str); 8] = [
    (1, "re.TEMPLATE"),
    (2, "re.IGNORECASE"),
    (4, "re.LOCALE"),
    (8, "re.MULTILINE"),
    (16, "re.DOTALL"),
    (32, "re.UNICODE"),
    (64, "re.VERBOSE"),
    (128, "re.DEBUG"),
];

/// Compiled regular expression object.
#[py_class(name = "Pattern", module = "re", payload, no_instances)]
impl Pattern {
    /// The flags used when the regex was compiled.
    #[getter]
    fn flags(this: Gc<Payload<Pattern>>) -> i32 {
        this.data.flags
    }

    /// The number of capturing groups in the pattern.
    #[getter]
    fn groups(this: Gc<Payload<Pattern>>) -> usize {
        this.data.program.groups
    }

    /// A dictionary mapping group names to group numbers.
    #[getter]
    fn groupindex(this: Gc<Payload<Pattern>>, thread: &Thread) -> Value {
        let names = this.data.group_index.get().unwrap_or_else(|| Dict::new(thread));
        MappingProxy::wrap(thread, names.value()).value()
    }

    /// The pattern string from which the RE object was compiled.
    #[getter]
    fn pattern(this: Gc<Payload<Pattern>>) -> Value {
        this.data.source()
    }

    #[method]
    fn __repr__(this: Gc<Payload<Pattern>>, thread: &Thread) -> PyResult<Gc<Str>> {
        let source = dispatch::text::repr(thread, this.data.source())?;
        let shown = source.code_point_count().min(200);
        let mut text = StrBuilder::new();
        text.push_str("re.compile(");
        text.push(thread, Str::substring(source, thread, 0, shown));
        let mut flags = this.data.flags;
        // Strings are matched as Unicode unless told otherwise.
        if this.data.is_bytes == Some(false) && flags & (4 | 32 | 256) == 32 {
            flags &= !32;
        }
        let mut names: Vec<String> = Vec::new();
        for (flag, name) in FLAG_NAMES.into_iter().chain([(256, "re.ASCII")]) {
            if flags & flag != 0 {
                names.push(name.to_owned());
                flags &= !flag;
            }
        }
        if flags != 0 {
            names.push(format!("{flags:#x}"));
        }
        if !names.is_empty() {
            text.push_str(", ");
            text.push_str(&names.join("|"));
        }
        text.push_str(")");
        Ok(text.finish(thread))
    }

    #[method]
    fn __hash__(this: Gc<Payload<Pattern>>, thread: &Thread) -> PyResult<i64> {
        let source = hash::hash(thread, this.data.source())?;
        let codes = this.data.codes.iter().fold(0u64, |hash, &code| hash.rotate_left(5) ^ u64::from(code));
        let hash = source ^ codes as i64 ^ i64::from(this.data.flags) ^ this.data.program.groups as i64;
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[method]
    fn __eq__(this: Gc<Payload<Pattern>>, thread: &Thread, other: Value) -> PyResult<Value> {
        equality(this, thread, other, true)
    }

    #[method]
    fn __ne__(this: Gc<Payload<Pattern>>, thread: &Thread, other: Value) -> PyResult<Value> {
        equality(this, thread, other, false)
    }

    #[method(signature = "(self, /)")]
    fn __copy__(this: Gc<Payload<Pattern>>) -> Value {
        this.value()
    }

    #[method(signature = "(self, memo, /)")]
    fn __deepcopy__(this: Gc<Payload<Pattern>>, _memo: Value) -> Value {
        this.value()
    }

    /// See PEP 585
    #[classmethod(signature = "(cls, object, /)")]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> Value {
        GenericAlias::make(thread, class.value(), object).value()
    }

    /// Matches zero or more characters at the beginning of the string.
    #[method(name = "match", signature = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn py_match(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Option<Value>> {
        one_match(this, thread, string, pos, endpos, Mode::Match)
    }

    /// Matches against all of the string.
    #[method(signature = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Option<Value>> {
        one_match(this, thread, string, pos, endpos, Mode::FullMatch)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method(name = "search", signature = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn py_search(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Option<Value>> {
        one_match(this, thread, string, pos, endpos, Mode::Search)
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[method(signature = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Gc<List>> {
        let target = this.data.target(thread, string, pos, endpos)?;
        let list = List::empty(thread);
        let groups = this.data.program.groups;
        for_each_match(&this.data, thread, &target, |found| {
            let text = |number: usize| -> PyResult<Value> {
                Ok(group_text(thread, &target, &found, number)?.unwrap_or_else(|| target.empty(thread)))
            };
            let item = match groups {
                0 => text(0)?,
                1 => text(1)?,
                _ => {
                    let texts = List::with_capacity(thread, groups);
                    for number in 1..=groups {
                        texts.push(thread, text(number)?)?;
                    }
                    Tuple::from_list(thread, texts).value()
                }
            };
            list.push(thread, item)?;
            Ok(true)
        })?;
        Ok(list)
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method(signature = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        let target = this.data.target(thread, string, pos, endpos)?;
        Ok(FindIterator::start(thread, Scanner::make(thread, this, &target)))
    }

    #[method(signature = "(self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        let target = this.data.target(thread, string, pos, endpos)?;
        Ok(Scanner::make(thread, this, &target).value())
    }

    /// Split string by the occurrences of pattern.
    #[method(signature = "(self, /, string, maxsplit=0)")]
    fn split(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        string: Value,
        maxsplit: Option<isize>,
    ) -> PyResult<Gc<List>> {
        let target = this.data.target(thread, string, None, None)?;
        let limit = maxsplit.unwrap_or(0);
        let list = List::empty(thread);
        let (mut last, mut count) = (target.start, 0);
        if limit >= 0 {
            for_each_match(&this.data, thread, &target, |found| {
                list.push(thread, target.slice(thread, last, found.span.start)?)?;
                for number in 1..=this.data.program.groups {
                    list.push(thread, group_text(thread, &target, &found, number)?.unwrap_or(Value::NONE))?;
                }
                last = found.span.end;
                count += 1;
                Ok(limit == 0 || count < limit)
            })?;
        }
        list.push(thread, target.slice(thread, last, target.end)?)?;
        Ok(list)
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method(signature = "(self, /, repl, string, count=0)")]
    fn sub(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        repl: Value,
        string: Value,
        count: Option<isize>,
    ) -> PyResult<Value> {
        Ok(substitute::substitute(this, thread, repl, string, count.unwrap_or(0))?.0)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[method(signature = "(self, /, repl, string, count=0)")]
    fn subn(
        this: Gc<Payload<Pattern>>,
        thread: &Thread,
        repl: Value,
        string: Value,
        count: Option<isize>,
    ) -> PyResult<Gc<Tuple>> {
        let (text, count) = substitute::substitute(this, thread, repl, string, count.unwrap_or(0))?;
        Ok(Tuple::new(thread, &[text, Value::small_wrapping(count as i64)]))
    }
}

fn one_match(
    pattern: Gc<PatternObject>,
    thread: &Thread,
    string: Value,
    pos: Option<isize>,
    endpos: Option<isize>,
    mode: Mode,
) -> PyResult<Option<Value>> {
    let target = pattern.data.target(thread, string, pos, endpos)?;
    match pattern.data.find(thread, &target, target.start, mode, None)? {
        Some(found) => Match::make(thread, pattern, &target, &found).map(Some),
        None => Ok(None),
    }
}

fn equality(this: Gc<PatternObject>, thread: &Thread, other: Value, wanted: bool) -> PyResult<Value> {
    let Some(other) = PatternObject::cast(other) else { return Ok(Value::NOT_IMPLEMENTED) };
    let (a, b) = (&this.data, &other.data);
    let same = this == other
        || a.flags == b.flags
            && a.is_bytes == b.is_bytes
            && a.codes == b.codes
            && compare::equals(thread, a.source(), b.source())?;
    Ok(Value::from_bool(same == wanted))
}
