//! Goldens of the optimisation passes: each file in `tests/passes` is IR, the passes to run, and what they make
//! of it. `TAIPAN_BLESS=1 cargo test --test passes` writes what they make into the files.
//!
//! A file: comment lines with `#` about what it shows; a line `passes: NAME ...` (or `passes: all`); the input;
//! a line `=====`; the expected output.

use std::path::Path;
use taipan::jit::ir::parse::parse;
use taipan::jit::ir::verify::verify;
use taipan::jit::passes;

fn output(path: &Path, directive: &str, input: &str) -> String {
    let name = path.display();
    let mut function = parse(input).unwrap_or_else(|error| panic!("{name}: {error}"));
    verify(&function).unwrap_or_else(|error| panic!("{name}: the input: {error}"));
    let names: Vec<&str> = match directive.trim() {
        "all" => passes::PIPELINE.to_vec(),
        list => list.split_whitespace().collect(),
    };
    for pass in names {
        let found = passes::find(pass).unwrap_or_else(|| panic!("{name}: there is no pass {pass}"));
        (found.run)(&mut function);
        verify(&function).unwrap_or_else(|error| panic!("{name}: after {pass}: {error}"));
    }
    function.to_string()
}

#[test]
fn passes_do_what_their_goldens_say() {
    let bless = std::env::var_os("TAIPAN_BLESS").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/passes");
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "ir"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no goldens found");
    let mut wrong = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (head, expected) = text.split_once("=====\n").unwrap_or((&text, ""));
        let at = head.find("passes:").unwrap_or_else(|| panic!("{}: no line `passes:`", path.display()));
        let (directive, input) = head[at + "passes:".len()..].split_once('\n').unwrap_or(("", ""));
        let found = output(&path, directive, input);
        if found == expected {
            continue;
        }
        if bless {
            std::fs::write(&path, format!("{}\n=====\n{found}", head.trim_end()))
                .unwrap_or_else(|error| panic!("{error}"));
        } else {
            wrong.push(format!("{}:\n--- expected\n{expected}\n--- found\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
