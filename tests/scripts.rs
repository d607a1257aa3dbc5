//! Runs every script of `tests/scripts/<area>/*.py` in every mode and compares with the oracle's output.
//!
//! What lives here: the modes, the areas (one test for each pair), and the comparison. What must not: expected
//! outputs (`x.out`, and `x.err` for scripts that end with an error), which `scripts/bless` writes from CPython
//! 3.14. A script starts with `#` lines, some of which steer it:
//!
//! - `# exit: N` its exit status (0 unless said); its standard error is compared too
//! - `# args: a b` its arguments
//! - `# modes: interpreter jit -- reason` the only modes it runs in
//! - `# helper: ...` not a test but a module which others import
//!
//! The folder of the script is written `<dir>` in what is compared. `TAIPAN_SCRIPTS=substring` limits a run to
//! the scripts whose path contains it; `TAIPAN_COMMAND`
//! names another Taipan, as behind an emulator (`scripts/check-aarch64`). Start at [`run_area`].

use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A way of running a script that must not show in what it prints.
struct Mode {
    name: &'static str,
    arguments: &'static [&'static str],
    /// The value of `TAIPAN_DEBUG`.
    debug: Option<&'static str>,
    /// What a script may take before it counts as hanging.
    limit: Duration,
}

const MODES: &[Mode] = &[
    // Everything interpreted.
    Mode { name: "interpreter", arguments: &["--jit=off"], debug: None, limit: Duration::from_secs(60) },
    // Everything compiled the first time it runs.
    Mode { name: "jit", arguments: &["--jit=always"], debug: None, limit: Duration::from_secs(120) },
    // Every guard fails: each side exit is taken.
    Mode { name: "exits", arguments: &["--jit=always"], debug: Some("exit-all"), limit: Duration::from_secs(120) },
    // The IR goes to the code generator as it was built.
    Mode { name: "no_passes", arguments: &["--jit=always"], debug: Some("no-passes"), limit: Duration::from_secs(120) },
    // Collections at many allocations, each checked from object to object before and after, freed memory overwritten.
    Mode { name: "gc", arguments: &["--jit=on"], debug: Some("gc=331,poison,verify"), limit: Duration::from_secs(300) },
    // A nursery so small that everything grows old while it is in use.
    Mode { name: "nursery", arguments: &["--jit=on"], debug: Some("nursery=small"), limit: Duration::from_secs(120) },
];

/// Processes that one test runs side by side.
const POOL: usize = 2;

macro_rules! areas {
    ($($area:ident),* $(,)?) => {
        const AREAS: &[&str] = &[$(stringify!($area)),*];
        $(mod $area {
            areas!(@modes $area interpreter jit exits no_passes gc nursery);
        })*
    };
    (@modes $area:ident $($mode:ident)*) => {
        $(#[test]
        fn $mode() {
            super::run_area(stringify!($area), stringify!($mode));
        })*
    };
}

areas!(
    classes, containers, exceptions, functions, generators, guards, imports, modules, numbers, programs, statements,
    strings
);

/// A script and what its head says of it.
struct Script {
    path: PathBuf,
    exit: i32,
    compares_errors: bool,
    arguments: Vec<String>,
    modes: Option<Vec<String>>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")
}

/// Reads the head of the file at `path`; `None` for a helper module.
fn read_script(path: PathBuf) -> Option<Script> {
    let text = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let text = String::from_utf8_lossy(&text);
    let mut script = Script { path, exit: 0, compares_errors: false, arguments: Vec::new(), modes: None };
    for line in text.lines().map_while(|line| line.strip_prefix('#')) {
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match key.trim() {
            "helper" => return None,
            "exit" => {
                script.exit = value.parse().unwrap_or_else(|_| panic!("{}: exit: {value}", script.path.display()));
                script.compares_errors = true;
            }
            "args" => script.arguments = value.split_whitespace().map(str::to_string).collect(),
            "modes" => {
                let (names, reason) = value.split_once("--").unwrap_or((value, ""));
                assert!(!reason.trim().is_empty(), "{}: `# modes:` wants a reason", script.path.display());
                let names: Vec<String> = names.split_whitespace().map(str::to_string).collect();
                for name in &names {
                    assert!(MODES.iter().any(|m| m.name == name), "{}: no mode {name}", script.path.display());
                }
                script.modes = Some(names);
            }
            _ => {}
        }
    }
    Some(script)
}

/// The scripts of one area, sorted by name.
fn scripts_of(area: &str) -> Vec<Script> {
    let area = folder().join(area);
    let entries = fs::read_dir(&area).unwrap_or_else(|e| panic!("{}: {e}", area.display()));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    paths.sort();
    paths.into_iter().filter_map(read_script).collect()
}

/// The script is on the list of what does not pass yet, for this mode or for all (`*`). `TAIPAN_SCRIPTS` runs it
/// all the same.
fn is_known_failure(known: &str, area: &str, script: &Script, mode: &str) -> bool {
    let name = script.path.file_name().unwrap_or_default().to_string_lossy();
    std::env::var_os("TAIPAN_SCRIPTS").is_none()
        && known.lines().filter(|line| !line.starts_with('#')).any(|line| {
            let mut words = line.split_whitespace();
            let (listed, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            (listed == "*" || listed == mode) && (path == "*" || path == format!("{area}/{name}"))
        })
}

/// Runs the scripts of `area` in the mode called `mode`, and reports all that differ.
fn run_area(area: &str, mode: &str) {
    let mode = MODES.iter().find(|m| m.name == mode).expect("a mode of the table");
    let only = std::env::var("TAIPAN_SCRIPTS").unwrap_or_default();
    let known = fs::read_to_string(folder().join("known_failures.txt")).expect("the list of known failures");
    let scripts: Vec<Script> = scripts_of(area)
        .into_iter()
        .filter(|script| script.path.to_string_lossy().contains(&only))
        .filter(|script| script.modes.as_ref().is_none_or(|modes| modes.iter().any(|m| m == mode.name)))
        .filter(|script| !is_known_failure(&known, area, script, mode.name))
        .collect();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..POOL.min(scripts.len()) {
            scope.spawn(|| {
                while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(report) = check(script, mode) {
                        let name = script.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                        failures.lock().expect("an unpoisoned list").push((name, report));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("an unpoisoned list");
    failures.sort();
    let mut text = String::new();
    for (name, report) in &failures {
        writeln!(text, "---- {area}/{name} ({})\n{report}", mode.name).expect("a string takes text");
    }
    let names: Vec<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();
    assert!(
        failures.is_empty(),
        "{text}\n{} of {} scripts of {area} differ in mode {}: {}",
        failures.len(),
        scripts.len(),
        mode.name,
        names.join(" ")
    );
}

/// What a finished process leaves behind.
struct Finished {
    /// `None` when it was ended by a signal or by the time limit.
    code: Option<i32>,
    ending: String,
    out: Vec<u8>,
    err: Vec<u8>,
}

/// The program to test: this build's, or what TAIPAN_COMMAND says.
fn taipan() -> Command {
    let chosen = std::env::var("TAIPAN_COMMAND").unwrap_or_default();
    let mut words = chosen.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(env!("CARGO_BIN_EXE_taipan")));
    command.args(words);
    command
}

/// Runs `script` in an empty folder of its own.
fn run(script: &Script, mode: &Mode) -> Finished {
    let area = script.path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    let name = script.path.file_stem().unwrap_or_default().to_string_lossy();
    let place = format!("taipan-scripts-{}-{area}-{name}-{}", std::process::id(), mode.name);
    let place = std::env::temp_dir().join(place);
    fs::create_dir_all(&place).expect("a writable temporary folder");
    let mut command = taipan();
    command.args(mode.arguments).arg(&script.path).args(&script.arguments);
    command.current_dir(&place).env_remove("PYTHONPATH").env_remove("TAIPAN_DEBUG");
    // What the caller wants in all modes comes first.
    let wanted = std::env::var("TAIPAN_DEBUG").ok();
    let debug: Vec<&str> = wanted.as_deref().into_iter().chain(mode.debug).collect();
    if !debug.is_empty() {
        command.env("TAIPAN_DEBUG", debug.join(","));
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the taipan binary starts");
    let (mut stdout, mut stderr) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
    let finished = std::thread::scope(|scope| {
        let out = scope.spawn(move || read_all(&mut stdout));
        let err = scope.spawn(move || read_all(&mut stderr));
        let end = Instant::now() + mode.limit;
        let (code, ending) = loop {
            match child.try_wait().expect("a child of ours") {
                Some(status) => break (status.code(), status.to_string()),
                None if Instant::now() > end => {
                    child.kill().expect("a child of ours");
                    child.wait().expect("a child of ours");
                    break (None, format!("no end after {:?}", mode.limit));
                }
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        };
        Finished { code, ending, out: out.join().expect("a reader"), err: err.join().expect("a reader") }
    });
    fs::remove_dir_all(&place).expect("our own folder");
    finished
}

fn read_all(from: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).expect("a readable pipe");
    bytes
}

/// Runs `script` and compares; the error is the report.
fn check(script: &Script, mode: &Mode) -> Result<(), String> {
    let expected = |extension: &str| {
        let path = script.path.with_extension(extension);
        fs::read_to_string(&path).map_err(|e| format!("{}: {e} (scripts/bless writes it)", path.display()))
    };
    let expected_out = expected("out")?;
    let expected_err = if script.compares_errors { Some(expected("err")?) } else { None };
    let finished = run(script, mode);
    let here = format!("{}/", script.path.parent().expect("a script lies in a folder").display());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&here, "<dir>/");
    let (out, err) = (text(&finished.out), text(&finished.err));
    let mut report = String::new();
    if finished.code != Some(script.exit) {
        writeln!(report, "{}, expected exit status {}", finished.ending, script.exit).expect("a string takes text");
    }
    if out != expected_out {
        report.push_str(&difference("standard output", &expected_out, &out));
    }
    match expected_err {
        Some(expected) if expected != err => report.push_str(&difference("standard error", &expected, &err)),
        Some(_) => {}
        None if !report.is_empty() || err.contains("panicked at") => {
            let lines: Vec<&str> = err.lines().collect();
            let tail = &lines[lines.len().saturating_sub(12)..];
            writeln!(report, "its standard error ends:\n{}", tail.join("\n")).expect("a string takes text");
        }
        None => {}
    }
    if report.is_empty() { Ok(()) } else { Err(report) }
}

/// The first lines in which two texts differ, the long ones cut down to where they do.
fn difference(what: &str, expected: &str, found: &str) -> String {
    const SHOWN: usize = 6;
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let same = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let (mut end_e, mut end_f) = (expected.len(), found.len());
    while end_e > same && end_f > same && expected[end_e - 1] == found[end_f - 1] {
        end_e -= 1;
        end_f -= 1;
    }
    let column = match (expected.get(same), found.get(same)) {
        (Some(a), Some(b)) => a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count(),
        _ => 0,
    };
    let start = column.saturating_sub(60);
    let cut = |line: &str| {
        let part: String = line.chars().skip(start).take(220).collect();
        format!(
            "{}{part}{}",
            if start > 0 { "…" } else { "" },
            if line.chars().count() > start + 220 { "…" } else { "" }
        )
    };
    let mut text = format!("{what} differs from line {}, column {}:\n", same + 1, column + 1);
    for (sign, lines) in [('-', &expected[same..end_e]), ('+', &found[same..end_f])] {
        for line in lines.iter().take(SHOWN) {
            writeln!(text, "{sign} {}", cut(line)).expect("a string takes text");
        }
        if lines.len() > SHOWN {
            writeln!(text, "{sign} ({} more lines)", lines.len() - SHOWN).expect("a string takes text");
        }
    }
    text
}

#[test]
fn every_area_is_listed() {
    let mut found: Vec<String> = fs::read_dir(folder())
        .expect("tests/scripts")
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, AREAS, "the folders of tests/scripts and the list in areas!()");
}

#[test]
fn every_script_has_its_outputs_and_no_output_is_left_over() {
    for area in AREAS {
        let scripts = scripts_of(area);
        for script in &scripts {
            assert!(script.path.with_extension("out").exists(), "{} has no .out", script.path.display());
            assert_eq!(script.path.with_extension("err").exists(), script.compares_errors, "{}", script.path.display());
        }
        for entry in fs::read_dir(folder().join(area)).expect("an area") {
            let path = entry.expect("a readable folder").path();
            if path.extension().is_some_and(|e| e == "out" || e == "err") {
                let source = path.with_extension("py");
                assert!(scripts.iter().any(|s| s.path == source), "{} has no script", path.display());
            }
        }
    }
}

#[test]
fn differences_name_line_and_column() {
    let text = difference("it", "a\nb c\nd\n", "a\nb x\nd\n");
    assert_eq!(text, "it differs from line 2, column 3:\n- b c\n+ b x\n");
    let text = difference("it", "a\n", "a\nb\n");
    assert_eq!(text, "it differs from line 2, column 1:\n+ b\n");
}
