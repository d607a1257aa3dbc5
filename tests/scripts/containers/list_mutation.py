# Lists changed while they are walked, sorted, compared or printed.
a = [1, 2, 3, 4, 5, 6]
for v in a:
    if v % 2 == 0:
        a.remove(v)
print(a)
a = [1, 2, 3]
n = 0
for v in a:
    n += 1
    if n < 10:
        a.append(v * 10)
print(a, n)
a = list(range(10))
it = iter(a)
print(next(it), next(it))
del a[:]
print(list(it), list(it))
a.append(5)
print(list(it))
a = [1, 2, 3]
it = iter(a)
for v in it:
    a.clear()
    print(v)
a = [1, 2, 3]
for i, v in enumerate(a):
    a[i] = v * 2
    if i == 0:
        a.insert(0, "new")
    if i > 5:
        break
print(a)
a = [3, 1, 2]


def key(v):
    a.append(v)
    return v


try:
    a.sort(key=key)
except ValueError as e:
    print("ValueError:", e)
print(a)


class Evil:
    def __init__(self, n, target):
        self.n = n
        self.target = target

    def __lt__(self, other):
        self.target.clear()
        return self.n < other.n

    def __eq__(self, other):
        del self.target[:]
        return False

    __hash__ = None

    def __repr__(self):
        return f"E{self.n}"


t = []
t.extend(Evil(i, t) for i in (3, 1, 2))
try:
    t.sort()
except ValueError as e:
    print("ValueError:", e)
print(t)
t = []
t.extend([Evil(1, t), 2, 3])
print(3 in t, t)
t.extend([Evil(1, t), 2, 3])
print(t.count(2), t)
t.extend([Evil(1, t), 2, 3])
try:
    print(t.index(2))
except ValueError as e:
    print("ValueError:", e)
t.extend([Evil(1, t), 2, 3])
try:
    t.remove(3)
except ValueError as e:
    print("ValueError:", e)
t.extend([Evil(1, t), 2, 3])
print(t == [1, 2, 3], t)


class Bad:
    def __repr__(self):
        box.append(0)
        return "Bad%d" % len(box)


box = []
box.extend([Bad(), Bad()])
print(repr(box)[:40])


class Grow:
    def __init__(self, limit):
        self.limit = limit

    def __iter__(self):
        for i in range(self.limit):
            sink.append("side")
            yield i


sink = []
sink.extend(Grow(3))
print(sink)
a = [1, 2, 3]
a[1:2] = a
print(a)
a.extend(a)
print(a)
a += a[:2]
a[:] = (x for x in a if x != 2)
print(a)
a = [0] * 5
i = 0
for a[i] in range(5):
    i = (i + 1) % 5
print(a)
a = [1, 2, 3]
a[0], a[a[0]] = 2, 9
print(a)
b = [0, 1, 2]
i = 0
i, b[i] = 2, "x"
print(i, b)
a = list(range(5))
r = reversed(a)
print(next(r))
a.pop()
a.pop()
print(list(r), a.__reversed__().__length_hint__() if hasattr(a.__reversed__(), "__length_hint__") else None)
m = [[0] * 3] * 2
m[0][1] = 5
print(m)
m = [[0] * 3 for _ in range(2)]
m[0][1] = 5
print(m)
