# threading: starting, joining, locks, conditions, thread-local data, uncaught exceptions, daemons, hooks (oracle: CPython 3.13, checked against 3.14)
import _thread
import io
import os
import sys
import threading
import time


def section(name):
    print("==", name)


def run(*targets):
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return threads


section("start and join")
seen = []
thread = threading.Thread(target=lambda a, b=0: seen.append((a, b)), args=(1,), kwargs={"b": 2}, name="worker")
print(thread.name, thread.is_alive(), thread.ident, thread.daemon)
thread.start()
thread.join()
print(seen, thread.is_alive(), thread.ident is not None, thread.ident != threading.get_ident())
for action in (thread.start, threading.Thread().join):
    try:
        action()
    except RuntimeError as error:
        print(error)
try:
    threading.current_thread().join()
except RuntimeError as error:
    print(error)
print(threading.current_thread() is threading.main_thread(), threading.current_thread().name, threading.active_count())
print(threading.main_thread().ident == threading.get_ident(), threading.get_native_id() > 0)


class Counter(threading.Thread):
    def __init__(self, limit):
        super().__init__(name=f"counter-{limit}")
        self.limit, self.total = limit, 0

    def run(self):
        for i in range(self.limit):
            self.total += i


counters = [Counter(limit) for limit in (10, 1000, 50000)]
for counter in counters:
    counter.start()
for counter in counters:
    counter.join()
print([(counter.name, counter.total) for counter in counters])

section("what is one step")
numbers, table, total = [], {}, 0
lock = threading.Lock()


def append(kind):
    global total
    for i in range(3000):
        numbers.append(i)
        table[kind, i] = i
        with lock:
            total += 1


sys.setswitchinterval(1e-5)
run(*(lambda kind=kind: append(kind) for kind in range(4)))
sys.setswitchinterval(0.005)
print(len(numbers), len(table), total, sum(numbers), sys.getswitchinterval())

section("locks")
lock = _thread.allocate_lock()
print(lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01))
lock.release()
for action in (lock.release, lambda: lock.acquire(False, 1), lambda: lock.acquire(timeout=-2), lambda: lock.acquire(timeout=1e100)):
    try:
        action()
    except (RuntimeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
lock.acquire()
order = []


def late():
    with lock:
        order.append("late")


thread = threading.Thread(target=late)
thread.start()
time.sleep(0.02)
order.append("early")
lock.release()
thread.join()
print(order)

reentrant = threading.RLock()
print(reentrant.acquire(), reentrant.acquire(), reentrant._is_owned())
result = []
run(lambda: result.append(reentrant.acquire(blocking=False)), lambda: result.append(reentrant.acquire(timeout=0.01)))
print(result)


def release_other():
    try:
        reentrant.release()
    except RuntimeError as error:
        print(error)


run(release_other)
reentrant.release()
reentrant.release()
run(lambda: result.append(reentrant.acquire()) or reentrant.release())
print(result)
try:
    reentrant.release()
except RuntimeError as error:
    print(error)

section("conditions, events, semaphores, barriers")
items, condition = [], threading.Condition()


def producer():
    for i in range(100):
        with condition:
            items.append(i)
            condition.notify()


def consumer():
    taken = 0
    while taken < 50:
        with condition:
            condition.wait_for(lambda: items, timeout=30)
            items.pop()
            taken += 1


run(consumer, producer, consumer)
print(items)
with condition:
    print(condition.wait(0.01))
try:
    condition.notify()
except RuntimeError as error:
    print(error)

event = threading.Event()
print(event.wait(0.01), event.is_set())
threading.Timer(0.01, event.set).start()
print(event.wait(30), event.is_set())
cancelled = threading.Timer(60, print, ["never"])
cancelled.start()
cancelled.cancel()
cancelled.join()

semaphore, inside, most = threading.BoundedSemaphore(2), 0, 0


def limited():
    global inside, most
    with semaphore:
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.005)
        with lock:
            inside -= 1


run(*[limited] * 5)
print(most <= 2, inside)
try:
    semaphore.release()
except ValueError as error:
    print(error)

barrier, passed = threading.Barrier(3, action=lambda: passed.append("all there")), []
run(*[lambda: passed.append(barrier.wait())] * 3)
print(passed[0], sorted(passed[1:]))
broken = []


def wait_too_long():
    try:
        barrier.wait(0.01)
    except threading.BrokenBarrierError:
        broken.append(barrier.broken)


run(wait_too_long)
print(broken)

section("thread-local data")
local = threading.local()
local.value = "main"
views = []


def look():
    views.append(hasattr(local, "value"))
    local.value = threading.current_thread().name
    views.append(local.__dict__ == {"value": threading.current_thread().name})


run(look, look)
print(views, local.value, local.__dict__)


class Settings(threading.local):
    shared = "class"

    def __init__(self, start):
        self.items = [start]


settings = Settings(1)
settings.items.append(2)


def use():
    settings.items.append(3)
    views.append((settings.items, settings.shared))
    settings.shared = "mine"
    del settings.items
    views.append(sorted(vars(settings).items()))


views.clear()
run(use)
print(views, settings.items, settings.shared)
try:
    settings.__dict__ = {}
except AttributeError as error:
    print(error)
try:
    threading.local(1)
except TypeError as error:
    print(error)
try:
    local.missing
except AttributeError as error:
    print(error)

section("recursion")


def deep(n):
    return n and 1 + deep(n - 1)


class Nested:
    def __eq__(self, other):
        return Nested() == other


def recurse():
    print(deep(500))
    for action in (lambda: deep(10**6), lambda: Nested() == 1):
        try:
            action()
        except RecursionError as error:
            print(type(error).__name__, str(error).startswith("maximum recursion depth exceeded"))


run(recurse)

section("uncaught exceptions")
sys.stderr = io.StringIO()


def fail():
    raise ValueError("in a thread")


threading.Thread(target=fail, name="failing").start()
while threading.active_count() > 1:
    time.sleep(0.001)
text, sys.stderr = sys.stderr.getvalue(), sys.__stderr__
lines = text.splitlines()
print(lines[0], lines[1], lines[-1], sep="\n")
run(lambda: sys.exit(3), _thread.exit)
caught = []
threading.excepthook = lambda args: caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name[:6]))
run(fail)
threading.excepthook = threading.__excepthook__
print(caught)
arguments = threading.ExceptHookArgs([ValueError, ValueError("x"), None, None])
print(type(arguments).__name__, arguments.exc_type, len(arguments))
unraisable = []
sys.unraisablehook = lambda args: unraisable.append((args.exc_type.__name__, args.err_msg is not None))
_thread.start_new_thread(fail, ())
while not unraisable:
    time.sleep(0.001)
sys.unraisablehook = sys.__unraisablehook__
print(unraisable)
for arguments in ((1, ()), (fail, []), (fail, (), 1)):
    try:
        _thread.start_new_thread(*arguments)
    except TypeError as error:
        print(error)

section("looking at other threads")
ready, go = threading.Event(), threading.Event()


def outer():
    inner()


def inner():
    try:
        raise KeyError("handled")
    except KeyError:
        ready.set()
        go.wait()


thread = threading.Thread(target=outer, name="looked at")
thread.start()
ready.wait()
frame, names = sys._current_frames()[thread.ident], []
while frame is not None:
    names.append(frame.f_code.co_name)
    frame = frame.f_back
print([name for name in names if name in ("inner", "outer", "run")])
print(repr(sys._current_exceptions()[thread.ident]))
print([t.name for t in threading.enumerate()], sorted(sys._current_frames()) == sorted(t.ident for t in threading.enumerate()))
go.set()
thread.join()
print(repr(thread)[:20], repr(thread)[-1])

section("hooks for all threads")
calls = []


def profile(frame, event, argument):
    if event == "call" and frame.f_code.co_name.startswith("traced"):
        calls.append(frame.f_code.co_name)


def traced_one():
    traced_two()


def traced_two():
    pass


threading.setprofile(profile)
run(traced_one)
threading.setprofile(None)
run(traced_one)
print(calls, threading.getprofile())

section("stack size")
print(threading.stack_size(), threading.stack_size(1 << 20), threading.stack_size(0))
for size in (-1, 100):
    try:
        threading.stack_size(size)
    except ValueError as error:
        print(error)

section("generators and threads")
shared = (i for i in range(5))


seen = threading.Event()


def slow():
    ready.set()
    seen.wait()
    yield 1


generator = slow()
ready.clear()
complaints = []


def step():
    try:
        next(generator)
    except ValueError as error:
        complaints.append(str(error))


first = threading.Thread(target=step)
first.start()
ready.wait()
step()
seen.set()
first.join()
print(complaints)

section("the end")
thread = threading.Thread(target=time.sleep, args=(1000,), daemon=True)
thread.start()
print(thread.daemon, thread.is_alive())
try:
    thread.daemon = False
except RuntimeError as error:
    print(error)
threading.Thread(target=lambda: (time.sleep(0.05), print("not waited for by join, but by the end"))).start()


def spin():
    while True:
        pass


threading.Thread(target=spin, daemon=True).start()
print("main is done")
