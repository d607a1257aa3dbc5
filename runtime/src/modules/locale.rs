//! The module `_locale`: the C library's locale, with UTF-8 for text always.
//!
//! What lives here: `setlocale`, `localeconv`, collation. What must not: the names of locales (`locale.py`).
//! Start at [`locale`].
#![allow(unsafe_code)] // Calls of the C library.

use crate::error::PyResult;
use crate::modules::support::{filesystem_bytes, filesystem_string, intern};
use crate::object::Gc;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::type_object::Type;
use crate::value::Value;
use std::ffi::{CStr, CString};
use taipan_macros::py_module;

/// A C string argument.
fn c_string(thread: &Thread, text: Gc<Str>) -> PyResult<CString> {
    match CString::new(filesystem_bytes(thread, text)?) {
        Ok(text) => Ok(text),
        Err(_) => Err(thread.raise_value_error("embedded null character")),
    }
}

/// Text of the C library; empty for a null pointer.
fn text(thread: &Thread, pointer: *const libc::c_char) -> PyResult<Value> {
    if pointer.is_null() {
        return Ok(Str::empty(thread).value());
    }
    // SAFETY: the C library gives C strings.
    Ok(filesystem_string(thread, unsafe { CStr::from_ptr(pointer) }.to_bytes())?.value())
}

/// The numbers in a grouping string, ended by 0 as Python has them.
fn grouping(thread: &Thread, pointer: *const libc::c_char) -> PyResult<Value> {
    let list = List::empty(thread);
    if !pointer.is_null() {
        // SAFETY: the C library gives C strings.
        let bytes = unsafe { CStr::from_ptr(pointer) }.to_bytes();
        for &byte in bytes {
            list.push(thread, Value::small_wrapping(i64::from(byte)))?;
            if byte == libc::c_char::MAX as u8 {
                return Ok(list.value());
            }
        }
        if !bytes.is_empty() {
            list.push(thread, Value::small_wrapping(0))?;
        }
    }
    Ok(list.value())
}

/// The class `locale.Error`.
fn error_class(thread: &Thread) -> Gc<Type> {
    crate::modules::support::exception_class(thread, "locale", "Error", thread.vm().exceptions.exception)
}

/// Numbers that the module shows.
const NUMBERS: &[(&str, i32)] = &[
    ("LC_CTYPE", libc::LC_CTYPE),
    ("LC_NUMERIC", libc::LC_NUMERIC),
    ("LC_TIME", libc::LC_TIME),
    ("LC_COLLATE", libc::LC_COLLATE),
    ("LC_MONETARY", libc::LC_MONETARY),
    ("LC_MESSAGES", libc::LC_MESSAGES),
    ("LC_ALL", libc::LC_ALL),
    ("CHAR_MAX", i8::MAX as i32),
    ("CODESET", libc::CODESET),
    ("D_T_FMT", libc::D_T_FMT),
    ("D_FMT", libc::D_FMT),
    ("T_FMT", libc::T_FMT),
    ("T_FMT_AMPM", libc::T_FMT_AMPM),
    ("AM_STR", libc::AM_STR),
    ("PM_STR", libc::PM_STR),
    ("DAY_1", libc::DAY_1),
    ("DAY_2", libc::DAY_2),
    ("DAY_3", libc::DAY_3),
    ("DAY_4", libc::DAY_4),
    ("DAY_5", libc::DAY_5),
    ("DAY_6", libc::DAY_6),
    ("DAY_7", libc::DAY_7),
    ("ABDAY_1", libc::ABDAY_1),
    ("ABDAY_2", libc::ABDAY_2),
    ("ABDAY_3", libc::ABDAY_3),
    ("ABDAY_4", libc::ABDAY_4),
    ("ABDAY_5", libc::ABDAY_5),
    ("ABDAY_6", libc::ABDAY_6),
    ("ABDAY_7", libc::ABDAY_7),
    ("MON_1", libc::MON_1),
    ("ABMON_1", libc::ABMON_1),
    ("RADIXCHAR", libc::RADIXCHAR),
    ("THOUSEP", libc::THOUSEP),
    ("YESEXPR", libc::YESEXPR),
    ("NOEXPR", libc::NOEXPR),
    ("CRNCYSTR", libc::CRNCYSTR),
    ("ERA", libc::ERA),
];

/// Support for POSIX locales.
#[py_module(name = "_locale")]
pub mod locale {
    use super::*;
    use crate::types::module::Module;

    /// Activates/queries locale processing.
    #[function(signature = "(category, locale=None, /)")]
    fn setlocale(thread: &Thread, category: i32, locale: Option<Gc<Str>>) -> PyResult<Value> {
        let wanted = match locale {
            Some(locale) => Some(c_string(thread, locale)?),
            None => None,
        };
        let pointer = wanted.as_ref().map_or(std::ptr::null(), |wanted| wanted.as_ptr());
        // SAFETY: null or a C string; only the one thread that runs Python code changes the locale.
        let result = unsafe { libc::setlocale(category, pointer) };
        if result.is_null() {
            let message = if wanted.is_some() { "unsupported locale setting" } else { "locale query failed" };
            return Err(thread.raise_message(error_class(thread), message));
        }
        text(thread, result)
    }

    /// Returns numeric and monetary locale-specific parameters.
    #[function]
    fn localeconv(thread: &Thread) -> PyResult<Gc<Dict>> {
        let dict = Dict::new(thread);
        // SAFETY: the structure lives until the next call, which only this thread makes.
        let facts = unsafe { &*libc::localeconv() };
        for (name, pointer) in [
            ("decimal_point", facts.decimal_point),
            ("thousands_sep", facts.thousands_sep),
            ("int_curr_symbol", facts.int_curr_symbol),
            ("currency_symbol", facts.currency_symbol),
            ("mon_decimal_point", facts.mon_decimal_point),
            ("mon_thousands_sep", facts.mon_thousands_sep),
            ("positive_sign", facts.positive_sign),
            ("negative_sign", facts.negative_sign),
        ] {
            let value = text(thread, pointer)?;
            dict.insert_str(thread, intern(thread, name), value);
        }
        for (name, pointer) in [("grouping", facts.grouping), ("mon_grouping", facts.mon_grouping)] {
            let value = grouping(thread, pointer)?;
            dict.insert_str(thread, intern(thread, name), value);
        }
        for (name, number) in [
            ("int_frac_digits", facts.int_frac_digits),
            ("frac_digits", facts.frac_digits),
            ("p_cs_precedes", facts.p_cs_precedes),
            ("p_sep_by_space", facts.p_sep_by_space),
            ("n_cs_precedes", facts.n_cs_precedes),
            ("n_sep_by_space", facts.n_sep_by_space),
            ("p_sign_posn", facts.p_sign_posn),
            ("n_sign_posn", facts.n_sign_posn),
        ] {
            dict.insert_str(thread, intern(thread, name), Value::small_wrapping(i64::from(number)));
        }
        Ok(dict)
    }

    /// Compares two strings according to the locale.
    #[function]
    fn strcoll(thread: &Thread, string1: Gc<Str>, string2: Gc<Str>) -> PyResult<i32> {
        let (a, b) = (c_string(thread, string1)?, c_string(thread, string2)?);
        // SAFETY: both are C strings.
        Ok(unsafe { libc::strcoll(a.as_ptr(), b.as_ptr()) })
    }

    /// Return a string that can be used as a key for locale-aware comparisons.
    #[function]
    fn strxfrm(thread: &Thread, string: Gc<Str>) -> PyResult<Value> {
        let source = c_string(thread, string)?;
        // SAFETY: a C string, and no room: asks for the size.
        let size = unsafe { libc::strxfrm(std::ptr::null_mut(), source.as_ptr(), 0) };
        let mut key = vec![0u8; size + 1];
        // SAFETY: the room was asked for.
        unsafe { libc::strxfrm(key.as_mut_ptr().cast(), source.as_ptr(), key.len()) };
        key.truncate(size);
        // The key's bytes as code points: they compare alike, and are never decoded.
        let text: String = key.iter().map(|&byte| char::from(byte)).collect();
        Ok(Str::new(thread, &text).value())
    }

    /// Return the value for the locale information associated with key.
    #[function]
    fn nl_langinfo(thread: &Thread, key: i32) -> PyResult<Value> {
        // SAFETY: unknown keys give an empty string.
        text(thread, unsafe { libc::nl_langinfo(key) })
    }

    /// Get the current locale encoding.
    #[function]
    fn getencoding() -> &'static str {
        "UTF-8"
    }

    /// gettext(msg) -> string
    ///
    /// Return translation of msg.
    #[function]
    fn gettext(msg: Gc<Str>) -> Gc<Str> {
        msg
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        for &(name, number) in NUMBERS {
            module.set(thread, name, Value::small_wrapping(i64::from(number)));
        }
        module.set(thread, "Error", error_class(thread).value());
        Ok(())
    }
}
