//! The functions that native code calls.
//!
//! What lives here: their names ([`Entry`]), their addresses, and the small ones. Each takes the thread first, but
//! for [`Entry::Math`]. What must not: the runtime's helpers, which have their own table, and the functions about
//! frames (`deopt.rs`).
#![allow(unsafe_code)] // Fresh memory is handed out by address.

use super::deopt;
use super::ir::MathFunction;
use taipan_runtime::helpers::Helper;
use taipan_runtime::object::{Gc, Header, ShapeId};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::int;
use taipan_runtime::types::list::{List, Strategy};
use taipan_runtime::value::Value;

/// A function that native code calls.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Entry {
    /// `(thread, n) -> word`: the Python int `n`.
    BoxInt,
    /// `(thread, size) -> address`: zeroed memory; the header is written by the caller.
    Allocate,
    /// `(thread, object)`: puts an old object into the remembered set.
    Remember,
    /// `(thread, shape, length) -> word`: a list of this strategy whose items the caller fills in.
    NewList,
    /// `(thread, items, count) -> word`: a list of these values.
    ListOf,
    /// `(thread, pairs, count) -> word`: a dict of names and values in turn, `count` words.
    Keywords,
    /// `(thread, code, exit, buffer, frame pointer)`: rebuilds the frames of a side exit.
    SideExit,
    /// `(thread, code, call site, frame pointer)`: notes the frames of a call site in the pending exception's traceback.
    AddTraceback,
    /// `(thread) -> word`: runs the frame that a side exit rebuilt until it returns.
    FinishExit,
    /// `(thread, function, arguments, count) -> word`: interprets a function, its arguments bound.
    Interpret,
    /// `(thread, callee, arguments, count) -> word`: calls anything.
    CallObject,
    /// `(thread, callee, names, arguments, count) -> word`: calls anything with keyword arguments.
    CallKeywords,
    /// `(thread, function, arguments, count) -> word`: the generator that a call of the function makes, its arguments
    /// bound.
    MakeGenerator,
    /// `(thread, code object, globals, closure) -> word`: a function without defaults and annotations.
    MakeFunction,
    /// `(thread, code object, position, registers, function) -> word`: executes one instruction on registers.
    ExecuteInstruction,
    /// As [`Entry::ExecuteInstruction`], of a `BeginHandler`.
    BeginHandler,
    /// As [`Entry::ExecuteInstruction`], of an `EndHandler`.
    EndHandler,
    /// As [`Entry::ExecuteInstruction`], of an `ExceptionMatch`.
    ExceptionMatch,
    /// `(doubles) -> double`.
    Math(MathFunction),
    /// A helper of the runtime.
    Helper(Helper),
}

/// The address of a function that native code calls.
pub fn address(entry: Entry) -> u64 {
    let pointer = match entry {
        Entry::BoxInt => box_int as *const (),
        Entry::Allocate => allocate as *const (),
        Entry::Remember => remember as *const (),
        Entry::NewList => new_list as *const (),
        Entry::ListOf => list_of as *const (),
        Entry::Keywords => keywords as *const (),
        Entry::SideExit => deopt::side_exit as *const (),
        Entry::AddTraceback => deopt::add_traceback as *const (),
        Entry::FinishExit => deopt::finish_exit as *const (),
        Entry::Interpret => deopt::interpret as *const (),
        Entry::CallObject => deopt::call_object as *const (),
        Entry::CallKeywords => deopt::call_keywords as *const (),
        Entry::MakeGenerator => deopt::make_generator as *const (),
        Entry::MakeFunction => deopt::make_function as *const (),
        Entry::ExecuteInstruction => deopt::execute_instruction as *const (),
        Entry::BeginHandler => deopt::begin_handler as *const (),
        Entry::EndHandler => deopt::end_handler as *const (),
        Entry::ExceptionMatch => deopt::exception_match as *const (),
        Entry::Math(function) => math(function),
        Entry::Helper(helper) => return helper.address() as u64,
    };
    pointer.addr() as u64
}

extern "C" fn box_int(thread: &Thread, n: i64) -> Value {
    int::from_i64(thread, n)
}

/// Zeroed memory for a small object; the caller writes the header at once.
extern "C" fn allocate(thread: &Thread, size: usize) -> *mut u8 {
    thread.allocate_small(size).as_ptr()
}

extern "C" fn remember(thread: &Thread, object: Gc<Header>) {
    thread.write_barrier(object);
}

/// A list of `length` items whose words the caller fills in before anything else happens.
extern "C" fn new_list(thread: &Thread, shape: u64, length: usize) -> Value {
    let strategy = match ShapeId(shape as u32) {
        ShapeId::LIST_INT => Strategy::Int,
        ShapeId::LIST_FLOAT => Strategy::Float,
        ShapeId::LIST_BOOL => Strategy::Bool,
        _ => Strategy::Any,
    };
    List::unfilled(thread, strategy, length).value()
}

extern "C" fn list_of(thread: &Thread, items: *const Value, count: usize) -> Value {
    // SAFETY: native code passes this many words.
    List::new(thread, unsafe { std::slice::from_raw_parts(items, count) }).value()
}

extern "C" fn keywords(thread: &Thread, pairs: *const Value, count: usize) -> Value {
    // SAFETY: native code passes this many words.
    deopt::keywords(thread, unsafe { std::slice::from_raw_parts(pairs, count) }).value()
}

fn math(function: MathFunction) -> *const () {
    match function {
        MathFunction::Pow => pow as *const (),
        MathFunction::Mod => modulo as *const (),
        MathFunction::FloorDiv => floor_div as *const (),
        MathFunction::Sin => sin as *const (),
        MathFunction::Cos => cos as *const (),
        MathFunction::Tan => tan as *const (),
        MathFunction::Asin => asin as *const (),
        MathFunction::Acos => acos as *const (),
        MathFunction::Atan => atan as *const (),
        MathFunction::Atan2 => atan2 as *const (),
        MathFunction::Exp => exp as *const (),
        MathFunction::Log => log as *const (),
    }
}

macro_rules! unary_math {
    ($($name:ident: $method:ident;)*) => {
        $(extern "C" fn $name(a: f64) -> f64 { a.$method() })*
    };
}

unary_math! {
    sin: sin;
    cos: cos;
    tan: tan;
    asin: asin;
    acos: acos;
    atan: atan;
    exp: exp;
    log: ln;
}

extern "C" fn atan2(a: f64, b: f64) -> f64 {
    a.atan2(b)
}

extern "C" fn pow(a: f64, b: f64) -> f64 {
    a.powf(b)
}

/// `a % b` with the sign of `b`, as `float.__mod__` computes it.
extern "C" fn modulo(a: f64, b: f64) -> f64 {
    taipan_runtime::types::float::arithmetic::modulo_nonzero(a, b)
}

/// `a // b` as `float.__floordiv__` computes it.
extern "C" fn floor_div(a: f64, b: f64) -> f64 {
    taipan_runtime::types::float::arithmetic::divmod_nonzero(a, b).0
}
