# Captured variables changed by inner functions, in loops, with kinds changing.
def counters(n):
    c = 0

    def inc():
        nonlocal c
        c += 1
        return c
    for i in range(n):
        inc()
        if i == 1500:
            c = c * 0.5
        if i == 2500:
            c = int(c) + 2**62 - 500
    return c


def read_captured(n):
    k = 1

    def f(x):
        return x + k
    t = 0
    for i in range(n):
        if i % 1000 == 999:
            k += 10
        t += f(i)
    return t


def many_closures(n):
    fs = []
    for i in range(n):
        fs.append(lambda x, i=i: x + i)
    t = 0
    for k in range(5):
        for f in fs:
            t += f(k)
    return t


def make(n):
    def add(x):
        return x + n
    return add


def poly_closures(n):
    adders = [make(i) for i in (1, 2.5, 10**20, True)]
    t = 0
    for i in range(n):
        t = t + adders[i % (1 if i < 1000 else 4)](i)
    return t


def deleted(n):
    x = 1

    def get():
        return x
    c = 0
    for i in range(n):
        if i == 2000:
            del x
        if i == 2500:
            x = 5
        try:
            c += get()
        except NameError:
            c += 100
    return c


def unbound_local(n):
    c = 0
    for i in range(n):
        try:
            if i > 10:
                c += y
            if i == 2000:
                y = 7
            if i == 2500:
                del y
        except UnboundLocalError:
            c += 1
    return c


def nested(n):
    a = 0

    def f():
        b = 0

        def g():
            nonlocal a, b
            a += 1
            b += 2
            return a + b
        return [g() for _ in range(3)][-1]
    t = 0
    for _ in range(n):
        t += f()
    return t, a


def stack_machine(n):
    stack = []
    push = stack.append
    pop = stack.pop
    for i in range(n):
        push(i)
        if i % 3 == 2:
            push(pop() + pop() * 2)
    return len(stack), sum(stack)


def compose(n):
    f = lambda x: x
    for i in range(50):
        f = (lambda g, i: lambda x: g(x) + i)(f, i)
    t = 0
    for k in range(n):
        t += f(k)
    return t


def memo(n):
    cache = {}

    def fib(k):
        if k < 2:
            return k
        if k not in cache:
            cache[k] = fib(k - 1) + fib(k - 2)
        return cache[k]
    return [fib(k) for k in range(0, n, 30)]


def loop_var_capture(n):
    out = 0
    for i in range(n):
        f = lambda: i * 2
        out += f()
        i = 5
        out += f()
    return out


class Acc:
    def __init__(self):
        self.total = 0

    def adder(self):
        def add(x):
            self.total += x
            return self
        return add


def self_capture(n):
    a = Acc()
    add = a.adder()
    for i in range(n):
        add(i)
        if i == 1000:
            a.total += 0.25
    return a.total


def recursive_closure(n):
    def even(k):
        return True if k == 0 else odd(k - 1)

    def odd(k):
        return False if k == 0 else even(k - 1)
    return sum(even(i % 40) for i in range(n))


print(counters(3000), read_captured(3000), many_closures(300), poly_closures(2000), deleted(3000), unbound_local(3000))
print(nested(1000), stack_machine(3000), compose(200), memo(200), loop_var_capture(2000), self_capture(3000), recursive_closure(1000))
