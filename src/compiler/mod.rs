//! The compiler: from the syntax tree to register bytecode.
//!
//! What lives here: the driver, its options, and the walk over statements and expressions, one file a family.
//! What must not: runtime values, execution. Start at [`compile`].
//!
//! The order of work: [`crate::syntax::parse`], [`scope_build`], [`scope_resolve`], code generation into a
//! [`emit::Unit`] per code object, and [`assemble`], which threads jumps, drops dead code and needless
//! `CheckBound`s and encodes.

mod annotations;
mod assemble;
mod assign;
mod blocks;
mod call;
mod class;
mod comprehension;
mod condition;
mod display;
mod emit;
mod exceptions;
mod expr;
mod fold;
mod fstring;
mod function;
mod future;
mod generics;
mod import;
mod literal;
mod names;
mod pattern;
pub mod scope;
mod scope_build;
mod scope_resolve;
mod stmt;
#[cfg(test)]
mod tests;
mod unparse;
mod warnings;
mod with;

use std::collections::HashMap;
use std::sync::Arc;

use ruff_text_size::TextRange;

use self::emit::Unit;
use self::scope::{ScopeId, ScopeTree};
use crate::bytecode::{Code, CodeFlags, CodeKind, Constant};
use crate::syntax::parse::{Tree, check_block_ends, stack_for, stack_needed};
use crate::syntax::{CompileError, Mode, SourceText, SyntaxErrorKind, SyntaxWarningInfo, parse};

/// How names of the outermost scope are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// The locals are the globals, as for a script or module: `LoadGlobal` and `StoreGlobal`.
    Globals,
    /// The locals are any mapping, as for `exec` and `eval`: `LoadName` and `StoreName`.
    Mapping,
}

/// How to compile.
#[derive(Clone, Copy, Debug)]
pub struct CompileOptions {
    /// What the source is: statements, an expression, one interactive statement.
    pub mode: Mode,
    /// How names of the outermost scope are reached.
    pub namespace: Namespace,
    /// `-O` is 1 (no asserts, `__debug__` false), `-OO` is 2 (no docstrings either).
    pub optimize: u8,
    /// `CO_FUTURE_*` flags inherited from the code that compiles.
    pub future: CodeFlags,
    /// `await` is allowed outside of functions (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
    /// An error that more lines could mend is told apart (`PyCF_ALLOW_INCOMPLETE_INPUT`): see
    /// [`SyntaxErrorKind::Incomplete`].
    pub allow_incomplete: bool,
    /// The end of the source does not end a block of interactive input (`PyCF_DONT_IMPLY_DEDENT`).
    pub no_implied_dedent: bool,
}

impl Default for CompileOptions {
    fn default() -> Self {
        CompileOptions {
            mode: Mode::Module,
            namespace: Namespace::Globals,
            optimize: 0,
            future: CodeFlags::default(),
            top_level_await: false,
            allow_incomplete: false,
            no_implied_dedent: false,
        }
    }
}

/// What compiling gives.
#[derive(Debug)]
pub struct Compiled {
    /// The code of the outermost scope.
    pub code: Arc<Code>,
    /// Warnings for Python's `warnings` machinery, in source order.
    pub warnings: Vec<SyntaxWarningInfo>,
}

type Result<T = ()> = std::result::Result<T, CompileError>;

/// Compiles a source.
///
/// # Errors
/// SyntaxErrors in CPython's words; a refusal for what Taipan does not compile.
pub fn compile(source: &SourceText, options: &CompileOptions) -> Result<Compiled> {
    on_stack(stack_needed(source)?, || compile_here(source, options))
}

/// Compiles a tree of this depth. Its places are in `source`, whose text is not looked at for anything else.
///
/// # Errors
/// As [`compile`].
pub fn compile_tree(tree: Tree, depth: usize, source: &SourceText, options: &CompileOptions) -> Result<Compiled> {
    on_stack(stack_for(depth)?, move || generate(source, &tree, None, options))
}

/// Calls `work` on a stack of its own, if it needs one.
fn on_stack(stack: Option<usize>, work: impl FnOnce() -> Result<Compiled> + Send) -> Result<Compiled> {
    let Some(stack) = stack else { return work() };
    // Deep trees are handled, and dropped, on a stack that is sure to suffice.
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("compiler".into())
            .stack_size(stack)
            .spawn_scoped(scope, work)
            .map_err(|_| CompileError::Memory("Parser stack overflowed - Memory exhausted"))?
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn compile_here(source: &SourceText, options: &CompileOptions) -> Result<Compiled> {
    let parsed = parse(source, options.mode).and_then(|parsed| match options.mode {
        Mode::Interactive => check_block_ends(source, &parsed, options.no_implied_dedent).map(|()| parsed),
        Mode::Module | Mode::Expression => Ok(parsed),
    });
    let parsed = parsed.map_err(|mut error| {
        if options.allow_incomplete && error.at_end {
            error.info.kind = SyntaxErrorKind::Incomplete;
            error.info.message = "incomplete input".into();
        }
        error.info
    })?;
    generate(source, &parsed.tree, Some(&parsed.tokens), options)
}

/// The code of a tree; `tokens` are those of its source.
fn generate(
    source: &SourceText,
    parsed: &Tree,
    tokens: Option<&ruff_python_ast::token::Tokens>,
    options: &CompileOptions,
) -> Result<Compiled> {
    let future = match parsed {
        Tree::Module(module) => future::features(source, &module.body)?,
        Tree::Expression(_) => CodeFlags::default(),
    };
    let future = future.union(options.future);
    let build = scope_build::BuildOptions {
        future_annotations: future.contains(CodeFlags::FUTURE_ANNOTATIONS),
        top_level_await: options.top_level_await,
    };
    let (mut tree, scope_warnings) = scope_build::build(source, parsed, build)?;
    scope_resolve::resolve(&mut tree).map_err(|(message, range)| source.error(message, range))?;

    let name: Arc<str> = "<module>".into();
    let unit = Unit::new(ScopeId::MODULE, CodeKind::Module, name.clone(), name, 1);
    let mut compiler = Compiler {
        source,
        options,
        future,
        scopes: &tree,
        unit,
        outer: Vec::new(),
        warnings: Vec::new(),
        folded: HashMap::new(),
    };
    if let Some(tokens) = tokens {
        warnings::escapes(&mut compiler, tokens);
    }
    for (message, range) in scope_warnings {
        compiler.warn(message, range);
    }
    let code = compiler.module(parsed)?;
    let mut warnings = compiler.warnings;
    warnings.sort_by_key(|warning| (warning.place.line, warning.place.column));
    Ok(Compiled { code, warnings })
}

/// The state of code generation. `'a` is the life of the syntax tree.
struct Compiler<'a> {
    source: &'a SourceText,
    options: &'a CompileOptions,
    future: CodeFlags,
    scopes: &'a ScopeTree,
    /// The code object being built.
    unit: Unit<'a>,
    /// Those around it, outermost first.
    outer: Vec<Unit<'a>>,
    warnings: Vec<SyntaxWarningInfo>,
    /// Values of constant expressions, by the address of their node.
    folded: HashMap<usize, Option<Constant>>,
}

impl<'a> Compiler<'a> {
    fn error(&self, message: impl Into<String>, range: TextRange) -> CompileError {
        self.source.error(message, range).into()
    }

    /// The scope that names are looked up in first: the innermost inlined comprehension, or the unit's.
    fn current_scope(&self) -> ScopeId {
        self.unit.inlined.last().copied().unwrap_or(self.unit.scope)
    }

    /// Whether the code being built is that of a function, lambda, comprehension or annotation scope.
    fn in_function(&self) -> bool {
        self.scopes[self.unit.scope].kind.is_function_like()
    }
}
