//! What instructions do to memory and to control.
//!
//! What lives here: the table of memory regions, [`RegionSet`] and [`Effects`]. What must not: which
//! instruction has which effects (`ops.rs` says that, one line each). Start at
//! [`for_each_region!`](crate::for_each_region).
//!
//! Regions are disjoint parts of memory: a write in one region never changes what a load in another sees. The
//! lowering gives each its own Cranelift alias region.

use std::fmt;
use taipan_runtime::object::ShapeId;

/// Calls `$callback!` with the table of memory regions: doc and name.
#[macro_export]
macro_rules! for_each_region {
    ($callback:ident) => {
        $callback! {
            /// The shape word of instances.
            Shape;
            /// The shape word of lists: their storage strategy.
            ListShape;
            /// Attribute slots of instances, in the object.
            Slots;
            /// The word that points to the overflow array, or to the dict of dictionary mode.
            Overflow;
            /// Attribute slots of instances, in the overflow array.
            OverflowSlots;
            /// Length of lists.
            ListLength;
            /// Pointer from a list to its items.
            ListStorage;
            /// Items of lists that hold words.
            ListWords;
            /// Items of lists that hold raw doubles.
            ListDoubles;
            /// Items of lists that hold bools as bytes.
            ListBools;
            /// Length and storage of `array.array` objects.
            Arrays;
            /// Items of arrays of raw doubles.
            ArrayDoubles;
            /// Items of arrays of ints.
            ArrayInts;
            /// State of iterators.
            Iterators;
            /// Contents of cells.
            Cells;
            /// Tables, versions and counts of dicts.
            Dicts;
            /// Contents of bytearrays, arrays and sets, and all other state of objects.
            Objects;
            /// The thread's own fields: allocation cursor, recursion depth, pending exception.
            Thread;
            /// Registers that `call.bytecode` wrote.
            Registers;
            /// What is written once before native code can see it: floats, tuples, ranges, bound methods.
            Constant;
        }
    };
}

macro_rules! define_regions {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        /// A part of memory that only accesses tagged with it can touch.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum Region { $($(#[$doc])* $name,)* }

        impl Region {
            /// All regions, in table order.
            pub const ALL: &[Region] = &[$(Region::$name,)*];
            /// The name in the table.
            pub const fn name(self) -> &'static str {
                match self { $(Region::$name => stringify!($name),)* }
            }
        }
    };
}
for_each_region!(define_regions);

impl Region {
    /// Where the shape word of objects with this shape is.
    pub const fn of_shape(shape: u32) -> Region {
        if ShapeId(shape).is_list() { Region::ListShape } else { Region::Shape }
    }
}

/// A set of regions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RegionSet(u32);

impl RegionSet {
    /// No region.
    pub const NONE: RegionSet = RegionSet(0);
    /// Everything that Python code can change.
    pub const WORLD: RegionSet = RegionSet(((1 << Region::ALL.len()) - 1) & !(1 << Region::Constant as u32));

    /// Everything that belongs to lists.
    pub const LISTS: RegionSet = RegionSet::of(Region::ListShape)
        .union(RegionSet::of(Region::ListLength))
        .union(RegionSet::of(Region::ListStorage))
        .union(RegionSet::of(Region::ListWords))
        .union(RegionSet::of(Region::ListDoubles))
        .union(RegionSet::of(Region::ListBools));

    /// The set of one region.
    pub const fn of(region: Region) -> RegionSet {
        RegionSet(1 << region as u32)
    }

    /// The regions of both sets.
    #[must_use]
    pub const fn union(self, other: RegionSet) -> RegionSet {
        RegionSet(self.0 | other.0)
    }

    /// The set has `region`.
    pub const fn contains(self, region: Region) -> bool {
        self.0 >> region as u32 & 1 != 0
    }

    /// Some region is in both sets.
    pub const fn intersects(self, other: RegionSet) -> bool {
        self.0 & other.0 != 0
    }

    /// No region is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The regions in the set, in table order.
    pub fn iter(self) -> impl Iterator<Item = Region> {
        Region::ALL.iter().copied().filter(move |region| self.contains(*region))
    }
}

impl fmt::Debug for RegionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// What an instruction may do besides computing its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Effects {
    /// Regions whose content the result depends on.
    pub reads: RegionSet,
    /// Regions that may be changed.
    pub writes: RegionSet,
    /// May leave the compiled code through its frame state; the bytecode at that state is executed again.
    pub exits: bool,
    /// May raise a Python exception; the frame state says where.
    pub raises: bool,
    /// Allocates. Not an effect that keeps the instruction alive or in order.
    pub allocates: bool,
    /// Ends a block.
    pub terminates: bool,
}

impl Effects {
    /// No effect: equal operands give equal results, at any place where the operands exist.
    pub const PURE: Effects = Effects {
        reads: RegionSet::NONE,
        writes: RegionSet::NONE,
        exits: false,
        raises: false,
        allocates: false,
        terminates: false,
    };

    /// The instruction may go if nobody uses its result.
    pub const fn removable(self) -> bool {
        self.writes.is_empty() && !self.exits && !self.raises && !self.terminates
    }

    /// The instruction names a frame state.
    pub const fn needs_frame_state(self) -> bool {
        self.exits || self.raises
    }

    /// Somebody outside could notice that this happened: it may not be repeated by executing the bytecode
    /// again after it, so no guard may resume before it.
    pub const fn observable(self) -> bool {
        !self.writes.is_empty()
    }
}
