# import forms over user modules and packages beside this script.
import sys
import helper_a
import helper_a as again
import pkg
import pkg.sub.leaf
import pkg.sub.leaf as leaf
from helper_a import value, double as dbl
from pkg import NAME, sibling
from pkg.sub import leaf as leaf2
from pkg.sub.leaf import up, here
from pkg.star import *
print(helper_a.value, value, dbl(4), again is helper_a, pkg.NAME, NAME, pkg.sub.leaf is leaf, leaf is leaf2, up(), here())
print(helper_a.__name__, pkg.__name__, leaf.__name__, leaf.__package__, pkg.__package__, helper_a.__file__.rsplit("/", 1)[-1], leaf.__file__.rsplit("/", 3)[1:], pkg.__path__[0].rsplit("/", 1)[-1], __name__, __package__)
print(exported, "hidden" in globals(), "_private" in globals(), sibling.sees())
print(sorted(m for m in sys.modules if m.startswith(("pkg", "helper"))))
helper_a.value = "changed"
print(value, helper_a.value, sys.modules["helper_a"].value, helper_a.read())
import helper_a
print(helper_a.value, helper_a.count)


def check(code):
    try:
        exec(code, {"__name__": "__main__"})
        print("ok:", code)
    except Exception as e:
        print(f"{code}: {type(e).__name__}: {e}", getattr(e, "name", None))


check("import nope")
check("import pkg.nope")
check("import helper_a.nope")
check("from helper_a import nope")
check("from pkg import nope")
check("from pkg import lazy")
check("import broken")
check("import broken")
check("from pkg.sub import leaf; leaf.up()")
check("from . import x")
check("from .pkg import x")
check("import raises")
check("from circular_a import a_value; print(a_value)")
check("import circular_b; print(circular_b.seen)")
print("broken" in sys.modules, "raises" in sys.modules)


def local_import():
    import helper_b
    from helper_b import thing
    return helper_b.thing is thing, "helper_b" in globals()


print(local_import(), helper_a is sys.modules["helper_a"])
m = __import__("pkg.sub.leaf")
print(m is pkg, __import__("pkg.sub", fromlist=["leaf"]).leaf is leaf)
import importlib
print(importlib.import_module("pkg.sibling") is sibling, importlib.import_module(".leaf", "pkg.sub") is leaf)
before = helper_a.count
importlib.reload(helper_a)
print(before, helper_a.count, helper_a.value, value)
del sys.modules["helper_b"]
import helper_b
print(helper_b.loads, vars(pkg)["NAME"], dir(pkg)[-3:], type(pkg).__name__, repr(helper_a).split("'")[1])
import types
mod = types.ModuleType("made", "doc")
mod.x = 1
sys.modules["made"] = mod
import made
from made import x
print(made.x, x, made.__doc__, made is mod)
try:
    made.y
except AttributeError as e:
    print("AttributeError:", e)
try:
    pkg.sub.nope
except AttributeError as e:
    print("AttributeError:", e)
print(pkg.dynamic_name, pkg.sub.__doc__)
import namespace_pkg.inner
print(namespace_pkg.inner.where, namespace_pkg.__name__, hasattr(namespace_pkg, "__file__") and namespace_pkg.__file__)
if __name__ == "__main__":
    print("is main", sys.argv[0].rsplit("/", 1)[-1], len(sys.argv))
