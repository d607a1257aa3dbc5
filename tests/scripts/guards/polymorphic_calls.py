# One call site, many callees: functions, methods, classes, builtins, bound methods, callables, defaults, keywords.
def f1(x):
    return x + 1


def f2(x, y=5):
    return x + y


def f3(*args):
    return len(args)


def f4(x, **kw):
    return x * 2


f5 = lambda x: -x


class Callable:
    def __call__(self, x):
        return x * 3

    def method(self, x):
        return x + 7

    @staticmethod
    def stat(x):
        return x + 11

    @classmethod
    def cls(cls, x):
        return x + 13


class Num:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        return self.v + (o.v if isinstance(o, Num) else o)

    __radd__ = __add__


obj = Callable()
targets = [f1, f2, f3, f4, f5, obj, obj.method, Callable.stat, Callable.cls, abs, int, float, str, Num, len.__class__ and (lambda x: x), bool, obj.stat, max.__call__ and f1]


def site(n, count):
    t = 0
    for i in range(n):
        r = targets[i % count](i)
        if isinstance(r, str):
            r = len(r)
        elif isinstance(r, Num):
            r = r.v
        t += r
    return t


for count in (1, 2, 3, 4, 5, 8, len(targets)):
    print(count, site(2000, count))


class Shape:
    def __init__(self, k):
        self.k = k

    def area(self):
        return 0


def make_class(i):
    return type(f"S{i}", (Shape,), {"area": lambda self: self.k * (i + 1)})


classes = [make_class(i) for i in range(8)]


def areas(n, count):
    objs = [classes[i % count](i) for i in range(16)]
    t = 0
    for i in range(n):
        t += objs[i % 16].area()
    return t


print([areas(2000, c) for c in (1, 2, 4, 8)])


def call_kw(n):
    def g(a, b=2, *, c=3):
        return a * 100 + b * 10 + c
    t = 0
    for i in range(n):
        t += g(1) if i % 4 == 0 else g(1, b=5) if i % 4 == 1 else g(b=1, a=2, c=0) if i % 4 == 2 else g(*(1, 2), **{"c": 9})
    return t


print(call_kw(3000))


def spread(n):
    def h(*a, **k):
        return len(a) + len(k) * 10
    t = 0
    args = [(), (1,), (1, 2), [1, 2, 3], range(4)]
    kws = [{}, {"x": 1}, {"x": 1, "y": 2}]
    for i in range(n):
        t += h(*args[i % 5], **kws[i % 3])
    return t


print(spread(3000))


def add_site(n):
    values = [1, 2.5, Num(3), True, 2**62]
    t = 0
    for i in range(n):
        a, b = values[i % (1 if i < 1000 else 5)], values[(i * 2) % (2 if i < 1500 else 5)]
        t = t + (a + b)
    return t


print(add_site(3000))


def construct(n):
    made = [list, tuple, set, dict, frozenset, bytes, str, int, float, bool]
    t = 0
    for i in range(n):
        v = made[i % len(made)]()
        t += 1 if not v else 100
    return t


print(construct(3000))


def wrong_calls(n):
    t = 0
    fs = [f1, f2, f3, lambda: 0, lambda a, b: 0]
    for i in range(n):
        try:
            t += fs[i % (1 if i < 1000 else 5)](i)
        except TypeError as e:
            t -= len(str(e))
    return t


print(wrong_calls(3000))


def recursion_poly(x):
    if isinstance(x, int):
        return x
    if isinstance(x, str):
        return len(x)
    if isinstance(x, dict):
        return sum(recursion_poly(v) for v in x.values())
    return sum(map(recursion_poly, x))


data = [1, "abc", [2, [3, ["x"] * 3]], {"k": [4, {"j": "yy"}]}, (5, (6, (7,)))]
print(recursion_poly(data), sum(recursion_poly(data) for _ in range(300)))


def gen_or_list(n):
    t = 0
    for i in range(n):
        src = [i, i + 1] if i % 3 == 0 else (i, i) if i % 3 == 1 else (v for v in (i, 1))
        t += sum(src)
    return t


print(gen_or_list(2000))


class Base:
    def go(self, n):
        return n if n <= 0 else self.step(n - 1) + 1


class L(Base):
    def step(self, n):
        return R().go(n)


class R(Base):
    def step(self, n):
        return L().go(n - 1)


print([L().go(k) for k in (1, 5, 50, 100)])


def super_site(n):
    class A:
        def v(self):
            return 1

    class B(A):
        def v(self):
            return super().v() + 1

    class C(B):
        def v(self):
            return super().v() * 10
    objs = [A(), B(), C()]
    return sum(objs[i % 3].v() for i in range(n))


print(super_site(3000))


def bound_methods(n):
    l = []
    app = l.append
    up = "abc".upper
    t = 0
    for i in range(n):
        app(i)
        t += len(up())
        m = obj.method
        t += m(i)
    return t, len(l)


print(bound_methods(2000))
