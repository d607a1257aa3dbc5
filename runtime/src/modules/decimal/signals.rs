//! Signals and conditions: exception classes, and what happens when an operation meets one.
//!
//! What lives here: their tables, their classes, and [`raise_trapped`]. What must not: the mappings `flags` and `traps`
//! (`signal_dict.rs`). Start at [`SIGNALS`].

use super::context::ContextData;
use super::state::State;
use crate::error::{PyResult, Raised};
use crate::modules::support::intern;
use crate::numbers::decimal::Status;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::class_build;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::payload::Payload;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;

/// A class of exceptions that stands for conditions.
pub struct Signal {
    pub name: &'static str,
    pub status: Status,
}

const fn signal(name: &'static str, status: Status) -> Signal {
    Signal { name, status }
}

/// What contexts have flags and traps for, in the order in which one is chosen to be raised.
pub static SIGNALS: [Signal; 9] = [
    signal("InvalidOperation", Status::ANY_INVALID),
    signal("FloatOperation", Status::FLOAT_OPERATION),
    signal("DivisionByZero", Status::DIVISION_BY_ZERO),
    signal("Overflow", Status::OVERFLOW),
    signal("Underflow", Status::UNDERFLOW),
    signal("Subnormal", Status::SUBNORMAL),
    signal("Inexact", Status::INEXACT),
    signal("Rounded", Status::ROUNDED),
    signal("Clamped", Status::CLAMPED),
];

/// What InvalidOperation stands for besides itself.
pub static CONDITIONS: [Signal; 4] = [
    signal("ConversionSyntax", Status::CONVERSION_SYNTAX),
    signal("DivisionImpossible", Status::DIVISION_IMPOSSIBLE),
    signal("DivisionUndefined", Status::DIVISION_UNDEFINED),
    signal("InvalidContext", Status::INVALID_CONTEXT),
];

/// The signals as `repr` of a context lists them: by condition.
const SHOWN: [(Status, &str); 15] = [
    (Status::CLAMPED, "Clamped"),
    (Status::CONVERSION_SYNTAX, "InvalidOperation"),
    (Status::DIVISION_BY_ZERO, "DivisionByZero"),
    (Status::DIVISION_IMPOSSIBLE, "InvalidOperation"),
    (Status::DIVISION_UNDEFINED, "InvalidOperation"),
    (Status(1 << 5), "InvalidOperation"),
    (Status::INEXACT, "Inexact"),
    (Status::INVALID_CONTEXT, "InvalidOperation"),
    (Status::INVALID_OPERATION, "InvalidOperation"),
    (Status::MEMORY, "InvalidOperation"),
    (Status::FLOAT_OPERATION, "FloatOperation"),
    (Status::OVERFLOW, "Overflow"),
    (Status::ROUNDED, "Rounded"),
    (Status::SUBNORMAL, "Subnormal"),
    (Status::UNDERFLOW, "Underflow"),
];

/// `[Inexact, Rounded]`
pub fn shown(status: Status) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in SHOWN.iter().filter(|(condition, _)| status.meets(*condition)) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    format!("[{}]", names.join(", "))
}

/// A class of exceptions of the module `decimal`.
pub fn make_class(thread: &Thread, name: &str, bases: &[Value]) -> PyResult<Gc<Type>> {
    let vm = thread.vm();
    let namespace = Dict::new(thread);
    namespace.insert_str(thread, vm.names.__module__, intern(thread, "decimal").value());
    let bases = Tuple::new(thread, bases);
    class_build::build_class(thread, vm.types.type_type, intern(thread, name), bases, namespace, &[])
}

/// The signals of a set, as a list of classes.
pub fn as_list(thread: &Thread, state: &State, status: Status) -> PyResult<Gc<List>> {
    let list = List::empty(thread);
    for (index, _) in SIGNALS.iter().enumerate().filter(|(_, signal)| status.meets(signal.status)) {
        list.push(thread, state.signal(index))?;
    }
    Ok(list)
}

/// The conditions of a set, InvalidOperation told apart, as a list of classes.
fn conditions_as_list(thread: &Thread, state: &State, status: Status) -> PyResult<Gc<List>> {
    let list = List::empty(thread);
    if status.meets(Status::INVALID_OPERATION) {
        list.push(thread, state.signal(0))?;
    }
    for (index, _) in CONDITIONS.iter().enumerate().filter(|(_, condition)| status.meets(condition.status)) {
        list.push(thread, state.condition(index))?;
    }
    for (index, _) in SIGNALS.iter().enumerate().skip(1).filter(|(_, signal)| status.meets(signal.status)) {
        list.push(thread, state.signal(index))?;
    }
    Ok(list)
}

/// Adds conditions to the flags of a context; raises if one of them is trapped.
#[inline]
pub fn report(thread: &Thread, state: &State, context: Gc<Payload<ContextData>>, status: Status) -> PyResult<()> {
    if status == Status::NONE {
        return Ok(());
    }
    let data = &context.data;
    data.flags.set(data.flags.get().with(status));
    if status.meets(data.traps.get().with(Status::MEMORY)) {
        return Err(raise_trapped(thread, state, status, data.traps.get())?);
    }
    Ok(())
}

#[cold]
fn raise_trapped(thread: &Thread, state: &State, status: Status, traps: Status) -> PyResult<Raised> {
    if status.meets(Status::MEMORY) {
        return Ok(thread.raise_memory_error(""));
    }
    let trapped = status.common(traps);
    let conditions = conditions_as_list(thread, state, trapped)?;
    let index = SIGNALS.iter().position(|signal| trapped.meets(signal.status)).unwrap_or(0);
    let class = state.signal(index).cast::<Type>().unwrap_or(thread.vm().exceptions.arithmetic_error);
    Ok(thread.raise_with_arguments(class, &[conditions.value()]))
}

/// The conditions that a signal class stands for. Raises KeyError for other objects.
pub fn of_class(thread: &Thread, state: &State, class: Value) -> PyResult<Status> {
    match (0..SIGNALS.len()).find(|&index| state.signal(index) == class) {
        Some(index) => Ok(SIGNALS[index].status),
        None => Err(thread.raise_plain_key_error(
            "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, \
             Underflow, Subnormal, Inexact, Rounded,\n   Clamped]",
        )),
    }
}
