//! `FileIO`: unbuffered bytes of a file descriptor.
//!
//! What lives here: opening, reading, writing and closing by system calls, and the Python class. What must not:
//! buffering. Start at [`FileIo`].

use super::base::{RawIoBase, size_argument};
use super::raise_unsupported;
use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::support::{self, FileName, intern, keeps_method, last_errno, raise_errno, raise_last_errno, repr};
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::instance;
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use taipan_macros::py_class;

/// An open (or closed, or not yet opened) file.
pub struct FileIo {
    /// -1: closed.
    descriptor: Cell<i32>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    close_descriptor: Cell<bool>,
    seekable: Cell<Option<bool>>,
    /// The file system's preferred size of transfers.
    block_size: Cell<usize>,
    /// How many bytes the file had when it was opened, if it has a size.
    size: Cell<Option<usize>>,
}

impl PayloadData for FileIo {
    fn trace(&self, _: &mut Tracer) {}
}

impl Drop for FileIo {
    fn drop(&mut self) {
        if self.descriptor.get() >= 0 && self.close_descriptor.get() {
            system::close(self.descriptor.get());
        }
    }
}

/// The system calls, with signals handled.
mod system {
    #![allow(unsafe_code)] // Calls of the C library.

    use crate::error::PyResult;
    use crate::thread::Thread;

    /// Calls again while interrupted by a signal, after its handler ran (PEP 475).
    fn retry(thread: &Thread, mut call: impl FnMut() -> isize) -> PyResult<Result<usize, i32>> {
        loop {
            match usize::try_from(thread.allow_threads(&mut call)) {
                Ok(count) => return Ok(Ok(count)),
                Err(_) => match crate::modules::support::last_errno() {
                    libc::EINTR => crate::modules::signal::check(thread)?,
                    errno => return Ok(Err(errno)),
                },
            }
        }
    }

    pub fn read(thread: &Thread, descriptor: i32, buffer: &mut [u8]) -> PyResult<Result<usize, i32>> {
        // SAFETY: the buffer is writable for its length.
        retry(thread, || unsafe { libc::read(descriptor, buffer.as_mut_ptr().cast(), buffer.len()) })
    }

    pub fn write(thread: &Thread, descriptor: i32, data: &[u8]) -> PyResult<Result<usize, i32>> {
        // SAFETY: the buffer is readable for its length.
        retry(thread, || unsafe { libc::write(descriptor, data.as_ptr().cast(), data.len()) })
    }

    pub fn close(descriptor: i32) -> i32 {
        // SAFETY: takes a number.
        unsafe { libc::close(descriptor) }
    }

    pub fn seek(descriptor: i32, offset: i64, whence: i32) -> i64 {
        // SAFETY: takes numbers.
        unsafe { libc::lseek(descriptor, offset, whence) }
    }

    pub fn truncate(descriptor: i32, size: i64) -> i32 {
        // SAFETY: takes numbers.
        unsafe { libc::ftruncate(descriptor, size) }
    }

    pub fn is_terminal(descriptor: i32) -> bool {
        // SAFETY: takes a number.
        unsafe { libc::isatty(descriptor) == 1 }
    }

    pub fn open(thread: &Thread, path: &std::ffi::CStr, flags: i32) -> PyResult<Result<i32, i32>> {
        // SAFETY: the path is a C string.
        let result = retry(thread, || unsafe { libc::open(path.as_ptr(), flags, 0o666) } as isize)?;
        Ok(result.map(|descriptor| descriptor as i32))
    }

    pub fn set_close_on_exec(descriptor: i32) {
        // SAFETY: takes numbers.
        unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
    }

    /// Facts about an open file: size, kind, block size.
    pub fn facts(descriptor: i32) -> Option<libc::stat> {
        // SAFETY: an all-zero stat is valid, and fstat fills it.
        unsafe {
            let mut facts: libc::stat = std::mem::zeroed();
            (libc::fstat(descriptor, &raw mut facts) == 0).then_some(facts)
        }
    }
}

/// Reads are for at least so many bytes, whatever the size of the file: some files of the system say that they are empty.
const SMALLEST_READ: usize = 4096;

/// What a mode string of `FileIO` asks for.
#[derive(Clone, Copy, Default)]
struct Mode {
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
    flags: i32,
}

impl Mode {
    fn parse(thread: &Thread, text: &str) -> PyResult<Mode> {
        let mut mode = Mode::default();
        let (mut kinds, mut plus) = (0, false);
        for letter in text.chars() {
            match letter {
                'x' => {
                    (mode.created, mode.writable) = (true, true);
                    mode.flags |= libc::O_EXCL | libc::O_CREAT;
                    kinds += 1;
                }
                'r' => {
                    mode.readable = true;
                    kinds += 1;
                }
                'w' => {
                    mode.writable = true;
                    mode.flags |= libc::O_CREAT | libc::O_TRUNC;
                    kinds += 1;
                }
                'a' => {
                    (mode.writable, mode.appending) = (true, true);
                    mode.flags |= libc::O_APPEND | libc::O_CREAT;
                    kinds += 1;
                }
                'b' => {}
                '+' if !plus => plus = true,
                '+' => kinds += 2,
                _ => return Err(thread.raise_value_error(format!("invalid mode: {text}"))),
            }
        }
        if kinds != 1 {
            return Err(
                thread.raise_value_error("Must have exactly one of create/read/write/append mode and at most one plus")
            );
        }
        if plus {
            (mode.readable, mode.writable) = (true, true);
        }
        mode.flags |= libc::O_CLOEXEC
            | match (mode.readable, mode.writable) {
                (true, true) => libc::O_RDWR,
                (true, false) => libc::O_RDONLY,
                _ => libc::O_WRONLY,
            };
        Ok(mode)
    }
}

pub type FileIoObject = Payload<FileIo>;

impl FileIo {
    fn unopened() -> FileIo {
        FileIo {
            descriptor: Cell::new(-1),
            created: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            close_descriptor: Cell::new(true),
            seekable: Cell::new(None),
            block_size: Cell::new(super::DEFAULT_BUFFER_SIZE),
            size: Cell::new(None),
        }
    }

    /// A file object of the exact class over an open descriptor.
    pub fn of_descriptor(thread: &Thread, descriptor: i32, mode: &str, name: Value) -> PyResult<Gc<FileIoObject>> {
        let object = Payload::new(thread, Type::of_spec(thread, FileIo::SPEC), FileIo::unopened());
        object.data.close_descriptor.set(false);
        object.data.adopt(Mode::parse(thread, mode)?, descriptor);
        set_name(thread, object, name);
        Ok(object)
    }

    /// Opens a file as `FileIO(file, mode, closefd, opener)` does.
    pub fn open(
        thread: &Thread,
        file: Value,
        mode: &str,
        close_descriptor: bool,
        opener: Option<Value>,
    ) -> PyResult<Gc<FileIoObject>> {
        let object = Payload::new(thread, Type::of_spec(thread, FileIo::SPEC), FileIo::unopened());
        open_into(thread, object, file, mode, close_descriptor, opener)?;
        Ok(object)
    }

    fn adopt(&self, mode: Mode, descriptor: i32) {
        self.created.set(mode.created);
        self.readable.set(mode.readable);
        self.writable.set(mode.writable);
        self.appending.set(mode.appending);
        self.seekable.set(None);
        self.size.set(None);
        self.descriptor.set(descriptor);
    }

    pub fn is_closed(&self) -> bool {
        self.descriptor.get() < 0
    }

    /// How many bytes a read is expected to bring at most: one more than the file had when it was opened, so that a file
    /// that has grown since shows.
    pub fn expected_size(&self) -> usize {
        self.size.get().map_or(usize::MAX, |size| size.saturating_add(1).max(SMALLEST_READ))
    }

    /// The preferred size of a buffer for this file.
    pub fn block_size(&self) -> usize {
        self.block_size.get()
    }

    pub fn is_terminal(&self) -> bool {
        system::is_terminal(self.descriptor.get())
    }

    fn open_descriptor(&self, thread: &Thread) -> PyResult<i32> {
        if self.is_closed() {
            return Err(thread.raise_value_error("I/O operation on closed file"));
        }
        Ok(self.descriptor.get())
    }

    fn check_readable(&self, thread: &Thread) -> PyResult<i32> {
        let descriptor = self.open_descriptor(thread)?;
        if self.readable.get() { Ok(descriptor) } else { Err(raise_unsupported(thread, "File not open for reading")) }
    }

    fn check_writable(&self, thread: &Thread) -> PyResult<i32> {
        let descriptor = self.open_descriptor(thread)?;
        if self.writable.get() { Ok(descriptor) } else { Err(raise_unsupported(thread, "File not open for writing")) }
    }

    /// Reads once into `buffer`. `None`: nothing there yet, of a non-blocking file.
    pub fn read_into(&self, thread: &Thread, buffer: &mut [u8]) -> PyResult<Option<usize>> {
        let descriptor = self.check_readable(thread)?;
        match system::read(thread, descriptor, buffer)? {
            Ok(count) => Ok(Some(count)),
            Err(errno) if errno == libc::EAGAIN || errno == libc::EWOULDBLOCK => Ok(None),
            Err(errno) => Err(raise_errno(thread, errno, None)),
        }
    }

    /// Writes once. `None`: no room, of a non-blocking file.
    pub fn write_from(&self, thread: &Thread, data: &[u8]) -> PyResult<Option<usize>> {
        let descriptor = self.check_writable(thread)?;
        match system::write(thread, descriptor, data)? {
            Ok(count) => Ok(Some(count)),
            Err(errno) if errno == libc::EAGAIN || errno == libc::EWOULDBLOCK => Ok(None),
            Err(errno) => Err(raise_errno(thread, errno, None)),
        }
    }

    /// Reads to the end. `None`: nothing there yet, of a non-blocking file.
    pub fn read_all(&self, thread: &Thread) -> PyResult<Option<Vec<u8>>> {
        let descriptor = self.check_readable(thread)?;
        let size = system::facts(descriptor).map_or(0, |facts| facts.st_size.max(0));
        let position = if size > 0 { system::seek(descriptor, 0, libc::SEEK_CUR).max(0) } else { 0 };
        // One byte more than is left, so that the end shows at the first read.
        let mut data = vec![0; usize::try_from(size - position).unwrap_or(0) + 1];
        let mut filled = 0;
        loop {
            if filled == data.len() {
                let grown = data.len() + data.len().max(super::DEFAULT_BUFFER_SIZE);
                data.resize(grown, 0);
            }
            match self.read_into(thread, &mut data[filled..])? {
                Some(0) => break,
                Some(count) => filled += count,
                None if filled == 0 => return Ok(None),
                None => break,
            }
        }
        data.truncate(filled);
        Ok(Some(data))
    }

    /// Moves the position; the new one.
    pub fn seek_to(&self, thread: &Thread, offset: i64, whence: i32) -> PyResult<i64> {
        let descriptor = self.open_descriptor(thread)?;
        let position = system::seek(descriptor, offset, whence);
        if position < 0 {
            return Err(raise_last_errno(thread, None));
        }
        Ok(position)
    }

    pub fn is_seekable(&self, thread: &Thread) -> PyResult<bool> {
        let descriptor = self.open_descriptor(thread)?;
        if self.seekable.get().is_none() {
            self.seekable.set(Some(system::seek(descriptor, 0, libc::SEEK_CUR) >= 0));
        }
        Ok(self.seekable.get().unwrap_or(false))
    }

    pub fn is_readable(&self) -> bool {
        self.readable.get()
    }

    pub fn is_writable(&self) -> bool {
        self.writable.get()
    }

    /// Closes the descriptor, if the file owns it.
    pub fn close_now(&self, thread: &Thread) -> PyResult<()> {
        let descriptor = self.descriptor.replace(-1);
        if descriptor >= 0 && self.close_descriptor.get() && system::close(descriptor) < 0 {
            return Err(raise_last_errno(thread, None));
        }
        Ok(())
    }

    fn mode_text(&self) -> &'static str {
        match (self.created.get(), self.appending.get(), self.readable.get(), self.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, _, false, _) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, false, _) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
}

fn set_name(thread: &Thread, object: Gc<FileIoObject>, name: Value) {
    instance::set_attribute(thread, object.header(), thread.vm().names.name, name);
}

fn open_into(
    thread: &Thread,
    object: Gc<FileIoObject>,
    file: Value,
    mode: &str,
    close_descriptor: bool,
    opener: Option<Value>,
) -> PyResult<()> {
    let data = &object.data;
    data.close_now(thread)?;
    if file == Value::TRUE || file == Value::FALSE {
        dispatch::warnings::warn(thread, thread.vm().exceptions.runtime_warning, "bool is used as a file descriptor")?;
    }
    let given = if int::is_int(file) {
        let number = int::to_i64(file).and_then(|n| i32::try_from(n).ok());
        match number {
            Some(number) if number >= 0 => Some(number),
            _ => return Err(thread.raise_value_error("negative file descriptor")),
        }
    } else {
        None
    };
    let mode = Mode::parse(thread, mode)?;
    data.close_descriptor.set(close_descriptor);
    let descriptor = match given {
        Some(descriptor) => {
            if system::facts(descriptor).is_none() {
                return Err(raise_last_errno(thread, None));
            }
            descriptor
        }
        None => {
            let path = FileName::from_value(thread, file, "open", "path")?;
            if !close_descriptor {
                return Err(thread.raise_value_error("Cannot use closefd=False with file name"));
            }
            match opener.filter(|opener| !opener.is_none()) {
                None => {
                    crate::modules::sys::hooks::audit_event(
                        thread,
                        "open",
                        &[file, Value::NONE, Value::small_wrapping(i64::from(mode.flags))],
                    )?;
                    system::open(thread, &path.c_string(), mode.flags)?
                        .map_err(|errno| raise_errno(thread, errno, Some(file)))?
                }
                Some(opener) => {
                    let flags = Value::small_wrapping(i64::from(mode.flags));
                    let result = dispatch::call::call(thread, opener, &[file, flags])?;
                    let Some(number) = int::as_int(result).and_then(|n| n.to_i64()) else {
                        return Err(thread.raise_type_error("expected integer from opener"));
                    };
                    match i32::try_from(number) {
                        Ok(descriptor) if descriptor >= 0 => {
                            system::set_close_on_exec(descriptor);
                            descriptor
                        }
                        _ => return Err(thread.raise_value_error(format!("opener returned {number}"))),
                    }
                }
            }
        }
    };
    data.adopt(mode, descriptor);
    let facts = system::facts(descriptor);
    if facts.is_none() && given.is_none() && last_errno() == libc::EBADF {
        data.descriptor.set(-1);
        return Err(raise_errno(thread, libc::EBADF, None));
    }
    if let Some(facts) = facts {
        if facts.st_mode & libc::S_IFMT == libc::S_IFDIR {
            data.descriptor.set(-1);
            if given.is_none() {
                system::close(descriptor);
            }
            return Err(raise_errno(thread, libc::EISDIR, Some(file)));
        }
        if facts.st_mode & libc::S_IFMT == libc::S_IFREG {
            data.size.set(usize::try_from(facts.st_size).ok());
        }
        if facts.st_blksize > 1 {
            data.block_size.set(facts.st_blksize as usize);
        }
    }
    set_name(thread, object, file);
    if mode.appending {
        // As the reference says: files opened for appending start at the end. Pipes cannot be positioned.
        system::seek(descriptor, 0, libc::SEEK_END);
    }
    Ok(())
}

/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created if it
/// doesn't exist when opened for writing or appending; it will be truncated
/// when opened for writing.  A FileExistsError will be raised if it already
/// exists when opened for creating. Opening a file for creating implies
/// writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode
/// to allow simultaneous reading and writing. A custom opener can be used by
/// passing a callable as *opener*. The underlying file descriptor for the file
/// object is then obtained by calling opener with (*name*, *flags*).
/// *opener* must return an open file descriptor (passing os.open as *opener*
/// results in functionality similar to passing None).
#[py_class(name = "FileIO", module = "_io", base = RawIoBase, signature = "(file, mode='r', closefd=True, opener=None)", subclassable, dict, mutable, payload)]
impl FileIo {
    #[new(signature = "(*args, **kwargs)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        args: &[Value],
        keywords: crate::native::Keywords<'_>,
    ) -> Gc<FileIoObject> {
        let _ = (args, keywords);
        Payload::new(thread, class, FileIo::unopened())
    }

    #[method(signature = "(self, /, file, mode='r', closefd=True, opener=None)")]
    fn __init__(
        this: Gc<FileIoObject>,
        thread: &Thread,
        file: Value,
        mode: Option<Gc<Str>>,
        closefd: Option<bool>,
        opener: Option<Value>,
    ) -> PyResult<()> {
        let mode = mode.map_or_else(|| "r".to_owned(), |mode| mode.to_str_lossy(thread).into_owned());
        open_into(thread, this, file, &mode, closefd.unwrap_or(true), opener)
    }

    /// Read at most size bytes, returned as bytes.
    ///
    /// If size is less than 0, read all bytes in the file making multiple read calls.
    /// See ``FileIO.readall``.
    ///
    /// Attempts to make only one system call, retrying only per PEP 475 (EINTR). This
    /// means less data may be returned than requested.
    ///
    /// In non-blocking mode, returns None if no data is available. Return an empty
    /// bytes object at EOF.
    #[method(signature = "(self, size=-1, /)")]
    fn read(this: Gc<FileIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<Value> {
        this.data.check_readable(thread)?;
        let data = match size_argument(thread, size)? {
            None => this.data.read_all(thread)?,
            Some(size) => {
                let mut data = support::zeroed_buffer(thread, size)?;
                let count = this.data.read_into(thread, &mut data)?;
                count.map(|count| {
                    data.truncate(count);
                    data
                })
            }
        };
        Ok(data.map_or(Value::NONE, |data| Bytes::new(thread, &data).value()))
    }

    /// Read all data from the file, returned as bytes.
    ///
    /// Reads until either there is an error or read returns size 0 (EOF). If the file
    /// is already at EOF, returns an empty bytes object.
    #[method]
    fn readall(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<Value> {
        Ok(this.data.read_all(thread)?.map_or(Value::NONE, |data| Bytes::new(thread, &data).value()))
    }

    /// Same as RawIOBase.readinto().
    #[method]
    fn readinto(this: Gc<FileIoObject>, thread: &Thread, buffer: Value) -> PyResult<Value> {
        this.data.check_readable(thread)?;
        let message = "readinto() argument must be read-write bytes-like object";
        let count = buffer::with_bytes_mut(thread, buffer, message, |target| this.data.read_into(thread, target))??;
        Ok(count.map_or(Value::NONE, |count| int::from_usize(thread, count)))
    }

    /// Write buffer b to file, return number of bytes written.
    ///
    /// Only makes one system call, so not all of the data may be written.
    /// The number of bytes actually written is returned.  In non-blocking mode,
    /// returns None if the write would block.
    #[method]
    fn write(this: Gc<FileIoObject>, thread: &Thread, b: Value) -> PyResult<Value> {
        this.data.check_writable(thread)?;
        let count = buffer::with_bytes(thread, b, |data| this.data.write_from(thread, data))??;
        Ok(count.map_or(Value::NONE, |count| int::from_usize(thread, count)))
    }

    /// Move to new file position and return the file position.
    #[method(signature = "(self, pos, whence=0, /)")]
    fn seek(this: Gc<FileIoObject>, thread: &Thread, pos: Value, whence: Option<i32>) -> PyResult<i64> {
        this.data.open_descriptor(thread)?;
        if pos.cast::<crate::types::float::Float>().is_some() {
            return Err(thread.raise_type_error("an integer is required"));
        }
        let offset = dispatch::number::index_c_long(thread, pos)?;
        this.data.seek_to(thread, offset, whence.unwrap_or(0))
    }

    /// Current file position.
    ///
    /// Can raise OSError for non seekable files.
    #[method]
    fn tell(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<i64> {
        this.data.seek_to(thread, 0, libc::SEEK_CUR)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is changed to the value of size.
    #[method(signature = "(self, size=None, /)")]
    fn truncate(this: Gc<FileIoObject>, thread: &Thread, size: Option<Value>) -> PyResult<i64> {
        let descriptor = this.data.check_writable(thread)?;
        let size = match size.filter(|size| !size.is_none()) {
            Some(size) => dispatch::number::index_c_long(thread, size)?,
            None => this.data.seek_to(thread, 0, libc::SEEK_CUR)?,
        };
        if system::truncate(descriptor, size) < 0 {
            return Err(raise_last_errno(thread, None));
        }
        Ok(size)
    }

    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close() may be
    /// called more than once without error.
    #[method]
    fn close(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<()> {
        if !this.data.is_closed() && !keeps_method(thread, this.value(), FileIo::SPEC, "flush")? {
            // Classes derived from this one, and objects with a method of their own, may have something to flush.
            let flushed = crate::modules::support::call_method(thread, this.value(), "flush", &[]);
            let closed = this.data.close_now(thread);
            flushed?;
            return closed;
        }
        this.data.close_now(thread)
    }

    /// True if file supports random-access.
    #[method]
    fn seekable(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.is_seekable(thread)
    }

    /// True if file was opened in a read mode.
    #[method]
    fn readable(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.open_descriptor(thread)?;
        Ok(this.data.readable.get())
    }

    /// True if file was opened in a write mode.
    #[method]
    fn writable(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<bool> {
        this.data.open_descriptor(thread)?;
        Ok(this.data.writable.get())
    }

    /// Return the underlying file descriptor (an integer).
    #[method]
    fn fileno(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<i32> {
        this.data.open_descriptor(thread)
    }

    /// True if the file is connected to a TTY device.
    #[method]
    fn isatty(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<bool> {
        let descriptor = this.data.open_descriptor(thread)?;
        Ok(system::is_terminal(descriptor))
    }

    #[method(name = "_isatty_open_only")]
    fn isatty_open_only(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<bool> {
        FileIo::isatty(this, thread)
    }

    /// True if the file is closed
    #[getter]
    fn closed(this: Gc<FileIoObject>) -> bool {
        this.data.is_closed()
    }

    /// True if the file descriptor will be closed by close().
    #[getter]
    fn closefd(this: Gc<FileIoObject>) -> bool {
        this.data.close_descriptor.get()
    }

    /// String giving the file mode
    #[getter]
    fn mode(this: Gc<FileIoObject>) -> &'static str {
        this.data.mode_text()
    }

    #[getter(name = "_blksize")]
    fn blksize(this: Gc<FileIoObject>) -> usize {
        this.data.block_size.get()
    }

    #[method]
    fn __repr__(this: Gc<FileIoObject>, thread: &Thread) -> PyResult<String> {
        let class = thread.class_of(this.value()).full_name(thread);
        if this.data.is_closed() {
            return Ok(format!("<{class} [closed]>"));
        }
        let mode = this.data.mode_text();
        let close = if this.data.close_descriptor.get() { "True" } else { "False" };
        match instance::get_attribute(thread, this.header(), thread.vm().names.name) {
            Some(name) => {
                let Some(_guard) = dispatch::repr_guard::enter(thread, this.value())? else {
                    return Err(thread.raise_runtime_error(format!("reentrant call inside {class}.__repr__")));
                };
                Ok(format!("<{class} name={} mode='{mode}' closefd={close}>", repr(thread, name)?))
            }
            None => Ok(format!("<{class} fd={} mode='{mode}' closefd={close}>", this.data.descriptor.get())),
        }
    }

    #[method(name = "__getstate__", signature = "(self)")]
    fn getstate(this: Value, thread: &Thread) -> PyResult<()> {
        Err(thread.raise_type_error(format!("cannot pickle '{}' instances", thread.class_of(this).name_string())))
    }
}

/// The file of the exact class `FileIO` behind a value: system calls may be made directly.
pub fn exact(thread: &Thread, value: Value) -> Option<Gc<FileIoObject>> {
    let file = Payload::<FileIo>::cast(value)?;
    crate::modules::support::is_exact(thread, value, FileIo::SPEC).then_some(file)
}

/// The name of a file object, if it has one.
pub fn name_of(thread: &Thread, file: Value) -> PyResult<Option<Value>> {
    dispatch::attr::get_optional(thread, file, intern(thread, "name"))
}

/// The descriptor is open.
pub fn is_open(descriptor: i32) -> bool {
    system::facts(descriptor).is_some()
}
