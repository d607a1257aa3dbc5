//! The walk over patterns and expressions.

use super::*;

impl<'a> Builder<'a> {
    // ---- patterns ----

    pub(super) fn pattern(&mut self, pattern: &Pattern) -> Result {
        match pattern {
            Pattern::MatchValue(node) => self.expression(&node.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(node) => node.patterns.iter().try_for_each(|inner| self.pattern(inner)),
            Pattern::MatchMapping(node) => {
                node.keys.iter().try_for_each(|key| self.expression(key))?;
                node.patterns.iter().try_for_each(|inner| self.pattern(inner))?;
                self.capture(node.rest.as_ref())
            }
            Pattern::MatchClass(node) => {
                self.expression(&node.cls)?;
                node.arguments.patterns.iter().try_for_each(|inner| self.pattern(inner))?;
                for keyword in &node.arguments.keywords {
                    self.forbid_debug(&keyword.attr, "assign to", pattern.range())?;
                    self.pattern(&keyword.pattern)?;
                }
                Ok(())
            }
            Pattern::MatchStar(node) => self.capture(node.name.as_ref()),
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner)?;
                }
                self.capture(node.name.as_ref())
            }
            Pattern::MatchOr(node) => node.patterns.iter().try_for_each(|inner| self.pattern(inner)),
        }
    }

    pub(super) fn capture(&mut self, name: Option<&ast::Identifier>) -> Result {
        name.map_or(Ok(()), |name| self.bind(name, NameFlags::LOCAL))
    }

    // ---- expressions ----

    pub(super) fn expressions(&mut self, expressions: &[Expr]) -> Result {
        expressions.iter().try_for_each(|expression| self.expression(expression))
    }

    pub(super) fn optional(&mut self, expression: Option<&Expr>) -> Result {
        expression.map_or(Ok(()), |expression| self.expression(expression))
    }

    pub(super) fn expression(&mut self, expression: &Expr) -> Result {
        match expression {
            Expr::BoolOp(node) => self.expressions(&node.values),
            Expr::Named(node) => self.named(node),
            Expr::BinOp(node) => {
                self.expression(&node.left)?;
                self.expression(&node.right)
            }
            Expr::UnaryOp(node) => self.expression(&node.operand),
            Expr::Lambda(node) => {
                if let Some(parameters) = &node.parameters {
                    self.defaults(parameters)?;
                }
                let role = (node, ScopeRole::Body);
                let in_class = self.scope().kind == ScopeKind::Class;
                let suspended = self.enter(ScopeKind::Lambda, "<lambda>", Some(role), node.range())?;
                let current = self.current;
                self.tree[current].is_method = in_class;
                if let Some(parameters) = &node.parameters {
                    self.parameters(parameters)?;
                }
                self.expression(&node.body)?;
                self.leave(suspended);
                Ok(())
            }
            Expr::If(node) => {
                self.expression(&node.test)?;
                self.expression(&node.body)?;
                self.expression(&node.orelse)
            }
            Expr::Dict(node) => {
                for item in node {
                    self.optional(item.key.as_ref())?;
                    self.expression(&item.value)?;
                }
                Ok(())
            }
            Expr::Set(node) => self.expressions(&node.elts),
            Expr::ListComp(node) => {
                let kind = ScopeKind::Comprehension(ComprehensionKind::List);
                self.comprehension(node, kind, "<listcomp>", &node.generators, &node.elt, None, node.range())
            }
            Expr::SetComp(node) => {
                let kind = ScopeKind::Comprehension(ComprehensionKind::Set);
                self.comprehension(node, kind, "<setcomp>", &node.generators, &node.elt, None, node.range())
            }
            Expr::DictComp(node) => {
                let kind = ScopeKind::Comprehension(ComprehensionKind::Dict);
                let (key, value) = (node.key.as_deref(), &*node.value);
                let (first, second) = key.map_or((value, None), |key| (key, Some(value)));
                self.comprehension(node, kind, "<dictcomp>", &node.generators, first, second, node.range())
            }
            Expr::Generator(node) => {
                let kind = ScopeKind::GeneratorExpression;
                self.comprehension(node, kind, "<genexpr>", &node.generators, &node.elt, None, node.range())
            }
            Expr::Await(node) => {
                self.forbid_in_annotation("await expression", node.range())?;
                let scope = self.scope();
                if !self.options.top_level_await {
                    if !scope.kind.is_function_like() {
                        return self.error("'await' outside function", node.range());
                    }
                    if !scope.is_async && !scope.kind.is_comprehension() {
                        return self.error("'await' outside async function", node.range());
                    }
                }
                self.expression(&node.value)?;
                let current = self.current;
                self.tree[current].is_coroutine = true;
                Ok(())
            }
            Expr::Yield(node) => {
                self.forbid_in_annotation("yield expression", node.range())?;
                self.optional(node.value.as_deref())?;
                self.yielding("yield", node.range())
            }
            Expr::YieldFrom(node) => {
                self.forbid_in_annotation("yield expression", node.range())?;
                self.expression(&node.value)?;
                self.yielding("yield from", node.range())
            }
            Expr::Compare(node) => {
                self.expression(&node.left)?;
                self.expressions(&node.comparators)
            }
            Expr::Call(node) => {
                self.expression(&node.func)?;
                self.arguments(&node.arguments)
            }
            Expr::FString(node) => {
                for part in &node.value {
                    if let ast::FStringPart::FString(part) = part {
                        self.interpolations(&part.elements)?;
                    }
                }
                Ok(())
            }
            Expr::TString(node) => node.value.iter().try_for_each(|part| self.interpolations(&part.elements)),
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => Ok(()),
            Expr::Attribute(node) => {
                match node.ctx {
                    ast::ExprContext::Store => self.forbid_debug(&node.attr, "assign to", node.range())?,
                    ast::ExprContext::Del => self.forbid_debug(&node.attr, "delete", node.range())?,
                    ast::ExprContext::Load | ast::ExprContext::Invalid => {}
                }
                self.expression(&node.value)
            }
            Expr::Subscript(node) => {
                self.expression(&node.value)?;
                self.expression(&node.slice)
            }
            Expr::Starred(node) => self.expression(&node.value),
            Expr::Name(node) => self.name(node),
            Expr::List(node) => self.expressions(&node.elts),
            Expr::Tuple(node) => self.expressions(&node.elts),
            Expr::Slice(node) => {
                for part in [&node.lower, &node.upper, &node.step] {
                    self.optional(part.as_deref())?;
                }
                Ok(())
            }
            Expr::IpyEscapeCommand(node) => self.error("invalid syntax", node.range()),
        }
    }

    pub(super) fn name(&mut self, node: &ast::ExprName) -> Result {
        let flags = match node.ctx {
            ast::ExprContext::Load => NameFlags::USE,
            ast::ExprContext::Store => {
                self.forbid_debug(&node.id, "assign to", node.range())?;
                NameFlags::LOCAL
            }
            ast::ExprContext::Del => {
                self.forbid_debug(&node.id, "delete", node.range())?;
                NameFlags::LOCAL
            }
            ast::ExprContext::Invalid => NameFlags::USE,
        };
        self.define(&node.id, flags, node.range())?;
        if flags == NameFlags::USE && node.id == "super" && self.scope().kind.is_function_like() {
            self.define("__class__", NameFlags::USE, node.range())?;
        }
        Ok(())
    }

    pub(super) fn arguments(&mut self, arguments: &ast::Arguments) -> Result {
        self.expressions(&arguments.args)?;
        for (at, keyword) in arguments.keywords.iter().enumerate() {
            if let Some(name) = &keyword.arg {
                self.forbid_debug(name, "assign to", keyword.range())?;
                let repeated = |earlier: &ast::Keyword| earlier.arg.as_ref().is_some_and(|arg| arg.id == name.id);
                if arguments.keywords[..at].iter().any(repeated) {
                    return self.error(format!("keyword argument repeated: {name}"), keyword.range());
                }
            }
            self.expression(&keyword.value)?;
        }
        Ok(())
    }

    pub(super) fn interpolations(&mut self, elements: &ast::InterpolatedStringElements) -> Result {
        for element in elements {
            if let ast::InterpolatedStringElement::Interpolation(element) = element {
                self.expression(&element.expression)?;
                if let Some(spec) = &element.format_spec {
                    self.interpolations(&spec.elements)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn forbid_in_annotation(&self, what: &str, range: TextRange) -> Result {
        match self.scope().kind.annotation_description() {
            Some(place) => self.error(format!("{what} cannot be used within {place}"), range),
            None => Ok(()),
        }
    }

    pub(super) fn yielding(&mut self, word: &str, range: TextRange) -> Result {
        let place = match self.scope().kind {
            ScopeKind::Comprehension(ComprehensionKind::List) => "list comprehension",
            ScopeKind::Comprehension(ComprehensionKind::Set) => "set comprehension",
            ScopeKind::Comprehension(ComprehensionKind::Dict) => "dict comprehension",
            ScopeKind::GeneratorExpression => "generator expression",
            ScopeKind::Module | ScopeKind::Class => {
                return self.error(format!("'{word}' outside function"), range);
            }
            ScopeKind::Function
            | ScopeKind::Lambda
            | ScopeKind::Annotation
            | ScopeKind::TypeVariable
            | ScopeKind::TypeAlias
            | ScopeKind::TypeParameters => {
                let current = self.current;
                self.tree[current].is_generator = true;
                return Ok(());
            }
        };
        self.error(format!("'yield' inside {place}"), range)
    }

    pub(super) fn named(&mut self, node: &ast::ExprNamed) -> Result {
        self.forbid_in_annotation("named expression", node.range())?;
        if self.iterable_depth > 0 {
            return self
                .error("assignment expression cannot be used in a comprehension iterable expression", node.range());
        }
        let current = self.current;
        self.tree[current].has_named_expression = true;
        let Expr::Name(target) = &*node.target else {
            return self.error("invalid syntax", node.range());
        };
        if self.scope().kind.is_comprehension() {
            self.bind_outside_comprehensions(target)?;
        }
        self.expression(&node.value)?;
        if self.scope().kind.is_comprehension() {
            return Ok(());
        }
        self.expression(&node.target)
    }

    /// The target of a named expression in a comprehension is bound in the scope around (PEP 572).
    pub(super) fn bind_outside_comprehensions(&mut self, target: &ast::ExprName) -> Result {
        self.forbid_debug(&target.id, "assign to", target.range())?;
        let mangled = self.mangled(&target.id);
        let range = target.range();
        let mut passed = Vec::new();
        let mut at = self.current;
        loop {
            let scope = &self.tree[at];
            match scope.kind {
                ScopeKind::Comprehension(_) | ScopeKind::GeneratorExpression => {
                    if scope.flags(&mangled).intersects(NameFlags::ITERATION) {
                        return self.error(
                            format!(
                                "assignment expression cannot rebind comprehension iteration variable '{}'",
                                target.id
                            ),
                            range,
                        );
                    }
                    passed.push(at);
                    at = scope.parent.unwrap_or(ScopeId::MODULE);
                    continue;
                }
                ScopeKind::Function | ScopeKind::Lambda => {
                    let global = scope.flags(&mangled).intersects(NameFlags::GLOBAL);
                    let flag = if global { NameFlags::GLOBAL } else { NameFlags::NONLOCAL };
                    for inner in passed {
                        self.define_in(inner, &mangled, &target.id, flag, range)?;
                    }
                    return self.define_in(at, &mangled, &target.id, NameFlags::LOCAL, range);
                }
                ScopeKind::Module => {
                    for inner in passed {
                        self.define_in(inner, &mangled, &target.id, NameFlags::GLOBAL, range)?;
                    }
                    return self.define_in(at, &mangled, &target.id, NameFlags::GLOBAL, range);
                }
                ScopeKind::Class => {
                    return self
                        .error("assignment expression within a comprehension cannot be used in a class body", range);
                }
                ScopeKind::Annotation | ScopeKind::TypeVariable | ScopeKind::TypeAlias | ScopeKind::TypeParameters => {
                    let place = scope.kind.annotation_description().unwrap_or_default();
                    return self.error(
                        format!("assignment expression within a comprehension cannot be used in {place}"),
                        range,
                    );
                }
            }
        }
    }

    pub(super) fn comprehension<T>(
        &mut self,
        node: &T,
        kind: ScopeKind,
        name: &str,
        generators: &[ast::Comprehension],
        first: &Expr,
        second: Option<&Expr>,
        range: TextRange,
    ) -> Result {
        let Some((outermost, others)) = generators.split_first() else { return Ok(()) };
        self.iterable_depth += 1;
        self.expression(&outermost.iter)?;
        self.iterable_depth -= 1;

        let suspended = self.enter(kind, name, Some((node, ScopeRole::Body)), range)?;
        // Inside an iterable of another comprehension, named expressions stay forbidden.
        self.iterable_depth = suspended.iterable_depth;
        let current = self.current;
        self.tree[current].is_generator = kind == ScopeKind::GeneratorExpression;
        self.define(".0", NameFlags::PARAMETER, range)?;
        self.generator_target(outermost)?;
        self.expressions(&outermost.ifs)?;
        for generator in others {
            self.generator_target(generator)?;
            self.iterable_depth += 1;
            self.expression(&generator.iter)?;
            self.iterable_depth -= 1;
            self.expressions(&generator.ifs)?;
        }
        self.expression(first)?;
        self.optional(second)?;
        let is_async = self.tree[current].is_coroutine && kind != ScopeKind::GeneratorExpression;
        self.leave(suspended);
        if is_async {
            let outer = self.current;
            self.tree[outer].is_coroutine = true;
        }
        Ok(())
    }

    pub(super) fn generator_target(&mut self, generator: &ast::Comprehension) -> Result {
        if generator.is_async {
            let current = self.current;
            self.tree[current].is_coroutine = true;
        }
        self.iteration_target = true;
        self.expression(&generator.target)?;
        self.iteration_target = false;
        Ok(())
    }
}
