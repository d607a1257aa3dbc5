//! Uncaught exceptions as text: tracebacks, chains, groups, notes.
//!
//! What lives here: the layout of CPython 3.14's `traceback.print_exception`, natively, so that an error needs no
//! Python code to be shown. What must not: writing to a stream. The lines of one frame with their carets are in
//! [`frames`], "Did you mean" in [`suggestions`], SyntaxErrors in [`syntax`]. Start at [`format_exception`].

mod frames;
mod suggestions;
mod syntax;

pub use frames::{CaretExpression, Position};

use crate::dispatch;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::exception::Exception;
use crate::types::exception_group;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Groups nested deeper, or with more members, are cut short.
const MAX_GROUP_DEPTH: usize = 10;
const MAX_GROUP_WIDTH: usize = 15;

/// The text that an uncaught `exception` prints, its chain included; it ends in a newline.
///
/// Pending exceptions are left alone: errors of `__str__` and the like while formatting are shown as
/// CPython shows them.
pub fn format_exception(thread: &Thread, exception: Gc<Exception>) -> String {
    let pending = thread.exception.take();
    let handled = thread.handled.take();
    let mut printer = Printer { thread, out: String::new(), group_depth: 0, need_close: false };
    printer.chain(exception, &mut Vec::new());
    thread.exception.set(pending);
    thread.handled.set(handled);
    printer.out
}

/// The exception alone, neither its chain nor carets: as CPython reports what nobody can catch.
pub fn format_unraisable(thread: &Thread, exception: Gc<Exception>) -> String {
    let mut text = String::new();
    if let Some(traceback) = exception.traceback.get() {
        text.push_str("Traceback (most recent call last):\n");
        text.push_str(&frames::format_entries(thread, Some(traceback), false));
    }
    text.push_str(&format_exception_only(thread, exception));
    text
}

/// The last lines only: the exception's class and message, and its notes.
pub fn format_exception_only(thread: &Thread, exception: Gc<Exception>) -> String {
    let mut printer = Printer { thread, out: String::new(), group_depth: 0, need_close: false };
    printer.final_lines(exception);
    printer.out
}

/// The entries of a traceback, without heading.
pub fn format_traceback(thread: &Thread, traceback: Option<Gc<Traceback>>) -> String {
    frames::format_entries(thread, traceback, true)
}

struct Printer<'a> {
    thread: &'a Thread,
    out: String,
    group_depth: usize,
    need_close: bool,
}

impl Printer<'_> {
    fn indent(&self) -> String {
        " ".repeat(2 * self.group_depth)
    }

    /// Adds text with the margin of the enclosing groups.
    fn emit(&mut self, text: &str, margin: Option<char>) {
        if self.group_depth == 0 {
            self.out.push_str(text);
            return;
        }
        let margin = format!("{}{} ", self.indent(), margin.unwrap_or('|'));
        for line in text.split_inclusive('\n') {
            if line.trim_end_matches('\n').trim().is_empty() {
                // Lines of white space keep the margin less its trailing blank.
                self.out.push_str(if line == "\n" { margin.trim_end() } else { &margin });
            } else {
                self.out.push_str(&margin);
            }
            self.out.push_str(line);
        }
    }

    /// The exception after what caused it, oldest first. `seen`: addresses already shown (cycles).
    fn chain(&mut self, exception: Gc<Exception>, seen: &mut Vec<usize>) {
        let mut links = Vec::new();
        let mut current = Some(exception);
        while let Some(exception) = current {
            seen.push(exception.address());
            let cause =
                exception.cause.get().and_then(|c| c.cast::<Exception>()).filter(|c| !seen.contains(&c.address()));
            let context =
                exception.context.get().and_then(|c| c.cast::<Exception>()).filter(|c| !seen.contains(&c.address()));
            let (message, next) = match (cause, context) {
                (Some(cause), _) => (Some(CAUSE), Some(cause)),
                (None, Some(context)) if !exception.suppress_context.get() => (Some(CONTEXT), Some(context)),
                _ => (None, None),
            };
            links.push((message, exception));
            current = next;
        }
        for (message, exception) in links.into_iter().rev() {
            if let Some(message) = message {
                self.emit(message, None);
            }
            self.one(exception, seen);
        }
    }

    fn one(&mut self, exception: Gc<Exception>, seen: &mut Vec<usize>) {
        let class = self.thread.class_of(exception.value());
        let is_group = class.is_subclass_of(self.thread.vm().exceptions.base_exception_group);
        if !is_group {
            if exception.traceback.get().is_some() {
                self.emit("Traceback (most recent call last):\n", None);
                let entries = frames::format_entries(self.thread, exception.traceback.get(), true);
                self.emit(&entries, None);
            }
            let lines = self.in_margin(|printer| printer.final_lines(exception));
            self.emit(&lines, None);
            return;
        }
        if self.group_depth > MAX_GROUP_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"), None);
            return;
        }
        let top_level = self.group_depth == 0;
        if top_level {
            self.group_depth = 1;
        }
        if exception.traceback.get().is_some() {
            self.emit("Exception Group Traceback (most recent call last):\n", top_level.then_some('+'));
            let entries = frames::format_entries(self.thread, exception.traceback.get(), true);
            self.emit(&entries, None);
        }
        let lines = self.in_margin(|printer| printer.final_lines(exception));
        self.emit(&lines, None);
        let members = exception_group::members(exception);
        let shown = if members.len() <= MAX_GROUP_WIDTH { members.len() } else { MAX_GROUP_WIDTH + 1 };
        self.need_close = false;
        for index in 0..shown {
            let last = index == shown - 1;
            if last {
                self.need_close = true;
            }
            let truncated = index >= MAX_GROUP_WIDTH;
            let title = if truncated { "...".to_owned() } else { (index + 1).to_string() };
            let corner = if index == 0 { "+-" } else { "  " };
            let line = format!("{}{corner}+---------------- {title} ----------------\n", self.indent());
            self.out.push_str(&line);
            self.group_depth += 1;
            if truncated {
                let remaining = members.len() - MAX_GROUP_WIDTH;
                let plural = if remaining > 1 { "s" } else { "" };
                self.emit(&format!("and {remaining} more exception{plural}\n"), None);
            } else if let Some(member) = members[index].cast::<Exception>() {
                self.chain(member, seen);
            }
            if last && self.need_close {
                let line = format!("{}+------------------------------------\n", self.indent());
                self.out.push_str(&line);
                self.need_close = false;
            }
            self.group_depth -= 1;
        }
        if top_level {
            self.group_depth = 0;
        }
    }

    /// What `write` adds, taken back out, so that it can be given a margin.
    fn in_margin(&mut self, write: impl FnOnce(&mut Self)) -> String {
        let before = std::mem::take(&mut self.out);
        write(self);
        std::mem::replace(&mut self.out, before)
    }

    /// Class and message, then the notes.
    fn final_lines(&mut self, exception: Gc<Exception>) {
        let thread = self.thread;
        let class = thread.class_of(exception.value());
        let name = class_title(thread, class);
        if class.is_subclass_of(thread.vm().exceptions.syntax_error) {
            let text = syntax::format(thread, exception, &name);
            self.out.push_str(&text);
        } else {
            let mut message = safe_text(thread, exception.value(), "exception");
            if let Some(hint) = suggestions::hint(thread, exception) {
                message.push_str(&hint);
            }
            if message.is_empty() {
                self.out.push_str(&name);
            } else {
                self.out.push_str(&format!("{name}: {message}"));
            }
            self.out.push('\n');
        }
        self.notes(exception);
    }

    fn notes(&mut self, exception: Gc<Exception>) {
        let thread = self.thread;
        let notes = match dispatch::attr::get_optional(thread, exception.value(), thread.vm().names.__notes__) {
            Ok(Some(notes)) if !notes.is_none() => notes,
            Ok(_) => return,
            Err(raised) => {
                let error = thread.take_exception(raised);
                let shown = safe_repr(thread, error, "__notes__");
                self.out.push_str(&format!("Ignored error getting __notes__: {shown}\n"));
                return;
            }
        };
        let items = match (notes.cast::<List>(), notes.cast::<Tuple>()) {
            (Some(list), _) => Some(
                (0..list.len())
                    .filter_map(|i| list.get(thread, i))
                    .map(|note| safe_text(thread, note, "note"))
                    .collect::<Vec<_>>(),
            ),
            (None, Some(tuple)) => Some(tuple.items().iter().map(|&note| safe_text(thread, note, "note")).collect()),
            (None, None) => None,
        };
        match items {
            Some(items) => {
                for note in items {
                    for line in note.split('\n') {
                        self.out.push_str(line);
                        self.out.push('\n');
                    }
                }
            }
            None => {
                let shown = safe_repr(thread, notes, "__notes__");
                self.out.push_str(&format!("{shown}\n"));
            }
        }
    }
}

/// The class as the last line names it: with its module, unless that is `builtins` or `__main__`.
fn class_title(thread: &Thread, class: Gc<Type>) -> String {
    let qualname =
        class.qualname.get().map(|q| q.to_str_lossy(thread).into_owned()).unwrap_or_else(|| class.name_string());
    let module = class.lookup(thread, thread.vm().names.__module__).and_then(|m| m.cast::<Str>());
    match module.map(|m| m.to_str_lossy(thread).into_owned()) {
        Some(module) if module != "builtins" && module != "__main__" => format!("{module}.{qualname}"),
        Some(_) => qualname,
        None => format!("<unknown>.{qualname}"),
    }
}

/// `str(value)`, or the words CPython has for one that fails.
fn safe_text(thread: &Thread, value: Value, what: &str) -> String {
    match dispatch::text::str(thread, value) {
        Ok(text) => shown(thread, text),
        Err(raised) => {
            thread.take_exception(raised);
            format!("<{what} str() failed>")
        }
    }
}

/// `repr(value)`, or the words CPython has for one that fails.
fn safe_repr(thread: &Thread, value: Value, what: &str) -> String {
    match dispatch::text::repr(thread, value) {
        Ok(text) => shown(thread, text),
        Err(raised) => {
            thread.take_exception(raised);
            format!("<{what} repr() failed>")
        }
    }
}

/// Text for the error stream, whose handler is `backslashreplace`: lone surrogates are escaped.
fn shown(thread: &Thread, text: Gc<Str>) -> String {
    match text.as_str(thread) {
        Some(plain) => plain.to_owned(),
        None => {
            let mut out = String::new();
            for point in text.as_wtf8(thread).code_points() {
                match point.to_char() {
                    Some(c) => out.push(c),
                    None => out.push_str(&format!("\\u{:04x}", point.to_u32())),
                }
            }
            out
        }
    }
}
