//! UTF-8 (RFC 3629).
//!
//! What lives here: the strict codec; surrogates are faults. Start at [`step`].

use super::Progress;
use std::ops::Range;

pub const NAME: &str = "utf-8";
pub const ENCODE_REASON: &str = "surrogates not allowed";

/// Decodes from `from` on. With `last` unset an incomplete sequence at the end waits for more input.
pub fn step(input: &[u8], from: usize, last: bool, out: &mut Vec<u8>) -> Progress {
    match std::str::from_utf8(&input[from..]) {
        Ok(text) => {
            out.extend_from_slice(text.as_bytes());
            Progress::Finished(input.len())
        }
        Err(error) => {
            let start = from + error.valid_up_to();
            out.extend_from_slice(&input[from..start]);
            match error.error_len() {
                None if !last => Progress::Finished(start),
                None => Progress::Stuck { range: start..input.len(), reason: "unexpected end of data" },
                Some(length) => {
                    let reason = match input[start] {
                        0x80..=0xc1 | 0xf5..=0xff => "invalid start byte",
                        _ => "invalid continuation byte",
                    };
                    Progress::Stuck { range: start..start + length, reason }
                }
            }
        }
    }
}

/// Encodes from `from` on, up to the next run of surrogates.
pub fn encode_step(text: &[u8], from: usize, out: &mut Vec<u8>) -> Option<Range<usize>> {
    let mut run = next_surrogates(text, from);
    if let Some(run) = &mut run {
        while is_surrogate_at(text, run.end) {
            run.end += 3;
        }
    }
    out.extend_from_slice(&text[from..run.as_ref().map_or(text.len(), |run| run.start)]);
    run
}

/// The first surrogate at or after `from`.
fn next_surrogates(text: &[u8], from: usize) -> Option<Range<usize>> {
    let mut offset = from;
    while let Some(at) = memchr::memchr(0xed, &text[offset..]) {
        offset += at;
        if is_surrogate_at(text, offset) {
            return Some(offset..offset + 3);
        }
        offset += 3;
    }
    None
}

fn is_surrogate_at(text: &[u8], offset: usize) -> bool {
    matches!(text.get(offset..offset + 2), Some([0xed, 0xa0..=0xbf]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_fault(input: &[u8]) -> Option<(Range<usize>, &'static str)> {
        match step(input, 0, true, &mut Vec::new()) {
            Progress::Finished(_) => None,
            Progress::Stuck { range, reason } => Some((range, reason)),
        }
    }

    #[test]
    fn faults_cover_the_maximal_subpart() {
        assert_eq!(first_fault("aé€😀".as_bytes()), None);
        assert_eq!(first_fault(b"a\x80"), Some((1..2, "invalid start byte")));
        assert_eq!(first_fault(b"\xe2\x28\xa1"), Some((0..1, "invalid continuation byte")));
        assert_eq!(first_fault(b"\xf0\x9f\x28"), Some((0..2, "invalid continuation byte")));
        assert_eq!(first_fault(b"\xf0\x9f"), Some((0..2, "unexpected end of data")));
        assert_eq!(first_fault(b"\xed\xa0\x80"), Some((0..1, "invalid continuation byte")));
        assert_eq!(step(b"a\xf0\x9f", 0, false, &mut Vec::new()), Progress::Finished(1));
    }

    #[test]
    fn surrogates_cannot_be_encoded() {
        let text = b"\xed\x9f\xbf\xed\xa0\x80\xed\xb0\x80z";
        assert_eq!(encode_step(text, 0, &mut Vec::new()), Some(3..9));
    }
}
