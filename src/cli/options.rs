//! The options of the command line: one table, from which parsing and help follow.
//!
//! What lives here: the table, its parser, environment variables. What must not: acting on options.
//! Start at [`OPTIONS`].

use std::ffi::{OsStr, OsString};

use taipan_runtime::gc::{GcMode, HeapOptions};
use taipan_runtime::vm::VmOptions;

use crate::engine::JitMode;
use crate::jit::events::{EventKind, EventKinds};

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// A script file, or a folder or archive with a `__main__`.
    File(OsString),
    /// `-c`: source text.
    Command(String),
    /// `-m`: a module, by name.
    Module(String),
    /// `-`, or no program while standard input is not a terminal.
    Stdin,
    /// A session with the user.
    Interactive,
}

/// Everything the command line and the environment said.
#[derive(Default)]
pub struct Settings {
    pub program: Option<Program>,
    pub vm: VmOptions,
    pub jit: JitMode,
    /// `--stats`: a report at the end.
    pub stats: bool,
    /// `--trace`: the kinds of the JIT's events to log. Collections are logged by a listener in `vm`.
    pub trace: EventKinds,
    /// Optimisation passes are left out.
    pub no_passes: bool,
    /// Every guard of compiled code fails.
    pub exit_all: bool,
    /// Memory of code is not used again.
    pub fresh_code: bool,
    /// `-x`: the first line of the script is skipped.
    pub skip_first_line: bool,
    show: Option<Show>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    Help,
    Version,
}

/// What parsing gives.
pub enum Parsed {
    Run(Box<Settings>),
    /// Text to print: help, version.
    Show(String),
}

/// An option. `apply` gets the value if the option takes one.
pub struct CliOption {
    pub short: Option<char>,
    pub long: Option<&'static str>,
    /// The name of the value in the help text; `None` if the option takes none.
    pub value: Option<&'static str>,
    pub help: &'static str,
    apply: fn(&mut Settings, &str) -> Result<(), String>,
}

/// Every option, in the order of the help text.
pub const OPTIONS: &[CliOption] = &[
    CliOption {
        short: Some('c'),
        long: None,
        value: Some("cmd"),
        help: "run the program given as a string; ends the list of options",
        apply: |settings, value| {
            settings.program = Some(Program::Command(value.to_owned()));
            Ok(())
        },
    },
    CliOption {
        short: Some('m'),
        long: None,
        value: Some("mod"),
        help: "run a library module as a script; ends the list of options",
        apply: |settings, value| {
            settings.program = Some(Program::Module(value.to_owned()));
            Ok(())
        },
    },
    CliOption {
        short: Some('b'),
        long: None,
        value: None,
        help: "accepted; comparing bytes with str gives no warning",
        apply: |_, _| Ok(()),
    },
    CliOption {
        short: Some('B'),
        long: None,
        value: None,
        help: "accepted; Taipan writes no .pyc files",
        apply: |_, _| Ok(()),
    },
    CliOption {
        short: Some('d'),
        long: None,
        value: None,
        help: "accepted; there is no parser debugging",
        apply: |_, _| Ok(()),
    },
    CliOption {
        short: Some('E'),
        long: None,
        value: None,
        help: "ignore the environment's PYTHON* variables",
        apply: |settings, _| {
            settings.vm.ignore_environment = true;
            Ok(())
        },
    },
    CliOption {
        short: Some('h'),
        long: Some("help"),
        value: None,
        help: "show this help and exit",
        apply: |settings, _| {
            settings.show = Some(Show::Help);
            Ok(())
        },
    },
    CliOption {
        short: Some('i'),
        long: None,
        value: None,
        help: "a session with the user after running the program",
        apply: |settings, _| {
            settings.vm.inspect = true;
            settings.vm.interactive = true;
            Ok(())
        },
    },
    CliOption {
        short: Some('I'),
        long: None,
        value: None,
        help: "isolated: implies -E, -P and -s",
        apply: |settings, _| {
            settings.vm.isolated = true;
            settings.vm.ignore_environment = true;
            Ok(())
        },
    },
    CliOption {
        short: Some('O'),
        long: None,
        value: None,
        help: "remove assert statements; twice: docstrings too",
        apply: |settings, _| {
            settings.vm.optimize = (settings.vm.optimize + 1).min(2);
            Ok(())
        },
    },
    CliOption {
        short: Some('P'),
        long: None,
        value: None,
        help: "do not put the script's folder in front of sys.path",
        apply: |settings, _| {
            settings.vm.x_options.push("safe_path".to_owned());
            Ok(())
        },
    },
    CliOption {
        short: Some('q'),
        long: None,
        value: None,
        help: "no version and copyright messages in a session with the user",
        apply: |settings, _| {
            settings.vm.quiet = true;
            Ok(())
        },
    },
    CliOption {
        short: Some('R'),
        long: None,
        value: None,
        help: "accepted; hashing is random unless PYTHONHASHSEED says otherwise",
        apply: |_, _| Ok(()),
    },
    CliOption {
        short: Some('s'),
        long: None,
        value: None,
        help: "accepted; there is no user site folder",
        apply: |_, _| Ok(()),
    },
    CliOption {
        short: Some('S'),
        long: None,
        value: None,
        help: "do not add what `import site` adds",
        apply: |settings, _| {
            settings.vm.x_options.push("no_site".to_owned());
            Ok(())
        },
    },
    CliOption {
        short: Some('u'),
        long: None,
        value: None,
        help: "write standard output and error unbuffered",
        apply: |settings, _| {
            settings.vm.unbuffered = true;
            Ok(())
        },
    },
    CliOption {
        short: Some('v'),
        long: None,
        value: None,
        help: "say what is imported",
        apply: |settings, _| {
            settings.vm.verbose = settings.vm.verbose.saturating_add(1);
            Ok(())
        },
    },
    CliOption {
        short: Some('V'),
        long: Some("version"),
        value: None,
        help: "show the version and exit",
        apply: |settings, _| {
            settings.show = Some(Show::Version);
            Ok(())
        },
    },
    CliOption {
        short: Some('W'),
        long: None,
        value: Some("arg"),
        help: "control warnings: action:message:category:module:lineno",
        apply: |settings, value| {
            settings.vm.warn_options.push(value.to_owned());
            Ok(())
        },
    },
    CliOption {
        short: Some('x'),
        long: None,
        value: None,
        help: "skip the first line of the source",
        apply: |settings, _| {
            settings.skip_first_line = true;
            Ok(())
        },
    },
    CliOption {
        short: Some('X'),
        long: None,
        value: Some("opt"),
        help: "set an implementation-specific option: sys._xoptions",
        apply: |settings, value| {
            settings.vm.x_options.push(value.to_owned());
            Ok(())
        },
    },
    CliOption {
        short: None,
        long: Some("jit"),
        value: Some("off|on|always"),
        help: "when hot code is compiled to machine code (default on)",
        apply: |settings, value| {
            settings.jit = jit_mode(value)?;
            Ok(())
        },
    },
    CliOption {
        short: None,
        long: Some("stats"),
        value: None,
        help: "report at the end what was compiled, collected and left",
        apply: |settings, _| {
            settings.stats = true;
            Ok(())
        },
    },
    CliOption {
        short: None,
        long: Some("trace"),
        value: Some("events"),
        help: "log events to standard error: compile, refuse, exit, discard, gc, all; several with commas",
        apply: |settings, value| value.split(',').try_for_each(|name| trace(settings, name)),
    },
    CliOption {
        short: None,
        long: Some("max-memory"),
        value: Some("size"),
        help: "most memory for Python objects, as 500M or 2G; then MemoryError",
        apply: |settings, value| {
            settings.vm.heap.max_bytes = Some(size(value)?);
            Ok(())
        },
    },
];

/// Asks for a kind of events to be logged.
fn trace(settings: &mut Settings, name: &str) -> Result<(), String> {
    let every = name == "all";
    if every || name == "gc" {
        settings.vm.collection_listener = Some(|report| eprintln!("gc: {report}"));
    }
    let mut kinds = EventKind::ALL.iter().filter(|kind| every || kind.name() == name).peekable();
    if kinds.peek().is_none() && name != "gc" {
        let names: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
        return Err(format!("'{name}' is not one of {}, gc, all", names.join(", ")));
    }
    settings.trace = kinds.fold(settings.trace, |all, kind| all.with(*kind));
    Ok(())
}

fn jit_mode(value: &str) -> Result<JitMode, String> {
    match value {
        "off" => Ok(JitMode::Off),
        "on" => Ok(JitMode::On),
        "always" => Ok(JitMode::Always),
        _ => Err(format!("'{value}' is not one of off, on, always")),
    }
}

/// A number of bytes, with a unit perhaps.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_uppercase().trim_end_matches('B') {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return Err(format!("'{text}' is no size")),
    };
    let number: usize = digits.parse().map_err(|_| format!("'{text}' is no size"))?;
    number.checked_mul(unit).ok_or_else(|| format!("'{text}' is too much"))
}

const USAGE: &str = "usage: taipan [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";

/// Parses the arguments, the program's name left out, and the environment.
///
/// # Errors
/// The text to print on standard error; the exit code is 2.
pub fn parse(arguments: &[OsString]) -> Result<Parsed, String> {
    let mut settings =
        Settings { vm: VmOptions { heap: HeapOptions::default(), ..VmOptions::default() }, ..Settings::default() };
    let usage = |message: String| format!("{message}\n{USAGE}Try `taipan -h' for more information.\n");
    let mut parser = lexopt::Parser::from_args(arguments.iter().cloned());
    let mut program_arguments: Vec<String> = Vec::new();
    loop {
        let argument = match parser.next() {
            Ok(Some(argument)) => argument,
            Ok(None) => break,
            Err(error) => return Err(usage(error.to_string())),
        };
        let option = match &argument {
            lexopt::Arg::Short('?') => find('h', ""),
            lexopt::Arg::Short(letter) => find(*letter, ""),
            lexopt::Arg::Long(name) => find('\0', name),
            lexopt::Arg::Value(file) => {
                program_arguments.push(text(file));
                settings.program = Some(if file == "-" { Program::Stdin } else { Program::File(file.clone()) });
                break;
            }
        };
        let Some(option) = option else {
            return Err(usage(match argument {
                lexopt::Arg::Short(letter) => format!("Unknown option: -{letter}"),
                lexopt::Arg::Long(name) => format!("unknown option --{name}"),
                lexopt::Arg::Value(_) => unreachable!("values are taken above"),
            }));
        };
        let mut value = String::new();
        if option.value.is_some() {
            let missing = match (option.short, option.long) {
                (Some(letter), _) => format!("Argument expected for the -{letter} option"),
                (None, Some(name)) => format!("Argument expected for the --{name} option"),
                (None, None) => String::new(),
            };
            value = parser.value().map(|value| text(&value)).map_err(|_| usage(missing))?;
        }
        (option.apply)(&mut settings, &value).map_err(&usage)?;
        match &settings.program {
            Some(Program::Command(_)) => {
                program_arguments.push("-c".to_owned());
                break;
            }
            Some(Program::Module(_)) => {
                program_arguments.push("-m".to_owned());
                break;
            }
            Some(Program::File(_) | Program::Stdin | Program::Interactive) | None => {}
        }
    }
    match settings.show {
        Some(Show::Help) => return Ok(Parsed::Show(help())),
        Some(Show::Version) => return Ok(Parsed::Show(version())),
        None => {}
    }
    if let Ok(rest) = parser.raw_args() {
        program_arguments.extend(rest.map(|argument| text(&argument)));
    }
    if program_arguments.is_empty() {
        program_arguments.push(String::new());
    }
    settings.vm.arguments = program_arguments;
    environment(&mut settings).map_err(usage)?;
    Ok(Parsed::Run(Box::new(settings)))
}

fn text(argument: &OsStr) -> String {
    argument.to_string_lossy().into_owned()
}

fn find(letter: char, name: &str) -> Option<&'static CliOption> {
    OPTIONS.iter().find(|option| if name.is_empty() { option.short == Some(letter) } else { option.long == Some(name) })
}

/// What environment variables say: Python's, and `TAIPAN_DEBUG`.
fn environment(settings: &mut Settings) -> Result<(), String> {
    if let Ok(modes) = std::env::var("TAIPAN_DEBUG") {
        for mode in modes.split(',').filter(|mode| !mode.is_empty()) {
            debug_mode(settings, mode)?;
        }
    }
    settings.vm.code_cache = code_cache();
    if settings.vm.ignore_environment {
        return Ok(());
    }
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(seed) = set("PYTHONHASHSEED").filter(|seed| seed != "random") {
        let seed = seed
            .parse()
            .map_err(|_| "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]".to_owned())?;
        settings.vm.hash_seed = Some(seed);
    }
    if let Some(level) = set("PYTHONOPTIMIZE") {
        settings.vm.optimize = settings.vm.optimize.max(level.parse().unwrap_or(1).min(2));
    }
    settings.vm.unbuffered |= set("PYTHONUNBUFFERED").is_some();
    settings.vm.inspect |= set("PYTHONINSPECT").is_some();
    if let Some(filters) = set("PYTHONWARNINGS") {
        let mut options: Vec<String> = filters.split(',').map(str::to_owned).collect();
        options.append(&mut settings.vm.warn_options);
        settings.vm.warn_options = options;
    }
    Ok(())
}

/// Where compiled modules are kept: `TAIPAN_CACHE` (empty: nowhere), else the user's folder for such files.
fn code_cache() -> Option<std::path::PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(std::path::PathBuf::from);
    if let Some(chosen) = folder("TAIPAN_CACHE") {
        return (!chosen.as_os_str().is_empty()).then_some(chosen);
    }
    let absolute = |path: &std::path::PathBuf| path.is_absolute();
    let root = folder("XDG_CACHE_HOME").filter(absolute);
    Some(root.or_else(|| Some(folder("HOME").filter(absolute)?.join(".cache")))?.join("taipan"))
}

/// One mode of `TAIPAN_DEBUG`.
fn debug_mode(settings: &mut Settings, mode: &str) -> Result<(), String> {
    let heap = &mut settings.vm.heap;
    match mode.split_once('=').map_or((mode, ""), |(name, value)| (name, value)) {
        ("gc", "every") => heap.mode = GcMode::EveryAllocation,
        ("gc", count) => heap.mode = GcMode::EveryNth(count.parse().map_err(|_| format!("TAIPAN_DEBUG: gc={count}?"))?),
        ("nursery", "small") => heap.nursery_bytes = 64 << 10,
        ("nursery", bytes) => heap.nursery_bytes = size(bytes)?,
        ("poison", "") => heap.poison = true,
        ("verify", "") => heap.verify = true,
        ("exit-all", "") => settings.exit_all = true,
        ("no-passes", "") => settings.no_passes = true,
        ("fresh-code", "") => settings.fresh_code = true,
        ("jit", mode) => settings.jit = jit_mode(mode)?,
        (name, _) => return Err(format!("TAIPAN_DEBUG: unknown mode '{name}'")),
    }
    Ok(())
}

/// `taipan --version`.
pub fn version() -> String {
    format!("Taipan {} (Python 3.14)\n", env!("CARGO_PKG_VERSION"))
}

/// The help text, from the table.
pub fn help() -> String {
    let mut out = String::from(USAGE);
    out.push_str("       taipan compare [options] script.py\n");
    out.push_str("       taipan inspect [options] script.py\n");
    out.push_str("Options:\n");
    for option in OPTIONS {
        let mut names = Vec::new();
        let value = option.value.map_or(String::new(), |value| format!(" {value}"));
        if let Some(letter) = option.short {
            names.push(format!("-{letter}{value}"));
        }
        if let Some(name) = option.long {
            let separator = if value.is_empty() { String::new() } else { format!("={}", value.trim_start()) };
            names.push(format!("--{name}{separator}"));
        }
        let names = names.join(", ");
        if names.len() < 22 {
            out.push_str(&format!("{names:<22}: {}\n", option.help));
        } else {
            out.push_str(&format!("{names}\n{:22}: {}\n", "", option.help));
        }
    }
    out.push_str("file                  : the program to run\n");
    out.push_str("-                     : read the program from standard input\n");
    out.push_str("arg ...               : arguments of the program: sys.argv[1:]\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(arguments: &[&str]) -> Settings {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        match parse(&arguments) {
            Ok(Parsed::Run(settings)) => *settings,
            Ok(Parsed::Show(text)) => panic!("shows {text}"),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn options_end_at_the_program() {
        let parsed = settings(&["-O", "--jit=off", "script.py", "-O", "--jit", "x"]);
        assert_eq!(parsed.program, Some(Program::File("script.py".into())));
        assert_eq!(parsed.vm.arguments, ["script.py", "-O", "--jit", "x"]);
        assert_eq!((parsed.vm.optimize, parsed.jit), (1, JitMode::Off));
        let parsed = settings(&["-Oc", "print(1)", "-c", "x"]);
        assert_eq!(parsed.program, Some(Program::Command("print(1)".into())));
        assert_eq!(parsed.vm.arguments, ["-c", "-c", "x"]);
        let parsed = settings(&["-m", "this", "-v"]);
        assert_eq!(parsed.program, Some(Program::Module("this".into())));
        assert_eq!(parsed.vm.arguments, ["-m", "-v"]);
        assert_eq!(settings(&["-", "a"]).program, Some(Program::Stdin));
    }

    #[test]
    fn wrong_usage_is_told() {
        let error = |arguments: &[&str]| {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            parse(&arguments).err().unwrap_or_default()
        };
        assert!(error(&["-z"]).starts_with("Unknown option: -z\nusage: taipan"));
        assert!(error(&["--zzz"]).starts_with("unknown option --zzz\n"));
        assert!(error(&["-c"]).starts_with("Argument expected for the -c option\n"));
        assert!(error(&["--trace=compile,gcs", "x"]).starts_with("'gcs' is not one of compile, refuse,"));
        assert!(error(&["--jit=maybe", "x"]).starts_with("'maybe' is not one of"));
        assert!(error(&["--max-memory=12Q", "x"]).starts_with("'12Q' is no size"));
    }

    #[test]
    fn help_names_every_option() {
        let text = help();
        for option in OPTIONS {
            assert!(!option.help.is_empty());
            if let Some(name) = option.long {
                assert!(text.contains(&format!("--{name}")));
            }
            if let Some(letter) = option.short {
                assert!(text.contains(&format!("-{letter}")));
            }
        }
    }
}
