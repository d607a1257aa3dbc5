# Decorators: order, arguments, on classes and methods, state, any expression.
def note(tag):
    print("evaluated", tag)

    def deco(fn):
        print("applied", tag, fn.__name__)

        def wrapper(*a, **k):
            print("enter", tag)
            r = fn(*a, **k)
            print("leave", tag)
            return r
        wrapper.__name__ = fn.__name__
        return wrapper
    return deco


@note("outer")
@note("inner")
def hello(name, punct="!"):
    return "hello " + name + punct


print(hello("bob"), hello("eve", punct="?"))


def count_calls(fn):
    def wrapper(*args):
        wrapper.calls += 1
        return fn(*args)
    wrapper.calls = 0
    return wrapper


@count_calls
def square(x):
    return x * x


print([square(i) for i in range(4)], square.calls)


class Cached:
    def __init__(self, fn):
        self.fn = fn
        self.cache = {}

    def __call__(self, *a):
        if a not in self.cache:
            self.cache[a] = self.fn(*a)
        return self.cache[a]

    def __get__(self, obj, cls):
        return lambda *a: self(obj, *a)


@Cached
def slow(n):
    print("computing", n)
    return n * 100


print(slow(1), slow(1), slow(2))


class Holder:
    factor = 3

    @Cached
    def times(self, n):
        print("method", n)
        return self.factor * n

    @staticmethod
    @count_calls
    def s(x):
        return x + 1

    @classmethod
    def c(cls, x):
        return cls.__name__, x

    @property
    def p(self):
        return "prop"

    @p.setter
    def p(self, v):
        print("set p", v)


h = Holder()
print(h.times(5), h.times(5), Holder.s(1), h.s(2), Holder.c(3), h.c(4), h.p)
h.p = 10


def add_repr(cls):
    cls.__repr__ = lambda self: f"<{cls.__name__} {vars(self)}>"
    return cls


def register(registry):
    def deco(cls):
        registry[cls.__name__] = cls
        return cls
    return deco


registry = {}


@register(registry)
@add_repr
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


print(Point(1, 2), list(registry), registry["Point"] is Point)
decorators = {"d": lambda f: lambda *a: ("dict", f(*a))}


@decorators["d"]
def one():
    return 1


@(lambda f: 5)
def five():
    pass


@[lambda f: f.__name__ * 2][0]
def name():
    pass


@(d := lambda f: f)
def walrus():
    return "w"


@note("x") if False else (lambda f: lambda: "ternary")
def cond():
    pass


print(one(), five, name, walrus(), cond())


def repeat(n):
    def deco(fn):
        def wrapper(*a, **k):
            return [fn(*a, **k) for _ in range(n)]
        return wrapper
    return deco


@repeat(3)
def hi(x, *, up=False):
    return x.upper() if up else x


print(hi("a"), hi("b", up=True))
import functools


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def doc_keeper(fn):
    @functools.wraps(fn)
    def wrapper(*a):
        """wrapper doc"""
        return fn(*a)
    return wrapper


@doc_keeper
def documented(x):
    """original doc"""
    return x


print(fib(60), fib.cache_info(), documented.__name__, documented.__doc__, documented.__wrapped__(7), documented(8))
try:
    @undefined_decorator
    def broken():
        pass
except NameError as e:
    print("NameError:", e)
try:
    @5
    def broken():
        pass
except TypeError as e:
    print("TypeError:", e)


class Meta(type):
    def __call__(cls, *a):
        print("meta call", cls.__name__, len(a))
        return super().__call__(*a)


class Deco(metaclass=Meta):
    def __init__(self, fn):
        self.fn = fn

    def __call__(self, *a):
        return self.fn(*a) + 1000


@Deco
def shifted(x):
    return x


print(shifted(5))
