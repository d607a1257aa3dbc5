//! The lines of a traceback entry: place, source text, carets.
//!
//! What lives here: which source lines are shown, where the carets go (PEP 657, refined in 3.13), folding of
//! repeated entries. What must not: parsing; the `caret_expression` and `is_plain_call` hooks ask the front end.

use crate::dispatch;
use crate::error::PyResult;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::code::CodeObject;
use crate::types::dict::Dict;
use crate::types::frame::FrameObject;
use crate::types::list::List;
use crate::types::traceback::Traceback;
use crate::vm::SourceSpan;

/// Equal entries past this many are counted instead of shown.
const RECURSION_CUTOFF: usize = 3;

/// A place in a piece of source text: line from 0, column in UTF-8 bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// The outermost expression of a segment, as far as carets depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaretExpression {
    /// `left operator right`: the end of `left` and the start of `right`.
    Binary { left_end: Position, right_start: Position },
    /// `value[...]`: the ends of `value` and of the whole.
    Subscript { value_end: Position, end: Position },
    /// `function(...)`: the ends of `function` and of the whole.
    Call { function_end: Position, end: Position },
}

/// The part of the segment that gets the secondary caret: from `left` to `right`, in characters.
#[derive(Clone, Copy)]
struct Anchors {
    left: Position,
    right: Position,
}

/// The entries of a traceback, oldest call first, with or without carets.
pub fn format_entries(thread: &Thread, traceback: Option<Gc<Traceback>>, carets: bool) -> String {
    let mut out = String::new();
    let mut last: Option<(String, u32, String)> = None;
    let mut count = 0;
    let mut cursor = traceback;
    while let Some(entry) = cursor {
        cursor = entry.next.get();
        let Some(frame) = entry.frame.get() else { continue };
        let key = entry_key(thread, frame, entry.line());
        if last.as_ref() != Some(&key) {
            push_repetition(&mut out, count);
            last = Some(key);
            count = 0;
        }
        count += 1;
        if count <= RECURSION_CUTOFF {
            out.push_str(&format_entry(thread, frame, entry.instruction.get(), entry.line(), carets));
        }
    }
    push_repetition(&mut out, count);
    out
}

fn push_repetition(out: &mut String, count: usize) {
    if count > RECURSION_CUTOFF {
        let more = count - RECURSION_CUTOFF;
        let plural = if more > 1 { "s" } else { "" };
        out.push_str(&format!("  [Previous line repeated {more} more time{plural}]\n"));
    }
}

fn entry_key(thread: &Thread, frame: Gc<FrameObject>, line: u32) -> (String, u32, String) {
    match frame.code.get() {
        Some(code) => (code.filename_text(thread), line, code.qualname_or_name(thread)),
        None => (String::new(), line, String::new()),
    }
}

/// The source of code that was typed: what `linecache` was told of it. Many inputs go by one name.
fn registered_source(thread: &Thread, code: Gc<CodeObject>, filename: &str) -> Option<std::rc::Rc<str>> {
    if !filename.starts_with('<') {
        return None;
    }
    let vm = thread.vm();
    let modules = vm.sys.get()?.get(thread, "modules")?.cast::<Dict>()?;
    let linecache = modules.get_str(thread, vm.interner.intern_text(thread, "linecache"))?;
    let lines = || -> PyResult<Option<String>> {
        let find = dispatch::attr::get(thread, linecache, vm.interner.intern_text(thread, "_getlines_from_code"))?;
        let found = dispatch::call::call(thread, find, &[code.value()])?;
        let Some(lines) = found.cast::<List>().filter(|lines| !lines.is_empty()) else { return Ok(None) };
        let mut text = String::new();
        let mut index = 0;
        while let Some(line) = lines.get(thread, index) {
            text.push_str(&dispatch::text::str(thread, line)?.to_str_lossy(thread));
            index += 1;
        }
        Ok(Some(text))
    };
    match lines() {
        Ok(text) => text.map(Into::into),
        Err(raised) => {
            thread.take_exception(raised);
            None
        }
    }
}

fn format_entry(thread: &Thread, frame: Gc<FrameObject>, instruction: u32, line: u32, carets: bool) -> String {
    let Some(code) = frame.code.get() else { return String::new() };
    let filename = code.filename_text(thread);
    let mut out = format!("  File \"{filename}\", line {line}, in {}\n", code.name_text(thread));
    let source = registered_source(thread, code, &filename).or_else(|| thread.vm().source_of(thread, &filename));
    let Some(source) = source else { return out };
    let span = code.body().span(instruction).filter(|span| span.line == line && span.end_line >= line);
    let span = span.unwrap_or(SourceSpan { line, column: u32::MAX, end_line: line, end_column: u32::MAX });
    let lines: Vec<&str> =
        source.lines().skip(line.saturating_sub(1) as usize).take((span.end_line - line + 1) as usize).collect();
    if lines.iter().all(|l| l.trim().is_empty()) {
        return out;
    }
    if span.column == u32::MAX || !carets {
        out.push_str(&format!("    {}\n", lines[0].trim()));
        return out;
    }
    for shown in source_lines_with_carets(thread, &lines, span) {
        out.push_str("    ");
        out.push_str(&shown);
        out.push('\n');
    }
    out
}

/// The source lines of the span, dedented, each followed by its carets where carets tell something.
fn source_lines_with_carets(thread: &Thread, original: &[&str], span: SourceSpan) -> Vec<String> {
    let dedent = common_indent(original);
    let all: Vec<String> = original.iter().map(|line| line.get(dedent..).unwrap_or("").trim_end().to_owned()).collect();
    let last = all.len() - 1;
    let dedent_characters = original[0].trim_end().chars().count() - all[0].chars().count();
    let start = character_offset(original[0], span.column as usize).saturating_sub(dedent_characters);
    let end = character_offset(original[last], span.end_column as usize).saturating_sub(dedent_characters);
    let end = end.min(all[last].chars().count());
    let (display_start, display_end) = (display_width(&all[0], Some(start)), display_width(&all[last], Some(end)));

    let segment = segment_text(&all, start, end);
    let anchors =
        (thread.vm().hooks().caret_expression)(&segment).and_then(|expression| find_anchors(&segment, expression));
    let show = should_show(thread, &all, start, end, anchors.is_some());

    let mut significant = vec![0, last];
    let mut secondary = None;
    if let Some(anchors) = anchors {
        let shift = |position: Position| {
            let column = if position.line == 0 { position.column + start } else { position.column };
            let width = display_width(all.get(position.line).map_or("", |l| l.as_str()), Some(column));
            Position { line: position.line, column: width }
        };
        secondary = Some((shift(anchors.left), shift(anchors.right)));
        for line in [anchors.left.line, anchors.right.line] {
            significant.extend(line.saturating_sub(1)..=(line + 1).min(last));
        }
    }
    significant.sort_unstable();
    significant.dedup();

    let mut result = Vec::new();
    let mut emit = |number: usize| {
        let line = &all[number];
        result.push(line.clone());
        if !show {
            return;
        }
        let spaces = line.chars().take_while(|c| c.is_whitespace()).count();
        let width = if number == last { display_end } else { display_width(line, None) };
        let carets: String = (0..width)
            .map(|column| {
                let here = Position { line: number, column };
                if column < spaces || (number == 0 && column < display_start) {
                    ' '
                } else {
                    match secondary {
                        Some((left, right)) if here >= left && here < right => '^',
                        Some(_) => '~',
                        None => '^',
                    }
                }
            })
            .collect();
        result.push(carets);
    };
    let mut gaps = Vec::new();
    let mut previous = None;
    for &number in &significant {
        if let Some(previous) = previous {
            let difference: usize = number - previous;
            if difference == 2 {
                gaps.push((number - 1, None));
            } else if difference > 2 {
                gaps.push((number, Some(difference - 1)));
            }
        }
        gaps.push((number, None));
        previous = Some(number);
    }
    let mut abbreviations = Vec::new();
    for (number, omitted) in gaps {
        match omitted {
            None => emit(number),
            Some(count) => abbreviations.push((number, count)),
        }
    }
    // Abbreviations go right before the line they precede; without carets a line takes one row, else two.
    let rows = if show { 2 } else { 1 };
    for (number, count) in abbreviations.into_iter().rev() {
        let shown_before = significant.iter().filter(|&&n| n < number).count()
            + significant.windows(2).filter(|pair| pair[1] <= number && pair[1] - pair[0] == 2).count();
        result.insert(shown_before * rows, format!("...<{count} lines>..."));
    }
    // A uniform indent that remains after the cut is taken away, as textwrap.dedent does.
    let indent =
        result.iter().filter(|l| !l.trim().is_empty()).map(|l| l.len() - l.trim_start().len()).min().unwrap_or(0);
    result.into_iter().map(|line| line.get(indent..).unwrap_or("").to_owned()).collect()
}

/// Bytes of white space that all non-blank lines start with.
fn common_indent(lines: &[&str]) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    lines.iter().filter(|l| !l.trim().is_empty()).map(|l| indent(l)).min().unwrap_or(0)
}

/// The characters before byte `offset`.
fn character_offset(line: &str, offset: usize) -> usize {
    line.char_indices().take_while(|(at, _)| *at < offset).count()
}

fn segment_text(all: &[String], start: usize, end: usize) -> String {
    let last = all.len() - 1;
    let mut segment = String::new();
    for (number, line) in all.iter().enumerate() {
        let from = if number == 0 { start } else { 0 };
        let until = if number == last { end } else { usize::MAX };
        if number > 0 {
            segment.push('\n');
        }
        segment.extend(line.chars().take(until).skip(from));
    }
    segment
}

/// Columns a line takes in a terminal, up to `offset` characters: wide East Asian characters take two.
fn display_width(line: &str, offset: Option<usize>) -> usize {
    let offset = offset.unwrap_or(usize::MAX);
    if line.is_ascii() {
        return line.len().min(offset);
    }
    line.chars().take(offset).map(crate::text::properties::display_columns).sum()
}

/// Carets are shown where they say more than "this line": there are anchors, or the span is not the whole
/// line. A plain call that is a whole statement gets none.
fn should_show(thread: &Thread, all: &[String], start: usize, end: usize, anchors: bool) -> bool {
    let text = all.join("\n");
    if let Some(call) = (thread.vm().hooks().plain_call_statement)(&text) {
        let last = &all[all.len() - 1];
        let starts = call.line == 1 && character_offset(&all[0], call.column as usize) == start;
        let ends = call.end_line as usize == all.len() && character_offset(last, call.end_column as usize) == end;
        if starts && ends {
            return false;
        }
    }
    if anchors {
        return true;
    }
    let before: String = all[0].chars().take(start).collect();
    let after: String = all[all.len() - 1].chars().skip(end).collect();
    !before.trim_start().is_empty() || !after.trim_end().is_empty()
}

/// The lines of a segment as characters, walked as the search for operators and brackets needs it.
struct Walker {
    lines: Vec<Vec<char>>,
}

impl Walker {
    fn valid(&self, mut at: Position) -> Option<Position> {
        while at.line < self.lines.len() && at.column >= self.lines[at.line].len() {
            at = Position { line: at.line + 1, column: 0 };
        }
        (at.line < self.lines.len()).then_some(at)
    }

    /// The next character from `at` that satisfies `stop`; comments and line continuations are passed over.
    fn find(&self, at: Position, stop: impl Fn(char) -> bool) -> Option<Position> {
        let mut at = self.valid(at)?;
        loop {
            let c = self.lines[at.line][at.column];
            if c == '\\' || c == '#' {
                at = self.valid(Position { line: at.line + 1, column: 0 })?;
            } else if stop(c) {
                return Some(at);
            } else {
                at = self.valid(Position { line: at.line, column: at.column + 1 })?;
            }
        }
    }
}

fn find_anchors(segment: &str, expression: CaretExpression) -> Option<Anchors> {
    let texts: Vec<&str> = segment.split('\n').collect();
    let walker = Walker { lines: texts.iter().map(|l| l.chars().collect()).collect() };
    let in_characters = |position: Position| {
        let line = texts.get(position.line)?;
        Some(Position { line: position.line, column: character_offset(line, position.column) })
    };
    match expression {
        CaretExpression::Binary { left_end, right_start } => {
            let left = walker.find(in_characters(left_end)?, |c| !c.is_whitespace() && c != ')')?;
            let right_start = in_characters(right_start)?;
            let mut right = left.column + 1;
            let second = walker.lines[left.line].get(right).copied();
            let before_operand = right_start.line > left.line || right < right_start.column;
            if let Some(c) = second
                && before_operand
                && !c.is_whitespace()
                && c != '\\'
                && c != '#'
            {
                right += 1;
            }
            Some(Anchors { left, right: Position { line: left.line, column: right } })
        }
        CaretExpression::Subscript { value_end, end } => {
            Some(Anchors { left: walker.find(in_characters(value_end)?, |c| c == '[')?, right: in_characters(end)? })
        }
        CaretExpression::Call { function_end, end } => {
            Some(Anchors { left: walker.find(in_characters(function_end)?, |c| c == '(')?, right: in_characters(end)? })
        }
    }
}
