//! Comprehensions and generator expressions.
//!
//! What lives here: the loops of comprehensions, inlined (PEP 709) or as functions of their own. What must
//! not: `for` statements.

use ruff_python_ast as ast;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::emit::{Label, NO_RANGE, SITE};
use super::scope::{ComprehensionKind, Resolution, ScopeId, ScopeKind, ScopeRole};
use super::{Compiler, Result};
use crate::bytecode::{CodeKind, Register, operands};

/// The parts of a comprehension.
#[derive(Clone, Copy)]
struct Parts<'a> {
    scope: ScopeId,
    generators: &'a [ast::Comprehension],
    /// The element, or the key of a dict comprehension.
    element: &'a Expr,
    /// The value of a dict comprehension.
    value: Option<&'a Expr>,
    range: TextRange,
}

/// What happens to the elements.
#[derive(Clone, Copy)]
enum Sink {
    List(Register),
    Set(Register),
    Dict(Register),
    Yield,
}

impl<'a> Compiler<'a> {
    /// `dst = comprehension`.
    pub(super) fn comprehension(&mut self, expression: &'a Expr, dst: Register) -> Result {
        let (scope, generators, element, value) = match expression {
            Expr::ListComp(node) => (self.scopes.find(node, ScopeRole::Body), &node.generators, &*node.elt, None),
            Expr::SetComp(node) => (self.scopes.find(node, ScopeRole::Body), &node.generators, &*node.elt, None),
            Expr::Generator(node) => (self.scopes.find(node, ScopeRole::Body), &node.generators, &*node.elt, None),
            Expr::DictComp(node) => {
                let (element, value) = match &node.key {
                    Some(key) => (&**key, Some(&*node.value)),
                    None => (&*node.value, None),
                };
                (self.scopes.find(node, ScopeRole::Body), &node.generators, element, value)
            }
            _ => return Ok(()),
        };
        let range = match expression {
            Expr::Generator(node) if !node.parenthesized => self.with_parentheses(node.range()),
            _ => expression.range(),
        };
        if let Expr::Starred(_) = element {
            return Err(self.error("iterable unpacking cannot be used in comprehension", element.range()));
        }
        let (Some(scope), Some(outermost)) = (scope, generators.first()) else { return Ok(()) };
        let parts = Parts { scope, generators, element, value, range };
        let info = &self.scopes[scope];
        let is_generator = info.kind == ScopeKind::GeneratorExpression;
        let is_async = info.is_coroutine;
        if is_async && !is_generator {
            let around = &self.scopes[self.current_scope()];
            let allowed = self.scopes[self.unit.scope].is_async
                || around.kind.is_comprehension()
                || self.options.top_level_await && !self.in_function();
            if !allowed {
                return Err(self.error("asynchronous comprehension outside of an asynchronous function", range));
            }
        }
        if info.is_inlined {
            return self.inlined_comprehension(parts, outermost, dst);
        }

        let window = self.unit.temporary();
        self.make_comprehension_function(parts, window)?;
        let iter = self.unit.temporary();
        self.iterator(outermost, iter)?;
        self.unit.emit(range, operands::Call { dst: window, window, argc: 1, site: SITE });
        self.unit.release(iter.0);
        if is_async && !is_generator {
            self.await_value(window, 0, window, range);
        }
        self.unit.copy(range, dst, window);
        Ok(())
    }

    /// The range of a generator expression that is the only argument of a call: with the call's parentheses.
    fn with_parentheses(&self, range: TextRange) -> TextRange {
        let text = self.source.text();
        let before = text[..range.start().to_usize()].rfind('(');
        let after = text[range.end().to_usize()..].find(')');
        let offset = |at: usize| TextSize::try_from(at).unwrap_or_default();
        let start = before.map_or(range.start(), offset);
        let end = after.map_or(range.end(), |at| range.end() + offset(at + 1));
        TextRange::new(start, end)
    }

    /// `dst = iter(generator.iter)`, or its asynchronous counterpart.
    fn iterator(&mut self, generator: &'a ast::Comprehension, dst: Register) -> Result {
        let range = generator.iter.range();
        let src = match self.constant_container(&generator.iter) {
            Some(constant) if !generator.is_async => {
                self.unit.load_constant(range, dst, constant);
                dst
            }
            _ => self.value_or(&generator.iter, Some(dst))?,
        };
        if generator.is_async {
            self.unit.emit(range, operands::GetAiter { dst, src });
        } else {
            self.unit.emit(range, operands::GetIter { dst, src, site: SITE });
        }
        Ok(())
    }

    fn inlined_comprehension(&mut self, parts: Parts<'a>, outermost: &'a ast::Comprehension, dst: Register) -> Result {
        let range = parts.range;
        let result = match self.scratch(dst) {
            Some(dst) => dst,
            None => self.unit.temporary(),
        };
        let iter = self.unit.temporary();
        self.iterator(outermost, iter)?;
        let sink = self.start_collection(parts.scope, result, range);
        self.unit.inlined.push(parts.scope);
        let mut variables = Vec::new();
        for entry in &self.scopes[parts.scope].names {
            if let Some(register) = self.unit.inlined_registers.get(&(parts.scope, entry.name.clone())) {
                variables.push((*register, entry.resolution));
            }
        }
        for (register, resolution) in &variables {
            if *resolution == Resolution::Cell {
                self.unit.emit(range, operands::Clear { dst: *register });
                self.unit.emit(range, operands::MakeCell { cell: *register });
            }
        }
        self.comprehension_loops(parts, 0, iter, sink)?;
        self.unit.inlined.pop();
        for (register, _) in variables {
            self.unit.emit(range, operands::Clear { dst: register });
        }
        self.unit.copy(range, dst, result);
        Ok(())
    }

    fn start_collection(&mut self, scope: ScopeId, dst: Register, range: TextRange) -> Sink {
        match self.scopes[scope].kind {
            ScopeKind::Comprehension(ComprehensionKind::List) => {
                self.unit.emit(range, operands::BuildList { dst, first: dst, count: 0 });
                Sink::List(dst)
            }
            ScopeKind::Comprehension(ComprehensionKind::Set) => {
                self.unit.emit(range, operands::BuildSet { dst, first: dst, count: 0 });
                Sink::Set(dst)
            }
            ScopeKind::Comprehension(ComprehensionKind::Dict) => {
                self.unit.emit(range, operands::BuildDict { dst, first: dst, count: 0 });
                Sink::Dict(dst)
            }
            _ => Sink::Yield,
        }
    }

    /// Compiles the comprehension as a function of its iterator: `dst = function`.
    fn make_comprehension_function(&mut self, parts: Parts<'a>, dst: Register) -> Result {
        let info = &self.scopes[parts.scope];
        let kind = match info.kind {
            ScopeKind::GeneratorExpression => CodeKind::GeneratorExpression,
            _ => CodeKind::Comprehension,
        };
        let line = self.source.line(parts.range.start());
        self.enter_unit(parts.scope, kind, info.name.clone(), line);
        self.unit.positional_count = 1;
        self.unit.posonly_count = 0;
        self.prologue();
        let iter = Register(0);
        let result = self.unit.temporary();
        let sink = self.start_collection(parts.scope, result, parts.range);
        self.comprehension_loops(parts, 0, iter, sink)?;
        if let Sink::Yield = sink {
            self.unit.emit(parts.range, operands::LoadNone { dst: result });
        }
        self.unit.emit(parts.range, operands::Return { src: result });
        let code = self.leave_unit()?;
        self.make_function(code, None, None, None, dst, parts.range);
        Ok(())
    }

    /// The loops from number `at` inwards; the iterator of the first is in `iter`.
    fn comprehension_loops(&mut self, parts: Parts<'a>, at: usize, iter: Register, sink: Sink) -> Result {
        let mark = self.unit.top;
        let generator = &parts.generators[at];
        let range = generator.iter.range();
        if generator.is_async {
            self.async_loop(parts, at, iter, sink)?;
        } else {
            let (start, next, end) = (self.unit.here(), self.unit.label(), self.unit.label());
            self.next_item(&generator.target, iter, end, range)?;
            self.comprehension_body(parts, at, sink, next)?;
            self.unit.bind(next);
            self.unit.emit(NO_RANGE, operands::JumpBack { target: start.operand(), site: SITE });
            self.unit.bind(end);
        }
        self.unit.release(mark);
        Ok(())
    }

    /// `target = next(iter)`, or a jump to `end`.
    pub(super) fn next_item(&mut self, target: &'a Expr, iter: Register, end: Label, range: TextRange) -> Result {
        let local = match target {
            Expr::Name(name) => self.local_register(&name.id),
            _ => None,
        };
        let mark = self.unit.top;
        let dst = match local {
            Some(register) => register,
            None => self.unit.temporary(),
        };
        self.unit.emit(range, operands::ForIter { dst, iter, target: end.operand(), site: SITE });
        if local.is_none() {
            self.store(target, dst)?;
        }
        self.unit.release(mark);
        Ok(())
    }

    fn async_loop(&mut self, parts: Parts<'a>, at: usize, iter: Register, sink: Sink) -> Result {
        let generator = &parts.generators[at];
        let range = generator.iter.range();
        let (next, end, handler) = (self.unit.label(), self.unit.label(), self.unit.label());
        let start = self.unit.here();
        self.next_async_item(&generator.target, iter, handler, range)?;
        self.comprehension_body(parts, at, sink, next)?;
        self.unit.bind(next);
        self.unit.emit(NO_RANGE, operands::JumpBack { target: start.operand(), site: SITE });
        self.end_async_loop(handler, end, range);
        Ok(())
    }

    /// `target = await anext(iter)`; exceptions of that go to `handler`.
    pub(super) fn next_async_item(
        &mut self,
        target: &'a Expr,
        iter: Register,
        handler: Label,
        range: TextRange,
    ) -> Result {
        let mark = self.unit.top;
        let item = self.unit.temporary();
        let outer = self.unit.handler.replace(handler);
        self.unit.emit(range, operands::GetAnext { dst: item, iter });
        self.delegate(item, item, range);
        self.unit.handler = outer;
        self.store(target, item)?;
        self.unit.release(mark);
        Ok(())
    }

    /// The handler of an asynchronous loop: StopAsyncIteration ends it.
    pub(super) fn end_async_loop(&mut self, handler: Label, end: Label, range: TextRange) {
        let mark = self.unit.top;
        self.unit.bind(handler);
        let (exc, saved) = (self.unit.temporary(), self.unit.temporary());
        self.unit.emit(range, operands::BeginHandler { exc, saved });
        self.unit.emit(range, operands::EndHandler { saved });
        self.unit.emit(range, operands::EndAsyncFor { exc, target: end.operand() });
        self.unit.release(mark);
        self.unit.bind(end);
    }

    /// The conditions of loop `at`, then the loops within it or the element.
    fn comprehension_body(&mut self, parts: Parts<'a>, at: usize, sink: Sink, next: Label) -> Result {
        for condition in &parts.generators[at].ifs {
            self.jump_if(condition, false, next)?;
        }
        let mark = self.unit.top;
        if let Some(inner) = parts.generators.get(at + 1) {
            // `for x in [value]` is an assignment.
            if let (false, Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })) =
                (inner.is_async, &inner.iter)
                && let [only] = &elts[..]
                && !only.is_starred_expr()
            {
                self.assign_one(&inner.target, only)?;
                self.unit.release(mark);
                return self.comprehension_body(parts, at + 1, sink, next);
            }
            let iter = self.unit.temporary();
            self.iterator(inner, iter)?;
            self.comprehension_loops(parts, at + 1, iter, sink)?;
            self.unit.release(mark);
            return Ok(());
        }
        let range = parts.element.range();
        match sink {
            Sink::List(list) => {
                let item = self.value(parts.element)?;
                self.unit.emit(range, operands::ListAppend { list, item });
            }
            Sink::Set(set) => {
                let item = self.value(parts.element)?;
                self.unit.emit(range, operands::SetAdd { set, item });
            }
            Sink::Dict(dict) => {
                let Some(value) = parts.value else {
                    return Err(self.error("dict unpacking cannot be used in dict comprehension", range));
                };
                let key = self.stable_value(parts.element, None, &[value])?;
                let range = TextRange::new(range.start(), value.range().end().max(range.start()));
                let value = self.value(value)?;
                self.unit.emit(range, operands::DictInsert { dict, key, value });
            }
            Sink::Yield => {
                let src = self.value(parts.element)?;
                let dst = self.unit.temporary();
                self.unit.emit(range, operands::Yield { dst, src });
            }
        }
        self.unit.release(mark);
        Ok(())
    }
}
