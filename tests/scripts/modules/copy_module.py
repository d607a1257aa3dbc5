# copy: shallow and deep, cycles, hooks, memo, classes.
import copy


class P:
    def __init__(self, x, items):
        self.x = x
        self.items = items


p = P(1, [1, [2]])
s, d = copy.copy(p), copy.deepcopy(p)
p.items[1].append(3)
print(s.items is p.items, d.items, d.x, type(d) is P, s.__dict__ == p.__dict__)
l = [1, [2, 3], {"k": [4]}, (5, [6]), {7}, "s", 1.5, None, b"b", range(3)]
c, d = copy.copy(l), copy.deepcopy(l)
l[1].append("x")
l[2]["k"].append("x")
l[3][1].append("x")
print(c, d, c is l, d[3] is l[3], d[5] is l[5])
cyc = [1]
cyc.append(cyc)
d = copy.deepcopy(cyc)
print(d, d[1] is d, d is not cyc)
a = [1]
two = [a, a]
d = copy.deepcopy(two)
print(d[0] is d[1], copy.copy(two)[0] is a)
x, y = P(1, None), P(2, None)
x.items, y.items = y, x
d = copy.deepcopy(x)
print(d.items.items is d, d.items.x, d.items is not y)
t = (1, "a", (2,))
print(copy.copy(t) is t, copy.deepcopy(t) is t, copy.deepcopy(([],)) == ([],))


class Hook:
    def __init__(self):
        self.log = []

    def __copy__(self):
        return "copied"

    def __deepcopy__(self, memo):
        return "deep", len(memo) >= 0


print(copy.copy(Hook()), copy.deepcopy(Hook()), copy.deepcopy([Hook()]))


class Reduce:
    def __init__(self, a, b=0):
        self.a, self.b = a, b

    def __reduce__(self):
        return Reduce, (self.a * 2,), {"b": 99}


r = copy.copy(Reduce(5))
print(r.a, r.b)


class Slots:
    __slots__ = ("a", "b")


s = Slots()
s.a = [1]
q = copy.deepcopy(s)
print(q.a, q.a is s.a, hasattr(q, "b"), copy.copy(s).a is s.a)


class L(list):
    pass


class D(dict):
    pass


m = L([1, [2]])
m.tag = ["t"]
n = copy.deepcopy(m)
print(type(n).__name__, n, n.tag, n.tag is m.tag, copy.copy(D(a=1)), type(copy.copy(D())).__name__)
print(copy.copy(len) is len, copy.deepcopy(P) is P, copy.copy({1: 2}), copy.copy({1}), copy.copy(frozenset([1])), copy.deepcopy(bytearray(b"x")), copy.copy(slice(1, 2)) == slice(1, 2))
from collections import OrderedDict, deque, defaultdict, Counter
for v in (OrderedDict(a=[1]), deque([[1]], 5), defaultdict(list, a=[1]), Counter("aab")):
    print(copy.deepcopy(v) == v, type(copy.deepcopy(v)).__name__, copy.copy(v) == v)
e = copy.copy(ValueError("a", 1))
print(repr(e), repr(copy.deepcopy(KeyError([1]))))


class State:
    def __init__(self):
        self.v = 1
        self.skip = lambda: 0

    def __getstate__(self):
        return {"v": self.v + 1}

    def __setstate__(self, s):
        self.v = s["v"] * 10
        self.skip = None


z = copy.deepcopy(State())
print(z.v, z.skip)
print(copy.replace(__import__("collections").namedtuple("N", "a b")(1, 2), b=5))
try:
    copy.deepcopy((x for x in []))
except TypeError as err:
    print("TypeError:", err)
tree = {"v": 0, "kids": []}
at = tree
for i in range(100):
    at["kids"] = [{"v": i, "kids": []} for _ in range(2)]
    at = at["kids"][0]
d = copy.deepcopy(tree)
depth = 0
while d["kids"]:
    d = d["kids"][1] if not d["kids"][0]["kids"] else d["kids"][0]
    depth += 1
print(depth)
