//! The module `time`.
//!
//! What lives here: Python's functions; clocks are read in `time/clock.rs`, calendar times are converted in
//! `time/calendar.rs`. Start at [`functions`].

pub mod calendar;
pub mod clock;

pub use functions::MODULE;

use crate::struct_sequence;

struct_sequence! {
    /// Marks the class of `time.struct_time`.
    StructTime, STRUCT_TIME, "struct_time", "time", false,
    "A calendar time, as gmtime(), localtime() and strptime() return it and asctime(), mktime() and strftime()\n\
     take it: a sequence of nine ints. Unlike in C, tm_year is the year, tm_mon is 1 in January, tm_wday is 0 on\n\
     Monday and tm_yday is 1 on the first of January.";
    items 9 {
        0 "tm_year" "year, for example, 1993";
        1 "tm_mon" "month of year, range [1, 12]";
        2 "tm_mday" "day of month, range [1, 31]";
        3 "tm_hour" "hours, range [0, 23]";
        4 "tm_min" "minutes, range [0, 59]";
        5 "tm_sec" "seconds, range [0, 61])";
        6 "tm_wday" "day of week, range [0, 6], Monday is 0";
        7 "tm_yday" "day of year, range [1, 366]";
        8 "tm_isdst" "1 if summer time is in effect, 0 if not, and -1 if unknown";
    }
    hidden { "tm_zone" "tm_gmtoff" }
}

/// Clocks, sleeping, and conversion of times.
///
/// A time is the number of seconds since the epoch, January 1, 1970, 00:00:00
/// (UTC), as a float, or a struct_time of year, month, day and so on.
#[taipan_macros::py_module(name = "time")]
pub mod functions {
    use super::calendar;
    use super::clock;
    use crate::error::PyResult;
    use crate::modules::support;
    use crate::object::Gc;
    use crate::thread::Thread;
    use crate::types::float;
    use crate::types::int;
    use crate::types::module::Module;
    use crate::types::namespace::SimpleNamespace;
    use crate::types::str::Str;
    use crate::types::tuple::Tuple;
    use crate::value::Value;

    #[class]
    use super::StructTime;

    #[constant]
    const CLOCK_REALTIME: i64 = libc::CLOCK_REALTIME as i64;
    #[constant]
    const CLOCK_MONOTONIC: i64 = libc::CLOCK_MONOTONIC as i64;
    #[constant]
    const CLOCK_MONOTONIC_RAW: i64 = libc::CLOCK_MONOTONIC_RAW as i64;
    #[constant]
    const CLOCK_PROCESS_CPUTIME_ID: i64 = libc::CLOCK_PROCESS_CPUTIME_ID as i64;
    #[constant]
    const CLOCK_THREAD_CPUTIME_ID: i64 = libc::CLOCK_THREAD_CPUTIME_ID as i64;
    #[constant]
    const CLOCK_BOOTTIME: i64 = libc::CLOCK_BOOTTIME as i64;
    #[constant]
    const CLOCK_TAI: i64 = libc::CLOCK_TAI as i64;
    #[constant]
    const _STRUCT_TM_ITEMS: i64 = 11;

    // ---- clocks ----

    fn seconds(thread: &Thread, id: libc::clockid_t) -> PyResult<f64> {
        Ok(clock::to_seconds(clock::read(thread, id)?))
    }

    /// Seconds since the epoch.
    #[function]
    fn time(thread: &Thread) -> PyResult<f64> {
        seconds(thread, libc::CLOCK_REALTIME)
    }

    /// Nanoseconds since the epoch.
    #[function]
    fn time_ns(thread: &Thread) -> PyResult<i64> {
        clock::read(thread, libc::CLOCK_REALTIME)
    }

    /// A clock that never goes backwards, in seconds.
    #[function]
    fn monotonic(thread: &Thread) -> PyResult<f64> {
        seconds(thread, libc::CLOCK_MONOTONIC)
    }

    /// A clock that never goes backwards, in nanoseconds.
    #[function]
    fn monotonic_ns(thread: &Thread) -> PyResult<i64> {
        clock::read(thread, libc::CLOCK_MONOTONIC)
    }

    /// The clock for measuring short times, in seconds.
    #[function]
    fn perf_counter(thread: &Thread) -> PyResult<f64> {
        seconds(thread, libc::CLOCK_MONOTONIC)
    }

    /// The clock for measuring short times, in nanoseconds.
    #[function]
    fn perf_counter_ns(thread: &Thread) -> PyResult<i64> {
        clock::read(thread, libc::CLOCK_MONOTONIC)
    }

    /// Processor time of this process, in seconds.
    #[function]
    fn process_time(thread: &Thread) -> PyResult<f64> {
        seconds(thread, libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// Processor time of this process, in nanoseconds.
    #[function]
    fn process_time_ns(thread: &Thread) -> PyResult<i64> {
        clock::read(thread, libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    /// Processor time of this thread, in seconds.
    #[function]
    fn thread_time(thread: &Thread) -> PyResult<f64> {
        seconds(thread, libc::CLOCK_THREAD_CPUTIME_ID)
    }

    /// Processor time of this thread, in nanoseconds.
    #[function]
    fn thread_time_ns(thread: &Thread) -> PyResult<i64> {
        clock::read(thread, libc::CLOCK_THREAD_CPUTIME_ID)
    }

    /// The time of clock clk_id, in seconds.
    #[function]
    fn clock_gettime(thread: &Thread, clk_id: Value) -> PyResult<f64> {
        seconds(thread, clock::id_of(thread, clk_id)?)
    }

    /// The time of clock clk_id, in nanoseconds.
    #[function]
    fn clock_gettime_ns(thread: &Thread, clk_id: Value) -> PyResult<i64> {
        clock::read(thread, clock::id_of(thread, clk_id)?)
    }

    /// The resolution of clock clk_id, in seconds.
    #[function]
    fn clock_getres(thread: &Thread, clk_id: Value) -> PyResult<f64> {
        Ok(clock::to_seconds(clock::resolution(thread, clock::id_of(thread, clk_id)?)?))
    }

    /// Sets clock clk_id to a time in seconds.
    #[function]
    fn clock_settime(thread: &Thread, clk_id: Value, time: Value) -> PyResult<()> {
        let id = clock::id_of(thread, clk_id)?;
        let nanoseconds = clock::nanoseconds_of(thread, time, clock::Rounding::Floor)?;
        clock::set(thread, id, nanoseconds)
    }

    /// Sets clock clk_id to a time in nanoseconds.
    #[function]
    fn clock_settime_ns(thread: &Thread, clk_id: Value, time: i64) -> PyResult<()> {
        clock::set(thread, clock::id_of(thread, clk_id)?, time)
    }

    /// The clock of a thread's processor time.
    #[function]
    fn pthread_getcpuclockid(thread: &Thread, thread_id: u64) -> PyResult<i64> {
        clock::of_thread(thread, thread_id)
    }

    /// What is known of a clock: 'time', 'monotonic', 'perf_counter', 'process_time' or 'thread_time'.
    #[function]
    fn get_clock_info(thread: &Thread, name: Gc<Str>) -> PyResult<Value> {
        let (id, source, monotonic, adjustable) = match &*name.to_str_lossy(thread) {
            "time" => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", false, true),
            "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true, false),
            "process_time" => (libc::CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID", true, false),
            "thread_time" => (libc::CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID", true, false),
            _ => return Err(thread.raise_value_error("unknown clock")),
        };
        let resolution = float::from_f64(thread, clock::to_seconds(clock::resolution(thread, id)?));
        let implementation = support::string(thread, &format!("clock_gettime({source})"));
        Ok(SimpleNamespace::make(
            thread,
            &[
                ("implementation", implementation),
                ("monotonic", Value::from_bool(monotonic)),
                ("adjustable", Value::from_bool(adjustable)),
                ("resolution", resolution),
            ],
        ))
    }

    /// Waits for so many seconds.
    #[function]
    fn sleep(thread: &Thread, seconds: Value) -> PyResult<()> {
        let nanoseconds = clock::nanoseconds_of(thread, seconds, clock::Rounding::Ceiling)?;
        if nanoseconds < 0 {
            return Err(thread.raise_value_error("sleep length must be non-negative"));
        }
        clock::sleep(thread, nanoseconds)
    }

    // ---- calendar times ----

    /// The time in UTC of so many seconds since the epoch, now if none are given.
    #[function(signature = "(seconds=None, /)", style = "keywords")]
    fn gmtime(thread: &Thread, seconds: Option<Value>) -> PyResult<Value> {
        let calendar = calendar::utc(thread, clock::whole_seconds(thread, seconds)?)?;
        Ok(calendar.to_value(thread))
    }

    /// The local time of so many seconds since the epoch, now if none are given.
    #[function(signature = "(seconds=None, /)", style = "keywords")]
    fn localtime(thread: &Thread, seconds: Option<Value>) -> PyResult<Value> {
        let calendar = calendar::local(thread, clock::whole_seconds(thread, seconds)?)?;
        Ok(calendar.to_value(thread))
    }

    /// Seconds since the epoch of a local time.
    #[function]
    fn mktime(thread: &Thread, seconds: Value) -> PyResult<f64> {
        calendar::CalendarTime::from_argument(thread, seconds, "mktime")?.to_seconds(thread)
    }

    /// A time as text: 'Sat Jun 06 16:26:11 1998'.
    #[function(signature = "(tuple=<unrepresentable>, /)")]
    fn asctime(thread: &Thread, tuple: Option<Value>) -> PyResult<String> {
        let calendar = match tuple {
            Some(tuple) => calendar::CalendarTime::from_argument(thread, tuple, "asctime")?,
            None => calendar::local(thread, clock::whole_seconds(thread, None)?)?,
        };
        Ok(calendar.checked(thread)?.to_text())
    }

    /// The local time of so many seconds since the epoch as text.
    #[function(signature = "(seconds=None, /)", style = "keywords")]
    fn ctime(thread: &Thread, seconds: Option<Value>) -> PyResult<String> {
        Ok(calendar::local(thread, clock::whole_seconds(thread, seconds)?)?.to_text())
    }

    /// A time formatted by the conversions of C: '%Y-%m-%d %H:%M:%S'.
    #[function(signature = "(format, tuple=<unrepresentable>, /)")]
    fn strftime(thread: &Thread, format: Gc<Str>, tuple: Option<Value>) -> PyResult<Gc<Str>> {
        let calendar = match tuple {
            Some(tuple) => calendar::CalendarTime::from_argument(thread, tuple, "strftime")?,
            None => calendar::local(thread, clock::whole_seconds(thread, None)?)?,
        };
        let text = calendar.checked(thread)?.format(thread, format.as_bytes(thread))?;
        Ok(Str::from_wtf8_bytes_unchecked(thread, &text))
    }

    /// Reads a time by a format as strftime takes it.
    #[function(signature = "(string, format=<unrepresentable>, /)")]
    fn strptime(thread: &Thread, arguments: crate::native::Arguments<'_>) -> PyResult<Value> {
        let module = crate::modules::import::import_name(thread, "_strptime")?;
        let function = support::get(thread, module, "_strptime_time")?;
        crate::dispatch::call::call_with(thread, function, arguments)
    }

    /// Reads the time zone from the environment variable TZ again.
    #[function]
    fn tzset(thread: &Thread) -> PyResult<()> {
        calendar::read_zone();
        let modules = thread.vm().modules();
        match modules.get_str(thread, support::intern(thread, "time")).and_then(|module| module.cast::<Module>()) {
            Some(module) => set_zone(thread, module),
            None => Ok(()),
        }
    }

    /// Sets `timezone`, `altzone`, `daylight` and `tzname`.
    fn set_zone(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        let zone = calendar::Zone::current(thread)?;
        module.set(thread, "timezone", int::from_i64(thread, zone.offset));
        module.set(thread, "altzone", int::from_i64(thread, zone.summer_offset));
        module.set(thread, "daylight", Value::small_wrapping(i64::from(zone.offset != zone.summer_offset)));
        let name = support::string(thread, &zone.name);
        let summer_name = support::string(thread, &zone.summer_name);
        module.set(thread, "tzname", Tuple::new(thread, &[name, summer_name]).value());
        Ok(())
    }

    #[init]
    fn init(thread: &Thread, module: Gc<Module>) -> PyResult<()> {
        calendar::read_zone();
        set_zone(thread, module)
    }
}
