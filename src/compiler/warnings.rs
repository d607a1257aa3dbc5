//! SyntaxWarnings: code that is legal but surely wrong.
//!
//! What lives here: the checks and CPython's texts. What must not: filters; the runtime applies them.

use ruff_python_ast as ast;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{CmpOp, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Compiler;
use crate::bytecode::Constant;
use crate::syntax::{SyntaxWarningInfo, WarningCategory};

impl<'a> Compiler<'a> {
    pub(super) fn warn(&mut self, message: String, range: TextRange) {
        let place = self.source.error(message.clone(), range);
        let warning = SyntaxWarningInfo { category: WarningCategory::Syntax, message, place };
        // A `finally` part is compiled more than once.
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// `x is 1`.
    pub(super) fn check_is(&mut self, op: CmpOp, left: &Expr, right: &Expr, range: TextRange) {
        let (word, instead) = match op {
            CmpOp::Is => ("is", "=="),
            CmpOp::IsNot => ("is not", "!="),
            _ => return,
        };
        for side in [right, left] {
            if let Some(kind) = self.suspicious_literal(side) {
                self.warn(format!("\"{word}\" with '{kind}' literal. Did you mean \"{instead}\"?"), range);
                return;
            }
        }
    }

    /// The type of a literal whose identity means nothing.
    fn suspicious_literal(&mut self, expression: &Expr) -> Option<&'static str> {
        if !matches!(
            expression,
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::Tuple(_)
        ) {
            return None;
        }
        match self.constant_of(expression)? {
            Constant::Int(_) | Constant::BigInt(_) => Some("int"),
            Constant::Float(_) => Some("float"),
            Constant::Complex { .. } => Some("complex"),
            Constant::Str(_) => Some("str"),
            Constant::Bytes(_) => Some("bytes"),
            Constant::Tuple(_) => Some("tuple"),
            Constant::None
            | Constant::True
            | Constant::False
            | Constant::Ellipsis
            | Constant::FrozenSet(_)
            | Constant::Slice(_)
            | Constant::Code(_) => None,
        }
    }

    /// `"text" (x)`: a literal that cannot be called.
    pub(super) fn check_called(&mut self, node: &ast::ExprCall) {
        if let Some(kind) = literal_type(&node.func)
            && kind != "function"
        {
            self.warn(format!("'{kind}' object is not callable; perhaps you missed a comma?"), node.range());
        }
    }

    /// `(1, 2) [x]`: a literal that cannot be subscripted, or not so.
    pub(super) fn check_subscript(&mut self, node: &ast::ExprSubscript) {
        match &*node.value {
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Generator(_)
            | Expr::TString(_)
            | Expr::Lambda(_) => {
                if let Some(kind) = literal_type(&node.value) {
                    let message = format!("'{kind}' object is not subscriptable; perhaps you missed a comma?");
                    self.warn(message, node.range());
                    return;
                }
            }
            _ => {}
        }
        let container = match &*node.value {
            Expr::StringLiteral(_) | Expr::FString(_) => "str",
            Expr::BytesLiteral(_) => "bytes",
            Expr::List(_) | Expr::ListComp(_) => "list",
            Expr::Tuple(_) => "tuple",
            _ => return,
        };
        if let Some(index) = literal_type(&node.slice)
            && !matches!(index, "int" | "bool" | "slice")
        {
            let message =
                format!("{container} indices must be integers or slices, not {index}; perhaps you missed a comma?");
            self.warn(message, node.range());
        }
    }

    /// `assert (x, "message")`.
    pub(super) fn check_assertion(&mut self, node: &ast::StmtAssert) {
        if let Expr::Tuple(tuple) = &*node.test
            && !tuple.is_empty()
        {
            self.warn("assertion is always true, perhaps remove parentheses?".into(), node.range());
        }
    }
}

/// The type of an expression that is a literal or display.
fn literal_type(expression: &Expr) -> Option<&'static str> {
    Some(match expression {
        Expr::NumberLiteral(node) => match node.value {
            ast::Number::Int(_) => "int",
            ast::Number::Float(_) => "float",
            ast::Number::Complex { .. } => "complex",
        },
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::BytesLiteral(_) => "bytes",
        Expr::BooleanLiteral(_) => "bool",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        _ => return None,
    })
}

/// Warns of escapes that mean nothing, in all string tokens.
pub(super) fn escapes(compiler: &mut Compiler<'_>, tokens: &ast::token::Tokens) {
    for token in tokens {
        let (prefix_end, interpolated) = match token.kind() {
            TokenKind::String => {
                let text = compiler.source.slice(token.range());
                (text.find(['"', '\'']).unwrap_or(0), false)
            }
            TokenKind::FStringMiddle | TokenKind::TStringMiddle => (0, true),
            _ => continue,
        };
        let text = compiler.source.slice(token.range());
        if !text.contains('\\') {
            continue;
        }
        let prefix = text[..prefix_end].to_ascii_lowercase();
        let raw = if interpolated { token.string_flags().is_some_and(is_raw) } else { prefix.contains('r') };
        if raw {
            continue;
        }
        let bytes = prefix.contains('b');
        if let Some((offset, message)) = invalid_escape(&text[prefix_end..], bytes) {
            let start = token.start() + TextSize::try_from(prefix_end + offset).unwrap_or_default();
            let range = TextRange::at(start, TextSize::new(2).min(token.end() - start));
            compiler.warn(message, range);
        }
    }
}

fn is_raw(flags: ast::AnyStringFlags) -> bool {
    use ast::StringFlags;
    flags.prefix().is_raw()
}

/// The first escape that means nothing: its offset and the warning.
fn invalid_escape(text: &str, bytes: bool) -> Option<(usize, String)> {
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        if c != '\\' {
            continue;
        }
        let (_, escape) = rest.next()?;
        match escape {
            '\n' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' => {}
            'N' | 'u' | 'U' if !bytes => {}
            '0'..='7' => {
                let digits: String = text[at + 1..].chars().take(3).take_while(|c| matches!(c, '0'..='7')).collect();
                if digits.len() == 3 && digits.as_str() > "377" {
                    let message = format!(
                        "\"\\{digits}\" is an invalid octal escape sequence. Such sequences will not work in the \
                         future. Did you mean \"\\\\{digits}\"? A raw string is also an option."
                    );
                    return Some((at, message));
                }
            }
            other => {
                let message = format!(
                    "\"\\{other}\" is an invalid escape sequence. Such sequences will not work in the future. Did \
                     you mean \"\\\\{other}\"? A raw string is also an option."
                );
                return Some((at, message));
            }
        }
    }
    None
}
