# __getattr__, __getattribute__, __setattr__, __delattr__, __dir__, on instances, classes and modules.
class Fallback:
    real = "real"

    def __getattr__(self, name):
        if name.startswith("no_"):
            raise AttributeError(f"custom {name}")
        return name.upper()


f = Fallback()
f.own = 1
print(f.real, f.own, f.anything, getattr(f, "x"), hasattr(f, "no_x"), getattr(f, "no_x", "dflt"))


def check(fn):
    try:
        print(fn())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: f.no_way)
check(lambda: f + 1)
check(lambda: len(f))
check(lambda: Fallback.nope)


class Spy:
    def __init__(self):
        object.__setattr__(self, "log", [])

    def __getattribute__(self, name):
        if name != "log":
            object.__getattribute__(self, "log").append("get " + name)
        return object.__getattribute__(self, name)

    def __setattr__(self, name, v):
        self.log.append(f"set {name}")
        object.__setattr__(self, name, v)

    def __delattr__(self, name):
        self.log.append("del " + name)
        object.__delattr__(self, name)

    def method(self):
        return self.x


s = Spy()
s.x = 5
s.x += 1
print(s.method(), s.log)
s.log.clear()
del s.x
check(lambda: s.x)
check(lambda: hasattr(s, "q"))
check(lambda: delattr(s, "q"))
print(s.log)


class Both:
    def __getattribute__(self, name):
        if name == "a":
            return "from getattribute"
        raise AttributeError("refused " + name)

    def __getattr__(self, name):
        return "fallback for " + name


print(Both().a, Both().b, repr(Both())[:17])


class Frozen:
    def __init__(self):
        self.__dict__["v"] = 1

    def __setattr__(self, n, v):
        raise AttributeError(f"frozen: {n}")

    __delattr__ = lambda self, n: print("not deleting", n)


z = Frozen()
check(lambda: setattr(z, "v", 2))
del z.v
print(z.v)
def assign():
    z.w = 3
check(assign)


class Proxy:
    def __init__(self, target):
        object.__setattr__(self, "_t", target)

    def __getattr__(self, n):
        return getattr(self._t, n)

    def __setattr__(self, n, v):
        setattr(self._t, n, v)

    def __len__(self):
        return len(self._t)


class Target(list):
    pass


t = Target()
p = Proxy(t)
p.append(1)
p.colour = "red"
print(t, t.colour, p.colour, len(p), p.count(1))
check(lambda: p[0])
check(lambda: p.nope)


class Dyn:
    def __init__(self):
        self.n = 0

    def __getattr__(self, name):
        self.n += 1
        setattr(self, name, self.n)
        return self.n


d = Dyn()
print(d.a, d.b, d.a, d.c, vars(d))


class Meta(type):
    def __getattr__(cls, n):
        return f"meta {n}"

    def __setattr__(cls, n, v):
        print("class set", n)
        super().__setattr__(n, v)

    def __dir__(cls):
        return ["only", "these"]


class WithMeta(metaclass=Meta):
    x = 1


print(WithMeta.x, WithMeta.nope, dir(WithMeta))
WithMeta.y = 5
print(WithMeta.y)
check(lambda: WithMeta().nope)


class Recursive:
    def __getattr__(self, n):
        return self.missing_too


try:
    Recursive().x
except RecursionError:
    print("RecursionError")


class ErrorIn:
    def __getattr__(self, n):
        return 1 / 0


check(lambda: ErrorIn().x)
check(lambda: hasattr(ErrorIn(), "x"))
check(lambda: getattr(ErrorIn(), "x", 1))
o = Fallback()
o.__class__ = Fallback
del f.own
print(f.own)
Fallback.__getattr__ = lambda self, n: "replaced " + n
print(f.thing)
del Fallback.__getattr__
check(lambda: f.thing)
try:
    raise AttributeError("msg", name="n", obj=5)
except AttributeError as e:
    print(e, e.name, e.obj)
try:
    f.rael
except AttributeError as e:
    print(e.name, e.obj is f, str(e))
import math
check(lambda: math.nope)
check(lambda: setattr(math, "mine", 1) or math.mine)
del math.mine
check(lambda: math.mine)


class Dir:
    def __init__(self):
        self.inst = 1

    def meth(self):
        pass

    cls = 2


print([n for n in dir(Dir()) if not n.startswith("__")], [n for n in dir(Dir) if not n.startswith("__")], "__init__" in dir(Dir), "inst" in dir(Dir))
getter = Dir.__getattribute__
print(getter(Dir(), "inst"), object.__getattribute__(Dir(), "cls"), type.__getattribute__(Dir, "cls"))
