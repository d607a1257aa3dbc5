# Operators and comparisons that methods answer, in hot loops: who is asked first, and what declining leads to.
# Methods raise, change their mind, or are replaced while the loop runs.
import traceback


class Length:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        if isinstance(other, Length):
            return Length(self.value + other.value)
        if isinstance(other, (int, float)):
            return Length(self.value + other)
        return NotImplemented

    __radd__ = __add__

    def __sub__(self, other):
        return Length(self.value - other.value)

    def __mul__(self, factor):
        return Length(self.value * factor)

    def __rmul__(self, factor):
        return Length(factor * self.value)

    def __iadd__(self, other):
        if other is None:
            return NotImplemented
        self.value += other.value if isinstance(other, Length) else other
        return self

    def __eq__(self, other):
        return isinstance(other, Length) and self.value == other.value

    def __lt__(self, other):
        if not isinstance(other, Length):
            return NotImplemented
        return self.value < other.value

    def __and__(self, other, extra=1):
        return ("and", self.value, other, extra)

    def __hash__(self):
        return hash(self.value)

    def __repr__(self):
        return f"Length({self.value!r})"


class Special(Length):
    def __radd__(self, other):
        return ("Special.__radd__", self.value, other)

    def __gt__(self, other):
        return ("Special.__gt__", self.value)


class Plain(Length):
    pass


class Stranger:
    def __radd__(self, other):
        return f"stranger after {other!r}"

    def __gt__(self, other):
        return ["truthy", other]

    def __rmul__(self, other):
        return NotImplemented


def attempt(function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def add(a, b):
    return a + b


def multiply(a, b):
    return a * b


def add_in_place(a, b):
    a += b
    return a


def less(a, b):
    return a < b


def smaller(a, b):
    if a < b:
        return "smaller"
    return "not smaller"


def same(a, b):
    if a == b:
        return "same"
    else:
        return "different"


def combine(a, b):
    return a & b


OPERANDS = [Length(1), Length(2.5), Special(3), Plain(4), Stranger(), 5, 1.5, "text", None]
SHOWN = {id(o): n for n, o in enumerate(OPERANDS)}


def show(result):
    if isinstance(result, Stranger):
        return "Stranger()"
    return repr(result).replace(repr(OPERANDS[4]), "Stranger()")


# Warm on one pair of classes, then everything.
for function in (add, multiply, less, smaller, same):
    for _ in range(400):
        function(OPERANDS[0], OPERANDS[1] if function is not multiply else 2)
    for a in OPERANDS:
        print(function.__name__, [show(attempt(function, a, b)) for b in OPERANDS])

# Every pair warm: several pairs of classes at each site.
for round in range(120):
    results = [attempt(add, a, b) for a in OPERANDS[:6] for b in OPERANDS[:7]]
print([show(r) for r in results])
for round in range(120):
    results = [attempt(smaller, a, b) for a in OPERANDS for b in OPERANDS]
print([show(r) for r in results])

for _ in range(400):
    total = add_in_place(Length(1), Length(2))
print(total, add_in_place(Length(1), 2.5), show(attempt(add_in_place, Length(1), None)), add_in_place(Length(0), OPERANDS[2]))
for _ in range(300):
    both = combine(OPERANDS[0], 7)
print(both)


# A loop of its own over such objects.
def path(points, step):
    here = Length(0)
    for point in points:
        here = here + point * step - Length(1)
        if here < point:
            here += point
        if here == point:
            here = here + 1
    return here


points = [Length(n % 7) for n in range(2000)]
print(path(points, 2), path(points, 0.5), path(points[:5] + [Special(1)], 1))
print(attempt(path, points[:5] + [None], 1))


# What the method is inlined with changes: kinds of values, then the method itself.
def accumulate(items):
    total = Length(0)
    for item in items:
        total = total + item
    return total


print(accumulate([Length(n) for n in range(1000)]))
print(accumulate([Length(n * 0.5) for n in range(1000)]), accumulate([Length(2**61)] * 9))
print(accumulate([Length("a")]) if False else attempt(accumulate, [Length(1), Length("a")]))


def replaced(self, other):
    return Length((self.value, other.value))


Length.__add__ = replaced
print(accumulate([Length(1), Length(2)]))
del Length.__add__
print(attempt(accumulate, [Length(1), Length(2)]))


# Exceptions raised in a method called by an operator, with their tracebacks.
class Fragile:
    def __init__(self, depth):
        self.depth = depth

    def __truediv__(self, other):
        return self.depth / other.depth

    def __le__(self, other):
        raise LookupError(f"no order at {self.depth}")


def ratios(items):
    result = 0
    for item in items:
        try:
            result += items[0] / item
            if items[0] <= item:
                result += 1
        except LookupError as error:
            result += 1
            if item.depth == 99:
                traceback.print_exception(error, file=Out())
    return result


class Out:
    def write(self, text):
        print(*[line for line in text.splitlines() if "File" not in line], sep="\n", end="\n" if text.strip() else "")


print(ratios([Fragile(n) for n in range(1, 600)]))
try:
    ratios([Fragile(1)] * 500 + [Fragile(0)])
except ZeroDivisionError as error:
    print([(entry.name, entry.line) for entry in traceback.extract_tb(error.__traceback__)], error)


# A result that is no bool decides by its truth; a truth that raises, raises there.
class Odd:
    def __init__(self, truth):
        self.truth = truth

    def __lt__(self, other):
        return self

    def __bool__(self):
        if self.truth is None:
            raise ValueError("neither true nor false")
        return self.truth


def decide(items):
    return [1 if item < 0 else 0 for item in items]


odd = [Odd(n % 3 == 0) for n in range(500)]
print(sum(decide(odd)), sum(decide(odd)), attempt(decide, odd + [Odd(None)]))


# Methods that are generators, take other arguments, or recurse without end.
class Strange:
    def __add__(self, other):
        yield self
        yield other

    def __sub__(self, *others):
        return len(others)

    def __mul__(self, other):
        return self * other

    def __or__(self):
        return None


def strange(s):
    return [len(list(s + 1)), s - 1, attempt(lambda: s | 1)]


for _ in range(300):
    answer = strange(Strange())
print(answer)
print(attempt(multiply, Strange(), 1).split(" in ")[0])


# Two objects of one class that decline: the TypeError names both.
class Silent:
    def __add__(self, other):
        return NotImplemented

    def __lt__(self, other):
        return NotImplemented

    def __eq__(self, other):
        return NotImplemented


silent = Silent()
for _ in range(300):
    answers = attempt(add, silent, silent), attempt(less, silent, silent), same(silent, silent), same(silent, Silent())
print(answers)
