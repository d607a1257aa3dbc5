//! Syntax: from bytes to a syntax tree, and the errors on the way.
//!
//! What lives here: decoding of source files ([`source`]), the boundary to the parser crate ([`parse`]), the
//! translation of its errors into CPython's ([`error`], `messages`). What must not: scopes, code generation.
//! Start at [`parse::parse`].

pub mod carets;
pub mod error;
mod literals;
mod messages;
mod nesting;
pub mod parse;
pub mod source;
#[cfg(test)]
mod tests;
mod tokenizer;

pub use error::{CompileError, SyntaxErrorInfo, SyntaxErrorKind, SyntaxWarningInfo, WarningCategory};
pub use parse::{Mode, ParseFailure, Parsed, Tree, parse};
pub use source::{SourceText, decode};
