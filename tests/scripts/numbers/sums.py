# sum() over the lists that hold plain numbers, and where the kind of number changes on the way.
import math


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + (other.cents if isinstance(other, Money) else other))

    __radd__ = __add__

    def __repr__(self):
        return f"Money({self.cents})"


class Loud(int):
    def __add__(self, other):
        print("add", int(self), other)
        return int(self) + other

    __radd__ = __add__


def show(items, *start):
    try:
        total = sum(items, *start)
    except Exception as error:
        print(type(error).__name__, error)
    else:
        print(type(total).__name__, repr(total))


BIG = 2**62 - 1
SEQUENCES = [
    [], [1, 2, 3], [True, False, True], [True, True, 2], [BIG, 1], [BIG, BIG, BIG], [-BIG, -BIG, -BIG, 1],
    [2**63, -(2**63), 5], [2**100, 1, -(2**100)], [0.1] * 10, [1e308, 1e308, -1e308], [1.0, 1e100, 1.0, -1e100],
    [0.0, -0.0], [-0.0, -0.0], [math.inf, 1.0], [math.inf, -math.inf], [math.nan, 1.0], [1, 2.5, 3], [2.5, 1, 3],
    [1, 2.5, 2**70], [0.5, True, 2], [1, 2, 3j], [1.5, 2j], [1, "a"], [None], [1.5, None], [Money(3), Money(4)],
    [1, Money(5)], [1.5, Money(5)], [1, Loud(2), 3], [1.0, Loud(2), 3.0], [[1], [2]], [(1,)],
]
for sequence in SEQUENCES:
    for kind in (list, tuple, iter):
        show(kind(sequence))
for start in (0, 0.0, -0.0, 5, True, 2**80, 1.5, 1j, Money(1), None, "", b"", bytearray(), [], ()):
    show([1, 2, 3], start)
    show([0.1] * 10, start)
    show([True] * 3, start)
show([[1], [2]], [])
show([(1,), (2,)], ())
show(["a"], "")
show([], "")
show(5)
print(sum([1, 2], start=3), sum(range(100)), sum(x * 0.1 for x in range(10)), sum({1: 2, 3: 4}))


def hot(items):
    total = 0
    for _ in range(400):
        total += sum(items)
    return total


for items in ([1, 2, 3], [0.1, 0.2, 0.3], [True, True], [BIG, BIG], [1, 0.5], []):
    print(hot(items), type(hot(items)).__name__)
growing = [1, 2]
print(hot(growing))
growing.append(0.25)
print(hot(growing))
growing.append(2**70)
print(hot(growing))
