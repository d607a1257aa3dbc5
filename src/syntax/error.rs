//! Errors of the front end: what Python code sees as SyntaxError and its kin, and loud refusals.
//!
//! What lives here: the types and their text form. What must not: deciding what is an error.

use std::fmt;
use std::sync::Arc;

/// Which exception class a [`SyntaxErrorInfo`] becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// `SyntaxError`.
    Syntax,
    /// `IndentationError`.
    Indentation,
    /// `TabError`.
    Tab,
    /// `_IncompleteInputError`: interactive input that more lines could complete.
    Incomplete,
}

impl SyntaxErrorKind {
    /// The name of the exception class.
    pub fn class_name(self) -> &'static str {
        match self {
            SyntaxErrorKind::Syntax => "SyntaxError",
            SyntaxErrorKind::Indentation => "IndentationError",
            SyntaxErrorKind::Tab => "TabError",
            SyntaxErrorKind::Incomplete => "_IncompleteInputError",
        }
    }
}

/// Everything a SyntaxError object carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxErrorInfo {
    /// The exception class.
    pub kind: SyntaxErrorKind,
    /// `msg`.
    pub message: String,
    /// `filename`.
    pub filename: Arc<str>,
    /// `lineno`, from 1; 0 if there is none.
    pub line: u32,
    /// `offset`: characters, from 1; 0 if there is none.
    pub column: i32,
    /// `end_lineno`.
    pub end_line: u32,
    /// `end_offset`; 0 or -1 if there is none.
    pub end_column: i32,
    /// `text`: the source line, with its newline if it has one.
    pub text: Option<String>,
}

/// Why source was not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// The source is not Python.
    Syntax(Box<SyntaxErrorInfo>),
    /// The source is Python, but beyond what Taipan compiles. `place.message` names the feature.
    Unsupported(Box<SyntaxErrorInfo>),
    /// RecursionError with this message: the source is nested too deeply.
    Recursion(&'static str),
    /// MemoryError: the source nests too deeply for the parser.
    Memory(&'static str),
    /// ValueError with this message, as `int()` of a huge literal gives.
    Value(Box<SyntaxErrorInfo>),
}

impl From<SyntaxErrorInfo> for CompileError {
    fn from(info: SyntaxErrorInfo) -> Self {
        CompileError::Syntax(Box::new(info))
    }
}

impl fmt::Display for SyntaxErrorInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({}, line {})", self.kind.class_name(), self.message, self.filename, self.line)
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Syntax(info) => info.fmt(f),
            CompileError::Value(info) => write!(f, "ValueError: {}", info.message),
            CompileError::Recursion(message) => write!(f, "RecursionError: {message}"),
            CompileError::Memory(message) => write!(f, "MemoryError: {message}"),
            CompileError::Unsupported(info) => {
                writeln!(f, "  File \"{}\", line {}", info.filename, info.line)?;
                if let Some(text) = &info.text {
                    let line = text.trim_end();
                    let shown = line.trim_start();
                    let indent = line.chars().count() - shown.chars().count();
                    writeln!(f, "    {shown}")?;
                    let start = (info.column.max(0) as usize).saturating_sub(1 + indent);
                    let end = if info.end_line == info.line {
                        (info.end_column.max(0) as usize).saturating_sub(1 + indent)
                    } else {
                        shown.chars().count()
                    };
                    writeln!(f, "    {:start$}{}", "", "^".repeat(end.saturating_sub(start).max(1)))?;
                }
                write!(f, "unsupported: {}", info.message)
            }
        }
    }
}

impl std::error::Error for CompileError {}

/// The class of a warning that the compiler gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningCategory {
    /// `SyntaxWarning`.
    Syntax,
    /// `DeprecationWarning`.
    Deprecation,
}

/// A warning to be shown through Python's `warnings` machinery, with the module's file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarningInfo {
    /// The class.
    pub category: WarningCategory,
    /// The text.
    pub message: String,
    /// The place, as for the SyntaxError that it becomes if filters turn warnings into errors.
    pub place: SyntaxErrorInfo,
}
