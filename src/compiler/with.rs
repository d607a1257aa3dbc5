//! `with` statements.
//!
//! What lives here: entering and leaving context managers. What must not: `try`.

use ruff_python_ast as ast;
use ruff_python_ast::Stmt;
use ruff_text_size::{Ranged, TextRange};

use super::blocks::BlockKind;
use super::emit::{NO_RANGE, SITE};
use super::{Compiler, Result};
use crate::bytecode::{Register, operands};

impl<'a> Compiler<'a> {
    pub(super) fn with_statement(&mut self, node: &'a ast::StmtWith) -> Result {
        if node.is_async {
            self.check_async("with", node.range())?;
        }
        self.with_items(&node.items, node.is_async, &node.body)
    }

    /// The first of `items`, with the others and the body inside.
    fn with_items(&mut self, items: &'a [ast::WithItem], is_async: bool, body: &'a [Stmt]) -> Result {
        let Some((item, rest)) = items.split_first() else { return self.statements(body) };
        let range = item.context_expr.range();
        let mark = self.unit.top;
        let (handler, end) = (self.unit.label(), self.unit.label());

        let exit = self.unit.temporaries(2);
        let entered = self.unit.temporary();
        let manager = self.value_or(&item.context_expr, Some(entered))?;
        let window = self.unit.temporaries(2);
        let flag = u16::from(is_async);
        self.unit.emit(range, operands::LoadContext { window, exit, manager, is_async: flag });
        self.unit.emit(range, operands::CallMethod { dst: entered, window, argc: 0, site: SITE });
        self.unit.release(window.0);
        if is_async {
            self.await_value(entered, 1, entered, range);
            self.unit.release(window.0);
        }
        self.check_nesting(1, range)?;
        self.push_block(BlockKind::With { exit, is_async, range }, Some(handler));
        if let Some(target) = &item.optional_vars {
            self.store(target, entered)?;
        }
        self.unit.release(entered.0);
        self.with_items(rest, is_async, body)?;
        self.pop_block();
        self.call_exit(exit, is_async, range)?;
        self.unit.jump(range, end);

        let caught = self.begin_handler(handler, range);
        let outer = self.unit.handler.replace(caught.cleanup);
        let suppress = self.unit.label();
        let swallowed = self.unit.temporary();
        self.unit.emit(range, operands::CallExitWithException { dst: swallowed, window: exit, exc: caught.exc });
        if is_async {
            self.await_value(swallowed, 2, swallowed, range);
        }
        self.jump_if_register(swallowed, true, suppress, range);
        self.unit.handler = outer;
        self.unit.emit(NO_RANGE, operands::EndHandler { saved: caught.saved });
        self.unit.emit(NO_RANGE, operands::Reraise { exc: caught.exc });
        self.end_handler(caught);
        self.unit.bind(suppress);
        self.unit.emit(NO_RANGE, operands::EndHandler { saved: caught.saved });
        self.unit.bind(end);
        self.unit.release(mark);
        Ok(())
    }

    /// Calls the `__exit__` pair with three Nones, and drops the result.
    pub(super) fn call_exit(&mut self, exit: Register, is_async: bool, range: TextRange) -> Result {
        let mark = self.unit.top;
        let window = self.unit.temporaries(5);
        self.unit.copy(range, window, exit);
        self.unit.copy(range, window.plus(1), exit.plus(1));
        for at in 2..5 {
            self.unit.emit(range, operands::LoadNone { dst: window.plus(at) });
        }
        self.unit.emit(range, operands::CallMethod { dst: window, window, argc: 3, site: SITE });
        if is_async {
            self.unit.release(window.0 + 1);
            self.await_value(window, 2, window, range);
        }
        self.unit.release(mark);
        Ok(())
    }
}
