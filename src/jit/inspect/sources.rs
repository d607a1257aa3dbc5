//! The Python source beside what was made from it.
//!
//! What lives here: [`Sources`]. What must not: layout of pages.

use crate::bytecode::{Code, Position};
use std::cell::RefCell;
use std::collections::HashMap;

/// Lines of source files, read when they are first asked for.
#[derive(Debug, Default)]
pub struct Sources {
    files: RefCell<HashMap<String, Vec<String>>>,
}

impl Sources {
    /// Gives the text of a file, so that it is not read from the disk.
    pub fn insert(&self, filename: &str, text: &str) {
        let lines = text.lines().map(str::to_owned).collect();
        self.files.borrow_mut().insert(filename.to_owned(), lines);
    }

    /// A line, counted from 1; `None` if the source is not there or shorter.
    pub fn line(&self, filename: &str, line: u32) -> Option<String> {
        let mut files = self.files.borrow_mut();
        let lines = files.entry(filename.to_owned()).or_insert_with(|| {
            let text = std::fs::read_to_string(filename).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        });
        lines.get((line as usize).checked_sub(1)?).cloned()
    }

    /// The whole text of a file; empty if it is not there.
    pub fn text(&self, filename: &str) -> String {
        self.line(filename, 1);
        self.files.borrow().get(filename).map(|lines| lines.join("\n")).unwrap_or_default()
    }

    /// "12: total += x", or only the number where there is no text. `None` for bytecode that stands for no source.
    pub fn remark(&self, code: &Code, position: u32) -> Option<String> {
        let line = code.position(position).line;
        if line == 0 {
            return None;
        }
        let text = self.line(&code.filename, line).unwrap_or_default();
        Some(format!("{line}: {}", text.trim()).trim_end().to_owned())
    }

    /// The line of a position and a line of carets under it, both indented by four; empty if there is no text.
    pub fn with_carets(&self, filename: &str, position: Position) -> String {
        let Some(text) = self.line(filename, position.line) else { return String::new() };
        let content = text.trim_start();
        let indentation = text.len() - content.len();
        let mut shown = format!("    {}\n", content.trim_end());
        let (Some(column), Some(end)) = (position.column, position.end_column) else { return shown };
        let end = if position.end_line == position.line { end as usize } else { text.trim_end().len() };
        let start = (column as usize).max(indentation);
        // Columns count bytes; what lies before a caret is as wide as its characters.
        let width = |from: usize, to: usize| text.get(from..to).map_or(0, |part| part.chars().count());
        let (before, under) = (width(indentation, start), width(start, end));
        if under > 0 {
            shown.push_str(&format!("    {}{}\n", " ".repeat(before), "^".repeat(under)));
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_what_is_meant() {
        let sources = Sources::default();
        sources.insert("x.py", "def f(é, b):\n    return é + b * 2\n");
        let at =
            |column, end_column| Position { line: 2, end_line: 2, column: Some(column), end_column: Some(end_column) };
        assert_eq!(sources.with_carets("x.py", at(16, 21)), "    return é + b * 2\n               ^^^^^\n");
        assert_eq!(sources.with_carets("x.py", Position::line(2)), "    return é + b * 2\n");
        assert_eq!(sources.with_carets("x.py", Position::line(9)), "");
    }
}
