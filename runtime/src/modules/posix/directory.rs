//! Reading folders: `listdir`, `scandir`.
//!
//! What lives here: the functions and the classes `DirEntry` and `ScandirIterator`. Start at [`read_folder`].
#![allow(unsafe_code)] // Calls of the C library.

use super::status::{make_stat, stat_at};
use super::{Path, Target};
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{FileName, filesystem_string, last_errno, raise_errno, repr, string};
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString};
use taipan_macros::py_class;

/// What a folder says about an entry.
struct RawEntry {
    name: Vec<u8>,
    inode: u64,
    kind: u8,
}

/// An open folder, closed when dropped.
struct OpenFolder(*mut libc::DIR);

impl OpenFolder {
    /// Opens the folder that a path names; a descriptor is duplicated.
    fn open(path: &Path) -> Result<OpenFolder, i32> {
        let pointer = match &path.name {
            // SAFETY: the path is a C string.
            Target::Name(name) => unsafe { libc::opendir(name.c_string().as_ptr()) },
            Target::Descriptor(number) => {
                // SAFETY: takes numbers.
                let copy = unsafe { libc::fcntl(*number, libc::F_DUPFD_CLOEXEC, 0) };
                if copy < 0 {
                    return Err(last_errno());
                }
                // SAFETY: the descriptor is ours, and becomes the folder's.
                let folder = unsafe { libc::fdopendir(copy) };
                if folder.is_null() {
                    let errno = last_errno();
                    // SAFETY: takes a number.
                    unsafe { libc::close(copy) };
                    return Err(errno);
                }
                // SAFETY: the folder is open.
                unsafe { libc::rewinddir(folder) };
                folder
            }
        };
        if pointer.is_null() { Err(last_errno()) } else { Ok(OpenFolder(pointer)) }
    }

    /// The next entry, `.` and `..` left out; `None` at the end.
    fn next(&self) -> Result<Option<RawEntry>, i32> {
        loop {
            // SAFETY: the C library's errno of this thread.
            unsafe { *libc::__errno_location() = 0 };
            // SAFETY: the folder is open.
            let entry = unsafe { libc::readdir(self.0) };
            if entry.is_null() {
                return match last_errno() {
                    0 => Ok(None),
                    errno => Err(errno),
                };
            }
            // SAFETY: readdir returned an entry, whose name is a C string; both live until the next call.
            let (name, inode, kind) =
                unsafe { (CStr::from_ptr((*entry).d_name.as_ptr()), (*entry).d_ino, (*entry).d_type) };
            if name.to_bytes() != b"." && name.to_bytes() != b".." {
                return Ok(Some(RawEntry { name: name.to_bytes().to_vec(), inode, kind }));
            }
        }
    }
}

impl Drop for OpenFolder {
    fn drop(&mut self) {
        // SAFETY: the folder is open, and closed once.
        unsafe { libc::closedir(self.0) };
    }
}

/// All names in a folder.
fn read_folder(thread: &Thread, path: &Path) -> PyResult<Value> {
    let folder = OpenFolder::open(path).map_err(|errno| raise_errno(thread, errno, Some(path.given)))?;
    let list = List::empty(thread);
    loop {
        match folder.next() {
            Ok(Some(entry)) => {
                let name = if path.is_bytes() {
                    Bytes::new(thread, &entry.name).value()
                } else {
                    filesystem_string(thread, &entry.name)?.value()
                };
                list.push(thread, name)?;
            }
            Ok(None) => return Ok(list.value()),
            Err(errno) => return Err(raise_errno(thread, errno, Some(path.given))),
        }
    }
}

/// One entry of a folder.
pub struct DirEntry {
    name: Slot,
    path: Slot,
    inode: u64,
    kind: u8,
    /// For system calls: the descriptor that the name is relative to, and the name.
    directory: i32,
    system_name: CString,
    status: Slot,
    link_status: Slot,
}

impl PayloadData for DirEntry {
    fn trace(&self, tracer: &mut Tracer) {
        for slot in [&self.name, &self.path, &self.status, &self.link_status] {
            tracer.slot(slot);
        }
    }
}

type Entry = Payload<DirEntry>;

impl DirEntry {
    /// The entry is of this file type, `None` if a system call failed because it is gone.
    fn is_type(this: Gc<Entry>, thread: &Thread, follow: bool, wanted: libc::mode_t) -> PyResult<bool> {
        let known = match this.data.kind {
            libc::DT_UNKNOWN => None,
            libc::DT_LNK if follow => None,
            libc::DT_LNK => Some(libc::S_IFLNK),
            libc::DT_DIR => Some(libc::S_IFDIR),
            libc::DT_REG => Some(libc::S_IFREG),
            _ => Some(0),
        };
        if let Some(kind) = known {
            return Ok(kind == wanted);
        }
        match stat_at(this.data.directory, &this.data.system_name, follow) {
            Some(facts) => Ok(facts.st_mode & libc::S_IFMT == wanted),
            None if last_errno() == libc::ENOENT => Ok(false),
            None => Err(raise_errno(thread, last_errno(), this.data.path.get())),
        }
    }
}

#[py_class(name = "DirEntry", module = "posix", no_instances, payload)]
impl DirEntry {
    /// the entry's base filename, relative to scandir() "path" argument
    #[getter]
    fn name(this: Gc<Entry>) -> Value {
        this.data.name.get().unwrap_or(Value::NONE)
    }

    /// the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)
    #[getter]
    fn path(this: Gc<Entry>) -> Value {
        this.data.path.get().unwrap_or(Value::NONE)
    }

    /// Return True if the entry is a directory; cached per entry.
    #[method(signature = "(self, /, *, follow_symlinks=True)")]
    fn is_dir(this: Gc<Entry>, thread: &Thread, follow_symlinks: Option<bool>) -> PyResult<bool> {
        DirEntry::is_type(this, thread, follow_symlinks.unwrap_or(true), libc::S_IFDIR)
    }

    /// Return True if the entry is a file; cached per entry.
    #[method(signature = "(self, /, *, follow_symlinks=True)")]
    fn is_file(this: Gc<Entry>, thread: &Thread, follow_symlinks: Option<bool>) -> PyResult<bool> {
        DirEntry::is_type(this, thread, follow_symlinks.unwrap_or(true), libc::S_IFREG)
    }

    /// Return True if the entry is a symbolic link; cached per entry.
    #[method]
    fn is_symlink(this: Gc<Entry>, thread: &Thread) -> PyResult<bool> {
        DirEntry::is_type(this, thread, false, libc::S_IFLNK)
    }

    /// Return True if the entry is a junction; cached per entry.
    #[method]
    fn is_junction(this: Gc<Entry>) -> bool {
        let _ = this;
        false
    }

    /// Return stat_result object for the entry; cached per entry.
    #[method(signature = "(self, /, *, follow_symlinks=True)")]
    fn stat(this: Gc<Entry>, thread: &Thread, follow_symlinks: Option<bool>) -> PyResult<Value> {
        let follow = follow_symlinks.unwrap_or(true) && DirEntry::is_type(this, thread, false, libc::S_IFLNK)?;
        let slot = if follow { &this.data.status } else { &this.data.link_status };
        if let Some(known) = slot.get() {
            return Ok(known);
        }
        match stat_at(this.data.directory, &this.data.system_name, follow) {
            Some(facts) => {
                let result = make_stat(thread, &facts);
                this.store(thread, slot, result);
                Ok(result)
            }
            None => Err(raise_errno(thread, last_errno(), this.data.path.get())),
        }
    }

    /// Return inode of the entry; cached per entry.
    #[method]
    fn inode(this: Gc<Entry>) -> u64 {
        this.data.inode
    }

    /// Returns the path for the entry.
    #[method(signature = "(self)", style = "noargs")]
    fn __fspath__(this: Gc<Entry>) -> Value {
        this.data.path.get().unwrap_or(Value::NONE)
    }

    #[method]
    fn __repr__(this: Gc<Entry>, thread: &Thread) -> PyResult<String> {
        Ok(format!("<DirEntry {}>", repr(thread, this.data.name.get().unwrap_or(Value::NONE))?))
    }

    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(class: Gc<Type>, thread: &Thread, item: Value) -> PyResult<Value> {
        crate::types::generic_alias::class_getitem(thread, class, item)
    }
}

/// The iterator of `scandir`.
pub struct ScandirIterator {
    folder: RefCell<Option<OpenFolder>>,
    /// The path argument, in front of names.
    prefix: Vec<u8>,
    is_bytes: bool,
    given: Slot,
    /// The folder's descriptor if it was given by one, else AT_FDCWD.
    directory: Cell<i32>,
}

impl PayloadData for ScandirIterator {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.given);
    }
}

#[py_class(name = "ScandirIterator", module = "posix", no_instances, payload)]
impl ScandirIterator {
    #[method]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[method]
    fn __next__(this: Gc<Payload<ScandirIterator>>, thread: &Thread) -> PyResult<Option<Value>> {
        let found = match this.data.folder.borrow().as_ref() {
            None => return Ok(None),
            Some(folder) => folder.next(),
        };
        let entry = match found {
            Ok(Some(entry)) => entry,
            Ok(None) => {
                this.data.folder.borrow_mut().take();
                return Ok(None);
            }
            Err(errno) => {
                this.data.folder.borrow_mut().take();
                return Err(raise_errno(thread, errno, this.data.given.get()));
            }
        };
        let relative = this.data.directory.get() != libc::AT_FDCWD;
        let mut path = this.data.prefix.clone();
        if !path.is_empty() && path.last() != Some(&b'/') {
            path.push(b'/');
        }
        path.extend_from_slice(&entry.name);
        let shown = if relative { &entry.name } else { &path };
        let name = FileName { bytes: entry.name.clone(), is_bytes: this.data.is_bytes };
        let data = DirEntry {
            name: Slot::new(name.like(thread, &entry.name)?),
            path: Slot::new(name.like(thread, shown)?),
            inode: entry.inode,
            kind: entry.kind,
            directory: this.data.directory.get(),
            system_name: CString::new(shown.clone()).unwrap_or_default(),
            status: Slot::empty(),
            link_status: Slot::empty(),
        };
        Ok(Some(Payload::new(thread, Type::of_spec(thread, DirEntry::SPEC), data).value()))
    }

    #[method]
    fn close(this: Gc<Payload<ScandirIterator>>) {
        this.data.folder.borrow_mut().take();
    }

    #[method(signature = "(self)")]
    fn __enter__(this: Value) -> Value {
        this
    }

    #[method(signature = "(self, /, *args)")]
    fn __exit__(this: Gc<Payload<ScandirIterator>>, args: &[Value]) {
        let _ = args;
        this.data.folder.borrow_mut().take();
    }
}

/// The path argument, `.` if there is none.
fn folder_path(thread: &Thread, path: Option<Value>, function: &str) -> PyResult<Path> {
    match path.filter(|path| !path.is_none()) {
        Some(path) => Path::or_descriptor(thread, path, function, "path").map_err(|raised| {
            let wrong = thread.exception_is(thread.vm().exceptions.type_error);
            if !wrong {
                return raised;
            }
            thread.take_exception(raised);
            let class = thread.type_name(path);
            thread.raise_type_error(format!(
                "{function}: path should be string, bytes, os.PathLike, integer or None, not {class}"
            ))
        }),
        None => Path::of(thread, string(thread, "."), function, "path"),
    }
}

/// Functions about folders.
#[taipan_macros::py_module(name = "posix")]
pub mod functions {
    use super::*;

    /// Return a list containing the names of the files in the directory.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If path is bytes,
    ///   the filenames returned will also be bytes; in all other circumstances
    ///   the filenames returned will be str.
    /// If path is None, uses the path='.'.
    ///
    /// The list is in arbitrary order.  It does not include the special
    /// entries '.' and '..' even if they are present in the directory.
    #[function(signature = "(path=None)", shows_files)]
    fn listdir(thread: &Thread, path: Option<Value>) -> PyResult<Value> {
        let path = folder_path(thread, path, "listdir")?;
        read_folder(thread, &path)
    }

    /// Return an iterator of DirEntry objects for given path.
    ///
    /// path can be specified as either str, bytes, or a path-like object.  If path
    /// is bytes, the names of yielded DirEntry objects will also be bytes; in
    /// all other circumstances they will be str.
    ///
    /// If path is None, uses the path='.'.
    #[function(signature = "(path=None)", shows_files)]
    fn scandir(thread: &Thread, path: Option<Value>) -> PyResult<Value> {
        let path = folder_path(thread, path, "scandir")?;
        let folder = OpenFolder::open(&path).map_err(|errno| raise_errno(thread, errno, Some(path.given)))?;
        let (prefix, directory) = match &path.name {
            Target::Name(name) => (name.bytes.clone(), libc::AT_FDCWD),
            Target::Descriptor(number) => (Vec::new(), *number),
        };
        let data = ScandirIterator {
            folder: RefCell::new(Some(folder)),
            prefix,
            is_bytes: path.is_bytes(),
            given: Slot::new(path.given),
            directory: Cell::new(directory),
        };
        Ok(Payload::new(thread, Type::of_spec(thread, ScandirIterator::SPEC), data).value())
    }
}
