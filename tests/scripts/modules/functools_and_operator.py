# functools and operator: partial, Placeholder, reduce, cmp_to_key, lru_cache, itemgetter and their like.
import functools, operator
from functools import partial, reduce, cmp_to_key, lru_cache, cache

def show(f, *a, **k):
    try:
        r = repr(f(*a, **k))
    except Exception as e:
        r = f'{type(e).__name__}: {e}'
    print(r.split(' at 0x')[0])
show(reduce, operator.add, [1, 2, 3])
show(reduce, operator.add, [])
show(reduce, operator.add, [], 5)
show(reduce, operator.add, [1], initial=10)
show(reduce, operator.add, 5)
show(reduce, operator.add)
show(reduce, 5, [1, 2])
p = partial(int, base=2)
print(p('101'), p.func, p.args, p.keywords)
show(repr, p)
show(partial)
show(partial, 5)
q = partial(p, '11')
print(q(), q.func, q.args, q.keywords, q.func is int)

def f(*a, **k):
    return (a, k)
g = partial(f, 1, 2, x=3)
print(g(4, y=5), g(x=9), g())
h = partial(g, 7, z=1)
print(h(8), h.args, h.keywords)
P = functools.Placeholder
print(P, type(P), type(P)() is P)
show(type(P), 1)
pp = partial(f, P, 2, P, 4)
print(pp(1, 3), pp(1, 3, 5), pp.args)
show(pp, 1)
show(partial, f, 1, P)
show(partial, f, x=P)
p3 = partial(pp, 'a')
print(p3('b'), p3.args)
p4 = partial(p3, 'c', 'd')
print(p4(), p4.args)
g.attr = 5
print(g.attr, g.__dict__, partial(g, 1).func is g)
print(g.__reduce__()[1:][1][3])

class C:
    m = partial(f, 10)

    def __init__(self):
        self.v = 1
c = C()
print(c.m(2)[0][0], len(c.m(2)[0]))

class Sub(partial):
    pass
s = Sub(f, 1)
print(type(s), s(2))
show(repr, partial(f, 1, a=2).__class__)
print(partial[int])
k = sorted([5, 2, 8], key=cmp_to_key(lambda a, b: b - a))
print(k)
K = cmp_to_key(lambda a, b: (a > b) - (a < b))
print(K(1) < K(2), K(2) == K(2), K(3).obj, K(1) >= K(1))
show(hash, K(1))
show(lambda: K(1) < 1)
show(cmp_to_key)
show(lambda: K < K)
calls = []

@lru_cache(maxsize=2)
def lf(x, y=0):
    calls.append((x, y))
    return x * 10 + y
print(lf(1), lf(1), lf(2), lf(1), lf(3), lf(2), lf(1), calls, lf.cache_info())
lf.cache_clear()
print(lf.cache_info(), lf.__wrapped__(5), lf.__name__, lf.cache_parameters())
show(lf, [1])
show(lf, 1, 2, 3)

@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(100), fib.cache_info())

@lru_cache(maxsize=None, typed=True)
def ty(x):
    return type(x).__name__
print(ty(1), ty(1.0), ty(True), ty(1), ty.cache_info())

@lru_cache(maxsize=0)
def z(x):
    return x
print(z(1), z(1), z.cache_info())

class M:

    @lru_cache
    def m(self, x):
        return x + 1
m = M()
print(m.m(1), m.m(1), M.m.cache_info())
show(lru_cache, maxsize='a')
show(lambda: lru_cache(maxsize='a')(f))
print(lf(x=1, y=2), lf(y=2, x=1), lf.cache_info())
print(operator.itemgetter(1)([5, 6]), operator.itemgetter(1, 0)('ab'), operator.itemgetter('a')({'a': 1}), operator.itemgetter(slice(1, 3))([1, 2, 3, 4]), operator.attrgetter('real')(3), operator.attrgetter('real', 'imag')(3j), operator.attrgetter('__class__.__name__')(3), operator.methodcaller('upper')('abc'), operator.methodcaller('split', ',', maxsplit=1)('a,b,c'))
for x in (operator.itemgetter(1), operator.itemgetter(1, 'a'), operator.attrgetter('a.b'), operator.attrgetter('a', 'b'), operator.methodcaller('f', 1, x=2)):
    print(repr(x), x.__reduce__()[1:])
show(operator.itemgetter)
show(operator.attrgetter)
show(operator.methodcaller)
show(operator.attrgetter, 1)
show(operator.methodcaller, 1)
show(operator.itemgetter(1))
show(operator.itemgetter(5), [1])
show(operator.attrgetter('zz'), 1)
show(operator.itemgetter(1), 1, 2)
show(operator.itemgetter(x=1) if 0 else operator.itemgetter(1), x=1)
show(operator.indexOf, [1, 2], 2)
show(operator.indexOf, [1, 2], 5)
show(operator.countOf, [1, 1, 2], 1)
show(operator.contains, 'abc', 'b')
show(operator.length_hint, [1, 2])
show(operator.length_hint, iter([1, 2, 3]))
show(operator.length_hint, 5, 7)
show(operator.length_hint, 5, 'a')
show(operator.concat, [1], [2])
show(operator.concat, 1, 2)
show(operator.iconcat, [1], (2,))
show(operator.index, True)
show(operator.index, 1.5)
show(operator.call, max, 1, 2)
show(operator.call)
show(operator.is_none, None)
show(operator.is_not_none, None)
show(operator.not_, [])
show(operator.truth, [0])
show(operator.countOf, 5, 1)
show(operator.matmul, 1, 2)
show(operator.inv, 5)
show(operator.setitem, [1], 0, 2)
show(operator.delitem, {}, 1)
show(operator.getitem, [1], 0)
show(operator.add, 1)
show(operator.add, 1, 2, 3)
show(operator.pow, 2, 3)
