//! `from __future__ import ...`.
//!
//! What lives here: which features a source turns on, and the errors about them. What must not: their effects.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

use super::Result;
use crate::bytecode::CodeFlags;
use crate::syntax::SourceText;

/// Features that are part of the language now.
const MANDATORY: [&str; 8] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
];

/// The flags of the features that the statements turn on.
///
/// # Errors
/// Unknown features, and future imports that do not stand at the beginning.
pub(super) fn features(source: &SourceText, body: &[Stmt]) -> Result<CodeFlags> {
    let mut flags = CodeFlags::default();
    let mut at_beginning = true;
    for (at, statement) in body.iter().enumerate() {
        match statement {
            Stmt::ImportFrom(node) if node.module.as_deref() == Some("__future__") && node.level == 0 => {
                if !at_beginning {
                    let message = "from __future__ imports must occur at the beginning of the file";
                    return Err(source.error(message, node.range()).into());
                }
                for alias in &node.names {
                    flags = flags.union(match alias.name.as_str() {
                        name if MANDATORY.contains(&name) => CodeFlags::default(),
                        "annotations" => CodeFlags::FUTURE_ANNOTATIONS,
                        "barry_as_FLUFL" => CodeFlags::FUTURE_BARRY_AS_BDFL,
                        "braces" => return Err(source.error("not a chance", alias.range()).into()),
                        name => {
                            let message = format!("future feature {name} is not defined");
                            return Err(source.error(message, alias.range()).into());
                        }
                    });
                }
            }
            Stmt::Expr(node) if at == 0 && matches!(&*node.value, Expr::StringLiteral(_)) => {}
            _ => at_beginning = false,
        }
    }
    Ok(flags)
}
