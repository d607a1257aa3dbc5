//! Where a session's statements come from: a terminal with an editor, or any other standard input.
//!
//! What lives here: prompts, statements over several lines, history, completion. What must not: running anything but
//! what completion asks. Start at [`Reader::statement`].

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};
use taipan_runtime::thread::Thread;

use super::{completions, prompt};
use crate::syntax::{self, Mode, SourceText};

/// Lines that the history keeps.
const HISTORY: usize = 2000;
/// What Tab puts in at the start of a line.
const INDENTATION: &str = "    ";

/// What was read.
pub enum Statement {
    /// One statement, or what was pasted.
    Text(String),
    /// Ctrl-C: what was typed is dropped.
    Interrupted,
    /// The input ended, or Ctrl-D.
    End,
}

/// Reads statements.
pub struct Reader<'t> {
    thread: &'t Thread,
    /// `None`: standard input or output is no terminal.
    editor: Option<Editor<Assistant<'t>, DefaultHistory>>,
    history: Option<PathBuf>,
}

/// What one line was read as.
enum Line {
    Text(String),
    Interrupted,
    End,
}

impl<'t> Reader<'t> {
    pub fn new(thread: &'t Thread) -> Reader<'t> {
        let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let editor = if is_terminal { editor(thread) } else { None };
        let mut reader = Reader { thread, editor, history: history_file(thread) };
        if let (Some(editor), Some(path)) = (&mut reader.editor, &reader.history) {
            // The first session has none.
            let _ = editor.load_history(path);
        }
        reader
    }

    /// Whether the user types at a terminal.
    pub fn is_terminal(&self) -> bool {
        self.editor.is_some()
    }

    /// One statement: lines until it is complete, and for a block until an empty line.
    pub fn statement(&mut self) -> Statement {
        let mut text = String::new();
        loop {
            let name = if text.is_empty() { "ps1" } else { "ps2" };
            let line = match self.line(&prompt(self.thread, name), &indentation(&text)) {
                Line::Text(line) => line,
                Line::Interrupted => return Statement::Interrupted,
                Line::End if text.is_empty() => return Statement::End,
                Line::End => return self.remembered(text),
            };
            let is_empty = line.trim().is_empty();
            if text.is_empty() && is_empty {
                return Statement::Text(String::new());
            }
            let is_pasted = line.trim_end().contains('\n');
            text.push_str(if is_empty { "" } else { line.trim_end_matches('\n') });
            text.push('\n');
            let block = is_block(&text) && !is_pasted;
            if (!block || is_empty) && is_complete(&text) {
                return self.remembered(text);
            }
        }
    }

    /// Notes a statement in the history.
    fn remembered(&mut self, text: String) -> Statement {
        if let Some(editor) = &mut self.editor {
            // A history that cannot be kept is no reason to stop.
            let _ = editor.add_history_entry(text.trim_end());
            if let Some(path) = &self.history {
                let _ = editor.save_history(path);
            }
        }
        Statement::Text(text)
    }

    fn line(&mut self, prompt: &str, indentation: &str) -> Line {
        let thread = self.thread;
        // Other threads run while the user thinks; what completion asks takes the lock.
        let Some(editor) = &mut self.editor else { return thread.allow_threads(|| plain_line(prompt)) };
        match thread.allow_threads(|| editor.readline_with_initial(prompt, (indentation, ""))) {
            Ok(line) => Line::Text(line),
            Err(ReadlineError::Interrupted) => Line::Interrupted,
            Err(ReadlineError::Eof) => Line::End,
            Err(error) => {
                eprintln!("taipan: {error}");
                Line::End
            }
        }
    }
}

/// Without a terminal: prompts go to standard error, as CPython's do.
fn plain_line(prompt: &str) -> Line {
    eprint!("{prompt}");
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) | Err(_) => Line::End,
        Ok(_) => Line::Text(line),
    }
}

fn editor(thread: &Thread) -> Option<Editor<Assistant<'_>, DefaultHistory>> {
    let config = Config::builder().completion_type(CompletionType::List).tab_stop(4).indent_size(4);
    let config = config.max_history_size(HISTORY).ok()?.build();
    let mut editor = Editor::with_config(config).ok()?;
    editor.set_helper(Some(Assistant { thread }));
    Some(editor)
}

/// PYTHON_HISTORY, or a file of ours in the user's folder.
fn history_file(thread: &Thread) -> Option<PathBuf> {
    let named = std::env::var_os("PYTHON_HISTORY").filter(|name| !name.is_empty());
    match named {
        Some(name) if !thread.vm().options.ignore_environment => Some(name.into()),
        Some(_) | None => Some(PathBuf::from(std::env::var_os("HOME")?).join(".taipan_history")),
    }
}

/// The text starts a block, which only an empty line ends.
fn is_block(text: &str) -> bool {
    let last_is_indented = text.lines().last().is_some_and(|line| line.starts_with([' ', '\t']));
    let opens = |line: &str| line.trim_end().ends_with(':') || line.trim_start().starts_with('@');
    text.lines().next().is_some_and(opens) || (last_is_indented && text.lines().any(opens))
}

/// More lines could not make it any better.
fn is_complete(text: &str) -> bool {
    match syntax::parse(&SourceText::new(text, "<stdin>"), Mode::Interactive) {
        Ok(_) => true,
        Err(failure) => !failure.at_end,
    }
}

/// What the next line of a block starts with: as the line before, and more behind a colon.
fn indentation(text: &str) -> String {
    let Some(last) = text.lines().last() else { return String::new() };
    let mut indentation: String = last.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
    if last.trim_end().ends_with(':') {
        indentation.push_str(INDENTATION);
    }
    indentation
}

/// What helps the editor.
struct Assistant<'t> {
    thread: &'t Thread,
}

impl Completer for Assistant<'_> {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..at];
        if before.trim().is_empty() {
            return Ok((at, vec![INDENTATION.to_owned()]));
        }
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let start = before.char_indices().rev().take_while(|(_, c)| is_part(*c)).last().map_or(at, |(start, _)| start);
        Ok((start, self.thread.with_lock(|| completions(self.thread, &before[start..]))))
    }
}

impl Hinter for Assistant<'_> {
    type Hint = String;
}
impl Highlighter for Assistant<'_> {}
impl Validator for Assistant<'_> {}
impl Helper for Assistant<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_where_they_are_complete() {
        assert!(is_complete("x = 1\n"));
        assert!(!is_complete("x = (1,\n"));
        assert!(!is_complete("'''text\n"));
        assert!(is_complete("x = = 1\n"));
        assert!(is_block("if x:\n") && is_block("@d\n") && is_block("x = 1\nif x:\n    y\n"));
        assert!(!is_block("x = 1\n") && !is_block("f(a,\n  b)\n"));
    }

    #[test]
    fn blocks_are_indented() {
        assert_eq!(indentation(""), "");
        assert_eq!(indentation("def f():\n"), "    ");
        assert_eq!(indentation("def f():\n    if x:\n"), "        ");
        assert_eq!(indentation("def f():\n    x = 1\n"), "    ");
    }
}
