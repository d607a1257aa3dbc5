//! The boundary to the parser crate.
//!
//! What lives here: calling `ruff_python_parser` in the mode wanted, on a stack that is big enough. What must
//! not: anything about meaning. Start at [`parse`].

use ruff_python_ast as ast;
use ruff_python_parser as parser;

use super::error::{CompileError, SyntaxErrorInfo, SyntaxErrorKind};
use super::messages;
use super::nesting::{Nesting, scan};
use super::source::SourceText;

/// What the source is to be parsed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A file: `exec`.
    Module,
    /// One expression: `eval`.
    Expression,
    /// One interactive statement: `single`.
    Interactive,
}

/// The tree of a source.
#[derive(Debug)]
pub enum Tree {
    /// Statements.
    Module(ast::ModModule),
    /// One expression.
    Expression(ast::ModExpression),
}

/// A parsed source.
#[derive(Debug)]
pub struct Parsed {
    /// The tree.
    pub tree: Tree,
    /// The tokens, for what the tree does not say.
    pub tokens: ast::token::Tokens,
}

/// Trees that may be deeper than this are handled on a thread with a stack of their own.
const SHALLOW: usize = 200;
/// Trees that may be deeper than this are refused.
const DEEPEST: usize = 150_000;
/// Bytes of stack that one level of nesting may take in any pass of the front end.
const STACK_PER_LEVEL: usize = 6 << 10;

/// The stack that the front end needs for a source: `None` if the caller's will do.
///
/// # Errors
/// CPython's SyntaxError for more than 200 nested brackets; MemoryError beyond any reasonable depth.
pub fn stack_needed(source: &SourceText) -> Result<Option<usize>, CompileError> {
    match scan(source.text()) {
        Nesting::TooManyBrackets(range) => Err(source.error("too many nested parentheses", range).into()),
        Nesting::Depth(depth) if depth <= SHALLOW => Ok(None),
        Nesting::Depth(depth) if depth <= DEEPEST => Ok(Some((1 << 20) + depth * STACK_PER_LEVEL)),
        Nesting::Depth(_) => Err(CompileError::Memory("Parser stack overflowed - Memory exhausted")),
    }
}

/// Parses a source. The caller provides the stack that [`stack_needed`] asks for.
///
/// # Errors
/// SyntaxError, IndentationError or TabError, in CPython's words.
pub fn parse(source: &SourceText, mode: Mode) -> Result<Parsed, SyntaxErrorInfo> {
    if let Some(at) = source.text().find('\0') {
        let line = source.line(ruff_text_size::TextSize::try_from(at).unwrap_or_default());
        return Err(SyntaxErrorInfo {
            kind: SyntaxErrorKind::Syntax,
            message: "source code string cannot contain null bytes".into(),
            filename: source.filename().clone(),
            line,
            column: 0,
            end_line: line,
            end_column: 0,
            text: None,
        });
    }
    let parser_mode = match mode {
        Mode::Module | Mode::Interactive => parser::Mode::Module,
        Mode::Expression => parser::Mode::Expression,
    };
    let options =
        parser::ParseOptions::from(parser_mode).with_target_version(ast::PythonVersion { major: 3, minor: 14 });
    let parsed = parser::parse_unchecked(source.text(), options);
    if !parsed.errors().is_empty() {
        return Err(messages::translate(source, &parsed));
    }
    if let Some(unsupported) = parsed.unsupported_syntax_errors().first() {
        return Err(messages::unsupported(source, unsupported));
    }
    let tokens = parsed.tokens().clone();
    let tree = match parsed.into_syntax() {
        ast::Mod::Module(module) => Tree::Module(module),
        ast::Mod::Expression(expression) => Tree::Expression(expression),
    };
    Ok(Parsed { tree, tokens })
}
