//! Names of hosts and services: `gethostbyaddr`, `gethostbyname_ex`, `getnameinfo`.
//!
//! What lives here: the questions to the system's data base of hosts. What must not: addresses themselves
//! ([`super::address`]).
#![allow(unsafe_code)] // The system's functions, and the structures that they fill.

use super::address::{Address, look_up, raise_resolver};
use super::illegal_address;
use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::support::{exception_class, string, text_of, tuple};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Room for the names of one host.
const ROOM: usize = 16384;
/// The highest flow label of an IPv6 address.
const LAST_FLOW: u32 = 0xfffff;

/// What the reentrant functions of the system fill, in their order: the answer, its room, whether there is one, the
/// error.
struct Question {
    answer: libc::hostent,
    room: Vec<libc::c_char>,
    found: *mut libc::hostent,
    error: libc::c_int,
}

unsafe extern "C" {
    fn gethostbyaddr_r(
        address: *const libc::c_void,
        length: libc::socklen_t,
        family: libc::c_int,
        answer: *mut libc::hostent,
        room: *mut libc::c_char,
        size: libc::size_t,
        found: *mut *mut libc::hostent,
        error: *mut libc::c_int,
    ) -> libc::c_int;
    fn gethostbyname_r(
        name: *const libc::c_char,
        answer: *mut libc::hostent,
        room: *mut libc::c_char,
        size: libc::size_t,
        found: *mut *mut libc::hostent,
        error: *mut libc::c_int,
    ) -> libc::c_int;
    fn hstrerror(error: libc::c_int) -> *const libc::c_char;
}

/// `socket.herror`.
pub fn host_error_class(thread: &Thread) -> Gc<Type> {
    exception_class(thread, "socket", "herror", thread.vm().exceptions.os_error)
}

/// A host's name as Python gives it: str or bytes.
fn host_text(thread: &Thread, host: Value, function: &str) -> PyResult<String> {
    let bytes = host.cast::<Bytes>().map(|bytes| String::from_utf8_lossy(bytes.as_slice()).into_owned());
    bytes.or_else(|| text_of(thread, host)).ok_or_else(|| {
        let given = thread.type_name(host);
        thread.raise_type_error(format!("{function}() argument 1 must be str, bytes or bytearray, not {given}"))
    })
}

impl Question {
    fn new() -> Question {
        Question {
            // SAFETY: all zeros are an answer without names.
            answer: unsafe { std::mem::zeroed() },
            room: vec![0; ROOM],
            found: std::ptr::null_mut(),
            error: 0,
        }
    }

    #[cold]
    fn failed(&self, thread: &Thread) -> Raised {
        // SAFETY: the system gives a static C string for any number.
        let text = unsafe { CStr::from_ptr(hstrerror(self.error)) }.to_string_lossy().into_owned();
        let arguments = [Value::small_wrapping(i64::from(self.error)), string(thread, &text)];
        thread.raise_with_arguments(host_error_class(thread), &arguments)
    }

    /// `(name, aliases, addresses)`.
    fn value(&self, thread: &Thread) -> PyResult<Value> {
        if self.found.is_null() {
            return Err(self.failed(thread));
        }
        let (aliases, addresses) = (List::empty(thread), List::empty(thread));
        // SAFETY: the system filled the answer; both lists end with a null pointer, and each address has the length
        // that its family has.
        unsafe {
            let text = |pointer: *const libc::c_char| string(thread, &CStr::from_ptr(pointer).to_string_lossy());
            let mut alias = self.answer.h_aliases;
            while !alias.is_null() && !(*alias).is_null() {
                aliases.push(thread, text(*alias))?;
                alias = alias.add(1);
            }
            let mut address = self.answer.h_addr_list;
            while !address.is_null() && !(*address).is_null() {
                let shown = match self.answer.h_addrtype {
                    libc::AF_INET => Ipv4Addr::from(*(*address).cast::<[u8; 4]>()).to_string(),
                    libc::AF_INET6 => Ipv6Addr::from(*(*address).cast::<[u8; 16]>()).to_string(),
                    _ => return Err(thread.raise_plain_os_error("unsupported address family")),
                };
                addresses.push(thread, string(thread, &shown))?;
                address = address.add(1);
            }
            Ok(tuple(thread, &[text(self.answer.h_name), aliases.value(), addresses.value()]))
        }
    }
}

/// `gethostbyaddr(host)`.
///
/// # Errors
/// TypeError for what is no name, gaierror if it has no address, herror if nobody knows the address.
pub fn by_address(thread: &Thread, host: Value) -> PyResult<Value> {
    let host = host_text(thread, host, "gethostbyaddr")?;
    let found = look_up(thread, Some(&host), None, libc::AF_UNSPEC, 0, 0, 0)?;
    let Some(first) = found.first() else { return Err(raise_resolver(thread, libc::EAI_NONAME)) };
    let storage = &raw const first.address.storage;
    // SAFETY: the family says what lies there.
    let (bytes, length) = unsafe {
        match first.family {
            libc::AF_INET => ((&raw const (*storage.cast::<libc::sockaddr_in>()).sin_addr).cast(), 4),
            libc::AF_INET6 => ((&raw const (*storage.cast::<libc::sockaddr_in6>()).sin6_addr).cast(), 16),
            _ => return Err(illegal_address(thread, "gethostbyaddr")),
        }
    };
    let mut question = Question::new();
    // SAFETY: the address, and room for the answer, which lives on until it is read.
    thread.allow_threads(|| unsafe {
        let (answer, room) = (&raw mut question.answer, question.room.as_mut_ptr());
        let (found, error) = (&raw mut question.found, &raw mut question.error);
        gethostbyaddr_r(bytes, length, first.family, answer, room, ROOM, found, error)
    });
    question.value(thread)
}

/// `gethostbyname_ex(host)`.
///
/// # Errors
/// TypeError for what is no name, gaierror if it has no address, herror if nobody knows it.
pub fn by_name(thread: &Thread, host: Value) -> PyResult<Value> {
    let host = host_text(thread, host, "gethostbyname_ex")?;
    look_up(thread, Some(&host), None, libc::AF_INET, 0, 0, 0)?;
    let name = CString::new(host).unwrap_or_default();
    let mut question = Question::new();
    // SAFETY: a C string, and room for the answer, which lives on until it is read.
    thread.allow_threads(|| unsafe {
        let (answer, room) = (&raw mut question.answer, question.room.as_mut_ptr());
        let (found, error) = (&raw mut question.found, &raw mut question.error);
        gethostbyname_r(name.as_ptr(), answer, room, ROOM, found, error)
    });
    question.value(thread)
}

/// `getnameinfo(sockaddr, flags)`: names of host and service.
///
/// # Errors
/// TypeError and OverflowError for what is no address, gaierror if it has no name.
pub fn of_address(thread: &Thread, address: Value, flags: i32) -> PyResult<Value> {
    let Some(parts) = address.cast::<Tuple>() else {
        return Err(thread.raise_type_error("getnameinfo() argument 1 must be a tuple"));
    };
    let parts = parts.items();
    let host = parts.first().and_then(|&host| text_of(thread, host));
    let (Some(host), 2..=4) = (host, parts.len()) else {
        return Err(thread.raise_type_error("getnameinfo(): illegal sockaddr argument"));
    };
    let port = dispatch::number::index_i64(thread, parts[1])? as u32;
    let number = |index: usize| parts.get(index).map_or(Ok(0), |&part| dispatch::number::index_i64(thread, part));
    let (flow, scope) = (number(2)? as u32, number(3)? as u32);
    if flow > LAST_FLOW {
        return Err(thread.raise_overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
    }
    let service = port.to_string();
    let (kind, numeric) = (libc::SOCK_DGRAM, libc::AI_NUMERICHOST);
    let found = look_up(thread, Some(&host), Some(&service), libc::AF_UNSPEC, kind, 0, numeric)?;
    let [only] = found.as_slice() else {
        return Err(thread.raise_plain_os_error("sockaddr resolved to multiple addresses"));
    };
    let mut address: Address = only.address;
    if only.family == libc::AF_INET6 {
        // SAFETY: the family says what lies there.
        let inner = unsafe { &mut *(&raw mut address.storage).cast::<libc::sockaddr_in6>() };
        (inner.sin6_flowinfo, inner.sin6_scope_id) = (flow.to_be(), scope);
    } else if parts.len() != 2 {
        return Err(thread.raise_plain_os_error("IPv4 sockaddr must be 2 tuple"));
    }
    let (mut name, mut service) = ([0; libc::NI_MAXHOST as usize], [0; 32]);
    // SAFETY: an address with its length, and room for two C strings with theirs.
    let code = thread.allow_threads(|| unsafe {
        let (name_room, service_room) = (name.len() as libc::socklen_t, service.len() as libc::socklen_t);
        let (name, service) = (name.as_mut_ptr(), service.as_mut_ptr());
        libc::getnameinfo(address.pointer(), address.length, name, name_room, service, service_room, flags)
    });
    if code != 0 {
        return Err(raise_resolver(thread, code));
    }
    // SAFETY: the system ended both with a zero.
    let text = |room: &[libc::c_char]| unsafe { CStr::from_ptr(room.as_ptr()) }.to_string_lossy().into_owned();
    Ok(tuple(thread, &[string(thread, &text(&name)), string(thread, &text(&service))]))
}
