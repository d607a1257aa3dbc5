//! What the module keeps per isolate: classes, templates of contexts, the variable that holds the current context.
//!
//! What lives here: [`State`] and the current context. What must not: the contexts' class (`context.rs`). Start at [`get`].

use super::context::{ContextData, ContextObject};
use super::number::Decimal;
use super::signal_dict::SignalDict;
use super::signals;
use crate::dispatch::{attr, call};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::contextvars::ContextVariable;
use crate::modules::import::import_name;
use crate::modules::support::{self, get as get_attribute, intern, module_state};
use crate::native::PyClass;
use crate::numbers::decimal::{Context, Rounding, Status};
use crate::object::{Gc, GcSlot, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::payload::{Payload, PayloadData};
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;

/// The classes whose instances the module makes.
pub struct Classes {
    pub decimal: GcSlot<Type>,
    context: GcSlot<Type>,
    signal_dict: GcSlot<Type>,
    tuple: Slot,
    /// `numbers.Rational`.
    rational: Slot,
}

impl Classes {
    pub fn context(&self) -> Gc<Type> {
        filled(self.context.get())
    }

    pub fn signal_dict(&self) -> Gc<Type> {
        filled(self.signal_dict.get())
    }

    #[inline]
    pub fn decimal(&self) -> Gc<Type> {
        filled(self.decimal.get())
    }

    pub fn tuple(&self) -> Value {
        filled(self.tuple.get())
    }

    pub fn rational(&self) -> Value {
        filled(self.rational.get())
    }
}

/// A slot that is filled when the state is made.
#[inline]
fn filled<T>(content: Option<T>) -> T {
    match content {
        Some(content) => content,
        None => unreachable!("the state of the module is complete"),
    }
}

/// The state of the module.
pub struct State {
    pub classes: Classes,
    exception: Slot,
    signals: GcSlot<Tuple>,
    conditions: GcSlot<Tuple>,
    /// The contexts of which `setcontext` takes copies; new contexts are like the first.
    templates: [GcSlot<ContextObject>; 3],
    variable: GcSlot<Payload<ContextVariable>>,
}

impl PayloadData for State {
    fn trace(&self, tracer: &mut Tracer) {
        let classes = &self.classes;
        tracer.gc_slot(&classes.decimal);
        tracer.gc_slot(&classes.context);
        tracer.gc_slot(&classes.signal_dict);
        tracer.slot(&classes.tuple);
        tracer.slot(&classes.rational);
        tracer.slot(&self.exception);
        tracer.gc_slot(&self.signals);
        tracer.gc_slot(&self.conditions);
        for template in &self.templates {
            tracer.gc_slot(template);
        }
        tracer.gc_slot(&self.variable);
    }
}

impl State {
    /// The class of `signals::SIGNALS[index]`.
    pub fn signal(&self, index: usize) -> Value {
        filled(self.signals.get()).items_unbounded()[index]
    }

    /// The class of `signals::CONDITIONS[index]`.
    pub fn condition(&self, index: usize) -> Value {
        filled(self.conditions.get()).items_unbounded()[index]
    }

    /// All signals.
    pub fn signals(&self) -> Gc<Tuple> {
        filled(self.signals.get())
    }

    /// What the module shows of it.
    pub fn module_attributes(&self) -> [(&'static str, Value); 5] {
        let template = |index: usize| filled(self.templates[index].get()).value();
        [
            ("DecimalTuple", self.classes.tuple()),
            ("DecimalException", filled(self.exception.get())),
            ("DefaultContext", template(0)),
            ("BasicContext", template(1)),
            ("ExtendedContext", template(2)),
        ]
    }

    /// Settings and traps of a new context: those of the first template.
    pub fn default_settings(&self) -> Option<(Context, Status)> {
        let template = self.templates[0].get()?;
        Some((template.data.settings.get(), template.data.traps.get()))
    }
}

/// The state, made on first use. Raises what importing the modules that it needs raises.
#[inline]
pub fn get(thread: &Thread) -> PyResult<Gc<Payload<State>>> {
    match thread.vm().decimal_state.get() {
        Some(state) => Ok(state.cast_unchecked()),
        None => make(thread),
    }
}

#[cold]
fn make(thread: &Thread) -> PyResult<Gc<Payload<State>>> {
    let exceptions = &thread.vm().exceptions;
    let number_module = import_name(thread, "numbers")?;
    let decimal = Type::of_spec(thread, Decimal::SPEC);
    let number_class = get_attribute(thread, number_module, "Number")?;
    support::call_method(thread, number_class, "register", &[decimal.value()])?;
    let rational = get_attribute(thread, number_module, "Rational")?;

    let collections = import_name(thread, "collections")?;
    let [name, fields] = ["DecimalTuple", "sign digits exponent"].map(|text| support::string(thread, text));
    let tuple = support::call_method(thread, collections, "namedtuple", &[name, fields])?;
    attr::set(thread, tuple, thread.vm().names.__module__, intern(thread, "decimal").value())?;

    let mapping = get_attribute(thread, import_name(thread, "collections.abc")?, "MutableMapping")?;
    let bases = Tuple::new(thread, &[Type::of_spec(thread, SignalDict::SPEC).value(), mapping]);
    let metaclass = thread.class_of(mapping);
    let arguments = [support::string(thread, "SignalDict"), bases.value(), Dict::new(thread).value()];
    let signal_dict = call::call(thread, metaclass.value(), &arguments)?;

    let exception = signals::make_class(thread, "DecimalException", &[exceptions.arithmetic_error.value()])?.value();
    let mut classes = [exception; signals::SIGNALS.len()];
    // Those that others derive from stand behind them in the table.
    for (index, signal) in signals::SIGNALS.iter().enumerate().rev() {
        let [subnormal, inexact, rounded] = [classes[5], classes[6], classes[7]];
        let class = match signal.status {
            Status::FLOAT_OPERATION => {
                signals::make_class(thread, signal.name, &[exception, exceptions.type_error.value()])?
            }
            Status::DIVISION_BY_ZERO => {
                signals::make_class(thread, signal.name, &[exception, exceptions.zero_division_error.value()])?
            }
            Status::OVERFLOW => signals::make_class(thread, signal.name, &[inexact, rounded])?,
            Status::UNDERFLOW => signals::make_class(thread, signal.name, &[inexact, rounded, subnormal])?,
            _ => signals::make_class(thread, signal.name, &[exception])?,
        };
        classes[index] = class.value();
    }
    let signal_classes = Tuple::new(thread, &classes);
    let invalid = signal_classes.items()[0];
    let mut classes = [exception; signals::CONDITIONS.len()];
    for (place, condition) in classes.iter_mut().zip(&signals::CONDITIONS) {
        let class = match condition.status {
            Status::DIVISION_UNDEFINED => {
                signals::make_class(thread, condition.name, &[invalid, exceptions.zero_division_error.value()])?
            }
            _ => signals::make_class(thread, condition.name, &[invalid])?,
        };
        *place = class.value();
    }
    let variable = ContextVariable::make(thread, intern(thread, "decimal_context"), None);
    let state = module_state(thread, || State {
        classes: Classes {
            decimal: GcSlot::new(decimal),
            context: GcSlot::new(Type::of_spec(thread, ContextData::SPEC)),
            signal_dict: GcSlot::from_option(signal_dict.cast::<Type>()),
            tuple: Slot::new(tuple),
            rational: Slot::new(rational),
        },
        exception: Slot::new(exception),
        signals: GcSlot::new(signal_classes),
        conditions: GcSlot::new(Tuple::new(thread, &classes)),
        templates: [GcSlot::empty(), GcSlot::empty(), GcSlot::empty()],
        variable: GcSlot::new(variable),
    });
    thread.vm().decimal_state.set(Some(state.header()));
    let basic_traps = ContextData::DEFAULT_TRAPS.with(Status::UNDERFLOW).with(Status::CLAMPED);
    let of_nine = Context { precision: 9, ..ContextData::DEFAULT };
    let settings = [
        (ContextData::DEFAULT, ContextData::DEFAULT_TRAPS),
        (Context { rounding: Rounding::HalfUp, ..of_nine }, basic_traps),
        (of_nine, Status::NONE),
    ];
    for (template, (settings, traps)) in state.data.templates.iter().zip(settings) {
        let context = ContextData::make(thread, state.data.classes.context());
        context.data.settings.set(settings);
        context.data.traps.set(traps);
        state.store_gc(thread, template, context);
    }
    Ok(state)
}

/// The current context, made if the thread or task has none yet.
#[inline]
pub fn current_context(thread: &Thread, state: &Gc<Payload<State>>) -> PyResult<Gc<ContextObject>> {
    let variable = filled(state.data.variable.get());
    match ContextVariable::value(variable, thread)?.and_then(Payload::<ContextData>::cast) {
        Some(context) => Ok(context),
        None => {
            let context = filled(state.data.templates[0].get()).data.copy(thread)?;
            context.data.flags.set(Status::NONE);
            ContextVariable::assign(variable, thread, context.value())?;
            Ok(context)
        }
    }
}

/// Makes a context the current one; of a template, a copy.
pub fn set_context(thread: &Thread, context: Gc<ContextObject>) -> PyResult<()> {
    let state = get(thread)?;
    let is_template = state.data.templates.iter().any(|template| template.get() == Some(context));
    let context = if is_template {
        let copy = context.data.copy(thread)?;
        copy.data.flags.set(Status::NONE);
        copy
    } else {
        context
    };
    ContextVariable::assign(filled(state.data.variable.get()), thread, context.value())
}
