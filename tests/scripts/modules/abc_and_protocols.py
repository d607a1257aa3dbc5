# abc, collections.abc and virtual subclasses.
import abc
import collections.abc as c
from abc import ABC, ABCMeta, abstractmethod


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


class A(ABC):
    @abstractmethod
    def one(self):
        return "one from A"

    @property
    @abstractmethod
    def prop(self):
        ...

    @classmethod
    @abstractmethod
    def cm(cls):
        ...

    @staticmethod
    @abstractmethod
    def sm():
        ...

    def concrete(self):
        return self.one(), self.prop


class Half(A):
    def one(self):
        return super().one() + "!"


class Full(Half):
    prop = 5

    @classmethod
    def cm(cls):
        return cls.__name__

    @staticmethod
    def sm():
        return "sm"


check(A)
check(Half)
print(Full().concrete(), Full.cm(), Full.sm(), sorted(A.__abstractmethods__), sorted(Half.__abstractmethods__), Full.__abstractmethods__, abc.ABCMeta is type(A), issubclass(Full, A))


class One(ABC):
    @abstractmethod
    def only(self): ...


check(One)


class Duck(ABC):
    @classmethod
    def __subclasshook__(cls, k):
        if cls is Duck:
            return any("quack" in vars(b) for b in k.__mro__) or NotImplemented
        return NotImplemented


class Real:
    def quack(self): ...


class Child(Real): ...


class Virtual: ...


Duck.register(Virtual)
print(isinstance(Real(), Duck), issubclass(Child, Duck), isinstance(Virtual(), Duck), isinstance(5, Duck), issubclass(int, Duck), Duck in Real.__mro__)
check(lambda: Duck.register(5))


@A.register
class Registered: ...


print(issubclass(Registered, A), isinstance(Registered(), A), hasattr(Registered, "concrete"))


class Meta(ABCMeta):
    def __new__(m, n, b, ns):
        cls = super().__new__(m, n, b, ns)
        cls.made = n
        return cls


class M(metaclass=Meta):
    @abstractmethod
    def x(self): ...


check(M)
print(M.made)
kinds = [[], (), "", b"", {}, set(), frozenset(), range(1), iter([]), (x for x in ()), {}.keys(), {}.values(), {}.items(), len, int, 5, None, bytearray(), memoryview(b"a"), map(abs, []), enumerate([])]
names = ["Hashable", "Iterable", "Iterator", "Generator", "Reversible", "Sized", "Container", "Collection", "Callable", "Sequence", "MutableSequence", "Set", "MutableSet", "Mapping", "MutableMapping", "MappingView", "KeysView", "Awaitable"]
for k in kinds:
    print(type(k).__name__, "".join("1" if isinstance(k, getattr(c, n)) else "." for n in names))


class Seq(c.Sequence):
    def __init__(self, *v):
        self.v = v

    def __len__(self):
        return len(self.v)

    def __getitem__(self, i):
        return self.v[i]


s = Seq(1, 2, 3, 2)
print(list(s), s.index(3), s.count(2), 3 in s, 9 in s, list(reversed(s)), len(s))
check(lambda: s.index(9))


class Mut(c.MutableSequence):
    def __init__(self):
        self.v = []

    def __len__(self):
        return len(self.v)

    def __getitem__(self, i):
        return self.v[i]

    def __setitem__(self, i, v):
        self.v[i] = v

    def __delitem__(self, i):
        del self.v[i]

    def insert(self, i, v):
        self.v.insert(i, v)


m = Mut()
m.append(1)
m.extend([2, 3, 4])
m += [5]
m.remove(2)
m.reverse()
print(list(m), m.pop(), m.pop(0), list(m))
m.clear()
print(list(m))


class Map(c.MutableMapping):
    def __init__(self, **k):
        self.d = dict(k)

    def __getitem__(self, k):
        return self.d[k]

    def __setitem__(self, k, v):
        self.d[k] = v

    def __delitem__(self, k):
        del self.d[k]

    def __iter__(self):
        return iter(self.d)

    def __len__(self):
        return len(self.d)


d = Map(a=1, b=2)
print(dict(d), d.get("z", 0), "a" in d, list(d.items()), d == {"a": 1, "b": 2}, d.pop("a"), d.setdefault("q", 7), d.popitem(), len(d), d.update(r=1), list(d.keys()), list(d.values()), {**d})
check(lambda: d["none"])
check(lambda: c.Sequence())
check(lambda: type("Bad", (c.Iterator,), {})())


class It(c.Iterator):
    n = 0

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return self.n


print(list(It()), iter(It()) is not None)
