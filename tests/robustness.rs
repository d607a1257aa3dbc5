//! Bad input and bad surroundings: what ends a run early must end it as CPython does, and nothing may crash.
//!
//! What lives here: sources too deep to be read, programs that are interrupted, streams that cannot be written, memory
//! that is refused. What must not: the wording of single errors (`tests/scripts`). Start at [`Run`].

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What any run here may take.
const LIMIT: Duration = Duration::from_secs(100);

fn taipan(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
    command.args(arguments).env_remove("TAIPAN_DEBUG").env_remove("PYTHONUNBUFFERED");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Waits for the end, but not for ever, and reads meanwhile: a full pipe would keep the child waiting.
fn finish(mut child: Child, what: &str) -> Output {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let stdout = scope.spawn(|| read_all(stdout));
        let stderr = scope.spawn(|| read_all(stderr));
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child of ours") {
                break status;
            }
            if start.elapsed() > LIMIT {
                child.kill().expect("a child of ours");
                panic!("{what}: no end after {LIMIT:?}");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        Output { status, stdout: stdout.join().expect("a reader"), stderr: stderr.join().expect("a reader") }
    })
}

/// Everything a stream gives, if it was not taken by somebody else.
fn read_all(stream: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        stream.read_to_end(&mut bytes).expect("a readable pipe");
    }
    bytes
}

/// Runs `source` as a file.
fn run_file(name: &str, source: &[u8], arguments: &[&str]) -> Output {
    let path = std::env::temp_dir().join(format!("taipan-robustness-{}-{name}.py", std::process::id()));
    std::fs::write(&path, source).expect("a writable temporary folder");
    let mut command = taipan(arguments);
    let output = finish(command.arg(&path).spawn().expect("taipan starts"), name);
    std::fs::remove_file(&path).expect("our own file");
    output
}

fn last_line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().lines().last().unwrap_or_default().to_owned()
}

/// The run ended by itself with this status, and `err` (if not empty) begins its last line on standard error.
fn check(what: &str, output: &Output, code: i32, err: &str) {
    let last = last_line(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{what}: {}: {last}", output.status);
    assert!(if err.is_empty() { last.is_empty() } else { last.starts_with(err) }, "{what}: {last}");
}

#[test]
fn sources_nested_deeply_are_compiled_or_refused() {
    const DEPTH: usize = 100_000;
    let around =
        |open: &str, middle: &str, close: &str| format!("x = {}{middle}{}\n", open.repeat(DEPTH), close.repeat(DEPTH));
    let too_deep = (1, "SyntaxError: too many nested parentheses");
    let cases = [
        ("parentheses", around("(", "1", ")"), too_deep),
        ("lists", around("[", "", "]"), too_deep),
        ("dicts", around("{1:", "1", "}"), too_deep),
        ("calls", around("f(", "", ")"), too_deep),
        ("minus", around("-", "1", ""), (0, "")),
        ("not", around("not ", "1", ""), (0, "")),
        ("sum", around("", "0", "+1"), (0, "")),
        ("power", around("", "1", "**1"), (0, "")),
        ("and", around("", "1", " and 1"), (0, "")),
        ("comparison", around("", "1", "<1"), (0, "")),
        ("strings", around("", "", "'a' "), (0, "")),
        ("attributes", around("", "1 .real", ".real"), (0, "")),
        ("subscripts", around("", "1", "[0]"), (1, "TypeError: 'int' object is not subscriptable")),
        ("lambdas", around("lambda: ", "1", ""), (1, "RecursionError: maximum recursion depth exceeded")),
        ("elif", format!("if 0: pass\n{}", "elif 0: pass\n".repeat(DEPTH)), (0, "")),
    ];
    for (name, source, (code, err)) in cases {
        check(name, &run_file(name, source.as_bytes(), &[]), code, err);
    }
}

#[test]
fn files_that_are_no_source_are_refused() {
    check(
        "missing",
        &finish(taipan(&["/nowhere/at/all.py"]).spawn().expect("taipan starts"), "missing"),
        2,
        "taipan: can't open file",
    );
    check(
        "folder",
        &finish(taipan(&["/"]).spawn().expect("taipan starts"), "folder"),
        1,
        "taipan: can't find '__main__' module in '/'",
    );
    check(
        "latin1",
        &run_file("latin1", b"x = '\xe9'\n", &[]),
        1,
        "SyntaxError: Non-UTF-8 code starting with '\\xe9' on line 1",
    );
    check("declared", &run_file("declared", b"# -*- coding: latin-1 -*-\nassert ord('\xe9') == 233\n", &[]), 0, "");
    check(
        "unknown",
        &run_file("unknown", b"# coding: nothing-known\n", &[]),
        1,
        "SyntaxError: unknown encoding: nothing-known",
    );
    check("null", &run_file("null", b"x = 1\0\n", &[]), 1, "SyntaxError: source code cannot contain null bytes");
    check("bom", &run_file("bom", b"\xef\xbb\xbfx = 1\n", &[]), 0, "");
}

#[test]
fn interrupts_reach_every_kind_of_loop() {
    let endless = [
        "while True: pass",
        "def f():\n    n = 0\n    while True: n += 1\nf()",
        "sum(range(10**12))",
        "max(iter(int, 1))",
        "all(range(1, 10**12))",
        "-1.5 in range(10**12)",
        "set(iter(int, 1))",
        "next(filter(None, iter(int, 1)))",
        "import collections, itertools; collections.deque(itertools.repeat(1), maxlen=0)",
        "import functools; functools.reduce(lambda a, b: a, iter(int, 1))",
        "while True: sorted(str(n) for n in range(10000))",
        "import re; re.match('(a*)*b', 'a' * 60)",
        "import time; time.sleep(1000)",
    ];
    for source in endless {
        let program = format!("print('ready', flush=True)\n{source}\n");
        let mut child = taipan(&["-c", &program]).spawn().expect("taipan starts");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a readable pipe");
        assert_eq!(line, "ready\n", "{source}");
        std::thread::sleep(Duration::from_millis(150));
        interrupt(&child);
        let output = finish(child, source);
        assert_eq!(output.status.signal(), Some(libc::SIGINT), "{source}: {}", output.status);
        assert_eq!(last_line(&output.stderr), "KeyboardInterrupt", "{source}");
    }
}

#[allow(unsafe_code)]
fn interrupt(child: &Child) {
    let process = libc::pid_t::try_from(child.id()).expect("process ids are small");
    // SAFETY: takes numbers; the process is a child that was not waited for.
    assert_eq!(unsafe { libc::kill(process, libc::SIGINT) }, 0);
}

#[test]
fn an_interrupt_can_be_handled() {
    let program = "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    while True: pass\n\
                   except KeyboardInterrupt:\n    print('caught')\n";
    let output = finish(taipan(&["-c", program]).spawn().expect("taipan starts"), "handled");
    check("handled", &output, 0, "");
    assert_eq!(output.stdout, b"caught\n");
}

#[test]
fn a_reader_that_goes_away_ends_the_run() {
    let mut child = taipan(&["-c", "for n in range(10**9): print(n)"]).spawn().expect("taipan starts");
    let mut first = [0; 8];
    child.stdout.take().expect("piped").read_exact(&mut first).expect("a readable pipe");
    assert_eq!(&first, b"0\n1\n2\n3\n");
    check("closed pipe", &finish(child, "closed pipe"), 120, "BrokenPipeError: [Errno 32] Broken pipe");
}

#[test]
fn a_full_disk_is_reported() {
    let to_full = |program: &str| {
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        finish(taipan(&["-c", program]).stdout(full).spawn().expect("taipan starts"), program)
    };
    let message = "OSError: [Errno 28] No space left on device";
    check("at exit", &to_full("print(1)"), 120, message);
    check("under way", &to_full("for n in range(10**6): print(n)"), 120, message);
    check("with an exit code", &to_full("import sys; print(1); sys.exit(3)"), 120, message);
    let to_file = "f = open('/dev/full', 'w'); f.write('x'); f.close()";
    check("file", &finish(taipan(&["-c", to_file]).spawn().expect("taipan starts"), "file"), 1, message);
    // Nobody can catch what the file's end brings.
    let left_open = "f = open('/dev/full', 'w'); f.write('x')";
    check("left open", &finish(taipan(&["-c", left_open]).spawn().expect("taipan starts"), "left open"), 0, message);
}

#[test]
fn files_left_open_are_written() {
    let path = std::env::temp_dir().join(format!("taipan-robustness-{}-left-open", std::process::id()));
    let shown = path.display();
    let program = format!("class A: pass\na = A()\na.a = a\na.file = open({:?}, 'w')\na.file.write('kept')\n", path);
    check("open", &finish(taipan(&["-c", &program]).spawn().expect("taipan starts"), "open"), 0, "");
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{shown}: {e}")), "kept");
    std::fs::remove_file(&path).expect("our own file");
}

#[test]
fn memory_is_limited() {
    for (name, source) in [
        ("list", "x = []\nwhile True: x.append(bytearray(1 << 20))\n"),
        ("chain", "class A: pass\nx = None\nwhile True:\n    a = A()\n    a.next = x\n    x = a\n"),
        ("text", "x = 'a'\nwhile True: x += x\n"),
        ("dict", "d = {}\nwhile True: d[len(d)] = str(len(d))\n"),
    ] {
        check(name, &run_file(name, source.as_bytes(), &["--max-memory=64M"]), 1, "MemoryError");
    }
    let caught =
        "x = []\ntry:\n    while True: x.append([1] * 10)\nexcept MemoryError:\n    x = None\n    print('caught')\n";
    let output = run_file("caught", caught.as_bytes(), &["--max-memory=64M"]);
    check("caught", &output, 0, "");
    assert_eq!(output.stdout, b"caught\n");
}

#[test]
fn programs_come_from_standard_input() {
    let run = |source: &[u8]| {
        let mut child = taipan(&["-"]).stdin(Stdio::piped()).spawn().expect("taipan starts");
        child.stdin.take().expect("piped").write_all(source).expect("a writable pipe");
        finish(child, "standard input")
    };
    let output = run(b"print(5)\n");
    assert_eq!(output.stdout, b"5\n");
    check("null byte", &run(b"x = 1\0\n"), 1, "SyntaxError: source code cannot contain null bytes");
    check(
        "no input",
        &finish(taipan(&["-c", "input()"]).spawn().expect("taipan starts"), "no input"),
        1,
        "EOFError: EOF when reading a line",
    );
}
