//! Assignment: plain, parallel, unpacking, augmented, annotated; and `del`.
//!
//! What lives here: storing into targets. What must not: how variables are reached; see [`super::names`].

use ruff_python_ast as ast;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

use super::emit::SITE;
use super::{Compiler, Result};
use crate::bytecode::{Constant, NO_REGISTER, Register, operands};

/// Parallel assignments of more values than this build the tuple.
const MAXIMUM_PARALLEL: usize = 32;

impl<'a> Compiler<'a> {
    pub(super) fn assignment(&mut self, node: &'a ast::StmtAssign) -> Result {
        let mark = self.unit.top;
        match &node.targets[..] {
            [target] => self.assign_one(target, &node.value)?,
            targets => {
                let simple = !self.scopes[self.unit.scope].has_named_expression
                    && targets.iter().all(|target| !matches!(target, Expr::Tuple(_) | Expr::List(_)));
                let first = match &targets[0] {
                    Expr::Name(name) if simple => self.local_register(&name.id),
                    _ => None,
                };
                let (src, targets) = match first {
                    Some(register) => (register, &targets[1..]),
                    None => (self.unit.temporary(), targets),
                };
                self.value_into(&node.value, src)?;
                for target in targets {
                    self.store(target, src)?;
                }
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    /// `target = value`.
    pub(super) fn assign_one(&mut self, target: &'a Expr, value: &'a Expr) -> Result {
        match target {
            Expr::Name(name) => match self.local_register(&name.id) {
                Some(register) => self.value_into(value, register),
                None => {
                    let src = self.value(value)?;
                    self.store_name(&name.id, src, name.range());
                    Ok(())
                }
            },
            Expr::Tuple(ast::ExprTuple { elts: targets, .. }) | Expr::List(ast::ExprList { elts: targets, .. }) => {
                if let Expr::Tuple(ast::ExprTuple { elts: values, .. }) | Expr::List(ast::ExprList { elts: values, .. }) =
                    value
                    && values.len() == targets.len()
                    && values.len() <= MAXIMUM_PARALLEL
                    && !values.iter().chain(targets).any(Expr::is_starred_expr)
                {
                    return self.assign_parallel(targets, values);
                }
                let src = self.value(value)?;
                self.store(target, src)
            }
            _ => {
                let src = self.stable_value(value, None, &[target])?;
                self.store(target, src)
            }
        }
    }

    /// `a, b = x, y` without the tuple. All values are computed first; the stores follow from the left.
    fn assign_parallel(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> Result {
        let registers: Vec<Option<Register>> = targets
            .iter()
            .map(|target| match target {
                Expr::Name(name) => self.local_register(&name.id),
                _ => None,
            })
            .collect();
        let all_local = registers.iter().all(Option::is_some);
        let last = values.len().saturating_sub(1);
        let mut sources: Vec<Register> = Vec::with_capacity(values.len());
        let mut constants: Vec<Option<Constant>> = Vec::with_capacity(values.len());
        for (at, value) in values.iter().enumerate() {
            let later: Vec<&Expr> = values[at + 1..].iter().chain(targets).collect();
            // A constant is loaded when it is stored.
            constants.push(self.constant_of(value));
            if constants[at].is_some() {
                sources.push(Register(NO_REGISTER));
                continue;
            }
            if let Expr::Name(name) = value
                && let Some(local) = self.local_register(&name.id)
            {
                // A local that a target to the left overwrites before it is stored is kept apart.
                let overwritten = !all_local && targets[..at].iter().any(|target| !target.is_name_expr())
                    || registers[..at].contains(&Some(local));
                if overwritten {
                    sources.push(self.value_in_temporary(value)?);
                    continue;
                }
            }
            if at == last
                && all_local
                && let Some(register) = registers[last]
                && !sources.contains(&register)
                && !registers[..last].contains(&registers[last])
                && !value.is_name_expr()
            {
                self.value_into(value, register)?;
                sources.push(register);
                continue;
            }
            sources.push(self.stable_value(value, None, &later)?);
        }
        for ((target, src), constant) in targets.iter().zip(sources).zip(constants) {
            let Some(constant) = constant else {
                self.store(target, src)?;
                continue;
            };
            let local = match target {
                Expr::Name(name) => self.local_register(&name.id),
                _ => None,
            };
            let dst = local.unwrap_or_else(|| self.unit.temporary());
            self.unit.load_constant(target.range(), dst, constant);
            if local.is_none() {
                self.store(target, dst)?;
            }
        }
        Ok(())
    }

    /// `target = src`.
    pub(super) fn store(&mut self, target: &'a Expr, src: Register) -> Result {
        let range = target.range();
        let mark = self.unit.top;
        match target {
            Expr::Name(name) => self.store_name(&name.id, src, range),
            Expr::Attribute(node) => {
                self.note_static_attribute(node);
                let object = self.value(&node.value)?;
                let name = self.mangled(&node.attr);
                let name = self.unit.name(&name);
                let range = self.attribute_range(node);
                self.unit.emit(range, operands::StoreAttr { object, name, src, site: SITE });
            }
            Expr::Subscript(node) => {
                let object = self.stable_value(&node.value, None, &[&node.slice])?;
                let index = self.subscript_index(&node.slice)?;
                self.unit.emit(range, operands::StoreSubscript { object, index, src, site: SITE });
            }
            Expr::Tuple(node) => self.unpack(&node.elts, src, range)?,
            Expr::List(node) => self.unpack(&node.elts, src, range)?,
            Expr::Starred(_) => {
                return Err(self.error("starred assignment target must be in a list or tuple", range));
            }
            _ => return Err(self.error("cannot assign to expression", range)),
        }
        self.unit.release(mark);
        Ok(())
    }

    /// `[targets] = src`.
    fn unpack(&mut self, targets: &'a [Expr], src: Register, range: TextRange) -> Result {
        let mut star = None;
        for (at, target) in targets.iter().enumerate() {
            if target.is_starred_expr() && star.replace(at).is_some() {
                return Err(self.error("multiple starred expressions in assignment", range));
            }
        }
        let count = targets.len() as u16;
        let first = match (star, self.consecutive_registers(targets)) {
            (None, Some(first)) => {
                self.unit.emit(range, operands::UnpackSequence { src, first, count, site: SITE });
                return Ok(());
            }
            _ => self.unit.temporaries(targets.len()),
        };
        match star {
            None => self.unit.emit(range, operands::UnpackSequence { src, first, count, site: SITE }),
            Some(before) => {
                let after = targets.len() - before - 1;
                if before >= 1 << 8 || after >= 1 << 23 {
                    return Err(self.error("too many expressions in star-unpacking assignment", range));
                }
                let (before, after) = (before as u16, after as u16);
                self.unit.emit(range, operands::UnpackEx { src, first, before, after });
            }
        }
        for (at, target) in targets.iter().enumerate() {
            let item = first.plus(at as u16);
            match target {
                Expr::Starred(node) => self.store(&node.value, item)?,
                target => self.store(target, item)?,
            }
        }
        Ok(())
    }

    /// The first of the registers of `targets`, if they are locals in consecutive registers.
    fn consecutive_registers(&self, targets: &[Expr]) -> Option<Register> {
        let mut first = None;
        for (at, target) in targets.iter().enumerate() {
            let Expr::Name(name) = target else { return None };
            let register = self.local_register(&name.id)?;
            let start = register.0.checked_sub(at as u16)?;
            if *first.get_or_insert(start) != start {
                return None;
            }
        }
        first.map(Register)
    }

    pub(super) fn augmented_assignment(&mut self, node: &'a ast::StmtAugAssign) -> Result {
        let mark = self.unit.top;
        let range = node.range();
        match &*node.target {
            Expr::Name(name) => {
                if let Some(register) = self.local_register(&name.id) {
                    let lhs = self.stable_value(&node.target, None, &[&node.value])?;
                    self.binary_with(node.op, register, lhs, &node.value, true, range)?;
                } else {
                    let lhs = self.unit.temporary();
                    self.load_name(&name.id, lhs, name.range());
                    self.binary_with(node.op, lhs, lhs, &node.value, true, range)?;
                    self.store_name(&name.id, lhs, name.range());
                }
            }
            Expr::Attribute(target) => {
                let object = self.stable_value(&target.value, None, &[&node.value])?;
                let name = self.mangled(&target.attr);
                let name = self.unit.name(&name);
                let place = self.attribute_range(target);
                let value = self.unit.temporary();
                self.unit.emit(place, operands::LoadAttr { dst: value, object, name, site: SITE });
                self.binary_with(node.op, value, value, &node.value, true, range)?;
                self.unit.emit(place, operands::StoreAttr { object, name, src: value, site: SITE });
            }
            Expr::Subscript(target) => {
                let object = self.stable_value(&target.value, None, &[&target.slice, &node.value])?;
                let index = match &*target.slice {
                    Expr::Slice(_) => self.subscript_index(&target.slice)?,
                    index => self.stable_value(index, None, &[&node.value])?,
                };
                let place = target.range();
                let value = self.unit.temporary();
                self.unit.emit(place, operands::LoadSubscript { dst: value, object, index, site: SITE });
                self.binary_with(node.op, value, value, &node.value, true, range)?;
                self.unit.emit(place, operands::StoreSubscript { object, index, src: value, site: SITE });
            }
            other => {
                return Err(self.error("illegal expression for augmented assignment", other.range()));
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    pub(super) fn annotated_assignment(&mut self, node: &'a ast::StmtAnnAssign) -> Result {
        let mark = self.unit.top;
        if let Some(value) = &node.value {
            self.assign_one(&node.target, value)?;
        }
        self.unit.release(mark);
        match &*node.target {
            Expr::Name(target) => {
                if node.simple && !self.in_function() {
                    self.record_annotation(node, target)?;
                }
            }
            // Without a value the parts of the target are still evaluated.
            Expr::Attribute(target) if node.value.is_none() => self.effect(&target.value)?,
            Expr::Subscript(target) if node.value.is_none() => {
                self.effect(&target.value)?;
                self.subscript_index(&target.slice)?;
            }
            _ => {}
        }
        self.unit.release(mark);
        Ok(())
    }

    pub(super) fn delete(&mut self, target: &'a Expr) -> Result {
        let range = target.range();
        let mark = self.unit.top;
        match target {
            Expr::Name(name) => self.delete_name(&name.id, range),
            Expr::Attribute(node) => {
                let object = self.value(&node.value)?;
                let name = self.mangled(&node.attr);
                let name = self.unit.name(&name);
                let range = self.attribute_range(node);
                self.unit.emit(range, operands::DeleteAttr { object, name });
            }
            Expr::Subscript(node) => {
                let object = self.stable_value(&node.value, None, &[&node.slice])?;
                let index = self.subscript_index(&node.slice)?;
                self.unit.emit(range, operands::DeleteSubscript { object, index });
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for target in elts {
                    self.delete(target)?;
                }
            }
            _ => return Err(self.error("cannot delete expression", range)),
        }
        self.unit.release(mark);
        Ok(())
    }
}
