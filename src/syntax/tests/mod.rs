//! Syntax errors against CPython's: the table `errors.txt` beside this file.
//!
//! A line is the source as a JSON string, then `ok` or the class of the error, `line:column-line:column`, and
//! the message, all as CPython 3.14 gives them.

use crate::compiler::{CompileOptions, compile};
use crate::syntax::{CompileError, SourceText};

/// Reads a JSON string at the start of `line`; gives it and the rest.
fn json_string(line: &str) -> (String, &str) {
    let mut text = String::new();
    let mut rest = line[1..].char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' => return (text, line[at + 2..].trim_start()),
            '\\' => match rest.next().map(|(_, c)| c) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('u') => {
                    let code: String = rest.by_ref().take(4).map(|(_, c)| c).collect();
                    text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(other) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    (text, "")
}

fn outcome(source: &str) -> String {
    match compile(&SourceText::new(source, "f"), &CompileOptions::default()) {
        Ok(_) => "ok".into(),
        Err(CompileError::Syntax(info)) => format!(
            "{} {}:{}-{}:{} {}",
            info.kind.class_name(),
            info.line,
            info.column,
            info.end_line,
            info.end_column,
            info.message
        ),
        Err(other) => other.to_string(),
    }
}

/// Lines of the table that differ still, in words or in place. This number may only go down.
const KNOWN_DIFFERENCES: usize = 1;

#[test]
fn errors_are_worded_and_placed_as_cpythons() {
    let (mut different, mut words) = (Vec::new(), 0);
    let table = include_str!("errors.txt");
    for line in table.lines() {
        let (source, expected) = json_string(line);
        let actual = outcome(&source);
        if actual != expected {
            let message = |text: &str| text.splitn(3, ' ').nth(2).map(str::to_owned);
            words += usize::from(message(&actual) != message(expected));
            different.push(format!("{source:?}\n   want {expected}\n   have {actual}"));
        }
    }
    let total = table.lines().count();
    assert!(
        different.len() <= KNOWN_DIFFERENCES,
        "{} of {total} differ, {words} in words:\n{}",
        different.len(),
        different.join("\n")
    );
}

/// Whatever is typed, compiling ends in code or in an error: pieces of real code are cut, doubled and mixed.
#[test]
fn no_source_brings_the_front_end_down() {
    let table = include_str!("errors.txt");
    let sources: Vec<String> = table.lines().map(|line| json_string(line).0).collect();
    let mut state = 0x2545_f491_4f6c_dd1du64;
    let mut random = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit.max(1) as u64) as usize
    };
    for _ in 0..6000 {
        let mut characters: Vec<char> = sources[random(sources.len())].chars().collect();
        let other: Vec<char> = sources[random(sources.len())].chars().collect();
        match random(4) {
            0 => characters.truncate(random(characters.len() + 1)),
            1 => {
                let at = random(characters.len() + 1);
                characters.splice(at..at, other);
            }
            2 => {
                let at = random(characters.len() + 1);
                characters.splice(at.., other);
            }
            _ => {
                let marks =
                    ['(', ')', '[', ']', '{', '}', '"', '\'', '\\', '\n', ' ', '\t', ':', ',', '=', 'f', 'é', '#', '*'];
                for _ in 0..=random(3) {
                    let at = random(characters.len() + 1);
                    characters.insert(at, marks[random(marks.len())]);
                }
            }
        }
        let source: String = characters.into_iter().collect();
        let result = std::panic::catch_unwind(|| outcome(&source));
        assert!(result.is_ok(), "{source:?}");
    }
}
