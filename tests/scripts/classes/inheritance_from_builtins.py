# Subclasses of int, float, str, list, dict, tuple, set, exceptions: what stays, what becomes plain.
class Meters(float):
    def __new__(cls, v):
        if v < 0:
            raise ValueError("negative")
        return super().__new__(cls, v)

    def __repr__(self):
        return f"{float(self)}m"

    def __add__(self, o):
        return Meters(float(self) + o)


m = Meters(2)
print(m, m + 1, type(m * 2).__name__, m == 2.0, [m], round(m), int(m), abs(m), -m, max(m, 1), f"{m:.1f}", str(m), hash(m) == hash(2.0), sum([m, m]))


class Enumish(int):
    names = {1: "ONE", 2: "TWO"}

    def __str__(self):
        return self.names.get(int(self), "?")

    def __index__(self):
        return int(self)


e = Enumish(2)
print(e, repr(e), e + 1, type(e + 1).__name__, "abc"[e], range(5)[e], e.bit_length(), e == 2, {2: "x"}[e], f"{e}", f"{e:d}", "%s %d" % (e, e), bool(Enumish(0)), sorted([Enumish(2), 1, Enumish(1)]), e & 3, ~e, e << 2, divmod(e, 2), pow(e, 5))


class Name(str):
    def __len__(self):
        return 99

    def __eq__(self, o):
        return str.lower(self) == str(o).lower()

    def __hash__(self):
        return hash(str.lower(self))

    def upper(self):
        return "custom"


n = Name("Bob")
print(n, len(n), n == "BOB", {n: 1}["bob"] if hash(n) == hash("bob") else "-", n.upper(), n[0], n + "!", type(n + "!").__name__, n.lower(), "".join([n, n]), n in ["bob"], "ob" in n, n * 2, f"{n:>5}", n.encode(), n < "Z", sorted([Name("b"), "a"]), n.split("o"), isinstance(n, str))


class History(list):
    def __init__(self, *a):
        super().__init__(*a)
        self.changes = 0

    def append(self, v):
        self.changes += 1
        super().append(v)

    def __setitem__(self, i, v):
        self.changes += 10
        super().__setitem__(i, v)

    def __contains__(self, v):
        return v == "magic" or super().__contains__(v)


h = History([1, 2])
h.append(3)
h[0] = 9
h.extend([4])
h += [5]
h[1:2] = [7, 7]
h.sort()
print(h, h.changes, "magic" in h, 9 in h, h + [1], type(h + [1]).__name__, type(h[:]).__name__, type(h * 2).__name__, type(h.copy()).__name__, h == list(h), len(h), sum(h), [*h], h.index(7), h.pop(), vars(h))


class Attr(dict):
    def __getattr__(self, k):
        try:
            return self[k]
        except KeyError:
            raise AttributeError(k) from None

    def __setattr__(self, k, v):
        self[k] = v

    def __delattr__(self, k):
        del self[k]


a = Attr(x=1)
a.y = 2
a["z"] = 3
del a.x
print(a, a.y, a.z, hasattr(a, "x"), list(a), dict(a), {**a}, a.get("y"), len(a), a == {"y": 2, "z": 3})


class Point(tuple):
    __slots__ = ()

    def __new__(cls, x, y):
        return tuple.__new__(cls, (x, y))

    x = property(lambda self: self[0])
    y = property(lambda self: self[1])

    def __add__(self, o):
        return Point(self.x + o[0], self.y + o[1])


p = Point(1, 2)
x, y = p
print(p, p + (3, 4), p.x, x, y, p == (1, 2), hash(p) == hash((1, 2)), p < (1, 3), p[::-1], type(p[:]).__name__, len(p), 2 in p, {p: 1}[1, 2], sorted([Point(2, 1), p]), "%s,%s" % p, [*p])


class Bag(set):
    def add(self, v):
        super().add(v % 10)


b = Bag([1, 2])
b.add(15)
b.update([99])
print(sorted(b), type(b | {1}).__name__, type(b.copy()).__name__, b == {1, 2, 5, 99}, 5 in b, len(b), isinstance(b, set))


class AppError(Exception):
    code = 500

    def __init__(self, msg, **info):
        super().__init__(msg)
        self.info = info


class NotFound(AppError, LookupError):
    code = 404


try:
    raise NotFound("missing", key="k")
except LookupError as err:
    print(type(err).__name__, err, err.code, err.info, err.args, repr(err), isinstance(err, AppError))


class Fn:
    def __init__(self, f):
        self.f = f

    def __call__(self, *a):
        return self.f(*a)

    def __or__(self, o):
        return Fn(lambda *a: o(self(*a)))

    __ror__ = lambda self, v: self(v)


inc, dbl = Fn(lambda x: x + 1), Fn(lambda x: x * 2)
print((inc | dbl)(4), 5 | inc | dbl)


class Both(int, object):
    pass


print(Both(3) + 1, Both.__mro__[1].__name__)
for bases in ((int, list), (str, dict), (ValueError, OSError), (bool,), (type(None),), (range,), (type(len),)):
    try:
        type("X", bases, {})
        print("ok", [k.__name__ for k in bases])
    except TypeError as err:
        print(err)


class MyType(type):
    def __new__(mcs, name, bases, ns):
        return super().__new__(mcs, name.upper(), bases, ns)


class low(metaclass=MyType):
    pass


print(low.__name__, isinstance(low, MyType))
total = 0
for i in range(2000):
    total += Enumish(i % 3) + Meters(i % 5)
print(total, sum(Enumish(i) for i in range(500)), len([h.append(i) for i in range(500)]), h.changes)
