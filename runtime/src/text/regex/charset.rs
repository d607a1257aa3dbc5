//! Character sets: `[...]`.
//!
//! What lives here: [`CharSet`], made of the codes of a set. Membership below 256 is one bit; the rest of the
//! codes is consulted only above. Start at [`CharSet::contains`].

use super::{Case, Category, upper_unicode};

/// One member rule of a set, tried in order.
#[derive(Clone, Debug)]
enum Rule {
    Literal(u32),
    Range(u32, u32),
    /// A range whose members match in either case.
    RangeUnicodeIgnore(u32, u32),
    Category(Category, bool),
    /// 256 bits.
    Bitmap([u32; 8]),
    /// Chunk number of each block of 256 characters, and the chunks.
    BigBitmap {
        blocks: Box<[u8; 256]>,
        chunks: Box<[[u32; 8]]>,
    },
}

impl Rule {
    fn contains(&self, character: u32) -> bool {
        let bit = |bits: &[u32; 8], index: u32| bits[(index >> 5) as usize] >> (index & 31) & 1 != 0;
        match self {
            Rule::Literal(literal) => character == *literal,
            Rule::Range(low, high) => (*low..=*high).contains(&character),
            Rule::RangeUnicodeIgnore(low, high) => {
                (*low..=*high).contains(&character) || (*low..=*high).contains(&upper_unicode(character))
            }
            Rule::Category(category, wanted) => category.contains(character) == *wanted,
            Rule::Bitmap(bits) => character < 256 && bit(bits, character),
            Rule::BigBitmap { blocks, chunks } => {
                character < 0x1_0000
                    && chunks
                        .get(blocks[(character >> 8) as usize] as usize)
                        .is_some_and(|chunk| bit(chunk, character & 255))
            }
        }
    }
}

/// A set of characters.
#[derive(Clone, Debug)]
pub struct CharSet {
    /// Membership of the first 256 characters, case already dealt with.
    low: [u64; 4],
    rules: Vec<Rule>,
    negated: bool,
    case: Case,
}

impl CharSet {
    /// The character is in the set.
    #[inline(always)]
    pub fn contains(&self, character: u32) -> bool {
        if character < 256 {
            return self.low[(character >> 6) as usize] >> (character & 63) & 1 != 0;
        }
        self.contains_slowly(character)
    }

    fn contains_slowly(&self, character: u32) -> bool {
        let has = |character: u32| self.rules.iter().any(|rule| rule.contains(character)) != self.negated;
        let folded = self.case.fold(character);
        has(folded)
            || self.case == Case::Locale
                && u8::try_from(character).is_ok_and(|byte| has(u32::from(byte.to_ascii_uppercase())))
    }

    /// As [`CharSet::contains`] for one byte of a Latin-1 subject.
    #[inline(always)]
    pub fn contains_byte(&self, byte: u8) -> bool {
        self.low[(byte >> 6) as usize] >> (byte & 63) & 1 != 0
    }

    fn finish(mut self) -> CharSet {
        for character in 0..256 {
            if self.contains_slowly(character) {
                self.low[(character >> 6) as usize] |= 1 << (character & 63);
            }
        }
        self
    }

    /// The set with one category.
    pub fn of_category(category: Category, wanted: bool) -> CharSet {
        CharSet { low: [0; 4], rules: vec![Rule::Category(category, wanted)], negated: false, case: Case::Exact }
            .finish()
    }

    /// Reads the codes of a set up to its FAILURE code. Returns the set and the index behind it.
    pub fn read(codes: &[u32], mut at: usize, case: Case) -> Option<(CharSet, usize)> {
        use super::compile::opcode;
        let mut set = CharSet { low: [0; 4], rules: Vec::new(), negated: false, case };
        loop {
            let code = *codes.get(at)?;
            at += 1;
            let mut word = || {
                let word = codes.get(at).copied();
                at += 1;
                word
            };
            match code {
                opcode::FAILURE => return Some((set.finish(), at)),
                // It stands first, and once.
                opcode::NEGATE if set.rules.is_empty() => set.negated = !set.negated,
                opcode::LITERAL => set.rules.push(Rule::Literal(word()?)),
                opcode::RANGE => set.rules.push(Rule::Range(word()?, word()?)),
                opcode::RANGE_UNI_IGNORE => set.rules.push(Rule::RangeUnicodeIgnore(word()?, word()?)),
                opcode::CATEGORY => {
                    let (category, wanted) = category(word()?)?;
                    set.rules.push(Rule::Category(category, wanted));
                }
                opcode::CHARSET => {
                    set.rules.push(Rule::Bitmap(*codes.get(at..)?.first_chunk()?));
                    at += 8;
                }
                opcode::BIGCHARSET => {
                    let count = word()? as usize;
                    let numbers = codes.get(at..at + 64)?;
                    let mut blocks = Box::new([0u8; 256]);
                    for (index, number) in numbers.iter().enumerate() {
                        blocks[index * 4..index * 4 + 4].copy_from_slice(&number.to_ne_bytes());
                    }
                    at += 64;
                    let (chunks, _) = codes.get(at..at.checked_add(count.checked_mul(8)?)?)?.as_chunks::<8>();
                    set.rules.push(Rule::BigBitmap { blocks, chunks: chunks.into() });
                    at += count * 8;
                }
                _ => return None,
            }
        }
    }

    /// A literal character in either case, as a set: what a case-insensitive literal is.
    pub fn of_literal(character: u32, case: Case, wanted: bool) -> CharSet {
        CharSet { low: [0; 4], rules: vec![Rule::Literal(case.fold(character))], negated: !wanted, case }.finish()
    }

    /// The single character of the set, if it has just one and is case-sensitive.
    pub fn single(&self) -> Option<u32> {
        match (self.rules.as_slice(), self.negated, self.case) {
            ([Rule::Literal(character)], false, Case::Exact) => Some(*character),
            _ => None,
        }
    }
}

/// A category code and whether it is meant plainly.
pub fn category(code: u32) -> Option<(Category, bool)> {
    Some(match code {
        0 => (Category::Digit, true),
        1 => (Category::Digit, false),
        2 => (Category::Space, true),
        3 => (Category::Space, false),
        // In the C locale its words are the ASCII ones.
        4 | 8 => (Category::Word, true),
        5 | 9 => (Category::Word, false),
        6 => (Category::LineBreak, true),
        7 => (Category::LineBreak, false),
        10 => (Category::UnicodeDigit, true),
        11 => (Category::UnicodeDigit, false),
        12 => (Category::UnicodeSpace, true),
        13 => (Category::UnicodeSpace, false),
        14 => (Category::UnicodeWord, true),
        15 => (Category::UnicodeWord, false),
        16 => (Category::UnicodeLineBreak, true),
        17 => (Category::UnicodeLineBreak, false),
        _ => return None,
    })
}
