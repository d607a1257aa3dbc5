//! Searching, splitting and replacing in byte slices: for bytes objects, and for the bytes of strings.
//!
//! What lives here: functions that work on bytes. In generalised UTF-8 a match of a non-empty needle always
//! starts and ends on code point boundaries, so strings use them unchanged. What must not: whitespace and line
//! boundaries of Unicode (`properties`). Start at [`find`]. Linear time throughout (`memchr::memmem`: two-way
//! and vector search), but for texts so short that preparing such a search costs more than it saves.

use memchr::memmem;
use smallvec::SmallVec;
use std::ops::Range;

/// The first occurrence of `needle`; an empty one occurs at 0.
pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [byte] => find_byte(haystack, *byte),
        _ if haystack.len() <= SHORT => find_in_short(haystack, needle),
        _ => memmem::find(haystack, needle),
    }
}

/// [`find`] prepares nothing for these, so that a prepared search gains nothing.
pub fn is_direct(haystack: &[u8], needle: &[u8]) -> bool {
    needle.len() <= 1 || haystack.len() <= SHORT
}

/// Texts up to this length are searched without preparation.
const SHORT: usize = 128;

/// [`find`] by the places of the first byte.
fn find_in_short(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (&first, rest) = needle.split_first()?;
    let starts = haystack.get(..=haystack.len().checked_sub(needle.len())?)?;
    memchr::memchr_iter(first, starts).find(|&at| haystack[at + 1..].starts_with(rest))
}

/// The last occurrence of `needle`; an empty one occurs at the end.
pub fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(haystack.len()),
        [byte] => memchr::memrchr(*byte, haystack),
        _ => memmem::rfind(haystack, needle),
    }
}

/// How often a non-empty `needle` occurs without overlap.
pub fn count(haystack: &[u8], needle: &[u8]) -> usize {
    match needle {
        [byte] => memchr::memchr_iter(*byte, haystack).count(),
        _ if haystack.len() <= SHORT => Split::new(haystack, needle, usize::MAX).count() - 1,
        _ => memmem::find_iter(haystack, needle).count(),
    }
}

/// Where a byte first occurs that is expected soon: the first eight bytes are looked at as one word.
#[inline]
fn find_byte(haystack: &[u8], byte: u8) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let Some((near, far)) = haystack.split_first_chunk::<8>() else {
        return haystack.iter().position(|&other| other == byte);
    };
    // A byte that is the same becomes zero; the lowest zero byte is found exactly by the borrow of a subtraction.
    let word = u64::from_le_bytes(*near) ^ (ONES * u64::from(byte));
    let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
    match zeros {
        0 => memchr::memchr(byte, far).map(|at| near.len() + at),
        _ => Some(zeros.trailing_zeros() as usize / 8),
    }
}

/// The pieces between occurrences of a non-empty separator from the left, at most `limit` cuts.
pub struct Split<'a> {
    haystack: &'a [u8],
    finder: Finder<'a>,
    limit: usize,
    position: usize,
    done: bool,
}

enum Finder<'a> {
    Byte(u8),
    /// In a short text.
    Short(&'a [u8]),
    Bytes(memmem::Finder<'a>, usize),
}

impl<'a> Split<'a> {
    pub fn new(haystack: &'a [u8], separator: &'a [u8], limit: usize) -> Split<'a> {
        let finder = match separator {
            [byte] => Finder::Byte(*byte),
            _ if haystack.len() <= SHORT => Finder::Short(separator),
            _ => Finder::Bytes(memmem::Finder::new(separator), separator.len()),
        };
        Split { haystack, finder, limit, position: 0, done: false }
    }
}

impl Iterator for Split<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        if self.done {
            return None;
        }
        let start = self.position;
        let found = if self.limit == 0 {
            None
        } else {
            let rest = &self.haystack[start..];
            match &self.finder {
                Finder::Byte(byte) => find_byte(rest, *byte).map(|at| (at, 1)),
                Finder::Short(separator) => find_in_short(rest, separator).map(|at| (at, separator.len())),
                Finder::Bytes(finder, length) => finder.find(rest).map(|at| (at, *length)),
            }
        };
        match found {
            Some((at, length)) => {
                self.limit -= 1;
                self.position = start + at + length;
                Some(start..start + at)
            }
            None => {
                self.done = true;
                Some(start..self.haystack.len())
            }
        }
    }
}

/// The pieces between occurrences of a non-empty separator from the right, at most `limit` cuts, in the
/// order of the text.
pub fn rsplit(haystack: &[u8], separator: &[u8], limit: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut end = haystack.len();
    while pieces.len() < limit {
        let Some(at) = rfind(&haystack[..end], separator) else { break };
        pieces.push(at + separator.len()..end);
        end = at;
    }
    pieces.push(0..end);
    pieces.reverse();
    pieces
}

/// The words between runs of separators, at most `limit` cuts from the left. `next_separator(text, from)`
/// gives the first run of separators at or after `from`.
///
/// With the limit reached, the rest goes to the last piece without its leading run; a trailing run is then
/// kept only if something precedes it in that piece, as `str.split` does.
pub fn split_runs(
    length: usize,
    limit: usize,
    next_separator: impl Fn(usize) -> Option<Range<usize>>,
) -> impl Iterator<Item = Range<usize>> {
    let (mut position, mut cuts) = (0, 0);
    std::iter::from_fn(move || {
        let mut run = next_separator(position);
        if let Some(leading) = &run
            && leading.start == position
        {
            position = leading.end;
            run = next_separator(position);
        }
        if position >= length {
            return None;
        }
        let start = position;
        match run {
            Some(run) if cuts < limit => {
                cuts += 1;
                position = run.end;
                Some(start..run.start)
            }
            _ => {
                position = length;
                Some(start..length)
            }
        }
    })
}

/// As [`split_runs`] from the right: `previous_separator(to)` gives the last run of separators before `to`. The
/// pieces are in the order of the text.
pub fn rsplit_runs(
    length: usize,
    limit: usize,
    previous_separator: impl Fn(usize) -> Option<Range<usize>>,
) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut end = length;
    loop {
        let run = previous_separator(end);
        if let Some(run) = &run
            && run.end == end
        {
            end = run.start;
            continue;
        }
        if end == 0 {
            break;
        }
        match run {
            Some(run) if pieces.len() < limit => {
                pieces.push(run.end..end);
                end = run.start;
            }
            _ => {
                pieces.push(0..end);
                break;
            }
        }
    }
    pieces.reverse();
    pieces
}

/// Where a needle stands that is to be replaced.
pub struct Replacement<'a> {
    haystack: &'a [u8],
    needle: &'a [u8],
    /// Starts of the occurrences, in order.
    places: SmallVec<[usize; 16]>,
}

impl<'a> Replacement<'a> {
    /// Looks for at most `limit` occurrences of a non-empty `needle`. `None`: there are none.
    pub fn find(haystack: &'a [u8], needle: &'a [u8], limit: usize) -> Option<Replacement<'a>> {
        let places = match needle {
            [byte] => memchr::memchr_iter(*byte, haystack).take(limit).collect(),
            _ if haystack.len() <= SHORT => {
                let mut places = SmallVec::new();
                let mut from = 0;
                while places.len() < limit
                    && let Some(at) = find_in_short(&haystack[from..], needle)
                {
                    places.push(from + at);
                    from += at + needle.len();
                }
                places
            }
            _ => memmem::find_iter(haystack, needle).take(limit).collect::<SmallVec<_>>(),
        };
        (!places.is_empty()).then_some(Replacement { haystack, needle, places })
    }

    /// How many occurrences there are.
    pub fn count(&self) -> usize {
        self.places.len()
    }

    /// Bytes of the result with `replacement` in their places; `None` if no memory has so many.
    pub fn length(&self, replacement: &[u8]) -> Option<usize> {
        let kept = self.haystack.len() - self.count() * self.needle.len();
        self.count().checked_mul(replacement.len())?.checked_add(kept).filter(|&length| length <= isize::MAX as usize)
    }

    /// Writes the result into `target`, which has [`Replacement::length`] bytes.
    pub fn write(&self, replacement: &[u8], target: &mut [u8]) {
        if replacement.len() == self.needle.len() {
            target.copy_from_slice(self.haystack);
            for &place in &self.places {
                target[place..place + replacement.len()].copy_from_slice(replacement);
            }
            return;
        }
        let (mut from, mut to) = (0, 0);
        let mut put = |bytes: &[u8]| {
            target[to..to + bytes.len()].copy_from_slice(bytes);
            to += bytes.len();
        };
        for &place in &self.places {
            put(&self.haystack[from..place]);
            put(replacement);
            from = place + self.needle.len();
        }
        put(&self.haystack[from..]);
    }
}

/// Inserts `replacement` before each unit of `haystack` and at its end, at most `limit` times: what
/// replacing an empty needle means. `unit(offset)` is the length of the unit at `offset`.
pub fn interleave(haystack: &[u8], replacement: &[u8], limit: usize, unit: impl Fn(usize) -> usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(haystack.len() + replacement.len() * limit.min(haystack.len() + 1));
    let mut offset = 0;
    for _ in 0..limit {
        out.extend_from_slice(replacement);
        if offset >= haystack.len() {
            return out;
        }
        let next = offset + unit(offset);
        out.extend_from_slice(&haystack[offset..next]);
        offset = next;
    }
    out.extend_from_slice(&haystack[offset..]);
    out
}

/// Start and end as `find`, `count`, `startswith`, ... understand them: negative ones count from the end,
/// both are cut to the length. `None`: the start lies behind the end (or behind the text).
pub fn clip_range(length: usize, start: Option<isize>, end: Option<isize>) -> Option<Range<usize>> {
    let signed = length as isize;
    let clip = |index: isize| if index < 0 { (index + signed).max(0) } else { index };
    let end = clip(end.unwrap_or(isize::MAX)).min(signed);
    let start = clip(start.unwrap_or(0));
    (start <= end).then_some(start as usize..end as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, ranges: impl IntoIterator<Item = Range<usize>>) -> Vec<String> {
        ranges.into_iter().map(|range| text[range].to_owned()).collect()
    }

    fn words(text: &str, limit: usize) -> Vec<String> {
        let next = |from: usize| {
            let start = from + text[from..].find(' ')?;
            let end = start + text[start..].find(|c| c != ' ').unwrap_or(text.len() - start);
            Some(start..end)
        };
        pieces(text, split_runs(text.len(), limit, next))
    }

    #[test]
    fn splitting() {
        let text = "a--b--c";
        assert_eq!(pieces(text, Split::new(text.as_bytes(), b"--", usize::MAX)), ["a", "b", "c"]);
        assert_eq!(pieces(text, Split::new(text.as_bytes(), b"--", 1)), ["a", "b--c"]);
        assert_eq!(pieces(text, rsplit(text.as_bytes(), b"--", 1)), ["a--b", "c"]);
        assert_eq!(pieces("", Split::new(b"", b",", usize::MAX)), [""]);
        assert_eq!(words("  a b  c  ", usize::MAX), ["a", "b", "c"]);
        assert_eq!(words("  a b  c  ", 1), ["a", "b  c  "]);
        assert_eq!(words("  a b  c  ", 0), ["a b  c  "]);
        assert_eq!(words("   ", usize::MAX), Vec::<String>::new());
    }

    fn replace(haystack: &[u8], needle: &[u8], replacement: &[u8], limit: usize) -> Option<Vec<u8>> {
        let found = Replacement::find(haystack, needle, limit)?;
        let mut out = vec![0; found.length(replacement)?];
        found.write(replacement, &mut out);
        Some(out)
    }

    #[test]
    fn replacing() {
        assert_eq!(replace(b"aXbXc", b"X", b"--", usize::MAX).as_deref(), Some(&b"a--b--c"[..]));
        assert_eq!(replace(b"aXbXc", b"X", b"y", 1).as_deref(), Some(&b"aybXc"[..]));
        assert_eq!(replace(b"abc", b"X", b"y", usize::MAX), None);
        assert_eq!(replace(b"aabaab", b"aab", b"", usize::MAX).as_deref(), Some(&b""[..]));
        assert_eq!((find(b"aab", b"ab"), find(b"aab", b"abc"), find(b"ab", b"aab")), (Some(1), None, None));
        assert_eq!((count(b"aaaa", b"aa"), count(b"", b"aa")), (2, 0));
        assert_eq!(interleave(b"abc", b"-", usize::MAX, |_| 1), b"-a-b-c-");
        assert_eq!(interleave(b"abc", b"-", 2, |_| 1), b"-a-bc");
    }

    #[test]
    fn ranges() {
        assert_eq!(clip_range(5, Some(-2), None), Some(3..5));
        assert_eq!(clip_range(5, Some(6), None), None);
        assert_eq!(clip_range(5, Some(5), None), Some(5..5));
        assert_eq!(clip_range(5, Some(-9), Some(-9)), Some(0..0));
    }
}
