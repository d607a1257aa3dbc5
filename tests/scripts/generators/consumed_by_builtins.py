# Builtins that take all items of a generator: what it and its items see meanwhile, where they stop, what is left.
def numbers(count, scale=1):
    for n in range(count):
        yield n * scale


for _ in range(60):
    generator = numbers(50)
    assert any(n == 7 for n in generator)
    assert list(generator) == list(range(8, 50))
    generator = numbers(50)
    assert not all(n < 9 for n in generator)
    assert sum(generator) == sum(range(10, 50))
    generator = numbers(20, 0.5)
    assert sum(generator) == 95.0 and next(generator, None) is None
    assert tuple(numbers(30)) == tuple(range(30))
    assert set(numbers(30, 3)) == {3 * n for n in range(30)}
    assert frozenset(str(n) for n in range(5)) == frozenset("01234")
    assert max(numbers(9)) == 8 and min(numbers(9, -1)) == -8
    assert dict((n, -n) for n in numbers(4)) == {0: 0, 1: -1, 2: -2, 3: -3}
    assert "".join(str(n) for n in numbers(5)) == "01234"
    assert sorted(numbers(5, -1)) == [-4, -3, -2, -1, 0]

# A list that grows while the generator looks at it.
grown = [0]


def lengths():
    for _ in range(400):
        yield len(grown)


grown.extend(lengths())
print(grown[:4], grown[-1], len(grown))


# Items whose hash, comparison, truth or sum is Python code see a generator that is suspended, and may resume it.
class Item:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        states.add(("hash", current.gi_running))
        return self.n % 3

    def __eq__(self, other):
        states.add(("eq", current.gi_running))
        if self.n % 50 == 0:
            taken.append(next(current, None) is None)
        return self.n == getattr(other, "n", other)

    def __bool__(self):
        states.add(("bool", current.gi_running))
        return True

    def __add__(self, other):
        states.add(("add", current.gi_running))
        return Item(self.n + getattr(other, "n", other))

    __radd__ = __add__


def items(count):
    for n in range(count):
        yield Item(n)


def mixed(count):
    for n in range(count):
        yield n if n % 5 else Item(n)


for make in (items, mixed):
    for consume in (list, tuple, set, all, any, sum):
        states, taken = set(), []
        current = make(200)
        result = consume(current)
        size = len(result) if isinstance(result, (list, tuple, set)) else getattr(result, "n", result)
        print(make.__name__, consume.__name__, size, sorted(states), taken.count(False))


# Errors in the middle.
def failing(count):
    for n in range(count):
        if n == 150:
            raise KeyError(n)
        yield n


for consume in (list, tuple, set, all, any, sum):
    found = [1]
    for _ in range(3):
        try:
            result = consume(failing(300))
        except KeyError as error:
            result = error.args
    print(consume.__name__, result)
partial = []
try:
    partial.extend(failing(300))
except KeyError:
    print(len(partial), partial[-1])


def reentrant():
    for n in range(500):
        if n == 400:
            try:
                list(current)
            except ValueError as error:
                yield str(error)
        yield n


current = reentrant()
result = list(current)
print(len(result), result[400])


# Sums past small ints, mixed kinds, a start.
print(sum(numbers(400, 1 << 55)), sum((n / 4 for n in range(300)), 1), sum((n if n % 2 else n / 2 for n in range(300))))
print(sum((n > 3 for n in range(300)), True), sum(([n] for n in range(4)), []))
