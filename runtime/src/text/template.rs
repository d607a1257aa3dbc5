//! The replacement fields of `str.format`.
//!
//! What lives here: parsing of `{name!conversion:spec}` and of the name inside. What must not: looking up and
//! formatting the values (`dispatch/template.rs`). Start at [`Template`].
//! Source: Python library reference, "Format String Syntax".

use super::code_points;
use std::ops::Range;

/// A replacement field, as byte ranges of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: Range<usize>,
    /// The character after `!`.
    pub conversion: Option<u32>,
    pub spec: Range<usize>,
    /// The specification contains fields itself.
    pub spec_has_fields: bool,
}

/// Literal text, and the field behind it if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub literal: Range<usize>,
    pub field: Option<Field>,
}

/// Takes a template (generalised UTF-8) apart. ValueErrors are messages.
pub struct Template<'a> {
    text: &'a [u8],
    offset: usize,
}

impl<'a> Template<'a> {
    pub fn new(text: &'a [u8]) -> Template<'a> {
        Template { text, offset: 0 }
    }

    fn read(&mut self) -> Option<u8> {
        let byte = self.text.get(self.offset).copied()?;
        self.offset += 1;
        Some(byte)
    }

    fn segment(&mut self) -> Result<Segment, &'static str> {
        let start = self.offset;
        let Some(brace_at) = memchr::memchr2(b'{', b'}', &self.text[start..]).map(|at| start + at) else {
            self.offset = self.text.len();
            return Ok(Segment { literal: start..self.text.len(), field: None });
        };
        let brace = self.text[brace_at];
        self.offset = brace_at + 1;
        let doubled = self.text.get(self.offset) == Some(&brace);
        if doubled {
            self.offset += 1;
            return Ok(Segment { literal: start..brace_at + 1, field: None });
        }
        if brace == b'}' {
            return Err("Single '}' encountered in format string");
        }
        if self.offset >= self.text.len() {
            return Err("Single '{' encountered in format string");
        }
        Ok(Segment { literal: start..brace_at, field: Some(self.field()?) })
    }

    /// The field whose opening brace was read.
    fn field(&mut self) -> Result<Field, &'static str> {
        let start = self.offset;
        let end = loop {
            match self.read() {
                None => return Err("expected '}' before end of string"),
                Some(b'{') => return Err("unexpected '{' in field name"),
                Some(b'[') => {
                    self.offset +=
                        memchr::memchr(b']', &self.text[self.offset..]).unwrap_or(self.text.len() - self.offset);
                }
                Some(end @ (b'}' | b':' | b'!')) => break end,
                Some(_) => {}
            }
        };
        let mut field = Field { name: start..self.offset - 1, conversion: None, spec: 0..0, spec_has_fields: false };
        if end == b'}' {
            return Ok(field);
        }
        if end == b'!' {
            if self.offset >= self.text.len() {
                return Err("end of string while looking for conversion specifier");
            }
            let (conversion, next) = code_points::decode_at(self.text, self.offset);
            field.conversion = Some(conversion);
            self.offset = next;
            match self.read() {
                Some(b'}') => return Ok(field),
                Some(b':') | None => {}
                Some(_) => return Err("expected ':' after conversion specifier"),
            }
        }
        let start = self.offset;
        let mut depth = 1;
        while let Some(byte) = self.read() {
            match byte {
                b'{' => {
                    field.spec_has_fields = true;
                    depth += 1;
                }
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                field.spec = start..self.offset - 1;
                return Ok(field);
            }
        }
        Err("unmatched '{' in format spec")
    }
}

impl Iterator for Template<'_> {
    type Item = Result<Segment, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.offset < self.text.len()).then(|| self.segment())
    }
}

/// The first part of a field name or a subscript: a number, or any other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Nothing: the next positional argument.
    Empty,
    Index(usize),
    Text(Range<usize>),
}

/// One step from the argument to the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    Attribute(Range<usize>),
    Item(Name),
}

/// A field name: the argument, then attributes and items.
pub struct FieldName<'a> {
    text: &'a [u8],
    offset: usize,
    end: usize,
    pub first: Name,
}

impl<'a> FieldName<'a> {
    /// The name in bytes `range` of `text`. Errors are ValueError messages.
    pub fn parse(text: &'a [u8], range: Range<usize>) -> Result<FieldName<'a>, &'static str> {
        let end = range.start + memchr::memchr2(b'.', b'[', &text[range.clone()]).unwrap_or(range.len());
        let first = name(text, range.start..end)?;
        Ok(FieldName { text, offset: end, end: range.end, first })
    }

    fn access(&mut self) -> Result<Access, &'static str> {
        let opening = self.text[self.offset];
        let start = self.offset + 1;
        let access = match opening {
            b'.' => {
                let length = memchr::memchr2(b'.', b'[', &self.text[start..self.end]).unwrap_or(self.end - start);
                self.offset = start + length;
                Access::Attribute(start..self.offset)
            }
            b'[' => {
                let Some(length) = memchr::memchr(b']', &self.text[start..self.end]) else {
                    return Err("Missing ']' in format string");
                };
                self.offset = start + length + 1;
                Access::Item(name(self.text, start..start + length)?)
            }
            _ => return Err("Only '.' or '[' may follow ']' in format field specifier"),
        };
        if self.offset == start || access == Access::Item(Name::Empty) {
            return Err("Empty attribute in format string");
        }
        Ok(access)
    }
}

impl Iterator for FieldName<'_> {
    type Item = Result<Access, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.offset < self.end).then(|| self.access())
    }
}

fn name(text: &[u8], range: Range<usize>) -> Result<Name, &'static str> {
    let bytes = &text[range.clone()];
    if bytes.is_empty() {
        return Ok(Name::Empty);
    }
    let mut number = 0usize;
    for &byte in bytes {
        if !byte.is_ascii_digit() {
            return Ok(Name::Text(range));
        }
        number = number
            .checked_mul(10)
            .and_then(|n| n.checked_add((byte - b'0') as usize))
            .filter(|&n| n <= isize::MAX as usize)
            .ok_or("Too many decimal digits in format string")?;
    }
    Ok(Name::Index(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(template: &str) -> Option<&'static str> {
        Template::new(template.as_bytes()).find_map(Result::err)
    }

    #[test]
    fn mistakes_have_their_messages() {
        for (template, message) in [
            ("{", "Single '{' encountered in format string"),
            ("a}b", "Single '}' encountered in format string"),
            ("{0", "expected '}' before end of string"),
            ("{!rr}", "expected ':' after conversion specifier"),
            ("{!}", "unmatched '{' in format spec"),
            ("{0!", "end of string while looking for conversion specifier"),
            ("{0:", "unmatched '{' in format spec"),
            ("{a{b}}", "unexpected '{' in field name"),
            ("{0[}", "expected '}' before end of string"),
        ] {
            assert_eq!(error(template), Some(message), "{template}");
        }
        assert_eq!(error("{{}}{0[a}b]!r:{x}>{y}}"), None);
    }

    #[test]
    fn names() {
        let text = b"0.x[12][k]";
        let mut name = FieldName::parse(text, 0..text.len()).unwrap_or_else(|message| panic!("{message}"));
        assert_eq!(name.first, Name::Index(0));
        assert_eq!(name.next(), Some(Ok(Access::Attribute(2..3))));
        assert_eq!(name.next(), Some(Ok(Access::Item(Name::Index(12)))));
        assert_eq!(name.next(), Some(Ok(Access::Item(Name::Text(8..9)))));
        assert_eq!(name.next(), None);
        let mut bad = FieldName::parse(b"a[b]c", 0..5).unwrap_or_else(|message| panic!("{message}"));
        assert_eq!(bad.next().map(|r| r.is_ok()), Some(true));
        assert_eq!(bad.next(), Some(Err("Only '.' or '[' may follow ']' in format field specifier")));
    }
}
