# time: what can be said without saying what time it is.
import time
a, b = time.time(), time.time()
print(b >= a, isinstance(a, float), isinstance(time.time_ns(), int), abs(time.time_ns() / 1e9 - time.time()) < 5)
a, b = time.perf_counter(), time.perf_counter()
print(b >= a, time.perf_counter_ns() > 0, time.monotonic() <= time.monotonic(), time.monotonic_ns() > 0, time.process_time() >= 0, time.process_time_ns() >= 0)
t = time.perf_counter()
time.sleep(0.02)
print(time.perf_counter() - t >= 0.02, time.sleep(0) is None)
g = time.gmtime(0)
print(g, g.tm_year, g[1], len(g), tuple(g), g.tm_zone, g.tm_gmtoff, g == time.gmtime(0), g < time.gmtime(1), time.gmtime(86400 * 59)[:3], time.gmtime(951782400)[:8], time.gmtime(-1)[:6])
print(time.strftime("%Y-%m-%d %H:%M:%S %j %a %b %p %y %%", g), time.asctime(g), time.strftime("", g) == "", time.strptime("2024-02-29 13:05", "%Y-%m-%d %H:%M")[:7], time.strptime("Jan 5 99", "%b %d %y").tm_year)
for f in (lambda: time.sleep(-1), lambda: time.sleep("a"), lambda: time.gmtime("x"), lambda: time.strftime(5), lambda: time.strptime("x", "%Y"), lambda: time.asctime((1, 2)), lambda: time.struct_time((1,)), lambda: time.nope):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
s = time.struct_time((2024, 5, 6, 7, 8, 9, 0, 127, -1))
print(s, s.tm_mon, s[-1], time.struct_time(range(9)) == tuple(range(9)))
print(time.get_clock_info("monotonic").monotonic, isinstance(time.timezone, int), len(time.tzname), time.localtime(1e9).tm_year, time.mktime(time.localtime(1e9)) == 1e9)


def timed(n):
    start = time.perf_counter()
    t = 0
    for i in range(n):
        t += i
        if i % 1000 == 0:
            t += time.perf_counter() >= start
    return t


print(timed(3000))
