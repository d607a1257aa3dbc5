//! `_csv`: comma-separated values.
//!
//! What lives here: dialects, readers, writers. What must not: `DictReader` and the sniffer, which are Python.
//! Start at [`ReaderData`]. Source: the library reference, "CSV File Reading and Writing".

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::{exception_class, intern, module_state};
use crate::native::{Keywords, PyClass};
use crate::object::{Gc, GcSlot, Slot};
use crate::text::code_points;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::{Str, StrBuilder};
use crate::types::type_object::Type;
use crate::value::Value;
use rustpython_wtf8::{CodePoint, Wtf8Buf};
use std::cell::Cell;
use taipan_macros::{py_class, py_module};

/// When fields are quoted; the values are the constants `QUOTE_*`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Minimal = 0,
    All = 1,
    NonNumeric = 2,
    None = 3,
    Strings = 4,
    NotNull = 5,
}

impl Quoting {
    fn from_number(number: i64) -> Option<Quoting> {
        use Quoting::{All, Minimal, NonNumeric, None, NotNull, Strings};
        [Minimal, All, NonNumeric, None, Strings, NotNull].into_iter().find(|quoting| *quoting as i64 == number)
    }
}

/// How a file is written.
pub struct DialectData {
    delimiter: u32,
    quote: Option<u32>,
    escape: Option<u32>,
    line_end: Wtf8Buf,
    double_quote: bool,
    skip_space: bool,
    strict: bool,
    quoting: Quoting,
}

impl PayloadData for DialectData {
    fn trace(&self, _: &mut Tracer) {}
}

type Dialect = Payload<DialectData>;

/// What the module keeps per isolate.
struct State {
    dialects: GcSlot<Dict>,
    field_limit: Cell<i64>,
}

impl PayloadData for State {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.gc_slot(&self.dialects);
    }
}

fn state(thread: &Thread) -> Gc<Payload<State>> {
    module_state(thread, || State { dialects: GcSlot::new(Dict::new(thread)), field_limit: Cell::new(128 * 1024) })
}

fn dialects(thread: &Thread) -> Gc<Dict> {
    state(thread).data.dialects.get().unwrap_or_else(|| Dict::new(thread))
}

/// `_csv.Error`.
fn error_class(thread: &Thread) -> Gc<Type> {
    exception_class(thread, "_csv", "Error", thread.vm().exceptions.exception)
}

#[cold]
fn error(thread: &Thread, message: impl AsRef<str>) -> Raised {
    thread.raise_message(error_class(thread), message.as_ref())
}

// ---- dialects ----

const PARAMETERS: [&str; 8] =
    ["delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict"];

/// A character parameter. `None` where the value may be and is None.
fn character(thread: &Thread, name: &str, value: Value, or_none: bool) -> PyResult<Option<u32>> {
    let wanted = if or_none { "a unicode character or None" } else { "a unicode character" };
    if value.is_none() && or_none {
        return Ok(None);
    }
    let Some(text) = value.cast::<Str>() else {
        let given = thread.type_name(value);
        return Err(thread.raise_type_error(format!("\"{name}\" must be {wanted}, not {given}")));
    };
    let mut points = text.as_wtf8(thread).code_points();
    match (points.next(), points.next()) {
        (Some(point), None) => Ok(Some(point.to_u32())),
        _ => {
            let length = text.len(thread);
            Err(thread.raise_type_error(format!("\"{name}\" must be {wanted}, not a string of length {length}")))
        }
    }
}

/// The dialect that a call describes: a name, a class or an object, and parameters by keyword.
fn make_dialect(thread: &Thread, dialect: Option<Value>, keywords: Keywords<'_>) -> PyResult<Gc<Dialect>> {
    let mut base = dialect.filter(|dialect| !dialect.is_none());
    if let Some(value) = base
        && value.cast::<Str>().is_some()
    {
        base = Some(look_up(thread, value)?);
    }
    if keywords.is_empty()
        && let Some(known) = base.and_then(Dialect::cast)
    {
        return Ok(known);
    }
    let mut values: [Option<Value>; 8] = [None; 8];
    for (key, value) in keywords.iter() {
        let name = key.to_str_lossy(thread).into_owned();
        match PARAMETERS.iter().position(|parameter| *parameter == name) {
            Some(index) => values[index] = Some(value),
            None => {
                let message = format!("this function got an unexpected keyword argument '{name}'");
                return Err(thread.raise_type_error(message));
            }
        }
    }
    if let Some(base) = base {
        for (index, name) in PARAMETERS.into_iter().enumerate() {
            if values[index].is_none() {
                values[index] = dispatch::attr::get_optional(thread, base, intern(thread, name))?;
            }
        }
    }
    let [delimiter, double_quote, escape, line_end, quote, quoting, skip_space, strict] = values;
    let truth =
        |value: Option<Value>, default: bool| value.map_or(Ok(default), |value| dispatch::truth::truth(thread, value));
    let data = DialectData {
        delimiter: match delimiter {
            Some(value) => character(thread, "delimiter", value, false)?.unwrap_or(u32::from(',')),
            None => u32::from(','),
        },
        double_quote: truth(double_quote, true)?,
        escape: escape.map_or(Ok(None), |value| character(thread, "escapechar", value, true))?,
        line_end: match line_end {
            None => Wtf8Buf::from("\r\n"),
            Some(value) => match value.cast::<Str>() {
                Some(text) => text.as_wtf8(thread).to_owned(),
                None => {
                    let given = thread.type_name(value);
                    let message = format!("\"lineterminator\" must be a string, not {given}");
                    return Err(thread.raise_type_error(message));
                }
            },
        },
        quote: quote.map_or(Ok(Some(u32::from('"'))), |value| character(thread, "quotechar", value, true))?,
        quoting: match quoting {
            None if quote.is_some_and(Value::is_none) => Quoting::None,
            None => Quoting::Minimal,
            Some(value) => match value.as_small().filter(|_| thread.class_of(value) == thread.vm().types.int) {
                Some(number) => match Quoting::from_number(number) {
                    Some(quoting) => quoting,
                    None => return Err(thread.raise_type_error("bad \"quoting\" value")),
                },
                None => {
                    let given = thread.type_name(value);
                    return Err(thread.raise_type_error(format!("\"quoting\" must be an integer, not {given}")));
                }
            },
        },
        skip_space: truth(skip_space, false)?,
        strict: truth(strict, false)?,
    };
    data.check(thread)?;
    Ok(Payload::new(thread, Type::of_spec(thread, DialectData::SPEC), data))
}

fn look_up(thread: &Thread, name: Value) -> PyResult<Value> {
    match dialects(thread).get(thread, name)? {
        Some(dialect) => Ok(dialect),
        None => Err(error(thread, "unknown dialect")),
    }
}

impl DialectData {
    fn check(&self, thread: &Thread) -> PyResult<()> {
        if self.quoting != Quoting::None && self.quote.is_none() {
            return Err(thread.raise_type_error("quotechar must be set if quoting enabled"));
        }
        let named = [("delimiter", Some(self.delimiter)), ("escapechar", self.escape), ("quotechar", self.quote)];
        for (name, character) in named {
            let Some(character) = character else { continue };
            let may_be_space = name == "delimiter" || !self.skip_space;
            if character == 10 || character == 13 || (character == 32 && !may_be_space) {
                return Err(thread.raise_value_error(format!("bad {name} value")));
            }
            if self.ends_line(character) {
                return Err(thread.raise_value_error(format!("bad {name} or lineterminator value")));
            }
        }
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            if named[first].1.is_some() && named[first].1 == named[second].1 {
                let (first, second) = (named[first].0, named[second].0);
                return Err(thread.raise_value_error(format!("bad {first} or {second} value")));
            }
        }
        Ok(())
    }

    fn ends_line(&self, character: u32) -> bool {
        self.line_end.code_points().any(|point| point.to_u32() == character)
    }
}

fn character_value(thread: &Thread, character: Option<u32>) -> Option<Gc<Str>> {
    Str::from_u32(thread, character?)
}

/// CSV dialect
///
/// The Dialect type records CSV dialect options.
#[py_class(name = "Dialect", module = "_csv", payload, subclassable)]
impl DialectData {
    #[new(signature = "(dialect=None, /, **fmtparams)")]
    fn new(
        _class: Gc<Type>,
        thread: &Thread,
        dialect: Option<Value>,
        fmtparams: Keywords<'_>,
    ) -> PyResult<Gc<Dialect>> {
        make_dialect(thread, dialect, fmtparams)
    }

    #[getter]
    fn delimiter(this: Gc<Dialect>, thread: &Thread) -> Option<Gc<Str>> {
        character_value(thread, Some(this.data.delimiter))
    }

    #[getter]
    fn quotechar(this: Gc<Dialect>, thread: &Thread) -> Option<Gc<Str>> {
        character_value(thread, this.data.quote)
    }

    #[getter]
    fn escapechar(this: Gc<Dialect>, thread: &Thread) -> Option<Gc<Str>> {
        character_value(thread, this.data.escape)
    }

    #[getter]
    fn lineterminator(this: Gc<Dialect>, thread: &Thread) -> Gc<Str> {
        Str::from_wtf8(thread, &this.data.line_end)
    }

    #[getter]
    fn quoting(this: Gc<Dialect>) -> i64 {
        this.data.quoting as i64
    }

    #[getter(member)]
    fn doublequote(this: Gc<Dialect>) -> bool {
        this.data.double_quote
    }

    #[getter(member)]
    fn skipinitialspace(this: Gc<Dialect>) -> bool {
        this.data.skip_space
    }

    #[getter(member)]
    fn strict(this: Gc<Dialect>) -> bool {
        this.data.strict
    }
}

// ---- reading ----

/// An iterator over records.
pub struct ReaderData {
    lines: Slot,
    dialect: GcSlot<Dialect>,
    line_number: Cell<i64>,
}

impl PayloadData for ReaderData {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.lines);
        tracer.gc_slot(&self.dialect);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    RecordStart,
    FieldStart,
    Escaped,
    Field,
    Quoted,
    EscapedInQuoted,
    QuoteInQuoted,
    LineEnd,
    AfterEscapedLineEnd,
}

/// One record while it is read.
struct Record<'a> {
    thread: &'a Thread,
    dialect: &'a DialectData,
    fields: Gc<List>,
    field: StrBuilder,
    length: i64,
    limit: i64,
    unquoted: bool,
    state: Reading,
}

impl Record<'_> {
    fn add(&mut self, character: u32) -> PyResult<()> {
        if self.length >= self.limit {
            return Err(error(self.thread, format!("field larger than field limit ({})", self.limit)));
        }
        self.length += 1;
        if let Some(point) = CodePoint::from_u32(character) {
            self.field.push_char(point);
        }
        Ok(())
    }

    /// Takes the ASCII characters at the start of `bytes` that only add to a field; how many there were.
    fn take_plain(&mut self, bytes: &[u8]) -> usize {
        if !matches!(self.state, Reading::Field | Reading::Quoted) {
            return 0;
        }
        let DialectData { delimiter, escape, quote, .. } = *self.dialect;
        let is_plain = |byte: u8| {
            let character = Some(u32::from(byte));
            byte >= 32 && byte < 128 && character != Some(delimiter) && character != escape && character != quote
        };
        let room = usize::try_from(self.limit - self.length).unwrap_or(0);
        let count = bytes.iter().take(room).take_while(|&&byte| is_plain(byte)).count();
        self.field.push_bytes_unchecked(&bytes[..count]);
        self.length += count as i64;
        count
    }

    fn save(&mut self) -> PyResult<()> {
        let (thread, quoting) = (self.thread, self.dialect.quoting);
        let empty = self.length == 0;
        let value = if self.unquoted && empty && matches!(quoting, Quoting::NotNull | Quoting::Strings) {
            Value::NONE
        } else {
            let text = Str::from_wtf8_bytes_unchecked(thread, self.field.as_bytes()).value();
            if self.unquoted && !empty && matches!(quoting, Quoting::NonNumeric | Quoting::Strings) {
                dispatch::call::call(thread, thread.vm().types.float.value(), &[text])?
            } else {
                text
            }
        };
        self.field.clear();
        self.length = 0;
        self.fields.push(thread, value)
    }

    /// Takes a character; `None` is the end of the line that the iterator gave.
    fn take(&mut self, character: Option<u32>) -> PyResult<()> {
        let dialect = self.dialect;
        let breaks = matches!(character, None | Some(10 | 13));
        let is = |wanted: Option<u32>| wanted.is_some() && character == wanted;
        let quotes = dialect.quoting != Quoting::None && is(dialect.quote);
        let after_break = if character.is_none() { Reading::RecordStart } else { Reading::LineEnd };
        if self.state == Reading::RecordStart {
            match character {
                None => return Ok(()),
                Some(10 | 13) => {
                    self.state = Reading::LineEnd;
                    return Ok(());
                }
                Some(_) => self.state = Reading::FieldStart,
            }
        }
        match self.state {
            Reading::RecordStart | Reading::FieldStart => {
                self.unquoted = true;
                match character {
                    Some(_) if quotes => {
                        self.unquoted = false;
                        self.state = Reading::Quoted;
                    }
                    Some(_) if is(dialect.escape) => self.state = Reading::Escaped,
                    Some(32) if dialect.skip_space => {}
                    Some(_) if is(Some(dialect.delimiter)) => self.save()?,
                    Some(character) if !breaks => {
                        self.add(character)?;
                        self.state = Reading::Field;
                    }
                    _ => {
                        self.save()?;
                        self.state = after_break;
                    }
                }
            }
            Reading::Escaped => {
                self.add(character.unwrap_or(10))?;
                let breaks = matches!(character, Some(10 | 13));
                self.state = if breaks { Reading::AfterEscapedLineEnd } else { Reading::Field };
            }
            Reading::AfterEscapedLineEnd if character.is_none() => {}
            Reading::AfterEscapedLineEnd | Reading::Field => match character {
                Some(_) if is(dialect.escape) => self.state = Reading::Escaped,
                Some(_) if is(Some(dialect.delimiter)) => {
                    self.save()?;
                    self.state = Reading::FieldStart;
                }
                Some(character) if !breaks => {
                    self.add(character)?;
                    self.state = Reading::Field;
                }
                _ => {
                    self.save()?;
                    self.state = after_break;
                }
            },
            Reading::Quoted => match character {
                None => {}
                Some(_) if is(dialect.escape) => self.state = Reading::EscapedInQuoted,
                Some(_) if quotes && dialect.double_quote => self.state = Reading::QuoteInQuoted,
                Some(_) if quotes => self.state = Reading::Field,
                Some(character) => self.add(character)?,
            },
            Reading::EscapedInQuoted => {
                self.add(character.unwrap_or(10))?;
                self.state = Reading::Quoted;
            }
            Reading::QuoteInQuoted => match character {
                Some(character) if quotes => {
                    self.add(character)?;
                    self.state = Reading::Quoted;
                }
                Some(_) if is(Some(dialect.delimiter)) => {
                    self.save()?;
                    self.state = Reading::FieldStart;
                }
                Some(character) if !breaks => {
                    if dialect.strict {
                        let shown = |c: u32| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
                        let (wanted, quote) = (shown(dialect.delimiter), shown(dialect.quote.unwrap_or(34)));
                        return Err(error(self.thread, format!("'{wanted}' expected after '{quote}'")));
                    }
                    self.add(character)?;
                    self.state = Reading::Field;
                }
                _ => {
                    self.save()?;
                    self.state = after_break;
                }
            },
            Reading::LineEnd => match character {
                Some(10 | 13) => {}
                None => self.state = Reading::RecordStart,
                Some(_) => {
                    let message = "new-line character seen in unquoted field - do you need to open the file with \
                                   newline=''?";
                    return Err(error(self.thread, message));
                }
            },
        }
        Ok(())
    }
}

/// CSV reader
///
/// Reader objects are responsible for reading and parsing tabular data
/// in CSV format.
#[py_class(name = "reader", module = "_csv", payload, no_instances)]
impl ReaderData {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<Payload<ReaderData>>, thread: &Thread) -> PyResult<Option<Gc<List>>> {
        let (Some(lines), Some(dialect)) = (this.data.lines.get(), this.data.dialect.get()) else { return Ok(None) };
        let mut record = Record {
            thread,
            dialect: &dialect.data,
            fields: List::new(thread, &[]),
            field: StrBuilder::new(),
            length: 0,
            limit: state(thread).data.field_limit.get(),
            unquoted: false,
            state: Reading::RecordStart,
        };
        loop {
            let Some(line) = dispatch::iter::next(thread, lines)? else {
                let open = matches!(record.state, Reading::Quoted | Reading::EscapedInQuoted);
                if record.length > 0 || open {
                    if dialect.data.strict {
                        return Err(error(thread, "unexpected end of data"));
                    }
                    record.save()?;
                    return Ok(Some(record.fields));
                }
                return Ok(None);
            };
            let Some(line) = line.cast::<Str>() else {
                let given = thread.type_name(line);
                return Err(error(
                    thread,
                    format!("iterator should return strings, not {given} (the file should be opened in text mode)"),
                ));
            };
            this.data.line_number.set(this.data.line_number.get() + 1);
            let bytes = line.as_bytes(thread);
            let mut offset = 0;
            while offset < bytes.len() {
                match record.take_plain(&bytes[offset..]) {
                    0 => {
                        let (character, next) = code_points::decode_at(bytes, offset);
                        record.take(Some(character))?;
                        offset = next;
                    }
                    count => offset += count,
                }
            }
            record.take(None)?;
            if record.state == Reading::RecordStart {
                return Ok(Some(record.fields));
            }
        }
    }

    #[getter(member)]
    fn dialect(this: Gc<Payload<ReaderData>>) -> Option<Gc<Dialect>> {
        this.data.dialect.get()
    }

    #[getter(member)]
    fn line_num(this: Gc<Payload<ReaderData>>) -> i64 {
        this.data.line_number.get()
    }
}

// ---- writing ----

/// What writes records to a file.
pub struct WriterData {
    write: Slot,
    dialect: GcSlot<Dialect>,
}

impl PayloadData for WriterData {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.write);
        tracer.gc_slot(&self.dialect);
    }
}

impl DialectData {
    /// Appends a field to a line.
    fn append(
        &self,
        thread: &Thread,
        line: &mut Wtf8Buf,
        field: &Wtf8Buf,
        is_null: bool,
        quoted: bool,
    ) -> PyResult<()> {
        let mut quoted = quoted;
        if field.is_empty() && self.delimiter == 32 && self.skip_space {
            if self.quoting == Quoting::None || (is_null && matches!(self.quoting, Quoting::Strings | Quoting::NotNull))
            {
                let message = "empty field must be quoted if delimiter is a space and skipinitialspace is true";
                return Err(error(thread, message));
            }
            quoted = true;
        }
        let mut text = Wtf8Buf::new();
        let push = |text: &mut Wtf8Buf, character: Option<u32>| {
            if let Some(point) = character.and_then(CodePoint::from_u32) {
                text.push(point);
            }
        };
        for point in field.code_points() {
            let character = point.to_u32();
            let (is_quote, is_escape) = (self.quote == Some(character), self.escape == Some(character));
            let special = character == self.delimiter
                || is_quote
                || is_escape
                || matches!(character, 10 | 13)
                || self.ends_line(character);
            if special {
                let mut escape = self.quoting == Quoting::None;
                if !escape && is_quote {
                    if self.double_quote { push(&mut text, self.quote) } else { escape = true }
                } else if is_escape {
                    escape = true;
                }
                if !escape {
                    quoted = true;
                } else if self.escape.is_none() {
                    return Err(error(thread, "need to escape, but no escapechar set"));
                } else {
                    push(&mut text, self.escape);
                }
            }
            text.push(point);
        }
        if quoted {
            push(line, self.quote);
        }
        line.push_wtf8(&text);
        if quoted {
            push(line, self.quote);
        }
        Ok(())
    }

    /// A record as a line.
    fn line(&self, thread: &Thread, row: Value) -> PyResult<Gc<Str>> {
        let fields = match dispatch::iter::get_iter(thread, row) {
            Ok(fields) => fields,
            Err(raised) => {
                thread.catch(raised, thread.vm().exceptions.type_error)?;
                return Err(error(thread, format!("iterable expected, not {}", thread.type_name(row))));
            }
        };
        let (mut line, mut count, mut last_is_null) = (Wtf8Buf::new(), 0, false);
        while let Some(field) = dispatch::iter::next(thread, fields)? {
            let is_text = field.cast::<Str>().is_some();
            let quoted = match self.quoting {
                Quoting::NonNumeric => !is_number(thread, field),
                Quoting::All => true,
                Quoting::Strings => is_text,
                Quoting::NotNull => !field.is_none(),
                Quoting::Minimal | Quoting::None => false,
            };
            let text = match field.cast::<Str>() {
                Some(text) => text.as_wtf8(thread).to_owned(),
                None if field.is_none() => Wtf8Buf::new(),
                None => dispatch::text::str(thread, field)?.as_wtf8(thread).to_owned(),
            };
            if count > 0
                && let Some(point) = CodePoint::from_u32(self.delimiter)
            {
                line.push(point);
            }
            self.append(thread, &mut line, &text, field.is_none(), quoted)?;
            count += 1;
            last_is_null = field.is_none();
        }
        if count > 0 && line.is_empty() {
            let bare = matches!(self.quoting, Quoting::Strings | Quoting::NotNull) && last_is_null;
            if self.quoting == Quoting::None || bare {
                return Err(error(thread, "single empty field record must be quoted"));
            }
            self.append(thread, &mut line, &Wtf8Buf::new(), false, true)?;
        }
        line.push_wtf8(&self.line_end);
        Ok(Str::from_wtf8(thread, &line))
    }
}

fn is_number(thread: &Thread, value: Value) -> bool {
    use crate::types::special::Special;
    let class = thread.class_of(value);
    [Special::Int, Special::Float, Special::Index].iter().any(|&special| class.special(thread, special).is_some())
        || value.cast::<crate::types::complex::Complex>().is_some()
}

/// CSV writer
///
/// Writer objects are responsible for generating tabular data
/// in CSV format from sequence input.
#[py_class(name = "writer", module = "_csv", payload, no_instances)]
impl WriterData {
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    #[method]
    fn writerow(this: Gc<Payload<WriterData>>, thread: &Thread, row: Value) -> PyResult<Value> {
        let (Some(write), Some(dialect)) = (this.data.write.get(), this.data.dialect.get()) else {
            return Ok(Value::NONE);
        };
        let line = dialect.data.line(thread, row)?;
        dispatch::call::call(thread, write, &[line.value()])
    }

    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    #[method]
    fn writerows(this: Gc<Payload<WriterData>>, thread: &Thread, rows: Value) -> PyResult<()> {
        let rows = dispatch::iter::get_iter(thread, rows)?;
        while let Some(row) = dispatch::iter::next(thread, rows)? {
            WriterData::writerow(this, thread, row)?;
        }
        Ok(())
    }

    #[getter(member)]
    fn dialect(this: Gc<Payload<WriterData>>) -> Option<Gc<Dialect>> {
        this.data.dialect.get()
    }
}

/// CSV parsing and writing.
#[py_module(name = "_csv")]
pub mod csv {
    use super::*;
    use crate::types::module::Module;

    #[class]
    use super::DialectData;

    #[constant]
    const QUOTE_MINIMAL: i64 = 0;
    #[constant]
    const QUOTE_ALL: i64 = 1;
    #[constant]
    const QUOTE_NONNUMERIC: i64 = 2;
    #[constant]
    const QUOTE_NONE: i64 = 3;
    #[constant]
    const QUOTE_STRINGS: i64 = 4;
    #[constant]
    const QUOTE_NOTNULL: i64 = 5;
    #[constant]
    const __version__: &str = "1.0";

    /// Return a reader object that will process lines from the given iterable.
    ///
    /// The "iterable" argument can be any object that returns a line
    /// of input for each iteration, such as a file object or a list.  The
    /// optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    /// The returned object is an iterator.  Each iteration returns a row
    /// of the CSV file (which can span multiple input lines).
    #[function(signature = "(iterable, /, dialect='excel', **fmtparams)")]
    fn reader(thread: &Thread, iterable: Value, dialect: Option<Value>, fmtparams: Keywords<'_>) -> PyResult<Value> {
        let lines = dispatch::iter::get_iter(thread, iterable)?;
        let dialect = make_dialect(thread, dialect, fmtparams)?;
        let data = ReaderData { lines: Slot::new(lines), dialect: GcSlot::new(dialect), line_number: Cell::new(0) };
        Ok(Payload::new(thread, Type::of_spec(thread, <ReaderData as PyClass>::SPEC), data).value())
    }

    /// Return a writer object that will write user data on the given file object.
    ///
    /// The "fileobj" argument can be any object that supports the file API.
    /// The optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    #[function(signature = "(fileobj, /, dialect='excel', **fmtparams)")]
    fn writer(thread: &Thread, fileobj: Value, dialect: Option<Value>, fmtparams: Keywords<'_>) -> PyResult<Value> {
        let dialect = make_dialect(thread, dialect, fmtparams)?;
        let write = dispatch::attr::get_optional(thread, fileobj, intern(thread, "write"))?;
        let Some(write) = write else {
            return Err(thread.raise_type_error("argument 1 must have a \"write\" method"));
        };
        let data = WriterData { write: Slot::new(write), dialect: GcSlot::new(dialect) };
        Ok(Payload::new(thread, Type::of_spec(thread, <WriterData as PyClass>::SPEC), data).value())
    }

    /// Create a mapping from a string name to a CVS dialect.
    ///
    /// The optional "dialect" argument specifies the base dialect instance
    /// or the name of the registered dialect.  The function also accepts
    /// optional keyword arguments which override settings provided by the
    /// dialect.
    #[function(signature = "(name, /, dialect='excel', **fmtparams)")]
    fn register_dialect(thread: &Thread, name: Value, dialect: Option<Value>, fmtparams: Keywords<'_>) -> PyResult<()> {
        if name.cast::<Str>().is_none() {
            return Err(thread.raise_type_error("dialect name must be a string"));
        }
        let dialect = make_dialect(thread, dialect, fmtparams)?;
        dialects(thread).insert(thread, name, dialect.value())
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[function(signature = "(name)")]
    fn unregister_dialect(thread: &Thread, name: Value) -> PyResult<()> {
        match dialects(thread).remove(thread, name)? {
            Some(_) => Ok(()),
            None => Err(error(thread, "unknown dialect")),
        }
    }

    /// Return the dialect instance associated with name.
    #[function(signature = "(name)")]
    fn get_dialect(thread: &Thread, name: Value) -> PyResult<Value> {
        look_up(thread, name)
    }

    /// Return a list of all known dialect names.
    #[function]
    fn list_dialects(thread: &Thread) -> PyResult<Gc<List>> {
        List::from_iterable(thread, dialects(thread).value())
    }

    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[function(signature = "(new_limit=<unrepresentable>)")]
    fn field_size_limit(thread: &Thread, new_limit: Option<Value>) -> PyResult<i64> {
        let limit = &state(thread).data.field_limit;
        let old = limit.get();
        if let Some(value) = new_limit {
            match int::to_i64_exact(value) {
                Some(number) => limit.set(number),
                None => return Err(thread.raise_type_error("limit must be an integer")),
            }
        }
        Ok(old)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "Error", error_class(thread).value());
        // Under their own names stand the functions that make them.
        let dialects = dialects(thread);
        module.set(thread, "_dialects", dialects.value());
        for (name, class) in [("Reader", <ReaderData as PyClass>::SPEC), ("Writer", <WriterData as PyClass>::SPEC)] {
            module.set(thread, name, Type::of_spec(thread, class).value());
        }
        Ok(())
    }
}
