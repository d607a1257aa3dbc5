# Comprehensions: scopes, nesting, conditions, all four kinds, walrus, evaluation order.
print([x for x in range(5)], {x % 3 for x in range(9)}, {x: x * x for x in range(4)}, list(x for x in range(3)), tuple(x for x in "ab"))
print([x for x in range(20) if x % 2 if x % 3], [(x, y) for x in range(3) for y in range(x)], [x if x % 2 else -x for x in range(5)], [[y for y in range(x)] for x in range(4)])
print([a + b for a, b in zip([1, 2], [3, 4])], [x for row in [[1, 2], [3]] for x in row], {k: v for k, v in sorted({"b": 1, "a": 2}.items())}, [first for first, *rest in ["abc", "de"]], [rest for first, *rest in ["abc", "de"]])
x = "outer"
print([x for x in range(3)], x, [x for _ in range(2)])
n = 3
print([i * n for i in range(n)], [i for i in range(5) if i != n], (lambda: [n for _ in range(2)])())


def scope(items):
    k = 10
    fs = [lambda v=i: v * k for i in items]
    k = 100
    return [f() for f in fs], [k + i for i in items]


print(scope([1, 2]))


class C:
    items = [1, 2, 3]
    size = 3
    copy = [i for i in items]
    doubled = list(map(lambda i: i * 2, items))
    try:
        bad = [i * size for i in items]
    except NameError as e:
        bad = str(e)
    idx = [size for size in range(2)]


print(C.copy, C.doubled, C.bad, C.size, C.idx)
print([(y := i * 2) for i in range(4)], y, [last := v for v in "xyz"], last)


def walrus_scope():
    total = 0
    partial = [total := total + v for v in range(5)]
    return total, partial


print(walrus_scope(), [m for s in ["a1", "b", "c22"] if (m := len(s)) > 1])
print(any((found := v) > 3 for v in [1, 5, 2]), found)


def trace(tag, v):
    print(tag, v, end="; ")
    return v


print([trace("e", i) for i in trace("it", range(3)) if trace("if", i) != 1])
print({trace("k", i): trace("v", -i) for i in range(2)})
g = (trace("gen", i) for i in trace("src", range(3)))
print("made", next(g), list(g))


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


check(lambda: [1 / i for i in [1, 0]])
check(lambda: [undefined for _ in [1]])
check(lambda: [i for i in 5])
check(lambda: {[]: 1 for _ in [1]})
check(lambda: {[] for _ in [1]})
check(lambda: [a for a, b in [(1, 2, 3)]])
check(lambda: [i for i in range(3)] + [i])
check(lambda: (i for i in 5))
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [sum(r) for r in matrix], [v for r in matrix for v in r if v % 2 == 0], {(i, j): v for i, r in enumerate(matrix) for j, v in enumerate(r)})
primes = [p for p in range(2, 60) if all(p % d for d in range(2, int(p ** 0.5) + 1))]
print(primes, [(a, b, c) for a in range(1, 20) for b in range(a, 20) for c in range(b, 25) if a * a + b * b == c * c])
print([f"{a}{b}" for a in "ab" for b in "12"], "".join(c.upper() if i % 2 else c for i, c in enumerate("hello")), sum(i * i for i in range(10)), max((len(w), w) for w in ["aa", "b", "cc"]), sorted({w[0] for w in ["x1", "y1", "x2"]}))
nested = [[[i + j + k for k in range(2)] for j in range(2)] for i in range(2)]
print(nested, [z for x in nested for y in x for z in y])
fs = [(lambda a: lambda b: (a, b))(i) for i in range(3)]
print([f(9) for f in fs], [x for x in (lambda: [1, 2])()], [*(i for i in range(2)), *[j for j in range(2)]])


def gen_in_comp():
    return [v for g in ((i for i in range(n)) for n in range(4)) for v in g]


print(gen_in_comp(), [[] for _ in range(2)], [() for _ in ()], {**{k: 1 for k in "ab"}, "z": 0}, dict((k, v) for v, k in enumerate("xyz")))
it = iter([1, 2, 3, 4])
print([(a, next(it)) for a in it])
a = [1, 2, 3]
print([a.append(v * 10) for v in a[:]], a, [a for a in [a, a[:1]]])
print(list(locals() is not None for _ in [0]), [__name__ for _ in [0]], (lambda p: [p + q for q in range(p) if p > q > 0])(4))
