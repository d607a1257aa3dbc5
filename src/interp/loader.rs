//! From compiled code to code objects.
//!
//! What lives here: [`load`]: constants become values, names are interned. What must not: compiling.

use std::sync::Arc;

use taipan_runtime::object::Gc;
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::code::{CodeFacts, CodeObject};
use taipan_runtime::types::complex::Complex;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::int;
use taipan_runtime::types::set::Set;
use taipan_runtime::types::slice::Slice;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

use super::Interpreter;
use super::body::Body;
use crate::bytecode::{Code, Constant};

/// A code object for `code`, and for all code nested in it.
pub fn load(thread: &Thread, code: &Arc<Code>) -> Gc<CodeObject> {
    let constants = tuple(thread, &code.constants);
    let names = strings(thread, code.names.iter().map(|name| &**name));
    let intern = |text: &str| thread.vm().interner.intern_text(thread, text);
    let facts = CodeFacts {
        name: intern(&code.name),
        qualname: intern(&code.qualname),
        filename: intern(&code.filename),
        first_line: code.first_line,
        positional: u32::from(code.positional_count),
        positional_only: u32::from(code.posonly_count),
        keyword_only: u32::from(code.kwonly_count),
        flags: code.flags.0,
        registers: u32::from(code.register_count),
        constants,
        names,
        variables: strings(thread, code.varnames.iter().map(|name| &**name)),
        cells: strings(thread, code.cells.iter().map(|cell| &*cell.name)),
        free: strings(thread, code.free_names.iter().map(|name| &**name)),
        visible_constants: constants,
    };
    object_of(thread, code, facts)
}

/// The code object with these facts and the instructions of `code`.
pub fn object_of(thread: &Thread, code: &Arc<Code>, facts: CodeFacts) -> Gc<CodeObject> {
    let mut body = Box::new(Body::new(code.clone()));
    body.set_pools(facts.constants, facts.names);
    let interpreter = Interpreter::of(thread);
    body.stands_for_native.set(taipan_runtime::modules::import::stands_for_native(thread, &code.filename));
    body.entry_threshold.set(interpreter.entry_threshold.get());
    body.loop_threshold.set(interpreter.loop_threshold.get());
    body.resume_threshold.set(interpreter.entry_threshold.get());
    let address = std::ptr::from_ref(&*body);
    let object = CodeObject::new(thread, facts, body);
    object.body_pointer.set(address.cast());
    Body::of_ref(object).owner.set(Some(object));
    object
}

fn strings<'a>(thread: &Thread, names: impl Iterator<Item = &'a str>) -> Gc<Tuple> {
    let mut values = ScratchVec::new();
    for name in names {
        values.push(thread, thread.vm().interner.intern_text(thread, name).value());
    }
    Tuple::new(thread, &values)
}

fn tuple(thread: &Thread, constants: &[Constant]) -> Gc<Tuple> {
    let mut values = ScratchVec::with_capacity(thread, constants.len());
    for constant in constants {
        let value = value_of(thread, constant);
        values.push(thread, value);
    }
    Tuple::new(thread, &values)
}

/// The value of a constant.
pub fn value_of(thread: &Thread, constant: &Constant) -> Value {
    match constant {
        Constant::None => Value::NONE,
        Constant::True => Value::TRUE,
        Constant::False => Value::FALSE,
        Constant::Ellipsis => Value::ELLIPSIS,
        Constant::Int(number) => int::from_i64(thread, *number),
        Constant::BigInt(number) => int::from_bigint(thread, number.clone()),
        Constant::Float(number) => Float::new(thread, *number).value(),
        Constant::Complex { real, imag } => Complex::new(thread, *real, *imag).value(),
        Constant::Str(bytes) => string(thread, bytes).value(),
        Constant::Bytes(bytes) => Bytes::new(thread, bytes).value(),
        Constant::Tuple(items) => tuple(thread, items).value(),
        Constant::FrozenSet(items) => {
            let set = Set::new_frozen(thread);
            for item in items {
                let item = value_of(thread, item);
                if set.add(thread, item).is_err() {
                    unreachable!("constants are hashable");
                }
            }
            set.value()
        }
        Constant::Slice(parts) => {
            let [start, stop, step] = &**parts;
            let (start, stop, step) = (value_of(thread, start), value_of(thread, stop), value_of(thread, step));
            Slice::new(thread, start, stop, step).value()
        }
        Constant::Code(code) => load(thread, code).value(),
    }
}

/// A str constant: text that looks like a name is interned, as CPython does.
fn string(thread: &Thread, bytes: &[u8]) -> Gc<Str> {
    let like_a_name = bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    match std::str::from_utf8(bytes) {
        Ok(text) if like_a_name => thread.vm().interner.intern_text(thread, text),
        _ => Str::from_wtf8_bytes_unchecked(thread, bytes),
    }
}
