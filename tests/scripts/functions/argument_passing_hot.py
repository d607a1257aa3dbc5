# Calls of every form in hot loops: positional, keyword, defaults, star, mixed, wrong.
def f(a, b=2, *args, c=3, **kw):
    return a + b * 10 + c * 100 + len(args) * 1000 + len(kw) * 10000


def positional(n):
    t = 0
    for i in range(n):
        t += f(i)
        t += f(i, 1)
        t += f(i, 1, 2, 3)
    return t


def keywords(n):
    t = 0
    for i in range(n):
        t += f(a=i)
        t += f(i, c=1, b=0)
        t += f(b=1, a=i, c=2, z=5, y=6)
    return t


def starred(n):
    t = 0
    args = [1, 2, 3]
    kw = {"c": 5, "x": 1}
    for i in range(n):
        t += f(*args)
        t += f(i, *args, **kw)
        t += f(*(i,), *args[:1], **{})
        args[0] = i % 5
    return t


def wrong(n):
    e = 0
    for i in range(n):
        try:
            if i % 4 == 0:
                f()
            elif i % 4 == 1:
                f(1, a=2)
            elif i % 4 == 2:
                f(1, **{"c": 1}, **{"c": 2})
            else:
                f(*5)
        except TypeError as x:
            e += len(str(x))
    return e


def defaults(n):
    def g(x, y=[], z=None):
        if z is None:
            y.append(x)
        return len(y)
    return sum(g(i) if i % 3 else g(i, [], 1) for i in range(n))


class K:
    def __init__(self, v=1, *, w=2):
        self.v, self.w = v, w

    def m(self, a, b=5, *r, k=6):
        return self.v + a + b + len(r) + k

    @classmethod
    def cm(cls, x, y=1):
        return cls(x, w=y).m(1)

    @staticmethod
    def sm(x, *, y=3):
        return x * y

    def __call__(self, *a, **k):
        return len(a) + 2 * len(k) + self.v


def methods(n):
    k = K(2)
    t = 0
    for i in range(n):
        t += k.m(i) + k.m(i, 1) + k.m(i, k=0) + k.m(1, 2, 3, 4)
        t += K.cm(i) + K.sm(i, y=2) + k.sm(1) + k() + k(1, 2, z=3)
        t += K(i).v + K(w=i).w + K(i, w=1).m(b=1, a=2)
        t += K.m(k, 1)
    return t


def closures(n):
    def make(a, b=1):
        def inner(c, d=a):
            return a + b + c + d
        return inner
    g, h = make(1), make(2.5, b=0)
    t = 0
    for i in range(n):
        t += g(i) + h(i) + h(i, d=0)
    return t


def apply(fn, *args, **kw):
    return fn(*args, **kw)


def higher(n):
    t = 0
    for i in range(n):
        t += apply(f, i) + apply(f, i, b=1) + apply(max, i, 5) + apply(K(1).m, 2, k=i) + apply(lambda *a: len(a), *range(i % 4))
    return t


def recursion(n):
    def fact(k, acc=1):
        return acc if k < 2 else fact(k - 1, acc=acc * k)

    def hanoi(k, *, a="a", b="b", c="c"):
        return 0 if k == 0 else hanoi(k - 1, b=c, c=b) + 1 + hanoi(k - 1, a=b, b=a)
    return [fact(n), hanoi(8)]


def builtins_called(n):
    t = 0
    for i in range(n):
        t += max(i, 3) + max([i, 4]) + max(1, i, key=lambda v: -v) + min(i, 2, 7) + sum([i, 1], 5) + int("12", base=5) + len(str(i)) + abs(-i) + round(i / 3) + pow(i, 2, 7) + divmod(i, 4)[1] + ord(chr(65 + i % 26)) + len(sorted([3, 1, i], reverse=True)) + isinstance(i, int) + len(list(zip(range(3), "ab"))) + int(float("1.5")) + hash(i) % 3 + len(dict(a=1, b=i)) + len(print.__name__)
    return t


print(positional(1500), keywords(1500), starred(1500), wrong(1200), defaults(900), methods(1000), closures(1500), higher(800), recursion(25), builtins_called(400))
