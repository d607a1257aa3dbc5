# dataclasses in width.
from dataclasses import *
from typing import ClassVar


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


@dataclass
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list)
    kind: ClassVar[str] = "point"
    hidden: int = field(default=5, repr=False, compare=False)

    @property
    def norm(self):
        return abs(self.x) + abs(self.y)


p = P(1, 2)
print(p, p == P(1, 2), p != P(1, 3), P(1, hidden=9) == P(1), p.norm, P.kind, P.__match_args__, [f.name for f in fields(P)], [(f.name, f.default is MISSING) for f in fields(p)], is_dataclass(P), is_dataclass(p), is_dataclass(5))
p.tags.append(1)
print(P(1).tags, asdict(p), astuple(p), replace(p, y=9), replace(p).tags is p.tags)
check(lambda: P())
check(lambda: P(1, 2, 3, 4, 5))
check(lambda: P(1, z=2))
check(lambda: p < p)
check(lambda: hash(p))
check(lambda: replace(p, nope=1))


@dataclass(frozen=True, order=True)
class V:
    major: int
    minor: int = 0


a, b = V(1, 2), V(1, 10)
print(a < b, sorted([b, a, V(0, 99)]), hash(a) == hash(V(1, 2)), {a: "x"}[V(1, 2)], max(a, b), a <= V(1, 2), V(2) > b)
check(lambda: setattr(a, "major", 5))
check(lambda: delattr(a, "major"))
check(lambda: a < (1, 2))


@dataclass
class Base:
    a: int
    b: int = 2

    def __post_init__(self):
        self.log = ["base"]


@dataclass
class Child(Base):
    c: int = 3
    a: str = "overridden"
    d: InitVar[int] = 10

    def __post_init__(self, d):
        super().__post_init__()
        self.log.append(d)


print(Child(), Child("z", c=7, d=1).log, [f.name for f in fields(Child)], Child.__init__.__annotations__ != {})


def bad1():
    @dataclass
    class B1:
        a: int = 1
        b: int
    return B1


def bad2():
    @dataclass
    class B2:
        a: list = []
    return B2


def bad3():
    @dataclass(order=True, eq=False)
    class B3:
        a: int
    return B3


def bad4():
    @dataclass(frozen=True)
    class B4(P):
        pass
    return B4


for bad in (bad1, bad2, bad3, bad4):
    check(bad)


@dataclass(slots=True)
class S:
    x: int
    y: float = 1.5


s = S(1)
print(s, S.__slots__, hasattr(s, "__dict__"))
check(lambda: setattr(s, "z", 1))


@dataclass(kw_only=True)
class K:
    a: int
    b: int = 5


print(K(a=1), K(b=1, a=2))
check(lambda: K(1))


@dataclass
class Mixed:
    a: int
    _: KW_ONLY
    b: int = 1
    c: int = field(kw_only=False, default=9)


print(Mixed(1, 2, b=3))


@dataclass(init=False, repr=False, eq=False)
class Bare:
    x: int = 3


print(Bare().x, repr(Bare()).startswith("<__main__.Bare"), Bare() == Bare())


@dataclass
class Node:
    v: int
    left: "Node" = None
    right: "Node" = None

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.v
        if self.right:
            yield from self.right


t = Node(2, Node(1), Node(3))
print(t, list(t), asdict(t), t == Node(2, Node(1), Node(3)))
n = Node(1)
n.left = n
print(n)
D = make_dataclass("D", [("x", int), ("y", int, field(default=7))], namespace={"sum": lambda self: self.x + self.y})
print(D(1), D(1).sum(), D.__name__)


@dataclass(unsafe_hash=True)
class H:
    x: int
    y: list = field(default_factory=list, hash=False)


print(hash(H(1)) == hash(H(1, [2])), H(1) == H(1, [2]))


@dataclass
class Conv:
    raw: str
    num: int = field(init=False)

    def __post_init__(self):
        self.num = int(self.raw)


print(Conv("42"), Conv("7").num)
check(lambda: Conv("x"))
check(lambda: Conv("1", 2))


@dataclass
class Meta:
    x: int = field(default=1, metadata={"unit": "m"})


print(fields(Meta)[0].metadata["unit"], fields(Meta)[0].type, field().default is MISSING)
match P(3, 4):
    case P(x, y) if x < y:
        print("matched", x, y)


@dataclass
class WithDict:
    d: dict = field(default_factory=dict)
    t: tuple = (1, [2])


w = WithDict({"k": [P(1)]})
print(asdict(w), astuple(w), asdict(w, dict_factory=lambda kv: sorted(k for k, _ in kv)))
total = 0
for i in range(1000):
    q = P(i, i % 7)
    q.x += 1
    total += q.norm + (q == P(i + 1, i % 7)) + V(i % 3, i % 5).minor
print(total)
