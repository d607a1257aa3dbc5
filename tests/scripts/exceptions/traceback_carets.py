# Which part of a line the carets mark, for many kinds of expression.
import traceback
import sys


class O:
    def __init__(self):
        self.child = None

    def method(self, x):
        return x / 0


def e01(): return 1 + 2 * (3 / 0)
def e02(): x = {"a": {"b": None}}; return x["a"]["b"]["c"]
def e03(): o = O(); return o.child.name.first
def e04(): return O().method(5) + 1
def e05(): return [i / (i - 2) for i in range(5)]
def e06(): return len(5) + len("x")
def e07(): a = [1, 2]; return a[0] + a[5]
def e08(): return undefined + 1
def e09(): return "abc" + 1 + "def"
def e10(): return max(1, 2, key=5)
def e11(): a, b = 1, 2; return a < b < "c"
def e12(): return -"x"
def e13(): x = None; x.attr = 5
def e14(): x = (1, 2); x[0] = 5
def e15(): del {}["k"]
def e16(): a, b = [1, 2, 3]
def e17(): raise ValueError("plain raise")
def e18(): return (lambda v: v.nope)(5)
def e19(): return f"{1 / 0}"
def e20(): return not_there(1)(2)
def e21(): x = 5; x += "a"
def e22(): assert 1 == 2, "msg"
def e23(): import no_such_module_x
def e24(): from math import nothing_like_this
def e25(): return {**{"a": 1}, **5}
def e26(): return [*5]
def e27(): return 5()
def e28(): return "é" + 中 if False else "日本" / 2
def e29(): return O() .method( 1 )
def e30(): return (yield_me := [1])[3]
def e31():
    for x in 5:
        pass
def e32(): return 1 if [] [0] else 2
def e33():
    with 5: pass
def e34():
    return sum(
        x for x in
        ["a"]
    )
def e35(): return ((1)) / ((0))
def e36(): return {[]: 1}
def e37(): return 2 ** 3 @ 4
def e38(): return "%d" % "x"
def e39(): return (1).real.nope.deeper
def e40():
    try:
        1 / 0
    except ZeroDivisionError:
        raise KeyError("k") from None


for name in sorted(n for n in globals() if n[0] == "e" and n[1:].isdigit()):
    try:
        globals()[name]()
        print(name, "no error")
    except Exception as e:
        lines = traceback.format_exception(e)
        print("".join(lines[2:]) if len(lines) > 2 else "".join(lines))
