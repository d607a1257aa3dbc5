//! How deeply source nests, found before the recursive parser runs.
//!
//! What lives here: a scan of brackets, indentation and operators that skips strings and comments. What must
//! not: real tokenizing. It bounds the parser's recursion and decides how big a stack it gets.

use ruff_text_size::{TextRange, TextSize};

/// CPython's tokenizer refuses deeper bracket nesting (`MAXLEVEL`).
const MAXIMUM_BRACKETS: usize = 200;

/// What the scan found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nesting {
    /// An upper bound of how deep the tree of one logical line can be.
    Depth(usize),
    /// More than 200 open brackets, the last one here.
    TooManyBrackets(TextRange),
}

/// Tokens counted at one level of brackets.
#[derive(Default)]
struct Level {
    /// Tokens that deepen the tree and that a comma ends.
    since_comma: usize,
    /// `lambda`s: the commas of their parameters end nothing.
    sticky: usize,
}

/// Scans `text`. Tokens that can stand in an expression without closing it each may deepen the tree by one,
/// so their count since the last comma, over all open brackets, is the bound.
pub(super) fn scan(text: &str) -> Nesting {
    let bytes = text.as_bytes();
    let mut levels = vec![Level::default()];
    let mut current = 0usize;
    let mut depth = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        let innermost = levels.len() - 1;
        match bytes[at] {
            b'(' | b'[' | b'{' => {
                levels[innermost].since_comma += 1;
                current += 1;
                levels.push(Level::default());
                if levels.len() > MAXIMUM_BRACKETS + 1 {
                    let start = TextSize::try_from(at).unwrap_or_default();
                    return Nesting::TooManyBrackets(TextRange::at(start, TextSize::new(1)));
                }
            }
            b')' | b']' | b'}' if innermost > 0 => {
                depth = depth.max(current);
                let closed = levels.pop().unwrap_or_default();
                current -= closed.since_comma + closed.sticky;
            }
            b'#' => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
                continue;
            }
            quote @ (b'"' | b'\'') => {
                at = skip_string(bytes, at, quote);
                continue;
            }
            b'\n' | b';' if innermost == 0 => {
                depth = depth.max(current);
                levels[0] = Level::default();
                current = 0;
            }
            b',' => {
                depth = depth.max(current);
                current -= std::mem::take(&mut levels[innermost].since_comma);
            }
            b'\\' => at += 1,
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let start = at;
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                    at += 1;
                }
                match &bytes[start..at] {
                    b"lambda" => {
                        levels[innermost].sticky += 1;
                        current += 1;
                    }
                    b"not" | b"if" | b"await" => {
                        levels[innermost].since_comma += 1;
                        current += 1;
                    }
                    _ => {}
                }
                continue;
            }
            b'+' | b'-' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'~' | b'.' => {
                levels[innermost].since_comma += 1;
                current += 1;
                // `**` and its like are one operator.
                if bytes.get(at + 1) == Some(&bytes[at]) && matches!(bytes[at], b'*' | b'/') {
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    Nesting::Depth(depth.max(current))
}

/// The offset after the string that starts at `at`. Interpolations of f-strings are skipped with it: brackets
/// within them cannot nest deeply (the tokenizer bounds them), and quotes inside them end the scan early at
/// worst, which only makes the bound less exact.
fn skip_string(bytes: &[u8], at: usize, quote: u8) -> usize {
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let mut at = at + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if !triple => return at,
            byte if byte == quote => {
                if !triple {
                    return at + 1;
                }
                if bytes[at..].starts_with(&[quote; 3]) {
                    return at + 3;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_operators() {
        assert!(matches!(scan(&"(".repeat(201)), Nesting::TooManyBrackets(range) if range.start().to_u32() == 200));
        assert_eq!(scan(&format!("x = {}1\n", "-".repeat(500))), Nesting::Depth(500));
        assert_eq!(scan("s = '((((' # ((((\n"), Nesting::Depth(0));
        assert_eq!(scan(&format!("x = [{}]\n", "-1.5, ".repeat(500))), Nesting::Depth(3));
        assert_eq!(scan(&"lambda a, b: ".repeat(300)), Nesting::Depth(300));
    }
}
