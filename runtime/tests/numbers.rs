//! Numbers against CPython: every line of the data files is one operation and its result.
//!
//! `data/numbers.tsv` was printed by CPython 3.14, `data/libm.tsv` by CPython 3.13 on glibc (the functions of the C
//! library differ between platforms in the last bit). A line is `operation <tab> operand ... <tab> result`; an
//! operand is a letter for its type, a colon and its text; a result is a `repr`, or `!Type: message`.

use taipan_runtime::dispatch::binary::{self, BinaryOperator};
use taipan_runtime::dispatch::compare::{self, CompareOperator};
use taipan_runtime::dispatch::{attr, call, number, text, truth};
use taipan_runtime::error::PyResult;
use taipan_runtime::modules::import;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::complex::Complex;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::{float, int};
use taipan_runtime::value::Value;
use taipan_runtime::vm::{Vm, VmOptions};

fn with_thread(body: impl FnOnce(&Thread)) {
    let marker = 0u8;
    let base = (&raw const marker).addr() + 64;
    match Vm::new(VmOptions::default(), base, base - (1 << 20)) {
        Ok((vm, thread)) => {
            body(&thread);
            drop(thread);
            drop(vm);
        }
        Err(error) => panic!("no isolate: {error:?}"),
    }
}

fn double(text: &str) -> f64 {
    float::parse(text).unwrap_or_else(|| panic!("not a float: {text}"))
}

fn operand(thread: &Thread, text: &str) -> Value {
    let Some((kind, content)) = text.split_once(':') else { panic!("no operand: {text}") };
    match kind {
        "i" => int::from_bigint(thread, int::text::literal(content, 10)),
        "f" => float::from_f64(thread, double(content)),
        "c" => {
            let Some((real, imag)) = content.split_once(',') else { panic!("not complex: {text}") };
            Complex::new(thread, double(real), double(imag)).value()
        }
        "b" => Value::from_bool(content == "1"),
        "n" => Value::NONE,
        "s" => Str::new(thread, content).value(),
        "y" => {
            let bytes: Vec<u8> = (0..content.len() / 2)
                .map(|i| u8::from_str_radix(&content[2 * i..2 * i + 2], 16).unwrap_or(0))
                .collect();
            Bytes::new(thread, &bytes).value()
        }
        _ => panic!("unknown operand: {text}"),
    }
}

fn name(thread: &Thread, text: &str) -> Gc<Str> {
    thread.vm().interner.intern_text(thread, text)
}

fn method(thread: &Thread, receiver: Value, method: &str, arguments: &[Value]) -> PyResult<Value> {
    call::call_method(thread, receiver, name(thread, method), arguments)
}

fn keywords(thread: &Thread, callee: Value, arguments: &[Value], keyword: &str, value: Value) -> PyResult<Value> {
    let dict = taipan_runtime::types::dict::Dict::new(thread);
    dict.insert(thread, name(thread, keyword).value(), value)?;
    call::call_with_dict(thread, callee, arguments, Some(dict))
}

fn evaluate(thread: &Thread, operation: &str, operands: &[Value]) -> PyResult<Value> {
    let types = &thread.vm().types;
    if let Some((module, function)) = operation.split_once('.') {
        let module = import::import_name(thread, module)?;
        let function = attr::get(thread, module, name(thread, function))?;
        return call::call(thread, function, operands);
    }
    if let Some(op) = BinaryOperator::ALL.iter().find(|&&op| binary_name(op) == operation) {
        return binary::binary(thread, *op, operands[0], operands[1]);
    }
    if let Some(op) = CompareOperator::ALL.iter().find(|&&op| compare_name(op) == operation) {
        return compare::compare(thread, *op, operands[0], operands[1]);
    }
    match (operation, operands) {
        ("divmod", &[a, b]) => binary::divmod(thread, a, b),
        ("power_modulo", &[a, b, m]) => binary::power_modulo(thread, a, b, m),
        ("negative", &[a]) => binary::negative(thread, a),
        ("positive", &[a]) => binary::positive(thread, a),
        ("invert", &[a]) => binary::invert(thread, a),
        ("absolute", &[a]) => binary::absolute(thread, a),
        ("truth", &[a]) => truth::truth(thread, a).map(Value::from_bool),
        ("index", &[a]) => number::index(thread, a),
        ("str", &[a]) => Ok(text::str(thread, a)?.value()),
        ("int" | "int_base", arguments) => call::call(thread, types.int.value(), arguments),
        ("float", arguments) => call::call(thread, types.float.value(), arguments),
        ("complex", arguments) => call::call(thread, types.complex.value(), arguments),
        ("fromhex", arguments) => method(thread, types.float.value(), "fromhex", arguments),
        ("round", &[a]) => {
            let Some(round) = thread.class_of(a).lookup(thread, thread.vm().names.__round__) else {
                let class = thread.type_name(a);
                return Err(thread.raise_type_error(format!("type {class} doesn't define __round__ method")));
            };
            call::call(thread, round, &[a])
        }
        ("round_digits", &[a, digits]) => method(thread, a, "__round__", &[digits]),
        ("floor" | "ceil" | "trunc", &[a]) => evaluate(thread, &format!("math.{operation}"), &[a]),
        ("gcd" | "lcm" | "factorial" | "isqrt" | "comb" | "perm" | "nextafter", arguments) => {
            evaluate(thread, &format!("math.{operation}"), arguments)
        }
        ("nextafter_steps", &[x, y, steps]) => {
            let module = import::import_name(thread, "math")?;
            let function = attr::get(thread, module, name(thread, "nextafter"))?;
            keywords(thread, function, &[x, y], "steps", steps)
        }
        ("to_bytes", &[n, length, order, signed]) => {
            let function = attr::get(thread, n, name(thread, "to_bytes"))?;
            keywords(thread, function, &[length, order], "signed", signed)
        }
        ("from_bytes", &[bytes, order, signed]) => {
            let function = attr::get(thread, types.int.value(), name(thread, "from_bytes"))?;
            keywords(thread, function, &[bytes, order], "signed", signed)
        }
        ("format", &[value, spec]) => method(thread, value, "__format__", &[spec]),
        (operation, &[receiver]) => method(thread, receiver, operation, &[]),
        _ => panic!("unknown operation {operation}"),
    }
}

/// The data files name operators as the functions of `dispatch::binary`.
fn binary_name(op: BinaryOperator) -> &'static str {
    const NAMES: [&str; BinaryOperator::COUNT] = [
        "add",
        "subtract",
        "multiply",
        "true_divide",
        "floor_divide",
        "modulo",
        "power",
        "shift_left",
        "shift_right",
        "bit_and",
        "bit_or",
        "bit_xor",
        "matrix_multiply",
    ];
    NAMES[op as usize]
}

fn compare_name(op: CompareOperator) -> &'static str {
    const NAMES: [&str; 6] = ["less_than", "less_equal", "equal", "not_equal", "greater_than", "greater_equal"];
    NAMES[op as usize]
}

fn shown(thread: &Thread, result: PyResult<Value>) -> String {
    let result = result.and_then(|value| text::repr(thread, value));
    match result {
        Ok(text) => text.to_str_lossy(thread).into_owned(),
        Err(raised) => {
            let exception = thread.take_exception(raised);
            let message = text::str(thread, exception).map(|text| text.to_str_lossy(thread).into_owned());
            format!("!{}: {}", thread.type_name(exception), message.unwrap_or_default())
        }
    }
}

fn check(file: &str, data: &str) {
    with_thread(|thread| {
        let mut failures = Vec::new();
        let mut count = 0;
        for line in data.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [operation, operands @ .., expected] = fields.as_slice() else { panic!("bad line: {line}") };
            // At most four operands: on the stack, where the collector finds them.
            let mut values = [Value::NONE; 4];
            for (slot, text) in values.iter_mut().zip(operands) {
                *slot = operand(thread, text);
            }
            let result = evaluate(thread, operation, &values[..operands.len()]);
            let result = shown(thread, result);
            if result != *expected {
                failures.push(format!("{operation}({}): expected {expected}, got {result}", operands.join(", ")));
            }
            count += 1;
        }
        assert!(count > 500, "{file} is too short: {count} lines");
        assert!(failures.is_empty(), "{} of {count} lines of {file}:\n{}", failures.len(), failures.join("\n"));
    });
}

#[test]
fn arithmetic_agrees_with_cpython() {
    check("numbers.tsv", include_str!("data/numbers.tsv"));
}

#[test]
fn library_functions_agree_with_cpython() {
    check("libm.tsv", include_str!("data/libm.tsv"));
}
