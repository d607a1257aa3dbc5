//! Values of literals: numbers, strings, bytes.
//!
//! What lives here: what the parser's tree cannot hold: ints beyond 64 bits, and strings with surrogates, which
//! it replaces by U+FFFD. What must not: folding of operations; that is [`super::fold`].

use num_bigint::BigInt;
use ruff_python_ast as ast;
use ruff_python_ast::StringFlags;
use ruff_text_size::{Ranged, TextRange};

use super::{Compiler, Result};
use crate::bytecode::Constant;

/// CPython's default limit on decimal digits of an int (`sys.int_info.default_max_str_digits`).
const MAXIMUM_DIGITS: usize = 4300;

impl<'a> Compiler<'a> {
    /// The value of a number.
    pub(super) fn number(&self, node: &ast::ExprNumberLiteral) -> Result<Constant> {
        Ok(match &node.value {
            ast::Number::Float(value) => Constant::Float(*value),
            ast::Number::Complex { real, imag } => Constant::Complex { real: *real, imag: *imag },
            ast::Number::Int(value) => match value.as_i64() {
                Some(value) => Constant::Int(value),
                None => Constant::BigInt(self.big_int(&value.to_string(), node.range())?),
            },
        })
    }

    fn big_int(&self, token: &str, range: TextRange) -> Result<BigInt> {
        let digits: String = token.chars().filter(|c| *c != '_').collect();
        let (radix, digits) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("0x") => (16, &digits[2..]),
            Some("0o") => (8, &digits[2..]),
            Some("0b") => (2, &digits[2..]),
            _ => (10, digits.as_str()),
        };
        if radix == 10 && digits.len() > MAXIMUM_DIGITS {
            return Err(self.error(
                format!(
                    "Exceeds the limit ({MAXIMUM_DIGITS} digits) for integer string conversion: value has {} \
                     digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for \
                     huge integer literals to avoid decimal conversion limits.",
                    digits.len()
                ),
                range,
            ));
        }
        BigInt::parse_bytes(digits.as_bytes(), radix).ok_or_else(|| self.error("invalid decimal literal", range))
    }

    /// The value of a string literal, as WTF-8.
    pub(super) fn string(&self, node: &ast::ExprStringLiteral) -> Box<[u8]> {
        self.joined_strings(node.value.iter())
    }

    fn joined_strings<'s>(&self, parts: impl Iterator<Item = &'s ast::StringLiteral>) -> Box<[u8]> {
        let mut bytes = Vec::new();
        for part in parts {
            self.append_string(part, &mut bytes);
        }
        bytes.into()
    }

    /// Appends the value of one part of a string literal.
    pub(super) fn append_string(&self, part: &ast::StringLiteral, bytes: &mut Vec<u8>) {
        let raw = part.flags.prefix().is_raw();
        // Parts that no source has may be shorter than their quotes: those are raw.
        let inner = match raw {
            true => part.range(),
            false => TextRange::new(part.start() + part.flags.opener_len(), part.end() - part.flags.closer_len()),
        };
        self.append_text(&part.value, inner, raw, false, bytes);
    }

    /// Appends literal text whose source is `range`. Text in which the parser put U+FFFD is decoded anew.
    pub(super) fn append_text(&self, value: &str, range: TextRange, raw: bool, braces: bool, bytes: &mut Vec<u8>) {
        if raw || !value.contains('\u{fffd}') {
            bytes.extend_from_slice(value.as_bytes());
        } else {
            decode_escapes(self.source.slice(range), braces, bytes);
        }
    }
}

/// Decodes the escapes of a string literal into WTF-8. `braces`: doubled braces stand for one.
fn decode_escapes(text: &str, braces: bool, bytes: &mut Vec<u8>) {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if braces && (c == '{' || c == '}') {
            rest.next();
        }
        if c != '\\' {
            push_char(bytes, u32::from(c));
            continue;
        }
        let Some(escape) = rest.next() else {
            bytes.push(b'\\');
            break;
        };
        match escape {
            '\n' => {}
            '\\' | '\'' | '"' => push_char(bytes, u32::from(escape)),
            'a' => bytes.push(0x07),
            'b' => bytes.push(0x08),
            'f' => bytes.push(0x0c),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(0x0b),
            '0'..='7' => {
                let mut code = escape.to_digit(8).unwrap_or_default();
                for _ in 0..2 {
                    let mut ahead = rest.clone();
                    let Some(digit) = ahead.next().and_then(|c| c.to_digit(8)) else { break };
                    code = code * 8 + digit;
                    rest = ahead;
                }
                push_char(bytes, code);
            }
            'x' => push_hex(&mut rest, 2, bytes),
            'u' => push_hex(&mut rest, 4, bytes),
            'U' => push_hex(&mut rest, 8, bytes),
            'N' => {
                let name: String = rest.by_ref().take_while(|c| *c != '}').collect();
                // The parser knows the names of characters.
                let literal = format!("\"\\N{name}}}\"");
                if let Ok(parsed) = ruff_python_parser::parse_expression(&literal)
                    && let ast::Expr::StringLiteral(node) = parsed.expr()
                {
                    bytes.extend_from_slice(node.value.to_str().as_bytes());
                }
            }
            other => {
                bytes.push(b'\\');
                push_char(bytes, u32::from(other));
            }
        }
    }
}

fn push_hex(rest: &mut std::str::Chars<'_>, digits: usize, bytes: &mut Vec<u8>) {
    let code = rest.by_ref().take(digits).fold(0, |code, c| code * 16 + c.to_digit(16).unwrap_or_default());
    push_char(bytes, code);
}

/// Appends a code point, surrogates included, in generalized UTF-8.
fn push_char(bytes: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => bytes.extend_from_slice(&[
            0xe0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3f) as u8,
            0x80 | (code & 0x3f) as u8,
        ]),
    }
}
