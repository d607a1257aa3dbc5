//! Rules of the house that neither rustc nor clippy knows, checked over the sources as text.
//!
//! What lives here: one test for each rule, with its table of named exceptions. What must not: anything that runs
//! Taipan, except the look at `--help`. Each rule lists all its breaches at once. An exception names its file and
//! says why. Start at the rule which failed; `sources.rs` reads files and blanks comments and strings.

#[path = "tidy/sources.rs"]
mod sources;

use sources::{Source, all_sources, read, root, sources_under};
use std::collections::BTreeSet;
use std::process::Command;

/// The floors of `src/`, lowest first; a module may use its own floor and those below.
const FLOORS: &[&str] = &["bytecode", "syntax", "compiler", "interp", "jit", "engine", "cli"];

/// Modules of `src/` that stand on the floor of another: events and stages are what `engine` shows of the pipeline.
const SHARED_FLOOR: &[(&str, &str)] = &[("stage", "engine")];

/// What the runtime must not know of.
const ABOVE_RUNTIME: &[&str] = &["cranelift", "ruff_", "taipan::"];

const LONGEST: usize = 900;

/// Files longer than [`LONGEST`] lines: path, reason.
const LONG_FILES: &[(&str, &str)] = &[
    ("src/interp/run.rs", "one match over all instructions, so that a missing handler does not compile"),
    ("src/jit/build/mod.rs", "to be split: the walk over blocks apart from the state of a frame"),
];

/// Process-wide state that is not constant: path, name, reason.
const MUTABLE_STATICS: &[(&str, &str, &str)] = &[];

/// Fails with all breaches of a rule.
fn report(rule: &str, breaches: Vec<String>) {
    assert!(breaches.is_empty(), "{rule}:\n  {}\n", breaches.join("\n  "));
}

/// The floor on which the file at `path` (`src/jit/build.rs`) stands, or its module name where it is on none.
fn floor_of(path: &str) -> Result<usize, String> {
    let module = path.trim_start_matches("src/").split('/').next().unwrap_or_default().trim_end_matches(".rs");
    let floor = SHARED_FLOOR.iter().find(|(name, _)| *name == module).map_or(module, |(_, floor)| floor);
    FLOORS.iter().position(|name| *name == floor).ok_or_else(|| module.to_string())
}

#[test]
fn imports_point_down() {
    let mut breaches = Vec::new();
    for source in sources_under("src") {
        // The tests of a floor may go through those above it.
        if matches!(source.path.as_str(), "src/lib.rs" | "src/main.rs") || source.path.contains("/tests") {
            continue;
        }
        let here = match floor_of(&source.path) {
            Ok(floor) => floor,
            Err(module) => {
                breaches.push(format!("{}: `{module}` is on no floor; name it in FLOORS", source.path));
                continue;
            }
        };
        for (line, module) in source.crate_modules() {
            match floor_of(&module) {
                Ok(there) if there > here => {
                    breaches.push(format!("{}:{line}: {} uses {module}", source.path, FLOORS[here]));
                }
                Ok(_) | Err(_) => {}
            }
        }
    }
    report("a floor may use only the floors below it (ARCHITECTURE.md)", breaches);
}

#[test]
fn the_runtime_knows_neither_bytecode_nor_cranelift() {
    let mut breaches = Vec::new();
    for source in sources_under("runtime/src") {
        for (number, line) in source.code_lines() {
            for word in ABOVE_RUNTIME.iter().filter(|word| line.contains(**word)) {
                breaches.push(format!("{}:{number}: `{word}`", source.path));
            }
        }
    }
    for line in read("runtime/Cargo.toml").lines() {
        if line.starts_with("cranelift") || line.starts_with("ruff") {
            breaches.push(format!("runtime/Cargo.toml: {line}"));
        }
    }
    report("taipan-runtime stands below the compiler", breaches);
}

#[test]
fn modules_say_what_they_are() {
    let without = all_sources().into_iter().filter(|source| !source.text.starts_with("//!"));
    report("a source file starts with `//!`: what lives here, what must not", without.map(|s| s.path).collect());
}

#[test]
fn files_are_short() {
    let mut breaches = Vec::new();
    for source in all_sources() {
        let lines = source.text.lines().count();
        if lines > LONGEST && !LONG_FILES.iter().any(|(path, _)| *path == source.path) {
            breaches.push(format!("{}: {lines} lines", source.path));
        }
    }
    for (path, reason) in LONG_FILES {
        if !root().join(path).exists() || read(path).lines().count() <= LONGEST || reason.is_empty() {
            breaches.push(format!("{path} needs no exception (or has no reason)"));
        }
    }
    report("split by family what is longer than 900 lines", breaches);
}

/// What live values are called in a file: in `src/`, `Value` may also be one of the JIT's IR.
fn names_of_values(source: &Source) -> Vec<String> {
    let mut names = vec!["Gc".to_string()];
    if source.path.starts_with("runtime/") {
        names.push("Value".to_string());
    }
    for (_, line) in source.code_lines().filter(|(_, line)| line.contains("taipan_runtime::value::")) {
        let renamed = line.split("Value as ").nth(1).map(|rest| rest.trim_end_matches([';', '}', ' ']).to_string());
        let renamed = renamed.map(|name| name.split([',', '}', ';']).next().unwrap_or_default().to_string());
        names.extend(renamed.or_else(|| sources::has_word(line, "Value").then(|| "Value".to_string())));
    }
    names
}

#[test]
fn live_values_stay_where_the_collector_looks() {
    const HOLDERS: &[&str] = &["Vec<", "VecDeque<", "HashMap<", "HashSet<", "BTreeMap<", "Box<", "Rc<", "Arc<"];
    let mut breaches = Vec::new();
    for source in sources_under("src").into_iter().chain(sources_under("runtime/src")) {
        let names = names_of_values(&source);
        for (number, line) in source.code_lines() {
            for holder in HOLDERS {
                for (at, _) in line.match_indices(holder) {
                    if line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_') {
                        continue;
                    }
                    let arguments = sources::generic_arguments(&line[at + holder.len()..]);
                    let closure = arguments.contains("Fn(") || arguments.contains("FnMut(");
                    let live = names.iter().any(|name| sources::has_word(arguments, name));
                    if live && !closure && !source.remark(number).contains("rooted: ") {
                        breaches.push(format!("{}:{number}: {holder}{arguments}>", source.path));
                    }
                }
            }
        }
    }
    let rule = "values in malloc memory are not found by the collector: use ScratchVec or an object, or say beside \
                the type who keeps them alive (`// rooted: by the mark hook of Vm`)";
    report(rule, breaches);
}

#[test]
fn unsafe_code_has_its_reason() {
    let mut breaches = Vec::new();
    for source in all_sources() {
        // That unsafe code stands only where it is allowed is rustc's to see (`unsafe_code = "deny"`).
        let mut declarations = source.code_lines().filter(|(_, line)| line.contains("allow(unsafe_code"));
        let Some((number, line)) = declarations.next() else { continue };
        if line.contains("#![") && source.remark(number).is_empty() {
            breaches.push(format!("{}:{number}: allow(unsafe_code) without a reason beside it", source.path));
        }
        if !source.code_lines().any(|(_, line)| sources::has_word(line, "unsafe") || line.contains("macro_rules!")) {
            breaches.push(format!("{}:{number}: allowed and not needed", source.path));
        }
    }
    report("a module that allows unsafe code says why in a comment, and needs it", breaches);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut breaches = Vec::new();
    for source in all_sources() {
        for (number, line) in source.code_lines() {
            for mark in ["todo!", "unimplemented!", "dbg!"] {
                if line.contains(mark) {
                    breaches.push(format!("{}:{number}: {mark}", source.path));
                }
            }
        }
    }
    report("finish it, or refuse the case loudly", breaches);
}

#[test]
fn state_hangs_off_the_vm() {
    const CELLS: &[&str] = &["Atomic", "Mutex", "RwLock", "OnceLock", "OnceCell", "LazyLock", "LazyCell", "Cell<"];
    let mut breaches = Vec::new();
    let mut used = BTreeSet::new();
    for source in sources_under("src").into_iter().chain(sources_under("runtime")) {
        for (number, line) in source.code_lines() {
            let code = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            let item = code.strip_prefix("static ").map(|rest| rest.split(':').next().unwrap_or(rest).trim());
            let mutable = line.contains("thread_local!")
                || line.contains("lazy_static!")
                || item.is_some_and(|name| name.starts_with("mut ") || CELLS.iter().any(|cell| code.contains(cell)));
            if !mutable {
                continue;
            }
            let name = item.unwrap_or_default();
            match MUTABLE_STATICS.iter().position(|(p, n, _)| *p == source.path && *n == name) {
                Some(index) => drop(used.insert(index)),
                None => breaches.push(format!("{}:{number}: {}", source.path, code.trim_end())),
            }
        }
    }
    for (index, (path, name, reason)) in MUTABLE_STATICS.iter().enumerate() {
        if !used.contains(&index) || reason.is_empty() {
            breaches.push(format!("{path}: `{name}` needs no exception (or has no reason)"));
        }
    }
    report("several engines live in one process: no state outside Vm and Thread", breaches);
}

/// The words of a page's code spans and code blocks which look like paths of this repository.
fn paths_named_in(page: &str) -> Vec<String> {
    let tops = ["src/", "runtime/", "tests/", "benches/", "examples/", "scripts/", ".ci/"];
    let mut found = Vec::new();
    for (index, part) in read(page).split('`').enumerate() {
        // Odd parts stand between back quotes; a fence is three, so the text of a block is odd too.
        if index % 2 == 0 {
            continue;
        }
        for word in part.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '"')) {
            let word = word.trim_end_matches(['.', ':']);
            if tops.iter().any(|top| word.starts_with(top)) && !word.contains(['*', '<', '{', '…']) {
                found.push(word.trim_end_matches('/').to_string());
            }
        }
    }
    found
}

#[test]
fn paths_named_in_the_pages_exist() {
    let mut breaches = Vec::new();
    for page in ["README.md", "ARCHITECTURE.md"] {
        for path in paths_named_in(page) {
            // A module may be named without its ending.
            if !root().join(&path).exists() && !root().join(format!("{path}.rs")).exists() {
                breaches.push(format!("{page}: {path}"));
            }
        }
    }
    report("a page names a file that does not exist", breaches);
}

/// The lines of the README's `sh` blocks, without comments.
fn readme_commands() -> Vec<String> {
    let text = read("README.md");
    let blocks = text.split("```").skip(1).step_by(2).filter(|block| block.starts_with("sh\n"));
    let lines = blocks.flat_map(|block| block.lines().skip(1)).map(|line| line.split(" #").next().unwrap_or(line));
    lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_string).collect()
}

/// What `taipan` prints for `arguments`.
fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_taipan")).args(arguments).output().expect("the binary starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn commands_named_in_the_readme_exist() {
    let commands = readme_commands();
    assert!(commands.iter().any(|line| line == "cargo nextest run --workspace"), "README.md: the test command");
    let mut breaches = Vec::new();
    for line in &commands {
        let mut words = line.split_whitespace().skip_while(|word| word.contains('=')).peekable();
        let program = words.next().unwrap_or_default();
        let arguments: Vec<&str> = match program {
            "cargo" => match words.next() {
                Some("run") => words.skip_while(|word| *word != "--").skip(1).collect(),
                Some("nextest" | "install" | "build" | "clippy" | "fmt" | "doc" | "bench" | "fuzz") => continue,
                other => {
                    breaches.push(format!("`{line}`: cargo {other:?}"));
                    continue;
                }
            },
            "taipan" | "target/release/taipan" => words.collect(),
            "git" | "cd" | "rustup" => continue,
            _ if root().join(program).exists() => continue,
            "python3" => {
                let script = words.next().unwrap_or_default();
                if !root().join(script).exists() {
                    breaches.push(format!("`{line}`: {script}"));
                }
                continue;
            }
            _ => {
                breaches.push(format!("`{line}`: what is {program}?"));
                continue;
            }
        };
        let subcommand = arguments.first().copied().filter(|word| matches!(*word, "compare" | "inspect"));
        let text = subcommand.map_or_else(|| help(&["--help"]), |subcommand| help(&[subcommand, "--help"]));
        for flag in arguments.iter().filter(|word| word.starts_with("--") && word.len() > 2) {
            let name = flag.split('=').next().unwrap_or(flag);
            if !text.contains(name) {
                breaches.push(format!("`{line}`: --help does not know {name}"));
            }
        }
        for file in arguments.iter().filter(|word| word.ends_with(".py") && word.contains('/')) {
            if !root().join(file).exists() {
                breaches.push(format!("`{line}`: {file}"));
            }
        }
    }
    report("README.md names what does not exist", breaches);
}

#[test]
fn blanking_keeps_lines_and_drops_text() {
    let source = Source::new(
        "x.rs".into(),
        "a // unsafe\n\"unsafe \\\" \" 'x' '\\'' b /* unsafe\n */ c::<'a> r#\"unsafe\"# b\"q\"\n".into(),
    );
    let lines: Vec<String> = source.code_lines().map(|(_, line)| line.to_string()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| !line.contains("unsafe")), "{lines:?}");
    assert!(lines[1].contains('b') && lines[2].contains("c::<'a>"), "{lines:?}");
}
