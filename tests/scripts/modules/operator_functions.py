# operator.
import operator as op


def check(f, *a):
    try:
        print(f.__name__ if hasattr(f, "__name__") else type(f).__name__, a, f(*a))
    except Exception as e:
        print(getattr(f, "__name__", type(f).__name__), a, type(e).__name__ + ":", e)


for name in "add sub mul truediv floordiv mod pow and_ or_ xor lshift rshift lt le eq ne gt ge is_ is_not".split():
    print(name, getattr(op, name)(7, 2), end="; ")
print()
for name in "neg pos inv invert not_ truth abs index".split():
    print(name, getattr(op, name)(-5), end="; ")
print()
l = [1, 2, 3]
print(op.concat([1], [2]), op.contains(l, 2), op.countOf([1, 1, 2], 1), op.indexOf(l, 3), op.getitem(l, 0), op.getitem({"a": 1}, "a"), op.length_hint(iter(l)), op.iadd(l, [4]), l, op.imul(3, 4), op.matmul.__name__, op.is_none(None), op.is_not_none(0))
op.setitem(l, 0, "x")
op.delitem(l, 1)
print(l)
g = op.itemgetter(1)
print(g([5, 6]), op.itemgetter(0, -1)("abc"), op.itemgetter("k")({"k": 1}), op.itemgetter(slice(1, 3))("abcd"), sorted([(1, "b"), (0, "c"), (2, "a")], key=op.itemgetter(1)), repr(g))


class O:
    class inner:
        v = 5
    a = 1

    def m(self, x, y=0):
        return x, y


print(op.attrgetter("a")(O), op.attrgetter("inner.v")(O), op.attrgetter("a", "inner.v")(O()), op.methodcaller("m", 1, y=2)(O()), op.methodcaller("upper")("abc"), repr(op.attrgetter("a.b")), repr(op.methodcaller("m", 1, k=2)), op.call(max, 1, 5))
check(op.itemgetter(5), [1])
check(op.itemgetter("a"), [1])
check(op.attrgetter("nope"), 7)
check(op.attrgetter, 5)
check(op.itemgetter)
check(op.methodcaller("nope"), 1)
check(op.indexOf, [1], 2)
check(op.concat, 1, 2)
check(op.index, 1.5)
check(op.add, 1, "a")
check(op.length_hint, 5)
check(op.length_hint, 5, "x")
check(op.contains, 5, 1)
check(op.countOf, 5, 1)
from functools import reduce
print(reduce(op.mul, range(1, 10)), list(map(op.sub, [5, 6], [1, 2])), sum(map(op.mul, [1, 2], [3, 4])), dict(sorted({"b": 1, "a": 2}.items(), key=op.itemgetter(1))), op.__add__ is op.add, op.not_(op.truth([])))
x = [1]
y = op.iadd(x, (2,))
print(x is y, x, op.ior({1}, {2}), op.ior({1: 1}, {2: 2}), op.isub(5, 2), op.ixor(5, 1), op.ipow(2, 5), op.ifloordiv(7, 2), op.imod(7, 4), op.iconcat([1], [2]))
