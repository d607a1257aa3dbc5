//! SyntaxErrors: the place, the line, the carets, the message.

use crate::object::Gc;
use crate::thread::Thread;
use crate::types::exception::{Exception, field};
use crate::types::str::Str;

/// The lines of a SyntaxError, its class name being `name`.
pub fn format(thread: &Thread, exception: Gc<Exception>, name: &str) -> String {
    let text = |index: usize| {
        exception.field(index).and_then(|v| v.cast::<Str>()).map(|v| v.to_str_lossy(thread).into_owned())
    };
    let number = |index: usize| exception.field(index).and_then(|v| v.as_small());
    let filename = text(field::SECOND);
    let line = number(field::THIRD);
    let mut out = String::new();
    let mut suffix = String::new();
    match (line, &filename) {
        (Some(line), _) => {
            out.push_str(&format!("  File \"{}\", line {line}\n", filename.as_deref().unwrap_or("<string>")))
        }
        (None, Some(filename)) => suffix = format!(" ({filename})"),
        (None, None) => {}
    }
    if let (Some(source), Some(_)) = (text(field::FIFTH), line) {
        out.push_str(&source_line(&source, number(field::FOURTH), line == number(field::NAME), number(field::OBJECT)));
    }
    let message = match exception.field(field::FIRST) {
        Some(message) if !message.is_none() => super::safe_text(thread, message, "exception"),
        _ => "<no detail available>".to_owned(),
    };
    out.push_str(&format!("{name}: {message}{suffix}\n"));
    out
}

/// The stripped source line and the carets under it.
fn source_line(text: &str, offset: Option<i64>, one_line: bool, end_offset: Option<i64>) -> String {
    let right_stripped = text.trim_end_matches('\n');
    let stripped = right_stripped.trim_start_matches([' ', '\n', '\u{c}']);
    let spaces = (right_stripped.chars().count() - stripped.chars().count()) as i64;
    let mut out = format!("    {stripped}\n");
    let Some(mut offset) = offset else { return out };
    let length = right_stripped.chars().count() as i64;
    let text_length = text.chars().count() as i64;
    let mut end = match (one_line, end_offset) {
        (true, Some(end)) if end != 0 => end,
        (true, _) => offset,
        (false, _) => length + 1,
    };
    if text_length > 0 && offset > text_length {
        offset = length + 1;
    }
    if text_length > 0 && end > text_length {
        end = length + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (start, end) = (offset - 1 - spaces, end - 1 - spaces);
    if start >= 0 {
        let lead: String = stripped
            .chars()
            .map(|c| if c.is_whitespace() { c } else { ' ' })
            .chain(std::iter::repeat(' '))
            .take(start as usize)
            .collect();
        let lead = if stripped.chars().count() < start as usize {
            lead.chars().take(stripped.chars().count()).collect()
        } else {
            lead
        };
        out.push_str(&format!("    {lead}{}\n", "^".repeat((end - start).max(0) as usize)));
    }
    out
}
