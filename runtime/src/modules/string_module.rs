//! `_string`: the parts of `str.format` that `string.Formatter` is made of.
//!
//! What lives here: two iterators over the syntax of templates. What must not: the syntax itself
//! (`text/template.rs`). Start at [`string`].

use crate::error::PyResult;
use crate::gc::Tracer;
use crate::object::{Gc, GcSlot};
use crate::text::template::{Access, FieldName, Name, Template};
use crate::thread::Thread;
use crate::types::int;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::{py_class, py_module};

/// An iterator over the parts of a template or field name, taken apart beforehand; an error in the text is
/// raised when the iteration reaches it.
pub struct Parts {
    parts: GcSlot<List>,
    next: Cell<usize>,
    error: Cell<Option<&'static str>>,
}

impl PayloadData for Parts {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.parts);
    }
}

#[py_class(name = "formatteriterator", payload, no_instances)]
impl Parts {
    #[method]
    fn __iter__(this: Gc<Payload<Parts>>) -> Value {
        this.value()
    }

    #[method]
    fn __next__(this: Gc<Payload<Parts>>, thread: &Thread) -> PyResult<Option<Value>> {
        let next = this.data.next.get();
        if let Some(part) = this.data.parts.get().and_then(|parts| parts.get(thread, next)) {
            this.data.next.set(next + 1);
            return Ok(Some(part));
        }
        match this.data.error.take() {
            Some(message) => Err(thread.raise_value_error(message)),
            None => Ok(None),
        }
    }
}

fn iterator(thread: &Thread, parts: Gc<List>, error: Option<&'static str>) -> Value {
    let class = crate::types::type_object::Type::of_spec(thread, &PARTS_CLASS);
    Payload::new(thread, class, Parts { parts: GcSlot::new(parts), next: Cell::new(0), error: Cell::new(error) })
        .value()
}

/// string helper module
#[py_module(name = "_string")]
pub mod string {
    use super::*;

    /// parse the argument as a format string
    #[function]
    fn formatter_parser(thread: &Thread, string: Gc<Str>) -> PyResult<Value> {
        let text = string.as_bytes(thread);
        let part = |range: std::ops::Range<usize>| Str::from_wtf8_bytes_unchecked(thread, &text[range]).value();
        let parts = List::empty(thread);
        let mut error = None;
        for segment in Template::new(text) {
            let segment = match segment {
                Ok(segment) => segment,
                Err(message) => {
                    error = Some(message);
                    break;
                }
            };
            let literal = part(segment.literal);
            let (name, spec, conversion) = match segment.field {
                None => (Value::NONE, Value::NONE, Value::NONE),
                Some(field) => {
                    let conversion =
                        field.conversion.and_then(|c| Str::from_u32(thread, c)).map_or(Value::NONE, |c| c.value());
                    (part(field.name), part(field.spec), conversion)
                }
            };
            parts.push(thread, Tuple::new(thread, &[literal, name, spec, conversion]).value())?;
        }
        Ok(iterator(thread, parts, error))
    }

    /// split the argument as a field name
    #[function]
    fn formatter_field_name_split(thread: &Thread, string: Gc<Str>) -> PyResult<Gc<Tuple>> {
        let text = string.as_bytes(thread);
        let part = |range: std::ops::Range<usize>| Str::from_wtf8_bytes_unchecked(thread, &text[range]).value();
        let name_value = |name: Name| match name {
            Name::Empty => Str::empty(thread).value(),
            Name::Index(index) => int::from_usize(thread, index),
            Name::Text(range) => part(range),
        };
        let name = FieldName::parse(text, 0..text.len()).map_err(|message| thread.raise_value_error(message))?;
        let first = name_value(name.first.clone());
        let parts = List::empty(thread);
        let mut error = None;
        for access in name {
            let (is_attribute, value) = match access {
                Ok(Access::Attribute(range)) => (true, part(range)),
                Ok(Access::Item(item)) => (false, name_value(item)),
                Err(message) => {
                    error = Some(message);
                    break;
                }
            };
            parts.push(thread, Tuple::new(thread, &[Value::from_bool(is_attribute), value]).value())?;
        }
        Ok(Tuple::new(thread, &[first, iterator(thread, parts, error)]))
    }
}
