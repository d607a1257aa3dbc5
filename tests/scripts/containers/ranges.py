# range: arithmetic without elements, membership, slices, equality; big bounds.
def check(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


for r in [range(5), range(0), range(2, 8), range(0, 10, 3), range(10, 0, -1), range(10, 0, -3), range(-5, 5, 2), range(5, 5), range(5, 2), range(0, -7, -2), range(1, 2), range(0, 11, 5)]:
    print(r, list(r), len(r), bool(r), r.start, r.stop, r.step, list(reversed(r)), r[1:3], r[::-1], r[::2], 4 in r, 4.0 in r, "a" in r, r.count(4), sum(r), list(r[-3:]))
r = range(0, 100, 7)
print(r[0], r[-1], r[5], r.index(49), r.count(50), max(r), min(r), 98 in r, 99 in r, -7 in r, True in range(2), 1.5 in r)
print(range(0, 3, 2) == range(0, 4, 2), range(0) == range(5, 5), range(3) == [0, 1, 2], hash(range(0, 3, 2)) == hash(range(0, 4, 2)), range(1, 2) == range(1, 3), range(3) != range(4), {range(3): "r"}[range(0, 3, 1)])
big = range(2**62 - 3, 2**62 + 3)
print(list(big), big[3], len(big), 2**62 in big, big.index(2**62), list(reversed(big)), big[1:3])
huge = range(0, 10**30, 10**29)
print(list(huge)[:3], len(huge), huge[-1], 5 * 10**29 in huge, 5 * 10**29 + 1 in huge, huge[3:5], huge)
print([i for i in range(2**63 - 2, 2**63 + 1)], [i for i in range(-2**62 - 2, -2**62 + 2)], list(range(2**62 + 2, 2**62 - 2, -1)))
check(range, "a")
check(range, 1.5)
check(range, 1, 2, 0)
check(range)
check(range, 1, 2, 3, 4)
check(lambda: range(5)[5])
check(lambda: range(5)[-6])
check(lambda: range(5)["a"])
check(lambda: range(5).index(9))
check(lambda: range(5) + range(3))
check(lambda: range(5) < range(6))
check(lambda: range(5).start.__class__)
check(lambda: setattr(range(5), "start", 1))
check(lambda: next(range(3)))
check(lambda: range(stop=5))
it = iter(range(3))
print(next(it), it.__length_hint__(), list(it), next(it, "end"), iter(it) is it)
total = 0
for i in range(5):
    for j in range(i, 5):
        for k in range(j, -1, -2):
            total += i * j - k
print(total)
for i in range(3):
    i = i * 10
    print(i, end=" ")
print(i)
for i in range(0):
    pass
else:
    print("empty", i)
n = 3
for i in range(n):
    n += 1
print(n, [x for x in range(10) if x % 3 == 0], list(zip(range(3), range(10, 20, 3))), list(enumerate(range(5, 8), start=1)), [*range(3)], dict.fromkeys(range(3), 0))
a, b, *c = range(5)
print(a, b, c, tuple(range(3)), set(range(3)), sorted(range(5, 0, -1)), list(map(str, range(3))), any(range(1)), all(range(1, 4)), sum(range(101)))
print(range(True), range(False, True), range(10)[2:8][1:3], range(10)[::3][::-1], range(0, 10, 3)[-2:], isinstance(range(1), range), type(range(1)).__name__)
