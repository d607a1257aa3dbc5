//! Source text: decoding (PEP 263), newlines, lines and columns.
//!
//! What lives here: from bytes to `str`, and from byte offsets to lines and columns. What must not: parsing.
//! Start at [`decode`] and [`SourceText`].

use std::sync::Arc;

use ruff_text_size::{TextRange, TextSize};

use super::error::{SyntaxErrorInfo, SyntaxErrorKind};
use crate::bytecode::Position;

/// Decoded source with its name and an index of its lines. Newlines are `\n` only.
#[derive(Debug)]
pub struct SourceText {
    text: String,
    filename: Arc<str>,
    line_starts: Vec<u32>,
}

impl SourceText {
    /// Source that is text already. `\r\n` and `\r` become `\n`, as CPython's tokenizer does.
    pub fn new(text: &str, filename: &str) -> SourceText {
        let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
        let mut line_starts = vec![0];
        line_starts.extend(memchr_newlines(text.as_bytes()));
        SourceText { text, filename: filename.into(), line_starts }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name of the file, or what stands for one, as `<string>`.
    pub fn filename(&self) -> &Arc<str> {
        &self.filename
    }

    /// The text of a range.
    pub fn slice(&self, range: TextRange) -> &str {
        &self.text[range]
    }

    /// Line number, from 1, of an offset.
    pub fn line(&self, offset: TextSize) -> u32 {
        self.line_starts.partition_point(|start| *start <= offset.to_u32()) as u32
    }

    /// The offset at which a line (from 1) starts.
    pub fn line_start(&self, line: u32) -> TextSize {
        let at = (line.max(1) as usize - 1).min(self.line_starts.len() - 1);
        TextSize::new(self.line_starts[at])
    }

    /// Line, from 1, and column in bytes, from 0, of an offset.
    pub fn line_and_column(&self, offset: TextSize) -> (u32, u32) {
        let line = self.line(offset);
        (line, offset.to_u32() - self.line_starts[line as usize - 1])
    }

    /// Number of lines; text after the last newline counts as a line, even when empty.
    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// The text of a line (from 1), its newline included.
    pub fn line_text(&self, line: u32) -> Option<&str> {
        let start = *self.line_starts.get((line as usize).checked_sub(1)?)? as usize;
        let end = self.line_starts.get(line as usize).map_or(self.text.len(), |end| *end as usize);
        Some(&self.text[start..end])
    }

    /// The position of a range, as instructions carry it.
    pub fn position(&self, range: TextRange) -> Position {
        let (line, column) = self.line_and_column(range.start());
        let (end_line, end_column) = self.line_and_column(range.end());
        Position { line, end_line, column: Some(column), end_column: Some(end_column) }
    }

    /// A SyntaxError about a range.
    pub fn error(&self, message: impl Into<String>, range: TextRange) -> SyntaxErrorInfo {
        self.error_of_kind(SyntaxErrorKind::Syntax, message, range)
    }

    /// A SyntaxError or a subclass about a range.
    pub fn error_of_kind(
        &self,
        kind: SyntaxErrorKind,
        message: impl Into<String>,
        range: TextRange,
    ) -> SyntaxErrorInfo {
        let (line, column) = self.line_and_column(range.start());
        let (end_line, end_column) = self.line_and_column(range.end());
        SyntaxErrorInfo {
            kind,
            message: message.into(),
            filename: self.filename.clone(),
            line,
            column: self.characters(line, column) + 1,
            end_line,
            end_column: self.characters(end_line, end_column) + 1,
            text: self.line_text(line).map(str::to_owned),
        }
    }

    /// Characters before byte column `column` of a line.
    fn characters(&self, line: u32, column: u32) -> i32 {
        let text = self.line_text(line).unwrap_or("");
        text.char_indices().take_while(|(at, _)| (*at as u32) < column).count() as i32
    }
}

/// The offsets that follow a newline.
fn memchr_newlines(text: &[u8]) -> impl Iterator<Item = u32> + '_ {
    text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at as u32 + 1)
}

/// Decodes a source file: byte order mark, coding line (PEP 263), else UTF-8.
///
/// # Errors
/// SyntaxError for null bytes, an unknown coding, or bytes that are not of the coding, in CPython's words.
pub fn decode(bytes: &[u8], filename: &str) -> Result<String, SyntaxErrorInfo> {
    let error = |message: String, line: u32| SyntaxErrorInfo {
        kind: SyntaxErrorKind::Syntax,
        message,
        filename: filename.into(),
        line,
        column: 0,
        end_line: line,
        end_column: 0,
        text: None,
    };
    let (bytes, has_mark) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let declared = coding_line(bytes);
    let coding = declared.as_deref().map_or(Some(Coding::Utf8), Coding::named);
    let Some(coding) = coding else {
        return Err(error(format!("unknown encoding: {}", declared.unwrap_or_default()), 0));
    };
    if has_mark && coding != Coding::Utf8 {
        return Err(error(format!("encoding problem: {} with BOM", declared.unwrap_or_default()), 0));
    }
    if bytes.contains(&0) {
        return Err(error("source code cannot contain null bytes".into(), 0));
    }
    match coding.decode(bytes) {
        Ok(text) => Ok(text),
        Err(at) => {
            let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u32;
            let byte = bytes[at];
            let message = if declared.is_none() {
                format!(
                    "Non-UTF-8 code starting with '\\x{byte:02x}' on line {line}, but no encoding declared; \
                     see https://peps.python.org/pep-0263/ for details"
                )
            } else {
                match coding {
                    Coding::Ascii => format!(
                        "(unicode error) 'ascii' codec can't decode byte 0x{byte:02x} in position {at}: \
                         ordinal not in range(128)"
                    ),
                    Coding::Utf8 | Coding::Latin1 | Coding::Latin9 | Coding::Windows1252 => format!(
                        "(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: \
                         invalid {}",
                        if byte & 0xc0 == 0x80 || byte >= 0xf8 { "start byte" } else { "continuation byte" }
                    ),
                }
            };
            Err(error(message, line))
        }
    }
}

/// The codings a source file may declare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    Utf8,
    Latin1,
    Latin9,
    Windows1252,
    Ascii,
}

impl Coding {
    fn named(name: &str) -> Option<Coding> {
        let normal: String = name.to_ascii_lowercase().replace('_', "-");
        Some(match normal.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "utf-8-sig" | "cp65001" => Coding::Utf8,
            name if name.starts_with("utf-8-") => Coding::Utf8,
            "latin-1" | "latin1" | "l1" | "iso-8859-1" | "iso8859-1" | "iso-latin-1" | "8859" | "cp819" => {
                Coding::Latin1
            }
            name if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => Coding::Latin1,
            "iso-8859-15" | "iso8859-15" | "latin-9" | "latin9" | "l9" => Coding::Latin9,
            "cp1252" | "windows-1252" | "1252" => Coding::Windows1252,
            "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" => Coding::Ascii,
            _ => return None,
        })
    }

    /// Decodes, or gives the offset of the first byte that is not of this coding.
    fn decode(self, bytes: &[u8]) -> Result<String, usize> {
        match self {
            Coding::Utf8 => std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| error.valid_up_to()),
            Coding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                Some(at) => Err(at),
                None => Ok(bytes.iter().map(|byte| *byte as char).collect()),
            },
            Coding::Latin1 => Ok(bytes.iter().map(|byte| *byte as char).collect()),
            Coding::Latin9 => Ok(bytes.iter().map(|byte| latin9(*byte)).collect()),
            Coding::Windows1252 => bytes.iter().enumerate().map(|(at, byte)| windows1252(*byte).ok_or(at)).collect(),
        }
    }
}

/// ISO 8859-15: Latin-1 with eight characters replaced.
fn latin9(byte: u8) -> char {
    match byte {
        0xa4 => '\u{20ac}',
        0xa6 => '\u{160}',
        0xa8 => '\u{161}',
        0xb4 => '\u{17d}',
        0xb8 => '\u{17e}',
        0xbc => '\u{152}',
        0xbd => '\u{153}',
        0xbe => '\u{178}',
        other => other as char,
    }
}

/// Windows code page 1252: Latin-1 with the C1 controls replaced; five bytes are undefined.
fn windows1252(byte: u8) -> Option<char> {
    const HIGH: [u16; 32] = [
        0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0, 0,
        0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178,
    ];
    match byte {
        0x80..=0x9f => match HIGH[usize::from(byte - 0x80)] {
            0 => None,
            code => char::from_u32(u32::from(code)),
        },
        other => Some(other as char),
    }
}

/// The coding named in a comment on the first or second line, by the regular expression of PEP 263:
/// `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`. The second line counts only if the first is blank or
/// a comment.
fn coding_line(bytes: &[u8]) -> Option<String> {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    let mut previous_was_cr_lf = 0;
    for line in lines.take(3) {
        let code = line.trim_ascii_start();
        if let Some(comment) = code.strip_prefix(b"#") {
            if let Some(name) = coding_in_comment(comment) {
                return Some(name);
            }
        } else if !code.is_empty() {
            return None;
        }
        previous_was_cr_lf += 1;
        if previous_was_cr_lf == 2 && !bytes.contains(&b'\r') {
            return None;
        }
    }
    None
}

fn coding_in_comment(comment: &[u8]) -> Option<String> {
    const WORD: &[u8] = b"coding";
    for at in 0..comment.len().saturating_sub(WORD.len()) {
        let Some(rest) = comment[at..].strip_prefix(WORD) else { continue };
        let Some((b':' | b'=', rest)) = rest.split_first() else { continue };
        let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len());
        let name: Vec<u8> = rest[start..]
            .iter()
            .copied()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .collect();
        if !name.is_empty() {
            return String::from_utf8(name).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings() {
        assert_eq!(decode(b"# -*- coding: latin-1 -*-\nx = '\xe9'", "f").unwrap().chars().last(), Some('\''));
        assert!(
            decode(b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\n'\xa4'", "f").unwrap().contains('€')
        );
        assert_eq!(decode(b"\xef\xbb\xbfx", "f").unwrap(), "x");
        assert_eq!(decode(b"# coding: klingon\n", "f").unwrap_err().message, "unknown encoding: klingon");
        assert_eq!(decode(b"x\0", "f").unwrap_err().message, "source code cannot contain null bytes");
        let error = decode(b"x = 1\ny = '\xe9'\n", "f").unwrap_err();
        assert!(error.message.starts_with("Non-UTF-8 code starting with '\\xe9' on line 2"), "{}", error.message);
        assert!(decode(b"x = 1\n# coding: klingon\n", "f").is_ok());
    }

    #[test]
    fn lines_and_columns() {
        let source = SourceText::new("a\r\nbé = 1\rc", "f");
        assert_eq!(source.text(), "a\nbé = 1\nc");
        assert_eq!(source.line_and_column(TextSize::new(5)), (2, 3));
        assert_eq!(source.line_text(2), Some("bé = 1\n"));
        let error = source.error("m", TextRange::new(TextSize::new(6), TextSize::new(7)));
        assert_eq!((error.line, error.column, error.end_column), (2, 4, 5));
    }
}
