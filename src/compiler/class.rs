//! Classes.
//!
//! What lives here: class statements and class bodies. What must not: what `__build_class__` does.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

use super::emit::SITE;
use super::scope::ScopeRole;
use super::{Compiler, Result};
use crate::bytecode::intrinsics::Intrinsic;
use crate::bytecode::{Code, CodeKind, Constant, Register, operands};

impl<'a> Compiler<'a> {
    pub(super) fn class_definition(&mut self, node: &'a ast::StmtClassDef) -> Result {
        let mark = self.unit.top;
        let line = self.first_line(&node.decorator_list, self.keyword_start(node.range(), &node.decorator_list));
        let range = self.definition_range(line);
        self.decorators(&node.decorator_list)?;
        let value = self.unit.temporary();
        match &node.type_params {
            None => self.build_class(node, None, value, line)?,
            Some(parameters) => {
                let scope = self.scope_of(node, ScopeRole::TypeParameters, node.range())?;
                self.enter_type_parameters(scope, line);
                let tuple = self.unit.temporary();
                self.type_parameters(parameters, tuple)?;
                self.store_mangled(".type_params", tuple, range);
                let class = self.unit.temporary();
                self.build_class(node, Some(tuple), class, line)?;
                self.unit.emit(range, operands::Return { src: class });
                let code = self.leave_unit()?;
                self.make_function(code, None, None, None, value, range);
                self.unit.emit(range, operands::Call { dst: value, window: value, argc: 0, site: SITE });
            }
        }
        let value = self.apply_decorators(&node.decorator_list, value);
        self.store_name(&node.name, value, range);
        self.unit.release(mark);
        Ok(())
    }

    /// `dst = __build_class__(body, name, *bases, **keywords)`. `type_parameters` adds a base `Generic[...]`.
    fn build_class(
        &mut self,
        node: &'a ast::StmtClassDef,
        type_parameters: Option<Register>,
        dst: Register,
        line: u32,
    ) -> Result {
        let start = self.keyword_start(node.range(), &node.decorator_list);
        let range = TextRange::new(start.min(node.end()), node.end());
        let mark = self.unit.top;
        let window = self.unit.temporary();
        self.unit.emit(range, operands::LoadBuildClass { dst: window });
        let body = self.unit.temporary();
        let code = self.class_code(node, line)?;
        self.make_function(code, None, None, None, body, range);
        let name = self.unit.temporary();
        self.unit.load_constant(range, name, Constant::str(&node.name));

        let (bases, keywords): (&'a [Expr], &'a [ast::Keyword]) = match &node.arguments {
            Some(arguments) => (&arguments.args, &arguments.keywords),
            None => (&[], &[]),
        };
        let unpacks = bases.iter().any(Expr::is_starred_expr) || keywords.iter().any(|keyword| keyword.arg.is_none());
        if !unpacks {
            for base in bases {
                self.value_in_temporary(base)?;
            }
            if let Some(tuple) = type_parameters {
                let base = self.unit.temporary();
                self.generic_base(tuple, base, range);
            }
            for keyword in keywords {
                self.value_in_temporary(&keyword.value)?;
            }
            let argc = self.unit.top - window.0 - 1;
            if keywords.is_empty() {
                self.unit.emit(range, operands::Call { dst, window, argc, site: SITE });
            } else {
                let names = self.keyword_names(keywords);
                let names = self.unit.short_constant(names);
                self.unit.emit(range, operands::CallKw { dst, window, argc, names, site: SITE });
            }
            self.unit.release(mark);
            return Ok(());
        }

        let list = self.unit.temporary();
        self.unit.emit(range, operands::BuildList { dst: list, first: body, count: 2 });
        for base in bases {
            let mark = self.unit.top;
            match base {
                Expr::Starred(starred) => {
                    let iterable = self.value(&starred.value)?;
                    self.unit.emit(range, operands::ListExtend { list, iterable });
                }
                base => {
                    let item = self.value(base)?;
                    self.unit.emit(range, operands::ListAppend { list, item });
                }
            }
            self.unit.release(mark);
        }
        if let Some(tuple) = type_parameters {
            let item = self.unit.temporary();
            self.generic_base(tuple, item, range);
            self.unit.emit(range, operands::ListAppend { list, item });
        }
        self.unit.emit(range, operands::ListToTuple { dst: list, list });
        self.call_collected(range, dst, window, list, keywords)?;
        self.unit.release(mark);
        Ok(())
    }

    fn generic_base(&mut self, type_parameters: Register, dst: Register, range: TextRange) {
        self.intrinsic1(Intrinsic::SubscriptGeneric, dst, type_parameters, range);
        self.store_mangled(".generic_base", dst, range);
    }

    /// The code of a class body. It returns the `__class__` cell, or None.
    fn class_code(&mut self, node: &'a ast::StmtClassDef, line: u32) -> Result<Arc<Code>> {
        let scope = self.scope_of(node, ScopeRole::Body, node.range())?;
        self.enter_unit(scope, CodeKind::Class, node.name.as_str().into(), line);
        let range = self.definition_range(line);
        self.prologue();
        let value = self.unit.temporary();
        self.load_mangled("__name__", value, range);
        self.store_mangled("__module__", value, range);
        let qualname = Constant::str(&self.unit.qualname.clone());
        self.unit.load_constant(range, value, qualname);
        self.store_mangled("__qualname__", value, range);
        self.unit.load_constant(range, value, Constant::Int(i64::from(line)));
        self.store_mangled("__firstlineno__", value, range);
        if node.type_params.is_some() {
            self.load_mangled(".type_params", value, range);
            self.store_mangled("__type_params__", value, range);
        }
        if let Some(cell) = self.class_cell("__classdict__") {
            self.unit.emit(range, operands::LoadLocals { dst: value });
            self.unit.emit(range, operands::StoreCell { cell, src: value });
        }
        let cell = self.conditional_cell();
        self.prepare_annotations(&node.body, cell);
        let body = self.docstring(&node.body);
        if let Some(text) = self.unit.docstring.clone() {
            let range = node.body.first().map_or(range, Ranged::range);
            self.unit.load_constant(range, value, Constant::Str(text));
            self.store_mangled("__doc__", value, range);
        }
        self.unit.release(value.0);
        self.statements(body)?;
        self.store_annotate(&node.body, "__annotate_func__")?;

        let value = self.unit.temporary();
        self.unit.static_attributes.sort();
        self.unit.static_attributes.dedup();
        // What ends the body has the line where that ended.
        let range = self.last_range();
        let attributes = self.unit.static_attributes.iter().map(|name| Constant::str(name)).collect();
        self.unit.load_constant(range, value, Constant::Tuple(attributes));
        self.store_mangled("__static_attributes__", value, range);
        if let Some(cell) = self.class_cell("__classdict__") {
            self.store_mangled("__classdictcell__", cell, range);
        }
        match self.class_cell("__class__") {
            Some(cell) => {
                self.store_mangled("__classcell__", cell, range);
                self.unit.emit(range, operands::Return { src: cell });
            }
            None => {
                self.unit.emit(range, operands::LoadNone { dst: value });
                self.unit.emit(range, operands::Return { src: value });
            }
        }
        self.leave_unit()
    }

    fn class_cell(&self, name: &str) -> Option<Register> {
        self.unit.cells.iter().find(|(cell, _)| **cell == *name).map(|(_, register)| *register)
    }

    /// Remembers an attribute assigned through `self` for `__static_attributes__` of the class around.
    pub(super) fn note_static_attribute(&mut self, node: &ast::ExprAttribute) {
        let Expr::Name(receiver) = &*node.value else { return };
        if receiver.id != "self" {
            return;
        }
        if let Some(class) = self.outer.iter_mut().rev().find(|unit| unit.kind == CodeKind::Class) {
            class.static_attributes.push(node.attr.as_str().into());
        }
    }
}
