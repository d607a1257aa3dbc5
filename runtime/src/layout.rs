//! Where the fields lie that native code reads and writes.
//!
//! What lives here: offsets and sizes, taken from the structs themselves. What must not: anything else; native
//! code is generated from these constants only.

use std::mem::offset_of;

/// Fields of [`crate::object::Header`].
pub mod header {
    use super::offset_of;
    use crate::object::Header;

    pub const SHAPE: i32 = offset_of!(Header, shape) as i32;
    pub const FLAGS: i32 = offset_of!(Header, flags) as i32;
    pub const GC: i32 = offset_of!(Header, gc) as i32;
}

/// Fields of [`crate::thread::Thread`].
pub mod thread {
    use super::offset_of;
    use crate::gc::AllocationCursor;
    use crate::thread::Thread;

    pub const ALLOCATION_TOP: i32 = (offset_of!(Thread, cursor) + offset_of!(AllocationCursor, top)) as i32;
    pub const ALLOCATION_LIMIT: i32 = (offset_of!(Thread, cursor) + offset_of!(AllocationCursor, limit)) as i32;
    pub const POLL: i32 = offset_of!(Thread, poll) as i32;
    pub const DEPTH_LEFT: i32 = offset_of!(Thread, depth_left) as i32;
    pub const STACK_LIMIT: i32 = offset_of!(Thread, stack_limit) as i32;
    pub const EXCEPTION: i32 = offset_of!(Thread, exception) as i32;
    pub const NATIVE_FRAME: i32 = offset_of!(Thread, native_frame) as i32;
    pub const NATIVE_SITE: i32 = offset_of!(Thread, native_site) as i32;
}

/// Fields and sizes of builtin objects.
pub mod object {
    use super::offset_of;
    use crate::modules::array::storage::Array;
    use crate::object::{RawStorage, WordStorage};
    use crate::types::bytes::Bytes;
    use crate::types::cell::CellObject;
    use crate::types::code::CodeObject;
    use crate::types::dict::Dict;
    use crate::types::dict_table::{Entry, Table};
    use crate::types::enumerate::Enumerate;
    use crate::types::float::Float;
    use crate::types::function::{BoundMethod, Function};
    use crate::types::instance::{self, Instance};
    use crate::types::iterators::SequenceIterator;
    use crate::types::list::List;
    use crate::types::payload::Payload;
    use crate::types::range::{Range, RangeIterator};
    use crate::types::slice::Slice;
    use crate::types::str::Str;
    use crate::types::tuple::Tuple;
    use crate::types::zip::{Together, Zip};

    pub const FLOAT_VALUE: i32 = offset_of!(Float, value) as i32;
    pub const FLOAT_SIZE: i32 = size_of::<Float>() as i32;
    pub const LIST_LENGTH: i32 = offset_of!(List, length) as i32;
    pub const LIST_CAPACITY: i32 = offset_of!(List, capacity) as i32;
    pub const LIST_ITEMS: i32 = offset_of!(List, items) as i32;
    pub const LIST_STORAGE: i32 = offset_of!(List, storage) as i32;
    pub const LIST_SIZE: i32 = size_of::<List>() as i32;
    pub const ARRAY_CODE: i32 = (offset_of!(Payload<Array>, data) + offset_of!(Array, code)) as i32;
    pub const ARRAY_LENGTH: i32 = (offset_of!(Payload<Array>, data) + offset_of!(Array, length)) as i32;
    pub const ARRAY_STORAGE: i32 = (offset_of!(Payload<Array>, data) + offset_of!(Array, storage)) as i32;
    pub const RAW_STORAGE_DATA: i32 = size_of::<RawStorage>() as i32;
    pub const TUPLE_LENGTH: i32 = offset_of!(Tuple, length) as i32;
    pub const TUPLE_ITEMS: i32 = Tuple::FIXED_SIZE as i32;
    pub const RANGE_START: i32 = offset_of!(Range, start) as i32;
    pub const RANGE_STOP: i32 = offset_of!(Range, stop) as i32;
    pub const RANGE_STEP: i32 = offset_of!(Range, step) as i32;
    pub const RANGE_LENGTH: i32 = offset_of!(Range, length) as i32;
    pub const RANGE_SIZE: i32 = size_of::<Range>() as i32;
    pub const RANGE_ITERATOR_CURRENT: i32 = offset_of!(RangeIterator, current) as i32;
    pub const RANGE_ITERATOR_REMAINING: i32 = offset_of!(RangeIterator, remaining) as i32;
    pub const RANGE_ITERATOR_STEP: i32 = offset_of!(RangeIterator, step) as i32;
    pub const RANGE_ITERATOR_SIZE: i32 = size_of::<RangeIterator>() as i32;
    pub const ITERATOR_INDEX: i32 = offset_of!(SequenceIterator, index) as i32;
    pub const ITERATOR_SEQUENCE: i32 = offset_of!(SequenceIterator, sequence) as i32;
    pub const ITERATOR_SIZE: i32 = size_of::<SequenceIterator>() as i32;
    pub const ENUMERATE_ITERATOR: i32 = (offset_of!(Payload<Enumerate>, data) + offset_of!(Enumerate, iterator)) as i32;
    pub const ENUMERATE_COUNT: i32 = (offset_of!(Payload<Enumerate>, data) + offset_of!(Enumerate, count)) as i32;
    pub const ZIP_ITERATORS: i32 =
        (offset_of!(Payload<Zip>, data) + offset_of!(Zip, together) + offset_of!(Together, iterators)) as i32;
    pub const CELL_CONTENT: i32 = offset_of!(CellObject, content) as i32;
    pub const CELL_SIZE: i32 = size_of::<CellObject>() as i32;
    pub const METHOD_FUNCTION: i32 = offset_of!(BoundMethod, function) as i32;
    pub const METHOD_RECEIVER: i32 = offset_of!(BoundMethod, receiver) as i32;
    pub const METHOD_SIZE: i32 = size_of::<BoundMethod>() as i32;
    pub const FUNCTION_CODE: i32 = offset_of!(Function, code) as i32;
    pub const FUNCTION_GLOBALS: i32 = offset_of!(Function, globals) as i32;
    pub const FUNCTION_CLOSURE: i32 = offset_of!(Function, closure) as i32;
    pub const TUPLE_SPARE: i32 = (offset_of!(Tuple, header) + offset_of!(crate::object::Header, spare)) as i32;
    pub const FUNCTION_DEFAULTS: i32 = offset_of!(Function, defaults) as i32;
    pub const CODE_NATIVE_ENTRY: i32 = offset_of!(CodeObject, native_entry) as i32;
    pub const DICT_LENGTH: i32 = offset_of!(Dict, used) as i32;
    pub const DICT_KEYS_VERSION: i32 = offset_of!(Dict, keys_version) as i32;
    pub const DICT_TABLE: i32 = offset_of!(Dict, table) as i32;
    pub const DICT_TABLE_ENTRIES: i32 = Table::ENTRIES_OFFSET as i32;
    pub const DICT_ENTRY_SIZE: i32 = size_of::<Entry>() as i32;
    pub const DICT_ENTRY_VALUE: i32 = offset_of!(Entry, value) as i32;
    pub const STR_LENGTH: i32 = Str::LENGTH_OFFSET as i32;
    pub const BYTES_DATA: i32 = Bytes::DATA_OFFSET as i32;
    pub const BYTES_LENGTH: i32 = Bytes::LENGTH_OFFSET as i32;
    pub const SLICE_START: i32 = offset_of!(Slice, start) as i32;
    pub const SLICE_STOP: i32 = offset_of!(Slice, stop) as i32;
    pub const SLICE_STEP: i32 = offset_of!(Slice, step) as i32;
    pub const SLICE_SIZE: i32 = size_of::<Slice>() as i32;
    pub const WORD_STORAGE_ITEMS: i32 = size_of::<WordStorage>() as i32;
    pub const INSTANCE_FIXED_SIZE: i32 = size_of::<Instance>() as i32;
    /// Header flag of instances with raw doubles among their slots.
    pub const HAS_DOUBLES: u8 = instance::HAS_DOUBLES;
}
