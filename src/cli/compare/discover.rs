//! Which virtual machines a comparison is between.
//!
//! What lives here: the two modes of Taipan and the search for `python3` and `pypy3`. What must not: running the
//! user's script. A version manager puts small programs called `python3` on the path that start the real one; so each
//! one found is asked for `sys.executable`, and what it names is used and counted once. Start at [`find_all`].

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The names looked for in each folder of the path.
const NAMES: &[&str] = &["python3", "pypy3"];

/// Looked at even where the path hides it behind a version manager.
const SYSTEM: &str = "/usr/bin/python3";

/// How long an interpreter may take to say what it is.
const PATIENCE: Duration = Duration::from_secs(10);

const QUESTION: &str = "import sys
print(sys.executable)
print(sys.implementation.name)
print('%d.%d.%d' % tuple(sys.version_info[:3]))";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    TaipanInterpreter,
    TaipanJit,
    CPython,
    Other,
}

/// A virtual machine that takes part.
#[derive(Clone, Debug)]
pub struct Machine {
    pub kind: Kind,
    /// `CPython 3.11.2`, unique among those that take part.
    pub name: String,
    pub program: PathBuf,
    /// What stands between the program and the script.
    pub arguments: Vec<OsString>,
}

/// Taipan's two modes.
pub fn taipan(program: &Path) -> Vec<Machine> {
    let machine = |kind, name: &str, flag: &str| Machine {
        kind,
        name: name.to_string(),
        program: program.to_path_buf(),
        arguments: vec![flag.into()],
    };
    vec![
        machine(Kind::TaipanInterpreter, "Taipan interpreter", "--jit=off"),
        machine(Kind::TaipanJit, "Taipan JIT", "--jit=on"),
    ]
}

/// The Python implementations in the folders of `path` (the value of `PATH`) and [`SYSTEM`], each once.
pub fn find_all(path: &OsString) -> Vec<Machine> {
    let folders = std::env::split_paths(path);
    let candidates = folders.flat_map(|folder| NAMES.iter().map(move |name| folder.join(name)));
    resolve(candidates.chain([PathBuf::from(SYSTEM)]))
}

/// Asks each candidate what it is and keeps the distinct ones, in order.
pub fn resolve(candidates: impl Iterator<Item = PathBuf>) -> Vec<Machine> {
    let mut asked = HashSet::new();
    let mut known = HashSet::new();
    let mut machines: Vec<Machine> = Vec::new();
    for candidate in candidates.filter(|candidate| candidate.is_file()) {
        // The same file under two names in the path need not be started twice; shims are files of their own.
        if !asked.insert(fs::canonicalize(&candidate).unwrap_or_else(|_| candidate.clone())) {
            continue;
        }
        let Some(mut machine) = ask(&candidate) else { continue };
        if machine.name.starts_with("taipan") {
            continue;
        }
        let real = fs::canonicalize(&machine.program).unwrap_or_else(|_| machine.program.clone());
        if !known.insert(real) {
            continue;
        }
        if machines.iter().any(|other| other.name == machine.name) {
            machine.name = format!("{} ({})", machine.name, machine.program.display());
        }
        machines.push(machine);
    }
    machines
}

/// What the interpreter started by `program` says it is; `None` when it does not answer.
pub fn ask(program: &Path) -> Option<Machine> {
    let mut child = Command::new(program)
        .args(["-c", QUESTION])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let end = Instant::now() + PATIENCE;
    let status = loop {
        match child.try_wait().ok()? {
            Some(status) => break status,
            None if Instant::now() > end => {
                // Nothing depends on how it ends; it must only not stay behind.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let mut answer = String::new();
    child.stdout.take()?.read_to_string(&mut answer).ok()?;
    let mut lines = answer.lines();
    let (executable, implementation, version) = (lines.next()?, lines.next()?, lines.next()?);
    if !status.success() || executable.is_empty() {
        return None;
    }
    let (kind, family) = match implementation {
        "cpython" => (Kind::CPython, "CPython"),
        "pypy" => (Kind::Other, "PyPy"),
        other => (Kind::Other, other),
    };
    Some(Machine { kind, name: format!("{family} {version}"), program: executable.into(), arguments: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A folder that is removed with its content.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("taipan-discover-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(fs::canonicalize(path).unwrap())
        }

        fn program(&self, name: &str, script: &str) -> PathBuf {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        }

        /// A program that answers as an interpreter does.
        fn interpreter(&self, name: &str, implementation: &str, version: &str) -> PathBuf {
            let path = self.0.join(name);
            self.program(name, &format!("echo {}\necho {implementation}\necho {version}", path.display()))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_shim_is_seen_through_and_counted_once() {
        let folder = Folder::new("shim");
        let real = folder.interpreter("versions/3.12/bin/python3", "cpython", "3.12.1");
        let shim = folder.program("shims/python3", &format!("exec {} \"$@\"", real.display()));
        let found = resolve([shim, real.clone()].into_iter());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].kind, found[0].name.as_str()), (Kind::CPython, "CPython 3.12.1"));
        assert_eq!(found[0].program, real);
    }

    #[test]
    fn links_count_once_and_equal_names_get_their_path() {
        let folder = Folder::new("links");
        let first = folder.interpreter("a/python3", "cpython", "3.11.2");
        let second = folder.interpreter("b/python3", "cpython", "3.11.2");
        let link = folder.0.join("python3");
        std::os::unix::fs::symlink(&first, &link).unwrap();
        let found = resolve([link, first, second.clone()].into_iter());
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].name, "CPython 3.11.2");
        assert_eq!(found[1].name, format!("CPython 3.11.2 ({})", second.display()));
    }

    #[test]
    fn what_does_not_answer_is_left_out() {
        let folder = Folder::new("broken");
        let broken = folder.program("broken", "echo no such version >&2; exit 127");
        let silent = folder.program("silent", "exit 0");
        let text = folder.0.join("text");
        fs::write(&text, "not a program").unwrap();
        let good = folder.interpreter("pypy3", "pypy", "3.11.1");
        let found = resolve([broken, silent, text, folder.0.join("missing"), good].into_iter());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].kind, found[0].name.as_str()), (Kind::Other, "PyPy 3.11.1"));
    }

    #[test]
    fn the_folders_of_the_path_are_searched_in_order() {
        let folder = Folder::new("path");
        folder.interpreter("one/pypy3", "pypy", "3.9.16");
        folder.interpreter("two/python3", "cpython", "3.14.0");
        let path = std::env::join_paths([folder.0.join("none"), folder.0.join("one"), folder.0.join("two")]).unwrap();
        let names: Vec<String> = find_all(&path).into_iter().map(|machine| machine.name).take(2).collect();
        assert_eq!(names, ["PyPy 3.9.16", "CPython 3.14.0"]);
    }
}
