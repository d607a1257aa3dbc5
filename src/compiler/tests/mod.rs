//! Tests of the compiler: disassembly goldens, scopes, folders of real code.
//!
//! A golden is a Python file beside this one. Lines that start with `#|` at its end hold the expected
//! disassembly; run with `TAIPAN_BLESS=1` to write them anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{CompileOptions, compile};
use crate::bytecode::disasm::disassemble_all;
use crate::bytecode::verify::verify;
use crate::syntax::{CompileError, SourceText, decode};

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/compiler/tests")
}

/// The disassembly of a source, or the error it gives.
fn dump(source: &str) -> String {
    let source = SourceText::new(source, "test.py");
    match compile(&source, &CompileOptions::default()) {
        Ok(compiled) => {
            let mut text = disassemble_all(&compiled.code, Some(source.text()));
            for warning in &compiled.warnings {
                let _ = writeln!(text, "warning, line {}: {}", warning.place.line, warning.message);
            }
            text
        }
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn disassembly() {
    let bless = std::env::var_os("TAIPAN_BLESS").is_some();
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(goldens()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        count += 1;
        let whole = std::fs::read_to_string(&path).unwrap();
        let source: String = whole
            .lines()
            .take_while(|line| !line.starts_with("#|"))
            .fold(String::new(), |text, line| text + line + "\n");
        let expected: String = whole
            .lines()
            .filter_map(|line| line.strip_prefix("#|"))
            .fold(String::new(), |text, line| text + line.strip_prefix(' ').unwrap_or(line) + "\n");
        let actual = dump(source.trim_end());
        if actual == expected {
            continue;
        }
        if bless {
            let shown = actual.lines().fold(String::new(), |text, line| {
                if line.is_empty() { text + "#|\n" } else { text + "#| " + line + "\n" }
            });
            std::fs::write(&path, format!("{}\n\n{shown}", source.trim_end())).unwrap();
        } else {
            wrong.push(format!("{}:\n{actual}", path.file_name().unwrap().display()));
        }
    }
    assert!(count > 0, "no goldens found");
    assert!(wrong.is_empty(), "run with TAIPAN_BLESS=1 if these are right:\n{}", wrong.join("\n"));
}

/// Compiles and verifies every Python file below the folder that `TAIPAN_COMPILE_FOLDER` names.
#[test]
#[ignore = "needs a folder of Python code"]
fn folder() {
    let Some(folder) = std::env::var_os("TAIPAN_COMPILE_FOLDER") else { return };
    let mut pending = vec![PathBuf::from(folder)];
    let (mut files, mut functions, mut refused) = (0, 0, Vec::new());
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        let name = path.display().to_string();
        let bytes = std::fs::read(&path).unwrap();
        let outcome = decode(&bytes, &name)
            .map_err(CompileError::from)
            .and_then(|text| compile(&SourceText::new(&text, &name), &CompileOptions::default()));
        files += 1;
        match outcome {
            Ok(compiled) => compiled.code.walk(&mut |code| {
                functions += 1;
                verify(code).unwrap_or_else(|error| panic!("{name}: {error}"));
            }),
            Err(error) => refused.push(format!("{name}: {error}")),
        }
    }
    println!("{files} files, {functions} code objects");
    for error in &refused {
        println!("{error}");
    }
}
