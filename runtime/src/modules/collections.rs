//! The `_collections` module: what `collections` needs to be quick.
//!
//! What lives here: the module's table and `_count_elements`. What must not: the classes (one file each below).
//! Start at [`_collections`].

pub mod default_dict;
pub mod deque;
pub mod ordered_dict;
pub mod ordered_dict_views;
pub mod tuple_getter;

use taipan_macros::py_module;

/// High performance data structures.
/// - deque:        ordered collection accessible from endpoints only
/// - defaultdict:  dict subclass with a default value factory
#[py_module(name = "_collections")]
pub mod _collections {
    use crate::dispatch::{attr, binary, call, iter, subscript};
    use crate::error::PyResult;
    use crate::native::PyClass;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::dict::{Dict, hash_key};
    use crate::types::module::Module;
    use crate::types::special::Special;
    use crate::types::type_object::{Type, type_flags};
    use crate::value::Value;

    #[class]
    use super::default_dict::DefaultDict;
    #[class]
    use super::deque::Deque;
    #[class]
    use super::deque::DequeIterator;
    #[class]
    use super::deque::DequeReverseIterator;
    #[class]
    use super::ordered_dict::OrderedDict;
    #[class]
    use super::tuple_getter::TupleGetter;

    #[init]
    fn init(thread: &Thread, _module: Gc<Module>) -> PyResult<()> {
        Type::of_spec(thread, Deque::SPEC).set_flag(type_flags::SEQUENCE, true);
        Type::of_spec(thread, DefaultDict::SPEC).set_native_layout(thread, &["default_factory"], false);
        Type::of_spec(thread, OrderedDict::SPEC).set_native_layout(thread, &[], true);
        Ok(())
    }

    /// The class's methods for reading and writing items are those of `dict`.
    fn counts_like_dict(thread: &Thread, mapping: Value) -> bool {
        let (class, dict) = (thread.class_of(mapping), thread.vm().types.dict);
        let get = thread.vm().names.get;
        class.lookup(thread, get) == dict.lookup(thread, get)
            && class.special(thread, Special::SetItem) == dict.special(thread, Special::SetItem)
    }

    /// Count elements in the iterable, updating the mapping
    #[function]
    fn _count_elements(thread: &Thread, mapping: Value, iterable: Value) -> PyResult<()> {
        let one = Value::small_wrapping(1);
        let zero = Value::small_wrapping(0);
        if let Some(dict) = mapping.cast::<Dict>().filter(|_| counts_like_dict(thread, mapping)) {
            let iterator = iter::get_iter(thread, iterable)?;
            while let Some(key) = iter::next(thread, iterator)? {
                let hash = hash_key(thread, key)?;
                let count = match dict.find(thread, key, hash)? {
                    Some(index) => match dict.entry_value(index) {
                        Some(count) if count.is_small() && Value::add_small(count, one).is_some() => {
                            dict.set_entry_value(thread, index, Value::add_small(count, one).unwrap_or(one));
                            continue;
                        }
                        Some(count) => binary::add(thread, count, one)?,
                        None => one,
                    },
                    None => one,
                };
                dict.insert_hashed(thread, key, hash, count)?;
            }
            return Ok(());
        }
        let get = attr::get(thread, mapping, thread.vm().names.get)?;
        let iterator = iter::get_iter(thread, iterable)?;
        while let Some(key) = iter::next(thread, iterator)? {
            let count = call::call(thread, get, &[key, zero])?;
            let count = binary::add(thread, count, one)?;
            subscript::set_item(thread, mapping, key, count)?;
        }
        Ok(())
    }
}
