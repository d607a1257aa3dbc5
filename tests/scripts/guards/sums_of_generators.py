# sum() of generators in compiled code: ints past the machine word, floats with their rounding errors, complex, others, exceptions.
from fractions import Fraction


class Sub(int):
    pass


class Odd:
    def __init__(self, value):
        self.value = value

    def __radd__(self, other):
        return self.value if other == 0 else other


def ints(items):
    return sum(item for item in items)


def products(a, b):
    return sum(x * y for x, y in zip(a, b))


def counted(items, limit):
    return sum(item > limit for item in items)


def halves(items):
    return sum(item * 0.1 for item in items)


def mixed(items):
    return sum(item if item & 1 else item * 0.1 for item in items)


def large(items):
    return sum(item << 50 for item in items)


def started(items):
    return sum((item for item in items), 0.5)


def lengths(items):
    return sum(len(item) for item in items)


def rest_of(items):
    generator = (item for item in items)
    return sum(item for item in generator if item < 3), list(generator)


def changing(items):
    total = 0
    for item in items:
        total += sum(x for x in item)
    return total


many = list(range(3000))
for _ in range(40):
    results = [
        ints(many),
        products(many, many[::-1]),
        counted(many, 1500),
        halves(many),
        mixed(many),
        large(many),
        started(many),
        lengths(["a" * (i % 7) for i in range(500)]),
        rest_of([1, 2, 3, 2, 1]),
    ]
print(results)

tricky = [
    [],
    [True, False, True],
    [1, 2.5, True, 3],
    [1e100, 1.0, -1e100],
    [1, 1e100, 1, -1e100],
    [0.1] * 10,
    [2**62, 2**62, -(2**62), 0.1, 0.2, 0.3],
    [2**61, 2**61, 2**61, 2**61, -5],
    [2**63 - 1, 0.1, 0.2, 0.3],
    [2**63, 0.1, 0.2, 0.3],
    [1, Sub(2), 0.1, 0.2, 0.3, 0.1, 0.7],
    [0.1, Sub(2), 0.2, 0.3, 0.1, 0.7],
    [0.1, 2**70, 0.2],
    [True, 0.1, 0.2, 0.3, 1, 0.7],
    [1, 2j, 0.1, 0.2, 0.3j, True, 0.3, 2**65],
    [1j, 1e100, 1, -1e100, 1e100j, 1j, -1e100j],
    [1j, Fraction(1, 2), 0.1],
    [0.5, Fraction(1, 2), 0.1, 1],
    [1, Fraction(1, 3), Fraction(1, 6)],
    [float("inf"), 1.0, -1.0],
    [float("inf"), float("-inf")],
    [1e308, 1e308, -1e308],
    [-0.0],
    [-0.0, -0.0],
    [0, -0.0],
    [Odd(2.5), 0.1, 0.2, 0.3],
    [Odd(7), 0.1, 0.2, 0.3, 0.7],
    [Odd(1j), 0.1],
]
for _ in range(3):
    for items in tricky:
        print(repr(ints(items)), repr(sum(items)), ints(items) == sum(items) or items)
for wrong in (["a"], [1, "a"], [0.5, None], [1j, []], [0.1, 2**2000], [1j, 2**2000]):
    for _ in range(2):
        try:
            ints(wrong)
        except (TypeError, OverflowError) as error:
            print(type(error).__name__, error)


def failing():
    yield 1
    raise KeyError("in the generator")


for _ in range(30):
    try:
        sum(item for item in failing())
    except KeyError as error:
        names = []
        trace = error.__traceback__
        while trace:
            names.append(trace.tb_frame.f_code.co_name)
            trace = trace.tb_next
print(names)
print(changing([[1, 2], [0.5, 0.25], [True], [2**64, 1], []] * 50))


def kinds(items):
    seen = {}
    for item in items:
        kind = type(item)
        seen[kind.__name__] = seen.get(kind.__name__, 0) + (kind is int) + (type(item) is not str)
    return seen


class Own:
    pass


for _ in range(200):
    seen = kinds([1, True, 2.5, "a", b"b", None, [], (), {}, set(), Own(), 2**80, Sub(1), int, len])
print(seen)


def zipped(a, b, c):
    total = 0
    for x, y in zip(a, b):
        total += x * y
    for x, y, z in zip(a, b, c):
        total += x - y * z
    return total, [x + y for x, y in zip(c, a)][:3]


for _ in range(50):
    result = zipped(many[:300], many[5:200], tuple(many[:100]))
print(result)
