# Iterators: builtin ones, user ones, the old sequence protocol, exhaustion, sentinel iter, length hints.
class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


class Seq:
    def __getitem__(self, i):
        if i > 4:
            raise IndexError
        return i * i


class LenSeq(Seq):
    def __len__(self):
        return 3


class Fresh:
    def __iter__(self):
        return iter([1, 2, 3])


def check(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)


print(list(Count(3)), tuple(Count(2)), sum(Count(5)), max(Count(4)), sorted(Count(4)), 3 in Count(5), [*Count(3)], {*Count(3)}, dict(enumerate(Count(2))), list(zip(Count(3), "abc")))
print(list(Seq()), 9 in Seq(), list(reversed(LenSeq())), [x for x in Fresh()], list(iter(Seq())), max(Seq()), list(map(str, Seq())))
c = Count(3)
print(next(c), next(c), next(c), next(c, "default"), list(c))
check(next, c)
check(iter, 5)
check(next, [1])
check(next, 5)
check(list, Count)
n = [0]


def step():
    n[0] += 1
    return n[0]


print(list(iter(step, 5)))
check(iter, step)
check(iter, 5, 5)
for it in (iter([1, 2]), iter((1, 2)), iter("ab"), iter({1: 2}), iter({3}), iter(range(2)), iter(b"ab"), enumerate("ab"), zip("ab", "cd"), map(abs, [-1]), filter(None, [0, 1]), reversed([1, 2]), iter({1: 2}.items()), (x for x in "a")):
    print(type(it).__name__, iter(it) is it, list(it), next(it, "done"), next(it, "done"))
print(list(zip([1, 2, 3], "ab")), list(zip()), list(zip([1])), list(map(max, [1, 5], [4, 2], [3, 3])), list(enumerate("ab", 5)), list(filter(lambda v: v > 1, [1, 2, 3])), list(reversed("abc")), list(reversed({1: 0, 2: 0})))
check(lambda: list(zip([1], [1, 2], strict=True)))
check(lambda: list(zip([1, 2], [1], strict=True)))
check(lambda: list(zip([1], [1], [1, 2], strict=True)))
check(lambda: list(zip([1, 2], [3, 4], strict=True)))
check(lambda: list(map(abs, [1, -2], strict=True)))
check(lambda: list(map(max, [1], [1, 2], strict=True)))
check(zip, 5)
check(lambda: list(map(5, [1])))
check(map, abs)
check(lambda: list(map(abs, 5)))
check(enumerate, 5)
check(reversed, {1})
check(reversed, 5)
check(lambda: list(filter(5, [1])))


class BadIter:
    def __iter__(self):
        return 5


class NoneIter:
    __iter__ = None


class RaisingNext:
    def __iter__(self):
        return self

    def __next__(self):
        raise ValueError("inside next")


class BadGet:
    def __getitem__(self, i):
        if i == 2:
            raise KeyError("stop here")
        return i


check(list, BadIter())
check(list, NoneIter())
check(list, RaisingNext())
check(list, BadGet())
check(lambda: 5 in NoneIter())
check(lambda: [*5])
check(lambda: (lambda *a: a)(*5))
check(lambda: sum(RaisingNext()))


class Contains:
    def __contains__(self, v):
        return v == "yes" and [1]


print("yes" in Contains(), "no" in Contains(), "no" not in Contains())


class Hint:
    def __init__(self, h):
        self.h = h

    def __iter__(self):
        return iter([1, 2])

    def __length_hint__(self):
        return self.h


import operator
for h in (0, 5, NotImplemented, -1, "a"):
    check(operator.length_hint, Hint(h))
    check(list, Hint(h))
z = zip(range(3), iter(range(5)))
print(list(z))
it = iter(range(10))
print([(a, b) for a, b in zip(it, it)])
it = iter([1, 2, 3, 4])
for x in it:
    print(x, next(it, None))
g = enumerate([10, 20])
i, v = next(g)
print(i, v, next(g))
m = map(lambda x: x * 2, iter([1, 2, 3]))
print(next(m), list(m))
total = 0
for i, (a, b) in enumerate(zip(range(100), range(100, 0, -1))):
    total += i * a - b
print(total)
while True:
    try:
        print(next(g))
    except StopIteration as e:
        print("stopped", e.value, e.args)
        break
