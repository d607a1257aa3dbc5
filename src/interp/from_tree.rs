//! Compiling syntax trees that Python programs hold: `compile(ast.Module(...), ...)`.
//!
//! What lives here: from instances of the classes of `_ast` to the parser's tree, with the checks that CPython makes
//! on the way. What must not: compiling, and the way there ([`super::tree`]). Start at [`compile_tree`].
//!
//! The parser's tree knows places as offsets into a source, and these trees have none: they get a source of blanks in
//! which each line has [`LINE_WIDTH`] columns. Where the definition behind decorators starts stands a letter, since the
//! compiler looks for it there.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use ruff_python_ast as ast;
use ruff_python_ast::{AtomicNodeIndex, Expr, ExprContext, Identifier, Pattern, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange, TextSize};

use taipan_runtime::dispatch::{attr, text};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::modules::import::import_name;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::complex::Complex;
use taipan_runtime::types::float::Float;
use taipan_runtime::types::int;
use taipan_runtime::types::list::List;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::Type;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{CompileFlags, CompileMode};

use super::compile::{compile_parsed, finish, raise};
use crate::syntax::{SourceText, Tree};

/// Columns of a line in the source of blanks, its newline included.
const LINE_WIDTH: u32 = 256;
/// Lines that such a source may have.
const MOST_LINES: i64 = 1 << 20;

/// The hook `compile_tree`: compiles an instance of `ast.Module`, `ast.Expression` or `ast.Interactive`.
///
/// # Errors
/// TypeError and ValueError for trees that are none, what compiling raises, NotImplementedError for what is not
/// supported: type comments aside, that is template strings and strings with lone surrogates.
pub fn compile_tree(
    thread: &Thread,
    tree: Value,
    filename: &str,
    mode: CompileMode,
    flags: CompileFlags,
) -> PyResult<Gc<CodeObject>> {
    let reader = Reader {
        thread,
        module: import_name(thread, "_ast")?,
        last_line: Cell::new(1),
        definitions: RefCell::default(),
        depth: Cell::new(0),
        deepest: Cell::new(0),
        classes: RefCell::default(),
    };
    let wanted = match mode {
        CompileMode::Module | CompileMode::Exec => "Module",
        CompileMode::Eval => "Expression",
        CompileMode::Single => "Interactive",
    };
    let class = reader.class(tree)?;
    if class.as_deref() != Some(wanted) {
        let message = format!("expected {wanted} node, got {}", thread.type_name(tree));
        return Err(thread.raise_type_error(message));
    }
    let node_index = AtomicNodeIndex::NONE;
    let range = TextRange::default();
    let node = Node { value: tree, class: wanted.into() };
    let parsed = if mode == CompileMode::Eval {
        let body = Box::new(reader.expression(&node, "body")?);
        Tree::Expression(ast::ModExpression { node_index, range, body })
    } else {
        let body = reader.list(&node, "body", |value| reader.statement(value))?;
        Tree::Module(ast::ModModule { node_index, range, body: body.into_iter().collect() })
    };
    let source = SourceText::new(&reader.blanks(), filename);
    match compile_parsed(parsed, reader.deepest.get(), &source, mode, flags) {
        Ok((code, warnings)) => finish(thread, &code, &warnings),
        Err(error) => Err(raise(thread, &error)),
    }
}

/// Trees may be this deep: about as deep as CPython's stack lets them be. One that contains itself is deeper.
const DEEPEST: usize = 20_000;

/// A node: the object, and which class of `_ast` it is an instance of.
struct Node {
    value: Value,
    class: Rc<str>,
}

struct Reader<'a> {
    thread: &'a Thread,
    /// `_ast`.
    module: Value,
    last_line: Cell<u32>,
    /// Where decorated definitions start.
    definitions: RefCell<Vec<TextSize>>,
    depth: Cell<usize>,
    deepest: Cell<usize>,
    /// What [`Reader::class`] found, by the address of the object's class.
    classes: RefCell<HashMap<usize, Option<Rc<str>>>>,
}

impl Reader<'_> {
    /// The source of blanks.
    fn blanks(&self) -> String {
        let mut line = vec![b' '; LINE_WIDTH as usize];
        line[LINE_WIDTH as usize - 1] = b'\n';
        let mut bytes = line.repeat(self.last_line.get() as usize + 1);
        for definition in self.definitions.borrow().iter() {
            bytes[definition.to_usize()] = b'd';
        }
        String::from_utf8(bytes).unwrap_or_default()
    }

    fn unsupported(&self, what: &str) -> Raised {
        self.thread.raise_not_implemented_error(format!("Taipan does not compile {what} in syntax trees"))
    }

    // ---- nodes and their fields ----

    /// The class of `_ast` that `value` is an instance of.
    fn class(&self, value: Value) -> PyResult<Option<Rc<str>>> {
        let address = self.thread.class_of(value).address();
        if let Some(known) = self.classes.borrow().get(&address) {
            return Ok(known.clone());
        }
        let found: Option<Rc<str>> = self.find_class(value)?.map(Into::into);
        self.classes.borrow_mut().insert(address, found.clone());
        Ok(found)
    }

    fn find_class(&self, value: Value) -> PyResult<Option<String>> {
        let thread = self.thread;
        let Some(mro) = thread.class_of(value).mro.get() else { return Ok(None) };
        for &class in mro.items() {
            let Some(class) = class.cast::<Type>() else { continue };
            let name = class.name_string();
            let known = attr::get_optional(thread, self.module, thread.vm().interner.intern_text(thread, &name))?;
            if known == Some(class.value()) {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    fn node(&self, value: Value, sort: &str) -> PyResult<Node> {
        self.thread.check_native_stack(" during ast construction")?;
        match self.class(value)? {
            Some(class) => Ok(Node { value, class }),
            None => Err(self.not_some(value, sort)),
        }
    }

    /// Reads a node one level further down.
    fn below<T>(&self, value: Value, sort: &str, read: impl FnOnce(&Node) -> PyResult<T>) -> PyResult<T> {
        let node = self.node(value, sort)?;
        self.depth.set(self.depth.get() + 1);
        if self.depth.get() > DEEPEST {
            let message = format!("maximum recursion depth exceeded while traversing '{sort}' node");
            return Err(self.thread.raise_recursion_error(message));
        }
        self.deepest.set(self.deepest.get().max(self.depth.get()));
        let result = read(&node);
        self.depth.set(self.depth.get() - 1);
        result
    }

    fn not_some(&self, value: Value, sort: &str) -> Raised {
        match text::repr(self.thread, value) {
            Ok(shown) => {
                let shown = shown.to_str_lossy(self.thread).into_owned();
                self.thread.raise_type_error(format!("expected some sort of {sort}, but got {shown}"))
            }
            Err(raised) => raised,
        }
    }

    /// A field; `None` if it is absent or None.
    fn field(&self, node: &Node, name: &str) -> PyResult<Option<Value>> {
        let name = self.thread.vm().interner.intern_text(self.thread, name);
        Ok(attr::get_optional(self.thread, node.value, name)?.filter(|value| !value.is_none()))
    }

    fn required(&self, node: &Node, name: &str) -> PyResult<Value> {
        let class = &node.class;
        let thread = self.thread;
        match attr::get_optional(thread, node.value, thread.vm().interner.intern_text(thread, name))? {
            None => Err(thread.raise_type_error(format!("required field \"{name}\" missing from {class}"))),
            Some(Value::NONE) => Err(thread.raise_value_error(format!("field '{name}' is required for {class}"))),
            Some(value) => Ok(value),
        }
    }

    fn list<T>(&self, node: &Node, name: &str, read: impl Fn(Value) -> PyResult<T>) -> PyResult<Vec<T>> {
        let Some(value) = self.field(node, name)? else { return Ok(Vec::new()) };
        let Some(list) = value.cast::<List>() else {
            let class = &node.class;
            let given = self.thread.type_name(value);
            let message = format!("{class} field \"{name}\" must be a list, not a {given}");
            return Err(self.thread.raise_type_error(message));
        };
        let length = list.len();
        let mut items = Vec::new();
        for index in 0..length {
            let Some(item) = list.get(self.thread, index).filter(|_| list.len() == length) else {
                let message = format!("{} field \"{name}\" changed size during iteration", node.class);
                return Err(self.thread.raise_runtime_error(&message));
            };
            items.push(read(item)?);
        }
        Ok(items)
    }

    fn filled<T>(&self, node: &Node, name: &str, items: Vec<T>) -> PyResult<Vec<T>> {
        if items.is_empty() {
            return Err(self.thread.raise_value_error(format!("empty {name} on {}", node.class)));
        }
        Ok(items)
    }

    fn text(&self, value: Value, what: &str) -> PyResult<String> {
        let Some(string) = value.cast::<Str>() else {
            return Err(self.thread.raise_type_error(format!("AST {what} must be of type str")));
        };
        match std::str::from_utf8(string.as_bytes(self.thread)) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(self.unsupported("text with lone surrogates")),
        }
    }

    fn name_of(&self, value: Value) -> PyResult<String> {
        let name = self.text(value, "identifier")?;
        if matches!(name.as_str(), "None" | "True" | "False") {
            return Err(self.thread.raise_value_error(format!("identifier field can't represent '{name}' constant")));
        }
        Ok(name)
    }

    fn identifier(&self, node: &Node, name: &str, range: TextRange) -> PyResult<Identifier> {
        let id = self.name_of(self.required(node, name)?)?;
        Ok(Identifier::new(id, range))
    }

    fn optional_identifier(&self, node: &Node, name: &str, range: TextRange) -> PyResult<Option<Identifier>> {
        self.field(node, name)?.map(|id| Ok(Identifier::new(self.name_of(id)?, range))).transpose()
    }

    fn integer(&self, node: &Node, name: &str) -> PyResult<Option<i64>> {
        let Some(value) = self.field(node, name)? else { return Ok(None) };
        match value.as_small() {
            Some(number) => Ok(Some(number)),
            None if value == Value::TRUE || value == Value::FALSE => Ok(Some(i64::from(value == Value::TRUE))),
            None => {
                let shown = text::repr(self.thread, value)?.to_str_lossy(self.thread).into_owned();
                Err(self.thread.raise_value_error(format!("invalid integer value: {shown}")))
            }
        }
    }

    /// The node's place.
    fn range(&self, node: &Node, sort: &str) -> PyResult<TextRange> {
        let thread = self.thread;
        let required = |name: &str| match self.integer(node, name)? {
            Some(number) => Ok(number),
            None => Err(thread.raise_type_error(format!("required field \"{name}\" missing from {sort}"))),
        };
        let (line, column) = (required("lineno")?, required("col_offset")?);
        let end_line = self.integer(node, "end_lineno")?.unwrap_or(line);
        let end_column = self.integer(node, "end_col_offset")?.unwrap_or(column);
        if line > end_line {
            let message = format!("AST node line range ({line}, {end_line}) is not valid");
            return Err(thread.raise_value_error(&message));
        }
        if (line < 0 && end_line != line) || (column < 0 && column != end_column) {
            let message = format!(
                "AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
            );
            return Err(thread.raise_value_error(&message));
        }
        if line == end_line && column > end_column {
            let message = format!("line {line}, column {column}-{end_column} is not a valid range");
            return Err(thread.raise_value_error(&message));
        }
        if end_line > MOST_LINES {
            return Err(self.unsupported("line numbers beyond a million"));
        }
        let (start, end) = (self.offset(line, column), self.offset(end_line, end_column));
        Ok(TextRange::new(start, end.max(start)))
    }

    fn offset(&self, line: i64, column: i64) -> TextSize {
        let line = u32::try_from(line.max(1)).unwrap_or(1);
        let column = u32::try_from(column.clamp(0, i64::from(LINE_WIDTH) - 1)).unwrap_or(0);
        self.last_line.set(self.last_line.get().max(line));
        TextSize::new((line - 1) * LINE_WIDTH + column)
    }

    // ---- statements ----

    fn body<C: FromIterator<Stmt>>(&self, node: &Node, name: &str) -> PyResult<C> {
        let statements = self.filled(node, name, self.list(node, name, |value| self.statement(value))?)?;
        Ok(statements.into_iter().collect())
    }

    fn suite<C: FromIterator<Stmt>>(&self, node: &Node, name: &str) -> PyResult<C> {
        Ok(self.list(node, name, |value| self.statement(value))?.into_iter().collect())
    }

    fn statement(&self, value: Value) -> PyResult<Stmt> {
        self.below(value, "stmt", |node| self.statement_of(node))
    }

    fn statement_of(&self, node: &Node) -> PyResult<Stmt> {
        if !self.is_statement(&node.class) {
            return Err(self.not_some(node.value, "stmt"));
        }
        let range = self.range(node, "stmt")?;
        let node_index = AtomicNodeIndex::NONE;
        let expression = |name: &str| Ok(Box::new(self.expression(node, name)?));
        let optional = |name: &str| self.optional_expression(node, name);
        let is_async = node.class.starts_with("Async");
        Ok(match &*node.class {
            "FunctionDef" | "AsyncFunctionDef" => {
                let decorator_list = self.decorators(node)?;
                Stmt::FunctionDef(ast::StmtFunctionDef {
                    node_index,
                    range: self.definition(range, &decorator_list),
                    is_async,
                    name: self.identifier(node, "name", range)?,
                    type_params: self.type_parameters(node)?,
                    parameters: Box::new(self.parameters(self.required(node, "args")?)?),
                    returns: optional("returns")?,
                    body: self.body(node, "body")?,
                    decorator_list: decorator_list.into_iter().collect(),
                })
            }
            "ClassDef" => {
                let decorator_list = self.decorators(node)?;
                let arguments = self.arguments(node, "bases", range)?;
                let none = arguments.args.is_empty() && arguments.keywords.is_empty();
                Stmt::ClassDef(ast::StmtClassDef {
                    node_index,
                    range: self.definition(range, &decorator_list),
                    name: self.identifier(node, "name", range)?,
                    type_params: self.type_parameters(node)?,
                    arguments: if none { None } else { Some(Box::new(arguments)) },
                    body: self.body(node, "body")?,
                    decorator_list: decorator_list.into_iter().collect(),
                })
            }
            "Return" => Stmt::Return(ast::StmtReturn { node_index, range, value: optional("value")? }),
            "Delete" => {
                let targets = self.targets(node, ExprContext::Del)?;
                Stmt::Delete(ast::StmtDelete { node_index, range, targets: targets.into_iter().collect() })
            }
            "TypeAlias" => {
                let name = Box::new(self.target(node, "name", ExprContext::Store)?);
                if !name.is_name_expr() {
                    return Err(self.thread.raise_type_error("TypeAlias with non-Name name"));
                }
                let (type_params, value) = (self.type_parameters(node)?, expression("value")?);
                Stmt::TypeAlias(ast::StmtTypeAlias { node_index, range, name, type_params, value })
            }
            "Assign" => Stmt::Assign(ast::StmtAssign {
                node_index,
                range,
                targets: self.targets(node, ExprContext::Store)?.into_iter().collect(),
                value: expression("value")?,
            }),
            "AugAssign" => Stmt::AugAssign(ast::StmtAugAssign {
                node_index,
                range,
                target: Box::new(self.target(node, "target", ExprContext::Store)?),
                op: self.operator(self.required(node, "op")?)?,
                value: expression("value")?,
            }),
            "AnnAssign" => {
                let target = Box::new(self.target(node, "target", ExprContext::Store)?);
                let simple = self.integer(node, "simple")?.unwrap_or(0) != 0;
                if simple && !target.is_name_expr() {
                    return Err(self.thread.raise_type_error("AnnAssign with simple non-Name target"));
                }
                let (annotation, value) = (expression("annotation")?, optional("value")?);
                Stmt::AnnAssign(ast::StmtAnnAssign { node_index, range, target, annotation, value, simple })
            }
            "For" | "AsyncFor" => Stmt::For(ast::StmtFor {
                node_index,
                range,
                is_async,
                target: Box::new(self.target(node, "target", ExprContext::Store)?),
                iter: expression("iter")?,
                body: self.body(node, "body")?,
                orelse: self.suite(node, "orelse")?,
            }),
            "While" => Stmt::While(ast::StmtWhile {
                node_index,
                range,
                test: expression("test")?,
                body: self.body(node, "body")?,
                orelse: self.suite(node, "orelse")?,
            }),
            "If" => {
                let (test, body) = (expression("test")?, self.body(node, "body")?);
                let orelse: Vec<Stmt> = self.suite(node, "orelse")?;
                let place = match (orelse.first(), orelse.last()) {
                    (Some(first), Some(last)) => Some(TextRange::new(first.start(), last.end().max(first.start()))),
                    _ => None,
                };
                let elif_else_clauses = place.into_iter().map(|range| ast::ElifElseClause {
                    range,
                    node_index: AtomicNodeIndex::NONE,
                    test: None,
                    body: Default::default(),
                });
                let mut elif_else_clauses: Vec<ast::ElifElseClause> = elif_else_clauses.collect();
                if let Some(clause) = elif_else_clauses.first_mut() {
                    clause.body = orelse.into_iter().collect();
                }
                Stmt::If(ast::StmtIf { node_index, range, test, body, elif_else_clauses })
            }
            "With" | "AsyncWith" => Stmt::With(ast::StmtWith {
                node_index,
                range,
                is_async,
                items: self.filled(node, "items", self.list(node, "items", |item| self.with_item(item))?)?,
                body: self.body(node, "body")?,
            }),
            "Match" => Stmt::Match(ast::StmtMatch {
                node_index,
                range,
                subject: expression("subject")?,
                cases: self.filled(node, "cases", self.list(node, "cases", |case| self.case(case, range))?)?,
            }),
            "Raise" => {
                let (exc, cause) = (optional("exc")?, optional("cause")?);
                if exc.is_none() && cause.is_some() {
                    return Err(self.thread.raise_value_error("Raise with cause but no exception"));
                }
                Stmt::Raise(ast::StmtRaise { node_index, range, exc, cause })
            }
            "Try" | "TryStar" => {
                let body = self.body(node, "body")?;
                let handlers = self.list(node, "handlers", |handler| self.handler(handler))?;
                let (orelse, finalbody): (Vec<Stmt>, Vec<Stmt>) =
                    (self.suite(node, "orelse")?, self.suite(node, "finalbody")?);
                let class = &node.class;
                if handlers.is_empty() && finalbody.is_empty() {
                    let message = format!("{class} has neither except handlers nor finalbody");
                    return Err(self.thread.raise_value_error(&message));
                }
                if handlers.is_empty() && !orelse.is_empty() {
                    let message = format!("{class} has orelse but no except handlers");
                    return Err(self.thread.raise_value_error(&message));
                }
                Stmt::Try(ast::StmtTry {
                    node_index,
                    range,
                    body,
                    handlers,
                    orelse: orelse.into_iter().collect(),
                    finalbody: finalbody.into_iter().collect(),
                    is_star: &**class == "TryStar",
                })
            }
            "Assert" => {
                Stmt::Assert(ast::StmtAssert { node_index, range, test: expression("test")?, msg: optional("msg")? })
            }
            "Import" => Stmt::Import(ast::StmtImport {
                node_index,
                range,
                names: self.filled(node, "names", self.list(node, "names", |name| self.alias(name))?)?,
                is_lazy: false,
            }),
            "ImportFrom" => {
                let level = self.integer(node, "level")?.unwrap_or(0);
                let Ok(level) = u32::try_from(level) else {
                    return Err(self.thread.raise_value_error("Negative ImportFrom level"));
                };
                Stmt::ImportFrom(ast::StmtImportFrom {
                    node_index,
                    range,
                    module: self.optional_identifier(node, "module", range)?,
                    names: self.filled(node, "names", self.list(node, "names", |name| self.alias(name))?)?,
                    level,
                    is_lazy: false,
                })
            }
            "Global" => Stmt::Global(ast::StmtGlobal { node_index, range, names: self.names(node, range)? }),
            "Nonlocal" => Stmt::Nonlocal(ast::StmtNonlocal { node_index, range, names: self.names(node, range)? }),
            "Expr" => Stmt::Expr(ast::StmtExpr { node_index, range, value: expression("value")? }),
            "Pass" => Stmt::Pass(ast::StmtPass { node_index, range }),
            "Break" => Stmt::Break(ast::StmtBreak { node_index, range }),
            "Continue" => Stmt::Continue(ast::StmtContinue { node_index, range }),
            _ => return Err(self.not_some(node.value, "stmt")),
        })
    }

    fn is_statement(&self, class: &str) -> bool {
        const STATEMENTS: &[&str] = &[
            "FunctionDef",
            "AsyncFunctionDef",
            "ClassDef",
            "Return",
            "Delete",
            "TypeAlias",
            "Assign",
            "AugAssign",
            "AnnAssign",
            "For",
            "AsyncFor",
            "While",
            "If",
            "With",
            "AsyncWith",
            "Match",
            "Raise",
            "Try",
            "TryStar",
            "Assert",
            "Import",
            "ImportFrom",
            "Global",
            "Nonlocal",
            "Expr",
            "Pass",
            "Break",
            "Continue",
        ];
        STATEMENTS.contains(&class)
    }

    fn names(&self, node: &Node, range: TextRange) -> PyResult<Vec<Identifier>> {
        let names = self.list(node, "names", |name| Ok(Identifier::new(self.text(name, "identifier")?, range)))?;
        self.filled(node, "names", names)
    }

    fn decorators(&self, node: &Node) -> PyResult<Vec<ast::Decorator>> {
        self.list(node, "decorator_list", |value| {
            let expression = self.expression_in(value, ExprContext::Load)?;
            Ok(ast::Decorator { range: expression.range(), node_index: AtomicNodeIndex::NONE, expression })
        })
    }

    /// The parser counts decorators in. Their definition starts where a letter stands in the source.
    fn definition(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        let (Some(first), Some(last)) = (decorators.first(), decorators.last()) else { return range };
        if last.end() <= range.start() && range.start().to_u32() % LINE_WIDTH != LINE_WIDTH - 1 {
            self.definitions.borrow_mut().push(range.start());
        }
        TextRange::new(first.start().min(range.start()), range.end())
    }

    fn with_item(&self, value: Value) -> PyResult<ast::WithItem> {
        self.below(value, "withitem", |node| {
            let context_expr = self.expression(node, "context_expr")?;
            let target = self.field(node, "optional_vars")?;
            let optional_vars = target.map(|target| self.expression_in(target, ExprContext::Store)).transpose()?;
            Ok(ast::WithItem {
                range: context_expr.range(),
                node_index: AtomicNodeIndex::NONE,
                context_expr,
                optional_vars: optional_vars.map(Box::new),
            })
        })
    }

    fn handler(&self, value: Value) -> PyResult<ast::ExceptHandler> {
        self.below(value, "excepthandler", |node| {
            let range = self.range(node, "excepthandler")?;
            Ok(ast::ExceptHandler::ExceptHandler(ast::ExceptHandlerExceptHandler {
                range,
                node_index: AtomicNodeIndex::NONE,
                type_: self.optional_expression(node, "type")?,
                name: self.optional_identifier(node, "name", range)?,
                body: self.body(node, "body")?,
            }))
        })
    }

    fn alias(&self, value: Value) -> PyResult<ast::Alias> {
        self.below(value, "alias", |node| {
            let range = self.range(node, "alias")?;
            Ok(ast::Alias {
                range,
                node_index: AtomicNodeIndex::NONE,
                name: Identifier::new(self.text(self.required(node, "name")?, "identifier")?, range),
                asname: self.optional_identifier(node, "asname", range)?,
            })
        })
    }

    // ---- parameters and arguments ----

    fn parameters(&self, value: Value) -> PyResult<ast::Parameters> {
        self.below(value, "arguments", |node| {
            let positional_only = self.list(node, "posonlyargs", |value| self.parameter(value))?;
            let positional = self.list(node, "args", |value| self.parameter(value))?;
            let keyword_only = self.list(node, "kwonlyargs", |value| self.parameter(value))?;
            let defaults = self.list(node, "defaults", |value| self.expression_in(value, ExprContext::Load))?;
            let keyword_defaults = self.list(node, "kw_defaults", |value| match value {
                Value::NONE => Ok(None),
                value => Ok(Some(Box::new(self.expression_in(value, ExprContext::Load)?))),
            })?;
            let count = positional_only.len() + positional.len();
            if defaults.len() > count {
                return Err(self.thread.raise_value_error("more positional defaults than args on arguments"));
            }
            if keyword_defaults.len() != keyword_only.len() {
                let message = "length of kwonlyargs is not the same as kw_defaults on arguments";
                return Err(self.thread.raise_value_error(message));
            }
            let without = count - defaults.len();
            let mut all_defaults =
                std::iter::repeat_with(|| None).take(without).chain(defaults.into_iter().map(|e| Some(Box::new(e))));
            let mut with_default =
                |parameter: ast::Parameter| parameter_with_default(parameter, all_defaults.next().flatten());
            let posonlyargs = positional_only.into_iter().map(&mut with_default).collect();
            let args = positional.into_iter().map(&mut with_default).collect();
            let keyword_only = keyword_only.into_iter().zip(keyword_defaults);
            let rest = |name: &str| self.field(node, name)?.map(|p| Ok(Box::new(self.parameter(p)?))).transpose();
            Ok(ast::Parameters {
                range: TextRange::default(),
                node_index: AtomicNodeIndex::NONE,
                posonlyargs,
                args,
                vararg: rest("vararg")?,
                kwonlyargs: keyword_only
                    .map(|(parameter, default)| parameter_with_default(parameter, default))
                    .collect(),
                kwarg: rest("kwarg")?,
            })
        })
    }

    fn parameter(&self, value: Value) -> PyResult<ast::Parameter> {
        self.below(value, "arg", |node| {
            let range = self.range(node, "arg")?;
            Ok(ast::Parameter {
                range,
                node_index: AtomicNodeIndex::NONE,
                name: self.identifier(node, "arg", range)?,
                annotation: self.optional_expression(node, "annotation")?,
            })
        })
    }

    /// Positional arguments in the field `positional`, and keywords.
    fn arguments(&self, node: &Node, positional: &str, range: TextRange) -> PyResult<ast::Arguments> {
        let args = self.list(node, positional, |value| self.expression_in(value, ExprContext::Load))?;
        let keywords = self.list(node, "keywords", |value| {
            self.below(value, "keyword", |node| {
                let range = self.range(node, "keyword")?;
                Ok(ast::Keyword {
                    range,
                    node_index: AtomicNodeIndex::NONE,
                    arg: self.optional_identifier(node, "arg", range)?,
                    value: self.expression(node, "value")?,
                })
            })
        })?;
        Ok(ast::Arguments {
            range,
            node_index: AtomicNodeIndex::NONE,
            args: args.into_iter().collect(),
            keywords: keywords.into_iter().collect(),
        })
    }

    fn type_parameters(&self, node: &Node) -> PyResult<Option<Box<ast::TypeParams>>> {
        let parameters = self.list(node, "type_params", |value| {
            self.below(value, "type_param", |node| {
                let range = self.range(node, "type_param")?;
                let node_index = AtomicNodeIndex::NONE;
                let name = self.identifier(node, "name", range)?;
                let default = self.optional_expression(node, "default_value")?;
                Ok(match &*node.class {
                    "TypeVar" => {
                        let bound = self.optional_expression(node, "bound")?;
                        TypeParam::TypeVar(ast::TypeParamTypeVar { node_index, range, name, bound, default })
                    }
                    "ParamSpec" => TypeParam::ParamSpec(ast::TypeParamParamSpec { node_index, range, name, default }),
                    "TypeVarTuple" => {
                        TypeParam::TypeVarTuple(ast::TypeParamTypeVarTuple { node_index, range, name, default })
                    }
                    _ => return Err(self.not_some(value, "type_param")),
                })
            })
        })?;
        let (Some(first), Some(last)) = (parameters.first(), parameters.last()) else { return Ok(None) };
        let range = TextRange::new(first.start(), last.end().max(first.start()));
        let type_params = parameters.into_iter().collect();
        Ok(Some(Box::new(ast::TypeParams { range, node_index: AtomicNodeIndex::NONE, type_params })))
    }
}

fn parameter_with_default(parameter: ast::Parameter, default: Option<Box<Expr>>) -> ast::ParameterWithDefault {
    ast::ParameterWithDefault { range: parameter.range, node_index: AtomicNodeIndex::NONE, parameter, default }
}

mod expressions;
mod patterns;
