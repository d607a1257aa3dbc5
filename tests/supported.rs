//! `docs/supported.md`: what Taipan supports, made from the tests, so that it cannot say more than they do.
//!
//! What lives here: the page's making and the check that it is up to date. What must not: tests of behaviour
//! (`tests/scripts.rs`). Start at [`page`]. Run with `TAIPAN_BLESS=1` to write the page anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What an area of `tests/scripts` is called on the page, in the page's order.
const AREAS: &[(&str, &str)] = &[
    ("statements", "Statements"),
    ("functions", "Functions"),
    ("classes", "Classes and the data model"),
    ("generators", "Generators and coroutines"),
    ("exceptions", "Exceptions, messages and tracebacks"),
    ("numbers", "Numbers"),
    ("strings", "Text and bytes"),
    ("containers", "Containers"),
    ("modules", "The standard library"),
    ("imports", "Imports"),
    ("guards", "Compiled code: what may change under it"),
    ("programs", "Whole programs"),
];

/// Features that are refused: what, a program that uses it, what the refusal must say, and why it is refused.
const REFUSED: &[(&str, &str, &str, &str)] = &[(
    "CPython's bytecode (`dis`, `co_code`)",
    "import dis; dis.dis(lambda x: x + 1)",
    "Taipan's bytecode is not CPython's",
    "there is none; `taipan inspect --stage bytecode` shows Taipan's",
)];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn taipan(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan"));
    command.args(arguments).stdin(Stdio::null());
    command.output().expect("the binary starts")
}

/// The scripts of an area with what each says of itself in its first comment.
fn scripts(area: &str) -> BTreeMap<String, String> {
    let folder = root().join("tests/scripts").join(area);
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the area is a folder") {
        let path: PathBuf = entry.expect("the folder can be read").path();
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a script is text");
        let about = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default().trim().to_owned();
        if !about.starts_with("helper") {
            found.insert(path.file_name().expect("a file").to_string_lossy().into_owned(), about);
        }
    }
    found
}

fn page() -> String {
    let known = fs::read_to_string(root().join("tests/scripts/known_failures.txt")).expect("the list is there");
    let mut text = String::from(
        "# What Taipan supports\n\n\
         Made by `tests/supported.rs` from the tests; `TAIPAN_BLESS=1 cargo nextest run --test supported` writes it anew.\n\
         Each line below is a program in `tests/scripts` whose output and messages are CPython 3.14's in all modes.\n\n\
         The compiler's match over the syntax tree is exhaustive: there is no syntax of Python 3.14 that is refused.\n",
    );
    for (area, title) in AREAS {
        let _ = write!(text, "\n## {title}\n\n");
        for (script, about) in scripts(area) {
            let failing = known.lines().find_map(|line| line.strip_suffix(&format!(" {area}/{script}")));
            let note = match failing {
                None => String::new(),
                Some("*") => " **(differs so far)**".to_owned(),
                Some(mode) => format!(" **(differs so far in mode {mode})**"),
            };
            let _ = writeln!(text, "- `{area}/{script}`: {about}{note}");
        }
    }
    text.push_str("\n## What is refused\n\n| What | Why |\n|---|---|\n");
    for (what, program, words, why) in REFUSED {
        let output = taipan(&["-c", program]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(words), "{what} is not refused as the page says: {said}");
        let _ = writeln!(text, "| {what} | {why}; it says \"{words}\" |");
    }
    let modules = root().join("tests/supported/modules.py");
    let output = taipan(&["--jit=off", "-W", "ignore", &modules.to_string_lossy()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listing = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(
        "\nEvery other module of the standard library can be imported; these raise ModuleNotFoundError, naming the \
         native module\nthat is not there:\n\n",
    );
    for line in listing.lines() {
        let (module, lacks) = line.split_once('\t').unwrap_or((line, ""));
        let reason = if lacks.is_empty() || lacks == module { String::new() } else { format!(" (lacks `{lacks}`)") };
        let _ = writeln!(text, "- `{module}`{reason}");
    }
    text
}

#[test]
fn every_area_is_on_the_page() {
    for entry in fs::read_dir(root().join("tests/scripts")).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(!path.is_dir() || AREAS.iter().any(|(area, _)| *area == name), "{name} is not in AREAS");
    }
}

#[test]
fn the_page_says_what_the_tests_say() {
    let path = root().join("docs/supported.md");
    let made = page();
    if std::env::var_os("TAIPAN_BLESS").is_some() {
        fs::write(&path, &made).expect("the page can be written");
        return;
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    let line = stands.lines().zip(made.lines()).take_while(|(a, b)| a == b).count();
    let at = |text: &str| text.lines().nth(line).unwrap_or("its end").to_owned();
    assert!(stands == made, "docs/supported.md:{}: {:?}, but now {:?}", line + 1, at(&stands), at(&made));
}
