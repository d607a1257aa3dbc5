# Properties, slots, class and static methods, descriptors and __getattr__ in hot loops.
class P:
    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, x):
        self._v = x

    @classmethod
    def make(cls, v):
        return cls(v)

    @staticmethod
    def double(x):
        return x * 2

    limit = 10


class Q(P):
    @property
    def v(self):
        return super().v * 10


class S:
    __slots__ = ("a", "b", "__dict__")

    def __init__(self):
        self.a = 0
        self.b = 0.0


class D:
    def __get__(self, o, c):
        return 5 if o is None else o.base + 1

    def __set__(self, o, v):
        o.base = v


class H:
    d = D()

    def __init__(self):
        self.base = 1

    def __getattr__(self, n):
        return len(n)


class NonData:
    def __get__(self, o, c):
        return 3


class W:
    nd = NonData()


def props(n):
    p = P(1)
    t = 0
    for i in range(n):
        p.v = p.v + 1
        t += p.v
        if i == 1000:
            p.v = 0.5
        if i == 2000:
            p = Q(3)
            try:
                p.v = 1
            except AttributeError as e:
                print(e)
                p._v = 2
                break
    for i in range(n):
        t += p.v
    return t


def class_methods(n):
    t = 0
    for i in range(n):
        k = P if i % 2 or i < 1000 else Q
        t += k.make(i).v + k.double(i) + k.limit
        if i == 2000:
            P.limit = 0.25
    P.limit = 10
    return t


def slots(n):
    s = S()
    for i in range(n):
        s.a += i
        s.b += i / 2
        if i == 2000:
            s.extra = 1
            s.a, s.b = s.b, s.a
    return s.a, s.b, s.extra


def descriptors(n):
    h = H()
    t = 0
    for i in range(n):
        h.d = i
        t += h.d + h.zzz + H.d
        if i == 1500:
            h.__dict__["d"] = "ignored"
        if i == 2000:
            h.zzz = 100
        if i == 2500:
            D.__get__ = lambda self, o, c: 7
    return t


def non_data(n):
    w = W()
    t = 0
    for i in range(n):
        t += w.nd
        if i == 1000:
            w.nd = 50
        if i == 2000:
            del w.nd
        if i == 2500:
            NonData.__set__ = lambda self, o, v: None
    del NonData.__set__
    return t


def counters(n):
    class C:
        total = 0

        def __init__(self):
            C.total += 1
            type(self).last = self
            self.n = C.total

        def __del__(self):
            pass
    for i in range(n):
        C()
    return C.total, C.last.n


def computed(n):
    class Circle:
        def __init__(self, r):
            self.r = r

        @property
        def area(self):
            return 3 * self.r * self.r

        @area.setter
        def area(self, a):
            self.r = (a / 3) ** 0.5

        @area.deleter
        def area(self):
            self.r = 0
    c = Circle(1)
    t = 0
    for i in range(n):
        c.area = i
        t += c.area
        if i % 1000 == 999:
            del c.area
            t += c.area
    return round(t, 6)


def getattr_dynamic(n):
    p = P(5)
    names = ["v", "_v", "limit", "make", "missing"]
    t = 0
    for i in range(n):
        x = getattr(p, names[i % 5], None)
        t += x if isinstance(x, int) else 1 if x else 100
        if hasattr(p, names[(i * 3) % 5]):
            t += 1
        setattr(p, "_v", i % 10)
    return t


def raising_property(n):
    class R:
        i = 0

        @property
        def p(self):
            self.i += 1
            if self.i % 3 == 0:
                raise AttributeError("third")
            if self.i % 7 == 0:
                raise ValueError("seventh")
            return self.i
    r = R()
    t = a = v = 0
    for _ in range(n):
        try:
            t += r.p
        except AttributeError:
            a += 1
        except ValueError:
            v += 1
    return t, a, v


print(props(3000), class_methods(3000), slots(3000), descriptors(3000), non_data(3000), counters(1000), computed(2000), getattr_dynamic(3000), raising_property(2000))
