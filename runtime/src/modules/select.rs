//! `select`: waiting for files.
//!
//! What lives here: `select`, `poll` and `epoll`. Start at [`wait`].
#![allow(unsafe_code)] // Calls of the C library.

use crate::dispatch;
use crate::error::PyResult;
use crate::gc::Tracer;
use crate::modules::posix::{check, descriptor};
use crate::modules::support::{last_errno, raise_errno, tuple};
use crate::native::PyClass;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::type_object::Type;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};
use taipan_macros::{py_class, py_module};

/// A timeout in seconds; `None` waits for ever.
fn seconds(thread: &Thread, timeout: Option<Value>) -> PyResult<Option<Duration>> {
    let Some(timeout) = timeout.filter(|timeout| !timeout.is_none()) else { return Ok(None) };
    if crate::types::int::as_int(timeout).is_none() && timeout.cast::<crate::types::float::Float>().is_none() {
        return Err(thread.raise_type_error("timeout must be a float or None"));
    }
    let seconds = dispatch::number::to_f64(thread, timeout)?;
    if seconds < 0.0 {
        return Err(thread.raise_value_error("timeout must be non-negative"));
    }
    Ok(Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)))
}

/// A timeout in milliseconds; negative ones and `None` wait for ever.
fn milliseconds(thread: &Thread, timeout: Option<Value>) -> PyResult<Option<Duration>> {
    let Some(timeout) = timeout.filter(|timeout| !timeout.is_none()) else { return Ok(None) };
    let number = dispatch::number::to_f64(thread, timeout)?;
    Ok((number >= 0.0).then(|| Duration::try_from_secs_f64(number / 1000.0).unwrap_or(Duration::MAX)))
}

/// Calls `step` with the milliseconds left (-1: no limit) until something happens; signals are served between.
fn wait(thread: &Thread, limit: Option<Duration>, mut step: impl FnMut(i32) -> i32) -> PyResult<i32> {
    let end = limit.and_then(|limit| Instant::now().checked_add(limit));
    loop {
        let left = match (limit, end) {
            (Some(_), Some(end)) => {
                let left = end.saturating_duration_since(Instant::now());
                // Up, so as not to wake too early.
                i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
            }
            _ => -1,
        };
        let count = thread.allow_threads(|| step(left));
        if count >= 0 {
            return Ok(count);
        }
        let errno = last_errno();
        if errno != libc::EINTR {
            return Err(raise_errno(thread, errno, None));
        }
        (thread.vm().hooks().poll)(thread)?;
    }
}

fn poll_descriptors(thread: &Thread, files: &mut [libc::pollfd], limit: Option<Duration>) -> PyResult<i32> {
    // SAFETY: the array is as long as it says.
    wait(thread, limit, |left| unsafe { libc::poll(files.as_mut_ptr(), files.len() as libc::nfds_t, left) })
}

/// What `poll()` gives.
pub struct PollData {
    files: RefCell<Vec<(i32, i16)>>,
}

impl PayloadData for PollData {
    fn trace(&self, _: &mut Tracer) {}
}

#[py_class(name = "poll", module = "select", payload, no_instances)]
impl PollData {
    /// Register a file descriptor with the polling object.
    ///
    ///   fd
    ///     either an integer, or an object with a fileno() method returning an int
    ///   eventmask
    ///     an optional bitmask describing the type of events to check for
    #[method(signature = "(self, fd, eventmask=7, /)")]
    fn register(this: Gc<Payload<PollData>>, thread: &Thread, fd: Value, eventmask: Option<u32>) -> PyResult<()> {
        let (fd, mask) = (descriptor(thread, fd)?, eventmask.unwrap_or(7) as i16);
        let mut files = this.data.files.borrow_mut();
        match files.iter_mut().find(|(known, _)| *known == fd) {
            Some(entry) => entry.1 = mask,
            None => files.push((fd, mask)),
        }
        Ok(())
    }

    /// Modify an already registered file descriptor.
    #[method]
    fn modify(this: Gc<Payload<PollData>>, thread: &Thread, fd: Value, eventmask: u32) -> PyResult<()> {
        let fd = descriptor(thread, fd)?;
        match this.data.files.borrow_mut().iter_mut().find(|(known, _)| *known == fd) {
            Some(entry) => {
                entry.1 = eventmask as i16;
                Ok(())
            }
            None => Err(raise_errno(thread, libc::ENOENT, None)),
        }
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[method]
    fn unregister(this: Gc<Payload<PollData>>, thread: &Thread, fd: Value) -> PyResult<()> {
        let number = descriptor(thread, fd)?;
        let mut files = this.data.files.borrow_mut();
        match files.iter().position(|(known, _)| *known == number) {
            Some(index) => {
                files.remove(index);
                Ok(())
            }
            None => {
                Err(thread
                    .raise_with_arguments(thread.vm().exceptions.key_error, &[Value::small_wrapping(number.into())]))
            }
        }
    }

    /// Polls the set of registered file descriptors.
    ///
    ///   timeout
    ///     The maximum time to wait in milliseconds, or else None (or a negative
    ///     value) to wait indefinitely.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[method(signature = "(self, timeout=None, /)")]
    fn poll(this: Gc<Payload<PollData>>, thread: &Thread, timeout: Option<Value>) -> PyResult<Gc<List>> {
        let limit = milliseconds(thread, timeout)?;
        let mut files: Vec<libc::pollfd> =
            this.data.files.borrow().iter().map(|&(fd, events)| libc::pollfd { fd, events, revents: 0 }).collect();
        poll_descriptors(thread, &mut files, limit)?;
        let list = List::new(thread, &[]);
        for file in files.iter().filter(|file| file.revents != 0) {
            let pair = [i64::from(file.fd), i64::from(file.revents as u16)].map(Value::small_wrapping);
            list.push(thread, tuple(thread, &pair))?;
        }
        Ok(list)
    }
}

/// What `epoll()` gives.
pub struct EpollData {
    descriptor: Cell<i32>,
}

impl PayloadData for EpollData {
    fn trace(&self, _: &mut Tracer) {}
}

impl Drop for EpollData {
    fn drop(&mut self) {
        if self.descriptor.get() >= 0 {
            // SAFETY: the descriptor is this object's own.
            unsafe { libc::close(self.descriptor.get()) };
        }
    }
}

impl EpollData {
    fn open(&self, thread: &Thread) -> PyResult<i32> {
        match self.descriptor.get() {
            closed if closed < 0 => Err(thread.raise_value_error("I/O operation on closed epoll object")),
            open => Ok(open),
        }
    }

    fn control(&self, thread: &Thread, operation: i32, fd: Value, events: u32) -> PyResult<()> {
        let epoll = self.open(thread)?;
        let fd = descriptor(thread, fd)?;
        let mut event = libc::epoll_event { events, u64: fd as u64 };
        // SAFETY: the event is valid for the call.
        check(thread, unsafe { libc::epoll_ctl(epoll, operation, fd, &raw mut event) })?;
        Ok(())
    }
}

type Epoll = Payload<EpollData>;

/// Returns an epolling object.
///
///   sizehint
///     The expected number of events to be registered.  It must be positive,
///     or -1 to use the default.  It is only used on older systems where
///     epoll_create1() is not available; otherwise it has no effect (though its
///     value is still checked).
///   flags
///     Deprecated and completely ignored.  However, when supplied, its value
///     must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised.
#[py_class(name = "epoll", module = "select", payload)]
impl EpollData {
    #[new(signature = "(sizehint=-1, flags=0)")]
    fn new(class: Gc<Type>, thread: &Thread, sizehint: Option<i64>, flags: Option<i64>) -> PyResult<Gc<Epoll>> {
        if !matches!(sizehint.unwrap_or(-1), -1 | 1..) {
            return Err(thread.raise_value_error("negative sizehint"));
        }
        if !matches!(flags.unwrap_or(0), 0) && flags != Some(i64::from(libc::EPOLL_CLOEXEC)) {
            return Err(thread.raise_plain_os_error("invalid flags"));
        }
        // SAFETY: takes a number.
        let descriptor = check(thread, unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        Ok(Payload::new(thread, class, EpollData { descriptor: Cell::new(descriptor) }))
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[method]
    fn close(this: Gc<Epoll>) {
        let descriptor = this.data.descriptor.replace(-1);
        if descriptor >= 0 {
            // SAFETY: the descriptor is this object's own.
            unsafe { libc::close(descriptor) };
        }
    }

    /// True if the epoll handler is closed
    #[getter]
    fn closed(this: Gc<Epoll>) -> bool {
        this.data.descriptor.get() < 0
    }

    /// Return the epoll control file descriptor.
    #[method]
    fn fileno(this: Gc<Epoll>, thread: &Thread) -> PyResult<i32> {
        this.data.open(thread)
    }

    #[method(signature = "(self, /)")]
    fn __enter__(this: Gc<Epoll>, thread: &Thread) -> PyResult<Gc<Epoll>> {
        this.data.open(thread)?;
        Ok(this)
    }

    #[method(signature = "(self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(this: Gc<Epoll>, exc_type: Option<Value>, exc_value: Option<Value>, exc_tb: Option<Value>) {
        let _ = (exc_type, exc_value, exc_tb);
        EpollData::close(this);
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    ///   eventmask
    ///     a bit set composed of the various EPOLL constants
    #[method(signature = "(self, /, fd, eventmask=7)")]
    fn register(this: Gc<Epoll>, thread: &Thread, fd: Value, eventmask: Option<u32>) -> PyResult<()> {
        this.data.control(thread, libc::EPOLL_CTL_ADD, fd, eventmask.unwrap_or(7))
    }

    /// Modify event mask for a registered file descriptor.
    #[method(signature = "(self, /, fd, eventmask)")]
    fn modify(this: Gc<Epoll>, thread: &Thread, fd: Value, eventmask: u32) -> PyResult<()> {
        this.data.control(thread, libc::EPOLL_CTL_MOD, fd, eventmask)
    }

    /// Remove a registered file descriptor from the epoll object.
    #[method(signature = "(self, /, fd)")]
    fn unregister(this: Gc<Epoll>, thread: &Thread, fd: Value) -> PyResult<()> {
        this.data.control(thread, libc::EPOLL_CTL_DEL, fd, 0)
    }

    /// Wait for events on the epoll file descriptor.
    ///
    ///   timeout
    ///     the maximum time to wait in seconds (as float);
    ///     a timeout of None or -1 makes poll wait indefinitely
    ///   maxevents
    ///     the maximum number of events returned; -1 means no limit
    ///
    /// Returns a list containing any descriptors that have events to report,
    /// as a list of (fd, events) 2-tuples.
    #[method(signature = "(self, /, timeout=None, maxevents=-1)")]
    fn poll(this: Gc<Epoll>, thread: &Thread, timeout: Option<Value>, maxevents: Option<i64>) -> PyResult<Gc<List>> {
        let epoll = this.data.open(thread)?;
        let limit = match timeout.filter(|timeout| !timeout.is_none()) {
            None => None,
            Some(timeout) => {
                let seconds = dispatch::number::to_f64(thread, timeout)?;
                (seconds >= 0.0).then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
            }
        };
        let most = match maxevents.unwrap_or(-1) {
            -1 => 1023,
            most @ 1.. => most.min(1 << 16) as usize,
            most => {
                let message = format!("maxevents must be greater than 0, got {most}");
                return Err(thread.raise_value_error(message));
            }
        };
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; most];
        let count = wait(thread, limit, |left| {
            // SAFETY: the array is as long as it says.
            unsafe { libc::epoll_wait(epoll, events.as_mut_ptr(), most as i32, left) }
        })?;
        let list = List::new(thread, &[]);
        for event in &events[..count as usize] {
            let pair = [event.u64 as i64, i64::from(event.events)].map(Value::small_wrapping);
            list.push(thread, tuple(thread, &pair))?;
        }
        Ok(list)
    }
}

/// This module supports asynchronous I/O on multiple file descriptors.
#[py_module(name = "select")]
pub mod select {
    use super::*;
    use crate::types::module::Module;

    #[class]
    use super::EpollData;

    #[constant]
    const PIPE_BUF: i64 = 4096;

    /// An argument of `select`.
    struct Watched {
        /// What is walked: the list itself if it is one, which `fileno()` methods may change meanwhile.
        given: Gc<List>,
        /// The objects that were asked for their descriptors.
        objects: Gc<List>,
    }

    fn watched(thread: &Thread, argument: Value) -> PyResult<Watched> {
        let given = match argument.cast::<List>() {
            Some(list) => list,
            None => List::from_iterable(thread, argument)?,
        };
        Ok(Watched { given, objects: List::empty(thread) })
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// If only one kind of condition is required, pass [] for the other lists.
    ///
    /// A file descriptor is either a socket or file object, or a small integer
    /// gotten from a fileno() method call on one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be
    /// a floating-point number to specify fractions of seconds.  If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first three
    /// arguments; each contains the subset of the corresponding file descriptors
    /// that are ready.
    #[function(signature = "(rlist, wlist, xlist, timeout=None, /)")]
    fn select(thread: &Thread, rlist: Value, wlist: Value, xlist: Value, timeout: Option<Value>) -> PyResult<Value> {
        const WANTED: [i16; 3] = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
        const SEEN: [i16; 3] =
            [libc::POLLIN | libc::POLLHUP | libc::POLLERR, libc::POLLOUT | libc::POLLERR, libc::POLLPRI];
        let limit = seconds(thread, timeout)?;
        let lists = [watched(thread, rlist)?, watched(thread, wlist)?, watched(thread, xlist)?];
        let mut files = Vec::new();
        for (list, wanted) in lists.iter().zip(WANTED) {
            let mut index = 0;
            while let Some(object) = list.given.get(thread, index) {
                let fd = descriptor(thread, object)?;
                // CPython's limits: those of `fd_set`, which `poll` does not have.
                if fd >= libc::FD_SETSIZE as i32 {
                    return Err(thread.raise_value_error("filedescriptor out of range in select()"));
                }
                if index >= libc::FD_SETSIZE {
                    return Err(thread.raise_value_error("too many file descriptors in select()"));
                }
                files.push(libc::pollfd { fd, events: wanted, revents: 0 });
                list.objects.push(thread, object)?;
                index += 1;
            }
        }
        poll_descriptors(thread, &mut files, limit)?;
        if files.iter().any(|file| file.revents & libc::POLLNVAL != 0) {
            return Err(raise_errno(thread, libc::EBADF, None));
        }
        let (mut results, mut at) = ([Value::NONE; 3], 0);
        for ((Watched { objects: list, .. }, seen), result) in lists.iter().zip(SEEN).zip(&mut results) {
            let ready = List::new(thread, &[]);
            *result = ready.value();
            for index in 0..list.len() {
                if files.get(at + index).is_some_and(|file| file.revents & seen != 0) {
                    ready.push(thread, list.get(thread, index).unwrap_or(Value::NONE))?;
                }
            }
            at += list.len();
        }
        Ok(tuple(thread, &results))
    }

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and then
    /// polling them for I/O events.
    #[function]
    fn poll(thread: &Thread) -> Value {
        let class = Type::of_spec(thread, <PollData as PyClass>::SPEC);
        Payload::new(thread, class, PollData { files: RefCell::new(Vec::new()) }).value()
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        module.set(thread, "error", thread.vm().exceptions.os_error.value());
        for (name, value) in [
            ("POLLIN", i64::from(libc::POLLIN)),
            ("POLLPRI", i64::from(libc::POLLPRI)),
            ("POLLOUT", i64::from(libc::POLLOUT)),
            ("POLLERR", i64::from(libc::POLLERR)),
            ("POLLHUP", i64::from(libc::POLLHUP)),
            ("POLLNVAL", i64::from(libc::POLLNVAL)),
            ("POLLRDHUP", i64::from(libc::POLLRDHUP)),
            ("EPOLL_CLOEXEC", i64::from(libc::EPOLL_CLOEXEC)),
            ("EPOLLIN", i64::from(libc::EPOLLIN)),
            ("EPOLLOUT", i64::from(libc::EPOLLOUT)),
            ("EPOLLPRI", i64::from(libc::EPOLLPRI)),
            ("EPOLLERR", i64::from(libc::EPOLLERR)),
            ("EPOLLHUP", i64::from(libc::EPOLLHUP)),
            ("EPOLLRDHUP", i64::from(libc::EPOLLRDHUP)),
            ("EPOLLET", 1 << 31),
            ("EPOLLONESHOT", i64::from(libc::EPOLLONESHOT)),
            ("EPOLLEXCLUSIVE", i64::from(libc::EPOLLEXCLUSIVE)),
        ] {
            module.set(thread, name, Value::small_wrapping(value));
        }
        Ok(())
    }
}
