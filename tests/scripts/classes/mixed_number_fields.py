# Attributes that are now ints and now floats: values, types and identity stay what was stored.
# The kinds come in any order while loops over such objects become hot.
import math


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def scale(self, factor):
        return Vector(factor * self.x, factor * self.y, factor * self.z)

    def __repr__(self):
        return f"<{self.x!r} {self.y!r} {self.z!r}>"


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __repr__(self):
        return f"[{self.a!r} {self.b!r}]"


class Grown:
    def __init__(self, first):
        self.first = first

    def grow(self, second, third):
        self.second = second
        self.third = third
        return self


def describe(value):
    return f"{type(value).__name__}:{value!r}"


KINDS = [0, 1, -1, 0.0, -0.0, 1.5, 2**62, 2**70, True, math.inf, math.nan, 1e-320]


def vectors():
    result = [Vector(0, 0, 0), Vector(1, 0, 0), Vector(0.5, 0.25, 0.125)]
    for i, a in enumerate(KINDS):
        for j, b in enumerate(KINDS):
            result.append(Vector(a, b, KINDS[(i + 2 * j) % len(KINDS)]))
    return result


all_vectors = vectors()
print([repr(v) for v in all_vectors[:20]])
print([describe(v.dot(Vector(1, 2.0, 3))) for v in all_vectors[::7]])


def hot(items, factor):
    total = 0
    for item in items:
        total = item.scale(factor).dot(item)
    return total


small = [Vector(1, 2, 3), Vector(0.5, 2, 1), Vector(1, 0.5, 2.5), Vector(1.5, 2.5, 3.5), Vector(0, 0, 0)]
for factor in (2, 0.5, 1, -3, True):
    for _ in range(300):
        result = hot(small, factor)
    print(describe(result), describe(hot(small[:1], factor)), describe(hot(small[:2], factor)))


# Comparisons and truth of either kind; ints that no double holds compare exactly.
def larger(pairs):
    return [(p.a < p.b, p.a == p.b, p.a >= p.b, bool(p.a), not p.b) for p in pairs]


pairs = [Slotted(a, b) for a in KINDS for b in KINDS[::3]]
for _ in range(60):
    found = larger(pairs)
print(sum(map(lambda row: sum(row), found)), found[5], found[-3])
exact = [Slotted(2**53 + 1, 2.0**53), Slotted(2.0**53, 2**53 + 1), Slotted(2**53 + 1, 2**53)]
for _ in range(400):
    found = larger(exact)
print(found)


# Kinds that change after objects exist.
objects = [Vector(i, i, i) for i in range(3)] + [Vector(i + 0.5, i, 0.0) for i in range(3)]
for step in range(500):
    for o in objects:
        o.x, o.y = o.y, o.x
    if step == 200:
        objects[0].x = 7.25
    if step == 300:
        objects[4].z = "text"
    if step == 400:
        objects[5].z = None
print(objects)
print([sorted(vars(o).items(), key=lambda item: item[0]) for o in objects])
for o in objects:
    del o.x
    o.x = 1.0
    o.w = 2
print([list(vars(o)) for o in objects], [describe(o.x) for o in objects])


# Floats first, then ints: the class's objects are of one layout again, old ones included.
old = [Grown(i * 0.5).grow(1.0, 2.0) for i in range(5)]
late = [Grown(i).grow(i, 2.5) for i in range(5)] + [Grown(0.5).grow(1, "x")]


def total(items):
    return [describe(item.first + item.second) for item in items]


for _ in range(400):
    sums = total(old), total(late)
print(sums)


class Child(Vector):
    def __init__(self, x, y, z, w):
        super().__init__(x, y, z)
        self.w = w


children = [Child(1, 2.0, 3, 4.0), Child(1.0, 2, 3.0, 4), Child(1.0, 2.0, 3.0, 4.0), Child(1, 2, 3, 4)]
for _ in range(300):
    texts = [f"{describe(c.dot(c))} {describe(c.w)}" for c in children]
print(texts)
Vector.dot = lambda self, other: "replaced"
print([c.dot(c) for c in children])

# What is stored is given back: the same object, where objects are told apart.
big = 2**80
number = 0.1 + 0.2
keeper = Vector(big, number, 0)
print(keeper.x is big, keeper.y == number, math.copysign(1, Vector(-0.0, 0, 0).x), describe(Vector(True, 0, 1.0).x))


# The mathematical functions of either kind; large ints are not rounded where they need not be.
import math


def functions(items):
    rows = []
    for v in items:
        n = v.x * v.y
        rows.append((math.floor(n), math.ceil(n), math.sqrt(abs(n)), math.fabs(n), int(n * v.z), max(n, v.z), min(v.z, n)))
    return rows


numbers = [Vector(2, 3, 4), Vector(2.5, 3, 0.5), Vector(2, 0.25, 7), Vector(1.5, 1.5, 1.5), Vector(0, -0.0, 1), Vector(0, 0, 0.0)]
for _ in range(300):
    rows = functions(numbers)
print(rows)
print(functions([Vector(2**60 + 1, 1, 1), Vector(2**30, 2**30, 2**5), Vector(1e18, 2, 3)]))
try:
    print(functions([Vector(1e300, 1e300, 1)]))
except OverflowError as error:
    print(error)


def rounded(ns):
    return [(math.floor(n), math.ceil(n)) for n in ns]


for _ in range(300):
    found = rounded([2**60 + 1, 3, 2**53 + 1])
print(found)


# Many old objects whose floats are replaced, one field after the other, by code that is hot.
class Row:
    def __init__(self, n):
        self.a = self.b = self.c = self.d = self.e = n * 0.5
        self.f = self.g = self.h = self.i = self.j = n + 0.25

    def total(self):
        return sum(v for v in (self.a, self.b, self.c, self.d, self.e, self.f, self.g, self.h, self.i, self.j) if v)


rows = [Row(n) for n in range(300)]
for field in "abcdefghij":
    for row in rows:
        setattr(row, field, None)
    print(field, sum(row.total() for row in rows), vars(rows[7])[field], rows[-1].total())
