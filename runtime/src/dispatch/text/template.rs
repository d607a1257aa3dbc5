//! `str.format` and `str.format_map`.
//!
//! What lives here: looking up the values of replacement fields and formatting them. What must not: the syntax
//! of templates (`text/template.rs`). Start at [`format`].

use crate::dispatch;
use crate::error::PyResult;
use crate::native::Keywords;
use crate::object::Gc;
use crate::text::format_spec::shown;
use crate::text::template::{Access, Field, FieldName, Name, Template};
use crate::thread::Thread;
use crate::types::str::Str;
use crate::value::Value;

/// Where named fields come from.
pub enum Named<'a> {
    /// The keyword arguments of `format`.
    Keywords(Keywords<'a>),
    /// The mapping of `format_map`; there are no positional arguments then.
    Mapping(Value),
}

/// How fields without a name are numbered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Undecided,
    Automatic(usize),
    Manual,
}

struct Formatter<'a> {
    thread: &'a Thread,
    positional: &'a [Value],
    named: Named<'a>,
    numbering: Numbering,
}

/// How deep fields may be nested in specifications: `{:{width}}`.
const MAX_DEPTH: u32 = 2;

/// `template.format(*positional, **named)`.
pub fn format(thread: &Thread, template: Gc<Str>, positional: &[Value], named: Named<'_>) -> PyResult<Gc<Str>> {
    let mut formatter = Formatter { thread, positional, named, numbering: Numbering::Undecided };
    let mut out = Vec::with_capacity(template.byte_len() + 16);
    formatter.expand(template.as_bytes(thread), MAX_DEPTH, &mut out)?;
    Ok(Str::from_wtf8_bytes_unchecked(thread, &out))
}

impl Formatter<'_> {
    fn expand(&mut self, template: &[u8], depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
        let thread = self.thread;
        if depth == 0 {
            return Err(thread.raise_value_error("Max string recursion exceeded"));
        }
        for segment in Template::new(template) {
            let segment = segment.map_err(|message| thread.raise_value_error(message))?;
            out.extend_from_slice(&template[segment.literal]);
            if let Some(field) = segment.field {
                self.field(template, &field, depth, out)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, template: &[u8], field: &Field, depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
        let thread = self.thread;
        let value = self.value(template, field)?;
        let value = match field.conversion {
            None => value,
            Some(conversion) => match u8::try_from(conversion) {
                Ok(b's') => dispatch::text::str(thread, value)?.value(),
                Ok(b'r') => dispatch::text::repr(thread, value)?.value(),
                Ok(b'a') => dispatch::text::ascii(thread, value)?.value(),
                _ => {
                    return Err(thread.raise_value_error(format!("Unknown conversion specifier {}", shown(conversion))));
                }
            },
        };
        let spec = &template[field.spec.clone()];
        let spec = if field.spec_has_fields {
            let mut expanded = Vec::new();
            self.expand(spec, depth - 1, &mut expanded)?;
            Str::from_wtf8_bytes_unchecked(thread, &expanded)
        } else {
            Str::from_wtf8_bytes_unchecked(thread, spec)
        };
        dispatch::text::format_into(thread, out, value, spec)
    }

    /// The object that a field name denotes.
    fn value(&mut self, template: &[u8], field: &Field) -> PyResult<Value> {
        let thread = self.thread;
        let name =
            FieldName::parse(template, field.name.clone()).map_err(|message| thread.raise_value_error(message))?;
        let mut value = self.argument(template, &name.first)?;
        for access in name {
            value = match access.map_err(|message| thread.raise_value_error(message))? {
                Access::Attribute(range) => {
                    let attribute = Str::from_wtf8_bytes_unchecked(thread, &template[range]);
                    dispatch::attr::get(thread, value, thread.vm().interner.intern(thread, attribute))?
                }
                Access::Item(Name::Index(index)) => {
                    dispatch::subscript::get_item(thread, value, index_value(thread, index))?
                }
                Access::Item(Name::Text(range)) => {
                    let key = Str::from_wtf8_bytes_unchecked(thread, &template[range]);
                    dispatch::subscript::get_item(thread, value, key.value())?
                }
                Access::Item(Name::Empty) => return Err(thread.raise_value_error("Empty attribute in format string")),
            };
        }
        Ok(value)
    }

    fn argument(&mut self, template: &[u8], first: &Name) -> PyResult<Value> {
        let thread = self.thread;
        let index = match first {
            Name::Text(range) => return self.named(&template[range.clone()]),
            Name::Empty => match self.numbering {
                Numbering::Manual => {
                    let message = "cannot switch from manual field specification to automatic field numbering";
                    return Err(thread.raise_value_error(message));
                }
                Numbering::Undecided => {
                    self.numbering = Numbering::Automatic(1);
                    0
                }
                Numbering::Automatic(next) => {
                    self.numbering = Numbering::Automatic(next + 1);
                    next
                }
            },
            Name::Index(index) => {
                if let Numbering::Automatic(_) = self.numbering {
                    let message = "cannot switch from automatic field numbering to manual field specification";
                    return Err(thread.raise_value_error(message));
                }
                self.numbering = Numbering::Manual;
                *index
            }
        };
        if let Named::Mapping(_) = self.named {
            return Err(thread.raise_value_error("Format string contains positional fields"));
        }
        match self.positional.get(index) {
            Some(value) => Ok(*value),
            None => {
                Err(thread
                    .raise_index_error(format!("Replacement index {index} out of range for positional args tuple")))
            }
        }
    }

    fn named(&self, name: &[u8]) -> PyResult<Value> {
        let thread = self.thread;
        let key = Str::from_wtf8_bytes_unchecked(thread, name);
        match &self.named {
            Named::Mapping(mapping) => dispatch::subscript::get_item(thread, *mapping, key.value()),
            Named::Keywords(keywords) => {
                match keywords.iter().find(|(keyword, _)| Str::equals(thread, *keyword, key)) {
                    Some((_, value)) => Ok(value),
                    None => Err(thread.raise_with_arguments(thread.vm().exceptions.key_error, &[key.value()])),
                }
            }
        }
    }
}

/// An index out of a field name; `isize::MAX` fits no small int.
fn index_value(thread: &Thread, index: usize) -> Value {
    crate::types::int::from_usize(thread, index)
}
