//! First half of scope analysis: the tree of scopes and what is done to each name.
//!
//! What lives here: one walk over the syntax tree, with the errors that need no more than it. What must not:
//! deciding where names live; that is [`super::scope_resolve`]. Start at [`build`].

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

mod definitions;
mod expressions;
mod statements;

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

/// A warning found on the walk: text and place.
pub type BuildWarning = (String, TextRange);

/// Builds the scopes of a source.
///
/// # Errors
/// SyntaxErrors about names and about expressions that a scope does not allow.
pub fn build(source: &SourceText, tree: &Tree, options: BuildOptions) -> Result<(ScopeTree, Vec<BuildWarning>)> {
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
        finally: Finally::default(),
        warnings: Vec::new(),
    };
    match tree {
        Tree::Module(module) => builder.statements(&module.body)?,
        Tree::Expression(expression) => builder.expression(&expression.body)?,
    }
    Ok((builder.tree, builder.warnings))
}

/// What lies around a statement, as far as PEP 765 looks at it.
#[derive(Clone, Copy, Default)]
struct Finally {
    in_finally: bool,
    /// In a loop inside of the innermost `finally`.
    in_loop: bool,
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
    finally: Finally,
    warnings: Vec<BuildWarning>,
}

type Result<T = ()> = std::result::Result<T, CompileError>;

/// State of the walk that belongs to a scope, put aside while another one is walked.
struct Suspended {
    current: ScopeId,
    in_conditional: bool,
    iteration_target: bool,
    iterable_depth: usize,
    finally: Finally,
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
        scope.names_before = outer.names.len();
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
            iterable_depth: self.iterable_depth,
            finally: std::mem::take(&mut self.finally),
        };
        Ok(suspended)
    }

    fn leave(&mut self, suspended: Suspended) {
        self.depth -= 1;
        self.current = suspended.current;
        self.in_conditional = suspended.in_conditional;
        self.iteration_target = suspended.iteration_target;
        self.iterable_depth = suspended.iterable_depth;
        self.finally = suspended.finally;
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
