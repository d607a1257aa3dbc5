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

/// Every Python program of the repository compiles to code that the verifier accepts.
#[test]
fn programs_of_the_repository_compile() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut pending: Vec<PathBuf> =
        ["examples", "benches/programs", "tests/scripts"].map(|name| root.join(name)).into();
    let (mut files, mut refused) = (0, Vec::new());
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
        // A script whose point is an error says so in its head; what has no output is imported by one.
        let is_helper = path.starts_with(root.join("tests/scripts")) && !path.with_extension("out").exists();
        let is_about_errors = is_helper
            || bytes.starts_with(b"#")
                && bytes.split(|byte| *byte == b'\n').take(4).any(|line| line.starts_with(b"# exit:"));
        let outcome = decode(&bytes, &name)
            .map_err(CompileError::from)
            .and_then(|text| compile(&SourceText::new(&text, &name), &CompileOptions::default()));
        files += 1;
        match outcome {
            Ok(compiled) => compiled.code.walk(&mut |code| {
                verify(code).unwrap_or_else(|error| panic!("{name}: {error}"));
            }),
            Err(error) if !is_about_errors => refused.push(format!("{name}: {error}")),
            Err(_) => {}
        }
    }
    assert!(files > 100 && refused.is_empty(), "{files} files; {refused:#?}");
}

/// What compiling gives, in a word.
fn verdict(source: &str) -> String {
    match compile(&SourceText::new(source, "f"), &CompileOptions::default()) {
        Ok(_) => "ok".into(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn deep_nesting_is_compiled_or_refused() {
    const DEEP: usize = 100_000;
    assert!(verdict(&"(".repeat(DEEP)).contains("too many nested parentheses"));
    assert!(verdict(&format!("{}1{}", "[".repeat(201), "]".repeat(201))).contains("too many nested parentheses"));
    assert_eq!(verdict(&format!("{}1{}", "[".repeat(200), "]".repeat(200))), "ok");
    for (prefix, suffix) in [
        ("-", "x"),
        ("not ", "x"),
        ("1 + ", "x"),
        ("x if y else ", "x"),
        ("x and y or ", "x"),
        ("x < ", "x"),
        ("x = ", "y"),
    ] {
        assert_eq!(verdict(&(prefix.repeat(DEEP) + suffix)), "ok", "{prefix}");
    }
    for (prefix, suffix) in [("x", ".a"), ("x", "()"), ("x", "[0]"), ("x", ".m(y)")] {
        assert_eq!(verdict(&format!("{prefix}{}", suffix.repeat(DEEP / 2))), "ok", "{suffix}");
    }
    assert!(verdict(&("x ** ".repeat(DEEP) + "x")).starts_with("RecursionError"));
    assert!(verdict(&("lambda: ".repeat(DEEP) + "x")).starts_with("RecursionError"));
    assert!(verdict(&("-".repeat(10 * DEEP) + "x")).starts_with("MemoryError"));
    let blocks: String = (0..150).map(|depth| " ".repeat(depth) + "if x:\n").collect();
    assert!(verdict(&blocks).contains("too many levels of indentation"), "{}", verdict(&blocks));
    let elifs = "if x: pass\n".to_owned() + &"elif x: pass\n".repeat(20_000);
    assert_eq!(verdict(&elifs), "ok");
}

#[test]
fn big_code_is_compiled() {
    let many_sites: String = (0..9000).map(|i| format!("x.a{}.b\n", i % 50)).collect();
    let source = SourceText::new(&many_sites, "f");
    let code = compile(&source, &CompileOptions::default()).unwrap().code;
    assert!(code.cold_site.is_some() && code.feedback_words == 65536);
    verify(&code).unwrap();
    let constants: String = (0..70_000).map(|i| format!("f('{i}')\n")).collect();
    assert_eq!(verdict(&constants), "ok");
    let items: String = (0..40_000).map(|i| format!("x{}, ", i % 100)).collect();
    assert_eq!(verdict(&format!("[{items}]\nf({})", &items[..items.len() / 4].rsplit_once(',').unwrap().0)), "ok");
    let names: String = (0..70_000).map(|i| format!("n{i}\n")).collect();
    assert!(verdict(&names).contains("more than 65536 names"));
}

/// The warnings of a source, with their lines.
fn warnings_of(source: &str) -> Vec<String> {
    let compiled = compile(&SourceText::new(source, "f"), &CompileOptions::default()).unwrap();
    compiled.warnings.iter().map(|warning| format!("{}: {}", warning.place.line, warning.message)).collect()
}

#[test]
fn suspicious_code_is_warned_of() {
    let text = "x is 1\nassert (x, 'm')\n'a' (x)\n(1, 2) ['a']\ns = '\\d'\n5 [x]\nx is not ()\n\
                def f():\n  try: pass\n  finally: return 1\n";
    assert_eq!(
        warnings_of(text),
        [
            "1: \"is\" with 'int' literal. Did you mean \"==\"?",
            "2: assertion is always true, perhaps remove parentheses?",
            "3: 'str' object is not callable; perhaps you missed a comma?",
            "4: tuple indices must be integers or slices, not str; perhaps you missed a comma?",
            "5: \"\\d\" is an invalid escape sequence. Such sequences will not work in the future. Did you mean \
             \"\\\\d\"? A raw string is also an option.",
            "6: 'int' object is not subscriptable; perhaps you missed a comma?",
            "7: \"is not\" with 'tuple' literal. Did you mean \"!=\"?",
            "10: 'return' in a 'finally' block",
        ]
    );
    assert!(warnings_of("r'\\d'\nb'\\\\'\nf'{x!r:>{w}}\\n'\nx is None\nx is ...\n").is_empty());
}

#[test]
fn incomplete_input_is_told_from_wrong() {
    let options =
        CompileOptions { mode: crate::syntax::Mode::Interactive, allow_incomplete: true, ..CompileOptions::default() };
    let kind = |text: &str| match compile(&SourceText::new(text, "<stdin>"), &options) {
        Ok(_) => "ok".to_owned(),
        Err(CompileError::Syntax(info)) => info.kind.class_name().to_owned(),
        Err(other) => other.to_string(),
    };
    for text in ["if x:", "if x:\n", "f(1,", "x = '''abc", "def f():\n", "x = [\n1,\n", "class A:", "x = \\"] {
        assert_eq!(kind(text), "_IncompleteInputError", "{text:?}");
    }
    for text in ["x = = 1", "f(1))", "if x\n  y", "a b"] {
        assert_eq!(kind(text), "SyntaxError", "{text:?}");
    }
    for text in ["x = 1\n", "if x: y\n", "a; b\n", "def f():\n  pass\n\n"] {
        assert_eq!(kind(text), "ok", "{text:?}");
    }
}

/// Where names live: `function: name kind` for all names of all scopes.
fn scopes_of(source: &str) -> Vec<String> {
    let source = SourceText::new(source, "f");
    let Ok(compiled) = compile(&source, &CompileOptions::default()) else { return Vec::new() };
    let mut lines = Vec::new();
    compiled.code.walk(&mut |code| {
        let names = |list: &mut dyn Iterator<Item = &std::sync::Arc<str>>| {
            list.map(|name| name.to_string()).collect::<Vec<_>>().join(" ")
        };
        lines.push(format!(
            "{}: locals [{}] cells [{}] free [{}]",
            code.qualname,
            names(&mut code.co_varnames().iter()),
            names(&mut code.co_cellvars()),
            names(&mut code.co_freevars().iter())
        ));
    });
    lines
}

#[test]
fn names_are_resolved() {
    assert_eq!(
        scopes_of("def f(a):\n  b = [x for x in a if (y := x)]\n  def g():\n    nonlocal b\n    b = y\n  return g"),
        [
            "<module>: locals [] cells [] free []",
            "f: locals [a x g] cells [b y] free []",
            "f.<locals>.g: locals [] cells [] free [b y]"
        ]
    );
    assert_eq!(
        scopes_of("class A:\n  x = 1\n  def m(self):\n    return __class__, x\n  y = [x for _ in z]\n  w = lambda: x"),
        [
            "<module>: locals [] cells [] free []",
            "A: locals [] cells [__class__] free []",
            "A.m: locals [self] cells [] free [__class__]",
            "A.<lambda>: locals [] cells [] free []",
        ]
    );
    assert_eq!(
        scopes_of("def f(x):\n  class C:\n    y = x\n    x = 2\n    def g(self): return x\n  return C")[2],
        "f.<locals>.C: locals [] cells [] free [x]"
    );
    assert_eq!(
        scopes_of("def f[T](x: T) -> T:\n  return x")[1..],
        [
            "<generic parameters of f>: locals [] cells [T] free []",
            "__annotate__: locals [format] cells [] free [T]",
            "f: locals [x] cells [] free []",
        ]
    );
    assert_eq!(
        scopes_of("def f():\n  return [[(lambda: (i, j)) for i in j] for j in k]")[1..],
        ["f: locals [] cells [] free []", "f.<locals>.<lambda>: locals [] cells [] free [i j]"]
    );
    assert_eq!(scopes_of("class _A:\n  def f(self): self.__x = __y")[1..2], ["_A: locals [] cells [] free []"]);
}
