# pickle: the bytes of every kind of object in every protocol, and what comes back.
import collections
import copyreg
import datetime
import decimal
import enum
import fractions
import functools
import operator
import pickle
import types
import zlib


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __eq__(self, other):
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self):
        return hash(self.x)

    class Inner:
        limit = 3

        def method(self):
            return self.limit

        def __eq__(self, other):
            return type(other) is type(self)

    @classmethod
    def origin(cls):
        return cls(0, 0)


class Slots:
    __slots__ = ("b", "a")

    def __init__(self, a, b):
        self.a, self.b = a, b

    def __eq__(self, other):
        return (self.a, self.b) == (other.a, other.b)


class SlotsAndDict(Slots):
    def __init__(self, a, b):
        super().__init__(a, b)
        self.c = [a, b]


class PrivateSlot:
    __slots__ = ("__private", "unset")

    def __init__(self, value):
        self.__private = value

    def __eq__(self, other):
        return self.__private == other.__private


class Words(list):
    def __init__(self, *words, mood=None):
        super().__init__(words)
        self.mood = mood


class Table(dict):
    pass


class Bag(set):
    pass


class Number(int):
    pass


class Text(str):
    pass


class Row(tuple):
    pass


class WithArguments:
    def __new__(cls, *args):
        self = super().__new__(cls)
        self.args = args
        return self

    def __getnewargs__(self):
        return self.args

    def __eq__(self, other):
        return self.args == other.args


class WithKeywords:
    def __new__(cls, *args, **kwargs):
        self = super().__new__(cls)
        self.args, self.kwargs = args, kwargs
        return self

    def __getnewargs_ex__(self):
        return self.args, self.kwargs

    def __eq__(self, other):
        return (self.args, self.kwargs) == (other.args, other.kwargs)


class State:
    def __init__(self, value):
        self.value = value

    def __getstate__(self):
        return ("state", self.value)

    def __setstate__(self, state):
        self.value = state[1]

    def __eq__(self, other):
        return self.value == other.value


class FalseState(State):
    value = None

    def __getstate__(self):
        return None


class Reduced:
    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts

    def __eq__(self, other):
        return True


class ByName:
    def __reduce__(self):
        return "SINGLE"

    def __eq__(self, other):
        return self is other


SINGLE = ByName()


class Colour(enum.Enum):
    RED = 1
    BLUE = "blue"


class Permission(enum.IntFlag):
    READ = 4
    WRITE = 2


Pair = collections.namedtuple("Pair", "left right")


def function(x):
    return x


def set_state(target, state):
    target.parts = state


class Meta(type):
    pass


class OfMeta(metaclass=Meta):
    pass


class MetaReduced(type):
    def __reduce__(cls):
        return (getattr, (types, "SimpleNamespace"))


shared = ["shared"]
text = "text" * 3
number = 12345678901234567890
samples = [
    ("none and bools", [None, True, False, ..., NotImplemented]),
    ("small ints", [0, 1, 255, 256, 65535, 65536, 2**31 - 1, 2**31, -1, -128, -129, -256, -32768, -32769, -2**31, -2**31 - 1]),
    ("ints", [2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64, number, -number, 2**255, 1 << 2039, 1 << 2047, 1 << 4000, -(1 << 2047), 2**39, -2**39, 2**47 - 1]),
    ("floats", [0.0, -0.0, 1.5, -1e300, 5e-324, float("inf"), float("-inf"), 1e16, 0.1]),
    ("complex", [1j, -2.5 + 0.5j]),
    ("bytes", [b"", b"a", b"\x00\xff\n", b"x" * 255, b"x" * 256]),
    ("bytearrays", [bytearray(), bytearray(b"abc\xe9"), bytearray(300)]),
    ("strings", ["", "a", "latin \xe9\xff", "\u20ac", "\U0001f600", "\ud800", "a\\b\nc\rd\x00e\x1af", "y" * 255, "y" * 256, "\u20ac" * 86]),
    ("tuples", [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), ((),))]),
    ("lists", [[], [1], [1, 2], [[]], [[], [1]]]),
    ("dicts", [{}, {1: 2}, {1: 2, "a": None}, {"k": {"k": {}}}]),
    ("sets", [set(), {1}, {1, 2, 3}, frozenset(), frozenset([1]), frozenset([frozenset([2])])]),
    ("same object twice", [shared, shared, text, text, (shared,), text]),
    ("containers of all", {"a": [1, 2.5, "x"], "b": (None, True, {3, 4}), "c": list(range(100))}),
    ("instances", [Point(1, 2), Point(2.5, "y"), Point.origin(), Point.Inner()]),
    ("slots", [Slots(1, 2), SlotsAndDict(3, 4), PrivateSlot(5), PrivateSlot(6)]),
    ("subclasses", [Words("a", "b", mood="x"), Table(a=1), Table(), Bag([1]), Number(7), Text("t"), Row((1, 2))]),
    ("new arguments", [WithArguments(1, [2]), WithArguments(), WithKeywords(1, a=2), WithKeywords(3), WithKeywords()]),
    ("states", [State([1]), FalseState(2)]),
    ("reduced", [Reduced(list, ((1, 2),)), Reduced(Reduced, (), None), Reduced(Reduced, (1,), {"k": 1})]),
    ("items", [Reduced(Words, ("z",), None, iter([1, 2])), Reduced(Table, (), None, None, iter([("k", 1), ("l", 2)]))]),
    ("single items", [Reduced(Words, (), None, iter([1])), Reduced(Table, (), None, None, iter({"k": 1}.items()))]),
    ("state setter", [Reduced(Reduced, (1,), ("s",), None, None, set_state)]),
    ("by name", [SINGLE, SINGLE]),
    ("enums", [Colour.RED, Colour.BLUE, Permission.READ | Permission.WRITE]),
    ("named tuples", [Pair(1, "r"), Pair(left=Pair(1, 2), right=None)]),
    ("classes", [int, Point, Point.Inner, type(None), type(...), type(NotImplemented), OfMeta, Meta, dict, type]),
    ("functions", [function, len, Point.origin, Point.Inner.method, Point(1, 2).origin, max, operator.add]),
    ("methods", [Point.Inner().method, [].append, "abc".index, str.index, list.__len__, [].__len__, dict.fromkeys, str.maketrans, int.from_bytes]),
    ("library", [collections.OrderedDict(a=1), collections.deque([1, 2], 5), collections.Counter("aab"), collections.defaultdict(list, a=[1]), collections.ChainMap({1: 2})]),
    ("numbers", [decimal.Decimal("1.50"), fractions.Fraction(3, 4), range(3), slice(1, None, 2)]),
    ("times", [datetime.date(2020, 1, 2), datetime.timedelta(1, 2, 3), datetime.time(1, 2)]),
    ("partial", [functools.partial(function, 1, a=2)]),
    ("exceptions", [ValueError("v", 1), KeyError("k"), OSError("text"), StopIteration(3)]),
    ("iterators", [iter([1, 2]), iter((1, 2)), iter(range(3)), iter("ab"), reversed([1, 2]), enumerate([1]), zip([1], [2])]),
    ("namespaces", [types.SimpleNamespace(a=1, b=[2])]),
    ("mapping views", [types.MappingProxyType]),
]


def comparable(value):
    """What shows that two values are alike, also for those without equality."""
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return (type(value).__name__, [(comparable(k), comparable(v)) for k, v in value.items()])
    if isinstance(value, BaseException):
        return (type(value).__name__, value.args)
    if hasattr(value, "__next__"):
        return list(value)
    if isinstance(value, (set, frozenset)):
        return (type(value).__name__, len(value))
    if isinstance(value, (functools.partial, types.BuiltinMethodType, types.MethodType, types.MethodWrapperType)):
        return type(value).__name__
    if isinstance(value, str):
        return ascii(value)
    if isinstance(value, State):
        return (type(value).__name__, value.value)
    return value


for name, value in samples:
    print("---", name)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        try:
            data = pickle.dumps(value, protocol)
        except Exception as error:
            print(protocol, type(error).__name__, ascii(str(error)), error.__notes__ if hasattr(error, "__notes__") else "")
            continue
        print(protocol, len(data), data if len(data) < 700 else zlib.crc32(data))
        if name in ("items", "single items"):
            continue
        back = pickle.loads(data)
        again = pickle.loads(data)
        print("  back", comparable(back) == comparable(value) or (comparable(back), comparable(value)), type(again).__name__)

print("--- long containers")
for count in (0, 1, 2, 999, 1000, 1001, 2000, 2001):
    numbers = list(range(count))
    for protocol in (0, 1, 2, 4):
        values = [numbers, dict.fromkeys(numbers), set(numbers), frozenset(numbers), tuple(numbers),
                  Words(*numbers), Table.fromkeys(numbers), Bag(numbers), collections.deque(numbers)]
        sums = []
        for value in values:
            data = pickle.dumps(value, protocol)
            sums.append((len(data), zlib.crc32(data)))
            assert pickle.loads(data) == value
        print(count, protocol, sums)

print("--- frames")
for size in (10, 65500, 65530, 65535, 65536, 65537, 70000, 140000):
    value = [b"b" * size, "s" * size, bytearray(size), "\u20ac" * (size // 3), list(range(size // 10)), "end"]
    print(size, [(len(data), zlib.crc32(data)) for data in (pickle.dumps(value, p) for p in range(6))])
    assert all(pickle.loads(pickle.dumps(value, p)) == value for p in range(6))

print("--- recursive")
loop = []
loop.append(loop)
around = ([],)
around[0].append(around)
ring = {}
ring["ring"] = ring
knot = Point(None, 1)
knot.x = knot
chain = Words()
chain.append(chain)
chain.mood = chain
wide = ([], 1, 2, 3)
wide[0].append(wide)
for value in (loop, around, ring, knot, chain, wide):
    # Before protocol 2 a subclass of list is written with a copy of its items, which has no end here.
    for protocol in range(2 if value is chain else 0, 6):
        data = pickle.dumps(value, protocol)
        print(protocol, data)
        back = pickle.loads(data)
        inner = next(iter(back.values())) if isinstance(back, dict) else back.x if isinstance(back, Point) else back[0]
        print("  ", inner is back or inner[0] is back)


class Holder:
    """Hashed by identity, so that it may lie in a set that it holds."""


holder = Holder()
holder.items = frozenset([holder])
back = pickle.loads(pickle.dumps(holder))
print(back in back.items, len(back.items))
print([len(pickle.dumps(holder.items, protocol)) for protocol in range(6)])

print("--- extensions")
for code in (1, 255, 256, 65535, 65536, 0x7FFFFFFF):
    copyreg.add_extension(__name__, "function", code)
    for protocol in range(6):
        data = pickle.dumps([function, function], protocol)
        print(code, protocol, data, pickle.loads(data) == [function, function])
    copyreg.remove_extension(__name__, "function", code)
copyreg.clear_extension_cache()

print("--- names of Python 2")
for value in (range, map, object, int, len, collections.UserDict, copyreg._reconstructor, Exception, functools.reduce):
    print([pickle.dumps(value, p, fix_imports=f) for p in (0, 2) for f in (True, False)])
    print([pickle.loads(pickle.dumps(value, p, fix_imports=f), fix_imports=f) is value for p in (0, 2) for f in (True, False)])

print("--- copyreg")


def reduce_point(point):
    print("reduce_point")
    return Point, (point.x, point.y)


copyreg.pickle(Point, reduce_point)
print(pickle.dumps(Point(1, 2), 4), pickle.loads(pickle.dumps(Point(1, 2), 4)) == Point(1, 2))
del copyreg.dispatch_table[Point]
copyreg.pickle(Meta, lambda cls: (type, (cls.__name__, (), {})))
print(pickle.dumps(OfMeta, 2))
del copyreg.dispatch_table[Meta]


class Made(metaclass=MetaReduced):
    pass


print(pickle.dumps(Made, 2))
