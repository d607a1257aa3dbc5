# yield from: delegation of send, throw, close; return values; iterables; depth.
def inner():
    try:
        x = yield "a"
        print("inner got", x)
        y = yield "b"
        print("inner got", y)
        return x + y
    except ValueError as e:
        print("inner caught", e)
        yield "recovered"
        return "from error"
    finally:
        print("inner finally")


def outer():
    r = yield from inner()
    print("result", r)
    r2 = yield from [1, 2]
    print("list result", r2)
    return "outer done"


g = outer()
print(next(g), g.send(10), g.send(20), next(g))
try:
    next(g)
except StopIteration as e:
    print(e.value)
g = outer()
next(g)
print(g.throw(ValueError("v")))
print(next(g))
g.close()
g = outer()
next(g)
g.close()
print("closed")
g = outer()
next(g)
try:
    g.throw(KeyError("k"))
except KeyError as e:
    print("KeyError", e)


def chain(*its):
    for it in its:
        yield from it


print(list(chain("ab", [1, 2], range(2), {5: 6}, (x for x in "z"))))


def flatten(v):
    for x in v:
        if isinstance(x, list):
            yield from flatten(x)
        else:
            yield x


print(list(flatten([1, [2, [3, [4, [5]]]], [], [[6]]])))


def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


print(list(deep(100))[-3:], sum(deep(50)))


class Node:
    def __init__(self, v, left=None, right=None):
        self.v, self.left, self.right = v, left, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.v
        if self.right:
            yield from self.right


t = Node(4, Node(2, Node(1), Node(3)), Node(6, Node(5), Node(7)))
print(list(t), [x for x in t if x % 2], sum(t), 5 in t)


class Custom:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise StopIteration("custom value")
        return self.n

    def send(self, v):
        print("custom send", v)
        return self.__next__()

    def throw(self, e):
        print("custom throw", repr(e))
        return "thrown"

    def close(self):
        print("custom close")


def delegate():
    r = yield from Custom()
    print("r =", r)


g = delegate()
print(next(g), g.send("v"))
try:
    next(g)
except StopIteration:
    print("end")
g = delegate()
print(next(g), g.throw(ValueError("t")))
g.close()


def no_throw():
    yield from iter([1, 2, 3])


g = no_throw()
next(g)
try:
    g.throw(ValueError("to iterator"))
except ValueError as e:
    print("ValueError", e)
g = no_throw()
next(g)
try:
    g.send(5)
except AttributeError as e:
    print("AttributeError:", e)
for bad in (5, None):
    def f():
        yield from bad
    try:
        list(f())
    except TypeError as e:
        print("TypeError:", e)


def value_of(gen):
    r = yield from gen
    return r, "wrapped"


def ret(v):
    return v
    yield


def run(g):
    try:
        while True:
            next(g)
    except StopIteration as e:
        return e.value


print(run(value_of(value_of(ret(5)))), list(ret(5)))


def tasks(name, n):
    for i in range(n):
        print(name, i)
        yield
    return name + " finished"


def scheduler(gens):
    queue = list(gens)
    results = []
    while queue:
        g = queue.pop(0)
        try:
            next(g)
            queue.append(g)
        except StopIteration as e:
            results.append(e.value)
    return results


print(scheduler([tasks("a", 2), tasks("b", 3), tasks("c", 1)]))


def parent():
    try:
        yield from child()
    except RuntimeError as e:
        print("parent", e)
        yield "parent yield"


def child():
    try:
        yield "child"
    finally:
        raise RuntimeError("from finally")


g = parent()
print(next(g), g.throw(ValueError("x")))


def gi():
    yield from sub


sub = (x for x in range(3))
g = gi()
next(g)
print(g.gi_yieldfrom is sub, list(g), g.gi_yieldfrom)
