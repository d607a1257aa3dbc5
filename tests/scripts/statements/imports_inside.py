# import statements in odd places: functions, classes, loops, try, conditionals; aliases and rebinding.
import sys


def f():
    import math as m
    from math import pi, sqrt as root
    return m.floor(pi), root(16), "m" in globals()


print(f())


class C:
    import math
    from math import factorial as fact

    def m(self):
        return self.math.ceil(1.2), C.fact(5)


print(C().m())
for name in ("math", "operator"):
    mod = __import__(name)
    print(mod.__name__, sys.modules[name] is mod)
try:
    import no_such_thing_at_all
except ImportError as e:
    print(type(e).__name__, e.name, e)
    no_such_thing_at_all = None
print(no_such_thing_at_all)
try:
    from math import sin, no_such_function
except ImportError as e:
    print(e.name, "sin" in globals())
if True:
    import functools, itertools as it, operator as op
print(functools.reduce(op.add, it.islice(it.count(1), 4)))
import math
math2 = math
math.custom = 5
print(math2.custom, math.pi == __import__("math").pi)
del math.custom


def shadow():
    math = "local"
    return math


print(shadow(), math.floor(2.5))


def global_import():
    global heapq
    import heapq


global_import()
print(heapq.nsmallest(2, [3, 1, 2]))
x = [__import__("math").sqrt(i) for i in (1, 4)]
print(x, (lambda: __import__("operator").mul(3, 4))())


def loop(n):
    t = 0
    for i in range(n):
        import math
        from math import floor
        t += floor(i / 3) + math.ceil(i / 2)
    return t


print(loop(500))
saved = sys.modules.pop("bisect", None)
import bisect
first = bisect
del sys.modules["bisect"]
import bisect
print(first is bisect, bisect.bisect([1, 2, 3], 2))
sys.modules["fake_none"] = None
try:
    import fake_none
except ImportError as e:
    print(type(e).__name__, e)
del sys.modules["fake_none"]
from collections import abc as cabc, deque as dq
import collections.abc
print(collections.abc is cabc, dq([1]), collections.__name__)
import os.path as osp
from os import path
print(osp is path, osp.join("a", "b"))
exec("import math as executed\nv = executed.floor(3.7)")
print(v, executed is math)
ns = {}
exec("from math import *", ns)
print("sin" in ns, "sqrt" in ns, "__name__" in ns)
try:
    exec("from . import y", {"__name__": "m"})
except ImportError as e:
    print(e)
try:
    exec("from .z import y", {"__name__": "p.m", "__package__": "p"})
except ImportError as e:
    print(type(e).__name__, e)
