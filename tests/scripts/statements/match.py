# match: literal, capture, or, sequence, mapping, class, value patterns, guards, nesting, binding on failure.
from dataclasses import dataclass
from enum import Enum


@dataclass
class Point:
    x: int
    y: int


class Colour(Enum):
    RED = 1
    BLUE = 2


class Plain:
    __match_args__ = ("a", "b")

    def __init__(self, a, b):
        self.a, self.b = a, b


class NoArgs:
    v = 5


def describe(v):
    match v:
        case 0:
            return "zero"
        case -1 | -2.5:
            return "negative"
        case 1 | 2 | 3 as small:
            return f"small {small}"
        case 2j:
            return "complex"
        case "a" | b"b":
            return "text"
        case True:
            return "never: True == 1"
        case None:
            return "none"
        case Colour.RED:
            return "red"
        case []:
            return "empty sequence"
        case [x]:
            return f"one {x}"
        case [1, *rest]:
            return f"starts with one, rest {rest}"
        case (a, b) if a == b:
            return f"equal pair {a}"
        case [a, [b, *c], *_]:
            return f"nested {a} {b} {c}"
        case [*init, "end"]:
            return f"ends {init}"
        case {"type": "circle", "r": r}:
            return f"circle {r}"
        case {"type": t, **rest}:
            return f"typed {t} {rest}"
        case {}:
            return "mapping"
        case Point(x=0, y=0):
            return "origin"
        case Point(0, y):
            return f"on y at {y}"
        case Point(x, y) if x > 100:
            return "far"
        case Point():
            return "point"
        case Plain(1, b=(2 | 3) as q):
            return f"plain {q}"
        case Plain(a=[first, *_]):
            return f"plain list {first}"
        case int(n) if n > 1000:
            return f"big int {n}"
        case int() | float():
            return "number"
        case str(s):
            return f"str {s}"
        case NoArgs(v=5):
            return "noargs"
        case tuple() | list():
            return "sequence"
        case set():
            return "set"
        case _:
            return "other"


for v in [0, -1, -2.5, 1, 2.0, 3, 2j, "a", b"b", True, False, None, Colour.RED, Colour.BLUE, [], (), [5], (7,), [1, 2, 3], (1,), (4, 4), [4, 5], [9, [8, 7, 6], 5], ["x", "y", "end"], ["end"], {"type": "circle", "r": 2}, {"type": "sq", "w": 3}, {"k": 1}, {}, Point(0, 0), Point(0, 9), Point(500, 1), Point(1, 1), Plain(1, 2), Plain(1, 3), Plain([7, 8], 0), Plain(0, 0), 5000, 2.7, "hello", NoArgs(), (1, 2, "q", 4), {1, 2}, range(2), b"zz", "", bytearray(b"x"), frozenset(), object]:
    print(repr(v) if not isinstance(v, (Plain, NoArgs)) else type(v).__name__, "->", describe(v))


def binding(v):
    x = "unset"
    match v:
        case [x, 5]:
            return "matched", x
        case [_, _] as pair if pair[0] > 10:
            return "guard", x
    return "none", x


print(binding([1, 5]), binding([99, 6]), binding([2, 7]), binding("ab"))


def errors(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


def too_many():
    match Plain(1, 2):
        case Plain(1, 2, 3):
            return 1


def no_match_args():
    match NoArgs():
        case NoArgs(5):
            return 1


def twice():
    match Plain(1, 2):
        case Plain(1, a=1):
            return 1


def not_class():
    x = 5
    match 5:
        case x():
            return 1


def int_two():
    match 5:
        case int(1, 2):
            return 1


class BadArgs:
    __match_args__ = ["a"]
    a = 1


class BadName:
    __match_args__ = (5,)


def bad_args():
    match BadArgs():
        case BadArgs(1):
            return 1


def bad_name():
    match BadName():
        case BadName(1):
            return 1


def value_missing():
    match 5:
        case Colour.GREEN:
            return 1


for f in (too_many, no_match_args, twice, not_class, int_two, bad_args, bad_name, value_missing):
    errors(f)


class Seq:
    def __init__(self, *v):
        self.v = v

    def __len__(self):
        return len(self.v)

    def __getitem__(self, i):
        return self.v[i]


import collections.abc
collections.abc.Sequence.register(Seq)
match Seq(1, 2, 3):
    case [a, *b]:
        print(a, b)


class EqLog:
    def __eq__(self, o):
        print("eq", o)
        return False


match EqLog():
    case 1 | "x":
        pass
    case None:
        print("none is identity")
    case _:
        print("fell through")


def evaluate(expr):
    match expr:
        case ("+", a, b):
            return evaluate(a) + evaluate(b)
        case ("*", a, b):
            return evaluate(a) * evaluate(b)
        case ("neg", a):
            return -evaluate(a)
        case ("let", str(name), v, body):
            return evaluate(substitute(body, name, evaluate(v)))
        case int() | float() as n:
            return n
        case other:
            raise ValueError(f"cannot evaluate {other!r}")


def substitute(e, name, v):
    match e:
        case str() if e == name:
            return v
        case (op, *args):
            return (op, *(substitute(a, name, v) for a in args))
        case _:
            return e


print(evaluate(("let", "x", ("+", 1, 2), ("*", "x", ("neg", ("+", "x", 0.5))))))
errors(lambda: evaluate(("?", 1)))
match 1, 2:
    case 1, x:
        print("tuple subject", x)
match {"a": 1, "b": 2, "c": 3}:
    case {"a": 1, **rest} if len(rest) == 2:
        print(rest)
match = 5
case = match + 1
_ = match
print(match, case, _)
match (match):
    case case:
        print("soft keywords", case)
total = 0
for i in range(2000):
    match i % 7, i % 3:
        case 0, _:
            total += 1
        case (1 | 2, 0):
            total += 10
        case (x, y) if x > y:
            total += x
        case [3, n]:
            total -= n
        case _:
            total += 100
print(total)
