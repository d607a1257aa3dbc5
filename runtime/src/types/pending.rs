//! Classes whose methods are being written: empty specs so that the isolate starts. Each goes away when its
//! type gets its `#[py_class]` block.

use taipan_macros::py_class;

#[py_class(name = "str", kind = Str, subclassable)]
impl crate::types::str::Str {}

#[py_class(name = "bytes", kind = Bytes, subclassable)]
impl crate::types::bytes::Bytes {}

#[py_class(name = "bytearray", kind = ByteArray, subclassable)]
impl crate::types::bytearray::ByteArray {}

#[py_class(name = "memoryview")]
impl crate::types::memoryview::MemoryView {}
