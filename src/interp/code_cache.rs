//! Compiled modules in files, so that an import need not compile again.
//!
//! What lives here: where the files are, how they are named, read and written. What must not: their contents
//! (`bytecode/image`). Only imported modules are kept, as in CPython.
//!
//! A file's name is a hash of everything the code depends on: the source text, its file name, the optimisation level.
//! So a file is never out of date, and there are no times to compare. Each build of the program has a folder of its own,
//! named by size and time of the executable; folders that were not written to for long are removed when a new one is
//! made. Whatever goes wrong, the module is compiled. Start at [`CodeCache::load`].

use std::fs;
use std::hash::Hasher;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::bytecode::{Code, image};

/// A folder that no new file was put into for this long belongs to a build that is gone.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Bytes of checksum at the end of a file.
const CHECKSUM: usize = 16;

/// The files of this build.
pub struct CodeCache {
    folder: PathBuf,
}

/// Names the compiled form of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key(u128);

impl CodeCache {
    /// The cache below `root`, which is made if need be; `None` if that cannot be, or if others could write there.
    pub fn open(root: &Path) -> Option<CodeCache> {
        let folder = root.join(build_name()?);
        if !folder.is_dir() {
            remove_old(root);
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).ok()?;
        }
        let facts = fs::metadata(&folder).ok()?;
        // Whoever may write here decides what runs.
        let safe = facts.uid() == current_user() && facts.mode() & 0o022 == 0;
        safe.then_some(CodeCache { folder })
    }

    /// What the code compiled from `source` under this file name is called.
    pub fn key(source: &[u8], filename: &str, optimize: u8) -> Key {
        let mut hasher = SipHasher13::new();
        hasher.write(source);
        hasher.write_usize(source.len());
        hasher.write(filename.as_bytes());
        hasher.write_u8(optimize);
        Key(hasher.finish128().as_u128())
    }

    fn path(&self, key: Key) -> PathBuf {
        self.folder.join(format!("{:032x}", key.0))
    }

    /// The code, if it is there and whole.
    pub fn load(&self, key: Key) -> Option<Arc<Code>> {
        let file = fs::read(self.path(key)).ok()?;
        let (body, checksum) = file.split_at_checked(file.len().checked_sub(CHECKSUM)?)?;
        (checksum == checksum_of(body)).then(|| image::decode(body))?
    }

    /// Keeps the code. The file appears whole or not at all.
    pub fn store(&self, key: Key, code: &Code) {
        let mut file = image::encode(code);
        file.extend(checksum_of(&file));
        let path = self.path(key);
        let partial = path.with_extension(std::process::id().to_string());
        if fs::write(&partial, file).and_then(|()| fs::rename(&partial, &path)).is_err() {
            // Nothing is lost; the partial file may not even exist.
            let _ = fs::remove_file(&partial);
        }
    }
}

fn checksum_of(bytes: &[u8]) -> [u8; CHECKSUM] {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    hasher.finish128().as_u128().to_le_bytes()
}

/// A name that no other build of this program has.
fn build_name() -> Option<String> {
    let facts = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let version = env!("CARGO_PKG_VERSION");
    Some(format!("{version}-{:x}-{:x}-{:x}", facts.len(), facts.mtime(), facts.mtime_nsec()))
}

fn remove_old(root: &Path) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let old = entry.metadata().and_then(|facts| facts.modified()).ok().and_then(|time| time.elapsed().ok());
        if old.is_some_and(|age| age > KEPT) {
            // If it stays, it stays.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[allow(unsafe_code)]
fn current_user() -> u32 {
    // SAFETY: takes nothing, cannot fail.
    unsafe { libc::geteuid() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::CodeFlags;
    use crate::compiler::{CompileOptions, Namespace, compile};
    use crate::syntax::{Mode, SourceText};

    #[test]
    fn damaged_and_missing_files_are_no_code() {
        let root = std::env::temp_dir().join(format!("taipan-code-cache-{}", std::process::id()));
        let cache = CodeCache::open(&root).expect("a folder of our own");
        let key = CodeCache::key(b"x = 1", "<x>", 0);
        assert_ne!(key, CodeCache::key(b"x = 1", "<x>", 1));
        assert_ne!(key, CodeCache::key(b"x = 1", "<y>", 0));
        assert!(cache.load(key).is_none());
        fs::write(cache.path(key), b"not an image, but long enough").expect("a writable folder");
        assert!(cache.load(key).is_none());
        fs::remove_dir_all(&root).expect("our own folder");
    }

    const SOURCE: &str = r#"
"""A module's text."""
import os.path as p
class A[T](object, metaclass=type):
    "doc"
    x: int = 10 ** 30
    def f(self, a, /, b=-0.0, *c, d=1e400, **e):
        self.y = (a, 2j, b"\xff", ..., None, True, "\ud800", 5 in {1, 2, 3}, c[1:2])
        def inner():
            nonlocal a
            a += 1
            return [i for i in c if i]
        try:
            while b: inner()
        except* ValueError as error:
            raise
        finally:
            yield lambda q: (yield)
async def g():
    async for x in y: await x
match p:
    case {"k": [1, *_]} | A(x=3): pass
"#;

    fn code() -> Arc<Code> {
        let options = CompileOptions {
            mode: Mode::Module,
            namespace: Namespace::Globals,
            optimize: 0,
            future: CodeFlags::default(),
            top_level_await: false,
            allow_incomplete: false,
            no_implied_dedent: false,
        };
        match compile(&SourceText::new(SOURCE, "<test>"), &options) {
            Ok(compiled) => compiled.code,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn an_image_gives_the_code_again() {
        let code = code();
        let image = image::encode(&code);
        let again = image::decode(&image).expect("a whole image");
        // `Debug` shows every field.
        assert_eq!(format!("{code:?}"), format!("{again:?}"));
        assert_eq!(image::encode(&again), image);
    }

    #[test]
    fn a_cut_image_is_refused() {
        let image = image::encode(&code());
        for length in (0..image.len()).step_by(7) {
            assert!(image::decode(&image[..length]).is_none(), "{length} of {} bytes", image.len());
        }
    }
}
