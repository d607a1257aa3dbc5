//! f-strings (PEP 701) and t-strings (PEP 750).
//!
//! What lives here: pieces of interpolated strings into registers. What must not: escapes; see
//! [`super::literal`].

use ruff_python_ast as ast;
use ruff_python_ast::InterpolatedStringElement as Element;
use ruff_text_size::{Ranged, TextRange};

use super::{Compiler, Result};
use crate::bytecode::{Constant, OptionalRegister, Register, operands};

/// Pieces joined by one instruction.
const PIECES: usize = 64;

/// A piece of an interpolated string.
enum Piece<'a> {
    Text(Vec<u8>),
    Value(&'a ast::InterpolatedElement),
}

impl<'a> Compiler<'a> {
    /// The value of an f-string without interpolations.
    pub(super) fn literal_fstring(&self, node: &ast::ExprFString) -> Box<[u8]> {
        let mut bytes = Vec::new();
        for part in &node.value {
            match part {
                ast::FStringPart::Literal(literal) => self.append_string(literal, &mut bytes),
                ast::FStringPart::FString(part) => {
                    let raw = part.flags.prefix().is_raw();
                    for element in part.elements.literals() {
                        self.append_text(&element.value, element.range(), raw, true, &mut bytes);
                    }
                }
            }
        }
        bytes.into()
    }

    pub(super) fn fstring(&mut self, node: &'a ast::ExprFString, dst: Register) -> Result {
        let mut pieces = Vec::new();
        for part in &node.value {
            match part {
                ast::FStringPart::Literal(literal) => {
                    let mut bytes = Vec::new();
                    self.append_string(literal, &mut bytes);
                    add_text(&mut pieces, bytes);
                }
                ast::FStringPart::FString(part) => {
                    self.add_pieces(&part.elements, part.flags.prefix().is_raw(), &mut pieces);
                }
            }
        }
        self.join(&pieces, dst, node.range())
    }

    /// Splits elements into pieces; adjacent texts become one.
    fn add_pieces(&self, elements: &'a [Element], raw: bool, pieces: &mut Vec<Piece<'a>>) {
        for element in elements {
            match element {
                Element::Literal(literal) => {
                    let mut bytes = Vec::new();
                    self.append_text(&literal.value, literal.range(), raw, true, &mut bytes);
                    add_text(pieces, bytes);
                }
                Element::Interpolation(value) => {
                    if let Some(debug) = &value.debug_text {
                        add_text(pieces, debug.as_str().as_bytes().to_vec());
                    }
                    pieces.push(Piece::Value(value));
                }
            }
        }
    }

    /// `dst = the pieces joined`.
    fn join(&mut self, pieces: &[Piece<'a>], dst: Register, range: TextRange) -> Result {
        match pieces {
            [] => self.unit.load_constant(range, dst, Constant::str("")),
            [piece] => self.piece(piece, dst, range)?,
            pieces if pieces.len() <= PIECES => {
                let mark = self.unit.top;
                let first = Register(self.unit.top);
                for piece in pieces {
                    let slot = self.unit.temporary();
                    self.piece(piece, slot, range)?;
                }
                self.unit.emit(range, operands::BuildString { dst, first, count: pieces.len() as u16 });
                self.unit.release(mark);
            }
            pieces => {
                let mark = self.unit.top;
                let (first, rest) = pieces.split_at(PIECES);
                let slot = self.unit.temporary();
                self.join(first, slot, range)?;
                for chunk in rest.chunks(PIECES) {
                    let next = self.unit.temporary();
                    self.join(chunk, next, range)?;
                    self.unit.emit(range, operands::BuildString { dst: slot, first: slot, count: 2 });
                    self.unit.release(next.0);
                }
                self.unit.copy(range, dst, slot);
                self.unit.release(mark);
            }
        }
        Ok(())
    }

    fn piece(&mut self, piece: &Piece<'a>, dst: Register, range: TextRange) -> Result {
        match piece {
            Piece::Text(bytes) => self.unit.load_constant(range, dst, Constant::Str(bytes.as_slice().into())),
            Piece::Value(element) => {
                let mark = self.unit.top;
                let src = match &element.format_spec {
                    Some(_) => {
                        // The specification is computed after the value and must not disturb it.
                        let value = self.unit.temporary();
                        self.value_into(&element.expression, value)?;
                        value
                    }
                    None => {
                        let hint = self.scratch(dst);
                        self.value_or(&element.expression, hint)?
                    }
                };
                let spec = self.format_spec(element)?;
                let conversion = conversion(element);
                self.unit.emit(element.range(), operands::FormatValue { dst, src, conversion, spec });
                self.unit.release(mark);
            }
        }
        Ok(())
    }

    /// The register of a format specification, computed.
    fn format_spec(&mut self, element: &'a ast::InterpolatedElement) -> Result<OptionalRegister> {
        let Some(spec) = &element.format_spec else { return Ok(OptionalRegister::NONE) };
        let mut pieces = Vec::new();
        self.add_pieces(&spec.elements, false, &mut pieces);
        let dst = self.unit.temporary();
        self.join(&pieces, dst, spec.range())?;
        Ok(dst.into())
    }

    /// `"%s %r" % (a, b)` as if it were an f-string; false if it is not of that simple form. CPython does the
    /// same (`optimize_format` in `Python/ast_preprocess.c`), so a tuple of the wrong length is left alone.
    pub(super) fn percent_format(&mut self, node: &'a ast::ExprBinOp, dst: Register) -> Result<bool> {
        let (ast::Operator::Mod, ast::Expr::StringLiteral(format), ast::Expr::Tuple(values)) =
            (node.op, &*node.left, &*node.right)
        else {
            return Ok(false);
        };
        let text = self.string(format);
        let Some(parts) = percent_parts(&text) else { return Ok(false) };
        let wanted = parts.iter().filter(|part| matches!(part, PercentPart::Value(_))).count();
        if wanted != values.len()
            || parts.len() > PIECES
            || values.iter().any(ast::Expr::is_starred_expr)
            || wanted == 0
        {
            return Ok(false);
        }
        let range = node.range();
        let mark = self.unit.top;
        let first = Register(self.unit.top);
        let mut values = values.iter();
        for part in &parts {
            let slot = self.unit.temporary();
            match (part, matches!(part, PercentPart::Value(_)).then(|| values.next()).flatten()) {
                (PercentPart::Value(conversion), Some(value)) => {
                    let inner = self.unit.top;
                    let src = self.value_or(value, Some(slot))?;
                    let (conversion, spec) = (*conversion, OptionalRegister::NONE);
                    self.unit.emit(value.range(), operands::FormatValue { dst: slot, src, conversion, spec });
                    self.unit.release(inner);
                }
                (PercentPart::Text(bytes), _) => {
                    self.unit.load_constant(range, slot, Constant::Str(bytes.as_slice().into()));
                }
                (PercentPart::Value(_), None) => {}
            }
        }
        match &parts[..] {
            [_] => self.unit.copy(range, dst, first),
            parts => self.unit.emit(range, operands::BuildString { dst, first, count: parts.len() as u16 }),
        }
        self.unit.release(mark);
        Ok(true)
    }

    pub(super) fn tstring(&mut self, node: &'a ast::ExprTString, dst: Register) -> Result {
        let range = node.range();
        let mut pieces = Vec::new();
        for part in node.value.iter() {
            self.add_pieces(&part.elements, part.flags.prefix().is_raw(), &mut pieces);
        }
        // Strings and interpolations alternate, strings at both ends.
        let mark = self.unit.top;
        let first = Register(self.unit.top);
        let mut expects_text = true;
        for piece in &pieces {
            let slot = self.unit.temporary();
            match piece {
                Piece::Text(bytes) => {
                    self.unit.load_constant(range, slot, Constant::Str(bytes.as_slice().into()));
                    expects_text = false;
                }
                Piece::Value(element) => {
                    let mut slot = slot;
                    if expects_text {
                        self.unit.load_constant(range, slot, Constant::str(""));
                        slot = self.unit.temporary();
                    }
                    self.interpolation(element, slot)?;
                    expects_text = true;
                }
            }
        }
        if expects_text {
            let slot = self.unit.temporary();
            self.unit.load_constant(range, slot, Constant::str(""));
        }
        let count = self.unit.top - first.0;
        self.unit.emit(range, operands::BuildTemplate { dst, first, count });
        self.unit.release(mark);
        Ok(())
    }

    fn interpolation(&mut self, element: &'a ast::InterpolatedElement, dst: Register) -> Result {
        let mark = self.unit.top;
        self.value_into(&element.expression, dst)?;
        let text = self.expression_text(element);
        let expression = self.unit.short_constant(Constant::str(text));
        let spec = self.format_spec(element)?;
        let conversion = conversion(element);
        self.unit.emit(element.range(), operands::BuildInterpolation { dst, value: dst, expression, conversion, spec });
        self.unit.release(mark);
        Ok(())
    }

    /// The source of an interpolated expression, from the brace to what ends it, without space at the end.
    fn expression_text(&self, element: &ast::InterpolatedElement) -> &'a str {
        let whole = self.source.slice(element.range());
        let inner = element.expression.range();
        let start = (inner.start() - element.start()).to_usize();
        let before = whole[..start].trim_start_matches('{');
        let mut end = (inner.end() - element.start()).to_usize();
        // Parentheses around the expression belong to it.
        let opened = before.matches('(').count();
        for _ in 0..opened {
            match whole[end..].find(')') {
                Some(at) => end += at + 1,
                None => break,
            }
        }
        let from = start - before.len();
        whole[from..end].trim_end()
    }
}

/// A part of a `%` format: text, or a value with the conversion operand of `FormatValue`.
enum PercentPart {
    Text(Vec<u8>),
    Value(u16),
}

/// The parts of a format with nothing but `%s`, `%r`, `%a` and `%%`.
fn percent_parts(format: &[u8]) -> Option<Vec<PercentPart>> {
    let mut parts = Vec::new();
    let mut text = Vec::new();
    let mut rest = format.iter();
    while let Some(byte) = rest.next() {
        if *byte != b'%' {
            text.push(*byte);
            continue;
        }
        let conversion = match rest.next()? {
            b'%' => {
                text.push(b'%');
                continue;
            }
            b's' => 1,
            b'r' => 2,
            b'a' => 3,
            _ => return None,
        };
        if !text.is_empty() {
            parts.push(PercentPart::Text(std::mem::take(&mut text)));
        }
        parts.push(PercentPart::Value(conversion));
    }
    if !text.is_empty() {
        parts.push(PercentPart::Text(text));
    }
    Some(parts)
}

/// The conversion operand: 0 none, 1 str, 2 repr, 3 ascii. `{x=}` means repr unless it says otherwise.
fn conversion(element: &ast::InterpolatedElement) -> u16 {
    match element.conversion {
        ast::ConversionFlag::None if element.debug_text.is_some() && element.format_spec.is_none() => 2,
        ast::ConversionFlag::None => 0,
        ast::ConversionFlag::Str => 1,
        ast::ConversionFlag::Repr => 2,
        ast::ConversionFlag::Ascii => 3,
    }
}

/// Appends text, joining it to text before it.
fn add_text(pieces: &mut Vec<Piece<'_>>, bytes: Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Text(text)) => text.extend(bytes),
        _ => pieces.push(Piece::Text(bytes)),
    }
}
