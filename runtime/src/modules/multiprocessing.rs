//! `_multiprocessing` and `_posixshmem`: semaphores and memory that processes share by name.
//!
//! What lives here: [`Semaphore`] over the system's named semaphores, and the names of shared memory. What must not:
//! processes, which `multiprocessing` makes in Python. Start at [`Semaphore`].
#![allow(unsafe_code)] // Calls of the C library.

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::signal;
use crate::modules::support::{FileName, last_errno, raise_errno, raise_last_errno};
use crate::native::PyClass;
use crate::object::{Gc, Slot};
use crate::thread::Thread;
use crate::types::int;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::Cell;
use std::ffi::CString;
use taipan_macros::{py_class, py_module};

/// A lock that its owner may take again.
const RECURSIVE_MUTEX: i64 = 0;

/// A semaphore of the system, or a lock made of one.
pub struct Semaphore {
    handle: Cell<*mut libc::sem_t>,
    kind: Cell<i64>,
    most: Cell<i64>,
    name: Slot,
    /// How often this process holds it, and which thread took it last.
    count: Cell<i64>,
    owner: Cell<i64>,
}

impl PayloadData for Semaphore {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.slot(&self.name);
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        if !self.handle.get().is_null() {
            // SAFETY: opened by `open`, closed once.
            unsafe { libc::sem_close(self.handle.get()) };
        }
    }
}

type Object = Payload<Semaphore>;

impl Semaphore {
    fn make(
        thread: &Thread,
        class: Gc<Type>,
        handle: *mut libc::sem_t,
        kind: i64,
        most: i64,
        name: Value,
    ) -> Gc<Object> {
        let data = Semaphore {
            handle: Cell::new(handle),
            kind: Cell::new(kind),
            most: Cell::new(most),
            name: Slot::new(name),
            count: Cell::new(0),
            owner: Cell::new(0),
        };
        Payload::new(thread, class, data)
    }

    fn is_mine(&self, thread: &Thread) -> bool {
        self.count.get() > 0 && self.owner.get() == thread.ident.get()
    }

    fn value(&self, thread: &Thread) -> PyResult<i32> {
        let mut value = 0;
        // SAFETY: the semaphore is open, the number writable.
        if unsafe { libc::sem_getvalue(self.handle.get(), &raw mut value) } < 0 {
            return Err(raise_last_errno(thread, None));
        }
        Ok(value.max(0))
    }

    fn take(&self, thread: &Thread, blocking: bool, seconds: Option<f64>) -> PyResult<bool> {
        if self.kind.get() == RECURSIVE_MUTEX && self.is_mine(thread) {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let handle = self.handle.get();
        // SAFETY: the semaphore is open.
        let mut result = unsafe { libc::sem_trywait(handle) };
        if result < 0 && last_errno() == libc::EAGAIN {
            if !blocking {
                return Ok(false);
            }
            let deadline = match seconds {
                Some(seconds) => Some(deadline_in(thread, seconds)?),
                None => None,
            };
            loop {
                // SAFETY: as above; the deadline is only read.
                result = thread.allow_threads(|| unsafe {
                    match &deadline {
                        Some(deadline) => libc::sem_timedwait(handle, deadline),
                        None => libc::sem_wait(handle),
                    }
                });
                if result == 0 || last_errno() != libc::EINTR {
                    break;
                }
                signal::check(thread)?;
            }
        }
        if result < 0 {
            return match last_errno() {
                libc::EAGAIN | libc::ETIMEDOUT => Ok(false),
                errno => Err(raise_errno(thread, errno, None)),
            };
        }
        self.count.set(self.count.get() + 1);
        self.owner.set(thread.ident.get());
        Ok(true)
    }

    fn give(&self, thread: &Thread) -> PyResult<()> {
        if self.kind.get() == RECURSIVE_MUTEX {
            if !self.is_mine(thread) {
                return Err(thread.raise_assertion_error("attempt to release recursive lock not owned by thread"));
            }
            if self.count.get() > 1 {
                self.count.set(self.count.get() - 1);
                return Ok(());
            }
        } else if i64::from(self.value(thread)?) >= self.most.get() {
            return Err(thread.raise_value_error("semaphore or lock released too many times"));
        }
        // SAFETY: the semaphore is open.
        if unsafe { libc::sem_post(self.handle.get()) } < 0 {
            return Err(raise_last_errno(thread, None));
        }
        self.count.set(self.count.get() - 1);
        Ok(())
    }
}

/// This long from now, by the clock that semaphores use.
fn deadline_in(thread: &Thread, seconds: f64) -> PyResult<libc::timespec> {
    let now = crate::modules::time::clock::read(thread, libc::CLOCK_REALTIME)?;
    let at = now.saturating_add((seconds.max(0.0) * 1e9) as i64);
    let second = 1_000_000_000;
    Ok(libc::timespec { tv_sec: at.div_euclid(second), tv_nsec: at.rem_euclid(second) })
}

fn c_string(thread: &Thread, name: Gc<Str>) -> PyResult<CString> {
    CString::new(name.to_str_lossy(thread).as_bytes()).map_err(|_| thread.raise_value_error("embedded null character"))
}

/// Semaphore/Mutex type
#[py_class(name = "SemLock", module = "_multiprocessing", payload, subclassable)]
impl Semaphore {
    #[new(signature = "(kind, value, maxvalue, name, unlink)")]
    fn new(
        class: Gc<Type>,
        thread: &Thread,
        kind: i64,
        value: i64,
        maxvalue: i64,
        name: Gc<Str>,
        unlink: bool,
    ) -> PyResult<Gc<Object>> {
        if !(RECURSIVE_MUTEX..=1).contains(&kind) {
            return Err(thread.raise_value_error("unrecognized kind"));
        }
        let path = c_string(thread, name)?;
        // SAFETY: a C string, flags, a mode and a first value.
        let handle =
            unsafe { libc::sem_open(path.as_ptr(), libc::O_CREAT | libc::O_EXCL, 0o600, value as libc::c_uint) };
        if handle == libc::SEM_FAILED {
            return Err(raise_last_errno(thread, None));
        }
        // SAFETY: a C string.
        if unlink && unsafe { libc::sem_unlink(path.as_ptr()) } < 0 {
            return Err(raise_last_errno(thread, None));
        }
        let kept = if unlink { Value::NONE } else { name.value() };
        Ok(Semaphore::make(thread, class, handle, kind, maxvalue, kept))
    }
    /// Acquire the semaphore/lock.
    #[method(signature = "(self, /, block=True, timeout=None)")]
    fn acquire(this: Gc<Object>, thread: &Thread, block: Option<bool>, timeout: Option<Value>) -> PyResult<bool> {
        let seconds = match timeout.filter(|timeout| !timeout.is_none()) {
            Some(timeout) => Some(dispatch::number::to_f64(thread, timeout)?),
            None => None,
        };
        this.data.take(thread, block.unwrap_or(true), seconds)
    }
    /// Release the semaphore/lock.
    #[method(signature = "(self, /)")]
    fn release(this: Gc<Object>, thread: &Thread) -> PyResult<()> {
        this.data.give(thread)
    }
    /// Enter the semaphore/lock.
    #[method(signature = "(self, /)")]
    fn __enter__(this: Gc<Object>, thread: &Thread) -> PyResult<bool> {
        this.data.take(thread, true, None)
    }
    /// Exit the semaphore/lock.
    #[method(signature = "(self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        this: Gc<Object>,
        thread: &Thread,
        exc_type: Option<Value>,
        exc_value: Option<Value>,
        exc_tb: Option<Value>,
    ) -> PyResult<()> {
        let _ = (exc_type, exc_value, exc_tb);
        this.data.give(thread)
    }
    /// Num of `acquire()`s minus num of `release()`s for this process.
    #[method(signature = "(self, /)")]
    fn _count(this: Gc<Object>) -> i64 {
        this.data.count.get()
    }
    /// Whether the lock is owned by this thread.
    #[method(signature = "(self, /)")]
    fn _is_mine(this: Gc<Object>, thread: &Thread) -> bool {
        this.data.is_mine(thread)
    }
    /// Get the value of the semaphore.
    #[method(signature = "(self, /)")]
    fn _get_value(this: Gc<Object>, thread: &Thread) -> PyResult<i32> {
        this.data.value(thread)
    }
    /// Return whether semaphore has value zero.
    #[method(signature = "(self, /)")]
    fn _is_zero(this: Gc<Object>, thread: &Thread) -> PyResult<bool> {
        Ok(this.data.value(thread)? == 0)
    }
    /// Rezero the net acquisition count after fork().
    #[method(signature = "(self, /)")]
    fn _after_fork(this: Gc<Object>) {
        this.data.count.set(0);
    }
    #[classmethod(signature = "(handle, kind, maxvalue, name, /)")]
    fn _rebuild(
        class: Gc<Type>,
        thread: &Thread,
        handle: i64,
        kind: i64,
        maxvalue: i64,
        name: Value,
    ) -> PyResult<Gc<Object>> {
        let Some(text) = name.cast::<Str>() else {
            // Without a name it is this process's own, or that of the process which it is a fork of.
            let address = usize::try_from(handle).unwrap_or(0);
            let handle = std::ptr::with_exposed_provenance_mut(address);
            return Ok(Semaphore::make(thread, class, handle, kind, maxvalue, name));
        };
        let path = c_string(thread, text)?;
        // SAFETY: a C string.
        let handle = unsafe { libc::sem_open(path.as_ptr(), 0) };
        if handle == libc::SEM_FAILED {
            return Err(raise_last_errno(thread, None));
        }
        Ok(Semaphore::make(thread, class, handle, kind, maxvalue, name))
    }
    #[getter]
    fn handle(this: Gc<Object>, thread: &Thread) -> Value {
        int::from_usize(thread, this.data.handle.get().expose_provenance())
    }
    #[getter]
    fn kind(this: Gc<Object>) -> i64 {
        this.data.kind.get()
    }
    #[getter]
    fn maxvalue(this: Gc<Object>) -> i64 {
        this.data.most.get()
    }
    #[getter]
    fn name(this: Gc<Object>) -> Value {
        this.data.name.get().unwrap_or(Value::NONE)
    }
}

/// Multiprocessing module.
#[py_module(name = "_multiprocessing")]
pub mod multiprocessing {
    use super::*;
    use crate::types::dict::Dict;
    use crate::types::module::Module;

    #[function]
    fn sem_unlink(thread: &Thread, name: Gc<Str>) -> PyResult<()> {
        let path = c_string(thread, name)?;
        // SAFETY: a C string.
        if unsafe { libc::sem_unlink(path.as_ptr()) } < 0 {
            return Err(raise_last_errno(thread, None));
        }
        Ok(())
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let class = Type::of_spec(thread, <Semaphore as PyClass>::SPEC);
        let most = Value::small_wrapping(i64::from(i32::MAX));
        class.set_attribute(thread, crate::modules::support::intern(thread, "SEM_VALUE_MAX"), most);
        module.set(thread, "SemLock", class.value());
        let flags = Dict::new(thread);
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            flags.insert_str(thread, crate::modules::support::intern(thread, name), Value::small_wrapping(1));
        }
        module.set(thread, "flags", flags.value());
        Ok(())
    }
}

/// POSIX shared memory module
#[py_module(name = "_posixshmem")]
pub mod shared_memory {
    use super::*;

    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[function(signature = "(path, flags, mode=511)")]
    fn shm_open(thread: &Thread, path: Value, flags: i32, mode: Option<u32>) -> PyResult<i32> {
        let name = FileName::from_value(thread, path, "shm_open", "path")?.c_string();
        // SAFETY: a C string and numbers.
        let file = unsafe { libc::shm_open(name.as_ptr(), flags, mode.unwrap_or(0o777) as libc::mode_t) };
        if file < 0 { Err(raise_last_errno(thread, Some(path))) } else { Ok(file) }
    }

    /// Remove a shared memory object (similar to unlink()).
    #[function(signature = "(path)")]
    fn shm_unlink(thread: &Thread, path: Value) -> PyResult<()> {
        let name = FileName::from_value(thread, path, "shm_unlink", "path")?.c_string();
        // SAFETY: a C string.
        if unsafe { libc::shm_unlink(name.as_ptr()) } < 0 {
            return Err(raise_last_errno(thread, Some(path)));
        }
        Ok(())
    }
}
