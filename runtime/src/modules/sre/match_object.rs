//! `re.Match`.
//!
//! What lives here: the object and its methods. Start at [`Match`].
#![allow(unsafe_code)] // Group positions lie in raw storage.

use super::pattern::{Found, PatternObject};
use super::subject::{Kind, Target};
use super::substitute;
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot, Header, RawStorage, Slot};
use crate::text::regex::machine::NOWHERE;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::generic_alias::GenericAlias;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::{Str, StrBuilder};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// The result of a match.
pub struct Match {
    string: Slot,
    pattern: GcSlot<Header>,
    /// Byte offsets: start and end of the match, then of every group.
    positions: GcSlot<RawStorage>,
    kind: Kind,
    groups: u32,
    /// The group that ended last, 0 for none.
    last_group: u32,
    /// The limits of the search, as byte offsets.
    start: usize,
    end: usize,
}

impl PayloadData for Match {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.string);
        tracer.gc_slot(&self.pattern);
        tracer.gc_slot(&self.positions);
    }
}

/// The Python object.
pub type MatchObject = Payload<Match>;

impl Match {
    /// The object of a match.
    pub fn make(thread: &Thread, pattern: Gc<PatternObject>, target: &Target, found: &Found) -> PyResult<Value> {
        let groups = pattern.data.group_count();
        let words = 2 + 2 * groups;
        let Some(positions) = thread.allocate_bytes(words * size_of::<usize>()) else {
            return Err(thread.raise_memory_error(""));
        };
        let data = positions.data().cast::<usize>();
        // SAFETY: the block has `words` words; `marks` has two for every group.
        unsafe {
            data.write(found.span.start);
            data.add(1).write(found.span.end);
            std::ptr::copy_nonoverlapping(found.marks.as_ptr(), data.add(2), found.marks.len().min(2 * groups));
        }
        let data = Match {
            string: Slot::new(target.string),
            pattern: GcSlot::new(pattern.header()),
            positions: GcSlot::new(positions),
            kind: target.kind,
            groups: groups as u32,
            last_group: found.last_group as u32,
            start: target.start,
            end: target.end,
        };
        Ok(Payload::new(thread, Type::of_spec(thread, &MATCH_CLASS), data).value())
    }

    fn target(&self) -> Target {
        Target { string: self.string.get().unwrap_or(Value::NONE), kind: self.kind, start: self.start, end: self.end }
    }

    pub fn pattern(&self) -> Gc<PatternObject> {
        match self.pattern.get() {
            Some(pattern) => pattern.cast_unchecked(),
            None => unreachable!("every match has its pattern"),
        }
    }

    /// Byte offsets of a group; `None` if it did not take part.
    fn offsets(&self, group: usize) -> Option<(usize, usize)> {
        let positions = self.positions.get()?;
        debug_assert!(group <= self.groups as usize);
        // SAFETY: two words for the match and for every group.
        let (start, end) = unsafe {
            let data = positions.data().cast::<usize>();
            (data.add(2 * group).read(), data.add(2 * group + 1).read())
        };
        (start != NOWHERE && end != NOWHERE && end >= start).then_some((start, end))
    }

    /// The text of a group; `None` if it did not take part.
    pub fn text(&self, thread: &Thread, group: usize) -> PyResult<Option<Value>> {
        match self.offsets(group) {
            Some((start, end)) => self.target().slice(thread, start, end).map(Some),
            None => Ok(None),
        }
    }

    /// The number of a group. IndexError "no such group".
    fn number(&self, thread: &Thread, group: Value) -> PyResult<usize> {
        self.pattern().data.group_number(thread, group)?.ok_or_else(|| no_such_group(thread))
    }

    /// Start and end of a group in characters; -1 if it did not take part.
    fn indices(&self, thread: &Thread, group: usize) -> (i64, i64) {
        match self.offsets(group) {
            Some((start, end)) => {
                let target = self.target();
                (target.index(thread, start) as i64, target.index(thread, end) as i64)
            }
            None => (-1, -1),
        }
    }

    fn span_tuple(&self, thread: &Thread, group: usize) -> Gc<Tuple> {
        let (start, end) = self.indices(thread, group);
        Tuple::new(thread, &[Value::small_wrapping(start), Value::small_wrapping(end)])
    }
}

#[cold]
fn no_such_group(thread: &Thread) -> Raised {
    thread.raise_index_error("no such group")
}

/// The result of re.match() and re.search().
/// Match objects always have a boolean value of True.
#[py_class(name = "Match", module = "re", payload, no_instances)]
impl Match {
    /// The string passed to match() or search().
    #[getter]
    fn string(this: Gc<Payload<Match>>) -> Value {
        this.data.string.get().unwrap_or(Value::NONE)
    }

    /// The regular expression object.
    #[getter]
    fn re(this: Gc<Payload<Match>>) -> Value {
        this.data.pattern().value()
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[getter]
    fn pos(this: Gc<Payload<Match>>, thread: &Thread) -> usize {
        this.data.target().index(thread, this.data.start)
    }

    /// The index into the string beyond which the RE engine will not go.
    #[getter]
    fn endpos(this: Gc<Payload<Match>>, thread: &Thread) -> usize {
        this.data.target().index(thread, this.data.end)
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(this: Gc<Payload<Match>>) -> Option<i64> {
        (this.data.last_group > 0).then_some(i64::from(this.data.last_group))
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(this: Gc<Payload<Match>>) -> Option<Value> {
        this.data.pattern().data.group_name(this.data.last_group as usize).filter(|_| this.data.last_group > 0)
    }

    #[getter]
    fn regs(this: Gc<Payload<Match>>, thread: &Thread) -> PyResult<Gc<Tuple>> {
        let spans = List::empty(thread);
        for group in 0..=this.data.groups as usize {
            spans.push(thread, this.data.span_tuple(thread, group).value())?;
        }
        Ok(Tuple::from_list(thread, spans))
    }

    #[method]
    fn __repr__(this: Gc<Payload<Match>>, thread: &Thread) -> PyResult<Gc<Str>> {
        let text = this.data.text(thread, 0)?.unwrap_or(Value::NONE);
        let shown = dispatch::text::repr(thread, text)?;
        let (start, end) = this.data.indices(thread, 0);
        let mut out = StrBuilder::new();
        let class = thread.class_of(this.value()).full_name(thread);
        out.push_str(&format!("<{class} object; span=({start}, {end}), match="));
        out.push(thread, Str::substring(shown, thread, 0, shown.code_point_count().min(50)));
        out.push_str(">");
        Ok(out.finish(thread))
    }

    #[method]
    fn __getitem__(this: Gc<Payload<Match>>, thread: &Thread, group: Value) -> PyResult<Option<Value>> {
        let number = this.data.number(thread, group)?;
        this.data.text(thread, number)
    }

    #[method(signature = "(self, /)")]
    fn __copy__(this: Gc<Payload<Match>>) -> Value {
        this.value()
    }

    #[method(signature = "(self, memo, /)")]
    fn __deepcopy__(this: Gc<Payload<Match>>, _memo: Value) -> Value {
        this.value()
    }

    /// See PEP 585
    #[classmethod(signature = "(cls, object, /)")]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> Value {
        GenericAlias::make(thread, class.value(), object).value()
    }

    /// group([group1, ...]) -> str or tuple.
    /// Return subgroup(s) of the match by indices or names.
    /// For 0 returns the entire match.
    #[method(signature = "(self, /, *groups)")]
    fn group(this: Gc<Payload<Match>>, thread: &Thread, groups: &[Value]) -> PyResult<Option<Value>> {
        match groups {
            [] => this.data.text(thread, 0),
            [group] => Match::__getitem__(this, thread, *group),
            _ => {
                let texts = List::with_capacity(thread, groups.len());
                for &group in groups {
                    texts.push(thread, Match::__getitem__(this, thread, group)?.unwrap_or(Value::NONE))?;
                }
                Ok(Some(Tuple::from_list(thread, texts).value()))
            }
        }
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[method(signature = "(self, /, default=None)")]
    fn groups(this: Gc<Payload<Match>>, thread: &Thread, default: Option<Value>) -> PyResult<Gc<Tuple>> {
        let default = default.unwrap_or(Value::NONE);
        let texts = List::with_capacity(thread, this.data.groups as usize);
        for group in 1..=this.data.groups as usize {
            texts.push(thread, this.data.text(thread, group)?.unwrap_or(default))?;
        }
        Ok(Tuple::from_list(thread, texts))
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[method(signature = "(self, /, default=None)")]
    fn groupdict(this: Gc<Payload<Match>>, thread: &Thread, default: Option<Value>) -> PyResult<Gc<Dict>> {
        let result = Dict::new(thread);
        let Some(names) = this.data.pattern().data.group_index() else { return Ok(result) };
        let mut position = 0;
        while let Some((name, number)) = names.next_entry(&mut position) {
            let number = number.as_small().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let text = this.data.text(thread, number)?.or(default).unwrap_or(Value::NONE);
            result.insert(thread, name, text)?;
        }
        Ok(result)
    }

    /// Return index of the start of the substring matched by group.
    #[method(signature = "(self, group=0, /)")]
    fn start(this: Gc<Payload<Match>>, thread: &Thread, group: Option<Value>) -> PyResult<i64> {
        let number = group.map_or(Ok(0), |group| this.data.number(thread, group))?;
        Ok(this.data.indices(thread, number).0)
    }

    /// Return index of the end of the substring matched by group.
    #[method(signature = "(self, group=0, /)")]
    fn end(this: Gc<Payload<Match>>, thread: &Thread, group: Option<Value>) -> PyResult<i64> {
        let number = group.map_or(Ok(0), |group| this.data.number(thread, group))?;
        Ok(this.data.indices(thread, number).1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method(signature = "(self, group=0, /)")]
    fn span(this: Gc<Payload<Match>>, thread: &Thread, group: Option<Value>) -> PyResult<Gc<Tuple>> {
        let number = group.map_or(Ok(0), |group| this.data.number(thread, group))?;
        Ok(this.data.span_tuple(thread, number))
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method(signature = "(self, /, template)")]
    fn expand(this: Gc<Payload<Match>>, thread: &Thread, template: Value) -> PyResult<Value> {
        let template = substitute::compile_template(thread, this.data.pattern(), template)?;
        let target = this.data.target();
        let mut out = substitute::Output::new(&target);
        substitute::expand(thread, template, &mut out, |group| this.data.text(thread, group))?;
        out.finish(thread)
    }
}
