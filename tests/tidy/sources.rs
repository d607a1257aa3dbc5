//! The source files of the workspace, with comments and literals blanked out where only code counts.
//!
//! What must not live here: rules. Start at [`Source::new`].

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text of the file at `path` in the workspace.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// One Rust source file.
pub struct Source {
    /// Relative to the root, with `/`.
    pub path: String,
    pub text: String,
    /// `text` with blanks for comments, strings and characters; the same lines.
    code: String,
}

impl Source {
    pub fn new(path: String, text: String) -> Source {
        let code = blank(&text);
        Source { path, text, code }
    }

    /// Numbered lines of code.
    pub fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The comment that ends line `number`, or the one that stands on the line above; empty for neither.
    pub fn remark(&self, number: usize) -> &str {
        let line = |number: usize| self.text.lines().nth(number - 1).unwrap_or_default();
        let comment = |line: &'_ str| line.find("// ").map(|at| at + 3);
        if let Some(at) = comment(line(number)) {
            return &line(number)[at..];
        }
        let above = if number > 1 { line(number - 1).trim_start() } else { "" };
        above.strip_prefix("// ").or_else(|| above.strip_prefix("/// ")).unwrap_or_default()
    }

    /// The modules of the crate that paths in this file start with: (line, name), from `crate::x`, from
    /// `use crate::{x::y, z}` and from `super::x` where that is the crate's root.
    pub fn crate_modules(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let at_root = self.path.matches('/').count() == 1
            || self.path.ends_with("/mod.rs") && self.path.matches('/').count() == 2;
        let prefixes: &[&str] = if at_root { &["crate::", "super::"] } else { &["crate::"] };
        for prefix in prefixes {
            for (at, _) in self.code.match_indices(prefix) {
                let line = self.code[..at].matches('\n').count() + 1;
                let rest = &self.code[at + prefix.len()..];
                match rest.strip_prefix('{') {
                    Some(group) => found.extend(group_heads(group).into_iter().map(|name| (line, name))),
                    None => found.push((line, identifier(rest))),
                }
            }
        }
        found
    }
}

/// The identifier at the start of `text`.
fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first identifiers of the members of a `use` group whose brace is already open.
fn group_heads(text: &str) -> Vec<String> {
    let mut heads = Vec::new();
    let (mut depth, mut start) = (0, true);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            _ if start && !c.is_whitespace() => {
                heads.push(identifier(&text[at..]));
                start = false;
            }
            _ => {}
        }
    }
    heads
}

/// All Rust files under `folder`, sorted.
pub fn sources_under(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    paths.sort();
    let relative = |path: &Path| path.strip_prefix(root()).expect("under the root").to_string_lossy().into_owned();
    paths.iter().map(|path| Source::new(relative(path), read(&relative(path)))).collect()
}

/// All Rust files of the workspace.
pub fn all_sources() -> Vec<Source> {
    ["src", "runtime", "tests", "benches"].iter().flat_map(|folder| sources_under(folder)).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target" && name != "scripts") {
                collect(&path, into);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// What stands between the `<` before `text` and its `>` (to the end of the line where that is not closed).
pub fn generic_arguments(text: &str) -> &str {
    let mut depth = 0;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if previous == '-' => {}
            '>' if depth == 0 => return &text[..at],
            '>' => depth -= 1,
            _ => {}
        }
        previous = c;
    }
    text
}

/// Whether `word` stands in `text` with no letter, digit or `_` beside it.
pub fn has_word(text: &str, word: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(joins) && !text[at + word.len()..].chars().next().is_some_and(joins)
    })
}

/// `text` with comments, strings and character literals replaced by blanks; line ends stay.
fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = literal_or_comment(rest, out.chars().next_back());
        if length == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    out
}

/// The length of the comment or literal that `text` starts with, 0 for neither. `before` is the character before it.
fn literal_or_comment(text: &str, before: Option<char>) -> usize {
    let end_of = |found: Option<usize>, more: usize| found.map_or(text.len(), |at| at + more);
    if text.starts_with("//") {
        return end_of(text.find('\n'), 0);
    }
    if text.starts_with("/*") {
        return end_of(text.find("*/"), 2);
    }
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') && !text.starts_with('"') {
        return 0;
    }
    let unprefixed = text.trim_start_matches(['b', 'c']);
    let prefix = text.len() - unprefixed.len();
    if prefix <= 1 && unprefixed.starts_with('r') {
        let hashes = unprefixed[1..].len() - unprefixed[1..].trim_start_matches('#').len();
        if unprefixed[1 + hashes..].starts_with('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let start = prefix + hashes + 2;
            return text[start..].find(&close).map_or(text.len(), |at| start + at + close.len());
        }
    }
    if prefix <= 1 && unprefixed.starts_with('"') {
        return quoted(text, prefix + 1, '"');
    }
    if text.starts_with("b'") {
        return quoted(text, 2, '\'');
    }
    if let Some(inside) = text.strip_prefix('\'') {
        let mut chars = inside.chars();
        return match (chars.next(), chars.next()) {
            (Some('\\'), _) => quoted(text, 1, '\''),
            (Some(c), Some('\'')) => 2 + c.len_utf8(),
            // A lifetime.
            _ => 0,
        };
    }
    0
}

/// The length of a literal whose text starts at `start` and ends with an unescaped `quote`.
fn quoted(text: &str, start: usize, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text[start..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return start + at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}
