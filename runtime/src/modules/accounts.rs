//! `pwd` and `grp`: users and groups of the system.
//!
//! What lives here: both modules. Start at [`password_entry`].
#![allow(unsafe_code)] // The system's account database.

use crate::error::PyResult;
use crate::modules::support::{filesystem_bytes, filesystem_string, string};
use crate::native::PyClass;
use crate::object::Gc;
use crate::struct_sequence;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::struct_sequence::{Items, make};
use crate::value::Value;
use std::ffi::{CStr, CString};
use taipan_macros::py_module;

struct_sequence! {
    /// Marks the class of password entries.
    StructPasswd, STRUCT_PASSWD, "struct_passwd", "pwd", false,
    "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.";
    items 7 {
        0 "pw_name" "user name";
        1 "pw_passwd" "password";
        2 "pw_uid" "user id";
        3 "pw_gid" "group id";
        4 "pw_gecos" "real name";
        5 "pw_dir" "home directory";
        6 "pw_shell" "shell program";
    }
    hidden {}
}

struct_sequence! {
    /// Marks the class of group entries.
    StructGroup, STRUCT_GROUP, "struct_group", "grp", false,
    "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.";
    items 4 {
        0 "gr_name" "group name";
        1 "gr_passwd" "password";
        2 "gr_gid" "group id";
        3 "gr_mem" "group members";
    }
    hidden {}
}

/// A C string of the database.
fn text(thread: &Thread, pointer: *const libc::c_char) -> PyResult<Value> {
    if pointer.is_null() {
        return Ok(Value::NONE);
    }
    // SAFETY: the database gives C strings.
    Ok(filesystem_string(thread, unsafe { CStr::from_ptr(pointer) }.to_bytes())?.value())
}

/// An entry as Python sees it.
fn password_entry(thread: &Thread, entry: &libc::passwd) -> PyResult<Value> {
    let items = Items::new(thread)
        .value(text(thread, entry.pw_name)?)
        .value(text(thread, entry.pw_passwd)?)
        .unsigned(u64::from(entry.pw_uid))
        .unsigned(u64::from(entry.pw_gid))
        .value(text(thread, entry.pw_gecos)?)
        .value(text(thread, entry.pw_dir)?)
        .value(text(thread, entry.pw_shell)?);
    Ok(make(thread, StructPasswd::SPEC, &items.values, &[]))
}

fn group_entry(thread: &Thread, entry: &libc::group) -> PyResult<Value> {
    let members = List::new(thread, &[]);
    let mut member = entry.gr_mem;
    // SAFETY: the members are a null-terminated array of C strings.
    unsafe {
        while !member.is_null() && !(*member).is_null() {
            members.push(thread, text(thread, *member)?)?;
            member = member.add(1);
        }
    }
    let items = Items::new(thread)
        .value(text(thread, entry.gr_name)?)
        .value(text(thread, entry.gr_passwd)?)
        .unsigned(u64::from(entry.gr_gid))
        .value(members.value());
    Ok(make(thread, StructGroup::SPEC, &items.values, &[]))
}

fn c_name(thread: &Thread, name: Gc<Str>) -> PyResult<CString> {
    match CString::new(filesystem_bytes(thread, name)?) {
        Ok(name) => Ok(name),
        Err(_) => Err(thread.raise_value_error("embedded null byte")),
    }
}

#[cold]
fn not_found(thread: &Thread, message: String) -> crate::error::Raised {
    let message = string(thread, &message);
    thread.raise_with_arguments(thread.vm().exceptions.key_error, &[message])
}

/// This module provides access to the Unix password database.
/// It is available on all Unix versions.
#[py_module(name = "pwd")]
pub mod pwd {
    use super::*;

    #[class]
    use super::StructPasswd;

    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function]
    fn getpwuid(thread: &Thread, uidobj: i64) -> PyResult<Value> {
        // SAFETY: the entry lives until the next call; it is copied before.
        match u32::try_from(uidobj).ok().and_then(|uid| unsafe { libc::getpwuid(uid).as_ref() }) {
            Some(entry) => password_entry(thread, entry),
            None => Err(not_found(thread, format!("getpwuid(): uid not found: {uidobj}"))),
        }
    }

    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function]
    fn getpwnam(thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        let c_name = c_name(thread, name)?;
        // SAFETY: a C string; the entry is copied before the next call.
        match unsafe { libc::getpwnam(c_name.as_ptr()).as_ref() } {
            Some(entry) => password_entry(thread, entry),
            None => {
                let shown = crate::modules::support::repr(thread, name.value())?;
                Err(not_found(thread, format!("getpwnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[function]
    fn getpwall(thread: &Thread) -> PyResult<Gc<List>> {
        let list = List::new(thread, &[]);
        // SAFETY: each entry is copied before the next call.
        unsafe {
            libc::setpwent();
            while let Some(entry) = libc::getpwent().as_ref() {
                list.push(thread, password_entry(thread, entry)?)?;
            }
            libc::endpwent();
        }
        Ok(list)
    }
}

/// Access to the Unix group database.
#[py_module(name = "grp")]
pub mod grp {
    use super::*;

    #[class]
    use super::StructGroup;

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[function(signature = "(id)")]
    fn getgrgid(thread: &Thread, id: i64) -> PyResult<Value> {
        // SAFETY: the entry lives until the next call; it is copied before.
        match u32::try_from(id).ok().and_then(|gid| unsafe { libc::getgrgid(gid).as_ref() }) {
            Some(entry) => group_entry(thread, entry),
            None => Err(not_found(thread, format!("getgrgid(): gid not found: {id}"))),
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[function(signature = "(name)")]
    fn getgrnam(thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        let c_name = c_name(thread, name)?;
        // SAFETY: a C string; the entry is copied before the next call.
        match unsafe { libc::getgrnam(c_name.as_ptr()).as_ref() } {
            Some(entry) => group_entry(thread, entry),
            None => {
                let shown = crate::modules::support::repr(thread, name.value())?;
                Err(not_found(thread, format!("getgrnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    #[function]
    fn getgrall(thread: &Thread) -> PyResult<Gc<List>> {
        let list = List::new(thread, &[]);
        // SAFETY: each entry is copied before the next call.
        unsafe {
            libc::setgrent();
            while let Some(entry) = libc::getgrent().as_ref() {
                list.push(thread, group_entry(thread, entry)?)?;
            }
            libc::endgrent();
        }
        Ok(list)
    }
}
