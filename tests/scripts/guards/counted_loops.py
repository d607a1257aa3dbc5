# Loops whose checks can be made once before them: what happens when they fail in the middle, and what the loop had
# done by then. Items of arrays and lists, in all the ways they are kept.
from array import array


def fill(container, start, stop, step, value):
    done = 0
    try:
        for i in range(start, stop, step):
            container[i] = value
            done += 1
    except (IndexError, OverflowError, TypeError) as error:
        return done, type(error).__name__, str(error)
    return done


def total(container, n, factor, distance):
    result = 0
    try:
        for i in range(n):
            result += container[factor * i + distance]
    except IndexError as error:
        return result, str(error)
    return result


def warm(function, *arguments):
    for _ in range(400):
        function(*arguments)
    return function(*arguments)


for make in (list, lambda items: array("d", items), lambda items: array("l", items), lambda items: array("b", items)):
    small = make([0] * 10)
    print(warm(fill, small, 0, 10, 1, 7), list(small))
    print(fill(small, 5, 14, 1, 8), list(small))
    print(fill(small, 0, 10, 3, 9), fill(small, 9, -1, -4, 6), list(small))
    print(fill(small, 3, -20, -1, 5), list(small))
    print(fill(small, 20, 20, 1, 4), fill(small, 30, 12, 1, 4), fill(small, 30, 35, -1, 4), list(small))
    print(warm(total, small, 5, 2, 0), total(small, 5, 2, 1), total(small, 5, 2, 2), total(small, 4, -2, 9))
    print(total(small, 3, 1, -2), total(small, 0, 1, 1000), total(small, 3, 10**8, 0), total(small, 0, 10**18, 0))

# What an array does not take, for each of its kinds.
VALUES = 127, 128, -1, -129, 255, 256, 2**15, True, 2**31, 2**32, 2**62, 2**63, 2**64, 1.5, "x", None
for code in "bBhHiIqQfd":
    numbers = array(code, [1, 2, 3])
    print(code, warm(fill, numbers, 0, 3, 1, 100), list(numbers), end=" ")
    for value in VALUES if code in "qQfd" else VALUES[:8]:
        result = fill(numbers, 1, 2, 1, value)
        print(result if result == 1 else result[2], numbers[1], end="; ")
    print()


# Ints of 64 bits that are no small ints; signs; reading behind the end.
def add_up(numbers, n):
    result = 0
    for i in range(n):
        result += numbers[i]
    return result


print(warm(add_up, array("q", [1, 2, 3]), 3), add_up(array("q", [2**63 - 1, -(2**63), 2**62, -(2**62) - 1]), 4))
print(warm(add_up, array("h", [-1, -32768, 32767]), 3), warm(add_up, array("H", [65535, 1]), 2))
print(warm(add_up, array("i", [-(2**31), 2**31 - 1]), 2), warm(add_up, array("I", [2**32 - 1, 1]), 2))
print(warm(add_up, array("d", [0.5, float("inf")]), 2), add_up(array("d", [float("nan"), 1.0]), 2))


# The bound changes while the loop runs.
def shrink(items, n):
    seen = []
    try:
        for i in range(n):
            seen.append(items[i])
            if len(items) > 4:
                items.pop()
    except IndexError as error:
        return seen, str(error)
    return seen


for _ in range(400):
    shrink([1, 2, 3], 3)
print(shrink([1, 2, 3], 3), shrink(list("abcdefgh"), 8))


def grow(items, limit):
    for item in items:
        if len(items) < limit:
            items.append(item + 1)
    return items


for _ in range(400):
    grow([1], 4)
print(grow([1], 6), grow([1.5], 4), grow([True], 4), grow([2**70], 3))


# A loop that stops before its range does.
def find(items, n, wanted):
    for i in range(n):
        if items[i] == wanted:
            return i
    return None


for _ in range(2000):
    find([1, 2, 3], 10, 3)
print(find([1, 2, 3], 10, 2), find([5, 6], 2, 7), find((1, 2), 2, 2))


def steps(items, step):
    n = 0
    result = 0
    while n < len(items):
        result = result * 3 + items[n]
        n += step
    return result


print(warm(steps, [1, 2, 3, 4], 1), steps([1, 2, 3, 4], 3), steps([], 2), steps([1.5, 2.5], 1), steps([True, False], 1))


# Nested loops over rows.
def product(a, b):
    rows, inner, columns = len(a), len(b), len(b[0])
    result = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            result_row = result[i]
            for k in range(inner):
                result_row[j] += a[i][k] * b[k][j]
    return result


print(warm(product, [[1.0, 2.0], [3.0, 4.0]], [[0.5, 1.0], [2.0, 0.25]]), product([[1, 2]], [[3.0], [4.5]]))
try:
    product([[1.0, 2.0]], [[1.0], [2.0], [3.0]])
except IndexError as error:
    print(error)


# One loop over lists kept in different ways.
def weigh(items, factor):
    result = 0.0
    for i, item in enumerate(items):
        result += (i + factor) * item
    return result


for _ in range(400):
    weigh([1.0, 2.0], 1)
print(weigh([1.0, 2.0], 1), weigh([1, 2], 1), weigh([True, False], 2), weigh((1.5, 2), 3), weigh([1, 2.5], 2))


# Subscripts that are methods, through classes that change.
class Grid:
    def __init__(self, width, height):
        self.width, self.height = width, height
        self.data = array("d", [0]) * (width * height)

    def index(self, x, y):
        if 0 <= x < self.width and 0 <= y < self.height:
            return y * self.width + x
        raise IndexError((x, y))

    def __getitem__(self, key):
        x, y = key
        return self.data[self.index(x, y)]

    def __setitem__(self, key, value):
        x, y = key
        self.data[self.index(x, y)] = value


def relax(grid, rounds):
    for _ in range(rounds):
        for y in range(1, grid.height - 1):
            for x in range(1, grid.width - 1):
                grid[x, y] = 0.25 * (grid[x - 1, y] + grid[x + 1, y] + grid[x, y - 1] + grid[x, y + 1])
    return sum(grid.data)


grid = Grid(12, 9)
for x in range(12):
    grid[x, 0] = x
print(relax(grid, 40))
grid.width = 13
try:
    relax(grid, 1)
except IndexError as error:
    print(type(error).__name__, error)
grid.width = 12


class Shouting(Grid):
    def __getitem__(self, key):
        return 1.0


print(relax(Shouting(4, 4), 3), relax(grid, 1) == relax(grid, 0))
Grid.__getitem__ = lambda self, key: 2
print(relax(grid, 1))


# isinstance of builtin classes, their subclasses, and objects that lie about their class.
class Number(int):
    pass


class Liar:
    __class__ = property(lambda self: int)


def kinds(values):
    return [(isinstance(v, int), isinstance(v, tuple), isinstance(v, str), isinstance(v, (int, str)), isinstance(v, bool)) for v in values]


for _ in range(400):
    kinds([1, 2, 3])
for value in (1, True, 2**80, 1.5, "a", (1,), Number(3), Liar(), None, [1]):
    print(type(value).__name__, *[int(answer) for answer in kinds([value])[0]], end="; ")
print()


# Appends of every kind, to lists kept in every way; pops down to nothing.
def collect(values):
    result = []
    for value in values:
        result.append(value)
    return result


for values in ([1, 2, 3] * 5, [1.5, 2.5] * 5, [True, False] * 5, ["a", None] * 5, [1, 2.5, True, "a", float("nan"), 2**70] * 3):
    for _ in range(200):
        collect(values)
    print(str(collect(values)) == str(values), [type(value).__name__ for value in collect(values)][:6])


def drain(items):
    result = []
    try:
        while True:
            result.append(items.pop())
    except IndexError as error:
        return result, str(error)


for _ in range(300):
    drain([1, 2, 3])
print(drain([1, 2, 3]), drain([1.5]), drain([True, None]), drain([]))
