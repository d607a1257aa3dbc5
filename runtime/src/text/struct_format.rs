//! The format strings of the `struct` module.
//!
//! What lives here: parsing, sizes, alignment, byte order. What must not: Python values (`modules/struct_module`).
//! Start at [`Layout::parse`]. Source: Python library reference, "Format Strings" of `struct`.

/// The C type of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemKind {
    Char,
    Bool,
    Signed(u8),
    Unsigned(u8),
    Half,
    Float,
    Double,
    ComplexFloat,
    ComplexDouble,
    /// `P`: an address.
    Pointer,
    /// `s`: this many bytes.
    Bytes(usize),
    /// `p`: a length byte, then bytes; this many in all.
    Pascal(usize),
}

impl ItemKind {
    /// Bytes of an item.
    pub fn size(self) -> usize {
        match self {
            ItemKind::Char | ItemKind::Bool => 1,
            ItemKind::Signed(size) | ItemKind::Unsigned(size) => size as usize,
            ItemKind::Half => 2,
            ItemKind::Float => 4,
            ItemKind::Double | ItemKind::ComplexFloat | ItemKind::Pointer => 8,
            ItemKind::ComplexDouble => 16,
            ItemKind::Bytes(size) | ItemKind::Pascal(size) => size,
        }
    }

    /// Alignment in native mode.
    fn alignment(self) -> usize {
        match self {
            ItemKind::Bytes(_) | ItemKind::Pascal(_) => 1,
            ItemKind::ComplexFloat => 4,
            ItemKind::ComplexDouble => 8,
            _ => self.size(),
        }
    }
}

/// Equal items one behind the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    pub kind: ItemKind,
    /// The letter, for messages.
    pub letter: u8,
    /// Where the first item lies.
    pub offset: usize,
    pub count: usize,
}

/// A parsed format.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Layout {
    pub runs: Vec<Run>,
    /// Bytes of the whole.
    pub size: usize,
    /// Values packed or unpacked.
    pub values: usize,
    pub big_endian: bool,
    /// C's sizes and alignment, and its overflow of floats to infinity.
    pub native: bool,
}

/// The kind of a letter; native mode knows more letters and longer sizes.
fn kind(letter: u8, native: bool) -> Option<ItemKind> {
    let long = if native { 8 } else { 4 };
    Some(match letter {
        b'c' => ItemKind::Char,
        b'?' => ItemKind::Bool,
        b'b' => ItemKind::Signed(1),
        b'B' => ItemKind::Unsigned(1),
        b'h' => ItemKind::Signed(2),
        b'H' => ItemKind::Unsigned(2),
        b'i' => ItemKind::Signed(4),
        b'I' => ItemKind::Unsigned(4),
        b'l' => ItemKind::Signed(long),
        b'L' => ItemKind::Unsigned(long),
        b'q' => ItemKind::Signed(8),
        b'Q' => ItemKind::Unsigned(8),
        b'n' if native => ItemKind::Signed(8),
        b'N' if native => ItemKind::Unsigned(8),
        b'P' if native => ItemKind::Pointer,
        b'e' => ItemKind::Half,
        b'f' => ItemKind::Float,
        b'd' => ItemKind::Double,
        b'F' => ItemKind::ComplexFloat,
        b'D' => ItemKind::ComplexDouble,
        _ => return None,
    })
}

impl Layout {
    /// Parses a format; the error is the message of `struct.error`.
    pub fn parse(format: &[u8]) -> Result<Layout, &'static str> {
        const TOO_LONG: &str = "total struct size too long";
        let (native, big_endian, mut rest) = match format {
            [b'@', rest @ ..] => (true, cfg!(target_endian = "big"), rest),
            [b'=', rest @ ..] => (false, cfg!(target_endian = "big"), rest),
            [b'<', rest @ ..] => (false, false, rest),
            [b'>' | b'!', rest @ ..] => (false, true, rest),
            _ => (true, cfg!(target_endian = "big"), format),
        };
        let mut layout = Layout { runs: Vec::new(), size: 0, values: 0, big_endian, native };
        while let [first, tail @ ..] = rest {
            if matches!(first, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) {
                rest = tail;
                continue;
            }
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let mut count = 1usize;
            if digits > 0 {
                count = 0;
                for digit in &rest[..digits] {
                    count = count
                        .checked_mul(10)
                        .and_then(|n| n.checked_add((digit - b'0') as usize))
                        .filter(|&n| n <= isize::MAX as usize)
                        .ok_or(TOO_LONG)?;
                }
            }
            let Some(&letter) = rest.get(digits) else { return Err("repeat count given without format specifier") };
            rest = &rest[digits + 1..];
            match letter {
                b'x' => layout.size = layout.size.checked_add(count).ok_or(TOO_LONG)?,
                b's' | b'p' => {
                    let kind = if letter == b's' { ItemKind::Bytes(count) } else { ItemKind::Pascal(count) };
                    layout.add(kind, letter, 1).ok_or(TOO_LONG)?;
                }
                _ => layout
                    .add(kind(letter, native).ok_or("bad char in struct format")?, letter, count)
                    .ok_or(TOO_LONG)?,
            }
            if layout.size > isize::MAX as usize {
                return Err(TOO_LONG);
            }
        }
        Ok(layout)
    }

    fn add(&mut self, kind: ItemKind, letter: u8, count: usize) -> Option<()> {
        if self.native {
            self.size = self.size.checked_next_multiple_of(kind.alignment())?;
        }
        let offset = self.size;
        self.size = offset.checked_add(kind.size().checked_mul(count)?)?;
        self.values = self.values.checked_add(count)?;
        if count > 0 {
            self.runs.push(Run { kind, letter, offset, count });
        }
        Some(())
    }

    /// The first eight bytes of an item as a number.
    pub fn read_word(&self, item: &[u8]) -> u64 {
        let mut word = [0; 8];
        let size = item.len().min(8);
        word[..size].copy_from_slice(&item[..size]);
        if self.big_endian {
            word[..size].reverse();
        }
        u64::from_le_bytes(word)
    }

    /// Writes the low bytes of a number.
    pub fn write_word(&self, item: &mut [u8], word: u64) {
        let size = item.len().min(8);
        item[..size].copy_from_slice(&word.to_le_bytes()[..size]);
        if self.big_endian {
            item[..size].reverse();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_alignment() {
        for (format, size) in [
            ("bh", 4),
            ("<bi", 5),
            ("bi", 8),
            ("bq", 16),
            ("3s5p2x", 10),
            ("b0i", 4),
            ("2h 3b", 7),
            ("", 0),
            (">", 0),
            ("l", 8),
            ("=l", 4),
        ] {
            assert_eq!(Layout::parse(format.as_bytes()).map(|layout| layout.size), Ok(size), "{format}");
        }
        assert_eq!(Layout::parse(b"5"), Err("repeat count given without format specifier"));
        assert_eq!(Layout::parse(b"<n"), Err("bad char in struct format"));
        assert_eq!(Layout::parse(b"99999999999999999999i"), Err("total struct size too long"));
    }
}
