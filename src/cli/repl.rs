//! A session with the user: read, run, print.
//!
//! What lives here: prompts, statements over several lines, errors that do not end the session. What must not:
//! anything a script needs. Start at [`run`].

use std::io::{BufRead, Write};

use taipan_runtime::dispatch;
use taipan_runtime::thread::Thread;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{CompileFlags, CompileMode};

use super::run::{report, show, write_error};
use crate::engine;
use crate::interp::{self, compile};
use crate::syntax::{CompileError, SourceText, SyntaxErrorKind};

/// Reads statements from standard input until its end. Gives the exit code.
pub fn run(thread: &Thread, quiet: bool) -> u8 {
    if !quiet {
        print!(
            "{}Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
            super::options::version()
        );
    }
    let globals = engine::main_module(thread).dict();
    let flags = CompileFlags { optimize: thread.vm().options.optimize, ..CompileFlags::default() };
    let mut input = std::io::stdin().lock();
    let mut count = 0;
    loop {
        let Some(text) = read_statement(thread, &mut input) else {
            println!();
            return 0;
        };
        if text.trim().is_empty() {
            continue;
        }
        let filename = format!("<python-input-{count}>");
        count += 1;
        thread.vm().remember_source(&filename, &text);
        let result = compile::compile_text(thread, &text, &filename, CompileMode::Single, flags)
            .and_then(|code| interp::run_code(thread, code, globals, globals.value(), None));
        let Err(raised) = result else { continue };
        if thread.exception_is(thread.vm().exceptions.system_exit) {
            return report(thread, raised);
        }
        if thread.exception_is(thread.vm().exceptions.keyboard_interrupt) {
            thread.take_exception(raised);
            write_error(thread, "\nKeyboardInterrupt\n");
            continue;
        }
        let exception = thread.take_exception(raised);
        show(thread, exception);
    }
}

/// The prompt `sys.ps1` or `sys.ps2`.
fn prompt(thread: &Thread, name: &str, default: &str) -> String {
    let value = thread.vm().sys.get().and_then(|sys| sys.get(thread, name));
    match value {
        None => default.to_owned(),
        Some(value) => text_of(thread, value),
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

/// One statement: lines until it is complete, and for a block until an empty line.
fn read_statement(thread: &Thread, input: &mut impl BufRead) -> Option<String> {
    let mut text = String::new();
    loop {
        let prompt = if text.is_empty() { prompt(thread, "ps1", ">>> ") } else { prompt(thread, "ps2", "... ") };
        print!("{prompt}");
        let _ = std::io::stdout().flush();
        let mut line = String::new();
        match input.read_line(&mut line) {
            Ok(0) | Err(_) if text.is_empty() => return None,
            Ok(0) | Err(_) => return Some(text),
            Ok(_) => {}
        }
        let empty = line.trim().is_empty();
        let first = text.is_empty();
        text.push_str(&line);
        if first && empty {
            return Some(text);
        }
        let block = text
            .lines()
            .next()
            .is_some_and(|line| line.trim_end().ends_with(':') || line.trim_start().starts_with('@'));
        if (!block || empty) && is_complete(&text) {
            return Some(text);
        }
    }
}

/// More lines could not make it any better.
fn is_complete(text: &str) -> bool {
    match compile::compile_source(&SourceText::new(text, "<stdin>"), CompileMode::Single, CompileFlags::default()) {
        Err(CompileError::Syntax(info)) => info.kind != SyntaxErrorKind::Incomplete,
        Ok(_) | Err(_) => true,
    }
}
