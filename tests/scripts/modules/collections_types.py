# collections.
from collections import *
from collections import abc


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


c = Counter("mississippi")
print(c, c["s"], c["zz"], c.most_common(2), sorted(c.elements()), c.total(), Counter(a=3, b=1) + Counter(a=1, c=2), Counter(a=3, b=1) - Counter(a=1, b=5), Counter(a=3) & Counter(a=1, b=1), Counter(a=3) | Counter(a=1, b=1), +Counter(a=-1, b=2), -Counter(a=-1), Counter([1, 1, 2]) == {1: 2, 2: 1}, Counter(a=1) <= Counter(a=2))
c.update("sss")
c.subtract({"i": 10})
print(c, list(c), dict(c), Counter({"x": 0}), Counter(), repr(Counter("ab")))
d = defaultdict(list)
d["a"].append(1)
d["b"]
print(d, d.default_factory, "zz" in d, d.get("zz"), len(d), dict(d), defaultdict(int, {"k": 5})["q"], defaultdict(lambda: "x")["y"])
check(lambda: defaultdict(5))
check(lambda: defaultdict()["x"])
dq = deque([1, 2, 3], maxlen=4)
dq.append(4)
dq.append(5)
dq.appendleft(0)
print(dq, dq.maxlen, dq[0], dq[-1], len(dq), 3 in dq, dq.index(3), dq.count(2), list(reversed(dq)), dq.copy() == dq)
dq.rotate(1)
print(dq, dq.pop(), dq.popleft(), dq)
e = deque("abc")
e.extend("de")
e.extendleft("xy")
e.insert(1, "!")
e.remove("b")
del e[0]
e[0] = "?"
e.rotate(-2)
print(e, e + deque("z"), e * 2, deque([1]) < deque([2]), deque() == deque(), deque([1]) == [1], bool(deque()))
e.reverse()
e.clear()
print(e)
check(e.pop)
check(lambda: deque([1])[5])
check(lambda: deque([1], maxlen=-1))
check(lambda: deque([1]).remove(2))
check(lambda: hash(deque()))
check(lambda: deque([1, 2])[0:1])
q = deque([1, 2, 3])
try:
    for x in q:
        q.append(x)
except RuntimeError as err:
    print("RuntimeError:", err)
big = deque()
for i in range(500):
    big.append(i)
    if i % 3 == 0:
        big.popleft()
    if i % 5 == 0:
        big.rotate(2)
print(len(big), big[0], big[100], big[-1], sum(big))
od = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
od.move_to_end("a")
od.move_to_end("c", last=False)
print(od, od.popitem(), od.popitem(last=False), od, OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1, b=2) == {"b": 2, "a": 1}, list(reversed(OrderedDict(x=1, y=2))))
check(lambda: od.move_to_end("zz"))
cm = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(cm["a"], cm["b"], len(cm), sorted(cm), cm.maps, cm.new_child({"a": 0})["a"], cm.parents["a"], dict(cm), "zz" in cm)
cm["n"] = 5
print(cm)
check(lambda: cm["zz"])
P = namedtuple("P", ["x", "y"])
p = P(1, y=2)
print(p, p.x, p[1], p._replace(x=5), p._asdict(), P._fields, P._make([7, 8]), p == (1, 2), P(*p), {p: 1}[(1, 2)], namedtuple("Q", "a b c", defaults=[1, 2])(0), namedtuple("R", "def ok", rename=True)._fields, P.__doc__, P.x.__doc__, isinstance(p, tuple), hash(p) == hash((1, 2)))
check(lambda: P(1))
check(lambda: P(1, 2, 3))
check(lambda: P(1, z=2))
check(lambda: setattr(p, "x", 2))


class Pt(namedtuple("Pt", "x y")):
    __slots__ = ()

    @property
    def len2(self):
        return self.x ** 2 + self.y ** 2


print(Pt(3, 4).len2, Pt(1, 2)._replace(y=9))


class MyDict(UserDict):
    def __setitem__(self, k, v):
        super().__setitem__(k.lower(), v)


class MyList(UserList):
    pass


m = MyDict(A=1)
m["B"] = 2
print(m, m.data, dict(m), MyList([1, 2]) + [3], MyList([3, 1])[0], UserString("abc").upper(), len(m))
print(isinstance([], abc.Sequence), isinstance({}, abc.Mapping), isinstance((x for x in []), abc.Generator), isinstance(5, abc.Hashable), isinstance([], abc.Hashable), isinstance("", abc.Iterable), issubclass(set, abc.MutableSet), isinstance(len, abc.Callable), isinstance(range(1), abc.Sequence), isinstance({}.keys(), abc.KeysView))


class Seq(abc.Sequence):
    def __len__(self):
        return 3

    def __getitem__(self, i):
        if i >= 3:
            raise IndexError
        return i * 10


s = Seq()
print(list(s), 10 in s, s.index(20), s.count(0), list(reversed(s)))


class MS(abc.MutableSet):
    def __init__(self, it=()):
        self.d = dict.fromkeys(it)

    def __contains__(self, x):
        return x in self.d

    def __iter__(self):
        return iter(self.d)

    def __len__(self):
        return len(self.d)

    def add(self, x):
        self.d[x] = None

    def discard(self, x):
        self.d.pop(x, None)


a = MS([1, 2, 3])
print(sorted(a | MS([4])), sorted(a & [2, 3]), sorted(a - MS([1])), a == {1, 2, 3}, a <= {1, 2, 3, 4}, a.isdisjoint([9]), a.pop() in (1, 2, 3), len(a))
check(lambda: abc.Sequence())
