//! `string.templatelib`: `Template` and `Interpolation`, what t-strings (PEP 750) evaluate to.
//!
//! What lives here: both classes and the iterator over a template's parts. What must not: the replacement
//! fields of `str.format` (`text/template.rs`). Start at [`TemplateString::join`].

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{get, repr, string, tuple};
use crate::native::{Keywords, PyClass};
use crate::object::{Gc, GcSlot, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// A t-string: texts and interpolations take turns, a text at both ends.
pub struct TemplateString {
    strings: GcSlot<Tuple>,
    interpolations: GcSlot<Tuple>,
}

impl PayloadData for TemplateString {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.strings);
        tracer.gc_slot(&self.interpolations);
    }
}

type Template = Payload<TemplateString>;

impl TemplateString {
    /// The template of texts and interpolations in any order; texts side by side become one.
    ///
    /// # Errors
    /// TypeError for parts of any other type.
    pub fn join(thread: &Thread, parts: &[Value]) -> PyResult<Value> {
        let (mut strings, mut interpolations) = (ScratchVec::new(), ScratchVec::new());
        let mut text: Option<Gc<Str>> = None;
        for &part in parts {
            if let Some(next) = part.cast::<Str>() {
                text = Some(match text {
                    Some(before) => Str::concat(thread, before, next)?,
                    None => next,
                });
            } else if Payload::<Interpolation>::cast(part).is_some() {
                strings.push(thread, text.take().unwrap_or_else(|| Str::empty(thread)).value());
                interpolations.push(thread, part);
            } else {
                let given = thread.type_name(part);
                return Err(thread.raise_type_error(format!(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {given}"
                )));
            }
        }
        strings.push(thread, text.unwrap_or_else(|| Str::empty(thread)).value());
        let (strings, interpolations) = (Tuple::new(thread, &strings), Tuple::new(thread, &interpolations));
        let data = TemplateString { strings: GcSlot::new(strings), interpolations: GcSlot::new(interpolations) };
        Ok(Payload::new(thread, Type::of_spec(thread, TemplateString::SPEC), data).value())
    }

    fn texts<'a>(&self) -> &'a [Value] {
        self.strings.get().map_or(&[], |strings| strings.items_unbounded())
    }

    fn fields<'a>(&self) -> &'a [Value] {
        self.interpolations.get().map_or(&[], |fields| fields.items_unbounded())
    }
}

/// Template object
#[py_class(name = "Template", module = "string.templatelib", payload)]
impl TemplateString {
    #[new(signature = "(*args, **kwargs)")]
    fn new(_class: Gc<Type>, thread: &Thread, parts: &[Value], keywords: Keywords<'_>) -> PyResult<Value> {
        if keywords.iter().next().is_some() {
            return Err(thread.raise_type_error("Template.__new__ only accepts *args arguments"));
        }
        TemplateString::join(thread, parts)
    }

    /// Strings
    #[getter(member)]
    fn strings(this: Gc<Template>) -> Option<Gc<Tuple>> {
        this.data.strings.get()
    }

    /// Interpolations
    #[getter(member)]
    fn interpolations(this: Gc<Template>) -> Option<Gc<Tuple>> {
        this.data.interpolations.get()
    }

    /// Values of interpolations
    #[getter]
    fn values(this: Gc<Template>, thread: &Thread) -> Gc<Tuple> {
        let mut values = ScratchVec::new();
        for field in this.data.fields() {
            if let Some(field) = Payload::<Interpolation>::cast(*field) {
                values.push(thread, field.data.value.get().unwrap_or(Value::NONE));
            }
        }
        Tuple::new(thread, &values)
    }

    #[method]
    fn __iter__(this: Gc<Template>, thread: &Thread) -> Value {
        let class = Type::of_spec(thread, TemplateIterator::SPEC);
        Payload::new(thread, class, TemplateIterator { template: GcSlot::new(this), position: Cell::new(0) }).value()
    }

    #[method]
    fn __add__(this: Gc<Template>, thread: &Thread, value: Value) -> PyResult<Value> {
        let Some(other) = Template::cast(value) else {
            let name = thread.type_name(value);
            return Err(thread.raise_type_error(format!(
                "can only concatenate string.templatelib.Template (not \"{name}\") to string.templatelib.Template"
            )));
        };
        let mut parts = ScratchVec::new();
        for template in [this, other] {
            for (index, text) in template.data.texts().iter().enumerate() {
                parts.push(thread, *text);
                if let Some(field) = template.data.fields().get(index) {
                    parts.push(thread, *field);
                }
            }
        }
        TemplateString::join(thread, &parts)
    }

    #[method]
    fn __repr__(this: Gc<Template>, thread: &Thread) -> PyResult<String> {
        let show = |part: Option<Gc<Tuple>>| part.map_or(Ok(String::new()), |part| repr(thread, part.value()));
        let (strings, fields) = (show(this.data.strings.get())?, show(this.data.interpolations.get())?);
        Ok(format!("Template(strings={strings}, interpolations={fields})"))
    }

    #[method]
    fn __reduce__(this: Gc<Template>, thread: &Thread) -> PyResult<Value> {
        let library = crate::modules::import::import_name(thread, "string.templatelib")?;
        let function = get(thread, library, "_template_unpickle")?;
        let parts =
            [&this.data.strings, &this.data.interpolations].map(|p| p.get().map_or(Value::NONE, |part| part.value()));
        Ok(tuple(thread, &[function, tuple(thread, &parts)]))
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}

/// Where an iteration over a template stands: texts at even positions, interpolations at odd ones.
pub struct TemplateIterator {
    template: GcSlot<Template>,
    position: Cell<usize>,
}

impl PayloadData for TemplateIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.template);
    }
}

#[py_class(name = "TemplateIter", module = "string.templatelib", payload, no_instances)]
impl TemplateIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    /// The next part; empty texts are left out.
    #[method]
    fn __next__(this: Gc<Payload<TemplateIterator>>, thread: &Thread) -> Option<Value> {
        let template = this.data.template.get()?;
        loop {
            let position = this.data.position.get();
            let (index, is_field) = (position / 2, position % 2 == 1);
            let parts = if is_field { template.data.fields() } else { template.data.texts() };
            let part = *parts.get(index)?;
            this.data.position.set(position + 1);
            if is_field || part.cast::<Str>().is_some_and(|text| text.len(thread) > 0) {
                return Some(part);
            }
        }
    }
}

/// One replacement field of a t-string.
pub struct Interpolation {
    value: Slot,
    expression: Slot,
    conversion: Slot,
    format_spec: Slot,
}

impl PayloadData for Interpolation {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [&self.value, &self.expression, &self.conversion, &self.format_spec] {
            tracer.slot(slot);
        }
    }
}

impl Interpolation {
    /// An interpolation; `conversion` is None or one of the texts `s`, `r` and `a`.
    pub fn make(thread: &Thread, value: Value, expression: Value, conversion: Value, format_spec: Value) -> Value {
        let [value, expression, conversion, format_spec] = [value, expression, conversion, format_spec].map(Slot::new);
        let data = Interpolation { value, expression, conversion, format_spec };
        Payload::new(thread, Type::of_spec(thread, Interpolation::SPEC), data).value()
    }

    fn fields(&self) -> [Value; 4] {
        [&self.value, &self.expression, &self.conversion, &self.format_spec]
            .map(|slot| slot.get().unwrap_or(Value::NONE))
    }
}

/// Interpolation object
#[py_class(name = "Interpolation", module = "string.templatelib", payload)]
impl Interpolation {
    #[new(signature = "(value, expression='', conversion=None, format_spec='')")]
    fn new(
        _class: Gc<Type>,
        thread: &Thread,
        value: Value,
        expression: Option<Gc<Str>>,
        conversion: Option<Value>,
        format_spec: Option<Gc<Str>>,
    ) -> PyResult<Value> {
        let conversion = conversion.unwrap_or(Value::NONE);
        if !conversion.is_none() {
            let Some(text) = conversion.cast::<Str>() else {
                let given = thread.type_name(conversion);
                return Err(
                    thread.raise_type_error(format!("Interpolation() argument 'conversion' must be str, not {given}"))
                );
            };
            if !matches!(text.as_bytes(thread), b"s" | b"r" | b"a") {
                return Err(
                    thread.raise_value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'")
                );
            }
        }
        let text = |given: Option<Gc<Str>>| given.unwrap_or_else(|| Str::empty(thread)).value();
        Ok(Interpolation::make(thread, value, text(expression), conversion, text(format_spec)))
    }

    #[constant(name = "__match_args__")]
    fn match_args(thread: &Thread) -> Value {
        let names = ["value", "expression", "conversion", "format_spec"].map(|name| string(thread, name));
        tuple(thread, &names)
    }

    /// Value
    #[getter(member)]
    fn value(this: Gc<Payload<Interpolation>>) -> Option<Value> {
        this.data.value.get()
    }

    /// Expression
    #[getter(member)]
    fn expression(this: Gc<Payload<Interpolation>>) -> Option<Value> {
        this.data.expression.get()
    }

    /// Conversion
    #[getter(member)]
    fn conversion(this: Gc<Payload<Interpolation>>) -> Option<Value> {
        this.data.conversion.get()
    }

    /// Format specifier
    #[getter(member)]
    fn format_spec(this: Gc<Payload<Interpolation>>) -> Option<Value> {
        this.data.format_spec.get()
    }

    #[method]
    fn __repr__(this: Gc<Payload<Interpolation>>, thread: &Thread) -> PyResult<String> {
        let mut parts = Vec::new();
        for field in this.data.fields() {
            parts.push(repr(thread, field)?);
        }
        Ok(format!("Interpolation({})", parts.join(", ")))
    }

    #[method]
    fn __reduce__(this: Gc<Payload<Interpolation>>, thread: &Thread) -> Value {
        let class = Type::of_spec(thread, Interpolation::SPEC);
        tuple(thread, &[class.value(), tuple(thread, &this.data.fields())])
    }

    /// See PEP 585
    #[classmethod]
    fn __class_getitem__(class: Gc<Type>, thread: &Thread, object: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class.value(), object)
    }
}
