//! `code.replace`, equality and hashes of code objects, and the views of their tables.
//!
//! What lives here: the methods that make or compare whole code objects. What must not: the object itself
//! (`types/code.rs`) or bytecode. Start at [`replaced`].
//!
//! Bytecode belongs to the VM, so a copy may differ in what describes the code (names, file, first line, flags
//! without influence on calls) and in constants and names that the instructions use as plain values. Other
//! changes raise NotImplementedError.

use crate::dispatch::{compare, hash, number};
use crate::error::PyResult;
use crate::native::Arguments;
use crate::object::{Gc, GcSlot, Kind};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::code::{CodeFacts, CodeObject, code_flags};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_macros::py_methods;

/// Flags that a copy may have or not have: how calls and frames work does not depend on them.
const FREE_FLAGS: u32 = code_flags::ITERABLE_COROUTINE
    | code_flags::NESTED
    | code_flags::FUTURE_ANNOTATIONS
    | code_flags::HAS_DOCSTRING
    | code_flags::METHOD;

/// What a field of a code object is for [`replaced`].
enum Field {
    Text,
    Count,
    Tuple,
    Bytes,
}

/// The keyword arguments of `replace`, as CPython names and types them.
const FIELDS: &[(&str, Field)] = &[
    ("co_argcount", Field::Count),
    ("co_posonlyargcount", Field::Count),
    ("co_kwonlyargcount", Field::Count),
    ("co_nlocals", Field::Count),
    ("co_stacksize", Field::Count),
    ("co_flags", Field::Count),
    ("co_firstlineno", Field::Count),
    ("co_code", Field::Bytes),
    ("co_consts", Field::Tuple),
    ("co_names", Field::Tuple),
    ("co_varnames", Field::Tuple),
    ("co_freevars", Field::Tuple),
    ("co_cellvars", Field::Tuple),
    ("co_filename", Field::Text),
    ("co_name", Field::Text),
    ("co_qualname", Field::Text),
    ("co_linetable", Field::Bytes),
    ("co_exceptiontable", Field::Bytes),
];

fn full<T>(slot: &GcSlot<T>) -> Gc<T> {
    match slot.get() {
        Some(object) => object,
        None => unreachable!("code objects are made with all parts"),
    }
}

#[cold]
fn unsupported(thread: &Thread, field: &str) -> crate::error::Raised {
    thread.raise_not_implemented_error(format!("code.replace() of {field} is not supported by Taipan"))
}

fn wrong_type(thread: &Thread, field: &str, wanted: &str, value: Value) -> crate::error::Raised {
    let given = thread.type_name(value);
    thread.raise_type_error(format!("replace() argument '{field}' must be {wanted}, not {given}"))
}

/// Constants for the copy. What instructions take apart (code, tuples of names) must stay of its kind.
fn constants(thread: &Thread, old: Gc<Tuple>, new: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    if new.len() != old.len() {
        return Err(unsupported(thread, "co_consts"));
    }
    for (&before, &after) in old.items().iter().zip(new.items()) {
        let same = match before.header().map(|header| header.kind()) {
            Some(Kind::Code) => match (before.cast::<CodeObject>(), after.cast::<CodeObject>()) {
                (Some(before), Some(after)) => full(&before.free).len() == full(&after.free).len(),
                _ => false,
            },
            Some(Kind::Tuple) => before == after,
            _ => true,
        };
        if !same {
            return Err(unsupported(thread, "co_consts"));
        }
    }
    Ok(new)
}

/// `code.replace(**changes)`.
pub fn replaced(thread: &Thread, code: Gc<CodeObject>, arguments: Arguments<'_>) -> PyResult<Gc<CodeObject>> {
    if !arguments.positional().is_empty() {
        return Err(thread.raise_type_error("replace() takes no positional arguments"));
    }
    let mut facts = CodeFacts {
        name: full(&code.name),
        qualname: full(&code.qualname),
        filename: full(&code.filename),
        first_line: code.first_line,
        positional: code.positional,
        positional_only: code.positional_only,
        keyword_only: code.keyword_only,
        flags: code.flags.get(),
        registers: code.registers,
        constants: full(&code.constants),
        names: full(&code.names),
        variables: full(&code.variables),
        cells: full(&code.cells),
        free: full(&code.free),
        visible_constants: full(&code.visible_constants),
    };
    for (name, value) in arguments.keywords() {
        let name = name.to_str_lossy(thread);
        let Some((field, kind)) = FIELDS.iter().find(|(field, _)| *field == name) else {
            return Err(thread.raise_type_error(format!("replace() got an unexpected keyword argument '{name}'")));
        };
        match kind {
            Field::Text => {
                let Some(text) = value.cast::<Str>() else { return Err(wrong_type(thread, field, "str", value)) };
                match *field {
                    "co_filename" => facts.filename = text,
                    "co_name" => facts.name = text,
                    _ => facts.qualname = text,
                }
            }
            Field::Count => {
                let count = number::index_i64(thread, value)?;
                let Ok(count) = u32::try_from(count) else {
                    return Err(thread.raise_value_error(format!("{field} must be a positive integer")));
                };
                let current = match *field {
                    "co_firstlineno" => {
                        facts.first_line = count;
                        count
                    }
                    "co_flags" if (count ^ facts.flags) & !FREE_FLAGS == 0 => {
                        facts.flags = count;
                        count
                    }
                    "co_flags" => facts.flags,
                    "co_argcount" => facts.positional,
                    "co_posonlyargcount" => facts.positional_only,
                    "co_kwonlyargcount" => facts.keyword_only,
                    "co_nlocals" => facts.variables.len() as u32,
                    _ => facts.registers,
                };
                if current != count {
                    return Err(unsupported(thread, field));
                }
            }
            Field::Tuple => {
                let Some(tuple) = value.cast::<Tuple>() else { return Err(wrong_type(thread, field, "tuple", value)) };
                if *field == "co_consts" {
                    facts.constants = constants(thread, facts.constants, tuple)?;
                    facts.visible_constants = facts.constants;
                    continue;
                }
                let current = match *field {
                    "co_names" => facts.names,
                    "co_varnames" => facts.variables,
                    "co_freevars" => facts.free,
                    _ => facts.cells,
                };
                if !compare::equals(thread, current.value(), value)? {
                    return Err(unsupported(thread, field));
                }
            }
            Field::Bytes => {
                let Some(bytes) = value.cast::<Bytes>() else { return Err(wrong_type(thread, field, "bytes", value)) };
                let current = match *field {
                    "co_code" => code.body().code_bytes(),
                    "co_linetable" => code.body().line_table(),
                    _ => code.body().exception_table(),
                };
                if current != bytes.as_slice() {
                    return Err(unsupported(thread, field));
                }
            }
        }
    }
    Ok(code.body().rebuilt(thread, facts))
}

/// Code objects are equal if they would behave and be reported alike.
fn equal(thread: &Thread, a: Gc<CodeObject>, b: Gc<CodeObject>) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    let counts = |code: Gc<CodeObject>| {
        (code.positional, code.positional_only, code.keyword_only, code.flags.get(), code.first_line, code.registers)
    };
    if counts(a) != counts(b) || a.body().code_bytes() != b.body().code_bytes() {
        return Ok(false);
    }
    if a.body().spans() != b.body().spans() || a.body().exception_table() != b.body().exception_table() {
        return Ok(false);
    }
    let parts = |code: Gc<CodeObject>| {
        [
            full(&code.name).value(),
            full(&code.names).value(),
            full(&code.variables).value(),
            full(&code.cells).value(),
            full(&code.free).value(),
        ]
    };
    for (part, other) in parts(a).into_iter().zip(parts(b)) {
        if !compare::equals(thread, part, other)? {
            return Ok(false);
        }
    }
    let (a, b) = (full(&a.constants), full(&b.constants));
    if a.len() != b.len() {
        return Ok(false);
    }
    for (&x, &y) in a.items().iter().zip(b.items()) {
        if !same_constant(thread, x, y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Constants of one type and value; 1, 1.0 and True differ, as do 0.0 and -0.0.
fn same_constant(thread: &Thread, a: Value, b: Value) -> PyResult<bool> {
    if thread.class_of(a) != thread.class_of(b) {
        return Ok(false);
    }
    if let (Some(a), Some(b)) = (a.cast::<Tuple>(), b.cast::<Tuple>()) {
        if a.len() != b.len() {
            return Ok(false);
        }
        for (&x, &y) in a.items().iter().zip(b.items()) {
            if !same_constant(thread, x, y)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if let (Some(a), Some(b)) = (crate::types::float::as_float(a), crate::types::float::as_float(b)) {
        return Ok(a.to_bits() == b.to_bits());
    }
    compare::equals(thread, a, b)
}

#[py_methods(class = "code")]
impl CodeObject {
    /// Return a copy of the code object with new values for the specified fields.
    #[method(signature = "($self, /, **changes)")]
    fn replace(this: Gc<CodeObject>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<CodeObject>> {
        replaced(thread, this, arguments)
    }

    /// The same as replace().
    #[method(signature = "($self, /, **changes)")]
    fn __replace__(this: Gc<CodeObject>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<CodeObject>> {
        replaced(thread, this, arguments)
    }

    #[method]
    fn __eq__(this: Gc<CodeObject>, thread: &Thread, other: Value) -> PyResult<Value> {
        match other.cast::<CodeObject>() {
            Some(other) => Ok(Value::from_bool(equal(thread, this, other)?)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[method]
    fn __hash__(this: Gc<CodeObject>, thread: &Thread) -> PyResult<i64> {
        let mut mixed = i64::from(this.first_line) ^ i64::from(this.flags.get()).rotate_left(20);
        for part in [full(&this.name).value(), full(&this.names).value(), full(&this.variables).value()] {
            mixed = mixed.rotate_left(9).wrapping_mul(1_000_003) ^ hash::hash(thread, part)?;
        }
        for byte in this.body().code_bytes() {
            mixed = mixed.wrapping_mul(1_000_003) ^ i64::from(byte);
        }
        Ok(if mixed == -1 { -2 } else { mixed })
    }

    /// The bytes that say which source positions the instructions have, in the VM's own encoding.
    #[getter]
    fn co_linetable(this: Gc<CodeObject>, thread: &Thread) -> Gc<Bytes> {
        Bytes::new(thread, &this.body().line_table())
    }

    /// The bytes that say which handlers cover the instructions: three numbers of 32 bits each.
    #[getter]
    fn co_exceptiontable(this: Gc<CodeObject>, thread: &Thread) -> Gc<Bytes> {
        Bytes::new(thread, &this.body().exception_table())
    }

    /// The name of the local variable with this number, for dis.
    #[method(signature = "($self, /, oparg)", style = "keywords")]
    fn _varname_from_oparg(this: Gc<CodeObject>, thread: &Thread, oparg: i64) -> PyResult<Value> {
        let all = [full(&this.variables), full(&this.cells), full(&this.free)];
        let found = usize::try_from(oparg).ok().and_then(|index| all.iter().flat_map(|t| t.items()).nth(index));
        found.copied().ok_or_else(|| thread.raise_index_error("tuple index out of range"))
    }
}
