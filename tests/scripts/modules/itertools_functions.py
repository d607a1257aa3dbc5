# itertools, all of it.
from itertools import *


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


print(list(chain("ab", [1], ())), list(chain.from_iterable(["ab", [1, 2]])), list(islice(count(5), 4)), list(islice(count(1, 0.5), 3)), list(islice(cycle("ab"), 5)), list(repeat(7, 3)), list(islice(repeat("x"), 2)))
print(list(accumulate([1, 2, 3, 4])), list(accumulate([1, 2, 3], lambda a, b: a * b)), list(accumulate([1, 2], initial=100)), list(accumulate([])), list(accumulate("abc")))
print(list(compress("abcdef", [1, 0, 1, 0, 1, 1])), list(dropwhile(lambda x: x < 3, [1, 4, 2, 5])), list(takewhile(lambda x: x < 3, [1, 2, 4, 1])), list(filterfalse(lambda x: x % 2, range(6))), list(filterfalse(None, [0, 1, ""])))
print(list(starmap(pow, [(2, 3), (3, 2)])), list(starmap(lambda *a: sum(a), [(1, 2, 3), ()])), list(zip_longest("abc", [1], fillvalue="-")), list(zip_longest([1], [])), list(pairwise([1, 2, 3, 4])), list(pairwise([1])), list(batched("abcdefg", 3)), list(batched(range(4), 2)))
print([(k, list(g)) for k, g in groupby("aaabbca")], [(k, len(list(g))) for k, g in groupby(range(10), lambda x: x // 4)], [k for k, g in groupby([1, 1, 2, 1])])
print(list(product("ab", [1, 2])), list(product(range(2), repeat=3)), list(product()), list(product("ab", [])), len(list(product(range(5), repeat=4))))
print(list(permutations("abc")), list(permutations([1, 2, 3], 2)), list(permutations([1], 2)), list(permutations([])), list(combinations("abcd", 2)), list(combinations(range(4), 3)), list(combinations([1], 2)), list(combinations_with_replacement("abc", 2)), len(list(combinations(range(10), 5))))
print(list(islice("abcdefg", 2)), list(islice("abcdefg", 2, 5)), list(islice("abcdefg", 1, None, 2)), list(islice("abc", None)), list(islice([], 5)))
a, b = tee([1, 2, 3])
print(next(a), list(b), list(a))
x, y, z = tee(iter("ab"), 3)
print(list(x), next(y), list(z), list(y))
g = groupby("aab")
k1, g1 = next(g)
k2, g2 = next(g)
print(k1, list(g1), k2, list(g2))
c = count(2**62 - 2)
print([next(c) for _ in range(5)], count(5), count(1, 2), repeat(1, 5), repeat("a"))
c = cycle([])
print(list(c), next(count(-3)), list(zip(count(), "ab")), sum(islice(count(), 1000)))
check(lambda: list(islice([1], -1)))
check(lambda: list(islice([1], 0, 1, 0)))
check(lambda: list(islice([1], "a")))
check(lambda: list(batched("abc", 0)))
check(lambda: list(batched("abc", 2, strict=True)))
check(lambda: list(product("ab", repeat=-1)))
check(lambda: list(permutations("ab", -1)))
check(lambda: list(combinations("ab", -1)))
check(lambda: list(chain(5)))
check(lambda: list(chain.from_iterable([1])))
check(lambda: list(starmap(pow, [1])))
check(lambda: count("a"))
check(lambda: list(accumulate([1, "a"])))
check(lambda: tee([], -1))
check(lambda: list(compress([1], 5)))
check(lambda: list(zip_longest([1], bad=1)))
check(lambda: next(iter(cycle(5))))
check(lambda: repeat())
check(lambda: list(takewhile(5, [1])))


def boom():
    yield 1
    raise ValueError("from source")


for f in (lambda i: chain(i), lambda i: accumulate(i), lambda i: islice(i, 5), lambda i: takewhile(lambda v: True, i), lambda i: zip_longest(i, [1, 2, 3]), lambda i: pairwise(i), lambda i: compress(i, [1] * 5), lambda i: starmap(lambda v: v, zip(i)), lambda i: groupby(i), lambda i: batched(i, 1)):
    out = []
    try:
        for v in f(boom()):
            out.append(v if not isinstance(v, tuple) or not hasattr(v[-1], "__next__") else v[0])
    except ValueError as e:
        print(out, e, end="; ")
print()
it = chain([1, 2], [3])
print(next(it), iter(it) is it, list(it), type(it).__name__, type(accumulate([])).__name__)
print(len(set(permutations("aabb"))), ["".join(p) for p in product("01", repeat=3)], max(combinations([3, 1, 4, 1, 5], 2), key=sum), list(map(sum, combinations(range(5), 2))))


def primes():
    sieve = count(2)
    while True:
        p = next(sieve)
        yield p
        sieve = filter(p.__rmod__, sieve)


print(list(islice(primes(), 20)), list(takewhile(lambda p: p < 30, primes())))
