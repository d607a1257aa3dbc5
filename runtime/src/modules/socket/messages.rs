//! Sending, and messages with ancillary data.
//!
//! What lives here: the methods of sockets that send, `recvmsg`, and the lengths of control messages. What must not:
//! waiting for a socket, which all methods leave to [`SocketData::attempt`].
#![allow(unsafe_code)] // Calls of the C library.

use super::address::Address;
use super::{Socket, SocketData, flags_of};
use crate::dispatch;
use crate::error::PyResult;
use crate::modules::support::{tuple, zeroed_buffer};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_macros::py_methods;

/// A message on its way: the parts that its header points to.
struct Message {
    data: Vec<u8>,
    control: Vec<u64>,
    control_length: usize,
    address: Address,
}

impl Message {
    /// Room for so many bytes of data and control messages, and an address.
    fn with_room(thread: &Thread, data: usize, control: usize) -> PyResult<Message> {
        let mut address = Address::empty();
        address.length = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        let control_words = zeroed_buffer(thread, control)?.len().div_ceil(8);
        Ok(Message {
            data: zeroed_buffer(thread, data)?,
            control: vec![0; control_words],
            control_length: control,
            address,
        })
    }

    /// Runs `call` with the header, which is put together anew each time; the header as the system left it.
    fn run(
        &mut self,
        socket: &SocketData,
        thread: &Thread,
        events: i16,
        call: impl Fn(i32, &mut libc::msghdr) -> isize,
    ) -> PyResult<(usize, libc::msghdr)> {
        let mut part = libc::iovec { iov_base: self.data.as_mut_ptr().cast(), iov_len: self.data.len() };
        // SAFETY: an all-zero header is valid.
        let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
        let count = socket.attempt(thread, events, socket.end(), |descriptor| {
            header.msg_iov = &raw mut part;
            header.msg_iovlen = 1;
            if self.address.length > 0 {
                header.msg_name = self.address.pointer_mut().cast();
                header.msg_namelen = self.address.length;
            }
            if self.control_length > 0 {
                header.msg_control = self.control.as_mut_ptr().cast();
                header.msg_controllen = self.control_length as _;
            }
            call(descriptor, &mut header)
        })?;
        Ok((count, header))
    }
}

/// The bytes of all buffers, one after the other.
fn gather(thread: &Thread, buffers: Value) -> PyResult<Vec<u8>> {
    let list = List::from_iterable(thread, buffers)?;
    let mut all = Vec::new();
    for index in 0..list.len() {
        if let Some(piece) = list.get(thread, index) {
            all.extend(buffer::to_vec(thread, piece)?);
        }
    }
    Ok(all)
}

/// Writes (level, type, data) entries as control messages.
fn set_control(thread: &Thread, message: &mut Message, entries: Value) -> PyResult<()> {
    let list = List::from_iterable(thread, entries)?;
    let mut parts = Vec::new();
    for index in 0..list.len() {
        let entry = list.get(thread, index).unwrap_or(Value::NONE);
        let Some(&[level, kind, data]) = entry.cast::<Tuple>().as_ref().map(|entry| entry.items()) else {
            return Err(thread.raise_type_error("[sendmsg() ancillary data items] must be tuples of three"));
        };
        let number = |value| dispatch::number::index_i64(thread, value).map(|number| number as i32);
        parts.push((number(level)?, number(kind)?, buffer::to_vec(thread, data)?));
    }
    // SAFETY: computes a size.
    let space = |bytes: &[u8]| unsafe { libc::CMSG_SPACE(bytes.len() as u32) } as usize;
    message.control_length = parts.iter().map(|(_, _, bytes)| space(bytes)).sum();
    message.control = vec![0; message.control_length.div_ceil(8)];
    let mut at = message.control.as_mut_ptr().cast::<u8>();
    for (level, kind, bytes) in &parts {
        let control = at.cast::<libc::cmsghdr>();
        // SAFETY: the buffer has room for all entries, each at its place and aligned, since spaces are.
        unsafe {
            (*control).cmsg_len = libc::CMSG_LEN(bytes.len() as u32) as _;
            (*control).cmsg_level = *level;
            (*control).cmsg_type = *kind;
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), libc::CMSG_DATA(control), bytes.len());
            at = at.add(space(bytes));
        }
    }
    Ok(())
}

/// The control messages of a header as (level, type, data) tuples.
fn control_entries(thread: &Thread, header: &libc::msghdr) -> PyResult<Gc<List>> {
    let list = List::empty(thread);
    // SAFETY: the header and the buffer that it points to are as the system left them.
    unsafe {
        let mut control = libc::CMSG_FIRSTHDR(header);
        while !control.is_null() {
            let data = libc::CMSG_DATA(control);
            let end = header.msg_control.addr() + header.msg_controllen as usize;
            let length = ((*control).cmsg_len as usize).saturating_sub(data.addr() - control.addr());
            // What did not fit was cut off.
            let length = length.min(end.saturating_sub(data.addr()));
            let bytes = std::slice::from_raw_parts(data, length).to_vec();
            let (level, kind) = ((*control).cmsg_level, (*control).cmsg_type);
            let [level, kind] = [level, kind].map(|number| Value::small_wrapping(i64::from(number)));
            list.push(thread, tuple(thread, &[level, kind, Bytes::new(thread, &bytes).value()]))?;
            control = libc::CMSG_NXTHDR(header, control);
        }
    }
    Ok(list)
}

/// Groups the methods.
pub struct Messages;

#[py_methods(class = "socket", module = "_socket")]
impl Messages {
    /// send(data[, flags]) -> count
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  Return the number of bytes
    /// sent; this may be less than len(data) if the network is busy.
    #[method(signature = "(self, data, flags=0, /)")]
    fn send(this: Gc<Socket>, thread: &Thread, data: Value, flags: Option<i32>) -> PyResult<usize> {
        let bytes = buffer::to_vec(thread, data)?;
        let (end, flags) = (this.data.end(), flags_of(flags));
        // SAFETY: the data is as long as it says.
        this.data.attempt(thread, libc::POLLOUT, end, |fd| unsafe {
            libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags)
        })
    }

    /// sendall(data[, flags])
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  This calls send() repeatedly
    /// until all data is sent.  If an error occurs, it's impossible
    /// to tell how much data has been sent.
    #[method(signature = "(self, data, flags=0, /)")]
    fn sendall(this: Gc<Socket>, thread: &Thread, data: Value, flags: Option<i32>) -> PyResult<()> {
        let bytes = buffer::to_vec(thread, data)?;
        let (end, flags, mut sent) = (this.data.end(), flags_of(flags), 0);
        while sent < bytes.len() {
            let rest = &bytes[sent..];
            // SAFETY: the data is as long as it says.
            sent += this.data.attempt(thread, libc::POLLOUT, end, |fd| unsafe {
                libc::send(fd, rest.as_ptr().cast(), rest.len(), flags)
            })?;
        }
        Ok(())
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address.
    /// For IP sockets, the address is a pair (hostaddr, port).
    #[method(signature = "(self, data, flags, address=<unrepresentable>, /)")]
    fn sendto(this: Gc<Socket>, thread: &Thread, data: Value, flags: Value, address: Option<Value>) -> PyResult<usize> {
        let (flags, target) = match address {
            Some(address) => (dispatch::number::index_i64(thread, flags)? as i32, address),
            None => (0, flags),
        };
        let bytes = buffer::to_vec(thread, data)?;
        let target = Address::of(thread, this.data.family.get(), target, "sendto")?;
        let (end, flags) = (this.data.end(), flags_of(Some(flags)));
        // SAFETY: the data and the address are as long as they say.
        this.data.attempt(thread, libc::POLLOUT, end, |fd| unsafe {
            libc::sendto(fd, bytes.as_ptr().cast(), bytes.len(), flags, target.pointer(), target.length)
        })
    }

    /// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
    ///
    /// Send normal and ancillary data to the socket, gathering the
    /// non-ancillary data from a series of buffers and concatenating it into
    /// a single message.
    #[method(signature = "(self, buffers, ancdata=(), flags=0, address=None, /)")]
    fn sendmsg(
        this: Gc<Socket>,
        thread: &Thread,
        buffers: Value,
        ancdata: Option<Value>,
        flags: Option<i32>,
        address: Option<Value>,
    ) -> PyResult<usize> {
        let mut message = Message::with_room(thread, 0, 0)?;
        message.data = gather(thread, buffers)?;
        message.address = match address.filter(|address| !address.is_none()) {
            Some(target) => Address::of(thread, this.data.family.get(), target, "sendmsg")?,
            None => Address { length: 0, ..Address::empty() },
        };
        if let Some(entries) = ancdata.filter(|entries| !entries.is_none()) {
            set_control(thread, &mut message, entries)?;
        }
        let flags = flags_of(flags);
        // SAFETY: the header points to what the message keeps.
        let send = |descriptor, header: &mut libc::msghdr| unsafe { libc::sendmsg(descriptor, header, flags) };
        Ok(message.run(&this.data, thread, libc::POLLOUT, send)?.0)
    }

    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    ///
    /// Receive normal data (up to bufsize bytes) and ancillary data from the
    /// socket.  The ancbufsize argument sets the size in bytes of the
    /// internal buffer used to receive the ancillary data; it defaults to 0,
    /// meaning that no ancillary data will be received.
    #[method(signature = "(self, bufsize, ancbufsize=0, flags=0, /)")]
    fn recvmsg(
        this: Gc<Socket>,
        thread: &Thread,
        bufsize: isize,
        ancbufsize: Option<isize>,
        flags: Option<i32>,
    ) -> PyResult<Value> {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(thread.raise_value_error("negative buffer size in recvmsg()"));
        };
        let Ok(control) = usize::try_from(ancbufsize.unwrap_or(0)) else {
            return Err(thread.raise_value_error("invalid ancillary data buffer length"));
        };
        let mut message = Message::with_room(thread, size, control)?;
        let flags = flags.unwrap_or(0);
        // SAFETY: the header points to what the message keeps.
        let receive = |descriptor, header: &mut libc::msghdr| unsafe { libc::recvmsg(descriptor, header, flags) };
        let (count, header) = message.run(&this.data, thread, libc::POLLIN, receive)?;
        message.address.length = header.msg_namelen;
        let data = Bytes::new(thread, &message.data[..count.min(size)]).value();
        let entries = control_entries(thread, &header)?.value();
        let flags = Value::small_wrapping(i64::from(header.msg_flags));
        Ok(tuple(thread, &[data, entries, flags, message.address.value(thread)?]))
    }
}

/// Lengths of control messages.
#[taipan_macros::py_module(name = "_socket")]
pub mod lengths {
    use super::*;

    /// CMSG_LEN(length) -> control message length
    ///
    /// Return the total length, without trailing padding, of an ancillary
    /// data item with associated data of the given length.
    #[function(name = "CMSG_LEN")]
    fn cmsg_len(thread: &Thread, length: i64) -> PyResult<u64> {
        // SAFETY: computes a size.
        checked(thread, length, "CMSG_LEN", |length| unsafe { libc::CMSG_LEN(length) })
    }

    /// CMSG_SPACE(length) -> buffer size
    ///
    /// Return the buffer size needed for recvmsg() to receive an ancillary
    /// data item with associated data of the given length, along with any
    /// trailing padding.
    #[function(name = "CMSG_SPACE")]
    fn cmsg_space(thread: &Thread, length: i64) -> PyResult<u64> {
        // SAFETY: computes a size.
        checked(thread, length, "CMSG_SPACE", |length| unsafe { libc::CMSG_SPACE(length) })
    }

    fn checked(thread: &Thread, length: i64, name: &str, size: impl Fn(u32) -> u32) -> PyResult<u64> {
        match u32::try_from(length) {
            Ok(length) if length < i32::MAX as u32 - 64 => Ok(u64::from(size(length))),
            _ => Err(thread.raise_overflow_error(format!("{name}() argument out of range"))),
        }
    }
}
