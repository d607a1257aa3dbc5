//! Running a program from start to exit code.
//!
//! What lives here: what CPython's `main` does: `__main__`, `sys.path[0]`, uncaught exceptions, `sys.exit`,
//! flushing, exit codes. What must not: parsing of options. Start at [`run`].

use std::ffi::OsStr;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use taipan_runtime::dispatch::{self, attr, call};
use taipan_runtime::error::{PyResult, Raised};
use taipan_runtime::modules::import;
use taipan_runtime::modules::sys::unraisable;
use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::traceback_format;
use taipan_runtime::types::code::CodeObject;
use taipan_runtime::types::exception::Exception;
use taipan_runtime::types::int;
use taipan_runtime::types::list::List;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::teardown;
use taipan_runtime::types::traceback::Traceback;
use taipan_runtime::value::Value;
use taipan_runtime::vm::{CompileFlags, CompileMode};

use super::options::{Program, Settings};
use super::{repl, stats};
use crate::engine::{self, Engine, JitMode};
use crate::interp::{self, compile};
use crate::jit::state::JitOptions;
use crate::syntax::{CompileError, SourceText, decode};

/// The exit code after KeyboardInterrupt: 128 + SIGINT.
const INTERRUPTED: u8 = 130;
/// Standard output could not be flushed.
const FLUSH_FAILED: u8 = 120;

/// Runs the program and gives the exit code.
pub fn run(settings: Settings) -> u8 {
    let is_session = settings.vm.interactive || std::io::stdin().is_terminal();
    let program = match settings.program.clone() {
        Some(Program::Stdin) | None if is_session => Program::Interactive,
        Some(program) => program,
        None => Program::Stdin,
    };
    let inspect = settings.vm.inspect;
    let mut builder = Engine::builder().options(settings.vm.clone()).jit(settings.jit);
    if let Some(options) = jit_options(&settings) {
        builder = builder.jit_options(options);
    }
    let engine = match builder.build() {
        Ok(engine) => engine,
        Err(error) => {
            eprintln!("taipan: {error}");
            return 1;
        }
    };
    super::signals::forward_interrupts(engine.interrupt_handle());
    let thread = engine.thread();
    engine::main_module(thread);
    let mut interrupted = false;
    if settings.stats {
        stats::prepare(thread);
    }
    let mut code = match run_program(thread, &settings, &program) {
        Ok(code) => code,
        Err(raised) => {
            interrupted = thread.exception_is(thread.vm().exceptions.keyboard_interrupt);
            report(thread, raised)
        }
    };
    if inspect && program != Program::Interactive {
        code = repl::run(thread, true);
    }
    let code = finish(thread, code);
    if settings.stats {
        eprint!("{}", stats::report(thread));
    }
    if interrupted && code == INTERRUPTED {
        super::signals::end_by_interrupt();
    }
    // Everything with a finalizer is finalized, and the process ends: the system takes its memory back faster than we
    // would object by object.
    std::mem::forget(engine);
    code
}

/// How the JIT works, where it differs from the mode's own choice: `--trace`, `-X perf`.
fn jit_options(settings: &Settings) -> Option<JitOptions> {
    let mut options = match settings.jit {
        JitMode::Off => return None,
        JitMode::On => JitOptions::default(),
        JitMode::Always => JitOptions::always(),
    };
    options.trace = settings.trace;
    options.force_exits = settings.exit_all;
    options.fresh_code = settings.fresh_code;
    if settings.exit_all {
        // Each exit is taken once, which says nothing about the code.
        options.exit_limit = 1 << 20;
    }
    options.passes.off = settings.no_passes;
    options.perf_map = settings.vm.x_options.iter().any(|option| option == "perf");
    Some(options)
}

/// What ends the run: threads, `atexit`, buffers, finalizers.
fn finish(thread: &Thread, code: u8) -> u8 {
    let flushed = leave(thread);
    tear_down(thread, code, flushed)
}

/// Waits for threads and runs `atexit`'s functions; `false` if standard output could not be flushed.
fn leave(thread: &Thread) -> bool {
    let text = |name: &str| thread.vm().interner.intern_text(thread, name);
    let loaded = |name: &str| thread.vm().modules().get_str(thread, text(name));
    let run = |module: &str, function: &str| {
        let Some(module) = loaded(module) else { return };
        let result = attr::get_optional(thread, module, text(function)).and_then(|function| match function {
            Some(function) => call::call(thread, function, &[]).map(|_| ()),
            None => Ok(()),
        });
        if let Err(raised) = result {
            report(thread, raised);
        }
    };
    run("threading", "_shutdown");
    run("atexit", "_run_exitfuncs");
    flush(thread)
}

/// Runs the finalizers of what is left.
fn tear_down(thread: &Thread, code: u8, flushed: bool) -> u8 {
    taipan_runtime::threads::close(thread);
    teardown::run_all(thread, engine::main_module(thread).dict());
    // What is lost outweighs what the program says, as in CPython.
    if flush(thread) && flushed { code } else { FLUSH_FAILED }
}

/// Flushes `sys.stdout` and `sys.stderr`; `false` if the first could not be.
pub fn flush(thread: &Thread) -> bool {
    let names = &thread.vm().names;
    let mut good = true;
    for (name, counts) in [(names.stdout, true), (names.stderr, false)] {
        let Some(stream) =
            thread.vm().sys.get().and_then(|sys| sys.dict().get_str(thread, name)).filter(|stream| !stream.is_none())
        else {
            continue;
        };
        if is_closed(thread, stream) {
            continue;
        }
        if let Err(raised) = call::call_method(thread, stream, names.flush, &[]) {
            if counts {
                good = false;
                unraisable::report(thread, raised, Some("Exception ignored on flushing sys.stdout"), None);
            } else {
                thread.take_exception(raised);
            }
        }
    }
    good
}

fn is_closed(thread: &Thread, stream: Value) -> bool {
    let name = thread.vm().interner.intern_text(thread, "closed");
    match attr::get_optional(thread, stream, name) {
        Ok(Some(closed)) => closed == Value::TRUE,
        Ok(None) => false,
        Err(raised) => {
            thread.take_exception(raised);
            false
        }
    }
}

fn run_program(thread: &Thread, settings: &Settings, program: &Program) -> PyResult<u8> {
    match program {
        Program::Command(source) => {
            insert_path(thread, Some(Path::new("")))?;
            let mut source = source.clone();
            if !source.ends_with('\n') {
                source.push('\n');
            }
            run_source(thread, &source, "<string>")
        }
        Program::File(file) => run_file(thread, settings, file),
        Program::Module(module) => {
            insert_path(thread, std::env::current_dir().ok().as_deref())?;
            run_module(thread, module)
        }
        Program::Stdin => {
            insert_path(thread, Some(Path::new("")))?;
            let mut bytes = Vec::new();
            if let Err(error) = std::io::stdin().read_to_end(&mut bytes) {
                eprintln!("taipan: standard input: {error}");
                return Ok(1);
            }
            run_bytes(thread, &bytes, "<stdin>")
        }
        Program::Interactive => {
            insert_path(thread, Some(Path::new("")))?;
            Ok(repl::run(thread, settings.vm.quiet))
        }
    }
}

/// Puts the folder of the program in front of `sys.path`, unless safe paths were asked for.
fn insert_path(thread: &Thread, folder: Option<&Path>) -> PyResult<()> {
    let options = &thread.vm().options;
    if options.isolated || options.x_options.iter().any(|option| option == "safe_path") {
        return Ok(());
    }
    let path = thread.vm().sys.get().and_then(|sys| sys.get(thread, "path")).and_then(|path| path.cast::<List>());
    if let (Some(path), Some(folder)) = (path, folder) {
        path.insert(thread, 0, Str::new(thread, &folder.to_string_lossy()).value())?;
    }
    Ok(())
}

/// A script: a file of source, or a folder or archive with a `__main__`.
fn run_file(thread: &Thread, settings: &Settings, file: &OsStr) -> PyResult<u8> {
    let path = PathBuf::from(file);
    let shown = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
    let refuse = |error: &std::io::Error| {
        let number = error.raw_os_error().unwrap_or(libc::EIO);
        let reason = taipan_runtime::types::exception_fields::strerror(number);
        eprintln!("taipan: can't open file '{}': [Errno {number}] {reason}", shown.display());
        2
    };
    if path.is_dir() {
        let main = path.join("__main__.py");
        if !main.is_file() {
            eprintln!("taipan: can't find '__main__' module in '{}'", shown.display());
            return Ok(1);
        }
        insert_path(thread, Some(&path))?;
        return run_module_of(thread, "__main__");
    }
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => return Ok(refuse(&error)),
    };
    if bytes.starts_with(b"PK\x03\x04") {
        insert_path(thread, Some(&path))?;
        return run_module_of(thread, "__main__");
    }
    let (text, filename) = prepare(thread, settings, file, bytes)?;
    run_source(thread, &text, &filename)
}

/// Sets up `__main__` and `sys.path` for a script, and decodes it. Gives text and file name.
fn prepare(thread: &Thread, settings: &Settings, file: &OsStr, mut bytes: Vec<u8>) -> PyResult<(String, String)> {
    let path = PathBuf::from(file);
    if settings.skip_first_line {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        bytes.drain(..end);
    }
    // The folder is that of the file itself, links resolved, as CPython takes it.
    let real =
        std::fs::read_link(&path).map(|target| path.parent().unwrap_or(Path::new("")).join(target)).unwrap_or(path);
    let folder = std::path::absolute(&real).ok().and_then(|real| real.parent().map(Path::to_path_buf));
    insert_path(thread, folder.as_deref())?;
    // `__file__` and tracebacks name the whole path; `sys.argv[0]` is as it was given.
    let shown = std::path::absolute(file).unwrap_or_else(|_| PathBuf::from(file));
    let filename = shown.to_string_lossy();
    let globals = engine::main_module(thread).dict();
    globals.insert_str(thread, thread.vm().names.__file__, Str::new(thread, &filename).value());
    globals.insert_str(thread, thread.vm().names.__cached__, Value::NONE);
    match decode(&bytes, &filename) {
        Ok(text) => Ok((text, filename.into_owned())),
        Err(error) => Err(compile::raise(thread, &CompileError::from(error))),
    }
}

/// The code of a script that is to be run with [`execute`], and its text; or the exit status if there is none.
pub fn load_script(
    thread: &Thread,
    settings: &Settings,
    file: &OsStr,
) -> PyResult<Result<(Gc<CodeObject>, String), u8>> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("taipan: can't open file '{}': {error}", file.display());
            return Ok(Err(2));
        }
    };
    let (text, filename) = prepare(thread, settings, file, bytes)?;
    Ok(compile_or_refuse(thread, &text, &filename)?.map(|code| (code, text)))
}

/// Runs a script's code in `__main__` to the end of the process's Python part, and `look` where its variables are still
/// there. Gives the exit code.
pub fn execute(thread: &Thread, code: Gc<CodeObject>, look: impl FnOnce()) -> u8 {
    let globals = engine::main_module(thread).dict();
    let status = match interp::run_code(thread, code, globals, globals.value(), None) {
        Ok(_) => 0,
        Err(raised) => report(thread, raised),
    };
    let flushed = leave(thread);
    look();
    tear_down(thread, status, flushed)
}

/// `-m`: the module is found and run as `__main__`.
fn run_module(thread: &Thread, module: &str) -> PyResult<u8> {
    let runpy = import::import_name(thread, "runpy")?;
    let function = attr::get(thread, runpy, thread.vm().interner.intern_text(thread, "_run_module_as_main"))?;
    call::call(thread, function, &[Str::new(thread, module).value()])?;
    Ok(0)
}

fn run_module_of(thread: &Thread, module: &str) -> PyResult<u8> {
    let runpy = import::import_name(thread, "runpy")?;
    let function = attr::get(thread, runpy, thread.vm().interner.intern_text(thread, "_run_module_as_main"))?;
    call::call(thread, function, &[Str::new(thread, module).value(), Value::FALSE])?;
    Ok(0)
}

fn run_bytes(thread: &Thread, bytes: &[u8], filename: &str) -> PyResult<u8> {
    match decode(bytes, filename) {
        Ok(text) => run_source(thread, &text, filename),
        Err(error) => Err(compile::raise(thread, &CompileError::from(error))),
    }
}

fn run_source(thread: &Thread, text: &str, filename: &str) -> PyResult<u8> {
    match compile_or_refuse(thread, text, filename)? {
        Ok(code) => {
            let globals = engine::main_module(thread).dict();
            interp::run_code(thread, code, globals, globals.value(), None)?;
            Ok(0)
        }
        Err(status) => Ok(status),
    }
}

/// The code of a program, or the exit status if Taipan cannot compile what is no error of the program.
fn compile_or_refuse(thread: &Thread, text: &str, filename: &str) -> PyResult<Result<Gc<CodeObject>, u8>> {
    let flags = CompileFlags { optimize: thread.vm().options.optimize, ..CompileFlags::default() };
    if filename == "<string>" {
        thread.vm().remember_source(filename, text);
    }
    // What Taipan does not compile is told apart from errors of the program.
    compile::compile_text(thread, text, filename, CompileMode::Module, flags).map(Ok).or_else(|raised| {
        match compile::compile_source(&SourceText::new(text, filename), CompileMode::Module, flags) {
            Err(error @ CompileError::Unsupported(_)) => {
                thread.take_exception(raised);
                eprintln!("{error}");
                Ok(Err(1))
            }
            Ok(_) | Err(_) => Err(raised),
        }
    })
}

/// Shows an uncaught exception and gives its exit code. SystemExit is not shown.
pub fn report(thread: &Thread, raised: Raised) -> u8 {
    let exception = thread.take_exception(raised);
    let class = thread.class_of(exception);
    let exceptions = &thread.vm().exceptions;
    if class.is_subclass_of(exceptions.system_exit) {
        return exit_code(thread, exception);
    }
    let code = if class.is_subclass_of(exceptions.keyboard_interrupt) { INTERRUPTED } else { 1 };
    show(thread, exception);
    code
}

/// The exit code of SystemExit: none is 0, a number is itself, anything else is printed and 1.
fn exit_code(thread: &Thread, exception: Value) -> u8 {
    let code = exception.cast::<Exception>().and_then(|exception| exception.field(0)).unwrap_or(Value::NONE);
    if code.is_none() {
        return 0;
    }
    if let Some(number) = int::to_bigint(code) {
        // What does not fit a C int is -1.
        return i32::try_from(number).map_or(u8::MAX, |number| number as u8);
    }
    flush(thread);
    let text = match dispatch::text::str(thread, code) {
        Ok(text) => text.to_str_lossy(thread).into_owned(),
        Err(raised) => {
            thread.take_exception(raised);
            String::new()
        }
    };
    write_error(thread, &format!("{text}\n"));
    1
}

/// Calls `sys.excepthook`, or prints the exception if it is the default one.
pub fn show(thread: &Thread, exception: Value) {
    let Some(object) = exception.cast::<Exception>() else { return };
    let sys = thread.vm().sys.get();
    let vm = thread.vm();
    if let Some(sys) = sys {
        let last = vm.names.last_exc;
        sys.dict().insert_str(thread, last, exception);
    }
    let hook = sys.and_then(|sys| sys.dict().get_str(thread, vm.names.excepthook));
    let default = sys.and_then(|sys| sys.get(thread, "__excepthook__"));
    match hook {
        Some(hook) if Some(hook) != default => {
            let traceback = object.traceback.get().map_or(Value::NONE, |traceback: Gc<Traceback>| traceback.value());
            let class = thread.class_of(exception).value();
            if let Err(raised) = call::call(thread, hook, &[class, exception, traceback]) {
                let second = thread.take_exception(raised);
                if thread.class_of(second).is_subclass_of(vm.exceptions.system_exit) {
                    return;
                }
                write_error(thread, "Error in sys.excepthook:\n");
                if let Some(second) = second.cast::<Exception>() {
                    write_error(thread, &traceback_format::format_exception(thread, second));
                }
                write_error(thread, "\nOriginal exception was:\n");
                write_error(thread, &traceback_format::format_exception(thread, object));
            }
        }
        _ => write_error(thread, &traceback_format::format_exception(thread, object)),
    }
}

/// Writes to `sys.stderr`, after what standard output still holds; to the process's own if there is none.
pub fn write_error(thread: &Thread, text: &str) {
    let names = &thread.vm().names;
    let stream = thread
        .vm()
        .sys
        .get()
        .and_then(|sys| sys.dict().get_str(thread, names.stderr))
        .filter(|stream| !stream.is_none());
    if let Some(stream) = stream {
        let text = Str::new(thread, text).value();
        match call::call_method(thread, stream, names.write, &[text]) {
            Ok(_) => {
                if let Err(raised) = call::call_method(thread, stream, names.flush, &[]) {
                    thread.take_exception(raised);
                }
                return;
            }
            Err(raised) => {
                thread.take_exception(raised);
            }
        }
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}
