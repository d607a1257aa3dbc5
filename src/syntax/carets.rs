//! What tracebacks ask about a piece of source text: where its operator or bracket is.
//!
//! What lives here: the answers to the runtime's two hooks. What must not: the placing of carets
//! (`taipan_runtime::traceback_format`).

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextSize};
use taipan_runtime::traceback_format::{CaretExpression, Position};
use taipan_runtime::vm::SourceSpan;

/// The outermost expression of `segment`, if it is one that carets single a part out of.
pub fn caret_expression(segment: &str) -> Option<CaretExpression> {
    // Parentheses make an expression over several lines a valid one.
    let wrapped = format!("(\n{segment}\n)");
    let parsed = ruff_python_parser::parse_expression(&wrapped).ok()?;
    let at = |offset: TextSize| {
        let before = &wrapped[..offset.to_usize()];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        // The first line is the added parenthesis.
        Position { line: before.matches('\n').count().saturating_sub(1), column: offset.to_usize() - line_start }
    };
    match parsed.expr() {
        Expr::BinOp(operation) => Some(CaretExpression::Binary {
            left_end: at(operation.left.end()),
            right_start: at(operation.right.start()),
        }),
        Expr::Subscript(subscript) => {
            Some(CaretExpression::Subscript { value_end: at(subscript.value.end()), end: at(subscript.end()) })
        }
        Expr::Call(call) => Some(CaretExpression::Call { function_end: at(call.func.end()), end: at(call.end()) }),
        _ => None,
    }
}

/// If `text` starts with `return name(...)` or `name = ...(...)`, the span of the call.
pub fn plain_call_statement(text: &str) -> Option<SourceSpan> {
    let parsed = ruff_python_parser::parse_module(text).ok()?;
    let call = match parsed.syntax().body.first()? {
        Stmt::Return(statement) => match statement.value.as_deref()? {
            Expr::Call(call) if call.func.is_name_expr() => call,
            _ => return None,
        },
        Stmt::Assign(statement) => match (statement.targets.as_slice(), &*statement.value) {
            ([Expr::Name(_)], Expr::Call(call)) => call,
            _ => return None,
        },
        _ => return None,
    };
    let place = |offset: TextSize| {
        let before = &text[..offset.to_usize()];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() as u32 + 1, (offset.to_usize() - line_start) as u32)
    };
    let ((line, column), (end_line, end_column)) = (place(call.start()), place(call.end()));
    Some(SourceSpan { line, column, end_line, end_column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_and_brackets_are_found() {
        let place = |line, column| Position { line, column };
        assert_eq!(
            caret_expression("a + b"),
            Some(CaretExpression::Binary { left_end: place(0, 1), right_start: place(0, 4) })
        );
        assert_eq!(
            caret_expression("a[1]"),
            Some(CaretExpression::Subscript { value_end: place(0, 1), end: place(0, 4) })
        );
        assert_eq!(
            caret_expression("f(\n1)"),
            Some(CaretExpression::Call { function_end: place(0, 1), end: place(1, 2) })
        );
        assert_eq!(caret_expression("a.b"), None);
        assert_eq!(caret_expression("a +"), None);
    }

    #[test]
    fn plain_calls_are_told_from_others() {
        assert!(plain_call_statement("return f(x)").is_some());
        assert!(plain_call_statement("y = o.m(x)").is_some());
        assert!(plain_call_statement("return o.m(x)").is_none());
        assert!(plain_call_statement("f(x)").is_none());
    }
}
