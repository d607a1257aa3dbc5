//! XML 1.0 with namespaces, read piece by piece.
//!
//! What lives here: [`Reader`], which is fed text and gives [`Event`]s. What must not: objects. Entities that a
//! document declares itself are expanded; external ones are not read. Errors have expat's numbers and words.
//!
//! Why a reader of our own and none of the well-kept crates: `pyexpat` shows what expat does beyond giving elements, and
//! programs (`xml.sax`, `xml.dom`, ElementTree) look at it: input that ends anywhere, even within a name, and goes on with
//! the next call; line, column and byte index of every event; the declarations of a document's internal DTD subset as
//! events, their entities in text and attributes, their attribute defaults; the number and place of the first violation of
//! well-formedness. quick-xml reads whole events from a buffered reader, hands a DOCTYPE over as unread text, knows byte
//! offsets only and leaves most of well-formedness to its caller; xml-rs reads a stream but no DTD and has error texts of
//! its own. With either, what is left to do here is more than what they take off.
//!
//! Source: "Extensible Markup Language (XML) 1.0" (fifth edition) and "Namespaces in XML 1.0".

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

/// What the reader found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Version, encoding, and standalone: 1 yes, 0 no, -1 not said.
    Declaration(String, Option<String>, i32),
    /// Name, system and public identifier, and whether there are declarations inside.
    StartDoctype(String, Option<String>, Option<String>, bool),
    EndDoctype,
    /// Name, value, system and public identifier, notation, and whether it is a parameter entity.
    Entity(String, Option<String>, Option<String>, Option<String>, Option<String>, bool),
    StartNamespace(Option<String>, Option<String>),
    EndNamespace(Option<String>),
    Start(String, Vec<(String, String)>),
    End(String),
    Text(String),
    StartCdata,
    EndCdata,
    Comment(String),
    Instruction(String, String),
}

/// A document that is none. The code is expat's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: i32,
    pub line: usize,
    pub column: usize,
}

pub const SYNTAX: i32 = 2;
pub const NO_ELEMENTS: i32 = 3;
pub const INVALID_TOKEN: i32 = 4;
pub const UNCLOSED_TOKEN: i32 = 5;
pub const TAG_MISMATCH: i32 = 7;
pub const DUPLICATE_ATTRIBUTE: i32 = 8;
pub const JUNK: i32 = 9;
pub const UNDEFINED_ENTITY: i32 = 11;
pub const RECURSIVE_ENTITY: i32 = 12;
pub const BAD_CHARACTER: i32 = 14;
pub const MISPLACED_DECLARATION: i32 = 17;
pub const UNCLOSED_CDATA: i32 = 20;
pub const UNBOUND_PREFIX: i32 = 27;
pub const FINISHED: i32 = 36;
pub const AMPLIFICATION: i32 = 43;

/// Entities inside of entities inside of entities.
const DEEPEST_ENTITY: usize = 16;
/// Characters that entities may make out of a document.
const MOST_EXPANSION: usize = 8 << 20;

type Step<T = ()> = Result<T, Error>;

/// An element that is open.
struct Open {
    /// As written, for the end tag.
    name: String,
    /// As reported.
    reported: String,
    /// How many namespace declarations it brought.
    declared: usize,
}

/// Reads a document.
#[derive(Default)]
pub struct Reader {
    /// Between a namespace's name and a local name; `None`: namespaces are not looked at.
    pub separator: Option<String>,
    /// Names keep their prefixes too.
    pub keep_prefixes: bool,
    text: Rc<str>,
    /// How much of the text is read.
    at: usize,
    line: usize,
    column: usize,
    open: Vec<Open>,
    /// Prefix and namespace, innermost last.
    namespaces: Vec<(Option<String>, Option<String>)>,
    entities: HashMap<String, String>,
    expanded: usize,
    has_root: bool,
    started: bool,
    finished: bool,
    /// What was found, and where: line from 1, column from 0.
    pub events: VecDeque<(Event, (usize, usize))>,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_name_start(c: char) -> bool {
    c == ':' || c == '_' || c.is_ascii_alphabetic() || (c >= '\u{c0}' && c.is_alphabetic())
}

fn is_name(c: char) -> bool {
    is_name_start(c)
        || c.is_ascii_digit()
        || matches!(c, '-' | '.' | '\u{b7}')
        || (c >= '\u{c0}' && c.is_alphanumeric())
}

/// A character that a document may hold.
fn is_character(c: char) -> bool {
    c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || is_space(c)
}

fn name_length(text: &str) -> usize {
    match text.chars().next() {
        Some(first) if is_name_start(first) => text.find(|c| !is_name(c)).unwrap_or(text.len()),
        _ => 0,
    }
}

/// Line ends become `\n`.
fn normalise(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

impl Reader {
    /// A reader at the start of a document; see [`Reader::separator`].
    pub fn new(separator: Option<String>) -> Reader {
        Reader { separator, ..Reader::default() }
    }

    /// Where the next piece starts: line from 1, column from 0.
    pub fn place(&self) -> (usize, usize) {
        (self.line + 1, self.column)
    }

    fn emit(&mut self, event: Event) {
        let place = self.place();
        self.events.push_back((event, place));
    }

    fn error<T>(&self, code: i32, offset: usize) -> Step<T> {
        let mut end = (self.at + offset).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[self.at..end];
        let (mut line, mut column) = (self.line, self.column);
        advance(before, &mut line, &mut column);
        Err(Error { code, line: line + 1, column })
    }

    fn consume(&mut self, length: usize) {
        advance(&self.text[self.at..self.at + length], &mut self.line, &mut self.column);
        self.at += length;
    }

    /// Takes more text; `last`: there is no more to come. Events before an error are there all the same.
    pub fn feed(&mut self, text: &str, last: bool) -> Result<(), Error> {
        if self.finished {
            return self.error(FINISHED, 0);
        }
        self.text = format!("{}{text}", &self.text[self.at..]).into();
        self.at = 0;
        self.finished = last;
        while self.at < self.text.len() {
            if !self.piece(last)? {
                break;
            }
        }
        if last {
            if self.at < self.text.len() {
                return self.error(UNCLOSED_TOKEN, 0);
            }
            if !self.has_root || !self.open.is_empty() {
                return self.error(NO_ELEMENTS, 0);
            }
        }
        Ok(())
    }

    /// Reads one piece of markup or text. False: it needs more text.
    fn piece(&mut self, last: bool) -> Step<bool> {
        let text = self.text.clone();
        let rest = &text[self.at..];
        if !rest.starts_with('<') {
            return self.characters(rest, last);
        }
        let is_prefix = |markup: &str| !last && rest.len() < markup.len() && markup.starts_with(rest);
        if ["<!--", "<![CDATA[", "<!DOCTYPE", "<?xml "].into_iter().any(is_prefix) {
            return Ok(false);
        }
        if let Some(body) = rest.strip_prefix("<!--") {
            return self.comment(body);
        }
        if let Some(body) = rest.strip_prefix("<![CDATA[")
            && !self.open.is_empty()
        {
            return self.cdata(body, last);
        }
        if rest.starts_with("<!DOCTYPE") && !self.has_root {
            return self.doctype(rest);
        }
        if rest.starts_with("<?") {
            return self.instruction(rest);
        }
        if rest.starts_with("</") {
            return self.end_tag(rest, last);
        }
        self.start_tag(rest, last)
    }

    // ---- text ----

    fn characters(&mut self, rest: &str, last: bool) -> Step<bool> {
        let end = rest.find('<').unwrap_or(rest.len());
        let mut run = &rest[..end];
        if self.open.is_empty() {
            return match run.find(|c| !is_space(c)) {
                None => {
                    self.consume(run.len());
                    Ok(true)
                }
                Some(offset) if self.has_root => self.error(JUNK, offset),
                Some(offset) if run[offset..].starts_with('\u{feff}') && offset == 0 && !self.started => {
                    self.consume('\u{feff}'.len_utf8());
                    self.column = 0;
                    self.started = true;
                    Ok(true)
                }
                Some(offset) => self.error(SYNTAX, offset),
            };
        }
        let more_may_come = !last && end == rest.len();
        if more_may_come {
            // What may be the start of something longer waits.
            if let Some(reference) = run.rfind('&').filter(|&at| !run[at..].contains(';')) {
                run = &run[..reference];
            }
            run = run.trim_end_matches('\r');
            while run.ends_with(']') {
                run = &run[..run.len() - 1];
            }
            if run.is_empty() {
                return Ok(false);
            }
        }
        if let Some(offset) = run.find("]]>") {
            return self.error(INVALID_TOKEN, offset + 2);
        }
        self.content(run, 0)?;
        self.consume(run.len());
        Ok(!more_may_come)
    }

    /// Text with references, as events. Line ends and references are pieces of their own, as expat gives them.
    fn content(&mut self, run: &str, depth: usize) -> Step {
        let mut offset = 0;
        while offset < run.len() {
            let rest = &run[offset..];
            let plain = rest.find(['&', '\n', '\r']).unwrap_or(rest.len());
            if let Some(bad) = rest[..plain].find(|c| !is_character(c)) {
                return self.error(INVALID_TOKEN, if depth == 0 { offset + bad } else { 0 });
            }
            if plain > 0 {
                self.emit(Event::Text(rest[..plain].to_owned()));
                offset += plain;
                continue;
            }
            if rest.starts_with('&') {
                let (text, length) = self.reference(rest, if depth == 0 { offset } else { 0 })?;
                offset += length;
                match text {
                    Reference::Text(text) => self.emit(Event::Text(text)),
                    Reference::Entity(text) => self.entity(&text, depth + 1)?,
                }
                continue;
            }
            offset += if rest.starts_with("\r\n") { 2 } else { 1 };
            self.emit(Event::Text("\n".to_owned()));
        }
        Ok(())
    }

    /// The content of an entity, which may hold markup.
    fn entity(&mut self, text: &str, depth: usize) -> Step {
        self.expanded += text.len();
        if depth > DEEPEST_ENTITY {
            return self.error(RECURSIVE_ENTITY, 0);
        }
        if self.expanded > MOST_EXPANSION {
            return self.error(AMPLIFICATION, 0);
        }
        if !text.contains('<') {
            return self.content(text, depth);
        }
        // Markup is read by a reader that shares what is open.
        let mut inner =
            Reader { separator: self.separator.clone(), keep_prefixes: self.keep_prefixes, ..Reader::default() };
        inner.has_root = true;
        inner.started = true;
        inner.entities = self.entities.clone();
        inner.namespaces = self.namespaces.clone();
        inner.expanded = self.expanded;
        // An element around stands for those that are open outside.
        inner.open.push(Open { name: String::new(), reported: String::new(), declared: 0 });
        let result = inner.feed(text, false);
        let balanced = inner.open.len() == 1 && inner.at == inner.text.len();
        for (event, _) in std::mem::take(&mut inner.events) {
            self.emit(event);
        }
        self.expanded = inner.expanded;
        match result {
            Ok(()) if balanced => Ok(()),
            Ok(()) => self.error(INVALID_TOKEN, 0),
            Err(error) => self.error(error.code, 0),
        }
    }

    /// A reference at the start of `rest`, and its length. `offset` is its place, for errors.
    fn reference(&self, rest: &str, offset: usize) -> Step<(Reference, usize)> {
        let Some(end) = rest.find(';') else {
            let name = name_length(&rest[1..]);
            return self.error(INVALID_TOKEN, offset + 1 + name);
        };
        let name = &rest[1..end];
        if let Some(digits) = name.strip_prefix('#') {
            let number = match digits.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok(),
                None => digits.parse().ok(),
            };
            if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_hexdigit() || c == 'x') {
                return self.error(INVALID_TOKEN, offset + 2);
            }
            return match number.and_then(char::from_u32).filter(|&c| is_character(c)) {
                Some(character) => Ok((Reference::Text(character.to_string()), end + 1)),
                None => self.error(BAD_CHARACTER, offset),
            };
        }
        let known = match name {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            "apos" => "'",
            _ => {
                let length = name_length(name);
                if length < name.len() {
                    return self.error(INVALID_TOKEN, offset + 1 + length);
                }
                return match self.entities.get(name) {
                    Some(text) => Ok((Reference::Entity(text.clone()), end + 1)),
                    None => self.error(UNDEFINED_ENTITY, offset),
                };
            }
        };
        Ok((Reference::Text(known.to_owned()), end + 1))
    }

    // ---- markup ----

    fn comment(&mut self, body: &str) -> Step<bool> {
        let Some(end) = body.find("--") else { return Ok(false) };
        if body.len() == end + 2 {
            return Ok(false);
        }
        if !body[end + 2..].starts_with('>') {
            return self.error(INVALID_TOKEN, 4 + end + 2);
        }
        self.emit(Event::Comment(normalise(&body[..end])));
        self.consume(4 + end + 3);
        Ok(true)
    }

    fn cdata(&mut self, body: &str, last: bool) -> Step<bool> {
        let Some(end) = body.find("]]>") else {
            return if last { self.error(UNCLOSED_CDATA, 0) } else { Ok(false) };
        };
        self.emit(Event::StartCdata);
        if end > 0 {
            self.emit(Event::Text(normalise(&body[..end])));
        }
        self.emit(Event::EndCdata);
        self.consume(9 + end + 3);
        Ok(true)
    }

    fn instruction(&mut self, rest: &str) -> Step<bool> {
        let Some(end) = rest.find("?>") else { return Ok(false) };
        let body = &rest[2..end];
        let length = name_length(body);
        if length == 0 {
            return self.error(INVALID_TOKEN, 2);
        }
        let (target, data) = body.split_at(length);
        let data = data.trim_start_matches(is_space);
        if target == "xml" {
            if self.started || self.line > 0 || self.column > 0 {
                return self.error(MISPLACED_DECLARATION, 0);
            }
            let mut values: [Option<String>; 3] = [None, None, None];
            let mut left = data;
            for (name, value) in ["version", "encoding", "standalone"].into_iter().zip(&mut values) {
                if let Some(after) = left.strip_prefix(name)
                    && let Some(after) = after.trim_start_matches(is_space).strip_prefix('=')
                    && let after = after.trim_start_matches(is_space)
                    && let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\''))
                    && let Some(close) = after[1..].find(quote)
                {
                    *value = Some(after[1..=close].to_owned());
                    left = after[close + 2..].trim_start_matches(is_space);
                }
            }
            let [version, encoding, standalone] = values;
            let Some(version) = version.filter(|_| left.is_empty()) else {
                return self.error(30, 0);
            };
            let standalone = match standalone.as_deref() {
                Some("yes") => 1,
                Some(_) => 0,
                None => -1,
            };
            self.emit(Event::Declaration(version, encoding, standalone));
        } else {
            self.emit(Event::Instruction(target.to_owned(), normalise(data)));
        }
        self.started = true;
        self.consume(end + 2);
        Ok(true)
    }

    fn doctype(&mut self, rest: &str) -> Step<bool> {
        let bytes = rest.as_bytes();
        let (mut at, mut inside, mut quote) = (9, None, None);
        let end = loop {
            match (bytes.get(at), quote) {
                (None, _) => return Ok(false),
                (Some(byte), Some(open)) => {
                    if *byte == open {
                        quote = None;
                    }
                }
                (Some(byte @ (b'"' | b'\'')), None) => quote = Some(*byte),
                (Some(b'<'), None) if rest[at..].starts_with("<!--") => match rest[at..].find("-->") {
                    Some(length) => at += length + 2,
                    None => return Ok(false),
                },
                (Some(b'['), None) if inside.is_none() => inside = Some((at + 1, 0)),
                (Some(b']'), None) => inside = inside.map(|(start, _)| (start, at)),
                (Some(b'>'), None) if inside.is_none_or(|(_, end)| end > 0) => break at,
                (Some(_), None) => {}
            }
            at += 1;
        };
        let head = &rest[9..inside.map_or(end, |(start, _)| start - 1)];
        let head = head.trim_matches(is_space);
        let length = name_length(head);
        if length == 0 {
            return self.error(SYNTAX, 9);
        }
        let name = head[..length].to_owned();
        let (public, system, _) = identifiers(head[length..].trim_start_matches(is_space));
        self.emit(Event::StartDoctype(name, system, public, inside.is_some()));
        if let Some((from, to)) = inside {
            self.declarations(&rest[from..to]);
        }
        self.emit(Event::EndDoctype);
        self.started = true;
        self.consume(end + 1);
        Ok(true)
    }

    /// The declarations inside of a document type: entities are remembered, the rest is passed over.
    fn declarations(&mut self, text: &str) {
        let mut rest = text;
        while let Some(start) = rest.find("<!ENTITY") {
            if let Some(comment) = rest.find("<!--").filter(|&comment| comment < start) {
                let Some(end) = rest[comment..].find("-->") else { return };
                rest = &rest[comment + end + 3..];
                continue;
            }
            rest = rest[start + 8..].trim_start_matches(is_space);
            let is_parameter = rest.starts_with('%');
            if is_parameter {
                rest = rest[1..].trim_start_matches(is_space);
            }
            let length = name_length(rest);
            let name = rest[..length].to_owned();
            rest = rest[length..].trim_start_matches(is_space);
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            if let Some(quote) = quote {
                let Some(close) = rest[1..].find(quote) else { return };
                let value = self.entity_value(&rest[1..=close]);
                let event = Event::Entity(name.clone(), Some(value.clone()), None, None, None, is_parameter);
                self.emit(event);
                if !is_parameter {
                    self.entities.entry(name).or_insert(value);
                }
                rest = &rest[close + 2..];
            } else {
                let (public, system, left) = identifiers(rest);
                let notation = left.trim_start_matches(is_space).strip_prefix("NDATA").map(|notation| {
                    let notation = notation.trim_start_matches(is_space);
                    notation[..name_length(notation)].to_owned()
                });
                self.emit(Event::Entity(name, None, system, public, notation, is_parameter));
                rest = left;
            }
        }
    }

    /// Character references in an entity's value are read when it is declared.
    fn entity_value(&self, text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(at) = rest.find("&#") {
            out.push_str(&rest[..at]);
            match self.reference(&rest[at..], 0) {
                Ok((Reference::Text(text), length)) => {
                    out.push_str(&text);
                    rest = &rest[at + length..];
                }
                _ => {
                    out.push_str("&#");
                    rest = &rest[at + 2..];
                }
            }
        }
        out.push_str(rest);
        normalise(&out)
    }

    fn end_tag(&mut self, rest: &str, last: bool) -> Step<bool> {
        let length = name_length(&rest[2..]);
        let after = rest[2 + length..].trim_start_matches(is_space);
        let consumed = rest.len() - after.len();
        match after.chars().next() {
            None if last => return self.error(UNCLOSED_TOKEN, 0),
            None => return Ok(false),
            Some('>') if length > 0 => {}
            Some(_) => return self.error(INVALID_TOKEN, if length == 0 { 2 } else { consumed }),
        }
        let name = &rest[2..2 + length];
        match self.open.last() {
            Some(open) if open.name == name => {}
            Some(_) => return self.error(TAG_MISMATCH, 2),
            None if self.has_root => return self.error(JUNK, 0),
            None => return self.error(INVALID_TOKEN, 1),
        }
        self.close();
        self.consume(consumed + 1);
        Ok(true)
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.emit(Event::End(open.reported));
        for _ in 0..open.declared {
            if let Some((prefix, _)) = self.namespaces.pop() {
                self.emit(Event::EndNamespace(prefix));
            }
        }
    }

    fn start_tag(&mut self, rest: &str, last: bool) -> Step<bool> {
        let length = name_length(&rest[1..]);
        if length == 0 {
            return match rest.len() {
                1 if last => self.error(UNCLOSED_TOKEN, 0),
                1 => Ok(false),
                _ => self.error(INVALID_TOKEN, 1),
            };
        }
        if self.open.is_empty() && self.has_root {
            return self.error(JUNK, 0);
        }
        let name = &rest[1..=length];
        let mut at = 1 + length;
        let mut attributes: Vec<(String, String)> = Vec::new();
        let incomplete = |this: &Reader| if last { this.error(UNCLOSED_TOKEN, 0) } else { Ok(false) };
        let is_empty = loop {
            let before = at;
            at += rest[at..].len() - rest[at..].trim_start_matches(is_space).len();
            let left = &rest[at..];
            match left.chars().next() {
                None => return incomplete(self),
                Some('>') => {
                    at += 1;
                    break false;
                }
                Some('/') => match left.as_bytes().get(1) {
                    None => return incomplete(self),
                    Some(b'>') => {
                        at += 2;
                        break true;
                    }
                    Some(_) => return self.error(INVALID_TOKEN, at + 1),
                },
                Some(_) => {}
            }
            let length = name_length(left);
            if length == 0 || before == at {
                return self.error(INVALID_TOKEN, at);
            }
            let attribute = &left[..length];
            if attributes.iter().any(|(known, _)| known == attribute) {
                return self.error(DUPLICATE_ATTRIBUTE, at);
            }
            at += length;
            let skip = |at: usize| at + rest[at..].len() - rest[at..].trim_start_matches(is_space).len();
            at = skip(at);
            match rest.as_bytes().get(at) {
                None => return incomplete(self),
                Some(b'=') => at = skip(at + 1),
                Some(_) => return self.error(INVALID_TOKEN, at),
            }
            let quote = match rest.as_bytes().get(at) {
                None => return incomplete(self),
                Some(quote @ (b'"' | b'\'')) => char::from(*quote),
                Some(_) => return self.error(INVALID_TOKEN, at),
            };
            let Some(close) = rest[at + 1..].find(quote) else {
                return match rest[at + 1..].find('<') {
                    Some(offset) => self.error(INVALID_TOKEN, at + 1 + offset),
                    None => incomplete(self),
                };
            };
            let value = self.attribute_value(&rest[at + 1..at + 1 + close], at + 1, 0)?;
            attributes.push((attribute.to_owned(), value));
            at += close + 2;
        };
        self.open_element(name, attributes)?;
        if is_empty {
            self.close();
        }
        self.started = true;
        self.consume(at);
        Ok(true)
    }

    fn attribute_value(&self, text: &str, offset: usize, depth: usize) -> Step<String> {
        let mut value = String::new();
        let mut at = 0;
        if depth > DEEPEST_ENTITY {
            return self.error(RECURSIVE_ENTITY, 0);
        }
        while let Some(character) = text[at..].chars().next() {
            match character {
                '&' => {
                    let (reference, length) = self.reference(&text[at..], offset + at)?;
                    match reference {
                        Reference::Text(text) => value.push_str(&text),
                        Reference::Entity(text) => value.push_str(&self.attribute_value(&text, offset, depth + 1)?),
                    }
                    at += length;
                    continue;
                }
                '<' => return self.error(INVALID_TOKEN, offset + at),
                '\r' if text[at + 1..].starts_with('\n') => {}
                c if is_space(c) => value.push(' '),
                c if is_character(c) => value.push(c),
                _ => return self.error(INVALID_TOKEN, offset + at),
            }
            at += character.len_utf8();
        }
        Ok(value)
    }

    fn open_element(&mut self, name: &str, attributes: Vec<(String, String)>) -> Step {
        self.has_root = true;
        let Some(separator) = self.separator.clone() else {
            let open = Open { name: name.to_owned(), reported: name.to_owned(), declared: 0 };
            self.open.push(open);
            self.emit(Event::Start(name.to_owned(), attributes));
            return Ok(());
        };
        let mut declared = 0;
        let mut plain = Vec::new();
        for (attribute, value) in attributes {
            let prefix = match attribute.split_once(':') {
                None if attribute == "xmlns" => None,
                Some(("xmlns", prefix)) => Some(prefix.to_owned()),
                _ => {
                    plain.push((attribute, value));
                    continue;
                }
            };
            let uri = Some(value).filter(|uri| !uri.is_empty());
            self.emit(Event::StartNamespace(prefix.clone(), uri.clone()));
            self.namespaces.push((prefix, uri));
            declared += 1;
        }
        let reported = self.qualified(name, true, &separator)?;
        let mut reported_attributes: Vec<(String, String)> = Vec::new();
        for (attribute, value) in plain {
            let attribute = self.qualified(&attribute, false, &separator)?;
            if reported_attributes.iter().any(|(known, _)| *known == attribute) {
                return self.error(DUPLICATE_ATTRIBUTE, 0);
            }
            reported_attributes.push((attribute, value));
        }
        self.open.push(Open { name: name.to_owned(), reported: reported.clone(), declared });
        self.emit(Event::Start(reported, reported_attributes));
        Ok(())
    }

    /// A name with its namespace before it.
    fn qualified(&self, name: &str, is_element: bool, separator: &str) -> Step<String> {
        let (prefix, local) = match name.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None if !is_element => return Ok(name.to_owned()),
            None => (None, name),
        };
        if prefix == Some("xml") {
            return Ok(format!("http://www.w3.org/XML/1998/namespace{separator}{local}"));
        }
        let found = self.namespaces.iter().rev().find(|(known, _)| known.as_deref() == prefix);
        match (found.and_then(|(_, uri)| uri.as_deref()), prefix) {
            (Some(uri), Some(prefix)) if self.keep_prefixes => {
                Ok(format!("{uri}{separator}{local}{separator}{prefix}"))
            }
            (Some(uri), _) => Ok(format!("{uri}{separator}{local}")),
            (None, None) => Ok(local.to_owned()),
            (None, Some(_)) => self.error(UNBOUND_PREFIX, 0),
        }
    }
}

/// What a reference stands for.
enum Reference {
    Text(String),
    /// An entity of the document's, which may hold markup.
    Entity(String),
}

/// Public and system identifiers at the start of a text, and what is behind them.
fn identifiers(text: &str) -> (Option<String>, Option<String>, &str) {
    let quoted = |text: &str| -> Option<(String, usize)> {
        let trimmed = text.trim_start_matches(is_space);
        let quote = trimmed.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let close = trimmed[1..].find(quote)?;
        Some((trimmed[1..=close].to_owned(), text.len() - trimmed.len() + close + 2))
    };
    if let Some(rest) = text.strip_prefix("SYSTEM") {
        return match quoted(rest) {
            Some((system, length)) => (None, Some(system), &rest[length..]),
            None => (None, None, rest),
        };
    }
    if let Some(rest) = text.strip_prefix("PUBLIC")
        && let Some((public, length)) = quoted(rest)
    {
        let rest = &rest[length..];
        return match quoted(rest) {
            Some((system, length)) => (Some(public), Some(system), &rest[length..]),
            None => (Some(public), None, rest),
        };
    }
    (None, None, text)
}

fn advance(text: &str, line: &mut usize, column: &mut usize) {
    for character in text.chars() {
        if character == '\n' {
            *line += 1;
            *column = 0;
        } else {
            *column += 1;
        }
    }
}

/// Expat's words for an error.
pub fn message(code: i32) -> Option<&'static str> {
    let messages = [
        "out of memory",
        "syntax error",
        "no element found",
        "not well-formed (invalid token)",
        "unclosed token",
        "partial character",
        "mismatched tag",
        "duplicate attribute",
        "junk after document element",
        "illegal parameter entity reference",
        "undefined entity",
        "recursive entity reference",
        "asynchronous entity",
        "reference to invalid character number",
        "reference to binary entity",
        "reference to external entity in attribute",
        "XML or text declaration not at start of entity",
        "unknown encoding",
        "encoding specified in XML declaration is incorrect",
        "unclosed CDATA section",
        "error in processing external entity reference",
        "document is not standalone",
        "unexpected parser state - please send a bug report",
        "entity declared in parameter entity",
        "requested feature requires XML_DTD support in Expat",
        "cannot change setting once parsing has begun",
        "unbound prefix",
        "must not undeclare prefix",
        "incomplete markup in parameter entity",
        "XML declaration not well-formed",
        "text declaration not well-formed",
        "illegal character(s) in public id",
        "parser suspended",
        "parser not suspended",
        "parsing aborted",
        "parsing finished",
        "cannot suspend in external parameter entity",
        "reserved prefix (xml) must not be undeclared or bound to another namespace name",
        "reserved prefix (xmlns) must not be declared or undeclared",
        "prefix must not be bound to one of the reserved namespace names",
        "invalid argument",
        "a successful prior call to function XML_GetBuffer was required",
        "limit on input amplification factor (from DTD and entities) breached",
        "parser not started",
    ];
    messages.get(usize::try_from(code).ok()?.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&str]) -> Result<String, Error> {
        let mut reader = Reader { separator: Some("}".into()), ..Reader::default() };
        for (index, piece) in pieces.iter().enumerate() {
            reader.feed(piece, index + 1 == pieces.len())?;
        }
        let mut text = String::new();
        for (event, _) in reader.events {
            match event {
                Event::Start(name, attributes) => text += &format!("<{name} {attributes:?}>"),
                Event::End(name) => text += &format!("</{name}>"),
                Event::Text(part) => text += &part,
                _ => {}
            }
        }
        Ok(text)
    }

    #[test]
    fn pieces_may_be_cut_anywhere() {
        let document = "<?xml version='1.0'?><a x='1&lt;'>t&amp;u<!-- c --><b/><![CDATA[<]]>\r\n</a>";
        let whole = read(&[document]).unwrap_or_default();
        assert_eq!(whole, "<a [(\"x\", \"1<\")]>t&u<b []></b><\n</a>");
        for cut in 1..document.len() {
            let (first, second) = document.split_at(cut);
            assert_eq!(read(&[first, second]), Ok(whole.clone()), "cut at {cut}");
        }
    }

    #[test]
    fn errors_have_places() {
        let code = |text: &str| read(&[text]).err().map(|error| (error.code, error.line, error.column));
        assert_eq!(code("<a></b>"), Some((TAG_MISMATCH, 1, 5)));
        assert_eq!(code("<a>\n<b>\n</a>"), Some((TAG_MISMATCH, 3, 2)));
        assert_eq!(code("<a>&nope;</a>"), Some((UNDEFINED_ENTITY, 1, 3)));
        assert_eq!(code("<p:a/>"), Some((UNBOUND_PREFIX, 1, 0)));
        assert_eq!(code("<a/>x"), Some((JUNK, 1, 4)));
        assert_eq!(code(""), Some((NO_ELEMENTS, 1, 0)));
    }
}
