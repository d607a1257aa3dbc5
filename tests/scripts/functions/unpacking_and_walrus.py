# Assignment targets of every kind, star positions, walrus, chained and augmented assignment order.
a, b, c = "xyz"
print(a, b, c)
a, *b = [1]
print(a, b)
*a, b = (1, 2, 3)
print(a, b)
a, *b, c, d = range(6)
print(a, b, c, d)
(a, b), [c, *d] = (1, 2), "pqr"
print(a, b, c, d)
for i, (j, *k) in enumerate([(1, 2, 3), "ab"]):
    print(i, j, k)
x = y = z = []
print(x is y is z)
x = [1, 2, 3, 4]
x[0], x[1] = x[1], x[0]
x[2:4] = x[3:1:-1]
print(x)
d = {}
d["a"], d["b"] = 1, 2
d["l"] = m = [0]
print(d, m)


class O:
    pass


o = O()
o.a, o.b = 5, o
o.b.c, *o.rest = 1, 2, 3
print(o.a, o.c, o.rest)


def log(tag, v):
    print(tag, end=" ")
    return v


lst = [0, 0, 0]
lst[log("i", 0)], lst[log("j", 1)] = log("x", 1), log("y", 2)
print(lst)
lst[log("k", 2)] += log("v", 5)
print(lst)
log("o", o).a = log("val", 7)
print(o.a)
a = b = log("once", 3)
print(a, b)
i = 0
lst[i], i = 9, 2
print(lst, i)
i, lst[i] = 1, 8
print(lst, i)
print((n := 5), n, (n := n + 1) * n, [n := 1, n := 2], n)
if (m := len(lst)) > 2:
    print("long", m)
while (m := m - 1) > 0:
    print("m", m, end=" ")
print(m)


def f(a, b):
    return a, b


print(f(q := 1, b=(r := 2)), q, r, {(k := "key"): (v := "val")}, k, v, f"{(w := 10)} {w}", lst[(s := 1)], s)
print([(p := e, p * 2) for e in range(2)], p, (lambda: (t := 5) + t)(), x if (x := 0) else "zero", not (u := False), u)
print([*range(3), *"ab", *{1: 2}], (*[1], 2, *(3,)), {*[1, 2], *{2, 3}}, {**{"a": 1}, "b": 2, **{"a": 3}}, [*[], *()])


def g():
    return *[1, 2], 3


def h():
    yield *[1], 2


print(g(), list(h()))
for v in *[1, 2], 3:
    print(v, end=" ")
print()
t = *range(2),
print(t, (lambda *a: a)(*[1], *[2], 3, *[4]))
v = 5
v += 1
v -= 2
v *= 3
v /= 4
v //= 1
v **= 2
v %= 5
print(v)
v = 6
v <<= 2
v >>= 1
v &= 14
v |= 1
v ^= 3
print(v)
s = "a"
s += "b"
s *= 2
print(s)
t = (1,)
u = t
t += (2,)
print(t, u)
l = [1]
m = l
l += "ab"
l *= 2
print(l, m)
e = {1}
e |= {2}
e &= {2, 3}
e -= {5}
e ^= {7}
print(e)


class Item:
    def __init__(self):
        self.v = {}

    def __getitem__(self, k):
        print("get", k, end=" ")
        return self.v.get(k, 0)

    def __setitem__(self, k, v):
        print("set", k, v, end=" ")
        self.v[k] = v

    def __getattr__(self, n):
        print("getattr", n, end=" ")
        return 100


it = Item()
it["x"] += 5
it["x"] += 5
it.new += 1
print(it.new, it.v)
it[1, 2], it[3:4] = 1, 2
print()


def check(code):
    try:
        exec(code, {})
        print("ok", code)
    except Exception as e:
        print(code, "->", type(e).__name__ + ":", e)


for code in ["a, b = 1", "a, b = 1, 2, 3", "a, b, c = 1, 2", "a, *b, c = 1,", "(a, b), c = 1, 2", "[a, b] = {1: 2}", "a, b = None", "x += 1", "x[0] = 1", "5 .x = 1", "a = b", "for a, b in [1]: pass", "a, b = 'abc'", "*a, b = []", "a, b, *c = (x for x in [1])", "x = y = z", "[*a] = 5", "a = *5,", "{**1}", "{*1}", "[*None]", "print(*1)", "del a", "a = 1; del a; a", "(a := 5) + undefined"]:
    check(code)
