# functools.
import functools
from functools import *


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


print(reduce(lambda a, b: a * b, range(1, 6)), reduce(lambda a, b: a + b, "abc", ">"), reduce(max, [3, 1, 4]), reduce(lambda a, b: a, [], "init"))
check(lambda: reduce(lambda a, b: a, []))
check(lambda: reduce(5, [1, 2]))
p = partial(print, "a", sep="-")
p("b", "c")
p("b", sep="+")
q = partial(partial(max, 5), 10)
print(q(1), q.func is max, q.args, q.keywords, partial(int, base=16)("ff"), partial(lambda *a, **k: (a, k), 1, x=2)(3, y=4))
check(lambda: partial())
check(lambda: partial(5))
check(lambda: partial(len)(1, 2))
sub = partial(lambda a, b: a - b, Placeholder, 1) if hasattr(functools, "Placeholder") else None
print(sub(10))


class K:
    def m(self, a, b=0):
        return a, b

    pm = partialmethod(m, 5)
    pk = partialmethod(m, b=9)

    @cached_property
    def slow(self):
        print("computed")
        return 42

    @singledispatchmethod
    def kind(self, v):
        return "other"

    @kind.register
    def _(self, v: int):
        return "int"

    @kind.register(str)
    def _(self, v):
        return "str"


k = K()
print(k.pm(), k.pm(b=2), k.pk(1), k.slow, k.slow, vars(k), k.kind(1), k.kind("a"), k.kind(1.5))
del k.slow
print(k.slow)
calls = []


@lru_cache(maxsize=2)
def f(x, y=0):
    calls.append((x, y))
    return x * 10 + y


print(f(1), f(1), f(2), f(3), f(1), f(1, y=0), f.cache_info(), calls)
f.cache_clear()
print(f.cache_info(), f.__wrapped__(5), f.cache_parameters())


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(100), fib.cache_info())


@lru_cache(typed=True)
def typed(x):
    return type(x).__name__


print(typed(1), typed(1.0), typed(True), typed.cache_info().currsize)
check(lambda: f([]))
check(lambda: lru_cache(maxsize="a"))


@total_ordering
class V:
    def __init__(self, n):
        self.n = n

    def __eq__(self, o):
        return self.n == o.n

    def __lt__(self, o):
        return self.n < o.n


print(V(1) <= V(1), V(2) > V(1), V(1) >= V(2), V(1) != V(2))
check(lambda: total_ordering(type("Bad", (), {})))


@singledispatch
def show(v):
    return "object"


@show.register
def _(v: list):
    return "list of " + ",".join(map(show, v))


@show.register(int)
@show.register(float)
def _(v):
    return "number"


print(show([1, "a", 2.5, []]), show(True), show.dispatch(bool) is show.registry[int], show(None))


def deco(fn):
    @wraps(fn)
    def inner(*a):
        return fn(*a)
    return inner


@deco
def named(x: int):
    "the doc"
    return x


print(named.__name__, named.__doc__, named.__wrapped__(3), named.__qualname__, WRAPPER_ASSIGNMENTS)
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)), max([1, 5, 2], key=cmp_to_key(lambda a, b: a - b)))
check(lambda: sorted([1, 2], key=cmp_to_key(lambda a, b: "x")))
