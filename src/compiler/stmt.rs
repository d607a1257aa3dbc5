//! Statements: modules, simple statements, `if`, loops.
//!
//! What lives here: the walk over statements. What must not: the families with files of their own.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::blocks::BlockKind;
use super::emit::{NO_RANGE, SITE};
use super::{Compiler, Result};
use crate::bytecode::intrinsics::Intrinsic;
use crate::bytecode::{Code, CodeFlags, CodeKind, Constant, OptionalRegister, operands};
use crate::syntax::Mode;
use crate::syntax::parse::Tree;

impl<'a> Compiler<'a> {
    /// The code of the whole source.
    pub(super) fn module(&mut self, tree: &'a Tree) -> Result<Arc<Code>> {
        self.lay_out_registers();
        self.unit.flags = self.flags_of(self.unit.scope, CodeKind::Module);
        self.prologue();
        match tree {
            Tree::Expression(expression) => {
                let src = self.value(&expression.body)?;
                self.unit.emit(expression.body.range(), operands::Return { src });
            }
            Tree::Module(module) => {
                let range = self.definition_range(1);
                if !self.future_annotations() {
                    self.store_annotate(&module.body, "__annotate__")?;
                }
                self.prepare_annotations(&module.body, None);
                let mut body = &module.body[..];
                if self.options.mode == Mode::Module {
                    body = self.docstring(body);
                    if let Some(text) = self.unit.docstring.clone() {
                        let range = module.body.first().map_or(range, Ranged::range);
                        let value = self.unit.temporary();
                        self.unit.load_constant(range, value, Constant::Str(text));
                        self.store_mangled("__doc__", value, range);
                        self.unit.release(value.0);
                    }
                }
                self.statements(body)?;
                self.implicit_return();
            }
        }
        let scope = self.unit.scope;
        let unit = std::mem::replace(
            &mut self.unit,
            super::emit::Unit::new(scope, CodeKind::Module, "<module>".into(), "<module>".into(), 1),
        );
        self.assemble(unit)
    }

    pub(super) fn statements(&mut self, statements: &'a [Stmt]) -> Result {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &'a Stmt) -> Result {
        let range = statement.range();
        let mark = self.unit.top;
        match statement {
            Stmt::FunctionDef(node) => self.function_definition(node)?,
            Stmt::ClassDef(node) => self.class_definition(node)?,
            Stmt::Return(node) => self.return_statement(node)?,
            Stmt::Delete(node) => node.targets.iter().try_for_each(|target| self.delete(target))?,
            Stmt::TypeAlias(node) => self.type_alias(node)?,
            Stmt::Assign(node) => self.assignment(node)?,
            Stmt::AugAssign(node) => self.augmented_assignment(node)?,
            Stmt::AnnAssign(node) => self.annotated_assignment(node)?,
            Stmt::For(node) => self.for_statement(node)?,
            Stmt::While(node) => self.while_statement(node)?,
            Stmt::If(node) => self.if_statement(node)?,
            Stmt::With(node) => self.with_statement(node)?,
            Stmt::Match(node) => self.match_statement(node)?,
            Stmt::Raise(node) => self.raise_statement(node)?,
            Stmt::Try(node) => self.try_statement(node)?,
            Stmt::Assert(node) => self.assert_statement(node)?,
            Stmt::Import(node) => self.import(node)?,
            Stmt::ImportFrom(node) => self.import_from(node)?,
            Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            // A line of its own for tracers.
            Stmt::Pass(_) => self.unit.emit(range, operands::Nop {}),
            Stmt::Expr(node) => {
                if self.options.mode == Mode::Interactive && self.outer.is_empty() {
                    let value = self.value(&node.value)?;
                    let ignored = self.unit.temporary();
                    self.intrinsic1(Intrinsic::Print, ignored, value, range);
                } else {
                    self.effect(&node.value)?;
                }
            }
            Stmt::Break(_) => {
                let Some((depth, _, end)) = self.innermost_loop() else {
                    self.forbid_in_group_handler(range)?;
                    return Err(self.error("'break' outside loop", range));
                };
                self.unit.emit(range, operands::Nop {});
                self.unwind(depth + 1, range)?;
                self.unit.jump(range, end);
            }
            Stmt::Continue(_) => {
                let Some((depth, next, _)) = self.innermost_loop() else {
                    self.forbid_in_group_handler(range)?;
                    return Err(self.error("'continue' not properly in loop", range));
                };
                self.unit.emit(range, operands::Nop {});
                self.unwind(depth + 1, range)?;
                self.unit.jump(range, next);
            }
            Stmt::IpyEscapeCommand(_) => return Err(self.error("invalid syntax", range)),
        }
        self.unit.release(mark);
        Ok(())
    }

    fn return_statement(&mut self, node: &'a ast::StmtReturn) -> Result {
        let range = node.range();
        if !self.in_function() {
            return Err(self.error("'return' outside function", range));
        }
        let flags = self.unit.flags;
        if node.value.is_some() && flags.contains(CodeFlags::ASYNC_GENERATOR) {
            return Err(self.error("'return' with value in async generator", range));
        }
        let constant = match &node.value {
            None => Some(Constant::None),
            Some(value) => self.constant_of(value),
        };
        // Behind a `finally` the line stays where that ended.
        let after = if self.unwinding_runs_code() { NO_RANGE } else { range };
        let src = match (&node.value, constant) {
            (_, Some(constant)) => {
                self.unit.emit(range, operands::Nop {});
                self.unwind(0, range)?;
                let src = self.unit.temporary();
                self.unit.load_constant(after, src, constant);
                src
            }
            (Some(value), None) => {
                let src = if self.unwinding_runs_code() { self.value_in_temporary(value)? } else { self.value(value)? };
                self.unwind(0, range)?;
                src
            }
            (None, None) => return Ok(()),
        };
        self.unit.emit(after, operands::Return { src });
        Ok(())
    }

    fn if_statement(&mut self, node: &'a ast::StmtIf) -> Result {
        let end = self.unit.label();
        let mut next = self.unit.label();
        self.jump_if(&node.test, false, next)?;
        self.statements(&node.body)?;
        for clause in &node.elif_else_clauses {
            let range = self.last_range();
            self.unit.jump(range, end);
            self.unit.bind(next);
            next = self.unit.label();
            if let Some(test) = &clause.test {
                self.jump_if(test, false, next)?;
            }
            self.statements(&clause.body)?;
        }
        self.unit.bind(next);
        self.unit.bind(end);
        Ok(())
    }

    /// The place of the instruction before, for jumps that stand for no text of their own.
    pub(super) fn last_range(&self) -> TextRange {
        self.unit.code.last().map_or(NO_RANGE, |last| last.range)
    }

    fn while_statement(&mut self, node: &'a ast::StmtWhile) -> Result {
        let (next, finished, end) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.check_nesting(1, node.range())?;
        self.push_block(BlockKind::Loop { next, end }, None);
        let start = self.unit.here();
        let before = self.unit.code.len();
        if self.constant_of(&node.test).is_some() {
            // The test has no instruction, but a line for tracers.
            self.unit.emit(node.test.range(), operands::Nop {});
        }
        self.jump_if(&node.test, false, finished)?;
        self.statements(&node.body)?;
        self.unit.bind(next);
        // `while True: pass` has no instruction but the jump.
        let is_empty = self.unit.code.len() == before;
        let range = if is_empty { node.body[0].range() } else { self.last_range() };
        self.unit.emit(range, operands::JumpBack { target: start.operand(), site: SITE });
        self.pop_block();
        self.unit.bind(finished);
        self.statements(&node.orelse)?;
        self.unit.bind(end);
        Ok(())
    }

    fn for_statement(&mut self, node: &'a ast::StmtFor) -> Result {
        let range = node.iter.range();
        if node.is_async {
            self.check_async("for", node.range())?;
        }
        let iter = self.unit.temporary();
        let src = match self.constant_container(&node.iter) {
            Some(constant) if !node.is_async => {
                self.unit.load_constant(range, iter, constant);
                iter
            }
            _ => self.value_or(&node.iter, Some(iter))?,
        };
        let (next, finished, end) = (self.unit.label(), self.unit.label(), self.unit.label());
        if node.is_async {
            self.unit.emit(range, operands::GetAiter { dst: iter, src });
        } else {
            self.unit.emit(range, operands::GetIter { dst: iter, src, site: SITE });
        }
        self.check_nesting(1, node.range())?;
        self.push_block(BlockKind::Loop { next, end }, None);
        let start = self.unit.here();
        let handler = self.unit.label();
        if node.is_async {
            self.next_async_item(&node.target, iter, handler, range)?;
        } else {
            self.next_item(&node.target, iter, finished, range)?;
        }
        self.statements(&node.body)?;
        self.unit.bind(next);
        let back = self.last_range();
        self.unit.emit(back, operands::JumpBack { target: start.operand(), site: SITE });
        self.pop_block();
        if node.is_async {
            self.end_async_loop(handler, finished, range);
        } else {
            self.unit.bind(finished);
        }
        self.unit.release(iter.0);
        self.statements(&node.orelse)?;
        self.unit.bind(end);
        Ok(())
    }

    /// Refuses `async for` and `async with` outside of an `async def`.
    pub(super) fn check_async(&self, word: &str, range: TextRange) -> Result {
        let scope = &self.scopes[self.unit.scope];
        if scope.is_async || (self.options.top_level_await && !self.in_function()) {
            return Ok(());
        }
        Err(self.error(format!("'async {word}' outside async function"), range))
    }

    fn raise_statement(&mut self, node: &'a ast::StmtRaise) -> Result {
        let range = node.range();
        match &node.exc {
            None => self.unit.emit(range, operands::ReraiseCurrent {}),
            Some(exc) => {
                let later: Vec<&Expr> = node.cause.as_deref().into_iter().collect();
                let exc = self.stable_value(exc, None, &later)?;
                let cause = match &node.cause {
                    Some(cause) => self.value(cause)?.into(),
                    None => OptionalRegister::NONE,
                };
                self.unit.emit(range, operands::Raise { exc, cause });
            }
        }
        Ok(())
    }

    fn assert_statement(&mut self, node: &'a ast::StmtAssert) -> Result {
        self.check_assertion(node);
        if self.options.optimize > 0 {
            return Ok(());
        }
        let passed = self.unit.label();
        self.unit.emit(node.test.range(), operands::Nop {});
        self.jump_if(&node.test, true, passed)?;
        let message = match &node.msg {
            Some(message) => self.value(message)?.into(),
            None => OptionalRegister::NONE,
        };
        self.unit.emit(node.test.range(), operands::RaiseAssertion { message });
        self.unit.bind(passed);
        Ok(())
    }
}
