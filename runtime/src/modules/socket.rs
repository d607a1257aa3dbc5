//! `_socket`: network connections.
//!
//! What lives here: the class `socket`, and the functions of the module. What must not: addresses
//! (`socket/address.rs`), sending and messages (`socket/messages.rs`), constants (`socket/constants.rs`), and what the module `socket` adds in Python. Start at [`SocketData`].
#![allow(unsafe_code)] // Calls of the C library.

pub mod address;
mod constants;
pub mod conversions;
mod messages;
mod names;

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::gc::Tracer;
use crate::modules::posix::{check, descriptor};
use crate::modules::support::{last_errno, raise_errno, text_of, tuple, zeroed_buffer};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::payload::{Payload, PayloadData};
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use address::Address;
use std::cell::Cell;
use std::time::{Duration, Instant};
use taipan_macros::{py_class, py_module};

/// A socket; its descriptor is -1 when it is closed.
pub struct SocketData {
    descriptor: Cell<i32>,
    family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// `None` blocks for ever, zero not at all.
    timeout: Cell<Option<Duration>>,
}

impl PayloadData for SocketData {
    fn trace(&self, _: &mut Tracer) {}
}

impl Drop for SocketData {
    fn drop(&mut self) {
        if self.descriptor.get() >= 0 {
            // SAFETY: the descriptor is this object's own.
            unsafe { libc::close(self.descriptor.get()) };
        }
    }
}

type Socket = Payload<SocketData>;

/// The timeout of new sockets, per isolate.
struct DefaultTimeout(Cell<Option<Duration>>);

impl PayloadData for DefaultTimeout {
    fn trace(&self, _: &mut Tracer) {}
}

fn default_timeout(thread: &Thread) -> Gc<Payload<DefaultTimeout>> {
    crate::modules::support::module_state(thread, || DefaultTimeout(Cell::new(None)))
}

/// A timeout argument.
fn timeout_of(thread: &Thread, value: Value) -> PyResult<Option<Duration>> {
    if value.is_none() {
        return Ok(None);
    }
    let seconds = dispatch::number::to_f64(thread, value)?;
    if seconds < 0.0 {
        return Err(thread.raise_value_error("Timeout value out of range"));
    }
    Ok(Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)))
}

fn timeout_value(thread: &Thread, timeout: Option<Duration>) -> Value {
    timeout.map_or(Value::NONE, |timeout| crate::types::float::Float::new(thread, timeout.as_secs_f64()).value())
}

impl SocketData {
    /// Takes a fresh descriptor.
    fn adopt(&self, thread: &Thread, descriptor: i32, family: i32, kind: i32, protocol: i32) -> PyResult<()> {
        self.descriptor.set(descriptor);
        self.family.set(family);
        self.kind.set(kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK));
        self.protocol.set(protocol);
        if kind & libc::SOCK_NONBLOCK != 0 {
            self.timeout.set(Some(Duration::ZERO));
            return Ok(());
        }
        self.set_timeout(thread, default_timeout(thread).data.0.get())
    }

    fn set_timeout(&self, thread: &Thread, timeout: Option<Duration>) -> PyResult<()> {
        self.timeout.set(timeout);
        let descriptor = self.descriptor.get();
        // SAFETY: takes numbers.
        unsafe {
            let flags = check(thread, libc::fcntl(descriptor, libc::F_GETFL))?;
            let wanted = match timeout {
                None => flags & !libc::O_NONBLOCK,
                Some(_) => flags | libc::O_NONBLOCK,
            };
            if wanted != flags {
                check(thread, libc::fcntl(descriptor, libc::F_SETFL, wanted))?;
            }
        }
        Ok(())
    }

    /// Waits until the socket is ready, as long as its timeout allows.
    fn wait(&self, thread: &Thread, events: i16, end: Option<Instant>) -> PyResult<()> {
        loop {
            let left = match end {
                None => -1,
                Some(end) => {
                    let left = end.saturating_duration_since(Instant::now());
                    i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
                }
            };
            let mut file = libc::pollfd { fd: self.descriptor.get(), events, revents: 0 };
            // SAFETY: one valid entry.
            match thread.allow_threads(|| unsafe { libc::poll(&raw mut file, 1, left) }) {
                0 => return Err(thread.raise_timeout_error("timed out")),
                count if count > 0 => return Ok(()),
                _ if last_errno() == libc::EINTR => (thread.vm().hooks().poll)(thread)?,
                _ => return Err(raise_errno(thread, last_errno(), None)),
            }
        }
    }

    /// When an operation that starts now has to be done.
    fn end(&self) -> Option<Instant> {
        self.timeout.get().and_then(|timeout| Instant::now().checked_add(timeout))
    }

    /// Runs a system call, waiting before and between as the timeout says; signals are served.
    fn attempt(
        &self,
        thread: &Thread,
        events: i16,
        end: Option<Instant>,
        mut call: impl FnMut(i32) -> isize,
    ) -> PyResult<usize> {
        let waits = self.timeout.get() != Some(Duration::ZERO);
        loop {
            if waits && self.timeout.get().is_some() {
                self.wait(thread, events, end)?;
            }
            let descriptor = self.descriptor.get();
            let result = thread.allow_threads(|| call(descriptor));
            if let Ok(count) = usize::try_from(result) {
                return Ok(count);
            }
            match last_errno() {
                libc::EINTR => (thread.vm().hooks().poll)(thread)?,
                libc::EAGAIN if waits && self.timeout.get().is_some() => {}
                errno => return Err(raise_errno(thread, errno, None)),
            }
        }
    }

    /// Connects; the number of the error where it failed.
    fn connect_to(&self, thread: &Thread, address: &Address) -> PyResult<i32> {
        let end = self.end();
        // SAFETY: the address is as long as it says.
        let descriptor = self.descriptor.get();
        let result = thread.allow_threads(|| unsafe { libc::connect(descriptor, address.pointer(), address.length) });
        if result == 0 {
            return Ok(0);
        }
        let errno = last_errno();
        let goes_on =
            errno == libc::EINTR || (errno == libc::EINPROGRESS && self.timeout.get() != Some(Duration::ZERO));
        if !goes_on {
            return Ok(errno);
        }
        self.wait(thread, libc::POLLOUT, end)?;
        let (mut result, mut length) = (0i32, size_of::<i32>() as libc::socklen_t);
        // SAFETY: room for a number.
        check(thread, unsafe {
            libc::getsockopt(
                self.descriptor.get(),
                libc::SOL_SOCKET,
                libc::SO_ERROR,
                (&raw mut result).cast(),
                &raw mut length,
            )
        })?;
        Ok(result)
    }

    /// Receives into a writable buffer, at most `count` bytes of it.
    fn receive_into(
        &self,
        thread: &Thread,
        target: Value,
        count: Option<isize>,
        flags: Option<i32>,
        from: Option<&mut Address>,
        function: &str,
    ) -> PyResult<usize> {
        let message = format!("{function}() argument 1 must be read-write bytes-like object");
        buffer::with_bytes_mut(thread, target, &message, |bytes| {
            let size = match usize::try_from(count.unwrap_or(0)) {
                Ok(0) => bytes.len(),
                Ok(size) if size <= bytes.len() => size,
                Ok(_) if from.is_some() => {
                    return Err(thread.raise_value_error("nbytes is greater than the length of the buffer"));
                }
                Ok(_) => return Err(thread.raise_value_error("buffer too small for requested bytes")),
                Err(_) => return Err(thread.raise_value_error(format!("negative buffersize in {function}"))),
            };
            self.receive(thread, &mut bytes[..size], flags.unwrap_or(0), from)
        })?
    }

    fn receive(&self, thread: &Thread, buffer: &mut [u8], flags: i32, from: Option<&mut Address>) -> PyResult<usize> {
        let (pointer, size) = (buffer.as_mut_ptr(), buffer.len());
        let (address, length) = match from {
            Some(from) => (from.pointer_mut(), &raw mut from.length),
            None => (std::ptr::null_mut(), std::ptr::null_mut()),
        };
        let end = self.end();
        // SAFETY: the buffer and the address are writable for their lengths.
        self.attempt(thread, libc::POLLIN, end, |fd| unsafe {
            libc::recvfrom(fd, pointer.cast(), size, flags, address, length)
        })
    }
}

fn flags_of(flags: Option<i32>) -> i32 {
    flags.unwrap_or(0) | libc::MSG_NOSIGNAL
}

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.
#[py_class(name = "socket", module = "_socket", payload, subclassable, extend = [messages::METHODS])]
impl SocketData {
    #[new(signature = "(*args, **kwargs)")]
    fn new(class: Gc<Type>, thread: &Thread, args: &[Value], keywords: crate::native::Keywords<'_>) -> Gc<Socket> {
        let _ = (args, keywords);
        let data = SocketData {
            descriptor: Cell::new(-1),
            family: Cell::new(0),
            kind: Cell::new(0),
            protocol: Cell::new(0),
            timeout: Cell::new(None),
        };
        Payload::new(thread, class, data)
    }

    #[method(signature = "(self, /, family=-1, type=-1, proto=-1, fileno=None)")]
    fn __init__(
        this: Gc<Socket>,
        thread: &Thread,
        family: Option<i32>,
        kind: Option<i32>,
        proto: Option<i32>,
        fileno: Option<Value>,
    ) -> PyResult<()> {
        let or = |value: Option<i32>, default: i32| value.filter(|&value| value != -1).unwrap_or(default);
        if let Some(fileno) = fileno.filter(|fileno| !fileno.is_none()) {
            let number = descriptor(thread, fileno)?;
            let option = |name: i32| -> PyResult<i32> {
                let (mut result, mut length) = (0i32, size_of::<i32>() as libc::socklen_t);
                // SAFETY: room for a number.
                check(thread, unsafe {
                    libc::getsockopt(number, libc::SOL_SOCKET, name, (&raw mut result).cast(), &raw mut length)
                })?;
                Ok(result)
            };
            let family = or(family, option(libc::SO_DOMAIN)?);
            let (kind, protocol) = (or(kind, option(libc::SO_TYPE)?), or(proto, option(libc::SO_PROTOCOL)?));
            return this.data.adopt(thread, number, family, kind, protocol);
        }
        let (family, kind, protocol) = (or(family, libc::AF_INET), or(kind, libc::SOCK_STREAM), or(proto, 0));
        // SAFETY: takes numbers.
        let number = check(thread, unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol) })?;
        this.data.adopt(thread, number, family, kind, protocol)
    }

    #[method]
    fn __repr__(this: Gc<Socket>) -> String {
        let data = &this.data;
        format!(
            "<socket object, fd={}, family={}, type={}, proto={}>",
            data.descriptor.get(),
            data.family.get(),
            data.kind.get(),
            data.protocol.get()
        )
    }

    /// the socket family
    #[getter(member)]
    fn family(this: Gc<Socket>) -> i32 {
        this.data.family.get()
    }

    /// the socket type
    #[getter(member, name = "type")]
    fn kind(this: Gc<Socket>) -> i32 {
        this.data.kind.get()
    }

    /// the socket protocol
    #[getter(member)]
    fn proto(this: Gc<Socket>) -> i32 {
        this.data.protocol.get()
    }

    /// the socket timeout
    #[getter]
    fn timeout(this: Gc<Socket>, thread: &Thread) -> Value {
        timeout_value(thread, this.data.timeout.get())
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[method]
    fn fileno(this: Gc<Socket>) -> i32 {
        this.data.descriptor.get()
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[method]
    fn close(this: Gc<Socket>, thread: &Thread) -> PyResult<()> {
        let descriptor = this.data.descriptor.replace(-1);
        // SAFETY: the descriptor is this object's own.
        if descriptor >= 0 && unsafe { libc::close(descriptor) } < 0 && last_errno() != libc::ECONNRESET {
            return Err(raise_errno(thread, last_errno(), None));
        }
        Ok(())
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    #[method]
    fn detach(this: Gc<Socket>) -> i32 {
        this.data.descriptor.replace(-1)
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float,
    /// giving in seconds, or None.  Setting a timeout of None disables
    /// the timeout feature and is equivalent to setblocking(1).
    /// Setting a timeout of zero is the same as setblocking(0).
    #[method]
    fn settimeout(this: Gc<Socket>, thread: &Thread, timeout: Value) -> PyResult<()> {
        this.data.set_timeout(thread, timeout_of(thread, timeout)?)
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket
    /// operations. A timeout of None indicates that timeouts on socket
    /// operations are disabled.
    #[method]
    fn gettimeout(this: Gc<Socket>, thread: &Thread) -> Value {
        timeout_value(thread, this.data.timeout.get())
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    /// setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[method]
    fn setblocking(this: Gc<Socket>, thread: &Thread, flag: bool) -> PyResult<()> {
        this.data.set_timeout(thread, if flag { None } else { Some(Duration::ZERO) })
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it
    /// is in non-blocking mode.
    #[method]
    fn getblocking(this: Gc<Socket>) -> bool {
        this.data.timeout.get() != Some(Duration::ZERO)
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a
    /// pair (host, port); the host must refer to the local host. For raw packet
    /// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
    #[method]
    fn bind(this: Gc<Socket>, thread: &Thread, address: Value) -> PyResult<()> {
        let address = Address::of(thread, this.data.family.get(), address, "bind")?;
        // SAFETY: the address is as long as it says.
        check(thread, unsafe { libc::bind(this.data.descriptor.get(), address.pointer(), address.length) })?;
        Ok(())
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address
    /// is a pair (host, port).
    #[method]
    fn connect(this: Gc<Socket>, thread: &Thread, address: Value) -> PyResult<()> {
        let address = Address::of(thread, this.data.family.get(), address, "connect")?;
        match this.data.connect_to(thread, &address)? {
            0 => Ok(()),
            errno => Err(raise_errno(thread, errno, None)),
        }
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[method]
    fn connect_ex(this: Gc<Socket>, thread: &Thread, address: Value) -> PyResult<i32> {
        let address = Address::of(thread, this.data.family.get(), address, "connect_ex")?;
        this.data.connect_to(thread, &address)
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.
    #[method(signature = "(self, backlog=128, /)")]
    fn listen(this: Gc<Socket>, thread: &Thread, backlog: Option<i32>) -> PyResult<()> {
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::listen(this.data.descriptor.get(), backlog.unwrap_or(128).max(0)) })?;
        Ok(())
    }

    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    /// For IP sockets, the address info is a pair (hostaddr, port).
    #[method]
    fn _accept(this: Gc<Socket>, thread: &Thread) -> PyResult<Value> {
        let mut address = Address::empty();
        let end = this.data.end();
        let (pointer, length) = (address.pointer_mut(), &raw mut address.length);
        // SAFETY: the address is writable for its length.
        let made = this.data.attempt(thread, libc::POLLIN, end, |fd| unsafe {
            libc::accept4(fd, pointer, length, libc::SOCK_CLOEXEC) as isize
        })?;
        Ok(tuple(thread, &[Value::small_wrapping(made as i64), address.value(thread)?]))
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the
    /// address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
    /// (hostaddr, port, flowinfo, scope_id).
    #[method]
    fn getsockname(this: Gc<Socket>, thread: &Thread) -> PyResult<Value> {
        let mut address = Address::empty();
        let (pointer, length) = (address.pointer_mut(), &raw mut address.length);
        // SAFETY: the address is writable for its length.
        check(thread, unsafe { libc::getsockname(this.data.descriptor.get(), pointer, length) })?;
        address.value(thread)
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address
    /// info is a pair (hostaddr, port).
    #[method]
    fn getpeername(this: Gc<Socket>, thread: &Thread) -> PyResult<Value> {
        let mut address = Address::empty();
        let (pointer, length) = (address.pointer_mut(), &raw mut address.length);
        // SAFETY: the address is writable for its length.
        check(thread, unsafe { libc::getpeername(this.data.descriptor.get(), pointer, length) })?;
        address.value(thread)
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
    /// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
    #[method]
    fn shutdown(this: Gc<Socket>, thread: &Thread, how: i32) -> PyResult<()> {
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::shutdown(this.data.descriptor.get(), how) })?;
        Ok(())
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option.
    /// The value argument can either be an integer, a string buffer, or
    /// None, optlen.
    #[method(signature = "(self, level, option, value, optlen=<unrepresentable>, /)")]
    fn setsockopt(
        this: Gc<Socket>,
        thread: &Thread,
        level: i32,
        option: i32,
        value: Value,
        optlen: Option<u32>,
    ) -> PyResult<()> {
        let fd = this.data.descriptor.get();
        let bytes = match crate::types::int::as_int(value) {
            Some(_) => (dispatch::number::index_i64(thread, value)? as i32).to_ne_bytes().to_vec(),
            None if value.is_none() => {
                // SAFETY: no value, and a length that the system checks.
                let result = unsafe { libc::setsockopt(fd, level, option, std::ptr::null(), optlen.unwrap_or(0)) };
                check(thread, result)?;
                return Ok(());
            }
            None => buffer::to_vec(thread, value)?,
        };
        // SAFETY: the value is as long as it says.
        check(thread, unsafe {
            libc::setsockopt(fd, level, option, bytes.as_ptr().cast(), bytes.len() as libc::socklen_t)
        })?;
        Ok(())
    }

    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option.
    /// If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[method(signature = "(self, level, option, buffersize=0, /)")]
    fn getsockopt(
        this: Gc<Socket>,
        thread: &Thread,
        level: i32,
        option: i32,
        buffersize: Option<i32>,
    ) -> PyResult<Value> {
        let size = buffersize.unwrap_or(0);
        if !(0..=1024).contains(&size) {
            return Err(thread.raise_plain_os_error("getsockopt buflen out of range"));
        }
        let mut bytes = vec![0u8; if size == 0 { 4 } else { size as usize }];
        let mut length = bytes.len() as libc::socklen_t;
        // SAFETY: the buffer is writable for its length.
        check(thread, unsafe {
            libc::getsockopt(this.data.descriptor.get(), level, option, bytes.as_mut_ptr().cast(), &raw mut length)
        })?;
        if size > 0 {
            return Ok(Bytes::new(thread, &bytes[..length as usize]).value());
        }
        let number = i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        Ok(Value::small_wrapping(i64::from(number)))
    }

    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags
    /// argument, see the Unix manual.  When no data is available, block until
    /// at least one byte is available or until the remote end is closed.  When
    /// the remote end is closed and all data is read, return the empty string.
    #[method(signature = "(self, bufsize, flags=0, /)")]
    fn recv(this: Gc<Socket>, thread: &Thread, bufsize: isize, flags: Option<i32>) -> PyResult<Gc<Bytes>> {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(thread.raise_value_error("negative buffersize in recv"));
        };
        let mut bytes = zeroed_buffer(thread, size)?;
        let count = this.data.receive(thread, &mut bytes, flags.unwrap_or(0), None)?;
        Ok(Bytes::new(thread, &bytes[..count]))
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating
    /// a new string.
    #[method(signature = "(self, /, buffer, nbytes=0, flags=0)")]
    fn recv_into(
        this: Gc<Socket>,
        thread: &Thread,
        target: Value,
        nbytes: Option<isize>,
        flags: Option<i32>,
    ) -> PyResult<usize> {
        this.data.receive_into(thread, target, nbytes, flags, None, "recv_into")
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[method(signature = "(self, /, buffer, nbytes=0, flags=0)")]
    fn recvfrom_into(
        this: Gc<Socket>,
        thread: &Thread,
        target: Value,
        nbytes: Option<isize>,
        flags: Option<i32>,
    ) -> PyResult<Value> {
        let mut address = Address::empty();
        let count = this.data.receive_into(thread, target, nbytes, flags, Some(&mut address), "recvfrom_into")?;
        Ok(tuple(thread, &[crate::types::int::from_usize(thread, count), address.value(thread)?]))
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[method(signature = "(self, bufsize, flags=0, /)")]
    fn recvfrom(this: Gc<Socket>, thread: &Thread, bufsize: isize, flags: Option<i32>) -> PyResult<Value> {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(thread.raise_value_error("negative buffersize in recvfrom"));
        };
        let mut bytes = zeroed_buffer(thread, size)?;
        let mut address = Address::empty();
        address.length = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        let count = this.data.receive(thread, &mut bytes, flags.unwrap_or(0), Some(&mut address))?;
        Ok(tuple(thread, &[Bytes::new(thread, &bytes[..count]).value(), address.value(thread)?]))
    }
}

/// Raises the OSError of an address that is none.
#[cold]
fn illegal_address(thread: &Thread, function: &str) -> Raised {
    thread.raise_plain_os_error(format!("illegal IP address string passed to {function}"))
}

/// Implementation module for socket operations.
///
/// See the socket module for documentation.
#[py_module(name = "_socket", extend = [super::messages::lengths::MODULE, super::conversions::conversions::MODULE])]
pub mod socket {
    use super::address::{answers, look_up, resolver_error_class};
    use super::*;
    use crate::types::module::Module;

    #[class]
    use super::SocketData;

    #[constant(name = "has_ipv6")]
    const HAS_IPV6: bool = true;

    /// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
    ///
    /// Create a pair of socket objects from the sockets returned by the platform
    /// socketpair() function.
    /// The arguments are the same as for socket() except the default family is
    /// AF_UNIX if defined on the platform; otherwise, the default is AF_INET.
    #[function(signature = "(family=1, type=1, proto=0, /)")]
    fn socketpair(thread: &Thread, family: Option<i32>, kind: Option<i32>, proto: Option<i32>) -> PyResult<Value> {
        let (family, kind, proto) =
            (family.unwrap_or(libc::AF_UNIX), kind.unwrap_or(libc::SOCK_STREAM), proto.unwrap_or(0));
        let mut pair = [-1; 2];
        // SAFETY: room for two descriptors.
        check(thread, unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, pair.as_mut_ptr()) })?;
        let class = Type::of_spec(thread, <SocketData as crate::native::PyClass>::SPEC).value();
        let mut ends = [Value::NONE; 2];
        for (end, descriptor) in ends.iter_mut().zip(pair) {
            let number = |number: i32| Value::small_wrapping(i64::from(number));
            let arguments = [number(family), number(kind), number(proto), number(descriptor)];
            *end = dispatch::call::call(thread, class, &arguments)?;
        }
        Ok(tuple(thread, &ends))
    }

    /// close(integer) -> None
    ///
    /// Close an integer socket file descriptor.  This is like os.close(), but for
    /// sockets; on some platforms os.close() won't work for socket file descriptors.
    #[function]
    fn close(thread: &Thread, fd: Value) -> PyResult<()> {
        let number = descriptor(thread, fd)?;
        // SAFETY: takes a number.
        check(thread, unsafe { libc::close(number) })?;
        Ok(())
    }

    /// dup(integer) -> integer
    ///
    /// Duplicate an integer socket file descriptor.  This is like os.dup(), but for
    /// sockets; on some platforms os.dup() won't work for socket file descriptors.
    #[function]
    fn dup(thread: &Thread, fd: Value) -> PyResult<i32> {
        let number = descriptor(thread, fd)?;
        // SAFETY: takes numbers.
        check(thread, unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, 0) })
    }

    /// gethostname() -> string
    ///
    /// Return the current host name.
    #[function]
    fn gethostname(thread: &Thread) -> PyResult<String> {
        let mut name = [0u8; 1024];
        // SAFETY: the buffer is writable for its length.
        check(thread, unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len()) })?;
        let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
        Ok(String::from_utf8_lossy(&name[..end]).into_owned())
    }

    /// getaddrinfo(host, port [, family, type, proto, flags])
    ///     -> list of (family, type, proto, canonname, sockaddr)
    ///
    /// Resolve host and port into addrinfo struct.
    #[function(signature = "(host, port, family=0, type=0, proto=0, flags=0)")]
    fn getaddrinfo(
        thread: &Thread,
        host: Value,
        port: Value,
        family: Option<i32>,
        kind: Option<i32>,
        proto: Option<i32>,
        flags: Option<i32>,
    ) -> PyResult<Gc<List>> {
        let text = |value: Value| match value.cast::<Bytes>() {
            Some(bytes) => Some(String::from_utf8_lossy(bytes.as_slice()).into_owned()),
            None => text_of(thread, value),
        };
        let host = match text(host) {
            Some(host) => Some(host),
            None if host.is_none() => None,
            None => return Err(thread.raise_type_error("getaddrinfo() argument 1 must be string or None")),
        };
        let service = match (text(port), crate::types::int::as_int(port)) {
            (Some(port), _) => Some(port),
            (None, Some(_)) => Some(dispatch::number::index_i64(thread, port)?.to_string()),
            (None, None) if port.is_none() => None,
            (None, None) => return Err(thread.raise_plain_os_error("Int or String expected")),
        };
        let or = |value: Option<i32>| value.unwrap_or(0);
        let (host, service) = (host.as_deref(), service.as_deref());
        let found = look_up(thread, host, service, or(family), or(kind), or(proto), or(flags))?;
        answers(thread, &found)
    }

    /// gethostbyname(host) -> address
    ///
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[function]
    fn gethostbyname(thread: &Thread, host: Gc<Str>) -> PyResult<Value> {
        let pair = tuple(thread, &[host.value(), Value::small_wrapping(0)]);
        let address = Address::of(thread, libc::AF_INET, pair, "gethostbyname")?;
        dispatch::subscript::get_item(thread, address.value(thread)?, Value::small_wrapping(0))
    }

    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function]
    fn gethostbyname_ex(thread: &Thread, host: Value) -> PyResult<Value> {
        names::by_name(thread, host)
    }

    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function]
    fn gethostbyaddr(thread: &Thread, host: Value) -> PyResult<Value> {
        names::by_address(thread, host)
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    ///
    /// Get host and port for a sockaddr.
    #[function]
    fn getnameinfo(thread: &Thread, sockaddr: Value, flags: i32) -> PyResult<Value> {
        names::of_address(thread, sockaddr, flags)
    }

    /// getdefaulttimeout() -> timeout
    ///
    /// Returns the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function]
    fn getdefaulttimeout(thread: &Thread) -> Value {
        timeout_value(thread, default_timeout(thread).data.0.get())
    }

    /// setdefaulttimeout(timeout)
    ///
    /// Set the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function]
    fn setdefaulttimeout(thread: &Thread, timeout: Value) -> PyResult<()> {
        default_timeout(thread).data.0.set(timeout_of(thread, timeout)?);
        Ok(())
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let exceptions = &thread.vm().exceptions;
        module.set(thread, "error", exceptions.os_error.value());
        module.set(thread, "timeout", exceptions.timeout_error.value());
        module.set(thread, "gaierror", resolver_error_class(thread).value());
        module.set(thread, "herror", names::host_error_class(thread).value());
        if let Some(class) = module.get(thread, "socket") {
            module.set(thread, "SocketType", class);
        }
        super::constants::install(thread, module);
        Ok(())
    }
}
