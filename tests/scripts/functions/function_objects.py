# Functions as objects: attributes, equality, binding, code objects, partial application, callable instances.
def f(a, b=1, *c, d=2, **e):
    "doc of f"
    x = a
    return x


print(f.__name__, f.__qualname__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__module__, f.__dict__, f.__closure__, f.__code__.co_name, f.__code__.co_argcount, f.__code__.co_varnames, f.__code__.co_flags & 12, f.__globals__ is globals(), f.__annotations__, f.__type_params__)
f.tag = "t"
f.__name__ = "renamed"
f.__doc__ = None
print(f.tag, f.__name__, f.__qualname__, f.__doc__, repr(f).split(" at ")[0], vars(f))
del f.tag
for bad in ("f.__name__ = 5", "f.__code__ = 5", "f.__defaults__ = 5", "del f.__name__", "f.nope", "f.__globals__ = {}", "del f.zip", "f.__dict__ = 5", "f.__closure__ = ()"):
    try:
        exec(bad)
        print("ok", bad)
    except Exception as e:
        print(bad, "->", type(e).__name__ + ":", e)


def g1(x):
    return x + 1


def g2(x):
    return x * 100


old = g1.__code__
g1.__code__ = g2.__code__
print(g1(5))
g1.__code__ = old
print(g1(5), f == f, f != g1, g1 == g2, hash(f) == hash(f), {f: "as key"}[f], f is f)


class K:
    def m(self, x=0):
        return (self.name, x)

    def __init__(self, name):
        self.name = name

    def __call__(self, *a, **k):
        return self.name, a, k

    @classmethod
    def c(cls):
        return cls

    @staticmethod
    def s():
        return "static"


a, b = K("a"), K("b")
m = a.m
print(m(1), m.__self__ is a, m.__func__ is K.m, a.m == a.m, a.m is a.m, a.m == b.m, hash(a.m) == hash(a.m), m.__name__, m.__qualname__, K.m(b, 2), K.c() is K, a.c() is K, K.c.__self__ is K, a.s(), K.s(), K.__dict__["s"].__func__(), a(1, k=2), callable(a))
print(repr(m).split(" at ")[0], repr(K.c).split(" at ")[0], repr(K.m).split(" at ")[0], type(K.__dict__["m"]).__name__, type(K.__dict__["c"]).__name__, type(a.m).__name__)
a.own = lambda *args: args
print(a.own(1), a.own())
K.added = lambda self: self.name + "!"
print(a.added(), b.added())
K.m = lambda self, x=0: "patched"
print(a.m(), m(5))
a.__call__ = lambda: "instance call is not used"
print(a())
try:
    m.attr = 1
except AttributeError as e:
    print("AttributeError:", e)
bound = g1.__get__(5)
print(bound(), type(bound).__name__, bound.__self__)
print(list(map(a, [1, 2])), sorted([3, 1], key=lambda v, K=K: -v), (lambda: a)()("x"), [fn(3) for fn in (g1, g2, str, float, K, abs)][:4])
table = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y, "max": max, "pow": pow}
print({k: fn(2, 5) for k, fn in table.items()})
from functools import partial
p = partial(f, 1, d=9)
print(p(), p.func is f, p.args, p.keywords, partial(p, b=3).keywords, partial(int, base=2)("101"))
import types
h = types.FunctionType(g2.__code__, {}, "made")
print(h(3), h.__name__, isinstance(f, types.FunctionType), isinstance(len, types.BuiltinFunctionType), isinstance(a.added, types.MethodType), types.MethodType(g2, 4)())


def outer():
    """o"""
    def inner():
        """i"""
    return inner


print(outer().__doc__, outer.__code__.co_consts is not None, outer.__code__.co_firstlineno > 0, [c.co_name for c in outer.__code__.co_consts if hasattr(c, "co_name")])
