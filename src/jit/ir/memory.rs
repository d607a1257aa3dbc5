//! What loads, stores and allocations name: fields, attribute slots, kinds of arrays, layouts.
//!
//! What lives here: the tables of fields and of element kinds, [`Place`], [`Layout`]. What must not: byte
//! offsets; `lower/offsets.rs` takes them from the runtime's layout table. Start at
//! [`for_each_field!`](crate::for_each_ir_field).

use std::fmt;

use super::effects::Region;
use super::types::Type;

/// How many bytes a place has and how its content is held in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Cell {
    Word,
    Int64,
    /// 32 bits, zero-extended to an `Int64`.
    Unsigned32,
    /// 16 bits, zero-extended to an `Int64`.
    Unsigned16,
    /// 8 bits, zero-extended to an `Int64`.
    Unsigned8,
    /// 32 bits, sign-extended to an `Int64`.
    Signed32,
    /// 16 bits, sign-extended to an `Int64`.
    Signed16,
    /// 8 bits, sign-extended to an `Int64`.
    Signed8,
    Double,
    Pointer,
}

impl Cell {
    /// The type of a machine value loaded from such a cell; `None` for words, whose type the place knows.
    pub const fn raw_type(self) -> Option<Type> {
        match self {
            Cell::Word => None,
            Cell::Int64
            | Cell::Unsigned32
            | Cell::Unsigned16
            | Cell::Unsigned8
            | Cell::Signed32
            | Cell::Signed16
            | Cell::Signed8 => Some(Type::INT64),
            Cell::Double => Some(Type::DOUBLE),
            Cell::Pointer => Some(Type::POINTER),
        }
    }

    /// Size in bytes.
    pub const fn size(self) -> u32 {
        match self {
            Cell::Word | Cell::Int64 | Cell::Double | Cell::Pointer => 8,
            Cell::Unsigned32 | Cell::Signed32 => 4,
            Cell::Unsigned16 | Cell::Signed16 => 2,
            Cell::Unsigned8 | Cell::Signed8 => 1,
        }
    }

    /// The least and the greatest number such a cell holds, if it is narrower than 64 bits.
    pub const fn limits(self) -> Option<(i64, i64)> {
        match self {
            Cell::Unsigned32 => Some((0, u32::MAX as i64)),
            Cell::Unsigned16 => Some((0, u16::MAX as i64)),
            Cell::Unsigned8 => Some((0, u8::MAX as i64)),
            Cell::Signed32 => Some((i32::MIN as i64, i32::MAX as i64)),
            Cell::Signed16 => Some((i16::MIN as i64, i16::MAX as i64)),
            Cell::Signed8 => Some((i8::MIN as i64, i8::MAX as i64)),
            Cell::Word | Cell::Int64 | Cell::Double | Cell::Pointer => None,
        }
    }
}

/// Calls `$callback!` with the table of fields: doc, name, region, cell, type.
#[macro_export]
macro_rules! for_each_ir_field {
    ($callback:ident) => {
        $callback! {
            /// Number of items of a list.
            ListLength ListLength Int64 INT64;
            /// How many items a list has room for.
            ListCapacity ListLength Int64 INT64;
            /// Where a list's items are.
            ListItems ListStorage Pointer POINTER;
            /// The object that a list's items are in.
            ListStorage ListStorage Word ANY_OR_EMPTY;
            /// The type code of an `array.array`.
            ArrayCode Constant Unsigned8 INT64;
            /// Number of items of an array.
            ArrayLength Arrays Int64 INT64;
            /// The object that an array's items are in.
            ArrayItems Arrays Pointer POINTER;
            /// Number of items of a tuple.
            TupleLength Constant Int64 INT64;
            /// Words of attribute storage between the struct of a tuple of a subclass and its items.
            TupleSpare Constant Unsigned8 INT64;
            /// First number of a range.
            RangeStart Constant Word INT;
            /// Where a range stops.
            RangeStop Constant Word INT;
            /// Step of a range.
            RangeStep Constant Word INT;
            /// How many numbers a range has.
            RangeLength Constant Word INT;
            /// Next number of a range iterator.
            RangeIteratorCurrent Iterators Int64 INT64;
            /// How many numbers a range iterator still has.
            RangeIteratorRemaining Iterators Int64 INT64;
            /// Step of a range iterator.
            RangeIteratorStep Constant Int64 INT64;
            /// What a list or tuple iterator iterates over; empty when exhausted.
            IteratorSequence Iterators Word ANY_OR_EMPTY;
            /// Next index of a list or tuple iterator.
            IteratorIndex Iterators Int64 INT64;
            /// What an `enumerate` takes its items from.
            EnumerateIterator Constant Word ANY;
            /// The next number of an `enumerate`.
            EnumerateCount Iterators Word INT;
            /// The tuple of what a `zip` takes its items from.
            ZipIterators Constant Word TUPLE;
            /// Content of a cell.
            CellContent Cells Word ANY_OR_EMPTY;
            /// Function of a bound method.
            MethodFunction Constant Word ANY;
            /// Receiver of a bound method.
            MethodReceiver Constant Word ANY;
            /// Code of a function, as an address.
            FunctionCode Objects Pointer POINTER;
            /// Tuple of a function's closure cells.
            FunctionClosure Constant Word TUPLE;
            /// Tuple of a function's defaults, if it has some.
            FunctionDefaults Objects Word ANY_OR_EMPTY;
            /// The dict of a function's global variables.
            FunctionGlobals Constant Word DICT;
            /// Changes whenever a key of a dict is added or removed, or its table moves.
            DictKeysVersion Dicts Unsigned32 INT64;
            /// A dict's table.
            DictTable Dicts Pointer POINTER;
            /// A dict's table, as the object that owns the entries.
            DictTableObject Dicts Word ANY_OR_EMPTY;
            /// Number of a dict's items.
            DictLength Dicts Int64 INT64;
            /// Number of a str's characters.
            StrLength Constant Int64 INT64;
            /// Where a bytes object's bytes are.
            BytesData Constant Pointer POINTER;
            /// Number of a bytes object's bytes.
            BytesLength Constant Int64 INT64;
            /// Where native code of a code object starts.
            CodeEntry Objects Pointer POINTER;
            /// Start of a slice.
            SliceStart Constant Word ANY;
            /// Stop of a slice.
            SliceStop Constant Word ANY;
            /// Step of a slice.
            SliceStep Constant Word ANY;
        }
    };
}

macro_rules! define_fields {
    ($($(#[$doc:meta])* $name:ident $region:ident $cell:ident $ty:ident;)*) => {
        /// A field of a builtin type's object.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Field { $($(#[$doc])* $name,)* }

        impl Field {
            /// All fields, in table order.
            pub const ALL: &[Field] = &[$(Field::$name,)*];
            /// The name in the table.
            pub const fn name(self) -> &'static str {
                match self { $(Field::$name => stringify!($name),)* }
            }
            /// The region the field is in.
            pub const fn region(self) -> Region {
                match self { $(Field::$name => Region::$region,)* }
            }
            /// How the field is stored.
            pub const fn cell(self) -> Cell {
                match self { $(Field::$name => Cell::$cell,)* }
            }
            /// The type of the field's content.
            pub const fn ty(self) -> Type {
                match self { $(Field::$name => Type::$ty,)* }
            }
        }
    };
}
for_each_ir_field!(define_fields);

/// What a load reads or a store writes, given the base address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A field of a builtin object.
    Field(Field),
    /// An attribute slot in the object, at this byte offset.
    Slot { offset: u16, cell: SlotCell },
    /// The word of an instance that points to its overflow array, at this byte offset.
    Overflow { offset: u16 },
    /// An attribute slot in the overflow array, by index. The base is the pointer that `Overflow` holds.
    OverflowSlot { index: u16, cell: SlotCell },
    /// The value of a dict's entry, by index. The base is the pointer that `DictTable` holds.
    DictValue { index: u32 },
    /// 64 bits at the absolute address that is the base: a counter or version outside the heap.
    Absolute32,
}

/// The representation of an attribute slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotCell {
    /// A tagged word, never empty.
    Word,
    /// A tagged word that may be empty: an entry of `__slots__`.
    Optional,
    /// A raw double.
    Double,
}

impl SlotCell {
    const fn cell(self) -> Cell {
        match self {
            SlotCell::Word | SlotCell::Optional => Cell::Word,
            SlotCell::Double => Cell::Double,
        }
    }
}

impl Place {
    /// The region the place is in. Different places in one region never overlap, whatever the objects.
    pub const fn region(self) -> Region {
        match self {
            Place::Field(field) => field.region(),
            Place::Slot { .. } => Region::Slots,
            Place::Overflow { .. } => Region::Overflow,
            Place::OverflowSlot { .. } => Region::OverflowSlots,
            Place::DictValue { .. } => Region::Dicts,
            Place::Absolute32 => Region::Objects,
        }
    }

    /// How the place is stored.
    pub const fn cell(self) -> Cell {
        match self {
            Place::Field(field) => field.cell(),
            Place::Slot { cell, .. } | Place::OverflowSlot { cell, .. } => cell.cell(),
            Place::Overflow { .. } => Cell::Pointer,
            Place::DictValue { .. } => Cell::Word,
            Place::Absolute32 => Cell::Unsigned32,
        }
    }

    /// The type of the place's content.
    pub const fn ty(self) -> Type {
        match (self, self.cell().raw_type()) {
            (Place::Field(field), _) => field.ty(),
            (_, Some(raw)) => raw,
            (Place::Slot { cell: SlotCell::Word, .. } | Place::OverflowSlot { cell: SlotCell::Word, .. }, None) => {
                Type::ANY
            }
            (_, None) => Type::ANY_OR_EMPTY,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Field(field) => f.write_str(field.name()),
            Place::Slot { offset, cell: SlotCell::Word } => write!(f, "Slot[{offset}]"),
            Place::Slot { offset, cell: SlotCell::Double } => write!(f, "SlotDouble[{offset}]"),
            Place::Slot { offset, cell: SlotCell::Optional } => write!(f, "SlotOptional[{offset}]"),
            Place::Overflow { offset } => write!(f, "Overflow[{offset}]"),
            Place::OverflowSlot { index, cell: SlotCell::Word } => write!(f, "OverflowSlot[{index}]"),
            Place::OverflowSlot { index, cell: SlotCell::Double } => write!(f, "OverflowSlotDouble[{index}]"),
            Place::OverflowSlot { index, cell: SlotCell::Optional } => write!(f, "OverflowSlotOptional[{index}]"),
            Place::DictValue { index } => write!(f, "DictValue[{index}]"),
            Place::Absolute32 => f.write_str("Absolute32"),
        }
    }
}

impl Place {
    /// The place with this text.
    pub fn parse(text: &str) -> Option<Place> {
        if text == "Absolute32" {
            return Some(Place::Absolute32);
        }
        let Some((name, number)) = text.strip_suffix(']').and_then(|rest| rest.split_once('[')) else {
            return Field::ALL.iter().copied().find(|field| field.name() == text).map(Place::Field);
        };
        let short = number.parse::<u16>().ok();
        Some(match name {
            "Slot" => Place::Slot { offset: short?, cell: SlotCell::Word },
            "SlotOptional" => Place::Slot { offset: short?, cell: SlotCell::Optional },
            "OverflowSlotOptional" => Place::OverflowSlot { index: short?, cell: SlotCell::Optional },
            "SlotDouble" => Place::Slot { offset: short?, cell: SlotCell::Double },
            "Overflow" => Place::Overflow { offset: short? },
            "OverflowSlot" => Place::OverflowSlot { index: short?, cell: SlotCell::Word },
            "OverflowSlotDouble" => Place::OverflowSlot { index: short?, cell: SlotCell::Double },
            "DictValue" => Place::DictValue { index: number.parse().ok()? },
            _ => return None,
        })
    }
}

/// Calls `$callback!` with the table of arrays: doc, name, region, cell, element type.
#[macro_export]
macro_rules! for_each_ir_elements {
    ($callback:ident) => {
        $callback! {
            /// Items of a list of words; the base is what `ListItems` holds.
            ListWords ListWords Word ANY;
            /// Items of a list of small ints; the same memory as `ListWords`.
            ListInts ListWords Word SMALL_INT;
            /// Items of a list of raw doubles; the base is what `ListItems` holds.
            ListDoubles ListDoubles Double DOUBLE;
            /// Items of a list of bools, 0 or 1; the base is what `ListItems` holds.
            ListBools ListBools Unsigned8 INT64;
            /// Items of a tuple; the base is the tuple.
            TupleItems Constant Word ANY;
            /// Items of an array of doubles; the base of this and the others is what `ArrayItems` holds.
            ArrayDoubles ArrayDoubles Double DOUBLE;
            /// Items of an array of ints of 64 bits.
            ArrayInt64 ArrayInts Int64 INT64;
            /// Items of an array of ints of 32 bits.
            ArrayInt32 ArrayInts Signed32 INT64;
            /// Items of an array of ints of 16 bits.
            ArrayInt16 ArrayInts Signed16 INT64;
            /// Items of an array of ints of 8 bits.
            ArrayInt8 ArrayInts Signed8 INT64;
            /// Items of an array of unsigned ints of 32 bits.
            ArrayUnsigned32 ArrayInts Unsigned32 INT64;
            /// Items of an array of unsigned ints of 16 bits.
            ArrayUnsigned16 ArrayInts Unsigned16 INT64;
            /// Items of an array of unsigned ints of 8 bits.
            ArrayUnsigned8 ArrayInts Unsigned8 INT64;
            /// Bytes of a bytes object; the base is what `BytesData` holds.
            BytesItems Constant Unsigned8 INT64;
        }
    };
}

macro_rules! define_elements {
    ($($(#[$doc:meta])* $name:ident $region:ident $cell:ident $ty:ident;)*) => {
        /// A kind of array.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Elements { $($(#[$doc])* $name,)* }

        impl Elements {
            /// All kinds, in table order.
            pub const ALL: &[Elements] = &[$(Elements::$name,)*];
            /// The name in the table.
            pub const fn name(self) -> &'static str {
                match self { $(Elements::$name => stringify!($name),)* }
            }
            /// The region the elements are in.
            pub const fn region(self) -> Region {
                match self { $(Elements::$name => Region::$region,)* }
            }
            /// How an element is stored.
            pub const fn cell(self) -> Cell {
                match self { $(Elements::$name => Cell::$cell,)* }
            }
            /// The type of an element.
            pub const fn ty(self) -> Type {
                match self { $(Elements::$name => Type::$ty,)* }
            }
        }
    };
}
for_each_ir_elements!(define_elements);

/// What an allocation makes, and which of its places the arguments fill.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// A tuple of this many items.
    Tuple { count: u32 },
    /// A dict of keyword arguments: this many pairs of a name and a value. It is never read or written while it is only
    /// passed on.
    Keywords { count: u32 },
    /// A list whose items have their own array, in this storage strategy.
    List { count: u32, elements: Elements },
    /// A range: start, stop, step, length.
    Range,
    /// An iterator over a range: current, remaining, step.
    RangeIterator,
    /// An iterator over a list: sequence, index.
    ListIterator,
    /// An `enumerate`: iterator, count.
    Enumerate,
    /// A `zip`: the tuple of iterators.
    Zip,
    /// An iterator over a tuple: sequence, index.
    TupleIterator,
    /// A bound method: function, receiver.
    BoundMethod,
    /// A cell: content.
    Cell,
    /// A slice: start, stop, step.
    Slice,
    /// A function without defaults and annotations: code, globals, closure.
    Function,
    /// A generator that has not started: its function and this many arguments of that. It is never read or written:
    /// code that makes it runs it inlined, and its registers are in frame states.
    Generator { count: u32 },
    /// A plain instance of a shape, `size` bytes; the arguments fill the slots.
    Instance { shape: u32, size: u16, slots: Vec<Place> },
}

impl Layout {
    /// The type of the objects.
    pub const fn ty(&self) -> Type {
        match self {
            Layout::Tuple { .. } => Type::TUPLE,
            Layout::List { .. } => Type::LIST,
            Layout::Keywords { .. } => Type::DICT,
            Layout::Range => Type::RANGE,
            Layout::RangeIterator => Type::RANGE_ITERATOR,
            Layout::ListIterator => Type::LIST_ITERATOR,
            Layout::TupleIterator => Type::TUPLE_ITERATOR,
            Layout::BoundMethod => Type::BOUND_METHOD,
            Layout::Cell => Type::CELL,
            Layout::Slice => Type::SLICE,
            Layout::Enumerate | Layout::Zip => Type::OBJECT,
            Layout::Function | Layout::Generator { .. } | Layout::Instance { .. } => Type::OBJECT,
        }
    }

    /// The places that the arguments fill, in order; `None` for arrays, whose arguments are the elements.
    pub fn places(&self) -> Option<Vec<Place>> {
        let fields: &[Field] = match self {
            Layout::Tuple { .. } | Layout::List { .. } | Layout::Keywords { .. } => return None,
            Layout::Range => &[Field::RangeStart, Field::RangeStop, Field::RangeStep, Field::RangeLength],
            Layout::RangeIterator => {
                &[Field::RangeIteratorCurrent, Field::RangeIteratorRemaining, Field::RangeIteratorStep]
            }
            Layout::ListIterator | Layout::TupleIterator => &[Field::IteratorSequence, Field::IteratorIndex],
            Layout::BoundMethod => &[Field::MethodFunction, Field::MethodReceiver],
            Layout::Cell => &[Field::CellContent],
            Layout::Enumerate => &[Field::EnumerateIterator, Field::EnumerateCount],
            Layout::Zip => &[Field::ZipIterators],
            Layout::Function => &[Field::FunctionCode, Field::FunctionGlobals, Field::FunctionClosure],
            Layout::Slice => &[Field::SliceStart, Field::SliceStop, Field::SliceStep],
            Layout::Instance { slots, .. } => return Some(slots.clone()),
            // Only to tell them apart.
            Layout::Generator { count } => {
                let slot = |index: u32| Place::Slot { offset: 8 * index as u16, cell: SlotCell::Optional };
                return Some((0..=*count).map(slot).collect());
            }
        };
        Some(fields.iter().copied().map(Place::Field).collect())
    }

    /// How many arguments fill an object.
    pub fn argument_count(&self) -> usize {
        match self {
            Layout::Tuple { count } | Layout::List { count, .. } => *count as usize,
            Layout::Keywords { count } => 2 * *count as usize,
            Layout::Range
            | Layout::RangeIterator
            | Layout::ListIterator
            | Layout::TupleIterator
            | Layout::BoundMethod
            | Layout::Cell
            | Layout::Slice
            | Layout::Enumerate
            | Layout::Zip
            | Layout::Function
            | Layout::Generator { .. }
            | Layout::Instance { .. } => self.places().map_or(0, |places| places.len()),
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Layout::Tuple { count } => write!(f, "Tuple[{count}]"),
            Layout::Keywords { count } => write!(f, "Keywords[{count}]"),
            Layout::List { count, elements } => write!(f, "List[{count}]:{}", elements.name()),
            Layout::Range => f.write_str("Range"),
            Layout::RangeIterator => f.write_str("RangeIterator"),
            Layout::ListIterator => f.write_str("ListIterator"),
            Layout::TupleIterator => f.write_str("TupleIterator"),
            Layout::BoundMethod => f.write_str("BoundMethod"),
            Layout::Cell => f.write_str("Cell"),
            Layout::Slice => f.write_str("Slice"),
            Layout::Enumerate => f.write_str("Enumerate"),
            Layout::Zip => f.write_str("Zip"),
            Layout::Function => f.write_str("Function"),
            Layout::Generator { count } => write!(f, "Generator[{count}]"),
            Layout::Instance { shape, size, slots } => {
                write!(f, "Instance[{shape}]:{size}")?;
                for slot in slots {
                    write!(f, ":{slot}")?;
                }
                Ok(())
            }
        }
    }
}

impl Layout {
    /// The layout with this text.
    pub fn parse(text: &str) -> Option<Layout> {
        let mut parts = text.split(':');
        let head = parts.next()?;
        let (name, number) = match head.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((name, number)) => (name, number.parse::<u32>().ok()?),
            None => (head, 0),
        };
        Some(match name {
            "Tuple" => Layout::Tuple { count: number },
            "Keywords" => Layout::Keywords { count: number },
            "List" => {
                let kind = parts.next()?;
                let elements = Elements::ALL.iter().copied().find(|elements| elements.name() == kind)?;
                Layout::List { count: number, elements }
            }
            "Range" => Layout::Range,
            "RangeIterator" => Layout::RangeIterator,
            "ListIterator" => Layout::ListIterator,
            "TupleIterator" => Layout::TupleIterator,
            "BoundMethod" => Layout::BoundMethod,
            "Cell" => Layout::Cell,
            "Slice" => Layout::Slice,
            "Enumerate" => Layout::Enumerate,
            "Zip" => Layout::Zip,
            "Function" => Layout::Function,
            "Generator" => Layout::Generator { count: number },
            "Instance" => {
                let size = parts.next()?.parse().ok()?;
                let slots = parts.map(Place::parse).collect::<Option<Vec<_>>>()?;
                Layout::Instance { shape: number, size, slots }
            }
            _ => return None,
        })
    }
}

/// Calls `$callback!` with the table of functions on doubles that never raise: doc, name, argument count.
#[macro_export]
macro_rules! for_each_ir_math {
    ($callback:ident) => {
        $callback! {
            /// `a ** b` of finite operands whose result is a float.
            Pow 2;
            /// `a % b` as Python rounds; `b` is not zero.
            Mod 2;
            /// `a // b` as Python rounds; `b` is not zero.
            FloorDiv 2;
            Sin 1;
            Cos 1;
            Tan 1;
            Asin 1;
            Acos 1;
            Atan 1;
            /// The angle of the point `(b, a)`.
            Atan2 2;
            Exp 1;
            /// The natural logarithm.
            Log 1;
        }
    };
}

macro_rules! define_math {
    ($($(#[$doc:meta])* $name:ident $count:literal;)*) => {
        /// A function on doubles.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum MathFunction { $($(#[$doc])* $name,)* }

        impl MathFunction {
            /// All functions, in table order.
            pub const ALL: &[MathFunction] = &[$(MathFunction::$name,)*];
            /// The name in the table.
            pub const fn name(self) -> &'static str {
                match self { $(MathFunction::$name => stringify!($name),)* }
            }
            /// How many arguments it takes.
            pub const fn argument_count(self) -> usize {
                match self { $(MathFunction::$name => $count,)* }
            }
        }
    };
}
for_each_ir_math!(define_math);
