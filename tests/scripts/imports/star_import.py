# from x import * without __all__; module attributes shadowing builtins; import order effects.
from star_helper import *
print(public, Klass().m(), sorted(n for n in globals() if not n.startswith("__")))
print(len([1, 2]), max)
import star_helper
print(star_helper._under, star_helper.len("x"))
from star_helper import _under as shown
print(shown)


def f():
    import star_helper as s, math as m
    from math import (
        sqrt,
        pi as PI,
    )
    return s.public, m.floor(2.5), sqrt(16), round(PI, 2)


print(f())


class C:
    from math import factorial
    import math


print(C.factorial(5), C.math.pi > 3)
try:
    import star_helper.nope
except ModuleNotFoundError as e:
    print(e)
for i in range(3):
    import star_helper
    star_helper.counter += 1
print(star_helper.counter)
import os.path, json as j
print(os.path.basename("/a/b"), j.dumps([1]), os.path is os.__dict__["path"])
