//! Numbers and addresses in the byte order of the network: `inet_aton`, `ntohs` and their like.
//!
//! What lives here: functions of `_socket` that compute. What must not: any that ask the system.

use super::illegal_address;
use crate::error::PyResult;
use crate::modules::support::raise_errno;
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::buffer;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;
use std::net::{Ipv4Addr, Ipv6Addr};
use taipan_macros::py_module;

#[py_module(name = "_socket")]
pub mod conversions {
    use super::*;

    /// inet_aton(string) -> bytes giving packed 32-bit IP representation
    ///
    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed
    /// binary format used in low-level network functions.
    #[function]
    fn inet_aton(thread: &Thread, ip_addr: Gc<Str>) -> PyResult<Gc<Bytes>> {
        match ip_addr.to_str_lossy(thread).parse::<Ipv4Addr>() {
            Ok(address) => Ok(Bytes::new(thread, &address.octets())),
            Err(_) => Err(illegal_address(thread, "inet_aton")),
        }
    }

    /// inet_ntoa(packed_ip) -> ip_address_string
    ///
    /// Convert an IP address from 32-bit packed binary format to string format
    #[function]
    fn inet_ntoa(thread: &Thread, packed_ip: Value) -> PyResult<String> {
        let bytes = buffer::to_vec(thread, packed_ip)?;
        match <[u8; 4]>::try_from(bytes) {
            Ok(octets) => Ok(Ipv4Addr::from(octets).to_string()),
            Err(_) => Err(thread.raise_plain_os_error("packed IP wrong length")),
        }
    }

    /// inet_pton(af, ip) -> packed IP address string
    ///
    /// Convert an IP address from string format to a packed string suitable
    /// for use with low-level network functions.
    #[function]
    fn inet_pton(thread: &Thread, address_family: i32, ip_string: Gc<Str>) -> PyResult<Gc<Bytes>> {
        let text = ip_string.to_str_lossy(thread).into_owned();
        let octets = match address_family {
            libc::AF_INET => text.parse::<Ipv4Addr>().ok().map(|address| address.octets().to_vec()),
            libc::AF_INET6 => text.parse::<Ipv6Addr>().ok().map(|address| address.octets().to_vec()),
            _ => return Err(raise_errno(thread, libc::EAFNOSUPPORT, None)),
        };
        match octets {
            Some(octets) => Ok(Bytes::new(thread, &octets)),
            None => Err(illegal_address(thread, "inet_pton")),
        }
    }

    /// inet_ntop(af, packed_ip) -> string formatted IP address
    ///
    /// Convert a packed IP address of the given family to string format.
    #[function]
    fn inet_ntop(thread: &Thread, address_family: i32, packed_ip: Value) -> PyResult<String> {
        let bytes = buffer::to_vec(thread, packed_ip)?;
        let text = match address_family {
            libc::AF_INET => <[u8; 4]>::try_from(bytes).ok().map(|octets| Ipv4Addr::from(octets).to_string()),
            libc::AF_INET6 => <[u8; 16]>::try_from(bytes).ok().map(|octets| Ipv6Addr::from(octets).to_string()),
            family => return Err(thread.raise_value_error(format!("unknown address family {family}"))),
        };
        match text {
            Some(text) => Ok(text),
            None => Err(thread.raise_value_error("invalid length of packed IP address string")),
        }
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[function]
    fn ntohs(thread: &Thread, x: i64) -> PyResult<i64> {
        Ok(i64::from(u16::from_be(short(thread, x, "ntohs")?)))
    }

    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[function]
    fn htons(thread: &Thread, x: i64) -> PyResult<i64> {
        Ok(i64::from(short(thread, x, "htons")?.to_be()))
    }

    fn short(thread: &Thread, number: i64, function: &str) -> PyResult<u16> {
        match u16::try_from(number) {
            Ok(number) => Ok(number),
            Err(_) if number < 0 => Err(thread.raise_overflow_error(format!(
                "{function}: can't convert negative Python int to C 16-bit unsigned integer"
            ))),
            Err(_) => Err(thread.raise_overflow_error(format!(
                "{function}: Python int too large to convert to C 16-bit unsigned integer"
            ))),
        }
    }

    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[function]
    fn ntohl(x: u32) -> u32 {
        u32::from_be(x)
    }

    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[function]
    fn htonl(x: u32) -> u32 {
        x.to_be()
    }
}
