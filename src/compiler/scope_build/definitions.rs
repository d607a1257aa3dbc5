//! The walk over functions, classes, type parameters and aliases.

use super::*;

impl<'a> Builder<'a> {
    pub(super) fn function(&mut self, node: &ast::StmtFunctionDef) -> Result {
        for decorator in &node.decorator_list {
            self.expression(&decorator.expression)?;
        }
        self.defaults(&node.parameters)?;
        let in_class = self.scope().kind == ScopeKind::Class;
        let generic = match &node.type_params {
            Some(parameters) => {
                let suspended = self.enter_type_parameters(node, &node.name, node.range())?;
                if node.parameters.iter_non_variadic_params().any(|p| p.default.is_some() && !is_keyword_only(node, p))
                {
                    self.define(".defaults", NameFlags::PARAMETER, node.range())?;
                }
                if node.parameters.kwonlyargs.iter().any(|parameter| parameter.default.is_some()) {
                    self.define(".kwdefaults", NameFlags::PARAMETER, node.range())?;
                }
                self.type_parameters(parameters)?;
                Some(suspended)
            }
            None => None,
        };
        self.function_annotations(node)?;
        let suspended = self.enter(ScopeKind::Function, &node.name, Some((node, ScopeRole::Body)), node.range())?;
        let scope = &mut self.tree.scopes[self.current.index()];
        scope.is_async = node.is_async;
        scope.is_coroutine = node.is_async;
        scope.is_method = in_class;
        self.parameters(&node.parameters)?;
        self.statements(&node.body)?;
        self.leave(suspended);
        if let Some(suspended) = generic {
            self.leave(suspended);
        }
        self.bind(&node.name, NameFlags::LOCAL)
    }

    pub(super) fn defaults(&mut self, parameters: &ast::Parameters) -> Result {
        // Positional defaults come first, as they are evaluated.
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            self.optional(parameter.default())?;
        }
        Ok(())
    }

    pub(super) fn parameters(&mut self, parameters: &ast::Parameters) -> Result {
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            self.parameter(&parameter.parameter)?;
        }
        for parameter in [&parameters.vararg, &parameters.kwarg].into_iter().flatten() {
            self.parameter(parameter)?;
        }
        Ok(())
    }

    pub(super) fn parameter(&mut self, parameter: &ast::Parameter) -> Result {
        self.forbid_debug(&parameter.name, "assign to", parameter.range())?;
        self.define(&parameter.name, NameFlags::PARAMETER, parameter.range())
    }

    pub(super) fn function_annotations(&mut self, node: &ast::StmtFunctionDef) -> Result {
        let parameters = &node.parameters;
        let any = node.returns.is_some() || parameters.iter().any(|parameter| parameter.annotation().is_some());
        if !any {
            return Ok(());
        }
        let outer = self.current;
        let known_scopes = self.tree.scopes.len();
        let role = (node, ScopeRole::Annotations);
        let suspended = self.enter(ScopeKind::Annotation, "__annotate__", Some(role), node.range())?;
        self.define(".format", NameFlags::PARAMETER, node.range())?;
        if !self.options.future_annotations {
            self.see_class(outer)?;
        }
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            self.optional(parameter.annotation())?;
        }
        if let Some(parameter) = &parameters.vararg {
            self.optional(parameter.annotation())?;
        }
        for parameter in &parameters.kwonlyargs {
            self.optional(parameter.annotation())?;
        }
        if let Some(parameter) = &parameters.kwarg {
            self.optional(parameter.annotation())?;
        }
        self.optional(node.returns.as_deref())?;
        self.leave(suspended);
        if self.options.future_annotations {
            // The annotations are strings: keep the scope, but nothing of what is in it.
            let kept = ScopeId(known_scopes as u32);
            self.tree.scopes.truncate(known_scopes + 1);
            let range = self.tree[kept].range;
            let parent = self.tree[kept].parent;
            let name = self.tree[kept].name.clone();
            let mut scope = Scope::new(ScopeKind::Annotation, name, parent, range);
            scope.is_nested = self.tree[kept].is_nested;
            self.tree[kept] = scope;
            let format = self.tree.intern(".format");
            self.define_in(kept, &format, ".format", NameFlags::PARAMETER, range)?;
        }
        Ok(())
    }

    pub(super) fn class(&mut self, node: &ast::StmtClassDef) -> Result {
        for decorator in &node.decorator_list {
            self.expression(&decorator.expression)?;
        }
        let generic = match &node.type_params {
            Some(parameters) => {
                let suspended = self.enter_type_parameters(node, &node.name, node.range())?;
                let current = self.current;
                self.tree[current].private = Some(self.tree.intern(&node.name));
                let names: NameSet =
                    parameters.iter().map(|parameter| Arc::from(type_parameter_name(parameter).as_str())).collect();
                self.tree[current].mangled_only = Some(names);
                for name in [".type_params", ".generic_base"] {
                    self.define(name, NameFlags::LOCAL, node.range())?;
                }
                self.define(".type_params", NameFlags::USE, node.range())?;
                self.type_parameters(parameters)?;
                Some(suspended)
            }
            None => None,
        };
        if let Some(arguments) = &node.arguments {
            self.arguments(arguments)?;
        }
        let suspended = self.enter(ScopeKind::Class, &node.name, Some((node, ScopeRole::Body)), node.range())?;
        let current = self.current;
        self.tree[current].private = Some(self.tree.intern(&node.name));
        self.tree[current].mangled_only = None;
        if generic.is_some() {
            self.define("__type_params__", NameFlags::LOCAL, node.range())?;
            self.define(".type_params", NameFlags::USE, node.range())?;
        }
        self.statements(&node.body)?;
        self.leave(suspended);
        if let Some(suspended) = generic {
            self.leave(suspended);
        }
        self.bind(&node.name, NameFlags::LOCAL)
    }

    pub(super) fn type_alias(&mut self, node: &ast::StmtTypeAlias) -> Result {
        self.expression(&node.name)?;
        let name = match &*node.name {
            Expr::Name(name) => name.id.as_str(),
            other => return self.error("invalid syntax", other.range()),
        };
        let outer = self.current;
        let generic = match &node.type_params {
            Some(parameters) => {
                let suspended = self.enter_type_parameters(node, name, node.range())?;
                self.type_parameters(parameters)?;
                Some(suspended)
            }
            None => None,
        };
        let around = if generic.is_some() { self.current } else { outer };
        let suspended = self.enter(ScopeKind::TypeAlias, name, Some((node, ScopeRole::Body)), node.range())?;
        self.define(".format", NameFlags::PARAMETER, node.range())?;
        self.see_class(around)?;
        self.expression(&node.value)?;
        self.leave(suspended);
        if let Some(suspended) = generic {
            self.leave(suspended);
        }
        Ok(())
    }

    pub(super) fn enter_type_parameters<T>(&mut self, node: &T, name: &str, range: TextRange) -> Result<Suspended> {
        let outer = self.current;
        let name = format!("<generic parameters of {name}>");
        let role = (node, ScopeRole::TypeParameters);
        let suspended = self.enter(ScopeKind::TypeParameters, &name, Some(role), range)?;
        self.see_class(outer)?;
        Ok(suspended)
    }

    pub(super) fn type_parameters(&mut self, parameters: &ast::TypeParams) -> Result {
        let mut seen_default = false;
        for parameter in parameters.iter() {
            let name = type_parameter_name(parameter);
            self.forbid_debug(name, "assign to", name.range())?;
            if RESERVED_TYPE_PARAMETERS.contains(&name.as_str()) {
                return self
                    .error(format!("reserved name '{name}' cannot be used for type parameter"), parameter.range());
            }
            self.define(name, NameFlags::TYPE_PARAMETER.union(NameFlags::LOCAL), parameter.range())?;
            let (bound, default) = match parameter {
                ast::TypeParam::TypeVar(node) => (node.bound.as_deref(), node.default.as_deref()),
                ast::TypeParam::TypeVarTuple(node) => (None, node.default.as_deref()),
                ast::TypeParam::ParamSpec(node) => (None, node.default.as_deref()),
            };
            if let Some(bound) = bound {
                self.type_variable(parameter, name, ScopeRole::Bound, bound)?;
            }
            match default {
                Some(default) => {
                    seen_default = true;
                    self.type_variable(parameter, name, ScopeRole::Default, default)?;
                }
                None if seen_default => {
                    return self.error(
                        format!("non-default type parameter '{name}' follows default type parameter"),
                        parameter.range(),
                    );
                }
                None => {}
            }
        }
        Ok(())
    }

    pub(super) fn type_variable(&mut self, node: &ast::TypeParam, name: &str, role: ScopeRole, value: &Expr) -> Result {
        let outer = self.current;
        let suspended = self.enter(ScopeKind::TypeVariable, name, Some((node, role)), value.range())?;
        self.define(".format", NameFlags::PARAMETER, value.range())?;
        self.see_class(outer)?;
        self.expression(value)?;
        self.leave(suspended);
        Ok(())
    }
}

fn is_keyword_only(node: &ast::StmtFunctionDef, parameter: &ast::ParameterWithDefault) -> bool {
    node.parameters.kwonlyargs.iter().any(|other| std::ptr::eq(other, parameter))
}
