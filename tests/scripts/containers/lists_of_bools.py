# Lists of bools are kept as bytes: everything a list does, and every way to stop being one.
import copy

flags = [True, False, True]
print(flags, len(flags), flags[0], flags[-1] is True, type(flags[1]))
print([True] * 3 + [False], [False] + [1], [True] + [None], [] + [True], [True] + [])
print(flags == [1, 0, 1], flags < [True, True], flags != [True, False], [True, 2] > flags)
print(True in flags, 0 in flags, 1.0 in flags, "x" in flags, flags.index(0), flags.count(1), flags.count(True))
for index, other in ((0, 5), (1, None), (2, 1.5), (0, "s")):
    widened = list(flags)
    widened[index] = other
    print(widened, [type(item).__name__ for item in widened])

grown = []
for i in range(10):
    grown.append(i % 3 == 0)
print(grown)
grown.insert(0, False)
grown.insert(5, True)
del grown[2]
print(grown, grown.pop(), grown.pop(0), grown)
grown.append(7)
print(grown)

flags = [i % 2 == 0 for i in range(9)]
print(flags[1:4], flags[::-1], flags[::3], flags[10:])
flags[1:3] = [True, True, True]
print(flags)
flags[::2] = [False] * len(flags[::2])
print(flags)
flags[2:4] = [1, 2]
print(flags)
flags = [True] * 5
flags[1:1] = [0.5]
print(flags)
flags = [1.5, 2.5]
flags[1:] = [True, False]
print(flags)
numbers = [1, 2, 3]
numbers[1:2] = [True, False]
print(numbers)

flags = [True, False, True, True, False]
flags.reverse()
print(flags)
flags.sort()
print(flags)
flags.sort(reverse=True)
print(flags)
flags.sort(key=lambda flag: not flag)
print(flags, sorted(flags, key=int))
flags.extend(flags)
print(flags)
flags += (True, False)
print(flags)
flags.extend(x > 1 for x in range(4))
flags.extend([3])
print(flags)
print(sum([True, False, True]), any([False, False]), all([True, True]), min([True, False]), max([False, True]))
print(tuple([True, False]), set([True, False]), "".join("01"[f] for f in [True, False]))
first, *rest = [True, False, True]
print(first, rest, copy.copy([True]), copy.deepcopy([[True], [False]]))
try:
    ",".join([True, False])
except TypeError as error:
    print(error)
a, b = [False, True]
print(a, b, [*[True, False], 1], dict(zip([True, False], "tf")), list(enumerate([True])), list(reversed([True, False])))
empty = [True]
empty.clear()
empty.append(4)
print(empty)
print([[False] * 3 for _ in range(2)], [True, False] * 2, repr([True] * 0))


def sieve(limit):
    prime = [True] * (limit + 1)
    prime[0] = prime[1] = False
    for i in range(2, int(limit ** 0.5) + 1):
        if prime[i]:
            prime[i * i :: i] = [False] * len(range(i * i, limit + 1, i))
    return [i for i, p in enumerate(prime) if p]


def by_item(limit):
    prime = [True] * (limit + 1)
    for i in range(2, limit + 1):
        if prime[i]:
            for j in range(i * i, limit + 1, i):
                prime[j] = False
    return sum(prime) - 2


def mixed(cells, value):
    for i in range(len(cells)):
        if cells[i]:
            cells[i] = value
    return cells


print(sieve(60), len(sieve(5000)), by_item(5000))
for value in (True, False, 1, 2.0, None):
    for _ in range(40):
        result = mixed([True, False] * 50, value)
    print(result[:4], len(result))
