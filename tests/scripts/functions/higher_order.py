# map, filter, reduce, partial application, currying, pipelines, memoising and trampolines over closures.
from functools import partial, reduce


def compose(*fs):
    return reduce(lambda f, g: lambda x: f(g(x)), fs, lambda x: x)


def curry(f, n):
    def take(*got):
        return f(*got) if len(got) >= n else lambda *more: take(*got, *more)
    return take


print(compose(str, lambda x: x + 1, abs)(-5), curry(lambda a, b, c: a * b + c, 3)(2)(3)(4), curry(max, 3)(1, 9)(4))
print(list(map(lambda a, b: a * b, range(5), range(5, 10))), list(filter(None, [0, 1, "", "a", None, [], [0]])), list(map(str.upper, "abc")), list(map(int, "123")), reduce(lambda a, b: a * 10 + b, [1, 2, 3]), list(map(partial(pow, 2), range(5))), list(map(pow, [2, 3], [3, 2])))
print(sorted("banana", key=partial(lambda table, c: table[c], {"b": 2, "a": 3, "n": 1})), max([(1, "b"), (2, "a")], key=lambda p: p[1]), min("hello", key=lambda c: -ord(c)))


def fold_right(f, z, xs):
    return z if not xs else f(xs[0], fold_right(f, z, xs[1:]))


print(fold_right(lambda x, acc: [x] + acc, [], [1, 2, 3]), fold_right(lambda x, acc: x - acc, 0, [10, 3, 2]))


def trampoline(f):
    def run(*a):
        r = f(*a)
        while callable(r):
            r = r()
        return r
    return run


@trampoline
def count_down(n, acc=0):
    return acc if n == 0 else lambda: count_down.__wrapped__(n - 1, acc + n) if hasattr(count_down, "__wrapped__") else loop(n - 1, acc + n)


def loop(n, acc):
    return acc if n == 0 else lambda: loop(n - 1, acc + n)


print(count_down(5000), trampoline(loop)(20000, 0))
ops = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b, "^": pow}


def rpn(text):
    stack = []
    for token in text.split():
        if token in ops:
            b, a = stack.pop(), stack.pop()
            stack.append(ops[token](a, b))
        else:
            stack.append(float(token) if "." in token else int(token))
    return stack.pop()


print([rpn(s) for s in ("3 4 + 2 *", "2 3 ^ 4 -", "1.5 2 / 1 +", "5 1 2 + 4 * + 3 -")])
for bad in ("1 +", "1 0 /", "x"):
    try:
        rpn(bad)
    except Exception as e:
        print(type(e).__name__, e)


def church(n):
    return lambda f: lambda x: x if n == 0 else f(church(n - 1)(f)(x))


add = lambda a: lambda b: lambda f: lambda x: a(f)(b(f)(x))
mul = lambda a: lambda b: lambda f: a(b(f))
number = lambda c: c(lambda v: v + 1)(0)
print(number(add(church(3))(church(4))), number(mul(church(5))(church(6))), number(church(2)(church(3))))
pair = lambda a, b: lambda pick: pick(a, b)
first, second = lambda p: p(lambda a, b: a), lambda p: p(lambda a, b: b)
print(first(pair(1, 2)), second(pair(1, 2)))


def stream(n):
    return n, lambda: stream(n + 1)


def take(s, k):
    out = []
    while k:
        v, s = s[0], s[1]()
        out.append(v)
        k -= 1
    return out


def smap(f, s):
    return f(s[0]), lambda: smap(f, s[1]())


def sfilter(p, s):
    while not p(s[0]):
        s = s[1]()
    return s[0], lambda: sfilter(p, s[1]())


def sieve(s):
    return s[0], lambda: sieve(sfilter(lambda n: n % s[0], s[1]()))


print(take(smap(lambda x: x * x, stream(1)), 5), take(sieve(stream(2)), 12))


def event_bus():
    handlers = {}

    def on(name):
        def register(f):
            handlers.setdefault(name, []).append(f)
            return f
        return register

    def emit(name, *a):
        return [f(*a) for f in handlers.get(name, ())]
    return on, emit


on, emit = event_bus()


@on("add")
def plus(a, b):
    return a + b


@on("add")
def minus(a, b):
    return a - b


print(emit("add", 5, 3), emit("none"))
flip = lambda f: lambda a, b: f(b, a)
const = lambda v: lambda *a, **k: v
ident = lambda x: x
print(flip(divmod)(3, 10), list(map(const(1), "abc")), [*map(ident, {"k": 1})], (lambda f, n: reduce(lambda x, _: f(x), range(n), 1))(lambda x: x * 2, 10))
total = 0
for f in [lambda x, k=k: x * k for k in range(50)] * 20:
    total += f(3)
print(total)
