//! First half of scope analysis: the tree of scopes and what is done to each name.
//!
//! What lives here: one walk over the syntax tree, with the errors that need no more than it. What must not:
//! deciding where names live; that is [`super::scope_resolve`]. Start at [`build`].

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::scope::{ComprehensionKind, NameFlags, NameSet, Scope, ScopeId, ScopeKind, ScopeRole, ScopeTree};
use crate::syntax::parse::Tree;
use crate::syntax::{CompileError, SourceText};

/// Scopes nested deeper than this are refused as CPython's compiler refuses them: by a RecursionError.
const DEEPEST_SCOPE: usize = 300;

/// What the walk needs to know besides the tree.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuildOptions {
    /// `from __future__ import annotations` is in force.
    pub future_annotations: bool,
    /// `await` is allowed at the top level (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
}

/// Builds the scopes of a source.
///
/// # Errors
/// SyntaxErrors about names and about expressions that a scope does not allow.
pub fn build(source: &SourceText, tree: &Tree, options: BuildOptions) -> Result<ScopeTree> {
    let range = TextRange::new(TextSize::new(0), TextSize::new(0));
    let mut scopes = ScopeTree::new();
    let name = scopes.intern("<module>");
    scopes.scopes.push(Scope::new(ScopeKind::Module, name, None, range));
    let mut builder = Builder {
        source,
        options,
        tree: scopes,
        current: ScopeId::MODULE,
        depth: 0,
        in_conditional: false,
        iteration_target: false,
        iterable_depth: 0,
    };
    match tree {
        Tree::Module(module) => builder.statements(&module.body)?,
        Tree::Expression(expression) => builder.expression(&expression.body)?,
    }
    Ok(builder.tree)
}

struct Builder<'a> {
    source: &'a SourceText,
    options: BuildOptions,
    tree: ScopeTree,
    current: ScopeId,
    depth: usize,
    /// In a class or module body: inside a statement that may not run, or not once.
    in_conditional: bool,
    /// In the target of a comprehension's `for`.
    iteration_target: bool,
    /// In how many iterables of comprehensions.
    iterable_depth: usize,
}

type Result<T = ()> = std::result::Result<T, CompileError>;

/// State of the walk that belongs to a scope, put aside while another one is walked.
struct Suspended {
    current: ScopeId,
    in_conditional: bool,
    iteration_target: bool,
    iterable_depth: usize,
}

impl<'a> Builder<'a> {
    fn error<T>(&self, message: impl Into<String>, range: TextRange) -> Result<T> {
        Err(self.source.error(message, range).into())
    }

    fn scope(&self) -> &Scope {
        &self.tree[self.current]
    }

    fn enter<T>(
        &mut self,
        kind: ScopeKind,
        name: &str,
        node: Option<(&T, ScopeRole)>,
        range: TextRange,
    ) -> Result<Suspended> {
        self.depth += 1;
        if self.depth > DEEPEST_SCOPE {
            return Err(CompileError::Recursion("maximum recursion depth exceeded during compilation"));
        }
        let name = self.tree.intern(name);
        let parent = self.current;
        let id = ScopeId(self.tree.scopes.len() as u32);
        let mut scope = Scope::new(kind, name, Some(parent), range);
        let outer = &self.tree[parent];
        scope.is_nested = outer.is_nested || outer.kind.is_function_like();
        scope.private.clone_from(&outer.private);
        scope.mangled_only.clone_from(&outer.mangled_only);
        self.tree.scopes.push(scope);
        self.tree[parent].children.push(id);
        if let Some((node, role)) = node {
            self.tree.by_node.insert((std::ptr::from_ref(node).addr(), role), id);
        }
        let suspended = Suspended {
            current: std::mem::replace(&mut self.current, id),
            in_conditional: std::mem::replace(&mut self.in_conditional, false),
            iteration_target: std::mem::replace(&mut self.iteration_target, false),
            iterable_depth: std::mem::replace(&mut self.iterable_depth, 0),
        };
        Ok(suspended)
    }

    fn leave(&mut self, suspended: Suspended) {
        self.depth -= 1;
        self.current = suspended.current;
        self.in_conditional = suspended.in_conditional;
        self.iteration_target = suspended.iteration_target;
        self.iterable_depth = suspended.iterable_depth;
    }

    fn mangled(&mut self, name: &str) -> Arc<str> {
        match self.scope().mangle(name) {
            Some(mangled) => self.tree.intern(&mangled),
            None => self.tree.intern(name),
        }
    }

    /// Records that `flags` is done to `name` in the current scope.
    fn define(&mut self, name: &str, flags: NameFlags, range: TextRange) -> Result {
        let mangled = self.mangled(name);
        self.define_in(self.current, &mangled, name, flags, range)
    }

    fn define_in(
        &mut self,
        scope: ScopeId,
        mangled: &Arc<str>,
        name: &str,
        flags: NameFlags,
        range: TextRange,
    ) -> Result {
        let known = self.tree[scope].flags(mangled);
        if flags.intersects(NameFlags::PARAMETER) && known.intersects(NameFlags::PARAMETER) {
            return self.error(format!("duplicate argument '{name}' in function definition"), range);
        }
        if flags.intersects(NameFlags::TYPE_PARAMETER) && known.intersects(NameFlags::TYPE_PARAMETER) {
            return self.error(format!("duplicate type parameter '{name}'"), range);
        }
        let mut flags = flags;
        if self.iteration_target && scope == self.current && flags.intersects(NameFlags::LOCAL) {
            if known.intersects(NameFlags::GLOBAL.union(NameFlags::NONLOCAL)) {
                return self.error(
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'"),
                    range,
                );
            }
            flags.insert(NameFlags::ITERATION);
        }
        self.tree[scope].entry(mangled).flags.insert(flags);
        if flags.intersects(NameFlags::PARAMETER) {
            self.tree[scope].parameters.push(mangled.clone());
        }
        Ok(())
    }

    fn bind(&mut self, name: &ast::Identifier, flags: NameFlags) -> Result {
        self.forbid_debug(name, "assign to", name.range())?;
        self.define(name, flags, name.range())
    }

    fn forbid_debug(&self, name: &str, action: &str, range: TextRange) -> Result {
        if name == "__debug__" {
            return self.error(format!("cannot {action} __debug__"), range);
        }
        Ok(())
    }

    /// Uses `__classdict__` if the scope around is, or can see, a class.
    fn see_class(&mut self, outer: ScopeId) -> Result {
        let outer = &self.tree[outer];
        if outer.kind == ScopeKind::Class || outer.can_see_class {
            self.tree.scopes[self.current.index()].can_see_class = true;
            let range = self.scope().range;
            self.define("__classdict__", NameFlags::USE, range)?;
        }
        Ok(())
    }

    // ---- statements ----

    fn statements(&mut self, statements: &[Stmt]) -> Result {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn conditional(&mut self, statements: &[Stmt]) -> Result {
        let before = std::mem::replace(&mut self.in_conditional, true);
        self.statements(statements)?;
        self.in_conditional = before;
        Ok(())
    }

    fn statement(&mut self, statement: &Stmt) -> Result {
        match statement {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::Return(node) => self.optional(node.value.as_deref()),
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
                self.conditional(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::While(node) => {
                self.expression(&node.test)?;
                self.conditional(&node.body)?;
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
                self.conditional(&node.finalbody)
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
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => Ok(()),
            Stmt::IpyEscapeCommand(node) => self.error("invalid syntax", node.range()),
        }
    }

    fn alias(&mut self, alias: &ast::Alias) -> Result {
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

    fn declaration(&mut self, names: &[ast::Identifier], flag: NameFlags, range: TextRange) -> Result {
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
        }
        Ok(())
    }

    fn annotated_assignment(&mut self, node: &ast::StmtAnnAssign) -> Result {
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
    fn variable_annotation(&mut self, annotation: &Expr) -> Result {
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

    fn function(&mut self, node: &ast::StmtFunctionDef) -> Result {
        for decorator in &node.decorator_list {
            self.expression(&decorator.expression)?;
        }
        self.defaults(&node.parameters)?;
        let in_class = self.scope().kind == ScopeKind::Class;
        let generic = match &node.type_params {
            Some(parameters) => {
                let suspended = self.enter_type_parameters(node, &node.name, node.range())?;
                if node.parameters.iter_non_variadic_params().any(|p| p.default.is_some() && !is_keyword_only(node, p))
                {
                    self.define(".defaults", NameFlags::PARAMETER, node.range())?;
                }
                if node.parameters.kwonlyargs.iter().any(|parameter| parameter.default.is_some()) {
                    self.define(".kwdefaults", NameFlags::PARAMETER, node.range())?;
                }
                self.type_parameters(parameters)?;
                Some(suspended)
            }
            None => None,
        };
        self.function_annotations(node)?;
        let suspended = self.enter(ScopeKind::Function, &node.name, Some((node, ScopeRole::Body)), node.range())?;
        let scope = &mut self.tree.scopes[self.current.index()];
        scope.is_async = node.is_async;
        scope.is_coroutine = node.is_async;
        scope.is_method = in_class;
        self.parameters(&node.parameters)?;
        self.statements(&node.body)?;
        self.leave(suspended);
        if let Some(suspended) = generic {
            self.leave(suspended);
        }
        self.bind(&node.name, NameFlags::LOCAL)
    }

    fn defaults(&mut self, parameters: &ast::Parameters) -> Result {
        // Positional defaults come first, as they are evaluated.
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            self.optional(parameter.default())?;
        }
        Ok(())
    }

    fn parameters(&mut self, parameters: &ast::Parameters) -> Result {
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            self.parameter(&parameter.parameter)?;
        }
        for parameter in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
            self.parameter(parameter)?;
        }
        Ok(())
    }

    fn parameter(&mut self, parameter: &ast::Parameter) -> Result {
        self.forbid_debug(&parameter.name, "assign to", parameter.range())?;
        self.define(&parameter.name, NameFlags::PARAMETER, parameter.range())
    }

    fn function_annotations(&mut self, node: &ast::StmtFunctionDef) -> Result {
        let parameters = &node.parameters;
        let any = node.returns.is_some() || parameters.iter().any(|parameter| parameter.annotation().is_some());
        if !any {
            return Ok(());
        }
        let outer = self.current;
        let known_scopes = self.tree.scopes.len();
        let role = (node, ScopeRole::Annotations);
        let suspended = self.enter(ScopeKind::Annotation, "__annotate__", Some(role), node.range())?;
        self.define(".format", NameFlags::PARAMETER, node.range())?;
        if !self.options.future_annotations {
            self.see_class(outer)?;
        }
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            self.optional(parameter.annotation())?;
        }
        if let Some(parameter) = &parameters.vararg {
            self.optional(parameter.annotation())?;
        }
        for parameter in &parameters.kwonlyargs {
            self.optional(parameter.annotation())?;
        }
        if let Some(parameter) = &parameters.kwarg {
            self.optional(parameter.annotation())?;
        }
        self.optional(node.returns.as_deref())?;
        self.leave(suspended);
        if self.options.future_annotations {
            // The annotations are strings: keep the scope, but nothing of what is in it.
            let kept = ScopeId(known_scopes as u32);
            self.tree.scopes.truncate(known_scopes + 1);
            let range = self.tree[kept].range;
            let parent = self.tree[kept].parent;
            let name = self.tree[kept].name.clone();
            let mut scope = Scope::new(ScopeKind::Annotation, name, parent, range);
            scope.is_nested = self.tree[kept].is_nested;
            self.tree[kept] = scope;
            let format = self.tree.intern(".format");
            self.define_in(kept, &format, ".format", NameFlags::PARAMETER, range)?;
        }
        Ok(())
    }

    fn class(&mut self, node: &ast::StmtClassDef) -> Result {
        for decorator in &node.decorator_list {
            self.expression(&decorator.expression)?;
        }
        let generic = match &node.type_params {
            Some(parameters) => {
                let suspended = self.enter_type_parameters(node, &node.name, node.range())?;
                let current = self.current;
                self.tree[current].private = Some(self.tree.intern(&node.name));
                let names: NameSet =
                    parameters.iter().map(|parameter| Arc::from(type_parameter_name(parameter).as_str())).collect();
                self.tree[current].mangled_only = Some(names);
                for name in [".type_params", ".generic_base"] {
                    self.define(name, NameFlags::LOCAL, node.range())?;
                }
                self.define(".type_params", NameFlags::USE, node.range())?;
                self.type_parameters(parameters)?;
                Some(suspended)
            }
            None => None,
        };
        if let Some(arguments) = &node.arguments {
            self.arguments(arguments)?;
        }
        let suspended = self.enter(ScopeKind::Class, &node.name, Some((node, ScopeRole::Body)), node.range())?;
        let current = self.current;
        self.tree[current].private = Some(self.tree.intern(&node.name));
        self.tree[current].mangled_only = None;
        if generic.is_some() {
            self.define("__type_params__", NameFlags::LOCAL, node.range())?;
            self.define(".type_params", NameFlags::USE, node.range())?;
        }
        self.statements(&node.body)?;
        self.leave(suspended);
        if let Some(suspended) = generic {
            self.leave(suspended);
        }
        self.bind(&node.name, NameFlags::LOCAL)
    }

    fn type_alias(&mut self, node: &ast::StmtTypeAlias) -> Result {
        self.expression(&node.name)?;
        let name = match &*node.name {
            Expr::Name(name) => name.id.as_str(),
            other => return self.error("invalid syntax", other.range()),
        };
        let outer = self.current;
        let generic = match &node.type_params {
            Some(parameters) => {
                let suspended = self.enter_type_parameters(node, name, node.range())?;
                self.type_parameters(parameters)?;
                Some(suspended)
            }
            None => None,
        };
        let around = if generic.is_some() { self.current } else { outer };
        let suspended = self.enter(ScopeKind::TypeAlias, name, Some((node, ScopeRole::Body)), node.range())?;
        self.define(".format", NameFlags::PARAMETER, node.range())?;
        self.see_class(around)?;
        self.expression(&node.value)?;
        self.leave(suspended);
        if let Some(suspended) = generic {
            self.leave(suspended);
        }
        Ok(())
    }

    fn enter_type_parameters<T>(&mut self, node: &T, name: &str, range: TextRange) -> Result<Suspended> {
        let outer = self.current;
        let name = format!("<generic parameters of {name}>");
        let role = (node, ScopeRole::TypeParameters);
        let suspended = self.enter(ScopeKind::TypeParameters, &name, Some(role), range)?;
        self.see_class(outer)?;
        Ok(suspended)
    }

    fn type_parameters(&mut self, parameters: &ast::TypeParams) -> Result {
        let mut seen_default = false;
        for parameter in parameters.iter() {
            let name = type_parameter_name(parameter);
            self.forbid_debug(name, "assign to", name.range())?;
            if RESERVED_TYPE_PARAMETERS.contains(&name.as_str()) {
                return self
                    .error(format!("reserved name '{name}' cannot be used for type parameter"), parameter.range());
            }
            self.define(name, NameFlags::TYPE_PARAMETER.union(NameFlags::LOCAL), parameter.range())?;
            let (bound, default) = match parameter {
                ast::TypeParam::TypeVar(node) => (node.bound.as_deref(), node.default.as_deref()),
                ast::TypeParam::TypeVarTuple(node) => (None, node.default.as_deref()),
                ast::TypeParam::ParamSpec(node) => (None, node.default.as_deref()),
            };
            if let Some(bound) = bound {
                self.type_variable(parameter, name, ScopeRole::Bound, bound)?;
            }
            match default {
                Some(default) => {
                    seen_default = true;
                    self.type_variable(parameter, name, ScopeRole::Default, default)?;
                }
                None if seen_default => {
                    return self.error(
                        format!("non-default type parameter '{name}' follows default type parameter"),
                        parameter.range(),
                    );
                }
                None => {}
            }
        }
        Ok(())
    }

    fn type_variable(&mut self, node: &ast::TypeParam, name: &str, role: ScopeRole, value: &Expr) -> Result {
        let outer = self.current;
        let suspended = self.enter(ScopeKind::TypeVariable, name, Some((node, role)), value.range())?;
        self.define(".format", NameFlags::PARAMETER, value.range())?;
        self.see_class(outer)?;
        self.expression(value)?;
        self.leave(suspended);
        Ok(())
    }

    // ---- patterns ----

    fn pattern(&mut self, pattern: &Pattern) -> Result {
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

    fn capture(&mut self, name: Option<&ast::Identifier>) -> Result {
        name.map_or(Ok(()), |name| self.bind(name, NameFlags::LOCAL))
    }

    // ---- expressions ----

    fn expressions(&mut self, expressions: &[Expr]) -> Result {
        expressions.iter().try_for_each(|expression| self.expression(expression))
    }

    fn optional(&mut self, expression: Option<&Expr>) -> Result {
        expression.map_or(Ok(()), |expression| self.expression(expression))
    }

    fn expression(&mut self, expression: &Expr) -> Result {
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

    fn name(&mut self, node: &ast::ExprName) -> Result {
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

    fn arguments(&mut self, arguments: &ast::Arguments) -> Result {
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

    fn interpolations(&mut self, elements: &ast::InterpolatedStringElements) -> Result {
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

    fn forbid_in_annotation(&self, what: &str, range: TextRange) -> Result {
        match self.scope().kind.annotation_description() {
            Some(place) => self.error(format!("{what} cannot be used within {place}"), range),
            None => Ok(()),
        }
    }

    fn yielding(&mut self, word: &str, range: TextRange) -> Result {
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

    fn named(&mut self, node: &ast::ExprNamed) -> Result {
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
    fn bind_outside_comprehensions(&mut self, target: &ast::ExprName) -> Result {
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

    fn comprehension<T>(
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

        let outer = self.current;
        let suspended = self.enter(kind, name, Some((node, ScopeRole::Body)), range)?;
        // Inside an iterable of another comprehension, named expressions stay forbidden.
        self.iterable_depth = suspended.iterable_depth;
        let current = self.current;
        self.tree[current].is_generator = kind == ScopeKind::GeneratorExpression;
        if self.tree[outer].can_see_class {
            self.see_class(outer)?;
        }
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

    fn generator_target(&mut self, generator: &ast::Comprehension) -> Result {
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

/// Names that type parameters may not have.
const RESERVED_TYPE_PARAMETERS: [&str; 3] = ["__classdict__", "__class__", "__classdictcell__"];

/// The name of a type parameter.
pub fn type_parameter_name(parameter: &ast::TypeParam) -> &ast::Identifier {
    match parameter {
        ast::TypeParam::TypeVar(node) => &node.name,
        ast::TypeParam::TypeVarTuple(node) => &node.name,
        ast::TypeParam::ParamSpec(node) => &node.name,
    }
}

fn is_keyword_only(node: &ast::StmtFunctionDef, parameter: &ast::ParameterWithDefault) -> bool {
    node.parameters.kwonlyargs.iter().any(|other| std::ptr::eq(other, parameter))
}
