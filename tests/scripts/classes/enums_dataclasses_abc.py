# Class-building library modules as users write them every day.
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, asdict, astuple, replace, fields, FrozenInstanceError
from enum import Enum, IntEnum, Flag, IntFlag, StrEnum, auto, unique
from collections import namedtuple
from typing import NamedTuple


class Colour(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
    CRIMSON = 1

    @property
    def hex(self):
        return "#%02d" % self.value

    @classmethod
    def default(cls):
        return cls.GREEN


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


print(Colour.RED, repr(Colour.RED), Colour.RED.name, Colour.RED.value, Colour(2), Colour["BLUE"], Colour.CRIMSON is Colour.RED, list(Colour), len(Colour), Colour.RED.hex, Colour.default(), Colour.RED == Colour.RED, Colour.RED != Colour.BLUE, Colour.RED in Colour, 1 in Colour, {Colour.RED: "r"}[Colour(1)], Colour.__members__.keys(), isinstance(Colour.RED, Colour), f"{Colour.RED}")
check(lambda: Colour(9))
check(lambda: Colour["NOPE"])
check(lambda: Colour.RED < Colour.BLUE)
check(lambda: setattr(Colour, "RED", 5))
check(lambda: Colour.PURPLE)


class Level(IntEnum):
    LOW = auto()
    MID = auto()
    HIGH = 10


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


class Kind(StrEnum):
    A = auto()
    B = "bee"


print(Level.LOW < Level.HIGH, Level.MID + 1, sorted(Level, reverse=True), Level(10), Level.LOW == 1, f"{Level.MID}", Perm.R | Perm.X, Perm.RW & Perm.W, ~Perm.R, Perm.R in Perm.RW, bool(Perm.R & Perm.X), Perm(3), list(Perm.RW), Perm(0), Kind.A, Kind.B == "bee", Kind.B.upper(), repr(Kind.A))


class Planet(Enum):
    EARTH = (5.97, 6.37)
    MARS = (0.64, 3.39)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius

    @property
    def density(self):
        return round(self.mass / self.radius ** 3, 5)


print(Planet.EARTH.density, Planet.MARS.mass, Planet((0.64, 3.39)), [p.name for p in Planet])
check(lambda: unique(Enum("Dup", {"A": 1, "B": 1})))
print(Enum("Fn", "X Y Z").Y, list(Enum("Fn2", ["P", "Q"])))


@dataclass
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, repr=False)

    def norm(self):
        return self.x ** 2 + self.y ** 2


@dataclass(order=True, frozen=True)
class Ver:
    major: int
    minor: int = 0
    label: str = field(default="", compare=False)


@dataclass
class Point3(Point):
    z: int = 5

    def __post_init__(self):
        self.total = self.x + self.y + self.z


p = Point(1, 2)
print(p, p == Point(1, 2), p == Point(2, 1), p.norm(), asdict(p), astuple(p), replace(p, x=9), Point(1).tags is Point(1).tags, [f.name for f in fields(p)], Point3(1), Point3(1, 2, z=3).total, Point3.__mro__[1].__name__)
print(Ver(1, 2) < Ver(1, 3), sorted([Ver(2), Ver(1, 5), Ver(1)]), hash(Ver(1)) == hash(Ver(1, label="x")), {Ver(1): "v"}[Ver(1)], Ver(1, label="a") == Ver(1, label="b"), max(Ver(1), Ver(0, 9)))
check(lambda: setattr(Ver(1), "major", 2))
check(lambda: Point())
check(lambda: Point(1, 2, [], 4))
check(lambda: Ver(1) < 5)
check(lambda: hash(Point(1)))
p.x = 100
print(p, p.__match_args__)


@dataclass(slots=True, kw_only=True)
class Slotted:
    a: int
    b: str = "b"


s = Slotted(a=1)
print(s, Slotted.__slots__)
check(lambda: Slotted(1))
check(lambda: setattr(s, "zz", 1))


def bad_default():
    @dataclass
    class Bad:
        x: list = []


check(bad_default)


class Shape(ABC):
    @abstractmethod
    def area(self):
        ...

    @property
    @abstractmethod
    def name(self):
        ...

    def describe(self):
        return f"{self.name} of {self.area()}"


class Sq(Shape):
    def __init__(self, s):
        self.s = s

    def area(self):
        return self.s ** 2

    name = "square"


class Half(Shape):
    def area(self):
        return 0


check(Shape)
check(Half)
print(Sq(3).describe(), issubclass(Sq, Shape), Shape.__abstractmethods__ == {"area", "name"}, isinstance(Sq(1), Shape))


@Shape.register
class Virtual:
    pass


print(issubclass(Virtual, Shape), isinstance(Virtual(), Shape))
Card = namedtuple("Card", "rank suit", defaults=["spades"])
c = Card("Q")
print(c, c.rank, c[1], c._asdict(), c._replace(suit="hearts"), Card._fields, Card._make(["2", "x"]), c == ("Q", "spades"), *c, hash(c) == hash(("Q", "spades")), Card._field_defaults)
check(lambda: Card())
check(lambda: setattr(c, "rank", 1))
check(lambda: namedtuple("N", "a a"))
check(lambda: namedtuple("N", "class"))


class Emp(NamedTuple):
    name: str
    id: int = 3

    def hello(self):
        return f"hi {self.name}"


e = Emp("Guido")
print(e, e.hello(), e.id, Emp.__annotations__, e + (1,), isinstance(e, tuple))
