//! Type parameters and type aliases (PEP 695, PEP 696).
//!
//! What lives here: the functions that make type parameters and compute what is attached to them. What must
//! not: functions and classes as such.

use std::sync::Arc;

use ruff_python_ast as ast;
use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

use super::emit::SITE;
use super::scope::{ScopeId, ScopeRole};
use super::scope_build::type_parameter_name;
use super::{Compiler, Result};
use crate::bytecode::intrinsics::Intrinsic;
use crate::bytecode::{Code, CodeKind, Constant, Register, operands};

impl<'a> Compiler<'a> {
    pub(super) fn intrinsic1(&mut self, function: Intrinsic, dst: Register, a: Register, range: TextRange) {
        self.unit.emit(range, operands::Intrinsic1 { dst, function: function as u16, a });
    }

    pub(super) fn intrinsic2(
        &mut self,
        function: Intrinsic,
        dst: Register,
        a: Register,
        b: Register,
        range: TextRange,
    ) {
        self.unit.emit(range, operands::Intrinsic2 { dst, function: function as u16, a, b });
    }

    /// Enters the scope of type parameters.
    pub(super) fn enter_type_parameters(&mut self, scope: ScopeId, line: u32) {
        let name = self.scopes[scope].name.clone();
        self.enter_unit(scope, CodeKind::Annotation, name, line);
        self.unit.positional_count = self.scopes[scope].parameters.len() as u16;
        self.prologue();
    }

    pub(super) fn generic_function(&mut self, node: &'a ast::StmtFunctionDef, dst: Register, line: u32) -> Result {
        let range = self.definition_range(line);
        let Some(parameters) = &node.type_params else { return Ok(()) };
        let window = self.unit.temporary();
        let defaults = self.positional_defaults(&node.parameters)?;
        let kwdefaults = self.keyword_defaults(&node.parameters)?;
        let argc = u16::from(defaults.is_some()) + u16::from(kwdefaults.is_some());

        let scope = self.scope_of(node, ScopeRole::TypeParameters, node.range())?;
        self.enter_type_parameters(scope, line);
        let tuple = self.unit.temporary();
        self.type_parameters(parameters, tuple)?;
        let implicit = |compiler: &Self, name| compiler.unit.registers.get(name).copied();
        let (defaults, kwdefaults) = (implicit(self, ".defaults"), implicit(self, ".kwdefaults"));
        let annotate = self.function_annotate(node, line)?;
        let code = self.function_code(node, line)?;
        let function = self.unit.temporary();
        self.make_function(code, defaults, kwdefaults, annotate, function, range);
        self.intrinsic2(Intrinsic::SetFunctionTypeParams, function, function, tuple, range);
        self.unit.emit(range, operands::Return { src: function });
        let code = self.leave_unit()?;
        self.make_function(code, None, None, None, window, range);
        self.unit.emit(range, operands::Call { dst, window, argc, site: SITE });
        Ok(())
    }

    /// Makes the type parameters, binds their names, and collects them in the tuple `dst`.
    pub(super) fn type_parameters(&mut self, parameters: &'a ast::TypeParams, dst: Register) -> Result {
        let mark = self.unit.top;
        let first = self.unit.temporaries(parameters.len());
        for (at, parameter) in parameters.iter().enumerate() {
            let item = first.plus(at as u16);
            let name = type_parameter_name(parameter);
            let range = parameter.range();
            self.unit.load_constant(range, item, Constant::str(name));
            let (bound, default, make) = match parameter {
                ast::TypeParam::TypeVar(node) => (node.bound.as_deref(), node.default.as_deref(), Intrinsic::TypeVar),
                ast::TypeParam::TypeVarTuple(node) => (None, node.default.as_deref(), Intrinsic::TypeVarTuple),
                ast::TypeParam::ParamSpec(node) => (None, node.default.as_deref(), Intrinsic::ParamSpec),
            };
            match bound {
                Some(bound) => {
                    let evaluate = self.unit.temporary();
                    self.type_variable(parameter, ScopeRole::Bound, bound, evaluate)?;
                    let make = match bound {
                        Expr::Tuple(_) => Intrinsic::TypeVarWithConstraints,
                        _ => Intrinsic::TypeVarWithBound,
                    };
                    self.intrinsic2(make, item, item, evaluate, range);
                    self.unit.release(evaluate.0);
                }
                None => self.intrinsic1(make, item, item, range),
            }
            if let Some(default) = default {
                let evaluate = self.unit.temporary();
                self.type_variable(parameter, ScopeRole::Default, default, evaluate)?;
                self.intrinsic2(Intrinsic::SetTypeParamDefault, item, item, evaluate, range);
                self.unit.release(evaluate.0);
            }
            self.store_name(name, item, range);
        }
        let count = parameters.len() as u16;
        self.unit.emit(parameters.range(), operands::BuildTuple { dst, first, count });
        self.unit.release(mark);
        Ok(())
    }

    fn type_variable(&mut self, node: &'a ast::TypeParam, role: ScopeRole, value: &'a Expr, dst: Register) -> Result {
        let scope = self.scope_of(node, role, value.range())?;
        self.evaluator(scope, value, dst)
    }

    /// `dst = function(.format=1)` that computes `value`.
    fn evaluator(&mut self, scope: ScopeId, value: &'a Expr, dst: Register) -> Result {
        let range = value.range();
        let code = self.evaluator_code(scope, value)?;
        let defaults = self.unit.temporary();
        self.unit.load_constant(range, defaults, Constant::Tuple([Constant::Int(1)].into()));
        self.make_function(code, Some(defaults), None, None, dst, range);
        self.unit.release(defaults.0);
        Ok(())
    }

    fn evaluator_code(&mut self, scope: ScopeId, value: &'a Expr) -> Result<Arc<Code>> {
        let range = value.range();
        let name = self.scopes[scope].name.clone();
        self.enter_unit(scope, CodeKind::Annotation, name, self.source.line(range.start()));
        self.annotation_prologue();
        let dst = self.unit.temporary();
        self.annotation_value(value, dst)?;
        self.unit.emit(range, operands::Return { src: dst });
        self.leave_unit()
    }

    pub(super) fn type_alias(&mut self, node: &'a ast::StmtTypeAlias) -> Result {
        let mark = self.unit.top;
        let range = node.range();
        let line = self.source.line(range.start());
        let Expr::Name(name) = &*node.name else {
            return Err(self.error("invalid syntax", node.name.range()));
        };
        let alias = self.unit.temporary();
        match &node.type_params {
            None => self.make_alias(node, name, None, alias)?,
            Some(parameters) => {
                let scope = self.scope_of(node, ScopeRole::TypeParameters, range)?;
                self.enter_type_parameters(scope, line);
                let made = self.unit.temporary();
                self.make_alias(node, name, Some(parameters), made)?;
                self.unit.emit(range, operands::Return { src: made });
                let code = self.leave_unit()?;
                self.make_function(code, None, None, None, alias, range);
                self.unit.emit(range, operands::Call { dst: alias, window: alias, argc: 0, site: SITE });
            }
        }
        self.store_name(&name.id, alias, name.range());
        self.unit.release(mark);
        Ok(())
    }

    fn make_alias(
        &mut self,
        node: &'a ast::StmtTypeAlias,
        name: &ast::ExprName,
        parameters: Option<&'a ast::TypeParams>,
        dst: Register,
    ) -> Result {
        let range = node.range();
        let first = self.unit.temporaries(3);
        self.unit.load_constant(range, first, Constant::str(&name.id));
        match parameters {
            Some(parameters) => self.type_parameters(parameters, first.plus(1))?,
            None => self.unit.emit(range, operands::LoadNone { dst: first.plus(1) }),
        }
        let scope = self.scope_of(node, ScopeRole::Body, range)?;
        self.evaluator(scope, &node.value, first.plus(2))?;
        self.unit.emit(range, operands::BuildTuple { dst: first, first, count: 3 });
        self.intrinsic1(Intrinsic::TypeAlias, dst, first, range);
        self.unit.release(first.0);
        Ok(())
    }
}
