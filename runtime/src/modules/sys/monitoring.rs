//! `sys.monitoring` (PEP 669): tool ids and the names of events.
//!
//! What lives here: who uses which tool id, and the callbacks that were registered. No event is reported yet:
//! asking for one raises NotImplementedError. Start at [`make`].

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::module_state;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::instance::Instance;
use crate::types::module::Module;
use crate::types::namespace::SimpleNamespace;
use crate::types::payload::{Payload, PayloadData};
use crate::value::Value;
use taipan_macros::py_module;

/// How many tools there can be.
const TOOLS: usize = 6;
/// Numbers of the events that callbacks are kept for.
const EVENTS: usize = 19;

/// Names and bits of the events, in the order of `sys.monitoring.events`.
const EVENT_NAMES: [(&str, i64); 20] = [
    ("PY_START", 1),
    ("PY_RESUME", 1 << 1),
    ("PY_RETURN", 1 << 2),
    ("PY_YIELD", 1 << 3),
    ("CALL", 1 << 4),
    ("LINE", 1 << 5),
    ("INSTRUCTION", 1 << 6),
    ("JUMP", 1 << 7),
    ("BRANCH_LEFT", 1 << 8),
    ("BRANCH_RIGHT", 1 << 9),
    ("STOP_ITERATION", 1 << 10),
    ("RAISE", 1 << 11),
    ("EXCEPTION_HANDLED", 1 << 12),
    ("PY_UNWIND", 1 << 13),
    ("PY_THROW", 1 << 14),
    ("RERAISE", 1 << 15),
    ("C_RETURN", 1 << 16),
    ("C_RAISE", 1 << 17),
    ("BRANCH", 1 << 18),
    ("NO_EVENTS", 0),
];

/// The names of the tools in use and their callbacks, one per event.
struct Tools {
    names: [Slot; TOOLS],
    callbacks: [[Slot; EVENTS]; TOOLS],
}

impl PayloadData for Tools {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in self.names.iter().chain(self.callbacks.iter().flatten()) {
            tracer.slot(slot);
        }
    }
}

fn tools(thread: &Thread) -> Gc<Payload<Tools>> {
    module_state(thread, || Tools {
        names: std::array::from_fn(|_| Slot::empty()),
        callbacks: std::array::from_fn(|_| std::array::from_fn(|_| Slot::empty())),
    })
}

/// The tool with this id. Raises ValueError.
fn tool(thread: &Thread, id: i64) -> PyResult<usize> {
    match usize::try_from(id) {
        Ok(id) if id < TOOLS => Ok(id),
        _ => Err(thread.raise_value_error(format!("invalid tool {id} (must be between 0 and 5)"))),
    }
}

/// The tool with this id, which is in use. Raises ValueError.
fn used_tool(thread: &Thread, id: i64) -> PyResult<usize> {
    let id = tool(thread, id)?;
    match tools(thread).data.names[id].get() {
        Some(_) => Ok(id),
        None => Err(thread.raise_value_error(format!("tool {id} is not in use"))),
    }
}

/// Raises what is to be said of a set of events: ValueError, or NotImplementedError if there are any.
fn check_events(thread: &Thread, events: i64) -> PyResult<()> {
    if !(0..1 << EVENTS).contains(&events) {
        return Err(thread.raise_value_error(format!("invalid event set {events:#x}")));
    }
    if events != 0 {
        return Err(thread.raise_not_implemented_error("Taipan does not report the events of sys.monitoring"));
    }
    Ok(())
}

/// The module, for `sys` to hold.
pub fn make(thread: &Thread) -> PyResult<Gc<Module>> {
    Module::from_spec(thread, &functions::MODULE)
}

#[py_module(name = "sys.monitoring")]
pub mod functions {
    use super::*;

    #[function(signature = "(tool_id, name, /)")]
    fn use_tool_id(thread: &Thread, tool_id: i64, name: Value) -> PyResult<()> {
        let id = tool(thread, tool_id)?;
        if name.cast::<crate::types::str::Str>().is_none() {
            return Err(thread.raise_value_error("tool name must be a str"));
        }
        let state = tools(thread);
        if state.data.names[id].get().is_some() {
            return Err(thread.raise_value_error(format!("tool {id} is already in use")));
        }
        state.store(thread, &state.data.names[id], name);
        Ok(())
    }

    #[function(signature = "(tool_id, /)")]
    fn clear_tool_id(thread: &Thread, tool_id: i64) -> PyResult<()> {
        let id = tool(thread, tool_id)?;
        for callback in &tools(thread).data.callbacks[id] {
            callback.init(None);
        }
        Ok(())
    }

    #[function(signature = "(tool_id, /)")]
    fn free_tool_id(thread: &Thread, tool_id: i64) -> PyResult<()> {
        clear_tool_id(thread, tool_id)?;
        tools(thread).data.names[tool(thread, tool_id)?].init(None);
        Ok(())
    }

    #[function(signature = "(tool_id, /)")]
    fn get_tool(thread: &Thread, tool_id: i64) -> PyResult<Value> {
        let id = tool(thread, tool_id)?;
        Ok(tools(thread).data.names[id].get().unwrap_or(Value::NONE))
    }

    #[function(signature = "(tool_id, event, func, /)")]
    fn register_callback(thread: &Thread, tool_id: i64, event: i64, func: Value) -> PyResult<Value> {
        let id = tool(thread, tool_id)?;
        if event <= 0 || event & (event - 1) != 0 {
            return Err(thread.raise_value_error("The callback can only be set for one event at a time"));
        }
        let number = event.trailing_zeros() as usize;
        if number >= EVENTS {
            return Err(thread.raise_value_error(format!("invalid event {event}")));
        }
        let state = tools(thread);
        let slot = &state.data.callbacks[id][number];
        let before = slot.get().unwrap_or(Value::NONE);
        if func.is_none() {
            slot.init(None);
        } else {
            state.store(thread, slot, func);
        }
        Ok(before)
    }

    #[function(signature = "(tool_id, /)")]
    fn get_events(thread: &Thread, tool_id: i64) -> PyResult<i64> {
        used_tool(thread, tool_id).map(|_| 0)
    }

    #[function(signature = "(tool_id, event_set, /)")]
    fn set_events(thread: &Thread, tool_id: i64, event_set: i64) -> PyResult<()> {
        used_tool(thread, tool_id)?;
        check_events(thread, event_set)
    }

    #[function(signature = "(tool_id, code, /)")]
    fn get_local_events(thread: &Thread, tool_id: i64, code: Value) -> PyResult<i64> {
        check_code(thread, code)?;
        used_tool(thread, tool_id).map(|_| 0)
    }

    #[function(signature = "(tool_id, code, event_set, /)")]
    fn set_local_events(thread: &Thread, tool_id: i64, code: Value, event_set: i64) -> PyResult<()> {
        check_code(thread, code)?;
        used_tool(thread, tool_id)?;
        check_events(thread, event_set)
    }

    fn check_code(thread: &Thread, code: Value) -> PyResult<()> {
        match code.cast::<crate::types::code::CodeObject>() {
            Some(_) => Ok(()),
            None => Err(thread.raise_type_error("code must be a code object")),
        }
    }

    #[function]
    fn restart_events() {}

    #[function]
    fn _all_events(thread: &Thread) -> Gc<crate::types::dict::Dict> {
        crate::types::dict::Dict::new(thread)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let events = EVENT_NAMES.map(|(name, bits)| (name, Value::small_wrapping(bits)));
        module.set(thread, "events", SimpleNamespace::make(thread, &events));
        for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
            module.set(thread, name, Value::small_wrapping(id));
        }
        for name in ["DISABLE", "MISSING"] {
            module.set(thread, name, Instance::new(thread, thread.vm().types.object).value());
        }
        Ok(())
    }
}
