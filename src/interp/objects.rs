//! Building and taking apart objects: displays, subscripts, unpacking, functions, strings.
//!
//! What lives here: the out-of-line parts of those instructions. What must not: the containers themselves
//! (the runtime's `types`). Start at [`build_list`].
#![allow(unsafe_code)] // Runs of registers are reached by address.

use taipan_runtime::dispatch::{attr, call, iter, subscript, text};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::object::{Gc, Kind, ShapeId};
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::list::List;
use taipan_runtime::types::prompt;
use taipan_runtime::types::set::Set;
use taipan_runtime::types::slice::Slice;
use taipan_runtime::types::special::Special;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::template_string::{Interpolation, TemplateString};
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

use super::frame::{Frame, Word};
use super::{bind, calls, profile};
use crate::bytecode::feedback::{iter as iter_facts, subscript as subscript_facts};
use crate::bytecode::{OptionalRegister, Register, operands};

impl Frame {
    /// The value of a register that the bytecode's invariants say is not empty.
    #[inline(always)]
    pub fn get(&self, register: Register) -> Value {
        // SAFETY: the compiler and the verifier vouch for the register's number and content.
        unsafe {
            debug_assert!((*self.base.add(register.index())).is_some(), "{register} is empty at {}", self.offset());
            (*self.base.add(register.index())).unwrap_unchecked()
        }
    }

    /// The content of a register.
    #[inline(always)]
    pub fn word(&self, register: Register) -> Word {
        // SAFETY: as in `get`.
        unsafe { *self.base.add(register.index()) }
    }

    /// The value of an optional operand.
    #[inline(always)]
    pub fn optional(&self, register: OptionalRegister) -> Option<Value> {
        register.get().map(|register| self.get(register))
    }

    /// Writes a register.
    #[inline(always)]
    pub fn set(&self, register: Register, value: Value) {
        self.set_word(register, Some(value));
    }

    /// Writes or empties a register.
    #[inline(always)]
    pub fn set_word(&self, register: Register, word: Word) {
        // SAFETY: as in `get`.
        unsafe { *self.base.add(register.index()) = word };
    }

    /// The values of a run of registers.
    #[inline(always)]
    pub fn run(&self, first: Register, count: u16) -> &[Value] {
        // SAFETY: as in `get`, for each register of the run.
        unsafe { bind::as_values(self.base.add(first.index()), usize::from(count)) }
    }
}

// ---- displays ----

/// `BuildList`.
pub fn build_list(thread: &Thread, frame: &Frame, o: operands::BuildList) -> PyResult<()> {
    let list = List::new(thread, frame.run(o.first, o.count));
    frame.set(o.dst, list.value());
    Ok(())
}

/// `BuildTuple`.
pub fn build_tuple(thread: &Thread, frame: &Frame, o: operands::BuildTuple) -> PyResult<()> {
    let tuple = Tuple::new(thread, frame.run(o.first, o.count));
    frame.set(o.dst, tuple.value());
    Ok(())
}

/// `BuildSet`.
pub fn build_set(thread: &Thread, frame: &Frame, o: operands::BuildSet) -> PyResult<()> {
    let set = Set::new(thread);
    for &item in frame.run(o.first, o.count) {
        set.add(thread, item)?;
    }
    frame.set(o.dst, set.value());
    Ok(())
}

/// `BuildDict`.
pub fn build_dict(thread: &Thread, frame: &Frame, o: operands::BuildDict) -> PyResult<()> {
    let dict = Dict::with_capacity(thread, usize::from(o.count));
    for pair in frame.run(o.first, 2 * o.count).chunks_exact(2) {
        dict.insert(thread, pair[0], pair[1])?;
    }
    frame.set(o.dst, dict.value());
    Ok(())
}

/// `BuildString`.
pub fn build_string(thread: &Thread, frame: &Frame, o: operands::BuildString) -> PyResult<()> {
    let string = text::concatenate(thread, frame.run(o.first, o.count))?;
    frame.set(o.dst, string.value());
    Ok(())
}

/// `BuildSlice`.
pub fn build_slice(thread: &Thread, frame: &Frame, o: operands::BuildSlice) -> PyResult<()> {
    let slice = Slice::new(thread, frame.get(o.start), frame.get(o.stop), frame.get(o.step));
    frame.set(o.dst, slice.value());
    Ok(())
}

/// A register that holds what a display built.
fn built<T: taipan_runtime::object::HeapObject>(frame: &Frame, register: Register) -> Gc<T> {
    match frame.get(register).cast::<T>() {
        Some(object) => object,
        None => unreachable!("displays are built by their own instructions"),
    }
}

/// `ListAppend`.
pub fn list_append(thread: &Thread, frame: &Frame, o: operands::ListAppend) -> PyResult<()> {
    built::<List>(frame, o.list).push(thread, frame.get(o.item))
}

/// `ListExtend`.
pub fn list_extend(thread: &Thread, frame: &Frame, o: operands::ListExtend) -> PyResult<()> {
    let list = built::<List>(frame, o.list);
    let iterable = frame.get(o.iterable);
    list.extend(thread, iterable).map_err(|raised| not_unpackable(thread, iterable, raised))
}

/// The exception that `*iterable` raises if unpacking it `raised`.
fn not_unpackable(thread: &Thread, iterable: Value, raised: Raised) -> Raised {
    let class = thread.class_of(iterable);
    let no_way = class.special(thread, Special::Iter).is_none() && !iter::is_sequence(thread, iterable);
    if !no_way || thread.catch(raised, thread.vm().exceptions.type_error).is_err() {
        return raised;
    }
    thread.raise_type_error(format!("Value after * must be an iterable, not {}", class.message_name(thread)))
}

/// `TupleExtend`.
pub fn tuple_extend(thread: &Thread, frame: &Frame, o: operands::TupleExtend) -> PyResult<()> {
    let iterable = frame.get(o.iterable);
    let items = match iterable.cast::<Tuple>().filter(|tuple| tuple.is_exact()) {
        Some(tuple) => tuple,
        None => Tuple::from_iterable(thread, iterable).map_err(|raised| not_unpackable(thread, iterable, raised))?,
    };
    profile::unpacked(frame.body().site(o.site).as_ptr(), iterable, items.len());
    let tuple = match frame.optional(o.tuple).and_then(|tuple| tuple.cast::<Tuple>()) {
        None => items,
        Some(tuple) => {
            let mut all = ScratchVec::with_capacity(thread, tuple.len() + items.len());
            all.extend_from_slice(thread, tuple.items());
            all.extend_from_slice(thread, items.items());
            Tuple::new(thread, &all)
        }
    };
    frame.set(o.dst, tuple.value());
    Ok(())
}

/// `BuildKeywords`.
pub fn build_keywords(thread: &Thread, frame: &Frame, o: operands::BuildKeywords) -> PyResult<()> {
    let Some(names) = frame.body().constant(o.names.index()).cast::<Tuple>() else {
        unreachable!("the names of keyword arguments are a tuple")
    };
    let dict = Dict::with_capacity(thread, names.len());
    for (index, name) in names.items().iter().enumerate() {
        dict.insert(thread, *name, frame.get(o.first.plus(index as u16)))?;
    }
    frame.set(o.dst, dict.value());
    Ok(())
}

/// `SetAdd`.
pub fn set_add(thread: &Thread, frame: &Frame, o: operands::SetAdd) -> PyResult<()> {
    built::<Set>(frame, o.set).add(thread, frame.get(o.item)).map(|_| ())
}

/// `SetUpdate`.
pub fn set_update(thread: &Thread, frame: &Frame, o: operands::SetUpdate) -> PyResult<()> {
    built::<Set>(frame, o.set).update(thread, frame.get(o.iterable))
}

/// `DictInsert`.
pub fn dict_insert(thread: &Thread, frame: &Frame, o: operands::DictInsert) -> PyResult<()> {
    built::<Dict>(frame, o.dict).insert(thread, frame.get(o.key), frame.get(o.value))
}

/// `DictUpdate`.
pub fn dict_update(thread: &Thread, frame: &Frame, o: operands::DictUpdate) -> PyResult<()> {
    let dict = built::<Dict>(frame, o.dict);
    let mapping = frame.get(o.mapping);
    if let Some(other) = mapping.cast::<Dict>() {
        return dict.update(thread, other);
    }
    if attr::get_optional(thread, mapping, thread.vm().names.keys)?.is_none() {
        return Err(thread.raise_type_error(format!("'{}' object is not a mapping", thread.type_name(mapping))));
    }
    for_each_pair(thread, mapping, |key, value| dict.insert(thread, key, value))
}

/// Calls `visit` with each key of a mapping and its value.
fn for_each_pair(thread: &Thread, mapping: Value, mut visit: impl FnMut(Value, Value) -> PyResult<()>) -> PyResult<()> {
    if let Some(dict) = mapping.cast::<Dict>().filter(|dict| dict.is_exact()) {
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            visit(key, value)?;
        }
        return Ok(());
    }
    let keys = call::call_method(thread, mapping, thread.vm().names.keys, &[])?;
    let iterator = iter::get_iter(thread, keys)?;
    while let Some(key) = iter::next(thread, iterator)? {
        visit(key, subscript::get_item(thread, mapping, key)?)?;
    }
    Ok(())
}

/// `DictMerge`.
pub fn dict_merge(thread: &Thread, frame: &Frame, o: operands::DictMerge) -> PyResult<()> {
    merge_keywords(thread, built::<Dict>(frame, o.dict), frame.get(o.mapping), frame.get(o.callee))
}

/// Adds the keyword arguments that `**mapping` stands for in a call of `callee`.
///
/// # Errors
/// TypeError: it is no mapping, or a name is there already.
pub fn merge_keywords(thread: &Thread, dict: Gc<Dict>, mapping: Value, callee: Value) -> PyResult<()> {
    if mapping.cast::<Dict>().is_none() && attr::get_optional(thread, mapping, thread.vm().names.keys)?.is_none() {
        let message = format!(
            "{} argument after ** must be a mapping, not {}",
            calls::callee_text(thread, callee),
            thread.type_name(mapping)
        );
        return Err(thread.raise_type_error(message));
    }
    for_each_pair(thread, mapping, |key, value| {
        if dict.contains(thread, key)? {
            return Err(match key.cast::<Str>() {
                None => thread.raise_type_error("keywords must be strings"),
                Some(key) => {
                    let message = format!(
                        "{} got multiple values for keyword argument '{}'",
                        calls::callee_text(thread, callee),
                        key.to_str_lossy(thread)
                    );
                    thread.raise_type_error(message)
                }
            });
        }
        dict.insert(thread, key, value)
    })
}

/// `ListToTuple`.
pub fn list_to_tuple(thread: &Thread, frame: &Frame, o: operands::ListToTuple) -> PyResult<()> {
    let tuple = Tuple::from_iterable(thread, frame.get(o.list))?;
    frame.set(o.dst, tuple.value());
    Ok(())
}

/// The conversion of a replacement field, by its number in the instruction.
fn conversion(number: u16) -> text::Conversion {
    match number {
        0 => text::Conversion::None,
        1 => text::Conversion::Str,
        2 => text::Conversion::Repr,
        3 => text::Conversion::Ascii,
        _ => unreachable!("the compiler knows four conversions"),
    }
}

/// `FormatValue`.
pub fn format_value(thread: &Thread, frame: &Frame, o: operands::FormatValue) -> PyResult<()> {
    let spec = frame.optional(o.spec).and_then(|spec| spec.cast::<Str>());
    let string = text::format_value(thread, frame.get(o.src), conversion(o.conversion), spec)?;
    frame.set(o.dst, string.value());
    Ok(())
}

/// `BuildInterpolation`: `string.templatelib.Interpolation(value, expression, conversion, format_spec)`.
pub fn build_interpolation(thread: &Thread, frame: &Frame, o: operands::BuildInterpolation) -> PyResult<()> {
    let letter = match o.conversion {
        0 => Value::NONE,
        1 => Str::new(thread, "s").value(),
        2 => Str::new(thread, "r").value(),
        3 => Str::new(thread, "a").value(),
        _ => unreachable!("the compiler knows four conversions"),
    };
    let spec = frame.optional(o.spec).unwrap_or_else(|| Str::empty(thread).value());
    let expression = frame.body().constant(o.expression.index());
    frame.set(o.dst, Interpolation::make(thread, frame.get(o.value), expression, letter, spec));
    Ok(())
}

/// `BuildTemplate`: `string.templatelib.Template(*parts)`.
pub fn build_template(thread: &Thread, frame: &Frame, o: operands::BuildTemplate) -> PyResult<()> {
    frame.set(o.dst, TemplateString::join(thread, frame.run(o.first, o.count))?);
    Ok(())
}

// ---- unpacking ----

/// `UnpackSequence`.
pub fn unpack_sequence(thread: &Thread, frame: &Frame, o: operands::UnpackSequence) -> PyResult<()> {
    let source = frame.get(o.src);
    // SAFETY: the site lies in the feedback vector.
    let site = unsafe { frame.body().feedback.add(o.site.index()) };
    let kind = profile::iteration_kind(thread, source);
    // SAFETY: as above.
    if unsafe { *site } & kind == 0 {
        profile::iteration(thread, site, source);
    }
    iter::unpack(thread, source, usize::from(o.count), |index, value| frame.set(o.first.plus(index as u16), value))
}

/// `UnpackEx`.
pub fn unpack_ex(thread: &Thread, frame: &Frame, o: operands::UnpackEx) -> PyResult<()> {
    let (before, after) = (usize::from(o.before), usize::from(o.after));
    iter::unpack_starred(thread, frame.get(o.src), before, after, |index, value| {
        frame.set(o.first.plus(index as u16), value)
    })
}

// ---- subscripts ----

/// The special method of a plain instance, if it is a Python function: what the loop calls without leaving.
#[inline]
pub fn python_method(thread: &Thread, object: Value, special: Special) -> Option<Gc<Function>> {
    let header = object.header().filter(|header| header.kind() == Kind::Instance)?;
    thread.class_of_shape(header.shape()).special(thread, special)?.cast::<Function>()
}

/// `LoadSubscript` off the fast paths.
#[inline(never)]
pub fn load_subscript(thread: &Thread, site: *mut u64, object: Value, index: Value) -> PyResult<Value> {
    profile::subscription(thread, site, object, index);
    let result = subscript::get_item(thread, object, index);
    if result.is_err() {
        profile::note(site, subscript_facts::RAISED);
    }
    result
}

/// `StoreSubscript` off the fast paths.
#[inline(never)]
pub fn store_subscript(thread: &Thread, site: *mut u64, object: Value, index: Value, value: Value) -> PyResult<()> {
    profile::subscription(thread, site, object, index);
    let before = thread.shape_of(object);
    let result = subscript::set_item(thread, object, index, value);
    if result.is_err() {
        profile::note(site, subscript_facts::RAISED);
    }
    if thread.shape_of(object) != before && object.header().is_some_and(|header| header.kind() == Kind::List) {
        profile::note(site, subscript_facts::GENERALISED);
    }
    result
}

/// `DeleteSubscript`.
pub fn delete_subscript(thread: &Thread, frame: &Frame, o: operands::DeleteSubscript) -> PyResult<()> {
    subscript::delete_item(thread, frame.get(o.object), frame.get(o.index))?;
    prompt::dropped_something(thread);
    Ok(())
}

/// `DeleteAttr`.
pub fn delete_attr(thread: &Thread, frame: &Frame, o: operands::DeleteAttr) -> PyResult<()> {
    attr::delete(thread, frame.get(o.object), frame.body().name(o.name.index()))?;
    prompt::dropped_something(thread);
    Ok(())
}

// ---- iteration ----

/// `GetIter`.
pub fn get_iter(thread: &Thread, frame: &Frame, o: operands::GetIter) -> PyResult<()> {
    let source = frame.get(o.src);
    // SAFETY: the site lies in the feedback vector.
    let site = unsafe { frame.body().feedback.add(o.site.index()) };
    // SAFETY: as above.
    let seen = unsafe { *site };
    if seen >> iter_facts::SHAPE_SHIFT != u64::from(thread.shape_of(source).0) {
        profile::iteration(thread, site, source);
    }
    let iterator = iter::get_iter(thread, source)?;
    frame.set(o.dst, iterator);
    Ok(())
}

/// `GetLen`.
pub fn get_len(thread: &Thread, frame: &Frame, o: operands::GetLen) -> PyResult<()> {
    let length = iter::length(thread, frame.get(o.subject))?;
    frame.set(o.dst, Value::small_wrapping(length as i64));
    Ok(())
}

// ---- functions ----

/// `MakeFunction`.
pub fn make_function(thread: &Thread, frame: &Frame, o: operands::MakeFunction) -> PyResult<()> {
    let Some(code) = frame.body().constant(o.code.index()).cast::<CodeObject>() else {
        unreachable!("functions are made of code constants");
    };
    let closure = frame.optional(o.closure).and_then(|closure| closure.cast::<Tuple>());
    let function = Function::allocate(thread, code, frame.globals, closure);
    // The function is young: no barriers.
    function.defaults.init(frame.optional(o.defaults).and_then(|defaults| defaults.cast::<Tuple>()));
    function.keyword_defaults.init(frame.optional(o.kwdefaults).and_then(|defaults| defaults.cast::<Dict>()));
    function.annotate.init(frame.optional(o.annotate));
    thread.write_barrier(function.header());
    frame.set(o.dst, function.value());
    Ok(())
}

/// A list whose items are tagged words: what the loop's inline paths read.
#[inline(always)]
pub fn tagged_list(value: Value) -> Option<Gc<List>> {
    match value.header() {
        Some(header) if matches!(header.shape(), ShapeId::LIST_ANY | ShapeId::LIST_INT) => {
            Some(header.cast_unchecked::<List>())
        }
        _ => None,
    }
}
