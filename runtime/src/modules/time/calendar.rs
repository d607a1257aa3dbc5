//! Calendar times: between seconds, `struct_time` and text.
//!
//! What lives here: [`CalendarTime`] and the local time zone. Start at [`CalendarTime`].
#![allow(unsafe_code)] // Conversions by the C library, which knows the time zones.

use super::STRUCT_TIME;
use crate::dispatch::{attr, number};
use crate::error::PyResult;
use crate::modules::support;
use crate::native::PyClass;
use crate::thread::Thread;
use crate::types::int;
use crate::types::str::Str;
use crate::types::struct_sequence;
use crate::types::tuple::Tuple;
use crate::types::type_object::Type;
use crate::value::Value;
use std::ffi::{CStr, CString, c_char};
use std::mem::MaybeUninit;

// SAFETY: signatures of POSIX; `strftime` writes at most `size` bytes, `tzset` nothing of ours.
unsafe extern "C" {
    fn strftime(buffer: *mut c_char, size: usize, format: *const c_char, time: *const libc::tm) -> usize;
    safe fn tzset();
}

/// A broken-down time in C's terms, with the name of its zone.
pub struct CalendarTime {
    fields: libc::tm,
    zone: Option<CString>,
}

/// Makes the C library read the time zone again.
pub fn read_zone() {
    tzset();
}

fn convert(
    thread: &Thread,
    seconds: i64,
    function: unsafe extern "C" fn(*const libc::time_t, *mut libc::tm) -> *mut libc::tm,
) -> PyResult<CalendarTime> {
    let mut fields = MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: both pointers are valid; the call fills the struct or returns null.
    if unsafe { function(&raw const seconds, fields.as_mut_ptr()) }.is_null() {
        return Err(match support::last_errno() {
            libc::EOVERFLOW | 0 => support::raise_errno(thread, libc::EOVERFLOW, None),
            errno => support::raise_errno(thread, errno, None),
        });
    }
    // SAFETY: filled, as the call did not fail.
    let fields = unsafe { fields.assume_init() };
    let zone = match fields.tm_zone.is_null() {
        true => None,
        // SAFETY: the C library keeps the names of its zones.
        false => Some(unsafe { CStr::from_ptr(fields.tm_zone) }.to_owned()),
    };
    Ok(CalendarTime { fields, zone })
}

/// The time in UTC.
pub fn utc(thread: &Thread, seconds: i64) -> PyResult<CalendarTime> {
    convert(thread, seconds, libc::gmtime_r)
}

/// The time in the local zone.
pub fn local(thread: &Thread, seconds: i64) -> PyResult<CalendarTime> {
    convert(thread, seconds, libc::localtime_r)
}

/// The local time zone.
pub struct Zone {
    /// Seconds west of UTC, without and with summer time.
    pub offset: i64,
    pub summer_offset: i64,
    pub name: String,
    pub summer_name: String,
}

impl Zone {
    /// The zone of the current year: its times in January and July tell the two halves apart.
    pub fn current(thread: &Thread) -> PyResult<Zone> {
        const YEAR: i64 = (365 * 24 + 6) * 3600;
        let now = super::clock::whole_seconds(thread, None)?;
        let year_start = now / YEAR * YEAR;
        let describe = |seconds| -> PyResult<(i64, String)> {
            let time = local(thread, seconds)?;
            let name =
                time.zone.as_ref().map(|zone| zone.to_string_lossy().into_owned()).unwrap_or_else(|| "   ".to_owned());
            Ok((-time.fields.tm_gmtoff, name))
        };
        let (january, january_name) = describe(year_start)?;
        let (july, july_name) = describe(year_start + YEAR / 2)?;
        // South of the equator July is winter, whose offset is the larger one to the west.
        Ok(if january < july {
            Zone { offset: july, summer_offset: january, name: july_name, summer_name: january_name }
        } else {
            Zone { offset: january, summer_offset: july, name: january_name, summer_name: july_name }
        })
    }
}

impl CalendarTime {
    /// The time of a tuple of nine ints or a struct_time; `function` is named in messages.
    pub fn from_argument(thread: &Thread, value: Value, function: &str) -> PyResult<CalendarTime> {
        let Some(tuple) = value.cast::<Tuple>() else {
            return Err(thread.raise_type_error("Tuple or struct_time argument required"));
        };
        if tuple.len() != 9 {
            return Err(thread.raise_type_error(format!("{function}(): illegal time tuple argument")));
        }
        let mut numbers = [0i32; 9];
        for (slot, &item) in numbers.iter_mut().zip(tuple.items()) {
            *slot = c_int(thread, item)?;
        }
        let [year, month, day, hour, minute, second, weekday, day_of_year, summer] = numbers;
        let Some(year) = year.checked_sub(1900) else {
            return Err(thread.raise_overflow_error("year out of range"));
        };
        // SAFETY: all fields are numbers or a pointer that may be null.
        let mut fields: libc::tm = unsafe { MaybeUninit::zeroed().assume_init() };
        fields.tm_year = year;
        fields.tm_mon = month.wrapping_sub(1);
        fields.tm_mday = day;
        fields.tm_hour = hour;
        fields.tm_min = minute;
        fields.tm_sec = second;
        fields.tm_wday = weekday.wrapping_add(1) % 7;
        fields.tm_yday = day_of_year.wrapping_sub(1);
        fields.tm_isdst = summer;
        let mut zone = None;
        if thread.class_of(value) == Type::of_spec(thread, super::StructTime::SPEC) {
            let offset = attr::get(thread, value, support::intern(thread, "tm_gmtoff"))?;
            if !offset.is_none() {
                fields.tm_gmtoff = number::index_c_long(thread, offset)?;
            }
            let name = attr::get(thread, value, support::intern(thread, "tm_zone"))?;
            zone = name.cast::<Str>().and_then(|name| CString::new(name.to_string_lossy(thread)).ok());
        }
        Ok(CalendarTime { fields, zone })
    }

    /// The time with fields that may be given as 0 made 1, all others checked.
    pub fn checked(mut self, thread: &Thread) -> PyResult<CalendarTime> {
        let fields = &mut self.fields;
        if fields.tm_mon == -1 {
            fields.tm_mon = 0;
        }
        if fields.tm_mday == 0 {
            fields.tm_mday = 1;
        }
        if fields.tm_yday == -1 {
            fields.tm_yday = 0;
        }
        let checks = [
            (0, fields.tm_mon, 11, "month"),
            (1, fields.tm_mday, 31, "day of month"),
            (0, fields.tm_hour, 23, "hour"),
            (0, fields.tm_min, 59, "minute"),
            (0, fields.tm_sec, 61, "seconds"),
            (0, fields.tm_wday, 6, "day of week"),
            (0, fields.tm_yday, 365, "day of year"),
        ];
        for (least, number, most, what) in checks {
            if !(least..=most).contains(&number) {
                return Err(thread.raise_value_error(format!("{what} out of range")));
            }
        }
        fields.tm_isdst = fields.tm_isdst.clamp(-1, 1);
        Ok(self)
    }

    /// The `struct_time`.
    pub fn to_value(&self, thread: &Thread) -> Value {
        let fields = &self.fields;
        let numbers = [
            i64::from(fields.tm_year) + 1900,
            i64::from(fields.tm_mon) + 1,
            i64::from(fields.tm_mday),
            i64::from(fields.tm_hour),
            i64::from(fields.tm_min),
            i64::from(fields.tm_sec),
            // Monday is 0 in Python, Sunday in C.
            i64::from(fields.tm_wday + 6) % 7,
            i64::from(fields.tm_yday) + 1,
            i64::from(fields.tm_isdst),
        ];
        let zone = match &self.zone {
            Some(zone) => support::string(thread, &zone.to_string_lossy()),
            None => Value::NONE,
        };
        let offset = int::from_i64(thread, fields.tm_gmtoff);
        struct_sequence::make(thread, &STRUCT_TIME, &numbers.map(Value::small_wrapping), &[zone, offset])
    }

    /// Seconds since the epoch, the fields being local time.
    pub fn to_seconds(mut self, thread: &Thread) -> PyResult<f64> {
        // -1 is also a valid result; only a failure leaves the day of the week alone.
        self.fields.tm_wday = -1;
        // SAFETY: the struct is valid and stays ours.
        let seconds = unsafe { libc::mktime(&raw mut self.fields) };
        if seconds == -1 && self.fields.tm_wday == -1 {
            return Err(thread.raise_overflow_error("mktime argument out of range"));
        }
        Ok(seconds as f64)
    }

    /// The text of `asctime`.
    pub fn to_text(&self) -> String {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let fields = &self.fields;
        format!(
            "{} {}{:3} {:02}:{:02}:{:02} {}",
            DAYS[fields.tm_wday as usize],
            MONTHS[fields.tm_mon as usize],
            fields.tm_mday,
            fields.tm_hour,
            fields.tm_min,
            fields.tm_sec,
            i64::from(fields.tm_year) + 1900
        )
    }

    /// Formats by the C library. Text beyond ASCII and NUL characters stay as they are.
    pub fn format(&self, thread: &Thread, format: &[u8]) -> PyResult<Vec<u8>> {
        let mut fields = self.fields;
        if let Some(zone) = &self.zone {
            fields.tm_zone = zone.as_ptr().cast_mut();
        } else if fields.tm_zone.is_null() && fields.tm_isdst >= 0 {
            // SAFETY: the names of the zone, set by `tzset`, last as long as the process.
            fields.tm_zone = unsafe { tzname[usize::from(fields.tm_isdst > 0)] };
        }
        let mut result = Vec::new();
        for piece in format.chunk_by(|&a, &b| is_plain(a) == is_plain(b)) {
            if is_plain(piece[0]) {
                result.extend(self.format_piece(thread, &fields, piece)?);
            } else {
                result.extend_from_slice(piece);
            }
        }
        Ok(result)
    }

    fn format_piece(&self, thread: &Thread, fields: &libc::tm, piece: &[u8]) -> PyResult<Vec<u8>> {
        let Ok(format) = CString::new(piece) else {
            unreachable!("pieces hold no NUL");
        };
        let mut size = 1024;
        loop {
            let mut buffer = vec![0u8; size];
            // SAFETY: the buffer has `size` bytes; format and fields are only read.
            let length = unsafe { strftime(buffer.as_mut_ptr().cast(), size, format.as_ptr(), fields) };
            // Zero is a buffer too small, or an empty result: no conversion is 256 times as long as its format.
            if length > 0 || size >= 256 * piece.len() {
                buffer.truncate(length);
                return Ok(buffer);
            }
            size = match size.checked_mul(2) {
                Some(size) => size,
                None => return Err(thread.raise_memory_error("")),
            };
        }
    }
}

// SAFETY: POSIX has this variable: the names of the local zone without and with summer time.
unsafe extern "C" {
    static tzname: [*mut c_char; 2];
}

/// Bytes that go through `strftime`.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii() && byte != 0
}

/// An int that fits C's.
fn c_int(thread: &Thread, value: Value) -> PyResult<i32> {
    let number = number::index_ref(thread, value)?;
    match number.to_i64().map(i32::try_from) {
        Some(Ok(number)) => Ok(number),
        _ if number.is_negative() => Err(thread.raise_overflow_error("signed integer is less than minimum")),
        _ => Err(thread.raise_overflow_error("signed integer is greater than maximum")),
    }
}
