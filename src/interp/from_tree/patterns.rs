//! `match` cases of trees that Python programs hold.

use super::*;

impl Reader<'_> {
    /// A case; cases have no place of their own, `range` is that of the statement.
    pub(super) fn case(&self, value: Value, range: TextRange) -> PyResult<ast::MatchCase> {
        self.below(value, "match_case", |node| {
            let pattern = self.pattern(self.required(node, "pattern")?)?;
            let guard = self.optional_expression(node, "guard")?;
            let body = self.body(node, "body")?;
            let start = pattern.start().min(range.end());
            let range = TextRange::new(start, range.end());
            Ok(ast::MatchCase { range, node_index: AtomicNodeIndex::NONE, pattern, guard, body })
        })
    }

    fn patterns(&self, node: &Node, name: &str) -> PyResult<Vec<Pattern>> {
        self.list(node, name, |value| self.pattern(value))
    }

    fn pattern(&self, value: Value) -> PyResult<Pattern> {
        self.below(value, "pattern", |node| self.pattern_of(node))
    }

    fn pattern_of(&self, node: &Node) -> PyResult<Pattern> {
        if !node.class.starts_with("Match") || &*node.class == "Match" {
            return Err(self.not_some(node.value, "pattern"));
        }
        let thread = self.thread;
        let range = self.range(node, "pattern")?;
        let node_index = AtomicNodeIndex::NONE;
        Ok(match &*node.class {
            "MatchValue" => {
                let value = Box::new(self.expression(node, "value")?);
                if !is_pattern_value(&value) {
                    let message = "patterns may only match literals and attribute lookups";
                    return Err(thread.raise_value_error(message));
                }
                Pattern::MatchValue(ast::PatternMatchValue { node_index, range, value })
            }
            "MatchSingleton" => {
                let value = match self.constant_value(node)? {
                    Value::NONE => ast::Singleton::None,
                    Value::TRUE => ast::Singleton::True,
                    Value::FALSE => ast::Singleton::False,
                    _ => {
                        let message = "MatchSingleton can only contain True, False and None";
                        return Err(thread.raise_value_error(message));
                    }
                };
                Pattern::MatchSingleton(ast::PatternMatchSingleton { node_index, range, value })
            }
            "MatchSequence" => {
                let patterns = self.patterns(node, "patterns")?;
                Pattern::MatchSequence(ast::PatternMatchSequence { node_index, range, patterns })
            }
            "MatchMapping" => {
                let keys = self.list(node, "keys", |key| self.expression_in(key, ExprContext::Load))?;
                let patterns = self.patterns(node, "patterns")?;
                if keys.len() != patterns.len() {
                    let message = "MatchMapping doesn't have the same number of keys as patterns";
                    return Err(thread.raise_value_error(message));
                }
                let rest = self.optional_identifier(node, "rest", range)?;
                let (keys, patterns) = (keys.into_iter().collect(), patterns.into_iter().collect());
                Pattern::MatchMapping(ast::PatternMatchMapping { node_index, range, keys, patterns, rest })
            }
            "MatchClass" => {
                let names =
                    self.list(node, "kwd_attrs", |name| Ok(Identifier::new(self.text(name, "identifier")?, range)))?;
                let patterns = self.patterns(node, "kwd_patterns")?;
                if names.len() != patterns.len() {
                    let message = "MatchClass doesn't have the same number of keyword attributes as patterns";
                    return Err(thread.raise_value_error(message));
                }
                let cls = Box::new(self.expression(node, "cls")?);
                let keywords = names.into_iter().zip(patterns).map(|(attr, pattern)| ast::PatternKeyword {
                    range: pattern.range(),
                    node_index: AtomicNodeIndex::NONE,
                    attr,
                    pattern,
                });
                let arguments = ast::PatternArguments {
                    range,
                    node_index: AtomicNodeIndex::NONE,
                    keywords: keywords.collect(),
                    patterns: self.patterns(node, "patterns")?.into_iter().collect(),
                };
                Pattern::MatchClass(ast::PatternMatchClass { node_index, range, cls, arguments })
            }
            "MatchStar" => {
                let name = self.optional_identifier(node, "name", range)?;
                Pattern::MatchStar(ast::PatternMatchStar { node_index, range, name })
            }
            "MatchAs" => {
                let pattern = self.field(node, "pattern")?.map(|value| self.pattern(value)).transpose()?.map(Box::new);
                let name = self.optional_identifier(node, "name", range)?;
                if name.as_ref().is_some_and(|name| name.as_str() == "_") {
                    return Err(thread.raise_value_error("can't capture name '_' in patterns"));
                }
                if name.is_none() && pattern.is_some() {
                    let message = "MatchAs must specify a target name if a pattern is given";
                    return Err(thread.raise_value_error(message));
                }
                Pattern::MatchAs(ast::PatternMatchAs { node_index, range, pattern, name })
            }
            "MatchOr" => {
                let patterns = self.patterns(node, "patterns")?;
                if patterns.len() < 2 {
                    return Err(thread.raise_value_error("MatchOr requires at least 2 patterns"));
                }
                Pattern::MatchOr(ast::PatternMatchOr { node_index, range, patterns })
            }
            _ => return Err(self.not_some(node.value, "pattern")),
        })
    }
}

/// Literals, their negatives and sums of them, and names with dots.
fn is_pattern_value(expression: &Expr) -> bool {
    match expression {
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::Attribute(_) => true,
        Expr::UnaryOp(node) => node.op == ast::UnaryOp::USub && node.operand.is_number_literal_expr(),
        Expr::BinOp(node) => {
            matches!(node.op, ast::Operator::Add | ast::Operator::Sub)
                && is_pattern_value(&node.left)
                && node.right.is_number_literal_expr()
        }
        _ => false,
    }
}
