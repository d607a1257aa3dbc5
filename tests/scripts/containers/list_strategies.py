# Lists whose elements change kind: ints, floats, big ints, texts, None; each change must keep what was there.
def show(a):
    print([type(x).__name__ for x in a], a)


a = [1, 2, 3]
show(a)
a.append(2.5)
show(a)
a[0] = 1.0
show(a)
a.append("s")
a.append(None)
show(a)
b = [1.0, 2.0]
b.append(3)
show(b)
b[0] = True
show(b)
c = [2**62 - 1, 2**62, -2**62, -2**62 - 1]
c.append(c[0] + 1)
show(c)
c[1] = 5
c[0] = 0.5
show(c)
d = []
for i in range(20):
    d.append(i if i < 10 else i * 0.5 if i < 15 else str(i))
show(d)
e = [0.0] * 5
e[2] = -0.0
e[3] = float("nan")
e[4] = float("inf")
show(e)
e.insert(0, 7)
show(e)
e.extend([1, 2.0, "x"])
show(e)
f = [0] * 5
f[1:3] = [1.5, 2.5]
show(f)
f[0:0] = ["a"]
show(f)
g = [1, 2] + [3.0]
h = [1.5] + ["x"]
k = [1] * 2 + [True]
show(g)
show(h)
show(k)
show([1, 2, 3][::2] + [1.0, 2.0][::-1])
m = [1.5, 2.5, 3.5]
m.sort(reverse=True)
m[1] = 10**30
show(m)
m.sort()
show(m)
n = [float(i) for i in range(5)]
print(sum(n), max(n), n.index(3), 2 in n, n.count(1), n == [0, 1, 2, 3, 4], n[::-1], n * 2)
o = [i for i in range(5)]
print(sum(o), max(o), o.index(3.0), 2.0 in o, o.count(True), o == [0.0, 1.0, 2.0, 3.0, 4.0], o[::-1])
p = [True, False, True]
p.append(1)
p.append(0.0)
show(p)
print(p.count(1), p.index(0))


def fill(values):
    out = []
    for v in values:
        out.append(v)
    return out


for values in ([1, 2], [1.0, 2.0], ["a"], [1, "a"], [None, 1], [1.0, 1], [2**62, 1], [1, 2**70], [(), []]):
    show(fill(values))


def store(target, v):
    for i in range(len(target)):
        target[i] = v
    return target


for v in (1, 1.5, "q", None, 2**80, True, (1,)):
    show(store([1, 2], v))
    show(store([1.0, 2.0], v))
    show(store(["a", "b"], v))
x = [nan := float("nan"), 1.0]
print(nan in x, x.index(nan), x.count(nan), x == x, x == list(x))
y = [1, 2, 3, 4.5]
y.pop()
y.append(5)
show(y)
del y[:]
y.append(1.5)
show(y)
z = list(range(3)) + list("ab")
z[1], z[4] = z[4], z[1]
show(z)
