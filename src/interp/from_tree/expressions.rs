//! Expressions of trees that Python programs hold.

use super::*;
use ruff_python_ast::str_prefix::{FStringPrefix, StringLiteralPrefix};
use taipan_runtime::types::set::Set;

impl Reader<'_> {
    pub(super) fn expression(&self, node: &Node, name: &str) -> PyResult<Expr> {
        self.expression_in(self.required(node, name)?, ExprContext::Load)
    }

    pub(super) fn optional_expression(&self, node: &Node, name: &str) -> PyResult<Option<Box<Expr>>> {
        let Some(value) = self.field(node, name)? else { return Ok(None) };
        Ok(Some(Box::new(self.expression_in(value, ExprContext::Load)?)))
    }

    pub(super) fn target(&self, node: &Node, name: &str, context: ExprContext) -> PyResult<Expr> {
        self.expression_in(self.required(node, name)?, context)
    }

    pub(super) fn targets(&self, node: &Node, context: ExprContext) -> PyResult<Vec<Expr>> {
        let targets = self.list(node, "targets", |value| self.expression_in(value, context))?;
        self.filled(node, "targets", targets)
    }

    fn expressions(&self, node: &Node, name: &str) -> PyResult<Vec<Expr>> {
        self.list(node, name, |value| self.expression_in(value, ExprContext::Load))
    }

    /// The context an expression has, if it is one that has any.
    fn check_context(&self, node: &Node, wanted: ExprContext) -> PyResult<()> {
        let label = |context: ExprContext| match context {
            ExprContext::Load | ExprContext::Invalid => "Load",
            ExprContext::Store => "Store",
            ExprContext::Del => "Del",
        };
        let has_context = matches!(&*node.class, "Attribute" | "Subscript" | "Starred" | "Name" | "List" | "Tuple");
        if !has_context {
            if wanted == ExprContext::Load {
                return Ok(());
            }
            let message = format!("expression which can't be assigned to in {} context", label(wanted));
            return Err(self.thread.raise_value_error(message));
        }
        let given = self.node(self.required(node, "ctx")?, "expr_context")?;
        if *given.class != *label(wanted) {
            let message = format!("expression must have {} context but has {} instead", label(wanted), given.class);
            return Err(self.thread.raise_value_error(message));
        }
        Ok(())
    }

    /// Reads an expression that is used in `ctx`.
    pub(super) fn expression_in(&self, value: Value, ctx: ExprContext) -> PyResult<Expr> {
        if value.is_none() {
            return Err(self.thread.raise_value_error("None disallowed in expression list"));
        }
        self.below(value, "expr", |node| self.expression_of(node, ctx))
    }

    fn expression_of(&self, node: &Node, ctx: ExprContext) -> PyResult<Expr> {
        if !is_expression(&node.class) {
            return Err(self.not_some(node.value, "expr"));
        }
        let range = self.range(node, "expr")?;
        self.check_context(node, ctx)?;
        let node_index = AtomicNodeIndex::NONE;
        let boxed = |name: &str| Ok(Box::new(self.expression(node, name)?));
        let optional = |name: &str| self.optional_expression(node, name);
        Ok(match &*node.class {
            "BoolOp" => {
                let op = match &*self.operator_name(node)? {
                    "And" => ast::BoolOp::And,
                    "Or" => ast::BoolOp::Or,
                    _ => return Err(self.not_some(self.required(node, "op")?, "boolop")),
                };
                let values = self.expressions(node, "values")?;
                if values.len() < 2 {
                    return Err(self.thread.raise_value_error("BoolOp with less than 2 values"));
                }
                Expr::BoolOp(ast::ExprBoolOp { node_index, range, op, values })
            }
            "NamedExpr" => {
                let target = Box::new(self.target(node, "target", ExprContext::Store)?);
                if !target.is_name_expr() {
                    return Err(self.thread.raise_type_error("NamedExpr target must be a Name"));
                }
                Expr::Named(ast::ExprNamed { node_index, range, target, value: boxed("value")? })
            }
            "BinOp" => {
                let (left, right) = (boxed("left")?, boxed("right")?);
                let op = self.operator(self.required(node, "op")?)?;
                Expr::BinOp(ast::ExprBinOp { node_index, range, left, op, right })
            }
            "UnaryOp" => {
                let op = match &*self.operator_name(node)? {
                    "Invert" => ast::UnaryOp::Invert,
                    "Not" => ast::UnaryOp::Not,
                    "UAdd" => ast::UnaryOp::UAdd,
                    "USub" => ast::UnaryOp::USub,
                    _ => return Err(self.not_some(self.required(node, "op")?, "unaryop")),
                };
                Expr::UnaryOp(ast::ExprUnaryOp { node_index, range, op, operand: boxed("operand")? })
            }
            "Lambda" => Expr::Lambda(ast::ExprLambda {
                node_index,
                range,
                parameters: Some(Box::new(self.parameters(self.required(node, "args")?)?)),
                body: boxed("body")?,
            }),
            "IfExp" => Expr::If(ast::ExprIf {
                node_index,
                range,
                test: boxed("test")?,
                body: boxed("body")?,
                orelse: boxed("orelse")?,
            }),
            "Dict" => {
                let keys = self.list(node, "keys", |key| match key {
                    Value::NONE => Ok(None),
                    key => Ok(Some(self.expression_in(key, ExprContext::Load)?)),
                })?;
                let values = self.expressions(node, "values")?;
                if keys.len() != values.len() {
                    return Err(self.thread.raise_value_error("Dict doesn't have the same number of keys as values"));
                }
                let items = keys.into_iter().zip(values).map(|(key, value)| ast::DictItem { key, value });
                Expr::Dict(ast::ExprDict { node_index, range, items: items.collect() })
            }
            "Set" => Expr::Set(ast::ExprSet { node_index, range, elts: self.expressions(node, "elts")? }),
            "ListComp" => {
                let (elt, generators) = (boxed("elt")?, self.generators(node)?);
                Expr::ListComp(ast::ExprListComp { node_index, range, elt, generators })
            }
            "SetComp" => {
                let (elt, generators) = (boxed("elt")?, self.generators(node)?);
                Expr::SetComp(ast::ExprSetComp { node_index, range, elt, generators })
            }
            "GeneratorExp" => {
                let (elt, generators) = (boxed("elt")?, self.generators(node)?);
                Expr::Generator(ast::ExprGenerator { node_index, range, elt, generators, parenthesized: true })
            }
            "DictComp" => {
                let (key, value) = (Some(boxed("key")?), boxed("value")?);
                Expr::DictComp(ast::ExprDictComp { node_index, range, key, value, generators: self.generators(node)? })
            }
            "Await" => Expr::Await(ast::ExprAwait { node_index, range, value: boxed("value")? }),
            "Yield" => Expr::Yield(ast::ExprYield { node_index, range, value: optional("value")? }),
            "YieldFrom" => Expr::YieldFrom(ast::ExprYieldFrom { node_index, range, value: boxed("value")? }),
            "Compare" => {
                let left = boxed("left")?;
                let ops = self.list(node, "ops", |op| self.comparison(op))?;
                let comparators = self.expressions(node, "comparators")?;
                if comparators.is_empty() {
                    return Err(self.thread.raise_value_error("Compare with no comparators"));
                }
                if comparators.len() != ops.len() {
                    let message = "Compare has a different number of comparators and operands";
                    return Err(self.thread.raise_value_error(message));
                }
                let (ops, comparators) = (ops.into(), comparators.into());
                Expr::Compare(ast::ExprCompare { node_index, range, left, ops, comparators })
            }
            "Call" => {
                let func = boxed("func")?;
                let from = func.end().clamp(range.start(), range.end());
                let arguments = self.arguments(node, "args", TextRange::new(from, range.end()))?;
                Expr::Call(ast::ExprCall { node_index, range_start: range.start(), func, arguments })
            }
            "JoinedStr" => self.joined(node, range)?,
            "FormattedValue" => self.interpolated(vec![self.element(node, range)?], range),
            "TemplateStr" | "Interpolation" => return Err(self.unsupported("template strings")),
            "Constant" => self.constant(self.constant_value(node)?, range)?,
            "Attribute" => {
                let value = boxed("value")?;
                let name = self.name_of(self.required(node, "attr")?)?;
                // The name is what the expression ends with.
                let length = TextSize::try_from(name.len()).unwrap_or_default();
                let start = range.end().checked_sub(length).unwrap_or_default().clamp(range.start(), range.end());
                let attr = Identifier::new(name, TextRange::new(start, range.end()));
                Expr::Attribute(ast::ExprAttribute { node_index, range, value, attr, ctx })
            }
            "Subscript" => {
                let (value, slice) = (boxed("value")?, boxed("slice")?);
                Expr::Subscript(ast::ExprSubscript { node_index, range, value, slice, ctx })
            }
            "Starred" => {
                let value = Box::new(self.target(node, "value", ctx)?);
                Expr::Starred(ast::ExprStarred { node_index, range, value, ctx })
            }
            "Name" => {
                let id = self.name_of(self.required(node, "id")?)?;
                Expr::Name(ast::ExprName { node_index, range, id: id.into(), ctx })
            }
            "List" => {
                let elts = self.list(node, "elts", |value| self.expression_in(value, ctx))?;
                Expr::List(ast::ExprList { node_index, range, elts, ctx })
            }
            "Tuple" => {
                let elts = self.list(node, "elts", |value| self.expression_in(value, ctx))?;
                Expr::Tuple(ast::ExprTuple { node_index, range, elts, ctx, parenthesized: true })
            }
            "Slice" => {
                let (lower, upper, step) = (optional("lower")?, optional("upper")?, optional("step")?);
                Expr::Slice(ast::ExprSlice { node_index, range, lower, upper, step })
            }
            _ => return Err(self.not_some(node.value, "expr")),
        })
    }

    fn operator_name(&self, node: &Node) -> PyResult<Rc<str>> {
        let value = self.required(node, "op")?;
        Ok(self.class(value)?.unwrap_or_else(|| "".into()))
    }

    pub(super) fn operator(&self, value: Value) -> PyResult<ast::Operator> {
        use ast::Operator::{Add, BitAnd, BitOr, BitXor, Div, FloorDiv, LShift, MatMult, Mod, Mult, Pow, RShift, Sub};
        let all = [
            ("Add", Add),
            ("Sub", Sub),
            ("Mult", Mult),
            ("MatMult", MatMult),
            ("Div", Div),
            ("Mod", Mod),
            ("Pow", Pow),
            ("LShift", LShift),
            ("RShift", RShift),
            ("BitOr", BitOr),
            ("BitXor", BitXor),
            ("BitAnd", BitAnd),
            ("FloorDiv", FloorDiv),
        ];
        self.one_of(value, "operator", &all)
    }

    fn comparison(&self, value: Value) -> PyResult<ast::CmpOp> {
        use ast::CmpOp::{Eq, Gt, GtE, In, Is, IsNot, Lt, LtE, NotEq, NotIn};
        let all = [
            ("Eq", Eq),
            ("NotEq", NotEq),
            ("Lt", Lt),
            ("LtE", LtE),
            ("Gt", Gt),
            ("GtE", GtE),
            ("Is", Is),
            ("IsNot", IsNot),
            ("In", In),
            ("NotIn", NotIn),
        ];
        self.one_of(value, "cmpop", &all)
    }

    fn one_of<T: Copy>(&self, value: Value, sort: &str, all: &[(&str, T)]) -> PyResult<T> {
        let class = self.class(value)?.unwrap_or_else(|| "".into());
        match all.iter().find(|(name, _)| *name == &*class) {
            Some((_, operator)) => Ok(*operator),
            None => Err(self.not_some(value, sort)),
        }
    }

    fn generators(&self, node: &Node) -> PyResult<Vec<ast::Comprehension>> {
        let generators = self.list(node, "generators", |value| {
            self.below(value, "comprehension", |node| {
                let target = self.target(node, "target", ExprContext::Store)?;
                let iter = self.expression(node, "iter")?;
                Ok(ast::Comprehension {
                    range: TextRange::new(target.start(), iter.end().max(target.start())),
                    node_index: AtomicNodeIndex::NONE,
                    target,
                    iter,
                    ifs: self.expressions(node, "ifs")?,
                    is_async: self.integer(node, "is_async")?.unwrap_or(0) != 0,
                })
            })
        })?;
        if generators.is_empty() {
            return Err(self.thread.raise_value_error("comprehension with no generators"));
        }
        Ok(generators)
    }

    // ---- constants ----

    pub(super) fn constant_value(&self, node: &Node) -> PyResult<Value> {
        let thread = self.thread;
        let name = thread.vm().interner.intern_text(thread, "value");
        match attr::get_optional(thread, node.value, name)? {
            Some(value) => Ok(value),
            None => Err(thread.raise_type_error("required field \"value\" missing from Constant")),
        }
    }

    /// The expression that has this value.
    fn constant(&self, value: Value, range: TextRange) -> PyResult<Expr> {
        let node_index = AtomicNodeIndex::NONE;
        let number = |value: ast::Number| {
            Expr::NumberLiteral(ast::ExprNumberLiteral { node_index: AtomicNodeIndex::NONE, range, value })
        };
        match value {
            Value::NONE => return Ok(Expr::NoneLiteral(ast::ExprNoneLiteral { node_index, range })),
            Value::TRUE | Value::FALSE => {
                let value = value == Value::TRUE;
                return Ok(Expr::BooleanLiteral(ast::ExprBooleanLiteral { node_index, range, value }));
            }
            Value::ELLIPSIS => return Ok(Expr::EllipsisLiteral(ast::ExprEllipsisLiteral { node_index, range })),
            _ => {}
        }
        let exact = !self.thread.class_of(value).flag(taipan_runtime::types::type_object::type_flags::HEAP);
        if exact && int::is_int(value) {
            return self.int(value, range);
        }
        if let Some(float) = value.cast::<Float>().filter(|_| exact) {
            return Ok(number(ast::Number::Float(float.value)));
        }
        if let Some(complex) = value.cast::<Complex>().filter(|_| exact) {
            return Ok(number(ast::Number::Complex { real: complex.value.real, imag: complex.value.imag }));
        }
        if value.cast::<Str>().is_some() && exact {
            let text = self.text(value, "string")?;
            let value = ast::StringLiteralValue::single(ast::StringLiteral {
                range,
                node_index: AtomicNodeIndex::NONE,
                value: text.into(),
                // Nothing in the source is to be decoded.
                flags: ast::StringLiteralFlags::empty().with_prefix(StringLiteralPrefix::Raw { uppercase: false }),
            });
            return Ok(Expr::StringLiteral(ast::ExprStringLiteral { node_index, range, value }));
        }
        if let Some(bytes) = value.cast::<Bytes>().filter(|_| exact) {
            let value = ast::BytesLiteralValue::single(ast::BytesLiteral {
                range,
                node_index: AtomicNodeIndex::NONE,
                value: bytes.as_slice().into(),
                flags: ast::BytesLiteralFlags::empty(),
            });
            return Ok(Expr::BytesLiteral(ast::ExprBytesLiteral { node_index, range, value }));
        }
        if let Some(tuple) = value.cast::<Tuple>().filter(|_| exact) {
            let elts: PyResult<Vec<Expr>> = tuple.items().iter().map(|item| self.constant(*item, range)).collect();
            let (elts, ctx) = (elts?, ExprContext::Load);
            return Ok(Expr::Tuple(ast::ExprTuple { node_index, range, elts, ctx, parenthesized: true }));
        }
        if value.cast::<Set>().is_some() {
            return Err(self.unsupported("constants that are frozensets"));
        }
        let message = format!("got an invalid type in Constant: {}", self.thread.type_name(value));
        Err(self.thread.raise_type_error(message))
    }

    fn int(&self, value: Value, range: TextRange) -> PyResult<Expr> {
        let Some(number) = int::to_bigint(value) else { return Err(self.unsupported("this number")) };
        let digits = number.magnitude().to_str_radix(16);
        let parsed = ast::Int::from_str_radix(&digits, 16, &format!("0x{digits}"));
        let Ok(parsed) = parsed else { return Err(self.unsupported("this number")) };
        let node_index = AtomicNodeIndex::NONE;
        let literal =
            Expr::NumberLiteral(ast::ExprNumberLiteral { node_index, range, value: ast::Number::Int(parsed) });
        if number.sign() != num_bigint::Sign::Minus {
            return Ok(literal);
        }
        let node_index = AtomicNodeIndex::NONE;
        Ok(Expr::UnaryOp(ast::ExprUnaryOp { node_index, range, op: ast::UnaryOp::USub, operand: Box::new(literal) }))
    }

    // ---- f-strings ----

    fn joined(&self, node: &Node, range: TextRange) -> PyResult<Expr> {
        Ok(self.interpolated(self.elements(node)?, range))
    }

    fn interpolated(&self, elements: Vec<ast::InterpolatedStringElement>, range: TextRange) -> Expr {
        let value = ast::FStringValue::single(ast::FString {
            range,
            node_index: AtomicNodeIndex::NONE,
            elements: elements.into(),
            flags: ast::FStringFlags::empty().with_prefix(FStringPrefix::Raw { uppercase_r: false }),
        });
        Expr::FString(ast::ExprFString { node_index: AtomicNodeIndex::NONE, range, value })
    }

    fn elements(&self, node: &Node) -> PyResult<Vec<ast::InterpolatedStringElement>> {
        self.list(node, "values", |value| {
            self.below(value, "expr", |part| {
                let range = self.range(part, "expr")?;
                match &*part.class {
                    "Constant" => {
                        let text = self.text(self.constant_value(part)?, "string")?;
                        let literal = ast::InterpolatedStringLiteralElement {
                            range,
                            node_index: AtomicNodeIndex::NONE,
                            value: text.into(),
                        };
                        Ok(ast::InterpolatedStringElement::Literal(literal))
                    }
                    "FormattedValue" => self.element(part, range),
                    // Any expression may stand there; its text is what `str` makes of it.
                    _ => Ok(field_of(
                        self.expression_of(part, ExprContext::Load)?,
                        range,
                        ast::ConversionFlag::None,
                        None,
                    )),
                }
            })
        })
    }

    fn element(&self, node: &Node, range: TextRange) -> PyResult<ast::InterpolatedStringElement> {
        let expression = self.expression(node, "value")?;
        let conversion = match self.integer(node, "conversion")?.unwrap_or(-1) {
            -1 => ast::ConversionFlag::None,
            115 => ast::ConversionFlag::Str,
            114 => ast::ConversionFlag::Repr,
            97 => ast::ConversionFlag::Ascii,
            other => {
                let message = format!("Unrecognized conversion character {other}");
                return Err(self.thread.raise_system_error(message));
            }
        };
        let spec = match self.field(node, "format_spec")? {
            None => None,
            Some(value) => Some(self.below(value, "expr", |spec| {
                let range = self.range(spec, "expr")?;
                let elements = match &*spec.class {
                    "JoinedStr" => self.elements(spec)?,
                    _ => {
                        let inner = self.expression_of(spec, ExprContext::Load)?;
                        vec![field_of(inner, range, ast::ConversionFlag::None, None)]
                    }
                };
                Ok(Box::new(ast::InterpolatedStringFormatSpec {
                    range,
                    node_index: AtomicNodeIndex::NONE,
                    elements: elements.into(),
                }))
            })?),
        };
        Ok(field_of(expression, range, conversion, spec))
    }
}

fn field_of(
    expression: Expr,
    range: TextRange,
    conversion: ast::ConversionFlag,
    format_spec: Option<Box<ast::InterpolatedStringFormatSpec>>,
) -> ast::InterpolatedStringElement {
    ast::InterpolatedStringElement::Interpolation(ast::InterpolatedElement {
        range,
        node_index: AtomicNodeIndex::NONE,
        expression: Box::new(expression),
        debug_text: None,
        conversion,
        format_spec,
    })
}

fn is_expression(class: &str) -> bool {
    const EXPRESSIONS: &[&str] = &[
        "BoolOp",
        "NamedExpr",
        "BinOp",
        "UnaryOp",
        "Lambda",
        "IfExp",
        "Dict",
        "Set",
        "ListComp",
        "SetComp",
        "DictComp",
        "GeneratorExp",
        "Await",
        "Yield",
        "YieldFrom",
        "Compare",
        "Call",
        "FormattedValue",
        "Interpolation",
        "JoinedStr",
        "TemplateStr",
        "Constant",
        "Attribute",
        "Subscript",
        "Starred",
        "Name",
        "List",
        "Tuple",
        "Slice",
    ];
    EXPRESSIONS.contains(&class)
}
