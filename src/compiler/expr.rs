//! Expressions: values into registers.
//!
//! What lives here: the walk over expressions and its simple cases. What must not: calls, displays,
//! comprehensions, conditions, f-strings; each has a file of its own.
//!
//! Three ways to compile an expression:
//! - [`Compiler::value`] gives the register that holds the value: a local's own register, or a fresh temporary;
//! - [`Compiler::value_into`] writes the value to a given register, as the last thing the code does, unless the
//!   register is a temporary (whose old content is dead then);
//! - [`Compiler::effect`] drops the value.

use ruff_python_ast as ast;
use ruff_python_ast::{CmpOp, Expr, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::emit::SITE;
use super::names::Place;
use super::{Compiler, Result};
use crate::bytecode::{Constant, Instruction, Register, operands};

impl<'a> Compiler<'a> {
    /// The register that holds the value: a local's own, or a fresh temporary at the top.
    pub(super) fn value(&mut self, expression: &'a Expr) -> Result<Register> {
        self.value_or(expression, None)
    }

    /// As [`Self::value`]; `hint` is a dead temporary to use instead of a fresh one.
    pub(super) fn value_or(&mut self, expression: &'a Expr, hint: Option<Register>) -> Result<Register> {
        match expression {
            Expr::Name(node) => {
                if let Some(src) = self.local_register(&node.id) {
                    self.unit.emit(node.range(), operands::CheckBound { src });
                    return Ok(src);
                }
            }
            Expr::Named(node) => {
                if let Expr::Name(target) = &*node.target
                    && let Some(register) = self.local_register(&target.id)
                {
                    self.value_into(&node.value, register)?;
                    return Ok(register);
                }
            }
            _ => {}
        }
        let dst = hint.unwrap_or_else(|| self.unit.temporary());
        self.value_into(expression, dst)?;
        Ok(dst)
    }

    /// As [`Self::value_or`], for an operand that must keep its value while `later` are evaluated: a local that
    /// one of them may assign is copied.
    pub(super) fn stable_value(
        &mut self,
        expression: &'a Expr,
        hint: Option<Register>,
        later: &[&Expr],
    ) -> Result<Register> {
        if self.is_local(expression) && self.may_assign(later) {
            let dst = hint.unwrap_or_else(|| self.unit.temporary());
            self.value_into(expression, dst)?;
            return Ok(dst);
        }
        self.value_or(expression, hint)
    }

    /// Whether the value lies in a local's register.
    fn is_local(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Name(node) => self.local_register(&node.id).is_some(),
            Expr::Named(node) => self.is_local(&node.target),
            _ => false,
        }
    }

    /// Whether evaluating one of the expressions may assign a local of the code being built.
    fn may_assign(&self, expressions: &[&Expr]) -> bool {
        self.scopes[self.unit.scope].has_named_expression
            && expressions
                .iter()
                .any(|expression| ast::helpers::any_over_expr(expression, |inner| matches!(inner, Expr::Named(_))))
    }

    /// `dst` if it is a temporary, whose content is dead while a value for it is computed.
    pub(super) fn scratch(&self, dst: Register) -> Option<Register> {
        self.unit.is_temporary(dst).then_some(dst)
    }

    /// Evaluates into a fresh temporary at the top.
    pub(super) fn value_in_temporary(&mut self, expression: &'a Expr) -> Result<Register> {
        let dst = self.unit.temporary();
        self.value_into(expression, dst)?;
        Ok(dst)
    }

    /// Evaluates into `dst`. If `dst` is a local, it is written last, once.
    pub(super) fn value_into(&mut self, expression: &'a Expr, dst: Register) -> Result {
        let range = expression.range();
        if let Some(constant) = self.constant_of(expression) {
            self.unit.load_constant(range, dst, constant);
            return Ok(());
        }
        let mark = self.unit.top;
        match expression {
            Expr::Name(node) => self.load_name(&node.id, dst, range),
            Expr::BinOp(node) => self.binary(node, dst)?,
            Expr::UnaryOp(node) => self.unary(node, dst)?,
            Expr::BoolOp(node) => self.boolean_operation(node, dst)?,
            Expr::Compare(node) => self.comparison(node, dst)?,
            Expr::If(node) => self.conditional_expression(node, dst)?,
            Expr::Named(node) => {
                let Expr::Name(target) = &*node.target else {
                    return Err(self.error("invalid syntax", range));
                };
                match self.place(&self.mangled(&target.id)) {
                    Place::Register(register) => {
                        self.value_into(&node.value, register)?;
                        self.unit.copy(range, dst, register);
                    }
                    _ => {
                        let value = match self.scratch(dst) {
                            Some(dst) => dst,
                            None => self.unit.temporary(),
                        };
                        self.value_into(&node.value, value)?;
                        self.store_name(&target.id, value, target.range());
                        self.unit.copy(range, dst, value);
                    }
                }
            }
            Expr::Call(node) => self.call(node, dst)?,
            Expr::Attribute(node) => self.attribute(node, dst)?,
            Expr::Subscript(node) => {
                self.check_subscript(node);
                let hint = self.scratch(dst);
                let object = self.stable_value(&node.value, hint, &[&node.slice])?;
                let index = self.subscript_index(&node.slice)?;
                self.unit.emit(range, operands::LoadSubscript { dst, object, index, site: SITE });
            }
            Expr::Slice(_) => {
                let value = self.subscript_index(expression)?;
                self.unit.copy(range, dst, value);
            }
            Expr::List(node) => self.list(&node.elts, range, dst)?,
            Expr::Tuple(node) => self.tuple(&node.elts, range, dst)?,
            Expr::Set(node) => self.set(&node.elts, range, dst)?,
            Expr::Dict(node) => self.dict(node, dst)?,
            Expr::Lambda(node) => self.lambda(node, dst)?,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expression, dst)?;
            }
            Expr::Await(node) => {
                self.check_await(range)?;
                let hint = self.scratch(dst);
                let src = self.value_or(&node.value, hint)?;
                self.await_value(src, 0, dst, range);
            }
            Expr::Yield(node) => {
                self.check_yield(false, range)?;
                let hint = self.scratch(dst);
                let src = match &node.value {
                    Some(value) => self.value_or(value, hint)?,
                    None => {
                        let src = hint.unwrap_or_else(|| self.unit.temporary());
                        self.unit.emit(range, operands::LoadNone { dst: src });
                        src
                    }
                };
                self.unit.emit(range, operands::Yield { dst, src });
            }
            Expr::YieldFrom(node) => {
                self.check_yield(true, range)?;
                let hint = self.scratch(dst);
                let src = self.value_or(&node.value, hint)?;
                let iter = self.unit.temporary();
                self.unit.emit(range, operands::GetYieldFromIter { dst: iter, src });
                self.delegate(iter, dst, range);
            }
            Expr::FString(node) => self.fstring(node, dst)?,
            Expr::TString(node) => self.tstring(node, dst)?,
            Expr::Starred(_) => return Err(self.error("can't use starred expression here", range)),
            Expr::NumberLiteral(node) => {
                let constant = self.number(node)?;
                self.unit.load_constant(range, dst, constant);
            }
            // Always constant.
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => {}
            Expr::IpyEscapeCommand(_) => return Err(self.error("invalid syntax", range)),
        }
        self.unit.release(mark);
        Ok(())
    }

    /// Evaluates for the side effects only.
    pub(super) fn effect(&mut self, expression: &'a Expr) -> Result {
        if self.constant_of(expression).is_some() {
            return Ok(());
        }
        let mark = self.unit.top;
        match expression {
            Expr::BoolOp(node) => {
                let end = self.unit.label();
                let sense = node.op == ast::BoolOp::Or;
                if let Some((last, first)) = node.values.split_last() {
                    for value in first {
                        self.jump_if(value, sense, end)?;
                    }
                    self.effect(last)?;
                }
                self.unit.bind(end);
            }
            Expr::If(node) => {
                let (orelse, end) = (self.unit.label(), self.unit.label());
                self.jump_if(&node.test, false, orelse)?;
                self.effect(&node.body)?;
                self.unit.jump(node.range(), end);
                self.unit.bind(orelse);
                self.effect(&node.orelse)?;
                self.unit.bind(end);
            }
            _ => {
                self.value(expression)?;
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    // ---- operators ----

    fn binary(&mut self, node: &'a ast::ExprBinOp, dst: Register) -> Result {
        if self.percent_format(node, dst)? {
            return Ok(());
        }
        let hint = self.scratch(dst);
        let lhs = self.stable_value(&node.left, hint, &[&node.right])?;
        self.binary_with(node.op, dst, lhs, &node.right, false, node.range())
    }

    /// `dst = lhs op right`, by the form with an immediate where there is one.
    pub(super) fn binary_with(
        &mut self,
        op: Operator,
        dst: Register,
        lhs: Register,
        right: &'a Expr,
        inplace: bool,
        range: TextRange,
    ) -> Result {
        if let Some(Constant::Int(value)) = self.constant_of(right)
            && let Ok(value) = i16::try_from(value)
            && let Some(instruction) = binary_immediate(op, dst, lhs, value, inplace)
        {
            self.unit.emit(range, instruction);
            return Ok(());
        }
        let rhs = self.value(right)?;
        self.unit.emit(range, binary_instruction(op, dst, lhs, rhs, inplace));
        Ok(())
    }

    fn unary(&mut self, node: &'a ast::ExprUnaryOp, dst: Register) -> Result {
        let range = node.range();
        if node.op == UnaryOp::Not
            && let Expr::Compare(compare) = &*node.operand
            && let ([op @ (CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn)], [right]) =
                (&*compare.ops, &*compare.comparators)
        {
            let hint = self.scratch(dst);
            let lhs = self.stable_value(&compare.left, hint, &[right])?;
            let rhs = self.comparator(*op, right)?;
            self.check_is(*op, &compare.left, right, compare.range());
            self.unit.emit(compare.range(), compare_instruction(op.negate(), dst, lhs, rhs));
            return Ok(());
        }
        let hint = self.scratch(dst);
        let src = self.value_or(&node.operand, hint)?;
        let instruction: Instruction = match node.op {
            UnaryOp::Not => operands::Not { dst, src, site: SITE }.into(),
            UnaryOp::USub => operands::Negative { dst, src, site: SITE }.into(),
            UnaryOp::UAdd => operands::Positive { dst, src, site: SITE }.into(),
            UnaryOp::Invert => operands::Invert { dst, src, site: SITE }.into(),
        };
        self.unit.emit(range, instruction);
        Ok(())
    }

    fn boolean_operation(&mut self, node: &'a ast::ExprBoolOp, dst: Register) -> Result {
        let value = match self.scratch(dst) {
            Some(dst) => dst,
            None => self.unit.temporary(),
        };
        let end = self.unit.label();
        let Some((last, first)) = node.values.split_last() else { return Ok(()) };
        for operand in first {
            self.value_into(operand, value)?;
            let range = operand.range();
            let target = end.operand();
            if node.op == ast::BoolOp::And {
                self.unit.emit(range, operands::JumpIfFalse { src: value, target, site: SITE });
            } else {
                self.unit.emit(range, operands::JumpIfTrue { src: value, target, site: SITE });
            }
        }
        self.value_into(last, value)?;
        self.unit.bind(end);
        self.unit.copy(node.range(), dst, value);
        Ok(())
    }

    fn conditional_expression(&mut self, node: &'a ast::ExprIf, dst: Register) -> Result {
        let (orelse, end) = (self.unit.label(), self.unit.label());
        self.jump_if(&node.test, false, orelse)?;
        self.value_into(&node.body, dst)?;
        self.unit.jump(node.range(), end);
        self.unit.bind(orelse);
        self.value_into(&node.orelse, dst)?;
        self.unit.bind(end);
        Ok(())
    }

    fn comparison(&mut self, node: &'a ast::ExprCompare, dst: Register) -> Result {
        let range = node.range();
        let later: Vec<&Expr> = node.comparators.iter().collect();
        if let ([op], [right]) = (&*node.ops, &*node.comparators) {
            self.check_is(*op, &node.left, right, range);
            let hint = self.scratch(dst);
            let lhs = self.stable_value(&node.left, hint, &later)?;
            let rhs = self.comparator(*op, right)?;
            self.unit.emit(range, compare_instruction(*op, dst, lhs, rhs));
            return Ok(());
        }
        let value = match self.scratch(dst) {
            Some(dst) => dst,
            None => self.unit.temporary(),
        };
        let end = self.unit.label();
        let mut lhs = self.stable_value(&node.left, None, &later)?;
        let mut left = &*node.left;
        let mut spare = None;
        let last = node.ops.len() - 1;
        for (at, (op, right)) in node.ops.iter().zip(&node.comparators).enumerate() {
            self.check_is(*op, left, right, range);
            let rhs = self.stable_value(right, spare, &later[at + 1..])?;
            // The left side's temporary serves the side after the next.
            spare = self.scratch(lhs);
            self.unit.emit(range, compare_instruction(*op, value, lhs, rhs));
            if at < last {
                let target = end.operand();
                self.unit.emit(range, operands::JumpIfFalse { src: value, target, site: SITE });
            }
            (lhs, left) = (rhs, right);
        }
        self.unit.bind(end);
        self.unit.copy(range, dst, value);
        Ok(())
    }

    /// The right side of one comparison; a display after `in` becomes a constant where it can.
    pub(super) fn comparator(&mut self, op: CmpOp, right: &'a Expr) -> Result<Register> {
        if matches!(op, CmpOp::In | CmpOp::NotIn)
            && let Some(constant) = self.constant_container(right)
        {
            let dst = self.unit.temporary();
            self.unit.load_constant(right.range(), dst, constant);
            return Ok(dst);
        }
        self.value(right)
    }

    /// A list or set display of constants, as the tuple or frozenset that `in` and `for` may use instead.
    pub(super) fn constant_container(&mut self, expression: &Expr) -> Option<Constant> {
        match expression {
            Expr::List(node) => {
                let items: Option<Vec<Constant>> = node.elts.iter().map(|item| self.constant_of(item)).collect();
                Some(Constant::Tuple(items?.into()))
            }
            Expr::Set(node) => self.constant_set(&node.elts),
            _ => None,
        }
    }

    /// The elements of a set display as a frozenset, if all are constants.
    pub(super) fn constant_set(&mut self, elements: &[Expr]) -> Option<Constant> {
        let mut kept: Vec<Constant> = Vec::with_capacity(elements.len());
        for element in elements {
            let item = self.constant_of(element)?;
            if !kept.contains(&item) {
                kept.push(item);
            }
        }
        Some(Constant::FrozenSet(kept.into()))
    }

    // ---- attributes and subscripts ----

    /// The place CPython gives the instruction for an attribute: of one that starts on another line, the name.
    pub(super) fn attribute_range(&self, node: &ast::ExprAttribute) -> TextRange {
        let range = node.range();
        if self.source.line(range.start()) == self.source.line(range.end()) {
            range
        } else {
            TextRange::new(node.attr.start(), node.attr.end())
        }
    }

    fn attribute(&mut self, node: &'a ast::ExprAttribute, dst: Register) -> Result {
        if self.super_attribute(node, dst)? {
            return Ok(());
        }
        let hint = self.scratch(dst);
        let object = self.value_or(&node.value, hint)?;
        let name = self.mangled(&node.attr);
        let name = self.unit.name(&name);
        let range = self.attribute_range(node);
        self.unit.emit(range, operands::LoadAttr { dst, object, name, site: SITE });
        Ok(())
    }

    /// The register of an index: a slice is built.
    pub(super) fn subscript_index(&mut self, index: &'a Expr) -> Result<Register> {
        let Expr::Slice(node) = index else {
            return self.value(index);
        };
        let dst = self.unit.temporary();
        let mark = self.unit.top;
        let parts = [node.lower.as_deref(), node.upper.as_deref(), node.step.as_deref()];
        let constants: Option<Vec<Constant>> =
            parts.iter().map(|part| part.map_or(Some(Constant::None), |part| self.constant_of(part))).collect();
        if let Some(constants) = constants
            && let Ok(parts) = <[Constant; 3]>::try_from(constants)
        {
            self.unit.load_constant(index.range(), dst, Constant::Slice(Box::new(parts)));
            return Ok(dst);
        }
        let mut registers = [dst; 3];
        for (at, part) in parts.iter().enumerate() {
            registers[at] = match part {
                Some(part) => {
                    let later: Vec<&Expr> = parts[at + 1..].iter().filter_map(|part| *part).collect();
                    self.stable_value(part, None, &later)?
                }
                None => {
                    let none = self.unit.temporary();
                    self.unit.emit(index.range(), operands::LoadNone { dst: none });
                    none
                }
            };
        }
        let [start, stop, step] = registers;
        self.unit.emit(index.range(), operands::BuildSlice { dst, start, stop, step });
        self.unit.release(mark);
        Ok(dst)
    }

    // ---- suspension ----

    fn check_await(&self, range: TextRange) -> Result {
        let scope = &self.scopes[self.unit.scope];
        if self.options.top_level_await || scope.is_coroutine {
            return Ok(());
        }
        Err(self.error("'await' outside async function", range))
    }

    fn check_yield(&self, is_from: bool, range: TextRange) -> Result {
        let scope = &self.scopes[self.unit.scope];
        if is_from && scope.is_async {
            return Err(self.error("'yield from' inside async function", range));
        }
        Ok(())
    }

    /// `dst = await src`. `context` as in `GetAwaitable`.
    pub(super) fn await_value(&mut self, src: Register, context: u16, dst: Register, range: TextRange) {
        let iter = self.unit.temporary();
        self.unit.emit(range, operands::GetAwaitable { dst: iter, src, context });
        self.delegate(iter, dst, range);
    }

    /// `dst = yield from iter`: sends into the iterator and yields what it yields until it returns.
    pub(super) fn delegate(&mut self, iter: Register, dst: Register, range: TextRange) {
        let value = self.unit.temporary();
        self.unit.emit(range, operands::LoadNone { dst: value });
        let (start, end) = (self.unit.here(), self.unit.label());
        let target = end.operand();
        self.unit.emit(range, operands::Send { dst: value, iter, value, target });
        self.unit.emit(range, operands::YieldDelegate { dst: value, src: value, iter, target });
        self.unit.emit(range, operands::JumpBack { target: start.operand(), site: SITE });
        self.unit.bind(end);
        self.unit.copy(range, dst, value);
    }
}

/// The instruction for a binary operator.
pub(super) fn binary_instruction(
    op: Operator,
    dst: Register,
    lhs: Register,
    rhs: Register,
    inplace: bool,
) -> Instruction {
    let (inplace, site) = (u16::from(inplace), SITE);
    match op {
        Operator::Add => operands::Add { dst, lhs, rhs, inplace, site }.into(),
        Operator::Sub => operands::Sub { dst, lhs, rhs, inplace, site }.into(),
        Operator::Mult => operands::Mul { dst, lhs, rhs, inplace, site }.into(),
        Operator::MatMult => operands::MatMul { dst, lhs, rhs, inplace, site }.into(),
        Operator::Div => operands::TrueDiv { dst, lhs, rhs, inplace, site }.into(),
        Operator::Mod => operands::Mod { dst, lhs, rhs, inplace, site }.into(),
        Operator::Pow => operands::Pow { dst, lhs, rhs, inplace, site }.into(),
        Operator::LShift => operands::LShift { dst, lhs, rhs, inplace, site }.into(),
        Operator::RShift => operands::RShift { dst, lhs, rhs, inplace, site }.into(),
        Operator::BitOr => operands::BitOr { dst, lhs, rhs, inplace, site }.into(),
        Operator::BitXor => operands::BitXor { dst, lhs, rhs, inplace, site }.into(),
        Operator::BitAnd => operands::BitAnd { dst, lhs, rhs, inplace, site }.into(),
        Operator::FloorDiv => operands::FloorDiv { dst, lhs, rhs, inplace, site }.into(),
    }
}

/// The instruction for a binary operator with an int literal on the right, if the table has one.
fn binary_immediate(op: Operator, dst: Register, lhs: Register, rhs: i16, inplace: bool) -> Option<Instruction> {
    let (inplace, site) = (u16::from(inplace), SITE);
    Some(match op {
        Operator::Add => operands::AddImm { dst, lhs, rhs, inplace, site }.into(),
        Operator::Sub => operands::SubImm { dst, lhs, rhs, inplace, site }.into(),
        Operator::Mult => operands::MulImm { dst, lhs, rhs, inplace, site }.into(),
        Operator::Mod => operands::ModImm { dst, lhs, rhs, inplace, site }.into(),
        Operator::LShift => operands::LShiftImm { dst, lhs, rhs, inplace, site }.into(),
        Operator::RShift => operands::RShiftImm { dst, lhs, rhs, inplace, site }.into(),
        Operator::BitAnd => operands::BitAndImm { dst, lhs, rhs, inplace, site }.into(),
        Operator::FloorDiv => operands::FloorDivImm { dst, lhs, rhs, inplace, site }.into(),
        Operator::MatMult | Operator::Div | Operator::Pow | Operator::BitOr | Operator::BitXor => return None,
    })
}

/// The instruction for one comparison.
pub(super) fn compare_instruction(op: CmpOp, dst: Register, lhs: Register, rhs: Register) -> Instruction {
    let site = SITE;
    let contains = |negate| operands::Contains { dst, item: lhs, container: rhs, negate, site }.into();
    match op {
        CmpOp::Lt => operands::Lt { dst, lhs, rhs, site }.into(),
        CmpOp::LtE => operands::Le { dst, lhs, rhs, site }.into(),
        CmpOp::Eq => operands::Eq { dst, lhs, rhs, site }.into(),
        CmpOp::NotEq => operands::Ne { dst, lhs, rhs, site }.into(),
        CmpOp::Gt => operands::Gt { dst, lhs, rhs, site }.into(),
        CmpOp::GtE => operands::Ge { dst, lhs, rhs, site }.into(),
        CmpOp::Is => operands::Is { dst, lhs, rhs, negate: 0 }.into(),
        CmpOp::IsNot => operands::Is { dst, lhs, rhs, negate: 1 }.into(),
        CmpOp::In => contains(0),
        CmpOp::NotIn => contains(1),
    }
}
