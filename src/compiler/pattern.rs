//! `match` statements.
//!
//! What lives here: patterns as tests and captures. What must not: other statements.
//!
//! A pattern that fails jumps to the next case. Captured values stay in temporaries until the whole pattern has
//! matched; then the names are bound, before the guard runs (language reference, "The match statement").

use ruff_python_ast as ast;
use ruff_python_ast::{CmpOp, Expr, Pattern};
use ruff_text_size::{Ranged, TextRange};

use super::condition::jump_immediate;
use super::emit::{Label, SITE};
use super::{Compiler, Result};
use crate::bytecode::{Constant, Register, operands};

/// A name and the temporary that holds what it captured.
struct Capture<'a> {
    name: &'a ast::Identifier,
    register: Register,
}

impl<'a> Compiler<'a> {
    pub(super) fn match_statement(&mut self, node: &'a ast::StmtMatch) -> Result {
        let subject = self.value_in_temporary(&node.subject)?;
        let end = self.unit.label();
        let last = node.cases.len() - 1;
        for (at, case) in node.cases.iter().enumerate() {
            let next = self.unit.label();
            let mark = self.unit.top;
            if at != last && case.guard.is_none() {
                self.check_refutable(&case.pattern)?;
            }
            let mut captures = Vec::new();
            // A line for tracers, even if nothing is tested.
            self.unit.emit(case.pattern.range(), operands::Nop {});
            self.pattern(&case.pattern, subject, next, &mut captures)?;
            for capture in &captures {
                self.store_name(capture.name, capture.register, case.pattern.range());
            }
            self.unit.release(mark);
            if let Some(guard) = &case.guard {
                self.jump_if(guard, false, next)?;
            }
            if at == last {
                self.unit.release(subject.0);
            }
            self.statements(&case.body)?;
            let range = self.last_range();
            self.unit.jump(range, end);
            self.unit.bind(next);
        }
        self.unit.bind(end);
        Ok(())
    }

    /// Refuses a pattern that always matches where others follow.
    fn check_refutable(&self, pattern: &Pattern) -> Result {
        let Some(found) = pattern.irrefutable_pattern() else { return Ok(()) };
        let message = match &found.kind {
            ast::IrrefutablePatternKind::Name(name) => {
                format!("name capture '{name}' makes remaining patterns unreachable")
            }
            ast::IrrefutablePatternKind::Wildcard => "wildcard makes remaining patterns unreachable".into(),
        };
        Err(self.error(message, found.range))
    }

    /// Tests `subject`, jumping to `fail` if it does not match.
    fn pattern(
        &mut self,
        pattern: &'a Pattern,
        subject: Register,
        fail: Label,
        captures: &mut Vec<Capture<'a>>,
    ) -> Result {
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(node) => self.value_pattern(&node.value, subject, fail),
            Pattern::MatchSingleton(node) => {
                self.singleton_pattern(&node.value, subject, fail, range);
                Ok(())
            }
            Pattern::MatchSequence(node) => self.sequence_pattern(node, subject, fail, captures),
            Pattern::MatchMapping(node) => self.mapping_pattern(node, subject, fail, captures),
            Pattern::MatchClass(node) => self.class_pattern(node, subject, fail, captures),
            Pattern::MatchStar(node) => match &node.name {
                Some(name) => self.capture(name, subject, captures, range),
                None => Ok(()),
            },
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner, subject, fail, captures)?;
                }
                match &node.name {
                    Some(name) => self.capture(name, subject, captures, range),
                    None => Ok(()),
                }
            }
            Pattern::MatchOr(node) => self.or_pattern(node, subject, fail, captures),
        }
    }

    fn capture(
        &mut self,
        name: &'a ast::Identifier,
        subject: Register,
        captures: &mut Vec<Capture<'a>>,
        range: TextRange,
    ) -> Result {
        if captures.iter().any(|capture| capture.name.id == name.id) {
            return Err(self.error(format!("multiple assignments to name '{name}' in pattern"), range));
        }
        captures.push(Capture { name, register: subject });
        Ok(())
    }

    fn value_pattern(&mut self, value: &'a Expr, subject: Register, fail: Label) -> Result {
        let range = value.range();
        let is_number = match value {
            Expr::UnaryOp(node) => node.op == ast::UnaryOp::USub && node.operand.is_number_literal_expr(),
            Expr::BinOp(_) => true,
            other => matches!(
                other,
                Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::Attribute(_)
            ),
        };
        if !is_number {
            return Err(self.error("patterns may only match literals and attribute lookups", range));
        }
        if let Some(Constant::Int(number)) = self.constant_of(value)
            && let Ok(number) = i16::try_from(number)
            && let Some(instruction) = jump_immediate(CmpOp::Eq, subject, number, false, fail)
        {
            self.unit.emit(range, instruction);
            return Ok(());
        }
        let mark = self.unit.top;
        let rhs = self.value(value)?;
        self.jump_compared(CmpOp::Eq, subject, rhs, false, fail, range);
        self.unit.release(mark);
        Ok(())
    }

    fn singleton_pattern(&mut self, value: &ast::Singleton, subject: Register, fail: Label, range: TextRange) {
        let constant = match value {
            ast::Singleton::None => {
                let target = fail.operand();
                self.unit.emit(range, operands::JumpIfNotNone { src: subject, target, site: SITE });
                return;
            }
            ast::Singleton::True => Constant::True,
            ast::Singleton::False => Constant::False,
        };
        let rhs = self.unit.temporary();
        self.unit.load_constant(range, rhs, constant);
        self.jump_compared(CmpOp::Is, subject, rhs, false, fail, range);
        self.unit.release(rhs.0);
    }

    fn sequence_pattern(
        &mut self,
        node: &'a ast::PatternMatchSequence,
        subject: Register,
        fail: Label,
        captures: &mut Vec<Capture<'a>>,
    ) -> Result {
        let range = node.range();
        let mut star = None;
        for (at, inner) in node.patterns.iter().enumerate() {
            if matches!(inner, Pattern::MatchStar(_)) && star.replace(at).is_some() {
                return Err(self.error("multiple starred names in sequence pattern", range));
            }
        }
        let test = self.unit.temporary();
        self.unit.emit(range, operands::MatchSequence { dst: test, subject });
        self.jump_if_register(test, false, fail, range);
        let count = node.patterns.len();
        let needed = count - usize::from(star.is_some());
        let op = if star.is_some() { CmpOp::GtE } else { CmpOp::Eq };
        if star.is_none() || needed > 0 {
            self.check_length(subject, test, op, needed, fail, range);
        }
        self.unit.release(test.0);

        // Items that no sub-pattern looks at are not fetched.
        if node.patterns.iter().all(Pattern::is_ignored) {
            return Ok(());
        }
        let only_star_ignored = star.is_some_and(|at| node.patterns[at].is_ignored());
        match star {
            Some(star_at) if only_star_ignored => {
                for (at, inner) in node.patterns.iter().enumerate() {
                    if at == star_at || inner.is_ignored() {
                        continue;
                    }
                    let item = self.unit.temporary();
                    let index = self.unit.temporary();
                    if at < star_at {
                        self.unit.emit(range, operands::LoadInt { dst: index, value: at as i32 });
                    } else {
                        self.unit.emit(range, operands::GetLen { dst: index, subject });
                        let rhs = (count - at) as i16;
                        let sub = operands::SubImm { dst: index, lhs: index, rhs, inplace: 0, site: SITE };
                        self.unit.emit(range, sub);
                    }
                    self.unit.emit(range, operands::LoadSubscript { dst: item, object: subject, index, site: SITE });
                    self.unit.release(index.0);
                    self.pattern(inner, item, fail, captures)?;
                }
                return Ok(());
            }
            _ => {}
        }
        let first = self.unit.temporaries(count);
        match star {
            None => {
                let count = count as u16;
                self.unit.emit(range, operands::UnpackSequence { src: subject, first, count, site: SITE });
            }
            Some(before) => {
                let after = (count - before - 1) as u16;
                let before = before as u16;
                self.unit.emit(range, operands::UnpackEx { src: subject, first, before, after });
            }
        }
        for (at, inner) in node.patterns.iter().enumerate() {
            self.pattern(inner, first.plus(at as u16), fail, captures)?;
        }
        Ok(())
    }

    /// Fails unless `len(subject) op needed`.
    fn check_length(
        &mut self,
        subject: Register,
        scratch: Register,
        op: CmpOp,
        needed: usize,
        fail: Label,
        range: TextRange,
    ) {
        self.unit.emit(range, operands::GetLen { dst: scratch, subject });
        let immediate = i16::try_from(needed).ok().and_then(|needed| jump_immediate(op, scratch, needed, false, fail));
        match immediate {
            Some(instruction) => self.unit.emit(range, instruction),
            None => {
                let rhs = self.unit.temporary();
                self.unit.emit(range, operands::LoadInt { dst: rhs, value: needed as i32 });
                self.jump_compared(op, scratch, rhs, false, fail, range);
                self.unit.release(rhs.0);
            }
        }
    }

    fn mapping_pattern(
        &mut self,
        node: &'a ast::PatternMatchMapping,
        subject: Register,
        fail: Label,
        captures: &mut Vec<Capture<'a>>,
    ) -> Result {
        let range = node.range();
        let test = self.unit.temporary();
        self.unit.emit(range, operands::MatchMapping { dst: test, subject });
        self.jump_if_register(test, false, fail, range);
        let count = node.keys.len();
        if count > 0 {
            self.check_length(subject, test, CmpOp::GtE, count, fail, range);
        }
        self.unit.release(test.0);
        if count == 0 && node.rest.is_none() {
            return Ok(());
        }
        let keys = self.mapping_keys(node)?;
        let values = self.unit.temporary();
        self.unit.emit(range, operands::MatchKeys { dst: values, subject, keys });
        self.unit.emit(range, operands::JumpIfNone { src: values, target: fail.operand(), site: SITE });
        let first = self.unit.temporaries(count);
        if count > 0 {
            let count = count as u16;
            self.unit.emit(range, operands::UnpackSequence { src: values, first, count, site: SITE });
        }
        for (at, inner) in node.patterns.iter().enumerate() {
            self.pattern(inner, first.plus(at as u16), fail, captures)?;
        }
        if let Some(name) = &node.rest {
            // What is left: a copy of the mapping without the keys matched.
            let rest = self.unit.temporary();
            self.unit.emit(range, operands::BuildDict { dst: rest, first: rest, count: 0 });
            self.unit.emit(range, operands::DictUpdate { dict: rest, mapping: subject });
            let key = self.unit.temporaries(count);
            if count > 0 {
                let count = count as u16;
                self.unit.emit(range, operands::UnpackSequence { src: keys, first: key, count, site: SITE });
            }
            for at in 0..count {
                self.unit.emit(range, operands::DeleteSubscript { object: rest, index: key.plus(at as u16) });
            }
            self.unit.release(key.0.max(rest.0 + 1));
            self.capture(name, rest, captures, range)?;
        }
        Ok(())
    }

    /// The tuple of a mapping pattern's keys, in a fresh temporary.
    fn mapping_keys(&mut self, node: &'a ast::PatternMatchMapping) -> Result<Register> {
        let range = node.range();
        let mut seen: Vec<Constant> = Vec::new();
        let mut all_constant = true;
        for key in &node.keys {
            match self.constant_of(key) {
                Some(constant) => {
                    let number = by_value(&constant);
                    if seen.iter().any(|known| by_value(known) == number) {
                        // As repr shows the key: `-0` is 0.
                        let text = match &constant {
                            Constant::Int(number) => number.to_string(),
                            _ => super::unparse::unparse(self.source, key),
                        };
                        return Err(self.error(format!("mapping pattern checks duplicate key ({text})"), range));
                    }
                    seen.push(constant);
                }
                None => {
                    all_constant = false;
                    if !matches!(key, Expr::Attribute(_) | Expr::BinOp(_)) {
                        return Err(self
                            .error("mapping pattern keys may only match literals and attribute lookups", key.range()));
                    }
                }
            }
        }
        let dst = self.unit.temporary();
        if all_constant {
            self.unit.load_constant(range, dst, Constant::Tuple(seen.into()));
            return Ok(dst);
        }
        self.tuple(&node.keys, range, dst)?;
        self.unit.release(dst.0 + 1);
        Ok(dst)
    }

    fn class_pattern(
        &mut self,
        node: &'a ast::PatternMatchClass,
        subject: Register,
        fail: Label,
        captures: &mut Vec<Capture<'a>>,
    ) -> Result {
        let range = node.range();
        let positional = &node.arguments.patterns;
        let keywords = &node.arguments.keywords;
        for (at, keyword) in keywords.iter().enumerate() {
            if keywords[..at].iter().any(|earlier| earlier.attr.id == keyword.attr.id) {
                return Err(self.error(
                    format!("attribute name repeated in class pattern: {}", keyword.attr),
                    keyword.pattern.range(),
                ));
            }
        }
        let total = positional.len() + keywords.len();
        let values = self.unit.temporary();
        let class = self.value_or(&node.cls, Some(values))?;
        let names = keywords.iter().map(|keyword| Constant::str(&keyword.attr)).collect();
        let names = self.unit.short_constant(Constant::Tuple(names));
        let count = positional.len() as u16;
        self.unit.emit(range, operands::MatchClass { dst: values, subject, class, count, names });
        self.unit.emit(range, operands::JumpIfNone { src: values, target: fail.operand(), site: SITE });
        if total == 0 {
            self.unit.release(values.0);
            return Ok(());
        }
        self.unit.release(values.0 + 1);
        let first = self.unit.temporaries(total);
        let unpack = operands::UnpackSequence { src: values, first, count: total as u16, site: SITE };
        self.unit.emit(range, unpack);
        let patterns = positional.iter().chain(keywords.iter().map(|keyword| &keyword.pattern));
        for (at, inner) in patterns.enumerate() {
            self.pattern(inner, first.plus(at as u16), fail, captures)?;
        }
        Ok(())
    }

    /// Alternatives. All bind the same names; what each captures is moved to the same registers.
    fn or_pattern(
        &mut self,
        node: &'a ast::PatternMatchOr,
        subject: Register,
        fail: Label,
        captures: &mut Vec<Capture<'a>>,
    ) -> Result {
        let range = node.range();
        let matched = self.unit.label();
        let last = node.patterns.len() - 1;
        let mut first_names: Vec<&'a ast::Identifier> = Vec::new();
        if let Some(first) = node.patterns.first() {
            collect_names(first, &mut first_names);
        }
        let shared = self.unit.temporaries(first_names.len());
        for (at, alternative) in node.patterns.iter().enumerate() {
            if at != last {
                self.check_refutable(alternative)?;
            }
            let next = if at == last { fail } else { self.unit.label() };
            let mark = self.unit.top;
            let mut own = Vec::new();
            self.pattern(alternative, subject, next, &mut own)?;
            let same = own.len() == first_names.len()
                && own.iter().all(|capture| first_names.iter().any(|name| name.id == capture.name.id));
            if !same {
                return Err(self.error("alternative patterns bind different names", range));
            }
            for (slot, name) in first_names.iter().enumerate() {
                if let Some(capture) = own.iter().find(|capture| capture.name.id == name.id) {
                    self.unit.copy(range, shared.plus(slot as u16), capture.register);
                }
            }
            self.unit.release(mark);
            if at != last {
                self.unit.jump(range, matched);
                self.unit.bind(next);
            }
        }
        self.unit.bind(matched);
        for (slot, name) in first_names.into_iter().enumerate() {
            self.capture(name, shared.plus(slot as u16), captures, range)?;
        }
        Ok(())
    }
}

/// A pattern that looks at nothing.
trait Ignored {
    fn is_ignored(&self) -> bool;
}

impl Ignored for Pattern {
    fn is_ignored(&self) -> bool {
        match self {
            Pattern::MatchAs(node) => node.pattern.is_none() && node.name.is_none(),
            Pattern::MatchStar(node) => node.name.is_none(),
            Pattern::MatchValue(_)
            | Pattern::MatchSingleton(_)
            | Pattern::MatchSequence(_)
            | Pattern::MatchMapping(_)
            | Pattern::MatchClass(_)
            | Pattern::MatchOr(_) => false,
        }
    }
}

/// A constant such that equal numbers of different types are the same: keys of mapping patterns compare by value.
fn by_value(constant: &Constant) -> Constant {
    match constant {
        Constant::False => Constant::Int(0),
        Constant::True => Constant::Int(1),
        // 2**53: beyond, a double need not be the number that its text says.
        Constant::Float(number) if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 => {
            Constant::Int(*number as i64)
        }
        Constant::Complex { real, imag } if *imag == 0.0 => by_value(&Constant::Float(*real)),
        Constant::None
        | Constant::Ellipsis
        | Constant::Int(_)
        | Constant::BigInt(_)
        | Constant::Float(_)
        | Constant::Complex { .. }
        | Constant::Str(_)
        | Constant::Bytes(_)
        | Constant::Tuple(_)
        | Constant::FrozenSet(_)
        | Constant::Slice(_)
        | Constant::Code(_) => constant.clone(),
    }
}

/// The names that a pattern binds, in order of appearance; of alternatives, those of the first.
fn collect_names<'a>(pattern: &'a Pattern, names: &mut Vec<&'a ast::Identifier>) {
    match pattern {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
        Pattern::MatchSequence(node) => node.patterns.iter().for_each(|inner| collect_names(inner, names)),
        Pattern::MatchMapping(node) => {
            node.patterns.iter().for_each(|inner| collect_names(inner, names));
            names.extend(&node.rest);
        }
        Pattern::MatchClass(node) => {
            node.arguments.patterns.iter().for_each(|inner| collect_names(inner, names));
            node.arguments.keywords.iter().for_each(|keyword| collect_names(&keyword.pattern, names));
        }
        Pattern::MatchStar(node) => names.extend(&node.name),
        Pattern::MatchAs(node) => {
            if let Some(inner) = &node.pattern {
                collect_names(inner, names);
            }
            names.extend(&node.name);
        }
        Pattern::MatchOr(node) => {
            if let Some(first) = node.patterns.first() {
                collect_names(first, names);
            }
        }
    }
}
