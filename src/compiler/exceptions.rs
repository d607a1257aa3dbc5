//! `try`.
//!
//! What lives here: handlers, `finally`, `except*`. What must not: `with`; leaving blocks early is in
//! [`super::blocks`].
//!
//! A handler starts with `BeginHandler exc, saved` and ends, on every way out, with `EndHandler saved`. The way
//! out by another exception is a small handler of its own: it begins, ends the outer one and re-raises.

use ruff_python_ast as ast;
use ruff_python_ast::ExceptHandler;
use ruff_text_size::{Ranged, TextRange};

use super::blocks::BlockKind;
use super::emit::{Label, NO_RANGE, SITE};
use super::{Compiler, Result};
use crate::bytecode::{Register, operands};

/// Registers of a handler at work.
#[derive(Clone, Copy)]
pub(super) struct Caught {
    pub exc: Register,
    pub saved: Register,
    /// The handler of exceptions raised in the handler.
    pub cleanup: Label,
}

impl<'a> Compiler<'a> {
    pub(super) fn try_statement(&mut self, node: &'a ast::StmtTry) -> Result {
        // `try:` is a line for tracers.
        let start = node.range().start();
        self.unit.emit(TextRange::at(start, 3.into()), operands::Nop {});
        if node.finalbody.is_empty() {
            return self.try_except(node);
        }
        let (handler, end) = (self.unit.label(), self.unit.label());
        self.check_nesting(1, node.range())?;
        self.push_block(BlockKind::Finally { body: &node.finalbody }, Some(handler));
        if node.handlers.is_empty() {
            self.statements(&node.body)?;
        } else {
            self.try_except(node)?;
        }
        self.pop_block();
        self.statements(&node.finalbody)?;
        let range = self.last_range();
        self.unit.jump(range, end);

        let caught = self.begin_handler(handler, NO_RANGE);
        self.push_block(BlockKind::FinallyHandler { saved: caught.saved }, Some(caught.cleanup));
        self.statements(&node.finalbody)?;
        self.pop_block();
        self.unit.emit(NO_RANGE, operands::EndHandler { saved: caught.saved });
        self.unit.emit(NO_RANGE, operands::Reraise { exc: caught.exc });
        self.end_handler(caught);
        self.unit.bind(end);
        Ok(())
    }

    /// Binds `handler` and begins it. Its code, up to [`Self::end_handler`], runs with `cleanup` in force only
    /// where the caller pushes a block for it.
    pub(super) fn begin_handler(&mut self, handler: Label, range: TextRange) -> Caught {
        self.unit.bind(handler);
        let (exc, saved) = (self.unit.temporary(), self.unit.temporary());
        let cleanup = self.unit.label();
        self.unit.emit(range, operands::BeginHandler { exc, saved });
        Caught { exc, saved, cleanup }
    }

    /// Emits the clean-up of a handler that is left by an exception, and frees its registers.
    pub(super) fn end_handler(&mut self, caught: Caught) {
        self.unit.bind(caught.cleanup);
        let (exc, saved) = (self.unit.temporary(), self.unit.temporary());
        self.unit.emit(NO_RANGE, operands::BeginHandler { exc, saved });
        self.unit.emit(NO_RANGE, operands::EndHandler { saved: caught.saved });
        self.unit.emit(NO_RANGE, operands::Reraise { exc });
        self.unit.release(caught.exc.0);
    }

    fn try_except(&mut self, node: &'a ast::StmtTry) -> Result {
        let (handler, end) = (self.unit.label(), self.unit.label());
        self.check_nesting(1, node.range())?;
        self.unit.tries += 1;
        let outer = self.unit.handler.replace(handler);
        self.statements(&node.body)?;
        self.unit.handler = outer;
        self.unit.tries -= 1;
        self.statements(&node.orelse)?;
        let range = self.last_range();
        self.unit.jump(range, end);

        let caught = self.begin_handler(handler, NO_RANGE);
        self.unit.handler = Some(caught.cleanup);
        if node.is_star {
            self.group_handlers(&node.handlers, caught, outer, end)?;
        } else {
            self.handlers(&node.handlers, caught, outer, end)?;
        }
        self.unit.handler = outer;
        self.end_handler(caught);
        self.unit.bind(end);
        Ok(())
    }

    fn handlers(&mut self, handlers: &'a [ExceptHandler], caught: Caught, outer: Option<Label>, end: Label) -> Result {
        let Caught { exc, saved, cleanup } = caught;
        let last = handlers.len() - 1;
        for (at, handler) in handlers.iter().enumerate() {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let next = self.unit.label();
            let mark = self.unit.top;
            match &handler.type_ {
                Some(class) => {
                    let range = handler.range();
                    let matched = self.unit.temporary();
                    let class = self.value_or(class, Some(matched))?;
                    self.unit.emit(range, operands::ExceptionMatch { dst: matched, exc, class, site: SITE });
                    self.jump_if_register(matched, false, next, range);
                    self.unit.release(mark);
                }
                None if at != last => return Err(self.error("default 'except:' must be last", handler.range())),
                None => {}
            }
            if let Some(name) = &handler.name {
                self.store_name(name, exc, handler.range());
            }
            self.handler_body(handler, saved, cleanup, outer)?;
            let range = self.last_range();
            self.unit.handler = outer;
            self.unit.jump(range, end);
            self.unit.handler = Some(cleanup);
            self.unit.bind(next);
        }
        self.unit.handler = outer;
        // Where none matched, the frame stays at the last clause.
        let range = handlers
            .last()
            .map_or(NO_RANGE, |ExceptHandler::ExceptHandler(handler)| TextRange::at(handler.range().start(), 6.into()));
        self.unit.emit(range, operands::EndHandler { saved });
        self.unit.emit(range, operands::Reraise { exc });
        Ok(())
    }

    /// The body of an `except` clause, its normal end, and the unbinding of its name on every way out.
    fn handler_body(
        &mut self,
        handler: &'a ast::ExceptHandlerExceptHandler,
        saved: Register,
        cleanup: Label,
        outer: Option<Label>,
    ) -> Result {
        self.check_nesting(2, handler.range())?;
        let Some(name) = &handler.name else {
            // What leaves the block early ends the handler, and then is under the handlers outside.
            self.unit.handler = outer;
            self.push_block(BlockKind::Handler { saved, name: None }, Some(cleanup));
            self.statements(&handler.body)?;
            self.pop_block();
            self.unit.emit(NO_RANGE, operands::EndHandler { saved });
            return Ok(());
        };
        let (unbind, done) = (self.unit.label(), self.unit.label());
        self.unit.handler = outer;
        self.push_block(BlockKind::Handler { saved, name: Some(name) }, Some(unbind));
        self.statements(&handler.body)?;
        self.pop_block();
        self.unit.emit(NO_RANGE, operands::EndHandler { saved });
        self.unbind_handler_name(name, NO_RANGE)?;
        let range = self.last_range();
        self.unit.jump(range, done);

        let mark = self.unit.top;
        self.unit.bind(unbind);
        self.unit.handler = Some(cleanup);
        let (exc, inner_saved) = (self.unit.temporary(), self.unit.temporary());
        self.unit.emit(NO_RANGE, operands::BeginHandler { exc, saved: inner_saved });
        self.unbind_handler_name(name, NO_RANGE)?;
        self.unit.handler = outer;
        self.unit.emit(NO_RANGE, operands::EndHandler { saved });
        self.unit.emit(NO_RANGE, operands::Reraise { exc });
        self.unit.release(mark);
        self.unit.bind(done);
        Ok(())
    }

    /// `name = None; del name`: the name of a handler does not outlive it.
    pub(super) fn unbind_handler_name(&mut self, name: &'a ast::Identifier, range: TextRange) -> Result {
        match self.local_register(name) {
            Some(dst) => self.unit.emit(range, operands::Clear { dst }),
            None => {
                let none = self.unit.temporary();
                self.unit.emit(range, operands::LoadNone { dst: none });
                self.store_name(name, none, range);
                self.unit.release(none.0);
                self.delete_name(name, range);
            }
        }
        Ok(())
    }

    /// The clauses of `except*`: each takes its part of the group; what is raised in them and what is left
    /// over is raised at the end (PEP 654).
    fn group_handlers(
        &mut self,
        handlers: &'a [ExceptHandler],
        caught: Caught,
        outer: Option<Label>,
        end: Label,
    ) -> Result {
        let Caught { exc, saved, cleanup } = caught;
        let (rest, raised) = (self.unit.temporary(), self.unit.temporary());
        self.unit.copy(NO_RANGE, rest, exc);
        self.unit.emit(NO_RANGE, operands::BuildList { dst: raised, first: raised, count: 0 });
        for handler in handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            let (next, failed) = (self.unit.label(), self.unit.label());
            let mark = self.unit.top;
            let Some(class) = &handler.type_ else {
                return Err(self.error("expected one or more exception types", handler.range()));
            };
            let range = class.range();
            let matched = self.unit.temporary();
            let class = self.value_or(class, Some(matched))?;
            self.unit.emit(range, operands::ExceptionGroupMatch { matched, rest, exc: rest, class });
            self.unit.emit(range, operands::JumpIfNone { src: matched, target: next.operand(), site: SITE });
            if let Some(name) = &handler.name {
                self.store_name(name, matched, handler.range());
            }
            self.check_nesting(2, range)?;
            self.push_block(BlockKind::GroupHandler, Some(failed));
            self.statements(&handler.body)?;
            self.pop_block();
            if let Some(name) = &handler.name {
                self.unbind_handler_name(name, NO_RANGE)?;
            }
            let range = self.last_range();
            self.unit.jump(range, next);

            self.unit.bind(failed);
            let (inner, inner_saved) = (self.unit.temporary(), self.unit.temporary());
            self.unit.emit(NO_RANGE, operands::BeginHandler { exc: inner, saved: inner_saved });
            if let Some(name) = &handler.name {
                self.unbind_handler_name(name, NO_RANGE)?;
            }
            self.unit.emit(NO_RANGE, operands::ListAppend { list: raised, item: inner });
            self.unit.emit(NO_RANGE, operands::EndHandler { saved: inner_saved });
            self.unit.release(mark);
            self.unit.bind(next);
        }
        self.unit.emit(NO_RANGE, operands::ListAppend { list: raised, item: rest });
        self.unit.emit(NO_RANGE, operands::ExceptionGroupFinish { dst: rest, original: exc, raised });
        let reraise = self.unit.label();
        self.unit.emit(NO_RANGE, operands::JumpIfNotNone { src: rest, target: reraise.operand(), site: SITE });
        self.unit.handler = outer;
        self.unit.emit(NO_RANGE, operands::EndHandler { saved });
        self.unit.jump(NO_RANGE, end);
        self.unit.bind(reraise);
        self.unit.emit(NO_RANGE, operands::EndHandler { saved });
        self.unit.emit(NO_RANGE, operands::Reraise { exc: rest });
        self.unit.handler = Some(cleanup);
        Ok(())
    }
}
