# Module-level names read and written in hot code; rebinding; deleting; builtins fallback; constants.
N = 3000
counter = 0
items = []
CONST = 7


def bump():
    global counter
    counter += 1


def run():
    for _ in range(N):
        bump()
    return counter


print(run(), counter)


def read_const():
    t = 0
    for i in range(N):
        t += CONST * i
    return t


print(read_const())
CONST = 0.5
print(read_const())
CONST = 2**62
print(read_const())


def fill():
    for i in range(N):
        items.append(i)
    return len(items)


print(fill())
items = ()
try:
    fill()
except AttributeError as e:
    print(e)
items = []


def rebind(n):
    global state
    state = 0
    for i in range(n):
        if i == 1000:
            state = "text"
        if i == 1001:
            state = 5.5
        if i == 2000:
            del state
            state = [1]
        if i == 2001:
            state = 1
        if isinstance(state, (int, float)):
            state += 1
    return state


print(rebind(3000))


def missing(n):
    c = 0
    for i in range(n):
        try:
            c += not_yet
        except NameError as e:
            if i == 0:
                print(e)
            c += 1
        if i == 1500:
            globals()["not_yet"] = 10
    return c


print(missing(2000))


def shadow_len(n):
    global len
    t = 0
    for i in range(n):
        if i == 1000:
            len = lambda x: 100
        if i == 1500:
            del len
        t += len("ab")
    return t


print(shadow_len(2000))


class Config:
    scale = 1
    names = ["a"]


def class_globals(n):
    t = 0
    for i in range(n):
        if i % 1000 == 999:
            Config.scale += 1
        t += Config.scale
    return t


print(class_globals(3000))


def f(x):
    return g(x) + 1


def g(x):
    return x * 2


def calls(n):
    t = 0
    for i in range(n):
        t += f(i)
    return t


print(calls(2000))


def g(x):
    return x * 3


print(calls(2000))
g = abs
print(calls(2000))
g = lambda x: "s"
try:
    calls(10)
except TypeError as e:
    print(e)
import sys
this = sys.modules[__name__]


def through_module(n):
    t = 0
    for i in range(n):
        this.CONST = i
        t += CONST
    return t


print(through_module(2000))


def many(n):
    global v0, v1, v2, v3
    v0 = v1 = v2 = v3 = 0
    for i in range(n):
        v0 += 1
        v1 += v0
        v2 = v1 - v2
        v3, v0 = v0, v3 + 1
    return v0, v1, v2, v3


print(many(2000))
total = 0
for i in range(2000):
    total += CONST if i % 2 else -1
    if i == 1000:
        CONST = 1.5
print(total)
ns = {"k": 1}
exec("""
def run(n):
    t = 0
    for i in range(n):
        t += k
    return t
""", ns)
print(ns["run"](1000))
ns["k"] = 2.5
print(ns["run"](1000))
del ns["k"]
try:
    ns["run"](10)
except NameError as e:
    print(e)
ns["__builtins__"] = {"range": range}
print(sorted(k for k in ns if not k.startswith("__")))
