# Recursion: deep but legal, mutual, through builtins, and RecursionError, which must be caught cleanly.
import sys


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(500), depth(900), sys.getrecursionlimit())


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print(even(400), odd(401))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 9), ackermann(1, 100))


def hanoi(n, a, b, c):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)


print(hanoi(10, "a", "b", "c"))


def permutations(items):
    if len(items) < 2:
        yield tuple(items)
    for i in range(len(items)):
        if len(items) >= 2:
            for rest in permutations(items[:i] + items[i + 1:]):
                yield (items[i],) + rest


print(len(list(permutations(list("abcde")))), list(permutations([1, 2, 3])))


def endless():
    return endless()


def endless_args(n, *args, **kw):
    return endless_args(n + 1, *args, **kw)


class Loop:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __repr__(self):
        return repr(self)

    def __eq__(self, other):
        return self == other

    def __len__(self):
        return len(self)

    def __call__(self):
        return self()

    def __add__(self, other):
        return self + other

    def __iter__(self):
        return iter(self)

    def __getitem__(self, i):
        return self[i]

    def __bool__(self):
        return bool(self)

    def __hash__(self):
        return hash(self)


def gen(n):
    yield from gen(n + 1)


def attempt(name, f):
    for _ in range(2):
        try:
            f()
            print(name, "returned")
        except RecursionError as e:
            print(name, "RecursionError")


loop = Loop()
attempt("function", endless)
attempt("args", lambda: endless_args(0, 1, 2, k=3))
attempt("lambda", lambda: (lambda f: f(f))(lambda f: f(f)))
attempt("repr", lambda: repr(loop))
attempt("eq", lambda: loop == 1)
attempt("len", lambda: len(loop))
attempt("call", loop)
attempt("add", lambda: loop + 1)
attempt("iter", lambda: list(loop))
attempt("getitem", lambda: loop[0])
attempt("bool", lambda: not loop)
attempt("hash", lambda: {loop})
attempt("generator", lambda: list(gen(0)))
attempt("sorted", lambda: sorted([1, 2], key=lambda v: endless()))
attempt("map", lambda: list(map(endless_args, [1])))
attempt("exec", lambda: exec("def f(): return f()\nf()", {}))


def count_frames():
    n = 0

    def f():
        nonlocal n
        n += 1
        f()

    try:
        f()
    except RecursionError:
        return n


n = count_frames()
print(900 < n <= 1000, depth(800))
sys.setrecursionlimit(200)
n = count_frames()
print(100 < n <= 200)
sys.setrecursionlimit(5000)
print(depth(4000))
sys.setrecursionlimit(1000)


def unwinding(n):
    try:
        return unwinding(n + 1)
    except RecursionError:
        return "caught"
    finally:
        done.append(n)


done = []
print(unwinding(0), len(done) > 500, done[-1])
nested = None
for _ in range(100):
    nested = [nested]
print(repr(nested)[:10], len(repr(nested)))
try:
    sys.setrecursionlimit(0)
except ValueError as e:
    print("ValueError:", e)
