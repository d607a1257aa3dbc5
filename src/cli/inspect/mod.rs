//! `taipan inspect script.py`: what became of each function of a script, and what each stage of the compiler makes of it.
//!
//! What lives here: the options, the run of the script, and the order of what is shown. What must not: the texts of
//! stages (`jit/inspect`) and the layout of pages (`report.rs`). Start at [`main`].
//!
//! The script is run first, because code is compiled from what the interpreter has seen. What it prints is hidden.

mod functions;
mod report;
mod silence;

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use taipan_runtime::object::Gc;
use taipan_runtime::thread::Thread;
use taipan_runtime::types::code::CodeObject;

use super::flags::{self, Flag};
use super::options::{Parsed, Settings};
use super::run;
use crate::engine::{self, Engine, JitMode};
use crate::jit::events::EventKinds;
use crate::jit::inspect::Sources;
use crate::jit::isa::Target;
use crate::jit::state::{Jit, JitOptions};

/// Wrong options, no script, or no such function.
const USAGE_ERROR: u8 = 2;

/// What can be shown of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Source,
    Bytecode,
    Feedback,
    Ssa,
    SsaOptimised,
    Clif,
    Assembly,
    Events,
}

/// The name of each view and what it shows, in the order of the pipeline.
const VIEWS: &[(View, &str, &str)] = &[
    (View::Source, "source", "the function's lines, and beside them what was seen there"),
    (View::Bytecode, "bytecode", "what the interpreter executes"),
    (View::Feedback, "feedback", "what the interpreter has seen at each instruction"),
    (View::Ssa, "ssa", "the intermediate form built from bytecode and feedback"),
    (View::SsaOptimised, "ssa-opt", "the same after the optimiser's passes"),
    (View::Clif, "clif", "what is handed to Cranelift"),
    (View::Assembly, "asm", "machine code"),
    (View::Events, "events", "compilations, refusals and side exits, in their order"),
];

/// What was asked for.
#[derive(Default)]
struct Options {
    function: Option<String>,
    views: Vec<View>,
    after: Option<String>,
    target: Target,
    always: bool,
    show_output: bool,
    /// The script and its arguments.
    script: Vec<OsString>,
    help: bool,
}

/// Each option of `taipan inspect`, in the order of `--help`.
const FLAGS: &[Flag<Options>] = &[
    Flag {
        name: "--function",
        value: Some("NAME"),
        help: "the function to show: its name, or Class.name, or outer.<locals>.name",
        set: |options, value| {
            options.function = Some(text(value)?.to_owned());
            Ok(())
        },
    },
    Flag {
        name: "--stage",
        value: Some("STAGE"),
        help: "what to show of it, several separated by commas; see below (default source)",
        set: |options, value| {
            for name in text(value)?.split(',') {
                let Some((view, ..)) = VIEWS.iter().find(|(_, known, _)| *known == name) else {
                    let names: Vec<&str> = VIEWS.iter().map(|(_, name, _)| *name).collect();
                    return Err(format!("'{name}' is not one of {}", names.join(", ")));
                };
                options.views.push(*view);
            }
            Ok(())
        },
    },
    Flag {
        name: "--after",
        value: Some("PASS"),
        help: "with --stage ssa-opt: as it is behind the last run of this pass",
        set: |options, value| {
            options.after = Some(text(value)?.to_owned());
            Ok(())
        },
    },
    Flag {
        name: "--target",
        value: Some("MACHINE"),
        help: "generate code for host, x86_64 or aarch64 (default host)",
        set: |options, value| text(value)?.parse().map(|target| options.target = target),
    },
    Flag {
        name: "--always",
        value: None,
        help: "compile at the first opportunity, not when code is hot",
        set: |options, _| {
            options.always = true;
            Ok(())
        },
    },
    Flag {
        name: "--output",
        value: None,
        help: "show what the script prints, on standard error",
        set: |options, _| {
            options.show_output = true;
            Ok(())
        },
    },
    Flag {
        name: "--help",
        value: None,
        help: "show this",
        set: |options, _| {
            options.help = true;
            Ok(())
        },
    },
];

/// The value of an option that has to be text.
fn text(value: &OsStr) -> Result<&str, String> {
    value.to_str().ok_or_else(|| format!("not a value for it: {}", value.display()))
}

/// Reads the options; the first argument that is none is the script. Options may also stand behind the script, up
/// to `--`, behind which the script's own arguments stand.
fn parse_options(arguments: &[OsString]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            options.script.extend(rest.cloned());
            break;
        }
        if flags::is_option(argument) {
            flags::apply(FLAGS, &mut options, argument, &mut rest)?;
        } else {
            options.script.push(argument.clone());
        }
    }
    if options.after.is_some() && !options.views.contains(&View::SsaOptimised) {
        options.views.push(View::SsaOptimised);
    }
    Ok(options)
}

fn help() -> String {
    let mut text = String::from(
        "usage: taipan inspect [options] script.py [-- arguments]\n\n\
         Runs the script and shows what became of its functions: a table of all, or with --function each stage of\n\
         the compiler for one, with the Python lines beside it.\n\n",
    );
    text.push_str(&flags::describe(FLAGS));
    text.push_str("\nStages:\n");
    for (_, name, what) in VIEWS {
        text.push_str(&format!("  {name:<18}  {what}\n"));
    }
    text
}

/// The subcommand: parses its arguments, runs the script, shows what was asked for.
pub fn main(arguments: &[OsString]) -> ExitCode {
    let options = match parse_options(arguments) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("taipan inspect: {error}\nTry `taipan inspect --help` for more information.");
            return ExitCode::from(USAGE_ERROR);
        }
    };
    if options.help {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    if options.script.is_empty() {
        eprintln!("taipan inspect: which script?\nTry `taipan inspect --help` for more information.");
        return ExitCode::from(USAGE_ERROR);
    }
    super::on_a_big_stack(options, inspect)
}

fn inspect(options: Options) -> u8 {
    let settings = match super::options::parse(&options.script) {
        Ok(Parsed::Run(settings)) => *settings,
        Ok(Parsed::Show(_)) => return USAGE_ERROR,
        Err(error) => {
            eprint!("{error}");
            return USAGE_ERROR;
        }
    };
    let (mode, base) =
        if options.always { (JitMode::Always, JitOptions::always()) } else { (JitMode::On, JitOptions::default()) };
    let builder =
        Engine::builder().options(settings.vm.clone()).jit(mode).jit_options(JitOptions { background: false, ..base });
    let engine = match builder.build() {
        Ok(engine) => engine,
        Err(error) => {
            eprintln!("taipan: {error}");
            return 1;
        }
    };
    super::signals::forward_interrupts(engine.interrupt_handle());
    let thread = engine.thread();
    let Some(script) = options.script.first() else { return USAGE_ERROR };
    let sources = Sources::default();
    if let Some(jit) = Jit::get(thread) {
        jit.events.kept.set(EventKinds::ALL);
    }
    let code = match load_script(thread, &settings, script, &sources) {
        Ok(code) => code,
        Err(status) => return status,
    };
    let mut page = None;
    let hidden = silence::Hidden::start(options.show_output);
    // Code is made once more to show its stages: while the variables are there that it was made for.
    let status = run::execute(thread, code, || page = Some(show(thread, code, &options, &sources)));
    drop(hidden);
    if status != 0 {
        eprintln!("taipan inspect: the script ended with exit status {status}; shown is what was seen until then");
    }
    let text = match page {
        Some(Ok(text)) => text,
        Some(Err(error)) => {
            eprintln!("taipan inspect: {error}");
            return USAGE_ERROR;
        }
        None => return status,
    };
    use std::io::Write;
    // A reader that has seen enough closes its end: that is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
    0
}

/// The script's code, or the exit status if there is none.
fn load_script(thread: &Thread, settings: &Settings, script: &OsStr, sources: &Sources) -> Result<Gc<CodeObject>, u8> {
    match run::load_script(thread, settings, script) {
        Ok(Ok((code, text))) => {
            sources.insert(&script.to_string_lossy(), &text);
            Ok(code)
        }
        Ok(Err(status)) => Err(status),
        Err(raised) => Err(run::report(thread, raised)),
    }
}

/// What was asked for, as text; an error if there is no such function.
fn show(thread: &Thread, code: Gc<CodeObject>, options: &Options, sources: &Sources) -> Result<String, String> {
    let events = Jit::get(thread).map(|jit| jit.events.take()).unwrap_or_default();
    let page = report::Page {
        events: &events,
        thread,
        globals: engine::main_module(thread).dict(),
        sources,
        target: options.target,
    };
    match &options.function {
        None => Ok(page.summary(code)),
        Some(name) => functions::find(thread, code, name).map(|function| page.function(function, options)),
    }
}
