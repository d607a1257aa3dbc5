//! Builtin functions that compile and run code: `compile`, `eval`, `exec`, `__import__`.
//!
//! What lives here: checks of their arguments. What must not: compiling and running (the hooks in `Vm`).
//! Start at [`functions`].

use crate::error::PyResult;
use crate::modules::ast_nodes;
use crate::modules::import::import_name;
use crate::modules::support::call_method;
use crate::modules::support::{FileName, fspath_or_none};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::cell::CellObject;
use crate::types::code::{CodeObject, code_flags};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vm::{CompileFlags, CompileMode};

/// Bits of the `flags` argument of `compile`.
mod compile_flags {
    /// `from __future__` flags that are always on, or change nothing: accepted.
    pub const FUTURE: i64 = 0x10 | 0x2_0000 | 0x4_0000 | 0x8_0000 | 0x10_0000 | 0x20_0000 | 0x40_0000 | 0x80_0000;
    pub const FUTURE_BARRY_AS_BDFL: i64 = 0x40_0000;
    pub const FUTURE_ANNOTATIONS: i64 = 0x100_0000;
    pub const DONT_IMPLY_DEDENT: i64 = 0x200;
    pub const ONLY_AST: i64 = 0x400;
    pub const TYPE_COMMENTS: i64 = 0x1000;
    pub const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
    pub const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
    pub const OPTIMIZED_AST: i64 = 0x8000 | ONLY_AST;
    pub const ALL: i64 = FUTURE
        | FUTURE_ANNOTATIONS
        | DONT_IMPLY_DEDENT
        | ONLY_AST
        | TYPE_COMMENTS
        | ALLOW_TOP_LEVEL_AWAIT
        | ALLOW_INCOMPLETE_INPUT
        | OPTIMIZED_AST;
}

/// Source given as `str` or bytes-like object, ready for the compiler.
fn source_argument(thread: &Thread, source: Value, function: &str, what: &str) -> PyResult<Value> {
    let has_zero = if let Some(text) = source.cast::<Str>() {
        // Surrogates that stand alone are not to be encoded, and so not to be compiled.
        crate::dispatch::text::codecs::encode(thread, text, Some("utf-8"), Some("strict"))?;
        text.as_bytes(thread).contains(&0)
    } else {
        match buffer::try_with_bytes(thread, source, |bytes| bytes.to_vec())? {
            Some(bytes) => {
                if bytes.contains(&0) {
                    true
                } else {
                    return Ok(match source.cast::<Bytes>() {
                        Some(_) => source,
                        None => Bytes::new(thread, &bytes).value(),
                    });
                }
            }
            None => return Err(thread.raise_type_error(format!("{function}() arg 1 must be a {what}"))),
        }
    };
    if has_zero {
        return Err(thread.raise_plain_syntax_error("source code string cannot contain null bytes"));
    }
    Ok(source)
}

/// The future flags that the calling code has and `compile`, `eval` and `exec` pass on.
fn inherited_flags(thread: &Thread) -> CompileFlags {
    let caller = (thread.vm().hooks().frame_at)(thread, 0).and_then(|frame| frame.code.get());
    let has = |flag| caller.is_some_and(|code| code.has_flag(flag));
    CompileFlags {
        future_annotations: has(code_flags::FUTURE_ANNOTATIONS),
        barry_as_flufl: has(code_flags::FUTURE_BARRY_AS_BDFL),
        optimize: thread.vm().options.optimize,
        ..CompileFlags::default()
    }
}

/// Gives a namespace `__builtins__` if it has none, as running code in it does.
pub fn ensure_builtins(thread: &Thread, globals: Gc<Dict>) {
    let name = thread.vm().names.__builtins__;
    if globals.get_str(thread, name).is_none() {
        globals.insert_str(thread, name, thread.vm().builtins_dict().value());
    }
}

/// Is something that a name can be looked up in: `PyMapping_Check`.
fn is_mapping(thread: &Thread, value: Value) -> bool {
    thread.class_of(value).special(thread, crate::types::special::Special::GetItem).is_some()
}

/// Which of `eval` and `exec` is running, for what differs between them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runner {
    Eval,
    Exec,
}

/// The namespaces to run in.
fn namespaces(
    thread: &Thread,
    runner: Runner,
    globals: Option<Value>,
    locals: Option<Value>,
) -> PyResult<(Gc<Dict>, Value)> {
    let given = |value: Option<Value>| value.filter(|v| !v.is_none());
    let (globals, locals) = (given(globals), given(locals));
    if runner == Runner::Eval
        && let Some(locals) = locals
        && !is_mapping(thread, locals)
    {
        return Err(thread.raise_type_error("locals must be a mapping"));
    }
    let dict = match globals {
        Some(value) => match value.cast::<Dict>() {
            Some(dict) => dict,
            None => {
                return Err(thread.raise_type_error(match runner {
                    Runner::Eval if is_mapping(thread, value) => {
                        "globals must be a real dict; try eval(code, {}, mapping)".to_owned()
                    }
                    Runner::Eval => "globals must be a dict".to_owned(),
                    Runner::Exec => format!("exec() globals must be a dict, not {}", thread.type_name(value)),
                }));
            }
        },
        None => match (thread.vm().hooks().current_globals)(thread) {
            Some(dict) => dict,
            None => {
                let class = thread.vm().exceptions.system_error;
                let text = if runner == Runner::Eval {
                    "eval must be given globals and locals when called without a frame"
                } else {
                    "globals and locals cannot be NULL"
                };
                return Err(thread.raise_message(class, text));
            }
        },
    };
    let locals = match locals {
        Some(locals) => locals,
        None if globals.is_some() => dict.value(),
        None => super::attributes::current_locals(thread)?,
    };
    if !is_mapping(thread, locals) {
        let message = format!("locals must be a mapping or None, not {}", thread.type_name(locals));
        return Err(thread.raise_type_error(message));
    }
    ensure_builtins(thread, dict);
    Ok((dict, locals))
}

/// The cells for the free variables of `code`, checked.
fn closure_argument(thread: &Thread, code: Gc<CodeObject>, closure: Option<Value>) -> PyResult<Option<Value>> {
    let needed = code.free.get().map_or(0, |free| free.len());
    let closure = closure.filter(|c| !c.is_none());
    if needed == 0 {
        if closure.is_some() {
            return Err(thread.raise_type_error("cannot use a closure with this code object"));
        }
        return Ok(None);
    }
    let fits = closure.and_then(|c| c.cast::<Tuple>()).is_some_and(|cells| {
        cells.is_exact()
            && cells.len() == needed
            && cells.items().iter().all(|cell| cell.cast::<CellObject>().is_some())
    });
    if !fits {
        return Err(thread.raise_type_error(format!("code object requires a closure of exactly length {needed}")));
    }
    Ok(closure)
}

/// The file name argument of `compile`, as text.
fn file_name(thread: &Thread, value: Value) -> PyResult<String> {
    let name = match fspath_or_none(thread, value)? {
        Some(name) => FileName::from_value(thread, name, "compile", "filename")?,
        None => FileName { bytes: buffer::to_vec(thread, value)?, is_bytes: true },
    };
    Ok(String::from_utf8_lossy(&name.bytes).into_owned())
}

/// Functions that compile and run code.
#[taipan_macros::py_module(name = "builtins")]
pub mod functions {
    use super::*;

    /// Compile source into a code object that can be executed by exec() or eval().
    ///
    /// The source code may represent a Python module, statement or expression.
    /// The filename will be used for run-time error messages.
    /// The mode must be 'exec' to compile a module, 'single' to compile a
    /// single (interactive) statement, or 'eval' to compile an expression.
    /// The flags argument, if present, controls which future statements influence
    /// the compilation of the code.
    /// The dont_inherit argument, if true, stops the compilation inheriting
    /// the effects of any future statements in effect in the code calling
    /// compile; if absent or false these statements do influence the compilation,
    /// in addition to any features explicitly specified.
    #[function(
        signature = "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile(
        thread: &Thread,
        source: Value,
        filename: Value,
        mode: Gc<Str>,
        flags: Option<i64>,
        dont_inherit: Option<bool>,
        optimize: Option<i64>,
        _feature_version: Option<i64>,
    ) -> PyResult<Value> {
        let filename = file_name(thread, filename)?;
        let flags = flags.unwrap_or(0);
        if flags & !compile_flags::ALL != 0 {
            return Err(thread.raise_value_error("compile(): unrecognised flags"));
        }
        let optimize = match optimize.unwrap_or(-1) {
            -1 => thread.vm().options.optimize,
            level @ 0..=2 => level as u8,
            _ => return Err(thread.raise_value_error("compile(): invalid optimize value")),
        };
        let only_ast = flags & compile_flags::ONLY_AST != 0;
        let mode_name = mode.to_str_lossy(thread).into_owned();
        let mode = match mode_name.as_str() {
            "exec" => CompileMode::Exec,
            "eval" => CompileMode::Eval,
            "single" => CompileMode::Single,
            "func_type" if only_ast => CompileMode::Exec,
            "func_type" => {
                return Err(thread.raise_value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
            }
            _ if only_ast => {
                return Err(thread.raise_value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
            }
            _ => return Err(thread.raise_value_error("compile() mode must be 'exec', 'eval' or 'single'")),
        };
        if only_ast {
            if ast_nodes::is_node(thread, source) {
                let copy = import_name(thread, "copy")?;
                return call_method(thread, copy, "deepcopy", &[source]);
            }
            let func_type = mode_name == "func_type";
            if func_type || flags & compile_flags::OPTIMIZED_AST & !compile_flags::ONLY_AST != 0 {
                let message = "Taipan makes no syntax trees of function types, or optimized";
                return Err(thread.raise_not_implemented_error(message));
            }
            let type_comments = flags & compile_flags::TYPE_COMMENTS != 0;
            let source = source_argument(thread, source, "compile", "string, bytes or AST object")?;
            return (thread.vm().hooks().parse_tree)(thread, source, &filename, mode, type_comments);
        }
        let mut inherited =
            if dont_inherit.unwrap_or(false) { CompileFlags::default() } else { inherited_flags(thread) };
        inherited.future_annotations |= flags & compile_flags::FUTURE_ANNOTATIONS != 0;
        inherited.barry_as_flufl |= flags & compile_flags::FUTURE_BARRY_AS_BDFL != 0;
        inherited.optimize = optimize;
        inherited.top_level_await = flags & compile_flags::ALLOW_TOP_LEVEL_AWAIT != 0;
        inherited.allow_incomplete = flags & compile_flags::ALLOW_INCOMPLETE_INPUT != 0;
        inherited.no_implied_dedent = flags & compile_flags::DONT_IMPLY_DEDENT != 0;
        if ast_nodes::is_node(thread, source) {
            let code = (thread.vm().hooks().compile_tree)(thread, source, &filename, mode, inherited)?;
            return Ok(code.value());
        }
        let source = source_argument(thread, source, "compile", "string, bytes or AST object")?;
        let code = (thread.vm().hooks().compile)(thread, source, &filename, mode, inherited)?;
        Ok(code.value())
    }

    /// Evaluate the given source in the context of globals and locals.
    ///
    /// The source may be a string representing a Python expression
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    #[function(signature = "(source, /, globals=None, locals=None)")]
    fn eval(thread: &Thread, source: Value, globals: Option<Value>, locals: Option<Value>) -> PyResult<Value> {
        let (globals, locals) = namespaces(thread, Runner::Eval, globals, locals)?;
        if let Some(code) = source.cast::<CodeObject>() {
            if code.free.get().is_some_and(|free| !free.is_empty()) {
                return Err(thread.raise_type_error("code object passed to eval() may not contain free variables"));
            }
            return (thread.vm().hooks().run_code)(thread, code, globals, locals, None);
        }
        let mut source = source_argument(thread, source, "eval", "string, bytes or code object")?;
        // Blanks before an expression are no indentation.
        if let Some(text) = source.cast::<Str>() {
            let bytes = text.as_bytes(thread);
            let blanks = bytes.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            if blanks > 0 {
                source = Str::substring(text, thread, blanks, text.len(thread)).value();
            }
        } else if let Some(bytes) = source.cast::<Bytes>() {
            let data = bytes.as_slice();
            let blanks = data.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            if blanks > 0 {
                source = Bytes::new(thread, &data[blanks..]).value();
            }
        }
        let code =
            (thread.vm().hooks().compile)(thread, source, "<string>", CompileMode::Eval, inherited_flags(thread))?;
        (thread.vm().hooks().run_code)(thread, code, globals, locals, None)
    }

    /// Execute the given source in the context of globals and locals.
    ///
    /// The source may be a string representing one or more Python statements
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    /// The closure must be a tuple of cellvars, and can only be used
    /// when source is a code object requiring exactly that many cellvars.
    #[function(signature = "(source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        thread: &Thread,
        source: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        closure: Option<Value>,
    ) -> PyResult<()> {
        let (globals, locals) = namespaces(thread, Runner::Exec, globals, locals)?;
        if let Some(code) = source.cast::<CodeObject>() {
            let closure = closure_argument(thread, code, closure)?;
            (thread.vm().hooks().run_code)(thread, code, globals, locals, closure)?;
            return Ok(());
        }
        if closure.is_some_and(|c| !c.is_none()) {
            return Err(thread.raise_type_error("closure can only be used when source is a code object"));
        }
        let source = source_argument(thread, source, "exec", "string, bytes or code object")?;
        let code =
            (thread.vm().hooks().compile)(thread, source, "<string>", CompileMode::Exec, inherited_flags(thread))?;
        (thread.vm().hooks().run_code)(thread, code, globals, locals, None)?;
        Ok(())
    }

    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    ///
    /// The globals argument is only used to determine the context;
    /// they are not modified.  The locals argument is unused.  The fromlist
    /// should be a list of names to emulate ``from name import ...``, or an
    /// empty list to emulate ``import name``.
    /// When importing a module from a package, note that __import__('A.B', ...)
    /// returns package A when fromlist is empty, but its submodule B when
    /// fromlist is not empty.  The level argument is used to determine whether to
    /// perform absolute or relative imports: 0 is absolute, while a positive number
    /// is the number of parent directories to search relative to the current module.
    #[function(name = "__import__", signature = "(name, globals=None, locals=None, fromlist=(), level=0)")]
    fn import(
        thread: &Thread,
        name: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        fromlist: Option<Value>,
        level: Option<i64>,
    ) -> PyResult<Value> {
        let _ = locals;
        let Some(text) = name.cast::<Str>() else {
            return Err(
                thread.raise_type_error(format!("module name must be a string, not {}", thread.type_name(name)))
            );
        };
        crate::modules::import::import(thread, text, globals, fromlist, level.unwrap_or(0))
    }
}
