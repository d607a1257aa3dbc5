//! `_decimal`: decimal floating-point numbers, the counterpart of CPython's accelerator.
//!
//! What lives here: the module's functions and constants. What must not: arithmetic (`numbers/decimal`) and the classes
//! (files below). Start at [`functions`], then [`state::State`].

pub mod context;
pub mod context_manager;
pub mod context_methods;
pub mod convert;
pub mod number;
pub mod number_methods;
pub mod number_operators;
pub mod signal_dict;
pub mod signals;
pub mod state;

pub use functions::MODULE;

/// C decimal arithmetic module
#[taipan_macros::py_module(name = "_decimal")]
pub mod functions {
    use super::context::{ContextData, ContextObject};
    use super::context_manager::ContextManager;
    use super::{convert, signals, state};
    use crate::error::PyResult;
    use crate::modules::support;
    use crate::native::Arguments;
    use crate::numbers::decimal::context::{MAX_EMAX, MAX_PRECISION, MIN_EMIN, MIN_ETINY};
    use crate::numbers::decimal::{Context, Rounding, Status};
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::module::Module;
    use crate::types::payload::Payload;
    use crate::value::Value;

    #[class]
    use super::context::ContextData as ContextClass;
    #[class]
    use super::number::Decimal as DecimalClass;

    #[constant(name = "MAX_PREC")]
    const LARGEST_PRECISION: i64 = MAX_PRECISION;
    #[constant(name = "MAX_EMAX")]
    const LARGEST_EMAX: i64 = MAX_EMAX;
    #[constant(name = "MIN_EMIN")]
    const LEAST_EMIN: i64 = MIN_EMIN;
    #[constant(name = "MIN_ETINY")]
    const LEAST_ETINY: i64 = MIN_ETINY;
    #[constant(name = "IEEE_CONTEXT_MAX_BITS")]
    const MOST_BITS: i64 = 512;
    #[constant(name = "HAVE_THREADS")]
    const HAVE_THREADS: bool = true;
    #[constant(name = "HAVE_CONTEXTVAR")]
    const HAVE_CONTEXTVAR: bool = true;
    /// The version of the specification.
    #[constant(name = "__version__")]
    const SPECIFICATION: &str = "1.70";
    /// The library whose behaviour this is.
    #[constant(name = "__libmpdec_version__")]
    const LIBRARY: &str = "2.5.1";

    /// The current context.
    #[function(style = "noargs")]
    fn getcontext(thread: &Thread) -> PyResult<Gc<ContextObject>> {
        state::current_context(thread, &state::get(thread)?)
    }

    /// Makes a context the current one.
    #[function(signature = "(context, /)")]
    fn setcontext(thread: &Thread, context: Value) -> PyResult<()> {
        match Payload::<ContextData>::cast(context) {
            Some(context) => state::set_context(thread, context),
            None => Err(thread.raise_type_error("argument must be a context")),
        }
    }

    /// A context manager that makes a copy of a context the current one, with some attributes changed.
    #[function(signature = "(ctx=None, **kwargs)")]
    fn localcontext(thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<Payload<ContextManager>>> {
        ContextManager::make(thread, arguments)
    }

    /// The context of an interchange format of IEEE 754 with so many bits, a multiple of 32.
    #[function(name = "IEEEContext", signature = "(bits, /)")]
    fn ieee_context(thread: &Thread, bits: Value) -> PyResult<Gc<ContextObject>> {
        let bits = convert::machine_int(thread, bits)?;
        if bits <= 0 || bits > MOST_BITS || bits % 32 != 0 {
            let message = format!("argument must be a multiple of 32, with a maximum of {MOST_BITS}");
            return Err(thread.raise_value_error(message));
        }
        let emax = 3 * (1i64 << (bits / 16 + 3));
        let settings =
            Context { precision: 9 * (bits / 32) - 2, emax, emin: 1 - emax, rounding: Rounding::HalfEven, clamp: true };
        let context = ContextData::make(thread, state::get(thread)?.data.classes.context());
        context.data.settings.set(settings);
        context.data.traps.set(Status::NONE);
        Ok(context)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let state = state::get(thread)?;
        for (name, value) in state.data.module_attributes() {
            module.set(thread, name, value);
        }
        for (index, signal) in signals::SIGNALS.iter().enumerate() {
            module.set(thread, signal.name, state.data.signal(index));
        }
        for (index, condition) in signals::CONDITIONS.iter().enumerate() {
            module.set(thread, condition.name, state.data.condition(index));
        }
        for (_, name) in Rounding::NAMES {
            module.set(thread, name, support::intern(thread, name).value());
        }
        Ok(())
    }
}
