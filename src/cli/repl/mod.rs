//! A session with the user: read, run, print.
//!
//! What lives here: what a session does with a statement, and errors that do not end it. What must not: where
//! statements come from (`reader.rs`: a terminal with an editor, or any other input). Start at [`run`].

mod reader;

use ruff_text_size::Ranged;
use taipan_runtime::dispatch;
use taipan_runtime::dispatch::attr;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{CompileFlags, CompileMode};

use self::reader::{Reader, Statement};
use super::run::{flush, report, show, write_error};
use crate::engine;
use crate::interp::{self, compile};
use crate::syntax::{self, Mode, SourceText, Tree};

/// Reads statements from standard input until its end. Gives the exit code.
pub fn run(thread: &Thread, quiet: bool) -> u8 {
    if !quiet {
        write_error(
            thread,
            &format!(
                "{}Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
                super::options::version()
            ),
        );
    }
    let globals = engine::main_module(thread).dict();
    set_default(thread, "ps1", ">>> ");
    set_default(thread, "ps2", "... ");
    if let Some(code) = run_startup(thread, globals) {
        return code;
    }
    let mut reader = Reader::new(thread);
    let mut count = 0;
    loop {
        flush(thread);
        let text = match reader.statement() {
            Statement::Text(text) => text,
            Statement::Interrupted => {
                write_error(thread, "\nKeyboardInterrupt\n");
                continue;
            }
            Statement::End => {
                write_error(thread, "\n");
                return 0;
            }
        };
        if text.trim().is_empty() {
            continue;
        }
        if matches!(text.trim(), "exit" | "quit") && globals.get_str(thread, intern(thread, text.trim())).is_none() {
            return 0;
        }
        let filename = if reader.is_terminal() { format!("<python-input-{count}>") } else { "<stdin>".to_owned() };
        count += 1;
        thread.vm().remember_source(&filename, &text);
        for piece in pieces(&text) {
            match run_statement(thread, globals, &piece, &filename) {
                Ok(true) => {}
                Ok(false) => break,
                Err(code) => return code,
            }
        }
    }
}

/// Runs one statement: whether to go on with the next of the same input, or the exit code.
fn run_statement(thread: &Thread, globals: Gc<Dict>, text: &str, filename: &str) -> Result<bool, u8> {
    let flags = CompileFlags { optimize: thread.vm().options.optimize, ..CompileFlags::default() };
    let result = compile::compile_text(thread, text, filename, CompileMode::Single, flags)
        .and_then(|code| register_source(thread, code.value(), text, filename).map(|()| code))
        .and_then(|code| interp::run_code(thread, code, globals, globals.value(), None));
    let Err(raised) = result else { return Ok(true) };
    if thread.exception_is(thread.vm().exceptions.system_exit) {
        return Err(report(thread, raised));
    }
    let exception = thread.take_exception(raised);
    show(thread, exception);
    Ok(false)
}

/// Lets `linecache`, and so tracebacks and `inspect`, know the source of what was typed.
fn register_source(thread: &Thread, code: Value, text: &str, filename: &str) -> PyResult<()> {
    let module = taipan_runtime::modules::import::import_name(thread, "linecache")?;
    let register = attr::get(thread, module, intern(thread, "_register_code"))?;
    let (text, filename) = (Str::new(thread, text).value(), Str::new(thread, filename).value());
    dispatch::call::call(thread, register, &[code, text, filename]).map(drop)
}

/// The statements of an input, each to be run by itself; line numbers are kept by empty lines before it. An input
/// that is no valid module is one piece, for its error.
fn pieces(text: &str) -> Vec<String> {
    let source = SourceText::new(text, "<stdin>");
    let whole = || vec![text.to_owned()];
    let Ok(parsed) = syntax::parse(&source, Mode::Module) else { return whole() };
    let Tree::Module(module) = parsed.tree else { return whole() };
    // Decorators belong to what they stand before, and `a; b` is one piece.
    let mut starts: Vec<u32> = module.body.iter().map(|statement| source.line(statement.start())).collect();
    starts.dedup();
    if starts.len() < 2 {
        return whole();
    }
    let lines: Vec<&str> = source.text().split_inclusive('\n').collect();
    let ends = starts.iter().skip(1).map(|line| *line as usize - 1).chain([lines.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let start = *start as usize - 1;
            "\n".repeat(start) + &lines[start..end].concat() + "\n"
        })
        .collect()
}

/// What PYTHONSTARTUP names is run first. Gives the exit code if that ends the session.
fn run_startup(thread: &Thread, globals: Gc<Dict>) -> Option<u8> {
    if thread.vm().options.ignore_environment {
        return None;
    }
    let path = std::env::var("PYTHONSTARTUP").ok().filter(|path| !path.is_empty())?;
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            write_error(thread, &format!("Could not open PYTHONSTARTUP\n{path}: {error}\n"));
            return None;
        }
    };
    let flags = CompileFlags { optimize: thread.vm().options.optimize, ..CompileFlags::default() };
    let source = taipan_runtime::types::bytes::Bytes::new(thread, &bytes).value();
    let result = compile::compile(thread, source, &path, CompileMode::Module, flags)
        .and_then(|code| interp::run_code(thread, code, globals, globals.value(), None));
    let Err(raised) = result else { return None };
    if thread.exception_is(thread.vm().exceptions.system_exit) {
        return Some(report(thread, raised));
    }
    let exception = thread.take_exception(raised);
    show(thread, exception);
    None
}

fn intern(thread: &Thread, name: &str) -> Gc<Str> {
    thread.vm().interner.intern_text(thread, name)
}

/// Sets a variable of `sys` that is not there yet.
fn set_default(thread: &Thread, name: &str, value: &str) {
    let Some(sys) = thread.vm().sys.get() else { return };
    if sys.get(thread, name).is_none() {
        sys.dict().insert_str(thread, intern(thread, name), Str::new(thread, value).value());
    }
}

/// The prompt `sys.ps1` or `sys.ps2`.
fn prompt(thread: &Thread, name: &str) -> String {
    match thread.vm().sys.get().and_then(|sys| sys.get(thread, name)) {
        Some(value) => text_of(thread, value),
        None => String::new(),
    }
}

fn text_of(thread: &Thread, value: Value) -> String {
    match dispatch::text::str(thread, value) {
        Ok(text) => text.to_str_lossy(thread).into_owned(),
        Err(raised) => {
            thread.take_exception(raised);
            String::new()
        }
    }
}

/// The names that could stand at the end of `text`: what the library's `rlcompleter` says.
fn completions(thread: &Thread, text: &str) -> Vec<String> {
    let complete = || {
        let module = taipan_runtime::modules::import::import_name(thread, "rlcompleter")?;
        let class = attr::get(thread, module, intern(thread, "Completer"))?;
        let namespace = engine::main_module(thread).dict().value();
        let completer = dispatch::call::call(thread, class, &[namespace])?;
        let method = attr::get(thread, completer, intern(thread, "complete"))?;
        let text = Str::new(thread, text).value();
        let mut found = Vec::new();
        // The library's protocol: ask for one after another until there is none.
        for state in 0..MOST_COMPLETIONS {
            let name = dispatch::call::call(thread, method, &[text, Value::small_wrapping(state)])?;
            if name.is_none() {
                break;
            }
            found.push(text_of(thread, name));
        }
        Ok(found)
    };
    complete().unwrap_or_else(|raised| {
        thread.take_exception(raised);
        Vec::new()
    })
}

/// More than a user would read.
const MOST_COMPLETIONS: i64 = 500;
