//! Annotations: `__annotate__` functions (PEP 649), or strings under `from __future__ import annotations`.
//!
//! What lives here: annotations of parameters and variables. What must not: type parameters.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::emit::SITE;
use super::scope::{ScopeId, ScopeRole};
use super::unparse::unparse;
use super::{Compiler, Result};
use crate::bytecode::intrinsics::Intrinsic;
use crate::bytecode::{Code, CodeFlags, CodeKind, Constant, Register, operands};

/// A variable's annotation in a class or module body.
#[derive(Clone, Copy)]
struct Annotated<'a> {
    name: &'a ast::ExprName,
    annotation: &'a Expr,
    /// Its number in `__conditional_annotations__`, if it may not be executed.
    number: Option<u32>,
}

impl<'a> Compiler<'a> {
    pub(super) fn future_annotations(&self) -> bool {
        self.future.contains(CodeFlags::FUTURE_ANNOTATIONS)
    }

    /// The start of a function of one parameter, the format.
    pub(super) fn annotation_prologue(&mut self) {
        self.unit.positional_count = 1;
        self.unit.posonly_count = 1;
        self.prologue();
        let range = self.definition_range(self.unit.first_line);
        let ignored = self.unit.temporary();
        self.intrinsic1(Intrinsic::CheckAnnotationFormat, ignored, Register(0), range);
        self.unit.release(ignored.0);
    }

    /// The value of an annotation; a starred one (`*args: *Ts`) is unpacked.
    pub(super) fn annotation_value(&mut self, annotation: &'a Expr, dst: Register) -> Result {
        if self.future_annotations() && self.unit.name.as_ref() == "__annotate__" {
            let text = unparse(self.source, annotation);
            self.unit.load_constant(annotation.range(), dst, Constant::str(&text));
            return Ok(());
        }
        match annotation {
            Expr::Starred(node) => {
                let src = self.value(&node.value)?;
                let range = annotation.range();
                self.unit.emit(range, operands::UnpackSequence { src, first: dst, count: 1, site: SITE });
                Ok(())
            }
            other => self.value_into(other, dst),
        }
    }

    /// The `__annotate__` function of a definition, in a fresh temporary; None if nothing is annotated.
    pub(super) fn function_annotate(&mut self, node: &'a ast::StmtFunctionDef, line: u32) -> Result<Option<Register>> {
        let Some(scope) = self.scopes.find(node, ScopeRole::Annotations) else { return Ok(None) };
        let code = self.function_annotate_code(node, scope, line)?;
        let dst = self.unit.temporary();
        let range = self.definition_range(line);
        self.make_function(code, None, None, None, dst, range);
        Ok(Some(dst))
    }

    fn function_annotate_code(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        scope: ScopeId,
        line: u32,
    ) -> Result<Arc<Code>> {
        let range = self.definition_range(line);
        self.enter_unit(scope, CodeKind::Annotation, "__annotate__".into(), line);
        self.rename_format();
        self.annotation_prologue();
        let dict = self.unit.temporary();
        self.unit.emit(range, operands::BuildDict { dst: dict, first: dict, count: 0 });
        let parameters = &node.parameters;
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            self.annotation_entry(dict, &parameter.parameter.name, parameter.parameter.annotation.as_deref())?;
        }
        if let Some(parameter) = &parameters.vararg {
            self.annotation_entry(dict, &parameter.name, parameter.annotation.as_deref())?;
        }
        for parameter in &parameters.kwonlyargs {
            self.annotation_entry(dict, &parameter.parameter.name, parameter.parameter.annotation.as_deref())?;
        }
        if let Some(parameter) = &parameters.kwarg {
            self.annotation_entry(dict, &parameter.name, parameter.annotation.as_deref())?;
        }
        self.annotation_entry(dict, "return", node.returns.as_deref())?;
        self.unit.emit(range, operands::Return { src: dict });
        self.leave_unit()
    }

    /// The parameter `.format` is shown as `format`.
    fn rename_format(&mut self) {
        if let Some(first) = self.unit.varnames.first_mut() {
            *first = "format".into();
        }
    }

    fn annotation_entry(&mut self, dict: Register, name: &str, annotation: Option<&'a Expr>) -> Result {
        let Some(annotation) = annotation else { return Ok(()) };
        let mark = self.unit.top;
        let (key, value) = (self.unit.temporary(), self.unit.temporary());
        let mangled = self.mangled(name);
        self.unit.load_constant(annotation.range(), key, Constant::str(&mangled));
        self.annotation_value(annotation, value)?;
        self.unit.emit(annotation.range(), operands::DictInsert { dict, key, value });
        self.unit.release(mark);
        Ok(())
    }

    // ---- variables of classes and modules ----

    /// The annotated variables of a class or module body, in order of appearance.
    fn annotated(&self, body: &'a [Stmt], conditional: bool) -> Vec<Annotated<'a>> {
        let mut found = Vec::new();
        let mut number = 0;
        collect(body, conditional, &mut number, &mut found);
        found
    }

    /// Numbers the conditional annotations of a body, and prepares what records their execution.
    /// `class_cell`: the register of the cell of a class's set.
    pub(super) fn prepare_annotations(&mut self, body: &'a [Stmt], class_cell: Option<Register>) {
        let range = self.definition_range(self.unit.first_line);
        let annotated = self.annotated(body, class_cell.is_none() && !self.is_class());
        if annotated.is_empty() {
            return;
        }
        if self.future_annotations() {
            self.unit.emit(range, operands::SetupAnnotations {});
            return;
        }
        for entry in &annotated {
            if let Some(number) = entry.number {
                self.unit.conditional_annotations.insert(std::ptr::from_ref(entry.annotation).addr(), number);
            }
        }
        if self.unit.conditional_annotations.is_empty() {
            return;
        }
        let set = self.unit.temporary();
        self.unit.emit(range, operands::BuildSet { dst: set, first: set, count: 0 });
        match class_cell {
            Some(cell) => self.unit.emit(range, operands::StoreCell { cell, src: set }),
            None => self.store_mangled("__conditional_annotations__", set, range),
        }
        self.unit.release(set.0);
    }

    fn is_class(&self) -> bool {
        self.unit.kind == CodeKind::Class
    }

    /// What an annotation of a simple name does where it stands, besides being in `__annotate__`.
    pub(super) fn record_annotation(&mut self, node: &'a ast::StmtAnnAssign, target: &'a ast::ExprName) -> Result {
        let range = node.range();
        if self.future_annotations() {
            let (value, key) = (self.unit.temporary(), self.unit.temporary());
            let text = unparse(self.source, &node.annotation);
            self.unit.load_constant(node.annotation.range(), value, Constant::str(&text));
            let object = self.unit.temporary();
            self.load_mangled("__annotations__", object, range);
            let name = self.mangled(&target.id);
            self.unit.load_constant(range, key, Constant::str(&name));
            self.unit.emit(range, operands::StoreSubscript { object, index: key, src: value, site: SITE });
            return Ok(());
        }
        let number = self.unit.conditional_annotations.get(&std::ptr::from_ref(&*node.annotation).addr()).copied();
        let Some(number) = number else { return Ok(()) };
        let set = self.unit.temporary();
        match self.conditional_cell() {
            Some(cell) => self.unit.emit(range, operands::LoadCell { dst: set, cell }),
            None => self.load_mangled("__conditional_annotations__", set, range),
        }
        let item = self.unit.temporary();
        self.unit.emit(range, operands::LoadInt { dst: item, value: number as i32 });
        self.unit.emit(range, operands::SetAdd { set, item });
        Ok(())
    }

    /// The register of the cell that holds a class's set of executed annotations.
    pub(super) fn conditional_cell(&self) -> Option<Register> {
        if !self.is_class() {
            return None;
        }
        let cell = self.unit.cells.iter().find(|(name, _)| &**name == "__conditional_annotations__");
        cell.map(|(_, register)| *register)
    }

    /// Makes the `__annotate__` function of a class or module and stores it under `store_as`.
    pub(super) fn store_annotate(&mut self, body: &'a [Stmt], store_as: &str) -> Result {
        let Some(scope) = self.scopes[self.unit.scope].annotation_scope else { return Ok(()) };
        let line = self.unit.first_line;
        let range = self.definition_range(line);
        let annotated = self.annotated(body, !self.is_class());
        self.enter_unit(scope, CodeKind::Annotation, "__annotate__".into(), line);
        self.rename_format();
        self.annotation_prologue();
        let dict = self.unit.temporary();
        self.unit.emit(range, operands::BuildDict { dst: dict, first: dict, count: 0 });
        for entry in annotated {
            let skip = self.unit.label();
            if let Some(number) = entry.number {
                let mark = self.unit.top;
                let (item, set) = (self.unit.temporary(), self.unit.temporary());
                self.unit.emit(range, operands::LoadInt { dst: item, value: number as i32 });
                self.load_conditional_set(set, range);
                self.unit.emit(range, operands::Contains { dst: item, item, container: set, negate: 0, site: SITE });
                self.jump_if_register(item, false, skip, range);
                self.unit.release(mark);
            }
            let mark = self.unit.top;
            let (key, value) = (self.unit.temporary(), self.unit.temporary());
            self.annotation_value(entry.annotation, value)?;
            let name = self.mangled(&entry.name.id);
            self.unit.load_constant(range, key, Constant::str(&name));
            self.unit.emit(range, operands::DictInsert { dict, key, value });
            self.unit.release(mark);
            self.unit.bind(skip);
        }
        self.unit.emit(range, operands::Return { src: dict });
        let code = self.leave_unit()?;
        let dst = self.unit.temporary();
        self.make_function(code, None, None, None, dst, range);
        self.store_mangled(store_as, dst, range);
        self.unit.release(dst.0);
        Ok(())
    }

    /// Inside `__annotate__`: the set of executed annotations, from the closure or the globals.
    fn load_conditional_set(&mut self, dst: Register, range: TextRange) {
        match self.unit.free_index.get("__conditional_annotations__").copied() {
            Some(index) => self.unit.emit(range, operands::LoadFree { dst, index }),
            None => {
                let name = self.unit.name("__conditional_annotations__");
                self.unit.emit(range, operands::LoadGlobal { dst, name, site: SITE });
            }
        }
    }
}

/// Collects annotations of simple names from statements and what is nested in them, but not from inner scopes.
fn collect<'a>(body: &'a [Stmt], conditional: bool, number: &mut u32, found: &mut Vec<Annotated<'a>>) {
    for statement in body {
        match statement {
            Stmt::AnnAssign(node) => {
                if let (Expr::Name(name), true) = (&*node.target, node.simple) {
                    let number = conditional.then(|| {
                        *number += 1;
                        *number - 1
                    });
                    found.push(Annotated { name, annotation: &node.annotation, number });
                }
            }
            Stmt::For(node) => {
                collect(&node.body, true, number, found);
                collect(&node.orelse, true, number, found);
            }
            Stmt::While(node) => {
                collect(&node.body, true, number, found);
                collect(&node.orelse, true, number, found);
            }
            Stmt::If(node) => {
                collect(&node.body, true, number, found);
                for clause in &node.elif_else_clauses {
                    collect(&clause.body, true, number, found);
                }
            }
            Stmt::With(node) => collect(&node.body, true, number, found),
            Stmt::Match(node) => {
                for case in &node.cases {
                    collect(&case.body, true, number, found);
                }
            }
            Stmt::Try(node) => {
                collect(&node.body, true, number, found);
                collect(&node.orelse, true, number, found);
                for handler in &node.handlers {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    collect(&handler.body, true, number, found);
                }
                collect(&node.finalbody, true, number, found);
            }
            Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::Return(_)
            | Stmt::Delete(_)
            | Stmt::TypeAlias(_)
            | Stmt::Assign(_)
            | Stmt::AugAssign(_)
            | Stmt::Raise(_)
            | Stmt::Assert(_)
            | Stmt::Import(_)
            | Stmt::ImportFrom(_)
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Expr(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_)
            | Stmt::IpyEscapeCommand(_) => {}
        }
    }
}
