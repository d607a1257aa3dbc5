# f_locals of a function's frame is a mapping that writes through to the variables (PEP 667).
import sys
from collections.abc import Mapping


def check(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)


def basics(a, b=2, *rest, **more):
    x = 1
    d = sys._getframe().f_locals
    print(type(d).__name__, isinstance(d, Mapping), sorted(d), len(d), d["a"], d.get("nothing"), d.get("nothing", 5), "x" in d)
    d["x"] = 10
    d["a"] += 1
    d["extra"] = "e"
    print(x, a, d["extra"], locals()["extra"], sorted(d.keys()), list(d)[:4])
    check(lambda: d["nothing"])
    check(lambda: d.pop("x"))
    check(lambda: d.__delitem__("x"))
    check(lambda: d.pop("nothing"))
    check(lambda: d.pop("nothing", 3))
    check(lambda: d.pop("extra"))
    check(lambda: d.__delitem__("nothing"))
    check(lambda: d.setdefault("x", 3))
    check(lambda: d.setdefault("other", 4))
    check(lambda: d.update([1]))
    d.update({"b": 7, "third": 8})
    print(b, d["third"], d == dict(d), d == d, d != {}, d.copy() == dict(d), type(d.copy()))
    check(lambda: d.clear())
    check(lambda: hash(d))
    check(lambda: sorted(d | {"q": 1}))
    check(lambda: ({"q": 1, "x": 0} | d)["x"])
    d |= {"x": 11}
    print(x, [k for k in reversed(d)][-1], type(d.keys()), type(d.values()), type(d.items()), ("x", 11) in d.items())
    match d:
        case {"x": value}:
            print("mapping", value)
    d[1] = 2
    print(d[1], 1 in d)
    return sys._getframe()


frame = basics(1)
check(lambda: frame.f_locals["x"])
frame.f_locals["x"] = 12
print(frame.f_locals["x"], sorted(k for k in frame.f_locals if isinstance(k, str)))
frame.clear()
print(dict(frame.f_locals))


def closures():
    seen = 1

    def inner():
        nonlocal seen
        d = sys._getframe().f_locals
        d["seen"] = 5
        return seen, d["seen"]

    print(inner(), seen)
    sys._getframe().f_locals["seen"] = 6
    print(seen)
    return inner


closures()


def unbound():
    d = sys._getframe().f_locals
    print("later" in d, dict(d).keys() == {"d"})
    d["later"] = 3
    print(later)
    later = 4
    print(d["later"])
    del later
    print("later" in d)


unbound()


def generator():
    x = 1
    while True:
        yield x


g = generator()
next(g)
g.gi_frame.f_locals["x"] = 9
print(next(g), g.gi_frame.f_locals)


class C:
    x = 1
    sys._getframe().f_locals["y"] = 2
    print(type(sys._getframe().f_locals).__name__)


print(C.y, sys._getframe().f_locals is globals())


def runs():
    x = 1
    exec("x = 2", globals(), sys._getframe().f_locals)
    return x, eval("x + 1", {}, sys._getframe().f_locals)


print(runs())


class Text(str):
    pass


def keys():
    x = 1
    d = sys._getframe().f_locals
    d[Text("x")] = 2
    print(x, list(d))
    for bad in ([], {}):
        check(lambda: d[bad])
    check(lambda: type(d)())
    check(lambda: type(d)(5))
    print(type(d)(sys._getframe()) == d, repr({"x": x}) in repr(d)[:8] + "}")


keys()
