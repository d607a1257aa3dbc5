//! Where the fields lie that native code reads and writes.
//!
//! What lives here: offsets. What must not: anything else; native code is generated from these constants only.

/// Fields of [`crate::object::Header`].
pub mod header {
    pub const SHAPE: i32 = 0;
    pub const FLAGS: i32 = 5;
    pub const GC: i32 = 6;
}

/// Fields of `Thread`.
pub mod thread {
    pub const ALLOCATION_TOP: i32 = 0;
    pub const ALLOCATION_LIMIT: i32 = 8;
    pub const POLL: i32 = 24;
    pub const DEPTH_LEFT: i32 = 28;
    pub const STACK_LIMIT: i32 = 32;
    pub const EXCEPTION: i32 = 40;
}

/// Fields of builtin objects.
pub mod object {
    pub const FLOAT_VALUE: i32 = 8;
    pub const LIST_LENGTH: i32 = 8;
    pub const LIST_CAPACITY: i32 = 16;
    pub const LIST_ITEMS: i32 = 24;
    pub const TUPLE_LENGTH: i32 = 8;
    pub const TUPLE_ITEMS: i32 = 16;
    pub const RANGE_ITERATOR_CURRENT: i32 = 8;
    pub const RANGE_ITERATOR_REMAINING: i32 = 16;
    pub const RANGE_ITERATOR_STEP: i32 = 24;
    pub const ITERATOR_INDEX: i32 = 8;
    pub const ITERATOR_SEQUENCE: i32 = 16;
    pub const CELL_CONTENT: i32 = 8;
    pub const METHOD_FUNCTION: i32 = 8;
    pub const METHOD_RECEIVER: i32 = 16;
    pub const FUNCTION_CODE: i32 = 8;
    pub const FUNCTION_CLOSURE: i32 = 24;
    pub const CODE_NATIVE_ENTRY: i32 = 16;
    pub const DICT_LENGTH: i32 = 8;
    pub const DICT_KEYS_VERSION: i32 = 16;
    pub const DICT_TABLE: i32 = 24;
    pub const DICT_TABLE_ENTRIES: i32 = 32;
    pub const DICT_ENTRY_SIZE: i32 = 24;
    pub const DICT_ENTRY_VALUE: i32 = 16;
    pub const STR_LENGTH: i32 = 24;
    pub const SLICE_START: i32 = 8;
    pub const SLICE_STOP: i32 = 16;
    pub const SLICE_STEP: i32 = 24;
    pub const BYTES_DATA: i32 = 24;
    pub const BYTES_LENGTH: i32 = 16;
    pub const WORD_STORAGE_ITEMS: i32 = 16;
    /// Header flag of instances with raw doubles among their slots.
    pub const HAS_DOUBLES: u8 = 128;
    pub const INSTANCE_FIXED_SIZE: i32 = 8;
    pub const FLOAT_SIZE: i32 = 16;
    pub const LIST_SIZE: i32 = 40;
    pub const RANGE_ITERATOR_SIZE: i32 = 32;
    pub const ITERATOR_SIZE: i32 = 24;
    pub const METHOD_SIZE: i32 = 24;
    pub const CELL_SIZE: i32 = 16;
    pub const SLICE_SIZE: i32 = 32;
}
