# What the interpreter sees after leaving compiled code in the middle of an expression, a call or a nested frame.
class Trap:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        log.append(("add", self.v, o))
        return 1000

    def __radd__(self, o):
        log.append(("radd", o, self.v))
        return 2000

    def __bool__(self):
        log.append("bool")
        return True

    def __lt__(self, o):
        log.append(("lt", o))
        return False

    def __index__(self):
        log.append("index")
        return 1

    def __mul__(self, o):
        return 5

    __rmul__ = __mul__


log = []


def middle_of_expression(n, at):
    a = [1] * 10
    x, y, z = 1, 2, 3
    out = []
    for i in range(n):
        w = Trap(i) if i == at else i
        r = (x + y * z) + (w + (x - y)) * 2 + a[i % 10] * (z + w)
        if i == at or i == n - 1:
            out.append((i, r, x, y, z))
        x, y, z = y, z, (x + 1) % 100
    return out


def side_effects_once(n, at):
    calls = [0, 0, 0]

    def f(k, v):
        calls[k] += 1
        return v
    t = 0
    for i in range(n):
        v = 2**62 if i == at else "s" if i == at + 5 else 1
        try:
            t = f(0, 1) + f(1, v) + f(2, 2)
        except TypeError:
            pass
    return calls, t


def nested_inline(n, at):
    def a(x):
        y = x + 1
        return b(y) + y

    def b(x):
        z = x * 2
        return c(z) - z

    def c(x):
        w = x - 3
        return w + (0.5 if x == at * 2 + 2 else 0) if x != 4001 else None
    out = 0
    for i in range(n):
        out = out + a(i)
    return out


def comparison_chain(n, at):
    c = 0
    for i in range(n):
        v = Trap(0) if i == at else i
        if 0 <= i < n and v < n:
            c += 1
        if v:
            c += 2
    return c


def index_trap(n, at):
    a = [10, 20, 30]
    t = 0
    for i in range(n):
        k = Trap(1) if i == at else i % 3
        t += a[k]
    return t


def assign_partly(n, at):
    a = b = c = 0
    try:
        for i in range(n):
            a = i
            b = a + 1
            c = b // (i - at)
    except ZeroDivisionError:
        pass
    return a, b, c


def store_then_fail(n):
    a = [0] * 5
    d = {}
    for i in range(n):
        try:
            a[i % 6], d[i % 3] = i, a[i % 7]
        except IndexError:
            d["errors"] = d.get("errors", 0) + 1
    return a, d


def evaluation_order(n):
    seq = []

    def e(tag, v):
        if len(seq) < 40:
            seq.append(tag)
        return v
    d = {0: 0}
    for i in range(n):
        d[e("k", 0)] = e("l", i) + e("r", 1.5 if i == n - 1 else 1)
        d[e("k2", 0)] += e("v", 1)
    return d, seq


def frames(n):
    import sys

    def name():
        return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno - n_line

    def caller():
        return name()
    n_line = caller.__code__.co_firstlineno
    seen = set()
    for i in range(n):
        seen.add(caller())
    return sorted(seen)


def locals_in_loop(n):
    total = 0
    for i in range(n):
        half = i / 2
        if i % 1000 == 500:
            snap = locals()
            total += snap["i"] + snap["half"]
    return total, sorted(snap)


def exec_in_loop(n):
    x = 0
    ns = {"x": 0}
    for i in range(n):
        x += 1
        if i % 1000 == 0:
            exec("x += 10", ns)
            x += eval("x", ns)
    return x, ns["x"]


def while_state(n):
    i = j = k = 0
    s = ""
    f = 1.0
    while i < n:
        i += 1
        j = (j + i) % 1000
        k ^= j
        f = f * 1.001 if i % 3 else f / 1.001
        if i == n - 7:
            k = k + 2**62
        if i == n - 5:
            s = [k]
        if i == n - 3:
            f = int(f * 100)
        if isinstance(s, str) and len(s) < 20:
            s = s + str(i % 10)
    return i, j, k, s, f


print(middle_of_expression(3000, 2500), log)
log.clear()
print(side_effects_once(3000, 2000), nested_inline(3000, 1500), comparison_chain(3000, 2500), index_trap(3000, 2999), log)
print(assign_partly(3000, 2345), store_then_fail(3000))
print(evaluation_order(2000))
print(frames(2000), locals_in_loop(3000), exec_in_loop(3000), while_state(3000))
try:
    nested_inline(4010, -1)
except TypeError as e:
    print(e)
