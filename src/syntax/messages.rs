//! From the parser crate's errors to CPython's words.

use ruff_python_parser::ParseError;

use super::error::SyntaxErrorInfo;
use super::source::SourceText;

/// The SyntaxError that CPython would raise where the parser crate found `errors`.
pub(super) fn translate(source: &SourceText, errors: &[ParseError]) -> SyntaxErrorInfo {
    let first = &errors[0];
    source.error(first.error.to_string(), first.location)
}
