//! Classes and case of ASCII bytes, for bytes objects and the quick paths of strings.
//!
//! What lives here: the table and predicates over it. Start at [`Class`].

/// A set of byte classes, as bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Class(u8);

impl Class {
    pub const LOWER: Class = Class(1);
    pub const UPPER: Class = Class(2);
    pub const DIGIT: Class = Class(4);
    /// What `bytes.isspace` and `bytes.split` take for a space: ` \t\n\r\v\f`.
    pub const BYTES_SPACE: Class = Class(8);
    /// What `str.isspace` takes for a space: also `\x1c` to `\x1f`.
    pub const STR_SPACE: Class = Class(16);
    /// Where `str.splitlines` cuts: `\n\r\v\f\x1c\x1d\x1e`.
    pub const LINE_BREAK: Class = Class(32);
    pub const UNDERSCORE: Class = Class(64);
    pub const ALPHA: Class = Class(1 | 2);
    pub const ALNUM: Class = Class(1 | 2 | 4);
    pub const IDENTIFIER: Class = Class(1 | 2 | 4 | 64);

    /// The byte is in one of the classes.
    #[inline(always)]
    pub const fn contains(self, byte: u8) -> bool {
        CLASSES[byte as usize] & self.0 != 0
    }
}

static CLASSES: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' => 1,
            b'A'..=b'Z' => 2,
            b'0'..=b'9' => 4,
            b' ' | b'\t' => 8 | 16,
            b'\n' | b'\r' | 0x0b | 0x0c => 8 | 16 | 32,
            0x1c..=0x1e => 16 | 32,
            0x1f => 16,
            b'_' => 64,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// Every byte is in the class, and there is one.
pub fn all(bytes: &[u8], class: Class) -> bool {
    !bytes.is_empty() && bytes.iter().all(|&byte| class.contains(byte))
}

/// At least one letter, and every letter is of the `wanted` case.
pub fn is_cased(bytes: &[u8], wanted: Class, other: Class) -> bool {
    let mut found = false;
    for &byte in bytes {
        if other.contains(byte) {
            return false;
        }
        found |= wanted.contains(byte);
    }
    found
}

/// Words start with an upper-case letter and go on in lower case, and there is a word.
pub fn is_title(bytes: &[u8]) -> bool {
    let (mut in_word, mut found) = (false, false);
    for &byte in bytes {
        if Class::UPPER.contains(byte) {
            if in_word {
                return false;
            }
            (in_word, found) = (true, true);
        } else if Class::LOWER.contains(byte) {
            if !in_word {
                return false;
            }
        } else {
            in_word = false;
        }
    }
    found
}

/// First letter of each word in upper case, the others in lower case.
pub fn title(bytes: &mut [u8]) {
    let mut in_word = false;
    for byte in bytes {
        if in_word {
            byte.make_ascii_lowercase();
        } else {
            byte.make_ascii_uppercase();
        }
        in_word = Class::ALPHA.contains(*byte);
    }
}

/// Upper case becomes lower case and the other way round.
pub fn swap_case(bytes: &mut [u8]) {
    for byte in bytes {
        if Class::ALPHA.contains(*byte) {
            *byte ^= 0x20;
        }
    }
}

/// The first letter in upper case, the rest in lower case.
pub fn capitalize(bytes: &mut [u8]) {
    if let [first, rest @ ..] = bytes {
        first.make_ascii_uppercase();
        rest.make_ascii_lowercase();
    }
}

/// The first run of `class` bytes at or after `from`.
pub fn next_run(bytes: &[u8], from: usize, class: Class) -> Option<std::ops::Range<usize>> {
    let start = from + bytes[from..].iter().position(|&byte| class.contains(byte))?;
    let end = bytes[start..].iter().position(|&byte| !class.contains(byte)).map_or(bytes.len(), |n| start + n);
    Some(start..end)
}

/// The last run of `class` bytes before `to`.
pub fn previous_run(bytes: &[u8], to: usize, class: Class) -> Option<std::ops::Range<usize>> {
    let end = bytes[..to].iter().rposition(|&byte| class.contains(byte))? + 1;
    let start = bytes[..end].iter().rposition(|&byte| !class.contains(byte)).map_or(0, |n| n + 1);
    Some(start..end)
}

/// Expands tabs to columns of `size`; the column starts again after a line break.
pub fn expand_tabs(bytes: &[u8], size: usize, is_start: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for &byte in bytes {
        match byte {
            b'\t' => {
                if size > 0 {
                    let count = size - column % size;
                    out.resize(out.len() + count, b' ');
                    column += count;
                }
            }
            b'\n' | b'\r' => {
                out.push(byte);
                column = 0;
            }
            _ => {
                out.push(byte);
                column += usize::from(is_start(byte));
            }
        }
    }
    out
}

/// `zfill`: zeros between the sign and the rest, up to `width` units; `length` is the text's.
pub fn zero_fill(bytes: &[u8], length: usize, width: usize) -> Vec<u8> {
    let zeros = width.saturating_sub(length);
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut out = Vec::with_capacity(bytes.len() + zeros);
    out.extend_from_slice(&bytes[..sign]);
    out.resize(sign + zeros, b'0');
    out.extend_from_slice(&bytes[sign..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_case() {
        let mut text = *b"hello wORLD's 2nd";
        title(&mut text);
        assert_eq!(&text, b"Hello World'S 2Nd");
        assert!(is_title(&text) && !is_title(b"hello") && !is_title(b"") && !is_title(b"HeLlo"));
    }

    #[test]
    fn tabs_and_zeros() {
        assert_eq!(expand_tabs(b"a\tbc\td\n\te", 4, |_| true), b"a   bc  d\n    e");
        assert_eq!(zero_fill(b"-12", 3, 6), b"-00012");
        assert_eq!(zero_fill(b"12", 2, 1), b"12");
    }
}
