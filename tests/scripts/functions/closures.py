# Closures: cells shared, rebound, deleted, empty; nonlocal at several depths; loops and comprehensions.
def counter():
    n = 0

    def inc(by=1):
        nonlocal n
        n += by
        return n

    def get():
        return n

    def reset():
        nonlocal n
        n = 0

    return inc, get, reset


inc, get, reset = counter()
inc2, get2, _ = counter()
print(inc(), inc(5), get(), inc2(), get2(), reset(), get(), get2())


def deep():
    x = "outer"

    def middle():
        nonlocal x
        x += "+middle"

        def inner():
            nonlocal x
            x += "+inner"

            def innermost():
                return x
            return innermost
        return inner

    m = middle()
    f = m()
    return x, f()


print(deep())


def late_binding():
    fs = []
    for i in range(3):
        def f():
            return i
        fs.append(f)
    i = "last"
    return [f() for f in fs]


print(late_binding())


def unbound():
    def f():
        return x
    try:
        f()
    except NameError as e:
        print("NameError:", e)
    x = 1
    print(f())
    del x
    try:
        f()
    except NameError as e:
        print(type(e).__name__ + ":", e)
    try:
        print(x)
    except UnboundLocalError as e:
        print("UnboundLocalError:", e)
    x = 2
    print(f())


unbound()


def local_unbound(flag):
    if flag:
        v = 1
    return v


print(local_unbound(True))
try:
    local_unbound(False)
except UnboundLocalError as e:
    print("UnboundLocalError:", e)


def param_captured(a, *args, k=5, **kw):
    def f():
        return a, args, k, kw
    a = a + 1
    return f


print(param_captured(1, 2, 3, z=4)())


def class_in_closure(v):
    class K:
        attr = v
        w = "class body"

        def get(self):
            return v

        def me(self):
            return __class__.__name__
    return K


k = class_in_closure("captured")
print(k.attr, k.w, k().get(), k().me())


def comp(n):
    return [(lambda: i + n)() for i in range(3)], [(lambda j: lambda: j)(i)() for i in range(3)], {i: (lambda: n * i)() for i in range(2)}, list((lambda: x)() for x in "ab")


print(comp(10))
f = (lambda x: lambda y: lambda z: (x, y, z))(1)(2)
print(f(3), f.__closure__ is not None, [c.cell_contents for c in f.__closure__], f.__code__.co_freevars)


def cell_access():
    v = [1]
    def g():
        return v
    g.__closure__[0].cell_contents = "changed"
    return v, g()


print(cell_access())


def accumulate(items):
    total = 0

    def add(x):
        nonlocal total
        total += x
        return total

    return [add(x) for x in items], total


print(accumulate(range(6)))


def make_stack():
    items = []
    return {
        "push": lambda x: items.append(x),
        "pop": lambda: items.pop(),
        "size": lambda: len(items),
        "each": lambda fn: [fn(i) for i in items],
    }


s = make_stack()
s["push"](1)
s["push"](2)
print(s["size"](), s["each"](lambda x: x * 10), s["pop"](), s["size"]())


def compose(*fs):
    def run(x):
        for f in reversed(fs):
            x = f(x)
        return x
    return run


print(compose(str, lambda x: x + 1, lambda x: x * 2)(5))


def memo(fn):
    cache = {}

    def wrapper(n):
        if n not in cache:
            cache[n] = fn(n)
        return cache[n]

    wrapper.cache = cache
    return wrapper


@memo
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), len(fib.cache))


def gen_closure():
    n = 0

    def bump():
        nonlocal n
        n += 1

    def g():
        while n < 5:
            yield n
            bump()

    return list(g())


print(gen_closure())


def shadow(x):
    def f(x):
        def g():
            return x
        x = x * 2
        return g()
    return f(x + 1), x


print(shadow(5))
x = "global"


def reads_global():
    def inner():
        global x
        x = "changed by inner"
        return x
    return inner(), x


print(reads_global(), x)


def y_combinator(f):
    return (lambda g: g(g))(lambda g: f(lambda n: g(g)(n)))


print(y_combinator(lambda self: lambda n: 1 if n == 0 else n * self(n - 1))(10))
