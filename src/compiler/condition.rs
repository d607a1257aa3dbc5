//! Conditions: jumps instead of values.
//!
//! What lives here: `and`, `or`, `not`, comparisons and constants as control flow. What must not: values.

use ruff_python_ast as ast;
use ruff_python_ast::{CmpOp, Expr, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::emit::{Label, SITE};
use super::expr::compare_instruction;
use super::fold::truth;
use super::{Compiler, Result};
use crate::bytecode::{Constant, Instruction, Register, operands};

impl<'a> Compiler<'a> {
    /// Jumps to `target` if the truth of the expression is `sense`, else falls through.
    pub(super) fn jump_if(&mut self, expression: &'a Expr, sense: bool, target: Label) -> Result {
        let range = expression.range();
        if let Some(constant) = self.constant_of(expression) {
            if truth(&constant) == sense {
                self.unit.jump(range, target);
            }
            return Ok(());
        }
        let mark = self.unit.top;
        match expression {
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => self.jump_if(&node.operand, !sense, target)?,
            Expr::BoolOp(node) => {
                let Some((last, first)) = node.values.split_last() else { return Ok(()) };
                // The truth that decides the whole at once.
                let deciding = node.op == ast::BoolOp::Or;
                if deciding == sense {
                    for value in &node.values {
                        self.jump_if(value, sense, target)?;
                    }
                } else {
                    let end = self.unit.label();
                    for value in first {
                        self.jump_if(value, deciding, end)?;
                    }
                    self.jump_if(last, sense, target)?;
                    self.unit.bind(end);
                }
            }
            Expr::If(node) => {
                let (orelse, end) = (self.unit.label(), self.unit.label());
                self.jump_if(&node.test, false, orelse)?;
                self.jump_if(&node.body, sense, target)?;
                self.unit.jump(range, end);
                self.unit.bind(orelse);
                self.jump_if(&node.orelse, sense, target)?;
                self.unit.bind(end);
            }
            Expr::Compare(node) => self.jump_if_comparison(node, sense, target)?,
            _ => {
                let src = self.value(expression)?;
                self.jump_if_register(src, sense, target, range);
            }
        }
        self.unit.release(mark);
        Ok(())
    }

    /// Jumps to `target` if the truth of a register is `sense`.
    pub(super) fn jump_if_register(&mut self, src: Register, sense: bool, target: Label, range: TextRange) {
        let target = target.operand();
        if sense {
            self.unit.emit(range, operands::JumpIfTrue { src, target, site: SITE });
        } else {
            self.unit.emit(range, operands::JumpIfFalse { src, target, site: SITE });
        }
    }

    fn jump_if_comparison(&mut self, node: &'a ast::ExprCompare, sense: bool, target: Label) -> Result {
        let range = node.range();
        let later: Vec<&Expr> = node.comparators.iter().collect();
        let mut left = &*node.left;
        let mut lhs = self.stable_value(left, None, &later)?;
        let last = node.ops.len() - 1;
        let end = self.unit.label();
        let mut spare = None;
        for (at, (op, right)) in node.ops.iter().zip(&node.comparators).enumerate() {
            self.check_is(*op, left, right, range);
            if at == last {
                self.jump_if_compared(*op, lhs, right, sense, target, range)?;
                break;
            }
            let rhs = self.stable_value(right, spare, &later[at + 1..])?;
            // The left side's temporary serves the side after the next.
            spare = self.scratch(lhs);
            let failed = if sense { end } else { target };
            self.jump_compared(*op, lhs, rhs, false, failed, range);
            (lhs, left) = (rhs, right);
        }
        self.unit.bind(end);
        Ok(())
    }

    /// One comparison with an expression on the right.
    fn jump_if_compared(
        &mut self,
        op: CmpOp,
        lhs: Register,
        right: &'a Expr,
        sense: bool,
        target: Label,
        range: TextRange,
    ) -> Result {
        let constant = self.constant_of(right);
        match (op, &constant) {
            (CmpOp::Is | CmpOp::IsNot, Some(Constant::None)) => {
                let target = target.operand();
                if (op == CmpOp::Is) == sense {
                    self.unit.emit(range, operands::JumpIfNone { src: lhs, target, site: SITE });
                } else {
                    self.unit.emit(range, operands::JumpIfNotNone { src: lhs, target, site: SITE });
                }
                return Ok(());
            }
            (_, Some(Constant::Int(value))) => {
                if let Ok(value) = i16::try_from(*value)
                    && let Some(instruction) = jump_immediate(op, lhs, value, sense, target)
                {
                    self.unit.emit(range, instruction);
                    return Ok(());
                }
            }
            _ => {}
        }
        let rhs = self.comparator(op, right)?;
        self.jump_compared(op, lhs, rhs, sense, target, range);
        Ok(())
    }

    /// Jumps to `target` if the truth of a comparison of registers is `sense`.
    pub(super) fn jump_compared(
        &mut self,
        op: CmpOp,
        lhs: Register,
        rhs: Register,
        sense: bool,
        target: Label,
        range: TextRange,
    ) {
        let (label, target, site) = (target, target.operand(), SITE);
        let bit = u16::from(sense);
        let instruction: Instruction = match op {
            CmpOp::Lt => operands::JumpLt { lhs, rhs, sense: bit, target, site }.into(),
            CmpOp::LtE => operands::JumpLe { lhs, rhs, sense: bit, target, site }.into(),
            CmpOp::Eq => operands::JumpEq { lhs, rhs, sense: bit, target, site }.into(),
            CmpOp::NotEq => operands::JumpNe { lhs, rhs, sense: bit, target, site }.into(),
            CmpOp::Gt => operands::JumpGt { lhs, rhs, sense: bit, target, site }.into(),
            CmpOp::GtE => operands::JumpGe { lhs, rhs, sense: bit, target, site }.into(),
            CmpOp::Is => operands::JumpIs { lhs, rhs, sense: bit, target, site }.into(),
            CmpOp::IsNot => operands::JumpIs { lhs, rhs, sense: 1 - bit, target, site }.into(),
            CmpOp::In | CmpOp::NotIn => {
                let dst = self.unit.temporary();
                self.unit.emit(range, compare_instruction(op, dst, lhs, rhs));
                self.jump_if_register(dst, sense, label, range);
                self.unit.release(dst.0);
                return;
            }
        };
        self.unit.emit(range, instruction);
    }
}

/// The fused compare-and-jump with an int literal on the right.
pub(super) fn jump_immediate(op: CmpOp, lhs: Register, rhs: i16, sense: bool, target: Label) -> Option<Instruction> {
    let (sense, target, site) = (u16::from(sense), target.operand(), SITE);
    Some(match op {
        CmpOp::Lt => operands::JumpLtImm { lhs, rhs, sense, target, site }.into(),
        CmpOp::LtE => operands::JumpLeImm { lhs, rhs, sense, target, site }.into(),
        CmpOp::Eq => operands::JumpEqImm { lhs, rhs, sense, target, site }.into(),
        CmpOp::NotEq => operands::JumpNeImm { lhs, rhs, sense, target, site }.into(),
        CmpOp::Gt => operands::JumpGtImm { lhs, rhs, sense, target, site }.into(),
        CmpOp::GtE => operands::JumpGeImm { lhs, rhs, sense, target, site }.into(),
        CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn => return None,
    })
}
