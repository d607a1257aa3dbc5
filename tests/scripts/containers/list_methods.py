# list: every method, operators, comparisons, refusals.
def check(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


a = [3, 1, 2]
a.append(4)
a.extend([5, 6])
a.extend("ab")
a.insert(0, "first")
a.insert(-1, "almost")
a.insert(100, "last")
a.insert(-100, "zero")
print(a, len(a), a.index(1), a.index("a"), a.count(1), a.pop(), a.pop(0), a.pop(-2), a)
a.remove("first")
a.reverse()
print(a, a.copy(), a.copy() is a, a == a.copy())
a.clear()
print(a, not a)
b = [5, 3, 9, 1, 7]
b.sort()
print(b)
b.sort(reverse=True)
print(b)
b.sort(key=lambda v: v % 5)
print(b, sorted(b, key=str, reverse=True), sorted("bca"), sorted({3: 1, 1: 2}), sorted([(1, "b"), (1, "a"), (0, "z")]))
words = ["banana", "Apple", "cherry", "apple", "Banana", "date"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=lambda w: (len(w), w)), sorted(words, key=str.lower, reverse=True))
mixed = [1, 2.5, True, 0, -1.5, 3, False]
print(sorted(mixed), sorted(mixed, reverse=True), sorted([2**70, 1, -2**70, 2**62, 1.5]), sorted([[2], [1, 5], [1]]), sorted([b"b", b"a"]))
data = [(i * 7919 % 101, i) for i in range(200)]
print(sorted(data)[:5], sorted(data, key=lambda t: t[0])[:5] == sorted(data)[:5], [t[1] for t in sorted(data, key=lambda t: t[0] % 3)][:10])
big = [(i * 48271) % 65537 for i in range(1000)]
s = sorted(big)
print(all(s[i] <= s[i + 1] for i in range(999)), s[:5], s[-5:], sorted(big, reverse=True) == s[::-1], sorted(s) == s, sorted(s[::-1]) == s)
print([1, 2] + [3], [1, 2] * 2, 2 * [0], [1] * 0, [1] * -5, [[]] * 2, [1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [2] > [1, 9], [] < [0], [1, 2] != [1, 2.0], [1, "a"] == [1, "a"])
print(3 in [1, 2, 3], 4 not in [1], [1] in [[1]], None in [None], list(), list("abc"), list(range(3)), list((1, 2)), list({1: 2}), [*range(3), *"ab"], [*[], *()])
c = [1, 2, 3]
d = c
c += [4]
c *= 2
print(c, d is c, d)
c = c + [9]
print(len(c), len(d))
e = []
e.append(e)
print(e, e == e, [e] == [e], repr([e, [e]]))
f = [1, [2, [3]], "s", None, 1.5, (1,), {"k": []}]
print(f, str(f), f"{f}")
check(a.pop)
check([1].pop, 5)
check([1].pop, "a")
check([1].remove, 2)
check([1, 2].index, 3)
check([1, 2, 1].index, 1, 1)
check([1, 2, 1].index, 2, 2)
check([1, 2, 1].index, 1, -1)
check(lambda: [1] + (2,))
check(lambda: [1] + None)
check(lambda: [1] * "a")
check(lambda: [1] < [None])
check(lambda: [1, "a"] < [1, 2])
check(lambda: sorted([1, "a"]))
check(lambda: sorted([None, None]))
check(lambda: sorted([1, 2], key=5))
check(lambda: sorted([1, 2], lambda v: v))
check(lambda: [3, 1].sort(None))
check(lambda: list(5))
check(lambda: list(1, 2))
check(lambda: [].extend(5))
check(lambda: [].append())
check(lambda: [].append(1, 2))
check(lambda: [].insert("a", 1))
check(lambda: {[]: 1})
check(lambda: hash([]))
check(lambda: [1, 2, 3].foo)
check(lambda: [1].append(x=1))
check(lambda: [1, 2][1, 2])
check(lambda: max([]))
check(lambda: min([], default="d"))
check(lambda: sum(["a"]))
check(lambda: sum([[1], [2]], []))
check(lambda: sum("ab", ""))
check(lambda: max([1, "a"]))
check(lambda: max(3, 1, 2, key=lambda v: -v))
check(lambda: min(["bb", "a"], key=len))
check(lambda: max(1))


class L(list):
    def __getitem__(self, i):
        return ("got", list.__getitem__(self, i))

    def __len__(self):
        return 42


z = L([1, 2, 3])
print(z[0], len(z), list(z), z, z + [1], type(z + [1]).__name__, z == [1, 2, 3], sorted(z), [v for v in z], isinstance(z, list), z.copy(), type(z[:]).__name__)
z.extra = 5
print(z.extra, vars(z))
print(any(x > 2 for x in [1, 2, 3]), [x for x in reversed([1, 2, 3])], list(zip([1, 2], "ab", (True, False))), list(map(lambda x, y: x + y, [1, 2], [10, 20])), list(filter(lambda v: v & 1, range(6))))
