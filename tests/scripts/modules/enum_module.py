# enum in width: members, aliases, functional API, flags, mixins, missing, ordering, iteration, errors.
from enum import Enum, IntEnum, Flag, IntFlag, StrEnum, auto, unique, member, nonmember, verify, UNIQUE, CONTINUOUS


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


class Shape(Enum):
    SQUARE = 2
    DIAMOND = 1
    CIRCLE = 3
    ALIAS = 2

    def describe(self):
        return self.name.lower(), self.value

    @classmethod
    def biggest(cls):
        return max(cls, key=lambda m: m.value)

    @property
    def even(self):
        return self.value % 2 == 0

    @staticmethod
    def util():
        return "util"

    def __str__(self):
        return f"<<{self.name}>>"


print(Shape.SQUARE, repr(Shape.SQUARE), Shape.ALIAS is Shape.SQUARE, [m.name for m in Shape], list(Shape.__members__), Shape.SQUARE.describe(), Shape.biggest().name, Shape.DIAMOND.even, Shape.util(), Shape(3).name, Shape["ALIAS"].name, len(Shape), Shape.CIRCLE in Shape, 2 in Shape, 99 in Shape, bool(Shape.SQUARE), hash(Shape.SQUARE) == hash(Shape["SQUARE"]), {Shape.SQUARE: 1}[Shape(2)], type(Shape.SQUARE) is Shape, isinstance(Shape.SQUARE, Shape), Shape.SQUARE == 2, Shape.SQUARE != Shape.CIRCLE, f"{Shape.SQUARE}", "%s" % Shape.SQUARE, Shape)
check(lambda: Shape(9))
check(lambda: Shape["NO"])
check(lambda: Shape.NO)
check(lambda: Shape.SQUARE < Shape.CIRCLE)
check(lambda: setattr(Shape, "SQUARE", 1))
check(lambda: delattr(Shape, "SQUARE"))
check(lambda: type("Sub", (Shape,), {}))
check(lambda: Shape())
check(lambda: setattr(Shape.SQUARE, "value", 5))


class Num(IntEnum):
    ONE = 1
    TWO = auto()
    TEN = 10
    NEXT = auto()


print(Num.TWO + 1, Num.TEN > Num.ONE, sorted(Num, reverse=True), list(range(Num.TWO)), [10, 20, 30][Num.ONE], Num.NEXT, int(Num.TEN), f"{Num.TEN}", f"{Num.TEN:>5}", str(Num.ONE), repr(Num.ONE), Num.ONE == 1, Num(10) is Num.TEN, max(Num), sum(Num), Num.TWO.bit_length(), {1: "x"}[Num.ONE])


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RWX = R | W | X


p = Perm.R | Perm.X
print(p, repr(p), Perm.R in p, Perm.W in p, p & Perm.R, p ^ Perm.RWX, ~p, bool(p & Perm.W), Perm(0), repr(Perm(0)), list(Perm.RWX), len(p), p.value, Perm(5) is p, Perm.RWX.name, p.name, [m.name for m in Perm], Perm["R"] | Perm["W"])
check(lambda: Perm(8))
check(lambda: Perm.R | 1)


class IF(IntFlag):
    A = 1
    B = 2
    C = 4


print(IF.A | IF.B, IF.A | 8, IF(7), IF.A + 1, (IF.A | IF.C) == 5, ~IF.A, IF.A in IF.A | IF.B, repr(IF(16)), IF(0), list(IF(6)), IF.A | 2)


class Level(StrEnum):
    LOW = auto()
    HIGH = "High!"


print(Level.LOW, repr(Level.HIGH), Level.LOW == "low", Level.HIGH.upper(), "-".join(Level), Level("low"), f"{Level.HIGH:>7}", sorted(Level))


class Planet(Enum):
    A = (1, 2.5)
    B = (3, 4.5)

    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius


print(Planet.A.mass, Planet.B.radius, Planet((3, 4.5)).name, Planet.A.value)


class Auto(Enum):
    def _generate_next_value_(name, start, count, last):
        return name.lower() * (count + 1)

    X = auto()
    Y = auto()


print([m.value for m in Auto])


class Miss(Enum):
    A = 1
    B = 2

    @classmethod
    def _missing_(cls, v):
        if isinstance(v, str):
            return cls[v.upper()]
        return None


print(Miss("a"), Miss("b"))
check(lambda: Miss(7))
check(lambda: Miss("zz"))
check(lambda: unique(Enum("Dup", {"A": 1, "B": 1})))
Fn = Enum("Fn", "RED GREEN", start=5)
print(list(Fn), Fn.RED.value, Enum("D", [("x", 1), ("y", 2)])["y"], IntEnum("I", ["a", "b"]).b + 1, Fn.__name__, Fn.__module__)


class Custom(Enum):
    A = "a"
    B = "b"
    _ignore_ = ["tmp"]
    tmp = 5
    not_member = nonmember(42)

    @member
    def func():
        return "called"

    def __eq__(self, o):
        return self.value == (o.value if isinstance(o, Enum) else o)

    def __hash__(self):
        return hash(self.value)


print(Custom.A == "a", Custom.not_member, [m.name for m in Custom], hasattr(Custom, "tmp"), Custom.func.value())


class Base(Enum):
    def hello(self):
        return "hello " + self.name


class Sub(Base):
    P = 1


print(Sub.P.hello(), Base.__members__)


@verify(UNIQUE, CONTINUOUS)
class V(IntEnum):
    A = 1
    B = 2


print(V.B, V.A.name, V.A._value_)
import copy
import json
print(copy.copy(Shape.SQUARE) is Shape.SQUARE, copy.deepcopy([Shape.SQUARE])[0] is Shape.SQUARE, json.dumps({"n": Num.TEN, "s": Level.HIGH}))
match Shape(3):
    case Shape.SQUARE:
        print("square")
    case Shape.CIRCLE:
        print("circle matched")
total = 0
for i in range(1500):
    m = Shape(1 + i % 3)
    total += m.value if m is not Shape.CIRCLE else Num(1 + i % 2) * 10
print(total)
