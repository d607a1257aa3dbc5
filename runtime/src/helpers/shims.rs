//! The functions behind the table of helpers, in the C convention.
//!
//! What lives here: one function for each line of the table, of the same name. What must not: semantics; each
//! calls what the interpreter calls. `None` is the zero word: "raised".

use crate::dispatch::operation::{self, Operation, Tried};
use crate::dispatch::{
    attr, binary as operators, call, compare as comparisons, isinstance, iter, subscript, truth as truths,
};
use crate::error::PyResult;
use crate::native::Arguments;
use crate::object::Gc;
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::enumerate::Enumerate;
use crate::types::int;
use crate::types::list::List;
use crate::types::native_function::NativeFunction;
use crate::types::set::Set;
use crate::types::slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::zip::Zip;
use crate::value::Value;

/// The result of a helper that says no more than "done".
const DONE: Option<Value> = Some(Value::NONE);

fn flag(result: PyResult<bool>) -> Option<Value> {
    result.ok().map(Value::from_bool)
}

fn operator(number: i64) -> operators::BinaryOperator {
    operators::BinaryOperator::ALL[number as usize]
}

/// A value whose type native code has checked.
fn text(value: Value) -> Gc<Str> {
    match value.header() {
        Some(header) => header.cast_unchecked::<Str>(),
        None => unreachable!("native code passes a str"),
    }
}

/// A name, which is an interned string.
fn name(value: Value) -> Gc<Str> {
    text(value)
}

pub extern "C" fn binary(thread: &Thread, operation: i64, a: Value, b: Value) -> Option<Value> {
    operators::binary(thread, operator(operation), a, b).ok()
}

pub extern "C" fn binary_in_place(thread: &Thread, operation: i64, a: Value, b: Value) -> Option<Value> {
    operators::inplace(thread, operator(operation), a, b).ok()
}

pub extern "C" fn operator_declined(thread: &Thread, operation: i64, tried: i64, a: Value, b: Value) -> Option<Value> {
    let (operation, tried) = (Operation::of_number(operation), Tried::ALL[tried as usize]);
    operation::after_declined(thread, operation, tried, a, b).ok()
}

pub extern "C" fn int_binary(thread: &Thread, operation: i64, a: Value, b: Value) -> Option<Value> {
    match (int::as_int(a), int::as_int(b)) {
        (Some(x), Some(y)) => match operators::on_ints(thread, operator(operation), x, y) {
            Some(result) => result.ok(),
            None => operators::binary(thread, operator(operation), a, b).ok(),
        },
        _ => operators::binary(thread, operator(operation), a, b).ok(),
    }
}

pub extern "C" fn int_operation(thread: &Thread, operation: i64, a: Value, b: Value) -> Option<Value> {
    int_binary(thread, operation, a, b)
}

pub extern "C" fn unary(thread: &Thread, operation: i64, a: Value) -> Option<Value> {
    match operation {
        0 => operators::negative(thread, a),
        1 => operators::positive(thread, a),
        _ => operators::invert(thread, a),
    }
    .ok()
}

pub extern "C" fn compare(thread: &Thread, operation: i64, a: Value, b: Value) -> Option<Value> {
    comparisons::compare(thread, comparisons::CompareOperator::ALL[operation as usize], a, b).ok()
}

pub extern "C" fn compare_truth(thread: &Thread, operation: i64, a: Value, b: Value) -> Option<Value> {
    flag(comparisons::compare_truth(thread, comparisons::CompareOperator::ALL[operation as usize], a, b))
}

pub extern "C" fn truth(thread: &Thread, a: Value) -> Option<Value> {
    flag(truths::truth(thread, a))
}

pub extern "C" fn concatenate(thread: &Thread, a: Value, b: Value) -> Option<Value> {
    Str::concat(thread, text(a), text(b)).ok().map(|text| text.value())
}

pub extern "C" fn str_equal(thread: &Thread, a: Value, b: Value) -> i64 {
    i64::from(a == b || Str::equals(thread, text(a), text(b)))
}

pub extern "C" fn str_compare(thread: &Thread, a: Value, b: Value) -> i64 {
    Str::compare(thread, text(a), text(b)) as i64
}

pub extern "C" fn str_index(thread: &Thread, string: Value, index: i64) -> Option<Value> {
    Some(Str::char_at(text(string), thread, index as usize).value())
}

pub extern "C" fn str_code_point(thread: &Thread, string: Value, index: i64) -> i64 {
    i64::from(Str::code_point_at(text(string), thread, index as usize))
}

pub extern "C" fn str_of_code_point(thread: &Thread, code: i64) -> Option<Value> {
    Str::from_u32(thread, code as u32).map(|text| text.value())
}

pub extern "C" fn load_attribute(thread: &Thread, object: Value, attribute: Value) -> Option<Value> {
    attr::get(thread, object, name(attribute)).ok()
}

pub extern "C" fn store_attribute(thread: &Thread, object: Value, attribute: Value, value: Value) -> Option<Value> {
    attr::set(thread, object, name(attribute), value).ok().and(DONE)
}

pub extern "C" fn contains(thread: &Thread, item: Value, container: Value) -> Option<Value> {
    flag(iter::contains(thread, container, item))
}

pub extern "C" fn class_of(thread: &Thread, object: Value) -> Value {
    thread.class_of(object).value()
}

pub extern "C" fn is_instance(thread: &Thread, object: Value, class: Value) -> Option<Value> {
    flag(isinstance::isinstance(thread, object, class))
}

pub extern "C" fn length(thread: &Thread, object: Value) -> Option<Value> {
    iter::length(thread, object).ok().map(|length| Value::small_wrapping(length as i64))
}

pub extern "C" fn load_subscript(thread: &Thread, object: Value, index: Value) -> Option<Value> {
    subscript::get_item(thread, object, index).ok()
}

pub extern "C" fn store_subscript(thread: &Thread, object: Value, index: Value, value: Value) -> Option<Value> {
    subscript::set_item(thread, object, index, value).ok().and(DONE)
}

pub extern "C" fn get_iterator(thread: &Thread, object: Value) -> Option<Value> {
    iter::get_iter(thread, object).ok()
}

pub extern "C" fn next(thread: &Thread, iterator: Value) -> Option<Value> {
    match iter::next(thread, iterator) {
        Ok(Some(value)) => Some(value),
        Ok(None) => Some(Value::ABSENT),
        Err(_) => None,
    }
}

pub extern "C" fn new_list(thread: &Thread) -> Option<Value> {
    Some(List::empty(thread).value())
}

pub extern "C" fn new_set(thread: &Thread) -> Option<Value> {
    Some(Set::new(thread).value())
}

pub extern "C" fn set_add(thread: &Thread, set: Value, item: Value) -> Option<Value> {
    set.header()?.cast_unchecked::<Set>().add(thread, item).ok().and(DONE)
}

pub extern "C" fn list_to_tuple(thread: &Thread, list: Value) -> Option<Value> {
    Tuple::from_iterable(thread, list).ok().map(|tuple| tuple.value())
}

pub extern "C" fn new_enumerate(thread: &Thread, iterator: Value, count: Value) -> Option<Value> {
    Some(Enumerate::resume(thread, iterator, count))
}

pub extern "C" fn new_zip(thread: &Thread, iterators: Value) -> Option<Value> {
    Some(Zip::resume(thread, iterators))
}

pub extern "C" fn list_slice(thread: &Thread, list: Value, start: Value, stop: Value, step: Value) -> Option<Value> {
    let list = list.header()?.cast_unchecked::<List>();
    let parts = slice::unpack_parts(thread, start, stop, step).ok()?;
    list.get_slice_parts(thread, parts).ok().map(|slice| slice.value())
}

pub extern "C" fn list_store_slice(
    thread: &Thread,
    list: Value,
    start: Value,
    stop: Value,
    step: Value,
    source: Value,
) -> Option<Value> {
    let list = list.header()?.cast_unchecked::<List>();
    let parts = slice::unpack_parts(thread, start, stop, step).ok()?;
    list.set_slice_parts(thread, parts, source).ok().and(DONE)
}

pub extern "C" fn dict_get(thread: &Thread, dict: Value, key: Value) -> Option<Value> {
    let dict = dict.header()?.cast_unchecked::<Dict>();
    dict.get_str(thread, key.header()?.cast_unchecked::<Str>())
}

pub extern "C" fn list_append(thread: &Thread, list: Value, item: Value) -> Option<Value> {
    let list = list.header()?.cast_unchecked::<List>();
    list.push(thread, item).ok().and(DONE)
}

pub extern "C" fn list_pop(thread: &Thread, list: Value) -> Option<Value> {
    let list = list.header()?.cast_unchecked::<List>();
    match list.pop(thread) {
        Some(item) => Some(item),
        None => {
            thread.raise_index_error("pop from empty list");
            None
        }
    }
}

pub extern "C" fn call_unpacked(thread: &Thread, callee: Value, args: Value, kwargs: Option<Value>) -> Option<Value> {
    let args = args.cast::<Tuple>()?;
    let values = ScratchVec::from_slice(thread, args.items());
    let keywords = kwargs.and_then(|kwargs| kwargs.cast::<Dict>()).filter(|kwargs| !kwargs.is_empty());
    call::call_with_dict(thread, callee, &values, keywords).ok()
}

fn native(thread: &Thread, function: Value, arguments: &[Value]) -> Option<Value> {
    let function = function.header()?.cast_unchecked::<NativeFunction>();
    function.call_unbound(thread, Arguments::of(arguments)).ok()
}

pub extern "C" fn looks_at_frames(thread: &Thread, callee: Value) -> i64 {
    i64::from(crate::types::native_function::looks_at_frames(thread, callee))
}

pub extern "C" fn native_1(thread: &Thread, function: Value, a: Value) -> Option<Value> {
    native(thread, function, &[a])
}

pub extern "C" fn native_2(thread: &Thread, function: Value, a: Value, b: Value) -> Option<Value> {
    native(thread, function, &[a, b])
}

pub extern "C" fn native_3(thread: &Thread, function: Value, a: Value, b: Value, c: Value) -> Option<Value> {
    native(thread, function, &[a, b, c])
}

pub extern "C" fn check_init(thread: &Thread, result: Value) -> Option<Value> {
    if result.is_none() {
        return DONE;
    }
    let message = format!("__init__() should return None, not '{}'", thread.type_name(result));
    let _ = thread.raise_type_error(message);
    None
}
