//! Errors of CPython's tokenizer.
//!
//! What lives here: a scan of the source as CPython's tokenizer would do it, which finds what that would
//! refuse: numbers, strings, characters, brackets, indentation. It runs only on source that the parser has
//! refused already. What must not: making tokens for anybody.
//!
//! The rules are those of the language reference, "Lexical analysis", with PEP 701 for f-strings.

use ruff_text_size::{TextRange, TextSize};

use super::error::{SyntaxErrorInfo, SyntaxErrorKind};
use super::source::SourceText;

/// What the scan found.
pub(super) struct Scan {
    /// The first error.
    pub error: Option<SyntaxErrorInfo>,
    /// Brackets open at the end: the character and its offset.
    pub open: Vec<(char, usize)>,
}

/// Scans a source.
pub(super) fn scan(source: &SourceText) -> Scan {
    let mut scanner =
        Scanner { source, text: source.text(), at: 0, open: Vec::new(), indents: vec![(0, 0)], strings: Vec::new() };
    let error = scanner.run().err();
    Scan { error: error.map(|error| *error), open: scanner.open.iter().map(|(c, at, _)| (*c, *at)).collect() }
}

type Result<T = ()> = std::result::Result<T, Box<SyntaxErrorInfo>>;

/// An f-string or t-string being scanned.
struct Interpolated {
    kind: char,
    quote: u8,
    triple: bool,
    raw: bool,
    start: usize,
    /// Brackets open outside of the replacement field being scanned.
    depth: usize,
    /// Scanning a format specification, and at which depth of them.
    in_spec: usize,
}

struct Scanner<'a> {
    source: &'a SourceText,
    text: &'a str,
    at: usize,
    /// Open brackets: the character, its offset, and the number of strings around.
    open: Vec<(char, usize, usize)>,
    /// Columns with tabs to 8, and with tabs as one.
    indents: Vec<(usize, usize)>,
    strings: Vec<Interpolated>,
}

/// Deeper indentation is refused.
const MAXIMUM_INDENTS: usize = 100;
/// Tabs go to multiples of this.
const TAB_SIZE: usize = 8;

impl<'a> Scanner<'a> {
    fn byte(&self, distance: usize) -> u8 {
        self.text.as_bytes().get(self.at + distance).copied().unwrap_or(0)
    }

    fn character(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// An error whose columns are the number of characters before `at`, as CPython's tokenizer counts.
    fn error_at<T>(&self, at: usize, message: impl Into<String>) -> Result<T> {
        let at = at.min(self.text.len());
        let offset = TextSize::try_from(at).unwrap_or_default();
        let mut info = self.source.error(message, TextRange::empty(offset));
        if at > 0 && self.text.as_bytes()[at - 1] == b'\n' && info.column == 1 {
            // The character before is the newline: the error is on its line.
            let before = TextSize::try_from(at - 1).unwrap_or_default();
            info = self.source.error(info.message, TextRange::empty(before));
            info.column += 1;
            info.end_column += 1;
        }
        info.column -= 1;
        info.end_column -= 1;
        Err(Box::new(info))
    }

    fn error_with(
        &self,
        at: usize,
        kind: SyntaxErrorKind,
        message: &str,
        column: i32,
        end: i32,
    ) -> Box<SyntaxErrorInfo> {
        let offset = TextSize::try_from(at.min(self.text.len())).unwrap_or_default();
        let mut info = self.source.error_of_kind(kind, message, TextRange::empty(offset));
        info.column = column;
        info.end_column = end;
        Box::new(info)
    }

    fn run(&mut self) -> Result {
        self.indentation()?;
        while self.at < self.text.len() {
            if self.strings.last().is_some_and(|string| self.open.len() == string.depth) {
                self.middle()?;
                continue;
            }
            self.token()?;
        }
        if let Some(string) = self.strings.last() {
            let kind = string.kind;
            if self.open.len() == string.depth {
                return self.middle();
            }
            // The field that is open, if it is only that.
            if string.in_spec == 0
                && let Some((bracket @ '{', at, _)) = self.open.last().copied()
            {
                let mut info = self.error_at::<()>(at + 1, format!("'{bracket}' was never closed"));
                if let Err(info) = &mut info {
                    info.end_column = 0;
                }
                return info;
            }
            return self.error_at(self.at, format!("{kind}-string: expecting '}}'"));
        }
        Ok(())
    }

    /// The start of a logical line: blank lines are skipped, the indentation is compared.
    fn indentation(&mut self) -> Result {
        loop {
            let (mut column, mut alternative) = (0, 0);
            loop {
                match self.byte(0) {
                    b' ' => {
                        column += 1;
                        alternative += 1;
                    }
                    b'\t' => {
                        column = (column / TAB_SIZE + 1) * TAB_SIZE;
                        alternative += 1;
                    }
                    0x0c => (column, alternative) = (0, 0),
                    b'\\' if self.byte(1) == b'\n' => self.at += 1,
                    _ => break,
                }
                self.at += 1;
            }
            match self.byte(0) {
                b'\n' => {
                    self.at += 1;
                    continue;
                }
                b'#' => {
                    self.comment();
                    continue;
                }
                0 if self.at >= self.text.len() => return Ok(()),
                _ => {}
            }
            let tabs = "inconsistent use of tabs and spaces in indentation";
            let (top, top_alternative) = self.indents[self.indents.len() - 1];
            if column == top {
                if alternative != top_alternative {
                    return Err(self.error_with(self.at, SyntaxErrorKind::Tab, tabs, 1, 0));
                }
            } else if column > top {
                if self.indents.len() >= MAXIMUM_INDENTS {
                    let message = "too many levels of indentation";
                    return Err(self.error_with(self.at, SyntaxErrorKind::Indentation, message, 1, 0));
                }
                if alternative <= top_alternative {
                    return Err(self.error_with(self.at, SyntaxErrorKind::Tab, tabs, 1, 0));
                }
                self.indents.push((column, alternative));
            } else {
                while self.indents.len() > 1 && column < self.indents[self.indents.len() - 1].0 {
                    self.indents.pop();
                }
                let (top, top_alternative) = self.indents[self.indents.len() - 1];
                if column != top {
                    let line = self.source.line(TextSize::try_from(self.at).unwrap_or_default());
                    let length =
                        self.source.line_text(line).map_or(0, |text| text.trim_end_matches('\n').chars().count());
                    let message = "unindent does not match any outer indentation level";
                    let column = length as i32 + 1;
                    return Err(self.error_with(self.at, SyntaxErrorKind::Indentation, message, column, -1));
                }
                if alternative != top_alternative {
                    return Err(self.error_with(self.at, SyntaxErrorKind::Tab, tabs, 1, 0));
                }
            }
            return Ok(());
        }
    }

    fn comment(&mut self) {
        while self.at < self.text.len() && self.byte(0) != b'\n' {
            self.at += 1;
        }
    }

    fn token(&mut self) -> Result {
        let byte = self.byte(0);
        match byte {
            b' ' | b'\t' | 0x0c => self.at += 1,
            b'#' => self.comment(),
            b'\n' => {
                self.at += 1;
                if self.open.is_empty() {
                    self.indentation()?;
                } else if let Some(string) = self.strings.last()
                    && !string.triple
                    && string.in_spec > 0
                {
                    return self.error_at(self.at, "f-string: newlines are not allowed in format specifiers");
                }
            }
            b'\\' => {
                if self.byte(1) != b'\n' {
                    if self.at + 1 >= self.text.len() {
                        let column = self.columns_before(self.at) + 2;
                        let message = "unexpected EOF while parsing";
                        return Err(self.error_with(self.at, SyntaxErrorKind::Syntax, message, column, -1));
                    }
                    let column = self.columns_before(self.at) + 2;
                    let message = "unexpected character after line continuation character";
                    return Err(self.error_with(self.at, SyntaxErrorKind::Syntax, message, column, 0));
                }
                self.at += 2;
                if self.at >= self.text.len() {
                    let column = self.columns_before(self.at - 2) + 2;
                    let message = "unexpected EOF while parsing";
                    return Err(self.error_with(self.at - 2, SyntaxErrorKind::Syntax, message, column, -1));
                }
            }
            b'(' | b'[' | b'{' => {
                if self.open.len() >= 200 {
                    return self.error_at(self.at + 1, "too many nested parentheses");
                }
                self.open.push((byte as char, self.at, self.strings.len()));
                self.at += 1;
            }
            b')' | b']' | b'}' => self.close(byte as char)?,
            b'"' | b'\'' => self.string(self.at, "")?,
            b'0'..=b'9' => self.number()?,
            b'.' if self.byte(1).is_ascii_digit() => self.number()?,
            b':' if self.at_field_end() => {
                self.at += 1;
                if let Some(string) = self.strings.last_mut() {
                    string.in_spec += 1;
                    // The specification is text at the depth of the field's bracket.
                    string.depth = self.open.len();
                }
            }
            b'!' if self.byte(1) != b'=' && self.at_field_end() => self.at += 1,
            byte if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => self.word()?,
            byte if byte < b' ' || byte == 0x7f => {
                self.at += 1;
                return self.error_at(self.at, format!("invalid non-printable character U+{byte:04X}"));
            }
            _ => self.at += 1,
        }
        Ok(())
    }

    fn columns_before(&self, at: usize) -> i32 {
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        self.text[start..at].chars().count() as i32
    }

    /// Whether the innermost open bracket is that of a replacement field.
    fn at_field_end(&self) -> bool {
        let Some(string) = self.strings.last() else { return false };
        self.open.len() == string.depth + 1
            && self.open.last().is_some_and(|(c, _, strings)| *c == '{' && *strings == self.strings.len())
    }

    fn close(&mut self, closing: char) -> Result {
        let at = self.at;
        self.at += 1;
        let Some((opening, opened_at, _)) = self.open.last().copied() else {
            return self.error_at(self.at, format!("unmatched '{closing}'"));
        };
        let matches = matches!((opening, closing), ('(', ')') | ('[', ']') | ('{', '}'));
        if !matches {
            if self.at_field_end() && opening == '{' {
                let kind = self.strings.last().map_or('f', |string| string.kind);
                return self.error_at(self.at, format!("{kind}-string: unmatched '{closing}'"));
            }
            let line = self.source.line(TextSize::try_from(opened_at).unwrap_or_default());
            let here = self.source.line(TextSize::try_from(at).unwrap_or_default());
            let place = if line == here { String::new() } else { format!(" on line {line}") };
            return self.error_at(
                self.at,
                format!("closing parenthesis '{closing}' does not match opening parenthesis '{opening}'{place}"),
            );
        }
        self.open.pop();
        Ok(())
    }

    // ---- names ----

    fn word(&mut self) -> Result {
        let start = self.at;
        // A prefix of a string?
        let (mut bytes, mut unicode, mut raw, mut format, mut template) = (false, false, false, false, false);
        let mut at = start;
        loop {
            let byte = self.text.as_bytes().get(at).copied().unwrap_or(0);
            let repeated = match byte | 0x20 {
                b'b' => std::mem::replace(&mut bytes, true),
                b'u' => std::mem::replace(&mut unicode, true),
                b'r' => std::mem::replace(&mut raw, true),
                b'f' => std::mem::replace(&mut format, true),
                b't' => std::mem::replace(&mut template, true),
                _ => break,
            };
            if repeated {
                break;
            }
            at += 1;
        }
        if at > start && matches!(self.text.as_bytes().get(at), Some(b'"' | b'\'')) {
            let pairs = [
                ("u", unicode, "b", bytes),
                ("u", unicode, "r", raw),
                ("u", unicode, "f", format),
                ("u", unicode, "t", template),
                ("b", bytes, "f", format),
                ("b", bytes, "t", template),
                ("f", format, "t", template),
            ];
            for (first, has_first, second, has_second) in pairs {
                if has_first && has_second {
                    let message = format!("'{first}' and '{second}' prefixes are incompatible");
                    let offset = TextSize::try_from(start).unwrap_or_default();
                    let end = TextSize::try_from(at).unwrap_or_default();
                    return Err(Box::new(self.source.error(message, TextRange::new(offset, end))));
                }
            }
            let prefix = &self.text[start..at];
            self.at = at;
            return self.string(start, prefix);
        }
        while let Some(c) = self.character() {
            if c.is_ascii() {
                if !(c.is_ascii_alphanumeric() || c == '_') {
                    break;
                }
            } else if !is_identifier_character(c, self.at == start) {
                self.at += c.len_utf8();
                let message = if is_printable(c) {
                    format!("invalid character '{c}' (U+{:04X})", c as u32)
                } else {
                    format!("invalid non-printable character U+{:04X}", c as u32)
                };
                return self.error_at(self.at, message);
            }
            self.at += c.len_utf8();
        }
        Ok(())
    }

    // ---- numbers ----

    /// Digits and single underscores between them.
    fn decimal_tail(&mut self) -> Result {
        loop {
            while self.byte(0).is_ascii_digit() {
                self.at += 1;
            }
            if self.byte(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.byte(0).is_ascii_digit() {
                return self.error_at(self.at, "invalid decimal literal");
            }
        }
    }

    fn radix_digits(&mut self, kind: &str, is_digit: fn(u8) -> bool) -> Result {
        self.at += 2;
        loop {
            if self.byte(0) == b'_' {
                self.at += 1;
            }
            if !is_digit(self.byte(0)) {
                if self.byte(0).is_ascii_digit() {
                    let digit = self.byte(0) as char;
                    return self.error_at(self.at + 1, format!("invalid digit '{digit}' in {kind} literal"));
                }
                return self.error_at(self.at, format!("invalid {kind} literal"));
            }
            while is_digit(self.byte(0)) {
                self.at += 1;
            }
            if self.byte(0) != b'_' {
                break;
            }
        }
        if self.byte(0).is_ascii_digit() {
            let digit = self.byte(0) as char;
            return self.error_at(self.at + 1, format!("invalid digit '{digit}' in {kind} literal"));
        }
        self.end_of_number(kind)
    }

    fn number(&mut self) -> Result {
        let start = self.at;
        if self.byte(0) == b'0' {
            match self.byte(1) | 0x20 {
                b'x' => return self.radix_digits("hexadecimal", |byte| byte.is_ascii_hexdigit()),
                b'o' => return self.radix_digits("octal", |byte| matches!(byte, b'0'..=b'7')),
                b'b' => return self.radix_digits("binary", |byte| matches!(byte, b'0' | b'1')),
                _ => {}
            }
            loop {
                if self.byte(0) == b'_' {
                    self.at += 1;
                    if !self.byte(0).is_ascii_digit() {
                        return self.error_at(self.at, "invalid decimal literal");
                    }
                }
                if self.byte(0) != b'0' {
                    break;
                }
                self.at += 1;
            }
            let zeros_end = self.at;
            if self.byte(0).is_ascii_digit() {
                self.decimal_tail()?;
                if !matches!(self.byte(0), b'.' | b'e' | b'E' | b'j' | b'J') {
                    let range = TextRange::new(
                        TextSize::try_from(start).unwrap_or_default(),
                        TextSize::try_from(zeros_end).unwrap_or_default(),
                    );
                    let message = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for \
                                   octal integers";
                    return Err(Box::new(self.source.error(message, range)));
                }
            }
        } else if self.byte(0) != b'.' {
            self.decimal_tail()?;
        }
        if self.byte(0) == b'.' {
            self.at += 1;
            if self.byte(0).is_ascii_digit() {
                self.decimal_tail()?;
            }
        }
        if matches!(self.byte(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.byte(1), b'+' | b'-'));
            if self.byte(1 + sign).is_ascii_digit() {
                self.at += 1 + sign;
                self.decimal_tail()?;
            } else if sign == 1 {
                return self.error_at(self.at + 2, "invalid decimal literal");
            } else {
                return self.end_of_number("decimal");
            }
        }
        if matches!(self.byte(0), b'j' | b'J') {
            self.at += 1;
            return self.end_of_number("imaginary");
        }
        self.end_of_number("decimal")
    }

    /// What follows a number may not look like a part of it, except for keywords (which get a warning).
    fn end_of_number(&mut self, kind: &str) -> Result {
        let rest = &self.text[self.at..];
        let word_end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let word = &rest[..word_end];
        let keyword =
            ["and", "else", "for", "if", "in", "is", "not", "or"].iter().any(|keyword| word.starts_with(keyword));
        if !word.is_empty() && !keyword {
            return self.error_at(self.at, format!("invalid {kind} literal"));
        }
        Ok(())
    }

    // ---- strings ----

    /// A string whose prefix started at `start`; the scanner stands at the quote.
    fn string(&mut self, start: usize, prefix: &str) -> Result {
        let quote = self.byte(0);
        let triple = self.byte(1) == quote && self.byte(2) == quote;
        self.at += if triple { 3 } else { 1 };
        let lower = prefix.to_ascii_lowercase();
        if let Some(kind) = lower.chars().find(|c| matches!(c, 'f' | 't')) {
            let depth = self.open.len();
            let raw = lower.contains('r');
            self.strings.push(Interpolated { kind, quote, triple, raw, start, depth, in_spec: 0 });
            return Ok(());
        }
        let mut escaped_quote = false;
        loop {
            if self.at >= self.text.len() || (!triple && self.byte(0) == b'\n') {
                return self.unterminated(start, quote, None, triple, escaped_quote);
            }
            let byte = self.byte(0);
            if byte == b'\\' {
                escaped_quote = self.byte(1) == quote;
                self.at += 2;
                continue;
            }
            if byte == quote && (!triple || (self.byte(1) == quote && self.byte(2) == quote)) {
                self.at += if triple { 3 } else { 1 };
                return Ok(());
            }
            self.at += 1;
        }
    }

    fn unterminated<T>(
        &self,
        start: usize,
        quote: u8,
        kind: Option<char>,
        triple: bool,
        escaped_quote: bool,
    ) -> Result<T> {
        if let (Some(string), None) = (self.strings.last(), kind)
            && !triple
            && !string.triple
            && string.quote == quote
        {
            // The quote was meant to end the string around.
            return self.error_at(start + 1, format!("{}-string: expecting '}}'", string.kind));
        }
        let end = self.at.min(self.text.len());
        let mut line = self.source.line(TextSize::try_from(end).unwrap_or_default());
        if end > 0 && end == self.text.len() && self.text.ends_with('\n') {
            line -= 1;
        }
        let what = match (kind, triple) {
            (None, false) => "string literal".to_owned(),
            (None, true) => "triple-quoted string literal".to_owned(),
            (Some(kind), false) => format!("{kind}-string literal"),
            (Some(kind), true) => format!("triple-quoted {kind}-string literal"),
        };
        let hint = if escaped_quote && kind.is_none() && !triple { "; perhaps you escaped the end quote" } else { "" };
        self.error_at(start + 1, format!("unterminated {what} (detected at line {line}){hint}"))
    }

    /// Text of an f-string, up to a replacement field or the end.
    fn middle(&mut self) -> Result {
        let Some(string) = self.strings.last() else { return Ok(()) };
        let (kind, quote, triple, raw, start) = (string.kind, string.quote, string.triple, string.raw, string.start);
        let in_spec = string.in_spec > 0;
        loop {
            let byte = self.byte(0);
            if self.at >= self.text.len() || (!triple && byte == b'\n') {
                if in_spec && !triple && self.at < self.text.len() {
                    let message = "newlines are not allowed in format specifiers for single quoted";
                    return self.error_at(self.at + 1, format!("{kind}-string: {message} {kind}-strings"));
                }
                return self.unterminated(start, quote, Some(kind), triple, false);
            }
            if byte == quote && (!triple || (self.byte(1) == quote && self.byte(2) == quote)) {
                if in_spec {
                    return self.error_at(self.at + 1, format!("{kind}-string: expecting '}}', or format specs"));
                }
                self.at += if triple { 3 } else { 1 };
                self.strings.pop();
                return Ok(());
            }
            match byte {
                b'{' if self.byte(1) == b'{' && !in_spec => self.at += 2,
                b'{' => {
                    let strings = self.strings.len();
                    self.open.push(('{', self.at, strings));
                    self.at += 1;
                    return Ok(());
                }
                b'}' if in_spec => {
                    // Ends the field whose specification this is.
                    self.open.pop();
                    self.at += 1;
                    if let Some(string) = self.strings.last_mut() {
                        string.in_spec -= 1;
                        string.depth = self.open.len();
                        if string.in_spec > 0 {
                            continue;
                        }
                    }
                    return Ok(());
                }
                b'}' if self.byte(1) == b'}' => self.at += 2,
                b'}' => return self.error_at(self.at + 1, format!("{kind}-string: single '}}' is not allowed")),
                b'\\' if raw => self.at += if matches!(self.byte(1), b'{' | b'}') { 1 } else { 2 },
                b'\\' if self.byte(1) == b'N' && self.byte(2) == b'{' => {
                    while self.at < self.text.len() && !matches!(self.byte(0), b'}' | b'\n') && self.byte(0) != quote {
                        self.at += 1;
                    }
                    self.at += usize::from(self.byte(0) == b'}');
                }
                b'\\' => self.at += if matches!(self.byte(1), b'{' | b'}') { 1 } else { 2 },
                _ => self.at += 1,
            }
        }
    }
}

/// Whether a character beyond ASCII may stand in an identifier. The parser's lexer knows the tables.
fn is_identifier_character(c: char, first: bool) -> bool {
    let name = if first { format!("{c}") } else { format!("a{c}") };
    ruff_python_parser::parse_expression(&name).is_ok_and(|parsed| match parsed.expr() {
        ruff_python_ast::Expr::Name(node) => node.range.len().to_usize() == name.len(),
        _ => false,
    })
}

/// Whether CPython shows the character itself: not controls, format characters, separators, unassigned.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c as u32,
            0xa0 | 0xad | 0x0600..=0x0605 | 0x061c | 0x06dd | 0x070f | 0x1680 | 0x180e | 0x2000..=0x200f
            | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000 | 0xd800..=0xf8ff | 0xfeff | 0xfff0..=0xfffb
            | 0xe0001..=0xe007f)
}
