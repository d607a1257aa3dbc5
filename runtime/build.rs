//! Packs the standard library into the crate: one compressed blob, and an index of the files in it.
//!
//! The library is the Python half of CPython's, as the crate `rustpython-pylib` ships it. What no program
//! imports (tests, IDLE, Tk, demonstrations) is left out. Each file is compressed alone (LZ4), so that an
//! import unpacks nothing but what it needs.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files that are left out, by path below the library.
const LEFT_OUT: &[&str] = &[
    "__phello__",
    "_dummy_os.py",
    "_dummy_thread.py",
    "dummy_threading.py",
    "ensurepip",
    "idlelib",
    "pydoc_data",
    "test",
    "tkinter",
    "turtle.py",
    "turtledemo",
];

/// Folders that are left out wherever they are.
const LEFT_OUT_EVERYWHERE: &[&str] = &["__pycache__", "test", "tests", "idle_test"];

/// Words that the Python half of the library says otherwise than CPython's C half, which programs know: file,
/// words, and what stands there instead. Nothing but messages, each on its line.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "_pydatetime.py",
        "cannot compare naive and aware datetimes",
        "can't compare offset-naive and offset-aware datetimes",
    ),
    ("_pydatetime.py", "cannot compare naive and aware times", "can't compare offset-naive and offset-aware times"),
    (
        "_pydatetime.py",
        "cannot mix naive and timezone-aware time",
        "can't subtract offset-naive and offset-aware datetimes",
    ),
    ("_pydatetime.py", "\"result out of range\"", "\"date value out of range\""),
    (
        "_pydatetime.py",
        "\"timedelta # of days is too large: %d\" % d",
        "\"days=%d; must have magnitude <= 999999999\" % d if -1 << 31 <= d < 1 << 31 else \
         \"Python int too large to convert to C int\"",
    ),
    ("_pydatetime.py", "return (f'{self.__class__.__name__}'", "return (f'datetime.{self.__class__.__name__}'"),
];

fn main() {
    let library = Path::new(rustpython_pylib::LIB_PATH);
    let mut files = Vec::new();
    collect(library, library, &mut files);

    let mut blob = Vec::new();
    let mut index = String::from("&[\n");
    let architecture = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let variables = format!("_sysconfigdata__linux_{architecture}-linux-gnu.py");
    files.push(variables.clone());
    files.sort();
    for name in &files {
        let mut source = match *name == variables {
            true => build_variables(&architecture).into_bytes(),
            false => fs::read(library.join(name)).unwrap_or_else(|error| panic!("cannot read {name}: {error}")),
        };
        for (_, python, c) in WORDS.iter().filter(|(file, ..)| file == name) {
            let text = String::from_utf8_lossy(&source).into_owned();
            assert!(text.contains(python), "{name} does not say {python}");
            source = text.replace(python, c).into_bytes();
        }
        let start = blob.len();
        blob.extend(lz4_flex::block::compress(&source));
        // Writing to a string cannot fail.
        let _ = writeln!(
            index,
            "    LibraryFile {{ path: {name:?}, start: {start}, end: {}, size: {} }},",
            blob.len(),
            source.len()
        );
    }
    index.push_str("]\n");

    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("library.lz4"), blob).unwrap_or_else(|error| panic!("cannot write the library: {error}"));
    fs::write(out.join("library_index.rs"), index).unwrap_or_else(|error| panic!("cannot write the index: {error}"));
    println!("cargo:rerun-if-changed=build.rs");
}

/// The module that `sysconfig` reads: what CPython's makefile would say, as far as it is true of Taipan, which loads
/// and builds no extension modules.
fn build_variables(architecture: &str) -> String {
    let text = |value: &str| format!("{value:?}");
    let variables = [
        ("ABIFLAGS", text("")),
        ("CONFIG_ARGS", text("")),
        ("HAVE_FORK", "1".to_owned()),
        ("MACHDEP", text("linux")),
        ("MULTIARCH", text(&format!("{architecture}-linux-gnu"))),
        ("Py_DEBUG", "0".to_owned()),
        ("Py_ENABLE_SHARED", "0".to_owned()),
        ("Py_GIL_DISABLED", "0".to_owned()),
        ("SIZEOF_VOID_P", "8".to_owned()),
        ("VERSION", text("3.14")),
        ("WITH_DOC_STRINGS", "1".to_owned()),
    ];
    let mut source = String::from("# Made by the build of Taipan.\nbuild_time_vars = {\n");
    for (name, value) in variables {
        // Writing to a string cannot fail.
        let _ = writeln!(source, "    '{name}': {value},");
    }
    source.push_str("}\n");
    source
}

/// Adds the paths of all Python files below `folder`, relative to `library`.
fn collect(library: &Path, folder: &Path, files: &mut Vec<String>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(relative) = path.strip_prefix(library) else { continue };
        let Some(relative) = relative.to_str() else { continue };
        let name = entry.file_name();
        let everywhere = LEFT_OUT_EVERYWHERE.iter().any(|left| name == *left);
        if everywhere || LEFT_OUT.contains(&relative) {
            continue;
        }
        if path.is_dir() {
            collect(library, &path, files);
        } else if relative.ends_with(".py") {
            files.push(relative.to_owned());
        }
    }
}
