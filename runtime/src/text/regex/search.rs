//! Searching: at which positions a program is tried.
//!
//! What lives here: [`search`] and [`match_at`]. What must not: the matching itself ([`super::machine`]).

use super::Subject;
use super::machine::{Constraints, Interrupt, Machine};
use super::program::{Program, Start};
use crate::text;

/// A match: byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Tries the program at `start` only. The machine holds the marks afterwards.
pub fn match_at<S: Subject, I: Interrupt>(
    machine: &mut Machine<'_, S>,
    start: usize,
    constraints: Constraints,
    interrupt: &mut I,
) -> Result<Option<Span>, I::Error> {
    machine.reset();
    Ok(machine.run(start, constraints, interrupt)?.map(|end| Span { start, end }))
}

/// The first match that starts at `start` or behind it.
pub fn search<S: Subject, I: Interrupt>(
    program: &Program,
    machine: &mut Machine<'_, S>,
    subject: S,
    start: usize,
    constraints: Constraints,
    interrupt: &mut I,
) -> Result<Option<Span>, I::Error> {
    let end = subject.end();
    if start > end {
        return Ok(None);
    }
    let bytes = subject.bytes();
    // Too short a rest cannot match; bytes are at least as many as characters.
    let last = if program.minimum_length > 0 {
        match end.checked_sub(program.minimum_length) {
            Some(last) if last >= start => last,
            _ => return Ok(None),
        }
    } else {
        end
    };
    let mut position = start;
    match &program.start {
        Start::Anchored => {
            return if start == 0 { match_at(machine, 0, constraints, interrupt) } else { Ok(None) };
        }
        Start::Prefix { latin1, utf8 } => {
            let prefix: &[u8] = match (S::SINGLE_BYTE, latin1) {
                (true, Some(latin1)) => latin1,
                (true, None) => return Ok(None),
                (false, _) => utf8,
            };
            let rest = &bytes[start..];
            // Preparing a search takes longer than searching a short text.
            let finder = (!text::search::is_direct(rest, prefix)).then(|| memchr::memmem::Finder::new(prefix));
            let next = |rest| match &finder {
                Some(finder) => finder.find(rest),
                None => text::search::find(rest, prefix),
            };
            while let Some(found) = next(&bytes[position..]) {
                position += found;
                if let Some(span) = match_at(machine, position, constraints, interrupt)? {
                    return Ok(Some(span));
                }
                position = subject.next(position).1;
            }
            return Ok(None);
        }
        Start::Set(set) => {
            while position <= last && position < end {
                if S::SINGLE_BYTE {
                    match bytes[position..].iter().position(|&byte| set.contains_byte(byte)) {
                        Some(skipped) => position += skipped,
                        None => return Ok(None),
                    }
                } else {
                    let (character, next) = subject.next(position);
                    if !set.contains(character) {
                        position = next;
                        continue;
                    }
                }
                if let Some(span) = match_at(machine, position, constraints, interrupt)? {
                    return Ok(Some(span));
                }
                position = subject.next(position).1;
            }
            return Ok(None);
        }
        Start::Unknown => {}
    }
    loop {
        if position > last {
            return Ok(None);
        }
        if let Some(span) = match_at(machine, position, constraints, interrupt)? {
            return Ok(Some(span));
        }
        if position >= end {
            return Ok(None);
        }
        position = subject.next(position).1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile::compile;
    use super::super::machine::Buffers;
    use super::super::{Latin1, Utf8};
    use super::*;

    struct Never;
    impl Interrupt for Never {
        type Error = std::convert::Infallible;
        fn poll(&mut self) -> Result<(), Self::Error> {
            Ok(())
        }
    }

    const FREE: Constraints = Constraints { whole: false, not_empty_at: None };

    fn find(codes: &[u32], groups: usize, text: &str) -> Option<(Span, Vec<usize>)> {
        let program = compile(codes, groups).unwrap_or_else(|_| panic!("invalid code"));
        if text.is_ascii() {
            let subject = Latin1(text.as_bytes());
            let mut machine = Machine::new(&program, subject, Buffers::default());
            let Ok(span) = search(&program, &mut machine, subject, 0, FREE, &mut Never);
            span.map(|span| (span, machine.marks))
        } else {
            let subject = Utf8(text.as_bytes());
            let mut machine = Machine::new(&program, subject, Buffers::default());
            let Ok(span) = search(&program, &mut machine, subject, 0, FREE, &mut Never);
            span.map(|span| (span, machine.marks))
        }
    }

    // Codes are what CPython 3.14's `re._compiler` makes of the pattern in the comment.
    #[test]
    fn a_greedy_repeat_gives_back() {
        // a.*b
        let codes = [14, 8, 1, 2, 4294967295, 1, 1, 97, 0, 16, 97, 24, 5, 0, 4294967295, 2, 1, 16, 98, 1];
        assert_eq!(find(&codes, 0, "xxaabbc").map(|m| m.0), Some(Span { start: 2, end: 6 }));
        assert_eq!(find(&codes, 0, "aé€b").map(|m| m.0), Some(Span { start: 0, end: 7 }));
        assert_eq!(find(&codes, 0, "a\nb"), None);
    }
}
