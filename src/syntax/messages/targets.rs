//! Errors about what is assigned to or deleted.
//!
//! What lives here: counterparts of the grammar's `invalid_assignment`, `invalid_del_stmt`, `invalid_for_target`
//! and `invalid_with_item`, and what CPython calls each sort of expression. What must not: other statements.

use super::*;

impl<'a> Context<'a> {
    // ---- targets ----

    pub(super) fn target(&self, error: &ParseErrorType, range: TextRange, index: usize) -> Diagnosis {
        let Some(found) = self.expression_at_range(range) else {
            return Diagnosis::generic(self.range_of(index));
        };
        let (name, range) = match invalid_target(found) {
            Some(inner) => (expression_name(inner), inner.range()),
            None => (expression_name(found), range),
        };
        match error {
            ParseErrorType::InvalidAugmentedAssignmentTarget => {
                let whole = expression_name(found);
                Diagnosis::new(format!("'{whole}' is an illegal expression for augmented assignment"), found.range())
            }
            ParseErrorType::InvalidDeleteTarget => Diagnosis::new(format!("cannot delete {name}"), range),
            ParseErrorType::InvalidNamedAssignmentTarget => {
                let name = expression_name(found);
                Diagnosis::new(format!("cannot use assignment expressions with {name}"), found.range())
            }
            ParseErrorType::InvalidAnnotatedAssignmentTarget => {
                Diagnosis::new("illegal target for annotation", found.range())
            }
            _ => self.assignment_target(found, name, range),
        }
    }

    pub(super) fn assignment_target(&self, found: &Expr, name: &'static str, range: TextRange) -> Diagnosis {
        let start = self.line_start(self.token_at(range.start()));
        let first = self.kind(start);
        let keyword = if first == TokenKind::Async { self.kind(start + 1) } else { first };
        let in_targets =
            matches!(keyword, TokenKind::For | TokenKind::With) || self.depth(self.token_at(range.start())) > 0;
        let plain = Diagnosis::new(format!("cannot assign to {name}"), range);
        // The long form is only for one `=` after something that is no chain of targets.
        let after = self.token_at(found.range().end());
        let closing = (after..self.tokens.len()).find(|at| self.kind(*at) != TokenKind::Rpar).unwrap_or(after);
        if self.kind(closing) != TokenKind::Equal {
            return plain;
        }
        if matches!(found, Expr::Yield(_) | Expr::YieldFrom(_)) && self.depth(after) == 0 {
            return Diagnosis::new("assignment to yield expression not possible", found.range());
        }
        let at_start = self.before(self.token_at(found.range().start())).is_none_or(|token| {
            matches!(
                token.kind(),
                TokenKind::Newline
                    | TokenKind::Indent
                    | TokenKind::Dedent
                    | TokenKind::Semi
                    | TokenKind::Colon
                    | TokenKind::Lpar
            )
        });
        let second = (closing + 1..self.tokens.len())
            .take_while(|at| !matches!(self.kind(*at), TokenKind::Newline | TokenKind::Semi))
            .any(|at| self.kind(at) == TokenKind::Equal && self.depth(at) == self.depth(closing));
        let simple = matches!(
            found,
            Expr::Compare(_)
                | Expr::BoolOp(_)
                | Expr::Lambda(_)
                | Expr::If(_)
                | Expr::Generator(_)
                | Expr::NoneLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::List(_)
                | Expr::Tuple(_)
                | Expr::UnaryOp(ast::ExprUnaryOp { op: ast::UnaryOp::Not, .. })
        );
        if simple || second || !at_start || (in_targets && !matches!(found, Expr::Yield(_) | Expr::Named(_))) {
            return plain;
        }
        Diagnosis::new(format!("cannot assign to {name} here. Maybe you meant '==' instead of '='?"), range)
    }

    pub(super) fn expression_at_range(&self, range: TextRange) -> Option<&'a Expr> {
        struct At<'a> {
            range: TextRange,
            found: Option<&'a Expr>,
        }
        impl<'a> Visitor<'a> for At<'a> {
            fn visit_stmt(&mut self, statement: &'a Stmt) {
                if self.found.is_none() {
                    walk_stmt(self, statement);
                }
            }
            fn visit_expr(&mut self, expression: &'a Expr) {
                if self.found.is_some() {
                    return;
                }
                if expression.range() == self.range {
                    self.found = Some(expression);
                } else {
                    walk_expr(self, expression);
                }
            }
        }
        let mut at = At { range, found: None };
        match self.parsed.syntax() {
            Mod::Module(module) => module.body.iter().for_each(|statement| at.visit_stmt(statement)),
            Mod::Expression(module) => at.visit_expr(&module.body),
        }
        at.found
    }
}

/// The part of a target that cannot be assigned to.
fn invalid_target(target: &Expr) -> Option<&Expr> {
    match target {
        Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
            elts.iter().find_map(invalid_target)
        }
        Expr::Starred(node) => invalid_target(&node.value),
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => None,
        other => Some(other),
    }
}

/// What CPython calls an expression in messages (`_PyPegen_get_expr_name`).
pub(super) fn expression_name(expression: &Expr) -> &'static str {
    match expression {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::Generator(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::FString(_) => "f-string expression",
        Expr::TString(_) => "t-string expression",
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => "literal",
        Expr::BooleanLiteral(node) => {
            if node.value {
                "True"
            } else {
                "False"
            }
        }
        Expr::NoneLiteral(_) => "None",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::Compare(_) => "comparison",
        Expr::If(_) => "conditional expression",
        Expr::Named(_) => "named expression",
        Expr::Slice(_) | Expr::IpyEscapeCommand(_) => "expression",
    }
}
