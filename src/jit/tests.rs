//! IR text that is compiled and executed, without any interpreter: what each instruction computes, and what a
//! side exit hands over.
#![allow(unsafe_code)] // Native code is called by address.

use super::code_memory::CodeMemory;
use super::exits::{Exit, Recipe};
use super::ir::parse::parse;
use super::ir::verify::verify;
use super::isa::{IsaOptions, Target, make};
use super::lower::{Anchors, Keep, lower};
use super::passes::{self, PassOptions};
use super::runtime::Entry;
use super::trampoline::{self, Trampoline};
use taipan_runtime::value::{Value, bits};

/// What stands where native code expects a `Thread`: its own words, then what the exit helper notes.
#[repr(C)]
struct FakeThread {
    words: [u64; 64],
    exit: u64,
    buffer: [u64; 32],
    memory: [u64; 64],
}

extern "C" fn note_exit(thread: *mut FakeThread, _code: u64, exit: u32, buffer: *const u64) {
    // SAFETY: the test passes its own FakeThread, and the buffer has at most 32 words in these tests.
    unsafe {
        (*thread).exit = u64::from(exit);
        for i in 0..32 {
            (*thread).buffer[i] = *buffer.add(i.min(7));
        }
    }
}

extern "C" fn power(a: f64, b: f64) -> f64 {
    a.powf(b)
}

fn address(entry: Entry) -> u64 {
    match entry {
        Entry::SideExit => note_exit as *const () as u64,
        Entry::Math(_) => power as *const () as u64,
        Entry::BoxInt
        | Entry::Allocate
        | Entry::Remember
        | Entry::NewList
        | Entry::AddTraceback
        | Entry::FinishExit
        | Entry::CallObject
        | Entry::Interpret
        | Entry::CallKeywords
        | Entry::MakeGenerator
        | Entry::MakeFunction
        | Entry::ListOf
        | Entry::Keywords
        | Entry::ExecuteInstruction
        | Entry::BeginHandler
        | Entry::EndHandler
        | Entry::ExceptionMatch
        | Entry::Helper(_) => 0,
    }
}

/// What a run of native code gave.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// It returned this small int.
    Int(i64),
    /// It returned this float.
    Float(f64),
    /// It returned another word.
    Word(u64),
    /// It left through a side exit: the reason's name, and register and word (or raw bits) of what it handed over.
    Exit(&'static str, Vec<(u16, i64)>),
}

fn run_with(text: &str, arguments: &[u64], optimise: bool) -> Outcome {
    let mut function = parse(text).unwrap_or_else(|error| panic!("{error}"));
    verify(&function).unwrap_or_else(|error| panic!("{error}"));
    if optimise {
        passes::run(&mut function, &PassOptions { verify: true, ..PassOptions::default() })
            .unwrap_or_else(|error| panic!("{error}"));
    }
    let isa = make(IsaOptions { target: Target::Host, verify: true }).unwrap_or_else(|error| panic!("{error}"));
    let anchors = Anchors { code: 0, invalid: 0, forced: 0, suspended: 0, address_of: address };
    let code = lower(&function, &isa, anchors, Keep::default()).unwrap_or_else(|error| panic!("{error}"));
    assert!(code.relocations.is_empty());
    let mut memory = CodeMemory::new().unwrap_or_else(|error| panic!("{error}"));
    let native = memory.place("test", &code.bytes, |_, _| {}).unwrap_or_else(|| panic!("no memory"));
    let stub = trampoline::generate(&isa, arguments.len()).unwrap_or_else(|error| panic!("{error}"));
    let stub = memory.place("trampoline", &stub, |_, _| {}).unwrap_or_else(|| panic!("no memory"));
    let mut thread = Box::new(FakeThread { words: [0; 64], exit: u64::MAX, buffer: [0; 32], memory: [0; 64] });
    thread.words[0] = (&raw const thread.memory).addr() as u64;
    thread.words[1] = thread.words[0] + 512;
    // SAFETY: the code was generated for this ABI and number of arguments.
    let word = unsafe {
        let call: Trampoline = std::mem::transmute(memory.address(stub));
        call((&raw mut *thread).cast(), memory.address(native), bits::NONE, arguments.as_ptr())
    };
    match Value::from_bits(word) {
        _ if word == bits::SIDE_EXIT => exited(&code.exits[thread.exit as usize], &thread.buffer),
        Some(value) if value.as_small().is_some() => Outcome::Int(value.as_small().unwrap_or(0)),
        Some(value) if value.is_object() => {
            let index = ((word - (&raw const thread.memory).addr() as u64) / 8) as usize;
            Outcome::Float(f64::from_bits(thread.memory[index + 1]))
        }
        _ => Outcome::Word(word),
    }
}

fn exited(exit: &Exit, buffer: &[u64]) -> Outcome {
    let registers = exit.frames[0].registers.iter().map(|(register, recipe)| {
        let word = match *recipe {
            Recipe::Word(slot) => Value::from_bits(buffer[slot as usize]).and_then(Value::as_small).unwrap_or(i64::MIN),
            Recipe::Int(slot) | Recipe::Raw(slot) | Recipe::Double(slot) | Recipe::Flag(slot) => {
                buffer[slot as usize].cast_signed()
            }
            Recipe::Constant(word) => Value::from_bits(word).and_then(Value::as_small).unwrap_or(i64::MIN),
            Recipe::RawConstant(word) | Recipe::DoubleConstant(word) => word.cast_signed(),
            Recipe::Number([is_int, int, double]) => {
                let slot = if buffer[is_int as usize] & 1 != 0 { int } else { double };
                buffer[slot as usize].cast_signed()
            }
            Recipe::Object(_) => i64::MAX,
        };
        (*register, word)
    });
    Outcome::Exit(exit.reason.name(), registers.collect())
}

/// Runs the text as it is and optimised; both must give the same.
fn run(text: &str, arguments: &[i64]) -> Outcome {
    let words: Vec<u64> = arguments.iter().map(|n| Value::small_wrapping(*n).to_bits()).collect();
    let plain = run_with(text, &words, false);
    let optimised = run_with(text, &words, true);
    assert_eq!(plain, optimised, "optimisation changed the outcome of {text}");
    plain
}

/// A function of small ints `v1`, `v2` whose body computes the machine int `v9` from the machine ints `v3`, `v4`.
fn int_function(body: &str) -> String {
    format!(
        "function f\nunit0 \"f\"\nb0(v0: Any, v1: SmallInt, v2: SmallInt):\n  v3: Int64 = unbox.int v1\n  v4: Int64 = unbox.int v2\n  \
         {body}\n  v8: SmallInt = box.int v9\n  return v8\nstates:\n  fs0 = unit0+4 here v0 {{r0: v1, r1: v2}}\n"
    )
}

#[test]
fn checked_arithmetic_is_exact_or_exits() {
    let (min, max) = (Value::SMALL_MIN, Value::SMALL_MAX);
    let add = int_function("v9: Int64 = int.add_checked v3, v4 [fs0]");
    assert_eq!(run(&add, &[3, -5]), Outcome::Int(-2));
    assert_eq!(run(&add, &[max, 0]), Outcome::Int(max));
    assert_eq!(run(&add, &[max, 1]), Outcome::Exit("int_overflow", vec![(0, max), (1, 1)]));
    assert_eq!(run(&add, &[min, -1]), Outcome::Exit("int_overflow", vec![(0, min), (1, -1)]));
    let sub = int_function("v9: Int64 = int.sub_checked v3, v4 [fs0]");
    assert_eq!(run(&sub, &[min, min]), Outcome::Int(0));
    assert_eq!(run(&sub, &[0, min]), Outcome::Exit("int_overflow", vec![(0, 0), (1, min)]));
    let mul = int_function("v9: Int64 = int.mul_checked v3, v4 [fs0]");
    assert_eq!(run(&mul, &[-3, 5]), Outcome::Int(-15));
    assert_eq!(run(&mul, &[1 << 31, 1 << 30]), Outcome::Int(1 << 61));
    assert_eq!(run(&mul, &[1 << 31, 1 << 31]), Outcome::Exit("int_overflow", vec![(0, 1 << 31), (1, 1 << 31)]));
    assert_eq!(run(&mul, &[min, 1]), Outcome::Int(min));
    assert_eq!(run(&mul, &[min, -1]), Outcome::Exit("int_overflow", vec![(0, min), (1, -1)]));
    let shl = int_function("v9: Int64 = int.shl_checked v3, v4 [fs0]");
    assert_eq!(run(&shl, &[5, 3]), Outcome::Int(40));
    assert_eq!(run(&shl, &[-1, 62]), Outcome::Int(min));
    assert_eq!(run(&shl, &[1, 62]), Outcome::Exit("shift_count", vec![(0, 1), (1, 62)]));
    assert_eq!(run(&shl, &[1, -1]), Outcome::Exit("shift_count", vec![(0, 1), (1, -1)]));
}

#[test]
fn division_rounds_as_python_does() {
    let div = int_function("v5: Int64 = guard.nonzero v4 {division_by_zero} [fs0]\n  v9: Int64 = int.floor_div v3, v5");
    let modulo = int_function("v5: Int64 = guard.nonzero v4 {division_by_zero} [fs0]\n  v9: Int64 = int.mod v3, v5");
    for (a, b, quotient, remainder) in
        [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (6, -3, -2, 0), (0, 5, 0, 0), (-1, 10, -1, 9)]
    {
        assert_eq!(run(&div, &[a, b]), Outcome::Int(quotient), "{a} // {b}");
        assert_eq!(run(&modulo, &[a, b]), Outcome::Int(remainder), "{a} % {b}");
    }
    assert_eq!(run(&div, &[1, 0]), Outcome::Exit("division_by_zero", vec![(0, 1), (1, 0)]));
    for (a, shift, masked) in [(-9, -3, 3), (9, 2, 1)] {
        assert_eq!(run(&int_function("v9: Int64 = int.floor_div v3, 4i"), &[a, 0]), Outcome::Int(shift));
        assert_eq!(run(&int_function("v9: Int64 = int.mod v3, 4i"), &[a, 0]), Outcome::Int(masked));
    }
}

#[test]
fn type_guards_tell_words_apart() {
    let text = "function f\nunit0 \"f\"\nb0(v0: Any, v1: AnyOrEmpty):\n  v2: SmallInt|Bool = guard.type v1 {SmallInt|Bool, not_int} [fs0]\n  \
                return v2\nstates:\n  fs0 = unit0+1 here v0 {}\n";
    assert_eq!(run_with(text, &[Value::small_wrapping(-4).to_bits()], true), Outcome::Int(-4));
    assert_eq!(run_with(text, &[bits::TRUE], true), Outcome::Word(bits::TRUE));
    for word in [bits::NONE, bits::ELLIPSIS, 0] {
        assert_eq!(run_with(text, &[word], true), Outcome::Exit("not_int", vec![]));
    }
    // A float box, and an object of another shape.
    let shapes =
        [u64::from(taipan_runtime::object::ShapeId::FLOAT.0), u64::from(taipan_runtime::object::ShapeId::STR.0)];
    let boxes = shapes.map(|shape| Box::new([shape, 2.5f64.to_bits()]));
    let text = text.replace("SmallInt|Bool", "Float").replace("not_int", "not_float");
    let words = boxes.each_ref().map(|object| (&raw const **object).addr() as u64);
    let text = text.replace(
        "return v2",
        "v3: Double = unbox.double v2\n  v4: Double = double.add v3, v3\n  v5: Float = box.double v4\n  return v5",
    );
    assert_eq!(run_with(&text, &[words[0]], true), Outcome::Float(5.0));
    assert_eq!(run_with(&text, &[words[1]], true), Outcome::Exit("not_float", vec![]));
    assert_eq!(run_with(&text, &[Value::small_wrapping(8).to_bits()], true), Outcome::Exit("not_float", vec![]));
    assert_eq!(run_with(&text, &[0], true), Outcome::Exit("not_float", vec![]));
}

#[test]
fn a_loop_over_a_range_sums() {
    let text = include_str!("../../tests/passes/sum_range.ir");
    let input =
        text.split("=====").next().and_then(|head| head.split_once("passes: all\n")).map_or("", |(_, input)| input);
    for (n, sum) in [(0, 0), (-5, 0), (1, 0), (10, 45), (1000, 499_500)] {
        let words = [Value::small_wrapping(n).to_bits()];
        assert_eq!(run_with(input, &words, true), Outcome::Int(sum), "sum of range({n})");
        assert_eq!(run_with(input, &words, false), Outcome::Int(sum), "sum of range({n}), not optimised");
    }
}

#[test]
fn exits_show_unboxed_values_and_sunk_computations() {
    let text = "function f\nunit0 \"f\"\nb0(v0: Any, v1: SmallInt, v2: SmallInt):\n  v3: Int64 = unbox.int v1\n  v4: Int64 = int.add v3, 10i\n  \
                v5: SmallInt = box.int v4\n  v6: Double = int.to_double v3\n  v7: Float = box.double v6\n  v8: Flag = int.compare v3, 5i {lt}\n  \
                guard.true v8 {test} [fs0]\n  return v1\nstates:\n  fs0 = unit0+1 here v0 {r1: v5, r2: v7, r3: 7}\n";
    assert_eq!(run(text, &[4, 0]), Outcome::Int(4));
    let words = [Value::small_wrapping(6).to_bits(), 1];
    assert_eq!(
        run_with(text, &words, true),
        Outcome::Exit("test", vec![(1, 16), (2, 6f64.to_bits().cast_signed()), (3, 7)])
    );
}

#[test]
fn code_for_both_machines_can_be_shown() {
    let function =
        parse(&int_function("v9: Int64 = int.add_checked v3, v4 [fs0]")).unwrap_or_else(|error| panic!("{error}"));
    for (target, name) in [(Target::X86_64, "push"), (Target::Aarch64, "stp")] {
        let isa = make(IsaOptions { target, verify: true }).unwrap_or_else(|error| panic!("{error}"));
        let anchors = Anchors { code: 0, invalid: 0, forced: 0, suspended: 0, address_of: address };
        let code = lower(&function, &isa, anchors, Keep { clif: true, assembly: true })
            .unwrap_or_else(|error| panic!("{error}"));
        let assembly = code.assembly.unwrap_or_default();
        assert!(assembly.iter().any(|(_, line)| line.contains(name)), "{assembly:?}");
        assert!(code.clif.unwrap_or_default().iter().any(|(_, line)| line.contains("iadd")));
    }
}
