//! The `array` module.
//!
//! What lives here: the module's table. What must not: the class (`array/class.rs`), its items
//! (`array/items.rs`), pickling (`array/pickling.rs`). Start at [`array`].

pub mod class;
pub mod items;
pub mod pickling;
pub mod storage;

use taipan_macros::py_module;

/// This module defines an object type which can efficiently represent
/// an array of basic values: characters, integers, floating-point
/// numbers.  Arrays are sequence types and behave very much like lists,
/// except that the type of objects stored in them is constrained.
#[py_module(name = "array")]
pub mod array {
    use crate::error::PyResult;
    use crate::native::PyClass;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::module::Module;
    use crate::types::type_object::{Type, type_flags};
    use crate::value::Value;

    #[class]
    use super::storage::Array;

    #[constant]
    const typecodes: &str = "bBuwhHiIlLqQfd";

    /// Internal. Used for pickling support.
    #[function]
    fn _array_reconstructor(
        thread: &Thread,
        arraytype: Value,
        typecode: Value,
        mformat_code: i32,
        items: Value,
    ) -> PyResult<Value> {
        super::pickling::reconstruct(thread, arraytype, typecode, mformat_code, items)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let class = Type::of_spec(thread, Array::SPEC);
        class.set_flag(type_flags::SEQUENCE, true);
        module.set(thread, "ArrayType", class.value());
        let abstract_classes = crate::modules::import::import_name(thread, "_collections_abc")?;
        let mutable_sequence = crate::modules::support::get(thread, abstract_classes, "MutableSequence")?;
        crate::modules::support::call_method(thread, mutable_sequence, "register", &[class.value()])?;
        Ok(())
    }
}
