//! Functions and lambdas: entering and leaving units, parameters, defaults, closures.
//!
//! What lives here: everything that turns an inner scope into a function object. What must not: classes and
//! type parameters; see [`super::class`] and [`super::generics`].

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::emit::{NO_RANGE, SITE, Unit};
use super::scope::{Resolution, ScopeId, ScopeRole};
use super::{Compiler, Result};
use crate::bytecode::{Code, CodeFlags, CodeKind, Constant, OptionalRegister, Register, operands};

impl<'a> Compiler<'a> {
    // ---- units ----

    /// Starts the code of a scope inside the current one.
    pub(super) fn enter_unit(&mut self, scope: ScopeId, kind: CodeKind, name: Arc<str>, first_line: u32) {
        let qualname = self.qualname(kind, &name);
        let unit = Unit::new(scope, kind, name, qualname, first_line);
        let outer = std::mem::replace(&mut self.unit, unit);
        self.outer.push(outer);
        self.lay_out_registers();
        self.unit.flags = self.flags_of(scope, kind);
    }

    /// Finishes the code and returns to the scope around.
    pub(super) fn leave_unit(&mut self) -> Result<Arc<Code>> {
        let outer = self.outer.pop().unwrap_or_else(|| unreachable!("a unit is left that was not entered"));
        let unit = std::mem::replace(&mut self.unit, outer);
        self.assemble(unit)
    }

    /// `__qualname__` as the language reference and CPython's compiler form it.
    fn qualname(&self, kind: CodeKind, name: &Arc<str>) -> Arc<str> {
        let mut outer: Vec<&Unit<'_>> = self.outer.iter().collect();
        outer.push(&self.unit);
        if outer.len() < 2 {
            return name.clone();
        }
        let mut parent = outer[outer.len() - 1];
        if parent.kind == CodeKind::Annotation {
            if outer.len() == 2 {
                return name.clone();
            }
            parent = outer[outer.len() - 2];
        }
        if matches!(kind, CodeKind::Function | CodeKind::Class) {
            let scope = &self.scopes[parent.scope];
            let mangled = scope.mangle(name);
            let entry = scope.get(mangled.as_deref().unwrap_or(name));
            if entry.is_some_and(|entry| entry.resolution == Resolution::GlobalExplicit) {
                return name.clone();
            }
        }
        match parent.kind {
            CodeKind::Function | CodeKind::Lambda => format!("{}.<locals>.{name}", parent.qualname).into(),
            CodeKind::Module
            | CodeKind::Class
            | CodeKind::Comprehension
            | CodeKind::GeneratorExpression
            | CodeKind::Annotation => format!("{}.{name}", parent.qualname).into(),
        }
    }

    /// The `CO_*` flags of a scope's code.
    pub(super) fn flags_of(&self, id: ScopeId, kind: CodeKind) -> CodeFlags {
        let scope = &self.scopes[id];
        let mut flags = self.future;
        if scope.kind.is_function_like() {
            flags = flags.union(CodeFlags::NEWLOCALS).union(CodeFlags::OPTIMIZED);
            if scope.is_nested {
                flags = flags.union(CodeFlags::NESTED);
            }
            flags = flags.union(match (scope.is_generator, scope.is_coroutine) {
                (true, true) => CodeFlags::ASYNC_GENERATOR,
                (true, false) => CodeFlags::GENERATOR,
                (false, true) => CodeFlags::COROUTINE,
                (false, false) => CodeFlags::default(),
            });
            if scope.is_method {
                flags = flags.union(CodeFlags::METHOD);
            }
        } else if kind == CodeKind::Module && scope.is_coroutine && self.options.top_level_await {
            flags = flags.union(CodeFlags::COROUTINE);
        }
        flags
    }

    /// The instructions every unit starts with.
    pub(super) fn prologue(&mut self) {
        let range = self.definition_range(self.unit.first_line);
        if self.unit.flags.is_resumable() {
            self.unit.emit(range, operands::ReturnGenerator {});
        }
        for at in 0..self.unit.cells.len() {
            let cell = self.unit.cells[at].1;
            self.unit.emit(NO_RANGE, operands::MakeCell { cell });
        }
    }

    /// The place of instructions that belong to a whole definition: the start of its first line.
    pub(super) fn definition_range(&self, line: u32) -> TextRange {
        TextRange::empty(self.source.line_start(line))
    }

    /// `return None`, if control gets here.
    pub(super) fn implicit_return(&mut self) {
        let src = self.unit.temporary();
        self.unit.emit(NO_RANGE, operands::LoadNone { dst: src });
        self.unit.emit(NO_RANGE, operands::Return { src });
        self.unit.release(src.0);
    }

    // ---- function objects ----

    /// `dst = function` of finished code, capturing what it needs.
    pub(super) fn make_function(
        &mut self,
        code: Arc<Code>,
        defaults: Option<Register>,
        kwdefaults: Option<Register>,
        annotate: Option<Register>,
        dst: Register,
        range: TextRange,
    ) {
        let mark = self.unit.top;
        let mut closure = OptionalRegister::NONE;
        if !code.free_names.is_empty() {
            let first = self.unit.temporaries(code.free_names.len());
            for (at, name) in code.free_names.iter().enumerate() {
                self.load_closure_cell(name, first.plus(at as u16), range);
            }
            let count = code.free_names.len() as u16;
            self.unit.emit(range, operands::BuildTuple { dst: first, first, count });
            closure = first.into();
        }
        let code = self.unit.short_constant(Constant::Code(code));
        self.unit.emit(
            range,
            operands::MakeFunction {
                dst,
                code,
                defaults: defaults.into(),
                kwdefaults: kwdefaults.into(),
                annotate: annotate.into(),
                closure,
            },
        );
        self.unit.release(mark);
    }

    /// The tuple of positional defaults, in a fresh temporary.
    pub(super) fn positional_defaults(&mut self, parameters: &'a ast::Parameters) -> Result<Option<Register>> {
        let defaults: Vec<&'a Expr> = parameters
            .posonlyargs
            .iter()
            .chain(&parameters.args)
            .filter_map(|parameter| parameter.default.as_deref())
            .collect();
        let (Some(first), Some(last)) = (defaults.first(), defaults.last()) else { return Ok(None) };
        let range = TextRange::new(first.start(), last.end().max(first.start()));
        let dst = self.unit.temporary();
        let constants: Option<Vec<Constant>> = defaults.iter().map(|value| self.constant_of(value)).collect();
        if let Some(constants) = constants {
            self.unit.load_constant(range, dst, Constant::Tuple(constants.into()));
            return Ok(Some(dst));
        }
        self.unit.release(dst.0);
        for value in &defaults {
            self.value_in_temporary(value)?;
        }
        self.unit.emit(range, operands::BuildTuple { dst, first: dst, count: defaults.len() as u16 });
        self.unit.release(dst.0 + 1);
        Ok(Some(dst))
    }

    /// The dict of keyword-only defaults, in a fresh temporary.
    pub(super) fn keyword_defaults(&mut self, parameters: &'a ast::Parameters) -> Result<Option<Register>> {
        let first = Register(self.unit.top);
        let mut count = 0;
        let mut range = NO_RANGE;
        for parameter in &parameters.kwonlyargs {
            let Some(default) = &parameter.default else { continue };
            range = default.range();
            let key = self.unit.temporary();
            let name = self.mangled(&parameter.parameter.name);
            self.unit.load_constant(range, key, Constant::str(&name));
            self.value_in_temporary(default)?;
            count += 1;
        }
        if count == 0 {
            return Ok(None);
        }
        self.unit.emit(range, operands::BuildDict { dst: first, first, count });
        self.unit.release(first.0 + 1);
        Ok(Some(first))
    }

    fn count_parameters(&mut self, parameters: &ast::Parameters) {
        self.unit.posonly_count = parameters.posonlyargs.len() as u16;
        self.unit.positional_count = (parameters.posonlyargs.len() + parameters.args.len()) as u16;
        self.unit.kwonly_count = parameters.kwonlyargs.len() as u16;
        if parameters.vararg.is_some() {
            self.unit.flags = self.unit.flags.union(CodeFlags::VARARGS);
        }
        if parameters.kwarg.is_some() {
            self.unit.flags = self.unit.flags.union(CodeFlags::VARKEYWORDS);
        }
    }

    // ---- definitions ----

    /// Evaluates decorators into consecutive fresh temporaries.
    pub(super) fn decorators(&mut self, decorators: &'a [ast::Decorator]) -> Result {
        for decorator in decorators {
            self.value_in_temporary(&decorator.expression)?;
        }
        Ok(())
    }

    /// Calls the decorators, whose registers end just below `value`, on it; the result is in the first of them.
    pub(super) fn apply_decorators(&mut self, decorators: &'a [ast::Decorator], value: Register) -> Register {
        let mut value = value;
        for decorator in decorators.iter().rev() {
            let window = Register(value.0 - 1);
            let range = decorator.expression.range();
            self.unit.emit(range, operands::Call { dst: window, window, argc: 1, site: SITE });
            value = window;
        }
        value
    }

    /// Where a definition's value goes: the name's own register if there are no decorators to call.
    pub(super) fn definition_target(&mut self, decorators: &[ast::Decorator], name: &str) -> Register {
        match self.local_register(name) {
            Some(register) if decorators.is_empty() => register,
            _ => self.unit.temporary(),
        }
    }

    /// The first line of a definition: that of its first decorator.
    pub(super) fn first_line(&self, decorators: &[ast::Decorator], keyword: TextSize) -> u32 {
        self.source.line(decorators.first().map_or(keyword, |decorator| decorator.expression.start()))
    }

    pub(super) fn function_definition(&mut self, node: &'a ast::StmtFunctionDef) -> Result {
        let mark = self.unit.top;
        let line = self.first_line(&node.decorator_list, self.keyword_start(node.range(), &node.decorator_list));
        let range = self.definition_range(line);
        self.decorators(&node.decorator_list)?;
        let dst = self.definition_target(&node.decorator_list, &node.name);
        if node.type_params.is_some() {
            self.generic_function(node, dst, line)?;
        } else {
            let defaults = self.positional_defaults(&node.parameters)?;
            let kwdefaults = self.keyword_defaults(&node.parameters)?;
            let annotate = self.function_annotate(node, line)?;
            let code = self.function_code(node, line)?;
            self.make_function(code, defaults, kwdefaults, annotate, dst, range);
        }
        let value = self.apply_decorators(&node.decorator_list, dst);
        if self.local_register(&node.name) != Some(value) {
            self.store_name(&node.name, value, range);
        }
        self.unit.release(mark);
        Ok(())
    }

    /// Where the definition's keyword stands, after the decorators.
    pub(super) fn keyword_start(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextSize {
        let Some(last) = decorators.last() else { return range.start() };
        let after = &self.source.text()[last.end().to_usize()..];
        let skipped = after
            .split_inclusive('\n')
            .map(|line| {
                let code = line.trim_start();
                (line.len(), line.len() - code.len(), !code.is_empty() && !code.starts_with('#'))
            })
            .try_fold(
                0usize,
                |offset, (length, indent, is_code)| {
                    if is_code { Err(offset + indent) } else { Ok(offset + length) }
                },
            );
        match skipped {
            Err(offset) => last.end() + TextSize::try_from(offset).unwrap_or_default(),
            Ok(_) => last.end(),
        }
    }

    /// The code of a function's body.
    pub(super) fn function_code(&mut self, node: &'a ast::StmtFunctionDef, line: u32) -> Result<Arc<Code>> {
        let scope = self.scope_of(node, ScopeRole::Body, node.range())?;
        let name = self.scopes[scope].name.clone();
        self.enter_unit(scope, CodeKind::Function, name, line);
        self.count_parameters(&node.parameters);
        let body = self.docstring(&node.body);
        if let Some(text) = self.unit.docstring.clone() {
            self.unit.constant(Constant::Str(text));
            self.unit.flags = self.unit.flags.union(CodeFlags::HAS_DOCSTRING);
        }
        self.prologue();
        self.statements(body)?;
        self.implicit_return();
        self.leave_unit()
    }

    pub(super) fn lambda(&mut self, node: &'a ast::ExprLambda, dst: Register) -> Result {
        let range = node.range();
        let (defaults, kwdefaults) = match &node.parameters {
            Some(parameters) => (self.positional_defaults(parameters)?, self.keyword_defaults(parameters)?),
            None => (None, None),
        };
        let scope = self.scope_of(node, ScopeRole::Body, range)?;
        let name = self.scopes[scope].name.clone();
        self.enter_unit(scope, CodeKind::Lambda, name, self.source.line(range.start()));
        if let Some(parameters) = &node.parameters {
            self.count_parameters(parameters);
        }
        self.prologue();
        let src = self.value(&node.body)?;
        self.unit.emit(node.body.range(), operands::Return { src });
        let code = self.leave_unit()?;
        self.make_function(code, defaults, kwdefaults, None, dst, range);
        Ok(())
    }

    /// The scope of a node, which scope analysis must have made.
    pub(super) fn scope_of<T>(&self, node: &T, role: ScopeRole, range: TextRange) -> Result<ScopeId> {
        self.scopes.find(node, role).ok_or_else(|| self.error("internal error: scope not found", range))
    }

    /// Takes the docstring off a body: remembers it in the unit, cleaned of indentation.
    pub(super) fn docstring(&mut self, body: &'a [ast::Stmt]) -> &'a [ast::Stmt] {
        let Some((ast::Stmt::Expr(first), rest)) = body.split_first() else { return body };
        let Expr::StringLiteral(literal) = &*first.value else { return body };
        if self.options.optimize < 2 {
            let text = self.string(literal);
            self.unit.docstring = Some(clean_docstring(&text).into());
        }
        rest
    }
}

/// Removes the common indentation of a docstring's lines but the first, as CPython's compiler does
/// (`_PyCompile_CleanDoc`, after `inspect.cleandoc`, but keeping blank lines at both ends).
fn clean_docstring(text: &[u8]) -> Vec<u8> {
    let expanded = expand_tabs(text);
    let mut lines = expanded.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let rest: Vec<&[u8]> = lines.collect();
    let indent_of = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let margin =
        rest.iter().filter(|line| indent_of(line) < line.len()).map(|line| indent_of(line)).min().unwrap_or(usize::MAX);
    let mut cleaned = first[indent_of(first)..].to_vec();
    for line in rest {
        cleaned.push(b'\n');
        cleaned.extend_from_slice(&line[margin.min(indent_of(line))..]);
    }
    cleaned
}

/// Tabs to the next multiple of eight columns; columns count characters.
fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut expanded = Vec::with_capacity(text.len());
    let mut column = 0;
    for byte in text {
        match byte {
            b'\t' => {
                let width = 8 - column % 8;
                expanded.extend(std::iter::repeat_n(b' ', width));
                column += width;
            }
            b'\n' | b'\r' => {
                expanded.push(*byte);
                column = 0;
            }
            other => {
                expanded.push(*other);
                column += usize::from(other & 0xc0 != 0x80);
            }
        }
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::clean_docstring;

    #[test]
    fn docstrings_lose_their_margin() {
        assert_eq!(clean_docstring(b"One.\n\n    Two.\n      Three.\n    "), b"One.\n\nTwo.\n  Three.\n");
        assert_eq!(clean_docstring(b"  One\n\tTwo"), b"One\nTwo");
    }
}
