//! The blocks around the statement being compiled, and leaving them.
//!
//! What lives here: what `return`, `break` and `continue` do on their way out. What must not: how the blocks
//! themselves are compiled; see [`super::exceptions`], [`super::with`] and [`super::stmt`].

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;

use super::emit::{Label, NO_RANGE};
use super::{Compiler, Result};
use crate::bytecode::{Register, operands};

/// A block around the statement being compiled.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub kind: BlockKind<'a>,
    /// The handler in force outside of the block.
    pub outer_handler: Option<Label>,
}

/// What is to be done when control leaves a block early.
#[derive(Clone, Copy)]
pub(super) enum BlockKind<'a> {
    /// A loop: nothing; `break` and `continue` end here.
    Loop { next: Label, end: Label },
    /// The `try` part or a handler of a statement with `finally`: run the `finally` part.
    Finally { body: &'a [Stmt] },
    /// The `finally` part while an exception waits to be raised again: forget that exception.
    FinallyHandler { saved: Register },
    /// An `except` handler: end it and unbind its name.
    Handler { saved: Register, name: Option<&'a ruff_python_ast::Identifier> },
    /// The body of an `except*` handler: may not be left early.
    GroupHandler,
    /// The body of a `with` statement: call `__exit__`.
    With { exit: Register, is_async: bool, range: TextRange },
}

/// How deep CPython lets blocks lie in each other in one code object.
const MOST_BLOCKS: usize = 21;

/// What is wrong with a jump out of an `except*` block.
const LEAVES_GROUP_HANDLER: &str = "'break', 'continue' and 'return' cannot appear in an except* block";

impl<'a> Compiler<'a> {
    /// Enters a block; exceptions raised in it go to `handler`, or where they go already.
    pub(super) fn push_block(&mut self, kind: BlockKind<'a>, handler: Option<Label>) {
        let outer_handler = self.unit.handler;
        self.unit.blocks.push(Block { kind, outer_handler });
        if handler.is_some() {
            self.unit.handler = handler;
        }
    }

    /// Refuses what CPython finds too deep, before `more` blocks are entered for the statement at `range`.
    pub(super) fn check_nesting(&self, more: usize, range: TextRange) -> Result {
        // As CPython counts: a handler is two, one for the exception being handled and one for its name.
        let counted = |block: &Block<'_>| match block.kind {
            BlockKind::Handler { .. } | BlockKind::GroupHandler => 2,
            BlockKind::Loop { .. }
            | BlockKind::Finally { .. }
            | BlockKind::FinallyHandler { .. }
            | BlockKind::With { .. } => 1,
        };
        let entered: usize = self.unit.blocks.iter().map(counted).sum();
        if entered + self.unit.tries + more > MOST_BLOCKS {
            return Err(self.error("too many statically nested blocks", range));
        }
        Ok(())
    }

    /// Leaves the innermost block on the normal way.
    pub(super) fn pop_block(&mut self) {
        if let Some(block) = self.unit.blocks.pop() {
            self.unit.handler = block.outer_handler;
        }
    }

    /// Whether leaving all blocks runs code that could change the register of a value to be returned.
    pub(super) fn unwinding_runs_code(&self) -> bool {
        self.unit.blocks.iter().any(|block| match block.kind {
            BlockKind::Finally { .. } | BlockKind::With { .. } => true,
            BlockKind::Handler { name, .. } => name.is_some(),
            BlockKind::Loop { .. } | BlockKind::FinallyHandler { .. } | BlockKind::GroupHandler => false,
        })
    }

    /// Emits what leaving the blocks from the innermost down to (not including) number `depth` takes, in the
    /// state of control flow that the jump to come is in. The blocks stay entered for the code that follows.
    pub(super) fn unwind(&mut self, depth: usize, range: TextRange) -> Result {
        let blocks = self.unit.blocks.clone();
        let handler = self.unit.handler;
        while self.unit.blocks.len() > depth {
            let Some(block) = self.unit.blocks.pop() else { break };
            match block.kind {
                BlockKind::Loop { .. } => {}
                BlockKind::Finally { body } => {
                    self.unit.handler = block.outer_handler;
                    self.statements(body)?;
                }
                BlockKind::FinallyHandler { saved } => {
                    self.unit.emit(range, operands::EndHandler { saved });
                    self.unit.handler = block.outer_handler;
                }
                BlockKind::Handler { saved, name } => {
                    self.unit.emit(range, operands::EndHandler { saved });
                    self.unit.handler = block.outer_handler;
                    if let Some(name) = name {
                        self.unbind_handler_name(name, NO_RANGE)?;
                    }
                }
                BlockKind::GroupHandler => return Err(self.error(LEAVES_GROUP_HANDLER, range)),
                BlockKind::With { exit, is_async, range: manager } => {
                    self.unit.handler = block.outer_handler;
                    self.call_exit(exit, is_async, manager)?;
                }
            }
        }
        self.unit.blocks = blocks;
        self.unit.handler = handler;
        Ok(())
    }

    /// Jumps must not leave an `except*` block. For a jump whose target is unknown.
    pub(super) fn forbid_in_group_handler(&self, range: TextRange) -> Result {
        if self.unit.blocks.iter().any(|block| matches!(block.kind, BlockKind::GroupHandler)) {
            return Err(self.error(LEAVES_GROUP_HANDLER, range));
        }
        Ok(())
    }

    /// The innermost loop: its number among the blocks and its labels.
    pub(super) fn innermost_loop(&self) -> Option<(usize, Label, Label)> {
        self.unit.blocks.iter().enumerate().rev().find_map(|(depth, block)| match block.kind {
            BlockKind::Loop { next, end } => Some((depth, next, end)),
            BlockKind::Finally { .. }
            | BlockKind::FinallyHandler { .. }
            | BlockKind::Handler { .. }
            | BlockKind::GroupHandler
            | BlockKind::With { .. } => None,
        })
    }
}
