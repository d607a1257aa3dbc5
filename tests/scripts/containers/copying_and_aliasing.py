# What shares and what copies: slices, copies, default arguments, repeated lists, dict views, nested updates.
a = [1, [2, 3]]
b, c, d = a, a[:], list(a)
b.append("b")
c[1].append("c")
d[0] = "d"
print(a, b, c, d, a is b, a[1] is c[1] is d[1])
m = {"k": [1]}
n = dict(m)
o = {**m}
p = m.copy()
n["k"].append(2)
o["new"] = 1
print(m, n, o, p, m["k"] is p["k"])
rows = [[0] * 2] * 3
rows[0][0] = 9
rows2 = [[0] * 2 for _ in range(3)]
rows2[0][0] = 9
print(rows, rows2, len({id(r) for r in rows}), len({id(r) for r in rows2}))
t = ([], [])
t[0].append(1)
u = t
u += ([],)
print(t, u, t[0] is u[0])
s = {1, 2}
v = s
v |= {3}
w = s | {4}
print(s, v is s, sorted(w))
x = y = [0]
x += [1]
x = x + [2]
print(x, y)
l = [1, 2, 3]
l[:] = l[::-1]
l[len(l):] = [4]
l[:0] = [0]
print(l, l[:] is l, l[:] == l, l.copy() is l)


def grow(items=[], table={}):
    items.append(len(items))
    table[len(table)] = items
    return items, len(table)


print(grow(), grow(), grow([]), grow.__defaults__[0])


class Box:
    shared = []

    def __init__(self):
        self.own = []

    def add(self, v):
        self.shared.append(v)
        self.own.append(v)


p, q = Box(), Box()
p.add(1)
q.add(2)
print(p.shared, q.shared, p.own, q.own, Box.shared is p.shared)
p.shared = ["instance"]
print(p.shared, q.shared, vars(p))
p.shared += ["more"]
q.shared += ["class too"]
print(p.shared, Box.shared, vars(q).keys())
matrix = [[1, 2], [3, 4]]
view = [row for row in matrix]
deep = [row[:] for row in matrix]
matrix[0][0] = "x"
print(view, deep, list(zip(*matrix)))
keys = {"a": 1}.keys()
dd = {"a": 1}
kv = dd.items()
dd["b"] = 2
print(list(kv), len(kv))
gen = (v for v in l)
l.append("late")
print(list(gen))
f = [lambda: l, lambda l=l: l]
l = ["rebound"]
print(f[0](), f[1]())
e = []
e2 = e
e = e + [1]
print(e, e2)
args = [1, 2]


def take(*a):
    a = list(a)
    a.append(3)
    return a


print(take(*args), args)


def kw(**k):
    k["x"] = 1
    return k


base = {"y": 2}
print(kw(**base), base)
st = "abc"
st2 = st
st += "d"
print(st, st2)
nested = {"a": {"b": [1, {"c": 2}]}}
alias = nested["a"]["b"]
alias[1]["c"] = 99
alias.append(nested["a"])
print(nested["a"]["b"][:2], nested["a"]["b"][2] is nested["a"])
ba = bytearray(b"abc")
mv = memoryview(ba)
bb = bytes(ba)
mv[0] = 90
print(ba, bb)
it = iter([1, 2, 3])
it2 = iter(it)
print(it is it2, next(it), next(it2), list(it))
first, *rest = whole = [1, 2, 3]
rest.append(4)
print(whole, rest)
swap = [1, 2, 3]
swap[0], swap[2] = swap[2], swap[0]
swap[1:], tail = swap[:1], swap[1:]
print(swap, tail)
