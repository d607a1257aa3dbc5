//! The functions that native code calls.
//!
//! What lives here: their names ([`Entry`]); each takes the thread first, but for [`Entry::Math`]. What must
//! not: the functions themselves; the runtime's are in its table of helpers, those about frames in `deopt.rs`.

use super::ir::MathFunction;
use taipan_runtime::helpers::Helper;

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
    /// `(thread, code, exit, buffer)`: rebuilds the frames of a side exit.
    SideExit,
    /// `(thread, code, call site)`: notes the frames of a call site in the pending exception's traceback.
    AddTraceback,
    /// `(thread) -> word`: runs the frame that a side exit rebuilt until it returns.
    FinishExit,
    /// `(thread, callee, arguments, count) -> word`: calls anything.
    CallObject,
    /// `(thread, callee, names, arguments, count) -> word`: calls anything with keyword arguments.
    CallKeywords,
    /// `(thread, code object, position, registers, function) -> word`: executes one instruction on registers.
    ExecuteInstruction,
    /// `(doubles) -> double`.
    Math(MathFunction),
    /// A helper of the runtime.
    Helper(Helper),
}
