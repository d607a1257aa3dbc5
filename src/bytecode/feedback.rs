//! Layout of feedback vectors: what kinds of sites there are and what their words mean.
//!
//! A function's feedback vector is [`super::code::Code::feedback_words`] zeroed 8-byte words; the site operand
//! of an instruction is the offset of its first word. The interpreter writes, the JIT reads. What lives here:
//! sizes and bit meanings. What must not: reading, writing, or anything about heap objects.
//!
//! Words of the kinds that only count and classify (`Binary`, `Compare`, `Branch`, `Iter`, first word of
//! `Subscript`) hold no pointers; what the other kinds hold is the interpreter's business.

/// The kinds of feedback sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SiteKind {
    /// One word: [`binary`].
    Binary,
    /// One word: [`compare`].
    Compare,
    /// One word: [`branch`].
    Branch,
    /// Ten words: four entries of two words (shape and what it leads to), two words of meta data.
    Attr,
    /// Two words: versions of the dictionaries, and the value or where it lies.
    Global,
    /// Four words: the callees seen.
    Call,
    /// One word: [`iter`].
    Iter,
    /// Two words: [`subscript`] and one for the interpreter's cache.
    Subscript,
    /// One word: a count of the times the back edge was taken, from the lowest bit.
    Loop,
}

impl SiteKind {
    /// Size of a site in 8-byte words.
    pub const fn words(self) -> u16 {
        match self {
            SiteKind::Binary | SiteKind::Compare | SiteKind::Branch | SiteKind::Iter | SiteKind::Loop => 1,
            SiteKind::Global | SiteKind::Subscript => 2,
            SiteKind::Call => 4,
            SiteKind::Attr => 10,
        }
    }
}

/// Size of the biggest kind of site, and so of [`super::code::Code::cold_site`].
pub const MAXIMUM_SITE_WORDS: u16 = SiteKind::Attr.words();

/// Kinds of operands seen: a set of 8 bits, one set per side.
pub mod operand {
    /// An int that fits the tagged word; not a bool.
    pub const SMALL_INT: u64 = 1 << 0;
    /// `True` or `False`.
    pub const BOOL: u64 = 1 << 1;
    /// An int on the heap.
    pub const BIG_INT: u64 = 1 << 2;
    /// A float.
    pub const FLOAT: u64 = 1 << 3;
    /// A str.
    pub const STR: u64 = 1 << 4;
    /// A list or tuple.
    pub const SEQUENCE: u64 = 1 << 5;
    /// `None`.
    pub const NONE: u64 = 1 << 6;
    /// Anything else, subclasses of the above included.
    pub const OTHER: u64 = 1 << 7;
    /// All bits of one side.
    pub const MASK: u64 = 0xff;
}

/// The word of a `Binary` site: kinds of the left side in bits 0-7, of the right side in bits 8-15
/// (zero for unary operations), then the flags here. The upper 32 bits: the shape id of the left operand
/// last seen when it was `OTHER`.
pub mod binary {
    /// Shift of the right side's kinds.
    pub const RHS_SHIFT: u32 = 8;
    /// Two small ints gave a result that is not a small int.
    pub const INT_OVERFLOW: u64 = 1 << 16;
    /// The operation raised.
    pub const RAISED: u64 = 1 << 17;
    /// The result was a float although both operands were ints (`2 ** -1`, `/`).
    pub const FLOAT_RESULT: u64 = 1 << 18;
    /// Shift of the shape id.
    pub const SHAPE_SHIFT: u32 = 32;
}

/// The word of a `Compare` site: kinds of the left side in bits 0-7, of the right side in bits 8-15.
/// For the fused compare-and-jump instructions, bits 32-47 count jumps taken and bits 48-63 jumps not taken,
/// both saturating.
pub mod compare {
    /// Shift of the right side's kinds.
    pub const RHS_SHIFT: u32 = 8;
    /// The operation raised, or its result was not a bool.
    pub const IRREGULAR: u64 = 1 << 16;
    /// Shift of the 16-bit count of jumps taken.
    pub const TAKEN_SHIFT: u32 = 32;
    /// Shift of the 16-bit count of jumps not taken.
    pub const NOT_TAKEN_SHIFT: u32 = 48;
}

/// The word of a `Branch` site: kinds of the operand in bits 0-7; bits 32-47 count jumps taken (for
/// instructions with a result: results that were true) and bits 48-63 the others, both saturating.
pub mod branch {
    /// Shift of the 16-bit count of jumps taken.
    pub const TAKEN_SHIFT: u32 = 32;
    /// Shift of the 16-bit count of jumps not taken.
    pub const NOT_TAKEN_SHIFT: u32 = 48;
}

/// The word of an `Iter` site: kinds of iterables (`GetIter`, `UnpackSequence`) or iterators (`ForIter`)
/// seen in the low bits; the upper 32 bits: the shape id last seen.
pub mod iter {
    /// A range (or its iterator).
    pub const RANGE: u64 = 1 << 0;
    /// A list.
    pub const LIST: u64 = 1 << 1;
    /// A tuple.
    pub const TUPLE: u64 = 1 << 2;
    /// A str.
    pub const STR: u64 = 1 << 3;
    /// A dict or one of its views.
    pub const DICT: u64 = 1 << 4;
    /// A set or frozenset.
    pub const SET: u64 = 1 << 5;
    /// A generator.
    pub const GENERATOR: u64 = 1 << 6;
    /// `enumerate`.
    pub const ENUMERATE: u64 = 1 << 7;
    /// `zip`.
    pub const ZIP: u64 = 1 << 8;
    /// Anything else.
    pub const OTHER: u64 = 1 << 15;
    /// `ForIter` found the iterator exhausted at least once.
    pub const EXHAUSTED: u64 = 1 << 16;
    /// Shift of the shape id.
    pub const SHAPE_SHIFT: u32 = 32;
}

/// The first word of a `Subscript` site: containers seen in bits 0-7, kinds of indices (as [`operand`]) in
/// bits 8-15, then flags; the upper 32 bits: the container's shape id last seen.
pub mod subscript {
    /// A list.
    pub const LIST: u64 = 1 << 0;
    /// A tuple.
    pub const TUPLE: u64 = 1 << 1;
    /// A dict.
    pub const DICT: u64 = 1 << 2;
    /// A str.
    pub const STR: u64 = 1 << 3;
    /// bytes or bytearray.
    pub const BYTES: u64 = 1 << 4;
    /// `array.array` or memoryview.
    pub const ARRAY: u64 = 1 << 5;
    /// Anything else.
    pub const OTHER: u64 = 1 << 7;
    /// Shift of the index's kinds.
    pub const INDEX_SHIFT: u32 = 8;
    /// A negative index was seen.
    pub const NEGATIVE: u64 = 1 << 16;
    /// The operation raised.
    pub const RAISED: u64 = 1 << 17;
    /// The index was a slice.
    pub const SLICE: u64 = 1 << 18;
    /// A store changed the list's storage strategy.
    pub const GENERALISED: u64 = 1 << 19;
    /// Shift of the shape id.
    pub const SHAPE_SHIFT: u32 = 32;
}
