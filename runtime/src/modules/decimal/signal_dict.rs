//! `SignalDictMixin`: the mappings `flags` and `traps` of a context.
//!
//! What lives here: the class, whose instances show the conditions that their context holds. What must not: the rest of the
//! mapping protocol, which comes from `collections.abc`. Start at [`SignalDict`].

use super::context::ContextData;
use super::{signals, state};
use crate::dispatch::{iter, truth};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::numbers::decimal::Status;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// One of the two sets of a context.
pub struct SignalDict {
    /// Empty in a mapping that Python code made.
    context: Slot,
    is_traps: bool,
}

impl PayloadData for SignalDict {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.context);
    }
}

type Mapping = Payload<SignalDict>;

impl SignalDict {
    /// The mapping of a context.
    pub fn make(thread: &Thread, context: Gc<Payload<ContextData>>, is_traps: bool) -> PyResult<Gc<Mapping>> {
        let class = state::get(thread)?.data.classes.signal_dict();
        Ok(Payload::new(thread, class, SignalDict { context: Slot::new(context.value()), is_traps }))
    }

    fn get(&self, thread: &Thread) -> PyResult<Status> {
        match self.context.get().and_then(Payload::<ContextData>::cast) {
            Some(context) if self.is_traps => Ok(context.data.traps.get()),
            Some(context) => Ok(context.data.flags.get()),
            None => Err(thread.raise_value_error("invalid signal dict")),
        }
    }

    fn set(&self, status: Status) {
        if let Some(context) = self.context.get().and_then(Payload::<ContextData>::cast) {
            if self.is_traps { context.data.traps.set(status) } else { context.data.flags.set(status) }
        }
    }
}

/// The conditions that an argument for `flags` or `traps` names: a mapping of a context, or a dict of all signals.
pub fn status_of_mapping(thread: &Thread, value: Value) -> PyResult<Status> {
    if let Some(mapping) = Mapping::cast(value) {
        return Ok(mapping.data.get(thread)?);
    }
    let Some(dict) = value.cast::<Dict>() else {
        return Err(thread.raise_type_error("argument must be a signal dict"));
    };
    match status_of_dict(thread, dict)? {
        Some(status) => Ok(status),
        None => Err(thread.raise_plain_key_error("invalid signal dict")),
    }
}

/// The conditions that a dict of all signals names; `None` for other dicts.
fn status_of_dict(thread: &Thread, dict: Gc<Dict>) -> PyResult<Option<Status>> {
    if dict.len() != signals::SIGNALS.len() {
        return Ok(None);
    }
    let state = state::get(thread)?;
    let mut status = Status::NONE;
    for (index, signal) in signals::SIGNALS.iter().enumerate() {
        let Some(value) = dict.get(thread, state.data.signal(index))? else { return Ok(None) };
        if truth::truth(thread, value)? {
            status.add(signal.status);
        }
    }
    Ok(Some(status))
}

fn equals(thread: &Thread, this: Gc<Mapping>, other: Value) -> PyResult<Option<bool>> {
    let status = this.data.get(thread)?;
    if let Some(other) = Mapping::cast(other) {
        return Ok(Some(status == other.data.get(thread)?));
    }
    match other.cast::<Dict>() {
        Some(dict) => Ok(status_of_dict(thread, dict)?.map(|other| status == other)),
        None => Ok(None),
    }
}

fn as_answer(truth: Option<bool>) -> Value {
    truth.map_or(Value::NOT_IMPLEMENTED, Value::from_bool)
}

#[py_class(name = "SignalDictMixin", module = "decimal", payload, subclassable, unhashable)]
impl SignalDict {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: crate::native::Arguments<'_>) -> Gc<Mapping> {
        let _ = arguments;
        Payload::new(thread, class, SignalDict { context: Slot::empty(), is_traps: false })
    }

    #[method(signature = "(self, /, *args, **kwargs)")]
    fn __init__(this: Gc<Mapping>, arguments: &[Value], keywords: crate::native::Keywords<'_>) {
        let _ = (this, arguments, keywords);
    }

    #[method]
    fn __len__(this: Gc<Mapping>, thread: &Thread) -> PyResult<usize> {
        this.data.get(thread)?;
        Ok(signals::SIGNALS.len())
    }

    #[method]
    fn __iter__(this: Gc<Mapping>, thread: &Thread) -> PyResult<Value> {
        this.data.get(thread)?;
        iter::get_iter(thread, state::get(thread)?.data.signals().value())
    }

    #[method]
    fn __getitem__(this: Gc<Mapping>, thread: &Thread, key: Value) -> PyResult<bool> {
        let status = this.data.get(thread)?;
        Ok(status.meets(signals::of_class(thread, &state::get(thread)?.data, key)?))
    }

    #[method]
    fn __setitem__(this: Gc<Mapping>, thread: &Thread, key: Value, value: Value) -> PyResult<()> {
        let status = this.data.get(thread)?;
        let conditions = signals::of_class(thread, &state::get(thread)?.data, key)?;
        let on = truth::truth(thread, value)?;
        this.data.set(if on { status.with(conditions) } else { status.common(Status(!conditions.0)) });
        Ok(())
    }

    #[method]
    fn __delitem__(this: Gc<Mapping>, thread: &Thread, key: Value) -> PyResult<()> {
        let _ = key;
        this.data.get(thread)?;
        Err(thread.raise_value_error("signal keys cannot be deleted"))
    }

    #[method]
    fn __repr__(this: Gc<Mapping>, thread: &Thread) -> PyResult<String> {
        let status = this.data.get(thread)?;
        let shown = signals::SIGNALS.iter().map(|signal| {
            let truth = if status.meets(signal.status) { "True" } else { "False" };
            format!("<class 'decimal.{}'>:{truth}", signal.name)
        });
        Ok(format!("{{{}}}", shown.collect::<Vec<_>>().join(", ")))
    }

    #[method]
    fn __eq__(this: Gc<Mapping>, thread: &Thread, other: Value) -> PyResult<Value> {
        Ok(as_answer(equals(thread, this, other)?))
    }

    #[method]
    fn __ne__(this: Gc<Mapping>, thread: &Thread, other: Value) -> PyResult<Value> {
        Ok(as_answer(equals(thread, this, other)?.map(|equal| !equal)))
    }

    /// The mapping as a dict.
    #[method]
    fn copy(this: Gc<Mapping>, thread: &Thread) -> PyResult<Gc<Dict>> {
        let status = this.data.get(thread)?;
        let (state, dict) = (state::get(thread)?, Dict::new(thread));
        for (index, signal) in signals::SIGNALS.iter().enumerate() {
            dict.insert(thread, state.data.signal(index), Value::from_bool(status.meets(signal.status)))?;
        }
        Ok(dict)
    }
}
