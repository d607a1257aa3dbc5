# tuples.
def check(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as e:
        print(type(e).__name__ + ":", e)


t = (1, "a", 2.5, None, (2, 3))
print(t, (), (1,), (1, 2), tuple("abc"), tuple([1, 2]), tuple(), tuple(range(3)), tuple(x * 2 for x in range(3)), t[0], t[-1], t[1:3], len(t), t.index("a"), t.count(1), "a" in t)
print(t + (9,), (1, 2) * 2, 2 * (0,), () + (), (1,) * 0, (1, 2) < (1, 3), (1,) < (1, 0), (2,) > (1, 9), () == (), (1, 2) == [1, 2], (1, 2.0) == (1, 2), hash((1, 2)) == hash((1, 2)), hash((1, 2)) == hash((2, 1)), hash(()) == hash(()))
a, b = 1, 2
a, b = b, a
print(a, b)
(a, b), c = (3, 4), 5
print(a, b, c)
a, *b, c = range(6)
print(a, b, c)
*a, = "xy"
print(a)
a, (b, *c), *d = 1, (2, 3, 4), 5, 6
print(a, b, c, d)
[a, b] = {"k": 1, "j": 2}
print(a, b)
a = b = c = []
a.append(1)
print(b, c is a)
x, y = y, x = 1, 2
print(x, y)
check(lambda: (1, 2)[5])
check(lambda: (1, 2)["a"])
check(lambda: (1, 2).index(5))
check(lambda: (1, 2) + [3])
check(lambda: hash(([],)))
check(lambda: (1, 2) < (1, "a"))
check(lambda: (1).__getitem__)
check(lambda: tuple(5))
check(lambda: tuple(1, 2))


def assign():
    t[0] = 1


def delete():
    del t[0]


check(assign)
check(delete)
for code in ("a, b = 1", "a, b = 1, 2, 3", "a, b = [1]", "a, *b, c = [1]", "a, b = 'abc'", "a, b = {}", "a, b = None", "(a, b), c = 1, 2", "a, b, c, d, *e = range(3)", "a, b = iter([1, 2, 3])", "[] = 1", "() = [1]", "[] = []", "*a, b = ()"):
    try:
        exec(code)
        print(code, "ok")
    except Exception as e:
        print(code, "->", type(e).__name__ + ":", e)


class T(tuple):
    def __new__(cls, *args):
        return super().__new__(cls, args)

    def total(self):
        return sum(self)


k = T(1, 2, 3)
print(k, k.total(), k == (1, 2, 3), k + (4,), type(k + (4,)).__name__, k[1:], type(k[:]).__name__, isinstance(k, tuple), {k: 1}[(1, 2, 3)], len(k), hash(k) == hash((1, 2, 3)))
k.tag = "x"
print(k.tag, max(k), sorted(k, reverse=True), *k)
i = 0
t = ([1], 2)
try:
    t[0] += [9]
except TypeError as e:
    print("TypeError:", e, t)
print(sorted([(2, "a"), (1, "z"), (1, "b")]), max((1, 2), (1, 3)), min([(0, 9), (0, 1)]), sum(((1,), (2,)), ()), dict([(1, 2), (3, 4)]), list(zip(*[(1, 2), (3, 4)])))
n = ()
for i in range(100):
    n = (n, i) if i % 10 == 0 else n
depth = 0
while n:
    n = n[0]
    depth += 1
print(depth, (1, (2, (3, (4,)))), ((((),),),), repr((1.0, 'x', b"y")))
big = tuple(range(1000))
print(big[500], big[::250], sum(big), big.index(999), big == tuple(range(1000)), big[:3] + big[-3:])
