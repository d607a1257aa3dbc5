//! The types of IR values: a set of kinds.
//!
//! What lives here: the table of kinds, [`Type`] and its lattice operations. What must not: facts that can
//! stop being true. That an instance has a certain shape or a list a certain storage strategy is a fact about
//! memory, held only until somebody writes it; those facts belong to the passes (`passes/memory.rs`). What a
//! [`Type`] says about a value holds for ever, because Python objects of the kinds named here never change
//! their class. Numeric ranges are computed by `passes/ranges.rs` and exact constants are instructions, so
//! neither is part of the type. Start at [`for_each_kind!`](crate::for_each_ir_kind).
//!
//! The lattice is the power set of the kinds: join is union, meet is intersection, [`Type::NEVER`] is the
//! bottom ("no value gets here") and [`Type::ANY`] the top of the tagged words.

use std::fmt;
use std::ops::{BitAnd, BitOr, Sub};

/// Calls `$callback!` with the table of kinds: doc, name, name in dumps, and where it stands:
/// `immediate` tagged words told apart by their bits; `object` heap objects whose one shape is fixed, so that
/// one comparison proves the kind for ever; `mutable` heap objects whose shape may change; `raw` machine
/// values that no Python program sees.
#[macro_export]
macro_rules! for_each_ir_kind {
    ($callback:ident) => {
        $callback! {
            /// The zero word: an unbound local, an absent item.
            EMPTY "Empty" immediate;
            /// An int in the tagged word; not a bool.
            SMALL_INT "SmallInt" immediate;
            /// `True` or `False`.
            BOOL "Bool" immediate;
            /// `None`.
            NONE "None" immediate;
            /// `NotImplemented` or `...`.
            SINGLETON "Singleton" immediate;
            /// An int on the heap.
            BIG_INT "BigInt" object;
            /// A float box.
            FLOAT "Float" object;
            /// A str.
            STR "Str" object;
            /// A bytes object.
            BYTES "Bytes" object;
            /// A tuple.
            TUPLE "Tuple" object;
            /// A dict.
            DICT "Dict" object;
            /// A set.
            SET "Set" object;
            /// A range.
            RANGE "Range" object;
            /// The iterator of a range.
            RANGE_ITERATOR "RangeIterator" object;
            /// The iterator of a list.
            LIST_ITERATOR "ListIterator" object;
            /// The iterator of a tuple.
            TUPLE_ITERATOR "TupleIterator" object;
            /// A bound method.
            BOUND_METHOD "BoundMethod" object;
            /// A slice.
            SLICE "Slice" object;
            /// A variable shared with inner functions.
            CELL "Cell" object;
            /// A list; its shape is its storage strategy.
            LIST "List" mutable;
            /// Any other object: instances, functions, classes, subclasses of builtin types.
            OBJECT "Object" mutable;
            /// A machine int of 64 bits.
            INT64 "Int64" raw;
            /// A machine double.
            DOUBLE "Double" raw;
            /// A truth value in a register.
            FLAG "Flag" raw;
            /// An address inside an object or of something that is not an object.
            POINTER "Pointer" raw;
        }
    };
}

/// How the kind of a value is found out at run time; the last column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(non_camel_case_types, missing_docs)]
pub enum Standing {
    immediate,
    object,
    mutable,
    raw,
}

macro_rules! define_kinds {
    ($($(#[$doc:meta])* $name:ident $text:literal $standing:ident;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Bit { $($name,)* }

        impl Type {
            $($(#[$doc])* pub const $name: Type = Type(1 << Bit::$name as u32);)*
            /// Each kind alone, with its name in dumps and its standing.
            pub const KINDS: &[(Type, &'static str, Standing)] = &[$((Type::$name, $text, Standing::$standing),)*];
        }
    };
}
for_each_ir_kind!(define_kinds);

/// A set of kinds a value may have.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Type(u32);

/// How a value is held in a machine register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Representation {
    /// A tagged word, or the empty word.
    Word,
    /// A 64-bit int.
    Int64,
    /// A double.
    Double,
    /// A truth value: 0 or 1 in eight bits.
    Flag,
    /// An address.
    Pointer,
}

const fn of_standing(standing: Standing) -> Type {
    let mut bits = 0;
    let mut i = 0;
    while i < Type::KINDS.len() {
        if Type::KINDS[i].2 as u8 == standing as u8 {
            bits |= Type::KINDS[i].0.0;
        }
        i += 1;
    }
    Type(bits)
}

impl Type {
    /// No value: the bottom.
    pub const NEVER: Type = Type(0);
    /// Tagged words that are not heap objects, the empty word included.
    pub const IMMEDIATE: Type = of_standing(Standing::immediate);
    /// Heap objects.
    pub const HEAP: Type = Type(of_standing(Standing::object).0 | of_standing(Standing::mutable).0);
    /// Heap objects whose shape may change during their life.
    pub const MUTABLE_SHAPE: Type = of_standing(Standing::mutable);
    /// Every Python value.
    pub const ANY: Type = Type((Self::IMMEDIATE.0 & !Self::EMPTY.0) | Self::HEAP.0);
    /// Every Python value, or empty.
    pub const ANY_OR_EMPTY: Type = Type(Self::IMMEDIATE.0 | Self::HEAP.0);
    /// Ints of any size, without bools.
    pub const INT: Type = Type(Self::SMALL_INT.0 | Self::BIG_INT.0);
    /// Small ints and floats.
    pub const NUMBER: Type = Type(Self::SMALL_INT.0 | Self::FLOAT.0);
    /// Machine values.
    pub const RAW: Type = of_standing(Standing::raw);

    /// Every value of this type is also one of `other`.
    #[inline]
    pub const fn is_subset(self, other: Type) -> bool {
        self.0 & !other.0 == 0
    }

    /// Some value may be of both types.
    #[inline]
    pub const fn intersects(self, other: Type) -> bool {
        self.0 & other.0 != 0
    }

    /// No value has this type.
    #[inline]
    pub const fn is_never(self) -> bool {
        self.0 == 0
    }

    /// The kinds that are in both sets.
    #[inline]
    #[must_use]
    pub const fn meet(self, other: Type) -> Type {
        Type(self.0 & other.0)
    }

    /// The kinds that are in either set.
    #[inline]
    #[must_use]
    pub const fn join(self, other: Type) -> Type {
        Type(self.0 | other.0)
    }

    /// Exactly one kind.
    pub const fn is_single(self) -> bool {
        self.0.is_power_of_two()
    }

    /// The single kinds in this set, in table order.
    pub fn kinds(self) -> impl Iterator<Item = Type> {
        Type::KINDS.iter().map(|kind| kind.0).filter(move |kind| self.intersects(*kind))
    }

    /// How values of this type are held. A type never mixes machine values with words, or with each other.
    pub fn representation(self) -> Representation {
        match self {
            Type::INT64 => Representation::Int64,
            Type::DOUBLE => Representation::Double,
            Type::FLAG => Representation::Flag,
            Type::POINTER => Representation::Pointer,
            _ => Representation::Word,
        }
    }

    /// The type named `name` in dumps, one kind or one of the named unions.
    pub fn from_name(name: &str) -> Option<Type> {
        let unions = UNIONS.iter().map(|(ty, text)| (*ty, *text));
        let kinds = Type::KINDS.iter().map(|(ty, text, _)| (*ty, *text));
        unions.chain(kinds).find(|(_, text)| *text == name).map(|(ty, _)| ty)
    }
}

/// Unions that have a name in dumps, biggest first.
const UNIONS: &[(Type, &str)] = &[
    (Type::ANY_OR_EMPTY, "AnyOrEmpty"),
    (Type::ANY, "Any"),
    (Type::HEAP, "Heap"),
    (Type::INT, "Int"),
    (Type::NEVER, "Never"),
];

impl BitOr for Type {
    type Output = Type;
    fn bitor(self, other: Type) -> Type {
        self.join(other)
    }
}

impl BitAnd for Type {
    type Output = Type;
    fn bitand(self, other: Type) -> Type {
        self.meet(other)
    }
}

impl Sub for Type {
    type Output = Type;
    fn sub(self, other: Type) -> Type {
        Type(self.0 & !other.0)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, name)) = UNIONS.iter().find(|(ty, _)| ty == self) {
            return f.write_str(name);
        }
        let mut rest = *self;
        let mut separator = "";
        for (ty, name) in UNIONS.iter().filter(|(ty, _)| !ty.is_never()) {
            if ty.is_subset(rest) {
                write!(f, "{separator}{name}")?;
                separator = "|";
                rest = rest - *ty;
            }
        }
        for (ty, name, _) in Type::KINDS {
            if ty.is_subset(rest) {
                write!(f, "{separator}{name}")?;
                separator = "|";
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lattice_laws_hold() {
        let samples = [Type::NEVER, Type::ANY, Type::INT, Type::FLOAT, Type::SMALL_INT | Type::NONE, Type::HEAP];
        for a in samples {
            for b in samples {
                assert_eq!(a.join(b), b.join(a));
                assert_eq!(a.meet(b), b.meet(a));
                assert_eq!(a.join(a.meet(b)), a);
                assert!(a.is_subset(a.join(b)) && a.meet(b).is_subset(a));
            }
        }
    }

    #[test]
    fn names_are_those_of_the_table_or_of_a_union() {
        assert_eq!((Type::SMALL_INT | Type::FLOAT).to_string(), "SmallInt|Float");
        assert_eq!((Type::ANY_OR_EMPTY).to_string(), "AnyOrEmpty");
        assert_eq!((Type::INT | Type::NONE).to_string(), "Int|None");
        assert_eq!(Type::from_name("Any"), Some(Type::ANY));
        assert_eq!(Type::from_name("Str"), Some(Type::STR));
    }
}
