//! Syntax trees as Python objects: `ast.parse`, which is `compile` with `PyCF_ONLY_AST`.
//!
//! What lives here: from the parser's tree to instances of the classes of `_ast`. What must not: compiling, and
//! the way back. Start at [`parse_tree`]. The grammar is that of the library reference, "ast".

use ruff_python_ast as ast;
use ruff_python_ast::{Expr, InterpolatedStringElement as Element, Pattern, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange, TextSize};

use taipan_runtime::dispatch::attr;
use taipan_runtime::error::PyResult;
use taipan_runtime::modules::import::import_name;
use taipan_runtime::scratch::ScratchVec;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::complex::Complex;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::instance::Instance;
use taipan_runtime::types::int;
use taipan_runtime::types::list::List;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::type_object::Type;
use taipan_runtime::value::Value;
use taipan_runtime::vm::CompileMode;

use super::compile::{raise, source_text};
use crate::syntax::parse::stack_needed;
use crate::syntax::{CompileError, Mode, SourceText, Tree, parse};

/// The hook `parse_tree`: the tree of a source as an instance of `ast.Module`, `ast.Expression` or
/// `ast.Interactive`.
///
/// # Errors
/// What the parser refuses; NotImplementedError for a source with type comments that are asked for; RecursionError for trees too deep for the running stack.
pub fn parse_tree(
    thread: &Thread,
    source: Value,
    filename: &str,
    mode: CompileMode,
    type_comments: bool,
) -> PyResult<Value> {
    let text = source_text(thread, source, filename).map_err(|error| raise(thread, &error))?;
    let source = SourceText::new(&text, filename);
    match stack_needed(&source) {
        Ok(None) => {}
        Ok(Some(_)) => {
            return Err(thread.raise_recursion_error("maximum recursion depth exceeded during ast construction"));
        }
        Err(error) => return Err(raise(thread, &error)),
    }
    let parser_mode = match mode {
        CompileMode::Module | CompileMode::Exec => Mode::Module,
        CompileMode::Eval => Mode::Expression,
        CompileMode::Single => Mode::Interactive,
    };
    let parsed = parse(&source, parser_mode).map_err(|failure| raise(thread, &CompileError::from(failure.info)))?;
    let is_type_comment = |token: &ast::token::Token| {
        let text = source.slice(token.range()).trim_start_matches('#').trim_start();
        token.kind() == ast::token::TokenKind::Comment && text.starts_with("type:")
    };
    if type_comments && parsed.tokens.iter().any(is_type_comment) {
        return Err(thread.raise_not_implemented_error("Taipan makes no syntax trees with type comments"));
    }
    let module = import_name(thread, "_ast")?;
    let builder = Builder { thread, module, source: &source };
    match &parsed.tree {
        Tree::Expression(tree) => {
            let body = builder.expression(&tree.body)?;
            builder.plain("Expression", &[("body", body)])
        }
        Tree::Module(tree) if mode == CompileMode::Single => {
            let body = builder.statements(&tree.body)?;
            builder.plain("Interactive", &[("body", body)])
        }
        Tree::Module(tree) => {
            let body = builder.statements(&tree.body)?;
            builder.plain("Module", &[("body", body), ("type_ignores", builder.empty_list())])
        }
    }
}

struct Builder<'a> {
    thread: &'a Thread,
    /// `_ast`.
    module: Value,
    source: &'a SourceText,
}

type Fields<'a> = &'a [(&'a str, Value)];

impl Builder<'_> {
    // ---- nodes ----

    /// A node without a place.
    fn plain(&self, class: &str, fields: Fields<'_>) -> PyResult<Value> {
        let thread = self.thread;
        let intern = |text: &str| thread.vm().interner.intern_text(thread, text);
        let class = attr::get(thread, self.module, intern(class))?;
        let Some(class) = class.cast::<Type>() else { unreachable!("_ast holds classes of nodes") };
        let node = Instance::new(thread, class).value();
        for &(name, value) in fields {
            attr::set(thread, node, intern(name), value)?;
        }
        Ok(node)
    }

    fn node(&self, class: &str, range: TextRange, fields: Fields<'_>) -> PyResult<Value> {
        let node = self.plain(class, fields)?;
        let place = self.source.position(range);
        for (name, number) in [
            ("lineno", Some(place.line)),
            ("col_offset", place.column),
            ("end_lineno", Some(place.end_line)),
            ("end_col_offset", place.end_column),
        ] {
            let name = self.thread.vm().interner.intern_text(self.thread, name);
            let number = number.map_or(Value::NONE, |number| Value::small_wrapping(i64::from(number)));
            attr::set(self.thread, node, name, number)?;
        }
        Ok(node)
    }

    fn empty_list(&self) -> Value {
        List::new(self.thread, &[]).value()
    }

    fn list<T>(&self, items: impl IntoIterator<Item = T>, make: impl Fn(T) -> PyResult<Value>) -> PyResult<Value> {
        let mut values = ScratchVec::new();
        for item in items {
            let value = make(item)?;
            values.push(self.thread, value);
        }
        Ok(List::new(self.thread, &values).value())
    }

    fn optional<T>(&self, item: Option<T>, make: impl FnOnce(T) -> PyResult<Value>) -> PyResult<Value> {
        item.map_or(Ok(Value::NONE), make)
    }

    fn text(&self, text: &str) -> Value {
        self.thread.vm().interner.intern_text(self.thread, text).value()
    }

    fn name(&self, name: &ast::Identifier) -> PyResult<Value> {
        Ok(self.text(name.as_str()))
    }

    fn number(&self, number: u32) -> Value {
        Value::small_wrapping(i64::from(number))
    }

    fn constant(&self, range: TextRange, value: Value) -> PyResult<Value> {
        self.node("Constant", range, &[("value", value), ("kind", Value::NONE)])
    }

    fn context(&self, context: ast::ExprContext) -> PyResult<Value> {
        let name = match context {
            ast::ExprContext::Load | ast::ExprContext::Invalid => "Load",
            ast::ExprContext::Store => "Store",
            ast::ExprContext::Del => "Del",
        };
        self.plain(name, &[])
    }

    fn range(start: TextSize, end: TextSize) -> TextRange {
        TextRange::new(start, end.max(start))
    }

    // ---- statements ----

    fn statements<'s>(&self, body: impl IntoIterator<Item = &'s Stmt>) -> PyResult<Value> {
        self.list(body, |statement| self.statement(statement))
    }

    /// Where a decorated definition starts: CPython does not count the decorators in.
    fn definition_range(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let mut at = last.range().end().to_usize();
        let text = self.source.text();
        loop {
            let rest = &text[at..];
            let trimmed = rest.trim_start();
            at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                break;
            }
            at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
        Self::range(TextSize::try_from(at).unwrap_or_default(), range.end())
    }

    fn statement(&self, statement: &Stmt) -> PyResult<Value> {
        self.thread.check_native_stack(" during ast construction")?;
        let range = statement.range();
        match statement {
            Stmt::FunctionDef(node) => {
                let class = if node.is_async { "AsyncFunctionDef" } else { "FunctionDef" };
                let fields = [
                    ("name", self.name(&node.name)?),
                    ("args", self.parameters(Some(&node.parameters))?),
                    ("body", self.statements(&node.body)?),
                    ("decorator_list", self.list(&node.decorator_list, |d| self.expression(&d.expression))?),
                    ("returns", self.optional(node.returns.as_deref(), |e| self.expression(e))?),
                    ("type_comment", Value::NONE),
                    ("type_params", self.type_parameters(node.type_params.as_deref())?),
                ];
                self.node(class, self.definition_range(range, &node.decorator_list), &fields)
            }
            Stmt::ClassDef(node) => {
                let (bases, keywords) = self.arguments(node.arguments.as_deref())?;
                let fields = [
                    ("name", self.name(&node.name)?),
                    ("bases", bases),
                    ("keywords", keywords),
                    ("body", self.statements(&node.body)?),
                    ("decorator_list", self.list(&node.decorator_list, |d| self.expression(&d.expression))?),
                    ("type_params", self.type_parameters(node.type_params.as_deref())?),
                ];
                self.node("ClassDef", self.definition_range(range, &node.decorator_list), &fields)
            }
            Stmt::Return(node) => {
                let value = self.optional(node.value.as_deref(), |e| self.expression(e))?;
                self.node("Return", range, &[("value", value)])
            }
            Stmt::Delete(node) => self.node("Delete", range, &[("targets", self.expressions(&node.targets)?)]),
            Stmt::TypeAlias(node) => {
                let fields = [
                    ("name", self.expression(&node.name)?),
                    ("type_params", self.type_parameters(node.type_params.as_deref())?),
                    ("value", self.expression(&node.value)?),
                ];
                self.node("TypeAlias", range, &fields)
            }
            Stmt::Assign(node) => {
                let (targets, value) = (self.expressions(&node.targets)?, self.expression(&node.value)?);
                self.node("Assign", range, &[("targets", targets), ("value", value), ("type_comment", Value::NONE)])
            }
            Stmt::AugAssign(node) => {
                let (target, value) = (self.expression(&node.target)?, self.expression(&node.value)?);
                let op = self.operator(node.op)?;
                self.node("AugAssign", range, &[("target", target), ("op", op), ("value", value)])
            }
            Stmt::AnnAssign(node) => {
                let fields = [
                    ("target", self.expression(&node.target)?),
                    ("annotation", self.expression(&node.annotation)?),
                    ("value", self.optional(node.value.as_deref(), |e| self.expression(e))?),
                    ("simple", self.number(u32::from(node.simple))),
                ];
                self.node("AnnAssign", range, &fields)
            }
            Stmt::For(node) => {
                let fields = [
                    ("target", self.expression(&node.target)?),
                    ("iter", self.expression(&node.iter)?),
                    ("body", self.statements(&node.body)?),
                    ("orelse", self.statements(&node.orelse)?),
                    ("type_comment", Value::NONE),
                ];
                self.node(if node.is_async { "AsyncFor" } else { "For" }, range, &fields)
            }
            Stmt::While(node) => {
                let fields = [
                    ("test", self.expression(&node.test)?),
                    ("body", self.statements(&node.body)?),
                    ("orelse", self.statements(&node.orelse)?),
                ];
                self.node("While", range, &fields)
            }
            Stmt::If(node) => {
                let orelse = self.elif(&node.elif_else_clauses, range.end())?;
                let fields = [
                    ("test", self.expression(&node.test)?),
                    ("body", self.statements(&node.body)?),
                    ("orelse", orelse),
                ];
                self.node("If", range, &fields)
            }
            Stmt::With(node) => {
                let items = self.list(&node.items, |item| {
                    let fields = [
                        ("context_expr", self.expression(&item.context_expr)?),
                        ("optional_vars", self.optional(item.optional_vars.as_deref(), |e| self.expression(e))?),
                    ];
                    self.plain("withitem", &fields)
                })?;
                let fields = [("items", items), ("body", self.statements(&node.body)?), ("type_comment", Value::NONE)];
                self.node(if node.is_async { "AsyncWith" } else { "With" }, range, &fields)
            }
            Stmt::Match(node) => {
                let cases = self.list(&node.cases, |case| {
                    let fields = [
                        ("pattern", self.pattern(&case.pattern)?),
                        ("guard", self.optional(case.guard.as_deref(), |e| self.expression(e))?),
                        ("body", self.statements(&case.body)?),
                    ];
                    self.plain("match_case", &fields)
                })?;
                self.node("Match", range, &[("subject", self.expression(&node.subject)?), ("cases", cases)])
            }
            Stmt::Raise(node) => {
                let exc = self.optional(node.exc.as_deref(), |e| self.expression(e))?;
                let cause = self.optional(node.cause.as_deref(), |e| self.expression(e))?;
                self.node("Raise", range, &[("exc", exc), ("cause", cause)])
            }
            Stmt::Try(node) => {
                let fields = [
                    ("body", self.statements(&node.body)?),
                    ("handlers", self.list(&node.handlers, |handler| self.handler(handler))?),
                    ("orelse", self.statements(&node.orelse)?),
                    ("finalbody", self.statements(&node.finalbody)?),
                ];
                self.node(if node.is_star { "TryStar" } else { "Try" }, range, &fields)
            }
            Stmt::Assert(node) => {
                let msg = self.optional(node.msg.as_deref(), |e| self.expression(e))?;
                self.node("Assert", range, &[("test", self.expression(&node.test)?), ("msg", msg)])
            }
            Stmt::Import(node) => self.node("Import", range, &[("names", self.aliases(&node.names)?)]),
            Stmt::ImportFrom(node) => {
                let fields = [
                    ("module", self.optional(node.module.as_ref(), |name| self.name(name))?),
                    ("names", self.aliases(&node.names)?),
                    ("level", self.number(node.level)),
                ];
                self.node("ImportFrom", range, &fields)
            }
            Stmt::Global(node) => {
                self.node("Global", range, &[("names", self.list(&node.names, |name| self.name(name))?)])
            }
            Stmt::Nonlocal(node) => {
                self.node("Nonlocal", range, &[("names", self.list(&node.names, |name| self.name(name))?)])
            }
            Stmt::Expr(node) => self.node("Expr", range, &[("value", self.expression(&node.value)?)]),
            Stmt::Pass(_) => self.node("Pass", range, &[]),
            Stmt::Break(_) => self.node("Break", range, &[]),
            Stmt::Continue(_) => self.node("Continue", range, &[]),
            Stmt::IpyEscapeCommand(_) => unreachable!("the parser is not in notebook mode"),
        }
    }

    /// `elif` is an `If` in the `orelse` of the one before.
    fn elif(&self, clauses: &[ast::ElifElseClause], end: TextSize) -> PyResult<Value> {
        let Some((first, rest)) = clauses.split_first() else { return Ok(self.empty_list()) };
        match &first.test {
            None => self.statements(&first.body),
            Some(test) => {
                let orelse = self.elif(rest, end)?;
                let fields =
                    [("test", self.expression(test)?), ("body", self.statements(&first.body)?), ("orelse", orelse)];
                let node = self.node("If", Self::range(first.range().start(), end), &fields)?;
                Ok(List::new(self.thread, &[node]).value())
            }
        }
    }

    fn handler(&self, handler: &ast::ExceptHandler) -> PyResult<Value> {
        let ast::ExceptHandler::ExceptHandler(node) = handler;
        let fields = [
            ("type", self.optional(node.type_.as_deref(), |e| self.expression(e))?),
            ("name", self.optional(node.name.as_ref(), |name| self.name(name))?),
            ("body", self.statements(&node.body)?),
        ];
        self.node("ExceptHandler", node.range, &fields)
    }

    fn aliases(&self, names: &[ast::Alias]) -> PyResult<Value> {
        self.list(names, |alias| {
            let asname = self.optional(alias.asname.as_ref(), |name| self.name(name))?;
            self.node("alias", alias.range, &[("name", self.name(&alias.name)?), ("asname", asname)])
        })
    }

    // ---- parameters and arguments ----

    fn parameters(&self, parameters: Option<&ast::Parameters>) -> PyResult<Value> {
        let Some(node) = parameters else {
            let list = || self.empty_list();
            let fields = [
                ("posonlyargs", list()),
                ("args", list()),
                ("vararg", Value::NONE),
                ("kwonlyargs", list()),
                ("kw_defaults", list()),
                ("kwarg", Value::NONE),
                ("defaults", list()),
            ];
            return self.plain("arguments", &fields);
        };
        let positional = node.posonlyargs.iter().chain(&node.args);
        let fields = [
            ("posonlyargs", self.list(&node.posonlyargs, |p| self.parameter(&p.parameter))?),
            ("args", self.list(&node.args, |p| self.parameter(&p.parameter))?),
            ("vararg", self.optional(node.vararg.as_deref(), |p| self.parameter(p))?),
            ("kwonlyargs", self.list(&node.kwonlyargs, |p| self.parameter(&p.parameter))?),
            (
                "kw_defaults",
                self.list(&node.kwonlyargs, |p| self.optional(p.default.as_deref(), |e| self.expression(e)))?,
            ),
            ("kwarg", self.optional(node.kwarg.as_deref(), |p| self.parameter(p))?),
            ("defaults", self.list(positional.filter_map(|p| p.default.as_deref()), |e| self.expression(e))?),
        ];
        self.plain("arguments", &fields)
    }

    fn parameter(&self, node: &ast::Parameter) -> PyResult<Value> {
        let fields = [
            ("arg", self.name(&node.name)?),
            ("annotation", self.optional(node.annotation.as_deref(), |e| self.expression(e))?),
            ("type_comment", Value::NONE),
        ];
        // `*args` starts at the name.
        self.node("arg", Self::range(node.name.start(), node.range.end()), &fields)
    }

    /// Positional arguments and keywords.
    fn arguments(&self, arguments: Option<&ast::Arguments>) -> PyResult<(Value, Value)> {
        let Some(node) = arguments else { return Ok((self.empty_list(), self.empty_list())) };
        let keywords = self.list(&node.keywords, |keyword| {
            let arg = self.optional(keyword.arg.as_ref(), |name| self.name(name))?;
            self.node("keyword", keyword.range, &[("arg", arg), ("value", self.expression(&keyword.value)?)])
        })?;
        Ok((self.expressions(&node.args)?, keywords))
    }

    fn type_parameters(&self, parameters: Option<&ast::TypeParams>) -> PyResult<Value> {
        let Some(node) = parameters else { return Ok(self.empty_list()) };
        self.list(&node.type_params, |parameter| {
            let range = parameter.range();
            let default = |value: &Option<Box<Expr>>| self.optional(value.as_deref(), |e| self.expression(e));
            match parameter {
                TypeParam::TypeVar(node) => {
                    let fields = [
                        ("name", self.name(&node.name)?),
                        ("bound", default(&node.bound)?),
                        ("default_value", default(&node.default)?),
                    ];
                    self.node("TypeVar", range, &fields)
                }
                TypeParam::TypeVarTuple(node) => {
                    let fields = [("name", self.name(&node.name)?), ("default_value", default(&node.default)?)];
                    self.node("TypeVarTuple", range, &fields)
                }
                TypeParam::ParamSpec(node) => {
                    let fields = [("name", self.name(&node.name)?), ("default_value", default(&node.default)?)];
                    self.node("ParamSpec", range, &fields)
                }
            }
        })
    }

    // ---- expressions ----

    fn expressions<'s>(&self, items: impl IntoIterator<Item = &'s Expr>) -> PyResult<Value> {
        self.list(items, |item| self.expression(item))
    }

    fn operator(&self, operator: ast::Operator) -> PyResult<Value> {
        use ast::Operator::{Add, BitAnd, BitOr, BitXor, Div, FloorDiv, LShift, MatMult, Mod, Mult, Pow, RShift, Sub};
        let name = match operator {
            Add => "Add",
            Sub => "Sub",
            Mult => "Mult",
            MatMult => "MatMult",
            Div => "Div",
            Mod => "Mod",
            Pow => "Pow",
            LShift => "LShift",
            RShift => "RShift",
            BitOr => "BitOr",
            BitXor => "BitXor",
            BitAnd => "BitAnd",
            FloorDiv => "FloorDiv",
        };
        self.plain(name, &[])
    }

    fn comparison(&self, operator: ast::CmpOp) -> PyResult<Value> {
        use ast::CmpOp::{Eq, Gt, GtE, In, Is, IsNot, Lt, LtE, NotEq, NotIn};
        let name = match operator {
            Eq => "Eq",
            NotEq => "NotEq",
            Lt => "Lt",
            LtE => "LtE",
            Gt => "Gt",
            GtE => "GtE",
            Is => "Is",
            IsNot => "IsNot",
            In => "In",
            NotIn => "NotIn",
        };
        self.plain(name, &[])
    }

    fn expression(&self, expression: &Expr) -> PyResult<Value> {
        self.thread.check_native_stack(" during ast construction")?;
        let (thread, range) = (self.thread, expression.range());
        let make = |class: &str, fields: Fields<'_>| self.node(class, range, fields);
        match expression {
            Expr::BoolOp(node) => {
                let op = self.plain(if node.op == ast::BoolOp::And { "And" } else { "Or" }, &[])?;
                make("BoolOp", &[("op", op), ("values", self.expressions(&node.values)?)])
            }
            Expr::Named(node) => make(
                "NamedExpr",
                &[("target", self.expression(&node.target)?), ("value", self.expression(&node.value)?)],
            ),
            Expr::BinOp(node) => {
                let (left, right) = (self.expression(&node.left)?, self.expression(&node.right)?);
                make("BinOp", &[("left", left), ("op", self.operator(node.op)?), ("right", right)])
            }
            Expr::UnaryOp(node) => {
                let name = match node.op {
                    ast::UnaryOp::Invert => "Invert",
                    ast::UnaryOp::Not => "Not",
                    ast::UnaryOp::UAdd => "UAdd",
                    ast::UnaryOp::USub => "USub",
                };
                make("UnaryOp", &[("op", self.plain(name, &[])?), ("operand", self.expression(&node.operand)?)])
            }
            Expr::Lambda(node) => {
                let args = self.parameters(node.parameters.as_deref())?;
                make("Lambda", &[("args", args), ("body", self.expression(&node.body)?)])
            }
            Expr::If(node) => {
                let fields = [
                    ("test", self.expression(&node.test)?),
                    ("body", self.expression(&node.body)?),
                    ("orelse", self.expression(&node.orelse)?),
                ];
                make("IfExp", &fields)
            }
            Expr::Dict(node) => {
                let keys =
                    self.list(&node.items, |item| self.optional(item.key.as_ref(), |key| self.expression(key)))?;
                let values = self.list(&node.items, |item| self.expression(&item.value))?;
                make("Dict", &[("keys", keys), ("values", values)])
            }
            Expr::Set(node) => make("Set", &[("elts", self.expressions(&node.elts)?)]),
            Expr::ListComp(node) => self.comprehension("ListComp", range, &node.elt, &node.generators),
            Expr::SetComp(node) => self.comprehension("SetComp", range, &node.elt, &node.generators),
            Expr::Generator(node) => self.comprehension("GeneratorExp", range, &node.elt, &node.generators),
            Expr::DictComp(node) => {
                let fields = [
                    ("key", self.optional(node.key.as_deref(), |e| self.expression(e))?),
                    ("value", self.expression(&node.value)?),
                    ("generators", self.generators(&node.generators)?),
                ];
                make("DictComp", &fields)
            }
            Expr::Await(node) => make("Await", &[("value", self.expression(&node.value)?)]),
            Expr::Yield(node) => {
                make("Yield", &[("value", self.optional(node.value.as_deref(), |e| self.expression(e))?)])
            }
            Expr::YieldFrom(node) => make("YieldFrom", &[("value", self.expression(&node.value)?)]),
            Expr::Compare(node) => {
                let fields = [
                    ("left", self.expression(&node.left)?),
                    ("ops", self.list(node.ops.iter(), |op| self.comparison(*op))?),
                    ("comparators", self.expressions(&node.comparators)?),
                ];
                make("Compare", &fields)
            }
            Expr::Call(node) => {
                let (args, keywords) = self.arguments(Some(&node.arguments))?;
                make("Call", &[("func", self.expression(&node.func)?), ("args", args), ("keywords", keywords)])
            }
            Expr::FString(node) => {
                let mut parts = Parts::default();
                for part in &node.value {
                    match part {
                        ast::FStringPart::Literal(literal) => parts.text(&literal.value, literal.range()),
                        ast::FStringPart::FString(part) => parts.elements(&part.elements),
                    }
                }
                make("JoinedStr", &[("values", self.parts(&parts, false)?)])
            }
            Expr::TString(node) => {
                let mut parts = Parts::default();
                for part in node.value.iter() {
                    parts.elements(&part.elements);
                }
                make("TemplateStr", &[("values", self.parts(&parts, true)?)])
            }
            Expr::StringLiteral(node) => {
                let is_unicode = node.value.iter().next().is_some_and(|part| part.flags.prefix().is_unicode());
                let kind = if is_unicode { self.text("u") } else { Value::NONE };
                make("Constant", &[("value", Str::new(thread, node.value.to_str()).value()), ("kind", kind)])
            }
            Expr::BytesLiteral(node) => {
                let bytes: Vec<u8> = node.value.bytes().collect();
                self.constant(range, Bytes::new(thread, &bytes).value())
            }
            Expr::NumberLiteral(node) => {
                let value = match &node.value {
                    ast::Number::Int(number) => match number.as_i64() {
                        Some(number) => int::from_i64(thread, number),
                        None => int::text::parse(thread, self.source.slice(range), 0)?.unwrap_or(Value::NONE),
                    },
                    ast::Number::Float(number) => Float::new(thread, *number).value(),
                    ast::Number::Complex { real, imag } => Complex::new(thread, *real, *imag).value(),
                };
                self.constant(range, value)
            }
            Expr::BooleanLiteral(node) => self.constant(range, Value::from_bool(node.value)),
            Expr::NoneLiteral(_) => self.constant(range, Value::NONE),
            Expr::EllipsisLiteral(_) => self.constant(range, Value::ELLIPSIS),
            Expr::Attribute(node) => {
                let fields = [
                    ("value", self.expression(&node.value)?),
                    ("attr", self.name(&node.attr)?),
                    ("ctx", self.context(node.ctx)?),
                ];
                make("Attribute", &fields)
            }
            Expr::Subscript(node) => {
                let fields = [
                    ("value", self.expression(&node.value)?),
                    ("slice", self.expression(&node.slice)?),
                    ("ctx", self.context(node.ctx)?),
                ];
                make("Subscript", &fields)
            }
            Expr::Starred(node) => {
                make("Starred", &[("value", self.expression(&node.value)?), ("ctx", self.context(node.ctx)?)])
            }
            Expr::Name(node) => make("Name", &[("id", self.text(node.id.as_str())), ("ctx", self.context(node.ctx)?)]),
            Expr::List(node) => {
                make("List", &[("elts", self.expressions(&node.elts)?), ("ctx", self.context(node.ctx)?)])
            }
            Expr::Tuple(node) => {
                make("Tuple", &[("elts", self.expressions(&node.elts)?), ("ctx", self.context(node.ctx)?)])
            }
            Expr::Slice(node) => {
                let bound = |bound: &Option<Box<Expr>>| self.optional(bound.as_deref(), |e| self.expression(e));
                let fields =
                    [("lower", bound(&node.lower)?), ("upper", bound(&node.upper)?), ("step", bound(&node.step)?)];
                make("Slice", &fields)
            }
            Expr::IpyEscapeCommand(_) => unreachable!("the parser is not in notebook mode"),
        }
    }

    fn comprehension(
        &self,
        class: &str,
        range: TextRange,
        element: &Expr,
        generators: &[ast::Comprehension],
    ) -> PyResult<Value> {
        let fields = [("elt", self.expression(element)?), ("generators", self.generators(generators)?)];
        self.node(class, range, &fields)
    }

    fn generators(&self, generators: &[ast::Comprehension]) -> PyResult<Value> {
        self.list(generators, |generator| {
            let fields = [
                ("target", self.expression(&generator.target)?),
                ("iter", self.expression(&generator.iter)?),
                ("ifs", self.expressions(&generator.ifs)?),
                ("is_async", self.number(u32::from(generator.is_async))),
            ];
            self.plain("comprehension", &fields)
        })
    }

    // ---- f-strings ----

    fn parts(&self, parts: &Parts<'_>, template: bool) -> PyResult<Value> {
        self.list(&parts.parts, |part| match part {
            Part::Text(text, range) => self.constant(*range, Str::new(self.thread, text).value()),
            Part::Field(field) => self.field(field, template),
        })
    }

    fn field(&self, field: &ast::InterpolatedElement, template: bool) -> PyResult<Value> {
        let conversion = match field.conversion {
            ast::ConversionFlag::None if field.debug_text.is_some() && field.format_spec.is_none() => 114,
            ast::ConversionFlag::None => -1,
            ast::ConversionFlag::Str => 115,
            ast::ConversionFlag::Repr => 114,
            ast::ConversionFlag::Ascii => 97,
        };
        let spec = self.optional(field.format_spec.as_deref(), |spec| {
            let mut parts = Parts::default();
            parts.elements(&spec.elements);
            // From the colon on.
            let range = TextRange::new(spec.range.start() - TextSize::from(1), spec.range.end());
            self.node("JoinedStr", range, &[("values", self.parts(&parts, false)?)])
        })?;
        let value = ("value", self.expression(&field.expression)?);
        let conversion = ("conversion", Value::small_wrapping(conversion));
        if !template {
            return self.node("FormattedValue", field.range, &[value, conversion, ("format_spec", spec)]);
        }
        let text = self.text(self.source.slice(field.expression.range()));
        self.node("Interpolation", field.range, &[value, ("str", text), conversion, ("format_spec", spec)])
    }

    // ---- patterns ----

    fn patterns<'s>(&self, items: impl IntoIterator<Item = &'s Pattern>) -> PyResult<Value> {
        self.list(items, |item| self.pattern(item))
    }

    fn pattern(&self, pattern: &Pattern) -> PyResult<Value> {
        self.thread.check_native_stack(" during ast construction")?;
        let range = pattern.range();
        let make = |class: &str, fields: Fields<'_>| self.node(class, range, fields);
        let optional_name = |name: &Option<ast::Identifier>| self.optional(name.as_ref(), |name| self.name(name));
        match pattern {
            Pattern::MatchValue(node) => make("MatchValue", &[("value", self.expression(&node.value)?)]),
            Pattern::MatchSingleton(node) => {
                let value = match node.value {
                    ast::Singleton::None => Value::NONE,
                    ast::Singleton::True => Value::TRUE,
                    ast::Singleton::False => Value::FALSE,
                };
                make("MatchSingleton", &[("value", value)])
            }
            Pattern::MatchSequence(node) => make("MatchSequence", &[("patterns", self.patterns(&node.patterns)?)]),
            Pattern::MatchMapping(node) => {
                let fields = [
                    ("keys", self.expressions(&node.keys)?),
                    ("patterns", self.patterns(&node.patterns)?),
                    ("rest", optional_name(&node.rest)?),
                ];
                make("MatchMapping", &fields)
            }
            Pattern::MatchClass(node) => {
                let keywords = &node.arguments.keywords;
                let fields = [
                    ("cls", self.expression(&node.cls)?),
                    ("patterns", self.patterns(&node.arguments.patterns)?),
                    ("kwd_attrs", self.list(keywords, |keyword| self.name(&keyword.attr))?),
                    ("kwd_patterns", self.list(keywords, |keyword| self.pattern(&keyword.pattern))?),
                ];
                make("MatchClass", &fields)
            }
            Pattern::MatchStar(node) => make("MatchStar", &[("name", optional_name(&node.name)?)]),
            Pattern::MatchAs(node) => {
                let inner = self.optional(node.pattern.as_deref(), |inner| self.pattern(inner))?;
                make("MatchAs", &[("pattern", inner), ("name", optional_name(&node.name)?)])
            }
            Pattern::MatchOr(node) => make("MatchOr", &[("patterns", self.patterns(&node.patterns)?)]),
        }
    }
}

/// Texts and fields of an interpolated string; texts side by side are one.
#[derive(Default)]
struct Parts<'a> {
    parts: Vec<Part<'a>>,
}

enum Part<'a> {
    Text(String, TextRange),
    Field(&'a ast::InterpolatedElement),
}

impl<'a> Parts<'a> {
    fn text(&mut self, text: &str, range: TextRange) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Text(before, whole)) => {
                before.push_str(text);
                *whole = whole.cover(range);
            }
            _ => self.parts.push(Part::Text(text.to_owned(), range)),
        }
    }

    fn elements(&mut self, elements: &'a [Element]) {
        for element in elements {
            match element {
                Element::Literal(literal) => self.text(&literal.value, literal.range()),
                Element::Interpolation(field) => {
                    if let Some(debug) = &field.debug_text {
                        // Behind the brace.
                        let length = TextSize::of(debug.as_str());
                        self.text(debug.as_str(), TextRange::at(field.range().start() + TextSize::from(1), length));
                    }
                    self.parts.push(Part::Field(field));
                }
            }
        }
    }
}
