# sys.settrace and sys.setprofile: which events come, with which lines and arguments.
import sys

log = []


def tracer(frame, event, arg):
    if frame.f_code.co_filename != __file__:
        return None
    if event == "exception":
        arg = (arg[0].__name__, str(arg[1]), type(arg[2]).__name__)
    elif not isinstance(arg, (int, str, list, tuple, type(None))):
        arg = type(arg).__name__
    log.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, arg))
    return tracer


def show(name, function, *arguments):
    log.clear()
    sys.settrace(tracer)
    try:
        result = function(*arguments)
    except Exception as e:
        result = type(e).__name__ + ": " + str(e)
    finally:
        sys.settrace(None)
    print("==", name, "->", result)
    for entry in log:
        if entry[1] != "show":
            print("  ", *entry)


def straight(a):
    b = a + 1
    c = b * 2
    pass
    return c


def branches(a):
    if a > 1:
        b = 1
    elif a:
        b = 2
    else:
        b = 3
    x = 1 if b > 1 else 0
    if not a:
        return x
    return b


def loops(n):
    total = 0
    for i in range(n):
        if i == 1:
            continue
        total += i
    else:
        total += 100
    while total > 100:
        total -= 1
        if total == 101:
            break
    while True:
        total += 1
        break
    return total


def one_line_loops(n):
    for i in range(n): n += i
    while n > 3: n -= 1
    return [x for x in range(n)]


def handlers(kind):
    try:
        if kind == 1:
            raise ValueError("one")
        if kind == 2:
            inner_raise()
        if kind == 3:
            return "early"
    except ValueError as e:
        r = str(e)
    except (KeyError, TypeError):
        r = "other"
    else:
        r = "none"
    finally:
        done = True
    return r


def inner_raise():
    {}["key"]


def not_handled():
    try:
        inner_raise()
    finally:
        x = 1


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return exc[0] is ZeroDivisionError


def with_statement(fails):
    with Manager() as m, Manager():
        if fails:
            1 / 0
        x = 1
    return "after"


def generator(n):
    for i in range(n):
        got = yield i
    return "done"


def use_generator():
    g = generator(2)
    total = sum(g)
    g = generator(3)
    next(g)
    try:
        g.throw(KeyError("thrown"))
    except KeyError:
        pass
    g = generator(1)
    next(g)
    g.close()
    return total


def delegating():
    r = yield from generator(1)
    return r


def classes():
    class Inner(list):
        """doc"""
        x = 1

        def method(self):
            return self.x

    return Inner().method()


def calls():
    f = lambda x: x + 1
    return list(map(f, [1, 2])) + sorted(
        [2, 1],
        key=f,
    )


def matching(x):
    match x:
        case 1:
            return "one"
        case [a, b] if a:
            return "pair"
        case _:
            pass
    return "other"


def nested():
    a = 1

    def inner():
        nonlocal a
        a += 1
        return a

    return inner() + inner()


def asserting():
    assert True
    assert 1 == 2, "message"


async def sleepy():
    return 1


async def awaiting():
    x = await sleepy()
    async with AsyncManager():
        x += 1
    return x


class AsyncManager:
    async def __aenter__(self):
        pass

    async def __aexit__(self, *exc):
        pass


def run_coroutine():
    try:
        awaiting().send(None)
    except StopIteration as e:
        return e.value


for item in [(straight, 1), (branches, 0), (branches, 1), (branches, 5), (loops, 3), (one_line_loops, 2), (handlers, 0),
             (handlers, 1), (handlers, 2), (handlers, 3), (not_handled,), (with_statement, False), (with_statement, True),
             (use_generator,), (classes,), (calls,), (matching, 1), (matching, [1, 2]), (matching, 3), (nested,),
             (asserting,), (run_coroutine,)]:
    show(item[0].__name__, *item)
show("delegating", lambda: list(delegating()))
show("exec", lambda: exec(compile("x = 1\nfor i in 'ab':\n    y = i\n", __file__, "exec"), {}))

# Errors in the trace function, None from it, f_trace, f_trace_lines, f_trace_opcodes, nested use.
def failing(frame, event, arg):
    if event == "line":
        raise RuntimeError("from the tracer")
    return failing


sys.settrace(failing)
try:
    straight(1)
except RuntimeError as e:
    print(e, sys.gettrace())
events = []


def calls_only(frame, event, arg):
    events.append((event, frame.f_code.co_name))


sys.settrace(calls_only)
straight(1)
branches(1)
sys.settrace(None)
print(events)
events.clear()


def without_lines(frame, event, arg):
    frame.f_trace_lines = False
    events.append((event, frame.f_code.co_name, frame.f_trace_lines, frame.f_trace_opcodes))
    return without_lines


sys.settrace(without_lines)
branches(1)
sys.settrace(None)
print(events)
opcodes = []


def with_opcodes(frame, event, arg):
    frame.f_trace_opcodes = True
    opcodes.append(event)
    return with_opcodes


sys.settrace(with_opcodes)
branches(1)
sys.settrace(None)
print(opcodes.count("opcode") > 3, opcodes[0], opcodes[-1])


def late():
    sys._getframe().f_trace = tracer
    sys.settrace(tracer)
    x = 1
    y = 2
    sys.settrace(None)
    z = 3


log.clear()
late()
print([entry[:3] for entry in log])


def caller():
    callee()
    after = 1
    return after


def callee():
    sys._getframe().f_back.f_trace = tracer
    sys.settrace(tracer)


log.clear()
caller()
sys.settrace(None)
print([entry[:3] for entry in log])

# Profiling.
profile = []


def profiler(frame, event, arg):
    name = arg.__name__ if event.startswith("c_") else arg
    profile.append((event, frame.f_code.co_name, name))


def work(a):
    b = len(a)
    a.append(b)
    "x".join(map(str, a))
    try:
        int("x")
    except ValueError:
        pass
    sorted(a, key=lambda v: -v)
    return max(a, default=3)


sys.setprofile(profiler)
work([1, 2])
sum(generator(1))
sys.setprofile(None)
for entry in profile:
    print(*entry)
print(sys.getprofile())


def failing_profiler(frame, event, arg):
    raise KeyError(event)


try:
    sys.setprofile(failing_profiler)
    work([])
except KeyError as e:
    print("KeyError", e, sys.getprofile())

# call_tracing traces inside of a trace function.
seen = []


def outer(frame, event, arg):
    if frame.f_code.co_name == "straight" and event == "call":
        sys.settrace(outer)
        seen.append(sys.call_tracing(branches, (1,)))
    seen.append((event, frame.f_code.co_name))


sys.settrace(outer)
straight(1)
sys.settrace(None)
print(seen)
