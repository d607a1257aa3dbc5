//! `ContextManager`: what `localcontext` returns.
//!
//! Start at [`ContextManager::make`].

use super::context::{ContextData, ContextObject};
use super::state;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::native::{Arguments, PyClass};
use crate::object::{Gc, GcSlot};
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use taipan_macros::py_class;

/// The context inside the `with` statement, and the one outside.
pub struct ContextManager {
    inner: GcSlot<ContextObject>,
    outer: GcSlot<ContextObject>,
}

impl PayloadData for ContextManager {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.inner);
        tracer.gc_slot(&self.outer);
    }
}

impl ContextManager {
    /// The manager for a copy of `context`, or of the current one, changed as the arguments say: those of `Context` behind
    /// the context itself.
    pub fn make(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<ContextManager>>> {
        const MOST: usize = ContextData::ATTRIBUTES.len() + 1;
        let outer = state::current_context(thread, &state::get(thread)?)?;
        let given = arguments.values.len();
        if given > MOST {
            let sort = if arguments.positional().is_empty() { "keyword " } else { "" };
            let message = format!("function takes at most {MOST} {sort}arguments ({given} given)");
            return Err(thread.raise_type_error(message));
        }
        // The context, then its attributes.
        let mut values = [None; MOST];
        for (place, value) in values.iter_mut().zip(arguments.positional()) {
            *place = Some(*value);
        }
        for (keyword, value) in arguments.keywords() {
            let name = keyword.to_string_lossy(thread);
            let mut names = std::iter::once("ctx").chain(ContextData::ATTRIBUTES);
            let message = match names.position(|parameter| parameter == name) {
                Some(index) if values[index].is_none() => {
                    values[index] = Some(value);
                    continue;
                }
                Some(index) => format!("argument for function given by name ('{name}') and position ({})", index + 1),
                None => format!("this function got an unexpected keyword argument '{name}'"),
            };
            return Err(thread.raise_type_error(message));
        }
        let [context, changes @ ..] = values;
        let source = match context.filter(|context| !context.is_none()) {
            None => outer,
            Some(context) => match Payload::<ContextData>::cast(context) {
                Some(context) => context,
                None => return Err(thread.raise_type_error("optional argument must be a context")),
            },
        };
        let inner = source.data.copy(thread)?;
        inner.data.set_attributes(thread, &changes)?;
        let manager = ContextManager { inner: GcSlot::new(inner), outer: GcSlot::new(outer) };
        Ok(Payload::new(thread, Type::of_spec(thread, ContextManager::SPEC), manager))
    }
}

#[py_class(name = "ContextManager", module = "decimal", payload, no_instances)]
impl ContextManager {
    #[method(signature = "(self)")]
    fn __enter__(this: Gc<Payload<ContextManager>>, thread: &Thread) -> PyResult<Option<Gc<ContextObject>>> {
        if let Some(inner) = this.data.inner.get() {
            state::set_context(thread, inner)?;
        }
        Ok(this.data.inner.get())
    }

    #[method]
    fn __exit__(this: Gc<Payload<ContextManager>>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<()> {
        let _ = arguments;
        match this.data.outer.get() {
            Some(outer) => state::set_context(thread, outer),
            None => Ok(()),
        }
    }
}
