//! The boundary to the parser crate.
//!
//! What lives here: calling `ruff_python_parser` in the mode wanted, on a stack that is big enough. What must
//! not: anything about meaning. Start at [`parse`].

use ruff_python_ast as ast;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser as parser;
use ruff_text_size::{Ranged, TextRange, TextSize};

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
        Nesting::Depth(depth) => stack_for(depth),
    }
}

/// The stack that the front end needs for a tree of this depth: `None` if the caller's will do.
///
/// # Errors
/// MemoryError beyond any reasonable depth.
pub fn stack_for(depth: usize) -> Result<Option<usize>, CompileError> {
    match depth {
        0..=SHALLOW => Ok(None),
        ..=DEEPEST => Ok(Some((1 << 20) + depth * STACK_PER_LEVEL)),
        _ => Err(CompileError::Memory("Parser stack overflowed - Memory exhausted")),
    }
}

/// Why a source was not parsed.
#[derive(Clone, Debug)]
pub struct ParseFailure {
    /// The error.
    pub info: SyntaxErrorInfo,
    /// The source ends too early: more lines could make it valid.
    pub at_end: bool,
}

impl From<SyntaxErrorInfo> for ParseFailure {
    fn from(info: SyntaxErrorInfo) -> Self {
        ParseFailure { info, at_end: false }
    }
}

/// Parses a source. The caller provides the stack that [`stack_needed`] asks for.
///
/// # Errors
/// SyntaxError, IndentationError or TabError, in CPython's words.
pub fn parse(source: &SourceText, mode: Mode) -> Result<Parsed, ParseFailure> {
    if let Some(at) = source.text().find('\0') {
        let line = source.line(TextSize::try_from(at).unwrap_or_default());
        let info = SyntaxErrorInfo {
            kind: SyntaxErrorKind::Syntax,
            message: "source code string cannot contain null bytes".into(),
            filename: source.filename().clone(),
            line,
            column: 0,
            end_line: line,
            end_column: 0,
            text: None,
        };
        return Err(info.into());
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
        return Err(messages::unsupported(source, unsupported).into());
    }
    let tokens = parsed.tokens().clone();
    let tree = match parsed.into_syntax() {
        ast::Mod::Module(module) => Tree::Module(module),
        ast::Mod::Expression(expression) => Tree::Expression(expression),
    };
    if let (Mode::Interactive, Tree::Module(module)) = (mode, &tree) {
        check_single(source, module)?;
    }
    Ok(Parsed { tree, tokens })
}

/// A compound statement of interactive input ends with a line break. Without one the end of the source stands for it
/// behind an indented line, unless `no_implied_dedent`.
///
/// # Errors
/// SyntaxError for a block that is not ended.
pub fn check_block_ends(source: &SourceText, parsed: &Parsed, no_implied_dedent: bool) -> Result<(), ParseFailure> {
    let text = source.text();
    let Tree::Module(module) = &parsed.tree else { return Ok(()) };
    let is_last = |kind: TokenKind| !kind.is_trivia() && kind != TokenKind::EndOfFile;
    let last = parsed.tokens.iter().rev().map(|token| token.kind()).find(|kind| is_last(*kind));
    let indented = last == Some(TokenKind::Dedent);
    if text.ends_with('\n') || !module.body.first().is_some_and(is_compound) || (indented && !no_implied_dedent) {
        return Ok(());
    }
    let end = TextRange::empty(TextSize::try_from(text.len()).unwrap_or_default());
    let mut info = source.error("invalid syntax", end);
    (info.column, info.end_column) = (0, 0);
    Err(ParseFailure { info, at_end: true })
}

/// Interactive input is one compound statement, or one line of simple ones.
fn check_single(source: &SourceText, module: &ast::ModModule) -> Result<(), ParseFailure> {
    let Some((first, rest)) = module.body.split_first() else {
        let end = TextRange::empty(TextSize::try_from(source.text().len()).unwrap_or_default());
        return Err(ParseFailure { info: source.error("invalid syntax", end), at_end: true });
    };
    let line = source.line(first.start());
    let another = rest.iter().find(|statement| is_compound(first) || source.line(statement.start()) != line);
    match another {
        Some(_) => {
            let message = "multiple statements found while compiling a single statement";
            Err(source.error(message, TextRange::empty(first.end())).into())
        }
        None => Ok(()),
    }
}

fn is_compound(statement: &ast::Stmt) -> bool {
    matches!(
        statement,
        ast::Stmt::FunctionDef(_)
            | ast::Stmt::ClassDef(_)
            | ast::Stmt::For(_)
            | ast::Stmt::While(_)
            | ast::Stmt::If(_)
            | ast::Stmt::With(_)
            | ast::Stmt::Match(_)
            | ast::Stmt::Try(_)
    )
}
