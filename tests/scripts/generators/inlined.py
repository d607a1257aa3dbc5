# Loops over generators that nobody else sees, and builtins that consume generator expressions: every way in and out.
import sys
import traceback


def evens(n):
    for i in range(n):
        if i % 2 == 0:
            yield i


def two(a, b):
    yield a
    for i in range(3):
        yield b + i


def counting(start, *rest, step=1, **more):
    received = yield start
    assert received is None
    while start < 40:
        start += step + len(rest) + len(more)
        yield start
    return "ignored"


def plain(n):
    total = 0
    for x in evens(n):
        total += x
    return total


def breaking(n, stop):
    total = 0
    for x in evens(n):
        if x > stop:
            break
        if x == 2:
            continue
        total += x
    else:
        total = -total
    return total, x


def returning(n, at):
    for x in evens(n):
        for y in evens(x):
            if y == at:
                return x, y
    return None


def twice(k):
    out = []
    for x in two(k, k * 2):
        for y in two(x, 1.5):
            if y == 2.5:
                continue
            out.append((x, y))
    return out


def parameters(n):
    out = []
    for x in counting(n, 1, 2, step=3, other=4):
        out.append(x)
    return out


def filtered(n):
    s = 0
    for a in (i * 2 for i in range(n) if i % 3):
        s += a
    return s


def chained(n):
    s = 0
    for a in (i * 2 for i in (j + 1 for j in range(n) if j != 2)):
        s += a
        if a == 6:
            continue
        s -= 1
    return s


def pipeline(n):
    def odd(numbers):
        for number in numbers:
            if number % 2:
                yield number

    def pairs(numbers):
        waiting = None
        for number in numbers:
            if waiting is None:
                waiting = number
            else:
                yield waiting, number
                waiting = None

    total = 0
    for a, b in pairs(odd(range(n))):
        total = total * 3 + a * b
    return total


def captured(n):
    calls = []
    count = 0

    def numbers():
        nonlocal count
        for i in range(n):
            count += 1
            calls.append(lambda: i)
            yield i + count

    s = 0
    for x in numbers():
        count += 10
        s += x
    return s, count, [call() for call in calls]


def raising(n, at):
    def numbers():
        for i in range(n):
            yield 10 // (at - i)

    s = 0
    for x in numbers():
        s += x
    return s


def stopping(n, at):
    def numbers():
        for i in range(n):
            if i == at:
                raise StopIteration("early")
            yield i

    s = 0
    try:
        for x in numbers():
            s += x
    except RuntimeError as error:
        return s, repr(error), repr(error.__cause__)
    return s


def body_raises(n):
    s = 0
    for x in evens(n):
        try:
            s += 10 // (x - 4)
        except ZeroDivisionError:
            s += 1000
            continue
        finally:
            s += 7
        s += 1
    return s


def passes_out(n, at):
    seen = []
    try:
        for x in evens(n):
            for y in (x + k for k in range(2)):
                seen.append(12 // (at - y))
    except ZeroDivisionError as error:
        return seen, error.__traceback__.tb_next is None
    return seen


def doubled(values):
    out = []
    for x in (v + v for v in values):
        out.append(x)
    return out


def suspends(n):
    for x in evens(n):
        y = x + 1
        s = 0
        for z in (w * y for w in range(3)):
            s += z
        yield s
        for z in evens(3):
            s -= z
        yield s


def builtins(pool, indices, limit):
    return (
        tuple(pool[i] for i in indices),
        len(set(pool[i] + i for i in indices)),
        list(pool[i] for i in indices if i),
        any(pool[i] > limit for i in indices),
        all(pool[i] > limit for i in indices),
        tuple(x for x in set(y % 3 for y in list(z + 1 for z in indices))),
        any([] for i in indices),
        all("" for i in ()),
    )


def who(values):
    return tuple((sys._getframe().f_code.co_name, sys._getframe(1).f_code.co_name) + (v,) for v in values)


def callers(values):
    def name(depth):
        return sys._getframe(depth).f_code.co_name

    return list(name(1) + " " + name(2) for v in values)


def reversed_pairs(values):
    return any(1 // v for v in values)


def unhashable(values):
    return set([v] for v in values)


def escaping(n):
    numbers = evens(n)
    first = next(numbers)
    out = [first]
    for x in numbers:
        out.append(x)
    return out, next(numbers, "end")


def shared(n):
    numbers = evens(n)
    out = []
    for x in numbers:
        out.append((x, next(numbers, None)))
    return out


def kept(n):
    numbers = evens(n)
    for x in numbers:
        if x == 4:
            break
    return list(numbers)


def show(function, *arguments):
    try:
        return function(*arguments)
    except Exception:
        lines = traceback.format_exc().replace(__file__, "FILE").splitlines()
        return "\n".join(line for line in lines if line.strip("^~ "))


for r in range(310):
    loud = r in (0, 150, 309)
    rare = r % 50 == 0
    results = [
        plain(20),
        breaking(20, 7),
        breaking(6, 9),
        returning(12, r % 9),
        twice(r % 5),
        parameters(r % 7),
        filtered(10),
        chained(6),
        pipeline(12),
        captured(3),
        show(raising, 5, 3 if rare else 9),
        stopping(3, 2 if rare else 9),
        body_raises(10),
        passes_out(6, 3 if rare else 99),
        doubled([1, 2, r]),
        list(suspends(5)),
        builtins([3, 1, 2, 0], [2, 1, 3, 0][: r % 4 + 1], r % 3),
        callers([1, 2]),
        show(reversed_pairs, [0] if rare else [2]),
        show(unhashable, [1] if rare else []),
        escaping(5),
        shared(7),
        kept(9),
    ]
    if loud:
        for result in results:
            print(result)
print(who([1, 2]))

# Other types than those that were seen.
print(doubled(["a", "b"]), doubled([1.5]), doubled([1 << 62, 2]), doubled([True]), doubled(range(3)))
for r in range(60):
    doubled(["a", 1.5, r])
print(doubled(["a", 1.5, [1]]), plain(0), filtered(0), chained(0), builtins([5], [], 1))


# The loop's function is replaced by another, and the builtin by a function.
def evens(n):
    yield from "odd"


print(plain.__globals__["evens"] is evens, show(plain, 4).splitlines()[-1])
any = lambda values: sorted(values)
print(builtins([3, 1], [1, 0], 0)[3])
del any

# Deep recursion through generators that run inlined.


def deep(n):
    total = 0
    for x in (deep(n - 1) if n else 1 for i in range(1)):
        total += x
    return total


for r in range(200):
    deep(5)
print(deep(50))
try:
    deep(10**6)
except RecursionError as error:
    print(type(error).__name__)

# Tracing begins in the middle of a loop.
events = []


def trace(frame, event, argument):
    events.append((frame.f_code.co_name, event))
    return trace


def traced(n, at):
    total = 0
    for x in (i + 1 for i in range(n)):
        total += x
        if x == at:
            sys.settrace(trace)
    sys.settrace(None)
    return total


for r in range(310):
    traced(4, 9)
print(traced(4, 3), events)
