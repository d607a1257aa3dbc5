//! Finding modules in the folders of `sys.path` and of packages.
//!
//! What lives here: which file a name stands for in one folder, with listings of folders cached until they
//! change. What must not: loading, and finders written in Python. Start at [`FolderCache::find`].
//! Rules: Python reference, "The Path Based Finder" (5.5), PEP 420.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a folder has for a name.
pub enum Found {
    /// `name.py`, or `name/__init__.py` of a package.
    Source { path: PathBuf, is_package: bool },
    /// A folder without `__init__.py`: a part of a namespace package.
    NamespacePart(PathBuf),
}

/// The names in a folder as of a moment.
struct Listing {
    modified: Option<SystemTime>,
    names: HashSet<OsString>,
}

/// Listings of the folders that were searched.
#[derive(Default)]
pub struct FolderCache {
    listings: RefCell<HashMap<PathBuf, Listing>>,
}

impl FolderCache {
    /// What `folder` has for the module `name` (the last part of its full name).
    pub fn find(&self, folder: &Path, name: &str) -> Option<Found> {
        let modified = fs::metadata(folder).ok()?.modified().ok();
        let mut listings = self.listings.borrow_mut();
        let known = listings.get(folder).is_some_and(|listing| listing.modified == modified && modified.is_some());
        if !known {
            let names = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.file_name()).collect();
            listings.insert(folder.to_path_buf(), Listing { modified, names });
        }
        let names = &listings.get(folder)?.names;
        let mut namespace = None;
        if names.contains(&OsString::from(name)) {
            let inner = folder.join(name);
            let path = inner.join("__init__.py");
            if path.is_file() {
                return Some(Found::Source { path, is_package: true });
            }
            if inner.is_dir() {
                namespace = Some(inner);
            }
        }
        let file = format!("{name}.py");
        if names.contains(&OsString::from(&file)) {
            let path = folder.join(file);
            if path.is_file() {
                return Some(Found::Source { path, is_package: false });
            }
        }
        namespace.map(Found::NamespacePart)
    }

    /// Forgets all listings: `importlib.invalidate_caches()`.
    pub fn clear(&self) {
        self.listings.borrow_mut().clear();
    }
}
