# The wording of the errors people meet most often.
class C:
    x = 1

    def m(self, a):
        return a


class D(C):
    __slots__ = ()


def f(a, b):
    return a


c = C()
n = None
s = "abc"
l = [1, 2]
d = {"k": 1}
i = 5
t = (1, 2)
gen = (x for x in "a")
CASES = """
undefined_name
c.nope
c.m()
c.m(1, 2)
c.X
C.nope
n.attr
n[0]
n()
n + 1
n < 1
n.append(1)
s + 1
s - "a"
s[10]
s["a"]
s.nope
s()
1 + s
s * s
s % 5
"%d" % s
l + (1,)
l["a"]
l[9]
l[1:2:0]
l.add(1)
l < 5
l()
d["missing"]
d[l]
d.missing
d < d
i[0]
i.x
i()
i @ i
-s
~s
+l
not_defined(1)
len(i)
len()
int("abc")
int("12", 99)
float("x1")
int(l)
iter(i)
next(l)
next(gen, 1, 2)
for_in = [x for x in i]
a, b = i
a, b = t + t
a, b = [1]
f(1)
f(1, 2, 3)
f(1, c=2)
f(1, a=2)
f(*5)
f(**5)
isinstance(1, 5)
issubclass(1, int)
super()
raise 5
raise C
del undefined_name
del l[9]
del d["zz"]
del c.nope
del t[0]
t[0] = 1
s[0] = "x"
i.x = 1
l["a"] = 1
l[9] = 1
range("a")
range(1, 2, 0)
chr(-1)
ord("ab")
"".join([1])
"a".split("")
b"a" + "b"
"a" + b"b"
b"abc" % 1
bytes([300])
sum(["a"])
max([])
min(1, "a")
sorted([1, "a"])
sorted(5)
1 < "a"
1 <= None
[] > ()
{} | []
{1} + {2}
set([[]])
abs("x")
round("x")
divmod(1, 0)
1 / 0
1 // 0
1 % 0
1.0 / 0
2 ** "a"
1 << -1
1 << 1.0
1 if l[5] else 2
import no_such_module
from math import no_such_name
import math.nope
from . import x
"{}".format()
"{a}".format()
"{0.x}".format(5)
format(5, "s")
f"{5:q}"
eval("1 +")
exec("if:")
getattr(c, 5)
setattr(c, 5, 1)
type("X", (5,), {})
type("X")()
object.nope
list.append(5)
list.append(l)
dict.get({})
str.upper(5)
int.from_bytes("a")
[].pop()
{}.popitem()
set().pop()
[1].remove(2)
[1].index(2)
"abc".index("z")
"abc".encode("nope")
b"\\xff".decode()
"\\ud800".encode()
print(1, foo=2)
lambda: (yield)
gen.send(5)
C(1)
D().x.y
assert False, "message"
assert 0
""".strip().splitlines()
for case in CASES:
    try:
        exec(case)
        print("ok:", case)
    except BaseException as e:
        print(f"{case:<28} {type(e).__name__}: {e}")
