//! The embedded standard library: Python source packed into the program by `build.rs`.
//!
//! What lives here: finding a module's file in the index, and unpacking it. What must not: running it.
//! Start at [`find`].

use std::path::{Path, PathBuf};

/// One file in the blob.
pub struct LibraryFile {
    /// Path below the library's root: `json/decoder.py`.
    pub path: &'static str,
    start: usize,
    end: usize,
    /// Bytes when unpacked.
    size: usize,
}

/// All files, sorted by path.
static LIBRARY: &[LibraryFile] = include!(concat!(env!("OUT_DIR"), "/library_index.rs"));
static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.lz4"));

/// Modules that are C in CPython and whose Python half runs here instead: their classes are named in messages with
/// their module, and their frames are in no traceback.
const STAND_INS: [&str; 3] = ["_py_warnings.py", "_pydatetime.py", "_pydecimal.py"];

/// The file of a module, and whether it is a package. `name` is the full dotted name.
pub fn find(name: &str) -> Option<(&'static LibraryFile, bool)> {
    let path = name.replace('.', "/");
    if let Some(file) = by_path(&format!("{path}.py")) {
        return Some((file, false));
    }
    by_path(&format!("{path}/__init__.py")).map(|file| (file, true))
}

/// The file at this path below the library's root.
pub fn by_path(path: &str) -> Option<&'static LibraryFile> {
    let index = LIBRARY.binary_search_by(|file| file.path.cmp(path)).ok()?;
    Some(&LIBRARY[index])
}

/// The names of the modules right in a folder of the library (`""` for its root), with whether they are packages.
pub fn modules_in(folder: &str) -> Vec<(&'static str, bool)> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let first = LIBRARY.partition_point(|file| file.path < prefix.as_str());
    let mut modules = Vec::new();
    for file in LIBRARY[first..].iter().take_while(|file| file.path.starts_with(&prefix)) {
        let rest = &file.path[prefix.len()..];
        match rest.split_once('/') {
            None if rest != "__init__.py" => modules.push((rest.trim_end_matches(".py"), false)),
            Some((package, "__init__.py")) => modules.push((package, true)),
            _ => {}
        }
    }
    modules
}

impl LibraryFile {
    /// The file's contents.
    pub fn unpack(&self) -> Vec<u8> {
        match lz4_flex::block::decompress(&BLOB[self.start..self.end], self.size) {
            Ok(source) => source,
            Err(error) => unreachable!("the embedded library is damaged at {}: {error}", self.path),
        }
    }
}

/// Where the library claims to be on this machine, and what lies there.
pub struct Location {
    root: PathBuf,
}

impl Location {
    pub fn new(root: PathBuf) -> Location {
        Location { root }
    }

    /// The folder that stands for the library in `sys.path`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path that a file of the library has for Python code.
    pub fn path_of(&self, file: &LibraryFile) -> PathBuf {
        self.root.join(file.path)
    }

    /// The library's file at a path.
    pub fn file_at(&self, path: &Path) -> Option<&'static LibraryFile> {
        by_path(path.strip_prefix(&self.root).ok()?.to_str()?)
    }

    /// The path is that of a module that stands for a native one.
    pub fn stands_for_native(&self, path: &str) -> bool {
        STAND_INS.iter().any(|name| path.ends_with(name) && self.root.join(name) == Path::new(path))
    }

    /// The folder below the library's root that a path names: `""` for the root itself.
    pub fn folder_at<'a>(&self, path: &'a Path) -> Option<&'a str> {
        path.strip_prefix(&self.root).ok()?.to_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_and_unpacked() {
        let (file, is_package) = find("json").unwrap_or_else(|| panic!("json is in the library"));
        assert!(is_package && file.path == "json/__init__.py");
        assert!(String::from_utf8_lossy(&file.unpack()).contains("def dumps("));
        let (file, is_package) = find("json.decoder").unwrap_or_else(|| panic!("json.decoder is in the library"));
        assert!(!is_package && file.path == "json/decoder.py");
        assert!(find("json.nothing").is_none());
    }

    #[test]
    fn folders_are_listed() {
        let modules = modules_in("json");
        assert!(modules.contains(&("decoder", false)) && !modules.iter().any(|(name, _)| *name == "__init__"));
        assert!(modules_in("").contains(&("json", true)) && modules_in("").contains(&("os", false)));
    }

    #[test]
    fn locations_map_paths_to_files() {
        let location = Location::new(PathBuf::from("/opt/lib/x"));
        assert!(location.file_at(Path::new("/opt/lib/x/os.py")).is_some());
        assert!(location.file_at(Path::new("/elsewhere/os.py")).is_none());
        assert_eq!(location.folder_at(Path::new("/opt/lib/x")), Some(""));
    }
}
