# datetime and the deterministic half of time and calendar.
from datetime import date, time, datetime, timedelta, timezone
import calendar
import time as t


def check(f, *a, **k):
    try:
        print(f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


d = date(2024, 2, 29)
print(d, repr(d), d.year, d.weekday(), d.isoweekday(), d.isocalendar(), d.toordinal(), date.fromordinal(738945), d.isoformat(), d.strftime("%Y/%m/%d %a %A %b %B %j %U %w %%"), d.replace(year=2020), d + timedelta(days=1), d - date(2024, 1, 1), d < date(2024, 3, 1), date.fromisoformat("2024-12-25"), d.timetuple()[:3], date.min, date.max, hash(d) == hash(date(2024, 2, 29)), d.ctime(), f"{d:%d.%m.%y}")
dt = datetime(2024, 5, 17, 13, 45, 30, 123456)
print(dt, repr(dt), dt.date(), dt.time(), dt.isoformat(), dt.isoformat(" ", "seconds"), dt.strftime("%H:%M:%S.%f %I %p %y"), dt.replace(hour=0, microsecond=0), dt + timedelta(hours=36, seconds=0.5), dt - timedelta(weeks=1), dt - datetime(2024, 1, 1), datetime.combine(d, time(1, 2)), datetime.fromisoformat("2024-01-02T03:04:05.678+02:00"), datetime.strptime("21/11/06 16:30", "%d/%m/%y %H:%M"), dt.timetuple().tm_yday, datetime(2024, 1, 1) == datetime(2024, 1, 1), dt.toordinal(), f"{dt:%Y}", str(datetime(2024, 1, 1)))
utc = timezone.utc
east = timezone(timedelta(hours=5, minutes=30))
aware = datetime(2024, 1, 1, 12, 0, tzinfo=utc)
print(aware, aware.astimezone(east), aware.timestamp(), datetime.fromtimestamp(0, utc), aware.utcoffset(), east, timezone(timedelta(hours=-3), "BRT").tzname(None), aware == aware.astimezone(east), aware.isoformat(), repr(aware), aware.strftime("%z %Z"), datetime.fromtimestamp(1700000000.5, utc))
td = timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5, microseconds=6)
print(td, repr(td), td.days, td.seconds, td.microseconds, td.total_seconds(), -td, abs(-td), td * 2, td / 2, td // timedelta(hours=1), td % timedelta(hours=1), td + timedelta(1), td > timedelta(0), timedelta(seconds=90), timedelta(-1), timedelta(microseconds=-1), timedelta(0) == timedelta(), bool(timedelta()), divmod(td, timedelta(hours=5)), td / timedelta(days=1), timedelta.max, sum([timedelta(1), timedelta(2)], timedelta()), timedelta(days=1.5), timedelta(weeks=1, hours=-1))
x = time(13, 5, 9)
print(x, repr(x), x.isoformat(), x.strftime("%H-%M"), x.replace(minute=0), x < time(14), time.fromisoformat("04:05:06"), time(1, 2, 3, 4), time.min, time.max, bool(time()), x.hour, time(0, 0, tzinfo=utc))
check(date, 2023, 2, 29)
check(date, 0, 1, 1)
check(date, 2023, 13, 1)
check(date, "a", 1, 1)
check(datetime, 2024, 1, 1, 25)
check(time, 24)
check(lambda: date(2024, 1, 1) + 5)
check(lambda: date(2024, 1, 1) < 5)
check(lambda: dt - aware)
check(lambda: dt < aware)
check(lambda: dt == aware)
check(lambda: date.max + timedelta(1))
check(date.fromisoformat, "nope")
check(datetime.strptime, "x", "%Y")
check(datetime.strptime, "2024-01-01 x", "%Y-%m-%d")
check(timezone, timedelta(hours=25))
check(timedelta, days=10**10)
check(lambda: td / 0)
check(timedelta, "a")
days = [date(2024, 1, 1) + timedelta(days=i * 37) for i in range(10)]
print([str(x) for x in days], sorted(days, reverse=True)[0], max(days) - min(days), [x.strftime("%a") for x in days], sum((b - a).days for a, b in zip(days, days[1:])))
print(calendar.isleap(2024), calendar.monthrange(2024, 2), calendar.month_name[3], calendar.day_abbr[0], calendar.leapdays(2000, 2025), calendar.weekday(2024, 5, 17))
print(calendar.month(2024, 2))
g = t.gmtime(86400 * 365)
print(g.tm_year, g.tm_mon, g.tm_mday, g[3], t.strftime("%Y-%m-%d %H:%M:%S", g), tuple(g)[:6], t.asctime(g), calendar.timegm(g), t.strptime("2001-02-03", "%Y-%m-%d").tm_yday, g)
a = t.perf_counter()
b = t.perf_counter()
print(b >= a, t.time() > 1.6e9, isinstance(t.time_ns(), int), t.monotonic() <= t.monotonic(), t.process_time() >= 0, isinstance(t.perf_counter_ns(), int), t.sleep(0))
check(t.sleep, -1)
check(t.sleep, "a")
