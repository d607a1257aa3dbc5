//! Layout of feedback vectors: what kinds of sites there are and what their words mean.
//!
//! A function's feedback vector is [`super::code::Code::feedback_words`] zeroed 8-byte words; the site operand
//! of an instruction is the offset of its first word. The interpreter writes, the JIT reads. What lives here:
//! sizes and bit meanings. What must not: reading, writing, or anything about heap objects.
//!
//! Words of the kinds that only count and classify (`Binary`, `Compare`, `Branch`, `Iter`, first word of
//! `Subscript`) hold no pointers, but perhaps ids of shapes; what the other kinds hold stands in their modules here.
//!
//! The first word of every site only counts and classifies. Of the cold site nothing but that word may be
//! written, and nobody may draw conclusions from it: it collects what many sites did.

/// The kinds of feedback sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SiteKind {
    /// Three words: [`binary`], and two [`pair`]s.
    Binary,
    /// Three words: [`compare`], and two [`pair`]s.
    Compare,
    /// One word: [`branch`].
    Branch,
    /// Ten words: two words of meta data, four entries of two words (shape and what it leads to): [`attr`].
    Attr,
    /// Two words: where the value lies, and the versions of the dictionaries: [`global`].
    Global,
    /// Four words: the callees seen: [`call`].
    Call,
    /// One word: [`iter`].
    Iter,
    /// One word: [`unpack`].
    Unpack,
    /// Two words: [`subscript`] and one for the interpreter's cache.
    Subscript,
    /// One word: a count of the times the back edge was taken, from the lowest bit.
    Loop,
}

impl SiteKind {
    /// Size of a site in 8-byte words.
    pub const fn words(self) -> u16 {
        match self {
            SiteKind::Branch | SiteKind::Iter | SiteKind::Unpack | SiteKind::Loop => 1,
            SiteKind::Global | SiteKind::Subscript => 2,
            SiteKind::Binary | SiteKind::Compare => 3,
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

/// The words of a `Binary` or `Compare` site that name the shapes of the operands where one is `OTHER`: the left
/// one's in the lower half, the right one's in the upper half. Zero: none.
pub mod pair {
    /// Index of the first such word in the site.
    pub const FIRST: usize = 1;
    /// How many pairs a site holds.
    pub const COUNT: usize = 2;
    /// Flag in the site's first word: more pairs than fit.
    pub const MEGAMORPHIC: u64 = 1 << 20;
}

/// The first word of a `Binary` site: kinds of the left side in bits 0-7, of the right side in bits 8-15
/// (zero for unary operations), then the flags here.
pub mod binary {
    /// Shift of the right side's kinds.
    pub const RHS_SHIFT: u32 = 8;
    /// Two small ints gave a result that is not a small int.
    pub const INT_OVERFLOW: u64 = 1 << 16;
    /// The operation raised.
    pub const RAISED: u64 = 1 << 17;
    /// The result was a float although both operands were ints (`2 ** -1`, `/`).
    pub const FLOAT_RESULT: u64 = 1 << 18;
    /// Both operands were small ints at the same time.
    pub const TWO_INTS: u64 = 1 << 19;
}

/// The first word of a `Compare` site: kinds of the left side in bits 0-7, of the right side in bits 8-15.
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
/// seen in the low bits; the upper 32 bits: the shape id last seen, for the iterator of a list that of the list.
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
    /// Shift of the set of storage strategies seen: one bit for each shape of lists, in their order.
    pub const STRATEGIES_SHIFT: u32 = 20;
    /// All bits of that set.
    pub const STRATEGIES_MASK: u64 = 0xf;
    /// Shift of the 8-bit type code of the `array.array` last seen.
    pub const TYPE_CODE_SHIFT: u32 = 24;
    /// Shift of the shape id.
    pub const SHAPE_SHIFT: u32 = 32;
}

/// The words of an `Attr` site.
///
/// Word 0: flags. Word 1: the kinds of the entries, one byte each from the lowest. Words `2 + 2 * i` and
/// `3 + 2 * i`: entry `i`. The first word of an entry is the shape id of the object in the lower half and a
/// version in the upper half; zero if the entry is free. The second word is the payload.
pub mod attr {
    /// Word with the kinds.
    pub const KINDS: usize = 1;
    /// Word of the first entry.
    pub const ENTRIES: usize = 2;
    /// Words of an entry.
    pub const ENTRY_WORDS: usize = 2;
    /// How many entries there are.
    pub const ENTRY_COUNT: usize = 4;
    /// Flag: more shapes than entries were seen.
    pub const MEGAMORPHIC: u64 = 1;
    /// Flag: an access was seen that no entry can describe.
    pub const UNCACHED: u64 = 2;
    /// Flag: the operation raised.
    pub const RAISED: u64 = 4;

    /// Kind: a tagged slot in the object. Version: the class's. Payload: its offset in bytes.
    pub const SLOT: u8 = 1;
    /// Kind: a raw double in the object. Version: the class's. Payload: its offset in bytes.
    pub const DOUBLE: u8 = 2;
    /// Kind: a slot in the overflow storage. Version: the class's. Payload: offset of the word that points to
    /// the storage in the lower half, index in the storage in the upper half.
    pub const OVERFLOW: u8 = 3;
    /// Kind: a Python function or unbound builtin method of the class, not shadowed by the object. Version:
    /// the class's. Payload: the function.
    pub const METHOD: u8 = 4;
    /// Kind: a class attribute that is no descriptor, or a static method's function. Version: the class's.
    /// Payload: the value.
    pub const CLASS_VALUE: u8 = 5;
    /// Kind: a property whose getter is a Python function. Version: the class's. Payload: the property.
    pub const PROPERTY: u8 = 6;
    /// Kind: another builtin data descriptor. Version: the class's. Payload: the descriptor.
    pub const DESCRIPTOR: u8 = 7;
    /// Kind: a class method's function. Version: the class's. Payload: the function; the receiver is the class.
    pub const CLASS_METHOD: u8 = 8;
    /// Kind: attribute of a class object. Version: that class's, which no other class has. Payload: the value,
    /// as reading it through the class gives it.
    pub const OF_CLASS: u8 = 9;
    /// Kind: attribute of a class object that binds to the class (class methods). Version: as `OF_CLASS`.
    /// Payload: the function; the receiver is the class object.
    pub const OF_CLASS_BOUND: u8 = 10;
    /// Kind: attribute of a module. Version: the keys version of its namespace. Payload: the entry's number.
    pub const MODULE: u8 = 11;
    /// Kind (stores): adds a slot. Version: the class's. Payload: shape id after the store in the lower half,
    /// offset of the slot in the 16 bits above, then [`ADDS_FLOATS`].
    pub const ADD_SLOT: u8 = 12;
    /// Kind (stores): adds a raw double. As `ADD_SLOT`.
    pub const ADD_DOUBLE: u8 = 13;
    /// Flag in the payload of `ADD_SLOT`: a float takes the same transition; else only other values do.
    pub const ADDS_FLOATS: u64 = 1 << 48;
    /// Kind (stores): a property whose setter is a Python function. Version: the class's. Payload: the property.
    pub const SETTER: u8 = 14;
    /// Kind: attribute of an object in dictionary mode, the class having none of the name that matters.
    /// Version: the keys version of the object's dict. Payload: the entry's number in the lower half, the
    /// version of the class in the upper half.
    pub const DICTIONARY: u8 = 15;

    /// Kind: a field of a named tuple. Version: the class's. Payload: the item's index in
    /// the lower half, in the upper half how many words of attribute storage stand before the items.
    pub const TUPLE_ITEM: u8 = 16;

    /// The entry is found by the object's shape alone and depends on the version of that shape's class.
    pub const fn is_of_instances(kind: u8) -> bool {
        !matches!(kind, OF_CLASS | OF_CLASS_BOUND | MODULE | DICTIONARY)
    }
}

/// The words of a `Global` site. Word 0: the entry's number. Word 1: keys version of the globals in the lower
/// half; in the upper half 0 if the entry is one of the globals, else the keys version of the builtins, whose
/// entry it is. Zero: nothing known.
pub mod global {
    /// Word with the entry's number.
    pub const INDEX: usize = 0;
    /// Word with the versions.
    pub const VERSIONS: usize = 1;
}

/// What `*iterable` and `**mapping` in calls stood for: bits of the word of an `Unpack` site, and of the first word of
/// the `Call` site of a `CallEx`.
pub mod unpack {
    /// A tuple.
    pub const TUPLE: u64 = 1 << 8;
    /// Another iterable.
    pub const OTHER: u64 = 1 << 9;
    /// Different numbers of items.
    pub const VARIED: u64 = 1 << 10;
    /// There were keyword arguments.
    pub const KEYWORDS: u64 = 1 << 11;
    /// Shift of the 32-bit number of items last seen.
    pub const COUNT_SHIFT: u32 = 32;
}

/// The words of a `Call` site. Word 0: flags. Words 1 to 3: callees seen, in the order they came: kind in the
/// highest byte, identity in the lower 48 bits.
pub mod call {
    /// Flag: more callees than fit.
    pub const MEGAMORPHIC: u64 = 1;
    /// Flag: the call raised.
    pub const RAISED: u64 = 2;
    /// Shift of the kind.
    pub const KIND_SHIFT: u32 = 56;
    /// A Python function: its code object.
    pub const FUNCTION: u64 = 1;
    /// A bound method of a Python function: the function's code object.
    pub const METHOD: u64 = 2;
    /// A builtin function or method: the object.
    pub const NATIVE: u64 = 3;
    /// A class: the object.
    pub const CLASS: u64 = 4;
    /// Anything else: the shape id.
    pub const OTHER: u64 = 5;
}
