//! Byte offsets and regions of what IR loads and stores name.
//!
//! What lives here: the one match from names to the runtime's layout table. What must not: numbers.

use crate::jit::ir::{Cell, Elements, Field, Layout, Place, Region};
use taipan_runtime::layout::object;
use taipan_runtime::object::{Kind, ShapeId};

/// Offset of a field from its object.
pub fn field(field: Field) -> i32 {
    match field {
        Field::ListLength => object::LIST_LENGTH,
        Field::ListCapacity => object::LIST_CAPACITY,
        Field::ListItems => object::LIST_ITEMS,
        Field::ListStorage => object::LIST_STORAGE,
        Field::ArrayCode => object::ARRAY_CODE,
        Field::ArrayLength => object::ARRAY_LENGTH,
        Field::ArrayItems => object::ARRAY_STORAGE,
        Field::RangeStart => object::RANGE_START,
        Field::RangeStop => object::RANGE_STOP,
        Field::RangeStep => object::RANGE_STEP,
        Field::RangeLength => object::RANGE_LENGTH,
        Field::TupleSpare => object::TUPLE_SPARE,
        Field::TupleLength => object::TUPLE_LENGTH,
        Field::RangeIteratorCurrent => object::RANGE_ITERATOR_CURRENT,
        Field::RangeIteratorRemaining => object::RANGE_ITERATOR_REMAINING,
        Field::RangeIteratorStep => object::RANGE_ITERATOR_STEP,
        Field::IteratorSequence => object::ITERATOR_SEQUENCE,
        Field::IteratorIndex => object::ITERATOR_INDEX,
        Field::CellContent => object::CELL_CONTENT,
        Field::MethodFunction => object::METHOD_FUNCTION,
        Field::MethodReceiver => object::METHOD_RECEIVER,
        Field::FunctionCode => object::FUNCTION_CODE,
        Field::FunctionGlobals => object::FUNCTION_GLOBALS,
        Field::FunctionClosure => object::FUNCTION_CLOSURE,
        Field::FunctionDefaults => object::FUNCTION_DEFAULTS,
        Field::CodeEntry => object::CODE_NATIVE_ENTRY,
        Field::DictKeysVersion => object::DICT_KEYS_VERSION,
        Field::DictTable | Field::DictTableObject => object::DICT_TABLE,
        Field::DictLength => object::DICT_LENGTH,
        Field::StrLength => object::STR_LENGTH,
        Field::BytesData => object::BYTES_DATA,
        Field::BytesLength => object::BYTES_LENGTH,
        Field::SliceStart => object::SLICE_START,
        Field::SliceStop => object::SLICE_STOP,
        Field::EnumerateIterator => object::ENUMERATE_ITERATOR,
        Field::EnumerateCount => object::ENUMERATE_COUNT,
        Field::ZipIterators => object::ZIP_ITERATORS,
        Field::SliceStep => object::SLICE_STEP,
    }
}

/// Offset of a place from its base.
pub fn place(place: Place) -> i32 {
    match place {
        Place::Field(name) => field(name),
        Place::Slot { offset, .. } | Place::Overflow { offset } => i32::from(offset),
        Place::OverflowSlot { index, .. } => object::WORD_STORAGE_ITEMS + i32::from(index) * 8,
        Place::DictValue { index } => {
            object::DICT_TABLE_ENTRIES + object::DICT_ENTRY_VALUE + index as i32 * object::DICT_ENTRY_SIZE
        }
        Place::Absolute32 => 0,
    }
}

/// The alias region of a place: its region, and its offset where places of one region do not overlap.
pub fn place_region(name: Place) -> (Region, u32) {
    let detail = match name {
        Place::Field(field) => field as u32,
        Place::Slot { offset, .. } | Place::Overflow { offset } => u32::from(offset),
        Place::OverflowSlot { index, .. } => u32::from(index),
        Place::DictValue { index } => index,
        // Counters of all sorts.
        Place::Absolute32 => 0,
    };
    (name.region(), detail)
}

/// Offset of element 0 from the base.
pub fn elements(elements: Elements) -> i32 {
    match elements {
        Elements::ListWords
        | Elements::ListInts
        | Elements::ListDoubles
        | Elements::ListBools
        | Elements::BytesItems => 0,
        Elements::TupleItems => object::TUPLE_ITEMS,
        Elements::ArrayDoubles
        | Elements::ArrayInt64
        | Elements::ArrayInt32
        | Elements::ArrayInt16
        | Elements::ArrayInt8
        | Elements::ArrayUnsigned32
        | Elements::ArrayUnsigned16
        | Elements::ArrayUnsigned8 => object::RAW_STORAGE_DATA,
    }
}

/// Log2 of the size of an element.
pub fn element_shift(elements: Elements) -> u32 {
    elements.cell().size().trailing_zeros()
}

/// The first word of a new object of this layout: shape, kind, flags and spare byte.
pub fn header_word(layout: &Layout) -> u64 {
    let (shape, kind, flags, spare) = match layout {
        Layout::Tuple { .. } => (ShapeId::TUPLE.0, Kind::Tuple, 0, 0),
        Layout::List { elements, .. } => (list_shape(*elements), Kind::List, 0, 0),
        Layout::Range => (ShapeId::RANGE.0, Kind::Range, 0, 0),
        Layout::RangeIterator => (ShapeId::RANGE_ITERATOR.0, Kind::RangeIterator, 0, 0),
        Layout::ListIterator => (ShapeId::LIST_ITERATOR.0, Kind::SequenceIterator, 0, 0),
        Layout::TupleIterator => (ShapeId::TUPLE_ITERATOR.0, Kind::SequenceIterator, 0, 0),
        Layout::BoundMethod => (ShapeId::BOUND_METHOD.0, Kind::BoundMethod, 0, 0),
        Layout::Cell => (ShapeId::CELL.0, Kind::Cell, 0, 0),
        Layout::Keywords { .. } | Layout::Enumerate | Layout::Zip | Layout::Function | Layout::Generator { .. } => {
            unreachable!("the runtime makes it")
        }
        Layout::Slice => (ShapeId::SLICE.0, Kind::Slice, 0, 0),
        Layout::Instance { shape, size, slots } => {
            let doubles = slots.iter().any(|slot| slot.cell() == Cell::Double);
            let flags = if doubles { object::HAS_DOUBLES } else { 0 };
            (*shape, Kind::Instance, flags, ((i32::from(*size) - object::INSTANCE_FIXED_SIZE) / 8) as u8)
        }
    };
    u64::from(shape) | (kind as u64) << 32 | u64::from(flags) << 40 | u64::from(spare) << 56
}

/// The shape of a list whose items are stored in this way.
pub fn list_shape(elements: Elements) -> u32 {
    match elements {
        Elements::ListInts => ShapeId::LIST_INT.0,
        Elements::ListDoubles => ShapeId::LIST_FLOAT.0,
        Elements::ListBools => ShapeId::LIST_BOOL.0,
        Elements::ListWords
        | Elements::TupleItems
        | Elements::BytesItems
        | Elements::ArrayDoubles
        | Elements::ArrayInt64
        | Elements::ArrayInt32
        | Elements::ArrayInt16
        | Elements::ArrayInt8
        | Elements::ArrayUnsigned32
        | Elements::ArrayUnsigned16
        | Elements::ArrayUnsigned8 => ShapeId::LIST_ANY.0,
    }
}

/// Size of a new object of this layout.
pub fn size(layout: &Layout) -> i64 {
    match layout {
        Layout::Tuple { count } => i64::from(object::TUPLE_ITEMS) + 8 * i64::from(*count),
        Layout::List { .. } => i64::from(object::LIST_SIZE),
        Layout::Range => i64::from(object::RANGE_SIZE),
        Layout::RangeIterator => i64::from(object::RANGE_ITERATOR_SIZE),
        Layout::ListIterator | Layout::TupleIterator => i64::from(object::ITERATOR_SIZE),
        Layout::BoundMethod => i64::from(object::METHOD_SIZE),
        Layout::Cell => i64::from(object::CELL_SIZE),
        Layout::Keywords { .. } | Layout::Enumerate | Layout::Zip | Layout::Function | Layout::Generator { .. } => {
            unreachable!("the runtime makes it")
        }
        Layout::Slice => i64::from(object::SLICE_SIZE),
        Layout::Instance { size, .. } => i64::from(*size),
    }
}
