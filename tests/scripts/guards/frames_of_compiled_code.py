# What functions that look at their callers see of callers that are compiled, inlined or entered in a loop.
import sys


def names(depth=1):
    frame, out = sys._getframe(depth), []
    while frame is not None:
        out.append((frame.f_code.co_name, frame.f_lineno))
        frame = None if out[-1][0] == "<module>" else frame.f_back
    return out


def leaf(n):
    return n + 1 if n % 50 else names()


def middle(n):
    return leaf(n)


def outer(n):
    seen = []
    for i in range(1, n):
        r = middle(i)
        if r.__class__ is list and r not in seen:
            seen.append(r)
    return seen


print(outer(400))


def recursive(n):
    if n == 0:
        return names()
    return recursive(n - 1)


for k in range(40):
    last = recursive(6)
print(last)


class Calls:
    def __getattr__(self, name):
        return [entry[0] for entry in names()]

    def __lt__(self, other):
        order.append([entry[0] for entry in names()])
        return False


def attribute(c):
    return c.missing


def through_attribute(n):
    c, seen = Calls(), []
    for i in range(n):
        got = attribute(c)
        if got not in seen:
            seen.append(got)
    return seen


print(through_attribute(300))
order = []


def through_sort(n):
    c = [Calls(), Calls()]
    for i in range(n):
        sorted(c)
    return [x for i, x in enumerate(order) if x not in order[:i]]


print(through_sort(300))


def keyed(n):
    return sorted(range(n), key=lambda v: (names()[0][0], -v))[:2]


for k in range(40):
    last = keyed(3)
print(last)


def make(i):
    class Local:
        pass

    return Local.__module__, Local.__qualname__


print({make(i) for i in range(300)})


def generator(n):
    for i in range(n):
        yield names()[1][0]


def consume(n):
    return {name for name in generator(n)}


def consume_in_loop(n):
    t = set()
    for name in generator(n):
        t.add(name)
    return t


for k in range(40):
    last = consume(3), consume_in_loop(3)
print(last)


def failing(n):
    if n == 17:
        raise ValueError([entry[0] for entry in names()])
    return n


def handles(n):
    out = []
    for i in range(n):
        try:
            failing(i % 20)
        except ValueError as error:
            tb, lines = error.__traceback__, []
            while tb:
                lines.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
                tb = tb.tb_next
            if (error.args[0], lines) not in out:
                out.append((error.args[0], lines))
    return out


print(handles(500))


def lines(n):
    seen = set()
    for i in range(n):
        seen.add(names()[0][1])
        if i % 2:
            seen.add(
                names()[0][1],
            )
    return sorted(seen)


print(lines(400))
