//! `pyexpat`: XML documents as calls of handlers.
//!
//! What lives here: the parser object, decoding of documents, and the module. What must not: XML itself
//! (`text/xml.rs`). Start at [`Parser::parse`].

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::support::{call_method, exception_class, intern, string};
use crate::native::PyClass;
use crate::object::Gc;
use crate::text::xml::{self, Event, Reader};
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::exception::Exception;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use taipan_macros::{py_class, py_module};

/// How the bytes of a document become text.
enum Decoder {
    Utf8,
    /// True: the first byte of a pair is the high one.
    Utf16(bool),
    /// A codec of one byte for each character.
    Codec(String),
}

/// A parser.
pub struct Parser {
    reader: RefCell<Reader>,
    encoding: RefCell<Option<String>>,
    decoder: RefCell<Option<Decoder>>,
    /// Bytes that wait for more.
    waiting: RefCell<Vec<u8>>,
    place: Cell<(usize, usize)>,
    error: Cell<Option<xml::Error>>,
}

impl PayloadData for Parser {
    fn trace(&self, _: &mut Tracer) {}
}

type ParserObject = Payload<Parser>;

/// `xml.parsers.expat.ExpatError`.
fn error_class(thread: &Thread) -> Gc<Type> {
    exception_class(thread, "xml.parsers.expat", "ExpatError", thread.vm().exceptions.exception)
}

const UNKNOWN_ENCODING: i32 = 18;

#[cold]
fn raise(thread: &Thread, error: xml::Error) -> Raised {
    let words = xml::message(error.code).unwrap_or("unknown error");
    let message = format!("{words}: line {}, column {}", error.line, error.column);
    let exception = Exception::new(thread, error_class(thread), &[string(thread, &message)]);
    let number = |number: usize| Value::small_wrapping(number as i64);
    for (name, value) in [
        ("code", Value::small_wrapping(i64::from(error.code))),
        ("lineno", number(error.line)),
        ("offset", number(error.column)),
    ] {
        if let Err(raised) = dispatch::attr::set(thread, exception.value(), intern(thread, name), value) {
            return raised;
        }
    }
    thread.raise_exception_object(exception)
}

/// The encoding that a declaration at the start of the bytes names.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let end = bytes.windows(2).position(|pair| pair == b"?>")?;
    let text = String::from_utf8_lossy(bytes.get(..end)?);
    let after = text.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(after[1..].split(quote).next()?.to_owned())
}

impl Parser {
    fn fail(&self, thread: &Thread, error: xml::Error) -> Raised {
        self.error.set(Some(error));
        raise(thread, error)
    }

    /// The text of more bytes, as far as it is whole.
    fn decode(&self, thread: &Thread, bytes: &[u8], last: bool) -> PyResult<String> {
        let mut waiting = self.waiting.borrow_mut();
        waiting.extend_from_slice(bytes);
        if self.decoder.borrow().is_none() {
            let declares = waiting.starts_with(b"<?xml");
            if !last && (waiting.len() < 4 || (declares && !waiting.windows(2).any(|pair| pair == b"?>"))) {
                return Ok(String::new());
            }
            let given = self.encoding.borrow().clone();
            let decoder = match (&waiting[..], given) {
                ([0xfe, 0xff, ..] | [0, b'<', ..], None) => Decoder::Utf16(true),
                ([0xff, 0xfe, ..] | [b'<', 0, ..], None) => Decoder::Utf16(false),
                (bytes, given) => {
                    let name = given.or_else(|| declared_encoding(bytes)).unwrap_or_default().to_ascii_lowercase();
                    match name.replace('_', "-").as_str() {
                        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => Decoder::Utf8,
                        _ => Decoder::Codec(name),
                    }
                }
            };
            *self.decoder.borrow_mut() = Some(decoder);
        }
        let invalid = |code: i32| {
            let (line, column) = self.reader.borrow().place();
            self.fail(thread, xml::Error { code, line, column })
        };
        match &*self.decoder.borrow() {
            Some(Decoder::Codec(name)) => {
                let bytes = Bytes::new(thread, &waiting).value();
                waiting.clear();
                match dispatch::text::codecs::decode(thread, bytes, Some(name), Some("strict")) {
                    Ok(text) => Ok(text.to_str_lossy(thread).into_owned()),
                    Err(raised) => {
                        thread.catch(raised, thread.vm().exceptions.lookup_error)?;
                        Err(invalid(UNKNOWN_ENCODING))
                    }
                }
            }
            Some(Decoder::Utf16(high_first)) => {
                let units: Vec<u16> = waiting
                    .chunks_exact(2)
                    .map(|pair| match high_first {
                        true => u16::from_be_bytes([pair[0], pair[1]]),
                        false => u16::from_le_bytes([pair[0], pair[1]]),
                    })
                    .collect();
                // Half of a pair waits for the other.
                let half = units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit));
                let used = units.len() - usize::from(half);
                waiting.drain(..used * 2);
                match String::from_utf16(&units[..used]) {
                    Ok(text) => Ok(text),
                    Err(_) => Err(invalid(xml::INVALID_TOKEN)),
                }
            }
            Some(Decoder::Utf8) | None => match String::from_utf8(std::mem::take(&mut *waiting)) {
                Ok(text) => Ok(text),
                Err(error) => {
                    let whole = error.utf8_error().valid_up_to();
                    if error.utf8_error().error_len().is_some() || last {
                        return Err(invalid(xml::INVALID_TOKEN));
                    }
                    let mut bytes = error.into_bytes();
                    *waiting = bytes.split_off(whole);
                    Ok(String::from_utf8(bytes).unwrap_or_default())
                }
            },
        }
    }

    /// Reads more of the document and calls the handlers.
    fn parse(this: Gc<ParserObject>, thread: &Thread, text: &str, last: bool) -> PyResult<i64> {
        let result = this.data.reader.borrow_mut().feed(text, last);
        let (mut buffered, joins) = (String::new(), this.flag(thread, "buffer_text")?);
        loop {
            let Some((event, place)) = this.data.reader.borrow_mut().events.pop_front() else { break };
            this.data.place.set(place);
            if let Event::Text(text) = &event
                && joins
            {
                buffered.push_str(text);
                continue;
            }
            Parser::flush(this, thread, &mut buffered)?;
            Parser::handle(this, thread, event)?;
        }
        Parser::flush(this, thread, &mut buffered)?;
        let place = this.data.reader.borrow().place();
        this.data.place.set(place);
        match result {
            Ok(()) => Ok(1),
            Err(error) => Err(this.data.fail(thread, error)),
        }
    }

    fn flush(this: Gc<ParserObject>, thread: &Thread, text: &mut String) -> PyResult<()> {
        if text.is_empty() {
            return Ok(());
        }
        Parser::handle(this, thread, Event::Text(std::mem::take(text)))
    }

    /// Calls the handler of an event, or the default handler.
    fn handle(this: Gc<ParserObject>, thread: &Thread, event: Event) -> PyResult<()> {
        let text = |text: &str| string(thread, text);
        let optional = |text: &Option<String>| text.as_ref().map_or(Value::NONE, |text| string(thread, text));
        let number = |number: i64| Value::small_wrapping(number);
        let call = |name: &str, arguments: &[Value]| this.call(thread, name, arguments);
        let _called = match &event {
            Event::Declaration(version, encoding, standalone) => {
                call("XmlDeclHandler", &[text(version), optional(encoding), number(i64::from(*standalone))])?
            }
            Event::StartDoctype(name, system, public, inside) => {
                let arguments = [text(name), optional(system), optional(public), number(i64::from(*inside))];
                call("StartDoctypeDeclHandler", &arguments)?
            }
            Event::EndDoctype => call("EndDoctypeDeclHandler", &[])?,
            Event::Entity(name, value, system, public, notation, is_parameter) => {
                let arguments = [
                    text(name),
                    Value::from_bool(*is_parameter),
                    optional(value),
                    Value::NONE,
                    optional(system),
                    optional(public),
                    optional(notation),
                ];
                call("EntityDeclHandler", &arguments)?
            }
            Event::StartNamespace(prefix, uri) => {
                call("StartNamespaceDeclHandler", &[optional(prefix), optional(uri)])?
            }
            Event::EndNamespace(prefix) => call("EndNamespaceDeclHandler", &[optional(prefix)])?,
            Event::Start(name, attributes) => {
                let attributes = this.attributes(thread, attributes)?;
                call("StartElementHandler", &[this.name(thread, name)?, attributes])?
            }
            Event::End(name) => call("EndElementHandler", &[this.name(thread, name)?])?,
            Event::Text(part) => {
                if call("CharacterDataHandler", &[text(part)])? {
                    true
                } else {
                    call("DefaultHandlerExpand", &[text(part)])? || call("DefaultHandler", &[text(part)])?
                }
            }
            Event::StartCdata => call("StartCdataSectionHandler", &[])?,
            Event::EndCdata => call("EndCdataSectionHandler", &[])?,
            Event::Comment(part) => call("CommentHandler", &[text(part)])?,
            Event::Instruction(target, data) => call("ProcessingInstructionHandler", &[text(target), text(data)])?,
        };
        Ok(())
    }
}

impl Gc<ParserObject> {
    /// The handler is there, and was called.
    fn call(self, thread: &Thread, name: &str, arguments: &[Value]) -> PyResult<bool> {
        let handler = dispatch::attr::get(thread, self.value(), intern(thread, name))?;
        if handler.is_none() {
            return Ok(false);
        }
        dispatch::call::call(thread, handler, arguments)?;
        Ok(true)
    }

    fn flag(self, thread: &Thread, name: &str) -> PyResult<bool> {
        let value = dispatch::attr::get(thread, self.value(), intern(thread, name))?;
        dispatch::truth::truth(thread, value)
    }

    /// A name, the same object for the same text where there is a dict for that.
    fn name(self, thread: &Thread, name: &str) -> PyResult<Value> {
        let text = string(thread, name);
        let known = dispatch::attr::get(thread, self.value(), intern(thread, "intern"))?;
        match known.cast::<Dict>() {
            Some(known) => match known.get(thread, text)? {
                Some(known) => Ok(known),
                None => {
                    known.insert(thread, text, text)?;
                    Ok(text)
                }
            },
            None => Ok(text),
        }
    }

    fn attributes(self, thread: &Thread, attributes: &[(String, String)]) -> PyResult<Value> {
        if self.flag(thread, "ordered_attributes")? {
            let list = List::new(thread, &[]);
            for (name, value) in attributes {
                list.push(thread, self.name(thread, name)?)?;
                list.push(thread, string(thread, value))?;
            }
            return Ok(list.value());
        }
        let dict = Dict::new(thread);
        for (name, value) in attributes {
            dict.insert(thread, self.name(thread, name)?, string(thread, value))?;
        }
        Ok(dict.value())
    }
}

/// Names of handlers, `None` until they are set.
const HANDLERS: [&str; 22] = [
    "AttlistDeclHandler",
    "CharacterDataHandler",
    "CommentHandler",
    "DefaultHandler",
    "DefaultHandlerExpand",
    "ElementDeclHandler",
    "EndCdataSectionHandler",
    "EndDoctypeDeclHandler",
    "EndElementHandler",
    "EndNamespaceDeclHandler",
    "EntityDeclHandler",
    "ExternalEntityRefHandler",
    "NotStandaloneHandler",
    "NotationDeclHandler",
    "ProcessingInstructionHandler",
    "SkippedEntityHandler",
    "StartCdataSectionHandler",
    "StartDoctypeDeclHandler",
    "StartElementHandler",
    "StartNamespaceDeclHandler",
    "UnparsedEntityDeclHandler",
    "XmlDeclHandler",
];

/// XML parser
#[py_class(name = "xmlparser", module = "pyexpat", data = Parser, no_instances, dict)]
impl ParserClass {
    /// Parse XML data.
    ///
    /// 'isfinal' should be true at end of input.
    #[method(signature = "(self, data, isfinal=False, /)", name = "Parse")]
    fn parse_data(this: Gc<ParserObject>, thread: &Thread, data: Value, isfinal: Option<bool>) -> PyResult<i64> {
        let last = isfinal.unwrap_or(false);
        let text = match data.cast::<Str>() {
            Some(text) => {
                *this.data.decoder.borrow_mut() = Some(Decoder::Utf8);
                text.to_str_lossy(thread).into_owned()
            }
            None => {
                let bytes = buffer::to_vec(thread, data)?;
                this.data.decode(thread, &bytes, last)?
            }
        };
        Parser::parse(this, thread, &text, last)
    }

    /// Parse XML data from file-like object.
    #[method(name = "ParseFile")]
    fn parse_file(this: Gc<ParserObject>, thread: &Thread, file: Value) -> PyResult<i64> {
        loop {
            let data = call_method(thread, file, "read", &[Value::small_wrapping(2048)])?;
            if data.cast::<Bytes>().is_none() {
                let given = thread.type_name(data);
                return Err(thread.raise_type_error(format!("read() did not return a bytes object (type={given})")));
            }
            let last = data.cast::<Bytes>().is_some_and(|data| data.as_slice().is_empty());
            let result = ParserClass::parse_data(this, thread, data, Some(last))?;
            if last {
                return Ok(result);
            }
        }
    }

    /// Set the base URL for the parser.
    #[method(name = "SetBase")]
    fn set_base(this: Value, thread: &Thread, base: Value) -> PyResult<()> {
        if base.cast::<Str>().is_none() {
            let name = if base.is_none() { "None".to_owned() } else { thread.type_name(base) };
            return Err(thread.raise_type_error(format!("SetBase() argument must be str, not {name}")));
        }
        dispatch::attr::set(thread, this, intern(thread, "_base"), base)
    }

    /// Return base URL string for the parser.
    #[method(name = "GetBase")]
    fn get_base(this: Value, thread: &Thread) -> PyResult<Value> {
        Ok(dispatch::attr::get_optional(thread, this, intern(thread, "_base"))?.unwrap_or(Value::NONE))
    }

    /// Return the untranslated text of the input that caused the current event.
    ///
    /// If the event was generated by a large amount of text (such as a start tag
    /// for an element with many attributes), not all of the text may be available.
    #[method(name = "GetInputContext")]
    fn input_context(this: Value) {
        let _ = this;
    }

    /// Controls parsing of parameter entities (including the external DTD subset).
    ///
    /// Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,
    /// XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and
    /// XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag
    /// was successful.
    #[method(name = "SetParamEntityParsing")]
    fn set_parameter_entities(this: Value, flag: i32) -> i64 {
        let _ = (this, flag);
        1
    }

    /// Allows the application to provide an artificial external subset if one is not specified as part of the document instance.
    #[method(name = "UseForeignDTD", signature = "(self, flag=True, /)")]
    fn use_foreign_dtd(this: Value, flag: Option<bool>) {
        let _ = (this, flag);
    }

    /// Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.
    #[method(name = "SetReparseDeferralEnabled")]
    fn set_reparse_deferral(this: Value, enabled: bool) {
        let _ = (this, enabled);
    }

    /// Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.
    #[method(name = "GetReparseDeferralEnabled")]
    fn reparse_deferral(this: Value) -> bool {
        let _ = this;
        false
    }

    /// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
    #[method(name = "ExternalEntityParserCreate", signature = "(self, context, encoding=None, /)")]
    fn external_parser(this: Value, thread: &Thread, context: Value, encoding: Option<Value>) -> PyResult<Value> {
        let _ = (this, context, encoding);
        Err(thread.raise_not_implemented_error("Taipan does not read external entities"))
    }

    #[getter(name = "CurrentLineNumber")]
    fn current_line(this: Gc<ParserObject>) -> usize {
        this.data.place.get().0
    }

    #[getter(name = "CurrentColumnNumber")]
    fn current_column(this: Gc<ParserObject>) -> usize {
        this.data.place.get().1
    }

    #[getter(name = "ErrorCode")]
    fn error_code(this: Gc<ParserObject>) -> i32 {
        this.data.error.get().map_or(0, |error| error.code)
    }

    #[getter(name = "ErrorLineNumber")]
    fn error_line(this: Gc<ParserObject>) -> usize {
        this.data.error.get().map_or(this.data.place.get().0, |error| error.line)
    }

    #[getter(name = "ErrorColumnNumber")]
    fn error_column(this: Gc<ParserObject>) -> usize {
        this.data.error.get().map_or(this.data.place.get().1, |error| error.column)
    }

    #[getter]
    fn namespace_prefixes(this: Gc<ParserObject>) -> bool {
        this.data.reader.borrow().keep_prefixes
    }

    #[setter(namespace_prefixes)]
    fn set_namespace_prefixes(this: Gc<ParserObject>, thread: &Thread, value: Value) -> PyResult<()> {
        this.data.reader.borrow_mut().keep_prefixes = dispatch::truth::truth(thread, value)?;
        Ok(())
    }
}

/// Spec marker of parsers.
pub struct ParserClass;

/// Python wrapper for Expat parser.
#[py_module(name = "pyexpat")]
pub mod pyexpat {
    use super::*;

    #[constant(name = "EXPAT_VERSION")]
    const EXPAT_VERSION: &str = "expat_2.7.1";
    #[constant(name = "native_encoding")]
    const NATIVE_ENCODING: &str = "UTF-8";
    #[constant(name = "XML_PARAM_ENTITY_PARSING_NEVER")]
    const NEVER: i64 = 0;
    #[constant(name = "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE")]
    const UNLESS_STANDALONE: i64 = 1;
    #[constant(name = "XML_PARAM_ENTITY_PARSING_ALWAYS")]
    const ALWAYS: i64 = 2;

    /// Return a new XML parser object.
    #[function(
        name = "ParserCreate",
        signature = "(encoding=None, namespace_separator=None, intern=<unrepresentable>)"
    )]
    fn create(
        thread: &Thread,
        encoding: Option<Gc<Str>>,
        namespace_separator: Option<Gc<Str>>,
        intern: Option<Value>,
    ) -> PyResult<Value> {
        let separator = namespace_separator.map(|separator| separator.to_str_lossy(thread).into_owned());
        if separator.as_ref().is_some_and(|separator| separator.chars().count() > 1) {
            return Err(thread.raise_value_error("namespace_separator must be at most one character, omitted, or None"));
        }
        let reader = Reader::new(separator);
        let data = Parser {
            reader: RefCell::new(reader),
            encoding: RefCell::new(encoding.map(|name| name.to_str_lossy(thread).into_owned())),
            decoder: RefCell::new(None),
            waiting: RefCell::default(),
            place: Cell::new((1, 0)),
            error: Cell::new(None),
        };
        let parser = Payload::new(thread, Type::of_spec(thread, <ParserClass as PyClass>::SPEC), data).value();
        let set = |name: &str, value: Value| {
            dispatch::attr::set(thread, parser, crate::modules::support::intern(thread, name), value)
        };
        for name in HANDLERS {
            set(name, Value::NONE)?;
        }
        for name in ["buffer_text", "ordered_attributes", "specified_attributes"] {
            set(name, Value::FALSE)?;
        }
        set("buffer_size", Value::small_wrapping(8192))?;
        set("buffer_used", Value::small_wrapping(0))?;
        set("intern", intern.unwrap_or_else(|| Dict::new(thread).value()))?;
        Ok(parser)
    }

    /// Returns string error for given number.
    #[function(name = "ErrorString")]
    fn error_string(code: i32) -> Option<&'static str> {
        xml::message(code)
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let class = error_class(thread).value();
        module.set(thread, "ExpatError", class);
        module.set(thread, "error", class);
        module.set(thread, "XMLParserType", Type::of_spec(thread, <ParserClass as PyClass>::SPEC).value());
        let errors = Module::create(thread, "pyexpat.errors", Some("Constants used to describe error conditions."));
        let (codes, messages) = (Dict::new(thread), Dict::new(thread));
        for (code, name) in ERROR_NAMES {
            let Some(words) = xml::message(*code) else { continue };
            let (number, words) = (Value::small_wrapping(i64::from(*code)), string(thread, words));
            errors.set(thread, name, words);
            codes.insert(thread, words, number)?;
            messages.insert(thread, number, words)?;
        }
        errors.set(thread, "codes", codes.value());
        errors.set(thread, "messages", messages.value());
        module.set(thread, "errors", errors.value());
        let model =
            Module::create(thread, "pyexpat.model", Some("Constants used to interpret content model information."));
        for (number, name) in [
            (1, "XML_CTYPE_EMPTY"),
            (2, "XML_CTYPE_ANY"),
            (3, "XML_CTYPE_MIXED"),
            (4, "XML_CTYPE_NAME"),
            (5, "XML_CTYPE_CHOICE"),
            (6, "XML_CTYPE_SEQ"),
        ] {
            model.set(thread, name, Value::small_wrapping(number));
        }
        for (number, name) in
            [(0, "XML_CQUANT_NONE"), (1, "XML_CQUANT_OPT"), (2, "XML_CQUANT_REP"), (3, "XML_CQUANT_PLUS")]
        {
            model.set(thread, name, Value::small_wrapping(number));
        }
        module.set(thread, "model", model.value());
        let modules = thread.vm().modules();
        modules.insert_str(thread, intern(thread, "pyexpat.errors"), errors.value());
        modules.insert_str(thread, intern(thread, "pyexpat.model"), model.value());
        let version = [2, 7, 1].map(Value::small_wrapping);
        module.set(thread, "version_info", crate::modules::support::tuple(thread, &version));
        Ok(())
    }
}

/// The names of expat's errors.
const ERROR_NAMES: &[(i32, &str)] = &[
    (1, "XML_ERROR_NO_MEMORY"),
    (2, "XML_ERROR_SYNTAX"),
    (3, "XML_ERROR_NO_ELEMENTS"),
    (4, "XML_ERROR_INVALID_TOKEN"),
    (5, "XML_ERROR_UNCLOSED_TOKEN"),
    (6, "XML_ERROR_PARTIAL_CHAR"),
    (7, "XML_ERROR_TAG_MISMATCH"),
    (8, "XML_ERROR_DUPLICATE_ATTRIBUTE"),
    (9, "XML_ERROR_JUNK_AFTER_DOC_ELEMENT"),
    (10, "XML_ERROR_PARAM_ENTITY_REF"),
    (11, "XML_ERROR_UNDEFINED_ENTITY"),
    (12, "XML_ERROR_RECURSIVE_ENTITY_REF"),
    (13, "XML_ERROR_ASYNC_ENTITY"),
    (14, "XML_ERROR_BAD_CHAR_REF"),
    (15, "XML_ERROR_BINARY_ENTITY_REF"),
    (16, "XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF"),
    (17, "XML_ERROR_MISPLACED_XML_PI"),
    (18, "XML_ERROR_UNKNOWN_ENCODING"),
    (19, "XML_ERROR_INCORRECT_ENCODING"),
    (20, "XML_ERROR_UNCLOSED_CDATA_SECTION"),
    (21, "XML_ERROR_EXTERNAL_ENTITY_HANDLING"),
    (22, "XML_ERROR_NOT_STANDALONE"),
    (23, "XML_ERROR_UNEXPECTED_STATE"),
    (24, "XML_ERROR_ENTITY_DECLARED_IN_PE"),
    (25, "XML_ERROR_FEATURE_REQUIRES_XML_DTD"),
    (26, "XML_ERROR_CANT_CHANGE_FEATURE_ONCE_PARSING"),
    (27, "XML_ERROR_UNBOUND_PREFIX"),
    (28, "XML_ERROR_UNDECLARING_PREFIX"),
    (29, "XML_ERROR_INCOMPLETE_PE"),
    (30, "XML_ERROR_XML_DECL"),
    (31, "XML_ERROR_TEXT_DECL"),
    (32, "XML_ERROR_PUBLICID"),
    (33, "XML_ERROR_SUSPENDED"),
    (34, "XML_ERROR_NOT_SUSPENDED"),
    (35, "XML_ERROR_ABORTED"),
    (36, "XML_ERROR_FINISHED"),
    (37, "XML_ERROR_SUSPEND_PE"),
];
