//! From source to code objects: the hook behind `compile`, `exec`, `eval` and imports.
//!
//! What lives here: decoding, compiling, loading, and the translation of the front end's errors and warnings
//! into Python's. What must not: the front end. Start at [`compile_source`].

use std::sync::Arc;

use taipan_runtime::dispatch::{attr, call};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::bytearray::ByteArray;
use taipan_runtime::types::bytes::Bytes;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{CompileFlags, CompileMode};

use super::code_cache::CodeCache;
use super::{Interpreter, loader};
use crate::bytecode::{Code, CodeFlags};
use crate::compiler::{self, CompileOptions, Namespace};
use crate::syntax::{
    CompileError, Mode, SourceText, SyntaxErrorInfo, SyntaxErrorKind, SyntaxWarningInfo, Tree, WarningCategory, decode,
};

/// The hook `compile`.
pub fn compile(
    thread: &Thread,
    source: Value,
    filename: &str,
    mode: CompileMode,
    flags: CompileFlags,
) -> PyResult<Gc<CodeObject>> {
    let imported = source.cast::<Bytes>().filter(|_| mode == CompileMode::Module);
    let cache = imported.and_then(|source| Some((Interpreter::of(thread).code_cache(thread)?, source)));
    let cache = cache.map(|(cache, source)| (cache, CodeCache::key(source.as_slice(), filename, flags.optimize)));
    if let Some((cache, key)) = cache
        && let Some(code) = cache.load(key)
    {
        return Ok(loader::load(thread, &code));
    }
    let text = match source_text(thread, source, filename) {
        Ok(text) => text,
        Err(error) => return Err(raise(thread, &error)),
    };
    match compile_source(&SourceText::new(&text, filename), mode, flags) {
        Ok((code, warnings)) => {
            // Warnings are to be given each time.
            match cache {
                Some((cache, key)) if warnings.is_empty() => cache.store(key, &code),
                Some(_) | None => {}
            }
            finish(thread, &code, &warnings)
        }
        Err(error) => Err(raise(thread, &error)),
    }
}

/// Gives the warnings that compiling gave, and makes the code object.
pub(super) fn finish(thread: &Thread, code: &Arc<Code>, warnings: &[SyntaxWarningInfo]) -> PyResult<Gc<CodeObject>> {
    for warning in warnings {
        warn(thread, warning)?;
    }
    Ok(loader::load(thread, code))
}

/// The text of `source`: a str, or bytes in a declared encoding.
pub(super) fn source_text(thread: &Thread, source: Value, filename: &str) -> Result<String, CompileError> {
    if let Some(text) = source.cast::<Str>() {
        return Ok(text.to_str_lossy(thread).into_owned());
    }
    let bytes = match (source.cast::<Bytes>(), source.cast::<ByteArray>()) {
        (Some(bytes), _) => bytes.as_slice().to_vec(),
        (None, Some(bytes)) => bytes.as_slice().to_vec(),
        (None, None) => Vec::new(),
    };
    Ok(decode(&bytes, filename)?)
}

/// Compiles text.
///
/// # Errors
/// SyntaxError and what else compiling raises in CPython. A feature that Taipan does not compile is a
/// SyntaxError that says so.
pub fn compile_text(
    thread: &Thread,
    text: &str,
    filename: &str,
    mode: CompileMode,
    flags: CompileFlags,
) -> PyResult<Gc<CodeObject>> {
    match compile_source(&SourceText::new(text, filename), mode, flags) {
        Ok((code, warnings)) => finish(thread, &code, &warnings),
        Err(error) => Err(raise(thread, &error)),
    }
}

/// Compiles a source without a thread.
///
/// # Errors
/// As [`compiler::compile`].
pub fn compile_source(
    source: &SourceText,
    mode: CompileMode,
    flags: CompileFlags,
) -> Result<(Arc<Code>, Vec<SyntaxWarningInfo>), CompileError> {
    let compiled = compiler::compile(source, &options_of(mode, flags))?;
    Ok((compiled.code, compiled.warnings))
}

/// Compiles a tree of this depth, whose places are in `source`.
///
/// # Errors
/// As [`compiler::compile`].
pub(super) fn compile_parsed(
    tree: Tree,
    depth: usize,
    source: &SourceText,
    mode: CompileMode,
    flags: CompileFlags,
) -> Result<(Arc<Code>, Vec<SyntaxWarningInfo>), CompileError> {
    let compiled = compiler::compile_tree(tree, depth, source, &options_of(mode, flags))?;
    Ok((compiled.code, compiled.warnings))
}

fn options_of(mode: CompileMode, flags: CompileFlags) -> CompileOptions {
    CompileOptions {
        mode: match mode {
            CompileMode::Module | CompileMode::Exec => Mode::Module,
            CompileMode::Eval => Mode::Expression,
            CompileMode::Single => Mode::Interactive,
        },
        namespace: if mode == CompileMode::Module { Namespace::Globals } else { Namespace::Mapping },
        optimize: flags.optimize,
        future: [
            (flags.future_annotations, CodeFlags::FUTURE_ANNOTATIONS),
            (flags.barry_as_flufl, CodeFlags::FUTURE_BARRY_AS_BDFL),
        ]
        .iter()
        .filter(|(in_force, _)| *in_force)
        .fold(CodeFlags::default(), |flags, (_, flag)| flags.union(*flag)),
        top_level_await: flags.top_level_await,
        allow_incomplete: flags.allow_incomplete,
        no_implied_dedent: flags.no_implied_dedent,
    }
}

/// Raises what compiling failed with.
pub fn raise(thread: &Thread, error: &CompileError) -> Raised {
    match error {
        CompileError::Syntax(info) => raise_syntax_error(thread, info, &info.message),
        CompileError::Unsupported(info) => {
            raise_syntax_error(thread, info, &format!("not supported by Taipan: {}", info.message))
        }
        CompileError::Recursion(message) => thread.raise_recursion_error(message),
        CompileError::Memory(message) => thread.raise_memory_error(message),
        CompileError::Value(info) => raise_syntax_error(thread, info, &info.message),
    }
}

fn raise_syntax_error(thread: &Thread, info: &SyntaxErrorInfo, message: &str) -> Raised {
    let exceptions = &thread.vm().exceptions;
    let class = match info.kind {
        SyntaxErrorKind::Syntax => exceptions.syntax_error,
        SyntaxErrorKind::Incomplete => exceptions.incomplete_input_error,
        SyntaxErrorKind::Indentation => exceptions.indentation_error,
        SyntaxErrorKind::Tab => exceptions.tab_error,
    };
    let number = |number: i64| Value::small_wrapping(number);
    let text = info.text.as_ref().map_or(Value::NONE, |text| Str::new(thread, text).value());
    let location = Tuple::new(
        thread,
        &[
            Str::new(thread, &info.filename).value(),
            number(i64::from(info.line)),
            number(i64::from(info.column)),
            text,
            number(i64::from(info.end_line)),
            number(i64::from(info.end_column)),
        ],
    );
    let message = Str::new(thread, message).value();
    thread.raise_with_arguments(class, &[message, location.value()])
}

/// Gives a warning through `warnings.warn_explicit`.
fn warn(thread: &Thread, warning: &SyntaxWarningInfo) -> PyResult<()> {
    let exceptions = &thread.vm().exceptions;
    let category = match warning.category {
        WarningCategory::Syntax => exceptions.syntax_warning,
        WarningCategory::Deprecation => exceptions.deprecation_warning,
    };
    let interner = &thread.vm().interner;
    // Without the warnings module there is nobody to show it.
    let Some(module) = thread.vm().modules().get_str(thread, interner.intern_text(thread, "_warnings")) else {
        return Ok(());
    };
    let function = attr::get(thread, module, interner.intern_text(thread, "warn_explicit"))?;
    let message = Str::new(thread, &warning.message).value();
    let filename = Str::new(thread, &warning.place.filename).value();
    let line = Value::small_wrapping(i64::from(warning.place.line));
    match call::call(thread, function, &[message, category.value(), filename, line]) {
        Ok(_) => Ok(()),
        Err(raised) => {
            // A filter turned the warning into an error: CPython reports it as SyntaxError at its place.
            if thread.exception_is(category) {
                thread.take_exception(raised);
                return Err(raise_syntax_error(thread, &warning.place, &warning.message));
            }
            Err(raised)
        }
    }
}
