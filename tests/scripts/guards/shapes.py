# Instances whose layout changes: attributes added in different orders, deleted, many classes at one site.
class A:
    pass


class B:
    pass


def make(kind):
    o = A()
    if kind == 0:
        o.x = 1
        o.y = 2
    elif kind == 1:
        o.y = 2
        o.x = 1
    elif kind == 2:
        o.z = 0
        o.x = 1
        o.y = 2
    elif kind == 3:
        o.x = 1.5
        o.y = "s"
    else:
        o = B()
        o.x = 1
        o.y = 2
    return o


def read(o):
    return o.x


def run(n, kinds):
    t = 0
    for i in range(n):
        t += read(make(kinds[i % len(kinds)]))
    return t


print(run(2000, [0]), run(2000, [0, 1]), run(2000, [0, 1, 2]), run(2000, [0, 1, 2, 3, 4]), run(1000, [3]))


def missing(n):
    objs = [make(0) for _ in range(10)]
    caught = 0
    for i in range(n):
        o = objs[i % 10]
        if i == 1500:
            del o.x
        if i == 2500:
            o.x = 100
        try:
            caught += o.x
        except AttributeError as e:
            caught += 1000
            if i % 500 == 0:
                print(e)
    return caught


print(missing(3000))


def class_attr(n):
    class C:
        k = 1
    c = C()
    t = 0
    for i in range(n):
        if i == 1000:
            C.k = 5
        if i == 1500:
            c.k = 7
        if i == 2000:
            del c.k
        if i == 2200:
            C.k = 2.5
        if i == 2500:
            C.k = property(lambda self: 1000)
        if i == 2800:
            del C.k
            C.__getattr__ = lambda self, n: 3
        t += c.k
    return t


print(class_attr(3000))


def grow(n):
    o = A()
    for i in range(n):
        setattr(o, "a%d" % (i % 200), i)
        if i == 100:
            o.fixed = 0
        if i > 100:
            o.fixed += 1
    return len(vars(o)), o.fixed, o.a5


print(grow(3000))


class Vec:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def dot(self, o):
        return self.x * o.x + self.y * o.y

    def scale(self, k):
        self.x *= k
        self.y *= k
        return self


def vecs(n):
    v = Vec(1, 2)
    w = Vec(3, 4)
    t = 0
    for i in range(n):
        if i == 1000:
            v = Vec(1.5, 2)
        if i == 1500:
            v.x = 7
        if i == 2000:
            w.y = 2**62
        if i == 2500:
            w = Vec("ab", "c")
            v = Vec(2, 1)
        d = v.dot(w)
        t = t + d if not isinstance(d, str) else t + len(d)
        if i % 1000 == 0:
            v.scale(2)
    return t


print(vecs(3000))


class S:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 0


def slots(n):
    s = S()
    t = 0
    for i in range(n):
        s.a += 1
        if i == 2000:
            s.a = 0.5
        if i == 2900:
            del s.a
            try:
                s.a
            except AttributeError as e:
                print(e)
            s.a = 3
        if i % 2:
            s.b = i
        try:
            t += s.b
        except AttributeError:
            t -= 1
    return s.a, t


print(slots(3000))


class Meta(type):
    def __getattr__(cls, n):
        return "meta " + n


class WithMeta(metaclass=Meta):
    pass


print([getattr(WithMeta, "q") for _ in range(3)])


def swap_class(n):
    class X:
        def f(self):
            return 1

    class Y:
        def f(self):
            return 10
    o = X()
    t = 0
    for i in range(n):
        if i % 700 == 699:
            o.__class__ = Y if type(o) is X else X
        t += o.f()
    return t


print(swap_class(3000))


def through_dict(n):
    o = A()
    o.x = 1
    t = 0
    for i in range(n):
        if i == 1000:
            o.__dict__["x"] = 50
        if i == 2000:
            o.__dict__ = {"x": 3}
        if i == 2500:
            vars(o).update(x=4, w=5)
        t += o.x
    return t


print(through_dict(3000))


def poly_attr(n):
    classes = [type("K%d" % k, (), {"__init__": lambda self, v: setattr(self, "v", v)}) for k in range(12)]
    objs = [c(i) for i, c in enumerate(classes)]
    t = 0
    for i in range(n):
        t += objs[i % (1 if i < 500 else 4 if i < 1500 else 12)].v
        objs[i % 12].v += 1
    return t


print(poly_attr(4000))
