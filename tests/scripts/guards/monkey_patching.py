# Methods, dunders, functions and builtins replaced while their callers are hot.
class C:
    def f(self, x):
        return x + 1

    def __add__(self, o):
        return 1

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return i

    def __call__(self, x):
        return x

    def __eq__(self, o):
        return True

    __hash__ = None


def methods(n):
    c = C()
    t = 0
    for i in range(n):
        if i == 1000:
            C.f = lambda self, x: x + 100
        if i == 2000:
            c.f = lambda x: x + 1000
        if i == 2500:
            del c.f
        t += c.f(1)
    return t


def dunders(n):
    c = C()
    t = 0
    for i in range(n):
        if i == 1000:
            C.__add__ = lambda self, o: 50
            C.__len__ = lambda self: 4
        if i == 1500:
            C.__getitem__ = lambda self, i: -i
            C.__call__ = lambda self, x: x * 2
            C.__eq__ = lambda self, o: False
        t += c + 1
        t += len(c)
        t += c[i % 3]
        t += c(1)
        t += 7 if c == 5 else 0
    return t


print(methods(3000), dunders(3000))


def helper(x):
    return x + 1


def calls_helper(n):
    t = 0
    for i in range(n):
        if i == 1500:
            swap()
        t += helper(i)
    return t


def swap():
    global helper
    helper = lambda x: -x


print(calls_helper(3000))


def code_swap(n):
    def a(x):
        return x

    def b(x):
        return x * 10
    t = 0
    for i in range(n):
        if i == 2000:
            a.__code__ = b.__code__
        t += a(1)
    return t


print(code_swap(3000))


def default_swap(n):
    def a(x=1):
        return x
    t = 0
    for i in range(n):
        if i == 1000:
            a.__defaults__ = (5,)
        if i == 2000:
            a.__defaults__ = ("s",)
        r = a()
        t += r if isinstance(r, int) else 100
    return t


print(default_swap(3000))
LIMIT = 10


def globals_change(n):
    global LIMIT
    t = 0
    for i in range(n):
        if i == 1000:
            LIMIT = 2.5
        if i == 2000:
            LIMIT = 2**62
        if i == 2500:
            LIMIT = 1
        t += LIMIT
    return t


print(globals_change(3000))


def builtin_shadow(n):
    t = 0
    for i in range(n):
        if i == 1500:
            globals()["abs"] = lambda x: 7
        if i == 2500:
            del globals()["abs"]
        t += abs(-1)
    return t


print(builtin_shadow(3000))
import builtins


def builtins_patched(n):
    t = 0
    old = builtins.len
    for i in range(n):
        if i == 1000:
            builtins.len = lambda x: 50
        if i == 2000:
            builtins.len = old
        t += len("ab")
    return t


print(builtins_patched(3000))
import math


def module_attr(n):
    t = 0
    old = math.floor
    for i in range(n):
        if i == 1000:
            math.floor = lambda x: 100
        if i == 2000:
            math.floor = old
        t += math.floor(2.5)
    return t


print(module_attr(3000))


class Base:
    def v(self):
        return 1


class Child(Base):
    def w(self):
        return self.v()


def override_later(n):
    c = Child()
    t = 0
    for i in range(n):
        if i == 1000:
            Base.v = lambda self: 2
        if i == 2000:
            Child.v = lambda self: 30
        if i == 2500:
            del Child.v
        if i == 2800:
            Child.__bases__ = (type("Other", (), {"v": lambda self: 400}),)
        t += c.w()
    return t


print(override_later(3000))


class Prop:
    def __init__(self):
        self._x = 1

    @property
    def x(self):
        return self._x


def prop_change(n):
    p = Prop()
    t = 0
    for i in range(n):
        if i == 1000:
            Prop.x = property(lambda self: 5)
        if i == 2000:
            del Prop.x
            p.x = 9
        t += p.x
    return t


print(prop_change(3000))


def init_change(n):
    class K:
        def __init__(self, v):
            self.v = v
    t = 0
    for i in range(n):
        if i == 1000:
            K.__init__ = lambda self, v: setattr(self, "v", v * 2)
        if i == 2000:
            K.__new__ = lambda cls, v: object.__new__(cls)
        t += K(1).v
    return t


print(init_change(3000))


def closure_change(n):
    f = lambda x: x
    t = 0

    def change():
        nonlocal f
        f = lambda x: x + 1
    for i in range(n):
        if i == 1700:
            change()
        t += f(1)
    return t


print(closure_change(3000))


def getattr_added(n):
    class G:
        pass
    g = G()
    t = 0
    for i in range(n):
        if i == 1000:
            G.__getattr__ = lambda self, name: 5
        if i == 2000:
            G.__getattribute__ = lambda self, name: 50
        try:
            t += g.missing
        except AttributeError:
            t += 1
    return t


print(getattr_added(3000))
