//! Python tokens, as the `tokenize` module shows them: with comments, line breaks and any character.
//!
//! What lives here: [`Tokenizer`], which is fed physical lines and gives tokens with their places. What must
//! not: objects. The compiler does not use it: its tokens come with its parser.
//!
//! The rules are those of the language reference, "Lexical analysis", with PEP 701 for the inside of f-strings.

use super::properties;
use std::collections::VecDeque;
use std::rc::Rc;

/// What a token is; the values are those of the module `token`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    EndMarker = 0,
    Name = 1,
    Number = 2,
    String = 3,
    NewLine = 4,
    Indent = 5,
    Dedent = 6,
    Operator = 55,
    FStringStart = 59,
    FStringMiddle = 60,
    FStringEnd = 61,
    TStringStart = 62,
    TStringMiddle = 63,
    TStringEnd = 64,
    Comment = 65,
    LineBreak = 66,
}

/// A place: line from 1, column in characters from 0.
pub type Place = (usize, usize);

/// A token, and the physical lines it stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub start: Place,
    pub end: Place,
    pub line: Rc<str>,
}

/// Which exception an error becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
}

/// Source that has no tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    pub line: usize,
    pub offset: usize,
    pub text: String,
}

/// An f-string or t-string being read.
struct Interpolated {
    is_template: bool,
    raw: bool,
    quote: u8,
    triple: bool,
    start: Place,
    /// Brackets open outside of its replacement fields.
    depth: usize,
    /// The format specifications entered, each by the brackets open outside of its fields.
    specs: Vec<usize>,
}

/// A string literal that goes on in the next line.
struct OpenString {
    quote: u8,
    triple: bool,
    text: String,
    lines: String,
    start: Place,
}

/// Reads tokens line by line.
#[derive(Default)]
pub struct Tokenizer {
    /// The physical line being read, with its end.
    line: Rc<str>,
    number: usize,
    /// Byte offset in the line.
    at: usize,
    brackets: Vec<u8>,
    /// Columns with tabs to 8, and with tabs as one.
    indents: Vec<(usize, usize)>,
    strings: Vec<Interpolated>,
    open_string: Option<OpenString>,
    /// The middle of an f-string that began on an earlier line: its text, its start and its lines.
    open_middle: Option<(String, Place, String)>,
    /// The last line ended with a backslash.
    continued: bool,
    /// The running logical line has tokens.
    in_statement: bool,
    ended: bool,
    ready: VecDeque<Token>,
}

type Step<T = ()> = Result<T, Box<Error>>;

const THREE: [&str; 5] = ["**=", "//=", ">>=", "<<=", "..."];
const TWO: [&str; 20] = [
    "!=", "%=", "&=", "**", "*=", "+=", "-=", "->", "//", "/=", ":=", "<<", "<=", "<>", "==", ">=", ">>", "@=", "^=",
    "|=",
];
/// Words that may stand right behind a number.
const AFTER_NUMBER: [&str; 8] = ["and", "else", "for", "if", "in", "is", "not", "or"];
const TAB_SIZE: usize = 8;

impl Tokenizer {
    /// The next token that is known without another line.
    pub fn next_ready(&mut self) -> Option<Token> {
        self.ready.pop_front()
    }

    /// There is nothing behind the tokens that are ready.
    pub fn is_at_end(&self) -> bool {
        self.ended
    }

    /// Reads the next physical line; an empty one is the end of the source. Tokens read before an error
    /// are ready all the same.
    pub fn feed(&mut self, line: &str) -> Result<(), Error> {
        self.run(line).map_err(|error| {
            self.ended = true;
            *error
        })
    }

    fn run(&mut self, line: &str) -> Step {
        if line.is_empty() {
            return self.finish();
        }
        self.line = line.into();
        self.number += 1;
        self.at = 0;
        if self.open_string.is_some() {
            self.rest_of_string()?;
        } else if self.in_text() {
            // An f-string goes on.
        } else if !self.continued && self.brackets.is_empty() && self.strings.is_empty() && !self.indentation()? {
            return Ok(());
        }
        self.continued = false;
        while self.at < self.line.len() {
            if self.in_text() { self.middle()? } else { self.token()? }
        }
        Ok(())
    }

    // ---- places ----

    fn byte(&self, distance: usize) -> u8 {
        self.line.as_bytes().get(self.at + distance).copied().unwrap_or(0)
    }

    fn rest(&self) -> &str {
        &self.line[self.at..]
    }

    fn place(&self, offset: usize) -> Place {
        (self.number, self.line[..offset].chars().count())
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let (from, to) = (self.place(start), self.place(end));
        let text = self.line[start..end].to_owned();
        self.ready.push_back(Token { kind, text, start: from, end: to, line: self.line.clone() });
    }

    fn error<T>(&self, message: impl Into<String>, place: Place) -> Step<T> {
        self.error_of_kind(ErrorKind::Syntax, message, place)
    }

    fn error_of_kind<T>(&self, kind: ErrorKind, message: impl Into<String>, place: Place) -> Step<T> {
        let (message, text) = (message.into(), self.line.to_string());
        Err(Box::new(Error { kind, message, line: place.0, offset: place.1, text }))
    }

    // ---- lines ----

    /// The bytes of the line break at the cursor.
    fn break_length(&self) -> usize {
        match (self.byte(0), self.byte(1)) {
            (b'\n', _) => 1,
            (b'\r', b'\n') => 2,
            _ => 0,
        }
    }

    /// The white space at the start of a logical line. False: the line is blank or a comment, and done.
    fn indentation(&mut self) -> Step<bool> {
        let (mut column, mut alternative) = (0, 0);
        loop {
            match self.byte(0) {
                b' ' => (column, alternative) = (column + 1, alternative + 1),
                b'\t' => (column, alternative) = ((column / TAB_SIZE + 1) * TAB_SIZE, alternative + 1),
                b'\x0c' => (column, alternative) = (0, 0),
                _ => break,
            }
            self.at += 1;
        }
        if self.byte(0) == b'#' {
            self.comment();
        }
        if self.break_length() > 0 || self.at >= self.line.len() {
            self.line_break(Kind::LineBreak);
            return Ok(false);
        }
        if self.rest().starts_with("\\\n") || self.rest().starts_with("\\\r\n") {
            return Ok(true);
        }
        self.indent(column, alternative)?;
        Ok(true)
    }

    fn indent(&mut self, column: usize, alternative: usize) -> Step {
        let (now, now_alternative) = self.indents.last().copied().unwrap_or_default();
        let inconsistent = "inconsistent use of tabs and spaces in indentation";
        let end = (self.number, self.line.trim_end_matches(['\r', '\n']).chars().count());
        if column == now {
            if alternative != now_alternative {
                return self.error_of_kind(ErrorKind::Tab, inconsistent, end);
            }
            return Ok(());
        }
        if column > now {
            if alternative <= now_alternative {
                return self.error_of_kind(ErrorKind::Tab, inconsistent, end);
            }
            self.indents.push((column, alternative));
            self.push(Kind::Indent, 0, self.at);
            return Ok(());
        }
        let mut closed = 0;
        while self.indents.last().is_some_and(|&(open, _)| open > column) {
            self.indents.pop();
            closed += 1;
        }
        match self.indents.last().copied().unwrap_or_default() {
            (open, _) if open != column => {
                let message = "unindent does not match any outer indentation level";
                return self.error_of_kind(ErrorKind::Indentation, message, end);
            }
            (_, open) if open != alternative => return self.error_of_kind(ErrorKind::Tab, inconsistent, end),
            _ => {}
        }
        for _ in 0..closed {
            self.push(Kind::Dedent, self.at, self.at);
        }
        Ok(())
    }

    fn comment(&mut self) {
        let start = self.at;
        self.at += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        self.push(Kind::Comment, start, self.at);
    }

    /// The end of the line; where the source has none, an empty token one column wide.
    fn line_break(&mut self, kind: Kind) {
        let (start, length) = (self.at, self.break_length());
        self.push(kind, start, start + length);
        if let Some(token) = self.ready.back_mut() {
            token.end = (token.start.0, token.start.1 + length.max(1));
        }
        self.at = self.line.len();
    }

    fn finish(&mut self) -> Step {
        if let Some(open) = &self.open_string {
            let place = (open.start.0, open.start.1 + 1);
            let detected = self.number;
            if open.triple {
                let message = format!("unterminated triple-quoted string literal (detected at line {detected})");
                return self.error(message, place);
            }
            return self.error(format!("unterminated string literal (detected at line {detected})"), place);
        }
        if let Some(open) = self.strings.last() {
            let word = if open.is_template { "t" } else { "f" };
            let message =
                format!("unterminated triple-quoted {word}-string literal (detected at line {})", self.number);
            return self.error(message, (open.start.0, open.start.1 + 1));
        }
        if !self.brackets.is_empty() || self.continued {
            return self.error("unexpected EOF in multi-line statement", (self.number, 0));
        }
        self.ended = true;
        self.line = "".into();
        self.at = 0;
        self.number += 1;
        for _ in 0..self.indents.len() {
            self.push(Kind::Dedent, 0, 0);
        }
        self.push(Kind::EndMarker, 0, 0);
        Ok(())
    }

    // ---- tokens ----

    fn token(&mut self) -> Step {
        while matches!(self.byte(0), b' ' | b'\t' | b'\x0c') {
            self.at += 1;
        }
        let start = self.at;
        if start >= self.line.len() || self.break_length() > 0 {
            let inside = !self.brackets.is_empty() || !self.strings.is_empty() || !self.in_statement;
            if !inside {
                self.in_statement = false;
            }
            self.line_break(if inside { Kind::LineBreak } else { Kind::NewLine });
            return Ok(());
        }
        match self.byte(0) {
            b'#' => {
                self.comment();
                return self.end_of_source_line();
            }
            b'\\' => {
                self.at += 1;
                if self.break_length() == 0 {
                    let message = match self.at >= self.line.len() {
                        true => "unexpected EOF while parsing",
                        false => "unexpected character after line continuation character",
                    };
                    return self.error(message, (self.number, self.place(self.at).1));
                }
                self.at = self.line.len();
                self.continued = true;
                return Ok(());
            }
            b'"' | b'\'' => self.string(start)?,
            b'0'..=b'9' => self.number()?,
            b'.' if self.byte(1).is_ascii_digit() => self.number()?,
            byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => self.word()?,
            _ => self.operator()?,
        }
        self.in_statement = true;
        self.end_of_source_line()
    }

    /// A last line without a line break ends all the same.
    fn end_of_source_line(&mut self) -> Step {
        if self.at >= self.line.len() && !self.in_text() && self.open_string.is_none() && !self.line.ends_with('\n') {
            return self.token();
        }
        Ok(())
    }

    fn word(&mut self) -> Step {
        let start = self.at;
        let length = self.rest().find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c >= '\u{80}'));
        let length = length.unwrap_or(self.rest().len());
        let word = self.line[start..start + length].to_owned();
        if length <= 2 && matches!(self.byte(length), b'"' | b'\'') && is_prefix(&word) {
            self.at += length;
            return self.string(start);
        }
        if !word.is_ascii()
            && let Some((offset, bad)) = invalid_character(&word)
        {
            let place = (self.number, self.place(start + offset).1 + 1);
            let code = bad as u32;
            return self.error(format!("invalid character '{bad}' (U+{code:04X})"), place);
        }
        self.at += length;
        self.push(Kind::Name, start, self.at);
        Ok(())
    }

    fn operator(&mut self) -> Step {
        let start = self.at;
        let rest = self.rest();
        let prefix = |list: &[&str]| list.iter().any(|operator| rest.starts_with(operator));
        let byte = self.byte(0);
        if byte < b' ' || byte == 0x7f {
            return self.error(
                format!("invalid non-printable character U+{byte:04X}"),
                (self.number, self.place(start).1 + 1),
            );
        }
        // In a replacement field `!=` is a comparison, but `!r` and `:` end the expression.
        let in_field = self
            .strings
            .last()
            .is_some_and(|open| self.brackets.len() == open.specs.last().copied().unwrap_or(open.depth) + 1);
        let length = if in_field && byte == b':' {
            1
        } else if prefix(&THREE) {
            3
        } else if prefix(&TWO) {
            2
        } else {
            1
        };
        match byte {
            b'(' | b'[' | b'{' => self.brackets.push(byte),
            b')' | b']' | b'}' => self.close(),
            b':' if in_field => {
                let depth = self.brackets.len();
                if let Some(open) = self.strings.last_mut() {
                    open.specs.push(depth);
                }
            }
            _ => {}
        }
        self.at += length;
        self.push(Kind::Operator, start, self.at);
        Ok(())
    }

    /// A closing bracket. Whether it matches is the parser's business: what is tokenized may start anywhere.
    fn close(&mut self) {
        self.brackets.pop();
        let depth = self.brackets.len();
        if let Some(string) = self.strings.last_mut() {
            while string.specs.last().is_some_and(|&spec| spec > depth) {
                string.specs.pop();
            }
        }
    }

    // ---- numbers ----

    fn digits(&mut self, is_digit: fn(&u8) -> bool) -> bool {
        let start = self.at;
        while is_digit(&self.byte(0)) || (self.byte(0) == b'_' && is_digit(&self.byte(1))) {
            self.at += 1;
        }
        self.at > start
    }

    fn number(&mut self) -> Step {
        let start = self.at;
        let radix: Option<(&str, fn(&u8) -> bool)> = match (self.byte(0), self.byte(1)) {
            (b'0', b'x' | b'X') => Some(("hexadecimal", u8::is_ascii_hexdigit)),
            (b'0', b'o' | b'O') => Some(("octal", |b| (b'0'..=b'7').contains(b))),
            (b'0', b'b' | b'B') => Some(("binary", |b| matches!(b, b'0' | b'1'))),
            _ => None,
        };
        let mut what = "decimal";
        if let Some((name, is_digit)) = radix {
            what = name;
            self.at += 2;
            if !self.digits(is_digit) {
                return self.error(format!("invalid {what} literal"), self.place(self.at));
            }
        } else {
            self.digits(u8::is_ascii_digit);
            if self.byte(0) == b'.' {
                self.at += 1;
                self.digits(u8::is_ascii_digit);
            }
            let sign = usize::from(matches!(self.byte(1), b'+' | b'-'));
            if matches!(self.byte(0), b'e' | b'E') && self.byte(1 + sign).is_ascii_digit() {
                self.at += 1 + sign;
                self.digits(u8::is_ascii_digit);
            }
            if matches!(self.byte(0), b'j' | b'J') {
                self.at += 1;
                what = "imaginary";
            }
        }
        let next = self.byte(0);
        if next == b'_' || next.is_ascii_alphanumeric() || next >= 0x80 {
            let word: String = self.rest().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            if !AFTER_NUMBER.iter().any(|allowed| word.starts_with(allowed)) {
                return self.error(format!("invalid {what} literal"), self.place(self.at));
            }
        }
        self.push(Kind::Number, start, self.at);
        Ok(())
    }

    // ---- strings ----

    /// A literal whose prefix starts at `start` and whose quote is at the cursor.
    fn string(&mut self, start: usize) -> Step {
        let quote = self.byte(0);
        let triple = self.byte(1) == quote && self.byte(2) == quote;
        let prefix = self.line[start..self.at].to_ascii_lowercase();
        self.at += if triple { 3 } else { 1 };
        let place = self.place(start);
        if prefix.contains(['f', 't']) {
            let is_template = prefix.contains('t');
            self.push(if is_template { Kind::TStringStart } else { Kind::FStringStart }, start, self.at);
            let depth = self.brackets.len();
            let raw = prefix.contains('r');
            let specs = Vec::new();
            self.strings.push(Interpolated { is_template, raw, quote, triple, start: place, depth, specs });
            return Ok(());
        }
        let text = self.line[start..self.at].to_owned();
        self.open_string = Some(OpenString { quote, triple, text, lines: String::new(), start: place });
        self.rest_of_string()
    }

    /// Looks for the end of the open literal in the running line.
    fn rest_of_string(&mut self) -> Step {
        let Some(mut open) = self.open_string.take() else { return Ok(()) };
        open.lines.push_str(&self.line);
        let start = self.at;
        loop {
            let byte = self.byte(0);
            if self.at >= self.line.len() {
                open.text.push_str(&self.line[start..]);
                let escaped_break = !open.triple && self.line.ends_with('\n');
                self.open_string = Some(open);
                return if escaped_break || self.open_string.as_ref().is_some_and(|open| open.triple) {
                    Ok(())
                } else {
                    self.finish()
                };
            }
            if byte == b'\\' {
                self.at += 1;
                self.at += match self.break_length() {
                    0 => self.rest().chars().next().map_or(0, char::len_utf8),
                    length => length,
                };
                continue;
            }
            if byte == open.quote && (!open.triple || (self.byte(1) == byte && self.byte(2) == byte)) {
                self.at += if open.triple { 3 } else { 1 };
                open.text.push_str(&self.line[start..self.at]);
                let (end, line) = (self.place(self.at), open.lines.as_str().into());
                self.ready.push_back(Token { kind: Kind::String, text: open.text, start: open.start, end, line });
                self.in_statement = true;
                return self.end_of_source_line();
            }
            if !open.triple && self.break_length() > 0 {
                self.open_string = Some(open);
                return self.finish();
            }
            self.at += 1;
        }
    }

    /// The cursor is in the text of an f-string, outside of its replacement fields.
    fn in_text(&self) -> bool {
        let Some(open) = self.strings.last() else { return false };
        self.brackets.len() == open.specs.last().copied().unwrap_or(open.depth)
    }

    /// Text of an f-string up to a field, the end, or the end of the line.
    fn middle(&mut self) -> Step {
        let Some(open) = self.strings.last() else { return Ok(()) };
        let (quote, triple, raw, in_spec) = (open.quote, open.triple, open.raw, !open.specs.is_empty());
        let (middle, end_kind) = match open.is_template {
            true => (Kind::TStringMiddle, Kind::TStringEnd),
            false => (Kind::FStringMiddle, Kind::FStringEnd),
        };
        let start = self.at;
        let ends =
            |this: &Tokenizer| this.byte(0) == quote && (!triple || (this.byte(1) == quote && this.byte(2) == quote));
        loop {
            let byte = self.byte(0);
            if self.at >= self.line.len() {
                let (mut text, from, mut lines) =
                    self.open_middle.take().unwrap_or_else(|| (String::new(), self.place(start), String::new()));
                text.push_str(&self.line[start..]);
                lines.push_str(&self.line);
                self.open_middle = Some((text, from, lines));
                return Ok(());
            }
            if ends(self) {
                self.push_middle(middle, start, self.at, false);
                let quote_at = self.at;
                self.at += if triple { 3 } else { 1 };
                self.push(end_kind, quote_at, self.at);
                self.strings.pop();
                self.in_statement = true;
                return self.end_of_source_line();
            }
            match byte {
                b'{' | b'}' if !in_spec && self.byte(1) == byte => {
                    // A doubled brace stands for itself: the text goes on behind the second.
                    self.at += 1;
                    self.push_middle(middle, start, self.at, false);
                    self.at += 1;
                    return Ok(());
                }
                b'{' => {
                    self.push_middle(middle, start, self.at, false);
                    let brace = self.at;
                    self.at += 1;
                    self.brackets.push(b'{');
                    self.push(Kind::Operator, brace, self.at);
                    return Ok(());
                }
                b'}' if in_spec => {
                    self.push_middle(middle, start, self.at, true);
                    let brace = self.at;
                    self.close();
                    self.at += 1;
                    self.push(Kind::Operator, brace, self.at);
                    return Ok(());
                }
                b'}' => {
                    let word = if end_kind == Kind::TStringEnd { "t" } else { "f" };
                    let place = (self.number, self.place(self.at).1 + 1);
                    return self.error(format!("{word}-string: single '}}' is not allowed"), place);
                }
                b'\\' => {
                    self.at += 1;
                    let named = !raw && self.byte(0) == b'N' && self.byte(1) == b'{';
                    if named && let Some(close) = self.rest().find('}') {
                        self.at += close + 1;
                    } else if !matches!(self.byte(0), b'{' | b'}') {
                        self.at += match self.break_length() {
                            0 => self.rest().chars().next().map_or(0, char::len_utf8),
                            length => length,
                        };
                    }
                }
                b'\n' | b'\r' if !triple && self.break_length() > 0 => {
                    let (word, detected) = (if end_kind == Kind::TStringEnd { "t" } else { "f" }, self.number);
                    let place = self.strings.last().map_or((0, 0), |open| (open.start.0, open.start.1 + 1));
                    return self
                        .error(format!("unterminated {word}-string literal (detected at line {detected})"), place);
                }
                _ => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
            }
        }
    }

    /// The text read so far as a token; nothing if it is empty, unless `always`.
    fn push_middle(&mut self, kind: Kind, start: usize, end: usize, always: bool) {
        let text = &self.line[start..end];
        let token = match self.open_middle.take() {
            Some((mut before, from, mut lines)) => {
                before.push_str(text);
                lines.push_str(&self.line);
                Token { kind, text: before, start: from, end: self.place(end), line: lines.as_str().into() }
            }
            None if text.is_empty() && !always => return,
            None => {
                let text = text.to_owned();
                Token { kind, text, start: self.place(start), end: self.place(end), line: self.line.clone() }
            }
        };
        self.ready.push_back(token);
    }
}

/// The word before a quote is a string prefix.
fn is_prefix(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    matches!(lower.as_str(), "r" | "u" | "b" | "f" | "t" | "br" | "rb" | "fr" | "rf" | "tr" | "rt")
}

/// The first character that no identifier may have at its place.
fn invalid_character(word: &str) -> Option<(usize, char)> {
    let text = |from: usize, to: usize| properties::is_identifier(rustpython_wtf8::Wtf8::new(&word[from..to]));
    word.char_indices().find(|&(offset, character)| {
        let end = offset + character.len_utf8();
        if offset == 0 { !text(0, end) } else { !text(0, end) && text(0, offset) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<(Kind, String)> {
        let mut tokenizer = Tokenizer::default();
        let mut tokens = Vec::new();
        for line in source.split_inclusive('\n').chain([""]) {
            let result = tokenizer.feed(line);
            while let Some(token) = tokenizer.next_ready() {
                tokens.push((token.kind, token.text));
            }
            assert_eq!(result, Ok(()));
        }
        tokens
    }

    #[test]
    fn blocks_open_and_close() {
        let kinds: Vec<Kind> = read("if a:\n  # c\n  b\n\nc").into_iter().map(|(kind, _)| kind).collect();
        use Kind::*;
        let expected = [
            Name, Name, Operator, NewLine, Comment, LineBreak, Indent, Name, NewLine, LineBreak, Dedent, Name, NewLine,
            EndMarker,
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn fields_of_f_strings_nest() {
        let texts: Vec<String> = read("f'a{b:{c}}d{{'").into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["f'", "a", "{", "b", ":", "{", "c", "}", "", "}", "d{", "'", "", ""]);
    }
}
