//! `_ast`: the classes of syntax tree nodes.
//!
//! What lives here: the table of nodes and their fields (the abstract grammar of Python 3.14, "ast" in the
//! library reference), from which the classes are made. Trees can be built and walked; `ast.parse` and
//! compiling a tree are refused by `compile`.

use crate::dispatch;
use crate::error::PyResult;
use crate::native::{Keywords, PyClass};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::class_build::build_class;
use crate::types::dict::Dict;
use crate::types::instance::Instance;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use taipan_macros::{py_class, py_module};

/// Sum types: name, attributes yes or no, and the constructors with their fields (`?` optional, `*` list).
const SUMS: &[(&str, bool, &str)] = &[
    ("mod", false, "Module body* type_ignores*; Interactive body*; Expression body; FunctionType argtypes* returns"),
    (
        "stmt",
        true,
        "FunctionDef name args body* decorator_list* returns? type_comment? type_params*; \
         AsyncFunctionDef name args body* decorator_list* returns? type_comment? type_params*; \
         ClassDef name bases* keywords* body* decorator_list* type_params*; Return value?; Delete targets*; \
         Assign targets* value type_comment?; TypeAlias name type_params* value; AugAssign target op value; \
         AnnAssign target annotation value? simple; For target iter body* orelse* type_comment?; \
         AsyncFor target iter body* orelse* type_comment?; While test body* orelse*; If test body* orelse*; \
         With items* body* type_comment?; AsyncWith items* body* type_comment?; Match subject cases*; \
         Raise exc? cause?; Try body* handlers* orelse* finalbody*; TryStar body* handlers* orelse* finalbody*; \
         Assert test msg?; Import names*; ImportFrom module? names* level?; Global names*; Nonlocal names*; \
         Expr value; Pass; Break; Continue",
    ),
    (
        "expr",
        true,
        "BoolOp op values*; NamedExpr target value; BinOp left op right; UnaryOp op operand; Lambda args body; \
         IfExp test body orelse; Dict keys* values*; Set elts*; ListComp elt generators*; SetComp elt generators*; \
         DictComp key value generators*; GeneratorExp elt generators*; Await value; Yield value?; YieldFrom value; \
         Compare left ops* comparators*; Call func args* keywords*; FormattedValue value conversion format_spec?; \
         Interpolation value str conversion format_spec?; JoinedStr values*; TemplateStr values*; \
         Constant value kind?; Attribute value attr ctx; Subscript value slice ctx; Starred value ctx; Name id ctx; \
         List elts* ctx; Tuple elts* ctx; Slice lower? upper? step?",
    ),
    ("expr_context", false, "Load; Store; Del"),
    ("boolop", false, "And; Or"),
    ("operator", false, "Add; Sub; Mult; MatMult; Div; Mod; Pow; LShift; RShift; BitOr; BitXor; BitAnd; FloorDiv"),
    ("unaryop", false, "Invert; Not; UAdd; USub"),
    ("cmpop", false, "Eq; NotEq; Lt; LtE; Gt; GtE; Is; IsNot; In; NotIn"),
    ("excepthandler", true, "ExceptHandler type? name? body*"),
    (
        "pattern",
        true,
        "MatchValue value; MatchSingleton value; MatchSequence patterns*; MatchMapping keys* patterns* rest?; \
         MatchClass cls patterns* kwd_attrs* kwd_patterns*; MatchStar name?; MatchAs pattern? name?; MatchOr patterns*",
    ),
    ("type_ignore", false, "TypeIgnore lineno tag"),
    (
        "type_param",
        true,
        "TypeVar name bound? default_value?; ParamSpec name default_value?; TypeVarTuple name default_value?",
    ),
];

/// Product types: name, attributes yes or no, fields.
const PRODUCTS: &[(&str, bool, &str)] = &[
    ("comprehension", false, "target iter ifs* is_async"),
    ("arguments", false, "posonlyargs* args* vararg? kwonlyargs* kw_defaults* kwarg? defaults*"),
    ("arg", true, "arg annotation? type_comment?"),
    ("keyword", true, "arg? value"),
    ("alias", true, "name asname?"),
    ("withitem", false, "context_expr optional_vars?"),
    ("match_case", false, "pattern guard? body*"),
];

const ATTRIBUTES: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The types of fields that are no expressions; `Class.field` goes before `field`.
const FIELD_TYPES: &[(&str, &str)] = &[
    ("Expression.body", "expr"),
    ("IfExp.body", "expr"),
    ("Lambda.body", "expr"),
    ("IfExp.orelse", "expr"),
    ("body", "stmt"),
    ("orelse", "stmt"),
    ("finalbody", "stmt"),
    ("type_ignores", "type_ignore"),
    ("Call.args", "expr"),
    ("arguments.args", "arg"),
    ("args", "arguments"),
    ("posonlyargs", "arg"),
    ("kwonlyargs", "arg"),
    ("vararg", "arg"),
    ("kwarg", "arg"),
    ("BoolOp.op", "boolop"),
    ("UnaryOp.op", "unaryop"),
    ("op", "operator"),
    ("ops", "cmpop"),
    ("ctx", "expr_context"),
    ("handlers", "excepthandler"),
    ("generators", "comprehension"),
    ("keywords", "keyword"),
    ("Global.names", "str"),
    ("Nonlocal.names", "str"),
    ("names", "alias"),
    ("items", "withitem"),
    ("cases", "match_case"),
    ("pattern", "pattern"),
    ("patterns", "pattern"),
    ("kwd_patterns", "pattern"),
    ("kwd_attrs", "str"),
    ("type_params", "type_param"),
    ("TypeAlias.name", "expr"),
    ("name", "str"),
    ("id", "str"),
    ("attr", "str"),
    ("arg", "str"),
    ("asname", "str"),
    ("module", "str"),
    ("rest", "str"),
    ("tag", "str"),
    ("type_comment", "str"),
    ("Constant.kind", "str"),
    ("Constant.value", "object"),
    ("MatchSingleton.value", "object"),
    ("Interpolation.str", "object"),
    ("lineno", "int"),
    ("level", "int"),
    ("simple", "int"),
    ("conversion", "int"),
    ("is_async", "int"),
];

/// The value is a node of a syntax tree.
pub fn is_node(thread: &Thread, value: Value) -> bool {
    value.cast::<Instance>().is_some()
        && thread.class_of(value).is_subclass_of(Type::of_spec(thread, <NodeClass as PyClass>::SPEC))
}

/// `_field_types` of a class, from the kinds of its fields.
fn field_types(thread: &Thread, module: Gc<Module>, name: &str, class: Gc<Type>) -> PyResult<()> {
    let intern = |text: &str| thread.vm().interner.intern_text(thread, text);
    let Some(kinds) = class.lookup(thread, intern("_field_kinds")).and_then(|kinds| kinds.cast::<Dict>()) else {
        return Ok(());
    };
    let types = Dict::new(thread);
    let mut position = 0;
    while let Some((field, kind)) = kinds.next_entry(&mut position) {
        let Some(field) = field.cast::<Str>() else { continue };
        let text = field.to_str_lossy(thread).into_owned();
        let exact = format!("{name}.{text}");
        let known = FIELD_TYPES.iter().find(|(key, _)| *key == exact || *key == text);
        let builtin = &thread.vm().types;
        let plain = match known.map_or("expr", |(_, kind)| *kind) {
            "str" => builtin.str.value(),
            "int" => builtin.int.value(),
            "object" => builtin.object.value(),
            other => module.get(thread, other).unwrap_or(builtin.object.value()),
        };
        let full = match kind.as_small() {
            Some(1) => crate::types::union_type::union_of(thread, plain, Value::NONE)?,
            Some(2) => crate::types::generic_alias::class_getitem(thread, builtin.list.value(), plain)?,
            _ => plain,
        };
        types.insert_str(thread, field, full);
    }
    class.set_attribute(thread, intern("_field_types"), types.value());
    class.set_attribute(thread, intern("__annotations__"), types.value());
    Ok(())
}

/// Spec marker of `AST`.
pub struct NodeClass;

fn names_of(thread: &Thread, class: Gc<Type>, attribute: &str) -> PyResult<Gc<Tuple>> {
    let name = thread.vm().interner.intern_text(thread, attribute);
    match dispatch::attr::get_optional(thread, class.value(), name)? {
        Some(fields) => Tuple::from_iterable(thread, fields),
        None => Ok(Tuple::new(thread, &[])),
    }
}

/// Nodes within nodes that `repr` shows.
const REPR_DEPTH: usize = 3;

/// `Name(id='x', ctx=Load())`, with nodes below `depth` left out.
fn node_repr(thread: &Thread, node: Value, depth: usize) -> PyResult<String> {
    let class = thread.class_of(node);
    let guard = if depth == 0 { None } else { dispatch::repr_guard::enter(thread, node)? };
    let name = class.name_string();
    let Some(_guard) = guard else { return Ok(format!("{name}(...)")) };
    let mut text = name + "(";
    for (index, &field) in names_of(thread, class, "_fields")?.items().iter().enumerate() {
        let Some(field) = field.cast::<Str>() else { continue };
        let value = dispatch::attr::get(thread, node, thread.vm().interner.intern(thread, field))?;
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&field.to_str_lossy(thread));
        text.push('=');
        let is_list = value.cast::<List>().is_some();
        if is_list || value.cast::<Tuple>().is_some() {
            let (open, close) = if is_list { ('[', ']') } else { ('(', ')') };
            let items = Tuple::from_iterable(thread, value)?;
            text.push(open);
            match *items.items() {
                [] => {}
                [only] => text.push_str(&field_repr(thread, only, depth - 1)?),
                [first, .., last] => {
                    text.push_str(&field_repr(thread, first, depth - 1)?);
                    text.push_str(if items.len() > 2 { ", ..., " } else { ", " });
                    text.push_str(&field_repr(thread, last, depth - 1)?);
                }
            }
            text.push(close);
        } else {
            text.push_str(&field_repr(thread, value, depth - 1)?);
        }
    }
    text.push(')');
    Ok(text)
}

fn field_repr(thread: &Thread, value: Value, depth: usize) -> PyResult<String> {
    if is_node(thread, value) {
        return node_repr(thread, value, depth);
    }
    Ok(dispatch::text::repr(thread, value)?.to_str_lossy(thread).into_owned())
}

#[py_class(name = "AST", module = "ast", kind = Instance, subclassable, dict, mutable)]
impl NodeClass {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, arguments: &[Value], keywords: Keywords<'_>) -> Gc<Instance> {
        let _ = (arguments, keywords);
        Instance::new(thread, class)
    }

    #[method(signature = "(self, /, *args, **kwargs)")]
    fn __init__(this: Value, thread: &Thread, arguments: &[Value], keywords: Keywords<'_>) -> PyResult<()> {
        let class = thread.class_of(this);
        let fields = names_of(thread, class, "_fields")?;
        let name = class.name_string();
        if arguments.len() > fields.items().len() {
            let plural = if fields.items().len() == 1 { "" } else { "s" };
            return Err(thread.raise_type_error(format!(
                "{name} constructor takes at most {} positional argument{plural}",
                fields.items().len()
            )));
        }
        for (&field, &value) in fields.items().iter().zip(arguments) {
            if let Some(field) = field.cast::<Str>() {
                dispatch::attr::set(thread, this, thread.vm().interner.intern(thread, field), value)?;
            }
        }
        for (keyword, value) in keywords.iter() {
            let position =
                fields.items().iter().position(|f| f.cast::<Str>().is_some_and(|f| Str::equals(thread, f, keyword)));
            if position.is_some_and(|position| position < arguments.len()) {
                let keyword = keyword.to_str_lossy(thread).into_owned();
                return Err(thread.raise_type_error(format!("{name} got multiple values for argument '{keyword}'")));
            }
            let is_keyword = |name: &&Value| name.cast::<Str>().is_some_and(|name| Str::equals(thread, name, keyword));
            if position.is_none()
                && !names_of(thread, class, "_attributes")?.items().iter().any(|name| is_keyword(&name))
            {
                let keyword = keyword.to_str_lossy(thread).into_owned();
                let message = format!(
                    "{name}.__init__ got an unexpected keyword argument '{keyword}'. Support for arbitrary keyword \
                     arguments is deprecated and will be removed in Python 3.15."
                );
                dispatch::warnings::deprecation(thread, &message)?;
            }
            dispatch::attr::set(thread, this, thread.vm().interner.intern(thread, keyword), value)?;
        }
        // Optional fields are None, list fields empty, contexts Load, where they were not given.
        let defaults_name = thread.vm().interner.intern_text(thread, "_field_kinds");
        let Some(kinds) = class.lookup(thread, defaults_name).and_then(|k| k.cast::<Dict>()) else { return Ok(()) };
        let mut position = 0;
        while let Some((field, kind)) = kinds.next_entry(&mut position) {
            let Some(field) = field.cast::<Str>() else { continue };
            let header = this.header();
            if header.is_none_or(|h| crate::types::instance::get_attribute(thread, h, field).is_some()) {
                continue;
            }
            match kind.as_small() {
                Some(1) => dispatch::attr::set(thread, this, field, Value::NONE)?,
                Some(2) => {
                    dispatch::attr::set(thread, this, field, crate::types::list::List::new(thread, &[]).value())?
                }
                _ if field.as_bytes(thread) == b"ctx" => {
                    let module = crate::modules::import::import_name(thread, "_ast")?;
                    let load = crate::modules::support::call_method(thread, module, "Load", &[])?;
                    dispatch::attr::set(thread, this, field, load)?;
                }
                _ => {
                    let field = field.to_str_lossy(thread).into_owned();
                    let message = format!(
                        "{name}.__init__ missing 1 required positional argument: '{field}'. This will become an error \
                         in Python 3.15."
                    );
                    dispatch::warnings::deprecation(thread, &message)?;
                }
            }
        }
        Ok(())
    }

    #[method(name = "__repr__")]
    fn repr(this: Value, thread: &Thread) -> PyResult<String> {
        node_repr(thread, this, REPR_DEPTH)
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[method(signature = "(self, /, **kwargs)")]
    fn __replace__(this: Value, thread: &Thread, keywords: Keywords<'_>) -> PyResult<Value> {
        let class = thread.class_of(this);
        let (fields, attributes) = (names_of(thread, class, "_fields")?, names_of(thread, class, "_attributes")?);
        let own = this.header().and_then(|header| crate::types::instance::dictionary_copy(thread, header));
        let state = Dict::new(thread);
        for name in fields.items().iter().chain(attributes.items()).filter_map(|name| name.cast::<Str>()) {
            if let Some(value) = own.and_then(|own| own.get_str(thread, name)) {
                state.insert_str(thread, name, value);
            }
        }
        for (keyword, value) in keywords.iter() {
            let is_known = |name: &Value| name.cast::<Str>().is_some_and(|name| Str::equals(thread, name, keyword));
            if !fields.items().iter().chain(attributes.items()).any(|name| is_known(name)) {
                let (class, keyword) = (class.name_string(), keyword.to_str_lossy(thread).into_owned());
                let message = format!("{class}.__replace__ got an unexpected keyword argument '{keyword}'.");
                return Err(thread.raise_type_error(message));
            }
            state.insert_str(thread, thread.vm().interner.intern(thread, keyword), value);
        }
        // Required fields must be there.
        let kinds = class.lookup(thread, thread.vm().interner.intern_text(thread, "_field_kinds"));
        for &field in fields.items() {
            let required = kinds
                .and_then(|kinds| kinds.cast::<Dict>())
                .and_then(|kinds| kinds.get_str(thread, field.cast::<Str>()?))
                .is_some_and(|kind| kind.as_small() == Some(0));
            if required && !state.contains(thread, field)? {
                let class = class.name_string();
                let field = dispatch::text::repr(thread, field)?.to_str_lossy(thread).into_owned();
                let message = format!("{class}.__replace__ missing 1 keyword argument: {field}.");
                return Err(thread.raise_type_error(message));
            }
        }
        let copy = Instance::new(thread, class).value();
        let mut position = 0;
        while let Some((name, value)) = state.next_entry(&mut position) {
            if let Some(name) = name.cast::<Str>() {
                dispatch::attr::set(thread, copy, thread.vm().interner.intern(thread, name), value)?;
            }
        }
        Ok(copy)
    }

    #[method(signature = "(self, /)")]
    fn __reduce__(this: Value, thread: &Thread) -> PyResult<Value> {
        let state = match this.header().and_then(|h| crate::types::instance::dictionary_copy(thread, h)) {
            Some(state) => state.value(),
            None => Value::NONE,
        };
        let empty = Tuple::new(thread, &[]);
        Ok(Tuple::new(thread, &[thread.class_of(this).value(), empty.value(), state]).value())
    }
}

/// Makes a node class from the text of its fields.
fn make(
    thread: &Thread,
    module: Gc<Module>,
    name: &str,
    base: Gc<Type>,
    fields: &str,
    attributes: Option<bool>,
) -> PyResult<Gc<Type>> {
    let vm = thread.vm();
    let intern = |text: &str| vm.interner.intern_text(thread, text);
    let namespace = Dict::new(thread);
    namespace.insert_str(thread, vm.names.__module__, intern("ast").value());
    let kinds = Dict::new(thread);
    let mut names = crate::scratch::ScratchVec::new();
    for field in fields.split_whitespace() {
        let (field, kind) = match field.as_bytes().last() {
            Some(b'?') => (&field[..field.len() - 1], 1),
            Some(b'*') => (&field[..field.len() - 1], 2),
            _ => (field, 0),
        };
        names.push(thread, intern(field).value());
        kinds.insert_str(thread, intern(field), Value::small_wrapping(kind));
        if kind == 1 {
            namespace.insert_str(thread, intern(field), Value::NONE);
        }
    }
    let names = Tuple::new(thread, &names);
    namespace.insert_str(thread, intern("_fields"), names.value());
    namespace.insert_str(thread, vm.names.__match_args__, names.value());
    namespace.insert_str(thread, intern("_field_kinds"), kinds.value());
    if let Some(attributes) = attributes {
        let mut values = crate::scratch::ScratchVec::new();
        if attributes {
            for attribute in ATTRIBUTES {
                values.push(thread, intern(attribute).value());
            }
            namespace.insert_str(thread, intern("end_lineno"), Value::NONE);
            namespace.insert_str(thread, intern("end_col_offset"), Value::NONE);
        }
        namespace.insert_str(thread, intern("_attributes"), Tuple::new(thread, &values).value());
    }
    let bases = Tuple::new(thread, &[base.value()]);
    let class = build_class(thread, vm.types.type_type, intern(name), bases, namespace, &[])?;
    module.set(thread, name, class.value());
    Ok(class)
}

/// Classes of abstract syntax trees.
#[py_module(name = "_ast")]
pub mod ast_nodes {
    use super::*;

    #[constant(name = "PyCF_ONLY_AST")]
    const PYCF_ONLY_AST: i64 = 0x400;
    #[constant(name = "PyCF_TYPE_COMMENTS")]
    const PYCF_TYPE_COMMENTS: i64 = 0x1000;
    #[constant(name = "PyCF_ALLOW_TOP_LEVEL_AWAIT")]
    const PYCF_ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    #[constant(name = "PyCF_OPTIMIZED_AST")]
    const PYCF_OPTIMIZED_AST: i64 = 0x8400;

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let root = Type::of_spec(thread, <NodeClass as PyClass>::SPEC);
        let empty = Tuple::new(thread, &[]).value();
        for name in ["_fields", "_attributes", "__match_args__"] {
            root.set_attribute(thread, thread.vm().interner.intern_text(thread, name), empty);
        }
        module.set(thread, "AST", root.value());
        for (name, attributes, constructors) in SUMS {
            let sum = make(thread, module, name, root, "", Some(*attributes))?;
            for constructor in constructors.split(';') {
                let constructor = constructor.trim();
                let (name, fields) = constructor.split_once(' ').unwrap_or((constructor, ""));
                make(thread, module, name, sum, fields, None)?;
            }
        }
        for (name, attributes, fields) in PRODUCTS {
            make(thread, module, name, root, fields, Some(*attributes))?;
        }
        let constructors = SUMS.iter().flat_map(|(_, _, constructors)| constructors.split(';'));
        let names = constructors.filter_map(|constructor| constructor.split_whitespace().next());
        for name in names.chain(PRODUCTS.iter().map(|(name, ..)| *name)) {
            if let Some(class) = module.get(thread, name).and_then(|class| class.cast::<Type>()) {
                field_types(thread, module, name, class)?;
            }
        }
        Ok(())
    }
}
