//! The walk over statements.

use super::*;

impl<'a> Builder<'a> {
    // ---- statements ----

    pub(super) fn statements(&mut self, statements: &[Stmt]) -> Result {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    pub(super) fn conditional(&mut self, statements: &[Stmt]) -> Result {
        let before = std::mem::replace(&mut self.in_conditional, true);
        self.statements(statements)?;
        self.in_conditional = before;
        Ok(())
    }

    pub(super) fn loop_body(&mut self, statements: &[Stmt]) -> Result {
        let before = std::mem::replace(&mut self.finally.in_loop, true);
        self.conditional(statements)?;
        self.finally.in_loop = before;
        Ok(())
    }

    pub(super) fn leave_loop(&mut self, word: &str, range: TextRange) {
        if self.finally.in_finally && !self.finally.in_loop {
            self.warn_finally(word, range);
        }
    }

    /// Control that leaves a `finally` part swallows the exception (PEP 765).
    pub(super) fn warn_finally(&mut self, word: &str, range: TextRange) {
        self.warnings.push((format!("'{word}' in a 'finally' block"), range));
    }

    pub(super) fn statement(&mut self, statement: &Stmt) -> Result {
        match statement {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::Return(node) => {
                if self.finally.in_finally {
                    self.warn_finally("return", node.range());
                }
                self.optional(node.value.as_deref())
            }
            Stmt::Delete(node) => self.expressions(&node.targets),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::Assign(node) => {
                self.expression(&node.value)?;
                self.expressions(&node.targets)
            }
            Stmt::AugAssign(node) => {
                self.expression(&node.target)?;
                self.expression(&node.value)
            }
            Stmt::AnnAssign(node) => self.annotated_assignment(node),
            Stmt::For(node) => {
                self.expression(&node.iter)?;
                self.expression(&node.target)?;
                self.loop_body(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::While(node) => {
                self.expression(&node.test)?;
                self.loop_body(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::If(node) => {
                self.expression(&node.test)?;
                self.conditional(&node.body)?;
                for clause in &node.elif_else_clauses {
                    self.optional(clause.test.as_ref())?;
                    self.conditional(&clause.body)?;
                }
                Ok(())
            }
            Stmt::With(node) => {
                for item in &node.items {
                    self.expression(&item.context_expr)?;
                    self.optional(item.optional_vars.as_deref())?;
                }
                self.conditional(&node.body)
            }
            Stmt::Match(node) => {
                self.expression(&node.subject)?;
                for case in &node.cases {
                    self.pattern(&case.pattern)?;
                    self.optional(case.guard.as_deref())?;
                    self.conditional(&case.body)?;
                }
                Ok(())
            }
            Stmt::Raise(node) => {
                self.optional(node.exc.as_deref())?;
                self.optional(node.cause.as_deref())
            }
            Stmt::Try(node) => {
                self.conditional(&node.body)?;
                self.conditional(&node.orelse)?;
                for handler in &node.handlers {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.optional(handler.type_.as_deref())?;
                    if let Some(name) = &handler.name {
                        self.forbid_debug(name, "assign to", handler.range())?;
                        self.define(name, NameFlags::LOCAL, name.range())?;
                    }
                    self.conditional(&handler.body)?;
                }
                let before = std::mem::replace(&mut self.finally, Finally { in_finally: true, in_loop: false });
                self.conditional(&node.finalbody)?;
                self.finally = before;
                Ok(())
            }
            Stmt::Assert(node) => {
                self.expression(&node.test)?;
                self.optional(node.msg.as_deref())
            }
            Stmt::Import(node) => node.names.iter().try_for_each(|alias| self.alias(alias)),
            Stmt::ImportFrom(node) => node.names.iter().try_for_each(|alias| self.alias(alias)),
            Stmt::Global(node) => self.declaration(&node.names, NameFlags::GLOBAL, node.range()),
            Stmt::Nonlocal(node) => self.declaration(&node.names, NameFlags::NONLOCAL, node.range()),
            Stmt::Expr(node) => self.expression(&node.value),
            Stmt::Break(node) => {
                self.leave_loop("break", node.range());
                Ok(())
            }
            Stmt::Continue(node) => {
                self.leave_loop("continue", node.range());
                Ok(())
            }
            Stmt::Pass(_) => Ok(()),
            Stmt::IpyEscapeCommand(node) => self.error("invalid syntax", node.range()),
        }
    }

    pub(super) fn alias(&mut self, alias: &ast::Alias) -> Result {
        if &alias.name == "*" {
            if self.current != ScopeId::MODULE {
                return self.error("import * only allowed at module level", alias.range());
            }
            return Ok(());
        }
        let bound = match &alias.asname {
            Some(name) => name.as_str(),
            None => alias.name.split('.').next().unwrap_or_default(),
        };
        self.forbid_debug(bound, "assign to", alias.range())?;
        self.define(bound, NameFlags::IMPORT, alias.range())
    }

    pub(super) fn declaration(&mut self, names: &[ast::Identifier], flag: NameFlags, range: TextRange) -> Result {
        let word = if flag == NameFlags::GLOBAL { "global" } else { "nonlocal" };
        for name in names {
            let mangled = self.mangled(name);
            let flags = self.scope().flags(&mangled);
            if flags.intersects(NameFlags::PARAMETER) {
                return self.error(format!("name '{name}' is parameter and {word}"), range);
            }
            if flags.intersects(NameFlags::USE) {
                return self.error(format!("name '{name}' is used prior to {word} declaration"), range);
            }
            if flags.intersects(NameFlags::ANNOTATED) {
                return self.error(format!("annotated name '{name}' can't be {word}"), range);
            }
            if flags.intersects(NameFlags::LOCAL) {
                return self.error(format!("name '{name}' is assigned to before {word} declaration"), range);
            }
            self.define(name, flag, range)?;
            let current = self.current;
            self.tree[current].entry(&mangled).declaration.get_or_insert(range);
            if flag == NameFlags::GLOBAL && current != ScopeId::MODULE {
                // As in CPython, the outermost scope then means the global too, if it has its own namespace.
                self.tree[ScopeId::MODULE].entry(&mangled).flags.insert(NameFlags::GLOBAL_ELSEWHERE);
            }
        }
        Ok(())
    }

    pub(super) fn annotated_assignment(&mut self, node: &ast::StmtAnnAssign) -> Result {
        if let (Expr::Name(target), true) = (&*node.target, node.simple) {
            let mangled = self.mangled(&target.id);
            let flags = self.scope().flags(&mangled);
            if self.current != ScopeId::MODULE {
                for (flag, word) in [(NameFlags::GLOBAL, "global"), (NameFlags::NONLOCAL, "nonlocal")] {
                    if flags.intersects(flag) {
                        return self.error(format!("annotated name '{}' can't be {word}", target.id), node.range());
                    }
                }
            }
            self.forbid_debug(&target.id, "assign to", target.range())?;
            self.optional(node.value.as_deref())?;
            self.define(&target.id, NameFlags::ANNOTATED.union(NameFlags::LOCAL), target.range())?;
            return self.variable_annotation(&node.annotation);
        } else if let (Expr::Name(target), None) = (&*node.target, &node.value) {
            // `(x): int` neither binds nor reads x.
            let _ = target;
        } else {
            self.expression(&node.target)?;
        }
        self.variable_annotation(&node.annotation)?;
        self.optional(node.value.as_deref())
    }

    /// The annotation of a variable: evaluated by `__annotate__` in a class or module, never in a function.
    pub(super) fn variable_annotation(&mut self, annotation: &Expr) -> Result {
        let owner = self.current;
        let kind = self.scope().kind;
        let conditional = kind == ScopeKind::Module || (kind == ScopeKind::Class && self.in_conditional);
        if conditional && !self.options.future_annotations && !self.scope().has_conditional_annotations {
            self.tree[owner].has_conditional_annotations = true;
            self.define("__conditional_annotations__", NameFlags::USE, annotation.range())?;
        }
        if kind.is_function_like() || self.options.future_annotations {
            // Not evaluated: walked in a scope that is thrown away, for its errors only.
            let known_scopes = self.tree.scopes.len();
            let suspended = self.enter::<Expr>(ScopeKind::Annotation, "__annotate__", None, annotation.range())?;
            self.expression(annotation)?;
            self.leave(suspended);
            self.tree.scopes.truncate(known_scopes);
            let children = &mut self.tree[owner].children;
            while children.last().is_some_and(|child| child.index() >= known_scopes) {
                children.pop();
            }
            return Ok(());
        }
        let suspended = match self.tree[owner].annotation_scope {
            Some(scope) => {
                self.depth += 1;
                Suspended {
                    current: std::mem::replace(&mut self.current, scope),
                    in_conditional: std::mem::replace(&mut self.in_conditional, false),
                    iteration_target: false,
                    iterable_depth: 0,
                    finally: std::mem::take(&mut self.finally),
                }
            }
            None => {
                let suspended = self.enter::<Expr>(ScopeKind::Annotation, "__annotate__", None, annotation.range())?;
                self.tree[owner].annotation_scope = Some(self.current);
                self.define(".format", NameFlags::PARAMETER, annotation.range())?;
                self.see_class(owner)?;
                suspended
            }
        };
        if self.tree[owner].has_conditional_annotations {
            self.define("__conditional_annotations__", NameFlags::USE, annotation.range())?;
        }
        self.expression(annotation)?;
        self.leave(suspended);
        Ok(())
    }
}
