//! `Context`: precision, range, rounding, flags and traps.
//!
//! What lives here: the class's attributes with their checks, copying, pickling. What must not: operations under a context
//! (`context_methods.rs`). Start at [`ContextData`].

use super::convert::{self, machine_int};
use super::signal_dict::{SignalDict, status_of_mapping};
use super::{context_methods, signals, state};
use crate::dispatch::attr;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{intern, string, tuple};
use crate::native::Arguments;
use crate::numbers::decimal::context::{MAX_EMAX, MAX_PRECISION, MIN_EMIN};
use crate::numbers::decimal::{Context, Rounding, Status};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::int;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A context.
pub struct ContextData {
    pub settings: Cell<Context>,
    /// Conditions that were met.
    pub flags: Cell<Status>,
    /// Conditions that raise.
    pub traps: Cell<Status>,
    /// Exponents are shown after `E`, not `e`.
    pub capitals: Cell<bool>,
    /// The mappings over the two sets, made when they are asked for.
    mappings: [Slot; 2],
}

pub type ContextObject = Payload<ContextData>;

impl PayloadData for ContextData {
    fn trace(&self, tracer: &mut Tracer) {
        for mapping in &self.mappings {
            tracer.slot(mapping);
        }
    }
}

impl ContextData {
    /// The settings of new contexts until `DefaultContext` is changed.
    pub const DEFAULT: Context =
        Context { precision: 28, emax: 999_999, emin: -999_999, rounding: Rounding::HalfEven, clamp: false };
    pub const DEFAULT_TRAPS: Status = Status(Status::ANY_INVALID.0 | Status::DIVISION_BY_ZERO.0 | Status::OVERFLOW.0);
    /// The attributes in the order of the constructor's parameters.
    pub const ATTRIBUTES: [&'static str; 8] =
        ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"];

    /// A context of `class` with the default settings.
    pub fn make(thread: &Thread, class: Gc<Type>) -> Gc<ContextObject> {
        let known = thread.vm().decimal_state.get().and_then(|state| {
            let state: Gc<Payload<state::State>> = state.cast_unchecked();
            state.data.default_settings()
        });
        let (settings, traps) = known.unwrap_or((ContextData::DEFAULT, ContextData::DEFAULT_TRAPS));
        let data = ContextData {
            settings: Cell::new(settings),
            flags: Cell::new(Status::NONE),
            traps: Cell::new(traps),
            capitals: Cell::new(true),
            mappings: [Slot::empty(), Slot::empty()],
        };
        Payload::new(thread, class, data)
    }

    /// A context of the class itself like this one, flags included.
    pub fn copy(&self, thread: &Thread) -> PyResult<Gc<ContextObject>> {
        let copy = ContextData::make(thread, state::get(thread)?.data.classes.context());
        copy.data.settings.set(self.settings.get());
        copy.data.flags.set(self.flags.get());
        copy.data.traps.set(self.traps.get());
        copy.data.capitals.set(self.capitals.get());
        Ok(copy)
    }

    fn change(&self, change: impl FnOnce(&mut Context)) {
        let mut settings = self.settings.get();
        change(&mut settings);
        self.settings.set(settings);
    }

    /// Sets attributes by the order of [`ContextData::ATTRIBUTES`]; `None` of Python changes nothing.
    pub fn set_attributes(&self, thread: &Thread, values: &[Option<Value>; 8]) -> PyResult<()> {
        let setters: [fn(&ContextData, &Thread, Value) -> PyResult<()>; 6] = [
            ContextData::change_precision,
            ContextData::change_rounding,
            ContextData::change_emin,
            ContextData::change_emax,
            ContextData::change_capitals,
            ContextData::change_clamp,
        ];
        let given = |index: usize| values[index].filter(|value| !value.is_none());
        for (index, set) in setters.into_iter().enumerate() {
            if let Some(value) = given(index) {
                set(self, thread, value)?;
            }
        }
        if let Some(value) = given(7) {
            self.traps.set(status_of_argument(thread, value)?);
        }
        if let Some(value) = given(6) {
            self.flags.set(status_of_argument(thread, value)?);
        }
        Ok(())
    }

    fn change_precision(&self, thread: &Thread, value: Value) -> PyResult<()> {
        let precision = machine_int(thread, value)?;
        if !(1..=MAX_PRECISION).contains(&precision) {
            return Err(thread.raise_value_error("valid range for prec is [1, MAX_PREC]"));
        }
        self.change(|settings| settings.precision = precision);
        Ok(())
    }

    fn change_emin(&self, thread: &Thread, value: Value) -> PyResult<()> {
        let emin = machine_int(thread, value)?;
        if !(MIN_EMIN..=0).contains(&emin) {
            return Err(thread.raise_value_error("valid range for Emin is [MIN_EMIN, 0]"));
        }
        self.change(|settings| settings.emin = emin);
        Ok(())
    }

    fn change_emax(&self, thread: &Thread, value: Value) -> PyResult<()> {
        let emax = machine_int(thread, value)?;
        if !(0..=MAX_EMAX).contains(&emax) {
            return Err(thread.raise_value_error("valid range for Emax is [0, MAX_EMAX]"));
        }
        self.change(|settings| settings.emax = emax);
        Ok(())
    }

    fn change_rounding(&self, thread: &Thread, value: Value) -> PyResult<()> {
        let rounding = convert::rounding(thread, value)?;
        self.change(|settings| settings.rounding = rounding);
        Ok(())
    }

    fn change_capitals(&self, thread: &Thread, value: Value) -> PyResult<()> {
        match machine_int(thread, value)? {
            number @ (0 | 1) => self.capitals.set(number == 1),
            _ => return Err(thread.raise_value_error("valid values for capitals are 0 or 1")),
        }
        Ok(())
    }

    fn change_clamp(&self, thread: &Thread, value: Value) -> PyResult<()> {
        match machine_int(thread, value)? {
            number @ (0 | 1) => self.change(|settings| settings.clamp = number == 1),
            _ => return Err(thread.raise_value_error("valid values for clamp are 0 or 1")),
        }
        Ok(())
    }
}

/// The conditions of a list of signals, or of a mapping.
fn status_of_argument(thread: &Thread, value: Value) -> PyResult<Status> {
    let Some(list) = value.cast::<List>() else {
        return status_of_mapping(thread, value);
    };
    let state = state::get(thread)?;
    let mut status = Status::NONE;
    for index in 0..list.len() {
        if let Some(class) = list.get(thread, index) {
            status.add(signals::of_class(thread, &state.data, class)?);
        }
    }
    Ok(status)
}

/// `flags` and `traps`, which stand in no class's namespace.
fn mapping_index(thread: &Thread, name: Gc<Str>) -> Option<usize> {
    match name.as_bytes(thread) {
        b"flags" => Some(0),
        b"traps" => Some(1),
        _ => None,
    }
}

/// The environment of decimal operations: precision, rounding, the range of exponents, flags and traps.
///
/// Operations set flags for the signals they meet, and raise those that are trapped.
#[py_class(
    name = "Context",
    module = "decimal",
    payload,
    signature = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
    subclassable,
    extend = [
        context_methods::UNARY, context_methods::BINARY, context_methods::QUESTIONS, context_methods::OTHERS
    ]
)]
impl ContextData {
    #[new]
    fn new(class: Gc<Type>, thread: &Thread, arguments: Arguments<'_>) -> PyResult<Gc<ContextObject>> {
        let _ = arguments;
        state::get(thread)?;
        Ok(ContextData::make(thread, class))
    }

    #[allow(clippy::too_many_arguments)] // One for each attribute.
    #[method(
        signature = "(self, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
        style = "anonymous"
    )]
    fn __init__(
        this: Gc<ContextObject>,
        thread: &Thread,
        precision: Option<Value>,
        rounding: Option<Value>,
        emin: Option<Value>,
        emax: Option<Value>,
        capitals: Option<Value>,
        clamp: Option<Value>,
        flags: Option<Value>,
        traps: Option<Value>,
    ) -> PyResult<()> {
        this.data.set_attributes(thread, &[precision, rounding, emin, emax, capitals, clamp, flags, traps])
    }

    #[method]
    fn __getattribute__(this: Gc<ContextObject>, thread: &Thread, name: Value) -> PyResult<Value> {
        let name = crate::modules::support::attribute_name(thread, name)?;
        if let Some(index) = mapping_index(thread, name) {
            return match this.data.mappings[index].get() {
                Some(mapping) => Ok(mapping),
                None => {
                    let mapping = SignalDict::make(thread, this, index == 1)?.value();
                    this.store(thread, &this.data.mappings[index], mapping);
                    Ok(mapping)
                }
            };
        }
        match attr::get_default(thread, this.value(), thread.class_of(this.value()), name)? {
            Some(value) => Ok(value),
            None => Err(attr::raise_missing(thread, this.value(), Some(name))),
        }
    }

    #[method]
    fn __setattr__(this: Gc<ContextObject>, thread: &Thread, name: Value, value: Value) -> PyResult<()> {
        let name = crate::modules::support::attribute_name(thread, name)?;
        match mapping_index(thread, name) {
            Some(0) => this.data.flags.set(status_of_mapping(thread, value)?),
            Some(_) => this.data.traps.set(status_of_mapping(thread, value)?),
            None => {
                attr::set_default(thread, this.value(), thread.class_of(this.value()), name, Some(value))?;
            }
        }
        Ok(())
    }

    #[method]
    fn __delattr__(this: Gc<ContextObject>, thread: &Thread, name: Value) -> PyResult<()> {
        let _ = (this, name);
        Err(thread.raise_plain_attribute_error("context attributes cannot be deleted"))
    }

    #[method]
    fn __repr__(this: Gc<ContextObject>) -> String {
        let Context { precision, emax, emin, rounding, clamp } = this.data.settings.get();
        format!(
            "Context(prec={precision}, rounding={}, Emin={emin}, Emax={emax}, capitals={}, clamp={}, flags={}, \
             traps={})",
            rounding.name(),
            u8::from(this.data.capitals.get()),
            u8::from(clamp),
            signals::shown(this.data.flags.get()),
            signals::shown(this.data.traps.get()),
        )
    }

    #[getter(name = "prec")]
    fn precision(this: Gc<ContextObject>) -> i64 {
        this.data.settings.get().precision
    }

    #[setter(name = "prec")]
    fn set_precision(this: Gc<ContextObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.change_precision(thread, value)
    }

    #[getter(name = "Emax")]
    fn emax(this: Gc<ContextObject>) -> i64 {
        this.data.settings.get().emax
    }

    #[setter(name = "Emax")]
    fn set_emax(this: Gc<ContextObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.change_emax(thread, value)
    }

    #[getter(name = "Emin")]
    fn emin(this: Gc<ContextObject>) -> i64 {
        this.data.settings.get().emin
    }

    #[setter(name = "Emin")]
    fn set_emin(this: Gc<ContextObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.change_emin(thread, value)
    }

    #[getter]
    fn rounding(this: Gc<ContextObject>, thread: &Thread) -> Gc<Str> {
        intern(thread, this.data.settings.get().rounding.name())
    }

    #[setter]
    fn set_rounding(this: Gc<ContextObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.change_rounding(thread, value)
    }

    #[getter]
    fn capitals(this: Gc<ContextObject>) -> i64 {
        i64::from(this.data.capitals.get())
    }

    #[setter]
    fn set_capitals(this: Gc<ContextObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.change_capitals(thread, value)
    }

    #[getter]
    fn clamp(this: Gc<ContextObject>) -> i64 {
        i64::from(this.data.settings.get().clamp)
    }

    #[setter]
    fn set_clamp(this: Gc<ContextObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.change_clamp(thread, value)
    }

    /// Emin - prec + 1: the exponent of the smallest subnormal number.
    #[method(name = "Etiny")]
    fn etiny(this: Gc<ContextObject>) -> i64 {
        this.data.settings.get().etiny()
    }

    /// Emax - prec + 1: the exponent of the largest number.
    #[method(name = "Etop")]
    fn etop(this: Gc<ContextObject>) -> i64 {
        this.data.settings.get().etop()
    }

    /// Sets all flags to False.
    #[method]
    fn clear_flags(this: Gc<ContextObject>) {
        this.data.flags.set(Status::NONE);
    }

    /// Sets all traps to False.
    #[method]
    fn clear_traps(this: Gc<ContextObject>) {
        this.data.traps.set(Status::NONE);
    }

    /// A context like this one.
    #[method(name = "copy")]
    fn py_copy(this: Gc<ContextObject>, thread: &Thread) -> PyResult<Gc<ContextObject>> {
        this.data.copy(thread)
    }

    #[method]
    fn __copy__(this: Gc<ContextObject>, thread: &Thread) -> PyResult<Gc<ContextObject>> {
        this.data.copy(thread)
    }

    #[method]
    fn __reduce__(this: Gc<ContextObject>, thread: &Thread) -> PyResult<Value> {
        let state = state::get(thread)?;
        let settings = this.data.settings.get();
        let number = |number: i64| int::from_i64(thread, number);
        let flags = signals::as_list(thread, &state.data, this.data.flags.get())?;
        let traps = signals::as_list(thread, &state.data, this.data.traps.get())?;
        let arguments = tuple(
            thread,
            &[
                number(settings.precision),
                string(thread, settings.rounding.name()),
                number(settings.emin),
                number(settings.emax),
                number(i64::from(this.data.capitals.get())),
                number(i64::from(settings.clamp)),
                flags.value(),
                traps.value(),
            ],
        );
        Ok(tuple(thread, &[thread.class_of(this.value()).value(), arguments]))
    }
}
