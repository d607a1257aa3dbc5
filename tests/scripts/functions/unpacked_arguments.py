# Calls through `*args` and `**kwargs`: wrappers, subclasses, mappings that change meanwhile, and their errors.
import hashlib


class T(tuple):
    def __iter__(self):
        return iter([1, 2])


def f(*a, **k): return a, k
def deco(g):
    def w(*a, **k):
        return g(*a, **k)
    return w
def deco2(g):
    def w(*a, **k):
        k.setdefault('z', 9)
        return g(*a, **k)
    return w
def deco3(g):
    def w(*a, **k):
        try:
            return g(1, *a, x=5, **k)
        except TypeError as e:
            return str(e)
    return w
class C:
    def __init__(self, *a, **k): self.a, self.k = a, k
class D(C):
    def __init__(self, *a, **k):
        super().__init__(*a, **k)
    def m(self, *a, **k): return (self.a, a, k)
h = deco(f); h2 = deco2(f); h3 = deco3(f)
@deco
def add(a, b=3, *, c=4): return a*100+b*10+c
@deco
def fail(a, b):
    return a / b
def gen(n):
    yield from range(n)
mut = {'p': 1}
def it():
    mut['p'] = 2
    yield 7
def run(n):
    out = []
    for i in range(n):
        out.append(h(i)); out.append(h(i, q=i)); out.append(h2(i)); out.append(h2(i, z=1)); out.append(h3(i)); out.append(h3(i, x=3)); out.append(h3(i, y=3))
        out.append(f(*T((5,)))); out.append(f(0, *T((5,)), 8))
        out.append(add(i)); out.append(add(i, 1)); out.append(add(i, c=1)); out.append(add(i, b=i, c=2)); out.append(add(i, i, c=i))
        d = D(i, i, k=i)
        out.append(d.a); out.append(d.k); out.append(d.m(*[i, i], **{'u': i})); out.append(f(*gen(i % 3))); out.append(f(*(i, i)))
        out.append(f(*it(), **mut)); mut['p'] = 1
        try:
            fail(i, 0)
        except ZeroDivisionError as e:
            tb = e.__traceback__; n_ = 0
            while tb: n_ += 1; out.append(tb.tb_lineno); tb = tb.tb_next
        for bad in (lambda: f(*5), lambda: f(**5), lambda: f(1, *5), lambda: f(**{1: 2}), lambda: f(a=1, **{'a': 2}), lambda: add(), lambda: add(1, 2, 3), lambda: add(1, zz=3), lambda: add(1, a=3), lambda: h3(x=1)):
            try: out.append(bad())
            except TypeError as e: out.append(str(e))
    return out
o = run(60)
print(o[:len(o)//60]); print(hashlib.md5(repr(o).encode()).hexdigest())


def many(*args):
    return len(args), args[-1:] if args else None


def lengths(n):
    # The same call with tuples of changing lengths, lists, and dicts that are empty or not.
    total = []
    for i in range(n):
        values = tuple(range(i % 5))
        total.append(many(*values))
        total.append(many(0, *values, *[i] * (i % 3), i))
        total.append(h(*values, **({"k": i} if i % 4 == 0 else {})))
    return hashlib.md5(repr(total).encode()).hexdigest()


def rebound():
    # What a wrapper calls changes while it is hot.
    def first(a):
        return a + 1

    def second(a):
        return a * 2.5

    inner = first

    def wrapper(*args, **kwargs):
        return inner(*args, **kwargs)

    total = 0
    for i in range(3000):
        if i == 2000:
            inner = second
        total += wrapper(i)
    return total


print(lengths(400))
print(rebound())


class Strange(str):
    def __eq__(self, other):
        return False

    __hash__ = str.__hash__


class Mapping:
    def __init__(self, **values):
        self.values = values

    def keys(self):
        return list(self.values)

    def __getitem__(self, key):
        return self.values[key]


for i in range(3):
    print(f(**Mapping(a=i, b=2)), h(*"ab", **Mapping(c=3)), sorted(f(**{Strange("q"): 1})[1]))
