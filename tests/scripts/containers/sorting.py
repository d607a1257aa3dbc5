# sort: stability, keys, comparison counts do not matter, errors midway leave a permutation.
records = [("bob", 25, 1.5), ("alice", 30, 2.5), ("carol", 25, 0.5), ("dave", 30, 1.0), ("eve", 22, 9.0)]
print(sorted(records))
print(sorted(records, key=lambda r: r[1]))
print(sorted(records, key=lambda r: (-r[1], r[0])))
print(sorted(records, key=lambda r: r[2], reverse=True))
by_age = sorted(records, key=lambda r: r[0])
by_age.sort(key=lambda r: r[1], reverse=True)
print([r[0] for r in by_age])


class V:
    def __init__(self, k, tag):
        self.k = k
        self.tag = tag

    def __lt__(self, other):
        return self.k < other.k

    def __repr__(self):
        return f"{self.k}{self.tag}"


vs = [V(i * 37 % 5, chr(97 + i)) for i in range(20)]
print(sorted(vs), sorted(vs, reverse=True))
print(min(vs), max([V(1, "x"), V(2, "y"), V(2, "z")]))


class Bomb:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        if self.v == 13 or other.v == 13:
            raise ValueError("thirteen")
        return self.v < other.v


bombs = [Bomb(v) for v in (5, 2, 13, 7, 1)]
try:
    bombs.sort()
except ValueError as e:
    print("ValueError:", e, sorted(b.v for b in bombs))


class Weird:
    def __lt__(self, other):
        return []


print(len(sorted([Weird(), Weird()])))
state = 12345
numbers = []
for _ in range(3000):
    state = (state * 1103515245 + 12345) % 2**31
    numbers.append(state % 1000)
s = sorted(numbers)
print(s[:5], s[-5:], s[1500], all(a <= b for a, b in zip(s, s[1:])), sum(s) == sum(numbers))
pairs = sorted(enumerate(numbers), key=lambda p: p[1])
print(all(a[1] < b[1] or (a[1] == b[1] and a[0] < b[0]) for a, b in zip(pairs, pairs[1:])))
pairs = sorted(enumerate(numbers), key=lambda p: p[1], reverse=True)
print(all(a[1] > b[1] or (a[1] == b[1] and a[0] < b[0]) for a, b in zip(pairs, pairs[1:])))
f = [n / 7 for n in numbers]
print(sorted(f)[::600], sorted(f, key=lambda v: -v)[:3], sorted(map(str, numbers))[:5], sorted(numbers + f, key=float)[::1500])
runs = list(range(500)) + list(range(500, 0, -1)) + [5] * 100 + list(range(300))
print(sorted(runs)[::200], sorted(runs, reverse=True)[::200], sorted(runs) == sorted(runs[::-1]))
from functools import cmp_to_key
print(sorted([5, 2, 8, 1], key=cmp_to_key(lambda a, b: b - a)), sorted("hello world", key=cmp_to_key(lambda a, b: (a > b) - (a < b))))
print(sorted(["10", "9", "2", "1"], key=int), sorted(["b", "A", "c"], key=str.swapcase), sorted([[1, 2], [1], []], key=len), sorted({"b": 2, "a": 1}), sorted({(1, 2), (0, 5)}), sorted(x for x in (3, 1, 2)))
print(sorted([1.0, 1, True, 0.0, False, 0]), sorted([True, 0, 1.0]), [type(v).__name__ for v in sorted([1.0, 1, True])])
a = [3, 2, 1]
print(a.sort(), a, sorted(a) is a)
a = ["x"] * 5
a.sort(key=id)
print(a)
k = sorted(range(10), key=lambda v: (v % 2, -v))
print(k)
inv = [None] * len(k)
for i, v in enumerate(k):
    inv[v] = i
print(inv)


def quick(v):
    if len(v) < 2:
        return v
    p = v[len(v) // 2]
    return quick([x for x in v if x < p]) + [x for x in v if x == p] + quick([x for x in v if x > p])


def merge_sort(v):
    if len(v) < 2:
        return v
    mid = len(v) // 2
    a, b = merge_sort(v[:mid]), merge_sort(v[mid:])
    out = []
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] <= b[j]:
            out.append(a[i])
            i += 1
        else:
            out.append(b[j])
            j += 1
    return out + a[i:] + b[j:]


def heap_sort(v):
    v = v[:]

    def sift(start, end):
        while 2 * start + 1 < end:
            child = 2 * start + 1
            if child + 1 < end and v[child] < v[child + 1]:
                child += 1
            if v[start] >= v[child]:
                return
            v[start], v[child] = v[child], v[start]
            start = child

    for i in range(len(v) // 2, -1, -1):
        sift(i, len(v))
    for end in range(len(v) - 1, 0, -1):
        v[0], v[end] = v[end], v[0]
        sift(0, end)
    return v


def shell(v):
    v = v[:]
    gap = len(v) // 2
    while gap:
        for i in range(gap, len(v)):
            x = v[i]
            while i >= gap and v[i - gap] > x:
                v[i] = v[i - gap]
                i -= gap
            v[i] = x
        gap //= 2
    return v


print(quick(numbers) == s, merge_sort(numbers) == s, heap_sort(numbers[:1000]) == sorted(numbers[:1000]), shell(f) == sorted(f))
