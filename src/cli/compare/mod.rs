//! `taipan compare script.py`: the same script under Taipan's interpreter, its JIT and the Pythons of this machine.
//!
//! What lives here: the options and the order of events. Outputs are checked before anything is timed: a quick wrong
//! answer is not a result. What must not: the VM; Taipan takes part as a process like the others. The parts:
//! `discover.rs` finds machines, `run.rs` measures, `statistics.rs` judges, `report.rs` shows. Start at [`main`].

mod discover;
mod report;
mod run;
mod statistics;

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use discover::{Kind, Machine};
use report::Report;
use run::{Effort, Outcome, Script};

use super::flags::{self, Flag};

/// Wrong options or no script.
const USAGE_ERROR: u8 = 2;

/// In which form the report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Text,
    Markdown,
    Json,
}

/// What was asked for.
#[derive(Clone, Debug)]
struct Options {
    form: Form,
    fail_if_slower: bool,
    effort: Effort,
    /// Programs to compare with; empty means those on the path.
    pythons: Vec<OsString>,
    script: Option<Script>,
    help: bool,
}

impl Default for Options {
    fn default() -> Self {
        let effort = Effort { runs: 5, seconds: 3.0 };
        Options { form: Form::Text, fail_if_slower: false, effort, pythons: Vec::new(), script: None, help: false }
    }
}

/// Each option of `taipan compare`, in the order of `--help`.
const FLAGS: &[Flag<Options>] = &[
    Flag {
        name: "--runs",
        value: Some("N"),
        help: "fresh processes for each machine (default 5)",
        set: |options, value| parse(value, |runs: &usize| *runs > 0).map(|runs| options.effort.runs = runs),
    },
    Flag {
        name: "--seconds",
        value: Some("S"),
        help: "time for each machine's runs in one process (default 3)",
        set: |options, value| parse(value, |s: &f64| *s >= 0.0 && s.is_finite()).map(|s| options.effort.seconds = s),
    },
    Flag {
        name: "--python",
        value: Some("PROGRAM"),
        help: "compare with this Python instead of those on the path; may be repeated",
        set: |options, value| {
            options.pythons.push(value.to_os_string());
            Ok(())
        },
    },
    Flag {
        name: "--json",
        value: None,
        help: "write JSON: every figure and every sample",
        set: |options, _| set_form(options, Form::Json),
    },
    Flag {
        name: "--markdown",
        value: None,
        help: "write a Markdown table",
        set: |options, _| set_form(options, Form::Markdown),
    },
    Flag {
        name: "--fail-if-slower",
        value: None,
        help: "exit with 1 if the JIT's steady state is clearly slower than CPython's or the interpreter's",
        set: |options, _| {
            options.fail_if_slower = true;
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

fn parse<T: std::str::FromStr>(value: &OsStr, fits: fn(&T) -> bool) -> Result<T, String> {
    let found = value.to_str().and_then(|text| text.parse().ok()).filter(fits);
    found.ok_or_else(|| format!("not a value for it: {}", value.display()))
}

fn set_form(options: &mut Options, form: Form) -> Result<(), String> {
    if options.form != Form::Text && options.form != form {
        return Err("choose one of --json and --markdown".to_string());
    }
    options.form = form;
    Ok(())
}

/// Reads the options; the first argument that is none is the script, and the rest belongs to it.
fn parse_options(arguments: &[OsString]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if !flags::is_option(argument) {
            options.script = Some(Script { path: argument.clone(), arguments: rest.cloned().collect() });
            break;
        }
        flags::apply(FLAGS, &mut options, argument, &mut rest)?;
    }
    Ok(options)
}

/// The text of `--help`.
fn help() -> String {
    let mut text = String::from(
        "usage: taipan compare [options] script.py [arguments]\n\n\
         Runs the script under Taipan's interpreter, Taipan's JIT and each python3 and pypy3 of this machine: checks that\n\
         their outputs are equal, then measures start-up, first run, steady state and peak memory.\n\n",
    );
    text.push_str(&flags::describe(FLAGS));
    text
}

/// Says on standard error how far things are: on one line of a terminal, else a line for each new phase.
struct Progress {
    terminal: bool,
    /// The phases already named, where that is done once each.
    named: Vec<String>,
}

impl Progress {
    fn new() -> Progress {
        Progress { terminal: std::io::stderr().is_terminal(), named: Vec::new() }
    }

    /// `what` is `phase: machine`.
    fn show(&mut self, what: &str, share: f64) {
        let mut to = std::io::stderr();
        // Progress that cannot be shown is no reason to stop measuring.
        if self.terminal {
            let _ = write!(to, "\r\x1b[K{:3.0}% {what}", share * 100.0);
            let _ = to.flush();
        } else {
            let phase = what.split(':').next().unwrap_or(what);
            if !self.named.iter().any(|named| named == phase) {
                self.named.push(phase.to_string());
                let _ = writeln!(to, "{phase} ...");
            }
        }
    }

    fn clear(&mut self) {
        if self.terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// Runs `taipan compare` with what stands after `compare` on the command line.
///
/// The exit code is 0 after a comparison, 1 when outputs differ (or, where asked for, when the JIT is slower),
/// 2 for wrong usage.
pub fn main(arguments: &[OsString]) -> ExitCode {
    let options = match parse_options(arguments) {
        Ok(options) => options,
        Err(error) => return fail(USAGE_ERROR, &format!("{error} (see taipan compare --help)")),
    };
    if options.help {
        return write_out(&help());
    }
    let Some(script) = options.script.clone() else {
        return fail(USAGE_ERROR, "which script? (see taipan compare --help)");
    };
    if let Err(error) = run::check_script(&script.path) {
        return fail(USAGE_ERROR, &error);
    }
    let mut progress = Progress::new();
    progress.show("looking for Pythons", 0.0);
    let machines = match find_machines(&options) {
        Ok(machines) => machines,
        Err(error) => return fail(USAGE_ERROR, &error),
    };
    let result = compare(machines, &script, options.effort, &mut progress);
    progress.clear();
    match result {
        Err(error) => fail(1, &error),
        Ok(report) => {
            let text = match options.form {
                Form::Text => report.text(),
                Form::Markdown => report.markdown(),
                Form::Json => report.json(),
            };
            let written = write_out(&text);
            if options.fail_if_slower && report.is_slower() {
                return fail(1, "the JIT is slower");
            }
            written
        }
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    eprintln!("taipan compare: {message}");
    ExitCode::from(code)
}

/// Writes to standard output; a closed pipe is not worth a message.
fn write_out(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Taipan's two modes, then the Pythons.
fn find_machines(options: &Options) -> Result<Vec<Machine>, String> {
    let here = std::env::current_exe().map_err(|error| format!("cannot find the program itself: {error}"))?;
    let mut machines = discover::taipan(&here);
    if options.pythons.is_empty() {
        machines.extend(discover::find_all(&std::env::var_os("PATH").unwrap_or_default()));
        return Ok(machines);
    }
    for python in &options.pythons {
        let machine = discover::ask(Path::new(python));
        machines.push(machine.ok_or_else(|| format!("--python: {} does not answer as a Python", python.display()))?);
    }
    Ok(machines)
}

/// Checks the outputs and measures. The error is a sentence: outputs differ, or a process does not start.
fn compare(machines: Vec<Machine>, script: &Script, effort: Effort, progress: &mut Progress) -> Result<Report, String> {
    let once = |machine: &Machine| {
        run::run_script(machine, script).map_err(|error| format!("{}: {error}", machine.program.display()))
    };
    let mut outcomes = Vec::new();
    for machine in &machines {
        progress.show(&format!("checking outputs: {}", machine.name), 0.0);
        outcomes.push(once(machine)?);
    }
    let again = once(&machines[0])?;
    let mut notes = Vec::new();
    let kept = if run::difference(&outcomes[0], &again).is_some() {
        notes.push("The script's output changes from run to run: outputs were not compared.".to_string());
        (0..machines.len()).collect()
    } else {
        agreeing(&machines, &outcomes, &mut notes)?
    };
    let machines: Vec<Machine> = kept.into_iter().map(|index: usize| machines[index].clone()).collect();
    let measurements = run::measure(&machines, script, effort, &mut |what, share| progress.show(what, share))
        .map_err(|error| format!("a machine does not start: {error}"))?;
    for (machine, found) in machines.iter().zip(&measurements) {
        notes.extend(found.complaint.iter().map(|complaint| format!("{} {complaint}", machine.name)));
    }
    let cpython = machines.iter().position(|machine| machine.kind == Kind::CPython);
    let script = script.path.to_string_lossy().into_owned();
    Ok(Report { script, machines, measurements, baseline: cpython.unwrap_or(0), notes })
}

/// The machines whose output is that of Taipan's interpreter; an error when Taipan itself is at odds with itself or
/// with every CPython.
fn agreeing(machines: &[Machine], outcomes: &[Outcome], notes: &mut Vec<String>) -> Result<Vec<usize>, String> {
    let mut kept = Vec::new();
    let mut cpythons = (0, String::new());
    let mut agreed = false;
    for (index, (machine, outcome)) in machines.iter().zip(outcomes).enumerate() {
        match (machine.kind, run::difference(outcome, &outcomes[0])) {
            (kind, None) => {
                agreed |= kind == Kind::CPython;
                kept.push(index);
            }
            (Kind::TaipanInterpreter | Kind::TaipanJit, Some(what)) => {
                return Err(format!("Taipan's interpreter and JIT print different things: {what}"));
            }
            (Kind::CPython, Some(what)) => {
                cpythons = (cpythons.0 + 1, format!("{}: {what}", machine.name));
                notes.push(format!("{} prints something else and was left out: {what}.", machine.name));
            }
            (Kind::Other, Some(what)) => {
                notes.push(format!("{} prints something else and was left out: {what}.", machine.name));
            }
        }
    }
    if cpythons.0 > 0 && !agreed {
        let errors = String::from_utf8_lossy(&outcomes[0].err);
        let last = errors.lines().last().map_or(String::new(), |line| format!("\ntaipan says: {line}"));
        return Err(format!("outputs differ from {}{last}", cpythons.1));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(words: &[&str]) -> Result<Options, String> {
        parse_options(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn options_end_at_the_script() {
        let found = options(&["--runs", "7", "--seconds=0.5", "--json", "x.py", "--runs", "9"]).unwrap();
        assert_eq!((found.effort.runs, found.effort.seconds, found.form), (7, 0.5, Form::Json));
        let script = found.script.unwrap();
        assert_eq!((script.path.to_str(), script.arguments.len()), (Some("x.py"), 2));
    }

    #[test]
    fn wrong_options_are_refused() {
        let error = |words: &[&str]| options(words).unwrap_err();
        assert_eq!(error(&["--bogus"]), "unknown option --bogus");
        assert_eq!(error(&["--runs"]), "--runs wants N");
        assert_eq!(error(&["--runs=0"]), "--runs: not a value for it: 0");
        assert_eq!(error(&["--seconds=-1"]), "--seconds: not a value for it: -1");
        assert_eq!(error(&["--json=1"]), "--json takes no value");
        assert_eq!(error(&["--json", "--markdown"]), "--markdown: choose one of --json and --markdown");
    }

    #[test]
    fn help_names_every_option() {
        assert!(FLAGS.iter().all(|flag| help().contains(flag.name)));
        assert!(options(&["-h"]).unwrap().help);
    }
}
