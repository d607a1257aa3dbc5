# Classes changed after instances exist: methods, dunders, bases, attributes, class swaps.
class A:
    def m(self):
        return "A.m"

    v = 1


class B(A):
    pass


a, b = A(), B()
print(a.m(), b.m())
A.m = lambda self: "A.m patched"
print(a.m(), b.m())
B.m = lambda self: "B.m"
print(a.m(), b.m())
del B.m
print(b.m())
b.m = lambda: "instance m"
print(b.m())
del b.m
del A.m
for x in (a, b):
    try:
        x.m()
    except AttributeError as e:
        print("AttributeError:", e)
A.__add__ = lambda self, o: ("add", o)
A.__len__ = lambda self: 3
A.__repr__ = lambda self: "custom repr"
A.__call__ = lambda self, *x: ("called", x)
A.__getitem__ = lambda self, i: i
A.__eq__ = lambda self, o: "eq"
A.__bool__ = lambda self: False
A.__getattr__ = lambda self, n: "dyn " + n
print(a + 1, b + 2, len(a), a, b, a(1), b[5], a == 1, bool(a), b.zzz)
del A.__add__, A.__len__, A.__repr__, A.__bool__, A.__eq__, A.__getattr__
try:
    a + 1
except TypeError as e:
    print("TypeError:", e)
print(bool(a), a == a, repr(a).startswith("<__main__.A object"))
A.v = property(lambda self: "now a property")
print(a.v, b.v)
A.v = 5
print(a.v, b.v)
a.v = 6
print(a.v, b.v)
A.v = property(lambda self: "data wins", lambda self, v: None)
print(a.v, vars(a))
del A.v
print(a.v)


class C1:
    def hi(self):
        return "C1"


class C2:
    def hi(self):
        return "C2"

    def only2(self):
        return "only2"


class D(C1):
    pass


d = D()
print(d.hi())
D.__bases__ = (C2,)
print(d.hi(), d.only2(), [k.__name__ for k in D.__mro__])
D.__bases__ = (C1, C2)
print(d.hi(), d.only2(), isinstance(d, C2), C2.__subclasses__())
try:
    D.__bases__ = (D,)
except TypeError as e:
    print("TypeError:", e)
try:
    D.__bases__ = ()
except TypeError as e:
    print("TypeError:", e)
try:
    D.__bases__ = (int,)
except TypeError as e:
    print("TypeError:", e)
d.__class__ = C2
print(d.hi(), type(d).__name__)
D.__name__ = "Renamed"
D.__qualname__ = "Q.Renamed"
print(D, D.__name__)
D.__doc__ = "set later"
print(D.__doc__, D.__module__)
D.__module__ = "elsewhere"
print(D)


def hot(o, n):
    out = []
    for i in range(n):
        if i == 50:
            C1.hi = lambda self: "C1 changed at 50"
        if i == 80:
            o.hi = lambda: "own"
        if i == 90:
            del o.hi
            type(o).hi = lambda self: "subclass"
        out.append(o.hi())
    return [x for i, x in enumerate(out) if i == 0 or out[i - 1] != x]


e = type("E", (C1,), {})()
print(hot(e, 100))


class Shape:
    def area(self):
        return 0


class Sq(Shape):
    def __init__(self, s):
        self.s = s

    def area(self):
        return self.s ** 2


class Circle(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return 3 * self.r ** 2


shapes = [Sq(i) if i % 2 else Circle(i) for i in range(20)]
print(sum(s.area() for s in shapes))
old = Sq.area
Sq.area = lambda self: old(self) * 10
print(sum(s.area() for s in shapes))
Sq.area = old
for s in shapes[:10]:
    s.__class__ = Shape
print(sum(s.area() for s in shapes))


class Descr:
    def __get__(self, o, c):
        return "descr"


class Late:
    x = Descr()


l = Late()
print(l.x)
l.x = "inst"
print(l.x)
Descr.__set__ = lambda self, o, v: print("set called", v)
print(l.x)
l.x = 5
del Descr.__set__
print(l.x)


class Counter:
    n = 0

    def inc(self):
        self.n += 1
        return self.n


c = Counter()
for i in range(300):
    c.inc()
    if i == 100:
        Counter.inc = lambda self: setattr(self, "n", self.n + 10)
print(c.n, Counter.n)
setattr(Counter, "weird name", 5)
print(getattr(c, "weird name"), "weird name" in vars(Counter))
for i in range(5):
    T = type("T%d" % i, (Counter,), {"i": i})
    print(T.__name__, T().i, T().n, end=" ")
print(len(Counter.__subclasses__()) >= 1)
