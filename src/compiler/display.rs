//! Displays: lists, tuples, sets and dicts written out.
//!
//! What lives here: literal collections with unpacking. What must not: comprehensions.

use ruff_python_ast as ast;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

use super::emit::SITE;
use super::{Compiler, Result};
use crate::bytecode::{Constant, OptionalRegister, Register, operands};

/// Items evaluated side by side into registers before the collection is built; the rest is added one by one.
const RUN: usize = 64;
/// Pairs of a dict evaluated side by side.
const PAIRS: usize = 32;

impl<'a> Compiler<'a> {
    /// The first register of a run that starts at `dst` if that is the topmost temporary.
    fn start_of_run(&mut self, dst: Register, count: usize) -> Register {
        if count > 0 && self.unit.is_temporary(dst) && dst.0 + 1 == self.unit.top {
            self.unit.release(dst.0);
        }
        Register(self.unit.top)
    }

    /// Evaluates expressions side by side into fresh registers from the top, which is `first`.
    fn side_by_side(&mut self, items: &'a [Expr]) -> Result {
        for item in items {
            self.value_in_temporary(item)?;
        }
        Ok(())
    }

    /// The register to collect into: `dst` unless it is a local.
    fn collector(&mut self, dst: Register) -> Register {
        match self.scratch(dst) {
            Some(dst) => dst,
            None => self.unit.temporary(),
        }
    }

    pub(super) fn list(&mut self, items: &'a [Expr], range: TextRange, dst: Register) -> Result {
        if items.len() > 2
            && let Some(constants) = self.constants_of(items)
        {
            let list = self.collector(dst);
            self.unit.emit(range, operands::BuildList { dst: list, first: list, count: 0 });
            let iterable = self.unit.temporary();
            self.unit.load_constant(range, iterable, Constant::Tuple(constants.into()));
            self.unit.emit(range, operands::ListExtend { list, iterable });
            self.unit.copy(range, dst, list);
            return Ok(());
        }
        if items.len() <= RUN && !items.iter().any(Expr::is_starred_expr) {
            let first = self.start_of_run(dst, items.len());
            self.side_by_side(items)?;
            self.unit.emit(range, operands::BuildList { dst, first, count: items.len() as u16 });
            return Ok(());
        }
        let list = self.collector(dst);
        self.collect_list(items, list, range)?;
        self.unit.copy(range, dst, list);
        Ok(())
    }

    pub(super) fn tuple(&mut self, items: &'a [Expr], range: TextRange, dst: Register) -> Result {
        if items.len() <= RUN && !items.iter().any(Expr::is_starred_expr) {
            let first = self.start_of_run(dst, items.len());
            self.side_by_side(items)?;
            self.unit.emit(range, operands::BuildTuple { dst, first, count: items.len() as u16 });
            return Ok(());
        }
        if let [Expr::Starred(node)] = items
            && node.value.is_list_comp_expr()
        {
            // Nobody else sees that list.
            let list = self.value(&node.value)?;
            self.unit.emit(range, operands::ListToTuple { dst, list });
            return Ok(());
        }
        let list = self.collector(dst);
        self.collect_list(items, list, range)?;
        self.unit.emit(range, operands::ListToTuple { dst, list });
        Ok(())
    }

    /// Collects the positional arguments of a call with unpacking into a tuple, in a fresh register.
    pub(super) fn collect_arguments(&mut self, items: &'a [Expr], range: TextRange) -> Result<Register> {
        let dst = self.unit.temporary();
        let mark = self.unit.top;
        let mut so_far = OptionalRegister::NONE;
        let mut rest = items;
        while let Some(item) = rest.first() {
            let iterable = match item {
                Expr::Starred(node) => {
                    rest = &rest[1..];
                    self.value(&node.value)?
                }
                _ => {
                    let run = rest.iter().take(RUN).take_while(|item| !item.is_starred_expr()).count();
                    let first = Register(self.unit.top);
                    self.side_by_side(&rest[..run])?;
                    rest = &rest[run..];
                    let tuple = if so_far.get().is_some() { first } else { dst };
                    self.unit.emit(range, operands::BuildTuple { dst: tuple, first, count: run as u16 });
                    tuple
                }
            };
            if iterable != dst {
                self.unit.emit(range, operands::TupleExtend { dst, tuple: so_far, iterable, site: SITE });
            }
            so_far = dst.into();
            self.unit.release(mark);
        }
        Ok(dst)
    }

    /// Builds a list of any length with unpacking.
    fn collect_list(&mut self, items: &'a [Expr], list: Register, range: TextRange) -> Result {
        let run = items.iter().take(RUN).take_while(|item| !item.is_starred_expr()).count();
        let mark = self.unit.top;
        let first = Register(self.unit.top);
        self.side_by_side(&items[..run])?;
        self.unit.emit(range, operands::BuildList { dst: list, first, count: run as u16 });
        self.unit.release(mark);
        for item in &items[run..] {
            match item {
                Expr::Starred(node) => {
                    let iterable = self.value(&node.value)?;
                    self.unit.emit(range, operands::ListExtend { list, iterable });
                }
                item => {
                    let item_register = self.value(item)?;
                    self.unit.emit(item.range(), operands::ListAppend { list, item: item_register });
                }
            }
            self.unit.release(mark);
        }
        Ok(())
    }

    pub(super) fn set(&mut self, items: &'a [Expr], range: TextRange, dst: Register) -> Result {
        let mark = self.unit.top;
        // Three or more constants are copied from a frozenset, as in CPython: the order of ints shows it.
        if items.len() >= 3
            && let Some(constant) = self.constant_set(items)
        {
            let set = self.collector(dst);
            let iterable = self.unit.temporary();
            self.unit.emit(range, operands::BuildSet { dst: set, first: iterable, count: 0 });
            self.unit.load_constant(range, iterable, constant);
            self.unit.emit(range, operands::SetUpdate { set, iterable });
            self.unit.release(mark);
            self.unit.copy(range, dst, set);
            return Ok(());
        }
        if items.len() <= RUN && !items.iter().any(Expr::is_starred_expr) {
            let first = self.start_of_run(dst, items.len());
            self.side_by_side(items)?;
            self.unit.emit(range, operands::BuildSet { dst, first, count: items.len() as u16 });
            self.unit.release(mark);
            return Ok(());
        }
        let set = self.collector(dst);
        let run = items.iter().take(RUN).take_while(|item| !item.is_starred_expr()).count();
        let mark = self.unit.top;
        let first = Register(self.unit.top);
        self.side_by_side(&items[..run])?;
        self.unit.emit(range, operands::BuildSet { dst: set, first, count: run as u16 });
        self.unit.release(mark);
        for item in &items[run..] {
            match item {
                Expr::Starred(node) => {
                    let iterable = self.value(&node.value)?;
                    self.unit.emit(range, operands::SetUpdate { set, iterable });
                }
                item => {
                    let register = self.value(item)?;
                    self.unit.emit(item.range(), operands::SetAdd { set, item: register });
                }
            }
            self.unit.release(mark);
        }
        self.unit.copy(range, dst, set);
        Ok(())
    }

    pub(super) fn dict(&mut self, node: &'a ast::ExprDict, dst: Register) -> Result {
        let range = node.range();
        let run = node.items.iter().take(PAIRS).take_while(|item| item.key.is_some()).count();
        let whole = run == node.items.len();
        let dict = if whole { dst } else { self.collector(dst) };
        let mark = self.unit.top;
        let first = if whole { self.start_of_run(dst, run) } else { Register(self.unit.top) };
        for item in &node.items[..run] {
            if let Some(key) = &item.key {
                self.value_in_temporary(key)?;
            }
            self.value_in_temporary(&item.value)?;
        }
        self.unit.emit(range, operands::BuildDict { dst: dict, first, count: run as u16 });
        self.unit.release(mark);
        for item in &node.items[run..] {
            match &item.key {
                None => {
                    let mapping = self.value(&item.value)?;
                    self.unit.emit(range, operands::DictUpdate { dict, mapping });
                }
                Some(key) => {
                    let key = self.stable_value(key, None, &[&item.value])?;
                    let value = self.value(&item.value)?;
                    self.unit.emit(range, operands::DictInsert { dict, key, value });
                }
            }
            self.unit.release(mark);
        }
        self.unit.copy(range, dst, dict);
        Ok(())
    }

    /// The values of all `items`, if all are constant.
    fn constants_of(&mut self, items: &[Expr]) -> Option<Vec<Constant>> {
        items.iter().map(|item| self.constant_of(item)).collect()
    }
}
