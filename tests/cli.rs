//! The command line, seen from outside: what is printed, and the exit status.
//!
//! What lives here: the runner of the sessions in `tests/cli/*.txt`, and checks of `inspect` that no golden can make.
//! What must not: Python's own behaviour, which `tests/scripts.rs` compares with CPython. A session is a list of
//! commands, each a line that starts with `$ taipan`, followed by what is printed on both streams and, if it is not 0, a
//! line `[exit status N]`. `< name` at a command's end gives it a file as standard input; the folder is written
//! `<dir>`. Run with `TAIPAN_BLESS=1` to write the sessions anew.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli")
}

/// Splits a command line at spaces, but not inside single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("there is always one").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a command prints, and its exit status. It runs in `tests/cli`.
fn run(line: &str) -> String {
    let mut words = words(line);
    let input = words.iter().position(|word| word == "<").map(|at| words.split_off(at)[1].clone());
    let stdin = match input {
        Some(name) => Stdio::from(fs::File::open(folder().join(name)).expect("the input exists")),
        None => Stdio::null(),
    };
    let assignments: Vec<String> = words.iter().take_while(|word| word.contains('=')).cloned().collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
    command.args(&words[assignments.len() + 1..]).current_dir(folder()).stdin(stdin);
    for name in std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("PYTHON")) {
        command.env_remove(name);
    }
    command.envs(assignments.iter().filter_map(|assignment| assignment.split_once('=')));
    let output = command.output().expect("the binary starts");
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    let status = output.status.code().unwrap_or(-1);
    if status != 0 {
        let _ = writeln!(text, "[exit status {status}]");
    }
    text.replace(&*folder().to_string_lossy(), "<dir>")
}

#[test]
fn sessions_go_as_written() {
    let mut failures = String::new();
    let mut count = 0;
    for entry in fs::read_dir(folder()).expect("the folder exists") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let expected = fs::read_to_string(&path).expect("the session can be read");
        let found = expected.lines().filter_map(|line| line.strip_prefix("$ ")).fold(String::new(), |text, command| {
            count += 1;
            text + "$ " + command + "\n" + &run(command)
        });
        if std::env::var_os("TAIPAN_BLESS").is_some() {
            fs::write(&path, &found).expect("the session can be written");
        } else if expected != found {
            let line = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
            let at = |text: &str| text.lines().nth(line).unwrap_or("its end").to_owned();
            let (wanted, got) = (at(&expected), at(&found));
            let _ = writeln!(failures, "{}:{}: expected {wanted:?}, found {got:?}", path.display(), line + 1);
        }
    }
    assert!(count > 0, "there are sessions");
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_stage_is_shown_for_both_machines_and_is_the_same_every_time() {
    for target in ["x86_64", "aarch64"] {
        for (stage, sign) in [("ssa", "guard."), ("ssa-opt", "double.add"), ("clif", "fadd"), ("asm", "ret")] {
            let command = format!("taipan inspect shapes.py --function total --stage {stage} --target {target}");
            let text = run(&command);
            assert!(text.contains(sign), "{command}: {text}");
            assert!(text.contains("20: area += shape.area()"), "the Python line stands beside it: {text}");
            assert!(text.contains("Square.area 6: return self.side * self.side"), "inlined code is named: {text}");
            assert_eq!(text, run(&command), "{command}");
        }
    }
}

#[test]
fn functions_are_listed_with_what_became_of_them() {
    let text = run("taipan inspect shapes.py");
    let row = |name: &str| text.lines().find(|line| line.split_whitespace().nth(1) == Some(name)).unwrap_or_default();
    assert!(row("collatz").contains("compiled") && row("collatz").ends_with(" bytes"), "{text}");
    assert!(row("Circle.__init__").contains("interpreted"), "{text}");
    assert!(!text.contains("4.0 "), "what the script prints is hidden: {text}");
    let source = run("taipan inspect shapes.py --function=collatz --stage=source");
    assert!(source.contains("   26 |     while n != 1:") && source.contains("# int and int, jumped "), "{source}");
    let feedback = run("taipan inspect shapes.py --function Circle.area --stage feedback");
    assert!(feedback.contains("  3 LoadAttr           Circle: raw float slot\n"), "{feedback}");
}

#[test]
fn statistics_are_reported_at_the_end() {
    let text = run("taipan --jit=on --stats shapes.py");
    for sign in ["Compiler\n  compiled: ", "side exits: ", "Memory\n  minor collections: ", "  peak of the process: "] {
        assert!(text.contains(sign), "{sign}: {text}");
    }
    assert!(run("taipan --jit=off --stats -c pass").starts_with("Compiler\n  off\nMemory\n"));
    let trace = run("taipan --jit=always --trace=compile shapes.py");
    assert!(trace.contains("compile: collatz (<dir>/shapes.py:"), "{trace}");
    let trace = run("taipan --trace=gc -c 'import gc; gc.collect()'");
    assert!(trace.contains("gc: full collection: "), "{trace}");
}

#[test]
fn a_pass_can_be_looked_behind() {
    let text = |pass: &str| run(&format!("taipan inspect shapes.py --function total --after {pass}"));
    assert!(text("peel").contains("function total"));
    assert_ne!(text("peel"), text("ranges"));
    assert!(text("nonsense").contains("there is no pass \"nonsense\"; there are types, cleanup"));
}

/// The instructions of a stage, without the frame states and what only these hold.
fn instructions(text: &str) -> &str {
    text.split("\nsunk:").next().and_then(|text| text.split("\nstates:").next()).unwrap_or(text)
}

#[test]
fn a_wrapper_that_passes_everything_on_is_inlined_with_what_it_wraps() {
    let text = run("taipan inspect passing.py --function total --stage ssa-opt");
    let text = instructions(&text);
    assert!(text.contains("passing.<locals>.wrapper 7: return function(*args, **kwargs)"), "{text}");
    assert!(text.contains("14: return a + b + c"), "{text}");
    let calls: Vec<&str> = text.lines().filter(|line| line.contains(" = call.") || line.contains(" = new ")).collect();
    assert!(calls.is_empty(), "neither a call nor a tuple of arguments is left: {calls:?}\n{text}");
}

#[test]
fn counting_in_a_class_leaves_its_code_alone() {
    let text = run("taipan --jit=on --stats passing.py");
    let line = text.lines().find(|line| line.contains("given up: ")).expect("the line of the statistics");
    let changed = line.split("exits, ").nth(1).and_then(|rest| rest.split(' ').next()).and_then(|n| n.parse().ok());
    assert!(changed.is_some_and(|changed: u32| changed <= 4), "the class changes 100,000 times: {text}");
    let text = run("taipan inspect passing.py --function sizes --stage ssa-opt");
    assert!(instructions(&text).contains("Made.__init__ 21: Made.count += 1"), "the constructor is inlined: {text}");
    assert!(!instructions(&text).contains(" = new "), "no instance is made: {text}");
}

#[test]
fn code_run_in_fresh_namespaces_is_compiled_for_each() {
    let text = run("taipan --jit=on --trace=compile again.py");
    assert!(text.starts_with("[71500, 286000]\n"), "{text}");
    let compiled = text.lines().filter(|line| line.starts_with("jit: compile: count (again:")).count();
    assert!(compiled >= 25, "30 runs, each long enough to be worth it: {text}");
}
