//! `_json.make_encoder`: Python objects to JSON text.
//!
//! What lives here: the class, and the walk. Start at [`Encode::value`].

use super::write_string;
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::{call_method, tuple};
use crate::object::{Gc, Slot};
use crate::scratch::ScratchVec;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::exception;
use crate::types::float::{self, Float};
use crate::types::int;
use crate::types::list::List;
use crate::types::native_function::NativeFunction;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// What writes strings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    /// `encode_basestring_ascii`.
    Ascii,
    /// `encode_basestring`.
    Unicode,
    /// A function of the program's.
    Custom,
}

/// How a `JSONEncoder` writes.
pub struct EncoderData {
    markers: Slot,
    default: Slot,
    encoder: Slot,
    strings: Strings,
    indent: Option<Vec<u8>>,
    key_separator: Vec<u8>,
    item_separator: Vec<u8>,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
}

impl PayloadData for EncoderData {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [&self.markers, &self.default, &self.encoder] {
            tracer.slot(slot);
        }
    }
}

/// One walk.
struct Encode<'a> {
    thread: &'a Thread,
    data: &'a EncoderData,
    out: Vec<u8>,
}

impl Encode<'_> {
    fn value(&mut self, value: Value, level: usize) -> PyResult<()> {
        let thread = self.thread;
        if let Some(text) = value.cast::<Str>() {
            return self.string(text);
        }
        if value.is_none() {
            self.out.extend_from_slice(b"null");
        } else if value.is_bool() {
            self.out.extend_from_slice(if value == Value::TRUE { b"true" } else { b"false" });
        } else if let Some(number) = int::as_int(value) {
            let text = int::text::to_decimal(thread, number)?;
            self.out.extend_from_slice(text.as_bytes());
        } else if let Some(number) = value.cast::<Float>() {
            let text = self.float_text(value, number.get())?;
            self.out.extend_from_slice(text.as_bytes());
        } else if value.cast::<List>().is_some() || value.cast::<Tuple>().is_some() {
            thread.check_native_stack(" while encoding a JSON object")?;
            let marker = self.enter(value)?;
            self.array(value, level)?;
            self.leave(marker)?;
        } else if let Some(dict) = value.cast::<Dict>() {
            thread.check_native_stack(" while encoding a JSON object")?;
            let marker = self.enter(value)?;
            self.object(dict, level)?;
            self.leave(marker)?;
        } else {
            thread.check_native_stack(" while encoding a JSON object")?;
            let marker = self.enter(value)?;
            let default = self.data.default.get().unwrap_or(Value::NONE);
            let made = dispatch::call::call(thread, default, &[value])?;
            if let Err(raised) = self.value(made, level) {
                return Err(self.note(raised, || format!("when serializing {} object", class_name(thread, value))));
            }
            self.leave(marker)?;
        }
        Ok(())
    }

    /// Remembers a container that is being written.
    fn enter(&self, value: Value) -> PyResult<Option<(Gc<Dict>, Value)>> {
        let Some(markers) = self.data.markers.get().and_then(|markers| markers.cast::<Dict>()) else {
            return Ok(None);
        };
        let identity = int::from_i64(self.thread, value.to_bits() as i64);
        if markers.get(self.thread, identity)?.is_some() {
            return Err(self.thread.raise_value_error("Circular reference detected"));
        }
        markers.insert(self.thread, identity, value)?;
        Ok(Some((markers, identity)))
    }

    fn leave(&self, marker: Option<(Gc<Dict>, Value)>) -> PyResult<()> {
        if let Some((markers, identity)) = marker {
            markers.remove(self.thread, identity)?;
        }
        Ok(())
    }

    /// Adds a note to the exception that is on its way.
    #[cold]
    fn note(&self, raised: Raised, note: impl FnOnce() -> String) -> Raised {
        let exception = self.thread.take_exception(raised);
        match exception::add_note(self.thread, exception, &note()) {
            Ok(()) => self.thread.reraise(exception),
            Err(raised) => raised,
        }
    }

    fn line_break(&mut self, level: usize) {
        if let Some(indent) = &self.data.indent {
            self.out.push(b'\n');
            for _ in 0..level {
                self.out.extend_from_slice(indent);
            }
        }
    }

    fn array(&mut self, value: Value, level: usize) -> PyResult<()> {
        let thread = self.thread;
        let items = match value.cast::<List>() {
            Some(list) if list.is_exact() => list,
            _ => List::from_iterable(thread, value)?,
        };
        if items.is_empty() {
            self.out.extend_from_slice(b"[]");
            return Ok(());
        }
        self.out.push(b'[');
        self.line_break(level + 1);
        let mut index = 0;
        while let Some(item) = items.get(thread, index) {
            if index > 0 {
                self.out.extend_from_slice(&self.data.item_separator);
                self.line_break(level + 1);
            }
            if let Err(raised) = self.value(item, level + 1) {
                return Err(
                    self.note(raised, || format!("when serializing {} item {index}", class_name(thread, value)))
                );
            }
            index += 1;
        }
        self.line_break(level);
        self.out.push(b']');
        Ok(())
    }

    fn object(&mut self, dict: Gc<Dict>, level: usize) -> PyResult<()> {
        let thread = self.thread;
        if dict.len() == 0 {
            self.out.extend_from_slice(b"{}");
            return Ok(());
        }
        let mut entries = ScratchVec::new();
        if dict.is_exact() && !self.data.sort_keys {
            let mut position = 0;
            while let Some((key, value)) = dict.next_entry(&mut position) {
                entries.push(thread, key);
                entries.push(thread, value);
            }
        } else {
            let items = List::from_iterable(thread, call_method(thread, dict.value(), "items", &[])?)?;
            if self.data.sort_keys {
                call_method(thread, items.value(), "sort", &[])?;
            }
            let mut index = 0;
            while let Some(item) = items.get(thread, index) {
                let Some(pair) = item.cast::<Tuple>().filter(|pair| pair.len() == 2) else {
                    return Err(thread.raise_value_error("items must return 2-tuples"));
                };
                entries.push(thread, pair.items()[0]);
                entries.push(thread, pair.items()[1]);
                index += 1;
            }
        }
        self.out.push(b'{');
        let mut first = true;
        for index in 0..entries.len() / 2 {
            let (key, value) = (entries[2 * index], entries[2 * index + 1]);
            let Some(text) = self.key(key)? else { continue };
            if !first {
                self.out.extend_from_slice(&self.data.item_separator);
            }
            first = false;
            self.line_break(level + 1);
            self.string(text)?;
            self.out.extend_from_slice(&self.data.key_separator);
            if let Err(raised) = self.value(value, level + 1) {
                let shown = crate::modules::support::repr(thread, key).unwrap_or_default();
                return Err(
                    self.note(raised, || format!("when serializing {} item {shown}", class_name(thread, dict.value())))
                );
            }
        }
        if !first {
            self.line_break(level);
        }
        self.out.push(b'}');
        Ok(())
    }

    /// The text of a key; `None` for one to be left out.
    fn key(&self, key: Value) -> PyResult<Option<Gc<Str>>> {
        let thread = self.thread;
        let text = if let Some(text) = key.cast::<Str>() {
            return Ok(Some(text));
        } else if key.is_none() {
            "null".to_owned()
        } else if key.is_bool() {
            if key == Value::TRUE { "true".to_owned() } else { "false".to_owned() }
        } else if let Some(number) = int::as_int(key) {
            int::text::to_decimal(thread, number)?
        } else if let Some(number) = key.cast::<Float>() {
            self.float_text(key, number.get())?
        } else if self.data.skip_keys {
            return Ok(None);
        } else {
            let given = thread.type_name(key);
            return Err(thread.raise_type_error(format!("keys must be str, int, float, bool or None, not {given}")));
        };
        Ok(Some(Str::new(thread, &text)))
    }

    fn float_text(&self, value: Value, number: f64) -> PyResult<String> {
        if number.is_finite() {
            return Ok(float::repr(number));
        }
        if !self.data.allow_nan {
            let shown = crate::modules::support::repr(self.thread, value)?;
            return Err(self
                .thread
                .raise_value_error(format!("Out of range float values are not JSON compliant: {shown}")));
        }
        let text = if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        Ok(text.to_owned())
    }

    fn string(&mut self, text: Gc<Str>) -> PyResult<()> {
        let thread = self.thread;
        if self.data.strings != Strings::Custom {
            write_string(&mut self.out, text.as_wtf8(thread), self.data.strings == Strings::Ascii);
            return Ok(());
        }
        let encoder = self.data.encoder.get().unwrap_or(Value::NONE);
        let made = dispatch::call::call(thread, encoder, &[text.value()])?;
        match made.cast::<Str>() {
            Some(made) => {
                self.out.extend_from_slice(made.as_bytes(thread));
                Ok(())
            }
            None => {
                let given = thread.type_name(made);
                Err(thread.raise_type_error(format!("encoder() must return a string, not {given}")))
            }
        }
    }
}

fn class_name(thread: &Thread, value: Value) -> String {
    thread.class_of(value).qualified_name(thread)
}

/// JSON encoder object
#[py_class(name = "Encoder", module = "_json", payload)]
impl EncoderData {
    #[new(
        signature = "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)"
    )]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        markers: Value,
        default: Value,
        encoder: Value,
        indent: Value,
        key_separator: Gc<Str>,
        item_separator: Gc<Str>,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> PyResult<Gc<Payload<EncoderData>>> {
        if !markers.is_none() && markers.cast::<Dict>().is_none() {
            let given = thread.type_name(markers);
            let message = format!("make_encoder() argument 1 must be dict or None, not {given}");
            return Err(thread.raise_type_error(message));
        }
        let strings = match encoder.cast::<NativeFunction>().map(|function| function.spec.name) {
            Some("encode_basestring_ascii") => Strings::Ascii,
            Some("encode_basestring") => Strings::Unicode,
            _ => Strings::Custom,
        };
        let data = EncoderData {
            markers: Slot::new(markers),
            default: Slot::new(default),
            encoder: Slot::new(encoder),
            strings,
            indent: indent.cast::<Str>().map(|indent| indent.as_bytes(thread).to_vec()),
            key_separator: key_separator.as_bytes(thread).to_vec(),
            item_separator: item_separator.as_bytes(thread).to_vec(),
            sort_keys,
            skip_keys: skipkeys,
            allow_nan,
        };
        Ok(Payload::new(thread, class, data))
    }

    /// Call self as a function.
    #[method(signature = "(self, /, obj, _current_indent_level)")]
    fn __call__(
        this: Gc<Payload<EncoderData>>,
        thread: &Thread,
        obj: Value,
        current_indent_level: usize,
    ) -> PyResult<Value> {
        let mut encode = Encode { thread, data: &this.data, out: Vec::new() };
        encode.value(obj, current_indent_level)?;
        let text = Str::from_wtf8_bytes_unchecked(thread, &encode.out);
        Ok(tuple(thread, &[text.value()]))
    }
}
