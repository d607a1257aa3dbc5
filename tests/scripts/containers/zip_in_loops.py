# Loops over zips of lists and tuples: ends, growth, kinds of items, and a zip that outlives its loop.


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def pairs(a, b):
    out = []
    for x, y in zip(a, b):
        out.append((x, y))
    return out


def triples(a, b, c):
    return [x + y + z for x, y, z in zip(a, b, c)]


def grows(a, b):
    taken = 0
    for x, y in zip(a, b):
        taken += 1
        if taken < 8:
            a.append(x)
            if taken % 2:
                b.append(y)
    return taken, a, b


def shrinks(a, b):
    seen = []
    for item in zip(a, b):
        seen.append(item)
        if len(seen) == 2:
            del b[3:]
    return seen


def outlives(a, b):
    both = zip(a, b)
    first = []
    for pair in both:
        first.append(pair)
        if len(first) == 2:
            break
    rest = list(both)
    b.extend("xyz")
    return first, rest, next(both, "end"), type(both).__name__


def ended_by_second(a, b):
    both = zip(a, b)
    for pair in both:
        last = pair
    # The first iterator gave an item for nothing.
    b.append("more")
    b.append("most")
    return last, next(both, "end")


def fails(a, b):
    total = 0
    try:
        for x, y in zip(a, b):
            total += x + y
    except TypeError as error:
        return total, str(error)
    return total


for round in range(400):
    n = round % 5
    results = (
        dot([1, 2, 3], [4, 5, 6][:n]),
        dot((0.5, 1.5), [2, 4]),
        pairs([1, 2.5, "a"], (True, None)),
        pairs([], [1]),
        pairs([False, True], [1, 2, 3]),
        triples([1, 2], (3, 4), [5.0, 6]),
        grows([1, 2], ["a", "b", "c"]),
        shrinks([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]),
        outlives([1, 2, 3, 4], ["p", "q", "r"]),
        ended_by_second([1, 2, 3, 4], ["p", "q"]),
        fails([1, 2, 3], [4, "five", 6]),
    )
print(*results, sep="\n")
# Other iterables come late.
print(pairs("ab", range(2)), pairs(iter([1, 2]), {3: 4}), dot(range(4), range(4)))
one = iter([1, 2, 3, 4, 5])
print(pairs(one, one))
try:
    pairs(1, [2])
except TypeError as error:
    print(error)
for pair in zip([1], [2], strict=True):
    print(pair)
