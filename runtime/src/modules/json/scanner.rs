//! `_json.make_scanner`: JSON text to Python objects.
//!
//! What lives here: the class, and the recursive descent. Start at [`Scan::value`].

use super::{Source, scan_string};
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::{get, string, tuple};
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::float::Float;
use crate::types::int;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::py_class;

/// How a `JSONDecoder` wants its objects made.
pub struct ScannerData {
    strict: bool,
    object_hook: Slot,
    object_pairs_hook: Slot,
    parse_float: Slot,
    parse_int: Slot,
    parse_constant: Slot,
}

impl PayloadData for ScannerData {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in self.slots() {
            tracer.slot(slot);
        }
    }
}

impl ScannerData {
    fn slots(&self) -> [&Slot; 5] {
        [&self.object_hook, &self.object_pairs_hook, &self.parse_float, &self.parse_int, &self.parse_constant]
    }
}

/// One scan.
struct Scan<'a> {
    thread: &'a Thread,
    source: Source<'a>,
    data: &'a ScannerData,
    /// Keys seen, so that equal keys are one object.
    keys: Gc<Dict>,
    exact_int: bool,
    exact_float: bool,
}

fn hook(slot: &Slot) -> Option<Value> {
    slot.get().filter(|hook| !hook.is_none())
}

impl Scan<'_> {
    /// The offset of the next byte that is no white space.
    fn skip(&self, mut at: usize) -> usize {
        while matches!(self.source.byte(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    #[cold]
    fn stop(&self, at: usize) -> Raised {
        let index = Value::small_wrapping(self.source.index(at) as i64);
        self.thread.raise_with_arguments(self.thread.vm().exceptions.stop_iteration, &[index])
    }

    /// The value at `at`, and the offset behind it. Raises StopIteration where there is none.
    fn value(&self, at: usize) -> PyResult<(Value, usize)> {
        let rest = self.source.bytes.get(at..).unwrap_or(&[]);
        let constant = |name: &str| {
            let parse = self.data.parse_constant.get().unwrap_or(Value::NONE);
            let value = dispatch::call::call(self.thread, parse, &[string(self.thread, name)])?;
            Ok((value, at + name.len()))
        };
        match rest.first() {
            Some(b'"') => {
                let (text, next) = scan_string(self.thread, self.source, at + 1, self.data.strict)?;
                Ok((text.value(), next))
            }
            Some(b'{') => {
                self.thread.check_native_stack(" while decoding a JSON object from a unicode string")?;
                self.object(at + 1)
            }
            Some(b'[') => {
                self.thread.check_native_stack(" while decoding a JSON array from a unicode string")?;
                self.array(at + 1)
            }
            Some(b'n') if rest.starts_with(b"null") => Ok((Value::NONE, at + 4)),
            Some(b't') if rest.starts_with(b"true") => Ok((Value::TRUE, at + 4)),
            Some(b'f') if rest.starts_with(b"false") => Ok((Value::FALSE, at + 5)),
            Some(b'N') if rest.starts_with(b"NaN") => constant("NaN"),
            Some(b'I') if rest.starts_with(b"Infinity") => constant("Infinity"),
            Some(b'-') if rest.starts_with(b"-Infinity") => constant("-Infinity"),
            Some(b'-' | b'0'..=b'9') => self.number(at, rest),
            _ => Err(self.stop(at)),
        }
    }

    fn number(&self, at: usize, rest: &[u8]) -> PyResult<(Value, usize)> {
        let digits = |from: usize| rest[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let sign = usize::from(rest[0] == b'-');
        let mut end = match rest.get(sign) {
            Some(b'0') => sign + 1,
            Some(b'1'..=b'9') => sign + digits(sign),
            _ => return Err(self.stop(at)),
        };
        let mut is_float = false;
        if rest.get(end) == Some(&b'.') && digits(end + 1) > 0 {
            end += 1 + digits(end + 1);
            is_float = true;
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let start = end + 1 + signed;
            if start <= rest.len() && digits(start) > 0 {
                end = start + digits(start);
                is_float = true;
            }
        }
        let text = std::str::from_utf8(&rest[..end]).unwrap_or_default();
        let (exact, parse) = match is_float {
            true => (self.exact_float, &self.data.parse_float),
            false => (self.exact_int, &self.data.parse_int),
        };
        if exact
            && is_float
            && let Ok(number) = text.parse::<f64>()
        {
            return Ok((Float::new(self.thread, number).value(), at + end));
        }
        if exact
            && !is_float
            && let Ok(number) = text.parse::<i64>()
        {
            return Ok((int::from_i64(self.thread, number), at + end));
        }
        let parse = parse.get().unwrap_or(Value::NONE);
        Ok((dispatch::call::call(self.thread, parse, &[string(self.thread, text)])?, at + end))
    }

    fn array(&self, at: usize) -> PyResult<(Value, usize)> {
        let thread = self.thread;
        let list = List::new(thread, &[]);
        let mut at = self.skip(at);
        if self.source.byte(at) == Some(b']') {
            return Ok((list.value(), at + 1));
        }
        loop {
            let (value, next) = self.member(at)?;
            list.push(thread, value)?;
            at = self.skip(next);
            match self.source.byte(at) {
                Some(b']') => return Ok((list.value(), at + 1)),
                Some(b',') => {}
                _ => return Err(self.source.error(thread, "Expecting ',' delimiter", at)),
            }
            let comma = at;
            at = self.skip(at + 1);
            if self.source.byte(at) == Some(b']') {
                return Err(self.source.error(thread, "Illegal trailing comma before end of array", comma));
            }
        }
    }

    /// A value inside of an object or array: there must be one.
    fn member(&self, at: usize) -> PyResult<(Value, usize)> {
        self.value(at).or_else(|raised| {
            let stop = self.thread.vm().exceptions.stop_iteration;
            if !self.thread.exception_is(stop) {
                return Err(raised);
            }
            // The StopIteration names the place.
            let exception = self.thread.take_exception(raised);
            let place = exception.cast::<crate::types::exception::Exception>().and_then(|e| e.field(0));
            let at = place.and_then(|p| p.as_small()).map_or(at, |index| self.source.offset(index as usize));
            Err(self.source.error(self.thread, "Expecting value", at))
        })
    }

    fn object(&self, at: usize) -> PyResult<(Value, usize)> {
        let thread = self.thread;
        let pairs_hook = hook(&self.data.object_pairs_hook);
        let (dict, pairs) = (Dict::new(thread), List::new(thread, &[]));
        let mut at = self.skip(at);
        let mut end = None;
        if self.source.byte(at) == Some(b'}') {
            end = Some(at + 1);
        }
        while end.is_none() {
            if self.source.byte(at) != Some(b'"') {
                let message = "Expecting property name enclosed in double quotes";
                return Err(self.source.error(thread, message, at));
            }
            let (key, next) = scan_string(thread, self.source, at + 1, self.data.strict)?;
            let key = match self.keys.get(thread, key.value())? {
                Some(known) => known,
                None => {
                    self.keys.insert(thread, key.value(), key.value())?;
                    key.value()
                }
            };
            at = self.skip(next);
            if self.source.byte(at) != Some(b':') {
                return Err(self.source.error(thread, "Expecting ':' delimiter", at));
            }
            at = self.skip(at + 1);
            let (value, next) = self.member(at)?;
            if pairs_hook.is_some() {
                pairs.push(thread, tuple(thread, &[key, value]))?;
            } else {
                dict.insert(thread, key, value)?;
            }
            at = self.skip(next);
            match self.source.byte(at) {
                Some(b'}') => {
                    end = Some(at + 1);
                    continue;
                }
                Some(b',') => {}
                _ => return Err(self.source.error(thread, "Expecting ',' delimiter", at)),
            }
            let comma = at;
            at = self.skip(at + 1);
            if self.source.byte(at) == Some(b'}') {
                return Err(self.source.error(thread, "Illegal trailing comma before end of object", comma));
            }
        }
        let end = end.unwrap_or(at);
        if let Some(make) = pairs_hook {
            return Ok((dispatch::call::call(thread, make, &[pairs.value()])?, end));
        }
        match hook(&self.data.object_hook) {
            Some(make) => Ok((dispatch::call::call(thread, make, &[dict.value()])?, end)),
            None => Ok((dict.value(), end)),
        }
    }
}

/// JSON scanner object
#[py_class(name = "Scanner", module = "_json", payload)]
impl ScannerData {
    #[new(signature = "(context)")]
    fn new(class: Gc<Type>, thread: &Thread, context: Value) -> PyResult<Gc<Payload<ScannerData>>> {
        let strict = dispatch::truth::truth(thread, get(thread, context, "strict")?)?;
        let attribute = |name: &str| -> PyResult<Slot> { Ok(Slot::new(get(thread, context, name)?)) };
        let data = ScannerData {
            strict,
            object_hook: attribute("object_hook")?,
            object_pairs_hook: attribute("object_pairs_hook")?,
            parse_float: attribute("parse_float")?,
            parse_int: attribute("parse_int")?,
            parse_constant: attribute("parse_constant")?,
        };
        Ok(Payload::new(thread, class, data))
    }

    /// Call self as a function.
    #[method(signature = "(self, /, string, idx)")]
    fn __call__(this: Gc<Payload<ScannerData>>, thread: &Thread, string: Value, idx: isize) -> PyResult<Value> {
        let Some(text) = string.cast::<Str>() else {
            let given = thread.type_name(string);
            return Err(thread.raise_type_error(format!("first argument must be a string, not {given}")));
        };
        if idx < 0 {
            return Err(thread.raise_value_error("idx cannot be negative"));
        }
        let types = &thread.vm().types;
        let scan = Scan {
            thread,
            source: Source::new(thread, text, text.as_bytes(thread)),
            data: &this.data,
            keys: Dict::new(thread),
            exact_int: this.data.parse_int.get() == Some(types.int.value()),
            exact_float: this.data.parse_float.get() == Some(types.float.value()),
        };
        if idx as usize > text.len(thread) {
            return Err(thread
                .raise_with_arguments(thread.vm().exceptions.stop_iteration, &[Value::small_wrapping(idx as i64)]));
        }
        let (value, end) = scan.value(scan.source.offset(idx as usize))?;
        Ok(tuple(thread, &[value, Value::small_wrapping(scan.source.index(end) as i64)]))
    }

    #[getter(member)]
    fn strict(this: Gc<Payload<ScannerData>>) -> bool {
        this.data.strict
    }

    #[getter(member)]
    fn object_hook(this: Gc<Payload<ScannerData>>) -> Option<Value> {
        this.data.object_hook.get()
    }

    #[getter(member)]
    fn object_pairs_hook(this: Gc<Payload<ScannerData>>) -> Option<Value> {
        this.data.object_pairs_hook.get()
    }

    #[getter(member)]
    fn parse_float(this: Gc<Payload<ScannerData>>) -> Option<Value> {
        this.data.parse_float.get()
    }

    #[getter(member)]
    fn parse_int(this: Gc<Payload<ScannerData>>) -> Option<Value> {
        this.data.parse_int.get()
    }

    #[getter(member)]
    fn parse_constant(this: Gc<Payload<ScannerData>>) -> Option<Value> {
        this.data.parse_constant.get()
    }
}
