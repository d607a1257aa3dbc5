# Generators and iterators driven from hot loops, with sends, early exits, nesting and failures.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def squares(it):
    for x in it:
        yield x * x


def evens(it):
    for x in it:
        if x % 2 == 0:
            yield x


def total(n):
    t = 0
    for x in evens(squares(count(n))):
        t += x
    return t


def early(n):
    t = 0
    for i in range(n):
        for x in count(10):
            if x > i % 7:
                break
            t += x
        else:
            t += 1000
    return t


def sends(n):
    def acc():
        s = 0
        while True:
            v = yield s
            if v is None:
                v = 1
            s = s + v
    g = acc()
    next(g)
    for i in range(n):
        r = g.send(i if i % 5 else None)
        if i == n - 500:
            g.send(0.5)
    return r


def kinds_change(n):
    def g():
        for i in range(n):
            yield i if i < 1000 else i * 0.5 if i < 2000 else str(i) if i < 2500 else 2**62 + i
    t = 0
    for v in g():
        t = t + (len(v) if isinstance(v, str) else v)
    return t


def yield_from(n):
    def inner(k):
        for i in range(k):
            yield i
        return k

    def outer():
        t = 0
        for k in range(n):
            t += yield from inner(k % 5)
        yield ("total", t)
    s = 0
    for v in outer():
        if isinstance(v, tuple):
            return s, v
        s += v


def raising(n):
    def g():
        for i in range(n):
            if i % 100 == 99:
                raise ValueError(i)
            yield i
    t = 0
    try:
        for x in g():
            t += x
    except ValueError as e:
        t += e.args[0] * 1000
    c = 0
    for i in range(50):
        try:
            for x in g():
                c += 1
        except ValueError:
            c += 10000
    return t, c


def throwing(n):
    def g():
        c = 0
        while True:
            try:
                yield c
                c += 1
            except ValueError:
                c += 100
    it = g()
    t = next(it)
    for i in range(n):
        t += it.throw(ValueError) if i % 10 == 0 else next(it)
    return t


def genexprs(n):
    t = 0
    for i in range(n):
        t += sum(x * i for x in range(5) if x != i % 5)
        t += any(x > 3 for x in (i % 5, 2)) + all(x for x in (1, i % 3))
    return t


class It:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i


def user_iter(n):
    t = 0
    for x in It(n):
        t += x
    for i in range(n // 10):
        for x in It(i % 4):
            t += x
    return t


def zipped(n):
    t = 0
    for a, b, c in zip(count(n), It(n), (x for x in range(n))):
        t += a * b - c
    return t


def tree(n):
    def build(d):
        return None if d == 0 else (build(d - 1), d, build(d - 1))

    def walk(t):
        if t:
            yield from walk(t[0])
            yield t[1]
            yield from walk(t[2])
    root = build(n)
    return sum(walk(root)), sum(1 for _ in walk(root))


def fib_gen(n):
    def fib():
        a, b = 0, 1
        while True:
            yield a
            a, b = b, a + b
    for i, v in enumerate(fib()):
        if i == n:
            return v


def interleave(n):
    gs = [count(n), count(n * 2), squares(count(n))]
    t = 0
    live = list(gs)
    while live:
        for g in list(live):
            v = next(g, None)
            if v is None:
                live.remove(g)
            else:
                t += v
    return t


def closures_in_gen(n):
    def g():
        total = 0

        def add(x):
            nonlocal total
            total += x
            return total
        for i in range(n):
            yield add(i)
    return max(g())


def return_values(n):
    def g(k):
        yield k
        return k * 2

    def h():
        out = 0
        for i in range(n):
            out += yield from g(i)
        return out
    it = h()
    s = 0
    while True:
        try:
            s += next(it)
        except StopIteration as e:
            return s, e.value


print(total(3000), early(1000), sends(3000), kinds_change(3000), yield_from(500), raising(3000), throwing(3000))
print(genexprs(1000), user_iter(2000), zipped(1500), tree(9), fib_gen(100), interleave(500), closures_in_gen(2000), return_values(1000))
