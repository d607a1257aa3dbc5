//! Socket addresses between Python and the system.
//!
//! What lives here: tuples to `sockaddr` and back, and name resolution. Start at [`Address::of`].
#![allow(unsafe_code)] // Views of the system's address structures, and its resolver.

use crate::dispatch;
use crate::error::{PyResult, Raised};
use crate::modules::support::{exception_class, filesystem_bytes, filesystem_string, string, tuple};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::ffi::{CStr, CString};
use std::net::{Ipv4Addr, Ipv6Addr};

/// An address as the system takes it.
#[derive(Clone, Copy)]
pub struct Address {
    pub storage: libc::sockaddr_storage,
    pub length: libc::socklen_t,
}

/// `socket.gaierror`.
pub fn resolver_error_class(thread: &Thread) -> Gc<Type> {
    exception_class(thread, "socket", "gaierror", thread.vm().exceptions.os_error)
}

/// Raises what the resolver said.
#[cold]
pub fn raise_resolver(thread: &Thread, code: i32) -> Raised {
    // SAFETY: the system gives a static C string for any number.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy().into_owned();
    let arguments = [Value::small_wrapping(i64::from(code)), string(thread, &text)];
    thread.raise_with_arguments(resolver_error_class(thread), &arguments)
}

impl Address {
    /// Room for an address that the system writes.
    pub fn empty() -> Address {
        // SAFETY: an all-zero address is valid.
        Address {
            storage: unsafe { std::mem::zeroed() },
            length: size_of::<libc::sockaddr_storage>() as libc::socklen_t,
        }
    }

    pub fn pointer(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    pub fn pointer_mut(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    fn from_v4(address: Ipv4Addr, port: u16) -> Address {
        let mut made = Address::empty();
        // SAFETY: the storage has room for every kind of address.
        let inner = unsafe { &mut *(&raw mut made.storage).cast::<libc::sockaddr_in>() };
        inner.sin_family = libc::AF_INET as libc::sa_family_t;
        inner.sin_port = port.to_be();
        inner.sin_addr.s_addr = u32::from_ne_bytes(address.octets());
        made.length = size_of::<libc::sockaddr_in>() as libc::socklen_t;
        made
    }

    fn from_v6(address: Ipv6Addr, port: u16, flow: u32, scope: u32) -> Address {
        let mut made = Address::empty();
        // SAFETY: as above.
        let inner = unsafe { &mut *(&raw mut made.storage).cast::<libc::sockaddr_in6>() };
        inner.sin6_family = libc::AF_INET6 as libc::sa_family_t;
        inner.sin6_port = port.to_be();
        inner.sin6_addr.s6_addr = address.octets();
        inner.sin6_flowinfo = flow.to_be();
        inner.sin6_scope_id = scope;
        made.length = size_of::<libc::sockaddr_in6>() as libc::socklen_t;
        made
    }

    /// The address that a Python value is for sockets of this family; `function` is for messages.
    pub fn of(thread: &Thread, family: i32, value: Value, function: &str) -> PyResult<Address> {
        match family {
            libc::AF_UNIX => Address::of_path(thread, value, function),
            libc::AF_INET | libc::AF_INET6 => Address::of_host(thread, family, value, function),
            _ => Err(thread.raise_plain_os_error(format!("{function}(): bad family"))),
        }
    }

    fn of_path(thread: &Thread, value: Value, function: &str) -> PyResult<Address> {
        let bytes = match (value.cast::<Str>(), value.cast::<Bytes>()) {
            (Some(text), _) => filesystem_bytes(thread, text)?,
            (_, Some(bytes)) => bytes.as_slice().to_vec(),
            _ => {
                let given = thread.type_name(value);
                let message = format!("{function}(): AF_UNIX path must be str or bytes-like object, not {given}");
                return Err(thread.raise_type_error(message));
            }
        };
        let mut made = Address::empty();
        // SAFETY: the storage has room for every kind of address.
        let inner = unsafe { &mut *(&raw mut made.storage).cast::<libc::sockaddr_un>() };
        // A path ends with a zero; an abstract name starts with one and needs none.
        let is_abstract = bytes.first() == Some(&0);
        if bytes.len() + usize::from(!is_abstract) > inner.sun_path.len() {
            return Err(thread.raise_plain_os_error("AF_UNIX path too long"));
        }
        inner.sun_family = libc::AF_UNIX as libc::sa_family_t;
        for (target, byte) in inner.sun_path.iter_mut().zip(&bytes) {
            *target = *byte as libc::c_char;
        }
        let head = std::mem::offset_of!(libc::sockaddr_un, sun_path);
        made.length = (head + bytes.len() + usize::from(!is_abstract)) as libc::socklen_t;
        Ok(made)
    }

    fn of_host(thread: &Thread, family: i32, value: Value, function: &str) -> PyResult<Address> {
        let name = if family == libc::AF_INET { "AF_INET" } else { "AF_INET6" };
        let Some(parts) = value.cast::<Tuple>() else {
            let given = thread.type_name(value);
            return Err(thread.raise_type_error(format!("{function}(): {name} address must be tuple, not {given}")));
        };
        let parts = parts.items();
        let fits = if family == libc::AF_INET { parts.len() == 2 } else { (2..=4).contains(&parts.len()) };
        if !fits {
            let message = match family {
                libc::AF_INET => format!("{function}(): AF_INET address must be a pair (host, port)"),
                _ => format!("{function}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"),
            };
            return Err(thread.raise_type_error(message));
        }
        let host = match (parts[0].cast::<Str>(), parts[0].cast::<Bytes>()) {
            (Some(text), _) => text.to_str_lossy(thread).into_owned(),
            (_, Some(bytes)) => String::from_utf8_lossy(bytes.as_slice()).into_owned(),
            _ => {
                let given = thread.type_name(parts[0]);
                let message = format!("str, bytes or bytearray expected, not {given}");
                return Err(thread.raise_type_error(message));
            }
        };
        let port = dispatch::number::index_i64(thread, parts[1])?;
        let Ok(port) = u16::try_from(port) else {
            return Err(thread.raise_overflow_error(format!("{function}(): port must be 0-65535.")));
        };
        let number = |index: usize| parts.get(index).map_or(Ok(0), |&part| dispatch::number::index_i64(thread, part));
        let (flow, scope) = (number(2)? as u32, number(3)? as u32);
        match family {
            libc::AF_INET => {
                let address = match host.as_str() {
                    "" => Ipv4Addr::UNSPECIFIED,
                    "<broadcast>" => Ipv4Addr::BROADCAST,
                    host => match host.parse() {
                        Ok(address) => address,
                        Err(_) => return resolve(thread, host, port, family),
                    },
                };
                Ok(Address::from_v4(address, port))
            }
            _ => {
                let address = match host.as_str() {
                    "" => Ipv6Addr::UNSPECIFIED,
                    host => match host.parse() {
                        Ok(address) => address,
                        Err(_) => return resolve(thread, host, port, family),
                    },
                };
                Ok(Address::from_v6(address, port, flow, scope))
            }
        }
    }

    /// The address as Python sees it.
    pub fn value(&self, thread: &Thread) -> PyResult<Value> {
        if (self.length as usize) < size_of::<libc::sa_family_t>() {
            return Ok(Value::NONE);
        }
        let number = |number: i64| Value::small_wrapping(number);
        match i32::from(self.storage.ss_family) {
            libc::AF_INET => {
                // SAFETY: the family says what lies there.
                let inner = unsafe { &*(&raw const self.storage).cast::<libc::sockaddr_in>() };
                let host = Ipv4Addr::from(inner.sin_addr.s_addr.to_ne_bytes()).to_string();
                Ok(tuple(thread, &[string(thread, &host), number(i64::from(u16::from_be(inner.sin_port)))]))
            }
            libc::AF_INET6 => {
                // SAFETY: as above.
                let inner = unsafe { &*(&raw const self.storage).cast::<libc::sockaddr_in6>() };
                let host = Ipv6Addr::from(inner.sin6_addr.s6_addr).to_string();
                let items = [
                    string(thread, &host),
                    number(i64::from(u16::from_be(inner.sin6_port))),
                    number(i64::from(u32::from_be(inner.sin6_flowinfo))),
                    number(i64::from(inner.sin6_scope_id)),
                ];
                Ok(tuple(thread, &items))
            }
            libc::AF_UNIX => {
                // SAFETY: as above.
                let inner = unsafe { &*(&raw const self.storage).cast::<libc::sockaddr_un>() };
                let count = (self.length as usize).saturating_sub(std::mem::offset_of!(libc::sockaddr_un, sun_path));
                let bytes: Vec<u8> = inner.sun_path.iter().take(count).map(|&byte| byte as u8).collect();
                if bytes.first() == Some(&0) {
                    return Ok(Bytes::new(thread, &bytes).value());
                }
                let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
                Ok(filesystem_string(thread, &bytes[..end])?.value())
            }
            _ => Ok(Value::NONE),
        }
    }
}

/// The first address of a host name.
fn resolve(thread: &Thread, host: &str, port: u16, family: i32) -> PyResult<Address> {
    let found = look_up(thread, Some(host), None, family, 0, 0, 0)?;
    match found.first() {
        Some(found) => {
            let mut address = found.address;
            // SAFETY: the family says what lies there; both kinds have the port at the same place.
            unsafe { (*(&raw mut address.storage).cast::<libc::sockaddr_in>()).sin_port = port.to_be() };
            Ok(address)
        }
        None => Err(raise_resolver(thread, libc::EAI_NONAME)),
    }
}

/// One answer of the resolver.
pub struct Found {
    pub family: i32,
    pub kind: i32,
    pub protocol: i32,
    pub name: String,
    pub address: Address,
}

/// Asks the resolver.
pub fn look_up(
    thread: &Thread,
    host: Option<&str>,
    service: Option<&str>,
    family: i32,
    kind: i32,
    protocol: i32,
    flags: i32,
) -> PyResult<Vec<Found>> {
    let text = |text: Option<&str>| text.map(|text| CString::new(text).unwrap_or_default());
    let (host, service) = (text(host), text(service));
    let pointer = |text: &Option<CString>| text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
    let mut answers = Vec::new();
    // SAFETY: C strings or null, hints that are valid, and a list that is freed once.
    unsafe {
        let mut hints: libc::addrinfo = std::mem::zeroed();
        (hints.ai_family, hints.ai_socktype, hints.ai_protocol, hints.ai_flags) = (family, kind, protocol, flags);
        let mut list: *mut libc::addrinfo = std::ptr::null_mut();
        let (host, service) = (pointer(&host), pointer(&service));
        let code = thread.allow_threads(|| libc::getaddrinfo(host, service, &raw const hints, &raw mut list));
        if code != 0 {
            return Err(raise_resolver(thread, code));
        }
        let mut entry = list;
        while !entry.is_null() {
            let info = &*entry;
            let mut address = Address::empty();
            let length = (info.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
            std::ptr::copy_nonoverlapping(info.ai_addr.cast::<u8>(), (&raw mut address.storage).cast::<u8>(), length);
            address.length = length as libc::socklen_t;
            let name = match info.ai_canonname.is_null() {
                true => String::new(),
                false => CStr::from_ptr(info.ai_canonname).to_string_lossy().into_owned(),
            };
            answers.push(Found {
                family: info.ai_family,
                kind: info.ai_socktype,
                protocol: info.ai_protocol,
                name,
                address,
            });
            entry = info.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Ok(answers)
}

/// `getaddrinfo()` as a list of tuples.
pub fn answers(thread: &Thread, found: &[Found]) -> PyResult<Gc<List>> {
    let list = List::new(thread, &[]);
    for answer in found {
        let number = |number: i32| Value::small_wrapping(i64::from(number));
        let items = [
            number(answer.family),
            number(answer.kind),
            number(answer.protocol),
            string(thread, &answer.name),
            answer.address.value(thread)?,
        ];
        list.push(thread, tuple(thread, &items))?;
    }
    Ok(list)
}
