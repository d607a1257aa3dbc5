//! Expressions back to source, as CPython writes them for stringified annotations.
//!
//! What lives here: the counterpart of `Python/ast_unparse.c`, which decides the text of annotations under
//! `from __future__ import annotations`. What must not: statements.

use std::fmt::Write;

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, InterpolatedStringElement, Operator, UnaryOp};
use ruff_text_size::Ranged;

use crate::syntax::SourceText;

/// Precedences, weakest first, as the grammar nests them.
mod level {
    pub const TUPLE: u8 = 0;
    pub const TEST: u8 = 1;
    pub const OR: u8 = 2;
    pub const AND: u8 = 3;
    pub const NOT: u8 = 4;
    pub const COMPARE: u8 = 5;
    pub const EXPR: u8 = 6;
    pub const BOR: u8 = EXPR;
    pub const BXOR: u8 = 7;
    pub const BAND: u8 = 8;
    pub const SHIFT: u8 = 9;
    pub const ARITH: u8 = 10;
    pub const TERM: u8 = 11;
    pub const FACTOR: u8 = 12;
    pub const POWER: u8 = 13;
    pub const AWAIT: u8 = 14;
    pub const ATOM: u8 = 15;
}

/// The text of an expression.
pub(super) fn unparse(source: &SourceText, expression: &Expr) -> String {
    let mut writer = Writer { source, text: String::new() };
    writer.expression(expression, level::TEST);
    writer.text
}

struct Writer<'a> {
    source: &'a SourceText,
    text: String,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes with parentheses if `own` binds more weakly than the place wants.
    fn grouped(&mut self, own: u8, wanted: u8, write: impl FnOnce(&mut Self)) {
        if wanted > own {
            self.put("(");
        }
        write(self);
        if wanted > own {
            self.put(")");
        }
    }

    fn separated<T>(&mut self, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            write(self, item);
        }
    }

    fn expression(&mut self, expression: &Expr, wanted: u8) {
        match expression {
            Expr::BoolOp(node) => {
                let (own, word) = match node.op {
                    ast::BoolOp::And => (level::AND, " and "),
                    ast::BoolOp::Or => (level::OR, " or "),
                };
                self.grouped(own, wanted, |writer| {
                    for (at, value) in node.values.iter().enumerate() {
                        if at > 0 {
                            writer.put(word);
                        }
                        writer.expression(value, own + 1);
                    }
                });
            }
            Expr::BinOp(node) => self.binary(node, wanted),
            Expr::UnaryOp(node) => {
                let (own, word) = match node.op {
                    UnaryOp::Invert => (level::FACTOR, "~"),
                    UnaryOp::Not => (level::NOT, "not "),
                    UnaryOp::UAdd => (level::FACTOR, "+"),
                    UnaryOp::USub => (level::FACTOR, "-"),
                };
                self.grouped(own, wanted, |writer| {
                    writer.put(word);
                    writer.expression(&node.operand, own);
                });
            }
            Expr::Lambda(node) => self.grouped(level::TEST, wanted, |writer| {
                writer.put("lambda");
                if let Some(parameters) = &node.parameters
                    && !parameters.is_empty()
                {
                    writer.put(" ");
                    writer.parameters(parameters);
                }
                writer.put(": ");
                writer.expression(&node.body, level::TEST);
            }),
            Expr::If(node) => self.grouped(level::TEST, wanted, |writer| {
                writer.expression(&node.body, level::TEST + 1);
                writer.put(" if ");
                writer.expression(&node.test, level::TEST + 1);
                writer.put(" else ");
                writer.expression(&node.orelse, level::TEST);
            }),
            Expr::Dict(node) => {
                self.put("{");
                self.separated(node, |writer, item| match &item.key {
                    Some(key) => {
                        writer.expression(key, level::TEST);
                        writer.put(": ");
                        writer.expression(&item.value, level::TEST);
                    }
                    None => {
                        writer.put("**");
                        writer.expression(&item.value, level::EXPR);
                    }
                });
                self.put("}");
            }
            Expr::Set(node) => {
                self.put("{");
                self.separated(&node.elts, |writer, item| writer.expression(item, level::TEST));
                self.put("}");
            }
            Expr::Generator(node) => {
                self.put("(");
                self.expression(&node.elt, level::TEST);
                self.generators(&node.generators);
                self.put(")");
            }
            Expr::ListComp(node) => {
                self.put("[");
                self.expression(&node.elt, level::TEST);
                self.generators(&node.generators);
                self.put("]");
            }
            Expr::SetComp(node) => {
                self.put("{");
                self.expression(&node.elt, level::TEST);
                self.generators(&node.generators);
                self.put("}");
            }
            Expr::DictComp(node) => {
                self.put("{");
                if let Some(key) = &node.key {
                    self.expression(key, level::TEST);
                    self.put(": ");
                }
                self.expression(&node.value, level::TEST);
                self.generators(&node.generators);
                self.put("}");
            }
            Expr::Yield(node) => {
                self.put("(yield");
                if let Some(value) = &node.value {
                    self.put(" ");
                    self.expression(value, level::TEST);
                }
                self.put(")");
            }
            Expr::YieldFrom(node) => {
                self.put("(yield from ");
                self.expression(&node.value, level::TEST);
                self.put(")");
            }
            Expr::Await(node) => self.grouped(level::AWAIT, wanted, |writer| {
                writer.put("await ");
                writer.expression(&node.value, level::ATOM);
            }),
            Expr::Compare(node) => self.grouped(level::COMPARE, wanted, |writer| {
                writer.expression(&node.left, level::COMPARE + 1);
                for (op, right) in node.ops.iter().zip(&node.comparators) {
                    let _ = write!(writer.text, " {op} ");
                    writer.expression(right, level::COMPARE + 1);
                }
            }),
            Expr::Call(node) => self.call(node),
            Expr::FString(node) => self.fstring(node),
            Expr::TString(_) => {
                let text = self.source.slice(expression.range()).to_owned();
                self.put(&text);
            }
            Expr::StringLiteral(node) => {
                if node.value.is_unicode() {
                    self.put("u");
                }
                self.put(&string_repr(node.value.to_str()));
            }
            Expr::BytesLiteral(node) => {
                let bytes: Vec<u8> = node.value.bytes().collect();
                self.put(&bytes_repr(&bytes));
            }
            Expr::NumberLiteral(node) => self.number(node),
            Expr::BooleanLiteral(node) => self.put(if node.value { "True" } else { "False" }),
            Expr::NoneLiteral(_) => self.put("None"),
            Expr::EllipsisLiteral(_) => self.put("..."),
            Expr::Attribute(node) => {
                self.expression(&node.value, level::ATOM);
                let is_int = matches!(
                    &*node.value,
                    Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(_), .. })
                );
                self.put(if is_int { " ." } else { "." });
                self.put(&node.attr);
            }
            Expr::Starred(node) => {
                self.put("*");
                self.expression(&node.value, level::EXPR);
            }
            Expr::Name(node) => self.put(&node.id),
            Expr::List(node) => {
                self.put("[");
                self.separated(&node.elts, |writer, item| writer.expression(item, level::TEST));
                self.put("]");
            }
            Expr::Tuple(node) => self.tuple(node, wanted),
            Expr::Subscript(node) => {
                self.expression(&node.value, level::ATOM);
                self.put("[");
                self.expression(&node.slice, level::TUPLE);
                self.put("]");
            }
            Expr::Slice(node) => {
                if let Some(lower) = &node.lower {
                    self.expression(lower, level::TEST);
                }
                self.put(":");
                if let Some(upper) = &node.upper {
                    self.expression(upper, level::TEST);
                }
                if let Some(step) = &node.step {
                    self.put(":");
                    self.expression(step, level::TEST);
                }
            }
            Expr::Named(node) => self.grouped(level::TUPLE, wanted, |writer| {
                writer.expression(&node.target, level::ATOM);
                writer.put(" := ");
                writer.expression(&node.value, level::ATOM);
            }),
            Expr::IpyEscapeCommand(_) => {}
        }
    }

    fn binary(&mut self, node: &ast::ExprBinOp, wanted: u8) {
        let (own, right_associative) = match node.op {
            Operator::Add | Operator::Sub => (level::ARITH, false),
            Operator::Mult | Operator::MatMult | Operator::Div | Operator::Mod | Operator::FloorDiv => {
                (level::TERM, false)
            }
            Operator::LShift | Operator::RShift => (level::SHIFT, false),
            Operator::BitOr => (level::BOR, false),
            Operator::BitXor => (level::BXOR, false),
            Operator::BitAnd => (level::BAND, false),
            Operator::Pow => (level::POWER, true),
        };
        self.grouped(own, wanted, |writer| {
            writer.expression(&node.left, own + u8::from(right_associative));
            let _ = write!(writer.text, " {} ", node.op.as_str());
            writer.expression(&node.right, own + u8::from(!right_associative));
        });
    }

    fn tuple(&mut self, node: &ast::ExprTuple, wanted: u8) {
        if node.is_empty() {
            self.put("()");
            return;
        }
        self.grouped(level::TUPLE, wanted, |writer| {
            writer.separated(&node.elts, |writer, item| writer.expression(item, level::TEST));
            if node.len() == 1 {
                writer.put(",");
            }
        });
    }

    fn call(&mut self, node: &ast::ExprCall) {
        self.expression(&node.func, level::ATOM);
        if let ([Expr::Generator(_)], true) = (&*node.arguments.args, node.arguments.keywords.is_empty()) {
            self.expression(&node.arguments.args[0], level::TEST);
            return;
        }
        self.put("(");
        self.separated(&node.arguments.args, |writer, argument| writer.expression(argument, level::TEST));
        for (at, keyword) in node.arguments.keywords.iter().enumerate() {
            if at > 0 || !node.arguments.args.is_empty() {
                self.put(", ");
            }
            match &keyword.arg {
                Some(name) => {
                    self.put(name);
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expression(&keyword.value, level::TEST);
        }
        self.put(")");
    }

    fn generators(&mut self, generators: &[ast::Comprehension]) {
        for generator in generators {
            self.put(if generator.is_async { " async for " } else { " for " });
            self.expression(&generator.target, level::TUPLE);
            self.put(" in ");
            self.expression(&generator.iter, level::TEST + 1);
            for condition in &generator.ifs {
                self.put(" if ");
                self.expression(condition, level::TEST + 1);
            }
        }
    }

    fn parameters(&mut self, parameters: &ast::Parameters) {
        let mut written = 0;
        let mut separator = |writer: &mut Self| {
            if written > 0 {
                writer.put(", ");
            }
            written += 1;
        };
        for (at, parameter) in parameters.posonlyargs.iter().chain(&parameters.args).enumerate() {
            separator(self);
            self.parameter(parameter);
            if at + 1 == parameters.posonlyargs.len() {
                self.put(", /");
            }
        }
        if parameters.vararg.is_some() || !parameters.kwonlyargs.is_empty() {
            separator(self);
            self.put("*");
            if let Some(parameter) = &parameters.vararg {
                self.put(&parameter.name);
            }
        }
        for parameter in &parameters.kwonlyargs {
            separator(self);
            self.parameter(parameter);
        }
        if let Some(parameter) = &parameters.kwarg {
            separator(self);
            self.put("**");
            self.put(&parameter.name);
        }
    }

    fn parameter(&mut self, parameter: &ast::ParameterWithDefault) {
        self.put(&parameter.parameter.name);
        if let Some(default) = &parameter.default {
            self.put("=");
            self.expression(default, level::TEST);
        }
    }

    fn number(&mut self, node: &ast::ExprNumberLiteral) {
        let float = |value: f64| {
            if value.is_infinite() { "1e309".to_owned() } else { float_repr(value) }
        };
        match &node.value {
            ast::Number::Int(value) => match value.as_u64() {
                Some(value) => {
                    let _ = write!(self.text, "{value}");
                }
                None => {
                    let text = value.to_string().replace('_', "");
                    self.put(&text);
                }
            },
            ast::Number::Float(value) => {
                let text = float(*value);
                self.put(&text);
            }
            ast::Number::Complex { imag, .. } => {
                let mut text = float(*imag);
                if let Some(whole) = text.strip_suffix(".0") {
                    text.truncate(whole.len());
                }
                text.push('j');
                self.put(&text);
            }
        }
    }

    fn fstring(&mut self, node: &ast::ExprFString) {
        let mut inner = Writer { source: self.source, text: String::new() };
        for part in &node.value {
            match part {
                ast::FStringPart::Literal(literal) => inner.put(&escape_braces(literal.as_str())),
                ast::FStringPart::FString(part) => inner.interpolated(&part.elements),
            }
        }
        self.put("f");
        self.put(&string_repr(&inner.text));
    }

    fn interpolated(&mut self, elements: &[InterpolatedStringElement]) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => self.put(&escape_braces(&literal.value)),
                InterpolatedStringElement::Interpolation(value) => {
                    if let Some(debug) = &value.debug_text {
                        self.put(&escape_braces(debug.as_str()));
                    }
                    let mut inner = Writer { source: self.source, text: String::new() };
                    inner.expression(&value.expression, level::TEST + 1);
                    self.put(if inner.text.starts_with('{') { "{ " } else { "{" });
                    self.put(&inner.text);
                    let conversion = match value.conversion {
                        ast::ConversionFlag::None if value.debug_text.is_some() && value.format_spec.is_none() => {
                            Some('r')
                        }
                        conversion => conversion.to_char(),
                    };
                    if let Some(conversion) = conversion {
                        let _ = write!(self.text, "!{conversion}");
                    }
                    if let Some(spec) = &value.format_spec {
                        self.put(":");
                        self.interpolated(&spec.elements);
                    }
                    self.put("}");
                }
            }
        }
    }
}

fn escape_braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

/// `repr` of a str.
fn string_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// `repr` of a bytes object.
fn bytes_repr(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut out = format!("b{quote}");
    for byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte if *byte as char == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..0x7f => out.push(*byte as char),
            byte => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push(quote);
    out
}

/// `repr` of a finite float: shortest digits, exponent from 1e16 up and below 1e-4.
fn float_repr(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    format!("{value:?}")
}
