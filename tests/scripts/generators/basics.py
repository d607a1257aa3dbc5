# Generators: laziness, return values, exhaustion, expressions, state, introspection.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


print(list(count(5)), sum(count(10)), tuple(count(0)), [*count(3)], max(count(4)), 2 in count(5), dict(enumerate(count(2))), sorted(count(4), reverse=True))
g = count(3)
print(next(g), next(g), next(g), next(g, "end"), next(g, "end"), list(g), iter(g) is g)


def verbose():
    print("start")
    x = yield 1
    print("got", x)
    y = yield 2
    print("got", y)
    return "result"


g = verbose()
print("created")
print(next(g))
print(next(g))
try:
    next(g)
except StopIteration as e:
    print("StopIteration", e.value, e.args)
try:
    next(g)
except StopIteration as e:
    print("StopIteration", e.value, e.args)


def returns_early(flag):
    if flag:
        return "nothing yielded"
    yield 1


for flag in (True, False):
    try:
        g = returns_early(flag)
        print(next(g))
        next(g)
    except StopIteration as e:
        print("stop", e.value)


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def take(n, it):
    for x in it:
        if n <= 0:
            return
        n -= 1
        yield x


print(list(take(15, fib())))


def primes():
    found = []
    n = 2
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1


print(list(take(15, primes())), list(take(3, (p for p in primes() if p > 100))))


def raising():
    yield 1
    raise ValueError("in generator")


g = raising()
print(next(g))
for _ in range(2):
    try:
        print(next(g))
    except ValueError as e:
        print("ValueError", e)
    except StopIteration:
        print("finished after error")


def stop_inside():
    yield 1
    raise StopIteration("not allowed")


try:
    list(stop_inside())
except RuntimeError as e:
    print("RuntimeError:", e, repr(e.__cause__))


def next_inside():
    yield next(iter([]))


try:
    list(next_inside())
except RuntimeError as e:
    print("RuntimeError:", e, type(e.__cause__).__name__)


def reenter():
    yield next(me)


me = reenter()
try:
    next(me)
except ValueError as e:
    print("ValueError:", e)


def args(a, *b, c=5, **d):
    yield a
    yield b
    yield c
    yield d


print(list(args(1, 2, 3, c=4, z=9)), list(args(1)))
try:
    args()
except TypeError as e:
    print("TypeError:", e)
g = count(3)
print(type(g).__name__, g.__name__, g.__qualname__, g.gi_running, g.gi_frame is not None, g.gi_code.co_name, g.gi_yieldfrom)
list(g)
print(g.gi_frame, hasattr(g, "send"), repr(g).split(" at ")[0])
print(list(x * y for x in range(3) for y in range(2)), sum(x for x in range(5) if x % 2), (x for x in "ab").__name__, next(x for x in [3, 4] if x > 3), any(x > 2 for x in count(5)), list(map(lambda p: p[0], zip(count(3), count(9)))))
a = (i for i in range(3))
b = (i * 2 for i in a)
c = (i + 1 for i in b)
print(list(c), list(a))
try:
    (x for x in 5)
except TypeError as e:
    print("TypeError:", e)


def lazily(log):
    for i in range(3):
        log.append(i)
        yield i


log = []
it = lazily(log)
print(log, next(it), log, [x for x in it], log)


def nested(n):
    def inner():
        for i in range(n):
            yield i, n
    for pair in inner():
        yield pair


print(list(nested(3)))


def tree(depth):
    if depth:
        for x in tree(depth - 1):
            yield x
        yield depth
        for x in tree(depth - 1):
            yield x


print(list(tree(4)))


def locals_live(n):
    data = [0] * n
    for i in range(n):
        data[i] = i * i
        total = sum(data)
        yield total, data[:i + 1]


print(list(locals_live(4)), *count(3), [x for x in count(3)] == list(count(3)))
a, *b = count(4)
(c, d), e = zip(count(2), "xy")
print(a, b, c, d, e)


def returns_value():
    yield 1
    return 5


# Only who calls __next__ sees what was returned.
print(list(returns_value()), sum(returns_value()), [x for x in returns_value()], tuple(map(str, returns_value())))
print(dict(zip("ab", returns_value())), max(returns_value()), sorted(returns_value()), list(enumerate(returns_value())))
