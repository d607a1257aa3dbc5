//! `sub`, `subn` and `expand`: replacement texts.
//!
//! What lives here: [`Template`], the loop of [`substitute`]. What must not: the syntax of templates, which is
//! the stdlib's (`re._parser.parse_template`).

use super::match_object::Match;
use super::pattern::{Found, PatternObject, for_each_match, group_text};
use super::subject::{Kind, Target};
use crate::dispatch::{self, call};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// A replacement text taken apart: literal, group, literal, group, ..., literal.
pub struct Template {
    parts: GcSlot<List>,
}

impl PayloadData for Template {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.parts);
    }
}

#[py_class(name = "SRE_Template", module = "_sre", payload, no_instances)]
impl Template {}

/// The object of `_sre.template`. `parts` alternates literals and group numbers.
pub fn make_template(thread: &Thread, _pattern: Value, parts: Gc<List>) -> PyResult<Value> {
    let copy = parts.copy_range(thread, 0, parts.len())?;
    for index in (1..copy.len()).step_by(2) {
        if copy.get(thread, index).and_then(|group| group.as_small()).is_none_or(|group| group < 0) {
            return Err(thread.raise_type_error("invalid template"));
        }
    }
    Ok(Payload::new(thread, Type::of_spec(thread, &TEMPLATE_CLASS), Template { parts: GcSlot::new(copy) }).value())
}

/// The template of a replacement text, made by the stdlib.
pub fn compile_template(thread: &Thread, pattern: Gc<PatternObject>, template: Value) -> PyResult<Gc<List>> {
    let vm = thread.vm();
    let Some(import) = vm.builtins_dict().get_str(thread, vm.names.__import__) else {
        return Err(thread.raise_import_error("__import__ not found"));
    };
    let module = call::call(thread, import, &[Str::new(thread, "re").value()])?;
    let function = dispatch::attr::get(thread, module, vm.interner.intern_text(thread, "_compile_template"))?;
    let compiled = call::call(thread, function, &[pattern.value(), template])?;
    match Payload::<Template>::cast(compiled).and_then(|compiled| compiled.data.parts.get()) {
        Some(parts) => Ok(parts),
        None => {
            let name = thread.type_name(compiled);
            Err(thread.raise_runtime_error(format!("the result of compiling a replacement string is a {name}")))
        }
    }
}

/// A string or bytes object being put together.
pub struct Output {
    bytes: Vec<u8>,
    is_bytes: bool,
    /// Pieces so far, for messages.
    pieces: usize,
}

impl Output {
    pub fn new(target: &Target) -> Output {
        Output { bytes: Vec::new(), is_bytes: target.kind == Kind::Bytes, pieces: 0 }
    }

    /// Appends a piece of the right kind. TypeError otherwise, in the words of `join`.
    pub fn push(&mut self, thread: &Thread, piece: Value) -> PyResult<()> {
        let index = self.pieces;
        self.pieces += 1;
        if self.is_bytes {
            if !buffer::is_bytes_like(thread, piece) {
                let name = thread.type_name(piece);
                return Err(thread
                    .raise_type_error(format!("sequence item {index}: expected a bytes-like object, {name} found")));
            }
            return buffer::with_bytes(thread, piece, |bytes| self.bytes.extend_from_slice(bytes));
        }
        match piece.cast::<Str>() {
            Some(text) => {
                self.bytes.extend_from_slice(text.as_bytes(thread));
                Ok(())
            }
            None => {
                let name = thread.type_name(piece);
                Err(thread.raise_type_error(format!("sequence item {index}: expected str instance, {name} found")))
            }
        }
    }

    /// Appends a part of the subject, if there is any.
    fn push_part(&mut self, thread: &Thread, target: &Target, start: usize, end: usize) -> PyResult<()> {
        if start < end {
            self.pieces += 1;
            if let Some(text) = target.string.cast::<Str>() {
                self.bytes.extend_from_slice(&text.as_bytes(thread)[start..end]);
                return Ok(());
            }
            return buffer::with_bytes(thread, target.string, |bytes| {
                let end = end.min(bytes.len());
                self.bytes.extend_from_slice(&bytes[start.min(end)..end]);
            });
        }
        Ok(())
    }

    pub fn finish(self, thread: &Thread) -> PyResult<Value> {
        Ok(if self.is_bytes {
            Bytes::new(thread, &self.bytes).value()
        } else {
            Str::from_wtf8_bytes_unchecked(thread, &self.bytes).value()
        })
    }
}

/// Appends a template with the groups of a match put in; groups that took no part are empty.
pub fn expand(
    thread: &Thread,
    parts: Gc<List>,
    out: &mut Output,
    mut group: impl FnMut(usize) -> PyResult<Option<Value>>,
) -> PyResult<()> {
    for index in 0..parts.len() {
        let part = parts.get(thread, index).unwrap_or(Value::NONE);
        if index % 2 == 0 {
            if !is_empty(part) {
                out.push(thread, part)?;
            }
        } else if let Some(text) = group(part.as_small().and_then(|n| usize::try_from(n).ok()).unwrap_or(0))? {
            out.push(thread, text)?;
        }
    }
    Ok(())
}

fn is_empty(text: Value) -> bool {
    text.cast::<Str>().is_some_and(|text| text.is_empty()) || text.cast::<Bytes>().is_some_and(|bytes| bytes.is_empty())
}

/// What takes a match's place.
enum Replacement {
    Function(Value),
    Literal(Value),
    Template(Gc<List>),
}

fn replacement(thread: &Thread, pattern: Gc<PatternObject>, repl: Value) -> PyResult<Replacement> {
    if call::is_callable(thread, repl) {
        return Ok(Replacement::Function(repl));
    }
    let has_backslash = |bytes: &[u8]| memchr::memchr(b'\\', bytes).is_some();
    let is_literal = match repl.cast::<Str>() {
        Some(text) => !has_backslash(text.as_bytes(thread)),
        None => buffer::try_with_bytes(thread, repl, |bytes| !has_backslash(bytes))?.unwrap_or(false),
    };
    if is_literal {
        return Ok(Replacement::Literal(repl));
    }
    let parts = compile_template(thread, pattern, repl)?;
    match (parts.len(), parts.get(thread, 0)) {
        (1, Some(literal)) => Ok(Replacement::Literal(literal)),
        _ => Ok(Replacement::Template(parts)),
    }
}

/// Replaces the first `count` matches (0: all). The text and how many were replaced.
pub fn substitute(
    pattern: Gc<PatternObject>,
    thread: &Thread,
    repl: Value,
    string: Value,
    count: isize,
) -> PyResult<(Value, usize)> {
    let replacement = replacement(thread, pattern, repl)?;
    let target = pattern.data.target(thread, string, None, None)?;
    let mut out = Output::new(&target);
    let (mut last, mut replaced) = (target.start, 0usize);
    if count >= 0 {
        for_each_match(&pattern.data, thread, &target, |found: Found| {
            out.push_part(thread, &target, last, found.span.start)?;
            match &replacement {
                Replacement::Function(function) => {
                    let made = Match::make(thread, pattern, &target, &found)?;
                    let text = call::call(thread, *function, &[made])?;
                    if !text.is_none() {
                        out.push(thread, text)?;
                    }
                }
                Replacement::Literal(text) => out.push(thread, *text)?,
                Replacement::Template(parts) => {
                    expand(thread, *parts, &mut out, |group| group_text(thread, &target, &found, group))?
                }
            }
            last = found.span.end;
            replaced += 1;
            Ok(count == 0 || replaced < count as usize)
        })?;
    }
    if replaced == 0 && target.string.cast::<Str>().is_some_and(|text| text.is_exact()) {
        return Ok((target.string, 0));
    }
    out.push_part(thread, &target, last, target.end)?;
    Ok((out.finish(thread)?, replaced))
}
